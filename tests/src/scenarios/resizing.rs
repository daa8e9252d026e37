//! Pods that change while they run: other amounts for their containers, and containers to look into them.

use super::objects::pod;
use crate::session::Session;
use anyhow::Result;
use http::Method;
use serde_json::{Value, json};

crate::scenarios!("resizing":
    pods_are_resized_through_their_subresource,
    a_resize_changes_cpu_and_memory_only,
    a_resize_keeps_the_class_of_a_pod,
    whole_pods_are_resized,
    some_pods_are_never_resized,
    a_node_must_have_what_a_pod_is_resized_to,
    a_resize_is_limited_and_charged,
    ephemeral_containers_are_added,
    ephemeral_containers_stay_as_they_are,
    ephemeral_containers_are_checked,
);

const REFUSAL: &[&str] = &["/message", "/reason", "/details"];

fn asking(name: &str, resources: Value) -> Value {
    let mut pod = pod(name);
    pod["spec"]["containers"][0]["resources"] = resources;
    pod
}

fn both(cpu: &str, memory: &str) -> Value {
    json!({"requests": {"cpu": cpu, "memory": memory}, "limits": {"cpu": cpu, "memory": memory}})
}

/// Resources of the first container, as a strategic merge patch.
fn main(resources: Value) -> Value {
    json!({"spec": {"containers": [{"name": "main", "resources": resources}]}})
}

/// A pod with a second container, one that goes first, and one that stays.
fn several(name: &str) -> Value {
    let requests = json!({"requests": {"cpu": "500m", "memory": "100Mi"}, "limits": {"cpu": "1", "memory": "200Mi"}});
    let mut pod = asking(name, requests);
    let image = "registry.example/main:1";
    if let Some(containers) = pod["spec"]["containers"].as_array_mut() {
        containers.push(json!({"name": "other", "image": image}));
    }
    pod["spec"]["initContainers"] = json!([
        {"name": "first", "image": image, "resources": {"requests": {"cpu": "1"}}},
        {"name": "stays", "image": image, "restartPolicy": "Always", "resources": {
            "requests": {"cpu": "1"}, "limits": {"memory": "1Gi", "ephemeral-storage": "1Gi"},
        }},
    ]);
    pod
}

async fn pods_are_resized_through_their_subresource(s: &Session<'_>) -> Result<()> {
    s.post(s.core("pods"), several("a")).only_status().await?.is(201)?;
    let path = s.core("pods/a/resize");
    s.get(&path).await?.is(200)?;
    s.strategic_patch(&path, main(json!({"requests": {"cpu": "600m"}}))).await?.is(200)?;
    // What else is said is not heard.
    let more = json!({"metadata": {"labels": {"a": "b"}}, "spec": {
        "activeDeadlineSeconds": 5,
        "containers": [{"name": "main", "image": "registry.example/other:2", "resources": {"requests": {"cpu": "700m"}}}],
    }});
    s.strategic_patch(&path, more).await?.is(200)?;
    s.strategic_patch(&path, main(json!({"requests": {"cpu": "710m"}}))).dry_run().await?.is(200)?;
    let mut live = s.get(&path).await?.body().clone();
    live["spec"]["containers"][0]["resources"]["requests"]["cpu"] = json!("0.8");
    live["status"] = json!({"phase": "Running"});
    live["metadata"]["annotations"] = json!({"own": "yes"});
    s.put(&path, live.clone()).await?.is(200)?;
    s.put(&path, live.clone()).await?.is(409)?;
    live["metadata"]["resourceVersion"] = Value::Null;
    live["metadata"]["name"] = json!("other");
    s.put(&path, live).await?.is(400)?;
    let configuration = json!({
        "apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a"},
        "spec": {"containers": [{"name": "main", "resources": {"requests": {"cpu": "820m"}}}]},
    });
    s.apply(&path, "me", configuration).force().await?.is(200)?;
    s.strategic_patch(s.core("pods/a"), main(json!({"requests": {"cpu": "1m"}})))
        .only_at(&["/reason"])
        .await?
        .is(422)?;
    s.post(&path, pod("a")).await?.is(405)?;
    s.delete(&path).await?.is(405)?;
    s.get(s.core("pods/absent/resize")).await?.is(404)?;
    Ok(())
}

