//! Why a map has no client for a cluster, and how serious that is.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::record::Role;
use crate::error::ConnectError;
use crate::secret::SecretError;
use crate::spec::SpecError;

/// How serious an error of a map is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Level {
    /// As it was meant to be: passed over by the caller's own choice.
    Debug,
    /// Something is wrong.
    Error,
}

/// Why a map has no client for a cluster. The texts start with the cluster in brackets.
///
/// Source: the `OCLogMsg` of `qontract-reconcile`, as an error like any other.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum MapError {
    /// The map leaves the cluster out.
    #[error("[{cluster}] {reason}")]
    Excluded {
        /// Which cluster.
        cluster: String,
        /// Why.
        reason: Exclusion,
    },
    /// The record points at no token for this role.
    #[error("[{cluster}] has no {}automation token; set {} in its record", admin(*role), member(*role))]
    NoToken {
        /// Which cluster.
        cluster: String,
        /// As whom it was to be used.
        role: Role,
    },
    /// The record has no address, as that of a cluster which was only just asked for.
    #[error("[{cluster}] has no serverUrl")]
    NoServer {
        /// Which cluster.
        cluster: String,
    },
    /// The record cannot be used.
    #[error("[{cluster}] has a record that cannot be used")]
    Record {
        /// Which cluster.
        cluster: String,
        /// What is wrong with it.
        #[source]
        source: SpecError,
    },
    /// There is no secret where the record points.
    #[error("[{cluster}] secret not found: {path}")]
    SecretNotFound {
        /// Which cluster.
        cluster: String,
        /// Where the record points.
        path: String,
    },
    /// The secret cannot be read.
    #[error("[{cluster}] secret cannot be read")]
    Secret {
        /// Which cluster.
        cluster: String,
        /// What its reader says.
        #[source]
        source: SecretError,
    },
    /// The secret lacks a member.
    #[error("[{cluster}] secret {path} has no {field:?}")]
    SecretField {
        /// Which cluster.
        cluster: String,
        /// Where the secret is.
        path: String,
        /// The member it should have.
        field: String,
    },
    /// The secret was made for another server than the record names; its token is not sent there.
    #[error("[{cluster}] server URL mismatch: the record says {record}, secret {path} was made for {secret}")]
    ServerMismatch {
        /// Which cluster.
        cluster: String,
        /// Where the secret is.
        path: String,
        /// The server of the record.
        record: String,
        /// The server of the secret.
        secret: String,
    },
    /// The cluster cannot be connected to.
    #[error("[{cluster}] is unreachable")]
    Unreachable {
        /// Which cluster.
        cluster: String,
        /// Why.
        #[source]
        source: Arc<ConnectError>,
    },
    /// Connecting took too long.
    #[error("[{cluster}] is unreachable: given up after {after:?}")]
    GivenUp {
        /// Which cluster.
        cluster: String,
        /// How long it was waited for.
        after: Duration,
    },
    /// The map was closed.
    #[error("[{cluster}] the map is closed")]
    Closed {
        /// Which cluster.
        cluster: String,
    },
}

fn admin(role: Role) -> &'static str {
    if role == Role::Privileged { "admin " } else { "" }
}

fn member(role: Role) -> &'static str {
    match role {
        Role::Ordinary => "automationToken",
        Role::Privileged => "clusterAdminAutomationToken",
    }
}

impl MapError {
    /// How serious it is.
    #[must_use]
    pub fn level(&self) -> Level {
        match self {
            Self::Excluded { reason: Exclusion::Disabled { .. } | Exclusion::Zone { .. }, .. } => Level::Debug,
            _ => Level::Error,
        }
    }

    /// Whether the cluster was passed over by the caller's own choice.
    #[must_use]
    pub fn is_expected_skip(&self) -> bool {
        self.level() == Level::Debug
    }

    /// Which cluster.
    #[must_use]
    pub fn cluster(&self) -> &str {
        match self {
            Self::Excluded { cluster, .. }
            | Self::NoToken { cluster, .. }
            | Self::NoServer { cluster }
            | Self::Record { cluster, .. }
            | Self::SecretNotFound { cluster, .. }
            | Self::Secret { cluster, .. }
            | Self::SecretField { cluster, .. }
            | Self::ServerMismatch { cluster, .. }
            | Self::Unreachable { cluster, .. }
            | Self::GivenUp { cluster, .. }
            | Self::Closed { cluster } => cluster,
        }
    }
}

/// Why a map leaves a cluster out.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Exclusion {
    /// No record has this name.
    Unknown {
        /// Names that look like it.
        similar: Vec<String>,
    },
    /// The record switches this integration off.
    Disabled {
        /// Which integration.
        integration: String,
    },
    /// The cluster is not in the network zone that was asked for.
    Zone {
        /// What the record says.
        internal: Option<bool>,
    },
    /// Nothing that was asked for uses the cluster in this role.
    Role {
        /// The role.
        role: Role,
    },
}

impl fmt::Display for Exclusion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown { similar } if similar.is_empty() => f.write_str("no record has this name"),
            Self::Unknown { similar } => write!(f, "no record has this name, did you mean {}?", similar.join(" or ")),
            Self::Disabled { integration } => write!(f, "cluster skipped: {integration} is disabled for it"),
            Self::Zone { internal } => {
                let zone = match internal {
                    Some(true) => "it is internal",
                    Some(false) => "it is external",
                    None => "its record does not say whether it is internal",
                };
                write!(f, "cluster skipped: {zone}")
            }
            Self::Role { role } => write!(f, "cluster skipped: it is not used with the {role} token here"),
        }
    }
}

/// The records that a map was to be made of contradict each other.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MapInputError {
    /// Two records of one name say different things about how the cluster is reached.
    #[error("cluster {cluster:?} is described twice, and differently; make the two records agree")]
    Conflict {
        /// Which cluster.
        cluster: String,
    },
    /// A record has no name.
    #[error("a cluster has no name")]
    NoName,
}
