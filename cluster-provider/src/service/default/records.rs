//! Records: made, changed, read and taken away.

use std::collections::BTreeMap;

use super::DefaultClusterService;
use super::writing::{refused, said};
use crate::cluster::{
    Cluster, ClusterId, ClusterPatch, ClusterStatus, CreateToken, DesiredState, DeterministicName, NewCluster,
    ProviderClusterId,
};
use crate::provider::{CallContext, ClusterSpec, ProviderErrorKind};
use crate::service::merge::{moved, seen};
use crate::service::{ClusterChange, RegionCount, ServiceError};
use crate::store::{ClusterQuery, Expect, StoreError, UniqueKey};

/// Longer than any name of a cluster or of a context.
const LONGEST_NAME: usize = 253;

impl DefaultClusterService {
    pub(super) async fn register_record(
        &self,
        call: &CallContext,
        mut new: NewCluster,
    ) -> Result<Cluster, ServiceError> {
        let repeated = new.create_token.clone();
        self.complete(&mut new)?;
        if let Some(token) = &repeated
            && let Some(held) = self.stored(call, token.as_str(), "read", self.store.get_by_token(token)).await?
        {
            return same_request(held, &new);
        }
        let id = new.id.clone().unwrap_or_else(ClusterId::generate);
        match call.bound(self.store.insert(new.clone(), call.fence().cloned())).await {
            Ok(Ok(cluster)) => {
                self.observer.on_recorded(&cluster);
                let recorded = ClusterChange::Recorded { id: cluster.id.clone(), status: cluster.status };
                self.changes.tell(recorded).await;
                Ok(cluster)
            }
            Ok(Err(StoreError::AlreadyExists { what: UniqueKey::CreateToken })) if repeated.is_some() => {
                let token = repeated.as_ref().map_or("", CreateToken::as_str);
                let held = match &repeated {
                    Some(token) => self.stored(call, token.as_str(), "read", self.store.get_by_token(token)).await?,
                    None => None,
                };
                same_request(held.ok_or_else(|| ServiceError::NotFound { id: token.to_owned() })?, &new)
            }
            // The answer may be all that was lost.
            Ok(Err(error)) if error.is_retryable() => match call.bound(self.store.get(&id)).await {
                Ok(Ok(Some(cluster))) if Some(&cluster.create_token) == new.create_token.as_ref() => Ok(cluster),
                _ => Err(refused(id.as_str(), "written", error)),
            },
            Ok(Err(error)) => Err(refused(id.as_str(), "written", error)),
            Err(source) => Err(ServiceError::Interrupted { id: id.to_string(), source }),
        }
    }

    /// Fills in what is not said, and refuses what cannot be.
    fn complete(&self, new: &mut NewCluster) -> Result<(), ServiceError> {
        let id = new.id.get_or_insert_with(ClusterId::generate).clone();
        if new.provider_type.is_empty() {
            new.provider_type = self.factory.default_type();
        }
        self.provider(id.as_str(), &new.provider_type)?;
        let name = new.name.get_or_insert_with(|| DeterministicName::of(&self.name_prefix, &id).into());
        let odd = if name.is_empty() {
            Some("it is empty")
        } else if name.len() > LONGEST_NAME {
            Some("it is longer than 253 bytes")
        } else if name.chars().any(char::is_control) {
            Some("it holds control characters")
        } else {
            None
        };
        if let Some(why) = odd {
            return Err(ServiceError::Invalid { field: "name", why: why.to_owned() });
        }
        if !new.status.is_valid() {
            let why = format!("no life begins as {}", new.status);
            return Err(ServiceError::Invalid { field: "status", why });
        }
        if new.status != ClusterStatus::Accepted && new.provider_cluster_id.is_none() {
            let why = format!("a cluster that is {} has a name at its provider", new.status);
            return Err(ServiceError::Invalid { field: "provider_cluster_id", why });
        }
        if new.workload_types.is_empty() {
            new.workload_types.clone_from(&self.workload_types);
        }
        new.create_token.get_or_insert_with(CreateToken::generate);
        Ok(())
    }

    pub(super) async fn adopt_record(&self, call: &CallContext, mut new: NewCluster) -> Result<Cluster, ServiceError> {
        let Some(id) = new.provider_cluster_id.clone() else {
            let why = "it says which cluster is to be adopted".to_owned();
            return Err(ServiceError::Invalid { field: "provider_cluster_id", why });
        };
        if new.provider_type.is_empty() {
            new.provider_type = self.factory.default_type();
        }
        if let Some(token) = &new.create_token
            && let Some(held) = self.stored(call, token.as_str(), "read", self.store.get_by_token(token)).await?
        {
            self.complete(&mut new)?;
            return same_request(held, &new);
        }
        let provider = self.provider(id.as_str(), &new.provider_type)?;
        let step = self.step(call);
        let looked = self.asked(&step, &new.provider_type, "get", provider.get(&step, &id)).await;
        let spec = looked
            .map_err(|error| said(&id, "get", error))?
            .ok_or_else(|| ServiceError::NotFound { id: id.to_string() })?;
        take_over(&mut new, &spec);
        let cluster = self.register_record(call, new).await?;
        // What a new record cannot hold; the next look would bring it as well.
        let now = self.now(call, cluster.id.as_str()).await?;
        let written = self
            .change(call, &cluster.id, |record| {
                let mut patch = seen(record, &spec, now).patch;
                patch.last_checked_at = Some(Some(now));
                Ok(patch)
            })
            .await?;
        Ok(written.after)
    }

