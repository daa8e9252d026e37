//! The service over a factory and a store. Knows no provider by name, and no database.
//!
//! What is asked of a provider is written down before it is asked, and what it answered right after, both by compare-and-swap and fenced:
//! whoever is interrupted anywhere leaves a record from which the next one goes on.

mod clouds;
mod create;
mod delete;
mod records;
mod resources;
mod retire;
mod status;
mod surface;
mod through;
mod writing;

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use super::cache::Remembered;
use super::changes::Changes;
use super::locks::KeyedLocks;
use super::observer::{ServiceObserver, Unobserved};
use super::options::{QuotaCostFn, ServiceOptions};
use super::{NoWorkloads, WorkloadCounter};
use crate::cluster::NamePrefix;
use crate::factory::ProviderFactory;
use crate::provider::{CloudProvider, CloudRegion};
use crate::store::ClusterStore;

/// The service over a factory and a store. Made by its [builder](Self::builder); share it behind an [`Arc`].
///
/// What changes is told to those who [`watch`](super::ClusterService::watch) here, and through the store to those who watch in other
/// processes. The task that listens to the store is begun by the first watcher, and ends with [`shutdown`](Self::shutdown) or with the
/// service.
pub struct DefaultClusterService {
    factory: Arc<dyn ProviderFactory>,
    store: Arc<dyn ClusterStore>,
    workloads: Arc<dyn WorkloadCounter>,
    observer: Arc<dyn ServiceObserver>,
    quota_cost: Option<QuotaCostFn>,
    name_prefix: NamePrefix,
    workload_types: BTreeSet<String>,
    options: ServiceOptions,
    locks: KeyedLocks,
    clock: writing::StoreClock,
    clouds: Remembered<(), Vec<CloudProvider>>,
    regions: Remembered<String, Vec<CloudRegion>>,
    changes: Changes,
}

/// Collects what a service is made of; see [`DefaultClusterService::builder`].
pub struct DefaultClusterServiceBuilder {
    factory: Arc<dyn ProviderFactory>,
    store: Arc<dyn ClusterStore>,
    workloads: Arc<dyn WorkloadCounter>,
    observer: Arc<dyn ServiceObserver>,
    quota_cost: Option<QuotaCostFn>,
    name_prefix: NamePrefix,
    workload_types: BTreeSet<String>,
    options: ServiceOptions,
}

// === impl DefaultClusterService ===

impl DefaultClusterService {
    /// Begins with a factory and a store. Nothing counts workloads until it is said what does: clusters are empty then.
    pub fn builder(factory: Arc<dyn ProviderFactory>, store: Arc<dyn ClusterStore>) -> DefaultClusterServiceBuilder {
        DefaultClusterServiceBuilder {
            factory,
            store,
            workloads: Arc::new(NoWorkloads),
            observer: Arc::new(Unobserved),
            quota_cost: None,
            name_prefix: NamePrefix::default(),
            workload_types: BTreeSet::new(),
            options: ServiceOptions::default(),
        }
    }

    /// Ends what runs in the background and waits for it. The store stays open; it belongs to whoever opened it.
    pub async fn shutdown(&self) {
        self.changes.shutdown().await;
    }
}

impl fmt::Debug for DefaultClusterService {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DefaultClusterService")
            .field("providers", &self.factory.types())
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}

// === impl DefaultClusterServiceBuilder ===

impl DefaultClusterServiceBuilder {
    /// What counts the workloads that keep a cluster from being deleted.
    #[must_use]
    pub fn workloads(mut self, workloads: Arc<dyn WorkloadCounter>) -> Self {
        self.workloads = workloads;
        self
    }

    /// What the names of clusters begin with; `mk` by default.
    #[must_use]
    pub fn name_prefix(mut self, prefix: NamePrefix) -> Self {
        self.name_prefix = prefix;
        self
    }

    /// Which classes of workloads a cluster takes when nothing is said of that; none by default.
    #[must_use]
    pub fn workload_types<T: Into<String>>(mut self, types: impl IntoIterator<Item = T>) -> Self {
        self.workload_types = types.into_iter().map(Into::into).collect();
        self
    }

    /// What a cluster needs of its provider's quota; without it, quota is not looked at before creating.
    #[must_use]
    pub fn quota_cost(mut self, cost: QuotaCostFn) -> Self {
        self.quota_cost = Some(cost);
        self
    }

    /// Who is told what happened, to count it.
    #[must_use]
    pub fn observer(mut self, observer: Arc<dyn ServiceObserver>) -> Self {
        self.observer = observer;
        self
    }

    /// How long things may take, and how often they are tried.
    #[must_use]
    pub fn options(mut self, options: ServiceOptions) -> Self {
        self.options = options;
        self
    }

    /// The service.
    #[must_use]
    pub fn build(self) -> DefaultClusterService {
        DefaultClusterService {
            locks: KeyedLocks::default(),
            clock: writing::StoreClock::default(),
            clouds: Remembered::new(self.options.clouds_remembered),
            regions: Remembered::new(self.options.clouds_remembered),
            changes: Changes::new(self.options.watch_capacity, Arc::clone(&self.store)),
            factory: self.factory,
            store: self.store,
            workloads: self.workloads,
            observer: self.observer,
            quota_cost: self.quota_cost,
            name_prefix: self.name_prefix,
            workload_types: self.workload_types,
            options: self.options,
        }
    }
}

impl fmt::Debug for DefaultClusterServiceBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DefaultClusterServiceBuilder").field("options", &self.options).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
