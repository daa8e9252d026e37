use futures::future::join_all;
use http::Method;
use jiff::SignedDuration;
use serde_json::{Value, json};

use super::*;
use crate::testing::github::{Fault, Repository};

fn options() -> GithubOptions {
    GithubOptions::default().with_pacing_below(0).without_conditional_requests()
}

async fn user(octocrab: &Octocrab) -> Result<Value, octocrab::Error> {
    octocrab.get("/user", nothing()).await
}

fn minute(calls: u64) -> impl FnOnce(&mut World) {
    move |world| world.limit(calls, SignedDuration::from_secs(60))
}

#[tokio::test]
async fn the_primary_limit_is_waited_for_when_it_ends_within_the_deadline() {
    let stand = Stand::with(options().with_deadline(Duration::from_secs(90)), minute(2)).await;
    let octocrab = stand.octocrab();
    for _ in 0..3 {
        user(&octocrab).await.unwrap();
    }
    assert_eq!(stand.time.waits(), [Duration::from_secs(61)]);
    assert_eq!(stand.double.calls().len(), 3, "nothing is sent only to be refused");
    stand.end().await;
}

#[tokio::test]
async fn a_limit_that_ends_after_the_deadline_is_told_at_once_with_its_end() {
    let stand = Stand::with(options().with_deadline(Duration::from_secs(30)), minute(2)).await;
    let octocrab = stand.octocrab();
    user(&octocrab).await.unwrap();
    user(&octocrab).await.unwrap();
    let error = user(&octocrab).await.unwrap_err();
    let error = own(&error);
    let GithubErrorKind::RateLimited { limit: LimitKind::Primary, wait, .. } = error.kind() else { panic!("{error}") };
    assert_eq!(*wait, Duration::from_secs(61));
    assert_eq!(error.retry_hint(), core_client::RetryHint::After(*wait));
    assert!(error.reset().is_some() && stand.time.waits().is_empty());
    assert_eq!(stand.double.calls().len(), 2);
    stand.end().await;
}

#[tokio::test]
async fn a_limit_that_others_used_up_is_learnt_from_the_refusal() {
    let stand = Stand::with(options().with_deadline(Duration::from_secs(90)), minute(2)).await;
    // Another process with the same token.
    let other = GithubApi::builder("other")
        .instance(
            Instance::enterprise("double", stand.double.url())
                .with_insecure_http()
                .with_credential("bot", Credential::token(SENTINEL.into())),
        )
        .options(options())
        .build()
        .unwrap();
    let (ours, theirs) = (stand.octocrab(), other.github_api("double", "bot").unwrap());
    user(&ours).await.unwrap();
    user(&theirs).await.unwrap();
    user(&ours).await.unwrap();
    let statuses: Vec<_> = stand.double.calls().iter().filter_map(|call| call.status).map(|s| s.as_u16()).collect();
    assert_eq!(statuses, [200, 200, 403, 200]);
    assert_eq!(stand.waited(), Duration::from_secs(61));
    other.close().await;
    stand.end().await;
}

#[tokio::test]
async fn all_clients_of_one_token_share_its_allowance() {
    let stand = Stand::with(options().with_deadline(Duration::from_secs(30)), minute(4)).await;
    let (first, second) = (stand.octocrab(), stand.client().with_deadline(Duration::from_secs(20)).unwrap());
    let calls = (0..4).map(|n| user(if n % 2 == 0 { &first } else { second.octocrab() }));
    assert!(join_all(calls).await.iter().all(Result::is_ok));
    assert!(own(&user(&first).await.unwrap_err()).is_rate_limited());
    assert!(own(&user(second.octocrab()).await.unwrap_err()).is_rate_limited());
    assert_eq!(stand.double.calls().len(), 4);
    let health = stand.client().health();
    assert_eq!(health.allowance.map(|allowance| (allowance.remaining, allowance.limit)), Some((0, 4)));
    stand.end().await;
}

#[tokio::test]
async fn the_secondary_limit_is_honoured_by_everybody_with_the_token() {
    let stand = Stand::with(options(), |world| world.fault(Fault::Secondary(Some(17)), "/user", 1)).await;
    user(&stand.octocrab()).await.unwrap();
    assert_eq!(stand.time.waits(), [Duration::from_secs(17)]);
    assert_eq!(stand.double.calls().len(), 2);
    stand.end().await;
}

