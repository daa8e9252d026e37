//! Whether a Lease is alive, judged by when it was seen to change here; knows nothing of other machines' clocks.
//!
//! Source: client-go's leader election, which compares records and counts from the local time of the last difference.

use std::collections::HashMap;
use std::time::Duration;

use tokio::time::Instant;

use super::lease::{Kind, Record};

/// Every Lease of the group as it was seen last, and since when it has not changed.
#[derive(Debug, Default)]
pub(super) struct Observer {
    seen: HashMap<String, (Record, Instant)>,
}

impl Observer {
    /// Takes in a whole list. What is not in it is gone.
    pub(super) fn observe(&mut self, listed: impl IntoIterator<Item = (String, Record)>, now: Instant) {
        let mut before = std::mem::take(&mut self.seen);
        self.seen = listed
            .into_iter()
            .map(|(name, record)| match before.remove(&name) {
                Some((old, since)) if old == record => (name, (record, since)),
                _ => (name, (record, now)),
            })
            .collect();
    }

    /// Who holds a Lease, if it is held and was seen to change within its duration.
    ///
    /// One that is seen for the first time counts as alive: it may be.
    pub(super) fn holder(&self, name: &str, now: Instant) -> Option<&str> {
        let (record, since) = self.seen.get(name)?;
        let alive = now < *since + Duration::from_secs(u64::from(record.seconds.unsigned_abs()));
        record.holder.as_deref().filter(|_| alive)
    }

    /// The replicas that are alive: name, weight and holder.
    pub(super) fn peers(&self, now: Instant) -> impl Iterator<Item = (&str, u32, &str)> {
        self.seen.iter().filter_map(move |(name, (record, _))| match &record.kind {
            Kind::Peer { identity, weight } => {
                self.holder(name, now).map(|holder| (identity.as_str(), *weight, holder))
            }
            Kind::Slot(_) => None,
        })
    }

    /// The membership of a replica that has been dead for so long that nobody will miss it.
    pub(super) fn long_dead(&self, now: Instant) -> Option<&str> {
        const DURATIONS: u32 = 10;
        self.seen.iter().find_map(|(name, (record, since))| {
            let limit = Duration::from_secs(u64::from(record.seconds.unsigned_abs())) * DURATIONS;
            (matches!(record.kind, Kind::Peer { .. }) && now > *since + limit).then_some(name.as_str())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shard::lease::{Names, What, released, renewed};

    fn record(weight: u32, renewals: usize) -> (String, Record) {
        let names = Names::new("fleet", "a", weight, 1);
        let mut lease = names.acquired(What::Peer, None, 20, 0, jiff::Timestamp::UNIX_EPOCH);
        (0..renewals).for_each(|_| lease = renewed(&lease, jiff::Timestamp::UNIX_EPOCH));
        (names.name(What::Peer), Record::read(&names, &lease).unwrap())
    }

    fn seconds(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn a_lease_lives_as_long_as_it_is_seen_to_change() {
        let (start, mut observer) = (Instant::now(), Observer::default());
        let name = record(1, 0).0;
        for (n, at) in [0, 15, 30].into_iter().enumerate() {
            observer.observe([record(1, n)], start + seconds(at));
        }
        assert!(observer.holder(&name, start + seconds(49)).is_some());
        observer.observe([record(1, 2)], start + seconds(49));
        assert!(observer.holder(&name, start + seconds(50)).is_none(), "seeing the same again is no sign of life");
        assert_eq!(observer.peers(start + seconds(50)).count(), 0);
        observer.observe([record(1, 3)], start + seconds(51));
        assert_eq!(observer.peers(start + seconds(51)).collect::<Vec<_>>(), [("a", 1, "a_00000001")]);
    }

    #[test]
    fn a_lease_that_was_never_seen_before_may_be_alive_however_old_it_says_it_is() {
        let (start, mut observer) = (Instant::now(), Observer::default());
        observer.observe([record(1, 0)], start);
        assert!(observer.holder(&record(1, 0).0, start + seconds(19)).is_some());
    }

    #[test]
    fn a_lease_that_was_released_or_deleted_is_held_by_nobody() {
        let (start, mut observer) = (Instant::now(), Observer::default());
        let names = Names::new("fleet", "a", 1, 1);
        let lease = names.acquired(What::Slot(3), None, 20, 0, jiff::Timestamp::UNIX_EPOCH);
        let name = names.name(What::Slot(3));
        observer.observe([(name.clone(), Record::read(&names, &lease).unwrap())], start);
        assert_eq!(observer.holder(&name, start), Some("a_00000001"));
        let lease = released(&lease, jiff::Timestamp::UNIX_EPOCH);
        observer.observe([(name.clone(), Record::read(&names, &lease).unwrap())], start);
        assert_eq!(observer.holder(&name, start), None);
        observer.observe([], start);
        assert_eq!(observer.holder(&name, start), None);
    }

    #[test]
    fn only_a_membership_that_is_long_dead_is_swept_up() {
        let (start, mut observer) = (Instant::now(), Observer::default());
        observer.observe([record(1, 0)], start);
        assert_eq!(observer.long_dead(start + seconds(200)), None);
        assert_eq!(observer.long_dead(start + seconds(201)), Some(record(1, 0).0.as_str()));
    }
}
