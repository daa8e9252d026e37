//! Credentials, made once for all who come the same way and made anew before they end. Knows nothing of what is done with them.
//!
//! One pool for what sources give, and one for each step of a chain of roles, so that a step waits for the step before it and never for its
//! own kind.

use std::hash::{Hash, Hasher};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use async_trait::async_trait;
use aws_credential_types::Credentials;
use core_client::ErrorChain;
use core_client::pool::{Freshness, Made, Make, Pool, PoolCounts, PoolError, PoolOptions};
use jiff::Timestamp;
use sha2::{Digest as _, Sha256};

use super::plan::{Account, Hop, MAX_ROLES, Way};
use super::sdk::Common;
use super::{AwsError, source, sts};

/// Credentials, and when to make others.
#[derive(Debug)]
pub(super) struct Kept {
    pub(super) credentials: Credentials,
    /// Tells long-lived key pairs apart, and nothing else: what is made of a key pair is made anew when it is another one.
    fingerprint: Fingerprint,
    renew: Option<SystemTime>,
    over: Option<SystemTime>,
}

/// A digest of a key pair; that of nothing for credentials which end by themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub(super) struct Fingerprint(u128);

/// What sources give, by the account whose configuration has the source.
#[derive(Clone)]
struct BaseKey(Arc<Account>);

struct BaseMaker(Arc<Common>);

#[derive(Debug, Clone)]
struct RoleKey {
    hop: Arc<Hop>,
    fingerprint: Fingerprint,
}

struct RoleMaker {
    common: Arc<Common>,
    before: Before,
}

/// Where the credentials come from with which a role is assumed.
enum Before {
    Source(Pool<BaseMaker>),
    Role(Pool<RoleMaker>),
}

/// All credentials.
pub(super) struct Keeper {
    bases: Pool<BaseMaker>,
    /// By how many roles come before.
    roles: Vec<Pool<RoleMaker>>,
}

impl Keeper {
    pub(super) fn new(common: &Arc<Common>) -> Self {
        let options = PoolOptions::default()
            .with_concurrency(common.options.max_making)
            .with_timeout(common.options.making_timeout);
        let bases = Pool::new(BaseMaker(Arc::clone(common)), options.clone());
        let mut roles: Vec<Pool<RoleMaker>> = Vec::with_capacity(MAX_ROLES);
        for _ in 0..MAX_ROLES {
            let before = roles.last().map_or_else(|| Before::Source(bases.clone()), |pool| Before::Role(pool.clone()));
            roles.push(Pool::new(RoleMaker { common: Arc::clone(common), before }, options.clone()));
        }
        Self { bases, roles }
    }

    /// The credentials at the end of this way, which are good for a while. `account` is who they are for.
    pub(super) async fn credentials(&self, account: &Account, way: &Way) -> Result<Arc<Kept>, AwsError> {
        let source = BaseKey(Arc::clone(&way.base));
        let base = async || self.bases.get(&source).await.map_err(|error| in_words(account, error));
        let Some((hop, pool)) = self.last(way) else { return base().await };
        let of = |fingerprint| RoleKey { hop: Arc::clone(hop), fingerprint };
        let key = match self.bases.fresh(&source) {
            Some(base) => of(base.fingerprint),
            None => match pool.fresh(&of(Fingerprint::default())) {
                // What the source gave has ended, and what was made of it has not.
                Some(kept) => return Ok(kept),
                None => of(base().await?.fingerprint),
            },
        };
        if let Some(kept) = pool.fresh(&key) {
            return Ok(kept);
        }
        let kept = pool.get(&key).await.map_err(|error| in_words(account, error))?;
        // What was made of a key pair that is no longer the one.
        pool.evict_where(|known| known.hop.id == key.hop.id && known.fingerprint != key.fingerprint);
        Ok(kept)
    }

    /// Forgets what the source gave, the credentials all along this account's way, also of accounts that it comes by, and those of its
    /// further roles: all are made anew when they are asked for.
    pub(super) fn forget(&self, account: &Account, way: &Way) {
        self.bases.evict(&BaseKey(Arc::clone(&way.base)));
        let along: Vec<_> = way.hops().map(|hop| hop.id).collect();
        for pool in &self.roles {
            pool.evict_where(|known| along.contains(&known.hop.id) || known.hop.account.name == account.name);
        }
    }

