//! What is true of a cluster besides its status.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Whether something is so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[non_exhaustive]
pub enum ConditionStatus {
    /// It is.
    True,
    /// It is not.
    False,
    /// Nobody can tell.
    Unknown,
}

/// One thing that is true of a cluster, or not. The form is that of Kubernetes (`metav1.Condition`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Condition {
    /// What, in CamelCase; [`Condition`] has constants for those of this crate.
    #[serde(rename = "type")]
    pub kind: String,
    /// Whether it is so.
    pub status: ConditionStatus,
    /// Why, in one word of CamelCase.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
    /// Why, for people.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub message: String,
    /// Since when it has had this status; set when it is written into a record.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_transition_time: Option<Timestamp>,
}

/// The conditions of one cluster, one for each type, sorted by it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Vec<Condition>", into = "Vec<Condition>")]
pub struct Conditions(Vec<Condition>);

// === impl ConditionStatus ===

impl ConditionStatus {
    /// The word of it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::True => "True",
            Self::False => "False",
            Self::Unknown => "Unknown",
        }
    }
}

// === impl Condition ===

impl Condition {
    /// It answers and is well.
    pub const AVAILABLE: &'static str = "Available";
    /// There is room for more workloads.
    pub const CAPACITY_AVAILABLE: &'static str = "CapacityAvailable";
    /// Its size is changing.
    pub const SCALING: &'static str = "Scaling";
    /// Its version is changing.
    pub const UPGRADING: &'static str = "Upgrading";
    /// The provider says something else than the record.
    pub const DRIFTED: &'static str = "Drifted";
    /// The provider says something that this version does not know, or nothing.
    pub const STATUS_UNKNOWN: &'static str = "StatusUnknown";
    /// The provider does not have it any more; since then it is waited for.
    pub const PROVIDER_LOST: &'static str = "ProviderLost";
    /// Somebody has to do something at the provider.
    pub const USER_ACTION_REQUIRED: &'static str = "UserActionRequired";
    /// The resource sets are applied.
    pub const RESOURCES_APPLIED: &'static str = "ResourcesApplied";
    /// The identity provider is configured.
    pub const IDENTITY_PROVIDER_CONFIGURED: &'static str = "IdentityProviderConfigured";
    /// The domain of its applications is known.
    pub const DNS_KNOWN: &'static str = "DnsKnown";
    /// The machine pools are there.
    pub const MACHINE_POOLS_READY: &'static str = "MachinePoolsReady";
    /// The add-ons are there.
    pub const ADDONS_READY: &'static str = "AddonsReady";
    /// All that it should hold is there; `False` while something of it is under way.
    pub const SETTLED: &'static str = "Settled";
    /// What runs in it has reported that it is ready.
    pub const AGENT_READY: &'static str = "AgentReady";
    /// The reason of [`AGENT_READY`](Self::AGENT_READY) when it was ready before.
    pub const LOST: &'static str = "Lost";
    /// Deleting goes on, or waits, and for what.
    ///
    /// `False` while the provider has not been asked, with reason [`FORCED`](Self::FORCED) where workloads do not keep it; `True` from when it
    /// was asked.
    pub const DELETING: &'static str = "Deleting";
    /// The reason of [`DELETING`](Self::DELETING) when workloads do not keep the cluster.
    pub const FORCED: &'static str = "Forced";

    /// One condition.
    pub fn new(kind: impl Into<String>, status: ConditionStatus) -> Self {
        Self { kind: kind.into(), status, reason: String::new(), message: String::new(), last_transition_time: None }
    }

    /// It is so.
    pub fn yes(kind: impl Into<String>) -> Self {
        Self::new(kind, ConditionStatus::True)
    }

    /// It is not so.
    pub fn no(kind: impl Into<String>) -> Self {
        Self::new(kind, ConditionStatus::False)
    }

    /// Nobody can tell.
    pub fn unknown(kind: impl Into<String>) -> Self {
        Self::new(kind, ConditionStatus::Unknown)
    }

    /// Says why: a word and a sentence.
    #[must_use]
    pub fn because(mut self, reason: impl Into<String>, message: impl Into<String>) -> Self {
        self.reason = reason.into();
        self.message = message.into();
        self
    }

    /// The same but for time.
    fn says_what(&self, other: &Self) -> bool {
        self.kind == other.kind
            && self.status == other.status
            && self.reason == other.reason
            && self.message == other.message
    }
}

// === impl Conditions ===

impl Conditions {
    /// The one of this type.
    #[must_use]
    pub fn get(&self, kind: &str) -> Option<&Condition> {
        self.0.iter().find(|condition| condition.kind == kind)
    }

    /// Whether the one of this type is true.
    #[must_use]
    pub fn is_true(&self, kind: &str) -> bool {
        self.get(kind).is_some_and(|condition| condition.status == ConditionStatus::True)
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &Condition> {
        self.0.iter()
    }

    /// Writes one. The time changes only with the status. Whether anything changed.
    pub fn set(&mut self, condition: Condition, now: Timestamp) -> bool {
        match self.0.binary_search_by(|held| held.kind.cmp(&condition.kind)) {
            Ok(at) => {
                let held = &mut self.0[at];
                if held.says_what(&condition) {
                    return false;
                }
                let since = if held.status == condition.status { held.last_transition_time } else { Some(now) };
                *held = Condition { last_transition_time: since, ..condition };
            }
            Err(at) => self.0.insert(at, Condition { last_transition_time: Some(now), ..condition }),
        }
        true
    }

    /// Takes one away. Whether it was there.
    pub fn remove(&mut self, kind: &str) -> bool {
        let before = self.0.len();
        self.0.retain(|condition| condition.kind != kind);
        self.0.len() != before
    }
}

impl From<Vec<Condition>> for Conditions {
    /// Of several of one type, the last counts.
    fn from(all: Vec<Condition>) -> Self {
        let by_kind: std::collections::BTreeMap<String, Condition> =
            all.into_iter().map(|condition| (condition.kind.clone(), condition)).collect();
        Self(by_kind.into_values().collect())
    }
}

impl From<Conditions> for Vec<Condition> {
    fn from(conditions: Conditions) -> Self {
        conditions.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn time_changes_with_the_status_and_not_with_the_message() {
        let mut conditions = Conditions::default();
        assert!(conditions.set(Condition::yes("Available").because("Probe", "12 ms"), at(1)));
        assert!(!conditions.set(Condition::yes("Available").because("Probe", "12 ms"), at(2)));
        assert!(conditions.set(Condition::yes("Available").because("Probe", "13 ms"), at(3)));
        assert_eq!(conditions.get("Available").unwrap().last_transition_time, Some(at(1)));
        assert!(conditions.set(Condition::no("Available"), at(4)));
        assert_eq!(conditions.get("Available").unwrap().last_transition_time, Some(at(4)));
    }

    #[test]
    fn there_is_one_of_each_type() {
        let conditions = Conditions::from(vec![Condition::yes("B"), Condition::yes("A"), Condition::no("B")]);
        assert_eq!(conditions.iter().map(|one| one.kind.as_str()).collect::<Vec<_>>(), ["A", "B"]);
        assert!(!conditions.is_true("B"));
    }
}
