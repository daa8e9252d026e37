//! Machine pools and node pools: what is asked for, what that becomes, and what may change. Pure; knows nothing of requests.
//!
//! Clusters whose control plane runs elsewhere have node pools, each in one zone; others have machine pools, which may be spread over three.

use serde_json::{Map, Value, json};

use super::body::in_zones;
use super::wire;
use crate::cluster::ProviderClusterId;
use crate::provider::{Autoscaling, MachinePool, MachinePoolRequest, NodeTaint, TaintEffect};

/// Longest name of a pool.
const LONGEST_ID: usize = 30;

/// A pool that cannot be asked for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum UnfitPool {
    #[error("the name {0:?} has to be 1 to 30 lower-case letters, digits and '-', a letter first and no '-' last")]
    Name(String),
    #[error("it has to have either a number of machines or autoscaling")]
    BothOrNeither,
    #[error("it asks for more machines at least than at most")]
    Turned,
    #[error("it has to say which machines")]
    Machines,
    #[error("a node pool is in one zone; ask for one for each")]
    Zones,
}

/// What has to be done so that a pool is as it is wanted.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Change {
    Nothing,
    Patch(Value),
    /// What cannot be changed.
    Cannot(&'static str),
}

/// The pool that will be made: checked, and with as many machines as zones need.
pub(super) fn effective(request: &MachinePoolRequest, hosted: bool) -> Result<MachinePoolRequest, UnfitPool> {
    if !is_name(&request.id) {
        return Err(UnfitPool::Name(request.id.chars().take(64).collect()));
    }
    if request.autoscaling.is_some() == request.replicas.is_some() {
        return Err(UnfitPool::BothOrNeither);
    }
    if request.autoscaling.is_some_and(|by| by.min_nodes > by.max_nodes) {
        return Err(UnfitPool::Turned);
    }
    if request.instance_size.is_empty() {
        return Err(UnfitPool::Machines);
    }
    if hosted && request.multi_az {
        return Err(UnfitPool::Zones);
    }
    let mut effective = request.clone();
    if request.multi_az {
        effective.replicas = request.replicas.map(in_zones);
        effective.autoscaling =
            request.autoscaling.map(|by| Autoscaling::new(in_zones(by.min_nodes), in_zones(by.max_nodes)));
    }
    effective.node_taints.sort();
    effective.node_taints.dedup();
    Ok(effective)
}

fn is_name(name: &str) -> bool {
    (1..=LONGEST_ID).contains(&name.len())
        && name.starts_with(|first: char| first.is_ascii_lowercase())
        && !name.ends_with('-')
        && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}

/// The body that makes a pool.
pub(super) fn body(pool: &MachinePoolRequest, hosted: bool) -> Value {
    let mut body = Map::new();
    body.insert("id".to_owned(), json!(pool.id));
    if hosted {
        body.insert("aws_node_pool".to_owned(), json!({"instance_type": pool.instance_size}));
    } else {
        body.insert("instance_type".to_owned(), json!(pool.instance_size));
    }
    size(pool, hosted, &mut body);
    body.insert("labels".to_owned(), json!(pool.node_labels));
    body.insert("taints".to_owned(), taints(&pool.node_taints));
    Value::Object(body)
}

fn size(pool: &MachinePoolRequest, hosted: bool, body: &mut Map<String, Value>) {
    match (pool.autoscaling, pool.replicas) {
        (Some(Autoscaling { min_nodes, max_nodes }), _) if hosted => {
            body.insert("autoscaling".to_owned(), json!({"min_replica": min_nodes, "max_replica": max_nodes}));
        }
        (Some(Autoscaling { min_nodes, max_nodes }), _) => {
            let scaling = json!({"id": pool.id, "min_replicas": min_nodes, "max_replicas": max_nodes});
            body.insert("autoscaling".to_owned(), scaling);
        }
        (None, Some(replicas)) => {
            body.insert("replicas".to_owned(), json!(replicas));
        }
        (None, None) => {}
    }
}

fn taints(taints: &[NodeTaint]) -> Value {
    taints.iter().map(|taint| json!({"effect": effect(taint.effect), "key": taint.key, "value": taint.value})).collect()
}

fn effect(effect: TaintEffect) -> &'static str {
    match effect {
        TaintEffect::NoSchedule => "NoSchedule",
        TaintEffect::NoExecute => "NoExecute",
        TaintEffect::PreferNoSchedule => "PreferNoSchedule",
    }
}

