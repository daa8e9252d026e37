use std::collections::BTreeMap;
use std::sync::Arc;

use cluster_client::auth::AuthError;
use cluster_client::error::ConnectError;
use kube::core::Status;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::id::{BucketId, GroupKind};

const NAMES: &str = include_str!("captured.json");

/// What a real kube-apiserver (v1.36.3) answered, as kube hands it on.
fn captured(name: &str) -> kube::Error {
    let all: BTreeMap<String, Value> = serde_json::from_str(NAMES).unwrap();
    error(&all[name])
}

fn error(status: &Value) -> kube::Error {
    let status = match status {
        Value::String(text) => Status::failure(text.trim(), "Failed to parse error data").with_code(404),
        status => serde_json::from_value(status.clone()).unwrap(),
    };
    kube::Error::Api(status.boxed())
}

fn id(kind: &str) -> ObjectId {
    let kind: GroupKind = kind.parse().unwrap();
    BucketId::new("prod", Some("default"), kind).object("name")
}

fn with(name: &str, kind: &str, verb: Verb) -> Failure {
    classify(&captured(name), &RequestContext::new(verb, &id(kind)))
}

fn apply(name: &str, kind: &str) -> Failure {
    with(name, kind, Verb::Apply)
}

#[track_caller]
fn is_immutable(name: &str, kind: &str, class: FailureClass, field: &str) {
    let failure = apply(name, kind);
    assert_eq!((failure.class, failure.immutable_field.as_deref()), (class, Some(field)), "{name}: {failure:?}");
    assert_eq!((failure.retry, failure.issue.class), (Retry::No, IssueClass::Refused), "{name}");
    assert_eq!(failure.issue.path.as_deref(), Some(field), "{name}");
}

#[test]
fn immutable_fields_are_told_with_their_paths() {
    use FailureClass::Immutable;
    for (name, kind, field) in [
        ("job_template", "Job.batch", "spec.template"),
        ("job_completions", "Job.batch", "spec.completions"),
        ("job_completion_mode", "Job.batch", "spec.completionMode"),
        ("job_selector", "Job.batch", "spec.selector"),
        ("service_clusterip_none", "Service", "spec.clusterIPs[0]"),
        ("service_clusterip_other", "Service", "spec.clusterIPs[0]"),
        ("roleref", "RoleBinding.rbac.authorization.k8s.io", "roleRef"),
        ("cluster_roleref", "ClusterRoleBinding.rbac.authorization.k8s.io", "roleRef"),
        ("configmap_immutable", "ConfigMap", "data"),
        ("configmap_immutable_unset", "ConfigMap", "immutable"),
        ("secret_immutable", "Secret", "data"),
        ("secret_type", "Secret", "type"),
        ("daemonset_selector", "DaemonSet.apps", "spec.selector"),
        ("replicaset_selector", "ReplicaSet.apps", "spec.selector"),
        ("pvc_class", "PersistentVolumeClaim", "spec"),
        ("pvc_mode", "PersistentVolumeClaim", "spec"),
        ("pvc_unbound_grow", "PersistentVolumeClaim", "spec"),
        ("storageclass_parameters", "StorageClass.storage.k8s.io", "parameters"),
        ("storageclass_provisioner", "StorageClass.storage.k8s.io", "provisioner"),
        ("storageclass_bindingmode", "StorageClass.storage.k8s.io", "volumeBindingMode"),
        ("storageclass_reclaim", "StorageClass.storage.k8s.io", "reclaimPolicy"),
        ("priorityclass_value", "PriorityClass.scheduling.k8s.io", "value"),
        ("ingressclass", "IngressClass.networking.k8s.io", "spec.controller"),
        ("runtimeclass", "RuntimeClass.node.k8s.io", "handler"),
        ("csidriver", "CSIDriver.storage.k8s.io", "spec.attachedRequired"),
        ("crd_scope", "CustomResourceDefinition.apiextensions.k8s.io", "spec.scope"),
        ("pv_source", "PersistentVolume", "spec.persistentvolumesource"),
        ("pod_command", "Pod", "spec"),
    ] {
        is_immutable(name, kind, Immutable, field);
        let kind: GroupKind = kind.parse().unwrap();
        let listed = immutable::is_immutable(&kind, &json!({"immutable": true}), field);
        assert!(listed, "{name}: the table does not know {field} of {kind}");
    }
}

