//! What every request to one API server goes through: a turn, the credential, the address, the deadline, at most two retries. It sits
//! beneath one `kube::Client` for as long as the connection lives; what is below it is replaced without anybody noticing.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use core_client::credentials::Clock;
use http::request::Parts;
use http::{HeaderMap, Request, Response, StatusCode, header};
use hyper::body::Incoming;
use kube::client::Body;
use rand::Rng as _;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tower::Service;

use super::body::{Flow, Held, Limit};
use super::failure::Failure;
use super::generation::{Generation, Pool, Shown};
use super::options::TransportOptions;
use super::rate::Rate;
use super::request::{self, Base, Class};
use super::retry::{self, Budget, Ended};
use super::stats::{ConnectionStats, Gauges, Lane};
use super::wire::Tasks;
use crate::auth::{Auth, AuthError, Circuit};
use crate::error::ConnectError;

/// One connection to one API server.
pub(super) struct Link {
    /// Host and port, for errors.
    pub(super) server: Arc<str>,
    pub(super) base: Base,
    pub(super) options: Arc<TransportOptions>,
    /// Whether the API server is not authenticated.
    pub(super) insecure: bool,
    /// Headers of every request: who asks, and as whom.
    pub(super) headers: HeaderMap,
    pub(super) auth: Arc<Auth<Shown>>,
    pub(super) turns: Arc<Semaphore>,
    /// Absent: as many a second as there are.
    pub(super) rate: Option<Mutex<Rate>>,
    pub(super) gauges: Arc<Gauges>,
    pub(super) budget: Budget,
    /// Every task of this connection.
    pub(super) tasks: Tasks,
    /// Cancelled when no more requests are taken.
    pub(super) closed: CancellationToken,
    pub(super) clock: Arc<dyn Clock>,
}

/// The service beneath a `kube::Client`.
#[derive(Clone)]
pub(super) struct Stack(pub(super) Arc<Link>);

/// How often the credential may be replaced while one request is under way with the old one.
const MAX_OVERTAKINGS: u32 = 4;

struct Answered {
    response: Response<Incoming>,
    generation: Arc<Generation>,
}

impl Service<Request<Body>> for Stack {
    type Response = Response<Flow<Incoming>>;
    type Error = ConnectError;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, ConnectError>> + Send>>;

    fn poll_ready(&mut self, _cx: &mut Context<'_>) -> Poll<Result<(), ConnectError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        Box::pin(Arc::clone(&self.0).send(request))
    }
}

// === impl Link ===

impl Link {
    async fn send(self: Arc<Self>, request: Request<Body>) -> Result<Response<Flow<Incoming>>, ConnectError> {
        let (mut parts, body) = request.into_parts();
        let mut class = Class::of(&parts);
        if class == Class::Watch(None) {
            class = Class::Watch(request::bound_watch(&mut parts, &self.options, rand::rng().random()));
        }
        if self.closed.is_cancelled() {
            return Err(self.closed());
        }
        let in_flight = self.gauges.enter(matches!(class, Class::Watch(_)));
        self.budget.earn();
        let limit = class.limit(&self.options);
        let deadline = Instant::now() + limit;
        let exchange = async {
            let turn = self.turn(class, deadline, limit).await?;
            let answered = tokio::time::timeout_at(deadline, self.attempts(parts, body, deadline)).await;
            let answered = answered.unwrap_or_else(|_elapsed| Err(self.too_late(limit)))?;
            Ok((turn, answered))
        };
        let outcome = self.tasks.kill.run_until_cancelled(exchange).await;
        let (turn, answered) = outcome.unwrap_or_else(|| Err(self.closed()))?;
        let Answered { response, generation } = answered;
        let limit = if response.status().is_success() {
            self.body_limit(class, deadline, limit, &generation)
        } else {
            Limit::whole(deadline, limit)
        };
        let server = Arc::clone(&self.server);
        let held = Held { in_flight, turn, owner: self };
        Ok(response.map(|body| Flow::new(body, limit, server, held)))
    }

    async fn turn(
        &self,
        class: Class,
        deadline: Instant,
        after: Duration,
    ) -> Result<Option<OwnedSemaphorePermit>, ConnectError> {
        if !class.takes_turn() {
            return Ok(None);
        }
        let busy = || ConnectError::Busy { server: self.server.as_ref().to_owned(), after };
        if let Some(rate) = &self.rate {
            let wait = rate.lock().unwrap_or_else(PoisonError::into_inner).take(Instant::now(), after);
            tokio::time::sleep(wait.map_err(|_too_long| busy())?).await;
        }
        match tokio::time::timeout_at(deadline, Arc::clone(&self.turns).acquire_owned()).await {
            Ok(Ok(turn)) => Ok(Some(turn)),
            // The semaphore is closed with the connection.
            Ok(Err(_)) => Err(self.closed()),
            Err(_elapsed) => Err(busy()),
        }
    }

