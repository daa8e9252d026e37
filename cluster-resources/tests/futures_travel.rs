//! Whatever is awaited can be boxed and spawned, with borrowed arguments too.

use cluster_resources::clusters::Clusters;
use cluster_resources::desired::DesiredSet;
use cluster_resources::execute::{ExecuteOptions, RealizeOptions, execute, realize_data, verify};
use cluster_resources::inventory::ResourceInventory;
use cluster_resources::observe::{ObserveOptions, observe};
use cluster_resources::observed::Observed;
use cluster_resources::outcome::{EventSink, RunOutcome};
use cluster_resources::plan::Plan;
use cluster_resources::policy::Policy;
use cluster_resources::validate::{ValidateOptions, validate_planned_data};
use cluster_resources::wait::{ReadyOutcome, WaitOptions, validate_realized_data};
use futures::future::{BoxFuture, FutureExt as _};
use tokio_util::sync::CancellationToken;

/// What they borrow. That this compiles is the test.
#[derive(Clone, Copy)]
struct Borrowed<'a> {
    clusters: &'a dyn Clusters,
    desired: &'a DesiredSet,
    observed: &'a Observed,
    plan: &'a Plan,
    outcome: &'a RunOutcome,
    policy: &'a Policy,
    sink: &'a dyn EventSink,
    cancel: &'a CancellationToken,
}

#[expect(dead_code, reason = "compiling is enough")]
impl<'a> Borrowed<'a> {
    fn observing(self, options: &'a ObserveOptions) -> BoxFuture<'a, Observed> {
        observe(self.desired, self.clusters, self.policy, options, self.sink).boxed()
    }

    fn executing(self, options: &'a ExecuteOptions) -> BoxFuture<'a, RunOutcome> {
        execute(self.plan, self.desired, self.clusters, self.policy, options, self.sink, self.cancel.clone()).boxed()
    }

    fn verifying(self, options: &'a ExecuteOptions) -> BoxFuture<'a, RunOutcome> {
        verify(self.plan, self.desired, self.clusters, self.policy, options, self.sink, self.cancel.clone()).boxed()
    }

    fn realizing(self, inventory: &'a ResourceInventory, options: &'a RealizeOptions) -> BoxFuture<'a, Plan> {
        realize_data(inventory, self.clusters, self.policy, options, self.sink, self.cancel.clone())
            .map(|realized| realized.plan)
            .boxed()
    }

    fn validating(self, options: &'a ValidateOptions) -> BoxFuture<'a, usize> {
        validate_planned_data(self.desired, self.observed, self.clusters, options).map(|issues| issues.len()).boxed()
    }

    fn waiting(self, options: &'a WaitOptions) -> BoxFuture<'a, Vec<ReadyOutcome>> {
        validate_realized_data(self.outcome, self.clusters, options, self.sink, self.cancel).boxed()
    }
}
