//! All objects of a store at one moment: taken out as a whole, and put in as a whole.
//!
//! It knows nothing of what objects mean: who puts content in has checked it.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{History, Object, Store};

/// The objects of a store at one revision. They are shared, not copied.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Content {
    /// The revision of the latest write.
    pub revision: u64,
    /// The objects by what the store calls their resource, in key order.
    pub resources: BTreeMap<Box<str>, Vec<Arc<Object>>>,
}

/// What becomes of the revisions of objects that are put into a store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "an object keeps its revision or gets another")]
pub enum Revisions {
    /// They stay. For a store of which nobody has read a revision.
    Keep,
    /// An object that is not stored exactly so gets a new one, so that no revision of a key means two things.
    Renew,
}

impl Store {
    /// All objects, at one moment.
    pub fn content(&self) -> Content {
        let state = self.lock();
        let resources = state.resources.iter().filter(|(_, collection)| !collection.objects.is_empty());
        Content {
            revision: state.revision,
            resources: resources
                .map(|(resource, collection)| (resource.clone(), collection.objects.values().cloned().collect()))
                .collect(),
        }
    }

    /// Puts `content` in the place of all objects, at once. The revision of the store grows, whatever the content
    /// says, and the history is forgotten: watches and lists from an earlier revision are answered with 410.
    pub fn replace_content(&self, content: &Content, revisions: Revisions) {
        let mut state = self.lock();
        let newest = content.resources.values().flatten().map(|object| object.revision()).max().unwrap_or_default();
        let mut renewed: Vec<(&str, &Arc<Object>)> = Vec::new();
        let mut kept: Vec<(&str, Arc<Object>)> = Vec::new();
        for (resource, objects) in &content.resources {
            let live = state.resources.get(resource);
            for object in objects {
                let same = |live: &&Arc<Object>| is_same(live, object);
                match live.and_then(|collection| collection.objects.get(object.key())).filter(same) {
                    Some(live) => kept.push((resource, live.clone())),
                    None if revisions == Revisions::Keep => kept.push((resource, object.clone())),
                    None => renewed.push((resource, object)),
                }
            }
        }
        // Something has happened, even if nothing changed: whoever watches has to look again.
        state.revision = content.revision.max(newest).max(state.revision + 1);
        // As they came, so they come again.
        renewed.sort_by_key(|(_, object)| object.revision());
        for (resource, object) in renewed {
            let revision = state.advance();
            let renewed = Object::new(object.key().into(), revision, object.value().clone());
            kept.push((resource, Arc::new(renewed.with_residue(object.has_residue()))));
        }
        let revision = state.revision;
        state.compacted = revision;
        for collection in state.resources.values_mut() {
            collection.objects.clear();
            collection.history = History::default();
        }
        for (resource, object) in kept {
            state.collection(resource).objects.insert(object.key().into(), object);
        }
        for collection in state.resources.values_mut() {
            collection.signal.send_replace(revision);
        }
        self.signal.send_replace(revision);
    }
}

fn is_same(one: &Object, other: &Object) -> bool {
    one.revision() == other.revision() && one.has_residue() == other.has_residue() && one.value() == other.value()
}
