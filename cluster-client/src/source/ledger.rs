//! What a source has pushed so far, so that only differences are pushed; knows nothing of where they come from.

use std::collections::HashMap;
use std::error::Error;
use std::fmt::Write as _;

use super::{ClusterSink, SourceError};
use crate::key::ClusterKey;
use crate::spec::{Change, ClusterSpec};

/// Pushes what differs from what was pushed before.
pub(super) struct Ledger {
    sink: ClusterSink,
    known: HashMap<ClusterKey, Known>,
}

#[derive(Default)]
struct Known {
    spec: Option<ClusterSpec>,
    // What was last told to be wrong, with its causes.
    error: Option<String>,
}

impl Ledger {
    pub(super) fn new(sink: ClusterSink) -> Self {
        Self { sink, known: HashMap::new() }
    }

    /// Whether the last word on a cluster was a description.
    pub(super) fn is_good(&self, key: &ClusterKey) -> bool {
        self.known.get(key).is_some_and(|known| known.spec.is_some() && known.error.is_none())
    }

    /// Whether there ever was a description of a cluster that is known.
    pub(super) fn was_good(&self, key: &ClusterKey) -> bool {
        self.known.get(key).is_some_and(|known| known.spec.is_some())
    }

    /// A cluster is there; pushed when it differs, or when it was wrong before.
    pub(super) fn present(&mut self, key: ClusterKey, spec: ClusterSpec) {
        let known = self.known.entry(key.clone()).or_default();
        let same = known.spec.as_ref().is_some_and(|old| spec.change_from(old) == Change::None);
        if same && known.error.is_none() {
            return;
        }
        known.error = None;
        known.spec = Some(spec.clone());
        tracing::debug!(cluster = %key, spec = %spec.fingerprint(), "a cluster was found, or changed");
        self.sink.upsert(key, spec);
    }

    /// A cluster cannot be described; told once for each error.
    pub(super) fn rejected(&mut self, key: ClusterKey, error: SourceError) {
        let told = with_causes(&error);
        let known = self.known.entry(key.clone()).or_default();
        if known.error.as_ref() == Some(&told) {
            return;
        }
        tracing::warn!(cluster = %key, error = told, "a cluster cannot be described");
        known.error = Some(told);
        self.sink.reject(key, error);
    }

    /// A cluster is gone.
    pub(super) fn gone(&mut self, key: &ClusterKey) {
        if self.known.remove(key).is_some() {
            tracing::debug!(cluster = %key, "a cluster is gone");
            self.sink.remove(key);
        }
    }

    /// Lets go of every cluster that is not to be kept.
    pub(super) fn retain(&mut self, keep: impl Fn(&ClusterKey) -> bool) {
        for key in self.keys() {
            if !keep(&key) {
                self.gone(&key);
            }
        }
    }

    pub(super) fn keys(&self) -> Vec<ClusterKey> {
        let mut keys: Vec<_> = self.known.keys().cloned().collect();
        keys.sort_unstable();
        keys
    }
}

/// An error and everything that caused it, in one line.
pub(super) fn with_causes(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        // Writing to a String cannot fail.
        write!(text, ": {cause}").unwrap_or_default();
        next = cause.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::testing::{Recording, key, spec};

    fn error() -> SourceError {
        SourceError::MissingKey { secret: "a/b".into(), key: "kubeconfig".into() }
    }

    #[test]
    fn only_differences_are_pushed() {
        let recording = Recording::new();
        let mut ledger = Ledger::new(recording.sink());
        ledger.present(key("a"), spec("https://a"));
        ledger.present(key("a"), spec("https://a"));
        ledger.present(key("a"), spec("https://b"));
        ledger.gone(&key("b"));
        ledger.gone(&key("a"));
        ledger.gone(&key("a"));
        assert_eq!(recording.said(), ["+a https://a/", "+a https://b/", "-a"]);
    }

    #[test]
    fn an_error_is_told_once_and_taken_back_by_the_same_description() {
        let recording = Recording::new();
        let mut ledger = Ledger::new(recording.sink());
        ledger.present(key("a"), spec("https://a"));
        ledger.rejected(key("a"), error());
        ledger.rejected(key("a"), error());
        ledger.present(key("a"), spec("https://a"));
        ledger.rejected(key("b"), error());
        ledger.gone(&key("b"));
        assert_eq!(
            recording.said(),
            [
                "+a https://a/",
                "!a Secret a/b has nothing under the key \"kubeconfig\"",
                "+a https://a/",
                "!b Secret a/b has nothing under the key \"kubeconfig\"",
                "-b",
            ]
        );
    }
}
