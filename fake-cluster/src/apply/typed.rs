//! Objects seen through their types: which kind of value a place holds, how list items are told apart, which paths an object sets.
use std::fmt;
use std::sync::Arc;

use serde_json::Value;

use crate::apply::path::Element;
use crate::apply::set::Set;
use crate::schema::text::{go_type, plain, syntax};
use crate::schema::types::{List, Map, Name, Relation, Scalar, Type, TypeId, Types};

/// How a place is walked, once the value there is known.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Atom<'a> {
    Map(&'a Map),
    Scalar(Scalar),
    List(&'a List),
}

impl Atom<'_> {
    pub(crate) fn same_kind(&self, other: &Self) -> bool {
        matches!(
            (self, other),
            (Self::Map(_), Self::Map(_)) | (Self::Scalar(_), Self::Scalar(_)) | (Self::List(_), Self::List(_))
        )
    }
}

/// The atom that applies to `value`; a value of no allowed kind gets the first kind the type has.
pub(crate) fn atom<'a>(of: &'a Type, value: Option<&Value>) -> Option<Atom<'a>> {
    let map = of.map.as_ref().map(Atom::Map);
    let scalar = of.scalar.map(Atom::Scalar);
    let list = of.list.as_ref().map(Atom::List);
    let fitting = match value {
        None | Some(Value::Null) => None,
        Some(Value::Bool(_) | Value::Number(_) | Value::String(_)) => scalar,
        Some(Value::Array(_)) => list,
        Some(Value::Object(_)) => map,
    };
    fitting.or(map).or(scalar).or(list)
}

/// One place where an object does not fit its type.
#[derive(Clone, Debug)]
pub(crate) struct Misfit {
    path: String,
    message: String,
}

/// Every misfit, printed as structured-merge-diff prints them.
#[derive(Clone, Debug)]
pub(crate) struct Misfits(pub(crate) Vec<Misfit>);

impl fmt::Display for Misfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.path.is_empty() { f.write_str(&self.message) } else { write!(f, "{}: {}", self.path, self.message) }
    }
}

impl fmt::Display for Misfits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.as_slice() {
            [one] => one.fmt(f),
            many => {
                f.write_str("errors:")?;
                many.iter().try_for_each(|misfit| write!(f, "\n  {misfit}"))
            }
        }
    }
}

/// What tells a list item from its siblings.
///
/// # Errors
/// The item has no identity in this kind of list.
pub(crate) fn item_element(types: &Types, list: &List, item: &Value) -> Result<Element, String> {
    match &list.relation {
        Relation::Atomic => Err("invalid indexing of non-associative list".to_owned()),
        Relation::Set => match item {
            Value::Object(_) => Err("associative list without keys has an element that's a map type".to_owned()),
            Value::Array(_) => Err("not supported: associative list with lists as elements".to_owned()),
            Value::Null => Err("associative list without keys has an element that's an explicit null".to_owned()),
            scalar => Ok(Element::Value(Arc::new(scalar.clone()))),
        },
        Relation::Keys(keys) => {
            let object = match item {
                Value::Object(object) => object,
                Value::Null => return Err("associative list with keys may not have a null element".to_owned()),
                _ => return Err("associative list with keys may not have non-map elements".to_owned()),
            };
            let value_of = |key: &Name| {
                object
                    .get(&**key)
                    .or_else(|| types.field(list.element, key)?.key_default.as_ref())
                    .map(|value| (Arc::clone(key), value.clone()))
            };
            if let [key] = &**keys
                && let Some(found) = value_of(key)
            {
                return Ok(Element::Key(Arc::new([found])));
            }
            let mut found: Vec<(Name, Value)> = keys.iter().filter_map(value_of).collect();
            if found.is_empty() {
                let quoted: Vec<String> = keys.iter().map(|key| format!("{key:?}")).collect();
                return Err(format!(
                    "associative list with keys has an element that omits all key fields [{}] (and doesn't have default values for any key fields)",
                    quoted.join(" ")
                ));
            }
            found.sort_by(|(a, _), (b, _)| a.cmp(b));
            Ok(Element::Key(found.into()))
        }
    }
}

