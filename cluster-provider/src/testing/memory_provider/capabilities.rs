//! The capabilities of the provider in memory.

use std::collections::BTreeMap;

use async_trait::async_trait;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::cloud::Installed;
use super::{MemoryProvider, Trouble};
use crate::provider::{
    Addon, AddonState, Addons, ApplyAction, ApplyReport, CallContext, CloudProvider, CloudRegion, Clouds, ClusterSpec,
    IdentityProvider, IdentityProviderId, IdentityProviders, MachinePool, MachinePoolRequest, MachinePools,
    ObjectOutcome, ObjectRef, OwnershipCheck, ProviderError, ProviderErrorKind, Quota, QuotaCost, Remaining,
    RemoveReport, ResourceSet, ResourceSets, SetDiff,
};

/// The objects of a set by what they are; an object that does not say is no part of a set.
fn objects(set: &ResourceSet) -> Result<BTreeMap<ObjectRef, &Value>, Trouble> {
    set.resources
        .iter()
        .map(|object| {
            let named = ObjectRef::of(object).map(|name| (name, object));
            named.ok_or_else(|| {
                (ProviderErrorKind::Invalid, "an object lacks apiVersion, kind or metadata.name".to_owned())
            })
        })
        .collect()
}

fn outcomes(before: Option<&ResourceSet>, set: &ResourceSet) -> Result<Vec<ObjectOutcome>, Trouble> {
    let before = before.map(objects).transpose()?.unwrap_or_default();
    let wanted = objects(set)?;
    let kept = wanted.iter().map(|(name, object)| {
        let action = match before.get(name) {
            None => ApplyAction::Created,
            Some(held) if held == object => ApplyAction::Unchanged,
            Some(_) => ApplyAction::Configured,
        };
        ObjectOutcome::new(name.clone(), action, "")
    });
    let pruned = before.keys().filter(|name| !wanted.contains_key(name));
    let pruned = pruned.map(|name| ObjectOutcome::new(name.clone(), ApplyAction::Pruned, ""));
    Ok(kept.chain(pruned).collect())
}

