//! Get and list.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bytes::{BufMut, Bytes, BytesMut};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::cause::quote;
use super::ctx::Ctx;
use super::negotiate::Shape;
use super::options::ListOptions;
use super::resource::{Origin, Resource};
use super::selector::{FieldSelector, LabelSelector};
use super::status::Status;
use super::{Answer, gojson, json, kinds};
use crate::storage::{Object, Select};

/// Which objects of a collection are wanted.
#[derive(Clone, Debug, Default)]
pub(crate) struct Filter {
    labels: LabelSelector,
    fields: FieldSelector,
}

/// Where the next page begins; clients take it for opaque.
#[derive(Serialize, Deserialize)]
struct Continue {
    #[serde(default)]
    v: String,
    #[serde(default)]
    rv: i64,
    #[serde(default)]
    start: String,
}

// === impl Filter ===

impl Filter {
    pub(crate) fn is_empty(&self) -> bool {
        self.labels.is_empty() && self.fields.is_empty()
    }

    pub(crate) fn matches(&self, object: &Object) -> bool {
        self.labels.matches(object.value()) && self.fields.matches(object.value())
    }
}

// === impl Ctx ===

impl Ctx<'_> {
    /// One object.
    pub(super) fn get(&self, resource: &Resource, shape: &Shape) -> Result<Answer, Status> {
        self.reached(self.revision(self.call.query.get("resourceVersion"))?)?;
        let key = self.key(resource);
        let object = self.api.store.get(&resource.storage, &key).ok_or_else(|| self.not_found(resource))?;
        Ok(Answer::Full(json(StatusCode::OK, shape.object(resource, &object))))
    }

    /// A collection, whole or by pages of one snapshot.
    pub(super) fn list(&self, resource: &Resource, shape: &Shape) -> Result<Answer, Status> {
        let filter = self.filter(resource)?;
        let options = ListOptions::parse(&self.call.query, false)?;
        let token = options.continue_token.as_str();
        // What comes out of the real server's cache comes at once; it keeps everything but events.
        let is_cached = token.is_empty() && options.revision == "0" && resource.storage != "events";
        let limit = options.limit.filter(|_| !is_cached);
        let wanted = self
            .revision(&options.revision)
            .map_err(|status| Status::bad_request(status.message()).prefixed("invalid resource version: "))?;
        let prefix = resource.prefix(&self.path.namespace);
        let (mut start, mut at) = if token.is_empty() {
            self.reached(wanted)?;
            // A page of an old revision is meant exactly, as it was before the match could be given.
            let exact = options.exact || limit.is_some() && !self.call.query.has("resourceVersionMatch");
            (None, (exact && wanted > 0).then_some(wanted))
        } else {
            let (start, at) = decode_continue(token, &prefix)?;
            if !matches!(options.revision.as_str(), "" | "0") {
                let why = "specifying resource version is not allowed when using continue";
                return Err(Status::bad_request(why));
            }
            (Some(start), at)
        };
        let mut kept: Vec<Arc<Object>> = Vec::new();
        let full = |kept: &Vec<_>| limit.is_some_and(|limit| kept.len() >= limit);
        let (revision, more, remaining) = loop {
            // A selective list reads larger pieces than it returns.
            let piece = limit.map(|limit| if filter.is_empty() { limit } else { limit.max(256) });
            let select = Select { prefix: &prefix, start: start.as_deref(), at, limit: piece };
            let range = self.api.store.range(&resource.storage, select).map_err(|_| self.expired(token, &prefix))?;
            at = Some(range.revision);
            let mut more = range.remaining > 0;
            for object in range.objects {
                if full(&kept) {
                    more = true;
                    break;
                }
                start = Some(format!("{}\0", object.key()));
                if filter.matches(&object) {
                    kept.push(object);
                }
            }
            if !more || full(&kept) {
                break (range.revision, more, range.remaining);
            }
        };
        let mut metadata = Map::new();
        metadata.insert("resourceVersion".into(), json!(revision.to_string()));
        if let (true, Some(start)) = (more, start) {
            metadata.insert("continue".into(), json!(encode_continue(&start, &prefix, revision)));
            if filter.is_empty() {
                metadata.insert("remainingItemCount".into(), json!(remaining));
            }
        }
        Ok(Answer::Full(json(StatusCode::OK, list_body(resource, shape, metadata, &kept))))
    }

    /// The selectors of the request.
    pub(super) fn filter(&self, resource: &Resource) -> Result<Filter, Status> {
        let labels = LabelSelector::parse(self.call.query.get("labelSelector")).map_err(Status::bad_request)?;
        let mut text = self.call.query.get("fieldSelector").to_owned();
        if text.is_empty() && !self.path.name.is_empty() {
            text = format!("metadata.name={}", self.path.name);
        }
        let fields = FieldSelector::parse(&text).map_err(Status::bad_request)?;
        let fields = fields.translated(|field| kinds::selectable_field(resource, field))?;
        Ok(Filter { labels, fields })
    }

    /// A revision given as text; none is 0.
    pub(super) fn revision(&self, text: &str) -> Result<u64, Status> {
        match text {
            "" => Ok(0),
            text => text.parse().map_err(|_| {
                let given = quote(text);
                Status::bare(
                    500,
                    format!(
                        "resourceVersion: Invalid value: {given}: strconv.ParseUint: parsing {given}: invalid syntax"
                    ),
                )
            }),
        }
    }

    /// Refuses a revision that lies in the future.
    pub(super) fn reached(&self, wanted: u64) -> Result<(), Status> {
        let current = self.api.store.revision();
        if wanted > current { Err(Status::revision_too_large(wanted, current)) } else { Ok(()) }
    }

    fn expired(&self, token: &str, prefix: &str) -> Status {
        if token.is_empty() {
            return Status::expired("The resourceVersion for the provided list is too old.");
        }
        let status = Status::expired(
            "The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list.",
        );
        match decode_continue(token, prefix) {
            Ok((start, _)) => status.with_continue(encode_continue(&start, prefix, 0)),
            Err(_) => status,
        }
    }
}

