//! Clusters that the application names itself; knows nothing of changes.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use tokio_util::sync::CancellationToken;

use super::{ClusterSink, ClusterSource, SourceError};
use crate::key::ClusterKey;
use crate::spec::ClusterSpec;

/// Clusters that are known from the start and do not change.
#[derive(Debug, Clone)]
pub struct Fixed {
    name: String,
    clusters: BTreeMap<ClusterKey, ClusterSpec>,
}

impl Fixed {
    /// A source without clusters.
    #[must_use]
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), clusters: BTreeMap::new() }
    }

    /// Adds a cluster; the last description of a key counts.
    #[must_use]
    pub fn with(mut self, key: ClusterKey, spec: ClusterSpec) -> Self {
        self.clusters.insert(key, spec);
        self
    }
}

#[async_trait]
impl ClusterSource for Fixed {
    fn name(&self) -> &str {
        &self.name
    }

    async fn run(self: Arc<Self>, sink: ClusterSink, stop: CancellationToken) -> Result<(), SourceError> {
        for (key, spec) in &self.clusters {
            sink.upsert(key.clone(), spec.clone());
        }
        sink.synced(&self.name);
        stop.cancelled().await;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::testing::{Recording, Running, key, spec};

    #[tokio::test]
    async fn fixed_clusters_are_pushed_once() {
        let recording = Recording::new();
        let source = Fixed::new("own").with(key("b"), spec("https://b")).with(key("a"), spec("https://a"));
        let running = Running::start(source, &recording);
        recording.wait_said("=own").await;
        assert_eq!(recording.said(), ["+a https://a/", "+b https://b/", "=own"]);
        running.stop().await.unwrap();
    }
}
