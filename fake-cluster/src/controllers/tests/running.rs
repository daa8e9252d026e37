use super::*;

const WORK: Controllers = Controllers::none().with_workloads(true).with_garbage_collection(true);
const APPS: &str = "/apis/apps/v1/namespaces/default";
const PODS: &str = "/api/v1/namespaces/default/pods";

fn template() -> Value {
    json!({
        "metadata": {"labels": {"app": "a"}},
        "spec": {"containers": [{"name": "main", "image": "registry.example/main:1"}]},
    })
}

fn workload(kind: &str, spec: Value) -> Value {
    let mut object = json!({
        "apiVersion": "apps/v1", "kind": kind, "metadata": {"name": "w", "namespace": "default"},
        "spec": {"selector": {"matchLabels": {"app": "a"}}, "template": template()},
    });
    for (key, value) in spec.as_object().unwrap() {
        object["spec"][key] = value.clone();
    }
    object
}

fn list(api: &Api, path: &str) -> Vec<Value> {
    get(api, path).unwrap()["items"].as_array().unwrap().clone()
}

fn patch(api: &Api, path: &str, body: Value) {
    api.request(Method::PATCH, path, Some(&body)).unwrap();
}

fn node(name: &str) -> Value {
    json!({"apiVersion": "v1", "kind": "Node", "metadata": {"name": name, "labels": {"kubernetes.io/hostname": name}}})
}

fn condition(object: &Value, kind: &str) -> Value {
    let conditions = object["status"]["conditions"].as_array().cloned().unwrap_or_default();
    conditions.into_iter().find(|condition| condition["type"] == kind).unwrap_or_default()
}

/// What `kubectl rollout status` waits for.
fn is_rolled_out(deployment: &Value) -> bool {
    let (status, wanted) = (&deployment["status"], &deployment["spec"]["replicas"]);
    status["observedGeneration"] == deployment["metadata"]["generation"]
        && ["replicas", "updatedReplicas", "availableReplicas", "readyReplicas"]
            .iter()
            .all(|field| status[field] == *wanted)
}

#[test]
fn a_deployment_gets_its_pods_and_says_so() {
    let api = api();
    create(&api, workload("Deployment", json!({"replicas": 3})));
    settle(&api, WORK);
    let deployment = get(&api, &format!("{APPS}/deployments/w")).unwrap();
    assert!(is_rolled_out(&deployment), "{}", deployment["status"]);
    assert_eq!(deployment["metadata"]["annotations"]["deployment.kubernetes.io/revision"], "1");
    assert_eq!(condition(&deployment, "Available")["reason"], "MinimumReplicasAvailable");
    assert_eq!(condition(&deployment, "Progressing")["reason"], "NewReplicaSetAvailable");
    let pods = list(&api, PODS);
    assert_eq!(pods.len(), 3);
    let addresses: std::collections::BTreeSet<_> = pods.iter().map(|pod| pod["status"]["podIP"].to_string()).collect();
    assert_eq!(addresses.len(), 3);
    assert!(pods.iter().all(|pod| pod["status"]["phase"] == "Running" && condition(pod, "Ready")["status"] == "True"));
    assert_eq!(settle(&api, WORK), 0);
}

#[test]
fn a_new_template_is_rolled_out_and_the_old_one_can_come_back() {
    let api = api();
    create(&api, workload("Deployment", json!({"replicas": 4})));
    settle(&api, WORK);
    let path = format!("{APPS}/deployments/w");
    let mut other = template();
    other["spec"]["containers"][0]["image"] = json!("registry.example/main:2");
    patch(&api, &path, json!({"spec": {"template": other}}));
    settle(&api, WORK);
    let deployment = get(&api, &path).unwrap();
    assert!(is_rolled_out(&deployment), "{}", deployment["status"]);
    assert_eq!(deployment["metadata"]["annotations"]["deployment.kubernetes.io/revision"], "2");
    assert!(list(&api, PODS).iter().all(|pod| pod["spec"]["containers"][0]["image"] == "registry.example/main:2"));
    assert_eq!(list(&api, &format!("{APPS}/replicasets")).len(), 2);
    patch(&api, &path, json!({"spec": {"template": template()}}));
    settle(&api, WORK);
    let deployment = get(&api, &path).unwrap();
    assert_eq!(deployment["metadata"]["annotations"]["deployment.kubernetes.io/revision"], "3");
    let sets = list(&api, &format!("{APPS}/replicasets"));
    assert_eq!(sets.len(), 2);
    let back = sets.iter().find(|set| set["spec"]["replicas"] == 4).unwrap();
    assert_eq!(back["metadata"]["annotations"]["deployment.kubernetes.io/revision-history"], "1");
}

