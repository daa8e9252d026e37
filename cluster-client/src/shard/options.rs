//! How quick and how careful replicas are with their Leases; knows nothing of what the Leases are for.

use std::time::Duration;

/// Times of a replica. Replicas of one group may differ in all of them.
///
/// The defaults are those of multicluster-runtime's sharded coordinator where it has the same parameter.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ShardOptions {
    /// How long a Lease is good after it was written, in whole seconds. Default: 20 s. Others take over that long after they last saw a
    /// change.
    pub lease_duration: Duration,
    /// How much earlier than that this replica stops of its own accord. Default: 4 s. It covers the time that work needs to stop, and clocks
    /// that run at different speeds.
    pub margin: Duration,
    /// How often a Lease is written. Default: 10 s, of which up to a fifth is taken off at random. With all 256 slots owned that makes some
    /// 28 writes a second, for any number of clusters and replicas.
    pub renew_every: Duration,
    /// How long to wait after a write that failed before the next one. Default: 1 s, of which up to a half is taken off at random.
    pub retry_after: Duration,
    /// How long a write may take. Default: 2 s.
    pub request_timeout: Duration,
    /// How often all Leases of the group are listed, some 150 KiB. Default: 5 s.
    pub observe_every: Duration,
    /// How long a replica only looks on after it has joined and seen the others, so that those who start together share. Default: 10 s.
    pub settle: Duration,
    /// How long work may take to end when a slot moves to another replica. Default: 30 s. A slot whose work has not ended by then is not
    /// released; its Lease runs out instead.
    pub drain: Duration,
    /// How long a slot is kept after its token was cancelled even when no work is known of. Default: 1 s. It is for work that is not tracked
    /// by [`Ownership`](super::Ownership) or a runtime.
    pub stop_grace: Duration,
}

impl Default for ShardOptions {
    fn default() -> Self {
        Self {
            lease_duration: Duration::from_secs(20),
            margin: Duration::from_secs(4),
            renew_every: Duration::from_secs(10),
            retry_after: Duration::from_secs(1),
            request_timeout: Duration::from_secs(2),
            observe_every: Duration::from_secs(5),
            settle: Duration::from_secs(10),
            drain: Duration::from_secs(30),
            stop_grace: Duration::from_secs(1),
        }
    }
}

impl ShardOptions {
    /// How long an ownership is good after the write that gave or renewed it began.
    pub(super) fn good_for(&self) -> Duration {
        self.lease_duration.saturating_sub(self.margin)
    }

    /// What is wrong, if anything is.
    pub(super) fn check(&self) -> Result<(), &'static str> {
        if self.lease_duration.is_zero()
            || self.lease_duration.subsec_nanos() != 0
            || i32::try_from(self.lease_duration.as_secs()).is_err()
        {
            return Err("lease_duration has to be a positive number of whole seconds");
        }
        if [self.renew_every, self.retry_after, self.request_timeout, self.observe_every].contains(&Duration::ZERO) {
            return Err("renew_every, retry_after, request_timeout and observe_every must not be zero");
        }
        if self.renew_every + 2 * self.request_timeout > self.good_for() {
            return Err(
                "lease_duration less margin has to leave room for renew_every and two tries of request_timeout",
            );
        }
        if self.observe_every >= self.lease_duration {
            return Err("observe_every has to be shorter than lease_duration");
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_leave_room_for_several_tries() {
        let options = ShardOptions::default();
        assert_eq!(options.check(), Ok(()));
        let tries = (options.good_for() - options.renew_every).as_secs_f64()
            / (options.request_timeout + options.retry_after).as_secs_f64();
        assert!(tries >= 2.0, "{tries}");
    }

    #[test]
    fn options_that_contradict_each_other_are_refused() {
        let with = |change: fn(&mut ShardOptions)| {
            let mut options = ShardOptions::default();
            change(&mut options);
            options.check()
        };
        assert!(with(|options| options.lease_duration = Duration::from_millis(1500)).is_err());
        assert!(with(|options| options.lease_duration = Duration::ZERO).is_err());
        assert!(with(|options| options.margin = Duration::from_secs(30)).is_err());
        assert!(with(|options| options.renew_every = Duration::from_secs(15)).is_err());
        assert!(with(|options| options.retry_after = Duration::ZERO).is_err());
        assert!(with(|options| options.observe_every = Duration::from_secs(20)).is_err());
    }
}
