use std::collections::HashMap;

use proptest::prelude::*;

use super::*;

fn stateful(count: usize) -> Vec<Peer> {
    (0..count).map(|n| Peer { identity: format!("controller-{n}"), weight: 1 }).collect()
}

/// Pod names of a Deployment: one prefix, five random characters.
fn deployed(count: usize) -> Vec<Peer> {
    const ALPHABET: &[u8] = b"bcdfghjklmnpqrstvwxz2456789";
    let name = |n: usize| -> String {
        (0..5)
            .map(|place| char::from(ALPHABET[(mix((n * 5 + place) as u64) % ALPHABET.len() as u64) as usize]))
            .collect()
    };
    (0..count).map(|n| Peer { identity: format!("controller-7d9c5b4f88-{}", name(n)), weight: 1 }).collect()
}

/// Shares of very many things by score alone, as fractions.
fn shares(peers: &[Peer]) -> Vec<f64> {
    const THINGS: u16 = 60_000;
    let mut wins = vec![0_u32; peers.len()];
    for thing in 0..THINGS {
        let best =
            (0..peers.len()).max_by(|a, b| score(thing, &peers[*a]).total_cmp(&score(thing, &peers[*b]))).unwrap();
        wins[best] += 1;
    }
    wins.into_iter().map(|wins| f64::from(wins) / f64::from(THINGS)).collect()
}

fn slots_of(peers: &[Peer], balance: Balance) -> HashMap<&str, usize> {
    let mut counts: HashMap<&str, usize> = peers.iter().map(|peer| (peer.identity.as_str(), 0)).collect();
    for owner in assign(peers, balance) {
        *counts.get_mut(peers[owner.unwrap()].identity.as_str()).unwrap() += 1;
    }
    counts
}

fn owners(peers: &[Peer], balance: Balance) -> Vec<&str> {
    assign(peers, balance).into_iter().map(|owner| peers[owner.unwrap()].identity.as_str()).collect()
}

#[test]
fn equal_peers_get_equal_shares_whatever_their_names() {
    for count in [2, 3, 5, 10] {
        for peers in [stateful(count), deployed(count)] {
            let fair = 1.0 / count as f64;
            for (peer, share) in peers.iter().zip(shares(&peers)) {
                assert!((share / fair - 1.0).abs() < 0.05, "{} of {count} gets {share:.4}", peer.identity);
            }
        }
    }
}

#[test]
fn weights_have_effect() {
    for (light, heavy) in [(1, 3), (1, 9), (2, 6)] {
        let mut peers = stateful(2);
        (peers[0].weight, peers[1].weight) = (light, heavy);
        let fair = f64::from(heavy) / f64::from(light + heavy);
        let share = shares(&peers)[1];
        assert!((share / fair - 1.0).abs() < 0.03, "{light}:{heavy} gives {share:.4}");
    }
}

#[test]
fn slots_are_counted_out() {
    for count in [2, 3, 5, 10, 16] {
        for peers in [stateful(count), deployed(count)] {
            let most = *slots_of(&peers, Balance::Even).values().max().unwrap();
            assert_eq!(most, usize::from(SLOTS).div_ceil(count), "{count} peers");
        }
    }
    let mut peers = stateful(2);
    peers[1].weight = 3;
    assert_eq!(slots_of(&peers, Balance::Even)["controller-1"], 192);
}

/// The way of the whole: cluster to slot to owner. What slots lack in number shows here, as it will in a fleet.
#[test]
fn clusters_are_spread_evenly_over_equal_peers() {
    let peers = stateful(3);
    let owners = assign(&peers, Balance::Even);
    let mut counts = [0_u32; 3];
    for n in 0..20_000 {
        let key = ClusterKey::namespaced("fleet", format!("cluster-{n}")).unwrap();
        counts[owners[usize::from(slot_of(&key))].unwrap()] += 1;
    }
    for count in counts {
        assert!((f64::from(count) / (20_000.0 / 3.0) - 1.0).abs() < 0.05, "{counts:?}");
    }
}

#[test]
fn only_slots_of_the_peer_that_comes_or_goes_move_when_free() {
    for count in [2, 3, 5, 10] {
        let (few, many) = (stateful(count), stateful(count + 1));
        let newcomer = &many[count].identity;
        for (before, after) in owners(&few, Balance::Free).into_iter().zip(owners(&many, Balance::Free)) {
            assert!(before == after || after == newcomer, "a slot moved from {before} to {after}");
        }
    }
}

#[test]
fn hardly_more_slots_than_those_of_the_peer_that_comes_or_goes_move_when_even() {
    for count in [2, 3, 5, 10] {
        let (few, many) = (stateful(count), stateful(count + 1));
        let moved =
            owners(&few, Balance::Even).iter().zip(owners(&many, Balance::Even)).filter(|(a, b)| *a != b).count();
        let least = usize::from(SLOTS) / (count + 1);
        assert!(moved >= least - count && moved <= least + usize::from(SLOTS) / 10, "{moved} moved, {least} had to");
    }
}

#[test]
fn nobody_owns_anything_when_nobody_has_weight() {
    assert!(assign(&[], Balance::Even).iter().all(Option::is_none));
    let idle = [Peer { identity: "a".into(), weight: 0 }];
    assert!(assign(&idle, Balance::Free).iter().all(Option::is_none));
}

#[test]
fn a_peer_without_weight_gets_nothing() {
    let mut peers = stateful(3);
    peers[1].weight = 0;
    assert_eq!(slots_of(&peers, Balance::Even)["controller-1"], 0);
    assert_eq!(slots_of(&peers, Balance::Free)["controller-1"], 0);
}

/// Replicas of two releases run side by side during a roll-out; they must agree.
#[test]
fn slots_and_scores_are_the_same_in_every_release() {
    let peer = Peer { identity: "controller-0".into(), weight: 1 };
    assert_eq!(slot_of(&ClusterKey::namespaced("fleet", "prod-eu").unwrap()), 74);
    assert_eq!(format!("{:.6}", score(7, &peer)), "3.736299");
}

proptest! {
    #[test]
    fn the_order_of_peers_does_not_matter(count in 1_usize..8, turn in 0_usize..8, weights in proptest::collection::vec(0_u32..5, 8)) {
        let mut peers = stateful(count);
        peers.iter_mut().zip(weights).for_each(|(peer, weight)| peer.weight = weight);
        prop_assume!(peers.iter().any(|peer| peer.weight > 0));
        let mut turned = peers.clone();
        turned.rotate_left(turn % count);
        for balance in [Balance::Even, Balance::Free] {
            prop_assert_eq!(owners(&peers, balance), owners(&turned, balance));
        }
    }

    #[test]
    fn scores_are_finite_and_rise_with_weight(slot in 0..SLOTS, identity in ".{0,20}", weight in 1_u32..1_000_000) {
        let light = score(slot, &Peer { identity: identity.clone(), weight });
        let heavy = score(slot, &Peer { identity, weight: weight + 1 });
        prop_assert!(light.is_finite() && light > 0.0 && heavy > light);
    }

    #[test]
    fn every_slot_has_one_owner(count in 1_usize..12) {
        let peers = deployed(count);
        prop_assert_eq!(assign(&peers, Balance::Even).iter().flatten().count(), usize::from(SLOTS));
    }
}
