//! Which set an object is a member of; knows nothing of what becomes of it.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::policy::{InventoryConfig, InventoryKind};

/// Label that names the set an object is a member of.
///
/// Source: KEP-3659, as kubectl implements it.
pub(crate) const PART_OF: &str = "applyset.kubernetes.io/part-of";

/// The set an object says it is a member of.
pub(crate) fn part_of(live: &Value) -> Option<&str> {
    live.get("metadata")?.get("labels")?.get(PART_OF)?.as_str()
}

/// Id of the set whose parent is that object.
///
/// Source: KEP-3659, "ApplySet ID".
fn set_id(name: &str, namespace: &str, kind: &str, group: &str) -> Arc<str> {
    let digest = Sha256::digest(format!("{name}.{namespace}.{kind}.{group}"));
    format!("applyset-{}-v1", URL_SAFE_NO_PAD.encode(digest)).into()
}

/// Id of the set whose inventory is kept there.
pub(crate) fn set_id_of(inventory: &InventoryConfig) -> Arc<str> {
    set_id(&inventory.name, &inventory.namespace, kind_of(inventory.kind), "")
}

fn kind_of(kind: InventoryKind) -> &'static str {
    match kind {
        InventoryKind::Secret => "Secret",
        InventoryKind::ConfigMap => "ConfigMap",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_of_sets_are_those_of_kubectl() {
        assert_eq!(&*set_id("simple", "test", "Secret", ""), "applyset-bjd1LnyQq0mtUu-riZCqjDQOmh0iNb9O2RcuT12WR0k-v1");
    }
}
