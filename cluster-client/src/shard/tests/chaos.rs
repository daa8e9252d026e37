//! Random troubles, many at a time: whatever happens, a slot has one owner, and in the end all slots have one.

use std::sync::Arc;
use std::time::Duration;

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

use super::group::*;
use crate::shard::score::SLOTS;

async fn history(seed: u64) {
    let mut rng = StdRng::seed_from_u64(seed);
    let (store, log) = (Store::new(), Arc::new(Log::default()));
    let mut replicas: Vec<_> = (0..3).map(|n| Replica::start(&store, &format!("controller-{n}"))).collect();
    let mut workers: Vec<_> = replicas.iter().map(|replica| write_for_ever(replica, &log)).collect();
    for step in 0..40 {
        let place = rng.random_range(0..replicas.len());
        let replica = &replicas[place];
        match rng.random_range(0..10) {
            0 => replica.gate.stop(),
            1..4 => replica.gate.go_on(),
            4 => replica.link.set(Trouble::Slow(Duration::from_millis(rng.random_range(0..4000)))),
            5 => replica.link.set([Trouble::Silent, Trouble::Refuses, Trouble::LosesAnswers][rng.random_range(0..3)]),
            6 => {
                // It is killed, and another one comes under the same or another name.
                workers[place].abort();
                let name = if rng.random() { replica.name.clone() } else { format!("controller-{}", 10 + step) };
                replicas[place] = Replica::start(&store, &name);
                workers[place] = write_for_ever(&replicas[place], &log);
            }
            _ => replica.link.set(Trouble::None),
        }
        for _ in 0..rng.random_range(1..40) {
            tokio::time::sleep(Duration::from_millis(rng.random_range(1..1000))).await;
            check_single_owner(&replicas.iter().collect::<Vec<_>>());
        }
    }
    for replica in &replicas {
        replica.gate.go_on();
        replica.link.set(Trouble::None);
    }
    until(150, "all slots are owned", || replicas.iter().map(Replica::owned).sum::<usize>() == usize::from(SLOTS))
        .await;
    pass(60).await;
    check_single_owner(&replicas.iter().collect::<Vec<_>>());
    assert!(replicas.iter().all(|replica| (80..=86).contains(&replica.owned())), "and evenly");
    assert!(log.check() > 10_000, "work was done");
    assert_eq!(log.refused(), 0, "nobody tried to write under an ownership that was over");
    workers.iter().for_each(tokio::task::JoinHandle::abort);
}

#[tokio::test(start_paused = true)]
async fn a_slot_has_one_owner_whatever_happens_first_history() {
    history(1).await;
}

#[tokio::test(start_paused = true)]
async fn a_slot_has_one_owner_whatever_happens_second_history() {
    history(2).await;
}

#[tokio::test(start_paused = true)]
async fn a_slot_has_one_owner_whatever_happens_third_history() {
    history(3).await;
}
