//! Deployments: a replica set for each template, and replicas that move to the latest. Knows nothing of pods.
//!
//! It follows `pkg/controller/deployment`, except that replicas are never scaled in proportion while they move.

use std::sync::Arc;

use serde_json::{Value, json};

use super::rolling::{self, Set, Wanted};
use super::{PODS, adopted, condition, conditions, controlled, controlled_by, count, hash, number, share, status};
use crate::api::Resource;
use crate::controllers::step::{Step, Write, controller};
use crate::controllers::view::{View, is_deleting, text};
use crate::storage::Object;

const STORAGE: &str = "deployments.apps";
const SETS: &str = "replicasets.apps";
const REVISION: &str = "deployment.kubernetes.io/revision";
const HISTORY: &str = "deployment.kubernetes.io/revision-history";
const DESIRED: &str = "deployment.kubernetes.io/desired-replicas";
const MOST: &str = "deployment.kubernetes.io/max-replicas";
const APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";
const HASH: &str = "pod-template-hash";

/// A deployment and its replica sets.
struct Rollout<'a> {
    view: &'a View,
    actor: String,
    resource: &'a Arc<Resource>,
    sets: &'a Arc<Resource>,
    deployment: &'a Arc<Object>,
    /// Those of other templates, oldest first.
    old: Vec<&'a Arc<Object>>,
    new: Option<&'a Arc<Object>>,
    wanted: Wanted,
}

/// What comes next.
pub(super) fn steps(view: &View) -> Vec<Step> {
    let (Some(resource), Some(sets)) = (view.resource(STORAGE), view.resource(SETS)) else { return Vec::new() };
    let actor = controller("deployment-controller");
    let mut steps = Vec::new();
    for deployment in view.objects(STORAGE) {
        steps.extend(adopted(view, &actor, SETS, deployment, &deployment.value()["spec"]["selector"]));
        let rollout = Rollout::of(view, &actor, resource, sets, deployment);
        if !is_deleting(deployment) {
            steps.extend(rollout.roll());
        }
        steps.extend(status(&actor, resource, deployment, rollout.status()));
    }
    steps
}

fn age(set: &Object) -> (&str, &str) {
    (set.meta_str("creationTimestamp"), set.meta_str("name"))
}

fn revision(object: &Object) -> i64 {
    text(&object.metadata()["annotations"][REVISION]).parse().unwrap_or_default()
}

/// A template without what the controller adds to it.
fn bare(template: &Value) -> Value {
    let mut bare = template.clone();
    if let Some(labels) = bare["metadata"]["labels"].as_object_mut() {
        labels.remove(HASH);
    }
    bare
}

fn replicas(object: &Object) -> usize {
    number(&object.value()["spec"]["replicas"])
}

// === impl Rollout ===

impl<'a> Rollout<'a> {
    fn of(
        view: &'a View,
        actor: &str,
        resource: &'a Arc<Resource>,
        sets: &'a Arc<Resource>,
        deployment: &'a Arc<Object>,
    ) -> Self {
        let spec = &deployment.value()["spec"];
        let mut all = controlled(view, SETS, deployment);
        all.sort_by_key(|set| age(set));
        let template = bare(&spec["template"]);
        let new = all.iter().copied().find(|set| bare(&set.value()["spec"]["template"]) == template);
        let old = all.into_iter().filter(|set| new.is_none_or(|new| new.key() != set.key())).collect();
        let wanted = replicas(deployment);
        let rolling = &spec["strategy"]["rollingUpdate"];
        let surge = share(&rolling["maxSurge"], wanted, true);
        let mut unavailable = share(&rolling["maxUnavailable"], wanted, false);
        if spec["strategy"]["type"] == "RollingUpdate" && surge == 0 && unavailable == 0 {
            // Both were rounded away, and something has to move.
            unavailable = 1;
        }
        let wanted = Wanted { replicas: wanted, surge, unavailable: unavailable.min(wanted) };
        Self { view, actor: actor.to_owned(), resource, sets, deployment, old, new, wanted }
    }

    fn recreates(&self) -> bool {
        self.deployment.value()["spec"]["strategy"]["type"] == "Recreate"
    }

    fn paused(&self) -> bool {
        self.deployment.value()["spec"]["paused"] == true
    }

