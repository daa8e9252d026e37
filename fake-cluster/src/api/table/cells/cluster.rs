//! Namespaces, data, events, quotas, leases and classes.

use serde_json::{Value, json};

use super::{NONE, Row, at, or, plain, text};
use crate::api::table::age::UNKNOWN;

pub(super) fn namespace(row: &Row<'_>) -> Vec<Value> {
    vec![row.name(), json!(row.text("/status/phase")), row.age()]
}

pub(super) fn secret(row: &Row<'_>) -> Vec<Value> {
    vec![row.name(), json!(row.text("/type")), json!(row.size("/data")), row.age()]
}

pub(super) fn config_map(row: &Row<'_>) -> Vec<Value> {
    vec![row.name(), json!(row.size("/data") + row.size("/binaryData")), row.age()]
}

/// An event in the form of the core group, in which it is stored.
pub(super) fn event(row: &Row<'_>) -> Vec<Value> {
    let known = |shown: String, other: &dyn Fn() -> String| if shown == UNKNOWN { other() } else { shown };
    let first = known(row.since("/firstTimestamp"), &|| row.since("/eventTime"));
    let mut last = known(row.since("/lastTimestamp"), &|| first.clone());
    let mut count = row.int("/count").max(1);
    if row.at("/series").is_object() {
        last = row.since("/series/lastObservedTime");
        count = row.int("/series/count");
    }
    let kind = row.text("/involvedObject/kind").to_lowercase();
    let target = match row.text("/involvedObject/name") {
        "" => kind,
        name => format!("{kind}/{name}"),
    };
    let component = or(row.text("/source/component"), row.text("/reportingComponent"));
    let source = match or(row.text("/source/host"), row.text("/reportingInstance")) {
        "" => component.to_owned(),
        instance => format!("{component}, {instance}"),
    };
    vec![
        json!(last),
        json!(row.text("/type")),
        json!(row.text("/reason")),
        json!(target),
        json!(row.text("/involvedObject/fieldPath")),
        json!(source),
        json!(row.text("/message").trim()),
        json!(first),
        json!(count),
        row.name(),
    ]
}

pub(super) fn resource_quota(row: &Row<'_>) -> Vec<Value> {
    let (mut requests, mut limits) = (Vec::new(), Vec::new());
    let mut hard: Vec<_> = row.at("/status/hard").as_object().into_iter().flatten().collect();
    hard.sort_by_key(|(name, _)| *name);
    for (name, hard) in hard {
        let used = row.at("/status/used").get(name).unwrap_or(&Value::Null);
        let shown = format!("{name}: {}/{}", plain(used), plain(hard));
        if name.starts_with("limits.") { limits.push(shown) } else { requests.push(shown) }
    }
    vec![row.name(), json!(requests.join(", ")), json!(limits.join(", ")), row.age()]
}

pub(super) fn component_status(row: &Row<'_>) -> Vec<Value> {
    let healthy = row.list("/conditions").iter().find(|condition| text(condition, "/type") == "Healthy");
    let (status, message, error) = match healthy {
        Some(condition) => {
            let status = if text(condition, "/status") == "True" { "Healthy" } else { "Unhealthy" };
            (status, text(condition, "/message"), text(condition, "/error"))
        }
        None => ("Unknown", "", ""),
    };
    vec![row.name(), json!(status), json!(message), json!(error)]
}

pub(super) fn lease(row: &Row<'_>) -> Vec<Value> {
    vec![row.name(), json!(row.text("/spec/holderIdentity")), row.age()]
}

pub(super) fn priority_class(row: &Row<'_>) -> Vec<Value> {
    let is_default = row.at("/globalDefault") == &Value::Bool(true);
    let preemption = json!(row.text("/preemptionPolicy"));
    vec![row.name(), json!(row.int("/value")), json!(is_default), row.age(), preemption]
}

pub(super) fn runtime_class(row: &Row<'_>) -> Vec<Value> {
    vec![row.name(), json!(row.text("/handler")), row.age()]
}

pub(super) fn api_service(row: &Row<'_>) -> Vec<Value> {
    let service = match row.at("/spec/service") {
        Value::Null => "Local".to_owned(),
        service => format!("{}/{}", text(service, "/namespace"), text(service, "/name")),
    };
    let available = row.list("/status/conditions").iter().find(|condition| text(condition, "/type") == "Available");
    let status = match available.map(|condition| (text(condition, "/status"), text(condition, "/reason"))) {
        None => "Unknown".to_owned(),
        Some((status @ "True", _) | (status, "")) => status.to_owned(),
        Some((status, reason)) => format!("{status} ({reason})"),
    };
    vec![row.name(), json!(service), json!(status), row.age()]
}

pub(super) fn flow_schema(row: &Row<'_>) -> Vec<Value> {
    let method = row.at("/spec/distinguisherMethod");
    let method = if method.is_null() { NONE } else { text(method, "/type") };
    let dangling = row.list("/status/conditions").iter().find(|condition| text(condition, "/type") == "Dangling");
    vec![
        row.name(),
        json!(row.text("/spec/priorityLevelConfiguration/name")),
        json!(row.int("/spec/matchingPrecedence")),
        json!(method),
        row.age(),
        json!(dangling.map_or("?", |condition| text(condition, "/status"))),
    ]
}

pub(super) fn priority_level(row: &Row<'_>) -> Vec<Value> {
    let limited = row.at("/spec/limited");
    let queuing = at(limited, "/limitResponse/queuing");
    let number = |of: &Value, field: &str| {
        if of.is_null() { json!(NONE) } else { json!(at(of, field).as_i64().unwrap_or_default()) }
    };
    vec![
        row.name(),
        json!(row.text("/spec/type")),
        number(limited, "/nominalConcurrencyShares"),
        number(queuing, "/queues"),
        number(queuing, "/handSize"),
        number(queuing, "/queueLengthLimit"),
        row.age(),
    ]
}
