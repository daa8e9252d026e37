//! The whole way from records to an inventory that knows what is there, under the names that readers of `qontract-reconcile` know.

use std::collections::BTreeMap;
use std::sync::Arc;

use cluster_client::discovery::Catalogue;
use futures::stream::{self, StreamExt as _};
use tokio::sync::Semaphore;

use super::pace::Pace;
use super::request::{Requests, of_discovery};
use super::specs::{Kinds, SpecError, SpecInput, SpecOptions, Specs, specs};
use super::{ObserveOptions, observe};
use crate::clusters::Clusters;
use crate::id::ClusterName;
use crate::inventory::ResourceInventory;
use crate::issue::{Issue, IssueClass, Reach};
use crate::outcome::EventSink;
use crate::policy::Policy;

/// Asks every cluster which kinds it serves, and initializes an inventory with everything that is managed. What is wrong with records,
/// and clusters that cannot be had, are registered in the inventory.
///
/// # Errors
/// [`SpecError`].
///
/// # Cancel safety
/// Dropping the future ends every request; the inventory is not touched then.
pub async fn init_specs_to_fetch(
    inventory: &ResourceInventory,
    clusters: &dyn Clusters,
    input: SpecInput<'_>,
    options: &SpecOptions,
    observe_options: &ObserveOptions,
) -> Result<Specs, SpecError> {
    // A cluster that is used with the privileged client only may have no other.
    let mut privileged: BTreeMap<&ClusterName, bool> = input.clusters.iter().map(|name| (name, false)).collect();
    for record in input.namespaces {
        let admin = options.cluster_admin || record.cluster_admin == Some(true);
        *privileged.entry(&record.cluster.name).or_insert(true) &= admin;
    }
    let turns = Semaphore::new(observe_options.in_total.clamp(1, Semaphore::MAX_PERMITS));
    let turns = &turns;
    let asking = privileged.into_iter().map(|(name, privileged)| async move {
        let asked = catalogue(clusters, name, privileged, turns, observe_options);
        // No cluster is waited for longer than reading all of it may take.
        let answer = tokio::time::timeout(observe_options.cluster_deadline, asked).await.unwrap_or_else(|_| {
            let message = format!("did not say which kinds it serves within {:?}", observe_options.cluster_deadline);
            Err(Issue::error(Reach::Cluster(name.clone()), IssueClass::Unavailable, message))
        });
        (name.clone(), answer)
    });
    let asked: Vec<_> = stream::iter(asking).buffered(observe_options.in_total.max(1)).collect().await;
    let mut catalogues = BTreeMap::new();
    let mut issues = Vec::new();
    for (name, answer) in asked {
        match answer {
            Ok(catalogue) => drop(catalogues.insert(name, catalogue)),
            Err(issue) => issues.push(issue),
        }
    }
    let kinds = |cluster: &str| catalogues.get(cluster).map(|catalogue| &**catalogue as &dyn Kinds);
    let specs = specs(input, &kinds, options)?;
    for issue in issues.into_iter().chain(specs.issues.iter().cloned()) {
        inventory.register_error(issue);
    }
    for spec in &specs.current {
        inventory.initialize_bucket(&spec.bucket, spec.managed_names.clone(), spec.privileged);
    }
    Ok(specs)
}

async fn catalogue(
    clusters: &dyn Clusters,
    name: &ClusterName,
    privileged: bool,
    turns: &Semaphore,
    options: &ObserveOptions,
) -> Result<Arc<Catalogue>, Issue> {
    let access = clusters.access(name, privileged).await?;
    let pace = Pace::new(options.per_cluster, options.patience);
    let requests = Requests { client: &access.client, turns, options, pace: &pace };
    let asked = requests.trying(|| async { access.discovery.catalogue().await.map_err(|error| of_discovery(&error)) });
    asked.await.map_err(|failure| Issue::error(Reach::Cluster(name.clone()), failure.class(), failure.message))
}

/// Reads everything that an inventory manages into it. Add what is desired before: what is compared while it is read is not kept, and of
/// what is not desired only metadata is read.
///
/// # Cancel safety
/// Dropping the future ends every request; the inventory is not touched then.
pub async fn populate_current_state(
    inventory: &ResourceInventory,
    clusters: &dyn Clusters,
    policy: &Policy,
    options: &ObserveOptions,
    sink: &dyn EventSink,
) {
    let observed = observe(&inventory.desired(), clusters, policy, options, sink).await;
    inventory.record(observed);
}

/// An inventory of everything that is managed and there, each object whole, as nothing is desired yet.
///
/// This is what the original does. [`init_specs_to_fetch`], adding what is desired, then [`populate_current_state`] takes less memory and
/// smaller answers. Whose the objects are does not matter here: none is left out for its integration or caller, so that none looks new
/// that is there.
///
/// Source: `fetch_current_state` of `qontract-reconcile` (`reconcile/openshift_base.py`).
///
/// # Errors
/// [`SpecError`].
///
/// # Cancel safety
/// Dropping the future ends every request.
pub async fn fetch_current_state(
    input: SpecInput<'_>,
    clusters: &dyn Clusters,
    policy: &Policy,
    spec_options: &SpecOptions,
    options: &ObserveOptions,
    sink: &dyn EventSink,
) -> Result<(ResourceInventory, Specs), SpecError> {
    let inventory = ResourceInventory::new();
    let specs = init_specs_to_fetch(&inventory, clusters, input, spec_options, options).await?;
    let whole = ObserveOptions { whole: true, ..options.clone() };
    populate_current_state(&inventory, clusters, policy, &whole, sink).await;
    Ok((inventory, specs))
}
