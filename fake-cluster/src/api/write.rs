//! Create, update and patch: one pipeline from a request body to a committed object.

use std::sync::Arc;

use http::StatusCode;
use serde_json::{Map, Value, json};

use super::ctx::{Ctx, Written, parse_json, refused};
use super::request::Verb;
use super::resource::{Origin, Resource};
use super::status::Status;
use super::{StatusCause, kinds, meta};
use crate::apply;
use crate::storage::{Expected, Object};

/// How a patch changes an object.
enum Patch {
    Json(json_patch::Patch),
    Merge(Value),
    Apply(Value),
}

// === impl Ctx ===

impl Ctx<'_> {
    /// POST to a collection.
    pub(super) fn create(&self, resource: &Resource) -> Result<Written, Status> {
        let dry_run = self.dry_run()?;
        let mut object = self.decode_body()?;
        self.check_kind(resource, &object)?;
        let mut warnings = self.decode(resource, &mut object)?;
        self.place(resource, &mut object, None)?;
        let written = self.insert(resource, object, dry_run)?;
        warnings.extend(written.warnings);
        Ok(Written { warnings, ..written })
    }

    /// Stores a decoded new object.
    fn insert(&self, resource: &Resource, mut object: Value, dry_run: bool) -> Result<Written, Status> {
        kinds::namespace_accepts(self.api, resource, &self.path.namespace, &object)?;
        self.begin(resource, &mut object)?;
        apply::track(None, &mut object, &self.manager(), self.subresource(), &resource.schema, self.now);
        self.insert_tracked(resource, object, dry_run)
    }

    /// Stores a new object whose managed fields are already recorded.
    fn insert_tracked(&self, resource: &Resource, mut object: Value, dry_run: bool) -> Result<Written, Status> {
        let name = object["metadata"]["name"].as_str().unwrap_or_default().to_owned();
        let mut warnings = Vec::new();
        let mut causes = meta::check(resource, &object);
        match kinds::prepare_create(self.api, resource, &mut object)
            .and_then(|()| resource.schema.admit_create(&mut object))
        {
            Ok(found) => warnings.extend(found),
            Err(refusal) if refusal.code == 422 => causes.extend(refusal.causes.into_iter().map(meta::cause)),
            Err(refusal) => return Err(refused(resource, &name, refusal)),
        }
        if !causes.is_empty() {
            return Err(Status::invalid(&resource.group, &resource.kind, &name, causes));
        }
        let key = resource.key(&self.path.namespace, &name);
        let exists = || Status::already_exists(&resource.group, &resource.plural, &name);
        to_storage(resource, &mut object);
        let object = if dry_run {
            if self.api.store.get(&resource.storage, &key).is_some() {
                return Err(exists());
            }
            unstored(&key, None, object)
        } else {
            let stored = self.api.store.put(&resource.storage, &key, Expected::Absent, object).map_err(|_| exists())?;
            kinds::committed(self.api, resource, None, Some(&stored));
            stored
        };
        Ok(Written { code: StatusCode::CREATED, object, warnings })
    }

    /// PUT of an object or a subresource.
    pub(super) fn update(&self, resource: &Resource) -> Result<Written, Status> {
        let dry_run = self.dry_run()?;
        let mut body = self.decode_body()?;
        self.check_kind(resource, &body)?;
        let warnings = self.decode(resource, &mut body)?;
        self.place(resource, &mut body, Some(&self.path.name))?;
        let key = self.key(resource);
        loop {
            let Some(live) = self.api.store.get(&resource.storage, &key) else {
                if kinds::creates_on_update(resource) && self.subresource().is_none() {
                    return self.insert(resource, body, dry_run);
                }
                return Err(self.not_found(resource));
            };
            let mut new = body.clone();
            self.check_precondition(resource, &live, &mut new)?;
            apply_track(self, resource, &live, &mut new);
            match self.replace(resource, &live, new, dry_run)? {
                Some(mut written) => {
                    written.warnings.splice(..0, warnings);
                    return Ok(written);
                }
                None => continue,
            }
        }
    }

    /// PATCH of an object or a subresource.
    pub(super) fn patch(&self, resource: &Resource) -> Result<Written, Status> {
        let dry_run = self.dry_run()?;
        let patch = self.read_patch(resource)?;
        let key = self.key(resource);
        loop {
            let live = self.api.store.get(&resource.storage, &key);
            let mut warnings = Vec::new();
            let (live, mut new) = match (&patch, live) {
                (Patch::Apply(patch), live) => {
                    let Some(new) = self.applied(resource, live.as_deref(), patch, &mut warnings)? else {
                        return self.create_by_apply(resource, patch, dry_run);
                    };
                    let Some(live) = live else { return Err(self.not_found(resource)) };
                    (live, new)
                }
                (_, None) => return Err(self.not_found(resource)),
                (Patch::Json(patch), Some(live)) => {
                    let mut new = super::negotiate::shown(resource, live.value());
                    json_patch::patch(&mut new, patch)
                        .map_err(|error| json_patch_refused(resource, &self.path.name, &error))?;
                    warnings = self.decode(resource, &mut new)?;
                    (live, new)
                }
                (Patch::Merge(patch), Some(live)) => {
                    let mut new = super::negotiate::shown(resource, live.value());
                    json_patch::merge(&mut new, patch);
                    warnings = self.decode(resource, &mut new)?;
                    (live, new)
                }
            };
            self.check_kind(resource, &new)?;
            self.place(resource, &mut new, Some(&self.path.name))?;
            self.check_precondition(resource, &live, &mut new)?;
            if !matches!(patch, Patch::Apply(_)) {
                apply_track(self, resource, &live, &mut new);
            }
            match self.replace(resource, &live, new, dry_run)? {
                Some(mut written) => {
                    written.warnings.splice(..0, warnings);
                    return Ok(written);
                }
                None => continue,
            }
        }
    }

    fn read_patch(&self, resource: &Resource) -> Result<Patch, Status> {
        let syntax = |error: serde_json::Error| Status::bad_request(format!("error decoding patch: {error}"));
        if self.content_type() != "application/apply-patch+yaml" && self.call.query.has("force") {
            let cause =
                StatusCause::new("FieldValueForbidden", "Forbidden: may not be specified for non-apply patch", "force");
            return Err(Status::invalid("meta.k8s.io", "PatchOptions", "", vec![cause]));
        }
        match self.content_type() {
            "application/json-patch+json" => serde_json::from_slice(self.body).map(Patch::Json).map_err(syntax),
            "application/merge-patch+json" => serde_json::from_slice(self.body).map(Patch::Merge).map_err(syntax),
            "application/apply-patch+yaml" => {
                if self.call.query.get("fieldManager").is_empty() {
                    let cause = StatusCause::new(
                        "FieldValueRequired",
                        "Required value: is required for apply patch",
                        "fieldManager",
                    );
                    return Err(Status::invalid("meta.k8s.io", "PatchOptions", "", vec![cause]));
                }
                parse_json(self.body).map(Patch::Apply)
            }
            "application/strategic-merge-patch+json" if resource.origin == Origin::Builtin => {
                Err(Status::not_supported("strategic merge patches"))
            }
            _ => Err(Status::unsupported_media_type(&[
                "application/json-patch+json",
                "application/merge-patch+json",
                "application/apply-patch+yaml",
            ])),
        }
    }

    /// The object that an apply makes of the live one, or nothing if there is none and one must be created.
    fn applied(
        &self,
        resource: &Resource,
        live: Option<&Object>,
        patch: &Value,
        warnings: &mut Vec<String>,
    ) -> Result<Option<Value>, Status> {
        let mut patch = patch.clone();
        self.check_kind(resource, &patch)?;
        warnings.extend(self.decode_patch(resource, &mut patch)?);
        let Some(live) = live else {
            return if self.subresource().is_some() { Err(self.not_found(resource)) } else { Ok(None) };
        };
        let live = super::negotiate::shown(resource, live.value());
        let force = self.call.query.flag("force");
        let manager = self.call.query.get("fieldManager");
        apply::apply(Some(&live), &patch, manager, force, self.subresource(), &resource.schema, self.now)
            .map(Some)
            .map_err(|refusal| refused(resource, &self.path.name, refusal))
    }

    fn create_by_apply(&self, resource: &Resource, patch: &Value, dry_run: bool) -> Result<Written, Status> {
        let manager = self.call.query.get("fieldManager");
        let mut object =
            apply::apply(None, patch, manager, self.call.query.flag("force"), None, &resource.schema, self.now)
                .map_err(|refusal| refused(resource, &self.path.name, refusal))?;
        if object["metadata"]["uid"].as_str().is_some_and(|uid| !uid.is_empty()) {
            return Err(Status::conflict(
                &resource.group,
                &resource.plural,
                &self.path.name,
                "uid mismatch: the provided object specified uid, and no existing object was found",
            ));
        }
        self.place(resource, &mut object, Some(&self.path.name))?;
        kinds::namespace_accepts(self.api, resource, &self.path.namespace, &object)?;
        self.begin(resource, &mut object)?;
        self.insert_tracked(resource, object, dry_run)
    }

    /// Commits a new state over the live one. Nothing means that the live object changed meanwhile: compute again.
    pub(super) fn replace(
        &self,
        resource: &Resource,
        live: &Arc<Object>,
        mut new: Value,
        dry_run: bool,
    ) -> Result<Option<Written>, Status> {
        let old = super::negotiate::shown(resource, live.value());
        let mut warnings = Vec::new();
        let mut causes = meta::check_update(resource, &mut new, &old);
        match kinds::prepare_update(self.api, resource, &mut new, &old, self.subresource())
            .and_then(|()| resource.schema.admit_update(&mut new, &old, self.subresource()))
        {
            Ok(found) => warnings.extend(found),
            Err(refusal) if refusal.code == 422 => causes.extend(refusal.causes.into_iter().map(meta::cause)),
            Err(refusal) => return Err(refused(resource, &self.path.name, refusal)),
        }
        if !causes.is_empty() {
            return Err(Status::invalid(&resource.group, &resource.kind, &self.path.name, causes));
        }
        to_storage(resource, &mut new);
        set_meta(&mut new, "resourceVersion", json!(live.revision().to_string()));
        let code = StatusCode::OK;
        if new == *live.value() {
            return Ok(Some(Written { code, object: live.clone(), warnings }));
        }
        if dry_run {
            let object = unstored(live.key(), Some(live.revision()), new);
            return Ok(Some(Written { code, object, warnings }));
        }
        let expected = Expected::Revision(live.revision());
        if meta::is_finished(&new) {
            // The last finalizer of a deleted object is gone, and so is the object. The client gets what it asked for.
            if self.api.store.remove(&resource.storage, live.key(), expected).is_err() {
                return Ok(None);
            }
            kinds::committed(self.api, resource, Some(live), None);
            let object = unstored(live.key(), Some(live.revision()), new);
            return Ok(Some(Written { code, object, warnings }));
        }
        let Ok(object) = self.api.store.put(&resource.storage, live.key(), expected, new) else { return Ok(None) };
        kinds::committed(self.api, resource, Some(live), Some(&object));
        Ok(Some(Written { code, object, warnings }))
    }

    /// Runs the schema over a request body.
    fn decode(&self, resource: &Resource, object: &mut Value) -> Result<Vec<String>, Status> {
        let name = object["metadata"]["name"].as_str().unwrap_or(&self.path.name).to_owned();
        resource.schema.decode(object, self.field_validation()?).map_err(|refusal| refused(resource, &name, refusal))
    }

    /// Checks an apply configuration without filling in defaults, which the manager did not ask for.
    fn decode_patch(&self, resource: &Resource, patch: &mut Value) -> Result<Vec<String>, Status> {
        let _ = (resource, patch);
        Ok(Vec::new())
    }

    /// Refuses a body of another kind than the path names.
    fn check_kind(&self, resource: &Resource, object: &Value) -> Result<(), Status> {
        let Some(map) = object.as_object() else {
            return Err(Status::bad_request(
                "couldn't get version/kind; json parse error: json: cannot unmarshal into Go value of type struct",
            ));
        };
        let text = |field: &str| map.get(field).and_then(Value::as_str).unwrap_or_default();
        let (api_version, kind) = (text("apiVersion"), text("kind"));
        if api_version == resource.api_version && kind == resource.kind {
            return Ok(());
        }
        if kind.is_empty() {
            return Err(Status::bad_request("Object 'Kind' is missing in the request body"));
        }
        if api_version.is_empty() {
            return Err(Status::bad_request("Object 'apiVersion' is missing in the request body"));
        }
        Err(Status::bad_request(format!(
            "the API version in the data ({api_version}) does not match the expected API version ({})",
            resource.api_version
        )))
    }

    /// Fills in namespace and name from the path, and refuses others.
    fn place(&self, resource: &Resource, object: &mut Value, name: Option<&str>) -> Result<(), Status> {
        let metadata = &object["metadata"];
        let text = |field: &str| metadata[field].as_str().unwrap_or_default().to_owned();
        let (given, namespace) = (text("name"), text("namespace"));
        if let Some(name) = name {
            if !given.is_empty() && given != name {
                let why = format!("the name of the object ({given}) does not match the name on the URL ({name})");
                return Err(Status::bad_request(why));
            }
            if given.is_empty() {
                set_meta(object, "name", json!(name));
            }
        }
        if resource.namespaced {
            if !namespace.is_empty() && namespace != self.path.namespace {
                return Err(Status::bad_request(
                    "the namespace of the provided object does not match the namespace sent on the request",
                ));
            }
            set_meta(object, "namespace", json!(self.path.namespace));
        } else if !namespace.is_empty() {
            return Err(Status::bad_request("namespace may not be set on cluster-scoped resources"));
        }
        Ok(())
    }

    /// Gives a new object its name, uid and birthday.
    fn begin(&self, resource: &Resource, object: &mut Value) -> Result<(), Status> {
        let metadata = &object["metadata"];
        let text = |field: &str| metadata[field].as_str().unwrap_or_default();
        if !matches!(text("resourceVersion"), "" | "0") {
            return Err(Status::internal("resourceVersion should not be set on objects to be created"));
        }
        let (name, generate) = (text("name"), text("generateName").to_owned());
        if name.is_empty() && !generate.is_empty() {
            let kept: String = generate.chars().take(58).collect();
            let name = format!("{kept}{}", meta::random_suffix());
            set_meta(object, "name", json!(name));
        }
        let uid = uuid::Uuid::new_v4().to_string();
        if let Some(metadata) = metadata_mut(object) {
            for field in
                ["resourceVersion", "deletionTimestamp", "deletionGracePeriodSeconds", "selfLink", "managedFields"]
            {
                if field != "managedFields" || self.call.verb != Verb::Patch {
                    metadata.remove(field);
                }
            }
            metadata.insert("uid".into(), json!(uid));
            metadata.insert("creationTimestamp".into(), json!(seconds(self.now)));
        }
        let _ = resource;
        Ok(())
    }

    /// Checks resourceVersion and uid of a new state against the live object, and fills them in.
    fn check_precondition(&self, resource: &Resource, live: &Object, new: &mut Value) -> Result<(), Status> {
        let (group, plural, name) = (&resource.group, &resource.plural, &self.path.name);
        let given = new["metadata"]["resourceVersion"].as_str().unwrap_or_default();
        match given {
            "" | "0" => {
                let unconditional = self.call.verb == Verb::Patch || kinds::allows_unconditional_update(resource);
                if !unconditional {
                    let cause = StatusCause::new(
                        "FieldValueInvalid",
                        "Invalid value: 0: must be specified for an update",
                        "metadata.resourceVersion",
                    );
                    return Err(Status::invalid(group, &resource.kind, name, vec![cause]));
                }
            }
            given if given == live.revision().to_string() => {}
            _ => return Err(Status::modified(group, plural, name)),
        }
        let uid = new["metadata"]["uid"].as_str().unwrap_or_default();
        let live_uid = live.meta_str("uid");
        if !uid.is_empty() && uid != live_uid {
            let why = format!("Precondition failed: UID in precondition: {uid}, UID in object meta: {live_uid}");
            return Err(Status::conflict(group, plural, name, &why));
        }
        set_meta(new, "uid", json!(live_uid));
        set_meta(new, "resourceVersion", json!(live.revision().to_string()));
        Ok(())
    }
}

