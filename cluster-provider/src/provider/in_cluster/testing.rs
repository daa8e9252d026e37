//! What tests of providers that reach clusters share. Clusters are real processes over HTTPS.

use std::sync::Arc;
use std::time::Duration;

use cluster_client::kubeconfig::{self, TrustPolicy};
use cluster_client::path::{PathOptions, Paths};
use cluster_client::transport::{Connector, TransportOptions};
use fake_cluster::server::FakeCluster;
use serde_json::{Value, json};

use super::InClusterOptions;
use crate::provider::CallContext;

pub(in crate::provider) fn call() -> CallContext {
    CallContext::within(Duration::from_secs(30))
}

pub(in crate::provider) fn connector() -> Arc<Connector> {
    Arc::new(Connector::new(TransportOptions::default(), Paths::new(PathOptions::default())))
}

pub(in crate::provider) fn options() -> InClusterOptions {
    InClusterOptions::default().with_deletion_wait(Duration::from_millis(300))
}

/// How a cluster is reached as its administrator.
pub(in crate::provider) fn described(cluster: &FakeCluster) -> cluster_client::ClusterSpec {
    kubeconfig::parse(cluster.kubeconfig(), &TrustPolicy::for_secrets(), None).unwrap().current().unwrap()
}

pub(in crate::provider) fn config_map(namespace: &str, name: &str, value: &str) -> Value {
    json!({
        "apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name, "namespace": namespace},
        "data": {"key": value},
    })
}

/// Reads an object behind the sockets.
pub(in crate::provider) fn read(cluster: &FakeCluster, path: &str) -> Option<Value> {
    cluster.api().request(http::Method::GET, path, None).ok()
}

/// A definition whose schema takes anything.
pub(in crate::provider) fn definition(group: &str, versions: &[&str], kind: &str, plural: &str, scope: &str) -> Value {
    let schema = json!({"openAPIV3Schema": {"type": "object", "x-kubernetes-preserve-unknown-fields": true}});
    let versions: Vec<Value> = versions
        .iter()
        .enumerate()
        .map(|(index, version)| {
            json!({
                "name": version, "served": true, "storage": index == 0, "schema": schema, "subresources": {"status": {}},
            })
        })
        .collect();
    json!({
        "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
        "metadata": {
            "name": format!("{plural}.{group}"),
            "annotations": {"api-approved.kubernetes.io": "unapproved, a stand-in for tests"},
        },
        "spec": {
            "group": group, "scope": scope, "versions": versions,
            "names": {
                "plural": plural, "singular": kind.to_lowercase(), "kind": kind, "listKind": format!("{kind}List"),
            },
        },
    })
}
