//! Leaving early: which clusters need not be looked at, as nothing that is declared for them changed since they were brought to it.
//!
//! What is kept between runs is a digest of everything that a run is made from, cluster by cluster. An equal digest says that this run
//! would ask for nothing else. It says nothing of what others did to a cluster since: that is found by looking, which happens again when
//! the time is up that the application allows for it, and always where the digest differs or the last run was not a success.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::realize::{RealizeOptions, Realized};
use crate::desired::DesiredSet;
use crate::id::ClusterName;
use crate::issue::{Issue, IssueClass, Reach, Severity};
use crate::outcome::Done;
use crate::policy::Policy;

/// Format of [`Settled`]; what has another is passed over.
const VERSION: u32 = 1;

/// What an earlier run brought clusters to, for the next one: store it and hand it to [`RealizeOptions::with_previous`].
///
/// Holds digests and times, and nothing of what is declared.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Settled {
    #[serde(default)]
    version: u32,
    /// Clusters in which everything is as declared, as far as the last look at them could tell.
    #[serde(default)]
    clusters: BTreeMap<ClusterName, SettledCluster>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct SettledCluster {
    digest: String,
    /// When it was looked at.
    at: Timestamp,
}

impl Settled {
    /// Clusters in which everything was as declared at the end of the run that made this.
    pub fn clusters(&self) -> impl Iterator<Item = &ClusterName> {
        self.clusters.keys()
    }

    /// Whether a cluster was brought to this, and not longer ago than that.
    fn covers(&self, cluster: &ClusterName, digest: &str, now: Timestamp, within: Duration) -> bool {
        let age = |known: &SettledCluster| Duration::try_from(now.duration_since(known.at)).ok();
        self.version == VERSION
            && self
                .clusters
                .get(cluster)
                .is_some_and(|known| known.digest == digest && age(known).is_some_and(|age| age < within))
    }
}

/// What a run is made from, cluster by cluster, as digests.
pub(super) struct Inputs(BTreeMap<ClusterName, String>);

impl Inputs {
    pub(super) fn of(desired: &DesiredSet, policy: &Policy, options: &RealizeOptions) -> Self {
        let common = common(policy, options);
        let mut digests: BTreeMap<ClusterName, Sha256> = BTreeMap::new();
        let begin = || Sha256::new().chain_update(&common);
        for cluster in &options.observe.clusters {
            digests.entry(cluster.clone()).or_insert_with(begin);
        }
        for (id, bucket) in &desired.buckets {
            let digest = digests.entry(id.cluster.clone()).or_insert_with(begin);
            let mut said = |text: String| {
                // Lengths keep texts apart.
                digest.update((text.len() as u64).to_be_bytes());
                digest.update(text);
            };
            said(format!("{id:?} {:?} {}", bucket.managed_names, bucket.privileged));
            for (name, declared) in &bucket.objects {
                let resource = &declared.resource;
                let hash = policy.scheme.hash(resource);
                said(format!(
                    "{name} {} {hash} {} {:?} {:?}",
                    resource.api_version(),
                    declared.privileged,
                    declared.depends_on,
                    policy.scheme.stamp(resource)
                ));
            }
        }
        Self(digests.into_iter().map(|(cluster, digest)| (cluster, hex(&digest.finalize()))).collect())
    }

    /// The clusters that need not be looked at.
    pub(super) fn unchanged(&self, previous: &Settled, now: Timestamp, within: Duration) -> BTreeSet<ClusterName> {
        let covered = self.0.iter().filter(|(cluster, digest)| previous.covers(cluster, digest, now, within));
        covered.map(|(cluster, _)| cluster.clone()).collect()
    }

    /// What the next run may go by: clusters in which everything was done and nothing is wrong, and those that were not looked at as they
    /// were known before.
    pub(super) fn settled(&self, realized: &Realized, previous: Option<&Settled>, at: Timestamp) -> Settled {
        let mut unsettled: BTreeSet<&ClusterName> = BTreeSet::new();
        let mut everywhere = true;
        for issue in realized.plan.issues.iter().chain(&realized.outcome.issues) {
            match (issue.severity, issue.reach.cluster()) {
                (Severity::Info, _) => {}
                (_, Some(cluster)) => drop(unsettled.insert(cluster)),
                (_, None) => everywhere = false,
            }
        }
        for outcome in &realized.outcome.outcomes {
            if !matches!(outcome.result, Done::Applied { .. } | Done::Deleted { .. }) {
                unsettled.insert(&outcome.id.cluster);
            }
        }
        let known = |cluster: &ClusterName| previous.and_then(|previous| previous.clusters.get(cluster)).cloned();
        let clusters = self.0.iter().filter(|_| everywhere).filter_map(|(cluster, digest)| {
            if realized.skipped.contains(cluster) {
                Some((cluster.clone(), known(cluster)?))
            } else if unsettled.contains(cluster) {
                None
            } else {
                Some((cluster.clone(), SettledCluster { digest: digest.clone(), at }))
            }
        });
        Settled { version: VERSION, clusters: clusters.collect() }
    }
}

/// What is declared for the other clusters.
pub(super) fn without(desired: &DesiredSet, clusters: &BTreeSet<ClusterName>) -> DesiredSet {
    let mut rest = desired.clone();
    rest.buckets.retain(|id, _| !clusters.contains(&id.cluster));
    rest.issues.retain(|issue| issue.reach.cluster().is_none_or(|cluster| !clusters.contains(cluster)));
    rest
}

/// That a cluster was not looked at is said.
pub(super) fn not_looked_at(cluster: &ClusterName) -> Issue {
    let message = "it was not looked at, as nothing that is declared changed since it was brought there; what others did since is not known";
    Issue { severity: Severity::Info, ..Issue::warning(Reach::Cluster(cluster.clone()), IssueClass::Other, message) }
}

/// What is the same for all clusters. How long requests may take and how many there are at once changes nothing.
fn common(policy: &Policy, options: &RealizeOptions) -> String {
    let Policy {
        actor, scheme, all_callers, inventory, take_over, adoption, foreign, conflicts, ignore, prune, ..
    } = policy;
    let Policy { recreate, restart_on_change, stages, .. } = policy;
    let who = (env!("CARGO_PKG_VERSION"), VERSION, actor, scheme, all_callers, inventory);
    let what = (take_over, adoption, foreign, conflicts, ignore, prune, recreate, restart_on_change, stages);
    let how = (options.override_enable_deletion, options.recycle_pods, options.execute.field_validation);
    format!("{who:?} {what:?} {how:?}")
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
