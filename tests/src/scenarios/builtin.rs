//! The built-in kinds: each created once as small as it can be, with what the server makes of it.

use super::objects::{deployment, lease, pod, secret, service};
use crate::session::Session;
use anyhow::Result;
use serde_json::{Value, json};

crate::scenarios!("builtin":
    a_namespace_is_active_and_labelled,
    a_secret_is_opaque_and_merges_its_strings,
    typed_secrets_need_their_keys,
    a_config_map_keeps_binary_data,
    a_service_gets_an_address,
    a_headless_service_gets_none,
    a_service_account_is_bare,
    a_pod_gets_its_defaults,
    a_node_gets_its_taint,
    an_event_is_kept,
    a_deployment_gets_its_defaults,
    a_stateful_set_gets_its_defaults,
    a_daemon_set_gets_its_defaults,
    a_replica_set_gets_its_defaults,
    a_job_gets_its_selector,
    a_cron_job_gets_its_defaults,
    rbac_kinds_are_kept,
    a_lease_keeps_microseconds,
    probes_and_volumes_get_their_defaults,
    defaults_of_templates_are_the_same_everywhere,
);

async fn a_namespace_is_active_and_labelled(s: &Session<'_>) -> Result<()> {
    s.get(format!("/api/v1/namespaces/{}", s.namespace())).await?.is(200)?.has("/status/phase", "Active")?;
    s.get("/api/v1/namespaces").query("fieldSelector", format!("metadata.name={}", s.namespace())).await?.is(200)?;
    Ok(())
}

async fn a_secret_is_opaque_and_merges_its_strings(s: &Session<'_>) -> Result<()> {
    let mut body = secret("a");
    body["stringData"] = json!({"plain": "text", "password": "wins"});
    let made = s.post(s.core("secrets"), body).await?.is(201)?.has("/type", "Opaque")?.lacks("/stringData")?;
    made.has("/data", json!({"plain": "dGV4dA==", "password": "d2lucw=="}))?;
    s.apply(s.core("secrets/b"), "one", json!({"apiVersion": "v1", "kind": "Secret", "stringData": {"x": "1"}}))
        .await?;
    Ok(())
}

async fn typed_secrets_need_their_keys(s: &Session<'_>) -> Result<()> {
    let typed = |kind: &str, data: Value| json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "a"}, "type": kind, "data": data});
    s.post(s.core("secrets"), typed("kubernetes.io/tls", json!({}))).await?.fails(422, "Invalid")?;
    s.post(s.core("secrets"), typed("kubernetes.io/dockerconfigjson", json!({}))).await?.fails(422, "Invalid")?;
    s.post(s.core("secrets"), typed("kubernetes.io/basic-auth", json!({}))).await?.fails(422, "Invalid")?;
    s.post(s.core("secrets"), typed("kubernetes.io/ssh-auth", json!({}))).await?.fails(422, "Invalid")?;
    s.post(s.core("secrets"), typed("kubernetes.io/tls", json!({"tls.crt": "", "tls.key": ""}))).await?.is(201)?;
    Ok(())
}

async fn a_config_map_keeps_binary_data(s: &Session<'_>) -> Result<()> {
    let body = json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}, "binaryData": {"b": "/w=="}});
    s.post(s.core("configmaps"), body).await?.is(201)?.has("/binaryData/b", "/w==")?;
    Ok(())
}

async fn a_service_gets_an_address(s: &Session<'_>) -> Result<()> {
    let body = |kind: &str, name: &str| {
        json!({"apiVersion": "v1", "kind": "Service", "metadata": {"name": name},
               "spec": {"type": kind, "selector": {"app": "a"}, "ports": [{"port": 80}]}})
    };
    s.post(s.core("services"), body("ClusterIP", "a")).await?.is(201)?;
    s.post(s.core("services"), body("NodePort", "b")).await?.is(201)?;
    s.post(s.core("services"), body("LoadBalancer", "c")).await?.is(201)?;
    let named = json!({"apiVersion": "v1", "kind": "Service", "metadata": {"name": "d"},
                       "spec": {"type": "ExternalName", "externalName": "elsewhere.example"}});
    s.post(s.core("services"), named).await?.is(201)?;
    Ok(())
}

async fn a_headless_service_gets_none(s: &Session<'_>) -> Result<()> {
    s.post(s.core("services"), service("a")).await?.is(201)?.has("/spec/clusterIP", "None")?;
    Ok(())
}

async fn a_service_account_is_bare(s: &Session<'_>) -> Result<()> {
    let body = json!({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "a"}});
    s.post(s.core("serviceaccounts"), body).await?.is(201)?;
    Ok(())
}

