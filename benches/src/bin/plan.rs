//! `plan`: how long it takes to say what has to happen to 10,000 objects, in seconds on one core.
//!
//! Half Deployments, half ConfigMaps, in 100 namespaces of 10 clusters, each with the `managedFields` of our declaration and of a
//! controller. `drift_check` compares every object in full; one in a hundred was edited. `steady` plans what was reduced while it was read,
//! as runs do, and `reduce` is what that costs. Median of five rounds each, after one that is not counted.
#![expect(clippy::expect_used, reason = "a figure of a plan that is wrong is worth nothing")]

use std::sync::Arc;
use std::time::Instant;

use benches::{Bound, Figure, median};
use cluster_resources::desired::{Desired, DesiredSet};
use cluster_resources::id::{BucketId, ObjectId, Origin};
use cluster_resources::observed::{Completeness, LiveObject, Observed, ObservedBucket};
use cluster_resources::plan::{Action, plan, reduce};
use cluster_resources::policy::{Actor, Policy};
use cluster_resources::resource::Resource;
use serde_json::{Map, Value, json};

const OBJECTS: usize = 10_000;
const CLUSTERS: usize = 10;
const NAMESPACES: usize = 100;
const EDITED: usize = OBJECTS / 100;

fn main() {
    let policy = Policy::new(Actor::new("mooring", "bench", "1.0.0"));
    let (desired, live) = fleet(&policy);
    let full = observed(&live, |_, value| LiveObject::new(value.clone(), true).expect("an identity"));
    let reduced = observed(&live, |id, value| reduce(value.clone(), desired.get(id), &policy).expect("an identity"));
    let drift_check = seconds(|| {
        let plan = plan(&desired, &full, &policy);
        assert_eq!(plan.items.iter().filter(|item| item.action == Action::Update).count(), EDITED);
    });
    let steady = seconds(|| assert_eq!(plan(&desired, &reduced, &policy).items.len(), OBJECTS));
    let copy = seconds(|| live.iter().for_each(|(_, value)| drop(value.clone())));
    let reduce = seconds(|| {
        for (id, value) in &live {
            drop(reduce(value.clone(), desired.get(id), &policy));
        }
    });
    Figure::new("plan", "s", "10,000 objects of 10 clusters on one core, 100 of them edited; median of 5 rounds")
        .with_rounds("drift_check", drift_check, Bound::AtMost(1.0))
        .with_rounds("steady", steady, Bound::AtMost(1.0))
        .with("reduce", median(reduce) - median(copy), Bound::Beside)
        .print();
}

fn seconds(mut round: impl FnMut()) -> Vec<f64> {
    let mut timed = || {
        let begun = Instant::now();
        round();
        begun.elapsed().as_secs_f64()
    };
    timed();
    (0..5).map(|_| timed()).collect()
}

fn fleet(policy: &Policy) -> (DesiredSet, Vec<(ObjectId, Value)>) {
    let mut desired = DesiredSet::default();
    let mut live = Vec::with_capacity(OBJECTS);
    for index in 0..OBJECTS {
        let body = if index % 2 == 0 { deployment(index) } else { config_map(index) };
        let resource = Resource::new(body, Origin::default()).expect("a valid object");
        let cluster = format!("cluster-{}", index % CLUSTERS);
        let bucket = BucketId::new(cluster, resource.namespace(), resource.kind_and_group().clone());
        let id = bucket.object(resource.name());
        live.push((id.clone(), applied(&resource, policy, index)));
        let bucket = Arc::make_mut(desired.buckets.entry(bucket).or_default());
        bucket.objects.insert(id.name, Desired::new(resource));
    }
    (desired, live)
}

fn observed(live: &[(ObjectId, Value)], keep: impl Fn(&ObjectId, &Value) -> LiveObject) -> Observed {
    let mut observed = Observed::default();
    for (id, value) in live {
        let bucket = observed.buckets.entry(id.bucket()).or_insert_with(|| ObservedBucket::new(Completeness::Complete));
        bucket.objects.insert(id.name.clone(), keep(id, value));
    }
    observed
}

fn metadata(index: usize) -> Value {
    json!({
        "name": format!("object-{index}"), "namespace": format!("namespace-{}", index / CLUSTERS % NAMESPACES),
        "labels": { "app": format!("app-{}", index % 50), "team": "a" },
    })
}

