//! The families of a client's metrics. Labels come from closed sets: no paths, no identifiers, no error text.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeLabelSet, EncodeMetric as _};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};

use crate::credentials::CredentialStatus;
use crate::http::client::Inner;

/// Bucket bounds of durations in seconds: those the OpenTelemetry conventions advise for HTTP.
pub const RESERVOIR_BOUNDS_SECONDS: [f64; 14] =
    [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0];

/// Metrics of HTTP clients. Clones share their values; several clients may count into the same ones.
///
/// Works unregistered. [`register`](Self::register) exposes, each with the label `service`:
///
/// | name | type | further labels |
/// |---|---|---|
/// | `core_client_request_duration_seconds` | histogram, one observation an attempt | `method`, `operation`, `status`, `error_type` |
/// | `core_client_retries_total` | counter | `method`, `operation` |
/// | `core_client_rotations_total` | counter | `in_use`: whether the new credentials could be put to use |
/// | `core_client_certificate_not_after_timestamp_seconds` | gauge: end of the client certificate, Unix time | |
/// | `core_client_credentials_loaded_timestamp_seconds` | gauge: when the credentials in use were loaded, Unix time | |
/// | `core_client_credentials_generation` | gauge | |
/// | `core_client_credentials_failing_since_timestamp_seconds` | gauge: 0 while renewal works | |
#[derive(Clone, Default)]
pub struct ClientMetrics(Arc<Families>);

#[derive(Default)]
pub(super) struct Families {
    pub(super) duration: Durations,
    pub(super) retries: Family<RetryLabels, Counter>,
    pub(super) rotations: Family<RotationLabels, Counter>,
    watched: Watched,
}

pub(super) struct Durations(pub(super) Family<RequestLabels, Histogram, fn() -> Histogram>);

type Watched = Arc<Mutex<Vec<(Arc<str>, Weak<Inner>)>>>;

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct RequestLabels {
    pub(super) service: Arc<str>,
    pub(super) method: &'static str,
    pub(super) operation: &'static str,
    /// Absent when no answer came.
    pub(super) status: Option<u16>,
    /// Empty unless something other than the status tells what went wrong.
    pub(super) error_type: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct RetryLabels {
    pub(super) service: Arc<str>,
    pub(super) method: &'static str,
    pub(super) operation: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct RotationLabels {
    pub(super) service: Arc<str>,
    pub(super) in_use: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ServiceLabels {
    service: Arc<str>,
}

// === impl ClientMetrics ===

impl ClientMetrics {
    /// Exposes the metrics under the prefix `core_client`.
    pub fn register(&self, registry: &mut Registry) {
        let registry = registry.sub_registry_with_prefix("core_client");
        registry.register_with_unit(
            "request_duration",
            "Time of one attempt, from its hooks to the end of its answer's body",
            Unit::Seconds,
            self.0.duration.0.clone(),
        );
        registry.register("retries", "Attempts that repeated an earlier one", self.0.retries.clone());
        registry.register("rotations", "New credentials that reached a client", self.0.rotations.clone());
        registry.register_collector(Box::new(Credentials(Arc::clone(&self.0.watched))));
    }

    pub(super) fn families(&self) -> &Families {
        &self.0
    }

    pub(super) fn watch(&self, service: Arc<str>, client: Weak<Inner>) {
        let mut watched = self.0.watched.lock().unwrap_or_else(PoisonError::into_inner);
        watched.retain(|(_, known)| known.strong_count() > 0);
        watched.push((service, client));
    }
}

impl fmt::Debug for ClientMetrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientMetrics").finish_non_exhaustive()
    }
}

impl Default for Durations {
    fn default() -> Self {
        Self(Family::new_with_constructor(|| Histogram::new(RESERVOIR_BOUNDS_SECONDS)))
    }
}

/// Asks the clients how their credentials are doing at the moment somebody wants to know.
struct Credentials(Watched);

impl Credentials {
    fn gauge(
        &self,
        encoder: &mut DescriptorEncoder<'_>,
        name: &str,
        unit: Option<&Unit>,
        help: &str,
        value: impl Fn(&CredentialStatus) -> Option<i64>,
    ) -> fmt::Result {
        let family = Family::<ServiceLabels, Gauge>::default();
        for (service, client) in self.0.lock().unwrap_or_else(PoisonError::into_inner).iter() {
            if let Some(client) = client.upgrade()
                && let Some(value) = value(&client.credential_status())
            {
                family.get_or_create(&ServiceLabels { service: Arc::clone(service) }).set(value);
            }
        }
        if family.is_empty() {
            return Ok(());
        }
        family.encode(encoder.encode_descriptor(name, help, unit, family.metric_type())?)
    }
}

impl Collector for Credentials {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let seconds = Some(&Unit::Seconds);
        self.gauge(
            &mut encoder,
            "certificate_not_after_timestamp",
            seconds,
            "End of the client certificate in use, Unix time.",
            |status| Some(status.not_after?.as_second()),
        )?;
        self.gauge(
            &mut encoder,
            "credentials_loaded_timestamp",
            seconds,
            "When the credentials in use were loaded, Unix time.",
            |status| Some(status.loaded_at.as_second()),
        )?;
        self.gauge(&mut encoder, "credentials_generation", None, "Number of the credentials in use.", |status| {
            i64::try_from(status.generation).ok()
        })?;
        self.gauge(
            &mut encoder,
            "credentials_failing_since_timestamp",
            seconds,
            "Since when newer credentials cannot be loaded, Unix time; 0 while they can.",
            |status| Some(status.last_error.as_ref().map_or(0, |failure| failure.since.as_second())),
        )
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials").finish_non_exhaustive()
    }
}
