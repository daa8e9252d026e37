//! What has to happen to a cluster next. Pure: a record, what the manager remembers of it, the time and the rules; no clock, no call.

use std::time::Duration;

use jiff::Timestamp;

use super::Phase;
use crate::cluster::{Cluster, ClusterStatus, Ownership};

/// What the decisions depend on besides the record.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Rules {
    /// How often a ready cluster is looked at.
    pub probe_every: Duration,
    /// How often sets are applied although nothing changed.
    pub reapply_every: Duration,
    /// Whether ready clusters are worked on at all.
    pub keep_ready: bool,
}

/// What a manager remembers of a ready cluster in this term. Nothing of it is needed: without it, things are done once more.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Seen {
    /// When it was last looked at.
    pub probed_at: Option<Timestamp>,
    /// When what it should hold was last brought about.
    pub applied_at: Option<Timestamp>,
    /// In which revision of the [`Terraformer`](super::Terraformer).
    pub revision: Option<String>,
}

/// What is done to a cluster.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Step {
    /// Ask the provider to make it.
    Create,
    /// It exists already and was registered: look at it, and let its life begin.
    Admit,
    /// Ask the provider how far it is.
    Check,
    /// Bring about what it should hold; when that is done, it waits for its agent or is ready.
    Terraform,
    /// Ask whether it takes workloads.
    Await,
    /// Keep it as it should be.
    Upkeep {
        /// Look at it.
        probe: bool,
        /// Bring about what it should hold.
        apply: bool,
    },
    /// Take it away, or look how far that is.
    Delete,
    /// Remove what it leaves elsewhere, then its record.
    Cleanup,
}

/// What has to happen to a cluster next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Next {
    /// This.
    Do(Step),
    /// Nothing before then.
    NotBefore(Timestamp),
    /// Nothing.
    Rest,
}

/// Which statuses a phase looks at.
#[must_use]
pub fn statuses(phase: Phase) -> &'static [ClusterStatus] {
    match phase {
        Phase::Metrics | Phase::DesiredState | Phase::Publish => &[],
        Phase::Delete => &[ClusterStatus::Deprovisioning, ClusterStatus::Cleanup],
        Phase::Accepted => &[ClusterStatus::Accepted],
        Phase::Provisioning => &[ClusterStatus::Provisioning],
        Phase::Terraform => &[ClusterStatus::Provisioned],
        Phase::AwaitAgent => &[ClusterStatus::WaitingForAgent],
        Phase::Ready => &[ClusterStatus::Ready],
    }
}

/// The phases that go over clusters, in their order.
pub const CLUSTER_PHASES: [Phase; 6] =
    [Phase::Delete, Phase::Accepted, Phase::Provisioning, Phase::Terraform, Phase::AwaitAgent, Phase::Ready];

/// What has to happen to this cluster, when it is `now`. `revision` is what the terraformer says of it.
#[must_use]
pub fn next(cluster: &Cluster, seen: &Seen, revision: Option<&str>, now: Timestamp, rules: &Rules) -> Next {
    if let Some(then) = cluster.next_attempt_at.filter(|then| *then > now) {
        return Next::NotBefore(then);
    }
    match cluster.status {
        ClusterStatus::Accepted if is_there_already(cluster) => Next::Do(Step::Admit),
        ClusterStatus::Accepted => Next::Do(Step::Create),
        ClusterStatus::Provisioning => Next::Do(Step::Check),
        ClusterStatus::Provisioned => Next::Do(Step::Terraform),
        ClusterStatus::WaitingForAgent => Next::Do(Step::Await),
        ClusterStatus::Ready => upkeep(cluster, seen, revision, now, rules),
        ClusterStatus::Deprovisioning => Next::Do(Step::Delete),
        ClusterStatus::Cleanup => Next::Do(Step::Cleanup),
        ClusterStatus::Failed => Next::Rest,
    }
}

/// Whether nobody has to be asked to make it.
fn is_there_already(cluster: &Cluster) -> bool {
    cluster.provider_cluster_id.is_some()
        && (cluster.ownership == Ownership::Registered || cluster.create_asked_at.is_none())
}

