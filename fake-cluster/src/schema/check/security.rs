//! Security contexts of pods and containers. Knows no nodes.
use std::collections::BTreeSet;

use serde_json::Value;

use crate::schema::names;
use crate::schema::place::Place;
use crate::schema::read::Read as _;
use crate::schema::refusal::Cause;
use crate::schema::report::Report as _;

const PROFILES: &[&str] = &["Localhost", "RuntimeDefault", "Unconfined"];
/// Longer paths cannot be opened.
const PROFILE_LIMIT: usize = 4095;
const SYSCTL_LIMIT: usize = 253;
/// Kernel settings that belong to an IPC namespace.
const IPC_SYSCTLS: &[&str] = &[
    "kernel.sem",
    "kernel.shmall",
    "kernel.shmmax",
    "kernel.shmmni",
    "kernel.shm_rmid_forced",
    "kernel.shm",
    "kernel.msgmax",
    "kernel.msgmnb",
    "kernel.msgmni",
    "kernel.msg",
];
const SYSCTL: &str = "must have at most 253 characters and match regex ^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$";

fn id(context: &Value, field: &str, at: &Place<'_>, causes: &mut Vec<Cause>) {
    if let Some(value) = context.number(field) {
        id_value(value, &at.child(field), causes);
    }
}

fn id_value(value: i64, at: &Place<'_>, causes: &mut Vec<Cause>) {
    let limit = i64::from(i32::MAX);
    if !(0..=limit).contains(&value) {
        causes.invalid(at, value, &names::range(0, limit));
    }
}

/// Checks the security context of a container.
pub(crate) fn container(context: &Value, host_users: bool, at: &Place<'_>, causes: &mut Vec<Cause>) {
    id(context, "runAsUser", at, causes);
    id(context, "runAsGroup", at, causes);
    if let Some(mount) = context.string("procMount") {
        let at = at.child("procMount");
        causes.any_of(&at, mount, &["Default", "Unmasked"]);
        if host_users && mount == "Unmasked" {
            causes.invalid(&at, mount, "`hostUsers` must be false to use `Unmasked`");
        }
    }
    seccomp(context, at, causes);
    if context.boolean("allowPrivilegeEscalation") == Some(false) {
        if context.flag("privileged") {
            let why = "cannot set `allowPrivilegeEscalation` to false and `privileged` to true";
            causes.invalid_as(at, &shown(context), why);
        }
        let added = context.get_or_null("capabilities").strings("add").filter(|added| *added == "CAP_SYS_ADMIN");
        for _ in added {
            let why = "cannot set `allowPrivilegeEscalation` to false and `capabilities.Add` CAP_SYS_ADMIN";
            causes.invalid_as(at, &shown(context), why);
        }
    }
    app_armor(context, at, causes);
}

/// A container's security context as Go prints the type that it has inside the server.
fn shown(context: &Value) -> String {
    let field = |name: &str, key: &str| format!("\"{name}\":{}", context.get_or_null(key));
    let list = |value: &Value, key: &str| value.sub(key).map_or_else(|| "null".to_owned(), Value::to_string);
    let capabilities = context.sub("capabilities").map_or_else(
        || "null".to_owned(),
        |of| format!("{{\"Add\":{},\"Drop\":{}}}", list(of, "add"), list(of, "drop")),
    );
    let fields = [
        format!("\"Capabilities\":{capabilities}"),
        field("Privileged", "privileged"),
        field("SELinuxOptions", "seLinuxOptions"),
        field("WindowsOptions", "windowsOptions"),
        field("RunAsUser", "runAsUser"),
        field("RunAsGroup", "runAsGroup"),
        field("RunAsNonRoot", "runAsNonRoot"),
        field("ReadOnlyRootFilesystem", "readOnlyRootFilesystem"),
        field("AllowPrivilegeEscalation", "allowPrivilegeEscalation"),
        field("ProcMount", "procMount"),
        field("SeccompProfile", "seccompProfile"),
        field("AppArmorProfile", "appArmorProfile"),
    ];
    format!("{{{}}}", fields.join(","))
}

