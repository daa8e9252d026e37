//! An OpenShift Cluster Manager in the process, over real HTTP on loopback: its endpoints, its shapes, its errors and its slowness, with
//! faults on demand. Knows nothing of the provider that is tested against it.
//!
//! Clusters live as they do there: `pending`, `installing`, `ready`; `uninstalling`, and then 404. They go on when a test says so
//! ([`advance`](OcmSimulator::advance)) or by themselves ([`Pace`]), in the time of tokio, so that paused time drives them. What was asked
//! for and what came of it is counted: a test can ask how many clusters there really are.
//!
//! ```
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! use cluster_provider::testing::ocm_simulator::{Effect, Fault, OcmSimulator};
//! use http::Method;
//!
//! let ocm = OcmSimulator::builder().start().await?;
//! let clusters = "/api/clusters_mgmt/v1/clusters";
//! // The first create is carried out, and its answer is lost.
//! ocm.fault(Fault::new(Effect::LoseAnswer).on_method(Method::POST).on_path(clusters).once());
//! // … a provider with `ocm.url()`, `ocm.token_url()` and `ocm.credentials()` creates a cluster …
//! assert!(ocm.clusters().len() <= 1);
//! ocm.shutdown().await;
//! # Ok(()) }
//! ```
//!
//! # What is there
//!
//! Tokens (client credentials, by Basic or in the form; refresh tokens, rotated), clusters (create with `dryRun`; list with `page`, `size`,
//! `search` and `order`; get, patch, delete with `deprovision` and `dry_run`), `status`, `delete_protection`, `hibernate`, `resume`,
//! syncsets, manifests, labels, identity providers, add-ons, machine pools, node pools, ingresses, credentials, cloud providers and their
//! regions, the current account, organizations, quota costs, subscriptions and cluster authorizations. Anything else is 404.
//!
//! # What is known of the original, and what is a guess
//!
//! Paths, shapes and states are those of the OpenAPI files of `openshift-online/ocm-sdk-go`. How a taken name, a second delete and a used
//! up quota are refused is documented nowhere, so these are [options](OcmSimulatorBuilder): a provider has to live with all of them.

mod accounts;
mod belongings;
mod builder;
mod catalog;
mod clusters;
mod faults;
mod life;
mod log;
mod search;
mod server;
#[cfg(test)]
mod tests;
mod tokens;
mod wire;
mod world;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use http::Method;
use serde_json::Value;
use tokio::task::JoinHandle;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use url::Url;

pub use self::belongings::Collection;
pub use self::builder::OcmSimulatorBuilder;
pub use self::faults::{Effect, Fault, FaultId};
pub use self::life::{ClusterState, Pace};
pub use self::log::LoggedRequest;
use self::server::Shared;
pub use self::tokens::SimulatedCredentials;
pub use self::world::Tally;
use self::world::{Cluster, World};

/// An OCM in the process. It stops when it is dropped; [`shutdown`](Self::shutdown) also waits for that.
pub struct OcmSimulator {
    shared: Arc<Shared>,
    url: Url,
    stop: CancellationToken,
    task: Option<JoinHandle<()>>,
}

/// One cluster as the simulator holds it.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct SimulatedCluster {
    /// The internal id.
    pub id: String,
    /// The external id, also where it is not yet answered.
    pub external_id: String,
    /// The name.
    pub name: String,
    /// The properties.
    pub properties: BTreeMap<String, String>,
    /// The state.
    pub state: ClusterState,
    /// Whether it is protected.
    pub protected: bool,
    /// How many deletes it has received, without dry runs.
    pub deletes: u32,
    /// The names of its identity providers.
    pub identity_providers: Vec<String>,
    /// Its add-ons and their states.
    pub addons: BTreeMap<String, String>,
    /// The ids of everything else that belongs to it.
    pub parts: Vec<(Collection, String)>,
}

impl OcmSimulator {
    /// How it is made.
    pub fn builder() -> OcmSimulatorBuilder {
        OcmSimulatorBuilder::new()
    }

    /// Where it is: `http://127.0.0.1:<port>`.
    #[must_use]
    pub fn url(&self) -> Url {
        self.at("/")
    }

    /// Where it gives out tokens.
    #[must_use]
    pub fn token_url(&self) -> Url {
        self.at(tokens::TOKEN_PATH)
    }

    /// Who may ask for tokens. The offline token is the one that is good at the moment.
    #[must_use]
    pub fn credentials(&self) -> SimulatedCredentials {
        self.shared.world().tokens.credentials.clone()
    }

