//! What the real server fills in for built-in kinds when it reads them. Knows no requests and no other objects.

pub(crate) mod pods;
mod workloads;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map as Object, Value, json};

use crate::schema::catalog::Builtin;
use pods::{claim_spec, pod_only, pod_spec, round, template_of};
use workloads::{cron_job, daemon_set, deployment, job, stateful_set};
pub(crate) use workloads::{inherit_labels, set_template_generation, settle_labels, template_generation};

pub(crate) type Fields = Object<String, Value>;

const TEMPLATE_GENERATION: &str = "deprecated.daemonset.template.generation";
/// Marks the labels of a Job that were filled in from its template; no field has this name, and it is never stored.
const SHARED_LABELS: &str = "";
/// 0644.
const FILE_MODE: i64 = 0o644;

/// Fills in an object's defaults.
pub(crate) fn fill(kind: Builtin, object: &mut Value) {
    use Builtin as K;
    let Some(object) = object.as_object_mut() else { return };
    match kind {
        K::Pod => {
            if let Some(spec) = child(object, "spec") {
                pod_spec(spec);
                pod_only(spec);
            }
            if let Some(status) = child(object, "status") {
                pair(status, "podIP", "podIPs", |ip| json!({ "ip": ip }));
            }
        }
        K::Deployment => {
            template_of(object);
            if let Some(spec) = child(object, "spec") {
                deployment(spec);
            }
        }
        K::StatefulSet => {
            template_of(object);
            if let Some(spec) = child(object, "spec") {
                stateful_set(spec);
            }
        }
        K::DaemonSet => {
            template_of(object);
            daemon_set(object);
        }
        K::ReplicaSet => {
            template_of(object);
            if let Some(spec) = child(object, "spec") {
                missing(spec, "replicas", 1);
            }
        }
        K::Job => {
            template_of(object);
            job(object);
        }
        K::CronJob => cron_job(object),
        K::PersistentVolumeClaim => {
            if let Some(status) = ensure(object, "status") {
                unset(status, "phase", "Pending");
            }
            if let Some(spec) = ensure(object, "spec") {
                claim_spec(spec);
            }
        }
        K::StorageClass => {
            missing(object, "reclaimPolicy", "Delete");
            missing(object, "volumeBindingMode", "Immediate");
        }
        K::Service => service(object),
        K::Secret => secret(object),
        K::Namespace => namespace(object),
        K::Node => node(object),
        K::Endpoints => {
            each(object, "subsets", |subset| each(subset, "ports", |port| missing(port, "protocol", "TCP")))
        }
        K::RoleBinding | K::ClusterRoleBinding => {
            if let Some(role) = child(object, "roleRef") {
                unset(role, "apiGroup", "rbac.authorization.k8s.io");
            }
            each(object, "subjects", |subject| {
                if matches!(text(subject, "kind"), "User" | "Group") {
                    unset(subject, "apiGroup", "rbac.authorization.k8s.io");
                }
            });
        }
        K::CustomResourceDefinition => definition(object),
        K::TokenRequest => {
            if let Some(spec) = child(object, "spec") {
                missing(spec, "expirationSeconds", 3600);
            }
        }
        K::Tabled(row) => (row.fill)(object),
        K::ConfigMap | K::ServiceAccount | K::Event | K::NewEvent | K::Role | K::ClusterRole | K::Lease | K::Other => {}
    }
}

pub(crate) fn text<'a>(object: &'a Fields, key: &str) -> &'a str {
    object.get(key).and_then(Value::as_str).unwrap_or_default()
}

pub(crate) fn child<'a>(object: &'a mut Fields, key: &str) -> Option<&'a mut Fields> {
    object.get_mut(key)?.as_object_mut()
}

/// The object under `key`, made when there is none.
pub(crate) fn ensure<'a>(object: &'a mut Fields, key: &str) -> Option<&'a mut Fields> {
    let value = object.entry(key).or_insert(Value::Null);
    if value.is_null() {
        *value = Value::Object(Object::new());
    }
    value.as_object_mut()
}

pub(crate) fn each(object: &mut Fields, key: &str, mut fill: impl FnMut(&mut Fields)) {
    for item in object.get_mut(key).and_then(Value::as_array_mut).into_iter().flatten() {
        if let Some(item) = item.as_object_mut() {
            fill(item);
        }
    }
}

/// Sets a field that is not there.
pub(crate) fn missing(object: &mut Fields, key: &str, value: impl Into<Value>) {
    if object.get(key).is_none_or(Value::is_null) {
        object.insert(key.to_owned(), value.into());
    }
}

/// Sets a string field that is not there or empty.
pub(crate) fn unset(object: &mut Fields, key: &str, value: &str) {
    if text(object, key).is_empty() {
        object.insert(key.to_owned(), value.into());
    }
}

/// Sets a number field that is not there or zero.
pub(crate) fn zero(object: &mut Fields, key: &str, value: i64) {
    if object.get(key).and_then(Value::as_i64).unwrap_or(0) == 0 {
        object.insert(key.to_owned(), value.into());
    }
}

// === Pods ===

// === Workloads ===

// === The rest ===

