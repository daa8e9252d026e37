//! A proxy between a client and its service, which is shown nothing but ciphertext of what goes through. Knows nothing of requests, nor of
//! what is said to it.

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;

use ::http::Uri;
use async_trait::async_trait;
use hyper_rustls::{HttpsConnector, MaybeHttpsStream};
use hyper_util::client::legacy::connect::HttpConnector;
use secrecy::SecretString;
use tower::Service as _;
use url::Url;

use super::stream::Wire;
use super::tunnel::{self, Login};
use crate::credentials::{Bundle, Trust};
use crate::error::{ConstructionError, ConstructionKind, Error};
use crate::tls;

type BoxError = Box<dyn StdError + Send + Sync>;

/// A proxy that understands `CONNECT`, for [`HttpClientBuilder::proxy`](super::HttpClientBuilder::proxy).
///
/// The proxy sees to which host and port a connection goes; TLS ends at the service, whose certificate is checked as ever. No environment
/// variable is read. What it answers when it refuses is in the error, as a [`TunnelError`](super::tunnel::TunnelError). Cheap to clone.
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

/// The way through a proxy, ready to be gone.
#[derive(Clone)]
pub(super) struct Way {
    proxy: Uri,
    login: Option<Arc<dyn ProxyLogin>>,
    to: Reach,
}

/// How the proxy itself is reached.
#[derive(Clone)]
enum Reach {
    Plain(HttpConnector),
    Tls(HttpsConnector<HttpConnector>),
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

    /// Trusts these authorities for an `https` proxy. Default: those of the platform, and never those of the service. An `http` proxy needs
    /// none.
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
        let to = match self.url.scheme() {
            // Roots are for who needs them: the platform may have none.
            "http" => Reach::Plain(tcp),
            _ => Reach::Tls(HttpsConnector::from((tcp, tls::client_config(&Bundle::new(None, self.trust.clone()))?))),
        };
        Ok(Way { proxy, login: self.login.clone(), to })
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

    async fn through(mut self, peer: Uri) -> Result<Wire, BoxError> {
        let login = match &self.login {
            Some(login) => {
                let (name, password) = login.login().await?;
                Some(Login::new(&name, &password)?)
            }
            None => None,
        };
        let stream = match &mut self.to {
            Reach::Plain(tcp) => MaybeHttpsStream::Http(tcp.call(self.proxy).await?),
            Reach::Tls(tls) => tls.call(self.proxy).await?,
        };
        Ok(Wire::Tunnel(tunnel::open(stream, &target(&peer), login.as_ref()).await?))
    }
}

/// Host and port of the peer, whose port goes by its scheme when it says none.
fn target(peer: &Uri) -> String {
    let usual = if peer.scheme() == Some(&::http::uri::Scheme::HTTP) { 80 } else { 443 };
    format!("{}:{}", peer.host().unwrap_or_default(), peer.port_u16().unwrap_or(usual))
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
    fn a_tunnel_goes_to_the_port_of_the_scheme() {
        let target = |peer: &str| target(&peer.parse().unwrap());
        assert_eq!(target("https://ocm.example/api"), "ocm.example:443");
        assert_eq!(target("http://localhost/api"), "localhost:80");
        assert_eq!(target("https://[::1]:8443/"), "[::1]:8443");
        assert_eq!(target("https://[::1]/"), "[::1]:443");
    }
}
