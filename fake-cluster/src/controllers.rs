//! Controllers beside the API server: what a `kube-controller-manager`, a scheduler and kubelets would do about what is stored.
//!
//! A bare kube-apiserver runs none, and so does a cluster by default; [`Controllers`] says which are wanted. Each controller is a plain
//! function from everything that is stored to the writes that come next (`steps`), and one task of the cluster carries them out
//! until nothing is left to do. It follows the store by its signal of changes: nothing polls and nothing sleeps, so that tests
//! under paused time see the same as any others, and [`settled`](crate::server::FakeCluster::settled) waits for the end.
//!
//! The controllers follow `k8s.io/kubernetes/pkg/controller` of v1.36.3 in what they write, under the names of the real ones
//! (`system:serviceaccount:kube-system:namespace-controller`); they are members of `system:masters`, so that no roles have to be
//! there for them. They know nothing of HTTP, and no time passes for them: a pod is ready as soon as it is looked at.

mod accounts;
mod garbage;
mod namespaces;
mod owners;
mod roles;
mod selector;
mod step;
mod task;
#[cfg(test)]
mod tests;
mod view;
mod volumes;
mod workloads;

pub(crate) use selector::selects;
pub(crate) use task::{Progress, run, settled};

use step::Step;
use view::View;

/// Which controllers run. None by default.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Controllers {
    /// Deletes objects whose owners are gone, and carries out foreground deletion and orphaning.
    pub garbage_collection: bool,
    /// Empties namespaces that are deleted, and lets them go.
    pub namespaces: bool,
    /// Gives each namespace its service account `default` and the ConfigMap `kube-root-ca.crt`.
    pub service_accounts: bool,
    /// Fills aggregated cluster roles with the rules of those that they select.
    pub cluster_roles: bool,
    /// Gives workloads their pods, and runs them: deployments, replica sets, stateful sets, daemon sets (on nodes, if there are any), jobs;
    /// nodes of which nobody says how they are become ready, and budgets for disruptions are counted.
    pub workloads: bool,
    /// Binds claims to volumes that are made for them, and gives services of type `LoadBalancer` an address.
    pub infrastructure: bool,
}

/// The controllers did not come to rest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Unsettled {
    /// They write for ever, most likely against each other.
    #[error("the controllers wrote in {rounds} rounds and were not done")]
    Restless {
        /// How many rounds were tried.
        rounds: usize,
    },
    /// They were not done in time.
    #[error("the controllers were not done within {seconds} s")]
    Late {
        /// How long was waited.
        seconds: u64,
    },
    /// The cluster stopped.
    #[error("the cluster stopped")]
    Stopped,
}

// === impl Controllers ===

impl Controllers {
    /// No controllers, as behind a bare kube-apiserver.
    #[must_use]
    pub const fn none() -> Self {
        Self {
            garbage_collection: false,
            namespaces: false,
            service_accounts: false,
            cluster_roles: false,
            workloads: false,
            infrastructure: false,
        }
    }

    /// All of them.
    #[must_use]
    pub const fn all() -> Self {
        Self {
            garbage_collection: true,
            namespaces: true,
            service_accounts: true,
            cluster_roles: true,
            workloads: true,
            infrastructure: true,
        }
    }

    /// Sets [`Controllers::garbage_collection`].
    #[must_use]
    pub const fn with_garbage_collection(mut self, wanted: bool) -> Self {
        self.garbage_collection = wanted;
        self
    }

    /// Sets [`Controllers::namespaces`].
    #[must_use]
    pub const fn with_namespaces(mut self, wanted: bool) -> Self {
        self.namespaces = wanted;
        self
    }

    /// Sets [`Controllers::service_accounts`].
    #[must_use]
    pub const fn with_service_accounts(mut self, wanted: bool) -> Self {
        self.service_accounts = wanted;
        self
    }

    /// Sets [`Controllers::cluster_roles`].
    #[must_use]
    pub const fn with_cluster_roles(mut self, wanted: bool) -> Self {
        self.cluster_roles = wanted;
        self
    }

    /// Sets [`Controllers::workloads`].
    #[must_use]
    pub const fn with_workloads(mut self, wanted: bool) -> Self {
        self.workloads = wanted;
        self
    }

    /// Sets [`Controllers::infrastructure`].
    #[must_use]
    pub const fn with_infrastructure(mut self, wanted: bool) -> Self {
        self.infrastructure = wanted;
        self
    }

    /// What all of them would write next.
    fn steps(self, view: &View) -> Vec<Step> {
        let mut steps = Vec::new();
        for (wanted, controller) in [
            (self.service_accounts, accounts::steps as fn(&View) -> Vec<Step>),
            (self.cluster_roles, roles::steps),
            (self.workloads, workloads::steps),
            (self.infrastructure, volumes::steps),
            (self.garbage_collection, garbage::steps),
            (self.namespaces, namespaces::steps),
        ] {
            if wanted {
                steps.extend(controller(view));
            }
        }
        steps
    }
}
