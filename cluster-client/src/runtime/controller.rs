//! Says what a multi-cluster controller watches and does, and starts it; knows nothing of how that is carried out.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use core_client::backoff::Backoff;
use futures::FutureExt as _;
use kube::Client;
use kube::core::PartialObjectMeta;
use kube::runtime::watcher;
use rand::Rng as _;
use tokio::sync::broadcast;
use tokio_util::task::TaskTracker;

use super::action::{Action, Retry};
use super::core::{Core, Options};
use super::ctx::Ctx;
use super::dispatch::{Reconciler, dispatch};
use super::events::{BACKLOG, RuntimeEvents};
use super::local::EngagedClusters;
use super::ownership::{AlwaysOwned, ClusterOwnership};
use super::plan::{Plan, owners};
use super::queue::Limits;
use super::request::{ClusterName, Request};
use super::running::Running;
use super::stats::Observed;
use super::store::{IndexFn, StaleReads, Watched};
use super::supervisor::{ClusterFilter, Home, Supervisor};
use super::watch::WatchOptions;
use crate::handle::ClusterHandle;
use crate::key::ClusterKey;
#[cfg(feature = "metrics")]
use crate::options::Cardinality;
use crate::provider::{ClientProvider, ClusterSummary};
use crate::revision::Revision;

/// Adds an index to the plans for the fleet and for the home cluster, once both are complete.
type Indexing<K> = Box<dyn FnOnce(&mut Plan<K>, &mut Plan<K>) + Send>;

/// A controller cannot be started as it was described.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BuildError {
    /// Nothing is watched, so nothing would ever be reconciled.
    #[error("nothing is watched; add watches_main, owns or watches")]
    NothingToWatch,
    /// Something is asked of the home cluster, and there is none.
    #[error("there is no home cluster; add home")]
    NoHome,
}

/// Reconciles objects of one kind in all clusters of a provider, those that are there and those that come.
///
/// For every connected cluster it watches what it was told to, keeps what it sees in stores, and, once everything has been listed, calls
/// the reconciler for what changes. Clusters do not get into each other's way: each has its own watches, which fail and recover alone,
/// its own stores and its own line in the queue. A cluster that is removed ends its work at once; one whose connection is replaced goes
/// on with what it knew until the new connection has seen everything, unless another cluster answers now.
///
/// Nothing is reconciled in a cluster before everything that is watched there has been listed: a kind that a cluster does not serve, or
/// that the credential may not list, keeps the whole cluster waiting, and [`RuntimeEvent::WatchFailed`](super::RuntimeEvent::WatchFailed)
/// says so.
///
/// Whatever is started in a cluster is registered with its [`ClusterHandle`], so the provider can wait for it.
///
/// ```
/// use std::sync::Arc;
/// use std::time::Duration;
///
/// use cluster_client::ClientProvider;
/// use cluster_client::runtime::queue::Limits;
/// use cluster_client::runtime::{Action, BuildError, Ctx, MultiClusterController, Request, Running};
/// use k8s_openapi::api::apps::v1::Deployment;
/// use k8s_openapi::api::core::v1::{ConfigMap, Pod};
/// use kube::api::{Patch, PatchParams};
/// use kube::runtime::watcher;
/// use kube::{Api, ResourceExt as _};
///
/// /// Counts the pods of a deployment into an annotation, in whichever cluster it is.
/// async fn count(request: Request<Deployment>, ctx: Ctx<Deployment>) -> Result<Action, Box<kube::Error>> {
///     let Ok(Some(deployment)) = ctx.object(&request) else { return Ok(Action::await_change()) };
///     let namespace = deployment.namespace().unwrap_or_default();
///     let pods = ctx.index::<Pod>("app").map_or(0, |index| index.get(&deployment.name_any()).len());
///     // Refuses to write once the cluster was removed, replaced, or given to another replica.
///     let deployments: Api<Deployment> = Api::namespaced(ctx.guarded_client(), &namespace);
///     let change = serde_json::json!({ "metadata": { "annotations": { "example.com/pods": pods.to_string() } } });
///     deployments.patch(&deployment.name_any(), &PatchParams::default(), &Patch::Merge(change)).await?;
///     Ok(Action::requeue(Duration::from_secs(300)))
/// }
///
/// fn start(provider: Arc<dyn ClientProvider>) -> Result<Running, BuildError> {
///     MultiClusterController::<Deployment>::new(provider)
///         .watches_main(watcher::Config::default())
///         .owns::<ConfigMap>(watcher::Config::default().labels("app.kubernetes.io/part-of=shop"))
///         .index::<Pod>("app", |pod| pod.labels().get("app").cloned().into_iter().collect())
///         .filter(|cluster| cluster.labels.get("tier").is_some_and(|tier| tier == "prod"))
///         .limits(Limits::default().with_per_cluster(2))
///         .run(count)
/// }
/// # let _ = start;
/// ```
///
/// Source: the controllers of multicluster-runtime (`pkg/controller`, `pkg/builder`).
#[must_use = "a controller does nothing until it is run"]
pub struct MultiClusterController<K: Watched> {
    name: Arc<str>,
    provider: Arc<dyn ClientProvider>,
    ownership: Arc<dyn ClusterOwnership>,
    home: Option<Client>,
    engage_home: bool,
    filter: Option<ClusterFilter>,
    plan: Plan<K>,
    local: Plan<K>,
    indexes: Vec<Indexing<K>>,
    options: Options,
    events: broadcast::Sender<super::RuntimeEvent>,
    #[cfg(feature = "metrics")]
    metrics: Option<(super::metrics::RuntimeMetrics, Cardinality)>,
}

