//! Create, update and the pipeline that they share with patch: from a decoded object to a committed one.
//!
//! The order of the checks is that of `k8s.io/apiserver`'s handlers and `registry/generic/registry/store.go`.

mod checks;

use std::sync::Arc;

use http::StatusCode;
use serde_json::{Value, json};

use super::access::Attributes;
use super::ctx::{Ctx, Written, refused};
use super::options::{Write, WriteOptions};
use super::resource::{Origin, Resource};
use super::services::{self, Claim};
use super::status::Status;
use super::{claims, kinds, limits, meta, namespaces, negotiate, quota, resizing, webhooks};
use crate::apply;
use crate::storage::{Expected, Object};
use checks::{check_custom_kind, check_size, revision_of};

/// How often a generated name is tried anew when it is taken.
const GENERATED_NAME_ATTEMPTS: usize = 8;

/// How a write arrives at a new object.
pub(super) struct Rewrite<'a> {
    pub(super) options: &'a WriteOptions,
    /// The uid that the stored object must have, from the body of an update.
    pub(super) uid: &'a str,
    /// Whether a missing object is created.
    pub(super) creates: bool,
}

/// A new state of an object, and what the client should be warned of.
pub(super) struct Draft {
    pub(super) object: Value,
    pub(super) warnings: Vec<String>,
    /// More is stored than is shown: [`Object::with_residue`].
    pub(super) residue: bool,
}

impl Draft {
    pub(super) fn new(object: Value, warnings: Vec<String>) -> Self {
        Self { object, warnings, residue: false }
    }
}

// === impl Ctx ===

