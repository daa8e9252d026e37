//! Owner references: who depends on whom. Knows nothing of what follows from it.

use std::collections::HashMap;

use serde_json::Value;

use super::view::text;
use crate::storage::Object;

/// The owner references of an object.
pub(super) fn references(object: &Object) -> &[Value] {
    object.metadata()["ownerReferences"].as_array().map_or(&[], Vec::as_slice)
}

/// Dependents by the uid of their owner.
#[derive(Debug, Default)]
pub(super) struct Dependents(HashMap<String, Vec<usize>>);

impl Dependents {
    pub(super) fn add(&mut self, at: usize, object: &Object) {
        for reference in references(object) {
            let list = self.0.entry(text(&reference["uid"]).to_owned()).or_default();
            if list.last() != Some(&at) {
                list.push(at);
            }
        }
    }

    /// Where the dependents of an owner are.
    pub(super) fn of(&self, uid: &str) -> &[usize] {
        self.0.get(uid).map_or(&[], Vec::as_slice)
    }
}
