//! Names, labels, annotations and finalizers that are refused.

use super::objects::{config_map, held, labelled, service};
use crate::session::Session;
use anyhow::Result;
use serde_json::{Value, json};

crate::scenarios!("names":
    subdomain_names_are_checked,
    namespace_names_are_labels,
    service_names_are_labels,
    role_names_may_have_colons,
    a_name_is_required,
    label_keys_and_values_are_checked,
    annotation_keys_and_sizes_are_checked,
    finalizer_names_are_checked,
    data_keys_are_checked,
    names_in_the_path_are_checked,
);

async fn subdomain_names_are_checked(s: &Session<'_>) -> Result<()> {
    for name in ["Upper", "under_score", "-dash", "dash-", "a..b", "spa ce", "sl/ash", &"x".repeat(254)] {
        s.post(s.core("configmaps"), config_map(name)).await?.is(422)?;
    }
    s.post(s.core("configmaps"), config_map("dots.are.fine-1")).await?.is(201)?;
    s.post(s.core("configmaps"), config_map(&"x".repeat(253))).only_status().await?.is(201)?;
    s.post(s.core("secrets"), json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "Upper"}}))
        .await?
        .is(422)?;
    Ok(())
}

async fn namespace_names_are_labels(s: &Session<'_>) -> Result<()> {
    let namespace = |name: &str| json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}});
    for name in ["dots.are.not", "Upper", &"x".repeat(64)] {
        s.post("/api/v1/namespaces", namespace(name)).await?.fails(422, "Invalid")?;
    }
    Ok(())
}

async fn service_names_are_labels(s: &Session<'_>) -> Result<()> {
    for name in ["has.dot", "Upper", "dash-"] {
        s.post(s.core("services"), service(name)).await?.fails(422, "Invalid")?;
    }
    Ok(())
}

async fn role_names_may_have_colons(s: &Session<'_>) -> Result<()> {
    let role = |name: &str| json!({"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "Role", "metadata": {"name": name}, "rules": []});
    let path = s.apis("rbac.authorization.k8s.io/v1", "roles");
    s.post(&path, role("system:Scenario")).await?.is(201)?;
    s.post(&path, role("sl/ash")).await?.fails(422, "Invalid")?;
    s.post(&path, role("..")).await?.fails(422, "Invalid")?;
    s.post(&path, role("per%cent")).await?.fails(422, "Invalid")?;
    Ok(())
}

async fn a_name_is_required(s: &Session<'_>) -> Result<()> {
    s.post(s.core("configmaps"), json!({"apiVersion": "v1", "kind": "ConfigMap"})).await?.is(422)?;
    s.post(s.core("configmaps"), json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {}})).await?.is(422)?;
    s.post(s.core("configmaps"), config_map("")).await?.is(422)?;
    Ok(())
}

async fn label_keys_and_values_are_checked(s: &Session<'_>) -> Result<()> {
    let too_long = "x".repeat(64);
    for labels in [
        json!({"": "empty key"}),
        json!({"bad key": "v"}),
        json!({"a/b/c": "v"}),
        json!({"/a": "v"}),
        json!({"Bad.Prefix/a": "v"}),
        json!({"key": "bad value"}),
        json!({"key": "-dash"}),
        json!({"key": too_long}),
        json!({too_long.as_str(): "v"}),
    ] {
        s.post(s.core("configmaps"), labelled("a", labels)).await?.fails(422, "Invalid")?;
    }
    s.post(s.core("configmaps"), labelled("a", json!({"prefix.example/name_1": "", "a": "B.c_d-9"}))).await?.is(201)?;
    Ok(())
}

async fn annotation_keys_and_sizes_are_checked(s: &Session<'_>) -> Result<()> {
    let annotated = |annotations: Value| json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a", "annotations": annotations}});
    s.post(s.core("configmaps"), annotated(json!({"bad key": "v"}))).await?.fails(422, "Invalid")?;
    s.post(s.core("configmaps"), annotated(json!({"a": "x".repeat(256 * 1024)}))).await?.fails(422, "Invalid")?;
    s.post(s.core("configmaps"), annotated(json!({"UPPER/is-fine": "any value at all\n"}))).await?.is(201)?;
    Ok(())
}

async fn finalizer_names_are_checked(s: &Session<'_>) -> Result<()> {
    for finalizer in ["unqualified", "bad key/a", "", "example.com/"] {
        s.post(s.core("configmaps"), held("a", &[finalizer])).await?.is(422)?;
    }
    s.post(s.core("configmaps"), held("a", &["example.com/hold", "orphan", "foregroundDeletion"])).await?.is(422)?;
    s.post(s.core("configmaps"), held("a", &["example.com/hold", "orphan"])).await?.is(201)?;
    Ok(())
}

async fn data_keys_are_checked(s: &Session<'_>) -> Result<()> {
    let map = |data: Value, binary: Value| json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}, "data": data, "binaryData": binary});
    s.post(s.core("configmaps"), map(json!({"bad key": "v"}), json!({}))).await?.fails(422, "Invalid")?;
    s.post(s.core("configmaps"), map(json!({"..": "v"}), json!({}))).await?.fails(422, "Invalid")?;
    s.post(s.core("configmaps"), map(json!({"both": "v"}), json!({"both": "dg=="}))).await?.fails(422, "Invalid")?;
    let secret = json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "a"}, "data": {"bad key": "dg=="}});
    s.post(s.core("secrets"), secret).await?.fails(422, "Invalid")?;
    Ok(())
}

async fn names_in_the_path_are_checked(s: &Session<'_>) -> Result<()> {
    s.get(s.core("configmaps/Not_A_Name")).await?.fails(404, "NotFound")?;
    s.delete(s.core("configmaps/Not_A_Name")).await?.fails(404, "NotFound")?;
    s.apply(s.core("configmaps/Not_A_Name"), "m", config_map("Not_A_Name")).await?.is(422)?;
    Ok(())
}
