//! Counts nothing, without feature `metrics`.

use std::time::Duration;

use super::credential::CredentialKind;

#[derive(Clone, Debug)]
pub(super) struct Recorder;

impl Recorder {
    pub(super) fn called(&self, _: CredentialKind, _: &'static str, _: &'static str, _: Duration) {}

    pub(super) fn repeated(&self, _: &'static str) {}

    pub(super) fn waited(&self, _: &'static str, _: Duration) {}

    pub(super) fn token_fetched(&self, _: CredentialKind, _: bool) {}

    pub(super) fn cache(&self, _: &'static str) {}

    pub(super) fn remaining(&self, _: CredentialKind, _: &'static str, _: u64) {}
}
