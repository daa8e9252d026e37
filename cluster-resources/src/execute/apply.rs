//! Applying one item: server-side, or where a server does not take that, as it was done before. Decides nothing but what the policy
//! says of fields that others hold.

use serde_json::{Value, json};
use tokio::time::Instant;

use super::gate;
use super::held;
use super::options::MissingNamespace;
use super::request::{Answer, Call, Place};
use super::settle::{describe, remove, settle};
use super::work::{Ended, Work, is_gone};
use crate::classify::{Failure, FailureClass, Verb};
use crate::clusters::ClusterAccess;
use crate::issue::IssueClass;
use crate::outcome::{Applied, Done};
use crate::plan::{Action, LiveVersion, Reason, predicted, same_holders};
use crate::policy::Foreign;
use crate::resource::Resource;
use crate::restart::RESTART_DUE;

/// How often something that others change meanwhile is tried: an apply with other conflicts, a patch on another version.
pub(super) const ROUNDS: u32 = 5;

impl Work<'_, '_> {
    /// Applies the declaration.
    pub(super) async fn apply(&mut self) -> Result<Done, Ended> {
        let declared = self.declared()?;
        let access = self.access().await?;
        let served = self.served(access).await?;
        let place = self.place(&served);
        let mut body = self.body(&declared.resource);
        if declared.resource.is_generated() {
            return self.make(access, place, &body).await;
        }
        if let Some(done) = self.end_handover(access, &served, &body).await {
            return done;
        }
        if self.item.action != Action::Create {
            let live = self.planned_on()?;
            if self.item.action == Action::TakeOver || self.earlier_tools_hold_something() {
                self.migrate(access, place, live).await?;
            }
            // The server refuses when it is another object by now.
            body["metadata"]["uid"] = json!(live.uid);
        }
        if !self.dry_run() && self.member.takes_no_apply(&self.item.api_version, &self.item.id.kind) {
            return self.apply_by_other_means(access, place, body).await;
        }
        let answer = match self.apply_body(access, place, &mut body).await? {
            Some(answer) => answer,
            None => return self.apply_by_other_means(access, place, body).await,
        };
        self.applied(access, place, &answer, answer.status == http::StatusCode::CREATED).await
    }

    /// The body that is sent: with marks, the label of the set, and a note while restarts are owed.
    pub(super) fn body(&self, resource: &Resource) -> Value {
        let stamps = self.run.policy.scheme.stamp(resource);
        let mut body = resource.to_apply(&stamps, self.run.labels(&self.item.id.cluster), self.item.id.namespace());
        if let Some(since) = self.run.owes(&self.item.id)
            && let Some(annotations) = body.pointer_mut("/metadata/annotations").and_then(Value::as_object_mut)
        {
            annotations.insert(RESTART_DUE.into(), since.into());
        }
        body
    }

    /// Applies a body, settling conflicts. Nothing when the server does not take server-side apply.
    async fn apply_body(
        &mut self,
        access: &ClusterAccess,
        place: Place<'_>,
        body: &mut Value,
    ) -> Result<Option<Answer>, Ended> {
        let mut force = false;
        let mut rounds = 0;
        let mut waited_for_namespace = false;
        loop {
            let call = Call::apply(place, self.writing(), force, body);
            let failure = match self.send(access, Verb::Apply, &call).await {
                Ok(answer) => return Ok(Some(answer)),
                Err(failure) => failure,
            };
            rounds += 1;
            match failure.class {
                FailureClass::FieldConflict if rounds <= ROUNDS && self.item.action == Action::Create => {
                    let fields: Vec<String> = failure.conflicts.iter().map(describe).collect();
                    let message = format!("it was made since the plan was: {}; plan again", fields.join("; "));
                    return Err(self.blocked(IssueClass::Conflict, &message));
                }
                FailureClass::FieldConflict if rounds <= ROUNDS && !failure.conflicts.is_empty() => {
                    force = self.settle_conflicts(&failure, body)? || force;
                }
                FailureClass::NamespaceNotFound if !self.dry_run() && !waited_for_namespace => {
                    waited_for_namespace = true;
                    self.missing_namespace(access, failure).await?;
                }
                FailureClass::MediaType if !self.dry_run() => {
                    self.member.remember_no_apply(&self.item.api_version, &self.item.id.kind);
                    return Ok(None);
                }
                FailureClass::KindNotFound | FailureClass::NotFound
                    if self.item.action == Action::Create && self.member.kinds_may_appear() && rounds <= ROUNDS =>
                {
                    // The definition is established, and its paths are not served everywhere yet.
                    let until = Instant::now() + self.run.options.gate_deadline;
                    if !self.pause(rounds, until).await {
                        return Err(self.failed(failure));
                    }
                    access.discovery.invalidate();
                }
                FailureClass::Conflict | FailureClass::NotFound | FailureClass::Invalid | FailureClass::Immutable
                    if self.item.action != Action::Create =>
                {
                    return Err(self.changed_or_failed(access, place, failure).await);
                }
                _ => return Err(self.failed(failure)),
            }
        }
    }

