//! Names of clusters and of the things that use them; knows nothing of connections.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use kube::Resource;
use serde::{Serialize, Serializer};
use xxhash_rust::xxh3::Xxh3;

/// Which cluster: the namespace (if it has one) and the name of the object or entry that stands for it.
///
/// Cheap to clone and to hash: the hash is computed once. Names are case-sensitive and otherwise opaque.
///
/// Source: the cluster key of Tilt's `ClientProvider`, the `ClusterName` of multicluster-runtime.
#[derive(Clone)]
pub struct ClusterKey {
    /// Beside the text and not behind a pointer: looking a key up touches as little memory as it can.
    hash: u64,
    /// Where the name begins; 0 when there is no namespace.
    split: u32,
    /// The namespace, and after it the name.
    text: Arc<str>,
}

/// A cluster's name is empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("cluster key cannot be empty")]
#[non_exhaustive]
pub struct EmptyKey;

impl ClusterKey {
    /// A cluster that has a name only.
    ///
    /// # Errors
    /// [`EmptyKey`] when the name is empty.
    pub fn new(name: impl AsRef<str>) -> Result<Self, EmptyKey> {
        Self::build(None, name.as_ref())
    }

    /// A cluster that is known by an object in a namespace; an empty namespace counts as none.
    ///
    /// # Errors
    /// [`EmptyKey`] when the name is empty.
    pub fn namespaced(namespace: impl AsRef<str>, name: impl AsRef<str>) -> Result<Self, EmptyKey> {
        Self::build(Some(namespace.as_ref()).filter(|namespace| !namespace.is_empty()), name.as_ref())
    }

    /// The key `default`, for programs that have one cluster and need no name for it.
    #[must_use]
    pub fn of_default() -> Self {
        Self::make(None, "default")
    }

    fn build(namespace: Option<&str>, name: &str) -> Result<Self, EmptyKey> {
        if name.is_empty() { Err(EmptyKey) } else { Ok(Self::make(namespace, name)) }
    }

    fn make(namespace: Option<&str>, name: &str) -> Self {
        // The length of the namespace goes in first, so that no two pairs give the same bytes.
        let mut hash = Xxh3::new();
        hash.update(&namespace.map_or(u64::MAX, |namespace| namespace.len() as u64).to_le_bytes());
        hash.update(namespace.unwrap_or_default().as_bytes());
        hash.update(name.as_bytes());
        let namespace = namespace.unwrap_or_default();
        // Longer than anything Kubernetes takes; what is cut off would have to be four gigabytes.
        let split = u32::try_from(namespace.len()).unwrap_or_default();
        Self { hash: hash.digest(), split, text: [namespace, name].concat().into() }
    }

    /// The namespace, if there is one.
    #[must_use]
    pub fn namespace(&self) -> Option<&str> {
        (self.split > 0).then(|| self.halves().0)
    }

    /// The name; never empty.
    #[must_use]
    pub fn name(&self) -> &str {
        self.halves().1
    }

    /// A 64-bit hash of the key which is the same in every process and release; shards and slots are made from it.
    #[must_use]
    pub fn stable_hash(&self) -> u64 {
        self.hash
    }

    fn halves(&self) -> (&str, &str) {
        self.text.split_at_checked(self.split as usize).unwrap_or(("", &self.text))
    }
}

impl PartialEq for ClusterKey {
    fn eq(&self, other: &Self) -> bool {
        self.hash == other.hash
            && (Arc::ptr_eq(&self.text, &other.text) || (self.split == other.split && self.text == other.text))
    }
}

impl Eq for ClusterKey {}

impl Hash for ClusterKey {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(self.hash);
    }
}

impl PartialOrd for ClusterKey {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for ClusterKey {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (self.namespace(), self.name()).cmp(&(other.namespace(), other.name()))
    }
}

impl fmt::Display for ClusterKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.namespace() {
            Some(namespace) => write!(f, "{namespace}/{}", self.name()),
            None => f.write_str(self.name()),
        }
    }
}

impl fmt::Debug for ClusterKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ClusterKey({self})")
    }
}

