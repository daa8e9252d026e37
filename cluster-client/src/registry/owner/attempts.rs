//! Connecting, and exchanging credentials: one attempt at a time for each cluster, a bounded number at a time for all.

use std::sync::Arc;
use std::time::Duration;

use core_client::error::ErrorChain;
use futures::FutureExt as _;
use jiff::Timestamp;
use rand::Rng as _;
use tokio::time::Instant;

use super::looks::Look;
use super::{Owner, Place, Ticket};
use crate::connect::Connection;
use crate::error::ConnectError;
use crate::handle::ClusterHandle;
use crate::health::HealthState;
use crate::key::ClusterKey;
use crate::metrics::Rotation;
use crate::options::ConnectPolicy;
use crate::provider::ClusterEventKind;
use crate::registry::cluster::{Busy, Live, Need, Shown};
use crate::registry::gate::Lane;
use crate::registry::slot::InstanceId;
use crate::registry::work;
use crate::revision::{MicroTime, Revision};
use crate::spec::ClusterSpec;

/// What came of a piece of work.
pub(super) enum Done {
    Dialed(Dialed),
    Swapped { spec: Arc<ClusterSpec>, outcome: Result<(), ConnectError>, began: Instant },
    HandedOver { spec: Arc<ClusterSpec>, connection: Box<Connection> },
    Looked(Look),
}

/// What came of dialing.
pub(super) struct Dialed {
    pub(super) spec: Arc<ClusterSpec>,
    pub(super) outcome: Result<Box<Connection>, ConnectError>,
    pub(super) began: Instant,
    pub(super) took: Duration,
}

impl Owner {
    /// Sees to it that what should be done for a cluster is done: now, when there is a place, or when it may be tried again.
    pub(super) fn pursue(&mut self, key: &ClusterKey) {
        let Some(cluster) = self.clusters.get_mut(key) else { return };
        if matches!(cluster.busy, Busy::Idle) {
            let need = cluster.need();
            let waits_for_hop = cluster.held.as_ref().is_some_and(|held| held.waits);
            let waits = waits_for_hop || cluster.retry_at.is_some_and(|at| at > Instant::now());
            let abandoned = self.settings.connect == ConnectPolicy::OnDemand
                && cluster.live.is_none()
                && (cluster.failures > 0 || cluster.held.is_some())
                && !cluster.slot.is_awaited();
            if need == Need::Nothing {
                cluster.retry_at = None;
                self.leave_the_way(key);
            } else if waits {
                // The timetable comes back to it.
            } else if abandoned {
                // It is tried again for somebody, not for nobody.
                cluster.retry_at = None;
                cluster.wanted = false;
                self.leave_the_way(key);
            } else {
                cluster.retry_at = None;
                cluster.busy = Busy::Queued;
                let troubled = cluster.failures > 0 || cluster.held.is_some();
                let lane = if troubled { Lane::Troubled } else { Lane::Fresh };
                self.attempts.queue(lane, (key.clone(), cluster.id));
            }
        }
        self.reschedule(key);
    }

