//! Restarting what reads a ConfigMap or Secret that changed; knows nothing of how the change itself is made.
//!
//! A ConfigMap or Secret that is declared with the annotation `mooring.dev/restart: "true"` (or `qontract.recycle: "true"`) restarts the
//! workloads whose pods refer to it, when its data really changes. [`plan_restarts`] says which, before anything is written, as items of
//! the plan; [`execute_restart`] carries one of them out. One workload is restarted once, however many of its objects changed, and not at
//! all when the same plan changes its pod template anyway.
//!
//! For the executor:
//!
//! - Call [`plan_restarts`] once the plan is made, add the items to those of the plan and the issues to those of the run. Items have
//!   [`Action::Restart`], the stage [`STAGE`] and the reason [`ConfigChanged`](crate::plan::Reason::ConfigChanged).
//! - [`PlanItem::after`] names every changed object, and the workload itself when the plan has an item for it: that is the item with the
//!   same id **and another action**. A restart is not tried when one of them fails.
//! - Draw the time once for a run and give it to every [`execute_restart`]: trying again with the same time restarts nothing twice.
//! - A dry run stops at the items.
//!
//! A restart is an annotation on the pod template, applied server-side under a field manager of its own, `<tool>-restart`. The manager
//! that applies declarations does not own it, so it neither removes it nor sees it as a change. The annotation is
//! `kubectl.kubernetes.io/restartedAt`, which people and tools know; where somebody else holds that one (after `kubectl rollout restart`,
//! or because a manifest declares it), it is left to them and `mooring.dev/restartedAt` is written instead. Nothing is ever forced.
//!
//! What is compared is data alone: marks, labels and annotations of the object restart nothing.
//!
//! A run may end between the change and the restart. So an object because of which something is to restart carries the annotation
//! [`RESTART_DUE`] from the very request on that changes it, and until everything was restarted. The next run finds the annotation, which
//! nobody declared, plans the same restarts under the same time (what has it already is not restarted again), and takes it off. Where a
//! server does not take server-side apply, the annotation is not found again, and what the outcome calls not attempted stays so.

mod decide;
mod owners;
mod pods;
#[cfg(test)]
mod tests;
mod trouble;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use futures::future::BoxFuture;
use futures::{FutureExt as _, StreamExt as _};
use jiff::Timestamp;
use kube::api::{Api, DynamicObject, Patch, PatchParams};
use serde_json::json;

pub use self::decide::asks_for_restarts;
pub(crate) use self::decide::owed_since;
use self::decide::{item, triggers};
pub use self::owners::{OwnerRef, controller_of};
pub(crate) use self::pods::list as pods_of;
pub use self::pods::{PodView, users_of};
pub(crate) use self::trouble::{Trouble, asked};
use crate::clusters::{ClusterAccess, Clusters};
use crate::desired::DesiredSet;
use crate::id::{BucketId, ClusterName, GroupKind, ObjectId};
use crate::issue::{Issue, Reach};
use crate::plan::{Action, LiveVersion, Plan, PlanItem};
use crate::policy::Policy;

/// The stage of restarts: after everything that is applied.
pub const STAGE: u8 = 10;
/// Annotations that ask for restarts, when their value is `"true"`.
pub const TRIGGERS: [&str; 2] = ["mooring.dev/restart", "qontract.recycle"];
/// The annotation that restarts, where nobody else holds it.
pub const RESTARTED_AT: &str = "kubectl.kubernetes.io/restartedAt";
/// The annotation that restarts where somebody else holds [`RESTARTED_AT`].
pub const OWN_RESTARTED_AT: &str = "mooring.dev/restartedAt";

/// Annotation of an object that changed while what reads it was not restarted yet: the time that names the restarts.
pub const RESTART_DUE: &str = "mooring.dev/restart-due";

/// Bound of one request.
pub(crate) const REQUEST_TIMEOUT: Duration = Duration::from_secs(30);
/// Namespaces that are looked at together.
const TOGETHER: usize = 8;

/// Which workloads restart.
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct Restarts {
    /// One item a workload, in the order of their ids.
    pub items: Vec<PlanItem>,
    /// Where it could not be told which, or who cannot be restarted.
    pub issues: Vec<Issue>,
}

/// A workload that was restarted.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Restarted {
    /// The workload as it is now.
    pub version: LiveVersion,
    /// Its generation now.
    pub generation: Option<i64>,
    /// Which annotation was written.
    pub annotation: &'static str,
}