#[test]
fn deployments_and_stateful_sets_have_classes_of_their_own() {
    is_immutable("deployment_selector", "Deployment.apps", FailureClass::ImmutableDeployment, "spec.selector");
    for name in [
        "statefulset_storage",
        "statefulset_service",
        "statefulset_selector",
        "statefulset_selector_only",
        "statefulset_pmp",
    ] {
        is_immutable(name, "StatefulSet.apps", FailureClass::ImmutableStatefulSet, "spec");
    }
}

#[test]
fn older_servers_words_for_a_service_address_are_known() {
    let unset = json!({"code": 422, "reason": "Invalid", "message": "Service \"s\" is invalid: spec.clusterIPs[0]: Invalid value: [\"\"]: primary clusterIP can not be unset",
        "details": {"name": "s", "kind": "Service", "causes": [{"reason": "FieldValueInvalid", "field": "spec.clusterIPs[0]", "message": "Invalid value: [\"\"]: primary clusterIP can not be unset"}]}});
    let service = id("Service");
    let failure = classify(&error(&unset), &RequestContext::new(Verb::Apply, &service));
    assert_eq!(
        (failure.class, failure.immutable_field.as_deref()),
        (FailureClass::Immutable, Some("spec.clusterIPs[0]"))
    );
}

#[test]
fn the_words_of_a_known_field_are_not_needed_where_it_is_forbidden() {
    let status = json!({"code": 422, "reason": "Invalid", "message": "other words",
        "details": {"causes": [{"reason": "FieldValueForbidden", "field": "value", "message": "in another language"}]}});
    let class = id("PriorityClass.scheduling.k8s.io");
    assert_eq!(classify(&error(&status), &RequestContext::new(Verb::Apply, &class)).class, FailureClass::Immutable);
}

#[test]
fn what_is_merely_invalid_is_not_immutable() {
    for (name, kind) in [
        ("deployment_selector_template_mismatch", "Deployment.apps"),
        ("service_clusterips_put", "Service"),
        ("service_ipfamilies", "Service"),
        ("service_dup_ports", "Service"),
        ("secret_bad_key", "Secret"),
        ("secret_dockercfg", "Secret"),
        ("secret_tls_missing", "Secret"),
        ("pvc_bound_shrink", "PersistentVolumeClaim"),
        ("cr_cel_immutable", "Foo.example.com"),
        ("invalid_name", "ConfigMap"),
        ("webhook_side_effects_some", "ValidatingWebhookConfiguration.admissionregistration.k8s.io"),
        // Server-side apply says these with 500 and no reason: they would fail again all the same.
        ("unknown_field", "ConfigMap"),
        ("wrong_type", "ConfigMap"),
        ("dup_key", "Deployment.apps"),
        ("cr_unknown_field", "Foo.example.com"),
        ("secret_bad_base64", "Secret"),
        ("secret_bad_type", "Secret"),
        ("secret_unknown_field", "Secret"),
    ] {
        let failure = apply(name, kind);
        assert_eq!((failure.class, failure.retry), (FailureClass::Invalid, Retry::No), "{name}");
        assert_eq!((failure.issue.class, failure.immutable_field), (IssueClass::Invalid, None), "{name}");
    }
    assert_eq!(apply("invalid_name", "ConfigMap").issue.path.as_deref(), Some("metadata.name"));
}

#[test]
fn what_is_created_meets_no_immutable_field() {
    assert_eq!(with("deployment_selector", "Deployment.apps", Verb::Create).class, FailureClass::Invalid);
}

