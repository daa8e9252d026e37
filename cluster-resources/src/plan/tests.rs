mod callers;
mod properties;
mod pruning;
mod scopes;

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::testing::{World, bucket, config_map, policy};
use super::*;
use crate::issue::{IssueClass, Reach, Severity};
use crate::observed::Completeness;

#[test]
fn what_is_missing_is_made_and_then_left() {
    let mut world = World::new(policy());
    let id = world.declare(config_map("a"));
    assert_eq!(world.fate(&id), (Action::Create, Reason::Missing));
    let plan = world.plan();
    assert_eq!(plan.field_manager, "mooring/tests");
    assert!(plan.items[0].desired_hash.is_some() && plan.items[0].live.is_none() && plan.items[0].origin.is_some());
    world.carry_out(&plan);
    assert_eq!(world.fate(&id), (Action::Unchanged, Reason::InSync));
}

#[test]
fn why_an_object_is_changed_is_said() {
    let mut world = World::new(policy());
    let id = world.declare(config_map("a"));
    world.applied(config_map("a"));
    world.edit(&id, |live| live["data"]["a"] = json!("2"));
    assert_eq!(world.fate(&id), (Action::Update, Reason::Drifted));
    world.applied(config_map("a"));
    world.edit(&id, |live| live["data"]["x"] = json!("2"));
    assert_eq!(world.fate(&id), (Action::Update, Reason::ForeignFields));
    let mut other = config_map("a");
    other["data"]["a"] = json!("other");
    world.applied(other);
    assert_eq!(world.fate(&id), (Action::Update, Reason::DeclarationChanged));
}

#[test]
fn marks_that_somebody_took_off_are_put_back() {
    let mut world = World::new(policy().with_inventory(crate::policy::InventoryConfig::new("ops", "set")));
    let id = world.declare(config_map("a"));
    world.applied(config_map("a"));
    world.edit(&id, |live| drop(live["metadata"].as_object_mut().unwrap().remove("annotations")));
    assert_eq!(world.fate(&id), (Action::Update, Reason::Drifted));
}

#[test]
fn a_field_that_cannot_change_needs_a_replacement_that_is_allowed() {
    let binding = |role: &str| {
        json!({
            "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "RoleBinding", "metadata": { "name": "a", "namespace": "n" },
            "roleRef": { "apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": role },
            "subjects": [{ "kind": "ServiceAccount", "name": "a", "namespace": "n" }],
        })
    };
    let mut world = World::new(policy());
    world.applied(binding("one"));
    let id = world.declare(binding("two"));
    let immutable = || Reason::Immutable("roleRef.name".into());
    assert_eq!(world.fate(&id), (Action::Blocked, immutable()));
    let plan = world.plan();
    assert_eq!(plan.issues.len(), 1);
    assert_eq!(plan.issues[0].path.as_deref(), Some("roleRef.name"));
    world.policy.recreate = default_recreate_kinds();
    assert_eq!(world.fate(&id), (Action::Replace, immutable()));
    let plan = world.plan();
    world.carry_out(&plan);
    assert_eq!(world.fate(&id), (Action::Unchanged, Reason::InSync));
}

#[test]
fn a_generated_object_is_made_once() {
    let run = json!({ "apiVersion": "batch/v1", "kind": "Job", "metadata": { "generateName": "run-", "namespace": "n" }, "spec": {} });
    let mut world = World::pruning(policy());
    let id = world.declare(run.clone());
    assert_eq!(world.fate(&id).0, Action::Create);
    let mut made = Model::applied(&super::testing::resource(run), &world.policy);
    made.normalise(|live| live["metadata"]["name"] = json!("run-x1"));
    let instance = id.bucket().object("run-x1");
    world.live.insert(instance, made);
    assert_eq!(world.fate(&id), (Action::Unchanged, Reason::InSync));
    assert_eq!(world.plan().items.len(), 1, "what it made is not deleted");
    world.forget(&id);
    assert_eq!(world.plan().items[0].action, Action::Delete);
}

