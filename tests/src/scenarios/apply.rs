//! Server-side apply: ownership, conflicts, force and removal.

use super::objects::{config_map, definition, deployment, widget, widget_schema};
use crate::session::Session;
use anyhow::{Result, ensure};
use serde_json::{Value, json};

crate::scenarios!("apply":
    applying_creates_and_owns,
    applying_again_changes_nothing,
    a_second_manager_adds_its_fields,
    a_taken_field_conflicts,
    force_takes_the_field,
    the_same_value_is_shared,
    a_field_no_longer_applied_is_removed,
    a_shared_field_stays_for_the_other_owner,
    an_updater_owns_what_it_changes,
    an_updater_takes_fields_without_conflict,
    applying_over_a_created_object_conflicts,
    giving_up_everything_leaves_no_trace,
    a_manager_must_be_named,
    names_must_match_the_path,
    managed_fields_may_not_be_applied,
    managed_fields_can_be_cleared,
    broken_managed_fields_are_refused_or_reset,
    a_version_in_the_object_is_checked,
    a_uid_in_the_object_is_checked,
    yaml_is_accepted,
    a_dry_run_reports_conflicts_and_writes_nothing,
    labels_and_annotations_are_owned_by_key,
    status_is_owned_apart,
    scale_takes_replicas,
    applying_a_deployment_owns_what_was_written,
    null_values_are_not_owned,
    an_empty_map_is_owned_as_such,
    two_versions_of_one_manager_are_one,
    conflicts_name_every_manager,
    a_custom_resource_is_applied,
    applying_to_a_terminating_object,
    creation_timestamps_are_ignored,
    a_merge_patch_after_an_apply_moves_ownership,
    values_of_an_applied_object_are_converted,
    a_dry_run_with_a_version_of_nothing,
);

fn with_data(name: &str, data: Value) -> Value {
    json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}, "data": data})
}

async fn applying_creates_and_owns(s: &Session<'_>) -> Result<()> {
    let made = s.apply(s.core("configmaps/a"), "one", with_data("a", json!({"x": "1"}))).await?.is(201)?;
    made.has("/metadata/managedFields/0/operation", "Apply")?
        .has("/metadata/managedFields/0/fieldsV1", json!({"f:data": {"f:x": {}}}))?;
    Ok(())
}

async fn applying_again_changes_nothing(s: &Session<'_>) -> Result<()> {
    let path = s.core("configmaps/a");
    let made = s.apply(&path, "one", with_data("a", json!({"x": "1"}))).await?.is(201)?;
    let again = s.apply(&path, "one", with_data("a", json!({"x": "1"}))).await?.is(200)?;
    ensure!(made.body() == again.body(), "applying the same again changed the object");
    let path = s.apis("apps/v1", "deployments/a");
    let made = s.apply(&path, "one", deployment("a", 1)).only_status().await?.is(201)?;
    let again = s.apply(&path, "one", deployment("a", 1)).only_status().await?.is(200)?;
    ensure!(made.body() == again.body(), "applying the same deployment again changed it");
    Ok(())
}

async fn a_second_manager_adds_its_fields(s: &Session<'_>) -> Result<()> {
    let path = s.core("configmaps/a");
    s.apply(&path, "one", with_data("a", json!({"x": "1"}))).await?.is(201)?;
    let both = s.apply(&path, "two", with_data("a", json!({"y": "2"}))).await?.is(200)?;
    both.has("/data", json!({"x": "1", "y": "2"}))?;
    s.apply(&path, "two", with_data("a", json!({}))).await?.is(200)?.has("/data", json!({"x": "1"}))?;
    Ok(())
}

async fn a_taken_field_conflicts(s: &Session<'_>) -> Result<()> {
    let path = s.core("configmaps/a");
    s.apply(&path, "one", with_data("a", json!({"x": "1", "y": "1"}))).await?.is(201)?;
    let conflict = s.apply(&path, "two", with_data("a", json!({"x": "2"}))).await?.fails(409, "Conflict")?;
    conflict.has("/details/causes/0/reason", "FieldManagerConflict")?.has("/details/causes/0/field", ".data.x")?;
    s.apply(&path, "two", with_data("a", json!({"x": "2", "y": "2"}))).await?.fails(409, "Conflict")?;
    s.get(&path).await?.has("/data/x", "1")?;
    Ok(())
}

