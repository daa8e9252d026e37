//! How the status of a job may change. Knows no pods.
use std::collections::BTreeSet;

use serde_json::Value;

use crate::schema::check::batch::count_indexes;
use crate::schema::place::Place;
use crate::schema::read::{Read as _, same};
use crate::schema::refusal::Cause;
use crate::schema::report::Report as _;

fn is(status: &Value, kind: &str, wanted: &str) -> bool {
    status.items("conditions").iter().any(|one| one.text("type") == kind && one.text("status") == wanted)
}

fn is_true(status: &Value, kind: &str) -> bool {
    is(status, kind, "True")
}

fn is_finished(status: &Value) -> bool {
    is_true(status, "Complete") || is_true(status, "Failed")
}

/// Checks the new status; what the old one already got wrong is let pass.
pub(crate) fn check(new_job: &Value, old_job: &Value, causes: &mut Vec<Cause>) {
    let spec = new_job.get_or_null("spec");
    let (new, old, at) = (new_job.get_or_null("status"), old_job.get_or_null("status"), Place::new("status"));
    for field in ["active", "succeeded", "failed", "ready", "terminating"] {
        causes.nonnegative(&at.child(field), new.number(field));
    }
    uncounted(new, &at.child("uncountedTerminatedPods"), causes);
    conditions(spec, new, old, &at, causes);
    times(new, old, spec, &at, causes);
    finished(spec, new, old, &at, causes);
    indexes(spec, new, old, &at, causes);
    for kind in ["Failed", "Complete", "FailureTarget"] {
        if is_true(old, kind) && !is_true(new, kind) {
            condition(&format!("cannot disable the terminal {kind}=True condition"), &at, causes);
        }
    }
    counters(spec, new, old, &at, causes);
    if is_true(old, "SuccessCriteriaMet") && !is_true(new, "SuccessCriteriaMet") {
        condition("cannot disable the SuccessCriteriaMet=True condition", &at, causes);
    }
    if is_true(old, "Complete") && !is_true(old, "SuccessCriteriaMet") && is_true(new, "SuccessCriteriaMet") {
        let why = "cannot set SuccessCriteriaMet=True for Job already has Complete=true conditions";
        condition(why, &at, causes);
    }
}

/// Messages about conditions show no value.
fn condition(why: &str, at: &Place<'_>, causes: &mut Vec<Cause>) {
    causes.push(Cause::new("FieldValueInvalid", &at.child("conditions"), format!("Invalid value: {why}")));
}

fn uncounted(status: &Value, at: &Place<'_>, causes: &mut Vec<Cause>) {
    let Some(pods) = status.sub("uncountedTerminatedPods") else { return };
    let mut seen = BTreeSet::new();
    for list in ["succeeded", "failed"] {
        let at = at.child(list);
        for (index, uid) in pods.strings(list).enumerate() {
            if uid.is_empty() {
                causes.invalid(&at.index(index), uid, "must not be empty");
            } else if !seen.insert(uid) {
                causes.duplicate(&at.index(index), uid);
            }
        }
    }
}

fn conditions(spec: &Value, new: &Value, old: &Value, at: &Place<'_>, causes: &mut Vec<Cause>) {
    let changed = |kind: &str| is_true(new, kind) != is_true(old, kind);
    let now = |kind: &str| is_true(new, kind);
    if (changed("Complete") || changed("Failed")) && now("Complete") && now("Failed") {
        condition("cannot set Complete=True and Failed=true conditions", at, causes);
    }
    if (changed("Complete") || changed("FailureTarget")) && now("Complete") && now("FailureTarget") {
        condition("cannot set Complete=True and FailureTarget=true conditions", at, causes);
    }
    let indexes_changed = new.get("failedIndexes") != old.get("failedIndexes");
    if (changed("Failed") || indexes_changed) && now("Failed") && !now("FailureTarget") {
        condition("cannot set Failed=True condition without the FailureTarget=true condition", at, causes);
    }
    if (changed("Complete") || changed("SuccessCriteriaMet")) && now("Complete") && !now("SuccessCriteriaMet") {
        condition("cannot set Complete=True condition without the SuccessCriteriaMet=true condition", at, causes);
    }
    if now("SuccessCriteriaMet") && now("Failed") {
        condition("cannot set SuccessCriteriaMet=True and Failed=true conditions", at, causes);
    }
    if now("SuccessCriteriaMet") && now("FailureTarget") {
        condition("cannot set SuccessCriteriaMet=True and FailureTarget=true conditions", at, causes);
    }
    if spec.has("successPolicy") && !now("SuccessCriteriaMet") && now("Complete") {
        let why = "cannot set Complete=True for Job with SuccessPolicy unless SuccessCriteriaMet=True";
        condition(why, at, causes);
    }
}

