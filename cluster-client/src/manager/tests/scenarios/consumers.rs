//! What "reset" means to those who use a manager: a discovery of pods, port forwards, and watchers of a whole fleet.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::*;
use crate::fake::Statuses;

/// Finds pods: for each object a set of them, built from the pods of one cluster at one revision.
///
/// Its index of pods is keyed by cluster and revision, so that two revisions never mix, as Tilt's is.
struct Discovery {
    manager: ClientManager<FakeClientProvider>,
    pods: BTreeMap<(ClusterKey, u64), BTreeSet<&'static str>>,
    found: BTreeMap<&'static str, Result<BTreeSet<&'static str>, &'static str>>,
}

impl Discovery {
    fn new(provider: &FakeClientProvider) -> Self {
        Self { manager: ClientManager::new(provider.clone()), pods: BTreeMap::new(), found: BTreeMap::new() }
    }

    /// A watch event of the cluster's client of that generation.
    fn event(&mut self, cluster: &ClusterKey, generation: u64, uid: &'static str) {
        self.pods.entry((cluster.clone(), generation)).or_default().insert(uid);
    }

    /// One pass over an object: what Tilt's reconciler does. Says whether there was a reset.
    fn reconcile(&mut self, name: &'static str, cluster: &ConnectedCluster, statuses: &Statuses) -> bool {
        // Status of the cluster is read from its object, never from the provider.
        let waiting = statuses.get(&cluster.key).is_some_and(|status| status.connected_at.is_none());
        let reset = self.manager.refresh(&object(name), cluster).is_reset();
        if reset {
            self.found.remove(name);
        }
        match self.manager.get(&object(name), Some(cluster)) {
            Ok(handle) => {
                let pods = self.pods.get(&(cluster.key.clone(), handle.revision().generation));
                self.found.insert(name, Ok(pods.cloned().unwrap_or_default()));
            }
            Err(_) if waiting || !self.found.contains_key(name) => {
                self.found.insert(name, Err("ClusterUnavailable"));
            }
            // Stale: what was found stays until the cluster's object catches up.
            Err(_) => {}
        }
        reset
    }

    fn found(&self, name: &str) -> Result<Vec<&'static str>, &'static str> {
        self.found[name].clone().map(|pods| pods.into_iter().collect())
    }
}

/// tilt internal/controllers/core/kubernetesdiscovery/reconciler_test.go TestKubernetesDiscoveryClusterError
#[tokio::test]
async fn a_discovery_waits_while_its_cluster_has_an_error_and_goes_on_when_it_recovers() {
    let statuses = Statuses::new();
    let provider = FakeClientProvider::new().with_status_sink(statuses.clone());
    let mut discovery = Discovery::new(&provider);
    provider.ensure_error(&key("prod"), "cluster did not start");
    discovery.reconcile("kd", &statuses.object(&key("prod")).unwrap(), &statuses);
    assert_eq!(discovery.found("kd"), Err("ClusterUnavailable"));

    let (_, revision) = provider.ensure_client(&key("prod"));
    discovery.event(&key("prod"), revision.generation, "pod-1");
    assert!(!discovery.reconcile("kd", &statuses.object(&key("prod")).unwrap(), &statuses), "it had nothing to lose");
    assert_eq!(discovery.found("kd"), Ok(vec!["pod-1"]));
}

