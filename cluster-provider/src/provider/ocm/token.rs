//! Tokens for OCM: got with client credentials or an offline token, shared, renewed ahead of their end. Knows nothing of clusters.
//!
//! Source: `authentication/transport_wrapper.go` of ocm-sdk-go.

mod endpoint;
#[cfg(test)]
mod tests;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use core_client::bearer::{Bearer, BearerError, BearerSource};
use core_client::credentials::Clock;
use core_client::http::{HttpClient, RetryClass, Token};
use core_client::pool::{Made, Make, Pool, PoolError, PoolOptions};
use http::{HeaderValue, StatusCode};
use secrecy::{ExposeSecret as _, SecretString};
use sha2::{Digest as _, Sha256};
use tokio::time::Instant;

use self::endpoint::{Answer, Endpoint, Served};
use super::jwt::{self, TokenKind};
use super::rotations::Rotations;
use super::vault::{PATIENCE, Vault, VaultError};
use crate::secrets::{SecretData, SecretStoreError};

/// Longest time to ask for a token, repetitions included.
const LONGEST: Duration = Duration::from_secs(15);

/// How many refresh tokens are tried for one token: what came last, what this process remembers, and what is configured.
const ROUNDS: u32 = 3;

/// So long before its end another token is made.
const AHEAD: Duration = Duration::from_secs(60);

/// For how long a token is taken to be good that does not say.
const UNSAID: Duration = Duration::from_secs(300);

/// Pauses after a token could not be had.
const PAUSES: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(30));

/// Who a provider is to OCM. Shown by `Debug` without what proves it.
#[derive(Clone)]
pub struct OcmCredentials(pub(super) SecretData);

/// Why there is no token.
#[derive(Debug, thiserror::Error)]
pub(super) enum TokenError {
    #[error("the credential for OCM cannot be read")]
    Vault(#[from] VaultError),
    #[error("the credential for OCM has neither client_id and client_secret nor token")]
    Nothing,
    #[error("the credential for OCM has only one of client_id and client_secret")]
    Half,
    #[error("the access token for OCM has ended; give a refresh token or a client id and secret")]
    Ended,
    #[error("the request for a token cannot be written")]
    Unwritable,
    #[error("the token endpoint gives no token")]
    Refused(#[source] core_client::Error),
    #[error("the token endpoint answered without a token")]
    Empty,
    #[error("it is not known which refresh token came in place of the configured one")]
    Rotations(#[source] SecretStoreError),
}

/// Hands out tokens for OCM.
pub(super) struct OcmTokens(Pool<Maker>);

/// What makes them.
pub(super) struct Maker {
    endpoint: Box<dyn Endpoint>,
    vault: Vault,
    refresh_client_id: String,
    clock: Arc<dyn Clock>,
    rotated: Rotations,
}

// === impl OcmCredentials ===

impl OcmCredentials {
    /// A service account.
    pub fn client(id: impl Into<String>, secret: impl Into<SecretString>) -> Self {
        Self(SecretData::new().with("client_id", SecretString::from(id.into())).with("client_secret", secret))
    }

    /// An offline, refresh or access token, or the token of a pull secret; which one, it says itself.
    pub fn token(token: impl Into<SecretString>) -> Self {
        Self(SecretData::new().with("token", token))
    }
}

impl fmt::Debug for OcmCredentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("OcmCredentials").field(&self.0).finish()
    }
}

// === impl TokenError ===

impl TokenError {
    /// Whether there may be a token later without anybody's doing.
    fn is_transient(&self) -> bool {
        match self {
            Self::Vault(error) => error.is_transient(),
            Self::Nothing | Self::Half | Self::Ended | Self::Unwritable => false,
            Self::Refused(error) => match error.status() {
                Some(status) => status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS,
                None => true,
            },
            Self::Empty => true,
            Self::Rotations(error) => error.is_retryable(),
        }
    }
}

// === impl OcmTokens ===

impl OcmTokens {
    /// Tokens from the endpoint that `http` calls at `path`.
    pub(super) fn new(
        http: HttpClient,
        path: String,
        vault: Vault,
        refresh_client_id: String,
        clock: Arc<dyn Clock>,
        rotated: Rotations,
    ) -> Self {
        Self::over(Maker { endpoint: Box::new(Served { http, path }), vault, refresh_client_id, clock, rotated })
    }

    fn over(maker: Maker) -> Self {
        // A request that was sent is not cut off: what it brings may be all that is good from then on. So there is time for the credential, and in
        // each round for a look at the place of rotated tokens, the request, and keeping what it brought.
        let longest = PATIENCE + ROUNDS * (LONGEST + 2 * PATIENCE);
        let options = PoolOptions::default().with_timeout(longest).with_pauses(PAUSES.0, PAUSES.1);
        Self(Pool::new(maker, options))
    }

    /// Ends what is under way, and waits for that.
    pub(super) async fn close(&self) {
        self.0.close().await;
    }
}

#[async_trait]
impl BearerSource for OcmTokens {
    async fn bearer(&self) -> Result<Bearer, BearerError> {
        self.0.get(&()).await.map(Bearer::new).map_err(|error| {
            let transient = match &error {
                PoolError::Failed { error, .. } => error.is_transient(),
                PoolError::Closed => false,
                _ => true,
            };
            BearerError::new("OCM", Arc::new(error)).with_transient(transient)
        })
    }

