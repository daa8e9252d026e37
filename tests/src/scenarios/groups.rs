//! The built-in groups that controllers meet less often: each kind as small as it can be, as it is refused, and as it changes.

use crate::session::Session;
use anyhow::Result;
use serde_json::{Value, json};

crate::scenarios!("groups":
    a_disruption_budget_is_checked_and_counted,
    a_quota_counts_what_it_may,
    a_limit_range_completes_itself,
    webhooks_are_described_in_full,
    policies_of_admission_are_kept,
    a_network_policy_says_what_it_is_about,
    an_ingress_leads_somewhere,
    an_ingress_class_keeps_its_controller,
    an_autoscaler_looks_at_the_processor,
    an_autoscaler_behaves,
    an_autoscaler_is_the_same_in_both_versions,
    an_endpoint_slice_holds_addresses_of_one_kind,
    a_priority_class_keeps_its_value,
    a_runtime_class_names_its_handler,
    a_replication_controller_is_scaled,
    a_pod_template_is_kept,
    a_persistent_volume_waits,
    a_controller_revision_keeps_its_data,
    a_csi_driver_gets_its_defaults,
    what_csi_nodes_and_capacities_say_is_checked,
    a_volume_attachment_is_fixed,
    an_attributes_class_is_fixed,
    a_flow_schema_is_checked,
    a_priority_level_is_checked,
    an_api_service_is_named_after_its_version,
    devices_are_kept,
    kinds_of_the_cluster_are_found_by_name_only,
);

fn metadata(name: &str) -> Value {
    json!({ "name": name })
}

fn with(kind: &str, api_version: &str, name: &str, rest: Value) -> Value {
    let mut object = json!({"apiVersion": api_version, "kind": kind, "metadata": metadata(name)});
    for (key, value) in rest.as_object().into_iter().flatten() {
        object[key] = value.clone();
    }
    object
}

async fn a_disruption_budget_is_checked_and_counted(s: &Session<'_>) -> Result<()> {
    let path = s.apis("policy/v1", "poddisruptionbudgets");
    let budget = |name: &str, spec: Value| with("PodDisruptionBudget", "policy/v1", name, json!({ "spec": spec }));
    s.post(&path, budget("a", json!({"minAvailable": 1, "selector": {"matchLabels": {"app": "a"}}}))).await?.is(201)?;
    s.post(&path, budget("b", json!({"maxUnavailable": "30%"}))).await?.is(201)?;
    s.post(&path, budget("c", json!({"maxUnavailable": "130%"}))).await?.fails(422, "Invalid")?;
    s.post(&path, budget("c", json!({"minAvailable": -1}))).await?.fails(422, "Invalid")?;
    let both = json!({"minAvailable": 1, "maxUnavailable": "50%", "selector": {"matchLabels": {"a": "b"}}});
    s.post(&path, budget("c", both)).await?.fails(422, "Invalid")?;
    let odd = json!({"minAvailable": 1, "unhealthyPodEvictionPolicy": "Maybe",
                     "selector": {"matchExpressions": [{"key": "a", "operator": "In"}]}});
    s.post(&path, budget("c", odd)).await?.fails(422, "Invalid")?;
    s.merge_patch(format!("{path}/a"), json!({"spec": {"minAvailable": 2}}))
        .await?
        .is(200)?
        .has("/metadata/generation", 2)?;
    let status = json!({"status": {"currentHealthy": 1, "desiredHealthy": 1, "disruptionsAllowed": 0, "expectedPods": 1,
        "conditions": [{"type": "DisruptionAllowed", "status": "False", "reason": "InsufficientPods", "message": "",
                        "lastTransitionTime": "2001-02-03T04:05:06Z"}]}});
    s.merge_patch(format!("{path}/a/status"), status).await?.is(200)?;
    let wrong = json!({"status": {"currentHealthy": -1, "conditions": [{"type": "a b", "status": "Maybe", "reason": "1",
        "message": "", "lastTransitionTime": null}]}});
    s.merge_patch(format!("{path}/a/status"), wrong).await?.fails(422, "Invalid")?;
    // A write that does not say which version it is about is refused.
    s.put(format!("{path}/b"), budget("b", json!({"maxUnavailable": 1}))).await?.is(422)?;
    s.get(&path).query("fieldSelector", "metadata.name=b").await?.lists(&["b"])?;
    s.get(&path).query("fieldSelector", "spec.minAvailable=1").await?.is(400)?;
    s.delete(format!("{path}/b")).await?.is(200)?;
    Ok(())
}

async fn a_quota_counts_what_it_may(s: &Session<'_>) -> Result<()> {
    let path = s.core("resourcequotas");
    let quota = |name: &str, spec: Value| with("ResourceQuota", "v1", name, json!({ "spec": spec }));
    s.post(
        &path,
        quota("a", json!({"hard": {"pods": "4", "requests.cpu": "1500m", "count/widgets.example.com": "3"}})),
    )
    .await?
    .is(201)?;
    s.post(&path, quota("b", json!({"hard": {"limits.cpu": "1", "requests.cpu": "2"}}))).await?.is(201)?;
    s.post(&path, quota("c", json!({"hard": {"pods": "1", "cpu": "1"}, "scopes": ["BestEffort"]})))
        .await?
        .fails(422, "Invalid")?;
    for hard in [json!({"nonsense": "1"}), json!({"pods": "1500m"}), json!({"pods": "-1"}), json!({"storage": "1"})] {
        s.post(&path, quota("c", json!({ "hard": hard }))).await?.fails(422, "Invalid")?;
    }
    s.post(&path, quota("c", json!({"scopes": ["Terminating", "NotTerminating"]}))).await?.fails(422, "Invalid")?;
    s.post(&path, quota("c", json!({"scopes": ["Odd"]}))).await?.fails(422, "Invalid")?;
    for expression in [
        json!({"scopeName": "PriorityClass", "operator": "In"}),
        json!({"scopeName": "Terminating", "operator": "In", "values": ["a"]}),
        json!({"scopeName": "PriorityClass", "operator": "Exists", "values": ["a"]}),
        json!({"scopeName": "Odd", "operator": "Is"}),
    ] {
        let spec = json!({"scopeSelector": {"matchExpressions": [expression]}});
        s.post(&path, quota("c", spec)).await?.fails(422, "Invalid")?;
    }
    let scoped = json!({"hard": {"pods": "1"}, "scopeSelector": {"matchExpressions": [
        {"scopeName": "PriorityClass", "operator": "In", "values": ["high"]}]}});
    s.post(&path, quota("d", scoped)).await?.is(201)?;
    s.merge_patch(format!("{path}/d"), json!({"spec": {"scopes": ["NotTerminating"]}})).await?.fails(422, "Invalid")?;
    s.merge_patch(format!("{path}/a/status"), json!({"status": {"hard": {"pods": "4"}, "used": {"pods": "1"}}}))
        .await?
        .is(200)?;
    s.merge_patch(format!("{path}/a/status"), json!({"status": {"used": {"pods": "-1"}}}))
        .await?
        .fails(422, "Invalid")?;
    s.delete(format!("{path}/a")).await?.is(200)?.has("/kind", "ResourceQuota")?;
    Ok(())
}