impl Ctx<'_> {
    /// POST to a collection.
    pub(super) fn create(&self, resource: &Resource) -> Result<Written, Status> {
        let options = WriteOptions::parse(&self.call.query, Write::Create)?;
        let (object, warnings) = self.read_object(resource, options.validation)?;
        warned(warnings, |warnings| self.create_read(resource, object, warnings, &options))
    }

    fn create_read(
        &self,
        resource: &Resource,
        mut object: Value,
        warnings: &mut Vec<String>,
        options: &WriteOptions,
    ) -> Result<Written, Status> {
        wipe(&mut object);
        self.place(resource, &mut object)?;
        warnings.extend(duplicate_owners(&mut object, false));
        let manager = self.manager(&options.manager);
        apply::track(None, &mut object, &manager, self.subresource(), &resource.schema, self.now);
        namespaces::accept(self.api, resource, &self.path.namespace, &object)?;
        limits::complete(self.api, resource, &self.path.namespace, &mut object);
        warnings.extend(self.mutate_new(resource, &mut object, options.dry_run)?);
        self.place(resource, &mut object)?;
        let text = |field: &str| object["metadata"][field].as_str().unwrap_or_default();
        let generated = text("name").is_empty() && !text("generateName").is_empty();
        let mut attempts = if generated { GENERATED_NAME_ATTEMPTS } else { 1 };
        loop {
            attempts -= 1;
            match self.insert(resource, object.clone(), false, options) {
                Err(status) if attempts > 0 && status.reason() == "AlreadyExists" => {}
                done => return done,
            }
        }
    }

    /// PUT of an object or a subresource.
    pub(super) fn update(&self, resource: &Resource) -> Result<Written, Status> {
        let options = WriteOptions::parse(&self.call.query, Write::Update)?;
        let (body, warnings) = self.read_object(resource, options.validation)?;
        warned(warnings, |warnings| self.update_read(resource, body, warnings, &options))
    }

    fn update_read(
        &self,
        resource: &Resource,
        mut body: Value,
        warnings: &mut Vec<String>,
        options: &WriteOptions,
    ) -> Result<Written, Status> {
        self.place(resource, &mut body)?;
        self.check_name(&body)?;
        warnings.extend(duplicate_owners(&mut body, false));
        let uid = body["metadata"]["uid"].as_str().unwrap_or_default().to_owned();
        let creates = kinds::creates_on_update(resource) && self.subresource().is_none();
        let manager = self.manager(&options.manager);
        self.rewrite(resource, &Rewrite { options, uid: &uid, creates }, |live| {
            let mut new = body.clone();
            apply::track(live, &mut new, &manager, self.subresource(), &resource.schema, self.now);
            Ok(Draft::new(new, Vec::new()))
        })
    }

    /// Computes a new state from the live one, as often as it takes until nobody else wrote in between.
    pub(super) fn rewrite(
        &self,
        resource: &Resource,
        rewrite: &Rewrite<'_>,
        mut compute: impl FnMut(Option<&Value>) -> Result<Draft, Status>,
    ) -> Result<Written, Status> {
        let key = self.key(resource);
        loop {
            let live = self.api.store.get(&resource.storage, &key);
            if live.is_none() && !rewrite.creates {
                return Err(self.not_found(resource));
            }
            self.check_uid(resource, live.as_deref(), rewrite.uid)?;
            let Some(live) = live else {
                let Draft { object, warnings, residue } = compute(None)?;
                let written = self.create_instead(resource, object, residue, rewrite.options);
                let mut written = written.map_err(|status| status.with_warnings(&warnings))?;
                written.warnings.splice(..0, warnings);
                return Ok(written);
            };
            let old = negotiate::shown(resource, live.value());
            let Draft { mut object, mut warnings, residue } = compute(Some(&old))?;
            let more = self.mutate_changed(resource, &mut object, &old, rewrite.options.dry_run);
            warnings.extend(more.map_err(|status| status.with_warnings(&warnings))?);
            let committed = self.commit(resource, &live, &old, object, residue, rewrite.options.dry_run);
            if let Some(mut written) = committed.map_err(|status| status.with_warnings(&warnings))? {
                written.warnings.splice(..0, warnings);
                return Ok(written);
            }
        }
    }

    /// Checks and stores a new state of a live object. Nothing means that the live object changed meanwhile.
    fn commit(
        &self,
        resource: &Resource,
        live: &Arc<Object>,
        old: &Value,
        mut new: Value,
        residue: bool,
        dry_run: bool,
    ) -> Result<Option<Written>, Status> {
        self.check_escalation(resource, &new, Some(old))?;
        self.check_revision(resource, live, &mut new)?;
        let claim = match self.subresource() {
            None => services::begin_update(self.api, resource, &mut new, old, dry_run)?,
            Some(_) => None,
        };
        let warnings = self.check_update(resource, &mut new, old)?;
        if self.subresource().is_none() {
            claims::may_grow(self.api, resource, &new, old)?;
        }
        services::settle(resource, &mut new);
        match self.subresource() {
            None if resource.storage != "pods" => {
                limits::check(self.api, resource, &self.path.namespace, &new, Some(old))?;
            }
            Some("resize") => {
                limits::check(self.api, resource, &self.path.namespace, &new, Some(old))?;
                resizing::check(self.api, resource, &new, old)?;
            }
            _ => {}
        }
        let reviewed = self.review_update(resource, old, dry_run);
        let more = self.validate(&reviewed, Some(&new)).map_err(|status| status.with_warnings(&warnings))?;
        let warnings = [warnings, more].concat();
        let charged =
            self.charge(resource, &new, Some(old), dry_run).map_err(|status| status.with_warnings(&warnings))?;
        let Some(mut written) = self.replace(resource, live, old, new, residue, dry_run)? else {
            // It was charged for nothing.
            self.recount.set(charged.is_some() || self.recount.get());
            return Ok(None);
        };
        written.warnings = warnings;
        claim.into_iter().for_each(Claim::keep);
        Ok(Some(written))
    }

    /// A write to an object that does not exist creates it: that needs another permission.
    fn create_instead(
        &self,
        resource: &Resource,
        mut object: Value,
        residue: bool,
        options: &WriteOptions,
    ) -> Result<Written, Status> {
        // A revision says which object is meant to be there; the real server does not mind that none is, and only a
        // write for real takes it away.
        revision_of(&object)?;
        let revision = object["metadata"]["resourceVersion"].take();
        meta::set(&mut object, "resourceVersion", Value::Null);
        namespaces::accept(self.api, resource, &self.path.namespace, &object)?;
        limits::complete(self.api, resource, &self.path.namespace, &mut object);
        let warnings = self.mutate_new(resource, &mut object, options.dry_run)?;
        self.place(resource, &mut object).map_err(|status| status.with_warnings(&warnings))?;
        if object["metadata"]["name"] != self.path.name.as_str() {
            // The real server stores it under the name of the path then, and it goes on saying that it has the other one.
            return Err(Status::not_supported("webhooks that rename what an update or apply creates"));
        }
        let wanted = Attributes {
            verb: "create",
            group: &self.path.group,
            resource: &self.path.resource,
            subresource: &self.path.subresource,
            namespace: &self.path.namespace,
            name: &self.path.name,
            path: None,
        };
        let decision = self.api.decide(&self.user, &wanted);
        if !decision.allowed {
            return Err(wanted.refusal(&self.user, &decision.reason));
        }
        let written = self.insert(resource, object, residue, options);
        let mut written = written.map_err(|status| status.with_warnings(&warnings))?;
        written.warnings.splice(..0, warnings);
        if options.dry_run && !revision.is_null() {
            let mut object = written.object.value().clone();
            meta::set(&mut object, "resourceVersion", revision);
            written.object = Arc::new(Object::unversioned(written.object.key().into(), object));
        }
        Ok(written)
    }

    /// Stores a new object whose managed fields are recorded.
    fn insert(
        &self,
        resource: &Resource,
        mut object: Value,
        residue: bool,
        options: &WriteOptions,
    ) -> Result<Written, Status> {
        self.check_escalation(resource, &object, None)?;
        let revision = object["metadata"]["resourceVersion"].as_str().and_then(|text| text.parse::<u64>().ok());
        self.begin(&mut object);
        let name = object["metadata"]["name"].as_str().unwrap_or_default().to_owned();
        check_custom_kind(resource, &object)?;
        let claim = services::begin_create(self.api, resource, &mut object, options.dry_run)?;
        claims::default_class(self.api, resource, &mut object);
        webhooks::check(resource, &object)?;
        let mut warnings =
            resource.schema.admit_create(&mut object).map_err(|refusal| refused(resource, &name, refusal))?;
        if revision.is_some_and(|revision| revision != 0) {
            return Err(Status::bare(500, "resourceVersion should not be set on objects to be created"));
        }
        meta::set(&mut object, "resourceVersion", Value::Null);
        limits::check(self.api, resource, &self.path.namespace, &object, None)?;
        let reviewed = self.review_create(resource, name.clone(), options.dry_run);
        let more = self.validate(&reviewed, Some(&object)).map_err(|status| status.with_warnings(&warnings))?;
        warnings.extend(more);
        let key = resource.key(&self.path.namespace, &name);
        // What is there already is refused below: where it would be given back at once, nothing is charged for it.
        let is_there = self.api.quotas.gives_back() && self.api.store.get(&resource.storage, &key).is_some();
        let charged = self.charge(resource, &object, None, options.dry_run || is_there);
        let charged = charged.map_err(|status| status.with_warnings(&warnings))?;
        // If it is not stored, it was charged for nothing.
        let uncounted = self.recount.get();
        self.recount.set(charged.is_some() || uncounted);
        let generated = !object["metadata"]["generateName"].as_str().unwrap_or_default().is_empty();
        let taken = |deleting: bool| {
            let status = Status::already_exists(&resource.group, &resource.plural, &name, generated);
            let status = status.with_warnings(&warnings);
            if deleting { status.prefixed("object is being deleted: ") } else { status }
        };
        negotiate::to_stored(resource, &mut object);
        check_size(&object)?;
        let object = if options.dry_run {
            if let Some(live) = self.api.store.get(&resource.storage, &key) {
                return Err(taken(is_deleting(&live)));
            }
            Arc::new(Object::unversioned(key.into(), object))
        } else {
            let stored = self.api.store.put_with(&resource.storage, &key, Expected::Absent, object, residue);
            let stored = stored.map_err(|stale| taken(stale.current.is_some_and(|live| is_deleting(&live))))?;
            // What was there and is gone by now was not charged.
            self.recount.set(uncounted || is_there || quota::is_quota(resource));
            kinds::committed(self.api, resource, None, Some(&stored));
            claim.into_iter().for_each(Claim::keep);
            stored
        };
        Ok(Written { code: StatusCode::CREATED, object, warnings })
    }

    /// Gives a new object its name, uid and birthday.
    fn begin(&self, object: &mut Value) {
        let text = |field: &str| object["metadata"][field].as_str().unwrap_or_default();
        if text("name").is_empty() && !text("generateName").is_empty() {
            let name = meta::generated_name(text("generateName"), self.draw());
            meta::set(object, "name", json!(name));
        }
        meta::set(object, "uid", json!(uuid::Builder::from_random_bytes(self.draw()).into_uuid().to_string()));
        meta::set(object, "creationTimestamp", json!(meta::seconds(self.now)));
    }

    fn check_update(&self, resource: &Resource, new: &mut Value, old: &Value) -> Result<Vec<String>, Status> {
        check_custom_kind(resource, new)?;
        webhooks::check(resource, new)?;
        let admitted = resource.schema.admit_update(new, old, self.subresource());
        admitted.map_err(|refusal| refused(resource, &self.path.name, refusal))
    }

    /// Commits a new state over the live one. Nothing means that the live object changed meanwhile: compute again.
    pub(super) fn replace(
        &self,
        resource: &Resource,
        live: &Arc<Object>,
        old: &Value,
        mut new: Value,
        residue: bool,
        dry_run: bool,
    ) -> Result<Option<Written>, Status> {
        let written = |object| Ok(Some(Written { code: StatusCode::OK, object, warnings: Vec::new() }));
        let finished = finishes(resource, &new, old);
        meta::set(&mut new, "selfLink", Value::Null);
        negotiate::to_stored(resource, &mut new);
        check_size(&new)?;
        if new == *live.value() && !finished && !residue && !live.has_residue() {
            return written(live.clone());
        }
        let unstored = |new| Arc::new(Object::new(live.key().into(), live.revision(), new));
        if dry_run {
            return written(unstored(new));
        }
        let expected = Expected::Revision(live.revision());
        if finished {
            // The last finalizer of a deleted object is gone, and so is the object. The client gets what it sent.
            if self.api.store.remove(&resource.storage, live.key(), expected).is_err() {
                return Ok(None);
            }
            kinds::committed(self.api, resource, Some(live), None);
            self.released(resource, old, None);
            return written(unstored(new));
        }
        let stored = self.api.store.put_with(&resource.storage, live.key(), expected, new, residue);
        let Ok(object) = stored else { return Ok(None) };
        kinds::committed(self.api, resource, Some(live), Some(&object));
        self.released(resource, old, Some(object.value()));
        written(object)
    }
}

