//! What a request asks for: verb, resource and options, read from method, path and query.
//!
//! The rules are those of `k8s.io/apiserver/pkg/endpoints/request`; nothing here knows which resources exist.

use std::borrow::Cow;

use http::Method;
use percent_encoding::percent_decode_str;

use super::status::Status;

/// What the request is about.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "a path is below /api and /apis, or it is not")]
pub enum Target {
    /// An object or a collection.
    Resource(ResourcePath),
    /// Anything else: discovery, health, version.
    Path(String),
}

/// The resource part of a path.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ResourcePath {
    /// The API group; empty for the core group.
    pub group: String,
    /// The version.
    pub version: String,
    /// The namespace; empty for a cluster-wide request.
    pub namespace: String,
    /// The plural name of the resource.
    pub resource: String,
    /// The subresource, if any.
    pub subresource: String,
    /// The object's name; empty for a collection.
    pub name: String,
    /// Whether the path begins with the deprecated `watch`.
    pub watch: bool,
}

/// The verb in the authorizer's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[expect(clippy::exhaustive_enums, reason = "these are the verbs of Kubernetes requests")]
pub enum Verb {
    /// Read one object, or a path that is no resource.
    Get,
    /// Read a collection.
    List,
    /// Follow a collection.
    Watch,
    /// Create an object.
    Create,
    /// Replace an object.
    Update,
    /// Change part of an object.
    Patch,
    /// Delete one object.
    Delete,
    /// Delete a collection.
    DeleteCollection,
    /// A method without a verb.
    Other,
}

/// The query of a request. Unknown parameters are ignored, as the API server ignores them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Query {
    pairs: Vec<(String, String)>,
}

// === impl Verb ===

impl Verb {
    /// Every verb, in the order of [`Verb::index`].
    pub const ALL: [Self; 9] = [
        Self::Get,
        Self::List,
        Self::Watch,
        Self::Create,
        Self::Update,
        Self::Patch,
        Self::Delete,
        Self::DeleteCollection,
        Self::Other,
    ];

    /// The verb as RBAC rules spell it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Get => "get",
            Self::List => "list",
            Self::Watch => "watch",
            Self::Create => "create",
            Self::Update => "update",
            Self::Patch => "patch",
            Self::Delete => "delete",
            Self::DeleteCollection => "deletecollection",
            Self::Other => "",
        }
    }

    /// Its place in [`Verb::ALL`].
    pub fn index(self) -> usize {
        self as usize
    }

    /// Whether the verb changes objects.
    pub fn is_write(self) -> bool {
        matches!(self, Self::Create | Self::Update | Self::Patch | Self::Delete | Self::DeleteCollection)
    }
}

// === impl Target ===

impl Target {
    /// Reads a path.
    pub fn parse(path: &str) -> Self {
        let decoded: Vec<Cow<'_, str>> = path
            .split('/')
            .filter(|segment| !segment.is_empty())
            .map(|segment| percent_decode_str(segment).decode_utf8_lossy())
            .collect();
        let segments: Vec<&str> = decoded.iter().map(AsRef::as_ref).collect();
        let (group, version, rest) = match segments.as_slice() {
            ["api", version, rest @ ..] if !rest.is_empty() => ("", *version, rest),
            ["apis", group, version, rest @ ..] if !rest.is_empty() => (*group, *version, rest),
            _ => return Self::Path(path.to_owned()),
        };
        let (watch, rest) = match rest {
            ["watch", rest @ ..] if !rest.is_empty() => (true, rest),
            _ => (false, rest),
        };
        let mut found =
            ResourcePath { group: group.to_owned(), version: version.to_owned(), watch, ..ResourcePath::default() };
        // `namespaces/x/status` and `namespaces/x/finalize` are subresources of the namespace, anything else below
        // `namespaces/x` is a resource inside it.
        let rest = match rest {
            ["namespaces", namespace, inner, deeper @ ..]
                if !(deeper.is_empty() && matches!(*inner, "status" | "finalize")) =>
            {
                found.namespace = (*namespace).to_owned();
                rest.get(2..).unwrap_or_default()
            }
            ["namespaces", namespace, ..] => {
                found.namespace = (*namespace).to_owned();
                rest
            }
            _ => rest,
        };
        let mut rest = rest.iter();
        found.resource = rest.next().map(|s| (*s).to_owned()).unwrap_or_default();
        found.name = rest.next().map(|s| (*s).to_owned()).unwrap_or_default();
        found.subresource = rest.copied().collect::<Vec<_>>().join("/");
        Self::Resource(found)
    }

