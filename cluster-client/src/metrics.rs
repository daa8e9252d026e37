//! What is counted about connections to clusters; labels come from closed sets and from the names of clusters, never from error text.
//!
//! Needs feature `metrics`.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric as _};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};

use crate::error::ErrorClass;
use crate::key::ClusterKey;
use crate::options::Cardinality;
use crate::provider::ClusterState;
use crate::transport::ConnectionStats;

/// Bucket bounds of the time to connect, in seconds.
const CONNECT_BOUNDS_SECONDS: [f64; 10] = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];

/// The word for what went well.
const OK: &str = "ok";

/// Metrics of a [`Registry`](crate::registry::Registry). Clones share their values.
///
/// Works unregistered. [`register`](Self::register) exposes, with the label `cluster` unless
/// [`Cardinality::None`] is chosen:
///
/// | name | type | further labels |
/// |---|---|---|
/// | `cluster_client_state` | gauge: 1 for the state a cluster is in; without `cluster`, how many are in it | `state` |
/// | `cluster_client_generation` | gauge: number of the connection in use; only with `cluster` | |
/// | `cluster_client_last_probe_success_seconds` | gauge: Unix time; only with `cluster` | |
/// | `cluster_client_inflight` | gauge: requests under way | `class`: `watch` or `other` |
/// | `cluster_client_connections` | gauge: sockets that are open | |
/// | `cluster_client_auth_refresh_total` | counter: renewals of the credential, of the connection in use; only with `cluster` | `result`: `ok` or `failed` |
/// | `cluster_client_connect_total` | counter | `result`: `ok`, or the class of the error |
/// | `cluster_client_connect_seconds` | histogram: attempts that succeeded, of the whole fleet | |
/// | `cluster_client_probe_total` | counter | `result` |
/// | `cluster_client_rotations_total` | counter | `kind`: `credential` or `connection`; `result` |
#[derive(Clone, Default)]
pub struct ClusterMetrics(Arc<Families>);

#[derive(Default)]
struct Families {
    connects: Family<Labels, Counter>,
    durations: Durations,
    probes: Family<Labels, Counter>,
    rotations: Family<Labels, Counter>,
    fleets: Fleets,
}

struct Durations(Histogram);

type Fleets = Arc<Mutex<Vec<(Cardinality, Weak<dyn Fleet>)>>>;

/// Where a registry's clusters stand, asked for when somebody wants to know.
pub(crate) trait Fleet: Send + Sync {
    fn standings(&self) -> Vec<Standing>;
}

/// Where one cluster stands.
pub(crate) struct Standing {
    pub(crate) key: ClusterKey,
    pub(crate) state: ClusterState,
    pub(crate) generation: Option<u64>,
    pub(crate) last_success: Option<jiff::Timestamp>,
    pub(crate) stats: Option<ConnectionStats>,
}

/// Names and values; which there are depends on the cardinality.
type Labels = Vec<(&'static str, String)>;

/// What was exchanged under a cluster's key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rotation {
    Credential,
    Connection,
}

// === impl ClusterMetrics ===

impl ClusterMetrics {
    /// Exposes the metrics under the prefix `cluster_client`.
    pub fn register(&self, registry: &mut Registry) {
        let registry = registry.sub_registry_with_prefix("cluster_client");
        let families = &*self.0;
        registry.register("connect", "Attempts to connect to a cluster", families.connects.clone());
        registry.register_with_unit(
            "connect",
            "Time of attempts to connect that succeeded",
            Unit::Seconds,
            families.durations.0.clone(),
        );
        registry.register("probe", "Looks at a connected cluster", families.probes.clone());
        registry.register("rotations", "Credentials and connections exchanged", families.rotations.clone());
        registry.register_collector(Box::new(Standings(Arc::clone(&families.fleets))));
    }

    pub(crate) fn recorder(&self, cardinality: Cardinality) -> Recorder {
        Recorder { metrics: self.clone(), cardinality }
    }
}

impl fmt::Debug for ClusterMetrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClusterMetrics").finish_non_exhaustive()
    }
}

impl Default for Durations {
    fn default() -> Self {
        Self(Histogram::new(CONNECT_BOUNDS_SECONDS))
    }
}

/// What one registry counts.
#[derive(Debug, Clone)]
pub(crate) struct Recorder {
    metrics: ClusterMetrics,
    cardinality: Cardinality,
}

// === impl Recorder ===

impl Recorder {
    pub(crate) fn watch(&self, fleet: Weak<dyn Fleet>) {
        let mut fleets = self.metrics.0.fleets.lock().unwrap_or_else(PoisonError::into_inner);
        fleets.retain(|(_, fleet)| fleet.strong_count() > 0);
        fleets.push((self.cardinality, fleet));
    }

    pub(crate) fn connected(&self, key: &ClusterKey, outcome: Result<(), ErrorClass>, took: Duration) {
        self.metrics.0.connects.get_or_create(&self.result(key, outcome)).inc();
        if outcome.is_ok() {
            self.metrics.0.durations.0.observe(took.as_secs_f64());
        }
    }

    pub(crate) fn probed(&self, key: &ClusterKey, outcome: Result<(), ErrorClass>) {
        self.metrics.0.probes.get_or_create(&self.result(key, outcome)).inc();
    }

