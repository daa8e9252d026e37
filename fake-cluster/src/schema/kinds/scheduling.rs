//! `scheduling.k8s.io`: which pods go first. Knows no other kinds.

use serde_json::Value;

use crate::schema::defaults::missing;
use crate::schema::place::Place;
use crate::schema::read::Read as _;
use crate::schema::refusal::Cause;
use crate::schema::report::Report as _;
use crate::schema::strategy::Strategy;

/// What users may give at most; what is above belongs to the system.
const HIGHEST: i64 = 1_000_000_000;
/// The classes that every cluster has: name, value and description.
pub(crate) const SYSTEM: [(&str, i64, &str); 2] = [
    (
        "system-node-critical",
        2_000_001_000,
        "Used for system critical pods that must not be moved from their current node.",
    ),
    (
        "system-cluster-critical",
        2_000_000_000,
        "Used for system critical pods that must run in the cluster, but can be moved to another node if necessary.",
    ),
];

pub(crate) static PRIORITY_CLASS: Strategy = Strategy {
    cluster: true,
    generation: Some(&[]),
    fill: |object| missing(object, "preemptionPolicy", "PreemptLowerPriority"),
    rules: class,
    ..Strategy::of("scheduling.k8s.io", "PriorityClass")
};

fn class(object: &Value, old: Option<&Value>, causes: &mut Vec<Cause>) {
    let (value, policy) = (object.int("value"), object.string("preemptionPolicy"));
    if let Some(old) = old {
        if value != old.int("value") {
            causes.forbidden(&Place::new("value"), "may not be changed in an update.");
        }
        if policy != old.string("preemptionPolicy") {
            causes.invalid(&Place::new("preemptionPolicy"), policy, "field is immutable");
        }
        return;
    }
    let name = object.get_or_null("metadata").text("name");
    if name.starts_with("system-") {
        if let Err(why) = known(name, value, object.flag("globalDefault")) {
            let why =
                format!("priority class names with 'system-' prefix are reserved for system use only. error: {why}");
            causes.forbidden(&Place::new("metadata").child("name"), &why);
        }
    } else if value > HIGHEST {
        let why = format!("maximum allowed value of a user defined priority is {HIGHEST}");
        causes.forbidden(&Place::new("value"), &why);
    }
    if let Some(policy) = policy {
        let at = Place::new("preemptionPolicy");
        match policy {
            "" => causes.required(&at, ""),
            policy => causes.any_of(&at, policy, &["PreemptLowerPriority", "Never"]),
        }
    }
}

fn known(name: &str, value: i64, is_default: bool) -> Result<(), String> {
    let Some((_, wanted, _)) = SYSTEM.iter().find(|(known, ..)| *known == name) else {
        return Err(format!("{name} is not a known system priority class"));
    };
    if *wanted != value {
        return Err(format!("value of {name} PriorityClass must be {wanted}"));
    }
    if is_default {
        return Err(format!("globalDefault of {name} PriorityClass must be false"));
    }
    Ok(())
}
