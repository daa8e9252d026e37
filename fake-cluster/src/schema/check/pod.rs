//! Pods and the templates they are made from. Knows no nodes and no other objects.
use std::collections::BTreeSet;

use serde_json::Value;

use crate::schema::check::containers::{self, Shared};
use crate::schema::check::resources::{self, For};
use crate::schema::check::{affinity, annotations, net, security, volumes};
use crate::schema::meta;
use crate::schema::names;
use crate::schema::place::Place;
use crate::schema::read::Read as _;
use crate::schema::refusal::Cause;
use crate::schema::report::Report as _;

const NAME_SERVERS: usize = 3;
const SEARCHES: usize = 32;
const SEARCH_LENGTH: usize = 2048;
pub(crate) const ALL_CONTAINERS: [&str; 3] = ["initContainers", "containers", "ephemeralContainers"];

/// Checks a pod apart from its metadata's own rules: what holds on creation and after every change.
pub(crate) fn metadata_and_spec(pod: &Value, causes: &mut Vec<Cause>) {
    let (metadata, spec) = (pod.get_or_null("metadata"), pod.get_or_null("spec"));
    let (meta_at, at) = (Place::new("metadata"), Place::new("spec"));
    annotations::check(metadata, spec, &meta_at.child("annotations"), causes);
    self::spec(spec, Some(metadata.text("name")), &at, causes);
    if spec.text("serviceAccountName").is_empty() {
        let list = at.child("volumes");
        for (index, volume) in spec.items("volumes").iter().enumerate() {
            let at = list.index(index);
            let sources = at.child("projected");
            let sources = sources.child("sources");
            for (index, source) in volume.get_or_null("projected").items("sources").iter().enumerate() {
                if source.has("serviceAccountToken") {
                    let why = "must not be specified when serviceAccountName is not set";
                    causes.forbidden(&sources.index(index).child("serviceAccountToken"), why);
                }
            }
        }
    }
    for list in ["containers", "initContainers"] {
        let at = at.child(list);
        for (index, container) in spec.items(list).iter().enumerate() {
            containers::padded_image(container, &at.index(index), causes);
        }
    }
}

/// Checks a new pod beyond [`metadata_and_spec`].
pub(crate) fn create(pod: &Value, causes: &mut Vec<Cause>) {
    let (metadata, spec) = (pod.get_or_null("metadata"), pod.get_or_null("spec"));
    let at = Place::new("spec");
    if !spec.items("ephemeralContainers").is_empty() {
        causes.forbidden(&at.child("ephemeralContainers"), "cannot be set on create");
    }
    if !spec.text("nodeName").is_empty() && !spec.items("schedulingGates").is_empty() {
        causes.forbidden(&at.child("nodeName"), "cannot be set until all schedulingGates have been cleared");
    }
    annotations::match_fields(metadata, spec, &at, causes);
}

/// Checks the metadata of a template.
pub(crate) fn template_metadata(template: &Value, at: &Place<'_>, causes: &mut Vec<Cause>) {
    let (metadata, spec) = (template.get_or_null("metadata"), template.get_or_null("spec"));
    meta::labels(metadata.get("labels"), &at.child("labels"), causes);
    meta::annotations(metadata.get("annotations"), &at.child("annotations"), causes);
    annotations::check(metadata, spec, &at.child("annotations"), causes);
}

/// Checks a template.
pub(crate) fn template(template: &Value, at: &Place<'_>, causes: &mut Vec<Cause>) {
    let (metadata, spec) = (template.get_or_null("metadata"), template.get_or_null("spec"));
    template_metadata(template, at, causes);
    let spec_at = at.child("spec");
    self::spec(spec, None, &spec_at, causes);
    annotations::match_fields(metadata, spec, &spec_at, causes);
    if !spec.items("ephemeralContainers").is_empty() {
        causes.forbidden(&spec_at.child("ephemeralContainers"), "ephemeral containers not allowed in pod template");
    }
}

