//! The paths that are no resources: health, version and discovery, plain and aggregated.

use std::collections::BTreeMap;
use std::sync::Arc;

use bytes::Bytes;
use http::header::{ACCEPT, CONTENT_TYPE};
use http::request::Parts;
use http::{HeaderValue, Method, Response, StatusCode};
use serde_json::{Value, json};

use super::resource::Resource;
use super::status::Status;
use super::{Api, Call, json, json_value};

/// The Kubernetes release whose behaviour is followed.
pub(crate) const VERSION: &str = "v1.36.3";

const AGGREGATED: &str = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";

/// Groups without stored resources.
const VIRTUAL: &[(&str, &str, &str, &str)] = &[
    ("authentication.k8s.io", "selfsubjectreviews", "selfsubjectreview", "SelfSubjectReview"),
    ("authentication.k8s.io", "tokenreviews", "tokenreview", "TokenReview"),
    ("authorization.k8s.io", "selfsubjectaccessreviews", "selfsubjectaccessreview", "SelfSubjectAccessReview"),
    ("authorization.k8s.io", "subjectaccessreviews", "subjectaccessreview", "SubjectAccessReview"),
];

/// By group, then by version, the resources.
type Tree = BTreeMap<String, BTreeMap<String, Vec<Arc<Resource>>>>;

impl Api {
    /// Answers a path that is no resource.
    pub(super) fn discover(&self, path: &str, call: &Call, parts: &Parts) -> Result<Response<Bytes>, Status> {
        if !matches!(parts.method, Method::GET | Method::HEAD) {
            return Err(Status::method_not_allowed());
        }
        let _ = call;
        let segments: Vec<&str> = path.split('/').filter(|segment| !segment.is_empty()).collect();
        let aggregated = wants_aggregated(parts);
        Ok(match segments.as_slice() {
            ["healthz" | "livez" | "readyz", ..] => text(StatusCode::OK, "ok"),
            ["version"] => json_value(StatusCode::OK, &version()),
            ["api"] if aggregated => aggregate(&self.tree(), true),
            ["apis"] if aggregated => aggregate(&self.tree(), false),
            ["api"] => json_value(
                StatusCode::OK,
                &json!({
                    "kind": "APIVersions", "versions": ["v1"],
                    "serverAddressByClientCIDRs": [{"clientCIDR": "0.0.0.0/0", "serverAddress": "127.0.0.1"}],
                }),
            ),
            ["apis"] => {
                let groups: Vec<_> =
                    self.tree().iter().filter(|(g, _)| !g.is_empty()).map(|(g, v)| group(g, v)).collect();
                json_value(StatusCode::OK, &json!({"kind": "APIGroupList", "apiVersion": "v1", "groups": groups}))
            }
            ["apis", name] => match self.tree().get(*name).filter(|_| !name.is_empty()) {
                Some(versions) => {
                    let mut found = group(name, versions);
                    found["kind"] = json!("APIGroup");
                    found["apiVersion"] = json!("v1");
                    json_value(StatusCode::OK, &found)
                }
                None => plain_not_found(),
            },
            ["api", version] => return self.resources("", version),
            ["apis", group, version] => return self.resources(group, version),
            _ => plain_not_found(),
        })
    }

    fn tree(&self) -> Tree {
        let mut tree = Tree::new();
        for resource in self.registry.all() {
            tree.entry(resource.group.clone()).or_default().entry(resource.version.clone()).or_default().push(resource);
        }
        for (group, ..) in VIRTUAL {
            tree.entry((*group).to_owned()).or_default().entry("v1".into()).or_default();
        }
        tree
    }

