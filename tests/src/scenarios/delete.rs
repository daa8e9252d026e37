//! Deleting: finalizers, preconditions, propagation, grace and collections.

use super::objects::{config_map, deployment, held, labelled, lease, pod, secret};
use crate::session::{Call, Session};
use anyhow::{Result, ensure};
use http::Method;
use serde_json::{Value, json};

crate::scenarios!("delete":
    a_deletion_answers_with_a_status,
    a_finalizer_holds_the_object,
    removing_the_last_finalizer_deletes,
    deleting_twice_keeps_the_first_time,
    a_uid_precondition_is_checked,
    a_version_precondition_is_checked,
    foreground_deletion_leaves_a_finalizer,
    orphaning_leaves_a_finalizer,
    background_deletion_is_at_once,
    propagation_is_checked,
    options_may_stand_in_the_query,
    broken_options_are_refused,
    a_dry_run_deletes_nothing,
    a_bound_pod_gets_grace,
    grace_zero_is_at_once,
    an_unbound_pod_is_deleted_at_once,
    a_collection_is_deleted,
    a_collection_is_deleted_by_selector,
    a_collection_respects_finalizers,
    a_collection_dry_run_deletes_nothing,
    a_recreated_object_is_another,
    a_namespace_is_terminated,
    a_terminating_namespace_takes_nothing_new,
    system_namespaces_stay,
);

fn delete_with<'a>(s: &'a Session<'a>, path: String, options: Value) -> Call<'a> {
    let mut body = json!({"apiVersion": "v1", "kind": "DeleteOptions"});
    for (key, value) in options.as_object().into_iter().flatten() {
        body[key] = value.clone();
    }
    s.call(Method::DELETE, path).json(&body)
}

async fn a_deletion_answers_with_a_status(s: &Session<'_>) -> Result<()> {
    s.post(s.core("configmaps"), config_map("a")).await?.is(201)?;
    s.delete(s.core("configmaps/a")).await?.is(200)?.has("/kind", "Status")?;
    s.post(s.core("secrets"), secret("a")).await?.is(201)?;
    s.delete(s.core("secrets/a")).await?.is(200)?;
    s.post(s.apis("apps/v1", "deployments"), deployment("a", 1)).only_status().await?.is(201)?;
    s.delete(s.apis("apps/v1", "deployments/a")).await?.is(200)?;
    s.post(s.apis("coordination.k8s.io/v1", "leases"), lease("a", "me")).await?.is(201)?;
    s.delete(s.apis("coordination.k8s.io/v1", "leases/a")).await?.is(200)?;
    let account = json!({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "a"}});
    s.post(s.core("serviceaccounts"), account).await?.is(201)?;
    s.delete(s.core("serviceaccounts/a")).only_at(&["/kind", "/status", "/metadata/name"]).await?.is(200)?;
    s.post(s.core("services"), super::objects::service("a")).only_status().await?.is(201)?;
    s.delete(s.core("services/a")).only_at(&["/kind", "/status", "/metadata/name"]).await?.is(200)?;
    Ok(())
}

async fn a_finalizer_holds_the_object(s: &Session<'_>) -> Result<()> {
    s.post(s.core("configmaps"), held("a", &["example.com/hold"])).await?.is(201)?;
    let marked = s.delete(s.core("configmaps/a")).await?.is(200)?.has("/kind", "ConfigMap")?;
    marked.text_at("/metadata/deletionTimestamp")?;
    s.get(s.core("configmaps/a")).await?.is(200)?;
    s.get(s.core("configmaps")).await?.lists(&["a"])?;
    s.post(s.core("configmaps"), config_map("a")).await?.fails(409, "AlreadyExists")?;
    Ok(())
}

async fn removing_the_last_finalizer_deletes(s: &Session<'_>) -> Result<()> {
    let path = s.core("configmaps/a");
    s.post(s.core("configmaps"), held("a", &["example.com/one", "example.com/two"])).await?.is(201)?;
    s.delete(&path).await?.is(200)?;
    s.json_patch(&path, json!([{"op": "remove", "path": "/metadata/finalizers/0"}])).await?.is(200)?;
    s.get(&path).await?.is(200)?.has("/metadata/finalizers", json!(["example.com/two"]))?;
    s.merge_patch(&path, json!({"metadata": {"finalizers": []}})).await?.is(200)?;
    s.get(&path).await?.fails(404, "NotFound")?;
    s.post(s.core("configmaps"), held("b", &["example.com/one"])).await?.is(201)?;
    let mut marked = s.delete(s.core("configmaps/b")).await?.is(200)?.body().clone();
    marked["metadata"]["finalizers"] = json!([]);
    s.put(s.core("configmaps/b"), marked).await?.is(200)?;
    s.get(s.core("configmaps/b")).await?.fails(404, "NotFound")?;
    Ok(())
}

