//! `node.k8s.io`: the ways to run containers. Knows no other kinds.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::schema::check::affinity;
use crate::schema::check::resources::{self, For};
use crate::schema::defaults::child;
use crate::schema::defaults::pods::round;
use crate::schema::place::Place;
use crate::schema::read::Read as _;
use crate::schema::refusal::Cause;
use crate::schema::report::Report as _;
use crate::schema::strategy::Strategy;
use crate::schema::{meta, names};

pub(crate) static RUNTIME_CLASS: Strategy = Strategy {
    cluster: true,
    creates_on_update: true,
    unconditional: false,
    fill: |object| {
        if let Some(fixed) = child(object, "overhead").and_then(|overhead| child(overhead, "podFixed")) {
            round(fixed);
        }
    },
    rules: class,
    ..Strategy::of("node.k8s.io", "RuntimeClass")
};

fn class(object: &Value, old: Option<&Value>, causes: &mut Vec<Cause>) {
    let (handler, at) = (object.text("handler"), Place::new("handler"));
    if let Some(old) = old {
        if handler != old.text("handler") {
            causes.invalid(&at, handler, "field is immutable");
        }
        return;
    }
    if handler.is_empty() {
        causes.required(&at, "");
    } else {
        causes.wrong(&at, handler, names::label(handler));
    }
    if let Some(overhead) = object.sub("overhead") {
        let limits = json!({"limits": overhead.get_or_null("podFixed")});
        resources::check(&limits, For::Container, &BTreeSet::new(), &Place::new("overhead"), causes);
    }
    if let Some(scheduling) = object.sub("scheduling") {
        let at = Place::new("scheduling");
        meta::labels(scheduling.get("nodeSelector"), &at.child("nodeSelector"), causes);
        let at = at.child("tolerations");
        affinity::tolerations(scheduling, &at, causes);
        let mut seen = BTreeSet::new();
        for (index, toleration) in scheduling.items("tolerations").iter().enumerate() {
            if !seen.insert(["key", "operator", "value", "effect"].map(|field| toleration.text(field))) {
                causes.push(Cause::duplicate_as(&at.index(index), &shown(toleration), ""));
            }
        }
    }
}

/// A toleration with Go's names.
fn shown(toleration: &Value) -> String {
    let field = |name: &str| json!(toleration.text(name));
    format!(
        "{{\"Key\":{},\"Operator\":{},\"Value\":{},\"Effect\":{},\"TolerationSeconds\":{}}}",
        field("key"),
        field("operator"),
        field("value"),
        field("effect"),
        toleration.get_or_null("tolerationSeconds")
    )
}
