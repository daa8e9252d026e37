//! Machine pools of clusters: entries of the topology where a cluster has one, objects of their own otherwise. Knows nothing of their form.

use std::sync::Arc;

use async_trait::async_trait;
use kube::core::ApiResource;
use serde_json::Value;

use super::Core;
use super::machines;
use super::pool::{self, BadPool};
use crate::provider::in_cluster::{Failing, Objects, Rounds, place};
use crate::provider::{
    CallContext, ClusterSpec, MachinePool, MachinePoolRequest, MachinePools, ProviderError, ProviderErrorKind,
};

/// Machine pools of all clusters of one provider.
pub(super) struct Pools {
    pub(super) core: Arc<Core>,
}

/// The pools of one cluster, for one call.
struct Of<'a> {
    core: &'a Core,
    call: &'a CallContext,
    failing: Failing<'a>,
    known: &'a ClusterSpec,
    namespace: &'a str,
    name: &'a str,
    resource: ApiResource,
}

// === impl Pools ===

impl Pools {
    async fn of<'a>(
        &'a self,
        call: &'a CallContext,
        operation: &'static str,
        known: &'a ClusterSpec,
    ) -> Result<Of<'a>, ProviderError> {
        let core = &*self.core;
        let failing = core.reach.failing(operation, known.internal_id.as_str());
        let (namespace, name) = place(failing, &known.internal_id)?;
        let resource = core.clusters(call, failing).await?;
        Ok(Of { core, call, failing, known, namespace, name, resource })
    }
}

#[async_trait]
impl MachinePools for Pools {
    async fn get(
        &self,
        call: &CallContext,
        known: &ClusterSpec,
        id: &str,
    ) -> Result<Option<MachinePool>, ProviderError> {
        let of = self.of(call, "get_machine_pool", known).await?;
        let cluster = of.cluster().await?;
        let found = if pool::has_topology(&cluster) {
            pool::find(&cluster, id)
        } else {
            let object = of.object(id).await?.filter(|(_, object)| of.has(object));
            object.map(|(_, object)| machines::parse(&object, id))
        };
        Ok(found.map(|found| of.told(found)))
    }

    async fn ensure(
        &self,
        call: &CallContext,
        known: &ClusterSpec,
        request: &MachinePoolRequest,
    ) -> Result<MachinePool, ProviderError> {
        let of = self.of(call, "ensure_machine_pool", known).await?;
        pool::check(request).map_err(|bad| refused(of.failing, &bad))?;
        if !pool::has_topology(&of.cluster().await?) {
            return of.ensure_object(request).await;
        }
        let (cluster, _) = of.change(|cluster| pool::upsert(cluster, request)).await?;
        let why = "the machine pool is not in the answer";
        let effective = pool::find(&cluster, &request.id);
        let effective = effective.ok_or_else(|| of.failing.with(ProviderErrorKind::Decode, why))?;
        Ok(of.told(effective))
    }

    async fn remove(&self, call: &CallContext, known: &ClusterSpec, id: &str) -> Result<bool, ProviderError> {
        let of = self.of(call, "remove_machine_pool", known).await?;
        if pool::has_topology(&of.cluster().await?) {
            return of.change(|cluster| pool::remove(cluster, id)).await.map(|(_, was_there)| was_there);
        }
        match of.object(id).await?.filter(|(_, object)| of.has(object)) {
            Some((resource, object)) => {
                let text = |field: &str| object["metadata"][field].as_str();
                let name = text("name").unwrap_or_default();
                of.objects().delete(&resource, Some(of.namespace), name, text("uid")).await
            }
            None => Ok(false),
        }
    }
}

// === impl Of ===

