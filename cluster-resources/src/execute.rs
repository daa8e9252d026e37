//! Carrying a plan out; decides nothing that the plan has not decided.
//!
//! [`execute`] does what a plan says and nothing else; [`verify`] asks the servers whether they would take it. Both end with what became
//! of every item, recorded after the fact. An item that fails blocks what needs it and nothing else; clusters do not wait for each other
//! unless an item says so.
//!
//! # What is refused
//!
//! A plan may be old when it is carried out. An item is [`Blocked`](Done::Blocked), and nothing is changed, when its declaration has
//! another hash than was planned, when the object was made anew (another UID) or is gone, and for deletions when it has another resource
//! version. Making an object that somebody else has made meanwhile is refused where they hold a field with another value.
//!
//! # How it is applied
//!
//! Server-side, under the field manager of the policy's actor, with strict field validation. Fields that others hold are decided one by
//! one by [`conflict_policy`](crate::plan::conflict_policy): taken, left to them (and noted), or refused. An object that was applied on the
//! client's side before becomes ours on first contact: the fields those tools hold are ours then, so that what is no longer declared goes
//! away. What others added, and the plan reverts, is taken away by a JSON patch that tests the resource version. Servers that do not take
//! server-side apply get a create, a merge patch or a replacement.
//!
//! # How fast
//!
//! So many requests at a time for each cluster and for all together, see [`ExecuteOptions`]; a cluster that throttles gets fewer, and
//! holds nobody else up. Cancelling ends the run between objects: what was begun is finished, the rest is
//! [`NotAttempted`](Done::NotAttempted).

mod announce;
mod apply;
mod calls;
mod gate;
mod graph;
mod held;
mod inventory;
mod limits;
mod member;
mod namespaces;
mod options;
mod owed;
mod realize;
mod reason;
mod remove;
mod replacing;
mod request;
mod restarting;
mod run;
mod settle;
mod settled;
#[cfg(test)]
mod tests;
mod work;

use tokio_util::sync::CancellationToken;

pub use self::calls::{ApiCall, api_calls};
pub use self::options::{ExecuteOptions, FieldValidation, MissingNamespace};
pub use self::realize::{RealizeOptions, Realized, realize, realize_data};
use self::run::{Given, Mode, Run};
pub use self::settled::Settled;
use crate::clusters::Clusters;
use crate::desired::DesiredSet;
#[cfg(doc)]
use crate::outcome::Done;
use crate::outcome::{EventSink, RunOutcome};
use crate::plan::Plan;
use crate::policy::Policy;

/// Carries a plan out.
///
/// The declarations must be those the plan was made from; a plan may have been stored meanwhile. Every item of the plan has an outcome, in
/// the same order. No failure of an object, a cluster or a task ends the run.
///
/// # Cancel safety
/// Cancel the token to end a run in order: it returns once everything that was begun has ended. Dropping the future abandons requests in
/// flight, and what they did is not known then; a later run converges all the same.
pub async fn execute(
    plan: &Plan,
    desired: &DesiredSet,
    clusters: &dyn Clusters,
    policy: &Policy,
    options: &ExecuteOptions,
    sink: &dyn EventSink,
    cancel: CancellationToken,
) -> RunOutcome {
    let plan = &*namespaces::awaited(plan, &options.missing_namespace);
    let given = Given { plan, desired, observed: None, clusters, policy, options, sink, cancel };
    Run::new(given, Mode::Execute).go().await
}

/// Asks the servers whether they would take what a plan says, without any effect: creations, changes and deletions as dry runs.
///
/// What needs something that the plan itself makes cannot be asked for, and is never shown as accepted. One refusal is that of its object
/// and of what needs it; the rest is asked all the same, everything at once within the limits of the options.
///
/// # Cancel safety
/// Safe; nothing is written.
pub async fn verify(
    plan: &Plan,
    desired: &DesiredSet,
    clusters: &dyn Clusters,
    policy: &Policy,
    options: &ExecuteOptions,
    sink: &dyn EventSink,
    cancel: CancellationToken,
) -> RunOutcome {
    let given = Given { plan, desired, observed: None, clusters, policy, options, sink, cancel };
    Run::new(given, Mode::Verify).go().await
}
