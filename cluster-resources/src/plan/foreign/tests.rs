use serde_json::json;

use super::super::compare::compare;
use super::super::testing::{Model, policy, resource};
use super::*;
use crate::resource::Resource;

/// What is said of an edit, ignored additions left out.
fn said(resource: &Resource, policy: &Policy, manager: &str, edit: impl FnOnce(&mut Value)) -> Vec<(String, Foreign)> {
    let mut model = Model::applied(resource, policy);
    model.edit(manager, edit);
    compare(resource, &model.live(), policy).foreign.into_iter().map(|field| (field.path, field.policy)).collect()
}

fn config_map(metadata: Value) -> Resource {
    resource(json!({ "apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": { "a": "1" } }))
}

#[test]
fn an_injected_bundle_is_left_alone_where_the_declaration_asks_for_it() {
    let asking =
        config_map(json!({ "name": "a", "annotations": { "service.beta.openshift.io/inject-cabundle": "true" } }));
    let trusted =
        config_map(json!({ "name": "a", "labels": { "config.openshift.io/inject-trusted-cabundle": "true" } }));
    let plain = config_map(json!({ "name": "a" }));
    assert_eq!(said(&asking, &policy(), "service-ca-operator", |live| live["data"]["service-ca.crt"] = json!("x")), []);
    assert_eq!(said(&trusted, &policy(), "network-operator", |live| live["data"]["ca-bundle.crt"] = json!("x")), []);
    assert_eq!(
        said(&asking, &policy(), "kubectl-edit", |live| live["data"]["other"] = json!("x")),
        [("data.other".into(), Foreign::Revert)]
    );
    // Somebody who adds the key can add the annotation as well.
    let both = said(&plain, &policy(), "kubectl-edit", |live| {
        live["data"]["service-ca.crt"] = json!("x");
        live["metadata"]["annotations"]["service.beta.openshift.io/inject-cabundle"] = json!("true");
    });
    assert!(both.contains(&("data[service-ca.crt]".into(), Foreign::Revert)), "{both:?}");
}

#[test]
fn rules_of_aggregated_roles_belong_to_their_controller() {
    let rbac = "rbac.authorization.k8s.io/v1";
    let aggregated = resource(json!({
        "apiVersion": rbac, "kind": "ClusterRole", "metadata": { "name": "a" }, "rules": [],
        "aggregationRule": { "clusterRoleSelectors": [{ "matchLabels": { "a": "b" } }] },
    }));
    let rules = json!([{ "apiGroups": ["*"], "resources": ["*"], "verbs": ["*"] }]);
    assert_eq!(
        said(&aggregated, &policy(), "clusterrole-aggregation-controller", |live| live["rules"] = rules.clone()),
        []
    );
    let plain =
        resource(json!({ "apiVersion": rbac, "kind": "ClusterRole", "metadata": { "name": "a" }, "rules": [] }));
    assert_eq!(
        said(&plain, &policy(), "kubectl-edit", |live| live["rules"] = rules.clone()),
        [("rules".into(), Foreign::Revert)]
    );
    assert_eq!(
        said(&plain, &policy(), "kubectl-edit", |live| {
            live["aggregationRule"] = json!({ "clusterRoleSelectors": [{}] });
        }),
        [("aggregationRule.clusterRoleSelectors".into(), Foreign::Revert)]
    );
}

#[test]
fn what_is_allocated_or_added_by_the_platform_is_left_alone() {
    let service = resource(json!({
        "apiVersion": "v1", "kind": "Service", "metadata": { "name": "a" }, "spec": { "ports": [{ "port": 80 }] },
    }));
    let allocated = said(&service, &policy(), "kube-apiserver", |live| {
        live["spec"]["clusterIP"] = json!("10.0.0.1");
        live["spec"]["clusterIPs"] = json!(["10.0.0.1"]);
        live["spec"]["ports"][0]["nodePort"] = json!(30000);
        live["spec"]["healthCheckNodePort"] = json!(30001);
    });
    assert_eq!(allocated, []);
    let account = resource(json!({ "apiVersion": "v1", "kind": "ServiceAccount", "metadata": { "name": "a" } }));
    let add = |live: &mut Value| live["imagePullSecrets"] = json!([{ "name": "a-dockercfg-x" }]);
    assert_eq!(said(&account, &policy(), "openshift-controller-manager", add), []);
    assert_eq!(said(&account, &policy(), "kubectl-edit", add), [("imagePullSecrets".into(), Foreign::Report)]);
}

