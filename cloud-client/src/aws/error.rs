//! Why there is no session, in words that name the account, the role and the region. Holds no credential.

mod sts;

use std::sync::Arc;
use std::time::Duration;

use core_client::RetryHint;

pub(crate) use self::sts::{Answer, Asked};
pub use self::sts::{StsError, StsOperation, StsReason};
use super::{AccountId, NameError, Partition, ProfileNeed, RoleArn};
use crate::secret::SecretError;

/// A configuration that cannot work.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// One name, two accounts.
    #[error("account {account:?} is described twice")]
    Twice {
        /// The account.
        account: String,
    },
    /// An account whose credentials are those of an account that gets them from it.
    #[error("account {account:?} gets its credentials from itself in the end")]
    Circle {
        /// The account.
        account: String,
    },
    /// An account whose credentials are those of an account that is not there.
    #[error("account {account:?} gets its credentials from {source_account:?}, which is not described")]
    UnknownSource {
        /// The account.
        account: String,
        /// The one it refers to.
        source_account: String,
    },
    /// Something else about an account.
    #[error("account {account:?} cannot be used: {fault}")]
    Account {
        /// The account.
        account: String,
        /// What is wrong.
        fault: &'static str,
    },
    /// Something about a role.
    #[error("role {role} of account {account:?} cannot be assumed: {fault}")]
    Role {
        /// The account.
        account: String,
        /// The role.
        role: RoleArn,
        /// What is wrong.
        fault: &'static str,
    },
    /// A name that is none.
    #[error(transparent)]
    Name(#[from] NameError),
}

/// Why there is no session, or no credentials for a call.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum AwsError {
    /// No account of this name is configured.
    #[error("there is no account {account:?} in the configuration")]
    UnknownAccount {
        /// What was asked for.
        account: String,
    },
    /// The configuration lists regions, and this one is not among them.
    #[error("account {account:?} is not to be used in region {region:?}; it supports {}", supported.join(", "))]
    RegionNotSupported {
        /// The account.
        account: String,
        /// What was asked for.
        region: String,
        /// What it supports.
        supported: Vec<String>,
    },
    /// The region is of another partition, or none at all.
    #[error("region {region:?} is not in partition {partition}, where account {account:?} is")]
    WrongPartition {
        /// The account.
        account: String,
        /// What was asked for.
        region: String,
        /// Where the account is.
        partition: Partition,
    },
    /// A role that was asked for cannot work.
    #[error("the role asked for cannot be assumed")]
    Config(#[from] ConfigError),
    /// The secret with the key pair cannot be used. Concerns the accounts that need it, and no other.
    #[error("there is no key pair for account {account:?}")]
    Keys {
        /// The account.
        account: String,
        /// Which secret, and why.
        #[source]
        source: SecretError,
    },
    /// A source other than a secret gives no credentials.
    #[error("account {account:?} gets no credentials from {origin}")]
    Source {
        /// The account.
        account: String,
        /// The source.
        origin: String,
        /// Whether it may give some later without anybody's doing.
        transient: bool,
        /// Why.
        #[source]
        source: Arc<dyn std::error::Error + Send + Sync>,
    },
    /// A profile gets its credentials from something that is not done here.
    #[error(
        "account {account:?} gets no credentials from profile {profile:?}, which needs {needs}; get them in the application and hand them over with CredentialSource::provider"
    )]
    Profile {
        /// The account.
        account: String,
        /// The profile that has the need: the one that was asked for, or the one in which its chain begins.
        profile: String,
        /// What it needs.
        needs: ProfileNeed,
    },
    /// What a source gives is past its end already.
    #[error("the credentials that account {account:?} gets from {origin} have expired; renew them there")]
    SourceExpired {
        /// The account.
        account: String,
        /// The source.
        origin: String,
    },
    /// STS gives no answer, or refuses.
    #[error(transparent)]
    Sts(Box<StsError>),
    /// The credentials are those of another account. Nothing must be written with them.
    #[error("account {account:?} should be {expected}, and its credentials are those of {found}")]
    WrongAccount {
        /// The account.
        account: String,
        /// Its number by the configuration.
        expected: AccountId,
        /// Whose credentials they are.
        found: AccountId,
    },
    /// No credentials came in time.
    #[error("no credentials for account {account:?} within {after:?}")]
    TimedOut {
        /// The account.
        account: String,
        /// How long it was waited for.
        after: Duration,
    },
    /// [`AwsApi::cleanup`](super::AwsApi::cleanup) was called.
    #[error("account {account:?} is not served any more, as everything was cleaned up")]
    Closed {
        /// The account.
        account: String,
    },
}

