//! ResourceQuotas: what is charged, what is refused, and what the API server alone does about their status.

use super::objects::{config_map, deployment, lease, pod, secret, service};
use crate::session::Session;
use anyhow::Result;
use http::Method;
use serde_json::{Value, json};

crate::scenarios!("quotas":
    a_quota_without_a_status_is_not_enforced,
    new_objects_are_charged_until_nothing_is_left,
    the_server_alone_gives_nothing_back,
    pods_must_say_what_is_counted,
    what_pods_ask_for_is_charged,
    rarer_resources_are_charged,
    services_are_charged_for_what_they_become,
    claims_are_charged_for_their_class,
    claims_are_charged_when_they_grow,
    scopes_choose_pods,
    what_a_quota_counts_may_be_any_kind,
);

fn quota(name: &str, spec: &Value) -> Value {
    json!({"apiVersion": "v1", "kind": "ResourceQuota", "metadata": {"name": name}, "spec": spec})
}

/// Writes the status of a quota, as a quota controller would.
async fn count(s: &Session<'_>, name: &str, hard: &Value, used: &Value) -> Result<()> {
    let path = s.core(&format!("resourcequotas/{name}"));
    let mut live = s.get(&path).unrecorded().await?.is(200)?.body().clone();
    live["status"] = json!({"hard": hard, "used": used});
    s.put(format!("{path}/status"), live).unrecorded().await?.is(200)?;
    Ok(())
}

/// Creates a quota of which nothing is used, and waits until it is followed: the real server looks at what it has seen some time ago.
async fn counted(s: &Session<'_>, name: &str, spec: Value, plural: &str, refused: &Value) -> Result<()> {
    s.post(s.core("resourcequotas"), quota(name, &spec)).unrecorded().await?.is(201)?;
    let hard = &spec["hard"];
    let nothing = hard.as_object().into_iter().flatten().map(|(name, _)| (name.clone(), json!("0"))).collect();
    count(s, name, hard, &Value::Object(nothing)).await?;
    followed(s, plural, refused).await
}

async fn followed(s: &Session<'_>, plural: &str, refused: &Value) -> Result<()> {
    s.until("the quota is followed", || async {
        Ok(s.post(s.core(plural), refused.clone()).dry_run().unrecorded().await?.status() == 403)
    })
    .await
}

async fn used(s: &Session<'_>, name: &str) -> Result<()> {
    s.get(s.core(&format!("resourcequotas/{name}"))).only_at(&["/status"]).await?.is(200)?;
    Ok(())
}

fn asking(name: &str, resources: Value) -> Value {
    let mut pod = pod(name);
    pod["spec"]["containers"][0]["resources"] = resources;
    pod
}

fn claim(name: &str, storage: &str, class: Option<&str>) -> Value {
    let mut claim = json!({
        "apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": name},
        "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": storage}}},
    });
    if let Some(class) = class {
        claim["spec"]["storageClassName"] = json!(class);
    }
    claim
}

const REFUSAL: &[&str] = &["/message", "/reason", "/details"];

async fn a_quota_without_a_status_is_not_enforced(s: &Session<'_>) -> Result<()> {
    s.post(s.core("resourcequotas"), quota("q", &json!({"hard": {"configmaps": "0"}}))).await?.is(201)?;
    s.post(s.core("configmaps"), config_map("a")).await?.is(201)?;
    s.merge_patch(s.core("resourcequotas/q/status"), json!({"status": {"hard": {"configmaps": "2", "pods": "1"}}}))
        .await?
        .is(200)?;
    followed(s, "configmaps", &config_map("b")).await?;
    s.post(s.core("configmaps"), config_map("b")).await?.is(403)?;
    s.post(s.core("pods"), pod("b")).await?.is(403)?;
    s.post(s.core("secrets"), secret("b")).only_status().await?.is(201)?;
    Ok(())
}

