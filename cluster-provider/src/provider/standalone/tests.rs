//! Existing clusters over HTTPS.

mod entries;
mod openshift;

use std::time::Duration;

use cluster_client::kubeconfig::TrustPolicy;
use fake_cluster::server::{FakeCluster, FakeClusterOptions};
use serde_json::json;

use super::*;
use crate::cluster::{ClusterId, ConditionStatus, CreateToken, DeletionPolicy};
use crate::provider::in_cluster::testing::{call, config_map, connector, options, read};
use crate::provider::{ApplyAction, Capability, CloudRegion, ResourceSet};

struct World {
    folder: tempfile::TempDir,
    clusters: Vec<FakeCluster>,
    provider: StandaloneProvider,
}

impl World {
    /// Clusters `one` and `two`, the first one current.
    async fn start() -> Self {
        Self::start_with(|builder| builder).await
    }

    async fn start_with(more: impl FnOnce(StandaloneProviderBuilder) -> StandaloneProviderBuilder) -> Self {
        let mut clusters = Vec::new();
        for name in ["one", "two"] {
            clusters.push(FakeCluster::start_with(FakeClusterOptions::default().with_name(name)).await.unwrap());
        }
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("kubeconfig");
        std::fs::write(&file, fake_cluster::fleet::objects::merged_kubeconfig(&clusters)).unwrap();
        let contexts = KubeconfigContexts::new(file).with_policy(TrustPolicy::for_secrets());
        let provider = more(StandaloneProvider::builder(connector(), Arc::new(contexts)).options(options())).build();
        Self { folder, clusters, provider }
    }

    async fn adopt(&self, name: &str) -> Result<ClusterSpec, ProviderError> {
        self.provider.create(&call(), &request(name)).await
    }

    /// One more context that leads to the other cluster.
    fn swap(&self) {
        let text = std::fs::read_to_string(self.folder.path().join("kubeconfig")).unwrap();
        let mut config: Value = serde_json::from_str(&text).unwrap();
        config["contexts"][0]["context"] = json!({"cluster": "two", "user": "two"});
        std::fs::write(self.folder.path().join("kubeconfig"), config.to_string()).unwrap();
    }

    async fn end(self) {
        self.provider.shutdown().await;
        for cluster in self.clusters {
            cluster.shutdown().await;
        }
    }
}

fn request(name: &str) -> ClusterRequest {
    ClusterRequest::new(ClusterId::generate(), name, CreateToken::generate()).at("on-prem", "cellar")
}

fn unknown(name: &str) -> ClusterSpec {
    ClusterSpec::new(ProviderClusterId::new(name).unwrap(), ClusterStatus::Ready)
}

fn base(value: &str) -> ResourceSet {
    ResourceSet::new("base", vec![config_map("default", "settings", value)])
}