fn hash(set: &ResourceSet) -> Result<String, Trouble> {
    let mut digest = Sha256::new();
    for (name, object) in objects(set)? {
        digest.update(format!("{name}\n{object}\n"));
    }
    Ok(digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
}

#[async_trait]
impl ResourceSets for MemoryProvider {
    async fn apply(
        &self,
        call: &CallContext,
        known: &ClusterSpec,
        set: &ResourceSet,
    ) -> Result<ApplyReport, ProviderError> {
        let id = &known.internal_id;
        self.act(call, "apply_resources", Some(id.as_str()), |cloud| {
            let held = cloud.held_mut(id)?;
            let outcomes = outcomes(held.sets.get(&set.name), set)?;
            let hash = hash(set)?;
            held.sets.insert(set.name.clone(), set.clone());
            Ok(ApplyReport::new(outcomes, hash))
        })
        .await
    }

    async fn remove(&self, call: &CallContext, known: &ClusterSpec, name: &str) -> Result<RemoveReport, ProviderError> {
        let id = &known.internal_id;
        self.act(call, "remove_resources", Some(id.as_str()), |cloud| {
            let existed = cloud.held_mut(id)?.sets.remove(name).is_some();
            Ok(RemoveReport::new(existed, Remaining::Nothing))
        })
        .await
    }

    async fn diff(&self, call: &CallContext, known: &ClusterSpec, set: &ResourceSet) -> Result<SetDiff, ProviderError> {
        let id = &known.internal_id;
        self.act(call, "diff_resources", Some(id.as_str()), |cloud| {
            let mut outcomes = outcomes(cloud.held(id)?.sets.get(&set.name), set)?;
            outcomes.retain(|outcome| outcome.action != ApplyAction::Unchanged);
            let lines = outcomes.iter().map(|outcome| format!("{:?} {}\n", outcome.action, outcome.object));
            let text: String = lines.collect();
            Ok(SetDiff::new(outcomes, text))
        })
        .await
    }
}

fn identity_provider_id(provider: &IdentityProvider) -> Option<IdentityProviderId> {
    let kind = match provider {
        IdentityProvider::OpenId(_) => "OpenIDIdentityProvider",
        IdentityProvider::Raw(value) => value.get("type").and_then(Value::as_str)?,
    };
    let name = provider.name()?;
    Some(IdentityProviderId::new(format!("idp-{name}"), name, kind))
}

#[async_trait]
impl IdentityProviders for MemoryProvider {
    async fn ensure(
        &self,
        call: &CallContext,
        known: &ClusterSpec,
        provider: &IdentityProvider,
    ) -> Result<IdentityProviderId, ProviderError> {
        let id = &known.internal_id;
        self.act(call, "ensure_identity_provider", Some(id.as_str()), |cloud| {
            let held = cloud.held_mut(id)?;
            let named = identity_provider_id(provider)
                .ok_or_else(|| (ProviderErrorKind::Invalid, "an identity provider has a name and a type".to_owned()))?;
            held.identity_providers.insert(named.name.clone(), provider.clone());
            Ok(named)
        })
        .await
    }

    async fn remove(&self, call: &CallContext, known: &ClusterSpec, name: &str) -> Result<bool, ProviderError> {
        let id = &known.internal_id;
        self.act(call, "remove_identity_provider", Some(id.as_str()), |cloud| {
            Ok(cloud.held_mut(id)?.identity_providers.remove(name).is_some())
        })
        .await
    }

    async fn list(&self, call: &CallContext, known: &ClusterSpec) -> Result<Vec<IdentityProviderId>, ProviderError> {
        let id = &known.internal_id;
        self.act(call, "list_identity_providers", Some(id.as_str()), |cloud| {
            Ok(cloud.held(id)?.identity_providers.values().filter_map(identity_provider_id).collect())
        })
        .await
    }
}

#[async_trait]
impl Addons for MemoryProvider {
    async fn ensure(
        &self,
        call: &CallContext,
        known: &ClusterSpec,
        addon: &Addon,
    ) -> Result<AddonState, ProviderError> {
        let id = &known.internal_id;
        self.act(call, "ensure_addon", Some(id.as_str()), |cloud| {
            let tempo = cloud.tempo;
            let fresh = || Installed { state: AddonState::Installing, parameters: Vec::new(), looks: 0 };
            let held = cloud.held_mut(id)?.addons.entry(addon.id.clone()).or_insert_with(fresh);
            held.parameters.clone_from(&addon.parameters);
            if held.state == AddonState::Installing {
                if tempo.is_over_after(held.looks) {
                    held.state = AddonState::Ready;
                }
                held.looks += 1;
            }
            Ok(held.state.clone())
        })
        .await
    }

    async fn remove(&self, call: &CallContext, known: &ClusterSpec, addon: &str) -> Result<AddonState, ProviderError> {
        let id = &known.internal_id;
        self.act(call, "remove_addon", Some(id.as_str()), |cloud| {
            let tempo = cloud.tempo;
            let addons = &mut cloud.held_mut(id)?.addons;
            let Some(held) = addons.get_mut(addon) else { return Ok(AddonState::Absent) };
            if held.state != AddonState::Deleting {
                held.state = AddonState::Deleting;
                held.looks = 0;
            }
            if tempo.is_over_after(held.looks) {
                addons.remove(addon);
                return Ok(AddonState::Absent);
            }
            held.looks += 1;
            Ok(AddonState::Deleting)
        })
        .await
    }
}

#[async_trait]
impl MachinePools for MemoryProvider {
    async fn get(
        &self,
        call: &CallContext,
        known: &ClusterSpec,
        pool: &str,
    ) -> Result<Option<MachinePool>, ProviderError> {
        let id = &known.internal_id;
        self.act(call, "get_machine_pool", Some(id.as_str()), |cloud| {
            let pool = cloud.held(id)?.pools.get(pool);
            Ok(pool.map(|pool| MachinePool::new(id.clone(), pool.clone())))
        })
        .await
    }

    async fn ensure(
        &self,
        call: &CallContext,
        known: &ClusterSpec,
        request: &MachinePoolRequest,
    ) -> Result<MachinePool, ProviderError> {
        let id = &known.internal_id;
        self.act(call, "ensure_machine_pool", Some(id.as_str()), |cloud| {
            let pools = &mut cloud.held_mut(id)?.pools;
            if request.autoscaling.is_some_and(|by| by.min_nodes > by.max_nodes) {
                return Err((ProviderErrorKind::Invalid, "the least is more than the most".to_owned()));
            }
            if request.autoscaling.is_some() == request.replicas.is_some() {
                return Err((ProviderErrorKind::Invalid, "a pool has either replicas or autoscaling".to_owned()));
            }
            if pools.get(&request.id).is_some_and(|held| held.instance_size != request.instance_size) {
                return Err((ProviderErrorKind::Conflict, "the pool of this name has other machines".to_owned()));
            }
            let mut effective = request.clone();
            if effective.multi_az {
                let round = |nodes: u32| nodes.max(1).checked_next_multiple_of(3).unwrap_or(nodes);
                effective.replicas = effective.replicas.map(round);
                if let Some(by) = &mut effective.autoscaling {
                    (by.min_nodes, by.max_nodes) = (round(by.min_nodes), round(by.max_nodes));
                }
            }
            pools.insert(request.id.clone(), effective.clone());
            Ok(MachinePool::new(id.clone(), effective))
        })
        .await
    }

    async fn remove(&self, call: &CallContext, known: &ClusterSpec, pool: &str) -> Result<bool, ProviderError> {
        let id = &known.internal_id;
        self.act(call, "remove_machine_pool", Some(id.as_str()), |cloud| {
            Ok(cloud.held_mut(id)?.pools.remove(pool).is_some())
        })
        .await
    }
}

#[async_trait]
impl Clouds for MemoryProvider {
    async fn cloud_providers(&self, call: &CallContext) -> Result<Vec<CloudProvider>, ProviderError> {
        self.act(call, "cloud_providers", None, |cloud| {
            let ids: std::collections::BTreeSet<_> =
                cloud.regions.iter().map(|region| region.cloud_provider_id.clone()).collect();
            Ok(ids.into_iter().map(CloudProvider::new).collect())
        })
        .await
    }

    async fn regions(&self, call: &CallContext, cloud_provider: &str) -> Result<Vec<CloudRegion>, ProviderError> {
        self.act(call, "regions", None, |cloud| {
            let regions = cloud.regions.iter().filter(|region| region.cloud_provider_id == cloud_provider);
            Ok(regions.cloned().collect())
        })
        .await
    }
}

#[async_trait]
impl Quota for MemoryProvider {
    async fn costs(&self, call: &CallContext) -> Result<Vec<QuotaCost>, ProviderError> {
        self.act(call, "quota", None, |cloud| Ok(cloud.quota.clone())).await
    }
}

#[async_trait]
impl OwnershipCheck for MemoryProvider {
    async fn check(&self, call: &CallContext, organisation: &str, known: &ClusterSpec) -> Result<(), ProviderError> {
        let id = &known.internal_id;
        self.act(call, "check_ownership", Some(id.as_str()), |cloud| {
            match cloud.held(id)?.tenant.as_deref() == Some(organisation) {
                true => Ok(()),
                false => Err((ProviderErrorKind::Forbidden, "the cluster is not theirs".to_owned())),
            }
        })
        .await
    }
}
