//! Many clusters behind one runtime.
//!
//! A fleet shares its certificate authority, its TLS configuration and its administrator, so that hundreds of clusters
//! start in the time of a few; each has its own port, objects, faults and counters. What an application needs to
//! discover them (kubeconfigs, kubeconfig Secrets, Cluster API and ClusterProfile objects) is in [`mod@objects`].
//!
//! ```
//! # #[tokio::main]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use fake_cluster::fleet::Fleet;
//!
//! let fleet = Fleet::start(3).await?;
//! assert_eq!(fleet.clusters()[2].name(), "cluster-2");
//! assert!(fleet.kubeconfig().contains("cluster-2"));
//! fleet.shutdown().await;
//! # Ok(())
//! # }
//! ```

pub mod objects;
#[cfg(test)]
mod tests;

use futures::future::join_all;

use crate::api::Verb;
use crate::server::{FakeCluster, FakeClusterOptions, Identity, StartError};

/// Running clusters that share their certificates.
#[derive(Debug)]
pub struct Fleet {
    clusters: Vec<FakeCluster>,
}

/// How a fleet is made. Everything has a default.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct FleetOptions {
    /// What the names of clusters begin with; a number follows. Default: `cluster-`.
    pub prefix: String,
    /// How each cluster behaves; its name is replaced, and its seed is moved on by its number.
    pub cluster: FakeClusterOptions,
    /// Whether every cluster has a certificate authority of its own, which costs some time and memory. Default: no.
    pub separate_authorities: bool,
}

/// What happened on the wires of all clusters together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Totals {
    /// TCP connections accepted.
    pub accepts: u64,
    /// TLS handshakes finished.
    pub handshakes: u64,
    /// Requests of all verbs.
    pub requests: u64,
    /// Lists.
    pub lists: u64,
    /// Watches opened.
    pub watches: u64,
    /// Requests that change objects.
    pub writes: u64,
}

// === impl FleetOptions ===

impl Default for FleetOptions {
    fn default() -> Self {
        Self { prefix: "cluster-".into(), cluster: FakeClusterOptions::default(), separate_authorities: false }
    }
}

impl FleetOptions {
    /// Sets [`FleetOptions::prefix`].
    #[must_use]
    pub fn with_prefix(mut self, prefix: impl Into<String>) -> Self {
        self.prefix = prefix.into();
        self
    }

    /// Sets [`FleetOptions::cluster`].
    #[must_use]
    pub fn with_cluster(mut self, options: FakeClusterOptions) -> Self {
        self.cluster = options;
        self
    }

    /// Gives every cluster a certificate authority of its own.
    #[must_use]
    pub fn with_separate_authorities(mut self) -> Self {
        self.separate_authorities = true;
        self
    }
}

// === impl Fleet ===

impl Fleet {
    /// Starts `n` clusters with default options.
    ///
    /// # Errors
    /// When there are not enough ports.
    pub async fn start(n: usize) -> Result<Self, StartError> {
        Self::start_with(n, FleetOptions::default()).await
    }

    /// Starts `n` clusters.
    ///
    /// # Errors
    /// When there are not enough ports.
    pub async fn start_with(n: usize, options: FleetOptions) -> Result<Self, StartError> {
        let ports = ports(options.cluster.port, n)?;
        let shared = Identity::new(options.prefix.trim_end_matches('-'))?;
        let mut clusters = Vec::with_capacity(n);
        for (number, port) in ports.into_iter().enumerate() {
            let name = format!("{}{number}", options.prefix);
            let seed = options.cluster.seed.wrapping_add(number as u64);
            let own = if options.separate_authorities { Some(Identity::new(&name)?) } else { None };
            let cluster = options.cluster.clone().with_name(name).with_seed(seed).with_port(port);
            clusters.push(FakeCluster::start_as(cluster, own.as_ref().unwrap_or(&shared)).await?);
        }
        Ok(Self { clusters })
    }

    /// The clusters, by number.
    pub fn clusters(&self) -> &[FakeCluster] {
        &self.clusters
    }

    /// The cluster of that name.
    pub fn get(&self, name: &str) -> Option<&FakeCluster> {
        self.clusters.iter().find(|cluster| cluster.name() == name)
    }

    /// A kubeconfig with one context for each cluster, called as the cluster is; the first one is current.
    pub fn kubeconfig(&self) -> String {
        objects::merged_kubeconfig(&self.clusters)
    }

    /// What happened on the wires of all clusters.
    pub fn totals(&self) -> Totals {
        self.clusters.iter().fold(Totals::default(), |total, cluster| {
            let counters = cluster.counters();
            Totals {
                accepts: total.accepts + counters.accepts(),
                handshakes: total.handshakes + counters.handshakes(),
                requests: total.requests + counters.all_requests(),
                lists: total.lists + counters.requests(Verb::List),
                watches: total.watches + counters.requests(Verb::Watch),
                writes: total.writes + counters.writes(),
            }
        })
    }

    /// Stops all clusters and waits until every task has ended.
    pub async fn shutdown(self) {
        join_all(self.clusters.into_iter().map(FakeCluster::shutdown)).await;
    }
}

/// The port of each cluster.
fn ports(first: u16, clusters: usize) -> Result<Vec<u16>, StartError> {
    if first == 0 {
        return Ok(vec![0; clusters]);
    }
    let ports: Vec<u16> = (first..=u16::MAX).take(clusters).collect();
    if ports.len() == clusters { Ok(ports) } else { Err(StartError::NotEnoughPorts { first, clusters }) }
}
