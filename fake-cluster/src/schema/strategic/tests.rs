//! What holds for every patch: one that was made from two documents leads from one to the other, and twice is once.
use std::sync::Arc;

use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use serde_json::{Map, Value, json};

use super::lookup::Place;
use super::{DELETE_FROM, ORDER, Problem};
use crate::schema::KindSchema;

fn pods() -> Arc<KindSchema> {
    KindSchema::builtin("", "v1", "Pod").unwrap()
}

/// As it would be stored: lists in which nothing is are left out.
fn merged(live: &Value, patch: &Value) -> Result<Value, Problem> {
    pods().merge_strategically(live, &mut patch.clone()).unwrap().map(stored)
}

fn stored(value: Value) -> Value {
    match value {
        Value::Object(members) => {
            let is_kept = |value: &Value| !value.as_array().is_some_and(Vec::is_empty);
            Value::Object(
                members
                    .into_iter()
                    .filter(|(_, value)| is_kept(value))
                    .map(|(key, value)| (key, stored(value)))
                    .collect(),
            )
        }
        Value::Array(items) => items.into_iter().map(stored).collect(),
        scalar => scalar,
    }
}

// === Documents ===

fn texts() -> impl Strategy<Value = Value> {
    let words = select(&["a", "b", "c"][..]);
    prop::collection::btree_map(words.clone().prop_map(str::to_owned), words.prop_map(Value::from), 0..3)
        .prop_map(|pairs| Value::Object(pairs.into_iter().collect()))
}

/// Items told apart by a key, each with some other fields.
fn items(
    key: &'static str,
    names: &'static [&'static str],
    rest: impl Strategy<Value = Value>,
) -> impl Strategy<Value = Value> {
    let order = subsequence(names, 0..=names.len()).prop_shuffle();
    (order, prop::collection::vec(rest, names.len())).prop_map(move |(order, rest)| {
        let item = |(name, mut rest): (&&str, Value)| {
            rest[key] = Value::from(*name);
            rest
        };
        order.iter().zip(rest).map(item).collect()
    })
}

fn containers() -> impl Strategy<Value = Value> {
    let image = select(&["x:1", "x:2"][..]).prop_map(|image| json!({"image": image}));
    let env = items("name", &["A", "B", "C"], select(&["1", "2"][..]).prop_map(|value| json!({"value": value})));
    let args = prop::collection::vec(select(&["-v", "-q"][..]), 0..3);
    let container = (image, env, args, texts()).prop_map(|(mut container, env, args, limits)| {
        container["env"] = env;
        container["args"] = json!(args);
        container["resources"] = json!({"limits": limits});
        container
    });
    items("name", &["one", "two", "three", "four"], container)
}

fn documents() -> impl Strategy<Value = Value> {
    let finalizers = subsequence(vec!["x/a", "x/b", "x/c", "x/d"], 0..=4).prop_shuffle();
    let volumes = items("name", &["data", "more"], Just(json!({"emptyDir": {}})));
    (texts(), finalizers, containers(), volumes, texts()).prop_map(
        |(labels, finalizers, containers, volumes, selector)| {
            stored(json!({
                "apiVersion": "v1", "kind": "Pod",
                "metadata": {"name": "a", "labels": labels, "finalizers": finalizers},
                "spec": {"containers": containers, "volumes": volumes, "nodeSelector": selector},
            }))
        },
    )
}

// === Patches ===

