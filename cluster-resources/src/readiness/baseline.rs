//! Judging an object from the version on that was applied, so that what it said before cannot pass.

use std::sync::Arc;

use jiff::Timestamp;
use serde_json::Value;

use super::{Readiness, Rules, Status, fields, readiness};

/// What the server answered when the object was applied.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Baseline {
    /// Its UID; any when absent.
    pub uid: Option<Arc<str>>,
    /// Its generation; any when absent.
    pub generation: Option<i64>,
}

impl Baseline {
    /// This UID and generation.
    pub fn new(uid: impl Into<Arc<str>>, generation: Option<i64>) -> Self {
        Self { uid: Some(uid.into()), generation }
    }
}

/// As [`readiness`], and never ready before the baseline is reached: an object of another UID is another object, one of an earlier
/// generation is a cached reading, and a status from before the applied generation is an old one.
#[must_use]
pub fn readiness_since(object: &Value, baseline: &Baseline, rules: &Rules, now: Timestamp) -> Readiness {
    let meta = object.get("metadata").unwrap_or(&Value::Null);
    let uid = meta.get("uid").and_then(Value::as_str);
    if let Some(applied) = baseline.uid.as_deref()
        && uid != Some(applied)
    {
        let message = format!("another object has its name now (UID {})", uid.unwrap_or("unknown"));
        return Readiness::new(Status::NotFound, "Replaced", message);
    }
    if let Some(applied) = baseline.generation {
        let generation = fields::integer(meta.get("generation"));
        if generation.is_none_or(|generation| generation < applied) {
            return Readiness::progressing("EarlierGeneration", format!("generation {applied} is not seen yet"));
        }
        let observed = fields::integer(object.pointer("/status/observedGeneration"));
        if let Some(observed) = observed.filter(|observed| *observed < applied) {
            let message = format!("its controller has seen generation {observed}, and {applied} was applied");
            return Readiness::progressing("LatestGenerationNotObserved", message);
        }
    }
    readiness(object, rules, now)
}
