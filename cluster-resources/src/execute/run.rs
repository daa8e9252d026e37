//! One run over a plan: whose turn it is, in every cluster at once, and what became of each item. Knows nothing of requests.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque};
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures::FutureExt as _;
use futures::stream::{FuturesUnordered, StreamExt};
use jiff::Timestamp;
use serde_json::Value;
use tokio::sync::{Notify, Semaphore};
use tokio_util::sync::CancellationToken;

use super::graph::{Graph, Progress};
use super::inventory::lock_lost;
use super::limits::{ClusterLimit, Permit, Use};
use super::member::Member;
use super::options::ExecuteOptions;
use super::owed::{Owed, owed};
use super::reason;
use super::work::Work;
use crate::applyset::PART_OF;
use crate::clusters::Clusters;
use crate::desired::DesiredSet;
use crate::id::{BucketId, ClusterName, ObjectId};
use crate::issue::{Issue, IssueClass, Reach, Severity};
use crate::observed::{LiveBody, Observed};
use crate::outcome::{Applied, Done, Event, EventSink, Outcome, RunOutcome, Verified};
use crate::plan::{Action, PLAN_VERSION, Plan, PlanItem};
use crate::policy::Policy;

/// Items of one cluster that may have begun and rest, besides those in flight.
const MOST_BEGUN: usize = 64;

/// Whether a run is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    /// It is.
    Execute,
    /// Servers are asked what they would do.
    Verify,
}

/// What a run is made of.
pub(super) struct Given<'a> {
    pub(super) plan: &'a Plan,
    pub(super) desired: &'a DesiredSet,
    /// What the plan was made on, where it is at hand.
    pub(super) observed: Option<&'a Observed>,
    pub(super) clusters: &'a dyn Clusters,
    pub(super) policy: &'a Policy,
    pub(super) options: &'a ExecuteOptions,
    pub(super) sink: &'a dyn EventSink,
    pub(super) cancel: CancellationToken,
}

/// One run.
pub(super) struct Run<'a> {
    pub(super) plan: &'a Plan,
    pub(super) desired: &'a DesiredSet,
    observed: Option<&'a Observed>,
    pub(super) policy: &'a Policy,
    pub(super) options: &'a ExecuteOptions,
    pub(super) cancel: CancellationToken,
    pub(super) mode: Mode,
    pub(super) manager: String,
    /// Names the restarts of this run.
    pub(super) began: Timestamp,
    /// Restarts that are owed because of what changes.
    pub(super) owed: BTreeMap<&'a ObjectId, Owed>,
    sink: &'a dyn EventSink,
    members: Vec<Member<'a>>,
    place: HashMap<&'a ClusterName, usize>,
    /// The items of each cluster.
    items: Vec<Vec<usize>>,
    labels: BTreeMap<&'a ClusterName, Vec<(String, String)>>,
    board: Mutex<Board>,
    /// One for each cluster: something became ready there.
    woken: Vec<Notify>,
}

/// What is ready, and what is done.
struct Board {
    progress: Progress,
    ready: Vec<VecDeque<usize>>,
    left: Vec<usize>,
    outcomes: Vec<Option<Arc<Outcome>>>,
    issues: Vec<Issue>,
}

impl<'a> Run<'a> {
    pub(super) fn new(given: Given<'a>, mode: Mode) -> Self {
        let Given { plan, desired, observed, clusters, policy, options, sink, cancel } = given;
        let names: BTreeSet<&ClusterName> = plan
            .items
            .iter()
            .map(|item| &item.id.cluster)
            .chain(plan.parents.iter().map(|parent| &parent.cluster))
            .collect();
        let total = Arc::new(Semaphore::new(options.total.max(1)));
        let limit = || ClusterLimit::new(Arc::clone(&total), options.per_cluster, options.writes_per_cluster);
        let members: Vec<Member<'a>> = names.iter().map(|name| Member::new(name, clusters, limit())).collect();
        let place: HashMap<&ClusterName, usize> = names.iter().enumerate().map(|(at, name)| (*name, at)).collect();
        let mut items = vec![Vec::new(); members.len()];
        for (at, item) in plan.items.iter().enumerate() {
            items[place[&item.id.cluster]].push(at);
        }
        let labels =
            plan.parents.iter().map(|parent| (&parent.cluster, vec![(PART_OF.to_owned(), parent.set_id.to_string())]));
        let began = Timestamp::now();
        let board = Board {
            progress: Progress::new(Graph::new(&plan.items, mode == Mode::Execute)),
            ready: vec![VecDeque::new(); members.len()],
            left: vec![0; members.len()],
            outcomes: vec![None; plan.items.len()],
            issues: Vec::new(),
        };
        Self {
            plan,
            desired,
            observed,
            policy,
            options,
            sink,
            cancel,
            mode,
            manager: policy.actor.field_manager(),
            began,
            owed: owed(&plan.items, began),
            labels: labels.collect(),
            woken: members.iter().map(|_| Notify::new()).collect(),
            board: Mutex::new(board),
            members,
            place,
            items,
        }
    }

