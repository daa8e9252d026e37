//! Resources that clusters are usually filled with.

mod olm;

use serde_json::{Map, Value, json};

pub use self::olm::OlmOperator;

/// A namespace.
#[must_use]
pub fn namespace(name: &str) -> Value {
    json!({ "apiVersion": "v1", "kind": "Namespace", "metadata": { "name": name } })
}

/// A Secret of these members.
pub fn secret(namespace: &str, name: &str, members: impl IntoIterator<Item = (String, String)>) -> Value {
    let data: Map<String, Value> = members.into_iter().map(|(member, value)| (member, value.into())).collect();
    json!({
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": { "name": name, "namespace": namespace },
        "type": "Opaque",
        "stringData": data,
    })
}

/// A Secret for pulling images in each of these namespaces; none when the content is blank.
#[must_use]
pub fn image_pull_secrets(name: &str, namespaces: &[&str], docker_config: &str) -> Vec<Value> {
    if docker_config.trim().is_empty() {
        return Vec::new();
    }
    let one = |namespace: &&str| {
        json!({
            "apiVersion": "v1",
            "kind": "Secret",
            "metadata": { "name": name, "namespace": namespace },
            "type": "kubernetes.io/dockerconfigjson",
            "stringData": { ".dockerconfigjson": docker_config },
        })
    };
    namespaces.iter().map(one).collect()
}

/// A group of OpenShift with these users.
#[must_use]
pub fn openshift_group(name: &str, users: &[&str]) -> Value {
    json!({ "apiVersion": "user.openshift.io/v1", "kind": "Group", "metadata": { "name": name }, "users": users })
}

/// What a group may do in the whole cluster.
#[must_use]
pub fn cluster_role_binding(name: &str, cluster_role: &str, group: &str) -> Value {
    json!({
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "ClusterRoleBinding",
        "metadata": { "name": name },
        "roleRef": { "apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": cluster_role },
        "subjects": [{ "apiGroup": "rbac.authorization.k8s.io", "kind": "Group", "name": group }],
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::provider::ObjectRef;

    #[test]
    fn a_blank_pull_secret_is_left_out() {
        assert!(image_pull_secrets("pull", &["a", "b"], " \n").is_empty());
        assert_eq!(image_pull_secrets("pull", &["a", "b"], "{}").len(), 2);
    }

    #[test]
    fn an_operator_is_four_objects_that_say_who_they_are() {
        let operator =
            OlmOperator::new("op", "op-ns", "op-package", "stable").from_image("quay.io/op:1").starting_with("op.v1");
        let objects = operator.resources();
        let kinds: Vec<_> = objects.iter().map(|object| ObjectRef::of(object).unwrap().kind).collect();
        assert_eq!(kinds, ["Namespace", "CatalogSource", "OperatorGroup", "Subscription"]);
        assert_eq!(objects[3]["spec"]["startingCSV"], "op.v1");
        assert!(objects[2]["spec"]["targetNamespaces"].is_null());
    }
}
