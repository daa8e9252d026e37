//! `discovery.k8s.io`: the endpoints of services, in slices. Knows no other kinds.

use serde_json::Value;

use crate::schema::check::net;
use crate::schema::defaults::{each, missing};
use crate::schema::names;
use crate::schema::place::Place;
use crate::schema::prepare::bump;
use crate::schema::read::{Read as _, same};
use crate::schema::refusal::Cause;
use crate::schema::report::Report as _;
use crate::schema::strategy::{Step, Strategy};

pub(crate) static ENDPOINT_SLICE: Strategy = Strategy {
    generation: Some(&[]),
    fill: |object| {
        each(object, "ports", |port| {
            missing(port, "name", "");
            missing(port, "protocol", "TCP");
        });
    },
    prepare,
    on_update: &[Step::Metadata, Step::Rules],
    rules: slice,
    warnings,
    ..Strategy::of("discovery.k8s.io", "EndpointSlice")
};

const FIELDS: [&str; 3] = ["addressType", "endpoints", "ports"];

fn prepare(new: &mut Value, old: Option<&Value>) {
    if let Some(old) = old {
        let labels = |object: &Value| object.pointer("/metadata/labels").cloned();
        let changed = FIELDS.iter().any(|field| !same(new.get(field), old.get(field)));
        if changed || !same(labels(new).as_ref(), labels(old).as_ref()) {
            bump(new, old);
        }
        if same(new.get("endpoints"), old.get("endpoints")) {
            return;
        }
    }
    // The old way to say where an endpoint is; this version does not keep it.
    for endpoint in new.get_mut("endpoints").and_then(Value::as_array_mut).into_iter().flatten() {
        if let Some(endpoint) = endpoint.as_object_mut() {
            endpoint.remove("deprecatedTopology");
        }
    }
}

fn slice(object: &Value, old: Option<&Value>, causes: &mut Vec<Cause>) {
    let (kind, kind_at) = (object.text("addressType"), Place::new("addressType"));
    causes.one_of(&kind_at, kind, &["FQDN", "IPv4", "IPv6"]);
    ports(object.items("ports"), &Place::new("ports"), causes);
    if !old.is_some_and(|old| same(old.get("endpoints"), object.get("endpoints"))) {
        endpoints(object.items("endpoints"), kind, &Place::new("endpoints"), causes);
    }
    if old.is_some_and(|old| old.text("addressType") != kind) {
        causes.invalid(&kind_at, kind, "field is immutable");
    }
}

fn ports(ports: &[Value], at: &Place<'_>, causes: &mut Vec<Cause>) {
    const MOST: usize = 20_000;
    if ports.len() > MOST {
        return causes.too_many(at, ports.len(), MOST);
    }
    let mut seen = Vec::new();
    for (index, port) in ports.iter().enumerate() {
        let at = at.index(index);
        let name = port.text("name");
        if !name.is_empty() {
            causes.wrong(&at.child("name"), name, names::label(name));
        }
        if seen.contains(&name) {
            causes.duplicate(&at.child("name"), name);
        } else {
            seen.push(name);
        }
        causes.any_of(&at.child("protocol"), port.text("protocol"), &["SCTP", "TCP", "UDP"]);
        if let Some(protocol) = port.string("appProtocol") {
            causes.wrong(&at.child("appProtocol"), protocol, names::qualified(protocol));
        }
    }
}

fn endpoints(endpoints: &[Value], kind: &str, at: &Place<'_>, causes: &mut Vec<Cause>) {
    const MOST: usize = 1000;
    const ADDRESSES: usize = 100;
    if endpoints.len() > MOST {
        return causes.too_many(at, endpoints.len(), MOST);
    }
    for (index, endpoint) in endpoints.iter().enumerate() {
        let at = at.index(index);
        let addresses_at = at.child("addresses");
        let addresses = endpoint.items("addresses");
        if addresses.is_empty() {
            causes.required(&addresses_at, "must contain at least 1 address");
        } else if addresses.len() > ADDRESSES {
            causes.too_many(&addresses_at, addresses.len(), ADDRESSES);
        }
        for (index, address) in endpoint.strings("addresses").enumerate() {
            one_address(address, kind, &addresses_at, index, causes);
        }
        if let Some(node) = endpoint.string("nodeName") {
            causes.wrong(&at.child("nodeName"), node, names::subdomain(node));
        }
        if let Some(host) = endpoint.string("hostname") {
            causes.wrong(&at.child("hostname"), host, names::label(host));
        }
        if let Some(hints) = endpoint.sub("hints") {
            hints_of(hints, &at.child("hints"), causes);
        }
    }
}

fn one_address(address: &str, kind: &str, list: &Place<'_>, index: usize, causes: &mut Vec<Cause>) {
    let at = list.index(index);
    if kind == "FQDN" {
        return domain(address, &at, causes);
    }
    if !matches!(kind, "IPv4" | "IPv6") {
        return;
    }
    let before = causes.len();
    net::ip(address, &at, [], causes);
    if causes.len() != before {
        return;
    }
    if net::is_ipv6(address) != (kind == "IPv6") {
        causes.invalid(list, address, &format!("must be an {kind} address"));
    }
    net::endpoint_ip(address, &at, causes);
}

fn domain(name: &str, at: &Place<'_>, causes: &mut Vec<Cause>) {
    if name.is_empty() {
        return causes.required(at, "");
    }
    let name = name.strip_suffix('.').unwrap_or(name);
    let wrong = names::subdomain(name);
    if !wrong.is_empty() {
        return causes.invalid(at, name, &wrong.join(","));
    }
    if !name.contains('.') {
        return causes.invalid(at, name, "should be a domain with at least two segments separated by dots");
    }
    for label in name.split('.') {
        let wrong = names::label(label);
        if !wrong.is_empty() {
            causes.invalid(at, label, &wrong.join(","));
        }
    }
}

fn hints_of(hints: &Value, at: &Place<'_>, causes: &mut Vec<Cause>) {
    const MOST: usize = 8;
    for (list, rule) in [("forZones", names::label_value as fn(&str) -> Vec<String>), ("forNodes", names::subdomain)] {
        let at = at.child(list);
        let entries = hints.items(list);
        if entries.len() > MOST {
            return causes.too_many(&at, entries.len(), MOST);
        }
        let mut seen = Vec::new();
        for (index, entry) in entries.iter().enumerate() {
            let at = at.index(index);
            let (name, at) = (entry.text("name"), at.child("name"));
            if seen.contains(&name) {
                causes.duplicate(&at, name);
            } else {
                seen.push(name);
            }
            causes.wrong(&at, name, rule(name));
        }
    }
}

fn warnings(object: &Value, old: Option<&Value>) -> Vec<String> {
    let mut warnings = Vec::new();
    if old.is_none() && object.text("addressType") == "FQDN" {
        warnings.push("spec.addressType: FQDN endpoints are deprecated".to_owned());
    }
    let manager = object.get_or_null("metadata").get_or_null("labels").text("endpointslice.kubernetes.io/managed-by");
    if matches!(manager, "endpointslice-controller.k8s.io" | "endpointslicemirroring-controller.k8s.io") {
        return warnings;
    }
    let at = Place::new("endpoints");
    for (index, endpoint) in object.items("endpoints").iter().enumerate() {
        let at = at.index(index);
        let at = at.child("addresses");
        for (index, address) in endpoint.strings("addresses").enumerate() {
            warnings.extend(net::ip_warning(address, &at.index(index)));
        }
    }
    warnings
}
