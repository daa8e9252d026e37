//! What goes into `Authorization`: fetched once for everybody, renewed ahead of its end, and anew when it is refused. Knows nothing of
//! the calls it is for.

mod make;

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use core_client::pool::{Pool, PoolError, PoolOptions};
use http::HeaderValue;
use jiff::{SignedDuration, Timestamp};

pub(super) use self::make::Maker;
use super::credential::{Credential, Who};
use super::error::{GithubError, GithubErrorKind, Place};
use super::limits::after;
use super::time::Time;

/// The longest time ahead of its end that a token is renewed.
const MARGIN: SignedDuration = SignedDuration::from_mins(5);
/// With less than this left a token is not used any more.
const LEAST: SignedDuration = SignedDuration::from_secs(15);

/// The tokens of all credentials of one instance.
pub(super) struct Tokens {
    pool: Pool<Maker>,
    time: Arc<dyn Time>,
    place: Place,
    /// Tokens that are being renewed and still good, should that fail. Also what orders replacements: a token is compared and taken out
    /// of the pool under this lock.
    aging: Mutex<HashMap<Credential, Arc<Bearer>>>,
}

/// A token as a header.
pub(super) struct Bearer {
    header: HeaderValue,
    expires: Option<Timestamp>,
    renew: Option<Timestamp>,
}

// === impl Tokens ===

impl Tokens {
    pub(super) fn new(maker: Maker, time: Arc<dyn Time>, place: Place) -> Self {
        Self { pool: Pool::new(maker, PoolOptions::default()), time, place, aging: Mutex::default() }
    }

    /// The header for a credential; none for nobody. However many ask at once, it is fetched once.
    pub(super) async fn get(&self, credential: &Credential) -> Result<Option<Arc<Bearer>>, GithubError> {
        if matches!(credential.who(), Who::Anonymous) {
            return Ok(None);
        }
        self.renew_if_due(credential);
        match self.pool.get(credential).await {
            Ok(bearer) => Ok(Some(bearer)),
            Err(PoolError::Closed) => Err(GithubError::new(&self.place, GithubErrorKind::Closed)),
            Err(failed) => match self.aging().get(credential).filter(|aging| aging.is_good(self.time.now())) {
                Some(aging) => Ok(Some(Arc::clone(aging))),
                None => Err(self.failure(failed)),
            },
        }
    }

    /// GitHub did not accept this one: nobody gets it again. The next caller fetches another.
    pub(super) fn refuse(&self, credential: &Credential, refused: &Arc<Bearer>) {
        let mut aging = self.aging();
        aging.remove(credential);
        if let Some(Ok(current)) = self.pool.peek(credential)
            && Arc::ptr_eq(&current, refused)
        {
            self.pool.evict(credential);
        }
    }

    /// Ends the pause after a failure, for somebody who has waited.
    pub(super) fn retry(&self, credential: &Credential) {
        self.pool.retry(credential);
    }

    /// When the token in use ends, if there is one and it does.
    pub(super) fn expires(&self, credential: &Credential) -> Option<Timestamp> {
        self.pool.peek(credential)?.ok()?.expires
    }

    pub(super) async fn close(&self) {
        self.pool.close().await;
        self.aging().clear();
    }

    fn renew_if_due(&self, credential: &Credential) {
        let now = self.time.now();
        let due = |bearer: &Bearer| bearer.renew.is_some_and(|renew| renew <= now);
        match self.pool.peek(credential) {
            Some(Ok(current)) if due(&current) => {}
            _ => return,
        }
        let mut aging = self.aging();
        if let Some(Ok(current)) = self.pool.peek(credential)
            && due(&current)
        {
            self.pool.evict(credential);
            if current.is_good(now) {
                aging.insert(credential.clone(), current);
            } else {
                aging.remove(credential);
            }
        }
    }

    fn failure(&self, failed: PoolError<GithubError>) -> GithubError {
        match failed {
            PoolError::Failed { error, .. } => (*error).clone(),
            PoolError::GivenUp { after, .. } => {
                GithubError::new(&self.place, GithubErrorKind::Deadline { after, doing: "fetching a token" })
            }
            _ => GithubError::new(&self.place, GithubErrorKind::Closed),
        }
    }

    fn aging(&self) -> MutexGuard<'_, HashMap<Credential, Arc<Bearer>>> {
        self.aging.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Tokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tokens").field("pool", &self.pool).finish_non_exhaustive()
    }
}

// === impl Bearer ===

impl Bearer {
    /// Takes a token that ends then, if it does; nothing when it is not fit for a header.
    fn new(token: &str, now: Timestamp, expires: Option<Timestamp>) -> Option<Self> {
        let mut header = HeaderValue::try_from(format!("Bearer {token}")).ok()?;
        header.set_sensitive(true);
        let renew = expires.map(|expires| {
            let quarter = expires.duration_since(now) / 4;
            after(expires, -quarter.min(MARGIN).max(SignedDuration::ZERO))
        });
        Some(Self { header, expires, renew })
    }

    pub(super) fn header(&self) -> HeaderValue {
        self.header.clone()
    }

    fn is_good(&self, now: Timestamp) -> bool {
        self.expires.is_none_or(|expires| expires.duration_since(now) > LEAST)
    }
}

impl fmt::Debug for Bearer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bearer").field("expires", &self.expires).finish_non_exhaustive()
    }
}
