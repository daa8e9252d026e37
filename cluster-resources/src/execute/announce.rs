//! One Kubernetes Event about the inventory of a cluster, when a run changed something there or could not: for those who look at a
//! cluster and not at reports. Off unless it is asked for.

use jiff::Timestamp;
use kube::core::{ApiResource, GroupVersionKind};
use serde_json::{Value, json};

use super::limits::Use;
use super::member::Member;
use super::request::{Call, Place, Writing};
use super::run::Run;
use crate::classify::{RequestContext, Verb, classify};
use crate::id::{BucketId, GroupKind};
use crate::issue::{Issue, Severity};
use crate::observed::ParentState;
use crate::outcome::Counts;
use crate::policy::{InventoryConfig, InventoryKind};

impl Run<'_> {
    /// Says what became of a cluster, on the parent of its set. Asked for once: an Event is worth no more.
    pub(super) async fn announce(&self, member: &Member<'_>, state: &ParentState) {
        let (true, Some(config), Some((uid, _))) = (self.options.announce, &self.policy.inventory, &state.version)
        else {
            return;
        };
        let mut counts = Counts::default();
        for outcome in self.results(member.name, |_| true).into_iter().flatten() {
            counts.add(&outcome.result);
        }
        let Some(event) = event(counts, config, uid, &self.manager, &self.plan.digest, Timestamp::now()) else {
            return;
        };
        let Ok(access) = member.access(self.only_privileged(member.name)).await else { return };
        let resource = ApiResource::from_gvk_with_plural(&GroupVersionKind::gvk("", "v1", "Event"), "events");
        let place = Place { resource: &resource, namespace: Some(&config.namespace), name: "" };
        let writing = Writing { manager: &self.manager, validation: "Strict", dry_run: false };
        let permit = member.limit.clone().acquire(Use::Write).await;
        let answer = Call::create(place, writing, &event).send(&access.client, self.options.request_timeout).await;
        drop(permit);
        if let Err(error) = answer {
            let id = BucketId::new(member.name.clone(), Some(&config.namespace), GroupKind::core("Event")).object("");
            let issue = classify(&error.error, &RequestContext::new(Verb::Create, &id)).issue;
            self.say(Issue { severity: Severity::Info, ..issue });
        }
    }
}

/// The Event; nothing when nothing happened.
fn event(
    counts: Counts,
    config: &InventoryConfig,
    uid: &str,
    manager: &str,
    plan: &str,
    now: Timestamp,
) -> Option<Value> {
    let failed = counts.failed + counts.blocked + counts.not_attempted;
    if counts.written() + failed == 0 {
        return None;
    }
    let all = [
        (counts.created, "created"),
        (counts.configured, "configured"),
        (counts.replaced, "replaced"),
        (counts.deleted, "deleted"),
        (counts.failed, "failed"),
        (counts.blocked, "blocked"),
        (counts.not_attempted, "not attempted"),
    ];
    let said: Vec<String> = all.iter().filter(|(n, _)| *n > 0).map(|(n, what)| format!("{n} {what}")).collect();
    let kind = match config.kind {
        InventoryKind::Secret => "Secret",
        InventoryKind::ConfigMap => "ConfigMap",
    };
    let (kind_of_event, reason) = if failed == 0 { ("Normal", "Realized") } else { ("Warning", "NotRealized") };
    let at = now.strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
    Some(json!({
        "apiVersion": "v1", "kind": "Event",
        "metadata": {"generateName": format!("{}-", config.name), "namespace": config.namespace},
        "involvedObject": {
            "apiVersion": "v1", "kind": kind, "name": config.name, "namespace": config.namespace, "uid": uid,
        },
        "type": kind_of_event, "reason": reason, "count": 1,
        "message": format!("{} (plan {})", said.join(", "), plan.get(..12).unwrap_or(plan)),
        "firstTimestamp": at, "lastTimestamp": at,
        "source": {"component": manager}, "reportingComponent": manager, "reportingInstance": manager,
    }))
}
