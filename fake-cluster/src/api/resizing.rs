//! Whether the node of a pod can give it what it is resized to, as the API server sees it.
//!
//! It knows what nodes say of themselves, and nothing of the other pods there: that is for kubelets.

use serde_json::Value;

use super::Api;
use super::amounts;
use super::resource::Resource;
use super::status::{Status, StatusCause};
use crate::schema::quantity::Quantity;

/// Refuses to resize a pod beyond its node, and in ways that its node does not know.
pub(super) fn check(api: &Api, resource: &Resource, new: &Value, old: &Value) -> Result<(), Status> {
    let node = new["spec"]["nodeName"].as_str().unwrap_or_default();
    if node.is_empty() || new["spec"] == old["spec"] {
        return Ok(());
    }
    let refused = |why: &str| {
        let name = new["metadata"]["name"].as_str().unwrap_or_default();
        Status::forbidden(&resource.group, &resource.plural, name, why)
    };
    let live = api.store.get("nodes", node).ok_or_else(|| refused(&format!("node \"{node}\" not found")))?;
    let status = &live.value()["status"];
    let missing = missing(status, &new["spec"], &old["spec"]);
    if !missing.is_empty() {
        let missing = missing.join(", ");
        let why = format!("pod update requires features {missing} which are not available on node \"{node}\"");
        return Err(refused(&why));
    }
    let lacking = lacking(&status["allocatable"], new);
    if lacking.is_empty() {
        return Ok(());
    }
    let why = format!("node didn't have enough allocatable resources: {}", lacking.join("; "));
    Err(refused(&why).with_causes(vec![StatusCause::new("NodeCapacity", "", "")]))
}

/// The features that a change needs and a node does not declare.
fn missing(status: &Value, new: &Value, old: &Value) -> Vec<&'static str> {
    let declared = |feature: &str| items(&status["declaredFeatures"]).any(|declared| declared == feature);
    let first = |spec: &Value| -> Vec<Value> {
        let first = items(&spec["initContainers"]).filter(|container| container["restartPolicy"] != "Always");
        first.map(|container| container["resources"].clone()).collect()
    };
    let needed = [
        (new["resources"] != old["resources"], "InPlacePodLevelResourcesVerticalScaling"),
        (first(new) != first(old), "InPlacePodVerticalScalingInitContainers"),
    ];
    needed.into_iter().filter(|(needed, feature)| *needed && !declared(feature)).map(|(_, feature)| feature).collect()
}

/// What a node has not enough of for a pod alone.
fn lacking(allocatable: &Value, pod: &Value) -> Vec<String> {
    let (wanted, has) = (amounts::of_pod(pod, "requests"), amounts::read(allocatable));
    let lacking = ["cpu", "memory"].into_iter().filter_map(|name| {
        let unit = |amount: &Quantity| if name == "cpu" { amount.in_thousandths() } else { amount.in_units() };
        let wanted = wanted.get(name).map(unit)?;
        let has = has.get(name).map(unit).unwrap_or_default();
        (wanted > has).then(|| format!("{name}, requested: {wanted}, allocatable: {has}"))
    });
    lacking.collect()
}

fn items(list: &Value) -> impl Iterator<Item = &Value> {
    list.as_array().into_iter().flatten()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_a_node_has_not_enough_of_is_named_in_its_unit() {
        let pod = json!({"spec": {"containers": [{"resources": {"requests": {"cpu": "4500m", "memory": "9Gi"}}}]}});
        let of = |allocatable: Value| lacking(&allocatable, &pod);
        assert_eq!(of(json!({"cpu": "8", "memory": "16Gi"})), Vec::<String>::new());
        assert_eq!(of(json!({"cpu": "4", "memory": "16Gi"})), ["cpu, requested: 4500, allocatable: 4000"]);
        assert_eq!(of(json!({"cpu": "8"})), ["memory, requested: 9663676416, allocatable: 0"]);
    }

    #[test]
    fn a_change_needs_the_features_that_it_uses() {
        let of = |kind: &str, cpu: &str| {
            json!({
                "resources": {"requests": {"cpu": if kind == "whole" { cpu } else { "1" }}},
                "initContainers": [
                    {"name": "first", "resources": {"requests": {"cpu": if kind == "first" { cpu } else { "1" }}}},
                    {"name": "stays", "restartPolicy": "Always", "resources": {"requests": {"cpu": cpu}}},
                ],
            })
        };
        let needs = |kind: &str| missing(&json!({}), &of(kind, "2"), &of(kind, "1"));
        assert_eq!(needs("whole"), ["InPlacePodLevelResourcesVerticalScaling"]);
        assert_eq!(needs("first"), ["InPlacePodVerticalScalingInitContainers"]);
        assert!(needs("stays").is_empty());
        let declared = json!({"declaredFeatures": ["InPlacePodLevelResourcesVerticalScaling"]});
        assert!(missing(&declared, &of("whole", "2"), &of("whole", "1")).is_empty());
    }
}
