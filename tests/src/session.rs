//! One scenario's view of a server: requests that are recorded as they are made; knows nothing of other scenarios.

mod call;
mod reply;
mod watch;

pub use call::Call;
pub use reply::Reply;
pub use watch::Watch;

use crate::access::Who;
use crate::backend::Backend;
use crate::normal::Normal;
use crate::transcript::{Step, Transcript};
use anyhow::{Context as _, Result, bail};
use http::Method;
use serde_json::{Value, json};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How long a scenario waits for anything.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// A scenario's own namespace on a server, and the transcript of what it does.
#[derive(Debug)]
pub struct Session<'a> {
    backend: &'a Backend,
    namespace: String,
    recorder: Mutex<Recorder>,
}

#[derive(Debug, Default)]
struct Recorder {
    normal: Normal,
    transcript: Transcript,
}

impl<'a> Session<'a> {
    /// Opens a session in a namespace of its own, which is created.
    ///
    /// # Errors
    /// When the server does not create the namespace.
    pub async fn open(backend: &'a Backend, namespace: &str) -> Result<Self> {
        let session = Self { backend, namespace: namespace.to_owned(), recorder: Mutex::default() };
        let body = json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace}});
        session.post("/api/v1/namespaces", body).unrecorded().await?.is(201)?;
        Ok(session)
    }

    /// The server under test.
    pub fn backend(&self) -> &'a Backend {
        self.backend
    }

    /// The scenario's own namespace.
    pub fn namespace(&self) -> &str {
        &self.namespace
    }

    /// What happened so far.
    pub fn transcript(&self) -> Transcript {
        self.recorder.lock().unwrap_or_else(PoisonError::into_inner).transcript.clone()
    }

    /// The path of a core kind in the scenario's namespace: `core("configmaps/a")`.
    pub fn core(&self, rest: &str) -> String {
        format!("/api/v1/namespaces/{}/{rest}", self.namespace)
    }

    /// The path of a kind of a group in the scenario's namespace: `apis("apps/v1", "deployments")`.
    pub fn apis(&self, group_version: &str, rest: &str) -> String {
        format!("/apis/{group_version}/namespaces/{}/{rest}", self.namespace)
    }

    /// A request as the administrator; see [`Call`] for what can be changed before it is awaited.
    pub fn call(&self, method: Method, path: impl Into<String>) -> Call<'_> {
        Call::new(self, method, path.into())
    }

    /// GET.
    pub fn get(&self, path: impl Into<String>) -> Call<'_> {
        self.call(Method::GET, path)
    }

    /// POST of a JSON body.
    pub fn post(&self, path: impl Into<String>, body: Value) -> Call<'_> {
        self.call(Method::POST, path).json(&body)
    }

    /// PUT of a JSON body.
    pub fn put(&self, path: impl Into<String>, body: Value) -> Call<'_> {
        self.call(Method::PUT, path).json(&body)
    }

    /// DELETE without a body.
    pub fn delete(&self, path: impl Into<String>) -> Call<'_> {
        self.call(Method::DELETE, path)
    }

    /// PATCH with a merge patch.
    pub fn merge_patch(&self, path: impl Into<String>, patch: Value) -> Call<'_> {
        self.call(Method::PATCH, path).json(&patch).content_type("application/merge-patch+json")
    }

    /// PATCH with a strategic merge patch.
    pub fn strategic_patch(&self, path: impl Into<String>, patch: Value) -> Call<'_> {
        self.call(Method::PATCH, path).json(&patch).content_type("application/strategic-merge-patch+json")
    }

    /// PATCH with a JSON patch.
    pub fn json_patch(&self, path: impl Into<String>, patch: Value) -> Call<'_> {
        self.call(Method::PATCH, path).json(&patch).content_type("application/json-patch+json")
    }

    /// Server-side apply under a field manager.
    pub fn apply(&self, path: impl Into<String>, manager: &str, object: Value) -> Call<'_> {
        self.call(Method::PATCH, path)
            .json(&object)
            .content_type("application/apply-patch+yaml")
            .query("fieldManager", manager)
    }

    /// Opens a watch; what it delivers is recorded when it is taken.
    ///
    /// # Errors
    /// When the server does not answer 200.
    pub async fn watch(&self, path: &str) -> Result<Watch<'_>> {
        self.watch_as(path, "application/json").await
    }

    /// Opens a watch that asks for a representation.
    ///
    /// # Errors
    /// When the server does not answer 200.
    pub async fn watch_as(&self, path: &str, accept: &str) -> Result<Watch<'_>> {
        Watch::open(self, path, accept).await
    }

    /// Records a fact that the scenario found out itself.
    pub fn remark(&self, what: &str, value: impl Into<Value>) {
        self.record_raw(format!("remark: {what}"), value.into());
    }

    /// Records an answer that the scenario put together itself, normalised like any other.
    pub fn note(&self, what: &str, value: &Value) {
        self.record(&format!("note: {what}"), value);
    }

    /// Creates a custom resource definition and waits until its resources are served. Only the wait is unrecorded.
    ///
    /// # Errors
    /// When the definition is refused or not served in time.
    pub async fn define(&self, definition: Value) -> Result<Reply> {
        const CRDS: &str = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
        let spec = &definition["spec"];
        let group = spec["group"].as_str().context("group")?.to_owned();
        let plural = spec["names"]["plural"].as_str().context("plural")?.to_owned();
        let versions = spec["versions"].as_array().context("versions")?.clone();
        let reply = self.post(CRDS, definition).unrecorded().await?.is(201)?;
        for version in versions.iter().filter(|version| version["served"] == true) {
            let version = version["name"].as_str().context("version")?;
            let path = format!("/apis/{group}/{version}/{plural}");
            self.until(&format!("{path} is served"), || async {
                let served = self.get(path.as_str()).unrecorded().await?.status() == 200;
                let listed = self.get(format!("/apis/{group}/{version}")).unrecorded().await?;
                Ok(served && listed.text().contains(&format!("\"{plural}\"")))
            })
            .await?;
        }
        Ok(reply)
    }

    /// Asks again and again until the answer is yes, for at most [`PATIENCE`].
    ///
    /// # Errors
    /// When asking fails, or the time is up.
    pub async fn until<F, R>(&self, what: &str, mut ask: F) -> Result<()>
    where
        F: FnMut() -> R,
        R: Future<Output = Result<bool>>,
    {
        let begun = Instant::now();
        let mut tick = tokio::time::interval(Duration::from_millis(20));
        loop {
            tick.tick().await;
            if ask().await? {
                return Ok(());
            }
            if begun.elapsed() > PATIENCE {
                bail!("gave up waiting: {what}");
            }
        }
    }

    pub(crate) async fn client(&self, who: &Who) -> Result<kube::Client> {
        self.backend.client(who).await
    }

    fn record(&self, asked: &str, answer: &Value) {
        let mut recorder = self.recorder.lock().unwrap_or_else(PoisonError::into_inner);
        let answer = recorder.normal.value(answer);
        let asked = recorder.normal.text(asked);
        recorder.transcript.steps.push(Step { asked, answer });
    }

    fn record_raw(&self, asked: String, answer: Value) {
        let mut recorder = self.recorder.lock().unwrap_or_else(PoisonError::into_inner);
        recorder.transcript.steps.push(Step { asked, answer });
    }
}
