use super::*;

/// What is wrong, as `path: message`.
fn problems(body: Value) -> Vec<String> {
    match Resource::new(body, Origin::default()) {
        Ok(_) => Vec::new(),
        Err(invalid) => invalid.problems().iter().map(Problem::to_string).collect(),
    }
}

#[track_caller]
fn fine(body: Value) {
    assert_eq!(problems(body), Vec::<String>::new());
}

/// Exactly these, by how they begin.
#[track_caller]
fn wrong(body: Value, expected: &[&str]) {
    let problems = problems(body);
    assert_eq!(problems.len(), expected.len(), "{problems:#?}");
    for (problem, expected) in problems.iter().zip(expected) {
        assert!(problem.starts_with(expected), "{problem:?} does not begin with {expected:?}");
    }
}

fn named(api_version: &str, kind: &str, name: &str) -> Value {
    json!({"apiVersion": api_version, "kind": kind, "metadata": {"name": name}, "rules": [], "subjects": [],
           "roleRef": {"kind": "Role", "name": "r"}})
}

const RBAC: &str = "rbac.authorization.k8s.io/v1";

#[test]
fn an_object_has_a_version_a_kind_and_a_name() {
    wrong(json!(null), &["must be an object"]);
    wrong(json!([1]), &["must be an object"]);
    wrong(json!({}), &["apiVersion: is missing", "kind: is missing", "metadata: is missing"]);
    wrong(
        json!({"apiVersion": "", "kind": "", "metadata": {"name": ""}}),
        &["apiVersion: must not be empty", "kind: must not be empty", "metadata.name: must not be empty"],
    );
    wrong(
        json!({"apiVersion": 1, "kind": [], "metadata": {"name": 12}}),
        &[
            "apiVersion: must be a string, not a number",
            "kind: must be a string, not a list",
            "metadata.name: must be a string, not a number; write it in quotes",
        ],
    );
    wrong(json!({"apiVersion": "v1", "kind": "X", "metadata": "a"}), &["metadata: must be an object"]);
    wrong(json!({"apiVersion": "v1", "kind": "X", "metadata": null}), &["metadata: is null"]);
    wrong(json!({"apiVersion": "v1", "kind": "X", "metadata": {"name": null}}), &["metadata.name: is null"]);
    wrong(
        json!({"apiVersion": "a/b/c", "kind": "X/y", "metadata": {"name": "a"}}),
        &["apiVersion: must be a version", "kind: must be letters"],
    );
    let kept =
        Resource::with_nulls(json!({"apiVersion": "v1", "kind": null, "metadata": {"name": "a"}}), Origin::default());
    assert_eq!(kept.unwrap_err().problems().len(), 1);
}

#[test]
fn names_follow_the_rules_of_their_kind() {
    let long = "a".repeat(254);
    for name in ["UPPER", "under_score", "-a", "a-", "a..b", "a/b", "ä", &long] {
        wrong(named("v1", "ConfigMap", name), &["metadata.name: must be a DNS-1123 subdomain"]);
    }
    for name in ["a", "0", "a.b", "a-b.c-d", &long[1..]] {
        fine(named("v1", "ConfigMap", name));
    }
    for kind in ["Role", "RoleBinding", "ClusterRole", "ClusterRoleBinding"] {
        fine(named(RBAC, kind, "system:aggregate-to_EDIT"));
        for name in ["a/b", "a%b", ".", ".."] {
            wrong(named(RBAC, kind, name), &["metadata.name: must not be"]);
        }
        wrong(named("iam.example.com/v1", kind, "system:x"), &["metadata.name: must be a DNS-1123 subdomain"]);
    }
    wrong(named("v1", "Namespace", "a.b"), &["metadata.name: must be a DNS-1123 label"]);
    wrong(named("v1", "Namespace", &"a".repeat(64)), &["metadata.name: must be a DNS-1123 label"]);
    fine(named("user.openshift.io/v1", "Group", "Team A"));
    wrong(
        json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"generateName": "Up-"}}),
        &["metadata.generateName: "],
    );
    wrong(json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"generateName": "-"}}), &["metadata.generateName: "]);
    wrong(config_map(json!({"name": "a", "namespace": "A"})), &["metadata.namespace: must be a DNS-1123 label"]);
    wrong(config_map(json!({"name": "a", "namespace": 1})), &["metadata.namespace: must be a string"]);
    assert_eq!(resource(config_map(json!({"name": "a", "namespace": ""}))).namespace(), None);
}