/// Runs the rest of a write whose body gave rise to warnings: they are told however it ends.
pub(super) fn warned(
    mut warnings: Vec<String>,
    rest: impl FnOnce(&mut Vec<String>) -> Result<Written, Status>,
) -> Result<Written, Status> {
    match rest(&mut warnings) {
        Ok(mut written) => {
            written.warnings.splice(..0, warnings);
            Ok(written)
        }
        Err(status) => Err(status.with_warnings(&warnings)),
    }
}

/// Drops repeated owner references, with the real server's warning.
pub(super) fn duplicate_owners(object: &mut Value, after_admission: bool) -> Option<String> {
    let repeated = meta::deduplicate_owners(object);
    if repeated.is_empty() {
        return None;
    }
    let when = if after_admission { " after mutating admission happens" } else { "" };
    Some(format!(
        ".metadata.ownerReferences contains duplicate entries{when}; API server dedups owner references in 1.20+, and may reject such requests as early as 1.24; please fix your requests; duplicate UID(s) observed: {}",
        repeated.join(", ")
    ))
}

/// Takes away what only the server sets.
fn wipe(object: &mut Value) {
    for field in ["creationTimestamp", "uid", "deletionTimestamp", "deletionGracePeriodSeconds", "selfLink"] {
        meta::set(object, field, Value::Null);
    }
}

/// Whether an update takes away the last thing that kept a deleted object.
fn finishes(resource: &Resource, new: &Value, old: &Value) -> bool {
    meta::finalizers(new).is_empty()
        && !old["metadata"]["deletionTimestamp"].is_null()
        && old["metadata"]["deletionGracePeriodSeconds"].as_i64().unwrap_or_default() == 0
        && !namespaces::is_held(resource, new)
}

fn is_deleting(object: &Object) -> bool {
    !object.metadata()["deletionTimestamp"].is_null()
}

impl Resource {
    /// Whether the kind is defined by the cluster's own users.
    pub fn is_custom(&self) -> bool {
        self.origin == Origin::Custom
    }
}
