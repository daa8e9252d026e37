//! What is deleted, and what holds deletions back.

use serde_json::{Value, json};

use super::super::testing::{CLUSTER, Model, World, bucket, config_map, policy, resource};
use super::super::{Action, Plan, Reason};
use crate::id::ObjectId;
use crate::issue::{Issue, IssueClass, Reach, Severity};
use crate::observed::{Completeness, ParentState};
use crate::policy::{InventoryConfig, Policy};

fn in_set() -> Policy {
    policy().with_inventory(InventoryConfig::new("ops", "set"))
}

fn world_with(policy: Policy, body: Value) -> (World, ObjectId) {
    let mut world = World::pruning(policy);
    let id = world.applied(body);
    world.manage(id.bucket());
    (world, id)
}

fn with(annotations: Value) -> Value {
    let mut body = config_map("a");
    body["metadata"]["annotations"] = annotations;
    body
}

fn parent(world: &World, kinds: &[&str], namespaces: &[&str]) -> ParentState {
    ParentState {
        set_id: crate::applyset::set_id_of(world.policy.inventory.as_ref().unwrap()),
        version: None,
        group_kinds: kinds.iter().map(|kind| kind.parse().unwrap()).collect(),
        namespaces: namespaces.iter().map(|&name| name.into()).collect(),
        reported: Vec::new(),
        usable: true,
    }
}

#[test]
fn what_is_ours_and_no_longer_declared_is_deleted() {
    for policy in [policy(), in_set()] {
        let (mut world, id) = world_with(policy, config_map("a"));
        let plan = world.plan();
        assert_eq!((plan.items[0].action, &plan.items[0].reason), (Action::Delete, &Reason::NotDeclared));
        let live = plan.items[0].live.as_ref().unwrap();
        assert_eq!((&*live.uid, &*live.resource_version), ("u1", "1"));
        world.policy.prune.enabled = false;
        assert_eq!(world.fate(&id), (Action::Skip, Reason::PruneDisabled));
    }
}

#[test]
fn with_an_inventory_only_members_are_deleted() {
    let mut world = World::pruning(in_set());
    world.manage(bucket(Some("n"), "ConfigMap"));
    // Marked as ours and no member; unmarked.
    let id = super::super::testing::id_of(&config_map("a"));
    world.live.insert(id, Model::applied(&resource(config_map("a")), &policy()));
    world.made_by("kubectl", config_map("b"));
    assert_eq!(world.plan().items, []);
}

#[test]
fn guards_keep_objects() {
    let owned = |owner: Value| {
        let mut body = config_map("a");
        body["metadata"]["ownerReferences"] = json!([owner]);
        body
    };
    let owner = json!({ "apiVersion": "v1", "kind": "Thing", "name": "t", "uid": "1", "controller": true });
    let plain = json!({ "apiVersion": "v1", "kind": "Thing", "name": "t", "uid": "1" });
    for (body, action, reason) in [
        (owned(owner), Action::Skip, Reason::HasController("Thing t".into())),
        (owned(plain), Action::Delete, Reason::NotDeclared),
        (
            with(json!({ "mooring.dev/prune": "disabled" })),
            Action::Skip,
            Reason::Protected("annotation mooring.dev/prune: disabled".into()),
        ),
        (
            with(json!({ "helm.sh/resource-policy": "keep" })),
            Action::Skip,
            Reason::Protected("annotation helm.sh/resource-policy: keep".into()),
        ),
        (with(json!({ "mooring.dev/deletion": "confirm" })), Action::Skip, Reason::NeedsConfirmation),
        (with(json!({ "mooring.dev/deletion": "detach" })), Action::Detach, Reason::NotDeclared),
    ] {
        let (world, id) = world_with(in_set(), body);
        assert_eq!(world.fate(&id), (action, reason));
    }
}

#[test]
fn a_confirmation_counts_for_one_object() {
    let (mut world, id) = world_with(in_set(), with(json!({ "mooring.dev/deletion": "confirm" })));
    world.policy.prune.confirmed.insert(id.to_string());
    assert_eq!(world.fate(&id).0, Action::Delete);
    let claim =
        json!({ "apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": { "name": "p", "namespace": "n" } });
    let protected = world.applied(claim);
    world.manage(protected.bucket());
    assert!(matches!(world.fate(&protected), (Action::Skip, Reason::Protected(_))));
    world.policy.prune.confirmed.insert(protected.to_string());
    assert_eq!(world.fate(&protected).0, Action::Delete);
}

#[test]
fn what_other_tools_track_is_left_with_a_finding() {
    let (mut world, id) = world_with(in_set(), config_map("a"));
    world.edit(&id, |live| live["metadata"]["labels"]["argocd.argoproj.io/instance"] = json!("x"));
    assert_eq!(world.fate(&id), (Action::Skip, Reason::OwnedByOther("argocd".into())));
    let issues = world.plan().issues;
    assert_eq!((issues[0].class, issues[0].severity), (IssueClass::Ownership, Severity::Warning));
}

