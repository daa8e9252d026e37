//! What is counted. Labels come from the configuration and from closed sets: no roles, no regions, no text of errors.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};

use super::StsOperation;

/// Metrics of AWS sessions. Clones share their values.
///
/// Works unregistered. [`register`](Self::register) exposes:
///
/// | name | type | labels |
/// |---|---|---|
/// | `cloud_client_aws_sts_duration_seconds` | histogram: one call to STS, with its repetitions | `operation`, `outcome` |
/// | `cloud_client_aws_request_duration_seconds` | histogram: one attempt of a call of a session, to the head of its answer | `account`, `status` |
/// | `cloud_client_aws_wait_duration_seconds` | histogram: how long an attempt waited for its turn | `account` |
/// | `cloud_client_aws_credentials_expiry_timestamp_seconds` | gauge: end of the credentials made last, Unix time | `account` |
/// | `cloud_client_aws_credentials_total` | counter: attempts to make credentials | `account`, `outcome` |
#[derive(Clone)]
pub struct AwsMetrics(Arc<Families>);

struct Families {
    sts: Family<StsLabels, Histogram, fn() -> Histogram>,
    requests: Family<RequestLabels, Histogram, fn() -> Histogram>,
    waits: Family<AccountLabels, Histogram, fn() -> Histogram>,
    expiry: Family<AccountLabels, Gauge>,
    credentials: Family<OutcomeLabels, Counter>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct StsLabels {
    operation: &'static str,
    outcome: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RequestLabels {
    account: Arc<str>,
    /// `2xx` and so on; `none` without an answer.
    status: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct AccountLabels {
    account: Arc<str>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OutcomeLabels {
    account: Arc<str>,
    outcome: &'static str,
}

impl AwsMetrics {
    /// Exposes the metrics under the prefix `cloud_client_aws`.
    pub fn register(&self, registry: &mut Registry) {
        let registry = registry.sub_registry_with_prefix("cloud_client_aws");
        let families = &self.0;
        registry.register_with_unit(
            "sts_duration",
            "Time of one call to STS, with its repetitions",
            Unit::Seconds,
            families.sts.clone(),
        );
        registry.register_with_unit(
            "request_duration",
            "Time of one attempt of a call, to the head of its answer",
            Unit::Seconds,
            families.requests.clone(),
        );
        registry.register_with_unit(
            "wait_duration",
            "How long an attempt waited until few enough calls of its account were under way",
            Unit::Seconds,
            families.waits.clone(),
        );
        registry.register_with_unit(
            "credentials_expiry_timestamp",
            "End of the credentials that were made last, Unix time",
            Unit::Seconds,
            families.expiry.clone(),
        );
        registry.register("credentials", "Attempts to make credentials", families.credentials.clone());
    }
}

impl Default for AwsMetrics {
    fn default() -> Self {
        let histogram: fn() -> Histogram = || Histogram::new(core_client::telemetry::RESERVOIR_BOUNDS_SECONDS);
        Self(Arc::new(Families {
            sts: Family::new_with_constructor(histogram),
            requests: Family::new_with_constructor(histogram),
            waits: Family::new_with_constructor(histogram),
            expiry: Family::default(),
            credentials: Family::default(),
        }))
    }
}

impl fmt::Debug for AwsMetrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AwsMetrics").finish_non_exhaustive()
    }
}

/// What the rest of the module tells.
#[derive(Clone, Default)]
pub(super) struct Recorder(AwsMetrics);

impl Recorder {
    pub(super) fn new(metrics: &AwsMetrics) -> Self {
        Self(metrics.clone())
    }

    pub(super) fn asked_sts(&self, operation: StsOperation, outcome: &'static str, took: Duration) {
        let labels = StsLabels { operation: operation.as_str(), outcome };
        self.0.0.sts.get_or_create(&labels).observe(took.as_secs_f64());
    }

    pub(super) fn called(&self, account: &Arc<str>, status: Option<u16>, took: Duration) {
        let status = match status {
            Some(100..=199) => "1xx",
            Some(200..=299) => "2xx",
            Some(300..=399) => "3xx",
            Some(400..=499) => "4xx",
            Some(_) => "5xx",
            None => "none",
        };
        let labels = RequestLabels { account: Arc::clone(account), status };
        self.0.0.requests.get_or_create(&labels).observe(took.as_secs_f64());
    }

    pub(super) fn waited(&self, account: &Arc<str>, waited: Duration) {
        let labels = AccountLabels { account: Arc::clone(account) };
        self.0.0.waits.get_or_create(&labels).observe(waited.as_secs_f64());
    }

    pub(super) fn made(&self, account: &Arc<str>, outcome: &'static str, expires: Option<Timestamp>) {
        self.0.0.credentials.get_or_create(&OutcomeLabels { account: Arc::clone(account), outcome }).inc();
        if let Some(expires) = expires {
            self.0.0.expiry.get_or_create(&AccountLabels { account: Arc::clone(account) }).set(expires.as_second());
        }
    }
}

impl fmt::Debug for Recorder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Recorder")
    }
}
