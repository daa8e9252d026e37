//! `flowcontrol.apiserver.k8s.io`: which requests wait for which. Nothing waits here. Knows no other kinds.

mod level;
mod schema;

use serde_json::Value;

use crate::schema::defaults::{child, missing, zero};
use crate::schema::place::Place;
use crate::schema::read::Read as _;
use crate::schema::refusal::Cause;
use crate::schema::report::Report as _;
use crate::schema::strategy::{Step, Strategy};

const GROUP: &str = "flowcontrol.apiserver.k8s.io";

const fn row(kind: &'static str) -> Strategy {
    Strategy {
        cluster: true,
        status: true,
        generation: Some(&["spec"]),
        on_update: &[Step::Metadata, Step::Rules],
        on_status: &[Step::Rules],
        status_rules: status,
        ..Strategy::of(GROUP, kind)
    }
}

pub(crate) static FLOW_SCHEMA: Strategy = Strategy {
    fill: |object| {
        if let Some(spec) = child(object, "spec") {
            zero(spec, "matchingPrecedence", 1000);
        }
    },
    rules: schema::check,
    ..row("FlowSchema")
};

pub(crate) static PRIORITY_LEVEL: Strategy = Strategy {
    fill: |object| {
        let Some(spec) = child(object, "spec") else { return };
        if let Some(exempt) = child(spec, "exempt") {
            missing(exempt, "nominalConcurrencyShares", 0);
            missing(exempt, "lendablePercent", 0);
        }
        let Some(limited) = child(spec, "limited") else { return };
        missing(limited, "nominalConcurrencyShares", 30);
        missing(limited, "lendablePercent", 0);
        if let Some(queuing) = child(limited, "limitResponse").and_then(|response| child(response, "queuing")) {
            zero(queuing, "handSize", 8);
            zero(queuing, "queues", 64);
            zero(queuing, "queueLengthLimit", 50);
        }
    },
    rules: level::check,
    ..row("PriorityLevelConfiguration")
};

fn status(object: &Value, _: Option<&Value>, causes: &mut Vec<Cause>) {
    let at = Place::new("status");
    let at = at.child("conditions");
    let mut seen = Vec::new();
    for (index, condition) in object.get_or_null("status").items("conditions").iter().enumerate() {
        let (kind, at) = (condition.text("type"), at.index(index));
        if seen.contains(&kind) {
            causes.duplicate(&at.child("type"), kind);
        }
        seen.push(kind);
        if kind.is_empty() {
            causes.required(&at.child("type"), "");
        }
    }
}
