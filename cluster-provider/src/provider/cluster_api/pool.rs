//! Machine pools as entries of a topology. Pure.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::provider::{Autoscaling, MachinePoolRequest, NodeTaint, TaintEffect};

/// Annotations by which the autoscaler of Cluster API is told its bounds.
pub(super) const MIN_SIZE: &str = "cluster.x-k8s.io/cluster-api-autoscaler-node-group-min-size";
/// See [`MIN_SIZE`].
pub(super) const MAX_SIZE: &str = "cluster.x-k8s.io/cluster-api-autoscaler-node-group-max-size";

/// Where pools stand in `spec.topology.workers`; new ones come into the first.
const LISTS: [&str; 2] = ["machineDeployments", "machinePools"];

/// Why a pool cannot be as it is asked for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum BadPool {
    /// The request makes no sense.
    #[error("{0}")]
    Invalid(&'static str),
    /// There is one of that name with other machines.
    #[error("there is a machine pool of this name with machines of class {0:?}, which cannot change")]
    OtherMachines(String),
    /// The workers of the topology are not as they have to be.
    #[error("the workers of the cluster's topology cannot be read")]
    NoTopology,
    /// There is nothing from which it could be known how machines of the cluster are set up.
    #[error("the cluster has no topology, and no MachineDeployment that says how its machines are set up")]
    NoSibling,
}

/// Checks a request: a DNS label that begins with a letter, and either bounds or a number.
pub(super) fn check(request: &MachinePoolRequest) -> Result<(), BadPool> {
    let id = &request.id;
    let label = id.len() <= 63
        && id.starts_with(|first: char| first.is_ascii_lowercase())
        && !id.ends_with('-')
        && id.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    match (label, request.autoscaling, request.replicas) {
        (false, ..) => Err(BadPool::Invalid("the id has to be a DNS label that begins with a letter")),
        _ if request.instance_size.is_empty() => Err(BadPool::Invalid("instance_size has to name a class of workers")),
        (_, Some(_), Some(_)) => Err(BadPool::Invalid("it has to have either autoscaling or replicas, and has both")),
        (_, None, None) => Err(BadPool::Invalid("it has to have either autoscaling or replicas")),
        (_, Some(by), _) if by.min_nodes > by.max_nodes => {
            Err(BadPool::Invalid("autoscaling has to have no more nodes at least than at most"))
        }
        _ => Ok(()),
    }
}

/// Whether a cluster is made from a class, so that its pools are entries of its topology.
pub(super) fn has_topology(cluster: &Value) -> bool {
    cluster["spec"]["topology"].is_object()
}

/// An entry as it is asked for, which its machines have to allow.
pub(super) fn changed(held: &Value, request: &MachinePoolRequest) -> Result<Value, BadPool> {
    match held["class"].as_str().unwrap_or_default() {
        class if class == request.instance_size => Ok(entry(held.clone(), request)),
        class => Err(BadPool::OtherMachines(class.to_owned())),
    }
}

/// The pool of this name.
pub(super) fn find(cluster: &Value, id: &str) -> Option<MachinePoolRequest> {
    entries(cluster).find(|entry| entry["name"] == id).map(parse)
}

/// Makes a pool be as it is asked for. Whether anything changed.
pub(super) fn upsert(cluster: &mut Value, request: &MachinePoolRequest) -> Result<bool, BadPool> {
    let workers = workers_mut(cluster).ok_or(BadPool::NoTopology)?;
    let held = LISTS.iter().find_map(|list| {
        let at = workers.get(*list)?.as_array()?.iter().position(|entry| entry["name"] == request.id.as_str())?;
        Some((*list, at))
    });
    let Some((list, at)) = held else {
        let list = workers.entry(LISTS[0]).or_insert_with(|| json!([]));
        let list = list.as_array_mut().ok_or(BadPool::NoTopology)?;
        list.push(entry(json!({"name": request.id, "class": request.instance_size}), request));
        return Ok(true);
    };
    let held = &mut workers[list][at];
    let wanted = changed(held, request)?;
    let changes = *held != wanted;
    *held = wanted;
    Ok(changes)
}

