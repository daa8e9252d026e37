//! What is declared, or made by what is declared, and with which keys.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::Value;

use super::Known;
use super::options::Producer;
use crate::desired::DesiredSet;
use crate::id::{BucketId, ObjectId};

/// What is declared, and what that makes.
pub(super) struct Index<'a> {
    desired: &'a DesiredSet,
    made: BTreeMap<BucketId, BTreeSet<Arc<str>>>,
}

impl<'a> Index<'a> {
    pub(super) fn new(desired: &'a DesiredSet, producers: &[Producer]) -> Self {
        let mut made: BTreeMap<BucketId, BTreeSet<Arc<str>>> = BTreeMap::new();
        for (bucket, declared) in &desired.buckets {
            for producer in producers.iter().filter(|producer| producer.kind == bucket.kind) {
                let names = declared.objects.values().filter_map(|declared| {
                    let resource = &declared.resource;
                    let said = producer.name.text(resource.body()).map(Arc::from);
                    said.or_else(|| producer.own_name.then(|| Arc::from(resource.name())))
                });
                let place = BucketId { kind: producer.makes.kind(), ..bucket.clone() };
                made.entry(place).or_default().extend(names);
            }
        }
        Self { desired, made }
    }

    /// What is known of an object from declarations alone; `None` when they say nothing.
    pub(super) fn find(&self, id: &ObjectId) -> Option<Known> {
        if let Some(declared) = self.desired.get(id) {
            return Some(keys_of(declared.resource.body()));
        }
        self.made.get(&id.bucket())?.contains(&id.name).then_some(Known::There)
    }
}

/// The keys of an object; any key where a controller fills them in.
pub(super) fn keys_of(object: &Value) -> Known {
    let text = |member: &str| object.get(member).and_then(Value::as_str).unwrap_or_default();
    if !matches!(text("kind"), "ConfigMap" | "Secret") || text("type") == "kubernetes.io/service-account-token" {
        return Known::There;
    }
    let mut keys: BTreeSet<Arc<str>> = ["data", "stringData", "binaryData"]
        .iter()
        .filter_map(|member| object.get(*member)?.as_object())
        .flat_map(|data| data.keys().map(|key| Arc::from(key.as_str())))
        .collect();
    let meta = |member: &str, key: &str| {
        object.get("metadata").and_then(|meta| meta.get(member)?.get(key)?.as_str()) == Some("true")
    };
    // OpenShift puts these into ConfigMaps that ask for them.
    if meta("annotations", "service.beta.openshift.io/inject-cabundle") {
        keys.insert("service-ca.crt".into());
    }
    if meta("labels", "config.openshift.io/inject-trusted-cabundle") {
        keys.insert("ca-bundle.crt".into());
    }
    Known::Keys(keys)
}
