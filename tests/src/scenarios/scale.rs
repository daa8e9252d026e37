//! Who owns the number of replicas when it is written through `/scale`.

use super::objects::{config_map, definition, deployment, widget, widget_schema};
use crate::session::{Call, Session};
use anyhow::Result;
use serde_json::{Value, json};

crate::scenarios!("scale":
    applying_a_scale_shares_the_number,
    applying_another_number_conflicts,
    forcing_a_scale_takes_the_number,
    an_applied_scale_is_kept_from_the_main_object,
    applying_a_scale_again_changes_nothing,
    an_updated_scale_takes_the_number,
    an_updated_scale_takes_an_applied_one,
    scaling_to_the_same_number_moves_nothing,
    putting_the_same_scale_moves_nothing,
    a_number_that_nobody_owns_is_applied,
    forgotten_managers_come_back_when_a_scale_is_applied,
    giving_up_the_number_scales_to_nothing,
    nothing_is_a_number_too,
    an_applied_scale_is_checked,
    an_applied_scale_must_be_one,
    the_scale_of_nothing_is_not_applied,
    an_applied_scale_knows_its_object,
    a_patched_scale_knows_its_object,
    unknown_fields_of_a_scale_are_told,
    a_scale_is_applied_in_yaml,
    a_scale_is_applied_dry,
    only_the_number_of_an_applied_scale_counts,
    other_patches_of_a_scale_are_refused,
    every_workload_is_scaled_by_applying,
    a_custom_scale_is_applied,
    a_custom_scale_without_a_number_is_applied,
    a_custom_scale_is_taken_by_an_update,
    scales_of_two_versions_are_applied,
);

fn deployments(s: &Session<'_>) -> String {
    s.apis("apps/v1", "deployments")
}

fn scale(replicas: Value) -> Value {
    json!({"apiVersion": "autoscaling/v1", "kind": "Scale", "metadata": {"name": "a"}, "spec": {"replicas": replicas}})
}

fn apply_scale<'a>(s: &'a Session<'a>, manager: &str, body: Value) -> Call<'a> {
    s.apply(format!("{}/a/scale", deployments(s)), manager, body)
}

/// The number, who owns what, and how often the desired state changed.
async fn look(s: &Session<'_>) -> Result<()> {
    look_at(s, &format!("{}/a", deployments(s))).await
}

async fn look_at(s: &Session<'_>, path: &str) -> Result<()> {
    s.get(path).only_at(&["/spec/replicas", "/metadata/managedFields", "/metadata/generation"]).await?.is(200)?;
    Ok(())
}

async fn create(s: &Session<'_>, replicas: u32) -> Result<()> {
    let create = s.post(deployments(s), deployment("a", replicas)).query("fieldManager", "main");
    create.only_status().await?.is(201)?;
    Ok(())
}

async fn apply_main(s: &Session<'_>, replicas: u32) -> Result<()> {
    let path = format!("{}/a", deployments(s));
    s.apply(path, "main", deployment("a", replicas)).only_status().await?.is(201)?;
    Ok(())
}

async fn applying_a_scale_shares_the_number(s: &Session<'_>) -> Result<()> {
    create(s, 3).await?;
    let applied = apply_scale(s, "scaler", scale(3.into())).await?.is(200)?;
    applied.has("/kind", "Scale")?.has("/spec/replicas", 3)?.lacks("/metadata/managedFields")?;
    look(s).await?;
    s.get(format!("{}/a/scale", deployments(s))).await?.is(200)?;
    Ok(())
}

async fn applying_another_number_conflicts(s: &Session<'_>) -> Result<()> {
    create(s, 3).await?;
    let refused = apply_scale(s, "scaler", scale(5.into())).await?.fails(409, "Conflict")?;
    refused.has("/details/causes/0/reason", "FieldManagerConflict")?;
    look(s).await
}

