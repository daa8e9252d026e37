//! Roles and their bindings. Knows no requests.
use serde_json::Value;

use crate::schema::check::selector::{self, Selector};
use crate::schema::names;
use crate::schema::place::Place;
use crate::schema::read::Read as _;
use crate::schema::refusal::Cause;
use crate::schema::report::Report as _;

const GROUP: &str = "rbac.authorization.k8s.io";

/// Checks the rules of a role.
pub(crate) fn role(role: &Value, namespaced: bool, causes: &mut Vec<Cause>) {
    let at = Place::new("rules");
    for (index, rule) in role.items("rules").iter().enumerate() {
        let at = at.index(index);
        let is_set = |field: &str| !rule.items(field).is_empty();
        if !is_set("verbs") {
            causes.required(&at.child("verbs"), "verbs must contain at least one value");
        }
        if is_set("nonResourceURLs") {
            let place = at.child("nonResourceURLs");
            let urls = rule.get_or_null("nonResourceURLs");
            if namespaced {
                causes.invalid(&place, urls.clone(), "namespaced rules cannot apply to non-resource URLs");
            }
            if ["apiGroups", "resources", "resourceNames"].into_iter().any(is_set) {
                let why = "rules cannot apply to both regular resources and non-resource URLs";
                causes.invalid(&place, urls.clone(), why);
            }
            continue;
        }
        for (field, what) in [("apiGroups", "api group"), ("resources", "resource")] {
            if !is_set(field) {
                causes.required(&at.child(field), &format!("resource rules must supply at least one {what}"));
            }
        }
    }
    let Some(rule) = role.sub("aggregationRule").filter(|_| !namespaced) else { return };
    let at = Place::new("aggregationRule");
    let at = at.child("clusterRoleSelectors");
    let selectors = rule.items("clusterRoleSelectors");
    if selectors.is_empty() {
        let why = "at least one clusterRoleSelector required if aggregationRule is non-nil";
        causes.required(&at, why);
    }
    for (index, wanted) in selectors.iter().enumerate() {
        selector::check(Some(wanted), &at.index(index), causes);
        if Selector::of(Some(wanted)).is_none() {
            causes.invalid(&at.index(index), Value::Null, "invalid label selector.");
        }
    }
}

/// Checks a binding.
pub(crate) fn binding(binding: &Value, namespaced: bool, causes: &mut Vec<Cause>) {
    let reference = binding.get_or_null("roleRef");
    let at = Place::new("roleRef");
    causes.any_of(&at.child("apiGroup"), reference.text("apiGroup"), &[GROUP]);
    let kinds: &[&str] = if namespaced { &["Role", "ClusterRole"] } else { &["ClusterRole"] };
    causes.any_of(&at.child("kind"), reference.text("kind"), kinds);
    let name = reference.text("name");
    if name.is_empty() {
        causes.required(&at.child("name"), "");
    } else {
        causes.wrong(&at.child("name"), name, names::path_segment(name, false));
    }
    let at = Place::new("subjects");
    for (index, subject) in binding.items("subjects").iter().enumerate() {
        self::subject(subject, namespaced, &at.index(index), causes);
    }
}

fn subject(subject: &Value, namespaced: bool, at: &Place<'_>, causes: &mut Vec<Cause>) {
    let (name, group) = (subject.text("name"), subject.text("apiGroup"));
    if name.is_empty() {
        causes.required(&at.child("name"), "");
    }
    match subject.text("kind") {
        "ServiceAccount" => {
            if !name.is_empty() {
                causes.wrong(&at.child("name"), name, names::subdomain(name));
            }
            causes.any_of(&at.child("apiGroup"), group, &[""]);
            if !namespaced && subject.text("namespace").is_empty() {
                causes.required(&at.child("namespace"), "");
            }
        }
        "User" | "Group" => causes.any_of(&at.child("apiGroup"), group, &[GROUP]),
        other => causes.not_supported(&at.child("kind"), other, &["ServiceAccount", "User", "Group"]),
    }
}

/// A binding keeps its role.
pub(crate) fn binding_update(new: &Value, old: &Value, causes: &mut Vec<Cause>) {
    let (after, before) = (new.get_or_null("roleRef"), old.get_or_null("roleRef"));
    let of = |reference: &'_ Value| ["apiGroup", "kind", "name"].map(|key| reference.text(key).to_owned());
    if of(after) != of(before) {
        let [group, kind, name] = of(after).map(Value::from);
        let shown = format!("{{\"APIGroup\":{group},\"Kind\":{kind},\"Name\":{name}}}");
        causes.invalid_as(&Place::new("roleRef"), &shown, "cannot change roleRef");
    }
}
