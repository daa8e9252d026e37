//! Who is served next: a queue in which no cluster can starve another; knows nothing of tasks, timers or what is served.
//!
//! Every cluster has a line of its own. Clusters that have something to serve take turns (deficit round robin): each may take up to
//! [`Limits::burst`] items in its turn. An item is in the queue once at most and is never served twice at the same time, also when its
//! cluster goes and comes back meanwhile. In a line, changes come before what a first list found, and one in every `burst + 1` items is
//! taken from the list even so.
//!
//! Time is an argument, and the only randomness comes from a seed.

mod line;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::hash::Hash;
use std::time::Duration;

use core_client::backoff::Backoff;
use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _};
use tokio::time::Instant;

use line::{Gate, Line, Place, State};

/// How much is served at the same time. All have defaults; a zero counts as one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// Reconciles at the same time, all clusters together. Default: 64.
    pub global: usize,
    /// Reconciles at the same time in one cluster. Default: 4.
    pub per_cluster: usize,
    /// How many items a cluster may take before it is another one's turn. Default: 8.
    pub burst: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { global: 64, per_cluster: 4, burst: 8 }
    }
}

impl Limits {
    /// Sets [`Limits::global`].
    #[must_use]
    pub const fn with_global(mut self, global: usize) -> Self {
        self.global = global;
        self
    }

    /// Sets [`Limits::per_cluster`].
    #[must_use]
    pub const fn with_per_cluster(mut self, per_cluster: usize) -> Self {
        self.per_cluster = per_cluster;
        self
    }

    /// Sets [`Limits::burst`].
    #[must_use]
    pub const fn with_burst(mut self, burst: usize) -> Self {
        self.burst = burst;
        self
    }

    fn at_least_one(self) -> Self {
        Self { global: self.global.max(1), per_cluster: self.per_cluster.max(1), burst: self.burst.max(1) }
    }
}

/// Why an item is in the queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[expect(clippy::exhaustive_enums, reason = "an object was found by a list or it changed")]
pub enum Priority {
    /// Somebody changed something.
    Change,
    /// A list found it.
    List,
}

/// How serving an item ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "the queue can do nothing else with an item")]
pub enum Outcome {
    /// Nothing more to do until something changes.
    Done,
    /// To be served again after this time.
    After(Duration),
    /// To be served again after a wait that doubles with every failure in a row.
    Failed,
    /// It was not served after all; it keeps its failures and comes again as soon as it may.
    Again,
}

/// A fair queue of items `T` in clusters `C`; both are cloned freely and should be cheap to clone.
#[derive(Debug)]
pub struct FairQueue<C, T> {
    limits: Limits,
    backoff: Backoff,
    random: StdRng,
    lines: HashMap<C, Line<T>>,
    /// Clusters that can be served, in the order of their turns.
    turns: VecDeque<C>,
    /// Items whose time has not come.
    later: BTreeMap<Place, (C, T)>,
    running: usize,
    /// Tells apart what happened at the same instant.
    next: u64,
}

impl<C: Clone + Eq + Hash, T: Clone + Eq + Hash> FairQueue<C, T> {
    /// An empty queue without clusters.
    #[must_use]
    pub fn new(limits: Limits, backoff: Backoff, seed: u64) -> Self {
        Self {
            limits: limits.at_least_one(),
            backoff,
            random: StdRng::seed_from_u64(seed),
            lines: HashMap::new(),
            turns: VecDeque::new(),
            later: BTreeMap::new(),
            running: 0,
            next: 0,
        }
    }

    /// Takes items of this cluster and does not serve them yet.
    pub fn hold(&mut self, cluster: &C) {
        self.lines.entry(cluster.clone()).or_default().gate = Gate::Held;
    }

    /// Serves no more items of this cluster until it is opened again; nothing changes unless it is open.
    pub fn pause(&mut self, cluster: &C) {
        if let Some(line) = self.lines.get_mut(cluster).filter(|line| line.gate == Gate::Open) {
            line.gate = Gate::Held;
        }
    }

    /// Takes and serves items of this cluster.
    pub fn open(&mut self, cluster: &C) {
        self.lines.entry(cluster.clone()).or_default().gate = Gate::Open;
        self.enlist(cluster);
    }

    /// Takes no more items of this cluster and forgets those it has; says how many. What is being served stays marked until it is
    /// [`done`](Self::done), and is forgotten then.
    pub fn close(&mut self, cluster: &C) -> usize {
        let Some(line) = self.lines.get_mut(cluster) else { return 0 };
        line.gate = Gate::Closed;
        let dropped = self.purge(cluster);
        if self.lines.get(cluster).is_some_and(Line::is_over) {
            self.lines.remove(cluster);
        }
        dropped
    }

    /// Forgets all items of this cluster; says how many. What is being served is forgotten when it is done.
    pub fn purge(&mut self, cluster: &C) -> usize {
        let Some(line) = self.lines.get_mut(cluster) else { return 0 };
        let later = &mut self.later;
        line.forget(|place| {
            later.remove(&place);
        })
    }