    pub(crate) fn rotated(&self, key: &ClusterKey, rotation: Rotation, outcome: Result<(), ErrorClass>) {
        let labels = rotated(self.cluster(key), rotation, word(outcome));
        self.metrics.0.rotations.get_or_create(&labels).inc();
    }

    /// Drops every series of a cluster that is gone.
    pub(crate) fn forget(&self, key: &ClusterKey) {
        let Some(cluster) = self.cluster(key) else { return };
        let families = &*self.metrics.0;
        for result in ErrorClass::ALL.iter().map(|class| class.as_str()).chain([OK]) {
            let labels = ended(Some(cluster.clone()), result);
            families.connects.remove(&labels);
            families.probes.remove(&labels);
            for rotation in [Rotation::Credential, Rotation::Connection] {
                families.rotations.remove(&rotated(Some(cluster.clone()), rotation, result));
            }
        }
    }

    fn cluster(&self, key: &ClusterKey) -> Option<String> {
        (self.cardinality == Cardinality::PerCluster).then(|| key.to_string())
    }

    fn result(&self, key: &ClusterKey, outcome: Result<(), ErrorClass>) -> Labels {
        ended(self.cluster(key), word(outcome))
    }
}

impl Rotation {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Credential => "credential",
            Self::Connection => "connection",
        }
    }
}

fn labels<const N: usize>(cluster: Option<String>, others: [(&'static str, &'static str); N]) -> Labels {
    let cluster = cluster.map(|cluster| ("cluster", cluster));
    cluster.into_iter().chain(others.map(|(name, value)| (name, value.to_owned()))).collect()
}

fn ended(cluster: Option<String>, result: &'static str) -> Labels {
    labels(cluster, [("result", result)])
}

fn rotated(cluster: Option<String>, rotation: Rotation, result: &'static str) -> Labels {
    labels(cluster, [("kind", rotation.as_str()), ("result", result)])
}

fn word(outcome: Result<(), ErrorClass>) -> &'static str {
    outcome.map_or_else(ErrorClass::as_str, |()| OK)
}

/// The gauges, made when somebody looks: nothing to keep up, and nothing left behind when a cluster goes.
struct Standings(Fleets);

#[derive(Default)]
struct Gauges {
    states: Family<Labels, Gauge>,
    generations: Family<Labels, Gauge>,
    successes: Family<Labels, Gauge>,
    in_flight: Family<Labels, Gauge>,
    connections: Family<Labels, Gauge>,
    refreshes: Family<Labels, Counter>,
}

impl Gauges {
    fn add(&self, cardinality: Cardinality, standing: &Standing) {
        let cluster = (cardinality == Cardinality::PerCluster).then(|| standing.key.to_string());
        self.states.get_or_create(&labels(cluster.clone(), [("state", standing.state.as_str())])).inc();
        if let Some(stats) = &standing.stats {
            let others = stats.in_flight.saturating_sub(stats.watches);
            for (class, count) in [("watch", stats.watches), ("other", others)] {
                self.in_flight.get_or_create(&labels(cluster.clone(), [("class", class)])).inc_by(signed(count));
            }
            self.connections.get_or_create(&labels(cluster.clone(), [])).inc_by(signed(stats.connections));
        }
        if cluster.is_none() {
            // What follows makes no sense as a sum.
            return;
        }
        if let Some(stats) = &standing.stats {
            for (result, count) in [(OK, stats.auth_refreshed), ("failed", stats.auth_failed)] {
                self.refreshes.get_or_create(&labels(cluster.clone(), [("result", result)])).inc_by(count);
            }
        }
        let labels = labels(cluster, []);
        if let Some(generation) = standing.generation {
            self.generations.get_or_create(&labels).set(signed(generation));
        }
        if let Some(success) = standing.last_success {
            self.successes.get_or_create(&labels).set(success.as_second());
        }
    }
}

/// Name, help, unit, values.
type Described<'a> = (&'static str, &'static str, Option<&'static Unit>, &'a Family<Labels, Gauge>);

/// A count as a gauge shows it.
fn signed(count: impl TryInto<i64>) -> i64 {
    count.try_into().unwrap_or(i64::MAX)
}

impl Collector for Standings {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let gauges = Gauges::default();
        let fleets = self.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        for (cardinality, fleet) in fleets {
            for standing in fleet.upgrade().iter().flat_map(|fleet| fleet.standings()) {
                gauges.add(cardinality, &standing);
            }
        }
        let families: [Described<'_>; 5] = [
            ("state", "The state a cluster is in, or how many are in it.", None, &gauges.states),
            ("generation", "Number of the connection in use.", None, &gauges.generations),
            (
                "last_probe_success",
                "When the cluster was last seen well, Unix time.",
                Some(&Unit::Seconds),
                &gauges.successes,
            ),
            ("inflight", "Requests under way.", None, &gauges.in_flight),
            ("connections", "Sockets that are open.", None, &gauges.connections),
        ];
        for (name, help, unit, family) in families {
            if !family.is_empty() {
                family.encode(encoder.encode_descriptor(name, help, unit, family.metric_type())?)?;
            }
        }
        let refreshes = &gauges.refreshes;
        if !refreshes.is_empty() {
            let help = "Renewals of the credential of the connection in use.";
            refreshes.encode(encoder.encode_descriptor("auth_refresh", help, None, refreshes.metric_type())?)?;
        }
        Ok(())
    }
}

impl fmt::Debug for Standings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Standings").finish_non_exhaustive()
    }
}