async fn force_takes_the_field(s: &Session<'_>) -> Result<()> {
    let path = s.core("configmaps/a");
    s.apply(&path, "one", with_data("a", json!({"x": "1", "y": "1"}))).await?.is(201)?;
    s.apply(&path, "two", with_data("a", json!({"x": "2"}))).force().await?.is(200)?.has("/data/x", "2")?;
    s.apply(&path, "one", with_data("a", json!({"x": "1", "y": "1"}))).await?.fails(409, "Conflict")?;
    s.apply(&path, "one", with_data("a", json!({"y": "1"}))).await?.is(200)?.has("/data/x", "2")?;
    Ok(())
}

async fn the_same_value_is_shared(s: &Session<'_>) -> Result<()> {
    let path = s.core("configmaps/a");
    s.apply(&path, "one", with_data("a", json!({"x": "1"}))).await?.is(201)?;
    s.apply(&path, "two", with_data("a", json!({"x": "1"}))).await?.is(200)?;
    s.apply(&path, "one", with_data("a", json!({"x": "2"}))).await?.fails(409, "Conflict")?;
    Ok(())
}

async fn a_field_no_longer_applied_is_removed(s: &Session<'_>) -> Result<()> {
    let path = s.core("configmaps/a");
    s.apply(&path, "one", with_data("a", json!({"x": "1", "y": "1"}))).await?.is(201)?;
    s.apply(&path, "one", with_data("a", json!({"y": "1"}))).await?.is(200)?.has("/data", json!({"y": "1"}))?;
    s.apply(&path, "one", json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}}))
        .await?
        .is(200)?
        .lacks("/data")?;
    Ok(())
}

async fn a_shared_field_stays_for_the_other_owner(s: &Session<'_>) -> Result<()> {
    let path = s.core("configmaps/a");
    s.apply(&path, "one", with_data("a", json!({"x": "1"}))).await?.is(201)?;
    s.apply(&path, "two", with_data("a", json!({"x": "1"}))).await?.is(200)?;
    s.apply(&path, "one", with_data("a", json!({}))).await?.is(200)?.has("/data/x", "1")?;
    s.apply(&path, "two", with_data("a", json!({}))).await?.is(200)?.lacks("/data/x")?;
    Ok(())
}

async fn an_updater_owns_what_it_changes(s: &Session<'_>) -> Result<()> {
    let path = s.core("configmaps/a");
    s.apply(&path, "one", with_data("a", json!({"x": "1", "y": "1"}))).await?.is(201)?;
    let mut body = s.get(&path).await?.body().clone();
    body["data"]["x"] = "2".into();
    body["data"]["z"] = "3".into();
    s.put(&path, body).query("fieldManager", "editor").await?.is(200)?;
    s.apply(&path, "one", with_data("a", json!({"x": "1", "y": "1"}))).await?.fails(409, "Conflict")?;
    Ok(())
}

async fn an_updater_takes_fields_without_conflict(s: &Session<'_>) -> Result<()> {
    let path = s.core("configmaps/a");
    s.apply(&path, "one", with_data("a", json!({"x": "1", "y": "1"}))).await?.is(201)?;
    s.merge_patch(&path, json!({"data": {"x": "2"}})).query("fieldManager", "editor").await?.is(200)?;
    s.merge_patch(&path, json!({"data": {"y": null}})).query("fieldManager", "editor").await?.is(200)?;
    s.apply(&path, "one", with_data("a", json!({}))).await?.is(200)?.has("/data", json!({"x": "2"}))?;
    Ok(())
}

async fn applying_over_a_created_object_conflicts(s: &Session<'_>) -> Result<()> {
    let path = s.core("configmaps/a");
    s.post(s.core("configmaps"), config_map("a")).query("fieldManager", "maker").await?.is(201)?;
    s.apply(&path, "one", with_data("a", json!({"key": "other"}))).await?.fails(409, "Conflict")?;
    s.apply(&path, "one", with_data("a", json!({"key": "value"}))).await?.is(200)?;
    s.apply(&path, "one", with_data("a", json!({"key": "other"}))).force().await?.is(200)?;
    Ok(())
}

async fn giving_up_everything_leaves_no_trace(s: &Session<'_>) -> Result<()> {
    let path = s.core("configmaps/a");
    s.post(s.core("configmaps"), config_map("a")).query("fieldManager", "maker").await?.is(201)?;
    s.apply(&path, "one", with_data("a", json!({"x": "1"}))).await?.is(200)?;
    s.apply(&path, "one", json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}}))
        .await?
        .is(200)?;
    Ok(())
}

