//! The exchange at the identity service, over HTTP. Knows nothing of caches.

use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use core_client::credentials::{Clock, SystemClock};
use core_client::error::Error;
use core_client::http::{CallContext, HttpClient};
use http::header::CONTENT_TYPE;
use http::{HeaderValue, Method, StatusCode};
use jiff::SignedDuration;
use secrecy::{ExposeSecret, SecretString};

use super::exchange::{ExchangeError, ExchangeRequest, TokenAnswer, TokenExchange};
use super::jwks::KeySet;
use super::passport::{Passport, PassportError, Unverified};
use crate::context::RequestContext;
use crate::headers::CLIENT_CERTIFICATE;
use crate::memo::{Fresh, Memo};

/// Where every service of the platform issues tokens.
pub(super) const TOKEN_PATH: &str = "/oauth2/v2/token";
const KEYS_PATH: &str = "/oauth2/v2/jwks";
const FORM: HeaderValue = HeaderValue::from_static("application/x-www-form-urlencoded");

/// How long a key set is used.
const KEYS_KEPT: SignedDuration = SignedDuration::from_hours(1);
/// How long after reading the set an unknown key is believed to be no new one.
const KEYS_SETTLED: SignedDuration = SignedDuration::from_secs(10);

/// Exchanges tokens at the identity service. Put a [`CachedExchange`](super::CachedExchange) around it.
///
/// By default the channel is trusted to bring good passports, as the originals do;
/// [`with_verification`](Self::with_verification) checks their signatures as well.
#[derive(Clone, Debug)]
pub struct IdentityExchange {
    http: HttpClient,
    clock: Arc<dyn Clock>,
    keys: Option<Memo<(), Keys>>,
}

#[derive(Clone, Debug)]
struct Keys {
    set: Arc<KeySet>,
    settled_at: jiff::Timestamp,
}

// === impl IdentityExchange ===

impl IdentityExchange {
    /// Exchanges through a client of the identity service. The client must not have a token source of its own: the exchange
    /// carries no `Authorization`.
    #[must_use]
    pub fn new(http: HttpClient) -> Self {
        Self { http, clock: Arc::new(SystemClock::default()), keys: None }
    }

    /// Sets the clock that dates are compared with. Default: the machine's. Set it before
    /// [`with_verification`](Self::with_verification).
    #[must_use]
    pub fn with_clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.keys = self.keys.map(|keys| keys.with_clock(Arc::clone(&clock)));
        self.clock = clock;
        self
    }

    /// Verifies the ES512 signature of every passport with the key set of the identity service, which is read when first
    /// needed, again after an hour, and when a passport names a key that is not in it, though not within ten seconds.
    #[must_use]
    pub fn with_verification(mut self) -> Self {
        self.keys = Some(Memo::new(1).with_clock(Arc::clone(&self.clock)));
        self
    }

    async fn passport(&self, compact: &str, context: &RequestContext) -> Result<Passport, ExchangeError> {
        let passport = Unverified::parse(compact).map_err(ExchangeError::Passport)?;
        if let Some(keys) = &self.keys {
            self.verify(&passport, keys, context).await?;
        }
        passport.check(self.clock.now()).map_err(ExchangeError::Passport)
    }

    async fn verify(
        &self,
        passport: &Unverified<'_>,
        memo: &Memo<(), Keys>,
        context: &RequestContext,
    ) -> Result<(), ExchangeError> {
        let keys = memo.get((), || self.keys(context)).await.map_err(ExchangeError::Keys)?;
        match keys.set.verify(passport) {
            Err(PassportError::UnknownKey) if keys.settled_at <= self.clock.now() => {
                memo.forget(&()).await;
                let keys = memo.get((), || self.keys(context)).await.map_err(ExchangeError::Keys)?;
                keys.set.verify(passport)
            }
            verdict => verdict,
        }
        .map_err(ExchangeError::Passport)
    }

    async fn keys(&self, context: &RequestContext) -> Result<Fresh<Keys>, Error> {
        let call = CallContext::new(self.http.clone()).with_trace(context.trace().cloned());
        let answer = call.request(Method::GET, KEYS_PATH).operation("get_jwks").send().await?;
        let set = Arc::new(answer.json::<KeySet>().await?);
        let now = self.clock.now();
        let after = |time| now.checked_add(time).unwrap_or(now);
        Ok(Fresh { value: Keys { set, settled_at: after(KEYS_SETTLED) }, until: after(KEYS_KEPT) })
    }
}

#[async_trait]
impl TokenExchange for IdentityExchange {
    async fn exchange(&self, request: &ExchangeRequest) -> Result<Arc<Passport>, ExchangeError> {
        let call = CallContext::new(self.http.clone()).with_trace(request.context.trace().cloned());
        let mut post = call
            .request(Method::POST, TOKEN_PATH)
            .operation("exchange_token")
            // An exchange changes nothing at the other end.
            .idempotent(true)
            .header(CONTENT_TYPE, FORM)
            .body(secret_body(&request.form()?));
        if let Some(certificate) = request.context.certificate() {
            post = post.header(CLIENT_CERTIFICATE, certificate.header().clone());
        }
        let answer = post.send().await.map_err(failed)?;
        if answer.status() != StatusCode::OK {
            return Err(ExchangeError::Failed(answer.status()));
        }
        let body = answer.bytes().await.map_err(failed)?;
        let compact = TokenAnswer::passport(&body)?;
        self.passport(compact.expose_secret(), &request.context).await.map(Arc::new)
    }
}

/// A form that holds a token, in memory that is wiped when the request is done with it.
pub(super) fn secret_body(form: &SecretString) -> Bytes {
    Bytes::from_owner(Wiped(zeroize::Zeroizing::new(form.expose_secret().as_bytes().to_vec())))
}

struct Wiped(zeroize::Zeroizing<Vec<u8>>);

impl AsRef<[u8]> for Wiped {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

fn failed(error: Error) -> ExchangeError {
    match error.as_service() {
        Some(answer) => match ExchangeError::classify(answer.status(), answer.code()) {
            ExchangeError::Unavailable(_) => ExchangeError::Unavailable(Some(error)),
            class => class,
        },
        None => ExchangeError::Unavailable(Some(error)),
    }
}
