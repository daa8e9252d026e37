//! Replacing objects: resource versions, immutable fields, generation.

use super::objects::{config_map, deployment, held, lease, secret, service};
use crate::session::Session;
use anyhow::{Result, ensure};
use serde_json::{Value, json};

crate::scenarios!("update":
    an_object_is_replaced,
    a_stale_version_conflicts,
    no_version_overwrites,
    the_same_again_keeps_the_version,
    names_and_kinds_must_match_the_path,
    a_foreign_uid_conflicts,
    server_owned_metadata_survives,
    generation_counts_spec_changes_only,
    status_is_left_alone,
    immutable_data_stays,
    immutable_fields_stay,
    what_cannot_change_is_told_with_its_field,
    secret_types_are_immutable,
    deletion_marks_cannot_be_set_by_hand,
    finalizers_cannot_be_added_while_deleting,
    a_lease_may_be_created_by_replacing,
    a_dry_run_replaces_nothing,
    replacing_a_nonsense_version_is_refused,
    labels_do_not_move_the_generation,
);

async fn an_object_is_replaced(s: &Session<'_>) -> Result<()> {
    s.post(s.core("configmaps"), config_map("a")).await?.is(201)?;
    let mut body = s.get(s.core("configmaps/a")).await?.body().clone();
    body["data"] = json!({"other": "entry"});
    body["metadata"]["labels"] = json!({"x": "y"});
    s.put(s.core("configmaps/a"), body).await?.is(200)?.has("/data", json!({"other": "entry"}))?;
    Ok(())
}

async fn a_stale_version_conflicts(s: &Session<'_>) -> Result<()> {
    let old = s.post(s.core("configmaps"), config_map("a")).await?.is(201)?;
    s.merge_patch(s.core("configmaps/a"), json!({"data": {"a": "1"}})).await?.is(200)?;
    s.put(s.core("configmaps/a"), old.body().clone()).await?.fails(409, "Conflict")?;
    let path = s.apis("apps/v1", "deployments");
    let old = s.post(&path, deployment("a", 1)).only_status().await?.is(201)?;
    s.merge_patch(format!("{path}/a"), json!({"spec": {"replicas": 2}})).only_status().await?.is(200)?;
    s.put(format!("{path}/a"), old.body().clone()).await?.fails(409, "Conflict")?;
    s.put(format!("{path}/a/status"), old.body().clone()).await?.fails(409, "Conflict")?;
    Ok(())
}

async fn no_version_overwrites(s: &Session<'_>) -> Result<()> {
    s.post(s.core("configmaps"), config_map("a")).await?.is(201)?;
    let mut body = config_map("a");
    body["data"] = json!({"late": "comer"});
    s.put(s.core("configmaps/a"), body).await?.is(200)?.has("/data", json!({"late": "comer"}))?;
    Ok(())
}

async fn the_same_again_keeps_the_version(s: &Session<'_>) -> Result<()> {
    let made = s.post(s.core("configmaps"), config_map("a")).await?.is(201)?;
    let again = s.put(s.core("configmaps/a"), made.body().clone()).await?.is(200)?;
    ensure!(again.version()? == made.version()?, "an unchanged object got a new version");
    let again = s.put(s.core("configmaps/a"), config_map("a")).await?.is(200)?;
    ensure!(again.version()? == made.version()?, "an unchanged object without metadata got a new version");
    let path = s.apis("apps/v1", "deployments");
    let made = s.post(&path, deployment("a", 1)).only_status().await?.is(201)?;
    let again = s.put(format!("{path}/a"), deployment("a", 1)).only_status().await?.is(200)?;
    s.remark("a deployment without its defaults keeps its version", again.version()? == made.version()?);
    Ok(())
}

async fn names_and_kinds_must_match_the_path(s: &Session<'_>) -> Result<()> {
    s.post(s.core("configmaps"), config_map("a")).await?.is(201)?;
    s.put(s.core("configmaps/a"), config_map("b")).await?.fails(400, "BadRequest")?;
    s.put(s.core("configmaps/a"), secret("a")).await?.fails(400, "BadRequest")?;
    let mut nameless = config_map("a");
    nameless["metadata"] = json!({});
    s.put(s.core("configmaps/a"), nameless).await?.is(400)?;
    Ok(())
}

