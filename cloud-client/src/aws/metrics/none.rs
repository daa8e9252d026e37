//! Stands where the recorder stands with feature `metrics`. Costs nothing.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;

use super::StsOperation;

#[derive(Debug, Clone, Default)]
pub(super) struct Recorder;

impl Recorder {
    pub(super) fn asked_sts(&self, _operation: StsOperation, _outcome: &'static str, _took: Duration) {}

    pub(super) fn called(&self, _account: &Arc<str>, _status: Option<u16>, _took: Duration) {}

    pub(super) fn waited(&self, _account: &Arc<str>, _waited: Duration) {}

    pub(super) fn made(&self, _account: &Arc<str>, _outcome: &'static str, _expires: Option<Timestamp>) {}
}
