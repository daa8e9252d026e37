//! What a webhook is asked: the `AdmissionReview` of a request. Knows nothing of who is asked and what is said.

use serde_json::{Map, Value, json};

use super::Place;
use crate::api::access::User;
use crate::api::resource::Resource;

/// A write that webhooks look at.
pub(in crate::api) struct Reviewed<'a> {
    pub(in crate::api) resource: &'a Resource,
    pub(in crate::api) subresource: &'a str,
    /// `CREATE`, `UPDATE` or `DELETE`.
    pub(in crate::api) operation: &'static str,
    pub(in crate::api) namespace: String,
    pub(in crate::api) name: String,
    /// The object before the request, in the version of the request.
    pub(in crate::api) old: Option<&'a Value>,
    pub(in crate::api) options: Value,
    pub(in crate::api) dry_run: bool,
}

/// The request of a review, without its id.
pub(super) fn request(
    reviewed: &Reviewed<'_>,
    seen_as: &Resource,
    user: &User,
    object: Option<&Value>,
    old: Option<&Value>,
) -> Value {
    let kind =
        |resource: &Resource| json!({"group": resource.group, "version": resource.version, "kind": resource.kind});
    let resource = |resource: &Resource| json!({"group": resource.group, "version": resource.version, "resource": resource.plural});
    let mut request = Map::new();
    request.insert("kind".into(), kind(seen_as));
    request.insert("resource".into(), resource(seen_as));
    request.insert("requestKind".into(), kind(reviewed.resource));
    request.insert("requestResource".into(), resource(reviewed.resource));
    for (field, text) in [
        ("subResource", reviewed.subresource),
        ("requestSubResource", reviewed.subresource),
        ("name", &reviewed.name),
        ("namespace", &reviewed.namespace),
    ] {
        if !text.is_empty() {
            request.insert(field.into(), json!(text));
        }
    }
    request.insert("operation".into(), json!(reviewed.operation));
    request.insert("userInfo".into(), user.info());
    request.insert("object".into(), object.cloned().unwrap_or_default());
    request.insert("oldObject".into(), old.cloned().unwrap_or_default());
    request.insert("dryRun".into(), json!(reviewed.dry_run));
    request.insert("options".into(), reviewed.options.clone());
    Value::Object(request)
}

/// The version of `AdmissionReview` that a webhook gets: the first one of its list that is known.
pub(super) fn version(hook: &Value) -> Option<&str> {
    let versions = hook["admissionReviewVersions"].as_array().into_iter().flatten().filter_map(Value::as_str);
    versions.into_iter().find(|version| matches!(*version, "v1" | "v1beta1"))
}

/// Where a webhook is, if it says so.
pub(super) fn place(hook: &Value) -> Option<Place> {
    let config = &hook["clientConfig"];
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    if let Some(service) = config["service"].as_object() {
        let text = |field: &str| service.get(field).map(text).unwrap_or_default();
        let port = service.get("port").and_then(Value::as_u64).and_then(|port| u16::try_from(port).ok());
        return Some(Place::Service {
            namespace: text("namespace"),
            name: text("name"),
            path: text("path"),
            port: port.unwrap_or(443),
        });
    }
    config["url"].as_str().map(|url| Place::Url(url.to_owned()))
}
