//! Clouds and regions of a provider that has no catalogue of its own: as the application says. Knows nothing of records.

use std::sync::Arc;

use async_trait::async_trait;

use crate::cluster::ProviderType;
use crate::provider::{
    CallContext, CloudProvider, CloudRegion, Clouds, ProviderError, ProviderErrorKind, merge_regions,
};

/// Says where clusters can be, or are: from configuration, or from records.
#[async_trait]
pub trait RegionSource: Send + Sync + 'static {
    /// All regions of all clouds, in any order and with doubles.
    ///
    /// # Errors
    /// When they cannot be read at the moment.
    async fn regions(&self) -> Result<Vec<CloudRegion>, Box<dyn std::error::Error + Send + Sync>>;
}

/// Regions that are known from the start.
#[async_trait]
impl RegionSource for Vec<CloudRegion> {
    async fn regions(&self) -> Result<Vec<CloudRegion>, Box<dyn std::error::Error + Send + Sync>> {
        Ok(self.clone())
    }
}

/// The capability over such a source.
pub(super) struct Regions {
    pub(super) provider: ProviderType,
    pub(super) source: Arc<dyn RegionSource>,
}

// === impl Regions ===

impl Regions {
    async fn all(&self, call: &CallContext, operation: &'static str) -> Result<Vec<CloudRegion>, ProviderError> {
        let found = call
            .bound(self.source.regions())
            .await
            .map_err(|why| ProviderError::interrupted(why, &self.provider, operation))?
            .map_err(|source| {
                ProviderError::new(ProviderErrorKind::Unavailable, &self.provider, operation).with_source(source)
            })?;
        let mut merged = Vec::new();
        merge_regions(&mut merged, found);
        merged.sort_by(|a, b| (&a.cloud_provider_id, &a.id).cmp(&(&b.cloud_provider_id, &b.id)));
        Ok(merged)
    }
}

#[async_trait]
impl Clouds for Regions {
    async fn cloud_providers(&self, call: &CallContext) -> Result<Vec<CloudProvider>, ProviderError> {
        let mut clouds: Vec<_> = self
            .all(call, "cloud_providers")
            .await?
            .into_iter()
            .map(|region| CloudProvider::new(region.cloud_provider_id))
            .collect();
        clouds.dedup();
        Ok(clouds)
    }

    async fn regions(&self, call: &CallContext, cloud_provider: &str) -> Result<Vec<CloudRegion>, ProviderError> {
        let mut regions = self.all(call, "regions").await?;
        regions.retain(|region| region.cloud_provider_id == cloud_provider);
        Ok(regions)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[tokio::test]
    async fn one_region_with_and_without_zones_is_listed_once() {
        let known = vec![
            CloudRegion::new("gcp", "us-east1", true),
            CloudRegion::new("aws", "us-east-1", false),
            CloudRegion::new("aws", "us-east-1", true),
        ];
        let regions = Regions { provider: ProviderType::STANDALONE, source: Arc::new(known) };
        let call = CallContext::within(Duration::from_secs(1));
        let clouds: Vec<_> = regions.cloud_providers(&call).await.unwrap().into_iter().map(|cloud| cloud.id).collect();
        assert_eq!(clouds, ["aws", "gcp"]);
        let found = regions.regions(&call, "aws").await.unwrap();
        assert_eq!(found.len(), 1);
        assert!(found[0].supports_multi_az);
    }
}
