//! Jobs: pods that run to their end, and all of them succeed. Knows nothing of how they end.
//!
//! It follows `pkg/controller/job` in what a job that goes well shows.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::{Value, json};

use super::{BURST, PODS, condition, conditions, controlled, count, is_active, is_true, number, pod, status};
use crate::controllers::step::{Step, Write, controller};
use crate::controllers::view::{View, is_deleting, text, texts};
use crate::storage::Object;

const STORAGE: &str = "jobs.batch";
/// Keeps a pod until it was counted.
const TRACKING: &str = "batch.kubernetes.io/job-tracking";
const INDEX: &str = "batch.kubernetes.io/job-completion-index";

/// What comes next.
pub(super) fn steps(view: &View) -> Vec<Step> {
    let (Some(resource), Some(pods)) = (view.resource(STORAGE), view.resource(PODS)) else { return Vec::new() };
    let actor = controller("job-controller");
    let mut steps = Vec::new();
    for job in view.objects(STORAGE) {
        let spec = &job.value()["spec"];
        let all = controlled(view, PODS, job);
        let active: Vec<&Arc<Object>> = all.iter().copied().filter(|pod| is_active(pod)).collect();
        let done: Vec<&Arc<Object>> =
            all.iter().copied().filter(|pod| pod.value()["status"]["phase"] == "Succeeded").collect();
        let over = is_true(job, "Complete") || is_true(job, "Failed");
        let suspended = spec["suspend"] == true;
        let parallel = number(&spec["parallelism"]);
        // Without a number the first pod that succeeds is enough.
        let completions = spec["completions"].as_u64().and_then(|wanted| usize::try_from(wanted).ok());
        let enough = match completions {
            Some(wanted) => done.len() >= wanted,
            None => !done.is_empty() && active.is_empty(),
        };
        // What was counted, or is not needed any more, may go.
        let release = all.iter().filter(|pod| {
            texts(&pod.metadata()["finalizers"]).any(|found| found == TRACKING)
                && (over || is_deleting(job) || is_deleting(pod))
        });
        for pod in release {
            let kept: Vec<&str> = texts(&pod.metadata()["finalizers"]).filter(|found| *found != TRACKING).collect();
            let kept = if kept.is_empty() { Value::Null } else { json!(kept) };
            steps.push(Step::to(&actor, pods, pod, Write::patch_metadata(pod, "finalizers", kept)));
        }
        if over || is_deleting(job) {
            continue;
        }
        if suspended {
            steps
                .extend(active.iter().map(|pod| Step::to(&actor, pods, pod, Write::delete_exactly(pod, "Background"))));
        } else if !enough {
            let open = match completions {
                Some(wanted) => wanted.saturating_sub(done.len()),
                None if done.is_empty() => parallel,
                None => 0,
            };
            let missing = parallel.min(open).saturating_sub(active.len()).min(BURST);
            let indexed = spec["completionMode"] == "Indexed";
            let taken: BTreeSet<usize> = active.iter().chain(&done).filter_map(|pod| index(pod)).collect();
            let mut free = (0..).filter(|index| !taken.contains(index));
            for _ in 0..missing {
                let index = free.next().filter(|_| indexed);
                steps.push(Step::within(&actor, pods, job.meta_str("namespace"), Write::Create(member(job, index))));
            }
        }
        let mut new = job.value()["status"].clone();
        if !new.is_object() {
            new = json!({});
        }
        let time = view.time();
        let mut told = conditions(job);
        if suspended {
            condition(&mut told, &time, "Suspended", ["True", "JobSuspended", "Job suspended"]);
            if let Some(new) = new.as_object_mut() {
                new.remove("startTime");
            }
        } else {
            if told.iter().any(|known| known["type"] == "Suspended") {
                condition(&mut told, &time, "Suspended", ["False", "JobResumed", "Job resumed"]);
            }
            if new["startTime"].is_null() {
                new["startTime"] = json!(time);
            }
        }
        let running = if enough { 0 } else { active.len() };
        count(&mut new, "active", running);
        count(&mut new, "succeeded", done.len());
        new["ready"] = json!(if enough { 0 } else { active.iter().filter(|pod| is_true(pod, "Ready")).count() });
        new["terminating"] = json!(0);
        new["uncountedTerminatedPods"] = json!({});
        if spec["completionMode"] == "Indexed" {
            let mut indexes: Vec<usize> = done.iter().filter_map(|pod| index(pod)).collect();
            indexes.sort_unstable();
            if !indexes.is_empty() {
                new["completedIndexes"] = json!(ranges(&indexes));
            }
        }
        if enough && !suspended {
            let said = ["True", "CompletionsReached", "Reached expected number of succeeded pods"];
            condition(&mut told, &time, "SuccessCriteriaMet", said);
            condition(&mut told, &time, "Complete", said);
            new["completionTime"] = json!(time);
        }
        for known in &mut told {
            if known["lastProbeTime"].is_null() {
                known["lastProbeTime"] = known["lastTransitionTime"].clone();
            }
        }
        if !told.is_empty() {
            new["conditions"] = Value::Array(told);
        }
        steps.extend(status(&actor, resource, job, new));
    }
    steps
}

fn index(pod: &Object) -> Option<usize> {
    text(&pod.metadata()["annotations"][INDEX]).parse().ok()
}

/// A pod of a job, perhaps with an index.
fn member(job: &Object, index: Option<usize>) -> Value {
    let name = job.meta_str("name");
    let mut pod = pod(job, &job.value()["spec"]["template"]);
    let mut finalizers: Vec<&str> = texts(&job.value()["spec"]["template"]["metadata"]["finalizers"]).collect();
    finalizers.push(TRACKING);
    pod["metadata"]["finalizers"] = json!(finalizers);
    pod["metadata"]["generateName"] = json!(match index {
        Some(index) => format!("{name}-{index}-"),
        None => format!("{name}-"),
    });
    if let Some(index) = index {
        pod["metadata"]["annotations"][INDEX] = json!(index.to_string());
        pod["metadata"]["labels"][INDEX] = json!(index.to_string());
        pod["spec"]["hostname"] = json!(format!("{name}-{index}"));
    }
    pod
}

/// Numbers as text, such as `0-2,5`.
fn ranges(sorted: &[usize]) -> String {
    let mut ranges: Vec<(usize, usize)> = Vec::new();
    for index in sorted {
        match ranges.last_mut() {
            Some((_, last)) if last.checked_add(1) == Some(*index) => *last = *index,
            Some((_, last)) if *last == *index => {}
            _ => ranges.push((*index, *index)),
        }
    }
    let spelled = ranges.iter().map(|(first, last)| match last - first {
        0 => first.to_string(),
        1 => format!("{first},{last}"),
        _ => format!("{first}-{last}"),
    });
    spelled.collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    #[test]
    fn neighbours_are_told_as_a_range() {
        assert_eq!(super::ranges(&[0, 1, 2, 5, 7, 8]), "0-2,5,7,8");
        assert_eq!(super::ranges(&[]), "");
        assert_eq!(super::ranges(&[0, usize::MAX, usize::MAX]), format!("0,{}", usize::MAX));
    }
}