fn config_map(index: usize) -> Value {
    let data: Map<_, _> = (0..10).map(|key| (format!("key-{key}"), json!(format!("value {key} of {index}")))).collect();
    json!({ "apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata(index), "data": data })
}

fn deployment(index: usize) -> Value {
    let env: Vec<_> = (0..10).map(|key| json!({ "name": format!("KEY_{key}"), "value": format!("{index}") })).collect();
    json!({
        "apiVersion": "apps/v1", "kind": "Deployment", "metadata": metadata(index),
        "spec": {
            "replicas": 2,
            "selector": { "matchLabels": { "app": format!("app-{}", index % 50) } },
            "template": {
                "metadata": { "labels": { "app": format!("app-{}", index % 50) } },
                "spec": { "serviceAccountName": "app", "containers": [{
                    "name": "app", "image": "registry.example.com/app:1.2.3", "args": ["serve", "--verbose"], "env": env,
                    "ports": [{ "name": "http", "containerPort": 8080, "protocol": "TCP" }],
                    "resources": { "requests": { "cpu": "100m", "memory": "1024Mi" }, "limits": { "memory": "1Gi" } },
                    "envFrom": [{ "configMapRef": { "name": format!("object-{}", index + 1) } }],
                }] },
            },
        },
    })
}

/// As the server has it after we applied it, and a controller did its work.
fn applied(resource: &Resource, policy: &Policy, index: usize) -> Value {
    let sent = resource.to_apply(&policy.scheme.stamp(resource), &[], resource.namespace());
    let mut owned = fields(&sent, "");
    for known in ["f:apiVersion", "f:kind"] {
        owned.as_object_mut().expect("a map").remove(known);
    }
    for known in ["f:name", "f:namespace"] {
        owned["f:metadata"].as_object_mut().expect("a map").remove(known);
    }
    let mut live = sent;
    if index.is_multiple_of(OBJECTS / EDITED) {
        // The edit takes the field.
        live["spec"]["replicas"] = json!(9);
        owned["f:spec"].as_object_mut().expect("a map").remove("f:replicas");
    }
    live["metadata"]["annotations"]["deployment.kubernetes.io/revision"] = json!("1");
    live["metadata"]["uid"] = json!(format!("uid-{index}"));
    live["metadata"]["resourceVersion"] = json!(index.to_string());
    live["status"] = json!({ "replicas": 2, "readyReplicas": 2, "observedGeneration": 1 });
    live["metadata"]["managedFields"] = json!([
        {
            "manager": policy.actor.field_manager(), "operation": "Apply", "apiVersion": resource.api_version(),
            "time": "2026-01-02T03:04:05Z", "fieldsType": "FieldsV1", "fieldsV1": owned,
        },
        {
            "manager": "kube-controller-manager", "operation": "Update", "apiVersion": resource.api_version(),
            "time": "2026-01-02T03:04:06Z", "fieldsType": "FieldsV1",
            "fieldsV1": { "f:metadata": { "f:annotations": { "f:deployment.kubernetes.io/revision": {} } } },
        },
        {
            "manager": "kube-controller-manager", "operation": "Update", "apiVersion": resource.api_version(),
            "time": "2026-01-02T03:04:07Z", "fieldsType": "FieldsV1", "subresource": "status",
            "fieldsV1": { "f:status": { "f:replicas": {}, "f:readyReplicas": {}, "f:observedGeneration": {} } },
        },
    ]);
    live
}

fn fields(value: &Value, list: &str) -> Value {
    let keys: &[&str] = match list {
        "containers" | "env" => &["name"],
        "ports" => &["containerPort", "protocol"],
        _ => &[],
    };
    match value {
        Value::Object(map) => map.iter().map(|(name, value)| (format!("f:{name}"), fields(value, name))).collect(),
        Value::Array(items) if !keys.is_empty() => items
            .iter()
            .map(|item| {
                let named: Map<_, _> = keys.iter().map(|key| ((*key).to_owned(), item[key].clone())).collect();
                let mut owned = fields(item, "");
                owned["."] = json!({});
                (format!("k:{}", Value::Object(named)), owned)
            })
            .collect(),
        _ => json!({}),
    }
}