    pub(super) async fn update_record(
        &self,
        call: &CallContext,
        id: &ClusterId,
        version: Option<i64>,
        patch: ClusterPatch,
    ) -> Result<Cluster, ServiceError> {
        if patch.name.as_ref().is_some_and(String::is_empty) {
            return Err(ServiceError::Invalid { field: "name", why: "it is empty".to_owned() });
        }
        let written = self
            .change(call, id, |record| {
                if let Some(version) = version.filter(|version| *version != record.resource_version) {
                    let held = record.resource_version;
                    let why = format!("it has changed: it is in version {held}, and not in {version} any more");
                    return Err(ServiceError::Conflict { id: record.id.to_string(), why });
                }
                completed(record, patch.clone())
            })
            .await?;
        Ok(written.after)
    }

    pub(super) async fn move_many(
        &self,
        call: &CallContext,
        query: ClusterQuery,
        to: ClusterStatus,
    ) -> Result<Vec<ClusterId>, ServiceError> {
        if !names_something(&query) {
            let why = "it says nothing of which clusters are meant".to_owned();
            return Err(ServiceError::Invalid { field: "query", why });
        }
        let from: Vec<_> = ClusterStatus::ALL
            .into_iter()
            .filter(|from| query.statuses.is_empty() || query.statuses.contains(from))
            .filter(|from| *from != to && from.step(to).is_ok())
            .collect();
        if to == ClusterStatus::Deprovisioning {
            return self.retire_many(call, query.in_status(from)).await;
        }
        let mut all = Vec::new();
        for from in from {
            let (fence, narrowed) = (call.fence().cloned(), query.clone().in_status([from]));
            let only = [from];
            let work = self.store.transition_many(narrowed, &only, to, fence);
            let gone_on = self.stored(call, "many", "written", work).await?;
            for id in &gone_on {
                if let Ok(Some(cluster)) = call.bound(self.store.get(id)).await.unwrap_or(Ok(None)) {
                    self.observer.on_transition(from, &cluster);
                }
                self.changes.tell(ClusterChange::Moved { id: id.clone(), from, to }).await;
            }
            all.extend(gone_on);
        }
        Ok(all)
    }

    /// One after the other: each has to remember what it was.
    async fn retire_many(&self, call: &CallContext, mut query: ClusterQuery) -> Result<Vec<ClusterId>, ServiceError> {
        let mut all = Vec::new();
        if query.statuses.is_empty() {
            return Ok(all);
        }
        loop {
            let page = self.stored(call, "many", "read", self.store.list(query.clone())).await?;
            for wrong in &page.unreadable {
                tracing::warn!(cluster = wrong.id, error = %wrong, "a record is left where it is");
            }
            for listed in page.items {
                let statuses = &query.statuses;
                let written = self
                    .change(call, &listed.id, |record| {
                        if statuses.contains(&record.status) {
                            completed(record, ClusterPatch::new().with_status(ClusterStatus::Deprovisioning))
                        } else {
                            Ok(ClusterPatch::new())
                        }
                    })
                    .await;
                match written {
                    Ok(written) if written.before.status != written.after.status => all.push(listed.id),
                    Ok(_) | Err(ServiceError::NotFound { .. }) => {}
                    Err(error) => return Err(error),
                }
            }
            match page.next {
                Some(next) => query = query.after(Some(next)),
                None => return Ok(all),
            }
        }
    }

    pub(super) async fn mark_deleted(&self, call: &CallContext, id: &ClusterId) -> Result<(), ServiceError> {
        let _turn = self.turn(call, id).await?;
        let Some(record) = self.stored(call, id.as_str(), "read", self.store.get(id)).await? else { return Ok(()) };
        in_cleanup(&record)?;
        let expect =
            Expect::version(record.resource_version).in_status([ClusterStatus::Cleanup]).fenced(call.fence().cloned());
        match self.stored(call, id.as_str(), "written", self.store.soft_delete(id, expect)).await {
            Ok(()) => {}
            Err(ServiceError::NotFound { .. }) => return Ok(()),
            Err(error) => return Err(error),
        }
        self.observer.on_deleted(id, false);
        self.changes.tell(ClusterChange::Deleted { id: id.clone() }).await;
        Ok(())
    }

    pub(super) async fn take_away(&self, call: &CallContext, id: &ClusterId) -> Result<(), ServiceError> {
        let _turn = self.turn(call, id).await?;
        let found = self.stored(call, id.as_str(), "read", self.store.get_including_deleted(id)).await?;
        let Some(record) = found else { return Ok(()) };
        if record.deleted_at.is_none() {
            in_cleanup(&record)?;
        }
        let expect = Expect::version(record.resource_version).fenced(call.fence().cloned());
        if self.stored(call, id.as_str(), "written", self.store.hard_delete(id, expect)).await? {
            self.observer.on_deleted(id, true);
            self.changes.tell(ClusterChange::Deleted { id: id.clone() }).await;
        }
        Ok(())
    }

