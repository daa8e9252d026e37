//! Bearer tokens for calls that need one. Knows nothing of how tokens are made.

use std::fmt;
use std::sync::Arc;

use ::http::HeaderValue;
use async_trait::async_trait;
use secrecy::{ExposeSecret as _, SecretString};

use super::Generation;
use crate::error::{ConstructionError, ConstructionKind, Error};

/// Where a client's `Authorization` comes from.
///
/// [`HttpClient::with_token_source`](super::HttpClient::with_token_source) asks before each attempt, so an implementation caches and
/// renews ahead of expiry. After a 401 the client calls [`invalidate`](Self::invalidate), asks again and repeats the request once.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
#[async_trait]
pub trait TokenSource: fmt::Debug + Send + Sync {
    /// A token for a request that travels on `generation`. A token that is bound to a certificate must be bound to that one.
    ///
    /// # Errors
    /// When no token can be had; the request is then not sent.
    ///
    /// # Cancel safety
    /// The future is dropped when the deadline of the call passes; what others wait for must go on.
    async fn token(&self, generation: &Arc<Generation>) -> Result<Token, Error>;

    /// The service did not accept this token: do not hand it out again.
    fn invalidate(&self, token: &Token);
}

/// What `Authorization` shows: a bearer token, unless it says otherwise. Masked in `Debug`, wiped from memory with the last clone, and a
/// sensitive header on the wire.
#[derive(Clone)]
pub struct Token {
    secret: Arc<SecretString>,
    scheme: &'static str,
}

// === impl Token ===

impl Token {
    /// Takes the token without the word `Bearer`.
    pub fn new(token: impl Into<SecretString>) -> Self {
        Self { secret: Arc::new(token.into()), scheme: "Bearer" }
    }

    /// Shown with another word than `Bearer` before it.
    #[must_use]
    pub fn with_scheme(mut self, scheme: &'static str) -> Self {
        self.scheme = scheme;
        self
    }

    /// The token, for those who send it.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.secret.expose_secret()
    }

    /// `Bearer <token>`, or with the other word, marked as sensitive.
    ///
    /// # Errors
    /// When the token has characters that a header cannot carry.
    pub fn to_header(&self) -> Result<HeaderValue, Error> {
        let mut value = HeaderValue::try_from(format!("{} {}", self.scheme, self.expose()))
            .map_err(|_| ConstructionError::new(ConstructionKind::Token, "the token is not fit for a header"))?;
        value.set_sensitive(true);
        Ok(value)
    }
}

impl PartialEq for Token {
    fn eq(&self, other: &Self) -> bool {
        self.scheme == other.scheme && (Arc::ptr_eq(&self.secret, &other.secret) || self.expose() == other.expose())
    }
}

impl Eq for Token {}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(<masked>)")
    }
}