impl Of<'_> {
    fn objects(&self) -> Objects<'_> {
        self.core.objects(self.call, self.failing)
    }

    fn manager(&self) -> String {
        self.core.options.in_cluster.actor.field_manager()
    }

    fn told(&self, pool: MachinePoolRequest) -> MachinePool {
        MachinePool::new(self.known.internal_id.clone(), pool)
    }

    async fn cluster(&self) -> Result<Value, ProviderError> {
        let found = self.objects().get(&self.resource, Some(self.namespace), self.name).await?;
        found.ok_or_else(|| self.failing.with(ProviderErrorKind::NotFound, "the cluster is not there"))
    }

    /// Changes the cluster in the version that was read, until nobody comes between. The cluster as it is then, and whether it was changed.
    async fn change(
        &self,
        change: impl Fn(&mut Value) -> Result<bool, BadPool>,
    ) -> Result<(Value, bool), ProviderError> {
        let mut rounds = Rounds::new(self.failing, "the cluster");
        loop {
            let mut cluster = self.cluster().await?;
            if !change(&mut cluster).map_err(|bad| refused(self.failing, &bad))? {
                return Ok((cluster, false));
            }
            let (objects, manager) = (self.objects(), self.manager());
            match objects.replace(&self.resource, Some(self.namespace), self.name, &cluster, &manager).await {
                Ok(written) => return Ok((written, true)),
                Err(error) => rounds.again(error)?,
            }
        }
    }

    /// Whether an object is one of the cluster's pools, and stays.
    fn has(&self, object: &Value) -> bool {
        machines::belongs(object, self.name) && !machines::is_going(object)
    }

    /// The object that is called like the pool of this name, and of which kind it is.
    async fn object(&self, id: &str) -> Result<Option<(ApiResource, Value)>, ProviderError> {
        let Ok(name) = machines::object_name(self.name, id) else { return Ok(None) };
        for kind in machines::KINDS {
            let Some(resource) = self.core.newest(self.call, self.failing, kind).await? else { continue };
            let found = self.objects().get(&resource, Some(self.namespace), &name).await?;
            if let Some(found) = found {
                return Ok(Some((resource, found)));
            }
        }
        Ok(None)
    }

    async fn ensure_object(&self, request: &MachinePoolRequest) -> Result<MachinePool, ProviderError> {
        let name = machines::object_name(self.name, &request.id).map_err(|bad| refused(self.failing, &bad))?;
        let mut rounds = Rounds::new(self.failing, "the machine pool");
        let (objects, manager, namespace) = (self.objects(), self.manager(), Some(self.namespace));
        loop {
            let written = match self.object(&request.id).await? {
                Some((_, object)) if !machines::belongs(&object, self.name) => {
                    let why = format!("{name} is a machine pool of another cluster");
                    return Err(self.failing.with(ProviderErrorKind::Conflict, why));
                }
                Some((_, object)) if machines::is_going(&object) => {
                    let why = "a machine pool of this name is being deleted";
                    return Err(self.failing.with(ProviderErrorKind::Unavailable, why));
                }
                Some((resource, mut object)) => {
                    if !machines::update(&mut object, request).map_err(|bad| refused(self.failing, &bad))? {
                        return Ok(self.told(machines::parse(&object, &request.id)));
                    }
                    objects.replace(&resource, namespace, &name, &object, &manager).await
                }
                None => {
                    let kind = self.core.newest(self.call, self.failing, machines::KINDS[0]).await?;
                    let resource = kind.ok_or_else(|| refused(self.failing, &BadPool::NoSibling))?;
                    let selector = format!("{}={}", machines::CLUSTER_NAME, self.name);
                    let siblings = objects.list(&resource, namespace, Some(&selector)).await?;
                    let object = machines::like(&siblings, &name, self.name, request);
                    let object = object.map_err(|bad| refused(self.failing, &bad))?;
                    objects.create(&resource, namespace, &object, &manager).await
                }
            };
            match written {
                Ok(written) => return Ok(self.told(machines::parse(&written, &request.id))),
                Err(error) => rounds.again(error)?,
            }
        }
    }
}

fn refused(failing: Failing<'_>, bad: &BadPool) -> ProviderError {
    let kind = match bad {
        BadPool::Invalid(_) => ProviderErrorKind::Invalid,
        BadPool::OtherMachines(_) => ProviderErrorKind::Conflict,
        BadPool::NoTopology | BadPool::NoSibling => ProviderErrorKind::Unsupported,
    };
    failing.with(kind, bad.to_string())
}
