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
                Self { generation: previous.generation + 1, connected_at: MicroTime(now.0.max(soonest)) }
            }
        }
    }
}

impl fmt::Display for Revision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "generation {} of {}", self.generation, self.connected_at)
    }
}
