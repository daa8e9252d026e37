//! GitHub Apps, and secrets that are here or somewhere else. Knows nothing of what is signed with them.

use std::fmt;
use std::sync::Arc;

use secrecy::SecretString;

use crate::secret::{SecretError, SecretValue};

/// A GitHub App: what it is known by, and where its private key is. Cheap to clone.
#[derive(Clone, Debug)]
pub struct App {
    issuer: Arc<str>,
    key: Kept,
}

/// A secret that is here, or where it is.
#[derive(Clone)]
pub(super) enum Kept {
    Given(SecretString),
    Read(SecretValue),
}

// === impl App ===

impl App {
    /// An app by its number or client id, and its private key as PEM (PKCS#1, as GitHub gives it, or PKCS#8).
    #[must_use]
    pub fn new(issuer: impl Into<String>, key: SecretString) -> Self {
        Self { issuer: issuer.into().into(), key: Kept::Given(key) }
    }

    /// An app whose private key is read each time it is needed, about every nine minutes: a new key is taken up without a restart.
    #[must_use]
    pub fn with_key_from(issuer: impl Into<String>, key: SecretValue) -> Self {
        Self { issuer: issuer.into().into(), key: Kept::Read(key) }
    }

    /// Its number or client id.
    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    pub(super) fn key(&self) -> &Kept {
        &self.key
    }
}

// === impl Kept ===

impl Kept {
    pub(super) async fn read(&self) -> Result<SecretString, SecretError> {
        match self {
            Self::Given(secret) => Ok(secret.clone()),
            Self::Read(value) => value.read().await,
        }
    }
}

impl fmt::Debug for Kept {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Given(_) => f.write_str("Given"),
            Self::Read(value) => fmt::Debug::fmt(value, f),
        }
    }
}
