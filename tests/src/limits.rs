//! What the fake does not do as the real server does, each with the reason. Nothing else may differ.
//!
//! The same list stands in `docs/fake-cluster-limits.md`. A limit that no scenario meets any more is named at the
//! end of the control-plane tier, so that the list does not outlive its reasons.

use crate::transcript::Difference;

/// One known difference.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Limit {
    /// A short name, as in the documentation.
    pub name: &'static str,
    /// Why it is one.
    pub reason: &'static str,
    /// The scenarios that meet it.
    scenarios: &'static [&'static str],
    /// The places of their answers that may differ; empty for all of them, and for claims that do not hold.
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
        self.scenarios.contains(&scenario)
    }
}

/// All known differences.
pub const LIMITS: &[Limit] = &[
    Limit {
        name: "types and costs of rules",
        reason: "rules of definitions are not checked for types and not estimated before they are evaluated",
        scenarios: &["rules_are_checked_for_types"],
        pointers: &[],
    },
    Limit {
        name: "wording of broken definitions",
        reason: "what is a structure in Go is quoted as it was given, and why a pattern is none is not told",
        scenarios: &["broken_definitions_are_refused"],
        pointers: &["/~1details~1causes/0/message"],
    },
    Limit {
        name: "warnings of refused versions",
        reason: "who sends an object of another version than the address is refused, and not warned of its unknown fields",
        scenarios: &["two_versions_are_served"],
        pointers: &["/warning"],
    },
    Limit {
        name: "OpenAPI of the second version",
        reason: "it is not served in protobuf, where kubectl looks for the schema of a kind that nobody knows",
        scenarios: &["kinds_nobody_knows_are_refused"],
        pointers: &["/stderr"],
    },
    Limit {
        name: "rules of tests",
        reason: "what a test allows without a role is in no rule, so that lists of rules say that they are incomplete",
        scenarios: &["rules_are_told"],
        pointers: &["/incomplete"],
    },
    Limit {
        name: "order of members in messages",
        reason: "objects that are quoted in messages have their members in another order",
        scenarios: &["unknown_fields_are_refused_when_strict", "owner_references_are_kept_and_checked"],
        pointers: &["/body/message", "/body/details/causes/0/message"],
    },
];

#[cfg(test)]
mod tests {
    use super::LIMITS;

    #[test]
    fn every_limit_names_scenarios_that_exist() {
        let scripts = crate::kubectl::scripts().unwrap().into_iter().map(|script| script.name);
        let names: Vec<String> =
            crate::scenarios::all().iter().map(|scenario| scenario.name.to_owned()).chain(scripts).collect();
        for scenario in LIMITS.iter().flat_map(|limit| limit.scenarios) {
            assert!(names.iter().any(|name| name == scenario) || *scenario == crate::random::NAME, "{scenario}");
        }
    }

    #[test]
    fn no_limit_covers_every_place_without_saying_so() {
        for limit in LIMITS {
            // Everything begins with nothing: such a prefix would cover whatever differs.
            assert!(
                limit.pointers.iter().all(|pointer| pointer.starts_with('/') && pointer.len() > 1),
                "{}",
                limit.name
            );
        }
    }

    fn page() -> String {
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/fake-cluster-limits.md")).unwrap()
    }

    #[test]
    fn the_page_says_about_how_many_scenarios_there_are() {
        let page = page();
        let (before, _) = page.split_once(" scenarios").unwrap();
        let said: usize = before.rsplit(' ').next().unwrap().parse().unwrap();
        let all = crate::scenarios::all().len();
        assert!(said.abs_diff(all) <= all / 20, "the page says {said}, and there are {all}");
    }

    #[test]
    fn every_limit_is_documented() {
        let page = page();
        for limit in LIMITS {
            assert!(page.contains(&format!("**{}**", limit.name)), "{}", limit.name);
        }
    }
}