#[test]
fn a_list_that_failed_holds_back_deletions_of_its_bucket_alone() {
    let (mut world, id) = world_with(in_set(), config_map("a"));
    let secret = json!({ "apiVersion": "v1", "kind": "Secret", "metadata": { "name": "s", "namespace": "n" } });
    let other = world.applied(secret);
    world.manage(other.bucket());
    world.completeness.insert(id.bucket(), Completeness::Partial);
    world.issues.push(Issue::error(Reach::Kind(id.bucket()), IssueClass::PartialView, "cut short"));
    assert_eq!(world.fate(&id), (Action::Skip, Reason::PartialView));
    assert_eq!(world.fate(&other).0, Action::Delete);
}

#[test]
fn errors_hold_back_what_lies_within_their_reach() {
    let blocked = Reason::Issue("bad".into());
    for (reach, id_is_blocked, other_is_blocked) in [
        (Reach::Object(super::super::testing::id_of(&config_map("a"))), true, false),
        (Reach::Kind(bucket(Some("n"), "ConfigMap")), true, false),
        (Reach::namespace(CLUSTER, "n"), true, false),
        (Reach::Cluster(CLUSTER.into()), true, true),
        (Reach::Cluster("elsewhere".into()), false, false),
        (Reach::Run, true, true),
    ] {
        let (mut world, id) = world_with(in_set(), config_map("a"));
        let other = world
            .applied(json!({ "apiVersion": "v1", "kind": "Secret", "metadata": { "name": "s", "namespace": "m" } }));
        world.manage(other.bucket());
        let made = world.declare({
            let mut body = config_map("made");
            body["metadata"]["namespace"] = json!("m");
            body
        });
        world.desired.issues.push(Issue::error(reach.clone(), IssueClass::Invalid, "bad"));
        let expected = |is_blocked| {
            if is_blocked { (Action::Skip, blocked.clone()) } else { (Action::Delete, Reason::NotDeclared) }
        };
        assert_eq!(world.fate(&id), expected(id_is_blocked), "{reach}");
        assert_eq!(world.fate(&other), expected(other_is_blocked), "{reach}");
        assert_eq!(world.fate(&made).0 == Action::Blocked, other_is_blocked, "{reach}");
    }
    let (mut world, id) = world_with(in_set(), config_map("a"));
    world.desired.issues.push(Issue::warning(Reach::Run, IssueClass::Invalid, "only a warning"));
    assert_eq!(world.fate(&id).0, Action::Delete);
}

fn many(count: usize) -> World {
    let mut world = World::pruning(in_set());
    world.policy.prune.max_percent = 30;
    world.policy.prune.allow_empty = false;
    for index in 0..count {
        world.applied(config_map(&format!("a{index}")));
    }
    world.manage(bucket(Some("n"), "ConfigMap"));
    world
}

fn deletions(plan: &Plan) -> usize {
    plan.items.iter().filter(|item| item.action == Action::Delete).count()
}

#[test]
fn too_many_deletions_are_none() {
    let mut world = many(20);
    for index in 0..14 {
        world.declare(config_map(&format!("a{index}")));
    }
    assert_eq!(deletions(&world.plan()), 6, "30 %");
    world.forget(&super::super::testing::id_of(&config_map("a13")));
    let plan = world.plan();
    assert_eq!(deletions(&plan), 0);
    assert!(plan.items.iter().any(|item| matches!(item.reason, Reason::TooManyDeletions(_))));
    assert_eq!((plan.issues[0].class, plan.issues[0].severity), (IssueClass::Guard, Severity::Error));
    world.policy.prune.max_percent = 35;
    assert_eq!(deletions(&world.plan()), 7);
    world.policy.prune.max_count = 6;
    assert_eq!(deletions(&world.plan()), 0);
}

#[test]
fn below_eleven_members_a_share_says_nothing() {
    let mut world = many(10);
    world.declare(config_map("a0"));
    assert_eq!(deletions(&world.plan()), 9);
}

#[test]
fn a_cluster_for_which_nothing_is_declared_is_not_emptied() {
    let mut world = many(3);
    let plan = world.plan();
    assert!(plan.items.iter().all(|item| item.action == Action::Skip && item.reason == Reason::NothingDeclared));
    assert_eq!(plan.issues[0].class, IssueClass::Guard);
    world.policy.prune.allow_empty = true;
    assert_eq!(deletions(&world.plan()), 3);
}