async fn a_manager_must_be_named(s: &Session<'_>) -> Result<()> {
    let path = s.core("configmaps/a");
    s.apply(&path, "", config_map("a")).await?.is(422)?;
    s.merge_patch(&path, config_map("a")).content_type("application/apply-patch+yaml").await?.is(422)?;
    s.apply(&path, &"x".repeat(129), config_map("a")).await?.is(422)?;
    Ok(())
}

async fn names_must_match_the_path(s: &Session<'_>) -> Result<()> {
    s.apply(s.core("configmaps/a"), "one", config_map("b")).await?.is(400)?;
    s.apply(s.core("configmaps/a"), "one", json!({"apiVersion": "v1", "kind": "ConfigMap"})).await?.is(400)?;
    s.apply(s.core("configmaps/b"), "one", json!({"apiVersion": "v1", "kind": "Secret"})).await?.is(400)?;
    s.apply(s.core("configmaps/b"), "one", json!({"apiVersion": "v2", "kind": "ConfigMap"})).await?.is(400)?;
    s.apply(s.core("configmaps/b"), "one", json!({"metadata": {"name": "b"}})).await?.is(400)?;
    s.apply(s.core("configmaps/b"), "one", json!({})).await?.is(400)?;
    Ok(())
}

async fn managed_fields_may_not_be_applied(s: &Session<'_>) -> Result<()> {
    let path = s.core("configmaps/a");
    let made = s.apply(&path, "one", config_map("a")).await?.is(201)?;
    s.apply(&path, "one", made.body().clone()).await?.is(400)?;
    Ok(())
}

async fn managed_fields_can_be_cleared(s: &Session<'_>) -> Result<()> {
    let path = s.core("configmaps/a");
    s.apply(&path, "one", config_map("a")).await?.is(201)?;
    let cleared = s.merge_patch(&path, json!({"metadata": {"managedFields": [{}]}})).query("fieldManager", "broom");
    cleared.await?.is(200)?.lacks("/metadata/managedFields")?;
    s.apply(&path, "one", config_map("a")).await?.is(200)?;
    s.apply(&path, "one", with_data("a", json!({"key": "other"}))).await?;
    Ok(())
}

async fn broken_managed_fields_are_refused_or_reset(s: &Session<'_>) -> Result<()> {
    let path = s.core("configmaps/a");
    s.apply(&path, "one", config_map("a")).await?.is(201)?;
    let entry = |operation: &str, fields: Value| {
        json!({"metadata": {"managedFields": [{
            "manager": "x", "operation": operation, "apiVersion": "v1", "fieldsType": "FieldsV1", "fieldsV1": fields,
        }]}})
    };
    s.merge_patch(&path, entry("Nonsense", json!({}))).await?.is(200)?;
    s.merge_patch(&path, entry("Apply", json!({"x:nonsense": {}}))).only_status().await?;
    s.merge_patch(&path, entry("Apply", json!({"f:data": {"f:key": {}}})))
        .query("fieldManager", "other")
        .await?
        .is(200)?;
    Ok(())
}

async fn a_version_in_the_object_is_checked(s: &Session<'_>) -> Result<()> {
    let path = s.core("configmaps/a");
    let version = s.apply(&path, "one", config_map("a")).await?.is(201)?.version()?;
    s.apply(&path, "two", with_data("a", json!({"y": "1"}))).await?.is(200)?;
    let mut stale = config_map("a");
    stale["metadata"]["resourceVersion"] = version.clone().into();
    s.apply(&path, "one", stale).await?.fails(409, "Conflict")?;
    let mut fresh = config_map("b");
    fresh["metadata"]["resourceVersion"] = version.into();
    s.apply(s.core("configmaps/b"), "one", fresh).await?.is(201)?;
    Ok(())
}

async fn a_uid_in_the_object_is_checked(s: &Session<'_>) -> Result<()> {
    let mut body = config_map("a");
    body["metadata"]["uid"] = "11111111-2222-4333-8444-555555555555".into();
    s.apply(s.core("configmaps/a"), "one", body).only_at(&["/reason"]).await?.is(409)?;
    Ok(())
}

