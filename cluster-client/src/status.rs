//! What an object that stands for a cluster shows of its connection, and how it gets there; knows nothing of how connections come about.

mod write;

use serde::{Deserialize, Serialize};

pub use self::write::{StatusWrite, StatusWriteError, write_status};
use crate::revision::{MicroTime, StatusRevision};

/// What an object that stands for a cluster shows of its connection.
///
/// Source: `ClusterStatus` of Tilt (`pkg/apis/core/v1alpha1/cluster_types.go`), and the generation.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct ConnectionStatus {
    /// Since when there is a connection; absent while there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub connected_at: Option<MicroTime>,
    /// Which instance of the connection; absent while there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub generation: Option<u64>,
    /// Why there is no connection, or why it is not well.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// What is known of the cluster itself.
    #[serde(flatten)]
    pub facts: ClusterFacts,
}

/// What is known of a cluster besides its connection. Each one is filled in as it is found out.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct ClusterFacts {
    /// Architecture of its nodes, such as `amd64`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub arch: Option<String>,
    /// Version of its API server, such as `1.36.3`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// Host of the image registry that belongs to it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub registry: Option<String>,
    /// What kind of distribution it is, such as `kind`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub product: Option<String>,
    /// Context of the kubeconfig it came from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub context: Option<String>,
    /// Cluster entry of the kubeconfig it came from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cluster: Option<String>,
    /// Namespace for calls that name none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub namespace: Option<String>,
    /// Path of a kubeconfig for other programs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub config_path: Option<String>,
}

impl ConnectionStatus {
    /// The revision that the status shows; absent while there is no connection.
    #[must_use]
    pub fn revision(&self) -> Option<StatusRevision> {
        self.connected_at.map(|connected_at| StatusRevision { generation: self.generation, connected_at })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_status_reads_as_tilt_writes_it_and_a_missing_generation_is_no_error() {
        let status: ConnectionStatus =
            serde_json::from_value(json!({"connectedAt": "2026-03-01T12:00:00.000001Z", "arch": "arm64"})).unwrap();
        assert_eq!(status.facts.arch.as_deref(), Some("arm64"));
        let revision = status.revision().unwrap();
        assert_eq!(
            (revision.generation, revision.connected_at.to_string().as_str()),
            (None, "2026-03-01T12:00:00.000001Z")
        );
        assert_eq!(
            serde_json::to_value(&status).unwrap(),
            json!({"connectedAt": "2026-03-01T12:00:00.000001Z", "arch": "arm64"})
        );
    }

    #[test]
    fn a_status_without_a_time_shows_no_revision() {
        let status = ConnectionStatus { generation: Some(4), error: Some("refused".into()), ..Default::default() };
        assert_eq!(status.revision(), None);
    }
}
