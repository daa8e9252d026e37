//! Everything together: a declaration changes, what reads it restarts, and is waited for.

use std::sync::Mutex;

use tokio_util::sync::CancellationToken;

use super::*;
use crate::clusters::StaticClusters;
use crate::desired::{Desired, DesiredBucket};
use crate::execute::{RealizeOptions, Realized, realize, realize_data};
use crate::id::Origin;
use crate::inventory::ResourceInventory;
use crate::issue::IssueClass;
use crate::outcome::{Applied, Done, Event, EventSink, ExitStatus, Quiet};
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

/// Ends the run when the object of this name was changed: before anything is restarted.
struct Dies(CancellationToken, &'static str);

impl EventSink for Dies {
    fn event(&self, event: &Event) {
        if let Event::Finished(outcome) = event
            && &*outcome.id.name == self.1
        {
            self.0.cancel();
        }
    }
}

async fn with_a_pod(cluster: &FakeCluster) {
    let first = run(cluster, &[secret("sentinel-one", "a"), app("i:1")], &RealizeOptions::wet()).await;
    assert_eq!(first.outcome.counts().created, 2, "{:#?}", first.outcome);
    let mut live = serde_json::to_value(deployments(cluster).get("app").await.unwrap()).unwrap();
    live["apiVersion"] = json!("apps/v1");
    live["kind"] = json!("Deployment");
    let set = cluster.create(owned_by(&live, replica_set("app-1"))).unwrap();
    cluster.create(owned_by(&set, pod("app-1-a", mounts("db")))).unwrap();
}

async fn note(cluster: &FakeCluster) -> Option<String> {
    let secrets = Api::<k8s_openapi::api::core::v1::Secret>::namespaced(cluster.client().unwrap(), "default");
    secrets.get_metadata("db").await.unwrap().metadata.annotations?.remove(RESTART_DUE)
}

#[tokio::test]
async fn a_restart_that_a_run_died_before_is_made_by_the_next_run() {
    let cluster = FakeCluster::start().await.unwrap();
    with_a_pod(&cluster).await;
    let changed = [secret("sentinel-two", "a"), app("i:1")];
    let clusters = StaticClusters::new().with("one", cluster.client().unwrap());
    let policy = Policy::new(Actor::new("mooring", "app", "1.0.0"));
    let dies = Dies(CancellationToken::new(), "db");
    let died = realize(&declare(&changed), &clusters, &policy, &RealizeOptions::wet(), &dies, dies.0.clone()).await;
    assert_eq!((died.outcome.counts().configured, died.outcome.counts().not_attempted), (1, 1), "{:#?}", died.outcome);
    assert!(died.outcome.issues.iter().any(|issue| issue.class == IssueClass::Unready), "{:#?}", died.outcome.issues);
    let due = note(&cluster).await.expect("the changed object says that restarts are due");

    let next = run(&cluster, &changed, &RealizeOptions::wet()).await;
    assert_eq!((restarts(&next), next.outcome.exit_status()), (1, ExitStatus::Success), "{:#?}", next.outcome);
    let now = deployments(&cluster).get("app").await.unwrap();
    assert_eq!(annotations(&now)[RESTARTED_AT], due, "it is the same restart");
    assert_eq!(note(&cluster).await, None, "and it is owed no longer");
    let writes = cluster.counters().writes();
    let again = run(&cluster, &changed, &RealizeOptions::wet()).await;
    assert_eq!((again.outcome.counts().unchanged, cluster.counters().writes()), (2, writes), "{:#?}", again.plan.items);
    cluster.shutdown().await;
}

#[tokio::test]
async fn a_note_that_could_not_be_taken_off_restarts_nothing_twice() {
    let cluster = FakeCluster::start().await.unwrap();
    with_a_pod(&cluster).await;
    let changed = [secret("sentinel-two", "a"), app("i:1")];
    let refused = fake_cluster::faults::Effect::Refuse(fake_cluster::api::Status::forbidden("", "secrets", "db", "no"));
    let fault =
        fake_cluster::faults::Fault::new(refused).on_verb(fake_cluster::api::Verb::Patch).on_resource("secrets");
    let fault = cluster.faults().add(fault.after(1));
    let first = run(&cluster, &changed, &RealizeOptions::wet()).await;
    assert_eq!(
        (restarts(&first), fault.hits(), first.outcome.exit_status()),
        (1, 1, ExitStatus::Success),
        "{first:#?}"
    );
    fault.remove();
    let restarted = deployments(&cluster).get("app").await.unwrap();
    let next = run(&cluster, &changed, &RealizeOptions::wet()).await;
    assert_eq!(next.outcome.exit_status(), ExitStatus::Success, "{next:#?}");
    let now = deployments(&cluster).get("app").await.unwrap();
    assert_eq!(now.metadata.resource_version, restarted.metadata.resource_version);
    assert_eq!(note(&cluster).await, None);
    cluster.shutdown().await;
}

/// Remembers whose readiness was told.
#[derive(Default)]
struct Waited(Mutex<Vec<String>>);

impl EventSink for Waited {
    fn event(&self, event: &Event) {
        if let Event::Readiness { id, status, .. } = event {
            self.0.lock().unwrap().push(format!("{} {status}", id.name));
        }
    }
}

#[tokio::test]
async fn realizing_data_restarts_and_waits_for_the_rollout_of_the_restart() {
    let cluster = FakeCluster::start().await.unwrap();
    with_a_pod(&cluster).await;
    let inventory = ResourceInventory::new();
    for object in [secret("sentinel-two", "a"), app("i:1")] {
        let resource = Resource::new(object, Origin::default()).unwrap();
        let kind = resource.kind_and_group().to_string();
        inventory.initialize_resource_type("one", Some("default"), &kind, None).unwrap();
        inventory.add_desired_resource("one", Some("default"), resource, false).unwrap();
    }
    let clusters = StaticClusters::new().with("one", cluster.client().unwrap());
    let policy = Policy::new(Actor::new("mooring", "app", "1.0.0"));
    let mut options = RealizeOptions::wet();
    options.wait = Some(WaitOptions::default().with_deadline(Duration::from_secs(20)));
    let waited = Waited::default();
    let rolls_out = async {
        while deployments(&cluster).get("app").await.unwrap().metadata.generation != Some(2) {
            tokio::task::yield_now().await;
        }
        let status = |generation: i64| {
            Patch::Merge(json!({"status": {
                "observedGeneration": generation, "replicas": 1, "updatedReplicas": 1, "availableReplicas": 1, "readyReplicas": 1,
                "conditions": [{"type": "Available", "status": "True"}],
            }}))
        };
        deployments(&cluster).patch_status("app", &PatchParams::default(), &status(1)).await.unwrap();
        while waited.0.lock().unwrap().is_empty() {
            tokio::task::yield_now().await;
        }
        deployments(&cluster).patch_status("app", &PatchParams::default(), &status(2)).await.unwrap();
    };
    let realizing = realize_data(&inventory, &clusters, &policy, &options, &waited, CancellationToken::new());
    let both = async { tokio::join!(realizing, rolls_out) };
    let (done, ()) = tokio::time::timeout(Duration::from_secs(30), both).await.expect("it ends");
    assert_eq!(done.outcome.exit_status(), ExitStatus::Success, "{:#?}", done.outcome);
    assert_eq!(restarts(&done), 1);
    let app = done.ready.iter().find(|ready| &*ready.id.name == "app").unwrap();
    assert!(app.is_ready(), "{app:?}");
    assert!(inventory.get_current("one", Some("default"), "Secret", "db").is_some(), "what was seen is recorded");
    cluster.shutdown().await;
}
