//! Where pods may run: node selectors, affinity, tolerations, spreading. Knows no nodes.
use std::collections::BTreeSet;

use serde_json::Value;

use crate::schema::check::selector;
use crate::schema::names;
use crate::schema::place::Place;
use crate::schema::read::Read as _;
use crate::schema::refusal::Cause;
use crate::schema::report::Report as _;

const REQUIRED: &str = "requiredDuringSchedulingIgnoredDuringExecution";
const PREFERRED: &str = "preferredDuringSchedulingIgnoredDuringExecution";
const EFFECTS: &[&str] = &["NoSchedule", "PreferNoSchedule", "NoExecute"];
const BOTH: &str = "exists in both matchLabelKeys and labelSelector";

/// Checks `affinity`.
pub(crate) fn affinity(affinity: &Value, at: &Place<'_>, causes: &mut Vec<Cause>) {
    if let Some(node) = affinity.sub("nodeAffinity") {
        let at = at.child("nodeAffinity");
        if let Some(required) = node.sub(REQUIRED) {
            node_selector(required, &at.child(REQUIRED), causes);
        }
        let at = at.child(PREFERRED);
        for (index, term) in node.items(PREFERRED).iter().enumerate() {
            let at = at.index(index);
            weight(term, &at, causes);
            node_term(term.get_or_null("preference"), true, &at.child("preference"), causes);
        }
    }
    for kind in ["podAffinity", "podAntiAffinity"] {
        let Some(pods) = affinity.sub(kind) else { continue };
        let at = at.child(kind);
        let required = at.child(REQUIRED);
        for (index, term) in pods.items(REQUIRED).iter().enumerate() {
            pod_term(term, &required.index(index), causes);
        }
        let preferred = at.child(PREFERRED);
        for (index, term) in pods.items(PREFERRED).iter().enumerate() {
            let at = preferred.index(index);
            weight(term, &at, causes);
            pod_term(term.get_or_null("podAffinityTerm"), &at.child("podAffinityTerm"), causes);
        }
    }
}

fn weight(term: &Value, at: &Place<'_>, causes: &mut Vec<Cause>) {
    let weight = term.int("weight");
    if !(1..=100).contains(&weight) {
        causes.invalid(&at.child("weight"), weight, "must be in the range 1-100");
    }
}

fn node_selector(selector: &Value, at: &Place<'_>, causes: &mut Vec<Cause>) {
    let at = at.child("nodeSelectorTerms");
    let terms = selector.items("nodeSelectorTerms");
    if terms.is_empty() {
        causes.required(&at, "must have at least one node selector term");
    }
    for (index, term) in terms.iter().enumerate() {
        node_term(term, false, &at.index(index), causes);
    }
}

