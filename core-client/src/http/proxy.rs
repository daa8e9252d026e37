//! A proxy between a client and its service: asked by `CONNECT` for a connection through it, and shown nothing but ciphertext of what goes
//! through. Knows nothing of requests.
//!
//! Source: RFC 9110, section 9.3.6; RFC 7617 for the login.

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;

use ::http::{HeaderValue, Uri};
use async_trait::async_trait;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hyper_rustls::{HttpsConnector, MaybeHttpsStream};
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::connect::proxy::Tunnel;
use hyper_util::rt::TokioIo;
use secrecy::{ExposeSecret as _, SecretString};
use tokio::net::TcpStream;
use tower::Service as _;
use url::Url;
use zeroize::Zeroizing;

use crate::credentials::{Bundle, Trust};
use crate::error::{ConstructionError, ConstructionKind, Error};
use crate::tls;

type BoxError = Box<dyn StdError + Send + Sync>;

/// What connects to a peer: bytes over TCP, or over TLS to a proxy.
pub(super) type Wire = MaybeHttpsStream<TokioIo<TcpStream>>;

/// A proxy that understands `CONNECT`, for [`HttpClientBuilder::proxy`](super::HttpClientBuilder::proxy).
///
/// The proxy sees to which host and port a connection goes; TLS ends at the service, whose certificate is checked as ever. No environment
/// variable is read. Cheap to clone.
#[derive(Clone)]
pub struct Proxy {
    url: Arc<Url>,
    login: Option<Arc<dyn ProxyLogin>>,
    trust: Trust,
}

/// Name and password for a proxy. Asked for each connection, so that a new password is used without a restart; connections are kept, so that
/// this is seldom.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
#[async_trait]
pub trait ProxyLogin: fmt::Debug + Send + Sync + 'static {
    /// The login as it is now.
    ///
    /// # Errors
    /// When it cannot be had; then no connection is made. Nothing in the error shows the password.
    ///
    /// # Cancel safety
    /// The future is dropped when the time to connect is over.
    async fn login(&self) -> Result<(String, SecretString), BoxError>;
}

/// A login that does not change.
struct Fixed(String, SecretString);

/// Why there is no way through a proxy. Says through which; the rest is behind it.
#[derive(Debug, thiserror::Error)]
#[error("no connection through the proxy {proxy}")]
struct ProxyError {
    proxy: String,
    #[source]
    source: BoxError,
}

/// A login that a proxy cannot be told.
#[derive(Debug, thiserror::Error)]
#[error("the login has a colon in the name, or control characters")]
struct Unsayable;

/// The way through a proxy, ready to be gone.
#[derive(Clone)]
pub(super) struct Way {
    proxy: Uri,
    login: Option<Arc<dyn ProxyLogin>>,
    to: HttpsConnector<HttpConnector>,
}

// === impl Proxy ===

impl Proxy {
    /// The proxy at this URL: `http` or `https`, a host, and a port when it is not the usual one.
    ///
    /// # Errors
    /// When it is anything else. A name and a password have no place in it: they would be shown with it.
    pub fn new(url: &str) -> Result<Self, Error> {
        let refused = |why| Error::from(ConstructionError::new(ConstructionKind::Url, why));
        let url = Url::parse(url).map_err(|_| refused("the proxy's URL is no absolute URL"))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(refused("the proxy's URL has to be http or https"));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(refused("the proxy's URL holds a login; give it apart, so that it is not shown"));
        }
        if !matches!(url.path(), "" | "/") || url.query().is_some() || url.fragment().is_some() {
            return Err(refused("the proxy's URL holds more than a host and a port"));
        }
        Ok(Self { url: Arc::new(url), login: None, trust: Trust::platform() })
    }

    /// Tells the proxy this name and password.
    #[must_use]
    pub fn with_login(self, name: impl Into<String>, password: impl Into<SecretString>) -> Self {
        self.with_login_from(Arc::new(Fixed(name.into(), password.into())))
    }

    /// Tells the proxy what this says, for each connection.
    #[must_use]
    pub fn with_login_from(mut self, login: Arc<dyn ProxyLogin>) -> Self {
        self.login = Some(login);
        self
    }

    /// Trusts these authorities for an `https` proxy. Default: those of the platform, and never those of the service.
    #[must_use]
    pub fn with_trust(mut self, trust: Trust) -> Self {
        self.trust = trust;
        self
    }

    /// Where it is; nothing in it is secret.
    #[must_use]
    pub fn url(&self) -> &Url {
        &self.url
    }

    /// The way through it over this connector.
    pub(super) fn way(&self, tcp: HttpConnector) -> Result<Way, Error> {
        let proxy: Uri = self.url.as_str().parse().map_err(|error: ::http::uri::InvalidUri| {
            ConstructionError::new(ConstructionKind::Url, "the proxy's host cannot be called").with_source(error)
        })?;
        let config = tls::client_config(&Bundle::new(None, self.trust.clone()))?;
        Ok(Way { proxy, login: self.login.clone(), to: HttpsConnector::from((tcp, config)) })
    }
}

