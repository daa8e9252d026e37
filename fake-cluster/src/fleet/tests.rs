use serde_json::json;

use super::*;

#[tokio::test]
async fn clusters_of_a_fleet_are_apart_from_each_other() {
    let fleet = Fleet::start(2).await.unwrap();
    let map = json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a", "namespace": "default"}});
    fleet.clusters()[0].create(map).unwrap();
    let get = |n: usize| {
        fleet.clusters()[n].api().request(http::Method::GET, "/api/v1/namespaces/default/configmaps/a", None)
    };
    assert!(get(0).is_ok());
    assert_eq!(get(1).unwrap_err().code(), 404);
    let uid = |n: usize| {
        let namespace =
            fleet.clusters()[n].api().request(http::Method::GET, "/api/v1/namespaces/kube-system", None).unwrap();
        namespace["metadata"]["uid"].as_str().unwrap().to_owned()
    };
    assert_ne!(uid(0), uid(1), "the uid of kube-system is what tells clusters apart");
    fleet.shutdown().await;
}

#[tokio::test]
async fn a_hub_knows_a_fleet_by_its_objects() {
    let fleet = Fleet::start(2).await.unwrap();
    let hub = FakeCluster::start().await.unwrap();
    for definition in objects::definitions() {
        hub.create(definition).unwrap();
    }
    for cluster in fleet.clusters() {
        for object in [
            objects::kubeconfig_secret(cluster, "default"),
            objects::cluster_api_cluster(cluster, "default"),
            objects::cluster_api_secret(cluster, "default"),
            objects::cluster_profile(cluster, "default", "fake"),
            objects::cluster_profile_secret(cluster, "default", "tests"),
        ] {
            objects::publish(hub.api(), &object).unwrap();
        }
    }
    let profile = "/apis/multicluster.x-k8s.io/v1alpha1/namespaces/default/clusterprofiles/cluster-1";
    let profile = hub.api().request(http::Method::GET, profile, None).unwrap();
    assert_eq!(profile["status"]["conditions"][0]["type"], "ControlPlaneHealthy");
    hub.shutdown().await;
    fleet.shutdown().await;
}

#[tokio::test]
async fn the_merged_kubeconfig_reaches_every_cluster() {
    use kube::config::{KubeConfigOptions, Kubeconfig};

    let fleet = Fleet::start_with(2, FleetOptions::default().with_prefix("c")).await.unwrap();
    for cluster in fleet.clusters() {
        let config = Kubeconfig::from_yaml(&fleet.kubeconfig()).unwrap();
        let options = KubeConfigOptions { context: Some(cluster.name().to_owned()), ..KubeConfigOptions::default() };
        let config = kube::Config::from_custom_kubeconfig(config, &options).await.unwrap();
        kube::Client::try_from(config).unwrap().apiserver_version().await.unwrap();
        assert_eq!(cluster.counters().handshakes(), 1);
    }
    assert_eq!((fleet.totals().requests, fleet.totals().writes), (2, 0));
    fleet.shutdown().await;
}

#[tokio::test]
async fn clusters_with_separate_authorities_refuse_each_other() {
    let fleet = Fleet::start_with(2, FleetOptions::default().with_separate_authorities()).await.unwrap();
    assert_ne!(fleet.clusters()[0].ca_pem(), fleet.clusters()[1].ca_pem());
    fleet.shutdown().await;
}
