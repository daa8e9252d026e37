//! Status and scale.

use super::objects::{config_map, definition, deployment, pod, widget, widget_schema};
use crate::session::Session;
use anyhow::Result;
use serde_json::{Value, json};

crate::scenarios!("subresources":
    status_is_written_apart,
    status_writes_ignore_the_spec,
    status_keeps_metadata_rules,
    pod_status_is_patched,
    scale_is_read,
    scale_is_written,
    scale_is_checked,
    scale_of_kinds_without_it_is_not_found,
    a_custom_status_is_apart_when_declared,
    a_custom_status_is_plain_when_not,
    a_custom_scale_follows_its_paths,
    node_and_namespace_status_are_written,
    a_status_dry_run_writes_nothing,
);

async fn status_is_written_apart(s: &Session<'_>) -> Result<()> {
    let path = s.apis("apps/v1", "deployments");
    let mut body = s.post(&path, deployment("a", 2)).only_status().await?.is(201)?.body().clone();
    body["status"] = json!({"replicas": 2, "readyReplicas": 1, "observedGeneration": 1});
    let put = s.put(format!("{path}/a/status"), body).await?.is(200)?;
    put.has("/status/readyReplicas", 1)?.has("/metadata/generation", 1)?;
    s.get(format!("{path}/a/status")).await?.is(200)?.has("/kind", "Deployment")?;
    s.merge_patch(format!("{path}/a/status"), json!({"status": {"readyReplicas": 2}})).await?.is(200)?;
    s.json_patch(format!("{path}/a/status"), json!([{"op": "remove", "path": "/status/readyReplicas"}]))
        .await?
        .is(200)?;
    Ok(())
}

async fn status_writes_ignore_the_spec(s: &Session<'_>) -> Result<()> {
    let path = s.apis("apps/v1", "deployments");
    s.post(&path, deployment("a", 2)).only_status().await?.is(201)?;
    let patch = json!({"spec": {"replicas": 9}, "status": {"replicas": 1}});
    let patched = s.merge_patch(format!("{path}/a/status"), patch).await?.is(200)?;
    patched.has("/spec/replicas", 2)?.has("/status/replicas", 1)?.has("/metadata/generation", 1)?;
    s.merge_patch(format!("{path}/a"), json!({"status": {"replicas": 7}}))
        .await?
        .is(200)?
        .has("/status/replicas", 1)?;
    Ok(())
}

async fn status_keeps_metadata_rules(s: &Session<'_>) -> Result<()> {
    let path = s.apis("apps/v1", "deployments");
    s.post(&path, deployment("a", 1)).only_status().await?.is(201)?;
    let patch = json!({"metadata": {"labels": {"from": "status"}, "annotations": {"from": "status"},
                                    "finalizers": ["example.com/status"]}});
    s.merge_patch(format!("{path}/a/status"), patch)
        .only_at(&["/metadata/labels", "/metadata/annotations", "/metadata/finalizers"])
        .await?
        .is(200)?;
    s.merge_patch(format!("{path}/a/status"), json!({"status": {"replicas": -1}})).await?.fails(422, "Invalid")?;
    s.merge_patch(format!("{path}/a/status"), json!({"status": {"replicas": "many"}})).only_at(&["/reason"]).await?;
    Ok(())
}

async fn pod_status_is_patched(s: &Session<'_>) -> Result<()> {
    s.post(s.core("pods"), pod("a")).only_status().await?.is(201)?;
    let status = json!({"status": {"phase": "Running", "podIP": "10.9.9.9",
        "conditions": [{"type": "Ready", "status": "True", "lastTransitionTime": "2001-02-03T04:05:06Z"}]}});
    s.merge_patch(s.core("pods/a/status"), status)
        .only_at(&["/status"])
        .await?
        .is(200)?
        .has("/status/phase", "Running")?;
    s.get(s.core("pods")).query("fieldSelector", "status.phase=Running").only_at(&["/kind"]).await?.lists(&["a"])?;
    Ok(())
}

