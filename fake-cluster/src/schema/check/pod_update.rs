//! What a change may do to a pod. Knows no nodes.
use serde_json::Value;

use crate::schema::check::{annotations, net, pod};
use crate::schema::names;
use crate::schema::place::Place;
use crate::schema::read::{Read as _, same};
use crate::schema::refusal::Cause;
use crate::schema::report::Report as _;

const UPDATABLE: &str = "pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)";

/// How the real server names no field at all.
pub(super) const NOWHERE: &str = "[]";

/// Annotations that cannot be changed.
pub(super) fn fixed_annotations(new: &Value, old: &Value, causes: &mut Vec<Cause>) {
    let at = Place::new("metadata");
    let at = at.child("annotations");
    let (after, before) = (new.get_or_null("metadata"), old.get_or_null("metadata"));
    let kept = |key: &str, value: &Value| after.get_or_null("annotations").get(key) == Some(value);
    for (key, _) in before.entries("annotations").filter(|(key, value)| !kept(key, value)) {
        if key.starts_with(annotations::APP_ARMOR) {
            causes.forbidden(&at.key(key), "may not remove or update AppArmor annotations");
        }
        if key == annotations::MIRROR {
            causes.forbidden(&at.key(key), "may not remove or update mirror pod annotation");
        }
    }
    let is_new = |key: &str| before.get_or_null("annotations").get(key).is_none();
    for (key, _) in after.entries("annotations").filter(|(key, _)| is_new(key)) {
        if key.starts_with(annotations::APP_ARMOR) {
            causes.forbidden(&at.key(key), "may not add AppArmor annotations");
        }
        if key == annotations::MIRROR {
            causes.forbidden(&at.key(key), "may not add mirror pod annotation");
        }
    }
    annotations::check(after, new.get_or_null("spec"), &at, causes);
}

/// A change of the pod itself.
pub(crate) fn spec(new_pod: &Value, old_pod: &Value, causes: &mut Vec<Cause>) {
    pod::metadata_and_spec(new_pod, causes);
    fixed_annotations(new_pod, old_pod, causes);
    let at = Place::new("spec");
    let (new, old) = (new_pod.get_or_null("spec"), old_pod.get_or_null("spec"));
    for list in ["containers", "initContainers"] {
        let at = at.child(list);
        let containers = new.items(list);
        if containers.len() != old.items(list).len() {
            return causes.forbidden(&at, "pod updates may not add or remove containers");
        }
        for (index, container) in containers.iter().enumerate() {
            let at = at.index(index);
            if container.text("image").is_empty() {
                causes.required(&at.child("image"), "");
            }
            super::containers::padded_image(container, &at, causes);
        }
    }
    if !deadline(new, old, &at.child("activeDeadlineSeconds"), causes) {
        return;
    }
    tolerations(new, old, &at.child("tolerations"), causes);
    let gates_at = at.child("schedulingGates");
    let had = |name: &str| old.items("schedulingGates").iter().any(|gate| gate.text("name") == name);
    for (index, gate) in new.items("schedulingGates").iter().enumerate() {
        let name = gate.text("name");
        if !had(name) {
            let why = format!("only deletion is allowed, but found new scheduling gate '{name}'");
            causes.forbidden(&gates_at.index(index).child("name"), &why);
        }
    }
    if new == old {
        return;
    }
    let mut masked = mask(new, old);
    if !old.items("schedulingGates").is_empty() {
        gated(&mut masked, new, old, &at, causes);
    }
    if masked != *old {
        let mut lines = vec![UPDATABLE.to_owned()];
        differences("spec", &masked, old, &mut lines);
        causes.forbidden(&at, &lines.join("\n"));
    }
}

/// Whether to go on.
fn deadline(new: &Value, old: &Value, at: &Place<'_>, causes: &mut Vec<Cause>) -> bool {
    let limit = i64::from(i32::MAX);
    match (new.number("activeDeadlineSeconds"), old.number("activeDeadlineSeconds")) {
        (Some(after), _) if !(0..=limit).contains(&after) => {
            causes.invalid(at, after, &names::range(0, limit));
            false
        }
        (Some(after), Some(before)) if before < after => {
            causes.invalid(at, after, "must be less than or equal to previous value");
            false
        }
        (None, Some(_)) => {
            causes.invalid(at, Value::Null, "must not update from a positive integer to nil value");
            true
        }
        _ => true,
    }
}

