use fake_cluster::api::Verb;
use fake_cluster::faults::{Effect, Fault};
use fake_cluster::server::FakeCluster;
use serde_json::{Value, json};

use super::*;
use crate::clusters::StaticClusters;
use crate::desired::DesiredBucket;
use crate::id::{GroupKind, Origin};
use crate::observed::{LiveObject, ObservedBucket};
use crate::resource::Resource;

fn declare(objects: &[Value]) -> DesiredSet {
    let mut buckets: BTreeMap<BucketId, DesiredBucket> = BTreeMap::new();
    for object in objects {
        let resource = Resource::new(object.clone(), Origin::file("app.yaml")).unwrap();
        let id = BucketId::new("one", resource.namespace(), resource.kind_and_group().clone());
        buckets.entry(id).or_default().objects.insert(resource.name().into(), Desired::new(resource));
    }
    DesiredSet {
        buckets: buckets.into_iter().map(|(id, bucket)| (id, Arc::new(bucket))).collect(),
        ..DesiredSet::default()
    }
}

fn named(api_version: &str, kind: &str, name: &str) -> Value {
    json!({"apiVersion": api_version, "kind": kind, "metadata": {"name": name, "namespace": "default"}})
}

fn with(mut object: Value, member: &str, value: Value) -> Value {
    object[member] = value;
    object
}

fn annotated(mut object: Value, annotation: &str, value: &str) -> Value {
    object["metadata"]["annotations"][annotation] = value.into();
    object
}

fn deployment(spec: Value) -> Value {
    let mut spec = spec;
    let containers =
        spec.as_object_mut().unwrap().entry("containers").or_insert_with(|| json!([{"name": "c", "image": "i"}]));
    assert!(containers.is_array());
    let template = json!({"metadata": {"labels": {"app": "a"}}, "spec": spec});
    with(
        named("apps/v1", "Deployment", "app"),
        "spec",
        json!({"selector": {"matchLabels": {"app": "a"}}, "template": template}),
    )
}

fn reads(kind: &str, name: &str, key: &str) -> Value {
    let source = if kind == "Secret" { "secretKeyRef" } else { "configMapKeyRef" };
    json!({"containers": [{"name": "c", "image": "i", "env": [{"name": "X", "valueFrom": {source: {"name": name, "key": key}}}]}]})
}

async fn validated(cluster: &FakeCluster, desired: &DesiredSet, options: &ValidateOptions) -> Vec<String> {
    let clusters = StaticClusters::new().with("one", cluster.client().unwrap());
    let issues = validate_planned_data(desired, &Observed::default(), &clusters, options).await;
    issues.iter().map(|issue| format!("{:?} {issue}", issue.severity)).collect()
}

/// What is wrong with these declarations in a cluster where only the Secret `live` and the ConfigMap `live` are.
async fn wrong(objects: &[Value]) -> Vec<String> {
    let cluster = FakeCluster::start().await.unwrap();
    cluster.create(with(named("v1", "Secret", "live"), "data", json!({"password": "c2VudGluZWw="}))).unwrap();
    cluster.create(with(named("v1", "ConfigMap", "live"), "binaryData", json!({"blob": "c2VudGluZWw="}))).unwrap();
    let found = validated(&cluster, &declare(objects), &ValidateOptions::default()).await;
    cluster.shutdown().await;
    found
}

#[tokio::test]
async fn what_is_neither_declared_nor_there_is_told_with_its_place() {
    let spec = json!({"volumes": [{"name": "v", "secret": {"secretName": "gone"}}], "serviceAccountName": "robot"});
    assert_eq!(
        wrong(&[deployment(spec)]).await,
        [
            "Error [one/default] Deployment.apps app it refers to Secret gone, which is neither declared nor there; declare it, or make the \
         reference optional at spec.template.spec.volumes[0].secret (app.yaml)",
            "Error [one/default] Deployment.apps app it refers to ServiceAccount robot, which is neither declared nor there; declare it, or \
         make the reference optional at spec.template.spec.serviceAccountName (app.yaml)",
        ]
    );
}

