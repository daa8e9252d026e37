//! Jobs and cron jobs. Knows no pods but their templates.
use std::collections::BTreeSet;

use serde_json::Value;

use crate::schema::check::selector::{self, Selector};
use crate::schema::check::{cron, pod};
use crate::schema::names;
use crate::schema::place::Place;
use crate::schema::read::{Read as _, same};
use crate::schema::refusal::Cause;
use crate::schema::report::Report as _;

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

/// What a change may do to a job, beyond [`job`].
pub(crate) fn job_update(new_job: &Value, old_job: &Value, causes: &mut Vec<Cause>) {
    let (new, old, at) = (new_job.get_or_null("spec"), old_job.get_or_null("spec"), Place::new("spec"));
    whole_spec(new, &at, causes);
    completions(new, old, &at.child("completions"), causes);
    if !same(new.get("selector"), old.get("selector")) {
        causes.invalid_as(&at.child("selector"), &selector::shown(new.sub("selector")), IMMUTABLE);
    }
    template_update(new, old_job, &at, causes);
    for field in ["completionMode", "podFailurePolicy", "backoffLimitPerIndex", "managedBy", "successPolicy"] {
        if !same(new.get(field), old.get(field)) {
            let shown = match (field, new.sub(field)) {
                ("successPolicy", Some(policy)) => shown_success(policy),
                ("podFailurePolicy", Some(policy)) => shown_failure(policy),
                (_, value) => value.map_or_else(|| "null".to_owned(), Value::to_string),
            };
            causes.invalid_as(&at.child(field), &shown, IMMUTABLE);
        }
    }
}

fn shown_list(holder: &Value, key: &str, item: impl Fn(&Value) -> String) -> String {
    match holder.sub(key) {
        None => "null".to_owned(),
        Some(_) => format!("[{}]", holder.items(key).iter().map(item).collect::<Vec<_>>().join(",")),
    }
}

/// A success policy as Go prints the type that it has inside the server.
fn shown_success(policy: &Value) -> String {
    let rules = shown_list(policy, "rules", |rule| {
        let (indexes, count) = (rule.get_or_null("succeededIndexes"), rule.get_or_null("succeededCount"));
        format!("{{\"SucceededIndexes\":{indexes},\"SucceededCount\":{count}}}")
    });
    format!("{{\"Rules\":{rules}}}")
}

/// A failure policy as Go prints the type that it has inside the server.
fn shown_failure(policy: &Value) -> String {
    let quoted = |holder: &Value, key: &str| Value::from(holder.text(key));
    let rules = shown_list(policy, "rules", |rule| {
        let codes = rule.sub("onExitCodes").map_or_else(
            || "null".to_owned(),
            |codes| {
                let (name, values) = (codes.get_or_null("containerName"), codes.get_or_null("values"));
                let operator = quoted(codes, "operator");
                format!("{{\"ContainerName\":{name},\"Operator\":{operator},\"Values\":{values}}}")
            },
        );
        let conditions = shown_list(rule, "onPodConditions", |pattern| {
            format!("{{\"Type\":{},\"Status\":{}}}", quoted(pattern, "type"), quoted(pattern, "status"))
        });
        format!("{{\"Action\":{},\"OnExitCodes\":{codes},\"OnPodConditions\":{conditions}}}", quoted(rule, "action"))
    });
    format!("{{\"Rules\":{rules}}}")
}

fn completions(new: &Value, old: &Value, at: &Place<'_>, causes: &mut Vec<Cause>) {
    let after = new.number("completions");
    if after == old.number("completions") {
        return;
    }
    let shown = new.get_or_null("completions").clone();
    if new.text("completionMode") != "Indexed" {
        causes.invalid(at, shown, IMMUTABLE);
    } else if after.is_some() && after != new.number("parallelism") {
        let why = format!("can only be modified in tandem with {}", at.sibling("parallelism"));
        causes.invalid(at, shown, &why);
    }
}

