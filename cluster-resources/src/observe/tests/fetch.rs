//! From records to an inventory that knows what is there. By intent those of `test_openshift_resources_base.py`.

use fake_cluster::faults::{Effect, Fault};

use super::*;
use crate::id::ClusterName;

async fn fetch(cluster: &FakeCluster, records: &[NamespaceRecord]) -> (ResourceInventory, Specs) {
    let input = SpecInput::namespaces(records);
    fetch_current_state(input, &one(cluster), &policy(), &SpecOptions::default(), &options(), &Quiet).await.unwrap()
}

fn record() -> NamespaceRecord {
    NamespaceRecord::new("c", "default")
}

#[tokio::test]
async fn what_records_manage_is_in_the_inventory_whole_and_under_one_kind() {
    let cluster = start().await;
    cluster.create(secret("default", "token")).unwrap();
    let deployment = json!({
        "apiVersion": "apps/v1", "kind": "Deployment", "metadata": { "name": "web", "namespace": "default" },
        "spec": {
            "selector": { "matchLabels": { "app": "web" } },
            "template": {
                "metadata": { "labels": { "app": "web" } },
                "spec": { "containers": [{ "name": "web", "image": "web:1" }] },
            },
        },
    });
    cluster.create(deployment).unwrap();
    let records =
        [record().managing("Secret").managing("Deployment").managing("Deployment.apps").managing("Widget.example.com")];
    let (inventory, specs) = fetch(&cluster, &records).await;
    assert_eq!(specs.current.len(), 3);
    assert!(inventory.issues().is_empty(), "{:?}", inventory.issues());
    let token = inventory.get_current("c", Some("default"), "Secret", "token").unwrap();
    assert!(matches!(token.body, LiveBody::Full(_)), "nothing is desired yet");
    for kind in ["Deployment", "Deployment.apps"] {
        assert!(inventory.get_current("c", Some("default"), kind, "web").is_some(), "{kind}");
    }
    let observed = inventory.observed();
    assert_eq!(completeness(&observed, &bucket("default", "Widget.example.com")), Completeness::NotServed);
    assert!(!format!("{inventory:?} {observed:?}").contains(SENTINEL));
    cluster.shutdown().await;
}

#[tokio::test]
async fn only_the_names_that_records_manage_are_read() {
    let cluster = start().await;
    fill(&cluster, "default", 3);
    let (inventory, _) =
        fetch(&cluster, &[record().managing("ConfigMap").naming("ConfigMap", ["map-00001", "other"])]).await;
    assert_eq!(names(&inventory.observed(), &bucket("default", "ConfigMap")), ["map-00001"]);
    cluster.shutdown().await;
}

#[tokio::test]
async fn a_cluster_that_does_not_answer_is_an_error_of_that_cluster() {
    let (well, ill) = (start().await, start().await);
    fill(&well, "default", 1);
    ill.faults().add(Fault::new(Effect::unavailable()));
    let clusters = StaticClusters::new().with("c", client(&well)).with("ill", client(&ill));
    let records = [
        record().managing("ConfigMap"),
        NamespaceRecord::new("ill", "ns").managing("ConfigMap"),
        NamespaceRecord::new("unknown", "ns").managing("ConfigMap"),
    ];
    let input = SpecInput::namespaces(&records);
    let fetched = fetch_current_state(input, &clusters, &policy(), &SpecOptions::default(), &options(), &Quiet).await;
    let (inventory, specs) = fetched.unwrap();
    assert_eq!(specs.current.len(), 1);
    assert_eq!(inventory.observed().len(), 1);
    assert!(!inventory.has_error_registered(Some("c")));
    assert!(inventory.has_error_registered(Some("ill")) && inventory.has_error_registered(Some("unknown")));
    assert_eq!(inventory.issues().len(), 2);
    well.shutdown().await;
    ill.shutdown().await;
}

#[tokio::test]
async fn what_is_desired_before_reading_is_compared_while_it_is_read() {
    let cluster = start().await;
    fill(&cluster, "default", 2);
    let clusters = one(&cluster);
    let inventory = ResourceInventory::new();
    let records = [record().managing("ConfigMap")];
    let input = SpecInput::namespaces(&records);
    init_specs_to_fetch(&inventory, &clusters, input, &SpecOptions::default(), &options()).await.unwrap();
    let desired = resource(config_map("default", "map-00000"));
    inventory.add_desired_resource("c", Some("default"), desired, false).unwrap();
    populate_current_state(&inventory, &clusters, &policy(), &options(), &Quiet).await;
    let body = |name| inventory.get_current("c", Some("default"), "ConfigMap", name).unwrap().body;
    assert!(matches!(body("map-00000"), LiveBody::Full(_)));
    assert!(matches!(body("map-00001"), LiveBody::Metadata(_)));
    cluster.shutdown().await;
}

#[tokio::test]
async fn objects_of_other_callers_are_seen_like_all_others() {
    let cluster = start().await;
    let mut other = config_map("default", "theirs");
    other["metadata"]["annotations"]["qontract.caller_name"] = "somebody".into();
    cluster.create(other).unwrap();
    let ours = Policy::new(Actor::new("mooring", "shaping", "1.2.3").for_caller("us"));
    let desired = managed(&[("default", "ConfigMap")]);
    let observed = observe(&desired, &one(&cluster), &ours, &options(), &Quiet).await;
    assert_eq!(names(&observed, &bucket("default", "ConfigMap")), ["theirs"]);
    cluster.shutdown().await;
}

#[tokio::test]
async fn clusters_are_read_for_kinds_outside_of_namespaces() {
    let cluster = start().await;
    let role = json!({ "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRole", "metadata": { "name": "reader" }, "rules": [] });
    cluster.create(role).unwrap();
    let names: [ClusterName; 1] = ["c".into()];
    let options = SpecOptions { override_managed_types: Some(vec!["ClusterRole".into()]), ..SpecOptions::default() };
    let input = SpecInput::clusters(&names);
    let fetched = fetch_current_state(input, &one(&cluster), &policy(), &options, &super::options(), &Quiet).await;
    let (inventory, _) = fetched.unwrap();
    assert!(inventory.get_current("c", None, "ClusterRole", "reader").is_some());
    cluster.shutdown().await;
}
