//! One pass over everything: phase by phase, and in a phase many clusters at once.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use futures::FutureExt as _;
use jiff::Timestamp;
use tokio::sync::Semaphore;
use tokio::task::{AbortHandle, JoinSet};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::counts::gather;
use super::decide::{CLUSTER_PHASES, Next, Step, statuses};
use super::desired::DesiredKeeper;
use super::election::Term;
use super::publish::publish;
use super::report::{PassReport, Phase, PhaseReport, StepFailure};
use super::step::{Crew, StepError};
use crate::cluster::{Cluster, ClusterId, ProviderType};
use crate::provider::CallContext;
use crate::service::ServiceError;
use crate::store::{ClusterQuery, Cursor, Fence, Unreadable};

/// How long reading a page, or counting, may take.
pub(super) const READ_TIMEOUT: Duration = Duration::from_secs(30);

/// Which cluster, and what became of it; nothing, where there was no room for it in time.
type Ended = (ClusterId, Option<Result<(), StepError>>);

/// Who works on one phase.
struct Gang<'a> {
    crew: &'a Arc<Crew>,
    term: &'a Term,
    stop: &'a CancellationToken,
    phase: Phase,
    until: Instant,
    clusters: Arc<Semaphore>,
    providers: BTreeMap<ProviderType, Arc<Semaphore>>,
    steps: JoinSet<Ended>,
    who: HashMap<tokio::task::Id, ClusterId>,
    begun: usize,
    left: usize,
}

/// Goes over everything once, or until the term is over, or no step is to be begun any more.
pub(super) async fn pass(
    crew: &Arc<Crew>,
    desired: Option<&DesiredKeeper>,
    term: &Term,
    stop: &CancellationToken,
) -> PassReport {
    let mut report = PassReport::default();
    if let Some(metrics) = &crew.metrics {
        let began = Instant::now();
        // What counts workloads is the application's.
        let gathered = AssertUnwindSafe(gather(crew, term, &mut report.failures)).catch_unwind().await;
        let snapshot = gathered.unwrap_or_else(|_| {
            report.failures.push(StepFailure::of(None, Phase::Metrics, StepError::Panic));
            None
        });
        let seen = snapshot.as_ref().map_or(0, |snapshot| snapshot.clusters.len());
        if let Some(snapshot) = snapshot.filter(|_| !term.is_over()) {
            metrics.show(snapshot);
        }
        report.phases.push((Phase::Metrics, PhaseReport { seen, took: began.elapsed(), ..PhaseReport::default() }));
    }
    if let Some(keeper) = desired.filter(|_| !term.is_over() && !stop.is_cancelled()) {
        let began = Instant::now();
        let call = call_of(term, crew.options.phase_timeout);
        let mut phase = PhaseReport::default();
        let failed = |id: Option<&ClusterId>, error| StepFailure::of(id, Phase::DesiredState, error);
        match AssertUnwindSafe(keeper.reconcile(crew.service.as_ref(), &call)).catch_unwind().await {
            Ok(Ok(done)) => {
                (phase.seen, phase.steps) = (done.seen, done.written);
                report.failures.extend(done.failed.into_iter().map(|(id, error)| failed(id.as_ref(), error)));
            }
            Ok(Err(error)) => report.failures.push(failed(None, error.into())),
            Err(_) => report.failures.push(failed(None, StepError::Panic.into())),
        }
        phase.took = began.elapsed();
        report.phases.push((Phase::DesiredState, phase));
    }
    let mut there = Some(HashSet::new());
    for phase in CLUSTER_PHASES {
        if term.is_over() || stop.is_cancelled() {
            report.interrupted = true;
            return report;
        }
        let began = Instant::now();
        let mut done = PhaseReport::default();
        let whole = one_phase(crew, term, stop, phase, &mut done, &mut report.failures, &mut there).await;
        if !whole {
            there = None;
        }
        done.took = began.elapsed();
        report.phases.push((phase, done));
    }
    if let Some(publisher) = crew.publisher.as_ref().filter(|_| !term.is_over() && !stop.is_cancelled()) {
        let began = Instant::now();
        let mut done = PhaseReport::default();
        publish(crew, publisher.as_ref(), term, stop, &mut done, &mut report.failures).await;
        done.took = began.elapsed();
        report.phases.push((Phase::Publish, done));
    }
    report.interrupted = term.is_over();
    // Several phases see the same record.
    let mut told = HashSet::new();
    report.failures.retain(|failure| {
        failure.error.downcast_ref::<Unreadable>().is_none_or(|unreadable| told.insert(unreadable.id.clone()))
    });
    if let Some(there) = there.filter(|_| !report.interrupted) {
        crew.remember_only(|id| there.contains(id));
    }
    report
}

