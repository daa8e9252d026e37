//! Clusters listed as `ClusterProfile` objects in a cluster.

use std::collections::BTreeSet;
use std::fmt;

use async_trait::async_trait;
use kube::Client;
use sha2::{Digest as _, Sha256};

use super::{ClusterPublisher, PublishError, Swept};
use crate::cluster::{Cluster, ClusterId};
use crate::provider::CallContext;
use crate::provider::cluster_profile::{
    ClusterProfilePublisher, Intent, PublisherOptions, intent, profile, profile_status,
};

/// Lists clusters as `ClusterProfile` objects: one for each that is ready, kept while it is merely not well, gone when the cluster goes.
///
/// [`PublisherOptions::manager`] says whose they are. Two fleets that are listed in one namespace need two names, since each takes away what
/// has its name and none of its records.
#[derive(Clone)]
pub struct ProfilePublisher {
    options: PublisherOptions,
    publisher: ClusterProfilePublisher,
}

// === impl ProfilePublisher ===

impl ProfilePublisher {
    /// Lists them in the cluster of this client. Needs the verbs `get`, `list`, `create`, `patch` and `delete` on
    /// `clusterprofiles.multicluster.x-k8s.io`, and `patch` on its status.
    #[must_use]
    pub fn new(client: Client, options: PublisherOptions) -> Self {
        Self { publisher: ClusterProfilePublisher::new(client, options.clone()), options }
    }
}

#[async_trait]
impl ClusterPublisher for ProfilePublisher {
    fn revision(&self, cluster: &Cluster) -> String {
        let said = match intent(cluster) {
            Intent::Withdraw => return "withdrawn".to_owned(),
            intent => (intent, profile(cluster, &self.options), profile_status(cluster, None, &self.options)),
        };
        // The maps of JSON are sorted, so this is one text for one value.
        let digest = Sha256::digest(format!("{:?}\n{}\n{}", said.0, said.1, said.2));
        digest.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    fn wants_connection(&self, cluster: &Cluster) -> bool {
        // One that was never ready is not listed, and one that was keeps what is said of the way to it. So nobody is asked for that who may not
        // know it at the moment.
        self.options.access_provider.is_some() && intent(cluster) == Intent::Publish
    }

    async fn publish<'a>(
        &self,
        call: &CallContext,
        cluster: &Cluster,
        connection: Option<&'a cluster_client::ClusterSpec>,
    ) -> Result<(), PublishError> {
        let published = self.publisher.publish(call, cluster, connection).await;
        published.map(drop).map_err(|error| PublishError::new(cluster.id.as_str(), "published", error))
    }

    async fn sweep(&self, call: &CallContext, all: &BTreeSet<ClusterId>) -> Result<Swept, PublishError> {
        let swept = self.publisher.sweep(call, all).await;
        let swept = swept.map_err(|error| PublishError::new("(all)", "looked for", error))?;
        let failed = swept.failed.into_iter().map(|(name, error)| PublishError::new(name, "withdrawn", error));
        Ok(Swept { withdrawn: swept.withdrawn, failed: failed.collect() })
    }
}

impl fmt::Debug for ProfilePublisher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ProfilePublisher").field("options", &self.options).finish_non_exhaustive()
    }
}
