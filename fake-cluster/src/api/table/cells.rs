//! The cells of built-in kinds: one pure function a kind, as in `k8s.io/kubernetes/pkg/printers/internalversion`. Knows
//! nothing of requests or columns.

mod access;
mod admission;
mod claims;
mod cluster;
mod network;
mod node;
mod pod;
mod scaling;
mod selector;
mod storage;
mod workloads;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::age;

/// What is shown when there is nothing.
const NONE: &str = "<none>";
/// What is shown when nothing was set.
const UNSET: &str = "<unset>";

/// The object of a row, and the time at which it is shown. Whatever the object lacks reads as empty.
#[derive(Clone, Copy, Debug)]
pub(super) struct Row<'a> {
    object: &'a Value,
    now: Timestamp,
}

/// The cells of an object of a built-in kind.
pub(super) fn of(group: &str, kind: &str, object: &Value, now: Timestamp) -> Vec<Value> {
    let row = &Row { object, now };
    match (group, kind) {
        ("", "Pod") => pod::cells(row),
        ("", "PodTemplate") => workloads::pod_template(row),
        ("", "ReplicationController") => workloads::replication_controller(row),
        ("", "Service") => network::service(row),
        ("", "Endpoints") => network::endpoints(row),
        ("", "Node") => node::cells(row),
        ("", "Event") | ("events.k8s.io", "Event") => cluster::event(row),
        ("", "Namespace") => cluster::namespace(row),
        ("", "Secret") => cluster::secret(row),
        ("", "ConfigMap") => cluster::config_map(row),
        ("", "ResourceQuota") => cluster::resource_quota(row),
        ("", "ComponentStatus") => cluster::component_status(row),
        ("", "PersistentVolume") => storage::volume(row),
        ("", "PersistentVolumeClaim") => storage::claim(row),
        ("apps", "Deployment") => workloads::deployment(row),
        ("apps", "StatefulSet") => workloads::stateful_set(row),
        ("apps", "DaemonSet") => workloads::daemon_set(row),
        ("apps", "ReplicaSet") => workloads::replica_set(row),
        ("apps", "ControllerRevision") => workloads::controller_revision(row),
        ("autoscaling", "HorizontalPodAutoscaler") => scaling::autoscaler(row),
        ("autoscaling", "Scale") => scaling::scale(row),
        ("batch", "Job") => workloads::job(row),
        ("batch", "CronJob") => workloads::cron_job(row),
        ("certificates.k8s.io", "CertificateSigningRequest") => access::signing_request(row),
        ("rbac.authorization.k8s.io", "RoleBinding" | "ClusterRoleBinding") => access::binding(row),
        ("coordination.k8s.io", "Lease") => cluster::lease(row),
        ("networking.k8s.io", "Ingress") => network::ingress(row),
        ("networking.k8s.io", "IngressClass") => network::ingress_class(row),
        ("networking.k8s.io", "NetworkPolicy") => network::policy(row),
        ("networking.k8s.io", "ServiceCIDR") => network::service_cidr(row),
        ("networking.k8s.io", "IPAddress") => network::ip_address(row),
        ("discovery.k8s.io", "EndpointSlice") => network::endpoint_slice(row),
        ("policy", "PodDisruptionBudget") => scaling::disruption_budget(row),
        ("storage.k8s.io", "StorageClass") => storage::class(row),
        ("storage.k8s.io", "VolumeAttributesClass") => storage::attributes_class(row),
        ("storage.k8s.io", "VolumeAttachment") => storage::attachment(row),
        ("storage.k8s.io", "CSINode") => storage::csi_node(row),
        ("storage.k8s.io", "CSIDriver") => storage::csi_driver(row),
        (admission::GROUP, "MutatingWebhookConfiguration" | "ValidatingWebhookConfiguration") => {
            admission::webhooks(row)
        }
        (admission::GROUP, "ValidatingAdmissionPolicy") => admission::policy(row, "/spec/validations"),
        (admission::GROUP, "MutatingAdmissionPolicy") => admission::policy(row, "/spec/mutations"),
        (admission::GROUP, "ValidatingAdmissionPolicyBinding" | "MutatingAdmissionPolicyBinding") => {
            admission::policy_binding(row)
        }
        ("scheduling.k8s.io", "PriorityClass") => cluster::priority_class(row),
        ("node.k8s.io", "RuntimeClass") => cluster::runtime_class(row),
        ("apiregistration.k8s.io", "APIService") => cluster::api_service(row),
        ("flowcontrol.apiserver.k8s.io", "FlowSchema") => cluster::flow_schema(row),
        ("flowcontrol.apiserver.k8s.io", "PriorityLevelConfiguration") => cluster::priority_level(row),
        ("resource.k8s.io", "ResourceClaim") => claims::claim(row),
        ("resource.k8s.io", "ResourceSlice") => claims::slice(row),
        ("", "ServiceAccount") | ("resource.k8s.io", "DeviceClass" | "ResourceClaimTemplate") => {
            vec![row.name(), row.age()]
        }
        _ => vec![row.name(), row.created()],
    }
}

