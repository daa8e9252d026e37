//! How many requests a cluster stands, learnt from its answers. Plain code.

use std::sync::atomic::{AtomicU32, AtomicU64, AtomicUsize, Ordering};

/// What is known of how a cluster answers.
#[derive(Debug)]
pub(super) struct Pace {
    most: usize,
    limit: AtomicUsize,
    /// Requests in a row that had no answer at all.
    silent: AtomicU32,
    patience: u32,
    /// How often the limit was cut: what was asked before says nothing new.
    wave: AtomicU64,
}

impl Pace {
    /// No more than `most` requests at once; after `patience` requests in a row without any answer nothing more is asked.
    pub(super) fn new(most: usize, patience: u32) -> Self {
        let most = most.max(1);
        Self {
            most,
            limit: AtomicUsize::new(most),
            silent: AtomicU32::new(0),
            patience: patience.max(1),
            wave: AtomicU64::new(0),
        }
    }

    /// How many requests may be under way.
    pub(super) fn limit(&self) -> usize {
        self.limit.load(Ordering::Relaxed)
    }

    /// Whether the cluster has stopped answering.
    pub(super) fn is_silent(&self) -> bool {
        self.silent.load(Ordering::Relaxed) >= self.patience
    }

    pub(super) fn answered(&self) {
        self.silent.store(0, Ordering::Relaxed);
        let more = |limit: usize| (limit < self.most).then_some(limit + 1);
        let _before = self.limit.fetch_update(Ordering::Relaxed, Ordering::Relaxed, more);
    }

    /// A request is about to be sent: in which wave of answers.
    pub(super) fn begin(&self) -> u64 {
        self.wave.load(Ordering::Relaxed)
    }

    /// It answered that it has too much to do, or is not well. Requests of one wave count once.
    pub(super) fn overloaded(&self, began: u64) {
        self.silent.store(0, Ordering::Relaxed);
        self.slower(began);
    }

    pub(super) fn no_answer(&self, began: u64) {
        self.silent.fetch_add(1, Ordering::Relaxed);
        self.slower(began);
    }

    fn slower(&self, began: u64) {
        // Whoever is first in a wave cuts.
        if self.wave.compare_exchange(began, began.wrapping_add(1), Ordering::Relaxed, Ordering::Relaxed).is_ok() {
            let half = |limit: usize| Some((limit / 2).max(1));
            let _before = self.limit.fetch_update(Ordering::Relaxed, Ordering::Relaxed, half);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_cluster_in_trouble_is_asked_less_and_a_silent_one_not_at_all() {
        let pace = Pace::new(8, 3);
        let together = pace.begin();
        pace.overloaded(together);
        pace.overloaded(together);
        assert_eq!(pace.limit(), 4, "what was asked together counts once");
        pace.no_answer(pace.begin());
        assert_eq!(pace.limit(), 2);
        pace.answered();
        assert_eq!(pace.limit(), 3);
        for _ in 0..2 {
            pace.no_answer(pace.begin());
        }
        assert!(!pace.is_silent());
        pace.no_answer(pace.begin());
        assert!(pace.is_silent() && pace.limit() == 1);
    }

    proptest! {
        #[test]
        fn there_is_always_room_for_one_and_never_for_more_than_allowed(most in 0usize..20, events in prop::collection::vec(0u8..3, 0..80)) {
            let pace = Pace::new(most, 5);
            for event in events {
                match event {
                    0 => pace.answered(),
                    1 => pace.overloaded(pace.begin()),
                    _ => pace.no_answer(pace.begin()),
                }
                prop_assert!((1..=most.max(1)).contains(&pace.limit()));
            }
        }
    }
}
