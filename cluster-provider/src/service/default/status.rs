//! Looking at clusters, and writing down what changed.

use super::DefaultClusterService;
use super::writing::{known, said};
use crate::cluster::{Cluster, ClusterId, ClusterPatch, Condition};
use crate::provider::{CallContext, ClusterSpec};
use crate::service::ServiceError;
use crate::service::merge::{is_over, missing, seen};
use crate::store::ClusterQuery;

impl DefaultClusterService {
    pub(super) async fn check(&self, call: &CallContext, id: &ClusterId) -> Result<Cluster, ServiceError> {
        let record = self.read(call, id).await?;
        self.look(call, record).await
    }

    /// Asks the provider how the cluster of a record is.
    pub(super) async fn look(&self, call: &CallContext, record: Cluster) -> Result<Cluster, ServiceError> {
        let known = known(&record)?;
        let id = &record.id;
        let provider = self.provider(id.as_str(), &record.provider_type)?;
        let step = self.step(call);
        let looked =
            self.asked(&step, &record.provider_type, "check_status", provider.check_status(&step, &known)).await;
        let Some(spec) = looked.map_err(|error| said(id, "check_status", error))? else {
            let now = self.now(call, id.as_str()).await?;
            let written = self
                .change(call, id, |record| Ok(self.checked(record, missing(record, self.options.lost_grace, now), now)))
                .await?;
            return Ok(written.after);
        };
        let now = self.about_now(call, id.as_str()).await?;
        // Most looks find nothing new; then the record that was read is as good as another one.
        if self.checked(&record, seen(&record, &spec, now).patch, now).is_empty() {
            return Ok(record);
        }
        let mut warn = false;
        let written = self
            .change(call, id, |record| {
                let merged = seen(record, &spec, now);
                warn = merged.other_external_id && !merged.patch.is_empty();
                Ok(self.checked(record, merged.patch, now))
            })
            .await;
        let taken = match (&written, &spec.external_id) {
            (Err(ServiceError::Conflict { .. }), Some(said)) if record.external_id.is_none() => {
                self.is_anothers(call, &record, said).await?
            }
            _ => false,
        };
        let written = if taken {
            tracing::warn!(cluster = %id, "its second name is another cluster's, and not recorded");
            let why = "another cluster is recorded with its second name";
            let drifted = Condition::yes(Condition::DRIFTED).because("ExternalIdTaken", why);
            let nameless = ClusterSpec { external_id: None, ..spec.clone() }.with_condition(drifted);
            self.change(call, id, |record| Ok(self.checked(record, seen(record, &nameless, now).patch, now))).await?
        } else {
            written?
        };
        if warn {
            let said = spec.external_id.as_deref().unwrap_or_default();
            tracing::warn!(cluster = %id, recorded = written.after.external_id, said, "the provider has another second name for it");
        }
        Ok(written.after)
    }

    /// Whether another live record has this second name.
    async fn is_anothers(&self, call: &CallContext, record: &Cluster, external_id: &str) -> Result<bool, ServiceError> {
        let mut query = ClusterQuery::all().limit(2);
        query.provider_type = Some(record.provider_type.clone());
        query.external_id = Some(external_id.to_owned());
        let page = self.stored(call, record.id.as_str(), "read", self.store.list(query)).await?;
        // One that cannot be read is not this one, which was.
        Ok(!page.unreadable.is_empty() || page.items.iter().any(|one| one.id != record.id))
    }

    /// Adds the time of the look, where something is written anyway, or that time is long ago.
    fn checked(&self, record: &Cluster, mut patch: ClusterPatch, now: jiff::Timestamp) -> ClusterPatch {
        let every = self.options.check_recorded_every;
        if !patch.is_empty() || record.last_checked_at.is_none_or(|last| is_over(last, every, now)) {
            patch.last_checked_at = Some(Some(now));
        }
        patch
    }
}
