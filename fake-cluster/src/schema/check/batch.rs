//! Jobs and cron jobs. Knows no pods but their templates.

mod changes;
mod policies;

use serde_json::Value;

use crate::schema::check::selector::{self, Selector};
use crate::schema::check::{cron, pod};
use crate::schema::names;
use crate::schema::place::Place;
use crate::schema::read::Read as _;
use crate::schema::refusal::Cause;
use crate::schema::report::Report as _;
pub(crate) use changes::job_update;
use changes::shown_success;
pub(crate) use policies::count_indexes;
use policies::{failure_policy, success_policy};

const IMMUTABLE: &str = "field is immutable";
const PARALLELISM: i64 = 100_000;
const FAILED_INDEXES: i64 = 100_000;
const COMPLETIONS: i64 = 100_000;
/// For both of them, when there are many completions.
const WITH_MANY: i64 = 10_000;
const RULES: usize = 20;
const EXIT_CODES: usize = 255;
const OLD_UID: &str = "controller-uid";
const OLD_NAME: &str = "job-name";
const NEW_UID: &str = "batch.kubernetes.io/controller-uid";
const NEW_NAME: &str = "batch.kubernetes.io/job-name";

/// Checks a job.
pub(crate) fn job(object: &Value, old: Option<&Value>, causes: &mut Vec<Cause>) {
    let (spec, at) = (object.get_or_null("spec"), Place::new("spec"));
    let had = |label: &str| {
        old.is_none_or(|old| old.pointer("/spec/template/metadata/labels").is_some_and(|labels| labels.has(label)))
    };
    generated_selector(object, had(NEW_NAME) && had(NEW_UID), causes);
    whole_spec(spec, &at, causes);
    let name = object.get_or_null("metadata").text("name");
    let completions = spec.int("completions");
    if spec.text("completionMode") == "Indexed" && completions > 0 {
        let longest = format!("{name}-{}", completions - 1);
        if !names::label(&longest).is_empty() {
            let why = format!("will not able to create pod with invalid DNS label: {longest}");
            causes.invalid(&Place::new("metadata").child("name"), name, &why);
        }
    }
}

fn generated_selector(job: &Value, prefixed: bool, causes: &mut Vec<Cause>) {
    let (spec, metadata) = (job.get_or_null("spec"), job.get_or_null("metadata"));
    let Some(wanted) = spec.sub("selector") else { return };
    if spec.flag("manualSelector") {
        return;
    }
    let (uid, name) = (metadata.text("uid"), metadata.text("name"));
    if uid.is_empty() {
        causes.required(&Place::new("metadata").child("uid"), "");
    }
    let at = Place::new("spec");
    let labels = spec.get_or_null("template").get_or_null("metadata").get_or_null("labels");
    let labels_at = at.child("template");
    let labels_at = labels_at.child("metadata");
    let labels_at = labels_at.child("labels");
    let expected: &[(&str, &str)] = &[(OLD_UID, uid), (OLD_NAME, name), (NEW_UID, uid), (NEW_NAME, name)];
    let expected = if prefixed { expected } else { &expected[..2] };
    for (label, value) in expected {
        let why = format!("must be '{value}'");
        match labels.string(label) {
            None => causes.required(&labels_at.key(label), &why),
            Some(found) if found != *value => causes.invalid(&labels_at.key(label), labels.clone(), &why),
            Some(_) => {}
        }
    }
    let expected: serde_json::Map<String, Value> =
        expected.iter().map(|(label, value)| ((*label).to_owned(), Value::from(*value))).collect();
    if Selector::of(Some(wanted)).is_some_and(|parsed| !parsed.matches(&Value::Object(expected))) {
        causes.invalid_as(&at.child("selector"), &selector::shown(Some(wanted)), "`selector` not auto-generated");
    }
}

fn whole_spec(spec: &Value, at: &Place<'_>, causes: &mut Vec<Cause>) {
    job_spec(spec, at, causes);
    let wanted = spec.sub("selector");
    let selector_at = at.child("selector");
    if wanted.is_none() {
        causes.required(&selector_at, "");
    }
    selector::check(wanted, &selector_at, causes);
    let labels = spec.get_or_null("template").get_or_null("metadata").get_or_null("labels");
    if Selector::of(wanted).is_some_and(|parsed| !parsed.matches(labels)) {
        let at = at.child("template");
        let at = at.child("metadata");
        causes.invalid(&at.child("labels"), labels.clone(), "`selector` does not match template `labels`");
    }
}

