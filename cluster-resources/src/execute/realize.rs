//! From declarations to a changed fleet in one call: observe, plan, and either ask or do. Decides nothing of its own.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::time::Duration;

use jiff::Timestamp;
use tokio_util::sync::CancellationToken;

use super::execute;
use super::options::{ExecuteOptions, MissingNamespace};
use super::run::{Given, Mode, Run};
use super::settled::{Inputs, Settled, not_looked_at, without};
use crate::clusters::Clusters;
use crate::desired::DesiredSet;
use crate::id::ClusterName;
use crate::inventory::ResourceInventory;
use crate::observe::{ObserveOptions, observe};
use crate::observed::Observed;
use crate::outcome::{EventSink, RunOutcome};
use crate::plan::{Plan, digest, plan};
use crate::policy::Policy;
use crate::recover::plan_handovers;
use crate::restart::plan_restarts;
use crate::wait::{ReadyOutcome, WaitOptions, validate_realized_data};

/// For how long a missing namespace is waited for, as in the original.
const NAMESPACE_PATIENCE: Duration = Duration::from_secs(435);

/// How declarations are realized. What is not here stands in the [`Policy`]:
///
/// | Parameter of `realize_data` in qontract-reconcile | Here |
/// |---|---|
/// | `dry_run`, `wait_for_namespace`, `override_enable_deletion`, `recycle_pods` | the fields of these names |
/// | `take_over` | [`Policy::take_over`] |
/// | `caller` | [`Actor::caller`](crate::policy::Actor::caller) |
/// | `all_callers` | [`Policy::all_callers`] |
/// | `thread_pool_size` | [`ExecuteOptions::total`] and [`ObserveOptions::in_total`] |
/// | `no_dry_run_skip_compare` | nothing: what is as declared is never written |
///
/// Source: `reconcile/openshift_base.py` of qontract-reconcile.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct RealizeOptions {
    /// Whether nothing is written; true by default.
    pub dry_run: bool,
    /// In a dry run, whether the servers are asked if they would take it; true by default.
    pub verify: bool,
    /// Whether objects wait for a namespace that is missing, up to 435 s; false by default. What
    /// [`ExecuteOptions::missing_namespace`] says counts when it says something else than to fail.
    pub wait_for_namespace: bool,
    /// `Some(false)` deletes nothing whatever the policy says. `Some(true)` is as `None`: what the policy forbids stays forbidden.
    pub override_enable_deletion: Option<bool>,
    /// Whether workloads restart when what they read changed; true by default. The policy must want it, too.
    pub recycle_pods: bool,
    /// Whether to wait until what was changed is ready, and how; not at all by default.
    pub wait: Option<WaitOptions>,
    /// What an earlier run brought clusters to, and for how long that is good enough; nothing by default. See
    /// [`RealizeOptions::with_previous`].
    pub previous: Option<(Settled, Duration)>,
    /// How clusters are read.
    pub observe: ObserveOptions,
    /// How they are written.
    pub execute: ExecuteOptions,
}

impl Default for RealizeOptions {
    fn default() -> Self {
        Self {
            dry_run: true,
            verify: true,
            wait_for_namespace: false,
            override_enable_deletion: None,
            recycle_pods: true,
            wait: None,
            previous: None,
            observe: ObserveOptions::default(),
            execute: ExecuteOptions::default(),
        }
    }
}

impl RealizeOptions {
    /// Everything is done, not only shown.
    #[must_use]
    pub fn wet() -> Self {
        Self { dry_run: false, ..Self::default() }
    }

    /// Does not look at clusters that an earlier run ([`Realized::settled`]) brought to the very same declarations, under the same policy,
    /// within this time; nothing is read or written there.
    ///
    /// What is checked is what this run would be made from: declarations, names that are managed, policy, and the version of this crate.
    /// What is not checked is the cluster: what somebody changed or deleted there is found by the first run after the time is up. A
    /// cluster where anything failed, was held back, or is worth a warning is looked at in any case.
    #[must_use]
    pub fn with_previous(mut self, previous: Settled, within: Duration) -> Self {
        self.previous = Some((previous, within));
        self
    }
}

/// What was to be done, and what became of it.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Realized {
    /// What was to be done.
    pub plan: Plan,
    /// What became of it. In a dry run that does not ask the servers, every item that would be done is planned.
    pub outcome: RunOutcome,
    /// Whether what was changed became ready, when that was waited for. What did not is among the issues of the outcome, too.
    pub ready: Vec<ReadyOutcome>,
    /// Clusters that were not looked at; see [`RealizeOptions::with_previous`].
    pub skipped: BTreeSet<ClusterName>,
    /// What the next run may go by.
    pub settled: Settled,
}

