//! The rules for configurations of webhooks. Knows no policies.

use serde_json::Value;

use crate::schema::check::selector;
use crate::schema::custom::{Broken, Condition};
use crate::schema::names;
use crate::schema::place::Place;
use crate::schema::read::Read as _;
use crate::schema::refusal::Cause;
use crate::schema::report::Report as _;

const VERSIONS: [&str; 2] = ["v1", "v1beta1"];
const FORM: &str = "; desired format: https://host[/path]";

pub(super) fn validating(object: &Value, _: Option<&Value>, causes: &mut Vec<Cause>) {
    webhooks(object, false, causes);
}

pub(super) fn mutating(object: &Value, _: Option<&Value>, causes: &mut Vec<Cause>) {
    webhooks(object, true, causes);
}

fn webhooks(object: &Value, mutates: bool, causes: &mut Vec<Cause>) {
    let at = Place::new("webhooks");
    let mut seen = Vec::new();
    for (index, hook) in object.items("webhooks").iter().enumerate() {
        let at = at.index(index);
        webhook(hook, mutates, &at, causes);
        review_versions(hook, &at.child("admissionReviewVersions"), causes);
        let name = hook.text("name");
        if !name.is_empty() && seen.contains(&name) {
            causes.duplicate(&at.child("name"), name);
        }
        seen.push(name);
    }
}

fn webhook(hook: &Value, mutates: bool, at: &Place<'_>, causes: &mut Vec<Cause>) {
    let name = hook.text("name");
    if name.is_empty() {
        causes.required(&at.child("name"), "");
    } else if let Some(why) = names::fully_qualified(name) {
        causes.invalid(&at.child("name"), name, &why);
    }
    let rules_at = at.child("rules");
    for (index, one) in hook.items("rules").iter().enumerate() {
        rule(one, &rules_at.index(index), causes);
    }
    let mut known = |field: &str, allowed: &[&str]| {
        if let Some(text) = hook.string(field) {
            causes.any_of(&at.child(field), text, allowed);
        }
    };
    known("failurePolicy", &["Fail", "Ignore"]);
    known("matchPolicy", &["Equivalent", "Exact"]);
    known("sideEffects", &["None", "NoneOnDryRun"]);
    if hook.sub("sideEffects").is_none() {
        causes.required(&at.child("sideEffects"), "must specify one of None, NoneOnDryRun");
    }
    if let Some(seconds) = hook.number("timeoutSeconds").filter(|seconds| !(1..=30).contains(seconds)) {
        causes.invalid(&at.child("timeoutSeconds"), seconds, "the timeout value must be between 1 and 30 seconds");
    }
    for field in ["namespaceSelector", "objectSelector"] {
        selector::check(hook.sub(field), &at.child(field), causes);
    }
    if let Some(policy) = hook.string("reinvocationPolicy").filter(|_| mutates) {
        causes.any_of(&at.child("reinvocationPolicy"), policy, &["IfNeeded", "Never"]);
    }
    let (config, config_at) = (hook.get_or_null("clientConfig"), at.child("clientConfig"));
    match (config.string("url"), config.sub("service")) {
        (Some(text), None) => url(text, &config_at.child("url"), causes),
        (None, Some(service)) => service_of(service, &config_at.child("service"), causes),
        _ => causes.required(&config_at, "exactly one of url or service is required"),
    }
    conditions(hook, &at.child("matchConditions"), causes);
}

fn rule(rule: &Value, at: &Place<'_>, causes: &mut Vec<Cause>) {
    const OPERATIONS: &[&str] = &["*", "CONNECT", "CREATE", "DELETE", "UPDATE"];
    let operations_at = at.child("operations");
    alone(rule, "operations", "operations", at, causes);
    for (index, operation) in rule.strings("operations").enumerate() {
        causes.any_of(&operations_at.index(index), operation, OPERATIONS);
    }
    alone(rule, "apiGroups", "API groups", at, causes);
    alone(rule, "apiVersions", "API versions", at, causes);
    for (index, _) in rule.strings("apiVersions").enumerate().filter(|(_, version)| version.is_empty()) {
        causes.required(&at.child("apiVersions").index(index), "");
    }
    resources(rule, &at.child("resources"), causes);
    if let Some(scope) = rule.string("scope") {
        causes.any_of(&at.child("scope"), scope, &["*", "Cluster", "Namespaced"]);
    }
}

/// A list that names something, and nothing else when it names everything.
fn alone(rule: &Value, field: &str, what: &str, at: &Place<'_>, causes: &mut Vec<Cause>) {
    let (count, at) = (rule.items(field).len(), at.child(field));
    if count == 0 {
        causes.required(&at, "");
    } else if count > 1 && rule.strings(field).any(|item| item == "*") {
        let why = format!("if '*' is present, must not specify other {what}");
        causes.invalid(&at, rule.get_or_null(field).clone(), &why);
    }
}

