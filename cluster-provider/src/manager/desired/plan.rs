//! What there should be against what is recorded. Pure.

use std::collections::{BTreeSet, HashMap};
use std::time::Duration;

use jiff::Timestamp;

use super::{DesiredCluster, DesiredClusters};
use crate::cluster::{Cluster, ClusterId, ClusterPatch, ClusterStatus, Condition, ConditionStatus, NewCluster};

/// The label by which a source knows what it recorded.
pub const SOURCE_LABEL: &str = "mooring.dev/desired-by";

/// The condition that is `False` from when a cluster is not wanted by its source any more.
pub const WANTED: &str = "Wanted";

/// How carefully clusters are taken away.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct RemovalLimits {
    /// For how long a cluster has to be unwanted. Default: 5 min.
    pub grace: Duration,
    /// How many go in one [window](Self::window), at least. Default: 1.
    pub at_least: usize,
    /// Which part of what the source owns goes in one window, where that is more. Default: a fifth.
    pub part: f64,
    /// How long a window is. Passes may follow each other at once, so that they are no measure. Default: 5 min.
    pub window: Duration,
    /// Whether a source that wants nothing any more is believed. Default: no.
    pub all: bool,
}

/// What has to be done.
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct DesiredPlan {
    /// To be recorded.
    pub adds: Vec<NewCluster>,
    /// To be changed.
    pub changes: Vec<Change>,
    /// To be wanted again, although they were to go.
    pub restores: Vec<ClusterId>,
    /// To be taken away.
    pub removals: Vec<ClusterId>,
    /// Unwanted, and kept for now.
    pub waits: Vec<(ClusterId, Wait)>,
    /// Not wanted by this source, and known as somebody else's: by provider's id.
    pub taken: Vec<String>,
}

/// Columns of a record that its source says otherwise.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Change {
    /// Which record.
    pub id: ClusterId,
    /// In which version.
    pub version: i64,
    /// Which columns, by name.
    pub columns: Vec<&'static str>,
    /// What to write.
    pub patch: ClusterPatch,
}

/// Why an unwanted cluster is kept for now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Wait {
    /// It is unwanted only since a moment ago.
    Grace,
    /// Workloads run in it.
    Workloads(u64),
    /// Enough others go, or went a short time ago.
    Limit,
    /// The source wants nothing any more, which is not believed.
    EverythingGone,
    /// A part of the source could not be read, and may list it.
    Unread,
}

impl Default for RemovalLimits {
    fn default() -> Self {
        let minutes = Duration::from_secs(300);
        Self { grace: minutes, at_least: 1, part: 0.2, window: minutes, all: false }
    }
}

impl RemovalLimits {
    /// After so long.
    #[must_use]
    pub fn with_grace(mut self, grace: Duration) -> Self {
        self.grace = grace;
        self
    }

    /// So many in one window, or this part of all.
    #[must_use]
    pub fn with_cap(mut self, at_least: usize, part: f64) -> Self {
        (self.at_least, self.part) = (at_least, part);
        self
    }

    /// In windows of this length.
    #[must_use]
    pub fn with_window(mut self, window: Duration) -> Self {
        self.window = window;
        self
    }

    /// A source that wants nothing any more is believed.
    #[must_use]
    pub fn allow_all(mut self) -> Self {
        self.all = true;
        self
    }

    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a part of a number of clusters"
    )]
    fn cap(&self, owned: usize) -> usize {
        self.at_least.max((owned as f64 * self.part.clamp(0.0, 1.0)).floor() as usize)
    }
}

impl DesiredPlan {
    /// Whether nothing has to be written.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.adds.is_empty() && self.changes.is_empty() && self.restores.is_empty() && self.removals.is_empty()
    }
}

