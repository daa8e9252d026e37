//! What is counted about GitHub. Labels come from closed sets and the names in the configuration: no paths, no identifiers, no error text.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};

use super::credential::CredentialKind;

/// Bounds of the buckets of durations, in seconds: those of core-client, and on to what waits for limits may take.
const BOUNDS: [f64; 12] = [0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0];

/// Metrics of GitHub clients. Clones share their values.
///
/// Works unregistered. [`register`](Self::register) exposes, each with the label `instance`:
///
/// | name | type | further labels |
/// |---|---|---|
/// | `cloud_client_github_call_duration_seconds` | histogram, one observation a call, waits included | `credential`: its kind, `method`, `outcome`: class of the status or kind of the failure |
/// | `cloud_client_github_repetitions_total` | counter | `reason` |
/// | `cloud_client_github_waited_seconds_total` | counter | `reason` |
/// | `cloud_client_github_tokens_total` | counter: tokens fetched | `credential`, `outcome` |
/// | `cloud_client_github_cache_total` | counter: calls that may be answered from memory | `result` |
/// | `cloud_client_github_remaining` | gauge: what is left of the allowance, as last heard | `credential`, `resource` |
#[derive(Clone, Default)]
pub struct GithubMetrics(Arc<Families>);

#[derive(Default)]
struct Families {
    calls: Durations,
    repetitions: Family<Reason, Counter>,
    waited: Family<Reason, Counter<f64, std::sync::atomic::AtomicU64>>,
    tokens: Family<TokenLabels, Counter>,
    cache: Family<CacheLabels, Counter>,
    remaining: Family<RemainingLabels, Gauge>,
}

struct Durations(Family<CallLabels, Histogram, fn() -> Histogram>);

impl Default for Durations {
    fn default() -> Self {
        Self(Family::new_with_constructor(|| Histogram::new(BOUNDS)))
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct CallLabels {
    instance: Arc<str>,
    credential: &'static str,
    method: &'static str,
    outcome: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Reason {
    instance: Arc<str>,
    reason: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct TokenLabels {
    instance: Arc<str>,
    credential: &'static str,
    outcome: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct CacheLabels {
    instance: Arc<str>,
    result: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RemainingLabels {
    instance: Arc<str>,
    credential: &'static str,
    resource: &'static str,
}

/// What one instance counts into.
#[derive(Clone, Debug)]
pub(super) struct Recorder {
    metrics: GithubMetrics,
    instance: Arc<str>,
}

// === impl GithubMetrics ===

impl GithubMetrics {
    /// Exposes the metrics under the prefix `cloud_client_github`.
    pub fn register(&self, registry: &mut Registry) {
        let registry = registry.sub_registry_with_prefix("cloud_client_github");
        let families = &self.0;
        registry.register_with_unit(
            "call_duration",
            "Time of a call until its answer began, waits and repetitions included",
            Unit::Seconds,
            families.calls.0.clone(),
        );
        registry.register("repetitions", "Requests that were sent again", families.repetitions.clone());
        registry.register_with_unit(
            "waited",
            "Time spent waiting before sending",
            Unit::Seconds,
            families.waited.clone(),
        );
        registry.register("tokens", "Tokens that were fetched", families.tokens.clone());
        registry.register("cache", "Calls that may be answered from memory", families.cache.clone());
        registry.register("remaining", "What is left of the allowance", families.remaining.clone());
    }
}

impl fmt::Debug for GithubMetrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GithubMetrics").finish_non_exhaustive()
    }
}

// === impl Recorder ===

impl Recorder {
    pub(super) fn new(metrics: &GithubMetrics, instance: &str) -> Self {
        Self { metrics: metrics.clone(), instance: instance.into() }
    }

    pub(super) fn called(&self, who: CredentialKind, method: &'static str, outcome: &'static str, took: Duration) {
        let labels = CallLabels { instance: self.instance(), credential: who.as_str(), method, outcome };
        self.metrics.0.calls.0.get_or_create(&labels).observe(took.as_secs_f64());
    }

    pub(super) fn repeated(&self, reason: &'static str) {
        self.metrics.0.repetitions.get_or_create(&Reason { instance: self.instance(), reason }).inc();
    }

    pub(super) fn waited(&self, reason: &'static str, wait: Duration) {
        let labels = Reason { instance: self.instance(), reason };
        self.metrics.0.waited.get_or_create(&labels).inc_by(wait.as_secs_f64());
    }

    pub(super) fn token_fetched(&self, who: CredentialKind, well: bool) {
        let outcome = if well { "success" } else { "failure" };
        let labels = TokenLabels { instance: self.instance(), credential: who.as_str(), outcome };
        self.metrics.0.tokens.get_or_create(&labels).inc();
    }

    pub(super) fn cache(&self, result: &'static str) {
        self.metrics.0.cache.get_or_create(&CacheLabels { instance: self.instance(), result }).inc();
    }

    pub(super) fn remaining(&self, who: CredentialKind, resource: &'static str, remaining: u64) {
        let labels = RemainingLabels { instance: self.instance(), credential: who.as_str(), resource };
        let remaining = i64::try_from(remaining).unwrap_or(i64::MAX);
        self.metrics.0.remaining.get_or_create(&labels).set(remaining);
    }

    fn instance(&self) -> Arc<str> {
        Arc::clone(&self.instance)
    }
}
