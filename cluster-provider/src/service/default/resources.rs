//! Resource sets in clusters, and what is remembered of them.

use super::DefaultClusterService;
use super::writing::{known, said, unsupported};
use crate::cluster::{AppliedSet, Cluster, ClusterId, ClusterPatch};
use crate::provider::{ApplyReport, CallContext, RemoveReport, ResourceSet, SetDiff};
use crate::service::ServiceError;
use crate::service::merge::is_over;

impl DefaultClusterService {
    pub(super) async fn apply_set(
        &self,
        call: &CallContext,
        id: &ClusterId,
        set: &ResourceSet,
    ) -> Result<ApplyReport, ServiceError> {
        named(&set.name)?;
        let _turn = self.turn(call, id).await?;
        let mut record = self.read(call, id).await?;
        staying(&record)?;
        let provider = self.provider(id.as_str(), &record.provider_type)?;
        let applier =
            provider.resource_sets().ok_or_else(|| unsupported(id, &record.provider_type, "apply_resources"))?;
        known(&record)?;
        if record.applied_sets.contains_key(&set.name) {
            self.still_leads(call, id.as_str()).await?;
        } else {
            // Remembered before the first object is written, so that whatever was written is removed with the cluster.
            record = self.remember_set(call, id, &set.name, "").await?;
        }
        let (step, spec) = (self.step(call), known(&record)?);
        let application = applier.apply(&step, &spec, set);
        let answer = self.asked(&step, &record.provider_type, "apply_resources", application).await;
        let report = answer.map_err(|error| said(id, "apply_resources", error))?;
        self.observer.on_applied(&record.provider_type, &report);
        let hash = if report.is_complete() { report.hash.as_str() } else { "" };
        let held = record.applied_sets.get(&set.name);
        let old = match held {
            Some(held) if held.hash == hash => {
                let now = self.about_now(call, id.as_str()).await?;
                is_over(held.applied_at, self.options.check_recorded_every, now)
            }
            _ => true,
        };
        if old || (report.is_complete() && report.has_changed()) {
            self.remember_set(&self.recording(call), id, &set.name, hash).await?;
        }
        Ok(report)
    }

    pub(super) async fn remove_set(
        &self,
        call: &CallContext,
        id: &ClusterId,
        name: &str,
    ) -> Result<RemoveReport, ServiceError> {
        named(name)?;
        let _turn = self.turn(call, id).await?;
        let record = self.read(call, id).await?;
        let provider = self.provider(id.as_str(), &record.provider_type)?;
        let applier =
            provider.resource_sets().ok_or_else(|| unsupported(id, &record.provider_type, "remove_resources"))?;
        let spec = known(&record)?;
        self.still_leads(call, id.as_str()).await?;
        let step = self.step(call);
        let removal = applier.remove(&step, &spec, name);
        let answer = self.asked(&step, &record.provider_type, "remove_resources", removal).await;
        let report = answer.map_err(|error| said(id, "remove_resources", error))?;
        if report.is_over() {
            self.forget_set(&self.recording(call), id, name).await?;
        }
        Ok(report)
    }

    pub(super) async fn diff_set(
        &self,
        call: &CallContext,
        id: &ClusterId,
        set: &ResourceSet,
    ) -> Result<SetDiff, ServiceError> {
        named(&set.name)?;
        let record = self.read(call, id).await?;
        let provider = self.provider(id.as_str(), &record.provider_type)?;
        let applier =
            provider.resource_sets().ok_or_else(|| unsupported(id, &record.provider_type, "diff_resources"))?;
        let (step, spec) = (self.step(call), known(&record)?);
        let answer = self.asked(&step, &record.provider_type, "diff_resources", applier.diff(&step, &spec, set)).await;
        answer.map_err(|error| said(id, "diff_resources", error))
    }

    /// Writes that a set was applied with this content; with none when that is not known to be complete.
    async fn remember_set(
        &self,
        call: &CallContext,
        id: &ClusterId,
        name: &str,
        hash: &str,
    ) -> Result<Cluster, ServiceError> {
        let now = self.now(call, id.as_str()).await?;
        let written = self
            .change(call, id, |record| {
                let mut sets = record.applied_sets.clone();
                let last = sets.values().map(|set| set.order).max();
                let next = last.map_or(0, |last| last.saturating_add(1));
                let order = sets.get(name).map_or(next, |held| held.order);
                sets.insert(name.to_owned(), AppliedSet::new(hash, now, order));
                Ok(ClusterPatch { applied_sets: Some(sets), ..ClusterPatch::new() })
            })
            .await?;
        Ok(written.after)
    }

    pub(super) async fn forget_set(
        &self,
        call: &CallContext,
        id: &ClusterId,
        name: &str,
    ) -> Result<Cluster, ServiceError> {
        let written = self
            .change(call, id, |record| {
                let mut sets = record.applied_sets.clone();
                sets.remove(name);
                Ok(ClusterPatch { applied_sets: Some(sets), ..ClusterPatch::new() })
            })
            .await?;
        Ok(written.after)
    }
}

fn named(name: &str) -> Result<(), ServiceError> {
    if name.is_empty() {
        return Err(ServiceError::Invalid { field: "resource set", why: "it has no name".to_owned() });
    }
    Ok(())
}

/// Nothing is put into a cluster that is on its way out.
pub(super) fn staying(record: &Cluster) -> Result<(), ServiceError> {
    if record.status.is_leaving() {
        let why = format!("it is {}, and nothing is put into it any more", record.status);
        return Err(ServiceError::Conflict { id: record.id.to_string(), why });
    }
    Ok(())
}
