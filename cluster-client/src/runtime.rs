//! Controllers that work in many clusters at once; knows nothing of how clusters are found or connected.
//!
//! - [`MultiClusterController`] reconciles objects of one kind in all clusters, with stores, indexes and a queue that is fair between
//!   clusters.
//! - [`for_each_cluster`] runs code that knows one cluster (a stock `kube` controller) in each of them.
//!
//! Both follow a [`ClientProvider`](crate::ClientProvider): work begins when a cluster is connected, and ends with its connection. Nothing
//! that happens in one cluster is waited for by another one.

mod action;
mod controller;
mod core;
mod ctx;
mod dispatch;
mod dynamic;
mod engage;
mod events;
pub mod guard;
mod local;
#[cfg(feature = "metrics")]
pub mod metrics;
pub mod ownership;
mod plan;
pub mod queue;
mod request;
mod running;
mod simple;
pub mod stats;
pub mod store;
mod supervisor;
#[cfg(test)]
mod tests;
mod view;
mod watch;

pub use action::{Action, Retry};
pub use controller::{BuildError, MultiClusterController};
#[doc(no_inline)]
pub use core_client::backoff::Backoff;
pub use ctx::Ctx;
pub use dynamic::{Dynamic, DynamicKind};
pub use events::{RuntimeEvent, RuntimeEvents};
pub use local::EngagedClusters;
pub use request::{ClusterName, Request};
pub use running::Running;
pub use simple::{ForEachCluster, for_each_cluster};
pub use watch::{WatchError, WatchOptions};
