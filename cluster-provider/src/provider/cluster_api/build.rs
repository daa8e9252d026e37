//! How a provider of clusters of Cluster API is put together.

use std::sync::{Arc, Mutex};

use cluster_client::connect::Connect;
use cluster_client::discovery::Discovery;
use kube::Client;

use super::{ClusterApiOptions, ClusterApiProvider, Core, Inner, RegionSource, pools};
use crate::cluster::ProviderType;
use crate::provider::in_cluster::{Ground, Reach};

/// Collects what a [`ClusterApiProvider`] needs; see [`ClusterApiProvider::builder`].
#[must_use]
pub struct ClusterApiProviderBuilder {
    provider: ProviderType,
    client: Client,
    connector: Arc<dyn Connect>,
    options: ClusterApiOptions,
    regions: Option<Arc<dyn RegionSource>>,
}

// === impl ClusterApiProvider ===

impl ClusterApiProvider {
    /// Clusters of the management cluster of `client`, reached with `connector` (of `cluster-client`: a `Connector`).
    pub fn builder(client: Client, connector: Arc<dyn Connect>) -> ClusterApiProviderBuilder {
        let provider = ProviderType::CLUSTER_API;
        ClusterApiProviderBuilder { provider, client, connector, options: ClusterApiOptions::default(), regions: None }
    }
}

// === impl ClusterApiProviderBuilder ===

impl ClusterApiProviderBuilder {
    /// Under which name it is registered. Default: `cluster_api`.
    pub fn provider_type(mut self, provider: ProviderType) -> Self {
        self.provider = provider;
        self
    }

    /// Where clusters are made, and what counts as failed.
    pub fn options(mut self, options: ClusterApiOptions) -> Self {
        self.options = options;
        self
    }

    /// Where clusters can be. Without it there are no clouds.
    pub fn regions(mut self, regions: Arc<dyn RegionSource>) -> Self {
        self.regions = Some(regions);
        self
    }

    /// The provider. Nothing is asked yet.
    #[must_use]
    pub fn build(self) -> ClusterApiProvider {
        let Self { provider, client, connector, options, regions } = self;
        let reach = Arc::new(Reach::new(provider, connector, options.in_cluster.clone()));
        let discovery = Discovery::new(client.clone());
        let core = Arc::new(Core { client, discovery, options, reach: Arc::clone(&reach), leaving: Mutex::default() });
        let ground = Ground::new(reach, Arc::<Core>::clone(&core), regions);
        let pools = Arc::new(pools::Pools { core: Arc::clone(&core) });
        ClusterApiProvider(Arc::new(Inner { ground, core, pools }))
    }
}

impl std::fmt::Debug for ClusterApiProviderBuilder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ClusterApiProviderBuilder")
            .field("provider", &self.provider)
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}
