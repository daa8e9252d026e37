//! Fields that cannot change once an object is there, by kind. A table; knows nothing of requests.
//!
//! Source: the validation of updates in `k8s.io/kubernetes/pkg/apis/*/validation` and `pkg/registry`, v1.36.

use serde_json::Value;

use crate::id::GroupKind;

/// Fields of a kind that can never change, as paths such as `spec.selector`; what is below them cannot change either, but for what
/// [`is_immutable`] excepts. Empty for kinds without any, and for kinds that are not known.
#[must_use]
pub fn immutable_fields(kind: &GroupKind) -> &'static [&'static str] {
    match (&*kind.group, &*kind.kind) {
        ("apps", "Deployment" | "DaemonSet" | "ReplicaSet") => &["spec.selector"],
        ("apps", "StatefulSet") => {
            &["spec.selector", "spec.serviceName", "spec.volumeClaimTemplates", "spec.podManagementPolicy"]
        }
        ("batch", "Job") => &[
            "spec.selector",
            "spec.template",
            "spec.completions",
            "spec.completionMode",
            "spec.podFailurePolicy",
            "spec.successPolicy",
            "spec.backoffLimitPerIndex",
            "spec.managedBy",
        ],
        ("", "Service") => &["spec.clusterIP", "spec.clusterIPs"],
        ("", "Secret") => &["type"],
        ("", "PersistentVolumeClaim") => &["spec"],
        ("", "PersistentVolume") => &["spec.persistentvolumesource", "spec.volumeMode"],
        ("", "Pod") => &["spec"],
        ("rbac.authorization.k8s.io", "RoleBinding" | "ClusterRoleBinding") => &["roleRef"],
        ("storage.k8s.io", "StorageClass") => &["provisioner", "parameters", "reclaimPolicy", "volumeBindingMode"],
        // The server misspells the name of the first.
        ("storage.k8s.io", "CSIDriver") => {
            &["spec.attachedRequired", "spec.attachRequired", "spec.volumeLifecycleModes"]
        }
        ("scheduling.k8s.io", "PriorityClass") => &["value", "preemptionPolicy"],
        ("networking.k8s.io", "IngressClass") => &["spec.controller"],
        ("node.k8s.io", "RuntimeClass") => &["handler"],
        ("apiextensions.k8s.io", "CustomResourceDefinition") => {
            &["spec.group", "spec.scope", "spec.names.plural", "spec.names.kind"]
        }
        ("route.openshift.io", "Route") => &["spec.host"],
        _ => &[],
    }
}

/// What can change although it lies below an immutable field; `*` stands for one step.
fn mutable_below(kind: &GroupKind) -> &'static [&'static str] {
    match (&*kind.group, &*kind.kind) {
        ("", "PersistentVolumeClaim") => {
            &["spec.resources.requests", "spec.resources.limits", "spec.volumeAttributesClassName"]
        }
        ("", "Pod") => &[
            "spec.containers[*].image",
            "spec.initContainers[*].image",
            "spec.activeDeadlineSeconds",
            "spec.tolerations",
            "spec.terminationGracePeriodSeconds",
        ],
        _ => &[],
    }
}

/// Whether a field of a live object cannot change, by the table and by what the object itself says (`immutable: true` of ConfigMaps and
/// Secrets). The path is one as in [`FieldChange::path`](crate::plan::FieldChange::path).
///
/// Servers know exceptions that are not looked at here (a Job that never ran, a Service that changes its type): what this says is confirmed
/// by a dry run.
#[must_use]
pub fn is_immutable(kind: &GroupKind, live: &Value, path: &str) -> bool {
    let path = path.trim_start_matches('.');
    let frozen = kind.group.is_empty()
        && matches!(&*kind.kind, "ConfigMap" | "Secret")
        && live.get("immutable").and_then(Value::as_bool) == Some(true);
    if frozen && ["data", "binaryData", "stringData", "immutable"].iter().any(|field| within(path, field)) {
        return true;
    }
    immutable_fields(kind).iter().any(|field| within(path, field))
        && !mutable_below(kind).iter().any(|field| within(path, field))
}

/// Whether a path is another, or lies below it.
fn within(path: &str, above: &str) -> bool {
    if let Some((head, tail)) = above.split_once("[*]") {
        let Some(rest) = path.strip_prefix(head).and_then(|rest| rest.strip_prefix('[')) else { return false };
        return rest.split_once(']').is_some_and(|(_, rest)| within(rest, tail));
    }
    path.strip_prefix(above).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn immutable(kind: &str, live: &Value, path: &str) -> bool {
        is_immutable(&kind.parse().unwrap(), live, path)
    }

    #[test]
    fn a_field_is_immutable_with_all_below_it_and_nothing_beside_it() {
        let none = json!({});
        assert!(immutable("Deployment.apps", &none, "spec.selector"));
        assert!(immutable("Deployment.apps", &none, "spec.selector.matchLabels.app"));
        assert!(!immutable("Deployment.apps", &none, "spec.selectors"));
        assert!(!immutable("Deployment.apps", &none, "spec.template.spec.containers[name=app].image"));
        assert!(!immutable("Deployment", &none, "spec.selector"), "another group is another kind");
        assert!(immutable("Service", &none, "spec.clusterIPs[0]"));
        assert!(immutable("RoleBinding.rbac.authorization.k8s.io", &none, "roleRef.name"));
        assert!(immutable("StatefulSet.apps", &none, "spec.volumeClaimTemplates[0].spec.resources.requests.storage"));
    }

    #[test]
    fn data_is_immutable_only_where_the_object_says_so() {
        for kind in ["ConfigMap", "Secret"] {
            assert!(immutable(kind, &json!({"immutable": true}), "data.key"));
            assert!(!immutable(kind, &json!({"immutable": false}), "data.key"));
            assert!(!immutable(kind, &json!({}), "data.key"));
            assert!(!immutable(kind, &json!({"immutable": true}), "metadata.labels.a"));
        }
        assert!(immutable("Secret", &json!({}), "type"));
    }

    #[test]
    fn what_can_change_below_an_immutable_field_can() {
        let none = json!({});
        assert!(immutable("PersistentVolumeClaim", &none, "spec.storageClassName"));
        assert!(!immutable("PersistentVolumeClaim", &none, "spec.resources.requests.storage"));
        assert!(!immutable("Pod", &none, "spec.containers[name=a].image"));
        assert!(!immutable("Pod", &none, "spec.containers[0].image"));
        assert!(immutable("Pod", &none, "spec.containers[0].imagePullPolicy"));
        assert!(immutable("Pod", &none, "spec.containers[0].command"));
    }
}
