//! The paths that are no resources: health, version and discovery, plain and aggregated.

use std::sync::Arc;

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::header::{ACCEPT, CONTENT_TYPE};
use http::request::Parts;
use http::{HeaderValue, Method, Response, StatusCode};
use serde_json::{Map, Value, json};

use super::negotiate;
use super::resource::{Origin, Resource};
use super::status::Status;
use super::{Api, Call, json, json_value};
use crate::schema::served::SERVED;

/// The Kubernetes release whose behaviour is followed.
pub const VERSION: &str = "v1.36.3";

const AGGREGATED: &str = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";

/// The checks behind the health paths.
const CHECKS: &[&str] = &["ping", "log", "etcd"];

/// One group: its versions, most preferred first, with their resources.
struct Group {
    name: String,
    versions: Vec<(String, Vec<Arc<Resource>>)>,
}

/// A subresource: its name, what it is shown as, and what may be done with it.
struct Subresource {
    name: &'static str,
    group: String,
    version: String,
    kind: String,
    verbs: Vec<&'static str>,
}

impl Api {
    /// Answers a path that is no resource.
    pub(super) fn discover(&self, path: &str, call: &Call, parts: &Parts) -> Result<Response<Bytes>, Status> {
        let segments: Vec<&str> = path.split('/').filter(|segment| !segment.is_empty()).collect();
        if !matches!(parts.method, Method::GET | Method::HEAD) {
            return Err(Status::method_not_allowed());
        }
        let aggregated = wants_aggregated(parts);
        Ok(match segments.as_slice() {
            [] => json(StatusCode::OK, format!("{:#}", json!({"paths": self.paths()})).into()),
            [of @ ("healthz" | "livez" | "readyz")] => health(of, call.query.has("verbose")),
            ["healthz" | "livez" | "readyz", check] if CHECKS.contains(check) => text(StatusCode::OK, "ok"),
            ["version"] => {
                negotiate::check_types(&parts.headers, &["application/json"])?;
                json(StatusCode::OK, version().into())
            }
            [".well-known", "openid-configuration"] => {
                self.openid(parts, "application/json", &self.tokens.configuration())?
            }
            ["openid", "v1", "jwks"] => self.openid(parts, "application/jwk-set+json", &self.tokens.keys()?)?,
            ["openapi", of @ ..] => self.openapi(of, path.ends_with('/'), call, parts),
            ["metrics", ..] => return Err(Status::not_supported("metrics")),
            ["api"] if aggregated => aggregate(&self.groups(), true),
            ["apis"] if aggregated => aggregate(&self.groups(), false),
            ["api"] => json_value(
                StatusCode::OK,
                &json!({
                    "kind": "APIVersions", "versions": ["v1"],
                    "serverAddressByClientCIDRs": [{"clientCIDR": "0.0.0.0/0", "serverAddress": "127.0.0.1"}],
                }),
            ),
            ["apis"] => {
                let groups = self.groups();
                let groups: Vec<_> = groups.iter().filter(|group| !group.name.is_empty()).map(Group::shown).collect();
                json_value(StatusCode::OK, &json!({"kind": "APIGroupList", "apiVersion": "v1", "groups": groups}))
            }
            ["apis", name] => match self.groups().iter().find(|group| group.name == *name) {
                Some(group) => {
                    let mut shown = group.shown();
                    shown["kind"] = json!("APIGroup");
                    shown["apiVersion"] = json!("v1");
                    json_value(StatusCode::OK, &shown)
                }
                None => plain_not_found(),
            },
            ["api", version] => return self.resources("", version),
            ["apis", group, version] => return self.resources(group, version),
            _ => plain_not_found(),
        })
    }

    /// The groups that are built in, in the order of a real server, then the others by name.
    fn groups(&self) -> Vec<Group> {
        let (builtin, custom): (Vec<_>, Vec<_>) =
            self.registry.all().into_iter().partition(|resource| resource.origin == Origin::Builtin);
        let mut groups: Vec<Group> = Vec::new();
        for resource in builtin {
            Group::add(&mut groups, resource);
        }
        for resource in custom {
            let group = Group::add(&mut groups, resource);
            group.versions.sort_by(|(a, _), (b, _)| preference(a, b));
        }
        groups
    }

    fn paths(&self) -> Vec<String> {
        let mut paths: Vec<String> =
            ["/api", "/apis", "/healthz", "/livez", "/readyz", "/version"].map(Into::into).into();
        for group in self.groups() {
            let root = if group.name.is_empty() { "/api".to_owned() } else { format!("/apis/{}", group.name) };
            paths.extend(group.versions.iter().map(|(version, _)| format!("{root}/{version}")));
            if !group.name.is_empty() {
                paths.push(root);
            }
        }
        for path in ["healthz", "livez", "readyz"] {
            paths.extend(CHECKS.iter().map(|check| format!("/{path}/{check}")));
        }
        paths.sort_unstable();
        paths
    }

