//! What `cluster-client` claims about live connections, as scenarios that run on two clusters, both fake or both real.

mod scenarios;

use crate::access::Pair;
use crate::backend::Backend;
use anyhow::{Context as _, Result};
use base64::Engine as _;
use cluster_client::path::{PathOptions, Paths};
use cluster_client::provider::{ClientProvider as _, ClusterEvent, ClusterEventKind, ClusterEventStream, Deadline};
use cluster_client::registry::Registry;
use cluster_client::transport::{Connector, TransportOptions};
use cluster_client::{ClusterHandle, ClusterKey};
use futures::StreamExt as _;
use futures::future::BoxFuture;
use k8s_openapi::api::authentication::v1::SelfSubjectReview;
use kube::Api;
use kube::api::PostParams;
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;

/// How long a scenario waits for anything.
const PATIENCE: Duration = Duration::from_secs(30);

/// Two clusters, and connections to them.
#[derive(Debug)]
pub struct Site {
    first: Backend,
    second: Backend,
}

/// One claim.
#[derive(Clone, Copy)]
#[non_exhaustive]
pub struct Claim {
    /// What is claimed.
    pub name: &'static str,
    run: for<'a> fn(&'a Site) -> BoxFuture<'a, Result<()>>,
}

impl Claim {
    /// Whether it holds.
    ///
    /// # Errors
    /// What does not hold.
    pub async fn run(&self, site: &Site) -> Result<()> {
        tokio::time::timeout(4 * PATIENCE, (self.run)(site)).await.context("took too long")?
    }
}

impl std::fmt::Debug for Claim {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name)
    }
}

/// Every claim.
pub fn claims() -> &'static [Claim] {
    scenarios::ALL
}

/// What somebody shows to a cluster.
pub(crate) enum Shows {
    Token(String),
    Certificate(Pair),
}

impl Site {
    /// A site on two running clusters.
    #[must_use]
    pub fn new(first: Backend, second: Backend) -> Self {
        Self { first, second }
    }

    /// The clusters.
    pub fn into_backends(self) -> [Backend; 2] {
        [self.first, self.second]
    }
}

fn registry() -> Registry {
    Registry::builder(Arc::new(Connector::new(TransportOptions::default(), Paths::new(PathOptions::default())))).start()
}

/// A kubeconfig with a context for each of these, which is called as they are.
pub(crate) fn kubeconfig(contexts: &[(&str, &Backend, Shows)]) -> String {
    let base64 = |text: &str| base64::engine::general_purpose::STANDARD.encode(text);
    let user = |shows: &Shows| match shows {
        Shows::Token(token) => json!({ "token": token }),
        Shows::Certificate(pair) => json!({
            "client-certificate-data": base64(&pair.certificate), "client-key-data": base64(&pair.key),
        }),
    };
    let list = |entry: &dyn Fn(&(&str, &Backend, Shows)) -> Value| contexts.iter().map(entry).collect::<Vec<_>>();
    json!({
        "apiVersion": "v1", "kind": "Config",
        "clusters": list(&|(name, at, _)| json!({
            "name": name, "cluster": { "server": at.url(), "certificate-authority-data": base64(at.ca()) },
        })),
        "users": list(&|(name, _, shows)| json!({ "name": name, "user": user(shows) })),
        "contexts": list(&|(name, ..)| json!({ "name": name, "context": { "cluster": name, "user": name } })),
    })
    .to_string()
}

fn key(name: &str) -> Result<ClusterKey> {
    Ok(ClusterKey::new(name)?)
}

async fn connected(registry: &Registry, name: &str) -> Result<ClusterHandle> {
    let handle = registry.get(&key(name)?, Deadline::within(PATIENCE)).await;
    handle.map_err(|error| anyhow::anyhow!("{name}: {}", core_client::ErrorChain::new(&error)))
}

/// The next event about a cluster that `wanted` takes.
async fn next<T>(events: &mut ClusterEventStream, wanted: impl Fn(ClusterEventKind) -> Option<T>) -> Result<T> {
    let found = async {
        loop {
            let ClusterEvent { kind, .. } = events.next().await.context("the events ended")?;
            if let Some(found) = wanted(kind) {
                return Ok(found);
            }
        }
    };
    tokio::time::timeout(PATIENCE, found).await.context("the event did not come")?
}

/// Who the API server says we are.
async fn who(client: &kube::Client) -> Result<String> {
    let reviews: Api<SelfSubjectReview> = Api::all(client.clone());
    let review = reviews.create(&PostParams::default(), &SelfSubjectReview::default()).await?;
    review.status.and_then(|status| status.user_info?.username).context("a review without a user")
}
