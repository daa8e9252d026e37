use futures::future::join_all;
use http::Method;
use jiff::SignedDuration;
use secrecy::SecretString;
use serde_json::Value;

use super::*;
use crate::secret::{MockSecretReader, SecretData, SecretValue};
use crate::testing::github::{AppKey, Fault, InstallationSpec, Repository};

const TOKENS: &str = "/app/installations/42/access_tokens";

fn installed(world: &mut World, key: &AppKey) {
    world.app("7", key);
    world.install("7", InstallationSpec::new(42, "acme"));
    world.repository("acme", "infra", Repository::new());
    world.repository("acme", "other", Repository::new());
}

async fn stand(prepare: impl FnOnce(&mut World)) -> (Stand, App) {
    let key = AppKey::generate().unwrap();
    let stand = Stand::new(|world| {
        installed(world, &key);
        prepare(world);
    })
    .await;
    (stand, App::new("7", key.pem().into()))
}

async fn infra(client: &GithubClient) -> Result<Value, octocrab::Error> {
    client.octocrab().get("/repos/acme/infra", nothing()).await
}

fn on_acme(stand: &Stand, app: &App) -> GithubClient {
    stand.github.client_as("double", &Credential::installation_of_organisation(app, "acme")).unwrap()
}

#[tokio::test]
async fn a_hundred_first_callers_make_one_token_request() {
    let (stand, app) = stand(|_| {}).await;
    let client = on_acme(&stand, &app);
    let paths: Vec<_> = (0..100).map(|n| format!("/repos/acme/infra?caller={n}")).collect();
    let octocrab = client.octocrab();
    let all = join_all(paths.iter().map(|path| octocrab.get::<Value, _, _>(path, nothing()))).await;
    assert!(all.iter().all(Result::is_ok), "{:?}", all.iter().find(|one| one.is_err()));
    assert_eq!(stand.double.count(&Method::POST, TOKENS), 1);
    assert_eq!(stand.double.count(&Method::GET, "/orgs/acme/installation"), 1);
    assert_eq!(stand.double.count(&Method::GET, "/repos/acme/infra"), 100);
    stand.end().await;
}

#[tokio::test]
async fn a_caller_that_goes_away_does_not_take_the_token_with_it() {
    let (stand, app) = stand(|_| {}).await;
    let client = on_acme(&stand, &app);
    let leader = tokio::spawn({
        let client = client.clone();
        async move { infra(&client).await }
    });
    while stand.double.calls().is_empty() {
        tokio::task::yield_now().await;
    }
    leader.abort();
    infra(&client).await.unwrap();
    assert_eq!(stand.double.count(&Method::POST, TOKENS), 1);
    stand.end().await;
}

#[tokio::test]
async fn a_token_is_renewed_ahead_of_its_end_and_not_before() {
    let (stand, app) = stand(|_| {}).await;
    let client = on_acme(&stand, &app);
    infra(&client).await.unwrap();
    stand.time.advance(Duration::from_secs(54 * 60));
    infra(&client).await.unwrap();
    assert_eq!(stand.double.count(&Method::POST, TOKENS), 1);
    stand.time.advance(Duration::from_secs(2 * 60));
    let old = client.health().token_expires;
    infra(&client).await.unwrap();
    let renewed = async {
        while client.health().token_expires == old {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), renewed).await.unwrap();
    infra(&client).await.unwrap();
    assert_eq!(stand.double.count(&Method::POST, TOKENS), 2);
    assert!(client.health().token_expires.is_some());
    stand.end().await;
}

#[tokio::test]
async fn a_token_that_cannot_be_renewed_yet_is_used_until_it_ends() {
    let (stand, app) = stand(|_| {}).await;
    let client = on_acme(&stand, &app);
    infra(&client).await.unwrap();
    stand.double.change(|world| world.fault(Fault::Unauthorized, TOKENS, 100));
    stand.time.advance(Duration::from_secs(57 * 60));
    infra(&client).await.unwrap();
    stand.time.advance(Duration::from_secs(4 * 60));
    let error = infra(&client).await.unwrap_err();
    assert!(own(&error).is_unauthenticated(), "{error:?}");
    stand.end().await;
}