    fn invalidate(&self, token: &Token) {
        // Another one may have come meanwhile.
        if self.0.peek(&()).is_some_and(|held| held.is_ok_and(|held| held == *token)) {
            self.0.evict(&());
        }
    }
}

impl fmt::Debug for OcmTokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OcmTokens").finish_non_exhaustive()
    }
}

// === impl Maker ===

#[async_trait]
impl Make for Maker {
    type Key = ();
    type Item = Token;
    type Error = TokenError;

    async fn make(&self, (): &()) -> Result<Made<Token>, TokenError> {
        let credential = self.vault.read().await?;
        let member = |name| credential.get(name).filter(|value| !value.expose_secret().is_empty());
        match (member("client_id"), member("client_secret"), member("token")) {
            (Some(id), Some(secret), _) => self.by_client(id, secret).await,
            // Half a pair is a mistake that a token beside it would hide.
            (Some(_), None, _) | (None, Some(_), _) => Err(TokenError::Half),
            (None, None, Some(token)) => self.by_token(token).await,
            (None, None, None) => Err(TokenError::Nothing),
        }
    }

    fn patience(&self, error: &TokenError) -> Option<Duration> {
        match error {
            TokenError::Refused(error) => match error.retry_hint() {
                core_client::RetryHint::After(wait) => Some(wait),
                _ => None,
            },
            _ => None,
        }
    }
}

impl Maker {
    async fn by_client(&self, id: &SecretString, secret: &SecretString) -> Result<Made<Token>, TokenError> {
        let (id, secret) = (id.expose_secret(), secret.expose_secret());
        let login = zeroize::Zeroizing::new(format!("{id}:{secret}"));
        let basic = zeroize::Zeroizing::new(format!("Basic {}", STANDARD.encode(login.as_bytes())));
        let mut basic = HeaderValue::try_from(basic.as_str()).map_err(|_| TokenError::Unwritable)?;
        basic.set_sensitive(true);
        let form = [("grant_type", "client_credentials"), ("client_id", id), ("scope", "openid")];
        // Asking twice gives two tokens, which harms nobody.
        let answer = self.endpoint.ask(&form, Some(basic), RetryClass::default().with_idempotent(Some(true))).await?;
        self.made(answer)
    }

    async fn by_token(&self, configured: &SecretString) -> Result<Made<Token>, TokenError> {
        let of: [u8; 32] = Sha256::digest(configured.expose_secret()).into();
        let configured_kind = jwt::kind_of(configured.expose_secret());
        if let TokenKind::Access(expires) = configured_kind {
            let left = expires.map_or(Ok(UNSAID), |expires| self.left(expires).ok_or(TokenError::Ended))?;
            return Ok(Made::until(Token::new(configured.clone()), Instant::now() + left));
        }
        if configured_kind == TokenKind::PullSecret {
            return Ok(Made::lasting(Token::new(configured.clone()).with_scheme("AccessToken")));
        }
        let mut refused: Vec<[u8; 32]> = Vec::new();
        let mut last = TokenError::Nothing;
        // The one that came last, and when that is no good any more, an earlier one. What others put in its place meanwhile is for the next time.
        for _ in 0..ROUNDS {
            let Some(refresh) = self.rotated.next(of, configured, &refused).await? else { break };
            let form = [
                ("grant_type", "refresh_token"),
                ("client_id", self.refresh_client_id.as_str()),
                ("refresh_token", refresh.expose_secret()),
            ];
            // A token that may be used once must not be shown twice.
            let class = RetryClass::default().with_untouched(&[429, 503]);
            match self.endpoint.ask(&form, None, class).await {
                Ok(answer) => {
                    let came = answer.refresh_token.as_ref().filter(|token| !token.expose_secret().is_empty());
                    if let Some(token) = came.filter(|came| came.expose_secret() != refresh.expose_secret()) {
                        self.rotated.replace(of, token.clone()).await;
                    }
                    return self.made(answer);
                }
                Err(error) if error.is_transient() => return Err(error),
                Err(error) => {
                    refused.push(Sha256::digest(refresh.expose_secret()).into());
                    last = error;
                }
            }
        }
        Err(last)
    }

    fn made(&self, answer: Answer) -> Result<Made<Token>, TokenError> {
        let token = answer.access_token.filter(|token| !token.expose_secret().is_empty()).ok_or(TokenError::Empty)?;
        let told = answer.expires_in.filter(|seconds| *seconds > 0.0);
        let told = told.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
        let says = jwt::expiry_of(token.expose_secret()).and_then(|expires| self.left(expires));
        let left = match (told, says) {
            (Some(told), Some(says)) => told.min(says),
            (one, other) => one.or(other).unwrap_or(UNSAID),
        };
        let now = Instant::now();
        // No clock of ours goes further than a day without asking again.
        let left = left.min(Duration::from_secs(24 * 60 * 60));
        let renew = now + left.saturating_sub(AHEAD.min(left / 2));
        Ok(Made::until(Token::new(token), now + left).renewed_from(renew))
    }

    /// How long it is until then; nothing when that is past.
    fn left(&self, expires: jiff::Timestamp) -> Option<Duration> {
        let left = expires.as_second().saturating_sub(self.clock.now().as_second());
        u64::try_from(left).ok().filter(|left| *left > 0).map(Duration::from_secs)
    }
}