fn tolerations(new: &Value, old: &Value, at: &Place<'_>, causes: &mut Vec<Cause>) {
    let without_time = |toleration: &Value| {
        let mut toleration = toleration.clone();
        if let Some(fields) = toleration.as_object_mut() {
            fields.remove("tolerationSeconds");
        }
        toleration
    };
    let kept: Vec<Value> = new.items("tolerations").iter().map(without_time).collect();
    if old.items("tolerations").iter().any(|toleration| !kept.contains(&without_time(toleration))) {
        return causes.forbidden(at, "existing toleration can not be modified except its tolerationSeconds");
    }
    super::affinity::tolerations(new, at, causes);
}

/// The new spec with the fields that may change as they were.
fn mask(new: &Value, old: &Value) -> Value {
    let mut masked = new.clone();
    let Some(fields) = masked.as_object_mut() else { return masked };
    for list in ["containers", "initContainers"] {
        let containers = fields.get_mut(list).and_then(Value::as_array_mut).into_iter().flatten();
        for (container, before) in containers.zip(old.items(list)) {
            put(container, "image", before.get("image"));
        }
    }
    for field in ["activeDeadlineSeconds", "schedulingGates", "tolerations"] {
        put(&mut masked, field, old.get(field));
    }
    let period = "terminationGracePeriodSeconds";
    if old.int(period) < 0 && new.int(period) == 1 {
        put(&mut masked, period, old.get(period));
    }
    masked
}

fn put(holder: &mut Value, key: &str, value: Option<&Value>) {
    let Some(fields) = holder.as_object_mut() else { return };
    match value {
        Some(value) => {
            fields.insert(key.to_owned(), value.clone());
        }
        None => {
            fields.remove(key);
        }
    }
}

/// A pod that waits may be told more exactly where to run.
fn gated(masked: &mut Value, new: &Value, old: &Value, at: &Place<'_>, causes: &mut Vec<Cause>) {
    if !same(new.get("nodeSelector"), old.get("nodeSelector")) {
        let selector = new.get_or_null("nodeSelector");
        if old.entries("nodeSelector").any(|(key, value)| selector.get(key) != Some(value)) {
            let why = "only additions to spec.nodeSelector are allowed (no mutations or deletions)";
            causes.invalid(&at.child("nodeSelector"), selector.clone(), why);
        }
        put(masked, "nodeSelector", old.get("nodeSelector"));
    }
    let node = |spec: &Value| spec.get_or_null("affinity").sub("nodeAffinity").cloned();
    let (after, before) = (node(new), node(old));
    if after == before {
        return;
    }
    let required = "requiredDuringSchedulingIgnoredDuringExecution";
    let terms = |affinity: &Option<Value>| {
        let terms =
            affinity.as_ref().map(|affinity| affinity.get_or_null(required).items("nodeSelectorTerms").to_vec());
        terms.unwrap_or_default()
    };
    let (new_terms, old_terms) = (terms(&after), terms(&before));
    let at = at.child("affinity");
    let at = at.child("nodeAffinity");
    let at = at.child(required);
    let at = at.child("nodeSelectorTerms");
    if !old_terms.is_empty() && old_terms.len() != new_terms.len() {
        let why = "no additions/deletions to non-empty NodeSelectorTerms list are allowed";
        causes.invalid(&at, new_terms, why);
    } else {
        for (index, (new, old)) in new_terms.iter().zip(&old_terms).enumerate() {
            let only_adds = |key: &str| new.items(key).starts_with(old.items(key));
            let was_empty = old.items("matchExpressions").is_empty() && old.items("matchFields").is_empty();
            let is_empty = new.items("matchExpressions").is_empty() && new.items("matchFields").is_empty();
            if !(only_adds("matchExpressions") && only_adds("matchFields")) || (was_empty && !is_empty) {
                let why = "only additions are allowed (no mutations or deletions)";
                causes.invalid(&at.index(index), new.clone(), why);
            }
        }
    }
    if masked.has("affinity") || before.is_some() {
        if let Some(fields) = masked.as_object_mut() {
            let affinity = fields.entry("affinity").or_insert_with(|| Value::Object(serde_json::Map::new()));
            put(affinity, "nodeAffinity", before.as_ref());
        }
        let is_bare = masked.get_or_null("affinity").as_object().is_some_and(serde_json::Map::is_empty);
        if is_bare && !old.has("affinity") {
            put(masked, "affinity", None);
        }
    }
}

