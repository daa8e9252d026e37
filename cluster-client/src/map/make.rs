//! Makes the clients of a map: record, then token, then connection.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use core_client::pool::{Made, Make};
use url::Url;

use super::client::ClusterClient;
use super::error::MapError;
use super::jump;
use super::record::{ClusterRecord, Role};
use super::select::Selection;
use super::token::TokenOfCluster;
use crate::connect::Connect;
use crate::discovery::Discovery;
use crate::key::ClusterKey;
use crate::secret::SecretReader;
use crate::spec::{ClusterSpec, CredentialSpec, ServerTrust, SpecError};

/// How long a connection that is let go may take to finish what is in flight.
const DRAIN: Duration = Duration::from_secs(10);

/// One cluster in one role.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Use {
    pub(super) cluster: String,
    pub(super) role: Role,
}

pub(super) struct Maker {
    pub(super) selection: Selection,
    pub(super) connect: Arc<dyn Connect>,
    pub(super) secrets: Arc<dyn SecretReader>,
    /// What a cluster serves is the same for all roles.
    pub(super) discoveries: Mutex<HashMap<String, Discovery>>,
}

#[async_trait]
impl Make for Maker {
    type Key = Use;
    type Item = ClusterClient;
    type Error = MapError;

    async fn make(&self, wanted: &Use) -> Result<Made<ClusterClient>, MapError> {
        let Use { cluster, role } = wanted;
        let record = self
            .selection
            .look_up(cluster, *role)
            .map_err(|reason| MapError::Excluded { cluster: cluster.clone(), reason })?;
        if record.tokens(*role).is_empty() {
            return Err(MapError::NoToken { cluster: cluster.clone(), role: *role });
        }
        let unusable = |source| MapError::Record { cluster: cluster.clone(), source };
        let Some(server) = record.server_url.as_deref().filter(|url| !url.is_empty()) else {
            return Err(MapError::NoServer { cluster: cluster.clone() });
        };
        let server = address(server).map_err(unusable)?;
        let token = Arc::new(TokenOfCluster::new(Arc::clone(record), *role, Arc::clone(&self.secrets)));
        token.prepare().await?;

        let key = ClusterKey::new(cluster).map_err(|_| MapError::NoServer { cluster: cluster.clone() })?;
        let route = match &record.jump_host {
            Some(jump_host) => jump::route(cluster, jump_host, &*self.secrets).await?,
            None => record.route.clone(),
        };
        let spec = describe(record, server, CredentialSpec::Custom(token)).with_route(route);
        let connected = self.connect.connect(&key, &spec).await;
        let connection =
            connected.map_err(|error| MapError::Unreachable { cluster: cluster.clone(), source: Arc::new(error) })?;
        let discovery = {
            let mut discoveries = self.discoveries.lock().unwrap_or_else(PoisonError::into_inner);
            discoveries.entry(cluster.clone()).or_insert_with(|| Discovery::new(connection.client.clone())).clone()
        };
        Ok(Made::lasting(ClusterClient::new(cluster.clone(), *role, connection, discovery)))
    }

    async fn retire(&self, _: &Use, client: ClusterClient) {
        client.close(DRAIN).await;
    }
}

fn address(server: &str) -> Result<Url, SpecError> {
    let refuse = |reason| SpecError::Server { server: server.into(), reason };
    let url = Url::parse(server).map_err(|_| refuse("it is no URL"))?;
    if url.scheme() != "https" {
        return Err(refuse("its scheme is not https"));
    }
    Ok(url)
}

fn describe(record: &ClusterRecord, server: Url, credential: CredentialSpec) -> ClusterSpec {
    let trust = match &record.certificate_authority {
        _ if record.insecure_skip_tls_verify => ServerTrust::InsecureSkipVerify,
        Some(pem) => ServerTrust::Roots(pem.as_bytes().into()),
        None => ServerTrust::System,
    };
    let spec = ClusterSpec::new(server, trust, credential);
    match &record.tls_server_name {
        Some(name) => spec.with_tls_server_name(name),
        None => spec,
    }
}
