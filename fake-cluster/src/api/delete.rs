//! Delete and delete collection: preconditions, finalizers, grace and propagation.

use std::sync::Arc;

use bytes::Bytes;
use http::{Response, StatusCode};
use serde_json::{Map, Value, json};

use super::body::parsed;
use super::ctx::Ctx;
use super::kinds::{self, DefaultPropagation};
use super::negotiate::Accepted;
use super::options::{DeleteOptions, ListOptions};
use super::resource::Resource;
use super::status::{self, Status};
use super::warnings::warn;
use super::{definitions, json, json_value, meta, namespaces};
use crate::storage::{Expected, Object, Select};

/// What became of an object.
pub(super) enum Deleted {
    /// It is gone.
    Gone(Arc<Object>),
    /// It is marked, and waits for finalizers or its end of grace.
    Waiting(Arc<Object>),
}

impl Ctx<'_> {
    /// DELETE of an object.
    pub(super) fn delete(&self, resource: &Resource, accepted: &Accepted) -> Result<Response<Bytes>, Status> {
        let options = self.delete_options()?;
        if resource.storage == namespaces::STORAGE {
            namespaces::mortal(&self.path.name)?;
        }
        let key = self.key(resource);
        let (deleted, warnings) = loop {
            let live = self.api.store.get(&resource.storage, &key).ok_or_else(|| self.not_found(resource))?;
            let begun = match resource.storage.as_str() {
                namespaces::STORAGE => self.begin_end_of_namespace(resource, &live, &options)?,
                definitions::STORAGE => self.begin_end_of_definition(resource, &live, &options)?,
                _ => None,
            };
            let warnings = self.ask_about_delete(resource, &live, &options)?;
            let deleted = match begun {
                Some(new) => self.mark(resource, &live, new, &options),
                None => self.delete_one(resource, &live, &options)?,
            };
            if let Some(deleted) = deleted {
                break (deleted, warnings);
            }
        };
        let mut response = match deleted {
            Deleted::Gone(last) if !kinds::shows_deleted(resource) => {
                let uid = last.meta_str("uid");
                let gone = status::deleted(&resource.group, &resource.plural, &self.path.name, uid);
                json_value(StatusCode::OK, &gone)
            }
            Deleted::Gone(object) => json(StatusCode::OK, accepted.shape.object(resource, &object)),
            Deleted::Waiting(object) => {
                let code = if options.orphan == Some(false) { StatusCode::ACCEPTED } else { StatusCode::OK };
                let response = json(code, accepted.shape.object(resource, &object));
                if resource.storage == definitions::STORAGE && !options.dry_run {
                    self.end_definition();
                }
                response
            }
        };
        warn(&mut response, &warnings);
        Ok(response)
    }

    /// DELETE of a collection.
    pub(super) fn delete_collection(
        &self,
        resource: &Resource,
        accepted: &Accepted,
    ) -> Result<Response<Bytes>, Status> {
        let filter = self.filter(resource)?;
        let list = ListOptions::parse(&self.call.query, false)?;
        let options = self.delete_options()?;
        self.revision(&list.revision)
            .map_err(|status| Status::bad_request(status.message()).prefixed("invalid resource version: "))?;
        let prefix = resource.prefix(&self.path.namespace);
        let select = Select { prefix: &prefix, ..Select::default() };
        let range = self.api.store.range(&resource.storage, select).map_err(Status::internal)?;
        let wanted = range.objects.into_iter().filter(|object| filter.matches(object));
        let found: Vec<_> = wanted.take(list.limit.unwrap_or(usize::MAX)).collect();
        // Nothing goes before everybody was asked about everything.
        let said: Vec<_> = found.iter().map(|object| self.ask_about_delete(resource, object, &options)).collect();
        if !self.asks.borrow().is_empty() {
            return Err(Status::unanswered());
        }
        let mut warnings = Vec::new();
        for (object, said) in found.iter().zip(said) {
            let mut live = Some((object.clone(), said));
            while let Some((object, said)) = live.take() {
                warnings.extend(said?);
                if self.delete_one(resource, &object, &options)?.is_none() {
                    // It changed meanwhile: look again, and ask about what it is now. If it is gone, so much the better.
                    let again = self.api.store.get(&resource.storage, object.key());
                    live = again.map(|object| (object.clone(), self.ask_about_delete(resource, &object, &options)));
                }
            }
        }
        let mut metadata = Map::new();
        metadata.insert("resourceVersion".into(), json!(range.revision.to_string()));
        let mut response = json(StatusCode::OK, super::read::list_body(resource, &accepted.shape, metadata, &found));
        warn(&mut response, &warnings);
        Ok(response)
    }

    /// Deletes the object as it was seen, or nothing if it changed since.
    pub(super) fn delete_one(
        &self,
        resource: &Resource,
        live: &Arc<Object>,
        options: &DeleteOptions,
    ) -> Result<Option<Deleted>, Status> {
        let name = live.meta_str("name");
        self.check_delete_precondition(resource, live, options, |what, wanted, found| {
            let consequence = if what == "UID" { "deleted and then recreated" } else { "modified" };
            let why = format!(
                "the {what} in the precondition ({wanted}) does not match the {what} in record ({found}). The object might have been {consequence}"
            );
            Status::conflict(&resource.group, &resource.kind, name, &why)
        })?;
        let mut new = live.value().clone();
        let grace = kinds::grace(resource, &new, options.grace);
        let marked = !live.metadata()["deletionTimestamp"].is_null();
        let pending = live.metadata()["deletionGracePeriodSeconds"].as_i64().unwrap_or_default();
        let graceful = match grace {
            // Grace that was given may only be shortened.
            Some(_) if marked && pending > 0 && options.grace.is_none_or(|wanted| wanted >= pending) => {
                return Ok(Some(Deleted::Waiting(live.clone())));
            }
            Some(_) if marked && pending == 0 => false,
            Some(period) => {
                self.grant(&mut new, period, marked.then_some(pending));
                true
            }
            None => false,
        };
        let finalizers = deletion_finalizers(resource, &new, options);
        let held = !finalizers.is_empty();
        meta::set(&mut new, "finalizers", if held { json!(finalizers) } else { Value::Null });
        if held && !graceful {
            self.mark_as_deleting(&mut new);
        }
        let waits = held || grace.is_some_and(|period| graceful && period > 0);
        if waits {
            return Ok(self.mark(resource, live, new, options));
        }
        if options.dry_run {
            return Ok(Some(Deleted::Gone(if graceful { unstored(live, new) } else { live.clone() })));
        }
        let mut last = live.clone();
        if graceful {
            // The mark is written first, and seen by watchers, even if the object goes at once.
            let expected = Expected::Revision(live.revision());
            let Ok(object) = self.api.store.put(&resource.storage, live.key(), expected, new) else { return Ok(None) };
            last = object;
        }
        let expected = Expected::Revision(last.revision());
        let Ok(gone) = self.api.store.remove(&resource.storage, live.key(), expected) else { return Ok(None) };
        kinds::committed(self.api, resource, Some(&last), None);
        self.released(resource, last.value(), None);
        Ok(Some(Deleted::Gone(gone)))
    }

    /// Writes the mark that an object is to go.
    fn mark(&self, resource: &Resource, live: &Arc<Object>, new: Value, options: &DeleteOptions) -> Option<Deleted> {
        if new == *live.value() && !live.has_residue() {
            return Some(Deleted::Waiting(live.clone()));
        }
        if options.dry_run {
            return Some(Deleted::Waiting(unstored(live, new)));
        }
        let expected = Expected::Revision(live.revision());
        self.api.store.put(&resource.storage, live.key(), expected, new).ok().map(Deleted::Waiting)
    }

    /// Marks an object whose kind ends gracefully.
    fn grant(&self, new: &mut Value, period: i64, pending: Option<i64>) {
        let now = self.now.as_second();
        let (mut end, mut period) = match pending {
            // The end moves from what it was to what it would have been.
            Some(pending) => {
                let end =
                    new["metadata"]["deletionTimestamp"].as_str().and_then(|at| at.parse::<jiff::Timestamp>().ok());
                (end.map_or(now, |end| end.as_second()) - pending + period, period)
            }
            None => (now + period, period),
        };
        if pending.is_some() && end < now {
            end = now;
            period = period.min(1);
        }
        let end = jiff::Timestamp::from_second(end).unwrap_or(self.now);
        meta::set(new, "deletionTimestamp", json!(meta::seconds(end)));
        meta::set(new, "deletionGracePeriodSeconds", json!(period));
        if pending.is_none() {
            advance_generation(new);
        }
    }

    /// Marks an object that waits for its finalizers only.
    fn mark_as_deleting(&self, new: &mut Value) {
        let now = meta::seconds(self.now);
        let marked = new["metadata"]["deletionTimestamp"].as_str();
        if marked.is_none() {
            advance_generation(new);
        }
        // Times are written in one form only, so that they compare as texts.
        if new["metadata"]["deletionTimestamp"].as_str().is_none_or(|marked| marked > now.as_str()) {
            meta::set(new, "deletionTimestamp", json!(now));
        }
        meta::set(new, "deletionGracePeriodSeconds", json!(0));
    }

    /// Refuses to delete another object than the client means.
    pub(super) fn check_delete_precondition(
        &self,
        _resource: &Resource,
        live: &Object,
        options: &DeleteOptions,
        refusal: impl Fn(&str, &str, &str) -> Status,
    ) -> Result<(), Status> {
        let revision = live.revision().to_string();
        for (what, wanted, found) in
            [("UID", &options.uid, live.meta_str("uid")), ("ResourceVersion", &options.revision, revision.as_str())]
        {
            if let Some(wanted) = wanted.as_deref().filter(|wanted| *wanted != found) {
                return Err(refusal(what, wanted, found));
            }
        }
        Ok(())
    }

    fn delete_options(&self) -> Result<DeleteOptions, Status> {
        if self.body.is_empty() {
            return DeleteOptions::parse(&self.call.query, None);
        }
        let yaml = match self.content_type() {
            "" | "application/json" => false,
            "application/yaml" => true,
            _ => return Err(Status::unsupported_media_type(super::negotiate::BUILTIN)),
        };
        let (body, _) = parsed(self.body, yaml).map_err(Status::bad_request)?;
        DeleteOptions::parse(&self.call.query, Some(&body))
    }
}

