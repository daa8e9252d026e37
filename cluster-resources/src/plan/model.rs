//! The plan as a value: what is in it and how it is counted. No decision is made here.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::id::{ClusterName, GroupKind, ObjectId, Origin};
use crate::issue::Issue;
use crate::policy::Foreign;

/// Format of plans; a reader refuses others.
pub const PLAN_VERSION: u32 = 1;

/// What a run would do, item by item, in a stable order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Plan {
    /// [`PLAN_VERSION`].
    pub version: u32,
    /// Names what is to be done and on what grounds: the same for the same declarations, observations and policy.
    pub digest: String,
    /// Field manager that will own what is applied.
    pub field_manager: String,
    /// One item an object, sorted by stage, cluster, place, kind and name.
    pub items: Vec<PlanItem>,
    /// What the inventories of the clusters must hold.
    pub parents: Vec<ParentPlan>,
    /// What is wrong, and what was found.
    pub issues: Vec<Issue>,
}

/// What becomes of one object.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct PlanItem {
    /// Which object.
    pub id: ObjectId,
    /// `apiVersion` it is written in.
    pub api_version: Arc<str>,
    /// When: lower stages first, for deletions higher ones first.
    pub stage: u8,
    /// What.
    pub action: Action,
    /// Why, for a person.
    pub reason: Reason,
    /// Hash of the declaration; absent for deletions. The executor refuses a declaration with another hash.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub desired_hash: Option<Arc<str>>,
    /// What was seen of the object; absent when it is not there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub live: Option<LiveVersion>,
    /// Where it is different, as far as can be told without asking the server. Values of secrets are fingerprints.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<FieldChange>,
    /// What somebody else added.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub foreign: Vec<ForeignField>,
    /// Items (by id) that must have succeeded before.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub after: Vec<ObjectId>,
    /// Something it needs is made by this same plan, so that the server cannot be asked beforehand.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unverifiable: Vec<ObjectId>,
    /// With the privileged client.
    #[serde(default)]
    pub privileged: bool,
    /// Where the declaration comes from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<Origin>,
}

/// The state of an object that an action was decided on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct LiveVersion {
    /// Its UID.
    pub uid: Arc<str>,
    /// Its resource version.
    pub resource_version: Arc<str>,
}

impl LiveVersion {
    /// A UID and a resource version.
    pub fn new(uid: impl Into<Arc<str>>, resource_version: impl Into<Arc<str>>) -> Self {
        Self { uid: uid.into(), resource_version: resource_version.into() }
    }
}

/// What is done with an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum Action {
    /// It is made.
    Create,
    /// It is changed.
    Update,
    /// It is deleted and made again, because a field cannot change.
    Replace,
    /// It is there, becomes ours, and is changed where it differs.
    TakeOver,
    /// It is deleted.
    Delete,
    /// Its pods are restarted, because what they read changed.
    Restart,
    /// Our marks are taken off it, and it stays.
    Detach,
    /// It is as declared.
    Unchanged,
    /// It is left as it is, on purpose.
    Skip,
    /// It cannot be done, and why is said.
    Blocked,
}

impl Action {
    /// Whether the cluster is written to.
    #[must_use]
    pub fn writes(self) -> bool {
        !matches!(self, Self::Unchanged | Self::Skip | Self::Blocked)
    }

    /// As it is written in labels and reports.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Update => "update",
            Self::Replace => "replace",
            Self::TakeOver => "takeOver",
            Self::Delete => "delete",
            Self::Restart => "restart",
            Self::Detach => "detach",
            Self::Unchanged => "unchanged",
            Self::Skip => "skip",
            Self::Blocked => "blocked",
        }
    }
}

/// Why an item is as it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum Reason {
    /// It is declared and not there.
    Missing,
    /// It is there as declared.
    InSync,
    /// The declaration changed since it was applied.
    DeclarationChanged,
    /// Fields of ours were changed or taken by somebody else.
    Drifted,
    /// Somebody else added fields that are taken away.
    ForeignFields,
    /// It is as declared, and an earlier run began to hand its pods over and did not end.
    Unfinished,
    /// A field changed that cannot; its path.
    Immutable(String),
    /// It is nobody's and may be adopted.
    Adopted,
    /// It was of another caller, set or integration; whose.
    TakenFrom(Arc<str>),
    /// It is ours and no longer declared.
    NotDeclared,
    /// Its kind or namespace is no longer managed; it is deleted by the next run.
    DroppedFromScope,
    /// What it reads changed.
    ConfigChanged(ObjectId),
    /// It belongs to somebody else; to whom.
    OwnedByOther(Arc<str>),
    /// It is there, unmarked, and not ours to take or to delete.
    NotOurs,
    /// Something that controls it would make it again, or made it.
    HasController(Arc<str>),
    /// An annotation or the policy protects it; which.
    Protected(String),
    /// It waits for a confirmation.
    NeedsConfirmation,
    /// Deleting is off.
    PruneDisabled,
    /// Too many deletions; how many of how many, and which bound.
    TooManyDeletions(String),
    /// Nothing is declared for the cluster.
    NothingDeclared,
    /// Not everything was seen.
    PartialView,
    /// Something is wrong within whose reach it is.
    Issue(String),
    /// Something it depends on cannot be done.
    DependencyBlocked(ObjectId),
    /// It is being deleted.
    Terminating,
    /// The cluster does not serve its kind, and the plan does not change that.
    KindNotServed,
    /// Its namespace does not exist, and the plan does not change that.
    NamespaceMissing,
}

/// One difference between what is there and what is declared.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct FieldChange {
    /// Where, such as `spec.template.spec.containers[name=app].image`.
    pub path: String,
    /// What is there; absent when nothing is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<serde_json::Value>,
    /// What is declared; absent when nothing is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<serde_json::Value>,
    /// Who holds the field now, when it is not us.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub manager: Option<String>,
}

/// A field of a managed object that somebody else added.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ForeignField {
    /// Where, for people.
    pub path: String,
    /// Where, as a JSON pointer into the object that was seen.
    pub pointer: String,
    /// Who.
    pub manager: String,
    /// Who else, where several hold it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub also: Vec<String>,
    /// When it was last written by them, as the server says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time: Option<String>,
    /// What is done about it.
    pub policy: Foreign,
}

/// What the inventory of one cluster must say before anything is applied, and after everything is pruned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ParentPlan {
    /// Which cluster.
    pub cluster: ClusterName,
    /// Id of the set, put on every member.
    pub set_id: Arc<str>,
    /// Kinds that have, had or will have members.
    pub widened_kinds: Vec<GroupKind>,
    /// Namespaces likewise.
    pub widened_namespaces: Vec<Arc<str>>,
    /// Kinds that remain when everything succeeds.
    pub final_kinds: Vec<GroupKind>,
    /// Namespaces likewise.
    pub final_namespaces: Vec<Arc<str>>,
    /// Buckets that are reported as dropped by this run, for the next to prune.
    pub reported: Vec<(Option<Arc<str>>, GroupKind)>,
}
