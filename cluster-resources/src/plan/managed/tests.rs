use serde_json::json;

use super::*;

fn parse(fields: Value) -> FieldSet {
    let mut bad = Vec::new();
    let set = FieldSet::parse(&fields, &mut bad);
    assert_eq!(bad, [""; 0]);
    set
}

#[test]
fn a_set_of_fields_is_read_as_a_tree() {
    let set = parse(json!({ "f:spec": {
        "f:replicas": {},
        "f:ports": { ".": {}, "k:{\"port\":80,\"protocol\":\"TCP\"}": { ".": {}, "f:port": {} } },
        "f:list": { "v:\"a\"": {}, "i:3": {} },
    } }));
    let spec = &set.fields["spec"];
    assert!(!spec.own && spec.fields["replicas"].is_leaf());
    let ports = &spec.fields["ports"];
    assert!(ports.own && !ports.is_leaf());
    assert_eq!(ports.items[0].0.label(), "port=80,protocol=TCP");
    assert_eq!(ports.key_names(), Some(vec!["port", "protocol"]));
    let labels: Vec<_> = spec.fields["list"].items.iter().map(|(key, _)| key.label()).collect();
    assert_eq!(labels, ["3", "=a"]);
    assert!(spec.fields["list"].is_set());
}

#[test]
fn what_cannot_be_read_is_left_out_and_said() {
    let live = json!({ "metadata": { "managedFields": [
        { "manager": "good", "operation": "Apply", "fieldsV1": { "f:a": {}, "k:[]": {}, "x": {}, "": {}, "é": {}, "f:b": 1 } },
        { "manager": "odd", "operation": "Guess" },
        { "manager": "new", "operation": "Apply", "fieldsType": "FieldsV9" },
        "nonsense",
    ] } });
    let managed = Managed::of(&live);
    assert_eq!(managed.entries.len(), 1);
    assert!(managed.entries[0].fields.fields["a"].is_leaf());
    assert_eq!(managed.bad.len(), 8, "{:?}", managed.bad);
    assert_eq!(Managed::of(&json!({})).bad.len(), 0);
    assert_eq!(Managed::of(&json!({ "metadata": { "managedFields": 3 } })).bad.len(), 1);
}

#[test]
fn an_item_that_lacks_keys_is_found_when_only_one_is_like_that() {
    let set = parse(json!({
        "k:{\"port\":80,\"protocol\":\"TCP\"}": { ".": {} },
        "k:{\"port\":53,\"protocol\":\"TCP\"}": { ".": {} },
        "k:{\"port\":53,\"protocol\":\"UDP\"}": { ".": {} },
        "k:{\"port\":99,\"protocol\":\"UDP\"}": { ".": {} },
    }));
    let label = |item: Value| set.item(0, &item).map(|(key, _)| key.label());
    assert_eq!(label(json!({ "port": 80 })).as_deref(), Some("port=80,protocol=TCP"));
    assert_eq!(label(json!({ "port": 53 })).as_deref(), Some("port=53,protocol=TCP"), "TCP is the default");
    assert_eq!(label(json!({ "port": 53, "protocol": "UDP" })).as_deref(), Some("port=53,protocol=UDP"));
    assert_eq!(label(json!({ "port": 99 })).as_deref(), Some("port=99,protocol=UDP"));
    assert_eq!(label(json!({ "name": "a" })), None);
    assert_eq!(label(json!("text")), None);
}

#[test]
fn a_declaration_comes_before_what_was_written() {
    let live = json!({ "metadata": { "managedFields": [
        { "manager": "m", "operation": "Update", "fieldsV1": { "f:written": {} } },
        { "manager": "m", "operation": "Apply", "subresource": "status", "fieldsV1": { "f:status": {} } },
        { "manager": "m", "operation": "Apply", "fieldsV1": { "f:declared": {} } },
        { "manager": "n", "operation": "Update", "fieldsV1": { "f:written": {} } },
    ] } });
    let managed = Managed::of(&live);
    assert!(managed.declared_by("m").unwrap().fields.fields.contains_key("declared"));
    assert!(managed.declared_by("n").unwrap().fields.fields.contains_key("written"));
    assert_eq!(managed.declared_by("o"), None);
}

#[test]
fn a_tree_of_any_depth_is_read_in_bounds() {
    let mut deep = json!({});
    for _ in 0..500 {
        deep = json!({ "f:a": deep });
    }
    let mut bad = Vec::new();
    let _set = FieldSet::parse(&deep, &mut bad);
    assert_eq!(bad.len(), 1);
}
