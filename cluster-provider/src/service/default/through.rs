//! What is asked of providers besides creating, looking and deleting.

use super::DefaultClusterService;
use super::resources::staying;
use super::writing::{known, said, unsupported};
use crate::cluster::{Cluster, ClusterId, ClusterPatch, Condition, ProviderType};
use crate::provider::{
    Addon, AddonState, CallContext, IdentityProvider, IdentityProviderId, MachinePool, MachinePoolRequest,
    ProviderError, ProviderErrorKind, QuotaCost,
};
use crate::service::ServiceError;
use crate::service::failure::reason_of;

impl DefaultClusterService {
    pub(super) async fn domain(&self, call: &CallContext, id: &ClusterId) -> Result<Option<String>, ServiceError> {
        let record = self.read(call, id).await?;
        if let Some(dns) = record.cluster_dns {
            return Ok(Some(dns));
        }
        let (provider, spec) = (self.provider(id.as_str(), &record.provider_type)?, known(&record)?);
        let step = self.step(call);
        let answer = self.asked(&step, &record.provider_type, "dns", provider.dns(&step, &spec)).await;
        let Some(dns) = answer.map_err(|error| said(id, "dns", error))?.filter(|dns| !dns.is_empty()) else {
            return Ok(None);
        };
        let now = self.about_now(call, id.as_str()).await?;
        let written = self
            .change(&self.recording(call), id, |record| {
                if record.cluster_dns.is_some() {
                    return Ok(ClusterPatch::new());
                }
                let mut conditions = record.conditions.clone();
                conditions.set(Condition::yes(Condition::DNS_KNOWN), now);
                let mut patch = ClusterPatch::new().with_conditions(conditions);
                patch.cluster_dns = Some(Some(dns.clone()));
                Ok(patch)
            })
            .await?;
        Ok(written.after.cluster_dns)
    }

    pub(super) async fn reach(
        &self,
        call: &CallContext,
        id: &ClusterId,
    ) -> Result<cluster_client::ClusterSpec, ServiceError> {
        let record = self.read(call, id).await?;
        let (provider, spec) = (self.provider(id.as_str(), &record.provider_type)?, known(&record)?);
        let step = self.step(call);
        let answer = self.asked(&step, &record.provider_type, "connection", provider.connection(&step, &spec)).await;
        answer.map_err(|error| said(id, "connection", error))
    }

    pub(super) async fn introduce(
        &self,
        call: &CallContext,
        id: &ClusterId,
        identities: &IdentityProvider,
    ) -> Result<IdentityProviderId, ServiceError> {
        const OPERATION: &str = "configure_identity_provider";
        let _turn = self.turn(call, id).await?;
        let record = self.read(call, id).await?;
        staying(&record)?;
        let provider = self.provider(id.as_str(), &record.provider_type)?;
        let able = provider.identity_providers().ok_or_else(|| unsupported(id, &record.provider_type, OPERATION))?;
        let (step, spec) = (self.step(call), known(&record)?);
        self.still_leads(call, id.as_str()).await?;
        let answer = self.asked(&step, &record.provider_type, OPERATION, able.ensure(&step, &spec, identities)).await;
        let condition = match &answer {
            Ok(made) => Condition::yes(Condition::IDENTITY_PROVIDER_CONFIGURED)
                .because("Configured", format!("{} is known as {}", made.name, made.id)),
            Err(error) => Condition::no(Condition::IDENTITY_PROVIDER_CONFIGURED)
                .because(reason_of(error.kind()), error.to_string()),
        };
        let noted = self.note(call, id, condition).await;
        let made = answer.map_err(|error| said(id, OPERATION, error))?;
        noted?;
        Ok(made)
    }

    pub(super) async fn forget_identities(
        &self,
        call: &CallContext,
        id: &ClusterId,
        name: &str,
    ) -> Result<bool, ServiceError> {
        const OPERATION: &str = "remove_identity_provider";
        let _turn = self.turn(call, id).await?;
        let record = self.read(call, id).await?;
        let provider = self.provider(id.as_str(), &record.provider_type)?;
        let able = provider.identity_providers().ok_or_else(|| unsupported(id, &record.provider_type, OPERATION))?;
        let (step, spec) = (self.step(call), known(&record)?);
        self.still_leads(call, id.as_str()).await?;
        let answer = self.asked(&step, &record.provider_type, OPERATION, able.remove(&step, &spec, name)).await;
        let existed = answer.map_err(|error| said(id, OPERATION, error))?;
        let condition =
            Condition::no(Condition::IDENTITY_PROVIDER_CONFIGURED).because("Removed", format!("{name} was removed"));
        self.note(call, id, condition).await?;
        Ok(existed)
    }

