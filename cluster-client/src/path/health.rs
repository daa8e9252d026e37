//! Whether a proxy or jump host works, as one thing that all clusters behind it share. Knows nothing of dialling.

use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use core_client::backoff::Backoff;
use futures::Stream;
use rand::Rng as _;
use tokio::sync::broadcast;
use tokio::time::Instant;
use tokio_stream::wrappers::BroadcastStream;
use tokio_stream::wrappers::errors::BroadcastStreamRecvError;

use super::error::{Hop, HopError};

/// How a hop is at the moment.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct PathStatus {
    /// Which one.
    pub hop: Hop,
    /// What is wrong with it; absent while it works, or was never tried.
    pub outage: Option<Outage>,
    /// How many streams to API servers (or to further hops) go through it.
    pub streams: usize,
    /// How many sessions carry them; 0 for a proxy, where each stream has its own connection.
    pub sessions: usize,
    /// How many times it went down.
    pub outages: u64,
    /// How many times it came back.
    pub reconnects: u64,
}

/// What is wrong with a hop.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Outage {
    /// For how long.
    pub lasts: Duration,
    /// How many times it was tried since it failed.
    pub failures: u32,
    /// What the last try said.
    pub last: HopError,
}

/// A hop went down, or came back.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum PathIncident {
    /// A hop failed; whatever is behind it is told [`PathError::Hop`](super::PathError::Hop) until it is back.
    Down {
        /// Which one.
        hop: Hop,
        /// What is wrong with it.
        error: HopError,
    },
    /// The hop works again: whatever is behind it can be tried at once.
    Up {
        /// Which one.
        hop: Hop,
        /// How long it was down.
        after: Duration,
    },
    /// Nothing leads through the hop any more, and it was down until then.
    Gone {
        /// Which one.
        hop: Hop,
    },
    /// The listener was too slow; [`Paths::status`](super::Paths::status) says how things are.
    Missed {
        /// How many incidents it was not told of.
        count: u64,
    },
}

/// Incidents from now on; ends when the [`Paths`](super::Paths) are gone.
#[derive(Debug)]
pub struct IncidentStream(BroadcastStream<PathIncident>);

impl Stream for IncidentStream {
    type Item = PathIncident;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<PathIncident>> {
        Pin::new(&mut self.0).poll_next(cx).map(|next| {
            next.map(|incident| match incident {
                Ok(incident) => incident,
                Err(BroadcastStreamRecvError::Lagged(count)) => PathIncident::Missed { count },
            })
        })
    }
}

/// Tells whoever listens of incidents.
#[derive(Debug, Clone)]
pub(super) struct Incidents(broadcast::Sender<PathIncident>);

impl Incidents {
    pub(super) fn new() -> Self {
        Self(broadcast::Sender::new(256))
    }

    pub(super) fn listen(&self) -> IncidentStream {
        IncidentStream(BroadcastStream::new(self.0.subscribe()))
    }

    pub(super) fn tell(&self, incident: PathIncident) {
        // Nobody has to listen.
        drop(self.0.send(incident));
    }
}

#[derive(Debug, Clone)]
enum State {
    /// It works, or was never tried; since when, if it was down before.
    Up(Option<Instant>),
    Down {
        since: Instant,
        failures: u32,
        last: HopError,
        retry_at: Instant,
        trying: bool,
        watched: bool,
    },
}

/// One hop's health: remembers a failure, lets one try through at a time, and reports one incident however many are behind it.
#[derive(Debug)]
pub(super) struct Health {
    hop: Hop,
    backoff: Backoff,
    incidents: Incidents,
    state: Mutex<State>,
    outages: AtomicU64,
    reconnects: AtomicU64,
}

/// Leave to try a hop. Dropped without a word it counts as not tried.
#[derive(Debug)]
pub(super) struct Try {
    health: Arc<Health>,
    begun: Instant,
    trial: bool,
}

impl Health {
    pub(super) fn new(hop: Hop, backoff: Backoff, incidents: Incidents) -> Self {
        Self {
            hop,
            backoff,
            incidents,
            state: Mutex::new(State::Up(None)),
            outages: AtomicU64::new(0),
            reconnects: AtomicU64::new(0),
        }
    }

