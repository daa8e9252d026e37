//! How objects are shown to people: tables, their columns and cells.

use super::objects::{config_map, definition, deployment, lease, pod, secret, service, widget, widget_schema};
use crate::session::{Call, Session};
use anyhow::Result;
use serde_json::{Value, json};

crate::scenarios!("tables":
    lists_and_objects_are_shown_as_tables,
    tables_of_the_first_version_are_served,
    rows_carry_as_much_of_the_object_as_is_asked_for,
    tables_that_do_not_exist_are_passed_over,
    pages_of_a_table_go_on,
    every_kind_has_its_columns,
    pods_are_shown_by_what_they_do,
    pods_that_ended_have_conditions,
    restarts_and_gates_of_pods_are_counted,
    workloads_are_shown_with_their_containers,
    jobs_are_shown_by_what_became_of_them,
    services_are_shown_by_how_they_are_reached,
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
    definitions_are_shown_with_their_time,
    columns_of_custom_resources_are_paths,
    custom_resources_without_columns_have_an_age,
    each_version_has_its_own_columns,
    deprecated_versions_warn_beside_their_tables,
    a_column_that_cannot_be_read_ends_the_table,
    watches_deliver_tables_with_one_head,
    the_end_of_the_initial_tables_is_marked,
    writes_are_answered_with_tables,
    scales_are_shown_as_tables,
);

const TABLE: &str = "application/json;as=Table;v=v1;g=meta.k8s.io";
/// What kubectl sends.
const KUBECTL: &str =
    "application/json;as=Table;v=v1;g=meta.k8s.io,application/json;as=Table;v=v1beta1;g=meta.k8s.io,application/json";

/// Rows without their objects: cells are what is compared.
fn cells<'a>(s: &'a Session<'a>, path: &str) -> Call<'a> {
    s.get(path).accept(TABLE).query("includeObject", "None")
}

/// Creates an object and gives it a status.
async fn with_status(s: &Session<'_>, collection: &str, object: Value, status: Value) -> Result<()> {
    let name = object["metadata"]["name"].as_str().unwrap_or_default().to_owned();
    s.post(collection, object).only_status().await?.is(201)?;
    let patch = json!({"status": status});
    s.merge_patch(format!("{collection}/{name}/status"), patch).only_status().await?.is(200)?;
    Ok(())
}

async fn lists_and_objects_are_shown_as_tables(s: &Session<'_>) -> Result<()> {
    cells(s, &s.core("configmaps")).await?.is(200)?.has("/kind", "Table")?.has("/rows", json!([]))?;
    s.post(s.core("configmaps"), config_map("b")).await?.is(201)?;
    s.post(s.core("configmaps"), config_map("a")).await?.is(201)?;
    s.get(s.core("configmaps")).accept(KUBECTL).await?.is(200)?.has("/rows/0/cells/0", "a")?;
    s.get(s.core("configmaps/b")).accept(KUBECTL).await?.is(200)?.has("/rows/0/cells/1", 1)?;
    s.get(s.core("configmaps/none")).accept(KUBECTL).await?.is(404)?.has("/kind", "Status")?;
    Ok(())
}

async fn tables_of_the_first_version_are_served(s: &Session<'_>) -> Result<()> {
    const FIRST: &str = "application/json;as=Table;v=v1beta1;g=meta.k8s.io";
    s.post(s.core("configmaps"), config_map("a")).await?.is(201)?;
    let reply = s.get(s.core("configmaps")).accept(FIRST).await?.is(200)?;
    reply.has("/apiVersion", "meta.k8s.io/v1beta1")?.has("/rows/0/object/apiVersion", "meta.k8s.io/v1beta1")?;
    s.get(s.core("configmaps/a")).accept(FIRST).await?.is(200)?;
    Ok(())
}

