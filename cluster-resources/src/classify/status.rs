//! Failures that the API server answered.

use std::time::Duration;

use kube::core::Status;
use kube::core::response::{StatusCause, StatusDetails, reason};

use super::immutable::immutable_fields;
use super::{Failure, FailureClass, RequestContext, Retry, Verb, failure, manager, redact, words};
use crate::id::Scope;

/// How long to wait before the one more attempt of what is tried once more.
const ONCE_MORE: Duration = Duration::from_secs(1);

/// Reasons of causes, as `apimachinery/pkg/apis/meta/v1` has them.
const FORBIDDEN: &str = "FieldValueForbidden";
const INVALID: &str = "FieldValueInvalid";
const TOO_LONG: &str = "FieldValueTooLong";
const FIELD_CONFLICT: &str = "FieldManagerConflict";
const NAMESPACE_TERMINATING: &str = "NamespaceTerminating";
const DISRUPTION_BUDGET: &str = "DisruptionBudget";

pub(super) fn classify(status: &Status, request: &RequestContext<'_>) -> Failure {
    let class = class(status, request);
    let mut said = redact::message(status, &request.id.kind);
    if class == FailureClass::Forbidden {
        // The same for every object of the kind, so that it is told once.
        said = words::after_forbidden(&said).to_owned();
    }
    let mut failure = failure(class, retry(class, status), message(class, said, request), request);
    match class {
        FailureClass::FieldConflict => {
            failure.conflicts = causes(status)
                .filter(|cause| cause.reason == FIELD_CONFLICT)
                .map(|cause| manager::conflict(&cause.message, &cause.field))
                .collect();
            // The server names them in any order.
            failure.conflicts.sort_by(|one, other| (&one.path, &one.manager).cmp(&(&other.path, &other.manager)));
            let held: Vec<String> =
                failure.conflicts.iter().map(|found| format!("{} by {:?}", found.path, found.manager)).collect();
            failure.issue.message = redact::shortened(
                &format!("somebody else holds fields that are declared here: {}", held.join(", ")),
                redact::LONGEST,
            );
            failure.issue.path = failure.conflicts.first().map(|conflict| conflict.path.clone());
        }
        class if class.is_immutable() => {
            failure.immutable_field = immutable_cause(status, request).map(|cause| cause.field.clone());
            failure.issue.path.clone_from(&failure.immutable_field);
        }
        FailureClass::Invalid | FailureClass::TooLarge => {
            let field = causes(status).map(|cause| cause.field.as_str()).find(|field| !field.is_empty());
            failure.issue.path = field.filter(|field| *field != "[]" && *field != "<nil>").map(str::to_owned);
        }
        FailureClass::AdmissionDenied => failure.webhook = words::denied_by(&status.message),
        FailureClass::DryRunUnsupported => failure.webhook = words::without_dry_run(&status.message),
        FailureClass::Transient => failure.webhook = words::failed_webhook(&status.message),
        _ => {}
    }
    failure
}

fn class(status: &Status, request: &RequestContext<'_>) -> FailureClass {
    // kube's word for an answer that was none of the API server's objects.
    let known = reason::is_known(&status.reason) && !status.reason.is_empty();
    match (status.code, status.reason.as_str()) {
        (_, reason::UNAUTHORIZED) => FailureClass::Unauthorized,
        (_, reason::FORBIDDEN) => forbidden(status),
        (_, reason::NOT_FOUND) => not_found(status, request),
        (_, reason::ALREADY_EXISTS) if words::says_being_deleted(&status.message) => FailureClass::Terminating,
        (_, reason::ALREADY_EXISTS) => FailureClass::AlreadyExists,
        (_, reason::CONFLICT) => conflict(status),
        (_, reason::INVALID) => invalid(status, request),
        (_, reason::TOO_MANY_REQUESTS) => throttled(status),
        (_, reason::REQUEST_ENTITY_TOO_LARGE) => FailureClass::TooLarge,
        (_, reason::UNSUPPORTED_MEDIA_TYPE) => FailureClass::MediaType,
        (_, reason::GONE | reason::EXPIRED) => FailureClass::Expired,
        (_, reason::BAD_REQUEST) => bad_request(status),
        (_, reason::TIMEOUT | reason::SERVER_TIMEOUT | reason::SERVICE_UNAVAILABLE | reason::INTERNAL_ERROR) => {
            server_error(status)
        }
        (401, _) if !known => FailureClass::Unauthorized,
        (403, _) if !known => forbidden(status),
        (404, _) if !known => not_found(status, request),
        (409, _) if !known => conflict(status),
        (410, _) if !known => FailureClass::Expired,
        (413, _) if !known => FailureClass::TooLarge,
        (415, _) if !known => FailureClass::MediaType,
        (422, _) if !known => invalid(status, request),
        (429, _) if !known => throttled(status),
        (400, _) if !known => bad_request(status),
        (500..=599, _) => server_error(status),
        _ => words::denied_by(&status.message).map_or(FailureClass::Refused, |_| FailureClass::AdmissionDenied),
    }
}

