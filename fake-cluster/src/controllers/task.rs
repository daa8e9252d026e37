//! The one task behind all controllers: looks, writes, and looks again until nothing is left to do. Knows no controller.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;

use super::Unsettled;
use super::step::Step;
use super::view::View;
use crate::server::Inner;

/// How many rounds in a row may write before the controllers are taken to contradict each other.
const RESTLESS_AFTER: usize = 10_000;
/// How long [`settled`] waits.
const PATIENCE: Duration = Duration::from_secs(30);
/// How many writes are made before others get their turn.
const BREATH: usize = 16;

/// How far the controllers are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Progress {
    /// Everything up to this revision was looked at, and nothing is left to do about it.
    settled: u64,
    /// The controllers gave up after so many rounds, at this revision; they try again when something else changes.
    restless: Option<(usize, u64)>,
    /// Nobody looks any more.
    ended: bool,
}

impl Progress {
    /// What is to be said to who waits for a revision, if anything can be said yet.
    fn verdict(self, revision: u64) -> Option<Result<(), Unsettled>> {
        match self.restless {
            _ if self.settled >= revision => Some(Ok(())),
            _ if self.ended => Some(Err(Unsettled::Stopped)),
            Some((rounds, at)) if at >= revision => Some(Err(Unsettled::Restless { rounds })),
            _ => None,
        }
    }
}

/// Says when nobody looks any more, however that came about.
struct End<'a>(&'a watch::Sender<Progress>);

impl Drop for End<'_> {
    fn drop(&mut self) {
        self.0.send_modify(|progress| progress.ended = true);
    }
}

/// Runs the controllers of a cluster until it stops.
pub(crate) async fn run(inner: Arc<Inner>) {
    let _end = End(&inner.progress);
    let mut changed = inner.api.store().subscribe_all();
    let mut rounds = 0;
    while !inner.drain.is_cancelled() {
        changed.mark_unchanged();
        let view = View::of(&inner.api, inner.tls.load().authority.pem());
        let before = view.revision;
        let steps = inner.options.controllers.steps(&view);
        // The view is large: it must not outlive what it is for.
        drop(view);
        if rounds >= RESTLESS_AFTER && !steps.is_empty() {
            inner.progress.send_modify(|progress| progress.restless = Some((rounds, before)));
        } else {
            carry_out(&inner, steps).await;
            if inner.api.store().revision() != before {
                rounds += 1;
                tokio::task::yield_now().await;
                continue;
            }
            inner.progress.send_modify(|progress| (progress.settled, progress.restless) = (before, None));
        }
        rounds = 0;
        tokio::select! {
            more = changed.changed() => if more.is_err() { return },
            () = inner.drain.cancelled() => return,
        }
    }
}

/// Writes what comes next, once. A refusal is no failure: if the object changed there is another round, and what is refused for good
/// is what the real controllers would try for ever.
async fn carry_out(inner: &Inner, steps: Vec<Step>) {
    for (at, step) in steps.into_iter().enumerate() {
        if let Err(refusal) = step.carry_out(&inner.api) {
            tracing::debug!(actor = %step.actor, kind = %step.resource.kind, name = %step.name, code = refusal.code(), reason = refusal.reason(), "a controller was refused");
        }
        if at % BREATH == BREATH - 1 {
            if inner.drain.is_cancelled() {
                return;
            }
            tokio::task::yield_now().await;
        }
    }
}

/// Waits until nothing is left to do about what is stored now.
pub(crate) async fn settled(inner: &Inner) -> Result<(), Unsettled> {
    let mut progress = inner.progress.subscribe();
    let waiting = async {
        loop {
            let now = *progress.borrow_and_update();
            if let Some(verdict) = now.verdict(inner.api.store().revision()) {
                return verdict;
            }
            tokio::select! {
                changed = progress.changed() => changed.map_err(|_| Unsettled::Stopped)?,
                () = inner.drain.cancelled() => return Err(Unsettled::Stopped),
            }
        }
    };
    let late = Unsettled::Late { seconds: PATIENCE.as_secs() };
    tokio::time::timeout(PATIENCE, waiting).await.unwrap_or(Err(late))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_gave_up_is_asked_again_once_something_changed() {
        let progress = Progress { settled: 3, restless: Some((10, 7)), ended: false };
        assert_eq!(progress.verdict(3), Some(Ok(())));
        assert_eq!(progress.verdict(7), Some(Err(Unsettled::Restless { rounds: 10 })));
        assert_eq!(progress.verdict(8), None);
    }

    #[test]
    fn nobody_waits_for_a_task_that_ended() {
        let progress = watch::Sender::new(Progress { settled: 3, ..Progress::default() });
        assert_eq!(progress.borrow().verdict(4), None);
        drop(End(&progress));
        assert_eq!(progress.borrow().verdict(4), Some(Err(Unsettled::Stopped)));
        assert_eq!(progress.borrow().verdict(3), Some(Ok(())));
    }
}