fn resources(rule: &Value, at: &Place<'_>, causes: &mut Vec<Cause>) {
    let list = || rule.get_or_null("resources").clone();
    let count = rule.items("resources").len();
    if count == 0 {
        causes.required(at, "");
    }
    let (mut whole, mut everywhere) = (Vec::new(), Vec::new());
    let mut last_is_bare = false;
    for (index, resource) in rule.strings("resources").enumerate() {
        if resource.is_empty() {
            causes.required(&at.index(index), "");
            continue;
        }
        let Some((of, sub)) = resource.split_once('/') else {
            last_is_bare = resource != "*";
            continue;
        };
        if whole.contains(&of) {
            let why = format!("if '{of}/*' is present, must not specify {resource}");
            causes.invalid(&at.index(index), resource, &why);
        }
        if everywhere.contains(&sub) {
            let why = format!("if '*/{sub}' is present, must not specify {resource}");
            causes.invalid(&at.index(index), resource, &why);
        }
        if sub == "*" {
            whole.push(of);
        }
        if of == "*" {
            everywhere.push(sub);
        }
    }
    let names = |wanted: &str| rule.strings("resources").any(|resource| resource == wanted);
    if count > 1 && names("*/*") {
        causes.invalid(at, list(), "if '*/*' is present, must not specify other resources");
    }
    if names("*") && last_is_bare {
        let why = "if '*' is present, must not specify other resources without subresources";
        causes.invalid(at, list(), why);
    }
}

fn review_versions(hook: &Value, at: &Place<'_>, causes: &mut Vec<Cause>) {
    if hook.items("admissionReviewVersions").is_empty() {
        return causes.required(at, "must specify one of v1, v1beta1");
    }
    let (mut seen, mut is_known) = (Vec::new(), false);
    for (index, version) in hook.strings("admissionReviewVersions").enumerate() {
        if seen.contains(&version) {
            causes.invalid(&at.index(index), version, "duplicate version");
            continue;
        }
        seen.push(version);
        causes.wrong(&at.index(index), version, names::label_1035(version));
        is_known |= VERSIONS.contains(&version);
    }
    if !is_known {
        let list = hook.get_or_null("admissionReviewVersions").clone();
        causes.invalid(at, list, "must include at least one of v1, v1beta1");
    }
}

fn url(text: &str, at: &Place<'_>, causes: &mut Vec<Cause>) {
    let (scheme, rest) = text.split_once(':').unwrap_or(("", text));
    let scheme = scheme.to_ascii_lowercase();
    if scheme != "https" {
        causes.invalid(at, scheme.as_str(), &format!("'https' is the only allowed URL scheme{FORM}"));
    }
    let (rest, fragment) = rest.split_once('#').unwrap_or((rest, ""));
    let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
    let authority = rest.strip_prefix("//").and_then(|rest| rest.split('/').next()).unwrap_or_default();
    let (user, host) = authority.rsplit_once('@').map_or((None, authority), |(user, host)| (Some(user), host));
    if host.is_empty() {
        causes.invalid(at, host, &format!("host must be specified{FORM}"));
    }
    if let Some(user) = user {
        causes.invalid(at, user, "user information is not permitted in the URL");
    }
    if !fragment.is_empty() {
        causes.invalid(at, fragment, "fragments are not permitted in the URL");
    }
    if !query.is_empty() {
        causes.invalid(at, query, "query parameters are not permitted in the URL");
    }
}

fn service_of(service: &Value, at: &Place<'_>, causes: &mut Vec<Cause>) {
    for field in ["name", "namespace"] {
        if service.text(field).is_empty() {
            causes.required(&at.child(field), "");
        }
    }
    let port = service.int("port");
    if let Some(why) = names::port_number(port) {
        causes.invalid(&at.child("port"), port, &format!("port is not valid: {why}"));
    }
    let (path, at) = (service.text("path"), at.child("path"));
    if matches!(path, "" | "/") {
        return;
    }
    if path == "//" {
        return causes.invalid(&at, path, "segment[0] may not be empty");
    }
    if !path.starts_with('/') {
        causes.invalid(&at, path, "must start with a '/'");
    }
    let mut rest = path.chars();
    rest.next();
    let rest = rest.as_str();
    for (index, step) in rest.strip_suffix('/').unwrap_or(rest).split('/').enumerate() {
        if step.is_empty() {
            causes.invalid(&at, path, &format!("segment[{index}] may not be empty"));
            continue;
        }
        for why in names::subdomain(step) {
            causes.invalid(&at, path, &format!("segment[{index}]: {why}"));
        }
    }
}

fn conditions(hook: &Value, at: &Place<'_>, causes: &mut Vec<Cause>) {
    const MOST: usize = 64;
    let conditions = hook.items("matchConditions");
    if conditions.len() > MOST {
        causes.too_many(at, conditions.len(), MOST);
    }
    let mut seen = Vec::new();
    for (index, condition) in conditions.iter().enumerate() {
        let at = at.index(index);
        let name = condition.text("name");
        let expression = condition.text("expression").trim();
        if expression.is_empty() {
            causes.required(&at.child("expression"), "");
        } else if let Err(Broken::Invalid(why)) = Condition::read(expression) {
            causes.invalid(&at.child("expression"), expression, &why);
        }
        if name.is_empty() {
            causes.required(&at.child("name"), "");
            continue;
        }
        causes.wrong(&at.child("name"), name, names::qualified(name));
        if seen.contains(&name) {
            causes.duplicate(&at.child("name"), name);
        }
        seen.push(name);
    }
}
