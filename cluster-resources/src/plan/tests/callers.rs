//! Whose objects are written: the caller rules, adoption and sets.

use serde_json::json;

use super::super::testing::{Model, World, config_map, policy, resource};
use super::super::{Action, Reason};
use crate::id::{GroupKind, ObjectId};
use crate::issue::{IssueClass, Reach, Severity};
use crate::policy::{Actor, Adoption, InventoryConfig, Policy};
use crate::stamp::native::NativeScheme;

fn actor(integration: &str, caller: Option<&str>) -> Actor {
    let actor = Actor::new("mooring", integration, "1.0.0");
    match caller {
        Some(caller) => actor.for_caller(caller),
        None => actor,
    }
}

fn policy_of(actor: Actor) -> Policy {
    let mut own = policy();
    own.scheme = std::sync::Arc::new(NativeScheme::new(&actor));
    own.actor = actor;
    own.prune.enabled = true;
    own.prune.max_percent = 100;
    own.prune.allow_empty = true;
    own
}

/// What becomes of an object that another caller applied: as declared, changed, no longer declared.
fn fates(ours: &Policy, theirs: &Policy) -> [Option<(Action, Reason)>; 3] {
    let mut world = World::new(ours.clone());
    let id = world.declare(config_map("a"));
    let fate = |world: &World| {
        let plan = world.plan();
        let blocked: Vec<_> = plan.issues.iter().filter(|issue| issue.severity == Severity::Error).collect();
        let item = plan.items.first()?;
        if item.action == Action::Blocked {
            assert_eq!(blocked.len(), 1);
            assert_eq!((&blocked[0].reach, blocked[0].class), (&Reach::Object(item.id.clone()), IssueClass::Ownership));
        } else {
            assert_eq!(blocked.len(), 0);
        }
        Some((item.action, item.reason.clone()))
    };
    world.live.insert(id.clone(), Model::applied(&resource(config_map("a")), theirs));
    let identical = fate(&world);
    world.edit(&id, |live| live["data"]["a"] = json!("2"));
    let changed = fate(&world);
    world.forget(&id);
    [identical, changed, fate(&world)]
}

#[test]
fn the_same_caller_changes_and_deletes() {
    let ours = policy_of(actor("i", Some("one")));
    assert_eq!(
        fates(&ours, &ours),
        [
            Some((Action::Unchanged, Reason::InSync)),
            Some((Action::Update, Reason::Drifted)),
            Some((Action::Delete, Reason::NotDeclared)),
        ]
    );
}

#[test]
fn without_a_caller_objects_of_all_callers_are_ours() {
    let [identical, changed, deleted] = fates(&policy_of(actor("i", None)), &policy_of(actor("i", Some("one"))));
    assert_eq!(identical.unwrap().0, Action::Unchanged);
    assert_eq!(changed.unwrap().0, Action::Update);
    assert_eq!(deleted.unwrap().0, Action::Delete);
}

#[test]
fn objects_of_an_active_caller_are_an_error_that_reaches_them_alone() {
    let ours = policy_of(actor("i", Some("one"))).with_all_callers(["one", "two"]);
    let blocked = Some((Action::Blocked, Reason::OwnedByOther("two".into())));
    assert_eq!(fates(&ours, &policy_of(actor("i", Some("two")))), [blocked.clone(), blocked, None]);
}

#[test]
fn objects_of_a_caller_that_is_gone_are_taken_but_not_deleted() {
    let ours = policy_of(actor("i", Some("one"))).with_all_callers(["one", "two"]);
    let taken = Some((Action::TakeOver, Reason::TakenFrom("three".into())));
    assert_eq!(fates(&ours, &policy_of(actor("i", Some("three")))), [taken.clone(), taken, None]);
    let [identical, _, deleted] = fates(&ours, &policy_of(actor("i", None)));
    assert_eq!((identical.unwrap().0, deleted), (Action::TakeOver, None), "no caller is one that is gone");
}