    /// Decides what becomes of the fields that others hold: true when the rest is to be taken.
    fn settle_conflicts(&mut self, failure: &Failure, body: &mut Value) -> Result<bool, Ended> {
        let settled = settle(self.run.policy, &self.item.id.kind, body, &failure.conflicts);
        if !settled.refused.is_empty() {
            let fields: Vec<String> = settled.refused.iter().map(|conflict| describe(conflict)).collect();
            let message = format!("{}; declare a policy for it, or stop declaring it", fields.join("; "));
            return Err(self.failed_with(self.issue(IssueClass::Conflict, message)));
        }
        for conflict in &settled.yielded {
            if !remove(body, &conflict.path) {
                let message = format!("{}, and could not be left out", describe(conflict));
                return Err(self.failed_with(self.issue(IssueClass::Conflict, message)));
            }
            self.notes.push(format!("left to others: {}", describe(conflict)));
        }
        self.notes.extend(settled.taken.iter().map(|conflict| format!("taken: {}", describe(conflict))));
        Ok(!settled.taken.is_empty())
    }

    /// Tells a refusal of what was declared from one because the object is another by now.
    async fn changed_or_failed(&mut self, access: &ClusterAccess, place: Place<'_>, failure: Failure) -> Ended {
        let Some(live) = &self.item.live else { return self.failed(failure) };
        match self.read(access, place).await {
            Ok(None) => self.blocked(IssueClass::Conflict, "it is gone since the plan was made; plan again"),
            Ok(Some(now)) if now["metadata"]["uid"] != *live.uid => {
                self.blocked(IssueClass::Conflict, "it was made anew since the plan was made; plan again")
            }
            Ok(Some(_)) | Err(_) => self.failed(failure),
        }
    }

    /// What is done after an apply: what others added is taken away, and what others wait for is waited for.
    async fn applied(
        &mut self,
        access: &ClusterAccess,
        place: Place<'_>,
        answer: &Answer,
        created: bool,
    ) -> Result<Done, Ended> {
        let mut now: Value = self.decode(answer, Verb::Apply).map_err(|failure| self.failed(failure))?;
        if self.dry_run() {
            return self.foreseen(access, place, &now).await;
        }
        if self.item.action == Action::Create && !created {
            self.notes.push("it was made by somebody else since the plan was made, and is applied over".into());
        }
        let before = self.item.live.as_ref().map(|live| &*live.resource_version);
        if self.item.foreign.iter().any(|field| field.policy == Foreign::Revert) {
            now = self.revert(access, place, now).await?;
        }
        let how = if created {
            Applied::Created
        } else if before.is_some() && now["metadata"]["resourceVersion"].as_str() == before {
            self.note_in_vain();
            Applied::Unchanged
        } else {
            Applied::Configured
        };
        if let Some(gate) = gate::of(&self.item.id.kind) {
            now = self.pass(gate, access, place, now).await?;
        }
        Ok(self.done(&now, how))
    }

