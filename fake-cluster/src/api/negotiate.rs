//! Which representation the client gets: whole objects, or only their metadata, always as JSON.

use bytes::Bytes;
use http::HeaderMap;
use http::header::ACCEPT;
use serde_json::{Value, json};

use super::request::Verb;
use super::resource::Resource;
use super::status::Status;
use crate::storage::Object;

/// How much of an object is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    /// All of it.
    Whole,
    /// `PartialObjectMetadata`.
    Metadata,
}

/// The outcome of content negotiation.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Accepted {
    pub(crate) shape: Shape,
}

impl Accepted {
    /// Takes the first clause of the `Accept` header that can be served.
    pub(crate) fn of(headers: &HeaderMap, verb: Verb) -> Result<Self, Status> {
        let header = headers.get(ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
        if header.trim().is_empty() {
            return Ok(Self { shape: Shape::Whole });
        }
        for clause in header.split(',') {
            let mut parts = clause.split(';').map(str::trim);
            let media = parts.next().unwrap_or_default();
            let (mut kind, mut group, mut version) = ("", "", "");
            for parameter in parts {
                match parameter.split_once('=') {
                    Some(("as", value)) => kind = value,
                    Some(("g", value)) => group = value,
                    Some(("v", value)) => version = value,
                    _ => {}
                }
            }
            if !matches!(media, "application/json" | "application/*" | "*/*") {
                continue;
            }
            let list = verb == Verb::List;
            let shape = match kind {
                "" => Shape::Whole,
                "PartialObjectMetadata" if !list && group == "meta.k8s.io" && version == "v1" => Shape::Metadata,
                "PartialObjectMetadataList" if list && group == "meta.k8s.io" && version == "v1" => Shape::Metadata,
                _ => continue,
            };
            return Ok(Self { shape });
        }
        Err(Status::not_acceptable(&["application/json"]))
    }
}

impl Shape {
    /// An object as this shape shows it.
    pub(crate) fn value(self, resource: &Resource, object: &Object) -> Value {
        match self {
            Self::Whole => shown(resource, object.value()),
            Self::Metadata => json!({
                "kind": "PartialObjectMetadata", "apiVersion": "meta.k8s.io/v1", "metadata": object.metadata(),
            }),
        }
    }

    /// The JSON of [`Shape::value`]; stored text is used as it is where possible.
    pub(crate) fn object(self, resource: &Resource, object: &Object) -> Bytes {
        match self {
            Self::Whole if !resource.converts() => object.json(),
            shape => Bytes::from(shape.value(resource, object).to_string()),
        }
    }
}

/// A stored object in the version of the resource.
pub(crate) fn shown(resource: &Resource, stored: &Value) -> Value {
    let mut value = stored.clone();
    if resource.converts() {
        value["apiVersion"] = json!(resource.api_version);
    }
    value
}
