//! What is known of every object that is waited for, and when waiting for it ends; knows neither clocks nor clusters.

use std::cmp::Reverse;
use std::collections::{BTreeSet, BinaryHeap, HashMap};
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use serde_json::Value;
use tokio::time::Instant;

use super::{ReadyOutcome, Target, WaitOptions, Waited};
use crate::issue::{Issue, Reach};
use crate::outcome::Event;
use crate::readiness::{Readiness, Rules, Status, is_ready_at_once, readiness_since};
use crate::restart::Trouble;

/// How often an object is judged again that nobody changed: an unschedulable pod fails by time alone.
const AGAIN_AFTER: Duration = Duration::from_secs(5);

/// What a watch saw.
#[derive(Debug, Clone)]
pub(super) enum Seen {
    /// A list begins.
    Listing,
    /// An object as it is.
    Object(Value),
    /// A claim that is not bound, and need not be.
    Unused(Value),
    /// The list is complete.
    Listed,
    /// An object as it was when it was deleted.
    Gone(Value),
    /// It could not be looked; it is tried again.
    Trouble(Trouble),
    /// It cannot be looked.
    Refused(Issue),
}

#[derive(Debug)]
struct Entry {
    target: Target,
    /// Which watch it is seen by.
    bucket: usize,
    deadline: Instant,
    readiness: Readiness,
    /// Since when it is failed.
    failed_since: Option<Instant>,
    /// Whether the list that is being read has it.
    listed: bool,
    /// The object as it was last seen, until it is ready.
    last: Option<Value>,
    ended: Option<(Waited, Instant)>,
}

/// Every object that is waited for.
#[derive(Debug)]
pub(super) struct Board {
    begun: Instant,
    again_at: Instant,
    fail_fast: bool,
    failed_for: Duration,
    rules: Arc<Rules>,
    entries: Vec<Entry>,
    /// Which entries a watch is for.
    members: Vec<Vec<usize>>,
    by_name: Vec<HashMap<Arc<str>, Vec<usize>>>,
    /// How many entries of each watch have not ended.
    open: Vec<usize>,
    /// How many have not ended at all.
    waiting: usize,
    /// When something ends, and what; what has ended since stays until its time comes.
    ends: BinaryHeap<Reverse<(Instant, usize)>>,
    /// What has to be judged again though nothing is seen.
    restless: BTreeSet<usize>,
    closed: Vec<usize>,
    events: Vec<Event>,
}

impl Board {
    pub(super) fn new(targets: &[Target], members: &[Vec<usize>], options: &WaitOptions, begun: Instant) -> Self {
        let later = |after: Duration| begun.checked_add(after).unwrap_or(begun);
        let mut entries: Vec<Entry> = targets
            .iter()
            .map(|target| {
                let own = target.deadline.or(options.per_object).unwrap_or(options.deadline);
                Entry {
                    target: target.clone(),
                    bucket: usize::MAX,
                    deadline: later(own.min(options.deadline)),
                    readiness: Readiness::new(Status::Unknown, "NotSeen", "it was not seen yet"),
                    failed_since: None,
                    listed: false,
                    last: None,
                    ended: None,
                }
            })
            .collect();
        let mut by_name = Vec::new();
        for (bucket, members) in members.iter().enumerate() {
            let mut names: HashMap<Arc<str>, Vec<usize>> = HashMap::new();
            for index in members {
                if let Some(entry) = entries.get_mut(*index) {
                    entry.bucket = bucket;
                    names.entry(entry.target.id.name.clone()).or_default().push(*index);
                }
            }
            by_name.push(names);
        }
        let ends = entries.iter().enumerate().map(|(index, entry)| Reverse((entry.deadline, index))).collect();
        let waiting = entries.len();
        let mut board = Self {
            begun,
            again_at: later(AGAIN_AFTER),
            fail_fast: options.fail_fast,
            failed_for: options.failed_for,
            rules: options.rules.clone(),
            entries,
            members: members.to_vec(),
            by_name,
            open: members.iter().map(Vec::len).collect(),
            waiting,
            ends,
            restless: BTreeSet::new(),
            closed: Vec::new(),
            events: Vec::new(),
        };
        for (index, target) in targets.iter().enumerate() {
            if target.baseline.uid.is_some() && is_ready_at_once(&target.id.kind, &options.rules) {
                board.set(index, Readiness::current("Stored", "it is there"), begun);
            }
        }
        board
    }

