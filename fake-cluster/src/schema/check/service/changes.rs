//! What of a service may change, and its status. Knows the service before and after.
use serde_json::Value;

use super::{CHANGED, NEVER, balancer_class, is_headless, needs_health_check};
use crate::schema::check::net;
use crate::schema::names;
use crate::schema::place::Place;
use crate::schema::read::Read as _;
use crate::schema::refusal::Cause;
use crate::schema::report::Report as _;

/// What a change may do to a service.
pub(crate) fn update(new_service: &Value, old_service: &Value, causes: &mut Vec<Cause>) {
    let (new, old) = (new_service.get_or_null("spec"), old_service.get_or_null("spec"));
    let at = Place::new("spec");
    let named = new.text("type") == "ExternalName" || old.text("type") == "ExternalName";
    let stays_headless = is_headless(new) && is_headless(old);
    if !named && !stays_headless {
        lists("clusterIPs", new, old, &at, causes);
    }
    if !named && !is_headless(new) && !is_headless(old) {
        lists("ipFamilies", new, old, &at, causes);
    }
    balancer_class(new, Some(old), &at, causes);
    let port = "healthCheckNodePort";
    if needs_health_check(new) && needs_health_check(old) && new.int(port) != old.int(port) {
        causes.forbidden(&at.child(port), "field is immutable");
    }
}

/// The first address and family stay; the second may come and, when the policy says so, go.
fn lists(field: &str, new: &Value, old: &Value, at: &Place<'_>, causes: &mut Vec<Cause>) {
    let list_at = at.child(field);
    let is_ips = field == "clusterIPs";
    let (after, before) = (new.items(field), old.items(field));
    let shown = |key: &str| new.get_or_null(key).clone();
    if after.len() == before.len() {
        for (index, _) in before.iter().zip(after).enumerate().filter(|(_, (old, new))| old != new) {
            // Families are always reported in the first place.
            let index = if is_ips { index } else { 0 };
            causes.invalid(&list_at.index(index), shown(field), CHANGED);
        }
        return;
    }
    if before.len() > after.len() && new.items("clusterIPs").is_empty() {
        let what = if is_ips { "clusterIP" } else { "ipFamily" };
        causes.invalid(&list_at.index(0), shown(field), &format!("primary {what} can not be unset"));
    }
    if let (Some(after), Some(before)) = (after.first(), before.first())
        && after != before
    {
        causes.invalid(&list_at.index(0), shown("clusterIPs"), CHANGED);
    }
    if before.len() > after.len() && after.len() == 1 && new.text("ipFamilyPolicy") != "SingleStack" {
        let what = if is_ips { "clusterIP" } else { "ipFamily" };
        causes.invalid(&at.child("ipFamilyPolicy"), shown("ipFamilyPolicy"), &format!("{NEVER} {what}"));
    }
}

/// Checks the status of a service.
pub(crate) fn status(service: &Value, old: &Value, causes: &mut Vec<Cause>) {
    let ingress = |service: &'_ Value| service.pointer("/status/loadBalancer/ingress").cloned().unwrap_or_default();
    let (after, before) = (ingress(service), ingress(old));
    let after = after.as_array().map(Vec::as_slice).unwrap_or_default();
    let before = before.as_array().map(Vec::as_slice).unwrap_or_default();
    let at = Place::new("status");
    let at = at.child("loadBalancer");
    let at = at.child("ingress");
    if service.get_or_null("spec").text("type") != "LoadBalancer" && !after.is_empty() {
        return causes.forbidden(&at, "may only be used when `spec.type` is 'LoadBalancer'");
    }
    for (index, ingress) in after.iter().enumerate() {
        let at = at.index(index);
        let (ip, host, mode) = (ingress.text("ip"), ingress.text("hostname"), ingress.string("ipMode"));
        if !ip.is_empty() {
            net::ip(ip, &at.child("ip"), before.iter().map(|old| old.text("ip")), causes);
        }
        let mode_at = at.child("ipMode");
        match mode {
            None if !ip.is_empty() => causes.required(&mode_at, "must be specified when `ip` is set"),
            Some(_) if ip.is_empty() => causes.forbidden(&mode_at, "may not be specified when `ip` is not set"),
            Some(mode) => causes.any_of(&mode_at, mode, &["Proxy", "VIP"]),
            None => {}
        }
        if !host.is_empty() {
            causes.wrong(&at.child("hostname"), host, names::subdomain(host));
            if crate::schema::custom::is_ip(host) {
                causes.invalid(&at.child("hostname"), host, "must be a DNS name, not an IP address");
            }
        }
    }
}