    /// How many tokens it gave out.
    #[must_use]
    pub fn tokens_issued(&self) -> u64 {
        self.shared.world().tokens.issued()
    }

    /// No token that was given out is good any more.
    pub fn expire_tokens(&self) {
        self.shared.world().tokens.expire_all();
    }

    /// Adds a fault.
    pub fn fault(&self, fault: Fault) -> FaultId {
        self.shared.faults().add(fault)
    }

    /// How often a fault happened.
    #[must_use]
    pub fn hits(&self, fault: FaultId) -> u32 {
        self.shared.faults().hits(fault)
    }

    /// Takes a fault away.
    pub fn remove_fault(&self, fault: FaultId) {
        self.shared.faults().remove(fault);
    }

    /// Takes all faults away.
    pub fn clear_faults(&self) {
        self.shared.faults().clear();
    }

    /// Every request so far.
    #[must_use]
    pub fn requests(&self) -> Vec<LoggedRequest> {
        self.shared.log().requests().to_vec()
    }

    /// How many requests had this method, and a path like this [pattern](Fault::on_path).
    #[must_use]
    pub fn count(&self, method: &Method, pattern: &str) -> usize {
        self.shared.log().requests().iter().filter(|request| request.is(method, pattern)).count()
    }

    /// Forgets the requests so far.
    pub fn forget_requests(&self) {
        self.shared.log().forget();
    }

    /// The clusters there are, in the order they were made.
    #[must_use]
    pub fn clusters(&self) -> Vec<SimulatedCluster> {
        let world = self.settled();
        let mut clusters: Vec<&Cluster> = world.clusters.values().collect();
        clusters.sort_by_key(|cluster| cluster.serial);
        clusters.into_iter().map(Cluster::snapshot).collect()
    }

    /// The clusters of this name.
    #[must_use]
    pub fn clusters_named(&self, name: &str) -> Vec<SimulatedCluster> {
        self.clusters().into_iter().filter(|cluster| cluster.name == name).collect()
    }

    /// The clusters with this property.
    #[must_use]
    pub fn clusters_with(&self, property: &str, value: &str) -> Vec<SimulatedCluster> {
        let has = |cluster: &SimulatedCluster| cluster.properties.get(property).is_some_and(|held| held == value);
        self.clusters().into_iter().filter(has).collect()
    }

    /// What was asked for and what came of it.
    #[must_use]
    pub fn tally(&self) -> Tally {
        self.settled().tally
    }

    /// Something that belongs to a cluster, as it was given: with its secrets. Identity providers are found by name, too.
    #[must_use]
    pub fn held(&self, cluster: &str, collection: Collection, id: &str) -> Option<Value> {
        let world = self.settled();
        let parts = &world.clusters.get(cluster)?.parts;
        let mut of_collection = parts.iter().filter(|((held, _), _)| *held == collection);
        let found =
            of_collection.find(|((_, held), part)| held == id || part.get("name").is_some_and(|name| name == id));
        found.map(|(_, part)| part.clone())
    }

    /// The parameters of an add-on of a cluster.
    #[must_use]
    pub fn addon_parameters(&self, cluster: &str, addon: &str) -> Option<Vec<Value>> {
        let world = self.settled();
        Some(world.clusters.get(cluster)?.addons.get(addon)?.parameters().to_vec())
    }

    /// Everything goes one step on: clusters and add-ons leave the states that they leave by themselves.
    pub fn advance(&self) {
        self.shared.world().advance(None, Instant::now());
    }

    /// One cluster, and its add-ons, go one step on.
    pub fn advance_cluster(&self, id: &str) {
        self.shared.world().advance(Some(id), Instant::now());
    }

    /// A cluster is in this state from now on. Whether there is such a cluster.
    pub fn set_state(&self, id: &str, state: impl Into<ClusterState>) -> bool {
        let state = state.into();
        self.change(id, |cluster, now| cluster.enter(state, now))
    }

    /// A cluster failed, with this code and message. Whether there is such a cluster.
    pub fn fail(&self, id: &str, code: &str, message: &str) -> bool {
        self.change(id, |cluster, now| {
            cluster.error = Some((code.to_owned(), message.to_owned()));
            cluster.enter(ClusterState::Error, now);
        })
    }

    /// An add-on failed, for this reason. Whether there is one.
    pub fn fail_addon(&self, id: &str, addon: &str, reason: &str) -> bool {
        let mut found = false;
        self.change(id, |cluster, _| {
            if let Some(addon) = cluster.addons.get_mut(addon) {
                addon.state = "failed";
                reason.clone_into(&mut addon.description);
                found = true;
            }
        });
        found
    }

