//! What a plan blocks for a missing namespace alone, and the options do not want blocked. Plain functions.

use std::borrow::Cow;

use super::options::MissingNamespace;
use crate::plan::{Action, Plan, PlanItem, Reason};

/// The plan, with items that are blocked for their missing namespace alone as creations: what becomes of them is decided when the
/// namespace is found missing.
pub(super) fn awaited<'p>(plan: &'p Plan, missing: &MissingNamespace) -> Cow<'p, Plan> {
    let is_meant = |item: &PlanItem| {
        item.action == Action::Blocked && item.reason == Reason::NamespaceMissing && item.desired_hash.is_some()
    };
    if *missing == MissingNamespace::Fail || !plan.items.iter().any(is_meant) {
        return Cow::Borrowed(plan);
    }
    let mut plan = plan.clone();
    for item in plan.items.iter_mut().filter(|item| is_meant(item)) {
        item.action = Action::Create;
    }
    Cow::Owned(plan)
}