    /// Begins what a cluster needs by now; it has a place.
    pub(super) fn start_attempt(&mut self, lane: Lane, key: &ClusterKey, id: InstanceId) {
        let within = self.settings.attempt_timeout;
        let Some(cluster) =
            self.clusters.get_mut(key).filter(|cluster| cluster.id == id && matches!(cluster.busy, Busy::Queued))
        else {
            return self.attempts.leave(lane);
        };
        cluster.busy = Busy::Idle;
        let began = Instant::now();
        if let Some((spec, source)) = self.clusters.get(key).and_then(|cluster| {
            let dead = (cluster.need() == Need::Connect).then(|| self.dead_way(cluster)).flatten()?;
            Some((Arc::clone(cluster.spec.as_ref()?), dead))
        }) {
            // The same answer that the next one would get.
            self.attempts.leave(lane);
            let error = ConnectError::Path { server: work::server_of(&spec), source };
            return self.dialed(key, Dialed { spec, outcome: Err(error), began, took: Duration::ZERO });
        }
        let Some(cluster) = self.clusters.get_mut(key) else { return };
        let task = match (cluster.need(), &cluster.spec, &cluster.live) {
            (Need::Connect, Some(spec), _) => {
                let dial = work::dial(Arc::clone(&self.connect), key.clone(), Arc::clone(spec), within);
                let spec = Arc::clone(spec);
                let of = Arc::clone(&spec);
                let task = self.running.spawn(async move {
                    let outcome = dial.await.map(Box::new);
                    Done::Dialed(Dialed { spec, outcome, began, took: began.elapsed() })
                });
                cluster.busy = Busy::Dialing(task.clone(), of);
                task
            }
            (Need::Swap, Some(spec), Some(live)) => {
                let swap = work::swap(Arc::clone(&live.control), Arc::clone(spec), within);
                let spec = Arc::clone(spec);
                cluster.busy = Busy::Swapping;
                self.running.spawn(swap.map(move |outcome| Done::Swapped { spec, outcome, began }))
            }
            _ => {
                self.attempts.leave(lane);
                return self.reschedule(key);
            }
        };
        self.tickets.insert(task.id(), Ticket { key: key.clone(), id, place: Place::Attempt(lane) });
    }

    pub(super) fn dialed(&mut self, key: &ClusterKey, dialed: Dialed) {
        let Dialed { spec, outcome, began, took } = dialed;
        let Some(cluster) = self.clusters.get_mut(key) else { return };
        cluster.busy = Busy::Idle;
        let labels = Arc::clone(&cluster.labels);
        self.recorder.connected((key, &labels), outcome.as_ref().map(drop).map_err(ConnectError::class), took);
        if !cluster.still_asks_for(&spec) {
            self.discard(Some(Done::Dialed(Dialed { spec, outcome, began, took })));
            return self.pursue(key);
        }
        let replaces = cluster.live.is_some();
        match outcome {
            Err(error) => {
                if replaces {
                    self.recorder.rotated((key, &labels), Rotation::Connection, Err(error.class()));
                    cluster.behind = true;
                }
                let error = self.failed(key, &spec, error, began);
                self.publish(key);
                self.note(key, ClusterEventKind::Failed(error));
                self.reschedule(key);
            }
            Ok(connection) => {
                if let Some(held) = cluster.held.take() {
                    self.hop_is_back(&held.hop);
                }
                if replaces {
                    self.recorder.rotated((key, &labels), Rotation::Connection, Ok(()));
                }
                self.arrived(key, spec, connection);
            }
        }
    }

    /// A good connection is here: in the place of the old one, or, when it leads to another cluster, once everything on the old one ended.
    fn arrived(&mut self, key: &ClusterKey, spec: Arc<ClusterSpec>, connection: Box<Connection>) {
        let Some(cluster) = self.clusters.get_mut(key) else { return };
        let another = cluster.is_another(connection.identity.as_ref(), &spec.server.url);
        if another && let Some(live) = cluster.live.take() {
            let farewell = self.retire(live);
            if let Some(cluster) = self.clusters.get_mut(key) {
                cluster.farewell = Some(farewell);
            }
            self.publish(key);
        }
        let Some(cluster) = self.clusters.get_mut(key) else { return };
        let Some(farewell) = cluster.farewell.take() else {
            return self.install(key, spec, *connection, another);
        };
        cluster.busy = Busy::HandingOver;
        let id = cluster.id;
        // Bounded by the drain of what it waits for.
        let task = self.running.spawn(farewell.map(move |_| Done::HandedOver { spec, connection }));
        self.tickets.insert(task.id(), Ticket { key: key.clone(), id, place: Place::None });
        self.reschedule(key);
    }

