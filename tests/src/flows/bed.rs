//! A namespace to work in, and what flows have in common: waiting with a bound, watchers that are listened to, controllers that run, and what
//! they note. Knows nothing of claims.

use std::fmt::{self, Debug};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use futures::stream::BoxStream;
use futures::{Stream, StreamExt as _};
use k8s_openapi::NamespaceResourceScope;
use k8s_openapi::api::core::v1::{ConfigMap, Namespace};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use kube::api::{DeleteParams, Patch, PatchParams, PostParams};
use kube::runtime::watcher::{self, Event};
use kube::{Api, Client, Resource, ResourceExt};
use serde::de::DeserializeOwned;
use serde_json::Value;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::access::Who;
use crate::backend::Backend;

/// How long something that has to come may take: the runtime waits for about a second before it tries again, and then for longer.
const IN_TIME: Duration = Duration::from_secs(30);

/// One claim's namespace.
pub(super) struct Bed<'b> {
    pub(super) client: Client,
    pub(super) namespace: String,
    pub(super) backend: &'b Backend,
}

/// Waits for something that has to come.
pub(super) fn in_time<T>(what: &str, wanted: impl Future<Output = T>) -> impl Future<Output = Result<T>> {
    // What waits for an object of a large kind is large itself.
    let wanted = Box::pin(wanted);
    async move { tokio::time::timeout(IN_TIME, wanted).await.with_context(|| format!("{what}: not in time")) }
}

// === impl Bed ===

impl<'b> Bed<'b> {
    pub(super) async fn make(backend: &'b Backend) -> Result<Self> {
        let client = backend.client(&Who::Admin).await?;
        let namespace = format!("flow-{}", uuid::Uuid::new_v4().simple());
        let made = Namespace { metadata: named(&namespace), ..Namespace::default() };
        Api::<Namespace>::all(client.clone()).create(&PostParams::default(), &made).await?;
        Ok(Self { client, namespace, backend })
    }

    /// The objects of a kind in the claim's namespace.
    pub(super) fn api<K>(&self) -> Api<K>
    where
        K: Resource<Scope = NamespaceResourceScope, DynamicType: Default>,
    {
        Api::namespaced(self.client.clone(), &self.namespace)
    }

    pub(super) fn maps(&self) -> Api<ConfigMap> {
        self.api()
    }

    /// Makes a map.
    pub(super) async fn map(&self, name: &str) -> Result<ConfigMap> {
        let map = ConfigMap { metadata: named(name), ..ConfigMap::default() };
        Ok(self.maps().create(&PostParams::default(), &map).await?)
    }

    /// Changes a map.
    pub(super) async fn change(&self, name: &str, patch: Value) -> Result<ConfigMap> {
        Ok(self.maps().patch(name, &PatchParams::default(), &Patch::Merge(patch)).await?)
    }

    /// Deletes a map.
    pub(super) async fn delete(&self, name: &str) -> Result<()> {
        self.maps().delete(name, &DeleteParams::default()).await?;
        Ok(())
    }
}

/// The metadata of an object that is not made yet.
pub(super) fn named(name: &str) -> ObjectMeta {
    ObjectMeta { name: Some(name.to_owned()), ..ObjectMeta::default() }
}

/// The resource version, which every object of a server has.
pub(super) fn version<K: ResourceExt>(object: &K) -> Result<String> {
    object.resource_version().with_context(|| format!("{} has no resource version", object.name_any()))
}

/// The uid, which every object of a server has.
pub(super) fn uid<K: ResourceExt>(object: &K) -> Result<String> {
    object.uid().with_context(|| format!("{} has no uid", object.name_any()))
}

