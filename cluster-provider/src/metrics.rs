//! What is counted about clusters and their providers. Labels come from closed sets, from the names of providers and, where that is wanted,
//! from those of clusters; never from error text. Needs feature `metrics`.
//!
//! Source: `pkg/metrics/metrics.go` of kas-fleet-manager, whose names these are under another prefix.

mod snapshot;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};

use self::snapshot::Snapshots;
pub(crate) use self::snapshot::{ClusterView, Snapshot};
use crate::cluster::{Cluster, ClusterId, ClusterStatus, ProviderType};
use crate::manager::{PassReport, was_ready_before};
use crate::provider::{ApplyReport, ProviderErrorKind};
use crate::service::ServiceObserver;

/// Bucket bounds of the time that a cluster takes to be ready, in seconds: half an hour to three hours.
const CREATION_BOUNDS: [f64; 6] = [1_800.0, 2_400.0, 3_600.0, 4_800.0, 7_200.0, 10_800.0];

/// Bucket bounds of one call of a provider, in seconds.
const CALL_BOUNDS: [f64; 10] = [0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0, 30.0, 120.0];

/// Bucket bounds of one phase, in seconds.
const PHASE_BOUNDS: [f64; 9] = [0.01, 0.05, 0.1, 0.5, 1.0, 5.0, 30.0, 120.0, 600.0];

/// The name of the manager among workers.
const WORKER: &str = "cluster";

/// Metrics of a service and of its manager. Clones share their values.
///
/// Give it to [`DefaultClusterService::builder`](crate::service::DefaultClusterService::builder) as its observer, and to
/// [`ClusterManager::builder`](crate::manager::ClusterManager::builder). Works unregistered. [`register`](Self::register) exposes:
///
/// | name | type | labels |
/// |---|---|---|
/// | `cluster_status_count` | gauge: records, zero is said | `status` |
/// | `cluster_status_since_created_in_seconds` | gauge: age of a cluster | `id`, `cluster_id`, `status` |
/// | `cluster_condition` | gauge: 1 for the status that a condition has | `id`, `type`, `status` |
/// | `cluster_backoff_seconds` | gauge: how long a cluster is left alone | `id` |
/// | `workloads_per_cluster_count` | gauge | `cluster_id`, `external_id` |
/// | `cluster_status_capacity_max`, `_used`, `_available` | gauges: units | `region`, `instance_type`, `cluster_id`, `cloud_provider` |
/// | `cluster_provider_resource_quota_max_allowed`, `_consumed` | gauges | `quota_id`, `cluster_provider` |
/// | `worker_cluster_duration_seconds` | histogram: recorded to ready | `jobType` |
/// | `cluster_operations_total_count_total`, `cluster_operations_success_count_total` | counters | `operation`: `create`, `delete`, `hard_delete` |
/// | `cluster_status_transitions_total` | counter | `from`, `to` |
/// | `provider_requests_total` | counter | `provider`, `operation`, `outcome` |
/// | `provider_request_duration_seconds` | histogram | `provider`, `operation` |
/// | `apply_objects_total` | counter | `provider`, `outcome` |
/// | `orphans_detected_total`, `vanished_total` | counters | `provider` |
/// | `reconcile_phase_duration_seconds` | histogram | `worker`, `phase` |
/// | `reconciler_duration_in_seconds` | gauge: the last pass | `worker_type` |
/// | `reconciler_success_count_total`, `reconciler_failure_count_total`, `reconciler_errors_count_total` | counters | `worker_type` |
/// | `leader_worker` | gauge: 1 where it leads | `worker_type` |
/// | `lease_epoch` | gauge | `worker_type` |
///
/// Gauges about clusters are those of the last pass, and only of a process that leads: nothing that is gone is shown.
#[derive(Clone)]
pub struct ClusterMetrics(Arc<Families>);