/// Takes a pool away. Whether it was there.
pub(super) fn remove(cluster: &mut Value, id: &str) -> Result<bool, BadPool> {
    let workers = workers_mut(cluster).ok_or(BadPool::NoTopology)?;
    let mut was_there = false;
    for list in LISTS {
        if let Some(list) = workers.get_mut(list).and_then(Value::as_array_mut) {
            let before = list.len();
            list.retain(|entry| entry["name"] != id);
            was_there |= list.len() != before;
        }
    }
    Ok(was_there)
}

fn entries(cluster: &Value) -> impl Iterator<Item = &Value> {
    let workers = &cluster["spec"]["topology"]["workers"];
    LISTS.iter().filter_map(|list| workers[*list].as_array()).flatten()
}

fn workers_mut(cluster: &mut Value) -> Option<&mut Map<String, Value>> {
    let topology = cluster.get_mut("spec")?.get_mut("topology")?.as_object_mut()?;
    topology.entry("workers").or_insert_with(|| json!({})).as_object_mut()
}

/// An entry with what is asked for, and everything else as it was.
fn entry(mut held: Value, request: &MachinePoolRequest) -> Value {
    let bounds = request.autoscaling.map(|by| (by.min_nodes.to_string(), by.max_nodes.to_string()));
    if let Some(entry) = held.as_object_mut() {
        match request.replicas {
            Some(replicas) => drop(entry.insert("replicas".to_owned(), json!(replicas))),
            None => drop(entry.remove("replicas")),
        }
        if request.node_taints.is_empty() {
            entry.remove("taints");
        } else {
            let taints: Vec<Value> = request
                .node_taints
                .iter()
                .map(|taint| {
                    json!({"key": taint.key, "value": taint.value, "effect": word(taint.effect), "propagation": "Always"})
                })
                .collect();
            entry.insert("taints".to_owned(), Value::Array(taints));
        }
        let metadata = entry.entry("metadata").or_insert_with(|| json!({}));
        if let Some(metadata) = metadata.as_object_mut() {
            let annotations = metadata.entry("annotations").or_insert_with(|| json!({}));
            if let Some(annotations) = annotations.as_object_mut() {
                annotations.remove(MIN_SIZE);
                annotations.remove(MAX_SIZE);
                if let Some((min, max)) = bounds {
                    annotations.insert(MIN_SIZE.to_owned(), json!(min));
                    annotations.insert(MAX_SIZE.to_owned(), json!(max));
                }
            }
            if annotations.as_object().is_some_and(Map::is_empty) {
                metadata.remove("annotations");
            }
            if request.node_labels.is_empty() {
                metadata.remove("labels");
            } else {
                metadata.insert("labels".to_owned(), json!(request.node_labels));
            }
        }
        if entry["metadata"].as_object().is_some_and(Map::is_empty) {
            entry.remove("metadata");
        }
    }
    held
}

/// The pool that an entry says.
pub(super) fn parse(entry: &Value) -> MachinePoolRequest {
    let text = |pointer: &str| entry.pointer(pointer).and_then(Value::as_str).unwrap_or_default();
    let number = |name: &str| entry["metadata"]["annotations"][name].as_str().and_then(|text| text.parse().ok());
    let (id, class) = (text("/name"), text("/class"));
    let replicas = entry["replicas"].as_u64().and_then(|replicas| u32::try_from(replicas).ok());
    let mut pool = match (number(MIN_SIZE), number(MAX_SIZE)) {
        (Some(min), Some(max)) => MachinePoolRequest::autoscaled(id, class, Autoscaling::new(min, max)),
        // What says nothing is made with one machine.
        _ => MachinePoolRequest::fixed(id, class, replicas.unwrap_or(1)),
    };
    let labels = entry["metadata"]["labels"].as_object().into_iter().flatten();
    pool.node_labels =
        labels.filter_map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned()))).collect::<BTreeMap<_, _>>();
    let taints = entry["taints"].as_array().into_iter().flatten();
    pool.node_taints = taints
        .filter_map(|taint| {
            let text = |field: &str| taint[field].as_str().unwrap_or_default();
            let effect = [TaintEffect::NoSchedule, TaintEffect::NoExecute, TaintEffect::PreferNoSchedule]
                .into_iter()
                .find(|effect| word(*effect) == text("effect"))?;
            Some(NodeTaint::new(effect, text("key"), text("value")))
        })
        .collect();
    pool
}

