//! How many of something there are: autoscalers, scales and disruption budgets.

use serde_json::{Value, json};

use super::{NONE, Row, UNSET, at, or, plain, text};
use crate::api::table::age::UNKNOWN;

pub(super) fn scale(row: &Row<'_>) -> Vec<Value> {
    vec![row.name(), json!(row.int("/spec/replicas")), json!(row.int("/status/replicas")), row.age()]
}

pub(super) fn disruption_budget(row: &Row<'_>) -> Vec<Value> {
    let bound = |pointer: &str| match row.at(pointer) {
        Value::Null => json!("N/A"),
        bound => json!(plain(bound)),
    };
    vec![
        row.name(),
        bound("/spec/minAvailable"),
        bound("/spec/maxUnavailable"),
        json!(row.int("/status/disruptionsAllowed")),
        row.age(),
    ]
}

pub(super) fn autoscaler(row: &Row<'_>) -> Vec<Value> {
    let target = format!("{}/{}", row.text("/spec/scaleTargetRef/kind"), row.text("/spec/scaleTargetRef/name"));
    let least = row.at("/spec/minReplicas").as_i64().map(|least| least.to_string());
    vec![
        row.name(),
        json!(target),
        json!(metrics(row)),
        json!(least.as_deref().unwrap_or(UNSET)),
        json!(row.int("/spec/maxReplicas")),
        json!(row.int("/status/currentReplicas")),
        row.age(),
    ]
}

/// What is measured and what is aimed at: the first two metrics.
fn metrics(row: &Row<'_>) -> String {
    let current = row.list("/status/currentMetrics");
    let mut all: Vec<String> =
        row.list("/spec/metrics").iter().enumerate().map(|(n, spec)| metric(spec, current.get(n))).collect();
    // The first version of the API knows one metric, which has a field of its own.
    if let Some(target) = row.at("/spec/targetCPUUtilizationPercentage").as_i64() {
        let current = row.at("/status/currentCPUUtilizationPercentage").as_i64().map(|now| format!("{now}%"));
        all.push(format!("cpu: {}/{target}%", current.as_deref().unwrap_or(UNKNOWN)));
    }
    let shown = all.iter().take(2).map(String::as_str).collect::<Vec<_>>().join(", ");
    match all.len() {
        3.. => format!("{shown} + {} more...", all.len() - 2),
        _ => or(&shown, NONE).to_owned(),
    }
}

fn metric(spec: &Value, status: Option<&Value>) -> String {
    let of = text(spec, "/type");
    let field = match of {
        "External" => "external",
        "Pods" => "pods",
        "Object" => "object",
        "Resource" => "resource",
        "ContainerResource" => "containerResource",
        _ => return "<unknown type>".to_owned(),
    };
    let spec = at(spec, &format!("/{field}"));
    let status = status.map(|status| at(status, &format!("/{field}"))).filter(|status| !status.is_null());
    let target = |name: &str| Some(at(spec, &format!("/target/{name}"))).filter(|value| !value.is_null());
    let now = |name: &str| Some(at(status?, &format!("/current/{name}"))).filter(|value| !value.is_null()).map(plain);
    let known = |shown: Option<String>| shown.unwrap_or_else(|| UNKNOWN.to_owned());
    // A quantity that is not there is zero as soon as there is a status.
    let present = |name: &str| known(status.map(|_| now(name).unwrap_or_else(|| "0".to_owned())));
    let value = |name: &str| target(name).map_or_else(|| "0".to_owned(), plain);
    match of {
        "Pods" => format!("{}/{}", present("averageValue"), value("averageValue")),
        "External" | "Object" => match target("averageValue") {
            Some(target) => format!("{}/{} (avg)", known(now("averageValue")), plain(target)),
            None => format!("{}/{}", present("value"), value("value")),
        },
        _ => {
            let name = text(spec, "/name");
            match (target("averageValue"), target("averageUtilization")) {
                (Some(target), _) => format!("{name}: {}/{}", present("averageValue"), plain(target)),
                (None, target) => {
                    let percent = |number: String| format!("{number}%");
                    let target = target.map(plain).map_or_else(|| "<auto>".to_owned(), percent);
                    format!("{name}: {}/{target}", known(now("averageUtilization").map(percent)))
                }
            }
        }
    }
}
