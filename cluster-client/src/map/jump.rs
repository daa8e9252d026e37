//! The jump host of a cluster as inventories describe it, and the way that makes. Reads the key where the record points.

use serde::{Deserialize, Serialize};

use super::error::MapError;
use crate::path::Route;
use crate::secret::{SecretLocator, SecretReader};
use crate::spec::SpecError;

/// A jump host as an inventory describes it.
///
/// Member names on the wire are those of `qontract-reconcile` (`hostname`, `knownHosts`, `user`, `port`, `identity`, `remotePort`), with one
/// difference: `knownHosts` holds the lines themselves, not the path of a resource. `localPort` is passed over: nothing listens here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct JumpHostRecord {
    /// Host name or address.
    pub hostname: String,
    /// How the host is recognised: lines as in a `known_hosts` file.
    pub known_hosts: String,
    /// Whom to log in as.
    pub user: String,
    /// Port; 22 when absent.
    #[serde(default)]
    pub port: Option<u16>,
    /// Where the private key is.
    pub identity: SecretLocator,
    /// A proxy on the jump host's own `127.0.0.1` that connects on to API servers; when absent, the jump host connects itself.
    #[serde(default)]
    pub remote_port: Option<u16>,
}

impl JumpHostRecord {
    /// A jump host on port 22 that connects to API servers itself.
    #[must_use]
    pub fn new(
        hostname: impl Into<String>,
        user: impl Into<String>,
        identity: SecretLocator,
        known_hosts: impl Into<String>,
    ) -> Self {
        Self {
            hostname: hostname.into(),
            known_hosts: known_hosts.into(),
            user: user.into(),
            port: None,
            identity,
            remote_port: None,
        }
    }

    /// Sets the port.
    #[must_use]
    pub fn with_port(mut self, port: u16) -> Self {
        self.port = Some(port);
        self
    }

    /// Goes on through a proxy on the jump host itself.
    #[must_use]
    pub fn with_remote_port(mut self, port: u16) -> Self {
        self.remote_port = Some(port);
        self
    }
}

/// The way through the jump host of a cluster.
#[cfg(feature = "ssh")]
pub(super) async fn route(
    cluster: &str,
    record: &JumpHostRecord,
    secrets: &dyn SecretReader,
) -> Result<Route, MapError> {
    use crate::path::{HostKeys, JumpHost, ProxySpec, SshIdentity, SshRoute};
    use crate::secret::SecretError;

    let name = || cluster.to_owned();
    let path = || record.identity.path.clone();
    let data = secrets.read(&record.identity).await.map_err(|error| match error {
        SecretError::NotFound { path } => MapError::SecretNotFound { cluster: name(), path },
        source => MapError::Secret { cluster: name(), source },
    })?;
    let field = &record.identity.field;
    let missing = || MapError::SecretField { cluster: name(), path: path(), field: field.clone() };
    let key = data.get(field).cloned().ok_or_else(missing)?;

    let keys = HostKeys::known_hosts(record.known_hosts.as_str());
    let jump = JumpHost::new(&record.hostname, &record.user, SshIdentity::new(key), keys);
    let route = SshRoute::new(jump.with_port(record.port.unwrap_or(22)));
    let Some(port) = record.remote_port else { return Ok(Route::Ssh(route)) };
    let unusable =
        |error: crate::path::PathSpecError| MapError::Record { cluster: name(), source: SpecError::Proxy(error) };
    let proxy = ProxySpec::parse(&format!("http://127.0.0.1:{port}")).map_err(unusable)?;
    Ok(Route::Ssh(route.then_connect(proxy)))
}

/// Without SSH there is no way through a jump host, and a direct one is not what the record means.
#[cfg(not(feature = "ssh"))]
pub(super) async fn route(cluster: &str, _: &JumpHostRecord, _: &dyn SecretReader) -> Result<Route, MapError> {
    let source = SpecError::Unsupported {
        what: "jumpHost".into(),
        instead: "build cluster-client with feature `ssh`, or remove it from the record",
    };
    Err(MapError::Record { cluster: cluster.into(), source })
}
