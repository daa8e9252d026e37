//! What went wrong, as data: how bad, how far it reaches, of which class, where it came from. Knows nothing of who reports it.

use std::fmt;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::id::{BucketId, ClusterName, ObjectId, Origin};

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum Severity {
    /// Worth knowing.
    Info,
    /// Worth looking at; nothing is held back.
    Warning,
    /// Something is not as it was declared, and the run does not count as a success.
    Error,
}

/// How far it reaches: what is in it waits, everything else goes on.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum Reach {
    /// One object.
    Object(ObjectId),
    /// The objects of a kind in one place.
    Kind(BucketId),
    /// A namespace.
    #[non_exhaustive]
    Namespace {
        /// Of this cluster.
        cluster: ClusterName,
        /// Its name.
        namespace: Arc<str>,
    },
    /// A cluster.
    Cluster(ClusterName),
    /// Everything.
    Run,
}

impl Reach {
    /// A namespace.
    pub fn namespace(cluster: impl Into<ClusterName>, namespace: impl Into<Arc<str>>) -> Self {
        Self::Namespace { cluster: cluster.into(), namespace: namespace.into() }
    }

    /// Which cluster it is in, unless it is everywhere.
    #[must_use]
    pub fn cluster(&self) -> Option<&ClusterName> {
        match self {
            Self::Object(id) => Some(&id.cluster),
            Self::Kind(bucket) => Some(&bucket.cluster),
            Self::Namespace { cluster, .. } | Self::Cluster(cluster) => Some(cluster),
            Self::Run => None,
        }
    }

    /// Whether the whole of this bucket lies within.
    #[must_use]
    pub fn covers(&self, bucket: &BucketId) -> bool {
        match self {
            Self::Object(_) => false,
            Self::Kind(own) => own == bucket,
            Self::Namespace { cluster, namespace } => {
                *cluster == bucket.cluster && bucket.scope.namespace() == Some(namespace)
            }
            Self::Cluster(cluster) => *cluster == bucket.cluster,
            Self::Run => true,
        }
    }
}

impl fmt::Display for Reach {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Object(id) => id.fmt(f),
            Self::Kind(bucket) => bucket.fmt(f),
            Self::Namespace { cluster, namespace } => write!(f, "[{cluster}/{namespace}]"),
            Self::Cluster(cluster) => write!(f, "[{cluster}]"),
            Self::Run => f.write_str("[everywhere]"),
        }
    }
}

/// What kind of trouble it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum IssueClass {
    /// A declaration is malformed.
    Invalid,
    /// An object is declared twice.
    Duplicate,
    /// An object is declared outside of what is managed.
    NotManaged,
    /// The cluster does not serve the kind.
    UnknownKind,
    /// More than one group serves the kind.
    AmbiguousKind,
    /// There is no connection to the cluster.
    Unreachable,
    /// A list failed or was cut short.
    PartialView,
    /// The credential may not do it.
    Forbidden,
    /// The object belongs to somebody else.
    Ownership,
    /// Somebody else holds a field that is declared here.
    Conflict,
    /// Somebody added what is not declared here.
    ForeignField,
    /// A guard held deletions back.
    Guard,
    /// Something it depends on is not there.
    Dependency,
    /// The inventory of a cluster cannot be used.
    Inventory,
    /// An object refers to what does not exist.
    Reference,
    /// An object did not become ready.
    Unready,
    /// The API server refused.
    Refused,
    /// The API server or the way to it failed.
    Unavailable,
    /// Nothing of the above.
    Other,
}

impl IssueClass {
    /// As it is written in labels and reports.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Invalid => "invalid",
            Self::Duplicate => "duplicate",
            Self::NotManaged => "notManaged",
            Self::UnknownKind => "unknownKind",
            Self::AmbiguousKind => "ambiguousKind",
            Self::Unreachable => "unreachable",
            Self::PartialView => "partialView",
            Self::Forbidden => "forbidden",
            Self::Ownership => "ownership",
            Self::Conflict => "conflict",
            Self::ForeignField => "foreignField",
            Self::Guard => "guard",
            Self::Dependency => "dependency",
            Self::Inventory => "inventory",
            Self::Reference => "reference",
            Self::Unready => "unready",
            Self::Refused => "refused",
            Self::Unavailable => "unavailable",
            Self::Other => "other",
        }
    }
}

/// One thing that went wrong, without secrets.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Issue {
    /// How bad.
    pub severity: Severity,
    /// How far it reaches.
    pub reach: Reach,
    /// What kind of trouble.
    pub class: IssueClass,
    /// What is the matter and what to do, in words, with causes after colons.
    pub message: String,
    /// Where in the declaration, as a JSON path such as `spec.rules[0]`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// Where the declaration comes from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<Origin>,
}

impl Issue {
    /// An error.
    pub fn error(reach: Reach, class: IssueClass, message: impl Into<String>) -> Self {
        Self { severity: Severity::Error, reach, class, message: message.into(), path: None, origin: None }
    }

    /// A warning.
    pub fn warning(reach: Reach, class: IssueClass, message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(reach, class, message) }
    }

    /// The same with a place in the declaration.
    #[must_use]
    pub fn at(mut self, path: impl Into<String>) -> Self {
        self.path = Some(path.into());
        self
    }

    /// The same with where the declaration comes from.
    #[must_use]
    pub fn from(mut self, origin: &Origin) -> Self {
        self.origin = Some(origin.clone());
        self
    }
}

impl fmt::Display for Issue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.reach, self.message)?;
        if let Some(path) = &self.path {
            write!(f, " at {path}")?;
        }
        if let Some(origin) = &self.origin {
            write!(f, " ({origin})")?;
        }
        Ok(())
    }
}
