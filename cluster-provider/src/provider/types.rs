//! What providers say about clusters and what belongs to them.

use std::collections::BTreeMap;
use std::fmt;

use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::cluster::{ClusterStatus, Condition, ProviderClusterId};

/// What a provider says about one cluster. On the wire as in the originals.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ClusterSpec {
    /// The provider's name of it.
    pub internal_id: ProviderClusterId,
    /// The provider's second name of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
    /// Where it is in its life, as far as the provider sees that.
    pub status: ClusterStatus,
    /// What it says about that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status_details: Option<String>,
    /// What else is true of it. Types that are missing here were not looked at.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub conditions: Vec<Condition>,
    /// What the provider wants to hear again; it comes back with every call.
    #[serde(default, skip_serializing_if = "Value::is_null")]
    pub additional_info: Value,
    /// Where in its cloud.
    #[serde(default)]
    pub region: String,
    /// In which cloud.
    #[serde(default)]
    pub cloud_provider: String,
    /// Whether it is spread over several zones.
    #[serde(default)]
    pub multi_az: bool,
}

/// Who logs in to a cluster, and where they are known.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum IdentityProvider {
    /// OpenID Connect.
    OpenId(OpenIdProvider),
    /// Anything else, in the provider's words. Holds `name` and `type`.
    Raw(Value),
}

/// OpenID Connect.
#[derive(Clone, Serialize, Deserialize)]
#[non_exhaustive]
pub struct OpenIdProvider {
    /// Its name in the cluster.
    pub name: String,
    /// Who the cluster is to the issuer.
    pub client_id: String,
    /// What proves it; in no `Debug` and not written by `Serialize`.
    #[serde(skip_serializing)]
    pub client_secret: SecretString,
    /// Where people are known.
    pub issuer: String,
    /// Which claims become which attribute (`email`, `name`, `preferred_username`, `groups`); the provider's usual ones when empty.
    #[serde(default)]
    pub claims: BTreeMap<String, Vec<String>>,
    /// What to ask for besides `openid`.
    #[serde(default)]
    pub extra_scopes: Vec<String>,
    /// PEM of the authority of the issuer; the system's when absent.
    #[serde(default)]
    pub ca: Option<String>,
}

/// Under which name a provider keeps an identity provider.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub struct IdentityProviderId {
    /// The provider's name of it.
    pub id: String,
    /// Its name in the cluster.
    pub name: String,
    /// Its type in the provider's words.
    pub kind: String,
}

/// Something that is installed in a cluster by its provider.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Addon {
    /// Which one.
    pub id: String,
    /// Its parameters.
    #[serde(default)]
    pub parameters: Vec<Parameter>,
}

/// One parameter of an add-on. Values may be secret and are not shown by `Debug`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Parameter {
    /// Which one.
    pub id: String,
    /// Its value.
    pub value: String,
}

/// How far an add-on is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum AddonState {
    /// Not there.
    Absent,
    /// On its way.
    Installing,
    /// There, with the parameters that were asked for.
    Ready,
    /// It failed.
    #[non_exhaustive]
    Failed {
        /// Why, in the provider's words.
        reason: String,
    },
    /// On its way out.
    Deleting,
}

/// How many machines, by need.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Autoscaling {
    /// At least.
    pub min_nodes: u32,
    /// At most.
    pub max_nodes: u32,
}

/// What a taint does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[non_exhaustive]
pub enum TaintEffect {
    /// Keeps new pods away.
    NoSchedule,
    /// Keeps all pods away.
    NoExecute,
    /// Keeps new pods away while there is other room.
    PreferNoSchedule,
}

/// A taint.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[non_exhaustive]
pub struct NodeTaint {
    /// What it does.
    pub effect: TaintEffect,
    /// Its key.
    pub key: String,
    /// Its value.
    pub value: String,
}

/// Machines that are to be there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct MachinePoolRequest {
    /// Its name: a DNS label that begins with a letter.
    pub id: String,
    /// Which machines, in the provider's words.
    pub instance_size: String,
    /// Whether they are spread over several zones.
    #[serde(default)]
    pub multi_az: bool,
    /// By need; else `replicas`.
    #[serde(default)]
    pub autoscaling: Option<Autoscaling>,
    /// A fixed number; only without `autoscaling`.
    #[serde(default)]
    pub replicas: Option<u32>,
    /// Labels of the nodes.
    #[serde(default)]
    pub node_labels: BTreeMap<String, String>,
    /// Taints of the nodes.
    #[serde(default)]
    pub node_taints: Vec<NodeTaint>,
}

