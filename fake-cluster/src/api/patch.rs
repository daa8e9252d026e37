//! Patch: JSON patch, merge patch, strategic merge patch and server-side apply.

mod strategic;
mod version;

use serde_json::Value;

use super::body::said;
use super::cause::quote;
use super::ctx::{Ctx, Written, refused};
use super::doubles::{self, Doubles};
use super::gojson;
use super::operations::{self, MAX_OPERATIONS, Operation, json_type};
use super::options::{Write, WriteOptions};
use super::resource::{Origin, Resource};
use super::status::Status;
use super::write::{Draft, Rewrite, duplicate_owners};
use crate::apply::{self, Merged};
use crate::schema::FieldValidation;
use version::Version;

/// A patch that was read, and what a strict reader complains of.
pub(super) struct Patch {
    change: Change,
    complaints: Vec<String>,
}

/// What a patch does.
enum Change {
    Json(Vec<Operation>),
    Merge(Value),
    Strategic(Value),
    Apply(Value),
}

impl Ctx<'_> {
    /// PATCH of an object or a subresource.
    pub(super) fn patch(&self, resource: &Resource) -> Result<Written, Status> {
        let kind = self.patch_kind(resource)?;
        let options = WriteOptions::parse(&self.call.query, kind)?;
        let patch = self.read_patch(options.validation).map_err(|status| {
            // Only then would the real server have read the patch.
            let is_there = kind == Write::Apply || self.api.store.get(&resource.storage, &self.key(resource)).is_some();
            if is_there { status } else { self.not_found(resource) }
        })?;
        // Apply creates what does not exist; a subresource is never created.
        let creates = kind == Write::Apply && self.subresource().is_none();
        let manager = self.manager(&options.manager);
        self.rewrite(resource, &Rewrite { options: &options, uid: "", creates }, |live| {
            let mut draft = self.changed(resource, live, &patch, &options, &manager)?;
            let is_mine = self.check_patched(resource, live, &mut draft.object);
            is_mine.map_err(|status| status.with_warnings(&draft.warnings))?;
            draft.warnings.extend(duplicate_owners(&mut draft.object, true));
            Ok(draft)
        })
    }

    /// Refuses a patched object that is another one than the path says.
    fn check_patched(&self, resource: &Resource, live: Option<&Value>, new: &mut Value) -> Result<(), Status> {
        let uid = new["metadata"]["uid"].as_str().unwrap_or_default();
        if live.is_none() && !uid.is_empty() {
            let why =
                format!("uid mismatch: the provided object specified uid {uid}, and no existing object was found");
            return Err(Status::conflict(&resource.group, &resource.plural, &self.path.name, &why));
        }
        self.place(resource, new)?;
        self.check_name(new)
    }

    /// What kind of write the content type asks for.
    pub(super) fn patch_kind(&self, resource: &Resource) -> Result<Write, Status> {
        let supported = ["application/json-patch+json", "application/merge-patch+json", "application/apply-patch+yaml"];
        match self.content_type() {
            "application/json-patch+json" | "application/merge-patch+json" => Ok(Write::Patch),
            "application/apply-patch+yaml" => Ok(Write::Apply),
            "application/strategic-merge-patch+json" if resource.origin == Origin::Builtin => Ok(Write::Patch),
            _ if resource.origin == Origin::Builtin => {
                Err(Status::generic(415, "UnsupportedMediaType", "415: Unsupported Media Type"))
            }
            _ => Err(Status::unsupported_media_type(&supported)),
        }
    }

    pub(super) fn read_patch(&self, validation: FieldValidation) -> Result<Patch, Status> {
        let mut patch = match self.content_type() {
            "application/json-patch+json" => self.read_operations(),
            "application/merge-patch+json" => self.read_merge(),
            "application/strategic-merge-patch+json" => self.read_strategic(),
            _ => self.read_configuration(),
        }?;
        if validation == FieldValidation::Ignore {
            patch.complaints.clear();
        }
        Ok(patch)
    }

    /// The live object with a patch of any kind applied, and who owns it now; only configurations need no live object.
    pub(super) fn changed(
        &self,
        resource: &Resource,
        live: Option<&Value>,
        patch: &Patch,
        options: &WriteOptions,
        manager: &str,
    ) -> Result<Draft, Status> {
        let Change::Apply(configuration) = &patch.change else {
            let live = live.ok_or_else(|| self.not_found(resource))?;
            let mut draft = match &patch.change {
                Change::Strategic(change) => {
                    self.merged(resource, live, change, &patch.complaints, options.validation)?
                }
                _ => self.patched(resource, live, patch, options.validation)?,
            };
            apply::track(Some(live), &mut draft.object, manager, self.subresource(), &resource.schema, self.now);
            return Ok(draft);
        };
        let Merged { object, residue } = self.applied(resource, live, configuration, options)?;
        if let (FieldValidation::Strict, [first, ..]) = (options.validation, patch.complaints.as_slice()) {
            let why = format!("error converting YAML to JSON: yaml: unmarshal errors:\n  {first}");
            return Err(Status::bad_request(format!("error strict decoding YAML: {why}")));
        }
        // A write to a subresource leaves the metadata as it was.
        Ok(Draft { object, warnings: patch.complaints.clone(), residue: residue && self.subresource().is_none() })
    }

    fn undecodable(&self, error: &serde_json::Error) -> Status {
        let said = gojson::complaint(self.body).unwrap_or_else(|| error.to_string());
        Status::bad_request(format!("error decoding patch: {said}"))
    }

    fn read_operations(&self) -> Result<Patch, Status> {
        let (value, doubles) = doubles::read(self.body).map_err(|error| self.undecodable(&error))?;
        let operations = match value {
            Value::Array(operations) => operations,
            Value::Null => Vec::new(),
            other => {
                let found = json_type(&other);
                return Err(Status::bad_request(format!(
                    "error decoding patch: json: cannot unmarshal {found} into Go value of type []handlers.jsonPatchOp"
                )));
            }
        };
        if operations.len() > MAX_OPERATIONS {
            return Err(Status::too_large(format!(
                "Request entity too large: The allowed maximum operations in a JSON patch is {MAX_OPERATIONS}, got {}",
                operations.len()
            )));
        }
        let complaints = operations::complaints(&operations, &doubles);
        let operations: Result<Vec<_>, _> = operations.into_iter().map(Operation::read).collect();
        let operations = operations.map_err(|why| Status::bad_request(format!("error decoding patch: {why}")))?;
        Ok(Patch { change: Change::Json(operations), complaints })
    }

    fn read_merge(&self) -> Result<Patch, Status> {
        let (value, paths) = doubles::read(self.body).map_err(|error| self.undecodable(&error))?;
        if !value.is_object() && !value.is_null() {
            let found = json_type(&value);
            return Err(Status::bad_request(format!(
                "error decoding patch: json: cannot unmarshal {found} into Go value of type map[string]interface {{}}"
            )));
        }
        let complaints = Doubles { paths, line: None }.warnings(&[]);
        Ok(Patch { change: Change::Merge(value), complaints })
    }

    fn read_configuration(&self) -> Result<Patch, Status> {
        let undecodable = |why: String| Status::bad_request(format!("error decoding YAML: {why}"));
        // Nearly all of it is JSON, which is read faster.
        let (patch, doubles) = match doubles::read(self.body) {
            Ok((patch, paths)) if paths.is_empty() => (patch, Doubles::default()),
            _ => doubles::read_yaml(self.body).map_err(undecodable)?,
        };
        let patch = match patch {
            Value::Object(_) => patch,
            Value::Null => Value::Object(serde_json::Map::new()),
            other => {
                let found = json_type(&other);
                return Err(undecodable(format!(
                    "error unmarshaling JSON: while decoding JSON: json: cannot unmarshal {found} into Go value of type map[string]interface {{}}"
                )));
            }
        };
        Ok(Patch { change: Change::Apply(patch), complaints: doubles.warnings(&[]) })
    }

    /// The live object with a JSON or merge patch applied, decoded again.
    fn patched(
        &self,
        resource: &Resource,
        live: &Value,
        patch: &Patch,
        validation: FieldValidation,
    ) -> Result<Draft, Status> {
        let mut new = live.clone();
        patch.change.make(&mut new)?;
        // What a patch does not touch stays as Go wrote it.
        let whole = resource.origin == Origin::Builtin && !patch.change.touches("metadata");
        let text = if whole { gojson::spelled(&new) } else { new.to_string() };
        let bad = |why: &str| unfit(&text, why);
        if resource.origin == Origin::Builtin
            && let Version::Internal = self.patched_kind(resource, &new)?.map_err(|why| bad(&why))?
        {
            return self.nothing_known(&new, patch, validation).map_err(|why| bad(&why))?;
        }
        let mut said_to_be = None;
        if resource.origin == Origin::Custom {
            let (api_version, kind) = said(&new).map_err(|why| bad(&why))?;
            if kind.is_empty() {
                return Err(bad(&format!("Object 'Kind' is missing in '{text}'")));
            }
            if api_version.is_empty() {
                return Err(Status::internal("Object 'apiVersion' is missing in 'object has no apiVersion field'"));
            }
            if api_version != resource.api_version || kind != resource.kind {
                said_to_be = Some((api_version, kind));
            }
        }
        let lenient = match validation {
            FieldValidation::Ignore => FieldValidation::Ignore,
            _ => FieldValidation::Warn,
        };
        match resource.schema.decode(&mut new, lenient) {
            Ok(mut unknown) => {
                if let Some((api_version, kind)) = said_to_be {
                    unknown.extend(self.unknown_version(resource, &api_version, &new)?);
                    // What is wrong with it is found out when the object is validated.
                    new["apiVersion"] = api_version.into();
                    new["kind"] = kind.into();
                }
                let told: Vec<String> = patch.complaints.iter().cloned().chain(unknown).collect();
                if validation == FieldValidation::Strict && !told.is_empty() {
                    return Err(bad(&format!("strict decoding error: {}", told.join(", "))));
                }
                Ok(Draft::new(new, told))
            }
            Err(refusal) if refusal.code == 400 => Err(bad(&without_introduction(&refusal.message))),
            Err(refusal) => Err(refused(resource, &self.path.name, refusal)),
        }
    }

    fn applied(
        &self,
        resource: &Resource,
        live: Option<&Value>,
        patch: &Value,
        options: &WriteOptions,
    ) -> Result<Merged, Status> {
        let (manager, subresource) = (&options.manager, self.subresource());
        apply::merged(live, patch, manager, options.force, subresource, &resource.schema, self.now)
            .map_err(|refusal| refused(resource, &self.path.name, refusal))
    }
}

