//! Add-ons as operators of the Operator Lifecycle Manager in the cluster. Knows nothing of what their objects look like.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use kube::core::{ApiResource, GroupVersionKind};
use serde_json::Value;

use super::Core;
use super::OlmOperator;
use super::operator::{installed_csv, set, set_name, state};
use crate::provider::in_cluster::{Objects, Reached, Sets};
use crate::provider::{
    Addon, AddonState, Addons, ApplyAction, CallContext, ClusterSpec, ProviderError, ProviderErrorKind, Remaining,
    ResourceSets as _,
};

/// Operators in all clusters of one provider.
pub(super) struct Operators {
    pub(super) core: Arc<Core>,
    pub(super) sets: Arc<Sets>,
    pub(super) operators: BTreeMap<String, OlmOperator>,
}

fn olm(kind: &str, plural: &str) -> ApiResource {
    ApiResource::from_gvk_with_plural(&GroupVersionKind::gvk("operators.coreos.com", "v1alpha1", kind), plural)
}

// === impl Operators ===

impl Operators {
    fn operator(&self, operation: &'static str, known: &ClusterSpec, id: &str) -> Result<&OlmOperator, ProviderError> {
        self.operators.get(id).ok_or_else(|| {
            let known_ids = self.operators.keys().map(String::as_str).collect::<Vec<_>>().join(", ");
            self.core.reach.failing(operation, known.internal_id.as_str()).with(
                ProviderErrorKind::Invalid,
                format!("no operator is configured as {id:?}; configured are {known_ids}"),
            )
        })
    }

    /// The connection to a cluster that has the Operator Lifecycle Manager.
    async fn reached(
        &self,
        call: &CallContext,
        operation: &'static str,
        known: &ClusterSpec,
    ) -> Result<Arc<Reached>, ProviderError> {
        let otherwise = "the cluster has no Operator Lifecycle Manager";
        self.core.serving(call, operation, known, "Subscription.operators.coreos.com/v1alpha1", otherwise).await
    }

    /// The subscription and the version that it says is installed.
    async fn look(
        &self,
        objects: &Objects<'_>,
        operator: &OlmOperator,
    ) -> Result<(Option<Value>, Option<Value>), ProviderError> {
        let namespace = Some(operator.namespace.as_str());
        let subscription = objects.get(&olm("Subscription", "subscriptions"), namespace, &operator.id).await?;
        let csv = match subscription.as_ref().and_then(installed_csv) {
            Some(name) => objects.get(&versions(), namespace, name).await?,
            None => None,
        };
        Ok((subscription, csv))
    }
}

fn versions() -> ApiResource {
    olm("ClusterServiceVersion", "clusterserviceversions")
}

#[async_trait]
impl Addons for Operators {
    async fn ensure(
        &self,
        call: &CallContext,
        known: &ClusterSpec,
        addon: &Addon,
    ) -> Result<AddonState, ProviderError> {
        let operator = self.operator("ensure_addon", known, &addon.id)?;
        let reached = self.reached(call, "ensure_addon", known).await?;
        let report = self.sets.apply(call, known, &set(operator, addon)).await?;
        let failing = self.core.reach.failing("ensure_addon", known.internal_id.as_str());
        let refused =
            report.objects.iter().find(|one| matches!(one.action, ApplyAction::Conflict | ApplyAction::Failed));
        if let Some(one) = refused {
            let kind = match one.action {
                ApplyAction::Conflict => ProviderErrorKind::Conflict,
                _ => ProviderErrorKind::Internal,
            };
            return Err(failing.with(kind, format!("{}: {}", one.object, one.message)));
        }
        let objects = Objects { call, failing, client: reached.client() };
        let (subscription, csv) = self.look(&objects, operator).await?;
        Ok(state(subscription.as_ref(), csv.as_ref()))
    }

    /// The installed version goes first: nobody takes it away with its subscription.
    async fn remove(&self, call: &CallContext, known: &ClusterSpec, id: &str) -> Result<AddonState, ProviderError> {
        let operator = self.operator("remove_addon", known, id)?;
        let reached = self.reached(call, "remove_addon", known).await?;
        let failing = self.core.reach.failing("remove_addon", known.internal_id.as_str());
        let objects = Objects { call, failing, client: reached.client() };
        let (_, csv) = self.look(&objects, operator).await?;
        if let Some(csv) = &csv {
            let text = |field: &str| csv["metadata"][field].as_str();
            let name = text("name").unwrap_or_default();
            objects.delete(&versions(), Some(&operator.namespace), name, text("uid")).await?;
            if objects.get(&versions(), Some(&operator.namespace), name).await?.is_some() {
                return Ok(AddonState::Deleting);
            }
        }
        let removed = self.sets.remove(call, known, &set_name(operator)).await?;
        Ok(match removed.remaining {
            Remaining::Objects(left) if !left.is_empty() => AddonState::Deleting,
            _ => AddonState::Absent,
        })
    }
}