/// The patch that leads from one document to another, as `kubectl` makes them.
fn difference(place: Place<'_>, from: &Map<String, Value>, to: &Map<String, Value>) -> Map<String, Value> {
    let mut patch = Map::new();
    for gone in from.keys().filter(|key| !to.contains_key(*key)) {
        patch.insert(gone.clone(), Value::Null);
    }
    for (name, wanted) in to.iter().filter(|(name, wanted)| from.get(*name) != Some(wanted)) {
        match (from.get(name), wanted) {
            (Some(Value::Object(before)), Value::Object(after)) => {
                // A map of scalars has no fields to look up.
                let below = place.below(name).map_or(place, |(below, _)| below);
                patch.insert(name.clone(), difference(below, before, after).into());
            }
            (Some(Value::Array(before)), Value::Array(after)) => {
                let (below, strategy) = place.items(name).unwrap();
                match (strategy.how, strategy.key) {
                    ("merge", "") => {
                        let only = |these: &[Value], those: &[Value]| -> Vec<Value> {
                            these.iter().filter(|item| !those.contains(item)).cloned().collect()
                        };
                        patch.insert(name.clone(), only(after, before).into());
                        patch.insert(format!("{DELETE_FROM}/{name}"), only(before, after).into());
                        patch.insert(format!("{ORDER}/{name}"), wanted.clone());
                    }
                    ("merge", key) => {
                        patch.insert(name.clone(), changes(below, key, before, after).into());
                        let order = after.iter().map(|item| json!({key: item[key]}));
                        patch.insert(format!("{ORDER}/{name}"), order.collect());
                    }
                    _ => drop(patch.insert(name.clone(), wanted.clone())),
                }
            }
            _ => drop(patch.insert(name.clone(), wanted.clone())),
        }
    }
    patch
}

fn changes(place: Place<'_>, key: &str, before: &[Value], after: &[Value]) -> Vec<Value> {
    let of = |items: &[Value], wanted: &Value| items.iter().find(|item| item[key] == wanted[key]).cloned();
    let mut patch = Vec::new();
    for item in after {
        let Some(was) = of(before, item) else {
            patch.push(item.clone());
            continue;
        };
        let (Value::Object(was), Value::Object(item)) = (&was, item) else { continue };
        let mut change = difference(place, was, item);
        if !change.is_empty() {
            change.insert(key.to_owned(), item[key].clone());
            patch.push(change.into());
        }
    }
    let gone = before.iter().filter(|item| of(after, item).is_none());
    patch.extend(gone.map(|item| json!({key: item[key], "$patch": "delete"})));
    patch
}

/// Anything, with directives in it.
fn anything() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        (-1..3).prop_map(Value::from),
        select(&["a", "one", "replace", "delete", "merge"][..]).prop_map(Value::from),
    ];
    let names = select(
        &[
            "$patch",
            "$retainKeys",
            "$setElementOrder/containers",
            "$setElementOrder/finalizers",
            "$deleteFromPrimitiveList/finalizers",
            "$deleteFromPrimitiveList",
            "metadata",
            "spec",
            "finalizers",
            "labels",
            "containers",
            "env",
            "name",
            "a",
        ][..],
    );
    leaf.prop_recursive(5, 40, 4, move |inner| {
        prop_oneof![
            3 => prop::collection::btree_map(names.clone().prop_map(str::to_owned), inner.clone(), 0..4)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
            1 => prop::collection::vec(inner, 0..3).prop_map(Value::from),
        ]
    })
}

proptest! {
    #[test]
    fn a_patch_made_of_two_documents_leads_from_one_to_the_other((a, b) in (documents(), documents())) {
        let pods = pods();
        let root = Place::root(&pods.types, pods.root);
        let patch = Value::Object(difference(root, a.as_object().unwrap(), b.as_object().unwrap()));
        let once = merged(&a, &patch).unwrap();
        prop_assert_eq!(&once, &b);
        prop_assert_eq!(merged(&once, &patch).unwrap(), b);
    }

    #[test]
    fn a_patch_that_says_nothing_changes_nothing(document in documents()) {
        prop_assert_eq!(&merged(&document, &json!({})).unwrap(), &document);
        prop_assert_eq!(&merged(&document, &document).unwrap(), &document);
    }

    #[test]
    fn every_patch_is_applied_or_refused((document, patch) in (documents(), anything())) {
        let first = merged(&document, &patch);
        prop_assert_eq!(merged(&document, &patch), first);
    }
}

#[test]
fn every_field_with_a_strategy_is_a_field() {
    // Types that are not built in are skipped; those that are have all the fields that the data names.
    let pods = pods();
    let known = ["containers", "volumes", "initContainers", "topologySpreadConstraints"];
    let spec = pods.types.field(pods.root, "spec").unwrap().of;
    for name in known {
        assert!(pods.types.field(spec, name).is_some());
        assert_eq!(pods.types.strategy(spec, name).how, "merge", "{name}");
    }
    assert_eq!(pods.types.strategy(spec, "tolerations").how, "");
}
