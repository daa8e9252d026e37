//! Keeps the Leases of one replica: joins, looks, takes, renews, gives up. One future, which starts no tasks and decides by
//! [`plan`](super::plan) only.
//!
//! Every request is a future beside the loop, bounded in time, so that a slow API server delays no deadline: a holding that was not renewed
//! ends at its deadline whatever else is under way.

use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use futures::StreamExt;
use futures::future::BoxFuture;
use futures::stream::FuturesUnordered;
use jiff::Timestamp;
use k8s_openapi::api::coordination::v1::Lease;
use rand::Rng;
use rand::rngs::StdRng;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::api::{LeaseApi, LeaseError};
use super::grant::{Grant, Shared};
use super::lease::{Kind, Names, Record, What, identity_of};
use super::observe::Observer;
use super::options::ShardOptions;
use super::plan::{Audit, Fence, Hold, Shares, plan};
use super::request::{self, Renewal};
use super::score::{Balance, SLOTS};

/// How many slots are being taken at a time, so that renewals find their way at the start of a replica that takes all.
const TAKING: usize = 16;

pub(super) struct Driver {
    pub(super) api: Arc<dyn LeaseApi>,
    pub(super) names: Names,
    pub(super) options: ShardOptions,
    pub(super) balance: Balance,
    pub(super) clock: Arc<dyn Fn() -> Timestamp + Send + Sync>,
    pub(super) rng: StdRng,
    pub(super) shared: Arc<Shared>,
    pub(super) stop: CancellationToken,
}

/// A Lease that this replica holds.
struct Held {
    /// Which holding: answers to requests of an earlier one are ignored.
    epoch: u64,
    lease: Lease,
    good_until: Instant,
    renew_at: Instant,
    renewing: bool,
    /// Absent for the membership.
    grant: Option<Arc<Grant>>,
    phase: Phase,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Phase {
    Owned,
    /// Given up; its work is being waited for.
    Draining,
    /// Its work has ended; it is released as soon as no renewal is under way.
    Drained,
}

enum Done {
    Listed(Instant, Result<Vec<Lease>, LeaseError>),
    Acquired { what: What, began: Instant, result: Result<Box<Lease>, LeaseError> },
    Renewed { what: What, epoch: u64, began: Instant, result: Renewal },
    Drained { slot: u16, epoch: u64, ended: bool },
    Released { slot: u16, result: Result<(), LeaseError> },
    Swept,
}

struct State {
    driver: Driver,
    requests: FuturesUnordered<BoxFuture<'static, Done>>,
    observer: Observer,
    /// As they were listed last, to be written on.
    leases: HashMap<String, Lease>,
    /// The highest `leaseTransitions` seen of each slot: a Lease that was deleted goes on from there.
    highest: Vec<i32>,
    shares: Shares,
    audit: Audit,
    held: BTreeMap<What, Held>,
    /// Slots that are being taken or released.
    busy: HashSet<u16>,
    /// Work of holdings that ended by themselves; a slot is not taken again before it has ended.
    lingering: Vec<Arc<Grant>>,
    queue: VecDeque<u16>,
    joining: bool,
    listing: bool,
    list_at: Instant,
    listed: Option<Instant>,
    ready_at: Option<Instant>,
    epochs: u64,
    stopping: bool,
}

impl Driver {
    /// Runs until `stop` is cancelled and everything is released.
    ///
    /// Dropping it cancels every ownership; the Leases run out by themselves.
    pub(super) async fn run(self) {
        let _whatever_happens = self.shared.root.clone().drop_guard();
        let now = Instant::now();
        let mut state = State {
            driver: self,
            requests: FuturesUnordered::new(),
            observer: Observer::default(),
            leases: HashMap::new(),
            highest: vec![0; usize::from(SLOTS)],
            shares: Shares::default(),
            audit: Audit::default(),
            held: BTreeMap::new(),
            busy: HashSet::new(),
            lingering: Vec::new(),
            queue: VecDeque::new(),
            joining: false,
            listing: false,
            list_at: now,
            listed: None,
            ready_at: None,
            epochs: 0,
            stopping: false,
        };
        state.run().await;
    }
}

impl State {
    async fn run(&mut self) {
        let stop = self.driver.stop.clone();
        loop {
            self.expire();
            self.start_what_is_due();
            if self.stopping && self.held.is_empty() && self.requests.is_empty() {
                return;
            }
            let next = self.next();
            tokio::select! {
                // Answers before timers: a renewal that has come in counts, even if it is time for another one.
                biased;
                () = stop.cancelled(), if !self.stopping => self.stop(),
                Some(done) = self.requests.next() => self.finish(done),
                () = tokio::time::sleep_until(next) => {}
            }
        }
    }

