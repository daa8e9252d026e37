//! Policies and their parts are made here, with the defaults that their fields name.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::{
    Actor, Adoption, ConflictRule, Foreign, ForeignRule, InventoryConfig, InventoryKind, OnConflict, Policy, Prune,
};
use crate::id::GroupKind;
use crate::stamp::StampScheme;
use crate::stamp::native::NativeScheme;

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
            secrets: Vec::new(),
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

    /// Shows fingerprints for what is at and below this path of objects of this kind (of all kinds when absent), such as
    /// `data[password]` of a ConfigMap or `spec.users.*.token` of a custom resource. A JSON pointer (`/data/password`) will do, too; items
    /// of lists are chosen by `*`, by `name=value`, or by their number.
    ///
    /// Messages of servers may quote what they refuse: [`SecretValues::under`](crate::report::SecretValues::under) takes those values out
    /// of a report.
    #[must_use]
    pub fn hiding(mut self, kind: Option<GroupKind>, path: impl Into<String>) -> Self {
        self.secrets.push((kind, path.into()));
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
