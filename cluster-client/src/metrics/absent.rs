//! Stands where the recorder stands with feature `metrics`. Costs nothing.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::error::ErrorClass;
use crate::key::ClusterKey;

pub(crate) type Of<'a> = (&'a ClusterKey, &'a BTreeMap<String, String>);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rotation {
    Credential,
    Connection,
}

#[derive(Debug)]
pub(crate) struct Recorder;

impl Recorder {
    pub(crate) fn connected(&self, _of: Of<'_>, _outcome: Result<(), ErrorClass>, _took: Duration) {}

    pub(crate) fn probed(&self, _of: Of<'_>, _outcome: Result<(), ErrorClass>) {}

    pub(crate) fn rotated(&self, _of: Of<'_>, _rotation: Rotation, _outcome: Result<(), ErrorClass>) {}

    pub(crate) fn relabelled(
        &mut self,
        _key: &ClusterKey,
        _old: &BTreeMap<String, String>,
        _new: &BTreeMap<String, String>,
    ) {
    }

    pub(crate) fn enter(&mut self, _of: Of<'_>) {}

    pub(crate) fn forget(&mut self, _of: Of<'_>) {}
}