async fn forcing_a_scale_takes_the_number(s: &Session<'_>) -> Result<()> {
    apply_main(s, 3).await?;
    apply_scale(s, "scaler", scale(5.into())).await?.fails(409, "Conflict")?;
    apply_scale(s, "scaler", scale(5.into())).force().await?.is(200)?.has("/spec/replicas", 5)?;
    look(s).await?;
    apply_scale(s, "other", scale(6.into())).await?.fails(409, "Conflict")?;
    apply_scale(s, "other", scale(6.into())).force().await?.is(200)?;
    look(s).await
}

async fn an_applied_scale_is_kept_from_the_main_object(s: &Session<'_>) -> Result<()> {
    apply_main(s, 3).await?;
    apply_scale(s, "scaler", scale(5.into())).force().await?.is(200)?;
    let path = format!("{}/a", deployments(s));
    let refused = s.apply(&path, "main", deployment("a", 3)).only_at(&["/reason", "/message", "/details"]).await?;
    refused.fails(409, "Conflict")?.says("scale")?;
    let mut without = deployment("a", 3);
    without["spec"].as_object_mut().map(|spec| spec.remove("replicas"));
    s.apply(&path, "main", without).only_at(&["/spec/replicas", "/metadata/managedFields"]).await?.is(200)?;
    s.apply(&path, "main", deployment("a", 2)).force().only_at(&["/metadata/managedFields"]).await?.is(200)?;
    look(s).await
}

async fn applying_a_scale_again_changes_nothing(s: &Session<'_>) -> Result<()> {
    apply_main(s, 3).await?;
    let first = apply_scale(s, "scaler", scale(5.into())).force().await?.is(200)?;
    let again = apply_scale(s, "scaler", scale(5.into())).await?.is(200)?;
    anyhow::ensure!(first.body() == again.body(), "applying the same scale again changed something");
    apply_scale(s, "scaler", scale(7.into())).await?.is(200)?.has("/spec/replicas", 7)?;
    look(s).await
}

async fn an_updated_scale_takes_the_number(s: &Session<'_>) -> Result<()> {
    apply_main(s, 3).await?;
    let patch = json!({"spec": {"replicas": 4}});
    s.merge_patch(format!("{}/a/scale", deployments(s)), patch).query("fieldManager", "scaler").await?.is(200)?;
    look(s).await?;
    let patch = json!({"spec": {"replicas": 5}});
    s.merge_patch(format!("{}/a/scale", deployments(s)), patch).query("fieldManager", "scaler").await?.is(200)?;
    look(s).await?;
    let put = s.put(format!("{}/a/scale", deployments(s)), scale(6.into())).query("fieldManager", "other");
    put.await?.is(200)?;
    look(s).await
}

async fn an_updated_scale_takes_an_applied_one(s: &Session<'_>) -> Result<()> {
    create(s, 3).await?;
    apply_scale(s, "scaler", scale(5.into())).force().await?.is(200)?;
    let patch = json!({"spec": {"replicas": 4}});
    s.merge_patch(format!("{}/a/scale", deployments(s)), patch).query("fieldManager", "human").await?.is(200)?;
    look(s).await?;
    apply_scale(s, "scaler", scale(5.into())).await?.fails(409, "Conflict")?;
    apply_scale(s, "scaler", scale(4.into())).await?.is(200)?;
    look(s).await
}

async fn scaling_to_the_same_number_moves_nothing(s: &Session<'_>) -> Result<()> {
    create(s, 3).await?;
    let patch = || s.merge_patch(format!("{}/a/scale", deployments(s)), json!({"spec": {"replicas": 3}}));
    patch().query("fieldManager", "scaler").await?.is(200)?;
    look(s).await?;
    patch().query("fieldManager", "scaler").await?.is(200)?;
    look(s).await?;
    apply_scale(s, "applier", scale(3.into())).await?.is(200)?;
    patch().query("fieldManager", "scaler").await?.is(200)?;
    look(s).await?;
    patch().query("fieldManager", "main").dry_run().await?.is(200)?;
    look(s).await
}

async fn putting_the_same_scale_moves_nothing(s: &Session<'_>) -> Result<()> {
    apply_main(s, 3).await?;
    let put = || s.put(format!("{}/a/scale", deployments(s)), scale(3.into())).query("fieldManager", "scaler");
    put().await?.is(200)?;
    look(s).await?;
    put().await?.is(200)?;
    look(s).await
}

