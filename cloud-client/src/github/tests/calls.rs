use http::{Method, StatusCode};
use serde_json::{Value, json};

use super::*;
use crate::testing::github::{Fault, Repository};

fn with_repository(world: &mut World) {
    world.repository("acme", "infra", Repository::new());
}

const FILE: &str = "/repos/acme/infra/contents/a.txt";

fn file() -> Value {
    json!({ "message": "write", "content": "aGVsbG8=" })
}

#[tokio::test]
async fn octocrab_itself_works_over_our_conduit() {
    let stand = Stand::new(with_repository).await;
    let octocrab = stand.octocrab();
    let repository = octocrab.repos("acme", "infra").get().await.unwrap();
    assert_eq!(repository.default_branch.as_deref(), Some("main"));
    let calls = stand.double.calls();
    assert_eq!(calls[0].headers["user-agent"], "cloud-client tests");
    assert_eq!(calls[0].headers["authorization"], format!("Bearer {SENTINEL}"));
    stand.end().await;
}

#[tokio::test]
async fn a_put_that_met_a_5xx_is_sent_again_with_its_body() {
    let stand = Stand::new(|world| {
        with_repository(world);
        world.fault(Fault::Status(StatusCode::BAD_GATEWAY), FILE, 2);
    })
    .await;
    let _written: Value = stand.octocrab().put(FILE, Some(&file())).await.unwrap();
    let bodies: Vec<_> = stand.double.calls().into_iter().map(|call| call.body).collect();
    assert_eq!(bodies.len(), 3);
    assert!(bodies.iter().all(|body| *body == file().to_string()), "{bodies:?}");
    stand.end().await;
}

