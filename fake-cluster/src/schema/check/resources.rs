//! Requests and limits of compute resources. Knows no containers.
use std::collections::BTreeSet;

use serde_json::Value;

use crate::schema::names;
use crate::schema::place::Place;
use crate::schema::quantity::Quantity;
use crate::schema::read::Read as _;
use crate::schema::refusal::Cause;
use crate::schema::report::Report as _;

const HUGE_PAGES: &str = "hugepages-";
const STANDARD: &[&str] = &[
    "cpu",
    "memory",
    "ephemeral-storage",
    "requests.cpu",
    "requests.memory",
    "requests.ephemeral-storage",
    "limits.cpu",
    "limits.memory",
    "limits.ephemeral-storage",
    "pods",
    "resourcequotas",
    "services",
    "replicationcontrollers",
    "secrets",
    "configmaps",
    "persistentvolumeclaims",
    "storage",
    "requests.storage",
    "services.nodeports",
    "services.loadbalancers",
];
/// Counted in whole numbers.
const WHOLE: &[&str] = &[
    "pods",
    "resourcequotas",
    "services",
    "replicationcontrollers",
    "secrets",
    "configmaps",
    "persistentvolumeclaims",
    "services.nodeports",
    "services.loadbalancers",
];
/// What a whole pod may ask for.
const OF_PODS: &[&str] = &["cpu", "memory"];

/// Whom the resources are for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum For {
    Container,
    Pod,
    /// What a quota counts.
    Quota,
    /// Anything that has amounts.
    Any,
}

fn is_huge(name: &str) -> bool {
    name.starts_with(HUGE_PAGES)
}

fn is_native(name: &str) -> bool {
    !name.contains('/') || name.contains("kubernetes.io/")
}

fn is_extended(name: &str) -> bool {
    !is_native(name) && !name.starts_with("requests.") && names::qualified(&format!("requests.{name}")).is_empty()
}

/// Whether quotas know a resource without a domain.
pub(crate) fn counts_in_quotas(name: &str) -> bool {
    STANDARD.contains(&name) && name != "storage" || is_huge(name) || name.starts_with("requests.hugepages-")
}

pub(crate) fn may_overcommit(name: &str) -> bool {
    is_native(name) && !is_huge(name)
}

/// The amount in a resource list.
pub(crate) fn amount(value: &Value) -> Option<Quantity> {
    Quantity::parse(value.as_str()?).ok()
}

/// Checks the name of a resource.
pub(crate) fn name(name: &str, whose: For, at: &Place<'_>, causes: &mut Vec<Cause>) {
    let wrong = names::qualified(name);
    let before = causes.len();
    causes.wrong(at, name, wrong);
    if causes.len() == before
        && !name.contains('/')
        && !STANDARD.contains(&name)
        && !is_huge(name)
        && !name.starts_with("requests.hugepages-")
    {
        causes.invalid(at, name, "must be a standard resource type or fully qualified");
    }
    match whose {
        For::Container if !name.contains('/') => {
            if !matches!(name, "cpu" | "memory" | "ephemeral-storage") && !is_huge(name) {
                causes.invalid(at, name, "must be a standard resource for containers");
            }
        }
        For::Container => {
            if !is_native(name) && !is_extended(name) {
                causes.invalid(at, name, "doesn't follow extended resource name standard");
            }
        }
        For::Any => {}
        For::Quota => {
            if !name.contains('/') && !counts_in_quotas(name) {
                causes.invalid(at, name, "must be a standard resource for quota");
            }
        }
        For::Pod => {
            if causes.len() == before && !OF_PODS.contains(&name) && !is_huge(name) {
                causes.not_supported(at, name, OF_PODS);
            }
        }
    }
}

/// Checks one amount of a resource.
pub(crate) fn value(name: &str, value: &Value, at: &Place<'_>, causes: &mut Vec<Cause>) {
    let Some(quantity) = amount(value) else { return };
    if quantity.is_negative() {
        causes.invalid(at, value.clone(), "must be greater than or equal to 0");
    }
    if (WHOLE.contains(&name) || is_extended(name)) && !quantity.is_whole() {
        causes.invalid(at, value.clone(), "must be an integer");
    }
}

