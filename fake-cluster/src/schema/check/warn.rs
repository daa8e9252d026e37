//! What clients are warned of in pods and templates. Knows no refusals.
use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::schema::check::pod::ALL_CONTAINERS;
use crate::schema::check::{annotations, claims, net, paths, resources};
use crate::schema::names;
use crate::schema::place::Place;
use crate::schema::read::Read as _;

const NULL_SELECTOR: &str = "a null labelSelector results in matching no pod";
const REQUIRED: &str = "requiredDuringSchedulingIgnoredDuringExecution";
const PREFERRED: &str = "preferredDuringSchedulingIgnoredDuringExecution";
const BYTES: &[&str] = &["memory", "ephemeral-storage"];

fn deprecated_label(key: &str) -> Option<&'static str> {
    Some(match key {
        "beta.kubernetes.io/arch" => "deprecated since v1.14; use \"kubernetes.io/arch\" instead",
        "beta.kubernetes.io/os" => "deprecated since v1.14; use \"kubernetes.io/os\" instead",
        "failure-domain.beta.kubernetes.io/region" => {
            "deprecated since v1.17; use \"topology.kubernetes.io/region\" instead"
        }
        "failure-domain.beta.kubernetes.io/zone" => {
            "deprecated since v1.17; use \"topology.kubernetes.io/zone\" instead"
        }
        "beta.kubernetes.io/instance-type" => {
            "deprecated since v1.17; use \"node.kubernetes.io/instance-type\" instead"
        }
        "app.kubernetes.io/created-by" => "deprecated since v1.9",
        "scheduler.alpha.kubernetes.io/preferAvoidPods" => "deprecated since v1.22; use Taints and Tolerations instead",
        "node-role.kubernetes.io/master" => "use \"node-role.kubernetes.io/control-plane\" instead",
        _ => return None,
    })
}

/// The volumes that do nothing any more, in the order of their messages.
const DEAD_VOLUMES: &[(&str, &str, &str)] = &[
    ("photonPersistentDisk", "photonPersistentDisk", "deprecated in v1.11, non-functional in v1.16+"),
    ("gitRepo", "gitRepo", "deprecated in v1.11, and disabled by default in v1.33+"),
    ("scaleIO", "scaleIO", "deprecated in v1.16, non-functional in v1.22+"),
    ("flocker", "flocker", "deprecated in v1.22, non-functional in v1.25+"),
    ("storageos", "storageOS", "deprecated in v1.22, non-functional in v1.25+"),
    ("quobyte", "quobyte", "deprecated in v1.22, non-functional in v1.25+"),
    ("glusterfs", "glusterfs", "deprecated in v1.25, non-functional in v1.26+"),
    ("cephfs", "cephfs", "deprecated in v1.28, non-functional in v1.31+"),
    ("rbd", "rbd", "deprecated in v1.28, non-functional in v1.31+"),
];

/// Warnings for a pod or template at `at`.
pub(crate) fn pod(pod: &Value, at: &Place<'_>, is_template: bool) -> Vec<String> {
    let (metadata, spec) = (pod.get_or_null("metadata"), pod.get_or_null("spec"));
    let spec_at = at.child("spec");
    let meta_at = at.child("metadata");
    let annotations_at = meta_at.child("annotations");
    let mut warnings = Vec::new();
    placement(spec, &spec_at, &mut warnings);
    for (key, why) in [
        (
            "scheduler.alpha.kubernetes.io/critical-pod",
            "non-functional in v1.16+; use the \"priorityClassName\" field instead",
        ),
        ("security.alpha.kubernetes.io/sysctls", "non-functional in v1.11+; use the \"sysctls\" field instead"),
        ("security.alpha.kubernetes.io/unsafe-sysctls", "non-functional in v1.11+; use the \"sysctls\" field instead"),
    ] {
        if metadata.get_or_null("annotations").get(key).is_some() {
            warnings.push(format!("{}: {why}", annotations_at.key(key)));
        }
    }
    volumes(spec, &spec_at, &mut warnings);
    lists(spec, &spec_at, &mut warnings);
    if let Some(overhead) = spec.sub("overhead") {
        resources::fractions(overhead, &spec_at.child("overhead"), BYTES, &mut warnings);
    }
    profiles(metadata, spec, &annotations_at, is_template, &mut warnings);
    each_container(spec, &spec_at, |container, at| container_warnings(container, at, &mut warnings));
    ports(spec, &spec_at, &mut warnings);
    if spec.int("terminationGracePeriodSeconds") < 0 {
        let at = spec_at.child("terminationGracePeriodSeconds");
        warnings.push(format!("{at}: must be >= 0; negative values are invalid and will be treated as 1"));
    }
    pod_affinity(spec, &spec_at, &mut warnings);
    addresses(spec, &spec_at, &mut warnings);
    warnings
}

fn each_container<'a>(spec: &'a Value, at: &Place<'_>, mut visit: impl FnMut(&'a Value, &Place<'_>)) {
    for list in ALL_CONTAINERS {
        let at = at.child(list);
        for (index, container) in spec.items(list).iter().enumerate() {
            visit(container, &at.index(index));
        }
    }
}

