//! Where members of a set may be that nobody manages any more: what the inventory of a cluster remembers.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use cluster_client::discovery::Catalogue;

use super::Fleet;
use super::cluster::Managed;
use super::kinds::{self, Kind};
use super::route::Wanted;
use crate::applyset;
use crate::clusters::ClusterAccess;
use crate::id::{BucketId, ClusterName, Scope};
use crate::issue::{Issue, IssueClass, Reach, Severity};
use crate::observed::ParentState;
use crate::policy::InventoryConfig;

/// A pause between two attempts to read an inventory.
const PAUSE: Duration = Duration::from_millis(500);

/// Reads the inventory of a cluster, again when that is worth it.
pub(super) async fn inventory(
    cluster: &ClusterName,
    access: &ClusterAccess,
    config: &InventoryConfig,
    fleet: &Fleet<'_>,
) -> Result<ParentState, Issue> {
    let mut tried = 1;
    loop {
        let turn = fleet.turns.acquire().await;
        let read = applyset::read(cluster, access, config, &fleet.policy.actor).await;
        drop(turn);
        match read {
            Err(issue) if issue.class == IssueClass::Unavailable && tried < fleet.options.attempts => {
                tried += 1;
                tokio::time::sleep(PAUSE.min(fleet.options.longest_pause)).await;
            }
            read => return read,
        }
    }
}

/// An inventory from which nothing may be concluded.
pub(super) fn unusable(config: &InventoryConfig) -> ParentState {
    ParentState {
        set_id: applyset::set_id_of(config),
        version: None,
        group_kinds: Vec::new(),
        namespaces: Vec::new(),
        reported: Vec::new(),
        usable: false,
    }
}

/// What is known before looking.
pub(super) struct Members<'a> {
    pub(super) cluster: &'a ClusterName,
    pub(super) parent: &'a ParentState,
    pub(super) config: &'a InventoryConfig,
    pub(super) managed: &'a Managed<'a>,
    /// With which client.
    pub(super) privileged: bool,
}

/// Where to look.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// Where nothing is managed.
    pub(super) wanted: Vec<Wanted>,
    /// Where only some names are managed.
    pub(super) other_names: BTreeSet<BucketId>,
    pub(super) not_served: Vec<BucketId>,
    pub(super) unclear: Vec<(BucketId, Issue)>,
    pub(super) issues: Vec<Issue>,
}

impl Members<'_> {
    /// Everywhere the inventory names and nobody manages; and where only some names are managed, among the others.
    pub(super) fn find(&self, catalogue: &Catalogue) -> Found {
        let label: Arc<str> = applyset::selector(self.config).into();
        let own = std::iter::once(&self.config.namespace);
        let namespaces: BTreeSet<&Arc<str>> = self.parent.namespaces.iter().chain(own).collect();
        let mut found = Found::default();
        for kind in &self.parent.group_kinds {
            let id = |scope| BucketId { cluster: self.cluster.clone(), scope, kind: kind.clone() };
            let everywhere = || namespaces.iter().map(|name| id(Scope::Namespace((*name).clone())));
            match kinds::find(&id(Scope::Cluster), None, catalogue) {
                Kind::Served(served, _) => {
                    let places: Vec<_> =
                        if served.namespaced { everywhere().collect() } else { vec![id(Scope::Cluster)] };
                    for id in places {
                        match self.managed.get(&id) {
                            Some(bucket) if bucket.managed_names.is_none() => {}
                            Some(_) => drop(found.other_names.insert(id)),
                            None => found.wanted.push(Wanted {
                                id,
                                resource: served.resource.clone(),
                                privileged: self.privileged,
                                whole: false,
                                names: None,
                                label: Some(Arc::clone(&label)),
                            }),
                        }
                    }
                }
                Kind::NotServed => {
                    let places = everywhere().chain([id(Scope::Cluster)]).filter(|id| !self.managed.contains_key(id));
                    found.not_served.extend(places);
                    let message = "the inventory names this kind, and the cluster serves it no longer; it is dropped";
                    let issue = Issue::warning(Reach::Kind(id(Scope::Cluster)), IssueClass::UnknownKind, message);
                    found.issues.push(Issue { severity: Severity::Info, ..issue });
                }
                Kind::Unclear(issue) => {
                    let places = everywhere().chain([id(Scope::Cluster)]).filter(|id| !self.managed.contains_key(id));
                    found.unclear.extend(places.map(|id| {
                        let issue = Issue { reach: Reach::Kind(id.clone()), ..issue.clone() };
                        (id, issue)
                    }));
                }
            }
        }
        found
    }
}
