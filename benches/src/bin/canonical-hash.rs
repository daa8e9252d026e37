//! `canonical-hash`: how many declarations one core hashes in a second.
//!
//! Deployments of 1.5 KiB, no two the same. `fresh`: each is hashed right after it was made, as when manifests are read. `swept`: 10,000
//! are made first and hashed afterwards, so that each has left the caches. Only the hashing is timed. Beside them, over the same
//! declarations swept: what it takes to write them as JSON in whatever order (`plain_json`), the canonical form of the library
//! for RFC 8785 with the same digest (`library`), and the hash of qontract-reconcile (`qontract`). Five rounds, median.
//!
//! What bounds it: a tree of JSON is some two hundred places in memory, and swept each of them is a miss.
#![expect(clippy::expect_used, reason = "a figure of declarations that are refused is worth nothing")]

use std::hint::black_box;
use std::time::{Duration, Instant};

use benches::{Bound, Figure};
use cluster_resources::id::Origin;
use cluster_resources::resource::Resource;
use cluster_resources::stamp::qontract;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

const OBJECTS: usize = 10_000;
const ROUNDS: usize = 5;
const GOAL: f64 = 100_000.0;

fn main() {
    let bodies: Vec<Value> = (0..OBJECTS).map(deployment).collect();
    let make = |body: &Value| Resource::new(body.clone(), Origin::default()).expect("a declaration");
    let (mut fresh, mut swept, mut plain, mut library, mut python) = (vec![], vec![], vec![], vec![], vec![]);
    for _ in 0..ROUNDS {
        let mut spent = Duration::ZERO;
        for body in &bodies {
            let resource = make(body);
            let begun = Instant::now();
            black_box(resource.hash());
            spent += begun.elapsed();
        }
        fresh.push(rate(spent));
        let resources: Vec<Resource> = bodies.iter().map(make).collect();
        swept.push(sweep(&resources, |resource| {
            black_box(resource.hash());
        }));
        plain.push(sweep(&resources, |resource| {
            black_box(serde_json::to_vec(resource.body()).expect("JSON"));
        }));
        library.push(sweep(&resources, |resource| {
            let canonical = serde_json_canonicalizer::to_vec(resource.body()).expect("JSON");
            black_box(Sha256::digest(canonical));
        }));
        python.push(sweep(&resources, |resource| {
            black_box(qontract::sha256sum(resource.body()));
        }));
    }
    Figure::new(
        "canonical-hash",
        "1/s",
        "10,000 Deployments of 1.5 KiB, one core, 5 rounds, median; only the hashing is timed",
    )
    .with_rounds("fresh", fresh, Bound::AtLeast(GOAL))
    .with_rounds("swept", swept, Bound::AtLeast(GOAL))
    .with_rounds("plain_json", plain, Bound::Beside)
    .with_rounds("library", library, Bound::Beside)
    .with_rounds("qontract", python, Bound::Beside)
    .print();
}

fn sweep(resources: &[Resource], each: impl FnMut(&Resource)) -> f64 {
    let begun = Instant::now();
    resources.iter().for_each(each);
    rate(begun.elapsed())
}

#[expect(clippy::cast_precision_loss, reason = "a count of some thousands")]
fn rate(spent: Duration) -> f64 {
    OBJECTS as f64 / spent.as_secs_f64()
}

fn deployment(number: usize) -> Value {
    let name = format!("app-{number}");
    let labels = json!({"app.kubernetes.io/name": "app", "app.kubernetes.io/instance": name});
    json!({
        "apiVersion": "apps/v1", "kind": "Deployment",
        "metadata": {
            "name": name, "namespace": "shop",
            "labels": {
                "app.kubernetes.io/name": "app", "app.kubernetes.io/instance": name,
                "app.kubernetes.io/version": "1.2.3", "team": "shop",
            },
            "annotations": {"example.com/owner": "team-shop", "example.com/runbook": "https://runbooks.example.com/app"},
        },
        "spec": {
            "replicas": 3, "revisionHistoryLimit": 5, "selector": {"matchLabels": labels},
            "strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": "25%", "maxUnavailable": 0}},
            "template": {"metadata": {"labels": labels}, "spec": {
                "serviceAccountName": "app", "terminationGracePeriodSeconds": 30,
                "securityContext": {"runAsNonRoot": true, "seccompProfile": {"type": "RuntimeDefault"}},
                "containers": [{
                    "name": "app", "image": "registry.example.com/shop/app:1.2.3", "args": ["--listen=:8080", "--log=json"],
                    "env": [
                        {"name": "DB_HOST", "value": "db.shop.svc"},
                        {"name": "DB_PASSWORD", "valueFrom": {"secretKeyRef": {"name": "db", "key": "password"}}},
                        {"name": "POD_NAME", "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}},
                    ],
                    "ports": [{"name": "http", "containerPort": 8080}, {"name": "metrics", "containerPort": 9090}],
                    "resources": {"requests": {"cpu": "100m", "memory": "128Mi"}, "limits": {"memory": "256Mi"}},
                    "readinessProbe": {"httpGet": {"path": "/ready", "port": "http"}, "periodSeconds": 5},
                    "livenessProbe": {"httpGet": {"path": "/live", "port": "http"}, "periodSeconds": 10},
                    "volumeMounts": [{"name": "config", "mountPath": "/etc/app"}],
                }],
                "volumes": [{"name": "config", "configMap": {"name": "app"}}],
            }},
        },
    })
}