#[test]
fn restarts_of_ours_and_defaults_are_left_alone() {
    let deployment = resource(json!({
        "apiVersion": "apps/v1", "kind": "Deployment", "metadata": { "name": "a" },
        "spec": { "template": { "metadata": { "labels": { "a": "b" } }, "spec": { "containers": [{ "name": "a", "image": "a" }] } } },
    }));
    let restarted = said(&deployment, &policy(), "mooring-restart", |live| {
        live["spec"]["template"]["metadata"]["annotations"] = json!({ "mooring.dev/restarted-for": "x" });
    });
    assert_eq!(restarted, []);
    let defaults = said(&deployment, &policy(), "kubectl-create", |live| {
        live["spec"]["progressDeadlineSeconds"] = json!(600);
        live["spec"]["template"]["spec"]["dnsPolicy"] = json!("ClusterFirst");
    });
    assert_eq!(defaults, []);
    let other = said(&deployment, &policy(), "kubectl-edit", |live| {
        live["spec"]["template"]["spec"]["dnsPolicy"] = json!("None")
    });
    assert_eq!(other, [("spec.template.spec.dnsPolicy".into(), Foreign::Report)]);
}

#[test]
fn rules_of_the_application_come_first() {
    let map = config_map(json!({ "name": "a" }));
    let add = |live: &mut Value| live["data"]["x"] = json!("y");
    let allowing =
        policy().with_foreign_rule(ForeignRule::new(Foreign::Ignore).for_path("data.x").for_manager("operator*"));
    assert_eq!(said(&map, &allowing, "operator-a", add), []);
    assert_eq!(said(&map, &allowing, "kubectl-edit", add), [("data.x".into(), Foreign::Revert)]);
    let label = |live: &mut Value| live["metadata"]["labels"] = json!({ "a": "b" });
    let strict = policy().with_foreign_rule(ForeignRule::new(Foreign::Revert).for_path("metadata.labels"));
    assert_eq!(said(&map, &strict, "kubectl-label", label), [("metadata.labels.a".into(), Foreign::Revert)]);
}

#[test]
fn of_two_holders_the_mildest_judgement_stands() {
    let map = config_map(json!({ "name": "a" }));
    let policy = policy().with_foreign_rule(ForeignRule::new(Foreign::Ignore).for_manager("operator"));
    let mut live = {
        let mut model = Model::applied(&map, &policy);
        model.edit("kubectl-edit", |live| live["data"]["x"] = json!("y"));
        model.live()
    };
    let entries = live["metadata"]["managedFields"].as_array_mut().unwrap();
    let mut second = entries.iter().find(|entry| entry["manager"] == "kubectl-edit").unwrap().clone();
    second["manager"] = json!("operator");
    entries.push(second);
    assert_eq!(compare(&map, &live, &policy).foreign, []);
}

#[test]
fn the_table_is_data_and_ends_with_a_report() {
    let rules = default_foreign_rules();
    assert_eq!(rules.len(), RULES.len());
    let last = rules.last().unwrap();
    assert_eq!((&last.kind, last.path.as_str(), last.then), (&None, "", Foreign::Report));
}

#[test]
fn whoever_edits_under_our_name_is_seen() {
    let map = config_map(json!({ "name": "a" }));
    let said = said(&map, &policy(), "mooring/tests", |live| live["data"]["x"] = json!("y"));
    assert_eq!(said, [("data.x".into(), Foreign::Revert)]);
}

/// What an entry names is named as the version names it in which it was written.
#[test]
fn nothing_is_taken_away_on_the_word_of_another_version() {
    let rule = ForeignRule::new(Foreign::Revert).for_path("spec");
    let policy = policy().with_foreign_rule(rule);
    let widget = resource(
        json!({ "apiVersion": "example.com/v1", "kind": "Widget", "metadata": { "name": "a" }, "spec": { "size": 1 } }),
    );
    let mut model = Model::applied(&widget, &policy);
    model.edit("kubectl-edit", |live| live["spec"]["more"] = json!(2));
    let mut live = model.live();
    for (version, expected) in [("example.com/v1", Foreign::Revert), ("example.com/v1alpha1", Foreign::Report)] {
        for entry in live["metadata"]["managedFields"].as_array_mut().unwrap() {
            entry["apiVersion"] = json!(version);
        }
        let foreign = compare(&widget, &live, &policy).foreign;
        assert_eq!(foreign.iter().map(|field| field.policy).collect::<Vec<_>>(), [expected], "{version}");
    }
}