/// One line for each field that differs.
fn differences(path: &str, new: &Value, old: &Value, lines: &mut Vec<String>) {
    match (new, old) {
        _ if new == old => {}
        (Value::Object(after), Value::Object(before)) => {
            let gone = before.keys().filter(|key| !after.contains_key(*key));
            for key in after.keys().chain(gone) {
                let path = format!("{path}.{key}");
                differences(&path, new.get_or_null(key), old.get_or_null(key), lines);
            }
        }
        (Value::Array(after), Value::Array(before)) if after.len() == before.len() => {
            for (index, (new, old)) in after.iter().zip(before).enumerate() {
                differences(&format!("{path}[{index}]"), new, old, lines);
            }
        }
        _ => lines.push(format!("{path}: {old} -> {new}")),
    }
}

/// A change of `ephemeralContainers`.
pub(crate) fn ephemeral(new_pod: &Value, old_pod: &Value, causes: &mut Vec<Cause>) {
    pod::metadata_and_spec(new_pod, causes);
    fixed_annotations(new_pod, old_pod, causes);
    let annotated = old_pod.get_or_null("metadata").get_or_null("annotations");
    if annotated.has(annotations::MIRROR) {
        causes.clear();
        return causes.push(Cause::forbidden(NOWHERE, "static pods do not support ephemeral containers"));
    }
    let at = Place::new("spec");
    let at = at.child("ephemeralContainers");
    let (new, old) = (new_pod.get_or_null("spec"), old_pod.get_or_null("spec"));
    for before in old.items("ephemeralContainers") {
        let name = before.text("name");
        match new.items("ephemeralContainers").iter().rfind(|after| after.text("name") == name) {
            None => {
                causes.forbidden(&at, &format!("existing ephemeral containers \"{name}\" may not be removed\n"));
            }
            Some(after) if after != before => {
                let mut lines = vec![format!("existing ephemeral containers \"{name}\" may not be changed")];
                differences("", after, before, &mut lines);
                causes.forbidden(&at, &lines.join("\n"));
            }
            Some(_) => {}
        }
    }
}

/// A change of `status`.
pub(crate) fn status(new_pod: &Value, old_pod: &Value, causes: &mut Vec<Cause>) {
    fixed_annotations(new_pod, old_pod, causes);
    let at = Place::new("status");
    let (new, old) = (new_pod.get_or_null("status"), old_pod.get_or_null("status"));
    let conditions = at.child("conditions");
    for (index, condition) in new.items("conditions").iter().enumerate() {
        let at = conditions.index(index);
        let kind = condition.text("type");
        observed(condition, &at, causes);
        if !matches!(kind, "PodScheduled" | "Ready" | "Initialized") {
            causes.wrong(&at.child("Type"), kind, names::qualified(kind));
        }
    }
    let nominated = new.text("nominatedNodeName");
    if nominated != old.text("nominatedNodeName") && !nominated.is_empty() {
        let at = at.child("nominatedNodeName");
        causes.wrong(&at, nominated, names::subdomain(nominated));
        if !old_pod.get_or_null("spec").text("nodeName").is_empty() {
            causes.forbidden(&at, "may not be set on pods that are already bound to a node");
        }
    }
    observed(new, &at, causes);
    if new.text("qosClass") != old.text("qosClass") {
        causes.invalid(&at.child("qosClass"), new.text("qosClass"), "field is immutable");
    }
    let spec = old_pod.get_or_null("spec");
    for (statuses, list) in [
        ("containerStatuses", "containers"),
        ("initContainerStatuses", "initContainers"),
        ("ephemeralContainerStatuses", ""),
    ] {
        transitions(new.items(statuses), old.items(statuses), spec, list, &at.child(statuses), causes);
    }
    addresses(new, old, &at, causes);
}

