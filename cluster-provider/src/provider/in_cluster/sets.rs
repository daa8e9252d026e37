//! Resource sets in a cluster that is reached: applied on the server's side, pruned within the set, compared, taken away. Knows nothing of
//! how a cluster is found.
//!
//! A set is an ApplySet of KEP-3659: its parent, a ConfigMap, says which kinds and namespaces hold members, and members carry its label. The
//! content of an object stands nowhere but in the object.

use std::sync::Arc;

use async_trait::async_trait;
use cluster_resources::applyset;
use cluster_resources::execute::{ExecuteOptions, RealizeOptions, realize, verify};
use cluster_resources::id::{BucketId, GroupKind};
use cluster_resources::inventory::ResourceInventory;
use cluster_resources::observe::{ObserveOptions, observe};
use cluster_resources::observed::{LiveBody, Observed, ParentState};
use cluster_resources::outcome::Quiet;
use cluster_resources::plan::{self, Action, Plan};
use cluster_resources::policy::{ConflictRule, OnConflict, Policy, Prune};
use cluster_resources::report::{Report, SecretValues, TextOptions};
use cluster_resources::resource::Resource;

use super::content::{BadSet, Content, came_before, check_name, holds_others, kept};
use super::{Describe, Failing, Objects, Reach, Reached, objects, outcome, parents};
use crate::provider::{
    ApplyAction, ApplyReport, CallContext, ClusterSpec, ObjectOutcome, ProviderError, ProviderErrorKind, Remaining,
    RemoveReport, ResourceSet, ResourceSets, SetDiff,
};

/// Resource sets of all clusters of one provider.
pub(in crate::provider) struct Sets {
    reach: Arc<Reach>,
    describe: Arc<dyn Describe>,
}

/// One set in one cluster, for one call.
struct One<'a> {
    call: &'a CallContext,
    failing: Failing<'a>,
    reach: &'a Reach,
    reached: Arc<Reached>,
    default_namespace: String,
    cluster: Arc<str>,
    name: &'a str,
}

// === impl Sets ===

impl Sets {
    pub(in crate::provider) fn new(reach: Arc<Reach>, describe: Arc<dyn Describe>) -> Self {
        Self { reach, describe }
    }

    /// The names of the sets that a cluster holds, the last one that was made first.
    pub(in crate::provider) async fn names(
        &self,
        call: &CallContext,
        operation: &'static str,
        known: &ClusterSpec,
    ) -> Result<Vec<String>, ProviderError> {
        let failing = self.failing(operation, known);
        let (reached, _) = self.reached(call, operation, known).await?;
        let objects = Objects { call, failing, client: reached.client() };
        parents::all(&objects, self.reach.options()).await
    }

    fn failing<'a>(&'a self, operation: &'static str, known: &'a ClusterSpec) -> Failing<'a> {
        self.reach.failing(operation, known.internal_id.as_str())
    }

    async fn reached(
        &self,
        call: &CallContext,
        operation: &'static str,
        known: &ClusterSpec,
    ) -> Result<(Arc<Reached>, String), ProviderError> {
        let spec = self.describe.describe(call, operation, known).await?;
        let reached = self.reach.reach(call, operation, known.internal_id.as_str(), &spec).await?;
        Ok((reached, spec.default_namespace))
    }

    async fn one<'a>(
        &'a self,
        call: &'a CallContext,
        operation: &'static str,
        known: &'a ClusterSpec,
        name: &'a str,
    ) -> Result<One<'a>, ProviderError> {
        let failing = self.failing(operation, known);
        let (reached, default_namespace) = self.reached(call, operation, known).await?;
        let cluster = known.internal_id.as_str().into();
        Ok(One { call, failing, reach: &self.reach, reached, default_namespace, cluster, name })
    }
}

#[async_trait]
impl ResourceSets for Sets {
    async fn apply(
        &self,
        call: &CallContext,
        known: &ClusterSpec,
        set: &ResourceSet,
    ) -> Result<ApplyReport, ProviderError> {
        let content = Content::of(set).map_err(|bad| invalid(self.failing("apply", known), &bad))?;
        let one = self.one(call, "apply", known, &set.name).await?;
        let work = one.apply(set, &content);
        call.bound(Box::pin(work)).await.map_err(|why| self.failing("apply", known).interrupted(why))?
    }

    async fn remove(&self, call: &CallContext, known: &ClusterSpec, name: &str) -> Result<RemoveReport, ProviderError> {
        check_name(name).map_err(|bad| invalid(self.failing("remove", known), &bad))?;
        let one = self.one(call, "remove", known, name).await?;
        call.bound(Box::pin(one.remove())).await.map_err(|why| self.failing("remove", known).interrupted(why))?
    }

