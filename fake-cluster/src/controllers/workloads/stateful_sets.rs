//! Stateful sets: pods with numbers and claims of their own, one after the other. Knows nothing of who binds claims.
//!
//! It follows `pkg/controller/statefulset`, without retention of claims and with one pod replaced at a time.

use std::sync::Arc;

use serde_json::{Value, json};

use super::revisions::{LABEL, Revisions};
use super::{BURST, PODS, controlled, count, is_true, number, pod, status};
use crate::api::Resource;
use crate::controllers::step::{Step, Write, controller};
use crate::controllers::view::{View, is_deleting, text};
use crate::storage::Object;

const STORAGE: &str = "statefulsets.apps";
const CLAIMS: &str = "persistentvolumeclaims";

/// One set and its pods, by number.
struct Row<'a> {
    view: &'a View,
    actor: &'a str,
    set: &'a Arc<Object>,
    pods: Vec<(usize, &'a Arc<Object>)>,
    revisions: Revisions<'a>,
    /// The revision that pods below the partition have.
    current: String,
}

/// What comes next.
pub(super) fn steps(view: &View) -> Vec<Step> {
    let (Some(resource), Some(pods)) = (view.resource(STORAGE), view.resource(PODS)) else { return Vec::new() };
    let actor = controller("statefulset-controller");
    let mut steps = Vec::new();
    for set in view.objects(STORAGE) {
        let row = Row::of(view, &actor, set);
        steps.extend(row.revisions.steps(view, &actor, set, &[&row.current]));
        if !is_deleting(set) {
            steps.extend(row.next(pods));
        }
        steps.extend(status(&actor, resource, set, row.status()));
    }
    steps
}

fn ordinal(set: &Object, pod: &Object) -> Option<usize> {
    pod.meta_str("name").strip_prefix(set.meta_str("name"))?.strip_prefix('-')?.parse().ok()
}

// === impl Row ===

impl<'a> Row<'a> {
    fn of(view: &'a View, actor: &'a str, set: &'a Arc<Object>) -> Self {
        let mut pods: Vec<_> =
            controlled(view, PODS, set).into_iter().filter_map(|pod| Some((ordinal(set, pod)?, pod))).collect();
        pods.sort_by_key(|(ordinal, _)| *ordinal);
        let revisions = Revisions::of(view, set);
        let current = match text(&set.value()["status"]["currentRevision"]) {
            "" => revisions.latest.clone(),
            current => current.to_owned(),
        };
        Self { view, actor, set, pods, revisions, current }
    }

    fn wanted(&self) -> std::ops::Range<usize> {
        let spec = &self.set.value()["spec"];
        let first = number(&spec["ordinals"]["start"]);
        first..first + number(&spec["replicas"])
    }

    fn parallel(&self) -> bool {
        self.set.value()["spec"]["podManagementPolicy"] == "Parallel"
    }

    /// Whether a pod has this revision.
    fn has(&self, pod: &Object, revision: &str) -> bool {
        let hash = text(&pod.metadata()["labels"][LABEL]);
        !hash.is_empty()
            && revision.strip_prefix(self.set.meta_str("name")).and_then(|rest| rest.strip_prefix('-')) == Some(hash)
    }

    fn next(&self, pods: &Arc<Resource>) -> Vec<Step> {
        let mut steps = Vec::new();
        let mut made = 0;
        for ordinal in self.wanted() {
            let found = self.pods.binary_search_by_key(&ordinal, |(found, _)| *found).ok();
            match found.and_then(|at| self.pods.get(at)) {
                None if made == BURST => break,
                None => {
                    made += 1;
                    steps.extend(self.create(pods, ordinal));
                }
                Some((_, pod)) if is_true(pod, "Ready") && !is_deleting(pod) => continue,
                Some(_) => {}
            }
            // The next one waits for this one.
            if !self.parallel() {
                return steps;
            }
        }
        if !steps.is_empty() {
            return steps;
        }
        let delete = |pod: &Arc<Object>| Step::to(self.actor, pods, pod, Write::delete_exactly(pod, "Background"));
        let surplus = self.pods.iter().rev().filter(|(ordinal, _)| !self.wanted().contains(ordinal));
        let surplus: Vec<_> = surplus.map(|(_, pod)| pod).collect();
        if !surplus.is_empty() {
            let at_once = if self.parallel() { surplus.len() } else { 1 };
            return surplus.into_iter().take(at_once).filter(|pod| !is_deleting(pod)).map(|pod| delete(pod)).collect();
        }
        let spec = &self.set.value()["spec"]["updateStrategy"];
        if spec["type"] == "OnDelete" || self.pods.iter().any(|(_, pod)| !is_true(pod, "Ready") || is_deleting(pod)) {
            return Vec::new();
        }
        let partition = number(&spec["rollingUpdate"]["partition"]);
        let old = self.pods.iter().rev().filter(|(ordinal, _)| *ordinal >= partition);
        let old = old.map(|(_, pod)| pod).find(|pod| !self.has(pod, &self.revisions.latest));
        old.map(|pod| delete(pod)).into_iter().collect()
    }

