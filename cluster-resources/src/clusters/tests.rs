use std::sync::Arc;
use std::time::Duration;

use cluster_client::connect::{Connect, Connection};
use cluster_client::fake::empty_client;
use cluster_client::map::{ClusterMap, ClusterRecord, Disabled, Role};
use cluster_client::secret::{SecretLocator, SecretsInMemory};
use cluster_client::{ClientProvider as _, ClusterKey, ClusterSpec, ConnectError, Deadline, FakeClientProvider};

use super::*;
use crate::issue::{IssueClass, Reach, Severity};

#[tokio::test]
async fn a_cluster_that_is_not_listed_is_an_issue_of_that_cluster() {
    let left_out = Issue { severity: Severity::Info, ..Issue::error(Reach::Run, IssueClass::Other, "not today") };
    let clusters = StaticClusters::new().with("a", empty_client()).without("b", left_out.clone());
    assert!(clusters.access("a", false).await.is_ok());
    assert!(clusters.access("a", true).await.is_ok(), "one connection does for both");
    assert_eq!(clusters.access("b", false).await.unwrap_err(), left_out);
    let unknown = clusters.access("c", false).await.unwrap_err();
    assert_eq!((unknown.reach, unknown.severity), (Reach::Cluster("c".into()), Severity::Error));
}

#[tokio::test(start_paused = true)]
async fn a_providers_connection_is_waited_for_within_bounds() {
    let provider = Arc::new(FakeClientProvider::new());
    provider.set_client(&ClusterKey::new("up").unwrap(), empty_client());
    provider.set_error(&ClusterKey::new("down").unwrap(), "nobody is there");
    let clusters = ProvidedClusters::new(Arc::clone(&provider)).wait(Duration::from_secs(3));
    assert!(clusters.access("up", false).await.is_ok());
    assert!(clusters.access("up", true).await.is_ok());
    let begun = tokio::time::Instant::now();
    let down = clusters.access("down", false).await.unwrap_err();
    assert_eq!(begun.elapsed(), Duration::from_secs(3));
    assert_eq!((&down.reach, down.class), (&Reach::Cluster("down".into()), IssueClass::Unreachable));
    assert!(down.message.contains("nobody is there"), "{down}");
    assert_eq!(clusters.access("", false).await.unwrap_err().message, "cluster key cannot be empty");
}

#[tokio::test]
async fn what_a_cluster_serves_is_asked_once_for_each_connection() {
    let provider = Arc::new(FakeClientProvider::new());
    let key = ClusterKey::new("a").unwrap();
    provider.set_client(&key, empty_client());
    let clusters = ProvidedClusters::new(Arc::clone(&provider));
    let first = provider.get(&key, Deadline::within(Duration::from_secs(1))).await.unwrap();
    clusters.access("a", false).await.unwrap();
    let known = || clusters.known().len();
    clusters.access("a", true).await.unwrap();
    assert_eq!(known(), 1);
    provider.set_client(&key, empty_client());
    clusters.access("a", false).await.unwrap();
    assert_eq!(known(), 1, "the old one is forgotten");
    assert!(clusters.known().values().all(|(handle, _)| !handle.same_as(&first)));
}

struct Nobody;

#[async_trait]
impl Connect for Nobody {
    async fn connect(&self, key: &ClusterKey, _: &ClusterSpec) -> Result<Connection, ConnectError> {
        Err(ConnectError::Status { server: key.name().into(), path: "/version", status: 503 })
    }
}

#[tokio::test]
async fn a_map_says_why_it_has_no_client_and_whether_that_is_on_purpose() {
    let record = |name: &str| {
        let locator = SecretLocator::new(name);
        ClusterRecord::new(name).with_server_url("https://api.example.com").with_token(Role::Ordinary, locator)
    };
    let mut disabled = record("off");
    let mut off = Disabled::default();
    off.integrations = Some(vec!["shaping".into()]);
    disabled.disable = Some(off);
    let secrets = SecretsInMemory::new();
    secrets.put("down", [("token", "sentinel-1f2e"), ("server", "https://api.example.com")]);
    let map = ClusterMap::builder(Arc::new(Nobody), Arc::new(secrets)).integration("shaping");
    let map = map.from_clusters([record("down"), disabled, record("no-secret")]).unwrap();
    let clusters: &dyn Clusters = &map;
    let expected = [
        ("down", Severity::Error, IssueClass::Unreachable, "is unreachable: down answers 503"),
        ("off", Severity::Info, IssueClass::Unreachable, "cluster skipped: shaping is disabled"),
        ("no-secret", Severity::Error, IssueClass::Invalid, "secret not found"),
        ("unknown", Severity::Error, IssueClass::Unreachable, "no record has this name"),
    ];
    for (cluster, severity, class, message) in expected {
        let issue = clusters.access(cluster, false).await.unwrap_err();
        assert_eq!((issue.severity, issue.class), (severity, class), "{issue}");
        assert_eq!(issue.reach, Reach::Cluster(cluster.into()));
        assert!(issue.message.starts_with(message), "{issue}");
        assert!(!issue.to_string().contains("sentinel"), "{issue}");
    }
    map.close().await;
}
