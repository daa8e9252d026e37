//! Allocations, down to the request line and the body.

use core_client::error::{Error, ErrorChain};
use identity_client::allocations::{ALLOCATION, Allocations, PersistError, Quantity};
use identity_client::context::RequestContext;
use identity_client::principal::Principal;
use identity_client::references::Removed;
use kube::ResourceExt;
use serde_json::{Value, json};
use testkit::server::Fault;

use crate::peer::{self, Cluster, ORGANIZATION, OTHER, PROJECT, Peer, cluster, context};

const ID: &str = "0e6f1b9c-30c4-4a8e-9d0e-6a2f0a6a1c11";

fn path() -> String {
    format!("/api/v1/organizations/{ORGANIZATION}/projects/{PROJECT}/allocations")
}

fn quantities() -> Vec<Quantity> {
    vec![Quantity::new("servers", 3, 2), Quantity::new("gpus", 8, 0)]
}

fn spec() -> Value {
    json!({
        "kind": "kubernetesclusters.kubernetes.unikorn-cloud.org",
        "id": "abc",
        "allocations": [
            { "kind": "servers", "committed": 3, "reserved": 2 },
            { "kind": "gpus", "committed": 8, "reserved": 0 },
        ],
    })
}

fn allocation(status: u16, id: &str) -> Fault {
    peer::json(
        status,
        json!({
            "metadata": {
                "name": "undefined",
                "id": id,
                "creationTime": "2025-11-21T14:08:00Z",
                "organizationId": ORGANIZATION,
                "projectId": PROJECT,
                "provisioningStatus": "provisioned",
                "healthStatus": "healthy",
            },
            "spec": spec(),
        }),
    )
}

fn counted() -> Cluster {
    cluster().annotation(ALLOCATION, ID)
}

// --- creating

#[tokio::test]
async fn creating_charges_the_project_of_the_principal_and_notes_the_allocation() {
    let peer = Peer::answering([allocation(201, ID)]).await;
    // Placed somewhere else than the principal is.
    let mut cluster =
        cluster().label("unikorn-cloud.org/organization", OTHER).label("unikorn-cloud.org/project", OTHER);
    let id = Allocations::new(&peer.client).create(&context(), &mut cluster, &quantities()).await.unwrap();
    assert_eq!(id.to_string(), ID);
    assert_eq!(cluster.annotations()[ALLOCATION], ID);
    assert_eq!(peer.lines(), [format!("POST {}", path())]);
    let body: Value = serde_json::from_slice(&peer.server.requests()[0].body).unwrap();
    assert_eq!(body, json!({ "metadata": { "name": "undefined" }, "spec": spec() }));
}

/// W-30
#[tokio::test]
async fn a_resource_that_has_an_allocation_is_refused_a_second() {
    let peer = Peer::answering([]).await;
    let error = Allocations::new(&peer.client).create(&context(), &mut counted(), &quantities()).await.unwrap_err();
    assert!(matches!(error, Error::ApiMisuse(_)));
    assert!(ErrorChain::new(&error).to_string().contains(ID));
    assert_eq!(peer.server.connections().len(), 0);
}

/// W-30
#[tokio::test]
async fn a_creation_with_an_unclear_outcome_is_never_repeated() {
    for fault in [
        Fault::status(500),
        Fault::status(502),
        Fault::status(503).with_header("retry-after", "0"),
        Fault::status(504),
        Fault::status(429),
        Fault::refusal(409, "conflict", "busy"),
        Fault::Close,
        Fault::CloseMidBody { status: http::StatusCode::CREATED, body: "{".into() },
    ] {
        let name = format!("{fault:?}");
        let peer = Peer::answering([]).await;
        peer.server.fail_always(Some(fault));
        let mut cluster = cluster();
        Allocations::new(&peer.client).create(&context(), &mut cluster, &quantities()).await.unwrap_err();
        assert_eq!(peer.lines().len(), 1, "{name}");
        assert!(!cluster.annotations().contains_key(ALLOCATION), "{name}");
    }
}

