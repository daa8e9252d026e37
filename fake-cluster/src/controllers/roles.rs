//! Aggregated cluster roles: each has the rules of those that it selects.
//!
//! It follows `pkg/controller/clusterroleaggregation`. Knows nothing of what rules mean.

use serde_json::{Value, json};

use super::selector::selects;
use super::step::{Step, Write, controller};
use super::view::View;

const STORAGE: &str = "clusterroles.rbac.authorization.k8s.io";

/// What comes next.
pub(super) fn steps(view: &View) -> Vec<Step> {
    let Some(resource) = view.resource(STORAGE) else { return Vec::new() };
    let actor = controller("clusterrole-aggregation-controller");
    let roles = view.objects(STORAGE);
    let mut steps = Vec::new();
    for role in roles {
        let Some(selectors) = role.value()["aggregationRule"]["clusterRoleSelectors"].as_array() else { continue };
        let mut rules: Vec<&Value> = Vec::new();
        for selector in selectors {
            // The store hands them out by name, which is the order of the real controller.
            let chosen = roles
                .iter()
                .filter(|other| other.key() != role.key() && selects(selector, &other.metadata()["labels"]));
            for rule in chosen.flat_map(|other| other.value()["rules"].as_array().into_iter().flatten()) {
                if !rules.contains(&rule) {
                    rules.push(rule);
                }
            }
        }
        let known = role.value()["rules"].as_array().map_or(&[][..], Vec::as_slice);
        if !known.iter().eq(rules.iter().copied()) {
            let applied = json!({
                "apiVersion": role.value()["apiVersion"], "kind": "ClusterRole",
                "metadata": {"name": role.meta_str("name")}, "rules": rules,
            });
            steps.push(Step::to(&actor, resource, role, Write::Apply("clusterrole-aggregation-controller", applied)));
        }
    }
    steps
}