    /// What the server would make of the object: told field by field, and whether it is anything at all.
    async fn foreseen(&mut self, access: &ClusterAccess, place: Place<'_>, now: &Value) -> Result<Done, Ended> {
        let would = self.done(now, Applied::Configured);
        let Some(live) = &self.item.live else { return Ok(would) };
        let read;
        let before = match self.run.seen(&self.item.id) {
            Some(seen) => seen,
            None => match self.read(access, place).await {
                Ok(Some(before)) => {
                    read = before;
                    &read
                }
                Ok(None) | Err(_) => return Ok(would),
            },
        };
        let of = |object: &Value| object["metadata"]["resourceVersion"] == *live.resource_version;
        if !of(before) || !of(now) {
            // Somebody else changed it since, and their changes would be told as ours.
            return Ok(would);
        }
        let changes = predicted(self.run.policy, &self.item.id.kind, before, now);
        let more = self.item.reason == Reason::Unfinished
            || self.item.foreign.iter().any(|field| field.policy == Foreign::Revert)
            || self.item.changes.iter().any(|change| change.path == "metadata.managedFields");
        let nothing = changes.is_empty() && same_holders(before, now) && !more;
        self.predict(changes);
        if nothing {
            self.note_in_vain();
            return Ok(self.done(now, Applied::Unchanged));
        }
        Ok(would)
    }

    /// The server changed nothing though something differs: it is declared in a way that the server does not keep.
    fn note_in_vain(&mut self) {
        const FEW: usize = 5;
        let paths: Vec<&str> = self.item.changes.iter().map(|change| change.path.as_str()).collect();
        if let Some(few) = paths.get(..paths.len().min(FEW)).filter(|few| !few.is_empty()) {
            let more = if paths.len() > FEW { format!(" and {} more", paths.len() - FEW) } else { String::new() };
            self.notes.push(format!(
                "the server drops what is declared at {}{more}, or keeps it otherwise; every run finds it different",
                few.join(", ")
            ));
        }
    }

    pub(super) fn done(&self, now: &Value, how: Applied) -> Done {
        let meta = &now["metadata"];
        let text = |key: &str| meta[key].as_str().unwrap_or_default();
        Done::Applied {
            how,
            version: LiveVersion::new(text("uid"), text("resourceVersion")),
            generation: meta["generation"].as_i64(),
        }
    }

    /// Takes away what others added, as planned. What is not as it was seen stays, and is noted.
    async fn revert(&mut self, access: &ClusterAccess, place: Place<'_>, mut now: Value) -> Result<Value, Ended> {
        for _ in 0..ROUNDS {
            let removals = held::removals(&now, &self.item.foreign);
            if removals.patch.is_empty() {
                self.notes
                    .extend(removals.lost.iter().map(|path| format!("not reverted, as it changed meanwhile: {path}")));
                return Ok(now);
            }
            let call = Call::json_patch(place, self.writing(), &Value::Array(removals.patch));
            match self.send(access, Verb::JsonPatch, &call).await {
                Ok(answer) => {
                    self.notes.extend(removals.removed.iter().map(|path| format!("reverted: {path}")));
                    self.notes.extend(
                        removals.lost.iter().map(|path| format!("not reverted, as it changed meanwhile: {path}")),
                    );
                    return self.decode(&answer, Verb::JsonPatch).map_err(|failure| self.failed(failure));
                }
                Err(failure) if failure.class == FailureClass::Conflict => {
                    now = match self.read(access, place).await {
                        Ok(Some(read)) if read["metadata"]["uid"] == now["metadata"]["uid"] => read,
                        Ok(_) => {
                            return Err(self.blocked(IssueClass::Conflict, "it was made anew meanwhile; plan again"));
                        }
                        Err(failure) => return Err(self.failed(failure)),
                    };
                }
                Err(failure) => return Err(self.failed(failure)),
            }
        }
        let message = "it changes faster than what others added can be taken away; run again";
        Err(self.failed_with(self.issue(IssueClass::Conflict, message)))
    }

