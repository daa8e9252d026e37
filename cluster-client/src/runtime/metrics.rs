//! The numbers of running controllers as Prometheus families; knows nothing of how they come about.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeLabelSet, EncodeMetric};
use prometheus_client::metrics::TypedMetric;
use prometheus_client::metrics::counter::ConstCounter;
use prometheus_client::metrics::gauge::ConstGauge;
use prometheus_client::registry::{Registry, Unit};

use super::stats::{ClusterStats, Observed, ReconcileResult, Stats};

/// Metrics of multi-cluster controllers. Clones share the controllers they tell about.
///
/// [`register`](Self::register) exposes, each with the labels `controller` and `cluster` (empty for the home cluster):
///
/// | name | type | further labels |
/// |---|---|---|
/// | `cluster_client_queue_depth` | gauge: requests that could be reconciled if there were room | |
/// | `cluster_client_queue_oldest_seconds` | gauge: how long the oldest of them has waited; 0 when there is none | |
/// | `cluster_client_reconcile_total` | counter | `result`: `success`, `error`, `panic`, `discarded` |
/// | `cluster_client_watch_stale_seconds` | gauge: how long a kind has not been watched; 0 while it is | `kind` |
///
/// Values are read when they are asked for. The series of a cluster go when it is disengaged.
#[derive(Clone, Default)]
pub struct RuntimeMetrics(Arc<Mutex<Vec<Weak<dyn Observed>>>>);

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Labels {
    controller: Arc<str>,
    cluster: String,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct ResultLabels {
    controller: Arc<str>,
    cluster: String,
    result: &'static str,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct KindLabels {
    controller: Arc<str>,
    cluster: String,
    kind: Arc<str>,
}

impl RuntimeMetrics {
    /// Exposes the metrics under the prefix `cluster_client`.
    pub fn register(&self, registry: &mut Registry) {
        registry.sub_registry_with_prefix("cluster_client").register_collector(Box::new(self.clone()));
    }

    pub(super) fn watch(&self, controller: Weak<dyn Observed>) {
        let mut controllers = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        controllers.retain(|known| known.strong_count() > 0);
        controllers.push(controller);
    }

    fn stats(&self) -> Vec<Stats> {
        let controllers = self.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        controllers.iter().filter_map(Weak::upgrade).map(|controller| controller.stats()).collect()
    }
}

impl fmt::Debug for RuntimeMetrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RuntimeMetrics").finish_non_exhaustive()
    }
}

impl Collector for RuntimeMetrics {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let all = self.stats();
        let clusters = all.iter().flat_map(|stats| stats.clusters.iter().map(move |one| (stats, one)));
        let clusters: Vec<_> = clusters.collect();
        let labels = |stats: &Stats, one: &ClusterStats| Labels {
            controller: stats.controller.clone(),
            cluster: one.cluster.to_string(),
        };
        let depth = clusters.iter().map(|(stats, one)| (labels(stats, one), ConstGauge::new(one.depth as u64)));
        family(&mut encoder, "queue_depth", None, "Requests that could be reconciled if there were room", depth)?;
        let oldest = clusters
            .iter()
            .map(|(stats, one)| (labels(stats, one), ConstGauge::new(one.oldest.unwrap_or_default().as_secs_f64())));
        let seconds = Some(&Unit::Seconds);
        family(&mut encoder, "queue_oldest", seconds, "How long the oldest of these requests has waited", oldest)?;
        let results = clusters.iter().flat_map(|(stats, one)| {
            ReconcileResult::ALL.map(|result| {
                let Labels { controller, cluster } = labels(stats, one);
                let count = ConstCounter::new(one.results.count(result));
                (ResultLabels { controller, cluster, result: result.as_str() }, count)
            })
        });
        family(&mut encoder, "reconcile", None, "Reconciles that ended", results)?;
        let stale = clusters.iter().flat_map(|(stats, one)| {
            one.stale.iter().map(|(kind, stale)| {
                let Labels { controller, cluster } = labels(stats, one);
                (KindLabels { controller, cluster, kind: kind.clone() }, ConstGauge::new(stale.as_secs_f64()))
            })
        });
        family(&mut encoder, "watch_stale", seconds, "How long a kind has not been watched", stale)
    }
}

fn family<L: EncodeLabelSet, M: EncodeMetric + TypedMetric>(
    encoder: &mut DescriptorEncoder<'_>,
    name: &str,
    unit: Option<&Unit>,
    help: &str,
    series: impl Iterator<Item = (L, M)>,
) -> fmt::Result {
    let mut series = series.peekable();
    if series.peek().is_none() {
        return Ok(());
    }
    let mut family = encoder.encode_descriptor(name, help, unit, M::TYPE)?;
    series.try_for_each(|(labels, metric)| metric.encode(family.encode_family(&labels)?))
}
