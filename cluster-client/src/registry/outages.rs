//! Which proxies and jump hosts are down, and which one of the clusters behind each looks whether it is back. Knows nothing of dialling, and
//! of clusters only their numbers.
//!
//! A dead jump host is one trouble, however many clusters are behind it: they wait for it together, one of them tries, and when it is back
//! all of them go at once, spread over a moment.

use std::collections::HashMap;
use std::time::Duration;

use rand::Rng;
use tokio::time::Instant;

use super::slot::InstanceId;
use crate::path::{Hop, HopError, PathError, Route};
use crate::revision::MicroTime;

/// How far apart clusters go, on average, that waited for the same hop; and within which time all have gone.
const APART: Duration = Duration::from_millis(10);
const ALL_WITHIN: Duration = Duration::from_secs(5);

/// How many different routes through one hop are remembered as dead. Clusters with others find out by themselves.
const MAX_ROUTES: usize = 16;

/// For how long it is remembered that a hop is back: longer than an attempt takes that began before.
const BACK: Duration = Duration::from_secs(600);

/// A proxy or jump host that is down, and what that means for the fleet; see [`Registry::outages`](super::Registry::outages).
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct PathOutage {
    /// Which one.
    pub hop: Hop,
    /// What is wrong with it.
    pub error: HopError,
    /// Since when the registry knows.
    pub since: MicroTime,
    /// How many clusters lead through it; those with an application's own way count when they were tried.
    pub clusters: usize,
    /// How many of them cannot be connected because of it; the others have connections from before.
    pub waiting: usize,
}

/// Every hop that is down.
#[derive(Debug, Default)]
pub(super) struct Outages {
    down: HashMap<Hop, Outage>,
    /// Those that came back lately, and when.
    back: Vec<(Hop, Instant)>,
}

#[derive(Debug)]
struct Outage {
    error: HopError,
    since: MicroTime,
    clusters: usize,
    waiting: usize,
    /// Who looks whether it is back.
    scout: Option<InstanceId>,
    /// How often the scout failed.
    failures: u32,
    /// Ways that were found dead: whoever has the same one need not try.
    routes: Vec<Route>,
}

// === impl Outages ===

impl Outages {
    /// A hop is down; `clusters` lead through it. Says whether that is news.
    pub(super) fn begin(&mut self, hop: &Hop, error: &HopError, clusters: impl FnOnce() -> usize) -> bool {
        if self.down.contains_key(hop) {
            return false;
        }
        let outage = Outage {
            error: error.clone(),
            since: MicroTime::now(),
            clusters: clusters(),
            waiting: 0,
            scout: None,
            failures: 0,
            routes: Vec::new(),
        };
        self.down.insert(hop.clone(), outage);
        true
    }

    /// One more cluster waits for a hop that is down. The number of failed tries, when it is this one that is to try again.
    pub(super) fn join(&mut self, hop: &Hop, id: InstanceId, route: &Route) -> Option<u32> {
        let outage = self.down.get_mut(hop)?;
        outage.waiting += 1;
        if outage.routes.len() < MAX_ROUTES && !outage.routes.contains(route) {
            outage.routes.push(route.clone());
        }
        self.try_again(hop, id)
    }

    /// A cluster that waits is told no once more, or is asked to take over: the number of failed tries, when it is the one that tries.
    pub(super) fn try_again(&mut self, hop: &Hop, id: InstanceId) -> Option<u32> {
        let outage = self.down.get_mut(hop)?;
        if *outage.scout.get_or_insert(id) != id {
            return None;
        }
        outage.failures = outage.failures.saturating_add(1);
        Some(outage.failures)
    }

    /// A cluster waits no more. Says whether somebody else has to look now.
    pub(super) fn leave(&mut self, hop: &Hop, id: InstanceId) -> bool {
        let Some(outage) = self.down.get_mut(hop) else { return false };
        outage.waiting = outage.waiting.saturating_sub(1);
        if outage.scout != Some(id) {
            return false;
        }
        outage.scout = None;
        true
    }

    /// The hop is back, or gone. Since when it was down, if it was.
    pub(super) fn end(&mut self, hop: &Hop, now: Instant) -> Option<MicroTime> {
        self.back.retain(|(known, at)| known != hop && now.duration_since(*at) < BACK);
        self.back.push((hop.clone(), now));
        self.down.remove(hop).map(|outage| outage.since)
    }

    /// Whether nobody waits for a hop.
    pub(super) fn is_deserted(&self, hop: &Hop) -> bool {
        self.down.get(hop).is_some_and(|outage| outage.waiting == 0)
    }

    /// Whether a hop came back after something began that says it is down.
    pub(super) fn is_back_since(&self, hop: &Hop, begun: Instant) -> bool {
        self.back.iter().any(|(known, at)| known == hop && begun < *at)
    }

    /// Why this very way is dead, if it was found so.
    pub(super) fn dead(&self, route: &Route) -> Option<PathError> {
        let (hop, outage) = self.down.iter().find(|(_, outage)| outage.routes.contains(route))?;
        Some(PathError::Hop { hop: hop.clone(), source: outage.error.clone() })
    }

