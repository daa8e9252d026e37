//! Where tokens and private keys come from: a seam, and the two plainest sources. Knows nothing of what they open.

use std::error::Error;
use std::fmt;
use std::path::PathBuf;

use async_trait::async_trait;
use secrecy::SecretString;

/// Reads one secret, again each time it is asked: after a refusal the next read may give its successor.
///
/// Implemented by applications for the store they use. Whoever asks bounds how long it may take.
#[async_trait]
pub trait ReadSecret: fmt::Debug + Send + Sync {
    /// What the secret is called, for error messages and as its identity: two sources of one name are taken for one secret.
    fn name(&self) -> &str;

    /// Reads it.
    ///
    /// # Errors
    /// [`SecretError`], which never holds any part of the secret.
    async fn read(&self) -> Result<SecretString, SecretError>;
}

/// A secret could not be read.
#[derive(Debug, thiserror::Error)]
#[error("could not read the secret {name}")]
pub struct SecretError {
    name: String,
    #[source]
    source: Box<dyn Error + Send + Sync>,
}

impl SecretError {
    /// Says which secret and why. The cause must not quote the secret.
    pub fn new(name: impl Into<String>, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self { name: name.into(), source: source.into() }
    }

    /// Which secret.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }
}

/// A secret in memory. Its name is made up by who holds it.
pub(super) struct Fixed {
    pub(super) name: String,
    pub(super) secret: SecretString,
}

#[async_trait]
impl ReadSecret for Fixed {
    fn name(&self) -> &str {
        &self.name
    }

    async fn read(&self) -> Result<SecretString, SecretError> {
        Ok(self.secret.clone())
    }
}

impl fmt::Debug for Fixed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Fixed").field("name", &self.name).finish_non_exhaustive()
    }
}

/// A secret in a file, such as a mounted Kubernetes Secret. White space around it is dropped.
#[derive(Debug)]
pub struct SecretFile {
    path: PathBuf,
    name: String,
}

impl SecretFile {
    /// The secret in this file, read each time it is needed.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        let path = path.into();
        let name = format!("file {}", path.display());
        Self { path, name }
    }
}

#[async_trait]
impl ReadSecret for SecretFile {
    fn name(&self) -> &str {
        &self.name
    }

    async fn read(&self) -> Result<SecretString, SecretError> {
        match tokio::fs::read_to_string(&self.path).await {
            Ok(text) if text.trim().is_empty() => Err(SecretError::new(&self.name, "it is empty")),
            Ok(text) => Ok(SecretString::from(text.trim())),
            Err(error) => Err(SecretError::new(&self.name, error)),
        }
    }
}
