//! The factory of sessions.

use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use core_client::pool::{Pool, PoolCounts, PoolOptions};
use futures::future::join_all;
use jiff::Timestamp;

use super::expose::ExposedCredentials;
use super::keep::{Keeper, in_words};
use super::make::{IdentityMaker, Name, Named, SessionKey, SessionMaker, identity};
use super::plan::{Account, Plan, Way};
use super::sdk::Common;
use super::{AccountId, AwsApiBuilder, AwsError, Partition, RoleConfig, Session, sts};

/// Sessions for the accounts of a configuration: made once, shared, renewed ahead of their end. Clones share everything.
///
/// Nothing is asked before a session is asked for, and no task runs while nobody asks. One account that cannot be used never holds up
/// another.
///
/// # Cancel safety
///
/// Whatever is awaited here may be given up: what is being made goes on, within [`AwsOptions::making_timeout`](super::AwsOptions), and the
/// next caller finds it. Of [`cleanup`](Self::cleanup) the beginning stands: there are no more sessions.
#[derive(Clone)]
pub struct AwsApi(Arc<Inner>);

struct Inner {
    common: Arc<Common>,
    keeper: Arc<Keeper>,
    plan: RwLock<Plan>,
    sessions: Pool<SessionMaker>,
    identities: Pool<IdentityMaker>,
}

/// Whose credentials they are, as STS says.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct CallerIdentity {
    /// The number of the account.
    pub account: AccountId,
    /// The user, or the session of a role.
    pub arn: String,
    /// What AWS calls it inside.
    pub user_id: String,
}

/// How the credentials of an account are.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum AccountHealth {
    /// Nobody asked for them yet, or they are being made.
    Unknown,
    /// They are there.
    Ready {
        /// When they end; absent: when somebody takes the key away.
        expires: Option<Timestamp>,
    },
    /// They cannot be had; it is tried again when somebody asks after a pause.
    Failing(AwsError),
}

/// How warming went.
#[derive(Debug)]
#[non_exhaustive]
pub struct WarmedSessions {
    /// Sessions that are there.
    pub ready: Vec<Session>,
    /// Account and region of those that are not, and why.
    pub failed: Vec<(String, String, AwsError)>,
}

impl AwsApi {
    /// Begins with no accounts.
    pub fn builder() -> AwsApiBuilder {
        AwsApiBuilder::default()
    }

    pub(super) fn new(common: Common, plan: Plan) -> Self {
        let common = Arc::new(common);
        let keeper = Arc::new(Keeper::new(&common));
        // What can fail here waits for credentials, and their failures are remembered where they are made.
        let limit = common.options.making_timeout.saturating_mul(2);
        let options = PoolOptions::default()
            .with_timeout(limit)
            .with_pauses(Duration::ZERO, Duration::ZERO)
            .with_concurrency(1024);
        let identities = IdentityMaker { common: Arc::clone(&common), keeper: Arc::clone(&keeper) };
        let identities = Pool::new(identities, options.clone());
        let sessions =
            SessionMaker { common: Arc::clone(&common), keeper: Arc::clone(&keeper), identities: identities.clone() };
        let sessions = Pool::new(sessions, options);
        Self(Arc::new(Inner { common, keeper, plan: RwLock::new(plan), sessions, identities }))
    }

    /// The session of this account in this region. When it is there already that takes no lock worth speaking of and no allocation; otherwise
    /// the account's credentials are made now, once for all who wait.
    ///
    /// # Errors
    /// [`AwsError`]: an account or region that is not configured, or credentials that cannot be had.
    pub async fn session(&self, account: &str, region: &str) -> Result<Session, AwsError> {
        if let Some(session) = self.0.sessions.fresh(&Name { account, region, last: None } as &dyn Named) {
            return Ok(session);
        }
        let (account, way) = self.way(account)?;
        self.make(account, way, region, false).await
    }

    /// The session of this account in its default region.
    ///
    /// # Errors
    /// As [`session`](Self::session).
    pub async fn default_session(&self, account: &str) -> Result<Session, AwsError> {
        let (account, way) = self.way(account)?;
        let region = account.config.default_region.clone();
        self.make(account, way, &region, false).await
    }

    /// The session that begins with this account's credentials and goes on with these roles, wherever they are. Each way is remembered for as
    /// long as this factory lives, so ask for a bounded number of different ones.
    ///
    /// # Errors
    /// As [`session`](Self::session), and for roles that cannot be assumed.
    pub async fn session_with_roles(
        &self,
        account: &str,
        region: &str,
        roles: impl IntoIterator<Item = RoleConfig>,
    ) -> Result<Session, AwsError> {
        let (account, mut way) = self.way(account)?;
        let mut further = false;
        for role in roles {
            let mut plan = self.0.plan.write().unwrap_or_else(PoisonError::into_inner);
            way = plan.extend(&account, &way, role)?;
            further = true;
        }
        self.make(account, way, region, further).await
    }

    /// Asks STS whose credentials these are, once, and compares it with the number of the account: before anything is written with them.
    ///
    /// # Errors
    /// [`AwsError::WrongAccount`], and as [`session`](Self::session).
    pub async fn verify_account(&self, account: &str) -> Result<CallerIdentity, AwsError> {
        let (account, way) = self.way(account)?;
        identity(&self.0.identities, &account, &way).await
    }