/// A pool as it is. Taints with an effect that nobody knows are left out.
pub(super) fn read(cluster: &ProviderClusterId, pool: &wire::MachinePool) -> MachinePool {
    let machines = pool.instance_type.clone().or_else(|| pool.aws_node_pool.as_ref()?.instance_type.clone());
    let machines = machines.unwrap_or_default();
    let scaling = pool.autoscaling.map(|by| Autoscaling::new(by.min_replicas, by.max_replicas));
    let mut effective = match scaling {
        Some(by) => MachinePoolRequest::autoscaled(pool.id.clone(), machines, by),
        None => MachinePoolRequest::fixed(pool.id.clone(), machines, pool.replicas.unwrap_or_default()),
    };
    effective.multi_az = pool.availability_zones.len() > 1;
    effective.node_labels.clone_from(&pool.labels);
    effective.node_taints = pool.taints.iter().filter_map(taint).collect();
    effective.node_taints.sort();
    MachinePool::new(cluster.clone(), effective)
}

fn taint(taint: &wire::Taint) -> Option<NodeTaint> {
    let effect = match taint.effect.as_str() {
        "NoSchedule" => TaintEffect::NoSchedule,
        "NoExecute" => TaintEffect::NoExecute,
        "PreferNoSchedule" => TaintEffect::PreferNoSchedule,
        _ => return None,
    };
    Some(NodeTaint::new(effect, taint.key.clone(), taint.value.clone()))
}

/// The same request for a pool that is there: its zones are those of its cluster, whatever was thought of that.
pub(super) fn in_its_zones(request: &MachinePoolRequest, is: &wire::MachinePool) -> MachinePoolRequest {
    let mut request = request.clone();
    if !is.availability_zones.is_empty() {
        request.multi_az = is.availability_zones.len() > 1;
    }
    request
}

/// What was made of what was wanted, where the answer says it.
pub(super) fn made(
    cluster: &ProviderClusterId,
    answer: &wire::MachinePool,
    wanted: &MachinePoolRequest,
) -> MachinePool {
    if answer.id != wanted.id || (answer.replicas.is_none() && answer.autoscaling.is_none()) {
        return MachinePool::new(cluster.clone(), wanted.clone());
    }
    let mut made = read(cluster, answer);
    if made.effective.instance_size.is_empty() {
        made.effective.instance_size.clone_from(&wanted.instance_size);
    }
    if answer.availability_zones.is_empty() {
        made.effective.multi_az = wanted.multi_az;
    }
    made
}

