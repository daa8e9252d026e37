//! Services: the addresses and ports that the server hands out, and what follows when the type of a service changes.
//!
//! Clusters have IPv4 services only. The real server picks at random, this one takes the lowest that is free.

mod changes;
mod claims;
mod families;

use serde_json::{Map, Value, json};

pub(super) use claims::{Claim, Services};

use super::Api;
use super::resource::{Origin, Resource};
use super::status::{Status, StatusCause};
use claims::Taken;

type Spec = Map<String, Value>;

pub(super) fn is_service(resource: &Resource) -> bool {
    resource.origin == Origin::Builtin && resource.storage == "services"
}

/// Completes a new service before it is checked.
pub(super) fn begin_create<'a>(
    api: &'a Api,
    resource: &Resource,
    service: &mut Value,
    dry_run: bool,
) -> Result<Option<Claim<'a>>, Status> {
    if !is_service(resource) {
        return Ok(None);
    }
    let mut claim = Claim::new(api, dry_run);
    let said = claim.create(service);
    said.map(|()| Some(claim)).map_err(|refusal| refusal.about(resource, service))
}

/// Completes a changed service before it is checked.
pub(super) fn begin_update<'a>(
    api: &'a Api,
    resource: &Resource,
    new: &mut Value,
    old: &Value,
    dry_run: bool,
) -> Result<Option<Claim<'a>>, Status> {
    if !is_service(resource) {
        return Ok(None);
    }
    let mut claim = Claim::new(api, dry_run);
    let said = claim.update(new, old);
    said.map(|()| Some(claim)).map_err(|refusal| refusal.about(resource, new))
}

/// A service that is no load balancer has none.
pub(super) fn settle(resource: &Resource, service: &mut Value) {
    if is_service(resource) && service["spec"]["type"] != "LoadBalancer" {
        service["status"]["loadBalancer"] = json!({});
    }
}

/// Gives back what a committed write left behind.
pub(super) fn committed(api: &Api, before: Option<&Value>, after: Option<&Value>) {
    let Some(before) = before else { return };
    let (mut gone, kept) = (Taken::of(before), after.map(Taken::of).unwrap_or_default());
    gone.addresses.retain(|address| !kept.addresses.contains(address));
    gone.ports.retain(|port| !kept.ports.contains(port));
    api.services.release(&gone);
}

// === refusals ===

enum Refusal {
    Causes(Vec<StatusCause>),
    Internal(String),
}

impl Refusal {
    fn one(cause: StatusCause) -> Self {
        Self::Causes(vec![cause])
    }

    fn about(self, resource: &Resource, service: &Value) -> Status {
        let name = service["metadata"]["name"].as_str().unwrap_or_default();
        match self {
            Self::Causes(causes) => Status::invalid(&resource.group, &resource.kind, name, causes),
            Self::Internal(why) => Status::internal(why),
        }
    }
}

// === what a service needs ===

fn needs_address(spec: &Spec) -> bool {
    text(spec, "type") != "ExternalName"
}

fn needs_node_ports(spec: &Spec) -> bool {
    matches!(text(spec, "type"), "NodePort" | "LoadBalancer") && allocates_ports(spec)
}

fn allocates_ports(spec: &Spec) -> bool {
    text(spec, "type") != "LoadBalancer" || spec.get("allocateLoadBalancerNodePorts") != Some(&Value::Bool(false))
}

fn needs_health_port(spec: &Spec) -> bool {
    text(spec, "type") == "LoadBalancer" && text(spec, "externalTrafficPolicy") == "Local"
}

fn is_external(spec: &Spec) -> bool {
    matches!(text(spec, "type"), "NodePort" | "LoadBalancer")
        || text(spec, "type") == "ClusterIP" && spec.get("externalIPs").is_some_and(|ips| !is_empty(ips))
}

// === values ===

fn text<'a>(spec: &'a Spec, field: &str) -> &'a str {
    spec.get(field).and_then(Value::as_str).unwrap_or_default()
}

fn texts(value: &Value) -> impl Iterator<Item = &str> {
    value.as_array().into_iter().flatten().filter_map(Value::as_str)
}

fn texts_of(spec: &Spec, field: &str) -> Vec<String> {
    spec.get(field).into_iter().flat_map(texts).map(str::to_owned).collect()
}

fn items(spec: &Spec, field: &str) -> Vec<Value> {
    spec.get(field).and_then(Value::as_array).cloned().unwrap_or_default()
}

fn put_items(spec: &mut Spec, field: &str, items: Vec<Value>) {
    if items.is_empty() {
        spec.remove(field);
    } else {
        spec.insert(field.into(), Value::Array(items));
    }
}

fn copy(spec: &mut Spec, old: &Spec, field: &str) {
    if let Some(value) = old.get(field) {
        spec.insert(field.into(), value.clone());
    }
}

fn port_number(ports: &[Value], index: usize, field: &str) -> u64 {
    ports.get(index).and_then(|port| port[field].as_u64()).unwrap_or_default()
}

fn name_of(port: &Value) -> &str {
    port["name"].as_str().unwrap_or_default()
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Array(items) => items.is_empty(),
        Value::Object(fields) => fields.is_empty(),
        value => value.is_null(),
    }
}