/// tilt internal/controllers/core/kubernetesdiscovery/reconciler_test.go TestClusterChange
#[tokio::test]
async fn a_replaced_client_shows_new_pods_only_and_other_clusters_notice_nothing() {
    let statuses = Statuses::new();
    let provider = FakeClientProvider::new().with_status_sink(statuses.clone());
    let mut discovery = Discovery::new(&provider);
    let (one, two) = (key("cluster-1"), key("cluster-2"));
    let first = provider.set_client(&one, empty_client());
    let other = provider.set_client(&two, empty_client());
    // The same UIDs in both clusters.
    for uid in ["a", "b"] {
        discovery.event(&one, first.generation, uid);
        discovery.event(&two, other.generation, uid);
    }
    let (old_one, shown_two) = (statuses.object(&one).unwrap(), statuses.object(&two).unwrap());
    discovery.reconcile("kd-1", &old_one, &statuses);
    discovery.reconcile("kd-2", &shown_two, &statuses);
    assert_eq!((discovery.found("kd-1"), discovery.found("kd-2")), (Ok(vec!["a", "b"]), Ok(vec!["a", "b"])));

    // The client of the first cluster is replaced; its object has not caught up in this consumer's cache.
    let second = provider.set_client(&one, empty_client());
    discovery.event(&one, second.generation, "c");
    discovery.event(&two, other.generation, "d");
    assert!(
        !discovery.reconcile("kd-1", &old_one, &statuses),
        "an unchanged object goes on while its cluster's object is old"
    );
    assert_eq!(discovery.found("kd-1"), Ok(vec!["a", "b"]));
    discovery.reconcile("kd-new", &old_one, &statuses);
    assert_eq!(discovery.found("kd-new"), Err("ClusterUnavailable"), "one that needs a client waits");
    assert!(!discovery.reconcile("kd-2", &shown_two, &statuses));
    assert_eq!(discovery.found("kd-2"), Ok(vec!["a", "b", "d"]), "the other cluster is not affected");

    let new_one = statuses.object(&one).unwrap();
    assert!(discovery.reconcile("kd-1", &new_one, &statuses), "now it starts afresh");
    assert_eq!(discovery.found("kd-1"), Ok(vec!["c"]), "and sees pods of the new client only");
    assert!(!discovery.reconcile("kd-new", &new_one, &statuses));
    assert_eq!(discovery.found("kd-new"), Ok(vec!["c"]));
    assert!(!discovery.reconcile("kd-1", &new_one, &statuses));
}

/// Forwards ports: runs one forward per object while its cluster has a client.
struct Forwards {
    manager: ClientManager<FakeClientProvider>,
    running: BTreeMap<&'static str, Revision>,
}

impl Forwards {
    fn reconcile(&mut self, name: &'static str, cluster: &ConnectedCluster) -> Result<(), ClientError> {
        if self.manager.refresh(&object(name), cluster).is_reset() {
            self.running.remove(name);
        }
        if !self.running.contains_key(name) {
            let handle = self.manager.get(&object(name), Some(cluster))?;
            self.running.insert(name, handle.revision());
        }
        Ok(())
    }
}

/// tilt internal/controllers/core/portforward/reconciler_test.go TestClusterChange
#[tokio::test]
async fn an_error_of_the_cluster_stops_port_forwards_and_a_new_client_starts_them_again() {
    let statuses = Statuses::new();
    let provider = FakeClientProvider::new().with_status_sink(statuses.clone());
    let mut forwards = Forwards { manager: ClientManager::new(provider.clone()), running: BTreeMap::new() };
    let prod = key("prod");
    let shown = || statuses.object(&prod).unwrap();
    let first = provider.set_client(&prod, empty_client());
    for name in ["pf-1", "pf-2"] {
        forwards.reconcile(name, &shown()).unwrap();
    }
    assert_eq!(forwards.running, BTreeMap::from([("pf-1", first), ("pf-2", first)]));

    provider.set_error(&prod, "oh no!");
    for name in ["pf-1", "pf-2"] {
        assert_eq!(forwards.reconcile(name, &shown()).unwrap_err().to_string(), "oh no!");
    }
    assert!(forwards.running.is_empty());
    assert_eq!(forwards.reconcile("pf-1", &shown()).unwrap_err().to_string(), "oh no!", "it stays so");

    let second = provider.set_client(&prod, empty_client());
    for name in ["pf-1", "pf-2"] {
        forwards.reconcile(name, &shown()).unwrap();
    }
    assert_eq!(forwards.running, BTreeMap::from([("pf-1", second), ("pf-2", second)]));
}

/// Watches services (or events) of every cluster, as one consumer under a name it made up.
struct FleetWatcher {
    manager: ClientManager<FakeClientProvider>,
    watches: BTreeMap<ClusterKey, Revision>,
    known: BTreeMap<ClusterKey, BTreeSet<&'static str>>,
    opened: usize,
}

impl FleetWatcher {
    fn new(provider: &FakeClientProvider) -> Self {
        let manager = ClientManager::new(provider.clone());
        Self { manager, watches: BTreeMap::new(), known: BTreeMap::new(), opened: 0 }
    }