fn advance_generation(object: &mut Value) {
    if let Some(generation) = object["metadata"]["generation"].as_i64().filter(|generation| *generation > 0) {
        meta::set(object, "generation", json!(generation + 1));
    }
}

fn unstored(live: &Object, new: Value) -> Arc<Object> {
    Arc::new(Object::new(live.key().into(), live.revision(), new))
}

/// The finalizers of an object that is to go: those it has, and those that tell the garbage collector what to do with
/// its dependents.
fn deletion_finalizers(resource: &Resource, object: &Value, options: &DeleteOptions) -> Vec<String> {
    let has = meta::finalizers(object);
    let default = kinds::default_propagation(resource);
    let mut orphan = match (options.orphan, options.propagation.as_deref()) {
        (Some(orphan), _) => orphan,
        (None, Some(policy)) => policy == "Orphan",
        (None, None) => match has.iter().find(|f| matches!(**f, "orphan" | "foregroundDeletion")) {
            Some(finalizer) => *finalizer == "orphan",
            None => default == DefaultPropagation::Orphan,
        },
    };
    let mut foreground = match (options.orphan, options.propagation.as_deref()) {
        (Some(_), _) => false,
        (None, Some(policy)) => policy == "Foreground",
        (None, None) => {
            has.iter().find(|f| matches!(**f, "orphan" | "foregroundDeletion")) == Some(&"foregroundDeletion")
        }
    };
    if default == DefaultPropagation::Unsupported {
        (orphan, foreground) = (false, false);
    }
    let mut finalizers: Vec<String> =
        has.iter().filter(|f| !matches!(**f, "orphan" | "foregroundDeletion")).map(|f| (*f).to_owned()).collect();
    if orphan {
        finalizers.push("orphan".into());
    }
    if foreground {
        finalizers.push("foregroundDeletion".into());
    }
    // The order counts only if the set changed.
    let same = finalizers.len() == has.len() && finalizers.iter().all(|f| has.contains(&f.as_str()));
    if same { has.into_iter().map(str::to_owned).collect() } else { finalizers }
}
