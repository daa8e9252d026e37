//! What a pod refers to by name, read from its specification; knows nothing of what exists.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::id::GroupKind;

/// What kind of object a pod refers to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum Referent {
    /// A ConfigMap.
    ConfigMap,
    /// A Secret.
    Secret,
    /// A ServiceAccount.
    ServiceAccount,
    /// A PersistentVolumeClaim.
    Claim,
}

impl Referent {
    /// Its kind, as objects write it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ConfigMap => "ConfigMap",
            Self::Secret => "Secret",
            Self::ServiceAccount => "ServiceAccount",
            Self::Claim => "PersistentVolumeClaim",
        }
    }

    /// Its kind within its group.
    #[must_use]
    pub fn kind(self) -> GroupKind {
        GroupKind::core(self.as_str())
    }

    /// Whether its contents have keys that can be referred to.
    #[must_use]
    pub fn has_keys(self) -> bool {
        matches!(self, Self::ConfigMap | Self::Secret)
    }
}

/// One place of a pod's specification that names another object of its namespace.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub struct Reference {
    /// To what.
    pub to: Referent,
    /// By which name.
    pub name: Arc<str>,
    /// To which key of its data; to the whole object when absent.
    pub key: Option<Arc<str>>,
    /// Whether the pod starts without it.
    pub optional: bool,
    /// Where, such as `spec.containers[0].env[2].valueFrom.secretKeyRef`.
    pub path: String,
}

impl Reference {
    /// Whether it is to a secret for pulling images, without which a pod may still start.
    #[must_use]
    pub fn is_pull_secret(&self) -> bool {
        self.path.contains(".imagePullSecrets[")
    }
}

/// The pod specification within an object, and its path: of a pod, of anything with a pod template (Deployments, Jobs, ReplicaSets,
/// DeploymentConfigs, custom resources shaped like them), of a CronJob, of a PodTemplate. `None` for everything else.
#[must_use]
pub fn pod_spec(object: &Value) -> Option<(&'static str, &Value)> {
    let kind = object.get("kind").and_then(Value::as_str).unwrap_or_default();
    let group = object.get("apiVersion").and_then(Value::as_str).unwrap_or_default();
    let (path, pointer) = match kind {
        "Pod" if group == "v1" => ("spec", "/spec"),
        "PodTemplate" if group == "v1" => ("template.spec", "/template/spec"),
        "CronJob" if group.starts_with("batch/") => {
            ("spec.jobTemplate.spec.template.spec", "/spec/jobTemplate/spec/template/spec")
        }
        _ => ("spec.template.spec", "/spec/template/spec"),
    };
    let spec = object.pointer(pointer)?;
    spec.get("containers")?.as_array()?;
    Some((path, spec))
}

/// Volume sources with a reference to a Secret: the source, and the member that holds a reference.
const SECRET_SOURCES: [(&str, &str); 8] = [
    ("cephfs", "secretRef"),
    ("cinder", "secretRef"),
    ("csi", "nodePublishSecretRef"),
    ("flexVolume", "secretRef"),
    ("iscsi", "secretRef"),
    ("rbd", "secretRef"),
    ("scaleIO", "secretRef"),
    ("storageos", "secretRef"),
];

/// Everything a pod specification refers to, in the order in which it is written; `at` is its own path.
///
/// Whatever is not shaped as it should be refers to nothing.
#[must_use]
pub fn references(pod_spec: &Value, at: &str) -> Vec<Reference> {
    let mut found = Collector { found: Vec::new() };
    for (index, volume) in items(pod_spec, "volumes") {
        found.volume(volume, &format!("{at}.volumes[{index}]"));
    }
    for list in ["initContainers", "containers", "ephemeralContainers"] {
        for (index, container) in items(pod_spec, list) {
            found.container(container, &format!("{at}.{list}[{index}]"));
        }
    }
    for (index, secret) in items(pod_spec, "imagePullSecrets") {
        found.add(Referent::Secret, secret.get("name"), None, false, format!("{at}.imagePullSecrets[{index}]"));
    }
    for member in ["serviceAccountName", "serviceAccount"] {
        if let Some(name) = pod_spec.get(member) {
            found.add(Referent::ServiceAccount, Some(name), None, false, format!("{at}.{member}"));
            break;
        }
    }
    found.found
}