#[tokio::test]
async fn an_exceeded_quota_is_forbidden_and_says_which() {
    let peer = Peer::answering([Fault::refusal(403, "forbidden", "servers: 5 of 4")]).await;
    let error = Allocations::new(&peer.client).create(&context(), &mut cluster(), &quantities()).await.unwrap_err();
    assert!(error.is_forbidden());
    assert_eq!(error.as_service().unwrap().description(), Some("servers: 5 of 4"));
}

#[tokio::test]
async fn a_context_that_names_no_project_sends_nothing() {
    let peer = Peer::answering([]).await;
    let allocations = Allocations::new(&peer.client);
    let with = |principal| RequestContext::new().with_principal(principal);
    for (context, complaint) in [
        (RequestContext::new(), "the context has none"),
        (with(Principal::user("joe@acme.com")), "the principal's organization"),
        (with(Principal::user("joe@acme.com").with_organization("acme")), "the principal's organization"),
        (with(Principal::user("joe@acme.com").with_organization(ORGANIZATION)), "the principal's project"),
    ] {
        let error = allocations.create(&context, &mut cluster(), &quantities()).await.unwrap_err();
        assert!(ErrorChain::new(&error).to_string().contains(complaint), "{}", ErrorChain::new(&error));
    }
    assert_eq!(peer.server.connections().len(), 0);
}

#[tokio::test]
async fn an_identifier_that_is_none_is_not_noted() {
    let peer = Peer::answering([allocation(201, "nope")]).await;
    let mut cluster = cluster();
    let error = Allocations::new(&peer.client).create(&context(), &mut cluster, &quantities()).await.unwrap_err();
    assert!(ErrorChain::new(&error).to_string().contains("nope"));
    assert!(!cluster.annotations().contains_key(ALLOCATION));
}

// --- creating and persisting

#[derive(Debug, thiserror::Error)]
#[error("the disk is full")]
struct DiskFull;

#[tokio::test]
async fn what_is_persisted_has_the_allocation_noted() {
    let peer = Peer::answering([allocation(201, ID)]).await;
    let mut cluster = cluster();
    let stored = Allocations::new(&peer.client)
        .create_and_persist(&context(), &mut cluster, &quantities(), async |cluster: &Cluster| {
            Ok::<_, DiskFull>(cluster.annotations()[ALLOCATION].clone())
        })
        .await
        .unwrap();
    assert_eq!(stored, ID);
    assert_eq!(peer.lines().len(), 1);
}

/// W-30
#[tokio::test]
async fn what_cannot_be_persisted_is_given_back() {
    for gone in [Fault::status(202), Fault::refusal(404, "not_found", "gone")] {
        let peer = Peer::answering([allocation(201, ID), gone]).await;
        let mut cluster = cluster();
        let outcome = Allocations::new(&peer.client)
            .create_and_persist(&context(), &mut cluster, &quantities(), async |_: &Cluster| Err::<(), _>(DiskFull))
            .await;
        assert!(matches!(outcome, Err(PersistError::Persist(DiskFull))), "{outcome:?}");
        assert!(!cluster.annotations().contains_key(ALLOCATION));
        assert_eq!(peer.lines(), [format!("POST {}", path()), format!("DELETE {}/{ID}", path())]);
    }
}

/// W-30
#[tokio::test]
async fn what_cannot_be_given_back_is_named_and_the_first_error_is_the_cause() {
    let peer = Peer::answering([allocation(201, ID), Fault::refusal(403, "forbidden", "no")]).await;
    let mut cluster = cluster();
    let error = Allocations::new(&peer.client)
        .create_and_persist(&context(), &mut cluster, &quantities(), async |_: &Cluster| Err::<(), _>(DiskFull))
        .await
        .unwrap_err();
    let PersistError::Leaked { allocation, rollback, .. } = &error else { panic!("{error}") };
    assert_eq!(allocation.to_string(), ID);
    assert!(rollback.is_forbidden());
    assert_eq!(
        ErrorChain::new(&error).to_string(),
        format!(
            "could not persist the resource; its allocation {ID} could not be given back and has to be deleted: the disk is full"
        )
    );
}

