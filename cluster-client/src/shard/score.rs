//! Who should own which slot: highest score wins, evenly or freely. Pure: it knows nothing of leases, clocks or clusters.
//!
//! Weighted rendezvous hashing: slot and peer are mixed to a number `u` between 0 and 1, and the score is `-weight / ln(u)`, so that a peer
//! of three times the weight wins three times as often. The mix has full avalanche: names that differ in their last byte only, as those of a
//! StatefulSet do, are as different as any.
//!
//! Source: the `HRW` of multicluster-runtime's sharded coordinator, whose weights had no effect and whose balance depended on names;
//! logarithmic weights after Schindelhauer and Schomaker, "Weighted Distributed Hash Tables".

use std::cmp::Ordering;

use xxhash_rust::xxh3::xxh3_64;

use crate::key::ClusterKey;

/// How many slots the clusters of a group are spread over. Every release of every replica must agree on it.
pub const SLOTS: u16 = 256;

/// The slot of a cluster: the same in every process and release.
#[must_use]
pub fn slot_of(key: &ClusterKey) -> u16 {
    (mix(key.stable_hash()) % u64::from(SLOTS)) as u16
}

/// Somebody who may own slots.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
#[allow(clippy::exhaustive_structs, reason = "a name and a weight")]
pub struct Peer {
    /// Who; unique among the peers.
    pub identity: String,
    /// The share it takes, relative to the others'. Zero takes nothing.
    pub weight: u32,
}

/// Whether slots are counted out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Balance {
    /// No peer gets more than its share, rounded up. When peers come or go, a few more slots move than those of that peer.
    #[default]
    Even,
    /// Whatever the scores say: with few slots for each peer, some get half as much again. When peers come or go, only slots of that peer
    /// move.
    Free,
}

/// The score of a peer for a slot: positive, finite, and zero for weight zero.
#[must_use]
pub fn score(slot: u16, peer: &Peer) -> f64 {
    // 52 bits and a half: never 0 and never 1, so that the logarithm is neither infinite nor zero.
    let bits = mix(xxh3_64(peer.identity.as_bytes()).wrapping_add(mix(u64::from(slot)))) >> 12;
    let u = (bits as f64 + 0.5) / (1_u64 << 52) as f64;
    -f64::from(peer.weight) / u.ln()
}

/// For each slot the place of its owner among `peers`, or `None` when nobody has any weight.
///
/// The order of `peers` does not matter.
#[must_use]
pub fn assign(peers: &[Peer], balance: Balance) -> Vec<Option<usize>> {
    let mut pairs: Vec<(f64, u16, usize)> = Vec::with_capacity(peers.len() * usize::from(SLOTS));
    for (place, peer) in peers.iter().enumerate().filter(|(_, peer)| peer.weight > 0) {
        pairs.extend((0..SLOTS).map(|slot| (score(slot, peer), slot, place)));
    }
    // Best first; ties go to the smaller name, then to the smaller slot.
    pairs.sort_unstable_by(|a, b| {
        let names = || peers[a.2].identity.cmp(&peers[b.2].identity);
        b.0.partial_cmp(&a.0).unwrap_or(Ordering::Equal).then_with(names).then(a.1.cmp(&b.1))
    });
    let total: u64 = peers.iter().map(|peer| u64::from(peer.weight)).sum();
    let mut room: Vec<u64> = peers
        .iter()
        .map(|peer| match balance {
            Balance::Even => (u64::from(SLOTS) * u64::from(peer.weight)).div_ceil(total.max(1)),
            Balance::Free => u64::from(SLOTS),
        })
        .collect();
    let mut owners = vec![None; usize::from(SLOTS)];
    for (_, slot, place) in pairs {
        let owner = &mut owners[usize::from(slot)];
        if owner.is_none() && room[place] > 0 {
            *owner = Some(place);
            room[place] -= 1;
        }
    }
    owners
}

/// The finaliser of `SplitMix64`: every bit of the input changes every bit of the output with probability one half.
fn mix(mut bits: u64) -> u64 {
    bits = bits.wrapping_add(0x9e37_79b9_7f4a_7c15);
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^ (bits >> 31)
}

#[cfg(test)]
mod tests;