async fn new_objects_are_charged_until_nothing_is_left(s: &Session<'_>) -> Result<()> {
    let hard = json!({"configmaps": "2", "count/configmaps": "5", "secrets": "1", "resourcequotas": "0"});
    counted(s, "q", json!({"hard": hard}), "resourcequotas", &quota("other", &json!({}))).await?;
    s.post(s.core("configmaps"), config_map("a")).dry_run().only_status().await?.is(201)?;
    used(s, "q").await?;
    s.post(s.core("configmaps"), config_map("a")).await?.is(201)?;
    // The whole object: who wrote what of the status is told too.
    s.get(s.core("resourcequotas/q")).await?.is(200)?;
    let generated = json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"generateName": "made-"}});
    s.post(s.core("configmaps"), generated.clone()).only_status().await?.is(201)?;
    s.post(s.core("configmaps"), generated).only_at(&["/reason", "/details/kind"]).await?.is(403)?;
    s.post(s.core("configmaps"), config_map("a")).await?.is(403)?;
    s.apply(s.core("configmaps/applied"), "me", config_map("applied")).await?.is(403)?;
    s.merge_patch(s.core("configmaps/a"), json!({"data": {"more": "yes"}})).only_status().await?.is(200)?;
    s.post(s.core("secrets"), secret("a")).only_status().await?.is(201)?;
    s.post(s.core("secrets"), secret("b")).await?.is(403)?;
    s.post(s.core("resourcequotas"), quota("other", &json!({}))).await?.is(403)?;
    used(s, "q").await
}

async fn the_server_alone_gives_nothing_back(s: &Session<'_>) -> Result<()> {
    let hard = json!({"configmaps": "3", "secrets": "0"});
    counted(s, "q", json!({"hard": hard}), "secrets", &secret("a")).await?;
    s.post(s.core("configmaps"), config_map("a")).only_status().await?.is(201)?;
    s.post(s.core("configmaps"), config_map("a")).await?.is(409)?;
    used(s, "q").await?;
    s.delete(s.core("configmaps/a")).only_status().await?.is(200)?;
    used(s, "q").await?;
    s.post(s.core("configmaps"), config_map("b")).only_status().await?.is(201)?;
    s.post(s.core("configmaps"), config_map("c")).await?.is(403)?;
    // Others say that something is used no more, and that there may be less.
    count(s, "q", &json!({"configmaps": "1", "secrets": "1"}), &json!({"configmaps": "1", "secrets": "0"})).await?;
    s.until("the status is seen", || async {
        Ok(s.post(s.core("secrets"), secret("a")).dry_run().unrecorded().await?.status() == 201)
    })
    .await?;
    s.post(s.core("configmaps"), config_map("c")).await?.is(403)?;
    used(s, "q").await
}

async fn pods_must_say_what_is_counted(s: &Session<'_>) -> Result<()> {
    let hard =
        json!({"requests.cpu": "1", "limits.memory": "1Gi", "requests.ephemeral-storage": "1Gi", "configmaps": "0"});
    counted(s, "q", json!({"hard": hard}), "configmaps", &config_map("a")).await?;
    s.post(s.core("pods"), pod("a")).await?.is(403)?;
    let mut several = asking("a", json!({"requests": {"cpu": "100m"}}));
    several["spec"]["initContainers"] = json!([
        {"name": "z", "image": "registry.example/main:1"},
        {"name": "b", "image": "registry.example/main:1", "resources": {"limits": {"memory": "1Mi"}}},
    ]);
    s.post(s.core("pods"), several).await?.is(403)?;
    s.post(s.core("pods"), asking("a", json!({"limits": {"cpu": "100m", "memory": "1Mi"}})))
        .only_status()
        .await?
        .is(201)?;
    used(s, "q").await?;
    let mut whole = pod("whole");
    whole["spec"]["resources"] = json!({"requests": {"cpu": "50m"}});
    s.post(s.core("pods"), whole).only_status().await?;
    used(s, "q").await
}

async fn what_pods_ask_for_is_charged(s: &Session<'_>) -> Result<()> {
    let hard = json!({
        "pods": "5", "cpu": "2", "requests.cpu": "2", "limits.cpu": "3", "memory": "4Gi", "limits.memory": "8Gi",
        "count/pods": "7", "configmaps": "0",
    });
    counted(s, "q", json!({"hard": hard}), "configmaps", &config_map("a")).await?;
    let resources = |cpu: &str, memory: &str| json!({"requests": {"cpu": cpu, "memory": memory}, "limits": {"cpu": "1", "memory": "2G"}});
    s.post(s.core("pods"), asking("a", resources("0.5", "1Gi"))).only_status().await?.is(201)?;
    used(s, "q").await?;
    let mut init = asking("b", resources("300m", "512Mi"));
    let first = asking("first", resources("700m", "100Mi"))["spec"]["containers"][0].clone();
    let mut sidecar = asking("sidecar", resources("200m", "200M"))["spec"]["containers"][0].clone();
    sidecar["restartPolicy"] = json!("Always");
    sidecar["name"] = json!("sidecar");
    let mut other = first.clone();
    other["name"] = json!("other");
    init["spec"]["initContainers"] = json!([other, sidecar]);
    s.post(s.core("pods"), init.clone()).only_status().await?.is(201)?;
    used(s, "q").await?;
    init["metadata"]["name"] = json!("c");
    s.post(s.core("pods"), init).only_at(REFUSAL).await?.is(403)?;
    s.post(s.core("pods"), asking("d", resources("900m", "1.5Gi"))).only_at(REFUSAL).await?.is(403)?;
    s.merge_patch(s.core("pods/a/status"), json!({"status": {"phase": "Succeeded"}})).only_status().await?.is(200)?;
    s.delete(s.core("pods/a")).only_status().await?.is(200)?;
    used(s, "q").await
}

