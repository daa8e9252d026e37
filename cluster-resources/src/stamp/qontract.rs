//! The `qontract.*` marks of app-sre's qontract-reconcile, read and written bit for bit as it does, so that a fleet can move over
//! object by object. Its hash is blind to what its canonical form leaves out; [`NativeScheme`](super::native::NativeScheme) is not.

mod canonical;
mod equal;
mod python;

use std::sync::Arc;

use jiff::Timestamp;
use serde_json::Value;

pub use self::canonical::{canonicalize, sha256sum};
pub use self::equal::legacy_equal;
use super::native::annotations;
use super::{Ownership, Stamp, StampScheme, foreign};
use crate::policy::Actor;
use crate::resource::Resource;

const INTEGRATION: &str = "qontract.integration";
const VERSION: &str = "qontract.integration_version";
const HASH: &str = "qontract.sha256sum";
const UPDATE: &str = "qontract.update";
const CALLER: &str = "qontract.caller_name";
const MARKS: [&str; 5] = [INTEGRATION, VERSION, HASH, UPDATE, CALLER];

/// Marks objects as qontract-reconcile does: `qontract.integration`, `qontract.integration_version`, `qontract.sha256sum`, where there
/// are callers `qontract.caller_name`, and when asked for `qontract.update`.
///
/// An object is of this integration whatever version of it marked it; what the original makes of versions is
/// [`QontractCompat::legacy_owned`].
#[derive(Debug, Clone)]
pub struct QontractCompat {
    integration: Arc<str>,
    version: Arc<str>,
    caller: Option<Arc<str>>,
    update: Option<Timestamp>,
}

impl QontractCompat {
    /// Marks of this actor. A declaration's own caller comes before the actor's.
    #[must_use]
    pub fn new(actor: &Actor) -> Self {
        Self {
            integration: actor.integration.clone(),
            version: actor.version.clone(),
            caller: actor.caller.clone(),
            update: None,
        }
    }

    /// The same with the time of the run as `qontract.update`, in UTC and whole seconds. Every object that is applied is then written,
    /// so give it only to what is written anyway.
    #[must_use]
    pub fn with_update(mut self, now: Timestamp) -> Self {
        self.update = Some(now);
        self
    }

    /// Whether the original would count a live object as its own: of the same integration, hashed, and marked by a version with the
    /// same major number. A version that is none, on either side, and it does not.
    #[must_use]
    pub fn legacy_owned(&self, live: &Value) -> bool {
        let major = |text: &str| semver::Version::parse(text).ok().map(|version| version.major);
        let same_major = mark(live, VERSION).and_then(major).is_some_and(|theirs| major(&self.version) == Some(theirs));
        let hashed = annotations(live).and_then(|marks| marks.get(HASH)).is_some_and(|hash| !hash.is_null());
        integration(live) == Some(&self.integration) && same_major && hashed
    }
}

impl StampScheme for QontractCompat {
    fn hash(&self, resource: &Resource) -> Arc<str> {
        sha256sum(resource.body()).into()
    }

    fn stamp(&self, resource: &Resource) -> Vec<(String, String)> {
        let mut marks = vec![
            (INTEGRATION.to_owned(), self.integration.to_string()),
            (VERSION.to_owned(), self.version.to_string()),
            (HASH.to_owned(), sha256sum(resource.body())),
        ];
        if let Some(caller) = resource.caller().or(self.caller.as_deref()) {
            marks.push((CALLER.to_owned(), caller.to_owned()));
        }
        if let Some(now) = self.update {
            marks.push((UPDATE.to_owned(), now.strftime("%Y-%m-%dT%H:%M:%S+00:00").to_string()));
        }
        marks
    }

    fn read(&self, live: &Value) -> Stamp {
        let read = |name| mark(live, name).map(Arc::from);
        Stamp { integration: read(INTEGRATION), version: read(VERSION), caller: read(CALLER), hash: read(HASH) }
    }

    fn ownership(&self, live: &Value, caller: Option<&str>) -> Ownership {
        super::decide(self.read(live), &self.integration, caller, || foreign::claimed_by(live))
    }

    fn is_mark(&self, annotation: &str) -> bool {
        is_mark(annotation)
    }
}

/// Whether the hash that a live object is marked with is the hash of what it is now.
#[must_use]
pub fn has_valid_sha256sum(live: &Value) -> bool {
    mark(live, HASH).is_some_and(|hash| hash == sha256sum(live))
}

/// Whether an annotation is one of these marks.
pub(crate) fn is_mark(annotation: &str) -> bool {
    MARKS.contains(&annotation)
}

/// Which integration marked a live object.
pub(super) fn integration(live: &Value) -> Option<&str> {
    mark(live, INTEGRATION)
}

fn mark<'a>(live: &'a Value, name: &str) -> Option<&'a str> {
    annotations(live)?.get(name)?.as_str()
}

#[cfg(test)]
mod tests;