fn forbidden(status: &Status) -> FailureClass {
    if causes(status).any(|cause| cause.reason == NAMESPACE_TERMINATING) {
        FailureClass::Terminating
    } else if words::says_quota(&status.message) {
        FailureClass::Quota
    } else if words::denied_by(&status.message).is_some() {
        FailureClass::AdmissionDenied
    } else {
        FailureClass::Forbidden
    }
}

fn not_found(status: &Status, request: &RequestContext<'_>) -> FailureClass {
    let Some(StatusDetails { kind, name, .. }) = status.details.as_ref().filter(|details| !details.kind.is_empty())
    else {
        return FailureClass::KindNotFound;
    };
    match &request.id.scope {
        Scope::Namespace(namespace) if kind == "namespaces" && name == &**namespace => FailureClass::NamespaceNotFound,
        _ => FailureClass::NotFound,
    }
}

fn conflict(status: &Status) -> FailureClass {
    if causes(status).any(|cause| cause.reason == FIELD_CONFLICT) {
        FailureClass::FieldConflict
    } else if causes(status).any(|cause| cause.reason == NAMESPACE_TERMINATING) {
        FailureClass::Terminating
    } else {
        FailureClass::Conflict
    }
}

fn invalid(status: &Status, request: &RequestContext<'_>) -> FailureClass {
    // A UID that was sent names another object than the one that is there.
    if causes(status).any(|cause| cause.field == "metadata.uid") {
        return FailureClass::Conflict;
    }
    if causes(status).any(|cause| cause.field == "metadata.finalizers" && cause.reason == FORBIDDEN) {
        return FailureClass::Terminating;
    }
    if let Some(cause) = immutable_cause(status, request) {
        let kind = &request.id.kind;
        return match cause.field.as_str() {
            "spec.selector" if kind.is("apps", "Deployment") => FailureClass::ImmutableDeployment,
            _ if kind.is("apps", "StatefulSet") => FailureClass::ImmutableStatefulSet,
            _ => FailureClass::Immutable,
        };
    }
    if causes(status).any(|cause| cause.reason == TOO_LONG) {
        return FailureClass::TooLarge;
    }
    if words::denied_by(&status.message).is_some() {
        return FailureClass::AdmissionDenied;
    }
    // The test of a JSON patch failed: the server says nothing else of it.
    if request.verb == Verb::JsonPatch && causes(status).next().is_none() {
        return FailureClass::Conflict;
    }
    FailureClass::Invalid
}

/// The cause that says that a field cannot change. What is made anew can have none.
fn immutable_cause<'a>(status: &'a Status, request: &RequestContext<'_>) -> Option<&'a StatusCause> {
    if matches!(request.verb, Verb::Create | Verb::Delete) {
        return None;
    }
    let kind = &request.id.kind;
    causes(status).find(|cause| match cause.reason.as_str() {
        // A whole spec that is forbidden: `spec` of a StatefulSet, a claim, a pod.
        FORBIDDEN
            if cause.field == "spec" && (kind.is("apps", "StatefulSet") || immutable_fields(kind) == ["spec"]) =>
        {
            true
        }
        FORBIDDEN if immutable_fields(kind).contains(&cause.field.as_str()) => true,
        FORBIDDEN | INVALID => words::says_immutable(&cause.message),
        _ => false,
    })
}