async fn rows_carry_as_much_of_the_object_as_is_asked_for(s: &Session<'_>) -> Result<()> {
    s.post(s.core("secrets"), secret("a")).await?.is(201)?;
    for include in ["None", "Metadata", "Object", ""] {
        s.get(s.core("secrets")).accept(TABLE).query("includeObject", include).await?.is(200)?;
        s.get(s.core("secrets/a")).accept(TABLE).query("includeObject", include).await?.is(200)?;
    }
    for path in ["secrets", "secrets/a"] {
        let reply = s.get(s.core(path)).accept(TABLE).query("includeObject", "All").await?.is(400)?;
        reply.says("Unable to convert to Table as requested")?;
    }
    Ok(())
}

async fn tables_that_do_not_exist_are_passed_over(s: &Session<'_>) -> Result<()> {
    let path = s.core("configmaps");
    s.get(&path).accept("application/json;as=Table;v=v2;g=meta.k8s.io").only_status().await?.is(406)?;
    s.get(&path).accept("application/json;as=Table;v=v1;g=other.example.com").only_status().await?.is(406)?;
    s.get(&path).accept("application/json;as=Table;v=v1;g=other.example.com,application/json").await?.is(200)?;
    Ok(())
}

async fn pages_of_a_table_go_on(s: &Session<'_>) -> Result<()> {
    for name in ["a", "b", "c"] {
        s.post(s.core("configmaps"), config_map(name)).await?.is(201)?;
    }
    let first = cells(s, &s.core("configmaps")).query("limit", 2).await?.is(200)?;
    let token = first.text_at("/metadata/continue")?;
    cells(s, &s.core("configmaps")).query("limit", 2).query("continue", token).await?.is(200)?;
    Ok(())
}

async fn every_kind_has_its_columns(s: &Session<'_>) -> Result<()> {
    let core = [
        "configmaps",
        "endpoints",
        "events",
        "limitranges",
        "namespaces",
        "nodes",
        "persistentvolumeclaims",
        "persistentvolumes",
        "pods",
        "podtemplates",
        "replicationcontrollers",
        "resourcequotas",
        "secrets",
        "serviceaccounts",
        "services",
    ];
    let groups = [
        ("apps/v1", &["controllerrevisions", "daemonsets", "deployments", "replicasets", "statefulsets"][..]),
        ("autoscaling/v2", &["horizontalpodautoscalers"]),
        ("autoscaling/v1", &["horizontalpodautoscalers"]),
        ("batch/v1", &["cronjobs", "jobs"]),
        ("certificates.k8s.io/v1", &["certificatesigningrequests"]),
        ("networking.k8s.io/v1", &["ingresses", "ingressclasses", "networkpolicies", "ipaddresses", "servicecidrs"]),
        ("policy/v1", &["poddisruptionbudgets"]),
        ("rbac.authorization.k8s.io/v1", &["clusterroles", "clusterrolebindings", "roles", "rolebindings"]),
        (
            "storage.k8s.io/v1",
            &["csidrivers", "csinodes", "csistoragecapacities", "storageclasses", "volumeattachments"],
        ),
        ("coordination.k8s.io/v1", &["leases"]),
        ("events.k8s.io/v1", &["events"]),
        ("scheduling.k8s.io/v1", &["priorityclasses"]),
        ("node.k8s.io/v1", &["runtimeclasses"]),
        ("discovery.k8s.io/v1", &["endpointslices"]),
        ("flowcontrol.apiserver.k8s.io/v1", &["flowschemas", "prioritylevelconfigurations"]),
        (
            "admissionregistration.k8s.io/v1",
            &[
                "mutatingwebhookconfigurations",
                "validatingwebhookconfigurations",
                "validatingadmissionpolicies",
                "validatingadmissionpolicybindings",
            ],
        ),
        ("apiextensions.k8s.io/v1", &["customresourcedefinitions"]),
    ];
    let mut paths: Vec<String> = core.iter().map(|name| format!("/api/v1/{name}")).collect();
    for (group, names) in groups {
        paths.extend(names.iter().map(|name| format!("/apis/{group}/{name}")));
    }
    for path in paths {
        cells(s, &path).query("limit", 1).only_at(&["/kind", "/columnDefinitions"]).await?.is(200)?;
    }
    Ok(())
}