#[tokio::test]
async fn a_post_or_patch_that_met_a_5xx_is_never_sent_again() {
    let stand = Stand::new(|world| {
        with_repository(world);
        world.fault(Fault::StatusAfter(StatusCode::SERVICE_UNAVAILABLE), "/repos/acme/infra/issues", 9);
    })
    .await;
    let body = json!({ "title": "once" });
    let octocrab = stand.octocrab();
    let post = octocrab.post::<_, Value>("/repos/acme/infra/issues", Some(&body)).await.unwrap_err();
    let patch = octocrab.patch::<Value, _, _>("/repos/acme/infra/issues", Some(&body)).await.unwrap_err();
    for error in [&post, &patch] {
        let GithubErrorKind::Unavailable { status, attempts: 1, .. } = own(error).kind() else { panic!("{error:?}") };
        assert_eq!(*status, StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!((own(error).instance(), own(error).credential().is_some()), ("double", true));
    }
    assert_eq!(stand.double.calls().len(), 2);
    stand.end().await;
}

#[tokio::test]
async fn a_body_that_can_be_sent_once_is_sent_once() {
    let stand = Stand::new(|world| {
        with_repository(world);
        world.fault(Fault::Status(StatusCode::BAD_GATEWAY), FILE, 9);
    })
    .await;
    let once = http_body_util::Full::new(bytes::Bytes::from(file().to_string()));
    let request = http::Request::put(FILE).body(octocrab::OctoBody::new(once)).unwrap();
    let error = stand.octocrab().execute(request).await.unwrap_err();
    assert!(matches!(own(&error).kind(), GithubErrorKind::Unavailable { attempts: 1, .. }), "{error:?}");
    assert_eq!(stand.double.calls().len(), 1);
    assert_eq!(stand.double.calls()[0].body, file().to_string());
    stand.end().await;
}

#[tokio::test]
async fn an_outage_is_told_after_three_attempts_and_named() {
    let stand = Stand::new(|world| world.fault(Fault::Status(StatusCode::INTERNAL_SERVER_ERROR), "/user", 9)).await;
    let error = stand.octocrab().get::<Value, _, _>("/user", nothing()).await.unwrap_err();
    let error = own(&error);
    assert!(matches!(error.kind(), GithubErrorKind::Unavailable { attempts: 3, .. }), "{error}");
    assert_eq!(error.retry_hint(), core_client::RetryHint::IfIdempotent);
    assert!(error.to_string().contains("at double as token "), "{error}");
    assert_eq!(stand.time.waits().len(), 2);
    stand.end().await;
}

#[tokio::test]
async fn patience_that_a_busy_server_asks_for_is_kept() {
    let stand = Stand::new(|world| world.fault(Fault::Busy(20), "/user", 1)).await;
    let _user: Value = stand.octocrab().get("/user", nothing()).await.unwrap();
    assert_eq!(stand.time.waits(), [Duration::from_secs(20)]);
    stand.end().await;
}

#[tokio::test]
async fn repetitions_have_a_purse() {
    let options = GithubOptions::default().without_conditional_requests();
    let stand = Stand::with(options, |world| world.fault(Fault::Status(StatusCode::BAD_GATEWAY), "/user", 1_000)).await;
    for _ in 0..20 {
        stand.octocrab().get::<Value, _, _>("/user", nothing()).await.unwrap_err();
    }
    // Ten are saved, and each call earns a tenth of one: not the forty that three attempts a call would be.
    let repetitions = stand.double.calls().len() - 20;
    assert!((10..=13).contains(&repetitions), "{repetitions}");
    stand.end().await;
}

#[tokio::test]
async fn what_is_no_limit_and_no_outage_is_the_callers() {
    let stand = Stand::new(|_| {}).await;
    let error = stand.octocrab().get::<Value, _, _>("/repos/acme/none", nothing()).await.unwrap_err();
    assert!(GithubError::find(&error).is_none(), "octocrab tells it");
    let error = stand.client().from_octocrab("a repository", error);
    assert!(error.is_not_found(), "{error}");
    assert_eq!(error.instance(), "double");
    stand.end().await;
}

#[tokio::test]
async fn a_dead_peer_is_told_and_after_several_it_is_left_in_peace() {
    let stand = Stand::new(|_| {}).await;
    stand.double.shutdown().await;
    let octocrab = stand.octocrab();
    let error = octocrab.get::<Value, _, _>("/user", nothing()).await.unwrap_err();
    let GithubErrorKind::Dispatch { kind, attempts: 3, .. } = own(&error).kind() else { panic!("{error:?}") };
    assert_eq!(*kind, core_client::error::DispatchKind::Connect);
    let error = octocrab.get::<Value, _, _>("/user", nothing()).await.unwrap_err();
    assert!(matches!(own(&error).kind(), GithubErrorKind::Resting { failures: 5, .. }), "{error:?}");
    assert!(stand.client().health().resting);
    stand.time.advance(Duration::from_secs(10));
    let error = octocrab.get::<Value, _, _>("/user", nothing()).await.unwrap_err();
    assert!(matches!(own(&error).kind(), GithubErrorKind::Resting { failures: 6, .. }), "one tries: {error:?}");
    stand.end().await;
}

#[tokio::test]
async fn silence_ends_with_the_deadline() {
    let stand = Stand::new(|world| world.fault(Fault::Silence, "/user", 9)).await;
    let hasty = stand.client().with_deadline(Duration::from_millis(300)).unwrap();
    let error = hasty.octocrab().get::<Value, _, _>("/user", nothing()).await.unwrap_err();
    let error = own(&error);
    assert!(error.is_timeout() || matches!(error.kind(), GithubErrorKind::Dispatch { .. }), "{error}");
    assert_eq!(error.retry_hint(), core_client::RetryHint::IfIdempotent);
    stand.end().await;
}

#[tokio::test]
async fn no_request_leaves_for_another_host() {
    let stand = Stand::new(|_| {}).await;
    for address in ["https://evil.example.com/user", "http://127.0.0.1:1/user"] {
        let error = stand.octocrab()._get(address).await.unwrap_err();
        assert!(matches!(own(&error).kind(), GithubErrorKind::ForeignHost { .. }), "{error:?}");
    }
    assert!(stand.double.calls().is_empty());
    stand.end().await;
}

#[tokio::test]
async fn an_enterprise_server_is_called_beneath_its_prefix() {
    let double = GithubDouble::start().await.unwrap();
    double.change(|world| world.accept_token(SENTINEL));
    let instance = Instance::enterprise("ghe", double.enterprise_url())
        .with_insecure_http()
        .with_credential("bot", Credential::token(SENTINEL.into()));
    let github = GithubApi::builder("tests").instance(instance).build().unwrap();
    let octocrab = github.github_api("ghe", "bot").unwrap();
    let _user: Value = octocrab.get("/user", nothing()).await.unwrap();
    let _data: Value = octocrab.post("/graphql", Some(&json!({ "query": "{ viewer { login } }" }))).await.unwrap();
    assert_eq!((double.count(&Method::GET, "/user"), double.count(&Method::POST, "/graphql")), (1, 1));
    github.close().await;
    double.shutdown().await;
}
