//! Leaders by a Lease of Kubernetes, kept as `cluster-resources` keeps its run lock.
//!
//! The number of transitions of the Lease is the epoch. A Lease that somebody deletes begins to count again: its leaders are refused until
//! they have as many transitions as the stores of this fleet have seen. Times are those of client-go (`tools/leaderelection`): 15, 10 and 2
//! seconds.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use cluster_client::shard::{KubeLeases, LeaseApi};
use cluster_resources::id::ClusterName;
use cluster_resources::issue::IssueClass;
use cluster_resources::policy::{Actor, InventoryConfig};
use cluster_resources::run_lock::{LockOptions, RunLock};
use tokio_util::sync::CancellationToken;

use super::{Election, Term};
use crate::store::Fence;

/// Candidates for a Lease.
pub struct KubernetesElection {
    leases: Arc<dyn LeaseApi>,
    namespace: String,
    name: String,
    holder: String,
    options: LockOptions,
}

impl KubernetesElection {
    /// A candidate for the Lease `<name>-run`. `holder` is who this is for those who look: the name of the pod; chance makes it unique.
    ///
    /// Needs the verbs `get`, `create` and `update` on `leases` of `coordination.k8s.io` in the namespace.
    pub fn new(
        client: kube::Client,
        namespace: impl Into<String>,
        name: impl Into<String>,
        holder: impl Into<String>,
    ) -> Self {
        let namespace = namespace.into();
        Self::over(Arc::new(KubeLeases::new(client, &namespace)), namespace, name, holder)
    }

    /// The same with Leases from elsewhere.
    pub fn over(
        leases: Arc<dyn LeaseApi>,
        namespace: impl Into<String>,
        name: impl Into<String>,
        holder: impl Into<String>,
    ) -> Self {
        let mut options = LockOptions::default();
        options.duration = Duration::from_secs(15);
        options.margin = Duration::from_secs(5);
        options.renew_every = Duration::from_secs(2);
        options.retry_after = Duration::from_secs(2);
        Self { leases, namespace: namespace.into(), name: name.into(), holder: holder.into(), options }
    }

    /// With other times.
    #[must_use]
    pub fn with_options(mut self, options: LockOptions) -> Self {
        self.options = options;
        self
    }
}

impl std::fmt::Debug for KubernetesElection {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("KubernetesElection")
            .field("name", &self.name)
            .field("holder", &self.holder)
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}

#[async_trait]
impl Election for KubernetesElection {
    async fn lead(&self) -> Term {
        let cluster = ClusterName::from("management");
        let config = InventoryConfig::new(&*self.namespace, &*self.name);
        let actor = Actor::new("mooring", &*self.name, env!("CARGO_PKG_VERSION"));
        loop {
            let leases = Arc::clone(&self.leases);
            let options = self.options.clone();
            match RunLock::acquire_with(leases, &cluster, &config, &actor, &self.holder, options).await {
                Ok(lock) => return term(&self.name, lock),
                Err(issue) if issue.class == IssueClass::Inventory => {
                    tracing::debug!(lease = self.name, %issue, "another process leads");
                }
                Err(issue) => tracing::warn!(lease = self.name, %issue, "a lease could not be asked for"),
            }
            tokio::time::sleep(self.options.retry_after).await;
        }
    }
}

fn term(name: &str, lock: RunLock) -> Term {
    let fence = Fence::new(format!("kubernetes/{name}"), i64::from(lock.fence()));
    let (over, held) = (CancellationToken::new(), lock.held());
    let token = over.clone();
    Term::kept(Some(fence), over, move |stop| async move {
        tokio::select! {
            () = held.cancelled() => {}
            () = stop.cancelled() => {}
            // Ended from outside: nobody works, and others need not wait until it has run out.
            () = token.cancelled() => {}
        }
        token.cancel();
        lock.shutdown().await;
    })
}