async fn a_resize_changes_cpu_and_memory_only(s: &Session<'_>) -> Result<()> {
    s.post(s.core("pods"), several("a")).only_status().await?.is(201)?;
    let path = s.core("pods/a/resize");
    let of = |list: &str, name: &str, more: Value| {
        let mut container = json!({"name": name});
        if let (Some(container), Some(more)) = (container.as_object_mut(), more.as_object()) {
            container.extend(more.clone());
        }
        json!({"spec": {list: [container]}})
    };
    let resources = |list: &str, name: &str, resources: Value| of(list, name, json!({ "resources": resources }));
    for patch in [
        resources("containers", "other", json!({"requests": {"cpu": "1m"}})),
        resources("containers", "main", json!({"requests": {"cpu": null}})),
        resources("containers", "main", json!({"limits": {"cpu": null, "memory": null}})),
        resources("containers", "main", json!({"requests": {"cpu": "3"}})),
        resources("containers", "main", json!({"requests": {"cpu": "-1"}})),
        resources("containers", "other", json!({"requests": {"ephemeral-storage": "1Gi"}})),
        resources("containers", "other", json!({"limits": {"example.com/gpu": "1"}})),
        resources("initContainers", "first", json!({"requests": {"cpu": "2"}})),
        resources("initContainers", "first", json!({"requests": {"cpu": null}})),
        resources("initContainers", "stays", json!({"requests": {"cpu": "2"}})),
        resources("initContainers", "stays", json!({"limits": {"ephemeral-storage": "2Gi"}})),
        resources("initContainers", "stays", json!({"limits": {"memory": null}})),
        of(
            "containers",
            "main",
            json!({"resizePolicy": [{"resourceName": "cpu", "restartPolicy": "RestartContainer"}]}),
        ),
        of("containers", "third", json!({"image": "registry.example/third:3"})),
        of("initContainers", "third", json!({"image": "registry.example/third:3"})),
    ] {
        let at = &["/message", "/reason", "/details", "/spec", "/metadata/generation"];
        s.strategic_patch(&path, patch).only_at(at).await?;
    }
    let live = s.get(&path).await?.body().clone();
    for list in ["containers", "initContainers"] {
        let mut reordered = live.clone();
        if let Some(containers) = reordered["spec"][list].as_array_mut() {
            containers.reverse();
        }
        s.put(&path, reordered.clone()).only_at(REFUSAL).await?.is(422)?;
        if let Some(containers) = reordered["spec"][list].as_array_mut() {
            containers.pop();
        }
        s.put(&path, reordered).only_at(REFUSAL).await?.is(422)?;
    }
    Ok(())
}

async fn a_resize_keeps_the_class_of_a_pod(s: &Session<'_>) -> Result<()> {
    s.post(s.core("pods"), pod("best")).only_status().await?.is(201)?;
    s.post(s.core("pods"), asking("sure", both("1", "1Gi"))).only_status().await?.is(201)?;
    let resize = |name: &str, resources: Value| {
        let patch = main(resources);
        s.strategic_patch(s.core(&format!("pods/{name}/resize")), patch).only_at(&[
            "/message",
            "/details",
            "/spec/containers",
        ])
    };
    resize("best", json!({"requests": {"cpu": "1"}})).await?.is(422)?;
    resize("sure", json!({"requests": {"cpu": "500m"}})).await?.is(422)?;
    resize("sure", both("2", "1Gi")).await?.is(200)?;
    let mut nothing = s.get(s.core("pods/sure")).unrecorded().await?.body().clone();
    nothing["spec"]["containers"][0]["resources"] = json!({});
    s.put(s.core("pods/sure/resize"), nothing).only_at(REFUSAL).await?.is(422)?;
    Ok(())
}

