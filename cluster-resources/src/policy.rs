//! What an application decides about a run, as data with careful defaults; knows nothing of how it is carried out.

use std::collections::BTreeSet;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::id::GroupKind;
use crate::stamp::StampScheme;
use crate::stamp::native::NativeScheme;

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

impl Policy {
    /// Careful defaults: native marks; what is unowned may be adopted and nothing is taken over; nothing is deleted, and nothing is
    /// deleted to be made again; workloads restart when what they read changes. The mask key is drawn anew.
    #[must_use]
    pub fn new(actor: Actor) -> Self {
        let scheme = Arc::new(NativeScheme::new(&actor));
        Self {
            actor,
            scheme,
            all_callers: None,
            inventory: None,
            take_over: false,
            adoption: Adoption::IfUnowned,
            foreign: Vec::new(),
            conflicts: Vec::new(),
            ignore: Vec::new(),
            prune: Prune::default(),
            recreate: BTreeSet::new(),
            restart_on_change: true,
            stages: Vec::new(),
            mask_key: rand::random(),
        }
    }

    /// Marks objects this way.
    #[must_use]
    pub fn with_scheme(mut self, scheme: impl StampScheme + 'static) -> Self {
        self.scheme = Arc::new(scheme);
        self
    }

    /// These callers are active, and no others.
    #[must_use]
    pub fn with_all_callers(mut self, callers: impl IntoIterator<Item = impl Into<Arc<str>>>) -> Self {
        self.all_callers = Some(callers.into_iter().map(Into::into).collect());
        self
    }

    /// Each cluster keeps its inventory there.
    #[must_use]
    pub fn with_inventory(mut self, inventory: InventoryConfig) -> Self {
        self.inventory = Some(inventory);
        self
    }

    /// Takes over objects of other callers, and unmarked ones.
    #[must_use]
    pub fn with_take_over(mut self) -> Self {
        self.take_over = true;
        self
    }

    /// These objects may become ours.
    #[must_use]
    pub fn with_adoption(mut self, adoption: Adoption) -> Self {
        self.adoption = adoption;
        self
    }

    /// One more rule for fields that somebody else added, after those there are.
    #[must_use]
    pub fn with_foreign_rule(mut self, rule: ForeignRule) -> Self {
        self.foreign.push(rule);
        self
    }

    /// One more rule for fields that somebody else holds, after those there are.
    #[must_use]
    pub fn with_conflict_rule(mut self, rule: ConflictRule) -> Self {
        self.conflicts.push(rule);
        self
    }

    /// Does not compare this path of objects of this kind (of all kinds when absent).
    #[must_use]
    pub fn ignoring(mut self, kind: Option<GroupKind>, path: impl Into<String>) -> Self {
        self.ignore.push((kind, path.into()));
        self
    }

    /// Deletes as this says.
    #[must_use]
    pub fn with_prune(mut self, prune: Prune) -> Self {
        self.prune = prune;
        self
    }

    /// Objects of these kinds too may be deleted and made again when a field cannot change.
    #[must_use]
    pub fn with_recreate(mut self, kinds: impl IntoIterator<Item = GroupKind>) -> Self {
        self.recreate.extend(kinds);
        self
    }

    /// Leaves workloads running when what they read changes.
    #[must_use]
    pub fn without_restarts(mut self) -> Self {
        self.restart_on_change = false;
        self
    }

    /// Objects of this kind belong to this stage.
    #[must_use]
    pub fn with_stage(mut self, kind: GroupKind, stage: u8) -> Self {
        self.stages.push((kind, stage));
        self
    }

    /// Fingerprints with this key, so that two plans can be compared.
    #[must_use]
    pub fn with_mask_key(mut self, key: [u8; 16]) -> Self {
        self.mask_key = key;
        self
    }
}

impl Prune {
    /// Deletes what is no longer declared, within the default bounds.
    #[must_use]
    pub fn enabled() -> Self {
        Self { enabled: true, ..Self::default() }
    }
}

impl InventoryConfig {
    /// In a Secret of this namespace and name.
    pub fn new(namespace: impl Into<Arc<str>>, name: impl Into<Arc<str>>) -> Self {
        Self {
            namespace: namespace.into(),
            name: name.into(),
            kind: InventoryKind::default(),
            migrate_from: Vec::new(),
        }
    }

