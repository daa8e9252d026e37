//! Where declared and live values differ, when ownership does not settle it. Knows nothing of hashes and sets.

use std::borrow::Cow;

use serde_json::{Map, Value};

use super::super::conflict::is_client_side;
use super::super::equal;
use super::super::foreign;
use super::super::managed::{FieldSet, ItemKey, MAX_DEPTH, label_of};
use super::super::path::Step;
use super::{View, is_metadata_identity};
use crate::id::GroupKind;

impl View<'_> {
    /// Finds where declared and live values differ. What only the live object has is no difference here.
    pub(super) fn differences<'a>(&mut self, declared: &'a Value, live: &'a Value, path: &mut Vec<Step<'a>>) {
        let (Value::Object(declared), Value::Object(live)) = (declared, live) else { return };
        let union = std::mem::take(&mut self.union);
        for (name, value) in declared {
            if matches!(name.as_str(), "apiVersion" | "kind" | "status") {
                continue;
            }
            path.push(Step::field(name));
            self.differ(union.fields.get(name), value, live.get(name), path);
            path.pop();
        }
        self.union = union;
    }

    fn differ<'a>(
        &mut self,
        shape: Option<&FieldSet>,
        declared: &'a Value,
        live: Option<&'a Value>,
        path: &mut Vec<Step<'a>>,
    ) {
        if path.len() >= MAX_DEPTH || is_metadata_identity(path) || foreign::is_mark(self.subject.policy, path) {
            return;
        }
        let Some(live) = live.filter(|live| !live.is_null()) else {
            match declared {
                _ if equal::means_nothing(path, declared) => {}
                Value::Object(map) => {
                    for (name, value) in map {
                        path.push(Step::field(name));
                        self.differ(None, value, None, path);
                        path.pop();
                    }
                }
                _ => self.change(path, None, Some(declared)),
            }
            return;
        };
        match (declared, live) {
            (Value::Null, _) => {}
            (Value::Object(_), Value::Object(_)) | (Value::Array(_), Value::Array(_)) if declared == live => {}
            (Value::Object(map), Value::Object(seen)) => {
                for (name, value) in map {
                    path.push(Step::field(name));
                    let below =
                        shape.and_then(|shape| if shape.is_leaf() { Some(shape) } else { shape.fields.get(name) });
                    self.differ(below, value, seen.get(name), path);
                    path.pop();
                }
                // Where a value is owned as one, what is more is a difference: it cannot be anybody else's.
                if shape.is_some_and(FieldSet::is_leaf) && is_strict(self.subject.kind, path) {
                    for (name, value) in seen.iter().filter(|(name, _)| !map.contains_key(*name)) {
                        path.push(Step::field(name));
                        self.change(path, Some(value), None);
                        path.pop();
                    }
                }
            }
            (Value::Array(list), Value::Array(seen)) => self.differ_lists(shape, list, seen, declared, live, path),
            _ if equal::meanings(path, declared, live) => {}
            _ => self.change(path, Some(live), Some(declared)),
        }
    }

    fn differ_lists<'a>(
        &mut self,
        shape: Option<&FieldSet>,
        list: &'a [Value],
        seen: &'a [Value],
        declared: &'a Value,
        live: &'a Value,
        path: &mut Vec<Step<'a>>,
    ) {
        if let Some(keys) = merge_keys(shape, path, list, seen) {
            for item in list {
                let found = same_item(&keys, item, seen);
                path.push(Step::Item(key_label(&keys, item), found.map(|(index, _)| index)));
                match found {
                    Some((index, other)) => {
                        let below = shape.and_then(|shape| shape.item(index, other)).map(|(_, below)| below);
                        self.differ(below, item, Some(other), path);
                    }
                    None => self.change(path, None, Some(item)),
                }
                path.pop();
            }
            return;
        }
        if shape.is_some_and(FieldSet::is_set) || path.last().is_some_and(|step| step.text() == "finalizers") {
            for item in list.iter().filter(|item| !seen.iter().any(|other| equal::scalars(item, other))) {
                path.push(Step::Item(ItemKey::Value(item.clone()).label(), None));
                self.change(path, None, Some(item));
                path.pop();
            }
            return;
        }
        if list.len() != seen.len() {
            self.change(path, Some(live), Some(declared));
            return;
        }
        // A list that is owned as one is owned so all the way down.
        let one = FieldSet { own: true, ..FieldSet::default() };
        for (index, (item, other)) in list.iter().zip(seen).enumerate() {
            path.push(Step::Item(index.to_string(), Some(index)));
            self.differ(Some(&one), item, Some(other), path);
            path.pop();
        }
    }

    /// On first contact with an object that `kubectl apply` or the like declared: what it declared and we do not goes away.
    pub(super) fn formerly_applied(&mut self, declared: &Value, live: &Value) {
        let name = "kubectl.kubernetes.io/last-applied-configuration";
        let last = live.pointer("/metadata/annotations").and_then(|map| map.get(name)).and_then(Value::as_str);
        let Some(last) = last.and_then(|text| serde_json::from_str::<Value>(text).ok()) else { return };
        let writers: Vec<_> = self.managed.entries.iter().filter(|entry| is_client_side(&entry.manager)).collect();
        let mut gone = Vec::new();
        dropped(&last, declared, live, &mut Vec::new(), &mut gone);
        for (path, live) in gone {
            if writers.iter().any(|entry| entry.fields.holds(&path)) {
                self.change(&path, Some(live), None);
            }
        }
    }
}