#[tokio::test(flavor = "multi_thread")]
async fn adopting_looks_at_the_cluster_and_writes_nothing() {
    let world = World::start().await;
    let writes = world.clusters[0].counters().writes();
    let adopted = world.adopt("one").await.unwrap();
    let uid = read(&world.clusters[0], "/api/v1/namespaces/kube-system").unwrap()["metadata"]["uid"].clone();
    assert_eq!(adopted.status, ClusterStatus::Provisioned);
    assert_eq!(json!(adopted.external_id), uid);
    assert_eq!((adopted.cloud_provider.as_str(), adopted.region.as_str()), ("on-prem", "cellar"));
    assert_eq!(adopted.additional_info["kube_system_uid"], uid);
    assert_eq!(adopted.additional_info["node_count"], 0);
    assert_eq!(adopted.conditions.iter().filter(|one| one.kind == "Available").count(), 1);
    assert_eq!(world.clusters[0].counters().writes(), writes);
    let found = world.provider.find(&call(), &request("one").claim()).await.unwrap().unwrap();
    assert_eq!((found.internal_id, found.external_id), (adopted.internal_id.clone(), adopted.external_id.clone()));
    let seen = world.provider.check_status(&call(), &adopted).await.unwrap().unwrap();
    assert_eq!(seen, adopted, "a look that finds the same says the same");
    let mut named = request("anything");
    named.additional_spec = json!({"context": "two"});
    assert_eq!(world.provider.create(&call(), &named).await.unwrap().internal_id.as_str(), "two");
    // What is called like the request is not what it names.
    named.name = "one".to_owned();
    assert_eq!(world.provider.find(&call(), &named.claim()).await.unwrap().unwrap().internal_id.as_str(), "two");
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_context_is_never_the_current_one() {
    let world = World::start().await;
    let known = unknown("three");
    let requests: u64 = world.clusters.iter().map(|cluster| cluster.counters().all_requests()).sum();
    for error in [
        world.adopt("three").await.err(),
        world.provider.resource_sets().unwrap().apply(&call(), &known, &base("a")).await.err(),
        world.provider.resource_sets().unwrap().remove(&call(), &known, "base").await.err(),
        world.provider.connection(&call(), &known).await.err(),
    ] {
        let error = error.unwrap();
        assert_eq!((error.kind(), error.code()), (ProviderErrorKind::NotFound, Some("Context")), "{error}");
    }
    assert!(world.provider.get(&call(), &known.internal_id).await.unwrap().is_none());
    assert!(world.provider.check_status(&call(), &known).await.unwrap().is_none());
    let after: u64 = world.clusters.iter().map(|cluster| cluster.counters().all_requests()).sum();
    assert_eq!(requests, after, "nothing is sent to anybody");
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_kubeconfig_is_an_error_and_no_success() {
    let world = World::start().await;
    std::fs::remove_file(world.folder.path().join("kubeconfig")).unwrap();
    let error = world.provider.resource_sets().unwrap().apply(&call(), &unknown("one"), &base("a")).await.unwrap_err();
    assert_eq!((error.kind(), error.code()), (ProviderErrorKind::Invalid, Some("NoKubeconfig")), "{error}");
    assert!(world.provider.get(&call(), &unknown("one").internal_id).await.is_err());
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_cluster_under_an_adopted_name_gets_nothing() {
    let world = World::start().await;
    let adopted = world.adopt("one").await.unwrap();
    world.swap();
    let error = world.provider.resource_sets().unwrap().apply(&call(), &adopted, &base("a")).await.unwrap_err();
    assert_eq!((error.kind(), error.is_retryable()), (ProviderErrorKind::Conflict, false), "{error}");
    assert!(world.provider.check_status(&call(), &adopted).await.is_err());
    for cluster in &world.clusters {
        assert!(read(cluster, "/api/v1/namespaces/default/configmaps/settings").is_none());
    }
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cluster_that_cannot_be_reached_is_there_and_not_available() {
    let world = World::start().await;
    let adopted = world.adopt("one").await.unwrap();
    world.clusters[0].stop_listening().await;
    world.clusters[0].reset_connections();
    let seen = world.provider.check_status(&call(), &adopted).await.unwrap().unwrap();
    assert_eq!(seen.status, ClusterStatus::Provisioned);
    let available: Vec<_> = seen.conditions.iter().filter(|one| one.kind == Condition::AVAILABLE).collect();
    assert_eq!(
        (available.len(), available[0].status, available[0].reason.as_str()),
        (1, ConditionStatus::False, "Unreachable")
    );
    let again = world.provider.check_status(&call(), &seen).await.unwrap().unwrap();
    assert_eq!(again.conditions.iter().filter(|one| one.kind == Condition::AVAILABLE).count(), 1, "it says so once");
    let options = DeleteOptions::new(DeletionPolicy::Delete);
    let outcome = world.provider.delete(&call(), &adopted, &options).await.unwrap();
    assert!(matches!(&outcome, DeleteOutcome::InProgress { reason, .. } if reason == "Unreachable"), "{outcome:?}");
    let outcome = world.provider.delete(&call(), &adopted, &options.force()).await.unwrap();
    assert_eq!(outcome, DeleteOutcome::Gone);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn deleting_takes_every_set_away_and_leaves_the_cluster() {
    let world = World::start().await;
    let adopted = world.adopt("one").await.unwrap();
    let sets = world.provider.resource_sets().unwrap();
    sets.apply(&call(), &adopted, &base("a")).await.unwrap();
    let secret = json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "pull", "namespace": "default"}, "stringData": {"a": "b"}});
    sets.apply(&call(), &adopted, &ResourceSet::new("credentials", vec![secret])).await.unwrap();
    let options = DeleteOptions::new(DeletionPolicy::Delete);
    let outcome = world.provider.delete(&call(), &adopted, &options.dry_run()).await.unwrap();
    assert_eq!(outcome, DeleteOutcome::WouldDelete);
    assert!(read(&world.clusters[0], "/api/v1/namespaces/default/secrets/pull").is_some());
    assert_eq!(world.provider.delete(&call(), &adopted, &options).await.unwrap(), DeleteOutcome::Gone);
    for path in
        ["secrets/pull", "configmaps/settings", "configmaps/resource-set-base", "configmaps/resource-set-credentials"]
    {
        assert!(read(&world.clusters[0], &format!("/api/v1/namespaces/default/{path}")).is_none(), "{path}");
    }
    assert!(world.provider.get(&call(), &adopted.internal_id).await.unwrap().is_some(), "the cluster stays");
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_finalizer_holds_keeps_a_deletion_going() {
    let world = World::start().await;
    let adopted = world.adopt("one").await.unwrap();
    let mut held = config_map("default", "held", "a");
    held["metadata"]["finalizers"] = json!(["example.com/hold"]);
    let sets = world.provider.resource_sets().unwrap();
    sets.apply(&call(), &adopted, &ResourceSet::new("base", vec![held])).await.unwrap();
    let options = DeleteOptions::new(DeletionPolicy::RemoveResourcesOnly);
    let outcome = world.provider.delete(&call(), &adopted, &options).await.unwrap();
    let DeleteOutcome::InProgress { reason, message } = outcome else { panic!("{outcome:?}") };
    assert!(reason == "ResourcesRemain" && message.contains("example.com/hold"), "{message}");
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_orphan_keeps_what_was_applied() {
    let world = World::start().await;
    let adopted = world.adopt("one").await.unwrap();
    world.provider.resource_sets().unwrap().apply(&call(), &adopted, &base("a")).await.unwrap();
    let options = DeleteOptions::new(DeletionPolicy::Orphan);
    assert_eq!(world.provider.delete(&call(), &adopted, &options).await.unwrap(), DeleteOutcome::Orphaned);
    assert!(read(&world.clusters[0], "/api/v1/namespaces/default/configmaps/settings").is_some());
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sets_go_to_the_cluster_that_is_named() {
    let world = World::start().await;
    let two = world.adopt("two").await.unwrap();
    let report = world.provider.resource_sets().unwrap().apply(&call(), &two, &base("a")).await.unwrap();
    assert_eq!(report.objects[0].action, ApplyAction::Created);
    assert!(read(&world.clusters[0], "/api/v1/namespaces/default/configmaps/settings").is_none());
    assert!(read(&world.clusters[1], "/api/v1/namespaces/default/configmaps/settings").is_some());
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_configured_is_no_capability() {
    let world = World::start().await;
    let has: Vec<_> = world.provider.capabilities().iter().collect();
    assert_eq!(has, [Capability::ResourceSets, Capability::IdentityProviders]);
    assert!(world.provider.ownership().is_none() && world.provider.machine_pools().is_none());
    world.end().await;
    let known: Vec<CloudRegion> = vec![CloudRegion::new("on-prem", "cellar", false)];
    let world = World::start_with(|builder| builder.regions(Arc::new(known))).await;
    let clouds = world.provider.clouds().unwrap().cloud_providers(&call()).await.unwrap();
    assert_eq!(clouds[0].id, "on-prem");
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancelled_call_ends_and_says_so() {
    let world = World::start().await;
    let cancel = tokio_util::sync::CancellationToken::new();
    cancel.cancel();
    let context = CallContext::within(Duration::from_secs(30)).with_cancel(cancel);
    let error = world.provider.create(&context, &request("one")).await.unwrap_err();
    assert_eq!(error.kind(), ProviderErrorKind::Cancelled);
    world.end().await;
}
