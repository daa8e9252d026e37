//! An operator as the objects of the Operator Lifecycle Manager, and how far it is. Pure.
//!
//! Source: `operators.coreos.com`: `CatalogSource`, `OperatorGroup`, `Subscription` and `ClusterServiceVersion`.

use serde_json::{Value, json};

use crate::provider::{Addon, AddonState, ResourceSet};

/// An operator that can be installed as an add-on.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Operator {
    /// The id of the add-on: a DNS label.
    pub id: String,
    /// In which namespace it is installed; made when it is not there, and then taken away with it.
    pub namespace: String,
    /// Image of a catalogue of its own; without one, `catalog` names one that is there.
    pub catalog_image: Option<String>,
    /// Secret in the namespace with which the image is pulled.
    pub pull_secret: Option<String>,
    /// Name and namespace of the catalogue, when it has none of its own. Default: `redhat-operators` in `openshift-marketplace`.
    pub catalog: (String, String),
    /// Its package.
    pub package: String,
    /// Which channel of it.
    pub channel: String,
    /// Which version to begin with; the newest of the channel when absent.
    pub starting_csv: Option<String>,
    /// The `config` of its Subscription; none when null.
    pub config: Value,
}

// === impl Operator ===

impl Operator {
    /// This channel of this package, in this namespace.
    pub fn new(
        id: impl Into<String>,
        namespace: impl Into<String>,
        package: impl Into<String>,
        channel: impl Into<String>,
    ) -> Self {
        Self {
            id: id.into(),
            namespace: namespace.into(),
            catalog_image: None,
            pull_secret: None,
            catalog: ("redhat-operators".to_owned(), "openshift-marketplace".to_owned()),
            package: package.into(),
            channel: channel.into(),
            starting_csv: None,
            config: Value::Null,
        }
    }

    /// From a catalogue of its own.
    #[must_use]
    pub fn from_image(mut self, image: impl Into<String>) -> Self {
        self.catalog_image = Some(image.into());
        self
    }

    /// From a catalogue that is there.
    #[must_use]
    pub fn from_catalog(mut self, name: impl Into<String>, namespace: impl Into<String>) -> Self {
        self.catalog = (name.into(), namespace.into());
        self
    }

    /// Pulls the image of its catalogue with this Secret.
    #[must_use]
    pub fn with_pull_secret(mut self, name: impl Into<String>) -> Self {
        self.pull_secret = Some(name.into());
        self
    }

    /// Begins with this version.
    #[must_use]
    pub fn starting_with(mut self, csv: impl Into<String>) -> Self {
        self.starting_csv = Some(csv.into());
        self
    }

    /// Sets the `config` of its Subscription.
    #[must_use]
    pub fn with_config(mut self, config: Value) -> Self {
        self.config = config;
        self
    }

    /// The set in which its objects are kept.
    pub(super) fn set_name(&self) -> String {
        format!("addon-{}", self.id)
    }

