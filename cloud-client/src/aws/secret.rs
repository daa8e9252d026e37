//! Where the key pairs of accounts are read. Knows nothing of where that is: an application brings its vault.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use secrecy::SecretString;

/// Reads secrets. Asked again now and then, as key pairs are rotated, so that it must not keep what it read for long.
#[async_trait]
pub trait SecretReader: fmt::Debug + Send + Sync + 'static {
    /// All members of the secret at this path.
    ///
    /// # Errors
    /// [`SecretError`]; nothing in it shows a value.
    async fn read(&self, path: &str) -> Result<SecretFields, SecretError>;
}

/// Members of a secret. Shows their names and never their values.
#[derive(Clone, Default)]
pub struct SecretFields(BTreeMap<String, SecretString>);

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
    /// The place where it is cannot be read.
    #[error("secret {path:?} cannot be read")]
    Unreadable {
        /// Where it is.
        path: String,
        /// What the place says; it must not show a value.
        #[source]
        source: Arc<dyn std::error::Error + Send + Sync>,
    },
    /// A member is missing or empty.
    #[error("secret {path:?} has no {field:?}")]
    NoField {
        /// Where it is.
        path: String,
        /// What it lacks.
        field: String,
    },
}

/// Secrets in memory: for tests, and for applications that read them in ways of their own.
#[derive(Debug, Clone, Default)]
pub struct SecretsInMemory(BTreeMap<String, SecretFields>);

impl SecretFields {
    /// The value of a member.
    #[must_use]
    pub fn get(&self, field: &str) -> Option<&SecretString> {
        self.0.get(field)
    }

    /// An access key, under the names that qontract-reconcile and `aws iam create-access-key` users keep it.
    pub fn key_pair(id: impl Into<SecretString>, secret: impl Into<SecretString>) -> Self {
        Self::from_iter([(ACCESS_KEY_ID, id.into()), (SECRET_ACCESS_KEY, secret.into())])
    }
}

/// The member that holds the id of an access key.
pub const ACCESS_KEY_ID: &str = "aws_access_key_id";
/// The member that holds its secret.
pub const SECRET_ACCESS_KEY: &str = "aws_secret_access_key";

impl<K: Into<String>> FromIterator<(K, SecretString)> for SecretFields {
    fn from_iter<I: IntoIterator<Item = (K, SecretString)>>(fields: I) -> Self {
        Self(fields.into_iter().map(|(name, value)| (name.into(), value)).collect())
    }
}

impl fmt::Debug for SecretFields {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

impl SecretError {
    /// Whether it may be there later without anybody's doing.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        matches!(self, Self::Unreadable { .. })
    }
}

#[async_trait]
impl<R: SecretReader + ?Sized> SecretReader for Arc<R> {
    async fn read(&self, path: &str) -> Result<SecretFields, SecretError> {
        (**self).read(path).await
    }
}

impl SecretsInMemory {
    /// Adds a secret, or replaces it.
    #[must_use]
    pub fn with(mut self, path: impl Into<String>, fields: SecretFields) -> Self {
        self.0.insert(path.into(), fields);
        self
    }
}

#[async_trait]
impl SecretReader for SecretsInMemory {
    async fn read(&self, path: &str) -> Result<SecretFields, SecretError> {
        self.0.get(path).cloned().ok_or_else(|| SecretError::NotFound { path: path.to_owned() })
    }
}
