//! The beginning and the end of work in one cluster; knows nothing of why it begins or ends.

use std::sync::atomic::AtomicBool;
use std::sync::{Arc, OnceLock};

use tokio::sync::mpsc;
use tokio::time::{Duration, Instant, timeout};
use tokio_util::task::TaskTracker;

use super::core::Core;
use super::events::RuntimeEvent;
use super::guard::Guard;
use super::plan::{Env, Plan};
use super::request::ClusterName;
use super::stats::Counts;
use super::store::Watched;
use super::view::View;

/// How much longer than the drain time is waited for tasks that end as soon as they are polled.
const GRACE: Duration = Duration::from_secs(1);

/// What an engagement tells the supervisor.
#[derive(Debug)]
pub(super) struct Message {
    pub(super) cluster: ClusterName,
    pub(super) instance: u64,
    pub(super) news: News,
}

#[derive(Debug)]
pub(super) enum News {
    /// Everything has been listed.
    Synced(Duration),
    /// It was waited for long enough.
    Overdue,
    /// The handle's revision or the right to work has ended.
    Ended,
}

/// How an engagement begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    /// What its watches see is asked for at once.
    Fresh,
    /// It keeps quiet until it takes the place of another one, and says when that has waited long enough.
    Successor,
}

pub(super) struct Start<'a, K: Watched> {
    pub(super) core: &'a Arc<Core<K>>,
    pub(super) plan: &'a Plan<K>,
    pub(super) messages: &'a mpsc::UnboundedSender<Message>,
    pub(super) instance: u64,
    pub(super) cluster: ClusterName,
    pub(super) guard: Guard,
    pub(super) counts: Arc<Counts>,
    pub(super) mode: Mode,
}

impl<K: Watched> Start<'_, K> {
    /// Starts the watches. Everything that is spawned belongs to the engagement and to the handle, and ends with either.
    pub(super) fn begin(self) -> Arc<View<K>> {
        let Self { core, plan, messages, instance, cluster, guard, counts, mode } = self;
        let (group, tasks) = (guard.handle.alive().child_token(), TaskTracker::new());
        let live = Arc::new(AtomicBool::new(mode == Mode::Fresh));
        let client = guard.handle.client().clone();
        let env = Env { core: core.clone(), cluster: cluster.clone(), client, live: live.clone() };
        let (mut stores, mut replays) = (Vec::new(), Vec::new());
        for started in plan.start(&env) {
            stores.push(started.store);
            replays.push(started.replay);
            let watching = group.clone().run_until_cancelled_owned(started.run);
            guard.handle.tasks().spawn(tasks.track_future(watching));
        }
        let view = Arc::new(View {
            instance,
            cluster,
            guard,
            guarded: OnceLock::new(),
            group,
            tasks,
            stores,
            replays,
            live,
            stale_reads: core.options.stale_reads,
            counts,
        });
        let keeper = keep(&view, mode, core.options.switch_deadline, messages.clone());
        view.guard.handle.tasks().spawn(view.tasks.track_future(keeper));
        core.emit(RuntimeEvent::Engaged { cluster: view.cluster.clone(), instance });
        view
    }
}

/// Tells the supervisor what becomes of an engagement, until it ends.
fn keep<K: Watched>(
    view: &View<K>,
    mode: Mode,
    deadline: Duration,
    messages: mpsc::UnboundedSender<Message>,
) -> impl Future<Output = ()> + Send + 'static {
    let began = Instant::now();
    let synced: Vec<_> = view.stores.iter().map(|store| store.clockwork().first_sync()).collect();
    let (group, lost) = (view.group.clone(), view.guard.ownership.cancel.clone());
    let (cluster, instance) = (view.cluster.clone(), view.instance);
    async move {
        let say = |news| {
            // A supervisor that is gone has ended everything.
            drop(messages.send(Message { cluster: cluster.clone(), instance, news }));
        };
        let watching = async {
            let mut synced = std::pin::pin!(futures::future::join_all(synced));
            if mode == Mode::Successor && timeout(deadline, &mut synced).await.is_err() {
                say(News::Overdue);
            }
            synced.await;
            say(News::Synced(began.elapsed()));
            std::future::pending::<()>().await;
        };
        tokio::select! {
            biased;
            () = group.cancelled() => {}
            () = lost.cancelled() => group.cancel(),
            () = watching => {}
        }
        say(News::Ended);
    }
}

/// Ends an engagement: its watches at once, its reconciles within the drain time. The future is done when nothing of it runs any more,
/// and is bounded.
///
/// A successor goes on with the counts; without one they are added to those of the past.
pub(super) fn end<K: Watched>(
    core: Arc<Core<K>>,
    view: Arc<View<K>>,
    successor: bool,
) -> impl Future<Output = ()> + Send + 'static {
    view.quiet();
    core.retract(&view);
    view.group.cancel();
    view.tasks.close();
    async move {
        let bound = core.options.drain.saturating_add(GRACE);
        if timeout(bound, view.tasks.wait()).await.is_err() {
            tracing::error!(cluster = %view.cluster, "a reconcile does not yield; leaving it behind");
        }
        if !successor {
            core.past.add(view.counts.read());
        }
        let (cluster, instance) = (view.cluster.clone(), view.instance);
        drop(view);
        core.emit(RuntimeEvent::Disengaged { cluster, instance });
    }
}
