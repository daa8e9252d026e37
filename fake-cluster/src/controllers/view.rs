//! Everything that is stored, as controllers look at it. Knows nothing of what they want.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;
use serde_json::Value;

use crate::api::{Api, Resource};
use crate::storage::Object;

/// All objects at one revision.
#[derive(Debug)]
pub(super) struct View {
    resources: Vec<Arc<Resource>>,
    /// Stored resources by what the store calls them, in their stored version.
    stored: BTreeMap<Box<str>, Arc<Resource>>,
    objects: BTreeMap<Box<str>, Vec<Arc<Object>>>,
    pub(super) revision: u64,
    pub(super) now: Timestamp,
    /// The certificate authority of the cluster, in PEM.
    pub(super) authority: String,
}

// === impl View ===

impl View {
    pub(super) fn of(api: &Api, authority: String) -> Self {
        let resources = api.registry().all();
        let mut stored: BTreeMap<Box<str>, Arc<Resource>> = BTreeMap::new();
        for resource in resources.iter().filter(|resource| resource.is_stored()) {
            let known = stored.get(resource.storage.as_str());
            if known.is_none_or(|known| known.converts() && !resource.converts()) {
                stored.insert(resource.storage.as_str().into(), resource.clone());
            }
        }
        let content = api.store().content();
        Self { resources, stored, objects: content.resources, revision: content.revision, now: api.now(), authority }
    }

    /// The objects of one stored resource, in key order.
    pub(super) fn objects(&self, storage: &str) -> &[Arc<Object>] {
        self.objects.get(storage).map_or(&[], Vec::as_slice)
    }

    /// The objects of one stored resource in a namespace.
    pub(super) fn within(&self, storage: &str, namespace: &str) -> &[Arc<Object>] {
        let all = self.objects(storage);
        let prefix = format!("{namespace}/");
        let from = all.partition_point(|object| object.key() < prefix.as_str());
        let rest = all.get(from..).unwrap_or_default();
        let length = rest.partition_point(|object| object.key().starts_with(&prefix));
        rest.get(..length).unwrap_or_default()
    }

    /// One object.
    pub(super) fn get(&self, storage: &str, key: &str) -> Option<&Arc<Object>> {
        let all = self.objects(storage);
        all.binary_search_by(|object| object.key().cmp(key)).ok().and_then(|at| all.get(at))
    }

    /// The served resource that the store knows by this name, in its stored version.
    pub(super) fn resource(&self, storage: &str) -> Option<&Arc<Resource>> {
        self.stored.get(storage)
    }

    /// Every stored resource that is served, once.
    pub(super) fn resources(&self) -> impl Iterator<Item = &Arc<Resource>> {
        self.stored.values()
    }

    /// The served resource of a kind.
    pub(super) fn kind(&self, api_version: &str, kind: &str) -> Option<&Arc<Resource>> {
        self.resources.iter().find(|resource| resource.kind == kind && resource.api_version == api_version)
    }

    /// The time as it is written into objects.
    pub(super) fn time(&self) -> String {
        self.now.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
    }
}

/// Whether an object is on its way out.
pub(super) fn is_deleting(object: &Object) -> bool {
    !object.metadata()["deletionTimestamp"].is_null()
}

/// The texts of a list.
pub(super) fn texts(list: &Value) -> impl Iterator<Item = &str> {
    list.as_array().map_or(&[][..], Vec::as_slice).iter().filter_map(Value::as_str)
}

/// A text, or an empty one.
pub(super) fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}
