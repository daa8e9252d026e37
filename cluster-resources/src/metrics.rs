//! What is counted about the resources of a fleet: what is declared, there and ours, what drifted, what was done about it and how it
//! went. Labels are names of clusters, namespaces and kinds and words of closed sets; nothing that an object holds is among them.
//!
//! Needs feature `metrics`.

pub mod compat;
mod publish;
mod store;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use prometheus_client::registry::Registry;
use tokio::time::Instant;

use crate::id::{ClusterName, GroupKind, ObjectId, Scope};
use crate::issue::{Issue, IssueClass, Reach};
use crate::outcome::{Applied, Done, Event, EventSink, Outcome, RunOutcome, Verified};
use store::{Family, Labels, Store};

/// Objects whose readiness is awaited at once, at most; further ones are not timed.
const MOST_AWAITED: usize = 50_000;

/// What stands in the place of a namespace when there are too many of them.
const MANY: &str = "*";

/// How resources are counted.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct MetricsOptions {
    /// Which integration the label `integration` names; written with dashes, as the names of integrations are.
    pub integration: Arc<str>,
    /// Whether there is a label `namespace`; true by default.
    pub namespaces: bool,
    /// From so many pairs of a kind and a place on, namespaces are counted together, as `*`; 5,000 by default. It bounds the series that
    /// one misconfigured fleet can make.
    pub max_places: usize,
    /// Whether the gauge of the original, `qontract_reconcile_openshift_resource_inventory`, is there too; false by default.
    pub compat: bool,
}

impl MetricsOptions {
    /// The defaults for an integration.
    pub fn new(integration: impl Into<Arc<str>>) -> Self {
        Self { integration: integration.into(), namespaces: true, max_places: 5_000, compat: false }
    }

    /// The same without the label `namespace`.
    #[must_use]
    pub fn without_namespaces(mut self) -> Self {
        self.namespaces = false;
        self
    }

    /// The same with another bound for pairs of a kind and a place.
    #[must_use]
    pub fn with_max_places(mut self, max_places: usize) -> Self {
        self.max_places = max_places;
        self
    }

    /// The same with the gauge of the original.
    #[must_use]
    pub fn with_compat(mut self) -> Self {
        self.compat = true;
        self
    }
}

/// A part of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Phase {
    /// Reading what is there.
    Observe,
    /// Deciding what to do.
    Plan,
    /// Doing it, or asking servers whether it could be done.
    Execute,
    /// Waiting for it to be ready.
    Wait,
}

impl Phase {
    /// As it is written in labels.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Observe => "observe",
            Self::Plan => "plan",
            Self::Execute => "execute",
            Self::Wait => "wait",
        }
    }
}

/// Metrics of one integration. Clones share their values. Works unregistered.
///
/// [`register`](Self::register) exposes, each with the label `integration`:
///
/// | name | type | further labels |
/// |---|---|---|
/// | `cluster_resources_objects` | gauge | place, `state`: `desired`, `live` (whoever made them) or `owned` |
/// | `cluster_resources_drift` | gauge: objects | place, `class`: `missing`, `changed`, `foreign` or `orphaned` |
/// | `cluster_resources_blocked_deletions` | gauge: objects that are no longer declared and stay | place, `reason` |
/// | `cluster_resources_actions_total` | counter | place, `action`, `outcome`, `class` of what went wrong or `none` |
/// | `cluster_resources_conflicts_total` | counter: fields or versions that somebody else held | place |
/// | `cluster_resources_list_pages_total` | counter | place |
/// | `cluster_resources_dry_runs_total` | counter: items a server was, or would have been, asked about | `cluster`, `result` |
/// | `cluster_resources_issues_total` | counter | `cluster` (empty: everywhere), `class`, `severity` |
/// | `cluster_resources_readiness_seconds` | histogram: from applied to ready | `cluster`, `group_kind` |
/// | `cluster_resources_phase_duration_seconds` | histogram | `phase`: `observe`, `plan`, `execute` or `wait` |
/// | `cluster_resources_last_success_timestamp_seconds` | gauge: Unix time | `cluster` |
///
/// The place is `cluster`, `namespace` (empty for objects outside of namespaces; see [`MetricsOptions`]) and `group_kind`.
///
/// Gauges stand for the last [`publish_metrics`](Self::publish_metrics) alone: what it does not name is gone. Counters and histograms
/// of a cluster go when a publication does not know the cluster any more.
#[derive(Clone)]
pub struct ResourceMetrics(Arc<Inner>);

