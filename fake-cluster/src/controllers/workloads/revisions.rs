//! Controller revisions: the templates that a set of pods had, numbered. Knows nothing of the pods.
//!
//! It follows `pkg/controller/history`.

use std::sync::Arc;

use serde_json::{Value, json};

use super::{controlled, controlled_by, hash, number};
use crate::controllers::step::{Step, Write};
use crate::controllers::view::{View, is_deleting};
use crate::storage::Object;

const STORAGE: &str = "controllerrevisions.apps";
/// The label of a pod that names its revision.
pub(super) const LABEL: &str = "controller-revision-hash";

/// The revisions of one owner.
pub(super) struct Revisions<'a> {
    known: Vec<&'a Arc<Object>>,
    /// The name of the revision of the present template.
    pub(super) latest: String,
    /// The part of the name that stands for the template.
    pub(super) hash: String,
}

impl<'a> Revisions<'a> {
    pub(super) fn of(view: &'a View, owner: &Object) -> Self {
        let hash = hash(&owner.value()["spec"]["template"]);
        let mut known = controlled(view, STORAGE, owner);
        known.sort_by_key(|revision| number(&revision.value()["revision"]));
        Self { known, latest: format!("{}-{hash}", owner.meta_str("name")), hash }
    }

    /// The template of a revision, if it is still known.
    pub(super) fn template(&self, name: &str) -> Option<&'a Value> {
        let revision = self.known.iter().find(|revision| revision.meta_str("name") == name)?;
        Some(&revision.value()["data"]["spec"]["template"]).filter(|template| template.is_object())
    }

    /// The present template is kept, with the greatest number; old ones go when they are too many and nobody needs them.
    pub(super) fn steps(&self, view: &View, actor: &str, owner: &Object, needed: &[&str]) -> Vec<Step> {
        let Some(resource) = view.resource(STORAGE).filter(|_| !is_deleting(owner)) else { return Vec::new() };
        let greatest = self.known.last().map_or(0, |revision| number(&revision.value()["revision"]));
        let mine = self.known.iter().find(|revision| revision.meta_str("name") == self.latest);
        match mine {
            None => {
                let template = &owner.value()["spec"]["template"];
                let mut patch = template.clone();
                patch["$patch"] = json!("replace");
                let revision = json!({
                    "apiVersion": "apps/v1", "kind": "ControllerRevision",
                    "metadata": {
                        "name": self.latest, "labels": labels(template, &self.hash), "ownerReferences": controlled_by(owner),
                    },
                    "data": {"spec": {"template": patch}}, "revision": greatest + 1,
                });
                vec![Step::within(actor, resource, owner.meta_str("namespace"), Write::Create(revision))]
            }
            // A template that comes back is the latest again.
            Some(mine) if number(&mine.value()["revision"]) < greatest => {
                let mut new = mine.value().clone();
                new["revision"] = json!(greatest + 1);
                vec![Step::to(actor, resource, mine, Write::Update("", new))]
            }
            Some(_) => {
                let limit = owner.value()["spec"]["revisionHistoryLimit"].as_u64();
                let limit = limit.and_then(|limit| usize::try_from(limit).ok()).unwrap_or(10);
                let idle = |revision: &&&Arc<Object>| {
                    let name = revision.meta_str("name");
                    name != self.latest && !needed.contains(&name)
                };
                let idle: Vec<_> = self.known.iter().filter(idle).collect();
                let surplus = idle.len().saturating_sub(limit);
                let gone = idle.into_iter().take(surplus);
                gone.map(|old| Step::to(actor, resource, old, Write::delete_exactly(old, "Background"))).collect()
            }
        }
    }
}

fn labels(template: &Value, hash: &str) -> Value {
    let mut labels = template["metadata"]["labels"].clone();
    if !labels.is_object() {
        labels = json!({});
    }
    labels[LABEL] = json!(hash);
    labels
}
