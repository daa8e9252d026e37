//! What a server says it would change: an object as it is against the object that it answers in a dry run. Plain; no declaration is looked
//! at, as defaults, webhooks and conversions have had their say.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::managed::MAX_DEPTH;
use super::mask::masked;
use super::model::FieldChange;
use super::path::{Step, display};
use crate::id::GroupKind;
use crate::policy::Policy;

/// As many differences as are told of one object.
const MOST: usize = 500;
/// Metadata that servers keep: it differs whether or not anything changes.
const KEPT: [&str; 6] = ["generation", "managedFields", "resourceVersion", "uid", "creationTimestamp", "selfLink"];
/// What items of lists are called by, the first that all have.
const NAMES: [&str; 9] =
    ["name", "key", "mountPath", "devicePath", "containerPort", "port", "topologyKey", "type", "ip"];

/// What differs between an object and what it would be, sorted by path. Values of secrets are fingerprints.
pub(crate) fn predicted(policy: &Policy, kind: &GroupKind, before: &Value, after: &Value) -> Vec<FieldChange> {
    let mut walk = Walk { policy, kind, found: Vec::new() };
    walk.maps(before.as_object(), after.as_object(), &mut Vec::new());
    walk.found.sort_by(|one, other| one.path.cmp(&other.path));
    walk.found
}

/// Whether the same managers hold the same fields of both, whenever they wrote them.
pub(crate) fn same_holders(before: &Value, after: &Value) -> bool {
    let entries = |object: &Value| {
        let entries = object.pointer("/metadata/managedFields").and_then(Value::as_array);
        let mut entries: Vec<String> = entries
            .into_iter()
            .flatten()
            .filter_map(Value::as_object)
            .map(|entry| {
                let lasting: Map<String, Value> = entry
                    .iter()
                    .filter(|(key, _)| *key != "time")
                    .map(|(key, value)| (key.clone(), value.clone()))
                    .collect();
                Value::Object(lasting).to_string()
            })
            .collect();
        entries.sort_unstable();
        entries
    };
    entries(before) == entries(after)
}

struct Walk<'p> {
    policy: &'p Policy,
    kind: &'p GroupKind,
    found: Vec<FieldChange>,
}

impl Walk<'_> {
    fn value<'v>(&mut self, before: Option<&'v Value>, after: Option<&'v Value>, path: &mut Vec<Step<'v>>) {
        if before == after || self.found.len() >= MOST {
            return;
        }
        match (before, after) {
            (Some(Value::Object(before)), Some(Value::Object(after))) if path.len() < MAX_DEPTH => {
                self.maps(Some(before), Some(after), path);
            }
            (Some(Value::Array(before)), Some(Value::Array(after))) if path.len() < MAX_DEPTH => {
                self.lists(before, after, path);
            }
            _ => self.tell(before, after, path),
        }
    }

    fn maps<'v>(
        &mut self,
        before: Option<&'v Map<String, Value>>,
        after: Option<&'v Map<String, Value>>,
        path: &mut Vec<Step<'v>>,
    ) {
        let names: BTreeSet<&'v String> = before.into_iter().chain(after).flat_map(Map::keys).collect();
        for name in names {
            let kept = match &path[..] {
                [] => name == "status",
                [first] => first.text() == "metadata" && KEPT.contains(&name.as_str()),
                _ => false,
            };
            if kept {
                continue;
            }
            path.push(Step::field(name));
            self.value(before.and_then(|map| map.get(name)), after.and_then(|map| map.get(name)), path);
            path.pop();
        }
    }

    fn lists<'v>(&mut self, before: &'v [Value], after: &'v [Value], path: &mut Vec<Step<'v>>) {
        if let Some((name, old, new)) =
            NAMES.iter().find_map(|name| Some((name, named(before, name)?, named(after, name)?)))
        {
            let all: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
            let found = self.found.len();
            for label in all {
                path.push(Step::Item(format!("{name}={label}"), None));
                self.value(old.get(label).copied(), new.get(label).copied(), path);
                path.pop();
            }
            // The same items in another order: the order is what changes.
            if self.found.len() > found {
                return;
            }
        } else if before.len() == after.len() {
            for (at, (old, new)) in before.iter().zip(after).enumerate() {
                path.push(Step::Item(at.to_string(), Some(at)));
                self.value(Some(old), Some(new), path);
                path.pop();
            }
            return;
        }
        self.tell(Some(&Value::Array(before.to_vec())), Some(&Value::Array(after.to_vec())), path);
    }

    fn tell(&mut self, before: Option<&Value>, after: Option<&Value>, path: &[Step<'_>]) {
        let shown = |value: &Value| masked(self.policy, self.kind, path, value);
        let (before, after) = (before.map(shown), after.map(shown));
        self.found.push(FieldChange { path: display(path), before, after, manager: None });
    }
}