async fn pods_are_shown_by_what_they_do(s: &Session<'_>) -> Result<()> {
    let status = |name: &str, state: Value| json!({"name": name, "image": "i", "imageID": "", "ready": false, "restartCount": 0, "state": state});
    let running = |ready: bool| {
        let mut status = status("main", json!({"running": {"startedAt": "2001-02-03T04:05:06Z"}}));
        status["ready"] = json!(ready);
        json!({"phase": "Running", "containerStatuses": [status]})
    };
    let waits = |reason: &str| json!({"phase": "Pending", "containerStatuses": [status("main", json!({"waiting": {"reason": reason}}))]});
    let ended = |code: u8, reason: &str| {
        let state = json!({"terminated": {"exitCode": code, "reason": reason, "containerID": "x"}});
        json!({"phase": "Running", "containerStatuses": [status("main", state)]})
    };
    let cases = [
        ("pending", json!({"phase": "Pending"})),
        ("evicted", json!({"phase": "Pending", "reason": "Evicted"})),
        ("running", running(true)),
        ("unready", running(false)),
        ("waiting", waits("ImagePullBackOff")),
        ("nameless", waits("")),
        ("completed", ended(0, "Completed")),
        ("failed", ended(1, "Error")),
        ("coded", ended(3, "")),
        (
            "gated",
            json!({"phase": "Pending", "conditions": [
                {"type": "PodScheduled", "status": "False", "reason": "SchedulingGated"},
            ]}),
        ),
    ];
    for (name, status) in cases {
        with_status(s, &s.core("pods"), pod(name), status).await?;
    }
    cells(s, &s.core("pods")).await?.is(200)?;
    Ok(())
}

async fn pods_that_ended_have_conditions(s: &Session<'_>) -> Result<()> {
    for phase in ["Succeeded", "Failed"] {
        with_status(s, &s.core("pods"), pod(&phase.to_lowercase()), json!({"phase": phase})).await?;
    }
    cells(s, &s.core("pods")).await?.is(200)?;
    Ok(())
}

async fn restarts_and_gates_of_pods_are_counted(s: &Session<'_>) -> Result<()> {
    let mut object = pod("flaky");
    object["spec"]["readinessGates"] = json!([{"conditionType": "example.com/a"}, {"conditionType": "example.com/b"}]);
    object["spec"]["initContainers"] = json!([
        {"name": "side", "image": "i", "restartPolicy": "Always"},
        {"name": "once", "image": "i"},
    ]);
    let status = |name: &str, restarts: u8, state: Value| {
        json!({
            "name": name, "image": "i", "imageID": "", "ready": true, "started": true, "restartCount": restarts,
            "state": state,
            "lastState": {"terminated": {"exitCode": 1, "finishedAt": "2001-02-03T04:05:06Z", "containerID": "x"}},
        })
    };
    let running = json!({"running": {"startedAt": "2001-02-03T04:05:06Z"}});
    with_status(
        s,
        &s.core("pods"),
        object.clone(),
        json!({
            "phase": "Running", "podIPs": [{"ip": "192.0.2.7"}], "podIP": "192.0.2.7",
            "nominatedNodeName": "other",
            "conditions": [{"type": "example.com/a", "status": "True"}, {"type": "example.com/b", "status": "False"}],
            "initContainerStatuses": [
                status("side", 2, running.clone()),
                status("once", 1, json!({"terminated": {"exitCode": 0, "containerID": "x"}})),
            ],
            "containerStatuses": [status("main", 4, running.clone())],
        }),
    )
    .await?;
    object["metadata"]["name"] = json!("beginning");
    with_status(
        s,
        &s.core("pods"),
        object.clone(),
        json!({"phase": "Pending", "initContainerStatuses": [status("side", 2, running), status("once", 1, json!({}))]}),
    )
    .await?;
    object["metadata"]["name"] = json!("broken");
    let ended = json!({"terminated": {"exitCode": 9, "signal": 9, "containerID": "x"}});
    with_status(
        s,
        &s.core("pods"),
        object,
        json!({"phase": "Pending", "initContainerStatuses": [status("side", 0, ended)]}),
    )
    .await?;
    cells(s, &s.core("pods")).await?.is(200)?;
    Ok(())
}

