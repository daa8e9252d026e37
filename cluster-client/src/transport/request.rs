//! What a request is, and what becomes of it on its way: pure functions over its head.

use std::time::Duration;

use http::request::Parts;
use http::uri::{Authority, PathAndQuery, Scheme};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Uri, header};
use url::Url;

use super::options::TransportOptions;
use crate::path::Target;
use crate::spec::{Impersonation, SpecError};

/// What kind of request it is; decides how long it may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
    /// One object, or anything else that is answered whole.
    Single,
    /// A page of a list, or the deletion of a collection.
    Collection,
    /// A watch, and how long it is to last at most, as far as it says.
    Watch(Option<Duration>),
    /// Something that is answered for as long as it takes: a log.
    Download,
    /// Something without end: a followed log, an upgraded connection.
    Stream,
}

/// Where requests go.
#[derive(Debug, Clone)]
pub(super) struct Base {
    scheme: Scheme,
    authority: Authority,
    /// Without a slash at the end.
    prefix: String,
    pub(super) target: Target,
}

impl Class {
    pub(super) fn of(parts: &Parts) -> Self {
        let query = parts.uri.query().unwrap_or_default();
        let path = parts.uri.path();
        if parts.headers.contains_key(header::UPGRADE) {
            return Self::Stream;
        }
        if parts.method == Method::GET {
            if is_true(query, "watch") || segments(path).nth(after_version(path)) == Some("watch") {
                let seconds = value(query, "timeoutSeconds").and_then(|seconds| seconds.parse().ok());
                return Self::Watch(seconds.filter(|&seconds: &u64| seconds > 0).map(Duration::from_secs));
            }
            if path.ends_with("/log") {
                return if is_true(query, "follow") { Self::Stream } else { Self::Download };
            }
        }
        let collective = matches!(parts.method, Method::GET | Method::DELETE);
        if collective && is_collection(path) { Self::Collection } else { Self::Single }
    }

    /// Whether it takes one of the turns that requests share.
    pub(super) fn takes_turn(self) -> bool {
        matches!(self, Self::Single | Self::Collection)
    }

    /// Until when there has to be an answer, or, for what is answered whole, the whole answer.
    pub(super) fn limit(self, options: &TransportOptions) -> Duration {
        match self {
            Self::Single => options.request_timeout,
            Self::Collection => options.list_timeout,
            Self::Watch(_) | Self::Download | Self::Stream => options.open_timeout,
        }
    }
}

/// Whether repeating it changes nothing.
pub(super) fn is_repeatable(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD)
}

/// Gives a watch that does not say how long it is to last a time between the two bounds.
pub(super) fn bound_watch(parts: &mut Parts, options: &TransportOptions, random: f64) -> Option<Duration> {
    let span = options.watch_max.saturating_sub(options.watch_min);
    let seconds = (options.watch_min + span.mul_f64(random)).as_secs().max(1);
    let query = parts.uri.query().unwrap_or_default();
    let joint = if query.is_empty() { "" } else { "&" };
    let text = format!("{}?{query}{joint}timeoutSeconds={seconds}", parts.uri.path());
    let mut uri = parts.uri.clone().into_parts();
    uri.path_and_query = Some(text.parse().ok()?);
    parts.uri = Uri::from_parts(uri).ok()?;
    Some(Duration::from_secs(seconds))
}

/// Headers that make us act as somebody else.
pub(super) fn impersonation(whom: &Impersonation) -> Result<HeaderMap, SpecError> {
    let mut headers = HeaderMap::new();
    let mut add = |name: &'static str, text: &str| {
        let value = HeaderValue::from_str(text).map_err(|_| SpecError::Material {
            what: "impersonation",
            reason: "a name holds characters that no header can".to_owned(),
        })?;
        headers.append(HeaderName::from_static(name), value);
        Ok(())
    };
    add("impersonate-user", &whom.user)?;
    for group in &whom.groups {
        add("impersonate-group", group)?;
    }
    if let Some(uid) = &whom.uid {
        add("impersonate-uid", uid)?;
    }
    Ok(headers)
}

// === impl Base ===

