//! A ConfigMap that is read again for every pass.

use std::fmt;
use std::time::Duration;

use async_trait::async_trait;
use futures::stream::{self, BoxStream, StreamExt as _};
use k8s_openapi::api::core::v1::ConfigMap;
use kube::Api;

use super::parts::{Parts, is_list, parse};
use super::{DesiredClusters, DesiredStateSource, SourceError};

/// How long reading a ConfigMap may take, unless said otherwise.
const USUAL_TIMEOUT: Duration = Duration::from_secs(10);

/// The texts of a ConfigMap, each with a list `clusters`: those under keys that end in `.yaml`, `.yml` or `.json`, or the one under a key that
/// is [named](Self::with_key).
///
/// One that is not there is an error and not an empty list, and so is one without such a key. A text that cannot be read is left out and told,
/// and as long as there is one nothing is taken away. Needs the verb `get` on the ConfigMap.
#[derive(Clone)]
pub struct ConfigMapSource {
    name: String,
    api: Api<ConfigMap>,
    namespace: String,
    config_map: String,
    key: Option<String>,
    timeout: Duration,
}

/// Why a ConfigMap lists nothing.
#[derive(Debug, thiserror::Error)]
enum Missing {
    #[error("it is not there; one that lists nothing holds `clusters: []`")]
    ConfigMap,
    #[error("it has no key {0:?}")]
    Key(String),
    #[error("none of its keys ends in .yaml, .yml or .json; `clusters: []` under one of them lists nothing")]
    Keys,
    #[error("it was not read within {0:?}")]
    Answer(Duration),
}

// === impl ConfigMapSource ===

impl ConfigMapSource {
    /// The ConfigMap of this name; `name` is under which it owns clusters, and stays the same when the ConfigMap moves.
    pub fn new(
        name: impl Into<String>,
        client: kube::Client,
        namespace: impl Into<String>,
        config_map: impl Into<String>,
    ) -> Self {
        let namespace = namespace.into();
        let api = Api::namespaced(client, &namespace);
        Self { name: name.into(), api, namespace, config_map: config_map.into(), key: None, timeout: USUAL_TIMEOUT }
    }

    /// Only the text under this key, whatever it ends in.
    #[must_use]
    pub fn with_key(mut self, key: impl Into<String>) -> Self {
        self.key = Some(key.into());
        self
    }

    /// How long reading it may take; 10 seconds unless said otherwise.
    #[must_use]
    pub fn with_timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    fn place(&self) -> String {
        format!("ConfigMap {}/{}", self.namespace, self.config_map)
    }

    fn unreadable(&self, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> SourceError {
        SourceError::Unreadable { place: self.place(), source: source.into() }
    }

    fn read(&self, data: impl IntoIterator<Item = (String, String)>) -> Result<DesiredClusters, SourceError> {
        let mut parts = Parts::default();
        let mut none = true;
        for (key, text) in data {
            let wanted = self.key.as_ref().map_or_else(|| is_list(&key), |wanted| *wanted == key);
            if wanted {
                none = false;
                let place = format!("{}, key {key}", self.place());
                parts.add(&place, parse(&place, &text));
            }
        }
        match &self.key {
            Some(key) if none => Err(self.unreadable(Missing::Key(key.clone()))),
            None if none => Err(self.unreadable(Missing::Keys)),
            _ => Ok(parts.whole()),
        }
    }
}

#[async_trait]
impl DesiredStateSource for ConfigMapSource {
    fn name(&self) -> String {
        self.name.clone()
    }

    async fn load(&self) -> Result<DesiredClusters, SourceError> {
        let read = tokio::time::timeout(self.timeout, self.api.get_opt(&self.config_map)).await;
        let read = read.map_err(|_| self.unreadable(Missing::Answer(self.timeout)))?;
        let found = read.map_err(|error| self.unreadable(error))?;
        let found = found.ok_or_else(|| self.unreadable(Missing::ConfigMap))?;
        // The keys are sorted.
        self.read(found.data.unwrap_or_default())
    }

    /// None: it is read in every pass.
    fn changes(&self) -> BoxStream<'static, ()> {
        stream::pending().boxed()
    }
}

impl fmt::Debug for ConfigMapSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ConfigMapSource")
            .field("name", &self.name)
            .field("place", &self.place())
            .field("key", &self.key)
            .field("timeout", &self.timeout)
            .finish_non_exhaustive()
    }
}
