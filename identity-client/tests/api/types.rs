//! What decodes, what is written, and what is never shown.

use core_client::error::{Error, ErrorCode};
use identity_client::generated::types;
use serde_json::json;
use testkit::server::Fault;

use crate::peer::{self, ORGANIZATION, Peer, context};

#[tokio::test]
async fn a_token_request_is_a_form_and_what_is_left_out_is_not_in_it() {
    let token = json!({ "token_type": "Bearer", "access_token": "t", "expires_in": 60 });
    let peer = Peer::answering([peer::json(200, token)]).await;
    let answer = peer
        .client
        .api_client(&context())
        .unwrap()
        .issue_token()
        .body_map(|body| {
            body.grant_type("urn:ietf:params:oauth:grant-type:token-exchange")
                .subject_token(Some("raw-token".into()))
                .subject_token_type("urn:ietf:params:oauth:token-type:access_token".to_owned())
                .x_organization_id("org-1".to_owned())
        })
        .send()
        .await
        .unwrap()
        .into_inner();
    assert_eq!(answer.access_token.expose(), "t");
    let request = peer.server.requests().remove(0);
    assert_eq!(request.line(), "POST /oauth2/v2/token");
    assert_eq!(request.header("content-type"), Some("application/x-www-form-urlencoded"));
    assert_eq!(
        request.body,
        "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Atoken-exchange&subject_token=raw-token\
         &subject_token_type=urn%3Aietf%3Aparams%3Aoauth%3Atoken-type%3Aaccess_token&x_organization_id=org-1"
    );
}

/// The token endpoint has codes of its own, in the shape of every other error.
#[tokio::test]
async fn a_refused_grant_keeps_its_code() {
    let refusal = json!({ "error": "invalid_grant", "error_description": "used twice" });
    let peer = Peer::answering([peer::json(400, refusal)]).await;
    let client = peer.client.api_client(&context()).unwrap();
    let error =
        Error::from(client.issue_token().body_map(|body| body.grant_type("refresh_token")).send().await.unwrap_err());
    assert_eq!(error.code().map(ErrorCode::as_str), Some("invalid_grant"));
    assert_eq!(error.as_service().unwrap().description(), Some("used twice"));
}

#[tokio::test]
async fn lists_of_an_organization_decode() {
    let peer = Peer::answering([Fault::body(200, "application/json", "[]")]).await;
    let client = peer.client.api_client(&context()).unwrap();
    let projects = client.list_projects().organization_id(ORGANIZATION).send().await.unwrap();
    assert!(projects.is_empty());
    assert_eq!(peer.lines(), [format!("GET /api/v1/organizations/{ORGANIZATION}/projects")]);
}

#[test]
fn claims_decode_with_the_platforms_own() {
    let claims: types::Userinfo = serde_json::from_value(json!({
        "sub": "joe@acme.com",
        "https://unikorn-cloud.org/authz": { "acctype": "robot", "orgIds": [ORGANIZATION] },
    }))
    .unwrap();
    let own = claims.https_unikorn_cloud_org_authz.unwrap();
    assert_eq!(own.acctype.as_str(), "robot");
    assert_eq!(own.org_ids, [ORGANIZATION]);
}

#[test]
fn keys_keep_the_members_of_their_type() {
    let keys: types::JsonWebKeySet =
        serde_json::from_value(json!({ "keys": [{ "kty": "EC", "crv": "P-521" }] })).unwrap();
    assert_eq!(keys.keys.unwrap()[0]["crv"], "P-521");
}

#[test]
fn a_grant_nobody_listed_is_kept() {
    let grant: types::GrantType = serde_json::from_value("device_code".into()).unwrap();
    assert_eq!(grant.to_string(), "device_code");
    let listed: types::GrantType = "urn:ietf:params:oauth:grant-type:token-exchange".parse().unwrap();
    assert_eq!(listed, types::GrantType::UrnIetfParamsOauthGrantTypeTokenExchange);
}

#[test]
fn permissions_keep_what_is_absent_apart_from_what_is_empty() {
    let acl: types::Acl = serde_json::from_value(json!({ "global": [] })).unwrap();
    assert!(acl.global.is_some_and(|it| it.is_empty()));
    assert!(acl.organizations.is_none());
}

#[test]
fn debug_shows_no_secret() {
    let token: types::Token = serde_json::from_value(json!({
        "token_type": "Bearer", "access_token": "hunter2", "refresh_token": "hunter2", "id_token": "hunter2", "expires_in": 1,
    }))
    .unwrap();
    let account: types::ServiceAccountStatus =
        serde_json::from_value(json!({ "expiry": "2025-11-21T14:08:00Z", "accessToken": "hunter2" })).unwrap();
    let provider: types::Oauth2ProviderSpec =
        serde_json::from_value(json!({ "issuer": "i", "clientID": "c", "clientSecret": "hunter2" })).unwrap();
    let request = types::TokenRequestOptions::builder()
        .grant_type("authorization_code")
        .code(Some("hunter2".into()))
        .code_verifier(Some("hunter2".into()))
        .client_secret(Some("hunter2".into()))
        .refresh_token(Some("hunter2".into()))
        .subject_token(Some("hunter2".into()));
    let shown = format!("{token:?} {account:?} {provider:?} {request:?}");
    assert!(!shown.contains("hunter2"), "{shown}");
}