/// `pod` is the name of the pod; templates have none.
fn spec(spec: &Value, pod: Option<&str>, at: &Place<'_>, causes: &mut Vec<Cause>) {
    let grace = spec.number("terminationGracePeriodSeconds");
    if grace.is_none() {
        causes.required(&at.child("terminationGracePeriodSeconds"), "");
    }
    let volumes = volumes::check(spec, pod, &at.child("volumes"), causes);
    claims(spec, &at.child("resourceClaims"), causes);
    let shared = Shared {
        volumes,
        claims: spec.items("resourceClaims").iter().map(|claim| claim.text("name")).filter(|n| !n.is_empty()).collect(),
        grace,
        restart: spec.text("restartPolicy"),
        host_users: spec.boolean("hostUsers") != Some(false),
    };
    containers::regular(spec, &shared, &at.child("containers"), causes);
    containers::init(spec, &shared, &at.child("initContainers"), causes);
    containers::ephemeral(spec, &shared, &at.child("ephemeralContainers"), causes);
    whole(spec, &shared.claims, at, causes);
    host_network(spec, pod.is_some(), at, causes);
    causes.one_of(&at.child("restartPolicy"), shared.restart, &["Always", "OnFailure", "Never"]);
    let policies = ["ClusterFirstWithHostNet", "ClusterFirst", "Default", "None"];
    causes.one_of(&at.child("dnsPolicy"), spec.text("dnsPolicy"), &policies);
    meta::labels(spec.get("nodeSelector"), &at.child("nodeSelector"), causes);
    security::pod(spec, &at.child("securityContext"), causes);
    if let Some(wanted) = spec.sub("affinity") {
        affinity::affinity(wanted, &at.child("affinity"), causes);
    }
    dns(spec, &at.child("dnsConfig"), causes);
    gates(spec, at, causes);
    affinity::spread(spec, &at.child("topologySpreadConstraints"), causes);
    host_users(spec, at, causes);
    host_name(spec, at, causes);
    named(spec, at, causes);
    affinity::tolerations(spec, &at.child("tolerations"), causes);
    host_aliases(spec, &at.child("hostAliases"), causes);
    if let Some(policy) = spec.string("preemptionPolicy") {
        causes.one_of(&at.child("preemptionPolicy"), policy, &["PreemptLowerPriority", "Never"]);
    }
    if let Some(overhead) = spec.sub("overhead") {
        let as_limits = serde_json::json!({ "limits": overhead });
        resources::check(&as_limits, For::Container, &BTreeSet::new(), &at.child("overhead"), causes);
    }
    if let Some(os) = spec.sub("os") {
        let at = at.child("os");
        match os.text("name") {
            "" => causes.required(&at.child("name"), ""),
            name => causes.any_of(&at, name, &["linux", "windows"]),
        }
    }
    file_keys(spec, at, causes);
}

fn claims(spec: &Value, at: &Place<'_>, causes: &mut Vec<Cause>) {
    let mut seen = BTreeSet::new();
    for (index, claim) in spec.items("resourceClaims").iter().enumerate() {
        let at = at.index(index);
        let name = claim.text("name");
        let name_at = at.child("name");
        if name.is_empty() {
            causes.required(&name_at, "");
        } else if !seen.insert(name) {
            causes.duplicate(&name_at, name);
        } else {
            causes.wrong(&name_at, name, names::label(name));
        }
        let shown = || {
            format!(
                "{{\"Name\":{},\"ResourceClaimName\":{},\"ResourceClaimTemplateName\":{}}}",
                Value::from(name),
                claim.get_or_null("resourceClaimName"),
                claim.get_or_null("resourceClaimTemplateName")
            )
        };
        match (claim.has("resourceClaimName"), claim.has("resourceClaimTemplateName")) {
            (true, true) => {
                let why = "at most one of `resourceClaimName` or `resourceClaimTemplateName` may be specified";
                causes.invalid_as(&at, &shown(), why);
            }
            (false, false) => {
                let why = "must specify one of: `resourceClaimName`, `resourceClaimTemplateName`";
                causes.invalid_as(&at, &shown(), why);
            }
            _ => {}
        }
        for field in ["resourceClaimName", "resourceClaimTemplateName"] {
            if let Some(name) = claim.string(field) {
                causes.wrong(&at.child(field), name, names::subdomain(name));
            }
        }
    }
}

