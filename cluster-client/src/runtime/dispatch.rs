//! From the queue to the reconciler and back; knows nothing of when clusters come and go.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use futures::FutureExt as _;
use futures::future::BoxFuture;
use tokio::time::{Instant, sleep, sleep_until};
use tokio_util::task::task_tracker::TaskTrackerToken;
use tracing::Instrument as _;

use super::action::{Action, Retry};
use super::core::{Core, Queue};
use super::ctx::Ctx;
use super::queue::Outcome;
use super::request::Request;
use super::stats::ReconcileResult;
use super::store::Watched;
use super::view::View;

/// One reconcile, with the error already judged.
pub(super) type Reconciler<K> =
    Arc<dyn Fn(Request<K>, Ctx<K>) -> BoxFuture<'static, Result<Action, Retry>> + Send + Sync>;

/// Serves the queue until the controller is stopped.
pub(super) async fn dispatch<K: Watched>(core: Arc<Core<K>>, reconcile: Reconciler<K>) {
    while !core.stop.is_cancelled() {
        while let Some(next) = core.queue(|queue| next(&core, queue)) {
            if let Some(job) = next {
                job.start(&core, &reconcile);
            }
        }
        let due = core.queue(|queue| queue.next_due());
        let timer = async {
            match due {
                Some(due) => sleep_until(due).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            () = core.stop.cancelled() => {}
            () = core.wake.notified() => {}
            () = timer => {}
        }
    }
}

/// A request that is about to be served.
struct Job<K: Watched> {
    request: Arc<Request<K>>,
    view: Arc<View<K>>,
    /// Whoever waits for the engagement or for the handle waits for this from now on.
    counted: [TaskTrackerToken; 2],
}

/// Takes the next request; nothing when it cannot be served after all.
///
/// All of it under the lock of the queue: a cluster is closed under it before its engagement ends, so nothing begins that is not waited
/// for; and one that is opened for a new instance is not paused for the old one.
fn next<K: Watched>(core: &Core<K>, queue: &mut Queue<K>) -> Option<Option<Job<K>>> {
    let (cluster, request) = queue.pop(Instant::now())?;
    let job = core.view(&cluster).and_then(|view| {
        // Counted first and looked at then: who ends the handle cancels first and counts then.
        let counted = [view.guard.handle.tasks().token(), view.tasks.token()];
        (!view.group.is_cancelled()).then(|| Job { request: request.clone(), view, counted })
    });
    if job.is_none() {
        queue.pause(&cluster);
        queue.done(&cluster, &request, Outcome::Again, Instant::now());
    }
    Some(job)
}

impl<K: Watched> Job<K> {
    fn start(self, core: &Arc<Core<K>>, reconcile: &Reconciler<K>) {
        let Self { request, view, counted } = self;
        let served = Served { core: core.clone(), request, outcome: Outcome::Failed };
        let span = tracing::debug_span!("reconcile", controller = %core.name, request = %served.request);
        let (reconcile, tasks) = (reconcile.clone(), view.tasks.clone());
        let work = async move {
            one(view, reconcile, served).await;
            drop(counted);
        };
        tasks.spawn(work.instrument(span));
    }
}

/// One reconcile, from its beginning to its place in the queue.
async fn one<K: Watched>(view: Arc<View<K>>, reconcile: Reconciler<K>, mut served: Served<K>) {
    let core = served.core.clone();
    let (request, ctx) = (Request::clone(&served.request), Ctx::new(core.clone(), view.clone()));
    // Called within the future, so that a panic on the way to it is caught as well.
    let body = AssertUnwindSafe(async move { reconcile(request, ctx).await }).catch_unwind();
    let patience = async {
        view.group.cancelled().await;
        tokio::select! {
            () = core.kill.cancelled() => {}
            () = sleep(core.options.drain) => {}
        }
    };
    let result = tokio::select! {
        biased;
        () = patience => None,
        result = Box::pin(body) => Some(result),
    };
    let (result, outcome) = match result {
        // It described a cluster that is engaged no longer. If it still is, in another instance, it is asked for again.
        _ if view.group.is_cancelled() => (ReconcileResult::Discarded, Outcome::Again),
        None => (ReconcileResult::Discarded, Outcome::Again),
        Some(Ok(Ok(action))) => (ReconcileResult::Success, action.outcome()),
        Some(Ok(Err(retry))) => (ReconcileResult::Error, retry.outcome()),
        Some(Err(_panic)) => {
            tracing::error!("reconcile panicked");
            (ReconcileResult::Panic, Outcome::Failed)
        }
    };
    view.counts.count(result);
    served.outcome = outcome;
}

/// A request that is being served; goes back to the queue however that ends.
struct Served<K: Watched> {
    core: Arc<Core<K>>,
    request: Arc<Request<K>>,
    outcome: Outcome,
}

impl<K: Watched> Drop for Served<K> {
    fn drop(&mut self) {
        self.core.with_queue(|queue| queue.done(&self.request.cluster, &self.request, self.outcome, Instant::now()));
    }
}
