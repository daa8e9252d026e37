//! CustomResourceDefinitions: names accepted, served, and their instances removed when they end.
//!
//! The real server does this in controllers of its own, one write after the other; here the same writes follow at once.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::ctx::Ctx;
use super::options::DeleteOptions;
use super::resource::Resource;
use super::status::Status;
use super::{Api, meta};
use crate::apply;
use crate::storage::{Expected, Object, Select};

/// What the store calls definitions.
pub(super) const STORAGE: &str = "customresourcedefinitions.apiextensions.k8s.io";

/// Held until all instances are gone.
const CLEANUP: &str = "customresourcecleanup.apiextensions.k8s.io";
/// Who is recorded as the manager of what this module writes.
const MANAGER: &str = "kube-apiserver";

/// What follows from a committed write of a definition.
pub(super) fn committed(api: &Api, before: Option<&Arc<Object>>, after: Option<&Arc<Object>>) {
    match (before, after) {
        (Some(gone), None) => {
            api.registry.forget(gone.key());
            reconsider_names(api, gone.value()["spec"]["group"].as_str().unwrap_or_default());
        }
        (_, Some(definition)) => {
            accept_names(api, definition.key());
            serve(api, definition.key());
        }
        (None, None) => {}
    }
}

/// Serves what the stored definitions say, and nothing else: they were all put in place at once.
pub(super) fn restored(api: &Api) {
    let all = all(api);
    let established = all.iter().filter(|definition| condition(definition.value(), "Established") == Some("True"));
    api.registry.restore(established.map(|definition| (definition.key(), definition.value())));
}

/// Serves what the stored definition says, if its names are accepted.
fn serve(api: &Api, name: &str) {
    let Some(definition) = api.store.get(STORAGE, name) else { return };
    if condition(definition.value(), "Established") == Some("True") {
        api.registry.define(name, definition.value());
    }
}

/// Accepts the names of a definition as far as nobody else has them, then establishes it.
fn accept_names(api: &Api, name: &str) {
    let Some(live) = api.store.get(STORAGE, name) else { return };
    let definition = live.value();
    let (wanted, accepted) = (&definition["spec"]["names"], &definition["status"]["acceptedNames"]);
    if wanted == accepted {
        return;
    }
    let group = definition["spec"]["group"].as_str().unwrap_or_default();
    let (resources, kinds) = taken_names(api, group, name);
    let mut names = accepted.as_object().cloned().unwrap_or_default();
    let mut conflict = None;
    for (field, reason, taken) in [
        ("plural", "PluralConflict", &resources),
        ("singular", "SingularConflict", &resources),
        ("shortNames", "ShortNamesConflict", &resources),
        ("kind", "KindConflict", &kinds),
        ("listKind", "ListKindConflict", &kinds),
    ] {
        let own: Vec<&str> = strings(&accepted[field]);
        let refused: Vec<String> = strings(&wanted[field])
            .into_iter()
            .filter(|name| !own.contains(name) && taken.contains(*name))
            .map(|name| format!("\"{name}\" is already in use"))
            .collect();
        match refused.as_slice() {
            [] => keep(&mut names, field, &wanted[field]),
            [one] => conflict = Some((reason, one.clone())),
            many => conflict = Some((reason, format!("[{}]", many.join(", ")))),
        }
    }
    keep(&mut names, "categories", &wanted["categories"]);
    let now = meta::seconds(api.now());
    let (status, reason, message) = match &conflict {
        Some((reason, message)) => ("False", *reason, message.as_str()),
        None => ("True", "NoConflicts", "no conflicts found"),
    };
    let was_established = condition(definition, "Established") == Some("True");
    let known = definition["status"]["conditions"].as_array();
    let same = known.into_iter().flatten().any(|c| {
        c["type"] == "NamesAccepted" && c["status"] == status && c["reason"] == reason && c["message"] == message
    });
    let names = Value::Object(names);
    if same && names == *accepted {
        return;
    }
    write_status(api, name, |definition| {
        definition["status"]["acceptedNames"] = names.clone();
        set_condition(definition, "NamesAccepted", status, reason, message, &now);
        if !was_established {
            let (reason, message) = match conflict {
                None => ("Installing", "the initial names have been accepted"),
                Some(_) => ("NotAccepted", "not all names are accepted"),
            };
            set_condition(definition, "Established", "False", reason, message, &now);
        }
    });
    if conflict.is_none() && !was_established {
        write_status(api, name, |definition| {
            let message = "the initial names have been accepted";
            set_condition(definition, "Established", "True", "InitialNamesAccepted", message, &now);
        });
    }
    reconsider_names(api, group);
}

