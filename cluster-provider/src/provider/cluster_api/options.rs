//! What may be tuned of clusters of Cluster API. Values only.

use std::time::Duration;

use cluster_client::kubeconfig::TrustPolicy;

use super::InClusterOptions;

/// Where clusters are made, and what counts as failed. All have defaults.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct ClusterApiOptions {
    /// Namespace of clusters whose request names none. Default: `default`.
    pub namespace: String,
    /// A cluster that is not provisioned so long after it was made has failed; never, when absent. Default: 2 h.
    pub failure_after: Option<Duration>,
    /// The topology variable that the region of a request becomes, and is read from. Default: none.
    pub region_variable: Option<String>,
    /// The topology variable that the cloud of a request becomes, and is read from. Default: none.
    pub cloud_variable: Option<String>,
    /// The topology variable that holds the domain of the applications in a cluster. Default: none.
    pub dns_variable: Option<String>,
    /// What kubeconfigs in Secrets may make this process do. Default: [`TrustPolicy::for_secrets`].
    pub policy: TrustPolicy,
    /// What is done in the clusters.
    pub in_cluster: InClusterOptions,
}

impl Default for ClusterApiOptions {
    fn default() -> Self {
        Self {
            namespace: "default".to_owned(),
            failure_after: Some(Duration::from_secs(2 * 60 * 60)),
            region_variable: None,
            cloud_variable: None,
            dns_variable: None,
            policy: TrustPolicy::for_secrets(),
            in_cluster: InClusterOptions::default(),
        }
    }
}

impl ClusterApiOptions {
    /// Sets [`namespace`](Self::namespace).
    #[must_use]
    pub fn with_namespace(mut self, namespace: impl Into<String>) -> Self {
        self.namespace = namespace.into();
        self
    }

    /// Sets [`failure_after`](Self::failure_after).
    #[must_use]
    pub fn with_failure_after(mut self, after: Option<Duration>) -> Self {
        self.failure_after = after;
        self
    }

    /// Sets [`region_variable`](Self::region_variable).
    #[must_use]
    pub fn with_region_variable(mut self, name: impl Into<String>) -> Self {
        self.region_variable = Some(name.into());
        self
    }

    /// Sets [`cloud_variable`](Self::cloud_variable).
    #[must_use]
    pub fn with_cloud_variable(mut self, name: impl Into<String>) -> Self {
        self.cloud_variable = Some(name.into());
        self
    }

    /// Sets [`dns_variable`](Self::dns_variable).
    #[must_use]
    pub fn with_dns_variable(mut self, name: impl Into<String>) -> Self {
        self.dns_variable = Some(name.into());
        self
    }

    /// Sets [`in_cluster`](Self::in_cluster).
    #[must_use]
    pub fn with_in_cluster(mut self, options: InClusterOptions) -> Self {
        self.in_cluster = options;
        self
    }
}