    fn resources(&self, group: &str, version: &str) -> Result<Response<Bytes>, Status> {
        let groups = self.groups();
        let found = groups.iter().find(|found| found.name == group);
        let found = found.and_then(|found| found.versions.iter().find(|(name, _)| name == version));
        let Some((_, found)) = found else { return nothing_at(group) };
        let mut resources = Vec::new();
        for resource in found {
            let mut entry = json!({
                "name": resource.plural, "singularName": resource.singular, "namespaced": resource.namespaced,
                "kind": resource.kind, "verbs": verbs(resource),
            });
            if let Some(hash) = storage_hash(resource) {
                entry["storageVersionHash"] = json!(hash);
            }
            names(resource, &mut entry);
            resources.push(entry);
            for subresource in subresources(resource) {
                let mut entry = json!({
                    "name": format!("{}/{}", resource.plural, subresource.name), "singularName": "",
                    "namespaced": resource.namespaced, "kind": subresource.kind, "verbs": subresource.verbs,
                });
                if (&subresource.group, &subresource.version) != (&resource.group, &resource.version) {
                    entry["group"] = json!(subresource.group);
                    entry["version"] = json!(subresource.version);
                }
                resources.push(entry);
            }
        }
        let group_version = super::resource::api_version(group, version);
        let mut list = json!({"kind": "APIResourceList", "groupVersion": group_version, "resources": resources});
        if !group.is_empty() {
            // The list of the core group is older than the field.
            list["apiVersion"] = json!("v1");
        }
        Ok(json_value(StatusCode::OK, &list))
    }
}

// === impl Group ===

impl Group {
    /// Puts a resource where it belongs.
    fn add(groups: &mut Vec<Self>, resource: Arc<Resource>) -> &mut Self {
        let at = groups.iter().position(|group| group.name == resource.group).unwrap_or_else(|| {
            groups.push(Self { name: resource.group.clone(), versions: Vec::new() });
            groups.len() - 1
        });
        let group = &mut groups[at];
        match group.versions.iter_mut().find(|(version, _)| *version == resource.version) {
            Some((_, resources)) => resources.push(resource),
            None => group.versions.push((resource.version.clone(), vec![resource])),
        }
        group
    }

    fn shown(&self) -> Value {
        let entry = |version: &str| json!({"groupVersion": format!("{}/{version}", self.name), "version": version});
        let versions: Vec<_> = self.versions.iter().map(|(version, _)| entry(version)).collect();
        let preferred = self.versions.first().map(|(version, _)| entry(version));
        json!({"name": self.name, "versions": versions, "preferredVersion": preferred})
    }

