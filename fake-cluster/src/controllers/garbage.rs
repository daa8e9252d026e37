//! Garbage collection: what becomes of objects whose owners are gone or go. Knows owner references and finalizers, and no kind.
//!
//! It follows `pkg/controller/garbagecollector`, except that it keeps no graph: each time it looks at everything that is stored.

use std::sync::Arc;

use serde_json::{Value, json};

use super::owners::{Dependents, references};
use super::step::{Step, Write, controller};
use super::view::{View, is_deleting, text, texts};
use crate::api::Resource;
use crate::storage::Object;

/// The finalizer of an owner that waits until its dependents are gone.
const FOREGROUND: &str = "foregroundDeletion";
/// The finalizer of an owner that waits until its dependents are let go.
const ORPHAN: &str = "orphan";
/// What the store calls events; they are never collected.
const EVENTS: &str = "events";

/// All objects that may have owners.
struct Graph<'a> {
    view: &'a View,
    items: Vec<(&'a Arc<Resource>, &'a Arc<Object>)>,
    dependents: Dependents,
}

/// What is known of the owner that a reference names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Owner {
    /// It is there.
    Solid,
    /// It is not.
    Dangling,
    /// It is there, and waits until its dependents are gone.
    Waiting,
}

/// What comes next.
pub(super) fn steps(view: &View) -> Vec<Step> {
    let stored = view.resources().filter(|resource| resource.storage != EVENTS);
    let items =
        stored.flat_map(|resource| view.objects(&resource.storage).iter().map(move |object| (resource, object)));
    let mut graph = Graph { view, items: items.collect(), dependents: Dependents::default() };
    for (at, (_, object)) in graph.items.iter().enumerate() {
        graph.dependents.add(at, object);
    }
    graph.items.iter().flat_map(|(resource, object)| graph.of(resource, object)).collect()
}

// === impl Graph ===

impl Graph<'_> {
    fn dependents(&self, owner: &Object) -> impl Iterator<Item = (&Arc<Resource>, &Arc<Object>)> {
        self.dependents.of(owner.meta_str("uid")).iter().filter_map(|at| self.items.get(*at).copied())
    }

    /// What comes next for one object.
    fn of(&self, resource: &Arc<Resource>, object: &Arc<Object>) -> Vec<Step> {
        let actor = controller("generic-garbage-collector");
        let step = |write| vec![Step::to(&actor, resource, object, write)];
        if !is_deleting(object) {
            return self.collect(object).map(step).unwrap_or_default();
        }
        if has(object, ORPHAN) {
            let uid = object.meta_str("uid");
            let released: Vec<Step> = self
                .dependents(object)
                .map(|(of, dependent)| Step::to(&actor, of, dependent, without_owners(dependent, |owner| owner == uid)))
                .collect();
            return if released.is_empty() { step(without_finalizer(object, ORPHAN)) } else { released };
        }
        if has(object, FOREGROUND) && !self.dependents(object).any(|(_, dependent)| blocks(dependent, object)) {
            return step(without_finalizer(object, FOREGROUND));
        }
        Vec::new()
    }

    /// What comes next for an object that is not being deleted.
    fn collect(&self, object: &Object) -> Option<Write> {
        let references = references(object);
        if references.is_empty() {
            return None;
        }
        // If one owner cannot be judged, nothing is done: it may be of a kind that is not served yet.
        let owners: Vec<Owner> =
            references.iter().map(|reference| self.owner(object, reference)).collect::<Option<_>>()?;
        if owners.contains(&Owner::Solid) {
            if owners.iter().all(|owner| *owner == Owner::Solid) {
                return None;
            }
            let gone: Vec<&str> = references
                .iter()
                .zip(&owners)
                .filter(|(_, owner)| **owner != Owner::Solid)
                .map(|(reference, _)| text(&reference["uid"]))
                .collect();
            return Some(without_owners(object, |owner| gone.contains(&owner)));
        }
        let mut dependents = self.dependents(object).peekable();
        if owners.contains(&Owner::Waiting) && dependents.peek().is_some() {
            // Whoever waits for an owner that waits for it: nobody may block any more.
            let circular = dependents.any(|(_, dependent)| is_deleting(dependent) && has(dependent, FOREGROUND));
            if circular && references.iter().any(|reference| reference["blockOwnerDeletion"] == true) {
                return Some(unblocked(object));
            }
            return Some(Write::delete_exactly(object, "Foreground"));
        }
        let propagation = match () {
            () if has(object, ORPHAN) => "Orphan",
            () if has(object, FOREGROUND) => "Foreground",
            () => "Background",
        };
        Some(Write::delete_exactly(object, propagation))
    }

    /// What is known of an owner. Nothing if its kind is not served, or if it lives in a namespace and its dependent does not.
    fn owner(&self, dependent: &Object, reference: &Value) -> Option<Owner> {
        let resource = self.view.kind(text(&reference["apiVersion"]), text(&reference["kind"]))?;
        let namespace = dependent.meta_str("namespace");
        if resource.namespaced && namespace.is_empty() {
            return None;
        }
        let found = self.view.get(&resource.storage, &resource.key(namespace, text(&reference["name"])));
        Some(match found {
            Some(owner) if owner.meta_str("uid") != text(&reference["uid"]) => Owner::Dangling,
            Some(owner) if is_deleting(owner) && has(owner, FOREGROUND) => Owner::Waiting,
            Some(_) => Owner::Solid,
            None => Owner::Dangling,
        })
    }
}

/// Whether an object has a finalizer.
pub(super) fn has(object: &Object, finalizer: &str) -> bool {
    texts(&object.metadata()["finalizers"]).any(|found| found == finalizer)
}

/// Whether an owner has to wait for this dependent.
fn blocks(dependent: &Object, owner: &Object) -> bool {
    let uid = owner.meta_str("uid");
    references(dependent).iter().any(|reference| reference["uid"] == uid && reference["blockOwnerDeletion"] == true)
}

/// Takes a finalizer off.
pub(super) fn without_finalizer(object: &Object, finalizer: &str) -> Write {
    let kept: Vec<&str> = texts(&object.metadata()["finalizers"]).filter(|found| *found != finalizer).collect();
    Write::patch_metadata(object, "finalizers", if kept.is_empty() { Value::Null } else { json!(kept) })
}

fn without_owners(object: &Object, gone: impl Fn(&str) -> bool) -> Write {
    let kept: Vec<&Value> = references(object).iter().filter(|reference| !gone(text(&reference["uid"]))).collect();
    Write::patch_metadata(object, "ownerReferences", if kept.is_empty() { Value::Null } else { json!(kept) })
}

fn unblocked(object: &Object) -> Write {
    let mut all = references(object).to_vec();
    for reference in &mut all {
        if reference["blockOwnerDeletion"] == true {
            reference["blockOwnerDeletion"] = json!(false);
        }
    }
    Write::patch_metadata(object, "ownerReferences", Value::Array(all))
}
