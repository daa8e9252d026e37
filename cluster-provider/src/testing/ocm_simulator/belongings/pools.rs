//! What machine pools and node pools may be like.

use serde_json::{Value, json};

use super::super::wire::Refusal;
use super::super::world::Cluster;
use super::Collection;

/// The longest id of a pool.
const LONGEST_ID: usize = 30;

pub(super) fn is_pool_id(id: &str) -> bool {
    (1..=LONGEST_ID).contains(&id.len())
        && id.starts_with(|first: char| first.is_ascii_lowercase())
        && !id.ends_with('-')
        && id.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}

/// How many machines: a fixed number, or from so many to so many.
fn counts(pool: &Value, least: &str, most: &str) -> Result<Vec<i64>, Refusal> {
    let number = |value: &Value| value.as_i64().filter(|count| *count >= 0);
    let number = |value: &Value| number(value).ok_or_else(|| Refusal::invalid("A number of replicas is not valid"));
    match (pool.get("replicas"), pool.get("autoscaling")) {
        (Some(_), Some(_)) => Err(Refusal::invalid("'replicas' and 'autoscaling' exclude one another")),
        (None, None) => Err(Refusal::invalid("One of 'replicas' and 'autoscaling' is mandatory")),
        (Some(replicas), None) => Ok(vec![number(replicas)?]),
        (None, Some(autoscaling)) => {
            let bound = |name: &str| {
                let value = autoscaling.get(name);
                value
                    .ok_or_else(|| Refusal::invalid(format!("Attribute 'autoscaling.{name}' is mandatory")))
                    .and_then(number)
            };
            let (least, most) = (bound(least)?, bound(most)?);
            if least > most {
                return Err(Refusal::invalid("The minimum number of replicas is more than the maximum"));
            }
            Ok(vec![least, most])
        }
    }
}

fn check_taints(pool: &Value) -> Result<(), Refusal> {
    let taints = pool.get("taints").and_then(Value::as_array).map_or(&[] as &[Value], Vec::as_slice);
    let known = |taint: &Value| {
        let effect = taint.get("effect").and_then(Value::as_str);
        effect.is_some_and(|effect| ["NoSchedule", "NoExecute", "PreferNoSchedule"].contains(&effect))
            && taint.get("key").is_some_and(Value::is_string)
    };
    taints.iter().all(known).then_some(()).ok_or_else(|| Refusal::invalid("A taint has a key and a known effect"))
}

pub(super) fn check_machine_pool(cluster: &Cluster, pool: &mut Value) -> Result<(), Refusal> {
    if pool.get("instance_type").and_then(Value::as_str).is_none_or(str::is_empty) {
        return Err(Refusal::invalid("Attribute 'instance_type' is mandatory"));
    }
    check_taints(pool)?;
    if pool.get("availability_zones").is_none() {
        let zones = if cluster.is_multi_az() { &["a", "b", "c"][..] } else { &["a"] };
        let zones: Vec<_> = zones.iter().map(|zone| format!("{}{zone}", cluster.region())).collect();
        pool["availability_zones"] = json!(zones);
    }
    let zones = pool.get("availability_zones").and_then(Value::as_array).map_or(0, Vec::len);
    let counts = counts(pool, "min_replicas", "max_replicas")?;
    if zones > 1 && counts.iter().any(|count| count % 3 != 0) {
        return Err(Refusal::invalid("Multi AZ clusters require that the number of replicas be a multiple of 3"));
    }
    Ok(())
}

pub(super) fn check_node_pool(pool: &mut Value) -> Result<(), Refusal> {
    let machines = pool.pointer("/aws_node_pool/instance_type").and_then(Value::as_str);
    if machines.is_none_or(str::is_empty) {
        return Err(Refusal::invalid("Attribute 'aws_node_pool.instance_type' is mandatory"));
    }
    check_taints(pool)?;
    counts(pool, "min_replica", "max_replica").map(|_| ())
}

/// Machines are what they are.
pub(super) fn check_change(collection: Collection, held: &Value, patch: &Value) -> Result<(), Refusal> {
    let pointer = match collection {
        Collection::MachinePools => "/instance_type",
        Collection::NodePools => "/aws_node_pool/instance_type",
        _ => return Ok(()),
    };
    match patch.pointer(pointer) {
        Some(wanted) if Some(wanted) != held.pointer(pointer) => {
            Err(Refusal::invalid("The instance type of a pool can't be changed"))
        }
        _ => Ok(()),
    }
}

/// Who asks for a fixed number gives autoscaling up, and the other way round.
pub(super) fn forget_other_scaling(held: &mut Value, patch: &Value) {
    for (wanted, other) in [("replicas", "autoscaling"), ("autoscaling", "replicas")] {
        if let (Some(held), Some(_), None) = (held.as_object_mut(), patch.get(wanted), patch.get(other)) {
            held.remove(other);
        }
    }
}
