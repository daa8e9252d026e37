//! What is said about a proxy: address, login, authorities. Knows nothing of speaking to it.

use std::sync::Arc;

use core_client::http::tunnel::Login;
use percent_encoding::percent_decode_str;
use secrecy::{ExposeSecret as _, SecretString};
use sha2::{Digest as _, Sha256};
use url::{Host, Url};

use super::Target;
use super::error::{Hop, HopKind, PathSpecError};

/// A proxy.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct ProxySpec {
    /// Where it is; `http`, `https`, `socks5` or `socks5h`, without name and password.
    pub url: Url,
    /// Name and password for it.
    pub login: Option<(String, SecretString)>,
    /// Authorities of an `https` proxy, PEM; absent: those that this machine trusts. Never the cluster's.
    pub roots: Option<Arc<[u8]>>,
}

impl ProxySpec {
    /// Reads an address with an optional percent-encoded `name:password@`.
    ///
    /// # Errors
    /// [`PathSpecError`], which never repeats the name and password.
    pub fn parse(text: &str) -> Result<Self, PathSpecError> {
        let mut url = Url::parse(text).map_err(|error| PathSpecError::ProxyUrl { reason: error.to_string() })?;
        if !matches!(url.scheme(), "http" | "https" | "socks5" | "socks5h") {
            return Err(PathSpecError::ProxyScheme { scheme: url.scheme().to_owned() });
        }
        if url.host_str().is_none_or(str::is_empty) {
            return Err(PathSpecError::ProxyUrl { reason: "it names no host".into() });
        }
        let login = match (url.username(), url.password()) {
            ("", None) => None,
            (name, password) => Some((decode(name)?, SecretString::from(decode(password.unwrap_or_default())?))),
        };
        // Both succeed for a URL that has a host.
        if url.set_username("").is_err() || url.set_password(None).is_err() {
            return Err(PathSpecError::ProxyUrl { reason: "its name and password cannot be taken out".into() });
        }
        let proxy = Self { url, login, roots: None };
        proxy.check_login()?;
        Ok(proxy)
    }

    /// Gives the proxy a name and a password.
    ///
    /// # Errors
    /// [`PathSpecError::ProxyLogin`] when they cannot be sent to such a proxy.
    pub fn with_login(mut self, name: impl Into<String>, password: SecretString) -> Result<Self, PathSpecError> {
        self.login = Some((name.into(), password));
        self.check_login()?;
        Ok(self)
    }

    /// Trusts these authorities, PEM, for an `https` proxy instead of those that this machine trusts.
    #[must_use]
    pub fn with_roots(mut self, pem: impl Into<Arc<[u8]>>) -> Self {
        self.roots = Some(pem.into());
        self
    }

    pub(super) fn check_login(&self) -> Result<(), PathSpecError> {
        let Some((name, password)) = self.login.as_ref().filter(|_| self.is_socks()) else {
            return self.http_login().map(drop);
        };
        // RFC 1929: both lengths are one byte, and neither may be zero.
        let sendable = |text: &str| (1..=255).contains(&text.len());
        if sendable(name) && sendable(password.expose_secret()) {
            return Ok(());
        }
        Err(PathSpecError::ProxyLogin { reason: "must have 1 to 255 bytes each for a SOCKS5 proxy" })
    }

    /// Name and password as an HTTP proxy is told them.
    pub(super) fn http_login(&self) -> Result<Option<Login>, PathSpecError> {
        let login = self.login.as_ref().map(|(name, password)| Login::new(name, password)).transpose();
        login.map_err(|_| PathSpecError::ProxyLogin { reason: "has a colon in the name, or control characters" })
    }

    pub(super) fn is_socks(&self) -> bool {
        matches!(self.url.scheme(), "socks5" | "socks5h")
    }

    pub(super) fn is_tls(&self) -> bool {
        self.url.scheme() == "https"
    }

    /// Who the proxy is in errors and incidents.
    pub(super) fn hop(&self) -> Result<Hop, PathSpecError> {
        let (kind, port) = match self.url.scheme() {
            "http" => (HopKind::HttpProxy, 80),
            "https" => (HopKind::HttpsProxy, 443),
            "socks5" | "socks5h" => (HopKind::Socks5Proxy, 1080),
            scheme => return Err(PathSpecError::ProxyScheme { scheme: scheme.to_owned() }),
        };
        let host = match self.url.host() {
            Some(Host::Ipv6(address)) => address.to_string(),
            Some(Host::Ipv4(address)) => address.to_string(),
            Some(Host::Domain(name)) if !name.is_empty() => name.to_owned(),
            _ => return Err(PathSpecError::ProxyUrl { reason: "it names no host".into() }),
        };
        Ok(Hop::new(kind, Target::new(host, self.url.port().unwrap_or(port))))
    }
}