fn service(object: &mut Fields) {
    let Some(spec) = child(object, "spec") else { return };
    unset(spec, "sessionAffinity", "None");
    match text(spec, "sessionAffinity") {
        "None" => {
            spec.remove("sessionAffinityConfig");
        }
        "ClientIP" => {
            let set = spec.get("sessionAffinityConfig").and_then(|config| config.pointer("/clientIP/timeoutSeconds"));
            if set.is_none_or(Value::is_null) {
                spec.insert("sessionAffinityConfig".to_owned(), json!({"clientIP": {"timeoutSeconds": 10800}}));
            }
        }
        _ => {}
    }
    unset(spec, "type", "ClusterIP");
    each(spec, "ports", |port| {
        unset(port, "protocol", "TCP");
        let target = port.get("targetPort");
        let is_unset = target.is_none_or(|target| target == &Value::from(0) || target == &Value::from(""));
        if is_unset {
            let number = port.get("port").cloned().unwrap_or_default();
            port.insert("targetPort".to_owned(), number);
        }
    });
    let kind = text(spec, "type").to_owned();
    let has_external = spec.get("externalIPs").and_then(Value::as_array).is_some_and(|list| !list.is_empty());
    let external = matches!(kind.as_str(), "LoadBalancer" | "NodePort") || (kind == "ClusterIP" && has_external);
    if external {
        unset(spec, "externalTrafficPolicy", "Cluster");
    }
    if matches!(kind.as_str(), "LoadBalancer" | "NodePort" | "ClusterIP") {
        missing(spec, "internalTrafficPolicy", "Cluster");
    }
    if kind == "LoadBalancer" {
        missing(spec, "allocateLoadBalancerNodePorts", true);
        if let Some(balancer) = child(object, "status").and_then(|status| child(status, "loadBalancer")) {
            each(balancer, "ingress", |ingress| {
                if !text(ingress, "ip").is_empty() {
                    missing(ingress, "ipMode", "VIP");
                }
            });
        }
    }
}

fn secret(object: &mut Fields) {
    if let Some(Value::Object(clear)) = object.remove("stringData")
        && let Some(data) = ensure(object, "data")
    {
        for (key, value) in clear {
            let text = value.as_str().unwrap_or_default();
            data.insert(key, STANDARD.encode(text).into());
        }
        if data.is_empty() {
            object.remove("data");
        }
    }
    unset(object, "type", "Opaque");
}

fn namespace(object: &mut Fields) {
    if let Some(meta) = ensure(object, "metadata") {
        let name = text(meta, "name").to_owned();
        if !name.is_empty()
            && let Some(labels) = ensure(meta, "labels")
        {
            labels.insert("kubernetes.io/metadata.name".to_owned(), name.into());
        }
    }
    if let Some(status) = ensure(object, "status") {
        unset(status, "phase", "Active");
    }
}

/// The first of a list, and the list: whoever knows only the one may set only the one.
fn pair(holder: &mut Fields, one: &str, list: &str, wrap: impl Fn(&str) -> Value) {
    let single = text(holder, one).to_owned();
    let first = holder.get(list).and_then(Value::as_array).and_then(|list| list.first()).cloned();
    match first {
        _ if !single.is_empty() && first.as_ref() != Some(&wrap(&single)) => {
            holder.insert(list.to_owned(), Value::Array(vec![wrap(&single)]));
        }
        Some(first) if single.is_empty() => {
            let text = first.get("ip").unwrap_or(&first).clone();
            holder.insert(one.to_owned(), text);
        }
        _ => {}
    }
}

fn node(object: &mut Fields) {
    if let Some(spec) = child(object, "spec") {
        pair(spec, "podCIDR", "podCIDRs", |cidr| cidr.into());
    }
    let Some(status) = child(object, "status") else { return };
    for list in ["capacity", "allocatable"] {
        if let Some(list) = child(status, list) {
            round(list);
        }
    }
    if let Some(capacity) = status.get("capacity").filter(|capacity| !capacity.is_null()).cloned() {
        missing(status, "allocatable", capacity);
    }
}

fn definition(object: &mut Fields) {
    let mut storage = None;
    if let Some(spec) = child(object, "spec") {
        if let Some(names) = child(spec, "names") {
            let kind = text(names, "kind").to_owned();
            if !kind.is_empty() {
                unset(names, "singular", &kind.to_lowercase());
                unset(names, "listKind", &format!("{kind}List"));
            }
        }
        missing(spec, "conversion", json!({"strategy": "None"}));
        let service = child(spec, "conversion")
            .and_then(|conversion| child(conversion, "webhook"))
            .and_then(|webhook| child(webhook, "clientConfig"))
            .and_then(|config| child(config, "service"));
        if let Some(service) = service {
            missing(service, "port", 443);
        }
        let versions = spec.get("versions").and_then(Value::as_array);
        storage = versions
            .into_iter()
            .flatten()
            .find(|version| version.get("storage") == Some(&Value::Bool(true)))
            .and_then(|version| version.get("name"))
            .cloned();
    }
    if let (Some(name), Some(status)) = (storage, ensure(object, "status")) {
        missing(status, "storedVersions", json!([name]));
    }
}

#[cfg(test)]
mod tests {
    use super::pods::pull_policy;

    #[test]
    fn images_are_pulled_always_unless_their_tag_is_fixed() {
        for image in ["nginx", "nginx:latest", "registry:5000/a/b", "Registry.example/a"] {
            assert_eq!(pull_policy(image), "Always", "{image}");
        }
        for image in ["nginx:1.2", "nginx@sha256:00", "registry:5000/a/b:1", "", "Nginx", "a//b"] {
            assert_eq!(pull_policy(image), "IfNotPresent", "{image}");
        }
    }
}
