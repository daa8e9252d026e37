//! What is filled in for the kinds that run pods from a template. Knows the pods only through their template.
use serde_json::{Value, json};

use super::pods::{claim_spec, template_spec};
use super::{Fields, SHARED_LABELS, TEMPLATE_GENERATION, child, each, ensure, missing, text, unset};

pub(super) fn deployment(spec: &mut Fields) {
    missing(spec, "replicas", 1);
    if let Some(strategy) = ensure(spec, "strategy") {
        unset(strategy, "type", "RollingUpdate");
        if text(strategy, "type") == "RollingUpdate"
            && let Some(rolling) = ensure(strategy, "rollingUpdate")
        {
            missing(rolling, "maxUnavailable", "25%");
            missing(rolling, "maxSurge", "25%");
        }
    }
    missing(spec, "revisionHistoryLimit", 10);
    missing(spec, "progressDeadlineSeconds", 600);
}

pub(super) fn stateful_set(spec: &mut Fields) {
    unset(spec, "podManagementPolicy", "OrderedReady");
    if let Some(strategy) = ensure(spec, "updateStrategy") {
        if text(strategy, "type").is_empty() {
            strategy.insert("type".to_owned(), "RollingUpdate".into());
            missing(strategy, "rollingUpdate", json!({}));
        }
        if text(strategy, "type") == "RollingUpdate"
            && let Some(rolling) = child(strategy, "rollingUpdate")
        {
            missing(rolling, "partition", 0);
        }
    }
    if let Some(policy) = ensure(spec, "persistentVolumeClaimRetentionPolicy") {
        unset(policy, "whenDeleted", "Retain");
        unset(policy, "whenScaled", "Retain");
    }
    missing(spec, "replicas", 1);
    missing(spec, "revisionHistoryLimit", 10);
    each(spec, "volumeClaimTemplates", |claim| {
        unset(claim, "apiVersion", "v1");
        unset(claim, "kind", "PersistentVolumeClaim");
        if let Some(status) = ensure(claim, "status") {
            unset(status, "phase", "Pending");
        }
        if let Some(spec) = child(claim, "spec") {
            claim_spec(spec);
        }
    });
}

pub(super) fn daemon_set(object: &mut Fields) {
    if let Some(spec) = child(object, "spec") {
        if let Some(strategy) = ensure(spec, "updateStrategy") {
            unset(strategy, "type", "RollingUpdate");
            if text(strategy, "type") == "RollingUpdate"
                && let Some(rolling) = ensure(strategy, "rollingUpdate")
            {
                missing(rolling, "maxUnavailable", 1);
                missing(rolling, "maxSurge", 0);
            }
        }
        missing(spec, "revisionHistoryLimit", 10);
    }
    if let Some(annotations) = ensure(object, "metadata").and_then(|meta| ensure(meta, "annotations")) {
        missing(annotations, TEMPLATE_GENERATION, "0");
    }
}

/// The number of the template of a DaemonSet, which lives in an annotation.
pub(crate) fn template_generation(object: &Value) -> i64 {
    let annotations = object.pointer("/metadata/annotations");
    annotations.and_then(|annotations| annotations.get(TEMPLATE_GENERATION)?.as_str()?.parse().ok()).unwrap_or(0)
}

pub(crate) fn set_template_generation(object: &mut Value, generation: i64) {
    let annotations = object
        .as_object_mut()
        .and_then(|object| ensure(object, "metadata"))
        .and_then(|meta| ensure(meta, "annotations"));
    if let Some(annotations) = annotations {
        annotations.insert(TEMPLATE_GENERATION.to_owned(), generation.to_string().into());
    }
}

pub(super) fn job(object: &mut Fields) {
    let labels = object
        .get("spec")
        .and_then(|spec| spec.pointer("/template/metadata/labels"))
        .filter(|labels| labels.as_object().is_some_and(|labels| !labels.is_empty()))
        .cloned();
    if let (Some(labels), Some(meta)) = (labels, ensure(object, "metadata"))
        && meta.get("labels").is_none_or(Value::is_null)
    {
        meta.insert("labels".to_owned(), labels);
        // The real server lets both places share one map until the object is stored.
        meta.insert(SHARED_LABELS.to_owned(), Value::Null);
    }
    let Some(spec) = child(object, "spec") else { return };
    let absent = |spec: &Fields, key: &str| spec.get(key).is_none_or(Value::is_null);
    if absent(spec, "completions") && absent(spec, "parallelism") {
        spec.insert("completions".to_owned(), 1.into());
    }
    missing(spec, "parallelism", 1);
    let backoff = if absent(spec, "backoffLimitPerIndex") { 6 } else { i64::from(i32::MAX) };
    missing(spec, "backoffLimit", backoff);
    missing(spec, "completionMode", "NonIndexed");
    missing(spec, "suspend", false);
    let replacement = if absent(spec, "podFailurePolicy") { "TerminatingOrFailed" } else { "Failed" };
    missing(spec, "podReplacementPolicy", replacement);
    missing(spec, "manualSelector", false);
    failure_policy(spec);
}

/// Gives a Job the labels its template has now, when it has the template's labels at all.
pub(crate) fn settle_labels(object: &mut Value, created: bool) {
    let labels = object.pointer("/spec/template/metadata/labels").cloned();
    let Some(meta) = object.get_mut("metadata").and_then(Value::as_object_mut) else { return };
    let shared = meta.remove(SHARED_LABELS).is_some();
    if let Some(labels) = labels.filter(|_| created && shared) {
        meta.insert("labels".to_owned(), labels);
    }
}

/// A stored Job without labels has those of its template.
pub(crate) fn inherit_labels(object: &mut Value) {
    let labels = object.pointer("/spec/template/metadata/labels").cloned();
    if let (Some(labels), Some(meta)) = (labels, object.get_mut("metadata").and_then(Value::as_object_mut)) {
        missing(meta, "labels", labels);
    }
}

fn failure_policy(spec: &mut Fields) {
    if let Some(policy) = child(spec, "podFailurePolicy") {
        each(policy, "rules", |rule| {
            each(rule, "onPodConditions", |pattern| unset(pattern, "status", "True"));
        });
    }
}

pub(super) fn cron_job(object: &mut Fields) {
    let Some(spec) = child(object, "spec") else { return };
    unset(spec, "concurrencyPolicy", "Allow");
    missing(spec, "suspend", false);
    missing(spec, "successfulJobsHistoryLimit", 3);
    missing(spec, "failedJobsHistoryLimit", 1);
    if let Some(job) = child(spec, "jobTemplate").and_then(|template| child(template, "spec")) {
        failure_policy(job);
        if let Some(template) = child(job, "template") {
            template_spec(template);
        }
    }
}