/// Resources of the pod as a whole. What its containers add up to is not compared with them.
fn whole(spec: &Value, claims: &BTreeSet<&str>, at: &Place<'_>, causes: &mut Vec<Cause>) {
    let Some(wanted) = spec.sub("resources") else { return };
    let at = at.child("resources");
    if spec.get_or_null("os").text("name") == "windows" {
        return causes.forbidden(&at, "may not be set for a windows pod");
    }
    if wanted.has("claims") {
        causes.forbidden(&at.child("claims"), "claims may not be set for Resources at pod-level");
    }
    resources::check(wanted, For::Pod, claims, &at, causes);
}

fn host_network(spec: &Value, is_pod: bool, at: &Place<'_>, causes: &mut Vec<Cause>) {
    if !spec.flag("hostNetwork") {
        return;
    }
    let list = at.child("containers");
    for (index, container) in spec.items("containers").iter().enumerate() {
        let at = list.index(index);
        let ports = at.child("ports");
        for (index, port) in container.items("ports").iter().enumerate() {
            let host = port.int("hostPort");
            if (is_pod || host != 0) && host != port.int("containerPort") {
                let why = "must match `containerPort` when `hostNetwork` is true";
                causes.invalid(&ports.index(index).child("hostPort"), host, why);
            }
        }
    }
}

fn dns(spec: &Value, at: &Place<'_>, causes: &mut Vec<Cause>) {
    let config = spec.sub("dnsConfig");
    let servers_at = at.child("nameservers");
    if spec.text("dnsPolicy") == "None" {
        match config {
            None => return causes.required(at, "must provide `dnsConfig` when `dnsPolicy` is None"),
            Some(config) if config.items("nameservers").is_empty() => {
                let why = "must provide at least one DNS nameserver when `dnsPolicy` is None";
                return causes.required(&servers_at, why);
            }
            Some(_) => {}
        }
    }
    let Some(config) = config else { return };
    let list = |key: &str| config.get_or_null(key).clone();
    if config.items("nameservers").len() > NAME_SERVERS {
        let why = format!("must not have more than {NAME_SERVERS} nameservers");
        causes.invalid(&servers_at, list("nameservers"), &why);
    }
    for (index, server) in config.strings("nameservers").enumerate() {
        net::ip(server, &servers_at.index(index), [], causes);
    }
    let searches_at = at.child("searches");
    let searches: Vec<&str> = config.strings("searches").collect();
    if searches.len() > SEARCHES {
        let why = format!("must not have more than {SEARCHES} search paths");
        causes.invalid(&searches_at, list("searches"), &why);
    }
    if searches.join(" ").len() > SEARCH_LENGTH {
        let why = format!("must not have more than {SEARCH_LENGTH} characters (including spaces) in the search list");
        causes.invalid(&searches_at, list("searches"), &why);
    }
    for (index, search) in searches.iter().enumerate().filter(|(_, search)| **search != ".") {
        let search = search.strip_suffix('.').unwrap_or(search);
        causes.wrong(&searches_at.index(index), search, names::search_domain(search));
    }
    for (index, option) in config.items("options").iter().enumerate() {
        if option.text("name").is_empty() {
            causes.required(&at.child("options").index(index), "must not be empty");
        }
    }
}

fn gates(spec: &Value, at: &Place<'_>, causes: &mut Vec<Cause>) {
    let readiness = at.child("readinessGates");
    for (index, gate) in spec.items("readinessGates").iter().enumerate() {
        let kind = gate.text("conditionType");
        causes.wrong(&readiness.index(index).child("conditionType"), kind, names::qualified(kind));
    }
    let scheduling = at.child("schedulingGates");
    let mut seen = BTreeSet::new();
    for (index, gate) in spec.items("schedulingGates").iter().enumerate() {
        let (at, name) = (scheduling.index(index), gate.text("name"));
        causes.wrong(&at, name, names::qualified(name));
        if !seen.insert(name) {
            causes.duplicate(&at, name);
        }
    }
}