fn job_spec(spec: &Value, at: &Place<'_>, causes: &mut Vec<Cause>) {
    for field in [
        "parallelism",
        "completions",
        "activeDeadlineSeconds",
        "backoffLimit",
        "ttlSecondsAfterFinished",
        "backoffLimitPerIndex",
        "maxFailedIndexes",
    ] {
        causes.nonnegative(&at.child(field), spec.number(field));
    }
    if spec.has("maxFailedIndexes") && !spec.has("backoffLimitPerIndex") {
        causes.required(&at.child("backoffLimitPerIndex"), "when maxFailedIndexes is specified");
    }
    if let Some(manager) = spec.string("managedBy") {
        let at = at.child("managedBy");
        domain_path(manager, &at, causes);
        if manager.len() > 63 {
            causes.too_long(&at, 63);
        }
    }
    let is_indexed = spec.text("completionMode") == "Indexed";
    if let Some(mode) = spec.string("completionMode") {
        causes.any_of(&at.child("completionMode"), mode, &["NonIndexed", "Indexed"]);
    }
    if is_indexed {
        indexed(spec, at, causes);
    }
    if matches!(spec.string("completionMode"), None | Some("NonIndexed")) {
        for field in ["backoffLimitPerIndex", "maxFailedIndexes"] {
            if let Some(value) = spec.number(field) {
                causes.invalid(&at.child(field), value, "requires indexed completion mode");
            }
        }
    }
    if let Some(policy) = spec.sub("podFailurePolicy") {
        failure_policy(spec, policy, &at.child("podFailurePolicy"), causes);
    }
    if let Some(policy) = spec.sub("successPolicy") {
        let at = at.child("successPolicy");
        if is_indexed {
            success_policy(spec, policy, &at, causes);
        } else {
            causes.invalid_as(&at, &shown_success(policy), "requires indexed completion mode");
        }
    }
    if let Some(policy) = spec.string("podReplacementPolicy") {
        let allowed: &[&str] =
            if spec.has("podFailurePolicy") { &["Failed"] } else { &["Failed", "TerminatingOrFailed"] };
        causes.any_of(&at.child("podReplacementPolicy"), policy, allowed);
    }
    let template_at = at.child("template");
    pod::template(spec.get_or_null("template"), &template_at, causes);
    let pods_at = template_at.child("spec");
    let at = pods_at.child("restartPolicy");
    match spec.get_or_null("template").get_or_null("spec").text("restartPolicy") {
        "Always" | "" => causes.required(&at, "valid values: \"OnFailure\", \"Never\""),
        "OnFailure" if spec.has("podFailurePolicy") => {
            causes.invalid(&at, "OnFailure", "only \"Never\" is supported when podFailurePolicy is specified");
        }
        restart => causes.any_of(&at, restart, &["OnFailure", "Never"]),
    }
}

fn domain_path(text: &str, at: &Place<'_>, causes: &mut Vec<Cause>) {
    const PATH: &str = r"[A-Za-z0-9/\-._~%!$&'()*+,;=:]+";
    if text.is_empty() {
        return causes.required(at, "");
    }
    let Some((host, path)) = text.split_once('/').filter(|(host, path)| !host.is_empty() && !path.is_empty()) else {
        return causes.invalid(at, text, "must be a domain-prefixed path (such as \"acme.io/foo\")");
    };
    causes.wrong(at, host, names::subdomain(host));
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"/-._~%!$&'()*+,;=:".contains(&byte);
    if !path.bytes().all(fits) {
        causes.invalid(at, path, &format!("Invalid path (regex used for validation is '{PATH}')"));
    }
}

