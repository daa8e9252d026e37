//! Kubeconfigs in labelled Secrets as clusters; knows nothing of files.

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use kube::Client;
use tokio_util::sync::CancellationToken;

use super::document::{Document, Id};
use super::follow::Seen;
use super::held::{Held, RELIST, follow_secrets};
use super::ledger::Ledger;
use super::{ClusterSink, ClusterSource, SourceError};
use crate::key::ClusterKey;
use crate::kubeconfig::TrustPolicy;

#[cfg(test)]
mod tests;

const SELECTOR: &str = "sigs.k8s.io/multicluster-runtime-kubeconfig=true";
const DATA_KEY: &str = "kubeconfig";

/// Kubeconfigs in labelled Secrets: each Secret is a cluster, the one of the kubeconfig's current context.
///
/// A Secret that loses its label is a cluster that is gone, as one that is deleted is. What cannot be used is reported for that cluster alone, and
/// what was known of it stays. The Secret's labels become the cluster's.
///
/// Needs the verbs `list` and `watch` on Secrets.
///
/// Source: the `kubeconfig` provider of multicluster-runtime, which never lets go of a Secret that lost its label, and runs the programs that the
/// kubeconfigs name.
#[derive(Clone)]
#[non_exhaustive]
pub struct KubeconfigSecrets {
    name: String,
    client: Client,
    namespace: Option<String>,
    selector: String,
    data_key: String,
    namespaced_keys: bool,
    policy: TrustPolicy,
    relist: Duration,
}

impl KubeconfigSecrets {
    /// Secrets of one namespace with the label `sigs.k8s.io/multicluster-runtime-kubeconfig: "true"`; each cluster is called as its Secret is.
    #[must_use]
    pub fn new(client: Client, namespace: impl Into<String>) -> Self {
        Self {
            name: "kubeconfig-secrets".into(),
            client,
            namespace: Some(namespace.into()),
            selector: SELECTOR.into(),
            data_key: DATA_KEY.into(),
            namespaced_keys: false,
            policy: TrustPolicy::for_secrets(),
            relist: RELIST,
        }
    }

    /// As [`KubeconfigSecrets::new`], of all namespaces; the namespace is part of the clusters' keys.
    #[must_use]
    pub fn of_all_namespaces(client: Client) -> Self {
        Self { namespace: None, namespaced_keys: true, ..Self::new(client, "") }
    }

    /// Sets the name for logs and metrics. Default: `kubeconfig-secrets`.
    #[must_use]
    pub fn with_name(mut self, name: impl Into<String>) -> Self {
        self.name = name.into();
        self
    }

    /// Sets the label selector.
    #[must_use]
    pub fn with_selector(mut self, selector: impl Into<String>) -> Self {
        self.selector = selector.into();
        self
    }

    /// Sets under which key the kubeconfig is. Default: `kubeconfig`.
    #[must_use]
    pub fn with_data_key(mut self, key: impl Into<String>) -> Self {
        self.data_key = key.into();
        self
    }

    /// Makes the namespace part of the clusters' keys.
    #[must_use]
    pub fn with_namespaced_keys(mut self) -> Self {
        self.namespaced_keys = true;
        self
    }

    /// Sets what the kubeconfigs may make this process do. Default: [`TrustPolicy::for_secrets`].
    #[must_use]
    pub fn with_policy(mut self, policy: TrustPolicy) -> Self {
        self.policy = policy;
        self
    }

    /// Sets how often everything is listed anew besides being watched. Default: 10 min; at least 10 s.
    #[must_use]
    pub fn with_relist_interval(mut self, interval: Duration) -> Self {
        self.relist = interval.max(Duration::from_secs(10));
        self
    }

    fn key(&self, id: &Id) -> Option<ClusterKey> {
        if self.namespaced_keys { id.key() } else { ClusterKey::new(&id.name).ok() }
    }
}

impl fmt::Debug for KubeconfigSecrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KubeconfigSecrets")
            .field("name", &self.name)
            .field("namespace", &self.namespace)
            .field("selector", &self.selector)
            .finish_non_exhaustive()
    }
}

#[async_trait]
impl ClusterSource for KubeconfigSecrets {
    fn name(&self) -> &str {
        &self.name
    }

    async fn run(self: Arc<Self>, sink: ClusterSink, stop: CancellationToken) -> Result<(), SourceError> {
        let mut follow = follow_secrets(&self.client, self.namespace.as_deref(), &self.selector, self.relist);
        let mut ledger = Ledger::new(sink.clone());
        let mut read = HashMap::new();
        let mut synced = false;
        while let Some(seen) = stop.run_until_cancelled(follow.next()).await {
            match seen {
                Seen::Listed(secrets) => {
                    let listed: HashSet<Id> = secrets.iter().map(Document::id).collect();
                    read.retain(|id, _| listed.contains(id));
                    let kept: HashSet<ClusterKey> = listed.iter().filter_map(|id| self.key(id)).collect();
                    ledger.retain(|key| kept.contains(key));
                    secrets.iter().for_each(|secret| self.take(secret, &mut read, &mut ledger));
                    if !std::mem::replace(&mut synced, true) {
                        sink.synced(&self.name);
                    }
                }
                Seen::Applied(secret) => self.take(&secret, &mut read, &mut ledger),
                Seen::Deleted(secret) => {
                    read.remove(&secret.id());
                    if let Some(key) = self.key(&secret.id()) {
                        ledger.gone(&key);
                    }
                }
                Seen::Failed(_) => {}
            }
        }
        Ok(())
    }
}

impl KubeconfigSecrets {
    fn take(&self, secret: &Document, read: &mut HashMap<Id, Held>, ledger: &mut Ledger) {
        let id = secret.id();
        let Some(key) = self.key(&id) else { return };
        let held = Held::read(secret, &self.data_key, read.remove(&id), &self.policy);
        let described = held.described();
        read.insert(id, held);
        match described {
            Ok(spec) => ledger.present(key, spec.with_labels(secret.labels())),
            Err(error) => ledger.rejected(key, error),
        }
    }
}
