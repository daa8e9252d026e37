//! One logical call: attempts, each with the current generation, and the waits between them.
//!
//! The first attempt runs without a box and without a timer of ours; everything that happens after it failed lives in another future.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

use ::http::{HeaderMap, Method, StatusCode, header};
use reqwest::{Request, Response};
use tracing::Instrument as _;

use super::client::Inner;
use super::deadline::Deadline;
use super::hook::{Hooked, RequestHook};
use super::options::ExpiredPolicy;
use super::retry::{Outcome, RetryClass, RetryRules, after, classify};
use super::token::{Token, TokenSource};
use super::{Generation, answer, carry, failure};
use crate::error::{ApiMisuse, Error};
use crate::telemetry::span;
use crate::trace::TraceContext;

/// Everything that stays the same from attempt to attempt.
pub(super) struct Call<'a> {
    pub(super) inner: &'a Inner,
    pub(super) hook: Option<&'a Arc<dyn RequestHook>>,
    pub(super) tokens: Option<&'a Arc<dyn TokenSource>>,
    pub(super) trace: Propagation<'a>,
    pub(super) rules: RetryRules,
    pub(super) idempotent: Option<bool>,
    pub(super) operation: &'static str,
    /// Whether the body of a success carries its status, for bindings.
    pub(super) for_bindings: bool,
}

/// Which trace headers a call carries.
#[derive(Clone, Copy)]
pub(super) enum Propagation<'a> {
    /// None but those the caller set.
    Off,
    /// Those of the current span, else of this context.
    On(Option<&'a TraceContext>),
}

/// How an attempt failed.
struct Failure {
    error: Error,
    /// Whether the attempt was sent or tried to be; what failed before that fails again.
    replayable: bool,
}

// === impl Call ===