    /// The credentials that are there, or why there are none; absent when nobody asked yet.
    pub(super) fn look(&self, account: &Account, way: &Way) -> Option<Result<Arc<Kept>, AwsError>> {
        let base = self.bases.peek(&BaseKey(Arc::clone(&way.base)))?;
        let looked = match (base, self.last(way)) {
            (Ok(base), Some((hop, pool))) => {
                pool.peek(&RoleKey { hop: Arc::clone(hop), fingerprint: base.fingerprint })?
            }
            (base, _) => base,
        };
        Some(looked.map_err(|error| in_words(account, error)))
    }

    /// What all pools did so far.
    pub(super) fn counts(&self) -> PoolCounts {
        self.roles.iter().map(Pool::counts).fold(self.bases.counts(), |mut all, counts| {
            all.hits += counts.hits;
            all.attempts += counts.attempts;
            all.renewals += counts.renewals;
            all.failures += counts.failures;
            all
        })
    }

    pub(super) async fn close(&self) {
        // From the end of the chains, so that nobody waits for what is gone.
        for pool in self.roles.iter().rev() {
            pool.close().await;
        }
        self.bases.close().await;
    }

    fn last<'a>(&'a self, way: &'a Way) -> Option<(&'a Arc<Hop>, &'a Pool<RoleMaker>)> {
        let hop = way.last.as_ref()?;
        Some((hop, self.roles.get(hop.depth)?))
    }
}

impl Kept {
    /// Plans the life of credentials that were made now.
    fn new(credentials: Credentials, common: &Common, chance: f64) -> Self {
        let now: SystemTime = common.clock.now().into();
        let options = &common.options;
        let (renew, over, fingerprint) = match credentials.expiry() {
            Some(expires) => {
                let (renew, over) = life(now, expires, options.renew_before, options.margin, chance);
                (Some(renew), Some(over), Fingerprint::default())
            }
            None => (now.checked_add(options.reread), None, Fingerprint::of(&credentials)),
        };
        Self { credentials, fingerprint, renew, over }
    }

    pub(super) fn expires(&self) -> Option<Timestamp> {
        Timestamp::try_from(self.credentials.expiry()?).ok()
    }

    pub(super) fn fingerprint(&self) -> Fingerprint {
        self.fingerprint
    }

    fn freshness(&self, now: SystemTime) -> Freshness {
        if self.over.is_some_and(|over| over <= now) {
            Freshness::Over
        } else if self.renew.is_some_and(|renew| renew <= now) {
            Freshness::Aging
        } else {
            Freshness::Fresh
        }
    }
}

/// From when on credentials are made anew, and from when on they are not handed out. Those that live shortly are not renewed at once and
/// again and again: a third of their life at most is given up, and a quarter more or less of that by chance, so that many do not end
/// together.
fn life(
    now: SystemTime,
    expires: SystemTime,
    early: Duration,
    margin: Duration,
    chance: f64,
) -> (SystemTime, SystemTime) {
    let whole = expires.duration_since(now).unwrap_or_default();
    let early = early.min(whole / 3).mul_f64(0.75 + 0.25 * chance.clamp(0.0, 1.0));
    let margin = margin.min(early);
    (expires - early, expires - margin)
}

impl Fingerprint {
    fn of(credentials: &Credentials) -> Self {
        let mut digest = Sha256::new();
        for part in [credentials.access_key_id(), credentials.secret_access_key()] {
            digest.update(part.len().to_le_bytes());
            digest.update(part);
        }
        let digest = digest.finalize();
        Self(digest.iter().take(16).fold(0, |all, byte| all << 8 | u128::from(*byte)))
    }
}

#[async_trait]
impl Make for BaseMaker {
    type Key = BaseKey;
    type Item = Arc<Kept>;
    type Error = AwsError;

    async fn make(&self, BaseKey(account): &BaseKey) -> Result<Made<Arc<Kept>>, AwsError> {
        let common = &self.0;
        let given = source::credentials(common, account).await;
        let now: SystemTime = common.clock.now().into();
        let good = given.and_then(|given| match given.expiry() {
            Some(expires) if expires <= now => {
                let origin = account.config.source.to_string();
                Err(AwsError::SourceExpired { account: account.config.name.clone(), origin })
            }
            _ => Ok(Kept::new(given, common, rand::random())),
        });
        recorded(common, account, good).map(|kept| Made::lasting(Arc::new(kept)))
    }

    fn freshness(&self, _: &BaseKey, kept: &Arc<Kept>) -> Freshness {
        kept.freshness(self.0.clock.now().into())
    }