async fn a_limit_range_completes_itself(s: &Session<'_>) -> Result<()> {
    let path = s.core("limitranges");
    let range = |name: &str, limit: Value| with("LimitRange", "v1", name, json!({"spec": {"limits": [limit]}}));
    let container = json!({"type": "Container", "max": {"cpu": "2", "memory": "1Gi"}, "min": {"cpu": "100m", "ephemeral-storage": "1Mi"}});
    s.post(&path, range("a", container)).await?.is(201)?;
    s.post(&path, range("b", json!({"type": "Pod", "max": {"cpu": "2"}, "maxLimitRequestRatio": {"cpu": "4"}})))
        .await?
        .is(201)?;
    s.post(&path, range("c", json!({"type": "PersistentVolumeClaim", "max": {"storage": "1Gi"}}))).await?.is(201)?;
    for limit in [
        json!({"type": "Odd"}),
        json!({"type": "Pod", "default": {"cpu": "1"}, "defaultRequest": {"cpu": "1"}}),
        json!({"type": "Container", "max": {"cpu": "1"}, "min": {"cpu": "2"}}),
        json!({"type": "Container", "max": {"cpu": "1"}, "default": {"cpu": "2"}}),
        json!({"type": "Container", "default": {"cpu": "1"}, "defaultRequest": {"cpu": "2"}}),
        json!({"type": "Container", "max": {"storage": "1"}}),
        json!({"type": "PersistentVolumeClaim", "max": {"cpu": "1"}}),
        json!({"type": "Container", "maxLimitRequestRatio": {"cpu": "500m"}}),
        json!({"type": "Container", "max": {"cpu": "2"}, "min": {"cpu": "1"}, "maxLimitRequestRatio": {"cpu": "3"}}),
    ] {
        s.post(&path, range("d", limit)).await?.fails(422, "Invalid")?;
    }
    // A limit range is made by a PUT too.
    s.put(format!("{path}/e"), range("e", json!({"type": "Pod", "min": {"cpu": "1"}}))).await?.is(201)?;
    Ok(())
}

fn hook(rest: Value) -> Value {
    let mut hook = json!({
        "name": "a.groups.example.com", "sideEffects": "None", "admissionReviewVersions": ["v1"],
        "clientConfig": {"service": {"namespace": "default", "name": "none"}},
        "rules": [{"operations": ["CREATE"], "apiGroups": ["groups.example.com"], "apiVersions": ["v1"], "resources": ["nothing"]}],
    });
    for (key, value) in rest.as_object().into_iter().flatten() {
        hook[key] = value.clone();
    }
    hook
}

async fn webhooks_are_described_in_full(s: &Session<'_>) -> Result<()> {
    const GROUP: &str = "admissionregistration.k8s.io/v1";
    for (kind, plural) in [
        ("ValidatingWebhookConfiguration", "validatingwebhookconfigurations"),
        ("MutatingWebhookConfiguration", "mutatingwebhookconfigurations"),
    ] {
        let path = format!("/apis/{GROUP}/{plural}");
        let config = |hooks: Vec<Value>| with(kind, GROUP, "groups-webhooks", json!({ "webhooks": hooks }));
        s.post(&path, config(vec![hook(json!({}))])).await?.is(201)?;
        let patch = json!({"webhooks": [hook(json!({"timeoutSeconds": 5}))]});
        s.merge_patch(format!("{path}/groups-webhooks"), patch).await?.is(200)?.has("/metadata/generation", 2)?;
        s.delete(format!("{path}/groups-webhooks")).await?.is(200)?;
        for wrong in [
            json!({"name": ""}),
            json!({"name": "short.name"}),
            json!({"name": "A.b.c"}),
            json!({"sideEffects": null}),
            json!({"sideEffects": "Some"}),
            json!({"admissionReviewVersions": []}),
            json!({"admissionReviewVersions": ["v2", "v2"]}),
            json!({"clientConfig": {}}),
            json!({"clientConfig": {"url": "http://a.example/b?c=d#e"}}),
            json!({"clientConfig": {"url": "https://user@a.example/b"}}),
            json!({"clientConfig": {"service": {"path": "b//c", "port": 70000}}}),
            json!({"failurePolicy": "Odd", "matchPolicy": "Odd", "timeoutSeconds": 31}),
            json!({"namespaceSelector": {"matchLabels": {"a b": "c"}}}),
            json!({"rules": [{"operations": ["*", "CREATE"], "apiGroups": [], "apiVersions": [""], "resources": ["*", "pods"], "scope": "Odd"}]}),
            json!({"rules": [{"operations": ["ODD"], "apiGroups": ["*", "a"], "apiVersions": ["*"], "resources": ["pods/*", "pods/status"]}]}),
        ] {
            s.post(&path, config(vec![hook(wrong)])).await?.fails(422, "Invalid")?;
        }
        s.post(&path, config(vec![hook(json!({})), hook(json!({}))])).await?.fails(422, "Invalid")?;
    }
    Ok(())
}

