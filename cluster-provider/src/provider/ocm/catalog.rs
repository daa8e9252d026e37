//! Clouds and regions, remembered for a while.

use async_trait::async_trait;

use super::Ocm;
use super::client::{Ask, CLUSTERS, segment};
use super::wire;
use crate::provider::{CallContext, CloudProvider, CloudRegion, Clouds, ProviderError, merge_regions};

#[async_trait]
impl Clouds for Ocm {
    async fn cloud_providers(&self, call: &CallContext) -> Result<Vec<CloudProvider>, ProviderError> {
        if let Some(known) = self.cloud_providers.get("") {
            return Ok(known);
        }
        let ask =
            Ask::get(self.deed("cloud_providers"), format!("{CLUSTERS}/cloud_providers")).query("order", "id asc");
        let clouds: Vec<wire::Cloud> = self.client.list(call, ask, |cloud: &wire::Cloud| &cloud.id).await?;
        let clouds: Vec<_> = clouds.into_iter().filter(|cloud| !cloud.id.is_empty()).map(cloud).collect();
        self.cloud_providers.put("", clouds.clone());
        Ok(clouds)
    }

    async fn regions(&self, call: &CallContext, cloud_provider: &str) -> Result<Vec<CloudRegion>, ProviderError> {
        if let Some(known) = self.regions.get(cloud_provider) {
            return Ok(known);
        }
        let deed = self.deed("regions");
        let id = segment(deed, "the cloud", cloud_provider)?;
        let ask = Ask::get(deed, format!("{CLUSTERS}/cloud_providers/{id}/regions"));
        let listed: Vec<wire::Region> = self.client.list(call, ask, |region: &wire::Region| &region.id).await?;
        let mut regions = Vec::with_capacity(listed.len());
        let listed = listed.into_iter().filter(|region| !region.id.is_empty());
        merge_regions(&mut regions, listed.map(|one| region(one, cloud_provider)));
        self.regions.put(cloud_provider, regions.clone());
        Ok(regions)
    }
}

fn cloud(listed: wire::Cloud) -> CloudProvider {
    let mut cloud = CloudProvider::new(listed.id);
    if let Some(name) = listed.name {
        cloud.name = name;
    }
    cloud.display_name = listed.display_name.unwrap_or_else(|| cloud.name.clone());
    cloud
}

fn region(listed: wire::Region, cloud_provider: &str) -> CloudRegion {
    let cloud = if listed.cloud_provider.id.is_empty() { cloud_provider } else { &listed.cloud_provider.id };
    let mut region = CloudRegion::new(cloud, listed.id, listed.supports_multi_az);
    if let Some(name) = listed.name {
        region.name = name;
    }
    region.display_name = listed.display_name.unwrap_or_else(|| region.name.clone());
    region.enabled = listed.enabled.unwrap_or(true);
    region
}