    /// Sends it until there is an answer that stands.
    async fn attempts(&self, parts: Parts, body: Body, deadline: Instant) -> Result<Answered, ConnectError> {
        let repeatable = request::is_repeatable(&parts.method);
        let mut spare = Some(body);
        let (mut retries, mut renewed, mut overtakings) = (0, false, 0);
        loop {
            let live = self.auth.ready().await.map_err(|source| self.auth_error(source))?;
            let copy = spare.as_ref().and_then(Body::try_clone);
            // A body that cannot be copied goes out once.
            let body = copy.or_else(|| spare.take()).unwrap_or_else(Body::empty);
            let sent = self.exchange(Lane::Traffic, &live.value, parts.clone(), body).await;
            let answered = |response| Answered { response, generation: Arc::clone(&live.value.generation) };
            if refused(&sent) {
                // One that was replaced while the request was under way is no reason for a renewal, and does not count as one.
                let overtaken = self.auth.current().serial != live.serial && overtakings < MAX_OVERTAKINGS;
                if spare.is_some() && (overtaken || !renewed) {
                    if overtaken {
                        overtakings += 1;
                    } else {
                        renewed = true;
                    }
                    if let Ok(apart) = self.auth.renew(live.serial).await {
                        tokio::time::sleep(apart).await;
                        continue;
                    }
                } else {
                    self.auth.refused(live.serial);
                }
                return sent.map(answered).map_err(|failure| failure.error);
            }
            let (ended, outcome) = match sent {
                Ok(response) => {
                    self.auth.accepted(live.serial);
                    let ended = Ended::Answer(response.status(), retry::retry_after(response.headers()));
                    (Some(ended), Ok(answered(response)))
                }
                Err(failure) => (failure.repeatable.then_some(Ended::NoAnswer), Err(failure.error)),
            };
            let wait = ended
                .filter(|_| repeatable && spare.is_some() && retries < self.options.max_retries)
                .and_then(|ended| retry::wait(ended, retries + 1, rand::rng().random()))
                .filter(|&wait| Instant::now() + wait < deadline && self.budget.spend());
            let Some(wait) = wait else { return outcome };
            // An answer that does not stand gives its connection back before the wait.
            drop(outcome);
            retries += 1;
            self.gauges.retries.fetch_add(1, Ordering::Relaxed);
            tokio::time::sleep(wait).await;
        }
    }

    /// Sends it once.
    async fn exchange(
        &self,
        lane: Lane,
        shown: &Shown,
        mut parts: Parts,
        body: Body,
    ) -> Result<Response<Incoming>, Failure> {
        let Some(uri) = self.base.join(&parts.uri) else {
            let source = Arc::new(std::io::Error::from(std::io::ErrorKind::InvalidInput));
            let error = ConnectError::Exchange { server: self.server.as_ref().to_owned(), source };
            return Err(Failure { error, repeatable: false });
        };
        parts.uri = uri;
        for name in self.headers.keys() {
            parts.headers.remove(name);
        }
        parts.headers.extend(self.headers.iter().map(|(name, value)| (name.clone(), value.clone())));
        parts.headers.remove(header::AUTHORIZATION);
        if let Some(authorization) = &shown.authorization {
            parts.headers.insert(header::AUTHORIZATION, authorization.clone());
        }
        let pool: &Pool = match lane {
            Lane::Traffic => &shown.generation.traffic,
            Lane::Probes => &shown.generation.probes,
        };
        let sent = pool.request(Request::from_parts(parts, body)).await;
        sent.map_err(|error| Failure::of(&self.server, shown.generation.identity.is_some(), error))
    }

    /// Asks for a path on the lane of probes, once, with what is shown.
    ///
    /// # Errors
    /// [`AuthError::Rejected`] inside when what is shown is refused, in an answer or in the handshake.
    pub(super) async fn ask(&self, path: &'static str, shown: &Shown) -> Result<Response<Incoming>, ConnectError> {
        let mut parts = Request::new(()).into_parts().0;
        parts.uri = http::Uri::from_static(path);
        let within = self.options.request_timeout;
        let asked = tokio::time::timeout(within, self.exchange(Lane::Probes, shown, parts, Body::empty())).await;
        match asked {
            Ok(sent) if refused(&sent) => Err(self.auth_error(AuthError::Rejected)),
            Ok(sent) => sent.map_err(|failure| failure.error),
            Err(_elapsed) => Err(self.too_late(within)),
        }
    }