fn host_users(spec: &Value, at: &Place<'_>, causes: &mut Vec<Cause>) {
    if spec.boolean("hostUsers") != Some(false) {
        return;
    }
    for (field, shown) in [("hostNetwork", "hostNetwork"), ("hostPID", "HostPID"), ("hostIPC", "HostIPC")] {
        if spec.flag(field) {
            causes.forbidden(&at.child(shown), "when `hostUsers` is false");
        }
    }
    for list in ALL_CONTAINERS {
        let place = at.child(list);
        for (index, container) in spec.items(list).iter().enumerate() {
            if !container.items("volumeDevices").is_empty() {
                causes.forbidden(&place.index(index).child("volumeDevices"), "when `hostUsers` is false");
            }
        }
    }
}

fn host_name(spec: &Value, at: &Place<'_>, causes: &mut Vec<Cause>) {
    let Some(name) = spec.string("hostnameOverride") else { return };
    let at = at.child("hostnameOverride");
    if spec.flag("setHostnameAsFQDN") {
        causes.forbidden(&at, "may not be specified when setHostnameAsFQDN is true");
    }
    if spec.flag("hostNetwork") {
        causes.forbidden(&at, "may not be specified when hostNetwork is true");
    }
    if name.len() > 64 {
        causes.too_long(&at, 64);
    }
    causes.wrong(&at, name, names::subdomain(name));
}

/// What is wrong with a name.
type Rule = fn(&str) -> Vec<String>;

/// Fields that name something.
fn named(spec: &Value, at: &Place<'_>, causes: &mut Vec<Cause>) {
    let rules: [(&str, Rule); 6] = [
        ("serviceAccountName", names::subdomain),
        ("nodeName", names::subdomain),
        ("hostname", names::label),
        ("subdomain", names::label),
        ("priorityClassName", names::subdomain),
        ("runtimeClassName", names::subdomain),
    ];
    for (field, rule) in rules {
        if let Some(name) = spec.string(field).filter(|name| !name.is_empty() || field == "runtimeClassName") {
            causes.wrong(&at.child(field), name, rule(name));
        }
    }
    let limit = i64::from(i32::MAX);
    if let Some(seconds) = spec.number("activeDeadlineSeconds").filter(|seconds| !(1..=limit).contains(seconds)) {
        causes.invalid(&at.child("activeDeadlineSeconds"), seconds, &names::range(1, limit));
    }
}

fn host_aliases(spec: &Value, at: &Place<'_>, causes: &mut Vec<Cause>) {
    for (index, alias) in spec.items("hostAliases").iter().enumerate() {
        let at = at.index(index);
        net::ip(alias.text("ip"), &at.child("ip"), [], causes);
        for (index, name) in alias.strings("hostnames").enumerate() {
            causes.wrong(&at.child("hostnames").index(index), name, names::subdomain(name));
        }
    }
}

/// Variables read from files need a volume that containers can write.
fn file_keys(spec: &Value, at: &Place<'_>, causes: &mut Vec<Cause>) {
    for list in ALL_CONTAINERS {
        let list_at = at.child(list);
        for (index, container) in spec.items(list).iter().enumerate() {
            let at = list_at.index(index);
            let env = at.child("env");
            for (index, variable) in container.items("env").iter().enumerate() {
                let Some(reference) = variable.get_or_null("valueFrom").sub("fileKeyRef") else { continue };
                let name = reference.text("volumeName");
                let at = env.index(index);
                let at = at.child("valueFrom");
                let at = at.child("fileKeyRef");
                match spec.items("volumes").iter().rfind(|volume| volume.text("name") == name) {
                    None => causes.not_found(&at.child("volumeName"), name),
                    Some(volume) if !volume.has("emptyDir") => {
                        let why = "referenced volume must be of type emptyDir";
                        causes.invalid(&at.child("volumeName"), name, why);
                    }
                    Some(_) => {}
                }
            }
        }
    }
}
