//! Watching a cluster.

use std::time::Duration;

use fake_cluster::api::Verb;
use fake_cluster::faults::{Effect, Fault};
use fake_cluster::server::FakeCluster;
use kube::api::{Api, DynamicObject, Patch, PatchParams};
use kube::core::{ApiResource, GroupVersionKind};

use super::*;
use crate::clusters::StaticClusters;
use crate::outcome::{Applied, Done, Outcome, Quiet, RunOutcome};
use crate::plan::{Action, LiveVersion};

fn clusters(cluster: &FakeCluster) -> StaticClusters {
    StaticClusters::new().with("one", cluster.client().unwrap())
}

fn quick() -> WaitOptions {
    let mut options = WaitOptions::default().with_deadline(Duration::from_secs(20)).with_failed_for(Duration::ZERO);
    options.retry_after = (Duration::from_millis(5), Duration::from_millis(50));
    options
}

fn deployment(name: &str) -> Value {
    json!({
        "apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": name, "namespace": "default"},
        "spec": {"replicas": 1, "selector": {"matchLabels": {"app": name}}, "template": {
            "metadata": {"labels": {"app": name}},
            "spec": {"containers": [{"name": "c", "image": "i"}]},
        }},
    })
}

fn api(cluster: &FakeCluster, group: &str, kind: &str, plural: &str) -> Api<DynamicObject> {
    let resource = ApiResource::from_gvk_with_plural(&GroupVersionKind::gvk(group, "v1", kind), plural);
    Api::namespaced_with(cluster.client().unwrap(), "default", &resource)
}

async fn say(api: &Api<DynamicObject>, name: &str, status: Value) {
    let patch = Patch::Merge(json!({"status": status}));
    api.patch_status(name, &PatchParams::default(), &patch).await.unwrap();
}

fn available(generation: i64) -> Value {
    json!({
        "observedGeneration": generation, "replicas": 1, "updatedReplicas": 1, "availableReplicas": 1, "readyReplicas": 1,
        "conditions": [{"type": "Available", "status": "True"}],
    })
}

fn applied(object: &Value) -> Target {
    let meta = &object["metadata"];
    target("Deployment.apps", meta["name"].as_str().unwrap())
        .in_version("apps/v1")
        .since(Baseline::new(meta["uid"].as_str().unwrap(), meta["generation"].as_i64()))
}