    /// What is down on a way that did not lead anywhere in time.
    pub(super) fn on_the_way(&self, route: &Route) -> Option<PathError> {
        if self.down.is_empty() {
            return None;
        }
        let hop = route.hops().into_iter().find(|hop| self.down.contains_key(hop))?;
        let source = self.down.get(&hop)?.error.clone();
        Some(PathError::Hop { hop, source })
    }

    pub(super) fn hops(&self) -> Vec<Hop> {
        self.down.keys().cloned().collect()
    }

    /// Everything that is down, in order of address.
    pub(super) fn list(&self) -> Vec<PathOutage> {
        let outage = |(hop, outage): (&Hop, &Outage)| PathOutage {
            hop: hop.clone(),
            error: outage.error.clone(),
            since: outage.since,
            clusters: outage.clusters.max(outage.waiting),
            waiting: outage.waiting,
        };
        let mut list: Vec<_> = self.down.iter().map(outage).collect();
        list.sort_by_cached_key(|one| (one.hop.at.to_string(), one.hop.kind.as_str()));
        list
    }
}

/// When one of `waiting` clusters goes that waited for the same hop: soon, and not all at the same time.
pub(super) fn spread(waiting: usize, rng: &mut impl Rng) -> Duration {
    let waiting = u32::try_from(waiting).unwrap_or(u32::MAX);
    APART.saturating_mul(waiting.saturating_sub(1)).min(ALL_WITHIN).mul_f64(rng.random())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rand::SeedableRng as _;
    use rand::rngs::StdRng;

    use super::*;
    use crate::path::{HopKind, Target};

    fn hop(name: &str) -> Hop {
        Hop::new(HopKind::HttpProxy, Target::new(name, 3128))
    }

    fn route(name: &str) -> Route {
        Route::from_proxy_url(&format!("http://{name}:3128")).unwrap()
    }

    fn down(name: &str) -> Outages {
        let mut outages = Outages::default();
        assert!(outages.begin(&hop(name), &HopError::LoginRequired, || 3));
        assert!(!outages.begin(&hop(name), &HopError::Lost, || 9), "it is down already");
        outages
    }

    #[test]
    fn one_of_those_behind_a_hop_tries_and_another_takes_over() {
        let (mut outages, proxy) = (down("proxy"), hop("proxy"));
        assert_eq!(outages.join(&proxy, InstanceId(1), &route("proxy")), Some(1));
        assert_eq!(outages.join(&proxy, InstanceId(2), &route("proxy")), None);
        assert_eq!(outages.try_again(&proxy, InstanceId(1)), Some(2));
        assert!(!outages.leave(&proxy, InstanceId(2)) && outages.leave(&proxy, InstanceId(1)));
        assert_eq!(outages.join(&proxy, InstanceId(3), &route("proxy")), Some(3));
        let list = outages.list();
        assert_eq!((list.len(), list[0].clusters, list[0].waiting), (1, 3, 1));
    }

    #[test]
    fn only_the_way_that_was_found_dead_need_not_be_tried() {
        let (mut outages, proxy) = (down("proxy"), hop("proxy"));
        assert!(outages.dead(&route("proxy")).is_none(), "nobody has tried it");
        outages.join(&proxy, InstanceId(1), &route("proxy"));
        assert_eq!(outages.dead(&route("proxy")).unwrap().hop(), Some(&proxy));
        // Another login at the same proxy may be let in.
        let other = Route::from_proxy_url("http://user:word@proxy:3128").unwrap();
        assert!(outages.dead(&other).is_none() && outages.dead(&Route::Direct).is_none());
        // And yet it is what was to blame when no answer came.
        assert_eq!(outages.on_the_way(&other).unwrap().hop(), Some(&proxy));
        assert!(outages.on_the_way(&Route::Direct).is_none());
    }

    #[tokio::test(start_paused = true)]
    async fn what_began_before_a_hop_came_back_says_nothing_of_it() {
        let (mut outages, proxy) = (down("proxy"), hop("proxy"));
        let before = Instant::now();
        assert!(!outages.is_back_since(&proxy, before));
        tokio::time::advance(Duration::from_secs(1)).await;
        assert!(outages.end(&proxy, Instant::now()).is_some());
        assert!(outages.is_back_since(&proxy, before) && !outages.is_back_since(&proxy, Instant::now()));
        for n in 0..1000 {
            tokio::time::advance(Duration::from_secs(1)).await;
            outages.end(&hop(&n.to_string()), Instant::now());
        }
        assert!(outages.back.len() <= 601, "{}", outages.back.len());
    }

    proptest! {
        #[test]
        fn whoever_waited_goes_soon(waiting in 0_usize..100_000, seed: u64) {
            let wait = spread(waiting, &mut StdRng::seed_from_u64(seed));
            prop_assert!(wait <= ALL_WITHIN && wait <= APART * u32::try_from(waiting).unwrap());
        }
    }
}
