//! Nobody can give away more than they have: checked when roles and bindings are written.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::{GROUP, covers_path, strings};
use crate::api::access::{Attributes, MASTERS};
use crate::api::cause::quote;
use crate::api::ctx::Ctx;
use crate::api::resource::Resource;
use crate::api::status::Status;

impl Ctx<'_> {
    /// Refuses a role or binding that would grant more than the caller has.
    pub(in crate::api) fn check_escalation(
        &self,
        resource: &Resource,
        new: &Value,
        old: Option<&Value>,
    ) -> Result<(), Status> {
        if resource.group != GROUP || self.user.groups.iter().any(|group| group == MASTERS) {
            return Ok(());
        }
        if old.is_some_and(|old| only_differs_in_ownership(new, old)) {
            return Ok(());
        }
        let name = new["metadata"]["name"].as_str().unwrap_or_default();
        let namespace = self.path.namespace.as_str();
        let role = &new["roleRef"];
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let (kind, referred) = (text(&role["kind"]), text(&role["name"]));
        let (verb, of, about) = match resource.plural.as_str() {
            "roles" | "clusterroles" => ("escalate", resource.plural.as_str(), self.path.name.as_str()),
            _ if kind == "ClusterRole" => ("bind", "clusterroles", referred.as_str()),
            _ => ("bind", "roles", referred.as_str()),
        };
        let wanted = Attributes { verb, group: GROUP, resource: of, namespace, name: about, ..Attributes::default() };
        if self.api.may(&self.user, &wanted) {
            return Ok(());
        }
        let rules = match verb {
            "escalate" => new["rules"].as_array().cloned().unwrap_or_default(),
            _ => self.api.rules_of(&kind, &referred, namespace).map_err(|missing| {
                match missing.ends_with("not found") {
                    // The real server looks the role up in the course of this request, and names what that is about.
                    true => Status::not_found(GROUP, &resource.plural, &referred),
                    false => Status::bare(500, missing),
                }
            })?,
        };
        let (owned, problems) = self.api.rules_for(&self.user, namespace);
        let missing: Vec<Value> =
            rules.iter().flat_map(broken_down).filter(|part| !owned.iter().any(|rule| covers(rule, part))).collect();
        if missing.is_empty() {
            // An aggregation gathers anything, and what it gathered before it goes on giving.
            let aggregates = |role: &Value| {
                role["aggregationRule"]["clusterRoleSelectors"].as_array().is_some_and(|all| !all.is_empty())
            };
            let gathers = verb == "escalate" && (aggregates(new) || old.is_some_and(aggregates));
            if gathers && !everything().iter().all(|part| owned.iter().any(|rule| covers(rule, part))) {
                let why = "must have cluster-admin privileges to use the aggregationRule";
                return Err(Status::forbidden(GROUP, &resource.plural, name, why));
            }
            return Ok(());
        }
        let groups: Vec<_> = self.user.groups.iter().map(|group| quote(group)).collect();
        let mut why = format!(
            "user {} (groups=[{}]) is attempting to grant RBAC permissions not currently held:\n{}",
            quote(&self.user.name),
            groups.join(" "),
            described(&missing).join("\n")
        );
        match problems.as_slice() {
            [] => {}
            [one] => why.push_str(&format!("; resolution errors: [{one}]")),
            many => why.push_str(&format!("; resolution errors: [[{}]]", many.join(", "))),
        }
        Err(Status::forbidden(GROUP, &resource.plural, name, &why))
    }
}

/// Whether only fields changed that the garbage collector needs to delete the object.
fn only_differs_in_ownership(new: &Value, old: &Value) -> bool {
    let bare = |object: &Value| {
        let mut object = object.clone();
        if let Some(metadata) = object["metadata"].as_object_mut() {
            for field in ["ownerReferences", "finalizers", "managedFields"] {
                metadata.remove(field);
            }
        }
        object
    };
    bare(new) == bare(old)
}

/// What somebody has who may do everything.
fn everything() -> [Value; 2] {
    [json!({"apiGroups": ["*"], "resources": ["*"], "verbs": ["*"]}), json!({"nonResourceURLs": ["*"], "verbs": ["*"]})]
}

/// A rule as rules of one group, resource, name and verb each.
fn broken_down(rule: &Value) -> Vec<Value> {
    let mut parts = Vec::new();
    for group in strings(rule, "apiGroups") {
        for resource in strings(rule, "resources") {
            for verb in strings(rule, "verbs") {
                let part = json!({"apiGroups": [group], "resources": [resource], "verbs": [verb]});
                let names = strings(rule, "resourceNames");
                if names.clone().next().is_none() {
                    parts.push(part);
                    continue;
                }
                for name in names {
                    let mut part = part.clone();
                    part["resourceNames"] = json!([name]);
                    parts.push(part);
                }
            }
        }
    }
    for url in strings(rule, "nonResourceURLs") {
        parts.extend(strings(rule, "verbs").map(|verb| json!({"nonResourceURLs": [url], "verbs": [verb]})));
    }
    parts
}

/// Whether a rule covers one part of another.
fn covers(rule: &Value, part: &Value) -> bool {
    let one = |field: &str| strings(part, field).next().unwrap_or_default();
    let has = |field: &str| strings(rule, field).any(|entry| entry == "*" || entry == one(field));
    if !has("verbs") {
        return false;
    }
    if !one("nonResourceURLs").is_empty() {
        return strings(rule, "nonResourceURLs").any(|pattern| covers_path(pattern, one("nonResourceURLs")));
    }
    let resource = one("resources");
    let fits = |pattern: &str| match (pattern.split_once('/'), resource.split_once('/')) {
        (Some(("*", sub)), Some((_, wanted))) => sub == wanted,
        _ => pattern == "*" || pattern == resource,
    };
    let mut names = strings(rule, "resourceNames");
    let named =
        names.clone().next().is_none() || !one("resourceNames").is_empty() && names.any(|n| n == one("resourceNames"));
    has("apiGroups") && strings(rule, "resources").any(fits) && named
}

/// Missing permissions in the real server's words: verbs of the same thing together, sorted.
fn described(missing: &[Value]) -> Vec<String> {
    let mut together: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut lines = BTreeSet::new();
    for part in missing {
        let listed = |field: &str| {
            let quoted: Vec<_> = strings(part, field).map(quote).collect();
            (!quoted.is_empty()).then(|| quoted.join(" "))
        };
        let fields = [
            ("APIGroups", "apiGroups"),
            ("Resources", "resources"),
            ("NonResourceURLs", "nonResourceURLs"),
            ("ResourceNames", "resourceNames"),
        ];
        let head: Vec<_> =
            fields.iter().filter_map(|(shown, field)| Some(format!("{shown}:[{}]", listed(field)?))).collect();
        let head = head.join(", ");
        let verb = listed("verbs").unwrap_or_default();
        if strings(part, "nonResourceURLs").next().is_some() {
            lines.insert(format!("{{{head}, Verbs:[{verb}]}}"));
        } else {
            together.entry(head).or_default().push(verb);
        }
    }
    lines.extend(together.into_iter().map(|(head, verbs)| format!("{{{head}, Verbs:[{}]}}", verbs.join(" "))));
    lines.into_iter().collect()
}