/// What kind of trouble it is, and with that who can do something about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum AwsErrorClass {
    /// What was asked for is not configured, or cannot be.
    Configuration,
    /// There are no credentials to begin with.
    CredentialUnavailable,
    /// The credentials to begin with have expired.
    CredentialExpired,
    /// AWS does not know the credentials to begin with.
    CredentialInvalid,
    /// The role's owner does not let us assume it.
    RoleRefused,
    /// The region is not enabled in the account.
    RegionDisabled,
    /// The clock of this machine is wrong.
    ClockSkew,
    /// Too many calls.
    Throttled,
    /// AWS cannot be reached, or does not answer in time.
    Unreachable,
    /// AWS has trouble of its own.
    Unavailable,
    /// The credentials are another account's.
    WrongAccount,
    /// There will be no more sessions.
    Closed,
    /// Something else was refused.
    Refused,
}

const _: () = assert!(size_of::<AwsError>() <= 128);

impl AwsError {
    /// What kind of trouble it is.
    #[must_use]
    pub fn class(&self) -> AwsErrorClass {
        match self {
            Self::UnknownAccount { .. }
            | Self::RegionNotSupported { .. }
            | Self::WrongPartition { .. }
            | Self::Config(_) => AwsErrorClass::Configuration,
            Self::Keys { .. } | Self::Source { .. } | Self::Profile { .. } => AwsErrorClass::CredentialUnavailable,
            Self::SourceExpired { .. } => AwsErrorClass::CredentialExpired,
            Self::Sts(error) => error.reason().class(),
            Self::WrongAccount { .. } => AwsErrorClass::WrongAccount,
            Self::TimedOut { .. } => AwsErrorClass::Unreachable,
            Self::Closed { .. } => AwsErrorClass::Closed,
        }
    }

    /// What is known about asking again. A session is only ever asked for, so nothing is done twice.
    #[must_use]
    pub fn retry_hint(&self) -> RetryHint {
        match self.retry_after() {
            Some(after) => RetryHint::After(after),
            None if self.is_transient() => RetryHint::Safe,
            None => RetryHint::Never,
        }
    }

    /// Whether it may pass without anybody's doing.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Keys { source, .. } => source.is_transient(),
            Self::Source { transient, .. } => *transient,
            _ => matches!(
                self.class(),
                AwsErrorClass::Throttled | AwsErrorClass::Unreachable | AwsErrorClass::Unavailable
            ),
        }
    }

    /// How long STS asked us to wait.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        self.as_sts().and_then(StsError::retry_after)
    }

    /// What STS said, when it was asked.
    #[must_use]
    pub fn as_sts(&self) -> Option<&StsError> {
        match self {
            Self::Sts(error) => Some(error),
            _ => None,
        }
    }

    /// The account it is about.
    #[must_use]
    pub fn account(&self) -> &str {
        match self {
            Self::UnknownAccount { account }
            | Self::RegionNotSupported { account, .. }
            | Self::WrongPartition { account, .. }
            | Self::Keys { account, .. }
            | Self::Source { account, .. }
            | Self::Profile { account, .. }
            | Self::SourceExpired { account, .. }
            | Self::WrongAccount { account, .. }
            | Self::TimedOut { account, .. }
            | Self::Closed { account } => account,
            Self::Sts(error) => error.account(),
            Self::Config(error) => match error {
                ConfigError::Twice { account }
                | ConfigError::Circle { account }
                | ConfigError::UnknownSource { account, .. }
                | ConfigError::Account { account, .. }
                | ConfigError::Role { account, .. } => account,
                ConfigError::Name(_) => "",
            },
        }
    }

    /// The one of ours behind an error of an SDK's client: a call that gets no credentials fails with the SDK's error, and the reason is
    /// somewhere in its chain.
    #[must_use]
    pub fn in_chain<'a>(error: &'a (dyn std::error::Error + 'static)) -> Option<&'a Self> {
        let mut next = Some(error);
        while let Some(error) = next {
            if let Some(found) = error.downcast_ref::<Self>() {
                return Some(found);
            }
            next = error.source();
        }
        None
    }
}

impl From<StsError> for AwsError {
    fn from(error: StsError) -> Self {
        Self::Sts(Box::new(error))
    }
}

impl AwsErrorClass {
    /// As a word, for metrics.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Configuration => "configuration",
            Self::CredentialUnavailable => "credential_unavailable",
            Self::CredentialExpired => "credential_expired",
            Self::CredentialInvalid => "credential_invalid",
            Self::RoleRefused => "role_refused",
            Self::RegionDisabled => "region_disabled",
            Self::ClockSkew => "clock_skew",
            Self::Throttled => "throttled",
            Self::Unreachable => "unreachable",
            Self::Unavailable => "unavailable",
            Self::WrongAccount => "wrong_account",
            Self::Closed => "closed",
            Self::Refused => "refused",
        }
    }
}
