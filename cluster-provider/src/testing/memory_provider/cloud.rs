//! What the provider in memory holds, and what each operation does to it. Waits for nothing.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::{MemoryFault, Tempo, Trouble};
use crate::cluster::{ClusterStatus, Condition, CreateToken, DeletionPolicy, ProviderClusterId};
use crate::provider::{
    AddonState, Capability, Claim, CloudRegion, ClusterRequest, ClusterSpec, DeleteOptions, DeleteOutcome,
    IdentityProvider, MachinePoolRequest, Parameter, ProviderErrorKind, QuotaCost, ResourceSet,
};
use crate::store::Fence;

/// One call as it arrived.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct MemoryCall {
    /// What was asked for.
    pub operation: &'static str,
    /// About which cluster: the name for `create` and `find`, else the provider's id.
    pub cluster: Option<String>,
    /// For which leader.
    pub fence: Option<Fence>,
}

/// One cluster as it is.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct MemoryCluster {
    /// What the provider says of it.
    pub spec: ClusterSpec,
    /// Its name.
    pub name: String,
    /// What it was asked for with.
    pub token: CreateToken,
    /// Whose it is.
    pub tenant: Option<String>,
    /// Whether it is on its way out.
    pub leaving: bool,
    /// The names of its resource sets.
    pub sets: Vec<String>,
    /// The names of its identity providers.
    pub identity_providers: Vec<String>,
    /// Its add-ons.
    pub addons: BTreeMap<String, AddonState>,
    /// The names of its machine pools.
    pub machine_pools: Vec<String>,
}

pub(super) struct Rule {
    pub(super) operation: &'static str,
    pub(super) fault: MemoryFault,
    pub(super) left: u32,
}

pub(super) struct Cloud {
    pub(super) capabilities: BTreeSet<Capability>,
    pub(super) tempo: Tempo,
    pub(super) creates_repeatably: bool,
    pub(super) regions: Vec<CloudRegion>,
    pub(super) quota: Vec<QuotaCost>,
    pub(super) connection: Option<cluster_client::ClusterSpec>,
    pub(super) rules: Vec<Rule>,
    pub(super) calls: Vec<MemoryCall>,
    pub(super) created: u64,
    pub(super) deleted: u64,
    clusters: BTreeMap<ProviderClusterId, Held>,
    /// Those that were asked to go and went.
    gone: BTreeSet<ProviderClusterId>,
}

pub(super) struct Held {
    pub(super) spec: ClusterSpec,
    pub(super) name: String,
    pub(super) token: CreateToken,
    pub(super) tenant: Option<String>,
    pub(super) protected: bool,
    leaving: bool,
    looks: u32,
    pub(super) sets: BTreeMap<String, ResourceSet>,
    pub(super) identity_providers: BTreeMap<String, IdentityProvider>,
    pub(super) addons: BTreeMap<String, Installed>,
    pub(super) pools: BTreeMap<String, MachinePoolRequest>,
}

pub(super) struct Installed {
    pub(super) state: AddonState,
    pub(super) parameters: Vec<Parameter>,
    pub(super) looks: u32,
}

// === impl Tempo ===

impl Tempo {
    pub(super) fn is_over_after(self, looks: u32) -> bool {
        matches!(self, Self::Looks(needed) if looks >= needed)
    }
}

// === impl Cloud ===

impl Cloud {
    pub(super) fn new() -> Self {
        use Capability as C;
        let all =
            [C::ResourceSets, C::IdentityProviders, C::Addons, C::MachinePools, C::Clouds, C::Quota, C::Ownership];
        Self {
            capabilities: all.into(),
            tempo: Tempo::Looks(1),
            creates_repeatably: false,
            regions: vec![
                CloudRegion::new("memory", "north", true),
                CloudRegion::new("memory", "south", false),
                CloudRegion::new("aws", "us-east-1", true),
            ],
            quota: vec![QuotaCost::new("clusters", 100, 0)],
            connection: None,
            rules: Vec::new(),
            calls: Vec::new(),
            created: 0,
            deleted: 0,
            clusters: BTreeMap::new(),
            gone: BTreeSet::new(),
        }
    }

