//! User tokens that renew themselves with the refresh grant.
//!
//! A refresh token is used once: the answer holds the next one, and the previous access token ends at once. So one process
//! refreshes, it keeps the new pair before it uses it, and it never repeats a request whose answer was lost. Knows nothing
//! of who the user is.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use core_client::credentials::{Clock, SystemClock};
use core_client::error::{ConstructionError, ConstructionKind, Error, ErrorChain, ErrorCode};
use core_client::http::{CallContext, Generation, HttpClient, Token, TokenSource};
use form_urlencoded::Serializer;
use futures::FutureExt as _;
use futures::future::{BoxFuture, Shared};
use http::header::CONTENT_TYPE;
use http::{HeaderValue, Method, StatusCode};
use jiff::{SignedDuration, Timestamp};
use secrecy::{ExposeSecret, SecretString};
use tokio::task::AbortHandle;

use super::exchange::TokenAnswer;
use super::remote::{TOKEN_PATH, secret_body};

const FORM: HeaderValue = HeaderValue::from_static("application/x-www-form-urlencoded");
/// How long before its end an access token is renewed.
const AHEAD: SignedDuration = SignedDuration::from_secs(60);

/// An access token and the refresh token that comes after it.
#[non_exhaustive]
#[derive(Clone, Debug)]
pub struct TokenPair {
    /// The access token.
    pub access_token: SecretString,
    /// Good for one refresh.
    pub refresh_token: SecretString,
    /// When the access token ends.
    pub expires_at: Timestamp,
}

/// Where the current pair is kept between one refresh and the next, and between one process and the next.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
#[async_trait]
pub trait TokenStore: fmt::Debug + Send + Sync {
    /// The current pair.
    ///
    /// # Errors
    ///
    /// When it cannot be read.
    async fn load(&self) -> Result<TokenPair, StoreError>;

    /// Replaces the pair. The new one is used only when this has succeeded.
    ///
    /// # Errors
    ///
    /// When it cannot be kept. It is tried again before the next request; until then the new pair is not used.
    async fn store(&self, pair: &TokenPair) -> Result<(), StoreError>;
}

/// Why a store failed. Its text must not hold tokens.
pub type StoreError = Box<dyn std::error::Error + Send + Sync>;

/// A [`TokenSource`] for [`HttpClient::with_token_source`]: the access token of a user, renewed before it ends.
///
/// Clones share one session. A refresh runs in a task of its own, so that a caller whose deadline passes does not lose the
/// answer; [`shutdown`](Self::shutdown) waits for it, dropping the last clone aborts it.
#[derive(Clone)]
pub struct RefreshedTokens {
    inner: Arc<Inner>,
    owner: Arc<Owner>,
}

struct Inner {
    http: HttpClient,
    store: Arc<dyn TokenStore>,
    client: Option<(String, SecretString)>,
    clock: Arc<dyn Clock>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    current: Option<Current>,
    running: Option<Running>,
    /// The service did not accept this one, whatever its dates say.
    refused: Option<Token>,
    /// Got, and not kept yet: the store failed.
    unsaved: Option<TokenPair>,
    /// Set when the refresh token is spent and its successor unknown.
    ended: Option<Error>,
}

struct Current {
    token: Token,
    renew_at: Timestamp,
}

type Running = Shared<BoxFuture<'static, Result<Token, Error>>>;

/// Ends a refresh nobody waits for any more.
#[derive(Default)]
struct Owner {
    running: Mutex<Option<AbortHandle>>,
}

// === impl TokenPair ===

impl TokenPair {
    /// A pair, as signing in gave it.
    pub fn new(
        access_token: impl Into<SecretString>,
        refresh_token: impl Into<SecretString>,
        expires_at: Timestamp,
    ) -> Self {
        Self { access_token: access_token.into(), refresh_token: refresh_token.into(), expires_at }
    }
}

// === impl RefreshedTokens ===

