//! `policy`: how many pods may be gone at once. Knows no other kinds.

use crate::schema::strategy::{Step, Strategy};

pub(crate) static DISRUPTION_BUDGET: Strategy = Strategy {
    status: true,
    generation: Some(&["spec"]),
    unconditional: false,
    on_create: &[Step::Rules],
    on_update: &[Step::Rules],
    on_status: &[Step::Rules],
    ..Strategy::of("policy", "PodDisruptionBudget")
};
