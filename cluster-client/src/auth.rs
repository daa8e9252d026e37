//! Who we are to a cluster, kept fresh: one refresh at a time, away from requests, and never without end. Knows nothing of paths.

use std::fmt;

use async_trait::async_trait;
use jiff::Timestamp;
use secrecy::SecretString;

use crate::error::ErrorClass;

/// A credential as it is now.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Credential {
    /// What is shown.
    pub material: Material,
    /// When it stops being good; absent: until it is refused.
    pub expires: Option<Timestamp>,
}

/// What is shown to an API server.
#[derive(Clone)]
#[non_exhaustive]
pub enum Material {
    /// Nothing.
    Anonymous,
    /// A bearer token.
    Token(SecretString),
    /// A name and a password.
    Basic {
        /// Name.
        username: String,
        /// Password.
        password: SecretString,
    },
    /// A client certificate, and perhaps a bearer token with it.
    Certificate {
        /// The chain, PEM, leaf first.
        chain: std::sync::Arc<[u8]>,
        /// The key, PEM.
        key: SecretString,
        /// A token that goes with it.
        token: Option<SecretString>,
    },
}

impl fmt::Debug for Material {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Anonymous => "Anonymous",
            Self::Token(_) => "Token",
            Self::Basic { .. } => "Basic",
            Self::Certificate { .. } => "Certificate",
        })
    }
}

/// Hands out credentials. Called once at a time and never inside a request; the caller bounds how long it may take.
#[async_trait]
pub trait CredentialProvider: fmt::Debug + Send + Sync + 'static {
    /// A credential that is good now.
    ///
    /// # Errors
    /// [`AuthError`] when none can be had.
    async fn credential(&self) -> Result<Credential, AuthError>;
}

/// Why there is no accepted credential.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum AuthError {
    /// The API server refused it.
    #[error("the API server refuses the credential; renew it")]
    Rejected,
}

impl AuthError {
    /// What kind of trouble it is.
    #[must_use]
    pub fn class(&self) -> ErrorClass {
        match self {
            Self::Rejected => ErrorClass::CredentialRejected,
        }
    }
}
