//! Calls through the generated client: what is sent, and what becomes of answers nobody documented.

use core_client::error::{Error, ErrorChain, ErrorCode};
use http::StatusCode;
use region_client::generated::types;
use testkit::region::{Encoding, RegionService};
use testkit::server::Fault;

use crate::peer::{NETWORK, Peer, context, ingress};

async fn refused(peer: &Peer, fault: Fault) -> Error {
    peer.server.fail_next([fault]);
    peer.api().get_network().network_id(NETWORK).send().await.unwrap_err().into()
}

// --- what is sent

#[tokio::test]
async fn array_parameters_repeat_their_key() {
    let peer = Peer::answering(200, "[]").await;
    let networks = peer
        .api()
        .list_networks()
        .organization_id(vec!["a".to_owned(), "b".to_owned()])
        .tag(vec!["foo=cat".to_owned(), "bar=dog".to_owned()])
        .send()
        .await
        .unwrap();
    assert!(networks.is_empty());
    assert_eq!(peer.lines(), ["GET /api/v2/networks?organizationID=a&organizationID=b&tag=foo%3Dcat&tag=bar%3Ddog"]);
}

#[tokio::test]
async fn an_enum_is_a_parameter_as_it_is_on_the_wire() {
    let peer = Peer::answering(200, "[]").await;
    peer.api()
        .list_region_images()
        .region_id(NETWORK)
        .scope(types::ListRegionImagesScope::Owned)
        .status(vec![types::ImageState::Ready, types::ImageState::Failed])
        .send()
        .await
        .unwrap();
    assert_eq!(peer.lines(), [format!("GET /api/v2/regions/{NETWORK}/images?scope=owned&status=ready&status=failed")]);
}

#[tokio::test]
async fn nothing_is_sent_that_the_originals_would_not_send() {
    let peer = Peer::answering(200, "[]").await;
    peer.api().list_networks().send().await.unwrap();
    let request = peer.server.requests().remove(0);
    let mut names: Vec<&str> = request.headers.keys().map(http::HeaderName::as_str).collect();
    names.sort_unstable();
    assert_eq!(names, ["accept", "host", "user-agent", "x-principal"]);
    assert_eq!(request.header("accept"), Some("application/json"));
}

#[tokio::test]
async fn a_client_for_each_caller_costs_no_connection() {
    let peer = Peer::answering(200, "[]").await;
    for _ in 0..1000 {
        peer.client.api_client(&context()).unwrap();
        peer.client.controller_client(&ingress()).unwrap();
    }
    assert_eq!(peer.server.connections().len(), 0);
    for _ in 0..3 {
        peer.api().list_networks().send().await.unwrap();
        peer.client.controller_client(&ingress()).unwrap().list_networks().send().await.unwrap();
    }
    assert_eq!(peer.server.connections().len(), 1, "all callers share the pool");
}

#[tokio::test]
async fn a_user_and_a_controller_each_name_their_principal() {
    let service = RegionService::new();
    let peer = Peer::start("", |server| server.region(service.clone())).await;
    peer.api().list_networks().send().await.unwrap();
    peer.client.controller_client(&ingress()).unwrap().list_networks().send().await.unwrap();
    let seen = service.seen();
    assert_eq!(seen[0].principal.as_ref().unwrap()["actor"], "joe@acme.com");
    assert_eq!(seen[0].principal.as_ref().unwrap()["type"], "user");
    assert_eq!(seen[1].principal.as_ref().unwrap()["projectId"], "550e8400-e29b-41d4-a716-446655440000");
    // The client's key is P-256: without RSA, controllers send the plain form too.
    assert!(seen.iter().all(|call| call.encoding == Some(Encoding::Plain) && !call.impersonated));
    assert!(seen.iter().all(|call| call.peer.as_deref() == Some("unikorn-compute")));
}

#[tokio::test]
async fn a_context_without_a_principal_sends_nothing() {
    let peer = Peer::answering(200, "[]").await;
    let outcome = match peer.client.api_client(&identity_client::context::RequestContext::new()) {
        Ok(client) => client.list_networks().send().await.map(drop).map_err(Error::from),
        Err(error) => Err(error),
    };
    assert!(matches!(outcome, Err(Error::Construction(_))), "{outcome:?}");
    assert_eq!(peer.server.connections().len(), 0);
}

