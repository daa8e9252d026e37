//! Get and list.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bytes::{BufMut, Bytes, BytesMut};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::ctx::Ctx;
use super::negotiate::Shape;
use super::resource::Resource;
use super::selector::{FieldSelector, LabelSelector};
use super::status::Status;
use super::{Answer, json};
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
    v: String,
    rv: i64,
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
    pub(super) fn get(&self, resource: &Resource, shape: Shape) -> Result<Answer, Status> {
        if let Some(wanted) = self.revision("resourceVersion")? {
            self.reached(wanted)?;
        }
        let key = self.key(resource);
        let object = self.api.store.get(&resource.storage, &key).ok_or_else(|| self.not_found(resource))?;
        Ok(Answer::Full(json(StatusCode::OK, shape.object(resource, &object))))
    }

    /// A collection, whole or by pages of one snapshot.
    pub(super) fn list(&self, resource: &Resource, shape: Shape) -> Result<Answer, Status> {
        let filter = self.filter(resource)?;
        let query = &self.call.query;
        let limit = query.number("limit")?.and_then(|limit| usize::try_from(limit).ok()).filter(|limit| *limit > 0);
        let token = query.get("continue");
        let wanted = self.revision("resourceVersion")?;
        let exact = query.get("resourceVersionMatch") == "Exact";
        self.check_list_options()?;
        let prefix = resource.prefix(&self.path.namespace);
        let (mut start, mut at) = (None, None);
        if token.is_empty() {
            if let Some(wanted) = wanted.filter(|wanted| *wanted > 0) {
                self.reached(wanted)?;
                at = exact.then_some(wanted);
            }
        } else {
            let next = decode_continue(token, &prefix)?;
            start = Some(next.0);
            at = next.1;
        }
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
        Ok(Answer::Full(json(StatusCode::OK, list_body(resource, shape, &metadata, &kept))))
    }

    /// The selectors of the request.
    pub(super) fn filter(&self, resource: &Resource) -> Result<Filter, Status> {
        let labels = LabelSelector::parse(self.call.query.get("labelSelector"))
            .map_err(|why| Status::bad_request(format!("unable to parse requirement: {why}")))?;
        let fields = FieldSelector::parse(self.call.query.get("fieldSelector")).map_err(Status::bad_request)?;
        fields.check(super::kinds::selectable_fields(resource))?;
        Ok(Filter { labels, fields })
    }

    /// A revision given as a parameter.
    pub(super) fn revision(&self, parameter: &str) -> Result<Option<u64>, Status> {
        match self.call.query.get(parameter) {
            "" => Ok(None),
            text => text.parse().map(Some).map_err(|_| {
                Status::bad_request(format!(
                    "{parameter}: Invalid value: \"{text}\": strconv.ParseUint: parsing \"{text}\": invalid syntax"
                ))
            }),
        }
    }

    /// Refuses a revision that lies in the future.
    pub(super) fn reached(&self, wanted: u64) -> Result<(), Status> {
        let current = self.api.store.revision();
        if wanted > current { Err(Status::revision_too_large(wanted, current)) } else { Ok(()) }
    }

    fn check_list_options(&self) -> Result<(), Status> {
        let query = &self.call.query;
        let matching = query.get("resourceVersionMatch");
        let forbid = |field: &str, why: &str| {
            let cause = super::StatusCause::new("FieldValueForbidden", format!("Forbidden: {why}"), field);
            Err(Status::invalid("meta.k8s.io", "ListOptions", "", vec![cause]))
        };
        if matching.is_empty() {
            return Ok(());
        }
        if query.get("resourceVersion").is_empty() {
            return forbid(
                "resourceVersionMatch",
                "resourceVersionMatch is forbidden unless resourceVersion is provided",
            );
        }
        if !query.get("continue").is_empty() {
            return forbid("resourceVersionMatch", "resourceVersionMatch is forbidden when continue is provided");
        }
        match matching {
            "NotOlderThan" => Ok(()),
            "Exact" if query.get("resourceVersion") == "0" => {
                forbid("resourceVersionMatch", "resourceVersionMatch \"exact\" is forbidden for resourceVersion \"0\"")
            }
            "Exact" => Ok(()),
            other => {
                let why =
                    format!("Unsupported value: \"{other}\": supported values: \"Exact\", \"NotOlderThan\", \"\"");
                let cause = super::StatusCause::new("FieldValueNotSupported", why, "resourceVersionMatch");
                Err(Status::invalid("meta.k8s.io", "ListOptions", "", vec![cause]))
            }
        }
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
    shape: Shape,
    metadata: &Map<String, Value>,
    objects: &[Arc<Object>],
) -> Bytes {
    let (kind, api_version) = match shape {
        Shape::Whole => (resource.list_kind.as_str(), resource.api_version.as_str()),
        Shape::Metadata => ("PartialObjectMetadataList", "meta.k8s.io/v1"),
    };
    let head = json!({ "kind": kind, "apiVersion": api_version, "metadata": metadata }).to_string();
    let mut body = BytesMut::with_capacity(head.len() + 16 + objects.len() * 512);
    body.put_slice(head.trim_end_matches('}').as_bytes());
    // `metadata` is the last member of the sorted head, and ends with a brace of its own.
    body.put_slice(b"},\"items\":[");
    for (n, object) in objects.iter().enumerate() {
        if n > 0 {
            body.put_u8(b',');
        }
        body.put_slice(&shape.object(resource, object));
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

/// The key to begin with, and the revision of the snapshot unless the token asks for the current one.
fn decode_continue(token: &str, prefix: &str) -> Result<(String, Option<u64>), Status> {
    let bad = |why: &str| Status::bad_request(format!("continue key is not valid: {why}"));
    let bytes = URL_SAFE_NO_PAD.decode(token).map_err(|error| bad(&error.to_string()))?;
    let token: Continue = serde_json::from_slice(&bytes).map_err(|error| bad(&error.to_string()))?;
    if token.v != "meta.k8s.io/v1" {
        return Err(bad(&format!("server does not recognize this encoded version \"{}\"", token.v)));
    }
    if token.start.is_empty() || token.rv == 0 {
        return Err(bad("encoded start key or version empty"));
    }
    Ok((format!("{prefix}{}", token.start), u64::try_from(token.rv).ok()))
}
