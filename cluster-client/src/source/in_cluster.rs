//! The cluster that this process runs in; knows nothing of others.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use k8s_openapi::api::core::v1::Pod;
use kube::{Api, Client};
use tokio_util::sync::CancellationToken;
use url::Url;

use super::{ClusterSink, ClusterSource, Lookup, SourceError};
use crate::key::ClusterKey;
use crate::spec::{ClusterSpec, CredentialSpec, ServerTrust};

const SERVICE_ACCOUNT: &str = "/var/run/secrets/kubernetes.io/serviceaccount";
const HOST: &str = "KUBERNETES_SERVICE_HOST";
const PORT: &str = "KUBERNETES_SERVICE_PORT";
const DNS_NAME: &str = "kubernetes.default.svc";

/// How long to ask a cluster whether our Pod runs in it.
const ASK_WITHIN: Duration = Duration::from_secs(10);

/// The cluster that this process runs in, by its service account: token and authorities are files that the kubelet keeps fresh.
///
/// Source: `rest.InClusterConfig` of client-go.
#[derive(Clone)]
pub struct InCluster {
    name: String,
    key: ClusterKey,
    lookup: Lookup,
    service_account: PathBuf,
    by_dns: bool,
}

impl InCluster {
    /// The cluster is pushed under `key`; `lookup` finds `KUBERNETES_SERVICE_HOST` and `KUBERNETES_SERVICE_PORT`.
    #[must_use]
    pub fn new(key: ClusterKey, lookup: Lookup) -> Self {
        Self { name: "in-cluster".into(), key, lookup, service_account: SERVICE_ACCOUNT.into(), by_dns: false }
    }

    /// Sets where the service account is mounted. Default: `/var/run/secrets/kubernetes.io/serviceaccount`.
    #[must_use]
    pub fn with_service_account(mut self, folder: impl Into<PathBuf>) -> Self {
        self.service_account = folder.into();
        self
    }

    /// Uses the name `kubernetes.default.svc` and needs no variables.
    #[must_use]
    pub fn with_dns_name(mut self) -> Self {
        self.by_dns = true;
        self
    }

    /// The description of the cluster.
    ///
    /// # Errors
    /// [`SourceError::NotInCluster`] when a variable is missing or wrong, [`SourceError::File`] when there is no token.
    pub fn spec(&self) -> Result<ClusterSpec, SourceError> {
        let url = self.url()?;
        let file = |name: &str| self.service_account.join(name);
        let token = file("token");
        std::fs::metadata(&token)
            .map_err(|error| SourceError::File { path: token.clone(), source: Arc::new(error) })?;
        let spec = ClusterSpec::new(url, ServerTrust::RootsFile(file("ca.crt")), CredentialSpec::TokenFile(token));
        Ok(match std::fs::read_to_string(file("namespace")) {
            Ok(namespace) => spec.with_default_namespace(namespace.trim()),
            Err(_) => spec,
        })
    }

    fn url(&self) -> Result<Url, SourceError> {
        let wrong = |variable| SourceError::NotInCluster { variable };
        if self.by_dns {
            return Url::parse(&format!("https://{DNS_NAME}")).map_err(|_| wrong(HOST));
        }
        let host = (self.lookup)(HOST).filter(|host| !host.is_empty()).ok_or_else(|| wrong(HOST))?;
        let port: u16 = (self.lookup)(PORT).and_then(|port| port.parse().ok()).ok_or_else(|| wrong(PORT))?;
        let host = if host.contains(':') { format!("[{host}]") } else { host };
        let url = Url::parse(&format!("https://{host}:{port}")).map_err(|_| wrong(HOST))?;
        // Anything but a host in the variable would have become something else of the URL.
        if url.path() == "/" && url.username().is_empty() && url.query().is_none() && url.fragment().is_none() {
            Ok(url)
        } else {
            Err(wrong(HOST))
        }
    }
}

impl fmt::Debug for InCluster {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InCluster")
            .field("key", &self.key)
            .field("service_account", &self.service_account)
            .finish_non_exhaustive()
    }
}

#[async_trait]
impl ClusterSource for InCluster {
    fn name(&self) -> &str {
        &self.name
    }

    /// Ends with an error when this process runs in no cluster: that does not change while it lives.
    async fn run(self: Arc<Self>, sink: ClusterSink, stop: CancellationToken) -> Result<(), SourceError> {
        sink.upsert(self.key.clone(), self.spec()?);
        sink.synced(&self.name);
        stop.cancelled().await;
        Ok(())
    }
}

/// Our own Pod, by which a cluster is recognised as the one we run in.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct OwnPod {
    /// Namespace.
    pub namespace: String,
    /// Name.
    pub name: String,
    /// UID.
    pub uid: String,
}

impl OwnPod {
    /// Names our Pod.
    #[must_use]
    pub fn new(namespace: impl Into<String>, name: impl Into<String>, uid: impl Into<String>) -> Self {
        Self { namespace: namespace.into(), name: name.into(), uid: uid.into() }
    }

    /// From `POD_NAMESPACE`, `POD_NAME` and `POD_UID`, as Cluster API's Deployment sets them; `None` when one is missing.
    #[must_use]
    pub fn from_lookup(lookup: &Lookup) -> Option<Self> {
        let variable = |name| lookup(name).filter(|value| !value.is_empty());
        Some(Self::new(variable("POD_NAMESPACE")?, variable("POD_NAME")?, variable("POD_UID")?))
    }

    /// Whether our Pod runs in the cluster of this client.
    ///
    /// A Pod that is not there, has another UID or may not be read is not ours. Asks once, within 10 seconds.
    ///
    /// # Errors
    /// When the cluster does not answer, or answers something else than an error that settles the question.
    pub async fn runs_in(&self, client: &Client) -> Result<bool, kube::Error> {
        let pods: Api<Pod> = Api::namespaced(client.clone(), &self.namespace);
        match tokio::time::timeout(ASK_WITHIN, pods.get_metadata(&self.name)).await {
            Ok(Ok(pod)) => Ok(pod.metadata.uid.as_deref() == Some(self.uid.as_str())),
            Ok(Err(kube::Error::Api(status))) if matches!(status.code, 401 | 403 | 404) => Ok(false),
            Ok(Err(error)) => Err(error),
            Err(elapsed) => Err(kube::Error::Service(Box::new(elapsed))),
        }
    }
}

/// The same cluster, reached from within: the address, the authorities and the way of `own`, everything else as in `spec`.
///
/// For a cluster in which this process runs itself, found with [`OwnPod::runs_in`]: its public address may not be reachable from inside.
///
/// Source: Cluster API's ClusterCache, which switches to the in-cluster endpoint and CA and keeps the kubeconfig's credential.
#[must_use]
pub fn through_own_cluster(mut spec: ClusterSpec, own: &ClusterSpec) -> ClusterSpec {
    spec.server = own.server.clone();
    spec.route = own.route.clone();
    spec
}

#[cfg(test)]
mod tests;
