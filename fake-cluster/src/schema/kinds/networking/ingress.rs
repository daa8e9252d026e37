//! What leads into a cluster, and who looks after it. Knows no network policies.

use serde_json::Value;

use super::reference;
use crate::schema::check::{META, net};
use crate::schema::meta;
use crate::schema::names::{self, NameRule};
use crate::schema::place::Place;
use crate::schema::read::Read as _;
use crate::schema::refusal::Cause;
use crate::schema::report::Report as _;
use crate::schema::text::quote;

/// How ingresses named their class before there was a field for it.
const CLASS: &str = "kubernetes.io/ingress.class";

pub(super) fn check(object: &Value, old: Option<&Value>, causes: &mut Vec<Cause>) {
    let (spec, at) = (object.get_or_null("spec"), Place::new("spec"));
    let rules = spec.items("rules");
    if rules.is_empty() && spec.sub("defaultBackend").is_none() {
        let shown = if spec.get_or_null("rules").is_null() { "null" } else { "[]" };
        causes.invalid_as(&at, shown, "either `defaultBackend` or `rules` must be specified");
    }
    if let Some(default) = spec.sub("defaultBackend") {
        backend(default, &at.child("defaultBackend"), causes);
    }
    let rules_at = at.child("rules");
    for (index, one) in rules.iter().enumerate() {
        rule(one, &rules_at.index(index), causes);
    }
    let tls_at = at.child("tls");
    for (index, tls) in spec.items("tls").iter().enumerate() {
        let at = tls_at.index(index);
        let hosts_at = at.child("hosts");
        for (index, host) in tls.strings("hosts").enumerate() {
            causes.wrong(&hosts_at.index(index), host, host_rule(host));
        }
        let secret = tls.text("secretName");
        if !secret.is_empty() {
            causes.wrong(&at.child("secretName"), secret, names::subdomain(secret));
        }
    }
    let class = spec.string("ingressClassName");
    if let Some(class) = class {
        causes.wrong(&at.child("ingressClassName"), class, names::subdomain(class));
    }
    let annotation = object.get_or_null("metadata").get_or_null("annotations").string(CLASS);
    if let (None, Some(annotation), Some(class)) = (old, annotation, class)
        && annotation != class
    {
        let why = "must match `ingressClassName` when both are specified";
        causes.invalid(&Place::new("annotations").child(CLASS), annotation, why);
    }
}

fn host_rule(host: &str) -> Vec<String> {
    if host.contains('*') { names::wildcard(host) } else { names::subdomain(host) }
}

fn rule(rule: &Value, at: &Place<'_>, causes: &mut Vec<Cause>) {
    let host = rule.text("host");
    if !host.is_empty() {
        if net::is_ip(host) {
            causes.invalid(&at.child("host"), host, "must be a DNS name, not an IP address");
        }
        causes.wrong(&at.child("host"), host, host_rule(host));
    }
    let Some(http) = rule.sub("http") else { return };
    let at = at.child("http");
    let at = at.child("paths");
    if http.items("paths").is_empty() {
        causes.required(&at, "");
    }
    for (index, one) in http.items("paths").iter().enumerate() {
        path(one, &at.index(index), causes);
    }
}

fn path(path: &Value, at: &Place<'_>, causes: &mut Vec<Cause>) {
    let Some(kind) = path.string("pathType") else {
        return causes.required(&at.child("pathType"), "pathType must be specified");
    };
    let (text, path_at) = (path.text("path"), at.child("path"));
    match kind {
        "Exact" | "Prefix" => {
            if !text.starts_with('/') {
                causes.invalid(&path_at, text, "must be an absolute path");
            }
            for part in ["//", "/./", "/../", "%2f", "%2F"].iter().filter(|part| text.contains(**part)) {
                causes.invalid(&path_at, text, &format!("must not contain '{part}'"));
            }
            for end in ["/..", "/."].iter().filter(|end| text.ends_with(**end)) {
                causes.invalid(&path_at, text, &format!("cannot end with '{end}'"));
            }
        }
        "ImplementationSpecific" => {
            if !text.is_empty() && !text.starts_with('/') {
                causes.invalid(&path_at, text, "must be an absolute path");
            }
        }
        _ => causes.not_supported(&at.child("pathType"), kind, &["Exact", "ImplementationSpecific", "Prefix"]),
    }
    backend(path.get_or_null("backend"), &at.child("backend"), causes);
}

