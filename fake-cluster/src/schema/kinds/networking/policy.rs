//! Which pods may speak with which. Knows no ingresses.

use serde_json::Value;

use crate::schema::check::{net, selector};
use crate::schema::names;
use crate::schema::place::Place;
use crate::schema::read::Read as _;
use crate::schema::refusal::Cause;
use crate::schema::report::Report as _;

/// The lists of rules, and what each calls those it speaks with.
const DIRECTIONS: [(&str, &str); 2] = [("ingress", "from"), ("egress", "to")];

pub(super) fn check(object: &Value, old: Option<&Value>, causes: &mut Vec<Cause>) {
    let (spec, at) = (object.get_or_null("spec"), Place::new("spec"));
    let before = old.map(blocks).unwrap_or_default();
    selector::check(spec.sub("podSelector"), &at.child("podSelector"), causes);
    for (direction, peers) in DIRECTIONS {
        let at = at.child(direction);
        for (index, rule) in spec.items(direction).iter().enumerate() {
            let at = at.index(index);
            let ports_at = at.child("ports");
            for (index, one) in rule.items("ports").iter().enumerate() {
                port(one, &ports_at.index(index), causes);
            }
            let peers_at = at.child(peers);
            for (index, one) in rule.items(peers).iter().enumerate() {
                peer(one, &before, &peers_at.index(index), causes);
            }
        }
    }
    let (types, at) = (spec.items("policyTypes"), at.child("policyTypes"));
    if types.len() > 2 {
        return causes.invalid(
            &at,
            spec.get_or_null("policyTypes").clone(),
            "may not specify more than two policyTypes",
        );
    }
    for (index, kind) in spec.strings("policyTypes").enumerate() {
        causes.any_of(&at.index(index), kind, &["Ingress", "Egress"]);
    }
}

/// The blocks of addresses that were there before, well formed or not.
fn blocks(object: &Value) -> Vec<&str> {
    let spec = object.get_or_null("spec");
    let rules = DIRECTIONS
        .iter()
        .flat_map(|(direction, peers)| spec.items(direction).iter().flat_map(move |rule| rule.items(peers)));
    rules
        .filter_map(|peer| peer.sub("ipBlock"))
        .flat_map(|block| std::iter::once(block.text("cidr")).chain(block.strings("except")))
        .collect()
}

fn port(port: &Value, at: &Place<'_>, causes: &mut Vec<Cause>) {
    if let Some(protocol) = port.string("protocol") {
        causes.any_of(&at.child("protocol"), protocol, &["TCP", "UDP", "SCTP"]);
    }
    let (port_at, end_at) = (at.child("port"), at.child("endPort"));
    let end = port.number("endPort");
    match (port.sub("port"), end) {
        (None, Some(end)) => causes.invalid(&end_at, end, "may not be specified when `port` is not specified"),
        (None, None) => {}
        (Some(Value::String(name)), end) => {
            if let Some(end) = end {
                causes.invalid(&end_at, end, "may not be specified when `port` is non-numeric");
            }
            causes.wrong(&port_at, name, names::port_name(name));
        }
        (Some(number), end) => {
            let number = number.as_i64().unwrap_or_default();
            if let Some(why) = names::port_number(number) {
                causes.invalid(&port_at, number, &why);
            }
            let Some(end) = end else { return };
            if end < number {
                causes.invalid(&end_at, number, "must be greater than or equal to `port`");
            }
            if let Some(why) = names::port_number(end) {
                causes.invalid(&end_at, end, &why);
            }
        }
    }
}

fn peer(peer: &Value, before: &[&str], at: &Place<'_>, causes: &mut Vec<Cause>) {
    let mut count = 0;
    for field in ["podSelector", "namespaceSelector"] {
        if let Some(selector) = peer.sub(field) {
            count += 1;
            selector::check(Some(selector), &at.child(field), causes);
        }
    }
    if let Some(block) = peer.sub("ipBlock") {
        ip_block(block, before, &at.child("ipBlock"), causes);
        if count > 0 {
            causes.forbidden(at, "may not specify both ipBlock and another peer");
        }
    } else if count == 0 {
        causes.required(at, "must specify a peer");
    }
}

fn ip_block(block: &Value, before: &[&str], at: &Place<'_>, causes: &mut Vec<Cause>) {
    let cidr = block.text("cidr");
    if cidr.is_empty() {
        return causes.required(&at.child("cidr"), "");
    }
    net::cidr(cidr, &at.child("cidr"), before.iter().copied(), causes);
    let at = at.child("except");
    for (index, except) in block.strings("except").enumerate() {
        let at = at.index(index);
        // Exceptions are looked at only when there is something to except from.
        let Some(within) = net::is_within(except, cidr) else {
            if net::is_cidr(cidr) {
                net::cidr(except, &at, before.iter().copied(), causes);
            }
            continue;
        };
        net::cidr(except, &at, before.iter().copied(), causes);
        if !within {
            causes.invalid(&at, except, "must be a strict subset of `cidr`");
        }
    }
}

pub(super) fn warnings(object: &Value, _: Option<&Value>) -> Vec<String> {
    let (spec, at) = (object.get_or_null("spec"), Place::new("spec"));
    let mut warnings = Vec::new();
    for (direction, peers) in DIRECTIONS {
        let at = at.child(direction);
        for (index, rule) in spec.items(direction).iter().enumerate() {
            let at = at.index(index);
            let at = at.child(peers);
            for (index, peer) in rule.items(peers).iter().enumerate() {
                let Some(block) = peer.sub("ipBlock") else { continue };
                let at = at.index(index);
                let at = at.child("ipBlock");
                warnings.extend(net::cidr_warnings(block.text("cidr"), &at.child("cidr")));
                let at = at.child("except");
                for (index, except) in block.strings("except").enumerate() {
                    warnings.extend(net::cidr_warnings(except, &at.index(index)));
                }
            }
        }
    }
    warnings
}