use super::testing::Model;

#[test]
fn what_is_being_deleted_is_not_written() {
    let mut world = World::pruning(policy());
    let id = world.declare(config_map("a"));
    world.applied(config_map("a"));
    world.edit(&id, |live| live["metadata"]["deletionTimestamp"] = json!("2026-01-01T00:00:00Z"));
    assert_eq!(world.fate(&id), (Action::Blocked, Reason::Terminating));
    world.forget(&id);
    assert_eq!(world.fate(&id), (Action::Skip, Reason::Terminating));
}

#[test]
fn secrets_are_not_in_plans() {
    let secret = |value: &str| json!({ "apiVersion": "v1", "kind": "Secret", "metadata": { "name": "a", "namespace": "n" }, "stringData": { "k": value } });
    let mut world = World::new(policy());
    let id = world.declare(secret("sentinel-new"));
    world.applied(secret("sentinel-old"));
    world.edit(&id, |live| live["data"]["other"] = json!("sentinel-foreign"));
    let observed = world.observed();
    let plan = plan(&world.desired, &observed, &world.policy);
    assert_eq!(plan.items[0].changes.len(), 1);
    let shown = format!("{plan:?}{observed:?}{}", serde_json::to_string(&plan).unwrap());
    for secret in ["sentinel", "c2VudGluZWwtbmV3", "c2VudGluZWwtb2xk"] {
        assert!(!shown.contains(secret), "{secret} in {shown}");
    }
    let mut other_key = world.clone();
    other_key.policy.mask_key = [9; 16];
    assert_eq!(other_key.plan().digest, plan.digest, "fingerprints are no part of the digest");
    assert_ne!(other_key.plan().items[0].changes, plan.items[0].changes);
}

#[test]
fn plans_survive_being_stored() {
    let mut world = World::pruning(policy());
    world.declare(config_map("a"));
    world.applied(config_map("b"));
    let plan = world.plan();
    let stored: Plan = serde_json::from_str(&serde_json::to_string(&plan).unwrap()).unwrap();
    assert_eq!(stored, plan);
    assert_eq!(digest(&stored.field_manager, &stored.items), plan.digest);
}

#[test]
fn the_digest_is_of_what_is_done_and_on_what_grounds() {
    let mut world = World::new(policy());
    let id = world.declare(config_map("a"));
    let create = world.plan().digest;
    world.applied(config_map("a"));
    let unchanged = world.plan().digest;
    world.edit(&id, |live| live["data"]["a"] = json!("2"));
    let update = world.plan().digest;
    world.edit(&id, |live| live["data"]["x"] = json!("2"));
    let reverting = world.plan().digest;
    assert_eq!(BTreeSet::from([create, unchanged, update, reverting]).len(), 4);
}

#[test]
fn a_new_controller_of_a_declared_object_is_a_finding() {
    let mut world = World::new(policy());
    let id = world.declare(config_map("a"));
    world.applied(config_map("a"));
    world.edit(&id, |live| {
        live["metadata"]["ownerReferences"] = json!([{ "kind": "Thing", "name": "t", "uid": "1", "controller": true }]);
    });
    let plan = world.plan();
    assert_eq!(plan.items[0].action, Action::Unchanged);
    assert_eq!((plan.issues[0].severity, plan.issues[0].class), (Severity::Warning, IssueClass::Ownership));
}

#[test]
fn malformed_metadata_blocks_nothing_else() {
    let mut world = World::new(policy());
    world.declare(config_map("a"));
    let odd = world.declare(config_map("odd"));
    world.made_by("x", config_map("odd"));
    world.live.get_mut(&odd).unwrap().normalise(|live| {
        live["metadata"]["annotations"] = Value::Null;
        live["metadata"]["labels"] = Value::Null;
        live["data"] = Value::Null;
    });
    assert_eq!(world.fate(&odd), (Action::TakeOver, Reason::Adopted));
    let seen = world.plan();
    assert_eq!(seen.items[0].action, Action::Create);
}

