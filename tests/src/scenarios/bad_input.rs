//! Input that is no object of the kind asked for.

use super::objects::{config_map, definition, deployment, pod, secret, widget, widget_schema};
use crate::session::Session;
use anyhow::Result;
use serde_json::{Value, json};

crate::scenarios!("bad input":
    malformed_json_is_a_bad_request,
    an_empty_body_is_a_bad_request,
    a_wrong_kind_is_a_bad_request,
    a_wrong_api_version_is_a_bad_request,
    a_missing_kind_is_taken_from_the_path,
    values_of_a_wrong_type_are_a_bad_request,
    unknown_fields_are_warned_about,
    unknown_fields_are_refused_when_strict,
    unknown_fields_are_dropped_silently_on_wish,
    doubled_fields_are_told,
    an_unknown_field_validation_is_refused,
    custom_resources_tell_unknown_fields,
    an_oversize_body_is_refused,
    unknown_content_types_are_refused,
    yaml_bodies_are_accepted,
    broken_base64_is_a_bad_request,
    incomplete_workloads_are_invalid,
    contradictory_workloads_are_invalid,
    broken_services_are_invalid,
    broken_roles_are_invalid,
    broken_leases_and_jobs_are_invalid,
    bodies_that_are_no_objects_are_refused,
    a_list_cannot_be_created,
    broken_quantities_are_refused,
    nested_type_errors_name_their_place,
    times_that_are_none_are_refused,
);

async fn malformed_json_is_a_bad_request(s: &Session<'_>) -> Result<()> {
    for body in
        ["{", "not json", "{\"a\":}", "{\"apiVersion\": \"v1\", \"kind\": \"ConfigMap\"", "\u{0}", "{} trailing"]
    {
        s.post(s.core("configmaps"), Value::Null).bytes(body).only_at(&["/reason", "/code"]).await?.is(400)?;
    }
    s.post(s.core("configmaps"), Value::Null).bytes(vec![0xff, 0xfe, 0x00]).only_at(&["/reason"]).await?.is(400)?;
    Ok(())
}

async fn an_empty_body_is_a_bad_request(s: &Session<'_>) -> Result<()> {
    s.post(s.core("configmaps"), Value::Null).bytes("").only_at(&["/reason"]).await?;
    s.post(s.core("configmaps"), Value::Null).bytes(" ").only_at(&["/reason"]).await?;
    s.post(s.core("configmaps"), json!({})).await?;
    s.post(s.core("configmaps"), json!(null)).only_at(&["/reason"]).await?;
    Ok(())
}

async fn a_wrong_kind_is_a_bad_request(s: &Session<'_>) -> Result<()> {
    s.post(s.core("configmaps"), secret("a")).await?.fails(400, "BadRequest")?;
    s.post(s.core("configmaps"), deployment("a", 1)).await?.fails(400, "BadRequest")?;
    s.post(s.core("configmaps"), json!({"apiVersion": "v1", "kind": "Nonsense", "metadata": {"name": "a"}}))
        .await?
        .is(400)?;
    s.post(s.apis("apps/v1", "deployments"), config_map("a")).await?.is(400)?;
    Ok(())
}

async fn a_wrong_api_version_is_a_bad_request(s: &Session<'_>) -> Result<()> {
    let mut body = config_map("a");
    for version in ["v2", "apps/v1", "none.example.com/v1", "a/b/c"] {
        body["apiVersion"] = version.into();
        s.post(s.core("configmaps"), body.clone()).await?.is(400)?;
    }
    let mut body = deployment("a", 1);
    body["apiVersion"] = "apps/v1beta1".into();
    s.post(s.apis("apps/v1", "deployments"), body).await?.is(400)?;
    Ok(())
}

async fn a_missing_kind_is_taken_from_the_path(s: &Session<'_>) -> Result<()> {
    s.post(s.core("configmaps"), json!({"metadata": {"name": "a"}})).await?;
    s.post(s.core("configmaps"), json!({"kind": "ConfigMap", "metadata": {"name": "b"}})).await?;
    s.post(s.core("configmaps"), json!({"apiVersion": "v1", "metadata": {"name": "c"}})).await?;
    Ok(())
}

