//! Services, after they got their addresses and ports. Knows no endpoints.

mod changes;
mod warnings;

use std::collections::BTreeSet;

use serde_json::Value;

use crate::schema::check::{net, probes};
use crate::schema::meta;
use crate::schema::names;
use crate::schema::place::Place;
use crate::schema::read::Read as _;
use crate::schema::refusal::Cause;
use crate::schema::report::Report as _;
pub(crate) use changes::{status, update};
pub(crate) use warnings::{status_warnings, warnings};

const TYPES: &[&str] = &["ClusterIP", "ExternalName", "LoadBalancer", "NodePort"];
const ONLY_BALANCERS: &str = "may only be used when `type` is 'LoadBalancer'";
const HINTS: &str = "service.kubernetes.io/topology-aware-hints";
const MODE: &str = "service.kubernetes.io/topology-mode";
const RANGES: &str = "service.beta.kubernetes.io/load-balancer-source-ranges";
const CHANGED: &str = "may not change once set";
const NEVER: &str = "must be set to 'SingleStack' when releasing the secondary";
const LONGEST_AFFINITY: i64 = 86_400;

/// Whether a service has no address of its own.
pub(crate) fn is_headless(spec: &Value) -> bool {
    matches!(spec.items("clusterIPs"), [Value::String(only)] if only == "None")
}

/// Whether a service can be reached from outside.
pub(crate) fn is_external(spec: &Value) -> bool {
    match spec.text("type") {
        "LoadBalancer" | "NodePort" => true,
        "ClusterIP" => !spec.items("externalIPs").is_empty(),
        _ => false,
    }
}

/// Whether nodes tell balancers whether they run the service.
pub(crate) fn needs_health_check(spec: &Value) -> bool {
    spec.text("type") == "LoadBalancer" && spec.text("externalTrafficPolicy") == "Local"
}

/// Checks a service.
pub(crate) fn whole(service: &Value, old: Option<&Value>, causes: &mut Vec<Cause>) {
    let (spec, at) = (service.get_or_null("spec"), Place::new("spec"));
    let annotations = service.get_or_null("metadata").get_or_null("annotations");
    let meta_at = Place::new("metadata");
    let annotations_at = meta_at.child("annotations");
    if let (Some(mode), Some(hints)) = (annotations.string(MODE), annotations.string(HINTS))
        && mode != hints
    {
        let why = format!("must match annotations[{HINTS}] when both are specified");
        causes.invalid(&annotations_at.key(MODE), mode, &why);
    }
    let kind = spec.text("type");
    let ports = spec.items("ports");
    if ports.is_empty() && !is_headless(spec) && kind != "ExternalName" {
        causes.required(&at.child("ports"), "");
    }
    match kind {
        "LoadBalancer" | "NodePort" if is_headless(spec) => {
            let why = format!("may not be set to 'None' for {kind} services");
            causes.invalid(&at.child("clusterIPs").index(0), "None", &why);
        }
        "ExternalName" => external_name(spec, &at, causes),
        _ => {}
    }
    self::ports(spec, &at, causes);
    meta::labels(spec.get("selector"), &at.child("selector"), causes);
    affinity(spec, &at, causes);
    if kind != "ExternalName" {
        addresses(spec, old, &at, causes);
    }
    let before = old.map(|old| old.get_or_null("spec"));
    for (index, ip) in spec.strings("externalIPs").enumerate() {
        let at = at.child("externalIPs");
        let count = causes.len();
        let known = before.into_iter().flat_map(|before| before.strings("externalIPs"));
        net::ip(ip, &at.index(index), known, causes);
        if causes.len() == count {
            net::endpoint_ip(ip, &at.index(index), causes);
        }
    }
    causes.one_of(&at.child("type"), kind, TYPES);
    duplicates(spec, &at.child("ports"), causes);
    source_ranges(service, old, &at, &annotations_at, causes);
    if spec.has("allocateLoadBalancerNodePorts") && kind != "LoadBalancer" {
        causes.forbidden(&at.child("allocateLoadBalancerNodePorts"), ONLY_BALANCERS);
    }
    if kind == "LoadBalancer" && !spec.has("allocateLoadBalancerNodePorts") {
        causes.required(&Place::new("allocateLoadBalancerNodePorts"), "");
    }
    balancer_class(spec, None, &at, causes);
    traffic(spec, &at, causes);
}

fn external_name(spec: &Value, at: &Place<'_>, causes: &mut Vec<Cause>) {
    for field in ["clusterIPs", "ipFamilies"] {
        if !spec.items(field).is_empty() {
            causes.forbidden(&at.child(field), "may not be set for ExternalName services");
        }
    }
    if spec.has("ipFamilyPolicy") {
        causes.forbidden(&at.child("ipFamilyPolicy"), "may not be set for ExternalName services");
    }
    let name = spec.text("externalName");
    let name = name.strip_suffix('.').unwrap_or(name);
    if name.is_empty() {
        causes.required(&at.child("externalName"), "");
    } else {
        causes.wrong(&at.child("externalName"), name, names::subdomain(name));
    }
}

