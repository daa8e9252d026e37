//! Reading what is there: one paginated list a kind and place, bounded by cluster, and never silently short.
//!
//! [`observe`] reads what a [`DesiredSet`] manages. Nothing is concluded from what could not be read: a list that failed leaves its
//! bucket [`Completeness::Partial`](crate::observed::Completeness), with an [`Issue`](crate::issue::Issue) that reaches exactly that
//! bucket, and a cluster that cannot be reached takes no other cluster with it. Objects are never left out for whose they are: that is
//! decided later, with everything in sight.
//!
//! Where the policy says that clusters keep inventories, those are read as well, and members of the set are looked for wherever they
//! may be: also of kinds, in namespaces and under names that are no longer managed.
//!
//! ```no_run
//! use cluster_resources::clusters::StaticClusters;
//! use cluster_resources::inventory::ResourceInventory;
//! use cluster_resources::observe::{ObserveOptions, observe};
//! use cluster_resources::outcome::Quiet;
//! use cluster_resources::policy::{Actor, Policy};
//!
//! # async fn doc(client: kube::Client) -> Result<(), Box<dyn std::error::Error>> {
//! let inventory = ResourceInventory::new();
//! inventory.initialize_resource_type("prod-1", Some("shop"), "ConfigMap", None)?;
//! let clusters = StaticClusters::new().with("prod-1", client);
//! let policy = Policy::new(Actor::new("mooring", "shop", "1.0.0"));
//! let observed = observe(&inventory.desired(), &clusters, &policy, &ObserveOptions::default(), &Quiet).await;
//! for issue in &observed.issues {
//!     eprintln!("{issue}");
//! }
//! # Ok(()) }
//! ```
//!
//! # Requests
//!
//! A cluster is asked which kinds it serves (unless that is known) and which namespaces there are, once; then for each kind and place
//! one list in pages of 500, at the latest moment. A kind that is wanted in many namespaces is listed once for all of them where that
//! is allowed and takes fewer requests; of a kind of which nothing is declared, only metadata is read; single names are read one by one.
//!
//! # Cancelling
//!
//! Everything belongs to the future that is returned: dropping it ends every request, and whatever reads a page at that moment.

mod cluster;
mod decode;
mod fetch;
mod kinds;
mod list;
mod members;
mod options;
mod pace;
mod page;
mod record;
mod request;
mod route;
mod specs;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::Arc;

use futures::stream::{FuturesUnordered, StreamExt as _};
use tokio::sync::Semaphore;

use self::cluster::{Managed, Reading};
use self::decode::Comparison;
use crate::clusters::Clusters;
use crate::desired::DesiredSet;
use crate::id::ClusterName;
use crate::observed::Observed;
use crate::outcome::EventSink;
use crate::plan::Membership;
use crate::policy::Policy;

pub use self::fetch::{fetch_current_state, init_specs_to_fetch, populate_current_state};
pub use self::options::ObserveOptions;
pub use self::record::{ClusterReference, ManagedResourceNames, ManagedResourceTypeOverride, NamespaceRecord};
pub use self::specs::{CurrentStateSpec, DesiredStateSpec, Kinds, SpecError, SpecInput, SpecOptions, Specs, specs};

/// What all clusters share while they are read.
struct Fleet<'a> {
    clusters: &'a dyn Clusters,
    policy: &'a Policy,
    options: &'a ObserveOptions,
    sink: &'a dyn EventSink,
    comparison: Arc<Comparison>,
    /// First come, first served. A cluster has no more requests in line than it may have under way, so none waits for long behind
    /// another.
    turns: Semaphore,
}

/// Reads everything that is managed, in all clusters at once.
///
/// A bucket that is absent from the answer was not looked at, because there is no connection to its cluster. `policy` decides how much
/// is kept of an object, and whether clusters have inventories to read.
///
/// # Cancel safety
/// Dropping the future ends every request.
pub async fn observe(
    desired: &DesiredSet,
    clusters: &dyn Clusters,
    policy: &Policy,
    options: &ObserveOptions,
    sink: &dyn EventSink,
) -> Observed {
    let also = options.clusters.iter().map(|name| (name, Managed::new()));
    let mut by_cluster: BTreeMap<&ClusterName, Managed<'_>> = also.collect();
    for (id, bucket) in &desired.buckets {
        by_cluster.entry(&id.cluster).or_default().insert(id, bucket);
    }
    let comparison = Comparison {
        desired: desired.clone(),
        policy: policy.clone(),
        set: Membership::of(policy),
        whole: options.whole,
    };
    let turns = Semaphore::new(options.in_total.clamp(1, Semaphore::MAX_PERMITS));
    let fleet = Fleet { clusters, policy, options, sink, comparison: Arc::new(comparison), turns };
    let fleet = &fleet;
    let mut reading: FuturesUnordered<_> =
        by_cluster.iter().map(|(name, managed)| Box::pin(Reading::of(fleet, name, managed))).collect();
    let mut observed = Observed::default();
    while let Some(seen) = reading.next().await {
        observed.absorb(seen);
    }
    observed.issues.sort();
    observed
}
