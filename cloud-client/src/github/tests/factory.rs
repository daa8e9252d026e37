use std::sync::Arc;

use super::*;

fn factory(instances: Vec<Instance>) -> Result<GithubApi, GithubConfigError> {
    instances.into_iter().fold(GithubApi::builder("tests"), GithubApiBuilder::instance).build()
}

fn configured() -> GithubApi {
    let token = || Credential::token(SENTINEL.into());
    let com = Instance::github_com().with_credential("a", token()).with_credential("b", token());
    let ghe = Instance::enterprise("ghe", "https://ghe.example.com/api/v3").with_credential("a", token());
    factory(vec![com.with_organisation("acme", "a"), ghe.with_default("a")]).unwrap()
}

#[tokio::test]
async fn one_credential_is_one_client_whatever_it_is_called_and_whoever_asks() {
    let github = configured();
    let core = |client: GithubClient| Arc::as_ptr(&client.core);
    let first = core(github.client("github.com", "a").unwrap());
    assert_eq!(first, core(github.client("github.com", "a").unwrap()));
    assert_eq!(first, core(github.client("github.com", "b").unwrap()), "another name of the same token");
    assert_eq!(first, core(github.for_organisation("github.com", "ACME").unwrap()));
    let equal = Credential::token(SENTINEL.into());
    assert_eq!(first, core(github.client_as("github.com", &equal).unwrap()));
    assert_ne!(first, core(github.client("ghe", "a").unwrap()), "another instance");
    assert_ne!(first, core(github.client_as("github.com", &Credential::anonymous()).unwrap()));
}

#[tokio::test]
async fn what_is_not_configured_is_told_by_name_with_what_there_is() {
    let github = configured();
    let error = github.github_api("gitlab", "a").unwrap_err();
    assert_eq!(error.to_string(), "no such instance is configured; there are: ghe, github.com (at gitlab)");
    let error = github.github_api("github.com", "c").unwrap_err();
    assert!(error.to_string().starts_with("the instance has no credential \"c\"; it has: a, b"), "{error}");
}

#[tokio::test]
async fn an_organisation_without_a_credential_is_nobody_elses() {
    let github = configured();
    let error = github.for_organisation("github.com", "other").unwrap_err();
    assert!(matches!(error.kind(), GithubErrorKind::NoCredential));
    assert_eq!(error.organisation(), Some("other"));
    assert_eq!(github.for_organisation("ghe", "other").unwrap().instance(), "ghe");
}

#[test]
fn two_instances_of_one_address_are_refused_and_none_is_fine() {
    let other = Instance::enterprise("again", "https://API.github.com:443/");
    let error = factory(vec![Instance::github_com(), other]).unwrap_err();
    assert!(matches!(error, GithubConfigError::Duplicate { .. }), "{error}");
    assert!(factory(Vec::new()).unwrap().instances().is_empty());
}

#[test]
fn a_user_agent_is_asked_for() {
    for agent in ["", "  ", "a\nb"] {
        assert!(matches!(GithubApi::builder(agent).build(), Err(GithubConfigError::UserAgent { .. })));
    }
}

#[test]
fn without_a_runtime_there_is_an_error_and_no_panic() {
    let error = configured().github_api("github.com", "a").unwrap_err();
    assert!(matches!(error.kind(), GithubErrorKind::NoRuntime), "{error}");
}

#[tokio::test]
async fn a_closed_factory_ends_what_is_under_way_and_refuses_the_rest() {
    let stand = Stand::new(|world| world.fault(crate::testing::github::Fault::Silence, "/user", 1)).await;
    let octocrab = stand.octocrab();
    let waiting = tokio::spawn({
        let octocrab = octocrab.clone();
        async move { octocrab.get::<serde_json::Value, _, _>("/user", nothing()).await }
    });
    while stand.double.calls().is_empty() {
        tokio::task::yield_now().await;
    }
    stand.github.close().await;
    stand.github.close().await;
    let closed = |error: &octocrab::Error| matches!(own(error).kind(), GithubErrorKind::Closed);
    assert!(closed(&waiting.await.unwrap().unwrap_err()));
    assert!(closed(&octocrab.get::<serde_json::Value, _, _>("/user", nothing()).await.unwrap_err()));
    assert!(stand.github.github_api("double", "bot").is_err());
    stand.end().await;
}

#[tokio::test]
async fn clients_beyond_the_bound_are_forgotten_longest_unused_first() {
    let options = GithubOptions::default().with_max_clients(2);
    let github = GithubApi::builder("tests").instance(Instance::github_com()).options(options).build().unwrap();
    let client = |token: &str| {
        let client = github.client_as("github.com", &Credential::token(token.into())).unwrap();
        Arc::clone(&client.core)
    };
    let (a, b) = (client("a"), client("b"));
    assert!(Arc::ptr_eq(&a, &client("a")));
    client("c");
    assert!(Arc::ptr_eq(&a, &client("a")));
    assert!(!Arc::ptr_eq(&b, &client("b")));
}
