//! What is gone or broken stays as it was for a while; knows nothing of files.

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use tokio::time::Instant;

use super::ledger::Ledger;
use super::{ClusterSink, SourceError};
use crate::key::ClusterKey;
use crate::spec::ClusterSpec;

/// What a source finds each time it looks.
pub(super) type Found = BTreeMap<ClusterKey, Result<ClusterSpec, SourceError>>;

/// Tells a sink what was found; of what was good, that it is gone or broken only when it has been so for the grace time.
pub(super) struct Patience {
    ledger: Ledger,
    grace: Duration,
    since: HashMap<ClusterKey, Instant>,
}

impl Patience {
    pub(super) fn new(sink: ClusterSink, grace: Duration) -> Self {
        Self { ledger: Ledger::new(sink), grace, since: HashMap::new() }
    }

    /// Takes everything that was found at `now`.
    pub(super) fn settle(&mut self, now: Instant, found: &Found) {
        for key in self.ledger.keys() {
            if !found.contains_key(&key) && self.is_over(&key, now) {
                self.since.remove(&key);
                self.ledger.gone(&key);
            }
        }
        for (key, found) in found {
            match found {
                Ok(spec) => {
                    self.since.remove(key);
                    self.ledger.present(key.clone(), spec.clone());
                }
                Err(error) => {
                    if !self.ledger.is_good(key) || self.is_over(key, now) {
                        self.ledger.rejected(key.clone(), error.clone());
                    }
                }
            }
        }
    }

    /// What was never good is not waited for.
    fn is_over(&mut self, key: &ClusterKey, now: Instant) -> bool {
        if !self.ledger.was_good(key) {
            return true;
        }
        let since = *self.since.entry(key.clone()).or_insert(now);
        now.saturating_duration_since(since) >= self.grace
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::testing::{Recording, key, spec};

    fn found(entries: &[(&str, bool)]) -> Found {
        let error = || SourceError::NotInCluster { variable: "X" };
        entries
            .iter()
            .map(|(name, good)| (key(name), if *good { Ok(spec("https://c")) } else { Err(error()) }))
            .collect()
    }

    /// What is said, second by second.
    fn said(steps: &[&[(&str, bool)]]) -> Vec<Vec<String>> {
        let recording = Recording::new();
        let mut patience = Patience::new(recording.sink(), Duration::from_secs(2));
        let start = Instant::now();
        steps
            .iter()
            .zip(0..)
            .map(|(step, second)| {
                recording.forget();
                patience.settle(start + Duration::from_secs(second), &found(step));
                recording.said().iter().map(|said| said.split(' ').next().unwrap().to_owned()).collect()
            })
            .collect()
    }

    #[test]
    fn what_is_gone_is_removed_after_the_grace_time() {
        assert_eq!(said(&[&[("a", true)], &[], &[], &[], &[]]), [vec!["+a"], vec![], vec![], vec!["-a"], vec![]]);
    }

    #[test]
    fn what_comes_back_in_time_was_never_gone() {
        let (there, gone): (&[_], &[_]) = (&[("a", true)], &[]);
        let quiet: Vec<Vec<String>> = vec![vec![]; 6];
        assert_eq!(said(&[there, gone, gone, there, gone, gone, there])[1..], quiet);
    }

    #[test]
    fn what_breaks_is_reported_after_the_grace_time_and_stays() {
        let (good, bad): (&[_], &[_]) = (&[("a", true)], &[("a", false)]);
        assert_eq!(
            said(&[good, bad, bad, bad, bad, good]),
            [vec!["+a"], vec![], vec![], vec!["!a"], vec![], vec!["+a"]]
        );
    }

    #[test]
    fn what_was_never_good_is_reported_and_removed_at_once() {
        assert_eq!(said(&[&[("a", false)], &[], &[]]), [vec!["!a"], vec!["-a"], vec![]]);
    }
}
