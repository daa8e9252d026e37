//! Stands where the metrics stand with feature `metrics`. Costs nothing.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::cluster::{Cluster, ClusterStatus};
use crate::manager::PassReport;
use crate::provider::QuotaCost;

#[derive(Debug, Clone)]
pub(crate) struct ClusterMetrics;

#[derive(Debug, Default)]
pub(crate) struct Snapshot {
    pub(crate) by_status: BTreeMap<ClusterStatus, u64>,
    pub(crate) clusters: Vec<ClusterView>,
    pub(crate) quota: Vec<(String, QuotaCost)>,
}

#[derive(Debug)]
pub(crate) struct ClusterView {
    pub(crate) workloads: Option<u64>,
}

impl ClusterView {
    pub(crate) fn of(_cluster: &Cluster, _now: jiff::Timestamp) -> Self {
        Self { workloads: None }
    }
}

impl ClusterMetrics {
    pub(crate) fn passed(&self, _report: &PassReport, _took: Duration) {}

    pub(crate) fn leads(&self, _epoch: Option<Option<i64>>) {}

    pub(crate) fn show(&self, _snapshot: Snapshot) {}
}