struct Families {
    snapshots: Snapshots,
    creation: Histograms,
    operations: Counters,
    successes: Counters,
    transitions: Counters,
    requests: Counters,
    durations: Histograms,
    objects: Counters,
    orphans: Counters,
    vanished: Counters,
    phases: Histograms,
    last_pass: Family<Labels, Gauge<f64, std::sync::atomic::AtomicU64>>,
    clean: Counters,
    failed: Counters,
    errors: Counters,
    leads: Family<Labels, Gauge>,
    epoch: Family<Labels, Gauge>,
}

/// Names and values.
type Labels = Vec<(&'static str, String)>;

type Counters = Family<Labels, Counter>;

type Histograms = Family<Labels, Histogram, fn() -> Histogram>;

impl Default for Families {
    fn default() -> Self {
        let histograms = |bounds: fn() -> Histogram| Family::new_with_constructor(bounds);
        Self {
            snapshots: Snapshots::default(),
            creation: histograms(|| Histogram::new(CREATION_BOUNDS)),
            operations: Family::default(),
            successes: Family::default(),
            transitions: Family::default(),
            requests: Family::default(),
            durations: histograms(|| Histogram::new(CALL_BOUNDS)),
            objects: Family::default(),
            orphans: Family::default(),
            vanished: Family::default(),
            phases: histograms(|| Histogram::new(PHASE_BOUNDS)),
            last_pass: Family::default(),
            clean: Family::default(),
            failed: Family::default(),
            errors: Family::default(),
            leads: Family::default(),
            epoch: Family::default(),
        }
    }
}

// === impl ClusterMetrics ===

impl ClusterMetrics {
    /// Counts nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Exposes the metrics under the prefix `cluster_provider`.
    pub fn register(&self, registry: &mut Registry) {
        self.register_with_prefix(registry, "cluster_provider");
    }

    /// Exposes the metrics under another prefix, such as that of a service which they replace.
    pub fn register_with_prefix(&self, registry: &mut Registry, prefix: &str) {
        let registry = registry.sub_registry_with_prefix(prefix);
        let all = &*self.0;
        registry.register_collector(Box::new(all.snapshots.clone()));
        let seconds = Unit::Seconds;
        registry.register_with_unit(
            "worker_cluster_duration",
            "Time from being recorded to being ready",
            seconds.clone(),
            all.creation.clone(),
        );
        registry.register("cluster_operations_total_count", "Operations on clusters", all.operations.clone());
        registry.register("cluster_operations_success_count", "Those that succeeded", all.successes.clone());
        registry.register("cluster_status_transitions", "Steps of clusters' lives", all.transitions.clone());
        registry.register("provider_requests", "Calls of providers", all.requests.clone());
        registry.register_with_unit(
            "provider_request_duration",
            "Time of calls of providers",
            seconds.clone(),
            all.durations.clone(),
        );
        registry.register("apply_objects", "Objects of resource sets", all.objects.clone());
        registry.register("orphans_detected", "Clusters at a provider that no record wants", all.orphans.clone());
        registry.register("vanished", "Clusters gone at their provider that nobody asked to go", all.vanished.clone());
        registry.register_with_unit(
            "reconcile_phase_duration",
            "Time of the phases of a pass",
            seconds,
            all.phases.clone(),
        );
        registry.register("reconciler_duration_in_seconds", "Time of the last pass", all.last_pass.clone());
        registry.register("reconciler_success_count", "Passes in which everything worked", all.clean.clone());
        registry.register("reconciler_failure_count", "Passes in which something did not", all.failed.clone());
        registry.register("reconciler_errors_count", "What did not work", all.errors.clone());
        registry.register("leader_worker", "1 where this process leads", all.leads.clone());
        registry.register("lease_epoch", "The epoch of this process's lease", all.epoch.clone());
    }

    /// What became of a pass.
    pub(crate) fn passed(&self, report: &PassReport, took: Duration) {
        let all = &*self.0;
        for (phase, done) in &report.phases {
            let labels = vec![("worker", WORKER.to_owned()), ("phase", phase.as_str().to_owned())];
            all.phases.get_or_create(&labels).observe(done.took.as_secs_f64());
        }
        all.last_pass.get_or_create(&worker()).set(took.as_secs_f64());
        let outcome = if report.is_clean() { &all.clean } else { &all.failed };
        outcome.get_or_create(&worker()).inc();
        all.errors.get_or_create(&worker()).inc_by(report.failures.len() as u64);
    }

    /// Whether this process leads, and in which epoch. What it showed of clusters goes when it does not.
    pub(crate) fn leads(&self, epoch: Option<Option<i64>>) {
        let all = &*self.0;
        all.leads.get_or_create(&worker()).set(i64::from(epoch.is_some()));
        match epoch {
            Some(Some(epoch)) => drop(all.epoch.get_or_create(&worker()).set(epoch)),
            Some(None) => {}
            None => {
                all.epoch.remove(&worker());
                all.snapshots.clear();
            }
        }
    }

    /// How clusters are, as of this pass.
    pub(crate) fn show(&self, snapshot: Snapshot) {
        self.0.snapshots.show(snapshot);
    }

    fn operation(&self, operation: &str, succeeded: bool) {
        let labels = vec![("operation", operation.to_owned())];
        self.0.operations.get_or_create(&labels).inc();
        if succeeded {
            self.0.successes.get_or_create(&labels).inc();
        }
    }
}

impl Default for ClusterMetrics {
    fn default() -> Self {
        Self(Arc::new(Families::default()))
    }
}

impl fmt::Debug for ClusterMetrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClusterMetrics").finish_non_exhaustive()
    }
}