/// Waits until the sink was told this often that something became so.
async fn told_of(told: &Told, text: &str) {
    for _ in 0..2000 {
        if told.all().iter().any(|line| line.contains(text)) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!("never told of {text}: {:?}", told.all());
}

#[tokio::test]
async fn an_old_status_does_not_pass_and_a_new_one_does() {
    let cluster = FakeCluster::start().await.unwrap();
    cluster.create(deployment("app")).unwrap();
    let deployments = api(&cluster, "apps", "Deployment", "deployments");
    say(&deployments, "app", available(1)).await;
    // A change after which everything looks as ready as before.
    let patch = Patch::Merge(json!({"spec": {"template": {"spec": {"containers": [{"name": "c", "image": "new"}]}}}}));
    let changed = deployments.patch("app", &PatchParams::default(), &patch).await.unwrap();
    let targets = [applied(&serde_json::to_value(&changed).unwrap())];
    let (told, clusters, options, cancel) = (Told::default(), clusters(&cluster), quick(), CancellationToken::new());
    let wait = wait_ready(&targets, &clusters, &options, &told, &cancel);
    let change = async {
        told_of(&told, "its controller has seen generation 1, and 2 was applied").await;
        say(&deployments, "app", available(2)).await;
    };
    let (outcomes, ()) = tokio::join!(wait, change);
    assert_eq!(results(&outcomes), [("app", &Waited::Ready)]);
    cluster.shutdown().await;
}

#[tokio::test]
async fn objects_of_a_kind_and_place_share_one_watch() {
    let cluster = FakeCluster::start().await.unwrap();
    let targets: Vec<Target> =
        (0..20).map(|index| applied(&cluster.create(deployment(&format!("app-{index}"))).unwrap())).collect();
    let deployments = api(&cluster, "apps", "Deployment", "deployments");
    let (told, clusters, options, cancel) = (Told::default(), clusters(&cluster), quick(), CancellationToken::new());
    let (lists, watches) = (cluster.counters().requests(Verb::List), cluster.counters().requests(Verb::Watch));
    let wait = wait_ready(&targets, &clusters, &options, &told, &cancel);
    let change = async {
        told_of(&told, "app-19 inProgress").await;
        for index in 0..20 {
            say(&deployments, &format!("app-{index}"), available(1)).await;
        }
    };
    let (outcomes, ()) = tokio::join!(wait, change);
    assert!(outcomes.iter().all(ReadyOutcome::is_ready));
    assert_eq!(cluster.counters().requests(Verb::List) - lists, 1);
    assert_eq!(cluster.counters().requests(Verb::Watch) - watches, 1);
    assert!(cluster.counters().requests(Verb::Get) <= 2, "discovery asks, and nothing is polled");
    cluster.shutdown().await;
}

#[tokio::test]
async fn a_watch_whose_history_is_gone_lists_again() {
    let cluster = FakeCluster::start().await.unwrap();
    let targets = [applied(&cluster.create(deployment("app")).unwrap())];
    cluster.faults().add(Fault::new(Effect::ExpiredWatch).on_resource("deployments").times(2));
    let deployments = api(&cluster, "apps", "Deployment", "deployments");
    let (told, clusters, options, cancel) = (Told::default(), clusters(&cluster), quick(), CancellationToken::new());
    let wait = wait_ready(&targets, &clusters, &options, &told, &cancel);
    let change = async {
        told_of(&told, "app inProgress").await;
        say(&deployments, "app", available(1)).await;
    };
    let (outcomes, ()) = tokio::join!(wait, change);
    assert_eq!(results(&outcomes), [("app", &Waited::Ready)]);
    cluster.shutdown().await;
}

#[tokio::test]
async fn broken_watches_are_opened_again() {
    let cluster = FakeCluster::start().await.unwrap();
    let targets = [applied(&cluster.create(deployment("app")).unwrap())];
    for effect in [Effect::unavailable(), Effect::internal_error("broken"), Effect::Reset] {
        cluster.faults().add(Fault::new(effect).on_resource("deployments").times(2));
    }
    let deployments = api(&cluster, "apps", "Deployment", "deployments");
    let (told, clusters, options, cancel) = (Told::default(), clusters(&cluster), quick(), CancellationToken::new());
    let wait = wait_ready(&targets, &clusters, &options, &told, &cancel);
    let change = async {
        told_of(&told, "app inProgress").await;
        cluster.reset_connections();
        cluster.faults().clear();
        loop {
            // The connection of this very request may be among those that were reset.
            let patch = Patch::Merge(json!({"status": available(1)}));
            if deployments.patch_status("app", &PatchParams::default(), &patch).await.is_ok() {
                break;
            }
        }
    };
    let (outcomes, ()) = tokio::join!(wait, change);
    assert_eq!(results(&outcomes), [("app", &Waited::Ready)]);
    assert!(told.all().iter().any(|line| line.contains("it cannot be looked at")), "{:?}", told.all());
    cluster.shutdown().await;
}

#[tokio::test]
async fn what_may_not_be_watched_is_told_and_holds_nothing_up() {
    use fake_cluster::api::Status;
    let cluster = FakeCluster::start().await.unwrap();
    let made = cluster.create(deployment("app")).unwrap();
    let refusal = Status::other(403, "Forbidden", "deployments.apps is forbidden");
    cluster.faults().add(Fault::new(Effect::Refuse(refusal)).on_resource("deployments"));
    let targets = [applied(&made), applied(&made), target("Secret", "data").since(Baseline::new("u", None))];
    let (clusters, options, cancel) = (clusters(&cluster), quick(), CancellationToken::new());
    let outcomes = wait_ready(&targets, &clusters, &options, &Quiet, &cancel).await;
    let Waited::Unwatchable(issue) = &outcomes[0].result else { panic!("{outcomes:?}") };
    assert_eq!(issue.class, IssueClass::Forbidden);
    assert_eq!(issue.reach.to_string(), "[one/default] Deployment.apps");
    assert!(issue.message.contains("forbidden"), "{}", issue.message);
    assert!(outcomes[2].is_ready());
    cluster.shutdown().await;
}

#[tokio::test]
async fn one_cluster_out_of_reach_does_not_keep_the_others() {
    let cluster = FakeCluster::start().await.unwrap();
    cluster.create(deployment("app")).unwrap();
    say(&api(&cluster, "apps", "Deployment", "deployments"), "app", available(1)).await;
    let mut elsewhere = target("Deployment.apps", "app");
    elsewhere.id.cluster = "two".into();
    let targets = [elsewhere, target("Deployment.apps", "app")];
    let (clusters, options, cancel) = (clusters(&cluster), quick(), CancellationToken::new());
    let outcomes = wait_ready(&targets, &clusters, &options, &Quiet, &cancel).await;
    assert!(matches!(&outcomes[0].result, Waited::Unwatchable(issue) if issue.class == IssueClass::Unreachable));
    assert!(outcomes[1].is_ready());
    cluster.shutdown().await;
}

#[tokio::test]
async fn what_failed_says_what_others_say_of_it() {
    let cluster = FakeCluster::start().await.unwrap();
    let made = cluster.create(deployment("app")).unwrap();
    cluster
        .create(json!({
            "apiVersion": "v1", "kind": "Event", "metadata": {"name": "e", "namespace": "default"}, "type": "Warning",
            "reason": "FailedCreate", "message": "exceeded quota", "lastTimestamp": "2026-01-01T00:00:00Z",
            "involvedObject": {"kind": "Deployment", "name": "app", "namespace": "default", "uid": made["metadata"]["uid"]},
        }))
        .unwrap();
    cluster
        .create(json!({
            "apiVersion": "v1", "kind": "Pod", "metadata": {"name": "app-1", "namespace": "default", "labels": {"app": "app"}},
            "spec": {"containers": [{"name": "c", "image": "i"}]},
        }))
        .unwrap();
    let waiting = json!({"containerStatuses": [{
        "name": "c", "image": "i", "imageID": "", "ready": false, "restartCount": 0,
        "state": {"waiting": {"reason": "ImagePullBackOff", "message": "no such image"}},
    }]});
    say(&api(&cluster, "", "Pod", "pods"), "app-1", waiting).await;
    let stuck = json!({"observedGeneration": 1, "conditions": [
        {"type": "Progressing", "status": "False", "reason": "ProgressDeadlineExceeded", "message": "too slow"},
    ]});
    say(&api(&cluster, "apps", "Deployment", "deployments"), "app", stuck).await;
    let (clusters, options, cancel) = (clusters(&cluster), quick(), CancellationToken::new());
    let outcomes = wait_ready(&[applied(&made)], &clusters, &options, &Quiet, &cancel).await;
    assert_eq!(results(&outcomes), [("app", &Waited::Failed)]);
    let expected = ["FailedCreate: exceeded quota", "pod app-1: container c: ImagePullBackOff: no such image"];
    assert_eq!(outcomes[0].details, expected);
    assert_eq!(
        outcomes[0].issue().unwrap().message,
        "it failed: too slow (ProgressDeadlineExceeded): FailedCreate: exceeded quota; \
         pod app-1: container c: ImagePullBackOff: no such image",
    );
    cluster.shutdown().await;
}

#[tokio::test]
async fn a_claim_is_waited_for_once_a_pod_mounts_it() {
    let cluster = FakeCluster::start().await.unwrap();
    // The fake does not serve StorageClasses.
    for (class, mode) in [("late", "WaitForFirstConsumer"), ("soon", "Immediate")] {
        let body = json!({
            "apiVersion": "storage.k8s.io/v1", "kind": "StorageClass", "metadata": {"name": class}, "volumeBindingMode": mode,
        });
        let reply = Effect::Reply { code: 200, content_type: "application/json".into(), body: body.to_string() };
        cluster.faults().add(Fault::new(reply).on_path(format!("/apis/storage.k8s.io/v1/storageclasses/{class}")));
    }
    cluster
        .create(json!({
            "apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p", "namespace": "default"},
            "spec": {
                "containers": [{"name": "c", "image": "i"}],
                "volumes": [{"name": "v", "persistentVolumeClaim": {"claimName": "mounted"}}],
            },
        }))
        .unwrap();
    let access = crate::clusters::ClusterAccess::new(cluster.client().unwrap());
    let mut claims = super::super::claims::Claims::new(access, "default");
    for (name, class, phase, unused) in [
        ("mounted", "late", "Pending", false),
        ("free", "late", "Pending", true),
        ("free", "late", "Bound", false),
        ("free", "late", "Lost", false),
        ("free", "soon", "Pending", false),
        ("free", "nobody-knows", "Pending", false),
        ("free", "", "Pending", false),
    ] {
        let claim =
            json!({"metadata": {"name": name}, "spec": {"storageClassName": class}, "status": {"phase": phase}});
        assert_eq!(claims.is_unused(&claim).await, unused, "{name} {class} {phase}");
    }
    cluster.shutdown().await;
}

