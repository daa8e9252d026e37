//! Clusters of Cluster API over HTTPS: one fake cluster manages, another one is managed.

use fake_cluster::fleet::objects::cluster_api_secret;
use fake_cluster::server::{FakeCluster, FakeClusterOptions};
use serde_json::json;

use super::*;
use crate::cluster::{ClusterId, ClusterStatus, CreateToken};
use crate::provider::in_cluster::testing::{call, config_map, connector, definition, options, read};
use crate::provider::{ApplyAction, Autoscaling, MachinePoolRequest, ResourceSet};

struct World {
    hub: FakeCluster,
    spoke: FakeCluster,
    provider: ClusterApiProvider,
}

impl World {
    async fn start(versions: &[&str]) -> Self {
        let hub = FakeCluster::start().await.unwrap();
        let spoke = FakeCluster::start_with(FakeClusterOptions::default().with_name("shop")).await.unwrap();
        hub.create(definition(GROUP, versions, "Cluster", "clusters", "Namespaced")).unwrap();
        let options = ClusterApiOptions::default().with_in_cluster(options()).with_region_variable("region");
        let provider = ClusterApiProvider::builder(hub.client().unwrap(), connector()).options(options).build();
        Self { hub, spoke, provider }
    }

    fn say(&self, version: &str, status: Value) {
        let path = format!("/apis/{GROUP}/{version}/namespaces/default/clusters/shop/status");
        self.hub.api().request(http::Method::PATCH, &path, Some(&json!({"status": status}))).unwrap();
    }

    fn cluster(&self) -> Option<Value> {
        read(&self.hub, &format!("/apis/{GROUP}/v1beta2/namespaces/default/clusters/shop"))
    }

    async fn end(self) {
        self.provider.shutdown().await;
        self.hub.shutdown().await;
        self.spoke.shutdown().await;
    }
}

fn request() -> ClusterRequest {
    let mut request =
        ClusterRequest::new(ClusterId::generate(), "shop", CreateToken::generate()).at("aws", "us-east-1");
    request.version = Some("v1.34.0".to_owned());
    request.with_additional_spec(json!({"class": "small"}))
}

