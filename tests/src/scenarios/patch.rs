//! JSON patches and merge patches.

use super::objects::{config_map, definition, deployment, widget, widget_schema};
use crate::session::Session;
use anyhow::{Result, ensure};
use serde_json::{Value, json};

crate::scenarios!("patch":
    a_merge_patch_sets_and_removes,
    a_merge_patch_replaces_lists,
    a_merge_patch_that_changes_nothing_keeps_the_version,
    a_merge_patch_with_a_stale_version_conflicts,
    a_merge_patch_may_not_rename,
    a_json_patch_runs_its_operations,
    a_json_patch_tests_before_it_writes,
    json_patch_failures_are_told,
    a_json_patch_escapes_its_pointers,
    broken_patches_are_refused,
    unknown_patch_types_are_refused,
    a_patched_object_is_validated,
    patches_of_absent_objects_are_not_found,
    a_dry_run_patches_nothing,
    a_patch_writes_through_its_manager,
    a_patch_of_many_operations_is_refused,
    a_patch_fills_in_defaults,
    force_is_for_apply_only,
    what_an_object_is_stays,
    what_a_custom_object_is_stays,
    a_refused_patch_warns_too,
);

async fn a_merge_patch_sets_and_removes(s: &Session<'_>) -> Result<()> {
    let path = s.core("configmaps/a");
    s.post(s.core("configmaps"), config_map("a")).await?.is(201)?;
    let patched =
        s.merge_patch(&path, json!({"data": {"key": null, "new": "one"}, "metadata": {"labels": {"x": "y"}}}));
    patched.await?.is(200)?.has("/data", json!({"new": "one"}))?;
    s.merge_patch(&path, json!({"metadata": {"labels": {"x": null, "absent": null}}})).await?.is(200)?;
    s.merge_patch(&path, json!({"data": null})).await?.is(200)?.lacks("/data")?;
    Ok(())
}

async fn a_merge_patch_replaces_lists(s: &Session<'_>) -> Result<()> {
    let path = s.core("configmaps/a");
    s.post(s.core("configmaps"), config_map("a")).await?.is(201)?;
    s.merge_patch(&path, json!({"metadata": {"finalizers": ["example.com/a", "example.com/b"]}})).await?.is(200)?;
    s.merge_patch(&path, json!({"metadata": {"finalizers": ["example.com/b"]}}))
        .await?
        .has("/metadata/finalizers", json!(["example.com/b"]))?;
    s.merge_patch(&path, json!({"metadata": {"finalizers": []}})).await?.lacks("/metadata/finalizers")?;
    Ok(())
}

async fn a_merge_patch_that_changes_nothing_keeps_the_version(s: &Session<'_>) -> Result<()> {
    let made = s.post(s.core("configmaps"), config_map("a")).await?.is(201)?;
    for patch in [json!({}), json!({"data": {"key": "value"}}), json!({"metadata": {"labels": {"absent": null}}})] {
        let patched = s.merge_patch(s.core("configmaps/a"), patch).await?.is(200)?;
        ensure!(patched.version()? == made.version()?, "a patch that changed nothing made a version");
    }
    Ok(())
}

async fn a_merge_patch_with_a_stale_version_conflicts(s: &Session<'_>) -> Result<()> {
    let path = s.core("configmaps/a");
    let version = s.post(s.core("configmaps"), config_map("a")).await?.version()?;
    let patch = json!({"metadata": {"resourceVersion": version}, "data": {"n": "1"}});
    s.merge_patch(&path, patch.clone()).await?.is(200)?;
    s.merge_patch(&path, patch).await?.fails(409, "Conflict")?;
    Ok(())
}

async fn a_merge_patch_may_not_rename(s: &Session<'_>) -> Result<()> {
    let path = s.core("configmaps/a");
    s.post(s.core("configmaps"), config_map("a")).await?.is(201)?;
    s.merge_patch(&path, json!({"metadata": {"name": "b"}})).await?.is(400)?;
    s.merge_patch(&path, json!({"metadata": {"namespace": "default"}})).await?.is(400)?;
    s.merge_patch(&path, json!({"kind": "Nonsense"})).only_at(&["/reason"]).await?;
    s.merge_patch(&path, json!({"apiVersion": "v2"})).only_at(&["/reason"]).await?;
    s.merge_patch(&path, json!({"metadata": {"name": null}})).await?;
    s.merge_patch(&path, json!({"metadata": null})).await?;
    Ok(())
}

