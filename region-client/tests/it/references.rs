//! References to networks, down to the request line.

use core_client::error::{Error, ErrorChain, ErrorCode};
use core_client::reference::ResourceReference;
use region_client::generated::types;
use region_client::{References, Removed};
use testkit::region::RegionService;
use testkit::server::Fault;

use crate::peer::{NETWORK, Peer, context, ingress};

/// One pass too few is a 404, which a removal takes for success; one too many stores another reference.
#[tokio::test]
async fn a_reference_is_escaped_twice_and_a_base_path_is_kept() {
    for (suffix, prefix) in [("", ""), ("/", ""), ("/prefix", "/prefix"), ("/prefix/", "/prefix")] {
        let peer = Peer::start(suffix, |server| server.json(201, "")).await;
        peer.server.fail_next([Fault::status(201), Fault::status(204)]);
        let references = References::new(&peer.client);
        let reference = ResourceReference::new("clusters", "kubernetes.unikorn-cloud.org", "abc").unwrap();
        let network = NETWORK.parse().unwrap();
        references.add(network, &reference, &ingress()).await.unwrap();
        references.remove(network, &reference, &ingress()).await.unwrap();
        let path =
            format!("{prefix}/api/v2/networks/{NETWORK}/references/clusters.kubernetes.unikorn-cloud.org%252Fabc");
        assert_eq!(peer.lines(), [format!("PUT {path}"), format!("DELETE {path}")], "base {suffix:?}");
        assert!(peer.server.requests().iter().all(|request| request.body.is_empty()));
        peer.server.shutdown().await;
    }
}

#[tokio::test]
async fn a_network_is_named_by_identifier_or_by_any_form_of_its_text() {
    let peer = Peer::answering(201, "").await;
    let references = References::new(&peer.client);
    let id: region_client::ids::NetworkId = NETWORK.parse().unwrap();
    references.add_reference_to_network(id, &ingress()).await.unwrap();
    references.add_reference_to_network(NETWORK, &ingress()).await.unwrap();
    references.add_reference_to_network(format!("{{{}}}", NETWORK.to_uppercase()), &ingress()).await.unwrap();
    let line = format!("PUT /api/v2/networks/{NETWORK}/references/ingresses.networking.k8s.io%252Ffoo");
    assert_eq!(peer.lines(), [line.clone(), line.clone(), line]);
}

#[tokio::test]
async fn what_is_no_identifier_is_refused_before_anything_is_sent() {
    let peer = Peer::answering(201, "").await;
    let references = References::new(&peer.client);
    for error in [
        references.add_reference_to_network("../../v1", &ingress()).await.unwrap_err(),
        references.remove_reference_from_network("my-network", &ingress()).await.unwrap_err(),
    ] {
        assert_eq!(
            ErrorChain::new(&error).to_string(),
            "could not build the request: the network cannot be named: the network identifier is not a UUID"
        );
    }
    assert_eq!(peer.server.connections().len(), 0);
}

#[tokio::test]
async fn an_object_that_cannot_be_referred_to_is_refused_before_anything_is_sent() {
    let peer = Peer::answering(201, "").await;
    let mut ingress = ingress();
    ingress.metadata.name = None;
    let error = References::new(&peer.client).add_reference_to_network(NETWORK, &ingress).await.unwrap_err();
    assert!(ErrorChain::new(&error).to_string().contains("no metadata.name"), "{}", ErrorChain::new(&error));
    assert_eq!(peer.server.connections().len(), 0);
}

#[tokio::test]
async fn adding_fails_where_the_service_refuses() {
    let peer = Peer::answering(201, "").await;
    let references = References::new(&peer.client);
    for (status, code) in [(404, "not_found"), (403, "forbidden"), (400, "invalid_request")] {
        peer.server.fail_next([Fault::refusal(status, code, "no")]);
        let error = references.add_reference_to_network(NETWORK, &ingress()).await.unwrap_err();
        assert_eq!(error.status().map(|it| it.as_u16()), Some(status));
        assert_eq!(error.code().map(ErrorCode::as_str), Some(code));
    }
    assert_eq!(peer.lines().len(), 3, "none was repeated");
}

/// The original reports a network that is gone as a failed removal, and a controller never gets past it.
#[tokio::test]
async fn removing_from_a_network_that_is_gone_is_success_of_its_own_kind() {
    let peer = Peer::answering(204, "").await;
    let references = References::new(&peer.client);
    peer.server.fail_next([Fault::status(204), Fault::refusal(404, "not_found", "gone")]);
    assert_eq!(references.remove_reference_from_network(NETWORK, &ingress()).await.unwrap(), Removed::Done);
    assert_eq!(references.remove_reference_from_network(NETWORK, &ingress()).await.unwrap(), Removed::AlreadyAbsent);
    peer.server.fail_next([Fault::refusal(403, "forbidden", "no")]);
    assert!(references.remove_reference_from_network(NETWORK, &ingress()).await.unwrap_err().is_forbidden());
}

/// Region answers a write conflict with 500; both calls can be repeated.
#[tokio::test]
async fn a_write_conflict_is_tried_again() {
    let peer = Peer::answering(500, "").await;
    let references = References::new(&peer.client);
    let conflict = || Fault::refusal(500, "server_error", "the object has been modified");
    peer.server.fail_next([conflict(), Fault::status(201), conflict(), Fault::status(204)]);
    references.add_reference_to_network(NETWORK, &ingress()).await.unwrap();
    references.remove_reference_from_network(NETWORK, &ingress()).await.unwrap();
    assert_eq!(peer.lines().len(), 4);
}

#[tokio::test]
async fn a_referenced_network_stays_until_the_reference_is_removed() {
    let service = RegionService::new();
    let peer = Peer::start("", |server| server.region(service.clone())).await;
    let spec = types::NetworkV2CreateSpec::builder()
        .organization_id("f47ac10b-58cc-4372-a567-0e02b2c3d479")
        .project_id("550e8400-e29b-41d4-a716-446655440000")
        .region_id("c7568e2d-f9ab-453d-9a3a-51375f78426b")
        .prefix("10.0.0.0/24")
        .dns_nameservers(Vec::new());
    let network = peer
        .client
        .api_client(&context())
        .unwrap()
        .create_network()
        .body_map(|body| body.metadata(types::ResourceWriteMetadata::builder().name("net")).spec(spec))
        .send()
        .await
        .unwrap()
        .into_inner()
        .metadata
        .id;

    let references = References::new(&peer.client);
    references.add_reference_to_network(network.as_str(), &ingress()).await.unwrap();
    assert_eq!(service.references(&network), ["ingresses.networking.k8s.io/foo"]);
    let delete = async || peer.api().delete_network().network_id(network.as_str()).send().await.map_err(Error::from);
    assert!(delete().await.unwrap_err().is_forbidden());

    assert_eq!(references.remove_reference_from_network(network.as_str(), &ingress()).await.unwrap(), Removed::Done);
    assert_eq!(service.references(&network), [] as [String; 0]);
    delete().await.unwrap();
    let again = references.remove_reference_from_network(network.as_str(), &ingress()).await.unwrap();
    assert_eq!(again, Removed::AlreadyAbsent);
    peer.server.shutdown().await;
}
