//! What changed between two objects, as sets of paths. Knows nothing of owners.
use std::sync::Arc;

use serde_json::Value;

use crate::apply::path::{Element, equal};
use crate::apply::set::Set;
use crate::apply::typed::{Atom, atom, item_element};
use crate::schema::types::{List, Map, Relation, TypeId, Types};

/// The difference between two objects; no path is in more than one set.
#[derive(Debug, Default)]
pub(crate) struct Comparison {
    pub(crate) removed: Set,
    pub(crate) modified: Set,
    pub(crate) added: Set,
}

impl Comparison {
    pub(crate) fn map(self, filter: impl Fn(Set) -> Set) -> Self {
        Self { removed: filter(self.removed), modified: filter(self.modified), added: filter(self.added) }
    }

    /// Everything the new object sets differently.
    pub(crate) fn touched(&self) -> Set {
        self.modified.union(&self.added)
    }
}

/// Compares `old` with `new`.
pub(crate) fn compare(types: &Types, root: TypeId, old: &Value, new: &Value) -> Comparison {
    let mut walker = Walker { types, path: Vec::with_capacity(16), found: Comparison::default() };
    walker.walk(root, Some(old), Some(new));
    walker.found
}

struct Walker<'a> {
    types: &'a Types,
    path: Vec<Element>,
    found: Comparison,
}

impl Walker<'_> {
    fn walk(&mut self, id: TypeId, old: Option<&Value>, new: Option<&Value>) {
        if let (Some(old), Some(new)) = (old, new)
            && old == new
        {
            return;
        }
        let of = self.types.get(id);
        let leaf = match (old.and_then(|old| atom(of, Some(old))), new.and_then(|new| atom(of, Some(new)))) {
            (None, None) => return,
            (Some(atom), None) | (None, Some(atom)) => self.visit(atom, old, new),
            (Some(before), Some(after)) => {
                if !before.same_kind(&after) {
                    self.visit(before, old, new);
                }
                self.visit(after, old, new)
            }
        };
        if !leaf {
            if old.is_none() {
                self.found.added.insert(&self.path);
            } else if new.is_none() {
                self.found.removed.insert(&self.path);
            }
        }
    }

    /// Returns whether the place was compared as a whole.
    fn visit(&mut self, atom: Atom<'_>, old: Option<&Value>, new: Option<&Value>) -> bool {
        match atom {
            Atom::Scalar(_) => {
                self.leaf(old, new);
                true
            }
            Atom::Map(map) => {
                let (before, after) = (old.and_then(Value::as_object), new.and_then(Value::as_object));
                let empty = before.is_none_or(serde_json::Map::is_empty) && after.is_none_or(serde_json::Map::is_empty);
                if map.atomic || empty {
                    self.leaf(old, new);
                    return true;
                }
                self.fields(map, before, after);
                false
            }
            Atom::List(list) => {
                let before = old.and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
                let after = new.and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
                if list.relation == Relation::Atomic || (before.is_empty() && after.is_empty()) {
                    self.leaf(old, new);
                    return true;
                }
                self.items(list, before, after);
                false
            }
        }
    }

    fn leaf(&mut self, old: Option<&Value>, new: Option<&Value>) {
        match (old, new) {
            (None, _) => self.found.added.insert(&self.path),
            (_, None) => self.found.removed.insert(&self.path),
            (Some(old), Some(new)) => {
                if !equal(old, new) {
                    self.found.modified.insert(&self.path);
                }
            }
        }
    }

    fn fields(
        &mut self,
        map: &Map,
        before: Option<&serde_json::Map<String, Value>>,
        after: Option<&serde_json::Map<String, Value>>,
    ) {
        let step = |walker: &mut Self, key: &str, old: Option<&Value>, new: Option<&Value>| {
            if let (Some(old), Some(new)) = (old, new)
                && old == new
            {
                return;
            }
            let field = map.field(key);
            let Some(id) = field.map(|field| field.of).or(map.element) else { return };
            walker.path.push(match field {
                Some(field) => Element::Field(Arc::clone(&field.name)),
                None => Element::field(key),
            });
            walker.walk(id, old, new);
            walker.path.pop();
        };
        for (key, old) in before.into_iter().flatten() {
            step(self, key, Some(old), after.and_then(|after| after.get(key)));
        }
        for (key, new) in after.into_iter().flatten() {
            if before.is_none_or(|before| !before.contains_key(key)) {
                step(self, key, None, Some(new));
            }
        }
    }

    fn items(&mut self, list: &List, before: &[Value], after: &[Value]) {
        let types = self.types;
        let index = |items: &[Value]| -> Vec<Element> {
            items.iter().filter_map(|item| item_element(types, list, item).ok()).collect()
        };
        let (old_elements, new_elements) = (index(before), index(after));
        if old_elements.len() != before.len() || new_elements.len() != after.len() {
            // An item without an identity: nothing can be said about the items.
            return;
        }
        let mut done: Vec<&Element> = Vec::with_capacity(old_elements.len());
        for element in old_elements.iter().chain(&new_elements) {
            if done.contains(&element) {
                continue;
            }
            done.push(element);
            let olds = matching(&old_elements, before, element);
            let news = matching(&new_elements, after, element);
            self.path.push(element.clone());
            match (olds.as_slice(), news.as_slice()) {
                ([] | [_], [] | [_]) => self.walk(list.element, olds.first().copied(), news.first().copied()),
                // Repeated before and after: compared as a whole.
                ([_, _, ..], [_, _, ..]) => {
                    let same = olds.len() == news.len() && olds.iter().zip(&news).all(|(old, new)| equal(old, new));
                    if !same {
                        self.found.modified.insert(&self.path);
                    }
                }
                ([_, _, ..], _) => {
                    if let Some(new) = news.first() {
                        self.walk(list.element, None, Some(new));
                    }
                    self.found.removed.insert(&self.path);
                }
                (_, [_, _, ..]) => {
                    if let Some(old) = olds.first() {
                        self.walk(list.element, Some(old), None);
                    }
                    self.found.added.insert(&self.path);
                }
            }
            self.path.pop();
        }
    }
}

fn matching<'a>(elements: &[Element], items: &'a [Value], wanted: &Element) -> Vec<&'a Value> {
    elements.iter().zip(items).filter(|(element, _)| *element == wanted).map(|(_, item)| item).collect()
}