async fn scale_is_read(s: &Session<'_>) -> Result<()> {
    let path = s.apis("apps/v1", "deployments");
    s.post(&path, deployment("a", 3)).only_status().await?.is(201)?;
    let scale = s.get(format!("{path}/a/scale")).await?.is(200)?;
    scale.has("/kind", "Scale")?.has("/apiVersion", "autoscaling/v1")?.has("/spec/replicas", 3)?;
    s.get(format!("{path}/absent/scale")).await?.fails(404, "NotFound")?;
    Ok(())
}

async fn scale_is_written(s: &Session<'_>) -> Result<()> {
    let path = s.apis("apps/v1", "deployments");
    s.post(&path, deployment("a", 1)).only_status().await?.is(201)?;
    let mut scale = s.get(format!("{path}/a/scale")).await?.is(200)?.body().clone();
    scale["spec"]["replicas"] = 4.into();
    s.put(format!("{path}/a/scale"), scale.clone()).await?.is(200)?.has("/spec/replicas", 4)?;
    s.put(format!("{path}/a/scale"), scale).await?.fails(409, "Conflict")?;
    s.merge_patch(format!("{path}/a/scale"), json!({"spec": {"replicas": 0}})).await?.is(200)?;
    let gone = json!([{"op": "replace", "path": "/spec/replicas", "value": 6}]);
    s.json_patch(format!("{path}/a/scale"), gone).await?.is(200)?;
    let read = s.get(format!("{path}/a")).only_at(&["/spec/replicas", "/metadata/generation"]).await?;
    read.has("/spec/replicas", 6)?.has("/metadata/generation", 4)?;
    Ok(())
}

async fn scale_is_checked(s: &Session<'_>) -> Result<()> {
    let path = s.apis("apps/v1", "deployments");
    s.post(&path, deployment("a", 1)).only_status().await?.is(201)?;
    s.merge_patch(format!("{path}/a/scale"), json!({"spec": {"replicas": -1}})).await?.fails(422, "Invalid")?;
    let scale = |name: &str| {
        json!({"apiVersion": "autoscaling/v1", "kind": "Scale",
               "metadata": {"name": name, "namespace": s.namespace()}, "spec": {"replicas": 2}})
    };
    s.put(format!("{path}/a/scale"), scale("b")).await?.is(400)?;
    s.put(format!("{path}/a/scale"), scale("a")).await?.is(200)?;
    s.put(format!("{path}/a/scale"), config_map("a")).await?.is(400)?;
    s.merge_patch(format!("{path}/a/scale"), json!({"spec": {"replicas": 8}})).dry_run().await?.is(200)?;
    s.get(format!("{path}/a/scale")).await?.has("/spec/replicas", 2)?;
    Ok(())
}

async fn scale_of_kinds_without_it_is_not_found(s: &Session<'_>) -> Result<()> {
    s.get(s.apis("apps/v1", "daemonsets/a/scale")).await?.is(404)?;
    s.get(s.core("configmaps/a/scale")).await?.is(404)?;
    s.get(s.apis("coordination.k8s.io/v1", "leases/a/status")).await?.is(404)?;
    Ok(())
}

fn with_subresources(group: &str, subresources: Value) -> Value {
    let properties = json!({"replicas": {"type": "integer"}, "size": {"type": "integer"}});
    let mut definition = definition(group, widget_schema(properties));
    definition["spec"]["versions"][0]["subresources"] = subresources;
    definition
}

async fn a_custom_status_is_apart_when_declared(s: &Session<'_>) -> Result<()> {
    let group = "status.example.com";
    s.define(with_subresources(group, json!({"status": {}}))).await?;
    let path = s.apis(&format!("{group}/v1"), "widgets");
    let mut body = widget(group, "a", json!({"size": 1}));
    body["status"] = json!({"seen": true});
    s.post(&path, body.clone()).await?.is(201)?.lacks("/status")?.has("/metadata/generation", 1)?;
    s.merge_patch(format!("{path}/a"), json!({"status": {"seen": true}})).await?.is(200)?.lacks("/status")?;
    let written =
        s.merge_patch(format!("{path}/a/status"), json!({"status": {"seen": 1}, "spec": {"size": 9}})).await?;
    written.is(200)?.has("/status/seen", 1)?.has("/spec/size", 1)?.has("/metadata/generation", 1)?;
    s.merge_patch(format!("{path}/a"), json!({"spec": {"size": 2}})).await?.has("/metadata/generation", 2)?;
    s.put(format!("{path}/a"), body).await?.fails(422, "Invalid")?;
    let mut fresh = s.get(format!("{path}/a")).await?.body().clone();
    fresh["status"] = json!({"seen": 2});
    s.put(format!("{path}/a/status"), fresh).await?.is(200)?.has("/status/seen", 2)?;
    s.get(format!("{path}/a/scale")).await?.is(404)?;
    Ok(())
}

