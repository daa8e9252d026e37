//! The kinds that providers work with, as far as they look at them: schemas of our own, that hold what the originals' say of these fields. Knows
//! nothing of providers.
//!
//! Source: `api/core/v1beta2` of cluster-api, `apis/v1alpha1` of cluster-inventory-api, `config/v1` of openshift/api,
//! `operators.coreos.com` of operator-framework/api.

use anyhow::Result;
use http::Method;
use serde_json::{Value, json};

use super::world::{ask, read, until};
use crate::access::Who;
use crate::backend::Backend;

/// What a cluster that knows of others serves.
pub(super) fn of_hubs() -> Vec<Value> {
    vec![
        definition("cluster.x-k8s.io", "v1beta2", "Cluster", "clusters", "Namespaced", &cluster()),
        machines("MachineDeployment", "machinedeployments"),
        machines("MachinePool", "machinepools"),
        definition("multicluster.x-k8s.io", "v1alpha1", "ClusterProfile", "clusterprofiles", "Namespaced", &profile()),
    ]
}

/// What an OpenShift with a manager of operators serves.
pub(super) fn of_openshift() -> Vec<Value> {
    let any = json!({"spec": anything(), "status": anything()});
    let config = |kind: &str, plural: &str| definition("config.openshift.io", "v1", kind, plural, "Cluster", &any);
    let olm = |version: &str, kind: &str, plural: &str| {
        definition("operators.coreos.com", version, kind, plural, "Namespaced", &any)
    };
    vec![
        config("OAuth", "oauths"),
        config("Ingress", "ingresses"),
        olm("v1alpha1", "CatalogSource", "catalogsources"),
        olm("v1alpha1", "Subscription", "subscriptions"),
        olm("v1alpha1", "ClusterServiceVersion", "clusterserviceversions"),
        olm("v1", "OperatorGroup", "operatorgroups"),
    ]
}

/// Adds the kinds that a cluster does not have, and waits until it serves them.
pub(super) async fn install(backend: &Backend, definitions: &[Value]) -> Result<()> {
    const COLLECTION: &str = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
    let client = backend.client(&Who::Admin).await?;
    for definition in definitions {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let name = text(&definition["metadata"]["name"]);
        if read(&client, &format!("{COLLECTION}/{name}")).await?.is_none() {
            ask(&client, Method::POST, COLLECTION, Some(definition)).await?;
        }
        let spec = &definition["spec"];
        let group = format!("/apis/{}/{}", text(&spec["group"]), text(&spec["versions"][0]["name"]));
        let plural = text(&spec["names"]["plural"]);
        // Listed among the kinds of its group, and served.
        until(&name, || async {
            let told = read(&client, &group).await.ok().flatten();
            let listed = told.is_some_and(|told| {
                told["resources"].as_array().into_iter().flatten().any(|one| one["name"] == plural.as_str())
            });
            listed && matches!(read(&client, &format!("{group}/{plural}")).await, Ok(Some(_)))
        })
        .await?;
    }
    Ok(())
}

fn definition(group: &str, version: &str, kind: &str, plural: &str, scope: &str, fields: &Value) -> Value {
    json!({
        "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
        "metadata": {"name": format!("{plural}.{group}")},
        "spec": {
            "group": group, "scope": scope,
            "names": {"plural": plural, "singular": kind.to_lowercase(), "kind": kind, "listKind": format!("{kind}List")},
            "versions": [{
                "name": version, "served": true, "storage": true, "subresources": {"status": {}},
                "schema": {"openAPIV3Schema": {"type": "object", "properties": fields}},
            }],
        },
    })
}

fn anything() -> Value {
    json!({"type": "object", "x-kubernetes-preserve-unknown-fields": true})
}

fn object(properties: &Value, required: &[&str]) -> Value {
    let mut object = json!({"type": "object", "properties": properties});
    if !required.is_empty() {
        object["required"] = json!(required);
    }
    object
}

fn list_by(key: &str, items: &Value) -> Value {
    json!({"type": "array", "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": [key], "items": items})
}

fn text() -> Value {
    json!({"type": "string"})
}

fn name() -> Value {
    json!({"type": "string", "minLength": 1, "maxLength": 253})
}

fn texts() -> Value {
    json!({"type": "object", "additionalProperties": text()})
}

/// As every kind of Kubernetes says how it is.
fn conditions() -> Value {
    let condition = json!({
        "type": {"type": "string", "maxLength": 316},
        "status": {"type": "string", "enum": ["True", "False", "Unknown"]},
        "reason": {
            "type": "string", "minLength": 1, "maxLength": 1024, "pattern": "^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$",
        },
        "message": {"type": "string", "maxLength": 32768},
        "lastTransitionTime": {"type": "string", "format": "date-time"},
        "observedGeneration": {"type": "integer", "format": "int64", "minimum": 0},
    });
    list_by("type", &object(&condition, &["type", "status", "reason", "message", "lastTransitionTime"]))
}

