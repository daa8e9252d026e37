//! Who may do what: bindings and requests for certificates.

use serde_json::{Value, json};

use super::{NONE, Row, age, or, text};

pub(super) fn binding(row: &Row<'_>) -> Vec<Value> {
    let role = format!("{}/{}", row.text("/roleRef/kind"), row.text("/roleRef/name"));
    let subjects = |kind: &str| {
        let of = row.list("/subjects").iter().filter(|subject| text(subject, "/kind") == kind);
        let names = of.map(|subject| match kind {
            "ServiceAccount" => format!("{}/{}", text(subject, "/namespace"), text(subject, "/name")),
            _ => text(subject, "/name").to_owned(),
        });
        json!(names.collect::<Vec<_>>().join(", "))
    };
    vec![row.name(), json!(role), row.age(), subjects("User"), subjects("Group"), subjects("ServiceAccount")]
}

pub(super) fn signing_request(row: &Row<'_>) -> Vec<Value> {
    let has = |of: &str| row.list("/status/conditions").iter().any(|condition| text(condition, "/type") == of);
    let mut status = match (has("Denied"), has("Approved")) {
        (true, _) => "Denied",
        (_, true) => "Approved",
        _ => "Pending",
    }
    .to_owned();
    if has("Failed") {
        status.push_str(",Failed");
    }
    if !row.text("/status/certificate").is_empty() {
        status.push_str(",Issued");
    }
    let duration = row.at("/spec/expirationSeconds").as_i64().map(age::of_seconds);
    vec![
        row.name(),
        row.age(),
        json!(or(row.text("/spec/signerName"), NONE)),
        json!(row.text("/spec/username")),
        json!(duration.unwrap_or_else(|| NONE.into())),
        json!(status),
    ]
}