async fn workloads_are_shown_with_their_containers(s: &Session<'_>) -> Result<()> {
    let mut object = deployment("web", 3);
    let template = &mut object["spec"]["template"]["spec"];
    template["containers"] = json!([{"name": "a", "image": "i:1"}, {"name": "b", "image": "i:2"}]);
    object["spec"]["selector"]["matchExpressions"] = json!([
        {"key": "app", "operator": "In", "values": ["web", "other"]},
        {"key": "old", "operator": "DoesNotExist"},
    ]);
    let ready = json!({"replicas": 3, "readyReplicas": 2, "updatedReplicas": 3, "availableReplicas": 1});
    with_status(s, &s.apis("apps/v1", "deployments"), object.clone(), ready.clone()).await?;
    object["kind"] = json!("ReplicaSet");
    with_status(s, &s.apis("apps/v1", "replicasets"), object.clone(), json!({"replicas": 3, "readyReplicas": 2}))
        .await?;
    object["kind"] = json!("StatefulSet");
    with_status(s, &s.apis("apps/v1", "statefulsets"), object.clone(), json!({"replicas": 3, "readyReplicas": 1}))
        .await?;
    object["kind"] = json!("DaemonSet");
    object["spec"].as_object_mut().map(|spec| spec.remove("replicas"));
    object["spec"]["template"]["spec"]["nodeSelector"] = json!({"disk": "ssd", "arch": "arm64"});
    let scheduled = json!({
        "desiredNumberScheduled": 5, "currentNumberScheduled": 4, "numberReady": 3, "updatedNumberScheduled": 2,
        "numberAvailable": 1, "numberMisscheduled": 0,
    });
    with_status(s, &s.apis("apps/v1", "daemonsets"), object, scheduled).await?;
    for plural in ["deployments", "replicasets", "statefulsets", "daemonsets"] {
        cells(s, &s.apis("apps/v1", plural)).await?.is(200)?;
    }
    Ok(())
}

async fn jobs_are_shown_by_what_became_of_them(s: &Session<'_>) -> Result<()> {
    let job = |name: &str, spec: Value| {
        let mut job = json!({
            "apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": name},
            "spec": {"template": {"spec": {"restartPolicy": "Never", "containers": [{"name": "a", "image": "i"}]}}},
        });
        for (key, value) in spec.as_object().into_iter().flatten() {
            job["spec"][key] = value.clone();
        }
        job
    };
    let jobs = s.apis("batch/v1", "jobs");
    for (name, spec) in [
        ("one", json!({})),
        ("three", json!({"completions": 3})),
        ("queue", json!({"parallelism": 2})),
        ("still", json!({"suspend": true})),
    ] {
        s.post(&jobs, job(name, spec)).only_status().await?.is(201)?;
    }
    s.merge_patch(
        format!("{jobs}/three/status"),
        json!({"status": {"succeeded": 1, "startTime": "2001-02-03T04:05:06Z"}}),
    )
    .only_status()
    .await?;
    cells(s, &jobs).await?.is(200)?;
    let cron = json!({
        "apiVersion": "batch/v1", "kind": "CronJob", "metadata": {"name": "nightly"},
        "spec": {
            "schedule": "0 3 * * *", "timeZone": "Etc/UTC", "suspend": true,
            "jobTemplate": {"spec": job("x", json!({}))["spec"]},
        },
    });
    let crons = s.apis("batch/v1", "cronjobs");
    with_status(s, &crons, cron.clone(), json!({"lastScheduleTime": "2001-02-03T04:05:06Z"})).await?;
    let mut other = cron;
    other["metadata"]["name"] = json!("other");
    other["spec"].as_object_mut().map(|spec| (spec.remove("timeZone"), spec.remove("suspend")));
    s.post(&crons, other).only_status().await?.is(201)?;
    cells(s, &crons).await?.is(200)?;
    Ok(())
}

