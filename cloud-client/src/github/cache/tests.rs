use std::sync::atomic::AtomicUsize;

use http_body_util::BodyExt as _;
use proptest::prelude::*;
use tokio::sync::Semaphore;

use super::*;

/// A peer that answers when it is let.
#[derive(Clone)]
struct Peer {
    asked: Arc<AtomicUsize>,
    let_go: Arc<Semaphore>,
    cache: Cache,
}

impl Peer {
    fn new() -> Self {
        let cache = Cache::new(Arc::new(MemoryStore::default()));
        Self { asked: Arc::default(), let_go: Arc::new(Semaphore::new(0)), cache }
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }

    /// Asks for the same, always; the answer is how often was asked.
    async fn ask(&self) -> String {
        let peer = self.clone();
        let fetch = move |_conditions| {
            let peer = peer.clone();
            async move {
                let number = peer.asked.fetch_add(1, Ordering::SeqCst) + 1;
                let _turn = peer.let_go.acquire().await;
                Ok(Response::new(whole(number.to_string().into())))
            }
        };
        let place = Place::instance("test");
        let answer = self.cache.answer(StoreKey::of(&[b"same"]), fetch, 1_000, &place, &recorder()).await.unwrap();
        String::from_utf8(answer.into_body().collect().await.unwrap().to_bytes().to_vec()).unwrap()
    }
}

#[cfg(feature = "metrics")]
fn recorder() -> Recorder {
    Recorder::new(&super::super::metrics::GithubMetrics::default(), "test")
}

#[cfg(not(feature = "metrics"))]
fn recorder() -> Recorder {
    Recorder
}

#[tokio::test]
async fn who_waits_for_a_caller_that_goes_away_gets_the_answer_that_was_on_its_way() {
    let peer = Peer::new();
    let mut leader = Box::pin(peer.ask());
    let mut follower = Box::pin(peer.ask());
    assert!(futures::poll!(leader.as_mut()).is_pending());
    assert!(futures::poll!(follower.as_mut()).is_pending());
    drop(leader);
    peer.let_go.add_permits(1);
    assert_eq!(follower.await, "1");
    assert_eq!(peer.asked(), 1);
}

#[tokio::test]
async fn nobody_joins_a_request_that_began_before_a_change() {
    let peer = Peer::new();
    let mut before = Box::pin(peer.ask());
    assert!(futures::poll!(before.as_mut()).is_pending());
    drop(peer.cache.changing());
    let mut after = Box::pin(peer.ask());
    assert!(futures::poll!(after.as_mut()).is_pending());
    peer.let_go.add_permits(2);
    assert_eq!((before.await, after.await), ("1".to_owned(), "2".to_owned()));
}

#[tokio::test]
async fn a_request_that_nobody_waits_for_any_more_is_forgotten() {
    let peer = Peer::new();
    let mut gone = Box::pin(peer.ask());
    assert!(futures::poll!(gone.as_mut()).is_pending());
    drop(gone);
    assert!(lock(&peer.cache.flights).is_empty());
    peer.let_go.add_permits(1);
    assert_eq!(peer.ask().await, "2");
    assert!(lock(&peer.cache.flights).is_empty());
}

fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
    pairs.iter().map(|(name, value)| (HeaderName::from_static(name), value.parse().unwrap())).collect()
}

#[test]
fn only_what_can_be_asked_for_again_is_kept() {
    let kept = |pairs: &[_]| StoredResponse::new(&headers(pairs), Bytes::new()).is_some();
    assert!(kept(&[("etag", "\"a\"")]));
    assert!(kept(&[("last-modified", "Tue, 14 Nov 2023 22:14:20 GMT"), ("cache-control", "private, max-age=60")]));
    assert!(!kept(&[("content-type", "text/plain")]));
    assert!(!kept(&[("etag", "\"a\""), ("cache-control", "private, no-store")]));
}

#[test]
fn a_tag_is_asked_by_rather_than_a_date() {
    let both = headers(&[("etag", "\"a\""), ("last-modified", "yesterday")]);
    let conditions = StoredResponse::new(&both, Bytes::new()).unwrap().conditions();
    assert_eq!(conditions, headers(&[("if-none-match", "\"a\"")]));
    let dated = headers(&[("last-modified", "yesterday")]);
    let conditions = StoredResponse::new(&dated, Bytes::new()).unwrap().conditions();
    assert_eq!(conditions, headers(&[("if-modified-since", "yesterday")]));
}

#[test]
fn what_is_unchanged_keeps_its_links_and_takes_the_new_count() {
    let old = headers(&[
        ("etag", "\"a\""),
        ("link", "<x>; rel=\"next\""),
        ("x-ratelimit-remaining", "9"),
        ("content-type", "a/b"),
    ]);
    let new = headers(&[("x-ratelimit-remaining", "8"), ("content-length", "0")]);
    let merged = StoredResponse::new(&old, Bytes::new()).unwrap().headers_with(&new);
    assert_eq!(merged["x-ratelimit-remaining"], "8");
    assert_eq!((&merged["link"], &merged["content-type"]), (&old["link"], &old["content-type"]));
    assert!(!merged.contains_key("content-length"));
}

proptest! {
    #[test]
    fn keys_are_equal_only_for_equal_parts(a in "[a-c/]{0,4}", b in "[a-c/]{0,4}", c in "[a-c/]{0,4}", d in "[a-c/]{0,4}") {
        let key = |x: &str, y: &str| StoreKey::of(&[x.as_bytes(), y.as_bytes()]);
        prop_assert_eq!(key(&a, &b) == key(&c, &d), (&a, &b) == (&c, &d));
    }
}
