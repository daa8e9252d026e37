//! What holds for every fleet.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::super::managed::{FieldSet, Managed};
use super::super::testing::{Model, World, policy, resource};
use super::super::{Action, Reason, compare, plan, reduce};
use crate::issue::{Issue, IssueClass, Reach};
use crate::observed::Completeness;
use crate::policy::{InventoryConfig, Policy};

const NAMES: [&str; 5] = ["a", "b", "c", "d", "e"];

fn body(kind: usize, name: &str, value: u8) -> Value {
    let meta = json!({ "name": name, "namespace": "n" });
    let text = value.to_string();
    match kind {
        0 => json!({ "apiVersion": "v1", "kind": "ConfigMap", "metadata": meta, "data": { "k": text, "l": "1" } }),
        1 => json!({ "apiVersion": "v1", "kind": "Secret", "metadata": meta, "stringData": { "k": text } }),
        2 => json!({
            "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "Role", "metadata": meta,
            "rules": [{ "apiGroups": [""], "resources": ["pods"], "verbs": ["get", text] }],
        }),
        _ => json!({
            "apiVersion": "apps/v1", "kind": "Deployment", "metadata": meta,
            "spec": { "replicas": value, "template": { "spec": { "containers": [
                { "name": "app", "image": text, "args": ["x", text], "env": [{ "name": "E", "value": text }] },
            ] } } },
        }),
    }
}

/// One object: kind, name, declared with this value, there with that value made by us or another, and an edit.
type Case = (usize, usize, Option<u8>, Option<(u8, bool)>, u8);

fn cases() -> impl Strategy<Value = Vec<Case>> {
    let case =
        (0..4_usize, 0..NAMES.len(), prop::option::of(0..3_u8), prop::option::of((0..3_u8, any::<bool>())), 0..5_u8);
    prop::collection::vec(case, 0..12)
}

fn edit(live: &mut Value, how: u8) {
    match how {
        1 => live["metadata"]["labels"]["extra"] = json!("x"),
        2 => {
            for key in ["data", "rules", "spec"] {
                if let Some(Value::Object(map)) = live.get_mut(key) {
                    map.insert("extra".into(), json!("x"));
                }
                if let Some(Value::Array(list)) = live.get_mut(key) {
                    list.push(json!({ "verbs": ["*"] }));
                }
            }
        }
        3 => drop(live.get_mut("data").and_then(Value::as_object_mut).map(|map| map.remove("k"))),
        4 => drop(live["metadata"].as_object_mut().map(|meta| meta.remove("annotations"))),
        _ => {}
    }
}

fn world(cases: &[Case], policy: Policy) -> World {
    let mut world = World::pruning(policy);
    for &(kind, name, declared, there, how) in cases {
        let name = NAMES[name];
        let id = super::super::testing::id_of(&body(kind, name, 0));
        world.manage(id.bucket());
        if let Some(value) = declared {
            world.declare(body(kind, name, value));
        }
        if let Some((value, ours)) = there {
            if ours {
                world.applied(body(kind, name, value));
            } else {
                let mut made = body(kind, name, value);
                // As servers send them.
                if let Some(plain) = made.as_object_mut().and_then(|map| map.remove("stringData")) {
                    made["data"] = plain;
                }
                world.made_by("kubectl-create", made);
            }
            world.live.get_mut(&id).unwrap().edit("kubectl-edit", |live| edit(live, how));
        }
    }
    world
}

fn sets() -> impl Strategy<Value = Policy> {
    any::<bool>()
        .prop_map(|set| if set { policy().with_inventory(InventoryConfig::new("ops", "set")) } else { policy() })
}