fn placement(spec: &Value, at: &Place<'_>, warnings: &mut Vec<String>) {
    for (key, _) in spec.entries("nodeSelector") {
        if let Some(why) = deprecated_label(key) {
            warnings.push(format!("{}: {why}", at.child("nodeSelector").key(key)));
        }
    }
    if let Some(node) = spec.get_or_null("affinity").sub("nodeAffinity") {
        let at = at.child("affinity");
        let at = at.child("nodeAffinity");
        let required_at = at.child(REQUIRED);
        let terms_at = required_at.child("nodeSelectorTerms");
        for (index, term) in node.get_or_null(REQUIRED).items("nodeSelectorTerms").iter().enumerate() {
            node_term(term, false, &terms_at.index(index), warnings);
        }
        let preferred_at = at.child(PREFERRED);
        for (index, term) in node.items(PREFERRED).iter().enumerate() {
            let at = preferred_at.index(index);
            node_term(term.get_or_null("preference"), true, &at.child("preference"), warnings);
        }
    }
    let spread_at = at.child("topologySpreadConstraints");
    for (index, constraint) in spec.items("topologySpreadConstraints").iter().enumerate() {
        let at = spread_at.index(index);
        let key = constraint.text("topologyKey");
        if let Some(why) = deprecated_label(key) {
            warnings.push(format!("{}: {key} is {why}", at.child("topologyKey")));
        }
        if !constraint.has("labelSelector") {
            warnings.push(format!("{}: {NULL_SELECTOR}", at.child("labelSelector")));
        }
    }
}

fn node_term(term: &Value, values: bool, at: &Place<'_>, warnings: &mut Vec<String>) {
    let at = at.child("matchExpressions");
    for (index, expression) in term.items("matchExpressions").iter().enumerate() {
        let at = at.index(index);
        let key = expression.text("key");
        if let Some(why) = deprecated_label(key) {
            warnings.push(format!("{}: {key} is {why}", at.child("key")));
        }
        for (index, value) in expression.strings("values").enumerate().filter(|_| values) {
            for why in names::label_value(value) {
                warnings.push(format!("{}: {value} is invalid, {why}", at.child("values").index(index)));
            }
        }
    }
}

fn volumes(spec: &Value, at: &Place<'_>, warnings: &mut Vec<String>) {
    let list_at = at.child("volumes");
    for (index, volume) in spec.items("volumes").iter().enumerate() {
        let at = list_at.index(index);
        for (field, shown, why) in DEAD_VOLUMES {
            if volume.has(field) {
                warnings.push(format!("{}: {why}", at.child(shown)));
            }
        }
        if let Some(template) = volume.get_or_null("ephemeral").sub("volumeClaimTemplate") {
            let at = at.child("ephemeral");
            let at = at.child("volumeClaimTemplate");
            claims::warn(template.get_or_null("spec"), &at.child("spec"), warnings);
        }
    }
    warnings.extend(paths::overlaps(spec.items("volumes")));
}

/// Entries that say the same twice.
fn lists(spec: &Value, at: &Place<'_>, warnings: &mut Vec<String>) {
    for (list, field) in [("hostAliases", "ip"), ("imagePullSecrets", "name")] {
        let at = at.child(list);
        let mut seen = BTreeSet::new();
        for (index, item) in spec.items(list).iter().enumerate() {
            let text = item.text(field);
            if !seen.insert(text) {
                warnings.push(format!("{}: duplicate {field} \"{text}\"", at.index(index).child(field)));
            }
        }
    }
    let at = at.child("imagePullSecrets");
    for (index, secret) in spec.items("imagePullSecrets").iter().enumerate() {
        if secret.text("name").is_empty() {
            warnings.push(format!("{}: invalid empty name \"\"", at.index(index).child("name")));
        }
    }
}

/// Annotations that fields have replaced.
fn profiles(metadata: &Value, spec: &Value, at: &Place<'_>, is_template: bool, warnings: &mut Vec<String>) {
    let Some(noted) = metadata.sub("annotations") else { return };
    let pod = spec.get_or_null("securityContext");
    let seccomp = "non-functional in v1.27+; use the \"seccompProfile\" field instead";
    if !pod.has("seccompProfile") && noted.get(annotations::SECCOMP_POD).is_some() {
        warnings.push(format!("{}: {seccomp}", at.key(annotations::SECCOMP_POD)));
    }
    let armor = |annotation: &str, profile: Option<&Value>| {
        let (kind, local) = match annotation.strip_prefix("localhost/") {
            Some(path) if !path.is_empty() => ("Localhost", Some(path)),
            _ if annotation == "runtime/default" => ("RuntimeDefault", None),
            _ if annotation == "unconfined" => ("Unconfined", None),
            _ => return false,
        };
        profile.is_some_and(|profile| profile.text("type") == kind && profile.string("localhostProfile") == local)
    };
    each_container(spec, at, |container, _| {
        let own = container.get_or_null("securityContext");
        let name = container.text("name");
        let key = format!("{}{name}", annotations::SECCOMP_CONTAINER);
        if !own.has("seccompProfile") && noted.get(&key).is_some() {
            warnings.push(format!("{}: {seccomp}", at.key(&key)));
        }
        let key = format!("{}{name}", annotations::APP_ARMOR);
        if let Some(annotation) = noted.string(&key).filter(|_| is_template && !own.has("appArmorProfile"))
            && !armor(annotation, pod.sub("appArmorProfile"))
        {
            let why = "deprecated since v1.30; use the \"appArmorProfile\" field instead";
            warnings.push(format!("{}: {why}", at.key(&key)));
        }
    });
}