/// Whether any of these references is to that object.
#[must_use]
pub fn refers_to(references: &[Reference], kind: &GroupKind, name: &str) -> bool {
    references.iter().any(|reference| &*reference.name == name && reference.to.kind() == *kind)
}

struct Collector {
    found: Vec<Reference>,
}

impl Collector {
    fn add(&mut self, to: Referent, name: Option<&Value>, key: Option<&Value>, optional: bool, path: String) {
        let Some(name) = name.and_then(Value::as_str).filter(|name| !name.is_empty()) else { return };
        let key = key.and_then(Value::as_str).map(Arc::from);
        self.found.push(Reference { to, name: name.into(), key, optional, path });
    }

    /// A volume source: the object, and each key that is picked from it.
    fn source(&mut self, to: Referent, source: &Value, name: &str, path: &str) {
        let (name, optional) = (source.get(name), is_optional(source));
        self.add(to, name, None, optional, path.into());
        for (index, item) in items(source, "items") {
            if let Some(key) = item.get("key") {
                self.add(to, name, Some(key), optional, format!("{path}.items[{index}]"));
            }
        }
    }

    fn volume(&mut self, volume: &Value, path: &str) {
        if let Some(source) = volume.get("secret") {
            self.source(Referent::Secret, source, "secretName", &format!("{path}.secret"));
        }
        if let Some(source) = volume.get("configMap") {
            self.source(Referent::ConfigMap, source, "name", &format!("{path}.configMap"));
        }
        for (index, source) in volume.get("projected").into_iter().flat_map(|projected| items(projected, "sources")) {
            let path = format!("{path}.projected.sources[{index}]");
            if let Some(source) = source.get("secret") {
                self.source(Referent::Secret, source, "name", &format!("{path}.secret"));
            }
            if let Some(source) = source.get("configMap") {
                self.source(Referent::ConfigMap, source, "name", &format!("{path}.configMap"));
            }
        }
        if let Some(claim) = volume.get("persistentVolumeClaim") {
            let name = claim.get("claimName");
            self.add(Referent::Claim, name, None, false, format!("{path}.persistentVolumeClaim"));
        }
        if let Some(share) = volume.get("azureFile") {
            self.add(Referent::Secret, share.get("secretName"), None, false, format!("{path}.azureFile"));
        }
        for (source, member) in SECRET_SOURCES {
            if let Some(reference) = volume.get(source).and_then(|source| source.get(member)) {
                let path = format!("{path}.{source}.{member}");
                self.add(Referent::Secret, reference.get("name"), None, false, path);
            }
        }
    }

    fn container(&mut self, container: &Value, path: &str) {
        for (index, from) in items(container, "envFrom") {
            for (member, to) in [("secretRef", Referent::Secret), ("configMapRef", Referent::ConfigMap)] {
                if let Some(source) = from.get(member) {
                    let path = format!("{path}.envFrom[{index}].{member}");
                    self.add(to, source.get("name"), None, is_optional(source), path);
                }
            }
        }
        for (index, variable) in items(container, "env") {
            let Some(from) = variable.get("valueFrom") else { continue };
            for (member, to) in [("secretKeyRef", Referent::Secret), ("configMapKeyRef", Referent::ConfigMap)] {
                if let Some(source) = from.get(member) {
                    let path = format!("{path}.env[{index}].valueFrom.{member}");
                    self.add(to, source.get("name"), source.get("key"), is_optional(source), path);
                }
            }
        }
    }
}

fn items<'a>(value: &'a Value, member: &str) -> impl Iterator<Item = (usize, &'a Value)> {
    value.get(member).and_then(Value::as_array).into_iter().flatten().enumerate()
}

fn is_optional(source: &Value) -> bool {
    source.get("optional").and_then(Value::as_bool).unwrap_or(false)
}

#[cfg(test)]
mod tests;