async fn a_json_patch_runs_its_operations(s: &Session<'_>) -> Result<()> {
    let path = s.core("configmaps/a");
    s.post(s.core("configmaps"), config_map("a")).await?.is(201)?;
    s.json_patch(
        &path,
        json!([
            {"op": "add", "path": "/data/new", "value": "one"},
            {"op": "replace", "path": "/data/key", "value": "other"},
            {"op": "copy", "from": "/data/key", "path": "/data/copy"},
            {"op": "move", "from": "/data/new", "path": "/data/moved"},
            {"op": "add", "path": "/metadata/labels", "value": {"x": "y"}},
        ]),
    )
    .await?
    .is(200)?
    .has("/data", json!({"key": "other", "copy": "other", "moved": "one"}))?;
    s.json_patch(&path, json!([{"op": "remove", "path": "/data"}])).await?.is(200)?.lacks("/data")?;
    s.json_patch(&path, json!([])).await?.is(200)?;
    Ok(())
}

async fn a_json_patch_tests_before_it_writes(s: &Session<'_>) -> Result<()> {
    let path = s.core("configmaps/a");
    s.post(s.core("configmaps"), config_map("a")).await?.is(201)?;
    let patch = |expected: &str| {
        json!([
            {"op": "test", "path": "/data/key", "value": expected},
            {"op": "replace", "path": "/data/key", "value": "tested"},
        ])
    };
    s.json_patch(&path, patch("wrong")).await?.is(422)?;
    s.json_patch(&path, patch("value")).await?.is(200)?.has("/data/key", "tested")?;
    Ok(())
}

async fn json_patch_failures_are_told(s: &Session<'_>) -> Result<()> {
    let path = s.core("configmaps/a");
    s.post(s.core("configmaps"), config_map("a")).await?.is(201)?;
    for operation in [
        json!({"op": "remove", "path": "/data/absent"}),
        json!({"op": "replace", "path": "/data/absent", "value": "x"}),
        json!({"op": "add", "path": "/absent/deep", "value": "x"}),
        json!({"op": "move", "from": "/data/absent", "path": "/data/x"}),
        json!({"op": "copy", "from": "/data/absent", "path": "/data/x"}),
        json!({"op": "test", "path": "/data/absent", "value": "x"}),
        json!({"op": "nonsense", "path": "/data/key"}),
        json!({"op": "add", "path": "no-slash", "value": "x"}),
        json!({"path": "/data/key", "value": "x"}),
    ] {
        s.json_patch(&path, json!([operation])).only_at(&["/reason", "/code"]).await?;
    }
    s.get(&path).only_at(&["/data"]).await?.has("/data/key", "value")?;
    Ok(())
}

async fn a_json_patch_escapes_its_pointers(s: &Session<'_>) -> Result<()> {
    let path = s.core("configmaps/a");
    s.post(s.core("configmaps"), config_map("a")).await?.is(201)?;
    s.json_patch(
        &path,
        json!([
            {"op": "add", "path": "/metadata/annotations", "value": {}},
            {"op": "add", "path": "/metadata/annotations/example.com~1key", "value": "slash"},
        ]),
    )
    .await?
    .is(200)?
    .has("/metadata/annotations", json!({"example.com/key": "slash"}))?;
    Ok(())
}

async fn broken_patches_are_refused(s: &Session<'_>) -> Result<()> {
    let path = s.core("configmaps/a");
    s.post(s.core("configmaps"), config_map("a")).await?.is(201)?;
    s.merge_patch(&path, json!(null)).bytes("{").only_at(&["/reason"]).await?.is(400)?;
    s.merge_patch(&path, json!([1, 2])).only_at(&["/reason"]).await?;
    s.merge_patch(&path, json!("text")).only_at(&["/reason"]).await?;
    s.json_patch(&path, json!(null)).bytes("[").only_at(&["/reason"]).await?.is(400)?;
    s.json_patch(&path, json!({"op": "add"})).only_at(&["/reason"]).await?.is(400)?;
    s.json_patch(&path, json!("text")).only_at(&["/reason"]).await?.is(400)?;
    s.json_patch(&path, json!([1])).only_at(&["/reason"]).await?.is(400)?;
    Ok(())
}

