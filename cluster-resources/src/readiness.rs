//! Whether an object is what it should become, from the object alone; knows nothing of how objects are watched.
//!
//! [`readiness`] follows `kstatus` (`sigs.k8s.io/cli-utils/pkg/kstatus`): an object that is being deleted is terminating, one whose
//! controller has not seen its generation is in progress, `Reconciling` and `Stalled` conditions decide first, then the rule of its kind,
//! then its `Ready` condition; an object that says nothing is current. Where it does otherwise, the rule of the kind says so.
//!
//! Kinds that are not built in are data: see [`Rules`].
//!
//! ```
//! use cluster_resources::readiness::{Rules, Status, readiness};
//!
//! let rules: Rules = serde_json::from_value(serde_json::json!({"kinds": [{
//!     "kind": "Database.example.com",
//!     "conditions": [
//!         {"expression": "status.phase == \"Ready\" && status.replicas >= 1", "then": "ready"},
//!         {"path": "status.phase", "operator": "in", "value": ["Broken", "Lost"], "then": "failed", "message": "status.message"},
//!     ],
//! }]}))?;
//! let object = serde_json::json!({
//!     "apiVersion": "example.com/v1", "kind": "Database", "metadata": {"name": "d"},
//!     "status": {"phase": "Lost", "message": "no disk"},
//! });
//! let found = readiness(&object, &rules, "2026-01-01T00:00:00Z".parse()?);
//! assert_eq!((found.status, found.message.as_str()), (Status::Failed, "no disk"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod baseline;
mod expression;
mod fields;
mod others;
mod pods;
mod rules;
#[cfg(test)]
mod tests;
mod workloads;

use std::borrow::Cow;
use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

pub use self::baseline::{Baseline, readiness_since};
pub use self::expression::{Expression, ExpressionError, Path};
pub(crate) use self::pods::waiting_reasons;
pub use self::rules::{Check, Condition, JobReady, KindRule, Operator, Rules, Verdict};
use crate::id::GroupKind;

/// How far an object is on the way to what was declared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum Status {
    /// It is not there yet.
    InProgress,
    /// It got stuck, and will hardly get further by itself.
    Failed,
    /// It is as declared.
    Current,
    /// It is being deleted.
    Terminating,
    /// It does not exist.
    NotFound,
    /// It cannot be told.
    Unknown,
}

impl Status {
    /// As it is written in events and reports.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::InProgress => "inProgress",
            Self::Failed => "failed",
            Self::Current => "current",
            Self::Terminating => "terminating",
            Self::NotFound => "notFound",
            Self::Unknown => "unknown",
        }
    }
}

/// How far an object is, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Readiness {
    /// How far.
    pub status: Status,
    /// Why, in one word, such as `LessReplicas`.
    pub reason: Cow<'static, str>,
    /// Why, for a person.
    pub message: String,
}

impl Readiness {
    /// A finding.
    pub fn new(status: Status, reason: impl Into<Cow<'static, str>>, message: impl Into<String>) -> Self {
        Self { status, reason: reason.into(), message: message.into() }
    }

    pub(crate) fn current(reason: impl Into<Cow<'static, str>>, message: impl Into<String>) -> Self {
        Self::new(Status::Current, reason, message)
    }

    pub(crate) fn progressing(reason: impl Into<Cow<'static, str>>, message: impl Into<String>) -> Self {
        Self::new(Status::InProgress, reason, message)
    }

    pub(crate) fn failed(reason: impl Into<Cow<'static, str>>, message: impl Into<String>) -> Self {
        Self::new(Status::Failed, reason, message)
    }

    /// Whether the object is as declared.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        self.status == Status::Current
    }
}

impl fmt::Display for Readiness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({}): {}", self.status.as_str(), self.reason, self.message)
    }
}

/// How far this object is on the way to what it declares, at this time.
///
/// Any JSON is taken: what is not shaped like an object says nothing.
#[must_use]
pub fn readiness(object: &Value, rules: &Rules, now: Timestamp) -> Readiness {
    if let Some(found) = general(object) {
        return found;
    }
    let kind = kind_of(object);
    if let Some(rule) = rules.kinds.iter().find(|rule| rule.kind == kind) {
        return rule.judge(object);
    }
    if let Some(found) = built_in(object, &kind, rules, now) {
        return found;
    }
    if let Some(rule) = rules.built_in.iter().find(|rule| rule.kind == kind) {
        return rule.judge(object);
    }
    by_ready_condition(object).unwrap_or_else(|| {
        if object.get("status").is_none_or(Value::is_null) {
            rules.without_status.readiness("NoStatus", "it has no status".into())
        } else {
            Readiness::current("Current", "nothing says otherwise")
        }
    })
}

