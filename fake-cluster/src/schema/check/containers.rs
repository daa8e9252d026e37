//! Containers of every sort. Knows no volumes' contents.
use std::collections::BTreeSet;

use serde_json::Value;

use crate::schema::check::mounts::{self, Volumes};
use crate::schema::check::probes::{self, Grace};
use crate::schema::check::resources::{self, For};
use crate::schema::check::{environment, security};
use crate::schema::names;
use crate::schema::place::Place;
use crate::schema::read::Read as _;
use crate::schema::refusal::Cause;
use crate::schema::report::Report as _;

const PROTOCOLS: &[&str] = &["SCTP", "TCP", "UDP"];
/// What an ephemeral container may not have, in the order in which the fields are declared.
const NOT_EPHEMERAL: &[&str] = &[
    "ports",
    "resources",
    "resizePolicy",
    "restartPolicy",
    "restartPolicyRules",
    "livenessProbe",
    "readinessProbe",
    "startupProbe",
    "lifecycle",
];

/// What the containers of a pod share.
pub(crate) struct Shared<'a> {
    pub(crate) volumes: Volumes<'a>,
    /// The names of the pod's resource claims.
    pub(crate) claims: BTreeSet<&'a str>,
    pub(crate) grace: Grace,
    pub(crate) restart: &'a str,
    /// Whether the pod's users are the host's.
    pub(crate) host_users: bool,
}

/// Checks `containers`.
pub(crate) fn regular(spec: &Value, shared: &Shared<'_>, at: &Place<'_>, causes: &mut Vec<Cause>) {
    let containers = spec.items("containers");
    if containers.is_empty() {
        return causes.required(at, "");
    }
    let mut names = BTreeSet::new();
    for (index, container) in containers.iter().enumerate() {
        let at = at.index(index);
        common(container, shared, &at, causes);
        if !names.insert(container.text("name")) {
            causes.duplicate(&at.child("name"), container.text("name"));
        }
        probes::lifecycle(container, shared.grace, &at, causes);
        probes::probes(container, shared.grace, &at, causes);
        restart_rules(container, &at, causes);
    }
    host_ports(containers, at, causes);
}

/// Checks `initContainers`.
pub(crate) fn init(spec: &Value, shared: &Shared<'_>, at: &Place<'_>, causes: &mut Vec<Cause>) {
    let mut names: BTreeSet<&str> = spec.items("containers").iter().map(|container| container.text("name")).collect();
    for (index, container) in spec.items("initContainers").iter().enumerate() {
        let place = at.index(index);
        common(container, shared, &place, causes);
        restart_rules(container, &place, causes);
        let name = container.text("name");
        if names.contains(name) {
            causes.duplicate(&place.child("name"), name);
        } else if !name.is_empty() {
            names.insert(name);
        }
        // Their ports are looked at one by one: init containers run one by one.
        host_ports(std::slice::from_ref(container), at, causes);
        let stays = container.text("restartPolicy") == "Always";
        if stays {
            probes::lifecycle(container, shared.grace, &place, causes);
            probes::probes(container, shared.grace, &place, causes);
        } else {
            for field in ["lifecycle", "livenessProbe", "readinessProbe", "startupProbe"] {
                if container.has(field) {
                    let why = "may not be set for init containers without restartPolicy=Always";
                    causes.forbidden(&place.child(field), why);
                }
            }
            for (index, policy) in container.items("resizePolicy").iter().enumerate() {
                if policy.text("restartPolicy") == "RestartContainer" {
                    let why = "must not be set to 'RestartContainer' for non-sidecar initContainers";
                    let at = place.child("resizePolicy");
                    causes.invalid(&at.index(index).child("restartPolicy"), "RestartContainer", why);
                }
            }
        }
    }
}

/// Checks `ephemeralContainers`.
pub(crate) fn ephemeral(spec: &Value, shared: &Shared<'_>, at: &Place<'_>, causes: &mut Vec<Cause>) {
    let others = spec.items("containers").iter().chain(spec.items("initContainers"));
    let others: BTreeSet<&str> = others.map(|container| container.text("name")).collect();
    let mut names = others.clone();
    for (index, container) in spec.items("ephemeralContainers").iter().enumerate() {
        let at = at.index(index);
        common(container, shared, &at, causes);
        padded_image(container, &at, causes);
        let name = container.text("name");
        if !names.insert(name) {
            causes.duplicate(&at.child("name"), name);
        }
        let target = container.text("targetContainerName");
        if !target.is_empty() && !others.contains(target) {
            causes.not_found(&at.child("targetContainerName"), target);
        }
        for field in NOT_EPHEMERAL {
            let is_set = match container.sub(field) {
                None => false,
                Some(Value::Object(fields)) => !(fields.is_empty() && *field == "resources"),
                Some(Value::Array(items)) => !items.is_empty(),
                Some(_) => true,
            };
            if is_set {
                causes.forbidden(&at.child(field), "cannot be set for an Ephemeral Container");
            }
        }
        let mounts = at.child("volumeMounts");
        for (index, mount) in container.items("volumeMounts").iter().enumerate() {
            for field in ["subPath", "subPathExpr"] {
                if !mount.text(field).is_empty() {
                    let at = mounts.index(index);
                    causes.forbidden(&at.child(field), "cannot be set for an Ephemeral Container");
                }
            }
        }
    }
}

