//! The token of a cluster: read where its record points, checked to be meant for that server, and read again when it is refused.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use secrecy::{ExposeSecret as _, SecretString};

use super::error::MapError;
use super::record::{ClusterRecord, Role, normalised};
use crate::auth::{AuthError, Credential, CredentialProvider, Material};
use crate::secret::{SecretData, SecretError, SecretLocator, SecretReader};

/// The member of a secret that says for which server its token was made.
const SERVER: &str = "server";

/// Reads the token of one cluster in one role.
pub(super) struct TokenOfCluster {
    record: Arc<ClusterRecord>,
    role: Role,
    secrets: Arc<dyn SecretReader>,
    /// What the map has read already; the first one who asks takes it.
    first: Mutex<Option<SecretString>>,
}

impl TokenOfCluster {
    pub(super) fn new(record: Arc<ClusterRecord>, role: Role, secrets: Arc<dyn SecretReader>) -> Self {
        Self { record, role, secrets, first: Mutex::new(None) }
    }

    /// Reads the token now and keeps it for whoever asks for the credential first.
    pub(super) async fn prepare(&self) -> Result<(), MapError> {
        let token = self.read().await?;
        *self.first.lock().unwrap_or_else(PoisonError::into_inner) = Some(token);
        Ok(())
    }

    /// The first of the role's tokens that is there. One that is meant for another server ends the search: it is a mistake, not a gap.
    async fn read(&self) -> Result<SecretString, MapError> {
        let cluster = || self.record.name.clone();
        let mut missing = MapError::NoToken { cluster: cluster(), role: self.role };
        for locator in self.record.tokens(self.role) {
            match self.secrets.read(locator).await {
                Ok(data) => return self.token_in(locator, &data),
                Err(SecretError::NotFound { path }) => missing = MapError::SecretNotFound { cluster: cluster(), path },
                Err(source) => return Err(MapError::Secret { cluster: cluster(), source }),
            }
        }
        Err(missing)
    }

    fn token_in(&self, locator: &SecretLocator, data: &SecretData) -> Result<SecretString, MapError> {
        let member = |field: &str| {
            data.get(field).ok_or_else(|| MapError::SecretField {
                cluster: self.record.name.clone(),
                path: locator.path.clone(),
                field: field.into(),
            })
        };
        // Not a secret: it is shown when it differs.
        let server = member(SERVER)?.expose_secret();
        let record = self.record.server_url.as_deref();
        if normalised(Some(server)) != normalised(record) {
            return Err(MapError::ServerMismatch {
                cluster: self.record.name.clone(),
                path: locator.path.clone(),
                record: record.unwrap_or_default().to_owned(),
                secret: shown(server),
            });
        }
        member(&locator.field).cloned()
    }
}

/// A server for an error: somebody may have put something else there.
fn shown(server: &str) -> String {
    match url::Url::parse(server) {
        Ok(url) if url.host().is_some() && url.username().is_empty() && url.password().is_none() => url.into(),
        _ => "something that is no URL".into(),
    }
}

#[async_trait]
impl CredentialProvider for TokenOfCluster {
    async fn credential(&self) -> Result<Credential, AuthError> {
        let first = self.first.lock().unwrap_or_else(PoisonError::into_inner).take();
        let token = match first {
            Some(token) => token,
            None => self.read().await.map_err(|error| AuthError::Provider(Arc::new(error)))?,
        };
        Ok(Credential { material: Material::Token(token), expires: None })
    }
}

impl fmt::Debug for TokenOfCluster {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenOfCluster")
            .field("cluster", &self.record.name)
            .field("role", &self.role)
            .finish_non_exhaustive()
    }
}