    /// Credentials that end so long from now (15 minutes to 36 hours), made of the account's key pair. STS gives them to users only, not to
    /// roles. They are not kept.
    ///
    /// # Errors
    /// As [`session`](Self::session).
    pub async fn expose_temporary(&self, account: &str, duration: Duration) -> Result<ExposedCredentials, AwsError> {
        let (account, way) = self.way(account)?;
        let kept = self.0.keeper.credentials(&account, &way).await?;
        let asked = sts::session_token(&self.0.common, &account, &kept.credentials, duration);
        let limit = self.0.common.options.making_timeout;
        let late = |_| AwsError::TimedOut { account: account.config.name.clone(), after: limit };
        let credentials = tokio::time::timeout(limit, asked).await.map_err(late)??;
        let expires = credentials.expiry().and_then(|expires| Timestamp::try_from(expires).ok());
        Ok(ExposedCredentials::new(credentials, expires, &account.config.default_region))
    }

    /// Makes these sessions, account and region each, all at once, and says how it went. Never stops at the first failure.
    pub async fn warm<A, R>(&self, wanted: impl IntoIterator<Item = (A, R)>) -> WarmedSessions
    where
        A: Into<String>,
        R: Into<String>,
    {
        let attempts = wanted.into_iter().map(|(account, region)| async move {
            let (account, region) = (account.into(), region.into());
            let outcome = self.session(&account, &region).await;
            (account, region, outcome)
        });
        let mut warmed = WarmedSessions { ready: Vec::new(), failed: Vec::new() };
        for (account, region, outcome) in join_all(attempts).await {
            match outcome {
                Ok(session) => warmed.ready.push(session),
                Err(error) => warmed.failed.push((account, region, error)),
            }
        }
        warmed
    }

    /// How the credentials of this account are. Asks nobody.
    ///
    /// # Errors
    /// [`AwsError::UnknownAccount`].
    pub fn health(&self, account: &str) -> Result<AccountHealth, AwsError> {
        let (account, way) = self.way(account)?;
        Ok(match self.0.keeper.look(&account, &way) {
            None => AccountHealth::Unknown,
            Some(Ok(kept)) => AccountHealth::Ready { expires: kept.expires() },
            Some(Err(error)) => AccountHealth::Failing(error),
        })
    }

    /// Forgets the credentials of this account, those of the accounts that it gets them from, and those of the roles asked for with it, as
    /// after its key was exchanged in haste, and the pauses after failures: the next call makes others. Sessions stay good.
    ///
    /// # Errors
    /// [`AwsError::UnknownAccount`].
    pub fn renew(&self, account: &str) -> Result<(), AwsError> {
        let (account, way) = self.way(account)?;
        self.0.keeper.forget(&account, &way);
        self.0.identities.evict_where(|known| known.account.name == account.name);
        Ok(())
    }

    /// What was made and given for credentials so far.
    #[must_use]
    pub fn counts(&self) -> PoolCounts {
        self.0.keeper.counts()
    }

    /// The names of all accounts, in no order.
    #[must_use]
    pub fn accounts(&self) -> Vec<String> {
        let plan = self.0.plan.read().unwrap_or_else(PoisonError::into_inner);
        plan.ways.keys().map(ToString::to_string).collect()
    }

    /// Ends everything: what is being made is cancelled and awaited, credentials are forgotten, and there are no more sessions. Clients made
    /// before fail at their next call. May be called twice.
    pub async fn cleanup(&self) {
        self.0.sessions.close().await;
        self.0.identities.close().await;
        self.0.keeper.close().await;
    }

    fn way(&self, account: &str) -> Result<(Arc<Account>, Way), AwsError> {
        let plan = self.0.plan.read().unwrap_or_else(PoisonError::into_inner);
        let known = plan.ways.get(account).cloned();
        known.ok_or_else(|| AwsError::UnknownAccount { account: account.to_owned() })
    }

    /// The account whose source is this profile, or that is called like it, for those who know profiles and not accounts.
    #[cfg(feature = "eks")]
    pub(crate) fn account_of_profile(&self, profile: &str) -> Option<String> {
        let plan = self.0.plan.read().unwrap_or_else(PoisonError::into_inner);
        let of_profile = |account: &&Arc<Account>| {
            matches!(&account.config.source, super::CredentialSource::Profile { name, .. } if name == profile)
                && account.config.roles.is_empty()
        };
        // Of several the first by name, so that it is the same one each time.
        let found =
            plan.ways.values().map(|(account, _)| account).filter(of_profile).min_by_key(|account| &account.name);
        let found = found.or_else(|| plan.ways.get(profile).map(|(account, _)| account));
        found.map(|account| account.config.name.clone())
    }

    #[cfg(feature = "eks")]
    pub(crate) fn default_region(&self, account: &str) -> Result<String, AwsError> {
        Ok(self.way(account)?.0.config.default_region.clone())
    }

    #[cfg(feature = "eks")]
    pub(crate) fn now(&self) -> Timestamp {
        self.0.common.clock.now()
    }

    async fn make(&self, account: Arc<Account>, way: Way, region: &str, further: bool) -> Result<Session, AwsError> {
        check_region(&account, region)?;
        let last = way.last.as_ref().filter(|_| further).map(|hop| hop.id);
        let key = SessionKey { account: Arc::clone(&account), region: region.into(), last, way };
        self.0.sessions.get(&key).await.map_err(|error| in_words(&account, error))
    }
}

fn check_region(account: &Account, region: &str) -> Result<(), AwsError> {
    let config = &account.config;
    if Partition::of_region(region) != Some(config.partition) {
        return Err(AwsError::WrongPartition {
            account: config.name.clone(),
            region: region.to_owned(),
            partition: config.partition,
        });
    }
    if !config.supported_regions.is_empty() && !config.supported_regions.contains(region) {
        return Err(AwsError::RegionNotSupported {
            account: config.name.clone(),
            region: region.to_owned(),
            supported: config.supported_regions.iter().cloned().collect(),
        });
    }
    Ok(())
}

impl fmt::Debug for AwsApi {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AwsApi").field("sessions", &self.0.sessions).finish_non_exhaustive()
    }
}
