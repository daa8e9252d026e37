//! A group of replicas in one process: Leases in memory, links that can fail, replicas that can be stopped in the middle.

use std::collections::BTreeMap;
use std::future::Future;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Poll, Waker};
use std::time::Duration;

use async_trait::async_trait;
use k8s_openapi::api::coordination::v1::Lease;
use tokio::time::Instant;

use super::super::*;
use crate::shard::score::SLOTS;

/// An API server that knows nothing but Leases.
#[derive(Default)]
pub(super) struct Store {
    leases: Mutex<BTreeMap<String, Lease>>,
    version: AtomicU64,
}

impl Store {
    pub(super) fn new() -> Arc<Self> {
        Arc::default()
    }

    pub(super) fn get(&self, name: &str) -> Option<Lease> {
        self.leases.lock().unwrap().get(name).cloned()
    }

    pub(super) fn names(&self) -> Vec<String> {
        self.leases.lock().unwrap().keys().cloned().collect()
    }

    /// Changes a Lease as somebody with `kubectl edit` would.
    pub(super) fn edit(&self, name: &str, change: impl FnOnce(&mut Lease)) {
        let mut leases = self.leases.lock().unwrap();
        let lease = leases.get_mut(name).unwrap();
        change(lease);
        lease.metadata.resource_version = Some(self.next());
    }

    pub(super) fn remove(&self, name: &str) {
        self.leases.lock().unwrap().remove(name).unwrap();
    }

    fn next(&self) -> String {
        (self.version.fetch_add(1, Ordering::Relaxed) + 1).to_string()
    }

    fn write(&self, mut lease: Lease) -> Result<Lease, LeaseError> {
        let name = lease.metadata.name.clone().unwrap();
        let mut leases = self.leases.lock().unwrap();
        let there = leases.get(&name).and_then(|lease| lease.metadata.resource_version.clone());
        if there != lease.metadata.resource_version {
            return Err(LeaseError::Conflict);
        }
        lease.metadata.resource_version = Some(self.next());
        leases.insert(name, lease.clone());
        Ok(lease)
    }
}

/// What is wrong between a replica and the API server.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Trouble {
    None,
    /// Every request takes so long.
    Slow(Duration),
    /// Requests are never answered and have no effect.
    Silent,
    /// Requests have their effect and are never answered.
    LosesAnswers,
    /// Requests are refused.
    Refuses,
}

/// A replica's way to the API server.
pub(super) struct Link {
    store: Arc<Store>,
    trouble: Mutex<Trouble>,
    /// Requests that name this Lease are refused.
    refused: Mutex<Option<String>>,
}

impl Link {
    pub(super) fn set(&self, trouble: Trouble) {
        *self.trouble.lock().unwrap() = trouble;
    }

    pub(super) fn refuse(&self, name: Option<&str>) {
        *self.refused.lock().unwrap() = name.map(ToOwned::to_owned);
    }

    async fn through<T>(&self, name: &str, request: impl FnOnce() -> Result<T, LeaseError>) -> Result<T, LeaseError> {
        let trouble = *self.trouble.lock().unwrap();
        if trouble == Trouble::Refuses || self.refused.lock().unwrap().as_deref() == Some(name) {
            return Err(LeaseError::Failed("refused".into()));
        }
        if let Trouble::Slow(delay) = trouble {
            tokio::time::sleep(delay).await;
        }
        if trouble == Trouble::Silent {
            return std::future::pending().await;
        }
        let answer = request();
        if trouble == Trouble::LosesAnswers { std::future::pending().await } else { answer }
    }
}

#[async_trait]
impl LeaseApi for Link {
    async fn list(&self, selector: &str) -> Result<Vec<Lease>, LeaseError> {
        let wanted: Vec<_> = selector.split(',').map(|term| term.split_once('=').unwrap()).collect();
        let matches = |lease: &&Lease| {
            let labels = lease.metadata.labels.as_ref().unwrap();
            wanted.iter().all(|(name, value)| labels.get(*name).is_some_and(|have| have == value))
        };
        self.through("", || Ok(self.store.leases.lock().unwrap().values().filter(matches).cloned().collect())).await
    }

    async fn get(&self, name: &str) -> Result<Option<Lease>, LeaseError> {
        self.through(name, || Ok(self.store.get(name))).await
    }

    async fn create(&self, lease: Lease) -> Result<Lease, LeaseError> {
        assert_eq!(lease.metadata.resource_version, None);
        let name = lease.metadata.name.clone().unwrap();
        self.through(&name, || self.store.write(lease)).await
    }

    async fn replace(&self, lease: Lease) -> Result<Lease, LeaseError> {
        assert!(lease.metadata.resource_version.is_some());
        let name = lease.metadata.name.clone().unwrap();
        self.through(&name, || self.store.write(lease)).await
    }

    async fn delete(&self, lease: Lease) -> Result<(), LeaseError> {
        let name = lease.metadata.name.clone().unwrap();
        self.through(&name, || {
            if self
                .store
                .get(&name)
                .is_some_and(|there| there.metadata.resource_version != lease.metadata.resource_version)
            {
                return Err(LeaseError::Conflict);
            }
            self.store.leases.lock().unwrap().remove(&name);
            Ok(())
        })
        .await
    }
}

/// Stops everything of a replica in the middle, as a stopped process is, while time goes on.
#[derive(Clone, Default)]
pub(super) struct Gate(Arc<Mutex<(bool, Vec<Waker>)>>);

impl Gate {
    pub(super) fn stop(&self) {
        self.0.lock().unwrap().0 = true;
    }

