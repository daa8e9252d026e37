//! What must be so of an object before what needs it may be applied: namespaces are active, definitions established. Waiting is bounded.

use kube::core::{ApiResource, GroupVersionKind};
use serde_json::Value;
use tokio::time::Instant;

use super::request::Place;
use super::work::{Ended, Work};
use crate::clusters::ClusterAccess;
use crate::id::GroupKind;
use crate::issue::IssueClass;

/// What is waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Gate {
    /// A namespace is active.
    Namespace,
    /// A definition is established, under the names it wants.
    Definition,
    /// An aggregated API answers.
    Service,
}

/// What is waited for of objects of a kind.
pub(super) fn of(kind: &GroupKind) -> Option<Gate> {
    if kind.is("", "Namespace") {
        Some(Gate::Namespace)
    } else if kind.is("apiextensions.k8s.io", "CustomResourceDefinition") {
        Some(Gate::Definition)
    } else if kind.is("apiregistration.k8s.io", "APIService") {
        Some(Gate::Service)
    } else {
        None
    }
}

/// How namespaces are served.
pub(super) fn namespaces() -> ApiResource {
    ApiResource::from_gvk_with_plural(&GroupVersionKind::gvk("", "v1", "Namespace"), "namespaces")
}

impl Gate {
    /// Whether nothing is to be waited for any more.
    pub(super) fn is_open(self, object: &Value) -> bool {
        let holds = |name: &str| condition(object, name).is_some_and(|condition| condition["status"] == "True");
        match self {
            Self::Namespace => {
                object["metadata"]["deletionTimestamp"].is_null()
                    && object["status"]["phase"].as_str().is_none_or(|phase| phase == "Active")
            }
            Self::Definition => holds("Established") && holds("NamesAccepted"),
            Self::Service => holds("Available"),
        }
    }

    /// Whether waiting is in vain; why.
    fn is_shut(self, object: &Value) -> Option<String> {
        if !object["metadata"]["deletionTimestamp"].is_null() {
            return Some("it is being deleted".into());
        }
        let refused = condition(object, "NamesAccepted").filter(|condition| condition["status"] == "False");
        match (self, refused) {
            (Self::Definition, Some(refused)) => Some(said(refused)),
            _ => None,
        }
    }

    fn wanted(self) -> &'static str {
        match self {
            Self::Namespace => "active",
            Self::Definition => "established",
            Self::Service => "available",
        }
    }

    fn last_said(self, object: &Value) -> String {
        let name = match self {
            Self::Namespace => return format!("phase {}", object["status"]["phase"].as_str().unwrap_or("unknown")),
            Self::Definition => "Established",
            Self::Service => "Available",
        };
        condition(object, name).map_or_else(|| format!("no condition {name}"), said)
    }
}

fn condition<'o>(object: &'o Value, name: &str) -> Option<&'o Value> {
    object["status"]["conditions"].as_array()?.iter().find(|condition| condition["type"] == name)
}

fn said(condition: &Value) -> String {
    let text = |key: &str| condition[key].as_str().unwrap_or_default();
    format!("{} is {}: {} {}", text("type"), text("status"), text("reason"), text("message")).trim_end().into()
}

impl Work<'_, '_> {
    /// Waits until an applied object is as what needs it expects.
    pub(super) async fn pass(
        &mut self,
        gate: Gate,
        access: &ClusterAccess,
        place: Place<'_>,
        mut now: Value,
    ) -> Result<Value, Ended> {
        let patience = self.run.options.gate_deadline;
        let until = Instant::now() + patience;
        let mut looks = 0;
        while !gate.is_open(&now) {
            let shut = gate.is_shut(&now);
            looks += 1;
            if shut.is_some() || !self.look_away(looks, until).await {
                let why = shut.unwrap_or_else(|| format!("within {patience:?}: {}", gate.last_said(&now)));
                let message = format!("it is applied, and did not become {} {why}", gate.wanted());
                return Err(self.failed_with(self.issue(IssueClass::Unready, message)));
            }
            now = match self.read(access, place).await {
                Ok(Some(now)) => now,
                Ok(None) => {
                    let message = format!("it is applied, and was deleted before it became {}", gate.wanted());
                    return Err(self.failed_with(self.issue(IssueClass::Unready, message)));
                }
                Err(failure) => return Err(self.failed(failure)),
            };
        }
        if gate != Gate::Namespace {
            self.member.kinds_changed();
        }
        Ok(now)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_definition_is_waited_for_until_it_is_established_under_its_names() {
        let with = |conditions: Value| json!({"metadata": {}, "status": {"conditions": conditions}});
        let half = with(json!([{"type": "Established", "status": "True"}]));
        let whole =
            with(json!([{"type": "Established", "status": "True"}, {"type": "NamesAccepted", "status": "True"}]));
        let taken =
            with(json!([{"type": "NamesAccepted", "status": "False", "reason": "PluralConflict", "message": "taken"}]));
        assert!(
            !Gate::Definition.is_open(&json!({}))
                && !Gate::Definition.is_open(&half)
                && Gate::Definition.is_open(&whole)
        );
        assert_eq!(Gate::Definition.is_shut(&half), None);
        assert_eq!(Gate::Definition.is_shut(&taken).as_deref(), Some("NamesAccepted is False: PluralConflict taken"));
    }

    #[test]
    fn a_namespace_that_is_being_deleted_is_not_waited_for() {
        let going =
            json!({"metadata": {"deletionTimestamp": "2026-01-01T00:00:00Z"}, "status": {"phase": "Terminating"}});
        assert!(!Gate::Namespace.is_open(&going));
        assert!(Gate::Namespace.is_shut(&going).is_some());
        assert!(Gate::Namespace.is_open(&json!({"metadata": {}, "status": {"phase": "Active"}})));
    }
}
