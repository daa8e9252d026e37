//! What may be tuned of clusters of profiles. Values only.

use super::InClusterOptions;

/// Where profiles are, and what their properties are called. All have defaults, which are what [`PublisherOptions`](super::PublisherOptions)
/// writes.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ClusterProfileOptions {
    /// Namespace of profiles that are named without one. Default: `default`.
    pub namespace: String,
    /// Which property is the region. Default: `region.mooring.dev`.
    pub region_property: String,
    /// Which property is the cloud. Default: `cloud-provider.mooring.dev`.
    pub cloud_property: String,
    /// Which property says, as `true`, that a cluster is spread over zones. Default: `multi-az.mooring.dev`.
    pub multi_az_property: String,
    /// Which property is the domain of the applications in a cluster. Default: none.
    pub dns_property: Option<String>,
    /// What is done in the clusters.
    pub in_cluster: InClusterOptions,
}

impl Default for ClusterProfileOptions {
    fn default() -> Self {
        Self {
            namespace: "default".to_owned(),
            region_property: super::desired::REGION.to_owned(),
            cloud_property: super::desired::CLOUD.to_owned(),
            multi_az_property: super::desired::MULTI_AZ.to_owned(),
            dns_property: None,
            in_cluster: InClusterOptions::default(),
        }
    }
}

impl ClusterProfileOptions {
    /// Sets [`namespace`](Self::namespace).
    #[must_use]
    pub fn with_namespace(mut self, namespace: impl Into<String>) -> Self {
        self.namespace = namespace.into();
        self
    }

    /// Sets [`region_property`](Self::region_property).
    #[must_use]
    pub fn with_region_property(mut self, name: impl Into<String>) -> Self {
        self.region_property = name.into();
        self
    }

    /// Sets [`cloud_property`](Self::cloud_property).
    #[must_use]
    pub fn with_cloud_property(mut self, name: impl Into<String>) -> Self {
        self.cloud_property = name.into();
        self
    }

    /// Sets [`dns_property`](Self::dns_property).
    #[must_use]
    pub fn with_dns_property(mut self, name: impl Into<String>) -> Self {
        self.dns_property = Some(name.into());
        self
    }

    /// Sets [`in_cluster`](Self::in_cluster).
    #[must_use]
    pub fn with_in_cluster(mut self, options: InClusterOptions) -> Self {
        self.in_cluster = options;
        self
    }
}
