//! POST to the `eviction` of a pod: it is deleted, if the budget for disruptions allows it.
//!
//! It follows `k8s.io/kubernetes/pkg/registry/core/pod/storage/eviction.go`. Who computes the budgets is not known here.

use std::sync::{Arc, LazyLock};

use bytes::Bytes;
use http::{Response, StatusCode};
use serde_json::{Value, json};

use super::ctx::Ctx;
use super::options::{DeleteOptions, Write, WriteOptions};
use super::request::{Query, Verb};
use super::resource::Resource;
use super::status::{Status, StatusCause};
use super::warnings::warn;
use super::{json_value, meta};
use crate::controllers::selects;
use crate::storage::{Expected, Object};

const BUDGETS: &str = "poddisruptionbudgets.policy";
/// How many pods may be on their way out before a budget is not asked any more.
const MANY: usize = 2_000;
const REFUSED: &str = "Cannot evict pod as it would violate the pod's disruption budget.";

static EVICTIONS: LazyLock<Option<Resource>> = LazyLock::new(|| Resource::review("policy", "evictions", "Eviction"));

impl Ctx<'_> {
    /// Evicts a pod.
    pub(super) fn evict(&self, pods: &Resource) -> Result<Response<Bytes>, Status> {
        if self.call.verb != Verb::Create {
            return Err(Status::method_not_allowed());
        }
        let evictions = EVICTIONS.as_ref().ok_or_else(Status::no_such_path)?;
        let write = WriteOptions::parse(&self.call.query, Write::Create)?;
        let (mut eviction, warnings) = self.read_object(evictions, write.validation)?;
        self.place(pods, &mut eviction)?;
        if eviction["metadata"]["name"] != self.path.name.as_str() {
            return Err(Status::bad_request("name in URL does not match name in Eviction object"));
        }
        let given = Some(&eviction["deleteOptions"]).filter(|options| !options.is_null());
        let mut options = DeleteOptions::parse(&Query::default(), given)?;
        options.dry_run |= write.dry_run;
        loop {
            let pod = self.api.store.get(&pods.storage, &self.key(pods)).ok_or_else(|| self.not_found(pods))?;
            if !is_out_already(&pod) && !self.may_be_disrupted(&pod, options.dry_run)? {
                continue;
            }
            if self.mark_and_delete(pods, &pod, &options)? {
                break;
            }
        }
        let done = json!({"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success", "code": 201});
        let mut response = json_value(StatusCode::CREATED, &done);
        warn(&mut response, &warnings);
        Ok(response)
    }

    /// Asks the budget, and uses it. False if it changed meanwhile.
    fn may_be_disrupted(&self, pod: &Object, dry_run: bool) -> Result<bool, Status> {
        let prefix = format!("{}/", self.path.namespace);
        let select = crate::storage::Select { prefix: &prefix, ..crate::storage::Select::default() };
        let budgets = self.api.store.range(BUDGETS, select).map_err(Status::internal)?.objects;
        let labels = &pod.metadata()["labels"];
        let mut concerned = budgets.iter().filter(|budget| selects(&budget.value()["spec"]["selector"], labels));
        let Some(budget) = concerned.next() else { return Ok(true) };
        if concerned.next().is_some() {
            let why =
                "This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.";
            return Err(Status::bare(500, why));
        }
        let (spec, status) = (&budget.value()["spec"], &budget.value()["status"]);
        let count = |field: &str| status[field].as_i64().unwrap_or_default();
        let enough = count("currentHealthy") >= count("desiredHealthy") && count("desiredHealthy") > 0;
        if !is_ready(pod) && (spec["unhealthyPodEvictionPolicy"] == "AlwaysAllow" || enough) {
            return Ok(true);
        }
        self.use_budget(budget, pod, dry_run)
    }

    fn use_budget(&self, budget: &Arc<Object>, pod: &Object, dry_run: bool) -> Result<bool, Status> {
        let name = budget.meta_str("name");
        let status = &budget.value()["status"];
        let count = |field: &str| status[field].as_i64().unwrap_or_default();
        let refused = |seconds: u64, message: String| {
            let cause = StatusCause::new("DisruptionBudget", message, "");
            Err(Status::too_many_requests(REFUSED, seconds).with_causes(vec![cause]))
        };
        if count("observedGeneration") < budget.metadata()["generation"].as_i64().unwrap_or_default() {
            return refused(10, format!("The disruption budget {name} is still being processed by the server."));
        }
        let forbidden = |why: &str| Err(Status::forbidden("policy", "poddisruptionbudget", name, why));
        if count("disruptionsAllowed") < 0 {
            return forbidden("pdb disruptions allowed is negative");
        }
        if status["disruptedPods"].as_object().is_some_and(|pods| pods.len() > MANY) {
            return forbidden("DisruptedPods map too big - too many evictions not confirmed by PDB controller");
        }
        if count("disruptionsAllowed") == 0 {
            let mut conditions = status["conditions"].as_array().into_iter().flatten();
            let said = conditions.find(|c| c["type"] == "DisruptionAllowed" && c["status"] == "False");
            let text = |field: &str| said.map_or("", |said| said[field].as_str().unwrap_or_default());
            let (reason, message) = (text("reason"), text("message"));
            let (wanted, healthy) = (count("desiredHealthy"), count("currentHealthy"));
            let why = match () {
                () if reason == "SyncFailed" && !message.is_empty() => format!(
                    "The disruption budget {name} does not allow evicting pods currently because it failed sync: {message}"
                ),
                () if healthy <= wanted => {
                    format!("The disruption budget {name} needs {wanted} healthy pods and has {healthy} currently")
                }
                () if !message.is_empty() => {
                    format!("The disruption budget {name} does not allow evicting pods currently ({reason}): {message}")
                }
                () => format!("The disruption budget {name} does not allow evicting pods currently"),
            };
            return refused(0, why);
        }
        if dry_run {
            return Ok(true);
        }
        let mut new = budget.value().clone();
        new["status"]["disruptionsAllowed"] = json!(count("disruptionsAllowed") - 1);
        new["status"]["disruptedPods"][pod.meta_str("name")] = json!(meta::seconds(self.now));
        Ok(self.api.store.put(BUDGETS, budget.key(), Expected::Revision(budget.revision()), new).is_ok())
    }

    /// Says in the pod why it goes, and deletes it. False if it changed meanwhile.
    fn mark_and_delete(&self, pods: &Resource, pod: &Arc<Object>, options: &DeleteOptions) -> Result<bool, Status> {
        let mut live = pod.clone();
        let mut options = options.clone();
        if !options.dry_run {
            let name = pod.meta_str("name");
            self.check_delete_precondition(pods, pod, &options, |what, wanted, found| {
                let consequence = if what == "UID" { "deleted and then recreated" } else { "modified" };
                let why = format!(
                    "the {what} in the precondition ({wanted}) does not match the {what} in record ({found}). The object might have been {consequence}"
                );
                Status::conflict("", "Pod", name, &why)
            })?;
            let mut new = pod.value().clone();
            let condition = json!({
                "type": "DisruptionTarget", "status": "True", "lastProbeTime": null,
                "lastTransitionTime": meta::seconds(self.now), "reason": "EvictionByEvictionAPI",
                "message": "Eviction API: evicting",
            });
            let mut conditions = new["status"]["conditions"].as_array().cloned().unwrap_or_default();
            match conditions.iter_mut().find(|known| known["type"] == "DisruptionTarget") {
                Some(known) if known["status"] == "True" => {}
                Some(known) => *known = condition,
                None => conditions.push(condition),
            }
            new["status"]["conditions"] = Value::Array(conditions);
            if new != *pod.value() {
                let expected = Expected::Revision(pod.revision());
                let Ok(marked) = self.api.store.put(&pods.storage, pod.key(), expected, new) else { return Ok(false) };
                live = marked;
            }
            // The revision that was asked for is the one before the mark.
            options.revision = options.revision.map(|_| live.revision().to_string());
        }
        while self.delete_one(pods, &live, &options)?.is_none() {
            let Some(next) = self.api.store.get(&pods.storage, pod.key()) else { break };
            live = next;
        }
        Ok(true)
    }
}

/// Whether a pod disrupts nothing any more, or not yet.
fn is_out_already(pod: &Object) -> bool {
    matches!(pod.value()["status"]["phase"].as_str(), Some("Succeeded" | "Failed" | "Pending"))
        || !pod.metadata()["deletionTimestamp"].is_null()
}

fn is_ready(pod: &Object) -> bool {
    let conditions = pod.value()["status"]["conditions"].as_array();
    conditions.into_iter().flatten().any(|condition| condition["type"] == "Ready" && condition["status"] == "True")
}
