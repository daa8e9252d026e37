//! Working on one item: its permit, its requests and their repetitions, and what goes into its outcome. What is requested stands in the
//! modules beside it.

use std::time::Duration;

use kube::core::ApiResource;
use serde_json::Value;
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;

use super::limits::{Permit, Use};
use super::member::Member;
use super::request::{Answer, Call, CallError, Place, Writing};
use super::run::{Mode, Run};
use crate::classify::{Failure, FailureClass, RequestContext, Retry, Verb, classify, given_up};
use crate::clusters::ClusterAccess;
use crate::desired::Desired;
use crate::id::ObjectId;
use crate::issue::{Issue, IssueClass, Reach, Severity};
use crate::outcome::{Applied, Done, Outcome, Verified};
use crate::plan::{Action, FieldChange, LiveVersion, PlanItem};

/// How an item ends before its end.
pub(super) type Ended = Box<Done>;

/// One item being worked on.
pub(super) struct Work<'r, 'a> {
    pub(super) run: &'r Run<'a>,
    pub(super) member: &'r Member<'a>,
    pub(super) item: &'a PlanItem,
    pub(super) notes: Vec<String>,
    permit: Option<Permit>,
    attempts: u32,
    warnings: Vec<String>,
    /// What the server would change, when it was asked.
    predicted: Option<Vec<FieldChange>>,
    /// Nothing is deleted without the lock that this stands for.
    lock: Option<CancellationToken>,
    began: Instant,
}

impl<'r, 'a> Work<'r, 'a> {
    pub(super) fn new(run: &'r Run<'a>, member: &'r Member<'a>, item: &'a PlanItem, permit: Permit) -> Self {
        Self {
            run,
            member,
            item,
            notes: Vec::new(),
            permit: Some(permit),
            attempts: 0,
            warnings: Vec::new(),
            predicted: None,
            lock: None,
            began: Instant::now(),
        }
    }

