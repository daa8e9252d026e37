//! How clusters are made known: kubeconfigs, Secrets, Cluster API and ClusterProfile objects.
//!
//! The objects are plain JSON, ready for [`FakeCluster::create`] of a hub cluster or for a `kube::Api`.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::api::{Api, Status};
use crate::server::FakeCluster;

/// The label of Secrets that hold kubeconfigs, as multicluster-runtime's kubeconfig provider looks for them.
pub const KUBECONFIG_LABEL: &str = "sigs.k8s.io/multicluster-runtime-kubeconfig";

/// A kubeconfig with one context for each cluster, called as the cluster is; the first one is current.
pub fn merged_kubeconfig(clusters: &[FakeCluster]) -> String {
    let configs: Vec<Value> =
        clusters.iter().filter_map(|cluster| serde_json::from_str(&cluster.kubeconfig()).ok()).collect();
    let all = |field: &str| -> Vec<Value> {
        configs.iter().flat_map(|config| config[field].as_array().cloned().unwrap_or_default()).collect()
    };
    let merged = json!({
        "apiVersion": "v1", "kind": "Config",
        "current-context": configs.first().map(|config| config["current-context"].clone()),
        "clusters": all("clusters"), "users": all("users"), "contexts": all("contexts"),
    });
    format!("{merged:#}\n")
}

/// A Secret named as the cluster is, with its kubeconfig under `kubeconfig` and [`KUBECONFIG_LABEL`].
pub fn kubeconfig_secret(cluster: &FakeCluster, namespace: &str) -> Value {
    json!({
        "apiVersion": "v1", "kind": "Secret", "type": "Opaque",
        "metadata": {"name": cluster.name(), "namespace": namespace, "labels": {KUBECONFIG_LABEL: "true"}},
        "data": {"kubeconfig": STANDARD.encode(cluster.kubeconfig())},
    })
}

/// A Cluster API `Cluster` whose control plane is initialized.
pub fn cluster_api_cluster(cluster: &FakeCluster, namespace: &str) -> Value {
    json!({
        "apiVersion": "cluster.x-k8s.io/v1beta2", "kind": "Cluster",
        "metadata": {"name": cluster.name(), "namespace": namespace},
        "spec": {"controlPlaneEndpoint": {"host": "127.0.0.1", "port": cluster.address().port()}},
        "status": {
            "phase": "Provisioned",
            "initialization": {"infrastructureProvisioned": true, "controlPlaneInitialized": true},
            "conditions": [{
                "type": "Available", "status": "True", "reason": "Available", "message": "",
                "lastTransitionTime": "2026-01-01T00:00:00Z",
            }],
        },
    })
}

/// The kubeconfig Secret that Cluster API keeps for a cluster.
pub fn cluster_api_secret(cluster: &FakeCluster, namespace: &str) -> Value {
    json!({
        "apiVersion": "v1", "kind": "Secret", "type": "cluster.x-k8s.io/secret",
        "metadata": {
            "name": format!("{}-kubeconfig", cluster.name()), "namespace": namespace,
            "labels": {"cluster.x-k8s.io/cluster-name": cluster.name()},
        },
        "data": {"value": STANDARD.encode(cluster.kubeconfig())},
    })
}

/// A healthy `ClusterProfile` with one access provider, `fake`.
pub fn cluster_profile(cluster: &FakeCluster, namespace: &str, manager: &str) -> Value {
    let entry = json!({
        "server": cluster.url(), "certificate-authority-data": STANDARD.encode(cluster.ca_pem()),
    });
    json!({
        "apiVersion": "multicluster.x-k8s.io/v1alpha1", "kind": "ClusterProfile",
        "metadata": {
            "name": cluster.name(), "namespace": namespace, "labels": {"x-k8s.io/cluster-manager": manager},
        },
        "spec": {"displayName": cluster.name(), "clusterManager": {"name": manager}},
        "status": {
            "version": {"kubernetes": crate::api::VERSION},
            "accessProviders": [{"name": "fake", "cluster": entry}],
            "conditions": [{
                "type": "ControlPlaneHealthy", "status": "True", "reason": "Healthy", "message": "",
                "lastTransitionTime": "2026-01-01T00:00:00Z",
            }],
        },
    })
}

/// The Secret with which a consumer reaches the cluster of a `ClusterProfile`.
pub fn cluster_profile_secret(cluster: &FakeCluster, namespace: &str, consumer: &str) -> Value {
    json!({
        "apiVersion": "v1", "kind": "Secret", "type": "Opaque",
        "metadata": {
            "name": format!("{}-{consumer}", cluster.name()), "namespace": namespace,
            "labels": {
                "x-k8s.io/cluster-inventory-consumer": consumer, "x-k8s.io/cluster-profile": cluster.name(),
            },
        },
        "data": {"Config": STANDARD.encode(cluster.kubeconfig())},
    })
}

/// The definitions that a hub needs for Cluster API and ClusterProfile objects. Their schemas take anything.
pub fn definitions() -> [Value; 2] {
    let anything = json!({"openAPIV3Schema": {"type": "object", "x-kubernetes-preserve-unknown-fields": true}});
    let definition = |group: &str, version: &str, kind: &str, plural: &str| {
        json!({
            "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
            "metadata": {
                "name": format!("{plural}.{group}"),
                // The groups are protected: their definitions need an approval.
                "annotations": {"api-approved.kubernetes.io": "unapproved, a stand-in for tests"},
            },
            "spec": {
                "group": group, "scope": "Namespaced",
                "names": {"plural": plural, "singular": kind.to_lowercase(), "kind": kind, "listKind": format!("{kind}List")},
                "versions": [{
                    "name": version, "served": true, "storage": true, "schema": anything, "subresources": {"status": {}},
                }],
            },
        })
    };
    [
        definition("cluster.x-k8s.io", "v1beta2", "Cluster", "clusters"),
        definition("multicluster.x-k8s.io", "v1alpha1", "ClusterProfile", "clusterprofiles"),
    ]
}

/// Creates an object in a hub as its administrator, with the status that it comes with.
///
/// # Errors
/// The refusal of either write.
pub fn publish(hub: &Api, object: &Value) -> Result<Value, Status> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let (api_version, kind) = (text(&object["apiVersion"]), text(&object["kind"]));
    let resource = hub.registry().by_kind(&api_version, &kind).ok_or_else(Status::no_such_path)?;
    let namespace = text(&object["metadata"]["namespace"]);
    let created = hub.request(http::Method::POST, &resource.path(&namespace, ""), Some(object))?;
    if object["status"].is_null() || !resource.status {
        return Ok(created);
    }
    let path = format!("{}/status", resource.path(&namespace, &text(&object["metadata"]["name"])));
    hub.request(http::Method::PATCH, &path, Some(&json!({"status": object["status"]})))
}