/// Where more than is declared is a difference even in values that are owned as one: elsewhere it may be a default.
fn is_strict(kind: &GroupKind, path: &[Step<'_>]) -> bool {
    let selects = |step: &Step<'_>| matches!(step.text(), "selector" | "matchLabels" | "nodeSelector");
    let rights =
        &*kind.group == "rbac.authorization.k8s.io" && path.first().is_some_and(|step| step.text() != "metadata");
    rights || path.iter().any(selects)
}

/// By which keys items of well-known lists are told apart, by the name of the list and what it is in.
const MERGE_KEYS: &[(&str, &str, &[&str])] = &[
    ("containers", "", &["name"]),
    ("initContainers", "", &["name"]),
    ("ephemeralContainers", "", &["name"]),
    ("env", "", &["name"]),
    ("volumes", "", &["name"]),
    ("imagePullSecrets", "", &["name"]),
    ("secrets", "", &["name"]),
    ("webhooks", "", &["name"]),
    ("volumeMounts", "", &["mountPath"]),
    ("volumeDevices", "", &["devicePath"]),
    ("hostAliases", "", &["ip"]),
    ("topologySpreadConstraints", "", &["topologyKey", "whenUnsatisfiable"]),
    ("ports", "containers", &["containerPort", "protocol"]),
    ("ports", "initContainers", &["containerPort", "protocol"]),
    ("ports", "spec", &["port", "protocol"]),
    ("ownerReferences", "metadata", &["uid"]),
];

fn merge_keys<'k>(
    shape: Option<&'k FieldSet>,
    path: &[Step<'_>],
    list: &[Value],
    seen: &[Value],
) -> Option<Vec<Cow<'k, str>>> {
    if !list.iter().chain(seen).all(Value::is_object) {
        return None;
    }
    if let Some(names) = shape.and_then(FieldSet::key_names) {
        return Some(names.into_iter().map(Cow::Borrowed).collect());
    }
    if shape.is_some_and(FieldSet::is_leaf) {
        return None;
    }
    let name = path.last()?.text();
    let mut above = path.iter().rev().skip(1).filter(|step| matches!(step, Step::Field(_)));
    let above = above.next().map_or("", Step::text);
    let (_, _, keys) =
        MERGE_KEYS.iter().find(|(list, place, _)| *list == name && (place.is_empty() || *place == above))?;
    Some(keys.iter().map(|&key| Cow::Borrowed(key)).collect())
}

/// The live item that a declared one is about: by the keys that it has, and where it lacks some, one that has their defaults if any.
fn same_item<'v>(keys: &[Cow<'_, str>], item: &Value, seen: &'v [Value]) -> Option<(usize, &'v Value)> {
    let has = keys.iter().any(|key| item.get(&**key).is_some());
    let fits = |other: &Value, strict: bool| {
        keys.iter().all(|key| match (item.get(&**key), other.get(&**key)) {
            (Some(own), Some(other)) => equal::scalars(own, other),
            (Some(own), None) => equal::scalars(own, &Value::from("TCP")) && key == "protocol",
            (None, Some(other)) => !strict || key != "protocol" || other == "TCP",
            (None, None) => true,
        })
    };
    let find = |strict| seen.iter().enumerate().find(|(_, other)| has && fits(other, strict));
    find(true).or_else(|| find(false))
}

fn key_label(keys: &[Cow<'_, str>], item: &Value) -> String {
    label_of(keys.iter().filter_map(|key| Some((&**key, item.get(&**key)?))))
}

type Gone<'a> = Vec<(Vec<Step<'a>>, &'a Value)>;

/// What was declared last, is there still, and is declared no more.
fn dropped<'a>(last: &'a Value, declared: &Value, live: &'a Value, path: &mut Vec<Step<'a>>, gone: &mut Gone<'a>) {
    let (Value::Object(last), Value::Object(live)) = (last, live) else { return };
    if path.len() >= MAX_DEPTH {
        return;
    }
    let empty = Value::Object(Map::new());
    for (name, value) in last {
        let Some((live_name, live)) = live.get_key_value(name) else { continue };
        if matches!(name.as_str(), "apiVersion" | "kind" | "status") && path.is_empty() {
            continue;
        }
        path.push(Step::field(live_name));
        if !is_metadata_identity(path) {
            match declared.get(name) {
                Some(declared) => dropped(value, declared, live, path, gone),
                None if value.is_object() && live.is_object() => dropped(value, &empty, live, path, gone),
                None if value.is_null() => {}
                None => gone.push((path.clone(), live)),
            }
        }
        path.pop();
    }
}