async fn policies_of_admission_are_kept(s: &Session<'_>) -> Result<()> {
    const GROUP: &str = "admissionregistration.k8s.io/v1";
    let binding = with(
        "ValidatingAdmissionPolicyBinding",
        GROUP,
        "groups-binding",
        json!({"spec": {"policyName": "groups-none", "validationActions": ["Deny"], "matchResources": {
            "resourceRules": [{"apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE"], "resources": ["none"]}]}}}),
    );
    let path = format!("/apis/{GROUP}/validatingadmissionpolicybindings");
    s.post(&path, binding).await?.is(201)?;
    s.delete(format!("{path}/groups-binding")).await?.is(200)?;
    let policy = with(
        "ValidatingAdmissionPolicy",
        GROUP,
        "groups-policy",
        json!({"spec": {"matchConstraints": {"resourceRules": [
            {"apiGroups": ["groups.example.com"], "apiVersions": ["v1"], "operations": ["CREATE"], "resources": ["none"]}]},
            "validations": [{"expression": "true"}]}}),
    );
    let path = format!("/apis/{GROUP}/validatingadmissionpolicies");
    s.post(&path, policy).await?.is(201)?;
    s.delete(format!("{path}/groups-policy")).only_status().await?.is(200)?;
    Ok(())
}

async fn a_network_policy_says_what_it_is_about(s: &Session<'_>) -> Result<()> {
    let path = s.apis("networking.k8s.io/v1", "networkpolicies");
    let policy = |name: &str, spec: Value| with("NetworkPolicy", "networking.k8s.io/v1", name, json!({ "spec": spec }));
    s.post(&path, policy("a", json!({"podSelector": {}}))).await?.is(201)?;
    let both = json!({"podSelector": {"matchLabels": {"app": "a"}},
        "ingress": [{"ports": [{"port": 80, "endPort": 90}, {"port": "http"}], "from": [{"podSelector": {}}]}],
        "egress": [{"to": [{"ipBlock": {"cidr": "10.0.0.0/8", "except": ["10.1.0.0/16"]}}]}]});
    s.post(&path, policy("b", both)).await?.is(201)?;
    for spec in [
        json!({"policyTypes": ["Odd"]}),
        json!({"policyTypes": ["Ingress", "Egress", "Odd"]}),
        json!({"ingress": [{"from": [{}]}]}),
        json!({"ingress": [{"from": [{"podSelector": {}, "ipBlock": {"cidr": "10.0.0.0/8"}}]}]}),
        json!({"egress": [{"to": [{"ipBlock": {"cidr": "nonsense"}}]}]}),
        json!({"egress": [{"to": [{"ipBlock": {"cidr": ""}}]}]}),
        json!({"egress": [{"to": [{"ipBlock": {"cidr": "10.0.0.0/8", "except": ["11.0.0.0/16", "10.0.0.0/8", "odd"]}}]}]}),
        json!({"ingress": [{"ports": [{"port": 0}, {"port": 80, "endPort": 70}, {"port": "Odd!", "endPort": 3}, {"endPort": 4}]}]}),
        json!({"ingress": [{"ports": [{"protocol": "ICMP"}]}]}),
        json!({"podSelector": {"matchExpressions": [{"key": "", "operator": "Odd"}]}}),
    ] {
        s.post(&path, policy("c", spec)).await?.fails(422, "Invalid")?;
    }
    s.merge_patch(format!("{path}/a"), json!({"spec": {"podSelector": {"matchLabels": {"b": "c"}}}}))
        .await?
        .is(200)?
        .has("/metadata/generation", 2)?;
    s.merge_patch(format!("{path}/a"), json!({"metadata": {"labels": {"b": "c"}}}))
        .await?
        .has("/metadata/generation", 2)?;
    Ok(())
}

async fn an_ingress_leads_somewhere(s: &Session<'_>) -> Result<()> {
    let path = s.apis("networking.k8s.io/v1", "ingresses");
    let ingress = |name: &str, spec: Value| with("Ingress", "networking.k8s.io/v1", name, json!({ "spec": spec }));
    let backend = json!({"service": {"name": "a", "port": {"number": 80}}});
    let rule = |host: &str, path: Value| json!({"rules": [{"host": host, "http": {"paths": [path]}}]});
    s.post(&path, ingress("a", json!({"defaultBackend": backend}))).await?.is(201)?;
    let spec = rule("*.example.com", json!({"path": "/", "pathType": "Prefix", "backend": backend}));
    s.post(&path, ingress("b", spec)).await?.is(201)?;
    let mut old = ingress("c", json!({"defaultBackend": backend}));
    old["metadata"]["annotations"] = json!({"kubernetes.io/ingress.class": "old"});
    s.post(&path, old.clone()).await?.is(201)?;
    old["spec"]["ingressClassName"] = "new".into();
    s.post(&path, old).await?.fails(422, "Invalid")?;
    for spec in [
        json!({}),
        json!({"defaultBackend": {}}),
        json!({"defaultBackend": {"service": {"name": "a"}}}),
        json!({"defaultBackend": {"service": {"name": "A_", "port": {"name": "Odd!", "number": 0}}}}),
        json!({"defaultBackend": {"service": {"port": {"name": "a", "number": 1}}}}),
        json!({"defaultBackend": {"resource": {"apiGroup": "a b", "kind": "", "name": "x/y"}}}),
        json!({"defaultBackend": backend, "ingressClassName": "A b"}),
        json!({"defaultBackend": backend, "tls": [{"hosts": ["*.A", "b c"], "secretName": "D"}]}),
        rule("1.2.3.4", json!({"pathType": "Exact", "path": "a//b/./c", "backend": backend})),
        rule("*a.b", json!({"pathType": "Prefix", "path": "/a/..", "backend": backend})),
        rule("a", json!({"pathType": "Odd", "backend": backend})),
        rule("a", json!({"path": "/", "backend": backend})),
        rule("a", json!({"pathType": "ImplementationSpecific", "path": "a", "backend": {}})),
        json!({"rules": [{"http": {"paths": []}}]}),
    ] {
        s.post(&path, ingress("d", spec)).await?.fails(422, "Invalid")?;
    }
    let status = |point: Value| json!({"status": {"loadBalancer": {"ingress": [point]}}});
    s.merge_patch(
        format!("{path}/a/status"),
        status(json!({"ip": "192.0.2.1", "ports": [{"port": 80, "protocol": "TCP"}]})),
    )
    .await?
    .is(200)?;
    s.merge_patch(format!("{path}/a/status"), status(json!({"ip": "odd", "hostname": "192.0.2.1"}))).await?.is(422)?;
    s.merge_patch(format!("{path}/a"), json!({"spec": {"ingressClassName": "a"}}))
        .await?
        .has("/metadata/generation", 2)?;
    Ok(())
}

