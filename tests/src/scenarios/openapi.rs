//! What clients read of a server's schema: OpenAPI documents, as far as tools decide by them.

use super::objects::{definition, widget_schema};
use crate::session::{Reply, Session};
use anyhow::{Context as _, Result};
use serde_json::{Map, Value, json};

crate::scenarios!("openapi":
    the_index_leads_to_every_version,
    documents_are_known_by_their_tags,
    schemas_have_the_structure_of_their_kinds,
    operations_have_the_parameters_that_clients_look_for,
    a_definition_enters_and_leaves_the_documents,
    the_second_version_is_negotiated,
);

const DEPLOYMENT: &str = "/paths/~1apis~1apps~1v1~1namespaces~1{namespace}~1deployments~1{name}";

/// A schema without words, and without what is said of a field besides its structure.
fn structure(value: &Value) -> Value {
    match value {
        // A reference with or without something beside it.
        Value::Object(members) if is_reference(members) => structure(&members["allOf"][0]),
        Value::Object(members) => {
            let kept = |key: &str, value: &Value| {
                // A property may be called `description`; what describes is a text.
                let is_words = key == "description" && value.is_string();
                // Atomic is what a list is when nothing is said.
                let is_usual = key == "x-kubernetes-list-type" && value == "atomic";
                !is_words && !is_usual && !matches!(key, "default" | "x-kubernetes-unions")
            };
            let members = members.iter().filter(|(key, value)| kept(key, value));
            Value::Object(members.map(|(key, value)| (key.clone(), structure(value))).collect::<Map<_, _>>())
        }
        Value::Array(items) => {
            let mut items: Vec<Value> = items.iter().map(structure).collect();
            if items.iter().all(Value::is_string) {
                items.sort_by_key(Value::to_string);
            }
            Value::Array(items)
        }
        other => other.clone(),
    }
}

fn is_reference(members: &Map<String, Value>) -> bool {
    let beside = |key: &String| matches!(key.as_str(), "allOf" | "description" | "default");
    members.get("allOf").and_then(Value::as_array).is_some_and(|all| all.len() == 1) && members.keys().all(beside)
}

/// The index, which is JSON and does not say so.
async fn index(s: &Session<'_>) -> Result<Map<String, Value>> {
    let index = s.get("/openapi/v3").only_status().await?.is(200)?;
    let index: Value = serde_json::from_str(index.text())?;
    Ok(index["paths"].as_object().cloned().unwrap_or_default())
}

async fn document(s: &Session<'_>, path: &str) -> Result<Reply> {
    s.get(format!("/openapi/v3/{path}")).only_status().await?.is(200)
}

/// Records the structure of schemas of a document.
async fn schemas(s: &Session<'_>, path: &str, names: &[&str]) -> Result<()> {
    let document = document(s, path).await?;
    for name in names {
        let found =
            document.body().pointer(&format!("/components/schemas/{name}")).with_context(|| (*name).to_owned())?;
        s.remark(name, structure(found));
    }
    Ok(())
}

async fn the_index_leads_to_every_version(s: &Session<'_>) -> Result<()> {
    let paths = index(s).await?;
    let versions: Vec<&String> = paths.keys().filter(|path| path.ends_with("/v1") || path.ends_with("/v2")).collect();
    // Groups that other scenarios define come and go.
    let versions: Vec<&String> = versions.into_iter().filter(|path| !path.contains("example.com")).collect();
    s.remark("versions", json!(versions));
    for (path, entry) in &paths {
        let url = entry["serverRelativeURL"].as_str().unwrap_or_default();
        anyhow::ensure!(url.starts_with(&format!("/openapi/v3/{path}?hash=")), "{url}");
    }
    for path in ["/openapi", "/openapi/v3/", "/openapi/v3/apis/apps/v9", "/openapi/v1"] {
        s.get(path).only_status().await?.is(404)?;
    }
    Ok(())
}

async fn documents_are_known_by_their_tags(s: &Session<'_>) -> Result<()> {
    let url = index(s).await?["apis/apps/v1"]["serverRelativeURL"].as_str().unwrap_or_default().to_owned();
    s.get(&url).only_status().unrecorded().await?.is(200)?;
    let hash = url.split_once("hash=").map(|(_, hash)| hash.to_owned()).unwrap_or_default();
    let tag = format!("\"{hash}\"");
    s.get("/openapi/v3/apis/apps/v1").header("if-none-match", tag).only_status().unrecorded().await?.is(304)?;
    s.get("/openapi/v3/apis/apps/v1?hash=OLD").only_status().await?.is(301)?;
    Ok(())
}