#[tokio::test]
async fn what_is_declared_or_there_or_optional_is_fine() {
    let spec = json!({
        "serviceAccountName": "robot",
        "volumes": [
            {"name": "a", "secret": {"secretName": "declared", "items": [{"key": "text", "path": "p"}]}},
            {"name": "b", "configMap": {"name": "live", "items": [{"key": "blob", "path": "p"}]}},
            {"name": "c", "secret": {"secretName": "gone", "optional": true}},
            {"name": "d", "configMap": {"name": "kube-root-ca.crt"}},
            {"name": "e", "projected": {"sources": [{"secret": {"name": "live", "items": [{"key": "password", "path": "p"}]}}]}},
        ],
    });
    let secret = with(named("v1", "Secret", "declared"), "stringData", json!({"text": "x"}));
    assert_eq!(wrong(&[deployment(spec), secret, named("v1", "ServiceAccount", "robot")]).await, [""; 0]);
}

#[tokio::test]
async fn keys_that_are_missing_are_told_wherever_the_object_is() {
    let declared = with(named("v1", "Secret", "declared"), "data", json!({"a": "YQ=="}));
    let found = wrong(&[deployment(reads("Secret", "declared", "b")), declared.clone()]).await;
    assert_eq!(found.len(), 1);
    assert!(found[0].contains("key \"b\" of Secret declared, which has no such key"), "{found:?}");
    assert_eq!(wrong(&[deployment(reads("Secret", "declared", "a")), declared]).await.len(), 0);
    assert_eq!(wrong(&[deployment(reads("Secret", "live", "password"))]).await.len(), 0);
    assert_eq!(wrong(&[deployment(reads("ConfigMap", "live", "blob"))]).await.len(), 0, "binary data counts");
    let found = wrong(&[deployment(reads("Secret", "live", "user"))]).await;
    assert!(found[0].contains("key \"user\" of Secret live"), "{found:?}");
    assert!(!format!("{found:?}").contains("c2VudGluZWw"), "values are not told");
}

#[tokio::test]
async fn declarations_without_data_have_no_keys() {
    let found = wrong(&[deployment(reads("ConfigMap", "empty", "k")), named("v1", "ConfigMap", "empty")]).await;
    assert!(found[0].contains("no such key"), "{found:?}");
    assert_eq!(declared::keys_of(&json!({"kind": "Secret", "data": null})), Known::Keys(BTreeSet::new()));
}

#[tokio::test]
async fn what_declared_objects_make_is_fine_with_any_key() {
    for annotation in
        ["service.alpha.openshift.io/serving-cert-secret-name", "service.beta.openshift.io/serving-cert-secret-name"]
    {
        let service = with(named("v1", "Service", "s"), "spec", json!({"ports": [{"port": 80}]}));
        let service = annotated(service, annotation, "made");
        assert_eq!(wrong(&[deployment(reads("Secret", "made", "tls.crt")), service]).await, [""; 0], "{annotation}");
    }
    let made_by = |mut object: Value, spec: Value| {
        object["spec"] = spec;
        [deployment(reads("Secret", "made", "k")), object]
    };
    for objects in [
        made_by(named("cert-manager.io/v1", "Certificate", "c"), json!({"secretName": "made"})),
        made_by(named("external-secrets.io/v1", "ExternalSecret", "e"), json!({"target": {"name": "made"}})),
        made_by(named("external-secrets.io/v1", "ExternalSecret", "made"), json!({})),
        made_by(named("bitnami.com/v1alpha1", "SealedSecret", "made"), json!({})),
        made_by(
            named("secrets.hashicorp.com/v1beta1", "VaultStaticSecret", "v"),
            json!({"destination": {"name": "made"}}),
        ),
    ] {
        assert_eq!(wrong(&objects).await, [""; 0], "{}", objects[1]);
    }
    let other = made_by(named("cert-manager.io/v1", "Certificate", "made"), json!({"secretName": "other"}));
    assert_eq!(wrong(&other).await.len(), 1);
}

#[test]
fn the_producers_that_are_built_in_are_well_formed() {
    let written: Vec<Producer> = serde_json::from_str(include_str!("producers.json")).unwrap();
    assert_eq!(written, ValidateOptions::default().producers);
    assert_eq!(written.len(), 6);
}

#[test]
fn keys_that_platforms_fill_in_are_counted() {
    let has = |object: Value, key: &str| match declared::keys_of(&object) {
        Known::There => true,
        Known::Keys(keys) => keys.contains(key),
        _ => false,
    };
    let config = named("v1", "ConfigMap", "c");
    assert!(!has(config.clone(), "service-ca.crt"));
    assert!(has(annotated(config.clone(), "service.beta.openshift.io/inject-cabundle", "true"), "service-ca.crt"));
    let mut labelled = config;
    labelled["metadata"]["labels"] = json!({"config.openshift.io/inject-trusted-cabundle": "true"});
    assert!(has(labelled, "ca-bundle.crt"));
    assert!(has(with(named("v1", "Secret", "s"), "type", json!("kubernetes.io/service-account-token")), "token"));
}

