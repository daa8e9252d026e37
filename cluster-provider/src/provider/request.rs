//! What is asked of a provider about a cluster as a whole.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::cluster::{ClusterId, CreateToken, DeletionPolicy};

/// By what a cluster that was asked for is found again.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Claim {
    /// What the request carried.
    pub token: CreateToken,
    /// Under which name.
    pub name: String,
    /// What the request said besides, in the provider's words: where it names what is to be adopted, that is looked for.
    pub additional_spec: Value,
}

/// A cluster that is to be made.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ClusterRequest {
    /// The record it is made for.
    pub cluster_id: ClusterId,
    /// Its name.
    pub name: String,
    /// What the provider has to keep with it, so that it is found again.
    pub create_token: CreateToken,
    /// In which cloud.
    pub cloud_provider: String,
    /// Where in it.
    pub region: String,
    /// Whether it is spread over several zones.
    pub multi_az: bool,
    /// Whose it is, where there are tenants.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tenant_id: Option<String>,
    /// Which version of Kubernetes, in the provider's words; its choice when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// Which machines; the provider's choice when empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub node_pools: Vec<NodePool>,
    /// Its network, in the provider's words.
    #[serde(default, skip_serializing_if = "Value::is_null")]
    pub network: Value,
    /// What the provider may show beside it.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub tags: BTreeMap<String, String>,
    /// Everything else, in the provider's words; each documents its own.
    #[serde(default, skip_serializing_if = "Value::is_null")]
    pub additional_spec: Value,
}

/// Machines of one sort.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct NodePool {
    /// Its name.
    pub id: String,
    /// Which machines, in the provider's words.
    pub instance_size: String,
    /// How many at least.
    pub min_nodes: u32,
    /// How many at most; the same as the least means a fixed number.
    pub max_nodes: u32,
}

/// How a cluster is to be taken away.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct DeleteOptions {
    /// What is to go.
    pub policy: DeletionPolicy,
    /// Only say whether it would be possible.
    pub dry_run: bool,
    /// Go on where the cluster cannot be reached, and leave behind what is in it.
    pub force: bool,
}

/// How far a deletion is.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum DeleteOutcome {
    /// Under way; ask again. What it waits for, if that is known.
    InProgress {
        /// In one word of CamelCase.
        reason: String,
        /// For people.
        message: String,
    },
    /// It is not there any more, because it was asked to go or because the record was all there was.
    Gone,
    /// It is not there any more, and nobody here asked for that.
    AlreadyGone,
    /// It is left as it is; only the record goes.
    Orphaned,
    /// It could be deleted. The answer to a dry run.
    WouldDelete,
}

// === impl Claim ===

impl Claim {
    /// Asked for with this token, under this name.
    pub fn new(token: CreateToken, name: impl Into<String>) -> Self {
        Self { token, name: name.into(), additional_spec: Value::Null }
    }

    /// Asked for with these words besides.
    #[must_use]
    pub fn with_additional_spec(mut self, spec: Value) -> Self {
        self.additional_spec = spec;
        self
    }
}

// === impl ClusterRequest ===

impl ClusterRequest {
    /// A cluster for this record, of this name, nowhere in particular.
    pub fn new(cluster_id: ClusterId, name: impl Into<String>, create_token: CreateToken) -> Self {
        Self {
            cluster_id,
            name: name.into(),
            create_token,
            cloud_provider: String::new(),
            region: String::new(),
            multi_az: false,
            tenant_id: None,
            version: None,
            node_pools: Vec::new(),
            network: Value::Null,
            tags: BTreeMap::new(),
            additional_spec: Value::Null,
        }
    }

    /// In this region of this cloud.
    #[must_use]
    pub fn at(mut self, cloud_provider: impl Into<String>, region: impl Into<String>) -> Self {
        self.cloud_provider = cloud_provider.into();
        self.region = region.into();
        self
    }

    /// Everything else.
    #[must_use]
    pub fn with_additional_spec(mut self, spec: Value) -> Self {
        self.additional_spec = spec;
        self
    }

    /// By what the cluster is found again.
    #[must_use]
    pub fn claim(&self) -> Claim {
        Claim::new(self.create_token.clone(), self.name.as_str()).with_additional_spec(self.additional_spec.clone())
    }
}

// === impl NodePool ===

impl NodePool {
    /// Machines of this size, from so many to so many.
    pub fn new(id: impl Into<String>, instance_size: impl Into<String>, min_nodes: u32, max_nodes: u32) -> Self {
        Self { id: id.into(), instance_size: instance_size.into(), min_nodes, max_nodes }
    }
}

// === impl DeleteOptions ===

impl DeleteOptions {
    /// With this policy.
    #[must_use]
    pub fn new(policy: DeletionPolicy) -> Self {
        Self { policy, ..Self::default() }
    }

    /// Only say whether it would be possible.
    #[must_use]
    pub fn dry_run(mut self) -> Self {
        self.dry_run = true;
        self
    }

    /// Leave behind what cannot be reached.
    #[must_use]
    pub fn force(mut self) -> Self {
        self.force = true;
        self
    }
}

// === impl DeleteOutcome ===

impl DeleteOutcome {
    /// Under way.
    pub fn in_progress(reason: impl Into<String>, message: impl Into<String>) -> Self {
        Self::InProgress { reason: reason.into(), message: message.into() }
    }

    /// Whether the record may go on to cleanup.
    #[must_use]
    pub fn is_over(&self) -> bool {
        matches!(self, Self::Gone | Self::AlreadyGone | Self::Orphaned)
    }
}