impl RefreshedTokens {
    /// Refreshes through a client of the identity service, which must not have a token source of its own.
    #[must_use]
    pub fn new(http: HttpClient, store: impl TokenStore + 'static) -> Self {
        let inner = Inner {
            http,
            store: Arc::new(store),
            client: None,
            clock: Arc::new(SystemClock::default()),
            state: Mutex::default(),
        };
        Self { inner: Arc::new(inner), owner: Arc::default() }
    }

    /// Names the OAuth2 client the session belongs to. Starts a session of its own.
    #[must_use]
    pub fn with_client(self, id: impl Into<String>, secret: impl Into<SecretString>) -> Self {
        self.changed(|inner| inner.client = Some((id.into(), secret.into())))
    }

    /// Sets the clock that dates are compared with. Default: the machine's. Starts a session of its own.
    #[must_use]
    pub fn with_clock(self, clock: Arc<dyn Clock>) -> Self {
        self.changed(|inner| inner.clock = clock)
    }

    /// Waits for a refresh that is under way, so that its answer is kept. May be called more than once.
    ///
    /// # Cancel safety
    ///
    /// A dropped call leaves the refresh running; the last clone aborts it.
    pub async fn shutdown(&self) {
        let running = self.inner.lock().running.clone();
        if let Some(running) = running
            && let Err(error) = running.await
        {
            tracing::warn!(error = %ErrorChain::new(&error), "the last refresh failed");
        }
    }

    /// Goes on after the session had ended, when a new sign-in has put another pair into the store.
    pub fn resume(&self) {
        let mut state = self.inner.lock();
        state.ended = None;
        state.current = None;
    }

    fn changed(self, change: impl FnOnce(&mut Inner)) -> Self {
        let mut inner = Inner {
            http: self.inner.http.clone(),
            store: Arc::clone(&self.inner.store),
            client: self.inner.client.clone(),
            clock: Arc::clone(&self.inner.clock),
            state: Mutex::default(),
        };
        change(&mut inner);
        Self { inner: Arc::new(inner), owner: Arc::default() }
    }

    /// The refresh that is under way, begun if there is none.
    fn refresh(&self, state: &mut State) -> Running {
        if let Some(running) = &state.running {
            return running.clone();
        }
        let inner = Arc::clone(&self.inner);
        let task = tokio::spawn(async move {
            let outcome = inner.refreshed().await;
            inner.lock().settle(outcome)
        });
        *self.owner.running.lock().unwrap_or_else(PoisonError::into_inner) = Some(task.abort_handle());
        let running =
            task.map(|joined| joined.unwrap_or_else(|_| Err(unusable("the refresh was abandoned")))).boxed().shared();
        state.running = Some(running.clone());
        running
    }
}

#[async_trait]
impl TokenSource for RefreshedTokens {
    async fn token(&self, _: &Arc<Generation>) -> Result<Token, Error> {
        let running = {
            let mut state = self.inner.lock();
            if let Some(error) = &state.ended {
                return Err(error.clone());
            }
            let now = self.inner.clock.now();
            match &state.current {
                Some(current) if current.renew_at > now => return Ok(current.token.clone()),
                _ => self.refresh(&mut state),
            }
        };
        running.await
    }

    fn invalidate(&self, token: &Token) {
        let mut state = self.inner.lock();
        if state.current.as_ref().is_some_and(|current| current.token == *token) {
            state.current = None;
            state.refused = Some(token.clone());
        }
    }
}

impl fmt::Debug for RefreshedTokens {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("RefreshedTokens")
            .field("endpoint", self.inner.http.endpoint())
            .field("store", &self.inner.store)
            .finish_non_exhaustive()
    }
}

// === impl Inner ===

/// What a refresh came to.
enum Outcome {
    /// A pair that is in the store.
    Kept(TokenPair),
    /// A pair that could not be put there.
    Unsaved(TokenPair, StoreError),
    /// Nothing changed; it can be tried again.
    Failed(Error),
    /// The session is over.
    Ended(Error),
}

