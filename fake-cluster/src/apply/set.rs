//! Sets of field paths as trees, and their algebra. Knows nothing of objects.
use std::cmp::Ordering;

use crate::apply::path::Element;
use crate::schema::types::{TypeId, Types};

/// A set of paths: at each step the elements that are members themselves, lead to members, or both.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Set {
    /// Sorted by element. An entry is a member or has members below it.
    entries: Vec<Entry>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) element: Element,
    pub(crate) member: bool,
    pub(crate) below: Set,
}

impl Set {
    pub(crate) const fn new() -> Self {
        Self { entries: Vec::new() }
    }

    pub(crate) const fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    pub(crate) fn entries(&self) -> &[Entry] {
        &self.entries
    }

    fn position(&self, element: &Element) -> Result<usize, usize> {
        // Built in order most of the time.
        match self.entries.last() {
            None => return Err(0),
            Some(last) if last.element < *element => return Err(self.entries.len()),
            Some(_) => {}
        }
        self.entries.binary_search_by(|entry| entry.element.cmp(element))
    }

    pub(crate) fn get(&self, element: &Element) -> Option<&Entry> {
        self.position(element).ok().and_then(|at| self.entries.get(at))
    }

    /// Adds one entry; nothing is added when it is no member and nothing is below.
    pub(crate) fn add(&mut self, element: Element, member: bool, below: Self) {
        if !member && below.is_empty() {
            return;
        }
        match self.position(&element) {
            Ok(at) => {
                if let Some(entry) = self.entries.get_mut(at) {
                    entry.member |= member;
                    if entry.below.is_empty() {
                        entry.below = below;
                    } else if !below.is_empty() {
                        entry.below = entry.below.union(&below);
                    }
                }
            }
            Err(at) => self.entries.insert(at, Entry { element, member, below }),
        }
    }

    /// Adds a path; the empty path, the whole object, is never owned.
    pub(crate) fn insert(&mut self, path: &[Element]) {
        let Some((first, rest)) = path.split_first() else { return };
        let at = match self.position(first) {
            Ok(at) => at,
            Err(at) => {
                let entry = Entry { element: first.clone(), member: false, below: Self::new() };
                self.entries.insert(at, entry);
                at
            }
        };
        if let Some(entry) = self.entries.get_mut(at) {
            if rest.is_empty() {
                entry.member = true;
            } else {
                entry.below.insert(rest);
            }
        }
    }

    pub(crate) fn has(&self, path: &[Element]) -> bool {
        match path.split_first() {
            None => false,
            Some((first, [])) => self.get(first).is_some_and(|entry| entry.member),
            Some((first, rest)) => self.get(first).is_some_and(|entry| entry.below.has(rest)),
        }
    }

    /// Every member of one of the sets.
    pub(crate) fn union(&self, other: &Self) -> Self {
        self.zip(other, |ours, theirs| match (ours, theirs) {
            (Some(entry), None) | (None, Some(entry)) => Some(entry.clone()),
            (Some(a), Some(b)) => Some(Entry {
                element: a.element.clone(),
                member: a.member || b.member,
                below: match (a.below.is_empty(), b.below.is_empty()) {
                    (_, true) => a.below.clone(),
                    (true, _) => b.below.clone(),
                    _ => a.below.union(&b.below),
                },
            }),
            (None, None) => None,
        })
    }

    /// The members of both sets.
    pub(crate) fn intersection(&self, other: &Self) -> Self {
        self.zip(other, |ours, theirs| match (ours, theirs) {
            (Some(a), Some(b)) => Some(Entry {
                element: a.element.clone(),
                member: a.member && b.member,
                below: a.below.intersection(&b.below),
            }),
            _ => None,
        })
    }