fn done(name: &str, action: Action, result: Done) -> Outcome {
    Outcome {
        id: target("Deployment.apps", name).id,
        action,
        result,
        attempts: 1,
        millis: 1,
        warnings: Vec::new(),
        notes: Vec::new(),
        predicted: None,
        privileged: false,
    }
}

fn was(how: Applied, generation: i64) -> Done {
    Done::Applied { how, version: LiveVersion::new("u", "1"), generation: Some(generation) }
}

#[test]
fn only_what_the_run_changed_is_waited_for() {
    let run = RunOutcome {
        outcomes: vec![
            done("created", Action::Create, was(Applied::Created, 1)),
            done("unchanged", Action::Update, was(Applied::Unchanged, 4)),
            done("in-sync", Action::Unchanged, Done::Skipped("as declared".into())),
            done("deleted", Action::Delete, Done::Deleted { already: false }),
            done("not-attempted", Action::Update, Done::NotAttempted("stopped".into())),
            done("restarted", Action::Update, was(Applied::Configured, 2)),
            done("restarted", Action::Restart, was(Applied::Configured, 3)),
        ],
        ..RunOutcome::default()
    };
    let names = |options: &WaitOptions| -> Vec<(String, Option<i64>)> {
        targets_of(&run, options)
            .into_iter()
            .map(|target| (target.id.name.to_string(), target.baseline.generation))
            .collect()
    };
    assert_eq!(names(&quick()), [("created".into(), Some(1)), ("restarted".into(), Some(3))]);
    let all: Vec<String> = names(&quick().with_unchanged()).into_iter().map(|(name, _)| name).collect();
    assert_eq!(all, ["created", "in-sync", "restarted", "unchanged"]);
}

