//! The manager: leads, passes over everything, waits, and stops when it is told to.

use std::fmt;
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures::{FutureExt as _, StreamExt as _};
use jiff::Timestamp;
use tokio::sync::{Notify, watch};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::desired::{DesiredKeeper, DesiredStateSource, RemovalLimits};
use super::election::{Election, Single, Term};
use super::pass::{pass, wall_clock};
use super::step::Crew;
use super::{AgentBootstrap, ClusterPublisher, ManagerOptions, PassReport, ReadinessGate, Terraformer};
use crate::service::{ClusterChange, ClusterService};

/// Collects what a manager works with; see [`ClusterManager::builder`].
#[must_use]
pub struct ClusterManagerBuilder {
    crew: Crew,
    election: Arc<dyn Election>,
    desired: Option<(Arc<dyn DesiredStateSource>, RemovalLimits)>,
    on_pass: Option<OnPass>,
}

type OnPass = Arc<dyn Fn(&PassReport) + Send + Sync>;

/// Brings every recorded cluster to where it should be, for as long as this process leads.
///
/// It owns one task, which owns the steps under way. Dropping it stops everything where it is, which every step stands;
/// [`shutdown`](Self::shutdown) lets steps under way come to their end and gives leadership back.
pub struct ClusterManager {
    shared: Arc<Shared>,
    task: Mutex<Option<JoinHandle<()>>>,
}

struct Shared {
    crew: Arc<Crew>,
    desired: Option<DesiredKeeper>,
    election: Arc<dyn Election>,
    wake: Notify,
    stop: CancellationToken,
    leads: watch::Sender<bool>,
    /// The epoch of the last term.
    epoch: Mutex<Option<i64>>,
    passes: watch::Sender<u64>,
    on_pass: Option<OnPass>,
}

// === impl ClusterManagerBuilder ===

impl ClusterManagerBuilder {
    /// How it works.
    pub fn options(mut self, options: ManagerOptions) -> Self {
        self.crew.options = options;
        self
    }

    /// How it becomes the leader; always, when nothing is said.
    pub fn election(mut self, election: impl Election) -> Self {
        self.election = Arc::new(election);
        self
    }

    /// Which clusters there should be. Nobody says so when this is left out, and the records stand for themselves.
    pub fn desired_state(mut self, source: Arc<dyn DesiredStateSource>, limits: RemovalLimits) -> Self {
        self.desired = Some((source, limits));
        self
    }

    /// What clusters should hold; nothing, when this is left out.
    pub fn terraformer(mut self, terraformer: Arc<dyn Terraformer>) -> Self {
        self.crew.terraformer = Some(terraformer);
        self
    }

    /// When clusters take workloads; at once when they are set up, when this is left out.
    pub fn readiness_gate(mut self, gate: Arc<dyn ReadinessGate>) -> Self {
        self.crew.gate = Some(gate);
        self
    }

    /// What runs in clusters on our behalf.
    pub fn agent(mut self, agent: Arc<dyn AgentBootstrap>) -> Self {
        self.crew.agent = Some(agent);
        self
    }

    /// Where else it is said which clusters there are; nowhere, when this is left out.
    pub fn publisher(mut self, publisher: Arc<dyn ClusterPublisher>) -> Self {
        self.crew.publisher = Some(publisher);
        self
    }

    /// Where it is counted what becomes of clusters and passes.
    #[cfg(feature = "metrics")]
    pub fn metrics(mut self, metrics: crate::metrics::ClusterMetrics) -> Self {
        self.crew.metrics = Some(metrics);
        self
    }

    /// Another clock, for tests. Of times in records it decides pauses, and nothing that has to be right.
    pub fn clock(mut self, clock: Arc<dyn Fn() -> Timestamp + Send + Sync>) -> Self {
        self.crew.clock = clock;
        self
    }

    /// Is told what became of each pass.
    pub fn on_pass(mut self, told: impl Fn(&PassReport) + Send + Sync + 'static) -> Self {
        self.on_pass = Some(Arc::new(told));
        self
    }