    /// An object as it was when the plan was made, if it was kept.
    pub(super) fn seen(&self, id: &ObjectId) -> Option<&'a Value> {
        match &self.observed?.get(id)?.body {
            LiveBody::Full(value) => Some(value),
            LiveBody::Metadata(_) | LiveBody::InSync { .. } => None,
        }
    }

    /// Labels that go onto every object of a cluster.
    pub(super) fn labels(&self, cluster: &ClusterName) -> &[(String, String)] {
        self.labels.get(cluster).map_or(&[], Vec::as_slice)
    }

    /// Carries the plan out.
    pub(super) async fn go(self) -> RunOutcome {
        self.begin();
        let drivers: FuturesUnordered<_> = (0..self.members.len()).map(|at| self.drive(at)).collect();
        drivers.collect::<()>().await;
        self.end()
    }

    /// Settles what needs no work, and finds what may begin.
    fn begin(&self) {
        let mut seen = HashSet::new();
        let refused = self.refused_as_a_whole();
        let circles: HashSet<usize> = self.board().progress.circles().into_iter().collect();
        let start = self.board().progress.start();
        for item in self.plan.items.iter().filter(|item| item.action.writes()) {
            self.board().left[self.place[&item.id.cluster]] += 1;
        }
        for (at, item) in self.plan.items.iter().enumerate() {
            let refused = refused.as_deref().filter(|_| item.action.writes());
            let twice = !seen.insert((&item.id, item.action == Action::Restart));
            let settled = if let Some(why) = refused {
                Some(Done::Blocked(object_issue(item, IssueClass::Invalid, why)))
            } else if twice {
                Some(Done::Blocked(object_issue(item, IssueClass::Duplicate, "the plan has it twice; plan again")))
            } else if circles.contains(&at) {
                Some(Done::Blocked(object_issue(
                    item,
                    IssueClass::Dependency,
                    "what it needs needs it; mend the dependencies",
                )))
            } else {
                self.without_work(item)
            };
            if let Some(done) = settled {
                self.settle(at, done);
            }
        }
        for at in start {
            self.make_ready(at);
        }
    }

    /// Why nothing of the plan can be carried out here.
    fn refused_as_a_whole(&self) -> Option<String> {
        let Plan { version, field_manager, .. } = self.plan;
        if *version != PLAN_VERSION {
            return Some(format!(
                "the plan has format {version}, and only format {PLAN_VERSION} is understood; plan again"
            ));
        }
        (*field_manager != self.manager).then(|| {
            format!("the plan is for the field manager {field_manager:?}, and this is {:?}; plan again", self.manager)
        })
    }

    /// What becomes of an item that nothing is done about.
    fn without_work(&self, item: &PlanItem) -> Option<Done> {
        if self.mode == Mode::Verify && item.action.writes() && !item.unverifiable.is_empty() {
            return Some(Done::Planned(Verified::Unverified(item.unverifiable.clone())));
        }
        left_alone(item)
    }

    /// Works through one cluster, its inventory first and last.
    async fn drive(&self, at: usize) {
        let member = &self.members[at];
        let mut inventory = None;
        if self.mode == Mode::Execute && !self.cancel.is_cancelled() && self.refused_as_a_whole().is_none() {
            match self.widen_inventory(member).await {
                Ok(state) => inventory = state,
                Err(issue) => return self.block(member.name, issue),
            }
        }
        self.work_through(at, member).await;
        if self.mode == Mode::Execute {
            self.settle_restarts(member).await;
            self.say_what_is_owed(member);
        }
        if let Some(state) = inventory {
            self.shrink_inventory(member, &state).await;
            self.announce(member, &state).await;
        }
        if let Some(Ok(pruning)) = member.lock.get() {
            pruning.end().await;
        }
    }

    /// Nothing can be done in a cluster.
    fn block(&self, cluster: &ClusterName, issue: Issue) {
        if issue.severity != Severity::Info {
            self.say(issue.clone());
        }
        for (at, _) in self.items_of(cluster).filter(|(_, item)| item.action.writes()) {
            let done = match issue.severity {
                Severity::Info => Done::Skipped(issue.message.clone()),
                _ => Done::Blocked(issue.clone()),
            };
            self.settle(at, done);
        }
    }

    /// Works through the items of one cluster, as they become possible.
    async fn work_through(&self, at: usize, member: &Member<'a>) {
        let mut running = FuturesUnordered::new();
        let mut turn: Option<Pin<Box<dyn Future<Output = Permit> + Send + '_>>> = None;
        let mut lock_is_lost = false;
        loop {
            let woken = self.woken[at].notified();
            tokio::pin!(woken);
            woken.as_mut().enable();
            let stopped = self.cancel.is_cancelled();
            let (ready, left) = {
                let board = self.board();
                (!board.ready[at].is_empty(), board.left[at])
            };
            if left == 0 || (stopped && running.is_empty()) {
                break;
            }
            if !stopped && ready && running.len() < MOST_BEGUN {
                turn.get_or_insert_with(|| Box::pin(member.limit.clone().acquire(Use::Write)));
            } else {
                turn = None;
            }
            let next_turn = async {
                match turn.as_mut() {
                    Some(turn) => turn.await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                // Who is done makes room, and may be what others wait for.
                biased;
                Some((item, outcome)) = running.next(), if !running.is_empty() => self.record(item, outcome),
                permit = next_turn => {
                    turn = None;
                    let next = self.board().ready[at].pop_front();
                    if let Some(item) = next {
                        running.push(self.work(item, member, permit));
                    }
                }
                () = member.lock_lost(), if !lock_is_lost => {
                    lock_is_lost = true;
                    self.say(lock_lost(member.name));
                }
                () = woken => {}
                () = self.cancel.cancelled(), if !stopped => {}
            }
        }
        if !lock_is_lost && member.lock_lost().now_or_never().is_some() {
            self.say(lock_lost(member.name));
        }
    }

    /// Works on one item. What panics has failed, alone.
    async fn work<'r>(&'r self, at: usize, member: &'r Member<'a>, permit: Permit) -> (usize, Outcome) {
        let item = &self.plan.items[at];
        self.sink.event(&Event::Started(item.id.clone(), item.action));
        let worked = AssertUnwindSafe(Work::new(self, member, item, permit).carry_out()).catch_unwind().await;
        let outcome = worked.unwrap_or_else(|_| {
            let issue =
                object_issue(item, IssueClass::Other, "working on it panicked; this is a defect of this program");
            outcome_of(item, Done::Failed { issue, absent: false })
        });
        (at, outcome)
    }

    fn settle(&self, at: usize, done: Done) {
        self.record(at, outcome_of(&self.plan.items[at], done));
    }

    /// Records what became of an item, and what that makes possible and impossible.
    fn record(&self, at: usize, outcome: Outcome) {
        let well = !outcome.result.is_failure();
        self.finished(at, outcome);
        let freed = self.board().progress.finish(at, well);
        for (lost, because) in freed.given_up {
            let message = format!("{} was not done, and it needs that", self.plan.items[because].id);
            self.finished(lost, outcome_of(&self.plan.items[lost], Done::NotAttempted(message)));
        }
        for ready in freed.ready {
            self.make_ready(ready);
        }
    }

    fn finished(&self, at: usize, outcome: Outcome) {
        let outcome = Arc::new(outcome);
        {
            let item = &self.plan.items[at];
            let member = self.place[&item.id.cluster];
            let mut board = self.board();
            if board.outcomes[at].is_some() {
                return;
            }
            board.outcomes[at] = Some(Arc::clone(&outcome));
            if item.action.writes() {
                board.left[member] = board.left[member].saturating_sub(1);
                self.woken[member].notify_waiters();
            }
        }
        self.sink.event(&Event::Finished(outcome));
    }

    fn make_ready(&self, at: usize) {
        let item = &self.plan.items[at];
        let mut board = self.board();
        if item.action.writes() && board.outcomes[at].is_none() {
            let member = self.place[&item.id.cluster];
            board.ready[member].push_back(at);
            self.woken[member].notify_waiters();
        }
    }

    /// Something changed that those who work through a cluster look at.
    pub(super) fn wake(&self, cluster: &ClusterName) {
        if let Some(at) = self.place.get(cluster) {
            self.woken[*at].notify_waiters();
        }
    }

    /// Something went wrong that is no item's.
    pub(super) fn say(&self, issue: Issue) {
        self.sink.event(&Event::Issue(issue.clone()));
        self.board().issues.push(issue);
    }

    /// What became of the items of a cluster that are like this; nothing for those that are not done.
    pub(super) fn results(&self, cluster: &ClusterName, like: impl Fn(&PlanItem) -> bool) -> Vec<Option<Arc<Outcome>>> {
        let board = self.board();
        self.items_of(cluster).filter(|(_, item)| like(item)).map(|(at, _)| board.outcomes[at].clone()).collect()
    }

    /// What became of an item; nothing when it is not done.
    pub(super) fn result(&self, at: usize) -> Option<Arc<Outcome>> {
        self.board().outcomes.get(at).cloned().flatten()
    }

    /// The items of a cluster, with their places in the plan.
    pub(super) fn items_of(&self, cluster: &ClusterName) -> impl Iterator<Item = (usize, &'a PlanItem)> {
        let places = self.place.get(cluster).map_or(&[][..], |at| &self.items[*at]);
        places.iter().map(|at| (*at, &self.plan.items[*at]))
    }

    fn end(self) -> RunOutcome {
        for at in 0..self.plan.items.len() {
            if self.board().outcomes[at].is_none() {
                self.settle(at, Done::NotAttempted("the run was cancelled before".into()));
            }
        }
        let dry_run = self.mode == Mode::Verify;
        let board = self.board.into_inner().unwrap_or_else(PoisonError::into_inner);
        let outcomes: Vec<Outcome> = board.outcomes.into_iter().flatten().map(Arc::unwrap_or_clone).collect();
        let forbidden = forbidden(&outcomes);
        let issues = self.plan.issues.iter().cloned().chain(board.issues).chain(forbidden).collect();
        RunOutcome { plan_digest: self.plan.digest.clone(), dry_run, outcomes, issues }
    }

    fn board(&self) -> MutexGuard<'_, Board> {
        self.board.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl RunOutcome {
    /// What becomes of a plan that is only looked at.
    pub(super) fn unasked(plan: &Plan) -> Self {
        let result = |item| left_alone(item).unwrap_or(Done::Planned(Verified::NotAsked));
        Self {
            plan_digest: plan.digest.clone(),
            dry_run: true,
            outcomes: plan.items.iter().map(|item| outcome_of(item, result(item))).collect(),
            issues: plan.issues.clone(),
        }
    }
}

