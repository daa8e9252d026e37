//! From a configuration to a factory.

use std::collections::HashMap;
use std::sync::Arc;

use http::HeaderValue;
use tokio_util::sync::CancellationToken;

use super::place::{InstanceClients, Parts};
use super::{GithubApi, Inner};
use crate::github::cache::{MemoryStore, ResponseStore};
use crate::github::instance::{GithubConfigError, Instance};
#[cfg(feature = "metrics")]
use crate::github::metrics::GithubMetrics;
use crate::github::metrics::Recorder;
use crate::github::options::GithubOptions;
use crate::github::time::{SystemTime, Time};

/// Puts a [`GithubApi`] together.
#[derive(Debug)]
#[must_use]
pub struct GithubApiBuilder {
    user_agent: String,
    instances: Vec<Instance>,
    options: GithubOptions,
    time: Option<Arc<dyn Time>>,
    store: Arc<dyn ResponseStore>,
    #[cfg(feature = "metrics")]
    metrics: GithubMetrics,
}

// === impl GithubApiBuilder ===

impl GithubApiBuilder {
    pub(super) fn new(user_agent: String) -> Self {
        Self {
            user_agent,
            instances: Vec::new(),
            options: GithubOptions::default(),
            time: None,
            store: Arc::new(MemoryStore::default()),
            #[cfg(feature = "metrics")]
            metrics: GithubMetrics::default(),
        }
    }

    /// Adds an instance.
    pub fn instance(mut self, instance: Instance) -> Self {
        self.instances.push(instance);
        self
    }

    /// How clients go about their calls.
    pub fn options(mut self, options: GithubOptions) -> Self {
        self.options = options;
        self
    }

    /// Another clock, for tests.
    pub fn time(mut self, time: impl Time + 'static) -> Self {
        self.time = Some(Arc::new(time));
        self
    }

    /// Another place to keep answers in; 32 MiB of memory otherwise.
    pub fn store(mut self, store: impl ResponseStore + 'static) -> Self {
        self.store = Arc::new(store);
        self
    }

    /// What to count into.
    #[cfg(feature = "metrics")]
    pub fn metrics(mut self, metrics: &GithubMetrics) -> Self {
        self.metrics = metrics.clone();
        self
    }

    /// The factory. Nothing is opened and nobody is asked; without instances it is an empty one.
    ///
    /// # Errors
    /// [`GithubConfigError`].
    pub fn build(self) -> Result<GithubApi, GithubConfigError> {
        let agent = self.user_agent.trim();
        let user_agent = HeaderValue::from_str(agent).ok().filter(|agent| !agent.is_empty());
        let Some(user_agent) = user_agent else {
            return Err(GithubConfigError::UserAgent { text: self.user_agent });
        };
        let stop = CancellationToken::new();
        let time = self.time.unwrap_or_else(|| Arc::new(SystemTime::new()));
        let options = Arc::new(self.options);
        let mut instances: HashMap<String, InstanceClients> = HashMap::new();
        for instance in self.instances {
            let base = instance.check()?;
            let same = instances.values().find(|other| other.is_at(&base) || other.name() == instance.name);
            if let Some(other) = same {
                return Err(GithubConfigError::Duplicate { first: other.name().to_owned(), second: instance.name });
            }
            #[cfg(feature = "metrics")]
            let recorder = Recorder::new(&self.metrics, &instance.name);
            #[cfg(not(feature = "metrics"))]
            let recorder = Recorder;
            let parts = Parts {
                base,
                user_agent: user_agent.clone(),
                options: Arc::clone(&options),
                time: Arc::clone(&time),
                store: Arc::clone(&self.store),
                recorder,
                stop: stop.clone(),
            };
            instances.insert(instance.name.clone(), InstanceClients::new(instance, parts));
        }
        Ok(GithubApi(Arc::new(Inner { instances, stop })))
    }
}
