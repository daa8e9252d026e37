//! A record that cannot be read is told, and everything else goes on.

use std::collections::BTreeMap;

use super::*;
use crate::manager::Phase;
use crate::service::MockClusterService;
use crate::store::{Page, Unreadable};
use crate::testing::records::cluster;

/// A store holds one record that cannot be read, and one that is to be made.
fn service() -> MockClusterService {
    let mut service = MockClusterService::new();
    service.expect_list().returning(|_, query| {
        let wanted = query.statuses.is_empty() || query.statuses.contains(&ClusterStatus::Accepted);
        let page = Page::new(if wanted { vec![cluster(ClusterStatus::Accepted)] } else { Vec::new() }, None);
        let broken = Unreadable::new("broken", "conditions", "it is no list");
        Ok(if wanted { page.with_unreadable(vec![broken]) } else { page })
    });
    service.expect_watch().returning(|| Box::pin(futures::stream::pending()));
    service.expect_providers().returning(BTreeMap::new);
    service.expect_workloads().returning(|_, _| Ok(BTreeMap::new()));
    service.expect_create().times(1).returning(|_, _| Ok(cluster(ClusterStatus::Provisioning)));
    service
}

#[tokio::test]
async fn a_record_that_cannot_be_read_is_told_once_and_the_others_are_worked_on() {
    let manager = ClusterManager::builder(Arc::new(service())).metrics(crate::metrics::ClusterMetrics::new()).build();
    let report = manager.reconcile_once().await;
    assert_eq!(report.failures.len(), 1, "{report:?}");
    let failure = &report.failures[0];
    assert_eq!(failure.cluster.as_ref().map(ClusterId::as_str), Some("broken"));
    assert!(failure.error.to_string().contains("conditions"), "{}", failure.error);
    assert_eq!(report.phase(Phase::Accepted).unwrap().steps, 1);
    assert_eq!(report.phase(Phase::Metrics).unwrap().seen, 1);
}