impl Serialize for ClusterKey {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// What is being worked on with the help of a cluster: the kind, namespace and name of an object.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ObjectKey {
    kind: Arc<str>,
    namespace: Option<Arc<str>>,
    name: Arc<str>,
}

impl ObjectKey {
    /// Names an object; a consumer that is one for the whole process makes up a name of its own.
    #[must_use]
    pub fn new(kind: &str, namespace: Option<&str>, name: &str) -> Self {
        Self { kind: kind.into(), namespace: namespace.map(Into::into), name: name.into() }
    }

    /// The key of a Kubernetes object.
    #[must_use]
    pub fn of<K: Resource<DynamicType = ()>>(object: &K) -> Self {
        let meta = object.meta();
        Self::new(&K::kind(&()), meta.namespace.as_deref(), meta.name.as_deref().unwrap_or_default())
    }

    /// Kind, such as `Deployment`.
    #[must_use]
    pub fn kind(&self) -> &str {
        &self.kind
    }

    /// Namespace, if the object has one.
    #[must_use]
    pub fn namespace(&self) -> Option<&str> {
        self.namespace.as_deref()
    }

    /// Name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }
}

impl fmt::Display for ObjectKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.namespace {
            Some(namespace) => write!(f, "{} {namespace}/{}", self.kind, self.name),
            None => write!(f, "{} {}", self.kind, self.name),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn an_empty_name_is_refused_and_an_empty_namespace_is_none() {
        assert_eq!(ClusterKey::new("").unwrap_err(), EmptyKey);
        assert_eq!(ClusterKey::namespaced("fleet", "").unwrap_err().to_string(), "cluster key cannot be empty");
        assert_eq!(ClusterKey::namespaced("", "a").unwrap(), ClusterKey::new("a").unwrap());
    }

    #[test]
    fn the_hash_is_the_same_in_every_process_and_release() {
        assert_eq!(ClusterKey::new("prod-eu").unwrap().stable_hash(), 0x12a7_0c02_71b9_3727);
        assert_eq!(ClusterKey::namespaced("fleet", "prod-eu").unwrap().stable_hash(), 0x7aed_7405_6fb9_c5a5);
    }

    #[test]
    fn names_that_read_alike_are_different_clusters() {
        let keys: HashSet<_> = [
            ClusterKey::new("a/b"),
            ClusterKey::namespaced("a", "b"),
            ClusterKey::new("a-b"),
            ClusterKey::new("ab"),
            ClusterKey::namespaced("a/b", "c"),
            ClusterKey::namespaced("a", "b/c"),
        ]
        .into_iter()
        .map(Result::unwrap)
        .collect();
        assert_eq!(keys.len(), 6);
    }

    #[test]
    fn an_object_is_named_by_kind_namespace_and_name() {
        let mut secret = k8s_openapi::api::core::v1::Secret::default();
        secret.metadata.name = Some("token".into());
        secret.metadata.namespace = Some("fleet".into());
        let key = ObjectKey::of(&secret);
        assert_eq!((key.kind(), key.namespace(), key.name()), ("Secret", Some("fleet"), "token"));
        assert_eq!(key.to_string(), "Secret fleet/token");
        assert_ne!(key, ObjectKey::new("Secret", None, "token"));
    }

    proptest! {
        #[test]
        fn equality_order_and_hash_go_together(
            a in ("[ab/-]{0,3}", "[ab/-]{1,3}"),
            b in ("[ab/-]{0,3}", "[ab/-]{1,3}"),
        ) {
            let one = ClusterKey::namespaced(&a.0, &a.1).unwrap();
            let other = ClusterKey::namespaced(&b.0, &b.1).unwrap();
            prop_assert_eq!(one == other, a == b);
            prop_assert_eq!(one.cmp(&other).is_eq(), a == b);
            prop_assert_eq!(one.stable_hash() == other.stable_hash(), a == b);
            prop_assert_eq!((one.namespace().unwrap_or_default(), one.name()), (a.0.as_str(), a.1.as_str()));
        }
    }
}
