//! What a replica should do about the slots now. Pure: what is seen goes in, what to do comes out.

use std::collections::BTreeMap;

use tokio::time::Instant;

use super::score::{Balance, Peer, SLOTS, assign};

/// How a slot's fence looks from here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fence {
    /// Nobody holds it.
    Free,
    /// This start of this replica does, whether it knows or not: an answer may have been lost.
    Ours,
    /// Somebody else does, and is alive.
    Theirs,
}

/// What this replica has to do with a slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Hold {
    /// Nothing.
    No,
    /// It owns it.
    Owned,
    /// It is giving it up, getting it, or still waiting for work of a lost one to end. It finishes that first.
    Busy,
}

/// Who should own which slot, worked out again only when the replicas change.
#[derive(Debug, Default)]
pub(super) struct Shares {
    peers: Vec<Peer>,
    owners: Vec<Option<usize>>,
}

impl Shares {
    pub(super) fn update(&mut self, members: BTreeMap<String, u32>, balance: Balance) {
        let peers: Vec<_> = members.into_iter().map(|(identity, weight)| Peer { identity, weight }).collect();
        if self.owners.is_empty() || peers != self.peers {
            self.owners = assign(&peers, balance);
            self.peers = peers;
        }
    }

    pub(super) fn owner(&self, slot: u16) -> Option<&str> {
        self.owners.get(usize::from(slot)).copied().flatten().map(|place| self.peers[place].identity.as_str())
    }

    pub(super) fn peers(&self) -> usize {
        self.peers.len()
    }
}

/// What to do.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Plan {
    pub(super) acquire: Vec<u16>,
    pub(super) release: Vec<u16>,
}

/// Plans one round. A slot is taken only when this replica is ready and nobody holds it, and given up only when somebody else should own it.
pub(super) fn plan(
    me: &str,
    ready: bool,
    shares: &Shares,
    fence: impl Fn(u16) -> Fence,
    hold: impl Fn(u16) -> Hold,
) -> Plan {
    let mut plan = Plan::default();
    for slot in 0..SLOTS {
        let Some(owner) = shares.owner(slot) else { continue };
        match (owner == me, hold(slot)) {
            (true, Hold::No) if ready && fence(slot) != Fence::Theirs => plan.acquire.push(slot),
            (false, Hold::Owned) => plan.release.push(slot),
            _ => {}
        }
    }
    plan
}

/// Since when slots have been without an owner.
#[derive(Debug)]
pub(super) struct Audit(Vec<Option<Instant>>);

impl Default for Audit {
    fn default() -> Self {
        Self(vec![None; usize::from(SLOTS)])
    }
}

impl Audit {
    /// Takes in who holds what, and returns the slots that nobody has held for longer than `limit`.
    pub(super) fn observe(&mut self, held: impl Fn(u16) -> bool, now: Instant, limit: std::time::Duration) -> Vec<u16> {
        let mut orphans = Vec::new();
        for (slot, since) in (0..SLOTS).zip(&mut self.0) {
            if held(slot) {
                *since = None;
            } else if now > *since.get_or_insert(now) + limit {
                orphans.push(slot);
            }
        }
        orphans
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use proptest::prelude::*;

    use super::*;

    fn shares(identities: &[&str]) -> Shares {
        let mut shares = Shares::default();
        shares.update(identities.iter().map(|identity| ((*identity).to_owned(), 1)).collect(), Balance::Even);
        shares
    }

    #[test]
    fn a_replica_alone_takes_everything_that_is_free_once_it_is_ready() {
        let shares = shares(&["a"]);
        assert_eq!(plan("a", false, &shares, |_| Fence::Free, |_| Hold::No), Plan::default());
        assert_eq!(plan("a", true, &shares, |_| Fence::Free, |_| Hold::No).acquire.len(), usize::from(SLOTS));
        assert_eq!(
            plan("a", true, &shares, |_| Fence::Theirs, |_| Hold::No),
            Plan::default(),
            "what is held is waited for"
        );
        assert_eq!(plan("a", true, &shares, |_| Fence::Ours, |_| Hold::No).acquire.len(), usize::from(SLOTS));
    }

    #[test]
    fn nothing_is_given_up_to_nobody() {
        assert_eq!(plan("a", true, &shares(&[]), |_| Fence::Ours, |_| Hold::Owned), Plan::default());
        assert_eq!(plan("a", true, &Shares::default(), |_| Fence::Free, |_| Hold::No), Plan::default());
    }

    #[test]
    fn a_slot_without_owner_is_an_orphan_after_the_limit_and_no_longer_when_it_has_one() {
        let (start, limit) = (Instant::now(), Duration::from_secs(40));
        let mut audit = Audit::default();
        let held = |slot| slot != 9;
        assert!(audit.observe(held, start, limit).is_empty());
        assert!(audit.observe(held, start + limit, limit).is_empty());
        assert_eq!(audit.observe(held, start + limit + Duration::from_secs(1), limit), [9]);
        assert!(audit.observe(|_| true, start + limit * 2, limit).is_empty());
        assert!(audit.observe(held, start + limit * 3, limit).is_empty(), "it starts from the beginning");
    }

    proptest! {
        /// However the fences stand, each slot is wanted by one replica, and what one wants another does not keep.
        #[test]
        fn replicas_that_see_the_same_want_different_slots(
            fences in proptest::collection::vec(0_u8..4, usize::from(SLOTS)),
        ) {
            // 0: free; n: held by the n-th replica.
            let names = ["a", "b", "c"];
            let shares = shares(&names);
            let holder = |slot: u16| fences[usize::from(slot)].checked_sub(1).map(|n| names[usize::from(n)]);
            let mut wanted = vec![0; usize::from(SLOTS)];
            for me in names {
                let fence = |slot| match holder(slot) {
                    None => Fence::Free,
                    Some(holder) if holder == me => Fence::Ours,
                    Some(_) => Fence::Theirs,
                };
                let hold = |slot| if holder(slot) == Some(me) { Hold::Owned } else { Hold::No };
                let plan = plan(me, true, &shares, fence, hold);
                for slot in &plan.acquire {
                    prop_assert_eq!(holder(*slot), None);
                    wanted[usize::from(*slot)] += 1;
                }
                for slot in &plan.release {
                    prop_assert_eq!(holder(*slot), Some(me));
                    prop_assert_ne!(shares.owner(*slot), Some(me));
                }
            }
            for slot in 0..SLOTS {
                prop_assert_eq!(wanted[usize::from(slot)], usize::from(holder(slot).is_none()));
            }
        }
    }
}