async fn a_number_that_nobody_owns_is_applied(s: &Session<'_>) -> Result<()> {
    let mut without = deployment("a", 1);
    without["spec"].as_object_mut().map(|spec| spec.remove("replicas"));
    s.apply(format!("{}/a", deployments(s)), "main", without).only_status().await?.is(201)?;
    let patch = json!({"spec": {"replicas": 2}});
    s.merge_patch(format!("{}/a/scale", deployments(s)), patch).query("fieldManager", "human").await?.is(200)?;
    look(s).await?;
    apply_scale(s, "scaler", scale(4.into())).await?;
    apply_scale(s, "scaler", scale(2.into())).await?.is(200)?;
    look(s).await?;
    apply_scale(s, "scaler", scale(4.into())).force().await?.is(200)?;
    look(s).await
}

async fn forgotten_managers_come_back_when_a_scale_is_applied(s: &Session<'_>) -> Result<()> {
    create(s, 3).await?;
    let forget = json!({"metadata": {"managedFields": [{}]}});
    s.merge_patch(format!("{}/a", deployments(s)), forget).only_at(&["/metadata/managedFields"]).await?.is(200)?;
    let patch = json!({"spec": {"replicas": 2}});
    s.merge_patch(format!("{}/a/scale", deployments(s)), patch).query("fieldManager", "human").await?.is(200)?;
    look(s).await?;
    apply_scale(s, "scaler", scale(4.into())).await?.fails(409, "Conflict")?;
    apply_scale(s, "scaler", scale(4.into())).force().await?.is(200)?;
    look(s).await
}

async fn giving_up_the_number_scales_to_nothing(s: &Session<'_>) -> Result<()> {
    create(s, 3).await?;
    apply_scale(s, "scaler", scale(5.into())).force().await?.is(200)?;
    let nothing = json!({"apiVersion": "autoscaling/v1", "kind": "Scale", "metadata": {"name": "a"}});
    apply_scale(s, "scaler", nothing.clone()).await?;
    look(s).await?;
    apply_scale(s, "stranger", nothing).await?;
    look(s).await
}

async fn nothing_is_a_number_too(s: &Session<'_>) -> Result<()> {
    create(s, 3).await?;
    apply_scale(s, "scaler", scale(0.into())).force().await?.is(200)?;
    look(s).await?;
    apply_scale(s, "other", scale(1.into())).await?;
    look(s).await?;
    let patch = json!({"spec": {"replicas": 0}});
    s.merge_patch(format!("{}/a/scale", deployments(s)), patch).query("fieldManager", "human").await?.is(200)?;
    look(s).await
}

async fn an_applied_scale_is_checked(s: &Session<'_>) -> Result<()> {
    create(s, 3).await?;
    apply_scale(s, "scaler", scale((-1).into())).force().await?.fails(422, "Invalid")?;
    apply_scale(s, "scaler", scale("many".into())).force().await?;
    apply_scale(s, "scaler", scale(json!(2.5))).force().await?;
    apply_scale(s, "scaler", scale(json!(5_000_000_000_i64))).force().await?;
    apply_scale(s, "scaler", scale(Value::Null)).force().await?;
    let mut odd = scale(4.into());
    odd["spec"]["colour"] = "red".into();
    apply_scale(s, "scaler", odd).force().await?;
    s.apply(format!("{}/a/scale", deployments(s)), "", scale(4.into())).await?.is(422)?;
    let mut managed = scale(4.into());
    managed["metadata"]["managedFields"] = json!([]);
    apply_scale(s, "scaler", managed).await?.is(400)?;
    look(s).await
}