#[tokio::test]
async fn after_a_long_wait_one_refusal_is_recovered_from_by_one_fetch_for_all() {
    let (stand, app) = stand(|_| {}).await;
    let client = on_acme(&stand, &app);
    infra(&client).await.unwrap();
    stand.double.change(World::forget_installation_tokens);
    let octocrab = client.octocrab();
    let paths: Vec<_> = (0..50).map(|n| format!("/repos/acme/infra?caller={n}")).collect();
    let all = join_all(paths.iter().map(|path| octocrab.get::<Value, _, _>(path, nothing()))).await;
    assert!(all.iter().all(Result::is_ok), "{:?}", all.iter().find(|one| one.is_err()));
    assert_eq!(stand.double.count(&Method::POST, TOKENS), 2);
    stand.end().await;
}

#[tokio::test]
async fn a_second_refusal_stands() {
    let (stand, _) = stand(|world| world.fault(Fault::Unauthorized, "/user", 100)).await;
    let error = stand.octocrab().get::<Value, _, _>("/user", nothing()).await.unwrap_err();
    let error = own(&error);
    assert!(matches!(error.kind(), GithubErrorKind::Unauthenticated), "{error}");
    assert_eq!(error.retry_hint(), core_client::RetryHint::Never);
    assert_eq!(stand.double.count(&Method::GET, "/user"), 2, "no loop");
    stand.end().await;
}

#[tokio::test]
async fn a_post_is_recovered_too_as_nothing_was_carried_out() {
    let (stand, _) = stand(|world| world.fault(Fault::Unauthorized, "/repos/acme/infra/issues", 1)).await;
    let body = serde_json::json!({ "title": "once" });
    let issue: Value = stand.octocrab().post("/repos/acme/infra/issues", Some(&body)).await.unwrap();
    assert_eq!(issue["number"], 1);
    let calls = stand.double.calls();
    assert!(calls.len() == 2 && calls.iter().all(|call| call.body == body.to_string()));
    stand.end().await;
}

#[tokio::test]
async fn a_revoked_installation_is_told_with_its_organisation() {
    let (stand, app) = stand(|_| {}).await;
    let client = on_acme(&stand, &app);
    infra(&client).await.unwrap();
    stand.double.change(|world| world.revoke_installation(42));
    let error = infra(&client).await.unwrap_err();
    let error = own(&error);
    assert!(matches!(error.kind(), GithubErrorKind::TokenRefused { reason: TokenRefusal::Gone, .. }), "{error}");
    assert_eq!((error.instance(), error.organisation()), ("double", Some("acme")));
    assert!(error.to_string().contains("app 7 on acme"), "{error}");
    stand.end().await;
}

#[tokio::test]
async fn an_installation_that_came_back_under_another_number_is_found() {
    let (stand, app) = stand(|_| {}).await;
    let client = on_acme(&stand, &app);
    infra(&client).await.unwrap();
    stand.double.change(|world| {
        world.revoke_installation(42);
        world.install("7", InstallationSpec::new(43, "acme"));
    });
    infra(&client).await.unwrap();
    assert_eq!(stand.double.count(&Method::POST, "/app/installations/43/access_tokens"), 1);
    stand.end().await;
}

#[tokio::test]
async fn a_suspended_installation_is_told() {
    let (stand, app) = stand(|world| world.suspend_installation(42)).await;
    let error = infra(&on_acme(&stand, &app)).await.unwrap_err();
    let GithubErrorKind::TokenRefused { reason, .. } = own(&error).kind() else { panic!("{error:?}") };
    assert_eq!(*reason, TokenRefusal::Suspended);
    stand.end().await;
}

