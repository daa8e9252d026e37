//! The cells of pods, of what runs them and of what leads to them.

use super::objects::{deployment, pod, service};
use super::tables::{cells, with_status};
use crate::session::Session;
use anyhow::Result;
use serde_json::{Value, json};

crate::scenarios!("tables":
    pods_are_shown_by_what_they_do,
    pods_that_ended_have_conditions,
    restarts_and_gates_of_pods_are_counted,
    workloads_are_shown_with_their_containers,
    jobs_are_shown_by_what_became_of_them,
    services_are_shown_by_how_they_are_reached,
);

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