impl Patch {
    /// What is applied, if the patch is a configuration.
    pub(super) fn configuration(&self) -> Option<&Value> {
        match &self.change {
            Change::Apply(configuration) => Some(configuration),
            _ => None,
        }
    }
}

impl Change {
    /// Whether the patch says anything about a member of the object, or about the object as a whole.
    fn touches(&self, member: &str) -> bool {
        match self {
            Self::Json(operations) => operations.iter().any(|operation| operation.touches(member)),
            Self::Merge(patch) | Self::Strategic(patch) | Self::Apply(patch) => patch.get(member).is_some(),
        }
    }

    /// Changes an object.
    fn make(&self, object: &mut Value) -> Result<(), Status> {
        match self {
            Self::Json(operations) => {
                // The real server says neither which operation it was nor why.
                operations::apply_all(operations, object).map_err(|_| {
                    Status::generic(422, "Invalid", "the server rejected our request due to an error in our request")
                })
            }
            Self::Merge(patch) | Self::Strategic(patch) | Self::Apply(patch) => {
                json_patch::merge(object, patch);
                Ok(())
            }
        }
    }
}

/// 422 for a patched object that is none of its kind any more.
fn unfit(patched: &str, why: &str) -> Status {
    let cause = super::cause::invalid("patch", quote(patched), why);
    Status::invalid("", "", "", vec![cause])
}

/// A decoding error without the sentence that names kind and version.
pub(super) fn without_introduction(message: &str) -> String {
    match message.split_once(" cannot be handled as a ").and_then(|(_, rest)| rest.split_once(": ")) {
        Some((_, why)) => why.to_owned(),
        None => message.to_owned(),
    }
}
