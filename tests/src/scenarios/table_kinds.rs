//! The cells of the other kinds, group by group.

use super::objects::lease;
use super::tables::{cells, with_status};
use crate::session::Session;
use anyhow::Result;
use serde_json::{Value, json};

crate::scenarios!("tables":
    nodes_are_shown_with_roles_and_addresses,
    claims_and_classes_are_shown,
    bindings_are_shown_with_their_subjects,
    events_are_shown_in_both_groups,
    endpoints_and_routes_are_shown,
    scaling_and_budgets_are_shown,
    volumes_and_drivers_are_shown,
    quotas_and_templates_are_shown,
    classes_of_the_cluster_are_shown,
    webhooks_and_policies_are_shown,
);

/// Creates an object, shows it and takes it away; objects of the cluster have no namespace to go with.
async fn shown_once(s: &Session<'_>, collection: &str, object: Value, status: Value) -> Result<()> {
    let path = format!("{collection}/{}", object["metadata"]["name"].as_str().unwrap_or_default());
    if status.is_null() {
        s.post(collection, object).only_status().await?.is(201)?;
    } else {
        with_status(s, collection, object, status).await?;
    }
    cells(s, &path).await?.is(200)?;
    s.delete(path).only_status().await?.is(200)?;
    Ok(())
}

fn object(api_version: &str, kind: &str, name: &str, rest: Value) -> Value {
    let mut object = json!({"apiVersion": api_version, "kind": kind, "metadata": {"name": name}});
    for (key, value) in rest.as_object().into_iter().flatten() {
        object[key] = value.clone();
    }
    object
}

async fn nodes_are_shown_with_roles_and_addresses(s: &Session<'_>) -> Result<()> {
    let node = |name: &str, labels: Value, spec: Value| json!({"apiVersion": "v1", "kind": "Node", "metadata": {"name": name, "labels": labels}, "spec": spec});
    let roles = json!({"node-role.kubernetes.io/worker": "", "node-role.kubernetes.io/control-plane": "", "kubernetes.io/role": "old"});
    let info = json!({
        "architecture": "arm64", "bootID": "", "containerRuntimeVersion": "containerd://2", "kernelVersion": "6.1",
        "kubeProxyVersion": "", "kubeletVersion": "v1.36.3", "machineID": "", "operatingSystem": "linux",
        "osImage": "Some Linux", "systemUUID": "",
    });
    let addresses =
        json!([{"type": "ExternalIP", "address": "192.0.2.1"}, {"type": "InternalIP", "address": "192.0.2.2"}]);
    let ready = |status: &str| json!([{"type": "Ready", "status": status}]);
    with_status(
        s,
        "/api/v1/nodes",
        node("table-node-a", roles, json!({"unschedulable": true})),
        json!({"conditions": ready("True"), "nodeInfo": info, "addresses": addresses}),
    )
    .await?;
    with_status(
        s,
        "/api/v1/nodes",
        node("table-node-b", json!({}), json!({})),
        json!({"conditions": ready("Unknown")}),
    )
    .await?;
    s.post("/api/v1/nodes", node("table-node-c", json!({}), json!({}))).only_status().await?.is(201)?;
    for name in ["table-node-a", "table-node-b", "table-node-c"] {
        cells(s, &format!("/api/v1/nodes/{name}")).await?.is(200)?;
        s.delete(format!("/api/v1/nodes/{name}")).only_status().await?.is(200)?;
    }
    Ok(())
}