    /// A cluster can be deleted no more, or again. Whether there is such a cluster.
    pub fn protect(&self, id: &str, protected: bool) -> bool {
        self.change(id, |cluster, _| cluster.protected = protected)
    }

    /// A cluster is gone at once, and nobody has deleted it. Whether there was one.
    pub fn vanish(&self, id: &str) -> bool {
        let mut world = self.settled();
        let was = world.clusters.remove(id).is_some();
        world.tally.vanished += u64::from(was);
        was
    }

    /// A cluster that somebody else made, in this state: a body as for a create. Its id. It is not among those that the
    /// [tally](Self::tally) says were created.
    ///
    /// # Errors
    /// What a create would be refused with; a name may be taken.
    pub fn add_cluster(&self, body: &Value, state: impl Into<ClusterState>) -> Result<String, String> {
        let mut world = self.settled();
        let body = body.as_object().ok_or("the body is not an object")?;
        let name = world.check_new(body).map_err(|refusal| refusal.reason)?;
        Ok(world.make(body, name, state.into(), Instant::now()))
    }

    /// The ingresses of a cluster, in place of the usual one. Whether there is such a cluster.
    pub fn set_ingresses(&self, id: &str, ingresses: Vec<Value>) -> bool {
        self.change(id, |cluster, _| cluster.ingresses = Some(ingresses))
    }

    /// The kubeconfig of a cluster. Whether there is such a cluster.
    pub fn set_kubeconfig(&self, id: &str, kubeconfig: impl Into<String>) -> bool {
        let kubeconfig = kubeconfig.into();
        self.change(id, |cluster, _| cluster.kubeconfig = Some(kubeconfig))
    }

    /// Adds regions to a cloud, or a cloud.
    pub fn add_regions(&self, cloud: &str, ids: impl IntoIterator<Item = impl Into<String>>) {
        self.shared.world().catalog.add(cloud, ids.into_iter().map(Into::into));
    }

    /// What may be used, in place of what the builder said.
    pub fn set_quota(&self, quota: Vec<Value>) {
        self.shared.world().settings.quota = quota;
    }

    /// Cluster authorizations are denied, with these resources in excess; `None` allows them again.
    pub fn deny_authorizations(&self, excess: Option<Vec<Value>>) {
        self.shared.world().denied = excess;
    }

    /// Stops, and waits until it has.
    pub async fn shutdown(mut self) {
        self.stop.cancel();
        if let Some(task) = self.task.take()
            && let Err(error) = task.await
        {
            tracing::warn!(%error, "the simulator did not stop in order");
        }
    }

    fn at(&self, path: &str) -> Url {
        let mut url = self.url.clone();
        url.set_path(path);
        url
    }

    fn settled(&self) -> std::sync::MutexGuard<'_, World> {
        let mut world = self.shared.world();
        world.settle(Instant::now());
        world
    }

    fn change(&self, id: &str, change: impl FnOnce(&mut Cluster, Instant)) -> bool {
        let now = Instant::now();
        let mut world = self.settled();
        world.clusters.get_mut(id).map(|cluster| change(cluster, now)).is_some()
    }
}

impl Drop for OcmSimulator {
    fn drop(&mut self) {
        self.stop.cancel();
        if let Some(task) = self.task.take() {
            task.abort();
        }
    }
}

impl fmt::Debug for OcmSimulator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OcmSimulator").field("url", &self.url.as_str()).finish_non_exhaustive()
    }
}

impl Cluster {
    fn snapshot(&self) -> SimulatedCluster {
        let properties = self.attributes.get("properties").and_then(Value::as_object).into_iter().flatten();
        let text = |(key, value): (&String, &Value)| Some((key.clone(), value.as_str()?.to_owned()));
        let identity_providers = self.parts.iter().filter(|((held, _), _)| *held == Collection::IdentityProviders);
        let name = |part: &Value| part.get("name").and_then(Value::as_str).map(str::to_owned);
        SimulatedCluster {
            id: self.id.clone(),
            external_id: self.external_id.clone(),
            name: self.name.clone(),
            properties: properties.filter_map(text).collect(),
            state: self.state.clone(),
            protected: self.protected,
            deletes: self.deletes,
            identity_providers: identity_providers.filter_map(|(_, part)| name(part)).collect(),
            addons: self.addons.iter().map(|(id, addon)| (id.clone(), addon.state.to_owned())).collect(),
            parts: self.parts.keys().cloned().collect(),
        }
    }
}
