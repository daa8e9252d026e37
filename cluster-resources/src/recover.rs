//! Changes that an API server refuses to make in place: an object is deleted and made again, a Deployment hands its pods over to its
//! successor, the claims of a StatefulSet grow. Knows nothing of plans; it is told which object to make what.
//!
//! Each is a pure planner that looks at what is there and says which [`Step`]s remain, and one executor for all of them. A run that ends in
//! the middle leaves nothing that the next one does not see, so calling again continues, whichever await it ended at:
//!
//! | | Before anything is deleted | What the next run goes by |
//! |---|---|---|
//! | [`replace`] | the server was asked whether it would take the new object | the object is absent: it is made |
//! | [`handover_deployment`] | the same, and the old ReplicaSets carry the label [`HANDOVER`] | the label: see [`pending_handovers`] |
//! | [`grow_statefulset`] | the same, and the claims have grown | the StatefulSet is absent or as it was |
//!
//! What is deleted is deleted by its UID. What is absent because making it again failed is told as loudly as can be, with what it was.
//!
//! Source: what qontract-reconcile does (`apply` of `reconcile/openshift_base.py`), which deletes before it knows that the replacement is
//! accepted, does not wait, and cannot continue.

mod backup;
mod growth;
mod handover;
mod pending;
mod replace;
mod run;
mod step;
#[cfg(test)]
mod tests;

use std::fmt;
use std::time::Duration;

use kube::core::ApiResource;
use serde_json::Value;

use crate::classify::FailureClass;
use crate::clusters::ClusterAccess;
use crate::id::ObjectId;
use crate::issue::{Issue, IssueClass, Reach};
use crate::plan::LiveVersion;
use crate::policy::{Actor, Propagation};

pub use backup::Backup;
pub use growth::plan_growth;
pub use handover::{HANDOVER, HANDOVER_OF, pending_handovers, plan_handover};
pub use pending::plan_handovers;
pub use replace::plan_replacement;
pub use step::{Refusal, Step};

#[cfg(test)]
pub(crate) use handover::word;
use run::Run;

/// How patient a recovery is.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct RecoverOptions {
    /// How long one request may take. Default: 30 s.
    pub request_timeout: Duration,
    /// How long an object may take to be gone after it was deleted. Default: 2 min.
    pub gone_within: Duration,
    /// For how long making the object again is tried. Default: 5 min.
    pub made_within: Duration,
    /// The first pause between two looks or attempts; later ones are longer, up to 5 s. Default: 500 ms.
    pub pause: Duration,
    /// Whether to go on when a webhook cannot be asked beforehand. Default: false; the object stays as it is then.
    pub unchecked: bool,
}

impl Default for RecoverOptions {
    fn default() -> Self {
        Self {
            request_timeout: Duration::from_secs(30),
            gone_within: Duration::from_secs(120),
            made_within: Duration::from_secs(300),
            pause: Duration::from_millis(500),
            unchecked: false,
        }
    }
}

/// What a recovery works on, and as whom.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Recovery<'a> {
    /// The cluster.
    pub access: &'a ClusterAccess,
    /// The object.
    pub id: &'a ObjectId,
    /// Its kind, in the version in which it is declared.
    pub resource: &'a ApiResource,
    /// Who is at work.
    pub actor: &'a Actor,
    /// How patiently.
    pub options: RecoverOptions,
}

impl<'a> Recovery<'a> {
    /// With default patience.
    #[must_use]
    pub fn new(access: &'a ClusterAccess, id: &'a ObjectId, resource: &'a ApiResource, actor: &'a Actor) -> Self {
        Self { access, id, resource, actor, options: RecoverOptions::default() }
    }
}

/// What became of it.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Recovered {
    /// The object as it is now.
    pub version: LiveVersion,
    /// Its generation now.
    pub generation: Option<i64>,
    /// Whether it was made anew by this call. Otherwise everything had been done before.
    pub made: bool,
    /// What was deleted, without secrets.
    pub backup: Option<Backup>,
    /// What was done besides, for people.
    pub notes: Vec<String>,
    /// Requests that were made.
    pub requests: u32,
}

