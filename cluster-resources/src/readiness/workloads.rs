//! Kinds that run pods and count them.

use serde_json::Value;

use super::Readiness;
use super::fields::{condition, integer, integer_at, text_at};

/// A count below another one, and what to say of it.
fn less(have: i64, want: i64, reason: &'static str, what: &str) -> Option<Readiness> {
    (have < want).then(|| Readiness::progressing(reason, format!("{have} of {want} pods {what}")))
}

fn surplus(have: i64, want: i64) -> Option<Readiness> {
    (have > want)
        .then(|| Readiness::progressing("ExtraPods", format!("{} pods too many are going", have.saturating_sub(want))))
}

/// A controller that counts generations has not looked at the object at all.
fn unseen(object: &Value) -> Option<Readiness> {
    let counts = object.pointer("/metadata/generation").is_some_and(|generation| !generation.is_null());
    let seen = integer(object.pointer("/status/observedGeneration")).is_some();
    (counts && !seen).then(|| Readiness::progressing("NotObserved", "its controller has not seen it yet"))
}

/// As `kstatus`, but that a missing `Progressing` condition holds nothing up, and that without replicas no pod needs to be available.
pub(super) fn deployment(object: &Value) -> Readiness {
    if let Some(found) = unseen(object) {
        return found;
    }
    let progressing = condition(object, "Progressing");
    if let Some(stuck) = progressing.filter(|found| found.reason() == "ProgressDeadlineExceeded") {
        return Readiness::failed("ProgressDeadlineExceeded", stuck.message());
    }
    let want = integer_at(object, "/spec/replicas", 1);
    let count = |name: &str| integer_at(object, name, 0);
    let (replicas, updated) = (count("/status/replicas"), count("/status/updatedReplicas"));
    let short = less(replicas, want, "LessReplicas", "exist")
        .or_else(|| less(updated, want, "LessUpdated", "are updated"))
        .or_else(|| surplus(replicas, want))
        .or_else(|| less(count("/status/availableReplicas"), updated, "LessAvailable", "are available"))
        .or_else(|| less(count("/status/readyReplicas"), want, "LessReady", "are ready"));
    if let Some(mut short) = short {
        if let Some(failure) = condition(object, "ReplicaFailure").filter(|found| found.is("True")) {
            short.message = format!("{}: {}", short.message, failure.message());
        }
        return short;
    }
    if let Some(found) = progressing.filter(|found| !found.is("True") || found.reason() != "NewReplicaSetAvailable") {
        // Without replicas, controllers may leave what was said of the last rollout.
        if want > 0 {
            return Readiness::progressing("ReplicaSetNotAvailable", found.message());
        }
    }
    match condition(object, "Available") {
        Some(found) if !found.is("True") => Readiness::progressing("NotAvailable", found.message()),
        None if want > 0 => Readiness::progressing("NotAvailable", "it does not say that it is available"),
        _ => Readiness::current("Available", format!("{want} pods are available")),
    }
}

/// As `kstatus`, but that a partition of 0, which API servers fill in, is no partition.
pub(super) fn stateful_set(object: &Value) -> Readiness {
    if let Some(found) = unseen(object) {
        return found;
    }
    if text_at(object, "/spec/updateStrategy/type") == "OnDelete" {
        return Readiness::current("OnDelete", "its pods are updated when they are deleted");
    }
    let want = integer_at(object, "/spec/replicas", 1);
    let count = |name: &str| integer_at(object, name, 0);
    let replicas = count("/status/replicas");
    let short = less(replicas, want, "LessReplicas", "exist")
        .or_else(|| less(count("/status/readyReplicas"), want, "LessReady", "are ready"))
        .or_else(|| surplus(replicas, want));
    if let Some(short) = short {
        return short;
    }
    let updated = count("/status/updatedReplicas");
    let partition = integer_at(object, "/spec/updateStrategy/rollingUpdate/partition", 0);
    if partition > 0 {
        let above = want.saturating_sub(partition).max(0);
        return less(updated, above, "PartitionRollout", "above the partition are updated").unwrap_or_else(|| {
            Readiness::current("PartitionRollout", format!("{above} pods above the partition are updated"))
        });
    }
    let (now, next) = (text_at(object, "/status/currentRevision"), text_at(object, "/status/updateRevision"));
    if now != next {
        return Readiness::progressing("RevisionMismatch", format!("{updated} of {want} pods are updated"));
    }
    less(count("/status/currentReplicas"), want, "LessCurrent", "are of the current revision")
        .unwrap_or_else(|| Readiness::current("Ready", format!("{want} pods are ready")))
}

/// As `kstatus`, but that with the strategy `OnDelete` pods need not be updated.
pub(super) fn daemon_set(object: &Value) -> Readiness {
    if integer(object.pointer("/metadata/generation")).is_none() {
        return Readiness::progressing("NoGeneration", "it has no generation");
    }
    if let Some(found) = unseen(object) {
        return found;
    }
    let Some(want) = integer(object.pointer("/status/desiredNumberScheduled")) else {
        return Readiness::progressing("NoDesiredNumber", "it is not known how many pods there should be");
    };
    let count = |name: &str| integer_at(object, name, 0);
    let on_delete = text_at(object, "/spec/updateStrategy/type") == "OnDelete";
    less(count("/status/currentNumberScheduled"), want, "LessScheduled", "are scheduled")
        .or_else(|| {
            let updated = count("/status/updatedNumberScheduled");
            less(updated, want, "LessUpdated", "are updated").filter(|_| !on_delete)
        })
        .or_else(|| less(count("/status/numberAvailable"), want, "LessAvailable", "are available"))
        .or_else(|| less(count("/status/numberReady"), want, "LessReady", "are ready"))
        .unwrap_or_else(|| Readiness::current("Ready", format!("{want} pods are ready")))
}

/// As `kstatus`.
pub(super) fn replica_set(object: &Value) -> Readiness {
    if let Some(found) = unseen(object) {
        return found;
    }
    if let Some(failure) = condition(object, "ReplicaFailure").filter(|found| found.is("True")) {
        return Readiness::progressing("ReplicaFailure", failure.message());
    }
    let want = integer_at(object, "/spec/replicas", 1);
    let count = |name: &str| integer_at(object, name, 0);
    less(count("/status/fullyLabeledReplicas"), want, "LessLabelled", "are labelled")
        .or_else(|| less(count("/status/availableReplicas"), want, "LessAvailable", "are available"))
        .or_else(|| less(count("/status/readyReplicas"), want, "LessReady", "are ready"))
        .or_else(|| surplus(count("/status/replicas"), want))
        .unwrap_or_else(|| Readiness::current("Available", format!("{want} pods are available")))
}
