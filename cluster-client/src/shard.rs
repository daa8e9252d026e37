//! Spreads the clusters of a fleet over the replicas of a controller, so that each cluster has one owner; knows nothing of how clusters are
//! connected or what is done to them.
//!
//! Clusters fall into 256 slots, and slots are owned. Each replica keeps a Lease that says that it is there, and one Lease for each slot it
//! owns, so that the traffic depends on the slots and not on the number of clusters. Which replica should own which slot is worked out by
//! each of them alone, from the list of those who are there ([`score`]); the slots' Leases decide.
//!
//! What is promised:
//! - A slot has one owner at a time, as long as clocks run at nearly the same speed; what they show does not matter. An owner that cannot
//!   renew stops by itself, [`ShardOptions::margin`] before anybody else may begin, without asking anybody. (The clock of a virtual machine
//!   that is suspended stands still; against that only the fencing number helps.)
//! - A slot moves in order: its token is cancelled, its work is waited for, then its Lease is released, then another replica takes it.
//! - Each owner of a slot has a higher fencing number than the one before. A write that is checked against it is safe even if it was sent
//!   by a process that was stopped in the middle.
//! - Slots that nobody owns are noticed by every replica ([`Sharding::unowned`]).
//!
//! ```no_run
//! use cluster_client::ClusterKey;
//! use cluster_client::shard::Sharding;
//!
//! # async fn run(client: kube::Client, pod_name: String) -> Result<(), Box<dyn std::error::Error>> {
//! let sharding = Sharding::builder(client, "mooring-system").identity(pod_name).start()?;
//! let prod = ClusterKey::new("prod")?;
//! if let Some(ownership) = sharding.owns(&prod) {
//!     ownership.spawn(async { /* work in the cluster; it ends with the ownership */ });
//! }
//! sharding.shutdown().await;
//! # Ok(())
//! # }
//! ```
//!
//! Source: the sharded coordinator of multicluster-runtime (`pkg/manager/coordinator/sharded`), with its defects mended; leader election of
//! client-go.

pub mod score;

mod api;
mod driver;
mod grant;
mod lease;
#[cfg(feature = "metrics")]
mod metrics;
mod observe;
mod options;
mod plan;
mod request;

use std::fmt;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, PoisonError};

use futures::StreamExt;
use futures::stream::BoxStream;
use jiff::Timestamp;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use tokio::task::JoinHandle;
use tokio_stream::wrappers::BroadcastStream;
use tokio_util::sync::CancellationToken;

pub use api::{KubeLeases, LeaseApi, LeaseError};
pub use grant::{Ownership, SlotChange};
pub use lease::{GROUP, IDENTITY, PART_OF, PEER, SLOT, WEIGHT};
pub use options::ShardOptions;
pub use score::Balance;

use crate::key::ClusterKey;
use crate::runtime::ownership::{ClusterOwnership, OwnershipToken};
use driver::Driver;
use grant::Shared;
use lease::Names;
use score::slot_of;

/// Why sharding could not be started.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ShardError {
    /// A replica needs a name that no other one has; the name of its pod will do.
    #[error("this replica has no identity; give it the name of its pod")]
    NoIdentity,
    /// The group's name becomes part of names of Leases.
    #[error("group {group:?} is no name: up to 40 of a-z, 0-9 and -, and - neither first nor last")]
    Group {
        /// What was given.
        group: String,
    },
    /// The options contradict each other.
    #[error("{0}")]
    Options(&'static str),
}

/// What a replica needs to know before it can join others. See [`Sharding::builder`].
#[must_use = "nothing happens before `start`"]
pub struct ShardingBuilder {
    api: Arc<dyn LeaseApi>,
    group: String,
    identity: String,
    weight: u32,
    balance: Balance,
    options: ShardOptions,
    clock: Arc<dyn Fn() -> Timestamp + Send + Sync>,
    rng: StdRng,
}

impl ShardingBuilder {
    /// The name of this replica, which no other one may have at the same time; the name of its pod will do. Required.
    pub fn identity(mut self, identity: impl Into<String>) -> Self {
        self.identity = identity.into();
        self
    }

