//! Over a real API server in the process; what is waited for has a bound.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use fake_cluster::fleet::{Fleet, objects};
use fake_cluster::server::FakeCluster;
use http::Method;
use serde_json::json;

use super::*;
use crate::source::testing::{Recording, Running, key};
use crate::spec::Change;

const CLUSTERS: &str = "/apis/cluster.x-k8s.io/v1beta2/namespaces/default/clusters";
const SECRETS: &str = "/api/v1/namespaces/default/secrets";

struct Hub {
    hub: FakeCluster,
    fleet: Fleet,
}

impl Hub {
    /// A hub that knows two clusters by their objects, and no Secrets yet.
    async fn start() -> Self {
        let fleet = Fleet::start(2).await.unwrap();
        let hub = FakeCluster::start().await.unwrap();
        hub.create(objects::definitions()[0].clone()).unwrap();
        let hub = Self { hub, fleet };
        for cluster in hub.fleet.clusters() {
            objects::publish(hub.hub.api(), &objects::cluster_api_cluster(cluster, "default")).unwrap();
        }
        hub
    }

    fn secret(&self, n: usize) {
        self.hub.create(objects::cluster_api_secret(&self.fleet.clusters()[n], "default")).unwrap();
    }

    fn patch(&self, path: &str, patch: &Value) {
        self.hub.api().request(Method::PATCH, path, Some(patch)).unwrap();
    }

    fn ready(&self, name: &str, ready: bool) {
        let status = json!({"status": {"initialization": {"controlPlaneInitialized": ready}}});
        self.patch(&format!("{CLUSTERS}/{name}/status"), &status);
    }

    fn source(&self) -> ClusterApi {
        ClusterApi::new(self.hub.client().unwrap())
    }

    async fn shutdown(self) {
        self.hub.shutdown().await;
        self.fleet.shutdown().await;
    }
}

async fn started(source: ClusterApi) -> (Arc<Recording>, Running) {
    let recording = Recording::new();
    let running = Running::start(source, &recording);
    recording.wait_said("=cluster-api").await;
    (recording, running)
}

#[tokio::test]
async fn clusters_are_known_by_their_objects_and_secrets() {
    let hub = Hub::start().await;
    hub.secret(0);
    hub.patch(&format!("{CLUSTERS}/cluster-0"), &json!({"metadata": {"labels": {"tier": "a"}}}));
    let (recording, running) = started(hub.source()).await;
    assert_eq!(recording.clusters(), ["default/cluster-0"]);
    assert_eq!(recording.spec(&key("default/cluster-0")).unwrap().labels["tier"], "a");
    assert!(matches!(recording.error(&key("default/cluster-1")), Some(SourceError::NoSecret { .. })));
    hub.secret(1);
    recording.wait_for("the Secret", |recording| recording.clusters().len() == 2).await;

    let before = recording.spec(&key("default/cluster-0")).unwrap();
    hub.patch(&format!("{CLUSTERS}/cluster-0"), &json!({"metadata": {"labels": {"tier": "b"}}}));
    recording
        .wait_for("the new label", |recording| {
            recording.spec(&key("default/cluster-0")).is_some_and(|spec| spec.change_from(&before) == Change::Labels)
        })
        .await;
    hub.hub.api().request(Method::DELETE, &format!("{CLUSTERS}/cluster-1"), None).unwrap();
    recording.wait_said("-default/cluster-1").await;
    running.stop().await.unwrap();
    hub.shutdown().await;
}

#[tokio::test]
async fn a_secret_that_is_rotated_alone_is_noticed() {
    let hub = Hub::start().await;
    hub.secret(0);
    let (recording, running) = started(hub.source()).await;
    let key = key("default/cluster-0");
    let before = recording.spec(&key).unwrap();
    let cluster = &hub.fleet.clusters()[0];
    let pair = cluster.issue_client("another", &[], Duration::from_secs(3600)).unwrap();
    let config = cluster.kubeconfig_for(&fake_cluster::server::Credential::Certificate(pair));
    let path = format!("{SECRETS}/cluster-0-kubeconfig");
    hub.patch(&path, &json!({"data": {"value": STANDARD.encode(config)}}));
    recording
        .wait_for("the new certificate", |recording| {
            recording.spec(&key).is_some_and(|spec| spec.change_from(&before) == Change::Credential)
        })
        .await;

    // Nonsense is reported, and so is a Secret that is gone; both leave the last good description.
    hub.patch(&path, &json!({"data": {"value": STANDARD.encode("nonsense")}}));
    let is =
        |recording: &Recording, wanted: fn(&SourceError) -> bool| recording.error(&key).as_ref().is_some_and(wanted);
    recording.wait_for("nonsense", |r| is(r, |error| matches!(error, SourceError::Kubeconfig { .. }))).await;
    hub.patch(&path, &json!({"data": {"value": null}}));
    recording.wait_for("nothing", |r| is(r, |error| matches!(error, SourceError::MissingKey { .. }))).await;
    hub.hub.api().request(Method::DELETE, &path, None).unwrap();
    recording.wait_for("no Secret", |r| is(r, |error| matches!(error, SourceError::NoSecret { .. }))).await;
    assert!(recording.spec(&key).is_some());
    running.stop().await.unwrap();
    hub.shutdown().await;
}

