//! Machine pools as objects of their own, where a cluster is not made from a class: MachineDeployments, and MachinePools that are there. Pure.
//!
//! An object is looked at as the entry of a topology that would say the same, so that a pool is read and changed by the same rules in both
//! forms.
//!
//! Source: `api/core/v1beta2` of cluster-api: `MachineDeployment`, `MachinePool`.

use serde_json::{Map, Value, json};

use super::pool::{self, BadPool, MAX_SIZE, MIN_SIZE};
use crate::provider::MachinePoolRequest;

/// Kinds of machine pools; new ones are of the first.
pub(super) const KINDS: [&str; 2] = ["MachineDeployment", "MachinePool"];

/// Label of everything that belongs to a cluster.
pub(super) const CLUSTER_NAME: &str = "cluster.x-k8s.io/cluster-name";
const DEPLOYMENT_NAME: &str = "cluster.x-k8s.io/deployment-name";
/// What labels of machines begin with that are Cluster API's own, and no labels of nodes.
const RESERVED: &str = "cluster.x-k8s.io/";

/// Longest value of a label, which such an object's name becomes.
const LONGEST_NAME: usize = 63;

/// What the object of a pool is called: ids are unique in a cluster, and names in a namespace.
pub(super) fn object_name(cluster: &str, id: &str) -> Result<String, BadPool> {
    let name = format!("{cluster}-{id}");
    if name.len() > LONGEST_NAME {
        return Err(BadPool::Invalid("the id is too long behind the name of the cluster: 63 characters for both"));
    }
    Ok(name)
}

/// Whether an object is a pool of this cluster.
pub(super) fn belongs(object: &Value, cluster: &str) -> bool {
    object["spec"]["clusterName"] == cluster
}

/// Whether it is on its way out.
pub(super) fn is_going(object: &Value) -> bool {
    object["metadata"]["deletionTimestamp"].is_string()
}

/// The pool that an object is.
pub(super) fn parse(object: &Value, id: &str) -> MachinePoolRequest {
    pool::parse(&entry_of(object, id))
}

/// Makes a pool be as it is asked for. Whether anything changed.
pub(super) fn update(object: &mut Value, request: &MachinePoolRequest) -> Result<bool, BadPool> {
    let held = entry_of(object, &request.id);
    let wanted = pool::changed(&held, &changeable(object, request)?)?;
    if held == wanted {
        return Ok(false);
    }
    write(object, &wanted);
    Ok(true)
}

/// A new pool: machines are set up as those of a sibling are, with infrastructure of this size.
pub(super) fn like(
    siblings: &[Value],
    name: &str,
    cluster: &str,
    request: &MachinePoolRequest,
) -> Result<Value, BadPool> {
    let template = |sibling: &Value| {
        sibling.pointer("/spec/template/spec").filter(|spec| spec["infrastructureRef"].is_object()).cloned()
    };
    let mut able: Vec<&Value> =
        siblings.iter().filter(|one| belongs(one, cluster) && template(one).is_some()).collect();
    able.sort_by_key(|one| (size(one) != request.instance_size, one["metadata"]["name"].as_str().unwrap_or_default()));
    let sibling = able.first().ok_or(BadPool::NoSibling)?;
    let mut machine = template(sibling).ok_or(BadPool::NoSibling)?;
    machine["infrastructureRef"]["name"] = json!(request.instance_size);
    let own = json!({CLUSTER_NAME: cluster, DEPLOYMENT_NAME: name});
    let mut object = json!({
        "apiVersion": sibling["apiVersion"], "kind": KINDS[0],
        "metadata": {
            "name": name, "namespace": sibling["metadata"]["namespace"], "labels": {CLUSTER_NAME: cluster},
        },
        "spec": {
            "clusterName": cluster, "selector": {"matchLabels": own},
            "template": {"metadata": {"labels": own}, "spec": machine},
        },
    });
    let request = changeable(&object, request)?;
    let wanted = pool::changed(&json!({"name": request.id, "class": request.instance_size}), &request)?;
    write(&mut object, &wanted);
    Ok(object)
}

/// Which machines: the name of what describes their infrastructure.
fn size(object: &Value) -> &str {
    object.pointer("/spec/template/spec/infrastructureRef/name").and_then(Value::as_str).unwrap_or_default()
}

/// Whether a label of machines stays whatever a pool is asked to be: Cluster API's own, and those by which an object finds its machines.
fn is_kept(object: &Value, name: &str) -> bool {
    let selector = &object["spec"]["selector"];
    let expressions = selector["matchExpressions"].as_array().into_iter().flatten();
    let mut needed = expressions.filter(|one| one["operator"] == "In" || one["operator"] == "Exists");
    name.starts_with(RESERVED) || selector["matchLabels"].get(name).is_some() || needed.any(|one| one["key"] == name)
}

