//! Creating, reading back and removing objects.

use super::objects::{config_map, deployment, lease, secret};
use crate::session::Session;
use anyhow::{Result, ensure};
use serde_json::json;

crate::scenarios!("create":
    an_object_is_created_read_and_deleted,
    creating_twice_is_refused,
    what_is_absent_is_not_found,
    a_missing_namespace_is_not_found,
    a_body_of_another_namespace_is_refused,
    the_namespace_is_filled_in,
    server_owned_metadata_is_overwritten,
    a_resource_version_may_not_be_given,
    status_is_dropped_at_creation,
    names_are_generated,
    a_long_generated_name_is_cut,
    a_name_wins_over_generate_name,
    a_dry_run_creates_nothing,
    a_dry_run_still_validates,
    an_unknown_dry_run_is_refused,
    a_field_manager_is_recorded,
    the_user_agent_is_the_default_manager,
    cluster_objects_have_no_namespace,
    owner_references_are_kept_and_checked,
);

async fn an_object_is_created_read_and_deleted(s: &Session<'_>) -> Result<()> {
    let path = s.core("configmaps/a");
    let made = s.post(s.core("configmaps"), config_map("a")).await?.is(201)?.has("/kind", "ConfigMap")?;
    let read = s.get(&path).await?.is(200)?;
    ensure!(made.body() == read.body(), "what was made is not what is read");
    s.delete(&path).await?.is(200)?.has("/status", "Success")?;
    s.get(&path).await?.fails(404, "NotFound")?;
    s.delete(&path).await?.fails(404, "NotFound")?;
    Ok(())
}

async fn creating_twice_is_refused(s: &Session<'_>) -> Result<()> {
    for body in [config_map("a"), secret("a")] {
        let kind = if body["kind"] == "Secret" { "secrets" } else { "configmaps" };
        s.post(s.core(kind), body.clone()).await?.is(201)?;
        s.post(s.core(kind), body).await?.fails(409, "AlreadyExists")?;
    }
    s.post(s.apis("apps/v1", "deployments"), deployment("a", 1)).only_status().await?.is(201)?;
    s.post(s.apis("apps/v1", "deployments"), deployment("a", 1)).await?.fails(409, "AlreadyExists")?;
    Ok(())
}

async fn what_is_absent_is_not_found(s: &Session<'_>) -> Result<()> {
    s.get(s.core("configmaps/absent")).await?.fails(404, "NotFound")?;
    s.get(s.apis("apps/v1", "deployments/absent")).await?.fails(404, "NotFound")?;
    s.get("/api/v1/namespaces/absent").await?.fails(404, "NotFound")?;
    s.get("/api/v1/nodes/absent").await?.fails(404, "NotFound")?;
    s.put(s.core("configmaps/absent"), config_map("absent")).await?.fails(404, "NotFound")?;
    s.merge_patch(s.core("configmaps/absent"), json!({})).await?.fails(404, "NotFound")?;
    s.delete(s.core("configmaps/absent")).await?.fails(404, "NotFound")?;
    s.get(s.apis("apps/v1", "deployments/absent/scale")).await?.fails(404, "NotFound")?;
    Ok(())
}

async fn a_missing_namespace_is_not_found(s: &Session<'_>) -> Result<()> {
    s.post("/api/v1/namespaces/absent/configmaps", config_map("a")).await?.fails(404, "NotFound")?;
    s.apply("/api/v1/namespaces/absent/configmaps/a", "m", config_map("a")).await?.fails(404, "NotFound")?;
    s.post("/apis/apps/v1/namespaces/absent/deployments", deployment("a", 1)).await?.fails(404, "NotFound")?;
    s.get("/api/v1/namespaces/absent/configmaps/a").await?.fails(404, "NotFound")?;
    s.get("/api/v1/namespaces/absent/configmaps").await?.is(200)?.lists(&[])?;
    s.delete("/api/v1/namespaces/absent/configmaps").await?.is(200)?;
    Ok(())
}

async fn a_body_of_another_namespace_is_refused(s: &Session<'_>) -> Result<()> {
    let mut body = config_map("a");
    body["metadata"]["namespace"] = "default".into();
    s.post(s.core("configmaps"), body.clone()).await?.fails(400, "BadRequest")?;
    s.post(s.core("configmaps"), config_map("a")).await?.is(201)?;
    s.put(s.core("configmaps/a"), body.clone()).await?.fails(400, "BadRequest")?;
    s.apply(s.core("configmaps/a"), "m", body).await?.fails(400, "BadRequest")?;
    Ok(())
}