    fn resources(&self, group: &str, version: &str) -> Result<Response<Bytes>, Status> {
        let tree = self.tree();
        let Some(found) = tree.get(group).and_then(|versions| versions.get(version)) else { return nothing_at(group) };
        let mut resources = Vec::new();
        for resource in found {
            let mut entry = json!({
                "name": resource.plural, "singularName": resource.singular, "namespaced": resource.namespaced,
                "kind": resource.kind, "verbs": verbs(resource),
            });
            if !resource.short_names.is_empty() {
                entry["shortNames"] = json!(resource.short_names);
            }
            if !resource.categories.is_empty() {
                entry["categories"] = json!(resource.categories);
            }
            entry["storageVersionHash"] = json!(storage_hash(resource));
            resources.push(entry);
            for (name, response) in subresources(resource) {
                let mut entry = json!({
                    "name": format!("{}/{name}", resource.plural), "singularName": "", "namespaced": resource.namespaced,
                    "kind": response.2, "verbs": ["get", "patch", "update"],
                });
                if name == "scale" {
                    entry["group"] = json!(response.0);
                    entry["version"] = json!(response.1);
                }
                if name == "finalize" {
                    entry["verbs"] = json!(["update"]);
                }
                resources.push(entry);
            }
        }
        for (of, plural, singular, kind) in VIRTUAL.iter().filter(|(of, ..)| *of == group) {
            let _ = of;
            resources.push(json!({
                "name": plural, "singularName": singular, "namespaced": false, "kind": kind, "verbs": ["create"],
            }));
        }
        let group_version = super::resource::api_version(group, version);
        let list = json!({"kind": "APIResourceList", "apiVersion": "v1", "groupVersion": group_version, "resources": resources});
        Ok(json_value(StatusCode::OK, &list))
    }
}

fn wants_aggregated(parts: &Parts) -> bool {
    let accept = parts.headers.get(ACCEPT).and_then(|accept| accept.to_str().ok()).unwrap_or_default();
    accept.split(',').any(|clause| {
        let clause: Vec<&str> = clause.split(';').map(str::trim).collect();
        clause.first() == Some(&"application/json")
            && ["g=apidiscovery.k8s.io", "v=v2", "as=APIGroupDiscoveryList"].iter().all(|part| clause.contains(part))
    })
}

fn aggregate(tree: &Tree, core: bool) -> Response<Bytes> {
    let items: Vec<Value> = tree
        .iter()
        .filter(|(group, _)| group.is_empty() == core)
        .map(|(group, versions)| {
            let versions: Vec<_> = sorted(versions)
                .into_iter()
                .map(|version| {
                    let found = versions.get(version).map(Vec::as_slice).unwrap_or_default();
                    let mut resources: Vec<_> = found.iter().map(|resource| aggregated(resource)).collect();
                    for (_, plural, singular, kind) in VIRTUAL.iter().filter(|(of, ..)| of == group) {
                        resources.push(json!({
                            "resource": plural, "singularResource": singular, "scope": "Cluster", "verbs": ["create"],
                            "responseKind": {"group": group, "version": "v1", "kind": kind},
                        }));
                    }
                    json!({"version": version, "resources": resources, "freshness": "Current"})
                })
                .collect();
            let metadata = if group.is_empty() {
                json!({"creationTimestamp": null})
            } else {
                json!({"name": group, "creationTimestamp": null})
            };
            json!({"metadata": metadata, "versions": versions})
        })
        .collect();
    let list = json!({"kind": "APIGroupDiscoveryList", "apiVersion": "apidiscovery.k8s.io/v2", "metadata": {}, "items": items});
    let mut response = json_value(StatusCode::OK, &list);
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(AGGREGATED));
    response
}

fn aggregated(resource: &Resource) -> Value {
    let mut entry = json!({
        "resource": resource.plural, "singularResource": resource.singular, "verbs": verbs(resource),
        "scope": if resource.namespaced { "Namespaced" } else { "Cluster" },
        "responseKind": {"group": resource.group, "version": resource.version, "kind": resource.kind},
    });
    if !resource.short_names.is_empty() {
        entry["shortNames"] = json!(resource.short_names);
    }
    if !resource.categories.is_empty() {
        entry["categories"] = json!(resource.categories);
    }
    let subresources: Vec<_> = subresources(resource)
        .map(|(name, (group, version, kind))| {
            let verbs = if name == "finalize" { json!(["update"]) } else { json!(["get", "patch", "update"]) };
            json!({
                "subresource": name, "verbs": verbs,
                "responseKind": {"group": group, "version": version, "kind": kind},
            })
        })
        .collect();
    if !subresources.is_empty() {
        entry["subresources"] = json!(subresources);
    }
    entry
}