fn container_warnings(container: &Value, at: &Place<'_>, warnings: &mut Vec<String>) {
    if let Some(wanted) = container.sub("resources") {
        let at = at.child("resources");
        for name in BYTES {
            for list in ["limits", "requests"] {
                if let Some(amounts) = wanted.sub(list) {
                    resources::fractions(amounts, &at.child(list), &[*name], warnings);
                }
            }
        }
    }
    let mut seen = BTreeSet::new();
    for (index, variable) in container.items("env").iter().enumerate() {
        let (name, value) = (variable.text("name"), variable.text("value"));
        if seen.insert(name) {
            continue;
        }
        // A value that builds on the one before is what was meant.
        let reference = format!("$({name})");
        if variable.has("valueFrom") || value == reference || !value.contains(&reference) {
            let at = at.child("env");
            warnings.push(format!(
                "{}: hides previous definition of \"{name}\", which may be dropped when using apply",
                at.index(index)
            ));
        }
    }
}

fn ports(spec: &Value, at: &Place<'_>, warnings: &mut Vec<String>) {
    let mut taken: BTreeMap<(i64, &str), Vec<(String, &Value)>> = BTreeMap::new();
    each_container(spec, at, |container, at| {
        let at = at.child("ports");
        for (index, port) in container.items("ports").iter().enumerate() {
            let at = at.index(index);
            let (ip, host) = (port.text("hostIP"), port.int("hostPort"));
            if !ip.is_empty() && host == 0 {
                warnings.push(format!(
                    "{at}: hostIP set without hostPort: {{Name:{} HostPort:0 ContainerPort:{} Protocol:{} HostIP:{ip}}}",
                    port.text("name"),
                    port.int("containerPort"),
                    port.text("protocol"),
                ));
            }
            let others = taken.entry((port.int("containerPort"), port.text("protocol"))).or_default();
            for (other_at, other) in others.iter() {
                let (other_ip, other_host) = (other.text("hostIP"), other.int("hostPort"));
                if ip == other_ip && host == other_host {
                    warnings.push(format!("{at}: duplicate port definition with {other_at}"));
                } else if host == 0 || other_host == 0 {
                    warnings.push(format!("{at}: overlapping port definition with {other_at}"));
                } else if host == other_host && ip.is_empty() != other_ip.is_empty() {
                    warnings.push(format!("{at}: dangerously ambiguous port definition with {other_at}"));
                }
            }
            others.push((at.to_string(), port));
        }
    });
    let mut named: BTreeMap<&str, String> = BTreeMap::new();
    each_container(spec, at, |container, at| {
        let at = at.child("ports");
        for (index, port) in container.items("ports").iter().enumerate() {
            let name = port.text("name");
            match named.get(name) {
                _ if name.is_empty() => {}
                Some(other) => warnings.push(format!(
                    "{}: duplicate port name \"{name}\" with {other}, services and probes that select ports by name will use {other}",
                    at.index(index)
                )),
                None => {
                    named.insert(name, at.index(index).to_string());
                }
            }
        }
    });
}

fn pod_affinity(spec: &Value, at: &Place<'_>, warnings: &mut Vec<String>) {
    let Some(affinity) = spec.sub("affinity") else { return };
    let at = at.child("affinity");
    for kind in ["podAffinity", "podAntiAffinity"] {
        let Some(pods) = affinity.sub(kind) else { continue };
        let at = at.child(kind);
        for (index, term) in pods.items(REQUIRED).iter().enumerate() {
            if !term.has("labelSelector") {
                let at = at.child(REQUIRED);
                warnings.push(format!("{}: {NULL_SELECTOR}", at.index(index).child("labelSelector")));
            }
        }
        for (index, term) in pods.items(PREFERRED).iter().enumerate() {
            if !term.get_or_null("podAffinityTerm").has("labelSelector") {
                let at = at.child(PREFERRED);
                let at = at.index(index);
                let at = at.child("podAffinityTerm");
                warnings.push(format!("{}: {NULL_SELECTOR}", at.child("labelSelector")));
            }
        }
    }
}

fn addresses(spec: &Value, at: &Place<'_>, warnings: &mut Vec<String>) {
    if let Some(config) = spec.sub("dnsConfig") {
        let at = at.child("dnsConfig");
        let at = at.child("nameservers");
        for (index, server) in config.strings("nameservers").enumerate() {
            warnings.extend(net::ip_warning(server, &at.index(index)));
        }
    }
    let at = at.child("hostAliases");
    for (index, alias) in spec.items("hostAliases").iter().enumerate() {
        warnings.extend(net::ip_warning(alias.text("ip"), &at.index(index).child("ip")));
    }
}
