//! Access tokens for this service itself, got with its client certificate.
//!
//! The way services authenticated before the certificate alone was enough; the identity service still supports it. Such a
//! token is bound to the certificate it was got with. Knows nothing of what the tokens are used for.

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use async_trait::async_trait;
use core_client::credentials::Clock;
use core_client::error::{ConstructionError, ConstructionKind, Error};
use core_client::http::{CallContext, Generation, Hooked, HttpClient, RequestHook, Token, TokenSource};
use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderValue, Method};
use jiff::SignedDuration;
use serde::Deserialize;

use super::exchange::TokenAnswer;
use crate::memo::{Fresh, Memo};

const DISCOVERY_PATH: &str = "/.well-known/openid-configuration";
const FORM: HeaderValue = HeaderValue::from_static("application/x-www-form-urlencoded");
/// How long before its end a token is renewed. The original's number.
const AHEAD: SignedDuration = SignedDuration::from_secs(60);
/// Certificates change one at a time; a few tokens are enough.
const CAPACITY: u64 = 8;

/// A [`TokenSource`] for [`HttpClient::with_token_source`]: client credentials over mutual TLS.
///
/// The token endpoint is discovered; it has to be at the host that is asked. A token is renewed a minute before it ends. It
/// belongs to the certificate it was got with and is never handed out for another, so a rotation needs no failed request.
/// Concurrent callers wait for one request.
#[derive(Clone)]
pub struct ClientCredentials {
    http: HttpClient,
    memo: Memo<Thumbprint, Arc<Held>>,
}

/// Of the certificate a token is bound to.
type Thumbprint = [u8; 32];

struct Held {
    token: Token,
    refused: AtomicBool,
}

/// Sees which certificate a request really travelled with.
#[derive(Debug, Default)]
struct Witness {
    thumbprint: OnceLock<Option<Thumbprint>>,
}

#[derive(Deserialize)]
struct Discovery {
    token_endpoint: String,
}

// === impl ClientCredentials ===

impl ClientCredentials {
    /// Gets tokens through a client of the identity service, which must present the same certificate as the clients that use
    /// the tokens and must not have a token source of its own.
    #[must_use]
    pub fn new(http: HttpClient) -> Self {
        Self { http, memo: Memo::new(CAPACITY) }
    }

    /// Sets the clock that dates are compared with. Default: the machine's.
    #[must_use]
    pub fn with_clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.memo = self.memo.with_clock(clock);
        self
    }

    async fn fetch(&self, wanted: Thumbprint) -> Result<Fresh<Arc<Held>>, Error> {
        let call = CallContext::new(self.http.clone());
        let discovery = call.request(Method::GET, DISCOVERY_PATH).operation("get_openid_configuration").send().await?;
        let discovery: Discovery = discovery.json().await?;
        let base = self.http.endpoint().base();
        let path =
            discovery.token_endpoint.strip_prefix(base).filter(|path| path.starts_with('/')).ok_or_else(|| {
                unusable(format!(
                    "the token endpoint is not below {base}; configure the host the identity service names"
                ))
            })?;

        let witness = Arc::new(Witness::default());
        let answer = call
            .with_hook(Arc::clone(&witness) as Arc<dyn RequestHook>)
            .request(Method::POST, path)
            .operation("get_client_credentials")
            // Another token takes nothing away.
            .idempotent(true)
            .header(CONTENT_TYPE, FORM)
            .body("grant_type=client_credentials")
            .send()
            .await?;
        let body = answer.bytes().await?;
        let (token, lifetime) = TokenAnswer::token(&body)?;
        let now = self.memo.now();
        // A rotation may have come between the question and the answer; then the token fits no later request.
        let fits = witness.thumbprint.get() == Some(&Some(wanted));
        let until = match lifetime.checked_sub(AHEAD) {
            Some(kept) if fits => now.checked_add(kept).unwrap_or(now),
            _ => now,
        };
        Ok(Fresh { value: Arc::new(Held { token, refused: AtomicBool::new(false) }), until })
    }
}

#[async_trait]
impl TokenSource for ClientCredentials {
    async fn token(&self, generation: &Arc<Generation>) -> Result<Token, Error> {
        let identity = generation
            .identity()
            .ok_or_else(|| unusable("client credentials need a client certificate; configure one".to_owned()))?;
        let thumbprint = *identity.thumbprint_sha256();
        let good = |held: &Arc<Held>| !held.refused.load(Ordering::Acquire);
        let held = self.memo.get_if(thumbprint, good, || self.fetch(thumbprint)).await?;
        Ok(held.token.clone())
    }

    fn invalidate(&self, token: &Token) {
        self.memo.for_each(|held| {
            if held.token == *token {
                held.refused.store(true, Ordering::Release);
            }
        });
    }
}

impl fmt::Debug for ClientCredentials {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("ClientCredentials").field("endpoint", self.http.endpoint()).finish_non_exhaustive()
    }
}

// === impl Witness ===

impl RequestHook for Witness {
    fn apply<'a>(&'a self, generation: &'a Arc<Generation>, _: &mut HeaderMap) -> Hooked<'a> {
        // Of several attempts the last one is answered; the first may be of another certificate, so it settles the matter
        // only when they agree.
        let thumbprint = generation.identity().map(|identity| *identity.thumbprint_sha256());
        self.thumbprint.get_or_init(|| thumbprint);
        Hooked::DONE
    }
}

fn unusable(what: String) -> Error {
    ConstructionError::new(ConstructionKind::Token, what).into()
}
