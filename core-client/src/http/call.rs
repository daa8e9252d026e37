//! One logical call: attempts, each with the current generation, and the waits between them.
//!
//! The first attempt runs without a box and with one timer; everything that happens after it failed lives in another future.

use std::borrow::Cow;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::time::Duration;

use ::http::{HeaderMap, Method, StatusCode, header};
use reqwest::Request;
use tokio::time::Sleep;
use tracing::Instrument as _;

use super::answer::{Answer, Content};
use super::body::Inflow;
use super::client::Inner;
use super::deadline::{self, Deadline};
use super::hook::{Hooked, RequestHook};
use super::message::Message;
use super::options::ExpiredPolicy;
use super::retry::{Outcome, RetryClass, after, classify};
use super::token::{Token, TokenSource};
use super::{Generation, answer, failure};
use crate::error::{ApiMisuse, Error};
use crate::telemetry::span;
use crate::trace::TraceContext;

/// Everything that stays the same from attempt to attempt.
pub(super) struct Call<'a> {
    pub(super) inner: &'a Inner,
    pub(super) hook: Option<&'a Arc<dyn RequestHook>>,
    pub(super) tokens: Option<&'a Arc<dyn TokenSource>>,
    pub(super) trace: Propagation<'a>,
    pub(super) class: RetryClass,
    pub(super) operation: &'static str,
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
    pub(super) async fn run(&self, request: Request) -> Result<Answer, Error> {
        self.check_target(&request)?;
        let repeatable = self.inner.policy.begin() || self.tokens.is_some();
        let deadline = Deadline::after(request.timeout().copied().unwrap_or(self.inner.options.total_timeout));
        let mut message = Message::new(request, repeatable);
        let mut token = None;
        match self.attempt(&mut message, deadline, 0, &mut token).await {
            Ok(answer) => Ok(answer),
            // A body that cannot be sent twice: then the first outcome stands.
            Err(failure) if !failure.replayable || !message.is_repeatable() => Err(failure.error),
            Err(failure) => Box::pin(self.again(message, deadline, failure.error, token)).await,
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
        mut message: Message,
        deadline: Deadline,
        first: Error,
        first_token: Option<Token>,
    ) -> Result<Answer, Error> {
        let idempotent = self.class.is_idempotent(message.method());
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
                _ => {
                    let harmless = idempotent || last.status().is_some_and(|status| self.class.is_untouched(status));
                    match self.inner.policy.next(last.retry_hint(), harmless, attempt) {
                        Some(wait) => wait,
                        None => return Err(last),
                    }
                }
            };
            // An answer in hand is worth more than an attempt that cannot finish.
            if wait >= deadline.remaining() {
                return Err(last);
            }
            self.inner.recorder.retried(message.method(), self.operation);
            tracing::debug!(operation = self.operation, attempt, error = %crate::error::ErrorChain::new(&last), "repeating the request");
            tokio::time::sleep(wait).await;
            match self.attempt(&mut message, deadline, attempt, &mut token).await {
                Ok(answer) => return Ok(answer),
                Err(failure) if failure.replayable => last = failure.error,
                Err(failure) => return Err(failure.error),
            }
        }
        Err(last)
    }

    async fn attempt(
        &self,
        message: &mut Message,
        deadline: Deadline,
        number: u32,
        token: &mut Option<Token>,
    ) -> Result<Answer, Failure> {
        let started = if number == 0 { Duration::ZERO } else { deadline.elapsed() };
        let span = span::attempt(message.method(), self.operation, &self.inner.endpoint, number);
        let result = if span.is_disabled() {
            self.send(message, deadline, token).await
        } else {
            // Somebody listens, which costs more than a box.
            Box::pin(self.send(message, deadline, token).instrument(span.clone())).await
        };
        let result = result.map_err(|failure| Failure { error: self.place(failure.error), ..failure });
        let outcome = result.as_ref().map(Answer::status).map_err(|failure| &failure.error);
        let method = message.method();
        span::finish(&span, method, outcome);
        self.inner.recorder.finished(method, self.operation, outcome, deadline.elapsed().saturating_sub(started));
        result
    }

    async fn send(
        &self,
        message: &mut Message,
        deadline: Deadline,
        token: &mut Option<Token>,
    ) -> Result<Answer, Failure> {
        let generation = self.inner.generation();
        let mut timer = pin!(deadline.timer());
        let mut headers = message.headers();
        self.prepare(&generation, &mut headers, timer.as_mut(), token).await?;
        let path = message.path().map_err(Failure::local)?;
        let transport = generation.transport();
        let request = transport.request(message.method().clone(), path, headers, message.body());
        let request = request.map_err(Failure::local)?;
        let sent = deadline::bound(timer.as_mut(), transport.send(request)).await.map_err(Failure::of)?;
        let (head, body) = sent.map_err(|error| Failure::of(failure::transport_error(error)))?.into_parts();
        let mut body = Inflow::new(body, timer);
        if !head.status.is_success() {
            // Failures are the exception and need room, which every success would carry about.
            let error = Box::pin(answer::refusal(head, body)).await;
            let hint = self.classify(message.method(), &error);
            return Err(Failure::of(error.with_retry_hint(hint)));
        }
        let content = if head.status == StatusCode::NO_CONTENT || !answer::is_json(&head.headers) {
            Content::Flowing(body.timed_by(Box::pin(deadline.timer())))
        } else {
            let limit = self.inner.options.max_response_bytes;
            Content::Whole(answer::whole(&mut body, head.status, limit).await.map_err(Failure::of)?)
        };
        Ok(Answer::from_parts(head, content))
    }

    /// Everything before the wire. What fails here fails the call.
    async fn prepare(
        &self,
        generation: &Arc<Generation>,
        headers: &mut HeaderMap,
        mut timer: Pin<&mut Sleep>,
        token: &mut Option<Token>,
    ) -> Result<(), Failure> {
        if self.inner.options.expired == ExpiredPolicy::Refuse {
            generation.ensure_valid_at(self.inner.clock.now()).map_err(Failure::local)?;
        }
        if let Some(tokens) = self.tokens {
            let fresh = deadline::bound(timer.as_mut(), tokens.token(generation)).await;
            let fresh = fresh.map_err(Failure::local)?.map_err(Failure::local)?;
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
                let more = deadline::bound(timer, more).await.map_err(Failure::local)?.map_err(Failure::local)?;
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
        classify(method, self.class, Outcome::Answer { status: error.status(), retry_after })
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