#[tokio::test]
async fn a_narrowed_token_sees_what_it_is_for_and_nothing_else() {
    let (stand, app) = stand(|_| {}).await;
    let narrow = Credential::installation_of_repository(&app, "acme", "infra")
        .with_repositories(["infra"])
        .with_permission("contents", Permission::Read);
    let client = stand.github.client_as("double", &narrow).unwrap();
    infra(&client).await.unwrap();
    assert!(client.octocrab().get::<Value, _, _>("/repos/acme/other", nothing()).await.is_err());
    let asked = stand.double.calls().into_iter().find(|call| call.path == TOKENS).unwrap();
    let asked: Value = serde_json::from_slice(&asked.body).unwrap();
    assert_eq!(asked, serde_json::json!({ "repositories": ["infra"], "permissions": { "contents": "read" } }));
    stand.end().await;
}

#[tokio::test]
async fn repositories_that_the_installation_has_not_are_told() {
    let (stand, app) = stand(|world| {
        world.install("7", InstallationSpec::new(42, "acme").with_repositories(["infra"]));
    })
    .await;
    let wide = Credential::installation_with_id(&app, 42).with_repositories(["other"]);
    let error = infra(&stand.github.client_as("double", &wide).unwrap()).await.unwrap_err();
    let GithubErrorKind::TokenRefused { reason, .. } = own(&error).kind() else { panic!("{error:?}") };
    assert_eq!(*reason, TokenRefusal::Scope);
    stand.end().await;
}

#[tokio::test]
async fn an_app_calls_as_itself_and_signs_anew_before_its_signature_ends() {
    let (stand, app) = stand(|_| {}).await;
    let client = stand.github.client_as("double", &Credential::app(&app)).unwrap();
    for _ in 0..3 {
        let _app: Value = client.octocrab().get("/app", nothing()).await.unwrap();
        stand.time.advance(Duration::from_secs(8 * 60));
    }
    assert!(stand.double.calls().iter().all(|call| call.status.is_some_and(|status| status.as_u16() < 400)));
    stand.end().await;
}

#[tokio::test]
async fn a_clock_that_is_wrong_is_named_when_the_app_is_refused() {
    let (stand, app) = stand(|world| world.run_ahead(SignedDuration::from_mins(20))).await;
    let error = infra(&on_acme(&stand, &app)).await.unwrap_err();
    let GithubErrorKind::TokenRefused { reason, skew, .. } = own(&error).kind() else { panic!("{error:?}") };
    assert_eq!((*reason, *skew), (TokenRefusal::App, Some(SignedDuration::from_mins(20))));
    stand.end().await;
}

#[tokio::test]
async fn a_key_that_cannot_sign_is_told_without_a_request() {
    let (stand, _) = stand(|_| {}).await;
    let error = infra(&on_acme(&stand, &App::new("7", SENTINEL.into()))).await.unwrap_err();
    assert!(matches!(own(&error).kind(), GithubErrorKind::Key(_)), "{error:?}");
    assert!(stand.double.calls().is_empty());
    stand.end().await;
}

#[tokio::test]
async fn a_token_that_was_rotated_is_read_again_once_it_is_refused() {
    let (stand, _) = stand(|world| world.accept_token("second")).await;
    let mut vault = MockSecretReader::new();
    let mut tokens = ["first", "second"].into_iter();
    vault
        .expect_read()
        .times(2)
        .returning(move |_| Ok(SecretData::from_iter(tokens.next().map(|token| ("token", SecretString::from(token))))));
    let token = Credential::token_from(SecretValue::new(vault, "github/bot", "token"));
    let client = stand.github.client_as("double", &token).unwrap();
    infra(&client).await.unwrap();
    infra(&client).await.unwrap();
    let statuses: Vec<_> = stand.double.calls().iter().map(|call| call.status.unwrap().as_u16()).collect();
    assert_eq!(statuses, [401, 200, 304]);
    stand.end().await;
}

#[tokio::test]
async fn a_secret_that_cannot_be_read_is_named() {
    let (stand, _) = stand(|_| {}).await;
    let token = Credential::token_from(SecretValue::file("/nowhere/token"));
    let client = stand.github.client_as("double", &token).unwrap();
    let error = infra(&client).await.unwrap_err();
    let chain = core_client::ErrorChain::new(own(&error)).to_string();
    assert!(chain.contains("secret \"/nowhere/token\" is not there"), "{chain}");
    assert!(stand.double.calls().is_empty());
    stand.end().await;
}