/// Names that one definition gave up may be what another one waits for.
fn reconsider_names(api: &Api, group: &str) {
    for definition in all(api) {
        let waits = condition(definition.value(), "NamesAccepted") == Some("False");
        if waits && definition.value()["spec"]["group"] == group {
            accept_names(api, definition.key());
            serve(api, definition.key());
        }
    }
}

/// The names that other definitions of the group have: of resources, and of kinds.
fn taken_names(api: &Api, group: &str, except: &str) -> (BTreeSet<String>, BTreeSet<String>) {
    let (mut resources, mut kinds) = (BTreeSet::new(), BTreeSet::new());
    for other in all(api) {
        if other.key() == except || other.value()["spec"]["group"] != group {
            continue;
        }
        let names = &other.value()["status"]["acceptedNames"];
        for field in ["plural", "singular", "shortNames"] {
            resources.extend(strings(&names[field]).into_iter().map(str::to_owned));
        }
        for field in ["kind", "listKind"] {
            kinds.extend(strings(&names[field]).into_iter().map(str::to_owned));
        }
    }
    (resources, kinds)
}

fn all(api: &Api) -> Vec<Arc<Object>> {
    // Reading the current state needs no history.
    api.store.range(STORAGE, Select::default()).map(|range| range.objects).unwrap_or_default()
}

fn strings(value: &Value) -> Vec<&str> {
    match value {
        Value::String(text) if text.is_empty() => Vec::new(),
        Value::String(text) => vec![text],
        Value::Array(list) => list.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

fn keep(names: &mut Map<String, Value>, field: &str, value: &Value) {
    match value {
        Value::Null => drop(names.remove(field)),
        value => drop(names.insert(field.into(), value.clone())),
    }
}

/// The status of a condition.
pub(super) fn condition<'a>(definition: &'a Value, kind: &str) -> Option<&'a str> {
    let conditions = definition["status"]["conditions"].as_array()?;
    conditions.iter().find(|condition| condition["type"] == kind)?["status"].as_str()
}

fn set_condition(definition: &mut Value, kind: &str, status: &str, reason: &str, message: &str, now: &str) {
    let mut conditions = definition["status"]["conditions"].as_array().cloned().unwrap_or_default();
    let mut new = json!({
        "type": kind, "status": status, "lastTransitionTime": now, "reason": reason, "message": message,
    });
    match conditions.iter_mut().find(|condition| condition["type"] == kind) {
        Some(known) => {
            if known["status"] == status {
                new["lastTransitionTime"] = known["lastTransitionTime"].clone();
            }
            *known = new;
        }
        None => conditions.push(new),
    }
    definition["status"]["conditions"] = Value::Array(conditions);
}

/// Writes the status of a definition as the server itself.
fn write_status(api: &Api, name: &str, change: impl Fn(&mut Value)) {
    write(api, name, true, change);
}

fn write(api: &Api, name: &str, tracked: bool, change: impl Fn(&mut Value)) {
    let Some(resource) = api.registry.get("apiextensions.k8s.io/v1", "customresourcedefinitions") else { return };
    while let Some(live) = api.store.get(STORAGE, name) {
        let mut new = live.value().clone();
        change(&mut new);
        if new == *live.value() {
            return;
        }
        if tracked {
            apply::track(Some(live.value()), &mut new, MANAGER, Some("status"), &resource.schema, api.now());
        }
        let expected = Expected::Revision(live.revision());
        let finished = !new["metadata"]["deletionTimestamp"].is_null() && meta::finalizers(&new).is_empty();
        let written = if finished {
            api.store.remove(STORAGE, name, expected).map(|_| committed(api, Some(&live), None))
        } else {
            api.store.put(STORAGE, name, expected, new).map(drop)
        };
        if written.is_ok() {
            return;
        }
    }
}