fn observed(holder: &Value, at: &Place<'_>, causes: &mut Vec<Cause>) {
    let generation = holder.int("observedGeneration");
    if generation < 0 {
        causes.invalid(&at.child("observedGeneration"), generation, "must be a non-negative integer");
    }
}

/// Containers that have ended stay ended, unless they are to be restarted.
fn transitions(new: &[Value], old: &[Value], spec: &Value, list: &str, at: &Place<'_>, causes: &mut Vec<Cause>) {
    let all = ["containers", "initContainers"].into_iter().flat_map(|list| spec.items(list));
    let restarts_all = |container: &Value| {
        container.items("restartPolicyRules").iter().any(|rule| rule.text("action") == "RestartAllContainers")
    };
    if !list.is_empty() && all.clone().any(restarts_all) {
        return;
    }
    for (index, before) in old.iter().enumerate() {
        let Some(ended) = before.get_or_null("state").sub("terminated") else { continue };
        let name = before.text("name");
        let again =
            new.iter().find(|after| after.text("name") == name && !after.get_or_null("state").has("terminated"));
        if again.is_none() {
            continue;
        }
        let container = spec.items(list).iter().find(|container| container.text("name") == name);
        if !container.is_some_and(|container| restarts(container, spec, ended.int("exitCode"))) {
            causes.forbidden(&at.index(index).child("state"), "may not be transitioned to non-terminated state");
        }
    }
}

fn restarts(container: &Value, spec: &Value, code: i64) -> bool {
    let own = container.string("restartPolicy");
    let by_rule = own.is_some()
        && container.items("restartPolicyRules").iter().filter_map(|rule| rule.sub("exitCodes")).any(|codes| {
            let listed = codes.items("values").iter().any(|value| value.as_i64() == Some(code));
            matches!((codes.text("operator"), listed), ("In", true) | ("NotIn", false))
        });
    by_rule
        || match own.unwrap_or_else(|| spec.text("restartPolicy")) {
            "OnFailure" => code != 0,
            "Never" => false,
            _ => true,
        }
}

fn addresses(new: &Value, old: &Value, at: &Place<'_>, causes: &mut Vec<Cause>) {
    for field in ["podIPs", "hostIPs"] {
        let at = at.child(field);
        let before: Vec<&str> = old.items(field).iter().map(|item| item.text("ip")).collect();
        let after: Vec<&str> = new.items(field).iter().map(|item| item.text("ip")).collect();
        if let Some(first) = after.first().filter(|first| field == "hostIPs" && **first != new.text("hostIP")) {
            causes.invalid(&at.index(0).child("ip"), *first, "must be equal to `hostIP`");
        }
        for (index, ip) in after.iter().enumerate() {
            net::ip(ip, &at.index(index), before.iter().copied(), causes);
        }
        if let (true, Some(bad)) = (after.len() > 1, after.iter().position(|ip| !crate::schema::custom::is_ip(ip))) {
            let ip = after.get(bad).copied().unwrap_or_default();
            let why = format!("Internal error: failed to check for dual stack with error:invalid IP[{bad}]: {ip}");
            causes.push(Cause::new("InternalError", &at, why));
        }
        if after.len() > 1 && (after.len() > 2 || !net::is_dual_stack(after.iter().copied())) {
            let shown: Vec<String> = after.iter().map(|ip| format!("{{\"IP\":{}}}", Value::from(*ip))).collect();
            let shown = format!("[{}]", shown.join(","));
            causes.invalid_as(&at, &shown, "may specify no more than one IP for each IP family");
        }
    }
}

/// Warns of addresses in unusual forms.
pub(crate) fn status_warnings(pod: &Value) -> Vec<String> {
    let at = Place::new("status");
    let mut warnings = Vec::new();
    for field in ["podIPs", "hostIPs"] {
        let at = at.child(field);
        for (index, item) in pod.get_or_null("status").items(field).iter().enumerate() {
            warnings.extend(net::ip_warning(item.text("ip"), &at.index(index).child("ip")));
        }
    }
    warnings
}
