//! Which representation the client gets: whole objects, only their metadata, or tables, as JSON or YAML.

use std::borrow::Cow;
use std::sync::Arc;

use bytes::{BufMut, Bytes, BytesMut};
use http::header::ACCEPT;
use http::{HeaderMap, Response};
use serde_json::{Map, Value, json};

use super::body::go_internal;
use super::request::Verb;
use super::resource::{Origin, Resource};
use super::status::Status;
use super::table::Table;
use crate::storage::Object;

/// How much of an object is shown.
#[derive(Clone, Debug)]
pub(crate) enum Shape {
    /// All of it.
    Whole,
    /// `PartialObjectMetadata` in this version of `meta.k8s.io`.
    Metadata(&'static str),
    /// A row of a table.
    Table(Arc<Table>),
}

/// The outcome of content negotiation.
#[derive(Clone, Debug)]
pub(crate) struct Accepted {
    pub(crate) shape: Shape,
}

/// One clause of an `Accept` header.
struct Clause<'a> {
    media: &'a str,
    kind: &'a str,
    group: &'a str,
    version: &'a str,
    weight: f32,
}

/// The clauses of the `Accept` header, the dearest first.
fn clauses(headers: &HeaderMap) -> Vec<Clause<'_>> {
    let header = headers.get(ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let parts = header.split(',').map(str::trim).filter(|clause| !clause.is_empty());
    let mut clauses: Vec<Clause<'_>> = parts
        .map(|clause| {
            let mut parts = clause.split(';').map(str::trim);
            let media = parts.next().unwrap_or_default();
            let mut clause = Clause { media, kind: "", group: "", version: "", weight: 1.0 };
            for parameter in parts {
                match parameter.split_once('=') {
                    Some(("as", value)) => clause.kind = value,
                    Some(("g", value)) => clause.group = value,
                    Some(("v", value)) => clause.version = value,
                    Some(("q", value)) => clause.weight = value.parse().unwrap_or(1.0),
                    _ => {}
                }
            }
            clause
        })
        .collect();
    // What matches anything goes last among equals.
    let loose = |clause: &Clause<'_>| (clause.media.starts_with('*'), clause.media.ends_with('*'));
    clauses.sort_by(|one, two| two.weight.total_cmp(&one.weight).then_with(|| loose(one).cmp(&loose(two))));
    clauses
}

fn is_json(media: &str) -> bool {
    matches!(media, "application/json" | "application/*" | "*/*")
}

const YAML: &str = "application/yaml";
/// In which formats a real server reads and writes objects.
pub(super) const BUILTIN: &[&str] = &["application/json", YAML, "application/vnd.kubernetes.protobuf"];
/// In which formats it writes the events of a watch.
const STREAMED: &[&str] = &["application/json;stream=watch", "application/vnd.kubernetes.protobuf;stream=watch"];

/// Whether a client that can be given either wants YAML.
pub(super) fn wants_yaml(headers: &HeaderMap) -> bool {
    let clauses = clauses(headers);
    let can_be_given = |clause: &&Clause<'_>| {
        let known = matches!(clause.group, "" | "meta.k8s.io") && matches!(clause.version, "" | "v1" | "v1beta1");
        (is_json(clause.media) || clause.media == YAML) && known
    };
    clauses.iter().find(can_be_given).is_some_and(|clause| clause.media == YAML)
}

/// What a router says that can send these types only.
pub(super) fn check_types(headers: &HeaderMap, types: &[&str]) -> Result<(), Status> {
    let clauses = clauses(headers);
    if clauses.is_empty() || clauses.iter().any(|clause| clause.media == "*/*" || types.contains(&clause.media)) {
        return Ok(());
    }
    let message = format!("406: Not Acceptable\n\nAvailable representations: {}", types.join(", "));
    Err(Status::generic(406, "NotAcceptable", message))
}

impl Accepted {
    /// What the router of built-in resources checks before anything else: is there any type that could be sent?
    pub(super) fn check_route(headers: &HeaderMap, verb: Verb) -> Result<(), Status> {
        let collection = matches!(verb, Verb::List | Verb::Watch);
        let streamed = if collection { STREAMED } else { &[] };
        check_types(headers, &[BUILTIN, streamed].concat())
    }

