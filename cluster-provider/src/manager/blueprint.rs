//! What a cluster should hold, said by the application.

use async_trait::async_trait;

use crate::cluster::Cluster;
use crate::provider::{Addon, IdentityProvider, MachinePoolRequest, ResourceSet};

/// What a cluster should hold. It is brought about in the order of the fields, and what fails holds up what follows.
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct Blueprint {
    /// Its machine pools.
    pub machine_pools: Vec<MachinePoolRequest>,
    /// Whether the domain of its applications has to be known.
    pub needs_dns: bool,
    /// Who logs in to it.
    pub identity_provider: Option<IdentityProvider>,
    /// Its resource sets, in this order. Sets that were applied earlier and are not here any more are removed, the last one first.
    pub sets: Vec<ResourceSet>,
    /// Its add-ons.
    pub addons: Vec<Addon>,
}

/// Why the application cannot say what a cluster should hold.
#[derive(Debug, thiserror::Error)]
#[error("what cluster {cluster} should hold is not known")]
#[non_exhaustive]
pub struct TerraformError {
    /// Which cluster.
    pub cluster: String,
    /// Why.
    #[source]
    pub source: Box<dyn std::error::Error + Send + Sync>,
}

/// Says what a cluster should hold.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
#[async_trait]
pub trait Terraformer: Send + Sync + 'static {
    /// Changes when what the cluster should hold changes; asked in every pass for every ready cluster, so it has to be quick. `None` when
    /// only asking tells; then that is done whenever sets are [applied again](super::ManagerOptions::reapply_every).
    fn revision(&self, cluster: &Cluster) -> Option<String>;

    /// What the cluster should hold.
    ///
    /// # Errors
    /// When that cannot be known now. The cluster waits.
    async fn blueprint(&self, cluster: &Cluster) -> Result<Blueprint, TerraformError>;
}

// === impl Blueprint ===

impl Blueprint {
    /// Nothing.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// With one more resource set.
    #[must_use]
    pub fn with_set(mut self, set: ResourceSet) -> Self {
        self.sets.push(set);
        self
    }

    /// With one more machine pool.
    #[must_use]
    pub fn with_machine_pool(mut self, pool: MachinePoolRequest) -> Self {
        self.machine_pools.push(pool);
        self
    }

    /// With one more add-on.
    #[must_use]
    pub fn with_addon(mut self, addon: Addon) -> Self {
        self.addons.push(addon);
        self
    }

    /// With somebody who logs in; the domain has to be known for that.
    #[must_use]
    pub fn with_identity_provider(mut self, provider: IdentityProvider) -> Self {
        self.identity_provider = Some(provider);
        self.needs_dns = true;
        self
    }

    /// The domain of its applications has to be known.
    #[must_use]
    pub fn with_dns(mut self) -> Self {
        self.needs_dns = true;
        self
    }
}

impl TerraformError {
    /// Not known, for this reason.
    pub fn new(cluster: &Cluster, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self { cluster: cluster.id.to_string(), source: source.into() }
    }
}
