//! A look at a cluster: whether it is well, which one it is, how large it is. Writes nothing.

use std::time::Duration;

use k8s_openapi::api::core::v1::Node;
use kube::Api;
use kube::api::ListParams;
use serde_json::{Value, json};
use tokio::time::Instant;

use super::{Failing, Reached};
use crate::cluster::Condition;
use crate::provider::{CallContext, ProviderError, ProviderErrorKind};

/// What a look at a cluster found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::provider) struct Probe {
    /// Why it is not well; `None` when it is.
    pub(in crate::provider) trouble: Option<String>,
    /// Which version it says it is.
    pub(in crate::provider) server_version: Option<String>,
    /// UID of `kube-system`; `None` when it may not be read.
    pub(in crate::provider) uid: Option<String>,
    /// How many nodes there are, and how many of them are ready; `None` when they may not be listed.
    pub(in crate::provider) nodes: Option<(usize, usize)>,
    /// How long `/livez` and `/readyz` took.
    pub(in crate::provider) latency: Duration,
}

/// Nodes in a page.
const PAGE: u32 = 500;
/// So many pages at most: more nodes than any cluster has.
const PAGES: usize = 40;

/// Looks at a cluster that was reached.
///
/// Source: the readiness endpoints of Kubernetes; `/livez` and `/readyz`, then `/version`, the UID of `kube-system` and the nodes.
pub(in crate::provider) async fn probe(
    call: &CallContext,
    failing: Failing<'_>,
    reached: &Reached,
) -> Result<Probe, ProviderError> {
    let work = async {
        let begun = Instant::now();
        let trouble = match reached.control().probe(call.remaining()).await {
            Ok(()) => None,
            Err(error) => {
                let error = failing.connect(error);
                if error.kind() != ProviderErrorKind::Unavailable {
                    return Err(error);
                }
                Some("the API server says that it is not ready".to_owned())
            }
        };
        let latency = begun.elapsed();
        let server_version = match reached.client().apiserver_version().await {
            Ok(version) => Some(version.git_version),
            Err(_) if trouble.is_some() => reached.server_version().map(str::to_owned),
            Err(error) => return Err(failing.request(error)),
        };
        let uid = kube_system_uid(reached).await;
        let nodes = nodes(reached).await;
        Ok(Probe { trouble, server_version, uid, nodes, latency })
    };
    call.bound(work).await.map_err(|why| failing.interrupted(why))?
}

/// What is not allowed is not known, and neither is what fails: the connection itself was proven a moment ago.
async fn kube_system_uid(reached: &Reached) -> Option<String> {
    let namespaces: Api<k8s_openapi::api::core::v1::Namespace> = Api::all(reached.client().clone());
    match namespaces.get_metadata("kube-system").await {
        Ok(namespace) => namespace.metadata.uid,
        Err(_) => reached.identity().map(ToString::to_string),
    }
}

async fn nodes(reached: &Reached) -> Option<(usize, usize)> {
    let nodes: Api<Node> = Api::all(reached.client().clone());
    let (mut all, mut ready, mut from) = (0, 0, None::<String>);
    for _ in 0..PAGES {
        let mut page = ListParams::default().limit(PAGE);
        page.continue_token = from.take();
        let found = nodes.list(&page).await.ok()?;
        all += found.items.len();
        ready += found.items.iter().filter(|node| is_ready(node)).count();
        match found.metadata.continue_.filter(|more| !more.is_empty()) {
            Some(more) => from = Some(more),
            None => return Some((all, ready)),
        }
    }
    None
}

fn is_ready(node: &Node) -> bool {
    let conditions = node.status.iter().filter_map(|status| status.conditions.as_ref()).flatten();
    conditions.into_iter().any(|condition| condition.type_ == "Ready" && condition.status == "True")
}

// === impl Probe ===

impl Probe {
    /// Whether it is available, and what was found, without what differs from look to look.
    pub(in crate::provider) fn available(&self) -> Condition {
        if let Some(trouble) = &self.trouble {
            return Condition::no(Condition::AVAILABLE).because("NotReady", trouble.clone());
        }
        let version = self.server_version.as_deref().unwrap_or("of unknown version");
        Condition::yes(Condition::AVAILABLE).because("Probed", format!("the API server is ready: {version}"))
    }

    /// What is remembered of the look.
    pub(in crate::provider) fn info(&self) -> Value {
        json!({
            "server_version": self.server_version,
            "kube_system_uid": self.uid,
            "node_count": self.nodes.map(|(all, _)| all),
            "ready_node_count": self.nodes.map(|(_, ready)| ready),
        })
    }
}