/// Brings a fleet to what an inventory declares, or says what that would take. What was seen is recorded in the inventory; of clusters
/// that were not looked at, nothing.
///
/// # Cancel safety
/// As [`execute`]: cancel the token to end in order. Cancelled before the plan is made, nothing is attempted.
pub async fn realize_data(
    inventory: &ResourceInventory,
    clusters: &dyn Clusters,
    policy: &Policy,
    options: &RealizeOptions,
    sink: &dyn EventSink,
    cancel: CancellationToken,
) -> Realized {
    let desired = inventory.desired();
    let (realized, observed) = realize_and_show(&desired, clusters, policy, options, sink, cancel).await;
    inventory.record(observed);
    realized
}

/// Brings a fleet to what is declared, or says what that would take.
///
/// # Cancel safety
/// As [`realize_data`].
pub async fn realize(
    desired: &DesiredSet,
    clusters: &dyn Clusters,
    policy: &Policy,
    options: &RealizeOptions,
    sink: &dyn EventSink,
    cancel: CancellationToken,
) -> Realized {
    realize_and_show(desired, clusters, policy, options, sink, cancel).await.0
}

async fn realize_and_show(
    desired: &DesiredSet,
    clusters: &dyn Clusters,
    policy: &Policy,
    options: &RealizeOptions,
    sink: &dyn EventSink,
    cancel: CancellationToken,
) -> (Realized, Observed) {
    let policy = &policy_of(policy, options);
    let (inputs, now) = (Inputs::of(desired, policy, options), Timestamp::now());
    let skipped = match &options.previous {
        Some((previous, within)) => inputs.unchanged(previous, now, *within),
        None => BTreeSet::new(),
    };
    let desired = &*if skipped.is_empty() { Cow::Borrowed(desired) } else { Cow::Owned(without(desired, &skipped)) };
    let mut observation = options.observe.clone();
    observation.clusters.retain(|cluster| !skipped.contains(cluster));
    let observed = Box::pin(observe(desired, clusters, policy, &observation, sink)).await;
    let mut plan = plan(desired, &observed, policy);
    if !cancel.is_cancelled() {
        Box::pin(plan_handovers(&mut plan, clusters, policy)).await;
    }
    if options.recycle_pods && policy.restart_on_change && !cancel.is_cancelled() {
        let restarts = Box::pin(plan_restarts(&plan, desired, clusters, policy)).await;
        plan.items.extend(restarts.items);
        plan.issues.extend(restarts.issues);
        plan.digest = digest(&plan.field_manager, &plan.items);
    }
    let execution = execution_of(options);
    let stop = cancel.clone();
    let mut outcome = match (options.dry_run, options.verify) {
        (false, _) => Box::pin(execute(&plan, desired, clusters, policy, &execution, sink, cancel)).await,
        (true, true) => {
            let observed = Some(&observed);
            let given = Given { plan: &plan, desired, observed, clusters, policy, options: &execution, sink, cancel };
            Box::pin(Run::new(given, Mode::Verify).go()).await
        }
        (true, false) => RunOutcome::unasked(&plan),
    };
    let ready = match &options.wait {
        Some(wait) if !options.dry_run => Box::pin(validate_realized_data(&outcome, clusters, wait, sink, &stop)).await,
        _ => Vec::new(),
    };
    outcome.issues.extend(ready.iter().filter_map(ReadyOutcome::issue));
    outcome.issues.extend(skipped.iter().map(not_looked_at));
    let mut realized = Realized { plan, outcome, ready, skipped, settled: Settled::default() };
    realized.settled = inputs.settled(&realized, options.previous.as_ref().map(|(previous, _)| previous), now);
    (realized, observed)
}

fn policy_of(policy: &Policy, options: &RealizeOptions) -> Policy {
    let mut policy = policy.clone();
    if options.override_enable_deletion == Some(false) {
        policy.prune.enabled = false;
    }
    policy
}

fn execution_of(options: &RealizeOptions) -> ExecuteOptions {
    let mut execution = options.execute.clone();
    if options.wait_for_namespace && execution.missing_namespace == MissingNamespace::Fail {
        execution.missing_namespace = MissingNamespace::Wait(NAMESPACE_PATIENCE);
    }
    execution
}
