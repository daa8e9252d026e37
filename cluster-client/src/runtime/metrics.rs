//! The numbers of running controllers as Prometheus families; knows nothing of how they come about.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric};
use prometheus_client::metrics::TypedMetric;
use prometheus_client::metrics::counter::ConstCounter;
use prometheus_client::metrics::gauge::ConstGauge;
use prometheus_client::registry::{Registry, Unit};

use super::stats::{ClusterStats, Observed, ReconcileResult, Results, Stats};
use crate::options::Cardinality;

/// Metrics of multi-cluster controllers. Clones share the controllers they tell about.
///
/// [`register`](Self::register) exposes, each with the label `controller` and, as the controller's [`Cardinality`] says, `cluster` (empty
/// for the home cluster), `group` (of which the cluster was when it was engaged), or neither:
///
/// | name | type | further labels |
/// |---|---|---|
/// | `cluster_client_queue_depth` | gauge: requests that could be reconciled if there were room | |
/// | `cluster_client_queue_oldest_seconds` | gauge: how long the oldest of them has waited; 0 when there is none | |
/// | `cluster_client_reconcile_total` | counter | `result`: `success`, `error`, `panic`, `discarded` |
/// | `cluster_client_watch_stale_seconds` | gauge: how long a kind has not been watched (in the worst cluster); 0 while it is | `kind` |
///
/// Values are read when they are asked for. The series of a cluster go when it is disengaged, those of a group when its last one is.
#[derive(Clone, Default)]
pub struct RuntimeMetrics(Arc<Mutex<Controllers>>);

type Controllers = Vec<(Weak<dyn Observed>, Cardinality)>;

/// Names and values; which there are depends on the cardinality.
type Labels = Vec<(&'static str, String)>;

/// What is told under one set of labels.
struct Numbers {
    labels: Labels,
    depth: usize,
    oldest: Duration,
    results: Results,
    stale: BTreeMap<Arc<str>, Duration>,
}

impl RuntimeMetrics {
    /// Exposes the metrics under the prefix `cluster_client`.
    pub fn register(&self, registry: &mut Registry) {
        registry.sub_registry_with_prefix("cluster_client").register_collector(Box::new(self.clone()));
    }

    pub(super) fn watch(&self, controller: Weak<dyn Observed>, cardinality: Cardinality) {
        let mut controllers = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        controllers.retain(|(known, _)| known.strong_count() > 0);
        controllers.push((controller, cardinality));
    }

    fn numbers(&self) -> Vec<Numbers> {
        let controllers = self.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let controllers = controllers.iter().filter_map(|(known, cardinality)| Some((known.upgrade()?, *cardinality)));
        controllers.flat_map(|(controller, cardinality)| Numbers::of(&controller.stats(), cardinality)).collect()
    }
}

impl Numbers {
    fn of(stats: &Stats, cardinality: Cardinality) -> Vec<Self> {
        let controller = ("controller", stats.controller.to_string());
        match cardinality {
            Cardinality::PerCluster => {
                let labels = |one: &ClusterStats| vec![controller.clone(), ("cluster", one.cluster.to_string())];
                stats.clusters.iter().map(|one| Self::none(labels(one)).plus(one)).collect()
            }
            Cardinality::PerGroup => {
                let none = |group: &Arc<str>| Self::none(vec![controller.clone(), ("group", group.to_string())]);
                let mut groups: BTreeMap<&Arc<str>, Self> = BTreeMap::new();
                for one in &stats.clusters {
                    let group = groups.remove(&one.group).unwrap_or_else(|| none(&one.group)).plus(one);
                    groups.insert(&one.group, group);
                }
                // What ended in clusters that have left the group is still told: a counter does not go back.
                let whole = |(group, numbers): (&Arc<str>, Self)| Self {
                    results: stats.groups.get(group).copied().unwrap_or(numbers.results),
                    ..numbers
                };
                groups.into_iter().map(whole).collect()
            }
            Cardinality::None => {
                let past = Self { results: stats.past, ..Self::none(vec![controller]) };
                vec![stats.clusters.iter().fold(past, Self::plus)]
            }
        }
    }

    fn none(labels: Labels) -> Self {
        Self { labels, depth: 0, oldest: Duration::ZERO, results: Results::default(), stale: BTreeMap::new() }
    }

    fn plus(mut self, one: &ClusterStats) -> Self {
        self.depth += one.depth;
        self.oldest = self.oldest.max(one.oldest.unwrap_or_default());
        self.results = self.results.plus(one.results);
        for (kind, stale) in &one.stale {
            let worst = self.stale.entry(kind.clone()).or_default();
            *worst = (*worst).max(*stale);
        }
        self
    }

    fn and(&self, name: &'static str, value: impl ToString) -> Labels {
        self.labels.iter().cloned().chain([(name, value.to_string())]).collect()
    }
}

impl fmt::Debug for RuntimeMetrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RuntimeMetrics").finish_non_exhaustive()
    }
}

impl Collector for RuntimeMetrics {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let (all, seconds) = (self.numbers(), Some(&Unit::Seconds));
        let depth = all.iter().map(|one| (one.labels.clone(), ConstGauge::new(one.depth as u64)));
        family(&mut encoder, "queue_depth", None, "Requests that could be reconciled if there were room", depth)?;
        let oldest = all.iter().map(|one| (one.labels.clone(), ConstGauge::new(one.oldest.as_secs_f64())));
        family(&mut encoder, "queue_oldest", seconds, "How long the oldest of these requests has waited", oldest)?;
        let results = all.iter().flat_map(|one| {
            ReconcileResult::ALL
                .map(|result| (one.and("result", result.as_str()), ConstCounter::new(one.results.count(result))))
        });
        family(&mut encoder, "reconcile", None, "Reconciles that ended", results)?;
        let stale = all.iter().flat_map(|one| {
            one.stale.iter().map(|(kind, stale)| (one.and("kind", kind), ConstGauge::new(stale.as_secs_f64())))
        });
        family(&mut encoder, "watch_stale", seconds, "How long a kind has not been watched", stale)
    }
}

fn family<M: EncodeMetric + TypedMetric>(
    encoder: &mut DescriptorEncoder<'_>,
    name: &str,
    unit: Option<&Unit>,
    help: &str,
    series: impl Iterator<Item = (Labels, M)>,
) -> fmt::Result {
    let mut series = series.peekable();
    if series.peek().is_none() {
        return Ok(());
    }
    let mut family = encoder.encode_descriptor(name, help, unit, M::TYPE)?;
    series.try_for_each(|(labels, metric)| metric.encode(family.encode_family(&labels)?))
}