fn throttled(status: &Status) -> FailureClass {
    if causes(status).any(|cause| cause.reason == DISRUPTION_BUDGET) {
        FailureClass::Disruption
    } else {
        FailureClass::Throttled
    }
}

fn bad_request(status: &Status) -> FailureClass {
    if words::without_dry_run(&status.message).is_some() {
        FailureClass::DryRunUnsupported
    } else if words::denied_by(&status.message).is_some() {
        FailureClass::AdmissionDenied
    } else {
        FailureClass::Invalid
    }
}

fn server_error(status: &Status) -> FailureClass {
    if words::says_malformed(&status.message) {
        FailureClass::Invalid
    } else if words::says_too_large(&status.message) {
        FailureClass::TooLarge
    } else if words::denied_by(&status.message).is_some() {
        FailureClass::AdmissionDenied
    } else if status.reason == reason::TIMEOUT {
        FailureClass::Timeout
    } else {
        FailureClass::Transient
    }
}

fn retry(class: FailureClass, status: &Status) -> Retry {
    let asked = status.details.as_ref().map_or(0, |details| details.retry_after_seconds);
    match class {
        FailureClass::Throttled | FailureClass::Transient | FailureClass::Timeout if asked > 0 => {
            Retry::After(Duration::from_secs(asked.into()))
        }
        FailureClass::Throttled | FailureClass::Transient | FailureClass::Timeout | FailureClass::Conflict => {
            Retry::Jittered
        }
        FailureClass::Unauthorized | FailureClass::KindNotFound => Retry::After(ONCE_MORE),
        _ => Retry::No,
    }
}

fn message(class: FailureClass, said: String, request: &RequestContext<'_>) -> String {
    let verb = request.verb.as_str();
    let kind = &request.id.kind;
    match class {
        FailureClass::Immutable => format!("a field cannot change, the object would have to be made anew: {said}"),
        FailureClass::ImmutableDeployment => format!("the selector of a Deployment cannot change: {said}"),
        FailureClass::ImmutableStatefulSet => format!("a field of a StatefulSet cannot change: {said}"),
        FailureClass::Conflict => format!("the object changed since it was read: {said}"),
        FailureClass::FieldConflict => "somebody else holds fields that are declared here".to_owned(),
        FailureClass::AlreadyExists => format!("there is an object of this name already: {said}"),
        FailureClass::Terminating => format!("it is being deleted: {said}"),
        FailureClass::NotFound => format!("there is no such object to {verb}: {said}"),
        FailureClass::NamespaceNotFound => "its namespace does not exist".to_owned(),
        FailureClass::KindNotFound => format!("the cluster does not serve {kind} in this version"),
        FailureClass::TooLarge => {
            let sizes = request.bytes.map(|bytes| format!(" ({bytes} bytes were sent)")).unwrap_or_default();
            format!("too large{sizes}: {said}")
        }
        FailureClass::MediaType => format!("the server does not take such a {verb}: {said}"),
        FailureClass::Forbidden => format!("the credential may not {verb} {kind}: {said}"),
        FailureClass::Unauthorized => "the API server refuses the credential; renew it".to_owned(),
        FailureClass::Throttled => format!("the API server asks for a pause: {said}"),
        FailureClass::Disruption => format!("a disruption budget does not allow it: {said}"),
        FailureClass::Transient => format!("the API server failed: {said}"),
        FailureClass::Timeout => format!("the API server gave up: {said}"),
        FailureClass::AdmissionDenied => format!("admission refused: {said}"),
        FailureClass::Quota => format!("a quota is used up: {said}"),
        FailureClass::DryRunUnsupported => format!("a webhook cannot be asked without effect: {said}"),
        FailureClass::Invalid => format!("invalid: {said}"),
        FailureClass::Expired => format!("too old: {said}"),
        FailureClass::Unreachable | FailureClass::Refused | FailureClass::Other => format!("could not {verb}: {said}"),
    }
}

fn causes(status: &Status) -> impl Iterator<Item = &StatusCause> {
    status.details.iter().flat_map(|details| &details.causes)
}
