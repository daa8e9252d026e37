//! Nobody can give away more than they have: checked when roles and bindings are written.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::{GROUP, NoRole, covers_path, strings};
use crate::api::access::{Attributes, MASTERS};
use crate::api::cause::quote;
use crate::api::ctx::Ctx;
use crate::api::resource::Resource;
use crate::api::status::Status;

/// How many permissions the rules of a role may come to, for one who may not grant everything.
const MAX_PARTS: usize = 100_000;

/// One permission of a rule.
#[derive(Clone, Copy, Debug)]
enum Part<'a> {
    Resource {
        group: &'a str,
        resource: &'a str,
        /// Of any name, if none is given.
        name: Option<&'a str>,
        verb: &'a str,
    },
    Path {
        path: &'a str,
        verb: &'a str,
    },
}

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
                match missing {
                    // The real server looks the role up in the course of this request, and names what that is about.
                    NoRole::Missing { .. } => Status::not_found(GROUP, &resource.plural, &referred),
                    NoRole::Unknown(_) => Status::bare(500, missing.to_string()),
                }
            })?,
        };
        let (owned, problems) = self.api.rules_for(&self.user, namespace);
        let count = rules.iter().map(count_of_parts).fold(0, usize::saturating_add);
        if count > MAX_PARTS {
            let what = format_args!("roles with more than {MAX_PARTS} combinations of group, resource, name and verb");
            return Err(Status::not_supported(what));
        }
        let missing: Vec<Part<'_>> =
            rules.iter().flat_map(parts).filter(|part| !owned.iter().any(|rule| covers(rule, part))).collect();
        if missing.is_empty() {
            // An aggregation gathers anything, and what it gathered before it goes on giving.
            let aggregates = |role: &Value| {
                role["aggregationRule"]["clusterRoleSelectors"].as_array().is_some_and(|all| !all.is_empty())
            };
            let gathers = verb == "escalate" && (aggregates(new) || old.is_some_and(aggregates));
            if gathers && !EVERYTHING.iter().all(|part| owned.iter().any(|rule| covers(rule, part))) {
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
const EVERYTHING: [Part<'_>; 2] =
    [Part::Resource { group: "*", resource: "*", name: None, verb: "*" }, Part::Path { path: "*", verb: "*" }];

/// A rule, broken down.
fn parts(rule: &Value) -> impl Iterator<Item = Part<'_>> {
    let names = move || {
        let mut names = strings(rule, "resourceNames").map(Some).peekable();
        let any = names.peek().is_none().then_some(None);
        names.chain(any)
    };
    let of_resources = strings(rule, "apiGroups").flat_map(move |group| {
        strings(rule, "resources").flat_map(move |resource| {
            strings(rule, "verbs")
                .flat_map(move |verb| names().map(move |name| Part::Resource { group, resource, name, verb }))
        })
    });
    let of_paths = strings(rule, "nonResourceURLs")
        .flat_map(move |path| strings(rule, "verbs").map(move |verb| Part::Path { path, verb }));
    of_resources.chain(of_paths)
}

/// How many parts a rule has.
fn count_of_parts(rule: &Value) -> usize {
    let count = |field: &str| strings(rule, field).count();
    let of_resources = [count("resources"), count("verbs"), count("resourceNames").max(1)];
    let of_resources = of_resources.into_iter().fold(count("apiGroups"), usize::saturating_mul);
    of_resources.saturating_add(count("nonResourceURLs").saturating_mul(count("verbs")))
}

/// Whether a rule covers one part of another.
fn covers(rule: &Value, part: &Part<'_>) -> bool {
    let has = |field: &str, wanted: &str| strings(rule, field).any(|entry| entry == "*" || entry == wanted);
    match *part {
        Part::Path { path, verb } => {
            has("verbs", verb) && strings(rule, "nonResourceURLs").any(|pattern| covers_path(pattern, path))
        }
        Part::Resource { group, resource, name, verb } => {
            let fits = |pattern: &str| match (pattern.split_once('/'), resource.split_once('/')) {
                (Some(("*", sub)), Some((_, wanted))) => sub == wanted,
                _ => pattern == "*" || pattern == resource,
            };
            let mut names = strings(rule, "resourceNames");
            let mut named =
                || names.clone().next().is_none() || name.is_some_and(|name| names.any(|known| known == name));
            has("verbs", verb) && has("apiGroups", group) && strings(rule, "resources").any(fits) && named()
        }
    }
}

/// Missing permissions in the real server's words: verbs of the same thing together, sorted.
fn described(missing: &[Part<'_>]) -> Vec<String> {
    let mut together: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut lines = BTreeSet::new();
    for part in missing {
        match *part {
            Part::Path { path, verb } => {
                lines.insert(format!("{{NonResourceURLs:[{}], Verbs:[{}]}}", quote(path), quote(verb)));
            }
            Part::Resource { group, resource, name, verb } => {
                let mut head = format!("APIGroups:[{}], Resources:[{}]", quote(group), quote(resource));
                if let Some(name) = name {
                    head.push_str(&format!(", ResourceNames:[{}]", quote(name)));
                }
                together.entry(head).or_default().push(quote(verb));
            }
        }
    }
    lines.extend(together.into_iter().map(|(head, verbs)| format!("{{{head}, Verbs:[{}]}}", verbs.join(" "))));
    lines.into_iter().collect()
}
