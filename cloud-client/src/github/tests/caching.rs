use futures::future::join_all;
use http::Method;
use serde_json::{Value, json};

use super::*;
use crate::testing::github::Repository;

fn with_repository(world: &mut World) {
    world.repository("acme", "infra", Repository::new());
}

async fn infra(octocrab: &Octocrab) -> Value {
    octocrab.get("/repos/acme/infra", nothing()).await.unwrap()
}

#[tokio::test]
async fn what_is_unchanged_is_answered_from_memory_and_not_counted() {
    let stand = Stand::new(with_repository).await;
    let octocrab = stand.octocrab();
    let first = infra(&octocrab).await;
    for _ in 0..9 {
        assert_eq!(infra(&octocrab).await, first);
    }
    let calls = stand.double.calls();
    assert_eq!(calls.iter().filter(|call| call.status.unwrap() == 304).count(), 9);
    assert_eq!(calls.iter().filter(|call| call.counted).count(), 1);
    assert_eq!(stand.client().health().allowance.unwrap().remaining, 4_999);
    stand.end().await;
}

#[tokio::test]
async fn what_has_changed_is_fetched() {
    let stand = Stand::new(with_repository).await;
    let octocrab = stand.octocrab();
    assert_eq!(infra(&octocrab).await["default_branch"], "main");
    stand.double.change(|world| world.repository("acme", "infra", Repository::new().with_default_branch("trunk")));
    assert_eq!(infra(&octocrab).await["default_branch"], "trunk");
    stand.end().await;
}

#[tokio::test]
async fn answers_of_one_credential_are_not_shown_to_another() {
    let stand = Stand::new(with_repository).await;
    infra(&stand.octocrab()).await;
    infra(&stand.github.github_api("double", "nobody").unwrap()).await;
    assert!(stand.double.calls().iter().all(|call| !call.headers.contains_key("if-none-match")));
    stand.end().await;
}

#[tokio::test]
async fn a_hundred_who_want_the_same_ask_once() {
    let stand = Stand::new(with_repository).await;
    let octocrab = stand.octocrab();
    let all = join_all((0..100).map(|_| infra(&octocrab))).await;
    assert!(all.iter().all(|one| *one == all[0]));
    assert_eq!(stand.double.calls().len(), 1);
    stand.end().await;
}

#[tokio::test]
async fn who_asks_after_a_change_does_not_get_what_was_asked_before_it() {
    let stand = Stand::new(with_repository).await;
    let octocrab = stand.octocrab();
    let path = "/repos/acme/infra/issues";
    let before: Vec<Value> = octocrab.get(path, nothing()).await.unwrap();
    let _issue: Value = octocrab.post(path, Some(&json!({ "title": "x" }))).await.unwrap();
    let after: Vec<Value> = octocrab.get(path, nothing()).await.unwrap();
    assert_eq!((before.len(), after.len()), (0, 1));
    stand.end().await;
}

#[tokio::test]
async fn large_answers_come_through_whole_and_are_not_kept() {
    let large = vec![b'x'; 3 << 20];
    let stand = Stand::new(|world| {
        world.repository("acme", "infra", Repository::new().with_file("main", "large", large.clone()));
    })
    .await;
    let repository = stand.client().repository("acme", "infra");
    let both = join_all((0..2).map(|_| repository.raw_file("large", None))).await;
    assert!(both.into_iter().all(|one| one.unwrap().unwrap() == large));
    assert_eq!(stand.double.count(&Method::GET, "/repos/acme/infra/contents/large"), 2);
    stand.end().await;
}

#[tokio::test]
async fn who_brings_conditions_of_his_own_gets_the_304() {
    let stand = Stand::new(with_repository).await;
    let octocrab = stand.octocrab();
    infra(&octocrab).await;
    let tag = octocrab._get("/repos/acme/infra").await.unwrap().headers()["etag"].clone();
    let headers = http::HeaderMap::from_iter([(http::header::IF_NONE_MATCH, tag)]);
    let answer = octocrab._get_with_headers("/repos/acme/infra", Some(headers)).await.unwrap();
    assert_eq!(answer.status(), 304);
    stand.end().await;
}