async fn whole_pods_are_resized(s: &Session<'_>) -> Result<()> {
    let mut whole = asking("a", json!({"requests": {"cpu": "100m"}}));
    whole["spec"]["resources"] = json!({"requests": {"cpu": "1"}, "limits": {"cpu": "2"}});
    s.post(s.core("pods"), whole).only_status().await?.is(201)?;
    s.post(s.core("pods"), asking("b", json!({"requests": {"cpu": "100m"}}))).only_status().await?.is(201)?;
    let resize = |name: &str, spec: Value| {
        let path = s.core(&format!("pods/{name}/resize"));
        s.strategic_patch(path, json!({"spec": spec})).only_at(&[
            "/message",
            "/reason",
            "/details",
            "/spec/resources",
            "/metadata/managedFields",
        ])
    };
    resize("a", json!({"resources": {"requests": {"cpu": "1500m"}}})).await?.is(200)?;
    resize("a", json!({"resources": {"limits": {"cpu": null}}})).await?.is(422)?;
    resize("b", json!({"resources": {"requests": {"cpu": "200m"}}})).await?.is(200)?;
    let huge = json!({"requests": {"hugepages-2Mi": "2Mi"}, "limits": {"hugepages-2Mi": "2Mi"}});
    resize("b", json!({ "resources": huge })).await?.is(422)?;
    Ok(())
}

async fn some_pods_are_never_resized(s: &Session<'_>) -> Result<()> {
    let mut windows = asking("windows", both("1", "1Gi"));
    windows["spec"]["os"] = json!({"name": "windows"});
    s.post(s.core("pods"), windows).only_status().await?.is(201)?;
    let mut mirror = asking("mirror", both("1", "1Gi"));
    mirror["metadata"]["annotations"] = json!({"kubernetes.io/config.mirror": "x"});
    mirror["spec"]["nodeName"] = json!("absent");
    s.post(s.core("pods"), mirror).only_status().await?.is(201)?;
    for name in ["windows", "mirror"] {
        let path = s.core(&format!("pods/{name}/resize"));
        s.strategic_patch(path, main(both("2", "1Gi"))).only_at(REFUSAL).await?.is(422)?;
    }
    let debug = json!({"spec": {"ephemeralContainers": [{"name": "debug", "image": "registry.example/debug:1"}]}});
    s.strategic_patch(s.core("pods/mirror/ephemeralcontainers"), debug).only_at(REFUSAL).await?.is(422)?;
    Ok(())
}

