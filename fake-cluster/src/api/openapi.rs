//! OpenAPI documents: an index, and one document for each version of a group, made when it is asked for. Descriptions of
//! built-in fields are not among the embedded data, and those of custom resources come from their definitions.

mod custom;
pub(super) mod models;
mod paths;
mod required;

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, LazyLock, Mutex, OnceLock, PoisonError};

use aws_lc_rs::digest::{SHA512, digest};
use bytes::Bytes;
use http::header::{ACCEPT, CACHE_CONTROL, CONTENT_TYPE, ETAG, EXPIRES, IF_NONE_MATCH, LOCATION, VARY};
use http::request::Parts;
use http::{HeaderName, HeaderValue, Response, StatusCode};
use serde_json::{Map, Value, json};

use super::definitions::STORAGE;
use super::discovery::VERSION;
use super::resource::{Origin, Resource};
use super::{Api, Call, json, json_value};
use crate::schema::served::{SERVED, Version};
use crate::storage::{Object, Select};
use models::{MODELS, Schemas};
use paths::{Endpoint, Shown};

/// Documents of custom groups that were made once, by path.
#[derive(Default)]
pub(super) struct Cache {
    documents: Mutex<HashMap<String, (String, Bytes)>>,
}

/// One version of a group: where it is found, and what its document is known by.
struct Entry {
    /// `apis/apps/v1`.
    path: String,
    /// Changes with the document.
    hash: String,
}

/// The documents of built-in groups are the same for every cluster of the process.
static BUILTIN: LazyLock<HashMap<String, OnceLock<Bytes>>> =
    LazyLock::new(|| SERVED.iter().map(|version| (path_of(version.group, version.version), OnceLock::new())).collect());

// === impl Cache ===

impl fmt::Debug for Cache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cache").finish_non_exhaustive()
    }
}

impl Cache {
    /// The document by this hash, made if another one is kept or none.
    fn get(&self, path: &str, hash: &str, make: impl FnOnce() -> Bytes) -> Bytes {
        let lock = || self.documents.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((known, document)) = lock().get(path)
            && known == hash
        {
            return document.clone();
        }
        let document = make();
        lock().insert(path.to_owned(), (hash.to_owned(), document.clone()));
        document
    }
}

impl Api {
    /// Answers a path below `/openapi`.
    pub(super) fn openapi(&self, path: &[&str], is_folder: bool, call: &Call, parts: &Parts) -> Response<Bytes> {
        match path {
            ["v3"] if !is_folder => self.openapi_index(),
            ["v3", rest @ ..] if !rest.is_empty() && !is_folder => self.openapi_document(&rest.join("/"), call, parts),
            ["v2"] => self.openapi_v2(parts),
            ["v3", ..] => empty(StatusCode::NOT_FOUND),
            _ => super::discovery::plain_not_found(),
        }
    }

    fn openapi_index(&self) -> Response<Bytes> {
        let paths = self.openapi_entries().into_iter().map(|entry| {
            let url = format!("/openapi/v3/{}?hash={}", entry.path, entry.hash);
            (entry.path, json!({"serverRelativeURL": url}))
        });
        let mut response = json_value(StatusCode::OK, &json!({"paths": paths.collect::<Map<_, _>>()}));
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
        response
    }

    fn openapi_document(&self, path: &str, call: &Call, parts: &Parts) -> Response<Bytes> {
        let Some(entry) = self.openapi_entries().into_iter().find(|entry| entry.path == path) else {
            return empty(StatusCode::NOT_FOUND);
        };
        let asked = call.query.get("hash");
        if !asked.is_empty() && asked != entry.hash {
            // Whoever keeps an old index is led to what there is now.
            let mut response = empty(StatusCode::MOVED_PERMANENTLY);
            set(&mut response, LOCATION, &format!("/openapi/v3/{path}?hash={}", entry.hash));
            return response;
        }
        let tag = format!("\"{}\"", entry.hash);
        let known = parts.headers.get(IF_NONE_MATCH).and_then(|known| known.to_str().ok()).unwrap_or_default();
        let mut response = if known.split(',').any(|known| known.trim() == tag) {
            empty(StatusCode::NOT_MODIFIED)
        } else {
            json(StatusCode::OK, self.openapi_body(&entry))
        };
        set(&mut response, ETAG, &tag);
        set(&mut response, VARY, "Accept");
        if !asked.is_empty() {
            let year = jiff::SignedDuration::from_hours(365 * 24);
            let expires = self.now().saturating_add(year).unwrap_or_default();
            set(&mut response, CACHE_CONTROL, "public, immutable");
            set(&mut response, EXPIRES, &expires.strftime("%a, %d %b %Y %H:%M:%S UTC").to_string());
        }
        response
    }

