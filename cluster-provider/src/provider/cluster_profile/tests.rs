//! Profiles over HTTPS: one fake cluster holds them, another one is described.

use std::collections::BTreeSet;

use fake_cluster::fleet::objects::{cluster_profile, cluster_profile_secret, publish};
use fake_cluster::server::{FakeCluster, FakeClusterOptions};
use serde_json::json;

use super::*;
use crate::cluster::{Cluster, ClusterId, ClusterStatus, CreateToken, DeletionPolicy};
use crate::provider::in_cluster::testing::{call, config_map, connector, definition, options, read};
use crate::provider::{ApplyAction, ResourceSet};
use crate::testing::records::cluster;

const PROFILES: &str = "/apis/multicluster.x-k8s.io/v1alpha1/namespaces/default/clusterprofiles";

struct World {
    hub: FakeCluster,
    spoke: FakeCluster,
    provider: ClusterProfileProvider,
}

impl World {
    async fn start() -> Self {
        let hub = FakeCluster::start().await.unwrap();
        let spoke = FakeCluster::start_with(FakeClusterOptions::default().with_name("shop")).await.unwrap();
        let kind =
            definition("multicluster.x-k8s.io", &["v1alpha1"], "ClusterProfile", "clusterprofiles", "Namespaced");
        hub.create(kind).unwrap();
        publish(hub.api(), &cluster_profile(&spoke, "default", "kubefleet")).unwrap();
        hub.create(cluster_profile_secret(&spoke, "default", "mooring")).unwrap();
        let access = Access::Secrets { consumer: "mooring".to_owned() };
        let connections = profile_connections(hub.client().unwrap(), access);
        let provider = ClusterProfileProvider::builder(hub.client().unwrap(), connector(), Arc::new(connections))
            .options(ClusterProfileOptions::default().with_in_cluster(options()))
            .build();
        Self { hub, spoke, provider }
    }

    fn say(&self, status: &Value) {
        let path = format!("{PROFILES}/shop/status");
        self.hub.api().request(http::Method::PATCH, &path, Some(&json!({"status": status}))).unwrap();
    }

    async fn end(self) {
        self.provider.shutdown().await;
        self.hub.shutdown().await;
        self.spoke.shutdown().await;
    }
}

fn request(name: &str) -> ClusterRequest {
    ClusterRequest::new(ClusterId::generate(), name, CreateToken::generate()).at("aws", "us-east-1")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_profile_is_adopted_looked_at_and_never_deleted() {
    let world = World::start().await;
    let adopted = world.provider.create(&call(), &request("shop")).await.unwrap();
    assert_eq!((adopted.internal_id.as_str(), adopted.status), ("default/shop", ClusterStatus::Provisioned));
    assert_eq!(adopted.region, "us-east-1");
    let error = world.provider.create(&call(), &request("nobody")).await.unwrap_err();
    assert_eq!(error.kind(), ProviderErrorKind::NotFound);
    assert!(world.provider.find(&call(), &request("nobody").claim()).await.unwrap().is_none());
    let condition = |status: &str| json!({"conditions": [{"type": "ControlPlaneHealthy", "status": status, "reason": "Down", "message": "no etcd", "lastTransitionTime": "2026-01-01T00:00:00Z"}]});
    world.say(&condition("False"));
    let seen = world.provider.check_status(&call(), &adopted).await.unwrap().unwrap();
    assert_eq!((seen.status, seen.status_details.as_deref()), (ClusterStatus::Provisioned, Some("Down: no etcd")));
    let options = DeleteOptions::new(DeletionPolicy::Delete);
    assert_eq!(world.provider.delete(&call(), &adopted, &options).await.unwrap(), DeleteOutcome::Gone);
    assert!(read(&world.hub, &format!("{PROFILES}/shop")).is_some(), "the profile is its manager's");
    world.hub.api().request(http::Method::DELETE, &format!("{PROFILES}/shop"), None).unwrap();
    assert!(world.provider.check_status(&call(), &adopted).await.unwrap().is_none());
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_request_names_is_found_and_not_what_is_called_like_the_request() {
    let world = World::start().await;
    let mut decoy = cluster_profile(&world.spoke, "default", "kubefleet");
    decoy["metadata"]["name"] = json!("decoy");
    world.hub.create(decoy).unwrap();
    let named = request("decoy").with_additional_spec(json!({"profile": "default/shop"}));
    let adopted = world.provider.create(&call(), &named).await.unwrap();
    let found = world.provider.find(&call(), &named.claim()).await.unwrap().unwrap();
    assert_eq!((adopted.internal_id.as_str(), found.internal_id.as_str()), ("default/shop", "default/shop"));
    let absent = request("decoy").with_additional_spec(json!({"profile": "default/nobody"}));
    assert!(world.provider.find(&call(), &absent.claim()).await.unwrap().is_none());
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sets_reach_the_cluster_of_a_profile_and_not_the_one_that_holds_it() {
    let world = World::start().await;
    let adopted = world.provider.create(&call(), &request("shop")).await.unwrap();
    let sets = world.provider.resource_sets().unwrap();
    let set = ResourceSet::new("base", vec![config_map("default", "settings", "a")]);
    let report = sets.apply(&call(), &adopted, &set).await.unwrap();
    assert_eq!(report.objects[0].action, ApplyAction::Created);
    assert!(read(&world.spoke, "/api/v1/namespaces/default/configmaps/settings").is_some());
    assert!(read(&world.hub, "/api/v1/namespaces/default/configmaps/settings").is_none());
    let connection = world.provider.connection(&call(), &adopted).await.unwrap();
    assert_eq!(connection.server.url.as_str().trim_end_matches('/'), world.spoke.url());
    let options = DeleteOptions::new(DeletionPolicy::RemoveResourcesOnly);
    assert_eq!(world.provider.delete(&call(), &adopted, &options).await.unwrap(), DeleteOutcome::Gone);
    assert!(read(&world.spoke, "/api/v1/namespaces/default/configmaps/settings").is_none());
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sweep_takes_away_what_no_record_has_and_nothing_when_there_is_no_record() {
    let world = World::start().await;
    let publisher = ClusterProfilePublisher::new(world.hub.client().unwrap(), PublisherOptions::default());
    let records = [cluster(ClusterStatus::Ready), cluster(ClusterStatus::Ready)];
    for record in &records {
        publisher.publish(&call(), record, None).await.unwrap();
    }
    let path = |record: &Cluster| format!("{PROFILES}/{}", profile_name(&record.id));
    let refused = publisher.sweep(&call(), &BTreeSet::new()).await.unwrap_err();
    assert_eq!(refused.kind(), ProviderErrorKind::Invalid);
    assert!(records.iter().all(|record| read(&world.hub, &path(record)).is_some()));
    let swept = publisher.sweep(&call(), &BTreeSet::from([records[0].id.clone()])).await.unwrap();
    assert_eq!((swept.withdrawn, swept.failed.len()), (vec![profile_name(&records[1].id)], 0));
    assert!(read(&world.hub, &path(&records[0])).is_some() && read(&world.hub, &path(&records[1])).is_none());
    assert!(read(&world.hub, &format!("{PROFILES}/shop")).is_some(), "it is another manager's");
    world.end().await;
}