struct Inner {
    integration: String,
    options: MetricsOptions,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    store: Store,
    /// Whether there are too many places for namespaces of their own.
    crowded: bool,
    /// When objects were applied whose readiness is awaited.
    awaited: HashMap<ObjectId, Instant, foldhash::fast::RandomState>,
}

// === impl ResourceMetrics ===

impl ResourceMetrics {
    /// Metrics that nobody sees yet.
    #[must_use]
    pub fn new(options: MetricsOptions) -> Self {
        let integration = options.integration.replace('_', "-");
        Self(Arc::new(Inner { integration, options, state: Mutex::default() }))
    }

    /// Metrics that the registry exposes, under the prefix `cluster_resources`.
    #[must_use]
    pub fn register(registry: &mut Registry, options: MetricsOptions) -> Self {
        let metrics = Self::new(options);
        metrics.expose(registry);
        metrics
    }

    /// Lets the registry expose these metrics.
    pub fn expose(&self, registry: &mut Registry) {
        let own = registry.sub_registry_with_prefix("cluster_resources");
        own.register_collector(Box::new(store::Exposed(self.clone())));
        if self.0.options.compat {
            registry.register_collector(Box::new(compat::Exposed(self.clone())));
        }
    }

    /// A part of a run took so long.
    pub fn took(&self, phase: Phase, duration: Duration) {
        let labels = self.labels([("phase", phase.as_str().to_owned())]);
        self.state().store.observe(Family::PhaseDuration, labels, duration);
    }

