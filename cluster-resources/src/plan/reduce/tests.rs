use serde_json::json;

use super::super::testing::{Model, desired, policy, resource};
use super::*;
use crate::stamp::Ownership;

fn declared() -> Value {
    json!({ "apiVersion": "v1", "kind": "ConfigMap", "metadata": { "name": "a" }, "data": { "a": "1" } })
}

#[test]
fn of_an_object_in_sync_only_the_version_is_kept() {
    let policy = policy();
    let live = Model::applied(&resource(declared()), &policy).live();
    let object = reduce(live, Some(&desired(declared())), &policy).unwrap();
    assert!(matches!(&object.body, LiveBody::InSync { hash } if *hash == policy.scheme.hash(&resource(declared()))));
    assert_eq!((&*object.uid, &*object.resource_version), ("u1", "1"));
}

#[test]
fn whatever_is_worth_a_look_is_kept_whole() {
    let policy = policy();
    let edits: [fn(&mut Value); 5] = [
        |live| live["metadata"]["labels"] = json!({ crate::applyset::PART_OF: "another" }),
        |live| live["data"]["a"] = json!("2"),
        |live| live["metadata"]["labels"] = json!({ "x": "y" }),
        |live| live["metadata"]["deletionTimestamp"] = json!("2026-01-01T00:00:00Z"),
        |live| live["metadata"]["ownerReferences"] = json!([{ "kind": "Thing", "name": "t", "controller": true }]),
    ];
    for (index, edit) in edits.into_iter().enumerate() {
        let mut model = Model::applied(&resource(declared()), &policy);
        model.edit("kubectl-edit", edit);
        let object = reduce(model.live(), Some(&desired(declared())), &policy).unwrap();
        assert!(matches!(object.body, LiveBody::Full(_)), "{index}");
    }
}

#[test]
fn of_an_object_that_is_not_declared_the_metadata_is_kept() {
    let policy = policy();
    let mut model = Model::applied(&resource(declared()), &policy);
    model.edit("kubectl", |live| {
        live["metadata"]["annotations"]["kubectl.kubernetes.io/last-applied-configuration"] = json!("secret");
    });
    let object = reduce(model.live(), None, &policy).unwrap();
    let LiveBody::Metadata(value) = &object.body else { panic!("{object:?}") };
    assert_eq!(policy.scheme.ownership(value, None), Ownership::Ours);
    assert!(value.get("data").is_none() && value["metadata"].get("managedFields").is_none());
    assert!(!value.to_string().contains("secret"));
}

#[test]
fn an_object_without_identity_is_none() {
    assert!(reduce(json!({ "metadata": {} }), None, &policy()).is_none());
    assert!(reduce(json!(3), Some(&desired(declared())), &policy()).is_none());
}
