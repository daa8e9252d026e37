//! Everything together: a declaration changes, what reads it restarts, and is waited for.

use tokio_util::sync::CancellationToken;

use super::*;
use crate::clusters::StaticClusters;
use crate::desired::{Desired, DesiredBucket};
use crate::execute::{RealizeOptions, Realized, realize};
use crate::id::Origin;
use crate::outcome::{Applied, Done, Quiet};
use crate::policy::Actor;
use crate::resource::Resource;
use crate::wait::{WaitOptions, validate_realized_data};

fn declare(objects: &[Value]) -> DesiredSet {
    let mut buckets: BTreeMap<BucketId, DesiredBucket> = BTreeMap::new();
    for object in objects {
        let resource = Resource::new(object.clone(), Origin::default()).unwrap();
        let id = BucketId::new("one", resource.namespace(), resource.kind_and_group().clone());
        buckets.entry(id).or_default().objects.insert(resource.name().into(), Desired::new(resource));
    }
    let mut desired = DesiredSet::default();
    desired.buckets.extend(buckets.into_iter().map(|(id, bucket)| (id, Arc::new(bucket))));
    desired
}

fn secret(value: &str, label: &str) -> Value {
    json!({
        "apiVersion": "v1", "kind": "Secret", "stringData": {"password": value},
        "metadata": {
            "name": "db", "namespace": "default", "labels": {"team": label}, "annotations": {"mooring.dev/restart": "true"},
        },
    })
}

fn app(image: &str) -> Value {
    let mut app = deployment("app");
    app["spec"]["template"]["spec"] = json!({"containers": [{"name": "c", "image": image}], "volumes": [{
        "name": "v", "projected": {"sources": [{"secret": {"name": "db"}}]},
    }]});
    app
}

async fn run(cluster: &FakeCluster, objects: &[Value], options: &RealizeOptions) -> Realized {
    let clusters = StaticClusters::new().with("one", cluster.client().unwrap());
    let policy = Policy::new(Actor::new("mooring", "app", "1.0.0"));
    realize(&declare(objects), &clusters, &policy, options, &Quiet, CancellationToken::new()).await
}

fn restarts(realized: &Realized) -> usize {
    realized.plan.items.iter().filter(|item| item.action == Action::Restart).count()
}

#[tokio::test]
async fn a_changed_secret_restarts_what_reads_it_once_and_nothing_fights_over_it() {
    let cluster = FakeCluster::start().await.unwrap();
    let wet = RealizeOptions::wet();
    let first = run(&cluster, &[secret("sentinel-one", "a"), app("i:1")], &wet).await;
    assert_eq!((first.outcome.counts().created, restarts(&first)), (2, 0), "{:#?}", first.outcome);
    let mut live = serde_json::to_value(deployments(&cluster).get("app").await.unwrap()).unwrap();
    live["apiVersion"] = json!("apps/v1");
    live["kind"] = json!("Deployment");
    let set = cluster.create(owned_by(&live, replica_set("app-1"))).unwrap();
    cluster.create(owned_by(&set, pod("app-1-a", mounts("db")))).unwrap();

    let relabelled = run(&cluster, &[secret("sentinel-one", "b"), app("i:1")], &wet).await;
    assert_eq!((relabelled.outcome.counts().configured, restarts(&relabelled)), (1, 0), "labels restart nothing");

    let shown = run(&cluster, &[secret("sentinel-two", "b"), app("i:1")], &RealizeOptions::default()).await;
    assert_eq!(restarts(&shown), 1, "a dry run shows the restart");
    let now = deployments(&cluster).get("app").await.unwrap();
    assert_eq!(annotations(&now), Value::Null, "and does not do it");

    let changed = run(&cluster, &[secret("sentinel-two", "b"), app("i:1")], &wet).await;
    assert_eq!(restarts(&changed), 1);
    let done = changed.outcome.outcomes.iter().find(|outcome| outcome.action == Action::Restart).unwrap();
    assert!(
        matches!(&done.result, Done::Applied { how: Applied::Configured, generation: Some(2), .. }),
        "{:#?}",
        changed.outcome
    );

    // The rollout of the restart is what is waited for, and not the status from before it.
    let status = |generation: i64| {
        json!({
            "observedGeneration": generation, "replicas": 1, "updatedReplicas": 1, "availableReplicas": 1, "readyReplicas": 1,
            "conditions": [{"type": "Available", "status": "True"}],
        })
    };
    let clusters = StaticClusters::new().with("one", cluster.client().unwrap());
    let cancel = CancellationToken::new();
    for (generation, ready) in [(1, false), (2, true)] {
        let patch = Patch::Merge(json!({"status": status(generation)}));
        deployments(&cluster).patch_status("app", &PatchParams::default(), &patch).await.unwrap();
        let options = WaitOptions::default().with_deadline(Duration::from_millis(if ready { 20_000 } else { 300 }));
        let outcomes = validate_realized_data(&changed.outcome, &clusters, &options, &Quiet, &cancel).await;
        let app = outcomes.iter().find(|outcome| &*outcome.id.name == "app").unwrap();
        assert_eq!(app.is_ready(), ready, "{app:?}");
    }

    let again = run(&cluster, &[secret("sentinel-two", "b"), app("i:1")], &wet).await;
    assert_eq!((again.outcome.counts().unchanged, again.plan.items.len()), (2, 2), "{:#?}", again.plan.items);
    assert!(again.plan.items.iter().all(|item| item.foreign.is_empty()), "a restart is nothing foreign");

    let rolled = run(&cluster, &[secret("sentinel-three", "b"), app("i:2")], &wet).await;
    assert_eq!((rolled.outcome.counts().configured, restarts(&rolled)), (2, 0), "a rollout is a restart");
    let said = format!("{:?}", [first, relabelled, shown, changed, again, rolled]);
    assert!(!said.contains("sentinel") && !said.contains("c2VudGluZW"), "no secret is told");
    cluster.shutdown().await;
}