    async fn diff(&self, call: &CallContext, known: &ClusterSpec, set: &ResourceSet) -> Result<SetDiff, ProviderError> {
        let content = Content::of(set).map_err(|bad| invalid(self.failing("diff", known), &bad))?;
        let one = self.one(call, "diff", known, &set.name).await?;
        let work = one.diff(set, &content);
        call.bound(Box::pin(work)).await.map_err(|why| self.failing("diff", known).interrupted(why))?
    }
}

fn invalid(failing: Failing<'_>, bad: &BadSet) -> ProviderError {
    failing.with(ProviderErrorKind::Invalid, bad.to_string())
}

// === impl One ===

impl One<'_> {
    async fn apply(&self, set: &ResourceSet, content: &Content) -> Result<ApplyReport, ProviderError> {
        let state = self.state().await?;
        let inventory = self.inventory(&state, content).await?;
        let mut options = RealizeOptions::wet();
        options.execute = self.execution();
        let policy = self.policy(set.force, Prune::enabled());
        let cancel = self.call.cancel().clone();
        let desired = inventory.desired();
        let realized = realize(&desired, &*self.reached, &policy, &options, &Quiet, cancel).await;
        if let Some(issue) = outcome::stopped(&realized.outcome) {
            return Err(self.failing.issue(issue));
        }
        let objects = outcome::report(&realized.plan, &realized.outcome);
        tracing::debug!(cluster = %self.cluster, set = self.name, outcome = outcome::summary(&objects), "a resource set was applied");
        Ok(ApplyReport::new(objects, content.hash.clone()))
    }

    async fn diff(&self, set: &ResourceSet, content: &Content) -> Result<SetDiff, ProviderError> {
        let state = self.state().await?;
        let desired = self.inventory(&state, content).await?.desired();
        let policy = self.policy(set.force, Prune::enabled());
        let mut look = ObserveOptions::default();
        look.whole = true;
        let observed = observe(&desired, &*self.reached, &policy, &look, &Quiet).await;
        let plan = plan::plan(&desired, &observed, &policy);
        let cancel = self.call.cancel().clone();
        let asked = verify(&plan, &desired, &*self.reached, &policy, &self.execution(), &Quiet, cancel).await;
        if let Some(issue) = outcome::stopped(&asked) {
            return Err(self.failing.issue(issue));
        }
        let document = Report::new(&plan)
            .with_outcome(&asked)
            .with_whole_objects(&desired, &observed, &policy)
            .without_marks(Arc::clone(&policy.scheme))
            .hiding(SecretValues::of(&desired, &observed))
            .document();
        Ok(SetDiff::new(outcome::forecast(&plan, &asked), document.text(&TextOptions::default())))
    }

    async fn remove(&self) -> Result<RemoveReport, ProviderError> {
        let state = self.state().await?;
        if state.version.is_none() {
            return Ok(RemoveReport::new(false, Remaining::Nothing));
        }
        let content =
            Content::of(&ResourceSet::new(self.name, Vec::new())).map_err(|bad| invalid(self.failing, &bad))?;
        let desired = self.inventory(&state, &content).await?.desired();
        let mut prune = Prune::enabled();
        prune.protected_kinds.clear();
        let policy = self.policy(false, prune);
        let mut options = RealizeOptions::wet();
        options.execute = self.execution();
        options.observe.clusters.insert(Arc::clone(&self.cluster));
        let cancel = self.call.cancel().clone();
        let realized = realize(&desired, &*self.reached, &policy, &options, &Quiet, cancel).await;
        if let Some(issue) = outcome::stopped(&realized.outcome) {
            return Err(self.failing.issue(issue));
        }
        let observed = observe(&desired, &*self.reached, &policy, &options.observe, &Quiet).await;
        let left = plan::plan(&desired, &observed, &policy);
        if let Some(issue) = left.issues.iter().find(|issue| is_blind(issue)) {
            return Err(self.failing.issue(issue));
        }
        let told = outcome::report(&realized.plan, &realized.outcome);
        let remaining = remaining(&left, &observed, &told);
        if remaining.is_empty() {
            let objects = Objects { call: self.call, failing: self.failing, client: self.reached.client() };
            parents::end(&objects, self.reach.options(), self.name, &state).await?;
            return Ok(RemoveReport::new(true, Remaining::Nothing));
        }
        Ok(RemoveReport::new(true, Remaining::Objects(remaining)))
    }

    /// What the parent of the set says.
    async fn state(&self) -> Result<ParentState, ProviderError> {
        let options = self.reach.options();
        applyset::read(&self.cluster, self.reached.access(), &options.inventory(self.name), &options.actor)
            .await
            .map_err(|issue| self.failing.issue(&issue))
    }

    /// Everything that is or was in the set: members that are declared no longer are looked for where the parent says.
    async fn inventory(&self, state: &ParentState, content: &Content) -> Result<ResourceInventory, ProviderError> {
        let inventory = ResourceInventory::new();
        let manage = |namespace: Option<&str>, kind: &GroupKind| {
            let at = BucketId::new(Arc::clone(&self.cluster), namespace, kind.clone());
            inventory.initialize_bucket(&at, None::<Vec<Arc<str>>>, false);
        };
        let discovery = self.reached.discovery();
        for (namespace, kind) in parents::places(discovery, self.failing, self.reach.options(), state).await? {
            manage(namespace.as_deref(), &kind);
        }
        for resource in &content.resources {
            let kind = resource.kind_and_group();
            let found = discovery.resolve(&kind.to_string()).await;
            let namespaced = found.as_ref().map(|found| found.namespaced).ok();
            objects::served(found, self.failing)?;
            let namespace = match namespaced.or_else(|| content.says_namespaced(kind)) {
                Some(true) => Some(resource.namespace().unwrap_or(&self.default_namespace)),
                Some(false) => None,
                None => resource.namespace(),
            };
            manage(namespace, kind);
            let resource = self.marked(resource, namespace, &state.set_id).await?;
            inventory
                .add_desired_resource(&self.cluster, namespace, resource, false)
                .map_err(|error| self.failing.with(ProviderErrorKind::Invalid, error.to_string()))?;
        }
        Ok(inventory)
    }

    /// The object as it is declared; one that holds others, and was there before the set, is marked so that it outlives the set.
    async fn marked(&self, resource: &Resource, namespace: Option<&str>, set: &str) -> Result<Resource, ProviderError> {
        let kind = resource.kind_and_group();
        if !holds_others(kind) {
            return Ok(resource.clone());
        }
        let found = self.reached.discovery().resolve(&kind.to_string()).await;
        let Some(served) = objects::served(found, self.failing)? else { return Ok(resource.clone()) };
        let objects = Objects { call: self.call, failing: self.failing, client: self.reached.client() };
        match objects.get(&served, namespace, resource.name()).await? {
            Some(live) if came_before(&live, set) => kept(resource).map_err(|bad| invalid(self.failing, &bad)),
            _ => Ok(resource.clone()),
        }
    }

    /// Within the set everything may be pruned; `prune` says what is protected all the same.
    fn policy(&self, force: bool, mut prune: Prune) -> Policy {
        let options = self.reach.options();
        (prune.max_count, prune.max_percent, prune.allow_empty) = (usize::MAX, 100, true);
        let policy = Policy::new(options.actor.clone())
            .with_inventory(options.inventory(self.name))
            .with_prune(prune)
            .without_restarts();
        if force { policy.with_conflict_rule(ConflictRule::new(OnConflict::Force)) } else { policy }
    }

    fn execution(&self) -> ExecuteOptions {
        let options = self.reach.options();
        let mut execution = ExecuteOptions::default();
        execution.gate_deadline = options.gate_timeout.min(self.call.remaining());
        execution.deletion_deadline = options.deletion_wait.min(self.call.remaining());
        execution
    }
}