async fn unknown_patch_types_are_refused(s: &Session<'_>) -> Result<()> {
    let path = s.core("configmaps/a");
    s.post(s.core("configmaps"), config_map("a")).await?.is(201)?;
    s.merge_patch(&path, json!({})).content_type("application/json").await?.is(415)?;
    s.merge_patch(&path, json!({})).content_type("text/plain").await?.is(415)?;
    Ok(())
}

async fn a_patched_object_is_validated(s: &Session<'_>) -> Result<()> {
    let path = s.core("configmaps/a");
    s.post(s.core("configmaps"), config_map("a")).await?.is(201)?;
    s.merge_patch(&path, json!({"metadata": {"labels": {"bad key": "v"}}})).await?.fails(422, "Invalid")?;
    s.merge_patch(&path, json!({"data": {"bad key": "v"}})).await?.fails(422, "Invalid")?;
    s.merge_patch(&path, json!({"data": {"number": 5}})).only_at(&["/reason"]).await?;
    s.merge_patch(&path, json!({"data": "text"})).only_at(&["/reason"]).await?;
    Ok(())
}

async fn patches_of_absent_objects_are_not_found(s: &Session<'_>) -> Result<()> {
    s.merge_patch(s.core("configmaps/absent"), json!({"data": {}})).await?.fails(404, "NotFound")?;
    s.json_patch(s.core("configmaps/absent"), json!([])).await?.fails(404, "NotFound")?;
    s.merge_patch(s.apis("apps/v1", "deployments/absent/status"), json!({})).await?.fails(404, "NotFound")?;
    s.merge_patch(s.apis("apps/v1", "deployments/absent/scale"), json!({})).await?.fails(404, "NotFound")?;
    Ok(())
}

async fn a_dry_run_patches_nothing(s: &Session<'_>) -> Result<()> {
    let path = s.core("configmaps/a");
    let made = s.post(s.core("configmaps"), config_map("a")).await?.is(201)?;
    s.merge_patch(&path, json!({"data": {"dry": "run"}})).dry_run().await?.is(200)?.has("/data/dry", "run")?;
    s.json_patch(&path, json!([{"op": "remove", "path": "/data"}])).dry_run().await?.is(200)?;
    let now = s.get(&path).await?;
    ensure!(now.body() == made.body(), "a dry run changed the object");
    Ok(())
}

async fn a_patch_writes_through_its_manager(s: &Session<'_>) -> Result<()> {
    let path = s.core("configmaps/a");
    s.post(s.core("configmaps"), config_map("a")).query("fieldManager", "maker").await?.is(201)?;
    s.merge_patch(&path, json!({"data": {"b": "2"}})).query("fieldManager", "second").await?.is(200)?;
    s.merge_patch(&path, json!({"data": {"b": "3"}})).query("fieldManager", "third").await?.is(200)?;
    s.merge_patch(&path, json!({"data": {"key": null}})).query("fieldManager", "third").await?.is(200)?;
    Ok(())
}

async fn a_patch_of_many_operations_is_refused(s: &Session<'_>) -> Result<()> {
    s.post(s.core("configmaps"), config_map("a")).await?.is(201)?;
    let operations: Vec<_> =
        (0..10_001).map(|_| json!({"op": "test", "path": "/data/key", "value": "value"})).collect();
    s.json_patch(s.core("configmaps/a"), operations.into()).await?.is(413)?;
    Ok(())
}

async fn a_patch_fills_in_defaults(s: &Session<'_>) -> Result<()> {
    let path = s.apis("apps/v1", "deployments");
    s.post(&path, deployment("a", 1)).only_status().await?.is(201)?;
    s.merge_patch(format!("{path}/a"), json!({"spec": {"replicas": null}}))
        .only_at(&["/spec/replicas"])
        .await?
        .has("/spec/replicas", 1)?;
    Ok(())
}

async fn force_is_for_apply_only(s: &Session<'_>) -> Result<()> {
    s.post(s.core("configmaps"), config_map("a")).await?.is(201)?;
    s.merge_patch(s.core("configmaps/a"), json!({})).force().await?.is(422)?;
    Ok(())
}

