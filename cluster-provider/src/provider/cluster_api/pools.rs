//! Machine pools of clusters that are made from a class: read from their topology and written into it. Knows nothing of its form.

use std::sync::Arc;

use async_trait::async_trait;
use serde_json::Value;

use super::Core;
use super::pool::{self, BadPool};
use crate::provider::in_cluster::{Failing, place};
use crate::provider::{
    CallContext, ClusterSpec, MachinePool, MachinePoolRequest, MachinePools, ProviderError, ProviderErrorKind,
};

/// How often a cluster is read again because somebody else wrote it meanwhile.
const ROUNDS: usize = 8;

/// Machine pools of all clusters of one provider.
pub(super) struct Pools {
    pub(super) core: Arc<Core>,
}

// === impl Pools ===

impl Pools {
    async fn cluster(
        &self,
        call: &CallContext,
        failing: Failing<'_>,
        known: &ClusterSpec,
    ) -> Result<Value, ProviderError> {
        let (namespace, name) = place(failing, &known.internal_id)?;
        let resource = self.core.clusters(call, failing).await?;
        let found = self.core.objects(call, failing).get(&resource, Some(namespace), name).await?;
        found.ok_or_else(|| failing.with(ProviderErrorKind::NotFound, "the cluster is not there"))
    }

    /// Changes the cluster in the version that was read, until nobody comes between. The cluster as it is then, and whether it was changed.
    async fn change(
        &self,
        call: &CallContext,
        failing: Failing<'_>,
        known: &ClusterSpec,
        change: impl Fn(&mut Value) -> Result<bool, BadPool>,
    ) -> Result<(Value, bool), ProviderError> {
        let (namespace, name) = place(failing, &known.internal_id)?;
        let resource = self.core.clusters(call, failing).await?;
        let objects = self.core.objects(call, failing);
        let mut last = None;
        for _ in 0..ROUNDS {
            let mut cluster = self.cluster(call, failing, known).await?;
            if !change(&mut cluster).map_err(|bad| refused(failing, &bad))? {
                return Ok((cluster, false));
            }
            match objects.replace(&resource, Some(namespace), name, &cluster).await {
                Ok(written) => return Ok((written, true)),
                Err(error) if error.kind() == ProviderErrorKind::Conflict => last = Some(error),
                Err(error) => return Err(error),
            }
        }
        let busy = failing.with(ProviderErrorKind::Unavailable, "somebody else changes the cluster again and again");
        Err(match last {
            Some(last) => busy.with_source(last),
            None => busy,
        })
    }
}

fn refused(failing: Failing<'_>, bad: &BadPool) -> ProviderError {
    let kind = match bad {
        BadPool::Invalid(_) => ProviderErrorKind::Invalid,
        BadPool::OtherMachines(_) => ProviderErrorKind::Conflict,
        BadPool::NoTopology => ProviderErrorKind::Unsupported,
    };
    failing.with(kind, bad.to_string())
}

#[async_trait]
impl MachinePools for Pools {
    async fn get(
        &self,
        call: &CallContext,
        known: &ClusterSpec,
        id: &str,
    ) -> Result<Option<MachinePool>, ProviderError> {
        let failing = self.core.reach.failing("get_machine_pool", known.internal_id.as_str());
        let cluster = self.cluster(call, failing, known).await?;
        Ok(pool::find(&cluster, id).map(|found| MachinePool::new(known.internal_id.clone(), found)))
    }

    async fn ensure(
        &self,
        call: &CallContext,
        known: &ClusterSpec,
        request: &MachinePoolRequest,
    ) -> Result<MachinePool, ProviderError> {
        let failing = self.core.reach.failing("ensure_machine_pool", known.internal_id.as_str());
        pool::check(request).map_err(|bad| refused(failing, &bad))?;
        let (cluster, _) = self.change(call, failing, known, |cluster| pool::upsert(cluster, request)).await?;
        let effective = pool::find(&cluster, &request.id);
        let effective = effective
            .ok_or_else(|| failing.with(ProviderErrorKind::Decode, "the machine pool is not in the answer"))?;
        Ok(MachinePool::new(known.internal_id.clone(), effective))
    }

    async fn remove(&self, call: &CallContext, known: &ClusterSpec, id: &str) -> Result<bool, ProviderError> {
        let failing = self.core.reach.failing("remove_machine_pool", known.internal_id.as_str());
        let (_, was_there) = self.change(call, failing, known, |cluster| pool::remove(cluster, id)).await?;
        Ok(was_there)
    }
}
