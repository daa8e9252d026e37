//! What is counted about connections to clusters; labels come from closed sets and from the names of clusters, never from error text.
//!
//! Needs feature `metrics`.

mod grouping;
mod ways;

use std::collections::BTreeMap;
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

pub(crate) use self::grouping::Grouping;
use self::grouping::{Groups, Label};
use self::ways::Ways;
use crate::error::ErrorClass;
use crate::key::ClusterKey;
use crate::path::WeakPaths;
use crate::provider::ClusterState;
use crate::transport::ConnectionStats;

/// Bucket bounds of the time to connect, in seconds.
const CONNECT_BOUNDS_SECONDS: [f64; 10] = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];

/// The word for what went well.
const OK: &str = "ok";

/// Metrics of a [`Registry`](crate::registry::Registry). Clones share their values.
///
/// Works unregistered. [`register`](Self::register) exposes, with the label `cluster`, or `group`, or neither, as
/// [`Cardinality`](crate::options::Cardinality) says:
///
/// | name | type | further labels |
/// |---|---|---|
/// | `cluster_client_state` | gauge: 1 for the state a cluster is in; without `cluster`, how many are in it | `state` |
/// | `cluster_client_trouble` | gauge: 1 for the class of the error that a cluster has now; without `cluster`, how many have it | `class` |
/// | `cluster_client_generation` | gauge: number of the connection in use; only with `cluster` | |
/// | `cluster_client_last_probe_success_seconds` | gauge: Unix time; only with `cluster` | |
/// | `cluster_client_certificate_expires_seconds` | gauge: when the client certificate stops being good, Unix time; only with `cluster` | |
/// | `cluster_client_certificate_nears_its_end` | gauge: 1 when less than a third of its life is left; without `cluster`, how many of them | |
/// | `cluster_client_inflight` | gauge: requests under way | `class`: `watch` or `other` |
/// | `cluster_client_connections` | gauge: sockets that are open | `class`: `watch`, `probe`, or `other` |
/// | `cluster_client_auth_refresh_total` | counter: renewals of the credential, of the connection in use; only with `cluster` | `result`: `ok` or `failed` |
/// | `cluster_client_connect_total` | counter | `result`: `ok`, or the class of the error |
/// | `cluster_client_connect_seconds` | histogram: attempts that succeeded, of the whole fleet | |
/// | `cluster_client_probe_total` | counter | `result` |
/// | `cluster_client_rotations_total` | counter | `kind`: `credential` or `connection`; `result` |
///
/// And about proxies and jump hosts, with the labels `kind` and, unless there is one set for the whole fleet, `hop` (host and port):
///
/// | name | type | further labels |
/// |---|---|---|
/// | `cluster_client_path_state` | gauge: 1 for the state it is in; without `hop`, how many are in it | `state`: `up` or `down` |
/// | `cluster_client_path_streams` | gauge: streams to API servers through it | |
/// | `cluster_client_path_sessions` | gauge: sessions that carry them; 0 for a proxy | |
/// | `cluster_client_path_outages_total`, `cluster_client_path_reconnects_total` | counters: times that it went down, and came back | |
///
/// Series go with the cluster, the last cluster of the group, or the last way through the hop.
#[derive(Clone, Default)]
pub struct ClusterMetrics(Arc<Families>);

#[derive(Default)]
struct Families {
    connects: Family<Labels, Counter>,
    durations: Durations,
    probes: Family<Labels, Counter>,
    rotations: Family<Labels, Counter>,
    fleets: Fleets,
    ways: Ways,
}

struct Durations(Histogram);

type Fleets = Arc<Mutex<Vec<(Grouping, Weak<dyn Fleet>)>>>;

/// Where a registry's clusters stand, asked for when somebody wants to know.
pub(crate) trait Fleet: Send + Sync {
    fn standings(&self) -> Vec<Standing>;
}