async fn deleting_twice_keeps_the_first_time(s: &Session<'_>) -> Result<()> {
    s.post(s.core("configmaps"), held("a", &["example.com/hold"])).await?.is(201)?;
    let first = s.delete(s.core("configmaps/a")).await?.is(200)?;
    let second = s.delete(s.core("configmaps/a")).await?.is(200)?;
    ensure!(first.body() == second.body(), "a second deletion changed the object");
    Ok(())
}

async fn a_uid_precondition_is_checked(s: &Session<'_>) -> Result<()> {
    let path = s.core("configmaps/a");
    let uid = s.post(s.core("configmaps"), config_map("a")).await?.is(201)?.uid()?;
    let other = "11111111-2222-4333-8444-555555555555";
    delete_with(s, path.clone(), json!({"preconditions": {"uid": other}})).await?.fails(409, "Conflict")?;
    delete_with(s, path.clone(), json!({"preconditions": {"uid": uid}})).await?.is(200)?;
    s.get(&path).await?.fails(404, "NotFound")?;
    Ok(())
}

async fn a_version_precondition_is_checked(s: &Session<'_>) -> Result<()> {
    let path = s.core("configmaps/a");
    let old = s.post(s.core("configmaps"), config_map("a")).await?.is(201)?.version()?;
    let new = s.merge_patch(&path, json!({"data": {"x": "y"}})).await?.version()?;
    delete_with(s, path.clone(), json!({"preconditions": {"resourceVersion": old}})).await?.fails(409, "Conflict")?;
    delete_with(s, path.clone(), json!({"preconditions": {"resourceVersion": new}})).await?.is(200)?;
    Ok(())
}

async fn foreground_deletion_leaves_a_finalizer(s: &Session<'_>) -> Result<()> {
    s.post(s.core("configmaps"), config_map("a")).await?.is(201)?;
    delete_with(s, s.core("configmaps/a"), json!({"propagationPolicy": "Foreground"}))
        .await?
        .is(200)?
        .has("/metadata/finalizers", json!(["foregroundDeletion"]))?;
    s.get(s.core("configmaps/a")).await?.is(200)?;
    s.merge_patch(s.core("configmaps/a"), json!({"metadata": {"finalizers": null}})).await?.is(200)?;
    s.get(s.core("configmaps/a")).await?.fails(404, "NotFound")?;
    Ok(())
}

async fn orphaning_leaves_a_finalizer(s: &Session<'_>) -> Result<()> {
    s.post(s.core("configmaps"), config_map("a")).await?.is(201)?;
    delete_with(s, s.core("configmaps/a"), json!({"propagationPolicy": "Orphan"}))
        .await?
        .is(200)?
        .has("/metadata/finalizers", json!(["orphan"]))?;
    s.post(s.core("configmaps"), held("b", &["example.com/hold"])).await?.is(201)?;
    delete_with(s, s.core("configmaps/b"), json!({"orphanDependents": true})).await?.is(200)?;
    delete_with(s, s.core("configmaps/b"), json!({"propagationPolicy": "Foreground"})).await?.is(200)?;
    Ok(())
}

async fn background_deletion_is_at_once(s: &Session<'_>) -> Result<()> {
    s.post(s.core("configmaps"), config_map("a")).await?.is(201)?;
    delete_with(s, s.core("configmaps/a"), json!({"propagationPolicy": "Background"})).await?.is(200)?;
    s.get(s.core("configmaps/a")).await?.fails(404, "NotFound")?;
    s.post(s.core("configmaps"), held("b", &["orphan"])).await?.is(201)?;
    delete_with(s, s.core("configmaps/b"), json!({"propagationPolicy": "Background"})).await?.is(200)?;
    s.get(s.core("configmaps/b")).await?;
    Ok(())
}

async fn propagation_is_checked(s: &Session<'_>) -> Result<()> {
    s.post(s.core("configmaps"), config_map("a")).await?.is(201)?;
    delete_with(s, s.core("configmaps/a"), json!({"propagationPolicy": "Sideways"})).await?.fails(422, "Invalid")?;
    let both = json!({"propagationPolicy": "Orphan", "orphanDependents": true});
    delete_with(s, s.core("configmaps/a"), both).await?.fails(422, "Invalid")?;
    Ok(())
}

