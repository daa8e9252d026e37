//! What is to be reconciled and where: an object of one cluster; knows nothing of queues.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};

use kube::Resource;
use kube::runtime::reflector::ObjectRef;

use crate::key::ClusterKey;

/// A cluster as a controller sees it.
///
/// Source: the `ClusterName` of multicluster-runtime, where the empty name is the local cluster.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[expect(clippy::exhaustive_enums, reason = "a cluster is the controller's own or one of the fleet")]
pub enum ClusterName {
    /// The cluster the controller itself belongs to.
    Home,
    /// A cluster of the fleet.
    Fleet(ClusterKey),
}

impl ClusterName {
    /// The key, unless it is the home cluster.
    #[must_use]
    pub fn key(&self) -> Option<&ClusterKey> {
        match self {
            Self::Home => None,
            Self::Fleet(key) => Some(key),
        }
    }
}

impl From<ClusterKey> for ClusterName {
    fn from(key: ClusterKey) -> Self {
        Self::Fleet(key)
    }
}

/// The key's text; empty for the home cluster, which no key can be.
impl fmt::Display for ClusterName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Home => Ok(()),
            Self::Fleet(key) => key.fmt(f),
        }
    }
}

/// An object in a cluster that is to be reconciled.
///
/// Written `cluster://<cluster>/<namespace>/<name>`, with an empty part where there is none. Ordered by cluster, namespace and name;
/// objects of the same name in two clusters are two requests.
#[expect(clippy::exhaustive_structs, reason = "a place and an object; users build it in their mappers")]
pub struct Request<K: Resource<DynamicType = ()>> {
    /// Where it is.
    pub cluster: ClusterName,
    /// Which object.
    pub object: ObjectRef<K>,
}

impl<K: Resource<DynamicType = ()>> Request<K> {
    /// Names an object of a cluster.
    #[must_use]
    pub fn new(cluster: ClusterName, object: ObjectRef<K>) -> Self {
        Self { cluster, object }
    }

    /// The request for an object that was read from a cluster.
    #[must_use]
    pub fn of(cluster: &ClusterName, object: &K) -> Self {
        Self::new(cluster.clone(), ObjectRef::from_obj(object))
    }

    fn parts(&self) -> (&ClusterName, Option<&str>, &str) {
        (&self.cluster, self.object.namespace.as_deref(), &self.object.name)
    }
}

impl<K: Resource<DynamicType = ()>> Clone for Request<K> {
    fn clone(&self) -> Self {
        Self { cluster: self.cluster.clone(), object: self.object.clone() }
    }
}

impl<K: Resource<DynamicType = ()>> PartialEq for Request<K> {
    fn eq(&self, other: &Self) -> bool {
        self.parts() == other.parts()
    }
}

impl<K: Resource<DynamicType = ()>> Eq for Request<K> {}

impl<K: Resource<DynamicType = ()>> Hash for Request<K> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.parts().hash(state);
    }
}

impl<K: Resource<DynamicType = ()>> PartialOrd for Request<K> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<K: Resource<DynamicType = ()>> Ord for Request<K> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.parts().cmp(&other.parts())
    }
}

impl<K: Resource<DynamicType = ()>> fmt::Display for Request<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let namespace = self.object.namespace.as_deref().unwrap_or_default();
        write!(f, "cluster://{}/{namespace}/{}", self.cluster, self.object.name)
    }
}

impl<K: Resource<DynamicType = ()>> fmt::Debug for Request<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Request({self})")
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use k8s_openapi::api::core::v1::{ConfigMap, Node};

    use super::*;

    fn fleet(namespace: &str, name: &str) -> ClusterName {
        ClusterName::Fleet(ClusterKey::namespaced(namespace, name).unwrap())
    }

    #[test]
    fn a_request_is_written_as_cluster_namespace_and_name() {
        let map = |cluster| Request::new(cluster, ObjectRef::<ConfigMap>::new("settings").within("shop"));
        assert_eq!(map(fleet("", "prod")).to_string(), "cluster://prod/shop/settings");
        assert_eq!(map(fleet("eu", "prod")).to_string(), "cluster://eu/prod/shop/settings");
        assert_eq!(map(ClusterName::Home).to_string(), "cluster:///shop/settings");
        let node = Request::new(fleet("", "prod"), ObjectRef::<Node>::new("n1"));
        assert_eq!(node.to_string(), "cluster://prod//n1");
        assert_eq!(format!("{node:?}"), "Request(cluster://prod//n1)");
    }

    #[test]
    fn requests_are_ordered_by_cluster_namespace_and_name() {
        let map = |cluster, namespace, name| Request::new(cluster, ObjectRef::<ConfigMap>::new(name).within(namespace));
        let sorted: Vec<_> = [
            map(fleet("", "b"), "x", "a"),
            map(fleet("", "a"), "y", "a"),
            map(ClusterName::Home, "z", "z"),
            map(fleet("", "a"), "x", "b"),
            map(fleet("", "a"), "x", "a"),
            map(fleet("", "a"), "x", "a"),
        ]
        .into_iter()
        .collect::<BTreeSet<_>>()
        .into_iter()
        .map(|request| request.to_string())
        .collect();
        let expected = ["cluster:///z/z", "cluster://a/x/a", "cluster://a/x/b", "cluster://a/y/a", "cluster://b/x/a"];
        assert_eq!(sorted, expected);
    }

    #[test]
    fn what_is_remembered_beside_the_name_does_not_tell_requests_apart() {
        let mut map = ConfigMap::default();
        map.metadata.name = Some("a".into());
        map.metadata.namespace = Some("x".into());
        let plain = Request::of(&ClusterName::Home, &map);
        map.metadata.uid = Some("u".into());
        map.metadata.resource_version = Some("7".into());
        let seen = Request::of(&ClusterName::Home, &map);
        assert_eq!(plain, seen);
        assert_eq!(std::collections::HashSet::from([plain, seen]).len(), 1);
    }
}