    /// The schemas of all groups in one document of the second version; there is no protobuf.
    fn openapi_v2(&self, parts: &Parts) -> Response<Bytes> {
        let accept = parts.headers.get(ACCEPT).and_then(|accept| accept.to_str().ok()).unwrap_or("*/*");
        let takes_json = accept.split(',').map(|clause| clause.split(';').next().unwrap_or_default().trim());
        if !takes_json.into_iter().any(|media| matches!(media, "application/json" | "application/*" | "*/*")) {
            return empty(StatusCode::NOT_ACCEPTABLE);
        }
        let mut definitions = Map::new();
        for entry in self.openapi_entries() {
            let document: Value = serde_json::from_slice(&self.openapi_body(&entry)).unwrap_or_default();
            if let Some(schemas) = document.pointer("/components/schemas").and_then(Value::as_object) {
                definitions.extend(schemas.clone());
            }
        }
        let document = json!({
            "swagger": "2.0", "info": info(), "paths": {}, "definitions": definitions,
        });
        json(StatusCode::OK, Bytes::from(document.to_string().replace("#/components/schemas/", "#/definitions/")))
    }

    fn openapi_body(&self, entry: &Entry) -> Bytes {
        if let Some(document) = BUILTIN.get(&entry.path) {
            let version = SERVED.iter().find(|of| path_of(of.group, of.version) == entry.path);
            return document.get_or_init(|| version.map(builtin).unwrap_or_default()).clone();
        }
        self.openapi.get(&entry.path, &entry.hash, || self.openapi_custom(&entry.path))
    }

    /// What there is, with a hash that costs less than the document: what it is made from.
    fn openapi_entries(&self) -> Vec<Entry> {
        let of = |path: String, made_from: String| Entry { hash: hash(&made_from), path };
        let mut entries: Vec<Entry> = SERVED
            .iter()
            .map(|version| path_of(version.group, version.version))
            .map(|path| of(path.clone(), format!("{VERSION} {path}")))
            .collect();
        let mut custom: Vec<(String, String)> = Vec::new();
        for (resource, definition) in self.openapi_definitions() {
            let path = path_of(&resource.group, &resource.version);
            let part = format!(" {} {}", definition.key(), definition.revision());
            match custom.iter_mut().find(|(known, _)| *known == path) {
                Some((_, parts)) => parts.push_str(&part),
                None => custom.push((path.clone(), format!("{path}{part}"))),
            }
        }
        custom.retain(|(path, _)| !BUILTIN.contains_key(path));
        entries.extend(custom.into_iter().map(|(path, parts)| of(path, parts)));
        entries
    }

    /// The custom resources that are served, with their definitions.
    fn openapi_definitions(&self) -> Vec<(Arc<Resource>, Arc<Object>)> {
        let Ok(definitions) = self.store.range(STORAGE, Select::default()) else { return Vec::new() };
        let by_name: HashMap<&str, &Arc<Object>> =
            definitions.objects.iter().map(|definition| (definition.key(), definition)).collect();
        let custom = self.registry.all().into_iter().filter(|resource| resource.origin == Origin::Custom);
        custom
            .filter_map(|resource| {
                let definition = by_name.get(format!("{}.{}", resource.plural, resource.group).as_str())?;
                Some((resource, Arc::clone(definition)))
            })
            .collect()
    }