impl PartialEq for ProxySpec {
    fn eq(&self, other: &Self) -> bool {
        let login = |proxy: &Self| proxy.login.as_ref().map(|(name, password)| (name.clone(), secret_mark(password)));
        self.url == other.url && self.roots == other.roots && login(self) == login(other)
    }
}

impl Eq for ProxySpec {}

/// Secrets are compared by their SHA-256, so that the time it takes tells nothing about them.
pub(super) fn secret_mark(secret: &SecretString) -> [u8; 32] {
    Sha256::digest(secret.expose_secret()).into()
}

fn decode(text: &str) -> Result<String, PathSpecError> {
    match percent_decode_str(text).decode_utf8() {
        Ok(text) => Ok(text.into_owned()),
        Err(_) => Err(PathSpecError::ProxyLogin { reason: "is not UTF-8 after percent-decoding" }),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use secrecy::ExposeSecret as _;

    use super::super::{HopKind, PathSpecError, Route};
    use super::ProxySpec;

    fn proxy(text: &str) -> ProxySpec {
        match Route::from_proxy_url(text).unwrap() {
            Route::HttpConnect(proxy) | Route::Socks5(proxy) => proxy,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn the_scheme_decides_the_kind_and_the_default_port() {
        for (text, kind, at) in [
            ("http://proxy", HopKind::HttpProxy, "proxy:80"),
            ("https://proxy", HopKind::HttpsProxy, "proxy:443"),
            ("socks5://proxy", HopKind::Socks5Proxy, "proxy:1080"),
            ("socks5h://proxy:9", HopKind::Socks5Proxy, "proxy:9"),
            ("http://[::1]:3128/", HopKind::HttpProxy, "[::1]:3128"),
        ] {
            let hop = proxy(text).hop().unwrap();
            assert_eq!((hop.kind, hop.at.to_string()), (kind, at.to_owned()), "{text}");
        }
        assert!(matches!(Route::from_proxy_url("socks5://proxy"), Ok(Route::Socks5(_))));
        assert!(matches!(Route::from_proxy_url("https://proxy"), Ok(Route::HttpConnect(_))));
    }

    #[test]
    fn name_and_password_are_percent_decoded_and_taken_out_of_the_address() {
        let proxy = proxy("http://us%40er:p%3Aw%20%C3%A9@proxy:3128");
        let (name, password) = proxy.login.clone().unwrap();
        assert_eq!((name.as_str(), password.expose_secret()), ("us@er", "p:w é"));
        assert_eq!(proxy.url.as_str(), "http://proxy:3128/");
        assert!(!format!("{proxy:?}").contains("p:w"));
    }

    #[test]
    fn what_cannot_be_used_is_refused_without_repeating_the_password() {
        for text in [
            "",
            "proxy:3128",
            "ftp://us:SENTINEL@proxy",
            "http://us:SENTINEL@",
            "socks4://us:SENTINEL@proxy",
            "http://us:SENTINEL%ff@proxy",
            "http://u%3As:SENTINEL@proxy",
            "http://us:SENTINEL%0d%0aX@proxy",
            "socks5://us@proxy",
            "http://us:SENTINEL@proxy:99999",
        ] {
            let error = Route::from_proxy_url(text).expect_err(text);
            assert!(!format!("{error} {error:?}").contains("SENTINEL"), "{error:?}");
        }
        assert!(matches!(Route::from_proxy_url("ftp://p"), Err(PathSpecError::ProxyScheme { .. })));
        let long = format!("socks5://us:{}@proxy", "x".repeat(256));
        assert!(matches!(Route::from_proxy_url(&long), Err(PathSpecError::ProxyLogin { .. })));
    }

    #[test]
    fn routes_are_equal_when_secrets_are_too() {
        let route = |text: &str| Route::from_proxy_url(text).unwrap();
        assert_eq!(route("http://a:b@proxy"), route("http://a:b@proxy:80/"));
        assert_ne!(route("http://a:b@proxy"), route("http://a:c@proxy"));
        assert_ne!(route("http://proxy"), route("https://proxy"));
        assert_ne!(route("http://proxy"), Route::Direct);
        assert_eq!(Route::Direct, Route::Direct);
    }

    proptest! {
        #[test]
        fn no_text_makes_the_reader_panic(text in ".{0,60}") {
            drop(Route::from_proxy_url(&text));
            drop(Route::from_proxy_url(&format!("http://{text}")));
        }
    }
}