async fn rarer_resources_are_charged(s: &Session<'_>) -> Result<()> {
    let hard = json!({
        "requests.example.com/gpu": "2", "example.com/gpu": "0", "ephemeral-storage": "1Gi",
        "requests.ephemeral-storage": "1Gi", "limits.ephemeral-storage": "2Gi", "hugepages-2Mi": "8Mi",
        "requests.hugepages-2Mi": "8Mi", "configmaps": "0",
    });
    counted(s, "q", json!({"hard": hard}), "configmaps", &config_map("a")).await?;
    let gpus = |name: &str, number: &str| asking(name, json!({"limits": {"example.com/gpu": number}}));
    s.post(s.core("pods"), gpus("a", "3")).only_at(REFUSAL).await?.is(403)?;
    s.post(s.core("pods"), gpus("a", "1")).only_status().await?.is(201)?;
    let disk = asking("b", json!({"limits": {"ephemeral-storage": "1.5Gi"}, "requests": {"ephemeral-storage": "1G"}}));
    s.post(s.core("pods"), disk).only_status().await?.is(201)?;
    let huge = |name: &str, amount: &str| asking(name, json!({"limits": {"memory": "1Gi", "hugepages-2Mi": amount}}));
    s.post(s.core("pods"), huge("c", "6Mi")).only_status().await?.is(201)?;
    s.post(s.core("pods"), huge("d", "4Mi")).only_at(REFUSAL).await?.is(403)?;
    used(s, "q").await
}

async fn services_are_charged_for_what_they_become(s: &Session<'_>) -> Result<()> {
    let hard = json!({
        "services": "4", "services.nodeports": "3", "services.loadbalancers": "1", "count/services": "9", "configmaps": "0",
    });
    counted(s, "q", json!({"hard": hard}), "configmaps", &config_map("a")).await?;
    let exposed = |name: &str, kind: &str, ports: u16| {
        let mut service = service(name);
        let ports: Vec<Value> = (0..ports).map(|port| json!({"name": format!("p{port}"), "port": 80 + port})).collect();
        service["spec"] = json!({"type": kind, "ports": ports});
        service
    };
    let become_ = |name: &str, spec: Value| s.merge_patch(s.core(&format!("services/{name}")), json!({"spec": spec}));
    s.post(s.core("services"), exposed("inner", "ClusterIP", 2)).only_status().await?.is(201)?;
    s.post(s.core("services"), exposed("node", "NodePort", 2)).only_status().await?.is(201)?;
    used(s, "q").await?;
    s.post(s.core("services"), exposed("balanced", "LoadBalancer", 2)).only_at(REFUSAL).await?.is(403)?;
    let mut portless = exposed("balanced", "LoadBalancer", 2);
    portless["spec"]["allocateLoadBalancerNodePorts"] = json!(false);
    s.post(s.core("services"), portless).only_status().await?.is(201)?;
    used(s, "q").await?;
    s.post(s.core("services"), exposed("second", "LoadBalancer", 1)).only_at(REFUSAL).await?.is(403)?;
    become_("inner", json!({"type": "NodePort"})).only_at(REFUSAL).await?.is(403)?;
    become_("node", json!({"type": "ClusterIP"})).only_status().await?.is(200)?;
    used(s, "q").await?;
    // Who asks for less is let through by a quota that is long exceeded.
    let none = json!({"services": "0", "services.nodeports": "0", "services.loadbalancers": "0", "secrets": "0"});
    let all = json!({"services": "9", "services.nodeports": "9", "services.loadbalancers": "9", "secrets": "0"});
    count(s, "q", &none, &all).await?;
    followed(s, "secrets", &secret("a")).await?;
    become_("balanced", json!({"type": "ClusterIP", "allocateLoadBalancerNodePorts": null}))
        .only_status()
        .await?
        .is(200)?;
    become_("inner", json!({"sessionAffinity": "ClientIP"})).only_status().await?.is(200)?;
    become_("inner", json!({"type": "NodePort"})).only_at(REFUSAL).await?.is(403)?;
    used(s, "q").await
}

