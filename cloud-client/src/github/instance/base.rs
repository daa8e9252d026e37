//! The address of an instance, and where a request goes from there. Pure.

use std::collections::BTreeMap;

use http::Uri;
use http::uri::{Authority, PathAndQuery, Scheme};
use url::Url;

/// Where an instance is: scheme, host with port, and what all paths begin with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::github) struct Base {
    scheme: Scheme,
    authority: Authority,
    host: String,
    port: u16,
    /// Without a slash at the end.
    prefix: String,
    /// Other hosts, and whether they get the credential.
    companions: BTreeMap<String, bool>,
}

/// Whom a request is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::github) enum Party {
    /// The API, with the path beneath the prefix.
    Api { path: String },
    /// Another host of the instance.
    Companion { with_credential: bool },
}

// === impl Base ===

impl Base {
    pub(super) fn new(url: &Url, companions: BTreeMap<String, bool>) -> Option<Self> {
        let host = url.host_str()?.to_owned();
        let port = url.port_or_known_default()?;
        let scheme = if url.scheme() == "http" { Scheme::HTTP } else { Scheme::HTTPS };
        let authority = match url.port() {
            Some(port) => format!("{host}:{port}").parse().ok()?,
            None => host.parse().ok()?,
        };
        let prefix = url.path().trim_end_matches('/').to_owned();
        Some(Self { scheme, authority, host, port, prefix, companions })
    }

    /// The whole address, the same for every spelling of it.
    pub(in crate::github) fn text(&self) -> String {
        format!("{}://{}{}", self.scheme, self.authority, self.prefix)
    }

    pub(in crate::github) fn host(&self) -> &str {
        &self.host
    }

    /// Whether plain HTTP was allowed and is used.
    pub(in crate::github) fn is_plain(&self) -> bool {
        self.scheme == Scheme::HTTP
    }

    /// Where a request goes. A path goes beneath the prefix; a whole address must be of this instance, else its host comes back.
    pub(in crate::github) fn resolve(&self, uri: &Uri) -> Result<(Uri, Party), String> {
        let path = uri.path_and_query().map_or("/", PathAndQuery::as_str);
        let Some(host) = uri.host() else {
            let whole = self.whole(path);
            return Ok((self.uri(&whole).ok_or_else(|| path.to_owned())?, self.api(&whole)));
        };
        if self.is_own(uri) {
            return Ok((uri.clone(), self.api(path)));
        }
        let host = host.to_ascii_lowercase();
        match self.companions.get(&host) {
            Some(with_credential)
                if uri.scheme() == Some(&Scheme::HTTPS) && uri.port_u16().is_none_or(|p| p == 443) =>
            {
                Ok((uri.clone(), Party::Companion { with_credential: *with_credential }))
            }
            _ => Err(host),
        }
    }

    /// Whether a whole address is of this instance: the same scheme, host and port, and beneath the prefix.
    pub(in crate::github) fn is_own(&self, uri: &Uri) -> bool {
        let default = if uri.scheme() == Some(&Scheme::HTTP) { 80 } else { 443 };
        uri.scheme() == Some(&self.scheme)
            && uri.host().is_some_and(|host| host.eq_ignore_ascii_case(&self.host))
            && uri.port_u16().unwrap_or(default) == self.port
            && !uri.authority().is_some_and(|authority| authority.as_str().contains('@'))
            && self.is_beneath(uri.path())
    }

    /// An Enterprise Server has GraphQL beside the REST API, not beneath it.
    fn whole(&self, path: &str) -> String {
        match (self.prefix.strip_suffix("/v3"), path.strip_prefix("/graphql")) {
            (Some(prefix), Some("")) => format!("{prefix}/graphql"),
            _ => format!("{}{path}", self.prefix),
        }
    }

    fn is_beneath(&self, path: &str) -> bool {
        let graphql = self.prefix.strip_suffix("/v3").map(|prefix| format!("{prefix}/graphql"));
        path.strip_prefix(&self.prefix).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
            || graphql.is_some_and(|graphql| graphql == path)
    }

    fn api(&self, whole: &str) -> Party {
        let path = whole.split('?').next().unwrap_or(whole);
        let beneath = path.strip_prefix(&self.prefix);
        Party::Api {
            path: beneath.unwrap_or_else(|| if path.ends_with("/graphql") { "/graphql" } else { path }).to_owned(),
        }
    }

    fn uri(&self, path: &str) -> Option<Uri> {
        Uri::builder().scheme(self.scheme.clone()).authority(self.authority.clone()).path_and_query(path).build().ok()
    }
}
