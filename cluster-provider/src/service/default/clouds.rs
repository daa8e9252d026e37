//! Clouds and regions of all providers together, remembered for a while.

use futures::future::join_all;

use super::DefaultClusterService;
use super::writing::said;
use crate::cluster::ProviderType;
use crate::provider::{
    CallContext, CloudProvider, CloudRegion, Clouds, ProviderError, ProviderErrorKind, merge_regions,
};
use crate::service::ServiceError;
use crate::service::cache::Worked;

impl DefaultClusterService {
    pub(super) async fn all_clouds(&self, call: &CallContext) -> Result<Vec<CloudProvider>, ServiceError> {
        let answer = self.clouds.get(&(), || async {
            let answers =
                self.of_all(call, "cloud_providers", |clouds, step| async move { clouds.cloud_providers(&step).await });
            let (lists, whole) = answered(answers.await)?;
            let mut all: Vec<CloudProvider> = Vec::new();
            for cloud in lists.into_iter().flatten() {
                if !all.iter().any(|held| held.id == cloud.id) {
                    all.push(cloud);
                }
            }
            all.sort_by(|one, other| one.id.cmp(&other.id));
            Ok(if whole { Worked::Whole(all) } else { Worked::Partly(all) })
        });
        let answer = call.bound(answer).await;
        answer.map_err(|source| ServiceError::Interrupted { id: "clouds".to_owned(), source })?
    }

    pub(super) async fn all_regions(
        &self,
        call: &CallContext,
        cloud_provider: &str,
    ) -> Result<Vec<CloudRegion>, ServiceError> {
        if cloud_provider.is_empty() {
            return Err(ServiceError::Invalid { field: "cloud_provider", why: "it is empty".to_owned() });
        }
        let cloud = cloud_provider.to_owned();
        let answer = self.regions.get(&cloud, || async {
            let answers = self.of_all(call, "regions", |clouds, step| {
                let cloud = cloud.clone();
                async move {
                    match clouds.regions(&step, &cloud).await {
                        // Not every provider knows every cloud.
                        Err(error) if error.kind() == ProviderErrorKind::NotFound => Ok(Vec::new()),
                        answer => answer,
                    }
                }
            });
            let (lists, whole) = answered(answers.await)?;
            let mut all = Vec::new();
            merge_regions(&mut all, lists.into_iter().flatten());
            all.retain(|region| region.enabled);
            all.sort_by(|one, other| one.id.cmp(&other.id));
            Ok(if whole { Worked::Whole(all) } else { Worked::Partly(all) })
        });
        let answer = call.bound(answer).await;
        answer.map_err(|source| ServiceError::Interrupted { id: cloud_provider.to_owned(), source })?
    }

    /// Asks all providers that know any, at the same time.
    async fn of_all<T, F>(
        &self,
        call: &CallContext,
        operation: &'static str,
        ask: impl Fn(std::sync::Arc<dyn Clouds>, CallContext) -> F,
    ) -> Vec<(ProviderType, Result<T, ProviderError>)>
    where
        F: Future<Output = Result<T, ProviderError>>,
    {
        let able = self.factory.types().into_iter().filter_map(|provider_type| {
            let provider = self.factory.get(&provider_type).ok()?;
            Some((provider_type, provider.clouds()?))
        });
        let asked = able.map(|(provider_type, clouds)| {
            let step = self.step(call);
            let work = ask(clouds, step.clone());
            async move {
                let answer = self.asked(&step, &provider_type, operation, work).await;
                (provider_type, answer)
            }
        });
        join_all(asked).await
    }
}

/// What was answered, and whether that is all. The first refusal, when nobody answered.
fn answered<T>(answers: Vec<(ProviderType, Result<T, ProviderError>)>) -> Result<(Vec<T>, bool), ServiceError> {
    let (mut lists, mut first) = (Vec::new(), None);
    for (provider_type, answer) in answers {
        match answer {
            Ok(list) => lists.push(list),
            Err(error) => {
                tracing::warn!(provider = %provider_type, %error, "a provider does not say where clusters can be");
                first.get_or_insert((provider_type, error));
            }
        }
    }
    match first {
        Some((provider_type, error)) if lists.is_empty() => Err(said(provider_type, "list clouds of", error)),
        first => Ok((lists, first.is_none())),
    }
}