    /// Whether a watch is still needed.
    pub(super) fn is_open(&self, bucket: usize) -> bool {
        self.open.get(bucket).is_some_and(|open| *open > 0)
    }

    /// Watches that are no longer needed since this was last asked.
    pub(super) fn take_closed(&mut self) -> Vec<usize> {
        std::mem::take(&mut self.closed)
    }

    /// Whether nothing is waited for any more.
    pub(super) fn is_done(&self) -> bool {
        self.waiting == 0
    }

    /// When something ends or has to be judged again, though nothing is seen; or earlier, for nothing.
    pub(super) fn wakes_at(&self) -> Option<Instant> {
        let again = (!self.restless.is_empty()).then_some(self.again_at);
        self.ends.peek().map(|Reverse((at, _))| *at).into_iter().chain(again).min()
    }

    /// What changed since this was last asked.
    pub(super) fn take_events(&mut self) -> Vec<Event> {
        std::mem::take(&mut self.events)
    }

    /// A watch saw something.
    pub(super) fn see(&mut self, bucket: usize, seen: Seen, at: Instant, now: Timestamp) {
        match seen {
            Seen::Listing => {
                for index in self.members.get(bucket).cloned().unwrap_or_default() {
                    if let Some(entry) = self.entries.get_mut(index) {
                        entry.listed = false;
                    }
                }
            }
            Seen::Object(object) => self.judge(bucket, &object, at, now, false, false),
            Seen::Unused(object) => self.judge(bucket, &object, at, now, true, false),
            Seen::Gone(object) => self.judge(bucket, &object, at, now, false, true),
            Seen::Listed => {
                for index in self.members.get(bucket).cloned().unwrap_or_default() {
                    if self.entries.get(index).is_some_and(|entry| !entry.listed) {
                        self.set(index, Readiness::new(Status::NotFound, "NotFound", "it does not exist"), at);
                    }
                }
            }
            Seen::Trouble(trouble) => {
                for index in self.members.get(bucket).cloned().unwrap_or_default() {
                    let unseen = self.entries.get(index).is_some_and(|entry| entry.readiness.status == Status::Unknown);
                    if unseen {
                        let message = format!("it cannot be looked at: {}", trouble.message);
                        self.set(index, Readiness::new(Status::Unknown, "NotSeen", message), at);
                    }
                }
            }
            Seen::Refused(issue) => {
                for index in self.members.get(bucket).cloned().unwrap_or_default() {
                    if self.entries.get(index).is_some_and(|entry| entry.ended.is_none()) {
                        self.set(index, Readiness::new(Status::Unknown, "Unwatchable", issue.message.clone()), at);
                        self.end(index, Waited::Unwatchable(Box::new(issue.clone())), at);
                    }
                }
            }
        }
    }

    /// Time has passed.
    pub(super) fn pass(&mut self, at: Instant, now: Timestamp) {
        if at >= self.again_at {
            self.again_at = at.checked_add(AGAIN_AFTER).unwrap_or(at);
            for index in self.restless.clone() {
                let Some(entry) = self.entries.get(index) else { continue };
                let Some(last) = &entry.last else { continue };
                let found = readiness_since(last, &entry.target.baseline, &self.rules, now);
                self.set(index, found, at);
            }
        }
        while let Some(Reverse((end, index))) = self.ends.peek().copied()
            && end <= at
        {
            self.ends.pop();
            let Some(entry) = self.entries.get(index).filter(|entry| entry.ended.is_none()) else { continue };
            let late = entry.deadline <= at;
            let failed = entry.failed_since.and_then(|since| since.checked_add(self.failed_for));
            if failed.is_some_and(|end| end <= at) || failed.is_some() && late {
                self.end(index, Waited::Failed, at);
            } else if late {
                self.end(index, Waited::TimedOut, at);
            }
        }
    }

    /// Waiting ends for everything.
    pub(super) fn cancel(&mut self, at: Instant) {
        self.end_rest(&Waited::Cancelled, at);
    }

    /// The object of a target as it was last seen, unless it is ready.
    pub(super) fn last(&self, index: usize) -> Option<&Value> {
        self.entries.get(index)?.last.as_ref()
    }