async fn schemas_have_the_structure_of_their_kinds(s: &Session<'_>) -> Result<()> {
    schemas(
        s,
        "apis/apps/v1",
        &[
            "io.k8s.api.apps.v1.Deployment",
            "io.k8s.api.apps.v1.DeploymentList",
            "io.k8s.api.apps.v1.DeploymentSpec",
            "io.k8s.api.apps.v1.StatefulSetSpec",
            "io.k8s.api.core.v1.PodTemplateSpec",
            "io.k8s.api.core.v1.PodSpec",
            "io.k8s.api.core.v1.Container",
            "io.k8s.api.core.v1.ContainerPort",
            "io.k8s.api.core.v1.ResourceRequirements",
            "io.k8s.api.core.v1.HTTPGetAction",
            "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta",
            "io.k8s.apimachinery.pkg.apis.meta.v1.LabelSelector",
            "io.k8s.apimachinery.pkg.util.intstr.IntOrString",
            "io.k8s.apimachinery.pkg.api.resource.Quantity",
        ],
    )
    .await?;
    let core = ["ConfigMap", "Secret", "ServiceSpec", "Node", "NamespaceSpec", "Event", "PersistentVolumeSpec"];
    let core: Vec<String> = core.iter().map(|name| format!("io.k8s.api.core.v1.{name}")).collect();
    schemas(s, "api/v1", &core.iter().map(String::as_str).collect::<Vec<_>>()).await?;
    schemas(s, "apis/rbac.authorization.k8s.io/v1", &["io.k8s.api.rbac.v1.Role", "io.k8s.api.rbac.v1.RoleRef"]).await?;
    schemas(
        s,
        "apis/apiextensions.k8s.io/v1",
        &[
            "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceDefinitionSpec",
            "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaProps",
        ],
    )
    .await?;
    Ok(())
}

async fn operations_have_the_parameters_that_clients_look_for(s: &Session<'_>) -> Result<()> {
    let document = document(s, "apis/apps/v1").await?;
    for method in ["get", "put", "patch", "delete"] {
        let operation = document.at(&format!("{DEPLOYMENT}/{method}"));
        for part in ["operationId", "x-kubernetes-action", "x-kubernetes-group-version-kind"] {
            s.remark(&format!("{method} {part}"), operation[part].clone());
        }
        let parameters = operation["parameters"].as_array().cloned().unwrap_or_default();
        let names: Vec<Value> = parameters.iter().map(structure).collect();
        s.remark(&format!("{method} parameters"), json!(names));
    }
    let bodies =
        document.at(&format!("{DEPLOYMENT}/patch/requestBody/content")).as_object().cloned().unwrap_or_default();
    let mut bodies: Vec<String> = bodies.keys().filter(|media| !media.contains("cbor")).cloned().collect();
    bodies.sort_unstable();
    s.remark("patches", json!(bodies));
    let of = |method: &str| {
        document.at(&format!("/paths/~1apis~1apps~1v1~1namespaces~1{{namespace}}~1deployments/{method}")).clone()
    };
    for method in ["get", "post", "delete"] {
        s.remark(&format!("{method} action"), of(method)["x-kubernetes-action"].clone());
        s.remark(&format!("{method} operation"), of(method)["operationId"].clone());
    }
    Ok(())
}

async fn a_definition_enters_and_leaves_the_documents(s: &Session<'_>) -> Result<()> {
    let group = "explained.example.com";
    let mut schema = widget_schema(json!({
        "size": {"type": "integer", "description": "How large it is.", "minimum": 1},
        "ports": {
            "type": "array", "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["name"],
            "items": {"type": "object", "required": ["name"], "properties": {"name": {"type": "string"}}},
        },
    }));
    schema["description"] = json!("A widget, explained.");
    s.define(definition(group, schema)).await?;
    let path = format!("apis/{group}/v1");
    s.until("the group has a document", || async {
        Ok(s.get(format!("/openapi/v3/{path}")).unrecorded().await?.status() == 200)
    })
    .await?;
    let document = document(s, &path).await?;
    let widget = document.body().pointer("/components/schemas/com.example.explained.v1.Widget");
    let widget = widget.context("the widget's schema")?;
    s.remark("description", widget["description"].clone());
    s.remark("spec", widget.pointer("/properties/spec").cloned().unwrap_or_default());
    s.remark("kinds", widget["x-kubernetes-group-version-kind"].clone());
    s.remark("metadata", structure(&widget["properties"]["metadata"]));
    let item = document.at("/paths/~1apis~1explained.example.com~1v1~1namespaces~1{namespace}~1widgets~1{name}/patch");
    s.remark("operation", item["operationId"].clone());
    s.remark("kind", item["x-kubernetes-group-version-kind"].clone());
    s.delete(format!("/apis/apiextensions.k8s.io/v1/customresourcedefinitions/widgets.{group}")).only_status().await?;
    s.until("the document is gone", || async {
        Ok(s.get(format!("/openapi/v3/{path}")).unrecorded().await?.status() == 404)
    })
    .await
}

async fn the_second_version_is_negotiated(s: &Session<'_>) -> Result<()> {
    s.get("/openapi/v2").accept("text/html").only_status().await?.is(406)?;
    let document = s.get("/openapi/v2").only_status().await?.is(200)?;
    let service = document.at("/definitions/io.k8s.api.core.v1.ServicePort").clone();
    s.remark("properties", json!(service["properties"].as_object().map(|of| of.keys().cloned().collect::<Vec<_>>())));
    s.remark("required", service["required"].clone());
    Ok(())
}