async fn an_applied_scale_must_be_one(s: &Session<'_>) -> Result<()> {
    create(s, 3).await?;
    apply_scale(s, "scaler", config_map("a")).await?;
    apply_scale(s, "scaler", deployment("a", 4)).await?;
    let mut other = scale(4.into());
    other["apiVersion"] = "autoscaling/v2".into();
    apply_scale(s, "scaler", other).await?;
    apply_scale(s, "scaler", json!({"metadata": {"name": "a"}, "spec": {"replicas": 4}})).await?;
    apply_scale(s, "scaler", json!(7)).await?;
    let mut other = scale(4.into());
    other["metadata"]["name"] = "b".into();
    apply_scale(s, "scaler", other).force().await?.is(400)?;
    let mut elsewhere = scale(4.into());
    elsewhere["metadata"]["namespace"] = "elsewhere".into();
    apply_scale(s, "scaler", elsewhere).force().await?.is(400)?;
    let nameless = json!({"apiVersion": "autoscaling/v1", "kind": "Scale", "spec": {"replicas": 4}});
    apply_scale(s, "scaler", nameless).force().await?;
    look(s).await
}

async fn the_scale_of_nothing_is_not_applied(s: &Session<'_>) -> Result<()> {
    apply_scale(s, "scaler", scale(4.into())).await?.fails(404, "NotFound")?;
    s.apply(s.core("configmaps/a/scale"), "scaler", scale(4.into())).await?.is(404)?;
    Ok(())
}

async fn an_applied_scale_knows_its_object(s: &Session<'_>) -> Result<()> {
    create(s, 3).await?;
    let read = s.get(format!("{}/a/scale", deployments(s))).await?.is(200)?;
    let mut body = scale(4.into());
    body["metadata"]["resourceVersion"] = read.version()?.into();
    apply_scale(s, "scaler", body.clone()).force().await?.is(200)?;
    body["spec"]["replicas"] = 5.into();
    apply_scale(s, "scaler", body).force().await?.fails(409, "Conflict")?;
    let mut body = scale(6.into());
    body["metadata"]["uid"] = read.uid()?.into();
    apply_scale(s, "scaler", body.clone()).force().await?.is(200)?;
    body["metadata"]["uid"] = "0c9b3a4e-0000-4000-8000-000000000001".into();
    apply_scale(s, "scaler", body).force().await?.is(409)?;
    look(s).await
}

async fn a_patched_scale_knows_its_object(s: &Session<'_>) -> Result<()> {
    create(s, 3).await?;
    let path = format!("{}/a/scale", deployments(s));
    let read = s.get(&path).await?.is(200)?;
    let other = "0c9b3a4e-0000-4000-8000-000000000001";
    s.merge_patch(&path, json!({"metadata": {"uid": other}, "spec": {"replicas": 4}})).await?.is(409)?;
    let mut body = scale(4.into());
    body["metadata"]["uid"] = other.into();
    s.put(&path, body.clone()).await?.is(409)?;
    body["metadata"]["uid"] = read.uid()?.into();
    s.put(&path, body).await?.is(200)?;
    s.merge_patch(&path, json!({"metadata": {"resourceVersion": read.version()?}, "spec": {"replicas": 5}}))
        .await?
        .is(409)?;
    s.merge_patch(&path, json!({"metadata": {"labels": {"a": "b"}}, "status": {"replicas": 9}})).await?.is(200)?;
    s.json_patch(&path, json!([{"op": "remove", "path": "/spec/replicas"}])).await?;
    s.json_patch(&path, json!([{"op": "remove", "path": "/kind"}])).await?;
    look(s).await
}

async fn unknown_fields_of_a_scale_are_told(s: &Session<'_>) -> Result<()> {
    create(s, 3).await?;
    let path = format!("{}/a/scale", deployments(s));
    let mut odd = scale(4.into());
    odd["spec"]["colour"] = "red".into();
    s.put(&path, odd.clone()).await?.is(200)?;
    s.put(&path, odd.clone()).query("fieldValidation", "Strict").await?.is(400)?;
    s.put(&path, odd).query("fieldValidation", "Ignore").await?.is(200)?;
    let odd = json!({"spec": {"colour": "red"}});
    s.merge_patch(&path, odd.clone()).await?.is(200)?;
    s.merge_patch(&path, odd).query("fieldValidation", "Strict").await?.is(422)?;
    Ok(())
}