fn upkeep(cluster: &Cluster, seen: &Seen, revision: Option<&str>, now: Timestamp, rules: &Rules) -> Next {
    if !rules.keep_ready {
        return Next::Rest;
    }
    // What another process did counts, and so does what this one remembers.
    let probe = is_due(seen.probed_at.max(cluster.last_checked_at), rules.probe_every, now);
    let changed = revision.is_some() && revision != seen.revision.as_deref();
    let apply = changed || is_due(seen.applied_at, rules.reapply_every, now);
    if probe || apply { Next::Do(Step::Upkeep { probe, apply }) } else { Next::Rest }
}

/// Whether so much time has passed. A time in the future is one that a clock was wrong about, and is over.
pub(super) fn is_due(last: Option<Timestamp>, every: Duration, now: Timestamp) -> bool {
    let Some(last) = last else { return true };
    if last > now {
        return true;
    }
    Duration::try_from(now.duration_since(last)).is_ok_and(|passed| passed >= every)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::cluster::ProviderClusterId;
    use crate::testing::records::cluster;

    const RULES: Rules =
        Rules { probe_every: Duration::from_secs(300), reapply_every: Duration::from_secs(3_600), keep_ready: true };

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn steady() -> Seen {
        Seen { probed_at: Some(at(1_000)), applied_at: Some(at(1_000)), revision: Some("r1".to_owned()) }
    }

    #[test]
    fn a_pause_is_kept_whatever_there_is_to_do() {
        for status in ClusterStatus::ALL {
            let mut cluster = cluster(status);
            cluster.next_attempt_at = Some(at(50));
            assert_eq!(next(&cluster, &Seen::default(), None, at(49), &RULES), Next::NotBefore(at(50)));
            assert_ne!(next(&cluster, &Seen::default(), None, at(50), &RULES), Next::NotBefore(at(50)));
        }
    }

    #[test]
    fn a_steady_cluster_rests() {
        let cluster = cluster(ClusterStatus::Ready);
        assert_eq!(next(&cluster, &steady(), Some("r1"), at(1_100), &RULES), Next::Rest);
    }

    #[test]
    fn another_revision_is_brought_about_at_once() {
        let step = Step::Upkeep { probe: false, apply: true };
        assert_eq!(next(&cluster(ClusterStatus::Ready), &steady(), Some("r2"), at(1_100), &RULES), Next::Do(step));
    }

    #[test]
    fn a_ready_cluster_is_looked_at_again_and_again() {
        let step = Step::Upkeep { probe: true, apply: false };
        assert_eq!(next(&cluster(ClusterStatus::Ready), &steady(), Some("r1"), at(1_300), &RULES), Next::Do(step));
    }

    #[test]
    fn a_clock_that_went_back_does_not_stop_the_looking() {
        let Next::Do(Step::Upkeep { probe, apply }) =
            next(&cluster(ClusterStatus::Ready), &steady(), Some("r1"), at(10), &RULES)
        else {
            panic!("it rests");
        };
        assert!(probe && apply);
    }

    #[test]
    fn what_exists_already_is_admitted_and_not_created() {
        let mut cluster = cluster(ClusterStatus::Accepted);
        assert_eq!(next(&cluster, &Seen::default(), None, at(1), &RULES), Next::Do(Step::Create));
        cluster.provider_cluster_id = Some(ProviderClusterId::new("there").unwrap());
        assert_eq!(next(&cluster, &Seen::default(), None, at(1), &RULES), Next::Do(Step::Admit));
        // Asked for, answered, and cut off before it went on: that is no registration.
        cluster.create_asked_at = Some(at(0));
        assert_eq!(next(&cluster, &Seen::default(), None, at(1), &RULES), Next::Do(Step::Create));
    }

    proptest! {
        #[test]
        fn every_cluster_is_the_business_of_at_most_one_phase(index in 0..ClusterStatus::ALL.len()) {
            let status = ClusterStatus::ALL[index];
            let phases = CLUSTER_PHASES.iter().filter(|phase| statuses(**phase).contains(&status)).count();
            let rests = next(&cluster(status), &Seen::default(), None, at(1), &RULES) == Next::Rest;
            prop_assert_eq!(phases, usize::from(!rests));
        }
    }
}