async fn the_namespace_is_filled_in(s: &Session<'_>) -> Result<()> {
    s.post(s.core("configmaps"), config_map("a")).await?.is(201)?.has("/metadata/namespace", s.namespace())?;
    Ok(())
}

async fn server_owned_metadata_is_overwritten(s: &Session<'_>) -> Result<()> {
    let mut body = config_map("a");
    body["metadata"]["uid"] = "11111111-2222-4333-8444-555555555555".into();
    body["metadata"]["creationTimestamp"] = "2001-02-03T04:05:06Z".into();
    body["metadata"]["deletionTimestamp"] = "2001-02-03T04:05:06Z".into();
    body["metadata"]["deletionGracePeriodSeconds"] = 5.into();
    body["metadata"]["generation"] = 7.into();
    body["metadata"]["selfLink"] = "/somewhere".into();
    let made = s.post(s.core("configmaps"), body).await?.is(201)?.lacks("/metadata/deletionTimestamp")?;
    ensure!(made.uid()? != "11111111-2222-4333-8444-555555555555", "the uid was taken from the body");
    let mut body = deployment("a", 1);
    body["metadata"]["generation"] = 7.into();
    s.post(s.apis("apps/v1", "deployments"), body)
        .only_at(&["/metadata/generation"])
        .await?
        .has("/metadata/generation", 1)?;
    Ok(())
}

async fn a_resource_version_may_not_be_given(s: &Session<'_>) -> Result<()> {
    let mut body = config_map("a");
    body["metadata"]["resourceVersion"] = "1".into();
    s.post(s.core("configmaps"), body.clone()).await?.is(500)?;
    body["metadata"]["resourceVersion"] = "".into();
    s.post(s.core("configmaps"), body).await?.is(201)?;
    Ok(())
}

async fn status_is_dropped_at_creation(s: &Session<'_>) -> Result<()> {
    let mut body = deployment("a", 1);
    body["status"] = json!({"replicas": 5, "observedGeneration": 3});
    s.post(s.apis("apps/v1", "deployments"), body).await?.is(201)?.has("/status", json!({}))?;
    let mut body = super::objects::pod("a");
    body["status"] = json!({"phase": "Running", "podIP": "10.1.1.1"});
    s.post(s.core("pods"), body).only_at(&["/status"]).await?.is(201)?.has("/status/phase", "Pending")?;
    Ok(())
}

async fn names_are_generated(s: &Session<'_>) -> Result<()> {
    let body =
        json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"generateName": "made-"}, "data": {"a": "b"}});
    let first = s.post(s.core("configmaps"), body.clone()).await?.is(201)?.text_at("/metadata/name")?;
    let second = s.post(s.core("configmaps"), body).await?.is(201)?.text_at("/metadata/name")?;
    ensure!(first != second, "two generated names are equal: {first}");
    s.remark("length of a generated name", first.len());
    let of_the_alphabet = |name: &str| name["made-".len()..].chars().all(|c| "bcdfghjklmnpqrstvwxz2456789".contains(c));
    s.remark("alphabet", of_the_alphabet(&first) && of_the_alphabet(&second));
    s.get(s.core(&format!("configmaps/{first}"))).await?.is(200)?;
    Ok(())
}

async fn a_long_generated_name_is_cut(s: &Session<'_>) -> Result<()> {
    let prefix = "p".repeat(100);
    let body = json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"generateName": prefix}});
    let name = s.post(s.core("configmaps"), body).only_status().await?.is(201)?.text_at("/metadata/name")?;
    s.remark("length of the name", name.len());
    ensure!(name.len() == 63, "{name}");
    Ok(())
}

async fn a_name_wins_over_generate_name(s: &Session<'_>) -> Result<()> {
    let mut body = config_map("fixed");
    body["metadata"]["generateName"] = "made-".into();
    s.post(s.core("configmaps"), body).await?.is(201)?.has("/metadata/name", "fixed")?;
    let mut bad = config_map("x");
    bad["metadata"] = json!({"generateName": "Not_A_Name-"});
    s.post(s.core("configmaps"), bad).only_at(&["/reason"]).await?.is(422)?;
    Ok(())
}

async fn a_dry_run_creates_nothing(s: &Session<'_>) -> Result<()> {
    let made = s.post(s.core("configmaps"), config_map("a")).dry_run().await?.is(201)?;
    made.lacks("/metadata/resourceVersion")?;
    s.get(s.core("configmaps/a")).await?.fails(404, "NotFound")?;
    s.apply(s.core("configmaps/b"), "m", config_map("b")).dry_run().await?.is(201)?;
    s.get(s.core("configmaps/b")).await?.fails(404, "NotFound")?;
    s.post(s.core("configmaps"), config_map("a")).await?.is(201)?;
    s.post(s.core("configmaps"), config_map("a")).dry_run().await?.fails(409, "AlreadyExists")?;
    Ok(())
}