/// A workload could not be restarted.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RestartError {
    /// It is no item that restarts a workload.
    #[error("{0} is no workload that can be restarted")]
    NotAWorkload(ObjectId),
    /// The cluster does not say how the kind is reached.
    #[error("{id} cannot be restarted: its kind is not known")]
    #[non_exhaustive]
    Discovery {
        /// Which workload.
        id: ObjectId,
        /// Why.
        #[source]
        source: cluster_client::discovery::DiscoveryError,
    },
    /// The server refused, or could not be reached.
    #[error("{id} could not be restarted")]
    #[non_exhaustive]
    Api {
        /// Which workload.
        id: ObjectId,
        /// What the client says.
        #[source]
        source: kube::Error,
    },
    /// The server did not answer in time.
    #[error("{0} could not be restarted: no answer within 30 s")]
    Timeout(ObjectId),
}

impl RestartError {
    /// What the client says, for classification.
    #[must_use]
    pub fn api_error(&self) -> Option<&kube::Error> {
        match self {
            Self::Api { source, .. } => Some(source),
            Self::NotAWorkload(_) | Self::Discovery { .. } | Self::Timeout(_) => None,
        }
    }
}

/// Whether objects of this kind are restarted by an annotation on their pod template: Deployments, StatefulSets, DaemonSets, and
/// OpenShift's DeploymentConfigs.
#[must_use]
pub fn is_restartable(kind: &GroupKind) -> bool {
    match &*kind.group {
        "apps" => matches!(&*kind.kind, "Deployment" | "StatefulSet" | "DaemonSet"),
        "apps.openshift.io" => &*kind.kind == "DeploymentConfig",
        _ => false,
    }
}

/// The workloads that restart because of what the plan changes. Empty when [`Policy::restart_on_change`] is off.
///
/// Reads the pods of each namespace in which a marked object changes, once and page by page, and the owners of those that refer to it. A
/// workload is the topmost restartable kind in a chain of controllers, found by UID. An object that is about to be made restarts only pods
/// that run without it: others wait for it anyway. Fails never as a whole: what could not be looked at is among the issues.
///
/// # Cancel safety
/// Safe; nothing is written.
pub async fn plan_restarts(plan: &Plan, desired: &DesiredSet, clusters: &dyn Clusters, policy: &Policy) -> Restarts {
    if !policy.restart_on_change {
        return Restarts::default();
    }
    let mut places: BTreeMap<Place, Vec<&PlanItem>> = BTreeMap::new();
    for item in plan.items.iter().filter(|item| triggers(item, desired)) {
        if let Some(namespace) = item.id.namespace() {
            let place =
                Place { cluster: item.id.cluster.clone(), namespace: namespace.into(), privileged: item.privileged };
            places.entry(place).or_default().push(item);
        }
    }
    let looking: Vec<BoxFuture<'_, (Place, Result<Found, Issue>)>> = places
        .into_iter()
        .map(|(place, changed)| {
            async move {
                let found = look(&place, &changed, clusters).await;
                (place, found)
            }
            .boxed()
        })
        .collect();
    let mut found: Vec<_> = futures::stream::iter(looking).buffer_unordered(TOGETHER).collect().await;
    found.sort_by(|one, other| one.0.cmp(&other.0));
    let mut restarts = Restarts::default();
    let mut workloads: BTreeMap<ObjectId, Workload> = BTreeMap::new();
    for (_, found) in found {
        match found {
            Ok(found) => {
                restarts.issues.extend(found.issues);
                for (id, workload) in found.workloads {
                    let known = workloads
                        .entry(id)
                        .or_insert_with(|| Workload { because: BTreeSet::new(), ..workload.clone() });
                    known.because.extend(workload.because);
                }
            }
            Err(issue) => restarts.issues.push(issue),
        }
    }
    restarts.items = workloads.into_iter().filter_map(|(id, workload)| item(id, workload, plan)).collect();
    restarts
}

/// Restarts one workload: an item of [`plan_restarts`].
///
/// `at` names the restart; the same time again changes nothing. The workload must still be the one that was planned for (by UID).
///
/// # Errors
/// [`RestartError`]. A workload that is gone or was made anew meanwhile is refused by the server (404, 409 or 422).
///
/// # Cancel safety
/// The restart may or may not have happened; trying again with the same time is safe.
pub async fn execute_restart(
    access: &ClusterAccess,
    item: &PlanItem,
    policy: &Policy,
    at: Timestamp,
) -> Result<Restarted, RestartError> {
    restart(access, item, &field_manager(policy), at).await
}

