use super::*;

fn foreign(path: &str, pointer: &str, manager: &str) -> ForeignField {
    ForeignField {
        path: path.into(),
        pointer: pointer.into(),
        manager: manager.into(),
        also: Vec::new(),
        time: None,
        policy: Foreign::Revert,
    }
}

fn entry(manager: &str, operation: &str, fields: Value) -> Value {
    json!({"manager": manager, "operation": operation, "apiVersion": "v1", "fieldsType": "FieldsV1", "fieldsV1": fields})
}

#[test]
fn what_was_added_is_taken_away_on_the_version_that_was_looked_at() {
    let object = json!({
        "metadata": {"resourceVersion": "8", "managedFields": [
            entry("mooring/test", "Apply", json!({"f:data": {"f:ours": {}}})),
            entry("kubectl-edit", "Update", json!({"f:data": {"f:a/b": {}}})),
        ]},
        "data": {"ours": "1", "a/b": "2"},
    });
    let found = removals(&object, &[foreign("data[a/b]", "/data/a~1b", "kubectl-edit")]);
    assert_eq!(
        Value::Array(found.patch),
        json!([
            {"op": "test", "path": "/metadata/resourceVersion", "value": "8"},
            {"op": "remove", "path": "/data/a~1b"},
        ])
    );
}

#[test]
fn what_is_not_as_it_was_seen_stays() {
    let object = json!({
        "metadata": {"resourceVersion": "8", "managedFields": [
            entry("mooring/test", "Apply", json!({"f:data": {"f:key": {}}})),
            entry("kubectl-edit", "Update", json!({"f:data": {"f:key": {}, "f:other": {}}})),
        ]},
        "data": {"key": "1", "other": "2"},
    });
    let shared = removals(&object, &[foreign("data.key", "/data/key", "kubectl-edit")]);
    assert_eq!((shared.patch.len(), shared.lost), (0, vec!["data.key".to_owned()]), "it is ours, too");
    let moved = removals(&object, &[foreign("data.other", "/data/other", "somebody")]);
    assert_eq!((moved.patch.len(), moved.lost), (0, vec!["data.other".to_owned()]), "somebody else holds it now");
    let gone = removals(&object, &[foreign("data.gone", "/data/gone", "kubectl-edit")]);
    assert_eq!(gone, Removals::default(), "there is nothing to take away");
}

#[test]
fn items_of_lists_go_from_the_end() {
    let containers = |name: &str| json!({format!("k:{{\"name\":\"{name}\"}}"): {".": {}, "f:name": {}}});
    let mut fields = containers("x");
    fields.as_object_mut().unwrap().extend(containers("y").as_object().unwrap().clone());
    let object = json!({
        "metadata": {"resourceVersion": "1", "managedFields": [entry("m", "Update", json!({"f:spec": {"f:containers": fields}}))]},
        "spec": {"containers": [{"name": "app"}, {"name": "x"}, {"name": "y"}]},
    });
    let found = removals(
        &object,
        &[
            foreign("x", "/spec/containers/1", "m"),
            foreign("y", "/spec/containers/2", "m"),
            foreign("app", "/spec/containers/0", "m"),
        ],
    );
    let paths: Vec<&str> = found.patch[1..].iter().filter_map(|step| step["path"].as_str()).collect();
    assert_eq!(paths, ["/spec/containers/2", "/spec/containers/1"]);
    assert_eq!(found.lost, ["app"]);
}

#[test]
fn fields_of_earlier_tools_become_ours_on_first_contact() {
    let object = json!({
        "metadata": {
            "resourceVersion": "5",
            "annotations": {LAST_APPLIED: "{}"},
            "managedFields": [
                entry("kubectl-client-side-apply", "Update", json!({"f:data": {"f:old": {}}, "f:metadata": {"f:annotations": {format!("f:{LAST_APPLIED}"): {}}}})),
                entry("oc", "Update", json!({"f:data": {"f:older": {}}})),
                entry("some-controller", "Update", json!({"f:data": {"f:theirs": {}}})),
            ],
        },
        "data": {"old": "1", "older": "2", "theirs": "3"},
    });
    let patch = migration(&object, "mooring/test", "v1").unwrap().patch;
    assert_eq!(patch[0]["value"], "5");
    let entries = patch[1]["value"].as_array().unwrap();
    assert_eq!(entries.len(), 2);
    assert_eq!((&entries[0]["manager"], &entries[0]["operation"]), (&json!("mooring/test"), &json!("Apply")));
    assert_eq!(entries[0]["fieldsV1"]["f:data"], json!({"f:old": {}, "f:older": {}}));
    assert_eq!(entries[0]["fieldsV1"]["f:metadata"]["f:annotations"], json!({}));
    assert_eq!(entries[1]["manager"], "some-controller");
    assert_eq!(
        patch[2],
        json!({"op": "remove", "path": "/metadata/annotations/kubectl.kubernetes.io~1last-applied-configuration"})
    );
}

#[test]
fn an_object_we_applied_before_is_left_to_the_rules_for_foreign_fields() {
    let object = json!({"metadata": {"resourceVersion": "5", "managedFields": [
        entry("mooring/test", "Apply", json!({"f:data": {"f:ours": {}}})),
        entry("kubectl-edit", "Update", json!({"f:data": {"f:added": {}}})),
    ]}});
    assert_eq!(migration(&object, "mooring/test", "v1"), None);
    assert_eq!(migration(&json!({"metadata": {}}), "mooring/test", "v1"), None);
}

proptest::proptest! {
    #[test]
    fn no_pointer_is_too_strange(at in "(/[a-z0-9~]{0,3}){0,5}", manager in "[a-z]{0,3}") {
        let object = json!({"metadata": {"managedFields": [entry("m", "Update", json!({"f:a": {"k:{}": {}, "k:x": 1, "v:": {}}}))]}, "a": [1, {"b": 2}]});
        removals(&object, &[foreign("p", &at, &manager)]);
    }
}

/// An entry names fields as its version does.
#[test]
fn entries_of_other_versions_are_not_mixed() {
    let entry = |manager: &str, version: &str, time: &str, field: &str| {
        json!({
            "manager": manager, "operation": "Update", "apiVersion": version, "time": time, "fieldsType": "FieldsV1",
            "fieldsV1": {"f:spec": {field: {}}},
        })
    };
    let object = |entries: Vec<Value>| json!({"metadata": {"resourceVersion": "7", "managedFields": entries}});
    let old = || entry("kubectl", "example.com/v1alpha1", "2024-01-01T00:00:00Z", "f:old");
    let new = || entry("kubectl-edit", "example.com/v1", "2023-01-01T00:00:00Z", "f:new");
    let both = migration(&object(vec![old(), new()]), "mooring/test", "example.com/v1").unwrap();
    let entries = &both.patch[1]["value"];
    assert_eq!((&entries[0]["apiVersion"], &entries[0]["manager"]), (&json!("example.com/v1"), &json!("mooring/test")));
    assert_eq!(entries[0]["fieldsV1"], json!({"f:spec": {"f:new": {}}}));
    assert_eq!((&entries[1], both.left), (&old(), vec!["kubectl in example.com/v1alpha1".to_owned()]));
    // Where nothing is of the declared version, the entry keeps its own, and the server converts it.
    let alone = migration(&object(vec![old()]), "mooring/test", "example.com/v1").unwrap();
    assert_eq!(alone.patch[1]["value"][0]["apiVersion"], "example.com/v1alpha1");
    assert_eq!((alone.patch[1]["value"].as_array().map(Vec::len), alone.left.len()), (Some(1), 0));
}