fn times(new: &Value, old: &Value, spec: &Value, at: &Place<'_>, causes: &mut Vec<Cause>) {
    let (completion, start) = (new.string("completionTime"), new.string("startTime"));
    let completion_at = at.child("completionTime");
    let completed = is_true(new, "Complete");
    let completion_changed = completion != old.string("completionTime");
    let start_changed = start != old.string("startTime");
    let complete_changed = completed != is_true(old, "Complete");
    if complete_changed || completion_changed {
        match completion {
            Some(time) if !completed => {
                let why = "cannot set completionTime when there is no Complete=True condition";
                causes.invalid(&completion_at, time, why);
            }
            None if completed => causes.required(&completion_at, "completionTime is required for Complete jobs"),
            _ => {}
        }
    }
    if (start_changed || completion_changed)
        && let (Some(start), Some(completion)) = (start, completion)
    {
        // Both are in UTC and in whole seconds.
        if completion < start {
            causes.invalid(&completion_at, completion, "must be equal to or after `startTime`");
        }
    }
    if let (true, Some(time), true) = (completion_changed, completion, old.has("completionTime")) {
        causes.invalid(&completion_at, time, "field is immutable");
    }
    let resumes = is_true(old, "Suspended") && is(new, "Suspended", "False");
    if start_changed && !resumes && old.has("startTime") && !spec.flag("suspend") {
        let why = "field is immutable for unsuspended job once set";
        causes.invalid(&at.child("startTime"), new.get_or_null("startTime").clone(), why);
    }
}

fn finished(spec: &Value, new: &Value, old: &Value, at: &Place<'_>, causes: &mut Vec<Cause>) {
    let is_done = is_finished(new);
    let done_changed = is_done != is_finished(old);
    let changed = |field: &str| !same(new.get(field), old.get(field));
    let idle = spec.flag("suspend") && spec.number("completions") == Some(0);
    if (done_changed || changed("active")) && is_done && new.int("active") > 0 {
        causes.invalid(&at.child("active"), new.int("active"), "active>0 is invalid for finished job");
    }
    if (done_changed || changed("startTime")) && !idle && is_done && !new.has("startTime") {
        causes.required(&at.child("startTime"), "startTime is required for finished job");
    }
    let uncounted = new.get_or_null("uncountedTerminatedPods");
    let is_counting = !uncounted.items("failed").is_empty() || !uncounted.items("succeeded").is_empty();
    if (done_changed || changed("uncountedTerminatedPods")) && is_done && is_counting {
        let list = |key: &str| uncounted.sub(key).map_or_else(|| "null".to_owned(), Value::to_string);
        let shown = format!("{{\"Succeeded\":{},\"Failed\":{}}}", list("succeeded"), list("failed"));
        causes.invalid_as(&at.child("uncountedTerminatedPods"), &shown, "must be empty for finished job");
    }
    if (done_changed || changed("terminating")) && is_done && new.int("terminating") > 0 {
        causes.invalid(&at.child("terminating"), new.int("terminating"), "terminating>0 is invalid for finished job");
    }
    if (changed("ready") || changed("active"))
        && let Some(ready) = new.number("ready").filter(|ready| *ready > new.int("active"))
    {
        causes.invalid(&at.child("ready"), ready, "cannot set more ready pods than active");
    }
}

fn indexes(spec: &Value, new: &Value, old: &Value, at: &Place<'_>, causes: &mut Vec<Cause>) {
    let (completed, failed) = (new.text("completedIndexes"), new.string("failedIndexes"));
    let (completed_at, failed_at) = (at.child("completedIndexes"), at.child("failedIndexes"));
    let completed_changed = completed != old.text("completedIndexes");
    let failed_changed = failed != old.string("failedIndexes");
    let has_limit = spec.has("backoffLimitPerIndex");
    if let Some(completions) = spec.number("completions") {
        if completed_changed && let Err(why) = count_indexes(completed, completions) {
            causes.invalid(&completed_at, completed, &format!("error parsing completedIndexes: {why}"));
        }
        if let (true, true, Some(failed)) = (failed_changed, has_limit, failed)
            && let Err(why) = count_indexes(failed, completions)
        {
            causes.invalid(&failed_at, failed, &format!("error parsing failedIndexes: {why}"));
        }
        if let (true, Some(failed)) = (failed_changed || completed_changed, failed)
            && let Some(index) = overlap(completed, failed)
        {
            let why = format!("failedIndexes and completedIndexes overlap at index: {index}");
            causes.invalid(&failed_at, failed, &why);
        }
    }
    if completed_changed && !completed.is_empty() && spec.text("completionMode") != "Indexed" {
        let why = "cannot set non-empty completedIndexes when non-indexed completion mode";
        causes.invalid(&completed_at, completed, why);
    }
    if let (true, false, Some(failed)) = (failed_changed, has_limit, failed) {
        let why = "cannot set non-null failedIndexes when backoffLimitPerIndex is null";
        causes.invalid(&failed_at, failed, why);
    }
}

/// The first index that is in both lists.
fn overlap(one: &str, other: &str) -> Option<i64> {
    let intervals = |text: &str| -> Vec<(i64, i64)> {
        let interval = |part: &str| {
            let (first, last) = part.split_once('-').unwrap_or((part, part));
            Some((first.parse().ok()?, last.parse().ok()?))
        };
        text.split(',').filter_map(interval).collect()
    };
    let others = intervals(other);
    intervals(one).into_iter().find_map(|(first, last)| {
        let meets = others.iter().find(|(start, end)| first <= *end && *start <= last)?;
        Some(first.max(meets.0))
    })
}

fn counters(spec: &Value, new: &Value, old: &Value, at: &Place<'_>, causes: &mut Vec<Cause>) {
    let shrinks = spec.text("completionMode") == "Indexed" && spec.get("completions") == spec.get("parallelism");
    for field in ["failed", "succeeded"] {
        let is_free = field == "succeeded" && shrinks;
        if new.int(field) < old.int(field) && !is_free {
            causes.invalid(&at.child(field), new.int(field), &format!("cannot decrease the {field} counter"));
        }
    }
}