#[test]
fn an_object_that_changed_is_a_conflict() {
    for (name, verb) in [
        ("put_conflict", Verb::Update),
        ("patch_rv_conflict", Verb::Patch),
        ("apply_rv_conflict", Verb::Apply),
        ("apply_uid_conflict", Verb::Apply),
        ("delete_uid", Verb::Delete),
        ("delete_rv", Verb::Delete),
        ("json_patch_test", Verb::JsonPatch),
    ] {
        let failure = with(name, "ConfigMap", verb);
        assert_eq!((failure.class, failure.retry), (FailureClass::Conflict, Retry::Jittered), "{name}");
        assert_eq!(failure.issue.class, IssueClass::Conflict);
    }
    assert_eq!(with("json_patch_test", "ConfigMap", Verb::Patch).class, FailureClass::Invalid);
}

#[test]
fn conflicts_name_manager_operation_and_field() {
    let failure = apply("ssa_conflict_two", "ConfigMap");
    assert_eq!((failure.class, failure.retry), (FailureClass::FieldConflict, Retry::No));
    let told: Vec<_> =
        failure.conflicts.iter().map(|found| (found.manager.as_str(), found.operation, found.path.as_str())).collect();
    assert_eq!(told, [("one", Operation::Apply, "data.a"), ("one", Operation::Apply, "data.b")]);
    let failure = apply("ssa_conflict_update", "ConfigMap");
    let told: Vec<_> = failure.conflicts.iter().map(|found| (found.manager.as_str(), found.operation)).collect();
    assert_eq!(
        told,
        [("one", Operation::Apply), ("kubectl-edit", Operation::Update), ("kubectl \"edit\"", Operation::Update)]
    );
    assert!(failure.issue.message.contains("kubectl-edit"), "{}", failure.issue.message);
}

#[test]
fn what_is_there_and_what_is_on_its_way_out_are_told_apart() {
    assert_eq!(with("already_exists", "ConfigMap", Verb::Create).class, FailureClass::AlreadyExists);
    for (name, verb) in [
        ("create_while_deleting", Verb::Create),
        ("create_dry_while_deleting", Verb::Create),
        ("add_finalizer_while_deleting", Verb::Patch),
        ("ns_terminating", Verb::Apply),
    ] {
        assert_eq!(with(name, "ConfigMap", verb).class, FailureClass::Terminating, "{name}");
    }
}

#[test]
fn a_missing_object_namespace_and_kind_are_told_apart() {
    assert_eq!(with("no_object", "ConfigMap", Verb::Get).class, FailureClass::NotFound);
    assert_eq!(with("no_object_custom", "Foo.example.com", Verb::Get).class, FailureClass::NotFound);
    let there = BucketId::new("prod", Some("nope"), GroupKind::core("ConfigMap")).object("k");
    let failure = classify(&captured("no_namespace"), &RequestContext::new(Verb::Apply, &there));
    assert_eq!((failure.class, failure.issue.class), (FailureClass::NamespaceNotFound, IssueClass::Dependency));
    assert_eq!(failure.issue.reach, Reach::namespace("prod", "nope"));
    for name in ["no_kind", "no_kind_get", "no_resource", "method_not_allowed"] {
        let failure = apply(name, "Foo.example.com");
        assert_eq!(
            (failure.class, failure.issue.class),
            (FailureClass::KindNotFound, IssueClass::UnknownKind),
            "{name}"
        );
        assert_eq!(
            (failure.retry, &failure.issue.reach),
            (Retry::After(Duration::from_secs(1)), &Reach::Kind(id("Foo.example.com").bucket()))
        );
    }
    // The namespace itself is an object like any other.
    let namespace = BucketId::new("prod", None, GroupKind::core("Namespace")).object("nope");
    let failure = classify(&captured("no_namespace"), &RequestContext::new(Verb::Get, &namespace));
    assert_eq!(failure.class, FailureClass::NotFound);
}