async fn a_node_must_have_what_a_pod_is_resized_to(s: &Session<'_>) -> Result<()> {
    let node = |name: &str| format!("{name}-{}", s.namespace());
    let big = json!({"allocatable": {"cpu": "4", "memory": "8Gi"}, "declaredFeatures": ["InPlacePodLevelResourcesVerticalScaling"]});
    for (name, status) in [("big", big), ("bare", json!({}))] {
        let node = json!({"apiVersion": "v1", "kind": "Node", "metadata": {"name": node(name)}, "status": status});
        s.post("/api/v1/nodes", node).unrecorded().await?.is(201)?;
    }
    let bound = |name: &str, node: String| {
        let mut pod = asking(name, both("1", "1Gi"));
        pod["spec"]["nodeName"] = json!(node);
        s.post(s.core("pods"), pod).only_status()
    };
    bound("on-big", node("big")).await?.is(201)?;
    bound("on-bare", node("bare")).await?.is(201)?;
    bound("lost", node("absent")).await?.is(201)?;
    let resize = |name: &str, spec: Value| {
        let path = s.core(&format!("pods/{name}/resize"));
        s.strategic_patch(path, spec).only_at(&["/message", "/reason", "/details", "/metadata/generation"])
    };
    s.until("the nodes are seen", || async {
        let reply =
            s.strategic_patch(s.core("pods/on-big/resize"), main(both("1.5", "1Gi"))).dry_run().unrecorded().await?;
        Ok(reply.status() == 200)
    })
    .await?;
    for (cpu, memory) in [("3", "1Gi"), ("4500m", "1Gi"), ("5", "16Gi"), ("3", "9Gi"), ("0.5", "1Gi")] {
        resize("on-big", main(both(cpu, memory))).await?;
        resize("on-bare", main(both(cpu, memory))).await?;
    }
    resize("lost", main(both("2", "1Gi"))).await?.is(403)?;
    resize("lost", main(both("1", "1Gi"))).await?.is(200)?;
    let mut whole = asking("whole", json!({"requests": {"cpu": "100m"}}));
    whole["spec"]["resources"] = json!({"requests": {"cpu": "1"}, "limits": {"cpu": "2"}});
    for (name, on) in [("whole-on-big", "big"), ("whole-on-bare", "bare")] {
        whole["metadata"]["name"] = json!(name);
        whole["spec"]["nodeName"] = json!(node(on));
        s.post(s.core("pods"), whole.clone()).only_status().await?.is(201)?;
        resize(name, json!({"spec": {"resources": {"requests": {"cpu": "1500m"}}}})).await?;
    }
    let mut first = asking("first", both("1", "1Gi"));
    first["spec"]["nodeName"] = json!(node("big"));
    first["spec"]["initContainers"] = json!([first["spec"]["containers"][0]]);
    first["spec"]["initContainers"][0]["name"] = json!("first");
    s.post(s.core("pods"), first).only_status().await?.is(201)?;
    let resources = both("2", "1Gi");
    resize("first", json!({"spec": {"initContainers": [{"name": "first", "resources": resources}]}})).await?.is(403)?;
    for name in ["big", "bare"] {
        s.call(Method::DELETE, format!("/api/v1/nodes/{}", node(name))).unrecorded().await?;
    }
    Ok(())
}

async fn a_resize_is_limited_and_charged(s: &Session<'_>) -> Result<()> {
    let resize = |cpu: &str| s.strategic_patch(s.core("pods/a/resize"), main(both(cpu, "1Gi"))).only_at(REFUSAL);
    s.post(s.core("pods"), asking("a", both("1", "1Gi"))).only_status().await?.is(201)?;
    let limit = json!({"type": "Container", "max": {"cpu": "4"}});
    let range =
        json!({"apiVersion": "v1", "kind": "LimitRange", "metadata": {"name": "l"}, "spec": {"limits": [limit]}});
    s.post(s.core("limitranges"), range).unrecorded().await?.is(201)?;
    s.until("the limit is followed", || async { Ok(resize("5").dry_run().unrecorded().await?.status() == 403) })
        .await?;
    resize("5").await?.is(403)?;
    let hard = json!({"requests.cpu": "3", "limits.cpu": "3"});
    let quota = json!({"apiVersion": "v1", "kind": "ResourceQuota", "metadata": {"name": "q"}, "spec": {"hard": hard}});
    s.post(s.core("resourcequotas"), quota).unrecorded().await?.is(201)?;
    let path = s.core("resourcequotas/q");
    let status = json!({"status": {"hard": hard, "used": {"requests.cpu": "1", "limits.cpu": "1"}}});
    s.merge_patch(format!("{path}/status"), status).unrecorded().await?.is(200)?;
    s.until("the quota is followed", || async { Ok(resize("4").dry_run().unrecorded().await?.status() == 403) })
        .await?;
    resize("4").await?.is(403)?;
    for cpu in ["2", "500m", "2500m"] {
        resize(cpu).await?;
        s.get(&path).only_at(&["/status"]).await?.is(200)?;
    }
    Ok(())
}

fn ephemeral(containers: Value) -> Value {
    json!({"spec": {"ephemeralContainers": containers}})
}

fn debug(name: &str) -> Value {
    json!({"name": name, "image": "registry.example/debug:1"})
}

