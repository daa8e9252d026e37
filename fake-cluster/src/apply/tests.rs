use serde_json::json;

use super::*;
use crate::schema::FieldValidation;

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + second).unwrap()
}

fn deployment() -> std::sync::Arc<KindSchema> {
    KindSchema::builtin("apps", "v1", "Deployment").unwrap()
}

fn config_map() -> std::sync::Arc<KindSchema> {
    KindSchema::builtin("", "v1", "ConfigMap").unwrap()
}

fn web(replicas: i64) -> Value {
    json!({
        "apiVersion": "apps/v1", "kind": "Deployment",
        "metadata": {"name": "web", "namespace": "default", "labels": {"app": "web"}},
        "spec": {
            "replicas": replicas,
            "selector": {"matchLabels": {"app": "web"}},
            "template": {
                "metadata": {"labels": {"app": "web"}},
                "spec": {"containers": [{"name": "c", "image": "nginx", "ports": [{"containerPort": 80}]}]}
            }
        }
    })
}

fn data(pairs: &[(&str, &str)]) -> Value {
    let data: Object<String, Value> = pairs.iter().map(|(key, value)| ((*key).to_owned(), json!(value))).collect();
    json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "m", "namespace": "default"}, "data": data})
}

fn ssa(live: Option<&Value>, patch: &Value, manager: &str, schema: &KindSchema, second: i64) -> Result<Value, Refusal> {
    apply(live, patch, manager, false, None, schema, at(second))
}

fn entries(object: &Value) -> Vec<(String, String, Value)> {
    let text = |entry: &Value, key: &str| entry.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    managed_fields(object)
        .and_then(Value::as_array)
        .map(|entries| {
            entries
                .iter()
                .map(|entry| (text(entry, "manager"), text(entry, "operation"), entry["fieldsV1"].clone()))
                .collect()
        })
        .unwrap_or_default()
}

#[test]
fn applying_creates_and_owns_what_was_applied() {
    let created = ssa(None, &web(3), "tool", &deployment(), 0).unwrap();
    assert_eq!(
        entries(&created),
        [(
            "tool".to_owned(),
            "Apply".to_owned(),
            json!({
                "f:metadata": {"f:labels": {"f:app": {}}},
                "f:spec": {
                    "f:replicas": {},
                    "f:selector": {},
                    "f:template": {
                        "f:metadata": {"f:labels": {"f:app": {}}},
                        "f:spec": {"f:containers": {"k:{\"name\":\"c\"}": {
                            ".": {}, "f:name": {}, "f:image": {},
                            "f:ports": {"k:{\"containerPort\":80,\"protocol\":\"TCP\"}": {".": {}, "f:containerPort": {}}}
                        }}}
                    }
                }
            })
        )]
    );
    assert_eq!(created["metadata"]["managedFields"][0]["time"], "2027-01-15T08:00:00Z");
}

#[test]
fn applying_the_same_again_changes_nothing_at_all() {
    let schema = deployment();
    let live = ssa(None, &web(3), "tool", &schema, 0).unwrap();
    assert_eq!(ssa(Some(&live), &web(3), "tool", &schema, 60).unwrap(), live);
}

#[test]
fn a_value_of_another_manager_conflicts_and_force_takes_it() {
    let schema = deployment();
    let live = ssa(None, &web(3), "a", &schema, 0).unwrap();
    let refused = ssa(Some(&live), &web(5), "b", &schema, 1).unwrap_err();
    assert_eq!((refused.code, refused.reason), (409, "Conflict"));
    assert_eq!(refused.message, "Apply failed with 1 conflict: conflict with \"a\": .spec.replicas");
    assert_eq!(refused.causes, [Cause::new("FieldManagerConflict", ".spec.replicas", "conflict with \"a\"")]);

    let forced = apply(Some(&live), &web(5), "b", true, None, &schema, at(1)).unwrap();
    assert_eq!(forced["spec"]["replicas"], 5);
    let owners = entries(&forced);
    assert!(owners[0].2["f:spec"].get("f:replicas").is_none(), "{owners:?}");
    assert!(owners[1].2["f:spec"].get("f:replicas").is_some(), "{owners:?}");
}