/// Images of pods, unlike those of templates, may not have spaces around them.
pub(crate) fn padded_image(container: &Value, at: &Place<'_>, causes: &mut Vec<Cause>) {
    let image = container.text("image");
    if image.trim().len() != image.len() {
        causes.invalid(&at.child("image"), image, "must not have leading or trailing whitespace");
    }
}

fn common(container: &Value, shared: &Shared<'_>, at: &Place<'_>, causes: &mut Vec<Cause>) {
    let name = container.text("name");
    if name.is_empty() {
        causes.required(&at.child("name"), "");
    } else {
        causes.wrong(&at.child("name"), name, names::label(name));
    }
    if container.text("image").is_empty() {
        causes.required(&at.child("image"), "");
    }
    let policy = container.text("terminationMessagePolicy");
    causes.one_of(&at.child("terminationMessagePolicy"), policy, &["File", "FallbackToLogsOnError"]);
    ports(container, &at.child("ports"), causes);
    environment::variables(container, &at.child("env"), causes);
    environment::sources(container, &at.child("envFrom"), causes);
    mounts::mounts(container, &shared.volumes, &at.child("volumeMounts"), causes);
    mounts::devices(container, &shared.volumes, &at.child("volumeDevices"), causes);
    let pull = container.text("imagePullPolicy");
    causes.one_of(&at.child("imagePullPolicy"), pull, &["Always", "IfNotPresent", "Never"]);
    if let Some(wanted) = container.sub("resources") {
        resources::check(wanted, For::Container, &shared.claims, &at.child("resources"), causes);
    }
    resize_policy(container, shared.restart, &at.child("resizePolicy"), causes);
    if let Some(context) = container.sub("securityContext") {
        security::container(context, shared.host_users, &at.child("securityContext"), causes);
    }
}

fn ports(container: &Value, at: &Place<'_>, causes: &mut Vec<Cause>) {
    let mut names = BTreeSet::new();
    for (index, port) in container.items("ports").iter().enumerate() {
        let at = at.index(index);
        let name = port.text("name");
        if !name.is_empty() {
            let wrong = names::port_name(name);
            if !wrong.is_empty() {
                causes.wrong(&at.child("name"), name, wrong);
            } else if !names.insert(name) {
                causes.duplicate(&at.child("name"), name);
            }
        }
        for field in ["containerPort", "hostPort"] {
            let number = port.int(field);
            if number != 0 {
                if let Some(why) = names::port_number(number) {
                    causes.invalid(&at.child(field), number, &why);
                }
            } else if field == "containerPort" {
                causes.required(&at.child(field), "");
            }
        }
        causes.one_of(&at.child("protocol"), port.text("protocol"), PROTOCOLS);
    }
}

fn host_ports(containers: &[Value], at: &Place<'_>, causes: &mut Vec<Cause>) {
    let mut taken = BTreeSet::new();
    for (index, container) in containers.iter().enumerate() {
        for (number, port) in container.items("ports").iter().enumerate() {
            let host = port.int("hostPort");
            if host == 0 {
                continue;
            }
            let text = format!("{}/{}/{host}", port.text("protocol"), port.text("hostIP"));
            if taken.contains(&text) {
                let at = at.index(index);
                causes.duplicate(&at.child("ports").index(number).child("hostPort"), text);
            } else {
                taken.insert(text);
            }
        }
    }
}

fn resize_policy(container: &Value, restart: &str, at: &Place<'_>, causes: &mut Vec<Cause>) {
    let mut seen = BTreeSet::new();
    for (index, policy) in container.items("resizePolicy").iter().enumerate() {
        let (resource, action) = (policy.text("resourceName"), policy.text("restartPolicy"));
        if !seen.insert(resource) {
            causes.duplicate(&at.index(index), resource);
        }
        causes.one_of(at, resource, &["cpu", "memory"]);
        causes.one_of(at, action, &["NotRequired", "RestartContainer"]);
        if restart == "Never" && action != "NotRequired" {
            causes.invalid(at, action, "must be 'NotRequired' when pod `restartPolicy` is 'Never'");
        }
    }
}

fn restart_rules(container: &Value, at: &Place<'_>, causes: &mut Vec<Cause>) {
    let rules = container.items("restartPolicyRules");
    match container.string("restartPolicy") {
        None => {
            if !rules.is_empty() {
                causes.required(&at.child("restartPolicy"), "must specify restartPolicy when restart rules are used");
            }
        }
        Some(policy) => causes.any_of(&at.child("restartPolicy"), policy, &["Always", "Never", "OnFailure"]),
    }
    let at = at.child("restartPolicyRules");
    if rules.len() > 20 {
        causes.too_many(&at, rules.len(), 20);
    }
    for (index, rule) in rules.iter().enumerate() {
        let at = at.index(index);
        causes.any_of(&at.child("action"), rule.text("action"), &["Restart", "RestartAllContainers"]);
        let at = at.child("exitCodes");
        match rule.sub("exitCodes") {
            None => causes.required(&at, "must be specified"),
            Some(codes) => {
                causes.any_of(&at.child("operator"), codes.text("operator"), &["In", "NotIn"]);
                let values = codes.items("values").len();
                if values > 255 {
                    causes.too_many(&at.child("values"), values, 255);
                }
            }
        }
    }
}