#[tokio::test]
async fn a_secondary_limit_that_says_nothing_is_given_a_minute() {
    for fault in [Fault::Secondary(None), Fault::TooMany] {
        let stand =
            Stand::with(options().with_deadline(Duration::from_secs(90)), |world| world.fault(fault, "/user", 1)).await;
        user(&stand.octocrab()).await.unwrap();
        assert_eq!(stand.time.waits(), [Duration::from_secs(60)], "{fault:?}");
        stand.end().await;
    }
}

#[tokio::test]
async fn a_post_that_met_a_limit_is_told_and_closes_the_gate_for_all() {
    let stand = Stand::with(options().with_deadline(Duration::from_secs(30)), |world| {
        world.repository("acme", "infra", Repository::new());
        world.fault_on(Fault::Secondary(Some(40)), Method::POST, "/repos", 1);
    })
    .await;
    let octocrab = stand.octocrab();
    let body = json!({ "title": "x" });
    let error = octocrab.post::<_, Value>("/repos/acme/infra/issues", Some(&body)).await.unwrap_err();
    let GithubErrorKind::RateLimited { limit: LimitKind::Secondary, .. } = own(&error).kind() else {
        panic!("{error:?}")
    };
    let error = user(&octocrab).await.unwrap_err();
    assert!(own(&error).is_rate_limited() && own(&error).to_string().contains("at double as token"), "{error:?}");
    assert_eq!(stand.double.calls().len(), 1, "neither is sent into the closed gate");
    stand.time.advance(Duration::from_secs(40));
    user(&octocrab).await.unwrap();
    stand.end().await;
}

#[tokio::test]
async fn changes_go_one_after_the_other_a_second_apart() {
    let stand = Stand::with(options(), |world| world.repository("acme", "infra", Repository::new())).await;
    let (octocrab, body) = (stand.octocrab(), json!({ "title": "x" }));
    let posts = (0..4).map(|_| octocrab.post::<_, Value>("/repos/acme/infra/issues", Some(&body)));
    assert!(join_all(posts).await.iter().all(Result::is_ok));
    assert_eq!(stand.time.waits(), [Duration::from_secs(1); 3]);
    stand.end().await;
}

#[tokio::test]
async fn a_low_allowance_is_spread_over_the_rest_of_the_window() {
    let paced = GithubOptions::default().with_pacing_below(10).without_conditional_requests();
    let stand = Stand::with(paced, |world| world.limit(10, SignedDuration::from_secs(100))).await;
    for _ in 0..10 {
        user(&stand.octocrab()).await.unwrap();
    }
    let waited = stand.waited();
    assert!(waited >= Duration::from_secs(70) && waited <= Duration::from_secs(101), "{waited:?}");
    assert_eq!(stand.double.calls().len(), 10);
    stand.end().await;
}

#[tokio::test]
async fn no_more_are_under_way_than_allowed() {
    let stand = Stand::with(options().with_concurrency(2), |world| world.fault(Fault::Silence, "/user", 9)).await;
    let waiting: Vec<_> = (0..4)
        .map(|_| {
            let octocrab = stand.octocrab();
            tokio::spawn(async move { user(&octocrab).await })
        })
        .collect();
    while stand.double.calls().len() < 2 {
        tokio::task::yield_now().await;
    }
    for _ in 0..1_000 {
        tokio::task::yield_now().await;
    }
    assert_eq!(stand.double.calls().len(), 2);
    stand.github.close().await;
    for one in waiting {
        assert!(one.await.unwrap().is_err());
    }
    stand.end().await;
}

#[tokio::test]
async fn a_limit_that_meets_the_fetching_of_a_token_is_a_limit_and_no_suspension() {
    let key = crate::testing::github::AppKey::generate().unwrap();
    let stand = Stand::with(options(), |world| {
        world.app("7", &key);
        world.install("7", crate::testing::github::InstallationSpec::new(42, "acme"));
        world.fault(Fault::Secondary(Some(20)), "/app/installations/42", 1);
        world.fault(Fault::Secondary(Some(9_000)), "/app/installations/42", 1);
    })
    .await;
    let app = App::new("7", key.pem().into());
    let acme = Credential::installation_of_organisation(&app, "acme");
    let client = stand.github.client_as("double", &acme).unwrap();
    let error = user(client.octocrab()).await.unwrap_err();
    let GithubErrorKind::RateLimited { limit: LimitKind::Secondary, wait, .. } = own(&error).kind() else {
        panic!("{error:?}")
    };
    assert_eq!(*wait, Duration::from_secs(9_000));
    assert_eq!(stand.waited(), Duration::from_secs(20), "the first was waited for");
    stand.end().await;
}