fn indexed(spec: &Value, at: &Place<'_>, causes: &mut Vec<Cause>) {
    let (parallelism, failed) = (spec.number("parallelism"), spec.number("maxFailedIndexes"));
    let (parallelism_at, failed_at) = (at.child("parallelism"), at.child("maxFailedIndexes"));
    let completions = spec.number("completions");
    let too_big = |at: &Place<'_>, value: Option<i64>, limit: i64, tail: &str, causes: &mut Vec<Cause>| {
        if let Some(value) = value.filter(|value| *value > limit) {
            causes.invalid(at, value, &format!("must be less than or equal to {limit}{tail}"));
        }
    };
    if completions.is_none() {
        causes.required(&at.child("completions"), "when completion mode is Indexed");
    }
    too_big(&parallelism_at, parallelism, PARALLELISM, " when completion mode is Indexed", causes);
    if let (Some(completions), Some(failed)) = (completions, failed)
        && failed > completions
    {
        causes.invalid(&failed_at, failed, "must be less than or equal to completions");
    }
    too_big(&failed_at, failed, FAILED_INDEXES, "", causes);
    if completions.is_some_and(|completions| completions > COMPLETIONS) && spec.has("backoffLimitPerIndex") {
        if failed.is_none() {
            causes.required(&failed_at, &format!("must be specified when completions is above {COMPLETIONS}"));
        }
        let tail = format!(" when completions are above {COMPLETIONS} and used with backoff limit per index");
        too_big(&parallelism_at, parallelism, WITH_MANY, &tail, causes);
        too_big(&failed_at, failed, WITH_MANY, &tail, causes);
    }
}

/// Checks a cron job.
pub(crate) fn cron_job(object: &Value, old: Option<&Value>, causes: &mut Vec<Cause>) {
    let (spec, at) = (object.get_or_null("spec"), Place::new("spec"));
    let before = old.map(|old| old.get_or_null("spec"));
    let schedule_at = at.child("schedule");
    let schedule = spec.text("schedule");
    if schedule.is_empty() {
        causes.required(&schedule_at, "");
    } else {
        if let Err(why) = cron::check(schedule) {
            causes.invalid(&schedule_at, schedule, &why);
        }
        let tolerated = before.is_some_and(|before| before.text("schedule").contains("TZ"));
        if schedule.contains("TZ") && !tolerated {
            let why = "cannot use TZ or CRON_TZ in schedule, use timeZone field instead";
            causes.invalid(&schedule_at, schedule, why);
        } else if schedule.contains("TZ") && spec.has("timeZone") {
            let why = "cannot use both timeZone field and TZ or CRON_TZ in schedule";
            causes.invalid(&schedule_at, schedule, why);
        }
    }
    causes.nonnegative(&at.child("startingDeadlineSeconds"), spec.number("startingDeadlineSeconds"));
    let zone = spec.string("timeZone");
    if before.is_none_or(|before| before.string("timeZone") != zone)
        && let Some(zone) = zone
    {
        time_zone(zone, &at.child("timeZone"), causes);
    }
    let policy = spec.text("concurrencyPolicy");
    causes.one_of(&at.child("concurrencyPolicy"), policy, &["Allow", "Forbid", "Replace"]);
    let template = spec.get_or_null("jobTemplate").get_or_null("spec");
    let template_at = at.child("jobTemplate");
    let template_at = template_at.child("spec");
    job_spec(template, &template_at, causes);
    if let Some(wanted) = template.sub("selector") {
        let shown = selector::shown(Some(wanted));
        causes.invalid_as(&template_at.child("selector"), &shown, "`selector` will be auto-generated");
    }
    if template.flag("manualSelector") {
        causes.not_supported(&template_at.child("manualSelector"), true, &["nil", "false"]);
    }
    for field in ["successfulJobsHistoryLimit", "failedJobsHistoryLimit"] {
        causes.nonnegative(&at.child(field), spec.number(field));
    }
    let name = object.get_or_null("metadata").text("name");
    if old.is_none() && name.len() > 52 {
        causes.invalid(&Place::new("metadata").child("name"), name, "must be no more than 52 characters");
    }
}

/// Only the form of the name is checked: there is no time zone database here.
fn time_zone(zone: &str, at: &Place<'_>, causes: &mut Vec<Cause>) {
    if zone.is_empty() {
        return causes.invalid(at, zone, "timeZone must be nil or non-empty string");
    }
    let fits = |part: &str| {
        let all = part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-_+".contains(&byte));
        all && (1..=14).contains(&part.len()) && !matches!(part, "." | "..") && !part.starts_with('-')
    };
    if !zone.split('/').all(fits) {
        causes.invalid(at, zone, &format!("unknown time zone {zone}"));
    } else if zone.eq_ignore_ascii_case("Local") {
        let why = "timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones";
        causes.invalid(at, zone, why);
    }
}