async fn claims_are_charged_for_their_class(s: &Session<'_>) -> Result<()> {
    const CLAIMS: &str = "persistentvolumeclaims";
    let hard = json!({
        "requests.storage": "10Gi", CLAIMS: "4", "count/persistentvolumeclaims": "9",
        "gold.storageclass.storage.k8s.io/requests.storage": "5Gi",
        "gold.storageclass.storage.k8s.io/persistentvolumeclaims": "2", "configmaps": "0",
    });
    counted(s, "q", json!({"hard": hard}), "configmaps", &config_map("a")).await?;
    s.post(s.core(CLAIMS), claim("a", "1.5Gi", None)).only_status().await?.is(201)?;
    s.post(s.core(CLAIMS), claim("b", "6Gi", Some("gold"))).only_at(REFUSAL).await?.is(403)?;
    s.post(s.core(CLAIMS), claim("b", "3G", Some("gold"))).only_status().await?.is(201)?;
    used(s, "q").await?;
    s.post(s.core(CLAIMS), claim("c", "1500m", Some("silver"))).only_status().await?.is(201)?;
    let mut annotated = claim("d", "1Ki", None);
    annotated["metadata"]["annotations"] = json!({"volume.beta.kubernetes.io/storage-class": "gold"});
    s.post(s.core(CLAIMS), annotated).only_status().await?.is(201)?;
    used(s, "q").await?;
    s.post(s.core(CLAIMS), claim("e", "8Gi", Some("gold"))).only_at(REFUSAL).await?.is(403)?;
    Ok(())
}

async fn claims_are_charged_when_they_grow(s: &Session<'_>) -> Result<()> {
    let class = format!("grow-{}", s.namespace());
    let growing = json!({
        "apiVersion": "storage.k8s.io/v1", "kind": "StorageClass", "metadata": {"name": class},
        "provisioner": "example.com/none", "allowVolumeExpansion": true,
    });
    s.post("/apis/storage.k8s.io/v1/storageclasses", growing).unrecorded().await?.is(201)?;
    counted(s, "q", json!({"hard": {"requests.storage": "10Gi", "configmaps": "0"}}), "configmaps", &config_map("a"))
        .await?;
    s.post(s.core("persistentvolumeclaims"), claim("a", "1Gi", Some(&class))).only_status().await?.is(201)?;
    let path = s.core("persistentvolumeclaims/a");
    s.merge_patch(&path, json!({"spec": {"volumeName": "v"}})).only_status().await?.is(200)?;
    s.merge_patch(format!("{path}/status"), json!({"status": {"phase": "Bound"}})).only_status().await?.is(200)?;
    let grow = |storage: &str| s.merge_patch(&path, json!({"spec": {"resources": {"requests": {"storage": storage}}}}));
    s.until("the class is seen", || async { Ok(grow("2Gi").dry_run().unrecorded().await?.status() == 200) }).await?;
    grow("3Gi").only_status().await?.is(200)?;
    used(s, "q").await?;
    grow("30Gi").only_at(REFUSAL).await?.is(403)?;
    grow("2Gi").only_status().await?.is(200)?;
    used(s, "q").await?;
    s.call(Method::DELETE, format!("/apis/storage.k8s.io/v1/storageclasses/{class}")).unrecorded().await?;
    Ok(())
}