impl Inner {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn refreshed(&self) -> Outcome {
        if let Some(pair) = self.unsaved() {
            return self.keep(pair).await;
        }
        let pair = match self.store.load().await {
            Ok(pair) => pair,
            Err(error) => {
                return Outcome::Failed(store_failed("the token pair could not be read from its store", error));
            }
        };
        if renew_at(&pair) > self.clock.now() && !self.is_refused(&pair) {
            return Outcome::Kept(pair);
        }
        match self.exchange(&pair).await {
            Ok(pair) => self.keep(pair).await,
            Err(error) if is_final(&error) => {
                let what = "the session is over: its refresh token is spent or its successor was lost; sign in again";
                Outcome::Ended(ConstructionError::new(ConstructionKind::Token, what).with_source(error).into())
            }
            Err(error) => Outcome::Failed(error),
        }
    }

    /// Puts the pair where it survives this process, before anybody uses it.
    async fn keep(&self, pair: TokenPair) -> Outcome {
        match self.store.store(&pair).await {
            Ok(()) => Outcome::Kept(pair),
            Err(error) => Outcome::Unsaved(pair, error),
        }
    }

    async fn exchange(&self, pair: &TokenPair) -> Result<TokenPair, Error> {
        let form = {
            let mut form = Serializer::new(String::new());
            form.append_pair("grant_type", "refresh_token")
                .append_pair("refresh_token", pair.refresh_token.expose_secret());
            if let Some((id, secret)) = &self.client {
                form.append_pair("client_id", id).append_pair("client_secret", secret.expose_secret());
            }
            SecretString::from(form.finish())
        };
        let answer = CallContext::new(self.http.clone())
            .request(Method::POST, TOKEN_PATH)
            .operation("refresh_token")
            // A refresh token is good once: a request that may have arrived is never sent again.
            .idempotent(false)
            .header(CONTENT_TYPE, FORM)
            .body(secret_body(&form))
            .send()
            .await?;
        let body = answer.bytes().await?;
        TokenAnswer::pair(&body, self.clock.now())
    }

    fn unsaved(&self) -> Option<TokenPair> {
        self.lock().unsaved.clone()
    }

    fn is_refused(&self, pair: &TokenPair) -> bool {
        self.lock().refused.as_ref().is_some_and(|refused| refused.expose() == pair.access_token.expose_secret())
    }
}

// === impl State ===

impl State {
    fn settle(&mut self, outcome: Outcome) -> Result<Token, Error> {
        self.running = None;
        match outcome {
            Outcome::Kept(pair) => {
                let token = Token::new(pair.access_token.clone());
                self.current = Some(Current { token: token.clone(), renew_at: renew_at(&pair) });
                self.unsaved = None;
                self.refused = None;
                Ok(token)
            }
            Outcome::Unsaved(pair, error) => {
                self.unsaved = Some(pair);
                Err(store_failed("the new token pair could not be kept; it is kept before the next request", error))
            }
            Outcome::Failed(error) => Err(error),
            Outcome::Ended(error) => {
                self.ended = Some(error.clone());
                Err(error)
            }
        }
    }
}

// === impl Owner ===

impl Drop for Owner {
    fn drop(&mut self) {
        if let Some(task) = self.running.get_mut().unwrap_or_else(PoisonError::into_inner).take() {
            task.abort();
        }
    }
}

fn renew_at(pair: &TokenPair) -> Timestamp {
    pair.expires_at.checked_sub(AHEAD).unwrap_or(Timestamp::MIN)
}

/// Whether the refresh token cannot be used again: the service said so, or it may have been used and the answer was lost.
fn is_final(error: &Error) -> bool {
    match error {
        Error::Dispatch(error) => error.may_have_been_sent(),
        Error::Decode(_) => true,
        Error::Service(answer) => match answer.status() {
            StatusCode::BAD_GATEWAY | StatusCode::GATEWAY_TIMEOUT => true,
            _ => answer.code() == Some(&ErrorCode::InvalidGrant),
        },
        _ => false,
    }
}

fn store_failed(what: &'static str, error: StoreError) -> Error {
    ConstructionError::new(ConstructionKind::Token, what).with_source(Opaque(error)).into()
}

/// Makes a boxed error a plain one.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
struct Opaque(StoreError);

fn unusable(what: &'static str) -> Error {
    ConstructionError::new(ConstructionKind::Token, what).into()
}

#[cfg(test)]
mod tests;
