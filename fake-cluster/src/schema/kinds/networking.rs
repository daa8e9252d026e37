//! `networking.k8s.io`: what leads into a cluster, what may pass inside, and which addresses it hands out. Knows no other kinds.

mod ingress;
mod policy;

use serde_json::Value;

use crate::schema::defaults::{child, each, missing};
use crate::schema::names;
use crate::schema::place::Place;
use crate::schema::read::Read as _;
use crate::schema::refusal::Cause;
use crate::schema::report::Report as _;
use crate::schema::strategy::{Step, Strategy};

const GROUP: &str = "networking.k8s.io";

pub(crate) static INGRESS: Strategy = Strategy {
    status: true,
    generation: Some(&["spec"]),
    on_update: &[Step::MetadataChange, Step::Metadata, Step::Rules],
    rules: ingress::check,
    status_rules: ingress::status,
    warnings: ingress::warnings,
    ..Strategy::of(GROUP, "Ingress")
};

pub(crate) static INGRESS_CLASS: Strategy = Strategy {
    cluster: true,
    generation: Some(&["spec"]),
    fill: |object| {
        if let Some(parameters) = child(object, "spec").and_then(|spec| child(spec, "parameters")) {
            missing(parameters, "scope", "Cluster");
        }
    },
    // The change is checked before the metadata of the new object, by the rules.
    on_update: &[Step::MetadataChange, Step::Rules],
    rules: ingress::class,
    ..Strategy::of(GROUP, "IngressClass")
};

pub(crate) static NETWORK_POLICY: Strategy = Strategy {
    generation: Some(&["spec"]),
    fill: |object| {
        let Some(spec) = child(object, "spec") else { return };
        for list in ["ingress", "egress"] {
            each(spec, list, |rule| each(rule, "ports", |port| missing(port, "protocol", "TCP")));
        }
        let is_empty = |spec: &crate::schema::defaults::Fields, list: &str| {
            spec.get(list).and_then(Value::as_array).is_none_or(Vec::is_empty)
        };
        if is_empty(spec, "policyTypes") {
            let mut types = vec![Value::from("Ingress")];
            if !is_empty(spec, "egress") {
                types.push("Egress".into());
            }
            spec.insert("policyTypes".to_owned(), types.into());
        }
    },
    rules: policy::check,
    warnings: policy::warnings,
    ..Strategy::of(GROUP, "NetworkPolicy")
};

pub(crate) static IP_ADDRESS: Strategy = Strategy { cluster: true, ..Strategy::of(GROUP, "IPAddress") };

pub(crate) static SERVICE_CIDR: Strategy =
    Strategy { cluster: true, status: true, ..Strategy::of(GROUP, "ServiceCIDR") };

/// Checks the group, kind and name of an object that is named without a version.
fn reference(reference: &Value, at: &Place<'_>, causes: &mut Vec<Cause>) {
    if let Some(group) = reference.string("apiGroup") {
        causes.wrong(&at.child("apiGroup"), group, names::subdomain(group));
    }
    for field in ["kind", "name"] {
        let text = reference.text(field);
        if text.is_empty() {
            causes.required(&at.child(field), "");
        } else {
            causes.wrong(&at.child(field), text, names::path_segment(text, false));
        }
    }
}
