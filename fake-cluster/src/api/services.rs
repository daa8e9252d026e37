//! Services: the addresses and ports that the server hands out.
//!
//! Addresses count up and are not given back: a test that creates 65,000 services needs another cluster.

use serde_json::{Value, json};

use super::Api;

/// What the store calls services.
pub(super) const STORAGE: &str = "services";

/// The first node port of a real server's default range, and how many there are.
const NODE_PORTS: (u64, u64) = (30_000, 2_768);

/// Gives a new service its addresses and ports.
pub(super) fn prepare_create(api: &Api, service: &mut Value) {
    let spec = &mut service["spec"];
    let kind = spec["type"].as_str().unwrap_or_default().to_owned();
    if kind == "ExternalName" {
        return;
    }
    let unique = api.store().revision() + 1;
    if spec["clusterIP"].as_str().unwrap_or_default().is_empty() {
        spec["clusterIP"] = json!(format!("10.0.{}.{}", unique / 250 % 256, unique % 250 + 1));
    }
    let headless = spec["clusterIP"] == "None";
    let selects = spec["selector"].as_object().is_some_and(|selector| !selector.is_empty());
    fill(spec, "clusterIPs", json!([spec["clusterIP"]]));
    // Endpoints of a headless service without a selector come from elsewhere, of whatever family.
    let (families, policy) =
        if headless && !selects { (json!(["IPv4", "IPv6"]), "RequireDualStack") } else { (json!(["IPv4"]), "SingleStack") };
    fill(spec, "ipFamilies", families);
    fill(spec, "ipFamilyPolicy", json!(policy));
    if matches!(kind.as_str(), "NodePort" | "LoadBalancer") {
        for (n, port) in (0_u64..).zip(spec["ports"].as_array_mut().into_iter().flatten()) {
            if port["nodePort"].as_u64().unwrap_or_default() == 0 {
                port["nodePort"] = json!(NODE_PORTS.0 + (unique * 7 + n) % NODE_PORTS.1);
            }
        }
    }
}

/// Keeps what was handed out, unless the client says otherwise.
pub(super) fn prepare_update(new: &mut Value, old: &Value) {
    if new["spec"]["type"] == "ExternalName" || old["spec"]["type"] == "ExternalName" {
        return;
    }
    let spec = &mut new["spec"];
    for field in ["clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy"] {
        fill(spec, field, old["spec"][field].clone());
    }
    for port in spec["ports"].as_array_mut().into_iter().flatten() {
        let before = old["spec"]["ports"].as_array().into_iter().flatten();
        let mut same = before.filter(|old| old["port"] == port["port"] && old["protocol"] == port["protocol"]);
        if port["nodePort"].is_null()
            && let Some(old) = same.next().filter(|old| !old["nodePort"].is_null())
        {
            port["nodePort"] = old["nodePort"].clone();
        }
    }
}

/// What a client is told that its service has in vain.
pub(super) fn warnings(service: &Value) -> Vec<String> {
    let spec = &service["spec"];
    let in_vain = spec["clusterIP"] == "None" && spec["sessionAffinity"] == "ClientIP";
    if in_vain { vec!["spec.SessionAffinity is ignored for headless services".into()] } else { Vec::new() }
}

fn fill(spec: &mut Value, field: &str, value: Value) {
    let empty = match &spec[field] {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        _ => false,
    };
    if empty && !value.is_null() {
        spec[field] = value;
    }
}
