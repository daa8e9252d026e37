//! Looking at connected clusters, and letting go of connections that nobody uses.

use std::sync::Arc;
use std::time::Duration;

use core_client::error::ErrorChain;
use rand::Rng as _;
use tokio::time::Instant;

use super::attempts::Done;
use super::{Owner, Place, Ticket};
use crate::error::ConnectError;
use crate::health::HealthChange;
use crate::key::ClusterKey;
use crate::provider::{ClusterEventKind, ClusterState};
use crate::registry::cluster::{Busy, Cluster, Need};
use crate::registry::gate::Lane;
use crate::registry::slot::InstanceId;
use crate::registry::work;
use crate::revision::MicroTime;
use crate::spec::ClusterUid;

/// What a look saw.
pub(super) struct Look {
    /// Which connection was looked at, and with which of its credentials.
    generation: u64,
    epoch: u32,
    outcome: Result<(), ConnectError>,
    /// Who answered, when it was asked and said.
    identity: Option<ClusterUid>,
}

impl Owner {
    /// Puts a cluster in line to be looked at, if it is time.
    pub(super) fn queue_look(&mut self, key: &ClusterKey, now: Instant) {
        let Some(cluster) = self.clusters.get_mut(key) else { return };
        let Some(live) = cluster.live.as_mut().filter(|live| live.probe_at.is_some_and(|at| at <= now)) else { return };
        live.probe_at = None;
        let lane = if live.health.failures() > 0 { Lane::Troubled } else { Lane::Fresh };
        self.looks.queue(lane, (key.clone(), cluster.id));
    }

    /// The interval between two looks, give or take a tenth, so that clusters connected together are not looked at together for ever.
    pub(super) fn until_next_look(&mut self) -> Duration {
        self.settings.probe_interval.mul_f64(self.rng.random_range(0.9..1.1))
    }

    pub(super) fn start_look(&mut self, lane: Lane, key: &ClusterKey, id: InstanceId) {
        let live = self.clusters.get(key).filter(|cluster| cluster.id == id).and_then(|cluster| cluster.live.as_ref());
        // A connection that was put in place since has a time of its own.
        let Some(live) = live.filter(|live| live.probe_at.is_none()) else { return self.looks.leave(lane) };
        // An outage is long enough for another cluster to take the address.
        let verify = (live.health.failures() > 0 && live.handle.identity().is_some()).then(|| live.handle.clone());
        let (generation, epoch) = (live.handle.revision().generation, live.epoch);
        let look = work::look(Arc::clone(&live.control), verify, Arc::clone(&live.spec), self.settings.probe_timeout);
        let task = self.running.spawn(async move {
            let (outcome, identity) = look.await;
            Done::Looked(Look { generation, epoch, outcome, identity })
        });
        self.tickets.insert(task.id(), Ticket { key: key.clone(), id, place: Place::Look(lane) });
    }

    pub(super) fn looked(&mut self, key: &ClusterKey, look: Look) {
        let now = Instant::now();
        let next = now + self.until_next_look();
        let Some(cluster) = self.clusters.get_mut(key) else { return };
        let before = cluster.state();
        let Some(live) = cluster.live.as_mut().filter(|live| live.handle.revision().generation == look.generation)
        else {
            // What is connected now has nothing to do with it.
            return;
        };
        if live.epoch != look.epoch {
            live.probe_at = Some(now);
            return self.reschedule(key);
        }
        live.probe_at = Some(next);
        live.hop = match &look.outcome {
            Err(error) => error.outage().map(|(hop, _)| Box::new(hop.clone())),
            Ok(()) => None,
        };
        // One line tells of a hop that is down, not one for each cluster behind it.
        let by_way = live.hop.is_some();
        if let (Some(known), Some(found)) = (live.handle.identity(), &look.identity)
            && known != found
        {
            return self.usurped(key);
        }
        let outcome = look.outcome.as_ref().map(drop).map_err(ConnectError::class);
        self.recorder.probed((key, &cluster.labels), outcome);
        cluster.slot.looked(outcome.is_ok());
        match (live.health.observe(outcome, self.settings.probe_threshold), look.outcome) {
            (Some(HealthChange::Degraded), Err(error)) => {
                let class = error.class().as_str();
                match by_way {
                    true => tracing::debug!(cluster = %key, class, error = %ErrorChain::new(&error), "degraded"),
                    false => tracing::warn!(cluster = %key, class, error = %ErrorChain::new(&error), "degraded"),
                }
                let error = Arc::new(error);
                live.health_error = Some((MicroTime::now(), Arc::clone(&error)));
                self.publish(key);
                if before == ClusterState::Degraded {
                    // Not well as before, but for another reason.
                    self.note(key, ClusterEventKind::Degraded(error));
                }
            }
            (Some(HealthChange::Recovered), Ok(())) => {
                tracing::info!(cluster = %key, "recovered");
                live.health_error = None;
                self.publish(key);
            }
            _ => self.rest(key, now),
        }
        self.reschedule(key);
    }

    /// Another cluster answers at the address of this one: nothing more may go there under the old name. The next connection is a reset.
    fn usurped(&mut self, key: &ClusterKey) {
        let Some(cluster) = self.clusters.get_mut(key) else { return };
        let Some(live) = cluster.live.take() else { return };
        tracing::warn!(cluster = %key, "another cluster answers at its address");
        cluster.wanted = true;
        let farewell = self.retire(live);
        if let Some(cluster) = self.clusters.get_mut(key) {
            cluster.farewell = Some(farewell);
        }
        self.publish(key);
        self.pursue(key);
    }

    /// Lets the connection go when nobody has used it for long enough.
    fn rest(&mut self, key: &ClusterKey, now: Instant) {
        let Some(after) = self.settings.hibernate_after else { return };
        let Some(cluster) = self.clusters.get_mut(key) else { return };
        let is_used = is_used(cluster);
        let Some(live) = &mut cluster.live else { return };
        let requests = live.control.stats().requests;
        if is_used || std::mem::replace(&mut live.requests, requests) != requests {
            live.idle_since = None;
            return;
        }
        let since = *live.idle_since.get_or_insert(now);
        if now.duration_since(since) < after {
            return;
        }
        if let Some(live) = cluster.live.take() {
            tracing::debug!(cluster = %key, "nobody uses the connection; let go until somebody asks");
            cluster.wanted = false;
            drop(self.retire(live));
            self.publish(key);
        }
    }
}

fn is_used(cluster: &Cluster) -> bool {
    let Some(live) = &cluster.live else { return false };
    // All of it: asking clears what it says.
    let touched = live.handle.take_touched();
    touched
        || cluster.slot.is_awaited()
        || !matches!(cluster.busy, Busy::Idle)
        || cluster.need() != Need::Nothing
        || live.control.in_flight() > 0
        || !live.handle.tasks().is_empty()
}