async fn services_are_shown_by_how_they_are_reached(s: &Session<'_>) -> Result<()> {
    let services = s.core("services");
    let with = |name: &str, spec: Value| {
        let mut object = service(name);
        for (key, value) in spec.as_object().into_iter().flatten() {
            object["spec"][key] = value.clone();
        }
        object
    };
    s.post(&services, service("headless")).only_status().await?.is(201)?;
    for (name, spec) in [
        ("external", json!({"externalIPs": ["192.0.2.1", "192.0.2.2"]})),
        (
            "elsewhere",
            json!({"type": "ExternalName", "externalName": "other.example", "clusterIP": null, "ports": null}),
        ),
    ] {
        s.post(&services, with(name, spec)).only_status().await?.is(201)?;
    }
    let mut balanced = with("balanced", json!({"type": "LoadBalancer", "allocateLoadBalancerNodePorts": false}));
    balanced["spec"].as_object_mut().map(|spec| spec.remove("clusterIP"));
    with_status(
        s,
        &services,
        balanced.clone(),
        json!({"loadBalancer": {"ingress": [{"hostname": "b.example"}, {"ip": "192.0.2.9"}]}}),
    )
    .await?;
    balanced["metadata"]["name"] = json!("waiting");
    s.post(&services, balanced).only_status().await?.is(201)?;
    cells(s, &services).await?.is(200)?;
    Ok(())
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

async fn definitions_are_shown_with_their_time(s: &Session<'_>) -> Result<()> {
    let group = "timed.example.com";
    s.define(definition(group, widget_schema(json!({})))).await?;
    cells(s, &format!("/apis/apiextensions.k8s.io/v1/customresourcedefinitions/widgets.{group}")).await?.is(200)?;
    Ok(())
}

/// A definition whose only version has these columns.
fn with_columns(group: &str, columns: Value) -> Value {
    let mut crd = definition(group, json!({"type": "object", "x-kubernetes-preserve-unknown-fields": true}));
    crd["spec"]["versions"][0]["additionalPrinterColumns"] = columns;
    crd
}

async fn columns_of_custom_resources_are_paths(s: &Session<'_>) -> Result<()> {
    let group = "columns.example.com";
    let column = |name: &str, of: &str, path: &str| json!({"name": name, "type": of, "jsonPath": path});
    let mut described = column("Color", "string", ".spec.color");
    described["description"] = json!("What it looks like.");
    described["priority"] = json!(1);
    let mut sized = column("Size", "integer", ".spec.size");
    sized["format"] = json!("int32");
    s.define(with_columns(
        group,
        json!([
            described,
            sized,
            column("Ratio", "number", ".spec.ratio"),
            column("Ratio text", "string", ".spec.ratio"),
            column("On", "boolean", ".spec.on"),
            column("When", "date", ".spec.when"),
            column("Ready", "string", ".status.conditions[?(@.type==\"Ready\")].status"),
            column("Heavy", "string", ".status.conditions[?(@.weight>3)].type"),
            column("First", "string", ".spec.tags[0]"),
            column("Last", "string", ".spec.tags[-1]"),
            column("Tags", "string", ".spec.tags"),
            column("Each", "string", ".spec.tags[*]"),
            column("Map", "string", ".spec.map"),
            column("Dotted", "string", ".metadata.labels['example\\.com/a']"),
            column("Deep", "string", ".spec..inner"),
            column("Born", "date", ".metadata.creationTimestamp"),
        ]),
    ))
    .await?;
    let version = format!("{group}/v1");
    let widgets = s.apis(&version, "widgets");
    let mut full = widget(
        group,
        "full",
        json!({
            "color": "red", "size": 3, "ratio": 1.5, "on": true, "when": "2001-02-03T04:05:06Z",
            "tags": ["a", "b", "c"], "map": {"b": "<x>", "a": 1, "inner": "deep"},
        }),
    );
    full["metadata"]["labels"] = json!({"example.com/a": "label"});
    full["status"] = json!({"conditions": [
        {"type": "Ready", "status": "True", "weight": 2}, {"type": "Synced", "status": "False", "weight": 5},
    ]});
    s.post(&widgets, full).only_status().await?.is(201)?;
    let odd = json!({
        "color": 7, "size": "three", "ratio": 2, "on": "yes", "when": "yesterday", "tags": [], "map": null,
    });
    s.post(&widgets, widget(group, "odd", odd)).only_status().await?.is(201)?;
    let floats = json!({"color": true, "size": 2.9, "ratio": 1e21, "when": 5, "tags": "text"});
    s.post(&widgets, widget(group, "other", floats)).only_status().await?.is(201)?;
    s.post(&widgets, widget(group, "void", json!({}))).only_status().await?.is(201)?;
    cells(s, &widgets).await?.is(200)?;
    s.get(format!("{widgets}/full")).accept(KUBECTL).query("includeObject", "Object").await?.is(200)?;
    s.get(format!("{widgets}/void")).accept(KUBECTL).await?.is(200)?;
    Ok(())
}

async fn custom_resources_without_columns_have_an_age(s: &Session<'_>) -> Result<()> {
    let group = "columnless.example.com";
    s.define(definition(group, widget_schema(json!({})))).await?;
    let widgets = s.apis(&format!("{group}/v1"), "widgets");
    cells(s, &widgets).await?.is(200)?.has("/rows", json!([]))?;
    s.post(&widgets, widget(group, "a", json!({}))).only_status().await?.is(201)?;
    cells(s, &widgets).await?.is(200)?.has("/columnDefinitions/1/name", "Age")?;
    Ok(())
}

async fn each_version_has_its_own_columns(s: &Session<'_>) -> Result<()> {
    let group = "versioned-columns.example.com";
    let mut crd = with_columns(group, json!([{"name": "Kind of", "type": "string", "jsonPath": ".kind"}]));
    let mut second = crd["spec"]["versions"][0].clone();
    second["name"] = json!("v2");
    second["storage"] = json!(false);
    second["additionalPrinterColumns"] = json!([{"name": "Version", "type": "string", "jsonPath": ".apiVersion"}]);
    if let Some(versions) = crd["spec"]["versions"].as_array_mut() {
        versions.push(second);
    }
    s.define(crd).await?;
    s.post(s.apis(&format!("{group}/v1"), "widgets"), widget(group, "a", json!({}))).only_status().await?.is(201)?;
    for version in ["v1", "v2"] {
        cells(s, &s.apis(&format!("{group}/{version}"), "widgets")).await?.is(200)?;
    }
    Ok(())
}

async fn deprecated_versions_warn_beside_their_tables(s: &Session<'_>) -> Result<()> {
    let group = "deprecated-columns.example.com";
    let mut crd = with_columns(group, json!([{"name": "Kind of", "type": "string", "jsonPath": ".kind"}]));
    crd["spec"]["versions"][0]["deprecated"] = json!(true);
    s.define(crd).await?;
    let widgets = s.apis(&format!("{group}/v1"), "widgets");
    s.post(&widgets, widget(group, "a", json!({}))).only_at(&["/kind"]).await?.is(201)?;
    s.post(&widgets, widget(group, "a", json!({}))).await?.is(409)?;
    cells(s, &widgets).await?.is(200)?;
    cells(s, &format!("{widgets}/a")).await?.is(200)?;
    s.get(format!("{widgets}/none")).await?.is(404)?;
    s.delete(format!("{widgets}/a")).only_at(&["/kind"]).await?.is(200)?;
    Ok(())
}

async fn a_column_that_cannot_be_read_ends_the_table(s: &Session<'_>) -> Result<()> {
    let group = "broken-columns.example.com";
    let column = |name: &str, path: &str| json!({"name": name, "type": "string", "jsonPath": path});
    s.define(with_columns(group, json!([column("A", ".spec.a"), column("B", ".spec.b["), column("C", ".spec.c")])))
        .await?;
    let widgets = s.apis(&format!("{group}/v1"), "widgets");
    s.post(&widgets, widget(group, "a", json!({"a": "x", "c": "y"}))).only_status().await?.is(201)?;
    cells(s, &widgets).await?.is(200)?;
    Ok(())
}

async fn watches_deliver_tables_with_one_head(s: &Session<'_>) -> Result<()> {
    let path = s.core("configmaps");
    s.post(&path, config_map("a")).await?.is(201)?;
    s.post(&path, config_map("b")).await?.is(201)?;
    let mut watch = s.watch_as(&format!("{path}?includeObject=Object"), TABLE).await?;
    watch.take(2).await?;
    s.merge_patch(s.core("configmaps/a"), json!({"data": {"more": "x"}})).await?.is(200)?;
    s.delete(s.core("configmaps/b")).await?.is(200)?;
    watch.take(2).await?;
    Ok(())
}

async fn the_end_of_the_initial_tables_is_marked(s: &Session<'_>) -> Result<()> {
    let path = s.core("configmaps");
    s.post(&path, config_map("a")).await?.is(201)?;
    let initial = "sendInitialEvents=true&allowWatchBookmarks=true&resourceVersionMatch=NotOlderThan";
    for include in ["None", "Metadata"] {
        let mut watch = s.watch_as(&format!("{path}?includeObject={include}&{initial}"), TABLE).await?;
        watch.take(2).await?;
    }
    Ok(())
}

async fn writes_are_answered_with_tables(s: &Session<'_>) -> Result<()> {
    let path = s.core("configmaps");
    s.post(&path, config_map("a")).accept(TABLE).await?.is(201)?.has("/kind", "Table")?;
    s.merge_patch(s.core("configmaps/a"), json!({"data": {"b": "c"}})).accept(TABLE).await?.is(200)?;
    s.post(&path, config_map("a")).accept(TABLE).await?.is(409)?;
    s.delete(s.core("configmaps/a")).accept(TABLE).await?.is(200)?;
    s.post(s.core("pods"), pod("a")).accept(TABLE).await?.is(201)?;
    s.delete(s.core("pods/a")).accept(TABLE).query("includeObject", "None").await?.is(200)?;
    Ok(())
}

async fn scales_are_shown_as_tables(s: &Session<'_>) -> Result<()> {
    s.post(s.apis("apps/v1", "deployments"), deployment("a", 2)).only_status().await?.is(201)?;
    for include in ["None", "Metadata", "Object"] {
        s.get(s.apis("apps/v1", "deployments/a/scale")).accept(TABLE).query("includeObject", include).await?.is(200)?;
    }
    let group = "scaled-columns.example.com";
    let mut crd = with_columns(group, json!([]));
    crd["spec"]["versions"][0]["subresources"] =
        json!({"scale": {"specReplicasPath": ".spec.replicas", "statusReplicasPath": ".status.replicas"}});
    s.define(crd).await?;
    let widgets = s.apis(&format!("{group}/v1"), "widgets");
    s.post(&widgets, widget(group, "a", json!({"replicas": 3}))).only_status().await?.is(201)?;
    cells(s, &format!("{widgets}/a/scale")).await?.is(200)?;
    Ok(())
}
