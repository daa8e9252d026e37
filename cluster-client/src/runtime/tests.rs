//! Scenarios of whole controllers over fake clusters.

mod churn;
mod dynamic;
mod engaging;
mod fairness;
mod home;
mod live;
mod owning;
mod removing;
mod replacing;
mod serving;
mod simple;
mod trouble;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use fake_cluster::fleet::Fleet;
use fake_cluster::server::FakeCluster;
use futures::StreamExt as _;
use http::Method;
use k8s_openapi::api::core::v1::{ConfigMap, Secret};
use kube::Client;
use kube::runtime::reflector::ObjectRef;
use kube::runtime::watcher::Config;
use serde_json::{Value, json};
use tokio::sync::broadcast;
use tokio_stream::wrappers::BroadcastStream;
use tokio_stream::wrappers::errors::BroadcastStreamRecvError;

use super::*;
use crate::error::ClientError;
use crate::handle::ClusterHandle;
use crate::key::ClusterKey;
use crate::provider::{
    ClientProvider, ClusterEvent, ClusterEventKind, ClusterEventStream, ClusterState, ClusterSummary, Deadline,
};
use crate::revision::Revision;
use crate::spec::ClusterUid;

/// A provider whose clusters come and go as a test says.
pub(super) struct Clusters {
    known: Mutex<BTreeMap<ClusterKey, ClusterSummary>>,
    last: Mutex<Option<Revision>>,
    events: broadcast::Sender<ClusterEvent>,
}

impl Clusters {
    fn new() -> Arc<Self> {
        Self::with_backlog(4096)
    }

    fn with_backlog(events: usize) -> Arc<Self> {
        Arc::new(Self { known: Mutex::default(), last: Mutex::default(), events: broadcast::Sender::new(events) })
    }

    fn handle(&self, name: &str, client: Client, uid: &str) -> ClusterHandle {
        let mut last = self.last.lock().unwrap();
        let revision = Revision::following(*last, jiff::Timestamp::now());
        *last = Some(revision);
        ClusterHandle::new(ClusterKey::new(name).unwrap(), client, revision, Some(ClusterUid::new(uid)))
    }

    fn put(&self, handle: &ClusterHandle) -> Option<ClusterHandle> {
        let mut known = self.known.lock().unwrap();
        let new = || ClusterSummary::new(handle.key().clone(), ClusterState::Connected);
        known.entry(handle.key().clone()).or_insert_with(new).handle.replace(handle.clone())
    }

    fn say(&self, key: &ClusterKey, kind: ClusterEventKind) {
        drop(self.events.send(ClusterEvent { key: key.clone(), kind }));
    }

    fn add(&self, name: &str, client: Client) -> ClusterHandle {
        self.add_labelled(name, client, &[])
    }

    fn add_labelled(&self, name: &str, client: Client, labels: &[(&str, &str)]) -> ClusterHandle {
        let handle = self.handle(name, client, name);
        self.put(&handle);
        self.label(handle.key(), labels);
        self.say(handle.key(), ClusterEventKind::Added(handle.clone()));
        handle
    }

    fn label(&self, key: &ClusterKey, labels: &[(&str, &str)]) {
        let labels = labels.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        self.known.lock().unwrap().get_mut(key).unwrap().labels = Arc::new(labels);
    }

    fn relabel(&self, name: &str, labels: &[(&str, &str)]) {
        let key = ClusterKey::new(name).unwrap();
        self.label(&key, labels);
        self.say(&key, ClusterEventKind::Relabelled);
    }

    fn replace(&self, name: &str, client: Client, reset: bool) -> ClusterHandle {
        let handle = self.handle(name, client, if reset { "another" } else { name });
        let old = self.put(&handle).unwrap();
        self.say(handle.key(), ClusterEventKind::Replaced { handle: handle.clone(), was: old.revision(), reset });
        old.alive().cancel();
        handle
    }

    fn remove(&self, name: &str) {
        let key = ClusterKey::new(name).unwrap();
        let old = self.known.lock().unwrap().remove(&key).unwrap();
        old.handle.unwrap().alive().cancel();
        self.say(&key, ClusterEventKind::Removed);
    }
}

#[async_trait]
impl ClientProvider for Clusters {
    fn peek(&self, key: &ClusterKey) -> Result<ClusterHandle, ClientError> {
        let known = self.known.lock().unwrap();
        known.get(key).and_then(|summary| summary.handle.clone()).ok_or(ClientError::NotFound)
    }

    async fn get(&self, key: &ClusterKey, _wait: Deadline) -> Result<ClusterHandle, ClientError> {
        self.peek(key)
    }