#[test]
fn labels_and_annotations_are_well_formed() {
    fine(config_map(json!({"name": "a", "labels": {"a": "", "example.com/A_b.c": "X-1.y_z"},
                           "annotations": {"Example.COM/x": "any thing\n", "a": ""}})));
    let long = "x".repeat(64);
    wrong(
        config_map(
            json!({"name": "a", "labels": {"a": "-x", "b": long, "c": 1, "d e": "x", "e": true, "/f": "x", "g/": "x"}}),
        ),
        &[
            "metadata.labels[\"/f\"]: is no name",
            "metadata.labels.a: must be at most 63",
            "metadata.labels.b: must be at most 63",
            "metadata.labels.c: must be a string, not a number; write it in quotes",
            "metadata.labels[\"d e\"]: is no name",
            "metadata.labels.e: must be a string, not a boolean; write it in quotes",
            "metadata.labels[\"g/\"]: is no name",
        ],
    );
    wrong(config_map(json!({"name": "a", "labels": []})), &["metadata.labels: must be an object, not a list"]);
    wrong(
        config_map(json!({"name": "a", "annotations": {"a b": "x", "c": {}}})),
        &["metadata.annotations[\"a b\"]: is no name", "metadata.annotations.c: must be a string, not an object"],
    );
    let big = "x".repeat(128 * 1024);
    wrong(
        config_map(json!({"name": "a", "annotations": {"a": big, "b": big}})),
        &["metadata.annotations: has 262146 bytes; at most 262144"],
    );
    wrong(
        config_map(json!({"name": "a", "finalizers": [1], "ownerReferences": [{"kind": "X"}, 3]})),
        &[
            "metadata.ownerReferences[0].apiVersion: is missing",
            "metadata.ownerReferences[0].name: is missing",
            "metadata.ownerReferences[0].uid: is missing",
            "metadata.ownerReferences[1]: must be an object",
            "metadata.finalizers[0]: must be a string",
        ],
    );
}

#[test]
fn nulls_are_refused_but_for_those_of_kubernetes_own_tools() {
    fine(deployment());
    wrong(
        config_map(json!({"name": "a", "annotations": null, "labels": {"a": null}})),
        &["metadata.annotations: is null", "metadata.labels.a: is null"],
    );
    let mut custom =
        json!({"apiVersion": "x.io/v1", "kind": "X", "metadata": {"name": "a"}, "spec": {"a": [{"b": null}, null]}});
    wrong(custom.clone(), &["spec.a[0].b: is null"]);
    let kept = Resource::with_nulls(custom.clone(), Origin::default()).unwrap();
    assert_eq!(kept.to_apply(&[], &[], None), custom);
    custom["spec"] = json!({"a": [{}, null]});
    assert_ne!(kept.hash(), resource(custom).hash());
    let aggregated = json!({"apiVersion": RBAC, "kind": "ClusterRole", "metadata": {"name": "a"},
                            "aggregationRule": {"clusterRoleSelectors": []}, "rules": null});
    fine(aggregated.clone());
    assert_eq!(resource(aggregated).to_apply(&[], &[], None).get("rules"), None);
}

#[test]
fn nothing_is_nested_without_bound() {
    let mut deep = json!(1);
    for _ in 0..120 {
        deep = json!({"a": deep});
    }
    wrong(
        json!({"apiVersion": "x.io/v1", "kind": "X", "metadata": {"name": "a"}, "spec": deep}),
        &["is nested deeper"],
    );
}