#[test]
fn a_deployment_is_scaled_and_goes_with_all_that_it_has() {
    let api = api();
    create(&api, workload("Deployment", json!({"replicas": 3, "strategy": {"type": "Recreate"}})));
    settle(&api, WORK);
    let path = format!("{APPS}/deployments/w");
    for wanted in [5, 0, 1] {
        patch(&api, &format!("{path}/scale"), json!({"spec": {"replicas": wanted}}));
        settle(&api, WORK);
        assert_eq!(list(&api, PODS).len(), wanted);
    }
    delete(&api, &path, "Foreground");
    settle(&api, WORK);
    assert!(get(&api, &path).is_none());
    assert!(list(&api, PODS).is_empty() && list(&api, &format!("{APPS}/replicasets")).is_empty());
}

#[test]
fn what_was_orphaned_is_adopted() {
    let api = api();
    create(&api, workload("Deployment", json!({"replicas": 2})));
    settle(&api, WORK);
    let before: Vec<Value> = list(&api, PODS).into_iter().map(|pod| pod["metadata"]["uid"].clone()).collect();
    delete(&api, &format!("{APPS}/deployments/w"), "Orphan");
    settle(&api, WORK);
    create(&api, workload("Deployment", json!({"replicas": 2})));
    settle(&api, WORK);
    let after: Vec<Value> = list(&api, PODS).into_iter().map(|pod| pod["metadata"]["uid"].clone()).collect();
    assert_eq!(before, after);
    assert!(is_rolled_out(&get(&api, &format!("{APPS}/deployments/w")).unwrap()));
}

#[test]
fn a_stateful_set_counts_its_pods_and_replaces_them_from_the_last() {
    let api = api();
    create(&api, workload("StatefulSet", json!({"replicas": 3, "serviceName": "s"})));
    settle(&api, WORK);
    let path = format!("{APPS}/statefulsets/w");
    let names: Vec<Value> = list(&api, PODS).into_iter().map(|pod| pod["metadata"]["name"].clone()).collect();
    assert_eq!(names, ["w-0", "w-1", "w-2"]);
    let ready = |set: &Value| {
        let status = &set["status"];
        status["observedGeneration"] == set["metadata"]["generation"]
            && status["currentRevision"] == status["updateRevision"]
            && ["replicas", "readyReplicas", "updatedReplicas", "currentReplicas", "availableReplicas"]
                .iter()
                .all(|field| status[field] == set["spec"]["replicas"])
    };
    let set = get(&api, &path).unwrap();
    assert!(ready(&set), "{}", set["status"]);
    let first = set["status"]["currentRevision"].clone();
    let mut other = template();
    other["spec"]["containers"][0]["image"] = json!("registry.example/main:2");
    patch(&api, &path, json!({"spec": {"template": other, "updateStrategy": {"rollingUpdate": {"partition": 1}}}}));
    settle(&api, WORK);
    let images: Vec<Value> =
        list(&api, PODS).into_iter().map(|pod| pod["spec"]["containers"][0]["image"].clone()).collect();
    assert_eq!(images, ["registry.example/main:1", "registry.example/main:2", "registry.example/main:2"]);
    patch(&api, &path, json!({"spec": {"updateStrategy": {"rollingUpdate": {"partition": 0}}}}));
    settle(&api, WORK);
    let set = get(&api, &path).unwrap();
    assert!(ready(&set), "{}", set["status"]);
    assert_ne!(set["status"]["currentRevision"], first);
    patch(&api, &path, json!({"spec": {"replicas": 1}}));
    settle(&api, WORK);
    assert_eq!(list(&api, PODS).len(), 1);
}

