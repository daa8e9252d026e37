//! The `proxy-url` member of a cluster; knows nothing of how proxies are spoken to.

use percent_encoding::percent_decode_str;
use secrecy::SecretString;
use url::Url;

use crate::path::{ProxySpec, Route};
use crate::spec::SpecError;

/// The way through a proxy, and the proxy's address without name and password.
pub(super) fn route(text: &str) -> Result<(Url, Route), SpecError> {
    let wrong = |reason: &str| SpecError::Material { what: "proxy-url", reason: reason.to_owned() };
    let mut url = Url::parse(text).map_err(|_| wrong("it is no URL"))?;
    if url.host_str().is_none_or(str::is_empty) {
        return Err(wrong("it has no host"));
    }
    let decoded = |part: &str| percent_decode_str(part).decode_utf8().map(String::from).ok();
    let login = if url.username().is_empty() && url.password().is_none() {
        None
    } else {
        let login = decoded(url.username()).zip(decoded(url.password().unwrap_or_default()));
        let (username, password) = login.ok_or_else(|| wrong("name or password is not UTF-8"))?;
        Some((username, SecretString::from(password)))
    };
    // Both succeed on a URL with a host.
    let stripped = url.set_username("").and_then(|()| url.set_password(None));
    stripped.map_err(|()| wrong("it cannot have a name and a password"))?;
    let proxy = ProxySpec { url: url.clone(), login, roots: None };
    match url.scheme() {
        "http" | "https" => Ok((url, Route::HttpConnect(proxy))),
        "socks5" | "socks5h" => Ok((url, Route::Socks5(proxy))),
        _ => Err(SpecError::Unsupported {
            what: format!("a proxy with the scheme {:?}", url.scheme()),
            instead: "use http, https or socks5",
        }),
    }
}
