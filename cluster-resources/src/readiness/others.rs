//! Kinds that run no pods of their own, or run them to an end.

use serde_json::Value;

use super::fields::{condition, integer, list, text_at};
use super::{JobReady, Readiness, Rules, Status};

/// Bound or not. That nobody mounts it yet can only be told by looking further.
pub(super) fn claim(object: &Value) -> Readiness {
    match text_at(object, "/status/phase") {
        "Bound" => Readiness::current("Bound", "it is bound"),
        "Lost" => Readiness::failed("Lost", "its volume is gone"),
        _ => Readiness::progressing("NotBound", "it is not bound"),
    }
}

/// A load balancer has an address when it says so; every other Service is what it is. (`kstatus` looks for a cluster IP.)
pub(super) fn service(object: &Value) -> Readiness {
    if text_at(object, "/spec/type") != "LoadBalancer" {
        return Readiness::current("Current", "it is there");
    }
    let address = |at: &&Value| ["ip", "hostname"].iter().any(|member| at.get(*member).is_some_and(Value::is_string));
    match list(object.pointer("/status/loadBalancer/ingress")).find(address) {
        Some(_) => Readiness::current("AddressAssigned", "it has an address"),
        None => Readiness::progressing("NoAddress", "its load balancer has no address"),
    }
}

/// Ready when it is complete, or once it has started where [`JobReady::Started`] is asked for (which is what `kstatus` does).
pub(super) fn job(object: &Value, rules: &Rules) -> Readiness {
    let holds = |name: &str| condition(object, name).filter(|found| found.is("True"));
    if let Some(failed) = holds("Failed").or_else(|| holds("FailureTarget")) {
        return Readiness::failed(failed.reason_or("Failed"), failed.message());
    }
    if holds("Complete").is_some() {
        return Readiness::current("Complete", "it is complete");
    }
    if holds("Suspended").is_some() {
        return Readiness::current("Suspended", "it is suspended, as it declares");
    }
    if object.pointer("/status/startTime").is_none_or(Value::is_null) {
        return Readiness::progressing("NotStarted", "it has not started");
    }
    let count = |pointer: &str| integer(object.pointer(pointer)).unwrap_or(0);
    let (active, succeeded, failed) = (count("/status/active"), count("/status/succeeded"), count("/status/failed"));
    let message = format!("{active} pods run, {succeeded} have succeeded, {failed} have failed");
    match rules.jobs {
        JobReady::Started => Readiness::current("Started", message),
        JobReady::Complete => Readiness::progressing("Running", message),
    }
}

pub(super) fn namespace(object: &Value) -> Readiness {
    match text_at(object, "/status/phase") {
        "Active" => Readiness::current("Active", "it is active"),
        "Terminating" => Readiness::new(Status::Terminating, "Terminating", "it is being deleted"),
        _ => Readiness::progressing("NoPhase", "it is not active yet"),
    }
}

/// As `kstatus`: names that are taken are a failure, and so is a refusal to establish.
pub(super) fn definition(object: &Value) -> Readiness {
    if let Some(refused) = condition(object, "NamesAccepted").filter(|found| found.is("False")) {
        return Readiness::failed("NamesNotAccepted", refused.message());
    }
    match condition(object, "Established") {
        Some(found) if found.is("True") => Readiness::current("Established", "it is established"),
        Some(found) if found.is("False") && found.reason() != "Installing" => {
            Readiness::failed("NotEstablished", found.message())
        }
        _ => Readiness::progressing("Installing", "it is not established yet"),
    }
}

pub(super) fn api_service(object: &Value) -> Readiness {
    match condition(object, "Available") {
        Some(found) if found.is("True") => Readiness::current("Available", "it is available"),
        Some(found) => Readiness::progressing(found.reason_or("NotAvailable"), found.message()),
        None => Readiness::progressing("NotAvailable", "it does not say that it is available"),
    }
}
