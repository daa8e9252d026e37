//! Machine pools of clusters, and node pools of those whose control plane runs elsewhere.

use async_trait::async_trait;

use super::Ocm;
use super::client::{Ask, if_there, segment};
use super::identity_providers::may_be_there;
use super::pools::{self, Change};
use super::refusal::Deed;
use super::wire;
use crate::provider::{
    CallContext, ClusterSpec, MachinePool, MachinePoolRequest, MachinePools, ProviderError, ProviderErrorKind,
};

/// Where the pools of one cluster are.
struct Shelf<'a> {
    deed: Deed<'a>,
    path: String,
    hosted: bool,
}

#[async_trait]
impl MachinePools for Ocm {
    async fn get(
        &self,
        call: &CallContext,
        known: &ClusterSpec,
        id: &str,
    ) -> Result<Option<MachinePool>, ProviderError> {
        let shelf = self.pool_shelf(call, "get_machine_pool", known).await?;
        let pool = self.pool(call, &shelf, id).await?;
        Ok(pool.map(|pool| pools::read(&known.internal_id, &pool)))
    }

    async fn ensure(
        &self,
        call: &CallContext,
        known: &ClusterSpec,
        request: &MachinePoolRequest,
    ) -> Result<MachinePool, ProviderError> {
        let shelf = self.pool_shelf(call, "ensure_machine_pool", known).await?;
        let mut request = request.clone();
        if !shelf.hosted && known.additional_info.get("state").is_some() {
            // Machines are where their cluster is.
            request.multi_az = known.multi_az;
        }
        let wanted = pools::effective(&request, shelf.hosted).map_err(|unfit| shelf.deed.invalid(unfit))?;
        let held = match self.pool(call, &shelf, &wanted.id).await? {
            Some(held) => held,
            None => {
                let body = pools::body(&wanted, shelf.hosted);
                let ask = Ask::post(shelf.deed, shelf.path.clone(), body);
                match self.client.read::<wire::MachinePool>(call, ask).await {
                    Ok(answer) => return Ok(pools::made(&known.internal_id, &answer, &wanted)),
                    Err(error) if may_be_there(&error) => match self.pool(call, &shelf, &wanted.id).await {
                        Ok(Some(held)) => held,
                        Ok(None) | Err(_) => return Err(error),
                    },
                    Err(error) => return Err(error),
                }
            }
        };
        let wanted = pools::effective(&pools::in_its_zones(&request, &held), shelf.hosted);
        let wanted = wanted.map_err(|unfit| shelf.deed.invalid(unfit))?;
        match pools::change(&held, &wanted, &known.internal_id, shelf.hosted) {
            Change::Nothing => Ok(pools::made(&known.internal_id, &held, &wanted)),
            Change::Patch(body) => {
                let path = format!("{}/{}", shelf.path, segment(shelf.deed, "the pool", &wanted.id)?);
                let answer: wire::MachinePool = self.client.read(call, Ask::patch(shelf.deed, path, body)).await?;
                Ok(pools::made(&known.internal_id, &answer, &wanted))
            }
            Change::Cannot(why) => Err(shelf.deed.failed(ProviderErrorKind::Conflict).with_reason(why)),
        }
    }

    async fn remove(&self, call: &CallContext, known: &ClusterSpec, id: &str) -> Result<bool, ProviderError> {
        let shelf = self.pool_shelf(call, "remove_machine_pool", known).await?;
        let ask = Ask::delete(shelf.deed, format!("{}/{}", shelf.path, segment(shelf.deed, "the pool", id)?));
        Ok(if_there(self.client.done(call, ask).await)?.is_some())
    }
}

impl Ocm {
    async fn pool_shelf<'a>(
        &'a self,
        call: &CallContext,
        operation: &'static str,
        known: &'a ClusterSpec,
    ) -> Result<Shelf<'a>, ProviderError> {
        let (deed, cluster) = self.for_cluster(operation, known)?;
        let hosted = self.hosted(call, deed, known).await?;
        let path = format!("{cluster}/{}", if hosted { "node_pools" } else { "machine_pools" });
        Ok(Shelf { deed, path, hosted })
    }

    async fn pool(
        &self,
        call: &CallContext,
        shelf: &Shelf<'_>,
        id: &str,
    ) -> Result<Option<wire::MachinePool>, ProviderError> {
        let ask = Ask::get(shelf.deed, format!("{}/{}", shelf.path, segment(shelf.deed, "the pool", id)?));
        match if_there(self.client.read::<wire::MachinePool>(call, ask).await)? {
            Some(pool) if pool.id != id => {
                Err(shelf.deed.garbled("the answer is not about the pool that was asked for"))
            }
            pool => Ok(pool),
        }
    }
}