async fn claims_and_classes_are_shown(s: &Session<'_>) -> Result<()> {
    let claim = |name: &str, spec: Value| {
        let mut claim = json!({
            "apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": name},
            "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}},
        });
        for (key, value) in spec.as_object().into_iter().flatten() {
            claim["spec"][key] = value.clone();
        }
        claim
    };
    let claims = s.core("persistentvolumeclaims");
    let bound =
        json!({"phase": "Bound", "accessModes": ["ReadWriteMany", "ReadWriteOnce"], "capacity": {"storage": "2048Mi"}});
    with_status(s, &claims, claim("bound", json!({"volumeName": "v", "storageClassName": "fast"})), bound).await?;
    s.post(&claims, claim("pending", json!({}))).only_status().await?.is(201)?;
    cells(s, &claims).await?.is(200)?;
    let class = |name: &str, annotations: Value| {
        json!({
            "apiVersion": "storage.k8s.io/v1", "kind": "StorageClass", "provisioner": "disk.example.com",
            "metadata": {"name": name, "annotations": annotations},
        })
    };
    let default = json!({"storageclass.kubernetes.io/is-default-class": "true"});
    for (name, annotations) in [("table-class-a", default), ("table-class-b", json!({}))] {
        let path = format!("/apis/storage.k8s.io/v1/storageclasses/{name}");
        s.post("/apis/storage.k8s.io/v1/storageclasses", class(name, annotations)).only_status().await?.is(201)?;
        cells(s, &path).await?.is(200)?;
        s.delete(path).only_status().await?.is(200)?;
    }
    s.post(s.apis("coordination.k8s.io/v1", "leases"), lease("a", "holder")).only_status().await?.is(201)?;
    cells(s, &s.apis("coordination.k8s.io/v1", "leases")).await?.is(200)?;
    cells(s, &format!("/api/v1/namespaces/{}", s.namespace())).await?.is(200)?;
    Ok(())
}