impl<K: Watched> MultiClusterController<K> {
    /// A controller over the clusters of a provider, which watches nothing yet.
    pub fn new(provider: Arc<dyn ClientProvider>) -> Self {
        Self {
            name: K::kind(&()).into(),
            provider,
            ownership: Arc::new(AlwaysOwned::new()),
            home: None,
            engage_home: false,
            filter: None,
            plan: Plan::new(),
            local: Plan::new(),
            indexes: Vec::new(),
            options: Options {
                limits: Limits::default(),
                retry: Backoff::new(Duration::from_millis(500), Duration::from_secs(300)),
                watch: WatchOptions::default(),
                drain: Duration::from_secs(25),
                switch_deadline: Duration::from_secs(30),
                stale_reads: StaleReads::default(),
                seed: rand::rng().random(),
                group: None,
            },
            events: broadcast::Sender::new(BACKLOG),
            #[cfg(feature = "metrics")]
            metrics: None,
        }
    }

    /// What metrics and logs call it. Default: the kind.
    pub fn named(mut self, name: &str) -> Self {
        self.name = name.into();
        self
    }

    /// The cluster the controller itself belongs to.
    pub fn home(mut self, client: Client) -> Self {
        self.home = Some(client);
        self
    }

    /// Whether objects of the home cluster are reconciled as those of the fleet are. Default: no. Filter and ownership do not concern it.
    pub fn engage_home(mut self, engage: bool) -> Self {
        self.engage_home = engage;
        self
    }

    /// Watches the kind that is reconciled; every object is a request of its own.
    pub fn watches_main(mut self, config: watcher::Config) -> Self {
        self.plan.watch::<K>(config, Arc::new(|env, object| vec![Request::of(&env.cluster, object)]));
        self
    }

    /// Watches a kind whose objects are owned by those that are reconciled (any entry of `ownerReferences` of the same group, version
    /// and kind counts), and asks for the owners, in the same cluster and namespace.
    pub fn owns<Child: Watched>(mut self, config: watcher::Config) -> Self {
        self.plan.watch::<Child>(config, Arc::new(|env, object| owners(&env.cluster, &**object)));
        self
    }

    /// Watches a kind and asks for whatever the mapper makes of its objects, also in other clusters. When an object changes, the mapper
    /// is asked for it as it was and as it is.
    pub fn watches<O: Watched>(
        mut self,
        config: watcher::Config,
        mapper: impl Fn(&ClusterName, Arc<O>) -> Vec<Request<K>> + Send + Sync + 'static,
    ) -> Self {
        self.plan.watch::<O>(config, Arc::new(move |env, object| mapper(&env.cluster, object.clone())));
        self
    }

