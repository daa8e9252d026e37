use std::collections::{HashMap, HashSet};

use proptest::prelude::*;

use super::*;

type Queue = FairQueue<&'static str, u32>;

const BACKOFF: Backoff = Backoff::new(Duration::from_secs(1), Duration::from_secs(60));

fn queue(limits: Limits, clusters: &[&'static str]) -> (Queue, Instant) {
    let mut queue = Queue::new(limits, BACKOFF, 7);
    clusters.iter().for_each(|cluster| queue.open(cluster));
    (queue, Instant::now())
}

fn roomy() -> Limits {
    Limits::default().with_global(usize::MAX).with_per_cluster(usize::MAX)
}

#[test]
fn a_cluster_with_ten_items_waits_for_one_burst_of_a_cluster_with_a_hundred_thousand() {
    let (mut queue, now) = queue(Limits::default().with_global(1), &["a", "b"]);
    (0..100_000).for_each(|item| assert!(queue.add(&"a", item, Priority::List, now)));
    // The large cluster is in the middle of its turn when the small one comes.
    for _ in 0..3 {
        let (cluster, item) = queue.pop(now).unwrap();
        queue.done(&cluster, &item, Outcome::Done, now);
    }
    (0..10).for_each(|item| assert!(queue.add(&"b", item, Priority::List, now)));
    let (mut served, mut waited) = (0, 0);
    while served < 10 {
        let (cluster, item) = queue.pop(now).unwrap();
        if cluster == "b" {
            served += 1;
            waited = 0;
        } else {
            waited += 1;
            assert!(
                waited <= Limits::default().burst,
                "never more than one burst between two items of the small cluster"
            );
        }
        queue.done(&cluster, &item, Outcome::Done, now);
    }
}

#[test]
fn with_caps_and_slow_work_the_small_cluster_is_served_at_the_next_free_place() {
    let (mut queue, now) = queue(Limits::default().with_global(8), &["a", "b"]);
    (0..1000).for_each(|item| assert!(queue.add(&"a", item, Priority::List, now)));
    let taken: Vec<_> = std::iter::from_fn(|| queue.pop(now)).collect();
    assert_eq!(taken.len(), 4, "one cluster cannot take all places");
    queue.add(&"b", 1, Priority::List, now);
    assert_eq!(queue.pop(now), Some(("b", 1)));
}

#[test]
fn changes_come_before_the_list_and_the_list_does_not_starve() {
    let (mut queue, now) = queue(roomy().with_burst(4), &["a"]);
    (0..10).for_each(|item| assert!(queue.add(&"a", item, Priority::List, now)));
    (100..110).for_each(|item| assert!(queue.add(&"a", item, Priority::Change, now)));
    let order: Vec<_> = std::iter::from_fn(|| queue.pop(now)).map(|(_, item)| item).take(10).collect();
    assert_eq!(order, [100, 101, 102, 103, 0, 104, 105, 106, 107, 1]);
}

#[test]
fn an_item_of_the_list_that_changes_is_moved_up_and_not_doubled() {
    let (mut queue, now) = queue(roomy(), &["a"]);
    (0..3).for_each(|item| assert!(queue.add(&"a", item, Priority::List, now)));
    queue.add(&"a", 2, Priority::Change, now);
    queue.add(&"a", 2, Priority::Change, now);
    let order: Vec<_> = std::iter::from_fn(|| queue.pop(now)).map(|(_, item)| item).collect();
    assert_eq!(order, [2, 0, 1]);
}

#[test]
fn an_item_is_not_served_while_it_is_being_served_also_after_its_cluster_came_back() {
    let (mut queue, now) = queue(roomy(), &["a"]);
    queue.add(&"a", 1, Priority::Change, now);
    assert_eq!(queue.pop(now), Some(("a", 1)));
    queue.close(&"a");
    assert!(!queue.add(&"a", 1, Priority::Change, now), "a closed cluster takes nothing");
    queue.open(&"a");
    queue.add(&"a", 1, Priority::List, now);
    assert_eq!(queue.pop(now), None, "the old one is still at it");
    assert_eq!(queue.running(&"a"), 1);
    queue.done(&"a", &1, Outcome::Failed, now);
    assert_eq!(queue.pop(now), Some(("a", 1)), "asked for since, without the failure of the old one");
    queue.done(&"a", &1, Outcome::Done, now);
    assert_eq!((queue.pop(now), queue.next_due()), (None, None));
}

#[test]
fn what_was_served_when_its_cluster_was_purged_is_not_tried_again() {
    for outcome in [Outcome::Failed, Outcome::After(Duration::from_secs(1)), Outcome::Again, Outcome::Done] {
        let (mut queue, now) = queue(roomy(), &["a"]);
        (1..5).for_each(|item| assert!(queue.add(&"a", item, Priority::Change, now)));
        let (_, served) = queue.pop(now).unwrap();
        assert_eq!(queue.close(&"a"), 3);
        queue.done(&"a", &served, outcome, now);
        assert_eq!((queue.pop(now), queue.next_due(), queue.running_in_all()), (None, None, 0));
        assert!(queue.lines.is_empty(), "nothing is left of it");
    }
}

#[test]
fn a_held_cluster_takes_items_and_serves_them_when_it_is_opened() {
    let (mut queue, now) = queue(roomy(), &[]);
    queue.hold(&"a");
    assert!(queue.add(&"a", 1, Priority::List, now));
    assert_eq!(queue.pop(now), None);
    let later = now + Duration::from_secs(3);
    assert_eq!(queue.oldest(&"a", later), Some(Duration::from_secs(3)));
    queue.open(&"a");
    assert_eq!(queue.pop(later), Some(("a", 1)));
    assert_eq!(queue.oldest(&"a", later), None);
}

#[test]
fn failures_are_waited_out_longer_each_time_and_a_success_forgets_them() {
    let (mut queue, mut now) = queue(roomy(), &["a"]);
    queue.add(&"a", 1, Priority::Change, now);
    for failures in 1..=5 {
        assert_eq!(queue.pop(now), Some(("a", 1)));
        queue.done(&"a", &1, Outcome::Failed, now);
        assert_eq!((queue.pop(now), queue.waiting(&"a"), queue.depth(&"a")), (None, 1, 0));
        let due = queue.next_due().unwrap();
        let full = Duration::from_secs(1 << (failures - 1));
        assert!(due >= now + full / 2 && due <= now + full);
        now = due;
    }
    assert_eq!(queue.pop(now), Some(("a", 1)));
    queue.done(&"a", &1, Outcome::After(Duration::from_secs(9)), now);
    assert_eq!(queue.next_due(), Some(now + Duration::from_secs(9)));
    now += Duration::from_secs(9);
    queue.pop(now).unwrap();
    queue.done(&"a", &1, Outcome::Failed, now);
    assert!(queue.next_due().unwrap() <= now + Duration::from_secs(1));
}

#[test]
fn a_change_does_not_wait_for_the_end_of_a_backoff() {
    let (mut queue, now) = queue(roomy(), &["a"]);
    queue.add(&"a", 1, Priority::Change, now);
    queue.pop(now).unwrap();
    queue.done(&"a", &1, Outcome::Failed, now);
    queue.add(&"a", 1, Priority::Change, now);
    assert_eq!(queue.pop(now), Some(("a", 1)));
    assert_eq!(queue.next_due(), None);
}

#[test]
fn a_wait_that_no_clock_can_show_is_a_long_one() {
    let (mut queue, now) = queue(roomy(), &["a"]);
    queue.add(&"a", 1, Priority::Change, now);
    queue.pop(now).unwrap();
    queue.done(&"a", &1, Outcome::After(Duration::MAX), now);
    assert!(queue.next_due().unwrap() > now + Duration::from_secs(1 << 20));
}

#[derive(Debug, Clone)]
enum Step {
    Add(usize, u32, Priority),
    Pop,
    Done(usize, Outcome),
    Close(usize),
    Open(usize),
    Hold(usize),
    Pass(u64),
}

fn step() -> impl Strategy<Value = Step> {
    let cluster = 0..CLUSTERS.len();
    let priority = prop_oneof![Just(Priority::Change), Just(Priority::List)];
    let outcome = prop_oneof![
        Just(Outcome::Done),
        Just(Outcome::Failed),
        Just(Outcome::Again),
        (0u64..20).prop_map(|seconds| Outcome::After(Duration::from_secs(seconds)))
    ];
    prop_oneof![
        6 => (cluster.clone(), 0u32..12, priority).prop_map(|(cluster, item, priority)| Step::Add(cluster, item, priority)),
        6 => Just(Step::Pop),
        4 => (0usize..8, outcome).prop_map(|(which, outcome)| Step::Done(which, outcome)),
        1 => cluster.clone().prop_map(Step::Close),
        1 => cluster.clone().prop_map(Step::Open),
        1 => cluster.prop_map(Step::Hold),
        2 => (0u64..10).prop_map(Step::Pass),
    ]
}

const CLUSTERS: [&str; 3] = ["a", "b", "c"];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Against a model that knows only what is owed, what is being served, and which clusters take items.
    #[test]
    fn nothing_is_lost_or_served_twice_at_once_and_caps_hold(steps in proptest::collection::vec(step(), 1..250), seed: u64) {
        let limits = Limits::default().with_global(5).with_per_cluster(2).with_burst(3);
        let mut queue = Queue::new(limits, BACKOFF, seed);
        let mut now = Instant::now();
        let mut closed: HashSet<&str> = CLUSTERS.into();
        let mut owed: HashSet<(&str, u32)> = HashSet::new();
        let mut served: Vec<(&str, u32)> = Vec::new();
        let mut forgotten: HashSet<(&str, u32)> = HashSet::new();
        for step in steps {
            match step {
                Step::Add(cluster, item, priority) => {
                    let cluster = CLUSTERS[cluster];
                    let taken = queue.add(&cluster, item, priority, now);
                    prop_assert_eq!(taken, !closed.contains(cluster));
                    if taken { owed.insert((cluster, item)); }
                }
                Step::Pop => if let Some(one) = queue.pop(now) {
                    prop_assert!(!served.contains(&one), "{:?} is served twice at once", one);
                    prop_assert!(owed.remove(&one), "{:?} was not asked for", one);
                    served.push(one);
                },
                Step::Done(which, outcome) => if !served.is_empty() {
                    let one = served.swap_remove(which % served.len());
                    queue.done(&one.0, &one.1, outcome, now);
                    if !forgotten.remove(&one) && outcome != Outcome::Done { owed.insert(one); }
                },
                Step::Close(cluster) => {
                    let cluster = CLUSTERS[cluster];
                    queue.close(&cluster);
                    closed.insert(cluster);
                    owed.retain(|one| one.0 != cluster);
                    forgotten.extend(served.iter().filter(|one| one.0 == cluster));
                }
                Step::Open(cluster) => { queue.open(&CLUSTERS[cluster]); closed.remove(CLUSTERS[cluster]); }
                Step::Hold(cluster) => { queue.hold(&CLUSTERS[cluster]); closed.remove(CLUSTERS[cluster]); }
                Step::Pass(seconds) => now += Duration::from_secs(seconds),
            }
            let mut counts: HashMap<&str, usize> = HashMap::new();
            served.iter().for_each(|one| *counts.entry(one.0).or_default() += 1);
            prop_assert!(served.len() <= 5 && counts.values().all(|count| *count <= 2));
            prop_assert_eq!(queue.running_in_all(), served.len());
        }
        // At the end everything that is owed comes out, once.
        for one in served.drain(..) {
            queue.done(&one.0, &one.1, Outcome::Done, now);
        }
        CLUSTERS.iter().filter(|cluster| !closed.contains(*cluster)).for_each(|cluster| queue.open(cluster));
        loop {
            if let Some(one) = queue.pop(now) {
                prop_assert!(owed.remove(&one), "{:?} was not asked for", one);
                queue.done(&one.0, &one.1, Outcome::Done, now);
            } else if let Some(due) = queue.next_due() {
                prop_assert!(due > now, "what is due is served");
                now = due;
            } else {
                break;
            }
        }
        prop_assert!(owed.is_empty(), "lost: {:?}", owed);
        CLUSTERS.iter().for_each(|cluster| { queue.close(cluster); });
        prop_assert!(queue.lines.is_empty() && queue.later.is_empty());
    }

    /// Any clusters with any loads: between two items of one cluster, no other cluster is served more than a burst.
    #[test]
    fn clusters_that_have_work_take_turns(loads in proptest::collection::vec(1usize..60, 2..6), burst in 1usize..10) {
        let mut queue = FairQueue::<usize, usize>::new(Limits::default().with_global(1).with_burst(burst), BACKOFF, 0);
        let now = Instant::now();
        for (cluster, load) in loads.iter().enumerate() {
            queue.open(&cluster);
            (0..*load).for_each(|item| assert!(queue.add(&cluster, item, Priority::List, now)));
        }
        let mut since = vec![vec![0usize; loads.len()]; loads.len()];
        while let Some((cluster, item)) = queue.pop(now) {
            for (other, counts) in since.iter_mut().enumerate() {
                if queue.depth(&other) > 0 && other != cluster {
                    counts[cluster] += 1;
                    prop_assert!(counts[cluster] <= burst);
                }
            }
            since[cluster].fill(0);
            queue.done(&cluster, &item, Outcome::Done, now);
        }
    }
}
