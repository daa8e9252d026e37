//! The series and how they are written out; knows nothing of what they mean.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric};
use prometheus_client::metrics::counter::ConstCounter;
use prometheus_client::metrics::gauge::ConstGauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::metrics::{MetricType, TypedMetric as _};
use prometheus_client::registry::Unit;

use crate::metrics::ResourceMetrics;

/// Names and values; the integration is the first and the cluster, where there is one, the second.
pub(super) type Labels = Vec<(&'static str, String)>;

/// Bucket bounds of durations in seconds: from a list in a small cluster to the roll-out of a large workload.
const BOUNDS_SECONDS: [f64; 14] = [0.01, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0, 900.0];

/// What is exposed, in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Family {
    Objects,
    Drift,
    BlockedDeletions,
    Actions,
    Conflicts,
    ListPages,
    DryRuns,
    Issues,
    Readiness,
    PhaseDuration,
    LastSuccess,
}

impl Family {
    /// Name, what it is, unit.
    fn describe(self) -> (&'static str, &'static str, Option<Unit>) {
        match self {
            Self::Objects => ("objects", "Objects that are desired, live, or owned.", None),
            Self::Drift => ("drift", "Objects that are not as declared.", None),
            Self::BlockedDeletions => {
                ("blocked_deletions", "Objects that are no longer declared and are not deleted.", None)
            }
            Self::Actions => ("actions", "What was done with objects, and what became of it.", None),
            Self::Conflicts => ("conflicts", "Changes that met somebody else's.", None),
            Self::ListPages => ("list_pages", "Pages of lists that were read.", None),
            Self::DryRuns => ("dry_runs", "Changes that servers were asked about without effect.", None),
            Self::Issues => ("issues", "What went wrong, as it did.", None),
            Self::Readiness => ("readiness", "Time from applied to ready.", Some(Unit::Seconds)),
            Self::PhaseDuration => ("phase_duration", "Time a part of a run took.", Some(Unit::Seconds)),
            Self::LastSuccess => {
                ("last_success_timestamp", "When a run last succeeded in a cluster, Unix time.", Some(Unit::Seconds))
            }
        }
    }
}

/// Every series. Gauges of a publication are replaced as a whole.
#[derive(Default)]
pub(super) struct Store {
    pub(super) published: BTreeMap<(Family, Labels), i64>,
    pub(super) inventory: BTreeMap<Labels, i64>,
    /// By kind: published apart, replaced apart.
    pub(super) desired: BTreeMap<String, BTreeMap<Labels, i64>>,
    counters: BTreeMap<(Family, Labels), u64>,
    histograms: BTreeMap<(Family, Labels), Histogram>,
    times: BTreeMap<(Family, Labels), f64>,
}

impl Store {
    pub(super) fn add(&mut self, family: Family, labels: Labels, count: u64) {
        let counter = self.counters.entry((family, labels)).or_default();
        *counter = counter.saturating_add(count);
    }

    pub(super) fn observe(&mut self, family: Family, labels: Labels, duration: Duration) {
        let histogram = self.histograms.entry((family, labels)).or_insert_with(|| Histogram::new(BOUNDS_SECONDS));
        histogram.observe(duration.as_secs_f64());
    }

    pub(super) fn set(&mut self, family: Family, labels: Labels, value: f64) {
        self.times.insert((family, labels), value);
    }

    /// Drops what belongs to clusters that are not known.
    pub(super) fn retain_clusters(&mut self, known: impl Fn(&str) -> bool) {
        let keep = |labels: &Labels| match labels.get(1) {
            Some(("cluster", cluster)) => cluster.is_empty() || known(cluster),
            _ => true,
        };
        self.counters.retain(|(_, labels), _| keep(labels));
        self.histograms.retain(|(_, labels), _| keep(labels));
        self.times.retain(|(_, labels), _| keep(labels));
    }
}

/// What the registry asks.
pub(super) struct Exposed(pub(super) ResourceMetrics);

impl Collector for Exposed {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> Result<(), fmt::Error> {
        let state = self.0.state();
        let store = &state.store;
        write(
            &mut encoder,
            MetricType::Gauge,
            store.published.iter().map(|(key, count)| (key, ConstGauge::new(*count))),
        )?;
        write(
            &mut encoder,
            MetricType::Counter,
            store.counters.iter().map(|(key, count)| (key, ConstCounter::new(*count))),
        )?;
        write(&mut encoder, Histogram::TYPE, store.histograms.iter().map(|(key, histogram)| (key, histogram.clone())))?;
        write(&mut encoder, MetricType::Gauge, store.times.iter().map(|(key, time)| (key, ConstGauge::new(*time))))
    }
}

/// Writes series, which come sorted by family, under the heads of their families.
fn write<'a, M: EncodeMetric>(
    encoder: &mut DescriptorEncoder<'_>,
    kind: MetricType,
    series: impl Iterator<Item = (&'a (Family, Labels), M)>,
) -> fmt::Result {
    let mut series = series.peekable();
    while let Some(family) = series.peek().map(|((family, _), _)| *family) {
        let (name, help, unit) = family.describe();
        let mut head = encoder.encode_descriptor(name, help, unit.as_ref(), kind)?;
        while let Some(((_, labels), metric)) = series.next_if(|((next, _), _)| *next == family) {
            metric.encode(head.encode_family(labels)?)?;
        }
    }
    Ok(())
}

impl fmt::Debug for Exposed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Exposed").finish_non_exhaustive()
    }
}
