//! Devices that pods claim.

use serde_json::{Value, json};

use super::Row;

pub(super) fn claim(row: &Row<'_>) -> Vec<Value> {
    let ending = row.is_ending();
    let allocated = !row.at("/status/allocation").is_null();
    let states = [
        (ending, "deleted"),
        (!allocated && !ending, "pending"),
        (allocated, "allocated"),
        (allocated && !row.list("/status/reservedFor").is_empty(), "reserved"),
    ];
    let states: Vec<&str> = states.into_iter().filter(|(holds, _)| *holds).map(|(_, state)| state).collect();
    vec![row.name(), json!(states.join(",")), row.age()]
}

pub(super) fn slice(row: &Row<'_>) -> Vec<Value> {
    let texts = ["/spec/nodeName", "/spec/driver", "/spec/pool/name"].map(|pointer| json!(row.text(pointer)));
    let [node, driver, pool] = texts;
    vec![row.name(), node, driver, pool, row.age()]
}
