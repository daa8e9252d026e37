//! Several sources as one; knows nothing of what they find.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use futures::StreamExt as _;
use futures::stream::FuturesUnordered;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use super::ledger::with_causes;
use super::{ClusterSink, ClusterSource, SinkTarget, SourceError};
use crate::key::ClusterKey;
use crate::spec::ClusterSpec;

/// Several sources as one, to which more can be added while it runs.
///
/// Each source's keys can be prefixed with `<source>#`, so that two sources may use the same names. One that gives up leaves the others and what
/// it pushed as they are; its error is returned in the end.
///
/// Source: the `multi` provider of multicluster-runtime. There, adding one while its channel is full can wait for ever; here adding puts the
/// source on a list and never waits.
pub struct Combined {
    name: String,
    prefixed: bool,
    sources: Mutex<Sources>,
    added: Notify,
}

#[derive(Default)]
struct Sources {
    names: Vec<String>,
    waiting: Vec<Arc<dyn ClusterSource>>,
}

impl Combined {
    /// No sources yet; keys are pushed as they are.
    #[must_use]
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), prefixed: false, sources: Mutex::default(), added: Notify::new() }
    }

    /// Prefixes the keys of each source with its name and `#`: `files#a`, and for a key with a namespace `files#ns/a`.
    #[must_use]
    pub fn with_prefixes(mut self) -> Self {
        self.prefixed = true;
        self
    }

    /// Adds a source; when this one runs already, it is started at once. Never waits.
    ///
    /// # Errors
    /// [`SourceError::DuplicateSource`] when there is one of that name.
    pub fn add(&self, source: Arc<dyn ClusterSource>) -> Result<(), SourceError> {
        let name = source.name().to_owned();
        let mut sources = self.sources.lock().unwrap_or_else(PoisonError::into_inner);
        if sources.names.contains(&name) {
            return Err(SourceError::DuplicateSource { name });
        }
        sources.names.push(name);
        sources.waiting.push(source);
        drop(sources);
        self.added.notify_one();
        Ok(())
    }

    fn take_waiting(&self) -> Vec<Arc<dyn ClusterSource>> {
        std::mem::take(&mut self.sources.lock().unwrap_or_else(PoisonError::into_inner).waiting)
    }
}

impl fmt::Debug for Combined {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Combined").field("name", &self.name).field("prefixed", &self.prefixed).finish_non_exhaustive()
    }
}

#[async_trait]
impl ClusterSource for Combined {
    fn name(&self) -> &str {
        &self.name
    }

    async fn run(self: Arc<Self>, sink: ClusterSink, stop: CancellationToken) -> Result<(), SourceError> {
        let mut running = FuturesUnordered::new();
        let first = self.take_waiting();
        let synced = Arc::new(Synced {
            name: self.name.clone(),
            waiting: Mutex::new(first.iter().map(|source| source.name().to_owned()).collect()),
        });
        if first.is_empty() {
            sink.synced(&self.name);
        }
        let start = |source: Arc<dyn ClusterSource>| {
            let name = source.name().to_owned();
            let target =
                Child { prefix: self.prefixed.then(|| name.clone()), sink: sink.clone(), synced: Arc::clone(&synced) };
            let run = source.run(ClusterSink::new(Arc::new(target)), stop.child_token());
            async move { (name, run.await) }
        };
        running.extend(first.into_iter().map(start));
        let mut failed = None;
        loop {
            tokio::select! {
                () = self.added.notified() => running.extend(self.take_waiting().into_iter().map(start)),
                Some((source, result)) = running.next() => {
                    if let Err(error) = result {
                        tracing::error!(source, error = with_causes(&error), "a source of clusters gave up");
                        failed.get_or_insert(error);
                    }
                    synced.heard_of(&source, &sink);
                }
                () = stop.cancelled() => break,
            }
        }
        // Each has its own token of `stop`, so all of them end; whatever they do on the way out is waited for.
        while let Some((source, result)) = running.next().await {
            if let Err(error) = result {
                tracing::error!(source, error = with_causes(&error), "a source of clusters ended with an error");
                failed.get_or_insert(error);
            }
        }
        failed.map_or(Ok(()), Err)
    }
}

/// Which of the sources that were there at the start have not pushed everything yet.
struct Synced {
    name: String,
    waiting: Mutex<Vec<String>>,
}

