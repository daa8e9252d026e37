use serde_json::{Map, json};

use super::super::testing::{Model, policy, resource};
use super::*;
use crate::id::GroupKind;
use crate::policy::{ConflictRule, InventoryConfig};

fn config_map() -> Resource {
    resource(
        json!({ "apiVersion": "v1", "kind": "ConfigMap", "metadata": { "name": "a" }, "data": { "a": "1", "b": "2" } }),
    )
}

fn deployment() -> Resource {
    resource(json!({
        "apiVersion": "apps/v1", "kind": "Deployment", "metadata": { "name": "a", "labels": { "app": "a" } },
        "spec": {
            "replicas": 2,
            "selector": { "matchLabels": { "app": "a" } },
            "template": {
                "metadata": { "labels": { "app": "a" } },
                "spec": { "containers": [{
                    "name": "app", "image": "app:1", "args": ["--one", "--two"],
                    "securityContext": { "runAsNonRoot": true },
                    "resources": { "requests": { "memory": "1024Mi", "cpu": "1000m" } },
                }] },
            },
        },
    }))
}

fn container(live: &mut Value) -> &mut Value {
    &mut live["spec"]["template"]["spec"]["containers"][0]
}

fn changed(comparison: &Comparison) -> Vec<&str> {
    comparison.changes.iter().map(|change| change.path.as_str()).collect()
}

fn foreign(comparison: &Comparison) -> Vec<(&str, Foreign)> {
    comparison.foreign.iter().map(|field| (field.path.as_str(), field.policy)).collect()
}

/// What compare says after we applied something and somebody edited it.
fn after_edit(resource: &Resource, manager: &str, edit: impl FnOnce(&mut Value)) -> Comparison {
    let policy = policy();
    let mut model = Model::applied(resource, &policy);
    assert!(compare(resource, &model.live(), &policy).in_sync, "as applied");
    model.edit(manager, edit);
    let comparison = compare(resource, &model.live(), &policy);
    assert!(comparison.stamped, "the hash is left as it was");
    if !comparison.in_sync && !comparison.reverts() {
        model.apply(resource, &policy);
        let again = compare(resource, &model.live(), &policy);
        assert!(again.in_sync, "applying once settles it: {again:?}");
    }
    comparison
}

fn role(verbs: Value) -> Resource {
    resource(json!({
        "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "Role", "metadata": { "name": "a" },
        "rules": [{ "apiGroups": [""], "resources": ["pods"], "verbs": verbs }],
    }))
}

#[test]
fn an_extra_verb_in_a_role_is_drift() {
    let comparison = after_edit(&role(json!(["get"])), "kubectl-edit", |live| {
        live["rules"][0]["verbs"] = json!(["get", "delete"]);
    });
    assert!(!comparison.in_sync);
    assert_eq!(changed(&comparison), ["rules[0].verbs"]);
    assert_eq!(comparison.changes[0].manager.as_deref(), Some("kubectl-edit"));
    assert_eq!(comparison.unowned, ["rules"]);
}

#[test]
fn an_added_rule_on_everything_is_drift() {
    let comparison = after_edit(&role(json!(["get"])), "kubectl-edit", |live| {
        live["rules"].as_array_mut().unwrap().push(json!({ "apiGroups": ["*"], "resources": ["*"], "verbs": ["*"] }));
    });
    assert!(!comparison.in_sync);
    assert_eq!(changed(&comparison), ["rules"]);
}

#[test]
fn rules_added_to_a_role_without_any_are_taken_away() {
    let comparison = after_edit(&resource(role_without_rules()), "kubectl-edit", |live| {
        live["rules"] = json!([{ "apiGroups": ["*"], "resources": ["*"], "verbs": ["*"] }]);
    });
    assert!(!comparison.in_sync, "{comparison:?}");
    assert_eq!(foreign(&comparison), [("rules", Foreign::Revert)]);
    assert_eq!(comparison.foreign[0].pointer, "/rules");
}

