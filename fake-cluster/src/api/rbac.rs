//! The RBAC authorizer: what roles and bindings in the store let a user do.
//!
//! It follows `k8s.io/kubernetes/plugin/pkg/auth/authorizer/rbac` and `pkg/registry/rbac/validation`.

mod escalation;
#[cfg(test)]
mod tests;

use std::sync::{Arc, LazyLock};

use serde_json::{Value, json};

use super::access::{Attributes, MASTERS, User};
use super::cause::quote;
use super::{Api, meta};
use crate::storage::{Object, Select};

const GROUP: &str = "rbac.authorization.k8s.io";
const ROLES: &str = "roles.rbac.authorization.k8s.io";
const CLUSTER_ROLES: &str = "clusterroles.rbac.authorization.k8s.io";
const BINDINGS: &str = "rolebindings.rbac.authorization.k8s.io";
const CLUSTER_BINDINGS: &str = "clusterrolebindings.rbac.authorization.k8s.io";

/// What the authorizer says.
#[derive(Clone, Debug, Default)]
pub(super) struct Decision {
    pub(super) allowed: bool,
    /// Why; may be empty.
    pub(super) reason: String,
}

/// A binding that concerns a user.
struct Grant {
    /// Who gives it, as decisions say it.
    reason: String,
    /// The rules of the role, or why there are none.
    rules: Result<Vec<Value>, NoRole>,
}

/// Why there is no role to take rules from.
#[derive(Debug, thiserror::Error)]
enum NoRole {
    #[error("{}.{GROUP} {} not found", kind.to_lowercase(), quote(name))]
    Missing { kind: String, name: String },
    #[error("unsupported role reference kind: {}", quote(.0))]
    Unknown(String),
}

/// The roles and bindings that every cluster begins with. They are the same objects in all clusters of the process.
static BOOTSTRAP: LazyLock<Vec<(&'static str, Arc<Object>)>> = LazyLock::new(|| {
    let born = meta::seconds(jiff::Timestamp::now());
    let metadata = |name: &str| {
        json!({
            "name": name, "uid": uuid::Uuid::new_v4().to_string(), "creationTimestamp": born,
            "labels": {"kubernetes.io/bootstrapping": "rbac-defaults"},
            "annotations": {"rbac.authorization.kubernetes.io/autoupdate": "true"},
        })
    };
    let api_version = format!("{GROUP}/v1");
    let mut objects = Vec::new();
    let mut add = |storage: &'static str, name: &str, object: Value| {
        // All of them are as old as the cluster.
        objects.push((storage, Arc::new(Object::new(name.into(), 1, object))));
    };
    let discovery = [
        "/api",
        "/api/*",
        "/apis",
        "/apis/*",
        "/healthz",
        "/livez",
        "/openapi",
        "/openapi/*",
        "/readyz",
        "/version",
        "/version/",
    ];
    let issuer = [
        "/.well-known/openid-configuration",
        "/.well-known/openid-configuration/",
        "/openid/v1/jwks",
        "/openid/v1/jwks/",
    ];
    let public = ["/healthz", "/livez", "/readyz", "/version", "/version/"];
    for (name, rules, groups) in [
        (
            "cluster-admin",
            json!([{"verbs": ["*"], "apiGroups": ["*"], "resources": ["*"]}, {"verbs": ["*"], "nonResourceURLs": ["*"]}]),
            vec![MASTERS],
        ),
        ("system:discovery", json!([{"verbs": ["get"], "nonResourceURLs": discovery}]), vec!["system:authenticated"]),
        (
            "system:basic-user",
            json!([
                {
                    "verbs": ["create"], "apiGroups": ["authorization.k8s.io"],
                    "resources": ["selfsubjectaccessreviews", "selfsubjectrulesreviews"],
                },
                {"verbs": ["create"], "apiGroups": ["authentication.k8s.io"], "resources": ["selfsubjectreviews"]},
            ]),
            vec!["system:authenticated"],
        ),
        (
            "system:service-account-issuer-discovery",
            json!([{"verbs": ["get"], "nonResourceURLs": issuer}]),
            vec!["system:serviceaccounts"],
        ),
        (
            "system:public-info-viewer",
            json!([{"verbs": ["get"], "nonResourceURLs": public}]),
            vec!["system:authenticated", "system:unauthenticated"],
        ),
    ] {
        let subjects: Vec<_> =
            groups.iter().map(|name| json!({"kind": "Group", "apiGroup": GROUP, "name": name})).collect();
        let role =
            json!({"kind": "ClusterRole", "apiVersion": api_version, "metadata": metadata(name), "rules": rules});
        add(CLUSTER_ROLES, name, role);
        let binding = json!({
            "kind": "ClusterRoleBinding", "apiVersion": api_version, "metadata": metadata(name), "subjects": subjects,
            "roleRef": {"apiGroup": GROUP, "kind": "ClusterRole", "name": name},
        });
        add(CLUSTER_BINDINGS, name, binding);
    }
    objects
});

/// Puts the initial roles and bindings into an empty store.
pub(super) fn bootstrap(api: &Api) {
    for (storage, object) in BOOTSTRAP.iter() {
        api.store.seed(storage, object.clone());
    }
}