#[test]
fn roles_and_bindings_say_what_they_grant_and_to_whom() {
    let role = |more: Value| {
        let mut body = json!({"apiVersion": RBAC, "kind": "Role", "metadata": {"name": "a"}});
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        body
    };
    wrong(role(json!({})), &["rules: is missing; write []"]);
    wrong(role(json!({"rules": null})), &["rules: is null"]);
    fine(role(json!({"rules": []})));
    wrong(
        role(json!({"rules": [{"resources": "pods"}, 1, {"verbs": ["get", 2]}]})),
        &[
            "rules[0].verbs: is missing",
            "rules[0].resources: must be a list",
            "rules[1]: must be an object",
            "rules[2].verbs[1]: must be a string",
        ],
    );
    wrong(role(json!({"kind": "RoleBinding"})), &["subjects: is missing; write []", "roleRef: is missing"]);
    wrong(
        role(
            json!({"kind": "ClusterRoleBinding", "subjects": [{"kind": "ServiceAccount", "name": "x"}, null], "roleRef": {"name": ""}}),
        ),
        &["subjects[0].namespace: is missing", "roleRef.kind: is missing", "roleRef.name: must not be empty"],
    );
    wrong(
        role(json!({"kind": "RoleBinding", "subjects": null, "roleRef": []})),
        &["roleRef: must be an object", "subjects: is null"],
    );
}

#[test]
fn secrets_and_config_maps_hold_text_under_well_formed_keys() {
    let secret = |data: Value| json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "a"}, "data": data});
    fine(secret(json!({"tls.crt": "Yg==", "wrapped": "Y\ng==\n", "empty": ""})));
    wrong(
        secret(json!({"a b": "Yg==", "n": 1, "plain": "not base64!", "unpadded": "Yg"})),
        &[
            "data[\"a b\"]: is no key",
            "data.n: must be a string, not a number; write it in quotes",
            "data.plain: must be base64",
            "data.unpadded: must be base64",
        ],
    );
    wrong(secret(json!([])), &["data: must be an object"]);
    wrong(secret(json!(null)), &["data: is null"]);
    let mut both = config_map(json!({"name": "a"}));
    both["data"] = json!({"k": "v", "flag": true});
    both["binaryData"] = json!({"k": "Yg==", "l": "%"});
    both["immutable"] = json!("yes");
    wrong(
        both,
        &[
            "data.flag: must be a string",
            "binaryData.l: must be base64",
            "binaryData.k: is in data too",
            "immutable: must be a boolean",
        ],
    );
}

/// Each kind that has pods, around a pod.
fn around(pod: &Value) -> Vec<(&'static str, Value)> {
    let object = |api_version: &str, kind: &str, spec: Value| json!({"apiVersion": api_version, "kind": kind, "metadata": {"name": "a"}, "spec": spec});
    let template = json!({"template": {"spec": pod}});
    let mut all = vec![
        ("spec", object("v1", "Pod", pod.clone())),
        (
            "spec.jobTemplate.spec.template.spec",
            object("batch/v1", "CronJob", json!({"jobTemplate": {"spec": template}})),
        ),
        (
            "template.spec",
            json!({"apiVersion": "v1", "kind": "PodTemplate", "metadata": {"name": "a"}, "template": {"spec": pod}}),
        ),
    ];
    for (api_version, kind) in [
        ("apps/v1", "Deployment"),
        ("apps/v1", "StatefulSet"),
        ("apps/v1", "DaemonSet"),
        ("apps/v1", "ReplicaSet"),
        ("v1", "ReplicationController"),
        ("batch/v1", "Job"),
        ("apps.openshift.io/v1", "DeploymentConfig"),
    ] {
        all.push(("spec.template.spec", object(api_version, kind, template.clone())));
    }
    all
}