    /// In a ConfigMap instead.
    #[must_use]
    pub fn in_config_map(mut self) -> Self {
        self.kind = InventoryKind::ConfigMap;
        self
    }

    /// Members of these earlier sets become members of this one.
    #[must_use]
    pub fn migrating_from(mut self, names: impl IntoIterator<Item = impl Into<Arc<str>>>) -> Self {
        self.migrate_from.extend(names.into_iter().map(Into::into));
        self
    }
}

impl ForeignRule {
    /// For every field of every manager of every kind; narrow it with the `for_…` methods.
    #[must_use]
    pub fn new(then: Foreign) -> Self {
        Self { kind: None, path: String::new(), manager: None, then }
    }

    /// For objects of this kind.
    #[must_use]
    pub fn for_kind(mut self, kind: GroupKind) -> Self {
        self.kind = Some(kind);
        self
    }

    /// For fields at or below this path.
    #[must_use]
    pub fn for_path(mut self, path: impl Into<String>) -> Self {
        self.path = path.into();
        self
    }

    /// For fields of managers with names like this.
    #[must_use]
    pub fn for_manager(mut self, pattern: impl Into<Arc<str>>) -> Self {
        self.manager = Some(pattern.into());
        self
    }
}

impl ConflictRule {
    /// For every field of every kind; narrow it with the `for_…` methods.
    #[must_use]
    pub fn new(then: OnConflict) -> Self {
        Self { kind: None, path: String::new(), then }
    }

    /// For objects of this kind.
    #[must_use]
    pub fn for_kind(mut self, kind: GroupKind) -> Self {
        self.kind = Some(kind);
        self
    }

    /// For fields at or below this path.
    #[must_use]
    pub fn for_path(mut self, path: impl Into<String>) -> Self {
        self.path = path.into();
        self
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::stamp::Ownership;

    #[test]
    fn what_is_not_decided_is_careful() {
        let policy = Policy::new(Actor::new("mooring", "shop", "1.0.0"));
        assert!(!policy.take_over && !policy.prune.enabled && !policy.prune.allow_empty);
        assert!(policy.recreate.is_empty() && policy.restart_on_change);
        assert_eq!(policy.adoption, Adoption::IfUnowned);
        assert!(policy.all_callers.is_none() && policy.inventory.is_none());
        assert!(policy.prune.protected_kinds.contains(&GroupKind::core("Namespace")));
        let ours = json!({"metadata": {"annotations": {"mooring.dev/integration": "shop"}}});
        assert_eq!(policy.scheme.ownership(&ours, None), Ownership::Ours);
    }

    #[test]
    fn every_run_masks_with_a_key_of_its_own() {
        let actor = Actor::new("mooring", "shop", "1.0.0");
        assert_ne!(Policy::new(actor.clone()).mask_key, Policy::new(actor.clone()).mask_key);
        assert_eq!(Policy::new(actor).with_mask_key([7; 16]).mask_key, [7; 16]);
    }

    #[test]
    fn rules_come_in_the_order_they_were_given() {
        let kind = GroupKind::core("ConfigMap");
        let policy = Policy::new(Actor::new("mooring", "shop", "1.0.0"))
            .with_foreign_rule(
                ForeignRule::new(Foreign::Report).for_kind(kind.clone()).for_path("data").for_manager("oc*"),
            )
            .with_foreign_rule(ForeignRule::new(Foreign::Revert))
            .with_conflict_rule(ConflictRule::new(OnConflict::Force).for_path("spec.replicas"))
            .ignoring(Some(kind.clone()), "data.generated")
            .with_recreate([GroupKind::new("batch", "Job")])
            .with_stage(kind.clone(), 2)
            .with_prune(Prune::enabled())
            .with_all_callers(["a", "b"])
            .with_inventory(InventoryConfig::new("ns", "shop").migrating_from(["old"]).in_config_map());
        assert_eq!(policy.foreign[0].kind, Some(kind));
        assert_eq!(policy.foreign[1].path, "");
        assert_eq!(policy.conflicts[0].path, "spec.replicas");
        assert!(policy.prune.enabled && policy.all_callers.is_some_and(|callers| callers.contains("b")));
        assert_eq!(policy.inventory.map(|inventory| inventory.kind), Some(InventoryKind::ConfigMap));
    }
}
