//! What an object is called across a fleet; knows nothing of what is in it.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Name of a cluster, as the sources of clusters give it.
pub type ClusterName = Arc<str>;

/// A kind within its group, whatever the version. Written `Kind` for the core group and `Kind.group` for others.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub struct GroupKind {
    /// The group; empty for the core group.
    pub group: Arc<str>,
    /// The kind, such as `ConfigMap`.
    pub kind: Arc<str>,
}

impl GroupKind {
    /// A kind of a group; the core group is empty.
    pub fn new(group: impl Into<Arc<str>>, kind: impl Into<Arc<str>>) -> Self {
        Self { group: group.into(), kind: kind.into() }
    }

    /// A kind of the core group.
    pub fn core(kind: impl Into<Arc<str>>) -> Self {
        Self::new("", kind)
    }

    /// The kind of an object with this `apiVersion` and `kind`.
    #[must_use]
    pub fn of(api_version: &str, kind: &str) -> Self {
        Self::new(api_version.rsplit_once('/').map_or("", |(group, _)| group), kind)
    }

    /// Whether this is that kind of that group.
    #[must_use]
    pub fn is(&self, group: &str, kind: &str) -> bool {
        &*self.group == group && &*self.kind == kind
    }
}

impl fmt::Display for GroupKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.kind)?;
        if self.group.is_empty() { Ok(()) } else { write!(f, ".{}", self.group) }
    }
}

/// What was written is no kind.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no kind; write Kind or Kind.group")]
pub struct GroupKindError(String);

impl FromStr for GroupKind {
    type Err = GroupKindError;

    fn from_str(text: &str) -> Result<Self, GroupKindError> {
        let (kind, group) = text.split_once('.').map_or((text, None), |(kind, group)| (kind, Some(group)));
        if kind.is_empty() || group == Some("") || text.contains(['/', ' ']) {
            return Err(GroupKindError(text.into()));
        }
        Ok(Self::new(group.unwrap_or_default(), kind))
    }
}

impl Serialize for GroupKind {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for GroupKind {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

/// Where objects of a kind live.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum Scope {
    /// In the cluster, outside of namespaces.
    Cluster,
    /// In this namespace.
    Namespace(Arc<str>),
}

impl Scope {
    /// In this namespace, or in the cluster when there is none.
    #[must_use]
    pub fn of(namespace: Option<&str>) -> Self {
        namespace
            .filter(|namespace| !namespace.is_empty())
            .map_or(Self::Cluster, |namespace| Self::Namespace(namespace.into()))
    }

    /// The namespace, if there is one.
    #[must_use]
    pub fn namespace(&self) -> Option<&str> {
        match self {
            Self::Cluster => None,
            Self::Namespace(namespace) => Some(namespace),
        }
    }
}

/// The objects of one kind in one place of one cluster: the unit that is listed, and whose deletions a failed list blocks.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[non_exhaustive]
pub struct BucketId {
    /// Which cluster.
    pub cluster: ClusterName,
    /// Where in it.
    pub scope: Scope,
    /// Objects of this kind.
    pub kind: GroupKind,
}

impl BucketId {
    /// The objects of a kind in a namespace, or in the cluster when there is none.
    pub fn new(cluster: impl Into<ClusterName>, namespace: Option<&str>, kind: GroupKind) -> Self {
        Self { cluster: cluster.into(), scope: Scope::of(namespace), kind }
    }

    /// One of its objects.
    pub fn object(&self, name: impl Into<Arc<str>>) -> ObjectId {
        ObjectId {
            cluster: self.cluster.clone(),
            scope: self.scope.clone(),
            kind: self.kind.clone(),
            name: name.into(),
        }
    }
}

impl fmt::Display for BucketId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        place(f, &self.cluster, &self.scope)?;
        write!(f, " {}", self.kind)
    }
}

/// One object of one cluster. The version it is written in is no part of it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ObjectId {
    /// Which cluster.
    pub cluster: ClusterName,
    /// Where in it.
    pub scope: Scope,
    /// Of which kind.
    pub kind: GroupKind,
    /// Its name.
    pub name: Arc<str>,
}

impl ObjectId {
    /// The objects it is one of.
    #[must_use]
    pub fn bucket(&self) -> BucketId {
        BucketId { cluster: self.cluster.clone(), scope: self.scope.clone(), kind: self.kind.clone() }
    }

    /// The namespace, if it lives in one.
    #[must_use]
    pub fn namespace(&self) -> Option<&str> {
        self.scope.namespace()
    }
}

impl fmt::Display for ObjectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        place(f, &self.cluster, &self.scope)?;
        write!(f, " {} {}", self.kind, self.name)
    }
}

fn place(f: &mut fmt::Formatter<'_>, cluster: &str, scope: &Scope) -> fmt::Result {
    match scope {
        Scope::Cluster => write!(f, "[{cluster}]"),
        Scope::Namespace(namespace) => write!(f, "[{cluster}/{namespace}]"),
    }
}

/// Where a declaration comes from, for the person who must mend it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct Origin {
    /// File or address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<Arc<str>>,
    /// Which document of the file, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub document: Option<usize>,
    /// Which integration declared it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub integration: Option<Arc<str>>,
    /// On behalf of which caller.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub caller: Option<Arc<str>>,
}

impl Origin {
    /// From a file.
    pub fn file(path: impl Into<Arc<str>>) -> Self {
        Self { file: Some(path.into()), ..Self::default() }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut parts = Vec::new();
        match (&self.file, self.document) {
            (Some(file), Some(document)) => parts.push(format!("{file} document {document}")),
            (Some(file), None) => parts.push(file.to_string()),
            (None, _) => {}
        }
        parts.extend(self.integration.as_ref().map(|name| format!("integration {name}")));
        parts.extend(self.caller.as_ref().map(|name| format!("caller {name}")));
        if parts.is_empty() { f.write_str("unknown origin") } else { f.write_str(&parts.join(", ")) }
    }
}