    /// A manager that passes when it is [told to](ClusterManager::reconcile_once), and has no task.
    #[must_use]
    pub fn build(self) -> ClusterManager {
        let clock = Arc::clone(&self.crew.clock);
        let desired = self.desired.map(|(source, limits)| {
            DesiredKeeper::new(source, limits)
                .with_clock(Arc::clone(&clock))
                .with_patience(self.crew.options.source_timeout)
        });
        let shared = Shared {
            crew: Arc::new(self.crew),
            desired,
            election: self.election,
            wake: Notify::new(),
            stop: CancellationToken::new(),
            leads: watch::Sender::new(false),
            epoch: Mutex::new(None),
            passes: watch::Sender::new(0),
            on_pass: self.on_pass,
        };
        ClusterManager { shared: Arc::new(shared), task: Mutex::new(None) }
    }

    /// A manager at work.
    #[must_use]
    pub fn start(self) -> ClusterManager {
        let manager = self.build();
        let shared = Arc::clone(&manager.shared);
        *manager.task.lock().unwrap_or_else(PoisonError::into_inner) =
            Some(tokio::spawn(async move { shared.keep_working().await }));
        manager
    }
}

impl fmt::Debug for ClusterManagerBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClusterManagerBuilder").field("options", &self.crew.options).finish_non_exhaustive()
    }
}

// === impl ClusterManager ===

impl ClusterManager {
    /// Begins with a service, and careful defaults.
    pub fn builder(service: Arc<dyn ClusterService>) -> ClusterManagerBuilder {
        ClusterManagerBuilder {
            crew: Crew::new(service, ManagerOptions::default(), Arc::new(wall_clock)),
            election: Arc::new(Single),
            desired: None,
            on_pass: None,
        }
    }

    /// Leads, passes over everything once, and stops leading. Waits for its turn where another manager leads.
    ///
    /// # Cancel safety
    /// Steps under way are cut off where they are, and made again in the next pass.
    pub async fn reconcile_once(&self) -> PassReport {
        let term = self.shared.election.lead().await;
        self.shared.begin(&term);
        let report = self.shared.pass(&term).await;
        term.resign(self.shared.crew.options.drain).await;
        report
    }

    /// Asks for a pass now; one that is under way is followed by another.
    pub fn wake(&self) {
        self.shared.wake.notify_one();
    }

    /// Whether this process leads.
    #[must_use]
    pub fn leads(&self) -> bool {
        *self.shared.leads.borrow()
    }

    /// Changes with [`leads`](Self::leads); after the work has begun or stopped.
    #[must_use]
    pub fn leadership(&self) -> watch::Receiver<bool> {
        self.shared.leads.subscribe()
    }

    /// How many passes have come to an end; changes with each.
    #[must_use]
    pub fn passes(&self) -> watch::Receiver<u64> {
        self.shared.passes.subscribe()
    }

    /// Stops: no step is begun any more, those under way have [some time](ManagerOptions::drain) to come to their end, and leadership is given
    /// back. May be called more than once.
    pub async fn shutdown(&self) {
        self.shared.stop.cancel();
        let task = self.task.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(task) = task {
            let drain = self.shared.crew.options.drain.saturating_mul(2);
            let abort = task.abort_handle();
            if tokio::time::timeout(drain, task).await.is_err() {
                abort.abort();
            }
        }
    }
}

impl Drop for ClusterManager {
    fn drop(&mut self) {
        self.shared.stop.cancel();
        if let Some(task) = self.task.lock().unwrap_or_else(PoisonError::into_inner).take() {
            task.abort();
        }
    }
}

impl fmt::Debug for ClusterManager {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClusterManager")
            .field("leads", &self.leads())
            .field("passes", &*self.shared.passes.borrow())
            .finish_non_exhaustive()
    }
}

// === impl Shared ===

impl Shared {
    /// Works until it is told to stop. What the application brings may panic, which ends a term and not the work.
    async fn keep_working(&self) {
        while AssertUnwindSafe(self.work()).catch_unwind().await.is_err() {
            tracing::error!("the manager panicked; it begins again after a pause");
            self.leads.send_replace(false);
            if let Some(metrics) = &self.crew.metrics {
                metrics.leads(None);
            }
            tokio::select! {
                () = self.stop.cancelled() => return,
                () = tokio::time::sleep(self.pause()) => {}
            }
        }
    }

