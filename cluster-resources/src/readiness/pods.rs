//! Pods.

use jiff::Timestamp;
use serde_json::Value;

use super::fields::{condition, list, text_at};
use super::{Readiness, Rules};

/// Why containers of a pod do not run, as far as it says: `container app: ImagePullBackOff: no such image`.
pub(crate) fn waiting_reasons(pod: &Value) -> impl Iterator<Item = String> {
    ["initContainerStatuses", "containerStatuses", "ephemeralContainerStatuses"]
        .into_iter()
        .flat_map(|statuses| list(pod.get("status").and_then(|status| status.get(statuses))))
        .filter_map(|container| {
            let waiting = container.pointer("/state/waiting")?;
            let text =
                |value: &Value, member: &str| value.get(member).and_then(Value::as_str).unwrap_or_default().to_owned();
            let (name, reason, message) = (text(container, "name"), text(waiting, "reason"), text(waiting, "message"));
            if matches!(reason.as_str(), "" | "ContainerCreating" | "PodInitializing") {
                return None;
            }
            let message = if message.is_empty() { message } else { format!(": {message}") };
            Some(format!("container {name}: {reason}{message}"))
        })
}

/// As `kstatus`, but that init containers can crash too.
pub(super) fn pod(object: &Value, rules: &Rules, now: Timestamp) -> Readiness {
    let phase = text_at(object, "/status/phase");
    match phase {
        "Succeeded" => return Readiness::current("Completed", "it has completed"),
        "Failed" => {
            let message = text_at(object, "/status/message");
            let reason = text_at(object, "/status/reason");
            let reason = if reason.is_empty() { "Failed" } else { reason };
            let message = if message.is_empty() { "it has ended, and not well" } else { message };
            return Readiness::failed(reason.to_owned(), message);
        }
        _ => {}
    }
    if let Some(crash) = waiting_reasons(object).find(|reason| reason.contains(": CrashLoopBackOff")) {
        return Readiness::failed("ContainerCrashLooping", crash);
    }
    match phase {
        "Running" => match condition(object, "Ready") {
            Some(ready) if ready.is("True") => Readiness::current("Ready", "it is ready"),
            Some(ready) => Readiness::progressing("NotReady", ready.message()),
            None => Readiness::progressing("NotReady", "it does not say that it is ready"),
        },
        "Pending" => {
            let unscheduled = condition(object, "PodScheduled")
                .filter(|found| found.is("False") && found.reason() == "Unschedulable");
            let Some(unscheduled) = unscheduled else {
                let why = waiting_reasons(object).next().unwrap_or_else(|| "its containers have not started".into());
                return Readiness::progressing("Pending", why);
            };
            let since = text_at(object, "/metadata/creationTimestamp").parse::<Timestamp>().ok();
            let waited = since.map(|since| now.duration_since(since).as_secs());
            let bound = i64::try_from(rules.unschedulable_after_seconds).unwrap_or(i64::MAX);
            if waited.is_some_and(|waited| waited > bound) {
                Readiness::failed("Unschedulable", unscheduled.message())
            } else {
                Readiness::progressing("Unschedulable", unscheduled.message())
            }
        }
        _ => Readiness::progressing("NoPhase", "nobody has taken it yet"),
    }
}