/// Why it was not done.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{issue}")]
#[non_exhaustive]
pub struct Unrecovered {
    /// What is the matter and what to do.
    pub issue: Issue,
    /// The object is absent now though it was there.
    pub absent: bool,
    /// Whether anything in the cluster was changed before it failed.
    pub changed: bool,
    /// What kind of failure it was, when a request failed.
    pub class: Option<FailureClass>,
    /// What was deleted, without secrets.
    pub backup: Option<Backup>,
    /// What was done besides, for people.
    pub notes: Vec<String>,
    /// Requests that were made.
    pub requests: u32,
}

/// Deletes an object and makes it again.
///
/// `desired` is what is applied, marks and all. `uid` is that of the object the decision was made on: another one is left alone. The server
/// is asked first whether it would take the new object, under another name; addresses and ports that a Service asks for are left out then.
///
/// # Errors
/// [`Unrecovered`]. With [`Unrecovered::absent`] the object is gone and could not be made again.
///
/// # Cancel safety
/// May be dropped at any await; calling again, or applying the declaration, continues. To be finished rather than dropped: the object may be
/// absent in between.
pub async fn replace(
    recovery: &Recovery<'_>,
    desired: &Value,
    uid: &str,
    propagation: Propagation,
) -> Result<Recovered, Box<Unrecovered>> {
    let mut run = Run::new(recovery, desired);
    let live = run.live().await?;
    let steps = match plan_replacement(live.as_ref(), uid, propagation) {
        Ok(steps) => steps,
        Err(refusal) => return Err(run.refused(refusal)),
    };
    run.carry_out(live, steps).await
}

/// Gives a Deployment another selector without an interruption: it is deleted without its ReplicaSets, made anew, and takes the old
/// ReplicaSets over, whose pods it replaces as its strategy says. With the strategy `Recreate`, of the old or the new one, it is replaced
/// with its pods.
///
/// Continues what an earlier run began: call it whenever a Deployment is to be made that [`pending_handovers`] names, and for one that is
/// there and is named. There is nothing to do for others, which it tells by [`Recovered::made`] being false.
///
/// # Errors
/// [`Unrecovered`], as for [`replace`].
///
/// # Cancel safety
/// As for [`replace`].
pub async fn handover_deployment(recovery: &Recovery<'_>, desired: &Value) -> Result<Recovered, Box<Unrecovered>> {
    let mut run = Run::new(recovery, desired);
    let live = run.live().await?;
    let sets = run.replica_sets(live.as_ref()).await?;
    let steps = match plan_handover(recovery.id, desired, live.as_ref(), &sets) {
        Ok(steps) => steps,
        Err(refusal) => return Err(run.refused(refusal)),
    };
    run.carry_out(live, steps).await
}

/// Changes what cannot change in a StatefulSet: it is deleted without its pods and made anew, and takes them back. Where a claim template
/// asks for more storage than before, the claims made from it grow first, for which they must be bound and their storage class allow it. Less
/// storage, and another selector, are refused.
///
/// # Errors
/// [`Unrecovered`], as for [`replace`]. Nothing was deleted when a claim cannot grow.
///
/// # Cancel safety
/// As for [`replace`].
pub async fn grow_statefulset(recovery: &Recovery<'_>, desired: &Value) -> Result<Recovered, Box<Unrecovered>> {
    let mut run = Run::new(recovery, desired);
    let live = run.live().await?;
    let claims = run.claims(desired).await?;
    let classes = run.classes(&claims).await?;
    let steps = match plan_growth(recovery.id, desired, live.as_ref(), &claims, &classes) {
        Ok(steps) => steps,
        Err(refusal) => return Err(run.refused(refusal)),
    };
    run.carry_out(live, steps).await
}

impl Recovery<'_> {
    fn issue(&self, message: impl fmt::Display) -> Issue {
        Issue::error(Reach::Object(self.id.clone()), IssueClass::Refused, message.to_string())
    }
}
