//! Budgets for disruptions: how many pods may go now. Knows nothing of who evicts them.
//!
//! It follows `pkg/controller/disruption`, except that the expected number is that of the pods that are there.

use serde_json::{Value, json};

use super::{PODS, conditions, is_active, is_true, number, share, status};
use crate::controllers::selector::selects;
use crate::controllers::step::{Step, controller};
use crate::controllers::view::View;

const STORAGE: &str = "poddisruptionbudgets.policy";

/// What comes next.
pub(super) fn steps(view: &View) -> Vec<Step> {
    let Some(resource) = view.resource(STORAGE) else { return Vec::new() };
    let actor = controller("disruption-controller");
    let mut steps = Vec::new();
    for budget in view.objects(STORAGE) {
        let spec = &budget.value()["spec"];
        let pods = view.within(PODS, budget.meta_str("namespace")).iter();
        let pods = pods.filter(|pod| is_active(pod) && selects(&spec["selector"], &pod.metadata()["labels"]));
        let pods: Vec<_> = pods.collect();
        let expected = pods.len();
        let healthy = pods.iter().filter(|pod| is_true(pod, "Ready")).count();
        let desired = match (&spec["minAvailable"], &spec["maxUnavailable"]) {
            (Value::Null, Value::Null) => 0,
            (Value::Null, most) => expected.saturating_sub(share(most, expected, true)),
            (least, _) if least.is_number() => number(least),
            (least, _) => share(least, expected, true),
        };
        let allowed = if expected == 0 { 0 } else { healthy.saturating_sub(desired) };
        let generation = &budget.metadata()["generation"];
        let mut told = conditions(budget);
        let (said, reason) = if allowed > 0 { ("True", "SufficientPods") } else { ("False", "InsufficientPods") };
        let known = told.iter().position(|known| known["type"] == "DisruptionAllowed");
        let since = known.and_then(|at| told.get(at)).filter(|known| known["status"] == said);
        let new = json!({
            "type": "DisruptionAllowed", "status": said, "reason": reason, "message": "",
            "observedGeneration": generation,
            "lastTransitionTime": since.map_or_else(|| json!(view.time()), |known| known["lastTransitionTime"].clone()),
        });
        match known.and_then(|at| told.get_mut(at)) {
            Some(known) => *known = new,
            None => told.push(new),
        }
        let new = json!({
            "observedGeneration": generation, "disruptionsAllowed": allowed, "currentHealthy": healthy,
            "desiredHealthy": desired, "expectedPods": expected, "conditions": told,
        });
        steps.extend(status(&actor, resource, budget, new));
    }
    steps
}
