//! The way of a request: address, turn, limit, credential, attempt, verdict. A thin rim around [`decide`](super::decide): what is decided is
//! decided there.

mod script;
mod service;

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use core_client::RetryHint;
use core_client::error::DispatchKind;
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode, Uri, header};
use jiff::Timestamp;
use octocrab::OctoBody;
use tokio_util::sync::CancellationToken;

use self::script::{Replay, Script};
pub(super) use self::service::Conduit;
use super::breaker::Breaker;
use super::cache::Cache;
use super::call::Call;
use super::credential::{Credential, CredentialKind};
use super::decide::{self, Asked, Ended, Persistence, Progress, Verdict};
use super::error::{GithubError, GithubErrorKind, Place};
use super::gate::{self, Gate, Wish};
use super::instance::{Base, Party};
use super::limits::{self, Resource};
use super::link;
use super::metrics::Recorder;
use super::options::GithubOptions;
use super::time::Time;
use super::tokens::Tokens;
use super::transport::{Answer, Lost, Read, Transport, read, whole};

/// A refusal is read this far to see what it refers to.
const MAX_REFUSAL: usize = 64 << 10;

/// Everything one client is made of, apart from the deadline of its calls.
pub(super) struct Core {
    pub(super) place: Place,
    pub(super) base: Base,
    pub(super) credential: Credential,
    pub(super) tokens: Arc<Tokens>,
    pub(super) gate: Arc<Gate>,
    pub(super) breaker: Arc<Mutex<Breaker>>,
    pub(super) transport: Transport,
    pub(super) user_agent: HeaderValue,
    pub(super) options: Arc<GithubOptions>,
    pub(super) time: Arc<dyn Time>,
    pub(super) recorder: Recorder,
    pub(super) cache: Cache,
    pub(super) stop: CancellationToken,
    pub(super) last: Mutex<Last>,
}

/// How calls went last.
#[derive(Debug, Default, Clone)]
pub(super) struct Last {
    pub(super) success: Option<Timestamp>,
    pub(super) failure: Option<(Timestamp, GithubError)>,
}

// === impl Core ===

impl Core {
    /// Makes a call and keeps the score. Ends with the factory.
    pub(super) async fn call(
        self: &Arc<Self>,
        request: Request<OctoBody>,
        deadline: Duration,
    ) -> Result<Response<Answer>, GithubError> {
        let call = Call::begin(Arc::clone(&self.time), self.place.clone(), deadline);
        let method = method_name(request.method());
        let begun = call.ticks();
        let outcome = match self.stop.run_until_cancelled(self.pursue(request, &call)).await {
            Some(outcome) => outcome,
            None => Err(GithubError::new(&self.place, GithubErrorKind::Closed)),
        };
        let word = match &outcome {
            Ok(response) => class(response.status()),
            Err(error) => error.kind().as_str(),
        };
        self.recorder.called(self.credential.kind(), method, word, call.ticks().saturating_sub(begun));
        let mut last = lock(&self.last);
        match &outcome {
            Ok(_) => last.success = Some(call.now()),
            Err(error) => last.failure = Some((call.now(), error.clone())),
        }
        outcome
    }

    async fn pursue(
        self: &Arc<Self>,
        request: Request<OctoBody>,
        call: &Call,
    ) -> Result<Response<Answer>, GithubError> {
        let (parts, body) = request.into_parts();
        let (uri, party) =
            self.base.resolve(&parts.uri).map_err(|host| self.fail(GithubErrorKind::ForeignHost { host }))?;
        let mut headers = parts.headers;
        headers.insert(header::USER_AGENT, self.user_agent.clone());
        headers.entry(header::ACCEPT).or_insert(HeaderValue::from_static("application/vnd.github+json"));
        headers.remove(header::AUTHORIZATION);
        let mut script = Script { method: parts.method, uri, headers, body: Replay::of(body) };
        let path = match party {
            Party::Api { path } => path,
            Party::Companion { with_credential } => return self.visit(script, with_credential, call).await,
        };
        if self.options.conditional && self.cache.is_for(&script.method, &script.headers) {
            return self.cached(script, path, call).await;
        }
        let change = script.change(&path).await;
        // Also when the caller goes away: the change may have been made all the same.
        let _changing = change.then(|| self.cache.changing());
        self.persist(&mut script, &path, change, call).await
    }

