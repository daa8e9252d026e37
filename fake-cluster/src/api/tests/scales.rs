//! The scale of an object: a kind of its own with owners of its own.

use super::*;

const DEPLOYMENTS: &str = "/apis/apps/v1/namespaces/default/deployments";
const SCALE: &str = "/apis/apps/v1/namespaces/default/deployments/web/scale";

fn scaled() -> Fixture {
    let fixture = Fixture::new();
    fixture.post(&format!("{DEPLOYMENTS}?fieldManager=main"), &deployment("web", 3)).is(201);
    fixture
}

fn scale(replicas: i64) -> Value {
    json!({"apiVersion": "autoscaling/v1", "kind": "Scale", "metadata": {"name": "web"},
           "spec": {"replicas": replicas}})
}

/// Who owns the number: manager, operation and subresource.
fn owners(fixture: &Fixture) -> Vec<(String, String, String)> {
    let text = |entry: &Value, key: &str| entry[key].as_str().unwrap_or_default().to_owned();
    let body = fixture.get(&format!("{DEPLOYMENTS}/web")).body;
    let entries = body["metadata"]["managedFields"].as_array().cloned().unwrap_or_default();
    entries
        .iter()
        .filter(|entry| entry.pointer("/fieldsV1/f:spec/f:replicas").is_some())
        .map(|entry| (text(entry, "manager"), text(entry, "operation"), text(entry, "subresource")))
        .collect()
}

fn owner(manager: &str, operation: &str, subresource: &str) -> (String, String, String) {
    (manager.into(), operation.into(), subresource.into())
}

#[test]
fn an_applied_scale_conflicts_until_it_is_forced() {
    let fixture = scaled();
    let apply = |query: &str, replicas| fixture.patch(&format!("{SCALE}?{query}"), APPLY, &scale(replicas));
    let told = apply("fieldManager=scaler", 5).fails(409, "Conflict");
    assert_eq!(told.body["details"]["causes"][0]["field"], ".spec.replicas");
    assert_eq!(apply("fieldManager=scaler&force=true", 5).is(200).body["spec"]["replicas"], 5);
    assert_eq!(owners(&fixture), [owner("scaler", "Apply", "scale")]);
    let revision = fixture.api.store().revision();
    apply("fieldManager=scaler", 5).is(200);
    assert_eq!(fixture.api.store().revision(), revision);
}

#[test]
fn an_update_of_the_scale_takes_the_number() {
    let fixture = scaled();
    let path = format!("{SCALE}?fieldManager=scaler");
    fixture.patch(&path, MERGE, &json!({"spec": {"replicas": 4}})).is(200);
    assert_eq!(owners(&fixture), [owner("scaler", "Update", "scale")]);
    fixture.put(&format!("{SCALE}?fieldManager=other"), &scale(6)).is(200);
    assert_eq!(owners(&fixture), [owner("other", "Update", "scale")]);
}

#[test]
fn the_same_number_is_nobodys_new_property() {
    let fixture = scaled();
    fixture.patch(&format!("{SCALE}?fieldManager=scaler"), MERGE, &json!({"spec": {"replicas": 3}})).is(200);
    assert!(owners(&fixture).iter().all(|(manager, ..)| manager == "main"));
}

#[test]
fn a_scale_is_checked() {
    let fixture = scaled();
    fixture.patch(SCALE, MERGE, &json!({"spec": {"replicas": -1}})).fails(422, "Invalid");
    fixture.patch(SCALE, MERGE, &json!({"spec": {"replicas": "x"}})).fails(422, "Invalid");
    fixture.put(SCALE, &config_map("web", json!({}))).fails(400, "BadRequest");
    let mut other = scale(4);
    other["metadata"]["uid"] = "another".into();
    fixture.put(SCALE, &other).fails(409, "Conflict");
    fixture.post(SCALE, &scale(4)).is(405);
    fixture.get("/apis/apps/v1/namespaces/default/deployments/absent/scale").fails(404, "NotFound");
    fixture.get("/apis/apps/v1/namespaces/default/daemonsets/a/scale").is(404);
}

#[test]
fn the_scale_of_a_custom_object_cannot_be_changed_by_applying() {
    let fixture = Fixture::new();
    let mut scalable = version();
    scalable["subresources"] =
        json!({"scale": {"specReplicasPath": ".spec.replicas", "statusReplicasPath": ".status.replicas"}});
    fixture.post("/apis/apiextensions.k8s.io/v1/customresourcedefinitions", &definition(scalable)).is(201);
    let widgets = "/apis/example.com/v1/namespaces/default/widgets";
    let widget = json!({"apiVersion": "example.com/v1", "kind": "Widget", "metadata": {"name": "web"},
                        "spec": {"replicas": 2}});
    fixture.post(widgets, &widget).is(201);
    let path = format!("{widgets}/web/scale?fieldManager=scaler&force=true");
    fixture.patch(&path, APPLY, &scale(2)).is(200);
    // So it is on the real server, which cannot convert what it merged.
    assert!(fixture.patch(&path, APPLY, &scale(3)).is(500).message().contains("invalid group/version"));
    assert_eq!(
        fixture.patch(&path.replace("&force=true", ""), MERGE, &json!({"spec": {"replicas": 4}})).is(200).body["spec"]
            ["replicas"],
        4
    );
}