#[tokio::test]
async fn nothing_is_persisted_without_an_allocation() {
    let peer = Peer::answering([Fault::refusal(403, "forbidden", "quota")]).await;
    let outcome = Allocations::new(&peer.client)
        .create_and_persist(&context(), &mut cluster(), &quantities(), async |_: &Cluster| -> Result<(), DiskFull> {
            panic!("persisted")
        })
        .await;
    assert!(matches!(outcome, Err(PersistError::Create(error)) if error.is_forbidden()));
}

/// Handlers run on a multi-threaded runtime.
#[test]
fn the_work_can_be_given_to_a_task() {
    fn is_send<T: Send>(work: T) -> T {
        work
    }
    async fn work(allocations: Allocations, context: RequestContext, mut cluster: Cluster) {
        let persisted = allocations
            .create_and_persist(&context, &mut cluster, &[], async |_: &Cluster| Err::<(), _>(DiskFull))
            .await;
        assert!(persisted.is_err());
    }
    let _ = |allocations, context, cluster| is_send(work(allocations, context, cluster));
}

// --- changing and deleting

#[tokio::test]
async fn an_update_charges_whom_the_resource_is_for_not_where_it_is_placed() {
    let peer = Peer::answering([allocation(200, ID)]).await;
    let cluster = counted()
        .label("unikorn-cloud.org/organization", OTHER)
        .label("unikorn-cloud.org/project", OTHER)
        .label("principal.unikorn-cloud.org/organization", ORGANIZATION)
        .label("principal.unikorn-cloud.org/project", PROJECT);
    Allocations::new(&peer.client).update(&cluster, &quantities()).await.unwrap();
    assert_eq!(peer.lines(), [format!("PUT {}/{ID}", path())]);
    let body: Value = serde_json::from_slice(&peer.server.requests()[0].body).unwrap();
    assert_eq!(body, json!({ "metadata": { "name": "undefined" }, "spec": spec() }));
}

#[tokio::test]
async fn an_update_is_tried_again_after_a_conflict() {
    let peer = Peer::answering([Fault::refusal(409, "conflict", "busy"), allocation(200, ID)]).await;
    Allocations::new(&peer.client).update(&counted(), &quantities()).await.unwrap();
    assert_eq!(peer.lines().len(), 2);
}

#[tokio::test]
async fn a_resource_without_a_usable_allocation_sends_nothing() {
    let peer = Peer::answering([]).await;
    let allocations = Allocations::new(&peer.client);
    let mut bare = cluster();
    bare.0.annotations = None;
    for (cluster, complaint) in [
        (bare, "object abc has no annotation unikorn-cloud.org/allocation-id"),
        (cluster(), "object abc has no annotation unikorn-cloud.org/allocation-id"),
        (cluster().annotation(ALLOCATION, "nope"), "annotation unikorn-cloud.org/allocation-id of object abc"),
    ] {
        for error in [
            allocations.update(&cluster, &quantities()).await.unwrap_err(),
            allocations.delete(&cluster).await.unwrap_err(),
        ] {
            assert!(ErrorChain::new(&error).to_string().contains(complaint), "{}", ErrorChain::new(&error));
        }
    }
    assert_eq!(peer.server.connections().len(), 0);
}

#[tokio::test]
async fn an_allocation_that_is_gone_is_deleted() {
    let peer = Peer::answering([
        Fault::status(202),
        Fault::refusal(404, "not_found", "gone"),
        Fault::refusal(403, "forbidden", "no"),
    ])
    .await;
    let allocations = Allocations::new(&peer.client);
    assert_eq!(allocations.delete(&counted()).await.unwrap(), Removed::Done);
    assert_eq!(allocations.delete(&counted()).await.unwrap(), Removed::AlreadyAbsent);
    assert!(allocations.delete(&counted()).await.unwrap_err().is_forbidden());
    assert!(peer.lines().iter().all(|line| *line == format!("DELETE {}/{ID}", path())));
}
