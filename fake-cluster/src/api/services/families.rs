//! Address families of services, on a cluster that has IPv4 only.

use std::net::IpAddr;

use serde_json::{Value, json};

use super::{Refusal, Spec, is_empty, put_items, text, texts_of};
use crate::api::cause::{invalid, quote};

/// Whether addresses and families can be understood; what cannot is refused when the service is checked.
pub(super) fn is_sound(spec: &Spec) -> bool {
    let (addresses, families) = (texts_of(spec, "clusterIPs"), texts_of(spec, "ipFamilies"));
    let headless = addresses.first().is_some_and(|first| first == "None");
    let first = addresses.first().map(String::as_str).unwrap_or_default();
    first == text(spec, "clusterIP")
        && addresses.len() <= 2
        && families.len() <= 2
        && families.iter().all(|family| family == "IPv4" || family == "IPv6")
        && (families.len() < 2 || families.first() != families.get(1))
        && matches!(text(spec, "ipFamilyPolicy"), "" | "SingleStack" | "PreferDualStack" | "RequireDualStack")
        && (headless && addresses.len() == 1
            || addresses.iter().enumerate().all(|(at, address)| {
                let family = match address.parse() {
                    Ok(IpAddr::V4(_)) => "IPv4",
                    Ok(IpAddr::V6(_)) => "IPv6",
                    Err(_) => return false,
                };
                families.get(at).is_none_or(|given| given == family)
            }))
}

pub(super) fn set_families(spec: &mut Spec, old: Option<&Spec>) -> Result<(), Refusal> {
    if text(spec, "type") == "ExternalName" || prefers_as_before(spec, old) {
        return Ok(());
    }
    let headless = text(spec, "clusterIP") == "None" && spec.get("selector").is_none_or(is_empty);
    if text(spec, "ipFamilyPolicy").is_empty() {
        let before = old.map(|old| text(old, "ipFamilyPolicy")).unwrap_or_default();
        let policy = match before {
            "" if headless => "RequireDualStack",
            "" => "SingleStack",
            before => before,
        };
        spec.insert("ipFamilyPolicy".into(), json!(policy));
    }
    let policy = text(spec, "ipFamilyPolicy").to_owned();
    let single = policy == "SingleStack";
    let (mut addresses, mut families) = (texts_of(spec, "clusterIPs"), texts_of(spec, "ipFamilies"));
    let mut causes = Vec::new();
    let mut against = |why: &str| causes.push(invalid("spec.ipFamilyPolicy", quote(&policy), why));
    if let Some(old) = old {
        let (had, families_had) = (texts_of(old, "clusterIPs"), texts_of(old, "ipFamilies"));
        if single {
            if had == addresses {
                addresses.truncate(1);
            }
            if families_had == families {
                families.truncate(1);
            }
        } else {
            if !addresses.is_empty() && addresses.len() < had.len() {
                against("must be 'SingleStack' to release the secondary cluster IP");
            }
            if !families.is_empty() && families.len() < families_had.len() {
                against("must be 'SingleStack' to release the secondary IP family");
            }
        }
    }
    if single && addresses.len() == 2 {
        against("must be 'RequireDualStack' or 'PreferDualStack' when multiple cluster IPs are specified");
    }
    if single && families.len() == 2 {
        against("must be 'RequireDualStack' or 'PreferDualStack' when multiple IP families are specified");
    }
    for (at, address) in addresses.iter().enumerate().skip(families.len()).take_while(|(_, ip)| *ip != "None") {
        if address.contains(':') {
            let all = Value::from(addresses.clone());
            causes.push(invalid(format!("spec.clusterIPs[{at}]"), all, "IPv6 is not configured on this cluster"));
        } else {
            families.push("IPv4".into());
        }
    }
    if !causes.is_empty() {
        return Err(Refusal::Causes(causes));
    }
    if headless {
        // Nobody knows where the endpoints are that users add by hand.
        if families.is_empty() {
            families.push("IPv4".into());
        }
        if !single && families.len() < 2 {
            let other = if families.iter().any(|family| family == "IPv4") { "IPv6" } else { "IPv4" };
            families.push(other.into());
        }
    } else {
        if policy == "RequireDualStack" {
            let why = "this cluster is not configured for dual-stack services";
            causes.push(invalid("spec.ipFamilyPolicy", quote(&policy), why));
        }
        for (at, family) in families.iter().enumerate().filter(|(_, family)| *family != "IPv4") {
            causes.push(invalid(format!("spec.ipFamilies[{at}]"), quote(family), "not configured on this cluster"));
        }
        if !causes.is_empty() {
            return Err(Refusal::Causes(causes));
        }
        if families.is_empty() {
            families.push("IPv4".into());
        }
    }
    put_items(spec, "clusterIPs", addresses.into_iter().map(Value::from).collect());
    put_items(spec, "ipFamilies", families.into_iter().map(Value::from).collect());
    Ok(())
}

/// Services that would take a second family if there was one are left as they are.
pub(super) fn prefers_as_before(spec: &Spec, old: Option<&Spec>) -> bool {
    old.is_some_and(|old| {
        let same = |field: &str| spec.get(field) == old.get(field);
        text(spec, "ipFamilyPolicy") == "PreferDualStack"
            && same("type")
            && matches!(text(old, "ipFamilyPolicy"), "" | "PreferDualStack")
            && same("clusterIPs")
            && same("ipFamilies")
    })
}
