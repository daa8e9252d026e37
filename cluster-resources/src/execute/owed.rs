//! Restarts that are owed: a ConfigMap or Secret that changed says so itself until what reads it was restarted, so that a run that dies in
//! between is made up for by the next one. Which restarts there are, the plan has decided.

use std::collections::BTreeMap;

use jiff::Timestamp;
use kube::core::{ApiResource, GroupVersionKind};
use serde_json::{Value, json};

use super::limits::Use;
use super::member::Member;
use super::request::{Call, Place, Writing};
use super::run::{Mode, Run};
use crate::classify::{FailureClass, RequestContext, Retry, Verb, classify};
use crate::id::ObjectId;
use crate::issue::{Issue, IssueClass, Reach, Severity};
use crate::outcome::Done;
use crate::plan::{Action, PlanItem};
use crate::restart::{RESTART_DUE, owed_since, written};

/// How often taking a note off is tried.
const TRIES: u32 = 3;

/// What is owed because of one object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Owed {
    /// The restart that is owed, by its time.
    since: String,
    /// The items that make it, by their places in the plan.
    restarts: Vec<usize>,
}

/// What is owed because of each object that the plan changes. `now` names the restarts of this run.
pub(super) fn owed(items: &[PlanItem], now: Timestamp) -> BTreeMap<&ObjectId, Owed> {
    let mut restarts: BTreeMap<&ObjectId, Vec<usize>> = BTreeMap::new();
    for (at, restart) in items.iter().enumerate().filter(|(_, item)| item.action == Action::Restart) {
        for id in &restart.after {
            restarts.entry(id).or_default().push(at);
        }
    }
    items
        .iter()
        .filter(|item| item.id.kind.is("", "ConfigMap") || item.id.kind.is("", "Secret"))
        .filter(|item| item.action.writes() && item.action != Action::Restart)
        .filter_map(|item| {
            let restarts = restarts.remove(&item.id)?;
            let since = owed_since(item).map_or_else(|| written(now), str::to_owned);
            Some((&item.id, Owed { since, restarts }))
        })
        .collect()
}

impl Run<'_> {
    /// The note that an object carries while restarts are owed because of it.
    pub(super) fn owes(&self, id: &ObjectId) -> Option<&str> {
        if self.mode == Mode::Execute { self.owed.get(id).map(|owed| owed.since.as_str()) } else { None }
    }

    /// The time that names a restart: that of the run that began it, so that what it has restarted already is not restarted again.
    pub(super) fn named_by(&self, restart: &PlanItem) -> Timestamp {
        let mut times = restart.after.iter().filter_map(|id| self.owed.get(id)).map(|owed| owed.since.as_str());
        match times.next() {
            Some(first) if times.all(|time| time == first) => first.parse().unwrap_or(self.began),
            _ => self.began,
        }
    }

    /// Takes the notes off the objects because of which everything was restarted.
    pub(super) async fn settle_restarts(&self, member: &Member<'_>) {
        for (id, item) in self.items_of(member.name).map(|(_, item)| (&item.id, item)) {
            let Some(owed) = self.owed.get(id).filter(|_| item.action != Action::Restart) else { continue };
            let applied = |done: &Done| matches!(done, Done::Applied { .. });
            let made = owed.restarts.iter().all(|at| self.result(*at).is_some_and(|outcome| applied(&outcome.result)));
            let changed = self.results(member.name, |own| std::ptr::eq(own, item));
            if !made || !changed.iter().flatten().any(|outcome| applied(&outcome.result)) {
                continue;
            }
            if let Err(issue) = self.take_note_off(member, item, &owed.since).await {
                let message = format!("a note that restarts are due stays until the next run: {}", issue.message);
                self.say(Issue { severity: Severity::Info, message, ..issue });
            }
        }
    }

    async fn take_note_off(&self, member: &Member<'_>, item: &PlanItem, since: &str) -> Result<(), Issue> {
        let access = member.access(item.privileged).await.map_err(Clone::clone)?;
        let kind = &*item.id.kind.kind;
        let plural = format!("{}s", kind.to_ascii_lowercase());
        let resource = ApiResource::from_gvk_with_plural(&GroupVersionKind::gvk("", "v1", kind), &plural);
        let place = Place { resource: &resource, namespace: item.id.namespace(), name: &item.id.name };
        let writing =
            Writing { manager: &self.manager, validation: self.options.field_validation.as_str(), dry_run: false };
        let call = Call::json_patch(place, writing, &without_note(since));
        let context = RequestContext::new(Verb::JsonPatch, &item.id);
        let mut tries = 0;
        loop {
            tries += 1;
            let permit = member.limit.clone().acquire(Use::Write).await;
            let answer = call.send(&access.client, self.options.request_timeout).await;
            drop(permit);
            let Err(error) = answer else { return Ok(()) };
            let failure = classify(&error.error, &context);
            match failure.retry {
                _ if failure.class == FailureClass::NotFound => return Ok(()),
                Retry::Jittered | Retry::After(_) if tries < TRIES => {
                    tokio::time::sleep(self.options.pauses().delay(tries, rand::random())).await;
                }
                _ => return Err(failure.issue),
            }
        }
    }

    /// Restarts that are owed to what this cluster runs and were not made: what the next run makes up for.
    pub(super) fn say_what_is_owed(&self, member: &Member<'_>) {
        for (_, item) in self.items_of(member.name).filter(|(_, item)| item.action != Action::Restart) {
            let Some(owed) = self.owed.get(&item.id) else { continue };
            let left = owed
                .restarts
                .iter()
                .filter(|at| self.result(**at).is_none_or(|outcome| !matches!(outcome.result, Done::Applied { .. })));
            let (left, changed) = (left.count(), self.results(member.name, |own| std::ptr::eq(own, item)));
            let changed = changed.iter().flatten().any(|outcome| matches!(outcome.result, Done::Applied { .. }));
            if left > 0 && changed {
                let message = format!("{left} workloads that read it were not restarted; the next run makes up for it");
                self.say(Issue::warning(Reach::Object(item.id.clone()), IssueClass::Unready, message));
            }
        }
    }
}

