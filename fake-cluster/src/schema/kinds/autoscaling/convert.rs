//! Autoscalers between their two versions: what the older one has no fields for stands in its annotations, as text. Follows
//! `k8s.io/kubernetes/pkg/apis/autoscaling/v1/conversion.go`. Knows no rules.

use serde_json::{Map, Value, json};

use crate::schema::read::Read as _;

pub(super) const OLD: &str = "autoscaling/v1";
const METRICS: &str = "autoscaling.alpha.kubernetes.io/metrics";
const CURRENT: &str = "autoscaling.alpha.kubernetes.io/current-metrics";
const BEHAVIOR: &str = "autoscaling.alpha.kubernetes.io/behavior";
const CONDITIONS: &str = "autoscaling.alpha.kubernetes.io/conditions";

/// A field of a metric in the older version, where the newer one has it, and what stands for it when it is not there.
type Field = (&'static str, &'static str, Option<&'static str>);
/// The type of a metric, its field, and the fields below in the order in which Go writes them.
type Source = (&'static str, &'static str, &'static [Field]);

const SPECS: &[Source] = &[
    (
        "Object",
        "object",
        &[
            ("target", "/describedObject", None),
            ("metricName", "/metric/name", Some("")),
            ("targetValue", "/target/value", Some("0")),
            ("selector", "/metric/selector", None),
            ("averageValue", "/target/averageValue", None),
        ],
    ),
    (
        "Pods",
        "pods",
        &[
            ("metricName", "/metric/name", Some("")),
            ("targetAverageValue", "/target/averageValue", Some("0")),
            ("selector", "/metric/selector", None),
        ],
    ),
    (
        "Resource",
        "resource",
        &[
            ("name", "/name", Some("")),
            ("targetAverageUtilization", "/target/averageUtilization", None),
            ("targetAverageValue", "/target/averageValue", None),
        ],
    ),
    (
        "ContainerResource",
        "containerResource",
        &[
            ("name", "/name", Some("")),
            ("targetAverageUtilization", "/target/averageUtilization", None),
            ("targetAverageValue", "/target/averageValue", None),
            ("container", "/container", Some("")),
        ],
    ),
    (
        "External",
        "external",
        &[
            ("metricName", "/metric/name", Some("")),
            ("metricSelector", "/metric/selector", None),
            ("targetValue", "/target/value", None),
            ("targetAverageValue", "/target/averageValue", None),
        ],
    ),
];

const STATUSES: &[Source] = &[
    (
        "Object",
        "object",
        &[
            ("target", "/describedObject", None),
            ("metricName", "/metric/name", Some("")),
            ("currentValue", "/current/value", Some("0")),
            ("selector", "/metric/selector", None),
            ("averageValue", "/current/averageValue", None),
        ],
    ),
    (
        "Pods",
        "pods",
        &[
            ("metricName", "/metric/name", Some("")),
            ("currentAverageValue", "/current/averageValue", Some("0")),
            ("selector", "/metric/selector", None),
        ],
    ),
    (
        "Resource",
        "resource",
        &[
            ("name", "/name", Some("")),
            ("currentAverageUtilization", "/current/averageUtilization", None),
            ("currentAverageValue", "/current/averageValue", Some("0")),
        ],
    ),
    (
        "ContainerResource",
        "containerResource",
        &[
            ("name", "/name", Some("")),
            ("currentAverageUtilization", "/current/averageUtilization", None),
            ("currentAverageValue", "/current/averageValue", Some("0")),
            ("container", "/container", Some("")),
        ],
    ),
    (
        "External",
        "external",
        &[
            ("metricName", "/metric/name", Some("")),
            ("metricSelector", "/metric/selector", None),
            ("currentValue", "/current/value", Some("0")),
            ("currentAverageValue", "/current/averageValue", None),
        ],
    ),
];

/// Brings an autoscaler into a version; one that is in it already is left alone.
pub(super) fn convert(object: &mut Value, to: &str) {
    let from = object.text("apiVersion").to_owned();
    if from == to || !object.is_object() {
        return;
    }
    if to == OLD {
        older(object)
    } else {
        newer(object)
    }
    object["apiVersion"] = json!(to);
}

/// Keeps what the older version only has as annotations of the status.
pub(super) fn keep_status(new: &mut Value, old: &Value) {
    for annotation in [CURRENT, CONDITIONS] {
        let before = old.get_or_null("metadata").get_or_null("annotations").string(annotation).map(str::to_owned);
        put_annotation(new, annotation, before);
    }
}

fn put_annotation(object: &mut Value, name: &str, text: Option<String>) {
    let annotations = &mut object["metadata"]["annotations"];
    match text {
        Some(text) => {
            if !annotations.is_object() {
                *annotations = json!({});
            }
            annotations[name] = json!(text);
        }
        None => {
            if let Some(map) = annotations.as_object_mut() {
                map.remove(name);
            }
        }
    }
    let meta = object.get_mut("metadata").and_then(Value::as_object_mut);
    if let Some(meta) = meta
        && meta.get("annotations").is_some_and(|all| all.is_null() || all.as_object().is_some_and(Map::is_empty))
    {
        meta.remove("annotations");
    }
}

fn take(object: &mut Value, part: &str, field: &str) -> Value {
    object.get_mut(part).and_then(Value::as_object_mut).and_then(|part| part.remove(field)).unwrap_or_default()
}

fn is_processor(metric: &Value, of: &str) -> bool {
    metric.text("type") == "Resource"
        && metric.get_or_null("resource").text("name") == "cpu"
        && metric.pointer(&format!("/resource/{of}/averageUtilization")).is_some_and(|percent| !percent.is_null())
}

// === to the older version ===

fn older(object: &mut Value) {
    let metrics = take(object, "spec", "metrics");
    let behavior = take(object, "spec", "behavior");
    let current = take(object, "status", "currentMetrics");
    let conditions = take(object, "status", "conditions");
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let (mut others, mut percent) = (Vec::new(), Value::Null);
    for metric in list(&metrics) {
        if is_processor(&metric, "target") {
            if percent.is_null() {
                percent = metric["resource"]["target"]["averageUtilization"].clone();
            }
        } else {
            others.push(written(&metric, SPECS));
        }
    }
    if !percent.is_null() {
        object["spec"]["targetCPUUtilizationPercentage"] = percent;
    }
    if object.get("status").is_some() {
        let status = &mut object["status"];
        if status.sub("currentReplicas").is_none() {
            status["currentReplicas"] = json!(0);
        }
        if let Some(metric) = list(&current).iter().rev().find(|metric| is_processor(metric, "current")) {
            status["currentCPUUtilizationPercentage"] = metric["resource"]["current"]["averageUtilization"].clone();
        }
    }
    let joined = |texts: Vec<String>| (!texts.is_empty()).then(|| format!("[{}]", texts.join(",")));
    put_annotation(object, METRICS, joined(others));
    put_annotation(object, BEHAVIOR, behavior.is_object().then(|| behavior_text(&behavior)));
    let current = list(&current).iter().map(|metric| written(metric, STATUSES)).collect();
    put_annotation(object, CURRENT, joined(current));
    let fields = ["type", "status", "lastTransitionTime", "reason", "message"];
    let conditions = list(&conditions).iter().map(|condition| in_order(condition, &fields)).collect();
    put_annotation(object, CONDITIONS, joined(conditions));
}

fn pair(name: &str, value: impl std::fmt::Display) -> String {
    format!("\"{name}\":{value}")
}

fn in_order(object: &Value, fields: &[&str]) -> String {
    let pairs: Vec<String> =
        fields.iter().filter_map(|field| object.sub(field).map(|value| pair(field, value))).collect();
    format!("{{{}}}", pairs.join(","))
}

/// A metric as the older version writes it.
fn written(metric: &Value, sources: &[Source]) -> String {
    let mut pairs = vec![pair("type", metric.get_or_null("type"))];
    for (_, field, below) in sources {
        let Some(source) = metric.sub(field) else { continue };
        let fields: Vec<String> = below
            .iter()
            .filter_map(|(name, pointer, otherwise)| {
                let value = source.pointer(pointer).filter(|value| !value.is_null()).cloned();
                let value = value.or_else(|| otherwise.map(Value::from))?;
                Some(match *name {
                    "target" => pair(name, in_order(&value, &["kind", "name", "apiVersion"])),
                    name => pair(name, value),
                })
            })
            .collect();
        pairs.push(pair(field, format!("{{{}}}", fields.join(","))));
    }
    format!("{{{}}}", pairs.join(","))
}

/// The behavior with the names that Go has for its fields.
fn behavior_text(behavior: &Value) -> String {
    let policy = |policy: &Value| {
        let field = |name: &str| policy.get_or_null(name);
        let (kind, value, period) = (field("type"), field("value"), field("periodSeconds"));
        format!("{{\"Type\":{kind},\"Value\":{value},\"PeriodSeconds\":{period}}}")
    };
    let rules = |name: &str| {
        let Some(rules) = behavior.sub(name) else { return "null".to_owned() };
        let policies: Vec<String> = rules.items("policies").iter().map(policy).collect();
        format!(
            "{{\"StabilizationWindowSeconds\":{},\"SelectPolicy\":{},\"Policies\":[{}],\"Tolerance\":{}}}",
            rules.get_or_null("stabilizationWindowSeconds"),
            rules.get_or_null("selectPolicy"),
            policies.join(","),
            rules.get_or_null("tolerance")
        )
    };
    format!("{{\"ScaleUp\":{},\"ScaleDown\":{}}}", rules("scaleUp"), rules("scaleDown"))
}

// === to the newer version ===

fn newer(object: &mut Value) {
    let percent = take(object, "spec", "targetCPUUtilizationPercentage");
    let current = take(object, "status", "currentCPUUtilizationPercentage");
    let annotation = |object: &Value, name: &str| -> Option<Value> {
        serde_json::from_str(object.get_or_null("metadata").get_or_null("annotations").string(name)?).ok()
    };
    let read_all = |list: Option<Value>, sources: &[Source]| -> Vec<Value> {
        let list = list.as_ref().and_then(Value::as_array).into_iter().flatten();
        list.map(|metric| read(metric, sources)).collect()
    };
    let mut metrics = read_all(annotation(object, METRICS), SPECS);
    if !percent.is_null() || metrics.is_empty() {
        let percent = if percent.is_null() { json!(80) } else { percent };
        let target = json!({"type": "Utilization", "averageUtilization": percent});
        metrics.push(json!({"type": "Resource", "resource": {"name": "cpu", "target": target}}));
    }
    object["spec"]["metrics"] = metrics.into();
    if let Some(behavior) = annotation(object, BEHAVIOR).filter(Value::is_object) {
        object["spec"]["behavior"] = renamed(&behavior);
    }
    if object.get("status").is_some() {
        let told = annotation(object, CURRENT).is_some();
        let mut metrics = read_all(annotation(object, CURRENT), STATUSES);
        if !told && !current.is_null() {
            let current = json!({"averageUtilization": current});
            metrics.push(json!({"type": "Resource", "resource": {"name": "cpu", "current": current}}));
        }
        let conditions = annotation(object, CONDITIONS).filter(Value::is_array);
        let status = &mut object["status"];
        status["currentMetrics"] = if metrics.is_empty() { Value::Null } else { metrics.into() };
        if let Some(conditions) = conditions {
            status["conditions"] = conditions;
        }
        if status.int("currentReplicas") == 0
            && let Some(status) = status.as_object_mut()
        {
            status.remove("currentReplicas");
        }
    }
    for name in [METRICS, BEHAVIOR, CURRENT, CONDITIONS] {
        put_annotation(object, name, None);
    }
}

/// A metric that the older version wrote.
fn read(metric: &Value, sources: &[Source]) -> Value {
    let mut read = json!({"type": metric.get_or_null("type")});
    for (kind, field, below) in sources {
        let Some(source) = metric.sub(field) else { continue };
        let mut into = json!({});
        for (name, pointer, otherwise) in *below {
            // What stands for nothing is read as nothing.
            let is_zero = |value: &&Value| *otherwise == Some("0") && **value == "0";
            if let Some(value) = source.sub(name).filter(|value| !is_zero(value)) {
                let mut at = &mut into;
                for step in pointer.split('/').filter(|step| !step.is_empty()) {
                    at = &mut at[step];
                }
                *at = value.clone();
            }
        }
        if source.has("targetAverageUtilization") || source.has("targetAverageValue") || source.has("targetValue") {
            let has = |field: &str| into.get_or_null("target").has(field);
            let target = match *kind {
                _ if has("averageUtilization") => "Utilization",
                "Object" if !has("averageValue") => "Value",
                "External" if has("value") => "Value",
                _ => "AverageValue",
            };
            into["target"]["type"] = json!(target);
        }
        read[*field] = into;
    }
    read
}

/// The behavior with the names of the API.
fn renamed(value: &Value) -> Value {
    match value {
        Value::Object(fields) => {
            let fields = fields.iter().filter(|(_, value)| !value.is_null()).map(|(name, value)| {
                let mut letters = name.chars();
                let first = letters.next().map(|letter| letter.to_ascii_lowercase());
                (first.into_iter().chain(letters).collect(), renamed(value))
            });
            Value::Object(fields.collect())
        }
        Value::Array(items) => items.iter().map(renamed).collect(),
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_older_version_cannot_say_survives_it() {
        let whole = json!({
            "apiVersion": "autoscaling/v2", "kind": "HorizontalPodAutoscaler", "metadata": {"name": "a"},
            "spec": {
                "maxReplicas": 3, "minReplicas": 1, "scaleTargetRef": {"kind": "Deployment", "name": "a"},
                "metrics": [
                    {"type": "Pods", "pods": {"metric": {"name": "a"}, "target": {"type": "AverageValue", "averageValue": "1"}}},
                    {"type": "Object", "object": {
                        "describedObject": {"kind": "Service", "name": "a"}, "metric": {"name": "b"},
                        "target": {"type": "Value", "value": "5"},
                    }},
                    {"type": "Resource", "resource": {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": 50}}},
                ],
                "behavior": {"scaleDown": {"selectPolicy": "Max", "policies": [{"type": "Pods", "value": 1, "periodSeconds": 2}]}},
            },
            "status": {
                "desiredReplicas": 2, "conditions": [{"type": "A", "status": "True"}],
                "currentMetrics": [{"type": "Resource", "resource": {
                    "name": "cpu", "current": {"averageUtilization": 4, "averageValue": "1"},
                }}],
            },
        });
        let mut object = whole.clone();
        convert(&mut object, OLD);
        assert_eq!(object["spec"]["targetCPUUtilizationPercentage"], 50);
        assert!(object["spec"].get("metrics").is_none() && object["status"].get("conditions").is_none());
        convert(&mut object, "autoscaling/v2");
        assert_eq!(object, whole);
    }
}
