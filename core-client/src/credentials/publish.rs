//! The current snapshot of credentials and those who want to hear of the next; knows no source.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use arc_swap::ArcSwap;
use jiff::Timestamp;
use tokio::sync::watch;

use super::bundle::{Bundle, Identity, Trust};
use super::clock::Clock;
use super::error::{CredentialError, Origin};
use crate::error::ErrorChain;

/// One generation of credentials: identity, signing key and trust that belong together.
///
/// Whoever needs several of them for one request takes them from the same snapshot.
#[derive(Clone, Debug)]
pub struct Snapshot {
    generation: u64,
    loaded_at: Timestamp,
    bundle: Bundle,
}

/// Hears of each new [`Snapshot`] before [`Credentials`](super::Credentials) hands it to anybody else.
pub trait Publish: Send + Sync {
    /// Takes `snapshot` into use.
    ///
    /// Called in the order of generations, never twice at the same time: first by whoever subscribes, then by the task
    /// that loads credentials. It must be quick, must not block, and must not call
    /// [`on_publish`](super::Credentials::on_publish). A generation that is already in use is nothing to do.
    fn publish(&self, snapshot: &Arc<Snapshot>);
}

/// How credentials are doing, for metrics and health checks.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct CredentialStatus {
    /// The generation in use, from 1.
    pub generation: u64,
    /// When the generation in use was loaded.
    pub loaded_at: Timestamp,
    /// The last moment of the client certificate in use; nothing without one.
    pub not_after: Option<Timestamp>,
    /// What stands in the way of newer credentials; nothing when all is well.
    pub last_error: Option<CredentialFailure>,
}

/// A failure to load newer credentials; the last good ones stay in use.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct CredentialFailure {
    /// What failed.
    pub error: Arc<CredentialError>,
    /// When it failed first; the same failure again does not move it.
    pub since: Timestamp,
}

/// Which step of a source failed; each heals on its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// Reading or understanding the content.
    Load,
    /// Following changes.
    Watch,
}

/// Holds the current snapshot, the failures, and the subscribers.
pub(super) struct Board {
    current: ArcSwap<Snapshot>,
    sender: watch::Sender<Arc<Snapshot>>,
    clock: Arc<dyn Clock>,
    // Held while publishing, so that subscribers see generations in order.
    subscribers: Mutex<Vec<Weak<dyn Publish>>>,
    failures: Mutex<Vec<StandingFailure>>,
}

struct StandingFailure {
    origin: Origin,
    step: Step,
    text: String,
    failure: CredentialFailure,
}

// === impl Snapshot ===

impl Snapshot {
    /// The number of this generation; each new one is greater than all before it.
    #[must_use]
    pub fn generation(&self) -> u64 {
        self.generation
    }

    /// When this generation was loaded.
    #[must_use]
    pub fn loaded_at(&self) -> Timestamp {
        self.loaded_at
    }

    /// Identity and trust of this generation.
    #[must_use]
    pub fn bundle(&self) -> &Bundle {
        &self.bundle
    }

    /// The client certificate of this generation, or nothing.
    #[must_use]
    pub fn identity(&self) -> Option<&Identity> {
        self.bundle.identity()
    }

    /// Whose server certificates this generation accepts.
    #[must_use]
    pub fn trust(&self) -> &Trust {
        self.bundle.trust()
    }
}

// === impl Board ===

impl Board {
    pub(super) fn new(bundle: Bundle, clock: Arc<dyn Clock>) -> Self {
        let snapshot = Arc::new(Snapshot { generation: 1, loaded_at: clock.now(), bundle });
        log(&snapshot);
        Self {
            current: ArcSwap::new(Arc::clone(&snapshot)),
            sender: watch::Sender::new(snapshot),
            clock,
            subscribers: Mutex::default(),
            failures: Mutex::default(),
        }
    }

    pub(super) fn current(&self) -> Arc<Snapshot> {
        self.current.load_full()
    }

    pub(super) fn clock(&self) -> &dyn Clock {
        self.clock.as_ref()
    }

    pub(super) fn subscribe(&self) -> watch::Receiver<Arc<Snapshot>> {
        self.sender.subscribe()
    }

    /// Adds a subscriber and tells it the current snapshot, so that it cannot miss one in between.
    pub(super) fn on_publish(&self, subscriber: Weak<dyn Publish>) {
        let mut subscribers = lock(&self.subscribers);
        subscribers.retain(|known| known.strong_count() > 0);
        if let Some(alive) = subscriber.upgrade() {
            alive.publish(&self.current());
            subscribers.push(subscriber);
        }
    }

    /// Makes `bundle` the next generation.
    pub(super) fn publish(&self, bundle: Bundle) {
        let mut subscribers = lock(&self.subscribers);
        let snapshot =
            Arc::new(Snapshot { generation: self.current.load().generation + 1, loaded_at: self.clock.now(), bundle });
        log(&snapshot);
        self.current.store(Arc::clone(&snapshot));
        subscribers.retain(|subscriber| match subscriber.upgrade() {
            Some(alive) => {
                alive.publish(&snapshot);
                true
            }
            None => false,
        });
        self.sender.send_replace(snapshot);
    }

    /// Remembers a failure; logs it unless the same one already stands.
    pub(super) fn failed(&self, step: Step, error: CredentialError) {
        let text = ErrorChain::new(&error).to_string();
        let origin = error.origin().clone();
        let current = self.current();
        let failure = CredentialFailure { error: Arc::new(error), since: self.clock.now() };
        let mut failures = lock(&self.failures);
        if let Some(at) = failures.iter().position(|standing| standing.origin == origin && standing.step == step) {
            if failures[at].text == text {
                return;
            }
            failures.remove(at);
        }
        tracing::warn!(
            error = %text,
            generation = current.generation,
            loaded_at = %current.loaded_at,
            not_after = current.identity().map(|identity| tracing::field::display(identity.not_after())),
            "credentials were not renewed, the last good ones stay in use",
        );
        failures.push(StandingFailure { origin, step, text, failure });
    }

    /// Forgets a failure of `origin`.
    pub(super) fn healed(&self, step: Step, origin: &Origin) {
        lock(&self.failures).retain(|standing| standing.step != step || standing.origin != *origin);
    }

    pub(super) fn status(&self) -> CredentialStatus {
        let current = self.current();
        CredentialStatus {
            generation: current.generation,
            loaded_at: current.loaded_at,
            not_after: current.identity().map(Identity::not_after),
            last_error: lock(&self.failures).last().map(|standing| standing.failure.clone()),
        }
    }
}

impl fmt::Debug for Board {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Board").field("current", &self.current()).finish_non_exhaustive()
    }
}

fn log(snapshot: &Snapshot) {
    let identity = snapshot.identity();
    tracing::info!(
        generation = snapshot.generation,
        common_name = identity.and_then(Identity::common_name),
        serial = identity.map(Identity::serial),
        not_after = identity.map(|identity| tracing::field::display(identity.not_after())),
        trust = %snapshot.trust().origin(),
        "credentials loaded",
    );
    if let Some(Err(error)) = identity.map(|identity| identity.ensure_valid_at(snapshot.loaded_at)) {
        tracing::warn!(%error, "the client certificate in use has expired");
    }
}

/// Nothing here panics while it holds a lock, except a subscriber; what it left behind is still whole.
fn lock<T: ?Sized>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
