//! Small closed and open sets of words.

use std::borrow::Cow;
use std::fmt;

use serde::{Deserialize, Serialize};

/// Which provider a cluster belongs to: the name under which the application registered it. An open set: one implementation may be
/// registered under several names.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ProviderType(Cow<'static, str>);

/// What a cluster should be, whatever it is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum DesiredState {
    /// There.
    #[default]
    Present,
    /// Gone.
    Absent,
}

/// What deleting a cluster takes away.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum DeletionPolicy {
    /// The cluster, where the provider made it; what was applied to it, where the provider only adopted it.
    #[default]
    Delete,
    /// Nothing: the record is forgotten.
    Orphan,
    /// What was applied to it; the cluster stays.
    RemoveResourcesOnly,
}

/// Whose a cluster is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Ownership {
    /// Ours: created or adopted through a provider. Written `managed`, as in the originals.
    #[default]
    Managed,
    /// A customer's, registered by its owner. Also read as `enterprise`.
    #[serde(alias = "enterprise")]
    Registered,
}

// === impl ProviderType ===

impl ProviderType {
    /// OpenShift Cluster Manager.
    pub const OCM: Self = Self(Cow::Borrowed("ocm"));
    /// Clusters that exist already.
    pub const STANDALONE: Self = Self(Cow::Borrowed("standalone"));
    /// Cluster API.
    pub const CLUSTER_API: Self = Self(Cow::Borrowed("cluster_api"));
    /// `ClusterProfile` objects of the cluster inventory API.
    pub const CLUSTER_PROFILE: Self = Self(Cow::Borrowed("cluster_profile"));

    /// Any name. The empty one stands for the default of the [factory](crate::factory).
    pub fn new(name: impl Into<Cow<'static, str>>) -> Self {
        Self(name.into())
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether nothing was said.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Display for ProviderType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl From<&str> for ProviderType {
    fn from(name: &str) -> Self {
        Self(Cow::Owned(name.to_owned()))
    }
}

// === impl DesiredState ===

impl DesiredState {
    /// The word in records.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Present => "present",
            Self::Absent => "absent",
        }
    }
}

// === impl DeletionPolicy ===

impl DeletionPolicy {
    /// The word in records.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Delete => "delete",
            Self::Orphan => "orphan",
            Self::RemoveResourcesOnly => "remove_resources_only",
        }
    }
}

// === impl Ownership ===

impl Ownership {
    /// The word in records.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Managed => "managed",
            Self::Registered => "registered",
        }
    }
}