    pub(super) async fn counted_by_status(
        &self,
        call: &CallContext,
        statuses: &[ClusterStatus],
    ) -> Result<BTreeMap<ClusterStatus, u64>, ServiceError> {
        let counts = self.stored(call, "many", "read", self.store.count_by_status()).await?;
        let asked = if statuses.is_empty() { &ClusterStatus::ALL } else { statuses };
        Ok(asked.iter().map(|status| (*status, counts.get(status).copied().unwrap_or(0))).collect())
    }

    pub(super) async fn counted_by_region(
        &self,
        call: &CallContext,
        query: ClusterQuery,
    ) -> Result<Vec<RegionCount>, ServiceError> {
        let counts = self.stored(call, "many", "read", self.store.count_by_region(query)).await?;
        let counts = counts.into_iter();
        Ok(counts.map(|((cloud_provider, region), count)| RegionCount { cloud_provider, region, count }).collect())
    }

    pub(super) async fn counted_workloads(
        &self,
        call: &CallContext,
        ids: &[ClusterId],
    ) -> Result<BTreeMap<ClusterId, u64>, ServiceError> {
        let counted = call.bound(self.workloads.count(ids)).await;
        let counted = counted.map_err(|source| ServiceError::Interrupted { id: "many".to_owned(), source })?;
        let counts = counted.map_err(ServiceError::Workloads)?;
        Ok(ids.iter().map(|id| (id.clone(), counts.get(id).copied().unwrap_or(0))).collect())
    }
}

/// A change of the status is a step, remembers what was before it when the cluster is to go, and begins anew with counting failures.
pub(super) fn completed(record: &Cluster, mut patch: ClusterPatch) -> Result<ClusterPatch, ServiceError> {
    let Some(to) = patch.status.filter(|to| *to != record.status) else { return Ok(patch) };
    record.status.step(to).map_err(|source| ServiceError::Transition { id: record.id.clone(), source })?;
    if to == ClusterStatus::Deprovisioning {
        patch.status_before.get_or_insert(Some(record.status));
        patch.desired_state.get_or_insert(DesiredState::Absent);
    }
    Ok(moved(patch, to))
}

fn in_cleanup(record: &Cluster) -> Result<(), ServiceError> {
    if record.status == ClusterStatus::Cleanup {
        return Ok(());
    }
    let why = format!("it is {} and not in {}", record.status, ClusterStatus::Cleanup);
    Err(ServiceError::Conflict { id: record.id.to_string(), why })
}

/// What the provider says of a cluster that is adopted, where the caller said nothing.
fn take_over(new: &mut NewCluster, spec: &ClusterSpec) {
    new.provider_cluster_id = Some(spec.internal_id.clone());
    new.external_id = new.external_id.take().or_else(|| spec.external_id.clone()).filter(|id| !id.is_empty());
    if new.cloud_provider.is_empty() {
        new.cloud_provider.clone_from(&spec.cloud_provider);
        new.multi_az = spec.multi_az;
    }
    if new.region.is_empty() {
        new.region.clone_from(&spec.region);
    }
    new.status = ClusterStatus::Provisioning;
}

/// The record of a token, when the request is the one that it was made for.
fn same_request(held: Cluster, new: &NewCluster) -> Result<Cluster, ServiceError> {
    let said = |new: &str, held: &str| new.is_empty() || new == held;
    let same_id = |id: &ProviderClusterId| held.provider_cluster_id.as_ref() == Some(id);
    let differs = if held.deleted_at.is_some() {
        Some("the cluster that it was used for is deleted")
    } else if held.provider_type != new.provider_type {
        Some("it was used for a cluster of another provider")
    } else if !said(&new.cloud_provider, &held.cloud_provider) || !said(&new.region, &held.region) {
        Some("it was used for a cluster elsewhere")
    } else if held.tenant_id != new.tenant_id {
        Some("it was used for a cluster of somebody else")
    } else if new.provider_cluster_id.as_ref().is_some_and(|id| !same_id(id)) {
        Some("it was used for another cluster")
    } else if !new.provider_spec.is_null() && held.provider_spec != new.provider_spec {
        Some("it was used for a cluster with another specification")
    } else {
        None
    };
    match differs {
        None => Ok(held),
        Some(why) => Err(ServiceError::Conflict { id: held.id.to_string(), why: format!("the create token: {why}") }),
    }
}

/// Whether a query is about some clusters, and not about whatever there is.
fn names_something(query: &ClusterQuery) -> bool {
    let mut everything = ClusterQuery::all();
    everything.sort = query.sort;
    everything.after.clone_from(&query.after);
    everything.limit = query.limit;
    *query != everything
}

/// Kinds of trouble that say that a provider does not know what it was asked about.
pub(super) const fn is_absent(kind: ProviderErrorKind) -> bool {
    matches!(kind, ProviderErrorKind::NotFound)
}