    /// What it came to. What has not ended by now is out of time.
    pub(super) fn outcomes(&self) -> Vec<ReadyOutcome> {
        let outcome = |entry: &Entry| {
            let (result, at) = entry.ended.clone().unwrap_or((Waited::TimedOut, entry.deadline));
            let took = at.saturating_duration_since(self.begun).as_millis();
            ReadyOutcome {
                id: entry.target.id.clone(),
                result,
                readiness: entry.readiness.clone(),
                millis: u64::try_from(took).unwrap_or(u64::MAX),
                details: Vec::new(),
            }
        };
        self.entries.iter().map(outcome).collect()
    }

    fn judge(&mut self, bucket: usize, object: &Value, at: Instant, now: Timestamp, unused: bool, gone: bool) {
        let name = object.pointer("/metadata/name").and_then(Value::as_str).unwrap_or_default();
        let known = self.by_name.get(bucket).and_then(|names| names.get(name)).cloned();
        for index in known.into_iter().flatten() {
            let Some(entry) = self.entries.get_mut(index) else { continue };
            entry.listed = true;
            if entry.ended.is_some() {
                continue;
            }
            let mut found = readiness_since(object, &entry.target.baseline, &self.rules, now);
            if unused && found.reason == "NotBound" {
                found = Readiness::current("WaitForFirstConsumer", "no pod mounts it, and it is bound when one does");
            }
            if gone {
                // What is cleaned up after it has completed was ready.
                let completed = found.is_ready() && entry.target.id.kind.is("batch", "Job");
                if !completed {
                    found = Readiness::new(Status::NotFound, "Deleted", "it was deleted");
                }
            }
            entry.last = (!found.is_ready()).then(|| object.clone());
            self.set(index, found, at);
        }
    }

    fn set(&mut self, index: usize, found: Readiness, at: Instant) {
        let Some(entry) = self.entries.get_mut(index).filter(|entry| entry.ended.is_none()) else { return };
        if entry.readiness != found {
            self.events.push(Event::Readiness {
                id: entry.target.id.clone(),
                status: found.status.as_str(),
                message: found.message.clone(),
            });
        }
        // What was applied and is not there will not come back by itself.
        let lost = found.status == Status::NotFound && entry.target.baseline.uid.is_some();
        let failed = found.status == Status::Failed || lost;
        if !failed {
            entry.failed_since = None;
        } else if entry.failed_since.is_none() {
            entry.failed_since = Some(at);
            let counts_at = at.checked_add(self.failed_for).unwrap_or(at);
            self.ends.push(Reverse((counts_at, index)));
        }
        let kind = &entry.target.id.kind;
        // An unschedulable pod fails by time alone.
        if kind.is("", "Pod") && found.reason == "Unschedulable" {
            self.restless.insert(index);
        } else {
            self.restless.remove(&index);
        }
        let ready = found.is_ready();
        let over = failed && (self.failed_for.is_zero() || found.status == Status::Failed && kind.is("batch", "Job"));
        entry.readiness = found;
        if ready {
            self.end(index, Waited::Ready, at);
        } else if over {
            self.end(index, Waited::Failed, at);
        }
    }

    fn end(&mut self, index: usize, how: Waited, at: Instant) {
        let stops = self.fail_fast && how == Waited::Failed;
        if let Some(entry) = self.entries.get_mut(index).filter(|entry| entry.ended.is_none()) {
            entry.ended = Some((how, at));
            self.waiting = self.waiting.saturating_sub(1);
            self.restless.remove(&index);
            if let Some(open) = self.open.get_mut(entry.bucket) {
                *open = open.saturating_sub(1);
                if *open == 0 {
                    self.closed.push(entry.bucket);
                }
            }
        }
        if stops {
            self.end_rest(&Waited::Stopped, at);
        }
    }

    fn end_rest(&mut self, how: &Waited, at: Instant) {
        for index in 0..self.entries.len() {
            self.end(index, how.clone(), at);
        }
    }
}

/// An issue about everything that is watched together.
pub(super) fn about(bucket: &super::Bucket, trouble: &Trouble) -> Issue {
    let reach = Reach::Kind(crate::id::BucketId {
        cluster: bucket.cluster.clone(),
        scope: bucket.scope.clone(),
        kind: bucket.kind.clone(),
    });
    Issue::error(
        reach,
        trouble.class,
        format!("readiness cannot be told, because objects cannot be watched: {}", trouble.message),
    )
}
