//! What a failed request means: its class, whether it may be repeated, and an issue without secrets. Pure; knows nothing of what is done
//! about it.
//!
//! A class comes from `Status.reason`, the code, the causes' reasons and fields, and the kind of the object. Words are looked at last, where
//! the API server says something in no other way, and all of them stand in one table.
//!
//! | Class | How it is known |
//! |---|---|
//! | [`Immutable`](FailureClass::Immutable) | 422 on a field of the table in [`immutable`], or one that is called immutable |
//! | [`ImmutableDeployment`](FailureClass::ImmutableDeployment) | the same on `spec.selector` of a Deployment |
//! | [`ImmutableStatefulSet`](FailureClass::ImmutableStatefulSet) | 422 with a forbidden `spec` of a StatefulSet |
//! | [`Conflict`](FailureClass::Conflict) | 409; 422 on `metadata.uid`; a JSON patch whose test failed |
//! | [`FieldConflict`](FailureClass::FieldConflict) | 409 with causes `FieldManagerConflict` |
//! | [`Forbidden`](FailureClass::Forbidden), [`Quota`](FailureClass::Quota), [`AdmissionDenied`](FailureClass::AdmissionDenied) | 403, told apart by words |
//! | [`Transient`](FailureClass::Transient) | 500 that names no mistake of ours, 502, 503, 504 |
//!
//! Source: `k8s.io/apimachinery/pkg/api/errors`; the texts of the tests are those of kube-apiserver v1.36.3.

pub mod immutable;
mod manager;
mod redact;
mod status;
#[cfg(test)]
mod tests;
mod transport;
mod words;

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::id::{ObjectId, Origin, Scope};
use crate::issue::{Issue, IssueClass, Reach};

/// What a request was to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum Verb {
    /// Reading one object.
    Get,
    /// Reading many.
    List,
    /// Making an object that must not be there.
    Create,
    /// Server-side apply.
    Apply,
    /// Replacing an object.
    Update,
    /// A merge patch.
    Patch,
    /// A JSON patch, which may begin with a test.
    JsonPatch,
    /// Deleting.
    Delete,
}

impl Verb {
    /// As RBAC has it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Get => "get",
            Self::List => "list",
            Self::Create => "create",
            Self::Apply | Self::Patch | Self::JsonPatch => "patch",
            Self::Update => "update",
            Self::Delete => "delete",
        }
    }
}

/// What was asked for.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct RequestContext<'a> {
    /// What the request was to do.
    pub verb: Verb,
    /// With which object. For [`Verb::List`] its name means nothing.
    pub id: &'a ObjectId,
    /// Whether it was only asked whether it would be done.
    pub dry_run: bool,
    /// Size of the body in bytes, where it is known.
    pub bytes: Option<usize>,
    /// Where the declaration comes from.
    pub origin: Option<&'a Origin>,
}

impl<'a> RequestContext<'a> {
    /// A request that is meant.
    #[must_use]
    pub fn new(verb: Verb, id: &'a ObjectId) -> Self {
        Self { verb, id, dry_run: false, bytes: None, origin: None }
    }

    /// The same as a dry run, or not.
    #[must_use]
    pub fn dry_run(mut self, dry_run: bool) -> Self {
        self.dry_run = dry_run;
        self
    }

    /// The same with the size of its body in bytes.
    #[must_use]
    pub fn bytes(mut self, bytes: usize) -> Self {
        self.bytes = Some(bytes);
        self
    }

    /// The same with where the declaration comes from.
    #[must_use]
    pub fn origin(mut self, origin: &'a Origin) -> Self {
        self.origin = Some(origin);
        self
    }
}

/// What kind of failure it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum FailureClass {
    /// A field cannot change: the object must be made anew.
    Immutable,
    /// The selector of a Deployment cannot change: see [`handover_deployment`](crate::recover::handover_deployment).
    ImmutableDeployment,
    /// A field of a StatefulSet cannot change: see [`grow_statefulset`](crate::recover::grow_statefulset).
    ImmutableStatefulSet,
    /// The object changed since it was read, or is another one now.
    Conflict,
    /// Somebody else holds fields; see [`Failure::conflicts`].
    FieldConflict,
    /// There is an object of this name.
    AlreadyExists,
    /// The object, or its namespace, is being deleted.
    Terminating,
    /// There is no such object.
    NotFound,
    /// There is no such namespace.
    NamespaceNotFound,
    /// The cluster does not serve the kind, or not at this path.
    KindNotFound,
    /// The object, or a part of it, is too large.
    TooLarge,
    /// The server does not take this kind of patch.
    MediaType,
    /// The credential may not do it.
    Forbidden,
    /// The credential was refused.
    Unauthorized,
    /// The server asks for a pause.
    Throttled,
    /// A PodDisruptionBudget does not allow it now.
    Disruption,
    /// The server, a webhook or storage failed in a way that may pass.
    Transient,
    /// There was no connection, or it broke before an answer came.
    Unreachable,
    /// No answer came in time. What was asked may have been done.
    Timeout,
    /// A webhook or a policy refuses.
    AdmissionDenied,
    /// A quota is used up.
    Quota,
    /// A webhook cannot be asked without effect.
    DryRunUnsupported,
    /// What was sent is invalid.
    Invalid,
    /// A version or a continuation is too old.
    Expired,
    /// The server refuses for another reason.
    Refused,
    /// The answer could not be understood, or the request not be made.
    Other,
}