impl Call<'_> {
    /// Sends until there is a success, or a failure that stands.
    pub(super) async fn run(&self, request: Request) -> Result<Response, Error> {
        self.check_target(&request)?;
        let repeatable = self.inner.policy.begin() || self.tokens.is_some();
        let deadline = Deadline::after(request.timeout().copied().unwrap_or(self.inner.options.total_timeout));
        // A body that cannot be cloned cannot be sent twice: then the first outcome stands.
        let spare = if repeatable { duplicate(&request) } else { None };
        let mut token = None;
        match (self.attempt(request, deadline, 0, &mut token).await, spare) {
            (Ok(response), _) => Ok(response),
            (Err(failure), Some(spare)) if failure.replayable => {
                Box::pin(self.again(spare, deadline, failure.error, token)).await
            }
            (Err(failure), _) => Err(failure.error),
        }
    }

    /// Whoever asks us to add trust to a request for another host has mixed up two clients.
    fn check_target(&self, request: &Request) -> Result<(), Error> {
        let (url, base) = (request.url(), self.inner.endpoint.url());
        let same = url.host_str() == base.host_str()
            && url.port_or_known_default() == base.port_or_known_default()
            && url.scheme() == base.scheme();
        if same {
            return Ok(());
        }
        let host = url.host_str().unwrap_or_default();
        let own = self.inner.endpoint.authority();
        Err(ApiMisuse::new(format!(
            "a request for {host} was given to the client of {own}; build it from the client's endpoint"
        ))
        .into())
    }

    async fn again(
        &self,
        spare: Request,
        deadline: Deadline,
        first: Error,
        first_token: Option<Token>,
    ) -> Result<Response, Error> {
        let class = RetryClass::of(self.operation, self.rules).with_idempotent(self.idempotent);
        let idempotent = class.is_idempotent(spare.method());
        let (mut last, mut token, mut renewed) = (first, first_token, false);
        for attempt in 1.. {
            let wait = match token.take() {
                // A refused token is no fault of the request, which the service has not looked at.
                Some(refused) if !renewed && last.status() == Some(StatusCode::UNAUTHORIZED) => {
                    renewed = true;
                    if let Some(tokens) = self.tokens {
                        tokens.invalidate(&refused);
                    }
                    Duration::ZERO
                }
                _ => match self.inner.policy.next(last.retry_hint(), idempotent, attempt) {
                    Some(wait) => wait,
                    None => return Err(last),
                },
            };
            // An answer in hand is worth more than an attempt that cannot finish.
            if wait >= deadline.remaining() {
                return Err(last);
            }
            self.inner.recorder.retried(spare.method(), self.operation);
            tracing::debug!(operation = self.operation, attempt, error = %crate::error::ErrorChain::new(&last), "repeating the request");
            tokio::time::sleep(wait).await;
            let Some(request) = spare.try_clone() else { return Err(last) };
            match self.attempt(request, deadline, attempt, &mut token).await {
                Ok(response) => return Ok(response),
                Err(failure) if failure.replayable => last = failure.error,
                Err(failure) => return Err(failure.error),
            }
        }
        Err(last)
    }

    async fn attempt(
        &self,
        request: Request,
        deadline: Deadline,
        number: u32,
        token: &mut Option<Token>,
    ) -> Result<Response, Failure> {
        let started = if number == 0 { Duration::ZERO } else { deadline.elapsed() };
        let method = request.method().clone();
        let span = span::attempt(&method, self.operation, &self.inner.endpoint, number);
        let sending = self.send(request, deadline, number, token);
        let result = if span.is_disabled() {
            sending.await
        } else {
            // Somebody listens, which costs more than a box.
            Box::pin(sending.instrument(span.clone())).await
        };
        let result = result.map_err(|failure| Failure { error: self.place(failure.error), ..failure });
        let outcome = result.as_ref().map(Response::status).map_err(|failure| &failure.error);
        span::finish(&span, &method, outcome);
        self.inner.recorder.finished(&method, self.operation, outcome, deadline.elapsed().saturating_sub(started));
        result
    }

    async fn send(
        &self,
        mut request: Request,
        deadline: Deadline,
        number: u32,
        token: &mut Option<Token>,
    ) -> Result<Response, Failure> {
        let generation = self.inner.generation();
        let mut waited = number > 0;
        self.prepare(&generation, request.headers_mut(), deadline, token, &mut waited).await?;
        if waited {
            *request.timeout_mut() = Some(deadline.remaining());
        }
        let method = request.method().clone();
        let sent = generation.client().execute(request).await;
        let mut response = sent.map_err(|error| Failure::of(failure::dispatch_error(error)))?;
        if !response.status().is_success() {
            // Failures are the exception and need room, which every success would carry about.
            let error = Box::pin(answer::refusal(response)).await;
            let hint = self.classify(&method, &error);
            return Err(Failure::of(error.with_retry_hint(hint)));
        }
        let operation = carry::Operation(self.operation);
        if response.status() == StatusCode::NO_CONTENT || !answer::is_json(response.headers()) {
            response.extensions_mut().insert(operation);
            return Ok(response);
        }
        let limit = self.inner.options.max_response_bytes;
        let body = answer::read(&mut response, limit).await.map_err(Failure::of)?;
        Ok(carry::success(response, body, operation, self.for_bindings))
    }

    /// Everything before the wire. What fails here fails the call.
    async fn prepare(
        &self,
        generation: &Arc<Generation>,
        headers: &mut HeaderMap,
        deadline: Deadline,
        token: &mut Option<Token>,
        waited: &mut bool,
    ) -> Result<(), Failure> {
        if self.inner.options.expired == ExpiredPolicy::Refuse {
            generation.ensure_valid_at(self.inner.clock.now()).map_err(Failure::local)?;
        }
        if let Some(tokens) = self.tokens {
            *waited = true;
            let fresh =
                deadline.bound(tokens.token(generation)).await.map_err(Failure::local)?.map_err(Failure::local)?;
            headers.insert(header::AUTHORIZATION, fresh.to_header().map_err(Failure::local)?);
            *token = Some(fresh);
        }
        if let Propagation::On(fallback) = self.trace
            && let Some(trace) = TraceContext::current().map(Cow::Owned).or_else(|| fallback.map(Cow::Borrowed))
        {
            trace.inject(headers);
        }
        match self.hook.map(|hook| hook.apply(generation, headers)) {
            None => Ok(()),
            Some(Hooked::Ready(done)) => done.map_err(Failure::local),
            Some(Hooked::Later(more)) => {
                *waited = true;
                let more = Box::pin(deadline.bound(more)).await.map_err(Failure::local)?.map_err(Failure::local)?;
                for name in more.keys() {
                    headers.remove(name);
                }
                for (name, value) in &more {
                    headers.append(name, value.clone());
                }
                Ok(())
            }
        }
    }

    fn classify(&self, method: &Method, error: &crate::error::ServiceError) -> crate::error::RetryHint {
        let retry_after = after::read(error.headers(), || self.inner.clock.now().into());
        let class = RetryClass::of(self.operation, self.rules).with_idempotent(self.idempotent);
        classify(method, class, Outcome::Answer { status: error.status(), retry_after })
    }

    /// Says in the error what was called and where.
    fn place(&self, error: Error) -> Error {
        let (host, operation) = (self.inner.endpoint.authority(), self.operation);
        match error {
            Error::Dispatch(error) => error.at(host, operation).into(),
            Error::Service(error) => error.at(host, operation).into(),
            Error::Decode(error) => error.at(host, operation).into(),
            local @ (Error::Construction(_) | Error::Credential(_) | Error::ApiMisuse(_)) => local,
        }
    }
}

/// A second copy of a request, or nothing when its body can be sent only once.
fn duplicate(request: &Request) -> Option<Request> {
    if request.body().is_some() {
        return request.try_clone();
    }
    // The same by hand: `try_clone` makes room for extensions, which ours do not have.
    let mut copy = Request::new(request.method().clone(), request.url().clone());
    copy.headers_mut().clone_from(request.headers());
    if let Some(total) = request.timeout() {
        *copy.timeout_mut() = Some(*total);
    }
    Some(copy)
}

// === impl Failure ===

impl Failure {
    /// The attempt went out, or tried to.
    fn of(error: impl Into<Error>) -> Self {
        Self { error: error.into(), replayable: true }
    }

    /// The attempt was never made.
    fn local(error: impl Into<Error>) -> Self {
        Self { error: error.into(), replayable: false }
    }
}