    pub(super) fn begin(
        &mut self,
        operation: &'static str,
        cluster: Option<&str>,
        fence: Option<&Fence>,
    ) -> Option<MemoryFault> {
        self.calls.push(MemoryCall { operation, cluster: cluster.map(str::to_owned), fence: fence.cloned() });
        let rule = self
            .rules
            .iter_mut()
            .find(|rule| rule.left > 0 && (rule.operation == operation || rule.operation == "*"))?;
        rule.left -= 1;
        Some(rule.fault)
    }

    pub(super) fn create(&mut self, request: &ClusterRequest) -> Result<ClusterSpec, Trouble> {
        if let Some(held) = self.clusters.values().find(|held| held.name == request.name) {
            return if held.token == request.create_token {
                Ok(held.spec.clone())
            } else {
                Err((ProviderErrorKind::AlreadyExists, "a cluster with another token has this name".to_owned()))
            };
        }
        self.created += 1;
        let number = self.created;
        let Ok(id) = ProviderClusterId::new(format!("memory-{number:06}")) else {
            return Err((ProviderErrorKind::Internal, "no id could be made".to_owned()));
        };
        let mut spec = ClusterSpec::new(id.clone(), ClusterStatus::Provisioning)
            .with_additional_info(json!({ "memory": { "number": number } }));
        spec.region.clone_from(&request.region);
        spec.cloud_provider.clone_from(&request.cloud_provider);
        spec.multi_az = request.multi_az;
        let mut held = Held {
            spec,
            name: request.name.clone(),
            token: request.create_token.clone(),
            tenant: request.tenant_id.clone(),
            protected: false,
            leaving: false,
            looks: 0,
            sets: BTreeMap::new(),
            identity_providers: BTreeMap::new(),
            addons: BTreeMap::new(),
            pools: BTreeMap::new(),
        };
        if self.tempo.is_over_after(0) {
            held.arrive();
        }
        let spec = held.spec.clone();
        self.clusters.insert(id, held);
        Ok(spec)
    }

    pub(super) fn find(&self, claim: &Claim) -> Result<Option<ClusterSpec>, Trouble> {
        match self.clusters.values().find(|held| held.token == claim.token || held.name == claim.name) {
            None => Ok(None),
            Some(held) if held.token == claim.token => Ok(Some(held.spec.clone())),
            Some(_) => Err((ProviderErrorKind::Conflict, "the cluster of this name has another token".to_owned())),
        }
    }

    pub(super) fn look(&mut self, id: &ProviderClusterId) -> Option<ClusterSpec> {
        let tempo = self.tempo;
        let held = self.clusters.get_mut(id)?;
        if held.spec.status == ClusterStatus::Provisioning && !held.leaving {
            held.looks += 1;
            if tempo.is_over_after(held.looks) {
                held.arrive();
            }
        }
        Some(held.spec.clone())
    }

    /// Like [`look`](Self::look); what was known and is not contradicted stays.
    pub(super) fn look_again(&mut self, known: &ClusterSpec) -> Option<ClusterSpec> {
        let mut seen = self.look(&known.internal_id)?;
        if let (Value::Object(known), Value::Object(now)) = (&known.additional_info, &mut seen.additional_info) {
            for (key, value) in known {
                now.entry(key.clone()).or_insert_with(|| value.clone());
            }
        }
        seen.external_id = seen.external_id.or_else(|| known.external_id.clone());
        Some(seen)
    }

    pub(super) fn delete(&mut self, id: &ProviderClusterId, options: &DeleteOptions) -> Result<DeleteOutcome, Trouble> {
        let tempo = self.tempo;
        let Some(held) = self.clusters.get_mut(id) else {
            let asked = self.gone.contains(id);
            return Ok(if asked { DeleteOutcome::Gone } else { DeleteOutcome::AlreadyGone });
        };
        if held.protected {
            return Err((ProviderErrorKind::Forbidden, "delete protection is on".to_owned()));
        }
        if options.dry_run {
            return Ok(DeleteOutcome::WouldDelete);
        }
        match options.policy {
            DeletionPolicy::Orphan => return Ok(DeleteOutcome::Orphaned),
            DeletionPolicy::RemoveResourcesOnly => {
                held.sets.clear();
                return Ok(DeleteOutcome::Gone);
            }
            DeletionPolicy::Delete => {}
        }
        if held.leaving {
            held.looks += 1;
        } else {
            held.leaving = true;
            held.looks = 0;
            held.spec.conditions = vec![Condition::yes(Condition::DELETING).because("Asked", "")];
        }
        if tempo.is_over_after(held.looks) {
            self.remove(id);
            return Ok(DeleteOutcome::Gone);
        }
        Ok(DeleteOutcome::in_progress("Uninstalling", "the cluster is being taken away"))
    }