    /// A pod with its number, and the claims that it needs.
    fn create(&self, pods: &Arc<Resource>, ordinal: usize) -> Vec<Step> {
        let spec = &self.set.value()["spec"];
        let (set, namespace) = (self.set.meta_str("name"), self.set.meta_str("namespace"));
        let partition = number(&spec["updateStrategy"]["rollingUpdate"]["partition"]);
        let kept = self.revisions.template(&self.current).filter(|_| ordinal < partition);
        let hash = match kept {
            Some(_) => self.current.strip_prefix(set).and_then(|rest| rest.strip_prefix('-')).unwrap_or_default(),
            None => self.revisions.hash.as_str(),
        };
        let name = format!("{set}-{ordinal}");
        let mut pod = pod(self.set, kept.unwrap_or(&spec["template"]));
        pod["metadata"]["name"] = json!(name);
        pod["metadata"]["labels"]["statefulset.kubernetes.io/pod-name"] = json!(name);
        pod["metadata"]["labels"]["apps.kubernetes.io/pod-index"] = json!(ordinal.to_string());
        pod["metadata"]["labels"][LABEL] = json!(hash);
        pod["spec"]["hostname"] = json!(name);
        if !text(&spec["serviceName"]).is_empty() {
            pod["spec"]["subdomain"] = spec["serviceName"].clone();
        }
        let mut steps = Vec::new();
        let mut volumes = pod["spec"]["volumes"].as_array().cloned().unwrap_or_default();
        for template in spec["volumeClaimTemplates"].as_array().into_iter().flatten() {
            let of = text(&template["metadata"]["name"]);
            let claim = format!("{of}-{name}");
            volumes.retain(|volume| volume["name"] != of);
            volumes.push(json!({"name": of, "persistentVolumeClaim": {"claimName": claim}}));
            let missing = self.view.get(CLAIMS, &format!("{namespace}/{claim}")).is_none();
            if let Some(claims) = self.view.resource(CLAIMS).filter(|_| missing) {
                let mut labels = template["metadata"]["labels"].as_object().cloned().unwrap_or_default();
                labels.extend(spec["selector"]["matchLabels"].as_object().cloned().unwrap_or_default());
                let claim = json!({
                    "apiVersion": "v1", "kind": "PersistentVolumeClaim", "spec": template["spec"],
                    "metadata": {"name": claim, "labels": labels, "annotations": template["metadata"]["annotations"]},
                });
                steps.push(Step::within(self.actor, claims, namespace, Write::Create(claim)));
            }
        }
        if !volumes.is_empty() {
            pod["spec"]["volumes"] = Value::Array(volumes);
        }
        steps.push(Step::within(self.actor, pods, namespace, Write::Create(pod)));
        steps
    }

    fn status(&self) -> Value {
        let wanted = self.wanted();
        let of =
            |revision: &str| self.pods.iter().filter(|(_, pod)| !is_deleting(pod) && self.has(pod, revision)).count();
        let ready = self.pods.iter().filter(|(_, pod)| is_true(pod, "Ready")).count();
        let updated = of(&self.revisions.latest);
        let whole = self.pods.len() == wanted.len() && ready == wanted.len();
        let rolls = self.set.value()["spec"]["updateStrategy"]["type"] != "OnDelete";
        let current = if rolls && whole && updated == wanted.len() { &self.revisions.latest } else { &self.current };
        let mut status = self.set.value()["status"].clone();
        if !status.is_object() {
            status = json!({});
        }
        status["observedGeneration"] = self.set.metadata()["generation"].clone();
        status["replicas"] = json!(self.pods.len());
        status["availableReplicas"] = json!(ready);
        status["collisionCount"] = json!(0);
        status["currentRevision"] = json!(current);
        status["updateRevision"] = json!(self.revisions.latest);
        count(&mut status, "readyReplicas", ready);
        count(&mut status, "updatedReplicas", updated);
        count(&mut status, "currentReplicas", of(current));
        status
    }
}
