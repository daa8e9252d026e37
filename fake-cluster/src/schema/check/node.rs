//! Nodes. Knows no pods.
use std::collections::BTreeSet;

use serde_json::Value;

use crate::schema::check::{affinity, net, resources};
use crate::schema::place::Place;
use crate::schema::read::Read as _;
use crate::schema::refusal::Cause;
use crate::schema::report::Report as _;

const CIDR_UPDATE: &str = "node updates may not change podCIDR except from \"\" to valid";
const FEATURE: &str = "must start with an UpperCamelCase segment, with subsequent segments separated by '/' (e.g., MyFeature or MyFeature/mySubFeature), and contain only alphanumeric characters and slashes";

/// Checks a node as on creation, and on every change of its spec.
pub(crate) fn whole(node: &Value, causes: &mut Vec<Cause>) {
    let (spec, meta_at) = (node.get_or_null("spec"), Place::new("metadata"));
    affinity::taints(spec, &meta_at.child("taints"), causes);
    amounts(node, causes);
    features(node, causes);
    let cidrs: Vec<&str> = spec.strings("podCIDRs").collect();
    let at = Place::new("spec");
    let at = at.child("podCIDRs");
    for (index, cidr) in cidrs.iter().enumerate() {
        net::cidr(cidr, &at.index(index), [], causes);
    }
    if cidrs.len() > 1 && (cidrs.len() > 2 || !net::is_dual_stack(cidrs.iter().copied())) {
        let why = "may specify no more than one CIDR for each IP family";
        causes.invalid(&at, spec.get_or_null("podCIDRs").clone(), why);
    }
}

fn amounts(node: &Value, causes: &mut Vec<Cause>) {
    let at = Place::new("status");
    for list in ["capacity", "allocatable"] {
        let at = at.child(list);
        for (name, amount) in node.get_or_null("status").entries(list) {
            resources::value(name, amount, &at.child(name), causes);
        }
    }
}

fn features(node: &Value, causes: &mut Vec<Cause>) {
    let at = Place::new("status");
    let at = at.child("declaredFeatures");
    let mut before: Option<&str> = None;
    let is_segment = |segment: &str, capital: bool| {
        let first = segment.as_bytes().first().copied().unwrap_or_default();
        (if capital { first.is_ascii_uppercase() } else { first.is_ascii_alphabetic() })
            && segment.bytes().all(|byte| byte.is_ascii_alphanumeric())
    };
    for (index, feature) in node.get_or_null("status").strings("declaredFeatures").enumerate() {
        let at = at.index(index);
        if let Some(before) = before {
            if before == feature {
                causes.duplicate(&at, feature);
            } else if before > feature {
                causes.invalid(&at, feature, "list must be sorted alphabetically");
            }
        }
        if feature.len() > 253 {
            let why = format!("invalid feature name \"{feature}\": must be no more than 253 characters");
            causes.invalid(&at, feature, &why);
        } else if !feature.split('/').enumerate().all(|(index, segment)| is_segment(segment, index == 0)) {
            causes.invalid(&at, feature, &format!("invalid feature name \"{feature}\": {FEATURE}"));
        }
        before = Some(feature);
    }
}

/// What a change may do to a node.
pub(crate) fn update(new_node: &Value, old_node: &Value, causes: &mut Vec<Cause>) {
    amounts(new_node, causes);
    features(new_node, causes);
    let at = Place::new("status");
    let at = at.child("addresses");
    let mut seen = BTreeSet::new();
    for (index, address) in new_node.get_or_null("status").items("addresses").iter().enumerate() {
        let (kind, text) = (address.text("type"), address.text("address"));
        if !seen.insert((kind, text)) {
            let shown = format!("{{\"Type\":{},\"Address\":{}}}", Value::from(kind), Value::from(text));
            causes.push(Cause::duplicate_as(&at.index(index), &shown, ""));
        }
    }
    let (new, old, at) = (new_node.get_or_null("spec"), old_node.get_or_null("spec"), Place::new("spec"));
    let (after, before) = (new.items("podCIDRs"), old.items("podCIDRs"));
    if !before.is_empty() {
        let is_resized = after.len() != before.len();
        let changed = after.iter().zip(before).filter(|(after, before)| after != before).count();
        for _ in 0..(if is_resized { 1 } else { changed }) {
            causes.forbidden(&at.child("podCIDRs"), CIDR_UPDATE);
        }
    }
    let provider = old.text("providerID");
    if !provider.is_empty() && provider != new.text("providerID") {
        let why = "node updates may not change providerID except from \"\" to valid";
        causes.forbidden(&at.child("providerID"), why);
    }
    affinity::taints(new, &Place::new("metadata").child("taints"), causes);
    if new.text("externalID") != old.text("externalID") {
        causes.forbidden(&at.child("externalID"), "may not be updated");
    }
}

/// Warns of fields that do nothing any more.
pub(crate) fn warnings(node: &Value) -> Vec<String> {
    let spec = node.get_or_null("spec");
    let mut warnings = Vec::new();
    if spec.has("configSource") {
        warnings.push("spec.configSource: the feature is removed".to_owned());
    }
    if !spec.text("externalID").is_empty() {
        warnings.push("spec.externalID: this field is deprecated, and is unused by Kubernetes".to_owned());
    }
    let at = Place::new("spec");
    let at = at.child("podCIDRs");
    for (index, cidr) in spec.strings("podCIDRs").enumerate() {
        warnings.extend(net::cidr_warnings(cidr, &at.index(index)));
    }
    warnings
}
