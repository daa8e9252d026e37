//! What an application decides about a run, as data with careful defaults; knows nothing of how it is carried out.

mod build;

use std::collections::BTreeSet;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::id::GroupKind;
use crate::stamp::StampScheme;

/// Who is at work: the names under which fields and objects are owned.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Actor {
    /// The tool, such as `mooring`.
    pub tool: Arc<str>,
    /// The integration within the tool.
    pub integration: Arc<str>,
    /// Version of the integration, as semantic version.
    pub version: Arc<str>,
    /// On behalf of which caller, where one integration serves several.
    pub caller: Option<Arc<str>>,
}

impl Actor {
    /// An integration of a tool.
    pub fn new(tool: impl Into<Arc<str>>, integration: impl Into<Arc<str>>, version: impl Into<Arc<str>>) -> Self {
        Self { tool: tool.into(), integration: integration.into(), version: version.into(), caller: None }
    }

    /// The same on behalf of a caller.
    #[must_use]
    pub fn for_caller(mut self, caller: impl Into<Arc<str>>) -> Self {
        self.caller = Some(caller.into());
        self
    }

    /// The field manager: `<tool>/<integration>`, at most 128 characters.
    #[must_use]
    pub fn field_manager(&self) -> String {
        let mut name = format!("{}/{}", self.tool, self.integration);
        while name.len() > 128 {
            name.pop();
        }
        name
    }
}

/// What to do about a field that somebody else added.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum Foreign {
    /// Nothing.
    Ignore,
    /// Say it.
    Report,
    /// Take it away, and say it.
    Revert,
}

/// What to do when somebody else holds a field with another value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum OnConflict {
    /// Leave the object as it is and fail, naming the manager.
    Fail,
    /// Take the field.
    Force,
    /// Leave the field to the other, and report it.
    Yield,
    /// Take the field from managers whose name matches one of these patterns (`*` stands for anything), fail otherwise.
    TakeOverFrom(Vec<Arc<str>>),
}

/// Which objects that are there already, and not of this set, may become of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum Adoption {
    /// None.
    Never,
    /// Those that nobody claims.
    IfUnowned,
    /// Those that nobody claims, and those of these integrations or sets.
    From(Vec<Arc<str>>),
    /// All.
    Always,
}

/// Which deletions happen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct Prune {
    /// Whether anything is deleted at all. Off by default: what would be is reported.
    pub enabled: bool,
    /// At most so many objects a cluster and run; 50 by default.
    pub max_count: usize,
    /// At most this share of a cluster's members, in percent, once there are more than ten; 30 by default.
    pub max_percent: u8,
    /// Whether a cluster for which nothing at all is declared may be emptied; false by default.
    pub allow_empty: bool,
    /// Kinds that are never deleted unless an object is confirmed: Namespace, CustomResourceDefinition and
    /// PersistentVolumeClaim by default.
    pub protected_kinds: BTreeSet<GroupKind>,
    /// Objects, as `[cluster/namespace] Kind.group name` writes them, whose deletion was confirmed for this run.
    pub confirmed: BTreeSet<String>,
    /// What becomes of dependants.
    pub propagation: Propagation,
}

/// What becomes of the dependants of a deleted object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum Propagation {
    /// They are deleted afterwards.
    #[default]
    Background,
    /// They are deleted first.
    Foreground,
    /// They stay.
    Orphan,
}

impl Default for Prune {
    fn default() -> Self {
        Self {
            enabled: false,
            max_count: 50,
            max_percent: 30,
            allow_empty: false,
            protected_kinds: BTreeSet::from([
                GroupKind::core("Namespace"),
                GroupKind::core("PersistentVolumeClaim"),
                GroupKind::new("apiextensions.k8s.io", "CustomResourceDefinition"),
            ]),
            confirmed: BTreeSet::new(),
            propagation: Propagation::Background,
        }
    }
}

/// A rule for fields that somebody else added: the first that matches decides.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ForeignRule {
    /// For objects of this kind; all when absent.
    #[serde(default)]
    pub kind: Option<GroupKind>,
    /// For fields at or below this path, such as `spec.template.spec.containers`; all when empty. `*` stands for one step.
    #[serde(default)]
    pub path: String,
    /// For fields of managers with names like this (`*` stands for anything); all when absent.
    #[serde(default)]
    pub manager: Option<Arc<str>>,
    /// What to do.
    pub then: Foreign,
}

/// A rule for conflicts: the first that matches decides.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ConflictRule {
    /// For objects of this kind; all when absent.
    #[serde(default)]
    pub kind: Option<GroupKind>,
    /// For fields at or below this path; all when empty.
    #[serde(default)]
    pub path: String,
    /// What to do.
    pub then: OnConflict,
}

/// Where the inventory of a cluster is kept: the parent object of an ApplySet.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct InventoryConfig {
    /// In this namespace, which must exist.
    pub namespace: Arc<str>,
    /// Under this name; one for each integration and caller.
    pub name: Arc<str>,
    /// In an object of this kind.
    pub kind: InventoryKind,
    /// Names of earlier sets of this integration, whose members become members of this one.
    pub migrate_from: Vec<Arc<str>>,
}

/// In what kind of object an inventory is kept. It holds no secret either way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum InventoryKind {
    /// A Secret, as KEP-3659 has it by default.
    #[default]
    Secret,
    /// A ConfigMap, which can be read with fewer rights.
    ConfigMap,
}

/// Everything an application decides about a run. Start from [`Policy::new`] and change what you need.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Policy {
    /// Who is at work.
    pub actor: Actor,
    /// How objects are marked.
    pub scheme: Arc<dyn StampScheme>,
    /// Every caller that is still active; with it, objects of callers that are gone may be taken. See the caller rules of
    /// [`plan`](crate::plan::plan).
    pub all_callers: Option<BTreeSet<Arc<str>>>,
    /// Where each cluster keeps its inventory. Without one, what is managed is what the buckets say, and whose an object is say its
    /// marks.
    pub inventory: Option<InventoryConfig>,
    /// Whether objects of other callers, and unmarked ones, are taken over.
    pub take_over: bool,
    /// Which objects that are there already may become ours.
    pub adoption: Adoption,
    /// What to do about fields somebody else added; [`crate::plan::default_foreign_rules`] come after these.
    pub foreign: Vec<ForeignRule>,
    /// What to do about fields somebody else holds; [`crate::plan::default_conflict_rules`] come after these.
    pub conflicts: Vec<ConflictRule>,
    /// Paths that are never compared, by kind (all kinds when absent).
    pub ignore: Vec<(Option<GroupKind>, String)>,
    /// Where secrets stand that are none of Secrets, by kind (all kinds when absent): a fingerprint stands for the values at and below such
    /// a path in plans, differences and what is kept of a deleted object. Written as in [`Policy::ignore`], or as a JSON pointer.
    pub secrets: Vec<(Option<GroupKind>, String)>,
    /// Which deletions happen.
    pub prune: Prune,
    /// Kinds that may be deleted and made again when a field cannot change; see [`crate::plan::default_recreate_kinds`].
    pub recreate: BTreeSet<GroupKind>,
    /// Whether workloads restart when a marked ConfigMap or Secret they use changed.
    pub restart_on_change: bool,
    /// Stages by kind, in front of the built-in table; see [`crate::plan::stage_of`].
    pub stages: Vec<(GroupKind, u8)>,
    /// Key for the fingerprints that stand for secret values. Draw a new one for each run.
    pub mask_key: [u8; 16],
}

#[cfg(test)]
mod tests;
