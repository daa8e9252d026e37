//! The gauge of the original, name for name and label for label, so that dashboards go on.
//!
//! Source: `publish_metrics`, `publish_cluster_desired_metrics_from_state` and `get_state_count` of `qontract-reconcile`
//! (`reconcile/openshift_base.py`).

use std::collections::BTreeMap;
use std::fmt;

use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric as _};
use prometheus_client::metrics::MetricType;
use prometheus_client::metrics::gauge::ConstGauge;

use crate::desired::DesiredSet;
use crate::id::{BucketId, GroupKind};
use crate::metrics::ResourceMetrics;
use crate::metrics::store::Labels;
use crate::observed::Observed;

const NAME: &str = "qontract_reconcile_openshift_resource_inventory";

/// What stands for the namespace of what is in none.
const CLUSTER: &str = "cluster";

/// How many there are of each cluster: the objects of a state that is a list of the clusters they are in.
pub fn get_state_count<S: AsRef<str>>(clusters: impl IntoIterator<Item = S>) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for cluster in clusters {
        *counts.entry(cluster.as_ref().to_owned()).or_default() += 1;
    }
    counts
}

impl ResourceMetrics {
    /// Publishes how many objects of a kind outside of namespaces are desired in each cluster, from a list of the clusters they are
    /// desired in; what was published of the kind before is forgotten. Shown with [`MetricsOptions::compat`](super::MetricsOptions::compat).
    pub fn publish_cluster_desired_metrics_from_state<S: AsRef<str>>(
        &self,
        clusters: impl IntoIterator<Item = S>,
        kind: &GroupKind,
    ) {
        let integration = &self.0.integration;
        let counts = get_state_count(clusters).into_iter().map(|(cluster, count)| {
            (
                labels(integration, &cluster, CLUSTER, &kind.to_string(), "desired"),
                i64::try_from(count).unwrap_or(i64::MAX),
            )
        });
        let counts = counts.collect();
        self.state().store.desired.insert(kind.to_string(), counts);
    }
}

pub(super) fn inventory(integration: &str, desired: &DesiredSet, observed: &Observed) -> BTreeMap<Labels, i64> {
    let count = |bucket: &BucketId, state, count: usize| {
        let namespace = bucket.scope.namespace().unwrap_or(CLUSTER);
        let labels = labels(integration, &bucket.cluster, namespace, &bucket.kind.to_string(), state);
        (labels, i64::try_from(count).unwrap_or(i64::MAX))
    };
    let current = observed.buckets.iter().map(|(id, bucket)| count(id, "current", bucket.objects.len()));
    let desired = desired.buckets.iter().map(|(id, bucket)| count(id, "desired", bucket.objects.len()));
    current.chain(desired).collect()
}

fn labels(integration: &str, cluster: &str, namespace: &str, kind: &str, state: &str) -> Labels {
    [("integration", integration), ("cluster", cluster), ("namespace", namespace), ("kind", kind), ("state", state)]
        .map(|(name, value)| (name, value.to_owned()))
        .to_vec()
}

/// What the registry asks.
pub(super) struct Exposed(pub(super) ResourceMetrics);

impl Collector for Exposed {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> Result<(), fmt::Error> {
        let state = self.0.state();
        let mut series = state.store.inventory.clone();
        series.extend(state.store.desired.values().flatten().map(|(labels, count)| (labels.clone(), *count)));
        if series.is_empty() {
            return Ok(());
        }
        let help = "Number of resources, desired and current.";
        let mut head = encoder.encode_descriptor(NAME, help, None, MetricType::Gauge)?;
        for (labels, count) in &series {
            ConstGauge::new(*count).encode(head.encode_family(labels)?)?;
        }
        Ok(())
    }
}

impl fmt::Debug for Exposed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Exposed").finish_non_exhaustive()
    }
}