    /// Asks for a path, and once more with another credential when the first one is refused.
    pub(super) async fn ask_renewing(&self, path: &'static str) -> Result<Response<Incoming>, ConnectError> {
        let live = self.auth.current();
        match self.ask(path, &live.value).await {
            Err(ConnectError::Auth { source: AuthError::Rejected, .. }) => {}
            outcome => {
                if outcome.is_ok() {
                    self.auth.accepted(live.serial);
                }
                return outcome;
            }
        }
        if let Circuit::Open(_) = self.auth.circuit() {
            return Err(self.auth_error(AuthError::Rejected));
        }
        self.auth.renew(live.serial).await.map_err(|source| self.auth_error(source))?;
        let live = self.auth.current();
        let outcome = self.ask(path, &live.value).await;
        match &outcome {
            Ok(_) => self.auth.accepted(live.serial),
            Err(ConnectError::Auth { .. }) => self.auth.refused(live.serial),
            Err(_) => {}
        }
        outcome
    }

    /// How the body of an answer ends.
    fn body_limit(&self, class: Class, deadline: Instant, within: Duration, generation: &Generation) -> Limit {
        match class {
            Class::Single | Class::Collection => Limit::whole(deadline, within),
            Class::Download => Limit::idle(self.options.request_timeout),
            Class::Stream => Limit::Never,
            Class::Watch(lasts) => {
                let lasts = lasts.unwrap_or(self.options.watch_max) + self.options.watch_slack;
                let certificate = generation.identity.as_ref().map(|identity| {
                    let left = crate::auth::remaining(identity.validity.until, self.clock.now());
                    cut_after(left, self.options.watch_margin, rand::rng().random())
                });
                let end = Instant::now() + certificate.map_or(lasts, |cut| cut.min(lasts));
                let retired = generation.retired.clone();
                let grace = self.options.watch_grace.mul_f64(rand::rng().random());
                Limit::quiet(async move {
                    let replaced = async {
                        retired.cancelled().await;
                        tokio::time::sleep(grace).await;
                    };
                    // Either way the watch ends.
                    let _outcome = tokio::time::timeout_at(end, replaced).await;
                })
            }
        }
    }

    pub(super) fn auth_error(&self, source: AuthError) -> ConnectError {
        ConnectError::Auth { server: self.server.as_ref().to_owned(), source }
    }

    pub(super) fn too_late(&self, after: Duration) -> ConnectError {
        ConnectError::Timeout { server: self.server.as_ref().to_owned(), after }
    }

    fn closed(&self) -> ConnectError {
        ConnectError::Closed { server: self.server.as_ref().to_owned() }
    }

    pub(super) fn stats(&self) -> ConnectionStats {
        let suspended = match self.auth.circuit() {
            Circuit::Open(wait) => Some(wait),
            Circuit::Closed => None,
        };
        let live = self.auth.current();
        let identity = live.value.generation.identity.as_ref();
        ConnectionStats {
            certificate_expires: identity.map(|identity| identity.validity.until),
            certificate_nears_its_end: identity
                .is_some_and(|identity| identity.validity.nears_its_end(self.clock.now())),
            auth_refreshed: self.auth.counts.renewed.load(Ordering::Relaxed),
            auth_failed: self.auth.counts.failed.load(Ordering::Relaxed),
            auth_refused: self.auth.counts.refused.load(Ordering::Relaxed),
            insecure: self.insecure,
            suspended,
            ..self.gauges.read()
        }
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        self.tasks.kill.cancel();
    }
}

impl fmt::Debug for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Link").field("server", &self.server).field("stats", &self.stats()).finish_non_exhaustive()
    }
}

/// Whether the credential was refused: by an answer, or its certificate in the handshake.
fn refused(sent: &Result<Response<Incoming>, Failure>) -> bool {
    match sent {
        Ok(response) => response.status() == StatusCode::UNAUTHORIZED,
        Err(failure) => matches!(failure.error, ConnectError::Auth { .. }),
    }
}

/// When a watch ends whose certificate is good for `left`: before that by the margin and up to half as much again, and after three fifths
/// of a short life at the earliest.
fn cut_after(left: Duration, margin: Duration, random: f64) -> Duration {
    left.saturating_sub(margin.mul_f64(1.0 + 0.5 * random).min(left.mul_f64(0.2 + 0.2 * random)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_watch_ends_before_its_certificate_and_not_at_once(left in 1u64..100_000, margin in 1u64..600, random in 0.0f64..1.0) {
            let (left, margin) = (Duration::from_secs(left), Duration::from_secs(margin));
            let cut = cut_after(left, margin, random);
            prop_assert!(cut < left && cut >= left.mul_f64(0.59), "{cut:?} of {left:?}");
        }
    }
}
