//! What STS answered, sorted by its code and status and never by its words. Holds no credential: STS repeats what was signed when a
//! signature is wrong, session token and all, so its words are kept for refusals of roles only, and without anything of ours in them.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use super::AwsErrorClass;
use crate::aws::RoleArn;

/// What STS was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum StsOperation {
    /// For credentials of a role.
    AssumeRole,
    /// For credentials of a role, against the token of somebody else.
    AssumeRoleWithWebIdentity,
    /// Who we are.
    GetCallerIdentity,
    /// For credentials that end, against those that do not.
    GetSessionToken,
}

/// Why STS gave nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum StsReason {
    /// The role's owner does not let us.
    RoleRefused,
    /// What we showed has expired.
    Expired,
    /// STS does not know what we showed, or it was not signed with its key.
    Invalid,
    /// The clock of this machine is wrong.
    ClockSkew,
    /// Too many calls.
    Throttled,
    /// The region is not enabled in the account.
    RegionDisabled,
    /// It could not be reached.
    Unreachable,
    /// It did not answer in time.
    TimedOut,
    /// It has trouble of its own.
    Unavailable,
    /// What it answered cannot be understood.
    Malformed,
    /// Something else was refused; the code says what.
    Refused,
}

/// What STS answered, or why it did not.
#[derive(Debug, Clone)]
pub struct StsError(Box<Details>);

#[derive(Debug, Clone)]
struct Details {
    asked: Asked,
    reason: StsReason,
    answer: Answer,
    skew: Option<Skew>,
    /// What STS says about a refused role.
    words: Option<String>,
    source: Option<Arc<dyn std::error::Error + Send + Sync>>,
}

/// What was asked for whom.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    pub(crate) operation: StsOperation,
    pub(crate) account: String,
    pub(crate) role: Option<RoleArn>,
    pub(crate) region: String,
}

/// What an answer says beside its words.
#[derive(Debug, Clone, Default)]
pub(crate) struct Answer {
    pub(crate) status: Option<u16>,
    pub(crate) code: Option<String>,
    pub(crate) request_id: Option<String>,
    pub(crate) retry_after: Option<Duration>,
    /// Its `Date`.
    pub(crate) date: Option<SystemTime>,
}

/// How far our clock is off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Skew {
    Behind(Duration),
    Ahead(Duration),
}

/// From here on a wrong signature is put down to the clock, as the SDK does.
const NOTABLE_SKEW: Duration = Duration::from_secs(4 * 60);
/// The most words that are kept.
const MOST_WORDS: usize = 512;

impl Answer {
    /// What it means. `now` is the time by our clock.
    fn reason(&self, operation: StsOperation, now: SystemTime) -> StsReason {
        let off = self.skew(now).is_some_and(|skew| skew.by() >= NOTABLE_SKEW);
        match self.code.as_deref().unwrap_or_default() {
            "AccessDenied" | "AccessDeniedException" => match operation {
                StsOperation::AssumeRole | StsOperation::AssumeRoleWithWebIdentity => StsReason::RoleRefused,
                StsOperation::GetCallerIdentity | StsOperation::GetSessionToken => StsReason::Refused,
            },
            "ExpiredToken" | "ExpiredTokenException" => StsReason::Expired,
            "RequestTimeTooSkewed" | "RequestExpired" | "RequestInTheFuture" => StsReason::ClockSkew,
            "SignatureDoesNotMatch" | "InvalidSignatureException" if off => StsReason::ClockSkew,
            "SignatureDoesNotMatch"
            | "InvalidSignatureException"
            | "IncompleteSignature"
            | "InvalidClientTokenId"
            | "UnrecognizedClientException"
            | "InvalidIdentityToken"
            | "IDPRejectedClaim" => StsReason::Invalid,
            "Throttling" | "ThrottlingException" | "TooManyRequestsException" | "RequestLimitExceeded" => {
                StsReason::Throttled
            }
            "RegionDisabledException" | "RegionDisabled" | "OptInRequired" => StsReason::RegionDisabled,
            "IDPCommunicationError" => StsReason::Unavailable,
            _ => match self.status {
                Some(200..=299) => StsReason::Malformed,
                Some(429) => StsReason::Throttled,
                Some(500..=599) => StsReason::Unavailable,
                _ => StsReason::Refused,
            },
        }
    }

