//! How clusters are, as of the last pass: shown as it is, so that nothing that is gone stays.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric as _};
use prometheus_client::metrics::MetricType;
use prometheus_client::metrics::gauge::ConstGauge;

use super::Labels;
use crate::cluster::{Capacity, Cluster, ClusterStatus};
use crate::provider::QuotaCost;

/// The last pass of a process that leads.
#[derive(Clone, Default)]
pub(super) struct Snapshots(Arc<Mutex<Option<Snapshot>>>);

/// How clusters are.
#[derive(Debug, Default)]
pub(crate) struct Snapshot {
    /// How many records there are of each status.
    pub(crate) by_status: BTreeMap<ClusterStatus, u64>,
    /// Each of them.
    pub(crate) clusters: Vec<ClusterView>,
    /// What may be used, by provider.
    pub(crate) quota: Vec<(String, QuotaCost)>,
}

/// How one cluster is.
#[derive(Debug)]
pub(crate) struct ClusterView {
    id: String,
    provider_id: String,
    external_id: String,
    cloud_provider: String,
    region: String,
    status: ClusterStatus,
    age: Duration,
    conditions: Vec<(String, &'static str)>,
    pause: Duration,
    capacity: BTreeMap<String, Capacity>,
    /// How many workloads run in it, where that is counted.
    pub(crate) workloads: Option<u64>,
}

// === impl ClusterView ===

impl ClusterView {
    /// How it is now.
    pub(crate) fn of(cluster: &Cluster, now: jiff::Timestamp) -> Self {
        let since = |from: jiff::Timestamp, to: jiff::Timestamp| {
            Duration::try_from(to.duration_since(from)).unwrap_or_default()
        };
        Self {
            id: cluster.id.to_string(),
            provider_id: cluster.provider_cluster_id.as_ref().map(ToString::to_string).unwrap_or_default(),
            external_id: cluster.public_id().unwrap_or_default().to_owned(),
            cloud_provider: cluster.cloud_provider.clone(),
            region: cluster.region.clone(),
            status: cluster.status,
            age: since(cluster.created_at, now),
            conditions: cluster.conditions.iter().map(|one| (one.kind.clone(), one.status.as_str())).collect(),
            pause: cluster.next_attempt_at.map_or(Duration::ZERO, |then| since(now, then)),
            capacity: cluster.capacity.clone(),
            workloads: None,
        }
    }

    fn id(&self) -> Labels {
        vec![("id", self.id.clone())]
    }
}

// === impl Snapshots ===

impl Snapshots {
    pub(super) fn show(&self, snapshot: Snapshot) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(snapshot);
    }

    pub(super) fn clear(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

impl fmt::Debug for Snapshots {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Snapshots").finish_non_exhaustive()
    }
}

impl Collector for Snapshots {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> Result<(), fmt::Error> {
        let held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(snapshot) = &*held else { return Ok(()) };
        let mut gauge = |name: &str, help: &str, series: Vec<(Labels, f64)>| -> Result<(), fmt::Error> {
            let mut metric = encoder.encode_descriptor(name, help, None, MetricType::Gauge)?;
            for (labels, value) in series {
                ConstGauge::new(value).encode(metric.encode_family(&labels)?)?;
            }
            Ok(())
        };
        gauge("cluster_status_count", "Records in each status", counts(snapshot))?;
        let each = |of: &dyn Fn(&ClusterView) -> Vec<(Labels, f64)>| -> Vec<(Labels, f64)> {
            snapshot.clusters.iter().flat_map(of).collect()
        };
        gauge("cluster_status_since_created_in_seconds", "Age of a cluster", each(&age))?;
        gauge("cluster_condition", "1 for the status that a condition has", each(&conditions))?;
        gauge("cluster_backoff_seconds", "How long a cluster is left alone", each(&pause))?;
        gauge("workloads_per_cluster_count", "What runs in a cluster", each(&workloads))?;
        gauge(
            "cluster_status_capacity_max",
            "Units that a cluster takes",
            each(&|one| capacity(one, |held| held.max_units)),
        )?;
        gauge(
            "cluster_status_capacity_used",
            "Units in use",
            each(&|one| capacity(one, |held| held.max_units.saturating_sub(held.remaining_units))),
        )?;
        gauge(
            "cluster_status_capacity_available",
            "Units left",
            each(&|one| capacity(one, |held| held.remaining_units)),
        )?;
        let quota = |value: fn(&QuotaCost) -> i64| -> Vec<(Labels, f64)> {
            let one = |(provider, cost): &(String, QuotaCost)| {
                (vec![("quota_id", cost.id.clone()), ("cluster_provider", provider.clone())], real(value(cost)))
            };
            snapshot.quota.iter().map(one).collect()
        };
        gauge("cluster_provider_resource_quota_max_allowed", "What may be used", quota(|cost| cost.max_allowed))?;
        gauge("cluster_provider_resource_quota_consumed", "What is used", quota(|cost| cost.consumed))
    }
}

fn counts(snapshot: &Snapshot) -> Vec<(Labels, f64)> {
    let count = |status| i64::try_from(snapshot.by_status.get(&status).copied().unwrap_or(0)).unwrap_or(i64::MAX);
    ClusterStatus::ALL.map(|status| (vec![("status", status.as_str().to_owned())], real(count(status)))).into()
}

fn age(one: &ClusterView) -> Vec<(Labels, f64)> {
    let mut labels = one.id();
    labels.extend([("cluster_id", one.provider_id.clone()), ("status", one.status.as_str().to_owned())]);
    vec![(labels, one.age.as_secs_f64())]
}

fn conditions(one: &ClusterView) -> Vec<(Labels, f64)> {
    let condition = |(kind, status): &(String, &'static str)| {
        let mut labels = one.id();
        labels.extend([("type", kind.clone()), ("status", (*status).to_owned())]);
        (labels, 1.0)
    };
    one.conditions.iter().map(condition).collect()
}

fn pause(one: &ClusterView) -> Vec<(Labels, f64)> {
    if one.pause.is_zero() { Vec::new() } else { vec![(one.id(), one.pause.as_secs_f64())] }
}

fn workloads(one: &ClusterView) -> Vec<(Labels, f64)> {
    let Some(count) = one.workloads else { return Vec::new() };
    let labels = vec![("cluster_id", one.provider_id.clone()), ("external_id", one.external_id.clone())];
    vec![(labels, real(i64::try_from(count).unwrap_or(i64::MAX)))]
}

fn capacity(one: &ClusterView, units: fn(&Capacity) -> i32) -> Vec<(Labels, f64)> {
    let of_class = |(class, held): (&String, &Capacity)| {
        let labels = vec![
            ("region", one.region.clone()),
            ("instance_type", class.clone()),
            ("cluster_id", one.provider_id.clone()),
            ("cloud_provider", one.cloud_provider.clone()),
        ];
        (labels, f64::from(units(held)))
    };
    one.capacity.iter().map(of_class).collect()
}

#[expect(clippy::cast_precision_loss, reason = "gauges are such numbers")]
fn real(value: i64) -> f64 {
    value as f64
}
