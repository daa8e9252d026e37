//! Leaders by a lease in the store.
//!
//! Source: `pkg/workers/leader_election_mgr.go` of kas-fleet-manager for the times; the protocol is another one, with the clock of the
//! database and an epoch.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use core_client::backoff::Backoff;
use core_client::error::ErrorChain;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::{Election, Term};
use crate::provider::CallContext;
use crate::service::{ClusterService, ServiceError};
use crate::store::Lease;

/// How a lease is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct LeaseOptions {
    /// How long it is good after it was written. Default: 60 s. It is renewed three times as often.
    pub ttl: Duration,
    /// How much earlier than that a leader stops of its own accord. Default: 10 s, and never more than a third of the time.
    pub margin: Duration,
    /// How often others try to get it. Default: 15 s, and as soon as it is given back where the store can say that.
    pub campaign_every: Duration,
    /// How long one request may take. Default: 5 s.
    pub request_timeout: Duration,
}

impl Default for LeaseOptions {
    fn default() -> Self {
        Self {
            ttl: Duration::from_secs(60),
            margin: Duration::from_secs(10),
            campaign_every: Duration::from_secs(15),
            request_timeout: Duration::from_secs(5),
        }
    }
}

impl LeaseOptions {
    /// A lease of this length; the other times in proportion.
    #[must_use]
    pub fn with_ttl(mut self, ttl: Duration) -> Self {
        self.ttl = ttl;
        self.margin = ttl / 6;
        self.campaign_every = ttl / 4;
        self.request_timeout = self.request_timeout.min(ttl / 6);
        self
    }

    fn good_for(&self, ttl: Duration) -> Duration {
        ttl.saturating_sub(self.margin.min(ttl / 3))
    }
}

/// Candidates for a lease in the store of a service.
pub struct StoreElection {
    service: Arc<dyn ClusterService>,
    name: String,
    holder: String,
    options: LeaseOptions,
}

impl StoreElection {
    /// A candidate. `holder` is who this is for those who look: a pod or a host; chance makes it unique.
    pub fn new(
        service: Arc<dyn ClusterService>,
        name: impl Into<String>,
        holder: impl Into<String>,
        options: LeaseOptions,
    ) -> Self {
        let holder = format!("{}_{:016x}", holder.into(), rand::random::<u64>());
        Self { service, name: name.into(), holder, options }
    }

    async fn campaign(&self) -> Result<Option<(Lease, Instant)>, ServiceError> {
        let began = Instant::now();
        let call = CallContext::within(self.options.request_timeout);
        let lease = self.service.lead(&call, &self.name, &self.holder, self.options.ttl).await?;
        Ok(lease.map(|lease| {
            let good = self.options.good_for(lease.remaining.min(self.options.ttl));
            (lease, began + good)
        }))
    }
}

impl std::fmt::Debug for StoreElection {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("StoreElection")
            .field("name", &self.name)
            .field("holder", &self.holder)
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}

#[async_trait]
impl Election for StoreElection {
    async fn lead(&self) -> Term {
        let pauses = Backoff::new(self.options.campaign_every.min(Duration::from_secs(1)), self.options.campaign_every);
        let mut failures = 0;
        loop {
            let pause = match self.campaign().await {
                Ok(Some((lease, until))) => return term(self, lease, until),
                Ok(None) => {
                    failures = 0;
                    // Not all at once.
                    self.options.campaign_every.mul_f64(0.9 + 0.2 * rand::random::<f64>())
                }
                Err(error) => {
                    failures += 1;
                    tracing::warn!(lease = self.name, error = %ErrorChain::new(&error), "a lease could not be asked for");
                    pauses.delay(failures, rand::random())
                }
            };
            tokio::time::sleep(pause).await;
        }
    }
}

fn term(election: &StoreElection, lease: Lease, until: Instant) -> Term {
    let over = CancellationToken::new();
    let candidate = StoreElection {
        service: Arc::clone(&election.service),
        name: election.name.clone(),
        holder: election.holder.clone(),
        options: election.options.clone(),
    };
    let fence = lease.fence();
    let token = over.clone();
    Term::kept(Some(fence), over, move |stop| async move {
        let last = keep(&candidate, lease, until, &token, &stop).await;
        // Whoever works has been told; now the others are.
        token.cancel();
        if let Some(lease) = last {
            let call = CallContext::within(candidate.options.request_timeout);
            if let Err(error) = candidate.service.resign(&call, &lease).await {
                tracing::warn!(lease = lease.name, error = %ErrorChain::new(&error), "a lease was not given back; it runs out");
            }
        }
    })
}

/// Renews until told to stop; the lease as it is then, unless it is lost.
async fn keep(
    candidate: &StoreElection,
    mut lease: Lease,
    mut until: Instant,
    over: &CancellationToken,
    stop: &CancellationToken,
) -> Option<Lease> {
    let every = candidate.options.ttl / 3;
    let mut next = Instant::now() + every;
    loop {
        tokio::select! {
            biased;
            () = stop.cancelled() => return Some(lease),
            () = over.cancelled() => return Some(lease),
            () = tokio::time::sleep_until(until) => {
                tracing::warn!(lease = lease.name, "a lease could not be renewed in time; this process does not lead any more");
                return None;
            }
            () = tokio::time::sleep_until(next) => {}
        }
        let renewed = tokio::select! {
            biased;
            () = stop.cancelled() => return Some(lease),
            () = tokio::time::sleep_until(until) => continue,
            renewed = candidate.campaign() => renewed,
        };
        match renewed {
            Ok(Some((held, good))) if held.epoch == lease.epoch => {
                (lease, until, next) = (held, good, Instant::now() + every);
            }
            // Lost in between, even if it was won again: what was begun was begun under another epoch.
            Ok(Some((held, _))) => {
                over.cancel();
                return Some(held);
            }
            Ok(None) => {
                tracing::warn!(lease = lease.name, "another process leads");
                return None;
            }
            Err(error) => {
                tracing::warn!(lease = lease.name, error = %ErrorChain::new(&error), "a lease could not be renewed");
                next = Instant::now() + every.min(Duration::from_secs(1));
            }
        }
    }
}