fn backend(backend: &Value, at: &Place<'_>, causes: &mut Vec<Cause>) {
    let service = match (backend.sub("resource"), backend.sub("service")) {
        (Some(_), Some(_)) => return causes.invalid(at, "", "cannot set both resource and service backends"),
        (Some(resource), None) => return reference(resource, &at.child("resource"), causes),
        (None, None) => return causes.invalid(at, "", "resource or service backend is required"),
        (None, Some(service)) => service,
    };
    let service_at = at.child("service");
    let name = service.text("name");
    if name.is_empty() {
        causes.required(&service_at.child("name"), "");
    } else {
        causes.wrong(&service_at.child("name"), name, names::label(name));
    }
    let port = service.get_or_null("port");
    let (port_name, number, port_at) = (port.text("name"), port.int("number"), service_at.child("port"));
    match (port_name, number) {
        ("", 0) => causes.required(at, "port name or number is required"),
        ("", number) => {
            if let Some(why) = names::port_number(number) {
                causes.invalid(&port_at.child("number"), number, &why);
            }
        }
        (name, 0) => causes.wrong(&port_at.child("name"), name, names::port_name(name)),
        _ => causes.invalid(at, "", "cannot set both port name & port number"),
    }
}

pub(super) fn status(object: &Value, old: Option<&Value>, causes: &mut Vec<Cause>) {
    let points = |object: &'_ Value| object.get_or_null("status").get_or_null("loadBalancer").items("ingress").to_vec();
    let before = old.map(points).unwrap_or_default();
    let at = Place::new("status");
    let at = at.child("loadBalancer");
    let at = at.child("ingress");
    for (index, point) in points(object).iter().enumerate() {
        let at = at.index(index);
        let (ip, host) = (point.text("ip"), point.text("hostname"));
        if !ip.is_empty() {
            net::ip(ip, &at.child("ip"), before.iter().map(|point| point.text("ip")), causes);
        }
        if !host.is_empty() {
            causes.wrong(&at.child("hostname"), host, names::subdomain(host));
            if net::is_ip(host) {
                causes.invalid(&at.child("hostname"), host, "must be a DNS name, not an IP address");
            }
        }
    }
}

pub(super) fn warnings(object: &Value, old: Option<&Value>) -> Vec<String> {
    let annotated = object.get_or_null("metadata").get_or_null("annotations").get(CLASS).is_some();
    if old.is_none() && annotated && object.get_or_null("spec").sub("ingressClassName").is_none() {
        return vec![format!("annotation {} is deprecated, please use 'spec.ingressClassName' instead", quote(CLASS))];
    }
    Vec::new()
}

/// Checks a class.
pub(super) fn class(object: &Value, old: Option<&Value>, causes: &mut Vec<Cause>) {
    const LONGEST: usize = 250;
    let (spec, at) = (object.get_or_null("spec"), Place::new("spec"));
    let controller = spec.text("controller");
    if let Some(old) = old {
        if old.get_or_null("spec").text("controller") != controller {
            causes.invalid(&at.child("controller"), controller, "field is immutable");
        }
        meta::check(object.get_or_null("metadata"), false, NameRule::Subdomain, &META, causes);
    }
    if controller.len() > LONGEST {
        causes.too_long(&at.child("controller"), LONGEST);
    }
    domain_path(controller, &at.child("controller"), causes);
    let Some(parameters) = spec.sub("parameters") else { return };
    let at = at.child("parameters");
    reference(parameters, &at, causes);
    let namespace = parameters.string("namespace");
    match (parameters.text("scope"), namespace) {
        ("Namespace", None) => {
            causes.required(&at.child("namespace"), "`parameters.scope` is set to 'Namespace'");
        }
        ("Namespace", Some(name)) => causes.wrong(&at.child("namespace"), name, names::label(name)),
        ("Cluster", None) => {}
        ("Cluster", Some(_)) => {
            causes.forbidden(&at.child("namespace"), "`parameters.scope` is set to 'Cluster'");
        }
        (scope, _) => causes.not_supported(&at.child("scope"), scope, &["Cluster", "Namespace"]),
    }
}

/// A path after a domain, `example.com/controller`.
fn domain_path(text: &str, at: &Place<'_>, causes: &mut Vec<Cause>) {
    const PATH: &str = r"[A-Za-z0-9/\-._~%!$&'()*+,;=:]+";
    if text.is_empty() {
        return causes.required(at, "");
    }
    let Some((domain, path)) = text.split_once('/').filter(|(domain, path)| !domain.is_empty() && !path.is_empty())
    else {
        return causes.invalid(at, text, "must be a domain-prefixed path (such as \"acme.io/foo\")");
    };
    causes.wrong(at, domain, names::subdomain(domain));
    let fits = |c: char| c.is_ascii_alphanumeric() || "/-._~%!$&'()*+,;=:".contains(c);
    if !path.chars().all(fits) {
        causes.invalid(at, path, &format!("Invalid path (regex used for validation is '{PATH}')"));
    }
}