#[test]
fn list_items_are_named_by_their_keys_in_conflicts() {
    let schema = deployment();
    let live = ssa(None, &web(3), "a", &schema, 0).unwrap();
    let mut patch = web(3);
    patch["spec"]["template"]["spec"]["containers"][0]["image"] = json!("nginx:2");
    patch["metadata"]["labels"]["app"] = json!("other");
    let refused = ssa(Some(&live), &patch, "b", &schema, 1).unwrap_err();
    assert_eq!(
        refused.message,
        "Apply failed with 2 conflicts: conflicts with \"a\":\n- .metadata.labels.app\n- .spec.template.spec.containers[name=\"c\"].image"
    );
}

#[test]
fn fields_no_longer_applied_go_unless_somebody_else_owns_them() {
    let schema = config_map();
    let live = ssa(None, &data(&[("a", "1"), ("b", "2")]), "x", &schema, 0).unwrap();
    let live = ssa(Some(&live), &data(&[("b", "2")]), "y", &schema, 1).unwrap();
    let live = ssa(Some(&live), &data(&[("c", "3")]), "x", &schema, 2).unwrap();
    assert_eq!(live["data"], json!({"b": "2", "c": "3"}));
}

#[test]
fn a_second_owner_of_the_same_value_gets_no_time_as_on_the_real_server() {
    let schema = config_map();
    let live = ssa(None, &data(&[("a", "1")]), "x", &schema, 0).unwrap();
    let both = ssa(Some(&live), &data(&[("a", "1")]), "y", &schema, 1).unwrap();
    assert_eq!(entries(&both).len(), 2);
    let times: Vec<bool> =
        both["metadata"]["managedFields"].as_array().unwrap().iter().map(|entry| entry.get("time").is_some()).collect();
    assert_eq!(times, [false, true]);
}

#[test]
fn updates_are_tracked_from_creation() {
    let schema = config_map();
    let mut created = data(&[("a", "1")]);
    schema.decode(&mut created, FieldValidation::Strict).unwrap();
    track(None, &mut created, "curl", None, &schema, at(0));
    assert_eq!(entries(&created), [("curl".to_owned(), "Update".to_owned(), json!({"f:data": {".": {}, "f:a": {}}}))]);

    let mut changed = created.clone();
    changed["data"] = json!({"a": "2", "b": "1"});
    track(Some(&created), &mut changed, "other", None, &schema, at(1));
    assert_eq!(
        entries(&changed),
        [
            ("curl".to_owned(), "Update".to_owned(), json!({"f:data": {}})),
            ("other".to_owned(), "Update".to_owned(), json!({"f:data": {"f:a": {}, "f:b": {}}})),
        ]
    );
}

#[test]
fn an_empty_list_of_managers_forgets_them_all() {
    let schema = config_map();
    let live = ssa(None, &data(&[("a", "1")]), "x", &schema, 0).unwrap();
    let mut reset = live.clone();
    reset["metadata"]["managedFields"] = json!([]);
    track(Some(&live), &mut reset, "y", None, &schema, at(1));
    assert_eq!(reset["metadata"].get("managedFields"), None);

    let back = ssa(Some(&reset), &data(&[("a", "1")]), "x", &schema, 2).unwrap();
    assert_eq!(entries(&back)[1].0, "before-first-apply");
}

#[test]
fn more_than_ten_update_managers_are_folded_into_ancient_changes() {
    let schema = config_map();
    let mut live = data(&[]);
    track(None, &mut live, "creator", None, &schema, at(0));
    for index in 0..12 {
        let mut new = live.clone();
        new["data"][format!("k{index}")] = json!("v");
        track(Some(&live), &mut new, &format!("m{index}"), None, &schema, at(index));
        live = new;
    }
    let names: Vec<String> = entries(&live).into_iter().map(|(name, ..)| name).collect();
    assert_eq!(names.len(), 10, "{names:?}");
    assert_eq!(names[0], "ancient-changes");
    assert_eq!(entries(&live)[0].2, json!({"f:data": {".": {}, "f:k0": {}, "f:k1": {}, "f:k2": {}}}));
}

