//! What every provider that reaches clusters itself stands on: its name, the ways to its clusters, what is done in them, and where they can be.
//! Knows nothing of where clusters come from.

use std::sync::Arc;

use super::{Describe, Reach, RegionSource, Regions, Sets, retire};
use crate::cluster::ProviderType;
use crate::provider::{CallContext, Clouds, ClusterSpec, DeleteOptions, DeleteOutcome, ProviderError, ResourceSets};

/// The part of a provider that is the same for all of them.
pub(in crate::provider) struct Ground {
    reach: Arc<Reach>,
    describe: Arc<dyn Describe>,
    sets: Arc<Sets>,
    regions: Option<Arc<Regions>>,
}

// === impl Ground ===

impl Ground {
    pub(in crate::provider) fn new(
        reach: Arc<Reach>,
        describe: Arc<dyn Describe>,
        regions: Option<Arc<dyn RegionSource>>,
    ) -> Self {
        let sets = Arc::new(Sets::new(Arc::clone(&reach), Arc::clone(&describe)));
        let provider = reach.provider().clone();
        let regions = regions.map(|source| Arc::new(Regions { provider, source }));
        Self { reach, describe, sets, regions }
    }

    pub(in crate::provider) fn provider_type(&self) -> ProviderType {
        self.reach.provider().clone()
    }

    pub(in crate::provider) fn sets(&self) -> &Arc<Sets> {
        &self.sets
    }

    /// How to reach a cluster, as whoever asked a provider is told.
    pub(in crate::provider) async fn connection(
        &self,
        call: &CallContext,
        known: &ClusterSpec,
    ) -> Result<cluster_client::ClusterSpec, ProviderError> {
        self.describe.describe(call, "connection", known).await
    }

    /// Lets go of a cluster that stays; see [`retire`].
    pub(in crate::provider) async fn retire(
        &self,
        call: &CallContext,
        known: &ClusterSpec,
        options: &DeleteOptions,
    ) -> Result<DeleteOutcome, ProviderError> {
        retire(call, &self.reach, &self.sets, known, options).await
    }

    pub(in crate::provider) fn resource_sets(&self) -> Option<Arc<dyn ResourceSets>> {
        Some(Arc::<Sets>::clone(&self.sets))
    }

    /// None where nobody says where clusters can be.
    pub(in crate::provider) fn clouds(&self) -> Option<Arc<dyn Clouds>> {
        self.regions.clone().map(|regions| regions as Arc<dyn Clouds>)
    }

    /// Closes all connections and waits for that.
    pub(in crate::provider) async fn shutdown(&self) {
        self.reach.shutdown().await;
    }
}
