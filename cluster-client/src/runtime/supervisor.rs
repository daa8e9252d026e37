//! Which clusters are engaged, one decision after another; never waits for a cluster, and knows nothing of reconciling.

mod known;

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::Arc;

use futures::StreamExt as _;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::core::Core;
use super::engage::{Message, Mode, News, Start, end};
use super::events::RuntimeEvent;
use super::guard::Guard;
use super::ownership::{ClusterOwnership, OwnershipToken};
use super::plan::Plan;
use super::request::ClusterName;
use super::stats::Counts;
use super::store::Watched;
use super::view::View;
use crate::handle::ClusterHandle;
use crate::key::ClusterKey;
use crate::provider::{ClientProvider, ClusterEvent};
use known::{Filter, Known};

pub(super) use known::Filter as ClusterFilter;

/// How many events of the provider are looked at together.
const BATCH: usize = 1024;

pub(super) struct Supervisor<K: Watched> {
    core: Arc<Core<K>>,
    provider: Arc<dyn ClientProvider>,
    ownership: Arc<dyn ClusterOwnership>,
    plan: Plan<K>,
    home: Option<Home<K>>,
    known: Known,
    slots: HashMap<ClusterName, Slot<K>>,
    messages: mpsc::UnboundedSender<Message>,
    inbox: mpsc::UnboundedReceiver<Message>,
    /// Engagements that are ending.
    endings: TaskTracker,
    next: u64,
}

/// The cluster the controller itself belongs to.
pub(super) struct Home<K: Watched> {
    pub(super) handle: ClusterHandle,
    pub(super) plan: Plan<K>,
    /// Whether it is reconciled, or only looked at.
    pub(super) engaged: bool,
}

/// An engaged cluster.
struct Slot<K: Watched> {
    current: Arc<View<K>>,
    synced: bool,
    /// The one that is to take the place of the current one.
    successor: Option<Arc<View<K>>>,
    /// Of which cluster behind the key: engagements of one lineage describe the same cluster.
    lineage: u64,
}

impl<K: Watched> Supervisor<K> {
    pub(super) fn new(
        core: Arc<Core<K>>,
        provider: Arc<dyn ClientProvider>,
        ownership: Arc<dyn ClusterOwnership>,
        filter: Option<Filter>,
        plan: Plan<K>,
        home: Option<Home<K>>,
    ) -> Self {
        // Not bounded by its kind, so that who ends never waits for who waits for ends; bounded by what is said: an engagement says three
        // things at most, and this supervisor, who begins them, hears what was said before it begins others.
        let (messages, inbox) = mpsc::unbounded_channel();
        Self {
            core,
            provider,
            ownership,
            plan,
            home,
            known: Known::new(filter),
            slots: HashMap::new(),
            messages,
            inbox,
            endings: TaskTracker::new(),
            next: 0,
        }
    }

    /// Engages and disengages until the controller is stopped, and then waits (within bounds) until nothing is engaged.
    pub(super) async fn run(mut self) {
        let mut events = self.provider.events().ready_chunks(BATCH).fuse();
        let mut changes = self.ownership.changes().ready_chunks(BATCH).fuse();
        let stop = self.core.stop.clone();
        if let Some(home) = &self.home {
            let handle = home.handle.clone();
            let right = OwnershipToken::new(CancellationToken::new(), 0);
            self.engage(ClusterName::Home, handle, right, 0);
        }
        let all = self.known.look_again(&*self.provider);
        self.settle_all(all);
        loop {
            tokio::select! {
                // To stop comes first; the rest is in the order in which it saves work.
                biased;
                () = stop.cancelled() => break,
                Some(message) = self.inbox.recv() => self.hear(&message),
                Some(events) = events.next() => self.follow(events),
                Some(keys) = changes.next() => self.settle_all(keys),
            }
        }
        self.disengage_all();
        self.endings.close();
        self.endings.wait().await;
    }

    fn follow(&mut self, events: Vec<ClusterEvent>) {
        let touched = self.known.follow(events, &*self.provider);
        self.settle_all(touched);
    }

    fn settle_all(&mut self, keys: Vec<ClusterKey>) {
        keys.into_iter().for_each(|key| self.settle(&key));
    }

    /// Makes what is engaged of a cluster what it should be.
    fn settle(&mut self, key: &ClusterKey) {
        let name = ClusterName::Fleet(key.clone());
        let wanted = self.known.wanted(key).and_then(|wanted| Some((wanted, self.ownership.owns(key)?)));
        let Some(((handle, lineage), right)) = wanted else { return self.disengage(&name) };
        // A handle that has ended is followed by an event that says what is next; until then all stays as it is.
        if handle.alive().is_cancelled() || right.cancel.is_cancelled() {
            return;
        }
        let Some(slot) = self.slots.get(&name) else { return self.engage(name, handle, right, lineage) };
        let newest = &slot.successor.as_ref().unwrap_or(&slot.current).guard;
        let right_holds = !newest.ownership.cancel.is_cancelled();
        if newest.handle.same_as(&handle) && right_holds {
            return;
        }
        if slot.lineage == lineage && slot.synced && right_holds {
            self.prepare(&name, handle, right);
        } else {
            // What is remembered describes another cluster, or nothing yet: away with it before anything new begins.
            self.disengage(&name);
            self.engage(name, handle, right, lineage);
        }
    }

