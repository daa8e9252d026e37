//! Namespaces, secrets, config maps, endpoints and leases. Knows no other kinds.
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use crate::schema::check::net;
use crate::schema::names;
use crate::schema::place::Place;
use crate::schema::read::{Read as _, same};
use crate::schema::refusal::Cause;
use crate::schema::report::Report as _;

/// Secrets and config maps in total may not be larger, in bytes.
const SIZE_LIMIT: usize = 1024 * 1024;
const FROZEN: &str = "field is immutable when `immutable` is set";
const REDACTED: &str = "<secret contents redacted>";

/// Checks the finalizers of a namespace's spec.
pub(crate) fn namespace(object: &Value, indexed: bool, causes: &mut Vec<Cause>) {
    let at = Place::new("spec");
    let at = at.child("finalizers");
    for (index, finalizer) in object.get_or_null("spec").strings("finalizers").enumerate() {
        let indexed_at = at.index(index);
        let at = if indexed { &indexed_at } else { &at };
        causes.wrong(at, finalizer, names::qualified(finalizer));
        kube_finalizer(finalizer, at, causes);
    }
}

/// Finalizers without a domain must be known ones.
pub(crate) fn kube_finalizer(finalizer: &str, at: &Place<'_>, causes: &mut Vec<Cause>) {
    if !finalizer.contains('/') && !matches!(finalizer, "kubernetes" | "orphan" | "foregroundDeletion") {
        let why = "name is neither a standard finalizer name nor is it fully qualified";
        causes.invalid(at, finalizer, why);
    }
}

/// The phase of a namespace follows from its deletion.
pub(crate) fn namespace_status(object: &Value, causes: &mut Vec<Cause>) {
    let phase = object.get_or_null("status").text("phase");
    let (wanted, why) = if object.get_or_null("metadata").has("deletionTimestamp") {
        ("Terminating", "may only be 'Terminating' if `deletionTimestamp` is not empty")
    } else {
        ("Active", "may only be 'Active' if `deletionTimestamp` is empty")
    };
    if phase != wanted {
        causes.invalid(&Place::new("status").child("Phase"), phase, why);
    }
}

fn decoded(value: &Value) -> Vec<u8> {
    STANDARD.decode(value.as_str().unwrap_or_default()).unwrap_or_default()
}

/// The length of base64 text when decoded.
fn decoded_length(value: &Value) -> usize {
    let text = value.as_str().unwrap_or_default();
    let padding = text.bytes().rev().take_while(|byte| *byte == b'=').count();
    (text.len() / 4 * 3).saturating_sub(padding)
}

fn key(key: &str, at: &Place<'_>, causes: &mut Vec<Cause>) {
    causes.wrong(&at.key(key), key, names::config_key(key));
}

/// Fields that a frozen object keeps.
fn frozen(new: &Value, old: &Value, fields: &[&str], causes: &mut Vec<Cause>) {
    if !old.flag("immutable") {
        return;
    }
    if !new.flag("immutable") {
        causes.forbidden(&Place::new("immutable"), FROZEN);
    }
    for field in fields {
        if !same(new.get(field), old.get(field)) {
            causes.forbidden(&Place::new(field), FROZEN);
        }
    }
}

/// Checks a secret.
pub(crate) fn secret(object: &Value, causes: &mut Vec<Cause>) {
    let at = Place::new("data");
    let mut size = 0;
    for (name, value) in object.entries("data") {
        key(name, &at, causes);
        size += decoded_length(value);
    }
    if size > SIZE_LIMIT {
        causes.too_long(&at, SIZE_LIMIT);
    }
    let data = object.get_or_null("data");
    let mut need = |names: &[&str]| {
        for name in names.iter().filter(|name| data.get(**name).is_none()) {
            causes.required(&at.key(name), "");
        }
    };
    match object.text("type") {
        "kubernetes.io/service-account-token" => {
            let name = "kubernetes.io/service-account.name";
            if object.get_or_null("metadata").get_or_null("annotations").text(name).is_empty() {
                let at = Place::new("metadata");
                causes.required(&at.child("annotations").key(name), "");
            }
        }
        "kubernetes.io/dockercfg" => docker(data, ".dockercfg", &at, causes),
        "kubernetes.io/dockerconfigjson" => docker(data, ".dockerconfigjson", &at, causes),
        "kubernetes.io/basic-auth" if data.get("username").is_none() && data.get("password").is_none() => {
            need(&["username", "password"]);
        }
        "kubernetes.io/ssh-auth" if data.text("ssh-privatekey").is_empty() => {
            causes.required(&at.key("ssh-privatekey"), "");
        }
        "kubernetes.io/tls" => need(&["tls.crt", "tls.key"]),
        _ => {}
    }
}

fn docker(data: &Value, name: &str, at: &Place<'_>, causes: &mut Vec<Cause>) {
    match data.get(name) {
        None => causes.required(&at.key(name), ""),
        Some(value) => {
            // The words of the parser are ours: Go's are not reproduced.
            if let Err(error) = serde_json::from_slice::<Option<serde_json::Map<String, Value>>>(&decoded(value)) {
                let why = if decoded_length(value) == 0 {
                    "unexpected end of JSON input".to_owned()
                } else {
                    error.to_string()
                };
                causes.invalid(&at.key(name), REDACTED, &why);
            }
        }
    }
}

/// Warns of certificates and keys that are none. Whether they belong together is not checked.
pub(crate) fn secret_warning(object: &Value) -> Option<String> {
    if object.text("type") != "kubernetes.io/tls" {
        return None;
    }
    let data = object.get_or_null("data");
    let has_pem = |key: &str| decoded(data.get_or_null(key)).windows(11).any(|window| window == b"-----BEGIN ");
    if !has_pem("tls.crt") {
        Some("tls: failed to find any PEM data in certificate input".to_owned())
    } else if !has_pem("tls.key") {
        Some("tls: failed to find any PEM data in key input".to_owned())
    } else {
        None
    }
}

