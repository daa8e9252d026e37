use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use bytes::Bytes;
use http::Response;
use serde_json::json;
use testkit::server::Fault;

use super::super::passport::tests::NOW;
use super::super::tests::{Rig, answer, form};
use super::*;

/// A store in memory whose writes can be made to fail.
#[derive(Clone, Debug)]
struct Shelf(Arc<Inside>);

#[derive(Debug)]
struct Inside {
    pair: Mutex<TokenPair>,
    broken: AtomicBool,
}

impl Shelf {
    fn new(expires_in: i64) -> Self {
        let expires_at = Timestamp::from_second(NOW + expires_in).unwrap();
        let pair = Mutex::new(TokenPair::new("access-0", "refresh-0", expires_at));
        Self(Arc::new(Inside { pair, broken: AtomicBool::new(false) }))
    }

    fn refresh_token(&self) -> String {
        self.0.pair.lock().unwrap().refresh_token.expose_secret().to_owned()
    }
}

#[async_trait]
impl TokenStore for Shelf {
    async fn load(&self) -> Result<TokenPair, StoreError> {
        Ok(self.0.pair.lock().unwrap().clone())
    }

    async fn store(&self, pair: &TokenPair) -> Result<(), StoreError> {
        if self.0.broken.load(Ordering::SeqCst) {
            return Err("disk full".into());
        }
        *self.0.pair.lock().unwrap() = pair.clone();
        Ok(())
    }
}

/// Spends each refresh token once, as the identity service does.
async fn spending(shelf: &Shelf) -> (Rig, RefreshedTokens, Arc<AtomicUsize>) {
    let spent = Arc::new(AtomicUsize::new(0));
    let rig = Rig::start({
        let spent = Arc::clone(&spent);
        move |request| -> Response<Bytes> {
            let fields = form(request.body());
            assert_eq!(fields["grant_type"], "refresh_token");
            assert_eq!((fields["client_id"].as_str(), fields["client_secret"].as_str()), ("cli", "s&cret"));
            let number = spent.load(Ordering::SeqCst);
            if fields["refresh_token"] != format!("refresh-{number}") {
                return answer(400, &json!({"error": "invalid_grant", "error_description": "spent"}));
            }
            let next = number + 1;
            spent.store(next, Ordering::SeqCst);
            let (access, refresh) = (format!("access-{next}"), format!("refresh-{next}"));
            answer(200, &json!({"access_token": access, "refresh_token": refresh, "expires_in": 600}))
        }
    })
    .await;
    let tokens = RefreshedTokens::new(rig.http.clone(), shelf.clone())
        .with_client("cli", "s&cret".to_owned())
        .with_clock(rig.clock());
    (rig, tokens, spent)
}

async fn token(rig: &Rig, tokens: &RefreshedTokens) -> Result<String, Error> {
    tokens.token(&rig.http.generation()).await.map(|token| token.expose().to_owned())
}

#[tokio::test]
async fn a_good_pair_is_used_without_a_refresh_and_renewed_a_minute_before_its_end() {
    let shelf = Shelf::new(600);
    let (rig, tokens, spent) = spending(&shelf).await;
    assert_eq!(token(&rig, &tokens).await.unwrap(), "access-0");
    rig.clock.advance(539);
    assert_eq!(token(&rig, &tokens).await.unwrap(), "access-0");
    assert_eq!(spent.load(Ordering::SeqCst), 0);
    rig.clock.advance(1);
    assert_eq!(token(&rig, &tokens).await.unwrap(), "access-1");
    assert_eq!(shelf.refresh_token(), "refresh-1");
}

