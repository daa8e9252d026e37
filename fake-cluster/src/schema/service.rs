//! Addresses and ports of Services: which are wanted, which are kept, which are dropped. Who hands them out is not
//! known here.
use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map as Object, Value};

use crate::schema::check::service::{is_external, needs_health_check};
use crate::schema::check::{net, service};
use crate::schema::place::Place;
use crate::schema::read::{Read as _, same};
use crate::schema::refusal::{Cause, Refusal};
use crate::schema::report::Report as _;

/// Hands out the addresses and node ports of one cluster, which has IPv4 addresses only.
pub trait ServicePool {
    /// Takes this address, or any free one.
    ///
    /// # Errors
    /// Why it cannot be had, `provided IP is already allocated`.
    fn address(&mut self, wanted: Option<&str>) -> Result<String, String>;

    /// Takes this node port, or any free one.
    ///
    /// # Errors
    /// Why it cannot be had, `provided port is already allocated`.
    fn port(&mut self, wanted: Option<i64>) -> Result<i64, String>;
}

fn refuse(object: &Value, causes: Vec<Cause>) -> Refusal {
    Refusal::invalid("Service", object.get_or_null("metadata").text("name"), causes)
}

fn internal(what: &str, why: &str) -> Refusal {
    Refusal::internal(format!("Internal error occurred: {what}: {why}"))
}

fn spec_mut(object: &mut Value) -> Option<&mut Object<String, Value>> {
    object.get_mut("spec")?.as_object_mut()
}

fn put(object: &mut Value, key: &str, value: impl Into<Value>) {
    if let Some(spec) = spec_mut(object) {
        spec.insert(key.to_owned(), value.into());
    }
}

fn drop(object: &mut Value, keys: &[&str]) {
    if let Some(spec) = spec_mut(object) {
        for key in keys {
            spec.remove(*key);
        }
    }
}

fn is_named(spec: &Value) -> bool {
    spec.text("type") == "ExternalName"
}

fn has_node_ports(spec: &Value) -> bool {
    match spec.text("type") {
        "NodePort" => true,
        "LoadBalancer" => spec.boolean("allocateLoadBalancerNodePorts") != Some(false),
        _ => false,
    }
}

/// Gives a new or changed service what it needs.
pub(crate) fn assign(new: &mut Value, old: Option<&Value>, pool: &mut dyn ServicePool) -> Result<(), Refusal> {
    if let Some(old) = old {
        keep_assigned(new, old.get_or_null("spec"));
    }
    pair_addresses(new, old.map(|old| old.get_or_null("spec")));
    families(new, old)?;
    addresses(new, old.map(|old| old.get_or_null("spec")), pool)?;
    ports(new, old.map(|old| old.get_or_null("spec")), pool)
}

/// A client that does not mention what was assigned means to keep it.
fn keep_assigned(new: &mut Value, old: &Value) {
    let spec = new.get_or_null("spec").clone();
    if !is_named(&spec) && !is_named(old) {
        if spec.text("clusterIP").is_empty() && old.has("clusterIP") {
            put(new, "clusterIP", old.text("clusterIP"));
        }
        if spec.items("clusterIPs").is_empty() && !old.items("clusterIPs").is_empty() {
            put(new, "clusterIPs", old.get_or_null("clusterIPs").clone());
        }
    }
    if has_node_ports(&spec) && has_node_ports(old) {
        let ports = |spec: &Value| -> BTreeSet<i64> {
            spec.items("ports").iter().map(|port| port.int("nodePort")).filter(|port| *port != 0).collect()
        };
        let (before, after) = (ports(old), ports(&spec));
        let known: BTreeMap<&str, i64> =
            old.items("ports").iter().map(|port| (port.text("name"), port.int("nodePort"))).collect();
        let list = spec_mut(new).and_then(|spec| spec.get_mut("ports")).and_then(Value::as_array_mut);
        for port in list.into_iter().flatten().filter(|port| port.int("nodePort") == 0) {
            let kept = known.get(port.text("name")).copied().unwrap_or_default();
            let is_used = before.contains(&kept) && after.contains(&kept);
            if let Some(port) = port.as_object_mut().filter(|_| kept != 0 && !is_used) {
                port.insert("nodePort".to_owned(), kept.into());
            }
        }
    }
    if needs_health_check(&spec) && needs_health_check(old) && spec.int("healthCheckNodePort") == 0 {
        put(new, "healthCheckNodePort", old.int("healthCheckNodePort"));
    }
}