/// What a row says besides its cells.
pub(super) fn conditions(group: &str, kind: &str, object: &Value) -> Option<Value> {
    if (group, kind) == ("", "Pod") { pod::conditions(object) } else { None }
}

/// Where a list of the kind is not in the order of its keys: what its rows are ordered by.
pub(super) fn order(group: &str, kind: &str, object: &Value) -> Option<i64> {
    match (group, kind) {
        ("flowcontrol.apiserver.k8s.io", "FlowSchema") => object.pointer("/spec/matchingPrecedence")?.as_i64(),
        _ => None,
    }
}

// === impl Row ===

impl<'a> Row<'a> {
    fn at(&self, pointer: &str) -> &'a Value {
        at(self.object, pointer)
    }

    fn text(&self, pointer: &str) -> &'a str {
        text(self.object, pointer)
    }

    /// A text that may be unset, which is not the same as empty.
    fn given(&self, pointer: &str) -> Option<&'a str> {
        self.at(pointer).as_str()
    }

    fn int(&self, pointer: &str) -> i64 {
        self.at(pointer).as_i64().unwrap_or_default()
    }

    fn list(&self, pointer: &str) -> &'a [Value] {
        list(self.object, pointer)
    }

    /// How many members an object has.
    fn size(&self, pointer: &str) -> usize {
        self.at(pointer).as_object().map_or(0, serde_json::Map::len)
    }

    fn name(&self) -> Value {
        json!(self.text("/metadata/name"))
    }

    fn age(&self) -> Value {
        json!(self.since("/metadata/creationTimestamp"))
    }

    /// The time of creation itself, in place of an age.
    fn created(&self) -> Value {
        // Go's zero time: what is not stored was not created.
        json!(self.given("/metadata/creationTimestamp").unwrap_or("0001-01-01T00:00:00Z"))
    }

    fn since(&self, pointer: &str) -> String {
        age::since(self.now, self.text(pointer))
    }

    fn is_ending(&self) -> bool {
        !self.at("/metadata/deletionTimestamp").is_null()
    }

    fn annotation(&self, name: &str) -> Option<&'a str> {
        self.at("/metadata/annotations").get(name)?.as_str()
    }
}

fn at<'a>(value: &'a Value, pointer: &str) -> &'a Value {
    value.pointer(pointer).unwrap_or(&Value::Null)
}

fn text<'a>(value: &'a Value, pointer: &str) -> &'a str {
    at(value, pointer).as_str().unwrap_or_default()
}

fn list<'a>(value: &'a Value, pointer: &str) -> &'a [Value] {
    at(value, pointer).as_array().map(Vec::as_slice).unwrap_or_default()
}

/// The texts that are not empty.
fn texts<'a>(values: &'a [Value], pointer: &str) -> Vec<&'a str> {
    values.iter().map(|value| text(value, pointer)).filter(|text| !text.is_empty()).collect()
}

/// The text, or a stand-in if it is empty.
fn or<'a>(text: &'a str, stand_in: &'a str) -> &'a str {
    if text.is_empty() { stand_in } else { text }
}

/// A number or text, as Go prints an `IntOrString` or a quantity.
fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => "0".to_owned(),
        other => other.to_string(),
    }
}

/// The first three of many, and how many there are besides.
fn first_three(all: &[String], none: &str) -> String {
    let shown = all.iter().take(3).map(String::as_str).collect::<Vec<_>>().join(",");
    match all.len() {
        4.. => format!("{shown} + {} more...", all.len() - 3),
        _ => or(&shown, none).to_owned(),
    }
}

#[cfg(test)]
mod tests;