async fn a_custom_status_is_plain_when_not(s: &Session<'_>) -> Result<()> {
    let group = "plainstatus.example.com";
    s.define(with_subresources(group, json!({}))).await?;
    let path = s.apis(&format!("{group}/v1"), "widgets");
    let mut body = widget(group, "a", json!({"size": 1}));
    body["status"] = json!({"seen": true});
    s.post(&path, body).await?.is(201)?.has("/status/seen", true)?;
    s.merge_patch(format!("{path}/a"), json!({"status": {"seen": false}})).await?.has("/metadata/generation", 2)?;
    s.merge_patch(format!("{path}/a"), json!({"metadata": {"labels": {"x": "y"}}}))
        .await?
        .has("/metadata/generation", 2)?;
    s.merge_patch(format!("{path}/a/status"), json!({})).await?.is(404)?;
    Ok(())
}

async fn a_custom_scale_follows_its_paths(s: &Session<'_>) -> Result<()> {
    let group = "scale.example.com";
    let scale = json!({"specReplicasPath": ".spec.replicas", "statusReplicasPath": ".status.replicas",
                       "labelSelectorPath": ".status.selector"});
    s.define(with_subresources(group, json!({"status": {}, "scale": scale}))).await?;
    let path = s.apis(&format!("{group}/v1"), "widgets");
    s.post(&path, widget(group, "a", json!({"replicas": 2}))).await?.is(201)?;
    s.get(format!("{path}/a/scale")).await?.is(200)?.has("/spec/replicas", 2)?;
    s.merge_patch(format!("{path}/a/status"), json!({"status": {"replicas": 1, "selector": "app=a"}}))
        .await?
        .is(200)?;
    s.get(format!("{path}/a/scale")).await?.has("/status/replicas", 1)?.has("/status/selector", "app=a")?;
    s.merge_patch(format!("{path}/a/scale"), json!({"spec": {"replicas": 5}})).await?.is(200)?;
    s.get(format!("{path}/a")).await?.has("/spec/replicas", 5)?;
    s.merge_patch(format!("{path}/a/scale"), json!({"spec": {"replicas": -5}})).await?;
    s.post(&path, widget(group, "b", json!({"size": 1}))).await?.is(201)?;
    s.get(format!("{path}/b/scale")).await?;
    Ok(())
}

async fn node_and_namespace_status_are_written(s: &Session<'_>) -> Result<()> {
    let node = json!({"apiVersion": "v1", "kind": "Node", "metadata": {"name": "status-node"}, "status": {"capacity": {"cpu": "4"}}});
    s.post("/api/v1/nodes", node).only_at(&["/status/capacity"]).await?.is(201)?;
    s.merge_patch("/api/v1/nodes/status-node/status", json!({"status": {"capacity": {"cpu": "8", "memory": "16Gi"}}}))
        .only_at(&["/status/capacity"])
        .await?
        .is(200)?;
    s.delete("/api/v1/nodes/status-node").await?.is(200)?;
    s.merge_patch(
        format!("/api/v1/namespaces/{}/status", s.namespace()),
        json!({"status": {"conditions": [{"type": "NamespaceContentRemaining", "status": "False"}]}}),
    )
    .only_at(&["/status"])
    .await?
    .is(200)?;
    Ok(())
}

async fn a_status_dry_run_writes_nothing(s: &Session<'_>) -> Result<()> {
    let path = s.apis("apps/v1", "deployments");
    s.post(&path, deployment("a", 1)).only_status().await?.is(201)?;
    s.merge_patch(format!("{path}/a/status"), json!({"status": {"replicas": 1}}))
        .dry_run()
        .await?
        .has("/status/replicas", 1)?;
    s.get(format!("{path}/a")).await?.lacks("/status/replicas")?;
    Ok(())
}