fn taints() -> Value {
    let taint = object(
        &json!({
            "key": name(), "value": text(),
            "effect": {"type": "string", "enum": ["NoSchedule", "PreferNoSchedule", "NoExecute"]},
            "propagation": {"type": "string", "enum": ["Always", "OnInitialization"]},
        }),
        &["key", "effect", "propagation"],
    );
    let mut taints = list_by("key", &taint);
    taints["x-kubernetes-list-map-keys"] = json!(["key", "effect"]);
    taints
}

/// What refers to an object of another controller.
fn reference() -> Value {
    object(&json!({"apiGroup": name(), "kind": name(), "name": name()}), &["apiGroup", "kind", "name"])
}

/// Machines that are alike, as an object of its own.
fn machines(kind: &str, plural: &str) -> Value {
    let metadata = object(&json!({"labels": texts(), "annotations": texts()}), &[]);
    let machine = object(
        &json!({
            "clusterName": name(), "version": text(), "failureDomain": name(), "taints": taints(),
            "bootstrap": object(&json!({"configRef": reference(), "dataSecretName": text()}), &[]),
            "infrastructureRef": reference(),
        }),
        &["clusterName", "bootstrap", "infrastructureRef"],
    );
    let spec = object(
        &json!({
            "clusterName": name(), "replicas": {"type": "integer", "format": "int32"},
            "selector": object(&json!({"matchLabels": texts()}), &[]),
            "template": object(&json!({"metadata": metadata, "spec": machine}), &["spec"]),
        }),
        &["clusterName", "template"],
    );
    let fields = json!({"spec": spec, "status": anything()});
    definition("cluster.x-k8s.io", "v1beta2", kind, plural, "Namespaced", &fields)
}

fn cluster() -> Value {
    let workers = list_by(
        "name",
        &object(
            &json!({
                "class": name(), "name": {"type": "string", "minLength": 1, "maxLength": 63},
                "replicas": {"type": "integer", "format": "int32"}, "failureDomain": name(), "taints": taints(),
                "metadata": object(&json!({"labels": texts(), "annotations": texts()}), &[]),
            }),
            &["class", "name"],
        ),
    );
    let variable =
        object(&json!({"name": name(), "value": {"x-kubernetes-preserve-unknown-fields": true}}), &["name", "value"]);
    let topology = object(
        &json!({
            "classRef": object(&json!({"name": name(), "namespace": name()}), &["name"]),
            "version": {"type": "string", "minLength": 1, "maxLength": 256},
            "controlPlane": anything(),
            "variables": list_by("name", &variable),
            "workers": object(&json!({"machineDeployments": workers, "machinePools": workers}), &[]),
        }),
        &["classRef", "version"],
    );
    let spec = object(
        &json!({
            "paused": {"type": "boolean"},
            "clusterNetwork": anything(),
            "controlPlaneEndpoint": object(
                &json!({"host": text(), "port": {"type": "integer", "format": "int32", "minimum": 1, "maximum": 65535}}),
                &[],
            ),
            "controlPlaneRef": reference(), "infrastructureRef": reference(),
            "topology": topology,
        }),
        &[],
    );
    let initialized = json!({
        "infrastructureProvisioned": {"type": "boolean"}, "controlPlaneInitialized": {"type": "boolean"},
    });
    let status = object(
        &json!({
            "phase": {"type": "string", "enum": ["Pending", "Provisioning", "Provisioned", "Deleting", "Failed", "Unknown"]},
            "initialization": object(&initialized, &[]), "conditions": conditions(),
            "observedGeneration": {"type": "integer", "format": "int64"},
        }),
        &[],
    );
    json!({"spec": spec, "status": status})
}

fn profile() -> Value {
    let spec = object(
        &json!({"displayName": text(), "clusterManager": object(&json!({"name": name()}), &["name"])}),
        &["clusterManager"],
    );
    let property = object(
        &json!({
            "name": name(), "value": {"type": "string", "minLength": 1, "maxLength": 128_000},
            "lastObservedTime": {"type": "string", "format": "date-time"},
        }),
        &["name", "value"],
    );
    let extension = object(&json!({"name": text(), "extension": anything()}), &["name", "extension"]);
    let address = object(
        &json!({
            "server": text(), "tls-server-name": text(), "insecure-skip-tls-verify": {"type": "boolean"},
            "certificate-authority": text(), "certificate-authority-data": {"type": "string", "format": "byte"},
            "proxy-url": text(), "disable-compression": {"type": "boolean"},
            "extensions": {"type": "array", "items": extension},
        }),
        &["server"],
    );
    let access = list_by("name", &object(&json!({"name": name(), "cluster": address}), &["name"]));
    let status = object(
        &json!({
            "conditions": conditions(), "version": object(&json!({"kubernetes": text()}), &[]),
            "properties": list_by("name", &property), "accessProviders": access, "credentialProviders": access,
        }),
        &[],
    );
    json!({"spec": spec, "status": status})
}
