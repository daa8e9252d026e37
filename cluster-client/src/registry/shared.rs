//! What the registry's handles and its task share: the map that readers look into, and the box that sources and readers put things into.
//! Knows nothing of connecting.

use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use arc_swap::ArcSwap;
use tokio::sync::{Notify, broadcast};

use super::outages::PathOutage;
use super::places::{Places, Staged};
use super::slot::Slot;
use crate::error::ClientError;
use crate::key::ClusterKey;
use crate::provider::ClusterEvent;
use crate::revision::MicroTime;
use crate::source::{ClusterSource, SinkTarget, SourceError};
use crate::spec::ClusterSpec;

/// What both sides see.
pub(super) struct Shared {
    pub(super) places: Places,
    /// Whether it matters that somebody asked for a connection: one that nobody asks for may go.
    counts_use: bool,
    inbox: Mutex<Inbox>,
    /// How many words in the inbox are not in the map yet.
    unpublished: AtomicUsize,
    /// Rung when something was put into the inbox.
    pub(super) bell: Notify,
    /// Told when the map changed, and when a source is through.
    pub(super) published: Notify,
    pub(super) events: broadcast::WeakSender<ClusterEvent>,
    /// Proxies and jump hosts that are down.
    pub(super) outages: ArcSwap<Vec<PathOutage>>,
}

/// What was said since the task last looked; the last word on a cluster counts.
#[derive(Default)]
struct Inbox {
    words: HashMap<ClusterKey, Word>,
    /// In which order clusters were first spoken of.
    order: Vec<ClusterKey>,
    /// Those that the task is putting into the map right now.
    arriving: HashSet<ClusterKey>,
    wanted: HashSet<ClusterKey>,
    sources: Vec<Arc<dyn ClusterSource>>,
    /// Names of the sources that were added, and whether they are through.
    synced: Vec<(String, bool)>,
    closed: bool,
}

/// The last word on a cluster.
#[derive(Default)]
pub(super) struct Word {
    /// It was removed first: whatever is there now is another stay.
    pub(super) remove: bool,
    pub(super) spec: Option<ClusterSpec>,
    pub(super) rejected: Option<SourceError>,
}

/// Everything that was said since the task last looked.
#[derive(Default)]
pub(super) struct Batch {
    pub(super) words: Vec<(ClusterKey, Word)>,
    pub(super) wanted: HashSet<ClusterKey>,
    pub(super) sources: Vec<Arc<dyn ClusterSource>>,
}

/// What is known of a key.
pub(super) enum Lookup {
    Known(Arc<Slot>),
    /// It was told, and will be in the map in a moment.
    Arriving,
    Unknown,
}

// === impl Word ===

impl Word {
    fn is_there(&self) -> bool {
        self.spec.is_some() || self.rejected.is_some()
    }
}

// === impl Shared ===

impl Shared {
    pub(super) fn new(events: broadcast::WeakSender<ClusterEvent>, counts_use: bool) -> Self {
        Self {
            places: Places::new(),
            counts_use,
            inbox: Mutex::default(),
            unpublished: AtomicUsize::new(0),
            bell: Notify::new(),
            published: Notify::new(),
            events,
            outages: ArcSwap::default(),
        }
    }

