//! How bytes reach an API server: directly, through a proxy, or through SSH jump hosts. Knows nothing of TLS to the API server, and nothing
//! of Kubernetes.
//!
//! A [`Route`] says which way; [`Paths`] turns it into something that [`Dial`]s and shares what can be shared. Proxies and jump hosts see
//! ciphertext only, names are resolved where the path ends, and the environment (`HTTPS_PROXY`, `NO_PROXY`) is never asked.

mod connect;
mod direct;
mod error;
mod health;
mod paths;
mod proxied;
mod proxy;
mod resolve;
mod socks;
#[cfg(feature = "ssh")]
mod ssh;
mod stream;
mod tls;

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use tokio::io::{AsyncRead, AsyncWrite};

pub use error::{BehindError, Hop, HopError, HopKind, PathError, PathSpecError};
pub use health::{IncidentStream, Outage, PathIncident, PathStatus};
#[cfg(feature = "metrics")]
pub(crate) use paths::WeakPaths;
pub use paths::{PathOptions, Paths};
pub use proxy::ProxySpec;
pub use resolve::{Resolve, SystemResolver};
#[cfg(feature = "ssh")]
pub use ssh::{HostKeys, JumpHost, SshIdentity, SshOptions, SshRoute};

/// A host and a port, as the API server's URL names them; names are resolved where the path ends.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[allow(clippy::exhaustive_structs, reason = "a host and a port, for ever")]
pub struct Target {
    /// Host name or address, without brackets.
    pub host: String,
    /// Port.
    pub port: u16,
}

impl Target {
    /// A host, without brackets, and a port.
    #[must_use]
    pub fn new(host: impl Into<String>, port: u16) -> Self {
        Self { host: host.into(), port }
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.host.contains(':') {
            write!(f, "[{}]:{}", self.host, self.port)
        } else {
            write!(f, "{}:{}", self.host, self.port)
        }
    }
}

/// A stream of bytes to an API server.
pub trait Io: AsyncRead + AsyncWrite + Send + Unpin + 'static {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin + 'static> Io for T {}

/// Opens streams to API servers.
#[async_trait]
pub trait Dial: fmt::Debug + Send + Sync + 'static {
    /// Opens one stream. The implementation has a deadline of its own; dropping the future leaves nothing behind.
    ///
    /// # Errors
    /// [`PathError`] naming the hop that failed.
    async fn dial(&self, target: &Target) -> Result<Box<dyn Io>, PathError>;
}

/// How bytes reach an API server.
///
/// Two routes are equal when they are the same way with the same secrets; a [`Route::Custom`] is equal to itself only.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Route {
    /// A TCP connection.
    Direct,
    /// An HTTP proxy that understands `CONNECT`.
    HttpConnect(ProxySpec),
    /// A SOCKS5 proxy; the proxy resolves the name.
    Socks5(ProxySpec),
    /// SSH jump hosts; the last one resolves the name.
    #[cfg(feature = "ssh")]
    Ssh(SshRoute),
    /// Something the application brings.
    Custom(Arc<dyn Dial>),
}

impl Route {
    /// Reads the `proxy-url` of a kubeconfig: `http`, `https`, `socks5` or `socks5h`, with an optional percent-encoded `name:password@`.
    ///
    /// Ports default to 80, 443 and 1080. A SOCKS5 proxy always resolves the name itself, whichever of the two schemes is used. An empty
    /// text is an error: a source that finds one has found no proxy.
    ///
    /// Source: client-go `tools/clientcmd/api` `Cluster.ProxyURL`, RFC 3986.
    ///
    /// # Errors
    /// [`PathSpecError`], which never repeats the name and password.
    pub fn from_proxy_url(text: &str) -> Result<Self, PathSpecError> {
        let proxy = ProxySpec::parse(text)?;
        Ok(if proxy.is_socks() { Self::Socks5(proxy) } else { Self::HttpConnect(proxy) })
    }

    /// The proxies and jump hosts that it leads through, in order, as errors and incidents name them. None of a [`Route::Custom`], whose
    /// errors name what they will.
    #[must_use]
    pub fn hops(&self) -> Vec<Hop> {
        match self {
            Self::Direct | Self::Custom(_) => Vec::new(),
            Self::HttpConnect(proxy) | Self::Socks5(proxy) => proxy.hop().into_iter().collect(),
            #[cfg(feature = "ssh")]
            Self::Ssh(route) => {
                let jumps = route.jumps.iter().map(|jump| Hop::new(HopKind::JumpHost, jump.target()));
                jumps.chain(route.then_connect.iter().filter_map(|proxy| proxy.hop().ok())).collect()
            }
        }
    }
}

impl PartialEq for Route {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Direct, Self::Direct) => true,
            (Self::HttpConnect(one), Self::HttpConnect(other)) | (Self::Socks5(one), Self::Socks5(other)) => {
                one == other
            }
            #[cfg(feature = "ssh")]
            (Self::Ssh(one), Self::Ssh(other)) => one == other,
            (Self::Custom(one), Self::Custom(other)) => Arc::ptr_eq(one, other),
            _ => false,
        }
    }
}

impl Eq for Route {}