/// Jobs that wait may be told other places and resources.
fn template_update(new: &Value, old_job: &Value, at: &Place<'_>, causes: &mut Vec<Cause>) {
    let (old, status) = (old_job.get_or_null("spec"), old_job.get_or_null("status"));
    let suspended = old.flag("suspend");
    let is_suspended = |condition: &Value| condition.text("type") == "Suspended" && condition.text("status") == "True";
    let rests = !status.has("startTime") || status.items("conditions").iter().any(is_suspended);
    let is_mutable = suspended && rests && status.int("active") == 0;
    let (template, mut before) = (new.get_or_null("template"), old.get_or_null("template").clone());
    if is_mutable {
        let after_spec = template.get_or_null("spec");
        let node = after_spec.get_or_null("affinity").sub("nodeAffinity").cloned();
        let spec = before.get_mut("spec").and_then(Value::as_object_mut);
        if let Some(spec) = spec {
            for field in ["nodeSelector", "tolerations", "schedulingGates"] {
                put(spec, field, after_spec.get(field));
            }
            let mut affinity = spec.get("affinity").and_then(Value::as_object).cloned().unwrap_or_default();
            put(&mut affinity, "nodeAffinity", node.as_ref());
            let keep = !affinity.is_empty() || after_spec.has("affinity");
            put(spec, "affinity", keep.then_some(Value::Object(affinity)).as_ref());
            for list in ["containers", "initContainers"] {
                let containers = after_spec.items(list);
                let Some(old) = spec.get_mut(list).and_then(Value::as_array_mut) else { continue };
                if containers.len() != old.len() {
                    continue;
                }
                for (container, old) in containers.iter().zip(old) {
                    if container.get("name") == old.get("name")
                        && let Some(old) = old.as_object_mut()
                    {
                        put(old, "resources", container.get("resources"));
                    }
                }
            }
        }
        if let Some(metadata) = before.get_mut("metadata").and_then(Value::as_object_mut) {
            for field in ["labels", "annotations"] {
                put(metadata, field, template.get_or_null("metadata").get(field));
            }
        }
        if template.get("spec") != before.get("spec") {
            causes.invalid(&at.child("template.spec"), template.get_or_null("spec").clone(), IMMUTABLE);
        }
    } else if *template != before {
        causes.invalid(&at.child("template"), template.clone(), IMMUTABLE);
    }
}