/// Whether objects of this kind are what they should become as soon as they are there, so that nothing needs to be watched: those that
/// hold data or grant rights, and that no controller brings about.
#[must_use]
pub fn is_ready_at_once(kind: &GroupKind, rules: &Rules) -> bool {
    let data = match &*kind.group {
        "" => matches!(&*kind.kind, "ConfigMap" | "Secret" | "ServiceAccount" | "LimitRange" | "Event"),
        "rbac.authorization.k8s.io" => true,
        "storage.k8s.io" => &*kind.kind == "StorageClass",
        "scheduling.k8s.io" => &*kind.kind == "PriorityClass",
        "node.k8s.io" => &*kind.kind == "RuntimeClass",
        "coordination.k8s.io" => &*kind.kind == "Lease",
        _ => false,
    };
    data && !rules.kinds.iter().any(|rule| rule.kind == *kind)
}

fn kind_of(object: &Value) -> GroupKind {
    let text = |member: &str| object.get(member).and_then(Value::as_str).unwrap_or_default();
    GroupKind::of(text("apiVersion"), text("kind"))
}

/// What holds for every kind.
fn general(object: &Value) -> Option<Readiness> {
    let meta = object.get("metadata").unwrap_or(&Value::Null);
    if meta.get("deletionTimestamp").is_some_and(|at| !at.is_null()) {
        let holders = fields::strings(meta, "finalizers").collect::<Vec<_>>().join(", ");
        let message = if holders.is_empty() {
            "it is being deleted".into()
        } else {
            format!("it is being deleted; {holders} holds it")
        };
        return Some(Readiness::new(Status::Terminating, "Terminating", message));
    }
    let generation = fields::integer(meta.get("generation"));
    let observed = fields::integer(object.pointer("/status/observedGeneration"));
    if let (Some(generation), Some(observed)) = (generation, observed)
        && generation != observed
    {
        let message = format!("its controller has seen generation {observed}, and {generation} is declared");
        return Some(Readiness::progressing("LatestGenerationNotObserved", message));
    }
    for (condition, status) in [("Reconciling", Status::InProgress), ("Stalled", Status::Failed)] {
        if let Some(found) = fields::condition(object, condition).filter(|found| found.is("True")) {
            return Some(Readiness::new(status, found.reason_or(condition), found.message()));
        }
    }
    None
}

fn built_in(object: &Value, kind: &GroupKind, rules: &Rules, now: Timestamp) -> Option<Readiness> {
    Some(match (&*kind.group, &*kind.kind) {
        ("apps", "Deployment") => workloads::deployment(object),
        ("apps", "StatefulSet") => workloads::stateful_set(object),
        ("apps", "DaemonSet") => workloads::daemon_set(object),
        ("apps", "ReplicaSet") | ("", "ReplicationController") => workloads::replica_set(object),
        ("", "Pod") => pods::pod(object, rules, now),
        ("", "PersistentVolumeClaim") => others::claim(object),
        ("", "Service") => others::service(object),
        ("batch", "Job") => others::job(object, rules),
        ("batch", "CronJob") => Readiness::current("Scheduled", "it is scheduled"),
        ("policy", "PodDisruptionBudget") => Readiness::current("Observed", "it is observed"),
        ("", "ConfigMap" | "Secret") => Readiness::current("Stored", "it is there"),
        ("", "Namespace") => others::namespace(object),
        ("apiextensions.k8s.io", "CustomResourceDefinition") => others::definition(object),
        ("apiregistration.k8s.io", "APIService") => others::api_service(object),
        _ => return None,
    })
}

fn by_ready_condition(object: &Value) -> Option<Readiness> {
    let ready = fields::condition(object, "Ready")?;
    Some(if ready.is("True") {
        Readiness::current("Ready", "it says that it is ready")
    } else {
        Readiness::progressing(ready.reason_or("NotReady"), ready.message())
    })
}

/// Arbitrary JSON, with the words that objects use among its keys.
#[cfg(test)]
pub(crate) fn any_json() -> impl proptest::strategy::Strategy<Value = serde_json::Value> {
    use proptest::prelude::*;
    use serde_json::Value;
    let key = prop_oneof![
        Just("metadata"),
        Just("spec"),
        Just("status"),
        Just("conditions"),
        Just("type"),
        Just("reason"),
        Just("replicas"),
        Just("generation"),
        Just("observedGeneration"),
        Just("secret"),
        Just("name"),
        Just("items"),
        Just("key"),
        Just("env"),
        Just("containers"),
        Just("phase"),
        Just("template"),
        Just("envFrom"),
        Just("projected"),
        Just("sources"),
        Just("uid"),
    ]
    .prop_map(String::from);
    let word = prop_oneof![Just("True"), Just("False"), Just("Ready"), Just("1Gi"), Just(""), Just("é😀")]
        .prop_map(String::from);
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        word.prop_map(Value::from),
    ];
    leaf.prop_recursive(6, 64, 6, move |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            proptest::collection::vec((key.clone(), inner), 0..6)
                .prop_map(|entries| Value::Object(entries.into_iter().collect())),
        ]
    })
}