/// Machines as they are: what the provider made of the request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct MachinePool {
    /// In which cluster.
    pub cluster_id: ProviderClusterId,
    /// What it is.
    #[serde(flatten)]
    pub effective: MachinePoolRequest,
}

/// A cloud.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct CloudProvider {
    /// Its id, as in records.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its name for people.
    pub display_name: String,
}

/// A region of a cloud.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct CloudRegion {
    /// Its id, as in records.
    pub id: String,
    /// Of which cloud.
    pub cloud_provider_id: String,
    /// Its name.
    pub name: String,
    /// Its name for people.
    pub display_name: String,
    /// Whether a cluster can be spread over several zones of it.
    pub supports_multi_az: bool,
    /// Whether clusters can be made in it at all.
    pub enabled: bool,
}

/// What may be used of something, and is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct QuotaCost {
    /// Of what, in the provider's words.
    pub id: String,
    /// How much may be used.
    pub max_allowed: i64,
    /// How much is.
    pub consumed: i64,
}

// === impl ClusterSpec ===

impl ClusterSpec {
    /// A cluster of this name, in this state.
    #[must_use]
    pub fn new(internal_id: ProviderClusterId, status: ClusterStatus) -> Self {
        Self {
            internal_id,
            external_id: None,
            status,
            status_details: None,
            conditions: Vec::new(),
            additional_info: Value::Null,
            region: String::new(),
            cloud_provider: String::new(),
            multi_az: false,
        }
    }

    /// With a second name.
    #[must_use]
    pub fn with_external_id(mut self, id: impl Into<String>) -> Self {
        self.external_id = Some(id.into());
        self
    }

    /// With something to hear again.
    #[must_use]
    pub fn with_additional_info(mut self, info: Value) -> Self {
        self.additional_info = info;
        self
    }

    /// With one more condition.
    #[must_use]
    pub fn with_condition(mut self, condition: Condition) -> Self {
        self.conditions.push(condition);
        self
    }
}

// === impl IdentityProvider ===

impl IdentityProvider {
    /// Its name in the cluster, when it says one.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        match self {
            Self::OpenId(open_id) => Some(&open_id.name),
            Self::Raw(value) => value.get("name").and_then(Value::as_str),
        }
    }
}

// === impl OpenIdProvider ===

impl OpenIdProvider {
    /// With the usual claims and scopes.
    pub fn new(
        name: impl Into<String>,
        client_id: impl Into<String>,
        client_secret: impl Into<SecretString>,
        issuer: impl Into<String>,
    ) -> Self {
        Self {
            name: name.into(),
            client_id: client_id.into(),
            client_secret: client_secret.into(),
            issuer: issuer.into(),
            claims: BTreeMap::new(),
            extra_scopes: Vec::new(),
            ca: None,
        }
    }
}

impl PartialEq for OpenIdProvider {
    fn eq(&self, other: &Self) -> bool {
        use secrecy::ExposeSecret as _;
        self.name == other.name
            && self.client_id == other.client_id
            && self.client_secret.expose_secret() == other.client_secret.expose_secret()
            && self.issuer == other.issuer
            && self.claims == other.claims
            && self.extra_scopes == other.extra_scopes
            && self.ca == other.ca
    }
}

impl fmt::Debug for OpenIdProvider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OpenIdProvider")
            .field("name", &self.name)
            .field("client_id", &self.client_id)
            .field("issuer", &self.issuer)
            .field("claims", &self.claims)
            .field("extra_scopes", &self.extra_scopes)
            .finish_non_exhaustive()
    }
}

// === impl IdentityProviderId ===

impl IdentityProviderId {
    /// Kept under this name.
    pub fn new(id: impl Into<String>, name: impl Into<String>, kind: impl Into<String>) -> Self {
        Self { id: id.into(), name: name.into(), kind: kind.into() }
    }
}

// === impl Addon ===

impl Addon {
    /// Without parameters.
    pub fn new(id: impl Into<String>) -> Self {
        Self { id: id.into(), parameters: Vec::new() }
    }

    /// With one more parameter.
    #[must_use]
    pub fn with_parameter(mut self, id: impl Into<String>, value: impl Into<String>) -> Self {
        self.parameters.push(Parameter::new(id, value));
        self
    }
}

