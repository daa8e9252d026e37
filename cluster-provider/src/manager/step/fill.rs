//! Brings about what a cluster should hold: machines, domain, logins, resources, add-ons, in this order.

use super::{Crew, StepError};
use crate::cluster::{Cluster, Condition};
use crate::manager::Blueprint;
use crate::provider::{AddonState, CallContext, ResourceSet};

impl Crew {
    /// All of it. What is there already is left as it is; the first that fails holds up the rest.
    pub(super) async fn fill(&self, call: &CallContext, cluster: &Cluster) -> Result<(), StepError> {
        let began = (self.clock)();
        let (blueprint, revision) = match &self.terraformer {
            Some(terraformer) => (terraformer.blueprint(cluster).await?, terraformer.revision(cluster)),
            None => (Blueprint::new(), None),
        };
        for pool in &blueprint.machine_pools {
            self.service.ensure_machine_pool(call, &cluster.id, pool).await?;
        }
        if !blueprint.machine_pools.is_empty() {
            self.note(call, &cluster.id, Condition::yes(Condition::MACHINE_POOLS_READY)).await?;
        }
        if blueprint.needs_dns && self.service.dns(call, &cluster.id).await?.is_none() {
            let why = "the provider does not know it yet".to_owned();
            return Err(StepError::NotYet { what: "the domain of its applications".to_owned(), why });
        }
        if let Some(provider) = &blueprint.identity_provider {
            self.service.configure_identity_provider(call, &cluster.id, provider).await?;
        }
        self.apply_sets(call, cluster, blueprint.sets).await?;
        for addon in &blueprint.addons {
            match self.service.ensure_addon(call, &cluster.id, addon).await? {
                AddonState::Ready => {}
                AddonState::Failed { reason } => return Err(StepError::Addon { id: addon.id.clone(), reason }),
                AddonState::Absent | AddonState::Installing | AddonState::Deleting => {
                    let why = "it is being installed".to_owned();
                    return Err(StepError::NotYet { what: format!("add-on {}", addon.id), why });
                }
            }
        }
        if !blueprint.addons.is_empty() {
            self.note(call, &cluster.id, Condition::yes(Condition::ADDONS_READY)).await?;
        }
        if cluster.conditions.get(Condition::SETTLED).is_some() {
            self.note(call, &cluster.id, Condition::yes(Condition::SETTLED)).await?;
        }
        self.remember(&cluster.id, |seen| {
            seen.applied_at = Some(began);
            seen.revision = revision;
        });
        Ok(())
    }

    /// Applies the sets and the agent's, and removes those that are not wanted any more.
    async fn apply_sets(
        &self,
        call: &CallContext,
        cluster: &Cluster,
        mut sets: Vec<ResourceSet>,
    ) -> Result<(), StepError> {
        if let Some(agent) = &self.agent {
            let account = agent.ensure_account(cluster).await?;
            if cluster.credentials_ref.as_ref() != Some(&account) {
                self.write(call, &cluster.id, |cluster| {
                    (cluster.credentials_ref.as_ref() != Some(&account)).then(|| {
                        let mut patch = crate::cluster::ClusterPatch::new();
                        patch.credentials_ref = Some(Some(account.clone()));
                        patch
                    })
                })
                .await?;
            }
            sets.extend(agent.parameters(cluster).await?);
        }
        for set in &sets {
            let report = self.service.apply_resources(call, &cluster.id, set).await?;
            StepError::of_report(&set.name, &report)?;
        }
        let mut dropped: Vec<_> = cluster
            .applied_sets
            .iter()
            .filter(|(name, _)| sets.iter().all(|set| set.name != **name))
            .map(|(name, applied)| (applied.order, name))
            .collect();
        dropped.sort_unstable();
        for (_, name) in dropped.into_iter().rev() {
            self.remove_set(call, cluster, name).await?;
        }
        Ok(())
    }

    pub(super) async fn remove_set(&self, call: &CallContext, cluster: &Cluster, name: &str) -> Result<(), StepError> {
        let report = self.service.remove_resources(call, &cluster.id, name).await?;
        if report.is_over() {
            return Ok(());
        }
        let why = "objects of it wait for finalizers".to_owned();
        Err(StepError::NotYet { what: format!("the end of resource set {name}"), why })
    }
}