impl fmt::Debug for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Proxy")
            .field("url", &self.url.as_str())
            .field("has_login", &self.login.is_some())
            .finish_non_exhaustive()
    }
}

// === impl Fixed ===

#[async_trait]
impl ProxyLogin for Fixed {
    async fn login(&self) -> Result<(String, SecretString), BoxError> {
        Ok((self.0.clone(), self.1.clone()))
    }
}

impl fmt::Debug for Fixed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Fixed").field("name", &self.0).finish_non_exhaustive()
    }
}

// === impl Way ===

impl fmt::Debug for Way {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Way").field("proxy", &self.proxy).finish_non_exhaustive()
    }
}

impl Way {
    /// A connection to a peer. The caller bounds how long it may take.
    pub(super) async fn connect(self, peer: Uri) -> Result<Wire, BoxError> {
        let place = self.proxy.authority().map(ToString::to_string).unwrap_or_default();
        self.through(peer).await.map_err(|source| ProxyError { proxy: place, source }.into())
    }

    async fn through(self, peer: Uri) -> Result<Wire, BoxError> {
        let mut tunnel = Tunnel::new(self.proxy, self.to);
        if let Some(login) = &self.login {
            let (name, password) = login.login().await?;
            tunnel = tunnel.with_auth(basic(&name, &password)?);
        }
        Ok(tunnel.call(with_port(peer)?).await?)
    }
}

/// The value of `Proxy-Authorization`.
fn basic(name: &str, password: &SecretString) -> Result<HeaderValue, Unsayable> {
    let password = password.expose_secret();
    if name.contains(':') || name.chars().chain(password.chars()).any(char::is_control) {
        return Err(Unsayable);
    }
    let login = Zeroizing::new(format!("{name}:{password}"));
    let value = Zeroizing::new(format!("Basic {}", STANDARD.encode(login.as_bytes())));
    let mut value = HeaderValue::try_from(value.as_str()).map_err(|_| Unsayable)?;
    value.set_sensitive(true);
    Ok(value)
}

/// The peer with its port: a tunnel without one would go to that of `https`, whatever the scheme.
fn with_port(peer: Uri) -> Result<Uri, ::http::Error> {
    if peer.port().is_some() {
        return Ok(peer);
    }
    let port = if peer.scheme() == Some(&::http::uri::Scheme::HTTP) { 80 } else { 443 };
    let authority = format!("{}:{port}", peer.host().unwrap_or_default());
    Uri::builder().scheme("https").authority(authority).path_and_query("/").build()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proxy_is_a_host_and_a_port_and_shows_no_login() {
        for fine in ["http://proxy", "https://proxy.example:3128", "http://[::1]:8080/"] {
            Proxy::new(fine).unwrap();
        }
        for wrong in [
            "proxy:3128",
            "socks5://proxy",
            "http://u:s3ntinel@proxy",
            "http://s3ntinel@proxy",
            "http://proxy/x",
            "http://proxy/?a=b",
            "",
        ] {
            let error = Proxy::new(wrong).unwrap_err();
            let told = format!("{error:?} {}", crate::ErrorChain::new(&error));
            assert!(!told.contains("s3ntinel"), "{told}");
        }
        let told = format!("{:?}", Proxy::new("http://proxy").unwrap().with_login("me", "s3ntinel".to_owned()));
        assert!(told.contains("has_login: true") && !told.contains("s3ntinel"), "{told}");
    }

    #[test]
    fn what_a_proxy_cannot_be_told_is_refused_and_not_repeated() {
        let says = |name: &str, password: &str| basic(name, &SecretString::from(password.to_owned()));
        let value = says("user", "secret").unwrap();
        assert_eq!((value.to_str().unwrap(), value.is_sensitive()), ("Basic dXNlcjpzZWNyZXQ=", true));
        for (name, password) in [("a:b", "s3ntinel"), ("a", "s3ntinel\n"), ("a\r", "s3ntinel")] {
            assert!(!format!("{:?}", says(name, password).unwrap_err()).contains("s3ntinel"));
        }
    }

    #[test]
    fn a_tunnel_goes_to_the_port_of_the_scheme() {
        let port = |peer: &str| with_port(peer.parse().unwrap()).unwrap().authority().unwrap().to_string();
        assert_eq!(port("https://ocm.example/api"), "ocm.example:443");
        assert_eq!(port("http://localhost/api"), "localhost:80");
        assert_eq!(port("https://[::1]:8443/"), "[::1]:8443");
        assert_eq!(port("https://[::1]/"), "[::1]:443");
    }
}
