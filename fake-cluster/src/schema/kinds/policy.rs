//! `policy`: how many pods may be gone at once. Knows no other kinds.

use serde_json::Value;

use crate::schema::check::{conditions, selector, workloads};
use crate::schema::place::Place;
use crate::schema::read::Read as _;
use crate::schema::refusal::Cause;
use crate::schema::report::Report as _;
use crate::schema::strategy::{Step, Strategy};

pub(crate) static DISRUPTION_BUDGET: Strategy = Strategy {
    status: true,
    generation: Some(&["spec"]),
    unconditional: false,
    on_create: &[Step::Rules],
    on_update: &[Step::Rules],
    on_status: &[Step::Rules],
    rules: budget,
    status_rules: budget_status,
    ..Strategy::of("policy", "PodDisruptionBudget")
};

fn budget(object: &Value, _: Option<&Value>, causes: &mut Vec<Cause>) {
    let (spec, at) = (object.get_or_null("spec"), Place::new("spec"));
    if spec.has("minAvailable") && spec.has("maxUnavailable") {
        causes.invalid_as(&at, &shown(spec), "minAvailable and maxUnavailable cannot be both set");
    }
    for field in ["minAvailable", "maxUnavailable"] {
        if let Some(amount) = spec.sub(field) {
            workloads::int_or_percent(amount, &at.child(field), causes);
            workloads::at_most_all(amount, &at.child(field), causes);
        }
    }
    selector::check(spec.sub("selector"), &at.child("selector"), causes);
    if let Some(policy) = spec.string("unhealthyPodEvictionPolicy") {
        causes.any_of(&at.child("unhealthyPodEvictionPolicy"), policy, &["AlwaysAllow", "IfHealthyBudget"]);
    }
}

/// The spec as the real server prints it: with Go's names.
fn shown(spec: &Value) -> String {
    let field = |name: &str| spec.get_or_null(name);
    format!(
        "{{\"MinAvailable\":{},\"Selector\":{},\"MaxUnavailable\":{},\"UnhealthyPodEvictionPolicy\":{}}}",
        field("minAvailable"),
        selector::shown(spec.sub("selector")),
        field("maxUnavailable"),
        field("unhealthyPodEvictionPolicy")
    )
}

fn budget_status(object: &Value, _: Option<&Value>, causes: &mut Vec<Cause>) {
    let (status, at) = (object.get_or_null("status"), Place::new("status"));
    conditions::check(status.items("conditions"), &at.child("conditions"), causes);
    for field in ["disruptionsAllowed", "currentHealthy", "desiredHealthy", "expectedPods"] {
        causes.nonnegative(&at.child(field), status.number(field));
    }
}
