use serde_json::json;

use super::super::testing::{World, config_map, desired, policy};
use super::*;

fn annotated(name: &str, needs: &str) -> Value {
    let mut body = config_map(name);
    body["metadata"]["annotations"] = json!({ DEPENDS_ON: needs });
    body
}

fn item<'p>(plan: &'p super::super::Plan, id: &ObjectId) -> &'p PlanItem {
    plan.items.iter().find(|item| item.id == *id).unwrap()
}

#[test]
fn what_is_needed_comes_first() {
    let mut world = World::new(policy());
    let b = world.declare(config_map("b"));
    let c = world.declare_as(desired(config_map("c")).after(b.clone()));
    let a = world.declare(annotated("a", "ConfigMap/b, ConfigMap/n/c"));
    let plan = world.plan();
    assert_eq!(item(&plan, &a).after, [b.clone(), c.clone()]);
    assert_eq!(item(&plan, &c).after, [b]);
}

#[test]
fn an_item_is_lifted_to_the_stage_of_what_it_needs() {
    let mut world = World::new(policy());
    let deployment = world.declare(
        json!({ "apiVersion": "apps/v1", "kind": "Deployment", "metadata": { "name": "d", "namespace": "n" } }),
    );
    let a = world.declare(annotated("a", "Deployment.apps/d"));
    let b = world.declare(annotated("b", "ConfigMap/a"));
    let plan = world.plan();
    assert_eq!([&deployment, &a, &b].map(|id| item(&plan, id).stage), [6, 6, 6]);
    assert!(plan.items.is_sorted_by_key(|item| (item.stage, item.id.clone())));
}

#[test]
fn references_are_waited_for() {
    let mut world = World::new(policy());
    let map = world.declare(config_map("settings"));
    let account = world.declare(
        json!({ "apiVersion": "v1", "kind": "ServiceAccount", "metadata": { "name": "sa", "namespace": "n" } }),
    );
    let deployment = world.declare(json!({
        "apiVersion": "apps/v1", "kind": "Deployment", "metadata": { "name": "d", "namespace": "n" },
        "spec": { "template": { "spec": {
            "serviceAccountName": "sa",
            "containers": [{ "name": "a", "image": "a", "envFrom": [{ "configMapRef": { "name": "settings" } }] }],
        } } },
    }));
    let rbac = "rbac.authorization.k8s.io/v1";
    let role =
        world.declare(json!({ "apiVersion": rbac, "kind": "ClusterRole", "metadata": { "name": "r" }, "rules": [] }));
    let binding = world.declare(json!({
        "apiVersion": rbac, "kind": "RoleBinding", "metadata": { "name": "b", "namespace": "n" },
        "roleRef": { "apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "r" }, "subjects": [],
    }));
    let plan = world.plan();
    assert_eq!(item(&plan, &deployment).after, [map, account]);
    assert_eq!(item(&plan, &binding).after, [role]);
}

#[test]
fn a_circle_is_an_error_that_names_it_and_blocks_what_is_in_it() {
    let mut world = World::new(policy());
    let a = world.declare(annotated("a", "ConfigMap/b"));
    let b = world.declare(annotated("b", "ConfigMap/c"));
    let c = world.declare(annotated("c", "ConfigMap/b"));
    let free = world.declare(config_map("free"));
    let plan = world.plan();
    let circle = "[c/n] ConfigMap b → [c/n] ConfigMap c → [c/n] ConfigMap b";
    assert_eq!(item(&plan, &b).reason, Reason::Issue(format!("it comes after itself: {circle}")));
    assert_eq!(item(&plan, &c).action, Action::Blocked);
    assert_eq!(item(&plan, &a).reason, Reason::DependencyBlocked(b));
    assert_eq!(item(&plan, &free).action, Action::Create);
    assert_eq!(plan.issues.len(), 2);
    assert!(plan.issues.iter().all(|issue| issue.class == IssueClass::Dependency));
}

#[test]
fn what_cannot_be_done_blocks_what_depends_on_it_and_nothing_else() {
    let mut world = World::new(policy());
    world.policy.adoption = crate::policy::Adoption::Never;
    let b = world.declare(config_map("b"));
    world.made_by("x", config_map("b"));
    let a = world.declare(annotated("a", "ConfigMap/b"));
    let c = world.declare(config_map("c"));
    let plan = world.plan();
    assert_eq!(item(&plan, &a).reason, Reason::DependencyBlocked(b));
    assert_eq!(item(&plan, &c).action, Action::Create);
}

#[test]
fn a_namespace_that_is_somebody_elses_can_be_used() {
    let namespace = json!({ "apiVersion": "v1", "kind": "Namespace", "metadata": { "name": "n" } });
    let mut world = World::new(policy());
    world.policy.adoption = crate::policy::Adoption::Never;
    let id = world.declare(namespace.clone());
    world.made_by("x", namespace);
    let a = world.declare(config_map("a"));
    let plan = world.plan();
    assert_eq!(item(&plan, &id).action, Action::Blocked);
    assert_eq!(item(&plan, &a).action, Action::Create);
}

#[test]
fn what_is_not_known_is_not_waited_for_and_said() {
    let mut world = World::new(policy());
    let a = world.declare(annotated("a", "ConfigMap/nowhere"));
    let b = world.declare(annotated("b", "no such thing"));
    let plan = world.plan();
    assert_eq!(item(&plan, &a).action, Action::Create);
    assert_eq!(item(&plan, &b).action, Action::Blocked);
    let classes: Vec<_> = plan.issues.iter().map(|issue| issue.class).collect();
    assert_eq!(classes, [IssueClass::Dependency, IssueClass::Invalid]);
}

#[test]
fn deletions_go_the_other_way_and_namespaces_last() {
    let mut world = World::pruning(policy());
    let namespace = world.applied(json!({ "apiVersion": "v1", "kind": "Namespace", "metadata": { "name": "n" } }));
    world.policy.prune.confirmed.insert(namespace.to_string());
    let a = world.applied(annotated("a", "ConfigMap/b"));
    let b = world.applied(config_map("b"));
    for id in [&namespace, &a] {
        world.manage(id.bucket());
    }
    let plan = world.plan();
    assert!(plan.items.iter().all(|item| item.action == Action::Delete));
    assert_eq!(item(&plan, &b).after, std::slice::from_ref(&a));
    assert_eq!(item(&plan, &namespace).after, [a.clone(), b]);
    assert!(item(&plan, &namespace).stage < item(&plan, &a).stage);
    assert_eq!(item(&plan, &a).after, []);
}