impl Synced {
    /// One that gave up counts as well: nothing more will come from it.
    fn heard_of(&self, source: &str, sink: &ClusterSink) {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        let before = waiting.len();
        waiting.retain(|name| name != source);
        let last = before > 0 && waiting.is_empty();
        drop(waiting);
        if last {
            sink.synced(&self.name);
        }
    }
}

/// What one of the sources pushes to.
struct Child {
    prefix: Option<String>,
    sink: ClusterSink,
    synced: Arc<Synced>,
}

impl Child {
    /// The prefix goes in front of the key as it is written.
    fn named(&self, key: ClusterKey) -> ClusterKey {
        let Some(prefix) = &self.prefix else { return key };
        let prefixed = match key.namespace() {
            Some(namespace) => ClusterKey::namespaced(format!("{prefix}#{namespace}"), key.name()),
            None => ClusterKey::new(format!("{prefix}#{}", key.name())),
        };
        // A key with more in it than before is not empty.
        prefixed.unwrap_or(key)
    }
}

impl SinkTarget for Child {
    fn upsert(&self, key: ClusterKey, spec: ClusterSpec) {
        self.sink.upsert(self.named(key), spec);
    }

    fn remove(&self, key: &ClusterKey) {
        self.sink.remove(&self.named(key.clone()));
    }

    fn reject(&self, key: ClusterKey, error: SourceError) {
        self.sink.reject(self.named(key), error);
    }

    fn synced(&self, source: &str) {
        self.synced.heard_of(source, &self.sink);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Fixed;
    use crate::source::testing::{Recording, Running, key, spec};

    struct Failing;

    #[async_trait]
    impl ClusterSource for Failing {
        fn name(&self) -> &'static str {
            "failing"
        }

        async fn run(self: Arc<Self>, sink: ClusterSink, _: CancellationToken) -> Result<(), SourceError> {
            sink.upsert(key("left"), spec("https://left"));
            sink.reject(key("ns/bad"), SourceError::NotInCluster { variable: "X" });
            sink.upsert(key("gone"), spec("https://gone"));
            sink.remove(&key("gone"));
            Err(SourceError::NotInCluster { variable: "KUBERNETES_SERVICE_HOST" })
        }
    }

    fn fixed(name: &str) -> Arc<Fixed> {
        Arc::new(Fixed::new(name).with(key("a"), spec("https://a")).with(key("ns/b"), spec("https://b")))
    }

    #[tokio::test]
    async fn names_of_different_sources_do_not_meet() {
        let recording = Recording::new();
        let combined = Combined::new("all").with_prefixes();
        combined.add(fixed("one")).unwrap();
        combined.add(fixed("two")).unwrap();
        let running = Running::start(combined, &recording);
        recording.wait_said("=all").await;
        assert_eq!(recording.clusters(), ["one#a", "two#a", "one#ns/b", "two#ns/b"]);
        running.stop().await.unwrap();
    }

    #[tokio::test]
    async fn a_source_is_added_while_others_run() {
        let recording = Recording::new();
        let combined = Arc::new(Combined::new("all"));
        let running = Running::start_shared(Arc::clone(&combined), &recording);
        recording.wait_said("=all").await;
        // More than any queue would take, without anybody reading.
        for n in 0..200 {
            combined.add(Arc::new(Fixed::new(format!("s{n}")).with(key(&format!("c{n}")), spec("https://c")))).unwrap();
        }
        recording.wait_for("all of them", |recording| recording.clusters().len() == 200).await;
        running.stop().await.unwrap();
    }

    #[tokio::test]
    async fn one_that_gives_up_leaves_the_others_and_its_clusters() {
        let recording = Recording::new();
        let combined = Combined::new("all").with_prefixes();
        combined.add(Arc::new(Failing)).unwrap();
        combined.add(fixed("one")).unwrap();
        let running = Running::start(combined, &recording);
        recording.wait_said("=all").await;
        assert_eq!(recording.clusters(), ["failing#left", "one#a", "one#ns/b"]);
        assert!(recording.error(&key("failing#ns/bad")).is_some());
        assert!(matches!(running.stop().await, Err(SourceError::NotInCluster { .. })));
    }

    #[test]
    fn two_sources_of_one_name_are_refused() {
        let combined = Combined::new("all");
        combined.add(fixed("one")).unwrap();
        assert!(matches!(combined.add(fixed("one")), Err(SourceError::DuplicateSource { .. })));
    }
}
