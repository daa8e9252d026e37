use super::*;
use crate::id::{BucketId, GroupKind};
use crate::plan::Reason;

fn item(cluster: &str, name: &str, stage: u8, action: Action, after: &[&PlanItem]) -> PlanItem {
    PlanItem {
        id: BucketId::new(cluster, Some("app"), GroupKind::core("ConfigMap")).object(name),
        api_version: "v1".into(),
        stage,
        action,
        reason: Reason::Missing,
        desired_hash: None,
        live: None,
        changes: Vec::new(),
        foreign: Vec::new(),
        after: after.iter().map(|item| item.id.clone()).collect(),
        unverifiable: Vec::new(),
        privileged: false,
        origin: None,
    }
}

/// In which order items end when each that may begin does so at once and succeeds, in waves.
fn waves(items: &[PlanItem]) -> Vec<Vec<usize>> {
    let mut progress = Progress::new(Graph::new(items, true));
    let mut ready: Vec<usize> = progress.start().into_iter().filter(|at| items[*at].action.writes()).collect();
    let mut waves = Vec::new();
    while !ready.is_empty() {
        let wave = std::mem::take(&mut ready);
        for at in &wave {
            ready.extend(progress.finish(*at, true).ready);
        }
        waves.push(wave);
    }
    waves
}

#[test]
fn stages_come_one_after_the_other_within_a_cluster_only() {
    let items = [
        item("a", "namespace", 1, Action::Create, &[]),
        item("a", "config", 5, Action::Create, &[]),
        item("a", "other", 5, Action::Update, &[]),
        item("b", "config", 5, Action::Create, &[]),
    ];
    assert_eq!(waves(&items), [vec![0, 3], vec![1, 2]]);
}

#[test]
fn deletions_come_last_and_backwards() {
    let items = [
        item("a", "namespace", 1, Action::Delete, &[]),
        item("a", "config", 5, Action::Delete, &[]),
        item("a", "new", 8, Action::Create, &[]),
        item("a", "restarted", 6, Action::Restart, &[]),
        item("a", "released", 5, Action::Detach, &[]),
    ];
    assert_eq!(waves(&items), [vec![2], vec![3], vec![4], vec![1], vec![0]]);
}

#[test]
fn an_item_that_needs_one_of_a_later_stage_waits_for_it() {
    let later = item("a", "later", 8, Action::Create, &[]);
    let items = [item("a", "first", 2, Action::Create, &[&later]), item("a", "middle", 5, Action::Create, &[]), later];
    assert_eq!(waves(&items), [vec![1], vec![2], vec![0]]);
}

#[test]
fn a_failure_blocks_who_needs_it_and_nobody_else() {
    let namespace = item("a", "namespace", 1, Action::Create, &[]);
    let inside = item("a", "inside", 5, Action::Create, &[&namespace]);
    let deeper = item("a", "deeper", 6, Action::Create, &[&inside]);
    let outside = item("a", "outside", 6, Action::Create, &[]);
    let items = [namespace, inside, deeper, outside];
    let mut progress = Progress::new(Graph::new(&items, true));
    assert_eq!(progress.start(), [0]);
    let freed = progress.finish(0, false);
    assert_eq!(freed.given_up, [(1, 0), (2, 0)]);
    assert_eq!(freed.ready, [3]);
}

#[test]
fn clusters_wait_for_each_other_only_where_it_is_said() {
    let hub = item("hub", "hub", 6, Action::Create, &[]);
    let items =
        [hub.clone(), item("a", "spoke", 1, Action::Create, &[&hub]), item("b", "free", 1, Action::Create, &[])];
    assert_eq!(waves(&items), [vec![0, 2], vec![1]]);
}

#[test]
fn a_circle_never_begins_and_holds_nobody_else_up() {
    let one = item("a", "one", 5, Action::Create, &[]);
    let other = item("a", "other", 5, Action::Create, &[&one]);
    let one = PlanItem { after: vec![other.id.clone()], ..one };
    let items = [one, other, item("b", "free", 5, Action::Create, &[])];
    assert_eq!(waves(&items), [vec![2]]);
    assert_eq!(Progress::new(Graph::new(&items, true)).circles(), [0, 1]);
}

#[test]
fn a_restart_waits_for_its_own_workload() {
    let workload = item("a", "web", 6, Action::Update, &[]);
    let restart = item("a", "web", 10, Action::Restart, &[&workload]);
    let items = [workload, restart];
    assert_eq!(waves(&items), [vec![0], vec![1]]);
}

#[test]
fn without_stages_only_needs_count() {
    let namespace = item("a", "namespace", 1, Action::Create, &[]);
    let inside = item("a", "inside", 5, Action::Create, &[&namespace]);
    let items = [namespace, inside, item("a", "outside", 5, Action::Create, &[])];
    let progress = Progress::new(Graph::new(&items, false));
    assert_eq!(progress.start(), [0, 2]);
    assert_eq!(progress.circles(), Vec::<usize>::new());
}