fn huge_pages(name: &str, value: &Value, at: &Place<'_>, causes: &mut Vec<Cause>) {
    let page = name.strip_prefix(HUGE_PAGES).and_then(|page| Quantity::parse(page).ok());
    let fits = match (page, amount(value)) {
        (Some(page), Some(quantity)) => quantity.is_multiple_of(&page),
        _ => false,
    };
    if !fits {
        let text = value.as_str().unwrap_or_default();
        causes.invalid(at, value.clone(), &format!("{text} is not positive integer multiple of {name}"));
    }
}

/// Checks requests against limits.
pub(crate) fn check(resources: &Value, whose: For, claims: &BTreeSet<&str>, at: &Place<'_>, causes: &mut Vec<Cause>) {
    let (limits_at, requests_at) = (at.child("limits"), at.child("requests"));
    let (mut ordinary, mut huge) = (false, false);
    for (list, at) in [("limits", &limits_at), ("requests", &requests_at)] {
        for (resource, quantity) in resources.entries(list) {
            let place = at.key(resource);
            name(resource, whose, &place, causes);
            value(resource, quantity, &place, causes);
            if list == "requests" {
                request(resource, quantity, resources, &limits_at, &requests_at, causes);
            }
            if is_huge(resource) {
                huge = true;
                huge_pages(resource, quantity, &place, causes);
            }
            ordinary |= matches!(resource, "cpu" | "memory");
        }
    }
    if huge && !ordinary {
        causes.forbidden(at, "HugePages require cpu or memory");
    }
    claimed(resources, claims, &at.child("claims"), causes);
}

fn request(
    resource: &str,
    quantity: &Value,
    resources: &Value,
    limits_at: &Place<'_>,
    requests_at: &Place<'_>,
    causes: &mut Vec<Cause>,
) {
    let Some(limit) = resources.sub("limits").and_then(|limits| limits.sub(resource)) else {
        if !may_overcommit(resource) {
            causes.required(limits_at, "Limit must be set for non overcommitable resources");
        }
        return;
    };
    let (Some(asked), Some(allowed)) = (amount(quantity), amount(limit)) else { return };
    let limit = limit.as_str().unwrap_or_default();
    if asked != allowed && !may_overcommit(resource) {
        causes.invalid(requests_at, quantity.clone(), &format!("must be equal to {resource} limit of {limit}"));
    } else if asked > allowed {
        let why = format!("must be less than or equal to {resource} limit of {limit}");
        causes.invalid(requests_at, quantity.clone(), &why);
    }
}

fn claimed(resources: &Value, claims: &BTreeSet<&str>, at: &Place<'_>, causes: &mut Vec<Cause>) {
    let mut seen: BTreeSet<String> = BTreeSet::new();
    for (index, claim) in resources.items("claims").iter().enumerate() {
        let at = at.index(index);
        let (name, request) = (claim.text("name"), claim.text("request"));
        if name.is_empty() {
            causes.required(&at, "");
            continue;
        }
        if seen.contains(name) {
            causes.duplicate(&at, name);
        } else {
            let mut key = name.to_owned();
            if !request.is_empty() {
                causes.wrong(&at.child("request"), request, names::label(request));
                key.push('/');
                key.push_str(request);
            }
            if seen.contains(&key) {
                causes.duplicate(&at, key.as_str());
            } else if request.is_empty() {
                let prefix = format!("{name}/");
                for _ in seen.iter().filter(|other| other.starts_with(&prefix)) {
                    causes.duplicate(&at, name);
                }
            }
            seen.insert(key);
        }
        if !claims.contains(name) {
            let known = if claims.is_empty() {
                " which is empty".to_owned()
            } else {
                format!(": {}", claims.iter().copied().collect::<Vec<_>>().join(", "))
            };
            let detail = format!("must be one of the names in pod.spec.resourceClaims{known}");
            causes.push(Cause::not_found_because(&at, &Value::from(name), &detail));
        }
    }
}

/// Warns of amounts of bytes that are not whole.
pub(crate) fn fractions(list: &Value, at: &Place<'_>, names: &[&str], warnings: &mut Vec<String>) {
    for name in names {
        let Some(value) = list.sub(name) else { continue };
        if amount(value).is_some_and(|quantity| quantity.is_milli() && !quantity.is_whole()) {
            let text = value.as_str().unwrap_or_default();
            warnings.push(format!("{}: fractional byte value \"{text}\" is invalid, must be an integer", at.key(name)));
        }
    }
}
