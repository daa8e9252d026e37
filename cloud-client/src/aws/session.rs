//! A session: one account, one region, and everything that a client of the SDK needs. Knows nothing of how it was made.

use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};

use aws_config::SdkConfig;

use super::expose::ExposedCredentials;
use super::provider::WayProvider;
use super::{AwsError, Partition};

/// One account in one region. Clones share everything.
///
/// ```no_run
/// # async fn doc(session: cloud_client::aws::Session) {
/// // `aws_sdk_sts` stands for any of the SDK's crates. Made once, and given again to whoever asks for the same type.
/// let sts = session.client(aws_sdk_sts::Client::new);
/// # let _ = sts; }
/// ```
///
/// Clients made of it have one set of connections with those of all other sessions, and are never more at a time than the account allows.
/// Their credentials come from memory and are renewed ahead of their end. When there are none any more, a call fails with the SDK's error;
/// [`AwsError::in_chain`] finds the reason in it. Lists have pages: use the paginators that the SDK's operations have (`into_paginator`).
#[derive(Clone)]
pub struct Session(Arc<Inner>);

struct Inner {
    region: String,
    config: SdkConfig,
    provider: WayProvider,
    clients: RwLock<HashMap<TypeId, Box<dyn Any + Send + Sync>>>,
}

impl Session {
    pub(super) fn new(region: &str, config: SdkConfig, provider: WayProvider) -> Self {
        Self(Arc::new(Inner { region: region.to_owned(), config, provider, clients: RwLock::default() }))
    }

    /// The account's name in the configuration.
    #[must_use]
    pub fn account(&self) -> &str {
        &self.0.provider.account.config.name
    }

    /// The region.
    #[must_use]
    pub fn region(&self) -> &str {
        &self.0.region
    }

    /// The partition.
    #[must_use]
    pub fn partition(&self) -> Partition {
        self.0.provider.account.config.partition
    }

    /// What any client of the SDK is made of.
    #[must_use]
    pub fn config(&self) -> &SdkConfig {
        &self.0.config
    }

    /// The client of this type: the one that was made before, or one that is made now. `make` is called under a lock and must only make the
    /// client.
    pub fn client<C: Clone + Send + Sync + 'static>(&self, make: impl FnOnce(&SdkConfig) -> C) -> C {
        let id = TypeId::of::<C>();
        let known = |clients: &HashMap<TypeId, Box<dyn Any + Send + Sync>>| {
            clients.get(&id).and_then(|client| client.downcast_ref::<C>()).cloned()
        };
        if let Some(client) = known(&self.0.clients.read().unwrap_or_else(PoisonError::into_inner)) {
            return client;
        }
        let mut clients = self.0.clients.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(client) = known(&clients) {
            return client;
        }
        let client = make(&self.0.config);
        clients.insert(id, Box::new(client.clone()));
        client
    }

    /// The credentials as they are now, for programs that are no clients of ours. The parts that show them say so in their names.
    ///
    /// # Errors
    /// [`AwsError`] when there are none.
    ///
    /// # Cancel safety
    /// Giving up stops nothing; the next caller finds what was made.
    pub async fn expose_credentials(&self) -> Result<ExposedCredentials, AwsError> {
        let WayProvider { keeper, account, way } = &self.0.provider;
        let kept = keeper.credentials(account, way).await?;
        Ok(ExposedCredentials::new(kept.credentials.clone(), kept.expires(), self.region()))
    }
}

impl AsRef<SdkConfig> for Session {
    fn as_ref(&self) -> &SdkConfig {
        self.config()
    }
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session")
            .field("account", &self.account())
            .field("region", &self.region())
            .finish_non_exhaustive()
    }
}