    // === deadlines ===

    /// Ends what was not renewed in time, without asking anybody.
    fn expire(&mut self) {
        let now = Instant::now();
        let late: Vec<_> = self.held.iter().filter(|(_, held)| now >= held.good_until).map(|(what, _)| *what).collect();
        for what in late {
            tracing::warn!(lease = %self.driver.names.name(what), "the lease could not be renewed in time; ownership ends");
            self.lose(what);
        }
    }

    /// Ends a holding that cannot be given up in order.
    fn lose(&mut self, what: What) {
        if let Some(Held { grant: Some(grant), phase, .. }) = self.held.remove(&what) {
            if phase == Phase::Owned {
                self.driver.shared.lost(&grant);
            }
            grant.tasks.close();
            self.lingering.push(grant);
        }
    }

    /// When something has to be done next.
    fn next(&self) -> Instant {
        let list = (!self.listing && !self.stopping).then_some(self.list_at);
        let held = self.held.values().map(|held| match held.phase {
            Phase::Owned | Phase::Draining if !held.renewing => held.renew_at.min(held.good_until),
            _ => held.good_until,
        });
        held.chain(list).min().unwrap_or_else(|| Instant::now() + Duration::from_secs(3600))
    }

    // === requests ===

    fn start_what_is_due(&mut self) {
        let now = Instant::now();
        if !self.stopping && !self.listing && now >= self.list_at {
            self.list();
        }
        let due: Vec<_> = self
            .held
            .iter()
            .filter(|(_, held)| !held.renewing && held.phase != Phase::Drained && now >= held.renew_at)
            .map(|(what, _)| *what)
            .collect();
        due.into_iter().for_each(|what| self.renew(what));
        let drained: Vec<_> = self
            .held
            .iter()
            .filter_map(|(what, held)| match what {
                What::Slot(slot) if held.phase == Phase::Drained && !held.renewing => Some(*slot),
                _ => None,
            })
            .collect();
        drained.into_iter().for_each(|slot| self.release(slot));
        while self.busy.len() < TAKING
            && let Some(slot) = self.queue.pop_front()
        {
            if self.hold(slot) == Hold::No {
                self.busy.insert(slot);
                self.acquire(What::Slot(slot));
            }
        }
        // The membership goes last: until then the others wait for what is still held.
        if self.stopping
            && self.held.keys().all(|what| *what == What::Peer)
            && let Some(held) = self.held.get(&What::Peer)
            && !held.renewing
        {
            self.leave();
        }
    }

    fn list(&mut self) {
        self.listing = true;
        let (api, selector) = (self.driver.api.clone(), self.driver.names.selector());
        let limit = self.driver.options.observe_every.max(self.driver.options.request_timeout);
        let began = Instant::now();
        self.list_at = began + self.jitter(self.driver.options.observe_every, 0.1);
        self.requests
            .push(Box::pin(async move { Done::Listed(began, request::within(limit, api.list(&selector)).await) }));
    }

    fn acquire(&mut self, what: What) {
        let driver = &self.driver;
        let old = self.leases.get(&driver.names.name(what));
        let at_least = match what {
            What::Peer => 0,
            What::Slot(slot) => self.highest[usize::from(slot)],
        };
        let seconds = i32::try_from(driver.options.lease_duration.as_secs()).unwrap_or(i32::MAX);
        let lease = driver.names.acquired(what, old, seconds, at_least, (driver.clock)());
        let (api, limit, began) = (driver.api.clone(), driver.options.request_timeout, Instant::now());
        self.requests.push(Box::pin(async move {
            let fresh = lease.metadata.resource_version.is_none();
            let result = request::within(limit, if fresh { api.create(lease) } else { api.replace(lease) }).await;
            Done::Acquired { what, began, result: result.map(Box::new) }
        }));
    }

