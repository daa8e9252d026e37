use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

fn told(spec: &Value) -> Vec<String> {
    references(spec, "spec")
        .into_iter()
        .map(|found| {
            let key = found.key.map(|key| format!(" key {key}")).unwrap_or_default();
            let optional = if found.optional { " (optional)" } else { "" };
            format!("{} {}{key}{optional} at {}", found.to.as_str(), found.name, found.path)
        })
        .collect()
}

#[test]
fn every_way_of_referring_is_found() {
    let spec = json!({
        "serviceAccountName": "robot",
        "imagePullSecrets": [{"name": "pull"}, {}],
        "volumes": [
            {"name": "a", "secret": {"secretName": "certs", "items": [{"key": "tls.crt", "path": "x"}]}},
            {"name": "b", "configMap": {"name": "settings", "optional": true}},
            {"name": "c", "projected": {"sources": [
                {"secret": {"name": "ps", "items": [{"key": "k"}]}},
                {"configMap": {"name": "pc"}},
                {"serviceAccountToken": {"path": "token"}},
            ]}},
            {"name": "d", "persistentVolumeClaim": {"claimName": "disk"}},
            {"name": "e", "csi": {"driver": "d", "nodePublishSecretRef": {"name": "csi"}}},
            {"name": "f", "azureFile": {"secretName": "azure", "shareName": "s"}},
        ],
        "initContainers": [{"name": "i", "envFrom": [{"secretRef": {"name": "init"}}]}],
        "containers": [{
            "name": "c",
            "envFrom": [{"configMapRef": {"name": "all", "optional": true}}],
            "env": [
                {"name": "PLAIN", "value": "1"},
                {"name": "S", "valueFrom": {"secretKeyRef": {"name": "db", "key": "password"}}},
                {"name": "C", "valueFrom": {"configMapKeyRef": {"name": "cm", "key": "mode", "optional": true}}},
                {"name": "F", "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}},
            ],
        }],
        "ephemeralContainers": [{"name": "d", "envFrom": [{"secretRef": {"name": "debug"}}]}],
    });
    assert_eq!(
        told(&spec),
        [
            "Secret certs at spec.volumes[0].secret",
            "Secret certs key tls.crt at spec.volumes[0].secret.items[0]",
            "ConfigMap settings (optional) at spec.volumes[1].configMap",
            "Secret ps at spec.volumes[2].projected.sources[0].secret",
            "Secret ps key k at spec.volumes[2].projected.sources[0].secret.items[0]",
            "ConfigMap pc at spec.volumes[2].projected.sources[1].configMap",
            "PersistentVolumeClaim disk at spec.volumes[3].persistentVolumeClaim",
            "Secret csi at spec.volumes[4].csi.nodePublishSecretRef",
            "Secret azure at spec.volumes[5].azureFile",
            "Secret init at spec.initContainers[0].envFrom[0].secretRef",
            "ConfigMap all (optional) at spec.containers[0].envFrom[0].configMapRef",
            "Secret db key password at spec.containers[0].env[1].valueFrom.secretKeyRef",
            "ConfigMap cm key mode (optional) at spec.containers[0].env[2].valueFrom.configMapKeyRef",
            "Secret debug at spec.ephemeralContainers[0].envFrom[0].secretRef",
            "Secret pull at spec.imagePullSecrets[0]",
            "ServiceAccount robot at spec.serviceAccountName",
        ]
    );
}

#[test]
fn the_old_name_of_the_service_account_counts_when_the_new_one_is_absent() {
    assert_eq!(told(&json!({"serviceAccount": "old"})), ["ServiceAccount old at spec.serviceAccount"]);
    let both = json!({"serviceAccount": "old", "serviceAccountName": "new"});
    assert_eq!(told(&both), ["ServiceAccount new at spec.serviceAccountName"]);
}

#[test]
fn a_pod_uses_what_it_names_and_nothing_else() {
    let spec = json!({"containers": [{"envFrom": [{"secretRef": {"name": "db"}}]}]});
    let found = references(&spec, "spec");
    assert!(refers_to(&found, &GroupKind::core("Secret"), "db"));
    assert!(!refers_to(&found, &GroupKind::core("ConfigMap"), "db"));
    assert!(!refers_to(&found, &GroupKind::core("Secret"), "other"));
    assert!(!refers_to(&found, &GroupKind::new("example.com", "Secret"), "db"));
}

#[test]
fn pod_specifications_are_found_wherever_kinds_keep_them() {
    let pod = json!({"containers": []});
    let template = json!({"template": {"spec": pod}});
    for (api_version, kind) in [
        ("apps/v1", "Deployment"),
        ("apps/v1", "StatefulSet"),
        ("apps/v1", "DaemonSet"),
        ("apps/v1", "ReplicaSet"),
        ("batch/v1", "Job"),
        ("v1", "ReplicationController"),
        ("apps.openshift.io/v1", "DeploymentConfig"),
        ("argoproj.io/v1alpha1", "Rollout"),
    ] {
        let object = json!({"apiVersion": api_version, "kind": kind, "spec": template});
        assert_eq!(pod_spec(&object).map(|found| found.0), Some("spec.template.spec"), "{kind}");
    }
    let path = |object: Value| pod_spec(&object).map(|found| found.0);
    assert_eq!(path(json!({"apiVersion": "v1", "kind": "Pod", "spec": pod})), Some("spec"));
    assert_eq!(
        path(json!({"apiVersion": "v1", "kind": "PodTemplate", "template": {"spec": pod}})),
        Some("template.spec")
    );
    let cron = json!({"apiVersion": "batch/v1", "kind": "CronJob", "spec": {"jobTemplate": {"spec": template}}});
    assert_eq!(path(cron), Some("spec.jobTemplate.spec.template.spec"));
    assert_eq!(path(json!({"apiVersion": "v1", "kind": "ConfigMap", "data": {}})), None);
    assert_eq!(
        path(json!({"apiVersion": "cert-manager.io/v1", "kind": "Issuer", "spec": {"template": {"spec": {}}}})),
        None
    );
    assert_eq!(path(json!("nonsense")), None);
}

proptest! {
    #[test]
    fn whatever_is_in_a_specification_is_read_without_a_panic(value in crate::readiness::any_json()) {
        assert!(references(&value, "spec").iter().all(|found| !found.name.is_empty()));
        let spec = json!({"volumes": value, "containers": [value], "imagePullSecrets": value, "serviceAccountName": value});
        assert!(references(&spec, "spec").iter().all(|found| !found.name.is_empty()));
        assert!(pod_spec(&value).is_none_or(|(_, spec)| spec.get("containers").is_some()));
    }
}