impl Api {
    /// Whether a user may do something, and why.
    pub(super) fn decide(&self, user: &User, wanted: &Attributes<'_>) -> Decision {
        if self.access.allows(user, wanted) {
            return Decision { allowed: true, reason: String::new() };
        }
        let mut problems = Vec::new();
        for grant in self.grants(user, wanted.namespace) {
            match grant.rules {
                Ok(rules) if rules.iter().any(|rule| allows(rule, wanted)) => {
                    return Decision { allowed: true, reason: format!("RBAC: allowed by {}", grant.reason) };
                }
                Ok(_) => {}
                Err(problem) => problems.push(problem.to_string()),
            }
        }
        let reason = match problems.as_slice() {
            [] => String::new(),
            [one] => format!("RBAC: {one}"),
            many => format!("RBAC: [{}]", many.join(", ")),
        };
        Decision { allowed: false, reason }
    }

    /// Whether a user may do something.
    pub(super) fn may(&self, user: &User, wanted: &Attributes<'_>) -> bool {
        self.decide(user, wanted).allowed
    }

    /// All rules that a user has in a namespace, and which roles could not be found.
    pub(super) fn rules_for(&self, user: &User, namespace: &str) -> (Vec<Value>, Vec<String>) {
        let (mut rules, mut problems) = (Vec::new(), Vec::new());
        for grant in self.grants(user, namespace) {
            match grant.rules {
                Ok(given) => rules.extend(given),
                Err(problem) => problems.push(problem.to_string()),
            }
        }
        (rules, problems)
    }

    /// The bindings that concern a user: those of the cluster first, then those of a namespace.
    fn grants(&self, user: &User, namespace: &str) -> impl Iterator<Item = Grant> {
        let local = (!namespace.is_empty()).then(|| format!("{namespace}/"));
        let mut found = Vec::new();
        for (storage, prefix) in [(CLUSTER_BINDINGS, Some(String::new())), (BINDINGS, local)] {
            let Some(prefix) = prefix else { continue };
            let select = Select { prefix: &prefix, ..Select::default() };
            for binding in self.store.range(storage, select).map(|range| range.objects).unwrap_or_default() {
                let subjects = binding.value()["subjects"].as_array().into_iter().flatten();
                let Some(subject) = subjects.filter_map(|subject| concerns(subject, user, namespace)).next() else {
                    continue;
                };
                let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
                let role = &binding.value()["roleRef"];
                let (kind, name) = (text(&role["kind"]), text(&role["name"]));
                let giver = match storage {
                    CLUSTER_BINDINGS => format!("ClusterRoleBinding {}", quote(binding.meta_str("name"))),
                    _ => format!("RoleBinding {}", quote(&format!("{}/{namespace}", binding.meta_str("name")))),
                };
                found.push(Grant {
                    reason: format!("{giver} of {kind} {} to {subject}", quote(&name)),
                    rules: self.rules_of(&kind, &name, namespace),
                });
            }
        }
        found.into_iter()
    }

    /// The rules of a role, or that it does not exist.
    fn rules_of(&self, kind: &str, name: &str, namespace: &str) -> Result<Vec<Value>, NoRole> {
        let role = match kind {
            "ClusterRole" => self.store.get(CLUSTER_ROLES, name),
            "Role" => self.store.get(ROLES, &format!("{namespace}/{name}")),
            other => return Err(NoRole::Unknown(other.to_owned())),
        };
        let missing = || NoRole::Missing { kind: kind.to_owned(), name: name.to_owned() };
        let role = role.ok_or_else(missing)?;
        Ok(role.value()["rules"].as_array().cloned().unwrap_or_default())
    }
}

/// The subject as decisions say it, if it is the user.
fn concerns(subject: &Value, user: &User, namespace: &str) -> Option<String> {
    let text = |field: &str| subject[field].as_str().unwrap_or_default();
    let name = text("name");
    match text("kind") {
        "User" => (user.name == name).then(|| format!("User {}", quote(name))),
        "Group" => user.groups.iter().any(|group| group == name).then(|| format!("Group {}", quote(name))),
        "ServiceAccount" => {
            let home = if text("namespace").is_empty() { namespace } else { text("namespace") };
            let full = format!("system:serviceaccount:{home}:{name}");
            (!home.is_empty() && user.name == full)
                .then(|| format!("ServiceAccount {}", quote(&format!("{name}/{home}"))))
        }
        _ => None,
    }
}

fn strings<'a>(rule: &'a Value, field: &str) -> impl Iterator<Item = &'a str> + Clone {
    rule[field].as_array().map_or(&[][..], Vec::as_slice).iter().filter_map(Value::as_str)
}

/// Whether a rule allows something.
fn allows(rule: &Value, wanted: &Attributes<'_>) -> bool {
    let verb = || strings(rule, "verbs").any(|verb| verb == "*" || verb == wanted.verb);
    if let Some(path) = wanted.path {
        return verb() && strings(rule, "nonResourceURLs").any(|pattern| covers_path(pattern, path));
    }
    let group = || strings(rule, "apiGroups").any(|group| group == "*" || group == wanted.group);
    let resource = || {
        strings(rule, "resources").any(|pattern| match wanted.subresource {
            _ if pattern == "*" => true,
            "" => pattern == wanted.resource,
            subresource => match pattern.split_once('/') {
                Some((of, sub)) => sub == subresource && (of == "*" || of == wanted.resource),
                None => false,
            },
        })
    };
    let name = || {
        let mut names = strings(rule, "resourceNames");
        names.clone().next().is_none() || names.any(|name| name == wanted.name)
    };
    verb() && group() && resource() && name()
}

/// Whether a path pattern, which may end with `*`, covers a path.
fn covers_path(pattern: &str, path: &str) -> bool {
    pattern == "*" || pattern == path || pattern.strip_suffix('*').is_some_and(|prefix| path.starts_with(prefix))
}
