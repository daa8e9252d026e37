//! Snapshots of a cluster's content: taken, checked and put in its place.
//!
//! It knows nothing of their text: that is [`crate::snapshot`].

use std::collections::{BTreeMap, HashMap, HashSet};

use serde_json::Value;

use super::resource::{Origin, Resource};
use super::{Api, definitions};
use crate::snapshot::{Item, ItemError, ItemProblem, Snapshot, SnapshotError};
use crate::storage::{Content, Revisions};

/// What is stored under one name.
struct Kind {
    namespaced: bool,
    kind: String,
    group: String,
    /// The `apiVersion`s of stored objects; empty if it is any of the group.
    stored: Vec<String>,
}

impl Api {
    /// All objects of the cluster at this moment, with uid, resource version and managed fields.
    pub fn snapshot(&self) -> Snapshot {
        Snapshot::of(self.store.content())
    }

    /// Puts the objects of a snapshot in the place of all objects of the cluster, at once.
    ///
    /// The cluster's revision only grows, and every watch and list from an earlier one is answered with 410. In a cluster that nobody has
    /// written to, objects keep their resource versions; in another one an object that is not there already, exactly so, gets a new one,
    /// because clients may know the old one as something else. Custom resources are served as the definitions in the snapshot say;
    /// tokens and allow rules stay as they are. Webhooks and admission are not asked.
    ///
    /// # Errors
    /// [`SnapshotError::Items`] names every object that cannot be stored; then nothing was changed.
    pub fn restore(&self, snapshot: &Snapshot) -> Result<(), SnapshotError> {
        let content = self.checked(snapshot)?;
        let untouched = self.store.revision() == self.born;
        let revisions = if untouched { Revisions::Keep } else { Revisions::Renew };
        self.store.replace_content(&content, revisions);
        definitions::restored(self);
        self.services.restored(self);
        Ok(())
    }

    fn checked(&self, snapshot: &Snapshot) -> Result<Content, SnapshotError> {
        let kinds = self.kinds_of(snapshot);
        let mut seen = HashSet::new();
        let mut problems = Vec::new();
        let mut content = Content { revision: snapshot.revision(), resources: BTreeMap::new() };
        for (index, item) in snapshot.items().iter().enumerate() {
            let fits = check(item, kinds.get(item.resource.as_ref()), snapshot.revision());
            let again = !seen.insert((item.resource.as_ref(), item.object.key()));
            match fits.err().or(again.then_some(ItemProblem::Twice)) {
                Some(problem) => problems.push(ItemError::new(index, item, problem)),
                None => content.resources.entry(item.resource.clone()).or_default().push(item.object.clone()),
            }
        }
        if problems.is_empty() { Ok(content) } else { Err(SnapshotError::Items(problems)) }
    }

    /// Built-in resources, and those that the snapshot itself defines.
    fn kinds_of(&self, snapshot: &Snapshot) -> HashMap<String, Kind> {
        let mut kinds: HashMap<String, Kind> = HashMap::new();
        for resource in self.registry.all().into_iter().filter(|resource| resource.origin == Origin::Builtin) {
            let kind = kinds.entry(resource.storage.clone()).or_insert_with(|| Kind::of(&resource));
            kind.stored.push(resource.storage_api_version.clone());
        }
        for (resource, definition) in snapshot.objects() {
            if resource == definitions::STORAGE {
                let (storage, kind) = Kind::defined_by(definition);
                kinds.entry(storage).or_insert(kind);
            }
        }
        kinds
    }
}

impl Kind {
    fn of(resource: &Resource) -> Self {
        Self {
            namespaced: resource.namespaced,
            kind: resource.kind.clone(),
            group: resource.group.clone(),
            stored: Vec::new(),
        }
    }

    fn defined_by(definition: &Value) -> (String, Self) {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let (spec, accepted) = (&definition["spec"], &definition["status"]["acceptedNames"]);
        let names = if accepted["plural"].is_string() { accepted } else { &spec["names"] };
        let group = text(&spec["group"]);
        let storage = format!("{}.{group}", text(&names["plural"]));
        let namespaced = spec["scope"] == "Namespaced";
        (storage, Self { namespaced, kind: text(&names["kind"]), group, stored: Vec::new() })
    }
}

fn check(item: &Item, kind: Option<&Kind>, newest: u64) -> Result<(), ItemProblem> {
    let kind = kind.ok_or(ItemProblem::UnknownResource)?;
    let object = item.object.value();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let (api_version, name) = (text(&object["apiVersion"]), text(&object["kind"]));
    let of_group = kind.stored.is_empty() && api_version.split('/').next() == Some(&kind.group);
    if name != kind.kind || !of_group && !kind.stored.contains(&api_version) {
        let version = kind.stored.first().unwrap_or(&kind.group);
        let expected = format!("{version} {}", kind.kind);
        return Err(ItemProblem::WrongKind { expected, found: format!("{api_version} {name}") });
    }
    if item.object.meta_str("name").is_empty() {
        return Err(ItemProblem::NoName);
    }
    if kind.namespaced == item.object.meta_str("namespace").is_empty() {
        return Err(ItemProblem::Misplaced);
    }
    if item.object.meta_str("uid").is_empty() {
        return Err(ItemProblem::NoUid);
    }
    if !(1..=newest).contains(&item.object.revision()) {
        return Err(ItemProblem::Version);
    }
    Ok(())
}
