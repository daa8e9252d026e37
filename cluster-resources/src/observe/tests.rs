//! Against API servers in this process.

mod comparing;
mod fetch;
mod members;
mod paging;
mod scoping;

use std::sync::Mutex;
use std::time::Duration;

use fake_cluster::api::Verb;
use fake_cluster::server::{Credential, FakeCluster};
use kube::Client;
use serde_json::{Value, json};

use super::*;
use crate::clusters::StaticClusters;
use crate::id::{BucketId, Origin};
use crate::inventory::ResourceInventory;
use crate::issue::{Issue, IssueClass, Reach, Severity};
use crate::observed::{Completeness, LiveBody};
use crate::outcome::{Event, Quiet};
use crate::policy::Actor;
use crate::resource::Resource;

const SENTINEL: &str = "sentinel-5d41402a";

fn policy() -> Policy {
    Policy::new(Actor::new("mooring", "shaping", "1.2.3"))
}

/// Everything at once, and no pauses to speak of.
fn options() -> ObserveOptions {
    ObserveOptions { longest_pause: Duration::from_millis(1), ..ObserveOptions::default() }
}

/// A client that repeats nothing by itself.
fn client_as(cluster: &FakeCluster, credential: &Credential) -> Client {
    let mut config = cluster.client_config(credential).unwrap();
    config.default_retry = false;
    Client::try_from(config).unwrap()
}

fn client(cluster: &FakeCluster) -> Client {
    client_as(cluster, &Credential::Certificate(cluster.admin()))
}

fn one(cluster: &FakeCluster) -> StaticClusters {
    StaticClusters::new().with("c", client(cluster))
}

async fn start() -> FakeCluster {
    FakeCluster::start().await.unwrap()
}

fn namespace(cluster: &FakeCluster, name: &str) {
    cluster.create(json!({ "apiVersion": "v1", "kind": "Namespace", "metadata": { "name": name } })).unwrap();
}

fn config_map(namespace: &str, name: &str) -> Value {
    json!({ "apiVersion": "v1", "kind": "ConfigMap", "metadata": { "name": name, "namespace": namespace }, "data": { "k": "v" } })
}

fn secret(namespace: &str, name: &str) -> Value {
    json!({
        "apiVersion": "v1", "kind": "Secret", "metadata": { "name": name, "namespace": namespace },
        "stringData": { "password": SENTINEL },
    })
}

fn fill(cluster: &FakeCluster, namespace: &str, n: usize) {
    for number in 0..n {
        cluster.create(config_map(namespace, &format!("map-{number:05}"))).unwrap();
    }
}

fn resource(body: Value) -> Resource {
    Resource::new(body, Origin::file("a.yaml")).unwrap()
}

fn bucket(namespace: &str, kind: &str) -> BucketId {
    BucketId::new("c", Some(namespace).filter(|name| !name.is_empty()), kind.parse().unwrap())
}

/// Kinds that are managed, each in a namespace (or in the cluster, when that is empty).
fn managed(kinds: &[(&str, &str)]) -> DesiredSet {
    let inventory = ResourceInventory::new();
    for (namespace, kind) in kinds {
        let namespace = Some(*namespace).filter(|name| !name.is_empty());
        inventory.initialize_resource_type("c", namespace, kind, None).unwrap();
    }
    inventory.desired()
}

async fn see(desired: &DesiredSet, clusters: &dyn Clusters, options: &ObserveOptions) -> Observed {
    observe(desired, clusters, &policy(), options, &Quiet).await
}

fn names(observed: &Observed, bucket: &BucketId) -> Vec<String> {
    observed.bucket(bucket).unwrap().objects.keys().map(ToString::to_string).collect()
}

fn completeness(observed: &Observed, bucket: &BucketId) -> Completeness {
    observed.bucket(bucket).unwrap().completeness
}

/// Lists that were asked for by `work`, that of the namespaces left out.
async fn lists<T>(cluster: &FakeCluster, work: impl Future<Output = T>) -> (T, u64) {
    let before = cluster.counters().requests(Verb::List);
    let done = work.await;
    (done, cluster.counters().requests(Verb::List) - before)
}

/// Widgets in `v2`, and in `v1` as well.
fn definition(v1: bool) -> Value {
    let anything = json!({ "openAPIV3Schema": { "type": "object", "x-kubernetes-preserve-unknown-fields": true } });
    let version = |name: &str, served: bool| json!({ "name": name, "served": served, "storage": name == "v2", "schema": anything });
    json!({
        "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
        "metadata": { "name": "widgets.example.com" },
        "spec": {
            "group": "example.com", "scope": "Namespaced", "names": { "plural": "widgets", "kind": "Widget" },
            "versions": [version("v2", true), version("v1", v1)],
        },
    })
}