    fn renew(&mut self, what: What) {
        let Some(held) = self.held.get_mut(&what) else { return };
        held.renewing = true;
        let driver = &self.driver;
        let (api, clock, lease, epoch) = (driver.api.clone(), driver.clock.clone(), held.lease.clone(), held.epoch);
        let limit = driver.options.request_timeout;
        self.requests.push(Box::pin(async move {
            let (began, result) = request::renew(&*api, lease, limit, &*clock).await;
            Done::Renewed { what, epoch, began, result }
        }));
    }

    fn drain(&mut self, slot: u16) {
        let Some(held) = self.held.get_mut(&What::Slot(slot)) else { return };
        let Some(grant) = held.grant.clone().filter(|_| held.phase == Phase::Owned) else { return };
        held.phase = Phase::Draining;
        self.driver.shared.lost(&grant);
        let (epoch, options) = (held.epoch, &self.driver.options);
        let (grace, limit) = (options.stop_grace, options.drain.max(options.stop_grace));
        self.requests.push(Box::pin(async move {
            grant.tasks.close();
            let ended = async {
                tokio::time::sleep(grace).await;
                grant.tasks.wait().await;
            };
            Done::Drained { slot, epoch, ended: tokio::time::timeout(limit, ended).await.is_ok() }
        }));
    }

    fn release(&mut self, slot: u16) {
        let Some(held) = self.held.remove(&What::Slot(slot)) else { return };
        self.busy.insert(slot);
        self.release_lease(slot, held.lease);
    }

    fn release_lease(&mut self, slot: u16, lease: Lease) {
        let (api, limit) = (self.driver.api.clone(), self.driver.options.request_timeout);
        let clock = self.driver.clock.clone();
        self.requests.push(Box::pin(async move {
            let result = request::release(&*api, lease, limit, &*clock).await;
            Done::Released { slot, result }
        }));
    }

    fn leave(&mut self) {
        let Some(held) = self.held.remove(&What::Peer) else { return };
        let (api, limit) = (self.driver.api.clone(), self.driver.options.request_timeout);
        self.requests.push(Box::pin(async move {
            if let Err(error) = request::leave(&*api, held.lease, limit).await {
                tracing::debug!(%error, "the membership lease could not be deleted; it runs out by itself");
            }
            Done::Swept
        }));
    }

    // === answers ===

    fn finish(&mut self, done: Done) {
        match done {
            Done::Listed(began, result) => {
                self.listing = false;
                match result {
                    Ok(leases) if !self.stopping => self.look(leases),
                    Ok(_) => {}
                    Err(error) => {
                        tracing::warn!(error = &error as &dyn std::error::Error, "leases cannot be listed");
                        // Sooner than usual, and never at once.
                        self.list_at = (began + self.driver.options.retry_after)
                            .max(Instant::now() + self.driver.options.retry_after / 2);
                    }
                }
            }
            Done::Acquired { what, began, result } => self.acquired(what, began, result),
            Done::Renewed { what, epoch, began, result } => self.renewed(what, epoch, began, result),
            Done::Drained { slot, epoch, ended } => {
                let Some(held) = self.held.get_mut(&What::Slot(slot)).filter(|held| held.epoch == epoch) else {
                    return;
                };
                if ended {
                    held.phase = Phase::Drained;
                } else {
                    tracing::warn!(slot, "work in the slot has not ended in time; its lease is left to run out");
                    self.lose(What::Slot(slot));
                }
            }
            Done::Released { slot, result } => {
                self.busy.remove(&slot);
                // What was listed is out of date now; the next list says who has it.
                if let Err(error) = result {
                    tracing::debug!(slot, %error, "the slot's lease could not be released; it runs out by itself");
                }
            }
            Done::Swept => {}
        }
    }