async fn a_scale_is_applied_in_yaml(s: &Session<'_>) -> Result<()> {
    create(s, 3).await?;
    let yaml = "apiVersion: autoscaling/v1\nkind: Scale\nmetadata:\n  name: a\nspec:\n  replicas: 3\n";
    apply_scale(s, "scaler", Value::Null).bytes(yaml).await?.is(200)?;
    let twice = format!("{yaml}  replicas: 3\n");
    apply_scale(s, "scaler", Value::Null).bytes(twice.clone()).await?;
    apply_scale(s, "scaler", Value::Null).bytes(twice).query("fieldValidation", "Strict").await?;
    look(s).await
}

async fn a_scale_is_applied_dry(s: &Session<'_>) -> Result<()> {
    create(s, 3).await?;
    apply_scale(s, "scaler", scale(9.into())).dry_run().await?.fails(409, "Conflict")?;
    apply_scale(s, "scaler", scale(9.into())).dry_run().force().await?.is(200)?.has("/spec/replicas", 9)?;
    look(s).await
}

async fn only_the_number_of_an_applied_scale_counts(s: &Session<'_>) -> Result<()> {
    create(s, 3).await?;
    let mut body = scale(3.into());
    body["metadata"]["labels"] = json!({"a": "b"});
    body["status"] = json!({"replicas": 8});
    apply_scale(s, "scaler", body).await?.is(200)?;
    look(s).await?;
    let only_status = json!({"apiVersion": "autoscaling/v1", "kind": "Scale", "metadata": {"name": "a"},
                             "status": {"replicas": 8, "selector": "a=b"}});
    apply_scale(s, "watcher", only_status).await?.is(200)?;
    look(s).await
}

async fn other_patches_of_a_scale_are_refused(s: &Session<'_>) -> Result<()> {
    create(s, 3).await?;
    let patch = |kind| s.merge_patch(format!("{}/a/scale", deployments(s)), json!({})).content_type(kind);
    patch("text/plain").await?.is(415)?;
    patch("application/json").await?.is(415)?;
    s.post(format!("{}/a/scale", deployments(s)), scale(3.into())).await?.is(405)?;
    s.delete(format!("{}/a/scale", deployments(s))).await?.is(405)?;
    Ok(())
}

async fn every_workload_is_scaled_by_applying(s: &Session<'_>) -> Result<()> {
    for (kind, plural) in [("ReplicaSet", "replicasets"), ("StatefulSet", "statefulsets")] {
        let mut body = deployment("a", 2);
        body["kind"] = kind.into();
        if kind == "StatefulSet" {
            body["spec"]["serviceName"] = "a".into();
        }
        let path = s.apis("apps/v1", plural);
        s.post(&path, body).query("fieldManager", "main").only_status().await?.is(201)?;
        let scaled = s.apply(format!("{path}/a/scale"), "scaler", scale(5.into())).force().await?;
        scaled.is(200)?.has("/spec/replicas", 5)?;
        look_at(s, &format!("{path}/a")).await?;
        s.apply(format!("{path}/a/scale"), "other", scale(6.into())).await?.fails(409, "Conflict")?;
        s.merge_patch(format!("{path}/a/scale"), json!({"spec": {"replicas": 5}})).await?.is(200)?;
        look_at(s, &format!("{path}/a")).await?;
    }
    Ok(())
}

fn scaled_definition(group: &str) -> Value {
    let properties = json!({"replicas": {"type": "integer"}, "size": {"type": "integer"}});
    let mut definition = definition(group, widget_schema(properties));
    definition["spec"]["versions"][0]["subresources"] = json!({"status": {}, "scale": {
        "specReplicasPath": ".spec.replicas", "statusReplicasPath": ".status.replicas",
        "labelSelectorPath": ".status.selector"}});
    definition
}