    /// The verb of a request for this target.
    pub fn verb(&self, method: &Method, query: &Query) -> Verb {
        let named = match self {
            Self::Resource(path) => !path.name.is_empty(),
            Self::Path(_) => true,
        };
        match (method.as_str(), named) {
            _ if matches!(self, Self::Resource(path) if path.watch) => Verb::Watch,
            ("GET" | "HEAD", true) => Verb::Get,
            ("GET" | "HEAD", false) if query.flag("watch") => Verb::Watch,
            ("GET" | "HEAD", false) => Verb::List,
            ("POST", _) => Verb::Create,
            ("PUT", _) => Verb::Update,
            ("PATCH", _) => Verb::Patch,
            ("DELETE", true) => Verb::Delete,
            ("DELETE", false) => Verb::DeleteCollection,
            _ => Verb::Other,
        }
    }
}

// === impl Query ===

impl Query {
    /// Reads a query string.
    pub fn parse(query: &str) -> Self {
        Self { pairs: form_urlencoded::parse(query.as_bytes()).into_owned().collect() }
    }

    /// The first value of a parameter, or an empty string.
    pub fn get(&self, name: &str) -> &str {
        self.pairs.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value)
    }

    /// All values of a parameter.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.pairs.iter().filter(move |(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// Whether the parameter is there at all.
    pub fn has(&self, name: &str) -> bool {
        self.pairs.iter().any(|(key, _)| key == name)
    }

    /// A boolean parameter: present and neither `false` nor `0`.
    pub fn flag(&self, name: &str) -> bool {
        self.pairs
            .iter()
            .any(|(key, value)| key == name && !matches!(value.to_ascii_lowercase().as_str(), "false" | "0"))
    }

    /// A whole number.
    ///
    /// # Errors
    /// 400 when the value is no number.
    pub fn number(&self, name: &str) -> Result<Option<i64>, Status> {
        match self.get(name) {
            "" => Ok(None),
            text => text
                .parse()
                .map(Some)
                .map_err(|_| Status::bad_request(format!("strconv.ParseInt: parsing \"{text}\": invalid syntax"))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resource(path: &str) -> (String, String, String, String, String) {
        match Target::parse(path) {
            Target::Resource(r) => {
                (format!("{}/{}", r.group, r.version), r.namespace, r.resource, r.name, r.subresource)
            }
            Target::Path(path) => panic!("{path} is no resource"),
        }
    }

    #[test]
    fn paths_are_read_as_the_real_server_reads_them() {
        let parts = |a: &str, b: &str, c: &str, d: &str, e: &str| (a.into(), b.into(), c.into(), d.into(), e.into());
        assert_eq!(resource("/api/v1/pods"), parts("/v1", "", "pods", "", ""));
        assert_eq!(resource("/api/v1/namespaces/x/pods/p/status"), parts("/v1", "x", "pods", "p", "status"));
        assert_eq!(resource("/api/v1/namespaces/x"), parts("/v1", "x", "namespaces", "x", ""));
        assert_eq!(resource("/api/v1/namespaces/x/status"), parts("/v1", "x", "namespaces", "x", "status"));
        assert_eq!(resource("/api/v1/namespaces"), parts("/v1", "", "namespaces", "", ""));
        assert_eq!(resource("/apis/apps/v1/namespaces/x/deployments/d"), parts("apps/v1", "x", "deployments", "d", ""));
        assert_eq!(
            resource("/apis/rbac.authorization.k8s.io/v1/clusterroles/system%3Anode"),
            parts("rbac.authorization.k8s.io/v1", "", "clusterroles", "system:node", "")
        );
        assert_eq!(Target::parse("/apis/apps/v1"), Target::Path("/apis/apps/v1".into()));
        assert_eq!(Target::parse("/healthz"), Target::Path("/healthz".into()));
    }

    #[test]
    fn verbs_follow_method_name_and_watch() {
        let verb = |method: Method, path: &str, query: &str| Target::parse(path).verb(&method, &Query::parse(query));
        assert_eq!(verb(Method::GET, "/api/v1/pods", ""), Verb::List);
        assert_eq!(verb(Method::GET, "/api/v1/pods", "watch=1"), Verb::Watch);
        assert_eq!(verb(Method::GET, "/api/v1/pods", "watch=false"), Verb::List);
        assert_eq!(verb(Method::GET, "/api/v1/namespaces/x/pods/p", ""), Verb::Get);
        assert_eq!(verb(Method::DELETE, "/api/v1/namespaces/x/pods", ""), Verb::DeleteCollection);
        assert_eq!(verb(Method::PATCH, "/api/v1/namespaces/x/pods/p", ""), Verb::Patch);
        assert_eq!(verb(Method::OPTIONS, "/api/v1/pods", ""), Verb::Other);
    }
}