async fn an_ingress_class_keeps_its_controller(s: &Session<'_>) -> Result<()> {
    let path = "/apis/networking.k8s.io/v1/ingressclasses";
    let class = |spec: Value| with("IngressClass", "networking.k8s.io/v1", "groups-class", json!({ "spec": spec }));
    let parameters = json!({"apiGroup": "example.com", "kind": "Parameters", "name": "a"});
    s.post(path, class(json!({"controller": "example.com/a", "parameters": parameters}))).await?.is(201)?;
    s.merge_patch(format!("{path}/groups-class"), json!({"spec": {"controller": "example.com/b"}})).await?.is(422)?;
    s.delete(format!("{path}/groups-class")).await?.is(200)?;
    for spec in [
        json!({}),
        json!({"controller": "plain"}),
        json!({"controller": "A/b^"}),
        json!({"controller": "a/b", "parameters": {"kind": "", "name": "a/b", "scope": "Namespace"}}),
        json!({"controller": "a/b", "parameters": {"kind": "K", "name": "a", "scope": "Odd"}}),
        json!({"controller": "a/b", "parameters": {"kind": "K", "name": "a", "namespace": "b"}}),
    ] {
        s.post(path, class(spec)).await?.fails(422, "Invalid")?;
    }
    Ok(())
}

