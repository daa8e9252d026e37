//! Identity providers of OpenShift clusters: their entries in the cluster's `OAuth` object, and the Secrets they refer to. Knows nothing of
//! what the entries say.
//!
//! The list of entries is atomic to server-side apply, so that applying one would erase the others: the object is read, changed and written in
//! the version that was read, and once more when somebody else was quicker.

use std::sync::Arc;

use async_trait::async_trait;
use k8s_openapi::api::core::v1::{ConfigMap, Secret};
use kube::core::ApiResource;
use serde_json::Value;

use super::oauth::{self, NAMESPACE, companion};
use super::{Core, openshift};
use crate::provider::in_cluster::{Objects, Reached, Rounds};
use crate::provider::{
    CallContext, ClusterSpec, IdentityProvider, IdentityProviderId, IdentityProviders, ProviderError, ProviderErrorKind,
};

/// Identity providers of all clusters of one provider.
pub(super) struct Identities {
    pub(super) core: Arc<Core>,
}

// === impl Identities ===

impl Identities {
    /// The connection to a cluster that has identity providers.
    async fn reached(
        &self,
        call: &CallContext,
        operation: &'static str,
        known: &ClusterSpec,
    ) -> Result<Arc<Reached>, ProviderError> {
        let otherwise = "the cluster is no OpenShift: it does not serve config.openshift.io";
        self.core.serving(call, operation, known, "OAuth.config.openshift.io/v1", otherwise).await
    }

    fn objects<'a>(
        &'a self,
        call: &'a CallContext,
        operation: &'static str,
        known: &'a ClusterSpec,
        reached: &'a Reached,
    ) -> Objects<'a> {
        Objects {
            call,
            failing: self.core.reach.failing(operation, known.internal_id.as_str()),
            client: reached.client(),
        }
    }

    /// Changes the object in the version that was read, until nobody comes between. What the change said.
    async fn change(&self, objects: &Objects<'_>, change: impl Fn(&mut Value) -> bool) -> Result<bool, ProviderError> {
        let resource = openshift("OAuth", "oauths");
        let manager = self.core.reach.options().actor.field_manager();
        let mut rounds = Rounds::new(objects.failing, "the OAuth object of the cluster");
        loop {
            let found = objects.get(&resource, None, "cluster").await?;
            let is_new = found.is_none();
            let mut oauth = found.unwrap_or_else(oauth::empty);
            if !change(&mut oauth) {
                return Ok(false);
            }
            let written = if is_new {
                objects.create(&resource, None, &oauth, &manager).await
            } else {
                objects.replace(&resource, None, "cluster", &oauth, &manager).await
            };
            match written {
                Ok(_) => return Ok(true),
                Err(error) => rounds.again(error)?,
            }
        }
    }

    /// Writes what an entry refers to, under our own manager.
    async fn put(&self, objects: &Objects<'_>, resource: &ApiResource, object: &Value) -> Result<(), ProviderError> {
        let name = object["metadata"]["name"].as_str().unwrap_or_default();
        let manager = self.core.reach.options().actor.field_manager();
        objects.apply(resource, Some(NAMESPACE), name, object, &manager, false).await.map(|_| ())
    }
}

fn secrets() -> ApiResource {
    ApiResource::erase::<Secret>(&())
}

fn config_maps() -> ApiResource {
    ApiResource::erase::<ConfigMap>(&())
}

#[async_trait]
impl IdentityProviders for Identities {
    async fn ensure(
        &self,
        call: &CallContext,
        known: &ClusterSpec,
        provider: &IdentityProvider,
    ) -> Result<IdentityProviderId, ProviderError> {
        let failing = self.core.reach.failing("add_identity_provider", known.internal_id.as_str());
        let name = provider.name().filter(|name| !name.is_empty());
        let Some(name) = name else {
            return Err(failing.with(ProviderErrorKind::Invalid, "the identity provider has no name"));
        };
        let entry = match provider {
            IdentityProvider::OpenId(open_id) => oauth::entry(open_id),
            IdentityProvider::Raw(raw) if raw["type"].is_string() => raw.clone(),
            IdentityProvider::Raw(_) => {
                return Err(failing.with(ProviderErrorKind::Invalid, "the identity provider has no type"));
            }
        };
        let reached = self.reached(call, "add_identity_provider", known).await?;
        let objects = self.objects(call, "add_identity_provider", known, &reached);
        // What the entry refers to is there before it.
        if let IdentityProvider::OpenId(open_id) = provider {
            self.put(&objects, &secrets(), &oauth::secret(open_id)).await?;
            if let Some(authority) = oauth::authority(open_id) {
                self.put(&objects, &config_maps(), &authority).await?;
            }
        }
        let kind = entry["type"].as_str().unwrap_or_default().to_owned();
        self.change(&objects, |oauth| oauth::upsert(oauth, entry.clone())).await?;
        Ok(IdentityProviderId::new(name, name, kind))
    }

    async fn remove(&self, call: &CallContext, known: &ClusterSpec, name: &str) -> Result<bool, ProviderError> {
        let reached = self.reached(call, "remove_identity_provider", known).await?;
        let objects = self.objects(call, "remove_identity_provider", known, &reached);
        let was_there = self.change(&objects, |oauth| oauth::remove(oauth, name)).await?;
        // What the entry referred to goes after it, and also when only that was left.
        let companion = companion(name);
        let secret = objects.delete(&secrets(), Some(NAMESPACE), &companion, None).await?;
        objects.delete(&config_maps(), Some(NAMESPACE), &companion, None).await?;
        Ok(was_there || secret)
    }

    async fn list(&self, call: &CallContext, known: &ClusterSpec) -> Result<Vec<IdentityProviderId>, ProviderError> {
        let reached = self.reached(call, "list_identity_providers", known).await?;
        let objects = self.objects(call, "list_identity_providers", known, &reached);
        let found = objects.get(&openshift("OAuth", "oauths"), None, "cluster").await?;
        Ok(found.as_ref().map(oauth::ids).unwrap_or_default())
    }
}