/// The request without labels that stay. They may be named, and not changed.
fn changeable(object: &Value, request: &MachinePoolRequest) -> Result<MachinePoolRequest, BadPool> {
    let held = object.pointer("/spec/template/metadata/labels");
    let held = |name: &str| held.and_then(|labels| labels[name].as_str());
    let mut request = request.clone();
    if request.node_labels.iter().any(|(name, value)| is_kept(object, name) && held(name) != Some(value)) {
        return Err(BadPool::Invalid(
            "it asks for another value of a label that stays, one of cluster.x-k8s.io/ or of the selector of its machines; leave that label out",
        ));
    }
    request.node_labels.retain(|name, _| !is_kept(object, name));
    Ok(request)
}

/// The entry of a topology that says the same.
fn entry_of(object: &Value, id: &str) -> Value {
    let mut entry = json!({"name": id, "class": size(object)});
    let mut metadata = Map::new();
    let annotations = object["metadata"]["annotations"].as_object().filter(|all| !all.is_empty());
    let bounded = annotations.is_some_and(|all| all.contains_key(MIN_SIZE) && all.contains_key(MAX_SIZE));
    // How many there are of an autoscaled pool is the autoscaler's.
    if let (false, Some(replicas)) = (bounded, object["spec"]["replicas"].as_u64()) {
        entry["replicas"] = json!(replicas);
    }
    if let Some(annotations) = annotations {
        metadata.insert("annotations".to_owned(), Value::Object(annotations.clone()));
    }
    let labels = object.pointer("/spec/template/metadata/labels").and_then(Value::as_object).into_iter().flatten();
    let labels: Map<String, Value> =
        labels.filter(|(name, _)| !is_kept(object, name)).map(|(name, value)| (name.clone(), value.clone())).collect();
    if !labels.is_empty() {
        metadata.insert("labels".to_owned(), Value::Object(labels));
    }
    if !metadata.is_empty() {
        entry["metadata"] = Value::Object(metadata);
    }
    if let Some(taints) = object.pointer("/spec/template/spec/taints").filter(|taints| taints[0].is_object()) {
        entry["taints"] = taints.clone();
    }
    entry
}

/// Writes what an entry says where an object says it; what no entry says stays.
fn write(object: &mut Value, entry: &Value) {
    let held = object.pointer("/spec/template/metadata/labels").and_then(Value::as_object).into_iter().flatten();
    let kept = held.filter(|(name, _)| is_kept(object, name));
    let wanted = entry["metadata"]["labels"].as_object().into_iter().flatten();
    let labels: Map<String, Value> = kept.chain(wanted).map(|(name, value)| (name.clone(), value.clone())).collect();
    if !entry["replicas"].is_null() {
        put(object, &["spec"], "replicas", entry["replicas"].clone());
    }
    put(object, &["metadata"], "annotations", entry["metadata"]["annotations"].clone());
    put(object, &["spec", "template", "metadata"], "labels", Value::Object(labels));
    put(object, &["spec", "template", "spec"], "taints", entry["taints"].clone());
}

