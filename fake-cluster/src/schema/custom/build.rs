//! Turns a definition's schema into [`Types`], for ownership. Knows nothing of validation.
use std::sync::Arc;

use crate::schema::catalog::CATALOG;
use crate::schema::custom::props::{Additional, Props};
use crate::schema::types::{DEDUCED, Field, Go, List, Map, Name, Relation, Scalar, Type, TypeId, Types, UNTYPED};

/// The types of one version.
pub(crate) fn build(root: &Props) -> (Arc<Types>, TypeId) {
    let mut builder = Builder { types: Types::new(), object_meta: None };
    let id = builder.object(root, true, false);
    (Arc::new(builder.types), id)
}

struct Builder {
    types: Types,
    object_meta: Option<TypeId>,
}

impl Builder {
    fn place(&mut self, props: &Props, keeps: bool) -> TypeId {
        let keeps = keeps || props.keeps_unknown();
        match props.of.as_str() {
            "object" => self.object(props, props.embedded, keeps),
            "array" => {
                let list = self.list(props, keeps);
                self.types.push(Type {
                    scalar: None,
                    list: Some(list),
                    map: None,
                    go: Go::Free,
                    go_name: Name::from(""),
                })
            }
            "integer" | "number" => self.types.push(Type::scalar(Scalar::Numeric, Go::Free, "")),
            "boolean" => self.types.push(Type::scalar(Scalar::Boolean, Go::Free, "")),
            "string" => {
                let scalar =
                    if matches!(props.format.as_str(), "" | "byte") { Scalar::String } else { Scalar::Untyped };
                self.types.push(Type::scalar(scalar, Go::Free, ""))
            }
            _ => {
                let list = self.list(props, keeps);
                let map = self.map(props, false, keeps);
                self.types.push(Type {
                    scalar: Some(Scalar::Untyped),
                    list: Some(list),
                    map: Some(map),
                    go: Go::Free,
                    go_name: Name::from(""),
                })
            }
        }
    }

    fn object(&mut self, props: &Props, resource: bool, keeps: bool) -> TypeId {
        let map = self.map(props, resource, keeps || props.keeps_unknown());
        self.types.push(Type::map(map, Go::Free, ""))
    }

    fn map(&mut self, props: &Props, resource: bool, keeps: bool) -> Map {
        let mut fields: Vec<Field> = Vec::new();
        let mut add = |name: &str, of: TypeId, key_default| {
            fields.push(Field {
                name: name.into(),
                of,
                key_default,
                omit_empty: true,
                omit_zero: false,
                pointer: false,
            });
        };
        for (name, below) in &props.properties {
            if resource && matches!(name.as_str(), "apiVersion" | "kind" | "metadata") {
                continue;
            }
            let of = self.place(below, keeps);
            add(name, of, below.default.clone());
        }
        if resource {
            let text = self.types.push(Type::scalar(Scalar::String, Go::Free, ""));
            add("apiVersion", text, None);
            add("kind", text, None);
            let meta = match self.object_meta {
                Some(id) => id,
                None => {
                    let id = self.types.import(&CATALOG.types, CATALOG.object_meta);
                    self.object_meta = Some(id);
                    id
                }
            };
            add("metadata", meta, None);
        }
        fields.sort_by(|a, b| a.name.cmp(&b.name));
        let element = match &props.additional {
            Some(Additional::Of(below)) => Some(self.place(below, keeps)),
            Some(Additional::Any(true)) => Some(DEDUCED),
            Some(Additional::Any(false)) => None,
            None if keeps || fields.is_empty() => Some(DEDUCED),
            None => None,
        };
        Map { fields: fields.into_boxed_slice(), element, atomic: props.map_type.as_deref() == Some("atomic") }
    }

    fn list(&mut self, props: &Props, keeps: bool) -> List {
        let element = match &props.items {
            Some(items) => self.place(items, keeps),
            None => UNTYPED,
        };
        let relation = match props.list_type.as_deref() {
            Some("set") => Relation::Set,
            Some("map") => Relation::Keys(props.list_keys.iter().map(|key| Name::from(key.as_str())).collect()),
            _ => Relation::Atomic,
        };
        List { element, relation }
    }
}
