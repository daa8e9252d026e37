//! What is compared while it is read, and what becomes of it.

use std::sync::Arc;

use kube::api::{DynamicObject, Patch, PatchParams};
use kube::core::{ApiResource, GroupVersionKind};
use kube::{Api, Resource as _};

use super::*;
use crate::stamp::{Ownership, Stamp, StampScheme};

/// Applies a declaration as a run does.
async fn apply(cluster: &FakeCluster, resource: &Resource, policy: &Policy) {
    let (group, version) = resource.api_version().rsplit_once('/').unwrap_or(("", resource.api_version()));
    let kind = ApiResource::from_gvk(&GroupVersionKind::gvk(group, version, &resource.kind_and_group().kind));
    let api: Api<DynamicObject> = Api::namespaced_with(client(cluster), "default", &kind);
    let stamps = policy.scheme.stamp(resource);
    let body = resource.to_apply(&stamps, &[], Some("default"));
    let params = PatchParams::apply(&policy.actor.field_manager());
    let applied = api.patch(resource.name(), &params, &Patch::Apply(&body)).await.unwrap();
    assert_eq!(applied.meta().name.as_deref(), Some(resource.name()));
}

#[tokio::test]
async fn nothing_is_kept_of_an_object_that_is_as_declared() {
    let cluster = start().await;
    let policy = policy();
    let inventory = ResourceInventory::new();
    inventory.initialize_resource_type("c", Some("default"), "Secret", None).unwrap();
    for name in ["same", "edited"] {
        let resource = resource(secret("default", name));
        apply(&cluster, &resource, &policy).await;
        inventory.add_desired_resource("c", Some("default"), resource, false).unwrap();
    }
    let secrets: Api<DynamicObject> = Api::namespaced_with(
        client(&cluster),
        "default",
        &ApiResource::from_gvk(&GroupVersionKind::gvk("", "v1", "Secret")),
    );
    let edit = json!({ "data": { "password": "ZWRpdGVk" } });
    secrets.patch("edited", &PatchParams::default(), &Patch::Merge(edit)).await.unwrap();

    let observed = observe(&inventory.desired(), &one(&cluster), &policy, &options(), &Quiet).await;
    let bucket = bucket("default", "Secret");
    let body = |name: &str| observed.get(&bucket.object(name)).unwrap().body.clone();
    let desired = inventory.get_desired("c", Some("default"), "Secret", "same").unwrap();
    let LiveBody::InSync { hash } = body("same") else { panic!("{:?}", body("same")) };
    assert_eq!(hash, policy.scheme.hash(&desired.resource));
    assert!(matches!(body("edited"), LiveBody::Full(_)));
    assert!(!format!("{observed:?}").contains(SENTINEL));
    cluster.shutdown().await;
}

/// Panics at one object.
#[derive(Debug)]
struct Defect(Arc<dyn StampScheme>);

impl StampScheme for Defect {
    fn hash(&self, resource: &Resource) -> Arc<str> {
        self.0.hash(resource)
    }

    fn stamp(&self, resource: &Resource) -> Vec<(String, String)> {
        self.0.stamp(resource)
    }

    fn read(&self, live: &Value) -> Stamp {
        self.0.read(live)
    }

    fn ownership(&self, live: &Value, caller: Option<&str>) -> Ownership {
        assert_ne!(live["metadata"]["namespace"], "other", "a defect");
        self.0.ownership(live, caller)
    }

    fn is_mark(&self, annotation: &str) -> bool {
        self.0.is_mark(annotation)
    }
}

#[tokio::test]
async fn a_defect_takes_its_own_list_with_it_and_nothing_else() {
    let cluster = start().await;
    namespace(&cluster, "other");
    let inventory = ResourceInventory::new();
    for place in ["default", "other"] {
        fill(&cluster, place, 2);
        inventory.initialize_resource_type("c", Some(place), "ConfigMap", None).unwrap();
        let declared = resource(config_map(place, "map-00000"));
        inventory.add_desired_resource("c", Some(place), declared, false).unwrap();
    }
    let mut policy = policy();
    policy.scheme = Arc::new(Defect(Arc::clone(&policy.scheme)));
    let observed = observe(&inventory.desired(), &one(&cluster), &policy, &options(), &Quiet).await;
    assert_eq!(completeness(&observed, &bucket("default", "ConfigMap")), Completeness::Complete);
    assert_eq!(completeness(&observed, &bucket("other", "ConfigMap")), Completeness::Partial);
    let [issue] = &observed.issues[..] else { panic!("{:?}", observed.issues) };
    assert_eq!((&issue.reach, issue.class), (&Reach::Kind(bucket("other", "ConfigMap")), IssueClass::PartialView));
    cluster.shutdown().await;
}

#[tokio::test]
async fn a_version_that_went_away_since_it_was_discovered_is_read_in_another() {
    let cluster = start().await;
    cluster.create(definition(true)).unwrap();
    let widget = json!({ "apiVersion": "example.com/v2", "kind": "Widget", "metadata": { "name": "a", "namespace": "default" } });
    cluster.create(widget).unwrap();
    let clusters = one(&cluster);
    let inventory = ResourceInventory::new();
    let widgets = inventory.initialize_resource_type("c", Some("default"), "Widget.example.com", None).unwrap();
    let declared = json!({ "apiVersion": "example.com/v1", "kind": "Widget", "metadata": { "name": "a" } });
    inventory.add_desired_resource("c", Some("default"), resource(declared), false).unwrap();
    clusters.access("c", false).await.unwrap().discovery.catalogue().await.unwrap();
    let definitions: Api<DynamicObject> = Api::all_with(
        client(&cluster),
        &ApiResource::from_gvk(&GroupVersionKind::gvk("apiextensions.k8s.io", "v1", "CustomResourceDefinition")),
    );
    let patch = json!({ "spec": definition(false)["spec"] });
    definitions.patch("widgets.example.com", &PatchParams::default(), &Patch::Merge(patch)).await.unwrap();

    let observed = see(&inventory.desired(), &clusters, &options()).await;
    assert_eq!(completeness(&observed, &widgets), Completeness::Complete, "{:?}", observed.issues);
    let seen = observed.get(&widgets.object("a")).unwrap();
    assert_eq!(seen.value().unwrap()["apiVersion"], "example.com/v2");

    definitions.delete("widgets.example.com", &kube::api::DeleteParams::default()).await.unwrap();
    let observed = see(&inventory.desired(), &clusters, &options()).await;
    assert_eq!(completeness(&observed, &widgets), Completeness::NotServed, "{:?}", observed.issues);
    cluster.shutdown().await;
}