#[test]
fn a_daemon_set_has_a_pod_on_each_node_that_takes_it() {
    let api = api();
    create(&api, workload("DaemonSet", json!({})));
    settle(&api, WORK);
    let path = format!("{APPS}/daemonsets/w");
    assert_eq!(get(&api, &path).unwrap()["status"]["desiredNumberScheduled"], 0);
    create(&api, node("n1"));
    create(&api, node("n2"));
    let mut tainted = node("n3");
    tainted["spec"] = json!({"taints": [{"key": "for", "value": "others", "effect": "NoSchedule"}]});
    create(&api, tainted);
    settle(&api, WORK);
    let set = get(&api, &path).unwrap();
    for field in
        ["desiredNumberScheduled", "currentNumberScheduled", "numberReady", "numberAvailable", "updatedNumberScheduled"]
    {
        assert_eq!(set["status"][field], 2, "{field} {}", set["status"]);
    }
    let mut on: Vec<Value> = list(&api, PODS).into_iter().map(|pod| pod["spec"]["nodeName"].clone()).collect();
    on.sort_by_key(ToString::to_string);
    assert_eq!(on, ["n1", "n2"]);
    let mut other = template();
    other["spec"]["containers"][0]["image"] = json!("registry.example/main:2");
    patch(&api, &path, json!({"spec": {"template": other}}));
    settle(&api, WORK);
    assert!(list(&api, PODS).iter().all(|pod| pod["spec"]["containers"][0]["image"] == "registry.example/main:2"));
    assert_eq!(get(&api, &path).unwrap()["status"]["updatedNumberScheduled"], 2);
}

#[test]
fn a_job_completes() {
    let api = api();
    create(
        &api,
        json!({
            "apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "j", "namespace": "default"},
            "spec": {"completions": 5, "parallelism": 2, "completionMode": "Indexed", "template": {
                "spec": {"restartPolicy": "Never", "containers": [{"name": "main", "image": "registry.example/main:1"}]},
            }},
        }),
    );
    settle(&api, WORK);
    let job = get(&api, "/apis/batch/v1/namespaces/default/jobs/j").unwrap();
    assert_eq!(condition(&job, "Complete")["status"], "True", "{}", job["status"]);
    assert_eq!((&job["status"]["succeeded"], &job["status"]["completedIndexes"]), (&json!(5), &json!("0-4")));
    assert!(job["status"]["completionTime"].is_string() && job["status"]["active"].is_null());
    assert!(list(&api, PODS).iter().all(|pod| pod["metadata"]["finalizers"].is_null()));
    delete(&api, "/apis/batch/v1/namespaces/default/jobs/j", "Background");
    settle(&api, WORK);
    assert!(list(&api, PODS).is_empty());
}

#[test]
fn pods_are_spread_over_nodes_and_wait_when_none_fits() {
    let api = api();
    create(&api, node("n1"));
    create(&api, node("n2"));
    create(&api, workload("Deployment", json!({"replicas": 4})));
    let mut picky = workload("ReplicaSet", json!({"replicas": 1}))["spec"]["template"].clone();
    picky["apiVersion"] = json!("v1");
    picky["kind"] = json!("Pod");
    picky["metadata"] = json!({"name": "picky", "namespace": "default"});
    picky["spec"]["nodeSelector"] = json!({"absent": "yes"});
    create(&api, picky);
    settle(&api, WORK);
    let on = |name: &str| list(&api, PODS).iter().filter(|pod| pod["spec"]["nodeName"] == name).count();
    assert_eq!((on("n1"), on("n2")), (2, 2));
    let waits = get(&api, &format!("{PODS}/picky")).unwrap();
    assert_eq!(condition(&waits, "PodScheduled")["reason"], "Unschedulable");
    api.request(Method::DELETE, &format!("{APPS}/deployments/w"), None).unwrap();
    settle(&api, WORK);
    assert_eq!(list(&api, PODS).len(), 1);
}