#[tokio::test]
async fn what_a_run_realized_is_validated_from_the_version_it_made() {
    let cluster = FakeCluster::start().await.unwrap();
    let made = cluster.create(deployment("app")).unwrap();
    say(&api(&cluster, "apps", "Deployment", "deployments"), "app", available(1)).await;
    let version = LiveVersion::new(made["metadata"]["uid"].as_str().unwrap(), "1");
    let result = Done::Applied { how: Applied::Created, version, generation: Some(1) };
    let mut run = RunOutcome { outcomes: vec![done("app", Action::Create, result)], ..RunOutcome::default() };
    let (clusters, options, cancel) = (clusters(&cluster), quick(), CancellationToken::new());
    let outcomes = validate_realized_data(&run, &clusters, &options, &Quiet, &cancel).await;
    assert_eq!(results(&outcomes), [("app", &Waited::Ready)]);
    run.dry_run = true;
    assert_eq!(validate_realized_data(&run, &clusters, &options, &Quiet, &cancel).await, []);
    cluster.shutdown().await;
}

#[tokio::test]
async fn nothing_is_left_open_when_waiting_is_dropped() {
    let cluster = FakeCluster::start().await.unwrap();
    let targets = [applied(&cluster.create(deployment("app")).unwrap())];
    let watched = {
        let (told, clusters, options, cancel) =
            (Told::default(), clusters(&cluster), quick(), CancellationToken::new());
        let wait = wait_ready(&targets, &clusters, &options, &told, &cancel);
        let seen = told_of(&told, "app inProgress");
        tokio::select! {
            _ = wait => panic!("it cannot be ready"),
            () = seen => cluster.open_connections(),
        }
    };
    assert!(watched > 0);
    for _ in 0..2000 {
        if cluster.open_connections() == 0 {
            return cluster.shutdown().await;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!("{} connections are left", cluster.open_connections());
}
