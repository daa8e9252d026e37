//! The behaviours, one file a theme. Each claim was first made true against a real kube-apiserver.

pub mod apply;
pub mod apply_lists;
pub mod auth;
pub mod bad_input;
pub mod builtin;
pub mod create;
pub mod custom;
pub mod delete;
pub mod discovery;
pub mod groups;
pub mod libraries;
pub mod limit_ranges;
pub mod list;
pub mod metadata;
pub mod names;
pub mod objects;
pub mod openapi;
pub mod patch;
pub mod protobuf;
pub mod quotas;
pub mod resizing;
pub mod rules;
pub mod scale;
pub mod storage;
pub mod strategic;
pub mod strictness;
pub mod subresources;
pub mod table_kinds;
pub mod table_workloads;
pub mod tables;
pub mod tokens;
pub mod update;
pub mod versions;
pub mod watch;
pub mod webhooks;
pub mod yaml;

use crate::scenario::Scenario;

/// Every scenario.
pub fn all() -> Vec<Scenario> {
    let themes = [
        auth::SCENARIOS,
        discovery::SCENARIOS,
        create::SCENARIOS,
        names::SCENARIOS,
        builtin::SCENARIOS,
        groups::SCENARIOS,
        list::SCENARIOS,
        versions::SCENARIOS,
        watch::SCENARIOS,
        update::SCENARIOS,
        patch::SCENARIOS,
        strategic::SCENARIOS,
        apply::SCENARIOS,
        apply_lists::SCENARIOS,
        delete::SCENARIOS,
        subresources::SCENARIOS,
        scale::SCENARIOS,
        storage::SCENARIOS,
        openapi::SCENARIOS,
        protobuf::SCENARIOS,
        tables::SCENARIOS,
        table_workloads::SCENARIOS,
        table_kinds::SCENARIOS,
        metadata::SCENARIOS,
        custom::SCENARIOS,
        rules::SCENARIOS,
        libraries::SCENARIOS,
        bad_input::SCENARIOS,
        strictness::SCENARIOS,
        yaml::SCENARIOS,
        tokens::SCENARIOS,
        webhooks::SCENARIOS,
        limit_ranges::SCENARIOS,
        quotas::SCENARIOS,
        resizing::SCENARIOS,
    ];
    themes.concat()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    #[test]
    fn every_scenario_has_a_namespace_of_its_own() {
        let all = super::all();
        let namespaces: BTreeSet<String> = all.iter().map(crate::scenario::Scenario::namespace).collect();
        assert_eq!(namespaces.len(), all.len());
    }
}
