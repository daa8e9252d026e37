//! The profile that a record should have. Pure: the same record gives the same profile.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use cluster_client::spec::ServerTrust;
use jiff::{Timestamp, Unit};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::cluster::{Cluster, ClusterId, ClusterStatus, Condition, ConditionStatus};

/// Property with the region.
pub(super) const REGION: &str = "region.mooring.dev";
/// Property with the cloud.
pub(super) const CLOUD: &str = "cloud-provider.mooring.dev";
/// Property that says whether a cluster is spread over zones.
pub(super) const MULTI_AZ: &str = "multi-az.mooring.dev";
/// Label with the name of the manager, as the API wants it.
pub(super) const MANAGER: &str = "x-k8s.io/cluster-manager";
/// Label by which profiles of ours are known, besides that of the manager.
pub(super) const PUBLISHED: &str = "mooring.dev/published";

/// How profiles are published. All have defaults.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct PublisherOptions {
    /// Namespace of the profiles. Default: `default`.
    pub namespace: String,
    /// Who manages the clusters, as profiles say it; cannot change. Default: `mooring`.
    pub manager: String,
    /// Who writes, for server-side apply. Default: `mooring/cluster-provider`.
    pub field_manager: String,
    /// Under which name of an access provider the address of a cluster is published; without one, no address is. Credentials never are.
    /// Default: none.
    pub access_provider: Option<String>,
    /// Which labels of records become labels of profiles: those that begin so. Default: none.
    pub label_prefix: Option<String>,
}

/// What should become of the profile of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Intent {
    /// It should be there.
    Publish,
    /// It should be up to date if it is there: the cluster was ready, and is not at the moment.
    Refresh,
    /// It should not be there.
    Withdraw,
}

impl Default for PublisherOptions {
    fn default() -> Self {
        Self {
            namespace: "default".to_owned(),
            manager: "mooring".to_owned(),
            field_manager: "mooring/cluster-provider".to_owned(),
            access_provider: None,
            label_prefix: None,
        }
    }
}

impl PublisherOptions {
    /// Sets [`namespace`](Self::namespace).
    #[must_use]
    pub fn with_namespace(mut self, namespace: impl Into<String>) -> Self {
        self.namespace = namespace.into();
        self
    }

    /// Sets [`manager`](Self::manager).
    #[must_use]
    pub fn with_manager(mut self, name: impl Into<String>) -> Self {
        self.manager = name.into();
        self
    }

    /// Sets [`access_provider`](Self::access_provider).
    #[must_use]
    pub fn with_access_provider(mut self, name: impl Into<String>) -> Self {
        self.access_provider = Some(name.into());
        self
    }

    /// Sets [`label_prefix`](Self::label_prefix).
    #[must_use]
    pub fn with_label_prefix(mut self, prefix: impl Into<String>) -> Self {
        self.label_prefix = Some(prefix.into());
        self
    }
}

/// What should become of the profile of a record: there while the cluster is ready, kept while it is merely not well, gone when it leaves.
#[must_use]
pub fn intent(record: &Cluster) -> Intent {
    match record.status {
        _ if record.deleted_at.is_some() => Intent::Withdraw,
        ClusterStatus::Ready => Intent::Publish,
        ClusterStatus::Deprovisioning | ClusterStatus::Cleanup => Intent::Withdraw,
        _ => Intent::Refresh,
    }
}

/// What the profile of a record is called: like the record's id, where Kubernetes takes that as a name.
#[must_use]
pub fn profile_name(id: &ClusterId) -> String {
    let id = id.as_str();
    let plain = id.len() <= 200
        && id.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
        && id.starts_with(|first: char| first.is_ascii_alphanumeric())
        && !id.ends_with('-')
        // What is made from a digest below has to stay apart.
        && !id.starts_with("sha256-");
    if plain {
        return id.to_owned();
    }
    let short: String = Sha256::digest(id).iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    format!("sha256-{short}")
}

/// Metadata and spec of the profile of a record, as they are applied.
#[must_use]
pub fn profile(record: &Cluster, options: &PublisherOptions) -> Value {
    let mut labels = json!({MANAGER: options.manager, PUBLISHED: "true"});
    if let Some(prefix) = &options.label_prefix {
        for (name, value) in record.labels.iter().filter(|(name, value)| name.starts_with(prefix) && is_label(value)) {
            labels[name.as_str()] = json!(value);
        }
    }
    let mut object = head(record, options);
    object["metadata"]["labels"] = labels;
    object["spec"] = json!({"displayName": record.name, "clusterManager": {"name": options.manager}});
    object
}

