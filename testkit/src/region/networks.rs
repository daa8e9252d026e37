//! Networks and the references that keep them alive, behind the routes of the region API.

use std::collections::BTreeSet;

use bytes::Bytes;
use http::{Method, Request, Response, StatusCode};
use percent_encoding::percent_decode_str;
use serde_json::{Value, json};

use super::verify::Caller;
use super::{State, answer, error};

pub(super) struct Network {
    read: Value,
    pub(super) references: BTreeSet<String>,
}

pub(super) fn protected_resource(request: &Request<Bytes>) -> Response<Bytes> {
    let host = request.headers().get(http::header::HOST).and_then(|h| h.to_str().ok()).unwrap_or("localhost");
    let body = json!({
        "resource": format!("https://{host}"),
        "authorization_servers": [format!("https://{host}")],
        "scopes_supported": ["openid"],
        "bearer_methods_supported": ["header"],
    });
    answer(StatusCode::OK, Some(&body))
}

/// The Go router matches on the path decoded once, and binds each parameter with a second decoding.
pub(super) fn route(state: &mut State, request: &Request<Bytes>, caller: &Caller) -> Response<Bytes> {
    let Ok(path) = percent_decode_str(request.uri().path()).decode_utf8() else {
        return error(StatusCode::BAD_REQUEST, "the path is not UTF-8");
    };
    let segments: Vec<&str> = path.split('/').skip(1).collect();
    match (request.method(), segments.as_slice()) {
        (&Method::GET, ["api", "version"]) => answer(StatusCode::OK, Some(&json!({"semver": "1.19.0"}))),
        (&Method::GET, ["api", "v2", "networks"]) => list(state, request.uri().query().unwrap_or_default()),
        (&Method::POST, ["api", "v2", "networks"]) => create(state, request.body(), caller),
        (&Method::GET, ["api", "v2", "networks", id]) => {
            with(state, id, |network| answer(StatusCode::OK, Some(&network.read)))
        }
        (&Method::PUT, ["api", "v2", "networks", id]) => update(state, id, request.body()),
        (&Method::DELETE, ["api", "v2", "networks", id]) => delete(state, id),
        (&Method::PUT, ["api", "v2", "networks", id, "references", reference]) => {
            let Some(reference) = bind(reference) else {
                return error(StatusCode::BAD_REQUEST, "the reference is not UTF-8");
            };
            with(state, id, |network| {
                network.references.insert(reference.clone());
                answer(StatusCode::CREATED, None)
            })
        }
        (&Method::DELETE, ["api", "v2", "networks", id, "references", reference]) => {
            let Some(reference) = bind(reference) else {
                return error(StatusCode::BAD_REQUEST, "the reference is not UTF-8");
            };
            with(state, id, |network| {
                network.references.remove(&reference);
                answer(StatusCode::NO_CONTENT, None)
            })
        }
        _ => error(StatusCode::NOT_FOUND, "resource not found"),
    }
}

fn bind(parameter: &str) -> Option<String> {
    percent_decode_str(parameter).decode_utf8().ok().map(Into::into)
}

fn with(state: &mut State, id: &str, f: impl FnOnce(&mut Network) -> Response<Bytes>) -> Response<Bytes> {
    match state.networks.get_mut(id) {
        Some(network) => f(network),
        None => error(StatusCode::NOT_FOUND, "resource not found"),
    }
}

fn list(state: &State, query: &str) -> Response<Bytes> {
    let wanted = |key: &str| -> Vec<String> {
        let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        pairs.filter(|(k, _)| *k == key).filter_map(|(_, v)| bind(v)).collect()
    };
    let (organizations, projects) = (wanted("organizationID"), wanted("projectID"));
    let matches = |metadata: &Value, key: &str, wanted: &[String]| {
        wanted.is_empty() || metadata[key].as_str().is_some_and(|id| wanted.iter().any(|w| w == id))
    };
    let networks: Vec<&Value> = state
        .networks
        .values()
        .map(|n| &n.read)
        .filter(|read| matches(&read["metadata"], "organizationId", &organizations))
        .filter(|read| matches(&read["metadata"], "projectId", &projects))
        .collect();
    answer(StatusCode::OK, Some(&json!(networks)))
}

fn create(state: &mut State, body: &[u8], caller: &Caller) -> Response<Bytes> {
    let Ok(body) = serde_json::from_slice::<Value>(body) else {
        return error(StatusCode::BAD_REQUEST, "the body is not JSON");
    };
    let (metadata, spec) = (&body["metadata"], &body["spec"]);
    let required = ["organizationId", "projectId", "regionId", "prefix"];
    if metadata["name"].as_str().is_none_or(str::is_empty) || required.iter().any(|key| !spec[key].is_string()) {
        return error(StatusCode::BAD_REQUEST, "request body does not conform to the schema");
    }
    state.next_id += 1;
    let id = format!("a0000000-0000-4000-8000-{:012x}", state.next_id);
    let mut read_metadata = metadata.clone();
    read_metadata["id"] = json!(id);
    read_metadata["creationTime"] = json!(jiff::Timestamp::now().to_string());
    read_metadata["createdBy"] = caller.principal["actor"].clone();
    read_metadata["organizationId"] = spec["organizationId"].clone();
    read_metadata["projectId"] = spec["projectId"].clone();
    read_metadata["provisioningStatus"] = json!("provisioned");
    read_metadata["healthStatus"] = json!("healthy");
    let nameservers = if spec["dnsNameservers"].is_array() { spec["dnsNameservers"].clone() } else { json!([]) };
    let read = json!({
        "metadata": read_metadata,
        "spec": {"dnsNameservers": nameservers},
        "status": {"regionId": spec["regionId"], "prefix": spec["prefix"]},
    });
    let response = answer(StatusCode::CREATED, Some(&read));
    state.networks.insert(id, Network { read, references: BTreeSet::new() });
    response
}

fn update(state: &mut State, id: &str, body: &[u8]) -> Response<Bytes> {
    let Ok(body) = serde_json::from_slice::<Value>(body) else {
        return error(StatusCode::BAD_REQUEST, "the body is not JSON");
    };
    with(state, id, |network| {
        if let Some(name) = body["metadata"]["name"].as_str() {
            network.read["metadata"]["name"] = json!(name);
        }
        network.read["spec"] = body["spec"].clone();
        answer(StatusCode::ACCEPTED, Some(&network.read))
    })
}

fn delete(state: &mut State, id: &str) -> Response<Bytes> {
    match state.networks.get(id) {
        None => error(StatusCode::NOT_FOUND, "resource not found"),
        Some(network) if !network.references.is_empty() => {
            error(StatusCode::FORBIDDEN, "resource is in use and cannot be deleted")
        }
        Some(_) => {
            state.networks.remove(id);
            answer(StatusCode::ACCEPTED, None)
        }
    }
}