fn json_value() -> impl Strategy<Value = Value> {
    let word = prop::sample::select(vec![
        "metadata",
        "annotations",
        "labels",
        "managedFields",
        "data",
        "spec",
        "containers",
        "name",
        "operation",
        "Apply",
        "manager",
        "mooring/tests",
        "fieldsV1",
        "f:data",
        "f:metadata",
        "k:{\"name\":\"a\"}",
        "v:\"a\"",
        ".",
        "i:0",
        "ownerReferences",
        "rules",
        "x",
    ]);
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        word.clone().prop_map(Value::from),
        ".*".prop_map(Value::from),
    ];
    leaf.prop_recursive(6, 64, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::Array),
            prop::collection::vec((word.clone(), inner), 0..6).prop_map(|entries| Value::Object(
                entries.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()
            )),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn planning_again_after_carrying_out_writes_nothing(cases in cases(), policy in sets()) {
        let mut world = world(&cases, policy);
        let first = world.plan();
        world.carry_out(&first);
        let second = world.plan();
        for item in &second.items {
            prop_assert!(!item.action.writes(), "{:?} after {:?}", item, first.items.iter().find(|i| i.id == item.id));
        }
    }

    #[test]
    fn the_order_of_what_is_put_in_does_not_matter(
        (cases, shuffled) in cases().prop_flat_map(|cases| {
            // One case an object, so that order is all that differs.
            let mut cases = cases;
            cases.sort_by_key(|case| (case.0, case.1));
            cases.dedup_by_key(|case| (case.0, case.1));
            (Just(cases.clone()), Just(cases).prop_shuffle())
        }),
    ) {
        let plan = world(&cases, policy()).plan();
        let other = world(&shuffled, policy()).plan();
        prop_assert_eq!(&plan, &other);
        prop_assert_eq!(plan.digest, other.digest);
    }

    #[test]
    fn only_own_members_of_complete_buckets_outside_of_errors_are_deleted(
        cases in cases(), policy in sets(), partial in prop::sample::subsequence(vec![0, 1, 2, 3], 0..4), broken in 0..8_usize,
    ) {
        let mut world = world(&cases, policy);
        let buckets: Vec<_> = (0..4).map(|kind| super::super::testing::bucket_of(&body(kind, "a", 0))).collect();
        for &kind in &partial {
            world.completeness.insert(buckets[kind].clone(), Completeness::Partial);
        }
        if let Some(bucket) = buckets.get(broken) {
            world.issues.push(Issue::error(Reach::Kind(bucket.clone()), IssueClass::Other, "broken"));
        }
        let plan = world.plan();
        for item in plan.items.iter().filter(|item| item.action == Action::Delete) {
            let at = buckets.iter().position(|bucket| *bucket == item.id.bucket()).unwrap();
            prop_assert!(!partial.contains(&at) && broken != at, "{:?}", item.id);
            prop_assert!(world.desired.get(&item.id).is_none());
            let live = world.live[&item.id].live();
            let ours = live["metadata"]["annotations"]["mooring.dev/integration"] == "tests"
                || live["metadata"]["labels"].get(crate::applyset::PART_OF).is_some();
            prop_assert!(ours);
        }
        for item in &plan.items {
            prop_assert!(item.action != Action::Create || item.reason == Reason::Missing);
        }
    }

    #[test]
    fn whatever_is_there_is_compared_without_panic(live in json_value(), fields in json_value(), kind in 0..4_usize, value in 0..3_u8) {
        let policy = policy().with_inventory(InventoryConfig::new("ops", "set"));
        let resource = resource(body(kind, "a", value));
        prop_assert!(!compare(&resource, &live, &policy).in_sync);
        let mut odd = Model::applied(&resource, &policy).live();
        odd["metadata"]["managedFields"] = json!([{ "manager": "mooring/tests", "operation": "Apply", "fieldsV1": fields }]);
        let _said = compare(&resource, &odd, &policy);
        odd["metadata"]["managedFields"] = fields;
        let _said = compare(&resource, &odd, &policy);
        let (_, mut bad) = (Managed::of(&live), Vec::new());
        let _set = FieldSet::parse(&live, &mut bad);
        let mut world = World::pruning(policy);
        let id = world.declare(body(kind, "a", value));
        let mut observed = world.observed();
        let mut there = live;
        if there.is_object() {
            if !there["metadata"].is_object() {
                there["metadata"] = json!({});
            }
            there["metadata"]["uid"] = json!("u");
            there["metadata"]["resourceVersion"] = json!("1");
        }
        for (name, desired) in [("a", world.desired.get(&id)), ("z", None)] {
            if let Some(object) = reduce(there.clone(), desired, &world.policy) {
                observed.buckets.get_mut(&id.bucket()).unwrap().objects.insert(name.into(), object);
            }
        }
        let _plan = plan(&world.desired, &observed, &world.policy);
    }
}
