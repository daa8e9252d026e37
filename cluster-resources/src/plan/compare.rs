//! Whether an object is as declared, told without asking its server: by who owns its fields, and where that does not say, by its values.
//!
//! An object of ours carries the hash of the declaration it was made from. That alone proves nothing: anybody can change a field and leave
//! the hash. But whoever changes a field takes it from the entry of our declaration in `managedFields`. So an object that carries the
//! hash, and whose declared fields we all own, is as we applied it, however the server has written it down (`1Gi` for `1024Mi`).

mod values;

use serde_json::Value;

use super::conflict::{conflict_policy, declared_policy, is_client_side, is_scaler};
use super::foreign::{self, Subject, foreign_fields};
use super::managed::{FieldSet, ItemKey, MAX_DEPTH, Managed, ManagerEntry, Operation};
use super::mask::masked;
use super::membership::{Membership, part_of};
use super::model::{FieldChange, ForeignField};
use super::path::{Step, covers, display};
use crate::applyset::PART_OF;
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
    compare_in(desired, live, policy, Membership::of(policy).as_ref())
}

/// The same for a set that is known.
pub(crate) fn compare_in(desired: &Resource, live: &Value, policy: &Policy, set: Option<&Membership>) -> Comparison {
    let manager = policy.actor.field_manager();
    let declared = desired.to_apply(&[], &[], None);
    let managed = Managed::of(live);
    let nothing = FieldSet::default();
    let entry = managed.declared_by(&manager);
    let ours = entry.map(|entry| &entry.fields);
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
        // What we wrote without apply counts defaults to us: nothing can be told from it.
        if entry.is_some_and(|entry| entry.operation == Operation::Apply) {
            view.given_up(ours, Some(&declared), Some(live), &mut Vec::new());
        }
    }
    let stamped = policy.scheme.read(live).hash.as_deref() == Some(&*hash);
    if !stamped || ours.is_none() || !view.unowned.is_empty() {
        view.union = managed.union();
        view.differences(&declared, live, &mut Vec::new());
        if ours.is_none() && !managed.entries.is_empty() {
            view.formerly_applied(&declared, live);
        }
    }
    view.membership(set);
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

    fn membership(&mut self, set: Option<&Membership>) {
        let Some(wanted) = set.map(Membership::id) else { return };
        let found = part_of(self.subject.live);
        if found != Some(&**wanted) {
            let path = ["metadata", "labels", PART_OF].map(Step::field);
            self.changes.push(FieldChange {
                path: display(&path),
                before: found.map(Value::from),
                after: Some(Value::from(&**wanted)),
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
        let Subject { kind, policy, declared, .. } = self.subject;
        let by_rule = || conflict_policy(policy, kind, &display(path), &entry.manager, operation);
        scaled || declared_policy(declared).unwrap_or_else(by_rule) == OnConflict::Yield
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

#[cfg(test)]
mod tests;
