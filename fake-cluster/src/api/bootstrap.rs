//! The objects that a new cluster has beside namespaces and roles, built once for all clusters of the process. Knows no requests.

use std::sync::{Arc, LazyLock};

use serde_json::{Value, json};

use super::{Api, meta};
use crate::schema::served::SERVED;
use crate::schema::system_priority_classes;
use crate::storage::Object;

/// The port that the `kubernetes` Service names: that of most clusters, as all clusters of the process share the object.
const PORT: u16 = 6443;
/// Which requests wait for which, as `k8s.io/apiserver/pkg/apis/flowcontrol/bootstrap` has it.
const FLOW: &str = include_str!("data/flow.json");
const FLOW_GROUP: &str = "flowcontrol.apiserver.k8s.io";

/// Groups in the order in which they are preferred (`k8s.io/kubernetes/pkg/controlplane/apiserver/aggregator.go`).
const PRIORITIES: &[(&str, u32)] = &[
    ("", 18_000),
    ("apps", 17_800),
    ("events.k8s.io", 17_750),
    ("authentication.k8s.io", 17_700),
    ("authorization.k8s.io", 17_600),
    ("autoscaling", 17_500),
    ("batch", 17_400),
    ("certificates.k8s.io", 17_300),
    ("networking.k8s.io", 17_200),
    ("policy", 17_100),
    ("rbac.authorization.k8s.io", 17_000),
    ("storage.k8s.io", 16_800),
    ("admissionregistration.k8s.io", 16_700),
    ("apiextensions.k8s.io", 16_700),
    ("scheduling.k8s.io", 16_600),
    ("coordination.k8s.io", 16_500),
    ("node.k8s.io", 16_300),
    ("discovery.k8s.io", 16_200),
    ("resource.k8s.io", 16_200),
    (FLOW_GROUP, 16_100),
];

static OBJECTS: LazyLock<Vec<(&'static str, Arc<Object>)>> = LazyLock::new(|| {
    let born = meta::seconds(jiff::Timestamp::now());
    let mut objects = Vec::new();
    let mut add = |storage: &'static str, namespace: &str, name: &str, mut object: Value| {
        let metadata = &mut object["metadata"];
        metadata["name"] = json!(name);
        metadata["uid"] = json!(uuid::Uuid::new_v4().to_string());
        metadata["creationTimestamp"] = json!(born);
        let key = if namespace.is_empty() {
            name.to_owned()
        } else {
            metadata["namespace"] = json!(namespace);
            format!("{namespace}/{name}")
        };
        // All of them are as old as the cluster.
        objects.push((storage, Arc::new(Object::new(key.into(), 1, object))));
    };
    for (name, value, description) in system_priority_classes() {
        let class = json!({
            "kind": "PriorityClass", "apiVersion": "scheduling.k8s.io/v1", "metadata": {"generation": 1}, "value": value,
            "description": description, "preemptionPolicy": "PreemptLowerPriority",
        });
        add("priorityclasses.scheduling.k8s.io", "", name, class);
    }
    // The group of API services has none itself.
    for version in SERVED.iter().filter(|version| version.group != "apiregistration.k8s.io") {
        let (group, version) = (version.group, version.version);
        let name = format!("{version}.{group}");
        add("apiservices.apiregistration.k8s.io", "", &name, api_service(group, version, &born));
    }
    for (list, storage, kind) in [
        ("levels", "prioritylevelconfigurations.flowcontrol.apiserver.k8s.io", "PriorityLevelConfiguration"),
        ("schemas", "flowschemas.flowcontrol.apiserver.k8s.io", "FlowSchema"),
    ] {
        let table: Value = serde_json::from_str(FLOW).unwrap_or_default();
        for entry in table[list].as_array().into_iter().flatten() {
            let object = json!({
                "kind": kind, "apiVersion": format!("{FLOW_GROUP}/v1"),
                "metadata": {"generation": 1, "annotations": {"apf.kubernetes.io/autoupdate-spec": "true"}},
                "spec": entry["spec"], "status": {},
            });
            add(storage, "", entry["name"].as_str().unwrap_or_default(), object);
        }
    }
    add("services", "default", "kubernetes", own_service());
    objects
});

/// Puts them into an empty store.
pub(super) fn bootstrap(api: &Api) {
    for (storage, object) in OBJECTS.iter() {
        api.store.seed(storage, object.clone());
    }
}

fn api_service(group: &str, version: &str, born: &str) -> Value {
    let minimum = PRIORITIES.iter().find(|(known, _)| *known == group).map_or(1000, |(_, minimum)| *minimum);
    let priority = match (group, version) {
        ("", _) => 1,
        ("autoscaling", "v2") => 30,
        ("resource.k8s.io" | FLOW_GROUP, _) => 21,
        _ => 15,
    };
    let mut spec = json!({"version": version, "groupPriorityMinimum": minimum, "versionPriority": priority});
    if !group.is_empty() {
        spec["group"] = json!(group);
    }
    json!({
        "kind": "APIService", "apiVersion": "apiregistration.k8s.io/v1",
        "metadata": {"labels": {"kube-aggregator.kubernetes.io/automanaged": "onstart"}}, "spec": spec,
        "status": {"conditions": [{
            "type": "Available", "status": "True", "lastTransitionTime": born, "reason": "Local",
            "message": "Local APIServices are always available",
        }]},
    })
}

/// How workloads reach the API server.
fn own_service() -> Value {
    json!({
        "kind": "Service", "apiVersion": "v1",
        "metadata": {"labels": {"component": "apiserver", "provider": "kubernetes"}},
        "spec": {
            "ports": [{"name": "https", "protocol": "TCP", "port": 443, "targetPort": PORT}],
            "clusterIP": "10.0.0.1", "clusterIPs": ["10.0.0.1"], "type": "ClusterIP", "sessionAffinity": "None",
            "ipFamilies": ["IPv4"], "ipFamilyPolicy": "SingleStack", "internalTrafficPolicy": "Cluster",
        },
        "status": {"loadBalancer": {}},
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::{FieldValidation, KindSchema};

    #[test]
    fn every_object_of_a_new_cluster_is_valid_and_complete() {
        for (storage, object) in OBJECTS.iter() {
            let text = |field: &str| object.value()[field].as_str().unwrap().to_owned();
            let (group, version) = match text("apiVersion").split_once('/') {
                Some((group, version)) => (group.to_owned(), version.to_owned()),
                None => (String::new(), text("apiVersion")),
            };
            let schema = KindSchema::builtin(&group, &version, &text("kind")).unwrap();
            let mut read = object.value().clone();
            let told = schema.decode(&mut read, FieldValidation::Strict);
            assert!(told.is_ok(), "{storage} {}: {told:?}", object.key());
            assert_eq!(&read, object.value(), "{storage} {}", object.key());
            let admitted = schema.admit_create(&mut read);
            assert!(admitted.is_ok(), "{storage} {}: {admitted:?}", object.key());
        }
        assert_eq!(OBJECTS.len(), 2 + 21 + 8 + 11 + 1);
    }
}