/// The JSON of a list; the text of stored objects is copied, not made again.
pub(super) fn list_body(
    resource: &Resource,
    shape: &Shape,
    mut metadata: Map<String, Value>,
    objects: &[Arc<Object>],
) -> Bytes {
    let (kind, api_version) = match shape {
        Shape::Table(table) => return table.list(resource, metadata, objects.iter().map(AsRef::as_ref)),
        Shape::Whole => (resource.list_kind.as_str(), resource.api_version.as_str()),
        Shape::Metadata(version) => ("PartialObjectMetadataList", *version),
    };
    if matches!(shape, Shape::Whole) && resource.origin == Origin::Custom {
        // Lists of custom resources always say whether they go on.
        metadata.entry("continue").or_insert_with(|| json!(""));
    }
    let metadata = Value::Object(metadata);
    let head =
        format!("{{\"kind\":{},\"apiVersion\":{},\"metadata\":{metadata},\"items\":[", json!(kind), json!(api_version));
    let mut body = BytesMut::with_capacity(head.len() + 2 + objects.len() * 512);
    body.put_slice(head.as_bytes());
    for (n, object) in objects.iter().enumerate() {
        if n > 0 {
            body.put_u8(b',');
        }
        shape.item(resource, object, &mut body);
    }
    body.put_slice(b"]}");
    body.freeze()
}

fn encode_continue(start: &str, prefix: &str, revision: u64) -> String {
    let start = start.strip_prefix(prefix).unwrap_or(start).to_owned();
    let rv = if revision == 0 { -1 } else { i64::try_from(revision).unwrap_or(-1) };
    let token = Continue { v: "meta.k8s.io/v1".into(), rv, start };
    URL_SAFE_NO_PAD.encode(serde_json::to_vec(&token).unwrap_or_default())
}

/// Where Go finds that a text is not in base64.
fn first_illegal(text: &str) -> usize {
    let bad = text.bytes().position(|byte| !(byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')));
    bad.unwrap_or_else(|| text.len().saturating_sub(text.len() % 4))
}

/// The key to begin with, and the revision of the snapshot unless the token asks for the current one.
fn decode_continue(token: &str, prefix: &str) -> Result<(String, Option<u64>), Status> {
    let bad = |why: String| Status::bad_request(format!("invalid continue token: continue key is not valid{why}"));
    let illegal = |_| bad(format!(": illegal base64 data at input byte {}", first_illegal(token)));
    let bytes = URL_SAFE_NO_PAD.decode(token).map_err(illegal)?;
    let token: Continue = serde_json::from_slice(&bytes)
        .map_err(|error| bad(format!(": {}", gojson::complaint(&bytes).unwrap_or_else(|| error.to_string()))))?;
    if token.v != "meta.k8s.io/v1" {
        return Err(bad(format!(": server does not recognize this encoded version {}", token.v)));
    }
    if token.rv == 0 {
        return Err(bad(": incorrect encoded start resourceVersion (version meta.k8s.io/v1)".into()));
    }
    let start = token.start.trim_start_matches('/');
    if start.is_empty() {
        return Err(bad(": encoded start key empty (version meta.k8s.io/v1)".into()));
    }
    if start.split('/').any(|step| matches!(step, "" | "." | "..")) {
        return Err(bad(format!(": {}", token.start)));
    }
    Ok((format!("{prefix}{start}"), u64::try_from(token.rv).ok()))
}
