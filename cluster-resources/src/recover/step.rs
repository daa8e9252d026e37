//! What a recovery does, as data.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::policy::Propagation;

/// One step of a recovery. Doing it twice is doing it once.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Step {
    /// The server is asked, under another name and without effect, whether it would take the new object.
    Check,
    /// A claim is made to ask for more storage.
    #[non_exhaustive]
    Grow {
        /// Name of the claim.
        claim: Arc<str>,
        /// Its UID.
        uid: Arc<str>,
        /// How much, as a quantity.
        to: String,
    },
    /// A ReplicaSet is labelled so that a later run knows what it is for.
    #[non_exhaustive]
    Mark {
        /// Name of the ReplicaSet.
        replica_set: Arc<str>,
        /// Its UID.
        uid: Arc<str>,
    },
    /// The object with this UID is deleted.
    #[non_exhaustive]
    Delete {
        /// UID of the object.
        uid: Arc<str>,
        /// What becomes of its dependants.
        propagation: Propagation,
    },
    /// It is waited for until the object with this UID is gone.
    #[non_exhaustive]
    AwaitGone {
        /// UID of the object.
        uid: Arc<str>,
    },
    /// A ReplicaSet is labelled as the new Deployment selects.
    #[non_exhaustive]
    Relabel {
        /// Name of the ReplicaSet.
        replica_set: Arc<str>,
        /// Its UID.
        uid: Arc<str>,
        /// Labels to set, or to take away where there is no value.
        labels: BTreeMap<String, Option<String>>,
    },
    /// The new object is applied, until it is there.
    Create,
    /// A ReplicaSet becomes the new Deployment's, and its mark is taken away.
    #[non_exhaustive]
    Adopt {
        /// Name of the ReplicaSet.
        replica_set: Arc<str>,
        /// Its UID.
        uid: Arc<str>,
    },
}

/// Why nothing is done, and nothing was.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Refusal(pub(super) String);