fn available() -> Value {
    json!({
        "initialization": {"controlPlaneInitialized": true},
        "conditions": [{"type": "Available", "status": "True", "reason": "Available", "message": "", "lastTransitionTime": "2026-01-01T00:00:00Z"}],
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cluster_is_made_once_found_by_its_token_and_provisioned_when_it_is_available() {
    let world = World::start(&["v1beta2"]).await;
    let request = request();
    assert!(world.provider.find(&call(), &request.claim()).await.unwrap().is_none());
    let made = world.provider.create(&call(), &request).await.unwrap();
    assert_eq!((made.internal_id.as_str(), made.status), ("default/shop", ClusterStatus::Provisioning));
    assert_eq!(json!(made.external_id), world.cluster().unwrap()["metadata"]["uid"]);
    let again = world.provider.create(&call(), &request).await.unwrap();
    assert_eq!(again.external_id, made.external_id, "the same request is the same cluster");
    let found = world.provider.find(&call(), &request.claim()).await.unwrap().unwrap();
    assert_eq!((found.external_id, found.region.as_str()), (made.external_id.clone(), "us-east-1"));
    let mut other = request.clone();
    other.create_token = CreateToken::generate();
    let error = world.provider.create(&call(), &other).await.unwrap_err();
    assert_eq!(error.kind(), ProviderErrorKind::AlreadyExists);
    let error = world.provider.find(&call(), &other.claim()).await.unwrap_err();
    assert_eq!(error.kind(), ProviderErrorKind::Conflict);
    // A name is one of a namespace.
    other.additional_spec["namespace"] = json!("elsewhere");
    assert!(world.provider.find(&call(), &other.claim()).await.unwrap().is_none());
    world.say("v1beta2", available());
    let seen = world.provider.check_status(&call(), &made).await.unwrap().unwrap();
    assert_eq!(seen.status, ClusterStatus::Provisioned);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_older_version_is_used_where_nothing_newer_is_served() {
    let world = World::start(&["v1beta1"]).await;
    let made = world.provider.create(&call(), &request()).await.unwrap();
    let path = format!("/apis/{GROUP}/v1beta1/namespaces/default/clusters/shop");
    assert_eq!(read(&world.hub, &path).unwrap()["spec"]["topology"]["class"], "small");
    world.say("v1beta1", json!({"controlPlaneReady": true, "infrastructureReady": true}));
    let seen = world.provider.check_status(&call(), &made).await.unwrap().unwrap();
    assert_eq!(seen.status, ClusterStatus::Provisioned);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_template_is_applied_with_its_cluster_last() {
    let world = World::start(&["v1beta2"]).await;
    let template = json!([
        {"apiVersion": "cluster.x-k8s.io/v1beta2", "kind": "Cluster", "metadata": {}, "spec": {"paused": false}},
        {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "${CLUSTER_NAME}-values"}, "data": {"region": "${REGION}"}},
    ]);
    let request = request().with_additional_spec(json!({"template": template}));
    world.provider.create(&call(), &request).await.unwrap();
    let values = read(&world.hub, "/api/v1/namespaces/default/configmaps/shop-values").unwrap();
    assert_eq!(values["data"]["region"], "us-east-1");
    assert!(world.cluster().is_some());
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cluster_is_deleted_by_its_uid_and_gone_when_its_finalizers_are() {
    let world = World::start(&["v1beta2"]).await;
    let made = world.provider.create(&call(), &request()).await.unwrap();
    let path = format!("/apis/{GROUP}/v1beta2/namespaces/default/clusters/shop");
    let patch = |body: Value| world.hub.api().request(http::Method::PATCH, &path, Some(&body)).unwrap();
    patch(json!({"metadata": {"finalizers": ["cluster.cluster.x-k8s.io"]}}));
    let mut other = made.clone();
    other.external_id = Some("another-uid".to_owned());
    let options = DeleteOptions::new(DeletionPolicy::Delete);
    let outcome = world.provider.delete(&call(), &other, &options).await.unwrap();
    assert_eq!(outcome, DeleteOutcome::AlreadyGone, "nobody here asked for that");
    assert_eq!(world.provider.delete(&call(), &made, &options.dry_run()).await.unwrap(), DeleteOutcome::WouldDelete);
    assert!(world.cluster().unwrap()["metadata"]["deletionTimestamp"].is_null(), "nobody else's is touched");
    let condition = json!({"type": "Deleting", "status": "True", "reason": "WaitingForWorkersDeletion", "message": "1 machine", "lastTransitionTime": "2026-01-01T00:00:00Z"});
    world.say("v1beta2", json!({"conditions": [condition]}));
    let outcome = world.provider.delete(&call(), &made, &options).await.unwrap();
    assert_eq!(outcome, DeleteOutcome::in_progress("WaitingForWorkersDeletion", "1 machine"));
    patch(json!({"metadata": {"finalizers": null}}));
    assert_eq!(world.provider.delete(&call(), &made, &options).await.unwrap(), DeleteOutcome::Gone);
    assert!(world.provider.check_status(&call(), &made).await.unwrap().is_none());
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sets_are_applied_with_the_clusters_own_kubeconfig_as_soon_as_there_is_one() {
    let world = World::start(&["v1beta2"]).await;
    let made = world.provider.create(&call(), &request()).await.unwrap();
    let sets = world.provider.resource_sets().unwrap();
    let set = ResourceSet::new("base", vec![config_map("default", "settings", "a")]);
    let error = sets.apply(&call(), &made, &set).await.unwrap_err();
    assert_eq!((error.kind(), error.code()), (ProviderErrorKind::NotFound, Some("NoKubeconfig")));
    world.hub.create(cluster_api_secret(&world.spoke, "default")).unwrap();
    let report = sets.apply(&call(), &made, &set).await.unwrap();
    assert_eq!(report.objects[0].action, ApplyAction::Created);
    assert!(read(&world.spoke, "/api/v1/namespaces/default/configmaps/settings").is_some());
    assert!(read(&world.hub, "/api/v1/namespaces/default/configmaps/settings").is_none());
    let options = DeleteOptions::new(DeletionPolicy::RemoveResourcesOnly);
    assert_eq!(world.provider.delete(&call(), &made, &options).await.unwrap(), DeleteOutcome::Gone);
    assert!(read(&world.spoke, "/api/v1/namespaces/default/configmaps/settings").is_none());
    assert!(world.cluster().is_some(), "the cluster stays");
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn machine_pools_are_entries_of_the_topology() {
    let world = World::start(&["v1beta2"]).await;
    let made = world.provider.create(&call(), &request()).await.unwrap();
    let pools = world.provider.machine_pools().unwrap();
    assert!(pools.get(&call(), &made, "gpu").await.unwrap().is_none());
    let wanted = MachinePoolRequest::autoscaled("gpu", "worker", Autoscaling::new(1, 3));
    let pool = pools.ensure(&call(), &made, &wanted).await.unwrap();
    assert_eq!(pool.effective, wanted);
    let version = world.cluster().unwrap()["metadata"]["resourceVersion"].clone();
    pools.ensure(&call(), &made, &wanted).await.unwrap();
    assert_eq!(world.cluster().unwrap()["metadata"]["resourceVersion"], version);
    let error = pools.ensure(&call(), &made, &MachinePoolRequest::fixed("gpu", "other", 1)).await.unwrap_err();
    assert_eq!(error.kind(), ProviderErrorKind::Conflict);
    assert!(pools.remove(&call(), &made, "gpu").await.unwrap());
    assert!(!pools.remove(&call(), &made, "gpu").await.unwrap());
    world.end().await;
}
