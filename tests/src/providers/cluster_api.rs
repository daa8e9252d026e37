//! Clusters of Cluster API, and what its controllers do: they say how far a cluster is, hand out its kubeconfig, and let it go.

use std::sync::Arc;

use anyhow::{Context as _, Result};
use async_trait::async_trait;
use cluster_provider::cluster::ProviderClusterId;
use cluster_provider::provider::cluster_api::{ClusterApiOptions, ClusterApiProvider};
use cluster_provider::provider::{CloudRegion, ClusterRequest, ClusterSpec, MachinePoolRequest, Provider, ResourceSet};
use cluster_provider::testing::provider_suite::{self, ProviderUnderTest, Situation, Verdict};
use http::Method;
use serde_json::{Value, json};

use super::faults::Next;
use super::world::{World, ask, base64, read};

/// Claims about what Cluster API does not have.
pub(super) const NONE_OF_ITS: &[&str] = &[
    "a_protected_cluster_is_not_deleted",
    "an_identity_provider_is_one_however_often_it_is_ensured",
    "an_addon_comes_and_goes",
    "quota_is_told_once_for_each_thing",
    "a_cluster_does_not_belong_to_strangers",
];

const FINALIZER: &str = "cluster.cluster.x-k8s.io";

/// From what its clusters are made.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Made {
    FromClass,
    FromTemplate,
}

struct Clusters<'w> {
    world: &'w World<'w>,
    made: Made,
    provider: ClusterApiProvider,
}

pub(super) async fn look_at(claim: &str, world: &World<'_>, made: Made) -> Result<Option<Verdict>> {
    let options = ClusterApiOptions::default()
        .with_namespace(world.namespace.as_str())
        .with_in_cluster(world.in_cluster())
        .with_region_variable("region")
        .with_dns_variable("domain");
    let provider = ClusterApiProvider::builder(world.faults.client(&world.hub), world.faults.connector())
        .options(options)
        .regions(Arc::new(vec![CloudRegion::new("aws", "us-east-1", true)]))
        .build();
    let subject = Clusters { world, made, provider };
    let verdict = provider_suite::run_one(&subject, claim).await;
    subject.provider.shutdown().await;
    Ok(verdict)
}

// === impl Clusters ===

impl Clusters<'_> {
    async fn provisioned(&self, spec: &ClusterSpec) -> Result<()> {
        let (namespace, name, path) = place(spec)?;
        let hub = &self.world.hub;
        ask(hub, Method::PATCH, &path, Some(&json!({"metadata": {"finalizers": [FINALIZER]}}))).await?;
        let pair = self.world.administrator(name)?;
        let config = self.world.kubeconfig(&[(name.to_owned(), pair)])?;
        let secret = json!({
            "apiVersion": "v1", "kind": "Secret", "type": "cluster.x-k8s.io/secret",
            "metadata": {
                "name": format!("{name}-kubeconfig"), "namespace": namespace,
                "labels": {"cluster.x-k8s.io/cluster-name": name},
            },
            "data": {"value": base64(&config)},
        });
        ask(hub, Method::POST, &format!("/api/v1/namespaces/{namespace}/secrets"), Some(&secret)).await?;
        let status = json!({
            "phase": "Provisioned",
            "initialization": {"infrastructureProvisioned": true, "controlPlaneInitialized": true},
            "conditions": [{
                "type": "Available", "status": "True", "reason": "Available", "message": "",
                "lastTransitionTime": "2026-01-01T00:00:00Z",
            }],
        });
        ask(hub, Method::PATCH, &format!("{path}/status"), Some(&json!({"status": status}))).await?;
        Ok(())
    }

    /// What belonged to a cluster that is to go is gone.
    async fn let_go(&self, spec: &ClusterSpec) -> Result<()> {
        let (.., path) = place(spec)?;
        let cluster = read(&self.world.hub, &path).await?;
        if cluster.is_some_and(|cluster| cluster["metadata"]["deletionTimestamp"].is_string()) {
            self.release(&path).await?;
        }
        Ok(())
    }

    async fn release(&self, path: &str) -> Result<()> {
        ask(&self.world.hub, Method::PATCH, path, Some(&json!({"metadata": {"finalizers": null}}))).await?;
        Ok(())
    }

    async fn gone(&self, spec: &ClusterSpec) -> Result<()> {
        let (.., path) = place(spec)?;
        self.release(&path).await?;
        ask(&self.world.hub, Method::DELETE, &path, None).await?;
        Ok(())
    }
}

