//! Who owns which fields of an object, as its `managedFields` say; knows nothing of schemas and of what should be.
//!
//! Source: `fieldpath/serialize-pe.go` of sigs.k8s.io/structured-merge-diff for the format, `managedfields/internal/managers.go` of
//! k8s.io/apimachinery for the entries.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::equal;
use super::path::Step;

/// Deeper than this nothing is read; the server reads no deeper JSON either.
pub(crate) const MAX_DEPTH: usize = 100;

/// A set of fields, as a tree: what is owned here, and below.
///
/// The tree tells how lists are merged without a schema: one with keyed items is a map by those keys, one with values a set, and one
/// that is owned and has nothing below is one value.
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct FieldSet {
    /// Whether the value itself is owned, not only something in it.
    pub own: bool,
    /// What is owned in fields of a map.
    pub fields: BTreeMap<String, FieldSet>,
    /// What is owned in items of a list.
    pub items: Vec<(ItemKey, FieldSet)>,
}

/// How a set of fields names an item of a list.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum ItemKey {
    /// The item whose fields have these values (`k:`).
    Keys(Map<String, Value>),
    /// The item that is this value (`v:`).
    Value(Value),
    /// The item at this place (`i:`).
    Index(usize),
}

impl ItemKey {
    /// As paths write it: `name=app`, `="value"`, `2`.
    #[must_use]
    pub fn label(&self) -> String {
        match self {
            Self::Keys(keys) => label_of(keys.iter().map(|(name, value)| (name.as_str(), value))),
            Self::Value(value) => format!("={}", text_of(value)),
            Self::Index(index) => index.to_string(),
        }
    }

    /// Whether an item is the one that is meant. Keys that the item lacks do not count against it: the server fills in defaults.
    #[must_use]
    pub fn fits(&self, index: usize, item: &Value) -> bool {
        match self {
            Self::Keys(keys) => {
                let mut known = 0;
                keys.iter().all(|(name, value)| match item.get(name) {
                    Some(own) => {
                        known += 1;
                        equal::scalars(own, value)
                    }
                    None => item.is_object(),
                }) && known > 0
            }
            Self::Value(value) => equal::scalars(item, value),
            Self::Index(own) => *own == index,
        }
    }

    /// Whether an item lacks a key whose default is another.
    fn defaults_differ(&self, item: &Value) -> bool {
        matches!(self, Self::Keys(keys) if keys.get("protocol").is_some_and(|value| value != "TCP")
            && item.get("protocol").is_none())
    }
}

/// Keys and values as a label.
pub(crate) fn label_of<'a>(keys: impl Iterator<Item = (&'a str, &'a Value)>) -> String {
    keys.map(|(name, value)| format!("{name}={}", text_of(value))).collect::<Vec<_>>().join(",")
}

fn text_of(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

impl FieldSet {
    /// Reads a `fieldsV1`. What cannot be read is left out, and said in `bad`.
    #[must_use]
    pub fn parse(fields: &Value, bad: &mut Vec<String>) -> Self {
        Self::parse_at(fields, MAX_DEPTH, bad)
    }

    fn parse_at(fields: &Value, depth: usize, bad: &mut Vec<String>) -> Self {
        let mut set = Self::default();
        let Value::Object(map) = fields else {
            bad.push("a set of fields is no map".into());
            return set;
        };
        let Some(depth) = depth.checked_sub(1) else {
            bad.push("a set of fields is too deep".into());
            return set;
        };
        set.own = map.is_empty();
        for (key, below) in map {
            let (sort, rest) = key.split_at_checked(2).unwrap_or((key, ""));
            let item = match sort {
                "." => {
                    set.own = true;
                    continue;
                }
                "f:" => {
                    set.fields.insert(rest.to_owned(), Self::parse_at(below, depth, bad));
                    continue;
                }
                "k:" => match serde_json::from_str(rest) {
                    Ok(Value::Object(keys)) if !keys.is_empty() => Some(ItemKey::Keys(keys)),
                    _ => None,
                },
                "v:" => serde_json::from_str(rest).ok().map(ItemKey::Value),
                "i:" => rest.parse().ok().map(ItemKey::Index),
                _ => None,
            };
            match item {
                Some(item) => set.items.push((item, Self::parse_at(below, depth, bad))),
                None => bad.push("a name in a set of fields is none".into()),
            }
        }
        set
    }

    /// Whether the value is owned as one, with nothing told apart in it.
    #[must_use]
    pub fn is_leaf(&self) -> bool {
        self.own && self.fields.is_empty() && self.items.is_empty()
    }

    /// Whether nothing is owned here or below.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        !self.own && self.fields.values().all(Self::is_empty) && self.items.iter().all(|(_, below)| below.is_empty())
    }

    /// What is owned in an item of a list. One that lacks keys is found by those it has, when only one is like that.
    #[must_use]
    pub fn item(&self, index: usize, item: &Value) -> Option<&(ItemKey, Self)> {
        let fitting = || self.items.iter().filter(|(key, _)| key.fits(index, item));
        let mut certain = fitting().filter(|(key, _)| !key.defaults_differ(item));
        match (certain.next(), certain.next()) {
            (Some(one), None) => Some(one),
            (None, _) => {
                let mut any = fitting();
                any.next().filter(|_| any.next().is_none())
            }
            (Some(_), Some(_)) => {
                // Several fit: the one all of whose keys it has.
                fitting().find(|(key, _)| match key {
                    ItemKey::Keys(keys) => keys.keys().all(|name| item.get(name).is_some()),
                    ItemKey::Value(_) | ItemKey::Index(_) => true,
                })
            }
        }
    }

    /// What is owned at a path; a value that is owned as one owns everything in it.
    fn at(&self, steps: &[Step<'_>]) -> Option<&Self> {
        let Some((step, rest)) = steps.split_first() else { return Some(self) };
        if self.is_leaf() {
            return Some(self);
        }
        match step {
            Step::Field(name) => self.fields.get(name.as_ref())?.at(rest),
            Step::Item(label, _) => self.items.iter().find(|(key, _)| key.label() == *label)?.1.at(rest),
        }
    }

    /// Whether something at or below a path is owned.
    pub(crate) fn holds(&self, steps: &[Step<'_>]) -> bool {
        self.at(steps).is_some_and(|set| !set.is_empty())
    }

    /// Both sets together.
    pub(crate) fn merge(&mut self, other: &Self) {
        self.own |= other.own;
        for (name, below) in &other.fields {
            match self.fields.get_mut(name) {
                Some(own) => own.merge(below),
                None => drop(self.fields.insert(name.clone(), below.clone())),
            }
        }
        for (key, below) in &other.items {
            match self.items.iter_mut().find(|(own, _)| own == key) {
                Some((_, own)) => own.merge(below),
                None => self.items.push((key.clone(), below.clone())),
            }
        }
    }

    /// Names of the keys by which the items of this list are told apart.
    pub(crate) fn key_names(&self) -> Option<Vec<&str>> {
        self.items.iter().find_map(|(key, _)| match key {
            ItemKey::Keys(keys) => Some(keys.keys().map(String::as_str).collect()),
            ItemKey::Value(_) | ItemKey::Index(_) => None,
        })
    }

    /// Whether the items of this list are told apart by what they are.
    pub(crate) fn is_set(&self) -> bool {
        self.items.iter().any(|(key, _)| matches!(key, ItemKey::Value(_)))
    }
}

/// How a manager came to own fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Operation {
    /// By declaring them.
    Apply,
    /// By writing them.
    Update,
}

/// What one manager owns.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct ManagerEntry {
    /// Its name.
    pub manager: String,
    /// How it came to it.
    pub operation: Operation,
    /// When it last wrote, as the server says.
    pub time: Option<String>,
    /// In which version of the kind it wrote; what it owns is named as that version names it.
    pub api_version: Option<String>,
    /// Through which subresource, such as `status` or `scale`.
    pub subresource: Option<String>,
    /// What it owns.
    pub fields: FieldSet,
}