    fn openapi_custom(&self, path: &str) -> Bytes {
        let (mut schemas, mut paths) = (Schemas::default(), Map::new());
        let served = self.openapi_definitions().into_iter();
        for (resource, definition) in served.filter(|(of, _)| path_of(&of.group, &of.version) == path) {
            let Resource { group, version, kind, .. } = resource.as_ref();
            let schema = custom::schema(definition.value(), group, version, kind, &mut schemas);
            let item = schemas.insert(custom::model_name(group, version, kind), schema);
            let list_kind = resource.list_kind.clone();
            let list = schemas.list(custom::model_name(group, version, &list_kind), &item, (group, version, list_kind));
            let own = Shown { group: group.clone(), version: version.clone(), kind: kind.clone(), schema: Some(item) };
            let mut subresources = Vec::new();
            let verbs = || ["get", "patch", "update"].map(str::to_owned).to_vec();
            if resource.scale.is_some() {
                subresources.push(("scale".to_owned(), shown(&mut schemas, "autoscaling", "v1", "Scale"), verbs()));
            }
            if resource.status {
                subresources.push(("status".to_owned(), own.clone(), verbs()));
            }
            let verbs = ["create", "delete", "deletecollection", "get", "list", "patch", "update"];
            Endpoint {
                root: format!("/{path}"),
                group: group.clone(),
                version: version.clone(),
                plural: resource.plural.clone(),
                namespaced: resource.namespaced,
                shown: own,
                list: Some(list),
                verbs: verbs.map(str::to_owned).to_vec(),
                subresources,
                strategic: false,
            }
            .add(&mut paths, &mut schemas);
        }
        document(paths, schemas)
    }
}

/// The document of a version of a built-in group.
fn builtin(of: &Version) -> Bytes {
    let (mut schemas, mut paths) = (Schemas::default(), Map::new());
    let root = format!("/{}", path_of(of.group, of.version));
    let texts = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
    for served in &of.resources {
        let own = shown(&mut schemas, of.group, of.version, served.kind);
        let list_kind = format!("{}List", served.kind);
        let list = MODELS.of(of.group, of.version, served.kind).zip(own.schema.as_ref()).map(|(name, item)| {
            let model = format!("{}List", models::model_name(name));
            schemas.list(model, item, (of.group, of.version, list_kind))
        });
        let subresources = served.subresources.iter().map(|of| {
            let shown = shown(&mut schemas, of.group, of.version, of.kind);
            (of.name.to_owned(), shown, texts(&of.verbs))
        });
        let subresources = subresources.collect();
        Endpoint {
            root: root.clone(),
            group: of.group.to_owned(),
            version: of.version.to_owned(),
            plural: served.plural.to_owned(),
            namespaced: served.namespaced,
            shown: own,
            list: list.filter(|_| served.verbs.contains(&"list")),
            verbs: texts(&served.verbs),
            subresources,
            strategic: true,
        }
        .add(&mut paths, &mut schemas);
    }
    document(paths, schemas)
}

fn shown(schemas: &mut Schemas, group: &str, version: &str, kind: &str) -> Shown {
    let schema = MODELS.of(group, version, kind).map(|name| schemas.refer(name));
    Shown { group: group.to_owned(), version: version.to_owned(), kind: kind.to_owned(), schema }
}

fn document(paths: Map<String, Value>, schemas: Schemas) -> Bytes {
    let document = json!({
        "openapi": "3.0.0", "info": info(), "paths": paths,
        "components": {
            "schemas": schemas.finish(),
            "securitySchemes": {"BearerToken": {"type": "apiKey", "name": "authorization", "in": "header"}},
        },
    });
    Bytes::from(document.to_string())
}

fn info() -> Value {
    let release = VERSION.trim_start_matches('v');
    json!({"title": "Kubernetes", "version": release.rsplit_once('.').map_or(release, |(minor, _)| minor)})
}

fn path_of(group: &str, version: &str) -> String {
    if group.is_empty() { format!("api/{version}") } else { format!("apis/{group}/{version}") }
}

fn hash(text: &str) -> String {
    digest(&SHA512, text.as_bytes()).as_ref().iter().map(|byte| format!("{byte:02X}")).collect()
}

fn empty(code: StatusCode) -> Response<Bytes> {
    let mut response = json(code, Bytes::new());
    response.headers_mut().remove(CONTENT_TYPE);
    response
}

fn set(response: &mut Response<Bytes>, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().insert(name, value);
    }
}