fn ports(spec: &Value, at: &Place<'_>, causes: &mut Vec<Cause>) {
    let list = at.child("ports");
    let mut names = BTreeSet::new();
    let ports = spec.items("ports");
    for (index, port) in ports.iter().enumerate() {
        let at = list.index(index);
        let (name, number) = (port.text("name"), port.int("port"));
        if !name.is_empty() {
            causes.wrong(&at.child("name"), name, names::label(name));
            if !names.insert(name) {
                causes.duplicate(&at.child("name"), name);
            }
        } else if ports.len() > 1 {
            causes.required(&at.child("name"), "");
        }
        if let Some(why) = names::port_number(number) {
            causes.invalid(&at.child("port"), number, &why);
        }
        causes.one_of(&at.child("protocol"), port.text("protocol"), &["SCTP", "TCP", "UDP"]);
        probes::port(port.get_or_null("targetPort"), &at.child("targetPort"), causes);
        if let Some(protocol) = port.string("appProtocol") {
            causes.wrong(&at.child("appProtocol"), protocol, names::qualified(protocol));
        }
    }
}

fn duplicates(spec: &Value, at: &Place<'_>, causes: &mut Vec<Cause>) {
    let ports = spec.items("ports");
    if spec.text("type") == "ClusterIP" {
        for (index, _) in ports.iter().enumerate().filter(|(_, port)| port.int("nodePort") != 0) {
            causes.forbidden(&at.index(index).child("nodePort"), "may not be used when `type` is 'ClusterIP'");
        }
    }
    let mut seen = BTreeSet::new();
    for (index, port) in ports.iter().enumerate().filter(|(_, port)| port.int("nodePort") != 0) {
        let number = port.int("nodePort");
        if !seen.insert((port.text("protocol"), number)) {
            causes.duplicate(&at.index(index).child("nodePort"), number);
        }
    }
    let mut seen = BTreeSet::new();
    for (index, port) in ports.iter().enumerate() {
        let (protocol, number) = (port.text("protocol"), port.int("port"));
        if !seen.insert((protocol, number)) {
            let protocol = Value::from(protocol);
            let shown = format!(
                "{{\"Name\":\"\",\"Protocol\":{protocol},\"AppProtocol\":null,\"Port\":{number},\"TargetPort\":0,\"NodePort\":0}}"
            );
            causes.push(Cause::duplicate_as(&at.index(index), &shown, ""));
        }
    }
}

fn affinity(spec: &Value, at: &Place<'_>, causes: &mut Vec<Cause>) {
    let kind = spec.text("sessionAffinity");
    causes.one_of(&at.child("sessionAffinity"), kind, &["ClientIP", "None"]);
    let at = at.child("sessionAffinityConfig");
    let config = spec.sub("sessionAffinityConfig");
    match (kind, config) {
        ("None", Some(_)) => causes.forbidden(&at, "must not be set when session affinity is None"),
        ("ClientIP", config) => {
            let why = "when session affinity type is ClientIP";
            let client_at = at.child("clientIP");
            let timeout_at = client_at.child("timeoutSeconds");
            let client = config.and_then(|config| config.sub("clientIP"));
            match (config, client, client.and_then(|client| client.number("timeoutSeconds"))) {
                (None, ..) => causes.required(&at, why),
                (_, None, _) => causes.required(&client_at, why),
                (_, _, None) => causes.required(&timeout_at, why),
                (_, _, Some(seconds)) if !(1..=LONGEST_AFFINITY).contains(&seconds) => {
                    let why = format!("must be greater than 0 and less than {LONGEST_AFFINITY}");
                    causes.invalid(&timeout_at, seconds, &why);
                }
                _ => {}
            }
        }
        _ => {}
    }
}

/// Checks the addresses of a service and their families.
pub(crate) fn addresses(spec: &Value, old: Option<&Value>, at: &Place<'_>, causes: &mut Vec<Cause>) {
    let (ips_at, families_at) = (at.child("clusterIPs"), at.child("ipFamilies"));
    let ips: Vec<&str> = spec.strings("clusterIPs").collect();
    let shown = spec.get_or_null("clusterIPs").clone();
    let first = spec.text("clusterIP");
    match ips.first() {
        None if !first.is_empty() => causes.required(&ips_at, ""),
        Some(_) if first.is_empty() => {
            causes.invalid(&ips_at, shown.clone(), "must be empty when `clusterIP` is not specified");
        }
        Some(ip) if *ip != first => causes.invalid(&ips_at, shown.clone(), "first value must match `clusterIP`"),
        _ => {}
    }
    let mut seen = BTreeSet::new();
    for (index, family) in spec.strings("ipFamilies").enumerate() {
        causes.any_of(&families_at.index(index), family, &["IPv4", "IPv6"]);
        if !seen.insert(family) {
            causes.duplicate(&families_at.index(index), family);
        }
    }
    if let Some(policy) = spec.string("ipFamilyPolicy") {
        let allowed = ["PreferDualStack", "RequireDualStack", "SingleStack"];
        causes.any_of(&at.child("ipFamilyPolicy"), policy, &allowed);
    }
    let before = causes.len();
    for (index, ip) in ips.iter().enumerate() {
        if index == 0 && *ip == "None" {
            if ips.len() > 1 {
                causes.invalid(&ips_at, shown.clone(), "'None' must be the first and only value");
            }
            continue;
        }
        let known = old.into_iter().flat_map(|old| old.get_or_null("spec").strings("clusterIPs"));
        net::ip(ip, &ips_at.index(index), known, causes);
    }
    let has_invalid = causes.len() > before;
    if ips.len() > 2 {
        causes.invalid(&ips_at, shown.clone(), "may only hold up to 2 values");
    }
    if has_invalid {
        return;
    }
    if ips.len() > 1 && !net::is_dual_stack(ips.iter().copied()) {
        causes.invalid(&ips_at, shown, "may specify no more than one IP for each IP family");
    }
    if is_headless(spec) {
        return;
    }
    for (index, (ip, family)) in ips.iter().zip(spec.strings("ipFamilies")).enumerate() {
        let fits = match family {
            "IPv4" => !net::is_ipv6(ip),
            "IPv6" => net::is_ipv6(ip),
            _ => true,
        };
        if !fits {
            let why = format!("expected an {family} value as indicated by `ipFamilies[{index}]`");
            causes.invalid(&ips_at.index(index), *ip, &why);
        }
    }
}

