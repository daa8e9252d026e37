//! What it takes to give a Deployment another selector while its pods go on.
//!
//! ReplicaSets outlive a Deployment that is deleted without its dependants. They are relabelled while no Deployment is there: the old one
//! would let them go and make new ones, the new one finds them as its own and scales them down as it rolls out.

use std::collections::BTreeMap;
use std::time::Duration;

use kube::Api;
use kube::api::ListParams;
use kube::core::DynamicObject;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::replace::{is_terminating, meta, name_of, uid_of};
use super::run::replica_set_resource;
use super::step::{Refusal, Step};
use crate::classify::{self, RequestContext, Verb};
use crate::clusters::ClusterAccess;
use crate::id::{BucketId, ClusterName, GroupKind, ObjectId, Scope};
use crate::issue::Issue;
use crate::policy::Propagation;

/// Label of a ReplicaSet whose Deployment is being made anew: a word for that Deployment.
pub const HANDOVER: &str = "mooring.dev/handover";
/// Annotation of such a ReplicaSet: the name of the Deployment.
pub const HANDOVER_OF: &str = "mooring.dev/handover-of";

const HASH: &str = "pod-template-hash";
/// How long one list may take.
const WITHIN: Duration = Duration::from_secs(30);

/// The label's value for a Deployment: its name is too long for it at times.
pub(crate) fn word(deployment: &str) -> String {
    let digest = Sha256::digest(deployment.as_bytes());
    digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

/// Deployments of a namespace (or of all) whose handover was begun and not ended. One list.
///
/// # Errors
/// An [`Issue`] of the reach of the list.
///
/// # Cancel safety
/// Safe: it only reads.
pub async fn pending_handovers(
    cluster: &ClusterName,
    access: &ClusterAccess,
    namespace: Option<&str>,
) -> Result<Vec<ObjectId>, Issue> {
    let resource = replica_set_resource();
    let api: Api<DynamicObject> = match namespace {
        Some(namespace) => Api::namespaced_with(access.client.clone(), namespace, &resource),
        None => Api::all_with(access.client.clone(), &resource),
    };
    let bucket = BucketId::new(cluster.clone(), namespace, GroupKind::new("apps", "ReplicaSet"));
    let any = bucket.object("");
    let context = RequestContext::new(Verb::List, &any);
    let listed = tokio::time::timeout(WITHIN, api.list_metadata(&ListParams::default().labels(HANDOVER))).await;
    let listed = listed
        .map_err(|_| classify::timed_out(WITHIN, &context).issue)?
        .map_err(|error| classify::classify(&error, &context).issue)?;
    let mut pending: Vec<ObjectId> = listed
        .items
        .into_iter()
        .filter_map(|set| {
            let name = set.metadata.annotations?.remove(HANDOVER_OF)?;
            let scope = Scope::of(set.metadata.namespace.as_deref());
            Some(ObjectId {
                cluster: cluster.clone(),
                scope,
                kind: GroupKind::new("apps", "Deployment"),
                name: name.into(),
            })
        })
        .collect();
    pending.sort();
    pending.dedup();
    Ok(pending)
}

/// The steps that remain to hand a Deployment's ReplicaSets over to its successor. `sets` are the ReplicaSets of the old one, and those that
/// an earlier run marked.
///
/// # Errors
/// [`Refusal`] when somebody else is deleting it, or its strategy is not known.
pub fn plan_handover(
    id: &ObjectId,
    desired: &Value,
    live: Option<&Value>,
    sets: &[Value],
) -> Result<Vec<Step>, Refusal> {
    let marked: Vec<&Value> = sets.iter().filter(|set| is_marked(set, &id.name)).collect();
    let adopt = |sets: &[&Value]| {
        sets.iter()
            .map(|set| Step::Adopt { replica_set: name_of(set).into(), uid: uid_of(set).into() })
            .collect::<Vec<_>>()
    };
    let relabel = |sets: &[&Value]| {
        sets.iter()
            .map(|set| Step::Relabel {
                replica_set: name_of(set).into(),
                uid: uid_of(set).into(),
                labels: relabelled(set, desired),
            })
            .collect::<Vec<_>>()
    };
    let Some(live) = live else {
        let mut steps = relabel(&marked);
        steps.push(Step::Create);
        steps.extend(adopt(&marked));
        return Ok(steps);
    };
    let uid = uid_of(live);
    if is_terminating(live) {
        if marked.is_empty() {
            return Err(Refusal("somebody else is deleting it".into()));
        }
        let mut steps = vec![Step::AwaitGone { uid: uid.into() }];
        steps.extend(relabel(&marked));
        steps.push(Step::Create);
        steps.extend(adopt(&marked));
        return Ok(steps);
    }
    if selector(live) == selector(desired) {
        // Made already, by this or by somebody: what was marked is its own.
        let mut steps = relabel(&marked);
        steps.extend(adopt(&marked));
        return Ok(steps);
    }
    let recreates = [strategy(live)?, strategy(desired)?].contains(&Strategy::Recreate);
    if recreates {
        let delete = Step::Delete { uid: uid.into(), propagation: Propagation::Foreground };
        return Ok(vec![Step::Check, delete, Step::AwaitGone { uid: uid.into() }, Step::Create]);
    }
    let owned: Vec<&Value> = sets.iter().filter(|set| is_owned(set, uid) || is_marked(set, &id.name)).collect();
    let mut steps = vec![Step::Check];
    steps.extend(
        owned
            .iter()
            .filter(|set| !is_marked(set, &id.name))
            .map(|set| Step::Mark { replica_set: name_of(set).into(), uid: uid_of(set).into() }),
    );
    steps.push(Step::Delete { uid: uid.into(), propagation: Propagation::Orphan });
    steps.push(Step::AwaitGone { uid: uid.into() });
    steps.extend(relabel(&owned));
    steps.push(Step::Create);
    steps.extend(adopt(&owned));
    Ok(steps)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Strategy {
    Rolling,
    Recreate,
}

fn strategy(deployment: &Value) -> Result<Strategy, Refusal> {
    let kind = deployment.get("spec").and_then(|spec| spec.get("strategy")?.get("type")?.as_str());
    match kind {
        None | Some("RollingUpdate") => Ok(Strategy::Rolling),
        Some("Recreate") => Ok(Strategy::Recreate),
        Some(other) => Err(Refusal(format!(
            "its selector cannot change, and strategy {other:?} does not say what becomes of its pods"
        ))),
    }
}

/// What a Deployment selects, written in one way.
pub(super) fn selector(object: &Value) -> (BTreeMap<&str, &Value>, Vec<&Value>) {
    let selector = object.get("spec").and_then(|spec| spec.get("selector"));
    let labels = selector.and_then(|selector| selector.get("matchLabels")?.as_object());
    let expressions = selector.and_then(|selector| selector.get("matchExpressions")?.as_array());
    let labels = labels.into_iter().flatten().map(|(key, value)| (key.as_str(), value)).collect();
    (labels, expressions.into_iter().flatten().collect())
}

fn is_marked(set: &Value, deployment: &str) -> bool {
    meta(set, "labels").and_then(|labels| labels.get(HANDOVER)?.as_str()) == Some(&word(deployment))
}

pub(super) fn is_owned(set: &Value, uid: &str) -> bool {
    meta(set, "ownerReferences")
        .and_then(Value::as_array)
        .is_some_and(|owners| owners.iter().any(|owner| owner.get("uid").and_then(Value::as_str) == Some(uid)))
}

/// The labels that make a ReplicaSet one of the new Deployment's: those of its pods, its own hash, and the mark.
fn relabelled(set: &Value, desired: &Value) -> BTreeMap<String, Option<String>> {
    let text = |labels: &Value| -> BTreeMap<String, Option<String>> {
        let labels = labels.as_object().into_iter().flatten();
        labels.filter_map(|(key, value)| Some((key.clone(), Some(value.as_str()?.to_owned())))).collect()
    };
    let old = meta(set, "labels").map(&text).unwrap_or_default();
    let template = desired.get("spec").and_then(|spec| spec.get("template")?.get("metadata")?.get("labels"));
    let mut new: BTreeMap<_, _> = old.keys().map(|key| (key.clone(), None)).collect();
    new.extend(template.map(&text).unwrap_or_default());
    for kept in [HASH, HANDOVER] {
        if let Some(value) = old.get(kept) {
            new.insert(kept.to_owned(), value.clone());
        }
    }
    // What it carries already need not be said, so that doing it again changes nothing.
    new.retain(|key, value| old.get(key).unwrap_or(&None) != value);
    new
}