    fn patience(&self, error: &AwsError) -> Option<Duration> {
        error.retry_after()
    }
}

#[async_trait]
impl Make for RoleMaker {
    type Key = RoleKey;
    type Item = Arc<Kept>;
    type Error = AwsError;

    async fn make(&self, key: &RoleKey) -> Result<Made<Arc<Kept>>, AwsError> {
        let RoleKey { hop, fingerprint } = key;
        let account = &hop.account;
        let with = match (&self.before, &hop.parent) {
            (Before::Role(pool), Some(parent)) => pool
                .get(&RoleKey { hop: Arc::clone(parent), fingerprint: *fingerprint })
                .await
                .map_err(|error| in_words(account, error))?,
            (Before::Source(pool), _) => {
                pool.get(&BaseKey(Arc::clone(&hop.base))).await.map_err(|error| in_words(account, error))?
            }
            (Before::Role(_), None) => return Err(AwsError::Closed { account: account.config.name.clone() }),
        };
        let assumed = sts::assume(&self.common, hop, &with.credentials).await;
        let checked = assumed.and_then(|assumed| match assumed.account {
            Some(found) if found != hop.role.arn.account() => Err(AwsError::WrongAccount {
                account: account.config.name.clone(),
                expected: hop.role.arn.account(),
                found,
            }),
            _ => Ok(Kept::new(assumed.credentials, &self.common, rand::random())),
        });
        recorded(&self.common, account, checked).map(|kept| Made::lasting(Arc::new(kept)))
    }

    fn freshness(&self, _: &RoleKey, kept: &Arc<Kept>) -> Freshness {
        kept.freshness(self.common.clock.now().into())
    }

    fn patience(&self, error: &AwsError) -> Option<Duration> {
        error.retry_after()
    }
}

fn recorded(common: &Common, account: &Account, made: Result<Kept, AwsError>) -> Result<Kept, AwsError> {
    let outcome = made.as_ref().err().map_or("ok", |error| error.class().as_str());
    match &made {
        Ok(kept) => {
            let expires = kept.expires().map(tracing::field::display);
            tracing::debug!(account = &*account.name, expires, "there are new credentials");
        }
        Err(error) => {
            tracing::warn!(account = &*account.name, error = %ErrorChain::new(error), "no new credentials; those that are good stay");
        }
    }
    common.recorder.made(&account.name, outcome, made.as_ref().ok().and_then(Kept::expires));
    made
}

pub(super) fn in_words(account: &Account, error: PoolError<AwsError>) -> AwsError {
    match error {
        PoolError::Failed { error, .. } => (*error).clone(),
        PoolError::GivenUp { after, .. } => AwsError::TimedOut { account: account.config.name.clone(), after },
        _ => AwsError::Closed { account: account.config.name.clone() },
    }
}

impl PartialEq for BaseKey {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Eq for BaseKey {}

impl Hash for BaseKey {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.name.hash(state);
    }
}

impl std::fmt::Debug for BaseKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("BaseKey").field(&self.0.name).finish()
    }
}

impl PartialEq for RoleKey {
    fn eq(&self, other: &Self) -> bool {
        self.hop.id == other.hop.id && self.fingerprint == other.fingerprint
    }
}

impl Eq for RoleKey {}

impl Hash for RoleKey {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (self.hop.id, self.fingerprint).hash(state);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn credentials_are_renewed_before_they_are_over_and_over_before_they_end(
            whole in 0u64..100_000, early in 0u64..10_000, margin in 0u64..10_000, chance in 0.0..1.0f64,
        ) {
            let seconds = Duration::from_secs;
            let now = SystemTime::UNIX_EPOCH + seconds(1_000_000);
            let expires = now + seconds(whole);
            let (renew, over) = life(now, expires, seconds(early), seconds(margin), chance);
            prop_assert!(now <= renew && renew <= over && over <= expires);
            prop_assert!(renew.duration_since(now).unwrap() >= seconds(whole) * 2 / 3);
        }

        #[test]
        fn fingerprints_are_of_both_halves(id in "[A-Z]{4,8}", one in "[a-z]{4,8}", other in "[a-z]{4,8}") {
            let of = |secret: &str| Fingerprint::of(&Credentials::from_keys(id.clone(), secret, None));
            prop_assert_eq!(of(&one) == of(&other), one == other);
        }
    }
}
