//! Brings recorded ownership in line with a schema that changed: what became atomic is owned as a whole.
use crate::apply::path::Element;
use crate::apply::set::Set;
use crate::schema::types::{Relation, TypeId, Types};

/// The set as the schema now sees it; `None` when nothing changes.
pub(crate) fn reconcile(types: &Types, root: TypeId, set: &Set) -> Option<Set> {
    let mut walker = Walker { types, path: Vec::new(), collapsed: Vec::new() };
    walker.walk(root, Some(set), false);
    if walker.collapsed.is_empty() {
        return None;
    }
    let mut whole = Set::new();
    for path in &walker.collapsed {
        whole.insert(path);
    }
    Some(set.recursive_difference(&whole).union(&whole))
}

struct Walker<'a> {
    types: &'a Types,
    path: Vec<Element>,
    collapsed: Vec<Vec<Element>>,
}

impl Walker<'_> {
    fn walk(&mut self, id: TypeId, set: Option<&Set>, owned_as_a_whole: bool) {
        let of = self.types.get(id);
        if let Some(map) = &of.map {
            if map.is_deduced() {
                return;
            }
            if map.atomic {
                if !owned_as_a_whole && set.is_some_and(|set| !set.is_empty()) {
                    self.collapsed.push(self.path.clone());
                }
                return;
            }
            for entry in set.into_iter().flat_map(Set::entries) {
                let next = match &entry.element {
                    Element::Field(name) => map.type_of(name),
                    _ => map.element,
                };
                self.descend(next, &entry.element, entry.member, &entry.below);
            }
        } else if let (None, Some(list)) = (of.scalar, &of.list) {
            if list.relation == Relation::Atomic {
                if !owned_as_a_whole {
                    self.collapsed.push(self.path.clone());
                }
                return;
            }
            for entry in set.into_iter().flat_map(Set::entries) {
                self.descend(Some(list.element), &entry.element, entry.member, &entry.below);
            }
        }
    }

    fn descend(&mut self, id: Option<TypeId>, element: &Element, member: bool, below: &Set) {
        let Some(id) = id else { return };
        self.path.push(element.clone());
        let leaf = below.is_empty();
        self.walk(id, (!leaf).then_some(below), member && leaf);
        self.path.pop();
    }
}
