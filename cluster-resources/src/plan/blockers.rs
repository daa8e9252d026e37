//! What is held back by what went wrong: errors hold back what lies within their reach, and nothing else.

use std::collections::BTreeMap;

use crate::desired::DesiredSet;
use crate::id::{BucketId, ClusterName, ObjectId};
use crate::issue::{Issue, Reach, Severity};
use crate::observed::Observed;

/// Errors by how far they reach.
#[derive(Debug, Default)]
pub(crate) struct Blockers<'a> {
    objects: BTreeMap<&'a ObjectId, &'a Issue>,
    buckets: BTreeMap<&'a BucketId, &'a Issue>,
    /// Of namespaces, clusters and runs: few.
    wide: Vec<&'a Issue>,
    left_out: BTreeMap<&'a ClusterName, &'a Issue>,
}

impl<'a> Blockers<'a> {
    /// What holds back that objects are made and changed.
    ///
    /// A list that failed does not: objects that were seen are known well enough, and for those that were not the bucket says so.
    pub(crate) fn of_writes(desired: &'a DesiredSet, observed: &'a Observed) -> Self {
        let seen = observed.issues.iter().filter(|issue| !matches!(issue.reach, Reach::Kind(_)));
        Self::of(desired.issues.iter().chain(seen))
    }

    /// What holds back deletions.
    pub(crate) fn of_deletions(desired: &'a DesiredSet, observed: &'a Observed) -> Self {
        Self::of(desired.issues.iter().chain(&observed.issues))
    }

    fn of(issues: impl Iterator<Item = &'a Issue>) -> Self {
        let mut blockers = Self::default();
        let mut issues: Vec<_> = issues.collect();
        issues.sort();
        for issue in issues {
            match (&issue.reach, issue.severity) {
                (Reach::Object(id), Severity::Error) => drop(blockers.objects.entry(id).or_insert(issue)),
                (Reach::Kind(bucket), Severity::Error) => drop(blockers.buckets.entry(bucket).or_insert(issue)),
                (_, Severity::Error) => blockers.wide.push(issue),
                (Reach::Cluster(cluster), Severity::Info) => {
                    blockers.left_out.entry(cluster).or_insert(issue);
                }
                _ => {}
            }
        }
        blockers
    }

    /// The error that an object lies within reach of.
    pub(crate) fn find(&self, id: &ObjectId, bucket: &BucketId) -> Option<&'a Issue> {
        self.objects
            .get(id)
            .or_else(|| self.buckets.get(bucket))
            .copied()
            .or_else(|| self.wide.iter().copied().find(|issue| issue.reach.covers(bucket)))
    }

    /// Why a cluster is left out on purpose, if it is.
    pub(crate) fn left_out(&self, cluster: &ClusterName) -> Option<&'a Issue> {
        self.left_out.get(cluster).copied()
    }
}