    /// A run ended at this time: clusters in which nothing failed succeeded. A dry run is no success.
    pub fn finished(&self, outcome: &RunOutcome, at: jiff::Timestamp) {
        if outcome.dry_run {
            return;
        }
        let errors = || outcome.issues.iter().filter(|issue| issue.severity == crate::issue::Severity::Error);
        if errors().any(|issue| issue.reach.cluster().is_none()) {
            return;
        }
        let mut clusters: HashMap<&ClusterName, bool, foldhash::fast::FixedState> = HashMap::default();
        for item in &outcome.outcomes {
            *clusters.entry(&item.id.cluster).or_insert(true) &= !item.result.is_failure();
        }
        for cluster in errors().filter_map(|issue| issue.reach.cluster()) {
            clusters.insert(cluster, false);
        }
        let mut state = self.state();
        for (cluster, _) in clusters.into_iter().filter(|(_, succeeded)| *succeeded) {
            let labels = self.labels([("cluster", cluster.to_string())]);
            #[expect(clippy::cast_precision_loss, reason = "microseconds of our time are exact in a double")]
            state.store.set(Family::LastSuccess, labels, at.as_microsecond() as f64 / 1e6);
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn labels<const N: usize>(&self, others: [(&'static str, String); N]) -> Labels {
        std::iter::once(("integration", self.0.integration.clone())).chain(others).collect()
    }

    fn place<const N: usize>(
        &self,
        crowded: bool,
        (cluster, scope, kind): (&ClusterName, &Scope, &GroupKind),
        others: [(&'static str, String); N],
    ) -> Labels {
        let mut labels = self.labels([("cluster", cluster.to_string())]);
        if self.0.options.namespaces {
            let namespace = scope.namespace().map_or("", |namespace| if crowded { MANY } else { namespace });
            labels.push(("namespace", namespace.to_owned()));
        }
        labels.push(("group_kind", kind.to_string()));
        labels.extend(others);
        labels
    }

    fn object<const N: usize>(&self, state: &State, id: &ObjectId, others: [(&'static str, String); N]) -> Labels {
        self.place(state.crowded, (&id.cluster, &id.scope, &id.kind), others)
    }

    fn done(&self, outcome: &Outcome) {
        let state = &mut *self.state();
        let (word, class) = (word(&outcome.result), outcome.result.issue().map(|issue| issue.class));
        let labels = self.object(
            state,
            &outcome.id,
            [
                ("action", outcome.action.as_str().to_owned()),
                ("outcome", word.to_owned()),
                ("class", class.map_or("none", IssueClass::as_str).to_owned()),
            ],
        );
        state.store.add(Family::Actions, labels, 1);
        if class == Some(IssueClass::Conflict) {
            let labels = self.object(state, &outcome.id, []);
            state.store.add(Family::Conflicts, labels, 1);
        }
        if let Done::Planned(verified) = &outcome.result
            && let Some(answer) = answer(verified)
        {
            let labels = self.labels([("cluster", outcome.id.cluster.to_string()), ("result", answer.to_owned())]);
            state.store.add(Family::DryRuns, labels, 1);
        }
        let changed = matches!(outcome.result, Done::Applied { how, .. } if how != Applied::Unchanged);
        if changed && state.awaited.len() < MOST_AWAITED {
            state.awaited.insert(outcome.id.clone(), Instant::now());
        }
    }

    fn readiness(&self, id: &ObjectId, status: &str) {
        let state = &mut *self.state();
        if !is_ready(status) {
            return;
        }
        let Some(applied) = state.awaited.remove(id) else { return };
        let labels = self.labels([("cluster", id.cluster.to_string()), ("group_kind", id.kind.to_string())]);
        state.store.observe(Family::Readiness, labels, applied.elapsed());
    }

    fn issue(&self, issue: &Issue) {
        let cluster = match &issue.reach {
            Reach::Run => String::new(),
            reach => reach.cluster().map(ToString::to_string).unwrap_or_default(),
        };
        let severity = match issue.severity {
            crate::issue::Severity::Info => "info",
            crate::issue::Severity::Warning => "warning",
            crate::issue::Severity::Error => "error",
        };
        let class = issue.class.as_str().to_owned();
        let labels = self.labels([("cluster", cluster), ("class", class), ("severity", severity.to_owned())]);
        self.state().store.add(Family::Issues, labels, 1);
    }
}

impl EventSink for ResourceMetrics {
    fn event(&self, event: &Event) {
        match event {
            Event::Listed { bucket, .. } => {
                let state = &mut *self.state();
                let labels = self.place(state.crowded, (&bucket.cluster, &bucket.scope, &bucket.kind), []);
                state.store.add(Family::ListPages, labels, 1);
            }
            Event::Started(..) => {}
            Event::Finished(outcome) => self.done(outcome),
            Event::Readiness { id, status, .. } => self.readiness(id, status),
            Event::Issue(issue) => self.issue(issue),
        }
    }
}

impl fmt::Debug for ResourceMetrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResourceMetrics").field("options", &self.0.options).finish_non_exhaustive()
    }
}

fn word(done: &Done) -> &'static str {
    match done {
        Done::Planned(Verified::Refused(_)) => "refused",
        Done::Planned(_) => "planned",
        Done::Applied { how: Applied::Created, .. } => "created",
        Done::Applied { how: Applied::Configured, .. } => "configured",
        Done::Applied { how: Applied::Unchanged, .. } => "unchanged",
        Done::Applied { how: Applied::Replaced, .. } => "replaced",
        Done::Deleted { .. } => "deleted",
        Done::Skipped(_) => "skipped",
        Done::Blocked(_) => "blocked",
        Done::Failed { .. } => "failed",
        Done::NotAttempted(_) => "notAttempted",
    }
}

fn answer(verified: &Verified) -> Option<&'static str> {
    match verified {
        Verified::NotAsked => None,
        Verified::Accepted => Some("accepted"),
        Verified::Unverified(_) => Some("unverified"),
        Verified::DryRunUnsupported(_) => Some("unsupported"),
        Verified::Refused(_) => Some("refused"),
    }
}

/// Whether the word of a readiness event means ready.
fn is_ready(status: &str) -> bool {
    status == "current"
}
