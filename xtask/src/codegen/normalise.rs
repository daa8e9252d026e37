//! Brings a document to what the generator takes: one success type, one error type, plain schemas.
//!
//! Fails, naming the operation or schema, on anything that would be generated wrongly.
//! Knows nothing of Rust.

use std::collections::BTreeSet;

use anyhow::{Context, Result, bail, ensure};
use serde_json::{Map, Value, json};

use super::schema::{self, Schemas};
use super::service::Service;

/// The one schema errors are decoded as. The generator replaces it by a hand-written type.
pub(crate) const ERROR: &str = "error";
/// Schemas of error bodies in the documents; all fit [`ERROR`].
const ERROR_SHAPES: [&str; 2] = [ERROR, "oauth2Error"];
const METHODS: [&str; 8] = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];
const JSON: &str = "application/json";
const FORM: &str = "application/x-www-form-urlencoded";

pub(crate) fn normalise(mut document: Value, service: &Service) -> Result<Value> {
    leave_out(&mut document, service)?;
    let components = document["components"].take();
    let mut schemas = Schemas::read(&components)?;

    let mut paths = document["paths"].take();
    let mut requests = Vec::new();
    for (path, item) in object_mut(&mut paths)? {
        let shared = item.as_object_mut().and_then(|item| item.remove("parameters"));
        for (method, operation) in object_mut(item)? {
            ensure!(METHODS.contains(&method.as_str()), "{path} has `{method}`, which is not an operation");
            let id = operation["operationId"]
                .as_str()
                .with_context(|| format!("{method} {path} has no operationId"))?
                .to_owned();
            let named = || format!("operation {id} ({method} {path})");
            let operation = object_mut(operation)?;
            parameters(operation, shared.as_ref(), &components).with_context(named)?;
            requests.extend(body(operation, &components).with_context(named)?);
            responses(operation, &components).with_context(named)?;
        }
    }

    schemas.flatten()?;
    schemas.hide(service.secrets)?;
    schemas.simplify(&requests, &mut paths)?;
    schemas.keep_reachable(&paths);
    schemas.check_ids(service.ids)?;

    document["paths"] = paths;
    document["components"] = json!({ "schemas": schemas.into_value() });
    Ok(document)
}

/// Removes the operations a service leaves out, and paths that have none left.
fn leave_out(document: &mut Value, service: &Service) -> Result<()> {
    let mut left: BTreeSet<&str> = service.left_out.iter().map(|(id, _)| *id).collect();
    let paths = object_mut(&mut document["paths"])?;
    for item in paths.values_mut() {
        object_mut(item)?.retain(|_, operation| !operation["operationId"].as_str().is_some_and(|id| left.remove(id)));
    }
    paths.retain(|_, item| METHODS.iter().any(|method| item.get(method).is_some()));
    ensure!(left.is_empty(), "left out, but not in the document: {left:?}");
    Ok(())
}

/// Writes the parameters of path and operation out in the operation.
fn parameters(operation: &mut Map<String, Value>, shared: Option<&Value>, components: &Value) -> Result<()> {
    let own = operation.remove("parameters");
    let mut all: Vec<Value> = Vec::new();
    for parameter in [shared, own.as_ref()].into_iter().flatten().filter_map(Value::as_array).flatten() {
        let parameter = resolve(parameter, components)?.clone();
        let name = parameter["name"].as_str().unwrap_or_default();
        let place = parameter["in"].as_str().unwrap_or_default();
        ensure!(
            matches!(place, "path" | "query"),
            "parameter `{name}` is in `{place}`; only path and query are supported"
        );
        ensure!(
            parameter.get("content").is_none() && parameter.get("style").is_none(),
            "parameter `{name}` has a style or content of its own"
        );
        all.retain(|earlier| earlier["name"] != parameter["name"] || earlier["in"] != place);
        all.push(parameter);
    }
    operation.insert("parameters".into(), all.into());
    Ok(())
}

/// Writes the body out in the operation and returns its schema.
fn body(operation: &mut Map<String, Value>, components: &Value) -> Result<Option<Value>> {
    let Some(body) = operation.get_mut("requestBody") else {
        return Ok(None);
    };
    let mut found = resolve(body, components)?.clone();
    let content = object_mut(&mut found["content"])?;
    ensure!(content.len() == 1, "the body has {} content types; exactly one is supported", content.len());
    let (kind, media) = content.iter().next().context("the body has no content")?;
    ensure!([JSON, FORM].contains(&kind.as_str()), "the body is `{kind}`; only {JSON} and {FORM} are supported");
    let schema = media.get("schema").context("the body has no schema")?.clone();
    found["required"] = true.into();
    *body = found;
    Ok(Some(schema))
}

/// Reduces the answers to one success type and the one error type.
///
/// Every 4xx and 5xx becomes the error schema: intermediaries answer with statuses that no document
/// lists, and the transport turns whatever they say into that shape.
fn responses(operation: &mut Map<String, Value>, components: &Value) -> Result<()> {
    let found = operation.remove("responses").context("it has no responses")?;
    let mut kept = Map::new();
    let mut success: Option<Option<Value>> = None;
    for (status, response) in found.as_object().context("its responses are not an object")? {
        let response = resolve(response, components)?;
        let content = response.get("content").and_then(Value::as_object);
        match status.as_bytes().first() {
            Some(b'2') => {
                let schema = success_schema(content).with_context(|| format!("answer {status}"))?;
                ensure!(
                    success.as_ref().is_none_or(|earlier| *earlier == schema),
                    "it has two success types; one is supported"
                );
                success = Some(schema);
                kept.insert(status.clone(), response.clone());
            }
            Some(b'4' | b'5') => {
                let schema = content.and_then(|content| content.get(JSON)).map(|media| &media["schema"]["$ref"]);
                let fits = schema.is_none_or(|schema| {
                    ERROR_SHAPES.iter().any(|shape| schema == &Value::from(schema::reference(shape)))
                });
                ensure!(fits, "answer {status} has an error type of its own; errors are decoded as `{ERROR}`");
            }
            _ => bail!("answer {status} is neither success nor error; redirects are not followed"),
        }
    }
    ensure!(success.is_some(), "it documents no success");
    for range in ["4XX", "5XX"] {
        let error = json!({ "description": "An error.", "content": { JSON: { "schema": { "$ref": schema::reference(ERROR) } } } });
        kept.insert(range.into(), error);
    }
    operation.insert("responses".into(), kept.into());
    Ok(())
}

fn success_schema(content: Option<&Map<String, Value>>) -> Result<Option<Value>> {
    let Some(content) = content else {
        return Ok(None);
    };
    let kinds: Vec<&String> = content.keys().collect();
    ensure!(kinds == [JSON], "it is {kinds:?}; only {JSON} is supported");
    let schema = content[JSON].get("schema").context("it has no schema")?;
    Ok(Some(schema.clone()))
}

/// Follows references into the components until there is none.
fn resolve<'a>(mut value: &'a Value, components: &'a Value) -> Result<&'a Value> {
    for _ in 0..16 {
        let Some(reference) = value.get("$ref").and_then(Value::as_str) else {
            return Ok(value);
        };
        value = reference
            .strip_prefix("#/components/")
            .and_then(|rest| components.pointer(&format!("/{rest}")))
            .with_context(|| format!("{reference} does not exist"))?;
    }
    bail!("references go round in circles")
}

fn object_mut(value: &mut Value) -> Result<&mut Map<String, Value>> {
    value.as_object_mut().context("expected an object")
}

#[cfg(test)]
mod tests;
