//! What a server says it serves.

use super::objects::{definition, widget_schema};
use crate::session::{Reply, Session};
use anyhow::Result;
use serde_json::{Value, json};

crate::scenarios!("discovery":
    the_core_group_is_listed,
    core_resources_are_described,
    every_group_is_listed_and_described,
    aggregated_discovery_names_the_same_resources,
    the_version_is_told,
    health_is_plain_text,
    unknown_paths_groups_and_resources_are_not_found,
    methods_that_a_path_lacks_are_refused,
    a_definition_enters_and_leaves_discovery,
);

/// The groups of a list that are not of another scenario's definitions, in its order.
fn builtin(reply: &Reply, list: &str, name: &str) -> Vec<Value> {
    let groups = reply.at(list).as_array().cloned().unwrap_or_default();
    let is_builtin =
        |group: &Value| !group.pointer(name).and_then(Value::as_str).unwrap_or_default().ends_with(".example.com");
    groups.into_iter().filter(is_builtin).collect()
}

/// The described resources of a custom group, by name.
fn described(reply: &Reply) -> Value {
    let name = |resource: &Value| resource["name"].as_str().unwrap_or_default().to_owned();
    let mut resources = reply.at("/resources").as_array().cloned().unwrap_or_default();
    resources.sort_by_key(name);
    for resource in &mut resources {
        // A hash over the stored versions, of no meaning to a client.
        if let Some(resource) = resource.as_object_mut() {
            resource.remove("storageVersionHash");
        }
    }
    resources.into()
}

async fn the_core_group_is_listed(s: &Session<'_>) -> Result<()> {
    s.get("/api").only_at(&["/kind", "/apiVersion", "/versions"]).await?.is(200)?.has("/versions", json!(["v1"]))?;
    s.get("/api/").only_at(&["/kind", "/apiVersion", "/versions"]).await?.is(200)?;
    Ok(())
}

async fn core_resources_are_described(s: &Session<'_>) -> Result<()> {
    s.get("/api/v1").await?.is(200)?.has("/groupVersion", "v1")?;
    s.get("/api/v1/").await?.is(200)?;
    Ok(())
}

async fn every_group_is_listed_and_described(s: &Session<'_>) -> Result<()> {
    let reply = s.get("/apis").only_at(&["/kind", "/apiVersion"]).await?.is(200)?.has("/kind", "APIGroupList")?;
    let groups = builtin(&reply, "/groups", "/name");
    s.remark("groups in their order", groups.clone());
    for group in &groups {
        let name = group["name"].as_str().unwrap_or_default();
        s.get(format!("/apis/{name}")).await?.is(200)?.has("/kind", "APIGroup")?;
        for version in group["versions"].as_array().into_iter().flatten() {
            let version = version["groupVersion"].as_str().unwrap_or_default();
            s.get(format!("/apis/{version}")).await?.is(200)?;
        }
    }
    Ok(())
}

async fn aggregated_discovery_names_the_same_resources(s: &Session<'_>) -> Result<()> {
    const ACCEPT: &str = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json";
    for path in ["/api", "/apis"] {
        let reply = s.get(path).accept(ACCEPT).only_at(&["/kind", "/apiVersion"]).await?.is(200)?;
        s.remark(path, builtin(&reply, "/items", "/metadata/name"));
    }
    Ok(())
}

async fn the_version_is_told(s: &Session<'_>) -> Result<()> {
    let reply = s.get("/version").only_status().await?.is(200)?;
    let keys = reply.body().as_object().map(|map| map.keys().cloned().collect::<Vec<_>>()).unwrap_or_default();
    s.remark("major", reply.at("/major").clone());
    s.remark("has a minor", keys.contains(&"minor".to_owned()));
    s.remark("has a git version", reply.text_at("/gitVersion")?.starts_with("v1."));
    Ok(())
}

async fn health_is_plain_text(s: &Session<'_>) -> Result<()> {
    for path in ["/healthz", "/livez", "/readyz", "/healthz/ping", "/livez/ping", "/readyz/ping"] {
        s.get(path).await?.is(200)?.says("ok")?;
    }
    Ok(())
}

async fn unknown_paths_groups_and_resources_are_not_found(s: &Session<'_>) -> Result<()> {
    for path in [
        "/nonsense",
        "/api/v2",
        "/api/v1/nonsense",
        "/apis/none.example.com",
        "/apis/none.example.com/v1",
        "/apis/none.example.com/v1/things",
        "/apis/apps/v9",
        "/apis/apps/v9/deployments",
        "/apis/apps/v1/nonsense",
    ] {
        s.get(path).await?.is(404)?;
    }
    s.get(s.core("nonsense")).await?.is(404)?;
    s.get(s.core("nonsense/a")).await?.is(404)?;
    s.get(s.core("configmaps/a/nonsense")).await?.is(404)?;
    s.get(s.core("configmaps/a/status")).await?.is(404)?;
    s.post("/apis/none.example.com/v1/things", json!({})).await?.is(404)?;
    Ok(())
}

async fn methods_that_a_path_lacks_are_refused(s: &Session<'_>) -> Result<()> {
    let body = super::objects::config_map("a");
    s.post(s.core("configmaps/a"), body.clone()).await?.is(405)?;
    s.put(s.core("configmaps"), body.clone()).await?.is(405)?;
    s.merge_patch(s.core("configmaps"), json!({})).await?.is(405)?;
    s.post("/api/v1/configmaps", body).await?.is(405)?;
    s.delete("/api/v1/configmaps").await?.is(405)?;
    s.delete("/api/v1/namespaces").await?.is(405)?;
    s.get("/apis/authentication.k8s.io/v1/tokenreviews").await?.is(405)?;
    s.delete(s.apis("apps/v1", "deployments/a/scale")).await?.is(405)?;
    Ok(())
}

async fn a_definition_enters_and_leaves_discovery(s: &Session<'_>) -> Result<()> {
    let group = "discovered.example.com";
    s.get(format!("/apis/{group}")).await?.is(404)?;
    let mut crd = definition(group, widget_schema(json!({})));
    crd["spec"]["names"]["shortNames"] = json!(["wd"]);
    crd["spec"]["names"]["categories"] = json!(["all"]);
    crd["spec"]["versions"][0]["subresources"] = json!({"status": {}, "scale": {"specReplicasPath": ".spec.replicas", "statusReplicasPath": ".status.replicas"}});
    s.define(crd).await?;
    s.get(format!("/apis/{group}")).await?.is(200)?;
    let reply = s.get(format!("/apis/{group}/v1")).only_at(&["/kind", "/groupVersion"]).await?.is(200)?;
    s.remark("resources", described(&reply));
    s.delete(format!("/apis/apiextensions.k8s.io/v1/customresourcedefinitions/widgets.{group}"))
        .only_status()
        .await?
        .is(200)?;
    s.until("the group is gone", || async {
        Ok(s.get(format!("/apis/{group}/v1")).unrecorded().await?.status() == 404)
    })
    .await?;
    s.get(s.apis(&format!("{group}/v1"), "widgets")).await?.is(404)?;
    Ok(())
}
