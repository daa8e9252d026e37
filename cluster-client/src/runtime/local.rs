//! The engaged clusters, for objects of the home cluster that ask for work in them; knows nothing of what they ask for.

use std::sync::Arc;

use super::core::Core;
use super::request::{ClusterName, Request};
use super::store::{StaleReads, Watched};

/// The clusters that are engaged at the moment of the question.
///
/// A mapper of [`MultiClusterController::watches_local`](super::MultiClusterController::watches_local) is asked again for every cluster
/// that is engaged later.
pub struct EngagedClusters<'a, K: Watched>(pub(super) &'a Arc<Core<K>>);

impl<K: Watched> EngagedClusters<'_, K> {
    /// Their names, in order; the home cluster is among them when the controller works there.
    #[must_use]
    pub fn names(&self) -> Vec<ClusterName> {
        let mut names: Vec<_> = self.0.views().iter().map(|view| view.cluster.clone()).collect();
        names.sort();
        names
    }

    /// A request for every object of the main kind in one cluster.
    #[must_use]
    pub fn requests_in(&self, cluster: &ClusterName) -> Vec<Request<K>> {
        let store = self.0.view(cluster).and_then(|view| view.store_under::<K>(None, StaleReads::Serve).ok());
        let objects = store.map(|store| store.state()).unwrap_or_default();
        objects.iter().map(|object| Request::of(cluster, &**object)).collect()
    }

    /// A request for every object of the main kind in all clusters.
    #[must_use]
    pub fn requests(&self) -> Vec<Request<K>> {
        self.names().iter().flat_map(|cluster| self.requests_in(cluster)).collect()
    }
}

impl<K: Watched> std::fmt::Debug for EngagedClusters<'_, K> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("EngagedClusters").field(&self.names()).finish()
    }
}