/// Brings the first address and the list of addresses together.
fn pair_addresses(new: &mut Value, old: Option<&Value>) {
    let spec = new.get_or_null("spec");
    let (first, list) = (spec.text("clusterIP").to_owned(), spec.items("clusterIPs").to_vec());
    let Some(old) = old else {
        if !first.is_empty() && list.is_empty() {
            put(new, "clusterIPs", vec![first]);
        }
        return;
    };
    let (old_first, old_list) = (old.text("clusterIP"), old.items("clusterIPs"));
    if !old_list.is_empty() && list.is_empty() && old_first == first {
        put(new, "clusterIPs", old_list.to_vec());
    }
    let (list, old_list) = (new.get_or_null("spec").items("clusterIPs").to_vec(), old_list.to_vec());
    if old_first != first && list == old_list {
        if first.is_empty() {
            drop(new, &["clusterIPs"]);
        } else {
            put(new, "clusterIPs", vec![first]);
        }
    }
}

/// Settles the families of addresses.
fn families(new: &mut Value, old: Option<&Value>) -> Result<(), Refusal> {
    let spec = new.get_or_null("spec").clone();
    if is_named(&spec) {
        return Ok(());
    }
    let before = old.map(|old| old.get_or_null("spec"));
    let selects = spec.entries("selector").next().is_some();
    let headless = spec.text("clusterIP") == "None";
    let prefers = |spec: &Value| spec.text("ipFamilyPolicy") == "PreferDualStack";
    if let Some(before) = before.filter(|before| prefers(before) && prefers(&spec)) {
        let is_same =
            ["type", "clusterIP", "clusterIPs", "ipFamilies"].iter().all(|key| same(spec.get(key), before.get(key)));
        if is_same {
            return Ok(());
        }
    }
    let policy = match (spec.string("ipFamilyPolicy"), before.and_then(|before| before.string("ipFamilyPolicy"))) {
        (Some(policy), _) | (None, Some(policy)) => policy.to_owned(),
        (None, None) if headless && !selects => "RequireDualStack".to_owned(),
        (None, None) => "SingleStack".to_owned(),
    };
    put(new, "ipFamilyPolicy", policy.as_str());
    let at = Place::new("spec");
    let mut causes = Vec::new();
    service::addresses(new.get_or_null("spec"), old, &at, &mut causes);
    if !causes.is_empty() {
        return Err(refuse(new, causes));
    }
    let policy_at = at.child("ipFamilyPolicy");
    let mut ips: Vec<Value> = spec.items("clusterIPs").to_vec();
    let mut families: Vec<Value> = spec.items("ipFamilies").to_vec();
    let single = policy == "SingleStack";
    if let Some(before) = before {
        let same_ips = same(spec.get("clusterIPs"), before.get("clusterIPs"));
        let same_families = same(spec.get("ipFamilies"), before.get("ipFamilies"));
        if single {
            if same_ips {
                ips.truncate(1);
            }
            if same_families {
                families.truncate(1);
            }
        } else {
            let shrunk = |key: &str, now: &[Value]| {
                now.len() == 1 && before.items(key).len() == 2 && now.first() == before.items(key).first()
            };
            if shrunk("clusterIPs", &ips) {
                causes.invalid(
                    &policy_at,
                    policy.as_str(),
                    "must be 'SingleStack' to release the secondary cluster IP",
                );
            }
            if shrunk("ipFamilies", &families) {
                causes.invalid(&policy_at, policy.as_str(), "must be 'SingleStack' to release the secondary IP family");
            }
        }
    }
    if single {
        for (list, what) in [(&ips, "cluster IPs"), (&families, "IP families")] {
            if list.len() == 2 {
                let why = format!("must be 'RequireDualStack' or 'PreferDualStack' when multiple {what} are specified");
                causes.invalid(&policy_at, policy.as_str(), &why);
            }
        }
    }
    for (index, ip) in ips.iter().filter_map(Value::as_str).enumerate() {
        if ip == "None" {
            break;
        }
        if index >= families.len() {
            if net::is_ipv6(ip) {
                let shown = Value::from(ips.clone());
                causes.invalid(&at.child("clusterIPs").index(index), shown, "IPv6 is not configured on this cluster");
            } else {
                families.push("IPv4".into());
            }
        }
    }
    if !causes.is_empty() {
        return Err(refuse(new, causes));
    }
    if headless && !selects {
        if families.is_empty() {
            families.push("IPv4".into());
        }
        if families.len() < 2 && !single {
            let other = if families.first().and_then(Value::as_str) == Some("IPv4") { "IPv6" } else { "IPv4" };
            families.push(other.into());
        }
    } else {
        if policy == "RequireDualStack" {
            causes.invalid(&policy_at, policy.as_str(), "this cluster is not configured for dual-stack services");
        }
        for (index, family) in families.iter().enumerate().filter(|(_, family)| *family != "IPv4") {
            causes.invalid(&at.child("ipFamilies").index(index), family.clone(), "not configured on this cluster");
        }
        if !causes.is_empty() {
            return Err(refuse(new, causes));
        }
        if families.is_empty() {
            families.push("IPv4".into());
        }
    }
    put(new, "ipFamilies", families);
    if !ips.is_empty() {
        put(new, "clusterIPs", ips);
    }
    Ok(())
}