async fn a_dry_run_still_validates(s: &Session<'_>) -> Result<()> {
    s.post(s.core("configmaps"), config_map("Not_A_Name")).dry_run().await?.fails(422, "Invalid")?;
    s.post("/api/v1/namespaces/absent/configmaps", config_map("a")).dry_run().await?.fails(404, "NotFound")?;
    Ok(())
}

async fn an_unknown_dry_run_is_refused(s: &Session<'_>) -> Result<()> {
    s.post(s.core("configmaps"), config_map("a")).query("dryRun", "Some").await?.is(422)?;
    s.delete(s.core("configmaps/a")).query("dryRun", "Some").await?.is(422)?;
    s.merge_patch(s.core("configmaps/a"), json!({})).query("dryRun", "Some").await?.is(422)?;
    s.put(s.core("configmaps/a"), config_map("a")).query("dryRun", "Some").await?.is(422)?;
    Ok(())
}

async fn a_field_manager_is_recorded(s: &Session<'_>) -> Result<()> {
    s.post(s.core("configmaps"), config_map("a"))
        .query("fieldManager", "maker")
        .await?
        .is(201)?
        .has("/metadata/managedFields/0/manager", "maker")?
        .has("/metadata/managedFields/0/operation", "Update")?;
    s.post(s.core("configmaps"), config_map("b")).query("fieldManager", "x".repeat(129)).await?.is(422)?;
    s.post(s.core("configmaps"), config_map("b")).query("fieldManager", "bell\u{7}").await?.is(422)?;
    Ok(())
}

async fn the_user_agent_is_the_default_manager(s: &Session<'_>) -> Result<()> {
    s.post(s.core("configmaps"), config_map("a"))
        .header("user-agent", "gardener/v1.2 (linux)")
        .await?
        .has("/metadata/managedFields/0/manager", "gardener")?;
    s.merge_patch(s.core("configmaps/a"), json!({"data": {"other": "1"}}))
        .header("user-agent", "mower/2")
        .await?
        .is(200)?;
    Ok(())
}

async fn cluster_objects_have_no_namespace(s: &Session<'_>) -> Result<()> {
    let node = json!({"apiVersion": "v1", "kind": "Node", "metadata": {"name": "node-of-a-scenario"}});
    s.post("/api/v1/nodes", node).only_at(&["/metadata/name", "/metadata/namespace"]).await?.is(201)?;
    let mut node = json!({"apiVersion": "v1", "kind": "Node", "metadata": {"name": "second-node-of-a-scenario"}});
    node["metadata"]["namespace"] = "default".into();
    let made = s.post("/api/v1/nodes", node).only_at(&["/metadata/name", "/metadata/namespace"]).await?;
    made.is(201)?.lacks("/metadata/namespace")?;
    s.get(s.core("nodes/node-of-a-scenario")).await?.is(404)?;
    s.delete("/api/v1/nodes/node-of-a-scenario").await?.is(200)?;
    s.delete("/api/v1/nodes/second-node-of-a-scenario").await?.is(200)?;
    Ok(())
}

async fn owner_references_are_kept_and_checked(s: &Session<'_>) -> Result<()> {
    let owner = s.post(s.core("configmaps"), config_map("owner")).await?.is(201)?.uid()?;
    let mut child = lease("child", "nobody");
    let reference = json!({"apiVersion": "v1", "kind": "ConfigMap", "name": "owner", "uid": owner, "controller": true});
    child["metadata"]["ownerReferences"] = json!([reference]);
    s.post(s.apis("coordination.k8s.io/v1", "leases"), child.clone()).await?.is(201)?;
    child["metadata"]["name"] = "two-controllers".into();
    let mut second = reference.clone();
    second["uid"] = "11111111-2222-4333-8444-555555555555".into();
    child["metadata"]["ownerReferences"] = json!([reference, second]);
    s.post(s.apis("coordination.k8s.io/v1", "leases"), child.clone()).await?.fails(422, "Invalid")?;
    child["metadata"]["ownerReferences"] = json!([{"apiVersion": "v1", "kind": "ConfigMap", "name": "", "uid": ""}]);
    s.post(s.apis("coordination.k8s.io/v1", "leases"), child).await?.fails(422, "Invalid")?;
    Ok(())
}
