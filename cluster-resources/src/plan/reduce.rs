//! How much of an object is kept once it was compared with its declaration, so that a fleet fits into memory.

use serde_json::{Map, Value};

use super::claim::{Claim, claim};
use super::compare::compare_in;
use super::membership::Membership;
use crate::desired::Desired;
use crate::observed::{LiveBody, LiveObject};
use crate::policy::Policy;

/// Keeps of a live object what a plan needs: nothing but its version when it is ours, as declared, and nothing about it is worth
/// reporting; its metadata (without `managedFields` and copies of manifests) when nothing is declared for it; everything otherwise.
///
/// `None` for an object without UID and resource version, which no API server sends.
#[must_use]
pub fn reduce(live: Value, desired: Option<&Desired>, policy: &Policy) -> Option<LiveObject> {
    reduce_in(live, desired, policy, Membership::of(policy).as_ref())
}

/// The same for a set that is known.
pub(crate) fn reduce_in(
    live: Value,
    desired: Option<&Desired>,
    policy: &Policy,
    set: Option<&Membership>,
) -> Option<LiveObject> {
    let Some(desired) = desired else { return LiveObject::new(metadata_of(live), false) };
    let resource = &desired.resource;
    let settled = {
        let quiet = |value: &Value| value.pointer("/metadata/deletionTimestamp").is_none_or(Value::is_null);
        quiet(&live) && claim(&live, resource, policy, set) == Claim::Ours && {
            let comparison = compare_in(resource, &live, policy, set);
            comparison.in_sync && comparison.foreign.is_empty() && comparison.controller.is_none()
        }
    };
    let mut object = LiveObject::new(live, true)?;
    if settled {
        object.body = LiveBody::InSync { hash: policy.scheme.hash(resource) };
    }
    Some(object)
}

fn metadata_of(live: Value) -> Value {
    let Value::Object(live) = live else { return Value::Null };
    let mut kept: Map<_, _> =
        live.into_iter().filter(|(key, _)| matches!(key.as_str(), "apiVersion" | "kind" | "metadata")).collect();
    if let Some(Value::Object(metadata)) = kept.get_mut("metadata") {
        metadata.remove("managedFields");
        if let Some(Value::Object(annotations)) = metadata.get_mut("annotations") {
            annotations.remove("kubectl.kubernetes.io/last-applied-configuration");
        }
    }
    Value::Object(kept)
}

#[cfg(test)]
mod tests;