/// Whether something could not be seen, so that nothing can be said of what is left.
fn is_blind(issue: &cluster_resources::issue::Issue) -> bool {
    use cluster_resources::issue::{IssueClass, Severity};
    issue.severity == Severity::Error
        && matches!(
            issue.class,
            IssueClass::Unreachable | IssueClass::Unavailable | IssueClass::PartialView | IssueClass::Forbidden
        )
}

/// Members that are still there, and what holds each.
fn remaining(left: &Plan, observed: &Observed, told: &[ObjectOutcome]) -> Vec<ObjectOutcome> {
    let named = outcome::names(left);
    let there = left.items.iter().filter(|item| item.live.is_some() && item.action != Action::Detach);
    there
        .map(|item| {
            let object = outcome::name(&named, &item.id);
            let live = observed.buckets.get(&item.id.bucket()).and_then(|seen| seen.objects.get(&item.id.name));
            let body = live.and_then(|live| match &live.body {
                LiveBody::Full(value) | LiveBody::Metadata(value) => Some(value),
                _ => None,
            });
            let metadata = body.and_then(|body| body.get("metadata"));
            let going = metadata.is_some_and(|metadata| metadata["deletionTimestamp"].is_string());
            let finalizers: Vec<&str> = metadata
                .and_then(|metadata| metadata["finalizers"].as_array())
                .into_iter()
                .flatten()
                .filter_map(serde_json::Value::as_str)
                .collect();
            let (action, message) = match (going, finalizers.is_empty()) {
                (true, true) => (ApplyAction::Pruned, "it is being deleted".to_owned()),
                (true, false) => {
                    (ApplyAction::Pruned, format!("it is being deleted and waits for {}", finalizers.join(", ")))
                }
                (false, _) => told
                    .iter()
                    .find(|one| one.object == object)
                    .map_or((ApplyAction::Failed, String::new()), |one| (one.action, one.message.clone())),
            };
            ObjectOutcome::new(object, action, message)
        })
        .collect()
}