impl Base {
    pub(super) fn new(url: &Url, allow_http: bool) -> Result<Self, SpecError> {
        let mut shown = url.clone();
        // Neither can fail for a URL with a host; one without is refused below.
        let _bare = shown.set_username("").and_then(|()| shown.set_password(None));
        let refuse = |reason| SpecError::Server { server: shown.to_string(), reason };
        let scheme = match url.scheme() {
            "https" => Scheme::HTTPS,
            "http" if allow_http => Scheme::HTTP,
            "http" => return Err(refuse("TLS is needed")),
            _ => return Err(refuse("its scheme is another one")),
        };
        if !url.username().is_empty() || url.password().is_some() {
            return Err(refuse("a name and a password belong into the credential"));
        }
        let host = match url.host() {
            None => return Err(refuse("it has no host")),
            Some(url::Host::Ipv6(address)) => address.to_string(),
            Some(host) => host.to_string(),
        };
        let target = Target { host, port: url.port_or_known_default().unwrap_or(443) };
        let authority = match url.port() {
            Some(port) => format!("{}:{port}", url.host_str().unwrap_or_default()),
            None => url.host_str().unwrap_or_default().to_owned(),
        };
        let authority = authority.parse().map_err(|_| refuse("its host is no host"))?;
        Ok(Self { scheme, authority, prefix: url.path().trim_end_matches('/').to_owned(), target })
    }

    pub(super) fn is_https(&self) -> bool {
        self.scheme == Scheme::HTTPS
    }

    /// The whole address of a request; nothing when its path is none.
    pub(super) fn join(&self, uri: &Uri) -> Option<Uri> {
        let path = uri.path_and_query().map_or("/", PathAndQuery::as_str);
        let path = if self.prefix.is_empty() {
            uri.path_and_query().cloned().unwrap_or_else(|| PathAndQuery::from_static("/"))
        } else {
            format!("{}{path}", self.prefix).parse().ok()?
        };
        Uri::builder().scheme(self.scheme.clone()).authority(self.authority.clone()).path_and_query(path).build().ok()
    }
}

fn segments(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').filter(|segment| !segment.is_empty())
}

/// How many segments say which group and version it is.
fn after_version(path: &str) -> usize {
    match segments(path).next() {
        Some("api") => 2,
        Some("apis") => 3,
        _ => usize::MAX,
    }
}

/// Whether it names all objects of a kind.
fn is_collection(path: &str) -> bool {
    let head = after_version(path);
    let count = segments(path).count();
    if head == usize::MAX || count <= head {
        return false;
    }
    let namespaced = segments(path).nth(head) == Some("namespaces");
    // `…/pods`, `…/namespaces`, `…/namespaces/x/pods`; everything longer, and `…/namespaces/x` and `…/nodes/x`, names one object.
    matches!((namespaced, count - head), (_, 1) | (true, 3))
        && !(namespaced && segments(path).last() == Some("finalize"))
}

fn value<'a>(query: &'a str, name: &str) -> Option<&'a str> {
    query.split('&').filter_map(|pair| pair.split_once('=')).find(|(found, _)| *found == name).map(|(_, value)| value)
}

fn is_true(query: &str, name: &str) -> bool {
    matches!(value(query, name), Some("1" | "t" | "T" | "true" | "TRUE" | "True"))
}

#[cfg(test)]
mod tests {
    use http::Request;
    use proptest::prelude::*;

    use super::*;

    fn parts(method: Method, uri: &str) -> Parts {
        Request::builder().method(method).uri(uri).body(()).unwrap().into_parts().0
    }

    fn class(method: Method, uri: &str) -> Class {
        Class::of(&parts(method, uri))
    }

