//! The typed model behind every kind: what a field is, how lists and maps merge, how Go would decode it.
//!
//! Types live in one arena and name each other by [`TypeId`], so recursive kinds need no care.
use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;

use crate::schema::strategic::{Strategies, Strategy};

/// A shared field or type name.
pub(crate) type Name = Arc<str>;

/// The place of a type in its [`Types`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct TypeId(u32);

/// Any value, owned as a whole.
pub(crate) const UNTYPED: TypeId = TypeId(0);
/// Any value; objects are merged key by key, lists are owned as a whole.
pub(crate) const DEDUCED: TypeId = TypeId(1);

/// An arena of types.
#[derive(Debug)]
pub(crate) struct Types {
    types: Vec<Type>,
    json_schema: Option<TypeId>,
    strategies: Strategies,
}

/// What values a place may hold. More than one of `scalar`, `list` and `map` means that the value decides.
#[derive(Clone, Debug)]
pub(crate) struct Type {
    pub(crate) scalar: Option<Scalar>,
    pub(crate) list: Option<List>,
    pub(crate) map: Option<Map>,
    pub(crate) go: Go,
    /// The name Go prints for the type, `v1.PodSpec`, `[]string`.
    pub(crate) go_name: Name,
}

/// Which scalars are accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scalar {
    Numeric,
    String,
    Boolean,
    Untyped,
}

#[derive(Clone, Debug)]
pub(crate) struct List {
    pub(crate) element: TypeId,
    pub(crate) relation: Relation,
}

/// How a list is merged and owned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Relation {
    /// As a whole.
    Atomic,
    /// Scalar by scalar.
    Set,
    /// Item by item, told apart by these fields.
    Keys(Box<[Name]>),
}

#[derive(Clone, Debug)]
pub(crate) struct Map {
    /// Sorted by name.
    pub(crate) fields: Box<[Field]>,
    /// The type of undeclared keys; without it they are errors.
    pub(crate) element: Option<TypeId>,
    /// Owned as a whole.
    pub(crate) atomic: bool,
}

#[derive(Clone, Debug)]
pub(crate) struct Field {
    pub(crate) name: Name,
    pub(crate) of: TypeId,
    /// Completes a merge key that an item leaves out.
    pub(crate) key_default: Option<Value>,
    /// Left out of the output when it is empty.
    pub(crate) omit_empty: bool,
    /// Left out of the output when it is its type's zero.
    pub(crate) omit_zero: bool,
    pub(crate) pointer: bool,
}

/// How the real server's typed decoder reads a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Go {
    /// Custom resources and opaque JSON: taken as it is.
    Free,
    String,
    Bool,
    Int32,
    Int64,
    Float,
    Bytes,
    Quantity,
    IntOrString,
    Time,
    MicroTime,
    /// `JSONSchemaPropsOrBool`.
    PropsOrBool,
    /// `JSONSchemaPropsOrArray`.
    PropsOrArray,
    /// `JSONSchemaPropsOrStringArray`.
    PropsOrStrings,
    List,
    Map,
    Struct,
}

// === impl Types ===

impl Types {
    /// An arena that holds [`UNTYPED`] and [`DEDUCED`].
    pub(crate) fn new() -> Self {
        let atom = |map_element, atomic| Type {
            scalar: Some(Scalar::Untyped),
            list: Some(List { element: UNTYPED, relation: Relation::Atomic }),
            map: Some(Map { fields: Box::default(), element: Some(map_element), atomic }),
            go: Go::Free,
            go_name: Name::from("interface {}"),
        };
        Self {
            types: vec![atom(UNTYPED, true), atom(DEDUCED, false)],
            json_schema: None,
            strategies: Strategies::new(),
        }
    }

    pub(crate) fn get(&self, id: TypeId) -> &Type {
        // Ids come from `push` of the same arena; UNTYPED always exists.
        self.types.get(id.0 as usize).unwrap_or(&self.types[0])
    }

    pub(crate) fn push(&mut self, of: Type) -> TypeId {
        let id = TypeId(u32::try_from(self.types.len()).unwrap_or(u32::MAX));
        self.types.push(of);
        id
    }

    pub(crate) fn set(&mut self, id: TypeId, of: Type) {
        if let Some(slot) = self.types.get_mut(id.0 as usize) {
            *slot = of;
        }
    }

    /// Copies a type, and what it is made of, from another arena.
    pub(crate) fn import(&mut self, from: &Self, id: TypeId) -> TypeId {
        self.import_known(from, id, &mut BTreeMap::from([(UNTYPED.0, UNTYPED), (DEDUCED.0, DEDUCED)]))
    }

    fn import_known(&mut self, from: &Self, id: TypeId, known: &mut BTreeMap<u32, TypeId>) -> TypeId {
        if let Some(id) = known.get(&id.0) {
            return *id;
        }
        let mut of = from.get(id).clone();
        let copy = self.push(of.clone());
        known.insert(id.0, copy);
        if let Some(list) = &mut of.list {
            list.element = self.import_known(from, list.element, known);
        }
        if let Some(map) = &mut of.map {
            map.element = map.element.map(|element| self.import_known(from, element, known));
            for field in &mut map.fields {
                field.of = self.import_known(from, field.of, known);
            }
        }
        self.set(copy, of);
        copy
    }

    /// The type of a schema inside a definition, for the places that hold a schema or something else.
    pub(crate) const fn json_schema(&self) -> Option<TypeId> {
        self.json_schema
    }

    pub(crate) fn set_json_schema(&mut self, id: TypeId) {
        self.json_schema = Some(id);
    }

    pub(crate) fn set_strategies(&mut self, strategies: Strategies) {
        self.strategies = strategies;
    }

    /// How strategic merge patches merge a field.
    pub(crate) fn strategy(&self, id: TypeId, name: &str) -> Strategy {
        self.strategies.get(&id).and_then(|fields| fields.get(name)).copied().unwrap_or_default()
    }

    pub(crate) fn field<'a>(&'a self, id: TypeId, name: &str) -> Option<&'a Field> {
        self.get(id).map.as_ref()?.field(name)
    }
}

// === impl Type ===

impl Type {
    pub(crate) fn scalar(scalar: Scalar, go: Go, go_name: &str) -> Self {
        Self { scalar: Some(scalar), list: None, map: None, go, go_name: go_name.into() }
    }

    pub(crate) fn list(element: TypeId, relation: Relation, go_name: &str) -> Self {
        Self { scalar: None, list: Some(List { element, relation }), map: None, go: Go::List, go_name: go_name.into() }
    }

    pub(crate) fn map(map: Map, go: Go, go_name: &str) -> Self {
        Self { scalar: None, list: None, map: Some(map), go, go_name: go_name.into() }
    }
}

// === impl Map ===

impl Map {
    pub(crate) fn field(&self, name: &str) -> Option<&Field> {
        self.fields.binary_search_by(|field| (*field.name).cmp(name)).ok().and_then(|at| self.fields.get(at))
    }

    /// The type of the value under `name`.
    pub(crate) fn type_of(&self, name: &str) -> Option<TypeId> {
        self.field(name).map(|field| field.of).or(self.element)
    }

    /// Nothing is declared and anything goes.
    pub(crate) fn is_deduced(&self) -> bool {
        self.fields.is_empty() && self.element == Some(DEDUCED)
    }
}