#[test]
fn containers_are_checked_wherever_there_are_pods() {
    let pod = json!({
        "containers": [{"name": "a"}, {"name": "B"}, {}],
        "initContainers": [{"name": "a.b"}, {"name": "same"}],
        "ephemeralContainers": [{"name": "x".repeat(64)}, {"name": "same"}],
    });
    for (path, body) in around(&pod) {
        let expected = [
            "initContainers[0].name: must be a DNS-1123 label",
            "containers[1].name: must be a DNS-1123 label",
            "containers[2].name: is missing",
            "ephemeralContainers[0].name: must be a DNS-1123 label",
            "ephemeralContainers[1].name: \"same\" is there twice",
        ]
        .map(|problem| format!("{path}.{problem}"));
        wrong(body, &expected.each_ref().map(String::as_str));
    }
    for (path, body) in around(&json!({"containers": {"name": "a"}})) {
        wrong(body, &[&format!("{path}.containers: must be a list, not an object")]);
    }
    for (_, body) in around(&json!({"containers": [{"name": "a"}]})) {
        fine(body);
    }
}

#[test]
fn what_lists_are_keyed_by_is_there_once() {
    let container = json!({
        "name": "a",
        "env": [{"name": "A", "value": "1"}, {"name": "A", "value": "2"}, {"name": ""}, {"value": "x"}, {"name": "N", "value": 1}],
        "ports": [
            {"containerPort": 53, "name": "dns"}, {"containerPort": 53, "protocol": "UDP", "name": "dns"},
            {"containerPort": 53, "protocol": "TCP"}, {"containerPort": "http"}, {"containerPort": 70000}, {},
        ],
        "volumeMounts": [{"name": "v", "mountPath": "/a"}, {"name": "w", "mountPath": "/a"}],
    });
    let body = json!({
        "apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a"},
        "spec": {"containers": [container], "volumes": [{"name": "v"}, {"name": "v"}, {"name": "V"}]},
    });
    wrong(
        body,
        &[
            "spec.containers[0].env[1].name: \"A\" is there twice",
            "spec.containers[0].env[2].name: must not be empty",
            "spec.containers[0].env[3].name: is missing",
            "spec.containers[0].env[4].value: must be a string, not a number; write it in quotes",
            "spec.containers[0].ports[1].name: \"dns\" is there twice",
            "spec.containers[0].ports[2].containerPort: 53 TCP is there twice",
            "spec.containers[0].ports[3].containerPort: must be a number",
            "spec.containers[0].ports[4].containerPort: must be from 1 to 65535",
            "spec.containers[0].ports[5].containerPort: is missing",
            "spec.containers[0].volumeMounts[1].mountPath: is mounted on twice",
            "spec.volumes[1].name: \"v\" is there twice",
            "spec.volumes[2].name: must be a DNS-1123 label",
        ],
    );
    let service = |ports: Value| json!({"apiVersion": "v1", "kind": "Service", "metadata": {"name": "a"}, "spec": {"ports": ports}});
    fine(service(json!([{"port": 53, "name": "tcp"}, {"port": 53, "protocol": "UDP", "name": "udp"}])));
    wrong(
        service(json!([{"port": 80, "name": "a"}, {"port": 80}])),
        &["spec.ports[1].port: 80 TCP is there twice", "spec.ports[1].name: is missing"],
    );
}

#[test]
fn templates_of_unknown_kinds_are_checked_as_far_as_they_are_alike() {
    let knative = |containers: Value| {
        json!({"apiVersion": "serving.knative.dev/v1", "kind": "Service", "metadata": {"name": "a"},
               "spec": {"template": {"spec": {"containers": containers}}}})
    };
    fine(knative(json!([{"image": "x"}])));
    wrong(knative(json!([{"name": "UPPER"}])), &["spec.template.spec.containers[0].name: must be a DNS-1123 label"]);
    wrong(knative(json!(1)), &["spec.template.spec.containers: must be a list"]);
}
