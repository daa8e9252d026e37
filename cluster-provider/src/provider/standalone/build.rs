//! How a provider of existing clusters is put together.

use std::collections::BTreeMap;
use std::sync::Arc;

use cluster_client::connect::Connect;

use super::{Connections, Core, InClusterOptions, Inner, OlmOperator, RegionSource, StandaloneProvider, identity, olm};
use crate::cluster::ProviderType;
use crate::provider::in_cluster::{Ground, Reach};

/// Collects what a [`StandaloneProvider`] needs; see [`StandaloneProvider::builder`].
#[must_use]
pub struct StandaloneProviderBuilder {
    provider: ProviderType,
    connector: Arc<dyn Connect>,
    connections: Arc<dyn Connections>,
    options: InClusterOptions,
    dns: BTreeMap<String, String>,
    operators: BTreeMap<String, OlmOperator>,
    regions: Option<Arc<dyn RegionSource>>,
}

// === impl StandaloneProvider ===

impl StandaloneProvider {
    /// Clusters that `connections` describes, reached with `connector` (of `cluster-client`: a `Connector`).
    pub fn builder(connector: Arc<dyn Connect>, connections: Arc<dyn Connections>) -> StandaloneProviderBuilder {
        StandaloneProviderBuilder {
            provider: ProviderType::STANDALONE,
            connector,
            connections,
            options: InClusterOptions::default(),
            dns: BTreeMap::new(),
            operators: BTreeMap::new(),
            regions: None,
        }
    }
}

// === impl StandaloneProviderBuilder ===

impl StandaloneProviderBuilder {
    /// Under which name it is registered. Default: `standalone`.
    pub fn provider_type(mut self, provider: ProviderType) -> Self {
        self.provider = provider;
        self
    }

    /// How sets are kept in clusters, and how long to wait for what.
    pub fn options(mut self, options: InClusterOptions) -> Self {
        self.options = options;
        self
    }

    /// The domain of the applications in a cluster that does not say it itself.
    pub fn dns(mut self, id: impl Into<String>, domain: impl Into<String>) -> Self {
        self.dns.insert(id.into(), domain.into());
        self
    }

    /// One more operator that can be installed as an add-on. Without any there are no add-ons.
    pub fn operator(mut self, operator: OlmOperator) -> Self {
        self.operators.insert(operator.id.clone(), operator);
        self
    }

    /// Where clusters are. Without it there are no clouds.
    pub fn regions(mut self, regions: Arc<dyn RegionSource>) -> Self {
        self.regions = Some(regions);
        self
    }

    /// The provider. Nothing is asked yet.
    #[must_use]
    pub fn build(self) -> StandaloneProvider {
        let Self { provider, connector, connections, options, dns, operators, regions } = self;
        let reach = Arc::new(Reach::new(provider, connector, options));
        let core = Arc::new(Core { connections, reach: Arc::clone(&reach), dns });
        let ground = Ground::new(reach, Arc::<Core>::clone(&core), regions);
        let sets = ground.sets();
        let operators = (!operators.is_empty())
            .then(|| Arc::new(olm::Operators { core: Arc::clone(&core), sets: Arc::clone(sets), operators }));
        let identities = Arc::new(identity::Identities { core: Arc::clone(&core) });
        StandaloneProvider(Arc::new(Inner { ground, core, identities, operators }))
    }
}

impl std::fmt::Debug for StandaloneProviderBuilder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("StandaloneProviderBuilder")
            .field("provider", &self.provider)
            .field("options", &self.options)
            .field("dns", &self.dns)
            .field("operators", &self.operators.keys())
            .finish_non_exhaustive()
    }
}
