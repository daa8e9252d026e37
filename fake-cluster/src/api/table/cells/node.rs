//! Nodes.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{NONE, Row, or, text};
use crate::api::table::age::UNKNOWN;

const ROLE_PREFIX: &str = "node-role.kubernetes.io/";

pub(super) fn cells(row: &Row<'_>) -> Vec<Value> {
    let info = |field: &str| row.text(&format!("/status/nodeInfo/{field}"));
    let mut kernel = or(info("kernelVersion"), UNKNOWN).to_owned();
    if !info("architecture").is_empty() {
        kernel.push_str(&format!(" ({})", info("architecture")));
    }
    vec![
        row.name(),
        json!(status(row)),
        json!(or(&roles(row), NONE)),
        row.age(),
        json!(info("kubeletVersion")),
        json!(address(row, "InternalIP")),
        json!(address(row, "ExternalIP")),
        json!(or(info("osImage"), UNKNOWN)),
        json!(kernel),
        json!(or(info("containerRuntimeVersion"), UNKNOWN)),
    ]
}

fn status(row: &Row<'_>) -> String {
    let conditions = row.list("/status/conditions");
    let ready = conditions.iter().rev().find(|condition| text(condition, "/type") == "Ready");
    let status = match ready.map(|condition| text(condition, "/status")) {
        Some("True") => "Ready",
        Some(_) => "NotReady",
        None => "Unknown",
    };
    match row.at("/spec/unschedulable") {
        Value::Bool(true) => format!("{status},SchedulingDisabled"),
        _ => status.to_owned(),
    }
}

fn roles(row: &Row<'_>) -> String {
    let labels = row.at("/metadata/labels").as_object().into_iter().flatten();
    let roles: BTreeSet<&str> = labels
        .filter_map(|(key, value)| match key.strip_prefix(ROLE_PREFIX) {
            None if key == "kubernetes.io/role" => value.as_str(),
            role => role,
        })
        .filter(|role| !role.is_empty())
        .collect();
    roles.into_iter().collect::<Vec<_>>().join(",")
}

fn address<'a>(row: &Row<'a>, of: &str) -> &'a str {
    let addresses = row.list("/status/addresses");
    addresses.iter().find(|address| text(address, "/type") == of).map_or(NONE, |address| text(address, "/address"))
}
