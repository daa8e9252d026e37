//! The writes that webhooks hear of: what is told of each. Knows nothing of who wants to hear.

use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::{Reviewed, conditions};
use crate::api::ctx::Ctx;
use crate::api::options::DeleteOptions;
use crate::api::resource::Resource;
use crate::api::status::Status;
use crate::api::write::duplicate_owners;
use crate::api::{definitions, kinds, namespaces};
use crate::storage::Object;

/// Refuses configurations of webhooks that this server could not follow.
pub(in crate::api) fn check(resource: &Resource, object: &Value) -> Result<(), Status> {
    let is_configuration = resource.group == "admissionregistration.k8s.io"
        && matches!(resource.kind.as_str(), "ValidatingWebhookConfiguration" | "MutatingWebhookConfiguration");
    let mut hooks = object["webhooks"].as_array().into_iter().flatten();
    if is_configuration && hooks.any(conditions::ask_authorizer) {
        return Err(Status::not_supported("the authorizer in matchConditions of webhooks"));
    }
    Ok(())
}

impl Ctx<'_> {
    /// Lets webhooks change a new object.
    pub(in crate::api) fn mutate_new(
        &self,
        resource: &Resource,
        object: &mut Value,
        dry_run: bool,
    ) -> Result<Vec<String>, Status> {
        let name = object["metadata"]["name"].as_str().unwrap_or_default().to_owned();
        let reviewed = self.review_create(resource, name, dry_run);
        let mut warnings = self.mutate(&reviewed, object)?;
        warnings.extend(duplicate_owners(object, true));
        Ok(warnings)
    }

    /// Lets webhooks change a changed object.
    pub(in crate::api) fn mutate_changed(
        &self,
        resource: &Resource,
        object: &mut Value,
        old: &Value,
        dry_run: bool,
    ) -> Result<Vec<String>, Status> {
        let reviewed = self.review_update(resource, old, dry_run);
        let mut warnings = self.mutate(&reviewed, object)?;
        warnings.extend(duplicate_owners(object, true));
        Ok(warnings)
    }

    /// A review of a new object.
    pub(in crate::api) fn review_create<'a>(
        &'a self,
        resource: &'a Resource,
        name: String,
        dry_run: bool,
    ) -> Reviewed<'a> {
        Reviewed {
            resource,
            subresource: &self.path.subresource,
            operation: "CREATE",
            namespace: self.told_namespace(resource, &name),
            name,
            old: None,
            options: self.told_options("CreateOptions"),
            dry_run,
        }
    }

    /// A review of a changed object.
    pub(in crate::api) fn review_update<'a>(
        &'a self,
        resource: &'a Resource,
        old: &'a Value,
        dry_run: bool,
    ) -> Reviewed<'a> {
        Reviewed {
            resource,
            subresource: &self.path.subresource,
            operation: "UPDATE",
            namespace: self.told_namespace(resource, &self.path.name),
            name: self.path.name.clone(),
            old: Some(old),
            options: self.told_options("UpdateOptions"),
            dry_run,
        }
    }

    /// Asks webhooks about the end of an object, unless it is not the one that the client means.
    pub(in crate::api) fn ask_about_delete(
        &self,
        resource: &Resource,
        live: &Arc<Object>,
        options: &DeleteOptions,
    ) -> Result<Vec<String>, Status> {
        let meant = self.check_delete_precondition(resource, live, options, |_, _, _| Status::unanswered()).is_ok();
        if self.hearing.is_none() || !meant {
            return Ok(Vec::new());
        }
        let old = crate::api::negotiate::shown(resource, live.value());
        let reviewed = Reviewed {
            resource,
            subresource: &self.path.subresource,
            operation: "DELETE",
            namespace: self.told_namespace(resource, &self.path.name),
            name: self.path.name.clone(),
            old: Some(&old),
            options: told_delete_options(resource, live, options),
            dry_run: options.dry_run,
        };
        let mut warnings = self.mutate(&reviewed, &mut Value::Null)?;
        warnings.extend(self.validate(&reviewed, None).map_err(|status| status.with_warnings(&warnings))?);
        Ok(warnings)
    }

    /// A namespace counts as being in itself.
    fn told_namespace(&self, resource: &Resource, name: &str) -> String {
        match resource.namespaced {
            true => self.path.namespace.clone(),
            false if resource.storage == namespaces::STORAGE => name.to_owned(),
            false => String::new(),
        }
    }

    fn told_options(&self, kind: &str) -> Value {
        let query = &self.call.query;
        let mut options = json!({"kind": kind, "apiVersion": "meta.k8s.io/v1"});
        for field in ["fieldManager", "fieldValidation"] {
            if !query.get(field).is_empty() {
                options[field] = json!(query.get(field));
            }
        }
        let dry_run: Vec<&str> = query.all("dryRun").collect();
        if !dry_run.is_empty() {
            options["dryRun"] = json!(dry_run);
        }
        options
    }
}

fn told_delete_options(resource: &Resource, live: &Object, options: &DeleteOptions) -> Value {
    let mut told = json!({"kind": "DeleteOptions", "apiVersion": "meta.k8s.io/v1"});
    let grace = kinds::grace(resource, live.value(), options.grace).or(options.grace);
    let mut preconditions = Map::new();
    let of_finalized = matches!(resource.storage.as_str(), namespaces::STORAGE | definitions::STORAGE);
    let uid = options.uid.clone().or_else(|| of_finalized.then(|| live.meta_str("uid").to_owned()));
    for (field, value) in [("uid", uid), ("resourceVersion", options.revision.clone())] {
        if let Some(value) = value {
            preconditions.insert(field.into(), json!(value));
        }
    }
    if let Some(grace) = grace {
        told["gracePeriodSeconds"] = json!(grace);
    }
    if !preconditions.is_empty() {
        told["preconditions"] = Value::Object(preconditions);
    }
    if let Some(orphan) = options.orphan {
        told["orphanDependents"] = json!(orphan);
    }
    if let Some(policy) = &options.propagation {
        told["propagationPolicy"] = json!(policy);
    }
    if options.dry_run {
        told["dryRun"] = json!(["All"]);
    }
    told
}