// === the end ===

impl Ctx<'_> {
    /// The first delete of a definition marks it. Nothing means: go on as with any other object.
    pub(super) fn begin_end_of_definition(
        &self,
        resource: &Resource,
        live: &Arc<Object>,
        options: &DeleteOptions,
    ) -> Result<Option<Value>, Status> {
        let (group, plural, name) = (&resource.group, &resource.plural, &self.path.name);
        self.check_delete_precondition(resource, live, options, |what, wanted, found| {
            let why = format!("Precondition failed: {what} in precondition: {wanted}, {what} in object meta: {found}");
            Status::conflict(group, plural, name, &why)
        })?;
        if !live.metadata()["deletionTimestamp"].is_null() {
            return Ok(None);
        }
        let now = meta::seconds(self.now);
        let mut new = live.value().clone();
        meta::set(&mut new, "deletionTimestamp", json!(now));
        let mut finalizers = meta::finalizers(&new);
        if !finalizers.contains(&CLEANUP) {
            finalizers.push(CLEANUP);
            let finalizers = json!(finalizers);
            meta::set(&mut new, "finalizers", finalizers);
        }
        let message = "CustomResourceDefinition marked for deletion; CustomResource deletion will begin soon";
        set_condition(&mut new, "Terminating", "True", "InstanceDeletionPending", message, &now);
        Ok(Some(new))
    }

    /// Removes the instances of a definition that was marked.
    pub(super) fn end_definition(&self) {
        let name = &self.path.name;
        let now = meta::seconds(self.now);
        serve(self.api, name);
        write_status(self.api, name, |definition| {
            let message = "CustomResource deletion is in progress";
            set_condition(definition, "Terminating", "True", "InstanceDeletionInProgress", message, &now);
        });
        let Some(definition) = self.api.store.get(STORAGE, name) else { return };
        for resource in Resource::custom(definition.value(), false).into_iter().take(1) {
            let all = self.api.store.range(&resource.storage, Select::default());
            for object in all.map(|range| range.objects).unwrap_or_default() {
                let mut live = Some(object);
                while let Some(object) = live.take() {
                    // It changed meanwhile: look again. An instance with finalizers stays until they are gone.
                    if let Ok(None) = self.delete_one(&resource, &object, &DeleteOptions::default()) {
                        live = self.api.store.get(&resource.storage, object.key());
                    }
                }
            }
        }
        finish(self.api, name);
    }
}

/// An instance is gone: perhaps it was the last one that a deleted definition waited for.
pub(super) fn instance_gone(api: &Api, resource: &Resource) {
    let name = format!("{}.{}", resource.plural, resource.group);
    let ends = api.store.get(STORAGE, &name).is_some_and(|definition| {
        !definition.metadata()["deletionTimestamp"].is_null()
            && definition.value()["status"]["conditions"]
                .as_array()
                .is_some_and(|all| all.iter().any(|c| c["reason"] == "InstanceDeletionInProgress"))
    });
    if ends {
        finish(api, &name);
    }
}

/// Lets a deleted definition go if it has no instances left.
fn finish(api: &Api, name: &str) {
    let Some(definition) = api.store.get(STORAGE, name) else { return };
    let spec = &definition.value()["spec"];
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let storage = format!("{}.{}", text(&spec["names"]["plural"]), text(&spec["group"]));
    if api.store.count(&storage, "") > 0 {
        return;
    }
    write(api, name, false, |definition| {
        let kept: Vec<&str> = meta::finalizers(definition).into_iter().filter(|f| *f != CLEANUP).collect();
        let kept = if kept.is_empty() { Value::Null } else { json!(kept) };
        meta::set(definition, "finalizers", kept);
    });
}