async fn options_may_stand_in_the_query(s: &Session<'_>) -> Result<()> {
    s.post(s.core("configmaps"), config_map("a")).await?.is(201)?;
    s.delete(s.core("configmaps/a"))
        .query("propagationPolicy", "Foreground")
        .await?
        .is(200)?
        .has("/metadata/finalizers", json!(["foregroundDeletion"]))?;
    s.post(s.core("configmaps"), config_map("b")).await?.is(201)?;
    s.delete(s.core("configmaps/b")).query("propagationPolicy", "Sideways").await?.is(422)?;
    s.delete(s.core("configmaps/b")).query("gracePeriodSeconds", "soon").await?.is(400)?;
    Ok(())
}

async fn broken_options_are_refused(s: &Session<'_>) -> Result<()> {
    s.post(s.core("configmaps"), config_map("a")).await?.is(201)?;
    s.delete(s.core("configmaps/a")).bytes("{").only_at(&["/reason"]).await?.is(400)?;
    s.delete(s.core("configmaps/a")).json(&config_map("a")).await?.is(400)?;
    delete_with(s, s.core("configmaps/a"), json!({"gracePeriodSeconds": "soon"}))
        .only_at(&["/reason"])
        .await?
        .is(400)?;
    delete_with(s, s.core("configmaps/a"), json!({"dryRun": ["Some"]})).await?.is(422)?;
    delete_with(s, s.core("configmaps/a"), json!({"gracePeriodSeconds": -5})).await?;
    Ok(())
}

async fn a_dry_run_deletes_nothing(s: &Session<'_>) -> Result<()> {
    let made = s.post(s.core("configmaps"), config_map("a")).await?.is(201)?;
    s.delete(s.core("configmaps/a")).dry_run().await?.is(200)?;
    delete_with(s, s.core("configmaps/a"), json!({"dryRun": ["All"]})).await?.is(200)?;
    let now = s.get(s.core("configmaps/a")).await?.is(200)?;
    ensure!(now.body() == made.body(), "a dry run changed the object");
    s.post(s.core("configmaps"), held("b", &["example.com/hold"])).await?.is(201)?;
    s.delete(s.core("configmaps/b")).dry_run().await?.is(200)?;
    s.get(s.core("configmaps/b")).await?.lacks("/metadata/deletionTimestamp")?;
    Ok(())
}

const POD: [&str; 3] = ["/metadata/deletionGracePeriodSeconds", "/metadata/generation", "/metadata/name"];

async fn bound(s: &Session<'_>, name: &str) -> Result<()> {
    let mut body = pod(name);
    body["spec"]["nodeName"] = "somewhere".into();
    s.post(s.core("pods"), body).only_status().await?.is(201)?;
    Ok(())
}

async fn a_bound_pod_gets_grace(s: &Session<'_>) -> Result<()> {
    bound(s, "a").await?;
    let marked = s.delete(s.core("pods/a")).only_at(&POD).await?.is(200)?;
    marked.has("/metadata/deletionGracePeriodSeconds", 30)?;
    s.get(s.core("pods/a")).only_at(&POD).await?.is(200)?;
    delete_with(s, s.core("pods/a"), json!({"gracePeriodSeconds": 5})).only_at(&POD).await?.is(200)?;
    delete_with(s, s.core("pods/a"), json!({"gracePeriodSeconds": 9})).only_at(&POD).await?.is(200)?;
    delete_with(s, s.core("pods/a"), json!({"gracePeriodSeconds": 0})).only_at(&POD).await?.is(200)?;
    s.get(s.core("pods/a")).await?.fails(404, "NotFound")?;
    Ok(())
}

async fn grace_zero_is_at_once(s: &Session<'_>) -> Result<()> {
    bound(s, "a").await?;
    s.delete(s.core("pods/a")).query("gracePeriodSeconds", 0).only_at(&POD).await?.is(200)?;
    s.get(s.core("pods/a")).await?.fails(404, "NotFound")?;
    Ok(())
}

async fn an_unbound_pod_is_deleted_at_once(s: &Session<'_>) -> Result<()> {
    s.post(s.core("pods"), pod("a")).only_status().await?.is(201)?;
    s.delete(s.core("pods/a")).only_at(&POD).await?.is(200)?;
    s.get(s.core("pods/a")).await?.fails(404, "NotFound")?;
    Ok(())
}