    pub(super) fn connection(&self, id: &ProviderClusterId) -> Result<cluster_client::ClusterSpec, Trouble> {
        let held = self.held(id)?;
        let Some(connection) = &self.connection else {
            return Err((ProviderErrorKind::Unsupported, "there are no clusters behind this provider".to_owned()));
        };
        match held.spec.status {
            ClusterStatus::Provisioned => Ok(connection.clone()),
            _ => Err((ProviderErrorKind::NotFound, "there are no credentials yet".to_owned())),
        }
    }

    pub(super) fn held(&self, id: &ProviderClusterId) -> Result<&Held, Trouble> {
        self.clusters.get(id).ok_or_else(not_there)
    }

    pub(super) fn held_mut(&mut self, id: &ProviderClusterId) -> Result<&mut Held, Trouble> {
        self.clusters.get_mut(id).ok_or_else(not_there)
    }

    pub(super) fn change(&mut self, id: &ProviderClusterId, change: impl FnOnce(&mut Held)) -> bool {
        self.clusters.get_mut(id).map(change).is_some()
    }

    pub(super) fn vanish(&mut self, id: &ProviderClusterId) -> bool {
        self.clusters.remove(id).is_some()
    }

    pub(super) fn advance(&mut self) {
        let leaving: Vec<_> = self.clusters.values().filter(|held| held.leaving).map(|held| held.id()).collect();
        for id in leaving {
            self.remove(&id);
        }
        for held in self.clusters.values_mut() {
            if held.spec.status == ClusterStatus::Provisioning {
                held.arrive();
            }
            held.addons.retain(|_, addon| addon.state != AddonState::Deleting);
            for addon in held.addons.values_mut().filter(|addon| addon.state == AddonState::Installing) {
                addon.state = AddonState::Ready;
            }
        }
    }

    pub(super) fn snapshot(&self) -> Vec<MemoryCluster> {
        self.clusters.values().map(Held::snapshot).collect()
    }

    fn remove(&mut self, id: &ProviderClusterId) {
        if self.clusters.remove(id).is_some() {
            self.deleted += 1;
            self.gone.insert(id.clone());
        }
    }
}

fn not_there() -> Trouble {
    (ProviderErrorKind::NotFound, "there is no such cluster".to_owned())
}

// === impl Held ===

impl Held {
    pub(super) fn dns(&self) -> Option<String> {
        (self.spec.status == ClusterStatus::Provisioned).then(|| format!("apps.{}.memory.example", self.name))
    }

    pub(super) fn fail(&mut self, reason: &str) {
        self.spec.status = ClusterStatus::Failed;
        self.spec.status_details = Some(reason.to_owned());
    }

    fn id(&self) -> ProviderClusterId {
        self.spec.internal_id.clone()
    }

    fn arrive(&mut self) {
        self.spec.status = ClusterStatus::Provisioned;
        self.spec.external_id = Some(format!("external-{}", self.spec.internal_id));
        self.spec.conditions = vec![Condition::yes(Condition::AVAILABLE).because("Memory", "")];
    }

    fn snapshot(&self) -> MemoryCluster {
        MemoryCluster {
            spec: self.spec.clone(),
            name: self.name.clone(),
            token: self.token.clone(),
            tenant: self.tenant.clone(),
            leaving: self.leaving,
            sets: self.sets.keys().cloned().collect(),
            identity_providers: self.identity_providers.keys().cloned().collect(),
            addons: self.addons.iter().map(|(id, addon)| (id.clone(), addon.state.clone())).collect(),
            machine_pools: self.pools.keys().cloned().collect(),
        }
    }
}