    fn skew(&self, now: SystemTime) -> Option<Skew> {
        let date = self.date?;
        Some(match date.duration_since(now) {
            Ok(behind) => Skew::Behind(behind),
            Err(ahead) => Skew::Ahead(ahead.duration()),
        })
    }
}

impl Skew {
    fn by(self) -> Duration {
        match self {
            Self::Behind(by) | Self::Ahead(by) => by,
        }
    }
}

impl StsError {
    /// An answer that refuses. `words` are STS's, `ours` is what must not be in them.
    pub(crate) fn answered(asked: Asked, answer: Answer, words: Option<&str>, ours: &[&str], now: SystemTime) -> Self {
        let reason = answer.reason(asked.operation, now);
        let words = words.filter(|_| reason == StsReason::RoleRefused).map(|words| without(words, ours));
        let skew = answer.skew(now).filter(|_| reason == StsReason::ClockSkew);
        Self(Box::new(Details { asked, reason, answer, skew, words, source: None }))
    }

    /// No answer, or none that can be understood.
    pub(crate) fn unanswered(
        asked: Asked,
        reason: StsReason,
        source: Option<Arc<dyn std::error::Error + Send + Sync>>,
    ) -> Self {
        Self(Box::new(Details { asked, reason, answer: Answer::default(), skew: None, words: None, source }))
    }

    /// Why.
    #[must_use]
    pub fn reason(&self) -> StsReason {
        self.0.reason
    }

    /// What was asked.
    #[must_use]
    pub fn operation(&self) -> StsOperation {
        self.0.asked.operation
    }

    /// For which account.
    #[must_use]
    pub fn account(&self) -> &str {
        &self.0.asked.account
    }

    /// For which role, if it was about one.
    #[must_use]
    pub fn role(&self) -> Option<&RoleArn> {
        self.0.asked.role.as_ref()
    }

    /// The region whose STS was asked.
    #[must_use]
    pub fn region(&self) -> &str {
        &self.0.asked.region
    }

    /// The code of the answer, such as `AccessDenied`.
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        self.0.answer.code.as_deref()
    }

    /// The status of the answer.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        self.0.answer.status
    }

    /// By what AWS finds the call in its logs.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        self.0.answer.request_id.as_deref()
    }

    /// How long it asked us to wait.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.answer.retry_after
    }

    /// How far our clock is off, when that is the reason and the answer had a date.
    #[must_use]
    pub fn clock_skew(&self) -> Option<Duration> {
        self.0.skew.map(Skew::by)
    }
}

/// The words without any of these in them, and not too many.
fn without(words: &str, ours: &[&str]) -> String {
    let mut words = words.to_owned();
    for secret in ours.iter().filter(|secret| secret.len() >= 4) {
        words = words.replace(secret, "<masked>");
    }
    words.chars().filter(|letter| !letter.is_control()).take(MOST_WORDS).collect()
}

impl fmt::Display for StsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Details { asked, reason, answer, skew, words, .. } = &*self.0;
        write!(f, "{} for account {:?}", asked.operation.as_str(), asked.account)?;
        if let Some(role) = &asked.role {
            write!(f, " and role {role}")?;
        }
        write!(f, " in {} ", asked.region)?;
        match (reason, skew) {
            (StsReason::ClockSkew, Some(Skew::Behind(by))) => {
                write!(f, "was refused, as the clock of this machine is {} s behind; set it right", by.as_secs())?;
            }
            (StsReason::ClockSkew, Some(Skew::Ahead(by))) => {
                write!(f, "was refused, as the clock of this machine is {} s ahead; set it right", by.as_secs())?;
            }
            _ => f.write_str(reason.in_words())?,
        }
        match (answer.status, answer.code.as_deref()) {
            (Some(status), Some(code)) => write!(f, " ({status} {code})")?,
            (Some(status), None) => write!(f, " ({status})")?,
            (None, _) => {}
        }
        if let Some(words) = words {
            write!(f, ": {words}")?;
        }
        Ok(())
    }
}

impl std::error::Error for StsError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.source.as_deref().map(|source| source as _)
    }
}

impl StsOperation {
    /// Its name, as AWS writes it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::AssumeRole => "AssumeRole",
            Self::AssumeRoleWithWebIdentity => "AssumeRoleWithWebIdentity",
            Self::GetCallerIdentity => "GetCallerIdentity",
            Self::GetSessionToken => "GetSessionToken",
        }
    }
}