async fn yaml_is_accepted(s: &Session<'_>) -> Result<()> {
    let yaml =
        "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\ndata:\n  x: \"1\"\n  text: |\n    two\n    lines\n";
    s.apply(s.core("configmaps/a"), "one", Value::Null)
        .bytes(yaml)
        .await?
        .is(201)?
        .has("/data/text", "two\nlines\n")?;
    s.apply(s.core("configmaps/a"), "one", Value::Null).bytes("a: b: c").only_at(&["/reason"]).await?.is(400)?;
    Ok(())
}

async fn a_dry_run_reports_conflicts_and_writes_nothing(s: &Session<'_>) -> Result<()> {
    let path = s.core("configmaps/a");
    let made = s.apply(&path, "one", config_map("a")).await?.is(201)?;
    s.apply(&path, "two", with_data("a", json!({"key": "2"}))).dry_run().await?.fails(409, "Conflict")?;
    s.apply(&path, "two", with_data("a", json!({"key": "2"}))).dry_run().force().await?.is(200)?;
    let now = s.get(&path).await?;
    ensure!(now.body() == made.body(), "a dry run changed the object");
    Ok(())
}

async fn labels_and_annotations_are_owned_by_key(s: &Session<'_>) -> Result<()> {
    let path = s.core("configmaps/a");
    let body = |labels: Value, annotations: Value| {
        json!({"apiVersion": "v1", "kind": "ConfigMap",
               "metadata": {"name": "a", "labels": labels, "annotations": annotations}})
    };
    s.apply(&path, "one", body(json!({"a": "1"}), json!({"example.com/n": "1"}))).await?.is(201)?;
    s.apply(&path, "two", body(json!({"b": "2"}), json!({"example.com/m": "2"}))).await?.is(200)?;
    s.apply(&path, "two", body(json!({"a": "3"}), json!({}))).await?.fails(409, "Conflict")?;
    let left = s.apply(&path, "one", body(json!({}), json!({}))).await?.is(200)?;
    left.has("/metadata/labels", json!({"b": "2"}))?;
    Ok(())
}

async fn status_is_owned_apart(s: &Session<'_>) -> Result<()> {
    let path = s.apis("apps/v1", "deployments/a");
    s.apply(&path, "one", deployment("a", 1)).await?.is(201)?;
    let status = json!({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "a"},
                        "status": {"replicas": 1, "observedGeneration": 1}});
    let path_status = s.apis("apps/v1", "deployments/a/status");
    s.apply(&path_status, "controller", status.clone()).await?.is(200)?.has("/status/replicas", 1)?;
    s.apply(&path, "one", deployment("a", 2)).await?.is(200)?.has("/status/replicas", 1)?;
    s.apply(&path_status, "other", status).await?.is(200)?;
    let mut with_spec = deployment("a", 9);
    with_spec["status"] = json!({"replicas": 2});
    s.apply(&path_status, "controller", with_spec).force().await?.is(200)?.has("/spec/replicas", 2)?;
    Ok(())
}

async fn scale_takes_replicas(s: &Session<'_>) -> Result<()> {
    let path = s.apis("apps/v1", "deployments/a");
    s.apply(&path, "one", deployment("a", 1)).only_status().await?.is(201)?;
    let scale = s.apis("apps/v1", "deployments/a/scale");
    s.merge_patch(&scale, json!({"spec": {"replicas": 5}})).query("fieldManager", "autoscaler").await?.is(200)?;
    s.get(&path).only_at(&["/metadata/managedFields", "/spec/replicas"]).await?.has("/spec/replicas", 5)?;
    s.apply(&path, "one", deployment("a", 1)).await?.fails(409, "Conflict")?;
    let mut without = deployment("a", 1);
    if let Some(spec) = without["spec"].as_object_mut() {
        spec.remove("replicas");
    }
    s.apply(&path, "one", without).only_at(&["/metadata/managedFields", "/spec/replicas"]).await?.is(200)?;
    Ok(())
}

async fn applying_a_deployment_owns_what_was_written(s: &Session<'_>) -> Result<()> {
    let path = s.apis("apps/v1", "deployments/a");
    s.apply(&path, "one", deployment("a", 1)).only_at(&["/metadata/managedFields"]).await?.is(201)?;
    let mut image = json!({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "a"}});
    image["spec"]["template"]["spec"]["containers"] = json!([{"name": "main", "image": "registry.example/main:2"}, {"name": "side", "image": "registry.example/side:1"}]);
    s.apply(&path, "two", image.clone()).await?.fails(409, "Conflict")?;
    s.apply(&path, "two", image).force().only_at(&["/metadata/managedFields", "/spec/template"]).await?.is(200)?;
    s.apply(&path, "one", deployment("a", 1)).await?.fails(409, "Conflict")?;
    Ok(())
}

