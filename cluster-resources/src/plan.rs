//! What has to happen for a fleet to be as declared: pure, deterministic, serialisable, without secrets.

mod compare;
mod conflict;
pub(crate) mod equal;
mod foreign;
pub mod managed;
mod mask;
mod membership;
pub mod model;
mod path;
mod reduce;

pub use compare::{Comparison, compare};
pub use conflict::{conflict_policy, default_conflict_rules, is_client_side, is_human_tool};
pub use foreign::default_foreign_rules;
pub(crate) use mask::masked;
pub(crate) use membership::PART_OF;
pub use model::*;
pub(crate) use path::{Step, steps_of};
pub use reduce::reduce;

#[cfg(test)]
mod testing;
