//! Resource sets against a cluster over HTTPS.

use std::sync::Arc;

use cluster_client::ClusterSpec as Description;
use fake_cluster::faults::{Effect, Fault};
use fake_cluster::server::FakeCluster;
use serde_json::{Value, json};

use super::testing::{call, config_map, connector, definition, described, options, read};
use super::*;
use crate::cluster::{ClusterStatus, ProviderClusterId, ProviderType};
use crate::provider::{ApplyAction, ProviderErrorKind, Remaining, ResourceSet, ResourceSets as _};

/// Always the same cluster.
struct Always(Description);

#[async_trait]
impl Describe for Always {
    async fn describe(
        &self,
        _call: &CallContext,
        _operation: &'static str,
        _known: &ClusterSpec,
    ) -> Result<Description, ProviderError> {
        Ok(self.0.clone())
    }
}

struct World {
    cluster: FakeCluster,
    reach: Arc<Reach>,
    sets: Sets,
    known: ClusterSpec,
}

impl World {
    async fn start() -> Self {
        let cluster = FakeCluster::start().await.unwrap();
        cluster.create(json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop"}})).unwrap();
        let reach = Arc::new(Reach::new(ProviderType::STANDALONE, connector(), options()));
        let sets = Sets::new(Arc::clone(&reach), Arc::new(Always(described(&cluster))));
        let id = ProviderClusterId::new("prod").unwrap();
        Self { cluster, reach, sets, known: ClusterSpec::new(id, ClusterStatus::Ready) }
    }

    async fn apply(&self, set: &ResourceSet) -> Vec<(String, ApplyAction)> {
        let report = self.sets.apply(&call(), &self.known, set).await.unwrap();
        report.objects.iter().map(|one| (one.object.name.clone(), one.action)).collect()
    }

    fn config_map(&self, name: &str) -> Option<Value> {
        read(&self.cluster, &format!("/api/v1/namespaces/shop/configmaps/{name}"))
    }

    async fn end(self) {
        self.reach.shutdown().await;
        self.cluster.shutdown().await;
    }
}

fn set(resources: Vec<Value>) -> ResourceSet {
    ResourceSet::new("base", resources)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_set_is_created_then_left_alone_then_changed_then_pruned() {
    let world = World::start().await;
    let (one, two) = (config_map("shop", "one", "a"), config_map("shop", "two", "a"));
    let both = set(vec![one.clone(), two]);
    assert_eq!(world.apply(&both).await, [("one".into(), ApplyAction::Created), ("two".into(), ApplyAction::Created)]);
    let writes = world.cluster.counters().writes();
    assert_eq!(
        world.apply(&both).await,
        [("one".into(), ApplyAction::Unchanged), ("two".into(), ApplyAction::Unchanged)]
    );
    assert_eq!(world.cluster.counters().writes(), writes, "what is as declared is not written");
    let changed = set(vec![config_map("shop", "one", "b")]);
    let outcome = world.apply(&changed).await;
    assert!(outcome.contains(&("one".into(), ApplyAction::Configured)), "{outcome:?}");
    assert!(outcome.contains(&("two".into(), ApplyAction::Pruned)), "{outcome:?}");
    assert_eq!(world.config_map("one").unwrap()["data"]["key"], "b");
    assert!(world.config_map("two").is_none());
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kind_that_left_the_set_altogether_is_pruned_in_the_same_run() {
    let world = World::start().await;
    let account =
        json!({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "robot", "namespace": "shop"}});
    world.apply(&set(vec![account, config_map("shop", "one", "a")])).await;
    let outcome = world.apply(&set(vec![config_map("shop", "one", "a")])).await;
    assert!(outcome.contains(&("robot".into(), ApplyAction::Pruned)), "{outcome:?}");
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn live_drift_is_seen_and_taken_back() {
    let world = World::start().await;
    let declared = set(vec![config_map("shop", "one", "a")]);
    world.apply(&declared).await;
    let patch = json!({"data": {"key": "edited"}});
    let path = "/api/v1/namespaces/shop/configmaps/one?fieldManager=kubectl-edit";
    world.cluster.api().request(http::Method::PATCH, path, Some(&patch)).unwrap();
    assert_eq!(world.apply(&declared).await, [("one".into(), ApplyAction::Configured)]);
    assert_eq!(world.config_map("one").unwrap()["data"]["key"], "a");
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_field_of_another_manager_is_a_conflict_unless_the_set_is_forced() {
    let world = World::start().await;
    let mut theirs = config_map("shop", "one", "theirs");
    theirs["metadata"]["labels"] = json!({"team": "theirs"});
    let path = "/api/v1/namespaces/shop/configmaps?fieldManager=other-controller";
    world.cluster.api().request(http::Method::POST, path, Some(&theirs)).unwrap();
    let ours = set(vec![config_map("shop", "one", "ours"), config_map("shop", "two", "ours")]);
    let outcome = world.apply(&ours).await;
    assert_eq!(outcome, [("one".into(), ApplyAction::Conflict), ("two".into(), ApplyAction::Created)]);
    assert_eq!(world.config_map("one").unwrap()["data"]["key"], "theirs");
    let outcome = world.apply(&ours.clone().forced()).await;
    assert_eq!(outcome[0], ("one".into(), ApplyAction::Configured));
    let live = world.config_map("one").unwrap();
    assert_eq!(live["data"]["key"], "ours");
    assert_eq!(live["metadata"]["labels"]["team"], "theirs", "fields of others stay");
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_definition_and_an_object_of_it_come_in_one_set() {
    let world = World::start().await;
    let crd = definition("shop.example.com", &["v1"], "Till", "tills", "Namespaced");
    let till = json!({
        "apiVersion": "shop.example.com/v1", "kind": "Till", "metadata": {"name": "first", "namespace": "new"},
        "spec": {"drawers": 2},
    });
    let namespace = json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "new"}});
    let outcome = world.apply(&set(vec![till, crd, namespace])).await;
    assert!(outcome.iter().all(|(_, action)| *action == ApplyAction::Created), "{outcome:?}");
    assert!(read(&world.cluster, "/apis/shop.example.com/v1/namespaces/new/tills/first").is_some());
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_object_of_an_unknown_kind_fails_alone() {
    let world = World::start().await;
    let strange = json!({"apiVersion": "nowhere.example.com/v1", "kind": "Ghost", "metadata": {"name": "g", "namespace": "shop"}});
    let outcome = world.apply(&set(vec![strange, config_map("shop", "one", "a")])).await;
    assert!(outcome.contains(&("g".into(), ApplyAction::Failed)), "{outcome:?}");
    assert!(outcome.contains(&("one".into(), ApplyAction::Created)), "{outcome:?}");
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_secret_is_in_no_metadata_no_report_and_no_parent() {
    let world = World::start().await;
    let secret = |value: &str| {
        json!({
            "apiVersion": "v1", "kind": "Secret", "metadata": {"name": "pull", "namespace": "shop"},
            "stringData": {"password": value},
        })
    };
    let report = world.sets.apply(&call(), &world.known, &set(vec![secret("s3ntinel")])).await.unwrap();
    assert!(report.is_complete() && !format!("{report:?}").contains("s3ntinel"));
    let live = read(&world.cluster, "/api/v1/namespaces/shop/secrets/pull").unwrap();
    let metadata = live["metadata"].to_string();
    assert!(!metadata.contains("s3ntinel") && !metadata.contains("czNudGluZWw"), "{metadata}");
    let parent = read(&world.cluster, "/api/v1/namespaces/default/configmaps/resource-set-base").unwrap();
    assert!(parent["data"].is_null() && !parent.to_string().contains("pull"));
    let diff = world.sets.diff(&call(), &world.known, &set(vec![secret("other-s3ntinel")])).await.unwrap();
    assert_eq!(diff.objects[0].action, ApplyAction::Configured);
    assert!(!diff.text.contains("s3ntinel") && !diff.text.contains("czNudGluZWw"), "{}", diff.text);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_difference_is_shown_and_nothing_is_written() {
    let world = World::start().await;
    world.apply(&set(vec![config_map("shop", "one", "a"), config_map("shop", "two", "a")])).await;
    let wanted = set(vec![config_map("shop", "one", "b"), config_map("shop", "three", "a")]);
    let before = world.config_map("one");
    let diff = world.sets.diff(&call(), &world.known, &wanted).await.unwrap();
    let mut told: Vec<_> = diff.objects.iter().map(|one| (one.object.name.as_str(), one.action)).collect();
    told.sort_by_key(|(name, _)| *name);
    assert_eq!(told, [("one", ApplyAction::Configured), ("three", ApplyAction::Created), ("two", ApplyAction::Pruned)]);
    assert!(diff.text.contains("three"), "{}", diff.text);
    assert_eq!(world.config_map("one"), before);
    assert!(world.config_map("three").is_none());
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_removed_set_leaves_nothing_and_an_absent_one_is_removed_already() {
    let world = World::start().await;
    let role = json!({"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRole", "metadata": {"name": "reader"}, "rules": []});
    world.apply(&set(vec![config_map("shop", "one", "a"), role])).await;
    let removed = world.sets.remove(&call(), &world.known, "base").await.unwrap();
    assert_eq!((removed.existed, &removed.remaining), (true, &Remaining::Nothing));
    assert!(world.config_map("one").is_none());
    assert!(read(&world.cluster, "/apis/rbac.authorization.k8s.io/v1/clusterroles/reader").is_none());
    assert!(read(&world.cluster, "/api/v1/namespaces/default/configmaps/resource-set-base").is_none());
    let leases = read(&world.cluster, "/apis/coordination.k8s.io/v1/namespaces/default/leases").unwrap();
    assert_eq!(leases["items"].as_array().unwrap().len(), 0, "the lock goes too");
    let again = world.sets.remove(&call(), &world.known, "base").await.unwrap();
    assert_eq!((again.existed, again.is_over()), (false, true));
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_for_a_finalizer_is_reported_until_it_is_gone() {
    let world = World::start().await;
    let mut held = config_map("shop", "held", "a");
    held["metadata"]["finalizers"] = json!(["example.com/hold"]);
    world.apply(&set(vec![held, config_map("shop", "free", "a")])).await;
    let removed = world.sets.remove(&call(), &world.known, "base").await.unwrap();
    let Remaining::Objects(objects) = &removed.remaining else { panic!("{removed:?}") };
    assert_eq!(objects.len(), 1, "{objects:?}");
    assert!(objects[0].message.contains("example.com/hold"), "{objects:?}");
    let path = "/api/v1/namespaces/shop/configmaps/held";
    let release = json!({"metadata": {"finalizers": null}});
    world.cluster.api().request(http::Method::PATCH, path, Some(&release)).unwrap();
    assert!(world.sets.remove(&call(), &world.known, "base").await.unwrap().is_over());
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_namespace_that_was_there_before_the_set_outlives_it() {
    let world = World::start().await;
    let namespace = |name: &str| json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}});
    let both = set(vec![namespace("shop"), namespace("made")]);
    world.apply(&both).await;
    world.apply(&both).await;
    let removed = world.sets.remove(&call(), &world.known, "base").await.unwrap();
    let shop = read(&world.cluster, "/api/v1/namespaces/shop").unwrap();
    assert!(shop["metadata"]["deletionTimestamp"].is_null(), "{removed:?}");
    assert!(shop["metadata"]["labels"]["applyset.kubernetes.io/part-of"].is_null(), "{shop}");
    // Nothing finishes a namespace here.
    let made = read(&world.cluster, "/api/v1/namespaces/made");
    assert!(made.is_none_or(|made| made["metadata"]["deletionTimestamp"].is_string()));
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_sets_of_one_cluster_do_not_touch_each_other() {
    let world = World::start().await;
    world.apply(&set(vec![config_map("shop", "one", "a")])).await;
    let other = ResourceSet::new("other", vec![config_map("shop", "two", "a")]);
    world.apply(&other).await;
    let claimed = ResourceSet::new("other", vec![config_map("shop", "one", "b"), config_map("shop", "two", "a")]);
    let outcome = world.apply(&claimed).await;
    assert!(outcome.contains(&("one".into(), ApplyAction::Conflict)), "{outcome:?}");
    world.sets.remove(&call(), &world.known, "other").await.unwrap();
    assert!(world.config_map("one").is_some() && world.config_map("two").is_none());
    assert_eq!(world.sets.names(&call(), "delete", &world.known).await.unwrap(), ["base"]);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cluster_that_is_gone_is_unreachable_and_nothing_is_said_of_objects() {
    let world = World::start().await;
    world.apply(&set(vec![config_map("shop", "one", "a")])).await;
    world.cluster.stop_listening().await;
    world.cluster.reset_connections();
    let context = call().at_most(std::time::Duration::from_secs(8));
    let error = world.sets.apply(&context, &world.known, &set(vec![config_map("shop", "one", "b")])).await.unwrap_err();
    assert!(error.is_retryable(), "{error}");
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_ends_by_its_deadline() {
    let world = World::start().await;
    world.cluster.faults().add(Fault::new(Effect::latency(std::time::Duration::from_secs(20))));
    let context = call().at_most(std::time::Duration::from_millis(300));
    let error = world.sets.apply(&context, &world.known, &set(vec![config_map("shop", "one", "b")])).await.unwrap_err();
    assert_eq!(error.kind(), ProviderErrorKind::Timeout);
    world.cluster.faults().clear();
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_credential_is_used_by_the_same_connection() {
    let world = World::start().await;
    let first = described(&world.cluster);
    let reached = world.reach.reach(&call(), "probe", "prod", &first).await.unwrap();
    let user = fake_cluster::api::User::new("robot", &["system:masters"]);
    let token = world.cluster.issue_token(user, None);
    let second = first.clone().with_credential(cluster_client::spec::CredentialSpec::Token(token.into()));
    let again = world.reach.reach(&call(), "probe", "prod", &second).await.unwrap();
    assert!(Arc::ptr_eq(&reached, &again));
    let failing = Failing { provider: &ProviderType::STANDALONE, operation: "probe", cluster: "prod" };
    let probed = probe(&call(), failing, &again).await.unwrap();
    assert!(probed.trouble.is_none() && probed.uid.is_some() && probed.nodes == Some((0, 0)));
    world.end().await;
}