impl StsReason {
    pub(crate) fn class(self) -> AwsErrorClass {
        match self {
            Self::RoleRefused => AwsErrorClass::RoleRefused,
            Self::Expired => AwsErrorClass::CredentialExpired,
            Self::Invalid => AwsErrorClass::CredentialInvalid,
            Self::ClockSkew => AwsErrorClass::ClockSkew,
            Self::Throttled => AwsErrorClass::Throttled,
            Self::RegionDisabled => AwsErrorClass::RegionDisabled,
            Self::Unreachable | Self::TimedOut => AwsErrorClass::Unreachable,
            Self::Unavailable | Self::Malformed => AwsErrorClass::Unavailable,
            Self::Refused => AwsErrorClass::Refused,
        }
    }

    fn in_words(self) -> &'static str {
        match self {
            Self::RoleRefused => "was refused; look at the role's trust policy and its external id",
            Self::Expired => "was refused, as the credentials shown have expired; renew them where they come from",
            Self::Invalid => "was refused, as the credentials shown are not known; check the key",
            Self::ClockSkew => "was refused, as the clock of this machine is wrong; set it right",
            Self::Throttled => "was refused, as there are too many calls",
            Self::RegionDisabled => "was refused, as the region is not enabled in the account; enable it there",
            Self::Unreachable => "was not answered, as STS cannot be reached",
            Self::TimedOut => "was not answered in time",
            Self::Unavailable => "failed, as STS has trouble",
            Self::Malformed => "was answered with something that cannot be understood",
            Self::Refused => "was refused",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked() -> Asked {
        Asked {
            operation: StsOperation::AssumeRole,
            account: "prod".into(),
            role: Some("arn:aws:iam::123456789012:role/deployer".parse().unwrap()),
            region: "eu-west-1".into(),
        }
    }

    fn answered(status: u16, code: &str) -> StsError {
        let answer = Answer { status: Some(status), code: Some(code.into()), ..Answer::default() };
        StsError::answered(asked(), answer, Some("these are words"), &[], SystemTime::UNIX_EPOCH)
    }

    #[test]
    fn codes_decide_then_statuses() {
        for (status, code, reason) in [
            (403, "AccessDenied", StsReason::RoleRefused),
            (403, "ExpiredToken", StsReason::Expired),
            (403, "InvalidClientTokenId", StsReason::Invalid),
            (403, "SignatureDoesNotMatch", StsReason::Invalid),
            (400, "Throttling", StsReason::Throttled),
            (429, "Whatever", StsReason::Throttled),
            (403, "RegionDisabledException", StsReason::RegionDisabled),
            (403, "RequestTimeTooSkewed", StsReason::ClockSkew),
            (503, "ServiceUnavailable", StsReason::Unavailable),
            (400, "MalformedPolicyDocument", StsReason::Refused),
        ] {
            assert_eq!(answered(status, code).reason(), reason, "{code}");
        }
    }

    #[test]
    fn a_wrong_signature_is_put_down_to_a_clock_that_is_measurably_off() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000);
        let answer = Answer {
            status: Some(403),
            code: Some("SignatureDoesNotMatch".into()),
            date: Some(now + Duration::from_secs(600)),
            ..Answer::default()
        };
        let error = StsError::answered(asked(), answer, None, &[], now);
        assert_eq!((error.reason(), error.clock_skew()), (StsReason::ClockSkew, Some(Duration::from_secs(600))));
        assert!(error.to_string().contains("600 s behind"), "{error}");
    }

    #[test]
    fn a_message_names_account_role_and_region_and_masks_what_is_ours() {
        let answer = Answer { status: Some(403), code: Some("AccessDenied".into()), ..Answer::default() };
        let words = "User: AKIDSENTINEL may not sts:AssumeRole\n";
        let error = StsError::answered(asked(), answer, Some(words), &["AKIDSENTINEL"], SystemTime::UNIX_EPOCH);
        let shown = error.to_string();
        for part in
            ["\"prod\"", "role/deployer", "eu-west-1", "403 AccessDenied", "User: <masked> may not sts:AssumeRole"]
        {
            assert!(shown.contains(part), "{shown}");
        }
        assert!(!format!("{error:?}").contains("AKIDSENTINEL"));
        assert!(!answered(403, "SignatureDoesNotMatch").to_string().contains("these are words"));
    }
}