async fn bindings_are_shown_with_their_subjects(s: &Session<'_>) -> Result<()> {
    const GROUP: &str = "rbac.authorization.k8s.io";
    let user = |kind: &str, name: &str| json!({"kind": kind, "name": name, "apiGroup": GROUP});
    let subjects = json!([
        user("User", "ann"), user("Group", "ops"), user("User", "bob"),
        {"kind": "ServiceAccount", "name": "sa", "namespace": "ns"},
    ]);
    let binding = json!({
        "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "RoleBinding", "metadata": {"name": "a"},
        "subjects": subjects, "roleRef": {"apiGroup": GROUP, "kind": "Role", "name": "reader"},
    });
    s.post(s.apis("rbac.authorization.k8s.io/v1", "rolebindings"), binding).only_status().await?.is(201)?;
    cells(s, &s.apis("rbac.authorization.k8s.io/v1", "rolebindings")).await?.is(200)?;
    let role = json!({"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "Role", "metadata": {"name": "reader"}, "rules": []});
    s.post(s.apis("rbac.authorization.k8s.io/v1", "roles"), role).only_status().await?.is(201)?;
    cells(s, &s.apis("rbac.authorization.k8s.io/v1", "roles")).await?.is(200)?;
    Ok(())
}

async fn events_are_shown_in_both_groups(s: &Session<'_>) -> Result<()> {
    let about = json!({"kind": "Pod", "name": "p", "namespace": s.namespace(), "fieldPath": "spec.containers{main}"});
    s.post(
        s.core("events"),
        json!({
            "apiVersion": "v1", "kind": "Event", "metadata": {"name": "old"}, "involvedObject": about,
            "type": "Warning", "reason": "Killing", "message": " bad \n", "count": 7,
            "source": {"component": "kubelet", "host": "n1"},
            "firstTimestamp": "2001-02-03T04:05:06Z", "lastTimestamp": "2011-02-03T04:05:06Z",
        }),
    )
    .only_status()
    .await?
    .is(201)?;
    s.post(
        s.apis("events.k8s.io/v1", "events"),
        json!({
            "apiVersion": "events.k8s.io/v1", "kind": "Event", "metadata": {"name": "series"}, "regarding": about,
            "type": "Normal", "reason": "Scheduled", "note": "good", "action": "Binding",
            "reportingController": "example.com/scheduler", "reportingInstance": "s-1",
            "eventTime": "2001-02-03T04:05:06.000000Z",
            "series": {"count": 3, "lastObservedTime": "2011-02-03T04:05:06.000000Z"},
        }),
    )
    .only_status()
    .await?
    .is(201)?;
    cells(s, &s.core("events")).await?.is(200)?;
    cells(s, &s.apis("events.k8s.io/v1", "events")).await?.is(200)?;
    Ok(())
}

async fn endpoints_and_routes_are_shown(s: &Session<'_>) -> Result<()> {
    let addresses: Vec<Value> = (1..=5).map(|n| json!({"ip": format!("192.0.2.{n}")})).collect();
    let subsets = json!([
        {"addresses": addresses, "ports": [{"name": "a", "port": 80}]}, {"addresses": [{"ip": "192.0.2.9"}]},
    ]);
    let endpoints = s.core("endpoints");
    s.post(&endpoints, object("v1", "Endpoints", "many", json!({"subsets": subsets}))).only_status().await?.is(201)?;
    s.post(&endpoints, object("v1", "Endpoints", "none", json!({}))).only_status().await?.is(201)?;
    cells(s, &endpoints).await?.is(200)?;

    let slices = s.apis("discovery.k8s.io/v1", "endpointslices");
    let several: Vec<Value> =
        (1..=3).map(|n| json!({"addresses": [format!("192.0.2.{n}"), format!("192.0.2.1{n}")]})).collect();
    for (name, ports, of) in [
        (
            "many",
            json!([{"name": "a", "port": 80}, {"name": "b"}, {"name": ""}, {"name": "d", "port": 4}]),
            json!(several),
        ),
        ("none", json!([]), json!([])),
    ] {
        let slice = json!({"addressType": "IPv4", "ports": ports, "endpoints": of});
        s.post(&slices, object("discovery.k8s.io/v1", "EndpointSlice", name, slice)).only_status().await?.is(201)?;
    }
    cells(s, &slices).await?.is(200)?;

    const NETWORKING: &str = "networking.k8s.io/v1";
    let backend = json!({"service": {"name": "s", "port": {"number": 80}}});
    let rules: Vec<Value> =
        ["a.example", "b.example", "c.example", "d.example"].iter().map(|host| json!({"host": host})).collect();
    let ingresses = s.apis(NETWORKING, "ingresses");
    let balanced =
        json!({"loadBalancer": {"ingress": [{"ip": "192.0.2.2"}, {"hostname": "a-very-long-name.example"}]}});
    let many = json!({"spec": {"rules": rules, "tls": [{"hosts": ["a.example"]}], "ingressClassName": "c"}});
    with_status(s, &ingresses, object(NETWORKING, "Ingress", "many", many), balanced).await?;
    s.post(&ingresses, object(NETWORKING, "Ingress", "one", json!({"spec": {"defaultBackend": backend}})))
        .only_status()
        .await?
        .is(201)?;
    cells(s, &ingresses).await?.is(200)?;
    let policy = json!({"spec": {"podSelector": {"matchLabels": {"b": "2", "a": "1"}}}});
    s.post(s.apis(NETWORKING, "networkpolicies"), object(NETWORKING, "NetworkPolicy", "a", policy))
        .only_status()
        .await?;
    s.post(
        s.apis(NETWORKING, "networkpolicies"),
        object(NETWORKING, "NetworkPolicy", "b", json!({"spec": {"podSelector": {}}})),
    )
    .only_status()
    .await?;
    cells(s, &s.apis(NETWORKING, "networkpolicies")).await?.is(200)?;
    let mut class = object(
        NETWORKING,
        "IngressClass",
        "table-ingress-class",
        json!({"spec": {"controller": "example.com/c", "parameters": {"apiGroup": "example.com", "kind": "P", "name": "p"}}}),
    );
    class["metadata"]["annotations"] = json!({"ingressclass.kubernetes.io/is-default-class": "true"});
    shown_once(s, "/apis/networking.k8s.io/v1/ingressclasses", class, Value::Null).await
}

async fn scaling_and_budgets_are_shown(s: &Session<'_>) -> Result<()> {
    let scalers = s.apis("autoscaling/v2", "horizontalpodautoscalers");
    let target = json!({"kind": "Deployment", "name": "web", "apiVersion": "apps/v1"});
    let cpu = json!({"type": "Resource", "resource": {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": 80}}});
    let memory = json!({"type": "Resource", "resource": {"name": "memory", "target": {"type": "AverageValue", "averageValue": "1Gi"}}});
    let pods = json!({"type": "Pods", "pods": {"metric": {"name": "m"}, "target": {"type": "AverageValue", "averageValue": "10"}}});
    let scaler = |name: &str, metrics: Value, least: Value| {
        let spec = json!({"scaleTargetRef": target, "maxReplicas": 9, "minReplicas": least, "metrics": metrics});
        object("autoscaling/v2", "HorizontalPodAutoscaler", name, json!({"spec": spec}))
    };
    let current = json!([{"type": "Resource", "resource": {"name": "cpu", "current": {"averageUtilization": 55, "averageValue": "1"}}}]);
    with_status(
        s,
        &scalers,
        scaler("three", json!([cpu, memory, pods]), json!(2)),
        json!({"currentMetrics": current, "currentReplicas": 3, "desiredReplicas": 4}),
    )
    .await?;
    s.post(&scalers, scaler("one", json!([pods]), json!(1))).only_status().await?.is(201)?;
    cells(s, &scalers).await?.is(200)?;
    let budgets = s.apis("policy/v1", "poddisruptionbudgets");
    for (name, spec) in [("a", json!({"minAvailable": 2})), ("b", json!({"maxUnavailable": "25%"})), ("c", json!({}))] {
        let spec = json!({"spec": spec});
        s.post(&budgets, object("policy/v1", "PodDisruptionBudget", name, spec)).only_status().await?.is(201)?;
    }
    cells(s, &budgets).await?.is(200)?;
    Ok(())
}

async fn volumes_and_drivers_are_shown(s: &Session<'_>) -> Result<()> {
    let volume = json!({"spec": {
        "capacity": {"storage": "2048Mi"}, "accessModes": ["ReadWriteOnce", "ReadOnlyMany"], "hostPath": {"path": "/x"},
        "storageClassName": "slow", "claimRef": {"namespace": "ns", "name": "claim"},
        "persistentVolumeReclaimPolicy": "Retain", "volumeMode": "Filesystem",
    }});
    shown_once(
        s,
        "/api/v1/persistentvolumes",
        object("v1", "PersistentVolume", "table-volume", volume),
        json!({"phase": "Failed", "reason": "Broken"}),
    )
    .await?;
    const STORAGE: &str = "storage.k8s.io/v1";
    let root = format!("/apis/{STORAGE}");
    let requests = json!([{"audience": "a"}, {"audience": "b"}]);
    for (name, spec) in [
        (
            "table.one.example.com",
            json!({"attachRequired": false, "storageCapacity": true, "tokenRequests": requests, "requiresRepublish": true, "volumeLifecycleModes": ["Persistent"]}),
        ),
        ("table.two.example.com", json!({"volumeLifecycleModes": ["Ephemeral", "Persistent"], "podInfoOnMount": true})),
    ] {
        shown_once(
            s,
            &format!("{root}/csidrivers"),
            object(STORAGE, "CSIDriver", name, json!({"spec": spec})),
            Value::Null,
        )
        .await?;
    }
    let drivers = json!({"spec": {"drivers": [{"name": "d.example.com", "nodeID": "n", "topologyKeys": []}]}});
    shown_once(s, &format!("{root}/csinodes"), object(STORAGE, "CSINode", "table-node", drivers), Value::Null).await?;
    let attachment =
        json!({"spec": {"attacher": "d.example.com", "nodeName": "n", "source": {"persistentVolumeName": "v"}}});
    let attachment = object(STORAGE, "VolumeAttachment", "table-attachment", attachment);
    shown_once(s, &format!("{root}/volumeattachments"), attachment, json!({"attached": true})).await
}

async fn quotas_and_templates_are_shown(s: &Session<'_>) -> Result<()> {
    let hard = json!({"requests.cpu": "2", "limits.cpu": "4", "limits.memory": "1Gi", "pods": "10"});
    let used = json!({"requests.cpu": "500m", "limits.cpu": "1", "limits.memory": "0", "pods": "3"});
    with_status(
        s,
        &s.core("resourcequotas"),
        object("v1", "ResourceQuota", "a", json!({"spec": {"hard": hard}})),
        json!({"hard": hard, "used": used}),
    )
    .await?;
    cells(s, &s.core("resourcequotas")).await?.is(200)?;
    let limits = json!({"spec": {"limits": [{"type": "Container", "default": {"cpu": "1"}}]}});
    s.post(s.core("limitranges"), object("v1", "LimitRange", "a", limits)).only_status().await?.is(201)?;
    cells(s, &s.core("limitranges")).await?.is(200)?;
    let template = json!({
        "metadata": {"labels": {"b": "2", "a": "1"}},
        "spec": {"containers": [{"name": "a", "image": "i:1"}, {"name": "b", "image": "i:2"}]},
    });
    s.post(s.core("podtemplates"), object("v1", "PodTemplate", "a", json!({"template": template})))
        .only_status()
        .await?;
    cells(s, &s.core("podtemplates")).await?.is(200)?;
    let spec = json!({"spec": {"replicas": 2, "selector": {"b": "2", "a": "1"}, "template": template}});
    s.post(s.core("replicationcontrollers"), object("v1", "ReplicationController", "a", spec)).only_status().await?;
    cells(s, &s.core("replicationcontrollers")).await?.is(200)?;
    let mut revision = object("apps/v1", "ControllerRevision", "a", json!({"revision": 3, "data": {"x": 1}}));
    let revisions = s.apis("apps/v1", "controllerrevisions");
    s.post(&revisions, revision.clone()).only_status().await?.is(201)?;
    revision["metadata"] = json!({"name": "b", "ownerReferences": [
        {"apiVersion": "apps/v1", "kind": "StatefulSet", "name": "s", "uid": "u", "controller": true},
    ]});
    s.post(&revisions, revision).only_status().await?.is(201)?;
    cells(s, &revisions).await?.is(200)?;
    Ok(())
}

async fn classes_of_the_cluster_are_shown(s: &Session<'_>) -> Result<()> {
    let priority = object(
        "scheduling.k8s.io/v1",
        "PriorityClass",
        "table-priority",
        json!({"value": 7, "preemptionPolicy": "Never"}),
    );
    shown_once(s, "/apis/scheduling.k8s.io/v1/priorityclasses", priority, Value::Null).await?;
    let runtime = object("node.k8s.io/v1", "RuntimeClass", "table-runtime", json!({"handler": "kata"}));
    shown_once(s, "/apis/node.k8s.io/v1/runtimeclasses", runtime, Value::Null).await?;
    const FLOW: &str = "flowcontrol.apiserver.k8s.io/v1";
    let level = json!({"spec": {"type": "Limited", "limited": {
        "nominalConcurrencyShares": 5,
        "limitResponse": {"type": "Queue", "queuing": {"queues": 8, "handSize": 4, "queueLengthLimit": 50}},
    }}});
    let levels = format!("/apis/{FLOW}/prioritylevelconfigurations");
    shown_once(s, &levels, object(FLOW, "PriorityLevelConfiguration", "table-level", level), Value::Null).await?;
    let plain = json!({"spec": {"type": "Limited", "limited": {"nominalConcurrencyShares": 5, "limitResponse": {"type": "Reject"}}}});
    shown_once(s, &levels, object(FLOW, "PriorityLevelConfiguration", "table-plain", plain), Value::Null).await?;
    let schema = json!({"spec": {
        "priorityLevelConfiguration": {"name": "table-level"}, "matchingPrecedence": 77,
        "distinguisherMethod": {"type": "ByUser"},
    }});
    let schema = object(FLOW, "FlowSchema", "table-flow", schema);
    shown_once(s, &format!("/apis/{FLOW}/flowschemas"), schema, Value::Null).await
}

async fn webhooks_and_policies_are_shown(s: &Session<'_>) -> Result<()> {
    const GROUP: &str = "admissionregistration.k8s.io/v1";
    let hook = json!({
        "name": "table.example.com", "clientConfig": {"url": "https://127.0.0.1:1/"}, "sideEffects": "None",
        "admissionReviewVersions": ["v1"],
    });
    for (plural, kind) in [
        ("mutatingwebhookconfigurations", "MutatingWebhookConfiguration"),
        ("validatingwebhookconfigurations", "ValidatingWebhookConfiguration"),
    ] {
        let configuration = object(GROUP, kind, "table-hooks", json!({"webhooks": [hook]}));
        shown_once(s, &format!("/apis/{GROUP}/{plural}"), configuration, Value::Null).await?;
    }
    for (name, reference) in [
        ("table-binding-a", json!({"name": "p", "namespace": "ns", "parameterNotFoundAction": "Deny"})),
        ("table-binding-b", json!({"name": "p", "parameterNotFoundAction": "Deny"})),
        ("table-binding-c", json!({"selector": {"matchLabels": {"a": "b"}}, "parameterNotFoundAction": "Deny"})),
        ("table-binding-d", Value::Null),
    ] {
        let mut spec = json!({"policyName": "table-policy", "validationActions": ["Deny"]});
        if !reference.is_null() {
            spec["paramRef"] = reference;
        }
        let binding = object(GROUP, "ValidatingAdmissionPolicyBinding", name, json!({"spec": spec}));
        shown_once(s, &format!("/apis/{GROUP}/validatingadmissionpolicybindings"), binding, Value::Null).await?;
    }
    Ok(())
}