/// The items of a list by what they are called, when all have such a name and no two the same.
fn named<'v>(list: &'v [Value], name: &str) -> Option<BTreeMap<String, &'v Value>> {
    let mut items = BTreeMap::new();
    for item in list {
        let label = match item.get(name)? {
            Value::String(text) => text.clone(),
            Value::Number(number) => number.to_string(),
            _ => return None,
        };
        if items.insert(label, item).is_some() {
            return None;
        }
    }
    Some(items)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::policy::Actor;

    fn policy() -> Policy {
        Policy::new(Actor::new("mooring", "tests", "1.0.0"))
    }

    fn paths(before: &Value, after: &Value) -> Vec<String> {
        let found = predicted(&policy(), &GroupKind::core("Pod"), before, after);
        found.into_iter().map(|change| change.path).collect()
    }

    #[test]
    fn differences_are_told_where_they_are_and_what_servers_keep_is_none() {
        let before = json!({
            "metadata": {"name": "a", "resourceVersion": "1", "generation": 1, "labels": {"a": "1"}},
            "spec": {
                "containers": [{"name": "app", "image": "i:1"}, {"name": "side", "image": "s"}],
                "ports": [{"port": 80, "protocol": "TCP"}, {"port": 80, "protocol": "UDP"}], "args": ["a", "b"],
            },
            "status": {"phase": "Running"},
        });
        let mut after = before.clone();
        after["metadata"]["resourceVersion"] = json!("2");
        after["metadata"]["generation"] = json!(2);
        after["status"] = json!({});
        assert_eq!(paths(&before, &after), [""; 0]);
        after["metadata"]["labels"] = json!({"b": "2"});
        after["spec"]["containers"] = json!([{"name": "app", "image": "i:2"}, {"name": "new", "image": "n"}]);
        after["spec"]["ports"][1]["name"] = json!("dns");
        after["spec"]["args"] = json!(["a"]);
        assert_eq!(
            paths(&before, &after),
            [
                "metadata.labels.a",
                "metadata.labels.b",
                "spec.args",
                "spec.containers[name=app].image",
                "spec.containers[name=new]",
                "spec.containers[name=side]",
                "spec.ports[1].name",
            ]
        );
    }

    #[test]
    fn another_order_is_a_difference_of_the_list() {
        let list = |names: [&str; 2]| json!({"spec": {"c": names.map(|name| json!({"name": name}))}});
        assert_eq!(paths(&list(["a", "b"]), &list(["b", "a"])), ["spec.c"]);
    }

    #[test]
    fn values_of_secrets_are_fingerprints() {
        let (policy, kind) = (policy(), GroupKind::core("Secret"));
        let found =
            predicted(&policy, &kind, &json!({"data": {"a": "sentinel"}}), &json!({"data": {"a": "c2VudGluZWw="}}));
        assert!(
            found.len() == 1
                && !format!("{found:?}").contains("c2VudGluZW")
                && !format!("{found:?}").contains("sentinel")
        );
    }

    #[test]
    fn who_holds_fields_is_the_same_whenever_they_were_written() {
        let with = |time: &str, field: &str| json!({"metadata": {"managedFields": [{"manager": "m", "time": time, "fieldsV1": {field: {}}}]}});
        assert!(same_holders(&with("1", "f:a"), &with("2", "f:a")));
        assert!(!same_holders(&with("1", "f:a"), &with("1", "f:b")));
        assert!(same_holders(&json!({}), &json!({"metadata": {"managedFields": null}})));
    }

    fn value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<u8>().prop_map(Value::from),
            "[a-c]{0,2}".prop_map(Value::from)
        ];
        leaf.prop_recursive(4, 24, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                prop::collection::btree_map("name|key|[a-c]", inner, 0..4)
                    .prop_map(|map| Value::Object(map.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn nothing_is_told_of_what_is_equal_and_something_of_what_is_not(before in value(), after in value()) {
            let (before, after) = (json!({"spec": before}), json!({"spec": after}));
            prop_assert_eq!(paths(&before, &before), Vec::<String>::new());
            prop_assert_eq!(paths(&before, &after).is_empty(), before == after);
        }
    }
}
