//! One cluster's line in the queue; knows nothing of other clusters.

use std::collections::{BTreeMap, HashMap};
use std::hash::Hash;

use tokio::time::Instant;

use super::{Limits, Priority};

/// Since when, and a number that tells apart what happened at the same instant.
pub(super) type Place = (Instant, u64);

#[derive(Debug)]
pub(super) struct Line<T> {
    pub(super) gate: Gate,
    /// Everything that is known of, in whatever state.
    pub(super) items: HashMap<T, Entry>,
    changed: BTreeMap<Place, T>,
    listed: BTreeMap<Place, T>,
    pub(super) running: usize,
    /// What is left of this turn.
    pub(super) credit: usize,
    /// Changes taken in a row while the list waited.
    streak: usize,
    pub(super) in_turns: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Gate {
    #[default]
    Closed,
    Held,
    Open,
}

#[derive(Debug)]
pub(super) struct Entry {
    pub(super) failures: u32,
    pub(super) state: State,
}

#[derive(Debug, Clone, Copy)]
pub(super) enum State {
    Ready(Priority, Place),
    Later(Place),
    Running {
        /// Added while it was being served.
        again: Option<(Priority, Place)>,
        /// Its cluster was purged while it was being served.
        forgotten: bool,
    },
}

impl<T> Default for Line<T> {
    fn default() -> Self {
        Self {
            gate: Gate::Closed,
            items: HashMap::new(),
            changed: BTreeMap::new(),
            listed: BTreeMap::new(),
            running: 0,
            credit: 0,
            streak: 0,
            in_turns: false,
        }
    }
}

impl<T> Line<T> {
    pub(super) fn depth(&self) -> usize {
        self.changed.len() + self.listed.len()
    }

    /// Nothing is left of it.
    pub(super) fn is_over(&self) -> bool {
        self.gate == Gate::Closed && self.items.is_empty()
    }

    pub(super) fn oldest(&self) -> Option<Instant> {
        let first = |band: &BTreeMap<Place, T>| band.first_key_value().map(|(place, _)| place.0);
        [first(&self.changed), first(&self.listed)].into_iter().flatten().min()
    }

    pub(super) fn may_serve(&self, limits: &Limits) -> bool {
        self.gate == Gate::Open && self.running < limits.per_cluster && self.depth() > 0
    }

    /// Gives up its turns until it can use one again.
    pub(super) fn leave(&mut self) {
        self.in_turns = false;
        self.credit = 0;
    }
}

impl<T: Clone + Eq + Hash> Line<T> {
    /// Adds an item; gives the place in the future that it leaves for that.
    pub(super) fn add(&mut self, item: T, priority: Priority, place: Place) -> Option<Place> {
        let Some(entry) = self.items.get_mut(&item) else {
            self.ready(item, priority, place);
            return None;
        };
        match &mut entry.state {
            State::Ready(Priority::List, since) if priority == Priority::Change => {
                let since = *since;
                self.listed.remove(&since);
                self.ready(item, priority, since);
                None
            }
            State::Ready(..) => None,
            State::Later(waiting) => {
                let waiting = *waiting;
                self.ready(item, priority, place);
                Some(waiting)
            }
            State::Running { again, .. } => {
                *again = Some(match *again {
                    Some((known, since)) => (known.min(priority), since),
                    None => (priority, place),
                });
                None
            }
        }
    }

    /// Puts an item into its band; one that is known keeps its failures.
    pub(super) fn ready(&mut self, item: T, priority: Priority, place: Place) {
        let band = match priority {
            Priority::Change => &mut self.changed,
            Priority::List => &mut self.listed,
        };
        band.insert(place, item.clone());
        self.items.entry(item).or_insert(Entry { failures: 0, state: State::Ready(priority, place) }).state =
            State::Ready(priority, place);
    }

    /// Takes the next item out and marks it as being served.
    pub(super) fn take(&mut self, limits: &Limits) -> Option<T> {
        let patience_ends = self.streak >= limits.burst;
        let from_list = !self.listed.is_empty() && (self.changed.is_empty() || patience_ends);
        let band = if from_list { &mut self.listed } else { &mut self.changed };
        let (_, item) = band.pop_first()?;
        self.streak = if from_list || self.listed.is_empty() { 0 } else { self.streak + 1 };
        if let Some(entry) = self.items.get_mut(&item) {
            entry.state = State::Running { again: None, forgotten: false };
        }
        self.running += 1;
        Some(item)
    }

    /// Forgets everything that is not being served, and notes for the rest that it is to be forgotten. Says how many went.
    pub(super) fn forget(&mut self, mut not_later: impl FnMut(Place)) -> usize {
        let before = self.items.len();
        self.changed.clear();
        self.listed.clear();
        self.streak = 0;
        self.items.retain(|_, entry| match &mut entry.state {
            State::Ready(..) => false,
            State::Later(place) => {
                not_later(*place);
                false
            }
            State::Running { again, forgotten } => {
                *again = None;
                *forgotten = true;
                true
            }
        });
        before - self.items.len()
    }
}
