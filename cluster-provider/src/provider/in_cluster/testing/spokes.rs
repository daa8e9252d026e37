//! Clusters that come while a test runs, each under a name of its own, and trouble that all of them have at once. Knows nothing of providers.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use fake_cluster::faults::{Effect, Fault};
use fake_cluster::server::{FakeCluster, FakeClusterOptions};

/// Clusters by name.
#[derive(Default)]
pub(in crate::provider) struct Spokes(Mutex<Held>);

#[derive(Default)]
struct Held {
    clusters: BTreeMap<String, Arc<FakeCluster>>,
    stalled: bool,
}

// === impl Spokes ===

impl Spokes {
    /// One more; it does not answer while none does.
    pub(in crate::provider) async fn start(&self, name: &str) -> Arc<FakeCluster> {
        let cluster = FakeCluster::start_with(FakeClusterOptions::default().with_name(name)).await.unwrap();
        let cluster = Arc::new(cluster);
        let mut held = self.0.lock().unwrap();
        if held.stalled {
            cluster.faults().add(Fault::new(Effect::Hang));
        }
        assert!(held.clusters.insert(name.to_owned(), Arc::clone(&cluster)).is_none(), "{name} is there already");
        cluster
    }

    pub(in crate::provider) fn get(&self, name: &str) -> Arc<FakeCluster> {
        Arc::clone(&self.0.lock().unwrap().clusters[name])
    }

    /// From now on no request is answered.
    pub(in crate::provider) fn stall(&self) {
        self.0.lock().unwrap().stalled = true;
        self.fault(&Fault::new(Effect::Hang));
    }

    /// Something happens to all clusters that there are.
    pub(in crate::provider) fn fault(&self, fault: &Fault) {
        for cluster in self.0.lock().unwrap().clusters.values() {
            cluster.faults().add(fault.clone());
        }
    }

    /// All is well again.
    pub(in crate::provider) fn resume(&self) {
        let mut held = self.0.lock().unwrap();
        held.stalled = false;
        held.clusters.values().for_each(|cluster| cluster.faults().clear());
    }

    /// What may be shown nowhere: the private keys with which they are reached, as kubeconfigs have them and as they are.
    pub(in crate::provider) fn secrets(&self) -> Vec<String> {
        let clusters = &self.0.lock().unwrap().clusters;
        let keys = clusters.values().map(|cluster| cluster.admin().key);
        keys.flat_map(|key| [STANDARD.encode(&key), key.lines().nth(1).unwrap_or_default().to_owned()]).collect()
    }

    /// Ends all of them.
    pub(in crate::provider) async fn shutdown(self) {
        let held = self.0.into_inner().unwrap();
        for cluster in held.clusters.into_values() {
            Arc::into_inner(cluster).unwrap().shutdown().await;
        }
    }
}
