//! Lays one object over another, list item by list item and key by key. Knows nothing of owners.
use serde_json::Value;

use crate::apply::path::Element;
use crate::apply::typed::{Atom, atom, item_element};
use crate::schema::types::{List, Map, Relation, TypeId, Types};

/// Lays `patch` over `live`. Nothing is removed; where both set a leaf, the patch wins; items of merged lists keep the
/// order of `live` unless the patch orders them differently. Both must fit their type.
pub(crate) fn merge(types: &Types, id: TypeId, live: &mut Value, patch: &Value) {
    match atom(types.get(id), Some(patch)) {
        None => {}
        Some(Atom::Scalar(_)) => live.clone_from(patch),
        Some(Atom::Map(map)) => merge_maps(types, map, live, patch),
        Some(Atom::List(list)) => merge_lists(types, list, live, patch),
    }
}

fn merge_maps(types: &Types, map: &Map, live: &mut Value, patch: &Value) {
    let is_empty = |value: &Value| value.as_object().is_none_or(serde_json::Map::is_empty);
    if map.atomic || (is_empty(live) && is_empty(patch)) {
        live.clone_from(patch);
        return;
    }
    let Value::Object(patch) = patch else { return };
    if !live.is_object() {
        *live = Value::Object(serde_json::Map::new());
    }
    let Value::Object(live) = live else { return };
    for (key, value) in patch {
        match (live.get_mut(key), map.type_of(key)) {
            (Some(there), Some(id)) => merge(types, id, there, value),
            _ => {
                live.insert(key.clone(), value.clone());
            }
        }
    }
}

fn merge_lists(types: &Types, list: &List, live: &mut Value, patch: &Value) {
    let is_empty = |value: &Value| value.as_array().is_none_or(Vec::is_empty);
    if list.relation == Relation::Atomic || (is_empty(live) && is_empty(patch)) {
        live.clone_from(patch);
        return;
    }
    let Value::Array(patch) = patch else { return };
    if !live.is_array() {
        *live = Value::Array(Vec::new());
    }
    let Value::Array(live) = live else { return };
    let element = |item: &Value| item_element(types, list, item).ok();
    let ours: Vec<Option<Element>> = live.iter().map(element).collect();
    let theirs: Vec<Option<Element>> = patch.iter().map(element).collect();
    if ours == theirs && is_distinct(&ours) {
        for (there, item) in live.iter_mut().zip(patch) {
            merge(types, list.element, there, item);
        }
        return;
    }
    *live = Weave::new(types, list, std::mem::take(live), patch, &ours, &theirs).run();
}

fn is_distinct(elements: &[Option<Element>]) -> bool {
    elements
        .iter()
        .enumerate()
        .all(|(index, element)| element.is_some() && !elements.get(..index).unwrap_or_default().contains(element))
}

/// Merges two lists into one order, as structured-merge-diff does.
struct Weave<'a> {
    types: &'a Types,
    list: &'a List,
    live: Vec<Option<Value>>,
    patch: &'a [Value],
    ours: &'a [Option<Element>],
    theirs: &'a [Option<Element>],
    /// The patch's elements that are in `live` too, in the patch's order.
    shared: std::collections::VecDeque<&'a Element>,
    merged: Vec<&'a Element>,
    out: Vec<Value>,
}

impl<'a> Weave<'a> {
    fn new(
        types: &'a Types,
        list: &'a List,
        live: Vec<Value>,
        patch: &'a [Value],
        ours: &'a [Option<Element>],
        theirs: &'a [Option<Element>],
    ) -> Self {
        Self {
            types,
            list,
            out: Vec::with_capacity(live.len().max(patch.len())),
            live: live.into_iter().map(Some).collect(),
            patch,
            ours,
            theirs,
            shared: theirs
                .iter()
                .flatten()
                .filter(|element| ours.iter().flatten().any(|our| our == *element))
                .collect(),
            merged: Vec::new(),
        }
    }

    fn run(mut self) -> Vec<Value> {
        let mut next_shared = self.shared.pop_front();
        let (mut l, mut r) = (0, 0);
        while l < self.ours.len() || r < self.theirs.len() {
            let (left, right) =
                (self.ours.get(l).and_then(Option::as_ref), self.theirs.get(r).and_then(Option::as_ref));
            // Items without an identity cannot be told apart; the real server refuses them earlier.
            if l < self.ours.len() && left.is_none() {
                l += 1;
                continue;
            }
            if r < self.theirs.len() && right.is_none() {
                r += 1;
                continue;
            }
            if let (Some(left), Some(right)) = (left, right) {
                if left == right {
                    self.take_patch(r, right);
                    l += 1;
                    r += 1;
                    next_shared = self.shared.pop_front();
                    continue;
                }
                if self.is_in_patch(left) && next_shared.is_some_and(|next| next != left) {
                    // A shared item, but not the one whose turn it is.
                    l += 1;
                    continue;
                }
            }
            if let Some(left) = left {
                if !self.is_in_patch(left) {
                    if let Some(item) = self.live.get_mut(l).and_then(Option::take) {
                        self.out.push(item);
                    }
                    l += 1;
                    continue;
                }
                if self.merged.contains(&left) {
                    l += 1;
                }
            }
            if let Some(right) = right {
                self.take_patch(r, right);
                r += 1;
                if next_shared == Some(right) {
                    next_shared = self.shared.pop_front();
                }
            }
        }
        self.out
    }

    fn is_in_patch(&self, element: &Element) -> bool {
        self.theirs.iter().flatten().any(|their| their == element)
    }

    /// Emits the patch's item, merged with its counterpart in `live` when there is exactly one.
    fn take_patch(&mut self, at: usize, element: &'a Element) {
        self.merged.push(element);
        let Some(item) = self.patch.get(at) else { return };
        let mut twins = self.ours.iter().enumerate().filter(|(_, our)| our.as_ref() == Some(element)).map(|(at, _)| at);
        let counterpart = match (twins.next(), twins.next()) {
            (Some(only), None) => self.live.get_mut(only).and_then(Option::take),
            _ => None,
        };
        let merged = match counterpart {
            Some(mut there) => {
                merge(self.types, self.list.element, &mut there, item);
                there
            }
            None => item.clone(),
        };
        self.out.push(merged);
    }
}
