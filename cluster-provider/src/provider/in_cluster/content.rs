//! What a resource set says, checked before anything is asked of a cluster, and its hash. Pure.

use std::collections::BTreeMap;

use cluster_resources::applyset::PART_OF;
use cluster_resources::id::{GroupKind, Origin};
use cluster_resources::plan::DELETION;
use cluster_resources::resource::Resource;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::provider::ResourceSet;

/// A set whose objects were checked one by one.
pub(super) struct Content {
    pub(super) resources: Vec<Resource>,
    /// SHA-256 of the canonical forms, in hexadecimal, whatever their order.
    pub(super) hash: String,
    /// What the definitions in the set say of their kinds: whether they live in namespaces.
    defined: BTreeMap<GroupKind, bool>,
}

/// What is wrong with a set; free of values.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub(super) struct BadSet(String);

/// What stands in [`DELETION`] of an object that is let go of.
const DETACH: &str = "detach";

/// Longest name of a set: with what stands before and after it, a name of a parent and of a Lease.
const LONGEST_NAME: usize = 200;

impl Content {
    /// Checks a set.
    pub(super) fn of(set: &ResourceSet) -> Result<Self, BadSet> {
        check_name(&set.name)?;
        let mut resources = Vec::with_capacity(set.resources.len());
        for (index, object) in set.resources.iter().enumerate() {
            let resource = Resource::new(object.clone(), Origin::file(format!("set {}", set.name)))
                .map_err(|error| BadSet(format!("object {index} of set {}: {error}", set.name)))?;
            if resource.is_generated() {
                let why = "has no name of its own, and a new one would be made each time";
                return Err(BadSet(format!("object {index} of set {}: it {why}", set.name)));
            }
            resources.push(resource);
        }
        let defined = resources.iter().filter_map(defined_by).collect();
        let hash = hash(&resources);
        Ok(Self { resources, hash, defined })
    }

    /// Whether objects of a kind live in namespaces, as far as a definition in the set says so.
    pub(super) fn says_namespaced(&self, kind: &GroupKind) -> Option<bool> {
        self.defined.get(kind).copied()
    }
}

/// Takes the names that a parent object can have.
pub(super) fn check_name(name: &str) -> Result<(), BadSet> {
    let label = |label: &str| {
        let inside = label.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
        !label.is_empty() && inside && !label.starts_with('-') && !label.ends_with('-')
    };
    if name.len() <= LONGEST_NAME && name.split('.').all(label) {
        return Ok(());
    }
    let short: String = name.chars().take(64).collect();
    let rule = "lower-case letters, digits, hyphens and dots, at most 200 characters";
    Err(BadSet(format!("{short:?} is no name of a set: {rule}")))
}

/// The same object, which is let go of and not deleted when it leaves its set.
pub(super) fn kept(resource: &Resource) -> Result<Resource, BadSet> {
    let mut body = resource.body().clone();
    if let Some(metadata) = body.get_mut("metadata").and_then(Value::as_object_mut)
        && let Value::Object(annotations) = metadata.entry("annotations").or_insert_with(|| json!({}))
    {
        annotations.insert(DELETION.to_owned(), Value::from(DETACH));
    }
    Resource::new(body, resource.origin().clone()).map_err(|error| BadSet(error.to_string()))
}

/// Whether what goes with an object is more than the object, so that one that was there before its set outlives it.
pub(super) fn holds_others(kind: &GroupKind) -> bool {
    kind.is("", "Namespace")
        || kind.is("", "PersistentVolumeClaim")
        || kind.is("apiextensions.k8s.io", "CustomResourceDefinition")
}

/// Whether an object that is there was there before this set came.
pub(super) fn came_before(live: &Value, set_id: &str) -> bool {
    let metadata = &live["metadata"];
    metadata["labels"][PART_OF] != set_id || metadata["annotations"][DELETION] == DETACH
}

fn defined_by(resource: &Resource) -> Option<(GroupKind, bool)> {
    if !resource.kind_and_group().is("apiextensions.k8s.io", "CustomResourceDefinition") {
        return None;
    }
    let text = |pointer: &str| resource.body().pointer(pointer).and_then(Value::as_str);
    let kind = GroupKind::new(text("/spec/group")?, text("/spec/names/kind")?);
    Some((kind, text("/spec/scope")? == "Namespaced"))
}

fn hash(resources: &[Resource]) -> String {
    let mut parts: Vec<_> = resources
        .iter()
        .map(|one| (one.kind_and_group(), one.namespace(), one.name(), one.api_version(), one.canonical()))
        .collect();
    parts.sort();
    let mut hash = Sha256::new();
    for (kind, namespace, name, version, content) in parts {
        let kind = kind.to_string();
        for part in
            [kind.as_bytes(), namespace.unwrap_or_default().as_bytes(), name.as_bytes(), version.as_bytes(), &content]
        {
            // The length goes in first, so that no two lists of parts give the same bytes.
            hash.update((part.len() as u64).to_le_bytes());
            hash.update(part);
        }
    }
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn config_map(name: &str, value: &str) -> Value {
        json!({
            "apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name, "namespace": "shop"},
            "data": {"key": value},
        })
    }

    fn hash_of(resources: Vec<Value>) -> String {
        Content::of(&ResourceSet::new("base", resources)).unwrap().hash
    }

    #[test]
    fn the_hash_of_a_set_is_that_of_its_content_in_any_order() {
        let (one, two) = (config_map("one", "a"), config_map("two", "b"));
        assert_eq!(hash_of(vec![one.clone(), two.clone()]), hash_of(vec![two, one.clone()]));
        assert_ne!(hash_of(vec![one.clone()]), hash_of(vec![config_map("one", "b")]));
        assert_eq!(hash_of(vec![one]).len(), 64);
    }

    #[test]
    fn a_malformed_object_is_refused_with_its_place_and_without_its_values() {
        let secret = json!({"apiVersion": "v1", "kind": "Secret", "stringData": {"password": "s3ntinel"}});
        let error = Content::of(&ResourceSet::new("base", vec![secret])).err().unwrap().to_string();
        assert!(error.contains("object 0 of set base"), "{error}");
        assert!(!error.contains("s3ntinel"), "{error}");
    }

    #[test]
    fn what_was_there_before_a_set_is_told_by_its_marks() {
        let live =
            |set: &str, annotations: Value| json!({"metadata": {"labels": {PART_OF: set}, "annotations": annotations}});
        assert!(came_before(&json!({"metadata": {"name": "kube-system"}}), "applyset-a"));
        assert!(came_before(&live("applyset-b", json!({})), "applyset-a"));
        assert!(came_before(&live("applyset-a", json!({DELETION: DETACH})), "applyset-a"));
        assert!(!came_before(&live("applyset-a", json!({})), "applyset-a"));
    }

    proptest! {
        #[test]
        fn a_name_that_is_taken_is_a_dns_subdomain(name in "[a-z0-9.A-Z_/-]{0,210}") {
            if check_name(&name).is_ok() {
                prop_assert!(!name.is_empty() && name.len() <= 200);
                prop_assert!(name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-.".contains(&byte)));
                prop_assert!(name.starts_with(|first: char| first.is_ascii_alphanumeric()));
            }
        }
    }
}
