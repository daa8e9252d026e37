//! Namespaces as inventories describe them: what is managed in each. Plain data.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::id::ClusterName;

/// A namespace as an inventory describes it.
///
/// Member names on the wire are those of `qontract-reconcile`; what it does not know is passed over.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct NamespaceRecord {
    /// Its name.
    pub name: Arc<str>,
    /// Its cluster.
    pub cluster: ClusterReference,
    /// Whether the privileged client is used.
    #[serde(default)]
    pub cluster_admin: Option<bool>,
    /// Whether the namespace is to go away.
    #[serde(default)]
    pub delete: Option<bool>,
    /// Kinds that are managed, as people write them.
    #[serde(default)]
    pub managed_resource_types: Option<Vec<String>>,
    /// The only names that are managed, kind by kind.
    #[serde(default)]
    pub managed_resource_names: Option<Vec<ManagedResourceNames>>,
    /// Kinds that are meant by others, such as `Project.config.openshift.io` by `Project`.
    #[serde(default)]
    pub managed_resource_type_overrides: Option<Vec<ManagedResourceTypeOverride>>,
    /// What is declared, in whatever form the application has for it.
    #[serde(default)]
    pub openshift_resources: Option<Vec<Value>>,
}

/// A cluster by its name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ClusterReference {
    /// The name.
    pub name: ClusterName,
}

/// The only names of a kind that are managed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ManagedResourceNames {
    /// The kind, as it is written among the managed ones.
    pub resource: String,
    /// The names.
    pub resource_names: Vec<Arc<str>>,
}

/// A kind that is meant by another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ManagedResourceTypeOverride {
    /// The kind, as it is written among the managed ones.
    pub resource: String,
    /// The kind that is meant.
    pub r#override: String,
}

impl NamespaceRecord {
    /// A namespace in which nothing is managed yet.
    pub fn new(cluster: impl Into<ClusterName>, name: impl Into<Arc<str>>) -> Self {
        Self {
            name: name.into(),
            cluster: ClusterReference { name: cluster.into() },
            cluster_admin: None,
            delete: None,
            managed_resource_types: None,
            managed_resource_names: None,
            managed_resource_type_overrides: None,
            openshift_resources: None,
        }
    }

    /// The same with a kind that is managed.
    #[must_use]
    pub fn managing(mut self, kind: impl Into<String>) -> Self {
        self.managed_resource_types.get_or_insert_default().push(kind.into());
        self
    }

    /// The same with the only names of a kind that are managed.
    #[must_use]
    pub fn naming<N: Into<Arc<str>>>(mut self, kind: impl Into<String>, names: impl IntoIterator<Item = N>) -> Self {
        let names = names.into_iter().map(Into::into).collect();
        let entry = ManagedResourceNames { resource: kind.into(), resource_names: names };
        self.managed_resource_names.get_or_insert_default().push(entry);
        self
    }

    /// The same with a kind that is meant by another.
    #[must_use]
    pub fn overriding(mut self, kind: impl Into<String>, meant: impl Into<String>) -> Self {
        let entry = ManagedResourceTypeOverride { resource: kind.into(), r#override: meant.into() };
        self.managed_resource_type_overrides.get_or_insert_default().push(entry);
        self
    }

    /// Whether the namespace is to go away.
    #[must_use]
    pub fn is_deleted(&self) -> bool {
        self.delete == Some(true)
    }
}

impl fmt::Debug for NamespaceRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // What is declared may hold secrets.
        f.debug_struct("NamespaceRecord")
            .field("cluster", &self.cluster.name)
            .field("name", &self.name)
            .field("managed_resource_types", &self.managed_resource_types)
            .finish_non_exhaustive()
    }
}