    #[test]
    fn requests_are_told_apart_by_what_they_ask_for() {
        let watch = Class::Watch(Some(Duration::from_secs(290)));
        for (method, uri, expected) in [
            (Method::GET, "/version", Class::Single),
            (Method::GET, "/api/v1/nodes", Class::Collection),
            (Method::GET, "/api/v1/nodes/n1", Class::Single),
            (Method::GET, "/api/v1/namespaces", Class::Collection),
            (Method::GET, "/api/v1/namespaces/x", Class::Single),
            (Method::GET, "/api/v1/namespaces/x/pods?limit=500", Class::Collection),
            (Method::GET, "/api/v1/namespaces/x/pods/p", Class::Single),
            (Method::GET, "/api/v1/namespaces/x/pods/p/log", Class::Download),
            (Method::GET, "/api/v1/namespaces/x/pods/p/log?follow=true", Class::Stream),
            (Method::GET, "/apis/apps/v1/deployments?&watch=true&timeoutSeconds=290", watch),
            (Method::GET, "/apis/apps/v1/deployments?watch=1", Class::Watch(None)),
            (Method::GET, "/apis/apps/v1/watch/deployments", Class::Watch(None)),
            (Method::GET, "/apis/apps/v1/deployments?watch=false", Class::Collection),
            (Method::DELETE, "/apis/apps/v1/namespaces/x/deployments", Class::Collection),
            (Method::DELETE, "/apis/apps/v1/namespaces/x/deployments/d", Class::Single),
            (Method::POST, "/apis/apps/v1/namespaces/x/deployments", Class::Single),
        ] {
            assert_eq!(class(method.clone(), uri), expected, "{method} {uri}");
        }
    }

    #[test]
    fn an_upgrade_is_a_stream() {
        let mut parts = parts(Method::GET, "/api/v1/namespaces/x/pods/p/exec?command=ls");
        parts.headers.insert(header::UPGRADE, HeaderValue::from_static("websocket"));
        assert_eq!(Class::of(&parts), Class::Stream);
    }

    #[test]
    fn a_watch_gets_a_time_between_the_bounds() {
        let options = TransportOptions::default();
        for (random, seconds) in [(0.0, 240), (0.5, 265), (1.0, 290)] {
            let mut parts = parts(Method::GET, "/api/v1/pods?watch=1");
            assert_eq!(bound_watch(&mut parts, &options, random), Some(Duration::from_secs(seconds)));
            assert_eq!(parts.uri.to_string(), format!("/api/v1/pods?watch=1&timeoutSeconds={seconds}"));
        }
    }

    #[test]
    fn the_path_of_the_server_stays_in_front() {
        let base = Base::new(&"https://rancher.example.com/k8s/clusters/c-1/".parse().unwrap(), false).unwrap();
        let uri = base.join(&"/api/v1/pods?limit=1".parse().unwrap()).unwrap();
        assert_eq!(uri.to_string(), "https://rancher.example.com/k8s/clusters/c-1/api/v1/pods?limit=1");
        assert_eq!(base.target, Target { host: "rancher.example.com".into(), port: 443 });
    }

    #[test]
    fn an_address_of_another_kind_is_refused_without_its_password() {
        for url in ["http://a.example.com", "ftp://a.example.com", "https://u:hunter2@a.example.com"] {
            let error = Base::new(&url.parse().unwrap(), false).unwrap_err();
            assert!(!format!("{error} {error:?}").contains("hunter2"), "{error}");
        }
        assert!(Base::new(&"http://127.0.0.1:1".parse().unwrap(), true).is_ok());
        let six = Base::new(&"https://[::1]:6443".parse().unwrap(), false).unwrap();
        assert_eq!(six.target, Target { host: "::1".into(), port: 6443 });
        assert_eq!(six.join(&"/version".parse().unwrap()).unwrap().to_string(), "https://[::1]:6443/version");
    }

    proptest! {
        #[test]
        fn no_path_and_no_query_make_us_panic(path in "(/[a-z0-9%.]{0,9}){0,9}", query in "[a-zA-Z0-9=&%]{0,40}") {
            if let Ok(request) = Request::builder().uri(format!("{path}/?{query}")).body(()) {
                let mut parts = request.into_parts().0;
                if let Class::Watch(None) = Class::of(&parts) {
                    bound_watch(&mut parts, &TransportOptions::default(), 0.5);
                    prop_assert!(matches!(Class::of(&parts), Class::Watch(Some(_))));
                }
            }
        }
    }
}