async fn a_pod_gets_its_defaults(s: &Session<'_>) -> Result<()> {
    s.post(s.core("pods"), pod("a")).await?.is(201)?;
    Ok(())
}

async fn a_node_gets_its_taint(s: &Session<'_>) -> Result<()> {
    let body = json!({"apiVersion": "v1", "kind": "Node", "metadata": {"name": "builtin-node"}});
    s.post("/api/v1/nodes", body).await?.is(201)?;
    s.delete("/api/v1/nodes/builtin-node").await?.is(200)?;
    Ok(())
}

async fn an_event_is_kept(s: &Session<'_>) -> Result<()> {
    let body = json!({
        "apiVersion": "v1", "kind": "Event", "metadata": {"name": "a.1"},
        "involvedObject": {"kind": "Pod", "name": "a", "namespace": s.namespace()},
        "reason": "Tested", "message": "by a scenario", "type": "Normal", "count": 1,
        "firstTimestamp": "2001-02-03T04:05:06Z", "lastTimestamp": "2001-02-03T04:05:06Z",
        "source": {"component": "scenario"},
    });
    s.post(s.core("events"), body.clone()).await?.is(201)?;
    s.get(s.core("events")).query("fieldSelector", "involvedObject.name=a").await?.lists(&["a.1"])?;
    s.get(s.core("events")).query("fieldSelector", "involvedObject.name=b").await?.lists(&[])?;
    let mut elsewhere = body;
    elsewhere["metadata"]["name"] = "a.2".into();
    elsewhere["involvedObject"]["namespace"] = "default".into();
    s.post(s.core("events"), elsewhere).await?.fails(422, "Invalid")?;
    Ok(())
}

async fn a_deployment_gets_its_defaults(s: &Session<'_>) -> Result<()> {
    let mut body = deployment("a", 1);
    if let Some(spec) = body["spec"].as_object_mut() {
        spec.remove("replicas");
    }
    s.post(s.apis("apps/v1", "deployments"), body).await?.is(201)?.has("/spec/replicas", 1)?;
    Ok(())
}

/// The selector and template of a workload.
fn workload(kind: &str, rest: Value) -> Value {
    let mut spec = json!({
        "selector": {"matchLabels": {"app": "a"}},
        "template": {
            "metadata": {"labels": {"app": "a"}},
            "spec": {"containers": [{"name": "main", "image": "registry.example/main"}]},
        },
    });
    for (key, value) in rest.as_object().into_iter().flatten() {
        spec[key] = value.clone();
    }
    json!({"apiVersion": "apps/v1", "kind": kind, "metadata": {"name": "a"}, "spec": spec})
}

