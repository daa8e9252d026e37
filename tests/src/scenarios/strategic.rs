//! Strategic merge patches.

use super::objects::{config_map, definition, deployment, pod, service, widget, widget_schema};
use crate::session::Session;
use anyhow::{Result, ensure};
use serde_json::{Value, json};

crate::scenarios!("strategic":
    maps_are_merged,
    containers_are_merged_by_name,
    ports_are_merged_by_their_number,
    environments_and_mounts_are_merged,
    volumes_lose_their_other_source,
    a_strategy_keeps_what_is_retained,
    items_are_deleted_and_replaced,
    scalars_are_added_and_taken_away,
    lists_follow_an_order,
    an_order_that_does_not_fit_is_refused,
    owner_references_are_merged_by_uid,
    conditions_are_merged_by_type,
    lists_without_a_strategy_are_replaced,
    what_a_strategic_patch_cannot_say_is_refused,
    broken_strategic_patches_are_refused,
    directives_in_new_members_are_unknown_fields,
    whole_objects_are_replaced_and_deleted,
    strategic_patches_are_read_strictly,
    a_strategic_patch_of_another_type_is_refused,
    a_strategic_patch_does_not_say_what_an_object_is,
    a_strategic_patch_is_tracked,
    strategic_patches_scale,
    strategic_patches_of_definitions_replace_versions,
    custom_resources_take_no_strategic_patch,
    absent_objects_take_no_patch,
    a_strategic_patch_that_changes_nothing_keeps_the_version,
    strategic_patches_meet_versions_and_dry_runs,
    a_strategic_patch_rolls_a_pod_template,
);

async fn deploy(s: &Session<'_>) -> Result<String> {
    let path = s.apis("apps/v1", "deployments");
    let mut object = deployment("a", 1);
    object["spec"]["template"]["spec"] = json!({
        "containers": [
            {"name": "one", "image": "registry.example/one:1", "env": [{"name": "A", "value": "1"}, {"name": "B", "value": "2"}],
             "ports": [{"containerPort": 80, "name": "http"}, {"containerPort": 443, "name": "https"}],
             "args": ["x", "y"], "volumeMounts": [{"name": "data", "mountPath": "/data"}]},
            {"name": "two", "image": "registry.example/two:1"},
        ],
        "volumes": [{"name": "data", "emptyDir": {}}, {"name": "settings", "configMap": {"name": "settings"}}],
        "tolerations": [{"key": "a", "operator": "Exists"}],
    });
    s.post(&path, object).only_status().await?.is(201)?;
    Ok(format!("{path}/a"))
}

fn template(spec: Value) -> Value {
    json!({"spec": {"template": {"spec": spec}}})
}

async fn maps_are_merged(s: &Session<'_>) -> Result<()> {
    let path = s.core("configmaps/a");
    s.post(s.core("configmaps"), config_map("a")).await?.is(201)?;
    s.strategic_patch(&path, json!({"data": {"key": null, "new": "one"}, "metadata": {"labels": {"x": "y"}}}))
        .await?
        .is(200)?
        .has("/data", json!({"new": "one"}))?;
    s.strategic_patch(&path, json!({"metadata": {"labels": {"x": null, "absent": null}}})).await?.is(200)?;
    s.strategic_patch(&path, json!({"metadata": {"annotations": {"a": null, "b": "1"}}})).await?.is(200)?;
    s.strategic_patch(&path, json!({"data": null})).await?.is(200)?.lacks("/data")?;
    s.strategic_patch(&path, json!({"binaryData": {"a": "YQ=="}})).await?.is(200)?;
    s.strategic_patch(&path, json!({"immutable": true})).await?.is(200)?;
    s.strategic_patch(&path, json!({"data": {"x": "y"}})).await?.is(422)?;
    Ok(())
}

async fn containers_are_merged_by_name(s: &Session<'_>) -> Result<()> {
    let path = deploy(s).await?;
    let containers = json!([{"name": "two", "image": "registry.example/two:2"}, {"name": "three", "image": "x"}]);
    s.strategic_patch(&path, template(json!({"containers": containers}))).await?.is(200)?;
    let containers = json!([{"name": "zero", "image": "registry.example/zero:2"}, {"name": "one", "args": ["z"]}]);
    s.strategic_patch(&path, template(json!({"containers": containers}))).await?.is(200)?;
    s.strategic_patch(&path, template(json!({"initContainers": [{"name": "first", "image": "x"}]}))).await?.is(200)?;
    s.strategic_patch(&path, template(json!({"containers": [{"image": "nameless"}]}))).await?.is(500)?;
    s.strategic_patch(&path, template(json!({"containers": [{"name": "new"}]}))).await?.is(422)?;
    s.strategic_patch(&path, template(json!({"containers": []}))).await?.is(200)?;
    s.strategic_patch(&path, template(json!({"containers": null}))).only_at(&["/reason", "/message"]).await?.is(422)?;
    Ok(())
}