fn autoscaler(name: &str, spec: Value) -> Value {
    let mut whole =
        json!({"maxReplicas": 3, "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "a"}});
    for (key, value) in spec.as_object().into_iter().flatten() {
        whole[key] = value.clone();
    }
    with("HorizontalPodAutoscaler", "autoscaling/v2", name, json!({ "spec": whole }))
}

async fn an_autoscaler_looks_at_the_processor(s: &Session<'_>) -> Result<()> {
    let path = s.apis("autoscaling/v2", "horizontalpodautoscalers");
    s.post(&path, autoscaler("a", json!({}))).await?.is(201)?;
    for spec in [
        json!({"maxReplicas": 0}),
        json!({"maxReplicas": -1}),
        json!({"minReplicas": 5}),
        json!({"minReplicas": 0}),
        json!({"scaleTargetRef": {"apiVersion": "v1", "kind": "Pod", "name": "a/b"}}),
        json!({"scaleTargetRef": {"apiVersion": "a/b/c", "kind": "", "name": ""}}),
    ] {
        s.post(&path, autoscaler("b", spec)).await?.fails(422, "Invalid")?;
    }
    for metric in [
        json!({}),
        json!({"type": "Odd"}),
        json!({"type": "Resource"}),
        json!({"type": "Resource", "resource": {"name": "cpu", "target": {"type": "Utilization"}}}),
        json!({"type": "Resource", "resource": {"name": "", "target": {"type": "Odd", "averageUtilization": 0, "averageValue": "0"}}}),
        json!({"type": "Resource", "pods": {"metric": {"name": ""}, "target": {"type": "Value", "value": "1"}}}),
        json!({"type": "External", "external": {"metric": {"name": "a"}, "target": {"type": "Value", "value": "1", "averageValue": "1"}}}),
        json!({"type": "ContainerResource", "containerResource": {"name": "odd", "container": "A b", "target": {"type": "Value"}}}),
        json!({"type": "Object", "object": {"describedObject": {"kind": "Service", "name": "a"}, "metric": {"name": "a"}, "target": {"type": "Value"}}}),
    ] {
        s.post(&path, autoscaler("b", json!({"metrics": [metric]}))).await?.fails(422, "Invalid")?;
    }
    s.merge_patch(format!("{path}/a/status"), json!({"status": {"currentReplicas": 1, "desiredReplicas": 2}}))
        .await?
        .is(200)?;
    s.merge_patch(format!("{path}/a/status"), json!({"status": {"currentReplicas": -1}})).await?.is(422)?;
    Ok(())
}

async fn an_autoscaler_behaves(s: &Session<'_>) -> Result<()> {
    let path = s.apis("autoscaling/v2", "horizontalpodautoscalers");
    s.post(&path, autoscaler("a", json!({"behavior": {"scaleDown": {"stabilizationWindowSeconds": 60}}})))
        .await?
        .is(201)?;
    s.post(&path, autoscaler("b", json!({"behavior": {}}))).await?.is(201)?;
    for rules in [
        json!({"stabilizationWindowSeconds": -1, "selectPolicy": "Odd"}),
        json!({"stabilizationWindowSeconds": 3601}),
        json!({"policies": [{"type": "Odd", "value": 0, "periodSeconds": 0}, {"type": "Pods", "value": 1, "periodSeconds": 1801}]}),
    ] {
        let spec = json!({"behavior": {"scaleUp": rules}});
        s.post(&path, autoscaler("c", spec)).await?.fails(422, "Invalid")?;
    }
    Ok(())
}

async fn an_autoscaler_is_the_same_in_both_versions(s: &Session<'_>) -> Result<()> {
    let old = s.apis("autoscaling/v1", "horizontalpodautoscalers");
    let new = s.apis("autoscaling/v2", "horizontalpodautoscalers");
    let target = json!({"apiVersion": "apps/v1", "kind": "Deployment", "name": "a"});
    let plain = with(
        "HorizontalPodAutoscaler",
        "autoscaling/v1",
        "a",
        json!({"spec": {"maxReplicas": 3, "scaleTargetRef": target}}),
    );
    s.post(&old, plain.clone()).await?.is(201)?;
    s.get(format!("{new}/a")).await?.is(200)?;
    s.merge_patch(format!("{old}/a"), json!({"spec": {"targetCPUUtilizationPercentage": 40}})).await?.is(200)?;
    s.get(format!("{new}/a")).await?.is(200)?.has("/spec/metrics/0/resource/target/averageUtilization", 40)?;
    s.merge_patch(format!("{old}/a"), json!({"spec": {"targetCPUUtilizationPercentage": 0}}))
        .await?
        .fails(422, "Invalid")?;
    s.merge_patch(
        format!("{old}/a/status"),
        json!({"status": {"currentReplicas": 2, "currentCPUUtilizationPercentage": 7}}),
    )
    .await?
    .is(200)?;
    s.get(format!("{new}/a")).await?.is(200)?;
    let metrics = json!([
        {"type": "Resource", "resource": {"name": "memory", "target": {"type": "AverageValue", "averageValue": "1Gi"}}},
        {"type": "Resource", "resource": {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": 60}}},
        {"type": "External", "external": {"metric": {"name": "queue"}, "target": {"type": "Value", "value": "5"}}},
    ]);
    s.post(&new, autoscaler("b", json!({"metrics": metrics, "behavior": {"scaleUp": {}}}))).await?.is(201)?;
    s.get(format!("{old}/b")).await?.is(200)?;
    s.merge_patch(format!("{old}/b"), json!({"spec": {"maxReplicas": 9}})).await?.is(200)?;
    s.get(format!("{new}/b")).await?.is(200)?;
    s.get(&old).await?.lists(&["a", "b"])?;
    s.delete(format!("{old}/b")).await?.is(200)?;
    Ok(())
}

async fn an_endpoint_slice_holds_addresses_of_one_kind(s: &Session<'_>) -> Result<()> {
    let path = s.apis("discovery.k8s.io/v1", "endpointslices");
    let slice = |name: &str, rest: Value| with("EndpointSlice", "discovery.k8s.io/v1", name, rest);
    let whole = json!({"addressType": "IPv4", "ports": [{"port": 80}],
        "endpoints": [{"addresses": ["192.0.2.1"], "conditions": {"ready": true}, "nodeName": "a", "zone": "b"}]});
    s.post(&path, slice("a", whole)).await?.is(201)?;
    s.post(&path, slice("b", json!({"addressType": "FQDN", "endpoints": [{"addresses": ["a.example.com"]}]})))
        .await?
        .is(201)?;
    for rest in [
        json!({"endpoints": []}),
        json!({"addressType": "Odd", "endpoints": []}),
        json!({"addressType": "IPv4", "endpoints": [{"addresses": []}]}),
        json!({"addressType": "IPv4", "endpoints": [{"addresses": ["::1", "127.0.0.1", "odd"]}]}),
        json!({"addressType": "IPv6", "endpoints": [{"addresses": ["192.0.2.1"], "hostname": "A", "nodeName": "B"}]}),
        json!({"addressType": "FQDN", "endpoints": [{"addresses": ["a", "A.b"]}]}),
        json!({"addressType": "IPv4", "endpoints": [], "ports": [{"name": "A", "protocol": "ICMP", "appProtocol": "a b"}, {}, {}]}),
        json!({"addressType": "IPv4", "endpoints": [{"addresses": ["192.0.2.1"], "hints": {"forZones": [{"name": "a"}, {"name": "a"}, {"name": "a b"}]}}]}),
    ] {
        s.post(&path, slice("c", rest)).await?.fails(422, "Invalid")?;
    }
    s.merge_patch(format!("{path}/a"), json!({"addressType": "IPv6"})).await?.is(422)?;
    s.merge_patch(format!("{path}/a"), json!({"metadata": {"labels": {"b": "c"}}}))
        .await?
        .has("/metadata/generation", 2)?;
    s.merge_patch(format!("{path}/a"), json!({"metadata": {"annotations": {"b": "c"}}}))
        .await?
        .has("/metadata/generation", 2)?;
    Ok(())
}

async fn a_priority_class_keeps_its_value(s: &Session<'_>) -> Result<()> {
    let path = "/apis/scheduling.k8s.io/v1/priorityclasses";
    let class = |name: &str, rest: Value| with("PriorityClass", "scheduling.k8s.io/v1", name, rest);
    s.post(path, class("groups-priority", json!({"value": 1000, "description": "some"}))).await?.is(201)?;
    s.merge_patch(format!("{path}/groups-priority"), json!({"value": 5})).await?.is(422)?;
    s.merge_patch(format!("{path}/groups-priority"), json!({"preemptionPolicy": "Never"})).await?.is(422)?;
    s.merge_patch(format!("{path}/groups-priority"), json!({"description": "other"})).await?.is(200)?;
    s.delete(format!("{path}/groups-priority")).await?.is(200)?;
    s.post(path, class("groups-high", json!({"value": 1_000_000_001}))).await?.fails(422, "Invalid")?;
    s.post(path, class("system-groups", json!({"value": 1}))).await?.fails(422, "Invalid")?;
    s.post(path, class("system-node-critical", json!({"value": 1}))).await?.fails(422, "Invalid")?;
    s.post(path, class("groups-odd", json!({"value": 1, "preemptionPolicy": "Odd"}))).await?.fails(422, "Invalid")?;
    s.get(format!("{path}/system-node-critical"))
        .only_at(&["/value", "/description", "/preemptionPolicy", "/metadata/generation"])
        .await?
        .is(200)?;
    s.get(format!("{path}/system-cluster-critical"))
        .only_at(&["/value", "/description", "/preemptionPolicy", "/metadata/generation"])
        .await?
        .is(200)?;
    Ok(())
}

async fn a_runtime_class_names_its_handler(s: &Session<'_>) -> Result<()> {
    let path = "/apis/node.k8s.io/v1/runtimeclasses";
    let class = |rest: Value| with("RuntimeClass", "node.k8s.io/v1", "groups-runtime", rest);
    let whole =
        json!({"handler": "a", "overhead": {"podFixed": {"cpu": "250m"}}, "scheduling": {"nodeSelector": {"a": "b"}}});
    s.post(path, class(whole)).await?.is(201)?;
    s.merge_patch(format!("{path}/groups-runtime"), json!({"handler": "b"})).await?.is(422)?;
    s.delete(format!("{path}/groups-runtime")).await?.is(200)?;
    for rest in [
        json!({}),
        json!({"handler": "A b"}),
        json!({"handler": "a", "overhead": {"podFixed": {"odd": "1"}}}),
        json!({"handler": "a", "scheduling": {"nodeSelector": {"a b": "c"}, "tolerations": [{"operator": "Odd", "key": "a"}]}}),
        json!({"handler": "a", "scheduling": {"tolerations": [{"key": "a", "operator": "Exists"}, {"key": "a", "operator": "Exists"}]}}),
    ] {
        s.post(path, class(rest)).await?.fails(422, "Invalid")?;
    }
    Ok(())
}

fn template(labels: Value) -> Value {
    json!({"metadata": {"labels": labels}, "spec": {"containers": [{"name": "main", "image": "registry.example/main"}]}})
}

async fn a_replication_controller_is_scaled(s: &Session<'_>) -> Result<()> {
    let path = s.core("replicationcontrollers");
    let controller = |name: &str, spec: Value| with("ReplicationController", "v1", name, json!({ "spec": spec }));
    s.post(&path, controller("a", json!({"template": template(json!({"app": "a"}))}))).await?.is(201)?;
    s.post(&path, controller("b", json!({}))).await?.fails(422, "Invalid")?;
    let odd = json!({"replicas": -1, "selector": {"app": "b"}, "template": template(json!({"app": "a"}))});
    s.post(&path, controller("b", odd)).await?.fails(422, "Invalid")?;
    s.get(format!("{path}/a/scale")).await?.is(200)?;
    s.merge_patch(format!("{path}/a/scale"), json!({"spec": {"replicas": 3}}))
        .await?
        .is(200)?
        .has("/spec/replicas", 3)?;
    s.merge_patch(format!("{path}/a/status"), json!({"status": {"replicas": 2, "readyReplicas": 1}})).await?.is(200)?;
    s.merge_patch(format!("{path}/a/status"), json!({"status": {"replicas": 0, "readyReplicas": 1}})).await?.is(422)?;
    s.get(&path).query("fieldSelector", "status.replicas=2").await?.lists(&["a"])?;
    s.get(&path).query("fieldSelector", "status.readyReplicas=2").await?.is(400)?;
    s.get(format!("{path}/a")).await?.is(200)?;
    Ok(())
}

async fn a_pod_template_is_kept(s: &Session<'_>) -> Result<()> {
    let path = s.core("podtemplates");
    let kept = |name: &str, template: Value| with("PodTemplate", "v1", name, json!({ "template": template }));
    s.post(&path, kept("a", template(json!({"app": "a"})))).await?.is(201)?;
    s.post(&path, kept("b", json!({"spec": {"containers": []}}))).await?.fails(422, "Invalid")?;
    s.merge_patch(format!("{path}/a"), json!({"template": {"metadata": {"labels": {"app": "b"}}}}))
        .await?
        .has("/metadata/generation", 2)?;
    s.delete(format!("{path}/a")).await?.is(200)?.has("/kind", "PodTemplate")?;
    Ok(())
}

async fn a_persistent_volume_waits(s: &Session<'_>) -> Result<()> {
    let path = "/api/v1/persistentvolumes";
    let volume = |spec: Value| with("PersistentVolume", "v1", "groups-volume", json!({ "spec": spec }));
    let spec = json!({"accessModes": ["ReadWriteOnce"], "capacity": {"storage": "1Gi"}, "hostPath": {"path": "/tmp"}});
    s.post(path, volume(spec.clone())).await?.is(201)?;
    s.merge_patch(format!("{path}/groups-volume"), json!({"spec": {"volumeMode": "Block"}}))
        .only_at(&["/reason"])
        .await?
        .is(422)?;
    s.merge_patch(format!("{path}/groups-volume/status"), json!({"status": {"phase": "Available"}})).await?.is(200)?;
    s.merge_patch(format!("{path}/groups-volume/status"), json!({"status": {"message": "some"}})).await?.is(200)?;
    s.get(path).query("fieldSelector", "metadata.name=groups-volume").await?.lists(&["groups-volume"])?;
    s.delete(format!("{path}/groups-volume")).await?.is(200)?;
    s.merge_patch(format!("{path}/groups-volume"), json!({"metadata": {"finalizers": null}})).await?.is(200)?;
    let but = |field: &str, value: Value| {
        let mut spec = spec.clone();
        spec[field] = value;
        spec
    };
    for spec in [
        but("accessModes", json!([])),
        but("accessModes", json!(["Odd", "ReadWriteOncePod", "ReadWriteOnce"])),
        but("capacity", Value::Null),
        but("capacity", json!({"storage": "0"})),
        but("capacity", json!({"cpu": "1"})),
        but("persistentVolumeReclaimPolicy", json!("Odd")),
        but("hostPath", Value::Null),
        but("storageClassName", json!("A b")),
        but("volumeMode", json!("Odd")),
    ] {
        s.post(path, volume(spec)).await?.fails(422, "Invalid")?;
    }
    Ok(())
}

async fn a_controller_revision_keeps_its_data(s: &Session<'_>) -> Result<()> {
    let path = s.apis("apps/v1", "controllerrevisions");
    let revision = |name: &str, rest: Value| with("ControllerRevision", "apps/v1", name, rest);
    s.post(&path, revision("a", json!({"revision": 1, "data": {"spec": {"a": 1}}}))).await?.is(201)?;
    s.post(&path, revision("b", json!({"revision": -1}))).await?.fails(422, "Invalid")?;
    s.merge_patch(format!("{path}/a"), json!({"revision": 2})).await?.is(200)?;
    Ok(())
}

async fn a_csi_driver_gets_its_defaults(s: &Session<'_>) -> Result<()> {
    let path = "/apis/storage.k8s.io/v1/csidrivers";
    let driver = |spec: Value| with("CSIDriver", "storage.k8s.io/v1", "groups.example.com", json!({ "spec": spec }));
    s.post(path, driver(json!({}))).await?.is(201)?;
    let own = format!("{path}/groups.example.com");
    s.merge_patch(&own, json!({"spec": {"requiresRepublish": true}})).await?.is(200)?.has("/metadata/generation", 1)?;
    s.merge_patch(&own, json!({"spec": {"attachRequired": false, "volumeLifecycleModes": ["Ephemeral"]}}))
        .await?
        .is(422)?;
    s.delete(&own).await?.is(200)?;
    for spec in [
        json!({"fsGroupPolicy": "Odd"}),
        json!({"volumeLifecycleModes": ["Odd"]}),
        json!({"tokenRequests": [{"audience": "a", "expirationSeconds": 1}, {"audience": "a"}]}),
        json!({"nodeAllocatableUpdatePeriodSeconds": 1}),
    ] {
        s.post(path, driver(spec)).await?.fails(422, "Invalid")?;
    }
    Ok(())
}

async fn what_csi_nodes_and_capacities_say_is_checked(s: &Session<'_>) -> Result<()> {
    let path = "/apis/storage.k8s.io/v1/csinodes";
    let node =
        |drivers: Value| with("CSINode", "storage.k8s.io/v1", "groups-node", json!({"spec": {"drivers": drivers}}));
    let driver = json!({"name": "a.example.com", "nodeID": "1", "topologyKeys": ["a/b"], "allocatable": {"count": 3}});
    s.post(path, node(json!([driver]))).await?.is(201)?;
    s.merge_patch(format!("{path}/groups-node"), json!({"spec": {"drivers": []}})).await?.is(200)?;
    s.delete(format!("{path}/groups-node")).await?.is(200)?;
    for drivers in [
        json!([{"name": "", "nodeID": ""}]),
        json!([driver, driver]),
        json!([{"name": "a b", "nodeID": "1", "topologyKeys": ["a", "a"], "allocatable": {"count": -1}}]),
    ] {
        s.post(path, node(drivers)).await?.fails(422, "Invalid")?;
    }
    let path = s.apis("storage.k8s.io/v1", "csistoragecapacities");
    let capacity = |name: &str, rest: Value| with("CSIStorageCapacity", "storage.k8s.io/v1", name, rest);
    s.post(
        &path,
        capacity("a", json!({"storageClassName": "a", "capacity": "1Gi", "nodeTopology": {"matchLabels": {"a": "b"}}})),
    )
    .await?
    .is(201)?;
    s.post(&path, capacity("b", json!({"storageClassName": "A b", "capacity": "-1"}))).await?.fails(422, "Invalid")?;
    s.merge_patch(format!("{path}/a"), json!({"storageClassName": "b", "nodeTopology": {"matchLabels": {"a": "c"}}}))
        .await?
        .is(422)?;
    Ok(())
}

async fn a_volume_attachment_is_fixed(s: &Session<'_>) -> Result<()> {
    let path = "/apis/storage.k8s.io/v1/volumeattachments";
    let attachment =
        |spec: Value| with("VolumeAttachment", "storage.k8s.io/v1", "groups-attachment", json!({ "spec": spec }));
    let spec = json!({"attacher": "a.example.com", "nodeName": "a", "source": {"persistentVolumeName": "a"}});
    s.post(path, attachment(spec)).await?.is(201)?;
    let own = format!("{path}/groups-attachment");
    s.merge_patch(&own, json!({"spec": {"nodeName": "b"}})).await?.is(422)?;
    s.merge_patch(format!("{own}/status"), json!({"status": {"attached": true}, "metadata": {"labels": {"a": "b"}}}))
        .await?
        .is(200)?
        .lacks("/metadata/labels")?;
    s.delete(&own).await?.is(200)?;
    for spec in
        [json!({"source": {}}), json!({"attacher": "a", "nodeName": "A b", "source": {"persistentVolumeName": ""}})]
    {
        s.post(path, attachment(spec)).await?.fails(422, "Invalid")?;
    }
    Ok(())
}

async fn an_attributes_class_is_fixed(s: &Session<'_>) -> Result<()> {
    let path = "/apis/storage.k8s.io/v1/volumeattributesclasses";
    let class = |rest: Value| with("VolumeAttributesClass", "storage.k8s.io/v1", "groups-attributes", rest);
    s.post(path, class(json!({"driverName": "a.example.com", "parameters": {"a": "b"}}))).await?.is(201)?;
    s.merge_patch(format!("{path}/groups-attributes"), json!({"driverName": "b", "parameters": {"a": "c"}}))
        .await?
        .is(422)?;
    s.delete(format!("{path}/groups-attributes")).await?.is(200)?;
    s.post(path, class(json!({}))).await?.fails(422, "Invalid")?;
    Ok(())
}

async fn a_flow_schema_is_checked(s: &Session<'_>) -> Result<()> {
    let path = "/apis/flowcontrol.apiserver.k8s.io/v1/flowschemas";
    let schema =
        |spec: Value| with("FlowSchema", "flowcontrol.apiserver.k8s.io/v1", "groups-flow", json!({ "spec": spec }));
    let level = json!({"name": "global-default"});
    let subjects = json!([{"kind": "User", "user": {"name": "groups-nobody"}}]);
    let resource = json!({"verbs": ["get"], "apiGroups": [""], "resources": ["pods"], "namespaces": ["*"]});
    let rules = json!([{"subjects": subjects, "resourceRules": [resource]}]);
    s.post(path, schema(json!({"priorityLevelConfiguration": level, "rules": rules})))
        .only_at(&["/spec", "/metadata/generation"])
        .await?
        .is(201)?;
    s.delete(format!("{path}/groups-flow")).only_status().await?.is(200)?;
    for spec in [
        json!({}),
        json!({"priorityLevelConfiguration": level, "matchingPrecedence": 1}),
        json!({"priorityLevelConfiguration": level, "matchingPrecedence": 10_001, "distinguisherMethod": {"type": "Odd"}}),
        json!({"priorityLevelConfiguration": {"name": "A b"}, "matchingPrecedence": -1, "rules": [{}]}),
        json!({"priorityLevelConfiguration": level, "rules": [{"subjects": [{"kind": "Odd"}, {"kind": "User"}, {"kind": "User", "user": {"name": ""}, "group": {"name": "a"}},
            {"kind": "ServiceAccount", "serviceAccount": {"name": "A b", "namespace": ""}}], "resourceRules": [resource]}]}),
        json!({"priorityLevelConfiguration": level, "rules": [{"subjects": subjects,
            "resourceRules": [{"verbs": ["odd"], "apiGroups": ["*", "a"], "resources": [], "namespaces": []}, {"verbs": ["*", "get"], "apiGroups": [], "resources": ["*", "a"], "namespaces": ["A b"]}],
            "nonResourceRules": [{"verbs": [], "nonResourceURLs": ["", "a", "/a b", "/a//b", "/a*"]}, {"verbs": ["get"], "nonResourceURLs": ["*", "/"]}]}]}),
    ] {
        s.post(path, schema(spec)).await?.fails(422, "Invalid")?;
    }
    Ok(())
}

async fn a_priority_level_is_checked(s: &Session<'_>) -> Result<()> {
    let path = "/apis/flowcontrol.apiserver.k8s.io/v1/prioritylevelconfigurations";
    let level = |spec: Value| {
        with("PriorityLevelConfiguration", "flowcontrol.apiserver.k8s.io/v1", "groups-level", json!({ "spec": spec }))
    };
    let queue = json!({"type": "Limited", "limited": {"limitResponse": {"type": "Queue", "queuing": {}}}});
    s.post(path, level(queue)).only_at(&["/spec", "/metadata/generation"]).await?.is(201)?;
    s.delete(format!("{path}/groups-level")).only_status().await?.is(200)?;
    for spec in [
        json!({}),
        json!({"type": "Exempt", "limited": {}}),
        json!({"type": "Odd"}),
        json!({"type": "Limited"}),
        json!({"type": "Limited", "exempt": {}, "limited": {"limitResponse": {}}}),
        json!({"type": "Limited", "limited": {"nominalConcurrencyShares": -1, "lendablePercent": 101, "borrowingLimitPercent": -1, "limitResponse": {"type": "Queue"}}}),
        json!({"type": "Limited", "limited": {"limitResponse": {"type": "Reject", "queuing": {}}}}),
        json!({"type": "Limited", "limited": {"limitResponse": {"type": "Queue", "queuing": {"queues": -1, "handSize": -1, "queueLengthLimit": -1}}}}),
        json!({"type": "Limited", "limited": {"limitResponse": {"type": "Queue", "queuing": {"queues": 4, "handSize": 8}}}}),
        json!({"type": "Limited", "limited": {"limitResponse": {"type": "Queue", "queuing": {"queues": 1_000_000, "handSize": 8}}}}),
    ] {
        s.post(path, level(spec)).await?.fails(422, "Invalid")?;
    }
    Ok(())
}

async fn an_api_service_is_named_after_its_version(s: &Session<'_>) -> Result<()> {
    let path = "/apis/apiregistration.k8s.io/v1/apiservices";
    let service =
        |name: &str, spec: Value| with("APIService", "apiregistration.k8s.io/v1", name, json!({ "spec": spec }));
    for spec in [
        json!({}),
        json!({"group": "groups.example.com", "version": "v1", "groupPriorityMinimum": 0, "versionPriority": 1001}),
        json!({"group": "A b", "version": "1", "groupPriorityMinimum": 1, "versionPriority": 1, "caBundle": "AAAA", "insecureSkipTLSVerify": true}),
        json!({"group": "a.b", "version": "v1", "groupPriorityMinimum": 1, "versionPriority": 1, "service": {"port": 70000}, "caBundle": "AAAA", "insecureSkipTLSVerify": true}),
    ] {
        s.post(path, service("v9.groups.example.com", spec)).await?.fails(422, "Invalid")?;
    }
    s.get(format!("{path}/v1.apps"))
        .only_at(&[
            "/spec",
            "/metadata/name",
            "/metadata/labels",
            "/status/conditions/0/reason",
            "/status/conditions/0/message",
        ])
        .await?
        .is(200)?;
    s.get(format!("{path}/v2.autoscaling")).only_at(&["/spec", "/metadata/labels"]).await?.is(200)?;
    s.get(format!("{path}/v1.")).only_at(&["/spec", "/metadata/labels"]).await?.is(200)?;
    Ok(())
}

async fn devices_are_kept(s: &Session<'_>) -> Result<()> {
    let path = "/apis/resource.k8s.io/v1/deviceclasses";
    let class = with("DeviceClass", "resource.k8s.io/v1", "groups-devices", json!({"spec": {}}));
    s.post(path, class).await?.is(201)?;
    s.delete(format!("{path}/groups-devices")).await?.is(200)?.has("/kind", "DeviceClass")?;
    let claims = s.apis("resource.k8s.io/v1", "resourceclaims");
    let claim = with(
        "ResourceClaim",
        "resource.k8s.io/v1",
        "a",
        json!({"spec": {"devices": {"requests": [{"name": "a", "exactly": {"deviceClassName": "a"}}]}}}),
    );
    s.post(&claims, claim).await?.is(201)?;
    s.get("/apis/resource.k8s.io/v1/resourceslices").query("fieldSelector", "spec.driver=none").await?.lists(&[])?;
    s.get("/apis/resource.k8s.io/v1/resourceslices").query("fieldSelector", "spec.pool=none").await?.is(400)?;
    Ok(())
}

async fn kinds_of_the_cluster_are_found_by_name_only(s: &Session<'_>) -> Result<()> {
    for (path, field) in [
        ("/apis/scheduling.k8s.io/v1/priorityclasses", "value"),
        ("/apis/certificates.k8s.io/v1/certificatesigningrequests", "spec.username"),
        ("/apis/storage.k8s.io/v1/csidrivers", "spec.attachRequired"),
        ("/apis/apiregistration.k8s.io/v1/apiservices", "spec.group"),
    ] {
        s.get(path).query("fieldSelector", "metadata.name=groups-none").await?.lists(&[])?;
        s.get(path).query("fieldSelector", format!("{field}=a")).await?.is(400)?;
    }
    s.get("/apis/certificates.k8s.io/v1/certificatesigningrequests")
        .query("fieldSelector", "spec.signerName=none")
        .await?
        .lists(&[])?;
    Ok(())
}