    pub(super) async fn install(
        &self,
        call: &CallContext,
        id: &ClusterId,
        addon: &Addon,
    ) -> Result<AddonState, ServiceError> {
        let _turn = self.turn(call, id).await?;
        let record = self.read(call, id).await?;
        staying(&record)?;
        let provider = self.provider(id.as_str(), &record.provider_type)?;
        let able = provider.addons().ok_or_else(|| unsupported(id, &record.provider_type, "ensure_addon"))?;
        let (step, spec) = (self.step(call), known(&record)?);
        self.still_leads(call, id.as_str()).await?;
        let answer = self.asked(&step, &record.provider_type, "ensure_addon", able.ensure(&step, &spec, addon)).await;
        answer.map_err(|error| said(id, "ensure_addon", error))
    }

    pub(super) async fn uninstall(
        &self,
        call: &CallContext,
        id: &ClusterId,
        addon: &str,
    ) -> Result<AddonState, ServiceError> {
        let _turn = self.turn(call, id).await?;
        let record = self.read(call, id).await?;
        let provider = self.provider(id.as_str(), &record.provider_type)?;
        let able = provider.addons().ok_or_else(|| unsupported(id, &record.provider_type, "remove_addon"))?;
        let (step, spec) = (self.step(call), known(&record)?);
        self.still_leads(call, id.as_str()).await?;
        let answer = self.asked(&step, &record.provider_type, "remove_addon", able.remove(&step, &spec, addon)).await;
        answer.map_err(|error| said(id, "remove_addon", error))
    }

    pub(super) async fn pool(
        &self,
        call: &CallContext,
        id: &ClusterId,
        request: &MachinePoolRequest,
    ) -> Result<MachinePool, ServiceError> {
        const OPERATION: &str = "ensure_machine_pool";
        let _turn = self.turn(call, id).await?;
        let record = self.read(call, id).await?;
        staying(&record)?;
        let provider = self.provider(id.as_str(), &record.provider_type)?;
        let able = provider.machine_pools().ok_or_else(|| unsupported(id, &record.provider_type, OPERATION))?;
        let (step, spec) = (self.step(call), known(&record)?);
        self.still_leads(call, id.as_str()).await?;
        let answer = self.asked(&step, &record.provider_type, OPERATION, able.ensure(&step, &spec, request)).await;
        let pool = answer.map_err(|error| said(id, OPERATION, error))?;
        let call = &self.recording(call);
        // What a class of workloads has is what the provider made of the request.
        let capacity = |record: &Cluster| {
            let mut capacity = record.capacity.clone();
            if let Some(of_class) = capacity.get_mut(&pool.effective.id)
                && let Some(most) = most_nodes(&pool.effective)
            {
                of_class.max_nodes = most;
            }
            Ok(ClusterPatch { capacity: Some(capacity), ..ClusterPatch::new() })
        };
        self.change(call, id, capacity).await?;
        Ok(pool)
    }

    pub(super) async fn whose(
        &self,
        call: &CallContext,
        id: &ClusterId,
        organisation: &str,
    ) -> Result<(), ServiceError> {
        const OPERATION: &str = "check_ownership";
        let record = self.read(call, id).await?;
        let provider = self.provider(id.as_str(), &record.provider_type)?;
        let Some(able) = provider.ownership() else {
            // Who recorded it said whose it is; where nobody did, nobody knows.
            return match &record.tenant_id {
                Some(tenant) if tenant == organisation => Ok(()),
                Some(_) => {
                    let error = ProviderError::new(ProviderErrorKind::Forbidden, &record.provider_type, OPERATION)
                        .with_reason("the cluster is recorded for another tenant");
                    Err(said(id, OPERATION, error))
                }
                None => Err(unsupported(id, &record.provider_type, OPERATION)),
            };
        };
        let (step, spec) = (self.step(call), known(&record)?);
        let answer = self.asked(&step, &record.provider_type, OPERATION, able.check(&step, organisation, &spec)).await;
        answer.map_err(|error| said(id, OPERATION, error))
    }

    pub(super) async fn quota_of(
        &self,
        call: &CallContext,
        provider_type: &ProviderType,
    ) -> Result<Vec<QuotaCost>, ServiceError> {
        let provider = self.provider(provider_type.as_str(), provider_type)?;
        let able = provider.quota().ok_or_else(|| unsupported(provider_type, provider_type, "quota"))?;
        let step = self.step(call);
        let answer = self.asked(&step, provider_type, "quota", able.costs(&step)).await;
        answer.map_err(|error| said(provider_type, "quota", error))
    }

    async fn note(&self, call: &CallContext, id: &ClusterId, condition: Condition) -> Result<(), ServiceError> {
        let call = &self.recording(call);
        let now = self.about_now(call, id.as_str()).await?;
        self.change(call, id, |record| {
            let mut conditions = record.conditions.clone();
            conditions.set(condition.clone(), now);
            Ok(ClusterPatch::new().with_conditions(conditions))
        })
        .await?;
        Ok(())
    }
}

fn most_nodes(pool: &MachinePoolRequest) -> Option<i32> {
    let most = pool.autoscaling.map(|by| by.max_nodes).or(pool.replicas)?;
    Some(i32::try_from(most).unwrap_or(i32::MAX))
}