async fn a_custom_scale_is_applied(s: &Session<'_>) -> Result<()> {
    let group = "applyscale.example.com";
    s.define(scaled_definition(group)).await?;
    let path = s.apis(&format!("{group}/v1"), "widgets/a");
    s.apply(&path, "main", widget(group, "a", json!({"replicas": 2, "size": 1}))).await?.is(201)?;
    let apply = |manager: &str, body: Value| s.apply(format!("{path}/scale"), manager, body);
    apply("scaler", scale(2.into())).await?;
    look_at(s, &path).await?;
    apply("scaler", scale(4.into())).await?;
    apply("scaler", scale(4.into())).force().await?;
    look_at(s, &path).await?;
    apply("scaler", scale(4.into())).await?;
    apply("other", scale((-1).into())).force().await?;
    apply("scaler", config_map("a")).await?;
    apply("scaler", widget(group, "a", json!({"replicas": 2}))).await?;
    s.put(format!("{path}/scale"), config_map("a")).await?;
    s.put(format!("{path}/scale"), scale("x".into())).await?;
    s.put(format!("{path}/scale"), Value::Null).bytes("{").await?;
    let mut odd = scale(2.into());
    odd["spec"]["colour"] = "red".into();
    s.put(format!("{path}/scale"), odd.clone()).query("fieldValidation", "Strict").await?;
    s.put(format!("{path}/scale"), odd).await?;
    s.merge_patch(format!("{path}/scale"), json!({"spec": {"replicas": "x"}})).await?;
    s.apply(&path, "main", widget(group, "a", json!({"replicas": 2, "size": 1}))).await?;
    look_at(s, &path).await
}

async fn a_custom_scale_without_a_number_is_applied(s: &Session<'_>) -> Result<()> {
    let group = "applyscale2.example.com";
    s.define(scaled_definition(group)).await?;
    let path = s.apis(&format!("{group}/v1"), "widgets/a");
    s.apply(&path, "main", widget(group, "a", json!({"size": 1}))).await?.is(201)?;
    s.merge_patch(format!("{path}/scale"), json!({"metadata": {"labels": {"a": "b"}}})).await?;
    s.apply(format!("{path}/scale"), "scaler", scale(3.into())).await?;
    look_at(s, &path).await?;
    let nothing = json!({"apiVersion": "autoscaling/v1", "kind": "Scale", "metadata": {"name": "a"}});
    s.apply(format!("{path}/scale"), "scaler", nothing).await?;
    look_at(s, &path).await
}

async fn a_custom_scale_is_taken_by_an_update(s: &Session<'_>) -> Result<()> {
    let group = "applyscale3.example.com";
    s.define(scaled_definition(group)).await?;
    let path = s.apis(&format!("{group}/v1"), "widgets/a");
    s.apply(&path, "main", widget(group, "a", json!({"replicas": 2, "size": 1}))).await?.is(201)?;
    let patch = |replicas: u32| {
        s.merge_patch(format!("{path}/scale"), json!({"spec": {"replicas": replicas}})).query("fieldManager", "human")
    };
    patch(2).await?.is(200)?;
    look_at(s, &path).await?;
    patch(3).await?.is(200)?;
    look_at(s, &path).await?;
    patch(3).await?.is(200)?;
    look_at(s, &path).await?;
    s.put(format!("{path}/scale"), scale(0.into())).query("fieldManager", "human").await?;
    look_at(s, &path).await
}

async fn scales_of_two_versions_are_applied(s: &Session<'_>) -> Result<()> {
    let group = "applyscale4.example.com";
    let mut definition = scaled_definition(group);
    let mut second = definition["spec"]["versions"][0].clone();
    second["name"] = "v2".into();
    second["storage"] = false.into();
    second["subresources"] = json!({"status": {}});
    if let Some(versions) = definition["spec"]["versions"].as_array_mut() {
        versions.push(second);
    }
    s.define(definition).await?;
    let mut other = widget(group, "a", json!({"replicas": 2, "size": 1}));
    other["apiVersion"] = format!("{group}/v2").into();
    let path = s.apis(&format!("{group}/v1"), "widgets/a");
    s.apply(s.apis(&format!("{group}/v2"), "widgets/a"), "main", other).await?.is(201)?;
    s.apply(s.apis(&format!("{group}/v2"), "widgets/a/scale"), "scaler", scale(2.into())).await?.is(404)?;
    let patch = s.merge_patch(format!("{path}/scale"), json!({"spec": {"replicas": 3}}));
    patch.query("fieldManager", "human").await?;
    look_at(s, &path).await
}
