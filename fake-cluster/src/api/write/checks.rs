//! What every write is checked for, whatever its kind: place, name, uid, revision, size. Knows nothing of schemas.

use serde_json::{Value, json};

use crate::api::cause::{invalid, quote};
use crate::api::ctx::Ctx;
use crate::api::resource::Resource;
use crate::api::status::Status;
use crate::api::{kinds, meta};
use crate::storage::Object;

/// The largest stored object in bytes: what etcd takes in one request.
const MAX_STORED_BYTES: usize = 1_572_864;

impl Ctx<'_> {
    /// Fills in the namespace from the path, and refuses another one.
    pub(in crate::api) fn place(&self, resource: &Resource, object: &mut Value) -> Result<(), Status> {
        let given = object["metadata"]["namespace"].as_str().unwrap_or_default();
        let wanted = if resource.namespaced { self.path.namespace.as_str() } else { "" };
        if given == wanted {
            return Ok(());
        }
        if !given.is_empty() && !wanted.is_empty() {
            return Err(Status::bad_request(
                "the namespace of the provided object does not match the namespace sent on the request",
            ));
        }
        meta::set(object, "namespace", if wanted.is_empty() { Value::Null } else { json!(wanted) });
        Ok(())
    }

    /// 400 for an object without a name.
    pub(in crate::api) fn nameless(&self) -> Status {
        let name = &self.path.name;
        Status::bad_request(format!(
            "the name of the object ({name} based on URL) was undeterminable: name must be provided"
        ))
    }

    /// Refuses an object of another name than the path says.
    pub(in crate::api) fn check_name(&self, object: &Value) -> Result<(), Status> {
        let name = &self.path.name;
        match object["metadata"]["name"].as_str().unwrap_or_default() {
            "" => Err(self.nameless()),
            given if given != name => Err(Status::bad_request(format!(
                "the name of the object ({given}) does not match the name on the URL ({name})"
            ))),
            _ => Ok(()),
        }
    }

    pub(super) fn check_uid(&self, resource: &Resource, live: Option<&Object>, wanted: &str) -> Result<(), Status> {
        let found = live.map_or("", |live| live.meta_str("uid"));
        if wanted.is_empty() || wanted == found {
            return Ok(());
        }
        let key = kinds::etcd_key(resource, &self.key(resource));
        let why = format!(
            "StorageError: invalid object, Code: 4, Key: {key}, ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in precondition: {wanted}, UID in object meta: {found}"
        );
        Err(Status::conflict(&resource.group, &resource.plural, &self.path.name, &why))
    }

    /// Refuses a state computed from another revision than the live one, and fills in the live one.
    pub(super) fn check_revision(&self, resource: &Resource, live: &Object, new: &mut Value) -> Result<(), Status> {
        let (group, plural, name) = (&resource.group, &resource.plural, &self.path.name);
        match revision_of(new)? {
            0 if kinds::allows_unconditional_update(resource) => {}
            0 => {
                let cause = invalid("metadata.resourceVersion", 0, "must be specified for an update");
                return Err(Status::invalid(group, plural, name, vec![cause]));
            }
            given if given == live.revision() => {}
            _ => return Err(Status::modified(group, plural, name)),
        }
        meta::set(new, "resourceVersion", json!(live.revision().to_string()));
        Ok(())
    }
}

/// The revision that an object names; 0 if it names none.
pub(super) fn revision_of(object: &Value) -> Result<u64, Status> {
    match object["metadata"]["resourceVersion"].as_str().unwrap_or_default() {
        "" => Ok(0),
        text => text
            .parse()
            .map_err(|_| Status::bare(500, format!("strconv.ParseUint: parsing {}: invalid syntax", quote(text)))),
    }
}

/// Custom resources say themselves what they are, and must say it right.
pub(super) fn check_custom_kind(resource: &Resource, object: &Value) -> Result<(), Status> {
    if !resource.is_custom() {
        return Ok(());
    }
    let text = |field: &str| object[field].as_str().unwrap_or_default();
    let (api_version, kind) = (text("apiVersion"), text("kind"));
    let wrong = |field: &str, given: &str, wanted: &str| {
        (given != wanted).then(|| invalid(field, quote(given), format_args!("must be {wanted}")))
    };
    let causes: Vec<_> = wrong("kind", kind, &resource.kind)
        .into_iter()
        .chain(wrong("apiVersion", api_version, &resource.api_version))
        .collect();
    if causes.is_empty() {
        return Ok(());
    }
    let group = api_version.split_once('/').map_or("", |(group, _)| group);
    let name = object["metadata"]["name"].as_str().unwrap_or_default();
    Err(Status::invalid(group, kind, name, causes))
}

/// Refuses objects that etcd would refuse. Built-in kinds are smaller in etcd than in JSON, so that this server refuses
/// somewhat earlier.
pub(super) fn check_size(object: &Value) -> Result<(), Status> {
    // The text is about as long as the pieces that it is made of; most objects are far from the limit.
    if rough_size(object) < MAX_STORED_BYTES || object.to_string().len() <= MAX_STORED_BYTES {
        return Ok(());
    }
    Err(Status::bare(500, "etcdserver: request is too large"))
}

fn rough_size(value: &Value) -> usize {
    match value {
        Value::Null | Value::Bool(_) => 5,
        Value::Number(_) => 20,
        // Escapes make a character up to six bytes long.
        Value::String(text) => text.len() + 2,
        Value::Array(items) => items.iter().map(|item| rough_size(item) + 1).sum::<usize>() + 2,
        Value::Object(map) => map.iter().map(|(key, value)| key.len() + 4 + rough_size(value)).sum::<usize>() + 2,
    }
}