    /// Whether the plan saw fields of a tool that wrote without server-side apply.
    fn earlier_tools_hold_something(&self) -> bool {
        let changes = self.item.changes.iter().filter_map(|change| change.manager.as_deref());
        let foreign = self.item.foreign.iter().map(|field| field.manager.as_str());
        changes.chain(foreign).any(crate::plan::is_client_side)
    }

    /// Makes the fields of earlier tools ours, when we touch an object for the first time.
    async fn migrate(&mut self, access: &ClusterAccess, place: Place<'_>, live: &LiveVersion) -> Result<(), Ended> {
        if self.dry_run() {
            return Ok(());
        }
        for _ in 0..ROUNDS {
            let now = match self.read(access, place).await {
                Ok(Some(now)) if now["metadata"]["uid"] == *live.uid => now,
                Ok(Some(_)) => {
                    return Err(
                        self.blocked(IssueClass::Conflict, "it was made anew since the plan was made; plan again")
                    );
                }
                Ok(None) => {
                    return Err(self.blocked(IssueClass::Conflict, "it is gone since the plan was made; plan again"));
                }
                Err(failure) => return Err(self.failed(failure)),
            };
            let Some(migration) = held::migration(&now, &self.run.manager, &self.item.api_version) else {
                return Ok(());
            };
            let call = Call::json_patch(place, self.writing(), &Value::Array(migration.patch));
            match self.send(access, Verb::JsonPatch, &call).await {
                Ok(_) => {
                    self.notes.push("fields that were applied by earlier tools are ours now".into());
                    self.notes.extend(migration.left.iter().map(|entry| format!("fields stay with {entry}")));
                    return Ok(());
                }
                Err(failure) if failure.class == FailureClass::Conflict => {}
                Err(failure) => return Err(self.failed(failure)),
            }
        }
        let message = "it changes faster than the fields of earlier tools can be taken over; run again";
        Err(self.failed_with(self.issue(IssueClass::Conflict, message)))
    }

    /// Makes an object whose name the server chooses. It is asked once: a second request would make a second object.
    async fn make(&mut self, access: &ClusterAccess, place: Place<'_>, body: &Value) -> Result<Done, Ended> {
        let call = Call::create(place, self.writing(), body);
        let answer = match self.send(access, Verb::Create, &call).await {
            Ok(answer) => answer,
            Err(failure) => {
                if matches!(failure.class, FailureClass::Timeout | FailureClass::Unreachable | FailureClass::Transient)
                {
                    self.notes.push("it may have been made; look before it is declared again".into());
                }
                return Err(self.failed(failure));
            }
        };
        let now: Value = self.decode(&answer, Verb::Create).map_err(|failure| self.failed(failure))?;
        if let Some(name) = now["metadata"]["name"].as_str() {
            self.notes.push(format!("the server called it {name}"));
        }
        Ok(self.done(&now, Applied::Created))
    }

    /// Create, merge patch or replace, for servers that do not take server-side apply.
    async fn apply_by_other_means(
        &mut self,
        access: &ClusterAccess,
        place: Place<'_>,
        body: Value,
    ) -> Result<Done, Ended> {
        self.notes.push("applied without server-side apply, which the server does not take".into());
        let mut patch_refused = false;
        for _ in 0..ROUNDS {
            let now = match self.read(access, place).await {
                Ok(now) => now,
                Err(failure) => return Err(self.failed(failure)),
            };
            let (verb, call) = match &now {
                None if self.item.action == Action::Create => {
                    (Verb::Create, Call::create(place, self.writing(), &body))
                }
                None => {
                    return Err(self.blocked(IssueClass::Conflict, "it is gone since the plan was made; plan again"));
                }
                Some(now) => {
                    let mut body = body.clone();
                    body["metadata"]["resourceVersion"] = now["metadata"]["resourceVersion"].clone();
                    if patch_refused {
                        let mut whole = now.clone();
                        merge(&mut whole, &body);
                        (Verb::Update, Call::replace(place, self.writing(), &whole))
                    } else {
                        (Verb::Patch, Call::merge_patch(place, self.writing(), &body))
                    }
                }
            };
            match self.send(access, verb, &call).await {
                Ok(answer) => return self.applied(access, place, &answer, now.is_none()).await,
                Err(failure) if failure.class == FailureClass::MediaType && !patch_refused => patch_refused = true,
                Err(failure) if matches!(failure.class, FailureClass::Conflict) => {
                    if let Some(ended) = self.another_object(access, place).await {
                        return Err(ended);
                    }
                }
                Err(failure) => return Err(self.failed(failure)),
            }
        }
        Err(self.failed_with(self.issue(IssueClass::Conflict, "it changes faster than it can be written; run again")))
    }