async fn ephemeral_containers_are_added(s: &Session<'_>) -> Result<()> {
    s.post(s.core("pods"), pod("a")).only_status().await?.is(201)?;
    let path = s.core("pods/a/ephemeralcontainers");
    s.get(&path).await?.is(200)?;
    s.strategic_patch(&path, ephemeral(json!([debug("first")]))).await?.is(200)?;
    let mut second = debug("second");
    second["targetContainerName"] = json!("main");
    second["stdin"] = json!(true);
    s.strategic_patch(&path, ephemeral(json!([second]))).dry_run().await?.is(200)?;
    s.strategic_patch(&path, ephemeral(json!([second]))).await?.is(200)?;
    // What else is said is not heard.
    let more = json!({"metadata": {"labels": {"a": "b"}}, "spec": {
        "activeDeadlineSeconds": 5, "containers": [{"name": "main", "image": "registry.example/other:2"}],
    }});
    s.strategic_patch(&path, more).await?.is(200)?;
    let mut live = s.get(&path).await?.body().clone();
    if let Some(containers) = live["spec"]["ephemeralContainers"].as_array_mut() {
        containers.push(debug("third"));
    }
    s.put(&path, live.clone()).await?.is(200)?;
    s.put(&path, live).await?.is(409)?;
    let configuration = json!({
        "apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a"}, "spec": {"ephemeralContainers": [debug("applied")]},
    });
    s.apply(&path, "me", configuration).await?.is(200)?;
    s.post(&path, pod("a")).await?.is(405)?;
    s.delete(&path).await?.is(405)?;
    s.get(s.core("pods/absent/ephemeralcontainers")).await?.is(404)?;
    s.strategic_patch(s.core("pods/absent/ephemeralcontainers"), ephemeral(json!([debug("x")]))).await?.is(404)?;
    Ok(())
}

async fn ephemeral_containers_stay_as_they_are(s: &Session<'_>) -> Result<()> {
    s.post(s.core("pods"), pod("a")).only_status().await?.is(201)?;
    let path = s.core("pods/a/ephemeralcontainers");
    s.strategic_patch(&path, ephemeral(json!([debug("first"), debug("second")]))).only_status().await?.is(200)?;
    let mut changed = debug("first");
    changed["image"] = json!("registry.example/other:2");
    s.strategic_patch(&path, ephemeral(json!([changed])))
        .only_at(&["/reason", "/details/causes/0/field"])
        .await?
        .is(422)?;
    s.merge_patch(&path, ephemeral(json!([debug("first")]))).only_at(REFUSAL).await?.is(422)?;
    s.merge_patch(&path, ephemeral(Value::Null)).only_at(REFUSAL).await?.is(422)?;
    s.strategic_patch(s.core("pods/a"), ephemeral(json!([debug("x")]))).only_at(&["/reason"]).await?.is(422)?;
    let mut early = pod("b");
    early["spec"]["ephemeralContainers"] = json!([debug("x")]);
    s.post(s.core("pods"), early).only_at(REFUSAL).await?.is(422)?;
    Ok(())
}

async fn ephemeral_containers_are_checked(s: &Session<'_>) -> Result<()> {
    s.post(s.core("pods"), pod("a")).only_status().await?.is(201)?;
    let path = s.core("pods/a/ephemeralcontainers");
    let command = json!({"exec": {"command": ["true"]}});
    for (field, value) in [
        ("name", json!("main")),
        ("name", json!("Not A Name")),
        ("image", json!("")),
        ("targetContainerName", json!("absent")),
        ("ports", json!([{"containerPort": 80}])),
        ("resources", json!({"limits": {"cpu": "1"}})),
        ("livenessProbe", command.clone()),
        ("lifecycle", json!({"preStop": command})),
        ("volumeMounts", json!([{"name": "absent", "mountPath": "/v"}])),
        ("restartPolicy", json!("Always")),
        ("resizePolicy", json!([{"resourceName": "cpu", "restartPolicy": "NotRequired"}])),
    ] {
        let mut container = debug("x");
        container[field] = value;
        s.strategic_patch(&path, ephemeral(json!([container]))).only_at(REFUSAL).await?.is(422)?;
    }
    Ok(())
}