    /// Its objects: namespace, parameters, catalogue, group (of all namespaces) and subscription.
    pub(super) fn set(&self, addon: &Addon) -> ResourceSet {
        let meta = |name: &str| json!({"name": name, "namespace": self.namespace});
        let mut objects = vec![json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": self.namespace}})];
        if !addon.parameters.is_empty() {
            let data: serde_json::Map<String, Value> =
                addon.parameters.iter().map(|one| (one.id.clone(), Value::from(one.value.as_str()))).collect();
            objects.push(json!({
                "apiVersion": "v1", "kind": "Secret", "type": "Opaque",
                "metadata": meta(&format!("addon-{}-parameters", self.id)), "stringData": data,
            }));
        }
        let (mut source, mut source_namespace) = (&self.catalog.0, &self.catalog.1);
        if let Some(image) = &self.catalog_image {
            let mut spec = json!({"sourceType": "grpc", "image": image});
            if let Some(secret) = &self.pull_secret {
                spec["secrets"] = json!([secret]);
            }
            objects.push(json!({
                "apiVersion": "operators.coreos.com/v1alpha1", "kind": "CatalogSource", "metadata": meta(&self.id), "spec": spec,
            }));
            (source, source_namespace) = (&self.id, &self.namespace);
        }
        objects.push(json!({
            "apiVersion": "operators.coreos.com/v1", "kind": "OperatorGroup", "metadata": meta(&self.id), "spec": {},
        }));
        let mut subscription = json!({
            "source": source, "sourceNamespace": source_namespace, "name": self.package, "channel": self.channel,
            "installPlanApproval": "Automatic",
        });
        if let Some(csv) = &self.starting_csv {
            subscription["startingCSV"] = json!(csv);
        }
        if !self.config.is_null() {
            subscription["config"] = self.config.clone();
        }
        objects.push(json!({
            "apiVersion": "operators.coreos.com/v1alpha1", "kind": "Subscription", "metadata": meta(&self.id),
            "spec": subscription,
        }));
        ResourceSet::new(self.set_name(), objects)
    }
}

/// Which version is installed, as a subscription says.
pub(super) fn installed_csv(subscription: &Value) -> Option<&str> {
    subscription["status"]["installedCSV"].as_str().filter(|name| !name.is_empty())
}

/// How far an operator is, by its subscription and by the version that is installed.
pub(super) fn state(subscription: Option<&Value>, csv: Option<&Value>) -> AddonState {
    let Some(subscription) = subscription else { return AddonState::Installing };
    if subscription["metadata"]["deletionTimestamp"].is_string() {
        return AddonState::Deleting;
    }
    if let (Some(_), Some(csv)) = (installed_csv(subscription), csv) {
        let status = &csv["status"];
        return match status["phase"].as_str() {
            Some("Succeeded") => AddonState::Ready,
            Some("Failed") => failed(&[&status["reason"], &status["message"]]),
            Some("Deleting") => AddonState::Deleting,
            _ => AddonState::Installing,
        };
    }
    let conditions = subscription["status"]["conditions"].as_array().into_iter().flatten();
    let broken = conditions.into_iter().find(|condition| {
        matches!(condition["type"].as_str(), Some("ResolutionFailed" | "InstallPlanFailed" | "BundleUnpackFailed"))
            && condition["status"] == "True"
    });
    broken.map_or(AddonState::Installing, |condition| failed(&[&condition["reason"], &condition["message"]]))
}

fn failed(words: &[&Value]) -> AddonState {
    let said: Vec<&str> = words.iter().filter_map(|word| word.as_str()).filter(|word| !word.is_empty()).collect();
    AddonState::Failed { reason: if said.is_empty() { "it does not say why".to_owned() } else { said.join(": ") } }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn subscription(status: Value) -> Value {
        json!({"metadata": {"name": "agent"}, "status": status})
    }

    #[test]
    fn an_operator_is_ready_when_its_installed_version_succeeded_and_not_before() {
        let installed = subscription(json!({"installedCSV": "agent.v1"}));
        assert_eq!(state(Some(&subscription(json!({}))), None), AddonState::Installing);
        assert_eq!(state(Some(&installed), None), AddonState::Installing);
        let csv = |phase: &str| json!({"status": {"phase": phase, "reason": "Broken", "message": "no image"}});
        assert_eq!(state(Some(&installed), Some(&csv("Installing"))), AddonState::Installing);
        assert_eq!(state(Some(&installed), Some(&csv("Succeeded"))), AddonState::Ready);
        let reason = "Broken: no image".to_owned();
        assert_eq!(state(Some(&installed), Some(&csv("Failed"))), AddonState::Failed { reason });
    }

    #[test]
    fn what_cannot_be_resolved_has_failed() {
        let status = json!({"conditions": [{"type": "ResolutionFailed", "status": "True", "reason": "NoBundle"}]});
        let reason = "NoBundle".to_owned();
        assert_eq!(state(Some(&subscription(status)), None), AddonState::Failed { reason });
    }

    #[test]
    fn objects_are_exact() {
        let operator = Operator::new("agent", "agents", "agent-operator", "stable").from_image("example.com/index:1");
        let set = operator.set(&Addon::new("agent").with_parameter("token", "s3ntinel"));
        let kinds: Vec<_> = set.resources.iter().map(|object| object["kind"].as_str().unwrap()).collect();
        assert_eq!(kinds, ["Namespace", "Secret", "CatalogSource", "OperatorGroup", "Subscription"]);
        let spec = &set.resources[4]["spec"];
        assert_eq!((&spec["source"], &spec["sourceNamespace"]), (&json!("agent"), &json!("agents")));
        assert_eq!(set.resources[1]["stringData"]["token"], "s3ntinel");
        let existing = Operator::new("agent", "agents", "agent-operator", "stable").set(&Addon::new("agent"));
        let kinds: Vec<_> = existing.resources.iter().map(|object| object["kind"].as_str().unwrap()).collect();
        assert_eq!(kinds, ["Namespace", "OperatorGroup", "Subscription"]);
    }
}