/// Everybody who owns fields of an object.
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct Managed {
    /// Who owns what.
    pub entries: Vec<ManagerEntry>,
    /// What could not be read.
    pub bad: Vec<String>,
}

impl Managed {
    /// Reads the `managedFields` of an object. What cannot be read is left out, and said in [`Managed::bad`].
    #[must_use]
    pub fn of(live: &Value) -> Self {
        let mut managed = Self::default();
        let entries = match live.pointer("/metadata/managedFields") {
            None | Some(Value::Null) => return managed,
            Some(Value::Array(entries)) => entries,
            Some(_) => {
                managed.bad.push("managedFields is no list".into());
                return managed;
            }
        };
        for (index, entry) in entries.iter().enumerate() {
            match ManagerEntry::parse(entry, &mut managed.bad) {
                Some(entry) => managed.entries.push(entry),
                None => managed.bad.push(format!("managedFields[{index}] is no entry")),
            }
        }
        managed
    }

    /// What a manager owns by its declaration; where it has declared nothing, what it has written (servers without apply).
    #[must_use]
    pub fn declared_by(&self, manager: &str) -> Option<&ManagerEntry> {
        let own = |operation| {
            self.entries.iter().find(move |entry| {
                entry.manager == manager && entry.operation == operation && entry.subresource.is_none()
            })
        };
        own(Operation::Apply).or_else(|| own(Operation::Update))
    }

    /// Who else than one owns something at or below a path.
    pub(crate) fn holders<'s>(
        &'s self,
        steps: &'s [Step<'_>],
        but: Option<&'s FieldSet>,
    ) -> impl Iterator<Item = &'s ManagerEntry> {
        let other = move |fields: &FieldSet| but.is_none_or(|but| !std::ptr::eq(but, fields));
        self.entries.iter().filter(move |entry| other(&entry.fields) && entry.fields.holds(steps))
    }

    /// What all own together.
    pub(crate) fn union(&self) -> FieldSet {
        self.entries.iter().fold(FieldSet::default(), |mut all, entry| {
            all.merge(&entry.fields);
            all
        })
    }
}

impl ManagerEntry {
    fn parse(entry: &Value, bad: &mut Vec<String>) -> Option<Self> {
        let text = |key: &str| entry.get(key).and_then(Value::as_str).map(str::to_owned);
        let operation = match entry.get("operation").and_then(Value::as_str)? {
            "Apply" => Operation::Apply,
            "Update" => Operation::Update,
            _ => return None,
        };
        if text("fieldsType").is_some_and(|sort| sort != "FieldsV1") {
            return None;
        }
        Some(Self {
            manager: text("manager").unwrap_or_default(),
            operation,
            time: text("time"),
            api_version: text("apiVersion").filter(|version| !version.is_empty()),
            subresource: text("subresource").filter(|name| !name.is_empty()),
            fields: entry.get("fieldsV1").map(|fields| FieldSet::parse(fields, bad)).unwrap_or_default(),
        })
    }
}

#[cfg(test)]
mod tests;
