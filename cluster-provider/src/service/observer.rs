//! What may be counted of the service's work. Knows nothing of how it is counted.

use std::time::Duration;

use crate::cluster::{Cluster, ClusterId, ClusterStatus, ProviderType};
use crate::provider::{ApplyReport, ProviderErrorKind};

/// Is told what happened, after it is written down. Called on the path of the work: it must not wait.
pub trait ServiceObserver: Send + Sync + 'static {
    /// A cluster is new.
    fn on_recorded(&self, cluster: &Cluster) {
        let _ = cluster;
    }

    /// A cluster went on. A restoration is not among these.
    fn on_transition(&self, from: ClusterStatus, to: &Cluster) {
        let _ = (from, to);
    }

    /// A cluster was to go, and became what it was before.
    fn on_restored(&self, cluster: &Cluster) {
        let _ = cluster;
    }

    /// A record is gone; `hard` when it is gone for good.
    fn on_deleted(&self, id: &ClusterId, hard: bool) {
        let _ = (id, hard);
    }

    /// A cluster was gone at its provider before anybody here had asked for that.
    fn on_already_gone(&self, cluster: &Cluster) {
        let _ = cluster;
    }

    /// A cluster was found at a provider that no record wants.
    fn on_orphan(&self, provider: &ProviderType) {
        let _ = provider;
    }

    /// A resource set was applied, as far as the report says.
    fn on_applied(&self, provider: &ProviderType, report: &ApplyReport) {
        let _ = (provider, report);
    }

    /// A provider answered, or did not. `outcome` is `None` when it did what it was asked.
    fn on_provider_call(
        &self,
        provider: &ProviderType,
        operation: &'static str,
        outcome: Option<ProviderErrorKind>,
        elapsed: Duration,
    ) {
        let _ = (provider, operation, outcome, elapsed);
    }
}

/// Counts nothing.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Unobserved;

impl ServiceObserver for Unobserved {}