#[test]
fn what_is_too_large_is_told_with_its_size_and_never_repeated() {
    for (name, kind) in [
        ("cm_413", "ConfigMap"),
        ("cm_too_long", "ConfigMap"),
        ("annotations_too_long", "ConfigMap"),
        ("cr_etcd_too_large", "Foo.example.com"),
        ("cr_too_long", "Foo.example.com"),
    ] {
        let object = id(kind);
        let failure = classify(&captured(name), &RequestContext::new(Verb::Apply, &object).bytes(4_000_123));
        assert_eq!((failure.class, failure.retry), (FailureClass::TooLarge, Retry::No), "{name}");
        assert!(failure.issue.message.contains("4000123 bytes"), "{}", failure.issue.message);
    }
    assert_eq!(apply("annotations_too_long", "ConfigMap").issue.path.as_deref(), Some("metadata.annotations"));
}

#[test]
fn a_patch_that_is_not_taken_is_told() {
    for name in ["media_type", "cr_strategic"] {
        assert_eq!(apply(name, "Foo.example.com").class, FailureClass::MediaType, "{name}");
    }
}

#[test]
fn a_forbidden_request_is_told_once_for_all_objects_of_a_kind() {
    let failure = apply("forbidden", "ConfigMap");
    assert_eq!((failure.class, failure.retry), (FailureClass::Forbidden, Retry::No));
    assert_eq!(
        (failure.issue.class, &failure.issue.reach),
        (IssueClass::Forbidden, &Reach::Kind(id("ConfigMap").bucket()))
    );
    assert!(failure.issue.message.contains("cannot patch resource \"configmaps\""), "{}", failure.issue.message);
    assert!(!failure.issue.message.contains("k2"), "{}", failure.issue.message);
    assert_eq!(with("forbidden_list", "Secret", Verb::List).class, FailureClass::Forbidden);
}

#[test]
fn a_refused_credential_reaches_the_cluster() {
    let failure = apply("unauthorized", "ConfigMap");
    assert_eq!((failure.class, failure.retry), (FailureClass::Unauthorized, Retry::After(Duration::from_secs(1))));
    assert_eq!(failure.issue.reach, Reach::Cluster("prod".into()));
}

#[test]
fn a_quota_is_not_a_missing_permission() {
    assert_eq!(
        (apply("quota", "ConfigMap").class, apply("quota", "ConfigMap").retry),
        (FailureClass::Quota, Retry::No)
    );
}

#[test]
fn a_resize_that_storage_cannot_do_is_forbidden_and_final() {
    for name in ["pvc_bound_grow_noclass", "pvc_bound_grow_not_expandable"] {
        assert_eq!(apply(name, "PersistentVolumeClaim").retry, Retry::No);
    }
}

#[test]
fn admission_names_who_refuses() {
    let failure = apply("policy_denied", "Foo.example.com");
    assert_eq!((failure.class, failure.retry), (FailureClass::AdmissionDenied, Retry::No));
    assert_eq!(failure.webhook.as_deref(), Some("pol"));
    for (code, reason) in [(400, "BadRequest"), (403, "Forbidden"), (422, "Invalid"), (418, "")] {
        let status = json!({"code": code, "reason": reason, "message": "admission webhook \"deny.example.com\" denied the request: not today"});
        let object = id("ConfigMap");
        let failure = classify(&error(&status), &RequestContext::new(Verb::Apply, &object));
        assert_eq!(
            (failure.class, failure.webhook.as_deref()),
            (FailureClass::AdmissionDenied, Some("deny.example.com")),
            "{code}"
        );
    }
    let status = json!({"code": 403, "reason": "Forbidden", "message": "pods \"a\" is forbidden: violates PodSecurity \"restricted:latest\": privileged"});
    let pod = id("Pod");
    assert_eq!(
        classify(&error(&status), &RequestContext::new(Verb::Create, &pod)).class,
        FailureClass::AdmissionDenied
    );
}

#[test]
fn a_webhook_without_dry_run_is_told_by_name() {
    let status = json!({"code": 400, "reason": "BadRequest", "message": "admission webhook \"side.example.com\" does not support dry run"});
    let object = id("ConfigMap");
    let failure = classify(&error(&status), &RequestContext::new(Verb::Apply, &object).dry_run(true));
    assert_eq!(
        (failure.class, failure.webhook.as_deref()),
        (FailureClass::DryRunUnsupported, Some("side.example.com"))
    );
}