    /// What comes next for the replica sets.
    fn roll(&self) -> Vec<Step> {
        if self.paused() {
            // Nothing new is rolled out; what is there is scaled.
            let active = self.new.into_iter().chain(self.old.iter().rev().copied());
            let latest = active.max_by_key(|set| replicas(set) > 0);
            return latest.into_iter().filter_map(|set| self.scale(set, self.wanted.replicas)).collect();
        }
        if self.recreates() {
            let busy: Vec<Step> = self.old.iter().filter_map(|set| self.scale(set, 0)).collect();
            let remains = self.old.iter().any(|set| !controlled(self.view, PODS, set).is_empty());
            if !busy.is_empty() || remains {
                return busy;
            }
        }
        let Some(new) = self.new else { return vec![self.create()] };
        let mut steps: Vec<Step> = self.annotate(new).into_iter().collect();
        if steps.is_empty() {
            let set = |set: &&Arc<Object>| Set {
                replicas: replicas(set),
                available: number(&set.value()["status"]["availableReplicas"]),
            };
            let old: Vec<Set> = self.old.iter().map(set).collect();
            let (more, fewer) = if self.recreates() {
                (self.wanted.replicas, vec![0; old.len()])
            } else {
                rolling::next(self.wanted, set(&new), &old)
            };
            steps.extend(self.scale(new, more));
            steps.extend(self.old.iter().zip(fewer).filter_map(|(set, count)| self.scale(set, count)));
        }
        if steps.is_empty() {
            steps.extend(self.forget());
        }
        steps
    }

    fn scale(&self, set: &Object, count: usize) -> Option<Step> {
        let [desired, most] = self.bounds();
        let annotations = &set.metadata()["annotations"];
        if replicas(set) == count && (count == 0 || annotations[DESIRED] == desired && annotations[MOST] == most) {
            return None;
        }
        let mut new = set.value().clone();
        new["spec"]["replicas"] = json!(count);
        new["metadata"]["annotations"][DESIRED] = desired;
        new["metadata"]["annotations"][MOST] = most;
        Some(Step::to(&self.actor, self.sets, set, Write::Update("", new)))
    }

    fn bounds(&self) -> [Value; 2] {
        let surge = if self.recreates() { 0 } else { self.wanted.surge };
        [json!(self.wanted.replicas.to_string()), json!((self.wanted.replicas + surge).to_string())]
    }

    /// The number of the next revision.
    fn next_revision(&self) -> i64 {
        self.old.iter().map(|set| revision(set)).max().unwrap_or_default().saturating_add(1)
    }

    /// The annotations of the deployment that its sets have too.
    fn own_annotations(&self) -> impl Iterator<Item = (&String, &Value)> {
        let annotations = self.deployment.metadata()["annotations"].as_object();
        let own = [REVISION, HISTORY, DESIRED, MOST, APPLIED, "deprecated.deployment.rollback.to"];
        annotations.into_iter().flatten().filter(move |(key, _)| !own.contains(&key.as_str()))
    }

    fn create(&self) -> Step {
        let spec = &self.deployment.value()["spec"];
        let hash = hash(&bare(&spec["template"]));
        let mut template = spec["template"].clone();
        template["metadata"]["labels"][HASH] = json!(hash);
        let mut selector = spec["selector"].clone();
        selector["matchLabels"][HASH] = json!(hash);
        let [desired, most] = self.bounds();
        let mut annotations = json!({REVISION: self.next_revision().to_string(), DESIRED: desired, MOST: most});
        for (key, value) in self.own_annotations() {
            annotations[key] = value.clone();
        }
        let old = self.old.iter().map(|set| Set { replicas: replicas(set), available: 0 }).collect::<Vec<_>>();
        let count = match self.recreates() {
            true => self.wanted.replicas,
            false => rolling::next(self.wanted, Set::default(), &old).0,
        };
        let mut set = json!({
            "apiVersion": "apps/v1", "kind": "ReplicaSet",
            "metadata": {
                "name": format!("{}-{hash}", self.deployment.meta_str("name")), "labels": template["metadata"]["labels"],
                "annotations": annotations, "ownerReferences": controlled_by(self.deployment),
            },
            "spec": {"replicas": count, "selector": selector, "template": template},
        });
        if !spec["minReadySeconds"].is_null() {
            set["spec"]["minReadySeconds"] = spec["minReadySeconds"].clone();
        }
        Step::within(&self.actor, self.sets, self.deployment.meta_str("namespace"), Write::Create(set))
    }

