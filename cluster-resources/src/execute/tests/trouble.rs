use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use fake_cluster::api::Verb;
use fake_cluster::faults::{Effect, Fault};
use serde_json::{Value, json};

use super::world::{World, config_map, path, results};
use crate::clusters::{ClusterAccess, Clusters, StaticClusters};
use crate::issue::{Issue, IssueClass, Reach};
use crate::outcome::{Done, Event, EventSink, ExitStatus};
use crate::resource::Resource;
use crate::stamp::{Ownership, Stamp, StampScheme};

#[tokio::test]
async fn a_failure_that_passes_is_tried_again() {
    let mut world = World::new(1).await;
    let id = world.declare("c0", config_map("one", "key", "value"));
    world.fakes[0].faults().add(Fault::new(Effect::unavailable()).on_verb(Verb::Patch).times(2));
    let outcome = world.run(vec![world.create(&id)]).await;
    assert!(matches!(outcome.outcomes[0].result, Done::Applied { .. }), "{outcome:?}");
    assert_eq!(outcome.outcomes[0].attempts, 3);
    world.end().await;
}

#[tokio::test]
async fn a_failure_that_stays_is_tried_so_often_and_said() {
    let mut world = World::new(1).await;
    world.options.retries = 2;
    let id = world.declare("c0", config_map("one", "key", "value"));
    world.fakes[0].faults().add(Fault::new(Effect::unavailable()).on_verb(Verb::Patch));
    let outcome = world.run(vec![world.create(&id)]).await;
    assert!(matches!(outcome.outcomes[0].result, Done::Failed { absent: false, .. }), "{outcome:?}");
    assert_eq!((outcome.outcomes[0].attempts, outcome.exit_status()), (3, ExitStatus::Error));
    assert_eq!(outcome.counts().written(), 0);
    world.end().await;
}

/// Counts what was done in other clusters while one throttles.
struct Race {
    left: AtomicUsize,
    throttled_done: AtomicUsize,
    others_done_first: AtomicUsize,
}

impl EventSink for Race {
    fn event(&self, event: &Event) {
        if let Event::Finished(outcome) = event {
            self.left.fetch_sub(1, Ordering::SeqCst);
            if &*outcome.id.cluster == "c0" {
                self.throttled_done.fetch_add(1, Ordering::SeqCst);
            } else if self.throttled_done.load(Ordering::SeqCst) < 4 {
                self.others_done_first.fetch_add(1, Ordering::SeqCst);
            }
        }
    }
}

#[tokio::test]
async fn a_cluster_that_throttles_holds_nobody_else_up() {
    let mut world = World::new(3).await;
    world.options.total = 4;
    let ids: Vec<_> = (0..30)
        .map(|at| world.declare(["c0", "c1", "c2"][at % 3], config_map(&format!("m{at}"), "key", "value")))
        .collect();
    let items: Vec<_> = ids.iter().map(|id| world.create(id)).collect();
    let storm = world.fakes[0].faults().add(Fault::new(Effect::too_many_requests(1)).on_verb(Verb::Patch).times(6));
    let race = Race {
        left: AtomicUsize::new(30),
        throttled_done: AtomicUsize::new(0),
        others_done_first: AtomicUsize::new(0),
    };
    let plan = super::world::plan(items);
    let outcome = crate::execute::execute(
        &plan,
        &world.desired,
        &world.clusters,
        &world.policy,
        &world.options,
        &race,
        world.cancel.clone(),
    )
    .await;
    assert_eq!(outcome.counts().created, 30, "{outcome:?}");
    assert!(storm.hits() >= 1);
    assert_eq!(race.others_done_first.load(Ordering::SeqCst), 20, "the others were done before");
    assert_eq!(race.left.load(Ordering::SeqCst), 0);
    world.end().await;
}

#[tokio::test]
async fn a_cluster_that_dies_half_way_is_partial_and_another_run_converges() {
    let mut world = World::new(2).await;
    world.options.retries = 1;
    world.options.per_cluster = 1;
    let ids: Vec<_> =
        (0..8).map(|at| world.declare(["c0", "c1"][at % 2], config_map(&format!("m{at}"), "key", "value"))).collect();
    let items: Vec<_> = ids.iter().map(|id| world.create(id)).collect();
    let death = world.fakes[1].faults().add(Fault::new(Effect::Reset).on_verb(Verb::Patch).after(2));
    let outcome = world.run(items.clone()).await;
    assert_eq!(outcome.exit_status(), ExitStatus::Partial);
    assert_eq!((outcome.counts().created, outcome.counts().failed), (6, 2), "{outcome:?}");
    death.remove();
    let left: Vec<_> =
        outcome.outcomes.iter().zip(items).filter(|(done, _)| done.result.is_failure()).map(|(_, item)| item).collect();
    let outcome = world.run(left).await;
    assert_eq!(outcome.exit_status(), ExitStatus::Success, "{outcome:?}");
    for (at, id) in ids.iter().enumerate() {
        assert!(world.get(at % 2, &path(&id.name)).await.is_some());
    }
    world.end().await;
}