fn apply_track(ctx: &Ctx<'_>, resource: &Resource, live: &Object, new: &mut Value) {
    let old = super::negotiate::shown(resource, live.value());
    apply::track(Some(&old), new, &ctx.manager(), ctx.subresource(), &resource.schema, ctx.now);
}

/// `metadata`, made if it is missing.
pub(super) fn metadata_mut(object: &mut Value) -> Option<&mut Map<String, Value>> {
    let object = object.as_object_mut()?;
    object.entry("metadata").or_insert_with(|| json!({})).as_object_mut()
}

/// Sets a member of `metadata`.
pub(super) fn set_meta(object: &mut Value, field: &str, value: Value) {
    if let Some(metadata) = metadata_mut(object) {
        metadata.insert(field.into(), value);
    }
}

/// A time as the API server writes it: whole seconds.
pub(super) fn seconds(time: jiff::Timestamp) -> String {
    time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

fn to_storage(resource: &Resource, object: &mut Value) {
    if resource.converts() {
        object["apiVersion"] = json!(resource.storage_api_version);
    }
}

/// An object that a dry run would have stored.
fn unstored(key: &str, revision: Option<u64>, mut object: Value) -> Arc<Object> {
    match revision {
        Some(revision) => Arc::new(Object::new(key.into(), revision, object)),
        None => {
            if let Some(metadata) = metadata_mut(&mut object) {
                metadata.remove("resourceVersion");
            }
            Arc::new(Object::unversioned(key.into(), object))
        }
    }
}

fn json_patch_refused(resource: &Resource, name: &str, error: &json_patch::PatchError) -> Status {
    let message = match error.kind {
        json_patch::PatchErrorKind::TestFailed => {
            format!("testing value {} failed: test failed", error.path)
        }
        _ => error.to_string(),
    };
    let _ = (resource, name);
    Status::other(422, "Invalid", format!("the server rejected our request due to an error in our request: {message}"))
}
