use super::*;
use crate::testing::records::cluster;

fn text(metrics: &ClusterMetrics) -> String {
    let mut registry = Registry::default();
    metrics.register(&mut registry);
    let mut text = String::new();
    prometheus_client::encoding::text::encode(&mut text, &registry).unwrap();
    text
}

fn view(status: ClusterStatus) -> (Cluster, ClusterView) {
    let cluster = cluster(status);
    let view = ClusterView::of(&cluster, jiff::Timestamp::from_second(60).unwrap());
    (cluster, view)
}

#[test]
fn what_is_gone_is_not_shown_any_more() {
    let metrics = ClusterMetrics::new();
    let (cluster, view) = view(ClusterStatus::Ready);
    let mut snapshot = Snapshot::default();
    snapshot.clusters.push(view);
    snapshot.by_status.insert(ClusterStatus::Ready, 1);
    metrics.show(snapshot);
    let shown = text(&metrics);
    assert!(shown.contains(cluster.id.as_str()), "{shown}");
    assert!(shown.contains("cluster_provider_cluster_status_count{status=\"ready\"} 1"), "{shown}");
    assert!(shown.contains("cluster_provider_cluster_status_count{status=\"failed\"} 0"), "{shown}");
    metrics.show(Snapshot::default());
    assert!(!text(&metrics).contains(cluster.id.as_str()));
}

#[test]
fn a_process_that_does_not_lead_shows_no_clusters_and_keeps_its_counters() {
    let metrics = ClusterMetrics::new();
    metrics.leads(Some(Some(7)));
    let mut snapshot = Snapshot::default();
    snapshot.clusters.push(view(ClusterStatus::Ready).1);
    metrics.show(snapshot);
    metrics.passed(&PassReport::default(), Duration::from_secs(1));
    assert!(text(&metrics).contains("lease_epoch{worker_type=\"cluster\"} 7"));
    metrics.leads(None);
    let shown = text(&metrics);
    assert!(!shown.contains("cluster_status_since_created_in_seconds{"), "{shown}");
    assert!(shown.contains("leader_worker{worker_type=\"cluster\"} 0"), "{shown}");
    assert!(shown.contains("reconciler_success_count_total{worker_type=\"cluster\"} 1"), "{shown}");
}

#[test]
fn becoming_ready_is_a_creation_once() {
    let metrics = ClusterMetrics::new();
    let mut cluster = cluster(ClusterStatus::Ready);
    metrics.on_transition(ClusterStatus::WaitingForAgent, &cluster);
    let lost = crate::cluster::Condition::no(crate::cluster::Condition::AGENT_READY);
    cluster.conditions.set(lost.because(crate::cluster::Condition::LOST, ""), jiff::Timestamp::UNIX_EPOCH);
    metrics.on_transition(ClusterStatus::WaitingForAgent, &cluster);
    let shown = text(&metrics);
    assert!(shown.contains("cluster_operations_success_count_total{operation=\"create\"} 1"), "{shown}");
}

#[test]
fn names_of_the_originals_stand_under_any_prefix() {
    let metrics = ClusterMetrics::new();
    metrics.leads(Some(None));
    let mut registry = Registry::default();
    metrics.register_with_prefix(&mut registry, "kas_fleet_manager");
    let mut text = String::new();
    prometheus_client::encoding::text::encode(&mut text, &registry).unwrap();
    assert!(text.contains("kas_fleet_manager_leader_worker{worker_type=\"cluster\"} 1"), "{text}");
}
