//! How replicas move from old templates to a new one: plain numbers. Knows no objects.
//!
//! It follows `pkg/controller/deployment/rolling.go`.

/// What a deployment wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Wanted {
    pub(super) replicas: usize,
    /// How many more than wanted there may be.
    pub(super) surge: usize,
    /// How many fewer than wanted may be available.
    pub(super) unavailable: usize,
}

/// How many pods a set wants, and how many it has that can be used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Set {
    pub(super) replicas: usize,
    pub(super) available: usize,
}

/// The new numbers, of the new set and of the old ones, oldest first. One step; nothing changes once all is done.
pub(super) fn next(wanted: Wanted, new: Set, old: &[Set]) -> (usize, Vec<usize>) {
    let unchanged = || old.iter().map(|set| set.replicas).collect::<Vec<_>>();
    let all = new.replicas + old.iter().map(|set| set.replicas).sum::<usize>();
    if new.replicas > wanted.replicas {
        return (wanted.replicas, unchanged());
    }
    let room = (wanted.replicas + wanted.surge).saturating_sub(all).min(wanted.replicas - new.replicas);
    if room > 0 {
        return (new.replicas + room, unchanged());
    }
    let least = wanted.replicas.saturating_sub(wanted.unavailable);
    let coming = new.replicas.saturating_sub(new.available);
    let mut spare = all.saturating_sub(least).saturating_sub(coming);
    let mut kept = unchanged();
    // Pods of no use go first.
    for (count, set) in kept.iter_mut().zip(old) {
        let useless = count.saturating_sub(set.available).min(spare);
        *count -= useless;
        spare -= useless;
    }
    let available = new.available + old.iter().map(|set| set.available).sum::<usize>();
    let mut spare = spare.min(available.saturating_sub(least));
    for count in &mut kept {
        let gone = (*count).min(spare);
        *count -= gone;
        spare -= gone;
    }
    (new.replicas, kept)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_new_set_grows_into_the_surge_and_the_old_one_shrinks_behind_it() {
        let wanted = Wanted { replicas: 4, surge: 1, unavailable: 1 };
        let set = |replicas| Set { replicas, available: replicas };
        assert_eq!(next(wanted, set(0), &[set(4)]), (1, vec![4]));
        assert_eq!(next(wanted, set(1), &[set(4)]), (1, vec![2]));
        assert_eq!(next(wanted, Set { replicas: 3, available: 1 }, &[set(2)]), (3, vec![2]));
    }

    proptest! {
        /// When every pod becomes available, a rollout ends, and on its way there are never too many pods and never too few of use.
        #[test]
        fn a_rollout_ends_and_keeps_its_bounds(replicas in 0_usize..20, surge in 0_usize..5, unavailable in 0_usize..5, old in prop::collection::vec(0_usize..8, 0..3)) {
            let (surge, unavailable) = if surge + unavailable == 0 { (1, 0) } else { (surge, unavailable) };
            let wanted = Wanted { replicas, surge, unavailable };
            let begun: usize = old.iter().sum();
            let mut new = 0;
            let mut old = old;
            for round in 0.. {
                prop_assert!(round < 200, "it never ends");
                let sets: Vec<Set> = old.iter().map(|count| Set { replicas: *count, available: *count }).collect();
                let (more, fewer) = next(wanted, Set { replicas: new, available: new }, &sets);
                if (more, &fewer) == (new, &old) {
                    break;
                }
                let (before, after) = (new + old.iter().sum::<usize>(), more + fewer.iter().sum::<usize>());
                prop_assert!(after <= (replicas + surge).max(before), "too many");
                // What was there at first counts, and no more than is wanted has to.
                prop_assert!(after >= replicas.saturating_sub(unavailable).min(begun).min(before), "too few");
                (new, old) = (more, fewer);
            }
            prop_assert_eq!(new, replicas);
            prop_assert_eq!(old.iter().sum::<usize>(), 0);
        }
    }
}