async fn what_an_object_is_stays(s: &Session<'_>) -> Result<()> {
    let path = s.core("configmaps/a");
    s.post(s.core("configmaps"), config_map("a")).await?.is(201)?;
    for field in ["kind", "apiVersion"] {
        s.json_patch(&path, json!([{"op": "remove", "path": format!("/{field}")}])).await?;
        s.merge_patch(&path, json!({field: null})).await?;
        s.merge_patch(&path, json!({field: ""})).await?;
        s.merge_patch(&path, json!({field: "Other"})).await?;
        s.merge_patch(&path, json!({field: 7})).await?;
    }
    s.merge_patch(&path, json!({"apiVersion": null, "kind": null})).await?;
    s.merge_patch(&path, json!({"kind": "Secret"})).await?;
    s.merge_patch(&path, json!({"apiVersion": "apps/v1", "kind": "Deployment"})).await?;
    s.merge_patch(&path, json!({"apiVersion": "a/b/c"})).await?;
    s.merge_patch(&path, json!({"kind": "Scale", "apiVersion": "autoscaling/v1"})).await?;
    s.merge_patch(&path, json!({"kind": "Secret", "apiVersion": null})).await?;
    s.merge_patch(&path, json!({"kind": "Other", "apiVersion": null})).await?;
    s.merge_patch(&path, json!({"apiVersion": null})).query("fieldValidation", "Strict").await?;
    s.merge_patch(&path, json!({"apiVersion": null})).query("fieldValidation", "Ignore").await?;
    s.merge_patch(&path, json!({"kind": "Secret", "data": {"key": "YQ=="}})).await?;
    s.merge_patch(&path, json!({"kind": "Service", "data": null})).await?;
    for (field, value) in [("kind", json!(7)), ("apiVersion", json!(true)), ("kind", json!({}))] {
        let mut body = config_map("b");
        body[field] = value;
        s.post(s.core("configmaps"), body).await?;
    }
    Ok(())
}

async fn what_a_custom_object_is_stays(s: &Session<'_>) -> Result<()> {
    let group = "staying.example.com";
    s.define(definition(group, widget_schema(json!({"size": {"type": "integer"}})))).await?;
    let path = s.apis(&format!("{group}/v1"), "widgets/a");
    s.post(s.apis(&format!("{group}/v1"), "widgets"), widget(group, "a", json!({"size": 1}))).await?.is(201)?;
    for field in ["kind", "apiVersion"] {
        s.merge_patch(&path, json!({field: null})).await?;
        s.merge_patch(&path, json!({field: ""})).await?;
        s.merge_patch(&path, json!({field: "Other"})).await?;
        s.merge_patch(&path, json!({field: 7})).await?;
    }
    s.merge_patch(&path, json!({"apiVersion": "v1", "kind": "ConfigMap"})).await?;
    s.merge_patch(&path, json!({"apiVersion": format!("{group}/v2")})).await?;
    for (field, value) in [("kind", json!(7)), ("apiVersion", json!(true)), ("kind", json!({}))] {
        let mut body = widget(group, "b", json!({}));
        body[field] = value;
        s.post(s.apis(&format!("{group}/v1"), "widgets"), body).await?;
    }
    Ok(())
}

async fn a_refused_patch_warns_too(s: &Session<'_>) -> Result<()> {
    let path = s.apis("apps/v1", "deployments/a");
    s.post(s.apis("apps/v1", "deployments"), deployment("a", 1)).only_status().await?.is(201)?;
    s.merge_patch(&path, json!({"colour": "red", "spec": {"replicas": -1}})).await?.is(422)?;
    s.merge_patch(&path, json!({"colour": "red", "metadata": {"resourceVersion": "1"}})).await?.is(409)?;
    s.merge_patch(&path, json!({"colour": "red", "metadata": {"name": "b"}})).await?.is(400)?;
    let mut wrong = deployment("a", 1);
    wrong["spec"]["replicas"] = (-1).into();
    let yaml = format!("{wrong}\n");
    s.apply(&path, "one", Value::Null).force().bytes(yaml).await?.is(422)?;
    Ok(())
}