fn put(fields: &mut serde_json::Map<String, Value>, key: &str, value: Option<&Value>) {
    match value {
        Some(value) => {
            fields.insert(key.to_owned(), value.clone());
        }
        None => {
            fields.remove(key);
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

fn one_of_listed(at: &Place<'_>, value: &str, allowed: &[&str], causes: &mut Vec<Cause>) {
    if value.is_empty() {
        let quoted: Vec<String> = allowed.iter().map(|value| format!("\"{value}\"")).collect();
        causes.required(at, &format!("valid values: [{}]", quoted.join(" ")));
    } else {
        causes.any_of(at, value, allowed);
    }
}

fn failure_policy(spec: &Value, policy: &Value, at: &Place<'_>, causes: &mut Vec<Cause>) {
    let at = at.child("rules");
    let rules = policy.items("rules");
    if rules.len() > RULES {
        causes.too_many(&at, rules.len(), RULES);
    }
    let pods = spec.get_or_null("template").get_or_null("spec");
    let names: BTreeSet<&str> = pods
        .items("containers")
        .iter()
        .chain(pods.items("initContainers"))
        .map(|container| container.text("name"))
        .collect();
    for (index, rule) in rules.iter().enumerate() {
        let at = at.index(index);
        let action_at = at.child("action");
        if rule.text("action") == "FailIndex" {
            if !spec.has("backoffLimitPerIndex") {
                causes.invalid(&action_at, "FailIndex", "requires the backoffLimitPerIndex to be set");
            }
        } else {
            let actions = ["Count", "FailIndex", "FailJob", "Ignore"];
            one_of_listed(&action_at, rule.text("action"), &actions, causes);
        }
        let (codes, conditions) = (rule.sub("onExitCodes"), rule.items("onPodConditions"));
        if let Some(codes) = codes {
            exit_codes(codes, &names, &at.child("onExitCodes"), causes);
        }
        pod_conditions(conditions, &at.child("onPodConditions"), causes);
        let why = match (codes.is_some(), !conditions.is_empty()) {
            (true, true) => "specifying both OnExitCodes and OnPodConditions is not supported",
            (false, false) => "specifying one of OnExitCodes and OnPodConditions is required",
            _ => continue,
        };
        causes.push(Cause::new("FieldValueInvalid", &at, format!("Invalid value: {why}")));
    }
}

fn pod_conditions(conditions: &[Value], at: &Place<'_>, causes: &mut Vec<Cause>) {
    if conditions.len() > RULES {
        causes.too_many(at, conditions.len(), RULES);
    }
    for (index, pattern) in conditions.iter().enumerate() {
        let at = at.index(index);
        let kind = pattern.text("type");
        causes.wrong(&at.child("type"), kind, names::qualified(kind));
        one_of_listed(&at.child("status"), pattern.text("status"), &["False", "True", "Unknown"], causes);
    }
}

fn exit_codes(codes: &Value, names: &BTreeSet<&str>, at: &Place<'_>, causes: &mut Vec<Cause>) {
    let operator = codes.text("operator");
    one_of_listed(&at.child("operator"), operator, &["In", "NotIn"], causes);
    if let Some(name) = codes.string("containerName").filter(|name| !names.contains(name)) {
        let why = "must be one of the container or initContainer names in the pod template";
        causes.invalid(&at.child("containerName"), name, why);
    }
    let at = at.child("values");
    let values: Vec<i64> = codes.items("values").iter().filter_map(Value::as_i64).collect();
    if values.is_empty() {
        causes.invalid(&at, codes.get_or_null("values").clone(), "at least one value is required");
    } else if values.len() > EXIT_CODES {
        causes.too_many(&at, values.len(), EXIT_CODES);
    }
    let mut seen = BTreeSet::new();
    for (index, value) in values.iter().enumerate() {
        if operator == "In" && *value == 0 {
            causes.invalid(&at.index(index), 0, "must not be 0 for the In operator");
        }
        if !seen.insert(*value) {
            causes.duplicate(&at.index(index), *value);
        }
    }
    if !values.is_sorted() {
        causes.invalid(&at, codes.get_or_null("values").clone(), "must be ordered");
    }
}

fn success_policy(spec: &Value, policy: &Value, at: &Place<'_>, causes: &mut Vec<Cause>) {
    let at = at.child("rules");
    let rules = policy.items("rules");
    let completions = spec.int("completions");
    if rules.is_empty() {
        causes.required(&at, "at least one rules must be specified when the successPolicy is specified");
    }
    if rules.len() > RULES {
        causes.too_many(&at, rules.len(), RULES);
    }
    for (index, rule) in rules.iter().enumerate() {
        let at = at.index(index);
        let (count, indexes) = (rule.number("succeededCount"), rule.string("succeededIndexes"));
        if count.is_none() && indexes.is_none() {
            causes.required(&at, "at least one of succeededCount or succeededIndexes must be specified");
        }
        let mut total = None;
        if let Some(text) = indexes {
            let at = at.child("succeededIndexes");
            if text.len() > 64 * 1024 {
                causes.too_long(&at, 64 * 1024);
            }
            match count_indexes(text, completions) {
                Ok(count) => total = Some(count),
                Err(why) => {
                    total = Some(0);
                    causes.invalid(&at, text, &format!("error parsing succeededIndexes: {why}"));
                }
            }
        }
        let Some(count) = count else { continue };
        let at = at.child("succeededCount");
        causes.nonnegative(&at, Some(count));
        if count > completions {
            let why = format!("must be less than or equal to {completions} (the number of specified completions)");
            causes.invalid(&at, count, &why);
        }
        if let Some(total) = total.filter(|total| count > *total) {
            let why = format!(
                "must be less than or equal to {total} (the number of indexes in the specified succeededIndexes field)"
            );
            causes.invalid(&at, count, &why);
        }
    }
}

/// `1,3-5` as a number of indexes.
pub(crate) fn count_indexes(text: &str, completions: i64) -> Result<i64, String> {
    let mut total = 0;
    let mut last: Option<i64> = None;
    if text.is_empty() {
        return Ok(0);
    }
    for interval in text.split(',') {
        let parts: Vec<&str> = interval.split('-').collect();
        if parts.len() > 2 {
            return Err(format!(
                "the fragment \"{interval}\" violates the requirement that an index interval can have at most two parts separated by '-'"
            ));
        }
        let index = |text: &str| {
            let value: i64 =
                text.parse().map_err(|_| format!("cannot convert string to integer for index: \"{text}\""))?;
            if value >= completions {
                return Err(format!("too large index: \"{text}\""));
            }
            Ok(value)
        };
        let first = index(parts.first().copied().unwrap_or_default())?;
        if let Some(last) = last.filter(|last| *last >= first) {
            return Err(format!("non-increasing order, previous: {last}, current: {first}"));
        }
        let end = match parts.get(1) {
            None => first,
            Some(text) => {
                let end = index(text)?;
                if first >= end {
                    return Err(format!("non-increasing order, previous: {first}, current: {end}"));
                }
                end
            }
        };
        total += end - first + 1;
        last = Some(end);
    }
    Ok(total)
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