async fn values_of_a_wrong_type_are_a_bad_request(s: &Session<'_>) -> Result<()> {
    let map = |data: Value| json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}, "data": data});
    for data in [json!({"n": 5}), json!("text"), json!(["a"]), json!({"nested": {}}), json!({"flag": true})] {
        s.post(s.core("configmaps"), map(data)).await?.is(400)?;
    }
    let mut body = config_map("a");
    body["metadata"] = "text".into();
    s.post(s.core("configmaps"), body).await?.is(400)?;
    let mut body = config_map("a");
    body["metadata"]["labels"] = json!({"n": 5});
    s.post(s.core("configmaps"), body).await?.is(400)?;
    let mut body = deployment("a", 1);
    body["spec"]["replicas"] = "three".into();
    s.post(s.apis("apps/v1", "deployments"), body).await?.is(400)?;
    let mut body = deployment("a", 1);
    body["spec"]["replicas"] = json!(1.5);
    s.post(s.apis("apps/v1", "deployments"), body).await?.is(400)?;
    Ok(())
}

fn with_unknown(name: &str) -> Value {
    let mut body = deployment(name, 1);
    body["spec"]["colour"] = "red".into();
    body["spec"]["template"]["spec"]["containers"][0]["shape"] = "round".into();
    body["extra"] = json!(1);
    body
}

const WRITTEN: [&str; 2] = ["/metadata/name", "/spec/colour"];

async fn unknown_fields_are_warned_about(s: &Session<'_>) -> Result<()> {
    let path = s.apis("apps/v1", "deployments");
    let mut body = config_map("a");
    body["extra"] = json!(1);
    body["metadata"]["colour"] = "red".into();
    s.post(s.core("configmaps"), body.clone()).await?.is(201)?;
    s.post(s.core("configmaps"), body).query("fieldValidation", "Warn").dry_run().await?;
    s.post(&path, with_unknown("a")).only_at(&WRITTEN).await?.is(201)?;
    s.merge_patch(s.core("configmaps/a"), json!({"extra": 1, "metadata": {"colour": "x"}})).await?.is(200)?;
    let mut body = config_map("a");
    body["extra"] = json!(1);
    s.put(s.core("configmaps/a"), body).await?.is(200)?;
    Ok(())
}

async fn unknown_fields_are_refused_when_strict(s: &Session<'_>) -> Result<()> {
    let path = s.apis("apps/v1", "deployments");
    s.post(&path, with_unknown("a")).query("fieldValidation", "Strict").await?.is(400)?;
    s.post(s.core("configmaps"), config_map("a")).query("fieldValidation", "Strict").await?.is(201)?;
    s.merge_patch(s.core("configmaps/a"), json!({"extra": 1})).query("fieldValidation", "Strict").await?.is(422)?;
    let mut body = config_map("a");
    body["extra"] = json!(1);
    s.put(s.core("configmaps/a"), body.clone()).query("fieldValidation", "Strict").await?.is(400)?;
    s.apply(s.core("configmaps/a"), "one", body).query("fieldValidation", "Strict").await?;
    Ok(())
}

async fn unknown_fields_are_dropped_silently_on_wish(s: &Session<'_>) -> Result<()> {
    let path = s.apis("apps/v1", "deployments");
    s.post(&path, with_unknown("a")).query("fieldValidation", "Ignore").only_at(&WRITTEN).await?.is(201)?;
    let mut body = config_map("a");
    body["extra"] = json!(1);
    s.post(s.core("configmaps"), body).query("fieldValidation", "Ignore").await?.is(201)?.lacks("/extra")?;
    Ok(())
}