    /// One look at the objects that stand for clusters. Errors are left for the next look: nothing was remembered.
    fn look(&mut self, clusters: &[ConnectedCluster]) {
        let me = ObjectKey::new("FleetWatcher", None, "services");
        let gone: Vec<_> =
            self.watches.keys().filter(|key| clusters.iter().all(|cluster| cluster.key != **key)).cloned().collect();
        for key in gone {
            assert!(self.manager.refresh_absent(&me, &key).is_reset());
            self.purge(&key);
        }
        for cluster in clusters {
            if self.manager.refresh(&me, cluster).is_reset() {
                self.purge(&cluster.key);
            }
            let Ok(handle) = self.manager.get(&me, Some(cluster)) else { continue };
            if self.watches.insert(cluster.key.clone(), handle.revision()).is_none() {
                self.opened += 1;
            }
        }
    }

    fn purge(&mut self, key: &ClusterKey) {
        self.watches.remove(key);
        self.known.remove(key);
    }
}

/// tilt internal/engine/k8swatch/service_watch_test.go TestServiceWatchClusterChange
#[tokio::test]
async fn a_watcher_of_a_fleet_purges_exactly_the_cluster_that_changed() {
    let provider = FakeClientProvider::new();
    let mut watcher = FleetWatcher::new(&provider);
    let (one, two) = (key("cluster-1"), key("cluster-2"));
    for cluster in [&one, &two] {
        provider.set_client(cluster, empty_client());
        watcher.known.entry(cluster.clone()).or_default().insert("svc");
    }
    let old = [provider.shown(&one), provider.shown(&two)];
    watcher.look(&old);
    assert_eq!((watcher.watches.len(), watcher.manager.known()), (2, 2));

    let second = provider.set_client(&one, empty_client());
    watcher.look(&old);
    assert_eq!(watcher.known.len(), 2, "nothing is purged on the word of an old object");
    watcher.look(&[provider.shown(&one), provider.shown(&two)]);
    assert_eq!(watcher.known.keys().collect::<Vec<_>>(), [&two]);
    assert_eq!((watcher.watches[&one], watcher.opened), (second, 3));

    watcher.look(&[provider.shown(&two)]);
    assert_eq!((watcher.watches.len(), watcher.manager.known()), (1, 1), "a cluster that is gone is forgotten");
}

/// tilt internal/engine/k8swatch/event_watch_manager_test.go listensOnce
#[tokio::test]
async fn a_watcher_of_a_fleet_opens_one_watch_however_often_it_looks() {
    let provider = FakeClientProvider::new();
    let mut watcher = FleetWatcher::new(&provider);
    provider.set_client(&key("prod"), empty_client());
    for _ in 0..5 {
        watcher.look(&[provider.shown(&key("prod"))]);
    }
    assert_eq!(watcher.opened, 1);
}

/// tilt internal/engine/k8swatch/event_watch_manager_test.go watchError
#[tokio::test]
async fn a_watcher_of_a_fleet_tries_again_at_the_next_look_after_an_error() {
    let provider = FakeClientProvider::new();
    let mut watcher = FleetWatcher::new(&provider);
    provider.set_error(&key("prod"), "oh noes");
    watcher.look(&[provider.shown(&key("prod"))]);
    assert_eq!((watcher.opened, watcher.manager.known()), (0, 0));
    provider.set_client(&key("prod"), empty_client());
    watcher.look(&[provider.shown(&key("prod"))]);
    assert_eq!(watcher.opened, 1);
}

/// tilt internal/controllers/core/kubernetesdiscovery and portforward, TestIndexing: a change of a cluster is a pass over those who use it.
#[tokio::test]
async fn consumers_of_different_clusters_are_told_apart() {
    let provider = Arc::new(FakeClientProvider::new());
    let manager = ClientManager::new(provider.clone());
    for cluster in ["a", "b"] {
        provider.set_client(&key(cluster), empty_client());
        assert_eq!(manager.refresh(&object("both"), &provider.shown(&key(cluster))), Refresh::Unchanged);
    }
    provider.set_client(&key("a"), empty_client());
    assert!(manager.refresh(&object("both"), &provider.shown(&key("a"))).is_reset());
    assert!(!manager.refresh(&object("both"), &provider.shown(&key("b"))).is_reset());
}