#[tokio::test]
async fn a_cluster_without_a_connection_is_blocked_alone() {
    let mut world = World::new(1).await;
    let here = world.declare("c0", config_map("here", "key", "value"));
    let away = world.declare("away", config_map("away", "key", "value"));
    let left_out = world.declare("out", config_map("out", "key", "value"));
    let info = Issue {
        severity: crate::issue::Severity::Info,
        ..Issue::error(Reach::Cluster("out".into()), IssueClass::Unreachable, "left out")
    };
    world.clusters = StaticClusters::new().with("c0", world.clients[0].clone()).without("out", info);
    let outcome = world.run(vec![world.create(&here), world.create(&away), world.create(&left_out)]).await;
    let results = results(&outcome);
    assert!(matches!(results["here"], Done::Applied { .. }));
    assert!(matches!(results["away"], Done::Blocked(issue) if issue.class == IssueClass::Unreachable));
    assert!(matches!(results["out"], Done::Skipped(why) if why == "left out"));
    assert_eq!(outcome.exit_status(), ExitStatus::Partial);
    world.end().await;
}

/// Panics over one object.
#[derive(Debug)]
struct Trap(Arc<dyn StampScheme>);

impl StampScheme for Trap {
    fn hash(&self, resource: &Resource) -> Arc<str> {
        self.0.hash(resource)
    }

    fn stamp(&self, resource: &Resource) -> Vec<(String, String)> {
        assert_ne!(resource.name(), "trap", "sentinel");
        self.0.stamp(resource)
    }

    fn read(&self, live: &Value) -> Stamp {
        self.0.read(live)
    }

    fn ownership(&self, live: &Value, caller: Option<&str>) -> Ownership {
        self.0.ownership(live, caller)
    }

    fn is_mark(&self, annotation: &str) -> bool {
        self.0.is_mark(annotation)
    }
}

/// WR-5
#[tokio::test]
async fn what_panics_fails_alone() {
    let mut world = World::new(1).await;
    let scheme = Trap(Arc::clone(&world.policy.scheme));
    world.policy = world.policy.clone().with_scheme(scheme);
    let trap = world.declare("c0", config_map("trap", "key", "value"));
    let fine = world.declare("c0", config_map("fine", "key", "value"));
    let outcome = world.run(vec![world.create(&trap), world.create(&fine)]).await;
    let results = results(&outcome);
    assert!(
        matches!(results["trap"], Done::Failed { issue, .. } if !issue.message.contains("sentinel")),
        "{outcome:?}"
    );
    assert!(matches!(results["fine"], Done::Applied { .. }));
    world.end().await;
}

/// Never has a connection for the second cluster.
struct Slow {
    inner: StaticClusters,
}

#[async_trait]
impl Clusters for Slow {
    async fn access(&self, cluster: &str, privileged: bool) -> Result<ClusterAccess, Issue> {
        if cluster == "slow" {
            std::future::pending::<()>().await;
        }
        self.inner.access(cluster, privileged).await
    }
}

#[tokio::test]
async fn clusters_do_not_wait_for_each_other() {
    let mut world = World::new(1).await;
    let here = world.declare("c0", config_map("here", "key", "value"));
    let slow = world.declare("slow", config_map("slow", "key", "value"));
    let clusters = Slow { inner: world.clusters.clone() };
    let plan = super::world::plan(vec![world.create(&slow), world.create(&here)]);
    let run = crate::execute::execute(
        &plan,
        &world.desired,
        &clusters,
        &world.policy,
        &world.options,
        &world.seen,
        world.cancel.clone(),
    );
    let done = async {
        while world.seen.finished.lock().unwrap().is_empty() {
            tokio::task::yield_now().await;
        }
    };
    tokio::select! {
        outcome = run => panic!("{outcome:?}"),
        () = done => {}
    }
    assert!(world.get(0, &path("here")).await.is_some());
    world.end().await;
}

#[tokio::test]
async fn nothing_of_a_secret_is_said_when_it_is_refused() {
    let mut world = World::new(1).await;
    let id = world.declare(
        "c0",
        json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s", "namespace": "default"}, "type": "kubernetes.io/tls", "data": {"tls.crt": "c2VudGluZWw="}}),
    );
    let outcome = world.run(vec![world.create(&id)]).await;
    assert!(matches!(outcome.outcomes[0].result, Done::Failed { .. }), "{outcome:?}");
    let said = format!("{outcome:?} {}", serde_json::to_string(&outcome).unwrap());
    assert!(!said.contains("sentinel") && !said.contains("c2VudGluZWw"), "{said}");
    world.end().await;
}