/// What a change may do to a secret.
pub(crate) fn secret_update(new: &Value, old: &Value, causes: &mut Vec<Cause>) {
    if new.text("type") != old.text("type") {
        causes.invalid(&Place::new("type"), new.text("type"), "field is immutable");
    }
    frozen(new, old, &["data"], causes);
}

/// Checks a config map.
pub(crate) fn config_map(object: &Value, causes: &mut Vec<Cause>) {
    let mut size = 0;
    for field in ["data", "binaryData"] {
        let at = Place::new(field);
        for (name, value) in object.entries(field) {
            key(name, &at, causes);
            if field == "data" {
                if object.get_or_null("binaryData").get(name).is_some() {
                    causes.invalid(&at.key(name), name, "duplicate of key present in binaryData");
                }
                size += value.as_str().map_or(0, str::len);
            } else {
                size += decoded_length(value);
            }
        }
    }
    if size > SIZE_LIMIT {
        // The path of no name, as the real server writes it.
        causes.push(Cause::too_long("[]", SIZE_LIMIT));
    }
}

/// What a change may do to a config map.
pub(crate) fn config_map_update(new: &Value, old: &Value, causes: &mut Vec<Cause>) {
    frozen(new, old, &["data", "binaryData"], causes);
}

/// Checks the endpoints of a service.
pub(crate) fn endpoints(object: &Value, old: Option<&Value>, causes: &mut Vec<Cause>) {
    if old.is_some_and(|old| old.get("subsets") == object.get("subsets")) {
        return;
    }
    let at = Place::new("subsets");
    for (index, subset) in object.items("subsets").iter().enumerate() {
        let at = at.index(index);
        if subset.items("addresses").is_empty() && subset.items("notReadyAddresses").is_empty() {
            causes.required(&at, "must specify `addresses` or `notReadyAddresses`");
        }
        for list in ["addresses", "notReadyAddresses"] {
            let at = at.child(list);
            for (index, address) in subset.items(list).iter().enumerate() {
                endpoint(address, &at.index(index), causes);
            }
        }
        let ports = subset.items("ports");
        for (index, port) in ports.iter().enumerate() {
            endpoint_port(port, ports.len() > 1, &at.child("ports").index(index), causes);
        }
    }
}

fn endpoint(address: &Value, at: &Place<'_>, causes: &mut Vec<Cause>) {
    let (ip, host) = (address.text("ip"), address.text("hostname"));
    net::ip(ip, &at.child("ip"), [], causes);
    if !host.is_empty() {
        causes.wrong(&at.child("hostname"), host, names::label(host));
    }
    if let Some(node) = address.string("nodeName") {
        causes.wrong(&at.child("nodeName"), node, names::subdomain(node));
    }
    net::endpoint_ip(ip, &at.child("ip"), causes);
}

fn endpoint_port(port: &Value, is_named: bool, at: &Place<'_>, causes: &mut Vec<Cause>) {
    let (name, number) = (port.text("name"), port.int("port"));
    if !name.is_empty() {
        causes.wrong(&at.child("name"), name, names::label(name));
    } else if is_named {
        causes.required(&at.child("name"), "");
    }
    if let Some(why) = names::port_number(number) {
        causes.invalid(&at.child("port"), number, &why);
    }
    causes.one_of(&at.child("protocol"), port.text("protocol"), &["SCTP", "TCP", "UDP"]);
    if let Some(protocol) = port.string("appProtocol") {
        causes.wrong(&at.child("appProtocol"), protocol, names::qualified(protocol));
    }
}

/// Warns of addresses in unusual forms.
pub(crate) fn endpoints_warnings(object: &Value) -> Vec<String> {
    let label = object.get_or_null("metadata").get_or_null("labels").text("endpoints.kubernetes.io/managed-by");
    let mut warnings = Vec::new();
    if label == "endpoint-controller" {
        return warnings;
    }
    let at = Place::new("subsets");
    for (index, subset) in object.items("subsets").iter().enumerate() {
        let at = at.index(index);
        for list in ["addresses", "notReadyAddresses"] {
            let at = at.child(list);
            for (index, address) in subset.items(list).iter().enumerate() {
                warnings.extend(net::ip_warning(address.text("ip"), &at.index(index).child("ip")));
            }
        }
    }
    warnings
}

/// Checks a lease.
pub(crate) fn lease(object: &Value, causes: &mut Vec<Cause>) {
    let (spec, at) = (object.get_or_null("spec"), Place::new("spec"));
    if let Some(seconds) = spec.number("leaseDurationSeconds").filter(|seconds| *seconds <= 0) {
        causes.invalid(&at.child("leaseDurationSeconds"), seconds, "must be greater than 0");
    }
    causes.nonnegative(&at.child("leaseTransitions"), spec.number("leaseTransitions"));
    let strategy = spec.string("strategy");
    if let Some(strategy) = strategy {
        let at = at.child("strategy");
        let at = at.child("strategy");
        if strategy.contains('/') {
            causes.wrong(&at, strategy, names::qualified(strategy));
        } else {
            causes.any_of(&at, strategy, &["OldestEmulationVersion"]);
        }
    }
    if !spec.text("preferredHolder").is_empty() && strategy.unwrap_or_default().is_empty() {
        causes.forbidden(&at.child("preferredHolder"), "may only be specified if `strategy` is defined");
    }
}