    fn events(&self) -> ClusterEventStream {
        BroadcastStream::new(self.events.subscribe())
            .map(|event| {
                event.unwrap_or_else(|BroadcastStreamRecvError::Lagged(_)| ClusterEvent {
                    key: ClusterKey::new("missed").unwrap(),
                    kind: ClusterEventKind::Missed,
                })
            })
            .boxed()
    }

    fn clusters(&self) -> Vec<ClusterSummary> {
        self.known.lock().unwrap().values().cloned().collect()
    }
}

#[derive(Debug, thiserror::Error)]
#[error("it failed")]
struct Failed;

/// What a reconciler was called for.
#[derive(Clone, Default)]
struct Calls(Arc<Mutex<Vec<String>>>);

impl Calls {
    fn note(&self, call: impl ToString) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(call.to_string());
    }

    fn all(&self) -> Vec<String> {
        self.0.lock().unwrap().clone()
    }

    fn has(&self, call: &str) -> bool {
        self.0.lock().unwrap().iter().any(|known| known == call)
    }

    fn count(&self, call: &str) -> usize {
        self.0.lock().unwrap().iter().filter(|known| *known == call).count()
    }

    fn clear(&self) {
        self.0.lock().unwrap().clear();
    }
}

/// A controller of config maps that waits as little as a test wants to.
fn controller(provider: &Arc<Clusters>) -> MultiClusterController<ConfigMap> {
    let quick = Backoff::new(Duration::from_millis(5), Duration::from_millis(20));
    MultiClusterController::new(provider.clone())
        .watch_options(WatchOptions::default().with_backoff(quick))
        .retry(quick)
        .seed(7)
        .watches_main(shop())
}

/// The part of the config maps that is the tests' own: every namespace has one for the certificates.
fn shop() -> Config {
    Config::default().labels("app=shop")
}

/// Runs it with a reconciler that only takes notes.
fn noting(controller: MultiClusterController<ConfigMap>, calls: &Calls) -> Running {
    let calls = calls.clone();
    let note = move |request: Request<ConfigMap>, _| {
        calls.note(&request);
        async { Ok::<_, Failed>(Action::await_change()) }
    };
    controller.run(note).unwrap()
}

fn map(name: &str) -> Value {
    json!({
        "apiVersion": "v1", "kind": "ConfigMap",
        "metadata": { "name": name, "namespace": "default", "labels": { "app": "shop" } },
    })
}

fn touch(cluster: &FakeCluster, name: &str, value: &str) {
    let patch = json!({
        "apiVersion": "v1", "kind": "ConfigMap",
        "metadata": { "name": name, "namespace": "default", "labels": { "app": "shop" } }, "data": { "value": value },
    });
    let path = format!("/api/v1/namespaces/default/configmaps/{name}");
    cluster.api().request(Method::PUT, &path, Some(&patch)).unwrap();
}

fn delete(cluster: &FakeCluster, name: &str) {
    let path = format!("/api/v1/namespaces/default/configmaps/{name}");
    cluster.api().request(Method::DELETE, &path, None).unwrap();
}

fn fleet_name(name: &str) -> ClusterName {
    ClusterName::Fleet(ClusterKey::new(name).unwrap())
}

fn request(cluster: &str, name: &str) -> Request<ConfigMap> {
    Request::new(fleet_name(cluster), ObjectRef::new(name).within("default"))
}

/// Waits for a condition, for ten seconds at most.
async fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let waiting = async {
        while !holds() {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), waiting).await.unwrap_or_else(|_| panic!("not in time: {what}"));
}

/// Waits for something, for ten seconds at most.
async fn within<T>(what: &str, future: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(10), future).await.unwrap_or_else(|_| panic!("not in time: {what}"))
}

/// Lets everything happen that is about to, so that what must not happen has had its chance.
async fn settle() {
    tokio::time::sleep(Duration::from_millis(60)).await;
}

async fn two() -> (Fleet, Arc<Clusters>) {
    let fleet = Fleet::start_with(2, fake_cluster::fleet::FleetOptions::default().with_prefix("c")).await.unwrap();
    let provider = Clusters::new();
    for cluster in fleet.clusters() {
        provider.add(cluster.name(), cluster.client().unwrap());
    }
    (fleet, provider)
}

async fn one() -> (FakeCluster, Arc<Clusters>) {
    let cluster = FakeCluster::start().await.unwrap();
    (cluster, Clusters::new())
}

fn synced(running: &Running, name: &str) -> bool {
    running.stats().of(&fleet_name(name)).is_some_and(|stats| stats.synced)
}

fn instance(running: &Running, name: &str) -> Option<u64> {
    running.stats().of(&fleet_name(name)).map(|stats| stats.instance)
}