fn subresources(resource: &Resource) -> impl Iterator<Item = (&'static str, (String, String, String))> {
    let own = (resource.group.clone(), resource.version.clone(), resource.kind.clone());
    let finalize = (resource.storage == "namespaces").then(|| ("finalize", own.clone()));
    let scale = resource.scale.as_ref().map(|_| ("scale", ("autoscaling".into(), "v1".into(), "Scale".into())));
    let status = resource.status.then_some(("status", own));
    [finalize, scale, status].into_iter().flatten()
}

fn verbs(_resource: &Resource) -> Value {
    json!(["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"])
}

fn group(name: &str, versions: &BTreeMap<String, Vec<Arc<Resource>>>) -> Value {
    let entry = |version: &str| json!({"groupVersion": format!("{name}/{version}"), "version": version});
    let sorted = sorted(versions);
    let preferred = sorted.first().copied().unwrap_or_default();
    json!({
        "name": name,
        "versions": sorted.iter().map(|version| entry(version)).collect::<Vec<_>>(),
        "preferredVersion": entry(preferred),
    })
}

/// Versions in order of preference: stable before beta before alpha, newer before older.
fn sorted<T>(versions: &BTreeMap<String, T>) -> Vec<&str> {
    let rank = |version: &str| -> Option<(u8, u32, u32)> {
        let rest = version.strip_prefix('v')?;
        let digits = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        let (major, rest) = rest.split_at(digits);
        let major = major.parse().ok()?;
        let (stability, minor) = match rest {
            "" => (3, "0"),
            _ => rest
                .strip_prefix("beta")
                .map(|minor| (2, minor))
                .or_else(|| rest.strip_prefix("alpha").map(|m| (1, m)))?,
        };
        Some((stability, major, minor.parse().ok()?))
    };
    let mut names: Vec<&str> = versions.keys().map(String::as_str).collect();
    names.sort_by(|a, b| match (rank(a), rank(b)) {
        (Some(a), Some(b)) => b.cmp(&a),
        (Some(_), None) => std::cmp::Ordering::Less,
        (None, Some(_)) => std::cmp::Ordering::Greater,
        (None, None) => a.cmp(b),
    });
    names
}

fn storage_hash(resource: &Resource) -> String {
    use base64::Engine as _;
    use std::hash::{Hash as _, Hasher as _};
    let mut hasher = std::hash::DefaultHasher::new();
    (&resource.group, &resource.storage_api_version, &resource.kind).hash(&mut hasher);
    base64::engine::general_purpose::STANDARD.encode(hasher.finish().to_be_bytes())
}

fn version() -> Value {
    let mut parts = VERSION.trim_start_matches('v').split('.');
    json!({
        "major": parts.next(), "minor": parts.next(), "gitVersion": VERSION, "gitCommit": "fake-cluster",
        "gitTreeState": "clean", "buildDate": "1970-01-01T00:00:00Z", "goVersion": "none", "compiler": "rustc",
        "platform": format!("{}/{}", std::env::consts::OS, std::env::consts::ARCH),
    })
}

fn text(code: StatusCode, body: &'static str) -> Response<Bytes> {
    let mut response = json(code, Bytes::from_static(body.as_bytes()));
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    response
}

/// What the real server's multiplexer answers for a path that nobody registered.
pub(super) fn plain_not_found() -> Response<Bytes> {
    text(StatusCode::NOT_FOUND, "404 page not found\n")
}

/// A resource that nobody serves: groups that are built in are routed, and answered by the router.
pub(super) fn nothing_at(group: &str) -> Result<Response<Bytes>, Status> {
    let routed = group.is_empty() || Resource::is_builtin_group(group) || VIRTUAL.iter().any(|(of, ..)| *of == group);
    if routed { Err(Status::no_such_path()) } else { Ok(plain_not_found()) }
}