    fn acquired(&mut self, what: What, began: Instant, result: Result<Box<Lease>, LeaseError>) {
        match what {
            What::Peer => self.joining = false,
            What::Slot(slot) => drop(self.busy.remove(&slot)),
        }
        let lease = match result {
            Ok(lease) => *lease,
            // Whether it had its effect shows in the next list.
            Err(error) => {
                tracing::debug!(lease = %self.driver.names.name(what), %error, "the lease could not be taken");
                return;
            }
        };
        let good_until = began + self.driver.options.good_for();
        match what {
            What::Slot(slot) if self.stopping => {
                self.release_lease(slot, lease);
                return;
            }
            _ if Instant::now() >= good_until => return,
            _ => {}
        }
        let grant = match what {
            What::Peer => None,
            What::Slot(slot) => {
                let transitions = lease.spec.as_ref().and_then(|spec| spec.lease_transitions).unwrap_or_default();
                self.highest[usize::from(slot)] = self.highest[usize::from(slot)].max(transitions);
                let fencing = u64::from(transitions.unsigned_abs());
                let token = self.driver.shared.root.child_token();
                let grant = Arc::new(Grant::new(slot, fencing, token, began, good_until));
                self.driver.shared.won(&grant);
                Some(grant)
            }
        };
        self.epochs += 1;
        // The first renewals are spread out, so that slots taken together are not renewed together for ever.
        let renew_at = began + self.jitter(self.driver.options.renew_every, 0.5);
        let held =
            Held { epoch: self.epochs, lease, good_until, renew_at, renewing: false, grant, phase: Phase::Owned };
        self.held.insert(what, held);
    }

    fn renewed(&mut self, what: What, epoch: u64, began: Instant, result: Renewal) {
        let again = Instant::now() + self.jitter(self.driver.options.retry_after, 0.5);
        let regular = began + self.jitter(self.driver.options.renew_every, 0.2);
        let good_until = began + self.driver.options.good_for();
        let Some(held) = self.held.get_mut(&what).filter(|held| held.epoch == epoch) else { return };
        held.renewing = false;
        match result {
            Renewal::Done(lease) => {
                held.lease = *lease;
                held.good_until = good_until;
                held.renew_at = regular;
                if let Some(grant) = &held.grant {
                    grant.extend(good_until);
                }
            }
            Renewal::Failed(error) => {
                held.renew_at = again;
                tracing::debug!(lease = %self.driver.names.name(what), %error, "the lease could not be renewed; trying again");
            }
            Renewal::Lost => {
                tracing::warn!(lease = %self.driver.names.name(what), "the lease was taken by somebody else; ownership ends");
                self.lose(what);
            }
        }
    }

    // === looking ===

    fn look(&mut self, leases: Vec<Lease>) {
        let now = Instant::now();
        let options = &self.driver.options;
        // Who did not look for so long does not know who is alive: like one that has just started.
        if self.listed.is_none_or(|listed| now > listed + options.lease_duration) {
            self.observer = Observer::default();
            self.audit = Audit::default();
            self.ready_at = None;
        }
        self.listed = Some(now);
        let names = &self.driver.names;
        self.leases = leases.into_iter().filter_map(|lease| Some((lease.metadata.name.clone()?, lease))).collect();
        let records: Vec<_> =
            self.leases.iter().filter_map(|(name, lease)| Some((name.clone(), Record::read(names, lease)?))).collect();
        for (_, record) in &records {
            if let Kind::Slot(slot) = record.kind {
                let highest = &mut self.highest[usize::from(slot)];
                *highest = record.transitions.max(*highest);
            }
        }
        self.observer.observe(records, now);
        self.lingering.retain(|grant| !grant.tasks.is_empty());
        self.join(now);
        self.publish(now);
        self.decide(now);
        self.sweep(now);
    }