    /// Does what the item says, and says what became of it.
    pub(super) async fn carry_out(mut self) -> Outcome {
        let ended = match self.item.action {
            Action::Create | Action::Update | Action::TakeOver => Box::pin(self.apply()).await,
            Action::Delete => Box::pin(self.delete()).await,
            Action::Detach => Box::pin(self.detach()).await,
            Action::Replace => Box::pin(self.replace()).await,
            Action::Restart => Box::pin(self.restart()).await,
            Action::Unchanged | Action::Skip | Action::Blocked => Ok(Done::Skipped("nothing is to be done".into())),
        };
        self.permit = None;
        let mut result = ended.unwrap_or_else(|ended| *ended);
        let would_do = match &result {
            Done::Applied { how, .. } => *how != Applied::Unchanged,
            other => matches!(other, Done::Deleted { .. }),
        };
        if self.dry_run() && would_do {
            result = Done::Planned(Verified::Accepted);
        }
        Outcome {
            id: self.item.id.clone(),
            action: self.item.action,
            result,
            attempts: self.attempts,
            millis: u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX),
            warnings: self.warnings,
            notes: self.notes,
            predicted: self.predicted,
            privileged: self.item.privileged,
        }
    }

    pub(super) fn dry_run(&self) -> bool {
        self.run.mode == Mode::Verify
    }

    /// The connection that the item is to be done with.
    pub(super) async fn access(&mut self) -> Result<&'r ClusterAccess, Ended> {
        match self.member.access(self.item.privileged).await {
            Ok(access) => Ok(access),
            Err(issue) if issue.severity == Severity::Info => Err(Box::new(Done::Skipped(issue.message.clone()))),
            Err(issue) => Err(Box::new(Done::Blocked(issue.clone()))),
        }
    }

    /// The declaration, if it is still the one that was planned.
    pub(super) fn declared(&self) -> Result<&'a Desired, Ended> {
        let id = &self.item.id;
        let found = self.run.desired.buckets.get(&id.bucket()).and_then(|bucket| bucket.objects.get(&id.name));
        let Some(declared) = found else {
            return Err(self.blocked(IssueClass::Invalid, "it is no longer declared; plan again"));
        };
        let hash = self.run.policy.scheme.hash(&declared.resource);
        if self.item.desired_hash.as_ref().is_some_and(|planned| *planned != hash) {
            return Err(
                self.blocked(IssueClass::Invalid, "its declaration changed since the plan was made; plan again")
            );
        }
        Ok(declared)
    }

    /// The state that the item was planned on.
    pub(super) fn planned_on(&self) -> Result<&'a LiveVersion, Ended> {
        let live = self.item.live.as_ref();
        live.ok_or_else(|| self.blocked(IssueClass::Invalid, "the plan does not say which object is meant; plan again"))
    }

    /// Where the item's kind is served.
    pub(super) async fn served(&mut self, access: &ClusterAccess) -> Result<ApiResource, Ended> {
        let kind = format!("{}/{}", self.item.api_version, self.item.id.kind.kind);
        let until = Instant::now() + self.run.options.gate_deadline;
        let mut tries = 0;
        loop {
            tries += 1;
            let error = match access.discovery.resource(&kind).await {
                Ok(resource) => return Ok(resource),
                Err(error) => error,
            };
            let may_appear =
                self.member.kinds_may_appear() && !matches!(error, cluster_client::discovery::DiscoveryError::Query(_));
            if !may_appear || !self.pause(tries, until).await {
                return Err(
                    self.blocked(IssueClass::UnknownKind, &format!("{}", core_client::error::ErrorChain::new(&error)))
                );
            }
            access.discovery.invalidate();
        }
    }

    pub(super) fn place<'p>(&self, resource: &'p ApiResource) -> Place<'p>
    where
        'a: 'p,
    {
        Place { resource, namespace: self.item.id.namespace(), name: &self.item.id.name }
    }

    pub(super) fn writing(&self) -> Writing<'r> {
        Writing {
            manager: &self.run.manager,
            validation: self.run.options.field_validation.as_str(),
            dry_run: self.dry_run(),
        }
    }

    /// Reads the object; nothing when it is not there.
    pub(super) async fn read(&mut self, access: &ClusterAccess, place: Place<'_>) -> Result<Option<Value>, Failure> {
        match self.send(access, Verb::Get, &Call::get(place)).await {
            Ok(answer) => self.decode(&answer, Verb::Get).map(Some),
            Err(failure) if is_gone(&failure) => Ok(None),
            Err(failure) => Err(failure),
        }
    }

    pub(super) fn decode<T: serde::de::DeserializeOwned>(&self, answer: &Answer, verb: Verb) -> Result<T, Failure> {
        answer.read().map_err(|error| classify(&error.error, &self.context(verb, &self.item.id)))
    }

    /// Sends a request until it is answered, cannot succeed, or was tried often enough. Between two tries nothing is held.
    pub(super) async fn send(&mut self, access: &ClusterAccess, verb: Verb, call: &Call) -> Result<Answer, Failure> {
        let options = self.run.options;
        let until = Instant::now() + options.object_deadline;
        let mut tries = 0;
        loop {
            self.take_turn(verb).await;
            if verb == Verb::Delete && self.has_lost_lock() {
                return Err(given_up(
                    "the lock under which objects are deleted was lost",
                    &self.context(verb, &self.item.id),
                ));
            }
            self.attempts += 1;
            tries += 1;
            let error = match call.send(&access.client, options.request_timeout).await {
                Ok(answer) => {
                    self.member.limit.succeeded();
                    self.warnings.extend(answer.warnings.iter().cloned());
                    return Ok(answer);
                }
                Err(error) => error,
            };
            let failure = classify(&error.error, &self.context(verb, &self.item.id));
            let Some(wait) = self.pause_before_repeating(verb, &failure, &error, tries) else {
                return Err(failure);
            };
            if !self.rest(wait, until).await {
                return Err(failure);
            }
        }
    }

    fn pause_before_repeating(
        &mut self,
        verb: Verb,
        failure: &Failure,
        error: &CallError,
        tries: u32,
    ) -> Option<Duration> {
        let options = self.run.options;
        let asked = match failure.retry {
            Retry::After(asked) => Some(asked.max(error.retry_after.unwrap_or_default())),
            _ => error.retry_after,
        };
        if failure.class == FailureClass::Throttled {
            let pause = asked.unwrap_or_else(|| options.pauses().ceiling(tries));
            self.throttled(pause, error.level.as_deref());
        }
        let most = match failure.class {
            FailureClass::Throttled => options.retries,
            // It may have been made: another would be made besides.
            _ if verb == Verb::Create => 0,
            FailureClass::Transient | FailureClass::Unreachable | FailureClass::Timeout => options.retries,
            // The credential may have been renewed meanwhile.
            FailureClass::Unauthorized => options.retries.min(1),
            _ => 0,
        };
        if failure.retry == Retry::No || tries > most {
            return None;
        }
        Some(asked.unwrap_or_else(|| options.pauses().delay(tries, rand::random())).min(options.longest_pause))
    }

    /// The cluster refused the request for want of room. Who refused it is noted once.
    pub(super) fn throttled(&mut self, pause: Duration, level: Option<&str>) {
        let began = self.permit.as_ref().map_or(0, Permit::began);
        self.member.limit.throttled(began, pause.min(self.run.options.longest_pause));
        if let Some(level) = level {
            let note = format!("the API server had no room at {level}");
            if !self.notes.contains(&note) {
                self.notes.push(note);
            }
        }
    }

    /// Pauses after so many tries, longer each time. As [`Work::rest`].
    pub(super) async fn pause(&mut self, tries: u32, until: Instant) -> bool {
        self.rest(self.run.options.pauses().delay(tries, rand::random()), until).await
    }

    /// Pauses between two looks at an object. As [`Work::rest`].
    pub(super) async fn look_away(&mut self, looks: u32, until: Instant) -> bool {
        self.rest(self.run.options.looks().delay(looks, rand::random()), until).await
    }

    /// Pauses without holding anything. False when the run is cancelled or the time is up.
    pub(super) async fn rest(&mut self, pause: Duration, until: Instant) -> bool {
        self.permit = None;
        if Instant::now() + pause > until {
            return false;
        }
        tokio::select! {
            biased;
            () = self.run.cancel.cancelled() => false,
            () = sleep(pause) => true,
        }
    }

    /// Holds nothing until the next request.
    pub(super) fn let_go(&mut self) {
        self.permit = None;
    }

    /// Requests that were sent elsewhere.
    pub(super) fn add_requests(&mut self, more: u32) {
        self.attempts += more;
    }

    /// How many requests were sent so far.
    pub(super) fn requests(&self) -> u32 {
        self.attempts
    }

    /// Deletes from now on as long as this lock is held.
    pub(super) fn delete_under(&mut self, lock: CancellationToken) {
        self.lock = Some(lock);
    }

    pub(super) fn has_lost_lock(&self) -> bool {
        self.lock.as_ref().is_some_and(CancellationToken::is_cancelled)
    }

    /// What the server would change.
    pub(super) fn predict(&mut self, changes: Vec<FieldChange>) {
        self.predicted = Some(changes);
    }

    /// A request is about to be sent.
    pub(super) async fn begin_request(&mut self, verb: Verb) {
        self.take_turn(verb).await;
        self.attempts += 1;
    }

    async fn take_turn(&mut self, verb: Verb) {
        if self.permit.is_none() {
            let what = if matches!(verb, Verb::Get | Verb::List) { Use::Read } else { Use::Write };
            self.permit = Some(self.member.limit.clone().acquire(what).await);
        }
    }

    pub(super) fn context<'c>(&self, verb: Verb, id: &'c ObjectId) -> RequestContext<'c>
    where
        'a: 'c,
    {
        let context = RequestContext::new(verb, id).dry_run(self.dry_run());
        match &self.item.origin {
            Some(origin) => context.origin(origin),
            None => context,
        }
    }

    pub(super) fn issue(&self, class: IssueClass, message: impl Into<String>) -> Issue {
        let mut issue = Issue::error(Reach::Object(self.item.id.clone()), class, message);
        issue.origin = self.item.origin.clone();
        issue
    }

    /// It cannot be done as planned, and nothing was changed.
    pub(super) fn blocked(&self, class: IssueClass, message: &str) -> Ended {
        Box::new(Done::Blocked(self.issue(class, message)))
    }

    /// It was tried and failed. In a dry run, what the server says is what it would say.
    pub(super) fn failed(&self, failure: Failure) -> Ended {
        let no_answer = matches!(
            failure.class,
            FailureClass::Throttled
                | FailureClass::Transient
                | FailureClass::Unreachable
                | FailureClass::Timeout
                | FailureClass::Unauthorized
        );
        Box::new(match failure.class {
            FailureClass::DryRunUnsupported if self.dry_run() => {
                Done::Planned(Verified::DryRunUnsupported(failure.webhook))
            }
            _ if self.dry_run() && !no_answer => Done::Planned(Verified::Refused(failure.issue)),
            _ => Done::Failed { issue: failure.issue, absent: false },
        })
    }

    /// As [`Work::failed`], for what was found out here.
    pub(super) fn failed_with(&self, issue: Issue) -> Ended {
        Box::new(if self.dry_run() {
            Done::Planned(Verified::Refused(issue))
        } else {
            Done::Failed { issue, absent: false }
        })
    }
}

/// Whether a failure means that the object is not there.
pub(super) fn is_gone(failure: &Failure) -> bool {
    matches!(failure.class, FailureClass::NotFound | FailureClass::NamespaceNotFound | FailureClass::KindNotFound)
}