/// A watcher that is listened to. It asks its server for nothing while nobody listens.
pub(super) struct Heard<K>(BoxStream<'static, watcher::Result<Event<K>>>);

// === impl Heard ===

impl<K: ResourceExt> Heard<K> {
    pub(super) fn of(stream: impl Stream<Item = watcher::Result<Event<K>>> + Send + 'static) -> Self {
        Self(stream.boxed())
    }

    /// What it says next.
    pub(super) async fn next(&mut self) -> Result<watcher::Result<Event<K>>> {
        in_time("what a watcher says", self.0.next()).await?.context("a watcher ended")
    }

    /// It says this next, one after the other: `InitApply(a)`, `Delete(b)` and the like.
    pub(super) async fn says(&mut self, wanted: &[&str]) -> Result<Vec<K>> {
        let mut objects = Vec::new();
        for (index, wanted) in wanted.iter().enumerate() {
            let event = self.next().await?.with_context(|| format!("instead of {wanted}, the {index}. to come"))?;
            let said = event.to_string();
            ensure!(said == *wanted, "{said} instead of {wanted}, the {index}. to come");
            match event {
                Event::Apply(object) | Event::Delete(object) | Event::InitApply(object) => objects.push(object),
                Event::Init | Event::InitDone => {}
            }
        }
        Ok(objects)
    }

    /// It says next that its history is gone.
    pub(super) async fn says_expired(&mut self) -> Result<()> {
        let error = match self.next().await? {
            Ok(event) => anyhow::bail!("{event} instead of what is gone"),
            Err(error) => error,
        };
        let status = match &error {
            watcher::Error::InitialListFailed(kube::Error::Api(status)) | watcher::Error::WatchError(status) => status,
            other => anyhow::bail!("{other:?} instead of what is gone"),
        };
        ensure!(status.code == 410 && status.reason == "Expired", "{status:?}");
        Ok(())
    }

    /// It says nothing for so long.
    pub(super) async fn is_silent(&mut self, duration: Duration) -> Result<()> {
        match tokio::time::timeout(duration, self.0.next()).await {
            Err(_) => Ok(()),
            Ok(None) => anyhow::bail!("a watcher ended"),
            Ok(Some(Ok(event))) => anyhow::bail!("{event} instead of nothing"),
            Ok(Some(Err(error))) => Err(error).context("instead of nothing"),
        }
    }
}

/// What happened, in order, and how to wait for it.
#[derive(Clone)]
pub(super) struct Journal(Arc<watch::Sender<Vec<String>>>);

// === impl Journal ===

impl Journal {
    pub(super) fn new() -> Self {
        Self(Arc::new(watch::Sender::new(Vec::new())))
    }

    pub(super) fn note(&self, line: impl Into<String>) {
        self.0.send_modify(|lines| lines.push(line.into()));
    }

    pub(super) fn lines(&self) -> Vec<String> {
        self.0.borrow().clone()
    }

    /// How often a line was noted.
    pub(super) fn count(&self, line: &str) -> usize {
        self.0.borrow().iter().filter(|noted| *noted == line).count()
    }

    /// Waits until the lines are as wanted; returns them.
    pub(super) async fn until(&self, what: &str, wanted: impl Fn(&[String]) -> bool) -> Result<Vec<String>> {
        let mut lines = self.0.subscribe();
        let found = in_time(what, lines.wait_for(|lines| wanted(lines))).await;
        match found {
            Ok(lines) => Ok(lines?.clone()),
            Err(error) => Err(error.context(format!("noted: {:?}", self.lines()))),
        }
    }

    /// Waits until a line is noted.
    pub(super) async fn has(&self, line: &str) -> Result<()> {
        self.until(line, |lines| lines.iter().any(|noted| noted == line)).await.map(drop)
    }
}

/// Work in a task of its own, which ends when it is dropped.
pub(super) struct Running {
    stop: CancellationToken,
    task: JoinHandle<()>,
}

// === impl Running ===

impl Running {
    /// Runs a stream to its end.
    pub(super) fn of<S>(stop: CancellationToken, stream: S) -> Self
    where
        S: Stream<Item: Send> + Send + 'static,
    {
        Self { stop, task: tokio::spawn(stream.for_each(|_| std::future::ready(()))) }
    }

    /// Asks it to stop, without waiting.
    pub(super) fn ask_to_stop(&self) {
        self.stop.cancel();
    }

    pub(super) fn is_over(&self) -> bool {
        self.task.is_finished()
    }

    /// Stops it, and waits for its end.
    pub(super) async fn stop(mut self) -> Result<()> {
        self.ask_to_stop();
        in_time("the end of a controller", &mut self.task).await?.context("a controller panicked")
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Why a reconciliation failed.
#[derive(Debug)]
pub(super) enum Failure {
    /// The server refused.
    Kube(Box<kube::Error>),
    /// The claim wants it so.
    Wanted,
}

// === impl Failure ===

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Kube(_) => "the server refused",
            Self::Wanted => "this one was to fail",
        })
    }
}

impl std::error::Error for Failure {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Kube(error) => Some(error),
            Self::Wanted => None,
        }
    }
}

impl From<kube::Error> for Failure {
    fn from(error: kube::Error) -> Self {
        Self::Kube(Box::new(error))
    }
}

/// The objects of a server, by name.
pub(super) async fn listed<K>(api: &Api<K>) -> Result<Vec<K>>
where
    K: Resource + Clone + DeserializeOwned + Debug,
{
    let mut objects = api.list(&kube::api::ListParams::default()).await?.items;
    objects.sort_by_key(|object| object.name_any());
    Ok(objects)
}