    fn inbox(&self) -> MutexGuard<'_, Inbox> {
        self.inbox.lock().unwrap_or_else(PoisonError::into_inner)
    }

    // --- readers

    /// One load, one look into a table and one count up for a connected cluster.
    pub(super) fn peek(&self, key: &ClusterKey) -> Result<crate::ClusterHandle, ClientError> {
        match self.places.handle(key) {
            Some(handle) => {
                if self.counts_use {
                    handle.touch();
                }
                Ok(handle)
            }
            None => self.miss(key),
        }
    }

    #[cold]
    fn miss(&self, key: &ClusterKey) -> Result<crate::ClusterHandle, ClientError> {
        match self.look_up(key) {
            Lookup::Known(slot) => slot.peek(),
            Lookup::Arriving => Err(ClientError::NotConnected { since: MicroTime::now(), last: None }),
            Lookup::Unknown => Err(ClientError::NotFound),
        }
    }

    pub(super) fn look_up(&self, key: &ClusterKey) -> Lookup {
        if let Some(slot) = self.places.slot(key) {
            return Lookup::Known(slot);
        }
        // The lock is taken only while something is under way, and never for longer than it takes to put a word in or to take all out.
        if self.unpublished.load(Ordering::Acquire) > 0 {
            let inbox = self.inbox();
            let arrives = match inbox.words.get(key) {
                Some(word) => word.is_there(),
                None => inbox.arriving.contains(key),
            };
            if arrives {
                return Lookup::Arriving;
            }
        }
        // What was under way at the first look may have arrived since.
        self.places.slot(key).map_or(Lookup::Unknown, Lookup::Known)
    }

    /// Whether a key still leads to this very place.
    pub(super) fn still_has(&self, key: &ClusterKey, slot: &Arc<Slot>) -> bool {
        self.places.slot(key).is_some_and(|now| Arc::ptr_eq(&now, slot))
    }

    /// Asks for a connection to a cluster.
    pub(super) fn want(&self, key: &ClusterKey) {
        let mut inbox = self.inbox();
        if !inbox.closed {
            inbox.wanted.insert(key.clone());
            drop(inbox);
            self.bell.notify_one();
        }
    }

    pub(super) fn add_source(&self, source: Arc<dyn ClusterSource>) {
        let mut inbox = self.inbox();
        if !inbox.closed {
            inbox.synced.push((source.name().to_owned(), false));
            inbox.sources.push(source);
            drop(inbox);
            self.bell.notify_one();
        }
    }

    pub(super) fn all_synced(&self) -> bool {
        self.inbox().synced.iter().all(|(_, through)| *through)
    }

    // --- the task

    /// Takes everything that was said. It stays visible to [`look_up`](Self::look_up) until [`settle`](Self::settle) is called.
    pub(super) fn take(&self) -> Batch {
        let mut inbox = self.inbox();
        let order = std::mem::take(&mut inbox.order);
        let mut said = std::mem::take(&mut inbox.words);
        let words: Vec<_> = order.into_iter().filter_map(|key| said.remove(&key).map(|word| (key, word))).collect();
        inbox.arriving = words.iter().filter(|(_, word)| word.is_there()).map(|(key, _)| key.clone()).collect();
        Batch { words, wanted: std::mem::take(&mut inbox.wanted), sources: std::mem::take(&mut inbox.sources) }
    }

    /// Puts changed parts of the map in place and says that `words` of the words taken are in it.
    pub(super) fn settle(&self, staged: Staged, words: usize) {
        self.places.settle(staged);
        self.inbox().arriving = HashSet::new();
        self.unpublished.fetch_sub(words, Ordering::Release);
        self.published.notify_waiters();
    }

    /// Takes nothing more, and forgets everything.
    pub(super) fn close(&self) {
        *self.inbox() = Inbox { closed: true, ..Inbox::default() };
        self.unpublished.store(0, Ordering::Release);
        self.places.clear();
        self.outages.store(Arc::default());
        self.published.notify_waiters();
    }

    fn say(&self, key: ClusterKey, change: impl FnOnce(&mut Word)) {
        let mut inbox = self.inbox();
        if inbox.closed {
            return;
        }
        let inbox = &mut *inbox;
        let word = inbox.words.entry(key).or_insert_with_key(|key| {
            inbox.order.push(key.clone());
            self.unpublished.fetch_add(1, Ordering::Release);
            Word::default()
        });
        change(word);
    }
}

impl SinkTarget for Shared {
    fn upsert(&self, key: ClusterKey, spec: ClusterSpec) {
        self.say(key, |word| {
            word.spec = Some(spec);
            word.rejected = None;
        });
        self.bell.notify_one();
    }

    fn remove(&self, key: &ClusterKey) {
        self.say(key.clone(), |word| *word = Word { remove: true, ..Word::default() });
        self.bell.notify_one();
    }

    fn reject(&self, key: ClusterKey, error: SourceError) {
        self.say(key, |word| word.rejected = Some(error));
        self.bell.notify_one();
    }

    fn synced(&self, source: &str) {
        for (name, through) in &mut self.inbox().synced {
            *through |= name == source;
        }
        self.published.notify_waiters();
    }
}