    async fn work(&self) {
        while !self.stop.is_cancelled() {
            let term = tokio::select! {
                () = self.stop.cancelled() => return,
                term = self.election.lead() => term,
            };
            tracing::info!(epoch = term.fence().map(|fence| fence.epoch), "this process leads");
            if let Some(metrics) = &self.crew.metrics {
                metrics.leads(Some(term.fence().map(|fence| fence.epoch)));
            }
            self.leads.send_replace(true);
            self.lead(&term).await;
            // Work has stopped; now others may know.
            self.leads.send_replace(false);
            if let Some(metrics) = &self.crew.metrics {
                metrics.leads(None);
            }
            term.resign(self.crew.options.drain).await;
            tracing::info!("this process does not lead any more");
        }
    }

    /// A term begins. Whoever led since the last one may have done something else, so nothing is believed of what was done then. Each
    /// taking of leadership counts one: when there was none but this, nobody led in between.
    fn begin(&self, term: &Term) {
        let epoch = term.fence().map(|fence| fence.epoch);
        let last = std::mem::replace(&mut *self.epoch.lock().unwrap_or_else(PoisonError::into_inner), epoch);
        // A lower one is that of a lease that began to count again: who led before it did is not known.
        let nobody_led = last.zip(epoch).is_some_and(|(last, epoch)| (last..=last.saturating_add(1)).contains(&epoch));
        if term.is_lent() && !nobody_led {
            self.crew.forget();
        }
    }

    async fn lead(&self, term: &Term) {
        self.begin(term);
        let mut changes = self.crew.service.watch();
        let mut listed = match &self.desired {
            Some(keeper) => keeper.source().changes(),
            None => futures::stream::pending().boxed(),
        };
        loop {
            self.pass(term).await;
            let pause = self.pause();
            let pause = tokio::time::sleep(pause);
            tokio::pin!(pause);
            loop {
                tokio::select! {
                    biased;
                    () = self.stop.cancelled() => return,
                    () = term.over() => return,
                    () = self.wake.notified() => break,
                    change = changes.next() => match change {
                        // What this process wrote itself is not worth a pass of its own, but for what begins or ends.
                        Some(change) if is_worth_a_pass(&change) => break,
                        Some(_) => {}
                        None => changes = futures::stream::pending().boxed(),
                    },
                    changed = listed.next() => match changed {
                        Some(()) => break,
                        None => listed = futures::stream::pending().boxed(),
                    },
                    () = &mut pause => break,
                }
            }
        }
    }

    /// A pass that cannot take the process with it.
    async fn pass(&self, term: &Term) -> PassReport {
        let began = tokio::time::Instant::now();
        let work = AssertUnwindSafe(pass(&self.crew, self.desired.as_ref(), term, &self.stop)).catch_unwind();
        let report = tokio::select! {
            report = work => report.unwrap_or_else(|_| {
                tracing::error!("a pass panicked");
                PassReport { interrupted: true, ..PassReport::default() }
            }),
            () = self.drained() => PassReport { interrupted: true, ..PassReport::default() },
        };
        if let Some(metrics) = &self.crew.metrics {
            metrics.passed(&report, began.elapsed());
        }
        self.passes.send_modify(|passes| *passes += 1);
        if let Some(told) = &self.on_pass {
            told(&report);
        }
        report
    }

    /// When steps had their time after the manager was told to stop.
    async fn drained(&self) {
        self.stop.cancelled().await;
        tokio::time::sleep(self.crew.options.drain).await;
    }

    /// The usual time, a tenth more or less.
    fn pause(&self) -> Duration {
        self.crew.options.interval.mul_f64(0.9 + 0.2 * rand::random::<f64>())
    }
}

/// New clusters and those that are to go should not wait.
fn is_worth_a_pass(change: &ClusterChange) -> bool {
    match change {
        ClusterChange::Recorded { .. } | ClusterChange::Missed => true,
        ClusterChange::Moved { to, .. } => {
            matches!(to, crate::cluster::ClusterStatus::Accepted | crate::cluster::ClusterStatus::Deprovisioning)
        }
        _ => false,
    }
}
