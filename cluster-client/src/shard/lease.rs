//! The Leases that replicas keep: how they are named and labelled, and what is read from them. Pure: it knows nothing of who writes them.
//!
//! | Lease | Name | Label | Annotations |
//! |---|---|---|---|
//! | membership, one per replica | `<group>-peer-<hash of identity>` | `mooring.dev/peer=true` | `mooring.dev/identity`, `mooring.dev/weight` |
//! | fence, one per slot | `<group>-slot-<number>` | `mooring.dev/slot=<number>` | |
//!
//! Both kinds carry `app.kubernetes.io/part-of=mooring` and `mooring.dev/group=<group>`. The names are injective: a hash stands for what
//! cannot be a name, and names of clusters occur in none.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use k8s_openapi::api::coordination::v1::{Lease, LeaseSpec};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::{MicroTime, ObjectMeta};
use sha2::{Digest, Sha256};

/// Label that marks every Lease of this family.
pub const PART_OF: &str = "app.kubernetes.io/part-of";
/// Label with the group of replicas that share clusters.
pub const GROUP: &str = "mooring.dev/group";
/// Label that marks a replica's membership.
pub const PEER: &str = "mooring.dev/peer";
/// Label with the number of a fence's slot.
pub const SLOT: &str = "mooring.dev/slot";
/// Annotation with a replica's name as it is.
pub const IDENTITY: &str = "mooring.dev/identity";
/// Annotation with a replica's weight, a decimal number.
pub const WEIGHT: &str = "mooring.dev/weight";

/// What a Lease is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum What {
    /// This replica's membership.
    Peer,
    /// A slot's fence.
    Slot(u16),
}

/// Who this replica is, in the words of its Leases.
#[derive(Debug, Clone)]
pub(super) struct Names {
    pub(super) group: String,
    pub(super) identity: String,
    /// Identity and a word of this start's own: two replicas of one name are still two holders.
    pub(super) holder: String,
    pub(super) weight: u32,
}

impl Names {
    pub(super) fn new(group: &str, identity: &str, weight: u32, start: u32) -> Self {
        let holder = format!("{identity}_{start:08x}");
        Self { group: group.to_owned(), identity: identity.to_owned(), holder, weight }
    }

    pub(super) fn name(&self, what: What) -> String {
        match what {
            What::Peer => format!("{}-peer-{}", self.group, short_hash(&self.identity)),
            What::Slot(slot) => format!("{}-slot-{slot:03}", self.group),
        }
    }

    /// The selector of all Leases of the group.
    pub(super) fn selector(&self) -> String {
        format!("{PART_OF}=mooring,{GROUP}={}", self.group)
    }

    /// A Lease held by this replica from now on: a new one, or the old one taken over. Every taking over counts, even from oneself.
    pub(super) fn acquired(
        &self,
        what: What,
        old: Option<&Lease>,
        seconds: i32,
        at_least: i32,
        now: Timestamp,
    ) -> Lease {
        let mut lease = old.cloned().unwrap_or_default();
        let transitions = lease.spec.as_ref().and_then(|spec| spec.lease_transitions).unwrap_or_default();
        let mut labels = BTreeMap::from([(PART_OF.into(), "mooring".into()), (GROUP.into(), self.group.clone())]);
        let mut annotations = BTreeMap::new();
        match what {
            What::Peer => {
                labels.insert(PEER.into(), "true".into());
                annotations.insert(IDENTITY.into(), self.identity.clone());
                annotations.insert(WEIGHT.into(), self.weight.to_string());
            }
            What::Slot(slot) => drop(labels.insert(SLOT.into(), slot.to_string())),
        }
        lease.metadata = ObjectMeta { name: Some(self.name(what)), ..lease.metadata };
        lease.metadata.labels.get_or_insert_default().extend(labels);
        lease.metadata.annotations.get_or_insert_default().extend(annotations);
        let spec = lease.spec.get_or_insert_default();
        spec.holder_identity = Some(self.holder.clone());
        spec.lease_duration_seconds = Some(seconds);
        spec.lease_transitions = Some(transitions.max(at_least).saturating_add(1));
        touch(spec, now);
        spec.acquire_time = spec.renew_time.clone();
        lease
    }
}