async fn doubled_fields_are_told(s: &Session<'_>) -> Result<()> {
    let body = |name: &str| {
        format!(r#"{{"apiVersion":"v1","kind":"ConfigMap","metadata":{{"name":"{name}"}},"data":{{"a":"1","a":"2"}}}}"#)
    };
    s.post(s.core("configmaps"), Value::Null).bytes(body("a")).await?.is(201)?.has("/data/a", "2")?;
    s.post(s.core("configmaps"), Value::Null).bytes(body("b")).query("fieldValidation", "Strict").await?.is(400)?;
    s.post(s.core("configmaps"), Value::Null).bytes(body("c")).query("fieldValidation", "Ignore").await?.is(201)?;
    Ok(())
}

async fn an_unknown_field_validation_is_refused(s: &Session<'_>) -> Result<()> {
    s.post(s.core("configmaps"), config_map("a")).query("fieldValidation", "Sometimes").await?.is(422)?;
    Ok(())
}

async fn custom_resources_tell_unknown_fields(s: &Session<'_>) -> Result<()> {
    let group = "strict.example.com";
    s.define(definition(group, widget_schema(json!({"size": {"type": "integer"}})))).await?;
    let path = s.apis(&format!("{group}/v1"), "widgets");
    let body = |name: &str| widget(group, name, json!({"size": 1, "colour": "red"}));
    s.post(&path, body("a")).await?.is(201)?;
    s.post(&path, body("b")).query("fieldValidation", "Strict").await?.is(400)?;
    s.post(&path, body("c")).query("fieldValidation", "Ignore").await?.is(201)?;
    s.merge_patch(format!("{path}/a"), json!({"spec": {"shape": 1}})).query("fieldValidation", "Strict").await?;
    s.apply(format!("{path}/d"), "one", body("d")).query("fieldValidation", "Strict").await?;
    Ok(())
}

async fn an_oversize_body_is_refused(s: &Session<'_>) -> Result<()> {
    let body =
        json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}, "data": {"a": "x".repeat(3 << 20)}});
    s.post(s.core("configmaps"), body.clone()).await?.is(413)?;
    s.put(s.core("configmaps/a"), body.clone()).await?.is(413)?;
    s.merge_patch(s.core("configmaps/a"), body).await?.is(413)?;
    let data = json!({"a": "x".repeat(1 << 20), "b": "y"});
    let body = json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}, "data": data});
    s.post(s.core("configmaps"), body)
        .only_at(&["/reason", "/details/causes/0/reason", "/details/causes/0/field"])
        .await?
        .is(422)?;
    Ok(())
}

async fn unknown_content_types_are_refused(s: &Session<'_>) -> Result<()> {
    s.post(s.core("configmaps"), config_map("a")).content_type("text/plain").await?.is(415)?;
    s.post(s.core("configmaps"), config_map("a")).content_type("application/json; charset=utf-8").await?.is(201)?;
    s.put(s.core("configmaps/a"), config_map("a")).content_type("application/merge-patch+json").await?.is(415)?;
    Ok(())
}

async fn yaml_bodies_are_accepted(s: &Session<'_>) -> Result<()> {
    let yaml = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\ndata:\n  x: \"1\"\n";
    s.post(s.core("configmaps"), Value::Null).bytes(yaml).content_type("application/yaml").await?.is(201)?;
    s.put(s.core("configmaps/a"), Value::Null).bytes(yaml).content_type("application/yaml").await?.is(200)?;
    s.get(s.core("configmaps/a")).accept("application/yaml").only_status().await?.is(200)?;
    Ok(())
}

async fn broken_base64_is_a_bad_request(s: &Session<'_>) -> Result<()> {
    let body = |data: Value| json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "a"}, "data": data});
    s.post(s.core("secrets"), body(json!({"a": "not base64!"}))).await?.is(400)?;
    s.post(s.core("secrets"), body(json!({"a": "YQ"}))).await?.is(400)?;
    s.post(s.core("secrets"), body(json!({"a": null}))).await?;
    Ok(())
}

async fn incomplete_workloads_are_invalid(s: &Session<'_>) -> Result<()> {
    let path = s.apis("apps/v1", "deployments");
    s.post(&path, json!({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "a"}}))
        .await?
        .fails(422, "Invalid")?;
    let mut body = deployment("a", 1);
    body["spec"]["template"]["spec"]["containers"] = json!([]);
    s.post(&path, body).await?.fails(422, "Invalid")?;
    let mut body = deployment("a", 1);
    body["spec"]["template"]["spec"]["containers"] = json!([{"name": "x"}]);
    s.post(&path, body).await?.fails(422, "Invalid")?;
    let mut body = pod("a");
    body["spec"]["containers"] = json!([{"image": "registry.example/x:1"}]);
    s.post(s.core("pods"), body).await?.fails(422, "Invalid")?;
    s.post(s.core("pods"), json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a"}}))
        .await?
        .fails(422, "Invalid")?;
    Ok(())
}