async fn ports_are_merged_by_their_number(s: &Session<'_>) -> Result<()> {
    s.post(s.core("services"), service("a")).only_status().await?.is(201)?;
    let path = s.core("services/a");
    let ports = json!([{"port": 443, "name": "https"}, {"port": 80, "targetPort": 8080}]);
    s.strategic_patch(&path, json!({"spec": {"ports": ports}})).await?.is(200)?;
    // The number tells ports apart for a patch; with their protocol they are told apart for an apply.
    let ports = json!([{"port": 80, "protocol": "UDP", "name": "other"}]);
    s.strategic_patch(&path, json!({"spec": {"ports": ports}})).await?.is(200)?;
    s.strategic_patch(&path, json!({"spec": {"ports": [{"port": 443, "$patch": "delete"}]}})).await?.is(200)?;
    s.strategic_patch(&path, json!({"spec": {"ports": [{"port": 80.0, "name": "float"}]}})).await?;
    s.strategic_patch(&path, json!({"spec": {"selector": {"app": null, "b": "c"}}})).await?.is(200)?;
    Ok(())
}

async fn environments_and_mounts_are_merged(s: &Session<'_>) -> Result<()> {
    let path = deploy(s).await?;
    let one = |change: Value| {
        let mut change = change;
        change["name"] = "one".into();
        template(json!({"containers": [change]}))
    };
    s.strategic_patch(&path, one(json!({"env": [{"name": "B", "value": "3"}, {"name": "C", "value": "4"}]}))).await?;
    s.strategic_patch(
        &path,
        one(json!({"env": [{"name": "A", "value": null, "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}}]})),
    )
    .await?
    .is(200)?;
    s.strategic_patch(
        &path,
        one(json!({"env": [{"name": "A", "$patch": "delete"}, {"name": "absent", "$patch": "delete"}]})),
    )
    .await?
    .is(200)?;
    s.strategic_patch(&path, one(json!({"env": null}))).await?.is(200)?;
    s.strategic_patch(&path, one(json!({"volumeMounts": [{"mountPath": "/other", "name": "data"}]}))).await?.is(200)?;
    s.strategic_patch(&path, one(json!({"volumeMounts": [{"mountPath": "/data", "readOnly": true}]})))
        .await?
        .is(200)?;
    s.strategic_patch(&path, one(json!({"ports": [{"containerPort": 80, "protocol": "UDP"}, {"containerPort": 81}]})))
        .await?
        .is(200)?;
    s.strategic_patch(&path, one(json!({"resources": {"limits": {"cpu": "1"}}}))).await?.is(200)?;
    s.strategic_patch(&path, one(json!({"resources": {"limits": {"memory": "1Gi"}}}))).await?.is(200)?;
    s.strategic_patch(&path, one(json!({"livenessProbe": {"httpGet": {"path": "/", "port": 80}}}))).await?.is(200)?;
    s.strategic_patch(&path, one(json!({"livenessProbe": {"exec": {"command": ["x"]}}}))).await?.is(422)?;
    s.strategic_patch(&path, one(json!({"livenessProbe": {"httpGet": null, "exec": {"command": ["x"]}}})))
        .await?
        .is(200)?;
    Ok(())
}

async fn volumes_lose_their_other_source(s: &Session<'_>) -> Result<()> {
    let path = deploy(s).await?;
    let swapped = json!([{"name": "data", "$retainKeys": ["name", "secret"], "secret": {"secretName": "s"}}]);
    s.strategic_patch(&path, template(json!({"volumes": swapped}))).await?.is(200)?;
    let both = json!([{"name": "settings", "emptyDir": {}}]);
    s.strategic_patch(&path, template(json!({"volumes": both}))).await?.is(422)?;
    let bad = json!([{"name": "settings", "$retainKeys": ["name"], "emptyDir": {}}]);
    s.strategic_patch(&path, template(json!({"volumes": bad}))).await?.is(400)?;
    let bad = json!([{"name": "settings", "$retainKeys": "name"}]);
    s.strategic_patch(&path, template(json!({"volumes": bad}))).await?.is(400)?;
    let new = json!([{"name": "new", "$retainKeys": ["name", "emptyDir"], "emptyDir": {}}]);
    s.strategic_patch(&path, template(json!({"volumes": new}))).await?;
    let order = json!({"$setElementOrder/volumes": [{"name": "settings"}, {"name": "data"}]});
    s.strategic_patch(&path, template(order)).await?.is(200)?;
    Ok(())
}

async fn a_strategy_keeps_what_is_retained(s: &Session<'_>) -> Result<()> {
    let path = deploy(s).await?;
    let rolling = json!({"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 3}});
    s.strategic_patch(&path, json!({"spec": {"strategy": rolling}})).await?.is(200)?;
    s.strategic_patch(&path, json!({"spec": {"strategy": {"type": "Recreate"}}})).await?.is(422)?;
    let recreate = json!({"type": "Recreate", "$retainKeys": ["type"]});
    s.strategic_patch(&path, json!({"spec": {"strategy": recreate}})).await?.is(200)?;
    let back = json!({"type": "RollingUpdate", "$patch": "replace"});
    s.strategic_patch(&path, json!({"spec": {"strategy": back}})).await?.is(200)?;
    s.strategic_patch(&path, json!({"spec": {"strategy": {"$patch": "delete"}}})).await?.is(200)?;
    s.strategic_patch(&path, json!({"spec": {"strategy": {"$retainKeys": []}}})).await?.is(200)?;
    Ok(())
}

async fn items_are_deleted_and_replaced(s: &Session<'_>) -> Result<()> {
    let path = deploy(s).await?;
    let change = |items: Value| template(json!({"containers": items}));
    s.strategic_patch(&path, change(json!([{"name": "two", "$patch": "delete"}]))).await?.is(200)?;
    s.strategic_patch(&path, change(json!([{"name": "absent", "$patch": "delete"}]))).await?.is(200)?;
    s.strategic_patch(&path, change(json!([{"$patch": "replace"}, {"name": "only", "image": "x"}]))).await?.is(200)?;
    s.strategic_patch(&path, change(json!([{"name": "new", "image": "x", "$patch": "replace"}]))).await?.is(422)?;
    s.strategic_patch(&path, change(json!([{"$patch": "delete"}]))).await?.is(500)?;
    s.strategic_patch(&path, change(json!([{"$patch": "merge", "name": "only"}]))).await?.is(500)?;
    s.strategic_patch(&path, change(json!([{"$patch": "nonsense", "name": "only"}]))).await?.is(500)?;
    s.strategic_patch(&path, change(json!([{"$patch": 7, "name": "only"}]))).await?.is(500)?;
    let volumes = json!([{"$patch": "replace"}]);
    s.strategic_patch(&path, template(json!({"volumes": volumes}))).await?.is(200)?;
    Ok(())
}

async fn scalars_are_added_and_taken_away(s: &Session<'_>) -> Result<()> {
    let path = s.core("configmaps/a");
    s.post(s.core("configmaps"), config_map("a")).await?.is(201)?;
    let with = |list: &[&str]| json!({"metadata": {"finalizers": list}});
    s.strategic_patch(&path, with(&["example.com/a", "example.com/b"])).await?.is(200)?;
    s.strategic_patch(&path, with(&["example.com/c", "example.com/a"])).await?.is(200)?;
    s.strategic_patch(&path, with(&[])).await?.is(200)?;
    s.strategic_patch(&path, with(&["example.com/d", "example.com/d"])).await?.is(200)?;
    let gone = json!({"metadata": {"$deleteFromPrimitiveList/finalizers": ["example.com/b", "example.com/x"]}});
    s.strategic_patch(&path, gone).await?.is(200)?;
    let both = json!({"metadata": {"$deleteFromPrimitiveList/finalizers": ["example.com/a"], "finalizers": ["example.com/e"]}});
    s.strategic_patch(&path, both).only_at(&["/metadata/labels"]).await?.is(200)?;
    s.strategic_patch(&path, json!({"metadata": {"$deleteFromPrimitiveList": ["example.com/a"]}})).await?.is(400)?;
    s.strategic_patch(&path, json!({"metadata": {"$deleteFromPrimitiveListX/finalizers": []}})).await?.is(400)?;
    s.strategic_patch(&path, json!({"metadata": {"$deleteFromPrimitiveList/absent": ["x"]}})).await?.is(200)?;
    s.strategic_patch(&path, json!({"metadata": {"$deleteFromPrimitiveList/finalizers": "x"}})).await?;
    s.strategic_patch(&path, json!({"metadata": {"$deleteFromPrimitiveList/finalizers": [7]}})).await?;
    s.strategic_patch(&path, json!({"metadata": {"finalizers": [7]}})).await?;
    s.strategic_patch(&path, json!({"metadata": {"$deleteFromPrimitiveList/finalizers": null}})).await?.is(200)?;
    Ok(())
}

async fn lists_follow_an_order(s: &Session<'_>) -> Result<()> {
    let path = deploy(s).await?;
    let names = |names: &[&str]| names.iter().map(|name| json!({"name": name})).collect::<Value>();
    let order = json!({
        "$setElementOrder/containers": names(&["three", "two", "one"]),
        "containers": [{"name": "three", "image": "x"}],
    });
    s.strategic_patch(&path, template(order)).await?.is(200)?;
    s.strategic_patch(&path, template(json!({"$setElementOrder/containers": names(&["one", "two"])})))
        .await?
        .is(200)?;
    let order = json!({
        "$setElementOrder/containers": names(&["one"]),
        "containers": [{"name": "two", "$patch": "delete"}],
    });
    s.strategic_patch(&path, template(order)).await?.is(200)?;
    s.strategic_patch(&path, template(json!({"$setElementOrder/containers": []}))).await?.is(200)?;
    s.strategic_patch(&path, template(json!({"$setElementOrder/imagePullSecrets": names(&["x"])}))).await?.is(200)?;
    let new = json!({"$setElementOrder/imagePullSecrets": names(&["x", "y"]), "imagePullSecrets": names(&["x", "y"])});
    s.strategic_patch(&path, template(new)).await?.is(200)?;
    let finalizers = json!(["example.com/a", "example.com/b", "example.com/c"]);
    s.strategic_patch(&path, json!({"metadata": {"finalizers": finalizers}})).await?.is(200)?;
    let order = json!({
        "$setElementOrder/finalizers": ["example.com/c", "example.com/d", "example.com/a"],
        "finalizers": ["example.com/d"],
        "$deleteFromPrimitiveList/finalizers": ["example.com/b"],
    });
    s.strategic_patch(&path, json!({"metadata": order})).await?.is(200)?;
    Ok(())
}

async fn an_order_that_does_not_fit_is_refused(s: &Session<'_>) -> Result<()> {
    let path = deploy(s).await?;
    let order =
        |order: Value, items: Value| template(json!({"$setElementOrder/containers": order, "containers": items}));
    let item = |name: &str| json!({"name": name, "image": "x"});
    s.strategic_patch(&path, order(json!([{"name": "one"}]), json!([item("new")]))).await?.is(500)?;
    let swapped = order(json!([{"name": "one"}, {"name": "two"}]), json!([item("two"), item("one")]));
    s.strategic_patch(&path, swapped).await?.is(500)?;
    s.strategic_patch(&path, order(json!([{"image": "x"}]), json!([item("one")]))).await?.is(500)?;
    s.strategic_patch(&path, order(json!("text"), json!([]))).await?.is(500)?;
    s.strategic_patch(&path, order(json!(["one"]), json!([item("one")]))).await?.is(500)?;
    s.strategic_patch(&path, order(json!([]), json!([item("new")]))).await?.is(200)?;
    s.strategic_patch(&path, order(json!([{"name": "one"}]), Value::Null)).await?;
    s.strategic_patch(&path, template(json!({"$setElementOrder": []}))).await?.is(400)?;
    s.strategic_patch(&path, template(json!({"$setElementOrder/nonsense": []}))).await?.is(500)?;
    s.strategic_patch(&path, template(json!({"$setElementOrder/hostname": []}))).await?.is(500)?;
    s.strategic_patch(&path, template(json!({"$setElementOrder/restartPolicy": []}))).await?.is(500)?;
    Ok(())
}

async fn owner_references_are_merged_by_uid(s: &Session<'_>) -> Result<()> {
    let path = s.core("configmaps/a");
    s.post(s.core("configmaps"), config_map("a")).await?.is(201)?;
    let owner = |uid: &str, name: &str| json!({"apiVersion": "v1", "kind": "Secret", "uid": uid, "name": name});
    let (first, second) = ("c0ffee00-0000-4000-8000-000000000001", "c0ffee00-0000-4000-8000-000000000002");
    let with = |owners: Value| json!({"metadata": {"ownerReferences": owners}});
    s.strategic_patch(&path, with(json!([owner(first, "one")]))).await?.is(200)?;
    s.strategic_patch(&path, with(json!([owner(second, "two")]))).await?.is(200)?;
    s.strategic_patch(&path, with(json!([{"uid": first, "controller": true}]))).await?.is(200)?;
    s.strategic_patch(&path, with(json!([{"uid": first, "$patch": "delete"}]))).await?.is(200)?;
    s.strategic_patch(&path, with(Value::Null)).await?.is(200)?;
    Ok(())
}

async fn conditions_are_merged_by_type(s: &Session<'_>) -> Result<()> {
    let path = format!("{}/status", deploy(s).await?);
    let condition = |kind: &str, status: &str| json!({"type": kind, "status": status, "lastUpdateTime": "2001-02-03T04:05:06Z", "lastTransitionTime": "2001-02-03T04:05:06Z"});
    let with = |conditions: Value| json!({"status": {"conditions": conditions, "observedGeneration": 1}});
    s.strategic_patch(&path, with(json!([condition("Available", "True")]))).await?.is(200)?;
    s.strategic_patch(&path, with(json!([condition("Progressing", "False")]))).await?.is(200)?;
    s.strategic_patch(&path, with(json!([{"type": "Available", "status": "False"}]))).await?.is(200)?;
    s.strategic_patch(&path, json!({"spec": {"replicas": 7}})).await?.is(200)?;
    s.strategic_patch(&path, json!({"status": null})).await?.is(200)?;
    Ok(())
}

async fn lists_without_a_strategy_are_replaced(s: &Session<'_>) -> Result<()> {
    let path = deploy(s).await?;
    s.strategic_patch(&path, template(json!({"tolerations": [{"key": "b", "operator": "Exists"}]}))).await?.is(200)?;
    let expressions = json!([{"key": "a", "operator": "In", "values": ["x"]}]);
    let terms = json!({"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": [{"matchExpressions": expressions}]}}});
    s.strategic_patch(&path, template(json!({"affinity": terms}))).await?.is(200)?;
    let terms = json!({"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": [{"matchFields": expressions_of_name()}]}}});
    s.strategic_patch(&path, template(json!({"affinity": terms}))).await?.is(200)?;
    s.strategic_patch(
        &path,
        template(json!({"tolerations": [{"$patch": "replace"}, {"key": "c", "operator": "Exists"}]})),
    )
    .await?;
    s.strategic_patch(&path, template(json!({"securityContext": {"runAsUser": 5}}))).await?.is(200)?;
    s.strategic_patch(&path, template(json!({"securityContext": {"runAsGroup": 6, "$patch": "replace"}})))
        .await?
        .is(200)?;
    let role = s.apis("rbac.authorization.k8s.io/v1", "roles");
    let rule = |verbs: &[&str]| json!([{"apiGroups": [""], "resources": ["pods"], "verbs": verbs}]);
    let object = json!({"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "Role", "metadata": {"name": "a"}, "rules": rule(&["get"])});
    s.post(&role, object).await?.is(201)?;
    s.strategic_patch(format!("{role}/a"), json!({"rules": rule(&["list"])})).await?.is(200)?;
    Ok(())
}

fn expressions_of_name() -> Value {
    json!([{"key": "metadata.name", "operator": "In", "values": ["x"]}])
}

async fn what_a_strategic_patch_cannot_say_is_refused(s: &Session<'_>) -> Result<()> {
    let path = deploy(s).await?;
    s.strategic_patch(&path, json!({"$patch": "nonsense"})).await?.is(500)?;
    s.strategic_patch(&path, json!({"$patch": null})).await?.is(500)?;
    s.strategic_patch(&path, json!({"spec": {"$patch": "merge"}})).await?.is(500)?;
    s.strategic_patch(&path, template(json!({"containers": ["text"]}))).await?.is(500)?;
    s.strategic_patch(&path, template(json!({"containers": [["list"]]}))).await?;
    s.strategic_patch(&path, template(json!({"containers": [{"name": "one", "args": [["list"]]}]}))).await?;
    s.strategic_patch(&path, template(json!({"containers": {"name": "one"}}))).await?;
    s.strategic_patch(&path, template(json!({"containers": "text"}))).await?;
    s.strategic_patch(&path, json!({"metadata": {"labels": {"a": "b"}}})).await?.is(200)?;
    s.strategic_patch(&path, json!({"metadata": {"labels": {"a": {"b": "c"}}}})).await?;
    s.strategic_patch(&path, json!({"metadata": {"labels": ["a"]}})).await?;
    Ok(())
}

async fn broken_strategic_patches_are_refused(s: &Session<'_>) -> Result<()> {
    let path = s.core("configmaps/a");
    s.post(s.core("configmaps"), config_map("a")).await?.is(201)?;
    s.strategic_patch(&path, json!(null)).await?.is(200)?;
    s.strategic_patch(&path, json!(null)).bytes("{").await?.is(400)?;
    s.strategic_patch(&path, json!(null)).bytes("{\"data\": {\"a\": \"b\",}}").await?.is(400)?;
    s.strategic_patch(&path, json!([1, 2])).await?.is(400)?;
    s.strategic_patch(&path, json!("text")).await?.is(400)?;
    s.strategic_patch(&path, json!(7)).await?.is(400)?;
    s.strategic_patch(&path, json!({})).bytes("data: {a: b}").await?.is(400)?;
    s.strategic_patch(&path, json!(null)).bytes("{").query("fieldValidation", "Ignore").await?.is(400)?;
    s.strategic_patch(&path, json!([1])).query("fieldValidation", "Ignore").await?.is(400)?;
    Ok(())
}

async fn directives_in_new_members_are_unknown_fields(s: &Session<'_>) -> Result<()> {
    let path = deploy(s).await?;
    let order = json!({"$setElementOrder/nodeSelectorTerms": [], "nodeSelectorTerms": [{"matchFields": expressions_of_name()}]});
    let affinity = json!({"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": order}});
    s.strategic_patch(&path, template(json!({"affinity": affinity})))
        .query("fieldValidation", "Strict")
        .await?
        .is(422)?;
    s.strategic_patch(&path, template(json!({"affinity": affinity}))).await?.is(200)?;
    let context = json!({"runAsUser": 5, "$retainKeys": ["runAsUser"]});
    s.strategic_patch(&path, template(json!({"containers": [{"name": "one", "securityContext": context}]}))).await?;
    s.strategic_patch(
        &path,
        template(json!({"containers": [{"name": "two", "securityContext": {"$patch": "delete"}}]})),
    )
    .await?;
    let nested =
        json!([{"name": "new", "image": "x", "env": [{"name": "A", "$patch": "delete"}, {"name": "B", "value": "1"}]}]);
    s.strategic_patch(&path, template(json!({"containers": nested}))).await?;
    Ok(())
}

async fn whole_objects_are_replaced_and_deleted(s: &Session<'_>) -> Result<()> {
    let path = s.core("configmaps/a");
    s.post(s.core("configmaps"), config_map("a")).await?.is(201)?;
    s.strategic_patch(&path, json!({"data": {"$patch": "replace", "other": "1"}})).await?.is(200)?;
    s.strategic_patch(&path, json!({"data": {"$patch": "delete"}})).await?.is(200)?;
    let whole = json!({"$patch": "replace", "metadata": {"name": "a"}, "data": {"whole": "1"}});
    s.strategic_patch(&path, whole).await?;
    s.strategic_patch(&path, json!({"$patch": "delete"})).await?;
    s.strategic_patch(&path, json!({"metadata": {"$patch": "delete"}})).await?;
    s.strategic_patch(&path, json!({"metadata": null})).await?;
    s.strategic_patch(&path, json!({"metadata": {"name": "b"}})).await?;
    s.strategic_patch(&path, json!({"metadata": {"name": null}})).await?;
    s.strategic_patch(&path, json!({"$retainKeys": ["metadata"]})).await?;
    Ok(())
}

async fn strategic_patches_are_read_strictly(s: &Session<'_>) -> Result<()> {
    let path = deploy(s).await?;
    for how in ["Strict", "Warn", "Ignore"] {
        let unknown = json!({"colour": "red", "spec": {"size": {"a": 1}, "template": {"spec": {"containers": [{"name": "one", "shape": true}]}}}});
        s.strategic_patch(&path, unknown).query("fieldValidation", how).await?;
        let twice = r#"{"metadata": {"labels": {"a": "1", "a": "2"}}, "spec": {"replicas": 1, "replicas": 2}}"#;
        s.strategic_patch(&path, json!(null)).bytes(twice).query("fieldValidation", how).await?;
        let both = r#"{"metadata": {"labels": {"a": "1", "a": "2"}}, "nonsense": null, "more": [1.5, null, "x"]}"#;
        s.strategic_patch(&path, json!(null)).bytes(both).query("fieldValidation", how).await?;
    }
    s.strategic_patch(&path, json!({})).query("fieldValidation", "Nonsense").await?.is(422)?;
    Ok(())
}

async fn a_strategic_patch_of_another_type_is_refused(s: &Session<'_>) -> Result<()> {
    let path = deploy(s).await?;
    for patch in [
        json!({"spec": "text"}),
        json!({"spec": {"replicas": "many"}}),
        json!({"spec": {"replicas": 1.5}}),
        json!({"spec": {"replicas": 4_294_967_299_u64}}),
        json!({"spec": {"paused": "yes"}}),
        json!({"spec": {"paused": 1}}),
        json!({"metadata": {"labels": {"a": 5}}}),
        json!({"metadata": {"labels": "text"}}),
        json!({"metadata": {"creationTimestamp": "yesterday"}}),
        json!({"metadata": {"finalizers": "text"}}),
        json!({"spec": {"template": {"spec": {"containers": [{"name": "one", "resources": {"limits": {"cpu": "much"}}}]}}}}),
        json!({"spec": {"template": {"spec": {"containers": [{"name": "one", "env": {"a": "b"}}]}}}}),
        json!({"spec": {"strategy": []}}),
        json!({"spec": {"replicas": -1}}),
    ] {
        s.strategic_patch(&path, patch).await?;
    }
    Ok(())
}

async fn a_strategic_patch_does_not_say_what_an_object_is(s: &Session<'_>) -> Result<()> {
    let path = s.core("configmaps/a");
    s.post(s.core("configmaps"), config_map("a")).await?.is(201)?;
    for field in ["kind", "apiVersion"] {
        s.strategic_patch(&path, json!({field: null})).await?;
        s.strategic_patch(&path, json!({field: "Other"})).await?;
        s.strategic_patch(&path, json!({field: ""})).await?;
        s.strategic_patch(&path, json!({field: 7})).await?;
    }
    s.strategic_patch(&path, json!({"apiVersion": "apps/v1", "kind": "Deployment"})).await?;
    Ok(())
}

async fn a_strategic_patch_is_tracked(s: &Session<'_>) -> Result<()> {
    let path = deploy(s).await?;
    let image = |image: &str| template(json!({"containers": [{"name": "one", "image": image}]}));
    s.strategic_patch(&path, image("x:2")).query("fieldManager", "second").await?.is(200)?;
    s.strategic_patch(&path, image("x:3")).query("fieldManager", "third").await?.is(200)?;
    let gone = template(json!({"containers": [{"name": "two", "$patch": "delete"}]}));
    s.strategic_patch(&path, gone).query("fieldManager", "third").await?.is(200)?;
    s.strategic_patch(&path, json!({"metadata": {"managedFields": []}})).await?.is(200)?;
    s.strategic_patch(&path, json!({"metadata": {"managedFields": [{}]}})).await?;
    s.strategic_patch(&path, json!({})).force().await?.is(422)?;
    Ok(())
}

async fn strategic_patches_scale(s: &Session<'_>) -> Result<()> {
    let path = format!("{}/scale", deploy(s).await?);
    s.strategic_patch(&path, json!({"spec": {"replicas": 3}})).query("fieldManager", "scaler").await?.is(200)?;
    s.strategic_patch(&path, json!({"spec": {"replicas": -3}})).await?.is(422)?;
    s.strategic_patch(&path, json!({"spec": {"replicas": "x"}})).await?;
    s.strategic_patch(&path, json!({"spec": {"colour": "x"}})).query("fieldValidation", "Strict").await?;
    s.strategic_patch(&path, json!({"spec": {"replicas": null}})).await?.is(200)?;
    s.strategic_patch(&path, json!({"spec": {"$patch": "delete"}})).await?.is(200)?;
    Ok(())
}

async fn strategic_patches_of_definitions_replace_versions(s: &Session<'_>) -> Result<()> {
    let group = "strategic.example.com";
    let schema = widget_schema(json!({"size": {"type": "integer"}}));
    s.define(definition(group, schema.clone())).await?;
    let path = format!("/apis/apiextensions.k8s.io/v1/customresourcedefinitions/widgets.{group}");
    let version = json!({"name": "v1", "served": true, "storage": true, "schema": {"openAPIV3Schema": schema}, "deprecated": true});
    s.strategic_patch(&path, json!({"spec": {"versions": [version], "names": {"shortNames": ["wd"]}}}))
        .only_at(&["/spec", "/metadata/generation"])
        .await?
        .is(200)?;
    s.strategic_patch(&path, json!({"spec": {"versions": [{"name": "v1", "served": false}]}}))
        .only_at(&["/reason"])
        .await?;
    Ok(())
}

async fn custom_resources_take_no_strategic_patch(s: &Session<'_>) -> Result<()> {
    let group = "unstrategic.example.com";
    let schema = widget_schema(json!({"replicas": {"type": "integer"}}));
    let mut definition = definition(group, schema);
    definition["spec"]["versions"][0]["subresources"] = json!({"status": {}, "scale": {"specReplicasPath": ".spec.replicas", "statusReplicasPath": ".status.replicas"}});
    s.define(definition).await?;
    let path = s.apis(&format!("{group}/v1"), "widgets");
    s.post(&path, widget(group, "a", json!({"replicas": 1}))).await?.is(201)?;
    for (below, body) in [("a", json!({})), ("absent", json!({})), ("a/status", json!({})), ("a/scale", json!({}))] {
        s.strategic_patch(format!("{path}/{below}"), body).await?.is(415)?;
    }
    Ok(())
}

async fn absent_objects_take_no_patch(s: &Session<'_>) -> Result<()> {
    s.strategic_patch(s.core("configmaps/absent"), json!({"data": {}})).await?.fails(404, "NotFound")?;
    s.strategic_patch(s.core("configmaps/absent"), json!({})).bytes("{").await?;
    s.strategic_patch(s.apis("apps/v1", "deployments/absent/scale"), json!({})).await?.fails(404, "NotFound")?;
    s.strategic_patch(s.apis("apps/v1", "deployments/absent/status"), json!({})).await?.fails(404, "NotFound")?;
    s.merge_patch(s.core("configmaps/absent"), json!({})).bytes("{").await?;
    s.json_patch(s.core("configmaps/absent"), json!({})).bytes("{").await?;
    Ok(())
}

async fn a_strategic_patch_that_changes_nothing_keeps_the_version(s: &Session<'_>) -> Result<()> {
    let path = deploy(s).await?;
    let made = s.get(&path).only_status().await?;
    for patch in [
        json!({}),
        template(json!({"containers": [{"name": "one"}]})),
        template(json!({"containers": [{"name": "one", "env": [{"name": "A", "value": "1"}]}]})),
        template(json!({"containers": [{"name": "absent", "$patch": "delete"}]})),
        template(json!({"$setElementOrder/containers": [{"name": "one"}, {"name": "two"}]})),
        json!({"metadata": {"labels": {"absent": null}}}),
    ] {
        let patched = s.strategic_patch(&path, patch).only_status().await?.is(200)?;
        ensure!(patched.version()? == made.version()?, "a patch that changed nothing made a version");
    }
    Ok(())
}

async fn strategic_patches_meet_versions_and_dry_runs(s: &Session<'_>) -> Result<()> {
    let path = s.core("configmaps/a");
    let version = s.post(s.core("configmaps"), config_map("a")).await?.version()?;
    let patch = json!({"metadata": {"resourceVersion": version}, "data": {"n": "1"}});
    s.strategic_patch(&path, patch.clone()).dry_run().await?.is(200)?;
    s.strategic_patch(&path, patch.clone()).await?.is(200)?;
    s.strategic_patch(&path, patch).await?.fails(409, "Conflict")?;
    s.strategic_patch(&path, json!({"metadata": {"uid": "other"}})).await?.is(422)?;
    s.strategic_patch(&path, json!({"metadata": {"namespace": "default"}})).await?.is(400)?;
    Ok(())
}

async fn a_strategic_patch_rolls_a_pod_template(s: &Session<'_>) -> Result<()> {
    let path = deploy(s).await?;
    let restart =
        json!({"spec": {"template": {"metadata": {"annotations": {"kubectl.kubernetes.io/restartedAt": "now"}}}}});
    s.strategic_patch(&path, restart).await?.is(200)?.has("/metadata/generation", 2)?;
    s.post(s.core("pods"), pod("a")).only_status().await?.is(201)?;
    let image = json!({"spec": {"containers": [{"name": "main", "image": "registry.example/main:2"}]}});
    s.strategic_patch(s.core("pods/a"), image)
        .only_at(&["/spec/containers/0/image", "/metadata/generation"])
        .await?
        .is(200)?;
    let extra = json!({"spec": {"containers": [{"name": "other", "image": "x"}]}});
    s.strategic_patch(s.core("pods/a"), extra).only_at(&["/reason", "/details"]).await?.is(422)?;
    Ok(())
}
