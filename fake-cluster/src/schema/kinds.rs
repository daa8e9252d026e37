//! The built-in kinds whose rules stand in a table: one row each, one file for each group. Knows no requests.

use crate::schema::strategy::Strategy;

mod aggregation;
mod apps;
mod autoscaling;
mod certificates;
mod core;
mod discovery;
mod dynamic;
mod flow;
mod networking;
mod node;
mod policy;
mod quota;
mod scheduling;
mod storage;
mod webhooks;

pub(crate) use scheduling::SYSTEM as SYSTEM_PRIORITIES;

/// All rows.
const ROWS: &[&Strategy] = &[
    &aggregation::API_SERVICE,
    &apps::CONTROLLER_REVISION,
    &autoscaling::AUTOSCALER,
    &certificates::SIGNING_REQUEST,
    &core::PERSISTENT_VOLUME,
    &core::POD_TEMPLATE,
    &core::REPLICATION_CONTROLLER,
    &discovery::ENDPOINT_SLICE,
    &dynamic::DEVICE_CLASS,
    &dynamic::RESOURCE_CLAIM,
    &dynamic::RESOURCE_CLAIM_TEMPLATE,
    &dynamic::RESOURCE_SLICE,
    &flow::FLOW_SCHEMA,
    &flow::PRIORITY_LEVEL,
    &networking::INGRESS,
    &networking::INGRESS_CLASS,
    &networking::IP_ADDRESS,
    &networking::NETWORK_POLICY,
    &networking::SERVICE_CIDR,
    &node::RUNTIME_CLASS,
    &policy::DISRUPTION_BUDGET,
    &quota::LIMIT_RANGE,
    &quota::RESOURCE_QUOTA,
    &scheduling::PRIORITY_CLASS,
    &storage::ATTACHMENT,
    &storage::ATTRIBUTES_CLASS,
    &storage::CAPACITY,
    &storage::DRIVER,
    &storage::NODE,
    &webhooks::MUTATING,
    &webhooks::MUTATING_POLICY,
    &webhooks::MUTATING_POLICY_BINDING,
    &webhooks::VALIDATING,
    &webhooks::VALIDATING_POLICY,
    &webhooks::VALIDATING_POLICY_BINDING,
];

/// The row of a kind; `group` is empty for core kinds.
pub(crate) fn find(group: &str, kind: &str) -> Option<&'static Strategy> {
    ROWS.iter().copied().find(|row| row.group == group && row.kind == kind)
}
