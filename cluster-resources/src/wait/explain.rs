//! Why objects are not ready, as far as others say: warnings about them, and containers of their pods that do not run.

use std::time::Duration;

use futures::future::BoxFuture;
use futures::{FutureExt as _, StreamExt as _};
use kube::api::{Api, DynamicObject, ListParams};
use kube::core::{ApiResource, GroupVersionKind};
use serde_json::Value;
use tokio_util::sync::CancellationToken;

use super::board::Board;
use super::{ReadyOutcome, Target, Waited};
use crate::clusters::{ClusterAccess, Clusters};
use crate::readiness::waiting_reasons;
use crate::restart::asked;

/// Altogether it takes no longer.
const DEADLINE: Duration = Duration::from_secs(10);
/// Objects that are asked about together.
const TOGETHER: usize = 8;
/// So many warnings of an object are told, and so many reasons of its pods.
const TOLD: usize = 3;
/// So many of them are looked through.
const READ: u32 = 100;

/// Adds details to the outcomes of objects that failed or were late. What cannot be found out in time is left out.
pub(super) async fn explain(
    outcomes: &mut [ReadyOutcome],
    targets: &[Target],
    board: &Board,
    clusters: &dyn Clusters,
    cancel: &CancellationToken,
) {
    let unready =
        outcomes.iter().enumerate().filter(|(_, outcome)| matches!(outcome.result, Waited::Failed | Waited::TimedOut));
    let mut questions: Vec<BoxFuture<'_, _>> = Vec::new();
    for (index, _) in unready {
        if let (Some(target), Some(object)) = (targets.get(index), board.last(index)) {
            questions.push(async move { (index, details(target, object, clusters).await) }.boxed());
        }
    }
    let mut answers = futures::stream::iter(questions).buffer_unordered(TOGETHER);
    let until = tokio::time::Instant::now().checked_add(DEADLINE);
    let late = async {
        match until {
            Some(until) => tokio::time::sleep_until(until).await,
            None => std::future::ready(()).await,
        }
    };
    tokio::pin!(late);
    loop {
        tokio::select! {
            biased;
            () = cancel.cancelled() => return,
            () = &mut late => return,
            answer = answers.next() => match answer {
                Some((index, details)) => if let Some(outcome) = outcomes.get_mut(index) {
                    outcome.details = details;
                },
                None => return,
            },
        }
    }
}

async fn details(target: &Target, object: &Value, clusters: &dyn Clusters) -> Vec<String> {
    let Ok(access) = clusters.access(&target.id.cluster, target.privileged).await else { return Vec::new() };
    let mut found = warnings(&access, target, object).await;
    found.extend(pods(&access, target, object).await);
    found
}

fn api(access: &ClusterAccess, kind: &str, plural: &str, namespace: Option<&str>) -> Api<DynamicObject> {
    let resource = ApiResource::from_gvk_with_plural(&GroupVersionKind::gvk("", "v1", kind), plural);
    match namespace {
        Some(namespace) => Api::namespaced_with(access.client.clone(), namespace, &resource),
        None => Api::all_with(access.client.clone(), &resource),
    }
}

/// The newest warnings about an object. (Those about objects of the cluster are kept in the namespace `default`.)
async fn warnings(access: &ClusterAccess, target: &Target, object: &Value) -> Vec<String> {
    let Some(uid) = object.pointer("/metadata/uid").and_then(Value::as_str) else { return Vec::new() };
    let params = ListParams::default().fields(&format!("involvedObject.uid={uid},type=Warning")).limit(READ);
    let events = api(access, "Event", "events", Some(target.id.namespace().unwrap_or("default")));
    let Ok(events) = asked(events.list(&params)).await else { return Vec::new() };
    newest(events.items.iter().map(|event| &event.data))
}

fn newest<'a>(events: impl Iterator<Item = &'a Value>) -> Vec<String> {
    let text =
        |event: &Value, pointer: &str| event.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned();
    let when = |event: &Value| {
        ["/series/lastObservedTime", "/lastTimestamp", "/eventTime", "/firstTimestamp"]
            .into_iter()
            .find_map(|pointer| event.pointer(pointer).and_then(Value::as_str)?.parse::<jiff::Timestamp>().ok())
    };
    let mut events: Vec<&Value> = events.collect();
    events.sort_by_key(|event| std::cmp::Reverse(when(event)));
    let mut told = Vec::new();
    for event in events {
        let line = format!("{}: {}", text(event, "/reason"), text(event, "/message"));
        if !told.contains(&line) {
            told.push(line);
        }
    }
    told.truncate(TOLD);
    told
}

/// Why containers do not run: of a pod itself, or of the pods an object selects.
async fn pods(access: &ClusterAccess, target: &Target, object: &Value) -> Vec<String> {
    let mut told: Vec<String> = if target.id.kind.is("", "Pod") {
        waiting_reasons(object).collect()
    } else {
        let (Some(namespace), Some(selector)) = (target.id.namespace(), selector(object)) else { return Vec::new() };
        let params = ListParams::default().labels(&selector).limit(READ);
        let Ok(pods) = asked(api(access, "Pod", "pods", Some(namespace)).list(&params)).await else {
            return Vec::new();
        };
        let reasons = |pod: &DynamicObject| {
            let name = pod.metadata.name.clone().unwrap_or_default();
            waiting_reasons(&pod.data).map(|reason| format!("pod {name}: {reason}")).collect::<Vec<_>>()
        };
        pods.items.iter().flat_map(reasons).collect()
    };
    told.truncate(TOLD);
    told
}

/// The labels by which a workload selects its pods, when labels alone do.
fn selector(object: &Value) -> Option<String> {
    let selector = object.pointer("/spec/selector")?;
    let labels = selector.get("matchLabels").unwrap_or(selector).as_object()?;
    let written: Option<Vec<String>> =
        labels.iter().map(|(label, value)| Some(format!("{label}={}", value.as_str()?))).collect();
    written.filter(|written| !written.is_empty()).map(|written| written.join(","))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_newest_warnings_are_told_once_each() {
        let event = |reason: &str, last: Value| json!({"reason": reason, "message": "m", "lastTimestamp": last});
        let events = [
            event("Old", json!("2026-01-01T00:00:00Z")),
            event("New", json!("2026-01-01T00:00:09Z")),
            event("New", json!("2026-01-01T00:00:08Z")),
            json!({"reason": "Newest", "message": "m", "eventTime": "2026-01-01T00:00:10.000000Z", "lastTimestamp": null}),
            event("Nobody knows when", Value::Null),
        ];
        assert_eq!(newest(events.iter()), ["Newest: m", "New: m", "Old: m"]);
    }

    #[test]
    fn pods_are_selected_by_labels() {
        let of = |selector: Value| selector_of(&json!({"spec": {"selector": selector}}));
        assert_eq!(of(json!({"matchLabels": {"a": "1", "b": "2"}})).as_deref(), Some("a=1,b=2"));
        assert_eq!(of(json!({"a": "1"})).as_deref(), Some("a=1"));
        assert_eq!(of(json!({"matchLabels": {}})), None);
        assert_eq!(of(json!({"matchLabels": {"a": 1}})), None);
        assert_eq!(of(Value::Null), None);
    }

    fn selector_of(object: &Value) -> Option<String> {
        selector(object)
    }
}