/// Whether all of it was seen.
async fn one_phase(
    crew: &Arc<Crew>,
    term: &Term,
    stop: &CancellationToken,
    phase: Phase,
    done: &mut PhaseReport,
    failures: &mut Vec<StepFailure>,
    there: &mut Option<HashSet<ClusterId>>,
) -> bool {
    let mut gang = Gang {
        crew,
        term,
        stop,
        phase,
        until: Instant::now() + crew.options.phase_timeout,
        clusters: Arc::new(Semaphore::new(crew.options.concurrency.max(1))),
        providers: BTreeMap::new(),
        steps: JoinSet::new(),
        who: HashMap::new(),
        begun: 0,
        left: 0,
    };
    let mut cursor: Option<Cursor> = None;
    let mut whole = true;
    loop {
        let query = ClusterQuery::all()
            .in_status(statuses(phase).iter().copied())
            .after(cursor.take())
            .limit(crew.options.page);
        let page = match crew.service.list(&call_of(term, READ_TIMEOUT), query).await {
            Ok(page) => page,
            Err(error) => {
                failures.push(StepFailure::of(None, phase, error));
                whole = false;
                break;
            }
        };
        done.seen += page.items.len() + page.unreadable.len();
        for wrong in page.unreadable {
            tracing::warn!(phase = phase.as_str(), cluster = wrong.id, error = %wrong, "a record is left alone");
            failures.push(StepFailure::of(wrong.cluster_id().as_ref(), phase, wrong));
        }
        let now = (crew.clock)();
        for cluster in page.items {
            if let Some(there) = there {
                there.insert(cluster.id.clone());
            }
            // What decides is in part the application's.
            match std::panic::catch_unwind(AssertUnwindSafe(|| crew.decide(&cluster, now))) {
                Ok(Next::Rest) => {}
                Ok(Next::NotBefore(_)) => done.waiting += 1,
                Ok(Next::Do(step)) => gang.add(cluster, step),
                Err(_) => failures.push(StepFailure::of(Some(&cluster.id), phase, StepError::Panic)),
            }
        }
        gang.reap(failures);
        match page.next {
            Some(next) => cursor = Some(next),
            None => break,
        }
    }
    gang.finish(failures).await;
    (done.steps, done.cut_short) = (gang.begun, gang.left > 0);
    whole
}

impl Gang<'_> {
    /// Makes a step as soon as there is room for it at its provider, and then among all. So a provider that hangs holds up its own.
    fn add(&mut self, cluster: Cluster, step: Step) {
        let of_one = self.crew.options.provider_concurrency.max(1);
        let provider = self.providers.entry(cluster.provider_type.clone());
        let provider = Arc::clone(provider.or_insert_with(|| Arc::new(Semaphore::new(of_one))));
        let (crew, clusters, stop, until) =
            (Arc::clone(self.crew), Arc::clone(&self.clusters), self.stop.clone(), self.until);
        // Its time begins when it does.
        let (over, fence) = (self.term.token(), self.term.fence().cloned());
        let id = cluster.id.clone();
        let task: AbortHandle = self.steps.spawn(async move {
            let id = cluster.id.clone();
            let room = async { Some((provider.acquire().await.ok()?, clusters.acquire().await.ok()?)) };
            let room = tokio::select! {
                biased;
                () = over.cancelled() => None,
                () = stop.cancelled() => None,
                room = tokio::time::timeout_at(until, room) => room.ok().flatten(),
            };
            let Some(_room) = room else { return (id, None) };
            let limit = crew.options.step_timeout;
            let call = call_for(fence, over, limit);
            let done = match call.bound(crew.carry_out(&call, cluster, step)).await {
                Ok(done) => done,
                Err(crate::provider::Interrupted::DeadlinePassed) => Err(StepError::Timeout(limit)),
                Err(source) => Err(ServiceError::Interrupted { id: id.to_string(), source }.into()),
            };
            (id, Some(done))
        });
        self.who.insert(task.id(), id);
    }

    fn reap(&mut self, failures: &mut Vec<StepFailure>) {
        while let Some(done) = self.steps.try_join_next_with_id() {
            self.ended(done, failures);
        }
    }

    async fn finish(&mut self, failures: &mut Vec<StepFailure>) {
        while let Some(done) = self.steps.join_next_with_id().await {
            self.ended(done, failures);
        }
    }

    fn ended(
        &mut self,
        done: Result<(tokio::task::Id, Ended), tokio::task::JoinError>,
        failures: &mut Vec<StepFailure>,
    ) {
        let (id, error) = match done {
            Ok((task, (id, done))) => {
                self.who.remove(&task);
                match done {
                    None => return self.left += 1,
                    Some(Ok(())) => return self.begun += 1,
                    Some(Err(error)) => (Some(id), error),
                }
            }
            Err(panic) => (self.who.remove(&panic.id()), StepError::Panic),
        };
        self.begun += 1;
        if error.is_fenced() {
            self.term.end();
        }
        tracing::warn!(
            phase = self.phase.as_str(),
            cluster = id.as_ref().map(ClusterId::as_str),
            error = %core_client::error::ErrorChain::new(&error),
            "a step did not work"
        );
        failures.push(StepFailure::of(id.as_ref(), self.phase, error));
    }
}

/// A call on behalf of this leader, that ends with its term.
pub(super) fn call_of(term: &Term, within: Duration) -> CallContext {
    call_for(term.fence().cloned(), term.token(), within)
}

fn call_for(fence: Option<Fence>, over: CancellationToken, within: Duration) -> CallContext {
    let call = CallContext::within(within).with_cancel(over);
    match fence {
        Some(fence) => call.with_fence(fence),
        None => call,
    }
}

/// The clock of the machine.
pub(super) fn wall_clock() -> Timestamp {
    Timestamp::now()
}
