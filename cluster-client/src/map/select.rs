//! Which clusters a map is made of, and in which roles. Plain functions.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::error::{Exclusion, MapInputError};
use super::record::{ClusterRecord, NamespaceRecord, Role};

/// Which network zones are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Zone {
    /// All of them.
    #[default]
    Any,
    /// Internal clusters, and those of which nobody has said.
    Internal,
    /// External clusters, and those of which nobody has said.
    External,
    /// Only clusters that are said to be internal.
    SurelyInternal,
    /// Only clusters that are said to be external.
    SurelyExternal,
}

impl Zone {
    fn admits(self, internal: Option<bool>) -> bool {
        match self {
            Self::Any => true,
            Self::Internal => internal != Some(false),
            Self::External => internal != Some(true),
            Self::SurelyInternal => internal == Some(true),
            Self::SurelyExternal => internal == Some(false),
        }
    }
}

/// What the caller wants of the clusters it lists.
#[derive(Debug, Clone, Default)]
pub(super) struct Wishes {
    /// As records write it: with dashes.
    pub(super) integration: Option<String>,
    pub(super) zone: Zone,
    pub(super) cluster_admin: bool,
}

/// Clusters in the order they were listed, the roles each is used in, and those that are left out.
#[derive(Debug, Default)]
pub(super) struct Selection {
    pub(super) order: Vec<String>,
    pub(super) used: BTreeMap<String, (Arc<ClusterRecord>, BTreeSet<Role>)>,
    pub(super) excluded: BTreeMap<String, Exclusion>,
}

impl Selection {
    pub(super) fn of_clusters(
        clusters: impl IntoIterator<Item = ClusterRecord>,
        wishes: &Wishes,
    ) -> Result<Self, MapInputError> {
        let role = if wishes.cluster_admin { Role::Privileged } else { Role::Ordinary };
        let mut selection = Self::default();
        for cluster in clusters {
            selection.add(cluster, &[role], wishes)?;
        }
        Ok(selection)
    }

    pub(super) fn of_namespaces(
        namespaces: impl IntoIterator<Item = NamespaceRecord>,
        wishes: &Wishes,
    ) -> Result<Self, MapInputError> {
        let mut selection = Self::default();
        for namespace in namespaces {
            let admin = wishes.cluster_admin || namespace.cluster_admin;
            let roles: &[Role] = if admin { &[Role::Ordinary, Role::Privileged] } else { &[Role::Ordinary] };
            selection.add(namespace.cluster, roles, wishes)?;
        }
        Ok(selection)
    }

    fn add(&mut self, record: ClusterRecord, roles: &[Role], wishes: &Wishes) -> Result<(), MapInputError> {
        if record.name.is_empty() {
            return Err(MapInputError::NoName);
        }
        if let Some((known, known_roles)) = self.used.get_mut(&record.name) {
            if !known.connects_like(&record) {
                return Err(MapInputError::Conflict { cluster: record.name });
            }
            known_roles.extend(roles);
            return Ok(());
        }
        let disabled = wishes.integration.as_ref().filter(|integration| record.is_disabled_for(integration));
        if let Some(integration) = disabled {
            self.excluded.insert(record.name, Exclusion::Disabled { integration: integration.clone() });
        } else if !wishes.zone.admits(record.internal) {
            self.excluded.insert(record.name, Exclusion::Zone { internal: record.internal });
        } else {
            self.order.push(record.name.clone());
            self.used.insert(record.name.clone(), (Arc::new(record), roles.iter().copied().collect()));
        }
        Ok(())
    }

    /// The record of a cluster in a role, or why there is none.
    pub(super) fn look_up(&self, name: &str, role: Role) -> Result<&Arc<ClusterRecord>, Exclusion> {
        if let Some((record, roles)) = self.used.get(name) {
            return if roles.contains(&role) { Ok(record) } else { Err(Exclusion::Role { role }) };
        }
        match self.excluded.get(name) {
            Some(reason) => Err(reason.clone()),
            None => Err(Exclusion::Unknown { similar: self.similar_to(name) }),
        }
    }

    /// Names in one role, in the order they were listed.
    pub(super) fn names(&self, role: Role) -> impl Iterator<Item = &str> {
        let in_role = move |name: &&String| self.used.get(*name).is_some_and(|(_, roles)| roles.contains(&role));
        self.order.iter().filter(in_role).map(String::as_str)
    }

    fn similar_to(&self, name: &str) -> Vec<String> {
        let known = self.order.iter().chain(self.excluded.keys());
        let mut near: Vec<_> = known.map(|known| (strsim::damerau_levenshtein(name, known), known)).collect();
        near.sort();
        let most = (name.len() / 3).max(1);
        near.into_iter().filter(|(distance, _)| *distance <= most).take(3).map(|(_, known)| known.clone()).collect()
    }
}
