//! What Tilt asserts of its manager and of the controllers that use it, with consumers small enough to read.

mod consumers;

use jiff::{SignedDuration, Timestamp};

use super::super::*;
use crate::fake::{FakeClientProvider, empty_client};
use crate::revision::MicroTime;

pub(super) fn key(name: &str) -> ClusterKey {
    ClusterKey::new(name).unwrap()
}

fn object(name: &str) -> ObjectKey {
    ObjectKey::new("KubernetesDiscovery", None, name)
}

/// tilt internal/controllers/apis/cluster/client_test.go TestClientManager_GetK8sClient_Success
#[tokio::test]
async fn asking_five_times_gives_a_client_and_remembers_one_revision() {
    let provider = FakeClientProvider::new();
    let manager = ClientManager::new(provider.clone());
    let revision = provider.set_client(&key("my-cluster"), empty_client());
    let shown = provider.shown(&key("my-cluster"));
    for _ in 0..5 {
        assert_eq!(manager.get(&object("kd"), Some(&shown)).unwrap().revision(), revision);
        assert_eq!(manager.known_revision(&object("kd"), &key("my-cluster")), Some(revision));
        assert_eq!(shown.revision.unwrap().connected_at, revision.connected_at);
    }
    assert_eq!(manager.known(), 1);
}

/// tilt internal/controllers/apis/cluster/client_test.go TestClientManager_GetK8sClient_NotFound
#[tokio::test]
async fn an_unknown_cluster_is_not_found_and_nothing_is_remembered() {
    let manager = ClientManager::new(FakeClientProvider::new());
    let shown = ConnectedCluster::new(key("my-cluster"), StatusRevision::timestamp(Timestamp::now()));
    let error = manager.get(&object("kd"), Some(&shown)).unwrap_err();
    assert_eq!(error.to_string(), "cluster client does not exist");
    assert!(matches!(error, ClientError::NotFound));
    assert_eq!(manager.known(), 0);
}

/// tilt internal/controllers/apis/cluster/client_test.go TestClientManager_GetK8sClient_Stale
#[tokio::test]
async fn a_stale_cluster_object_is_refused_and_nothing_is_remembered() {
    let provider = FakeClientProvider::new();
    let manager = ClientManager::new(provider.clone()).match_by(MatchBy::Timestamp);
    let revision = provider.set_client(&key("my-cluster"), empty_client());
    let a_second_old = revision.connected_at.timestamp() - SignedDuration::from_secs(1);
    let shown = ConnectedCluster::new(key("my-cluster"), StatusRevision::timestamp(a_second_old));
    let error = manager.get(&object("kd"), Some(&shown)).unwrap_err();
    assert_eq!(error.to_string(), "cluster revision is stale");
    assert_eq!(manager.known(), 0);
}

/// tilt internal/controllers/apis/cluster/client_test.go TestClientManager_GetK8sClient_Error
#[tokio::test]
async fn what_the_provider_says_passes_through_as_it_is() {
    let provider = FakeClientProvider::new();
    let manager = ClientManager::new(provider.clone());
    provider.set_error(&key("my-cluster"), "some error");
    let shown = ConnectedCluster::new(key("my-cluster"), StatusRevision::timestamp(Timestamp::now()));
    assert_eq!(manager.get(&object("kd"), Some(&shown)).unwrap_err().to_string(), "some error");
    provider.set_other_kind(&key("my-cluster"), "docker");
    assert_eq!(
        manager.get(&object("kd"), Some(&shown)).unwrap_err().to_string(),
        "incorrect cluster client type: got docker, expected kubernetes"
    );
    assert_eq!(manager.known(), 0);
}

/// tilt internal/controllers/apis/cluster/client_test.go TestClientManager_GetK8sClient_Refresh
#[tokio::test]
async fn a_lagging_object_loses_nothing_and_one_that_caught_up_resets_each_consumer_once() {
    let provider = FakeClientProvider::new();
    let manager = ClientManager::new(provider.clone());
    let cluster = key("my-cluster");
    let first = provider.set_client(&cluster, empty_client());
    let old = provider.shown(&cluster);
    for name in ["kd-1", "kd-2"] {
        assert_eq!(manager.refresh(&object(name), &old), Refresh::Unchanged);
        assert!(manager.get(&object(name), Some(&old)).is_ok());
    }

    let second = provider.set_client(&cluster, empty_client());
    for name in ["kd-1", "kd-2"] {
        assert_eq!(manager.get(&object(name), Some(&old)).unwrap_err().to_string(), "cluster revision is stale");
        assert_eq!(manager.refresh(&object(name), &old), Refresh::Unchanged);
        assert_eq!(manager.known_revision(&object(name), &cluster), Some(first));
    }

    let new = provider.shown(&cluster);
    for name in ["kd-1", "kd-2"] {
        assert_eq!(manager.refresh(&object(name), &new), Refresh::Reset { was: first });
        assert_eq!(manager.known_revision(&object(name), &cluster), None);
        assert_eq!(manager.get(&object(name), Some(&new)).unwrap().revision(), second);
        assert_eq!(manager.known_revision(&object(name), &cluster), Some(second));
        assert_eq!(manager.refresh(&object(name), &new), Refresh::Unchanged);
    }
}

/// The comparison is by equality: which of two times is later is never asked.
#[tokio::test]
async fn an_object_that_is_ahead_of_the_provider_is_stale_too() {
    let provider = FakeClientProvider::new();
    let manager = ClientManager::new(provider.clone());
    let revision = provider.set_client(&key("a"), empty_client());
    let ahead = Revision {
        generation: revision.generation + 1,
        connected_at: MicroTime::from_timestamp(revision.connected_at.timestamp() + SignedDuration::from_secs(1)),
    };
    let shown = ConnectedCluster::new(key("a"), ahead);
    assert!(matches!(manager.get(&object("kd"), Some(&shown)), Err(ClientError::Stale { .. })));
}