    pub(super) fn go_on(&self) {
        let mut gate = self.0.lock().unwrap();
        gate.0 = false;
        gate.1.drain(..).for_each(Waker::wake);
    }

    /// The same future, which makes no step while the gate is shut.
    pub(super) async fn through<F: Future>(self, future: F) -> F::Output {
        let mut future = std::pin::pin!(future);
        std::future::poll_fn(|context| {
            let mut gate = self.0.lock().unwrap();
            if gate.0 {
                gate.1.push(context.waker().clone());
                return Poll::Pending;
            }
            drop(gate);
            future.as_mut().poll(context)
        })
        .await
    }
}

/// One replica.
pub(super) struct Replica {
    pub(super) name: String,
    pub(super) sharding: Arc<Sharding>,
    pub(super) link: Arc<Link>,
    pub(super) gate: Gate,
}

impl Replica {
    pub(super) fn start(store: &Arc<Store>, name: &str) -> Self {
        Self::start_with(store, name, |builder| builder)
    }

    pub(super) fn start_with(
        store: &Arc<Store>,
        name: &str,
        with: impl FnOnce(ShardingBuilder) -> ShardingBuilder,
    ) -> Self {
        static SEED: AtomicU64 = AtomicU64::new(1);
        let link =
            Arc::new(Link { store: store.clone(), trouble: Mutex::new(Trouble::None), refused: Mutex::new(None) });
        let builder = Sharding::builder_over(link.clone()).identity(name).seed(SEED.fetch_add(1, Ordering::Relaxed));
        let (driver, sharding) = with(builder).build().unwrap();
        let gate = Gate::default();
        let task = tokio::spawn(gate.clone().through(driver.run()));
        *sharding.task.lock().unwrap() = Some(task);
        Self { name: name.to_owned(), sharding: Arc::new(sharding), link, gate }
    }

    pub(super) fn grant(&self, slot: u16) -> Option<Ownership> {
        self.sharding.shared.grant(slot).map(Ownership::new)
    }

    pub(super) fn owned(&self) -> usize {
        self.sharding.owned()
    }
}

/// Waits in paused time until something is so, for at most so many seconds.
pub(super) async fn until(seconds: u64, what: &str, condition: impl Fn() -> bool) -> Duration {
    let began = Instant::now();
    while !condition() {
        assert!(began.elapsed() < Duration::from_secs(seconds), "not within {seconds} s: {what}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    began.elapsed()
}

/// Lets time pass.
pub(super) async fn pass(seconds: u64) {
    tokio::time::sleep(Duration::from_secs(seconds)).await;
}

/// A store that work writes to, which checks fencing numbers and remembers everything.
#[derive(Default)]
pub(super) struct Log {
    entries: Mutex<Vec<(u16, u64, String, Instant)>>,
    highest: Mutex<BTreeMap<u16, u64>>,
    refused: AtomicU64,
}

impl Log {
    pub(super) fn write(&self, slot: u16, fencing: u64, who: &str) -> bool {
        let mut highest = self.highest.lock().unwrap();
        let highest = highest.entry(slot).or_default();
        if fencing < *highest {
            self.refused.fetch_add(1, Ordering::Relaxed);
            return false;
        }
        *highest = fencing;
        self.entries.lock().unwrap().push((slot, fencing, who.to_owned(), Instant::now()));
        true
    }

    pub(super) fn refused(&self) -> u64 {
        self.refused.load(Ordering::Relaxed)
    }

    /// Two owners of a slot never had one fencing number, and never wrote in turns.
    pub(super) fn check(&self) -> usize {
        let mut last: BTreeMap<u16, (u64, String)> = BTreeMap::new();
        let entries = self.entries.lock().unwrap();
        for (slot, fencing, who, at) in entries.iter() {
            if let Some((before, owner)) = last.get(slot) {
                assert!(
                    before < fencing || (before == fencing && owner == who),
                    "slot {slot} at {at:?}: {owner} and {who}"
                );
            }
            last.insert(*slot, (*fencing, who.clone()));
        }
        entries.len()
    }

    pub(super) fn writers(&self, slot: u16) -> Vec<String> {
        let mut writers: Vec<_> =
            self.entries.lock().unwrap().iter().filter(|entry| entry.0 == slot).map(|entry| entry.2.clone()).collect();
        writers.dedup();
        writers
    }
}

/// Work that writes to the log for every slot that the replica owns, again and again, and is stopped together with the replica.
pub(super) fn write_for_ever(replica: &Replica, log: &Arc<Log>) -> tokio::task::JoinHandle<()> {
    let (sharding, name, log) = (replica.sharding.clone(), replica.name.clone(), log.clone());
    tokio::spawn(replica.gate.clone().through(async move {
        loop {
            for slot in 0..SLOTS {
                // The grant as it was handed out, whatever became of it: the check is the worker's.
                let grant = sharding.shared.grants.load()[usize::from(slot)].clone().map(Ownership::new);
                if let Some(ownership) = grant.filter(Ownership::is_held) {
                    log.write(slot, ownership.fencing, &name);
                }
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    }))
}

/// No slot has two owners at this moment.
pub(super) fn check_single_owner(replicas: &[&Replica]) {
    for slot in 0..SLOTS {
        let owners: Vec<_> =
            replicas.iter().filter(|replica| replica.grant(slot).is_some()).map(|replica| &replica.name).collect();
        assert!(owners.len() <= 1, "slot {slot} is owned by {owners:?}");
    }
}