#[test]
fn a_kind_that_is_no_longer_managed_is_reported_and_then_deleted() {
    let mut world = World::pruning(in_set());
    let kept =
        world.declare(json!({ "apiVersion": "v1", "kind": "Secret", "metadata": { "name": "s", "namespace": "n" } }));
    let dropped = world.applied(config_map("a"));
    world.parent = Some(parent(&world, &["ConfigMap", "Secret"], &["n"]));
    let first = world.plan();
    assert_eq!(world.fate(&dropped), (Action::Skip, Reason::DroppedFromScope));
    assert_eq!(first.parents[0].reported, [(Some("n".into()), "ConfigMap".parse().unwrap())]);
    assert_eq!(first.parents[0].final_kinds.len(), 2);
    world.carry_out(&first);
    let second = world.plan();
    assert_eq!(world.fate(&dropped), (Action::Delete, Reason::NotDeclared));
    assert_eq!(second.parents[0].reported, []);
    assert_eq!(second.parents[0].widened_kinds.len(), 2);
    assert_eq!(second.parents[0].final_kinds, ["Secret".parse().unwrap()]);
    world.carry_out(&second);
    assert!(!world.live.contains_key(&dropped) && world.live.contains_key(&kept));
    let third = world.plan();
    assert!(third.items.iter().all(|item| !item.action.writes()));
}

#[test]
fn a_kind_that_comes_back_into_scope_is_forgotten_as_dropped() {
    let mut world = World::pruning(in_set());
    let id = world.declare(config_map("a"));
    world.applied(config_map("a"));
    let mut state = parent(&world, &["ConfigMap"], &["n"]);
    state.reported = vec![(Some("n".into()), "ConfigMap".parse().unwrap())];
    world.parent = Some(state);
    assert_eq!(world.fate(&id).0, Action::Unchanged);
    assert_eq!(world.plan().parents[0].reported, []);
}

#[test]
fn the_inventory_is_widened_before_and_narrowed_after() {
    let mut world = World::pruning(in_set());
    world.declare(config_map("a"));
    world.applied({
        let mut body = config_map("old");
        body["metadata"]["namespace"] = json!("m");
        body
    });
    world.manage(bucket(Some("m"), "ConfigMap"));
    world.manage(bucket(Some("ops"), "Secret"));
    world.parent = Some(parent(&world, &["ConfigMap", "Gone.example.com", "Unseen.example.com"], &["m", "unseen"]));
    world.completeness.insert(bucket(Some("n"), "Gone.example.com"), Completeness::NotServed);
    let plan = world.plan();
    let parent = &plan.parents[0];
    let kinds = |kinds: &[crate::id::GroupKind]| kinds.iter().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(kinds(&parent.widened_kinds), ["ConfigMap", "Gone.example.com", "Unseen.example.com"]);
    assert_eq!(kinds(&parent.final_kinds), ["ConfigMap", "Unseen.example.com"], "what was not looked at may be there");
    assert_eq!(parent.widened_namespaces, ["m".into(), "n".into(), "unseen".into()]);
    assert_eq!(parent.final_namespaces, ["n".into(), "unseen".into()]);
}

#[test]
fn an_inventory_of_other_tooling_stops_the_cluster() {
    let (mut world, id) = world_with(in_set(), config_map("a"));
    let made = world.declare(config_map("made"));
    let mut state = parent(&world, &[], &[]);
    state.usable = false;
    world.parent = Some(state);
    assert_eq!(world.fate(&id).0, Action::Skip);
    assert_eq!(world.fate(&made).0, Action::Blocked);
    assert_eq!(world.plan().parents, []);
}

#[test]
fn a_lost_inventory_is_not_an_empty_one() {
    let (world, id) = world_with(in_set(), config_map("a"));
    assert!(world.parent.is_none());
    assert_eq!(world.fate(&id).0, Action::Delete, "members say what they are members of");
}

#[test]
fn names_that_are_not_managed_are_left() {
    let mut world = World::pruning(policy());
    let id = world.applied(config_map("a"));
    world.manage(id.bucket()).managed_names = Some(["b".into()].into());
    assert_eq!(world.plan().items, []);
    world.manage(id.bucket()).managed_names = Some(["a".into()].into());
    assert_eq!(world.fate(&id).0, Action::Delete);
}

#[test]
fn deletions_are_privileged_where_their_bucket_is() {
    let (mut world, id) = world_with(in_set(), config_map("a"));
    assert!(!world.plan().items[0].privileged);
    world.manage(id.bucket()).privileged = true;
    assert!(world.plan().items[0].privileged);
}

#[test]
fn definitions_go_when_nothing_of_their_group_is_left() {
    let crd = json!({ "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "metadata": { "name": "widgets.example.com" } });
    let widget =
        json!({ "apiVersion": "example.com/v1", "kind": "Widget", "metadata": { "name": "w", "namespace": "n" } });
    let (mut world, crd) = world_with(in_set(), crd);
    world.policy.prune.confirmed.insert(crd.to_string());
    let widget = world.applied(widget);
    world.manage(widget.bucket());
    let plan = world.plan();
    let item = plan.items.iter().find(|item| item.id == crd).unwrap();
    assert_eq!((item.action, &item.after), (Action::Delete, &vec![widget.clone()]));
    assert!(plan.items[0].stage < plan.items[1].stage);
    world.edit(&widget, |live| live["metadata"]["annotations"]["mooring.dev/prune"] = json!("disabled"));
    assert!(matches!(world.fate(&crd), (Action::Skip, Reason::Protected(_))));
}
