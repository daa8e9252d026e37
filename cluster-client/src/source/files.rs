//! Kubeconfig files, and folders full of them, as clusters; knows nothing of Kubernetes objects.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;

mod places;
mod stamp;
mod state;
#[cfg(test)]
mod tests;

use self::places::Places;
use self::state::State;
use super::patience::Patience;
use super::{ClusterSink, ClusterSource, Lookup, SourceError};
use crate::kubeconfig::TrustPolicy;

/// Which contexts of the files are clusters.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Contexts {
    /// Every one.
    #[default]
    All,
    /// The current one of each file, or the only one.
    Current,
    /// The one of this name.
    Named(String),
}

/// What clusters from files are called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum KeyBy {
    /// `<path>+<context>`, as multicluster-runtime does.
    #[default]
    PathAndContext,
    /// By the context alone. When two files have a context of that name, the first file's is used, and the other is reported as an error under
    /// its `<path>+<context>`.
    Context,
}

/// Kubeconfig files, and folders full of them.
///
/// Files are looked at again and again (see [`KubeconfigFiles::with_interval`]) rather than watched: what inotify tells depends on how a file is
/// replaced and on the file system it is on, and says nothing about the end of a `..data` link. A change is read when the file has stopped
/// changing. What is gone or broken stays as it was for a while ([`KubeconfigFiles::with_grace`]): a file that is being written is both. After
/// that, what is gone is removed, and what is broken is reported; its last good description stays.
///
/// Source: the `file` provider of multicluster-runtime, which rereads everything on every event and drops the clusters of a file that cannot be
/// read.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct KubeconfigFiles {
    name: String,
    places: Places,
    policy: TrustPolicy,
    contexts: Contexts,
    keys: KeyBy,
    merged: bool,
    interval: Duration,
    settle: Duration,
    grace: Duration,
}

impl KubeconfigFiles {
    /// No files yet, read as files of whoever runs this process ([`TrustPolicy::for_local_files`]).
    #[must_use]
    pub fn new() -> Self {
        Self {
            name: "files".into(),
            places: Places::default(),
            policy: TrustPolicy::for_local_files(),
            contexts: Contexts::All,
            keys: KeyBy::PathAndContext,
            merged: false,
            interval: Duration::from_secs(2),
            settle: Duration::from_millis(250),
            grace: Duration::from_secs(10),
        }
    }

    /// The files that `kubectl` would use: those in `KUBECONFIG`, else `$HOME/.kube/config`. They need not be there.
    #[must_use]
    pub fn from_lookup(lookup: &Lookup) -> Self {
        let listed = lookup("KUBECONFIG").filter(|list| !list.is_empty());
        let mut source = Self::new();
        match (listed, lookup("HOME").filter(|home| !home.is_empty())) {
            (Some(list), _) => {
                source.places.optional.extend(std::env::split_paths(&list).filter(|path| !path.as_os_str().is_empty()))
            }
            (None, Some(home)) => source.places.optional.push(PathBuf::from(home).join(".kube").join("config")),
            (None, None) => {}
        }
        source
    }

    /// Sets the name for logs and metrics. Default: `files`.
    #[must_use]
    pub fn with_name(mut self, name: impl Into<String>) -> Self {
        self.name = name.into();
        self
    }

    /// Adds a file. When it is not there, that is reported under its path.
    #[must_use]
    pub fn with_file(mut self, path: impl Into<PathBuf>) -> Self {
        self.places.required.push(path.into());
        self
    }

    /// Adds a folder: the files in it that match [`KubeconfigFiles::with_patterns`] and do not begin with a dot, in order.
    #[must_use]
    pub fn with_directory(mut self, path: impl Into<PathBuf>) -> Self {
        self.places.directories.push(path.into());
        self
    }

    /// Replaces the patterns of file names; `*` stands for anything. Default: `kubeconfig.yaml`, `kubeconfig.yml`, `*.kubeconfig`,
    /// `*.kubeconfig.yaml`, `*.kubeconfig.yml`.
    #[must_use]
    pub fn with_patterns<P: Into<String>>(mut self, patterns: impl IntoIterator<Item = P>) -> Self {
        self.places.patterns = patterns.into_iter().map(Into::into).collect();
        self
    }

    /// Sets what the files may make this process do. Default: [`TrustPolicy::for_local_files`].
    #[must_use]
    pub fn with_policy(mut self, policy: TrustPolicy) -> Self {
        self.policy = policy;
        self
    }

    /// Sets which contexts are clusters. Default: all.
    #[must_use]
    pub fn with_contexts(mut self, contexts: Contexts) -> Self {
        self.contexts = contexts;
        self
    }

    /// Sets what clusters are called. Default: by path and context.
    #[must_use]
    pub fn with_keys(mut self, keys: KeyBy) -> Self {
        self.keys = keys;
        self
    }

    /// Reads all files as one, as `kubectl` does with several in `KUBECONFIG`: contexts may use clusters and users of other files, and the first
    /// file to say something wins. Default: each file by itself.
    #[must_use]
    pub fn with_merging(mut self) -> Self {
        self.merged = true;
        self
    }

    /// Sets how often the files are looked at. Default: 2 s; at least 10 ms.
    #[must_use]
    pub fn with_interval(mut self, interval: Duration) -> Self {
        self.interval = interval.max(Duration::from_millis(10));
        self
    }

    /// Sets how long a file must not have changed before it is read. Default: 250 ms; at least 10 ms.
    #[must_use]
    pub fn with_settle_time(mut self, settle: Duration) -> Self {
        self.settle = settle.max(Duration::from_millis(10));
        self
    }

    /// Sets how long what is gone or broken stays as it was. Default: 10 s.
    #[must_use]
    pub fn with_grace(mut self, grace: Duration) -> Self {
        self.grace = grace;
        self
    }
}

impl Default for KubeconfigFiles {
    fn default() -> Self {
        Self::new()
    }
}

#[async_trait]
impl ClusterSource for KubeconfigFiles {
    fn name(&self) -> &str {
        &self.name
    }

    async fn run(self: Arc<Self>, sink: ClusterSink, stop: CancellationToken) -> Result<(), SourceError> {
        let mut patience = Patience::new(sink.clone(), self.grace);
        let mut state = State::default();
        let mut synced = false;
        loop {
            let now = Instant::now();
            let options = Arc::clone(&self);
            let look = tokio::task::spawn_blocking(move || {
                let found = state.look(&options, now);
                (state, found)
            });
            // A file system may hang; whoever stops us does not wait for it.
            let Some(looked) = stop.run_until_cancelled(look).await else { return Ok(()) };
            let found = match looked {
                Ok((same_state, found)) => {
                    state = same_state;
                    found
                }
                Err(ended) if ended.is_panic() => std::panic::resume_unwind(ended.into_panic()),
                // The runtime is going down.
                Err(_) => return Ok(()),
            };
            patience.settle(now, &found);
            if !std::mem::replace(&mut synced, true) {
                sink.synced(&self.name);
            }
            let wait = if state.is_unsettled() { self.settle.min(self.interval) } else { self.interval };
            if stop.run_until_cancelled(sleep(wait)).await.is_none() {
                return Ok(());
            }
        }
    }
}
