//! Clients for the clusters that an inventory lists, each made when it is first needed; knows nothing of reconciling.
//!
//! A [`ClusterMap`] is made from descriptions of clusters, or of namespaces with their clusters. It hands out one client for each cluster
//! and [`Role`]. What cannot be had is an error of its own for each cluster ([`MapError`]): a cluster without a token, without an address,
//! with a token that was made for another server, or one that is down never takes the others away. The first user of a cluster makes
//! its client, the rest wait for that; a failure is remembered for a while; the token is read again when the API server refuses it.
//!
//! ```no_run
//! use std::sync::Arc;
//! use cluster_client::connect::Connect;
//! use cluster_client::map::{ClusterMap, ClusterRecord, Role};
//! use cluster_client::secret::{SecretFiles, SecretLocator};
//!
//! # async fn doc(connect: Arc<dyn Connect>) -> Result<(), Box<dyn std::error::Error>> {
//! let prod = ClusterRecord::new("prod-1")
//!     .with_server_url("https://api.prod-1.example.com:6443")
//!     .with_token(Role::Ordinary, SecretLocator::new("clusters/prod-1"));
//! let map = ClusterMap::builder(connect, Arc::new(SecretFiles::new("/run/secrets")))
//!     .integration("openshift_namespaces")
//!     .from_clusters([prod])?;
//!
//! match map.get("prod-1", Role::Ordinary).await {
//!     Ok(cluster) => println!("{} runs {:?}", cluster.name(), cluster.server_version()),
//!     Err(error) if error.is_expected_skip() => {}
//!     Err(error) => eprintln!("{error}"),
//! }
//! map.close().await;
//! # Ok(()) }
//! ```
//!
//! Source: `OC_Map` and `OCMap` of `qontract-reconcile` (`reconcile/utils/oc.py`, `oc_map.py`).

mod client;
mod error;
mod filter;
mod jump;
mod make;
mod record;
mod select;
#[cfg(test)]
mod tests;
mod token;

use std::fmt;
use std::sync::{Arc, Mutex};

use core_client::pool::{Pool, PoolError, PoolOptions};

use self::make::{Maker, Use};
use self::select::{Selection, Wishes};
use crate::connect::Connect;
use crate::secret::SecretReader;

pub use self::client::{ClusterClient, ClusterHealth};
pub use self::error::{Exclusion, Level, MapError, MapInputError};
pub use self::filter::{Filtered, NamespaceFilter};
pub use self::jump::JumpHostRecord;
pub use self::record::{ClusterRecord, Disabled, NamespaceRecord, Role, TokenEntry};
pub use self::select::Zone;

/// Clients for the clusters that an inventory lists. Clones share them.
#[derive(Clone)]
pub struct ClusterMap(Pool<Maker>);

/// How a map is made.
#[must_use]
pub struct ClusterMapBuilder {
    connect: Arc<dyn Connect>,
    secrets: Arc<dyn SecretReader>,
    wishes: Wishes,
    options: PoolOptions,
}

/// How warming a map went, cluster by cluster.
#[derive(Debug)]
#[non_exhaustive]
pub struct MapReport {
    /// Clusters that are connected.
    pub ready: Vec<(String, Role)>,
    /// Clusters that are not, and why.
    pub failed: Vec<(Role, MapError)>,
    /// Clusters that were left out, and why.
    pub excluded: Vec<(String, Exclusion)>,
}

impl ClusterMapBuilder {
    /// Names the integration that uses the map: clusters that switch it off are left out. Underscores count as dashes.
    pub fn integration(mut self, name: impl AsRef<str>) -> Self {
        self.wishes.integration = Some(name.as_ref().replace('_', "-"));
        self
    }

    /// Keeps the clusters of a network zone; without it all of them.
    pub fn zone(mut self, zone: Zone) -> Self {
        self.wishes.zone = zone;
        self
    }

    /// Uses every cluster as its administrator: instead of the ordinary role in a map of clusters, beside it in a map of namespaces.
    pub fn cluster_admin(mut self) -> Self {
        self.wishes.cluster_admin = true;
        self
    }

    /// Sets how many clients are made at once, for how long one may be waited for, and the pauses after failures.
    pub fn options(mut self, options: PoolOptions) -> Self {
        self.options = options;
        self
    }

    /// A map of clusters, each in one role. No clusters make an empty map.
    ///
    /// # Errors
    /// [`MapInputError`] when the records contradict each other.
    pub fn from_clusters(self, clusters: impl IntoIterator<Item = ClusterRecord>) -> Result<ClusterMap, MapInputError> {
        let selection = Selection::of_clusters(clusters, &self.wishes)?;
        Ok(self.build(selection))
    }