/// From what is there to what is wanted, both effective. Zones cannot be changed and are not compared.
pub(super) fn change(
    is: &wire::MachinePool,
    wanted: &MachinePoolRequest,
    cluster: &ProviderClusterId,
    hosted: bool,
) -> Change {
    let held = read(cluster, is).effective;
    if held.instance_size != wanted.instance_size {
        return Change::Cannot("it has other machines");
    }
    let mut patch = Map::new();
    if (held.autoscaling, held.replicas) != (wanted.autoscaling, wanted.replicas) {
        size(wanted, hosted, &mut patch);
    }
    if held.node_labels != wanted.node_labels {
        patch.insert("labels".to_owned(), json!(wanted.node_labels));
    }
    if held.node_taints != wanted.node_taints || is.taints.len() != held.node_taints.len() {
        patch.insert("taints".to_owned(), taints(&wanted.node_taints));
    }
    if patch.is_empty() { Change::Nothing } else { Change::Patch(Value::Object(patch)) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn cluster() -> ProviderClusterId {
        ProviderClusterId::new("c1").unwrap()
    }

    fn wire(body: Value) -> wire::MachinePool {
        serde_json::from_value(body).unwrap()
    }

    fn scaled(min: u32, max: u32) -> MachinePoolRequest {
        MachinePoolRequest::autoscaled("kafka-standard", "m5.xlarge", Autoscaling::new(min, max))
    }

    #[test]
    fn a_pool_is_read_with_zones_taints_and_labels() {
        let pool = read(
            &cluster(),
            &wire(json!({
                "id": "p", "instance_type": "m5", "autoscaling": {"min_replicas": 3, "max_replicas": 6},
                "availability_zones": ["a", "b"], "labels": {"x": "y"},
                "taints": [{"effect": "NoExecute", "key": "k", "value": "v"}, {"effect": "Levitate", "key": "k"}],
            })),
        );
        assert!(pool.effective.multi_az);
        assert_eq!(pool.effective.autoscaling, Some(Autoscaling::new(3, 6)));
        assert_eq!(pool.effective.node_taints, [NodeTaint::new(TaintEffect::NoExecute, "k", "v")]);
        assert_eq!(pool.effective.node_labels["x"], "y");
        let single = read(&cluster(), &wire(json!({"id": "p", "replicas": 2, "availability_zones": ["a"]})));
        assert_eq!((single.effective.multi_az, single.effective.replicas), (false, Some(2)));
    }

    /// W-39, W-40
    #[test]
    fn what_is_answered_is_what_zones_make_of_it() {
        let mut request = scaled(2, 4);
        request.multi_az = true;
        assert_eq!(effective(&request, false).unwrap().autoscaling, Some(Autoscaling::new(3, 6)));
        request.multi_az = false;
        assert_eq!(effective(&request, false).unwrap().autoscaling, Some(Autoscaling::new(2, 4)));
        let mut fixed = MachinePoolRequest::fixed("p", "m5", 4);
        fixed.multi_az = true;
        assert_eq!(body(&effective(&fixed, false).unwrap(), false)["replicas"], 6);
    }

    #[test]
    fn pools_that_cannot_be_are_refused() {
        assert_eq!(effective(&scaled(5, 4), false), Err(UnfitPool::Turned));
        let mut both = scaled(1, 2);
        both.replicas = Some(1);
        assert_eq!(effective(&both, false), Err(UnfitPool::BothOrNeither));
        both.autoscaling = None;
        both.replicas = None;
        assert_eq!(effective(&both, false), Err(UnfitPool::BothOrNeither));
        for name in ["", "A", "9a", "a-", "a_b", &"a".repeat(31)] {
            assert!(matches!(effective(&MachinePoolRequest::fixed(name, "m5", 1), false), Err(UnfitPool::Name(_))));
        }
        let mut spread = scaled(1, 2);
        spread.multi_az = true;
        assert_eq!(effective(&spread, true), Err(UnfitPool::Zones));
        assert_eq!(effective(&MachinePoolRequest::fixed("p", "", 1), false), Err(UnfitPool::Machines));
    }

    #[test]
    fn zones_are_those_of_the_cluster_and_the_answer_says_which() {
        let mut wanted = scaled(2, 4);
        wanted.multi_az = true;
        let is = wire(json!({"id": "kafka-standard", "instance_type": "m5.xlarge", "availability_zones": ["a"],
            "autoscaling": {"min_replicas": 2, "max_replicas": 4}}));
        let settled = effective(&in_its_zones(&wanted, &is), false).unwrap();
        assert_eq!(change(&is, &settled, &cluster(), false), Change::Nothing);
        assert!(!made(&cluster(), &is, &wanted).effective.multi_az);
        assert_eq!(made(&cluster(), &wire(json!({})), &wanted).effective, wanted);
    }

    #[test]
    fn node_pools_have_words_of_their_own() {
        let node_pool = body(&scaled(1, 2), true);
        assert_eq!(node_pool["autoscaling"], json!({"min_replica": 1, "max_replica": 2}));
        assert_eq!(node_pool["aws_node_pool"]["instance_type"], "m5.xlarge");
        assert_eq!(read(&cluster(), &wire(node_pool)).effective, scaled(1, 2));
    }

    #[test]
    fn machines_cannot_be_changed_and_their_number_can() {
        let is = wire(json!({"id": "p", "instance_type": "m5", "replicas": 3}));
        let wanted = |size, replicas| effective(&MachinePoolRequest::fixed("p", size, replicas), false).unwrap();
        assert_eq!(change(&is, &wanted("m5", 3), &cluster(), false), Change::Nothing);
        assert_eq!(change(&is, &wanted("m5", 4), &cluster(), false), Change::Patch(json!({"replicas": 4})));
        assert!(matches!(change(&is, &wanted("c5", 3), &cluster(), false), Change::Cannot(_)));
    }

    prop_compose! {
        fn pools()(scaled: bool, a in 0_u32..500, b in 0_u32..500, multi_az: bool,
                   labels in prop::collection::btree_map("[a-z]{1,4}", "[a-z]{0,4}", 0..3),
                   keys in prop::collection::vec("[a-z]{1,4}", 0..3)) -> MachinePoolRequest {
            let mut pool = if scaled {
                MachinePoolRequest::autoscaled("p", "m5", Autoscaling::new(a.min(b), a.max(b)))
            } else {
                MachinePoolRequest::fixed("p", "m5", a)
            };
            pool.multi_az = multi_az;
            pool.node_labels = labels;
            pool.node_taints = keys.iter().map(|key| NodeTaint::new(TaintEffect::NoSchedule, key.clone(), "")).collect();
            pool
        }
    }

    proptest! {
        #[test]
        fn what_was_made_as_wanted_needs_no_change(pool in pools(), hosted: bool) {
            let hosted = hosted && !pool.multi_az;
            let wanted = effective(&pool, hosted).unwrap();
            prop_assert_eq!(effective(&wanted, hosted).unwrap(), wanted.clone(), "once is enough");
            prop_assert_eq!(change(&wire(body(&wanted, hosted)), &wanted, &cluster(), hosted), Change::Nothing);
        }
    }
}
