//! Whether a PersistentVolumeClaim that is not bound waits for a pod that nobody has made.

use std::collections::HashMap;

use kube::api::{Api, DynamicObject};
use kube::core::{ApiResource, GroupVersionKind};
use serde_json::Value;

use crate::clusters::ClusterAccess;
use crate::id::GroupKind;
use crate::restart::{asked, pods_of, users_of};

/// The claims of one namespace.
pub(super) struct Claims {
    access: ClusterAccess,
    namespace: String,
    /// Whether a class of volumes is bound only when a pod needs it.
    waits: HashMap<String, bool>,
}

impl Claims {
    pub(super) fn new(access: ClusterAccess, namespace: &str) -> Self {
        Self { access, namespace: namespace.into(), waits: HashMap::new() }
    }

    /// Whether the claim waits for its first consumer, and no pod mounts it. What cannot be told is not so.
    pub(super) async fn is_unused(&mut self, claim: &Value) -> bool {
        let text = |pointer: &str| claim.pointer(pointer).and_then(Value::as_str).unwrap_or_default();
        if !matches!(text("/status/phase"), "" | "Pending") {
            return false;
        }
        let class = text("/spec/storageClassName").to_owned();
        if class.is_empty() || !self.waits_for_consumer(class).await {
            return false;
        }
        let name = text("/metadata/name");
        let Ok(pods) = pods_of(&self.access, &self.namespace).await else { return false };
        users_of(&pods, &GroupKind::core("PersistentVolumeClaim"), name).next().is_none()
    }

    async fn waits_for_consumer(&mut self, class: String) -> bool {
        if let Some(known) = self.waits.get(&class) {
            return *known;
        }
        let kind = GroupVersionKind::gvk("storage.k8s.io", "v1", "StorageClass");
        let resource = ApiResource::from_gvk_with_plural(&kind, "storageclasses");
        let api = Api::<DynamicObject>::all_with(self.access.client.clone(), &resource);
        let Ok(found) = asked(api.get_opt(&class)).await else { return false };
        let mode = found.as_ref().and_then(|found| found.data.get("volumeBindingMode")).and_then(Value::as_str);
        let waits = mode == Some("WaitForFirstConsumer");
        self.waits.insert(class, waits);
        waits
    }
}
