//! Single objects of any kind in one cluster, as JSON, with failures as this crate says them. Knows nothing of what they mean.

use cluster_client::discovery::{DiscoveryError, KindError};
use kube::api::{DeleteParams, DynamicObject, ListParams, Patch, PatchParams, PostParams};
use kube::core::ApiResource;
use kube::{Api, Client};
use serde_json::Value;

use super::Failing;
use crate::provider::{CallContext, ProviderError, ProviderErrorKind};

/// Reads and writes single objects for one call.
#[derive(Clone, Copy)]
pub(in crate::provider) struct Objects<'a> {
    pub(in crate::provider) call: &'a CallContext,
    pub(in crate::provider) failing: Failing<'a>,
    pub(in crate::provider) client: &'a Client,
}

/// How often an object is read again because somebody else wrote it meanwhile.
const ROUNDS: usize = 8;

/// Reads and writes that follow each other until nobody comes between.
pub(in crate::provider) struct Rounds<'a> {
    failing: Failing<'a>,
    what: &'static str,
    left: usize,
}

// === impl Rounds ===

impl<'a> Rounds<'a> {
    /// `what` is written, in words.
    pub(in crate::provider) fn new(failing: Failing<'a>, what: &'static str) -> Self {
        Self { failing, what, left: ROUNDS }
    }

    /// After a write that failed: goes on when somebody else was quicker, and not for ever.
    pub(in crate::provider) fn again(&mut self, error: ProviderError) -> Result<(), ProviderError> {
        if !matches!(error.kind(), ProviderErrorKind::Conflict | ProviderErrorKind::AlreadyExists) {
            return Err(error);
        }
        self.left -= 1;
        if self.left > 0 {
            return Ok(());
        }
        let why = format!("somebody else changes {} again and again", self.what);
        Err(self.failing.with(ProviderErrorKind::Unavailable, why).with_source(error))
    }
}

// === impl Objects ===

impl Objects<'_> {
    /// One object; `None` when it is not there.
    pub(in crate::provider) async fn get(
        &self,
        resource: &ApiResource,
        namespace: Option<&str>,
        name: &str,
    ) -> Result<Option<Value>, ProviderError> {
        let found = self.bound(self.api(resource, namespace).get_opt(name)).await?;
        found.map(|object| self.json(&object)).transpose()
    }

    /// All objects that match a label selector, from all pages.
    pub(in crate::provider) async fn list(
        &self,
        resource: &ApiResource,
        namespace: Option<&str>,
        selector: Option<&str>,
    ) -> Result<Vec<Value>, ProviderError> {
        let api = self.api(resource, namespace);
        let mut found = Vec::new();
        let mut page = ListParams::default().limit(500);
        page.label_selector = selector.map(str::to_owned);
        loop {
            let answer = self.bound(api.list(&page)).await?;
            for object in &answer.items {
                found.push(self.json(object)?);
            }
            match answer.metadata.continue_.filter(|more| !more.is_empty()) {
                Some(more) => page.continue_token = Some(more),
                None => return Ok(found),
            }
        }
    }

    /// Makes an object that is not there, as this manager.
    pub(in crate::provider) async fn create(
        &self,
        resource: &ApiResource,
        namespace: Option<&str>,
        object: &Value,
        manager: &str,
    ) -> Result<Value, ProviderError> {
        let object = self.object(object)?;
        let parameters = PostParams { field_manager: Some(manager.to_owned()), ..PostParams::default() };
        let made = self.bound(self.api(resource, namespace).create(&parameters, &object)).await?;
        self.json(&made)
    }

    /// Replaces an object in the version that it carries, as this manager.
    pub(in crate::provider) async fn replace(
        &self,
        resource: &ApiResource,
        namespace: Option<&str>,
        name: &str,
        object: &Value,
        manager: &str,
    ) -> Result<Value, ProviderError> {
        let object = self.object(object)?;
        let api = self.api(resource, namespace);
        let parameters = PostParams { field_manager: Some(manager.to_owned()), ..PostParams::default() };
        let written = self.bound(api.replace(name, &parameters, &object)).await?;
        self.json(&written)
    }

    /// Applies an object on the server's side.
    pub(in crate::provider) async fn apply(
        &self,
        resource: &ApiResource,
        namespace: Option<&str>,
        name: &str,
        object: &Value,
        manager: &str,
        force: bool,
    ) -> Result<Value, ProviderError> {
        let parameters = PatchParams { force, ..PatchParams::apply(manager) };
        let api = self.api(resource, namespace);
        let patch = Patch::Apply(object);
        let written = self.bound(api.patch(name, &parameters, &patch)).await?;
        self.json(&written)
    }

    /// The same for its status.
    pub(in crate::provider) async fn apply_status(
        &self,
        resource: &ApiResource,
        namespace: Option<&str>,
        name: &str,
        object: &Value,
        manager: &str,
    ) -> Result<Value, ProviderError> {
        let parameters = PatchParams { force: true, ..PatchParams::apply(manager) };
        let api = self.api(resource, namespace);
        let patch = Patch::Apply(object);
        let written = self.bound(api.patch_status(name, &parameters, &patch)).await?;
        self.json(&written)
    }

    /// Begins to delete an object, only in this incarnation where a UID is given. Whether it was there.
    pub(in crate::provider) async fn delete(
        &self,
        resource: &ApiResource,
        namespace: Option<&str>,
        name: &str,
        uid: Option<&str>,
    ) -> Result<bool, ProviderError> {
        let parameters = match uid {
            Some(uid) => DeleteParams::background()
                .preconditions(kube::api::Preconditions { uid: Some(uid.to_owned()), ..Default::default() }),
            None => DeleteParams::background(),
        };
        match self.bound(self.api(resource, namespace).delete(name, &parameters)).await {
            Ok(_) => Ok(true),
            Err(error) if error.kind() == ProviderErrorKind::NotFound => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Waits for a request within the time of the call.
    pub(in crate::provider) async fn bound<T>(
        &self,
        request: impl Future<Output = Result<T, kube::Error>>,
    ) -> Result<T, ProviderError> {
        let done = self.call.bound(request).await.map_err(|why| self.failing.interrupted(why))?;
        done.map_err(|error| self.failing.request(error))
    }

    fn api(&self, resource: &ApiResource, namespace: Option<&str>) -> Api<DynamicObject> {
        match namespace {
            Some(namespace) => Api::namespaced_with(self.client.clone(), namespace, resource),
            None => Api::all_with(self.client.clone(), resource),
        }
    }

    fn object(&self, object: &Value) -> Result<DynamicObject, ProviderError> {
        let invalid = |error| self.failing.with(ProviderErrorKind::Invalid, "it is no object").with_source(error);
        serde_json::from_value(object.clone()).map_err(invalid)
    }

    fn json(&self, object: &DynamicObject) -> Result<Value, ProviderError> {
        let unreadable = |error| self.failing.with(ProviderErrorKind::Decode, "it is no object").with_source(error);
        serde_json::to_value(object).map_err(unreadable)
    }
}

/// A kind that a cluster may serve; `None` when it does not.
pub(in crate::provider) fn served(
    found: Result<cluster_client::discovery::Found, DiscoveryError>,
    failing: Failing<'_>,
) -> Result<Option<ApiResource>, ProviderError> {
    match found {
        Ok(found) => Ok(Some(found.resource)),
        Err(DiscoveryError::Kind(KindError::NotFound { .. })) => Ok(None),
        Err(error) => Err(failing.discovery(error)),
    }
}