/// A cluster without a topology, and its first machines.
fn template() -> Value {
    let reference = |group: &str, kind: &str, name: &str| json!({"apiGroup": group, "kind": kind, "name": name});
    let labels = json!({"cluster.x-k8s.io/cluster-name": "${CLUSTER_NAME}"});
    let machine = json!({
        "clusterName": "${CLUSTER_NAME}", "version": "v1.34.0",
        "bootstrap": {"configRef": reference("bootstrap.example.com", "MachineConfigTemplate", "workers")},
        "infrastructureRef": reference("cloud.example.com", "MachineTemplate", "small"),
    });
    json!({"template": [
        {
            "apiVersion": "cluster.x-k8s.io/v1beta2", "kind": "Cluster",
            "spec": {"infrastructureRef": reference("cloud.example.com", "Cloud", "${CLUSTER_NAME}")},
        },
        {
            "apiVersion": "cluster.x-k8s.io/v1beta2", "kind": "MachineDeployment",
            "metadata": {"name": "${CLUSTER_NAME}-md-0", "labels": labels},
            "spec": {
                "clusterName": "${CLUSTER_NAME}", "replicas": 1, "selector": {"matchLabels": labels},
                "template": {"metadata": {"labels": labels}, "spec": machine},
            },
        },
    ]})
}

/// Namespace, name and path of a cluster.
fn place(spec: &ClusterSpec) -> Result<(&str, &str, String)> {
    let (namespace, name) = spec.internal_id.as_str().split_once('/').context("an id without a namespace")?;
    Ok((namespace, name, format!("/apis/cluster.x-k8s.io/v1beta2/namespaces/{namespace}/clusters/{name}")))
}

#[async_trait]
impl ProviderUnderTest for Clusters<'_> {
    fn provider(&self) -> Arc<dyn Provider> {
        Arc::new(self.provider.clone())
    }

    async fn request(&self) -> ClusterRequest {
        let request = self.world.request("aws", "us-east-1");
        let domain = format!("apps.{}.example.com", request.name);
        request.with_additional_spec(match self.made {
            Made::FromClass => json!({
                "class": "small", "version": "v1.34.0", "variables": [{"name": "domain", "value": domain}],
            }),
            Made::FromTemplate => template(),
        })
    }

    async fn provision(&self, spec: &ClusterSpec) {
        self.world.note("provisioning", self.provisioned(spec).await);
    }

    async fn go_on(&self, spec: &ClusterSpec) {
        self.world.note("going on", self.let_go(spec).await);
    }

    fn unknown_id(&self) -> Option<ProviderClusterId> {
        ProviderClusterId::new(format!("{}/unknown", self.world.namespace)).ok()
    }

    async fn lose_next_answer(&self) -> Situation {
        self.world.faults.add(Next::LosePost("/clusters"));
        Situation::Prepared
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

    /// It is a variable of the topology.
    fn has_dns(&self) -> bool {
        self.made == Made::FromClass
    }

    fn resource_set(&self, name: &str, changed: &str) -> ResourceSet {
        self.world.resource_set(name, changed)
    }

    fn machine_pool(&self) -> Option<MachinePoolRequest> {
        Some(MachinePoolRequest::fixed("suite-pool", "worker", 3))
    }
}
