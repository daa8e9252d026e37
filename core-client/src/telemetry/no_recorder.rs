//! Stands where the recorder stands with feature `metrics`. Costs nothing.

use std::sync::Weak;
use std::time::Duration;

use ::http::{Method, StatusCode};

use crate::error::Error;
use crate::http::client::Inner;

#[derive(Debug)]
pub(crate) struct Recorder;

impl Recorder {
    pub(crate) fn watch(&self, _client: Weak<Inner>) {}

    pub(crate) fn finished(
        &self,
        _method: &Method,
        _operation: &'static str,
        _outcome: Result<StatusCode, &Error>,
        _took: Duration,
    ) {
    }

    pub(crate) fn retried(&self, _method: &Method, _operation: &'static str) {}

    pub(crate) fn rotated(&self, _in_use: bool) {}
}
