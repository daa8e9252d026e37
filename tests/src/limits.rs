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
        name: "rules of built-in kinds",
        reason: "the fake checks types, metadata and defaults of built-in kinds, but not every rule of their own \
                 (required members, ranges, what may not change): such an object is stored where the real server \
                 answers 422",
        scenarios: &[
            "data_keys_are_checked",
            "finalizer_names_are_checked",
            "typed_secrets_need_their_keys",
            "an_event_is_kept",
            "a_stateful_set_gets_its_defaults",
            "immutable_data_stays",
            "immutable_fields_stay",
            "secret_types_are_immutable",
            "a_patched_object_is_validated",
            "status_keeps_metadata_rules",
            "service_names_are_labels",
            "an_oversize_body_is_refused",
            "incomplete_workloads_are_invalid",
            "contradictory_workloads_are_invalid",
            "broken_services_are_invalid",
            "broken_roles_are_invalid",
            "broken_leases_and_jobs_are_invalid",
            "broken_quantities_are_refused",
        ],
        pointers: &[],
    },
    Limit {
        name: "derived pod status",
        reason: "status.podIPs is not made from status.podIP",
        scenarios: &["pod_status_is_patched"],
        pointers: &["/~1status/podIPs"],
    },
    Limit {
        name: "CEL",
        reason: "definitions with x-kubernetes-validations are refused: the fake has no CEL interpreter",
        scenarios: &["rules_are_enforced"],
        pointers: &[],
    },
    Limit {
        name: "wording of broken definitions",
        reason: "a broken definition is refused with 422, but the causes may be worded or placed otherwise",
        scenarios: &["broken_definitions_are_refused"],
        pointers: &["/~1details~1causes"],
    },
    Limit {
        name: "several stored versions",
        reason: "custom objects are stored as they were written: the real server prunes them by the schema of the \
                 storage version and fills in defaults of a changed schema when it reads them",
        scenarios: &["two_versions_are_served", "old_objects_get_new_defaults_when_read"],
        pointers: &[],
    },
    Limit {
        name: "JSON only",
        reason: "answers are JSON; requests are JSON or YAML; refusals of other media types name these",
        scenarios: &[
            "the_first_acceptable_type_is_taken",
            "what_cannot_be_written_is_not_acceptable",
            "unknown_content_types_are_refused",
        ],
        pointers: &["/body/message"],
    },
    Limit {
        name: "YAML answers",
        reason: "an answer in YAML is refused with 406",
        scenarios: &["yaml_bodies_are_accepted"],
        pointers: &[],
    },
    Limit {
        name: "order of members in messages",
        reason: "objects that are quoted in messages have their members in another order",
        scenarios: &["unknown_fields_are_refused_when_strict", "owner_references_are_kept_and_checked"],
        pointers: &["/body/message", "/body/details/causes/0/message"],
    },
    Limit {
        name: "doubled members",
        reason: "the last of doubled members of a JSON object wins without a warning, also with Strict",
        scenarios: &["doubled_fields_are_told"],
        pointers: &[],
    },
    Limit {
        name: "causes once",
        reason: "the real server runs some rules for metadata twice and lists their causes twice",
        scenarios: &[
            "a_foreign_uid_conflicts",
            "deletion_marks_cannot_be_set_by_hand",
            "finalizers_cannot_be_added_while_deleting",
            crate::random::NAME,
        ],
        pointers: &["/body/details/causes"],
    },
    Limit {
        name: "warnings",
        reason: "the fake does not warn of pod templates that are allowed but odd, nor of unknown fields in a patch \
                 that is refused",
        scenarios: &[crate::random::NAME],
        pointers: &["/warning"],
    },
    Limit {
        name: "selfLink",
        reason: "a selfLink that a client writes is dropped; the real server stores it",
        scenarios: &["server_owned_metadata_survives"],
        pointers: &["/body/metadata/selfLink", "/body/metadata/resourceVersion"],
    },
    Limit {
        name: "constrained impersonation",
        reason: "only the verb impersonate is known; the real server also asks for impersonate-on:… and says so",
        scenarios: &["acting_as_another_user_needs_permission"],
        pointers: &["/body/details", "/body/message"],
    },
];

#[cfg(test)]
mod tests {
    use super::LIMITS;

    #[test]
    fn every_limit_names_scenarios_that_exist() {
        let names: Vec<&str> = crate::scenarios::all().iter().map(|scenario| scenario.name).collect();
        for scenario in LIMITS.iter().flat_map(|limit| limit.scenarios) {
            assert!(names.contains(scenario) || *scenario == crate::random::NAME, "{scenario}");
        }
    }

    #[test]
    fn every_limit_is_documented() {
        let page =
            std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/fake-cluster-limits.md")).unwrap();
        for limit in LIMITS {
            assert!(page.contains(&format!("**{}**", limit.name)), "{}", limit.name);
        }
    }
}
