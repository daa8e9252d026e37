//! What clients are warned of when they write a service. Knows no rules.
use serde_json::Value;

use super::{HINTS, MODE};
use crate::schema::check::net;
use crate::schema::place::Place;
use crate::schema::read::Read as _;

/// Warns of what does nothing, and of addresses in unusual forms.
pub(crate) fn warnings(service: &Value) -> Vec<String> {
    let (spec, at) = (service.get_or_null("spec"), Place::new("spec"));
    let annotations = service.get_or_null("metadata").get_or_null("annotations");
    let kind = spec.text("type");
    let headless = kind == "ClusterIP" && spec.text("clusterIP") == "None";
    let external = spec.items("externalIPs");
    let mut warnings = Vec::new();
    let mut say = |applies: bool, text: &str| {
        if applies {
            warnings.push(text.to_owned());
        }
    };
    let hints = format!("annotation {HINTS} is deprecated, please use {MODE} instead");
    say(annotations.get(HINTS).is_some(), &hints);
    if !matches!(spec.text("clusterIP"), "" | "None") {
        for (index, ip) in spec.strings("clusterIPs").enumerate() {
            let told = net::ip_warning(ip, &at.child("clusterIPs").index(index));
            say(told.is_some(), &told.unwrap_or_default());
        }
    }
    let balancer = spec.text("loadBalancerIP");
    say(headless && !balancer.is_empty(), "spec.loadBalancerIP is ignored for headless services");
    say(headless && !external.is_empty(), "spec.externalIPs is ignored for headless services");
    let sticky = spec.text("sessionAffinity") != "None";
    say(headless && sticky, "spec.SessionAffinity is ignored for headless services");
    for (index, ip) in spec.strings("externalIPs").enumerate() {
        let told = net::ip_warning(ip, &at.child("externalIPs").index(index));
        say(told.is_some(), &told.unwrap_or_default());
    }
    say(
        !external.is_empty() && !headless && kind != "ExternalName",
        "spec.externalIPs is deprecated and may no longer be implemented in some clusters",
    );
    if !balancer.is_empty() {
        let told = net::ip_warning(balancer, &at.child("loadBalancerIP"));
        say(told.is_some(), &told.unwrap_or_default());
    }
    for (index, cidr) in spec.strings("loadBalancerSourceRanges").enumerate() {
        for told in net::cidr_warnings(cidr, &at.child("loadBalancerSourceRanges").index(index)) {
            say(true, &told);
        }
    }
    let named = kind == "ExternalName";
    say(named && !external.is_empty(), "spec.externalIPs is ignored when spec.type is \"ExternalName\"");
    say(
        !named && !spec.text("externalName").is_empty(),
        "spec.externalName is ignored when spec.type is not \"ExternalName\"",
    );
    say(
        spec.text("trafficDistribution") == "PreferClose",
        "spec.trafficDistribution: \"PreferClose\" is deprecated; use \"PreferSameZone\"",
    );
    warnings
}

/// Warns of addresses of balancers in unusual forms.
pub(crate) fn status_warnings(service: &Value) -> Vec<String> {
    let ingress = service.pointer("/status/loadBalancer/ingress").and_then(Value::as_array);
    let at = Place::new("status");
    let at = at.child("loadBalancer");
    let at = at.child("ingress");
    let all = ingress.into_iter().flatten().enumerate();
    all.filter_map(|(index, one)| net::ip_warning(one.text("ip"), &at.index(index))).collect()
}