/// The same Lease, renewed.
pub(super) fn renewed(lease: &Lease, now: Timestamp) -> Lease {
    let mut lease = lease.clone();
    touch(lease.spec.get_or_insert_default(), now);
    lease
}

/// The same Lease, held by nobody.
pub(super) fn released(lease: &Lease, now: Timestamp) -> Lease {
    let mut lease = renewed(lease, now);
    lease.spec.get_or_insert_default().holder_identity = None;
    lease
}

/// Others look for a change of this time, not at what it says: it changes even when the clock does not.
fn touch(spec: &mut LeaseSpec, now: Timestamp) {
    let soonest = spec.renew_time.as_ref().and_then(|last| last.0.checked_add(SignedDuration::from_micros(1)).ok());
    spec.renew_time = Some(MicroTime(soonest.map_or(now, |soonest| soonest.max(now))));
}

/// What the Leases of a group say, read once.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Record {
    pub(super) kind: Kind,
    /// Who holds it; absent when nobody does.
    pub(super) holder: Option<String>,
    pub(super) seconds: i32,
    pub(super) transitions: i32,
    pub(super) renewed: Option<Timestamp>,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Kind {
    Peer { identity: String, weight: u32 },
    Slot(u16),
}

impl Record {
    /// Reads a Lease; `None` when it is none of ours, whatever its labels say.
    pub(super) fn read(names: &Names, lease: &Lease) -> Option<Self> {
        let labels = lease.metadata.labels.as_ref()?;
        let annotation = |name: &str| lease.metadata.annotations.as_ref().and_then(|annotations| annotations.get(name));
        let spec = lease.spec.as_ref()?;
        let kind = match labels.get(SLOT) {
            Some(slot) => {
                let slot: u16 = slot.parse().ok().filter(|slot| *slot < super::score::SLOTS)?;
                (lease.metadata.name.as_deref() == Some(names.name(What::Slot(slot)).as_str()))
                    .then_some(Kind::Slot(slot))?
            }
            None => {
                labels.get(PEER).filter(|peer| *peer == "true")?;
                let weight = annotation(WEIGHT).and_then(|weight| weight.parse().ok()).unwrap_or(1);
                Kind::Peer { identity: annotation(IDENTITY)?.clone(), weight }
            }
        };
        Some(Self {
            kind,
            holder: spec.holder_identity.clone().filter(|holder| !holder.is_empty()),
            seconds: spec.lease_duration_seconds.unwrap_or_default().max(1),
            transitions: spec.lease_transitions.unwrap_or_default(),
            renewed: spec.renew_time.as_ref().map(|time| time.0),
        })
    }
}

/// The identity in a holder's name.
pub(super) fn identity_of(holder: &str) -> &str {
    holder.rsplit_once('_').map_or(holder, |(identity, _)| identity)
}

