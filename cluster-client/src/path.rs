//! How bytes reach an API server: directly, through a proxy, or through SSH jump hosts. Knows nothing of TLS to the API server, and nothing
//! of Kubernetes.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use secrecy::SecretString;
use tokio::io::{AsyncRead, AsyncWrite};
use url::Url;

use crate::error::ErrorClass;

/// A host and a port, as the API server's URL names them; names are resolved where the path ends.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[allow(clippy::exhaustive_structs, reason = "a host and a port, for ever")]
pub struct Target {
    /// Host name or address, without brackets.
    pub host: String,
    /// Port.
    pub port: u16,
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
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Route {
    /// A TCP connection.
    Direct,
    /// An HTTP proxy that understands `CONNECT`.
    HttpConnect(ProxySpec),
    /// A SOCKS5 proxy; the proxy resolves the name.
    Socks5(ProxySpec),
    /// Something the application brings.
    Custom(Arc<dyn Dial>),
}

/// A proxy.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct ProxySpec {
    /// Where it is; `http`, `https` or `socks5`, without name and password.
    pub url: Url,
    /// Name and password for it.
    pub login: Option<(String, SecretString)>,
    /// Authorities of an `https` proxy, PEM; absent: those that this machine trusts.
    pub roots: Option<Arc<[u8]>>,
}

/// What failed on the way to an API server.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum PathError {
    /// The name has no address.
    #[error("{host} has no address")]
    Resolve {
        /// The name.
        host: String,
        /// What the resolver says.
        #[source]
        source: Arc<std::io::Error>,
    },
    /// The API server does not take the connection.
    #[error("no connection to {target}")]
    Connect {
        /// Host and port.
        target: Target,
        /// What the socket says.
        #[source]
        source: Arc<std::io::Error>,
    },
    /// It took too long.
    #[error("no connection to {target} within {after:?}")]
    Timeout {
        /// Host and port of what did not answer.
        target: Target,
        /// How long it was waited for.
        after: std::time::Duration,
    },
}

impl PathError {
    /// What kind of trouble it is: a hop before the API server, or the API server itself.
    #[must_use]
    pub fn class(&self) -> ErrorClass {
        match self {
            Self::Resolve { .. } | Self::Connect { .. } | Self::Timeout { .. } => ErrorClass::Unreachable,
        }
    }
}
