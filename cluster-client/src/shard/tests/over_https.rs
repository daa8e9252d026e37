//! Two replicas over an API server's Leases, in real time.

use std::time::Duration;

use fake_cluster::server::FakeCluster;
use k8s_openapi::api::coordination::v1::Lease;
use kube::Api;
use kube::api::ListParams;

use super::super::*;

fn quick() -> ShardOptions {
    ShardOptions {
        lease_duration: Duration::from_secs(10),
        margin: Duration::from_secs(1),
        renew_every: Duration::from_secs(3),
        retry_after: Duration::from_millis(100),
        request_timeout: Duration::from_secs(2),
        observe_every: Duration::from_millis(200),
        settle: Duration::from_millis(1000),
        drain: Duration::from_secs(5),
        stop_grace: Duration::ZERO,
    }
}

async fn until(what: &str, condition: impl Fn() -> bool) {
    let waited = tokio::time::timeout(Duration::from_secs(60), async {
        while !condition() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    });
    waited.await.unwrap_or_else(|_| panic!("not within a minute: {what}"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn replicas_share_and_hand_over_through_leases_of_an_api_server() {
    let cluster = FakeCluster::start().await.unwrap();
    let client = cluster.client().unwrap();
    let start = |identity: &str| {
        Sharding::builder(client.clone(), "default").group("fleet").identity(identity).options(quick()).start().unwrap()
    };
    let (a, b) = (start("pod-a"), start("pod-b"));
    until("they share", || (a.owned(), b.owned()) == (128, 128)).await;

    let leases: Api<Lease> = Api::namespaced(client.clone(), "default");
    let peers =
        leases.list(&ListParams::default().labels("mooring.dev/peer=true,mooring.dev/group=fleet")).await.unwrap();
    let mut identities: Vec<_> =
        peers.items.iter().map(|lease| lease.metadata.annotations.as_ref().unwrap()[IDENTITY].clone()).collect();
    identities.sort_unstable();
    assert_eq!(identities, ["pod-a", "pod-b"]);
    let fence = leases.get("fleet-slot-000").await.unwrap();
    assert_eq!(fence.spec.unwrap().lease_transitions, Some(1));

    a.shutdown().await;
    until("b owns all", || b.owned() == 256).await;
    assert_eq!(leases.get("fleet-slot-000").await.unwrap().metadata.labels.unwrap()[SLOT], "0");
    b.shutdown().await;
    let left = leases.list(&ListParams::default().labels("mooring.dev/peer=true")).await.unwrap();
    assert!(left.items.is_empty(), "both have left");
    cluster.shutdown().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn leases_of_an_api_server_conflict_as_the_coordination_expects() {
    let cluster = FakeCluster::start().await.unwrap();
    let leases = KubeLeases::new(cluster.client().unwrap(), "default");
    let names = Names::new("fleet", "pod-a", 1, 1);
    let fence = names.acquired(lease::What::Slot(3), None, 10, 0, Timestamp::now());
    assert!(leases.list(&names.selector()).await.unwrap().is_empty());
    assert!(leases.get("fleet-slot-003").await.unwrap().is_none());

    let first = leases.create(fence.clone()).await.unwrap();
    assert!(matches!(leases.create(fence).await, Err(LeaseError::Conflict)), "it exists");
    let second = leases.replace(lease::renewed(&first, Timestamp::now())).await.unwrap();
    assert!(matches!(leases.replace(lease::renewed(&first, Timestamp::now())).await, Err(LeaseError::Conflict)));
    assert_eq!(leases.list(&names.selector()).await.unwrap(), std::slice::from_ref(&second));
    assert!(matches!(leases.delete(first).await, Err(LeaseError::Conflict)), "it was renewed since");
    leases.delete(second.clone()).await.unwrap();
    leases.delete(second.clone()).await.unwrap();
    assert!(
        matches!(leases.replace(second).await, Err(LeaseError::Conflict)),
        "a lease that is gone is not made by a renewal"
    );

    let nowhere = KubeLeases::new(cluster.client().unwrap(), "nowhere");
    let fence = names.acquired(lease::What::Slot(3), None, 10, 0, Timestamp::now());
    let error = nowhere.create(fence).await.unwrap_err();
    assert!(matches!(error, LeaseError::Failed(_)), "a namespace that is missing is no race");
    assert!(std::error::Error::source(&error).unwrap().to_string().contains("nowhere"));
    cluster.shutdown().await;
}
