//! Events, in both of the groups that serve them. Knows no other kinds.
use serde_json::Value;

use crate::schema::names;
use crate::schema::place::Place;
use crate::schema::read::{Read as _, same};
use crate::schema::refusal::Cause;
use crate::schema::report::Report as _;

/// The longest texts, in bytes.
const SHORT: usize = 128;
const NOTE: usize = 1024;

/// What the fields of an event are called in one of its groups, in the order of [`OLD`].
pub(crate) type Names = [&'static str; 7];
pub(crate) const OLD: Names =
    ["involvedObject", "message", "reportingComponent", "source", "firstTimestamp", "lastTimestamp", "count"];
pub(crate) const NEW: Names = [
    "regarding",
    "note",
    "reportingController",
    "deprecatedSource",
    "deprecatedFirstTimestamp",
    "deprecatedLastTimestamp",
    "deprecatedCount",
];

/// What holds in either group.
pub(crate) fn check(event: &Value, is_new: bool, causes: &mut Vec<Cause>) {
    let [about, note, controller, ..] = if is_new { NEW } else { OLD };
    let namespace = event.get_or_null("metadata").text("namespace");
    let theirs = event.get_or_null(about).text("namespace");
    let mismatch = |causes: &mut Vec<Cause>| {
        let at = Place::new("involvedObject");
        causes.invalid(&at.child("namespace"), theirs, "does not match event.namespace");
    };
    if event.has("eventTime") {
        if theirs.is_empty() && !matches!(namespace, "default" | "kube-system") {
            mismatch(causes);
        }
        let shown = if is_new { "reportingController" } else { "reportingComponent" };
        let name = event.text(controller);
        if name.is_empty() {
            causes.required(&Place::new(shown), "");
        }
        causes.wrong(&Place::new(shown), name, names::qualified(name));
        for (field, shown, limit) in [
            ("reportingInstance", "reportingInstance", SHORT),
            ("action", "action", SHORT),
            ("reason", "reason", SHORT),
            (note, "message", NOTE),
        ] {
            let text = event.text(field);
            if text.is_empty() && limit == SHORT {
                causes.required(&Place::new(shown), "");
            }
            if text.len() > limit {
                causes.invalid(&Place::new(shown), "", &format!("can have at most {limit} characters"));
            }
        }
    } else if (theirs.is_empty() && !matches!(namespace, "" | "default")) || (!theirs.is_empty() && theirs != namespace)
    {
        mismatch(causes);
    }
    causes.wrong(&Place::new("namespace"), namespace, names::subdomain(namespace));
}

/// What only the new group asks of new events.
pub(crate) fn create_strictly(event: &Value, causes: &mut Vec<Cause>) {
    series(event, causes);
    if !event.has("eventTime") {
        causes.required(&Place::new("eventTime"), "");
    }
    let kind = event.text("type");
    if !matches!(kind, "Normal" | "Warning") {
        causes.invalid(&Place::new("type"), "", &format!("has invalid value: {kind}"));
    }
    let source = event.get_or_null("deprecatedSource");
    let set = [
        ("firstTimestamp", event.has("deprecatedFirstTimestamp")),
        ("lastTimestamp", event.has("deprecatedLastTimestamp")),
        ("count", event.int("deprecatedCount") != 0),
        ("source", !source.text("component").is_empty() || !source.text("host").is_empty()),
    ];
    for (shown, _) in set.iter().filter(|(_, is_set)| *is_set) {
        causes.invalid(&Place::new(shown), "", "needs to be unset");
    }
}

fn series(event: &Value, causes: &mut Vec<Cause>) {
    let Some(series) = event.sub("series") else { return };
    if series.int("count") < 2 {
        causes.invalid(&Place::new("series.count"), "", "should be at least 2");
    }
    if !series.has("lastObservedTime") {
        causes.required(&Place::new("series.lastObservedTime"), "");
    }
}

/// What the new group lets nobody change.
pub(crate) fn update_strictly(new: &Value, old: &Value, causes: &mut Vec<Cause>) {
    if !same(new.get("series"), old.get("series")) {
        series(new, causes);
    }
    for (shown, field) in [
        ("involvedObject", "regarding"),
        ("reason", "reason"),
        ("message", "note"),
        ("source", "deprecatedSource"),
        ("firstTimestamp", "deprecatedFirstTimestamp"),
        ("lastTimestamp", "deprecatedLastTimestamp"),
        ("count", "deprecatedCount"),
        ("reason", "reason"),
        ("type", "type"),
        ("eventTime", "eventTime"),
        ("action", "action"),
        ("related", "related"),
        ("reportingController", "reportingController"),
        ("reportingInstance", "reportingInstance"),
    ] {
        if same(new.get(field), old.get(field)) {
            continue;
        }
        let at = Place::new(shown);
        match new.get_or_null(field) {
            Value::Object(fields) => causes.invalid_as(&at, &spelled(fields), "field is immutable"),
            Value::Null
                if matches!(
                    shown,
                    "reason" | "message" | "type" | "action" | "reportingController" | "reportingInstance"
                ) =>
            {
                causes.invalid(&at, "", "field is immutable");
            }
            Value::Null if shown == "count" => causes.invalid(&at, 0, "field is immutable"),
            value => causes.invalid(&at, value.clone(), "field is immutable"),
        }
    }
}

/// A reference or a source as Go prints the type that it has inside the server.
fn spelled(fields: &serde_json::Map<String, Value>) -> String {
    let text = |key: &str| fields.get(key).cloned().unwrap_or_else(|| Value::from(""));
    let order: &[(&str, &str)] = if fields.contains_key("component") || fields.contains_key("host") {
        &[("Component", "component"), ("Host", "host")]
    } else {
        &[
            ("Kind", "kind"),
            ("Namespace", "namespace"),
            ("Name", "name"),
            ("UID", "uid"),
            ("APIVersion", "apiVersion"),
            ("ResourceVersion", "resourceVersion"),
            ("FieldPath", "fieldPath"),
        ]
    };
    let parts: Vec<String> = order.iter().map(|(name, key)| format!("\"{name}\":{}", text(key))).collect();
    format!("{{{}}}", parts.join(","))
}
