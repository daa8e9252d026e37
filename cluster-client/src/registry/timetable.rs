//! When which cluster is to be looked after next: one entry for each; knows nothing of what is to be done.

use std::collections::BTreeMap;

use tokio::time::Instant;

use super::slot::InstanceId;
use crate::key::ClusterKey;

/// At most one moment for each instance, in order.
#[derive(Debug, Default)]
pub(super) struct Timetable(BTreeMap<(Instant, InstanceId), ClusterKey>);

impl Timetable {
    /// Moves the entry of an instance from `old` to `new`, either of which may be none.
    pub(super) fn change(&mut self, key: &ClusterKey, id: InstanceId, old: Option<Instant>, new: Option<Instant>) {
        if old == new {
            return;
        }
        if let Some(old) = old {
            self.0.remove(&(old, id));
        }
        if let Some(new) = new {
            self.0.insert((new, id), key.clone());
        }
    }

    /// The earliest moment.
    pub(super) fn next(&self) -> Option<Instant> {
        self.0.first_key_value().map(|((when, _), _)| *when)
    }

    /// Takes out the first entry that is due at `now`.
    pub(super) fn pop_due(&mut self, now: Instant) -> Option<(ClusterKey, InstanceId)> {
        let entry = self.0.first_entry()?;
        if entry.key().0 > now {
            return None;
        }
        let ((_, id), key) = entry.remove_entry();
        Some((key, id))
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn entries_come_in_order_and_only_when_due() {
        let start = Instant::now();
        let at = |seconds| Some(start + Duration::from_secs(seconds));
        let (a, b) = (ClusterKey::new("a").unwrap(), ClusterKey::new("b").unwrap());
        let mut table = Timetable::default();
        table.change(&a, InstanceId(1), None, at(5));
        table.change(&b, InstanceId(2), None, at(3));
        table.change(&a, InstanceId(1), at(5), at(2));
        assert_eq!(table.next(), at(2));
        assert_eq!(table.pop_due(start), None);
        let now = start + Duration::from_secs(9);
        assert_eq!(table.pop_due(now), Some((a.clone(), InstanceId(1))));
        table.change(&b, InstanceId(2), at(3), None);
        assert_eq!(table.pop_due(now), None);
        assert_eq!(table.next(), None);
    }
}
