//! What a changed service keeps, and what its new type has no use for.

use std::collections::HashSet;

use serde_json::{Value, json};

use super::{
    Spec, copy, is_external, items, name_of, needs_address, needs_health_port, needs_node_ports, port_number,
    put_items, text, texts_of,
};

/// Clients need not repeat what was allocated for them.
pub(super) fn keep_allocated(spec: &mut Spec, old: &Spec) {
    if needs_address(old) && needs_address(spec) {
        if text(spec, "clusterIP").is_empty() {
            copy(spec, old, "clusterIP");
        }
        if texts_of(spec, "clusterIPs").is_empty() {
            copy(spec, old, "clusterIPs");
        }
    }
    if needs_node_ports(old) && needs_node_ports(spec) {
        let (before, mut ports) = (items(old, "ports"), items(spec, "ports"));
        let all = |ports: &[Value]| -> HashSet<u64> {
            (0..ports.len()).map(|at| port_number(ports, at, "nodePort")).filter(|port| *port != 0).collect()
        };
        let used: HashSet<u64> = all(&before).intersection(&all(&ports)).copied().collect();
        for port in &mut ports {
            if port["nodePort"].as_u64().unwrap_or_default() != 0 {
                continue;
            }
            // The last port of a name counts, as in the real server.
            let same = before.iter().rev().find(|known| name_of(known) == name_of(port));
            let node = same.and_then(|known| known["nodePort"].as_u64()).filter(|node| *node != 0);
            if let Some(node) = node.filter(|node| !used.contains(node)) {
                port["nodePort"] = json!(node);
            }
        }
        put_items(spec, "ports", ports);
    }
    let health = "healthCheckNodePort";
    let unset = spec.get(health).and_then(Value::as_u64).unwrap_or_default() == 0;
    if needs_health_port(old) && needs_health_port(spec) && unset {
        copy(spec, old, health);
    }
}

/// Brings the one address and the list of addresses in line after a client changed one of them.
pub(super) fn normalize(spec: &mut Spec, old: &Spec) {
    let (before, after) = (text(old, "clusterIP").to_owned(), text(spec, "clusterIP").to_owned());
    let same = texts_of(old, "clusterIPs") == texts_of(spec, "clusterIPs");
    if before == after {
        if texts_of(spec, "clusterIPs").is_empty() {
            copy(spec, old, "clusterIPs");
        }
    } else if same && after.is_empty() {
        spec.remove("clusterIPs");
    } else if same {
        spec.insert("clusterIPs".into(), json!([after]));
    }
}

pub(super) fn drop_what_the_type_has_not(spec: &mut Spec, old: &Spec) {
    let same = |spec: &Spec, field: &str| spec.get(field) == old.get(field);
    if needs_address(old) && !needs_address(spec) {
        if same(spec, "clusterIP") && same(spec, "clusterIPs") {
            spec.remove("clusterIP");
            spec.remove("clusterIPs");
        }
        for field in ["ipFamilies", "ipFamilyPolicy"] {
            if same(spec, field) {
                spec.remove(field);
            }
        }
    }
    if needs_node_ports(old) && !needs_node_ports(spec) {
        let (before, mut ports) = (items(old, "ports"), items(spec, "ports"));
        let numbers = |ports: &[Value]| -> HashSet<u64> {
            (0..ports.len()).map(|at| port_number(ports, at, "nodePort")).collect()
        };
        if numbers(&before) == numbers(&ports) {
            for port in ports.iter_mut().filter_map(Value::as_object_mut) {
                port.remove("nodePort");
            }
            put_items(spec, "ports", ports);
        }
    }
    if needs_health_port(old) && !needs_health_port(spec) && same(spec, "healthCheckNodePort") {
        spec.remove("healthCheckNodePort");
    }
    let balancer = |spec: &Spec| text(spec, "type") == "LoadBalancer";
    if balancer(old) && !balancer(spec) {
        for field in ["allocateLoadBalancerNodePorts", "loadBalancerClass"] {
            if same(spec, field) {
                spec.remove(field);
            }
        }
    }
    if is_external(old) && !is_external(spec) && same(spec, "externalTrafficPolicy") {
        spec.remove("externalTrafficPolicy");
    }
}
