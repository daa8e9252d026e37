use proptest::prelude::*;

use super::*;
use crate::cluster::{ProviderClusterId, ProviderType};
use crate::manager::desired::{InvalidEntry, SourceError};
use crate::testing::records::cluster;

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

fn listed(ids: &[&str]) -> DesiredClusters {
    let yaml: String = ids.iter().map(|id| format!("- {{cluster_id: {id}, region: eu}}\n")).collect();
    DesiredClusters::from_yaml(&format!("clusters:\n{yaml}")).unwrap()
}

fn owned(id: &str, status: ClusterStatus) -> Cluster {
    let mut cluster = cluster(status);
    cluster.provider_type = ProviderType::OCM;
    cluster.provider_cluster_id = Some(ProviderClusterId::new(id).unwrap());
    (cluster.cloud_provider, cluster.region, cluster.schedulable) = (String::new(), "eu".to_owned(), false);
    cluster.labels.insert(SOURCE_LABEL.to_owned(), "file".to_owned());
    cluster
}

fn unwanted_for_long(id: &str) -> Cluster {
    let mut cluster = owned(id, ClusterStatus::Ready);
    cluster.conditions.set(Condition::no(WANTED), at(0));
    cluster
}

fn planned(desired: &DesiredClusters, recorded: &[Cluster]) -> DesiredPlan {
    plan("file", desired, recorded, |_| 0, at(10_000), &RemovalLimits::default(), 0)
}

#[test]
fn what_is_listed_and_not_recorded_is_added() {
    let plan = planned(&listed(&["a", "b"]), &[owned("a", ClusterStatus::Ready)]);
    let added: Vec<_> = plan.adds.iter().map(|new| new.provider_cluster_id.as_ref().unwrap().as_str()).collect();
    assert_eq!(added, ["b"]);
    assert_eq!(plan.adds[0].labels[SOURCE_LABEL], "file");
}

#[test]
fn what_is_as_it_is_listed_is_left_alone_whatever_its_status() {
    for status in [ClusterStatus::Provisioning, ClusterStatus::Ready, ClusterStatus::Failed] {
        assert!(planned(&listed(&["a"]), &[owned("a", status)]).is_empty());
    }
}

#[test]
fn a_later_edit_changes_its_columns_and_never_the_status() {
    let mut cluster = owned("a", ClusterStatus::Ready);
    cluster.region = "us".to_owned();
    let plan = planned(&listed(&["a"]), &[cluster]);
    assert_eq!(plan.changes[0].columns, ["region"]);
    assert_eq!(plan.changes[0].patch.status, None);
}

#[test]
fn an_empty_list_deletes_nothing() {
    let recorded = ["a", "b", "c"].map(unwanted_for_long);
    let plan = planned(&DesiredClusters::default(), &recorded);
    assert_eq!(plan.removals, []);
    assert!(plan.waits.iter().all(|(_, wait)| *wait == Wait::EverythingGone));
}

#[test]
fn nothing_goes_and_nothing_is_marked_while_a_part_is_unread() {
    let mut desired = listed(&["a", "new"]);
    let source = InvalidEntry::NoList;
    desired.unread.push(SourceError::Invalid { place: "b.yaml".to_owned(), source }.into());
    let recorded = [owned("a", ClusterStatus::Ready), unwanted_for_long("b"), owned("c", ClusterStatus::Ready)];
    let limits = RemovalLimits::default().with_grace(Duration::ZERO).with_cap(9, 1.0).allow_all();
    let plan = plan("file", &desired, &recorded, |_| 0, at(10_000), &limits, 0);
    assert_eq!((plan.removals.len(), plan.changes.len(), plan.adds.len()), (0, 0, 1));
    assert!(plan.waits.len() == 2 && plan.waits.iter().all(|(_, wait)| *wait == Wait::Unread));
}

#[test]
fn what_another_recorded_is_not_taken_away() {
    let mut other = unwanted_for_long("x");
    other.labels.clear();
    let plan = planned(&listed(&["a"]), &[owned("a", ClusterStatus::Ready), other]);
    assert!(plan.is_empty() && plan.waits.is_empty());
}

#[test]
fn what_is_unlisted_is_kept_for_a_while_and_while_something_runs_in_it() {
    let here = owned("a", ClusterStatus::Ready);
    let fresh = owned("b", ClusterStatus::Ready);
    let plan_ = planned(&listed(&["a"]), &[here.clone(), fresh.clone()]);
    assert_eq!(plan_.waits, [(fresh.id, Wait::Grace)]);
    assert_eq!(plan_.changes[0].columns, ["conditions"]);

    let busy = unwanted_for_long("b");
    let recorded = [here, busy.clone()];
    let plan = plan("file", &listed(&["a"]), &recorded, |_| 3, at(10_000), &RemovalLimits::default(), 0);
    assert_eq!(plan.waits, [(busy.id, Wait::Workloads(3))]);
}

#[test]
fn a_cluster_that_is_listed_again_comes_back_as_long_as_nobody_was_asked() {
    let leaving = owned("a", ClusterStatus::Deprovisioning);
    assert_eq!(planned(&listed(&["a"]), std::slice::from_ref(&leaving)).restores, std::slice::from_ref(&leaving.id));
    let mut asked = leaving;
    asked.conditions.set(Condition::yes(Condition::DELETING), at(1));
    assert!(planned(&listed(&["a"]), &[asked]).restores.is_empty());
}

#[test]
fn what_went_a_short_time_ago_counts_whoever_took_it_away() {
    let mut recorded: Vec<_> = ["a", "b", "c", "d"].map(unwanted_for_long).into();
    recorded.push(owned("here", ClusterStatus::Ready));
    let limits = RemovalLimits::default().with_cap(2, 0.0);
    let removed = |recorded: &[Cluster], gone: usize, now: i64| {
        plan("file", &listed(&["here"]), recorded, |_| 0, at(now), &limits, gone).removals.len()
    };
    assert_eq!([0, 1, 2, 3].map(|gone| removed(&recorded, gone, 10_000)), [2, 1, 0, 0]);
    // Nobody remembers it, and its record says so.
    recorded[0].status = ClusterStatus::Deprovisioning;
    recorded[0].status_since = at(9_900);
    assert_eq!((removed(&recorded, 0, 10_000), removed(&recorded, 0, 10_200)), (1, 2));
}

proptest! {
    #[test]
    fn no_pass_takes_more_than_the_cap(unlisted in 0usize..60, kept in 1usize..20, part in 0.0f64..1.0, least in 0usize..4) {
        let names: Vec<String> = (0..kept).map(|n| format!("k{n}")).collect();
        let mut recorded: Vec<_> = names.iter().map(|name| owned(name, ClusterStatus::Ready)).collect();
        recorded.extend((0..unlisted).map(|n| unwanted_for_long(&format!("u{n}"))));
        let desired = listed(&names.iter().map(String::as_str).collect::<Vec<_>>());
        let limits = RemovalLimits::default().with_cap(least, part);
        let plan = plan("file", &desired, &recorded, |_| 0, at(10_000), &limits, 0);
        let cap = limits.cap(recorded.len());
        prop_assert_eq!(plan.removals.len(), unlisted.min(cap));
        prop_assert_eq!(plan.removals.len() + plan.waits.len(), unlisted);
    }
}
