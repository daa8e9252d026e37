//! Proxies and jump hosts that go down and come back: one incident each, whatever is behind them.

use std::sync::Arc;

use core_client::error::ErrorChain;
use rand::Rng as _;
use tokio::time::Instant;

use super::Owner;
use crate::error::ConnectError;
use crate::key::ClusterKey;
use crate::options::ConnectPolicy;
use crate::path::{Hop, HopError, PathError, PathIncident, Paths};
use crate::registry::cluster::{Cluster, Held};
use crate::registry::outages::spread;
use crate::spec::ClusterSpec;

impl Owner {
    /// What the paths tell; nothing when they are gone.
    pub(super) fn told(&mut self, incident: Option<PathIncident>) {
        match incident {
            Some(PathIncident::Down { hop, error }) => self.hop_is_down(&hop, &error),
            Some(PathIncident::Up { hop, .. } | PathIncident::Gone { hop }) => self.hop_is_back(&hop),
            Some(PathIncident::Missed { .. }) => self.ask_the_paths(),
            None => self.incidents = None,
        }
    }

    /// After something was missed: whatever is not down by now is back.
    fn ask_the_paths(&mut self) {
        let status = self.connect.paths().map(Paths::status).unwrap_or_default();
        let mut back = self.outages.hops();
        back.retain(|hop| !status.iter().any(|one| one.hop == *hop && one.outage.is_some()));
        for hop in back {
            self.hop_is_back(&hop);
        }
        for (hop, outage) in status.into_iter().filter_map(|one| Some((one.hop, one.outage?))) {
            self.hop_is_down(&hop, &outage.last);
        }
    }

    fn hop_is_down(&mut self, hop: &Hop, error: &HopError) {
        let leads = |cluster: &&Cluster| cluster.spec.as_ref().is_some_and(|spec| spec.route.hops().contains(hop));
        if self.outages.begin(hop, error, || self.clusters.values().filter(leads).count()) {
            let clusters = self.outages.list().into_iter().find(|one| one.hop == *hop).map_or(0, |one| one.clusters);
            tracing::warn!(%hop, clusters, error = %ErrorChain::new(error), "the way to clusters is down");
            self.show_outages();
        }
    }

    /// Everything that waited for a hop is tried at once, as many at a time as there are places; connections through it are looked at.
    pub(super) fn hop_is_back(&mut self, hop: &Hop) {
        let now = Instant::now();
        let since = self.outages.end(hop, now);
        let waits = |cluster: &Cluster| cluster.held.as_ref().is_some_and(|held| held.hop == *hop);
        let looks = |cluster: &Cluster| cluster.live.as_ref().is_some_and(|live| live.hop.as_deref() == Some(hop));
        let affected = self.clusters.iter().filter(|(_, cluster)| waits(cluster) || looks(cluster));
        let keys: Vec<ClusterKey> = affected.map(|(key, _)| key.clone()).collect();
        if let Some(since) = since {
            tracing::info!(%hop, clusters = keys.len(), %since, "the way to clusters is back; they are tried again");
            self.show_outages();
        }
        let on_demand = self.settings.connect == ConnectPolicy::OnDemand;
        for key in &keys {
            let at = now + spread(keys.len(), &mut self.rng);
            let Some(cluster) = self.clusters.get_mut(key) else { continue };
            if cluster.held.as_ref().is_some_and(|held| held.hop == *hop) {
                cluster.held = None;
                if on_demand && cluster.live.is_none() && !cluster.slot.is_awaited() {
                    // It is tried again for somebody, not for nobody.
                    cluster.wanted = false;
                }
                cluster.retry_at = Some(at);
            }
            if let Some(live) = cluster.live.as_mut().filter(|live| live.hop.as_deref() == Some(hop)) {
                live.hop = None;
                live.probe_at = live.probe_at.map(|_| at);
            }
            self.pursue(key);
        }
    }

    /// Whether a failure is that of a hop which others are behind, too: then it is not the cluster's, and the cluster waits for the hop.
    ///
    /// Gives back the error to show, if that is another one: time ran out on a way that is known to be dead.
    pub(super) fn blame_the_way(
        &mut self,
        key: &ClusterKey,
        spec: &ClusterSpec,
        error: ConnectError,
        begun: Instant,
    ) -> Result<ConnectError, ConnectError> {
        let error = match error {
            ConnectError::Timeout { server, after } => match self.outages.on_the_way(&spec.route) {
                Some(source) => ConnectError::Path { server, source },
                None => return Err(ConnectError::Timeout { server, after }),
            },
            error => error,
        };
        let Some((hop, outage)) = error.outage() else { return Err(error) };
        if self.outages.is_back_since(hop, begun) {
            return Err(error);
        }
        self.hop_is_down(hop, outage);
        let Some(cluster) = self.clusters.get_mut(key) else { return Ok(error) };
        let id = cluster.id;
        let tries = match &mut cluster.held {
            Some(held) if held.hop == *hop => self.outages.try_again(hop, id),
            _ => {
                self.leave_the_way(key);
                self.outages.join(hop, id, &spec.route)
            }
        };
        let Self { settings, rng, .. } = self;
        let wait = tries.map(|failures| settings.backoff.spread(failures, rng.random()));
        if let Some(cluster) = self.clusters.get_mut(key) {
            cluster.held = Some(Held { hop: hop.clone(), waits: wait.is_none() });
            cluster.retry_at = wait.map(|wait| Instant::now() + wait);
        }
        self.show_outages();
        Ok(error)
    }

    /// A cluster does not wait for a hop any more, for a reason of its own. If it was the one that tried, another one does.
    pub(super) fn leave_the_way(&mut self, key: &ClusterKey) {
        let Some(cluster) = self.clusters.get_mut(key) else { return };
        let id = cluster.id;
        if let Some(held) = cluster.held.take() {
            self.left_the_way(&held.hop, id);
        }
    }

    pub(super) fn left_the_way(&mut self, hop: &Hop, id: crate::registry::slot::InstanceId) {
        let vacant = self.outages.leave(hop, id);
        if self.incidents.is_none() && self.outages.is_deserted(hop) {
            // Nobody will tell when it is back.
            self.outages.end(hop, Instant::now());
        }
        self.show_outages();
        if !vacant {
            return;
        }
        let waits = |cluster: &Cluster| cluster.held.as_ref().is_some_and(|held| held.hop == *hop);
        let Some(next) = self.clusters.iter().find(|(_, cluster)| waits(cluster)).map(|(key, _)| key.clone()) else {
            return;
        };
        if let Some(cluster) = self.clusters.get_mut(&next) {
            self.outages.try_again(hop, cluster.id);
            cluster.held = Some(Held { hop: hop.clone(), waits: false });
            cluster.retry_at = Some(Instant::now() + self.settings.backoff.first);
        }
        self.reschedule(&next);
    }

    /// Why a cluster need not be tried: the very same way was found dead, and somebody else looks whether it is back.
    pub(super) fn dead_way(&self, cluster: &Cluster) -> Option<PathError> {
        // The one that looks has been told before.
        let spec = cluster.spec.as_ref().filter(|_| cluster.held.is_none())?;
        self.outages.dead(&spec.route)
    }

    fn show_outages(&self) {
        self.shared.outages.store(Arc::new(self.outages.list()));
    }
}