#[tokio::test]
async fn a_burst_spends_one_refresh_token() {
    let shelf = Shelf::new(0);
    let (rig, tokens, spent) = spending(&shelf).await;
    let clones: Vec<_> = (0..32).map(|_| tokens.clone()).collect();
    for outcome in futures::future::join_all(clones.iter().map(|tokens| token(&rig, tokens))).await {
        assert_eq!(outcome.unwrap(), "access-1");
    }
    assert_eq!(spent.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_caller_that_goes_away_does_not_lose_the_answer() {
    let shelf = Shelf::new(0);
    let (rig, tokens, spent) = spending(&shelf).await;
    let generation = rig.http.generation();
    {
        let mut impatient = Box::pin(tokens.token(&generation));
        assert!(futures::poll!(impatient.as_mut()).is_pending());
    }
    tokens.shutdown().await;
    assert_eq!(shelf.refresh_token(), "refresh-1");
    assert_eq!(token(&rig, &tokens).await.unwrap(), "access-1");
    assert_eq!(spent.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_refresh_whose_answer_was_lost_is_never_repeated_and_ends_the_session() {
    let shelf = Shelf::new(0);
    let (rig, tokens, _) = spending(&shelf).await;
    rig.server.fail_next([Fault::Close]);
    let error = token(&rig, &tokens).await.unwrap_err();
    assert!(
        error.to_string().contains("build") && ErrorChain::new(&error).to_string().contains("sign in again"),
        "{error}"
    );
    assert!(token(&rig, &tokens).await.is_err());
    assert_eq!(rig.server.request_count(), 1);

    // Until somebody signs in again.
    let expires_at = Timestamp::from_second(NOW + 600).unwrap();
    *shelf.0.pair.lock().unwrap() = TokenPair::new("access-1", "refresh-1", expires_at);
    tokens.resume();
    assert_eq!(token(&rig, &tokens).await.unwrap(), "access-1");
}

#[tokio::test]
async fn a_spent_refresh_token_ends_the_session_and_a_service_in_trouble_does_not() {
    let shelf = Shelf::new(0);
    let (rig, tokens, spent) = spending(&shelf).await;
    rig.server.fail_next([Fault::status(503)]);
    assert_eq!(token(&rig, &tokens).await.unwrap_err().status().unwrap(), 503);
    spent.store(7, Ordering::SeqCst);
    for _ in 0..2 {
        assert!(ErrorChain::new(&token(&rig, &tokens).await.unwrap_err()).to_string().contains("spent"));
    }
    assert_eq!(rig.server.request_count(), 2);
}

#[tokio::test]
async fn a_new_pair_is_kept_before_it_is_used() {
    let shelf = Shelf::new(0);
    let (rig, tokens, spent) = spending(&shelf).await;
    shelf.0.broken.store(true, Ordering::SeqCst);
    for _ in 0..2 {
        assert!(ErrorChain::new(&token(&rig, &tokens).await.unwrap_err()).to_string().contains("disk full"));
    }
    shelf.0.broken.store(false, Ordering::SeqCst);
    assert_eq!(token(&rig, &tokens).await.unwrap(), "access-1");
    assert_eq!(shelf.refresh_token(), "refresh-1");
    assert_eq!(spent.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_refused_access_token_is_renewed_whatever_its_dates_say() {
    let shelf = Shelf::new(600);
    let (rig, tokens, _) = spending(&shelf).await;
    let first = tokens.token(&rig.http.generation()).await.unwrap();
    tokens.invalidate(&first);
    assert_eq!(token(&rig, &tokens).await.unwrap(), "access-1");
    tokens.invalidate(&first);
    assert_eq!(token(&rig, &tokens).await.unwrap(), "access-1");
}

#[tokio::test]
async fn debug_output_shows_no_token() {
    let shelf = Shelf::new(600);
    let (rig, tokens, _) = spending(&shelf).await;
    token(&rig, &tokens).await.unwrap();
    let shown = format!("{tokens:?}");
    assert!(!shown.contains("access-0") && !shown.contains("refresh-0") && !shown.contains("s&cret"), "{shown}");
}

#[tokio::test]
async fn dropping_the_last_clone_ends_a_refresh_that_is_under_way() {
    let shelf = Shelf::new(0);
    let (rig, tokens, _) = spending(&shelf).await;
    rig.server.fail_always(Some(Fault::Never));
    let generation = rig.http.generation();
    let waiting = {
        let tokens = tokens.clone();
        tokio::spawn(async move { tokens.token(&generation).await })
    };
    rig.server.wait_until("the refresh arrives", |server| server.request_count() == 1).await;
    waiting.abort();
    assert!(waiting.await.unwrap_err().is_cancelled());
    // The caller is gone and the refresh goes on, until its owner goes as well.
    assert_eq!(rig.server.open_connections(), 1);
    drop(tokens);
    rig.server.wait_until("the refresh ends", |server| server.open_connections() == 0).await;
}