/// `any_value` where malformed values are only warned of.
fn node_term(term: &Value, any_value: bool, at: &Place<'_>, causes: &mut Vec<Cause>) {
    let expressions = at.child("matchExpressions");
    for (index, expression) in term.items("matchExpressions").iter().enumerate() {
        let at = expressions.index(index);
        let values = expression.items("values").len();
        let values_at = at.child("values");
        match expression.text("operator") {
            "In" | "NotIn" if values == 0 => {
                causes.required(&values_at, "must be specified when `operator` is 'In' or 'NotIn'");
            }
            "Exists" | "DoesNotExist" if values > 0 => {
                causes.forbidden(&values_at, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'");
            }
            "Gt" | "Lt" if values != 1 => {
                causes.required(&values_at, "must be specified single value when `operator` is 'Lt' or 'Gt'");
            }
            "In" | "NotIn" | "Exists" | "DoesNotExist" | "Gt" | "Lt" => {}
            other => causes.invalid(&at.child("operator"), other, "not a valid selector operator"),
        }
        let key = expression.text("key");
        causes.wrong(&at.child("key"), key, names::qualified(key));
        if !any_value {
            for (index, value) in expression.strings("values").enumerate() {
                causes.wrong(&values_at.index(index), value, names::label_value(value));
            }
        }
    }
    let fields = at.child("matchFields");
    for (index, field) in term.items("matchFields").iter().enumerate() {
        let at = fields.index(index);
        let values_at = at.child("values");
        match field.text("operator") {
            "In" | "NotIn" if field.items("values").len() != 1 => causes.required(
                &values_at,
                "must be only one value when `operator` is 'In' or 'NotIn' for node field selector",
            ),
            "In" | "NotIn" => {}
            other => causes.invalid(&at.child("operator"), other, "not a valid selector operator"),
        }
        let key = field.text("key");
        if key == "metadata.name" {
            for (index, value) in field.strings("values").enumerate() {
                causes.wrong(&values_at.index(index), value, names::subdomain(value));
            }
        } else {
            causes.invalid(&at.child("key"), key, "not a valid field selector key");
        }
    }
}

fn pod_term(term: &Value, at: &Place<'_>, causes: &mut Vec<Cause>) {
    for field in ["labelSelector", "namespaceSelector"] {
        selector::check(term.sub(field), &at.child(field), causes);
    }
    for namespace in term.strings("namespaces") {
        causes.wrong(&at.child("namespace"), namespace, names::label(namespace));
    }
    label_keys(term, at, causes);
    let (at, key) = (at.child("topologyKey"), term.text("topologyKey"));
    if key.is_empty() {
        causes.required(&at, "can not be empty");
    }
    causes.wrong(&at, key, names::qualified(key));
}

/// Checks `matchLabelKeys` and `mismatchLabelKeys` against the selector, into which they have been merged.
fn label_keys(term: &Value, at: &Place<'_>, causes: &mut Vec<Cause>) {
    let selector = term.sub("labelSelector");
    for field in ["matchLabelKeys", "mismatchLabelKeys"] {
        let place = at.child(field);
        if selector.is_none() && !term.items(field).is_empty() {
            causes.forbidden(&place, "must not be specified when labelSelector is not set");
            continue;
        }
        for (index, key) in term.strings(field).enumerate() {
            causes.wrong(&place.index(index), key, names::qualified(key));
        }
    }
    let matched: Vec<&str> = term.strings("matchLabelKeys").collect();
    if let Some(selector) = selector {
        let mut seen: BTreeSet<&str> = selector.entries("matchLabels").map(|(key, _)| key).collect();
        for expression in selector.items("matchExpressions") {
            let key = expression.text("key");
            let position = matched.iter().rposition(|listed| *listed == key);
            if let Some(position) = position.filter(|_| seen.contains(key)) {
                causes.invalid(&at.index(position), key, BOTH);
            }
            seen.insert(key);
        }
    }
    for (index, key) in matched.iter().enumerate() {
        if term.strings("mismatchLabelKeys").any(|other| other == *key) {
            let at = at.child("matchLabelKeys");
            causes.invalid(&at.index(index), *key, "exists in both matchLabelKeys and mismatchLabelKeys");
        }
    }
}

/// Checks `tolerations`.
pub(crate) fn tolerations(spec: &Value, at: &Place<'_>, causes: &mut Vec<Cause>) {
    for (index, toleration) in spec.items("tolerations").iter().enumerate() {
        let at = at.index(index);
        let (key, operator) = (toleration.text("key"), toleration.text("operator"));
        let (value, effect) = (toleration.text("value"), toleration.text("effect"));
        let operator_at = at.child("operator");
        if key.is_empty() && operator != "Exists" {
            let why = "operator must be Exists when `key` is empty, which means \"match all values and all keys\"";
            causes.invalid(&operator_at, operator, why);
        } else if !key.is_empty() {
            causes.wrong(&at.child("key"), key, names::qualified(key));
        }
        if toleration.has("tolerationSeconds") && effect != "NoExecute" {
            let why = "effect must be 'NoExecute' when `tolerationSeconds` is set";
            causes.invalid(&at.child("effect"), effect, why);
        }
        match operator {
            "Equal" | "" => joined(&operator_at, value, &names::label_value(value), causes),
            "Exists" if value.is_empty() => {}
            "Exists" => causes.invalid(&operator_at, value, "value must be empty when `operator` is 'Exists'"),
            "Lt" | "Gt" => causes.not_supported(&operator_at, operator, &["Equal", "Exists", "Lt", "Gt"]),
            _ => causes.not_supported(&operator_at, operator, &["Equal", "Exists"]),
        }
        if !effect.is_empty() {
            causes.any_of(&at.child("effect"), effect, EFFECTS);
        }
    }
}

fn joined(at: &Place<'_>, value: &str, wrong: &[String], causes: &mut Vec<Cause>) {
    if !wrong.is_empty() {
        causes.invalid(at, value, &wrong.join(";"));
    }
}

/// Checks the taints of a node.
pub(crate) fn taints(spec: &Value, at: &Place<'_>, causes: &mut Vec<Cause>) {
    let mut seen = BTreeSet::new();
    for (index, taint) in spec.items("taints").iter().enumerate() {
        let at = at.index(index);
        let (key, value, effect) = (taint.text("key"), taint.text("value"), taint.text("effect"));
        causes.wrong(&at.child("key"), key, names::qualified(key));
        joined(&at.child("value"), value, &names::label_value(value), causes);
        causes.one_of(&at.child("effect"), effect, EFFECTS);
        if !seen.insert((effect, key)) {
            let text = |text: &str| Value::from(text);
            let shown = format!(
                "{{\"Key\":{},\"Value\":{},\"Effect\":{},\"TimeAdded\":{}}}",
                text(key),
                text(value),
                text(effect),
                taint.get_or_null("timeAdded")
            );
            causes.push(Cause::duplicate_as(&at, &shown, "taints must be unique by key and effect pair"));
        }
    }
}

/// Checks `topologySpreadConstraints`.
pub(crate) fn spread(spec: &Value, at: &Place<'_>, causes: &mut Vec<Cause>) {
    let constraints = spec.items("topologySpreadConstraints");
    for (index, constraint) in constraints.iter().enumerate() {
        let at = at.index(index);
        let positive = |field: &str, causes: &mut Vec<Cause>| {
            let value = constraint.int(field);
            if value <= 0 {
                causes.invalid(&at.child(field), value, "must be greater than zero");
            }
        };
        let (key, action) = (constraint.text("topologyKey"), constraint.text("whenUnsatisfiable"));
        positive("maxSkew", causes);
        if key.is_empty() {
            causes.required(&at.child("topologyKey"), "can not be empty");
        }
        causes.any_of(&at.child("whenUnsatisfiable"), action, &["DoNotSchedule", "ScheduleAnyway"]);
        let is_repeated = constraints
            .iter()
            .skip(index + 1)
            .any(|other| other.text("topologyKey") == key && other.text("whenUnsatisfiable") == action);
        if is_repeated {
            causes.duplicate(&at.child("{topologyKey, whenUnsatisfiable}"), format!("{{{key}, {action}}}"));
        }
        if let Some(least) = constraint.number("minDomains") {
            positive("minDomains", causes);
            if action != "DoNotSchedule" {
                let why = format!("can only use minDomains if whenUnsatisfiable=DoNotSchedule, not {action}");
                causes.invalid(&at.child("minDomains"), least, &why);
            }
        }
        for field in ["nodeAffinityPolicy", "nodeTaintsPolicy"] {
            if let Some(policy) = constraint.string(field) {
                causes.any_of(&at.child(field), policy, &["Honor", "Ignore"]);
            }
        }
        label_keys(constraint, &at, causes);
        selector::check(constraint.sub("labelSelector"), &at.child("labelSelector"), causes);
    }
}