#[tokio::test]
async fn a_cluster_that_is_not_ready_any_more_is_gone_until_it_is() {
    let hub = Hub::start().await;
    hub.secret(0);
    hub.secret(1);
    hub.ready("cluster-1", false);
    let (recording, running) = started(hub.source()).await;
    assert_eq!(recording.clusters(), ["default/cluster-0"]);
    hub.ready("cluster-1", true);
    recording.wait_for("readiness", |recording| recording.clusters().len() == 2).await;
    hub.ready("cluster-0", false);
    recording.wait_said("-default/cluster-0").await;
    hub.ready("cluster-0", true);
    recording.wait_for("readiness", |recording| recording.clusters().len() == 2).await;
    running.stop().await.unwrap();
    hub.shutdown().await;
}

#[tokio::test]
async fn a_cluster_may_be_kept_when_it_is_not_ready_any_more() {
    let hub = Hub::start().await;
    hub.secret(0);
    hub.secret(1);
    hub.ready("cluster-1", false);
    let (recording, running) = started(hub.source().with_unready(Unready::Keep)).await;
    hub.ready("cluster-0", false);
    // The event after it is told, so it would have been, too.
    hub.ready("cluster-1", true);
    recording.wait_said(&format!("+default/cluster-1 {}/", hub.fleet.clusters()[1].url())).await;
    assert_eq!(recording.clusters().len(), 2, "{:?}", recording.said());
    running.stop().await.unwrap();
    hub.shutdown().await;
}

#[tokio::test]
async fn an_older_version_will_do_and_one_that_comes_later_too() {
    let fleet = Fleet::start(1).await.unwrap();
    let hub = FakeCluster::start().await.unwrap();
    let recording = Recording::new();
    let running = Running::start(ClusterApi::new(hub.client().unwrap()).with_name("old"), &recording);
    let cluster = &fleet.clusters()[0];
    let mut definition = objects::definitions()[0].clone();
    definition["spec"]["versions"][0]["name"] = "v1beta1".into();
    hub.create(definition).unwrap();
    let mut object = objects::cluster_api_cluster(cluster, "default");
    object["apiVersion"] = "cluster.x-k8s.io/v1beta1".into();
    object["status"] = json!({"controlPlaneReady": true});
    objects::publish(hub.api(), &object).unwrap();
    hub.create(objects::cluster_api_secret(cluster, "default")).unwrap();
    recording.wait_for("the cluster", |recording| recording.clusters() == ["default/cluster-0"]).await;
    running.stop().await.unwrap();
    hub.shutdown().await;
    fleet.shutdown().await;
}

#[test]
fn only_the_kubeconfig_of_a_cluster_is_its_secret() {
    let secret = |name: &str, cluster: &str| -> Document {
        let labels = json!({CLUSTER_NAME: cluster});
        serde_json::from_value(json!({"metadata": {"namespace": "n", "name": name, "labels": labels}})).unwrap()
    };
    assert_eq!(cluster_of(&secret("a-kubeconfig", "a")).unwrap().to_string(), "n/a");
    for (name, cluster) in [("a-ca", "a"), ("b-kubeconfig", "a"), ("a-user-kubeconfig", "a"), ("a", "a")] {
        assert!(cluster_of(&secret(name, cluster)).is_none(), "{name}");
    }
}

#[test]
fn a_control_plane_that_was_initialized_is_ready() {
    assert!(is_initialized(&json!({"status": {"initialization": {"controlPlaneInitialized": true}}})));
    assert!(is_initialized(&json!({"status": {"controlPlaneReady": true}})));
    for not in [json!({}), json!({"status": {"initialization": {"controlPlaneInitialized": "true"}}}), json!(17)] {
        assert!(!is_initialized(&not));
    }
}
