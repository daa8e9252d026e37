//! Request bodies: from bytes to a decoded object, refused in the words of the real server.

use serde_json::Value;

use super::cause::quote;
use super::ctx::{Ctx, refused};
use super::gojson;
use super::resource::{Origin, Resource};
use super::status::Status;
use crate::schema::FieldValidation;

/// The bodies that are understood. The real server takes protobuf for built-in kinds too.
const ACCEPTED: &[&str] = &["application/json", "application/yaml"];
/// How Go prints the structure that the decoder looks for first.
const TYPE_META: &str =
    "struct { APIVersion string \"json:\\\"apiVersion,omitempty\\\"\"; Kind string \"json:\\\"kind,omitempty\\\"\" }";

impl Ctx<'_> {
    /// The body as an object of the resource's kind, with defaults, and the warnings that came up.
    pub(super) fn read_object(
        &self,
        resource: &Resource,
        validation: FieldValidation,
    ) -> Result<(Value, Vec<String>), Status> {
        let yaml = match self.content_type() {
            "" | "application/json" => false,
            "application/yaml" => true,
            _ => return Err(Status::unsupported_media_type(ACCEPTED)),
        };
        let unrecognized = |why: String| {
            let kind = &resource.kind;
            let summary = summarized(self.body);
            Status::bad_request(format!(
                "the object provided is unrecognized (must be of type {kind}): {why} ({summary})"
            ))
        };
        let mut object = parsed(self.body, yaml).map_err(&unrecognized)?;
        let text = |field: &str| object[field].as_str().unwrap_or_default().to_owned();
        let (api_version, kind) = (text("apiVersion"), text("kind"));
        match resource.origin {
            Origin::Builtin => self.check_builtin_kind(resource, &api_version, &kind)?,
            Origin::Custom => {
                if kind.is_empty() {
                    let found = String::from_utf8_lossy(self.body);
                    return Err(unrecognized(format!("Object 'Kind' is missing in '{found}'")));
                }
                if api_version != resource.api_version {
                    return Err(Status::bad_request(format!(
                        "the API version in the data ({api_version}) does not match the expected API version ({})",
                        resource.api_version
                    )));
                }
            }
        }
        if object.is_null() {
            object = Value::Object(serde_json::Map::new());
        }
        if resource.origin == Origin::Builtin {
            object["apiVersion"] = resource.api_version.clone().into();
            object["kind"] = resource.kind.clone().into();
        }
        let warnings = self.decode(resource, &mut object, validation)?;
        if resource.origin == Origin::Custom {
            // A wrong kind is found out when the object is validated.
            object["kind"] = kind.into();
        }
        Ok((object, warnings))
    }

    /// Runs the schema over an object: types, unknown fields, defaults.
    pub(super) fn decode(
        &self,
        resource: &Resource,
        object: &mut Value,
        validation: FieldValidation,
    ) -> Result<Vec<String>, Status> {
        resource.schema.decode(object, validation).map_err(|refusal| refused(resource, &self.path.name, refusal))
    }

    /// A body of another built-in kind decodes, but not into this one.
    fn check_builtin_kind(&self, resource: &Resource, api_version: &str, kind: &str) -> Result<(), Status> {
        let version_fits = api_version.is_empty() || api_version == resource.api_version;
        if version_fits && (kind.is_empty() || kind == resource.kind) {
            return Ok(());
        }
        let api_version = if api_version.is_empty() { &resource.api_version } else { api_version };
        let kind = if kind.is_empty() { &resource.kind } else { kind };
        let version = api_version.rsplit('/').next().unwrap_or_default();
        let why = match self.api.registry.by_kind(api_version, kind).filter(|found| found.origin == Origin::Builtin) {
            Some(found) => {
                format!("converting ({version}.{}) to ({}): unknown conversion", found.kind, go_internal(resource))
            }
            None => {
                let version = quote(api_version);
                format!(
                    "no kind {} is registered for version {version} in scheme \"pkg/runtime/scheme.go:111\"",
                    quote(kind)
                )
            }
        };
        Err(Status::bad_request(format!(
            "{kind} in version {} cannot be handled as a {}: {why}",
            quote(version),
            resource.kind
        )))
    }
}

/// JSON or YAML as a value that is an object or null.
pub(super) fn parsed(body: &[u8], yaml: bool) -> Result<Value, String> {
    let value = if yaml {
        serde_saphyr::from_slice::<Value>(body).map_err(|error| format!("yaml: {error}"))?
    } else {
        match serde_json::from_slice::<Value>(body) {
            Ok(value) => value,
            Err(error) => {
                let said = gojson::complaint(body).unwrap_or_else(|| error.to_string());
                return Err(format!("couldn't get version/kind; json parse error: {said}"));
            }
        }
    };
    let found = match &value {
        Value::Object(_) | Value::Null => return Ok(value),
        Value::Array(_) => "array",
        Value::String(_) => "string",
        Value::Number(_) => "number",
        Value::Bool(_) => "bool",
    };
    Err(format!(
        "couldn't get version/kind; json parse error: json: cannot unmarshal {found} into Go value of type {TYPE_META}"
    ))
}

/// The beginning of a body, as text if it looks like JSON and else in hexadecimal digits.
fn summarized(body: &[u8]) -> String {
    const SHOWN: usize = 30;
    if body.is_empty() {
        return "<empty>".into();
    }
    let head = body.get(..SHOWN).unwrap_or(body);
    let head = match body.first() {
        Some(b'{') => String::from_utf8_lossy(head).into_owned(),
        _ => head.iter().map(|byte| format!("{byte:02x}")).collect(),
    };
    if body.len() > SHOWN { format!("{head} ...") } else { head }
}

/// The internal Go type of a built-in kind.
pub(super) fn go_internal(resource: &Resource) -> String {
    let package = match resource.group.as_str() {
        "" | "events.k8s.io" => "core",
        group => group.split('.').next().unwrap_or_default(),
    };
    let package = match package {
        "rbac" => "rbac",
        package => package,
    };
    format!("{package}.{}", resource.kind)
}