impl ServiceObserver for ClusterMetrics {
    fn on_transition(&self, from: ClusterStatus, to: &Cluster) {
        let labels = vec![("from", from.as_str().to_owned()), ("to", to.status.as_str().to_owned())];
        self.0.transitions.get_or_create(&labels).inc();
        match to.status {
            // Being ready again is no creation.
            ClusterStatus::Ready if !was_ready_before(to) => {
                self.operation("create", true);
                if let Ok(took) = Duration::try_from(to.status_since.duration_since(to.created_at)) {
                    let labels = vec![("jobType", "cluster_create".to_owned())];
                    self.0.creation.get_or_create(&labels).observe(took.as_secs_f64());
                }
            }
            ClusterStatus::Failed => self.operation("create", false),
            _ => {}
        }
    }

    fn on_deleted(&self, _id: &ClusterId, hard: bool) {
        self.operation(if hard { "hard_delete" } else { "delete" }, true);
    }

    fn on_already_gone(&self, cluster: &Cluster) {
        self.0.vanished.get_or_create(&provider(&cluster.provider_type)).inc();
    }

    fn on_orphan(&self, of: &ProviderType) {
        self.0.orphans.get_or_create(&provider(of)).inc();
    }

    fn on_provider_call(
        &self,
        of: &ProviderType,
        operation: &'static str,
        outcome: Option<ProviderErrorKind>,
        elapsed: Duration,
    ) {
        let mut labels = provider(of);
        labels.push(("operation", operation.to_owned()));
        self.0.durations.get_or_create(&labels).observe(elapsed.as_secs_f64());
        labels.push(("outcome", outcome.map_or("ok", ProviderErrorKind::as_str).to_owned()));
        self.0.requests.get_or_create(&labels).inc();
    }

    fn on_applied(&self, of: &ProviderType, report: &ApplyReport) {
        for object in &report.objects {
            let mut labels = provider(of);
            labels.push(("outcome", object.action.as_str().to_owned()));
            self.0.objects.get_or_create(&labels).inc();
        }
    }
}

fn worker() -> Labels {
    vec![("worker_type", WORKER.to_owned())]
}

fn provider(of: &ProviderType) -> Labels {
    vec![("provider", of.as_str().to_owned())]
}

#[cfg(test)]
mod tests;
