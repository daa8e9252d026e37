//! How an object says whose it is and what it was made from: the marks that are put on objects, and reading them back.

mod foreign;
pub mod native;
pub mod qontract;

pub(crate) use foreign::tracked_by;

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::resource::Resource;

/// The marks found on an object.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Stamp {
    /// Which integration put it there.
    pub integration: Option<Arc<str>>,
    /// Version of the integration.
    pub version: Option<Arc<str>>,
    /// On behalf of which caller.
    pub caller: Option<Arc<str>>,
    /// Hash of the declaration it was made from.
    pub hash: Option<Arc<str>>,
}

/// Whose an object is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum Ownership {
    /// Of this integration and, where there are callers, of this caller.
    Ours,
    /// Of this integration, for another caller (or for none, when there is one now).
    OtherCaller(Option<Arc<str>>),
    /// Of another integration or tool, by name.
    Other(Arc<str>),
    /// Nobody's.
    Nobody,
}

/// A way of marking objects.
///
/// Implementations are pure: the same declaration gives the same marks, but for marks that are declared volatile.
pub trait StampScheme: fmt::Debug + Send + Sync {
    /// Hash of a declaration, as [`StampScheme::stamp`] writes it.
    fn hash(&self, resource: &Resource) -> Arc<str>;

    /// The annotations to put on an object made from this declaration.
    fn stamp(&self, resource: &Resource) -> Vec<(String, String)>;

    /// What the marks on a live object (or on its metadata alone) say.
    fn read(&self, live: &Value) -> Stamp;

    /// Whose a live object is by its marks, for this integration and caller.
    fn ownership(&self, live: &Value, caller: Option<&str>) -> Ownership;

    /// Whether an annotation is one of this scheme's, so that no report shows it and no comparison counts it.
    fn is_mark(&self, annotation: &str) -> bool;
}

/// Whose an object with these marks is. Without a caller, every caller's object of the integration is ours.
fn decide(
    stamp: Stamp,
    integration: &Arc<str>,
    caller: Option<&str>,
    claimed_by: impl FnOnce() -> Option<Arc<str>>,
) -> Ownership {
    match stamp.integration {
        Some(other) if other != *integration => Ownership::Other(other),
        Some(_) if caller.is_some() && stamp.caller.as_deref() != caller => Ownership::OtherCaller(stamp.caller),
        Some(_) => Ownership::Ours,
        None => claimed_by().map_or(Ownership::Nobody, Ownership::Other),
    }
}
