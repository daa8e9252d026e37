//! Resources that clusters are usually filled with.

use serde_json::{Map, Value, json};

/// An operator installed by the Operator Lifecycle Manager from a catalog image of its own, for all namespaces.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct OlmOperator {
    /// Its name, and that of its catalog, group and subscription.
    pub name: String,
    /// Where it lives; the namespace is one of the resources.
    pub namespace: String,
    /// The image of the catalog.
    pub catalog_image: String,
    /// The Secret of the namespace with which it is pulled, if any.
    pub pull_secret: Option<String>,
    /// The package in the catalog.
    pub package: String,
    /// The channel of the package.
    pub channel: String,
    /// The version to begin with; the newest when absent.
    pub starting_csv: Option<String>,
    /// Configuration of the subscription, for example environment variables.
    pub config: Option<Value>,
}

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

impl OlmOperator {
    /// This package of this catalog, from this channel.
    pub fn new(
        name: impl Into<String>,
        namespace: impl Into<String>,
        catalog_image: impl Into<String>,
        package: impl Into<String>,
        channel: impl Into<String>,
    ) -> Self {
        Self {
            name: name.into(),
            namespace: namespace.into(),
            catalog_image: catalog_image.into(),
            package: package.into(),
            channel: channel.into(),
            ..Self::default()
        }
    }

    /// Namespace, catalog, group and subscription.
    #[must_use]
    pub fn resources(&self) -> Vec<Value> {
        let metadata = json!({ "name": self.name, "namespace": self.namespace });
        let mut catalog = json!({ "sourceType": "grpc", "image": self.catalog_image, "displayName": self.name });
        if let Some(secret) = &self.pull_secret {
            catalog["secrets"] = json!([secret]);
        }
        let mut subscription = json!({
            "channel": self.channel,
            "name": self.package,
            "source": self.name,
            "sourceNamespace": self.namespace,
            "installPlanApproval": "Automatic",
        });
        if let Some(version) = &self.starting_csv {
            subscription["startingCSV"] = json!(version);
        }
        if let Some(config) = &self.config {
            subscription["config"] = config.clone();
        }
        let v1alpha1 = "operators.coreos.com/v1alpha1";
        vec![
            namespace(&self.namespace),
            json!({ "apiVersion": v1alpha1, "kind": "CatalogSource", "metadata": metadata, "spec": catalog }),
            // Without target namespaces: all of them.
            json!({
                "apiVersion": "operators.coreos.com/v1",
                "kind": "OperatorGroup",
                "metadata": metadata,
                "spec": {},
            }),
            json!({ "apiVersion": v1alpha1, "kind": "Subscription", "metadata": metadata, "spec": subscription }),
        ]
    }
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
        let mut operator = OlmOperator::new("op", "op-ns", "quay.io/op:1", "op-package", "stable");
        operator.starting_csv = Some("op.v1".to_owned());
        let objects = operator.resources();
        let kinds: Vec<_> = objects.iter().map(|object| ObjectRef::of(object).unwrap().kind).collect();
        assert_eq!(kinds, ["Namespace", "CatalogSource", "OperatorGroup", "Subscription"]);
        assert_eq!(objects[3]["spec"]["startingCSV"], "op.v1");
        assert!(objects[2]["spec"]["targetNamespaces"].is_null());
    }
}