async fn contradictory_workloads_are_invalid(s: &Session<'_>) -> Result<()> {
    let path = s.apis("apps/v1", "deployments");
    let mut body = deployment("a", 1);
    body["spec"]["selector"]["matchLabels"] = json!({"app": "other"});
    s.post(&path, body).await?.fails(422, "Invalid")?;
    let mut body = deployment("a", 1);
    body["spec"]["replicas"] = (-1).into();
    s.post(&path, body).await?.fails(422, "Invalid")?;
    let mut body = deployment("a", 1);
    body["spec"]["strategy"] = json!({"type": "Recreate", "rollingUpdate": {"maxSurge": 1}});
    s.post(&path, body).await?.fails(422, "Invalid")?;
    let mut body = pod("a");
    body["spec"]["restartPolicy"] = "Sometimes".into();
    s.post(s.core("pods"), body).await?.fails(422, "Invalid")?;
    let mut body = pod("a");
    body["spec"]["containers"] = json!([{"name": "x", "image": "i"}, {"name": "x", "image": "i"}]);
    s.post(s.core("pods"), body).await?.fails(422, "Invalid")?;
    Ok(())
}

async fn broken_services_are_invalid(s: &Session<'_>) -> Result<()> {
    let with = |spec: Value| json!({"apiVersion": "v1", "kind": "Service", "metadata": {"name": "a"}, "spec": spec});
    for spec in [
        json!({"clusterIP": "None", "ports": [{"port": 0}]}),
        json!({"clusterIP": "None", "ports": [{"port": 80, "protocol": "SMOKE"}]}),
        json!({"clusterIP": "None", "ports": [{"port": 80}, {"port": 81}]}),
        json!({"clusterIP": "None", "type": "Nonsense", "ports": [{"port": 80}]}),
        json!({"clusterIP": "None", "ports": [{"name": "a", "port": 80}, {"name": "a", "port": 81}]}),
        json!({"clusterIP": "None", "ports": [{"name": "a", "port": 80}, {"name": "b", "port": 80}]}),
    ] {
        s.post(s.core("services"), with(spec)).only_at(&["/reason", "/details/causes"]).await?.fails(422, "Invalid")?;
    }
    Ok(())
}

