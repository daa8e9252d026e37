//! How a provider of clusters of profiles is put together.

use std::sync::Arc;

use cluster_client::connect::Connect;
use kube::Client;

use super::{ClusterProfileOptions, ClusterProfileProvider, Connections, Core, Inner, RegionSource};
use crate::cluster::ProviderType;
use crate::provider::in_cluster::{Ground, Reach};

/// Collects what a [`ClusterProfileProvider`] needs; see [`ClusterProfileProvider::builder`].
#[must_use]
pub struct ClusterProfileProviderBuilder {
    provider: ProviderType,
    client: Client,
    connector: Arc<dyn Connect>,
    connections: Arc<dyn Connections>,
    options: ClusterProfileOptions,
    regions: Option<Arc<dyn RegionSource>>,
}

// === impl ClusterProfileProvider ===

impl ClusterProfileProvider {
    /// The profiles in the cluster of `client`; their clusters are described by `connections` and reached with `connector` (of
    /// `cluster-client`: a `Connector`).
    pub fn builder(
        client: Client,
        connector: Arc<dyn Connect>,
        connections: Arc<dyn Connections>,
    ) -> ClusterProfileProviderBuilder {
        ClusterProfileProviderBuilder {
            provider: ProviderType::CLUSTER_PROFILE,
            client,
            connector,
            connections,
            options: ClusterProfileOptions::default(),
            regions: None,
        }
    }
}

// === impl ClusterProfileProviderBuilder ===

impl ClusterProfileProviderBuilder {
    /// Under which name it is registered. Default: `cluster_profile`.
    pub fn provider_type(mut self, provider: ProviderType) -> Self {
        self.provider = provider;
        self
    }

    /// Where profiles are, and what their properties are called.
    pub fn options(mut self, options: ClusterProfileOptions) -> Self {
        self.options = options;
        self
    }

    /// Where clusters are. Without it there are no clouds.
    pub fn regions(mut self, regions: Arc<dyn RegionSource>) -> Self {
        self.regions = Some(regions);
        self
    }

    /// The provider. Nothing is asked yet.
    #[must_use]
    pub fn build(self) -> ClusterProfileProvider {
        let Self { provider, client, connector, connections, options, regions } = self;
        let reach = Arc::new(Reach::new(provider, connector, options.in_cluster.clone()));
        let core = Arc::new(Core { client, connections, options, reach: Arc::clone(&reach) });
        let ground = Ground::new(reach, Arc::<Core>::clone(&core), regions);
        ClusterProfileProvider(Arc::new(Inner { ground, core }))
    }
}

impl std::fmt::Debug for ClusterProfileProviderBuilder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ClusterProfileProviderBuilder")
            .field("provider", &self.provider)
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}