    fn engage(&mut self, name: ClusterName, handle: ClusterHandle, right: OwnershipToken, lineage: u64) {
        if self.serves(&name) {
            self.core.with_queue(|queue| queue.hold(&name));
        }
        let counts = self.core.counts(&name, &*self.provider);
        let current = self.begin(name.clone(), handle, right, counts, Mode::Fresh);
        self.core.publish(current.clone());
        self.slots.insert(name, Slot { current, synced: false, successor: None, lineage });
    }

    /// Starts a successor, which takes over when it has seen everything.
    fn prepare(&mut self, name: &ClusterName, handle: ClusterHandle, right: OwnershipToken) {
        let Some(counts) = self.slots.get(name).map(|slot| slot.current.counts.clone()) else { return };
        let successor = self.begin(name.clone(), handle, right, counts, Mode::Successor);
        let Some(slot) = self.slots.get_mut(name) else { return };
        if let Some(overtaken) = slot.successor.replace(successor) {
            self.endings.spawn(end(self.core.clone(), overtaken, true));
        }
    }

    fn begin(
        &mut self,
        cluster: ClusterName,
        handle: ClusterHandle,
        ownership: OwnershipToken,
        counts: Arc<Counts>,
        mode: Mode,
    ) -> Arc<View<K>> {
        self.next += 1;
        let (plan, provider) = match (&cluster, &self.home) {
            (ClusterName::Home, Some(home)) => (&home.plan, None),
            _ => (&self.plan, Some(self.provider.clone())),
        };
        let guard = Guard { handle, ownership, provider };
        let (core, messages, instance) = (&self.core, &self.messages, self.next);
        Start { core, plan, messages, instance, cluster, guard, counts, mode }.begin()
    }

    /// The successor takes over.
    fn switch(&mut self, name: &ClusterName, synced: bool) {
        let Some(slot) = self.slots.get_mut(name) else { return };
        let Some(successor) = slot.successor.take() else { return };
        let old = std::mem::replace(&mut slot.current, successor.clone());
        slot.synced = synced;
        self.core.publish(successor.clone());
        successor.go_live();
        self.core.with_queue(|queue| if synced { queue.open(name) } else { queue.hold(name) });
        self.endings.spawn(end(self.core.clone(), old, true));
        // What it saw while it kept quiet is asked for now.
        successor.guard.handle.tasks().spawn(successor.tasks.track_future({
            let view = successor.clone();
            async move { view.replay(&|_| true) }
        }));
    }

    fn disengage(&mut self, name: &ClusterName) {
        let Entry::Occupied(slot) = self.slots.entry(name.clone()) else { return };
        let slot = slot.remove();
        // Nothing is taken any more before anything ends, so that nothing begins meanwhile.
        self.core.with_queue(|queue| queue.close(name));
        if let Some(successor) = slot.successor {
            self.endings.spawn(end(self.core.clone(), successor, true));
        }
        self.endings.spawn(end(self.core.clone(), slot.current, false));
    }

    fn disengage_all(&mut self) {
        let names: Vec<_> = self.slots.keys().cloned().collect();
        names.iter().for_each(|name| self.disengage(name));
    }

    fn hear(&mut self, message: &Message) {
        let (name, instance) = (&message.cluster, message.instance);
        let Some(slot) = self.slots.get_mut(name) else { return };
        // Of two instances under one name, each is told apart by its number: an old one cannot speak for a new one.
        let is_current = slot.current.instance == instance;
        let is_successor = slot.successor.as_ref().is_some_and(|view| view.instance == instance);
        match message.news {
            News::Synced(took) if is_current || is_successor => {
                if is_successor {
                    self.switch(name, true);
                } else {
                    slot.synced = true;
                    self.serve(name);
                }
                self.core.emit(RuntimeEvent::Synced { cluster: name.clone(), instance, took });
                self.remember_home(name);
            }
            News::Overdue if is_successor => self.switch(name, false),
            News::Ended if is_current => {
                self.core.with_queue(|queue| queue.pause(name));
                // The right to work may have gone elsewhere, or may have come back already.
                if let Some(key) = name.key().cloned() {
                    self.settle(&key);
                }
            }
            _ => {}
        }
    }

    fn serve(&self, name: &ClusterName) {
        if self.serves(name) {
            self.core.with_queue(|queue| queue.open(name));
        }
    }

    fn serves(&self, name: &ClusterName) -> bool {
        *name != ClusterName::Home || self.home.as_ref().is_some_and(|home| home.engaged)
    }

    /// What objects of the home cluster ask for in a cluster that was not there before.
    fn remember_home(&self, name: &ClusterName) {
        let (Some(home), name) = (self.slots.get(&ClusterName::Home), name.clone()) else { return };
        if name != ClusterName::Home {
            let (view, tasks) = (home.current.clone(), home.current.guard.handle.tasks());
            tasks.spawn(home.current.tasks.track_future(async move {
                view.replay(&|request| request.cluster == name);
            }));
        }
    }
}

impl<K: Watched> Drop for Supervisor<K> {
    fn drop(&mut self) {
        // Also when it was aborted: nothing goes on without it.
        for (name, slot) in self.slots.drain() {
            self.core.with_queue(|queue| queue.close(&name));
            for view in slot.successor.into_iter().chain([slot.current]) {
                self.core.retract(&view);
                view.group.cancel();
            }
        }
    }
}