async fn a_stateful_set_gets_its_defaults(s: &Session<'_>) -> Result<()> {
    let claim = json!([{"metadata": {"name": "data"},
        "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}}]);
    let body = workload("StatefulSet", json!({"serviceName": "a", "volumeClaimTemplates": claim}));
    s.post(s.apis("apps/v1", "statefulsets"), body).await?.is(201)?;
    s.merge_patch(s.apis("apps/v1", "statefulsets/a"), json!({"spec": {"serviceName": "b"}}))
        .only_at(&["/reason"])
        .await?
        .is(422)?;
    Ok(())
}

async fn a_daemon_set_gets_its_defaults(s: &Session<'_>) -> Result<()> {
    s.post(s.apis("apps/v1", "daemonsets"), workload("DaemonSet", json!({}))).await?.is(201)?;
    Ok(())
}

async fn a_replica_set_gets_its_defaults(s: &Session<'_>) -> Result<()> {
    s.post(s.apis("apps/v1", "replicasets"), workload("ReplicaSet", json!({}))).await?.is(201)?;
    Ok(())
}

async fn a_job_gets_its_selector(s: &Session<'_>) -> Result<()> {
    let template =
        json!({"spec": {"restartPolicy": "Never", "containers": [{"name": "x", "image": "registry.example/x:1"}]}});
    let body =
        json!({"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "a"}, "spec": {"template": template}});
    s.post(s.apis("batch/v1", "jobs"), body).await?.is(201)?;
    Ok(())
}

async fn a_cron_job_gets_its_defaults(s: &Session<'_>) -> Result<()> {
    let template =
        json!({"spec": {"restartPolicy": "Never", "containers": [{"name": "x", "image": "registry.example/x:1"}]}});
    let body = json!({"apiVersion": "batch/v1", "kind": "CronJob", "metadata": {"name": "a"},
        "spec": {"schedule": "*/5 * * * *", "jobTemplate": {"spec": {"template": template}}}});
    s.post(s.apis("batch/v1", "cronjobs"), body).await?.is(201)?;
    Ok(())
}

async fn rbac_kinds_are_kept(s: &Session<'_>) -> Result<()> {
    let group = "rbac.authorization.k8s.io/v1";
    let rules = json!([{"apiGroups": [""], "resources": ["pods"], "verbs": ["get"]}]);
    let role = json!({"apiVersion": group, "kind": "Role", "metadata": {"name": "a"}, "rules": rules});
    s.post(s.apis(group, "roles"), role).await?.is(201)?;
    let binding = json!({"apiVersion": group, "kind": "RoleBinding", "metadata": {"name": "a"},
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "a"},
        "subjects": [{"kind": "User", "name": "x"}, {"kind": "ServiceAccount", "name": "y", "namespace": "default"}]});
    s.post(s.apis(group, "rolebindings"), binding).await?.is(201)?;
    let role = json!({"apiVersion": group, "kind": "ClusterRole", "metadata": {"name": "builtin-scenario"},
        "rules": [{"nonResourceURLs": ["/healthz"], "verbs": ["get"]}]});
    s.post(format!("/apis/{group}/clusterroles"), role).await?.is(201)?;
    let binding = json!({"apiVersion": group, "kind": "ClusterRoleBinding", "metadata": {"name": "builtin-scenario"},
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "builtin-scenario"},
        "subjects": [{"kind": "Group", "name": "x"}]});
    s.post(format!("/apis/{group}/clusterrolebindings"), binding).await?.is(201)?;
    Ok(())
}

async fn a_lease_keeps_microseconds(s: &Session<'_>) -> Result<()> {
    s.post(s.apis("coordination.k8s.io/v1", "leases"), lease("a", "me"))
        .await?
        .is(201)?
        .has("/spec/renewTime", "2001-02-03T04:05:06.000000Z")?;
    let path = s.apis("coordination.k8s.io/v1", "leases/a");
    let zone = json!({"spec": {"acquireTime": "2001-02-03T05:05:06.000000+01:00"}});
    s.merge_patch(&path, zone).await?.is(200)?;
    let short = json!({"spec": {"renewTime": "2001-02-03T04:05:06.1Z"}});
    s.merge_patch(&path, short).only_at(&["/reason"]).await?.is(422)?;
    Ok(())
}

async fn probes_and_volumes_get_their_defaults(s: &Session<'_>) -> Result<()> {
    let mut body = pod("a");
    body["spec"]["containers"][0]["livenessProbe"] = json!({"httpGet": {"port": 80}});
    body["spec"]["containers"][0]["ports"] = json!([{"containerPort": 80}]);
    body["spec"]["containers"][0]["env"] =
        json!([{"name": "N", "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}}]);
    body["spec"]["containers"][0]["resources"] = json!({"limits": {"cpu": "1", "memory": "64Mi"}});
    body["spec"]["serviceAccountName"] = "robot".into();
    body["spec"]["initContainers"] = json!([{"name": "first", "image": "registry.example/first"}]);
    body["spec"]["volumes"] = json!([
        {"name": "s", "secret": {"secretName": "x"}},
        {"name": "c", "configMap": {"name": "x"}},
        {"name": "e"},
        {"name": "h", "hostPath": {"path": "/tmp"}},
        {"name": "p", "projected": {"sources": [{"serviceAccountToken": {"path": "t"}}]}},
        {"name": "d", "downwardAPI": {"items": [{"path": "n", "fieldRef": {"fieldPath": "metadata.name"}}]}},
    ]);
    s.post(s.core("pods"), body).await?.is(201)?;
    Ok(())
}

async fn defaults_of_templates_are_the_same_everywhere(s: &Session<'_>) -> Result<()> {
    let template = json!({
        "metadata": {"labels": {"app": "a"}},
        "spec": {
            "containers": [{"name": "x", "image": "registry.example/x", "readinessProbe": {"exec": {"command": ["true"]}}}],
            "volumes": [{"name": "c", "configMap": {"name": "x"}}],
            "securityContext": {"runAsNonRoot": true},
        },
    });
    for (kind, plural) in [("Deployment", "deployments"), ("DaemonSet", "daemonsets"), ("ReplicaSet", "replicasets")] {
        let body = workload(kind, json!({"template": template}));
        s.post(s.apis("apps/v1", plural), body).only_at(&["/spec/template"]).await?.is(201)?;
    }
    Ok(())
}
