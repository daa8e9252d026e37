//! Clusters listed as `ClusterProfile` objects in a cluster.

use std::collections::BTreeSet;
use std::fmt;

use async_trait::async_trait;
use kube::api::{ApiResource, DeleteParams, DynamicObject, GroupVersionKind, ListParams, Preconditions};
use kube::{Api, Client};
use sha2::{Digest as _, Sha256};

use super::{ClusterPublisher, PublishError, Swept};
use crate::cluster::{Cluster, ClusterId};
use crate::provider::CallContext;
use crate::provider::cluster_profile::{
    ClusterProfilePublisher, Intent, PublisherOptions, intent, profile, profile_name, profile_status,
};

/// The label with the name of the manager.
const MANAGER: &str = "x-k8s.io/cluster-manager";
/// The label of what is published here.
const PUBLISHED: &str = "mooring.dev/published";
/// How many are listed at once.
const PAGE: u32 = 500;

/// Lists clusters as `ClusterProfile` objects: one for each that is ready, kept while it is merely not well, gone when the cluster goes.
///
/// [`PublisherOptions::manager`] says whose they are. Two fleets that are listed in one namespace need two names, since each takes away what
/// has its name and none of its records.
#[derive(Clone)]
pub struct ProfilePublisher {
    client: Client,
    options: PublisherOptions,
    publisher: ClusterProfilePublisher,
}

// === impl ProfilePublisher ===

impl ProfilePublisher {
    /// Lists them in the cluster of this client. Needs the verbs `get`, `list`, `create`, `patch` and `delete` on
    /// `clusterprofiles.multicluster.x-k8s.io`, and `patch` on its status.
    #[must_use]
    pub fn new(client: Client, options: PublisherOptions) -> Self {
        let publisher = ClusterProfilePublisher::new(client.clone(), options.clone());
        Self { client, options, publisher }
    }

    fn api(&self) -> Api<DynamicObject> {
        let kind = GroupVersionKind::gvk("multicluster.x-k8s.io", "v1alpha1", "ClusterProfile");
        let resource = ApiResource::from_gvk_with_plural(&kind, "clusterprofiles");
        Api::namespaced_with(self.client.clone(), &self.options.namespace, &resource)
    }

    /// Names and UIDs of all that are ours.
    async fn ours(&self, call: &CallContext) -> Result<Vec<(String, Option<String>)>, PublishError> {
        let failed =
            |source: Box<dyn std::error::Error + Send + Sync>| PublishError::new("(all)", "looked for", source);
        let selector = format!("{MANAGER}={},{PUBLISHED}=true", self.options.manager);
        let mut page = ListParams::default().labels(&selector).limit(PAGE);
        let (api, mut ours) = (self.api(), Vec::new());
        loop {
            let answer = call.bound(api.list_metadata(&page)).await;
            let answer = answer.map_err(|why| failed(why.into()))?.map_err(|error| failed(error.into()))?;
            ours.extend(answer.items.into_iter().filter_map(|one| Some((one.metadata.name?, one.metadata.uid))));
            match answer.metadata.continue_.filter(|more| !more.is_empty()) {
                Some(more) => page.continue_token = Some(more),
                None => return Ok(ours),
            }
        }
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
        let kept: BTreeSet<String> = all.iter().map(profile_name).collect();
        let mut swept = Swept::default();
        for (name, uid) in self.ours(call).await? {
            if kept.contains(&name) {
                continue;
            }
            // This one, and none that took its place.
            let this = Preconditions { uid, resource_version: None };
            let delete = DeleteParams::default().preconditions(this);
            match call.bound(self.api().delete(&name, &delete)).await {
                Ok(Ok(_)) => swept.withdrawn.push(name),
                Ok(Err(kube::Error::Api(status))) if status.is_not_found() => {}
                Ok(Err(error)) => swept.failed.push(PublishError::new(name, "withdrawn", error)),
                Err(why) => swept.failed.push(PublishError::new(name, "withdrawn", why)),
            }
        }
        Ok(swept)
    }
}

impl fmt::Debug for ProfilePublisher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ProfilePublisher").field("options", &self.options).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cluster::ClusterStatus;
    use crate::testing::records::cluster;

    #[test]
    fn the_labels_that_are_looked_for_are_those_that_are_written() {
        let options = PublisherOptions::default();
        let labels = &profile(&cluster(ClusterStatus::Ready), &options)["metadata"]["labels"];
        assert_eq!((&labels[MANAGER], &labels[PUBLISHED]), (&options.manager.into(), &"true".into()));
    }
}
