//! Takes paths out of an object. Knows nothing of owners.
use serde_json::Value;

use crate::apply::path::Element;
use crate::apply::set::Set;
use crate::apply::typed::{Atom, atom, item_element};
use crate::schema::types::{Relation, TypeId, Types};

/// Removes the paths in `gone`; a map or list that had something and is left with nothing becomes null.
pub(crate) fn remove(types: &Types, id: TypeId, value: &mut Value, gone: &Set) {
    let of = types.get(id);
    match (atom(of, Some(value)), &mut *value) {
        (Some(Atom::Scalar(_)) | None, _) => {}
        (Some(Atom::List(list)), Value::Array(items)) => {
            if list.relation != Relation::Atomic {
                items.retain_mut(|item| {
                    let Ok(element) = item_element(types, list, item) else { return true };
                    match gone.get(&element) {
                        Some(entry) if entry.member => false,
                        Some(entry) => {
                            remove(types, list.element, item, &entry.below);
                            true
                        }
                        None => true,
                    }
                });
            }
            if list.relation == Relation::Atomic || items.is_empty() {
                *value = Value::Null;
            }
        }
        (Some(Atom::Map(map)), Value::Object(object)) => {
            if !map.atomic {
                object.retain(|key, value| match (gone.get(&Element::field(key)), map.type_of(key)) {
                    (Some(entry), _) if entry.member => false,
                    (Some(entry), Some(next)) => {
                        remove(types, next, value, &entry.below);
                        true
                    }
                    _ => true,
                });
            }
            if map.atomic || object.is_empty() {
                *value = Value::Null;
            }
        }
        // Not what the type says: nothing to keep.
        (Some(Atom::List(_) | Atom::Map(_)), _) => *value = Value::Null,
    }
}