    pub(super) const fn hop(&self) -> &Hop {
        &self.hop
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Leave to use the hop: always while it works, and for one at a time, now and then, while it does not.
    pub(super) fn admit(self: &Arc<Self>) -> Result<Try, HopError> {
        match &mut *self.state() {
            State::Up(_) => Ok(Try { health: self.clone(), begun: Instant::now(), trial: false }),
            State::Down { retry_at, trying, last, .. } => {
                if *trying || Instant::now() < *retry_at {
                    return Err(last.clone());
                }
                *trying = true;
                Ok(Try { health: self.clone(), begun: Instant::now(), trial: true })
            }
        }
    }

    /// The hop works.
    pub(super) fn succeeded(&self) {
        let mut state = self.state();
        if let State::Down { since, .. } = *state {
            *state = State::Up(Some(Instant::now()));
            drop(state);
            self.reconnects.fetch_add(1, Ordering::Relaxed);
            let after = since.elapsed();
            tracing::debug!(hop = %self.hop, ?after, "the way is back");
            self.incidents.tell(PathIncident::Up { hop: self.hop.clone(), after });
        }
    }

    /// The hop does not work, as a try showed that began then; `again` when it was tried because it is down, not because it still seemed to
    /// work.
    pub(super) fn failed(&self, error: &HopError, begun: Instant, again: bool) {
        let now = Instant::now();
        let mut state = self.state();
        let (since, failures, first, watched) = match &*state {
            // It is back since.
            State::Up(Some(since)) if begun < *since => return,
            State::Up(_) => (now, 1, true, false),
            State::Down { .. } if !again => return,
            State::Down { since, failures, watched, .. } => (*since, failures.saturating_add(1), false, *watched),
        };
        let retry_at = now + self.backoff.delay(failures, rand::rng().random());
        *state = State::Down { since, failures, last: error.clone(), retry_at, trying: false, watched };
        drop(state);
        if first {
            self.outages.fetch_add(1, Ordering::Relaxed);
            tracing::debug!(hop = %self.hop, error = error as &dyn std::error::Error, "the way is down");
            self.incidents.tell(PathIncident::Down { hop: self.hop.clone(), error: error.clone() });
        }
    }

    /// Whether somebody should begin to look when the hop is back, and since when it is down; yes is said once for each outage.
    pub(super) fn begin_watching(&self) -> Option<Instant> {
        match &mut *self.state() {
            State::Down { watched, since, .. } if !*watched => {
                *watched = true;
                Some(*since)
            }
            _ => None,
        }
    }

    /// When to look next in the outage that began then; nothing when it is over, or when looking does not help.
    pub(super) fn keep_watching(&self, begun: Instant) -> Option<Instant> {
        match &mut *self.state() {
            State::Down { since, last, retry_at, watched, .. } if *since == begun => {
                *watched = last.is_found_by_reaching();
                watched.then(|| (*retry_at).max(Instant::now() + self.backoff.first))
            }
            _ => None,
        }
    }

    pub(super) fn status(&self, streams: usize, sessions: usize) -> PathStatus {
        let outage = match &*self.state() {
            State::Up(_) => None,
            State::Down { since, failures, last, .. } => {
                Some(Outage { lasts: since.elapsed(), failures: *failures, last: last.clone() })
            }
        };
        PathStatus {
            hop: self.hop.clone(),
            outage,
            streams,
            sessions,
            outages: self.outages.load(Ordering::Relaxed),
            reconnects: self.reconnects.load(Ordering::Relaxed),
        }
    }
}

impl Drop for Health {
    fn drop(&mut self) {
        if matches!(*self.state(), State::Down { .. }) {
            self.incidents.tell(PathIncident::Gone { hop: self.hop.clone() });
        }
    }
}

impl Try {
    /// The hop works.
    pub(super) fn succeeded(mut self) {
        self.trial = false;
        self.health.succeeded();
    }

    /// The hop does not work.
    pub(super) fn failed(mut self, error: &HopError) {
        self.health.failed(error, self.begun, self.trial);
        self.trial = false;
    }
}

impl Drop for Try {
    fn drop(&mut self) {
        if self.trial
            && let State::Down { trying, .. } = &mut *self.health.state()
        {
            *trying = false;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::Duration;

    use futures::StreamExt as _;
    use tokio::time::{Instant, advance};

    use super::super::{HopKind, Target};
    use super::{Backoff, Health, Hop, HopError, Incidents, PathIncident};

    const BACKOFF: Backoff = Backoff::new(Duration::from_millis(250), Duration::from_secs(30));

    fn health() -> (Arc<Health>, Incidents) {
        let incidents = Incidents::new();
        let hop = Hop::new(HopKind::HttpProxy, Target::new("proxy", 3128));
        (Arc::new(Health::new(hop, BACKOFF, incidents.clone())), incidents)
    }

    #[tokio::test(start_paused = true)]
    async fn thirty_failures_are_one_incident_and_one_retry() {
        let (health, incidents) = health();
        let mut heard = incidents.listen();
        let tries: Vec<_> = (0..30).map(|_| health.admit().unwrap()).collect();
        for one in tries {
            one.failed(&HopError::LoginRequired);
        }
        assert!(matches!(health.admit(), Err(HopError::LoginRequired)));
        advance(Duration::from_millis(250)).await;
        let again = health.admit().unwrap();
        assert!(health.admit().is_err(), "one at a time");
        drop(again);
        health.admit().unwrap().failed(&HopError::LoginRequired);
        assert_eq!(health.status(0, 0).outage.unwrap().failures, 2);
        advance(Duration::from_millis(500)).await;
        health.admit().unwrap().succeeded();
        assert!(health.status(0, 0).outage.is_none());
        assert!(matches!(heard.next().await, Some(PathIncident::Down { .. })));
        assert!(matches!(heard.next().await, Some(PathIncident::Up { .. })));
        health.admit().unwrap().failed(&HopError::LoginRequired);
        drop((health, incidents));
        assert!(matches!(heard.next().await, Some(PathIncident::Down { .. })));
        assert!(matches!(heard.next().await, Some(PathIncident::Gone { .. })), "nobody would tell that it is back");
        assert!(heard.next().await.is_none());
    }

    #[tokio::test(start_paused = true)]
    async fn a_failure_from_before_the_hop_came_back_says_nothing() {
        let (health, _incidents) = health();
        let (slow, quick) = (health.admit().unwrap(), health.admit().unwrap());
        quick.failed(&HopError::LoginRequired);
        advance(Duration::from_secs(1)).await;
        health.admit().unwrap().succeeded();
        slow.failed(&HopError::LoginRequired);
        assert!(health.status(0, 0).outage.is_none());
        advance(Duration::from_secs(1)).await;
        health.admit().unwrap().failed(&HopError::LoginRequired);
        assert!(health.status(0, 0).outage.is_some());
    }

    #[tokio::test(start_paused = true)]
    async fn a_listener_that_is_too_slow_is_told_so() {
        let (health, incidents) = health();
        let mut heard = incidents.listen();
        for _ in 0..200 {
            health.failed(&HopError::LoginRequired, Instant::now(), false);
            health.succeeded();
        }
        assert!(matches!(heard.next().await, Some(PathIncident::Missed { count: 144 })));
    }
}