#[tokio::test]
async fn a_missing_parameter_sends_nothing_and_is_named() {
    let peer = Peer::answering(200, "[]").await;
    let error = Error::from(peer.api().get_network().send().await.unwrap_err());
    assert!(ErrorChain::new(&error).to_string().contains("network_id"), "{}", ErrorChain::new(&error));
    assert_eq!(peer.server.connections().len(), 0);
}

// --- what comes back

#[tokio::test]
async fn an_unknown_error_code_keeps_description_and_status() {
    let peer = Peer::answering(200, "").await;
    let error = refused(&peer, Fault::refusal(418, "short_and_stout", "I'm a teapot")).await;
    assert_eq!(error.status(), Some(StatusCode::IM_A_TEAPOT));
    assert_eq!(error.code(), Some(&ErrorCode::Unknown("short_and_stout".to_owned())));
    let refusal = error.as_service().unwrap();
    assert_eq!(refusal.description(), Some("I'm a teapot"));
    assert_eq!(refusal.trace_id(), None, "zeros are no trace");
}

#[tokio::test]
async fn a_page_of_a_proxy_keeps_its_status_and_a_piece_of_its_text() {
    let peer = Peer::answering(200, "").await;
    let error = refused(&peer, Fault::body(401, "text/html", "<h1>Who are you?</h1>")).await;
    assert!(error.is_unauthenticated(), "{}", ErrorChain::new(&error));
    assert_eq!(error.status(), Some(StatusCode::UNAUTHORIZED));
    assert!(error.as_service().unwrap().body_prefix().unwrap().contains("Who are you?"));
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let peer = Peer::answering(200, "").await;
    let error = refused(&peer, Fault::redirect(302, "https://elsewhere.example.com/")).await;
    assert_eq!(error.status(), Some(StatusCode::FOUND));
    assert_eq!(peer.lines().len(), 1);
}

#[tokio::test]
async fn an_undocumented_gateway_error_keeps_its_status_after_the_retries() {
    let peer = Peer::answering(502, "bad gateway").await;
    let error = Error::from(peer.api().get_network().network_id(NETWORK).send().await.unwrap_err());
    assert_eq!(error.status(), Some(StatusCode::BAD_GATEWAY));
    assert!(peer.lines().len() > 1, "a GET is repeated");
}

#[tokio::test]
async fn a_gateway_error_does_not_repeat_a_creation() {
    let peer = Peer::answering(503, "").await;
    let api = peer.api();
    let create = api.create_security_group().body_map(|body| {
        let spec = types::SecurityGroupV2CreateSpec::builder().network_id(NETWORK).rules(Vec::new());
        body.metadata(types::ResourceWriteMetadata::builder().name("sg")).spec(spec)
    });
    let error = Error::from(create.send().await.unwrap_err());
    assert_eq!(error.status(), Some(StatusCode::SERVICE_UNAVAILABLE));
    assert_eq!(peer.lines().len(), 1);
}

#[tokio::test]
async fn an_answer_that_does_not_decode_says_where_and_shows_nothing_of_it() {
    let peer = Peer::answering(200, r#"{"privateKey": {"hunter2": true}}"#).await;
    let error = Error::from(peer.api().get_server_ssh_key().server_id(NETWORK).send().await.unwrap_err());
    assert!(matches!(error, Error::Decode(_)), "{}", ErrorChain::new(&error));
    assert_eq!(error.status(), Some(StatusCode::OK));
    assert!(!format!("{error:?} {}", ErrorChain::new(&error)).contains("hunter2"));
}

#[tokio::test]
async fn a_success_nobody_documented_is_not_taken_for_one() {
    let peer = Peer::answering(201, "{}").await;
    let error = Error::from(peer.api().get_network().network_id(NETWORK).send().await.unwrap_err());
    assert!(matches!(error, Error::Decode(_)), "{}", ErrorChain::new(&error));
    assert_eq!(error.status(), Some(StatusCode::CREATED));
}