    /// The group of replicas that share clusters. Default: `mooring`.
    pub fn group(mut self, group: impl Into<String>) -> Self {
        self.group = group.into();
        self
    }

    /// The share of clusters this replica takes, relative to the others'. Default: 1. Zero takes nothing.
    pub fn weight(mut self, weight: u32) -> Self {
        self.weight = weight;
        self
    }

    /// How slots are spread; the same for all replicas of the group. Default: [`Balance::Even`].
    pub fn balance(mut self, balance: Balance) -> Self {
        self.balance = balance;
        self
    }

    /// Times.
    pub fn options(mut self, options: ShardOptions) -> Self {
        self.options = options;
        self
    }

    /// Where the times come from that are written into Leases. Nothing depends on them. Default: the machine's clock.
    pub fn clock(mut self, clock: impl Fn() -> Timestamp + Send + Sync + 'static) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// What random times and the name of this start are made from. Default: the operating system.
    pub fn seed(mut self, seed: u64) -> Self {
        self.rng = StdRng::seed_from_u64(seed);
        self
    }

    /// Joins the group. Needs a Tokio runtime.
    ///
    /// # Errors
    /// [`ShardError`] when something is missing or contradicts; a cluster that cannot be reached is no error, and is tried again.
    pub fn start(self) -> Result<Sharding, ShardError> {
        let (driver, sharding) = self.build()?;
        let task = tokio::spawn(driver.run());
        *sharding.task.lock().unwrap_or_else(PoisonError::into_inner) = Some(task);
        Ok(sharding)
    }

    fn build(mut self) -> Result<(Driver, Sharding), ShardError> {
        if self.identity.is_empty() {
            return Err(ShardError::NoIdentity);
        }
        let good = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        let group = &self.group;
        if !(1..=40).contains(&group.len())
            || !group.bytes().all(good)
            || group.starts_with('-')
            || group.ends_with('-')
        {
            return Err(ShardError::Group { group: self.group });
        }
        self.options.check().map_err(ShardError::Options)?;
        let names = Names::new(&self.group, &self.identity, self.weight, self.rng.random());
        let (shared, stop) = (Arc::new(Shared::new(&self.identity)), CancellationToken::new());
        let driver = Driver {
            api: self.api,
            names,
            options: self.options,
            balance: self.balance,
            clock: self.clock,
            rng: self.rng,
            shared: shared.clone(),
            stop: stop.clone(),
        };
        Ok((driver, Sharding { shared, stop, task: Mutex::new(None) }))
    }
}

impl fmt::Debug for ShardingBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ShardingBuilder")
            .field("group", &self.group)
            .field("identity", &self.identity)
            .field("weight", &self.weight)
            .finish_non_exhaustive()
    }
}

/// How many slots, or clusters in them, have no owner.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Unowned {
    /// Slots.
    pub slots: usize,
    /// Clusters that were asked for and fall into these slots.
    pub clusters: usize,
}

/// One replica's part in sharing clusters.
///
/// Owns a task. [`Sharding::shutdown`] gives everything up in order; dropping it instead cancels every ownership at once and leaves the
/// Leases to run out.
pub struct Sharding {
    shared: Arc<Shared>,
    stop: CancellationToken,
    task: Mutex<Option<JoinHandle<()>>>,
}

impl Sharding {
    /// Over Leases in a namespace of a cluster, which should be the one that the replicas run in.
    ///
    /// Needs the verbs `list`, `get`, `create`, `update` and `delete` on `leases` of `coordination.k8s.io` there.
    pub fn builder(client: kube::Client, namespace: &str) -> ShardingBuilder {
        Self::builder_over(Arc::new(KubeLeases::new(client, namespace)))
    }

    /// Over anything that keeps Leases.
    pub fn builder_over(api: Arc<dyn LeaseApi>) -> ShardingBuilder {
        ShardingBuilder {
            api,
            group: "mooring".into(),
            identity: String::new(),
            weight: 1,
            balance: Balance::default(),
            options: ShardOptions::default(),
            clock: Arc::new(Timestamp::now),
            rng: StdRng::from_os_rng(),
        }
    }

