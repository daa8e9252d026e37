//! What the fake does not do as the real server does, each with the reason. Nothing else may differ.
//!
//! Keep the list in step with the one in fake-cluster's documentation. A limit that no scenario meets any more
//! fails the control-plane tier, so that the list does not outlive its reasons.

use crate::transcript::Difference;

/// One known difference.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Limit {
    /// A short name, as in the documentation.
    pub name: &'static str,
    /// Why it is one.
    pub reason: &'static str,
    scenarios: &'static [&'static str],
    pointers: &'static [&'static str],
}

impl Limit {
    /// Whether the limit explains a difference.
    pub fn covers(&self, scenario: &str, difference: &Difference) -> bool {
        self.concerns(scenario)
            && (self.pointers.is_empty() || self.pointers.iter().any(|prefix| difference.pointer.starts_with(prefix)))
    }

    /// Whether the limit explains that a scenario's claims do not hold on the fake.
    pub fn excuses(&self, scenario: &str) -> bool {
        self.concerns(scenario) && self.pointers.is_empty()
    }

    fn concerns(&self, scenario: &str) -> bool {
        self.scenarios.is_empty() || self.scenarios.contains(&scenario)
    }
}

/// All known differences.
pub const LIMITS: &[Limit] = &[];