/// Where one cluster stands.
pub(crate) struct Standing {
    pub(crate) key: ClusterKey,
    pub(crate) labels: Arc<BTreeMap<String, String>>,
    pub(crate) state: ClusterState,
    pub(crate) trouble: Option<ErrorClass>,
    pub(crate) generation: Option<u64>,
    pub(crate) last_success: Option<jiff::Timestamp>,
    pub(crate) stats: Option<ConnectionStats>,
}

/// Names and values; which there are depends on the cardinality.
type Labels = Vec<Label>;

/// A cluster and its labels.
pub(crate) type Of<'a> = (&'a ClusterKey, &'a BTreeMap<String, String>);

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
        registry.register_collector(Box::new(families.ways.clone()));
    }

    pub(crate) fn recorder(&self, grouping: Grouping) -> Recorder {
        Recorder { metrics: self.clone(), grouping, groups: Groups::default() }
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
#[derive(Debug)]
pub(crate) struct Recorder {
    metrics: ClusterMetrics,
    grouping: Grouping,
    groups: Groups,
}

// === impl Recorder ===

impl Recorder {
    pub(crate) fn watch(&self, fleet: Weak<dyn Fleet>) {
        let mut fleets = self.metrics.0.fleets.lock().unwrap_or_else(PoisonError::into_inner);
        fleets.retain(|(_, fleet)| fleet.strong_count() > 0);
        fleets.push((self.grouping.clone(), fleet));
    }

    /// Tells about the hops of these paths, too.
    pub(crate) fn watch_paths(&self, paths: WeakPaths) {
        self.metrics.0.ways.watch(paths, !matches!(self.grouping, Grouping::Fleet));
    }

    pub(crate) fn connected(&self, of: Of<'_>, outcome: Result<(), ErrorClass>, took: Duration) {
        self.metrics.0.connects.get_or_create(&self.result(of, outcome)).inc();
        if outcome.is_ok() {
            self.metrics.0.durations.0.observe(took.as_secs_f64());
        }
    }

    pub(crate) fn probed(&self, of: Of<'_>, outcome: Result<(), ErrorClass>) {
        self.metrics.0.probes.get_or_create(&self.result(of, outcome)).inc();
    }

    pub(crate) fn rotated(&self, of: Of<'_>, rotation: Rotation, outcome: Result<(), ErrorClass>) {
        let labels = rotated(self.label(of), rotation, word(outcome));
        self.metrics.0.rotations.get_or_create(&labels).inc();
    }

    /// A cluster has other labels: what is counted from now on may be its new group's.
    pub(crate) fn relabelled(
        &mut self,
        key: &ClusterKey,
        old: &BTreeMap<String, String>,
        new: &BTreeMap<String, String>,
    ) {
        if self.label((key, old)) != self.label((key, new)) {
            self.forget((key, old));
            self.enter((key, new));
        }
    }

    /// A cluster is there.
    pub(crate) fn enter(&mut self, of: Of<'_>) {
        if let Some(("group", group)) = self.label(of) {
            self.groups.enter(&group);
        }
    }

    /// A cluster is gone: drops every series that is nobody's now.
    pub(crate) fn forget(&mut self, of: Of<'_>) {
        let Some(label) = self.label(of) else { return };
        if label.0 == "group" && !self.groups.leave(&label.1) {
            return;
        }
        let families = &*self.metrics.0;
        for result in ErrorClass::ALL.iter().map(|class| class.as_str()).chain([OK]) {
            let labels = ended(Some(label.clone()), result);
            families.connects.remove(&labels);
            families.probes.remove(&labels);
            for rotation in [Rotation::Credential, Rotation::Connection] {
                families.rotations.remove(&rotated(Some(label.clone()), rotation, result));
            }
        }
    }

    fn label(&self, (key, labels): Of<'_>) -> Option<Label> {
        self.grouping.label(key, labels)
    }

    fn result(&self, of: Of<'_>, outcome: Result<(), ErrorClass>) -> Labels {
        ended(self.label(of), word(outcome))
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

fn labels<const N: usize>(whose: Option<Label>, others: [(&'static str, &'static str); N]) -> Labels {
    whose.into_iter().chain(others.map(|(name, value)| (name, value.to_owned()))).collect()
}

fn ended(whose: Option<Label>, result: &'static str) -> Labels {
    labels(whose, [("result", result)])
}

fn rotated(whose: Option<Label>, rotation: Rotation, result: &'static str) -> Labels {
    labels(whose, [("kind", rotation.as_str()), ("result", result)])
}

fn word(outcome: Result<(), ErrorClass>) -> &'static str {
    outcome.map_or_else(ErrorClass::as_str, |()| OK)
}

/// The gauges, made when somebody looks: nothing to keep up, and nothing left behind when a cluster goes.
struct Standings(Fleets);

#[derive(Default)]
struct Gauges {
    states: Family<Labels, Gauge>,
    troubles: Family<Labels, Gauge>,
    generations: Family<Labels, Gauge>,
    successes: Family<Labels, Gauge>,
    in_flight: Family<Labels, Gauge>,
    connections: Family<Labels, Gauge>,
    expiries: Family<Labels, Gauge>,
    expiring: Family<Labels, Gauge>,
    refreshes: Family<Labels, Counter>,
}

impl Gauges {
    fn add(&self, grouping: &Grouping, standing: &Standing) {
        let whose = grouping.label(&standing.key, &standing.labels);
        if let Some(class) = standing.trouble {
            self.troubles.get_or_create(&labels(whose.clone(), [("class", class.as_str())])).inc();
        }
        self.states.get_or_create(&labels(whose.clone(), [("state", standing.state.as_str())])).inc();
        if let Some(stats) = &standing.stats {
            let others = stats.in_flight.saturating_sub(stats.watches);
            for (class, count) in [("watch", stats.watches), ("other", others)] {
                self.in_flight.get_or_create(&labels(whose.clone(), [("class", class)])).inc_by(signed(count));
            }
            // A watch has a connection of its own for as long as it lasts.
            let others = stats.connections.saturating_sub(stats.watches + stats.probe_connections);
            for (class, count) in [("watch", stats.watches), ("probe", stats.probe_connections), ("other", others)] {
                self.connections.get_or_create(&labels(whose.clone(), [("class", class)])).inc_by(signed(count));
            }
        }
        if let Some(stats) = standing.stats.as_ref().filter(|stats| stats.certificate_expires.is_some()) {
            let expiring = self.expiring.get_or_create(&labels(whose.clone(), []));
            expiring.inc_by(i64::from(stats.certificate_nears_its_end));
        }
        if !grouping.is_per_cluster() {
            // What follows makes no sense as a sum.
            return;
        }
        if let Some(stats) = &standing.stats {
            for (result, count) in [(OK, stats.auth_refreshed), ("failed", stats.auth_failed)] {
                self.refreshes.get_or_create(&labels(whose.clone(), [("result", result)])).inc_by(count);
            }
        }
        let labels = labels(whose, []);
        if let Some(expires) = standing.stats.as_ref().and_then(|stats| stats.certificate_expires) {
            self.expiries.get_or_create(&labels).set(expires.as_second());
        }
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
        for (grouping, fleet) in fleets {
            for standing in fleet.upgrade().iter().flat_map(|fleet| fleet.standings()) {
                gauges.add(&grouping, &standing);
            }
        }
        let families: [Described<'_>; 8] = [
            ("state", "The state a cluster is in, or how many are in it.", None, &gauges.states),
            ("trouble", "The class of the error a cluster has, or how many have it.", None, &gauges.troubles),
            ("generation", "Number of the connection in use.", None, &gauges.generations),
            (
                "last_probe_success",
                "When the cluster was last seen well, Unix time.",
                Some(&Unit::Seconds),
                &gauges.successes,
            ),
            (
                "certificate_expires",
                "When the client certificate stops being good, Unix time.",
                Some(&Unit::Seconds),
                &gauges.expiries,
            ),
            (
                "certificate_nears_its_end",
                "Whether less than a third of the client certificate's life is left, or how many such there are.",
                None,
                &gauges.expiring,
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
