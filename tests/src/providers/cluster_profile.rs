//! Clusters of profiles, and what whoever lists them does: a profile is there before it is asked for, and says later that its cluster is healthy,
//! who it is, and how it is reached.

use std::sync::Arc;

use anyhow::{Context as _, Result};
use async_trait::async_trait;
use cluster_client::source::Access;
use cluster_provider::cluster::ProviderClusterId;
use cluster_provider::provider::cluster_profile::{ClusterProfileOptions, ClusterProfileProvider, profile_connections};
use cluster_provider::provider::{CloudRegion, ClusterRequest, ClusterSpec, Provider, ResourceSet};
use cluster_provider::testing::provider_suite::{self, ProviderUnderTest, Situation, Verdict};
use http::Method;
use serde_json::json;

use super::faults::Next;
use super::world::{World, ask, base64, until};

/// Claims about what profiles do not have.
pub(super) const NONE_OF_ITS: &[&str] = &[
    // Adopting writes nothing, so that no answer can leave a cluster behind.
    "a_lost_answer_leaves_one_cluster_that_is_found",
    "a_protected_cluster_is_not_deleted",
    "an_identity_provider_is_one_however_often_it_is_ensured",
    "an_addon_comes_and_goes",
    "a_machine_pool_is_what_the_provider_made_of_it",
    "quota_is_told_once_for_each_thing",
    "a_cluster_does_not_belong_to_strangers",
];

const MANAGER: &str = "kubefleet";
const CONSUMER: &str = "mooring";

struct Profiles<'w> {
    world: &'w World<'w>,
    provider: ClusterProfileProvider,
}

pub(super) async fn look_at(claim: &str, world: &World<'_>) -> Result<Option<Verdict>> {
    let access = Access::Secrets { consumer: CONSUMER.to_owned() };
    // What is followed in the background meets no trouble: it would take what is meant for the provider.
    let connections = profile_connections(world.hub.clone(), access);
    let options = ClusterProfileOptions::default()
        .with_namespace(world.namespace.as_str())
        .with_in_cluster(world.in_cluster())
        .with_dns_property("domain.example.com");
    let client = world.faults.client(&world.hub);
    let provider = ClusterProfileProvider::builder(client, world.faults.connector(), Arc::new(connections))
        .options(options)
        .regions(Arc::new(vec![CloudRegion::new("aws", "us-east-1", true)]))
        .build();
    let subject = Profiles { world, provider };
    let verdict = provider_suite::run_one(&subject, claim).await;
    subject.provider.shutdown().await;
    Ok(verdict)
}

// === impl Profiles ===

impl Profiles<'_> {
    fn path(&self) -> String {
        format!("/apis/multicluster.x-k8s.io/v1alpha1/namespaces/{}/clusterprofiles", self.world.namespace)
    }

    async fn listed(&self, name: &str) -> Result<()> {
        let profile = json!({
            "apiVersion": "multicluster.x-k8s.io/v1alpha1", "kind": "ClusterProfile",
            "metadata": {
                "name": name, "namespace": self.world.namespace, "labels": {"x-k8s.io/cluster-manager": MANAGER},
            },
            "spec": {"displayName": name, "clusterManager": {"name": MANAGER}},
        });
        ask(&self.world.hub, Method::POST, &self.path(), Some(&profile)).await?;
        Ok(())
    }

    async fn provisioned(&self, spec: &ClusterSpec) -> Result<()> {
        let (hub, name) = (&self.world.hub, name(spec)?);
        let pair = self.world.administrator(name)?;
        let config = self.world.kubeconfig(&[(name.to_owned(), pair)])?;
        let secret = json!({
            "apiVersion": "v1", "kind": "Secret", "type": "Opaque",
            "metadata": {
                "name": format!("{name}-{CONSUMER}"), "namespace": self.world.namespace,
                "labels": {"x-k8s.io/cluster-inventory-consumer": CONSUMER, "x-k8s.io/cluster-profile": name},
            },
            "data": {"Config": base64(&config)},
        });
        let secrets = format!("/api/v1/namespaces/{}/secrets", self.world.namespace);
        ask(hub, Method::POST, &secrets, Some(&secret)).await?;
        let status = json!({
            "version": {"kubernetes": "v1.34.2"},
            "accessProviders": [{"name": "secrets", "cluster": self.world.address()}],
            "properties": [
                {"name": "cluster.clusterset.k8s.io", "value": format!("set/{name}")},
                {"name": "domain.example.com", "value": format!("apps.{name}.example.com")},
            ],
            "conditions": [{
                "type": "ControlPlaneHealthy", "status": "True", "reason": "Healthy", "message": "",
                "lastTransitionTime": "2026-01-01T00:00:00Z",
            }],
        });
        let path = format!("{}/{name}/status", self.path());
        ask(hub, Method::PATCH, &path, Some(&json!({"status": status}))).await?;
        // How it is reached is followed in the background.
        let call = self.call();
        until("a way to the cluster", || async { self.provider.connection(&call, spec).await.is_ok() }).await
    }

    async fn gone(&self, spec: &ClusterSpec) -> Result<()> {
        ask(&self.world.hub, Method::DELETE, &format!("{}/{}", self.path(), name(spec)?), None).await?;
        Ok(())
    }
}

fn name(spec: &ClusterSpec) -> Result<&str> {
    Ok(spec.internal_id.as_str().split_once('/').context("an id without a namespace")?.1)
}

#[async_trait]
impl ProviderUnderTest for Profiles<'_> {
    fn provider(&self) -> Arc<dyn Provider> {
        Arc::new(self.provider.clone())
    }

    /// A profile that says nothing yet.
    async fn request(&self) -> ClusterRequest {
        let request = self.world.request("aws", "us-east-1");
        self.world.note("listing", self.listed(&request.name).await);
        request
    }

    async fn provision(&self, spec: &ClusterSpec) {
        self.world.note("provisioning", self.provisioned(spec).await);
    }

    async fn go_on(&self, _: &ClusterSpec) {}

    fn unknown_id(&self) -> Option<ProviderClusterId> {
        ProviderClusterId::new(format!("{}/unknown", self.world.namespace)).ok()
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

    async fn fail_next_look(&self) -> Situation {
        self.world.faults.add(Next::Fail);
        Situation::Prepared
    }

    async fn vanish(&self, spec: &ClusterSpec) -> Situation {
        self.world.note("vanishing", self.gone(spec).await);
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
}
