//! How fields are merged: the embedded data (`data/patch.txt`, written by `tools/kube-schema`) and the way through the types.
use std::collections::HashMap;

use super::Problem;
use crate::schema::types::{Go, TypeId, Types};

const DATA: &str = include_str!("../data/patch.txt");

/// How one field is merged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Strategy {
    /// `merge`, `replace`, or empty: maps are merged and lists replaced.
    pub(super) how: &'static str,
    /// The field that tells items apart.
    pub(super) key: &'static str,
}

/// The fields that say how they are merged, type by type.
pub(crate) type Strategies = HashMap<TypeId, HashMap<&'static str, Strategy>>;

/// Reads the embedded data; `known` are the types that there are.
pub(crate) fn strategies(known: &HashMap<&'static str, TypeId>) -> Strategies {
    let mut all = Strategies::new();
    for line in DATA.lines() {
        let mut words = line.split(' ');
        let (Some(of), Some(field), Some(how)) = (words.next(), words.next(), words.next()) else { continue };
        let Some(id) = known.get(of) else { continue };
        // `retainKeys` is for those who make patches.
        let how = how.split(',').find(|how| *how != "retainKeys").unwrap_or_default();
        let key = words.next().unwrap_or_default();
        all.entry(*id).or_default().insert(field, Strategy { how, key });
    }
    all
}

/// A Go type on the way through a document.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    types: &'a Types,
    id: TypeId,
    pointer: bool,
}

impl<'a> Place<'a> {
    pub(super) fn root(types: &'a Types, id: TypeId) -> Self {
        Self { types, id, pointer: false }
    }

    /// The type of a member that is a map.
    pub(super) fn below(self, name: &str) -> Result<(Self, Strategy), Problem> {
        let of = self.types.get(self.id);
        let struct_name = || of.go_name.rsplit('.').next().unwrap_or_default().to_owned();
        match of.go {
            Go::Map => Err(Problem::Internal(
                "merging an object in json but data type is not struct, instead is: map".to_owned(),
            )),
            Go::Struct if self.types.field(self.id, name).is_some() => {
                let field = self.types.field(self.id, name);
                let (id, pointer) = field.map_or((self.id, false), |field| (field.of, field.pointer));
                Ok((Self { types: self.types, id, pointer }, self.types.strategy(self.id, name)))
            }
            _ => Err(Problem::Internal(format!(
                "unable to find api field in struct {} for the json field {}",
                struct_name(),
                crate::schema::text::quote(name)
            ))),
        }
    }

    /// The type of the items of a member that is a list.
    pub(super) fn items(self, name: &str) -> Result<(Self, Strategy), Problem> {
        let (list, strategy) = self.below(name)?;
        match &self.types.get(list.id).list {
            Some(list) if self.types.get(list.element).go == Go::List => {
                Err(Problem::Internal("unexpected slice of slice".to_owned()))
            }
            Some(list) => Ok((Self { types: self.types, id: list.element, pointer: false }, strategy)),
            None => Err(Problem::Internal(format!("expected slice or array type, but got: {}", self.kind()))),
        }
    }

    /// What Go calls this sort of type.
    pub(super) fn kind(self) -> &'static str {
        if self.pointer {
            return "ptr";
        }
        match self.types.get(self.id).go {
            Go::Map => "map",
            Go::List | Go::Bytes => "slice",
            Go::String => "string",
            Go::Bool => "bool",
            Go::Int32 => "int32",
            Go::Int64 => "int64",
            Go::Float => "float64",
            _ => "struct",
        }
    }
}
