//! What the registry asks of a connection: make one, look whether it is well, give it another credential, let it go.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use kube::Client;

use crate::error::ConnectError;
use crate::key::ClusterKey;
use crate::path::Paths;
use crate::spec::{ClusterSpec, ClusterUid, CredentialSpec};
use crate::transport::ConnectionStats;

/// Makes connections. The real one is `transport::Connector`.
#[async_trait]
pub trait Connect: Send + Sync + 'static {
    /// Makes a connection and proves it: the API server was authenticated, it accepted the credential, and it says who it is.
    ///
    /// The caller bounds how long this may take; dropping the future leaves nothing behind.
    ///
    /// # Errors
    /// [`ConnectError`] with the class of trouble.
    async fn connect(&self, key: &ClusterKey, spec: &ClusterSpec) -> Result<Connection, ConnectError>;

    /// The ways that connections take, if they can be asked: whoever owns the connections then hears of proxies and jump hosts that go down
    /// and come back, instead of finding out once for each cluster behind them.
    fn paths(&self) -> Option<&Paths> {
        None
    }
}

#[cfg(any(test, feature = "mock"))]
mockall::mock! {
    /// Makes the connections that a test expects.
    #[derive(Debug)]
    pub Connect {}

    #[async_trait]
    impl Connect for Connect {
        async fn connect(&self, key: &ClusterKey, spec: &ClusterSpec) -> Result<Connection, ConnectError>;
    }
}

/// A connection that was made and proven.
#[allow(clippy::exhaustive_structs, reason = "whoever makes connections fills it in")]
pub struct Connection {
    /// The client to hand out.
    pub client: Client,
    /// What the owner of the connection does with it.
    pub control: Arc<dyn ConnectionControl>,
    /// UID of the cluster; absent when we may not read the `kube-system` namespace.
    pub identity: Option<ClusterUid>,
    /// Version of the API server, such as `v1.36.3`; absent when it does not say.
    pub server_version: Option<String>,
}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connection")
            .field("identity", &self.identity)
            .field("server_version", &self.server_version)
            .finish_non_exhaustive()
    }
}

/// What the owner of a connection does with it.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
#[async_trait]
pub trait ConnectionControl: Send + Sync + 'static {
    /// Asks whether the API server is alive and ready (`/livez`, then `/readyz`), with the credential and over the way that requests
    /// and watches take, without retries.
    ///
    /// # Errors
    /// [`ConnectError`]; its class tells a refused credential from an unreachable or unhealthy server.
    async fn probe(&self, within: Duration) -> Result<(), ConnectError>;

    /// Gives the connection another credential beneath the same client: requests that start afterwards carry it, those in flight finish.
    /// A good old credential stays when the new one cannot be used.
    ///
    /// # Errors
    /// [`ConnectError`] when the new one cannot be read or had.
    async fn swap_credential(&self, credential: &CredentialSpec) -> Result<(), ConnectError>;

    /// How many requests are in flight; a watch counts while it is open.
    fn in_flight(&self) -> usize;

    /// When the credential stops being good, as far as that is known.
    fn credential_expires(&self) -> Option<jiff::Timestamp>;

    /// Numbers for metrics; zero where nobody counts.
    fn stats(&self) -> ConnectionStats {
        ConnectionStats::default()
    }

    /// Refuses new requests, waits up to `drain` for those in flight, then closes every socket and ends every task.
    async fn close(&self, drain: Duration);
}
