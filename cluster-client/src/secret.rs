//! Where the secrets that inventories point at are read: a Kubernetes Secret, files, the environment, or memory. Knows nothing of clusters.

mod environment;
mod files;
mod kubernetes;
mod memory;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};

pub use self::environment::EnvironmentSecrets;
pub use self::files::SecretFiles;
pub use self::kubernetes::KubernetesSecrets;
pub use self::memory::SecretsInMemory;

/// Where a secret is, as inventories write it.
///
/// Source: the secret references of `qontract-reconcile` (`path`, `field`, `version`, `format`).
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SecretLocator {
    /// The path; what it means is up to the reader.
    pub path: String,
    /// The member that is meant; `token` when none is named.
    #[serde(default = "token", deserialize_with = "token_if_null")]
    pub field: String,
    /// The version, where the reader has versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<u32>,
    /// How the member is written, where the reader has formats.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub format: Option<String>,
}

fn token() -> String {
    "token".into()
}

fn token_if_null<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or_else(token))
}

impl SecretLocator {
    /// The member `token` of what is at this path.
    #[must_use]
    pub fn new(path: impl Into<String>) -> Self {
        Self { path: path.into(), field: token(), version: None, format: None }
    }

    /// Names another member.
    #[must_use]
    pub fn with_field(mut self, field: impl Into<String>) -> Self {
        self.field = field.into();
        self
    }
}

/// Members of a secret. Shows their names and never their values.
#[derive(Clone, Default)]
pub struct SecretData(BTreeMap<String, SecretString>);

impl SecretData {
    /// The value of a member.
    #[must_use]
    pub fn get(&self, member: &str) -> Option<&SecretString> {
        self.0.get(member)
    }

    /// The names of the members.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }
}

impl<K: Into<String>> FromIterator<(K, SecretString)> for SecretData {
    fn from_iter<I: IntoIterator<Item = (K, SecretString)>>(members: I) -> Self {
        Self(members.into_iter().map(|(name, value)| (name.into(), value)).collect())
    }
}

impl fmt::Debug for SecretData {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

/// Why a secret could not be read.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum SecretError {
    /// There is none.
    #[error("secret {path:?} is not there")]
    NotFound {
        /// Where it was looked for.
        path: String,
    },
    /// The place where it is cannot be read.
    #[error("secret {path:?} cannot be read")]
    Unreadable {
        /// Where it is.
        path: String,
        /// What the file system or the API server says.
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
}

/// Reads secrets. Asked again whenever a credential has to be renewed, so that it must not keep what it read for long.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
#[async_trait]
pub trait SecretReader: Send + Sync + 'static {
    /// Reads all members of a secret.
    ///
    /// # Errors
    /// [`SecretError`]; nothing in it shows a value.
    async fn read(&self, secret: &SecretLocator) -> Result<SecretData, SecretError>;
}