#[test]
fn managers_need_a_printable_name_and_patches_no_managed_fields() {
    let schema = config_map();
    let refused = ssa(None, &data(&[]), "", &schema, 0).unwrap_err();
    assert_eq!(
        refused.message,
        "PatchOptions.meta.k8s.io \"\" is invalid: fieldManager: Required value: is required for apply patch"
    );
    let refused = ssa(None, &data(&[]), "a\nb", &schema, 0).unwrap_err();
    assert_eq!(
        refused.message,
        "PatchOptions.meta.k8s.io \"\" is invalid: fieldManager: Invalid value: \"a\\nb\": invalid character U+000A (at position 1)"
    );
    let mut patch = data(&[]);
    patch["metadata"]["managedFields"] = json!([]);
    assert_eq!(ssa(None, &patch, "x", &schema, 0).unwrap_err().message, "metadata.managedFields must be nil");
    let refused = ssa(None, &json!({"metadata": {"name": "m"}}), "x", &schema, 0).unwrap_err();
    assert_eq!((refused.code, refused.message.as_str()), (400, "invalid object type: /, Kind="));
}

#[test]
fn a_patch_that_does_not_fit_the_schema_names_the_path() {
    let mut patch = web(3);
    patch["spec"]["nonsense"] = json!(1);
    let refused = ssa(None, &patch, "x", &deployment(), 0).unwrap_err();
    assert_eq!(refused.code, 500);
    assert_eq!(
        refused.message,
        "failed to create typed patch object (default/web; apps/v1, Kind=Deployment): .spec.nonsense: field not declared in schema"
    );
}

#[test]
fn status_is_owned_through_its_own_endpoint_only() {
    let schema = deployment();
    let live = ssa(None, &web(3), "tool", &schema, 0).unwrap();
    let mut patch = web(3);
    patch["status"] = json!({"replicas": 3});
    let via_main = ssa(Some(&live), &patch, "other", &schema, 1).unwrap();
    assert!(entries(&via_main).iter().all(|(.., fields)| fields.get("f:status").is_none()));
    let via_status = apply(Some(&live), &patch, "other", false, Some("status"), &schema, at(1)).unwrap();
    let owned = entries(&via_status);
    assert_eq!(owned[1].2, json!({"f:status": {"f:replicas": {}}}));
    assert_eq!(via_status["metadata"]["managedFields"][1]["subresource"], "status");
}

#[test]
fn new_items_are_added_where_the_patch_puts_them() {
    let schema = deployment();
    let mut first = web(1);
    first["spec"]["template"]["spec"]["containers"] = json!([{"name": "a", "image": "i"}, {"name": "b", "image": "i"}]);
    let live = ssa(None, &first, "x", &schema, 0).unwrap();
    let mut second = web(1);
    second["spec"]["template"]["spec"]["containers"] =
        json!([{"name": "z", "image": "i"}, {"name": "b", "image": "i"}]);
    let merged = ssa(Some(&live), &second, "y", &schema, 1).unwrap();
    let names: Vec<&str> = merged["spec"]["template"]["spec"]["containers"]
        .as_array()
        .unwrap()
        .iter()
        .map(|container| container["name"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["a", "z", "b"]);
}

#[test]
fn replicas_set_through_scale_are_taken_from_the_parents_manager() {
    let schema = deployment();
    let scale = KindSchema::builtin("autoscaling", "v1", "Scale").unwrap();
    let live = ssa(None, &web(3), "tool", &schema, 0).unwrap();
    let paths = [("apps/v1".to_owned(), Some(".spec.replicas".to_owned()))];
    let from = scale_from_parent(managed_fields(&live), &paths);
    let mut before = json!({"apiVersion": "autoscaling/v1", "kind": "Scale", "metadata": {"name": "web"},
        "spec": {"replicas": 3}});
    set_managed_fields(&mut before, from);
    let mut after = before.clone();
    after["spec"]["replicas"] = json!(7);
    track(Some(&before), &mut after, "hpa", Some("scale"), &scale, at(1));
    let back = scale_to_parent(managed_fields(&live), managed_fields(&after), "apps/v1", &paths).unwrap();
    let mut live = live;
    set_managed_fields(&mut live, Some(back));
    let owners = entries(&live);
    assert!(owners[0].2["f:spec"].get("f:replicas").is_none());
    assert_eq!(owners[1], ("hpa".to_owned(), "Update".to_owned(), json!({"f:spec": {"f:replicas": {}}})));
    assert_eq!(live["metadata"]["managedFields"][1]["apiVersion"], "apps/v1");
}
