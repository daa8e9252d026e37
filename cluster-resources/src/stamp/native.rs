//! The marks of this family: whose an object is, and a hash of what it was made from. No time stamp, so that an object that is as
//! declared is never written.

use std::sync::Arc;

use serde_json::{Map, Value};

use super::{Ownership, Stamp, StampScheme, foreign};
use crate::policy::Actor;
use crate::resource::Resource;

/// What the marks begin with, unless another prefix is chosen.
pub const PREFIX: &str = "mooring.dev";

const INTEGRATION: &str = "integration";
const VERSION: &str = "integration-version";
const CALLER: &str = "caller";
const HASH: &str = "declared-hash";

/// Marks objects with annotations `<prefix>/integration`, `<prefix>/integration-version`, `<prefix>/declared-hash` and, where there are
/// callers, `<prefix>/caller`.
///
/// An object is of this integration whatever version of it marked it.
#[derive(Debug, Clone)]
pub struct NativeScheme {
    integration: Arc<str>,
    version: Arc<str>,
    caller: Option<Arc<str>>,
    names: Names,
}

#[derive(Debug, Clone)]
struct Names {
    integration: String,
    version: String,
    caller: String,
    hash: String,
}

impl Names {
    fn new(prefix: &str) -> Self {
        let name = |mark: &str| format!("{prefix}/{mark}");
        Self { integration: name(INTEGRATION), version: name(VERSION), caller: name(CALLER), hash: name(HASH) }
    }
}

impl NativeScheme {
    /// Marks of this actor. A declaration's own caller comes before the actor's.
    #[must_use]
    pub fn new(actor: &Actor) -> Self {
        Self {
            integration: actor.integration.clone(),
            version: actor.version.clone(),
            caller: actor.caller.clone(),
            names: Names::new(PREFIX),
        }
    }

    /// The same under another prefix: a DNS name such as `apps.example.com`, without the slash.
    #[must_use]
    pub fn with_prefix(mut self, prefix: &str) -> Self {
        self.names = Names::new(prefix);
        self
    }
}

impl StampScheme for NativeScheme {
    fn hash(&self, resource: &Resource) -> Arc<str> {
        resource.hash().clone()
    }

    fn stamp(&self, resource: &Resource) -> Vec<(String, String)> {
        let mut marks = vec![
            (self.names.integration.clone(), self.integration.to_string()),
            (self.names.version.clone(), self.version.to_string()),
            (self.names.hash.clone(), resource.hash().to_string()),
        ];
        if let Some(caller) = resource.caller().or(self.caller.as_deref()) {
            marks.push((self.names.caller.clone(), caller.to_owned()));
        }
        marks
    }

    fn read(&self, live: &Value) -> Stamp {
        let annotations = annotations(live);
        let mark = |name: &str| annotations?.get(name)?.as_str().map(Arc::from);
        Stamp {
            integration: mark(&self.names.integration),
            version: mark(&self.names.version),
            caller: mark(&self.names.caller),
            hash: mark(&self.names.hash),
        }
    }

    fn ownership(&self, live: &Value, caller: Option<&str>) -> Ownership {
        super::decide(self.read(live), &self.integration, caller, || foreign::claimed_by(live))
    }

    fn is_mark(&self, annotation: &str) -> bool {
        let names = &self.names;
        [&names.integration, &names.version, &names.caller, &names.hash].iter().any(|name| *name == annotation)
    }
}

/// Whether an annotation is a mark under the usual prefix.
pub(crate) fn is_default_mark(annotation: &str) -> bool {
    let mark = annotation.strip_prefix(PREFIX).and_then(|rest| rest.strip_prefix('/'));
    mark.is_some_and(|mark| [INTEGRATION, VERSION, CALLER, HASH].contains(&mark))
}

/// Which integration marked a live object under the usual prefix.
pub(super) fn integration(live: &Value) -> Option<&str> {
    let annotations = annotations(live)?;
    let mark = |name: &str| name.strip_prefix(PREFIX).and_then(|rest| rest.strip_prefix('/')) == Some(INTEGRATION);
    annotations.iter().find(|(name, _)| mark(name))?.1.as_str()
}

pub(super) fn annotations(live: &Value) -> Option<&Map<String, Value>> {
    live.get("metadata")?.get("annotations")?.as_object()
}

#[cfg(test)]
mod tests;