/// Checks that `value` fits its type.
///
/// # Errors
/// Every misfit; duplicate list items among them unless they are allowed.
pub(crate) fn validate(types: &Types, root: TypeId, value: &Value, allow_duplicates: bool) -> Result<(), Misfits> {
    let mut validator = Validator { types, allow_duplicates, misfits: Vec::new() };
    validator.walk(root, value, &Trail { parent: None, element: TrailStep::Root });
    if validator.misfits.is_empty() { Ok(()) } else { Err(Misfits(validator.misfits)) }
}

/// Whether a list of an object that otherwise fits its type has an item without any of its keys.
pub(crate) fn has_nameless_items(types: &Types, id: TypeId, value: &Value) -> bool {
    match (atom(types.get(id), Some(value)), value) {
        (Some(Atom::Map(map)), Value::Object(object)) => object.iter().any(|(key, value)| {
            let may_nest = value.is_object() || value.is_array();
            may_nest && map.type_of(key).is_some_and(|next| has_nameless_items(types, next, value))
        }),
        (Some(Atom::List(list)), Value::Array(items)) => {
            let nameless = |item: &Value| match &list.relation {
                Relation::Keys(keys) => keys.iter().all(|key| {
                    item.get(&**key).is_none()
                        && types.field(list.element, key).is_none_or(|field| field.key_default.is_none())
                }),
                _ => false,
            };
            items.iter().any(|item| nameless(item) || has_nameless_items(types, list.element, item))
        }
        _ => false,
    }
}

struct Validator<'a> {
    types: &'a Types,
    allow_duplicates: bool,
    misfits: Vec<Misfit>,
}

/// The way to a place; printed only when something is wrong.
struct Trail<'a> {
    parent: Option<&'a Trail<'a>>,
    element: TrailStep<'a>,
}

enum TrailStep<'a> {
    Root,
    Field(&'a str),
    Index(usize),
    Item(&'a Element),
}

impl fmt::Display for Trail<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(parent) = self.parent {
            parent.fmt(f)?;
        }
        match self.element {
            TrailStep::Root => Ok(()),
            TrailStep::Field(name) => write!(f, ".{name}"),
            TrailStep::Index(index) => write!(f, "[{index}]"),
            TrailStep::Item(element) => element.fmt(f),
        }
    }
}

impl Validator<'_> {
    fn report(&mut self, trail: &Trail<'_>, message: String) {
        self.misfits.push(Misfit { path: trail.to_string(), message });
    }

    fn walk(&mut self, id: TypeId, value: &Value, trail: &Trail<'_>) {
        let types = self.types;
        match (atom(types.get(id), Some(value)), value) {
            (None, _) | (_, Value::Null) => {}
            (Some(Atom::Map(map)), Value::Object(object)) => {
                for (key, value) in object {
                    let here = Trail { parent: Some(trail), element: TrailStep::Field(key) };
                    match map.type_of(key) {
                        Some(next) => self.walk(next, value, &here),
                        None => {
                            self.report(&here, "field not declared in schema".to_owned());
                            // The real server stops at the first undeclared field of a map.
                            break;
                        }
                    }
                }
            }
            (Some(Atom::List(list)), Value::Array(items)) => self.items(list, items, trail),
            (Some(Atom::Scalar(scalar)), value) => {
                if let Some(message) = scalar_misfit(scalar, value) {
                    self.report(trail, message);
                }
            }
            (Some(Atom::Map(_)), value) => self.report(trail, format!("expected map, got &{{{}}}", plain(value))),
            (Some(Atom::List(_)), value) => self.report(trail, format!("expected list, got &{{{}}}", plain(value))),
        }
    }

    fn items(&mut self, list: &List, items: &[Value], trail: &Trail<'_>) {
        if list.relation == Relation::Atomic {
            for (index, item) in items.iter().enumerate() {
                let here = Trail { parent: Some(trail), element: TrailStep::Index(index) };
                self.walk(list.element, item, &here);
            }
            return;
        }
        let mut seen: Vec<Element> = Vec::with_capacity(items.len());
        for (index, item) in items.iter().enumerate() {
            let element = match item_element(self.types, list, item) {
                Ok(element) => element,
                Err(message) => {
                    self.report(trail, format!("element {index}: {message}"));
                    return;
                }
            };
            if !self.allow_duplicates {
                match seen.binary_search(&element) {
                    Ok(_) => self.report(trail, format!("duplicate entries for key {element}")),
                    Err(at) => seen.insert(at, element.clone()),
                }
            }
            let here = Trail { parent: Some(trail), element: TrailStep::Item(&element) };
            self.walk(list.element, item, &here);
        }
    }
}

