//! What an inventory remembers is looked at, and only that.

use fake_cluster::faults::{Effect, Fault};

use super::*;
use crate::applyset::{self, PART_OF};
use crate::policy::InventoryConfig;

fn config() -> InventoryConfig {
    InventoryConfig::new("default", "shaping")
}

fn with_inventory() -> Policy {
    policy().with_inventory(config())
}

/// The parent of a set that has, or had, members of these kinds in these namespaces.
fn remember(cluster: &FakeCluster, kinds: &str, namespaces: &str) {
    let actor = policy().actor;
    cluster
        .create(json!({
            "apiVersion": "v1", "kind": "Secret", "type": "Opaque",
            "metadata": {
                "name": "shaping", "namespace": "default",
                "labels": { applyset::PARENT_ID: &*applyset::set_id_of(&config()) },
                "annotations": {
                    applyset::TOOLING: applyset::tooling(&"c".into(), &actor).unwrap(),
                    applyset::INTEGRATION: &*actor.integration,
                    applyset::GROUP_KINDS: kinds,
                    applyset::ADDITIONAL_NAMESPACES: namespaces,
                },
            },
        }))
        .unwrap();
}

fn member(mut object: Value) -> Value {
    object["metadata"]["labels"][PART_OF] = applyset::set_id_of(&config()).to_string().into();
    object
}

async fn look(cluster: &FakeCluster, desired: &DesiredSet, options: &ObserveOptions) -> Observed {
    observe(desired, &one(cluster), &with_inventory(), options, &Quiet).await
}

#[tokio::test]
async fn members_of_kinds_and_namespaces_that_are_no_longer_managed_are_found_by_their_label() {
    let cluster = start().await;
    namespace(&cluster, "old");
    remember(&cluster, "ConfigMap,Secret", "gone,old");
    for place in ["default", "old"] {
        cluster.create(member(secret(place, "ours"))).unwrap();
        cluster.create(secret(place, "not-ours")).unwrap();
    }
    let (observed, lists) = lists(&cluster, look(&cluster, &managed(&[("default", "ConfigMap")]), &options())).await;
    assert!(observed.issues.is_empty(), "{:?}", observed.issues);
    let parent = &observed.parents["c"];
    assert!(parent.usable && parent.set_id == applyset::set_id_of(&config()));
    for (place, kind, names_of, complete) in [
        ("default", "ConfigMap", &[][..], Completeness::Complete),
        ("default", "Secret", &["ours"], Completeness::Complete),
        ("old", "Secret", &["ours"], Completeness::Complete),
        ("old", "ConfigMap", &[], Completeness::Complete),
        ("gone", "Secret", &[], Completeness::NoNamespace),
        ("gone", "ConfigMap", &[], Completeness::NoNamespace),
    ] {
        let bucket = bucket(place, kind);
        assert_eq!(names(&observed, &bucket), names_of, "{bucket}");
        assert_eq!(completeness(&observed, &bucket), complete, "{bucket}");
    }
    assert_eq!(observed.buckets.len(), 6);
    assert_eq!(lists, 1 + 4, "namespaces, and each bucket");
    assert!(!format!("{observed:?}").contains(SENTINEL));
    cluster.shutdown().await;
}

#[tokio::test]
async fn members_under_names_that_are_no_longer_managed_are_found_beside_those_that_are() {
    let cluster = start().await;
    remember(&cluster, "ConfigMap", "");
    cluster.create(config_map("default", "managed")).unwrap();
    cluster.create(member(config_map("default", "dropped"))).unwrap();
    cluster.create(config_map("default", "somebody-else")).unwrap();
    let inventory = ResourceInventory::new();
    inventory.initialize_resource_type("c", Some("default"), "ConfigMap", Some(&["managed", "absent"])).unwrap();
    let observed = look(&cluster, &inventory.desired(), &options()).await;
    let bucket = bucket("default", "ConfigMap");
    assert_eq!(names(&observed, &bucket), ["dropped", "managed"]);
    assert_eq!(completeness(&observed, &bucket), Completeness::Complete);
    cluster.shutdown().await;
}

#[tokio::test]
async fn a_kind_that_is_remembered_and_no_longer_served_is_said_and_holds_nothing_up() {
    let cluster = start().await;
    remember(&cluster, "ConfigMap,Widget.example.com", "");
    let observed = look(&cluster, &managed(&[("default", "ConfigMap")]), &options()).await;
    let [issue] = &observed.issues[..] else { panic!("{:?}", observed.issues) };
    assert_eq!((issue.severity, issue.class), (Severity::Info, IssueClass::UnknownKind));
    for place in ["", "default"] {
        assert_eq!(completeness(&observed, &bucket(place, "Widget.example.com")), Completeness::NotServed);
    }
    cluster.shutdown().await;
}

#[tokio::test]
async fn a_cluster_in_which_nothing_is_managed_any_more_is_looked_at_when_it_is_named() {
    let cluster = start().await;
    remember(&cluster, "ConfigMap", "");
    cluster.create(member(config_map("default", "left"))).unwrap();
    assert!(look(&cluster, &DesiredSet::default(), &options()).await.buckets.is_empty());
    let options = ObserveOptions { clusters: ["c".into()].into(), ..options() };
    let observed = look(&cluster, &DesiredSet::default(), &options).await;
    assert_eq!(names(&observed, &bucket("default", "ConfigMap")), ["left"]);
    cluster.shutdown().await;
}

#[tokio::test]
async fn an_inventory_that_cannot_be_read_is_not_usable_and_what_is_managed_is_read_all_the_same() {
    let cluster = start().await;
    fill(&cluster, "default", 1);
    remember(&cluster, "Secret", "");
    let fault = Fault::new(Effect::unavailable()).on_resource("secrets").on_name("shaping");
    let passing = cluster.faults().add(fault.clone().times(2));
    let desired = managed(&[("default", "ConfigMap")]);
    let observed = look(&cluster, &desired, &options()).await;
    assert!(observed.issues.is_empty() && passing.hits() == 2, "{:?}", observed.issues);
    cluster.faults().add(fault);
    let observed = look(&cluster, &desired, &options()).await;
    assert_eq!(observed.issues.len(), 1, "{:?}", observed.issues);
    assert!(!observed.parents["c"].usable);
    assert_eq!(observed.buckets.len(), 1);
    assert_eq!(completeness(&observed, &bucket("default", "ConfigMap")), Completeness::Complete);
    cluster.shutdown().await;
}