async fn a_foreign_uid_conflicts(s: &Session<'_>) -> Result<()> {
    s.post(s.core("configmaps"), config_map("a")).await?.is(201)?;
    let mut body = config_map("a");
    body["metadata"]["uid"] = "11111111-2222-4333-8444-555555555555".into();
    s.put(s.core("configmaps/a"), body.clone()).only_at(&["/reason"]).await?.fails(409, "Conflict")?;
    s.merge_patch(s.core("configmaps/a"), json!({"metadata": {"uid": body["metadata"]["uid"]}}))
        .await?
        .fails(422, "Invalid")?;
    Ok(())
}

async fn server_owned_metadata_survives(s: &Session<'_>) -> Result<()> {
    let made = s.post(s.core("configmaps"), config_map("a")).await?.is(201)?;
    let mut body = made.body().clone();
    body["metadata"]["creationTimestamp"] = "2001-02-03T04:05:06Z".into();
    body["metadata"]["generation"] = 9.into();
    body["metadata"]["selfLink"] = "/somewhere".into();
    let put = s.put(s.core("configmaps/a"), body).await?.is(200)?;
    ensure!(put.at("/metadata/creationTimestamp") == made.at("/metadata/creationTimestamp"), "the creation time moved");
    let mut body = config_map("a");
    body["metadata"]["generateName"] = "other-".into();
    s.put(s.core("configmaps/a"), body).await?.is(200)?;
    Ok(())
}

async fn generation_counts_spec_changes_only(s: &Session<'_>) -> Result<()> {
    let path = s.apis("apps/v1", "deployments");
    s.post(&path, deployment("a", 1)).only_status().await?.has("/metadata/generation", 1)?;
    let patch = |value| s.merge_patch(format!("{path}/a"), value).only_at(&["/metadata/generation"]);
    patch(json!({"spec": {"replicas": 2}})).await?.has("/metadata/generation", 2)?;
    patch(json!({"metadata": {"labels": {"x": "y"}}})).await?.has("/metadata/generation", 2)?;
    patch(json!({"metadata": {"annotations": {"x": "y"}}})).await?;
    patch(json!({"status": {"replicas": 2}})).await?;
    patch(json!({"spec": {"replicas": 2}})).await?;
    s.merge_patch(format!("{path}/a/status"), json!({"status": {"replicas": 2}}))
        .only_at(&["/metadata/generation"])
        .await?;
    s.post(s.core("configmaps"), config_map("a")).await?.lacks("/metadata/generation")?;
    Ok(())
}

async fn status_is_left_alone(s: &Session<'_>) -> Result<()> {
    let path = s.apis("apps/v1", "deployments");
    s.post(&path, deployment("a", 1)).only_status().await?.is(201)?;
    s.merge_patch(format!("{path}/a/status"), json!({"status": {"replicas": 1}})).await?.is(200)?;
    let mut body = deployment("a", 3);
    body["status"] = json!({"replicas": 99});
    s.put(format!("{path}/a"), body.clone()).await?.is(200)?.has("/status/replicas", 1)?;
    body["spec"]["replicas"] = 7.into();
    let put = s.put(format!("{path}/a/status"), body).await?.is(200)?;
    put.has("/status/replicas", 99)?.has("/spec/replicas", 3)?;
    Ok(())
}

async fn immutable_data_stays(s: &Session<'_>) -> Result<()> {
    let mut body = config_map("a");
    body["immutable"] = true.into();
    s.post(s.core("configmaps"), body.clone()).await?.is(201)?;
    body["data"] = json!({"key": "other"});
    s.put(s.core("configmaps/a"), body.clone()).await?.fails(422, "Invalid")?;
    let mut loosened = config_map("a");
    loosened["immutable"] = false.into();
    s.put(s.core("configmaps/a"), loosened).await?.fails(422, "Invalid")?;
    s.merge_patch(s.core("configmaps/a"), json!({"metadata": {"labels": {"fine": "yes"}}})).await?.is(200)?;
    Ok(())
}

