//! Why a secret cannot be used. Holds no part of one.

use std::sync::Arc;

/// Why a secret cannot be used.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum SecretError {
    /// There is none.
    #[error("secret {path:?} is not there")]
    NotFound {
        /// Where it was looked for.
        path: String,
    },
    /// It may not be read by this process.
    #[error("secret {path:?} may not be read by this process: grant it access")]
    Forbidden {
        /// Where it is.
        path: String,
        /// What the place says; it must not show a value.
        #[source]
        source: Arc<dyn std::error::Error + Send + Sync>,
    },
    /// The place where it is cannot be read.
    #[error("secret {path:?} cannot be read")]
    Unreadable {
        /// Where it is.
        path: String,
        /// What the place says; it must not show a value.
        #[source]
        source: Arc<dyn std::error::Error + Send + Sync>,
    },
    /// What is there is no secret.
    #[error("secret {path:?} cannot be used: {reason}")]
    Malformed {
        /// Where it is.
        path: String,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// A member is missing or empty.
    #[error("secret {path:?} has no {member:?}")]
    NoMember {
        /// Where it is.
        path: String,
        /// What it lacks.
        member: String,
    },
}

impl SecretError {
    /// The place cannot be read, for this reason, which may pass.
    pub fn unreadable(path: impl Into<String>, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Unreadable { path: path.into(), source: Arc::from(source.into()) }
    }

    /// The place does not let this process read it.
    pub fn forbidden(path: impl Into<String>, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Forbidden { path: path.into(), source: Arc::from(source.into()) }
    }

    /// The secret it is about.
    #[must_use]
    pub fn path(&self) -> &str {
        match self {
            Self::NotFound { path }
            | Self::Forbidden { path, .. }
            | Self::Unreadable { path, .. }
            | Self::Malformed { path, .. }
            | Self::NoMember { path, .. } => path,
        }
    }

    /// Whether it may be there later without anybody's doing.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        matches!(self, Self::Unreadable { .. })
    }
}
