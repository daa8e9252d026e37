//! `admissionregistration.k8s.io`: who is asked before an object is stored. Knows no other kinds.

mod rules;

use serde_json::json;

use crate::schema::defaults::{Fields, child, each, missing};
use crate::schema::strategy::{Step, Strategy};

const GROUP: &str = "admissionregistration.k8s.io";

const fn row(kind: &'static str, moves: &'static [&'static str]) -> Strategy {
    Strategy {
        cluster: true,
        unconditional: false,
        kube_finalizers: false,
        generation: Some(moves),
        on_update: &[Step::Metadata, Step::Rules],
        ..Strategy::of(GROUP, kind)
    }
}

pub(crate) static VALIDATING: Strategy = Strategy {
    fill: |object| each(object, "webhooks", webhook),
    rules: rules::validating,
    ..row("ValidatingWebhookConfiguration", &["webhooks"])
};

pub(crate) static MUTATING: Strategy = Strategy {
    fill: |object| {
        each(object, "webhooks", |hook| {
            webhook(hook);
            missing(hook, "reinvocationPolicy", "Never");
        });
    },
    rules: rules::mutating,
    ..row("MutatingWebhookConfiguration", &["webhooks"])
};

pub(crate) static VALIDATING_POLICY: Strategy =
    Strategy { status: true, fill: policy, ..row("ValidatingAdmissionPolicy", &["spec"]) };

pub(crate) static MUTATING_POLICY: Strategy = Strategy { fill: policy, ..row("MutatingAdmissionPolicy", &["spec"]) };

pub(crate) static VALIDATING_POLICY_BINDING: Strategy =
    Strategy { fill: binding, ..row("ValidatingAdmissionPolicyBinding", &["spec"]) };

pub(crate) static MUTATING_POLICY_BINDING: Strategy =
    Strategy { fill: binding, ..row("MutatingAdmissionPolicyBinding", &["spec"]) };

fn webhook(hook: &mut Fields) {
    missing(hook, "failurePolicy", "Fail");
    missing(hook, "matchPolicy", "Equivalent");
    missing(hook, "namespaceSelector", json!({}));
    missing(hook, "objectSelector", json!({}));
    missing(hook, "timeoutSeconds", 10);
    if let Some(service) = child(hook, "clientConfig").and_then(|config| child(config, "service")) {
        missing(service, "port", 443);
    }
    each(hook, "rules", |rule| missing(rule, "scope", "*"));
}

fn policy(object: &mut Fields) {
    if let Some(spec) = child(object, "spec") {
        missing(spec, "failurePolicy", "Fail");
        if let Some(matches) = child(spec, "matchConstraints") {
            match_resources(matches);
        }
    }
}

fn binding(object: &mut Fields) {
    if let Some(matches) = child(object, "spec").and_then(|spec| child(spec, "matchResources")) {
        match_resources(matches);
    }
}

fn match_resources(matches: &mut Fields) {
    missing(matches, "matchPolicy", "Equivalent");
    missing(matches, "namespaceSelector", json!({}));
    missing(matches, "objectSelector", json!({}));
    for list in ["resourceRules", "excludeResourceRules"] {
        each(matches, list, |rule| missing(rule, "scope", "*"));
    }
}
