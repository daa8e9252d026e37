//! What all clients of one token share: its limits, its turns, and its purse for repetitions. A thin rim around [`limits`](super::limits).

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::{Semaphore, SemaphorePermit};

use super::call::Call;
use super::error::{GithubError, GithubErrorKind, LimitKind, Place};
use super::limits::{Admission, Pacing, Rate, Resource, Standing};
use super::metrics::Recorder;
use super::options::GithubOptions;

/// What one repetition costs; a call earns a tenth of it.
const REPETITION: u32 = 10;
/// How many repetitions can be saved, and are there to begin with.
const SAVED: u32 = 10 * REPETITION;

#[derive(Debug)]
pub(super) struct Gate {
    standing: Mutex<Standing>,
    slots: Semaphore,
    changes: Semaphore,
    /// When the last change ended, in ticks.
    changed: Mutex<Option<Duration>>,
    purse: Mutex<u32>,
}

/// A request that may go. While it is held, the request counts as under way.
#[derive(Debug)]
pub(super) struct Pass<'a> {
    gate: &'a Gate,
    resource: Resource,
    _slot: SemaphorePermit<'a>,
    change: Option<(SemaphorePermit<'a>, &'a Call)>,
}

/// What a request is to the gate.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wish {
    pub(super) resource: Resource,
    pub(super) change: bool,
}

// === impl Gate ===

impl Gate {
    pub(super) fn new(options: &GithubOptions) -> Self {
        Self {
            standing: Mutex::default(),
            slots: Semaphore::new(options.concurrency.max(1)),
            changes: Semaphore::new(1),
            changed: Mutex::default(),
            purse: Mutex::new(SAVED),
        }
    }

    /// Waits until a request may go: for its turn if it changes something, for a free place, and for the ends of limits. Limits that end
    /// after the deadline are told at once.
    pub(super) async fn enter<'a>(
        &'a self,
        wish: Wish,
        call: &'a Call,
        place: &Place,
        options: &GithubOptions,
        recorder: &Recorder,
    ) -> Result<Pass<'a>, GithubError> {
        let closed = |_| GithubError::new(place, GithubErrorKind::Closed);
        let change = match wish.change {
            true => {
                let turn = call.bound("waiting for its turn to change something", self.changes.acquire()).await?;
                let turn = turn.map_err(closed)?;
                let ready = lock(&self.changed).map(|changed| changed.saturating_add(options.change_spacing));
                if let Some(wait) =
                    ready.and_then(|ready| ready.checked_sub(call.ticks())).filter(|wait| !wait.is_zero())
                {
                    if wait > call.left() {
                        return Err(call.too_late("waiting for its turn to change something"));
                    }
                    recorder.waited("spacing", wait);
                    call.sleep(wait).await;
                }
                Some((turn, call))
            }
            false => None,
        };
        let slot = call.bound("waiting for a free place", self.slots.acquire()).await?.map_err(closed)?;
        let pacing = Pacing { below: options.pace_below };
        loop {
            let admission = lock(&self.standing).admit(wish.resource, call.now(), pacing);
            match admission {
                Admission::Go => break,
                Admission::Paced(moment) => {
                    let wait = call.until_then(moment);
                    // The allowance has room for it; pacing is a courtesy that a deadline overrules.
                    if wait <= call.left() {
                        let counted = Counted { gate: self, resource: wish.resource };
                        recorder.waited("pacing", wait);
                        call.sleep_until(moment).await;
                        std::mem::forget(counted);
                    }
                    break;
                }
                Admission::Closed(until, limit) => {
                    let wait = call.until_then(until);
                    if wait > call.left() {
                        return Err(GithubError::new(
                            place,
                            GithubErrorKind::RateLimited { limit, reset: until, wait },
                        ));
                    }
                    recorder.waited(word(limit), wait);
                    call.sleep_until(until).await;
                }
            }
        }
        Ok(Pass { gate: self, resource: wish.resource, _slot: slot, change })
    }

    /// Takes what an answer says about the limit.
    pub(super) fn observe(&self, rate: Rate) {
        lock(&self.standing).observe(rate);
    }

    /// A limit holds until then.
    pub(super) fn close(&self, resource: Resource, until: Timestamp, limit: LimitKind) {
        let mut standing = lock(&self.standing);
        match limit {
            LimitKind::Primary => standing.exhaust(resource, until),
            LimitKind::Secondary => standing.close(until),
        }
    }

    pub(super) fn left(&self, resource: Resource, now: Timestamp) -> Option<(u64, u64, Timestamp)> {
        lock(&self.standing).left(resource, now)
    }

    /// A call began: a tenth of a repetition is earned.
    pub(super) fn earn(&self) {
        let mut purse = lock(&self.purse);
        *purse = (*purse + 1).min(SAVED);
    }

    /// Pays for a repetition, if there is enough.
    pub(super) fn spend(&self) -> bool {
        let mut purse = lock(&self.purse);
        let rest = purse.checked_sub(REPETITION);
        *purse = rest.unwrap_or(*purse);
        rest.is_some()
    }
}

impl Drop for Pass<'_> {
    fn drop(&mut self) {
        lock(&self.gate.standing).ended(self.resource);
        if let Some((_turn, call)) = &self.change {
            *lock(&self.gate.changed) = Some(call.ticks());
        }
    }
}

/// Counts as under way until it is forgotten: for a caller who goes away while it waits.
struct Counted<'a> {
    gate: &'a Gate,
    resource: Resource,
}

impl Drop for Counted<'_> {
    fn drop(&mut self) {
        lock(&self.gate.standing).ended(self.resource);
    }
}

pub(super) const fn word(limit: LimitKind) -> &'static str {
    match limit {
        LimitKind::Primary => "primary_limit",
        LimitKind::Secondary => "secondary_limit",
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