#[test]
fn a_webhook_that_is_down_may_come_back_and_is_named() {
    for (name, webhook) in [("webhook_down", "side"), ("webhook_timeout", "slow"), ("webhook_no_service", "svc")] {
        let failure = apply(name, "Foo.example.com");
        assert_eq!((failure.class, failure.retry), (FailureClass::Transient, Retry::Jittered), "{name}");
        assert_eq!(failure.webhook, Some(format!("{webhook}.example.com")));
        assert_eq!(failure.issue.class, IssueClass::Unavailable);
    }
}

#[test]
fn a_pause_is_as_long_as_was_asked_for() {
    let object = id("ConfigMap");
    let of = |status: Value| {
        let failure = classify(&error(&status), &RequestContext::new(Verb::Apply, &object));
        (failure.class, failure.retry)
    };
    let asked =
        json!({"code": 429, "reason": "TooManyRequests", "message": "busy", "details": {"retryAfterSeconds": 7}});
    assert_eq!(of(asked), (FailureClass::Throttled, Retry::After(Duration::from_secs(7))));
    assert_eq!(
        of(json!({"code": 429, "message": "busy", "reason": "Failed to parse error data"})),
        (FailureClass::Throttled, Retry::Jittered)
    );
    let budget =
        json!({"code": 429, "reason": "TooManyRequests", "details": {"causes": [{"reason": "DisruptionBudget"}]}});
    assert_eq!(of(budget), (FailureClass::Disruption, Retry::No));
    let timeout = json!({"code": 500, "reason": "ServerTimeout", "details": {"retryAfterSeconds": 2}});
    assert_eq!(of(timeout), (FailureClass::Transient, Retry::After(Duration::from_secs(2))));
}

#[test]
fn servers_in_trouble_are_asked_again() {
    let object = id("ConfigMap");
    for code in [500, 502, 503, 504] {
        let plain = json!({"code": code, "reason": "Failed to parse error data", "message": "<html>upstream</html>"});
        let failure = classify(&error(&plain), &RequestContext::new(Verb::Apply, &object));
        assert_eq!((failure.class, failure.retry), (FailureClass::Transient, Retry::Jittered), "{code}");
    }
    let gone = json!({"code": 410, "reason": "Expired", "message": "too old"});
    assert_eq!(classify(&error(&gone), &RequestContext::new(Verb::List, &object)).class, FailureClass::Expired);
}

#[test]
fn failures_on_the_way_are_told_by_their_type() {
    let object = id("ConfigMap");
    let server = || "prod.example:6443".to_owned();
    let of = |error: ConnectError| {
        let error = kube::Error::Service(Box::new(error));
        let failure = classify(&error, &RequestContext::new(Verb::Apply, &object));
        (failure.class, failure.retry, failure.issue.reach)
    };
    let cluster = Reach::Cluster("prod".into());
    let source = || Arc::new(std::io::Error::other("broken"));
    assert_eq!(
        of(ConnectError::Exchange { server: server(), source: source() }),
        (FailureClass::Unreachable, Retry::Jittered, cluster.clone())
    );
    assert_eq!(
        of(ConnectError::Timeout { server: server(), after: Duration::from_secs(3) }),
        (FailureClass::Timeout, Retry::Jittered, Reach::Object(object.clone()))
    );
    assert_eq!(
        of(ConnectError::Auth { server: server(), source: AuthError::Rejected }),
        (FailureClass::Unauthorized, Retry::After(Duration::from_secs(1)), cluster.clone())
    );
    let retry_in = Duration::from_secs(40);
    assert_eq!(
        of(ConnectError::Auth { server: server(), source: AuthError::Suspended { retry_in } }),
        (FailureClass::Unauthorized, Retry::After(retry_in), cluster.clone())
    );
    assert_eq!(of(ConnectError::Closed { server: server() }), (FailureClass::Unreachable, Retry::No, cluster.clone()));
    let other = kube::Error::Service("connection refused".into());
    let failure = classify(&other, &RequestContext::new(Verb::Apply, &object));
    assert_eq!((failure.class, failure.issue.reach), (FailureClass::Unreachable, cluster));
    let io = kube::Error::Service(Box::new(std::io::Error::from(std::io::ErrorKind::TimedOut)));
    assert_eq!(classify(&io, &RequestContext::new(Verb::Apply, &object)).class, FailureClass::Timeout);
    assert_eq!(
        timed_out(Duration::from_secs(3), &RequestContext::new(Verb::Apply, &object)).class,
        FailureClass::Timeout
    );
}

