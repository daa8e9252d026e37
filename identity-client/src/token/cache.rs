//! Remembers passports for most of their short life, and lets a burst on one token make one exchange.
//!
//! Knows nothing of how an exchange is done.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use core_client::credentials::Clock;
use jiff::SignedDuration;

use super::exchange::{ExchangeError, ExchangeKey, ExchangeRequest, TokenExchange};
use super::passport::Passport;
use crate::memo::{Fresh, Memo};

/// How many outcomes are kept. The original's number.
const CAPACITY: u64 = 4096;
/// How long before its end a passport is no longer handed out, so that it is still good when it is looked at.
const MARGIN: SignedDuration = SignedDuration::from_secs(10);
/// How long a refusal is remembered.
const REFUSED: SignedDuration = SignedDuration::from_secs(1);

/// Puts a cache in front of an exchange.
///
/// The key is a digest of token, scope and relayed certificate. A passport is kept until ten seconds before it expires
/// and not at all if that is now. Refusals are kept for a second; failures to ask are not kept. Concurrent callers with
/// one key wait for one exchange; when the caller that started it goes away, another takes over.
#[derive(Clone, Debug)]
pub struct CachedExchange<E> {
    exchange: E,
    memo: Memo<ExchangeKey, Outcome>,
    refused: SignedDuration,
}

type Outcome = Result<Arc<Passport>, ExchangeError>;

// === impl CachedExchange ===

impl<E: TokenExchange> CachedExchange<E> {
    /// Wraps an exchange.
    #[must_use]
    pub fn new(exchange: E) -> Self {
        Self { exchange, memo: Memo::new(CAPACITY), refused: REFUSED }
    }

    /// Sets the clock that dates are compared with. Default: the machine's.
    #[must_use]
    pub fn with_clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.memo = self.memo.with_clock(clock);
        self
    }

    /// Sets how long a refusal is remembered. Default: 1 s; zero remembers none.
    #[must_use]
    pub fn with_refusals_kept(mut self, time: Duration) -> Self {
        self.refused = SignedDuration::try_from(time).unwrap_or(REFUSED);
        self
    }

    async fn fresh(&self, request: &ExchangeRequest) -> Result<Fresh<Outcome>, ExchangeError> {
        let value = self.exchange.exchange(request).await;
        let now = self.memo.now();
        let until = match &value {
            Ok(passport) => passport.expires_at.checked_sub(MARGIN).unwrap_or(now),
            Err(error) if error.is_refusal() => now.checked_add(self.refused).unwrap_or(now),
            Err(_) => now,
        };
        Ok(Fresh { value, until })
    }
}

#[async_trait]
impl<E: TokenExchange> TokenExchange for CachedExchange<E> {
    async fn exchange(&self, request: &ExchangeRequest) -> Outcome {
        self.memo.get(request.key(), || self.fresh(request)).await?
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};

    use http::StatusCode;
    use jiff::Timestamp;
    use secrecy::{ExposeSecret, SecretString};
    use serde_json::json;
    use tokio::sync::Notify;

    use super::super::passport::tests::{NOW, claims, unsigned};
    use super::*;

    #[derive(Debug, Default)]
    struct Hand {
        offset: AtomicI64,
    }

    impl Hand {
        fn advance(&self, seconds: i64) {
            self.offset.fetch_add(seconds, Ordering::SeqCst);
        }
    }

    impl Clock for Hand {
        fn now(&self) -> Timestamp {
            Timestamp::from_second(NOW + self.offset.load(Ordering::SeqCst)).unwrap()
        }
    }

    #[derive(Debug)]
    struct Counting {
        calls: Arc<AtomicUsize>,
        gate: Option<Arc<Notify>>,
        clock: Arc<Hand>,
        life: i64,
    }

    #[async_trait]
    impl TokenExchange for Counting {
        async fn exchange(&self, request: &ExchangeRequest) -> Outcome {
            self.calls.fetch_add(1, Ordering::SeqCst);
            if let Some(gate) = &self.gate {
                gate.notified().await;
            }
            match request.token.expose_secret() {
                "refused" => Err(ExchangeError::Unauthorized),
                "unavailable" => Err(ExchangeError::classify(StatusCode::BAD_GATEWAY, None)),
                _ => {
                    let now = self.clock.now();
                    let mut claims = claims();
                    claims["exp"] = json!(now.as_second() + self.life);
                    claims["nbf"] = json!(now.as_second());
                    Ok(Arc::new(Passport::decode_unverified(&unsigned(&claims), now).unwrap()))
                }
            }
        }
    }