    /// As [`watches`](Self::watches), and fetches and keeps only the objects' metadata; the store is one of `PartialObjectMeta<O>`.
    pub fn watches_metadata<O: Watched>(
        self,
        config: watcher::Config,
        mapper: impl Fn(&ClusterName, Arc<PartialObjectMeta<O>>) -> Vec<Request<K>> + Send + Sync + 'static,
    ) -> Self {
        self.watches::<PartialObjectMeta<O>>(config, mapper)
    }

    /// Watches a kind in the home cluster and asks for whatever the mapper makes of its objects, in any cluster. Needs
    /// [`home`](Self::home). The mapper is asked again for all objects when another cluster is engaged, and what it says then counts for
    /// that cluster.
    pub fn watches_local<O: Watched>(
        mut self,
        config: watcher::Config,
        mapper: impl Fn(&EngagedClusters<'_, K>, Arc<O>) -> Vec<Request<K>> + Send + Sync + 'static,
    ) -> Self {
        self.local.watch::<O>(config, Arc::new(move |env, object| mapper(&EngagedClusters(&env.core), object.clone())));
        self
    }

    /// Keeps the objects of a kind by keys, in every cluster and every selection in which it is watched; a kind that nothing else
    /// watches is watched whole. The function must give the same keys for the same object each time.
    pub fn index<O: Watched>(mut self, name: &str, keys: impl Fn(&O) -> Vec<String> + Send + Sync + 'static) -> Self {
        let index = IndexFn { name: name.into(), keys: Arc::new(keys) };
        self.indexes.push(Box::new(move |fleet, local| {
            let in_local = local.index(&index);
            if !fleet.index(&index) && !in_local {
                fleet.watch_for_index(index);
            }
        }));
        self
    }

    /// Only clusters of the fleet that pass; looked at again when a cluster's labels change or its connection does.
    pub fn filter(mut self, passes: impl Fn(&ClusterSummary) -> bool + Send + Sync + 'static) -> Self {
        self.filter = Some(Box::new(passes));
        self
    }

    /// Which clusters this replica may work in. Default: all.
    pub fn ownership(mut self, ownership: Arc<dyn ClusterOwnership>) -> Self {
        self.ownership = ownership;
        self
    }

    /// How many reconciles run at the same time.
    pub fn limits(mut self, limits: Limits) -> Self {
        self.options.limits = limits;
        self
    }

    /// Waits after failures of an object. Default: half a second to five minutes.
    pub fn retry(mut self, backoff: Backoff) -> Self {
        self.options.retry = backoff;
        self
    }

    /// How watches behave.
    pub fn watch_options(mut self, options: WatchOptions) -> Self {
        self.options.watch = options;
        self
    }

    /// How long reconciles may go on after their cluster was disengaged or the controller stopped. Default: 25 s, a little less than
    /// providers wait for what was started on a handle.
    pub fn drain(mut self, drain: Duration) -> Self {
        self.options.drain = drain;
        self
    }

    /// How long a new connection may take to see everything before it takes over all the same (and nothing is reconciled in its cluster
    /// until it has). Default: 30 s.
    pub fn switch_deadline(mut self, deadline: Duration) -> Self {
        self.options.switch_deadline = deadline;
        self
    }

    /// What stores say while their watch is not connected. Default: what was seen last.
    pub fn stale_reads(mut self, policy: StaleReads) -> Self {
        self.options.stale_reads = policy;
        self
    }

    /// Where all randomness (jitter) comes from. Default: the system.
    pub fn seed(mut self, seed: u64) -> Self {
        self.options.seed = seed;
        self
    }

    /// Has its numbers exported for as long as it runs.
    #[cfg(feature = "metrics")]
    pub fn metrics(mut self, metrics: &super::metrics::RuntimeMetrics, cardinality: Cardinality) -> Self {
        self.metrics = Some((metrics.clone(), cardinality));
        self.options.group.get_or_insert_with(|| crate::options::GROUP_LABEL.into());
        self
    }

    /// Which label of clusters names their group, as they have it when they are engaged. Counts for [`Cardinality::PerGroup`]. Default:
    /// `group`.
    #[cfg(feature = "metrics")]
    pub fn metrics_group(mut self, label: &str) -> Self {
        self.options.group = Some(label.into());
        self
    }

    /// What happens once it runs, from the very beginning.
    #[must_use]
    pub fn events(&self) -> RuntimeEvents {
        RuntimeEvents::new(self.events.subscribe())
    }

    /// Starts it. A reconcile that fails is tried again after [`Retry::Backoff`].
    ///
    /// Must be called within a Tokio runtime.
    ///
    /// # Errors
    /// [`BuildError`] when it would have nothing to do or misses something.
    pub fn run<E, F>(
        self,
        reconcile: impl Fn(Request<K>, Ctx<K>) -> F + Send + Sync + 'static,
    ) -> Result<Running, BuildError>
    where
        F: Future<Output = Result<Action, E>> + Send + 'static,
        E: std::error::Error + Send + Sync + 'static,
    {
        self.run_with(reconcile, |_, _, _| Retry::Backoff)
    }

    /// Starts it, with a word of its own on every failure.
    ///
    /// # Errors
    /// As [`run`](Self::run).
    pub fn run_with<E, F>(
        self,
        reconcile: impl Fn(Request<K>, Ctx<K>) -> F + Send + Sync + 'static,
        error_policy: impl Fn(&Request<K>, &E, &Ctx<K>) -> Retry + Send + Sync + 'static,
    ) -> Result<Running, BuildError>
    where
        F: Future<Output = Result<Action, E>> + Send + 'static,
        E: std::error::Error + Send + Sync + 'static,
    {
        let (reconcile, policy) = (Arc::new(reconcile), Arc::new(error_policy));
        let reconciler: Reconciler<K> = Arc::new(move |request, ctx| {
            let (reconcile, policy) = (reconcile.clone(), policy.clone());
            async move {
                let result = reconcile(request.clone(), ctx.clone()).await;
                result.map_err(|error| {
                    tracing::debug!(%request, error = %core_client::error::ErrorChain::new(&error), "reconcile failed");
                    policy(&request, &error, &ctx)
                })
            }
            .boxed()
        });
        self.start(reconciler)
    }

    fn start(mut self, reconcile: Reconciler<K>) -> Result<Running, BuildError> {
        for index in std::mem::take(&mut self.indexes) {
            index(&mut self.plan, &mut self.local);
        }
        if self.plan.is_empty() && self.local.is_empty() {
            return Err(BuildError::NothingToWatch);
        }
        if self.home.is_none() && (self.engage_home || !self.local.is_empty()) {
            return Err(BuildError::NoHome);
        }
        let home = self.home.take().filter(|_| self.engage_home || !self.local.is_empty()).and_then(|client| {
            let key = ClusterKey::new("home").ok()?;
            let revision = Revision::following(None, jiff::Timestamp::now());
            let mut plan = Plan::new();
            if self.engage_home {
                plan.extend(&self.plan);
            }
            plan.extend(&self.local);
            Some(Home { handle: ClusterHandle::new(key, client, revision, None), plan, engaged: self.engage_home })
        });
        #[cfg(feature = "metrics")]
        if !self.metrics.as_ref().is_some_and(|(_, cardinality)| *cardinality == Cardinality::PerGroup) {
            self.options.group = None;
        }
        let core = Arc::new(Core::new(self.name, self.options, self.events));
        let observed: Arc<dyn Observed> = core.clone();
        #[cfg(feature = "metrics")]
        if let Some((metrics, cardinality)) = &self.metrics {
            metrics.watch(Arc::downgrade(&observed), *cardinality);
        }
        let tasks = TaskTracker::new();
        let supervisor = Supervisor::new(core.clone(), self.provider, self.ownership, self.filter, self.plan, home);
        tasks.spawn(supervisor.run());
        tasks.spawn(dispatch(core.clone(), reconcile));
        Ok(Running { observed, stop: core.stop.clone(), kill: core.kill.clone(), tasks })
    }
}

impl<K: Watched> fmt::Debug for MultiClusterController<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MultiClusterController")
            .field("name", &self.name)
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}