async fn null_values_are_not_owned(s: &Session<'_>) -> Result<()> {
    let path = s.core("configmaps/a");
    s.apply(&path, "one", with_data("a", json!({"x": null, "y": "1"}))).await?;
    s.apply(&path, "one", json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}, "data": null}))
        .await?;
    Ok(())
}

async fn an_empty_map_is_owned_as_such(s: &Session<'_>) -> Result<()> {
    let path = s.core("configmaps/a");
    s.apply(&path, "one", with_data("a", json!({}))).await?.is(201)?;
    s.apply(&path, "two", with_data("a", json!({"x": "1"}))).await?.fails(409, "Conflict")?;
    s.apply(&path, "two", with_data("a", json!({"x": "1"}))).force().await?.is(200)?;
    s.apply(&path, "one", with_data("a", json!({}))).await?;
    Ok(())
}

async fn two_versions_of_one_manager_are_one(s: &Session<'_>) -> Result<()> {
    let path = s.core("configmaps/a");
    for at in 0..3 {
        let value = at.to_string();
        s.apply(&path, "one", with_data("a", json!({"x": value}))).await?;
        s.merge_patch(&path, json!({"data": {"y": value}})).query("fieldManager", "one").await?.is(200)?;
    }
    Ok(())
}

async fn conflicts_name_every_manager(s: &Session<'_>) -> Result<()> {
    let path = s.core("configmaps/a");
    s.apply(&path, "one", with_data("a", json!({"x": "1"}))).await?.is(201)?;
    s.merge_patch(&path, json!({"data": {"y": "1"}})).query("fieldManager", "editor").await?.is(200)?;
    s.apply(&path, "two", with_data("a", json!({"x": "1", "y": "1"}))).await?.is(200)?;
    s.apply(&path, "three", with_data("a", json!({"x": "9", "y": "9"}))).await?.fails(409, "Conflict")?;
    Ok(())
}

async fn a_custom_resource_is_applied(s: &Session<'_>) -> Result<()> {
    let group = "applied.example.com";
    let schema = widget_schema(json!({"size": {"type": "integer", "default": 3}, "name": {"type": "string"}}));
    s.define(definition(group, schema)).await?;
    let path = s.apis(&format!("{group}/v1"), "widgets/a");
    s.apply(&path, "one", widget(group, "a", json!({"name": "x"}))).await?.is(201)?.has("/spec/size", 3)?;
    s.apply(&path, "two", widget(group, "a", json!({"size": 4}))).await?.is(200)?.has("/spec/size", 4)?;
    s.apply(&path, "one", widget(group, "a", json!({"name": "x", "size": 5}))).await?.fails(409, "Conflict")?;
    s.apply(&path, "two", widget(group, "a", json!({}))).await?.is(200)?.has("/spec/size", 3)?;
    s.apply(&path, "one", widget(group, "a", json!({"name": "x", "unknown": 1}))).await?;
    Ok(())
}

async fn applying_to_a_terminating_object(s: &Session<'_>) -> Result<()> {
    let path = s.core("configmaps/a");
    let mut body = config_map("a");
    body["metadata"]["finalizers"] = json!(["example.com/hold"]);
    s.apply(&path, "one", body.clone()).await?.is(201)?;
    s.delete(&path).await?.is(200)?;
    body["data"]["late"] = "1".into();
    s.apply(&path, "one", body).await?.is(200)?;
    s.apply(&path, "one", config_map("a")).await?.is(200)?;
    s.get(&path).await?.fails(404, "NotFound")?;
    Ok(())
}

async fn creation_timestamps_are_ignored(s: &Session<'_>) -> Result<()> {
    let path = s.core("configmaps/a");
    let mut body = config_map("a");
    body["metadata"]["creationTimestamp"] = Value::Null;
    s.apply(&path, "one", body.clone()).await?.is(201)?;
    body["metadata"]["creationTimestamp"] = "2001-02-03T04:05:06Z".into();
    s.apply(&path, "one", body.clone()).await?.is(200)?;
    body["metadata"]["generateName"] = "x-".into();
    s.apply(&path, "one", body).await?;
    Ok(())
}

