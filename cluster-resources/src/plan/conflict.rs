//! What to do about a field that is declared here and held by somebody else: rules as data, and who counts as a person at a keyboard.

use serde_json::Value;

use super::path::{covers, glob, steps_of};
use crate::id::GroupKind;
use crate::policy::{ConflictRule, OnConflict, Policy};

/// Managers of tools that people use by hand. What they write by updating is no declaration: it may be taken back.
const HUMAN_TOOLS: &[&str] = &[
    "kubectl",
    "kubectl-*",
    "oc",
    "oc-*",
    "k9s",
    "Lens",
    "lens-*",
    "OpenLens",
    "node-fetch", // Lens
    "Mozilla",    // consoles in a browser
    "rancher",
    "octant",
    "headlamp",
    "dashboard",
];

/// Managers under which earlier tools of ours, or the server on their behalf, own fields.
const PREDECESSORS: &[&str] = &["before-first-apply", "qontract*"];

/// Managers that write `spec.replicas` on purpose.
const SCALERS: &[&str] =
    &["kube-controller-manager", "horizontal-pod-autoscaler", "keda*", "vpa-*", "cluster-autoscaler", "argo-rollouts*"];

/// Whether a field manager is a tool that people use by hand.
#[must_use]
pub fn is_human_tool(manager: &str) -> bool {
    any(HUMAN_TOOLS, manager)
}

/// Whether a field manager is one under which `kubectl apply`, `oc` and the like wrote objects before server-side apply.
#[must_use]
pub fn is_client_side(manager: &str) -> bool {
    any(
        &["oc", "kubectl", "kubectl-client-side-apply", "kubectl-create", "kubectl-edit", "before-first-apply"],
        manager,
    )
}

pub(crate) fn is_scaler(manager: &str) -> bool {
    any(SCALERS, manager)
}

fn any(patterns: &[&str], name: &str) -> bool {
    patterns.iter().any(|pattern| glob(pattern, name))
}

/// What is done about conflicts when an application has no rule of its own: fields that tools for people, and our predecessors, have
/// written are taken, and for all others it fails.
#[must_use]
pub fn default_conflict_rules() -> Vec<ConflictRule> {
    let known = HUMAN_TOOLS.iter().chain(PREDECESSORS).map(|&pattern| pattern.into()).collect();
    vec![ConflictRule { kind: None, path: String::new(), then: OnConflict::TakeOverFrom(known) }]
}

/// Annotation of a declaration that decides about all conflicts over it: `force`, `yield`, or `fail`, which is what any other word means.
/// It comes before the rules of the policy.
pub const CONFLICTS: &str = "mooring.dev/conflicts";

/// What a declaration says itself about conflicts over it.
pub(crate) fn declared_policy(declared: &Value) -> Option<OnConflict> {
    match declared.get("metadata")?.get("annotations")?.get(CONFLICTS)?.as_str()? {
        "force" => Some(OnConflict::Force),
        "yield" => Some(OnConflict::Yield),
        _ => Some(OnConflict::Fail),
    }
}

/// What is done when a manager holds a field that is declared here with another value. The path is written as plans write it, or as the
/// server does in a conflict. The operation is `Apply` or `Update`.
///
/// The first of the application's rules that matches decides, and then: what an autoscaler or the aggregation of roles writes is
/// yielded to it; what a tool for people or a predecessor has updated is taken; everything else fails.
/// [`OnConflict::TakeOverFrom`] is decided: the answer is never one.
#[must_use]
pub fn conflict_policy(policy: &Policy, kind: &GroupKind, path: &str, manager: &str, operation: &str) -> OnConflict {
    let steps = steps_of(path);
    let path = || steps.iter().map(AsRef::as_ref);
    let rule = policy
        .conflicts
        .iter()
        .find(|rule| rule.kind.as_ref().is_none_or(|own| own == kind) && covers(&rule.path, path()));
    if let Some(rule) = rule {
        return match &rule.then {
            OnConflict::TakeOverFrom(patterns) if patterns.iter().any(|pattern| glob(pattern, manager)) => {
                OnConflict::Force
            }
            OnConflict::TakeOverFrom(_) => OnConflict::Fail,
            then => then.clone(),
        };
    }
    if manager == policy.actor.field_manager() {
        return OnConflict::Force;
    }
    let yields = (covers("spec.replicas", path()) && is_scaler(manager))
        || (kind.is("rbac.authorization.k8s.io", "ClusterRole")
            && covers("rules", path())
            && manager == AGGREGATION_CONTROLLER);
    if yields {
        return OnConflict::Yield;
    }
    // What somebody declares is theirs, whatever tool they use.
    if operation == "Update" && (is_human_tool(manager) || any(PREDECESSORS, manager)) {
        return OnConflict::Force;
    }
    OnConflict::Fail
}

/// Writes the rules of aggregated ClusterRoles.
pub(crate) const AGGREGATION_CONTROLLER: &str = "clusterrole-aggregation-controller";
