//! What the SDK asks for credentials before each call. Keeps nothing: the answer comes from memory, unless what is there has ended.

use std::fmt;
use std::sync::Arc;

use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{ProvideCredentials, future};

use super::keep::Keeper;
use super::plan::{Account, Way};

/// The credentials at the end of a way.
#[derive(Clone)]
pub(super) struct WayProvider {
    pub(super) keeper: Arc<Keeper>,
    pub(super) account: Arc<Account>,
    pub(super) way: Way,
}

impl ProvideCredentials for WayProvider {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(async move {
            let kept = self.keeper.credentials(&self.account, &self.way).await;
            kept.map(|kept| kept.credentials.clone()).map_err(CredentialsError::provider_error)
        })
    }
}

impl fmt::Debug for WayProvider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WayProvider").field("account", &self.account.name).finish_non_exhaustive()
    }
}
