//! Which instance of a connection: a number that only rises, and the time it was made; knows nothing of connections.

use std::fmt;

use jiff::{Timestamp, Unit};
use k8s_openapi::apimachinery::pkg::apis::meta::v1 as meta;
use serde::{Deserialize, Serialize};

/// A point in time that survives a Kubernetes status: microseconds, UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(from = "meta::MicroTime", into = "meta::MicroTime")]
pub struct MicroTime(Timestamp);

impl MicroTime {
    /// Cuts a time off at the microsecond, towards the past.
    #[must_use]
    pub fn from_timestamp(time: Timestamp) -> Self {
        Self(
            time.round(jiff::TimestampRound::new().smallest(Unit::Microsecond).mode(jiff::RoundMode::Floor))
                .unwrap_or(time),
        )
    }

    /// The time now.
    #[must_use]
    pub fn now() -> Self {
        Self::from_timestamp(Timestamp::now())
    }

    /// As a timestamp.
    #[must_use]
    pub fn timestamp(self) -> Timestamp {
        self.0
    }
}

impl From<Timestamp> for MicroTime {
    fn from(time: Timestamp) -> Self {
        Self::from_timestamp(time)
    }
}

impl From<meta::MicroTime> for MicroTime {
    fn from(time: meta::MicroTime) -> Self {
        Self::from_timestamp(time.0)
    }
}

impl From<MicroTime> for meta::MicroTime {
    fn from(time: MicroTime) -> Self {
        Self(time.0)
    }
}

impl fmt::Display for MicroTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.6}", self.0)
    }
}

/// One instance of a cluster's client.
///
/// `generation` strictly rises for a key as long as the process lives, whatever the clock does and whatever errors came between;
/// `connected_at` is what an object's status shows and what other processes compare.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[allow(clippy::exhaustive_structs, reason = "two facts that belong together; users build it from a status")]
pub struct Revision {
    /// Rises with each new instance; starts at 1.
    pub generation: u64,
    /// When this instance was connected.
    pub connected_at: MicroTime,
}

impl Revision {
    /// The revision after `previous`: the next generation, and a time that is later even when the clock is not.
    #[must_use]
    pub fn following(previous: Option<Self>, now: Timestamp) -> Self {
        let now = MicroTime::from_timestamp(now);
        match previous {
            None => Self { generation: 1, connected_at: now },
            Some(previous) => {
                let soonest =
                    previous.connected_at.0.checked_add(std::time::Duration::from_micros(1)).unwrap_or(Timestamp::MAX);
                Self { generation: previous.generation.saturating_add(1), connected_at: MicroTime(now.0.max(soonest)) }
            }
        }
    }
}

impl fmt::Display for Revision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "generation {} of {}", self.generation, self.connected_at)
    }
}

/// What an object that stands for a cluster shows of a revision.
///
/// An object whose writer counts generations shows both members; one that was written by somebody else may show the time only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[allow(clippy::exhaustive_structs, reason = "two facts that belong together; users read it from a status")]
pub struct StatusRevision {
    /// The generation, if the object shows one.
    pub generation: Option<u64>,
    /// When the connection was made.
    pub connected_at: MicroTime,
}

impl StatusRevision {
    /// A status that shows a time only.
    #[must_use]
    pub fn timestamp(connected_at: impl Into<MicroTime>) -> Self {
        Self { generation: None, connected_at: connected_at.into() }
    }
}

impl From<Revision> for StatusRevision {
    fn from(revision: Revision) -> Self {
        Self { generation: Some(revision.generation), connected_at: revision.connected_at }
    }
}

impl fmt::Display for StatusRevision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.generation {
            Some(generation) => Revision { generation, connected_at: self.connected_at }.fmt(f),
            None => self.connected_at.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(micros: i64) -> Timestamp {
        Timestamp::from_microsecond(micros).unwrap()
    }

    #[test]
    fn the_first_revision_has_generation_one_and_the_time_of_the_clock() {
        let first = Revision::following(None, "2026-03-01T12:00:00.000001999Z".parse().unwrap());
        assert_eq!(first.to_string(), "generation 1 of 2026-03-01T12:00:00.000001Z");
    }

    #[test]
    fn a_second_revision_in_the_same_microsecond_is_later() {
        let first = Revision::following(None, at(7));
        let second = Revision::following(Some(first), at(7));
        assert_eq!((second.generation, second.connected_at.timestamp()), (2, at(8)));
    }

    #[test]
    fn a_revision_survives_json() {
        let revision = Revision::following(None, Timestamp::now());
        let json = serde_json::to_string(&revision).unwrap();
        assert_eq!(serde_json::from_str::<Revision>(&json).unwrap(), revision);
    }

    #[test]
    fn the_end_of_time_is_no_panic() {
        let last = Revision { generation: u64::MAX, connected_at: MicroTime::from_timestamp(Timestamp::MAX) };
        assert_eq!(Revision::following(Some(last), Timestamp::MIN).generation, u64::MAX);
    }

    proptest! {
        #[test]
        fn revisions_strictly_rise_whatever_the_clock_does(
            clock in proptest::collection::vec(prop_oneof![Just(5_i64), -1_000..1_000_i64, any::<i32>().prop_map(i64::from)], 1..50)
        ) {
            let mut previous: Option<Revision> = None;
            for reading in clock {
                let next = Revision::following(previous, at(reading));
                if let Some(previous) = previous {
                    prop_assert_eq!(next.generation, previous.generation + 1);
                    prop_assert!(next.connected_at > previous.connected_at);
                    prop_assert!(next.connected_at.timestamp() >= at(reading));
                }
                previous = Some(next);
            }
        }

        #[test]
        fn a_time_is_cut_off_towards_the_past(nanos in -4_000_000_000_000_i128..4_000_000_000_000) {
            let time = Timestamp::from_nanosecond(nanos).unwrap();
            let cut = MicroTime::from_timestamp(time).timestamp();
            prop_assert!(cut <= time);
            prop_assert_eq!(cut.as_nanosecond(), nanos.div_euclid(1_000) * 1_000);
        }
    }
}