    /// Adds an item, unless it is there; whether its cluster takes items. One that is being served is served again afterwards; one
    /// that waits for its time need not wait any longer.
    pub fn add(&mut self, cluster: &C, item: T, priority: Priority, now: Instant) -> bool {
        let place = self.place(now);
        let Some(line) = self.lines.get_mut(cluster).filter(|line| line.gate != Gate::Closed) else { return false };
        if let Some(waiting) = line.add(item, priority, place) {
            self.later.remove(&waiting);
        }
        self.enlist(cluster);
        true
    }

    /// The next item to serve, if any may be served now. Say [`FairQueue::done`] for it.
    pub fn pop(&mut self, now: Instant) -> Option<(C, T)> {
        self.advance(now);
        if self.running >= self.limits.global {
            return None;
        }
        while let Some(cluster) = self.turns.pop_front() {
            let Some(line) = self.lines.get_mut(&cluster) else { continue };
            if line.credit == 0 {
                line.credit = self.limits.burst;
            }
            let item = if line.may_serve(&self.limits) { line.take(&self.limits) } else { None };
            let Some(item) = item else {
                line.leave();
                continue;
            };
            self.running += 1;
            line.credit -= 1;
            if !line.may_serve(&self.limits) {
                line.leave();
            } else if line.credit == 0 {
                self.turns.push_back(cluster.clone());
            } else {
                self.turns.push_front(cluster.clone());
            }
            return Some((cluster, item));
        }
        None
    }

    /// Says how serving an item ended. Nothing comes of it when the cluster was closed or purged meanwhile, except that what was added
    /// since is served.
    pub fn done(&mut self, cluster: &C, item: &T, outcome: Outcome, now: Instant) {
        let place = self.place(now);
        let Some(line) = self.lines.get_mut(cluster) else { return };
        let Some(entry) = line.items.get_mut(item) else { return };
        let State::Running { again, forgotten } = entry.state else { return };
        self.running -= 1;
        line.running -= 1;
        let outcome = if forgotten { Outcome::Done } else { outcome };
        match outcome {
            Outcome::Failed => entry.failures = entry.failures.saturating_add(1),
            Outcome::Done | Outcome::After(_) => entry.failures = 0,
            Outcome::Again => {}
        }
        let wait = match outcome {
            Outcome::Done => None,
            Outcome::After(wait) => Some(wait),
            Outcome::Failed => Some(self.backoff.delay(entry.failures, self.random.random())),
            Outcome::Again => Some(Duration::ZERO),
        };
        match (again, wait) {
            (Some((priority, since)), _) => line.ready(item.clone(), priority, since),
            (None, Some(Duration::ZERO)) => line.ready(item.clone(), Priority::List, place),
            (None, Some(wait)) => {
                // What no clock can show is a year away.
                let at = now.checked_add(wait).unwrap_or_else(|| now + Duration::from_secs(60 * 60 * 24 * 365));
                let place = (at, place.1);
                entry.state = State::Later(place);
                self.later.insert(place, (cluster.clone(), item.clone()));
            }
            (None, None) => {
                line.items.remove(item);
            }
        }
        if line.is_over() {
            self.lines.remove(cluster);
        } else {
            self.enlist(cluster);
        }
    }

    /// When the next item's time comes.
    #[must_use]
    pub fn next_due(&self) -> Option<Instant> {
        self.later.first_key_value().map(|(place, _)| place.0)
    }

    /// Items that could be served if there were room.
    #[must_use]
    pub fn depth(&self, cluster: &C) -> usize {
        self.lines.get(cluster).map_or(0, Line::depth)
    }

    /// Items that wait for their time.
    #[must_use]
    pub fn waiting(&self, cluster: &C) -> usize {
        self.lines.get(cluster).map_or(0, |line| line.items.len() - line.depth() - line.running)
    }

    /// Items that are being served in one cluster.
    #[must_use]
    pub fn running(&self, cluster: &C) -> usize {
        self.lines.get(cluster).map_or(0, |line| line.running)
    }

    /// Items that are being served in all clusters.
    #[must_use]
    pub fn running_in_all(&self) -> usize {
        self.running
    }

    /// How long the item that has waited longest could have been served.
    #[must_use]
    pub fn oldest(&self, cluster: &C, now: Instant) -> Option<Duration> {
        self.lines.get(cluster)?.oldest().map(|since| now.saturating_duration_since(since))
    }

    /// Lets those in whose time has come.
    fn advance(&mut self, now: Instant) {
        while let Some(due) = self.later.first_entry().filter(|due| due.key().0 <= now) {
            let (place, (cluster, item)) = due.remove_entry();
            if let Some(line) = self.lines.get_mut(&cluster) {
                line.ready(item, Priority::List, place);
                self.enlist(&cluster);
            }
        }
    }

    /// Gives a cluster a turn if it has none and could use one.
    fn enlist(&mut self, cluster: &C) {
        if let Some(line) = self.lines.get_mut(cluster).filter(|line| !line.in_turns && line.may_serve(&self.limits)) {
            line.in_turns = true;
            self.turns.push_back(cluster.clone());
        }
    }

    fn place(&mut self, now: Instant) -> Place {
        self.next += 1;
        (now, self.next)
    }
}