#[tokio::test]
async fn every_kind_that_runs_pods_is_looked_at() {
    let pod = json!({"containers": [{"name": "c", "image": "i", "envFrom": [{"secretRef": {"name": "gone"}}]}], "restartPolicy": "Never"});
    let template = json!({"metadata": {"labels": {"app": "a"}}, "spec": pod});
    let selector = json!({"matchLabels": {"app": "a"}});
    let objects = [
        with(named("v1", "Pod", "x"), "spec", pod.clone()),
        with(named("apps/v1", "StatefulSet", "x"), "spec", json!({"selector": selector, "template": template})),
        with(named("apps/v1", "DaemonSet", "x"), "spec", json!({"selector": selector, "template": template})),
        with(named("batch/v1", "Job", "x"), "spec", json!({"template": template})),
        with(
            named("batch/v1", "CronJob", "x"),
            "spec",
            json!({"schedule": "@daily", "jobTemplate": {"spec": {"template": template}}}),
        ),
        with(named("apps.openshift.io/v1", "DeploymentConfig", "x"), "spec", json!({"template": template})),
        with(named("argoproj.io/v1alpha1", "Rollout", "x"), "spec", json!({"template": template})),
    ];
    for object in objects {
        assert_eq!(wrong(std::slice::from_ref(&object)).await.len(), 1, "{object}");
    }
}

#[tokio::test]
async fn a_missing_object_is_told_once_and_a_pull_secret_mildly() {
    let spec = json!({
        "containers": [{"name": "c", "image": "i", "env": [
            {"name": "A", "valueFrom": {"secretKeyRef": {"name": "gone", "key": "a"}}},
            {"name": "B", "valueFrom": {"secretKeyRef": {"name": "gone", "key": "b"}}},
        ]}],
        "imagePullSecrets": [{"name": "pull"}],
    });
    let found = wrong(&[deployment(spec)]).await;
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(found[0].starts_with("Error") && found[0].contains("Secret gone"));
    assert!(found[1].starts_with("Warning") && found[1].contains("Secret pull"));
}

#[tokio::test]
async fn each_object_is_looked_up_once() {
    let cluster = FakeCluster::start().await.unwrap();
    cluster.create(with(named("v1", "Secret", "live"), "data", json!({"k": "dg=="}))).unwrap();
    let mut objects = Vec::new();
    for index in 0..10 {
        let mut object = deployment(reads("Secret", "live", "k"));
        object["metadata"]["name"] = format!("app-{index}").into();
        objects.push(object);
    }
    let before = cluster.counters().requests(Verb::Get);
    assert_eq!(validated(&cluster, &declare(&objects), &ValidateOptions::default()).await, [""; 0]);
    assert_eq!(cluster.counters().requests(Verb::Get) - before, 1);
    cluster.shutdown().await;
}

#[tokio::test]
async fn what_was_observed_is_not_looked_up() {
    let cluster = FakeCluster::start().await.unwrap();
    let clusters = StaticClusters::new().with("one", cluster.client().unwrap());
    let live = json!({
        "apiVersion": "v1", "kind": "Secret", "metadata": {"name": "seen", "uid": "u", "resourceVersion": "1"}, "data": {"k": "dg=="},
    });
    let mut bucket = ObservedBucket::new(Completeness::Complete);
    bucket.objects.insert("seen".into(), LiveObject::new(live, true).unwrap());
    let mut observed = Observed::default();
    observed.buckets.insert(BucketId::new("one", Some("default"), GroupKind::core("Secret")), bucket);
    let desired = declare(&[deployment(reads("Secret", "seen", "k"))]);
    assert_eq!(validate_planned_data(&desired, &observed, &clusters, &ValidateOptions::default()).await, []);

    let nowhere = ObservedBucket::new(Completeness::NoNamespace);
    observed.buckets.insert(BucketId::new("one", Some("default"), GroupKind::core("Secret")), nowhere);
    let issues = validate_planned_data(&desired, &observed, &clusters, &ValidateOptions::default()).await;
    assert_eq!(issues.len(), 1, "in a namespace that is not there, nothing is");
    assert_eq!(cluster.counters().all_requests(), 0);
    cluster.shutdown().await;
}