async fn broken_roles_are_invalid(s: &Session<'_>) -> Result<()> {
    let group = "rbac.authorization.k8s.io/v1";
    let role = json!({"apiVersion": group, "kind": "Role", "metadata": {"name": "a"},
                      "rules": [{"apiGroups": [""], "resources": ["pods"], "verbs": []}]});
    s.post(s.apis(group, "roles"), role).await?.fails(422, "Invalid")?;
    let role = json!({"apiVersion": group, "kind": "Role", "metadata": {"name": "a"},
                      "rules": [{"nonResourceURLs": ["/x"], "verbs": ["get"]}]});
    s.post(s.apis(group, "roles"), role).await?.fails(422, "Invalid")?;
    let binding = |reference: Value, subjects: Value| json!({"apiVersion": group, "kind": "RoleBinding", "metadata": {"name": "a"}, "roleRef": reference, "subjects": subjects});
    let reference = json!({"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "r"});
    let path = s.apis(group, "rolebindings");
    s.post(&path, binding(json!({"kind": "Role", "name": ""}), json!([]))).await?.fails(422, "Invalid")?;
    s.post(&path, binding(reference.clone(), json!([{"kind": "User", "name": ""}]))).await?.fails(422, "Invalid")?;
    s.post(&path, binding(reference.clone(), json!([{"kind": "Nobody", "name": "x"}]))).await?.fails(422, "Invalid")?;
    s.post(&path, binding(reference, json!([{"kind": "User", "name": "x"}]))).await?.is(201)?;
    s.merge_patch(format!("{path}/a"), json!({"roleRef": {"name": "other"}})).await?.fails(422, "Invalid")?;
    Ok(())
}

async fn broken_leases_and_jobs_are_invalid(s: &Session<'_>) -> Result<()> {
    let lease = |spec: Value| json!({"apiVersion": "coordination.k8s.io/v1", "kind": "Lease", "metadata": {"name": "a"}, "spec": spec});
    let path = s.apis("coordination.k8s.io/v1", "leases");
    s.post(&path, lease(json!({"leaseDurationSeconds": 0}))).await?.fails(422, "Invalid")?;
    s.post(&path, lease(json!({"leaseTransitions": -1}))).await?.fails(422, "Invalid")?;
    s.post(&path, lease(json!({"renewTime": "yesterday"}))).await?.is(400)?;
    let template = json!({"spec": {"restartPolicy": "Always", "containers": [{"name": "x", "image": "i"}]}});
    let job =
        json!({"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "a"}, "spec": {"template": template}});
    s.post(s.apis("batch/v1", "jobs"), job).await?.fails(422, "Invalid")?;
    let cron = json!({"apiVersion": "batch/v1", "kind": "CronJob", "metadata": {"name": "a"},
        "spec": {"schedule": "sometimes", "jobTemplate": {"spec": {"template": {"spec": {"restartPolicy": "Never",
                 "containers": [{"name": "x", "image": "i"}]}}}}}});
    s.post(s.apis("batch/v1", "cronjobs"), cron).await?.fails(422, "Invalid")?;
    Ok(())
}

async fn bodies_that_are_no_objects_are_refused(s: &Session<'_>) -> Result<()> {
    for body in [json!([]), json!("text"), json!(5), json!(true)] {
        s.post(s.core("configmaps"), body).only_at(&["/reason"]).await?.is(400)?;
    }
    Ok(())
}

async fn a_list_cannot_be_created(s: &Session<'_>) -> Result<()> {
    let body = json!({"apiVersion": "v1", "kind": "ConfigMapList", "items": [config_map("a")]});
    s.post(s.core("configmaps"), body).await?.is(400)?;
    let body = json!({"apiVersion": "v1", "kind": "List", "items": [config_map("a")]});
    s.post(s.core("configmaps"), body).await?.is(400)?;
    Ok(())
}

async fn broken_quantities_are_refused(s: &Session<'_>) -> Result<()> {
    let with = |resources: Value| {
        let mut body = pod("a");
        body["spec"]["containers"][0]["resources"] = resources;
        body
    };
    s.post(s.core("pods"), with(json!({"requests": {"cpu": "lots"}}))).await?.is(400)?;
    s.post(s.core("pods"), with(json!({"requests": {"cpu": "2"}, "limits": {"cpu": "1"}})))
        .await?
        .fails(422, "Invalid")?;
    s.post(s.core("pods"), with(json!({"requests": {"cpu": "-1"}}))).await?.fails(422, "Invalid")?;
    s.post(s.core("pods"), with(json!({"requests": {"cpu": "0.5", "memory": "1024Mi"}})))
        .only_at(&["/spec/containers/0/resources"])
        .await?
        .is(201)?;
    Ok(())
}

async fn nested_type_errors_name_their_place(s: &Session<'_>) -> Result<()> {
    let mut body = pod("a");
    body["spec"]["containers"][0]["ports"] = json!([{"containerPort": "http"}]);
    s.post(s.core("pods"), body).await?.is(400)?;
    let mut body = pod("a");
    body["spec"]["containers"] = json!({"name": "x"});
    s.post(s.core("pods"), body).await?.is(400)?;
    let mut body = pod("a");
    body["spec"]["hostNetwork"] = "yes".into();
    s.post(s.core("pods"), body).await?.is(400)?;
    Ok(())
}

async fn times_that_are_none_are_refused(s: &Session<'_>) -> Result<()> {
    let mut body = config_map("a");
    body["metadata"]["creationTimestamp"] = "yesterday".into();
    s.post(s.core("configmaps"), body).await?.is(400)?;
    Ok(())
}
