//! Which set an object is a member of; knows nothing of what becomes of it.

use std::sync::Arc;

use serde_json::Value;

use crate::applyset::{PART_OF, earlier_ids, set_id_of};
use crate::policy::Policy;

/// The set that objects are to be members of, and the earlier ones it takes over. Made once: an id is a digest.
#[derive(Debug, Clone)]
pub(crate) struct Membership {
    id: Arc<str>,
    former: Vec<Arc<str>>,
}

/// The set an object says it is a member of.
pub(crate) fn part_of(live: &Value) -> Option<&str> {
    live.get("metadata")?.get("labels")?.get(PART_OF)?.as_str()
}

impl Membership {
    /// The set of a policy, where it keeps an inventory.
    pub(crate) fn of(policy: &Policy) -> Option<Self> {
        let inventory = policy.inventory.as_ref()?;
        Some(Self { id: set_id_of(inventory), former: earlier_ids(inventory) })
    }

    /// The id of the set.
    pub(crate) fn id(&self) -> &Arc<str> {
        &self.id
    }

    /// Whether an object is a member of the set, or of an earlier one.
    pub(crate) fn is_member(&self, live: &Value) -> bool {
        part_of(live).is_some_and(|id| *self.id == *id || self.is_former(id))
    }

    /// Whether this is the id of an earlier set.
    pub(crate) fn is_former(&self, id: &str) -> bool {
        self.former.iter().any(|own| **own == *id)
    }
}
