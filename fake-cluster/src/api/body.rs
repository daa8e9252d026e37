//! Request bodies: from bytes to a decoded object, refused in the words of the real server.

use serde_json::Value;

use super::cause::quote;
use super::ctx::{Ctx, refused};
use super::doubles::{self, Doubles};
use super::gojson;
use super::negotiate::BUILTIN;
use super::operations::json_type;
use super::resource::{Origin, Resource};
use super::status::Status;
use crate::schema::FieldValidation;

/// How the real server names its list of kinds.
pub(super) const SCHEME: &str = "\"pkg/runtime/scheme.go:111\"";
/// How Go prints the structure that the decoder looks for first.
const TYPE_META: &str =
    "struct { APIVersion string \"json:\\\"apiVersion,omitempty\\\"\"; Kind string \"json:\\\"kind,omitempty\\\"\" }";

/// A body as it came, and what it says to be.
pub(super) struct Body {
    pub(super) object: Value,
    pub(super) api_version: String,
    pub(super) kind: String,
    /// What was given twice.
    pub(super) doubles: Doubles,
}

impl Ctx<'_> {
    /// The body as an object of the resource's kind, with defaults, and the warnings that came up.
    pub(super) fn read_object(
        &self,
        resource: &Resource,
        validation: FieldValidation,
    ) -> Result<(Value, Vec<String>), Status> {
        let Body { mut object, api_version, kind, doubles } = self.read_any(&resource.kind)?;
        match resource.origin {
            Origin::Builtin => self.check_builtin_kind(resource, &api_version, &kind)?,
            Origin::Custom => {
                if kind.is_empty() {
                    let found = String::from_utf8_lossy(self.body);
                    return Err(self.unrecognized(&resource.kind, format!("Object 'Kind' is missing in '{found}'")));
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
        let warnings = self.decode(resource, &mut object, &doubles, validation)?;
        if resource.origin == Origin::Custom {
            // A wrong kind is found out when the object is validated.
            object["kind"] = kind.into();
        }
        Ok((object, warnings))
    }

    /// The body as JSON, with what it says to be.
    pub(super) fn read_any(&self, wanted: &str) -> Result<Body, Status> {
        let yaml = match self.content_type() {
            "" | "application/json" => false,
            "application/yaml" => true,
            _ => return Err(Status::unsupported_media_type(BUILTIN)),
        };
        let (object, doubles) = parsed(self.body, yaml).map_err(|why| self.unrecognized(wanted, why))?;
        let (api_version, kind) = said(&object).map_err(|why| self.unrecognized(wanted, why))?;
        Ok(Body { object, api_version, kind, doubles })
    }

    fn unrecognized(&self, wanted: &str, why: String) -> Status {
        let summary = summarized(self.body);
        Status::bad_request(format!(
            "the object provided is unrecognized (must be of type {wanted}): {why} ({summary})"
        ))
    }

    /// Runs the schema over an object: types, unknown fields, defaults. `doubles` are the members that were given twice.
    fn decode(
        &self,
        resource: &Resource,
        object: &mut Value,
        doubles: &Doubles,
        validation: FieldValidation,
    ) -> Result<Vec<String>, Status> {
        let about = |refusal| refused(resource, &self.path.name, refusal);
        if doubles.line.is_none() || validation == FieldValidation::Ignore {
            return resource.schema.decode_text(object, self.body, validation).map_err(about);
        }
        let unknown = resource.schema.decode(object, FieldValidation::Warn).map_err(about)?;
        if validation == FieldValidation::Warn {
            return Ok(doubles.warnings(&unknown));
        }
        Err(Status::bad_request(format!(
            "{kind} in version {} cannot be handled as a {kind}: strict decoding error: {}",
            quote(&resource.version),
            doubles.error(&unknown),
            kind = resource.kind,
        )))
    }

    /// A body of another built-in kind decodes, but not into this one.
    fn check_builtin_kind(&self, resource: &Resource, api_version: &str, kind: &str) -> Result<(), Status> {
        let version_fits = api_version.is_empty() || api_version == resource.api_version;
        if version_fits && (kind.is_empty() || kind == resource.kind) {
            return Ok(());
        }
        let api_version = if api_version.is_empty() { &resource.api_version } else { api_version };
        let kind = if kind.is_empty() { &resource.kind } else { kind };
        if is_retired(api_version, kind) {
            return Err(Status::bad_request(format!(
                "the API version in the data ({api_version}) does not match the expected API version ({})",
                resource.api_version
            )));
        }
        Err(self.wrong_kind(api_version, kind, &resource.kind, &go_internal(resource)))
    }

    /// 400 for a body of another kind than the wanted one.
    pub(super) fn wrong_kind(&self, api_version: &str, kind: &str, wanted: &str, wanted_go: &str) -> Status {
        let why = self.inconvertible(api_version, kind, wanted_go);
        let version = quote(api_version.rsplit('/').next().unwrap_or_default());
        Status::bad_request(format!("{kind} in version {version} cannot be handled as a {wanted}: {why}"))
    }

    /// Why a kind is not taken for the wanted Go type.
    pub(super) fn inconvertible(&self, api_version: &str, kind: &str, wanted_go: &str) -> String {
        if self.is_registered(api_version, kind) {
            let version = api_version.rsplit('/').next().unwrap_or_default();
            return format!("converting ({version}.{kind}) to ({wanted_go}): unknown conversion");
        }
        let api_version = quote(api_version);
        format!("no kind {} is registered for version {api_version} in scheme {SCHEME}", quote(kind))
    }

    /// Whether the real server knows a Go type for this: a built-in kind, a list of one, or a list of anything.
    fn is_registered(&self, api_version: &str, kind: &str) -> bool {
        let builtin = |kind: &str| {
            self.api.registry.by_kind(api_version, kind).is_some_and(|found| found.origin == Origin::Builtin)
        };
        builtin(kind)
            || kind.strip_suffix("List").is_some_and(builtin)
            || (api_version, kind) == ("v1", "List")
            || (api_version, kind) == ("autoscaling/v1", "Scale")
    }
}

/// The version and kind that an object says to be of, as far as it says so.
pub(super) fn said(object: &Value) -> Result<(String, String), String> {
    let text = |field: &str| match &object[field] {
        Value::Null => Ok(String::new()),
        Value::String(text) => Ok(text.clone()),
        other => Err(format!(
            "couldn't get version/kind; json parse error: json: cannot unmarshal {} into Go struct field .{field} of type string",
            json_type(other)
        )),
    };
    let (api_version, kind) = (text("apiVersion")?, text("kind")?);
    if api_version.matches('/').count() > 1 {
        return Err(format!("unexpected GroupVersion string: {api_version}"));
    }
    Ok((api_version, kind))
}

/// Versions that the real server can still read but serves no more.
pub(super) fn is_retired(api_version: &str, kind: &str) -> bool {
    match api_version {
        "apps/v1beta1" => matches!(kind, "Deployment" | "StatefulSet"),
        "apps/v1beta2" => matches!(kind, "Deployment" | "StatefulSet" | "DaemonSet" | "ReplicaSet"),
        "batch/v1beta1" => kind == "CronJob",
        _ => false,
    }
}

/// JSON or YAML as a value that is an object or null, and what was given twice.
pub(super) fn parsed(body: &[u8], yaml: bool) -> Result<(Value, Doubles), String> {
    let (value, doubles) = if yaml {
        doubles::read_yaml(body)?
    } else {
        let (value, paths) = doubles::read(body).map_err(|error| {
            let said = gojson::complaint(body).unwrap_or_else(|| error.to_string());
            format!("couldn't get version/kind; json parse error: {said}")
        })?;
        (value, Doubles { paths, line: None })
    };
    let found = match &value {
        Value::Object(_) | Value::Null => return Ok((value, doubles)),
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
    format!("{package}.{}", resource.kind)
}