#[test]
fn a_budget_counts_and_holds() {
    let api = api();
    create(&api, workload("Deployment", json!({"replicas": 2})));
    create(
        &api,
        json!({
            "apiVersion": "policy/v1", "kind": "PodDisruptionBudget", "metadata": {"name": "b", "namespace": "default"},
            "spec": {"minAvailable": 2, "selector": {"matchLabels": {"app": "a"}}},
        }),
    );
    settle(&api, WORK);
    let budget = "/apis/policy/v1/namespaces/default/poddisruptionbudgets/b";
    assert_eq!(get(&api, budget).unwrap()["status"]["disruptionsAllowed"], 0);
    let pod = list(&api, PODS)[0]["metadata"]["name"].as_str().unwrap().to_owned();
    let eviction = json!({"apiVersion": "policy/v1", "kind": "Eviction", "metadata": {"name": pod}});
    let evict = || api.request(Method::POST, &format!("{PODS}/{pod}/eviction"), Some(&eviction));
    assert_eq!(evict().unwrap_err().code(), 429);
    patch(&api, budget, json!({"spec": {"minAvailable": 1}}));
    settle(&api, WORK);
    evict().unwrap();
    settle(&api, WORK);
    assert_eq!(list(&api, PODS).len(), 2);
}

#[test]
fn claims_are_bound_and_balancers_get_addresses() {
    let api = api();
    let infrastructure = Controllers::none().with_infrastructure(true);
    create(
        &api,
        json!({
            "apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": "c", "namespace": "default"},
            "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}},
        }),
    );
    create(
        &api,
        json!({
            "apiVersion": "v1", "kind": "Service", "metadata": {"name": "s", "namespace": "default"},
            "spec": {"type": "LoadBalancer", "ports": [{"port": 80}]},
        }),
    );
    settle(&api, infrastructure);
    let claim = get(&api, "/api/v1/namespaces/default/persistentvolumeclaims/c").unwrap();
    assert_eq!(
        (&claim["status"]["phase"], &claim["status"]["capacity"]["storage"]),
        (&json!("Bound"), &json!("1Gi")),
        "{claim}"
    );
    let service = get(&api, "/api/v1/namespaces/default/services/s").unwrap();
    assert!(service["status"]["loadBalancer"]["ingress"][0]["ip"].is_string());
}

#[test]
fn many_pods_are_made_some_at_a_time() {
    let many = 2_000_000_000;
    for (kind, spec) in [
        ("ReplicaSet", json!({"replicas": many})),
        ("StatefulSet", json!({"replicas": many, "serviceName": "s", "podManagementPolicy": "Parallel"})),
        ("Job", json!({"parallelism": many})),
    ] {
        let api = api();
        let mut object = workload(kind, spec);
        if kind == "Job" {
            object["apiVersion"] = json!("batch/v1");
            object["spec"].as_object_mut().unwrap().remove("selector");
            object["spec"]["template"]["spec"]["restartPolicy"] = json!("Never");
        }
        create(&api, object);
        let steps = WORK.steps(&View::of(&api, "ca".into()));
        assert!((500..520).contains(&steps.len()), "{kind}: {}", steps.len());
    }
}

#[test]
fn the_last_revision_there_is_has_no_next_one() {
    let api = api();
    create(&api, workload("Deployment", json!({"replicas": 1})));
    settle(&api, WORK);
    let set = list(&api, &format!("{APPS}/replicasets"))[0]["metadata"]["name"].as_str().unwrap().to_owned();
    let last = json!({"deployment.kubernetes.io/revision": i64::MAX.to_string()});
    patch(&api, &format!("{APPS}/replicasets/{set}"), json!({"metadata": {"annotations": last}}));
    let mut other = template();
    other["spec"]["containers"][0]["image"] = json!("registry.example/main:2");
    patch(&api, &format!("{APPS}/deployments/w"), json!({"spec": {"template": other}}));
    settle(&api, WORK);
    assert!(is_rolled_out(&get(&api, &format!("{APPS}/deployments/w")).unwrap()));
}
