//! Whether an object is as declared, told without asking its server: by who owns its fields, and where that does not say, by its values.
//!
//! An object of ours carries the hash of the declaration it was made from. That alone proves nothing: anybody can change a field and leave
//! the hash. But whoever changes a field takes it from the entry of our declaration in `managedFields`. So an object that carries the
//! hash, and whose declared fields we all own, is as we applied it, however the server has written it down (`1Gi` for `1024Mi`).

use std::borrow::Cow;

use serde_json::{Map, Value};

use super::conflict::{conflict_policy, is_client_side, is_scaler};
use super::equal;
use super::foreign::{self, Subject, foreign_fields};
use super::managed::{FieldSet, ItemKey, MAX_DEPTH, Managed, ManagerEntry, Operation, label_of};
use super::mask::masked;
use super::membership::part_of;
use super::model::{FieldChange, ForeignField};
use super::path::{Step, covers, display};
use crate::applyset::{PART_OF, set_id_of};
use crate::id::GroupKind;
use crate::policy::{Foreign, OnConflict, Policy};
use crate::resource::Resource;

/// How an object differs from its declaration.
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct Comparison {
    /// Nothing has to be written.
    pub in_sync: bool,
    /// It carries the hash of this very declaration.
    pub stamped: bool,
    /// Where values differ, as far as can be told. Empty does not mean in sync.
    pub changes: Vec<FieldChange>,
    /// Declared fields that are not owned by our declaration.
    pub unowned: Vec<String>,
    /// What others added, but for what is ignored.
    pub foreign: Vec<ForeignField>,
    /// Managers of before server-side apply, when our declaration was never applied: what they own becomes ours.
    pub client_side: Vec<String>,
    /// A controller that owns the object though the declaration names none: `Kind name`.
    pub controller: Option<String>,
    /// What could not be read in `managedFields`.
    pub bad: Vec<String>,
}

impl Comparison {
    /// Whether something that others added is taken away.
    #[must_use]
    pub fn reverts(&self) -> bool {
        self.foreign.iter().any(|field| field.policy == Foreign::Revert)
    }
}

/// Compares an object with its declaration. Pure; values of secrets appear as fingerprints.
#[must_use]
pub fn compare(desired: &Resource, live: &Value, policy: &Policy) -> Comparison {
    let manager = policy.actor.field_manager();
    let declared = desired.to_apply(&[], &[], None);
    let managed = Managed::of(live);
    let nothing = FieldSet::default();
    let ours = managed.declared_by(&manager);
    let subject = Subject { kind: desired.kind_and_group(), declared: &declared, live, policy };
    let hash = policy.scheme.hash(desired);
    let mut view = View {
        subject: &subject,
        managed: &managed,
        ours,
        union: FieldSet::default(),
        changes: Vec::new(),
        unowned: Vec::new(),
    };
    if let Some(ours) = ours {
        view.lost(Some(ours), &declared, &mut Vec::new());
        view.given_up(ours, Some(&declared), Some(live), &mut Vec::new());
    }
    let stamped = policy.scheme.read(live).hash.as_deref() == Some(&*hash);
    if !stamped || ours.is_none() || !view.unowned.is_empty() {
        view.union = managed.union();
        view.differences(&declared, live, &mut Vec::new());
        if ours.is_none() && !managed.entries.is_empty() {
            view.formerly_applied(&declared, live);
        }
    }
    view.membership();
    let foreign = foreign_fields(&subject, &managed, ours.unwrap_or(&nothing));
    let mut unowned = view.unowned;
    unowned.dedup();
    let changes = tidy(view.changes);
    let owned = if managed.entries.is_empty() { changes.is_empty() } else { ours.is_some() && unowned.is_empty() };
    let client_side = managed
        .entries
        .iter()
        .filter(|entry| {
            ours.is_none()
                && entry.operation == Operation::Update
                && entry.subresource.is_none()
                && is_client_side(&entry.manager)
        })
        .map(|entry| entry.manager.clone())
        .collect();
    let mut comparison = Comparison {
        in_sync: false,
        stamped,
        changes,
        unowned,
        foreign,
        client_side,
        controller: new_controller(&declared, live),
        bad: managed.bad,
    };
    comparison.in_sync = stamped && owned && comparison.changes.is_empty() && !comparison.reverts();
    comparison
}

/// One change a path, in the order of the paths.
fn tidy(mut changes: Vec<FieldChange>) -> Vec<FieldChange> {
    changes.sort_by(|a, b| a.path.cmp(&b.path));
    changes.dedup_by(|a, b| a.path == b.path);
    changes
}