async fn immutable_fields_stay(s: &Session<'_>) -> Result<()> {
    let path = s.apis("apps/v1", "deployments");
    s.post(&path, deployment("a", 1)).only_status().await?.is(201)?;
    let mut other = deployment("a", 1);
    other["spec"]["selector"]["matchLabels"] = json!({"app": "other"});
    other["spec"]["template"]["metadata"]["labels"] = json!({"app": "other"});
    s.put(format!("{path}/a"), other)
        .only_at(&["/reason", "/details/causes/0/field"])
        .await?
        .fails(422, "Invalid")
        .ok();
    s.post(s.core("services"), service("a")).only_status().await?.is(201)?;
    s.merge_patch(s.core("services/a"), json!({"spec": {"clusterIP": "10.0.0.99"}}))
        .only_at(&["/reason", "/details/causes/0/field"])
        .await?
        .is(422)?;
    s.post(s.core("pods"), super::objects::pod("a")).only_status().await?.is(201)?;
    s.merge_patch(s.core("pods/a"), json!({"spec": {"hostNetwork": true}})).only_at(&["/reason"]).await?.is(422)?;
    Ok(())
}

async fn what_cannot_change_is_told_with_its_field(s: &Session<'_>) -> Result<()> {
    let selecting = |kind: &str, label: &str, rest: Value| {
        let mut object = json!({"apiVersion": "apps/v1", "kind": kind, "metadata": {"name": "a"},
            "spec": {"selector": {"matchLabels": {"app": label}},
                "template": {"metadata": {"labels": {"app": label}}, "spec": {"containers": [{"name": "m", "image": "x"}]}}}});
        for (key, value) in rest.as_object().into_iter().flatten() {
            object["spec"][key] = value.clone();
        }
        object
    };
    for (kind, plural) in [("Deployment", "deployments"), ("DaemonSet", "daemonsets"), ("ReplicaSet", "replicasets")] {
        let path = s.apis("apps/v1", &format!("{plural}/a"));
        s.apply(&path, "one", selecting(kind, "one", json!({}))).only_status().await?.is(201)?;
        s.apply(&path, "one", selecting(kind, "two", json!({}))).await?.fails(422, "Invalid")?;
    }
    let path = s.apis("apps/v1", "statefulsets/a");
    let claims = |size: &str| {
        json!({"serviceName": "a", "volumeClaimTemplates": [{"metadata": {"name": "data"},
            "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": size}}}}]})
    };
    s.apply(&path, "one", selecting("StatefulSet", "one", claims("1Gi"))).only_status().await?.is(201)?;
    s.apply(&path, "one", selecting("StatefulSet", "one", claims("2Gi"))).await?.fails(422, "Invalid")?;
    s.merge_patch(&path, json!({"spec": {"serviceName": "b"}})).await?.fails(422, "Invalid")?;
    s.merge_patch(&path, json!({"spec": {"podManagementPolicy": "Parallel"}})).await?.fails(422, "Invalid")?;
    let path = s.apis("batch/v1", "jobs/a");
    let job = |image: &str, mode: &str| {
        json!({"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "a"}, "spec": {"completions": 1, "completionMode": mode,
            "template": {"spec": {"restartPolicy": "Never", "containers": [{"name": "m", "image": image}]}}}})
    };
    s.apply(&path, "one", job("x", "Indexed")).only_status().await?.is(201)?;
    s.apply(&path, "one", job("x", "NonIndexed")).await?.fails(422, "Invalid")?;
    // The whole template is quoted, as Go prints it.
    s.apply(&path, "one", job("y", "Indexed"))
        .only_at(&["/reason", "/details/causes/0/field", "/details/causes/0/reason"])
        .await?
        .fails(422, "Invalid")?;
    let path = s.apis("rbac.authorization.k8s.io/v1", "rolebindings/a");
    let binding = |role: &str| {
        json!({"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "RoleBinding", "metadata": {"name": "a"}, "subjects": [],
            "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": role}})
    };
    s.apply(&path, "one", binding("one")).await?.is(201)?;
    s.apply(&path, "one", binding("two")).await?.fails(422, "Invalid")?;
    let mut frozen = secret("frozen");
    frozen["immutable"] = true.into();
    s.apply(s.core("secrets/frozen"), "one", frozen.clone()).await?.is(201)?;
    frozen["data"] = json!({"other": "YQ=="});
    s.apply(s.core("secrets/frozen"), "one", frozen).force().await?.fails(422, "Invalid")?;
    Ok(())
}