async fn a_merge_patch_after_an_apply_moves_ownership(s: &Session<'_>) -> Result<()> {
    let path = s.apis("apps/v1", "deployments/a");
    s.apply(&path, "one", deployment("a", 1)).only_status().await?.is(201)?;
    s.merge_patch(&path, json!({"spec": {"replicas": 2, "paused": true}}))
        .query("fieldManager", "editor")
        .only_at(&["/metadata/managedFields"])
        .await?
        .is(200)?;
    s.merge_patch(&path, json!({"spec": {"paused": null}}))
        .query("fieldManager", "third")
        .only_at(&["/metadata/managedFields"])
        .await?
        .is(200)?;
    Ok(())
}

async fn values_of_an_applied_object_are_converted(s: &Session<'_>) -> Result<()> {
    let path = s.apis("apps/v1", "deployments/a");
    s.apply(&path, "one", deployment("a", 1)).only_status().await?.is(201)?;
    let with = |pointer: &str, value: Value| {
        let mut changed = deployment("a", 1);
        let (parent, key) = pointer.rsplit_once('/').unwrap_or_default();
        if let Some(parent) = changed.pointer_mut(parent) {
            parent[key] = value;
        }
        s.apply(&path, "one", changed).only_at(&["/message", "/reason", "/spec"])
    };
    with("/spec/replicas", json!(2.0)).await?;
    with("/spec/replicas", json!(2.5)).await?;
    with("/spec/replicas", json!(5_000_000_000_i64)).await?;
    with("/spec/replicas", json!(-4_294_967_290_i64)).await?;
    with("/spec/progressDeadlineSeconds", json!(1e30)).await?;
    with("/spec/template/spec/terminationGracePeriodSeconds", json!(3.0)).await?;
    with("/spec/template/spec/terminationGracePeriodSeconds", json!(3.5)).await?;
    with("/spec/strategy", json!({"rollingUpdate": {"maxSurge": 1.5}})).await?;
    with("/spec/strategy", json!({"rollingUpdate": {"maxSurge": 5_000_000_000_i64}})).await?;
    with("/spec/template/spec/containers/0/resources", json!({"limits": {"cpu": "many"}})).await?;
    with("/spec/template/metadata/creationTimestamp", "yesterday".into()).await?;
    let secret = |data: Value| {
        let body = json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "a"}, "data": data});
        s.apply(s.core("secrets/a"), "one", body)
    };
    secret(json!({"x": "?"})).await?;
    secret(json!({"x": "YQ"})).await?;
    secret(json!({"x": "YQ=="})).await?.is(201)?;
    Ok(())
}

async fn a_dry_run_with_a_version_of_nothing(s: &Session<'_>) -> Result<()> {
    let other = s.post(s.core("configmaps"), config_map("other")).await?.is(201)?.version()?;
    let group = "dryversion.example.com";
    s.define(definition(group, widget_schema(json!({"size": {"type": "integer"}})))).await?;
    let widgets = s.apis(&format!("{group}/v1"), "widgets/a");
    let widget = widget(group, "a", json!({"size": 1}));
    for (path, body) in [(s.core("configmaps/a"), config_map("a")), (widgets, widget)] {
        let mut body = body;
        body["metadata"]["resourceVersion"] = other.as_str().into();
        s.apply(&path, "one", body.clone()).dry_run().await?;
        s.get(&path).await?.is(404)?;
        body["metadata"]["resourceVersion"] = "0".into();
        s.apply(&path, "one", body.clone()).dry_run().await?;
        body["metadata"]["resourceVersion"] = "x".into();
        s.apply(&path, "one", body.clone()).dry_run().await?;
        s.apply(&path, "one", body.clone()).await?;
        body["metadata"]["resourceVersion"] = other.as_str().into();
        s.apply(&path, "one", body.clone()).await?;
        s.get(&path).await?;
    }
    let mut lease = super::objects::lease("a", "one");
    let path = s.apis("coordination.k8s.io/v1", "leases/a");
    s.put(&path, lease.clone()).dry_run().await?;
    lease["metadata"]["resourceVersion"] = other.as_str().into();
    s.put(&path, lease.clone()).dry_run().await?;
    s.put(&path, lease).await?;
    Ok(())
}