fn scalar_misfit(scalar: Scalar, value: &Value) -> Option<String> {
    match (scalar, value) {
        (_, Value::Null)
        | (Scalar::Numeric, Value::Number(_))
        | (Scalar::String, Value::String(_))
        | (Scalar::Boolean, Value::Bool(_))
        | (Scalar::Untyped, Value::Bool(_) | Value::Number(_) | Value::String(_)) => None,
        (Scalar::Numeric, _) => Some(format!("expected numeric (int or float), got {}", go_type(value))),
        (Scalar::String, _) => {
            Some(format!("expected string, got &value.valueUnstructured{{Value:{}}}", syntax(value)))
        }
        (Scalar::Boolean, _) => Some(format!("expected boolean, got &{{{}}}", plain(value))),
        (Scalar::Untyped, _) => Some(format!("expected any scalar, got &{{{}}}", plain(value))),
    }
}

/// The paths an object sets: leaves, list items, and keys of maps.
pub(crate) fn field_set(types: &Types, root: TypeId, value: &Value) -> Set {
    fields_below(types, root, value).1
}

/// Whether the place itself is a leaf, and the paths below it.
fn fields_below(types: &Types, id: TypeId, value: &Value) -> (bool, Set) {
    let mut set = Set::new();
    match atom(types.get(id), Some(value)) {
        None => (false, set),
        Some(Atom::Scalar(_)) => (true, set),
        Some(Atom::List(list)) => {
            if list.relation == Relation::Atomic {
                return (true, set);
            }
            let Value::Array(items) = value else { return (false, set) };
            let elements: Vec<Option<Element>> =
                items.iter().map(|item| item_element(types, list, item).ok()).collect();
            for (index, (item, element)) in items.iter().zip(&elements).enumerate() {
                let Some(element) = element else { continue };
                let twin = |(other, candidate): (usize, &Option<Element>)| {
                    other != index && candidate.as_ref() == Some(element)
                };
                if elements.iter().enumerate().any(twin) {
                    // A repeated item is owned as a whole.
                    set.add(element.clone(), true, Set::new());
                } else {
                    let (_, below) = fields_below(types, list.element, item);
                    set.add(element.clone(), true, below);
                }
            }
            (false, set)
        }
        Some(Atom::Map(map)) => {
            if map.atomic {
                return (true, set);
            }
            let Value::Object(object) = value else { return (false, set) };
            for (key, value) in object {
                let field = map.field(key);
                let element = match field {
                    Some(field) => Element::Field(Arc::clone(&field.name)),
                    None => Element::field(key),
                };
                let Some(next) = map.type_of(key) else { continue };
                let (leaf, below) = fields_below(types, next, value);
                let empty = value.is_null() || value.as_object().is_some_and(serde_json::Map::is_empty);
                set.add(element, leaf || empty || field.is_none(), below);
            }
            (false, set)
        }
    }
}