/// What becomes of an item that the plan leaves alone.
fn left_alone(item: &PlanItem) -> Option<Done> {
    match (item.action, &item.live) {
        (Action::Unchanged, Some(live)) => {
            Some(Done::Applied { how: Applied::Unchanged, version: live.clone(), generation: None })
        }
        (Action::Unchanged, None) => Some(Done::Skipped("it is as declared".into())),
        (Action::Skip, _) => Some(Done::Skipped(reason::text(&item.reason))),
        (Action::Blocked, _) => {
            let message = reason::text(&item.reason);
            Some(Done::Blocked(object_issue(item, reason::class(&item.reason), &message)))
        }
        _ => None,
    }
}

/// What the credential may not do, once for each kind and place in which it failed more than once.
fn forbidden(outcomes: &[Outcome]) -> Vec<Issue> {
    const FEW: usize = 3;
    let mut places: BTreeMap<BucketId, Vec<(&str, &Issue)>> = BTreeMap::new();
    for outcome in outcomes {
        if let Some(issue) = outcome.result.issue().filter(|issue| issue.class == IssueClass::Forbidden) {
            places.entry(outcome.id.bucket()).or_default().push((&outcome.id.name, issue));
        }
    }
    places
        .into_iter()
        .filter_map(|(bucket, failed)| {
            let [(_, first), _, ..] = failed[..] else { return None };
            let names: Vec<&str> = failed.iter().take(FEW).map(|(name, _)| *name).collect();
            let more = if failed.len() > FEW { ", …" } else { "" };
            let said = format!("{} objects are refused ({}{more}): {}", failed.len(), names.join(", "), first.message);
            Some(Issue::error(Reach::Kind(bucket), IssueClass::Forbidden, said))
        })
        .collect()
}

fn object_issue(item: &PlanItem, class: IssueClass, message: &str) -> Issue {
    let mut issue = Issue::error(Reach::Object(item.id.clone()), class, message);
    issue.origin = item.origin.clone();
    issue
}

/// An outcome that took no request.
fn outcome_of(item: &PlanItem, result: Done) -> Outcome {
    Outcome {
        id: item.id.clone(),
        action: item.action,
        result,
        attempts: 0,
        millis: 0,
        warnings: Vec::new(),
        notes: Vec::new(),
        predicted: None,
        privileged: item.privileged,
    }
}