    /// Sends until the answer stands.
    async fn persist(
        &self,
        script: &mut Script,
        path: &str,
        change: bool,
        call: &Call,
    ) -> Result<Response<Answer>, GithubError> {
        let resource = Resource::of_path(path);
        let wish = Wish { resource, change };
        let replayable = script.body.is_replayable();
        let asked_method = script.method.clone();
        let asked =
            Asked { method: &asked_method, replayable, renewable: self.credential.kind() != CredentialKind::Anonymous };
        let persistence = Persistence { attempts: self.options.attempts.max(1), backoff: self.options.backoff };
        let (mut attempts, mut renewed) = (0, false);
        self.gate.earn();
        loop {
            let pass = self.gate.enter(wish, call, &self.place, &self.options, &self.recorder).await?;
            let bearer = self.token(call).await?;
            self.admit()?;
            let Some(request) = script.next(bearer.as_ref().map(|bearer| bearer.header())) else {
                return Err(self.fail(GithubErrorKind::Unauthenticated));
            };
            attempts += 1;
            let sent = self.transport.send(request, call.left().min(self.options.attempt_timeout)).await;
            let now = call.now();
            let (response, documentation) = match self.heard(sent, resource, call).await {
                Ok((response, documentation)) => (Ok(response), documentation),
                Err(lost) => (Err(lost), None),
            };
            drop(pass);
            let ended = match &response {
                Ok(response) => Ended::Answer(decide::Answer {
                    status: response.status(),
                    headers: response.headers(),
                    rate: limits::read(response.headers(), resource, now),
                    documentation_url: documentation.as_deref(),
                }),
                Err(lost) => Ended::NoAnswer(lost.kind),
            };
            let progress = Progress { attempts, renewed, left: call.left() };
            let verdict = decide::decide(asked, progress, ended, persistence, now, rand::random());
            tracing::debug!(?verdict, attempts, method = asked_method.as_str(), "an attempt ended");
            match verdict {
                Verdict::HandOn => match response {
                    Ok(response) => return self.hand_on(response),
                    Err(lost) => return Err(self.gave_up(Err(lost), attempts, &asked_method, now)),
                },
                Verdict::Renew => {
                    renewed = true;
                    if let Some(bearer) = &bearer {
                        bearer.refuse();
                    }
                    self.recorder.repeated("unauthenticated");
                }
                Verdict::Repeat { wait } => {
                    if !self.gate.spend() {
                        return Err(self.gave_up(response, attempts, &asked_method, now));
                    }
                    self.recorder.repeated(if response.is_ok() { "status" } else { "no_answer" });
                    self.recorder.waited("backoff", wait);
                    call.sleep(wait).await;
                }
                Verdict::Await { until, limit } => {
                    // The gate waits for it, with everybody else.
                    self.gate.close(resource, until, limit);
                    self.recorder.repeated(gate::word(limit));
                }
                Verdict::Limited { until, limit } => {
                    self.gate.close(resource, until, limit);
                    let wait = call.until_then(until);
                    return Err(self.fail(GithubErrorKind::RateLimited { limit, reset: until, wait }));
                }
                Verdict::Unauthenticated => {
                    if let Some(bearer) = &bearer {
                        bearer.refuse();
                    }
                    return Err(self.fail(GithubErrorKind::Unauthenticated));
                }
                Verdict::GiveUp => return Err(self.gave_up(response, attempts, &asked_method, now)),
            }
        }
    }

    /// The token for the next attempt. What failed and may pass is waited for, as nothing was sent yet.
    async fn token(&self, call: &Call) -> Result<Option<Arc<super::tokens::Bearer>>, GithubError> {
        let mut failures = 0;
        loop {
            let error = match call.bound("fetching a token", self.tokens.get(&self.credential)).await? {
                Ok(bearer) => return Ok(bearer),
                Err(error) => error,
            };
            failures += 1;
            let pause = self.options.backoff.delay(failures, rand::random());
            let (passes, wait) = match error.retry_hint() {
                RetryHint::Never => (false, pause),
                RetryHint::After(asked) => (true, pause.max(asked)),
                _ => (true, pause),
            };
            if !passes || failures >= self.options.attempts || wait > call.left() || !self.gate.spend() {
                return Err(error);
            }
            self.recorder.repeated("token");
            call.sleep(wait).await;
            self.tokens.retry(&self.credential);
        }
    }