async fn secret_types_are_immutable(s: &Session<'_>) -> Result<()> {
    s.post(s.core("secrets"), secret("a")).await?.is(201)?;
    let mut body = secret("a");
    body["type"] = "example.com/other".into();
    s.put(s.core("secrets/a"), body).await?.fails(422, "Invalid")?;
    Ok(())
}

async fn deletion_marks_cannot_be_set_by_hand(s: &Session<'_>) -> Result<()> {
    s.post(s.core("configmaps"), config_map("a")).await?.is(201)?;
    let mark = json!({"metadata": {"deletionTimestamp": "2001-02-03T04:05:06Z", "deletionGracePeriodSeconds": 3}});
    s.merge_patch(s.core("configmaps/a"), mark).await?.fails(422, "Invalid")?;
    s.post(s.core("configmaps"), held("b", &["example.com/hold"])).await?.is(201)?;
    s.delete(s.core("configmaps/b")).await?.is(200)?;
    let unmark = json!({"metadata": {"deletionTimestamp": null}});
    let still = s.merge_patch(s.core("configmaps/b"), unmark).await?.is(200)?;
    still.text_at("/metadata/deletionTimestamp")?;
    Ok(())
}

async fn finalizers_cannot_be_added_while_deleting(s: &Session<'_>) -> Result<()> {
    s.post(s.core("configmaps"), held("a", &["example.com/hold"])).await?.is(201)?;
    s.delete(s.core("configmaps/a")).await?.is(200)?;
    let add = json!({"metadata": {"finalizers": ["example.com/hold", "example.com/more"]}});
    s.merge_patch(s.core("configmaps/a"), add).await?.is(422)?;
    let other = json!({"data": {"still": "writable"}});
    s.merge_patch(s.core("configmaps/a"), other).await?.is(200)?;
    Ok(())
}

async fn a_lease_may_be_created_by_replacing(s: &Session<'_>) -> Result<()> {
    let path = s.apis("coordination.k8s.io/v1", "leases/a");
    s.put(&path, lease("a", "me")).await?.is(201)?;
    s.put(&path, lease("a", "you")).await?.fails(422, "Invalid")?;
    let mut body = s.get(&path).await?.body().clone();
    body["spec"]["holderIdentity"] = "you".into();
    s.put(&path, body).await?.is(200)?.has("/spec/holderIdentity", "you")?;
    Ok(())
}

async fn a_dry_run_replaces_nothing(s: &Session<'_>) -> Result<()> {
    let made = s.post(s.core("configmaps"), config_map("a")).await?.is(201)?;
    let mut body = config_map("a");
    body["data"] = json!({"dry": "run"});
    s.put(s.core("configmaps/a"), body).dry_run().await?.is(200)?.has("/data", json!({"dry": "run"}))?;
    let now = s.get(s.core("configmaps/a")).await?.is(200)?;
    ensure!(now.body() == made.body(), "a dry run changed the object");
    Ok(())
}

async fn replacing_a_nonsense_version_is_refused(s: &Session<'_>) -> Result<()> {
    s.post(s.core("configmaps"), config_map("a")).await?.is(201)?;
    let mut body = config_map("a");
    body["metadata"]["resourceVersion"] = "nonsense".into();
    s.put(s.core("configmaps/a"), body.clone()).await?.is(500)?;
    body["metadata"]["resourceVersion"] = "0".into();
    s.put(s.core("configmaps/a"), body).await?;
    Ok(())
}

async fn labels_do_not_move_the_generation(s: &Session<'_>) -> Result<()> {
    let path = s.apis("apps/v1", "deployments");
    let made = s.post(&path, deployment("a", 1)).only_status().await?.is(201)?;
    let mut body = made.body().clone();
    body["metadata"]["labels"] = json!({"x": "y"});
    s.put(format!("{path}/a"), body).only_at(&["/metadata/generation"]).await?.has("/metadata/generation", 1)?;
    Ok(())
}
