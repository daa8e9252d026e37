//! One claim's part of a site: a namespace in both clusters, trouble of its own, and short words for what others do there. Knows nothing of any
//! provider.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use cluster_provider::cluster::{ClusterId, CreateToken};
use cluster_provider::provider::standalone::InClusterOptions;
use cluster_provider::provider::{ClusterRequest, ResourceSet};
use http::Method;
use kube::Client;
use serde_json::{Value, json};

use super::Site;
use super::faults::Faults;
use crate::access::{Pair, Who};
use crate::backend::Backend;
use crate::fleet::{Shows, kubeconfig};

pub(super) struct World<'s> {
    spoke_backend: &'s Backend,
    /// As the administrator, without trouble.
    pub(super) hub: Client,
    /// As the administrator, without trouble.
    pub(super) spoke: Client,
    /// In both clusters.
    pub(super) namespace: String,
    pub(super) faults: Faults,
    told: Mutex<Told>,
}

#[derive(Default)]
struct Told {
    /// Private keys that lead to clusters.
    keys: Vec<String>,
    /// What went wrong on the way, and cannot be said there.
    trouble: Vec<String>,
}

// === impl World ===

impl<'s> World<'s> {
    pub(super) async fn make(site: &Site<'s>) -> Result<Self> {
        let (hub, spoke) = (site.hub.client(&Who::Admin).await?, site.spoke.client(&Who::Admin).await?);
        let namespace = format!("claim-{}", uuid::Uuid::new_v4().simple());
        for client in [&hub, &spoke] {
            let object = json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace}});
            ask(client, Method::POST, "/api/v1/namespaces", Some(&object)).await?;
        }
        let (faults, told) = (Faults::none(), Mutex::default());
        Ok(Self { spoke_backend: site.spoke, hub, spoke, namespace, faults, told })
    }

    /// Nothing went wrong on the way that could not be said there, and all trouble that was asked for came.
    pub(super) fn end(self) -> Result<()> {
        let trouble = self.told().trouble.join("; ");
        ensure!(trouble.is_empty(), "{trouble}");
        let left = self.faults.left();
        ensure!(left.is_empty(), "it was asked for and never met: {left:?}");
        Ok(())
    }

    /// Keeps what went wrong where it cannot be said.
    pub(super) fn note(&self, doing: &str, result: Result<()>) {
        if let Err(error) = result {
            self.told().trouble.push(format!("{doing}: {error:#}"));
        }
    }

    pub(super) fn in_cluster(&self) -> InClusterOptions {
        let options = InClusterOptions::default().with_set_namespace(self.namespace.as_str());
        options.with_deletion_wait(Duration::from_millis(300))
    }

    /// A request for a cluster that nobody has asked for.
    pub(super) fn request(&self, cloud: &str, region: &str) -> ClusterRequest {
        let id = ClusterId::generate();
        let name = format!("mk-{id}");
        ClusterRequest::new(id, name, CreateToken::generate()).at(cloud, region)
    }

    /// What leads to the other cluster, as an administrator of a cluster of this name.
    pub(super) fn administrator(&self, cluster: &str) -> Result<Pair> {
        let pair = self.spoke_backend.issue(&format!("admin-of-{cluster}"), "system:masters")?;
        self.told().keys.push(pair.key.clone());
        Ok(pair)
    }

    /// A kubeconfig whose contexts are called as the clusters are. The first is current.
    pub(super) fn kubeconfig(&self, clusters: &[(String, Pair)]) -> Result<String> {
        let contexts: Vec<_> = clusters
            .iter()
            .map(|(name, pair)| (name.as_str(), self.spoke_backend, Shows::Certificate(pair.clone())))
            .collect();
        let mut config: Value = serde_json::from_str(&kubeconfig(&contexts))?;
        if let Some((first, _)) = clusters.first() {
            config["current-context"] = json!(first);
        }
        Ok(config.to_string())
    }

    /// Where the other cluster is, as a kubeconfig says it.
    pub(super) fn address(&self) -> Value {
        json!({"server": self.spoke_backend.url(), "certificate-authority-data": base64(self.spoke_backend.ca())})
    }

    /// What may be shown nowhere: private keys as kubeconfigs have them, and as they are.
    pub(super) fn secrets(&self) -> Vec<String> {
        let told = self.told();
        let as_it_is = |key: &String| key.lines().nth(1).unwrap_or_default().to_owned();
        told.keys.iter().flat_map(|key| [base64(key), as_it_is(key)]).collect()
    }

    /// ConfigMaps in the claim's namespace.
    pub(super) fn resource_set(&self, name: &str, changed: &str) -> ResourceSet {
        let object = |object: String| {
            json!({
                "apiVersion": "v1", "kind": "ConfigMap",
                "metadata": {"name": object, "namespace": self.namespace}, "data": {"content": changed},
            })
        };
        ResourceSet::new(name, vec![object(format!("{name}-one")), object(format!("{name}-two"))])
    }

    fn told(&self) -> std::sync::MutexGuard<'_, Told> {
        self.told.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

pub(super) fn base64(text: &str) -> String {
    use ::base64::Engine as _;
    ::base64::engine::general_purpose::STANDARD.encode(text)
}

/// One request; a PATCH merges.
pub(crate) async fn ask(client: &Client, method: Method, path: &str, body: Option<&Value>) -> Result<Value> {
    let kind = if method == Method::PATCH { "application/merge-patch+json" } else { "application/json" };
    let request = http::Request::builder().method(method.clone()).uri(path).header("content-type", kind);
    let request = request.body(body.map(|body| body.to_string().into_bytes()).unwrap_or_default())?;
    client.request(request).await.with_context(|| format!("{method} {path}"))
}

/// An object; `None` when it is not there.
pub(super) async fn read(client: &Client, path: &str) -> Result<Option<Value>> {
    let request = http::Request::get(path).body(Vec::new())?;
    match client.request(request).await {
        Ok(object) => Ok(Some(object)),
        Err(kube::Error::Api(status)) if status.code == 404 => Ok(None),
        Err(error) => Err(error).with_context(|| format!("GET {path}")),
    }
}

/// Waits until it is so, looking again and again, for half a minute at most.
pub(super) async fn until<F>(what: &str, is_so: impl Fn() -> F) -> Result<()>
where
    F: Future<Output = bool>,
{
    let mut tick = tokio::time::interval(Duration::from_millis(10));
    let looking = async {
        loop {
            tick.tick().await;
            if is_so().await {
                return;
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(30), looking).await.with_context(|| format!("waited in vain for {what}"))
}