    /// Takes from an outcome what everybody should know: limits, and whether connections come about. Of a refusal that may be a limit the
    /// body is read, for the link in it.
    async fn heard(
        &self,
        sent: Result<Response<Answer>, Lost>,
        resource: Resource,
        call: &Call,
    ) -> Result<(Response<Answer>, Option<String>), Lost> {
        let response = match sent {
            Ok(response) => {
                lock(&self.breaker).came_about();
                response
            }
            Err(lost) => {
                if matches!(lost.kind, DispatchKind::Connect | DispatchKind::ConnectTimeout | DispatchKind::Tls) {
                    lock(&self.breaker).failed(self.time.ticks(), self.options.rest_after, self.options.rest);
                }
                return Err(lost);
            }
        };
        if let Some(rate) = limits::read(response.headers(), resource, call.now()) {
            self.gate.observe(rate);
            self.recorder.remaining(self.credential.kind(), rate.resource.as_str(), rate.remaining);
        }
        if !matches!(response.status(), StatusCode::FORBIDDEN | StatusCode::TOO_MANY_REQUESTS) {
            return Ok((response, None));
        }
        let (parts, body) = response.into_parts();
        let body = match tokio::time::timeout(call.left(), read(body, MAX_REFUSAL)).await {
            Ok(body) => body,
            Err(late) => return Err(Lost { kind: DispatchKind::Timeout, cause: Arc::new(late) }),
        };
        match body {
            Ok(Read::Whole(bytes)) => {
                let documentation = decide::documentation_url(&bytes);
                Ok((Response::from_parts(parts, whole(bytes)), documentation))
            }
            Ok(Read::Larger(body)) => Ok((Response::from_parts(parts, body), None)),
            Err(error) => Err(Lost { kind: DispatchKind::Closed, cause: error.into() }),
        }
    }

    fn admit(&self) -> Result<(), GithubError> {
        lock(&self.breaker)
            .admit(self.time.ticks(), self.options.rest_after, self.options.rest)
            .map_err(|(failures, retry_in)| self.fail(GithubErrorKind::Resting { failures, retry_in }))
    }

    /// An answer is the caller's, unless it would lead the caller to a stranger.
    fn hand_on(&self, response: Response<Answer>) -> Result<Response<Answer>, GithubError> {
        let next = link::next(response.headers()).and_then(|next| next.parse::<Uri>().ok());
        match next.filter(|next| next.host().is_some() && !self.base.is_own(next)) {
            Some(next) => {
                let host = next.host().unwrap_or_default().to_owned();
                Err(self.fail(GithubErrorKind::ForeignLink { host }))
            }
            None => Ok(response),
        }
    }

    fn gave_up(
        &self,
        response: Result<Response<Answer>, Lost>,
        attempts: u32,
        method: &Method,
        now: Timestamp,
    ) -> GithubError {
        self.fail(match response {
            Ok(response) => GithubErrorKind::Unavailable {
                status: response.status(),
                attempts,
                method: method.clone(),
                retry_after: limits::retry_after(response.headers(), now),
            },
            Err(lost) => GithubErrorKind::Dispatch { kind: lost.kind, attempts, source: lost.cause },
        })
    }

    /// A request to another host of the instance: sent once, and not counted.
    async fn visit(
        &self,
        mut script: Script,
        with_credential: bool,
        call: &Call,
    ) -> Result<Response<Answer>, GithubError> {
        let bearer = if with_credential { self.token(call).await? } else { None };
        let request = script.next(bearer.map(|bearer| bearer.header()));
        let Some(request) = request else { return Err(self.fail(GithubErrorKind::Unauthenticated)) };
        let sent = self.transport.send(request, call.left()).await;
        sent.map_err(|lost| self.gave_up(Err(lost), 1, &script.method, call.now()))
    }

    /// A GET whose answer may be known, or be on its way to somebody else.
    async fn cached(
        self: &Arc<Self>,
        script: Script,
        path: String,
        call: &Call,
    ) -> Result<Response<Answer>, GithubError> {
        let key = self.cache.key(&self.base.text(), self.credential.id(), &script.uri, &script.headers);
        let fetch = {
            let core = Arc::clone(self);
            let deadline = call.left();
            let (method, uri, headers) = (script.method.clone(), script.uri.clone(), script.headers.clone());
            move |conditions: HeaderMap| {
                let (core, path) = (Arc::clone(&core), path.clone());
                let mut headers = headers.clone();
                headers.extend(conditions);
                let mut script = Script { method: method.clone(), uri: uri.clone(), headers, body: Replay::Empty };
                async move {
                    let call = Call::begin(Arc::clone(&core.time), core.place.clone(), deadline);
                    core.persist(&mut script, &path, false, &call).await
                }
            }
        };
        let max = self.options.max_shared_body;
        let answer = self.cache.answer(key, fetch, max, &self.place, &self.recorder);
        call.bound("waiting for an answer", answer).await?
    }

    pub(super) fn fail(&self, kind: GithubErrorKind) -> GithubError {
        GithubError::new(&self.place, kind)
    }
}

impl fmt::Debug for Core {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Core").field("place", &self.place).finish_non_exhaustive()
    }
}

fn class(status: StatusCode) -> &'static str {
    match status.as_u16() / 100 {
        2 => "2xx",
        3 => "3xx",
        4 => "4xx",
        _ => "5xx",
    }
}

fn method_name(method: &Method) -> &'static str {
    const KNOWN: [&str; 6] = ["GET", "PUT", "POST", "DELETE", "PATCH", "HEAD"];
    KNOWN.into_iter().find(|known| *known == method.as_str()).unwrap_or("_OTHER")
}

pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
