//! Who may go next, when only so many may go at a time and troubled ones may take at most half; knows nothing of what they go to do.

use std::collections::VecDeque;

/// Which of the two lines something waits in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lane {
    /// Nothing is known against it.
    Fresh,
    /// It failed last time, and will probably hold its place for as long as it may.
    Troubled,
}

/// A counter of places and two lines before it.
///
/// Without the second line, a wave of dead clusters would hold every place for the whole timeout, again and again.
#[derive(Debug)]
pub(super) struct Gate<T> {
    places: usize,
    fresh: VecDeque<T>,
    troubled: VecDeque<T>,
    fresh_inside: usize,
    troubled_inside: usize,
}

impl<T> Gate<T> {
    /// A gate with at least one place.
    pub(super) fn new(places: usize) -> Self {
        Self {
            places: places.max(1),
            fresh: VecDeque::new(),
            troubled: VecDeque::new(),
            fresh_inside: 0,
            troubled_inside: 0,
        }
    }

    /// Puts something at the end of a line.
    pub(super) fn queue(&mut self, lane: Lane, item: T) {
        match lane {
            Lane::Fresh => self.fresh.push_back(item),
            Lane::Troubled => self.troubled.push_back(item),
        }
    }

    /// The next one that may go now, already counted as inside; the fresh ones first.
    pub(super) fn admit(&mut self) -> Option<(Lane, T)> {
        if self.inside() >= self.places {
            return None;
        }
        if let Some(item) = self.fresh.pop_front() {
            self.fresh_inside += 1;
            return Some((Lane::Fresh, item));
        }
        if self.troubled_inside >= (self.places / 2).max(1) {
            return None;
        }
        let item = self.troubled.pop_front()?;
        self.troubled_inside += 1;
        Some((Lane::Troubled, item))
    }

    /// Gives a place back.
    pub(super) fn leave(&mut self, lane: Lane) {
        let inside = match lane {
            Lane::Fresh => &mut self.fresh_inside,
            Lane::Troubled => &mut self.troubled_inside,
        };
        *inside = inside.saturating_sub(1);
    }

    /// How many are inside.
    pub(super) fn inside(&self) -> usize {
        self.fresh_inside + self.troubled_inside
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn troubled_ones_leave_half_of_the_places_to_the_fresh() {
        let mut gate = Gate::new(4);
        for n in 0..10 {
            gate.queue(Lane::Troubled, n);
        }
        assert_eq!(std::iter::from_fn(|| gate.admit()).count(), 2);
        gate.queue(Lane::Fresh, 100);
        gate.queue(Lane::Fresh, 101);
        gate.queue(Lane::Fresh, 102);
        assert_eq!(gate.admit(), Some((Lane::Fresh, 100)));
        assert_eq!(gate.admit(), Some((Lane::Fresh, 101)));
        assert_eq!(gate.admit(), None);
        gate.leave(Lane::Fresh);
        assert_eq!(gate.admit(), Some((Lane::Fresh, 102)));
    }

    #[test]
    fn one_place_serves_both_lines() {
        let mut gate = Gate::new(0);
        gate.queue(Lane::Troubled, 1);
        assert_eq!(gate.admit(), Some((Lane::Troubled, 1)));
        gate.queue(Lane::Fresh, 2);
        assert_eq!(gate.admit(), None);
        gate.leave(Lane::Troubled);
        assert_eq!(gate.admit(), Some((Lane::Fresh, 2)));
    }

    proptest! {
        #[test]
        fn nobody_is_lost_and_the_limits_hold(places in 1_usize..9, steps in prop::collection::vec((any::<bool>(), any::<bool>()), 0..200)) {
            let mut gate = Gate::new(places);
            let (mut queued, mut seen, mut inside) = (0_usize, 0_usize, Vec::new());
            for (arrive, troubled) in steps {
                if arrive {
                    gate.queue(if troubled { Lane::Troubled } else { Lane::Fresh }, queued);
                    queued += 1;
                } else if let Some(lane) = inside.pop() {
                    gate.leave(lane);
                }
                while let Some((lane, _)) = gate.admit() {
                    seen += 1;
                    inside.push(lane);
                }
                prop_assert!(inside.len() <= places);
                prop_assert!(inside.iter().filter(|lane| **lane == Lane::Troubled).count() <= (places / 2).max(1));
            }
            while seen < queued {
                let lane = inside.pop();
                prop_assert!(lane.is_some(), "somebody waits and nobody is inside");
                gate.leave(lane.unwrap_or(Lane::Fresh));
                while let Some((lane, _)) = gate.admit() {
                    seen += 1;
                    inside.push(lane);
                }
            }
        }
    }
}
