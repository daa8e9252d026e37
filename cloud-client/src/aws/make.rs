//! What sessions are known by, and how they and the answers about them are made. Knows nothing of who asks.

use std::borrow::Borrow;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use aws_credential_types::provider::SharedCredentialsProvider;
use core_client::pool::{Made, Make, Pool};

use super::keep::{Fingerprint, Keeper, in_words};
use super::plan::{Account, Way};
use super::provider::WayProvider;
use super::sdk::Common;
use super::{AwsError, CallerIdentity, Session, Verification, sts};

/// Whose credentials are at the end of this way, asked once, and again for another key pair.
pub(super) async fn identity(
    pool: &Pool<IdentityMaker>,
    account: &Arc<Account>,
    way: &Way,
) -> Result<CallerIdentity, AwsError> {
    let kept = pool.maker().keeper.credentials(account, way).await?;
    let key = IdentityKey { account: Arc::clone(account), way: way.clone(), fingerprint: kept.fingerprint() };
    pool.get(&key).await.map_err(|error| in_words(account, error))
}

/// What a session is known by: account, region, and the last role when that is not the account's own.
pub(super) trait Named {
    fn name(&self) -> Name<'_>;
}

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Name<'a> {
    pub(super) account: &'a str,
    pub(super) region: &'a str,
    pub(super) last: Option<usize>,
}

#[derive(Clone)]
pub(super) struct SessionKey {
    pub(super) account: Arc<Account>,
    pub(super) region: Arc<str>,
    pub(super) last: Option<usize>,
    pub(super) way: Way,
}

impl Named for Name<'_> {
    fn name(&self) -> Name<'_> {
        *self
    }
}

impl Named for SessionKey {
    fn name(&self) -> Name<'_> {
        Name { account: &self.account.name, region: &self.region, last: self.last }
    }
}

impl<'a> Borrow<dyn Named + 'a> for SessionKey {
    fn borrow(&self) -> &(dyn Named + 'a) {
        self
    }
}

impl PartialEq for dyn Named + '_ {
    fn eq(&self, other: &Self) -> bool {
        self.name() == other.name()
    }
}

impl Eq for dyn Named + '_ {}

impl Hash for dyn Named + '_ {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.name().hash(state);
    }
}

impl PartialEq for SessionKey {
    fn eq(&self, other: &Self) -> bool {
        self.name() == other.name()
    }
}

impl Eq for SessionKey {}

impl Hash for SessionKey {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.name().hash(state);
    }
}

impl fmt::Debug for SessionKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SessionKey")
            .field("account", &self.account.name)
            .field("region", &self.region)
            .finish_non_exhaustive()
    }
}

pub(super) struct SessionMaker {
    pub(super) common: Arc<Common>,
    pub(super) keeper: Arc<Keeper>,
    pub(super) identities: Pool<IdentityMaker>,
}

#[async_trait]
impl Make for SessionMaker {
    type Key = SessionKey;
    type Item = Session;
    type Error = AwsError;

    async fn make(&self, key: &SessionKey) -> Result<Made<Session>, AwsError> {
        let SessionKey { account, region, way, last } = key;
        // Whoever gets a session can use it: what is wrong is said here, in our words, and not at the first call.
        self.keeper.credentials(account, way).await?;
        if self.common.options.verification == Verification::BeforeFirstUse && last.is_none() {
            identity(&self.identities, account, way).await?;
        }
        let provider = WayProvider { keeper: Arc::clone(&self.keeper), account: Arc::clone(account), way: way.clone() };
        let config = self.common.for_calls(account, region, SharedCredentialsProvider::new(provider.clone()));
        Ok(Made::lasting(Session::new(region, config, provider)))
    }
}

#[derive(Clone)]
pub(super) struct IdentityKey {
    pub(super) account: Arc<Account>,
    pub(super) way: Way,
    pub(super) fingerprint: Fingerprint,
}

pub(super) struct IdentityMaker {
    pub(super) common: Arc<Common>,
    pub(super) keeper: Arc<Keeper>,
}

#[async_trait]
impl Make for IdentityMaker {
    type Key = IdentityKey;
    type Item = CallerIdentity;
    type Error = AwsError;

    async fn make(&self, IdentityKey { account, way, .. }: &IdentityKey) -> Result<Made<CallerIdentity>, AwsError> {
        let kept = self.keeper.credentials(account, way).await?;
        let identity = sts::identity(&self.common, account, &kept.credentials).await?;
        match account.config.uid {
            Some(expected) if expected != identity.account => {
                Err(AwsError::WrongAccount { account: account.config.name.clone(), expected, found: identity.account })
            }
            _ => Ok(Made::lasting(identity)),
        }
    }

    fn patience(&self, error: &AwsError) -> Option<Duration> {
        error.retry_after()
    }
}

impl PartialEq for IdentityKey {
    fn eq(&self, other: &Self) -> bool {
        self.account.name == other.account.name && self.fingerprint == other.fingerprint
    }
}

impl Eq for IdentityKey {}

impl Hash for IdentityKey {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (&self.account.name, self.fingerprint).hash(state);
    }
}

impl fmt::Debug for IdentityKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("IdentityKey").field(&self.account.name).finish()
    }
}
