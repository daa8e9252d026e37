//! Brings every recorded cluster to where it should be. Knows the service, and nothing below it.
//!
//! A [`ClusterManager`] goes over all clusters again and again, phase by phase. What has to happen to a cluster next is a pure decision over
//! its record ([`decide`]); doing it is one call or a few of [`ClusterService`](crate::service::ClusterService), each of which may be cut
//! off anywhere and made again. Of several managers at most one works: the one that an [`Election`](election::Election) made leader, and what
//! an earlier leader still tries to write is refused by the store.
//!
//! What to put into clusters says a [`Terraformer`], when one is ready a [`ReadinessGate`], which clusters there should be a
//! [`DesiredStateSource`](desired::DesiredStateSource). A [`ClusterPublisher`] tells others which there are.
//!
//! Source: `internal/kafka/internal/workers/cluster_mgrs` and `pkg/workers` of kas-fleet-manager.

pub mod decide;
pub mod desired;
pub mod election;

mod agent;
mod blueprint;
mod counts;
mod options;
mod pass;
mod publish;
mod report;
mod run;
mod step;
#[cfg(test)]
mod tests;

pub use self::agent::{AgentBootstrap, AgentError, GateAnswer, ReadinessGate};
#[cfg(any(test, feature = "mock"))]
pub use self::agent::{MockAgentBootstrap, MockReadinessGate};
#[cfg(any(test, feature = "mock"))]
pub use self::blueprint::MockTerraformer;
pub use self::blueprint::{Blueprint, TerraformError, Terraformer};
pub use self::options::ManagerOptions;
#[cfg(any(test, feature = "mock"))]
pub use self::publish::MockClusterPublisher;
pub use self::publish::{ClusterPublisher, ProfilePublisher, PublishError, Swept};
pub use self::report::{PassReport, Phase, PhaseReport, StepFailure};
pub use self::run::{ClusterManager, ClusterManagerBuilder};
#[cfg(feature = "metrics")]
pub(crate) use self::step::was_ready_before;