    async fn another_object(&mut self, access: &ClusterAccess, place: Place<'_>) -> Option<Ended> {
        let live = self.item.live.as_ref()?;
        let now = self.read(access, place).await.ok()??;
        let other = now["metadata"]["uid"] != *live.uid;
        other.then(|| self.blocked(IssueClass::Conflict, "it was made anew since the plan was made; plan again"))
    }

    /// The namespace is missing, and the plan does not make it.
    async fn missing_namespace(&mut self, access: &ClusterAccess, failure: Failure) -> Result<(), Ended> {
        let namespace = self.item.id.namespace().unwrap_or_default().to_owned();
        match &self.run.options.missing_namespace {
            MissingNamespace::Fail => Err(Box::new(Done::Blocked(failure.issue))),
            MissingNamespace::Skip => Err(Box::new(Done::Skipped(format!("namespace {namespace} does not exist")))),
            MissingNamespace::Wait(patience) => self.wait_for_namespace(access, &namespace, *patience).await,
            MissingNamespace::Create(labels) => {
                let labels = json!(labels);
                self.make_namespace(access, &namespace, &labels).await?;
                self.wait_for_namespace(access, &namespace, self.run.options.gate_deadline).await
            }
        }
    }

    async fn make_namespace(&mut self, access: &ClusterAccess, namespace: &str, labels: &Value) -> Result<(), Ended> {
        let resource = gate::namespaces();
        let place = Place { resource: &resource, namespace: None, name: namespace };
        let body = json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace, "labels": labels}});
        match self.send(access, Verb::Create, &Call::create(place, self.writing(), &body)).await {
            Ok(_) => {
                self.notes.push(format!("namespace {namespace} was missing and is made"));
                Ok(())
            }
            Err(failure) if failure.class == FailureClass::AlreadyExists => Ok(()),
            Err(failure) => Err(self.failed(failure)),
        }
    }

    async fn wait_for_namespace(
        &mut self,
        access: &ClusterAccess,
        namespace: &str,
        patience: std::time::Duration,
    ) -> Result<(), Ended> {
        let resource = gate::namespaces();
        let place = Place { resource: &resource, namespace: None, name: namespace };
        let until = Instant::now() + patience;
        let mut tries = 0;
        loop {
            tries += 1;
            match self.send(access, Verb::Get, &Call::get(place)).await {
                Ok(answer) => {
                    let now: Value = self.decode(&answer, Verb::Get).map_err(|failure| self.failed(failure))?;
                    if gate::Gate::Namespace.is_open(&now) {
                        return Ok(());
                    }
                }
                Err(failure) if is_gone(&failure) => {}
                Err(failure) => return Err(self.failed(failure)),
            }
            if !self.pause(tries, until).await {
                let message = format!("namespace {namespace} does not exist, and was waited for {patience:?}");
                return Err(self.blocked(IssueClass::Dependency, &message));
            }
        }
    }
}

/// Lays one value over another, maps field by field.
fn merge(into: &mut Value, from: &Value) {
    match (into, from) {
        (Value::Object(into), Value::Object(from)) => {
            for (key, value) in from {
                merge(into.entry(key.clone()).or_insert(Value::Null), value);
            }
        }
        (into, from) => *into = from.clone(),
    }
}