fn source_ranges(
    service: &Value,
    old: Option<&Value>,
    at: &Place<'_>,
    annotations_at: &Place<'_>,
    causes: &mut Vec<Cause>,
) {
    let spec = service.get_or_null("spec");
    let is_balancer = spec.text("type") == "LoadBalancer";
    let annotation = |service: &'_ Value| -> Option<String> {
        let annotations = service.get_or_null("metadata").get_or_null("annotations");
        annotations.string(RANGES).map(str::to_owned)
    };
    if !spec.items("loadBalancerSourceRanges").is_empty() {
        let at = at.child("LoadBalancerSourceRanges");
        if !is_balancer {
            causes.forbidden(&at, ONLY_BALANCERS);
        }
        let known: Vec<&str> = old
            .into_iter()
            .flat_map(|old| old.get_or_null("spec").strings("loadBalancerSourceRanges"))
            .map(str::trim)
            .collect();
        for (index, range) in spec.strings("loadBalancerSourceRanges").enumerate() {
            net::cidr(range.trim(), &at.index(index), known.iter().copied(), causes);
        }
    } else if let Some(ranges) = annotation(service) {
        let at = annotations_at.key(RANGES);
        if !is_balancer {
            causes.forbidden(&at, ONLY_BALANCERS);
        }
        if old.and_then(annotation).as_ref() != Some(&ranges) && !ranges.trim().is_empty() {
            for range in ranges.trim().split(',') {
                net::cidr(range.trim(), &at, [], causes);
            }
        }
    }
}

fn balancer_class(spec: &Value, before: Option<&Value>, at: &Place<'_>, causes: &mut Vec<Cause>) {
    let at = at.child("loadBalancerClass");
    let class = spec.string("loadBalancerClass");
    let is_balancer = |spec: &Value| spec.text("type") == "LoadBalancer";
    if let Some(before) = before.filter(|before| is_balancer(before) && is_balancer(spec))
        && before.string("loadBalancerClass") != class
    {
        causes.invalid(&at, spec.get_or_null("loadBalancerClass").clone(), CHANGED);
    }
    match class {
        Some(class) if is_balancer(spec) => causes.wrong(&at, class, names::qualified(class)),
        Some(_) => causes.forbidden(&at, ONLY_BALANCERS),
        None => {}
    }
}

fn traffic(spec: &Value, at: &Place<'_>, causes: &mut Vec<Cause>) {
    let external_at = at.child("externalTrafficPolicy");
    let external = spec.text("externalTrafficPolicy");
    if is_external(spec) {
        causes.one_of(&external_at, external, &["Cluster", "Local"]);
    } else if !external.is_empty() {
        causes.invalid(&external_at, external, "may only be set for externally-accessible services");
    }
    let (port, port_at) = (spec.int("healthCheckNodePort"), at.child("healthCheckNodePort"));
    match (needs_health_check(spec), port) {
        (false, 0) => {}
        (false, port) => {
            let why = "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'";
            causes.invalid(&port_at, port, why);
        }
        (true, 0) => causes.required(&port_at, ""),
        (true, port) => {
            if let Some(why) = names::port_number(port) {
                causes.invalid(&port_at, port, &why);
            }
        }
    }
    let internal_at = at.child("internalTrafficPolicy");
    match spec.string("internalTrafficPolicy") {
        None if matches!(spec.text("type"), "NodePort" | "LoadBalancer" | "ClusterIP") => {
            causes.required(&internal_at, "");
        }
        Some(policy) => causes.any_of(&internal_at, policy, &["Cluster", "Local"]),
        None => {}
    }
    if let Some(distribution) = spec.string("trafficDistribution") {
        let allowed = ["PreferClose", "PreferSameZone", "PreferSameNode"];
        causes.any_of(&at.child("trafficDistribution"), distribution, &allowed);
    }
}