// === impl Parameter ===

impl Parameter {
    /// This value for that.
    pub fn new(id: impl Into<String>, value: impl Into<String>) -> Self {
        Self { id: id.into(), value: value.into() }
    }
}

impl fmt::Debug for Parameter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Parameter").field("id", &self.id).finish_non_exhaustive()
    }
}

// === impl Autoscaling ===

impl Autoscaling {
    /// From so many to so many.
    #[must_use]
    pub const fn new(min_nodes: u32, max_nodes: u32) -> Self {
        Self { min_nodes, max_nodes }
    }
}

// === impl NodeTaint ===

impl NodeTaint {
    /// A taint.
    pub fn new(effect: TaintEffect, key: impl Into<String>, value: impl Into<String>) -> Self {
        Self { effect, key: key.into(), value: value.into() }
    }
}

// === impl MachinePoolRequest ===

impl MachinePoolRequest {
    /// So many machines of this size, in one zone.
    pub fn fixed(id: impl Into<String>, instance_size: impl Into<String>, replicas: u32) -> Self {
        Self { replicas: Some(replicas), ..Self::of(id, instance_size) }
    }

    /// Machines of this size by need, in one zone.
    pub fn autoscaled(id: impl Into<String>, instance_size: impl Into<String>, by: Autoscaling) -> Self {
        Self { autoscaling: Some(by), ..Self::of(id, instance_size) }
    }

    fn of(id: impl Into<String>, instance_size: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            instance_size: instance_size.into(),
            multi_az: false,
            autoscaling: None,
            replicas: None,
            node_labels: BTreeMap::new(),
            node_taints: Vec::new(),
        }
    }
}

// === impl MachinePool ===

impl MachinePool {
    /// The machines of a cluster as they are.
    #[must_use]
    pub fn new(cluster_id: ProviderClusterId, effective: MachinePoolRequest) -> Self {
        Self { cluster_id, effective }
    }
}

// === impl CloudProvider ===

impl CloudProvider {
    /// A cloud that is called like its id.
    pub fn new(id: impl Into<String>) -> Self {
        let id = id.into();
        Self { name: id.clone(), display_name: id.clone(), id }
    }
}

// === impl CloudRegion ===

impl CloudRegion {
    /// A region that is called like its id.
    pub fn new(cloud_provider_id: impl Into<String>, id: impl Into<String>, supports_multi_az: bool) -> Self {
        let id = id.into();
        Self {
            cloud_provider_id: cloud_provider_id.into(),
            name: id.clone(),
            display_name: id.clone(),
            id,
            supports_multi_az,
            enabled: true,
        }
    }
}

// === impl QuotaCost ===

impl QuotaCost {
    /// So much of so much.
    pub fn new(id: impl Into<String>, max_allowed: i64, consumed: i64) -> Self {
        Self { id: id.into(), max_allowed, consumed }
    }
}

/// Adds regions to others. Of two with one id the first is kept, and zones and being enabled count from either. Order stays.
pub fn merge_regions(into: &mut Vec<CloudRegion>, from: impl IntoIterator<Item = CloudRegion>) {
    for region in from {
        match into.iter_mut().find(|held| held.id == region.id && held.cloud_provider_id == region.cloud_provider_id) {
            Some(held) => {
                held.supports_multi_az |= region.supports_multi_az;
                held.enabled |= region.enabled;
            }
            None => into.push(region),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn regions_are_merged_without_doubles_and_in_order() {
        let mut into = vec![CloudRegion::new("aws", "us-east-1", false), CloudRegion::new("aws", "eu-west-1", true)];
        let others = ["us-east-1", "af-south-1"].map(|id| CloudRegion::new("aws", id, true));
        merge_regions(&mut into, others);
        let ids: Vec<_> = into.iter().map(|region| region.id.as_str()).collect();
        assert_eq!(ids, ["us-east-1", "eu-west-1", "af-south-1"]);
        assert!(into[0].supports_multi_az);
    }

    #[test]
    fn no_secret_of_an_identity_provider_is_shown_or_written() {
        let provider = OpenIdProvider::new("sso", "client", "s3ntinel", "https://sso.example.com");
        assert!(!format!("{provider:?}").contains("s3ntinel"));
        assert!(!serde_json::to_string(&provider).unwrap().contains("s3ntinel"));
        assert!(!format!("{:?}", Parameter::new("token", "s3ntinel")).contains("s3ntinel"));
    }
}
