//! Which set an object is a member of; knows nothing of what becomes of it.

use serde_json::Value;

use crate::applyset::{PART_OF, earlier_ids, set_id_of};
use crate::policy::InventoryConfig;

/// The set an object says it is a member of.
pub(crate) fn part_of(live: &Value) -> Option<&str> {
    live.get("metadata")?.get("labels")?.get(PART_OF)?.as_str()
}

/// Whether an object is a member of a set, or of an earlier one that it takes over.
pub(crate) fn is_member(live: &Value, inventory: &InventoryConfig) -> bool {
    part_of(live).is_some_and(|id| *set_id_of(inventory) == *id || is_former(id, inventory))
}

/// Whether this is the id of an earlier set.
pub(crate) fn is_former(id: &str, inventory: &InventoryConfig) -> bool {
    earlier_ids(inventory).iter().any(|own| **own == *id)
}
