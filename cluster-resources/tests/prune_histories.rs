//! No history of a fleet makes a run delete what is not its own: random declarations, half-seen clusters, other people at work, runs that
//! stop anywhere, and every deletion is held against what our runs had put there themselves.
//!
//! `MOORING_HISTORIES` and `MOORING_SEED` choose how many and which.
#![expect(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout, unreachable_pub, reason = "a test may")]

mod histories;

use std::num::NonZero;
use std::thread;

use histories::{History, Tally};

#[test]
fn no_history_deletes_what_is_not_ours() {
    let number = |name: &str, default: u64| std::env::var(name).ok().map_or(default, |text| text.parse().unwrap());
    let (count, seed) = (number("MOORING_HISTORIES", 5_000), number("MOORING_SEED", 20_261_121));
    let workers = thread::available_parallelism().map_or(1, NonZero::get) as u64;
    let tally = thread::scope(|scope| {
        let parts: Vec<_> = (0..workers)
            .map(|worker| {
                scope.spawn(move || {
                    let mut tally = Tally::default();
                    for index in (worker..count).step_by(workers as usize) {
                        History::of(seed, index).play(&mut tally);
                    }
                    tally
                })
            })
            .collect();
        parts.into_iter().map(|part| part.join().unwrap()).reduce(Tally::with).unwrap()
    });
    println!("{count} histories: {tally:?}");
    // What never happens proves nothing.
    if count >= 1_000 {
        assert!(tally.runs > count && tally.crashes > count / 10 && tally.partial_views > count / 10, "{tally:?}");
        assert!(
            tally.deletions > count / 20 && tally.refused_by_precondition > count / 100 && tally.taken_by_others > 0,
            "{tally:?}"
        );
    }
}