#[test]
fn an_answer_that_cannot_be_read_is_told_without_it() {
    let object = id("ConfigMap");
    let broken = serde_json::from_str::<u8>("\"hunter2\"").unwrap_err();
    let failure = classify(&kube::Error::SerdeError(broken), &RequestContext::new(Verb::Get, &object));
    assert_eq!((failure.class, failure.retry), (FailureClass::Other, Retry::No));
    assert!(!failure.issue.message.contains("hunter2"));
}

#[test]
fn every_captured_answer_about_a_secret_is_told_without_its_values() {
    let all: BTreeMap<String, Value> = serde_json::from_str(NAMES).unwrap();
    let mut quoted = 0;
    for (name, status) in all {
        let text = status.to_string();
        quoted += usize::from(text.contains("SENTINEL"));
        let told = format!("{:?}", apply(&name, "Secret"));
        assert!(!told.contains("SENTINEL"), "{name}: {told}");
    }
    assert!(quoted >= 2, "the server quotes values, or this shows nothing");
}

#[test]
fn templates_and_differences_are_not_quoted() {
    for name in ["job_template", "pod_command", "pvc_class", "pv_source"] {
        let failure = apply(name, "Job.batch");
        assert!(failure.issue.message.len() < 400, "{}", failure.issue.message);
        assert!(
            !failure.issue.message.contains("@@") && !failure.issue.message.contains("\"Command"),
            "{}",
            failure.issue.message
        );
    }
}

#[test]
fn every_captured_answer_has_a_class() {
    let all: BTreeMap<String, Value> = serde_json::from_str(NAMES).unwrap();
    for name in all.keys() {
        let failure = apply(name, "ConfigMap");
        assert!(!matches!(failure.class, FailureClass::Other | FailureClass::Refused), "{name}: {failure:?}");
    }
}

#[test]
fn an_issue_says_where_the_declaration_comes_from() {
    let (object, origin) = (id("ConfigMap"), Origin::file("a.yaml"));
    let failure = classify(&captured("invalid_name"), &RequestContext::new(Verb::Apply, &object).origin(&origin));
    assert_eq!(failure.issue.origin, Some(origin));
}

proptest! {
    #[test]
    fn values_of_secrets_are_never_told(
        code in 400_u16..600,
        reason in prop::sample::select(vec!["", "Invalid", "Forbidden", "Conflict", "BadRequest", "InternalError", "NotFound", "AlreadyExists", "TooManyRequests"]),
        cause in prop::sample::select(vec!["", "FieldValueInvalid", "FieldValueForbidden", "FieldManagerConflict", "FieldValueTooLong"]),
        words in ".{0,20}",
    ) {
        let said = format!("{words} hunter2 {words}");
        let status = json!({"code": code, "reason": reason, "message": said,
            "details": {"causes": [{"reason": cause, "message": said, "field": "data"}]}});
        let secret = id("Secret");
        let failure = classify(&error(&status), &RequestContext::new(Verb::Apply, &secret));
        prop_assert!(!failure.issue.message.contains("hunter2"), "{:?}", failure);
    }

    #[test]
    fn any_status_is_classified(code in 0_u16..700, reason in "[A-Za-z]{0,12}", message in ".{0,80}", field in ".{0,20}") {
        let status = json!({"code": code, "reason": reason, "message": message, "details": {"causes": [{"reason": reason, "message": message, "field": field}]}});
        let object = id("Deployment.apps");
        let failure = classify(&error(&status), &RequestContext::new(Verb::Apply, &object));
        prop_assert!(failure.issue.message.chars().count() < 900);
    }
}
