//! The inventories of clusters around a run: wide enough before anything is written, as small as possible after everything was deleted.
//! What stands in them is decided in the plan; how they are written, in [`crate::applyset`].

use super::member::{Member, Pruning};
use super::run::Run;
use crate::applyset::{shrink, widen};
use crate::id::ClusterName;
use crate::issue::{Issue, IssueClass, Reach, Severity};
use crate::observed::ParentState;
use crate::outcome::Done;
use crate::plan::{Action, ParentPlan, PlanItem};
use crate::run_lock::RunLock;

/// Nothing is deleted any more.
pub(super) fn lock_lost(cluster: &ClusterName) -> Issue {
    let message =
        "the lock under which objects are deleted was lost to another run, and nothing is deleted any more; run again";
    Issue::error(Reach::Cluster(cluster.clone()), IssueClass::Inventory, message)
}

impl Run<'_> {
    /// What the inventory of a cluster is to say, where one is kept.
    pub(super) fn parent(&self, cluster: &ClusterName) -> Option<&ParentPlan> {
        self.policy.inventory.as_ref()?;
        self.plan.parents.iter().find(|parent| parent.cluster == *cluster)
    }

    /// Makes the inventory say what the run may write. Nothing may be written when it fails.
    pub(super) async fn widen_inventory(&self, member: &Member<'_>) -> Result<Option<ParentState>, Issue> {
        let (Some(config), Some(parent)) = (&self.policy.inventory, self.parent(member.name)) else { return Ok(None) };
        let access = member.access(self.only_privileged(member.name)).await.map_err(Clone::clone)?;
        let known = ParentState {
            set_id: parent.set_id.clone(),
            version: None,
            group_kinds: Vec::new(),
            namespaces: Vec::new(),
            reported: Vec::new(),
            usable: true,
        };
        Box::pin(widen(access, config, &self.policy.actor, parent, &known)).await.map(Some)
    }

    /// Makes the inventory say what remains, when everything that was to be deleted is. Otherwise it goes on saying more, which does no harm.
    pub(super) async fn shrink_inventory(&self, member: &Member<'_>, state: &ParentState) {
        let (Some(config), Some(parent)) = (&self.policy.inventory, self.parent(member.name)) else { return };
        let as_it_is = state.group_kinds == parent.final_kinds
            && state.namespaces == parent.final_namespaces
            && state.reported == parent.reported;
        if as_it_is || self.cancel.is_cancelled() || !self.everything_removed(member.name) {
            return;
        }
        let Ok(access) = member.access(self.only_privileged(member.name)).await else { return };
        if let Err(issue) = Box::pin(shrink(access, config, &self.policy.actor, parent, state)).await {
            self.say(Issue { severity: issue.severity.min(Severity::Warning), ..issue });
        }
    }

    /// What deletions in a cluster are made under: nothing without an inventory, and one lock for all of them with one.
    pub(super) async fn pruning<'m>(&self, member: &'m Member<'_>) -> Result<&'m Pruning, Issue> {
        let pruning = member.lock.get_or_init(|| async { self.begin_pruning(member).await.map_err(Box::new) }).await;
        match pruning {
            Ok(pruning) if pruning.held.is_cancelled() => Err(lock_lost(member.name)),
            Ok(pruning) => {
                // Whoever works through the cluster watches the lock from now on.
                self.wake(member.name);
                Ok(pruning)
            }
            Err(issue) => Err(Issue::clone(issue)),
        }
    }

    async fn begin_pruning(&self, member: &Member<'_>) -> Result<Pruning, Issue> {
        let Some(config) = &self.policy.inventory else { return Ok(Pruning::without_lock()) };
        let access = member.access(self.only_privileged(member.name)).await.map_err(Clone::clone)?;
        let identity = self.options.identity.as_ref().unwrap_or(&self.manager);
        let lock =
            RunLock::acquire(member.name, access, config, &self.policy.actor, identity, self.options.lock.clone());
        tokio::select! {
            biased;
            () = self.cancel.cancelled() => {
                let message = "the run was cancelled while it waited for the lock under which objects are deleted";
                Err(Issue::error(Reach::Cluster(member.name.clone()), IssueClass::Inventory, message))
            }
            lock = Box::pin(lock) => lock.map(Pruning::under),
        }
    }

    fn everything_removed(&self, cluster: &ClusterName) -> bool {
        let removals = |item: &PlanItem| matches!(item.action, Action::Delete | Action::Detach);
        self.results(cluster, removals).into_iter().all(|outcome| {
            outcome.is_some_and(|outcome| {
                matches!(outcome.result, Done::Deleted { .. } | Done::Applied { .. } | Done::Skipped(_))
            })
        })
    }

    /// Whether a cluster is worked on with its privileged connection alone.
    pub(super) fn only_privileged(&self, cluster: &ClusterName) -> bool {
        let mut items = self.items_of(cluster).map(|(_, item)| item).filter(|item| item.action.writes()).peekable();
        items.peek().is_some() && items.all(|item| item.privileged)
    }
}
