//! How far an operator of the Operator Lifecycle Manager is, and the set in which its objects are kept. Pure.
//!
//! Source: `operators.coreos.com`: `Subscription` and `ClusterServiceVersion`.

use serde_json::Value;

use crate::provider::{Addon, AddonState, ResourceSet};
use crate::terraform::parts::{self, OlmOperator};

/// The set in which an operator's objects are kept.
pub(super) fn set_name(operator: &OlmOperator) -> String {
    format!("addon-{}", operator.id)
}

/// The objects of an operator, and the parameters of its add-on in a Secret behind its namespace.
pub(super) fn set(operator: &OlmOperator, addon: &Addon) -> ResourceSet {
    let mut objects = operator.resources();
    if !addon.parameters.is_empty() {
        let members = addon.parameters.iter().map(|one| (one.id.clone(), one.value.clone()));
        let name = format!("addon-{}-parameters", operator.id);
        objects.insert(1, parts::secret(&operator.namespace, &name, members));
    }
    ResourceSet::new(set_name(operator), objects)
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
    use serde_json::json;

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
        let operator =
            OlmOperator::new("agent", "agents", "agent-operator", "stable").from_image("example.com/index:1");
        let set = set(&operator, &Addon::new("agent").with_parameter("token", "s3ntinel"));
        let kinds: Vec<_> = set.resources.iter().map(|object| object["kind"].as_str().unwrap()).collect();
        assert_eq!(kinds, ["Namespace", "Secret", "CatalogSource", "OperatorGroup", "Subscription"]);
        let spec = &set.resources[4]["spec"];
        assert_eq!((&spec["source"], &spec["sourceNamespace"]), (&json!("agent"), &json!("agents")));
        assert_eq!(set.resources[1]["stringData"]["token"], "s3ntinel");
        let existing = OlmOperator::new("agent", "agents", "agent-operator", "stable").resources();
        let kinds: Vec<_> = existing.iter().map(|object| object["kind"].as_str().unwrap()).collect();
        assert_eq!(kinds, ["Namespace", "OperatorGroup", "Subscription"]);
    }
}