fn word(effect: TaintEffect) -> &'static str {
    match effect {
        TaintEffect::NoSchedule => "NoSchedule",
        TaintEffect::NoExecute => "NoExecute",
        TaintEffect::PreferNoSchedule => "PreferNoSchedule",
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn cluster() -> Value {
        json!({"spec": {"topology": {"version": "v1.34.0", "workers": {
            "machineDeployments": [{"name": "md-0", "class": "worker", "replicas": 2, "strategy": {"type": "OnDelete"}}],
        }}}})
    }

    proptest! {
        #[test]
        fn what_was_written_is_what_is_read_and_the_second_time_nothing_changes(
            min in 0_u32..9, more in 0_u32..9, fixed in proptest::option::of(0_u32..9),
            labels in prop::collection::btree_map("[a-z]{1,5}", "[a-z]{0,5}", 0..3), tainted in any::<bool>(),
        ) {
            let mut pool = match fixed {
                Some(replicas) => MachinePoolRequest::fixed("gpu", "worker", replicas),
                None => MachinePoolRequest::autoscaled("gpu", "worker", Autoscaling::new(min, min + more)),
            };
            pool.node_labels = labels;
            if tainted {
                pool.node_taints.push(NodeTaint::new(TaintEffect::NoExecute, "gpu", "yes"));
            }
            let mut held = cluster();
            let before = held["spec"]["topology"]["workers"]["machineDeployments"][0].clone();
            prop_assert!(upsert(&mut held, &pool).unwrap());
            prop_assert!(!upsert(&mut held, &pool).unwrap());
            prop_assert_eq!(find(&held, "gpu").unwrap(), pool);
            prop_assert!(remove(&mut held, "gpu").unwrap() && !remove(&mut held, "gpu").unwrap());
            prop_assert_eq!(&held["spec"]["topology"]["workers"]["machineDeployments"][0], &before);
        }
    }

    #[test]
    fn a_change_keeps_what_others_said_and_another_class_is_a_conflict() {
        let mut held = cluster();
        upsert(&mut held, &MachinePoolRequest::fixed("md-0", "worker", 3)).unwrap();
        let entry = &held["spec"]["topology"]["workers"]["machineDeployments"][0];
        assert_eq!((&entry["replicas"], &entry["strategy"]["type"]), (&json!(3), &json!("OnDelete")));
        let other = upsert(&mut held, &MachinePoolRequest::fixed("md-0", "big", 3));
        assert_eq!(other, Err(BadPool::OtherMachines("worker".to_owned())));
        assert_eq!(upsert(&mut json!({"spec": {}}), &MachinePoolRequest::fixed("a", "b", 1)), Err(BadPool::NoTopology));
    }

    #[test]
    fn requests_that_make_no_sense_are_refused() {
        let mut both = MachinePoolRequest::fixed("a", "b", 1);
        both.autoscaling = Some(Autoscaling::new(1, 2));
        let bad = [
            both,
            MachinePoolRequest::fixed("1a", "b", 1),
            MachinePoolRequest::fixed("a", "", 1),
            MachinePoolRequest::autoscaled("a", "b", Autoscaling::new(3, 2)),
        ];
        assert!(bad.iter().all(|request| check(request).is_err()));
        assert!(check(&MachinePoolRequest::fixed("a", "b", 0)).is_ok());
    }
}
