//! Who we are to a cluster, kept fresh: one refresh at a time, away from requests, and never without end. Knows nothing of paths, and
//! nothing of HTTP.
//!
//! A connection has one live credential. Requests read it without waiting. One task, owned by the connection, asks the provider again
//! before the credential expires, when the API server refused it, or when its file is due to be read; a good old one stays until there is
//! a good new one. A credential that is refused again and again opens a breaker, so that no program is run and no API server is asked
//! without end.

use std::fmt;

use async_trait::async_trait;
use jiff::Timestamp;
use secrecy::SecretString;

mod bearer;
mod breaker;
mod error;
mod exec;
mod file;
mod live;
mod origin;

pub use self::error::AuthError;
pub use self::exec::ExecOptions;

pub(crate) use self::bearer::Bearers;
pub(crate) use self::breaker::Circuit;
pub(crate) use self::file::read_bounded;
pub(crate) use self::live::{Auth, Material as PreparedMaterial, Timing, Validity, remaining};
pub(crate) use self::origin::{ClusterInfo, Origin, Renewal};

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

/// Hands out credentials. Called once at a time and never inside a request; the caller bounds how long it may take.
#[async_trait]
pub trait CredentialProvider: fmt::Debug + Send + Sync + 'static {
    /// A credential that is good now.
    ///
    /// # Errors
    /// [`AuthError`] when none can be had.
    async fn credential(&self) -> Result<Credential, AuthError>;
}

// === impl Credential ===

impl Credential {
    /// A credential that is good until it is refused.
    #[must_use]
    pub fn new(material: Material) -> Self {
        Self { material, expires: None }
    }

    /// Sets when it stops being good.
    #[must_use]
    pub fn with_expiry(mut self, expires: Timestamp) -> Self {
        self.expires = Some(expires);
        self
    }
}

// === impl Material ===

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