#[tokio::test]
async fn what_cannot_be_told_is_a_warning_without_secrets() {
    let cluster = FakeCluster::start().await.unwrap();
    let refusal = fake_cluster::api::Status::other(403, "Forbidden", "secrets is forbidden");
    cluster.faults().add(Fault::new(Effect::Refuse(refusal)).on_resource("secrets").on_name("closed"));
    let broken = r#"{"kind": "Secret", "data": "sentinel-value"}"#;
    let reply = Effect::Reply { code: 200, content_type: "application/json".into(), body: broken.into() };
    cluster.faults().add(Fault::new(reply).on_resource("secrets").on_name("broken"));
    for (name, why) in [("closed", "secrets is forbidden"), ("broken", "the answer cannot be read")] {
        let desired = declare(&[deployment(reads("Secret", name, "k"))]);
        let found = validated(&cluster, &desired, &ValidateOptions::default()).await;
        assert_eq!(found.len(), 1);
        assert!(found[0].starts_with("Warning") && found[0].contains(&format!("cannot be told: {why}")), "{found:?}");
        assert!(!found[0].contains("sentinel"), "{found:?}");
    }
    cluster.shutdown().await;
}

#[tokio::test]
async fn a_cluster_out_of_reach_is_one_issue_and_no_missing_objects() {
    let desired =
        declare(&[deployment(json!({"serviceAccountName": "robot", "imagePullSecrets": [{"name": "pull"}]}))]);
    let clusters = StaticClusters::new();
    let issues = validate_planned_data(&desired, &Observed::default(), &clusters, &ValidateOptions::default()).await;
    assert_eq!(issues.iter().map(|issue| issue.class).collect::<Vec<_>>(), [IssueClass::Unreachable]);
}

#[tokio::test]
async fn applications_can_say_what_is_going_to_be_there() {
    #[derive(Debug)]
    struct Promised;
    impl ExternalProducer for Promised {
        fn produces(&self, id: &ObjectId) -> bool {
            id.to_string() == "[one/default] Secret promised"
        }
    }
    let cluster = FakeCluster::start().await.unwrap();
    let desired = declare(&[deployment(reads("Secret", "promised", "k"))]);
    let strict = ValidateOptions::default();
    assert_eq!(validated(&cluster, &desired, &strict).await.len(), 1);
    let mild = validated(&cluster, &desired, &strict.clone().with_severity(Severity::Info)).await;
    assert!(mild[0].starts_with("Info"), "{mild:?}");
    assert_eq!(validated(&cluster, &desired, &strict.clone().with_external(Promised)).await, [""; 0]);
    let maker =
        Producer::new("Deployment.apps".parse().unwrap(), Referent::Secret, "metadata.labels.makes".parse().unwrap());
    let mut labelled = deployment(reads("Secret", "promised", "k"));
    labelled["metadata"]["labels"] = json!({"makes": "promised"});
    assert_eq!(validated(&cluster, &declare(&[labelled]), &strict.with_producer(maker)).await, [""; 0]);
    cluster.shutdown().await;
}

#[tokio::test]
async fn a_name_that_is_no_name_is_not_asked_for() {
    let cluster = FakeCluster::start().await.unwrap();
    for name in ["../pods/x", "a/b", "A", "a?b", "-a", "a..b"] {
        let desired = declare(&[deployment(reads("Secret", name, "k"))]);
        assert_eq!(validated(&cluster, &desired, &ValidateOptions::default()).await.len(), 1, "{name}");
    }
    assert_eq!(cluster.counters().all_requests(), 0);
    cluster.shutdown().await;
}

#[test]
fn kinds_that_are_managed_for_nothing_are_told() {
    let mut desired = declare(&[named("v1", "ConfigMap", "used")]);
    desired.buckets.insert(BucketId::new("one", Some("default"), GroupKind::core("Secret")), Arc::default());
    let found: Vec<String> = check_unused_resource_types(&desired).iter().map(ToString::to_string).collect();
    let expected = "[one/default] Secret this kind is managed here, and no object of it is declared; declare one, or stop managing it";
    assert_eq!(found, [expected]);
    assert!(check_unused_resource_types(&desired).iter().all(|issue| issue.severity == Severity::Warning));
}
