//! Delete and delete collection: preconditions, finalizers and propagation.

use std::sync::Arc;

use bytes::Bytes;
use http::{Response, StatusCode};
use serde_json::{Map, Value, json};

use super::ctx::{Ctx, parse_json};
use super::negotiate::Accepted;
use super::resource::{Origin, Resource};
use super::status::{self, Status};
use super::write::{seconds, set_meta};
use super::{json, json_value, kinds, meta};
use crate::storage::{Expected, Object, Select};

/// How a delete is to be done.
#[derive(Debug, Default)]
struct Options {
    grace: Option<i64>,
    uid: Option<String>,
    revision: Option<String>,
    propagation: Option<String>,
    dry_run: bool,
}

/// What became of an object.
enum Deleted {
    /// It is gone.
    Gone(Arc<Object>),
    /// It is marked, and waits for its finalizers.
    Waiting(Arc<Object>),
}

impl Ctx<'_> {
    /// DELETE of an object.
    pub(super) fn delete(&self, resource: &Resource, accepted: &Accepted) -> Result<Response<Bytes>, Status> {
        let options = self.delete_options()?;
        let key = self.key(resource);
        loop {
            let live = self.api.store.get(&resource.storage, &key).ok_or_else(|| self.not_found(resource))?;
            match self.delete_one(resource, &live, &options)? {
                None => continue,
                Some(Deleted::Gone(last)) if !kinds::shows_deleted(resource) => {
                    let gone =
                        status::deleted(&resource.group, &resource.plural, &self.path.name, last.meta_str("uid"));
                    return Ok(json_value(StatusCode::OK, &gone));
                }
                Some(Deleted::Gone(object) | Deleted::Waiting(object)) => {
                    return Ok(json(StatusCode::OK, accepted.shape.object(resource, &object)));
                }
            }
        }
    }

    /// DELETE of a collection.
    pub(super) fn delete_collection(
        &self,
        resource: &Resource,
        accepted: &Accepted,
    ) -> Result<Response<Bytes>, Status> {
        let options = self.delete_options()?;
        let filter = self.filter(resource)?;
        let prefix = resource.prefix(&self.path.namespace);
        let select = Select { prefix: &prefix, ..Select::default() };
        let range = self.api.store.range(&resource.storage, select).map_err(|error| Status::internal(error))?;
        let mut deleted = Vec::new();
        for object in range.objects.into_iter().filter(|object| filter.matches(object)) {
            let mut live = Some(object);
            while let Some(object) = live.take() {
                match self.delete_one(resource, &object, &options)? {
                    Some(Deleted::Gone(object) | Deleted::Waiting(object)) => deleted.push(object),
                    // It changed meanwhile; if it is gone, so much the better.
                    None => live = self.api.store.get(&resource.storage, object.key()),
                }
            }
        }
        let mut metadata = Map::new();
        metadata.insert("resourceVersion".into(), json!(range.revision.to_string()));
        Ok(json(StatusCode::OK, super::read::list_body(resource, accepted.shape, &metadata, &deleted)))
    }

    /// Deletes the object as it was seen, or nothing if it changed since.
    fn delete_one(
        &self,
        resource: &Resource,
        live: &Arc<Object>,
        options: &Options,
    ) -> Result<Option<Deleted>, Status> {
        let name = live.meta_str("name");
        let conflict = |why: String| Status::conflict(&resource.group, &resource.kind, name, &why);
        let uid = live.meta_str("uid");
        if let Some(wanted) = options.uid.as_deref().filter(|wanted| *wanted != uid) {
            return Err(conflict(format!(
                "the UID in the precondition ({wanted}) does not match the UID in record ({uid}). The object might have been deleted and then recreated"
            )));
        }
        let revision = live.revision().to_string();
        if let Some(wanted) = options.revision.as_deref().filter(|wanted| *wanted != revision) {
            return Err(conflict(format!(
                "the ResourceVersion in the precondition ({wanted}) does not match the ResourceVersion in record ({revision}). The object might have been modified"
            )));
        }
        let mut new = live.value().clone();
        let mut finalizers: Vec<String> = meta::finalizers(&new).into_iter().map(str::to_owned).collect();
        match options.propagation.as_deref() {
            Some("Foreground") => {
                finalizers.retain(|f| f != "orphan");
                if !finalizers.iter().any(|f| f == "foregroundDeletion") {
                    finalizers.push("foregroundDeletion".into());
                }
            }
            Some("Orphan") => {
                finalizers.retain(|f| f != "foregroundDeletion");
                if !finalizers.iter().any(|f| f == "orphan") {
                    finalizers.push("orphan".into());
                }
            }
            Some(_) => finalizers.retain(|f| f != "orphan" && f != "foregroundDeletion"),
            None => {}
        }
        let held = !finalizers.is_empty() || kinds::holds_itself(resource, &new);
        let expected = Expected::Revision(live.revision());
        if !held {
            if options.dry_run {
                return Ok(Some(Deleted::Gone(live.clone())));
            }
            let Ok(last) = self.api.store.remove(&resource.storage, live.key(), expected) else { return Ok(None) };
            kinds::committed(self.api, resource, Some(live), None);
            return Ok(Some(Deleted::Gone(last)));
        }
        if new["metadata"]["deletionTimestamp"].is_null() {
            set_meta(&mut new, "deletionTimestamp", json!(seconds(self.now)));
            set_meta(&mut new, "deletionGracePeriodSeconds", json!(0));
            // The generation moves for kinds that have one.
            if let Some(generation) = new["metadata"]["generation"].as_i64() {
                set_meta(&mut new, "generation", json!(generation + 1));
            }
            kinds::mark_deleted(resource, &mut new);
        }
        if !finalizers.is_empty() {
            set_meta(&mut new, "finalizers", json!(finalizers));
        }
        if new == *live.value() {
            return Ok(Some(Deleted::Waiting(live.clone())));
        }
        if options.dry_run {
            let object = Arc::new(Object::new(live.key().into(), live.revision(), new));
            return Ok(Some(Deleted::Waiting(object)));
        }
        let Ok(object) = self.api.store.put(&resource.storage, live.key(), expected, new) else { return Ok(None) };
        kinds::committed(self.api, resource, Some(live), Some(&object));
        Ok(Some(Deleted::Waiting(object)))
    }

    /// The options of a delete: the body if there is one, else the query.
    fn delete_options(&self) -> Result<Options, Status> {
        let body = if self.body.is_empty() { Value::Null } else { parse_json(self.body)? };
        let query = &self.call.query;
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let from_query = |name: &str| Some(query.get(name).to_owned()).filter(|value| !value.is_empty());
        let mut options = Options {
            grace: body["gracePeriodSeconds"].as_i64(),
            uid: text(&body["preconditions"]["uid"]),
            revision: text(&body["preconditions"]["resourceVersion"]),
            propagation: text(&body["propagationPolicy"]),
            dry_run: body["dryRun"].as_array().is_some_and(|list| !list.is_empty()) || self.dry_run()?,
        };
        let mut orphan = body["orphanDependents"].as_bool();
        if body.is_null() {
            options.grace = query.number("gracePeriodSeconds")?;
            options.propagation = from_query("propagationPolicy");
            orphan = query.has("orphanDependents").then(|| query.flag("orphanDependents"));
        }
        if options.propagation.is_none() {
            options.propagation = orphan.map(|orphan| if orphan { "Orphan".into() } else { "Background".into() });
        }
        match options.propagation.as_deref() {
            None | Some("Foreground" | "Background" | "Orphan") => Ok(options),
            Some(other) => {
                let why =
                    format!("Invalid value: \"{other}\": supported values: \"Background\", \"Foreground\", \"Orphan\"");
                let cause = super::StatusCause::new("FieldValueInvalid", why, "propagationPolicy");
                Err(Status::invalid("meta.k8s.io", "DeleteOptions", "", vec![cause]))
            }
        }
    }
}

impl Resource {
    /// Whether the kind is defined by the cluster's own users.
    pub fn is_custom(&self) -> bool {
        self.origin == Origin::Custom
    }
}