fn role_without_rules() -> Value {
    json!({ "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "Role", "metadata": { "name": "a" }, "rules": [] })
}

#[test]
fn an_entry_more_in_a_rule_is_shown_where_it_is() {
    let comparison = after_edit(&role(json!(["get"])), "kubectl-edit", |live| {
        live["rules"][0]["nonResourceURLs"] = json!(["*"]);
    });
    assert_eq!(changed(&comparison), ["rules[0].nonResourceURLs"]);
}

#[test]
fn an_extra_subject_in_a_binding_is_drift() {
    let binding = resource(json!({
        "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRoleBinding", "metadata": { "name": "a" },
        "roleRef": { "apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "admin" },
        "subjects": [{ "kind": "ServiceAccount", "name": "a", "namespace": "n" }],
    }));
    let comparison = after_edit(&binding, "kubectl-edit", |live| {
        live["subjects"].as_array_mut().unwrap().push(json!({ "kind": "User", "name": "mallory" }));
    });
    assert_eq!(changed(&comparison), ["subjects"]);
    let comparison = after_edit(&binding, "kubectl-edit", |live| live["subjects"][0]["namespace"] = json!("other"));
    assert_eq!(changed(&comparison), ["subjects[0].namespace"]);
}

#[test]
fn an_extra_key_in_a_config_map_is_taken_away() {
    let comparison = after_edit(&config_map(), "kubectl-edit", |live| live["data"]["x/y"] = json!("3"));
    assert!(!comparison.in_sync);
    assert!(comparison.changes.is_empty());
    assert_eq!(foreign(&comparison), [("data[x/y]", Foreign::Revert)]);
    let field = &comparison.foreign[0];
    assert_eq!((field.pointer.as_str(), field.manager.as_str()), ("/data/x~1y", "kubectl-edit"));
    assert_eq!(field.time.as_deref(), Some(super::super::testing::TIME));
}

#[test]
fn a_key_that_was_renamed_by_hand_is_missing_and_foreign() {
    let comparison = after_edit(&config_map(), "kubectl-edit", |live| {
        let value = live["data"].as_object_mut().unwrap().remove("a").unwrap();
        live["data"]["renamed"] = value;
    });
    assert_eq!(changed(&comparison), ["data.a"]);
    assert_eq!(comparison.changes[0].before, None);
    assert_eq!(foreign(&comparison), [("data.renamed", Foreign::Revert)]);
}

#[test]
fn an_injected_sidecar_is_reported() {
    let comparison = after_edit(&deployment(), "injector", |live| {
        let containers = live["spec"]["template"]["spec"]["containers"].as_array_mut().unwrap();
        containers
            .insert(0, json!({ "name": "sidecar", "image": "evil:1", "securityContext": { "privileged": true } }));
    });
    assert!(comparison.in_sync, "{comparison:?}");
    assert_eq!(foreign(&comparison), [("spec.template.spec.containers[name=sidecar]", Foreign::Report)]);
    assert_eq!(comparison.foreign[0].pointer, "/spec/template/spec/containers/0");
}

#[test]
fn reordered_arguments_are_drift() {
    let comparison =
        after_edit(&deployment(), "kubectl-edit", |live| container(live)["args"] = json!(["--two", "--one"]));
    assert!(!comparison.in_sync);
    assert_eq!(
        changed(&comparison),
        ["spec.template.spec.containers[name=app].args[0]", "spec.template.spec.containers[name=app].args[1]"]
    );
}

#[test]
fn a_privileged_flag_is_reported() {
    let comparison = after_edit(&deployment(), "kubectl-edit", |live| {
        container(live)["securityContext"]["privileged"] = json!(true);
    });
    let path = "spec.template.spec.containers[name=app].securityContext.privileged";
    assert_eq!(foreign(&comparison), [(path, Foreign::Report)]);
}

#[test]
fn extra_labels_annotations_tolerations_and_volumes_are_reported() {
    let comparison = after_edit(&deployment(), "kubectl-edit", |live| {
        live["metadata"]["labels"]["x"] = json!("y");
        live["metadata"]["annotations"]["x"] = json!("y");
        live["spec"]["template"]["spec"]["tolerations"] = json!([{ "operator": "Exists" }]);
        live["spec"]["template"]["spec"]["volumes"] = json!([{ "name": "host", "hostPath": { "path": "/" } }]);
    });
    assert_eq!(
        foreign(&comparison),
        [
            ("metadata.annotations.x", Foreign::Report),
            ("metadata.labels.x", Foreign::Report),
            ("spec.template.spec.tolerations", Foreign::Report),
            ("spec.template.spec.volumes[name=host]", Foreign::Report),
        ]
    );
}

#[test]
fn books_of_controllers_are_left_alone() {
    let comparison = after_edit(&deployment(), "kube-controller-manager", |live| {
        live["metadata"]["annotations"]["deployment.kubernetes.io/revision"] = json!("3");
        live["spec"]["template"]["metadata"]["annotations"] = json!({ "kubectl.kubernetes.io/restartedAt": "now" });
        live["status"] = json!({ "replicas": 2 });
    });
    assert!(comparison.in_sync);
    assert_eq!(foreign(&comparison), []);
}

#[test]
fn a_changed_scalar_and_a_deleted_key_are_drift() {
    let comparison = after_edit(&deployment(), "kubectl-edit", |live| container(live)["image"] = json!("app:2"));
    assert_eq!(changed(&comparison), ["spec.template.spec.containers[name=app].image"]);
    assert_eq!(comparison.changes[0].before, Some(json!("app:2")));
    assert_eq!(comparison.changes[0].after, Some(json!("app:1")));
    let comparison = after_edit(&config_map(), "kubectl-edit", |live| {
        live["data"].as_object_mut().unwrap().remove("a");
    });
    assert_eq!(changed(&comparison), ["data.a"]);
}

#[test]
fn replicas_set_by_hand_are_drift_and_by_an_autoscaler_are_not() {
    let resource = deployment();
    let policy = policy();
    let mut by_hand = Model::applied(&resource, &policy);
    by_hand.edit_through("kubectl", Some("scale"), |live| live["spec"]["replicas"] = json!(7));
    let comparison = compare(&resource, &by_hand.live(), &policy);
    assert_eq!(changed(&comparison), ["spec.replicas"]);
    let mut scaled = Model::applied(&resource, &policy);
    scaled.edit_through("kube-controller-manager", Some("scale"), |live| live["spec"]["replicas"] = json!(7));
    let comparison = compare(&resource, &scaled.live(), &policy);
    assert!(comparison.in_sync, "{comparison:?}");
}

#[test]
fn what_the_server_writes_differently_is_no_drift() {
    let policy = policy();
    let resource = deployment();
    let mut model = Model::applied(&resource, &policy);
    model.normalise(|live| {
        container(live)["resources"]["requests"] = json!({ "memory": "1Gi", "cpu": "1" });
        container(live)["terminationMessagePath"] = json!("/dev/termination-log");
        live["spec"]["revisionHistoryLimit"] = json!(10);
    });
    assert!(compare(&resource, &model.live(), &policy).in_sync);
}

#[test]
fn what_means_the_same_is_no_change_when_the_hash_is_gone() {
    let policy = policy();
    let body = json!({
        "apiVersion": "v1", "kind": "Pod", "metadata": { "name": "a", "labels": {} },
        "spec": { "hostNetwork": false, "containers": [{
            "name": "app", "image": "a", "env": [{ "name": "EMPTY", "value": "" }],
            "resources": { "limits": { "cpu": "2", "memory": "1024Mi" } },
            "ports": [{ "containerPort": 80 }],
        }] },
    });
    let resource = resource(body);
    let mut model = Model::applied(&resource, &policy);
    model.edit("kubectl-edit", |live| {
        live["metadata"]["annotations"] = json!({});
        container_of_pod(live)["resources"]["limits"] = json!({ "cpu": "2000m", "memory": "1Gi" });
        container_of_pod(live)["env"] = json!([{ "name": "EMPTY" }]);
        live["spec"].as_object_mut().unwrap().remove("hostNetwork");
    });
    let comparison = compare(&resource, &model.live(), &policy);
    assert!(!comparison.in_sync && !comparison.stamped);
    assert_eq!(changed(&comparison), [""; 0]);
    model.edit("kubectl-edit", |live| container_of_pod(live)["resources"]["limits"]["cpu"] = json!("20m"));
    let comparison = compare(&resource, &model.live(), &policy);
    assert_eq!(changed(&comparison), ["spec.containers[name=app].resources.limits.cpu"]);
}

fn container_of_pod(live: &mut Value) -> &mut Value {
    &mut live["spec"]["containers"][0]
}

#[test]
fn a_field_removed_from_the_declaration_is_a_change() {
    let policy = policy();
    let model = Model::applied(&deployment(), &policy);
    let mut body = deployment().body().clone();
    body["metadata"].as_object_mut().unwrap().remove("labels");
    container(&mut body).as_object_mut().unwrap().remove("args");
    let comparison = compare(&resource(body), &model.live(), &policy);
    assert!(!comparison.in_sync && !comparison.stamped);
    assert_eq!(changed(&comparison), ["metadata.labels.app", "spec.template.spec.containers[name=app].args"]);
    assert!(comparison.changes.iter().all(|change| change.before.is_some() && change.after.is_none()));
}

#[test]
fn a_hash_without_ownership_proves_nothing() {
    let policy = policy();
    let resource = config_map();
    let stamps: Map<_, _> = policy.scheme.stamp(&resource).into_iter().map(|(k, v)| (k, Value::from(v))).collect();
    let mut body = resource.body().clone();
    body["metadata"]["annotations"] = Value::Object(stamps);
    body["data"]["a"] = json!("forged");
    let comparison = compare(&resource, &Model::made_by("kubectl-edit", body).live(), &policy);
    assert!(comparison.stamped && !comparison.in_sync);
    assert_eq!(changed(&comparison), ["data.a"]);
}

#[test]
fn without_managed_fields_values_decide() {
    let policy = policy();
    let resource = config_map();
    let mut live = Model::applied(&resource, &policy).live();
    live["metadata"].as_object_mut().unwrap().remove("managedFields");
    assert!(compare(&resource, &live, &policy).in_sync);
    live["data"]["a"] = json!("edited");
    assert_eq!(changed(&compare(&resource, &live, &policy)), ["data.a"]);
}

#[test]
fn a_port_without_protocol_is_the_one_the_server_completed() {
    let policy = policy();
    let resource = resource(json!({
        "apiVersion": "v1", "kind": "Service", "metadata": { "name": "a" },
        "spec": { "ports": [{ "port": 53, "name": "tcp" }, { "port": 53, "name": "udp", "protocol": "UDP" }] },
    }));
    let mut model = Model::applied(&resource, &policy);
    model.normalise(|live| {
        live["spec"]["ports"][0]["protocol"] = json!("TCP");
        live["spec"]["ports"][0]["targetPort"] = json!(53);
        live["spec"]["clusterIP"] = json!("10.0.0.1");
    });
    let comparison = compare(&resource, &model.live(), &policy);
    assert!(comparison.in_sync, "{comparison:?}");
    model.edit("kubectl-edit", |live| live["spec"]["ports"][1]["name"] = json!("other"));
    let comparison = compare(&resource, &model.live(), &policy);
    assert_eq!(changed(&comparison), ["spec.ports[port=53,protocol=UDP].name"]);
}

#[test]
fn plain_text_of_a_secret_is_compared_encoded_and_never_shown() {
    let policy = policy();
    let secret = |plain: &str| {
        resource(json!({
            "apiVersion": "v1", "kind": "Secret", "metadata": { "name": "a" }, "stringData": { "password": plain },
        }))
    };
    let model = Model::applied(&secret("sentinel-one"), &policy);
    assert!(compare(&secret("sentinel-one"), &model.live(), &policy).in_sync);
    let comparison = compare(&secret("sentinel-two"), &model.live(), &policy);
    assert_eq!(changed(&comparison), ["data.password"]);
    let shown = format!("{comparison:?}{}", serde_json::to_string(&comparison.changes).unwrap());
    for secret in ["sentinel", "c2VudGluZWwtb25l", "c2VudGluZWwtdHdv"] {
        assert!(!shown.contains(secret), "{shown}");
    }
}

#[test]
fn what_kubectl_applied_and_we_do_not_declare_goes_away_on_first_contact() {
    let policy = policy();
    let last = json!({ "apiVersion": "v1", "kind": "ConfigMap", "metadata": { "name": "a" }, "data": { "a": "1", "old": "x" } });
    let mut body = last.clone();
    body["data"]["b"] = json!("2");
    body["metadata"]["annotations"] = json!({ "kubectl.kubernetes.io/last-applied-configuration": last.to_string() });
    let comparison = compare(&config_map(), &Model::made_by("kubectl-client-side-apply", body).live(), &policy);
    assert_eq!(comparison.client_side, ["kubectl-client-side-apply"]);
    assert_eq!(changed(&comparison), ["data.old"]);
    assert_eq!(comparison.changes[0].after, None);
}

#[test]
fn fields_that_are_left_to_others_are_no_drift() {
    let resource = config_map();
    let edit = |policy: &Policy| {
        let mut model = Model::applied(&resource, policy);
        model.edit("other", |live| live["data"]["a"] = json!("theirs"));
        compare(&resource, &model.live(), policy)
    };
    assert!(!edit(&policy()).in_sync);
    assert!(edit(&policy().with_conflict_rule(ConflictRule::new(OnConflict::Yield).for_path("data.a"))).in_sync);
    assert!(edit(&policy().ignoring(Some(GroupKind::core("ConfigMap")), "data.a")).in_sync);
    assert!(!edit(&policy().ignoring(Some(GroupKind::core("Secret")), "data.a")).in_sync);
}

#[test]
fn an_object_that_is_not_in_our_set_is_not_in_sync() {
    let resource = config_map();
    let model = Model::applied(&resource, &policy());
    let policy = policy().with_inventory(InventoryConfig::new("ops", "set"));
    let comparison = compare(&resource, &model.live(), &policy);
    assert_eq!(changed(&comparison), ["metadata.labels[applyset.kubernetes.io/part-of]"]);
    let comparison = compare(&resource, &Model::applied(&resource, &policy).live(), &policy);
    assert!(comparison.in_sync, "{comparison:?}");
}

#[test]
fn a_new_controller_is_surfaced() {
    let comparison = after_edit(&config_map(), "operator", |live| {
        live["metadata"]["ownerReferences"] =
            json!([{ "apiVersion": "v1", "kind": "Thing", "name": "t", "uid": "1", "controller": true }]);
    });
    assert!(comparison.in_sync);
    assert_eq!(comparison.controller.as_deref(), Some("Thing t"));
    assert_eq!(foreign(&comparison), []);
}

#[test]
fn a_finalizer_of_ours_is_kept_and_those_of_others_are_left_alone() {
    let resource = resource(json!({
        "apiVersion": "v1", "kind": "ConfigMap", "metadata": { "name": "a", "finalizers": ["ours/one"] },
    }));
    let comparison =
        after_edit(&resource, "other", |live| live["metadata"]["finalizers"] = json!(["theirs/x", "ours/one"]));
    assert!(comparison.in_sync, "{comparison:?}");
    let comparison = after_edit(&resource, "other", |live| live["metadata"]["finalizers"] = json!(["theirs/x"]));
    assert_eq!(changed(&comparison), ["metadata.finalizers[=ours/one]"]);
}

#[test]
fn malformed_objects_are_compared_without_panic() {
    let resource = config_map();
    for live in [
        json!(null),
        json!({ "metadata": null, "data": [] }),
        json!({ "metadata": { "annotations": null, "labels": null, "managedFields": {} }, "data": null }),
        json!({ "metadata": { "annotations": 3, "managedFields": [null, { "operation": "Apply" }, { "manager": "x", "operation": "Update",
            "fieldsV1": { "k:nonsense": {}, "v:": {}, "f:a": 3, "?": {} } }] } }),
    ] {
        assert!(!compare(&resource, &live, &policy()).in_sync);
    }
}

#[test]
fn a_label_less_in_a_selector_is_a_change() {
    let policy = policy();
    let selecting = |labels: Value| {
        resource(json!({
            "apiVersion": "apps/v1", "kind": "Deployment", "metadata": { "name": "a" },
            "spec": { "selector": { "matchLabels": labels }, "template": {} },
        }))
    };
    let mut live = Model::applied(&selecting(json!({ "a": "1", "b": "2" })), &policy).live();
    // As servers have it: owned as one.
    live["metadata"]["managedFields"][0]["fieldsV1"]["f:spec"]["f:selector"] = json!({});
    let comparison = compare(&selecting(json!({ "a": "1" })), &live, &policy);
    assert_eq!(changed(&comparison), ["spec.selector.matchLabels.b"]);
    assert_eq!(changed(&compare(&selecting(json!({ "a": "1", "b": "2" })), &live, &policy)), [""; 0]);
}

#[test]
fn what_we_wrote_without_apply_is_ours_with_its_defaults() {
    let policy = policy();
    let resource = config_map();
    let mut live = Model::applied(&resource, &policy).live();
    let entry = &mut live["metadata"]["managedFields"][0];
    entry["operation"] = json!("Update");
    entry["fieldsV1"]["f:immutable"] = json!({});
    live["immutable"] = json!(false);
    assert!(compare(&resource, &live, &policy).in_sync);
    live["metadata"]["managedFields"][0]["fieldsV1"]["f:data"].as_object_mut().unwrap().remove("f:a");
    assert!(!compare(&resource, &live, &policy).in_sync);
}

#[test]
fn keys_of_lists_are_those_that_the_server_uses() {
    // No table knows this list; the entries do.
    let policy = policy();
    let widget = |size: u8| {
        resource(json!({
            "apiVersion": "example.com/v1", "kind": "Widget", "metadata": { "name": "a" },
            "spec": { "parts": [{ "id": "x", "size": size }, { "id": "y", "size": 1 }] },
        }))
    };
    let mut live = Model::applied(&widget(1), &policy).live();
    let item = |id: &str| (format!("k:{{\"id\":\"{id}\"}}"), json!({ ".": {}, "f:id": {}, "f:size": {} }));
    live["metadata"]["managedFields"][0]["fieldsV1"]["f:spec"]["f:parts"] =
        Value::Object([item("x"), item("y")].into_iter().collect());
    live["spec"]["parts"] = json!([{ "id": "z" }, { "id": "y", "size": 1 }, { "id": "x", "size": 1 }]);
    assert!(compare(&widget(1), &live, &policy).in_sync, "order and items of others are no drift");
    assert_eq!(changed(&compare(&widget(2), &live, &policy)), ["spec.parts[id=x].size"]);
}
