//! A sink that remembers, for the tests of sources; knows nothing of them.

use std::collections::BTreeMap;
use std::future::Future;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::ledger::with_causes;
use super::{ClusterSink, ClusterSource, SinkTarget, SourceError};
use crate::key::ClusterKey;
use crate::spec::{ClusterSpec, CredentialSpec, ServerTrust};

pub(super) fn key(name: &str) -> ClusterKey {
    match name.split_once('/') {
        Some((namespace, name)) => ClusterKey::namespaced(namespace, name).unwrap(),
        None => ClusterKey::new(name).unwrap(),
    }
}

pub(super) fn spec(server: &str) -> ClusterSpec {
    ClusterSpec::new(server.parse().unwrap(), ServerTrust::System, CredentialSpec::Anonymous)
}

/// Remembers everything that was pushed.
pub(super) struct Recording {
    log: Mutex<Vec<String>>,
    state: Mutex<BTreeMap<ClusterKey, ClusterSpec>>,
    errors: Mutex<BTreeMap<ClusterKey, SourceError>>,
    changed: watch::Sender<usize>,
}

impl Recording {
    pub(super) fn new() -> Arc<Self> {
        Arc::new(Self {
            log: Mutex::default(),
            state: Mutex::default(),
            errors: Mutex::default(),
            changed: watch::channel(0).0,
        })
    }

    pub(super) fn sink(self: &Arc<Self>) -> ClusterSink {
        ClusterSink::new(Arc::clone(self) as Arc<_>)
    }

    /// Everything, in order: `+key url`, `-key`, `!key error`, `=source`.
    pub(super) fn said(&self) -> Vec<String> {
        self.log.lock().unwrap().clone()
    }

    pub(super) fn forget(&self) {
        self.log.lock().unwrap().clear();
    }

    /// The last description of a cluster that was not removed.
    pub(super) fn spec(&self, key: &ClusterKey) -> Option<ClusterSpec> {
        self.state.lock().unwrap().get(key).cloned()
    }

    pub(super) fn clusters(&self) -> Vec<String> {
        self.state.lock().unwrap().keys().map(ToString::to_string).collect()
    }

    pub(super) fn error(&self, key: &ClusterKey) -> Option<SourceError> {
        self.errors.lock().unwrap().get(key).cloned()
    }

    fn say(&self, line: String) {
        self.log.lock().unwrap().push(line);
        self.changed.send_modify(|count| *count += 1);
    }

    /// Waits until something holds, with a bound; what was said instead is shown.
    pub(super) async fn wait_for(&self, what: &str, mut holds: impl FnMut(&Self) -> bool) {
        let mut changed = self.changed.subscribe();
        let waiting = async {
            while !holds(self) {
                changed.changed().await.unwrap();
            }
        };
        if tokio::time::timeout(Duration::from_secs(20), waiting).await.is_err() {
            panic!("waited in vain: {what}; said {:#?}", self.said());
        }
    }

    pub(super) async fn wait_said(&self, line: &str) {
        self.wait_for(line, |recording| recording.said().iter().any(|said| said == line)).await;
    }
}

impl SinkTarget for Recording {
    fn upsert(&self, key: ClusterKey, spec: ClusterSpec) {
        self.state.lock().unwrap().insert(key.clone(), spec.clone());
        self.errors.lock().unwrap().remove(&key);
        self.say(format!("+{key} {}", spec.server.url));
    }

    fn remove(&self, key: &ClusterKey) {
        self.state.lock().unwrap().remove(key);
        self.errors.lock().unwrap().remove(key);
        self.say(format!("-{key}"));
    }

    fn reject(&self, key: ClusterKey, error: SourceError) {
        self.errors.lock().unwrap().insert(key.clone(), error.clone());
        self.say(format!("!{key} {}", with_causes(&error)));
    }

    fn synced(&self, source: &str) {
        self.say(format!("={source}"));
    }
}

/// A source that runs until the test is over.
pub(super) struct Running {
    stop: CancellationToken,
    task: tokio::task::JoinHandle<Result<(), SourceError>>,
}

impl Running {
    pub(super) fn start(source: impl ClusterSource, recording: &Arc<Recording>) -> Self {
        Self::start_shared(Arc::new(source), recording)
    }

    pub(super) fn start_shared(source: Arc<impl ClusterSource>, recording: &Arc<Recording>) -> Self {
        let stop = CancellationToken::new();
        let task = tokio::spawn(source.run(recording.sink(), stop.clone()));
        Self { stop, task }
    }

    pub(super) async fn stop(self) -> Result<(), SourceError> {
        self.stop.cancel();
        bounded(self.task).await.unwrap()
    }
}

pub(super) async fn bounded<F: Future>(future: F) -> F::Output {
    tokio::time::timeout(Duration::from_secs(20), future).await.expect("it takes too long")
}

/// Everything that is logged in this thread, at every level.
#[derive(Clone, Default)]
pub(crate) struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    pub(crate) fn start() -> (Self, tracing::subscriber::DefaultGuard) {
        let log = Self::default();
        let subscriber =
            tracing_subscriber::fmt().with_ansi(false).with_max_level(tracing::Level::TRACE).with_writer(log.clone());
        (log, tracing::subscriber::set_default(subscriber.finish()))
    }

    pub(crate) fn written(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

impl std::io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'a> tracing_subscriber::fmt::MakeWriter<'a> for Log {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}
