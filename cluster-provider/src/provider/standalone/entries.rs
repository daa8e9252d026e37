//! Clusters that are named one by one, each with its own way to be reached. Knows nothing of what they are used for.

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use async_trait::async_trait;
use cluster_client::ClusterSpec;
use cluster_client::kubeconfig::{self, TrustPolicy};
use cluster_client::source::{InCluster, SourceError};
use k8s_openapi::api::core::v1::Secret;
use kube::{Api, Client};

use super::files::{context, read};
use super::{Connections, ConnectionsError};
use crate::cluster::ProviderClusterId;

/// How one cluster is reached.
#[derive(Clone)]
#[non_exhaustive]
pub enum Entry {
    /// By a context of a kubeconfig file.
    #[non_exhaustive]
    Kubeconfig {
        /// The file, read for each call.
        file: PathBuf,
        /// The context.
        context: String,
    },
    /// By a kubeconfig in a Secret of another cluster, read for each call.
    #[non_exhaustive]
    Secret {
        /// Of this cluster.
        client: Client,
        /// In this namespace.
        namespace: String,
        /// The Secret.
        name: String,
        /// The key in it.
        key: String,
        /// The context; its only one, when the kubeconfig has no other, where none is said.
        context: Option<String>,
    },
    /// It is the cluster that this process runs in.
    InCluster(InCluster),
    /// By a description that does not change.
    Fixed(Box<ClusterSpec>),
}

/// Clusters that are named one by one. One that is not named is unknown, unless there is something else to ask.
#[derive(Clone, Default)]
pub struct Entries {
    entries: BTreeMap<String, Entry>,
    secrets: Option<TrustPolicy>,
    files: Option<TrustPolicy>,
    others: Option<Arc<dyn Connections>>,
}

// === impl Entry ===

impl Entry {
    /// By a context of a kubeconfig file.
    pub fn kubeconfig(file: impl Into<PathBuf>, context: impl Into<String>) -> Self {
        Self::Kubeconfig { file: file.into(), context: context.into() }
    }

    /// By the only context of the kubeconfig in a Secret of another cluster.
    pub fn secret(
        client: Client,
        namespace: impl Into<String>,
        name: impl Into<String>,
        key: impl Into<String>,
    ) -> Self {
        Self::Secret { client, namespace: namespace.into(), name: name.into(), key: key.into(), context: None }
    }

    /// By this context, where the Secret's kubeconfig has several.
    #[must_use]
    pub fn in_context(mut self, name: impl Into<String>) -> Self {
        match &mut self {
            Self::Kubeconfig { context, .. } => *context = name.into(),
            Self::Secret { context, .. } => *context = Some(name.into()),
            Self::InCluster(_) | Self::Fixed(_) => {}
        }
        self
    }
}

impl fmt::Debug for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Kubeconfig { file, context } => {
                f.debug_struct("Kubeconfig").field("file", file).field("context", context).finish()
            }
            Self::Secret { namespace, name, key, context, .. } => f
                .debug_struct("Secret")
                .field("namespace", namespace)
                .field("name", name)
                .field("key", key)
                .field("context", context)
                .finish_non_exhaustive(),
            Self::InCluster(source) => f.debug_tuple("InCluster").field(source).finish(),
            Self::Fixed(spec) => f.debug_tuple("Fixed").field(spec).finish(),
        }
    }
}

// === impl Entries ===

impl Entries {
    /// None.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// One more cluster; the last entry of a name counts.
    #[must_use]
    pub fn with(mut self, id: impl Into<String>, entry: Entry) -> Self {
        self.entries.insert(id.into(), entry);
        self
    }

    /// Sets what kubeconfigs in Secrets may make this process do. Default: [`TrustPolicy::for_secrets`].
    #[must_use]
    pub fn with_secret_policy(mut self, policy: TrustPolicy) -> Self {
        self.secrets = Some(policy);
        self
    }

    /// Sets what kubeconfigs in files may make this process do. Default: [`TrustPolicy::for_local_files`].
    #[must_use]
    pub fn with_file_policy(mut self, policy: TrustPolicy) -> Self {
        self.files = Some(policy);
        self
    }

    /// Who knows of clusters that are not named here.
    #[must_use]
    pub fn or_else(mut self, others: Arc<dyn Connections>) -> Self {
        self.others = Some(others);
        self
    }

    async fn secret(&self, entry: &Entry) -> Result<ClusterSpec, ConnectionsError> {
        let Entry::Secret { client, namespace, name, key, context: named } = entry else {
            return Err(ConnectionsError::NoKubeconfig { place: "an entry without a Secret".to_owned() });
        };
        let place = format!("Secret {namespace}/{name}");
        let secrets: Api<Secret> = Api::namespaced(client.clone(), namespace);
        let found = secrets
            .get_opt(name)
            .await
            .map_err(|error| ConnectionsError::Unavailable { place: place.clone(), source: Arc::new(error) })?;
        let content = found.and_then(|secret| secret.data?.remove(key));
        let Some(content) = content.filter(|content| !content.0.is_empty()) else {
            return Err(ConnectionsError::NoKubeconfig { place: format!("key {key} of {place}") });
        };
        let policy = self.secrets.clone().unwrap_or_else(TrustPolicy::for_secrets);
        let config = kubeconfig::parse_as(&place, &content.0, &policy, None)
            .map_err(|source| ConnectionsError::Unusable(SourceError::Kubeconfig { origin: place.clone(), source }))?;
        let mut names = config.context_names();
        let context_name = match (named, names.next(), names.next()) {
            (Some(named), ..) => named.clone(),
            (None, Some(only), None) => only.to_owned(),
            (None, ..) => {
                let id = "(the only one)".to_owned();
                return Err(ConnectionsError::Unknown { id, place });
            }
        };
        drop(names);
        context(config, &context_name, &place).await
    }
}

#[async_trait]
impl Connections for Entries {
    async fn describe(&self, id: &ProviderClusterId) -> Result<ClusterSpec, ConnectionsError> {
        match (self.entries.get(id.as_str()), &self.others) {
            (Some(Entry::Kubeconfig { file, context: name }), _) => {
                let policy = self.files.clone().unwrap_or_else(TrustPolicy::for_local_files);
                let place = file.display().to_string();
                let Some(config) = read(file, &policy).await? else {
                    return Err(ConnectionsError::NoKubeconfig { place });
                };
                context(config, name, &place).await
            }
            (Some(entry @ Entry::Secret { .. }), _) => self.secret(entry).await,
            (Some(Entry::InCluster(source)), _) => source.spec().map_err(ConnectionsError::Unusable),
            (Some(Entry::Fixed(spec)), _) => Ok(ClusterSpec::clone(spec)),
            (None, Some(others)) => others.describe(id).await,
            (None, None) => Err(ConnectionsError::Unknown {
                id: id.as_str().to_owned(),
                place: "the configured clusters".to_owned(),
            }),
        }
    }

    async fn shutdown(&self) {
        if let Some(others) = &self.others {
            others.shutdown().await;
        }
    }
}

impl fmt::Debug for Entries {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Entries").field("entries", &self.entries).finish_non_exhaustive()
    }
}