impl FailureClass {
    /// As it is written in labels.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Immutable => "immutable",
            Self::ImmutableDeployment => "immutableDeployment",
            Self::ImmutableStatefulSet => "immutableStatefulSet",
            Self::Conflict => "conflict",
            Self::FieldConflict => "fieldConflict",
            Self::AlreadyExists => "alreadyExists",
            Self::Terminating => "terminating",
            Self::NotFound => "notFound",
            Self::NamespaceNotFound => "namespaceNotFound",
            Self::KindNotFound => "kindNotFound",
            Self::TooLarge => "tooLarge",
            Self::MediaType => "mediaType",
            Self::Forbidden => "forbidden",
            Self::Unauthorized => "unauthorized",
            Self::Throttled => "throttled",
            Self::Disruption => "disruption",
            Self::Transient => "transient",
            Self::Unreachable => "unreachable",
            Self::Timeout => "timeout",
            Self::AdmissionDenied => "admissionDenied",
            Self::Quota => "quota",
            Self::DryRunUnsupported => "dryRunUnsupported",
            Self::Invalid => "invalid",
            Self::Expired => "expired",
            Self::Refused => "refused",
            Self::Other => "other",
        }
    }

    /// Whether a field cannot change, whatever the kind.
    #[must_use]
    pub fn is_immutable(self) -> bool {
        matches!(self, Self::Immutable | Self::ImmutableDeployment | Self::ImmutableStatefulSet)
    }

    fn issue_class(self) -> IssueClass {
        match self {
            Self::Conflict | Self::FieldConflict | Self::AlreadyExists => IssueClass::Conflict,
            Self::NamespaceNotFound | Self::Terminating => IssueClass::Dependency,
            Self::KindNotFound => IssueClass::UnknownKind,
            Self::Forbidden => IssueClass::Forbidden,
            Self::Unauthorized | Self::Unreachable => IssueClass::Unreachable,
            Self::Throttled | Self::Transient | Self::Timeout => IssueClass::Unavailable,
            Self::Invalid => IssueClass::Invalid,
            Self::Immutable
            | Self::ImmutableDeployment
            | Self::ImmutableStatefulSet
            | Self::NotFound
            | Self::TooLarge
            | Self::MediaType
            | Self::Disruption
            | Self::AdmissionDenied
            | Self::Quota
            | Self::DryRunUnsupported
            | Self::Expired
            | Self::Refused => IssueClass::Refused,
            Self::Other => IssueClass::Other,
        }
    }

    /// How far a failure of this class reaches that met this request.
    fn reach(self, request: &RequestContext<'_>) -> Reach {
        let id = request.id;
        match self {
            Self::Unauthorized | Self::Unreachable => Reach::Cluster(id.cluster.clone()),
            Self::Forbidden | Self::KindNotFound => Reach::Kind(id.bucket()),
            Self::NamespaceNotFound => match &id.scope {
                Scope::Namespace(namespace) => Reach::namespace(id.cluster.clone(), namespace.clone()),
                Scope::Cluster => Reach::Object(id.clone()),
            },
            _ if request.verb == Verb::List => Reach::Kind(id.bucket()),
            _ => Reach::Object(id.clone()),
        }
    }
}

/// Whether a request may be sent again. How often is for the caller to bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Retry {
    /// No: it would fail again.
    No,
    /// Yes, not before this time has passed. [`FailureClass::Unauthorized`] and [`FailureClass::KindNotFound`] are worth one more
    /// attempt, with a new credential and a new discovery.
    After(Duration),
    /// Yes, after pauses that grow and differ. For a [`FailureClass::Conflict`] the object is read again first.
    Jittered,
}

/// How a field manager wrote its fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Operation {
    /// By server-side apply.
    Apply,
    /// In any other way.
    Update,
}

/// A field that somebody else holds.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct FieldConflict {
    /// Who.
    pub manager: String,
    /// How they wrote it.
    pub operation: Operation,
    /// When they last wrote it, as the server says; for updates alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time: Option<String>,
    /// Through which subresource.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subresource: Option<String>,
    /// Where, such as `spec.replicas` or `spec.containers[name="app"].image`.
    pub path: String,
}

/// What a failed request means.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Failure {
    /// What kind of failure it is.
    pub class: FailureClass,
    /// Whether the request may be sent again.
    pub retry: Retry,
    /// What to tell people. Without secrets.
    pub issue: Issue,
    /// Fields that somebody else holds.
    pub conflicts: Vec<FieldConflict>,
    /// The field that cannot change, as the server calls it.
    pub immutable_field: Option<String>,
    /// The webhook or policy that failed, refused or cannot take part in dry runs.
    pub webhook: Option<String>,
}

/// What a failed request means.
#[must_use]
pub fn classify(error: &kube::Error, request: &RequestContext<'_>) -> Failure {
    match error {
        kube::Error::Api(status) => status::classify(status, request),
        error => transport::classify(error, request),
    }
}

/// A request that was given up because its answer did not come within this time.
#[must_use]
pub fn timed_out(after: Duration, request: &RequestContext<'_>) -> Failure {
    let message = format!("the API server did not answer to {} within {after:?}", request.verb.as_str());
    failure(FailureClass::Timeout, Retry::Jittered, message, request)
}

/// A request that was not sent, because what it needs was lost.
pub(crate) fn given_up(why: &str, request: &RequestContext<'_>) -> Failure {
    failure(FailureClass::Refused, Retry::No, format!("did not {}: {why}", request.verb.as_str()), request)
}

fn failure(class: FailureClass, retry: Retry, message: String, request: &RequestContext<'_>) -> Failure {
    let mut issue = Issue::error(class.reach(request), class.issue_class(), message);
    issue.origin = request.origin.cloned();
    Failure { class, retry, issue, conflicts: Vec::new(), immutable_field: None, webhook: None }
}