    /// Takes the first clause of the `Accept` header that can be served. `table` makes tables in a version of
    /// `meta.k8s.io`.
    pub(super) fn of(
        headers: &HeaderMap,
        verb: Verb,
        resource: &Resource,
        table: impl Fn(&'static str) -> Result<Table, Status>,
    ) -> Result<Self, Status> {
        let clauses = clauses(headers);
        let streams = verb == Verb::Watch;
        for clause in &clauses {
            if !is_json(clause.media) && (streams || clause.media != YAML) {
                continue;
            }
            let version = match (clause.group, clause.version) {
                ("meta.k8s.io", "v1") => Some("meta.k8s.io/v1"),
                ("meta.k8s.io", "v1beta1") => Some("meta.k8s.io/v1beta1"),
                _ => None,
            };
            let is_list = verb == Verb::List;
            let shape = match (clause.kind, version) {
                ("", _) => Shape::Whole,
                ("Table", Some(version)) => Shape::Table(Arc::new(table(version)?)),
                ("PartialObjectMetadata", Some(version)) if !is_list => Shape::Metadata(version),
                ("PartialObjectMetadataList", Some(version)) if is_list => Shape::Metadata(version),
                ("PartialObjectMetadata", Some(_)) => {
                    let found = match resource.origin {
                        Origin::Builtin => format!("{}List", go_internal(resource)),
                        Origin::Custom => "unstructured.UnstructuredList".into(),
                    };
                    return Err(Status::not_acceptable_because(format!(
                        "you requested PartialObjectMetadata, but the requested object is a list (*{found})"
                    )));
                }
                _ => continue,
            };
            return Ok(Self { shape });
        }
        match clauses.as_slice() {
            [] => Ok(Self { shape: Shape::Whole }),
            all if all
                .iter()
                .any(|clause| clause.media == "application/vnd.kubernetes.protobuf" && clause.kind.is_empty()) =>
            {
                Err(Status::not_acceptable_because(
                    "fake-cluster does not answer in protobuf; accept application/json as well",
                ))
            }
            _ => Err(Status::not_acceptable(if streams { STREAMED } else { BUILTIN })),
        }
    }
}

impl Shape {
    /// The JSON of an object; stored text is used as it is where possible.
    pub(crate) fn object(&self, resource: &Resource, object: &Object) -> Bytes {
        match self {
            Self::Whole if !resource.converts() && resource.stored.is_none() => object.json(),
            Self::Whole => Bytes::from(shown(resource, object.value()).to_string()),
            Self::Table(table) => table.one(resource, object, true),
            Self::Metadata(version) => {
                let shown = json!({
                    "kind": "PartialObjectMetadata", "apiVersion": version, "metadata": object.metadata(),
                });
                Bytes::from(shown.to_string())
            }
        }
    }

    /// The answer with a scale, which is a kind of its own.
    pub(super) fn scale(&self, response: Response<Bytes>) -> Response<Bytes> {
        let Self::Table(table) = self else { return response };
        response.map(|body| match serde_json::from_slice(&body) {
            Ok(scale) => Bytes::from(table.scale(&scale).to_string()),
            Err(_) => body,
        })
    }

    /// The JSON of an object inside of a list: built-in objects do not repeat there what they are.
    pub(crate) fn item(&self, resource: &Resource, object: &Object, out: &mut BytesMut) {
        let whole = matches!(self, Self::Whole);
        if whole && resource.origin == Origin::Builtin && !resource.reshapes() {
            let (json, tail) = object.parts();
            out.put_u8(b'{');
            out.put_slice(json.get(tail..).unwrap_or_default());
            return;
        }
        if whole && resource.reshapes() {
            let mut value = shown(resource, object.value()).into_owned();
            if let Some(value) = value.as_object_mut() {
                value.remove("kind");
                value.remove("apiVersion");
            }
            out.put_slice(value.to_string().as_bytes());
            return;
        }
        out.put_slice(&self.object(resource, object));
    }
}

/// A stored object in the version of the resource.
pub(crate) fn shown<'a>(resource: &Resource, stored: &'a Value) -> Cow<'a, Value> {
    if resource.stored.is_none() && !resource.converts() && !resource.reshapes() {
        return Cow::Borrowed(stored);
    }
    let mut value = stored.clone();
    if let Some(schema) = &resource.stored {
        // What does not fit at all is shown as it is.
        drop(schema.read(&mut value));
    }
    match resource.convert().filter(|_| resource.converts()) {
        Some(convert) => convert(&mut value, &resource.api_version),
        None if resource.reshapes() => rename_event(&mut value, false),
        None => {}
    }
    if resource.converts() {
        value["apiVersion"] = json!(resource.api_version);
    }
    if resource.converts() && resource.origin == Origin::Custom {
        resource.schema.prune(&mut value);
    }
    Cow::Owned(value)
}

/// An object in the version in which it is stored.
pub(super) fn to_stored(resource: &Resource, object: &mut Value) {
    match resource.convert().filter(|_| resource.converts()) {
        Some(convert) => convert(object, &resource.storage_api_version),
        None if resource.reshapes() => rename_event(object, true),
        None => {}
    }
    if resource.converts() {
        object["apiVersion"] = json!(resource.storage_api_version);
        if let Some(schema) = &resource.stored {
            schema.prune(object);
        }
    }
}

/// The fields of an event that `events.k8s.io/v1` calls otherwise than `v1`: here and there.
const EVENT: &[(&str, &str)] = &[
    ("deprecatedCount", "count"),
    ("deprecatedFirstTimestamp", "firstTimestamp"),
    ("deprecatedLastTimestamp", "lastTimestamp"),
    ("deprecatedSource", "source"),
    ("note", "message"),
    ("regarding", "involvedObject"),
    ("reportingController", "reportingComponent"),
];

fn rename_event(event: &mut Value, to_stored: bool) {
    let Some(event) = event.as_object_mut() else { return };
    let mut renamed = Map::new();
    for (new, old) in EVENT {
        let (from, to) = if to_stored { (new, old) } else { (old, new) };
        if let Some(value) = event.remove(*from) {
            renamed.insert((*to).to_owned(), value);
        }
    }
    event.append(&mut renamed);
}