#[test]
fn take_over_takes_but_does_not_delete() {
    let ours = policy_of(actor("i", Some("one"))).with_all_callers(["one", "two"]).with_take_over();
    let taken = Some((Action::TakeOver, Reason::TakenFrom("two".into())));
    assert_eq!(fates(&ours, &policy_of(actor("i", Some("two")))), [taken.clone(), taken, None]);
}

#[test]
fn when_callers_are_not_known_nothing_of_others_is_touched() {
    let [identical, changed, deleted] = fates(&policy_of(actor("i", Some("one"))), &policy_of(actor("i", Some("two"))));
    assert_eq!(identical.unwrap().0, Action::Blocked);
    assert_eq!(changed.unwrap().0, Action::Blocked);
    assert_eq!(deleted, None);
}

#[test]
fn integrations_do_not_fight() {
    let theirs = policy_of(actor("other", None));
    let blocked = Some((Action::Blocked, Reason::OwnedByOther("other".into())));
    let ours = policy_of(actor("i", None)).with_take_over();
    assert_eq!(fates(&ours, &theirs), [blocked.clone(), blocked, None]);
    let adopting = policy_of(actor("i", None)).with_adoption(Adoption::From(vec!["other".into()]));
    let taken = Some((Action::TakeOver, Reason::TakenFrom("other".into())));
    assert_eq!(fates(&adopting, &theirs), [taken.clone(), taken, None]);
}

#[test]
fn unmarked_objects_are_adopted_as_the_policy_says_and_never_deleted() {
    let fate = |adoption: Adoption, take_over: bool| {
        let mut world = World::new(policy_of(actor("i", None)).with_adoption(adoption));
        world.policy.take_over = take_over;
        let id = world.declare(config_map("a"));
        world.made_by("kubectl-create", config_map("a"));
        let fate = world.fate(&id);
        world.forget(&id);
        assert_eq!(world.plan().items, []);
        fate
    };
    assert_eq!(fate(Adoption::IfUnowned, false), (Action::TakeOver, Reason::Adopted));
    assert_eq!(fate(Adoption::From(vec![]), false), (Action::TakeOver, Reason::Adopted));
    assert_eq!(fate(Adoption::Never, true), (Action::TakeOver, Reason::Adopted));
    assert_eq!(fate(Adoption::Never, false), (Action::Blocked, Reason::NotOurs));
}

#[test]
fn objects_that_other_tools_track_are_theirs() {
    let mut body = config_map("a");
    body["metadata"]["labels"] = json!({ "kustomize.toolkit.fluxcd.io/name": "apps" });
    let mut world = World::new(policy());
    let id = world.declare(config_map("a"));
    world.made_by("kustomize-controller", body);
    assert_eq!(world.fate(&id), (Action::Blocked, Reason::OwnedByOther("flux".into())));
}

#[test]
fn members_of_another_set_are_its_own() {
    let set = |name: &str| policy().with_inventory(InventoryConfig::new("ops", name));
    let theirs = set("theirs");
    let label = crate::applyset::set_id_of(theirs.inventory.as_ref().unwrap());
    let fate = |ours: Policy| {
        let mut world = World::new(ours);
        let id = world.declare(config_map("a"));
        world.live.insert(id.clone(), Model::applied(&resource(config_map("a")), &theirs));
        world.fate(&id)
    };
    assert_eq!(fate(set("ours")), (Action::Blocked, Reason::OwnedByOther(label.clone())));
    assert_eq!(fate(set("ours").with_take_over()).0, Action::Blocked);
    assert_eq!(fate(set("ours").with_adoption(Adoption::Always)), (Action::TakeOver, Reason::TakenFrom(label.clone())));
    let mut migrating = set("ours");
    migrating.inventory = Some(InventoryConfig::new("ops", "ours").migrating_from(["theirs"]));
    assert_eq!(fate(migrating), (Action::TakeOver, Reason::TakenFrom(label)));
}

#[test]
fn an_object_keeps_its_bucket_whatever_its_version() {
    let id: ObjectId = super::super::testing::id_of(&json!({
        "apiVersion": "apps/v1", "kind": "Deployment", "metadata": { "name": "a", "namespace": "n" },
    }));
    assert_eq!(id.kind, GroupKind::new("apps", "Deployment"));
}