    fn aggregated(&self) -> Value {
        let versions: Vec<_> = self
            .versions
            .iter()
            .map(|(version, resources)| {
                let shown: Vec<_> = resources.iter().map(|resource| aggregated(resource)).collect();
                json!({"version": version, "resources": shown, "freshness": "Current"})
            })
            .collect();
        let mut metadata = Map::new();
        if !self.name.is_empty() {
            metadata.insert("name".into(), json!(self.name));
        }
        json!({"metadata": metadata, "versions": versions})
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

fn aggregate(groups: &[Group], core: bool) -> Response<Bytes> {
    let items: Vec<_> = groups.iter().filter(|group| group.name.is_empty() == core).map(Group::aggregated).collect();
    let list = json!({
        "kind": "APIGroupDiscoveryList", "apiVersion": "apidiscovery.k8s.io/v2", "metadata": {}, "items": items,
    });
    let mut response = json_value(StatusCode::OK, &list);
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(AGGREGATED));
    response
}

fn aggregated(resource: &Resource) -> Value {
    // A built-in kind is the one of the group and version that it is found under.
    let shown_as = |group: &str, version: &str, kind: &str| {
        let own = resource.origin == Origin::Builtin && (group, version) == (&resource.group, &resource.version);
        if own {
            json!({"group": "", "version": "", "kind": kind})
        } else {
            json!({"group": group, "version": version, "kind": kind})
        }
    };
    let mut verbs = verbs(resource).to_vec();
    // Those of definitions stay in the order in which they are written down, as they do there.
    if resource.served.is_some() {
        verbs.sort_unstable();
    }
    let mut entry = json!({
        "resource": resource.plural, "singularResource": resource.singular, "verbs": verbs,
        "scope": if resource.namespaced { "Namespaced" } else { "Cluster" },
        "responseKind": shown_as(&resource.group, &resource.version, &resource.kind),
    });
    names(resource, &mut entry);
    let subresources: Vec<_> = subresources(resource)
        .into_iter()
        .map(|subresource| {
            json!({
                "subresource": subresource.name, "verbs": subresource.verbs,
                "responseKind": shown_as(&subresource.group, &subresource.version, &subresource.kind),
            })
        })
        .collect();
    if !subresources.is_empty() {
        entry["subresources"] = json!(subresources);
    }
    entry
}

/// Short names and categories, where there are any.
fn names(resource: &Resource, entry: &mut Value) {
    if !resource.short_names.is_empty() {
        entry["shortNames"] = json!(resource.short_names);
    }
    if !resource.categories.is_empty() {
        entry["categories"] = json!(resource.categories);
    }
}

fn subresources(resource: &Resource) -> Vec<Subresource> {
    if let Some(served) = resource.served {
        let builtin = served.subresources.iter().map(|subresource| Subresource {
            name: subresource.name,
            group: subresource.group.into(),
            version: subresource.version.into(),
            kind: subresource.kind.into(),
            verbs: subresource.verbs.clone(),
        });
        return builtin.collect();
    }
    let all = || vec!["get", "patch", "update"];
    let scale = resource.scale.as_ref().map(|_| Subresource {
        name: "scale",
        group: "autoscaling".into(),
        version: "v1".into(),
        kind: "Scale".into(),
        verbs: all(),
    });
    let status = resource.status.then(|| Subresource {
        name: "status",
        group: resource.group.clone(),
        version: resource.version.clone(),
        kind: resource.kind.clone(),
        verbs: all(),
    });
    scale.into_iter().chain(status).collect()
}

fn verbs(resource: &Resource) -> &[&'static str] {
    match resource.served {
        Some(served) => &served.verbs,
        None if resource.ends => &["delete", "deletecollection", "get", "list", "watch"],
        None => &["delete", "deletecollection", "get", "list", "patch", "create", "update", "watch"],
    }
}

/// Versions in order of preference: stable before beta before alpha, newer before older, then by name.
fn preference(a: &str, b: &str) -> std::cmp::Ordering {
    let rank = |version: &str| -> Option<(u8, u32, u32)> {
        let rest = version.strip_prefix('v')?;
        let digits = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        let (major, rest) = rest.split_at(digits);
        let (stability, minor) = match rest {
            "" => (3, "0"),
            _ => match rest.strip_prefix("beta") {
                Some(minor) => (2, minor),
                None => (1, rest.strip_prefix("alpha")?),
            },
        };
        Some((stability, major.parse().ok()?, minor.parse().ok()?))
    };
    match (rank(a), rank(b)) {
        (Some(a), Some(b)) => b.cmp(&a),
        (Some(_), None) => std::cmp::Ordering::Less,
        (None, Some(_)) => std::cmp::Ordering::Greater,
        (None, None) => a.cmp(b),
    }
}

/// A hash of the stored version; resources that are not stored have none.
fn storage_hash(resource: &Resource) -> Option<String> {
    if let Some(served) = resource.served {
        return served.hash.map(str::to_owned);
    }
    let digest = digest(&SHA256, format!("{}/{}", resource.storage_api_version, resource.kind).as_bytes());
    Some(STANDARD.encode(digest.as_ref().get(..8).unwrap_or_default()))
}

/// The version, indented and in the order of the real server: people read it.
fn version() -> String {
    let mut parts = VERSION.trim_start_matches('v').split('.');
    let (major, minor) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    let architecture = match std::env::consts::ARCH {
        "x86_64" => "amd64",
        "aarch64" => "arm64",
        other => other,
    };
    let before = minor.parse::<u32>().unwrap_or_default().saturating_sub(1).to_string();
    let platform = format!("{}/{architecture}", std::env::consts::OS);
    let members = [
        ("major", major),
        ("minor", minor),
        ("emulationMajor", major),
        ("emulationMinor", minor),
        ("minCompatibilityMajor", major),
        ("minCompatibilityMinor", &before),
        ("gitVersion", VERSION),
        ("gitCommit", "fake-cluster"),
        ("gitTreeState", "clean"),
        ("buildDate", "1970-01-01T00:00:00Z"),
        ("goVersion", "none"),
        ("compiler", "rustc"),
        ("platform", &platform),
    ];
    let members: Vec<String> =
        members.iter().map(|(name, value)| format!("  {}: {}", json!(name), json!(value))).collect();
    format!("{{\n{}\n}}", members.join(",\n"))
}

fn health(of: &str, verbose: bool) -> Response<Bytes> {
    if !verbose {
        return text(StatusCode::OK, "ok");
    }
    let checks: String = CHECKS.iter().map(|check| format!("[+]{check} ok\n")).collect();
    text(StatusCode::OK, format!("{checks}{of} check passed\n"))
}

fn text(code: StatusCode, body: impl Into<Bytes>) -> Response<Bytes> {
    let mut response = json(code, body.into());
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    response
}

/// What the real server's multiplexer answers for a path that nobody registered.
pub(super) fn plain_not_found() -> Response<Bytes> {
    text(StatusCode::NOT_FOUND, "404 page not found\n")
}

/// A resource that nobody serves: groups that are built in are routed, and answered by the router.
pub(super) fn nothing_at(group: &str) -> Result<Response<Bytes>, Status> {
    if SERVED.iter().any(|version| version.group == group) {
        Err(Status::no_such_path())
    } else {
        Ok(plain_not_found())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_preferred_as_the_real_server_prefers_them() {
        let mut versions = ["v1", "foo10", "v2beta1", "v10", "v1alpha1", "v2", "v11alpha2", "v2beta10", "foo1"];
        versions.sort_by(|a, b| preference(a, b));
        assert_eq!(versions, ["v10", "v2", "v1", "v2beta10", "v2beta1", "v11alpha2", "v1alpha1", "foo1", "foo10"]);
    }
}
