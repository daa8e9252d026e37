//! One piece of application code for each connected cluster; knows nothing of what it does.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::fmt;
use std::sync::Arc;

use futures::StreamExt as _;
use tokio::sync::Semaphore;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::handle::ClusterHandle;
use crate::key::ClusterKey;
use crate::provider::{ClientProvider, ClusterEventKind};

/// Runs something in every connected cluster: it is started when a cluster is connected, dropped when the cluster is removed, and
/// started anew (after the old one is gone) when the connection was replaced. What ends by itself is not started again before that.
///
/// It is meant for code that knows one cluster, such as a stock `kube` controller. All share `permits`, which bounds what they do at the
/// same time together: acquire one for each piece of work.
///
/// Must be called within a Tokio runtime.
///
/// ```
/// use std::sync::Arc;
/// use std::time::Duration;
///
/// use cluster_client::ClientProvider;
/// use cluster_client::runtime::{ForEachCluster, for_each_cluster};
/// use futures::StreamExt as _;
/// use k8s_openapi::api::core::v1::ConfigMap;
/// use kube::Api;
/// use kube::runtime::controller::{Action, Controller};
/// use kube::runtime::watcher;
/// use tokio::sync::Semaphore;
///
/// async fn reconcile(map: Arc<ConfigMap>, permits: Arc<Semaphore>) -> Result<Action, tokio::sync::AcquireError> {
///     let _permit = permits.acquire().await?;
///     println!("{}", map.metadata.name.as_deref().unwrap_or_default());
///     Ok(Action::await_change())
/// }
///
/// fn start(provider: Arc<dyn ClientProvider>) -> ForEachCluster {
///     for_each_cluster(provider, Arc::new(Semaphore::new(16)), |handle, permits| async move {
///         let maps: Api<ConfigMap> = Api::all(handle.client().clone());
///         Controller::new(maps, watcher::Config::default())
///             .run(reconcile, |_, _, _| Action::requeue(Duration::from_secs(60)), permits)
///             .for_each(|_| async {})
///             .await;
///     })
/// }
/// # let _ = start;
/// ```
pub fn for_each_cluster<F>(
    provider: Arc<dyn ClientProvider>,
    permits: Arc<Semaphore>,
    work: impl Fn(ClusterHandle, Arc<Semaphore>) -> F + Send + Sync + 'static,
) -> ForEachCluster
where
    F: Future<Output = ()> + Send + 'static,
{
    let (stop, tasks) = (CancellationToken::new(), TaskTracker::new());
    let start = move |handle: &ClusterHandle| work(handle.clone(), permits.clone());
    let clusters = Clusters { start, stop: stop.clone(), tasks: tasks.clone(), running: HashMap::new() };
    tasks.spawn(clusters.follow(provider));
    ForEachCluster { stop, tasks }
}

/// Something that runs in every cluster. It ends when this is dropped; [`ForEachCluster::shutdown`] also waits for it.
#[must_use = "the work ends when its handle is dropped"]
pub struct ForEachCluster {
    stop: CancellationToken,
    tasks: TaskTracker,
}

impl ForEachCluster {
    /// Drops the work in all clusters and waits until it is gone.
    ///
    /// # Cancel safety
    /// When it is dropped, the work ends all the same.
    pub async fn shutdown(self) {
        self.stop.cancel();
        self.tasks.close();
        self.tasks.wait().await;
    }
}

impl Drop for ForEachCluster {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

impl fmt::Debug for ForEachCluster {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ForEachCluster").field("tasks", &self.tasks.len()).finish_non_exhaustive()
    }
}

struct Clusters<S> {
    start: S,
    stop: CancellationToken,
    tasks: TaskTracker,
    running: HashMap<ClusterKey, Work>,
}

/// The work in one cluster.
struct Work {
    handle: ClusterHandle,
    stop: CancellationToken,
    task: JoinHandle<()>,
}

impl<S, F> Clusters<S>
where
    S: Fn(&ClusterHandle) -> F + Send + Sync + 'static,
    F: Future<Output = ()> + Send + 'static,
{
    async fn follow(mut self, provider: Arc<dyn ClientProvider>) {
        let mut events = provider.events();
        self.look_again(&*provider);
        let stop = self.stop.clone();
        while let Some(Some(event)) = stop.run_until_cancelled(events.next()).await {
            match event.kind {
                ClusterEventKind::Added(handle) | ClusterEventKind::Replaced { handle, .. } => self.start(handle),
                // The handle that was removed has ended; one that has not is a newer one.
                ClusterEventKind::Removed => {
                    if let Entry::Occupied(work) = self.running.entry(event.key)
                        && work.get().handle.alive().is_cancelled()
                    {
                        work.remove().stop.cancel();
                    }
                }
                ClusterEventKind::Missed => self.look_again(&*provider),
                _ => {}
            }
        }
        // The provider has ended, or the owner stops: so does the work.
        self.stop.cancel();
    }

    fn look_again(&mut self, provider: &dyn ClientProvider) {
        let handles = provider.clusters().into_iter().filter_map(|summary| summary.handle);
        let handles: HashMap<_, _> = handles.map(|handle| (handle.key().clone(), handle)).collect();
        self.running.retain(|key, work| {
            let known = handles.contains_key(key);
            if !known {
                work.stop.cancel();
            }
            known
        });
        handles.into_values().for_each(|handle| self.start(handle));
    }

    fn start(&mut self, handle: ClusterHandle) {
        let old = self.running.get(handle.key());
        // Events may be older than what a look at everything has told before them.
        if old.is_some_and(|old| {
            old.handle.same_as(&handle) || old.handle.revision().generation > handle.revision().generation
        }) {
            return;
        }
        let old = self.running.remove(handle.key());
        let (stop, work) = (self.stop.child_token(), (self.start)(&handle));
        let (key, alive, ended) = (handle.key().clone(), handle.alive().clone(), stop.clone());
        let task = handle.tasks().spawn(self.tasks.track_future(async move {
            if let Some(old) = old {
                old.stop.cancel();
                // It ends at once; had it panicked, it is over as well.
                drop(old.task.await);
            }
            tokio::select! {
                biased;
                () = ended.cancelled() => {}
                () = alive.cancelled() => {}
                () = work => tracing::info!(cluster = %key, "work in a cluster has ended by itself"),
            }
        }));
        self.running.insert(handle.key().clone(), Work { handle, stop, task });
    }
}