fn addresses(new: &mut Value, old: Option<&Value>, pool: &mut dyn ServicePool) -> Result<(), Refusal> {
    let spec = new.get_or_null("spec");
    // Whoever had an address keeps it.
    let is_first = old.is_none_or(is_named);
    if is_named(spec) || service::is_headless(spec) || !is_first {
        return Ok(());
    }
    let at = Place::new("spec");
    let wanted = spec.strings("clusterIPs").next().filter(|ip| !ip.is_empty()).map(str::to_owned);
    match pool.address(wanted.as_deref()) {
        Ok(ip) => {
            put(new, "clusterIP", ip.as_str());
            put(new, "clusterIPs", vec![ip]);
            Ok(())
        }
        Err(why) => {
            let Some(wanted) = wanted else {
                let name = new.get_or_null("metadata").text("name");
                return Err(internal(&format!("failed to allocate a serviceIP for Service \"{name}\""), &why));
            };
            let mut causes = Vec::new();
            let shown = spec.get_or_null("clusterIPs").clone();
            causes.invalid(&at.child("clusterIPs"), shown, &format!("failed to allocate IP {wanted}: {why}"));
            Err(refuse(new, causes))
        }
    }
}

fn ports(new: &mut Value, old: Option<&Value>, pool: &mut dyn ServicePool) -> Result<(), Refusal> {
    let spec = new.get_or_null("spec").clone();
    if matches!(spec.text("type"), "NodePort" | "LoadBalancer") {
        let had: BTreeSet<i64> =
            old.map(|old| old.items("ports").iter().map(|port| port.int("nodePort")).collect()).unwrap_or_default();
        let chooses = has_node_ports(&spec);
        let mut list = spec.items("ports").to_vec();
        // Ports with the same number for different protocols share their node port, when the service is new.
        let mut shared: BTreeMap<i64, i64> = BTreeMap::new();
        let mut taken: BTreeSet<i64> = had;
        let asked: BTreeMap<i64, i64> = list
            .iter()
            .rev()
            .map(|port| (port.int("port"), port.int("nodePort")))
            .filter(|(_, node)| *node != 0)
            .collect();
        let mut pairs: BTreeSet<(String, i64)> = BTreeSet::new();
        let at = Place::new("spec");
        let at = at.child("ports");
        for (index, port) in list.iter_mut().enumerate() {
            let (number, node) = (port.int("port"), port.int("nodePort"));
            if node == 0 && !chooses {
                continue;
            }
            let wanted = match (node, shared.get(&number), asked.get(&number)) {
                (0, Some(known), _) if old.is_none() => Some(*known),
                (0, None, Some(asked)) if old.is_none() => Some(*asked),
                (0, ..) => None,
                (node, ..) => Some(node),
            };
            let got = match wanted {
                Some(wanted) if taken.contains(&wanted) => wanted,
                Some(wanted) => pool.port(Some(wanted)).map_err(|why| {
                    let mut causes = Vec::new();
                    causes.invalid(&at.index(index).child("nodePort"), wanted, &why);
                    refuse(new, causes)
                })?,
                None => pool.port(None).map_err(|why| internal("failed to allocate a nodePort", &why))?,
            };
            if old.is_some() && !pairs.insert((port.text("protocol").to_owned(), got)) {
                return Err(Refusal::internal(format!("duplicate nodePort: {{{} {got}}}", port.text("protocol"))));
            }
            taken.insert(got);
            shared.insert(number, got);
            if let Some(port) = port.as_object_mut() {
                port.insert("nodePort".to_owned(), got.into());
            }
        }
        if !list.is_empty() {
            put(new, "ports", list);
        }
    }
    let had = old.is_some_and(needs_health_check);
    if needs_health_check(&spec) && !had {
        let wanted = Some(spec.int("healthCheckNodePort")).filter(|port| *port != 0);
        let got = pool.port(wanted).map_err(|why| {
            let what = match wanted {
                Some(port) => format!("failed to allocate requested HealthCheck NodePort {port}"),
                None => "failed to allocate a HealthCheck NodePort 0".to_owned(),
            };
            internal(&what, &why)
        })?;
        put(new, "healthCheckNodePort", got);
    }
    Ok(())
}