#[test]
fn an_api_that_is_not_there_yet_is_waited_for_and_said_so() {
    let crd = json!({
        "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
        "metadata": { "name": "widgets.example.com" },
        "spec": { "group": "example.com", "names": { "kind": "Widget", "plural": "widgets" }, "scope": "Namespaced", "versions": [] },
    });
    let widget =
        json!({ "apiVersion": "example.com/v1", "kind": "Widget", "metadata": { "name": "w", "namespace": "n" } });
    let mut world = World::new(policy());
    let id = world.declare(widget);
    world.completeness.insert(id.bucket(), Completeness::NotServed);
    assert_eq!(world.fate(&id), (Action::Blocked, Reason::KindNotServed));
    let crd = world.declare(crd);
    let plan = world.plan();
    let item = plan.items.iter().find(|item| item.id == id).unwrap();
    assert_eq!((item.action, &item.unverifiable, &item.after), (Action::Create, &vec![crd.clone()], &vec![crd]));
    assert_eq!(item.stage, 7);
}

#[test]
fn a_namespace_that_is_not_there_yet_is_waited_for_and_said_so() {
    let mut world = World::new(policy());
    let id = world.declare(config_map("a"));
    world.completeness.insert(id.bucket(), Completeness::NoNamespace);
    assert_eq!(world.fate(&id), (Action::Blocked, Reason::NamespaceMissing));
    let namespace = world.declare(json!({ "apiVersion": "v1", "kind": "Namespace", "metadata": { "name": "n" } }));
    let plan = world.plan();
    let item = plan.items.iter().find(|item| item.id == id).unwrap();
    assert_eq!((item.action, &item.unverifiable), (Action::Create, &vec![namespace.clone()]));
    assert_eq!(plan.items[0].id, namespace, "it comes first");
    // What is being deleted cannot be filled.
    world.applied(json!({ "apiVersion": "v1", "kind": "Namespace", "metadata": { "name": "n" } }));
    world.edit(&namespace, |live| live["metadata"]["deletionTimestamp"] = json!("2026-01-01T00:00:00Z"));
    assert_eq!(world.fate(&id), (Action::Blocked, Reason::Terminating));
}

#[test]
fn what_was_not_looked_at_is_not_written() {
    let mut world = World::new(policy());
    let id = world.declare(config_map("a"));
    let observed = Observed::default();
    assert_eq!(plan(&world.desired, &observed, &world.policy).items[0].reason, Reason::PartialView);
    let mut left_out = Observed::default();
    let mut why = Issue::warning(Reach::Cluster(id.cluster.clone()), IssueClass::Unreachable, "on holiday");
    why.severity = Severity::Info;
    left_out.issues.push(why);
    let item = &plan(&world.desired, &left_out, &world.policy).items[0];
    assert_eq!((item.action, &item.reason), (Action::Skip, &Reason::Issue("on holiday".into())));
    world.completeness.insert(bucket(Some("n"), "ConfigMap"), Completeness::Partial);
    assert_eq!(world.fate(&id), (Action::Blocked, Reason::PartialView));
    world.applied(config_map("a"));
    world.edit(&id, |live| live["data"]["a"] = json!("2"));
    assert_eq!(world.fate(&id).0, Action::Update, "what was seen is known");
}

#[test]
fn what_was_applied_on_the_clients_side_is_taken_even_when_it_is_as_declared() {
    let mut world = World::new(policy());
    world.declare(config_map("a"));
    world.made_by("kubectl-client-side-apply", config_map("a"));
    let plan = world.plan();
    assert_eq!((plan.items[0].action, &plan.items[0].reason), (Action::TakeOver, &Reason::Adopted));
    let change = &plan.items[0].changes[0];
    assert_eq!(
        (change.path.as_str(), change.manager.as_deref()),
        ("metadata.managedFields", Some("kubectl-client-side-apply"))
    );
}