    /// The latest set has the greatest revision, and the deployment has the same.
    fn annotate(&self, new: &Object) -> Option<Step> {
        let mut annotated = new.value().clone();
        let (known, next) = (revision(new), self.next_revision());
        let annotations = &mut annotated["metadata"]["annotations"];
        if known < next {
            annotations[REVISION] = json!(next.to_string());
            if known > 0 {
                let before = text(&annotations[HISTORY]);
                let history = if before.is_empty() { known.to_string() } else { format!("{before},{known}") };
                annotations[HISTORY] = json!(history);
            }
        }
        for (key, value) in self.own_annotations() {
            annotations[key] = value.clone();
        }
        if annotated != *new.value() {
            return Some(Step::to(&self.actor, self.sets, new, Write::Update("", annotated)));
        }
        if self.deployment.metadata()["annotations"][REVISION] == new.metadata()["annotations"][REVISION] {
            return None;
        }
        let mut numbered = self.deployment.value().clone();
        numbered["metadata"]["annotations"][REVISION] = new.metadata()["annotations"][REVISION].clone();
        Some(Step::to(&self.actor, self.resource, self.deployment, Write::Update("", numbered)))
    }

    /// Sets that are older than the history is long go.
    fn forget(&self) -> Vec<Step> {
        let Some(kept) = self.deployment.value()["spec"]["revisionHistoryLimit"].as_u64() else { return Vec::new() };
        let idle = |set: &&&Arc<Object>| {
            replicas(set) == 0 && number(&set.value()["status"]["replicas"]) == 0 && !is_deleting(set)
        };
        let mut idle: Vec<_> = self.old.iter().filter(idle).collect();
        idle.sort_by_key(|set| revision(set));
        let surplus = idle.len().saturating_sub(usize::try_from(kept).unwrap_or(usize::MAX));
        let gone = idle.into_iter().take(surplus);
        gone.map(|set| Step::to(&self.actor, self.sets, set, Write::delete_exactly(set, "Background"))).collect()
    }

    fn status(&self) -> Value {
        let all = || self.new.into_iter().chain(self.old.iter().copied());
        let sum = |field: &str| all().map(|set| number(&set.value()["status"][field])).sum::<usize>();
        let updated = self.new.map_or(0, |set| number(&set.value()["status"]["replicas"]));
        let (there, available) = (sum("replicas"), sum("availableReplicas"));
        let mut status = self.deployment.value()["status"].clone();
        if !status.is_object() {
            status = json!({});
        }
        status["observedGeneration"] = self.deployment.metadata()["generation"].clone();
        count(&mut status, "replicas", there);
        count(&mut status, "updatedReplicas", updated);
        count(&mut status, "readyReplicas", sum("readyReplicas"));
        count(&mut status, "availableReplicas", available);
        count(
            &mut status,
            "unavailableReplicas",
            all().map(|set| replicas(set)).sum::<usize>().saturating_sub(available),
        );
        status["terminatingReplicas"] = json!(sum("terminatingReplicas"));
        let mut told = conditions(self.deployment);
        let time = self.view.time();
        let enough = available >= self.wanted.replicas.saturating_sub(self.wanted.unavailable);
        let (said, reason, message) = match enough {
            true => ("True", "MinimumReplicasAvailable", "Deployment has minimum availability."),
            false => ("False", "MinimumReplicasUnavailable", "Deployment does not have minimum availability."),
        };
        condition(&mut told, &time, "Available", [said, reason, message]);
        let done = self.new.is_some() && [updated, there, available].iter().all(|count| *count == self.wanted.replicas);
        let name = self.new.map_or("", |set| set.meta_str("name"));
        let (said, reason, message) = match (self.paused(), self.new) {
            (true, _) => ("Unknown", "DeploymentPaused", "Deployment is paused".to_owned()),
            (_, None) => (
                "True",
                "ReplicaSetUpdated",
                format!("Deployment \"{}\" is progressing.", self.deployment.meta_str("name")),
            ),
            (_, Some(_)) if done => {
                ("True", "NewReplicaSetAvailable", format!("ReplicaSet \"{name}\" has successfully progressed."))
            }
            (_, Some(_)) => ("True", "ReplicaSetUpdated", format!("ReplicaSet \"{name}\" is progressing.")),
        };
        // Once a rollout is done, mere scaling is no progress.
        let was_done = told.iter().any(|known| {
            known["type"] == "Progressing"
                && known["reason"] == "NewReplicaSetAvailable"
                && known["message"].as_str().is_some_and(|message| message.contains(&format!("\"{name}\"")))
        });
        if !(was_done && there == updated && !self.paused()) {
            condition(&mut told, &time, "Progressing", [said, reason, &message]);
        }
        for known in &mut told {
            if known["lastUpdateTime"].is_null() {
                known["lastUpdateTime"] = json!(time);
            }
        }
        status["conditions"] = Value::Array(told);
        status
    }
}