    /// The members of this set that are not in the other; members below a member of the other stay.
    pub(crate) fn difference(&self, other: &Self) -> Self {
        self.zip(other, |ours, theirs| match (ours, theirs) {
            (Some(a), None) => Some(a.clone()),
            (Some(a), Some(b)) => Some(Entry {
                element: a.element.clone(),
                member: a.member && !b.member,
                below: if b.below.is_empty() { a.below.clone() } else { a.below.difference(&b.below) },
            }),
            _ => None,
        })
    }

    /// As [`Set::difference`], and members below a member of the other go too.
    pub(crate) fn recursive_difference(&self, other: &Self) -> Self {
        self.zip(other, |ours, theirs| match (ours, theirs) {
            (Some(a), None) => Some(a.clone()),
            (Some(_), Some(b)) if b.member => None,
            (Some(a), Some(b)) => Some(Entry {
                element: a.element.clone(),
                member: a.member,
                below: a.below.recursive_difference(&b.below),
            }),
            _ => None,
        })
    }

    /// Whether every member of this set is in the other.
    pub(crate) fn is_subset(&self, other: &Self) -> bool {
        self.entries.iter().all(|entry| match other.get(&entry.element) {
            Some(theirs) => (theirs.member || !entry.member) && entry.below.is_subset(&theirs.below),
            None => false,
        })
    }

    /// Whether the sets share a member.
    pub(crate) fn intersects(&self, other: &Self) -> bool {
        self.entries.iter().any(|entry| {
            other
                .get(&entry.element)
                .is_some_and(|theirs| (theirs.member && entry.member) || entry.below.intersects(&theirs.below))
        })
    }

    /// Walks both sets in order.
    fn zip(&self, other: &Self, merge: impl Fn(Option<&Entry>, Option<&Entry>) -> Option<Entry>) -> Self {
        let mut entries = Vec::new();
        let (mut ours, mut theirs) = (self.entries.iter().peekable(), other.entries.iter().peekable());
        loop {
            let merged = match (ours.peek(), theirs.peek()) {
                (None, None) => break,
                (Some(_), None) => merge(ours.next(), None),
                (None, Some(_)) => merge(None, theirs.next()),
                (Some(a), Some(b)) => match a.element.cmp(&b.element) {
                    Ordering::Less => merge(ours.next(), None),
                    Ordering::Greater => merge(None, theirs.next()),
                    Ordering::Equal => merge(ours.next(), theirs.next()),
                },
            };
            if let Some(entry) = merged.filter(|entry| entry.member || !entry.below.is_empty()) {
                entries.push(entry);
            }
        }
        Self { entries }
    }

    /// The set with every declared field on the way to a member made a member.
    pub(crate) fn with_named_fields(&self, types: &Types, id: Option<TypeId>) -> Self {
        let of = id.map(|id| types.get(id));
        let map = of.and_then(|of| of.map.as_ref());
        let list = of.and_then(|of| of.list.as_ref());
        let entries = self.entries.iter().map(|entry| {
            let (declared, next) = match &entry.element {
                Element::Field(name) => {
                    (map.is_some_and(|map| map.field(name).is_some()), map.and_then(|map| map.type_of(name)))
                }
                Element::Key(_) => (false, list.map(|list| list.element)),
                Element::Value(_) | Element::Index(_) => (false, None),
            };
            Entry {
                element: entry.element.clone(),
                member: entry.member || (declared && !entry.below.is_empty()),
                below: if entry.below.is_empty() { Self::new() } else { entry.below.with_named_fields(types, next) },
            }
        });
        Self { entries: entries.collect() }
    }

    /// Every member as a readable path, in the order of the real server: a level's members before what is below them.
    pub(crate) fn paths(&self) -> Vec<String> {
        let mut out = Vec::new();
        self.collect("", &mut out);
        out
    }

    fn collect(&self, prefix: &str, out: &mut Vec<String>) {
        for entry in self.entries.iter().filter(|entry| entry.member) {
            out.push(format!("{prefix}{}", entry.element));
        }
        for entry in self.entries.iter().filter(|entry| !entry.below.is_empty()) {
            entry.below.collect(&format!("{prefix}{}", entry.element), out);
        }
    }
}