/// 64 bits of SHA-256, which nobody makes collide by choosing names.
fn short_hash(text: &str) -> String {
    let digest = Sha256::digest(text.as_bytes());
    let bits = digest.iter().take(8).fold(0_u64, |bits, byte| bits << 8 | u64::from(*byte));
    format!("{bits:016x}")
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use proptest::prelude::*;

    use super::*;

    fn names(identity: &str) -> Names {
        Names::new("fleet", identity, 3, 7)
    }

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn names_that_a_sanitiser_would_confuse_are_different_leases() {
        let identities = ["a/b", "a-b", "a_b", "a.b", "A-B", "a-b-", &"a".repeat(300), &"a".repeat(301), "", "ä"];
        let leases: HashSet<_> = identities.iter().map(|identity| names(identity).name(What::Peer)).collect();
        assert_eq!(leases.len(), identities.len());
    }

    #[test]
    fn a_peer_lease_carries_labels_and_the_name_as_it_is() {
        let lease = names("a/b").acquired(What::Peer, None, 20, 0, at(5));
        let labels = lease.metadata.labels.as_ref().unwrap();
        assert_eq!(
            (labels[PART_OF].as_str(), labels[GROUP].as_str(), labels[PEER].as_str()),
            ("mooring", "fleet", "true")
        );
        let annotations = lease.metadata.annotations.as_ref().unwrap();
        assert_eq!((annotations[IDENTITY].as_str(), annotations[WEIGHT].as_str()), ("a/b", "3"));
        let record = Record::read(&names("other"), &lease).unwrap();
        assert_eq!(record.kind, Kind::Peer { identity: "a/b".into(), weight: 3 });
        assert_eq!(identity_of(record.holder.as_deref().unwrap()), "a/b");
    }

    #[test]
    fn every_taking_over_counts_and_renewing_and_releasing_do_not() {
        let names = names("a");
        let first = names.acquired(What::Slot(9), None, 20, 0, at(5));
        let record = Record::read(&names, &first).unwrap();
        assert_eq!((record.kind, record.transitions), (Kind::Slot(9), 1));
        let after = released(&renewed(&first, at(6)), at(7));
        let record = Record::read(&names, &after).unwrap();
        assert_eq!((record.transitions, record.holder), (1, None));
        assert_eq!(
            Record::read(&names, &names.acquired(What::Slot(9), Some(&after), 20, 0, at(8))).unwrap().transitions,
            2
        );
        let recreated = names.acquired(What::Slot(9), None, 20, 41, at(8));
        assert_eq!(
            Record::read(&names, &recreated).unwrap().transitions,
            42,
            "what was seen before a deletion is not repeated"
        );
    }

    #[test]
    fn foreign_and_broken_leases_are_none_of_ours() {
        let names = names("a");
        let good = names.acquired(What::Slot(9), None, 20, 0, at(5));
        let with = |change: fn(&mut Lease)| {
            let mut lease = good.clone();
            change(&mut lease);
            Record::read(&names, &lease)
        };
        assert!(with(|_| {}).is_some());
        assert!(with(|lease| lease.metadata.labels = None).is_none());
        assert!(with(|lease| lease.spec = None).is_none());
        assert!(with(|lease| lease.metadata.name = Some("fleet-slot-010".into())).is_none(), "one slot, one lease");
        assert!(
            with(|lease| drop(lease.metadata.labels.as_mut().unwrap().insert(SLOT.into(), "256".into()))).is_none()
        );
        assert!(with(|lease| drop(lease.metadata.labels.as_mut().unwrap().insert(SLOT.into(), "-1".into()))).is_none());
        assert!(with(|lease| drop(lease.metadata.labels.as_mut().unwrap().remove(SLOT))).is_none());
    }

    #[test]
    fn a_weight_that_cannot_be_read_is_one() {
        let mut lease = names("a").acquired(What::Peer, None, 20, 0, at(5));
        lease.metadata.annotations.as_mut().unwrap().insert(WEIGHT.into(), "heavy".into());
        assert_eq!(Record::read(&names("a"), &lease).unwrap().kind, Kind::Peer { identity: "a".into(), weight: 1 });
    }

    proptest! {
        #[test]
        fn renewing_is_a_change_whatever_the_clock_does(clock in proptest::collection::vec(-5_i64..5, 1..20)) {
            let names = names("a");
            let mut lease = names.acquired(What::Slot(1), None, 20, 0, at(0));
            for reading in clock {
                let next = renewed(&lease, at(reading));
                prop_assert!(Record::read(&names, &next).unwrap().renewed > Record::read(&names, &lease).unwrap().renewed);
                lease = next;
            }
        }

        #[test]
        fn names_are_names_for_kubernetes(identity in ".{0,80}", slot in 0_u16..256) {
            for name in [names(&identity).name(What::Peer), names(&identity).name(What::Slot(slot))] {
                prop_assert!(name.len() <= 63 && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-'));
            }
            let start = names(&identity).holder;
            prop_assert_eq!(identity_of(&start), identity);
        }
    }
}