/// Sets a field of the map at a path, or takes it away where there is nothing to say.
fn put(object: &mut Value, path: &[&str], field: &str, value: Value) {
    let mut at = object;
    for step in path {
        let Some(map) = at.as_object_mut() else { return };
        at = map.entry(*step).or_insert_with(|| json!({}));
    }
    let Some(map) = at.as_object_mut() else { return };
    match value {
        Value::Null => drop(map.remove(field)),
        value => drop(map.insert(field.to_owned(), value)),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::provider::{Autoscaling, NodeTaint, TaintEffect};

    fn sibling() -> Value {
        json!({
            "apiVersion": "cluster.x-k8s.io/v1beta2", "kind": "MachineDeployment",
            "metadata": {"name": "shop-md-0", "namespace": "fleet", "annotations": {"team": "shop"}},
            "spec": {
                "clusterName": "shop", "replicas": 2, "rollout": {"after": "2026-01-01T00:00:00Z"},
                "selector": {
                    "matchLabels": {"nodepool": "a"},
                    "matchExpressions": [
                        {"key": "workload", "operator": "In", "values": ["shop", "till"]},
                        {"key": "spot", "operator": "DoesNotExist"},
                    ],
                },
                "template": {
                    "metadata": {"labels": {CLUSTER_NAME: "shop", "nodepool": "a", "workload": "till"}},
                    "spec": {
                        "clusterName": "shop", "version": "v1.34.0",
                        "bootstrap": {"configRef": {"apiGroup": "bootstrap.example.com", "kind": "Config", "name": "workers"}},
                        "infrastructureRef": {"apiGroup": "cloud.example.com", "kind": "MachineTemplate", "name": "small"},
                    },
                },
            },
        })
    }

    proptest! {
        #[test]
        fn what_was_written_is_what_is_read_and_the_second_time_nothing_changes(
            min in 0_u32..9, more in 0_u32..9, fixed in proptest::option::of(0_u32..9),
            labels in prop::collection::btree_map("[a-z]{1,5}", "[a-z]{0,5}", 0..3), tainted in any::<bool>(),
        ) {
            let mut pool = match fixed {
                Some(replicas) => MachinePoolRequest::fixed("gpu", "large", replicas),
                None => MachinePoolRequest::autoscaled("gpu", "large", Autoscaling::new(min, min + more)),
            };
            pool.node_labels = labels;
            if tainted {
                pool.node_taints.push(NodeTaint::new(TaintEffect::NoExecute, "gpu", "yes"));
            }
            let mut made = like(&[sibling()], "shop-gpu", "shop", &pool).unwrap();
            prop_assert_eq!(&parse(&made, "gpu"), &pool);
            prop_assert!(!update(&mut made, &pool).unwrap());
            prop_assert!(belongs(&made, "shop"));
            let machine = &made["spec"]["template"]["spec"];
            prop_assert_eq!(&machine["bootstrap"], &sibling()["spec"]["template"]["spec"]["bootstrap"]);
            prop_assert_eq!(&machine["infrastructureRef"]["kind"], "MachineTemplate");
            // And one that was there becomes the same, and keeps what others said.
            let mut held = sibling();
            pool.instance_size = "small".to_owned();
            update(&mut held, &pool).unwrap();
            prop_assert_eq!(parse(&held, "gpu"), pool);
            prop_assert_eq!(&held["metadata"]["annotations"]["team"], "shop");
            prop_assert_eq!(&held["spec"]["rollout"], &sibling()["spec"]["rollout"]);
            let kept = &held["spec"]["template"]["metadata"]["labels"];
            prop_assert_eq!(&kept[CLUSTER_NAME], "shop");
            prop_assert_eq!((&kept["nodepool"], &kept["workload"]), (&json!("a"), &json!("till")));
            prop_assert_eq!(&held["spec"]["selector"], &sibling()["spec"]["selector"]);
        }
    }

    #[test]
    fn machines_of_another_size_are_a_conflict_and_without_a_sibling_there_are_none() {
        let other = update(&mut sibling(), &MachinePoolRequest::fixed("md-0", "large", 2));
        assert_eq!(other, Err(BadPool::OtherMachines("small".to_owned())));
        let pool = MachinePoolRequest::fixed("gpu", "large", 1);
        assert_eq!(like(&[], "shop-gpu", "shop", &pool), Err(BadPool::NoSibling));
        assert_eq!(like(&[sibling()], "till-gpu", "till", &pool), Err(BadPool::NoSibling), "it is another cluster's");
    }

    #[test]
    fn a_label_by_which_machines_are_found_may_be_named_and_not_changed() {
        let mut pool = MachinePoolRequest::fixed("md-0", "small", 2);
        for (name, value) in [("nodepool", "a"), ("workload", "till"), (CLUSTER_NAME, "shop")] {
            pool.node_labels.insert(name.to_owned(), value.to_owned());
            assert_eq!(update(&mut sibling(), &pool), Ok(false), "{name} is as it is asked for");
        }
        for name in ["nodepool", "workload", CLUSTER_NAME, DEPLOYMENT_NAME] {
            let mut other = pool.clone();
            other.node_labels.insert(name.to_owned(), "b".to_owned());
            assert!(matches!(update(&mut sibling(), &other), Err(BadPool::Invalid(_))), "{name}");
        }
        let mut new = MachinePoolRequest::fixed("gpu", "large", 1);
        new.node_labels.insert(CLUSTER_NAME.to_owned(), "till".to_owned());
        assert!(matches!(like(&[sibling()], "shop-gpu", "shop", &new), Err(BadPool::Invalid(_))));
    }

    #[test]
    fn how_many_an_autoscaler_has_made_is_its_own() {
        let pool = MachinePoolRequest::autoscaled("md-0", "small", Autoscaling::new(1, 5));
        let mut held = sibling();
        assert!(update(&mut held, &pool).unwrap());
        held["spec"]["replicas"] = json!(4);
        assert!(!update(&mut held, &pool).unwrap());
        assert_eq!(held["spec"]["replicas"], 4);
    }

    #[test]
    fn a_name_that_is_no_label_is_refused() {
        assert_eq!(object_name("shop", "gpu").unwrap(), "shop-gpu");
        assert!(object_name(&"a".repeat(60), "gpu").is_err());
    }
}
