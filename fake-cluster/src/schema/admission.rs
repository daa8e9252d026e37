//! The admission plugins of the real server that change built-in objects: `DefaultTolerationSeconds`, `Priority`,
//! `StorageObjectInUseProtection` and `TaintNodesByCondition`. Knows the two priority classes every cluster has, and no others.
use serde_json::{Map as Object, Value, json};

use crate::schema::catalog::Builtin;
use crate::schema::refusal::Refusal;

const NOT_READY: &str = "node.kubernetes.io/not-ready";
const UNREACHABLE: &str = "node.kubernetes.io/unreachable";

/// A new object.
///
/// # Errors
/// 403, as the plugins refuse.
pub(crate) fn create(kind: Builtin, object: &mut Value) -> Result<(), Refusal> {
    match kind {
        Builtin::Pod => {
            tolerate(object);
            prioritize(object)
        }
        Builtin::Node => {
            taint(object);
            Ok(())
        }
        Builtin::PersistentVolumeClaim => {
            protect(object);
            Ok(())
        }
        _ => Ok(()),
    }
}

/// A changed object.
pub(crate) fn update(kind: Builtin, new: &mut Value, old: &Value, subresource: Option<&str>) {
    if kind != Builtin::Pod || subresource.is_some() {
        return;
    }
    tolerate(new);
    if let Some(spec) = new.get_mut("spec").and_then(Value::as_object_mut) {
        for key in ["priority", "preemptionPolicy"] {
            if let (None, Some(before)) = (spec.get(key), old.get("spec").and_then(|spec| spec.get(key))) {
                spec.insert(key.to_owned(), before.clone());
            }
        }
    }
}

fn spec(object: &mut Value) -> Option<&mut Object<String, Value>> {
    object.get_mut("spec")?.as_object_mut()
}

fn list<'a>(spec: &'a mut Object<String, Value>, key: &str) -> Option<&'a mut Vec<Value>> {
    let list = spec.entry(key).or_insert(Value::Null);
    if list.is_null() {
        *list = Value::Array(Vec::new());
    }
    list.as_array_mut()
}

/// Pods stay on failing nodes for five minutes unless they say otherwise.
fn tolerate(pod: &mut Value) {
    let Some(tolerations) = spec(pod).and_then(|spec| list(spec, "tolerations")) else { return };
    let text =
        |toleration: &Value, key: &str| toleration.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    for key in [NOT_READY, UNREACHABLE] {
        let tolerated = tolerations.iter().any(|toleration| {
            matches!(text(toleration, "effect").as_str(), "" | "NoExecute")
                && (text(toleration, "key").is_empty() || text(toleration, "key") == key)
        });
        if !tolerated {
            tolerations
                .push(json!({"key": key, "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 300}));
        }
    }
}

fn prioritize(pod: &mut Value) -> Result<(), Refusal> {
    let name = pod.pointer("/metadata/name").and_then(Value::as_str).unwrap_or_default().to_owned();
    let Some(spec) = spec(pod) else { return Ok(()) };
    let class = spec.get("priorityClassName").and_then(Value::as_str).unwrap_or_default();
    let refuse = |why: String| Err(Refusal::forbidden("pods", &name, &why));
    let priority: i64 = match class {
        "" => 0,
        "system-cluster-critical" => 2_000_000_000,
        "system-node-critical" => 2_000_001_000,
        other => return refuse(format!("no PriorityClass with name {other} was found")),
    };
    match spec.get("priority").and_then(Value::as_i64) {
        Some(given) if given != priority => {
            return refuse(format!(
                "the integer value of priority ({given}) must not be provided in pod spec; priority admission controller computed {priority} from the given PriorityClass name"
            ));
        }
        _ => {}
    }
    spec.insert("priority".to_owned(), priority.into());
    let policy = "PreemptLowerPriority";
    match spec.get("preemptionPolicy").and_then(Value::as_str) {
        Some(given) if given != policy => {
            return refuse(format!(
                "the string value of PreemptionPolicy ({given}) must not be provided in pod spec; priority admission controller computed {policy} from the given PriorityClass name"
            ));
        }
        _ => {}
    }
    spec.insert("preemptionPolicy".to_owned(), policy.into());
    Ok(())
}

/// New nodes are not ready.
fn taint(node: &mut Value) {
    let taints = node
        .as_object_mut()
        .map(|node| node.entry("spec").or_insert_with(|| json!({})))
        .and_then(Value::as_object_mut)
        .and_then(|spec| list(spec, "taints"));
    let Some(taints) = taints else { return };
    let is_known = taints.iter().any(|taint| {
        taint.get("key").and_then(Value::as_str) == Some(NOT_READY)
            && taint.get("effect").and_then(Value::as_str) == Some("NoSchedule")
    });
    if !is_known {
        taints.push(json!({"key": NOT_READY, "effect": "NoSchedule"}));
    }
}

/// Claims stay while pods use them.
fn protect(claim: &mut Value) {
    const HELD: &str = "kubernetes.io/pvc-protection";
    let Some(meta) = claim.get_mut("metadata").and_then(Value::as_object_mut) else { return };
    let Some(finalizers) = list(meta, "finalizers") else { return };
    if !finalizers.contains(&HELD.into()) {
        finalizers.push(HELD.into());
    }
}
