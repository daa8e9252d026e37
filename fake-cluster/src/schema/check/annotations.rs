//! Annotations of pods that mean something to the server. Knows no nodes.
use serde_json::Value;

use crate::schema::check::pod::ALL_CONTAINERS;
use crate::schema::names;
use crate::schema::place::Place;
use crate::schema::read::Read as _;
use crate::schema::refusal::Cause;
use crate::schema::report::Report as _;

pub(crate) const MIRROR: &str = "kubernetes.io/config.mirror";
const DELETION_COST: &str = "controller.kubernetes.io/pod-deletion-cost";
pub(crate) const SECCOMP_POD: &str = "seccomp.security.alpha.kubernetes.io/pod";
pub(crate) const SECCOMP_CONTAINER: &str = "container.seccomp.security.alpha.kubernetes.io/";
pub(crate) const APP_ARMOR: &str = "container.apparmor.security.beta.kubernetes.io/";

/// Checks the annotations of a pod or template.
pub(crate) fn check(metadata: &Value, spec: &Value, at: &Place<'_>, causes: &mut Vec<Cause>) {
    for (key, value) in metadata.entries("annotations") {
        let value = value.as_str().unwrap_or_default();
        match key {
            MIRROR if spec.text("nodeName").is_empty() => {
                causes.invalid(&at.key(MIRROR), value, "must set spec.nodeName if mirror pod annotation is set");
            }
            DELETION_COST if !is_cost(value) => {
                causes.invalid(&at.key(DELETION_COST), value, "must be a 32bit integer");
            }
            SECCOMP_POD => seccomp(value, &at.child(key), causes),
            _ => {}
        }
        if key.starts_with(SECCOMP_CONTAINER) {
            seccomp(value, &at.child(key), causes);
        }
        if let Some(container) = key.strip_prefix(APP_ARMOR) {
            let is_there = |list: &&str| spec.items(list).iter().any(|one| one.text("name") == container);
            if !ALL_CONTAINERS.iter().any(is_there) {
                causes.invalid(&at.key(key), container, "container not found");
            }
            if !matches!(value, "" | "runtime/default" | "unconfined") && !value.starts_with("localhost/") {
                causes.invalid(&at.key(key), value, &format!("invalid AppArmor profile name: \"{value}\""));
            }
        }
    }
}

fn is_cost(text: &str) -> bool {
    let starts_well = text == "0" || text.starts_with(|first: char| matches!(first, '-' | '1'..='9'));
    starts_well && text.parse::<i32>().is_ok()
}

fn seccomp(profile: &str, at: &Place<'_>, causes: &mut Vec<Cause>) {
    match profile.strip_prefix("localhost/") {
        _ if matches!(profile, "runtime/default" | "docker/default" | "unconfined") => {}
        Some(path) => causes.wrong(at, path, names::descending(path)),
        None => causes.invalid(at, profile, "must be a valid seccomp profile"),
    }
}

/// Old annotations must say the same as the fields that replaced them.
pub(crate) fn match_fields(metadata: &Value, spec: &Value, at: &Place<'_>, causes: &mut Vec<Cause>) {
    let Some(annotations) = metadata.sub("annotations") else { return };
    let pod = spec.get_or_null("securityContext");
    if let (Some(profile), Some(annotation)) = (pod.sub("seccompProfile"), annotations.string(SECCOMP_POD)) {
        let at = at.child("securityContext");
        matches(
            "seccomp",
            profile,
            annotation,
            &["runtime/default", "docker/default"],
            &at.child("seccompProfile"),
            causes,
        );
    }
    let is_windows = spec.get_or_null("os").text("name") == "windows";
    for list in ALL_CONTAINERS {
        let list_at = at.child(list);
        for (index, container) in spec.items(list).iter().enumerate() {
            let at = list_at.index(index);
            let at = at.child("securityContext");
            let own = container.get_or_null("securityContext");
            let name = container.text("name");
            let of = |prefix: &str| annotations.string(&format!("{prefix}{name}"));
            if let (Some(profile), Some(annotation)) = (own.sub("seccompProfile"), of(SECCOMP_CONTAINER)) {
                let defaults = ["runtime/default", "docker/default"];
                matches("seccomp", profile, annotation, &defaults, &at.child("seccompProfile"), causes);
            }
            let profile = own.sub("appArmorProfile").or_else(|| pod.sub("appArmorProfile"));
            if let (Some(profile), Some(annotation), false) = (profile, of(APP_ARMOR), is_windows) {
                let at = at.child("appArmorProfile");
                matches("apparmor", profile, annotation, &["runtime/default"], &at, causes);
            }
        }
    }
}

fn matches(what: &str, profile: &Value, annotation: &str, defaults: &[&str], at: &Place<'_>, causes: &mut Vec<Cause>) {
    let local = annotation.strip_prefix("localhost/");
    let fits = match profile.text("type") {
        "Unconfined" => annotation == "unconfined",
        "RuntimeDefault" => defaults.contains(&annotation),
        "Localhost" => local.is_some(),
        _ => true,
    };
    if !fits {
        causes.forbidden(&at.child("type"), &format!("{what} type in annotation and field must match"));
    } else if profile.text("type") == "Localhost" && local != profile.string("localhostProfile") {
        let why = format!("{what} profile in annotation and field must match");
        causes.forbidden(&at.child("localhostProfile"), &why);
    }
}