    /// The identity of the replica that owns a cluster, as this one saw it last; `None` when nobody is known to.
    #[must_use]
    pub fn owner_of(&self, key: &ClusterKey) -> Option<Arc<str>> {
        let slot = slot_of(key);
        if self.shared.grant(slot).is_some() {
            return Some(self.shared.identity.clone());
        }
        // Its Lease may still show this replica for a while after it was lost.
        let seen = self.shared.holders.load().get(usize::from(slot)).cloned().flatten();
        seen.filter(|holder| **holder != *self.shared.identity)
    }

    /// The right to work in a cluster, if this replica has it. Never waits.
    ///
    /// The cluster is remembered, for [`Sharding::unowned`] and for [`ClusterOwnership::changes`], until [`Sharding::forget`].
    #[must_use]
    pub fn owns(&self, key: &ClusterKey) -> Option<Ownership> {
        self.shared.track(key);
        self.shared.grant(slot_of(key)).map(Ownership::new)
    }

    /// Forgets a cluster that is gone.
    pub fn forget(&self, key: &ClusterKey) {
        self.shared.forget(key);
    }

    /// Slots that this replica wins and loses from now on. A reader that is far behind misses the oldest: look again at what
    /// [`Sharding::owns`] says from time to time.
    #[must_use]
    pub fn changes(&self) -> BoxStream<'static, SlotChange> {
        BroadcastStream::new(self.shared.changes.subscribe())
            .filter_map(|change| std::future::ready(change.ok()))
            .boxed()
    }

    /// How many slots this replica owns.
    #[must_use]
    pub fn owned(&self) -> usize {
        self.shared.owned()
    }

    /// What nobody has owned for two lease durations, as this replica saw it last.
    #[must_use]
    pub fn unowned(&self) -> Unowned {
        self.shared.unowned()
    }

    /// How many slots this replica has won or lost since it started.
    #[must_use]
    pub fn moves(&self) -> u64 {
        self.shared.moves.load(Ordering::Relaxed)
    }

    /// How many replicas share the clusters, as this one saw it last.
    #[must_use]
    pub fn peers(&self) -> u64 {
        self.shared.peers.load(Ordering::Relaxed)
    }

    /// Cancels every ownership, waits for its work (up to [`ShardOptions::drain`]), releases the slots and leaves the group.
    ///
    /// Takes no longer than that and a few requests. A second call waits for nothing. Dropping the future stops the waiting, not the
    /// shutdown.
    pub async fn shutdown(&self) {
        self.stop.cancel();
        let task = self.task.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(task) = task {
            // A panic has cancelled every ownership and was reported by the runtime.
            drop(task.await);
        }
    }
}

impl Drop for Sharding {
    fn drop(&mut self) {
        if let Some(task) = self.task.lock().unwrap_or_else(PoisonError::into_inner).take() {
            self.shared.root.cancel();
            task.abort();
        }
    }
}

impl ClusterOwnership for Sharding {
    fn owns(&self, key: &ClusterKey) -> Option<OwnershipToken> {
        // The slot is not released before the last copy of the token is gone.
        Sharding::owns(self, key).map(|ownership| {
            let (keep, held) = (ownership.tasks().token(), ownership.clone());
            OwnershipToken::new(ownership.token, ownership.fencing).keeping(keep).checked(move || held.is_held())
        })
    }

    fn changes(&self) -> BoxStream<'static, ClusterKey> {
        let shared = Arc::downgrade(&self.shared);
        BroadcastStream::new(self.shared.changes.subscribe())
            .flat_map(move |change| {
                // Whoever is so slow that changes were missed looks at everything again.
                let slot = change.ok().map(|change| change.slot);
                let keys = shared.upgrade().map(|shared| shared.tracked_in(slot)).unwrap_or_default();
                futures::stream::iter(keys)
            })
            .boxed()
    }
}

impl fmt::Debug for Sharding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sharding").field("owned", &self.owned()).field("peers", &self.peers()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
