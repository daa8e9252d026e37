//! What is known of every object that is waited for, and when waiting for it ends; knows neither clocks nor clusters.

use std::collections::HashMap;
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
    events: Vec<Event>,
}

impl Board {
    pub(super) fn new(targets: &[Target], members: &[Vec<usize>], options: &WaitOptions, begun: Instant) -> Self {
        let later = |after: Duration| begun.checked_add(after).unwrap_or(begun);
        let entries: Vec<Entry> = targets
            .iter()
            .map(|target| {
                let own = target.deadline.or(options.per_object).unwrap_or(options.deadline);
                let at_once = target.baseline.uid.is_some() && is_ready_at_once(&target.id.kind, &options.rules);
                let readiness = if at_once {
                    Readiness::current("Stored", "it is there")
                } else {
                    Readiness::new(Status::Unknown, "NotSeen", "it was not seen yet")
                };
                Entry {
                    target: target.clone(),
                    deadline: later(own.min(options.deadline)),
                    readiness,
                    failed_since: None,
                    listed: false,
                    last: None,
                    ended: at_once.then_some((Waited::Ready, begun)),
                }
            })
            .collect();
        let by_name = members
            .iter()
            .map(|members| {
                let mut names: HashMap<Arc<str>, Vec<usize>> = HashMap::new();
                for index in members {
                    if let Some(entry) = entries.get(*index) {
                        names.entry(entry.target.id.name.clone()).or_default().push(*index);
                    }
                }
                names
            })
            .collect();
        Self {
            begun,
            again_at: later(AGAIN_AFTER),
            fail_fast: options.fail_fast,
            failed_for: options.failed_for,
            rules: options.rules.clone(),
            entries,
            members: members.to_vec(),
            by_name,
            events: Vec::new(),
        }
    }

    /// Whether a watch is still needed.
    pub(super) fn is_open(&self, bucket: usize) -> bool {
        self.of(bucket).any(|entry| entry.ended.is_none())
    }

    /// Whether nothing is waited for any more.
    pub(super) fn is_done(&self) -> bool {
        self.entries.iter().all(|entry| entry.ended.is_some())
    }

    /// When something ends or has to be judged again, though nothing is seen.
    pub(super) fn wakes_at(&self) -> Option<Instant> {
        let waiting = self.entries.iter().filter(|entry| entry.ended.is_none());
        let ends = waiting.clone().flat_map(|entry| {
            let fails = entry.failed_since.and_then(|since| since.checked_add(self.failed_for));
            std::iter::once(entry.deadline).chain(fails)
        });
        let again = waiting.filter(|entry| may_change_by_time(entry)).map(|_| self.again_at);
        ends.chain(again).min()
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
            for index in 0..self.entries.len() {
                let Some(entry) = self.entries.get(index).filter(|entry| may_change_by_time(entry)) else { continue };
                let Some(last) = &entry.last else { continue };
                let found = readiness_since(last, &entry.target.baseline, &self.rules, now);
                self.set(index, found, at);
            }
        }
        for index in 0..self.entries.len() {
            let Some(entry) = self.entries.get(index).filter(|entry| entry.ended.is_none()) else { continue };
            let failed = entry.failed_since.is_some();
            let fails =
                entry.failed_since.and_then(|since| since.checked_add(self.failed_for)).is_some_and(|end| end <= at);
            if fails || failed && entry.deadline <= at {
                self.end(index, Waited::Failed, at);
            } else if entry.deadline <= at {
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

    fn of(&self, bucket: usize) -> impl Iterator<Item = &Entry> {
        self.members.get(bucket).into_iter().flatten().filter_map(|index| self.entries.get(*index))
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
        if found.status == Status::Failed || lost {
            entry.failed_since.get_or_insert(at);
        } else {
            entry.failed_since = None;
        }
        let ready = found.is_ready();
        let over = found.status == Status::Failed && entry.target.id.kind.is("batch", "Job");
        entry.readiness = found;
        if ready {
            self.end(index, Waited::Ready, at);
        } else if over
            || self.failed_for.is_zero() && self.entries.get(index).is_some_and(|entry| entry.failed_since.is_some())
        {
            self.end(index, Waited::Failed, at);
        }
    }

    fn end(&mut self, index: usize, how: Waited, at: Instant) {
        let stops = self.fail_fast && how == Waited::Failed;
        if let Some(entry) = self.entries.get_mut(index) {
            entry.ended = Some((how, at));
        }
        if stops {
            self.end_rest(&Waited::Stopped, at);
        }
    }

    fn end_rest(&mut self, how: &Waited, at: Instant) {
        for entry in self.entries.iter_mut().filter(|entry| entry.ended.is_none()) {
            entry.ended = Some((how.clone(), at));
        }
    }
}

fn may_change_by_time(entry: &Entry) -> bool {
    entry.ended.is_none() && entry.target.id.kind.is("", "Pod") && entry.readiness.reason == "Unschedulable"
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