    struct Rig {
        cached: CachedExchange<Counting>,
        calls: Arc<AtomicUsize>,
        clock: Arc<Hand>,
    }

    impl Rig {
        fn new(life: i64, gate: Option<Arc<Notify>>) -> Self {
            let (calls, clock) = (Arc::new(AtomicUsize::new(0)), Arc::new(Hand::default()));
            let counting = Counting { calls: Arc::clone(&calls), gate, clock: Arc::clone(&clock), life };
            let cached = CachedExchange::new(counting).with_clock(Arc::clone(&clock) as Arc<dyn Clock>);
            Self { cached, calls, clock }
        }

        async fn exchange(&self, token: &str, organization: Option<&str>) -> Outcome {
            let request = ExchangeRequest::new(SecretString::from(token)).with_scope(organization, None);
            self.cached.exchange(&request).await
        }

        fn calls(&self) -> usize {
            self.calls.load(Ordering::SeqCst)
        }
    }

    #[tokio::test]
    async fn a_passport_of_sixty_seconds_is_kept_for_fifty() {
        let rig = Rig::new(60, None);
        rig.exchange("t", None).await.unwrap();
        rig.clock.advance(49);
        rig.exchange("t", None).await.unwrap();
        assert_eq!(rig.calls(), 1);
        rig.clock.advance(1);
        rig.exchange("t", None).await.unwrap();
        assert_eq!(rig.calls(), 2);
    }

    #[tokio::test]
    async fn a_passport_inside_the_margin_is_used_but_not_kept() {
        let rig = Rig::new(10, None);
        rig.exchange("t", None).await.unwrap();
        rig.exchange("t", None).await.unwrap();
        assert_eq!(rig.calls(), 2);
    }

    #[tokio::test]
    async fn scopes_are_exchanged_separately() {
        let rig = Rig::new(60, None);
        for organization in [None, Some("o1"), Some("o2"), None, Some("o1")] {
            rig.exchange("t", organization).await.unwrap();
        }
        assert_eq!(rig.calls(), 3);
    }

    /// W-26
    #[tokio::test]
    async fn a_refusal_is_remembered_for_a_second_and_unavailability_is_not() {
        let rig = Rig::new(60, None);
        for _ in 0..3 {
            assert!(matches!(rig.exchange("refused", None).await, Err(ExchangeError::Unauthorized)));
        }
        assert_eq!(rig.calls(), 1);
        rig.clock.advance(1);
        rig.exchange("refused", None).await.unwrap_err();
        assert_eq!(rig.calls(), 2);
        for _ in 0..2 {
            rig.exchange("unavailable", None).await.unwrap_err();
        }
        assert_eq!(rig.calls(), 4);
    }

    /// W-26
    #[tokio::test]
    async fn a_burst_on_one_token_makes_one_exchange() {
        let gate = Arc::new(Notify::new());
        let rig = Rig::new(60, Some(Arc::clone(&gate)));
        let burst = futures::future::join_all((0..64).map(|_| rig.exchange("t", None)));
        let release = async {
            while rig.calls() == 0 {
                tokio::task::yield_now().await;
            }
            gate.notify_one();
        };
        let (outcomes, ()) = tokio::join!(burst, release);
        assert!(outcomes.iter().all(Result::is_ok));
        assert_eq!(rig.calls(), 1);
    }

    #[tokio::test]
    async fn a_caller_that_goes_away_does_not_strand_the_others() {
        let gate = Arc::new(Notify::new());
        let rig = Rig::new(60, Some(Arc::clone(&gate)));
        let mut first = Box::pin(rig.exchange("t", None));
        assert!(futures::poll!(first.as_mut()).is_pending());
        let mut second = Box::pin(rig.exchange("t", None));
        assert!(futures::poll!(second.as_mut()).is_pending());
        drop(first);
        gate.notify_one();
        second.await.unwrap();
        assert_eq!(rig.calls(), 2);
    }
}
