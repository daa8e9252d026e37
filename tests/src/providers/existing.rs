//! Clusters that exist already, each a context of a kubeconfig file: an OpenShift, and what its manager of operators and the controller of
//! namespaces do.

use std::sync::{Arc, Mutex, PoisonError};

use anyhow::Result;
use async_trait::async_trait;
use cluster_client::kubeconfig::TrustPolicy;
use cluster_provider::cluster::ProviderClusterId;
use cluster_provider::provider::standalone::{KubeconfigContexts, OlmOperator, StandaloneProvider};
use cluster_provider::provider::{Addon, CloudRegion, ClusterRequest, ClusterSpec, Provider, ResourceSet};
use cluster_provider::testing::provider_suite::{self, ProviderUnderTest, Situation, Verdict};
use http::Method;
use serde_json::json;

use super::faults::Next;
use super::world::{World, ask, read};
use crate::access::{Pair, Who};
use crate::backend::Backend;

/// Claims about what adopted clusters do not have.
pub(super) const NONE_OF_ITS: &[&str] = &[
    // Adopting writes nothing, so that no answer can leave a cluster behind.
    "a_lost_answer_leaves_one_cluster_that_is_found",
    "a_protected_cluster_is_not_deleted",
    "a_machine_pool_is_what_the_provider_made_of_it",
    "quota_is_told_once_for_each_thing",
    "a_cluster_does_not_belong_to_strangers",
];

const VERSION: &str = "agent.v1";

struct Contexts<'w> {
    world: &'w World<'w>,
    folder: tempfile::TempDir,
    contexts: Mutex<Vec<(String, Pair)>>,
    provider: StandaloneProvider,
}

pub(super) async fn look_at(claim: &str, world: &World<'_>) -> Result<Option<Verdict>> {
    let folder = tempfile::tempdir()?;
    let contexts = KubeconfigContexts::new(folder.path().join("kubeconfig")).with_policy(TrustPolicy::for_secrets());
    let operator =
        OlmOperator::new("agent", agents(world), "agent-operator", "stable").from_image("example.com/index:1");
    let provider = StandaloneProvider::builder(world.faults.connector(), Arc::new(contexts))
        .options(world.in_cluster())
        .operator(operator)
        .regions(Arc::new(vec![CloudRegion::new("on-prem", "cellar", false)]))
        .build();
    let subject = Contexts { world, folder, contexts: Mutex::default(), provider };
    subject.rewrite(|_| {})?;
    let verdict = provider_suite::run_one(&subject, claim).await;
    subject.provider.shutdown().await;
    Ok(verdict)
}

/// Where the operator of a claim is installed.
fn agents(world: &World<'_>) -> String {
    format!("agents-of-{}", world.namespace)
}

/// What an OpenShift has that no definition brings.
pub(super) async fn make_openshift(backend: &Backend) -> Result<()> {
    const INGRESSES: &str = "/apis/config.openshift.io/v1/ingresses";
    let client = backend.client(&Who::Admin).await?;
    if read(&client, "/api/v1/namespaces/openshift-config").await?.is_none() {
        let namespace = json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "openshift-config"}});
        ask(&client, Method::POST, "/api/v1/namespaces", Some(&namespace)).await?;
    }
    if read(&client, &format!("{INGRESSES}/cluster")).await?.is_none() {
        let ingress = json!({
            "apiVersion": "config.openshift.io/v1", "kind": "Ingress", "metadata": {"name": "cluster"},
            "spec": {"domain": "apps.example.com"},
        });
        ask(&client, Method::POST, INGRESSES, Some(&ingress)).await?;
    }
    Ok(())
}

// === impl Contexts ===

impl Contexts<'_> {
    fn rewrite(&self, change: impl FnOnce(&mut Vec<(String, Pair)>)) -> Result<()> {
        let mut contexts = self.contexts.lock().unwrap_or_else(PoisonError::into_inner);
        change(&mut contexts);
        std::fs::write(self.folder.path().join("kubeconfig"), self.world.kubeconfig(&contexts)?)?;
        Ok(())
    }

    fn listed(&self, name: &str) -> Result<()> {
        let pair = self.world.administrator(name)?;
        self.rewrite(|contexts| contexts.push((name.to_owned(), pair)))
    }

    /// The manager of operators installs what is subscribed to, and the controller of namespaces ends them.
    async fn managed(&self) -> Result<()> {
        let (spoke, namespace) = (&self.world.spoke, agents(self.world));
        let base = format!("/apis/operators.coreos.com/v1alpha1/namespaces/{namespace}");
        let subscription = format!("{base}/subscriptions/agent");
        if let Some(held) = read(spoke, &subscription).await?
            && held["status"]["installedCSV"].is_null()
        {
            let version = json!({
                "apiVersion": "operators.coreos.com/v1alpha1", "kind": "ClusterServiceVersion",
                "metadata": {"name": VERSION, "namespace": namespace},
            });
            let versions = format!("{base}/clusterserviceversions");
            ask(spoke, Method::POST, &versions, Some(&version)).await?;
            let phase = json!({"status": {"phase": "Succeeded"}});
            ask(spoke, Method::PATCH, &format!("{versions}/{VERSION}/status"), Some(&phase)).await?;
            let installed = json!({"status": {"installedCSV": VERSION}});
            ask(spoke, Method::PATCH, &format!("{subscription}/status"), Some(&installed)).await?;
        }
        let path = format!("/api/v1/namespaces/{namespace}");
        if let Some(mut held) = read(spoke, &path).await?
            && held["metadata"]["deletionTimestamp"].is_string()
        {
            held["spec"]["finalizers"] = json!([]);
            ask(spoke, Method::PUT, &format!("{path}/finalize"), Some(&held)).await?;
        }
        Ok(())
    }
}

#[async_trait]
impl ProviderUnderTest for Contexts<'_> {
    fn provider(&self) -> Arc<dyn Provider> {
        Arc::new(self.provider.clone())
    }

    async fn request(&self) -> ClusterRequest {
        let request = self.world.request("on-prem", "cellar");
        self.world.note("listing", self.listed(&request.name));
        request
    }

    /// It is there already.
    async fn provision(&self, _: &ClusterSpec) {}

    async fn go_on(&self, _: &ClusterSpec) {
        self.world.note("going on", self.managed().await);
    }

    fn unknown_id(&self) -> Option<ProviderClusterId> {
        ProviderClusterId::new("no-such-context").ok()
    }

    fn owns_clusters(&self) -> bool {
        false
    }

    fn keeps_tokens(&self) -> bool {
        false
    }

    async fn stall(&self) -> Situation {
        self.world.faults.stall();
        Situation::Prepared
    }

    async fn resume(&self) {
        self.world.faults.resume();
    }

    /// A cluster that is out of reach is there and not available; one that does not know us any more is an error.
    async fn fail_next_look(&self) -> Situation {
        self.world.faults.add(Next::Unknown);
        Situation::Prepared
    }

    async fn vanish(&self, spec: &ClusterSpec) -> Situation {
        let gone = self.rewrite(|contexts| contexts.retain(|(name, _)| name != spec.internal_id.as_str()));
        self.world.note("vanishing", gone);
        Situation::Prepared
    }

    fn secrets(&self) -> Vec<String> {
        self.world.secrets()
    }

    fn has_dns(&self) -> bool {
        true
    }

    fn resource_set(&self, name: &str, changed: &str) -> ResourceSet {
        self.world.resource_set(name, changed)
    }

    fn addon(&self) -> Option<Addon> {
        Some(Addon::new("agent").with_parameter("colour", "blue"))
    }
}
