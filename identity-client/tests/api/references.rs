//! References to projects, down to the request line.

use core_client::error::{Error, ErrorChain};
use identity_client::references::{References, Removed};
use testkit::server::Fault;

use crate::peer::{Cluster, ORGANIZATION, OTHER, PROJECT, Peer, cluster};

/// The object's group is the one that is written differently.
const REFERENCE: &str = "kubernetesclusters.kubernetes.unikorn-cloud.org%252Fabc";

#[tokio::test]
async fn a_reference_is_escaped_twice_and_a_base_path_is_kept() {
    for (suffix, prefix) in [("", ""), ("/", ""), ("/prefix", "/prefix"), ("/prefix/", "/prefix")] {
        let peer = Peer::with_suffix(suffix, [Fault::status(201), Fault::status(204)]).await;
        let references = References::new(&peer.client);
        references.add_reference_to_project(&cluster()).await.unwrap();
        assert_eq!(references.remove_reference_from_project(&cluster()).await.unwrap(), Removed::Done);
        let path = format!("{prefix}/api/v1/organizations/{ORGANIZATION}/projects/{PROJECT}/references/{REFERENCE}");
        assert_eq!(peer.lines(), [format!("PUT {path}"), format!("DELETE {path}")], "base {suffix:?}");
        peer.server.shutdown().await;
    }
}

#[tokio::test]
async fn what_an_object_knows_itself_wins_over_its_labels() {
    let peer = Peer::answering([Fault::status(201), Fault::status(204)]).await;
    let references = References::new(&peer.client);
    references.add_reference_to_own_project(&cluster()).await.unwrap();
    references.remove_reference_from_own_project(&cluster()).await.unwrap();
    let path = format!("/api/v1/organizations/{OTHER}/projects/{OTHER}/references/{REFERENCE}");
    assert_eq!(peer.lines(), [format!("PUT {path}"), format!("DELETE {path}")]);
}

#[tokio::test]
async fn the_project_is_where_the_object_is_placed_not_whom_it_is_for() {
    let peer = Peer::answering([Fault::status(201)]).await;
    let cluster = cluster()
        .label("principal.unikorn-cloud.org/organization", OTHER)
        .label("principal.unikorn-cloud.org/project", OTHER);
    References::new(&peer.client).add_reference_to_project(&cluster).await.unwrap();
    assert!(
        peer.lines()[0].contains(&format!("/organizations/{ORGANIZATION}/projects/{PROJECT}/")),
        "{:?}",
        peer.lines()
    );
}

#[tokio::test]
async fn labels_that_name_no_project_send_nothing() {
    let peer = Peer::answering([]).await;
    let references = References::new(&peer.client);
    let mut without = cluster();
    without.0.labels.as_mut().unwrap().remove("unikorn-cloud.org/project");
    let unusable = cluster().label("unikorn-cloud.org/organization", "acme");
    for (cluster, key) in [(without, "unikorn-cloud.org/project"), (unusable, "unikorn-cloud.org/organization")] {
        for error in [
            references.add_reference_to_project(&cluster).await.unwrap_err(),
            references.remove_reference_from_project(&cluster).await.unwrap_err(),
        ] {
            assert!(ErrorChain::new(&error).to_string().contains(key), "{}", ErrorChain::new(&error));
        }
    }
    assert_eq!(peer.server.connections().len(), 0);
}

#[tokio::test]
async fn an_object_without_a_name_sends_nothing() {
    let peer = Peer::answering([]).await;
    let nameless = Cluster(k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta { name: None, ..cluster().0 });
    assert!(matches!(
        References::new(&peer.client).add_reference_to_project(&nameless).await,
        Err(Error::Construction(_))
    ));
    assert_eq!(peer.server.connections().len(), 0);
}

#[tokio::test]
async fn adding_twice_and_removing_twice_succeed() {
    let peer = Peer::answering([Fault::status(201), Fault::status(201), Fault::status(204), Fault::status(204)]).await;
    let references = References::new(&peer.client);
    for _ in 0..2 {
        references.add_reference_to_project(&cluster()).await.unwrap();
    }
    for _ in 0..2 {
        assert_eq!(references.remove_reference_from_project(&cluster()).await.unwrap(), Removed::Done);
    }
}

#[tokio::test]
async fn a_project_that_is_gone_fails_an_addition_and_not_a_removal() {
    let gone = || Fault::refusal(404, "not_found", "gone");
    let peer = Peer::answering([gone(), gone()]).await;
    let references = References::new(&peer.client);
    assert!(references.add_reference_to_project(&cluster()).await.unwrap_err().is_not_found());
    assert_eq!(references.remove_reference_from_project(&cluster()).await.unwrap(), Removed::AlreadyAbsent);
}

#[tokio::test]
async fn refusals_and_lost_connections_surface() {
    let peer = Peer::answering([Fault::refusal(403, "forbidden", "no")]).await;
    let references = References::new(&peer.client);
    assert!(references.remove_reference_from_project(&cluster()).await.unwrap_err().is_forbidden());
    peer.server.fail_always(Some(Fault::Close));
    assert!(matches!(references.remove_reference_from_project(&cluster()).await, Err(Error::Dispatch(_))));
    assert!(matches!(references.add_reference_to_project(&cluster()).await, Err(Error::Dispatch(_))));
}

/// Identity answers a write conflict with 409 on the way in and 500 on the way out; both calls can be repeated.
#[tokio::test]
async fn a_write_conflict_is_tried_again() {
    let peer = Peer::answering([
        Fault::refusal(409, "conflict", "the object has been modified"),
        Fault::status(201),
        Fault::refusal(500, "server_error", "the object has been modified"),
        Fault::status(204),
    ])
    .await;
    let references = References::new(&peer.client);
    references.add_reference_to_project(&cluster()).await.unwrap();
    assert_eq!(references.remove_reference_from_project(&cluster()).await.unwrap(), Removed::Done);
    assert_eq!(peer.lines().len(), 4);
}
