//! What goes into `Authorization`: fetched once for everybody, renewed ahead of its end while the old one is used, and anew when it is
//! refused. Knows nothing of the calls it is for.

mod make;

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use core_client::pool::{Freshness, Pool, PoolError, PoolOptions};
use http::HeaderValue;
use jiff::{SignedDuration, Timestamp};

pub(super) use self::make::Maker;
use super::credential::{Credential, Who};
use super::error::{GithubError, GithubErrorKind, Place};
use super::limits::after;

/// The longest time ahead of its end that a token is renewed.
const MARGIN: SignedDuration = SignedDuration::from_mins(5);
/// With less than this left a token is not used any more.
const LEAST: SignedDuration = SignedDuration::from_secs(15);

/// The tokens of all credentials of one instance.
pub(super) struct Tokens {
    pool: Pool<Maker>,
    place: Place,
}

/// A token as a header.
pub(super) struct Bearer {
    header: HeaderValue,
    expires: Option<Timestamp>,
    renew: Option<Timestamp>,
    refused: AtomicBool,
}

// === impl Tokens ===

impl Tokens {
    pub(super) fn new(maker: Maker, place: Place) -> Self {
        Self { pool: Pool::new(maker, PoolOptions::default()), place }
    }

    /// The header for a credential; none for nobody. However many ask at once, it is fetched once.
    pub(super) async fn get(&self, credential: &Credential) -> Result<Option<Arc<Bearer>>, GithubError> {
        if matches!(credential.who(), Who::Anonymous) {
            return Ok(None);
        }
        self.pool.get(credential).await.map(Some).map_err(|failed| match failed {
            PoolError::Failed { error, .. } => (*error).clone(),
            PoolError::GivenUp { after, .. } => {
                GithubError::new(&self.place, GithubErrorKind::Deadline { after, doing: "fetching a token" })
            }
            _ => GithubError::new(&self.place, GithubErrorKind::Closed),
        })
    }

    /// Ends the pause after a failure, for somebody who has waited.
    pub(super) fn retry(&self, credential: &Credential) {
        self.pool.retry(credential);
    }

    /// Forgets the token of a credential that nobody uses any more.
    pub(super) fn forget(&self, credential: &Credential) {
        self.pool.evict(credential);
        self.pool.maker().forget(credential);
    }

    /// When the token in use ends, if there is one and it does.
    pub(super) fn expires(&self, credential: &Credential) -> Option<Timestamp> {
        self.pool.peek(credential)?.ok()?.expires
    }

    pub(super) async fn close(&self) {
        self.pool.close().await;
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
        Some(Self { header, expires, renew, refused: AtomicBool::new(false) })
    }

    pub(super) fn header(&self) -> HeaderValue {
        self.header.clone()
    }

    /// GitHub did not accept it: nobody gets it again, and the next caller has another one fetched.
    pub(super) fn refuse(&self) {
        self.refused.store(true, Ordering::Release);
    }

    fn freshness(&self, now: Timestamp) -> Freshness {
        let within = |end: Option<Timestamp>, least| end.is_none_or(|end| end.duration_since(now) > least);
        if self.refused.load(Ordering::Acquire) || !within(self.expires, LEAST) {
            Freshness::Over
        } else if within(self.renew, SignedDuration::ZERO) {
            Freshness::Fresh
        } else {
            Freshness::Aging
        }
    }
}

impl fmt::Debug for Bearer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bearer").field("expires", &self.expires).finish_non_exhaustive()
    }
}