/// What has to be done. `recorded` are all live records; `workloads` says how many run in each that may have to go; `gone` how many were taken
/// away within the window, as far as that is remembered: records of those may be gone, too.
#[must_use]
pub fn plan(
    source: &str,
    desired: &DesiredClusters,
    recorded: &[Cluster],
    workloads: impl Fn(&ClusterId) -> u64,
    now: Timestamp,
    limits: &RemovalLimits,
    gone: usize,
) -> DesiredPlan {
    let mut plan = DesiredPlan::default();
    let is_owned = |cluster: &Cluster| cluster.labels.get(SOURCE_LABEL).is_some_and(|owner| owner == source);
    let mut wanted = BTreeSet::new();
    let by_id: HashMap<_, &Cluster> = recorded
        .iter()
        .filter_map(|cluster| Some(((&cluster.provider_type, cluster.provider_cluster_id.as_ref()?), cluster)))
        .collect();
    for entry in &desired.clusters {
        match by_id.get(&(&entry.provider_type, &entry.cluster_id)).copied() {
            None => plan.adds.push(entry.record().with_label(SOURCE_LABEL, source)),
            Some(cluster) if !is_owned(cluster) => plan.taken.push(entry.cluster_id.to_string()),
            Some(cluster) => {
                wanted.insert(&cluster.id);
                let sent = cluster.conditions.is_true(Condition::DELETING);
                if cluster.status == ClusterStatus::Deprovisioning && !sent {
                    plan.restores.push(cluster.id.clone());
                }
                plan.changes.extend(change(source, entry, cluster, now));
            }
        }
    }
    let owned: Vec<&Cluster> = recorded.iter().filter(|cluster| is_owned(cluster)).collect();
    let staying = |cluster: &&&Cluster| !cluster.status.is_leaving() && !wanted.contains(&cluster.id);
    let on_their_way = owned
        .iter()
        .filter(|cluster| cluster.status.is_leaving() && !is_over(Some(cluster.status_since), now, limits.window));
    let mut room = limits.cap(owned.len()).saturating_sub(on_their_way.count().max(gone));
    for cluster in owned.iter().filter(staying) {
        if !desired.is_whole() {
            // It is not known that nobody wants it, so that it is not written either.
            plan.waits.push((cluster.id.clone(), Wait::Unread));
            continue;
        }
        let running = workloads(&cluster.id);
        let since = unwanted_since(cluster);
        if since.is_none() {
            plan.changes.push(unwanted(cluster, now));
        }
        let wait = if wanted.is_empty() && !limits.all {
            Some(Wait::EverythingGone)
        } else if !is_over(since, now, limits.grace) {
            Some(Wait::Grace)
        } else if running > 0 {
            Some(Wait::Workloads(running))
        } else if room == 0 {
            Some(Wait::Limit)
        } else {
            None
        };
        match wait {
            Some(wait) => plan.waits.push((cluster.id.clone(), wait)),
            None => {
                room -= 1;
                plan.removals.push(cluster.id.clone());
            }
        }
    }
    plan
}

fn unwanted_since(cluster: &Cluster) -> Option<Timestamp> {
    let condition = cluster.conditions.get(WANTED)?;
    if condition.status == ConditionStatus::False { condition.last_transition_time } else { None }
}

fn is_over(since: Option<Timestamp>, now: Timestamp, grace: Duration) -> bool {
    grace.is_zero()
        || since
            .and_then(|since| Duration::try_from(now.duration_since(since)).ok())
            .is_some_and(|passed| passed >= grace)
}

fn unwanted(cluster: &Cluster, now: Timestamp) -> Change {
    let mut conditions = cluster.conditions.clone();
    conditions.set(Condition::no(WANTED).because("NotListed", "its source does not list it any more"), now);
    Change {
        id: cluster.id.clone(),
        version: cluster.resource_version,
        columns: vec!["conditions"],
        patch: ClusterPatch::new().with_conditions(conditions),
    }
}

/// What the source says otherwise. Status is not its business once the cluster is recorded.
fn change(source: &str, entry: &DesiredCluster, cluster: &Cluster, now: Timestamp) -> Option<Change> {
    let mut patch = ClusterPatch::new();
    let mut columns = Vec::new();
    macro_rules! owns {
        ($column:ident, $value:expr) => {
            let value = $value;
            if cluster.$column != value {
                patch.$column = Some(value);
                columns.push(stringify!($column));
            }
        };
    }
    owns!(cloud_provider, entry.cloud_provider.clone());
    owns!(region, entry.region.clone());
    owns!(multi_az, entry.multi_az);
    owns!(schedulable, entry.schedulable);
    owns!(deletion_policy, entry.deletion_policy);
    owns!(provider_spec, entry.provider_spec.clone());
    if let Some(name) = &entry.name {
        owns!(name, name.clone());
    }
    if let Some(dns) = entry.cluster_dns.clone().filter(|dns| !dns.is_empty()) {
        owns!(cluster_dns, Some(dns));
    }
    let classes = entry.classes();
    if !classes.is_empty() {
        owns!(workload_types, classes);
    }
    let mut labels = entry.labels.clone();
    labels.insert(SOURCE_LABEL.to_owned(), source.to_owned());
    owns!(labels, labels);
    if unwanted_since(cluster).is_some() {
        let mut conditions = cluster.conditions.clone();
        conditions.set(Condition::yes(WANTED), now);
        patch.conditions = Some(conditions);
        columns.push("conditions");
    }
    if columns.is_empty() {
        return None;
    }
    Some(Change { id: cluster.id.clone(), version: cluster.resource_version, columns, patch })
}

#[cfg(test)]
mod tests;
