//! What a patched object says to be: a patch can change kind and version too. Knows nothing of how patches are made.

use serde_json::Value;

use super::{Patch, without_introduction};
use crate::api::body::{SCHEME, go_internal, is_retired, said};
use crate::api::cause::quote;
use crate::api::ctx::Ctx;
use crate::api::resource::{Origin, Resource};
use crate::api::status::Status;
use crate::api::write::Draft;
use crate::schema::FieldValidation;

/// Which version a patched object says to be in.
pub(super) enum Version {
    /// The resource's.
    Own,
    /// None, which is the one that the real server keeps to itself.
    Internal,
}

impl Ctx<'_> {
    /// Nothing but the metadata is known of a custom object in a version of its group that is not defined.
    pub(super) fn unknown_version(
        &self,
        resource: &Resource,
        api_version: &str,
        new: &Value,
    ) -> Result<Vec<String>, Status> {
        let group = api_version.split_once('/').map_or("", |(group, _)| group);
        if api_version == resource.api_version || group != resource.group {
            return Ok(Vec::new());
        }
        if self.api.registry.by_kind(api_version, &resource.kind).is_some() {
            return Err(Status::not_supported("patching an object into another version of its kind"));
        }
        let fields = new.as_object().into_iter().flat_map(serde_json::Map::keys);
        let unknown = fields.filter(|field| !matches!(field.as_str(), "apiVersion" | "kind" | "metadata"));
        Ok(unknown.map(|field| format!("unknown field {}", quote(field))).collect())
    }

    /// Finds out what the patched object of a built-in kind says to be; what it does not say is taken from the resource.
    /// The inner error is why it cannot be read.
    pub(super) fn patched_kind(&self, resource: &Resource, new: &Value) -> Result<Result<Version, String>, Status> {
        let (api_version, kind) = match said(new) {
            Ok(said) => said,
            Err(why) => return Ok(Err(why)),
        };
        let kind = if kind.is_empty() { &resource.kind } else { &kind };
        let is_own = *kind == resource.kind;
        if is_own && (api_version == resource.api_version || api_version.is_empty()) {
            return Ok(Ok(if api_version.is_empty() { Version::Internal } else { Version::Own }));
        }
        let other = self.api.registry.by_kind(&api_version, kind);
        if is_retired(&api_version, kind) || other.as_ref().is_some_and(|other| other.storage == resource.storage) {
            return Err(Status::not_supported("patching an object into another version of its kind"));
        }
        let wanted = go_internal(resource);
        if api_version.is_empty() {
            // The internal version of the resource's own group.
            let group = &resource.group;
            let own = self.api.registry.by_kind(&resource.api_version, kind);
            return Ok(Err(match own.filter(|own| own.origin == Origin::Builtin) {
                Some(own) => format!("converting ({}) to ({wanted}): unknown conversion", go_internal(&own)),
                None => format!(
                    "no kind {} is registered for the internal version of group {} in scheme {SCHEME}",
                    quote(kind),
                    quote(group)
                ),
            }));
        }
        if let Some(other) = other.filter(|other| other.origin == Origin::Builtin)
            && let Err(refusal) = other.schema.decode(&mut new.clone(), FieldValidation::Ignore)
        {
            return Ok(Err(without_introduction(&refusal.message)));
        }
        Ok(Err(self.inconvertible(&api_version, kind, &wanted)))
    }

    /// The real server reads an object without a version as its own internal structure, in which no field has the name
    /// that it has in JSON. The inner error is what a strict reader says.
    pub(super) fn nothing_known(
        &self,
        new: &Value,
        patch: &Patch,
        validation: FieldValidation,
    ) -> Result<Result<Draft, Status>, String> {
        let fields = new.as_object().into_iter().flat_map(serde_json::Map::keys);
        let unknown = fields.filter(|field| !matches!(field.as_str(), "apiVersion" | "kind"));
        let told: Vec<String> = patch
            .complaints
            .iter()
            .cloned()
            .chain(unknown.map(|field| format!("unknown field {}", quote(field))))
            .collect();
        match validation {
            FieldValidation::Strict => Err(format!("strict decoding error: {}", told.join(", "))),
            FieldValidation::Warn => Ok(Err(self.nameless().with_warnings(&told))),
            FieldValidation::Ignore => Ok(Err(self.nameless())),
        }
    }
}
