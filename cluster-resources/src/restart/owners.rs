//! Who runs a pod: the chain of controllers above it, by UID and group.

use std::collections::BTreeMap;
use std::sync::Arc;

use kube::api::{Api, DynamicObject};
use serde_json::Value;

use super::pods::PodView;
use super::{Trouble, asked, is_restartable, kind_query};
use crate::clusters::ClusterAccess;
use crate::id::GroupKind;
use crate::plan::LiveVersion;

/// A chain of controllers is followed so far.
const DEPTH: usize = 8;

/// The controller of an object, as its `ownerReferences` name it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub struct OwnerRef {
    /// `apiVersion` of the owner.
    pub api_version: Arc<str>,
    /// Its kind.
    pub kind: GroupKind,
    /// Its name.
    pub name: Arc<str>,
    /// Its UID.
    pub uid: Arc<str>,
}

/// The one owner that is a controller, from an object's metadata. Owners that control nothing do not count.
#[must_use]
pub fn controller_of(metadata: &Value) -> Option<OwnerRef> {
    let owners = metadata.get("ownerReferences")?.as_array()?;
    let owner = owners.iter().find(|owner| owner.get("controller").and_then(Value::as_bool) == Some(true))?;
    let text = |member: &str| owner.get(member).and_then(Value::as_str).filter(|text| !text.is_empty());
    let api_version = text("apiVersion")?;
    Some(OwnerRef {
        api_version: api_version.into(),
        kind: GroupKind::of(api_version, text("kind")?),
        name: text("name")?.into(),
        uid: text("uid")?.into(),
    })
}

/// A workload that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Owner {
    pub(super) api_version: Arc<str>,
    pub(super) kind: GroupKind,
    pub(super) name: Arc<str>,
    pub(super) live: LiveVersion,
}

/// An owner that is there: its version, and its own controller.
type Known = Option<(LiveVersion, Option<OwnerRef>)>;

/// Owners in one namespace, each asked for once.
pub(super) struct Owners<'a> {
    access: &'a ClusterAccess,
    namespace: &'a str,
    known: BTreeMap<OwnerRef, Result<Known, Trouble>>,
}

impl<'a> Owners<'a> {
    pub(super) fn new(access: &'a ClusterAccess, namespace: &'a str) -> Self {
        Self { access, namespace, known: BTreeMap::new() }
    }

    /// The topmost restartable controller above a pod; `None` when there is none. An owner that is gone, or is another by now, ends the
    /// chain.
    pub(super) async fn workload_of(&mut self, pod: &PodView) -> Result<Option<Owner>, Trouble> {
        let mut found = None;
        let mut next = pod.controller.clone();
        for _ in 0..DEPTH {
            let Some(owner) = next else { break };
            let (live, above) = match self.ask(&owner).await {
                Ok(Some(known)) => known,
                Ok(None) => break,
                // What is above a workload (a custom resource, say) need not be readable.
                Err(_) if found.is_some() => break,
                Err(trouble) => return Err(trouble),
            };
            if is_restartable(&owner.kind) {
                found = Some(Owner { api_version: owner.api_version, kind: owner.kind, name: owner.name, live });
            }
            next = above;
        }
        Ok(found)
    }

    async fn ask(&mut self, owner: &OwnerRef) -> Result<Known, Trouble> {
        if let Some(known) = self.known.get(owner) {
            return known.clone();
        }
        let answer = self.read(owner).await;
        self.known.insert(owner.clone(), answer.clone());
        answer
    }

    async fn read(&self, owner: &OwnerRef) -> Result<Known, Trouble> {
        let kind = kind_query(&owner.kind, Some(&owner.api_version));
        let found = self.access.discovery.resolve(&kind).await.map_err(|error| Trouble::of_discovery(&error))?;
        let client = self.access.client.clone();
        let api = if found.namespaced {
            Api::<DynamicObject>::namespaced_with(client, self.namespace, &found.resource)
        } else {
            Api::<DynamicObject>::all_with(client, &found.resource)
        };
        let Some(object) = asked(api.get_metadata_opt(&owner.name)).await? else { return Ok(None) };
        let meta = object.metadata;
        if meta.uid.as_deref() != Some(&*owner.uid) {
            return Ok(None);
        }
        let live = LiveVersion::new(&*owner.uid, meta.resource_version.as_deref().unwrap_or_default());
        let above = serde_json::to_value(&meta).ok().as_ref().and_then(controller_of);
        Ok(Some((live, above)))
    }
}
