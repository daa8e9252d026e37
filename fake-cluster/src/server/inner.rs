//! What the handle and the tasks of one cluster share.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use arc_swap::ArcSwap;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::FakeClusterOptions;
use super::counters::Counters;
use super::tls::Tls;
use super::wire::Wires;
use crate::api::Api;
use crate::controllers::Progress;
use crate::faults::Faults;

/// The shared part of one cluster.
#[derive(Debug)]
pub(crate) struct Inner {
    pub(crate) api: Api,
    pub(crate) tls: ArcSwap<Tls>,
    pub(crate) counters: Counters,
    pub(crate) faults: Faults,
    pub(crate) options: FakeClusterOptions,
    pub(crate) address: SocketAddr,
    pub(crate) wires: Arc<Wires>,
    /// Whether new connections are accepted and then left alone.
    pub(crate) mute: AtomicBool,
    /// Where services are that webhooks are behind, by `namespace/name`.
    pub(crate) services: ArcSwap<HashMap<String, SocketAddr>>,
    pub(crate) watch_orders: watch::Sender<WatchOrder>,
    /// Cancelled when the cluster is to end what it does and take on nothing new; also when it stops.
    pub(crate) drain: CancellationToken,
    /// How far the controllers are, if any run.
    pub(crate) progress: watch::Sender<Progress>,
    /// Cancelled when the cluster stops.
    pub(crate) stop: CancellationToken,
    /// The accept loop and every connection.
    pub(crate) tasks: TaskTracker,
}

/// What running watches are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum WatchOrder {
    /// Nothing yet.
    Stay,
    /// End without an error.
    End,
    /// End with 410.
    Expire,
}

impl Inner {
    pub(crate) fn service_address(&self, namespace: &str, name: &str) -> Option<SocketAddr> {
        self.services.load().get(&format!("{namespace}/{name}")).copied()
    }

    pub(crate) fn is_mute(&self) -> bool {
        self.mute.load(Ordering::Relaxed)
    }
}