/// Drops what a changed type has no use for, unless the client changed that too.
pub(crate) fn drop_useless(new: &mut Value, old: &Value) {
    let (spec, before) = (new.get_or_null("spec").clone(), old.get_or_null("spec"));
    let kept = |key: &str| same(spec.get(key), before.get(key));
    if !is_named(before) && is_named(&spec) {
        if kept("clusterIP") && kept("clusterIPs") {
            drop(new, &["clusterIP", "clusterIPs"]);
        }
        for key in ["ipFamilies", "ipFamilyPolicy"] {
            if kept(key) {
                drop(new, &[key]);
            }
        }
    }
    let has_ports = |spec: &Value| matches!(spec.text("type"), "NodePort" | "LoadBalancer");
    let ports = |spec: &Value| -> BTreeSet<i64> {
        spec.items("ports").iter().map(|port| port.int("nodePort")).filter(|port| *port != 0).collect()
    };
    if has_ports(before) && !has_ports(&spec) && ports(before).is_superset(&ports(&spec)) {
        let list = spec_mut(new).and_then(|spec| spec.get_mut("ports")).and_then(Value::as_array_mut);
        for port in list.into_iter().flatten().filter_map(Value::as_object_mut) {
            port.remove("nodePort");
        }
    }
    if needs_health_check(before) && !needs_health_check(&spec) && kept("healthCheckNodePort") {
        drop(new, &["healthCheckNodePort"]);
    }
    let is_balancer = |spec: &Value| spec.text("type") == "LoadBalancer";
    if is_balancer(before) && !is_balancer(&spec) {
        for key in ["allocateLoadBalancerNodePorts", "loadBalancerClass"] {
            if kept(key) {
                drop(new, &[key]);
            }
        }
    }
    if is_external(before) && !is_external(&spec) && kept("externalTrafficPolicy") {
        drop(new, &["externalTrafficPolicy"]);
    }
    if !is_balancer(&spec) {
        if let Some(status) = new.get_mut("status").and_then(Value::as_object_mut) {
            status.insert("loadBalancer".to_owned(), Value::Object(Object::new()));
        }
    }
}