async fn scopes_choose_pods(s: &Session<'_>) -> Result<()> {
    let term = |operator: &str, values: Value| {
        let expression = json!({"scopeName": "PriorityClass", "operator": operator, "values": values});
        json!({"matchExpressions": [expression]})
    };
    let quotas = [
        ("ends", json!({"hard": {"pods": "9"}, "scopes": ["Terminating"]})),
        ("goes-on", json!({"hard": {"pods": "9", "count/pods": "9"}, "scopes": ["NotTerminating"]})),
        ("best", json!({"hard": {"pods": "9"}, "scopes": ["BestEffort"]})),
        ("better", json!({"hard": {"pods": "9", "cpu": "2"}, "scopes": ["NotBestEffort", "NotTerminating"]})),
        ("classless", json!({"hard": {"pods": "9"}, "scopeSelector": term("DoesNotExist", json!([]))})),
        ("critical", json!({"hard": {"pods": "9"}, "scopeSelector": term("In", json!(["system-node-critical"]))})),
        ("uncritical", json!({"hard": {"pods": "9"}, "scopeSelector": term("NotIn", json!(["system-node-critical"]))})),
        ("nosy", json!({"hard": {"pods": "0"}, "scopes": ["CrossNamespacePodAffinity"]})),
    ];
    let nosy = |kind: &str, list: &str, term: Value| {
        let mut pod = pod("nosy");
        pod["spec"]["affinity"] = json!({kind: {list: [term]}});
        pod
    };
    let required = json!({"topologyKey": "zone", "namespaces": ["other"], "labelSelector": {}});
    let refused = nosy("podAffinity", "requiredDuringSchedulingIgnoredDuringExecution", required);
    for (name, spec) in &quotas {
        s.post(s.core("resourcequotas"), quota(name, spec)).only_status().await?.is(201)?;
        let hard = &spec["hard"];
        let nothing = hard.as_object().into_iter().flatten().map(|(name, _)| (name.clone(), json!("0"))).collect();
        count(s, name, hard, &Value::Object(nothing)).await?;
    }
    // The last one that was written is seen last.
    followed(s, "pods", &refused).await?;
    s.post(s.core("pods"), refused).only_at(REFUSAL).await?.is(403)?;
    let any =
        json!({"weight": 1, "podAffinityTerm": {"topologyKey": "zone", "namespaceSelector": {}, "labelSelector": {}}});
    let preferred = nosy("podAntiAffinity", "preferredDuringSchedulingIgnoredDuringExecution", any);
    s.post(s.core("pods"), preferred).only_at(REFUSAL).await?.is(403)?;
    s.post(s.core("pods"), pod("best")).only_status().await?.is(201)?;
    let resources = json!({"requests": {"cpu": "100m"}, "limits": {"cpu": "200m"}});
    s.post(s.core("pods"), asking("better", resources)).only_status().await?.is(201)?;
    s.post(s.core("pods"), asking("memory", json!({"requests": {"memory": "1Mi"}}))).only_at(REFUSAL).await?.is(403)?;
    let mut ends = pod("ends");
    ends["spec"]["activeDeadlineSeconds"] = json!(5);
    s.post(s.core("pods"), ends).only_status().await?.is(201)?;
    let mut critical = pod("critical");
    critical["spec"]["priorityClassName"] = json!("system-node-critical");
    s.post(s.core("pods"), critical).only_status().await?;
    for (name, _) in &quotas {
        used(s, name).await?;
    }
    Ok(())
}

async fn what_a_quota_counts_may_be_any_kind(s: &Session<'_>) -> Result<()> {
    let hard = json!({
        "count/deployments.apps": "1", "count/leases.coordination.k8s.io": "1", "count/events": "0",
        "count/events.events.k8s.io": "0", "count/nothing.example.com": "0", "replicationcontrollers": "0", "configmaps": "0",
    });
    counted(s, "q", json!({"hard": hard}), "configmaps", &config_map("a")).await?;
    s.post(s.apis("apps/v1", "deployments"), deployment("a", 1)).only_status().await?.is(201)?;
    s.post(s.apis("apps/v1", "deployments"), deployment("b", 1)).only_at(REFUSAL).await?.is(403)?;
    let leases = |name: &str| s.put(s.apis("coordination.k8s.io/v1", &format!("leases/{name}")), lease(name, "me"));
    leases("a").only_status().await?.is(201)?;
    s.merge_patch(s.apis("coordination.k8s.io/v1", "leases/a"), json!({"spec": {"holderIdentity": "you"}}))
        .only_status()
        .await?
        .is(200)?;
    leases("b").only_at(REFUSAL).await?.is(403)?;
    let event = json!({
        "apiVersion": "v1", "kind": "Event", "metadata": {"name": "e"}, "involvedObject": {"namespace": s.namespace()},
    });
    s.post(s.core("events"), event).only_status().await?.is(201)?;
    let controller = json!({
        "apiVersion": "v1", "kind": "ReplicationController", "metadata": {"name": "a"},
        "spec": {"selector": {"app": "a"}, "template": {
            "metadata": {"labels": {"app": "a"}}, "spec": pod("a")["spec"],
        }},
    });
    s.post(s.core("replicationcontrollers"), controller).only_at(REFUSAL).await?.is(403)?;
    used(s, "q").await
}