/// The status of the profile of a record, as it is applied. `connection` is where the cluster is reached, when that may be told.
#[must_use]
pub fn profile_status(
    record: &Cluster,
    connection: Option<&cluster_client::ClusterSpec>,
    options: &PublisherOptions,
) -> Value {
    let available = record.conditions.get(Condition::AVAILABLE);
    let (status, reason, message) = match available {
        Some(one) => (one.status, one.reason.as_str(), one.message.as_str()),
        None => (ConditionStatus::Unknown, "NotLookedAt", ""),
    };
    let since = available.and_then(|one| one.last_transition_time).unwrap_or(record.status_since);
    let healthy = json!({
        "type": "ControlPlaneHealthy", "status": status.as_str(), "message": message,
        "reason": if reason.is_empty() { "NotSaid" } else { reason }, "lastTransitionTime": seconds(since),
    });
    let id = record.external_id.as_deref().filter(|id| !id.is_empty()).unwrap_or(record.id.as_str());
    let multi_az = record.multi_az.to_string();
    let properties: Vec<Value> = [
        ("cluster.clusterset.k8s.io", id),
        (CLOUD, record.cloud_provider.as_str()),
        (MULTI_AZ, multi_az.as_str()),
        (REGION, record.region.as_str()),
    ]
    .into_iter()
    .filter(|(_, value)| !value.is_empty())
    .map(|(name, value)| json!({"name": name, "value": value}))
    .collect();
    let mut told = json!({"conditions": [healthy], "properties": properties});
    if let Some(version) = record.provider_info["server_version"].as_str().filter(|version| !version.is_empty()) {
        told["version"] = json!({"kubernetes": version});
    }
    let access = options.access_provider.as_deref().and_then(|name| access_provider(name, connection?));
    if let Some(access) = access {
        told["accessProviders"] = json!([access]);
    }
    let mut object = head(record, options);
    object["status"] = told;
    object
}

/// The status with what a profile says already of the way to its cluster, under [`PublisherOptions::access_provider`].
pub(super) fn with_held_access(mut status: Value, held: &Value, options: &PublisherOptions) -> Value {
    let said = held["status"]["accessProviders"].as_array().into_iter().flatten();
    let name = options.access_provider.as_deref();
    if let Some(access) = said.into_iter().find(|access| name.is_some_and(|name| access["name"] == name)) {
        status["status"]["accessProviders"] = json!([access]);
    }
    status
}

/// An access provider with the address of a cluster, in the form of a kubeconfig; never with a credential. `None` when its authority stands in a
/// file of this machine.
#[must_use]
pub fn access_provider(name: &str, connection: &cluster_client::ClusterSpec) -> Option<Value> {
    let server = &connection.server;
    let mut cluster = json!({"server": server.url.as_str().trim_end_matches('/')});
    match &server.trust {
        ServerTrust::System => {}
        ServerTrust::Roots(pem) => cluster["certificate-authority-data"] = json!(STANDARD.encode(pem)),
        ServerTrust::InsecureSkipVerify => cluster["insecure-skip-tls-verify"] = json!(true),
        _ => return None,
    }
    if let Some(name) = &server.tls_server_name {
        cluster["tls-server-name"] = json!(name);
    }
    Some(json!({"name": name, "cluster": cluster}))
}

fn head(record: &Cluster, options: &PublisherOptions) -> Value {
    json!({
        "apiVersion": "multicluster.x-k8s.io/v1alpha1", "kind": "ClusterProfile",
        "metadata": {"name": profile_name(&record.id), "namespace": options.namespace},
    })
}

/// Kubernetes writes times to the second.
fn seconds(at: Timestamp) -> String {
    at.round(Unit::Second).unwrap_or(at).to_string()
}

fn is_label(value: &str) -> bool {
    let ends = |at: Option<char>| at.is_none_or(|one| one.is_ascii_alphanumeric());
    value.len() <= 63
        && ends(value.chars().next())
        && ends(value.chars().last())
        && value.chars().all(|one| one.is_ascii_alphanumeric() || matches!(one, '-' | '_' | '.'))
}
