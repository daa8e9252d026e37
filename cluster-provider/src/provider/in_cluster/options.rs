//! What may be tuned of what is done in a cluster. Values only.

use std::time::Duration;

use cluster_resources::policy::{Actor, InventoryConfig};

/// How resource sets are kept in clusters, and how long to wait for what. All have defaults.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct InClusterOptions {
    /// Who writes: the field manager is `<tool>/<integration>`, and sets of other tools or integrations are left alone.
    /// Default: `mooring` and `cluster-provider`.
    pub actor: Actor,
    /// Namespace of the parent objects of sets, which has to exist. Default: `default`.
    pub set_namespace: String,
    /// Time to connect to a cluster and to prove who it is. Default: 30 s.
    pub connect_timeout: Duration,
    /// Time for a look at a cluster. Default: 15 s.
    pub probe_timeout: Duration,
    /// How long a namespace may take until it is active, or a definition until it is established. Default: 60 s.
    pub gate_timeout: Duration,
    /// How long a deleted object is waited for; what may go only after it waits for the next call then. Default: 10 s.
    pub deletion_wait: Duration,
    /// How long requests in flight may take when a connection is closed. Default: 10 s.
    pub drain: Duration,
}

impl Default for InClusterOptions {
    fn default() -> Self {
        Self {
            actor: Actor::new("mooring", "cluster-provider", env!("CARGO_PKG_VERSION")),
            set_namespace: "default".to_owned(),
            connect_timeout: Duration::from_secs(30),
            probe_timeout: Duration::from_secs(15),
            gate_timeout: Duration::from_secs(60),
            deletion_wait: Duration::from_secs(10),
            drain: Duration::from_secs(10),
        }
    }
}

impl InClusterOptions {
    /// Sets [`actor`](Self::actor).
    #[must_use]
    pub fn with_actor(mut self, actor: Actor) -> Self {
        self.actor = actor;
        self
    }

    /// Sets [`set_namespace`](Self::set_namespace).
    #[must_use]
    pub fn with_set_namespace(mut self, namespace: impl Into<String>) -> Self {
        self.set_namespace = namespace.into();
        self
    }

    /// Sets [`connect_timeout`](Self::connect_timeout).
    #[must_use]
    pub fn with_connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// Sets [`probe_timeout`](Self::probe_timeout).
    #[must_use]
    pub fn with_probe_timeout(mut self, timeout: Duration) -> Self {
        self.probe_timeout = timeout;
        self
    }

    /// Sets [`gate_timeout`](Self::gate_timeout).
    #[must_use]
    pub fn with_gate_timeout(mut self, timeout: Duration) -> Self {
        self.gate_timeout = timeout;
        self
    }

    /// Sets [`deletion_wait`](Self::deletion_wait).
    #[must_use]
    pub fn with_deletion_wait(mut self, wait: Duration) -> Self {
        self.deletion_wait = wait;
        self
    }

    /// Where the parent of a set is kept: a ConfigMap, as that can be read with fewer rights than a Secret. It holds no object of the set.
    pub(super) fn inventory(&self, set: &str) -> InventoryConfig {
        InventoryConfig::new(self.set_namespace.as_str(), parent_name(set)).in_config_map()
    }
}

/// What parents are called before the names of their sets, so that none is taken for an ordinary ConfigMap.
const PARENT_PREFIX: &str = "resource-set-";

/// The name of the parent of a set.
pub(super) fn parent_name(set: &str) -> String {
    format!("{PARENT_PREFIX}{set}")
}

/// The set whose parent has this name.
pub(super) fn set_of_parent(parent: &str) -> Option<&str> {
    parent.strip_prefix(PARENT_PREFIX).filter(|set| !set.is_empty())
}
