//! Patches of every kind, and what they may not do.

use super::*;

fn one() -> (Fixture, String) {
    let fixture = Fixture::new();
    fixture.post(CONFIG_MAPS, &config_map("a", json!({"x": "1"}))).is(201);
    (fixture, format!("{CONFIG_MAPS}/a"))
}

#[test]
fn a_merge_patch_sets_and_removes() {
    let (fixture, path) = one();
    let patch = json!({"metadata": {"labels": {"x": null, "y": "2"}}, "data": {"b": "2"}});
    let told = fixture.patch(&path, MERGE, &patch).is(200);
    assert_eq!(told.body["metadata"]["labels"], json!({"y": "2"}));
    assert_eq!(told.body["data"], json!({"a": "1", "b": "2"}));
    fixture.patch(&path, MERGE, &json!(["not", "an", "object"])).fails(400, "BadRequest");
    fixture.patch(&path, MERGE, &json!({"data": {"a": 7}})).fails(422, "Invalid");
}

#[test]
fn a_json_patch_is_all_or_nothing() {
    let (fixture, path) = one();
    let half = json!([{"op": "add", "path": "/data/b", "value": "2"}, {"op": "test", "path": "/data/a", "value": "9"}]);
    fixture.patch(&path, JSON_PATCH, &half).is(422);
    assert_eq!(fixture.get(&path).body["data"], json!({"a": "1"}));
    let whole = json!([{"op": "move", "from": "/data/a", "path": "/data/b"}]);
    assert_eq!(fixture.patch(&path, JSON_PATCH, &whole).is(200).body["data"], json!({"b": "1"}));
    fixture.patch(&path, JSON_PATCH, &json!({"op": "add"})).fails(400, "BadRequest");
    let many: Vec<_> = (0..10_001).map(|_| json!({"op": "test", "path": "/kind", "value": "ConfigMap"})).collect();
    fixture.patch(&path, JSON_PATCH, &many.into()).fails(413, "RequestEntityTooLarge");
}

#[test]
fn a_patch_that_changes_nothing_keeps_the_version() {
    let (fixture, path) = one();
    let before = fixture.get(&path).body;
    assert_eq!(fixture.patch(&path, MERGE, &json!({"data": {"a": "1"}})).is(200).body, before);
    assert_eq!(fixture.patch(&path, JSON_PATCH, &json!([])).is(200).body, before);
}

#[test]
fn applying_owns_conflicts_and_takes_by_force() {
    let fixture = Fixture::new();
    let path = |query: &str| format!("{CONFIG_MAPS}/a?{query}");
    let config =
        |value: &str| json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}, "data": {"x": value}});
    fixture.patch(&path("fieldManager=one"), APPLY, &config("1")).is(201);
    let told = fixture.patch(&path("fieldManager=two"), APPLY, &config("2")).fails(409, "Conflict");
    assert_eq!(told.body["details"]["causes"][0]["reason"], "FieldManagerConflict");
    assert_eq!(told.body["details"]["causes"][0]["field"], ".data.x");
    let told = fixture.patch(&path("fieldManager=two&force=true"), APPLY, &config("2")).is(200);
    let owners = told.body["metadata"]["managedFields"].as_array().unwrap();
    assert_eq!(owners.iter().map(|owner| owner["manager"].as_str().unwrap()).collect::<Vec<_>>(), ["two"]);
    fixture.patch(&path(""), APPLY, &config("2")).fails(422, "Invalid");
    fixture.ask(Method::PATCH, &path("fieldManager=one"), APPLY, "not: [yaml").fails(400, "BadRequest");
}

#[test]
fn a_dry_run_writes_nothing() {
    let (fixture, path) = one();
    let before = (fixture.api.store().revision(), fixture.get(&path).body);
    let dry = format!("{path}?dryRun=All");
    assert_eq!(fixture.patch(&dry, MERGE, &json!({"data": {"a": "9"}})).is(200).body["data"]["a"], "9");
    let config = json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "z", "resourceVersion": "3"}});
    let made = fixture.patch(&format!("{CONFIG_MAPS}/z?dryRun=All&fieldManager=one"), APPLY, &config).is(201);
    assert_eq!(made.body["metadata"]["resourceVersion"], "3");
    fixture.delete(&dry).is(200);
    assert_eq!((fixture.api.store().revision(), fixture.get(&path).body), before);
}

#[test]
fn a_patch_may_leave_out_the_kind_but_not_change_it() {
    let (fixture, path) = one();
    let before = fixture.get(&path).body;
    assert_eq!(fixture.patch(&path, MERGE, &json!({"kind": null})).is(200).body, before);
    let told = fixture.patch(&path, MERGE, &json!({"kind": "Secret", "data": {"a": "YQ=="}})).fails(422, "Invalid");
    assert!(told.message().ends_with("converting (v1.Secret) to (core.ConfigMap): unknown conversion"));
    let told = fixture.patch(&path, MERGE, &json!({"apiVersion": null})).fails(400, "BadRequest");
    assert_eq!(told.warnings.len(), 2, "{:?}", told.warnings);
}

#[test]
fn names_and_namespaces_must_be_those_of_the_path() {
    let (fixture, path) = one();
    fixture.patch(&path, MERGE, &json!({"metadata": {"name": "b"}})).fails(400, "BadRequest");
    fixture.patch(&path, MERGE, &json!({"metadata": {"namespace": "b"}})).fails(400, "BadRequest");
    let strange = format!("{path}?colour=red");
    fixture.patch(&strange, "text/plain", &json!({})).is(415);
}

#[test]
fn empty_metadata_of_a_custom_object_is_written_and_never_shown() {
    let fixture = Fixture::new();
    fixture.post("/apis/apiextensions.k8s.io/v1/customresourcedefinitions", &definition(version())).is(201);
    let path = "/apis/example.com/v1/namespaces/default/widgets/a?fieldManager=one";
    let config = json!({"apiVersion": "example.com/v1", "kind": "Widget",
                        "metadata": {"name": "a", "labels": {}}, "spec": {"size": 1}});
    let version = |told: &Told| told.body["metadata"]["resourceVersion"].as_str().unwrap().to_owned();
    let first = fixture.patch(path, APPLY, &config).is(201);
    let second = fixture.patch(path, APPLY, &config).is(200);
    assert!(first.body["metadata"].get("labels").is_none());
    assert_ne!(version(&first), version(&second), "the empty map is applied anew each time");
    // A write that changes nothing still takes it away, and then nothing is left to do.
    let third = fixture.patch(path, MERGE, &json!({})).is(200);
    let fourth = fixture.patch(path, MERGE, &json!({})).is(200);
    assert_ne!(version(&second), version(&third));
    assert_eq!(version(&third), version(&fourth));
}