    /// A map of the clusters of namespaces: all in the ordinary role, those of namespaces that need it in the privileged role as well.
    ///
    /// # Errors
    /// [`MapInputError`] when the records contradict each other.
    pub fn from_namespaces(
        self,
        namespaces: impl IntoIterator<Item = NamespaceRecord>,
    ) -> Result<ClusterMap, MapInputError> {
        let selection = Selection::of_namespaces(namespaces, &self.wishes)?;
        Ok(self.build(selection))
    }

    fn build(self, selection: Selection) -> ClusterMap {
        let Self { connect, secrets, options, .. } = self;
        let maker = Maker { selection, connect, secrets, discoveries: Mutex::default() };
        ClusterMap(Pool::new(maker, options))
    }
}

impl ClusterMap {
    /// Says how connections are made and where tokens are read.
    pub fn builder(connect: Arc<dyn Connect>, secrets: Arc<dyn SecretReader>) -> ClusterMapBuilder {
        ClusterMapBuilder { connect, secrets, wishes: Wishes::default(), options: PoolOptions::default() }
    }

    /// The client of a cluster in a role; made now if nobody has asked for it before.
    ///
    /// # Errors
    /// [`MapError`]; within the pause after a failed attempt, that failure.
    ///
    /// # Cancel safety
    /// Safe; what is being made goes on and is found by the next caller.
    pub async fn get(&self, cluster: &str, role: Role) -> Result<ClusterClient, MapError> {
        self.admitted(cluster, role)?;
        let wanted = Use { cluster: cluster.into(), role };
        self.0.get(&wanted).await.map_err(|error| in_words(cluster, error))
    }

    /// The client of a cluster in a role if it is there, or why it is not; `None` when nobody has asked for it, or it is being made.
    #[must_use]
    pub fn peek(&self, cluster: &str, role: Role) -> Option<Result<ClusterClient, MapError>> {
        if let Err(error) = self.admitted(cluster, role) {
            return Some(Err(error));
        }
        let found = self.0.peek(&Use { cluster: cluster.into(), role })?;
        Some(found.map_err(|error| in_words(cluster, error)))
    }

    /// The client of a cluster with the ordinary token. The name that users of `OC_Map` look for.
    ///
    /// # Errors
    /// As [`ClusterMap::get`].
    pub async fn get_cluster(&self, cluster: &str) -> Result<ClusterClient, MapError> {
        self.get(cluster, Role::Ordinary).await
    }

    /// Names of the clusters in a role, in the order they were listed, without those whose last attempt failed unless `include_errors`.
    #[must_use]
    pub fn clusters(&self, role: Role, include_errors: bool) -> Vec<String> {
        let names = self.0.maker().selection.names(role);
        names
            .filter(|name| include_errors || !matches!(self.peek(name, role), Some(Err(_))))
            .map(str::to_owned)
            .collect()
    }

    /// Clusters that were left out, and why.
    #[must_use]
    pub fn excluded(&self) -> Vec<(String, Exclusion)> {
        let excluded = &self.0.maker().selection.excluded;
        excluded.iter().map(|(name, reason)| (name.clone(), reason.clone())).collect()
    }

    /// Makes every client now, and says how it went. One that cannot be made never keeps the others from being made.
    pub async fn warm(&self) -> MapReport {
        let selection = &self.0.maker().selection;
        let uses = [Role::Ordinary, Role::Privileged]
            .into_iter()
            .flat_map(|role| selection.names(role).map(move |name| Use { cluster: name.into(), role }));
        let warmed = self.0.warm(uses).await;
        MapReport {
            ready: warmed.ready.into_iter().map(|made| (made.cluster, made.role)).collect(),
            failed: warmed
                .failed
                .into_iter()
                .map(|(wanted, error)| (wanted.role, in_words(&wanted.cluster, error)))
                .collect(),
            excluded: self.excluded(),
        }
    }

    /// Ends the pause after a failed attempt: the next caller makes another one.
    pub fn retry(&self, cluster: &str, role: Role) {
        self.0.retry(&Use { cluster: cluster.into(), role });
    }

    /// Closes every connection, waiting up to 10 s for what is in flight. May be called twice.
    pub async fn close(&self) {
        self.0.close().await;
    }

    fn admitted(&self, cluster: &str, role: Role) -> Result<(), MapError> {
        let found = self.0.maker().selection.look_up(cluster, role);
        found.map(drop).map_err(|reason| MapError::Excluded { cluster: cluster.into(), reason })
    }
}

fn in_words(cluster: &str, error: PoolError<MapError>) -> MapError {
    match error {
        PoolError::Failed { error, .. } => (*error).clone(),
        PoolError::GivenUp { after, .. } => MapError::GivenUp { cluster: cluster.into(), after },
        _ => MapError::Closed { cluster: cluster.into() },
    }
}

impl fmt::Debug for ClusterMap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClusterMap").field("clusters", &self.0.maker().selection.order).finish_non_exhaustive()
    }
}

impl fmt::Debug for ClusterMapBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClusterMapBuilder")
            .field("wishes", &self.wishes)
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}