/// Who controls an object, if the declaration does not say so itself.
fn new_controller(declared: &Value, live: &Value) -> Option<String> {
    let live = controller(live)?;
    (controller(declared).as_ref() != Some(&live)).then_some(live)
}

/// The controller among an object's owners: `Kind name`.
pub(crate) fn controller(object: &Value) -> Option<String> {
    let owners = object.pointer("/metadata/ownerReferences")?.as_array()?;
    let owner = owners.iter().find(|owner| owner.get("controller") == Some(&Value::Bool(true)))?;
    let text = |key: &str| owner.get(key).and_then(Value::as_str).unwrap_or("?");
    Some(format!("{} {}", text("kind"), text("name")))
}

struct View<'s> {
    subject: &'s Subject<'s>,
    managed: &'s Managed,
    /// What our declaration owns.
    ours: Option<&'s FieldSet>,
    /// Tells how lists are merged.
    union: FieldSet,
    changes: Vec<FieldChange>,
    unowned: Vec<String>,
}

impl View<'_> {
    /// Finds declared fields that our entry does not own. What is empty owns nothing, and needs not be owned.
    fn lost<'a>(&mut self, ours: Option<&FieldSet>, declared: &'a Value, path: &mut Vec<Step<'a>>) {
        if path.len() >= MAX_DEPTH || (path.len() == 1 && is_identity(path)) || is_metadata_identity(path) {
            return;
        }
        match declared {
            Value::Null => {}
            Value::Object(map) if map.is_empty() => {}
            Value::Array(list) if list.is_empty() => {}
            _ if !path.is_empty() && ours.is_some_and(FieldSet::is_leaf) => {}
            Value::Object(map) => {
                for (name, value) in map {
                    path.push(Step::field(name));
                    self.lost(ours.and_then(|ours| ours.fields.get(name)), value, path);
                    path.pop();
                }
            }
            Value::Array(list) => match ours {
                Some(ours) if !ours.items.is_empty() => {
                    for (index, item) in list.iter().enumerate() {
                        let own = ours.item(index, item);
                        let label = own.map_or_else(|| index.to_string(), |(key, _)| key.label());
                        path.push(Step::Item(label, Some(index)));
                        match own {
                            Some((_, below)) => self.lost(Some(below), item, path),
                            None => self.note(path),
                        }
                        path.pop();
                    }
                }
                _ => self.note(path),
            },
            Value::Bool(_) | Value::Number(_) | Value::String(_) => {
                if !ours.is_some_and(|ours| ours.own) {
                    self.note(path);
                }
            }
        }
    }

    fn note(&mut self, path: &[Step<'_>]) {
        if !self.excused(path) {
            self.unowned.push(display(path));
        }
    }

    /// Finds what our entry owns and the declaration no longer has: it goes away when the declaration is applied.
    fn given_up<'a>(
        &mut self,
        ours: &'a FieldSet,
        declared: Option<&'a Value>,
        live: Option<&'a Value>,
        path: &mut Vec<Step<'a>>,
    ) {
        if path.len() >= MAX_DEPTH || foreign::is_mark(self.subject.policy, path) || is_metadata_identity(path) {
            return;
        }
        let Some(declared) = declared else {
            let whole = ours.own || matches!(path.last(), Some(Step::Item(..)));
            match live {
                Some(live) if whole && !is_map_of_marks(path) => self.change(path, Some(live), None),
                Some(_) => self.given_up_below(ours, None, live, path),
                None => {}
            }
            return;
        };
        if !declared.is_null() {
            self.given_up_below(ours, Some(declared), live, path);
        }
    }

    fn given_up_below<'a>(
        &mut self,
        ours: &'a FieldSet,
        declared: Option<&'a Value>,
        live: Option<&'a Value>,
        path: &mut Vec<Step<'a>>,
    ) {
        for (name, below) in &ours.fields {
            path.push(Step::field(name));
            self.given_up(
                below,
                declared.and_then(|value| value.get(name)),
                live.and_then(|value| value.get(name)),
                path,
            );
            path.pop();
        }
        for (at, (key, below)) in ours.items.iter().enumerate() {
            let own = declared.and_then(Value::as_array).and_then(|list| {
                let mut items = list.iter().enumerate();
                items.find(|(index, item)| {
                    ours.item(*index, item).is_some_and(|found| std::ptr::eq(found, &ours.items[at]))
                })
            });
            let seen = live.and_then(|list| foreign::find(list, key));
            path.push(Step::Item(key.label(), seen.map(|(index, _)| index)));
            let kept: &dyn Fn(&str) -> bool = &|name| matches!(key, ItemKey::Keys(keys) if keys.contains_key(name));
            match own {
                // Keys that the server filled in are no loss.
                Some((_, item)) => {
                    for (name, deeper) in
                        below.fields.iter().filter(|(name, _)| item.get(name.as_str()).is_some() || !kept(name))
                    {
                        path.push(Step::field(name));
                        let live = seen.and_then(|(_, item)| item.get(name));
                        self.given_up(deeper, item.get(name), live, path);
                        path.pop();
                    }
                }
                None => self.given_up(below, None, seen.map(|(_, item)| item), path),
            }
            path.pop();
        }
    }

    /// Finds where declared and live values differ. What only the live object has is no difference here.
    fn differences<'a>(&mut self, declared: &'a Value, live: &'a Value, path: &mut Vec<Step<'a>>) {
        let (Value::Object(declared), Value::Object(live)) = (declared, live) else { return };
        let union = std::mem::take(&mut self.union);
        for (name, value) in declared {
            if matches!(name.as_str(), "apiVersion" | "kind" | "status") {
                continue;
            }
            path.push(Step::field(name));
            self.differ(Some(&union), value, live.get(name), path);
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
                    self.differ(shape.and_then(|shape| shape.fields.get(name)), value, seen.get(name), path);
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
    fn formerly_applied(&mut self, declared: &Value, live: &Value) {
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

    fn membership(&mut self) {
        let Some(inventory) = &self.subject.policy.inventory else { return };
        let wanted = set_id_of(inventory);
        let found = part_of(self.subject.live);
        if found != Some(&*wanted) {
            let path = ["metadata", "labels", PART_OF].map(Step::field);
            self.changes.push(FieldChange {
                path: display(&path),
                before: found.map(Value::from),
                after: Some(Value::from(&*wanted)),
                manager: None,
            });
        }
    }

    fn change(&mut self, path: &[Step<'_>], before: Option<&Value>, after: Option<&Value>) {
        if self.excused(path) {
            return;
        }
        let Subject { kind, policy, .. } = self.subject;
        let shown = |value: &Value| masked(policy, kind, path, value);
        let holder = self.managed.holders(path, self.ours).next().map(|entry| entry.manager.clone());
        self.changes.push(FieldChange {
            path: display(path),
            before: before.map(shown),
            after: after.map(shown),
            manager: holder,
        });
    }

    /// Whether nothing is done about a field: it is not compared, or left to whoever holds it.
    fn excused(&self, path: &[Step<'_>]) -> bool {
        let Subject { kind, policy, declared, .. } = self.subject;
        let texts = || path.iter().map(Step::text);
        let ignored = policy
            .ignore
            .iter()
            .any(|(own, pattern)| own.as_ref().is_none_or(|own| own == *kind) && covers(pattern, texts()));
        if ignored {
            return true;
        }
        let aggregated = kind.is("rbac.authorization.k8s.io", "ClusterRole")
            && covers("rules", texts())
            && declared.get("aggregationRule").is_some_and(Value::is_object);
        aggregated || self.managed.holders(path, self.ours).any(|entry| self.yields(entry, path))
    }

    fn yields(&self, entry: &ManagerEntry, path: &[Step<'_>]) -> bool {
        let operation = match entry.operation {
            Operation::Apply => "Apply",
            Operation::Update => "Update",
        };
        let scaled = entry.subresource.as_deref() == Some("scale") && is_scaler(&entry.manager);
        let Subject { kind, policy, .. } = self.subject;
        scaled || conflict_policy(policy, kind, &display(path), &entry.manager, operation) == OnConflict::Yield
    }
}

/// `apiVersion` and `kind`, which nobody owns.
fn is_identity(path: &[Step<'_>]) -> bool {
    path.first().is_some_and(|step| matches!(step.text(), "apiVersion" | "kind" | "status"))
}

/// What in the metadata nobody owns.
fn is_metadata_identity(path: &[Step<'_>]) -> bool {
    match path {
        [first, second] => first.text() == "metadata" && matches!(second.text(), "name" | "namespace" | "generateName"),
        _ => false,
    }
}

/// Labels and annotations may hold marks of ours only.
fn is_map_of_marks(path: &[Step<'_>]) -> bool {
    match path {
        [first] => first.text() == "metadata",
        [first, second] => first.text() == "metadata" && matches!(second.text(), "annotations" | "labels"),
        _ => false,
    }
}

/// Where more than is declared is a difference even in values that are owned as one: elsewhere it may be a default.
fn is_strict(kind: &GroupKind, path: &[Step<'_>]) -> bool {
    &*kind.group == "rbac.authorization.k8s.io" && path.first().is_some_and(|step| step.text() != "metadata")
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

#[cfg(test)]
mod tests;