    /// Hands a connection out: readers see it, then it is told, then the old one goes.
    pub(super) fn install(&mut self, key: &ClusterKey, spec: Arc<ClusterSpec>, connection: Connection, another: bool) {
        let now = Instant::now();
        let probe_at = Some(now + self.until_next_look());
        let Some(cluster) = self.clusters.get_mut(key) else { return };
        let revision = Revision::following(cluster.last, Timestamp::now());
        let identity = connection.identity;
        let handle = ClusterHandle::new(key.clone(), connection.client, revision, identity.clone());
        let was = cluster.shown.replace(Shown { revision, identity, address: spec.server.url.clone() });
        let old = cluster.live.replace(Live {
            handle: handle.clone(),
            control: connection.control,
            server_version: connection.server_version.map(Into::into),
            spec,
            health: HealthState::new(),
            health_error: None,
            hop: None,
            probe_at,
            epoch: 0,
            idle_since: None,
            requests: 0,
        });
        cluster.last = Some(revision);
        cluster.busy = Busy::Idle;
        cluster.failures = 0;
        cluster.retry_at = None;
        cluster.error = None;
        cluster.behind = false;
        cluster.slot.looked(true);
        tracing::info!(cluster = %key, generation = revision.generation, reset = another, "connected");
        self.publish(key);
        self.note(
            key,
            match was {
                None => ClusterEventKind::Added(handle),
                Some(was) => ClusterEventKind::Replaced { handle, was: was.revision, reset: another },
            },
        );
        self.tell();
        if let Some(old) = old {
            drop(self.retire(old));
        }
        // The description may have moved on while everything on the old connection ended.
        self.pursue(key);
    }

    pub(super) fn swapped(
        &mut self,
        key: &ClusterKey,
        spec: Arc<ClusterSpec>,
        outcome: Result<(), ConnectError>,
        began: Instant,
    ) {
        let Some(cluster) = self.clusters.get_mut(key) else { return };
        cluster.busy = Busy::Idle;
        let of = (key, &*cluster.labels);
        self.recorder.rotated(of, Rotation::Credential, outcome.as_ref().map(drop).map_err(ConnectError::class));
        match outcome {
            Ok(()) => {
                cluster.failures = 0;
                cluster.error = None;
                if let Some(live) = &mut cluster.live {
                    live.spec = spec;
                    live.epoch = live.epoch.wrapping_add(1);
                    // Whether it is any good is looked at at once; a look that is under way counts for the old one.
                    live.probe_at = live.probe_at.map(|_| Instant::now());
                }
                tracing::info!(cluster = %key, "credential exchanged");
                self.publish(key);
                self.pursue(key);
            }
            Err(error) => {
                if cluster.still_asks_for(&spec) {
                    self.failed(key, &spec, error, began);
                    self.publish(key);
                    self.reschedule(key);
                } else {
                    self.pursue(key);
                }
            }
        }
    }

    /// Keeps an error and sets the time of the next attempt.
    fn failed(
        &mut self,
        key: &ClusterKey,
        spec: &ClusterSpec,
        error: ConnectError,
        began: Instant,
    ) -> Arc<ConnectError> {
        let error = match self.blame_the_way(key, spec, error, began) {
            Err(error) => Arc::new(error),
            Ok(error) => {
                let error = Arc::new(error);
                tracing::debug!(cluster = %key, error = %ErrorChain::new(&*error), "its way is down");
                if let Some(cluster) = self.clusters.get_mut(key) {
                    cluster.error = Some((MicroTime::now(), Arc::clone(&error)));
                }
                return error;
            }
        };
        self.leave_the_way(key);
        let Some(cluster) = self.clusters.get_mut(key) else { return error };
        cluster.failures = cluster.failures.saturating_add(1);
        let Self { settings, rng, .. } = self;
        let wait = settings.backoff.spread(cluster.failures, rng.random());
        cluster.retry_at = Some(Instant::now() + wait);
        let is_news = cluster.error.as_ref().is_none_or(|(_, known)| known.class() != error.class());
        if is_news {
            tracing::warn!(cluster = %key, class = error.class().as_str(), error = %ErrorChain::new(&*error), "attempt failed");
        }
        cluster.error = Some((MicroTime::now(), Arc::clone(&error)));
        error
    }
}