    /// Takes the membership, unless another replica of the same name is alive.
    fn join(&mut self, now: Instant) {
        if self.held.contains_key(&What::Peer) {
            if self.ready_at.is_none() {
                self.ready_at = Some(now + self.driver.options.settle);
            }
        } else if !self.joining {
            match self.observer.holder(&self.driver.names.name(What::Peer), now) {
                Some(holder) if holder != self.driver.names.holder => {
                    tracing::warn!(identity = %self.driver.names.identity, "another replica of this name is or was alive until just now; waiting");
                }
                _ => {
                    self.joining = true;
                    self.acquire(What::Peer);
                    // The time to settle counts from the first look.
                    if self.ready_at.is_none() {
                        self.ready_at = Some(now + self.driver.options.settle);
                    }
                }
            }
        }
    }

    fn holder(&self, slot: u16, now: Instant) -> Option<&str> {
        self.observer.holder(&self.driver.names.name(What::Slot(slot)), now)
    }

    /// Tells readers who holds what, and which slots nobody does.
    fn publish(&mut self, now: Instant) {
        let holders: Vec<Option<Arc<str>>> =
            (0..SLOTS).map(|slot| self.holder(slot, now).map(|holder| identity_of(holder).into())).collect();
        let limit = self.driver.options.lease_duration * 2;
        let orphans = self.audit.observe(|slot| holders[usize::from(slot)].is_some(), now, limit);
        let known = self.driver.shared.orphans.load();
        if !orphans.is_empty() && **known != orphans {
            tracing::warn!(slots = orphans.len(), "slots have had no owner for two lease durations");
        }
        self.driver.shared.orphans.store(Arc::new(orphans));
        self.driver.shared.holders.store(Arc::new(holders));
    }

    fn decide(&mut self, now: Instant) {
        let names = &self.driver.names;
        let mut members: BTreeMap<String, u32> = self
            .observer
            .peers(now)
            .filter(|(identity, ..)| *identity != names.identity)
            .map(|(identity, weight, _)| (identity.to_owned(), weight))
            .collect();
        if self.held.contains_key(&What::Peer) {
            members.insert(names.identity.clone(), names.weight);
        }
        self.shares.update(members, self.driver.balance);
        self.driver.shared.peers.store(self.shares.peers() as u64, Ordering::Relaxed);
        let ready = self.ready_at.is_some_and(|ready_at| now >= ready_at);
        let fence = |slot| match self.holder(slot, now) {
            None => Fence::Free,
            Some(holder) if holder == names.holder => Fence::Ours,
            Some(_) => Fence::Theirs,
        };
        let plan = plan(&names.identity, ready, &self.shares, fence, |slot| self.hold(slot));
        self.queue = plan.acquire.into();
        plan.release.into_iter().for_each(|slot| self.drain(slot));
    }

    fn hold(&self, slot: u16) -> Hold {
        if self.busy.contains(&slot) || self.lingering.iter().any(|grant| grant.slot == slot) {
            return Hold::Busy;
        }
        match self.held.get(&What::Slot(slot)) {
            None => Hold::No,
            Some(held) if held.phase == Phase::Owned => Hold::Owned,
            Some(_) => Hold::Busy,
        }
    }

    /// Deletes one membership that is long dead: names of Deployments never come back.
    fn sweep(&mut self, now: Instant) {
        let Some(lease) = self.observer.long_dead(now).and_then(|name| self.leases.get(name)).cloned() else { return };
        let (api, limit) = (self.driver.api.clone(), self.driver.options.request_timeout);
        self.requests.push(Box::pin(async move {
            if let Err(error) = request::within(limit, api.delete(lease)).await {
                tracing::debug!(%error, "a membership lease that is long dead could not be deleted");
            }
            Done::Swept
        }));
    }

    // === end ===

    /// Gives up everything, in order.
    fn stop(&mut self) {
        self.stopping = true;
        self.queue.clear();
        let slots: Vec<_> = self.held.keys().copied().collect();
        for what in slots {
            if let What::Slot(slot) = what {
                self.drain(slot);
            }
        }
    }

    /// A time, of which up to this part is taken off at random.
    fn jitter(&mut self, time: Duration, part: f64) -> Duration {
        time.mul_f64(1.0 - self.driver.rng.random_range(0.0..part))
    }
}
