//! The validated base URL of a service; knows nothing of connections.

use std::fmt;

use url::Url;

use super::{HostProblem, HttpOptions, OptionsError, SecretRef};

/// A service that can be called: its base URL, and the Secret with the roots that vouch for it.
///
/// The base has no trailing slash, so that `base + "/path"` never contains `//`; a path in the host is kept
/// as a prefix.
#[derive(Clone, PartialEq, Eq)]
pub struct Endpoint {
    service: String,
    url: Url,
    base: String,
    ca: Option<SecretRef>,
}

// === impl Endpoint ===

impl Endpoint {
    /// The name of the service, which is the prefix of its flags.
    #[must_use]
    pub fn service(&self) -> &str {
        &self.service
    }

    /// The base URL without a trailing slash, for example `https://region.example.com/edge`.
    #[must_use]
    pub fn base(&self) -> &str {
        &self.base
    }

    /// The base URL; its path is `/` or a prefix without a trailing slash.
    #[must_use]
    pub fn url(&self) -> &Url {
        &self.url
    }

    /// The host and, when it is not the scheme's own, the port.
    #[must_use]
    pub fn authority(&self) -> &str {
        self.url.authority()
    }

    /// The Secret with the roots to trust, or nothing for those of the platform.
    #[must_use]
    pub fn ca(&self) -> Option<&SecretRef> {
        self.ca.as_ref()
    }

    /// Puts `path`, which may begin with a slash and may end in a query, behind the base.
    ///
    /// # Errors
    ///
    /// [`OptionsError::Path`] when the result would leave the base, as with `..`.
    pub fn join(&self, path: &str) -> Result<Url, OptionsError> {
        let joined = format!("{}/{}", self.base, path.trim_start_matches('/'));
        let prefix = self.url.path().trim_end_matches('/');
        Url::parse(&joined)
            .ok()
            .filter(|url| url.path().strip_prefix(prefix).is_some_and(|rest| rest.starts_with('/')))
            .ok_or_else(|| OptionsError::Path { base: self.base.clone(), path: path.to_owned() })
    }
}

impl fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Endpoint")
            .field("service", &self.service)
            .field("base", &self.base)
            .field("ca", &self.ca)
            .finish_non_exhaustive()
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.base)
    }
}

/// Checks the host of `options`; the CA Secret is already checked.
pub(super) fn parse(options: &HttpOptions, ca: Option<SecretRef>) -> Result<Endpoint, OptionsError> {
    let flag = options.flag("host");
    if options.host.is_empty() {
        return Err(OptionsError::MissingHost { flag });
    }
    let url = check(&options.host, options.insecure_http).map_err(|problem| OptionsError::Host {
        flag,
        value: printable(&options.host),
        problem,
    })?;
    Ok(Endpoint { service: options.service.clone(), base: url.as_str().trim_end_matches('/').to_owned(), url, ca })
}

fn check(host: &str, insecure_http: bool) -> Result<Url, HostProblem> {
    // The URL parser drops or rewrites these in silence.
    if host.contains(|c: char| c.is_whitespace() || c.is_control() || c == '\\') {
        return Err(HostProblem::Characters);
    }
    let (scheme, rest) = host.split_once("://").ok_or(HostProblem::NotAbsolute)?;
    match scheme.to_ascii_lowercase().as_str() {
        "https" => {}
        "http" if insecure_http => {}
        "http" => return Err(HostProblem::PlainHttp),
        _ => return Err(HostProblem::Scheme),
    }
    // The parser would take `https:///path` for the host `path`.
    if rest.starts_with('/') {
        return Err(HostProblem::NotAbsolute);
    }
    let mut url = Url::parse(host).map_err(|_| HostProblem::NotAbsolute)?;
    if authority_of(rest).contains('@') {
        return Err(HostProblem::UserInfo);
    }
    if url.query().is_some() {
        return Err(HostProblem::Query);
    }
    if url.fragment().is_some() {
        return Err(HostProblem::Fragment);
    }
    let path = url.path().trim_end_matches('/').to_owned();
    if path.contains("//") {
        return Err(HostProblem::EmptySegment);
    }
    url.set_path(&path);
    Ok(url)
}

/// What stands before the path, the query and the fragment.
fn authority_of(rest: &str) -> &str {
    rest.split(['/', '?', '#']).next().unwrap_or_default()
}

/// The host as it may be shown: credentials belong in nobody's log.
fn printable(host: &str) -> String {
    let end = host.find(['?', '#']).unwrap_or(host.len());
    let shown = &host[..end];
    let start = shown.find("://").map_or(0, |at| at + 3);
    let authority = shown[start..].find('/').map_or(shown.len(), |at| start + at);
    match shown[start..authority].rfind('@') {
        Some(at) => format!("{}\u{2026}@{}", &shown[..start], &shown[start + at + 1..]),
        None => shown.to_owned(),
    }
}