fn seccomp(context: &Value, at: &Place<'_>, causes: &mut Vec<Cause>) {
    let Some(profile) = context.sub("seccompProfile") else { return };
    let at = at.child("seccompProfile");
    let (kind, local) = (profile.text("type"), profile.string("localhostProfile"));
    if kind.is_empty() {
        causes.required(&at.child("type"), "type is required when seccompProfile is set");
    } else {
        causes.any_of(&at.child("type"), kind, PROFILES);
    }
    let place = at.child("localhostProfile");
    match (kind, local) {
        ("Localhost", None) => causes.required(&place, "must be set when seccomp type is Localhost"),
        ("Localhost", Some(path)) => causes.wrong(&place, path, names::descending(path)),
        (_, Some(path)) => {
            let shown = format!("{{\"Type\":{},\"LocalhostProfile\":{}}}", Value::from(kind), Value::from(path));
            causes.invalid_as(&place, &shown, "can only be set when seccomp type is Localhost");
        }
        (_, None) => {}
    }
}

fn app_armor(context: &Value, at: &Place<'_>, causes: &mut Vec<Cause>) {
    let Some(profile) = context.sub("appArmorProfile") else { return };
    let at = at.child("appArmorProfile");
    let place = at.child("localhostProfile");
    let local = profile.string("localhostProfile");
    match profile.text("type") {
        "" => causes.required(&at.child("type"), "type is required when appArmorProfile is set"),
        "Localhost" => {
            let Some(name) = local else {
                return causes.required(&place, "must be set when AppArmor type is Localhost");
            };
            if name.trim() != name {
                causes.invalid(&place, name, "must not be padded with whitespace");
            } else if name.is_empty() {
                causes.required(&place, "must be set when AppArmor type is Localhost");
            }
            if name.len() > PROFILE_LIMIT {
                causes.too_long(&place, PROFILE_LIMIT);
            }
        }
        "RuntimeDefault" | "Unconfined" => {
            if let Some(name) = local {
                causes.invalid(&place, name, "can only be set when AppArmor type is Localhost");
            }
        }
        other => causes.not_supported(&at.child("type"), other, PROFILES),
    }
}

/// Checks the security context of a pod.
pub(crate) fn pod(spec: &Value, at: &Place<'_>, causes: &mut Vec<Cause>) {
    let Some(context) = spec.sub("securityContext") else { return };
    for field in ["fsGroup", "runAsUser", "runAsGroup"] {
        id(context, field, at, causes);
    }
    for (index, group) in context.items("supplementalGroups").iter().enumerate() {
        id_value(group.as_i64().unwrap_or_default(), &at.child("supplementalGroups").index(index), causes);
    }
    if spec.flag("shareProcessNamespace") && spec.flag("hostPID") {
        let why = "ShareProcessNamespace and HostPID cannot both be enabled";
        causes.invalid(&at.child("shareProcessNamespace"), true, why);
    }
    sysctls(spec, context, &at.child("sysctls"), causes);
    let choices: [(&str, &[&str]); 3] = [
        ("fsGroupChangePolicy", &["Always", "OnRootMismatch"]),
        ("supplementalGroupsPolicy", &["Merge", "Strict"]),
        ("seLinuxChangePolicy", &["Recursive"]),
    ];
    for (field, allowed) in choices {
        if let Some(choice) = context.string(field) {
            causes.any_of(&at.child(field), choice, allowed);
        }
    }
    seccomp(context, at, causes);
    app_armor(context, at, causes);
}

fn is_sysctl(name: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    name.len() <= SYSCTL_LIMIT
        && name.split(['.', '/']).all(|part| {
            let bytes = part.as_bytes();
            bytes.first().is_some_and(|byte| fits(*byte))
                && bytes.last().is_some_and(|byte| fits(*byte))
                && bytes.iter().all(|byte| fits(*byte) || matches!(byte, b'-' | b'_'))
        })
}

fn sysctls(spec: &Value, context: &Value, at: &Place<'_>, causes: &mut Vec<Cause>) {
    let mut seen = BTreeSet::new();
    for (index, sysctl) in context.items("sysctls").iter().enumerate() {
        let at = at.index(index);
        let (at, name) = (at.child("name"), sysctl.text("name"));
        if name.is_empty() {
            causes.required(&at, "");
        } else if !is_sysctl(name) {
            causes.invalid(&at, name, SYSCTL);
        } else if seen.contains(name) {
            causes.duplicate(&at, name);
        }
        let dotted = name.replace('/', ".");
        let is_ipc = dotted.starts_with("fs.mqueue.") || IPC_SYSCTLS.contains(&dotted.as_str());
        if spec.flag("hostNetwork") && dotted.starts_with("net.") {
            causes.invalid(&at, name, "may not be specified when 'hostNetwork' is true");
        } else if spec.flag("hostIPC") && is_ipc {
            causes.invalid(&at, name, "may not be specified when 'hostIPC' is true");
        }
        seen.insert(name);
    }
}
