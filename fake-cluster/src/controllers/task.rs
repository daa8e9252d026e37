//! The one task behind all controllers: looks, writes, and looks again until nothing is left to do. Knows no controller.

use std::sync::Arc;
use std::time::Duration;

use super::view::View;
use super::{Controllers, Unsettled};
use crate::api::Api;
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
    /// The controllers gave up after so many rounds, until something else changes.
    restless: Option<usize>,
}

/// Runs the controllers of a cluster until it stops.
pub(crate) async fn run(inner: Arc<Inner>) {
    let mut changed = inner.api.store().subscribe_all();
    let mut rounds = 0;
    while !inner.drain.is_cancelled() {
        changed.mark_unchanged();
        let view = View::of(&inner.api, inner.tls.load().authority.pem());
        let before = view.revision;
        round(&inner.api, inner.options.controllers, &view).await;
        // The view is large: it must not outlive the round.
        drop(view);
        if inner.api.store().revision() != before {
            rounds += 1;
            if rounds < RESTLESS_AFTER {
                tokio::task::yield_now().await;
                continue;
            }
            inner.progress.send_modify(|progress| progress.restless = Some(rounds));
            changed.mark_unchanged();
        } else {
            inner.progress.send_replace(Progress { settled: before, restless: None });
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
async fn round(api: &Api, controllers: Controllers, view: &View) {
    for (at, step) in controllers.steps(view).into_iter().enumerate() {
        if let Err(refusal) = step.carry_out(api) {
            tracing::debug!(actor = %step.actor, kind = %step.resource.kind, name = %step.name, code = refusal.code(), reason = refusal.reason(), "a controller was refused");
        }
        if at % BREATH == BREATH - 1 {
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
            if let Some(rounds) = now.restless {
                return Err(Unsettled::Restless { rounds });
            }
            if now.settled >= inner.api.store().revision() {
                return Ok(());
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
