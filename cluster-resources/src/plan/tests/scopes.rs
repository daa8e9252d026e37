//! Several clusters: what happens in one is nothing to the others.

use std::sync::Arc;

use super::super::testing::{World, bucket_of, config_map, policy};
use super::super::{Action, plan};
use crate::desired::Desired;
use crate::id::BucketId;
use crate::issue::{Issue, IssueClass, Reach};
use crate::observed::Completeness;

#[test]
fn an_unreachable_cluster_leaves_deletions_on_others_enabled() {
    let mut world = World::pruning(policy());
    let gone = world.applied(config_map("gone"));
    world.manage(gone.bucket());
    let mut far = bucket_of(&config_map("a"));
    far.cluster = "far".into();
    let desired = Desired::new(super::super::testing::resource(config_map("a")));
    Arc::make_mut(world.desired.buckets.entry(far.clone()).or_default()).objects.insert("a".into(), desired);
    let mut observed = world.observed();
    observed.buckets.remove(&far);
    observed.issues.push(Issue::error(Reach::Cluster("far".into()), IssueClass::Unreachable, "no route"));
    let plan = plan(&world.desired, &observed, &world.policy);
    let action = |cluster: &str| plan.items.iter().find(|item| &*item.id.cluster == cluster).unwrap().action;
    assert_eq!((action("c"), action("far")), (Action::Delete, Action::Blocked));
}

#[test]
fn a_partial_bucket_is_the_only_one_that_waits() {
    let mut world = World::new(policy());
    world.declare(config_map("a"));
    let mut other = config_map("b");
    other["metadata"]["namespace"] = serde_json::json!("m");
    world.declare(other);
    world.completeness.insert(BucketId::new("c", Some("m"), "ConfigMap".parse().unwrap()), Completeness::Partial);
    let actions: Vec<_> =
        world.plan().items.iter().map(|item| (item.id.namespace().unwrap().to_owned(), item.action)).collect();
    assert_eq!(actions, [("m".to_owned(), Action::Blocked), ("n".to_owned(), Action::Create)]);
}
