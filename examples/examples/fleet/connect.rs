//! The contexts of a kubeconfig as a registry of connections, each made when it is first asked for.

use std::env;
use std::path::{Path, PathBuf};
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use cluster_client::kubeconfig::{Kubeconfig, TrustPolicy, parse_as};
use cluster_client::options::ConnectPolicy;
use cluster_client::path::{PathOptions, Paths};
use cluster_client::source::{SinkTarget as _, SourceError};
use cluster_client::transport::{Connector, TransportOptions};
use cluster_client::{
    ClientError, ClientProvider as _, ClusterEventKind, ClusterHandle, ClusterKey, Deadline, Registry, RegistryOptions,
};
use futures::StreamExt as _;
use futures::future::join_all;
use regex::Regex;

/// How long a cluster is waited for that says nothing.
pub(crate) const PATIENCE: Duration = Duration::from_secs(10);

/// The clusters that were asked for.
pub(crate) struct Fleet {
    pub(crate) registry: Registry,
    pub(crate) keys: Vec<ClusterKey>,
}

// === impl Fleet ===

impl Fleet {
    /// The contexts that match. One that cannot be used is an error of its own, which shows where the cluster is asked for.
    pub(crate) fn open(kubeconfig: Option<&Path>, pattern: &Regex) -> Result<Self> {
        let kubeconfig = read(kubeconfig)?;
        let connector = Connector::new(TransportOptions::default(), Paths::new(PathOptions::default()));
        let registry = Registry::builder(Arc::new(connector))
            .options(RegistryOptions::default().with_connect(ConnectPolicy::OnDemand))
            .start();
        let mut keys = Vec::new();
        for (name, spec) in kubeconfig.contexts().filter(|(name, _)| pattern.is_match(name)) {
            let key = ClusterKey::new(name)?;
            match spec {
                Ok(spec) => registry.upsert(key.clone(), spec),
                Err(error) => registry.reject(key.clone(), SourceError::from(error)),
            }
            keys.push(key);
        }
        if keys.is_empty() {
            let known: Vec<_> = kubeconfig.context_names().collect();
            bail!("no context of the kubeconfig matches {:?}; there are {}", pattern.as_str(), known.join(", "));
        }
        Ok(Self { registry, keys })
    }

    /// Asks for a cluster, and waits for its first word: a connection, or why there is none yet.
    pub(crate) async fn first_word(&self, key: &ClusterKey) -> Result<ClusterHandle, ClientError> {
        let mut events = self.registry.events();
        let mut asked = pin!(self.registry.get(key, Deadline::within(PATIENCE)));
        loop {
            tokio::select! {
                answer = &mut asked => return answer,
                Some(event) = events.next() => match event.kind {
                    ClusterEventKind::Failed(_) if event.key == *key => return self.registry.peek(key),
                    _ => {}
                },
            }
        }
    }

    /// The first words of all clusters, in their order.
    pub(crate) async fn ask_all(&self) -> Vec<Result<ClusterHandle, ClientError>> {
        join_all(self.keys.iter().map(|key| self.first_word(key))).await
    }

    pub(crate) async fn shutdown(&self) {
        self.registry.shutdown().await;
    }
}

/// The file that was named; else those in KUBECONFIG, of which the first to say something wins; else the one in the home directory.
fn read(named: Option<&Path>) -> Result<Kubeconfig> {
    let files = match (named, env::var_os("KUBECONFIG").filter(|list| !list.is_empty())) {
        (Some(file), _) => vec![file.to_owned()],
        (None, Some(list)) => env::split_paths(&list).filter(|path| path.is_file()).collect(),
        (None, None) => {
            let home = env::var_os("HOME").context("neither --kubeconfig, KUBECONFIG nor HOME is set")?;
            vec![PathBuf::from(home).join(".kube").join("config")]
        }
    };
    let policy = TrustPolicy::for_local_files();
    let mut merged: Option<Kubeconfig> = None;
    for file in files {
        let label = file.display().to_string();
        let content = std::fs::read(&file).with_context(|| format!("reading {label}"))?;
        let next = parse_as(&label, &content, &policy, file.parent())?;
        merged = Some(match merged {
            Some(first) => first.merge(next),
            None => next,
        });
    }
    merged.context("none of the files in KUBECONFIG is there")
}