async fn restart(
    access: &ClusterAccess,
    item: &PlanItem,
    manager: &str,
    at: Timestamp,
) -> Result<Restarted, RestartError> {
    let id = &item.id;
    let (Some(namespace), true, Some(live)) = (id.namespace(), is_restartable(&id.kind), &item.live) else {
        return Err(RestartError::NotAWorkload(id.clone()));
    };
    let kind = kind_query(&id.kind, Some(&item.api_version));
    let resource =
        access.discovery.resource(&kind).await.map_err(|source| RestartError::Discovery { id: id.clone(), source })?;
    let api = Api::<DynamicObject>::namespaced_with(access.client.clone(), namespace, &resource);
    let params = PatchParams::apply(manager);
    let at = written(at);
    let mut annotation = RESTARTED_AT;
    loop {
        let patch = Patch::Apply(json!({
            "apiVersion": item.api_version,
            "kind": id.kind.kind,
            "metadata": {"name": id.name, "namespace": namespace, "uid": live.uid},
            "spec": {"template": {"metadata": {"annotations": {annotation: at}}}},
        }));
        let answer = tokio::time::timeout(REQUEST_TIMEOUT, api.patch_metadata(&id.name, &params, &patch)).await;
        match answer {
            Ok(Ok(now)) => {
                let version = LiveVersion::new(
                    now.metadata.uid.unwrap_or_default(),
                    now.metadata.resource_version.unwrap_or_default(),
                );
                return Ok(Restarted { version, generation: now.metadata.generation, annotation });
            }
            Ok(Err(error)) if annotation == RESTARTED_AT && is_held_by_another(&error) => annotation = OWN_RESTARTED_AT,
            Ok(Err(source)) => return Err(RestartError::Api { id: id.clone(), source }),
            Err(_) => return Err(RestartError::Timeout(id.clone())),
        }
    }
}

/// A time as annotations have it.
pub(crate) fn written(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// The field manager of restarts: `<tool>-restart`.
#[must_use]
pub fn field_manager(policy: &Policy) -> String {
    let mut tool = policy.actor.tool.to_string();
    while tool.len() > 120 {
        tool.pop();
    }
    format!("{tool}-restart")
}

/// One namespace to look into, with one kind of client.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    cluster: ClusterName,
    namespace: Arc<str>,
    privileged: bool,
}

impl Place {
    fn pods(&self) -> Reach {
        Reach::Kind(BucketId::new(self.cluster.clone(), Some(&self.namespace), GroupKind::core("Pod")))
    }
}

/// A workload to restart.
#[derive(Debug, Clone)]
struct Workload {
    api_version: Arc<str>,
    live: LiveVersion,
    because: BTreeSet<ObjectId>,
    privileged: bool,
}

#[derive(Debug, Default)]
struct Found {
    workloads: BTreeMap<ObjectId, Workload>,
    issues: Vec<Issue>,
}

async fn look(place: &Place, changed: &[&PlanItem], clusters: &dyn Clusters) -> Result<Found, Issue> {
    let access = clusters.access(&place.cluster, place.privileged).await?;
    let pods = pods::list(&access, &place.namespace).await.map_err(|trouble| {
        let message = format!("what uses changed objects cannot be told, and is not restarted: {}", trouble.message);
        Issue::error(place.pods(), trouble.class, message)
    })?;
    let mut found = Found::default();
    let mut owners = owners::Owners::new(&access, &place.namespace);
    for item in changed {
        let fresh = item.action == Action::Create;
        for pod in users_of(&pods, &item.id.kind, &item.id.name).filter(|pod| !fresh || pod.running) {
            match owners.workload_of(pod).await {
                Ok(Some(owner)) => {
                    let bucket = BucketId::new(place.cluster.clone(), Some(&place.namespace), owner.kind.clone());
                    let workload = found.workloads.entry(bucket.object(owner.name)).or_insert_with(|| Workload {
                        api_version: owner.api_version,
                        live: owner.live,
                        because: BTreeSet::new(),
                        privileged: place.privileged,
                    });
                    workload.because.insert(item.id.clone());
                }
                Ok(None) => {}
                Err(trouble) => {
                    let message =
                        format!("who runs pod {} cannot be told, and is not restarted: {}", pod.name, trouble.message);
                    found.issues.push(Issue::error(place.pods(), trouble.class, message));
                }
            }
        }
    }
    found.issues.dedup();
    Ok(found)
}

/// A kind as discovery is asked for it, in the version of an `apiVersion` when there is one.
pub(crate) fn kind_query(kind: &GroupKind, api_version: Option<&str>) -> String {
    match api_version.and_then(|api_version| api_version.rsplit('/').next()) {
        Some(version) if kind.group.is_empty() => format!("{version}/{}", kind.kind),
        Some(version) => format!("{}/{version}", kind),
        None => kind.to_string(),
    }
}

fn is_held_by_another(error: &kube::Error) -> bool {
    let kube::Error::Api(status) = error else { return false };
    let causes = status.details.as_ref().map(|details| details.causes.as_slice()).unwrap_or_default();
    status.code == 409 && causes.iter().any(|cause| cause.reason == "FieldManagerConflict")
}
