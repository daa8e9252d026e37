//! What can be wrong with credentials; knows nothing of the calls that need them.

use std::error::Error as StdError;
use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use jiff::Timestamp;

use crate::options::SecretRef;

/// Where credentials come from.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Origin {
    /// The application passed them.
    Memory,
    /// A Kubernetes Secret.
    Secret(SecretRef),
    /// A directory or a file.
    Path(PathBuf),
    /// The trust store of the platform.
    Platform,
}

/// Credentials cannot be loaded or used; names the Secret or file, the key in it, and what to do.
///
/// No message and no cause ever contains key material or PEM text.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CredentialError {
    /// The Secret or file does not exist.
    #[error("{origin} does not exist; create it, or correct its name in the configuration")]
    NotFound {
        /// What was read.
        origin: Origin,
        /// The answer.
        #[source]
        source: Box<dyn StdError + Send + Sync>,
    },
    /// This process may not read the Secret or file.
    #[error("{origin} may not be read by this process; grant it access")]
    Forbidden {
        /// What was read.
        origin: Origin,
        /// The answer.
        #[source]
        source: Box<dyn StdError + Send + Sync>,
    },
    /// Reading failed for another reason.
    #[error("{origin} could not be read; check that its source is reachable")]
    Read {
        /// What was read.
        origin: Origin,
        /// The failure.
        #[source]
        source: Box<dyn StdError + Send + Sync>,
    },
    /// Reading took too long.
    #[error("{origin} was not read within {after:?}; check that its source is reachable")]
    Timeout {
        /// What was read.
        origin: Origin,
        /// How long was waited.
        after: Duration,
    },
    /// Following changes failed; what was loaded stays in use.
    #[error("{origin} cannot be watched for changes; check access to list and watch it")]
    Watch {
        /// What was watched.
        origin: Origin,
        /// The failure.
        #[source]
        source: Box<dyn StdError + Send + Sync>,
    },
    /// The Secret was deleted after it had been loaded; what was loaded stays in use.
    #[error("{origin} was deleted, its last good content stays in use; create it again")]
    Deleted {
        /// What was deleted.
        origin: Origin,
    },
    /// The Secret does not have the type of a TLS Secret.
    #[error("{origin} has type {found:?}; use a Secret of type kubernetes.io/tls")]
    WrongType {
        /// The Secret.
        origin: Origin,
        /// Its type; empty when it has none.
        found: String,
    },
    /// A key is not there.
    #[error("{origin} has no key {key}; add it")]
    MissingKey {
        /// The Secret or directory.
        origin: Origin,
        /// The key that is missing.
        key: &'static str,
    },
    /// A value is larger than any certificate bundle.
    #[error("{key} in {origin} is larger than {limit_bytes} bytes; keep only what is needed")]
    TooLarge {
        /// The Secret or directory.
        origin: Origin,
        /// The key.
        key: &'static str,
        /// The limit in bytes.
        limit_bytes: u64,
    },
    /// A value has no certificate that can be used.
    #[error("{key} in {origin} has no usable certificate ({skipped} blocks skipped); put PEM CERTIFICATE blocks there")]
    NoCertificate {
        /// The Secret or directory.
        origin: Origin,
        /// The key.
        key: &'static str,
        /// How many blocks could not be used.
        skipped: usize,
    },
    /// A certificate of the client's chain cannot be read.
    #[error("{key} in {origin} has a bad PEM block at line {line}: {reason}; replace the certificate")]
    BadCertificate {
        /// The Secret or directory.
        origin: Origin,
        /// The key.
        key: &'static str,
        /// The line on which the block begins, from 1.
        line: usize,
        /// What is wrong with it.
        reason: String,
    },
    /// The private key cannot be read.
    #[error(
        "{key} in {origin} has no usable private key: {reason}; use an unencrypted PKCS#1, PKCS#8 or SEC1 key in PEM"
    )]
    BadKey {
        /// The Secret or directory.
        origin: Origin,
        /// The key.
        key: &'static str,
        /// What is wrong with it.
        reason: String,
    },
    /// The private key does not belong to the certificate.
    #[error("tls.key in {origin} does not belong to the certificate in tls.crt; issue the pair again")]
    Mismatch {
        /// The Secret or directory.
        origin: Origin,
    },
    /// The certificate is past its last day.
    #[error("the certificate in {origin} expired at {not_after}; renew it")]
    Expired {
        /// Where the certificate came from.
        origin: Origin,
        /// Its last moment.
        not_after: Timestamp,
    },
    /// A TLS configuration could not be made.
    #[error("no TLS configuration can be made from {origin}")]
    Tls {
        /// Where the offending part came from.
        origin: Origin,
        /// The failure.
        #[source]
        source: Box<dyn StdError + Send + Sync>,
    },
}

// === impl Origin ===

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Memory => f.write_str("the given PEM"),
            Self::Secret(secret) => write!(f, "Secret {secret}"),
            Self::Path(path) => write!(f, "{}", path.display()),
            Self::Platform => f.write_str("the platform's trust store"),
        }
    }
}

impl From<SecretRef> for Origin {
    fn from(secret: SecretRef) -> Self {
        Self::Secret(secret)
    }
}

impl From<PathBuf> for Origin {
    fn from(path: PathBuf) -> Self {
        Self::Path(path)
    }
}

// === impl CredentialError ===

impl CredentialError {
    /// Where the credentials come from.
    #[must_use]
    pub fn origin(&self) -> &Origin {
        match self {
            Self::NotFound { origin, .. }
            | Self::Forbidden { origin, .. }
            | Self::Read { origin, .. }
            | Self::Timeout { origin, .. }
            | Self::Watch { origin, .. }
            | Self::Deleted { origin }
            | Self::WrongType { origin, .. }
            | Self::MissingKey { origin, .. }
            | Self::TooLarge { origin, .. }
            | Self::NoCertificate { origin, .. }
            | Self::BadCertificate { origin, .. }
            | Self::BadKey { origin, .. }
            | Self::Mismatch { origin }
            | Self::Expired { origin, .. }
            | Self::Tls { origin, .. } => origin,
        }
    }

    /// The Secret or file is not there, from the start or any more.
    #[must_use]
    pub fn is_not_found(&self) -> bool {
        matches!(self, Self::NotFound { .. } | Self::Deleted { .. })
    }

    /// This process may not read the Secret or file.
    #[must_use]
    pub fn is_forbidden(&self) -> bool {
        matches!(self, Self::Forbidden { .. })
    }

    /// Nothing came back in time.
    #[must_use]
    pub fn is_timeout(&self) -> bool {
        matches!(self, Self::Timeout { .. })
    }

    /// Something came back, and it is not what a TLS Secret has to hold.
    ///
    /// This covers the *secret format* error of the Go services and what they report as a failure to parse.
    #[must_use]
    pub fn is_format(&self) -> bool {
        matches!(
            self,
            Self::WrongType { .. }
                | Self::MissingKey { .. }
                | Self::TooLarge { .. }
                | Self::NoCertificate { .. }
                | Self::BadCertificate { .. }
                | Self::BadKey { .. }
                | Self::Mismatch { .. }
        )
    }

    /// The certificate is past its last day.
    #[must_use]
    pub fn is_expired(&self) -> bool {
        matches!(self, Self::Expired { .. })
    }

    /// Nobody has to act for the same read to succeed later.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        matches!(self, Self::Read { .. } | Self::Timeout { .. } | Self::Watch { .. })
    }
}
