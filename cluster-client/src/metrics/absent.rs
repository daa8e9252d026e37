//! Stands where the recorder stands with feature `metrics`. Costs nothing.

use std::time::Duration;

use crate::error::ErrorClass;
use crate::key::ClusterKey;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rotation {
    Credential,
    Connection,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct Recorder;

impl Recorder {
    pub(crate) fn connected(&self, _key: &ClusterKey, _outcome: Result<(), ErrorClass>, _took: Duration) {}

    pub(crate) fn probed(&self, _key: &ClusterKey, _outcome: Result<(), ErrorClass>) {}

    pub(crate) fn rotated(&self, _key: &ClusterKey, _rotation: Rotation, _outcome: Result<(), ErrorClass>) {}

    pub(crate) fn forget(&self, _key: &ClusterKey) {}
}
