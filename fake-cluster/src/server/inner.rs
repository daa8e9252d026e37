//! What the handle and the tasks of one cluster share.

use std::net::SocketAddr;

use arc_swap::ArcSwap;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::FakeClusterOptions;
use super::counters::Counters;
use super::tls::Tls;
use crate::api::Api;

/// The shared part of one cluster.
#[derive(Debug)]
pub(crate) struct Inner {
    pub(crate) api: Api,
    pub(crate) tls: ArcSwap<Tls>,
    pub(crate) counters: Counters,
    pub(crate) options: FakeClusterOptions,
    pub(crate) address: SocketAddr,
    /// Cancelled when the cluster stops.
    pub(crate) stop: CancellationToken,
    /// The accept loop and every connection.
    pub(crate) tasks: TaskTracker,
}