/// The patch that takes the note of one restart off, and no other.
fn without_note(since: &str) -> Value {
    let path = format!("/metadata/annotations/{}", RESTART_DUE.replace('~', "~0").replace('/', "~1"));
    json!([{"op": "test", "path": path, "value": since}, {"op": "remove", "path": path}])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::execute::tests::world::item;
    use crate::id::{BucketId, GroupKind};
    use crate::plan::FieldChange;

    fn id(kind: &str, name: &str) -> ObjectId {
        BucketId::new("c0", Some("default"), GroupKind::core(kind)).object(name)
    }

    #[test]
    fn a_restart_that_an_earlier_run_owes_keeps_its_name_unless_the_data_changes_again() {
        let note = FieldChange {
            path: format!("metadata.annotations[{RESTART_DUE}]"),
            before: Some(json!("2026-01-01T00:00:00Z")),
            after: None,
            manager: None,
        };
        let data =
            FieldChange { path: "data.key".into(), before: Some(json!("a")), after: Some(json!("b")), ..note.clone() };
        let workload = BucketId::new("c0", Some("default"), GroupKind::new("apps", "Deployment")).object("web");
        let mut restart = item(&workload, Action::Restart);
        restart.after = vec![id("ConfigMap", "one"), workload.clone()];
        let config = |changes: Vec<FieldChange>| PlanItem { changes, ..item(&id("ConfigMap", "one"), Action::Update) };
        let now: Timestamp = "2026-02-02T00:00:00Z".parse().unwrap();
        let since = |config: PlanItem| {
            let items = [config, item(&workload, Action::Update), restart.clone()];
            let owed = owed(&items, now);
            assert_eq!(owed.len(), 1, "a workload owes nothing to itself");
            owed[&id("ConfigMap", "one")].since.clone()
        };
        assert_eq!(since(config(vec![note.clone()])), "2026-01-01T00:00:00Z");
        assert_eq!(since(config(vec![note, data.clone()])), "2026-02-02T00:00:00Z");
        assert_eq!(since(config(vec![data])), "2026-02-02T00:00:00Z");
        assert_eq!(owed(&[config(Vec::new())], now).len(), 0, "nothing reads it");
    }
}
