//! Why something cannot be put into an inventory.

use std::sync::Arc;

use cluster_client::discovery::KindQueryError;

use crate::id::{BucketId, ClusterName, ObjectId, Origin};
use crate::issue::{Issue, IssueClass, Reach};

/// Why something cannot be put into an inventory. The inventory has an [`Issue`] for it as well, so that a caller who passes over the
/// error does not lose the object silently.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InventoryError {
    /// What was given as a kind is none.
    #[error("[{cluster}] cannot be told what is managed")]
    Kind {
        /// Which cluster.
        cluster: ClusterName,
        /// What is wrong with it.
        #[source]
        source: KindQueryError,
    },
    /// Nothing is managed in the cluster.
    #[error("[{cluster}] nothing is managed in this cluster; initialize a kind in it first ({origin})")]
    UnknownCluster {
        /// Which cluster.
        cluster: ClusterName,
        /// Where the declaration comes from.
        origin: Box<Origin>,
    },
    /// Nothing is managed in the namespace.
    #[error("[{cluster}/{namespace}] nothing is managed in this namespace; initialize a kind in it first ({origin})")]
    UnknownNamespace {
        /// Which cluster.
        cluster: ClusterName,
        /// Which namespace.
        namespace: Arc<str>,
        /// Where the declaration comes from.
        origin: Box<Origin>,
    },
    /// The kind is not managed in this place.
    #[error("{bucket} is not managed; initialize the kind first ({origin})")]
    NotInitialized {
        /// Which kind, where.
        bucket: Box<BucketId>,
        /// Where the declaration comes from.
        origin: Box<Origin>,
    },
    /// The name is not among the managed ones.
    #[error("{id} is not among the managed names ({origin})")]
    ResourceNotManaged {
        /// Which object.
        id: Box<ObjectId>,
        /// Where the declaration comes from.
        origin: Box<Origin>,
    },
    /// The object is declared already.
    #[error("{id} is declared twice: by {first}, and by {second}")]
    ResourceKeyExists {
        /// Which object.
        id: Box<ObjectId>,
        /// Where the declaration comes from that stays.
        first: Box<Origin>,
        /// Where the one comes from that was refused.
        second: Box<Origin>,
    },
    /// The declaration is of another kind than the one it is added to.
    #[error("{bucket} was given an object of kind {found} ({origin})")]
    WrongKind {
        /// Which kind, where.
        bucket: Box<BucketId>,
        /// What it is.
        found: String,
        /// Where the declaration comes from.
        origin: Box<Origin>,
    },
    /// The declaration names another namespace than the one it is added to.
    #[error("{id} declares namespace {found:?} ({origin})")]
    WrongNamespace {
        /// Which object.
        id: Box<ObjectId>,
        /// What it says.
        found: Arc<str>,
        /// Where the declaration comes from.
        origin: Box<Origin>,
    },
}

impl InventoryError {
    /// The same as an issue, with the narrowest reach.
    #[must_use]
    pub fn issue(&self) -> Issue {
        let (reach, class, message, origin): (_, _, String, Option<&Origin>) = match self {
            Self::Kind { cluster, source } => {
                (Reach::Cluster(cluster.clone()), IssueClass::Invalid, source.to_string(), None)
            }
            Self::UnknownCluster { cluster, origin } => {
                let message = "something is declared for this cluster, and nothing is managed in it";
                (Reach::Cluster(cluster.clone()), IssueClass::NotManaged, message.into(), Some(origin))
            }
            Self::UnknownNamespace { cluster, namespace, origin } => {
                let message = "something is declared for this namespace, and nothing is managed in it";
                let reach = Reach::namespace(cluster.clone(), namespace.clone());
                (reach, IssueClass::NotManaged, message.into(), Some(origin))
            }
            Self::NotInitialized { bucket, origin } => {
                let message = "something of this kind is declared, and the kind is not managed here";
                (Reach::Kind(BucketId::clone(bucket)), IssueClass::NotManaged, message.into(), Some(origin))
            }
            Self::ResourceNotManaged { id, origin } => {
                let message = "is declared, and is not among the managed names";
                (Reach::Object(ObjectId::clone(id)), IssueClass::NotManaged, message.into(), Some(origin))
            }
            Self::ResourceKeyExists { id, first, second } => {
                let message = format!("is declared twice: by {first}, and by {second}; the first one counts");
                (Reach::Object(ObjectId::clone(id)), IssueClass::Duplicate, message, Some(second))
            }
            Self::WrongKind { bucket, found, origin } => {
                let message = format!("was given an object of kind {found}");
                (Reach::Kind(BucketId::clone(bucket)), IssueClass::Invalid, message, Some(origin))
            }
            Self::WrongNamespace { id, found, origin } => {
                let message = format!("declares namespace {found:?} and is meant for another place");
                let issue = (Reach::Object(ObjectId::clone(id)), IssueClass::Invalid, message, Some(&**origin));
                return described(issue).at("metadata.namespace");
            }
        };
        described((reach, class, message, origin))
    }
}

fn described((reach, class, message, origin): (Reach, IssueClass, String, Option<&Origin>)) -> Issue {
    let issue = Issue::error(reach, class, message);
    match origin {
        Some(origin) => issue.from(origin),
        None => issue,
    }
}