async fn a_collection_is_deleted(s: &Session<'_>) -> Result<()> {
    for name in ["a", "b", "c"] {
        s.post(s.core("configmaps"), config_map(name)).unrecorded().await?.is(201)?;
    }
    s.delete(s.core("configmaps")).only_at(&["/kind", "/apiVersion", "/metadata/continue"]).await?.is(200)?;
    s.get(s.core("configmaps")).await?.lists(&[])?;
    s.delete(s.core("configmaps")).await?.is(200)?;
    Ok(())
}

async fn a_collection_is_deleted_by_selector(s: &Session<'_>) -> Result<()> {
    for (name, half) in [("a", "odd"), ("b", "even"), ("c", "odd")] {
        s.post(s.core("configmaps"), labelled(name, json!({"half": half}))).unrecorded().await?.is(201)?;
    }
    s.delete(s.core("configmaps")).query("labelSelector", "half=odd").only_at(&["/kind"]).await?.is(200)?;
    s.get(s.core("configmaps")).await?.lists(&["b"])?;
    s.delete(s.core("configmaps")).query("fieldSelector", "metadata.name=b").only_at(&["/kind"]).await?.is(200)?;
    s.get(s.core("configmaps")).await?.lists(&[])?;
    Ok(())
}

async fn a_collection_respects_finalizers(s: &Session<'_>) -> Result<()> {
    s.post(s.core("configmaps"), config_map("a")).await?.is(201)?;
    s.post(s.core("configmaps"), held("b", &["example.com/hold"])).await?.is(201)?;
    s.delete(s.core("configmaps")).only_at(&["/kind"]).await?.is(200)?;
    s.get(s.core("configmaps")).await?.lists(&["b"])?;
    delete_with(s, s.core("configmaps"), json!({"propagationPolicy": "Foreground"}))
        .only_at(&["/kind"])
        .await?
        .is(200)?;
    Ok(())
}

async fn a_collection_dry_run_deletes_nothing(s: &Session<'_>) -> Result<()> {
    s.post(s.core("configmaps"), config_map("a")).await?.is(201)?;
    s.delete(s.core("configmaps")).dry_run().only_at(&["/kind"]).await?.is(200)?;
    s.get(s.core("configmaps")).await?.lists(&["a"])?;
    Ok(())
}

async fn a_recreated_object_is_another(s: &Session<'_>) -> Result<()> {
    let first = s.post(s.core("configmaps"), config_map("a")).await?.is(201)?.uid()?;
    s.delete(s.core("configmaps/a")).await?.is(200)?;
    let second = s.post(s.core("configmaps"), config_map("a")).await?.is(201)?.uid()?;
    ensure!(first != second, "a recreated object has the old uid");
    Ok(())
}

async fn a_namespace_is_terminated(s: &Session<'_>) -> Result<()> {
    let name = format!("{}-gone", s.namespace());
    let path = format!("/api/v1/namespaces/{name}");
    s.post("/api/v1/namespaces", json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}))
        .await?
        .is(201)?
        .has("/spec/finalizers", json!(["kubernetes"]))?
        .has("/status/phase", "Active")?;
    s.delete(&path).await?.is(200)?.has("/status/phase", "Terminating")?;
    s.get(&path).await?.is(200)?.has("/status/phase", "Terminating")?;
    let finalized =
        json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}, "spec": {"finalizers": []}});
    s.put(format!("{path}/finalize"), finalized).await?.is(200)?;
    s.get(&path).await?;
    Ok(())
}

async fn a_terminating_namespace_takes_nothing_new(s: &Session<'_>) -> Result<()> {
    s.post(s.core("configmaps"), config_map("a")).await?.is(201)?;
    s.delete(format!("/api/v1/namespaces/{}", s.namespace())).only_status().await?.is(200)?;
    let refused = s.post(s.core("configmaps"), config_map("b")).await?.fails(403, "Forbidden")?;
    refused.has("/details/causes/0/reason", "NamespaceTerminating")?;
    s.merge_patch(s.core("configmaps/a"), json!({"data": {"still": "fine"}})).await?.is(200)?;
    s.delete(s.core("configmaps/a")).await?.is(200)?;
    Ok(())
}

async fn system_namespaces_stay(s: &Session<'_>) -> Result<()> {
    for name in ["default", "kube-system", "kube-public"] {
        s.get(format!("/api/v1/namespaces/{name}")).only_at(&["/metadata/name", "/status/phase"]).await?.is(200)?;
        s.delete(format!("/api/v1/namespaces/{name}")).await?.fails(403, "Forbidden")?;
    }
    Ok(())
}
