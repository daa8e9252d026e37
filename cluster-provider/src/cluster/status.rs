//! The states of a cluster and the ways between them.
//!
//! Source: `pkg/api/cluster_types.go` of kas-fleet-manager; the words on the wire are the same.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Where a cluster is in its life. What is merely true of it besides (it grows, it is full) is a [`Condition`](super::Condition).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[non_exhaustive]
pub enum ClusterStatus {
    /// Recorded; nothing has been asked of the provider.
    #[serde(rename = "cluster_accepted")]
    Accepted,
    /// The provider is building it.
    #[serde(rename = "cluster_provisioning")]
    Provisioning,
    /// The provider says that it can be used; it is not set up yet.
    #[serde(rename = "cluster_provisioned")]
    Provisioned,
    /// Set up; what runs in it has not reported yet. Also read as `waiting_for_kas_fleetshard_operator`.
    #[serde(rename = "waiting_for_agent", alias = "waiting_for_kas_fleetshard_operator")]
    WaitingForAgent,
    /// Takes workloads.
    #[serde(rename = "ready")]
    Ready,
    /// The provider is asked to take it away, or is at it.
    #[serde(rename = "deprovisioning")]
    Deprovisioning,
    /// Gone at the provider; what belonged to it elsewhere is being removed.
    #[serde(rename = "cleanup")]
    Cleanup,
    /// The provider could not build it, or has lost it.
    #[serde(rename = "failed")]
    Failed,
}

/// A word that is no status.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no cluster status; known are {known}", known = ClusterStatus::known())]
pub struct UnknownStatus(String);

/// A step that a cluster's life does not have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a cluster that is {from} cannot become {to}")]
#[non_exhaustive]
pub struct IllegalTransition {
    /// From here.
    pub from: ClusterStatus,
    /// To there.
    pub to: ClusterStatus,
}

// === impl ClusterStatus ===

impl ClusterStatus {
    /// All of them, in the order of a life.
    pub const ALL: [Self; 8] = [
        Self::Accepted,
        Self::Provisioning,
        Self::Provisioned,
        Self::WaitingForAgent,
        Self::Ready,
        Self::Deprovisioning,
        Self::Cleanup,
        Self::Failed,
    ];

    /// The word on the wire, in records and in metrics.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Accepted => "cluster_accepted",
            Self::Provisioning => "cluster_provisioning",
            Self::Provisioned => "cluster_provisioned",
            Self::WaitingForAgent => "waiting_for_agent",
            Self::Ready => "ready",
            Self::Deprovisioning => "deprovisioning",
            Self::Cleanup => "cleanup",
            Self::Failed => "failed",
        }
    }

    /// Whether it is on its way out.
    #[must_use]
    pub const fn is_leaving(self) -> bool {
        matches!(self, Self::Deprovisioning | Self::Cleanup)
    }

    /// Whether it is there or on its way to it.
    #[must_use]
    pub const fn is_valid(self) -> bool {
        !matches!(self, Self::Deprovisioning | Self::Cleanup | Self::Failed)
    }

    /// Where it may go from here. Going back from [`Deprovisioning`](Self::Deprovisioning) is no step of this table but a
    /// [restoration](crate::service::ClusterService::restore), to where the cluster was before.
    #[must_use]
    pub const fn next(self) -> &'static [Self] {
        match self {
            Self::Accepted => &[Self::Provisioning, Self::Provisioned, Self::Failed, Self::Deprovisioning],
            Self::Provisioning => &[Self::Provisioned, Self::Failed, Self::Deprovisioning],
            Self::Provisioned => &[Self::WaitingForAgent, Self::Ready, Self::Failed, Self::Deprovisioning],
            Self::WaitingForAgent => &[Self::Ready, Self::Failed, Self::Deprovisioning],
            Self::Ready => &[Self::WaitingForAgent, Self::Failed, Self::Deprovisioning],
            Self::Deprovisioning => &[Self::Cleanup],
            Self::Cleanup => &[],
            Self::Failed => &[Self::Accepted, Self::Provisioning, Self::Deprovisioning],
        }
    }

    /// Checks a step. Staying is always allowed.
    ///
    /// # Errors
    /// When a cluster's life does not have it.
    pub fn step(self, to: Self) -> Result<(), IllegalTransition> {
        if self == to || self.next().contains(&to) { Ok(()) } else { Err(IllegalTransition { from: self, to }) }
    }

    fn known() -> String {
        Self::ALL.map(Self::as_str).join(", ")
    }
}

impl fmt::Display for ClusterStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for ClusterStatus {
    type Err = UnknownStatus;

    fn from_str(word: &str) -> Result<Self, UnknownStatus> {
        match word {
            "waiting_for_kas_fleetshard_operator" => Ok(Self::WaitingForAgent),
            _ => Self::ALL
                .into_iter()
                .find(|status| status.as_str() == word)
                .ok_or_else(|| UnknownStatus(word.to_owned())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_status_is_read_as_it_is_written() {
        for status in ClusterStatus::ALL {
            assert_eq!(status.as_str().parse(), Ok(status));
            assert_eq!(serde_json::to_value(status).unwrap(), status.as_str());
        }
    }

    #[test]
    fn the_originals_word_for_waiting_is_understood() {
        let word = "waiting_for_kas_fleetshard_operator";
        assert_eq!(word.parse(), Ok(ClusterStatus::WaitingForAgent));
        assert_eq!(
            serde_json::from_str::<ClusterStatus>(&format!("{word:?}")).unwrap(),
            ClusterStatus::WaitingForAgent
        );
    }

    #[test]
    fn an_unknown_word_is_no_status_and_says_what_is() {
        let error = "full".parse::<ClusterStatus>().unwrap_err();
        assert!(error.to_string().contains("deprovisioning"), "{error}");
    }

    #[test]
    fn failure_is_no_dead_end() {
        assert!(ClusterStatus::Failed.step(ClusterStatus::Accepted).is_ok());
        assert!(ClusterStatus::Failed.step(ClusterStatus::Deprovisioning).is_ok());
    }

    #[test]
    fn nothing_comes_back_from_cleanup() {
        for to in ClusterStatus::ALL {
            assert_eq!(ClusterStatus::Cleanup.step(to).is_ok(), to == ClusterStatus::Cleanup);
        }
    }
}
