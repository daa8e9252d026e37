//! Which requests belong to which level. Knows no levels.

use serde_json::Value;

use crate::schema::names;
use crate::schema::place::Place;
use crate::schema::read::Read as _;
use crate::schema::refusal::Cause;
use crate::schema::report::Report as _;

const VERBS: &[&str] = &["create", "delete", "deletecollection", "get", "list", "patch", "proxy", "update", "watch"];

pub(super) fn check(object: &Value, _: Option<&Value>, causes: &mut Vec<Cause>) {
    let (spec, at) = (object.get_or_null("spec"), Place::new("spec"));
    let name = object.get_or_null("metadata").text("name");
    let (precedence, precedence_at) = (spec.int("matchingPrecedence"), at.child("matchingPrecedence"));
    if precedence <= 0 {
        causes.invalid(&precedence_at, precedence, "must be a positive value");
    }
    if precedence > 10_000 {
        causes.invalid(&precedence_at, precedence, "must not be greater than 10000");
    }
    if precedence == 1 && name != "exempt" {
        let why = "only the schema named 'exempt' may have matchingPrecedence 1";
        causes.invalid(&precedence_at, precedence, why);
    }
    if let Some(method) = spec.sub("distinguisherMethod") {
        let kind = method.text("type");
        if !matches!(kind, "ByNamespace" | "ByUser") {
            let shown = format!("{{\"Type\":{}}}", Value::from(kind));
            let at = at.child("distinguisherMethod");
            causes.push(Cause::not_supported_as(&at.child("type"), &shown, &["ByNamespace", "ByUser"]));
        }
    }
    let level_at = at.child("priorityLevelConfiguration");
    let level = spec.get_or_null("priorityLevelConfiguration").text("name");
    if level.is_empty() {
        causes.required(&level_at.child("name"), "must reference a priority level");
    } else {
        causes.wrong(&level_at.child("name"), level, names::subdomain(level));
    }
    let at = at.child("rules");
    for (index, one) in spec.items("rules").iter().enumerate() {
        rule(one, &at.index(index), causes);
    }
}

fn rule(rule: &Value, at: &Place<'_>, causes: &mut Vec<Cause>) {
    let subjects_at = at.child("subjects");
    if rule.items("subjects").is_empty() {
        causes.required(&subjects_at, "subjects must contain at least one value");
    }
    for (index, one) in rule.items("subjects").iter().enumerate() {
        subject(one, &subjects_at.index(index), causes);
    }
    let (resources, paths) = (rule.items("resourceRules"), rule.items("nonResourceRules"));
    if resources.is_empty() && paths.is_empty() {
        causes.required(at, "at least one of resourceRules and nonResourceRules has to be non-empty");
    }
    for (index, one) in resources.iter().enumerate() {
        resource_rule(one, &at.child("resourceRules").index(index), causes);
    }
    for (index, one) in paths.iter().enumerate() {
        path_rule(one, &at.child("nonResourceRules").index(index), causes);
    }
}

fn subject(subject: &Value, at: &Place<'_>, causes: &mut Vec<Cause>) {
    const KINDS: [(&str, &str); 3] = [("ServiceAccount", "serviceAccount"), ("User", "user"), ("Group", "group")];
    let kind = subject.text("kind");
    let Some((_, own)) = KINDS.iter().find(|(known, _)| *known == kind) else {
        return causes.not_supported(&at.child("kind"), kind, &["Group", "ServiceAccount", "User"]);
    };
    let own_at = at.child(own);
    match subject.sub(own) {
        None => causes.required(&own_at, &format!("{own} is required when subject kind is '{kind}'")),
        Some(who) => {
            let (name, namespace) = (who.text("name"), who.text("namespace"));
            if name.is_empty() {
                causes.required(&own_at.child("name"), "");
            } else if kind == "ServiceAccount" && name != "*" {
                causes.wrong(&own_at.child("name"), name, names::subdomain(name));
            }
            if kind == "ServiceAccount" && namespace.is_empty() {
                causes.required(&own_at.child("namespace"), "must specify namespace for service account");
            } else if kind == "ServiceAccount" {
                causes.wrong(&own_at.child("namespace"), namespace, names::label(namespace));
            }
        }
    }
    for (other, field) in KINDS.iter().filter(|(other, field)| *other != kind && subject.has(field)) {
        let why = format!("{field} is forbidden when subject kind is not '{other}'");
        causes.forbidden(&at.child(field), &why);
    }
}

fn is_everything(rule: &Value, field: &str) -> bool {
    rule.strings(field).any(|item| item == "*")
}

/// A list that names nothing else when it names everything; returns whether it does.
fn alone(rule: &Value, field: &str, what: &str, missing: &str, at: &Place<'_>, causes: &mut Vec<Cause>) -> bool {
    let count = rule.items(field).len();
    let everything = is_everything(rule, field);
    if count == 0 {
        causes.required(&at.child(field), missing);
    } else if everything && count > 1 {
        let why = format!("if '*' is present, must not specify other {what}");
        causes.invalid(&at.child(field), rule.get_or_null(field).clone(), &why);
    }
    everything
}

fn verbs(rule: &Value, at: &Place<'_>, causes: &mut Vec<Cause>) {
    let everything = alone(rule, "verbs", "verbs", "verbs must contain at least one value", at, causes);
    if !everything && rule.strings("verbs").any(|verb| !VERBS.contains(&verb)) {
        causes.not_supported(&at.child("verbs"), rule.get_or_null("verbs").clone(), VERBS);
    }
}

fn path_rule(rule: &Value, at: &Place<'_>, causes: &mut Vec<Cause>) {
    verbs(rule, at, causes);
    let missing = "nonResourceURLs must contain at least one value";
    if alone(rule, "nonResourceURLs", "non-resource URLs", missing, at, causes) {
        return;
    }
    let at = at.child("nonResourceURLs");
    for (index, path) in rule.strings("nonResourceURLs").enumerate() {
        let stars = path.matches('*').count();
        let why = match path {
            "" => "must not be empty",
            "/" => continue,
            path if !path.starts_with('/') => "must start with slash",
            path if path.contains(' ') => "must not contain white-space",
            path if path.contains("//") => "must not contain double slash",
            path if stars > 1 || stars == 1 && !path.ends_with("/*") => "wildcard can only do suffix matching",
            _ => continue,
        };
        causes.invalid(&at.index(index), path, why);
    }
}

fn resource_rule(rule: &Value, at: &Place<'_>, causes: &mut Vec<Cause>) {
    verbs(rule, at, causes);
    let missing = "resource rules must supply at least one api group";
    alone(rule, "apiGroups", "api groups", missing, at, causes);
    let missing = "resource rules must supply at least one resource";
    alone(rule, "resources", "resources", missing, at, causes);
    let at = at.child("namespaces");
    let namespaces = rule.items("namespaces");
    if namespaces.is_empty() && !rule.flag("clusterScope") {
        causes.required(&at, "resource rules that are not cluster scoped must supply at least one namespace");
    } else if is_everything(rule, "namespaces") {
        if namespaces.len() > 1 {
            let why = "if '*' is present, must not specify other namespaces";
            causes.invalid(&at, rule.get_or_null("namespaces").clone(), why);
        }
    } else {
        for (index, namespace) in rule.strings("namespaces").enumerate() {
            let wrong = names::label(namespace);
            let wrong =
                wrong.into_iter().map(|why| format!("each member of this list must be '*' or a DNS-1123 label; {why}"));
            causes.wrong(&at.index(index), namespace, wrong);
        }
    }
}
