use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::id::Origin;

fn scheme() -> QontractCompat {
    QontractCompat::new(&Actor::new("qr", "terraform-resources", "1.2.0"))
}

/// Bodies and the hashes that qontract-reconcile gives them.
fn golden() -> Vec<(&'static str, Value, &'static str)> {
    let rb = |kind: &str, namespace: &str| {
        json!({
            "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "RoleBinding", "metadata": {"name": "rb"},
            "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": kind, "name": "r"},
            "subjects": [{"kind": "ServiceAccount", "name": "sa", "namespace": namespace}],
        })
    };
    let rb_hash = "2310db0cf1dd2844dee02f0551cd4836cb6697c5c3ae787b60d0c33677e687b3";
    let service = |spec: Value| json!({"apiVersion": "v1", "kind": "Service", "metadata": {"name": "s"}, "spec": spec});
    let service_hash = "54d491bb4cdc40ffecc2460f5f62b7d19d56ab72d20500798d030f6ecdcb1237";
    let secret_hash = "6e82157033b020aa886df7333d76a25ac42e13225ddaf5140be7a20e71f31a90";
    vec![
        (
            "a ConfigMap",
            json!({"apiVersion": "v1", "data": {"key1": "val1", "key2": "val2"}, "kind": "ConfigMap",
                   "metadata": {"annotations": {}, "name": "app-interface"}}),
            "1366d8ef31f0d83419d25b446e61008b16348b9efee2216873856c49cede6965",
        ),
        (
            "text beyond ASCII",
            json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "u"}, "data": {"k": "é😀\u{2028}/<>&"}}),
            "9fd1fde2f6916174f68fb09fd369a37d33f137fa63999548e51a60df8bd8b4f7",
        ),
        (
            "stringData",
            json!({"apiVersion": "v1", "kind": "Secret", "type": "Opaque", "metadata": {"name": "s"},
                   "stringData": {"a": "b", "empty": ""}}),
            secret_hash,
        ),
        (
            "the same as data",
            json!({"apiVersion": "v1", "kind": "Secret", "type": "Opaque", "metadata": {"name": "s"},
                   "data": {"a": "Yg==", "empty": ""}}),
            secret_hash,
        ),
        ("a RoleBinding", rb("Role", "ns1"), rb_hash),
        ("a RoleBinding that is another", rb("ClusterRole", "other"), rb_hash),
        (
            "numbers",
            json!({"apiVersion": "example.com/v1", "kind": "X", "metadata": {"name": "n"},
                   "spec": {"a": 1, "b": 1.0, "c": 1e21, "d": 0.1, "e": 1e-7, "f": true, "g": null,
                            "h": 12_345_678_901_234_567_890_u64}}),
            "3da4df46ef79161c8da860c7c148e88b4f114ef61f9eec1c9d6fcc4c73369057",
        ),
        ("a Service", service(json!({"type": "ClusterIP", "ports": [{"port": 80}]})), service_hash),
        (
            "a headless Service",
            service(
                json!({"type": "ClusterIP", "ports": [{"port": 80}], "clusterIP": "None", "sessionAffinity": "None"}),
            ),
            service_hash,
        ),
        (
            "a Role",
            json!({"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "Role", "metadata": {"name": "r"},
                   "rules": [{"apiGroups": [""], "resources": ["secrets", "pods"], "verbs": ["list", "get"],
                              "attributeRestrictions": null}]}),
            "7b5f496c125c1f9277d21b86b808eb64b47b063117aa00fdfe66281a97d77963",
        ),
        (
            "labels of a controller",
            json!({"apiVersion": "cluster.open-cluster-management.io/v1", "kind": "ManagedCluster",
                   "metadata": {"name": "c", "labels": {"clusterID": "x", "keep": "y",
                                                        "feature.open-cluster-management.io/addon": "z"}},
                   "spec": {"hubAcceptsClient": true}}),
            "8099647ff16b3b6275de291649faf5a4889b58d3846d394de966677ffc537504",
        ),
    ]
}

#[test]
fn hashes_are_those_of_the_original_bit_for_bit() {
    for (what, body, hash) in golden() {
        assert_eq!(sha256sum(&body), hash, "{what}");
    }
}

#[test]
fn numbers_read_from_text_hash_as_they_were_written() {
    let text = r#"{"apiVersion":"example.com/v1","kind":"X","metadata":{"name":"n"},"spec":{"a":1,"b":1.0,"c":1e21,"d":0.1,
                   "e":1e-7,"f":true,"g":null,"h":12345678901234567890}}"#;
    let body: Value = serde_json::from_str(text).unwrap();
    assert_eq!(sha256sum(&body), "3da4df46ef79161c8da860c7c148e88b4f114ef61f9eec1c9d6fcc4c73369057");
}

#[test]
fn marking_an_object_leaves_its_hash_valid_and_changing_or_forging_does_not() {
    let body = golden().remove(0).1;
    let resource = Resource::new(body, Origin::default()).unwrap();
    let scheme = scheme().with_update("2026-11-21T20:15:30.5Z".parse().unwrap());
    let marks = scheme.stamp(&resource.clone().with_caller("saas"));
    assert_eq!(
        marks.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect::<Vec<_>>(),
        [
            ("qontract.integration", "terraform-resources"),
            ("qontract.integration_version", "1.2.0"),
            ("qontract.sha256sum", "1366d8ef31f0d83419d25b446e61008b16348b9efee2216873856c49cede6965"),
            ("qontract.caller_name", "saas"),
            ("qontract.update", "2026-11-21T20:15:30+00:00"),
        ]
    );
    let live = resource.to_apply(&marks, &[], Some("ns"));
    assert!(has_valid_sha256sum(&live));
    assert!(scheme.legacy_owned(&live));
    assert_eq!(scheme.read(&live).caller.as_deref(), Some("saas"));
    let mut changed = live.clone();
    changed["data"]["key1"] = "other".into();
    assert!(!has_valid_sha256sum(&changed));
    let mut forged = live.clone();
    forged["metadata"]["annotations"]["qontract.sha256sum"] = "0".into();
    assert!(!has_valid_sha256sum(&forged));
    assert!(!has_valid_sha256sum(resource.body()));
}

#[test]
fn without_a_clock_the_same_declaration_gives_the_same_marks() {
    let resource = Resource::new(golden().remove(0).1, Origin::default()).unwrap();
    assert_eq!(scheme().stamp(&resource), scheme().stamp(&resource));
    assert!(scheme().stamp(&resource).iter().all(|(name, _)| name != "qontract.update"));
}

#[test]
fn what_changes_by_itself_does_not_change_the_hash() {
    let body =
        json!({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "d"}, "spec": {"replicas": 1}});
    let mut live = body.clone();
    live["metadata"] = json!({
        "name": "d", "namespace": "ns", "uid": "u", "resourceVersion": "5", "generation": 3, "selfLink": "/x",
        "creationTimestamp": "2026-01-01T00:00:00Z", "managedFields": [],
        "annotations": {
            "kubectl.kubernetes.io/last-applied-configuration": "{}", "deployment.kubernetes.io/revision": "7",
            "external-resources/updated_at": "now", "qontract.update": "now",
        },
    });
    live["status"] = json!({"replicas": 1});
    assert_eq!(sha256sum(&live), sha256sum(&body));
}

#[test]
fn rules_of_kinds_leave_out_what_the_original_leaves_out() {
    let hash = |kind: &str, more: Value| {
        let mut body = json!({"apiVersion": "rbac.authorization.k8s.io/v1", "kind": kind, "metadata": {"name": "x"}});
        if let (Value::Object(body), Value::Object(more)) = (&mut body, more) {
            body.extend(more);
        }
        sha256sum(&body)
    };
    let same = |kind: &str, a: Value, b: Value| assert_eq!(hash(kind, a), hash(kind, b), "{kind}");
    let differ = |kind: &str, a: Value, b: Value| assert_ne!(hash(kind, a), hash(kind, b), "{kind}");
    let acme = |annotations: Value, tls: Value| json!({"metadata": {"name": "x", "annotations": annotations}, "spec": {"host": "h", "tls": tls}});
    same("ConfigMap", json!({"type": "Opaque"}), json!({}));
    same("Route", json!({"spec": {"wildcardPolicy": "None", "subdomain": ""}}), json!({"spec": {}}));
    differ("Route", json!({"spec": {"wildcardPolicy": "Subdomain"}}), json!({"spec": {}}));
    same(
        "Route",
        acme(
            json!({"kubernetes.io/tls-acme": "true", "kubernetes.io/tls-acme-awaiting-authorization-owner": "o"}),
            json!({"key": "k", "certificate": "c", "termination": "edge"}),
        ),
        acme(json!({"kubernetes.io/tls-acme": "true"}), json!({"termination": "edge"})),
    );
    differ("Route", acme(json!({}), json!({"key": "k"})), acme(json!({}), json!({})));
    same(
        "ServiceAccount",
        json!({"secrets": [{"name": "x"}], "imagePullSecrets": [{"name": "sa-dockercfg-1"}]}),
        json!({}),
    );
    differ("ServiceAccount", json!({"imagePullSecrets": [{"name": "mine"}]}), json!({}));
    differ("ClusterRole", json!({"rules": [{"verbs": ["b", "a"]}]}), json!({"rules": [{"verbs": ["a", "b"]}]}));
    same("Role", json!({"rules": [{"verbs": ["b", "a"]}]}), json!({"rules": [{"verbs": ["a", "b"]}]}));
    same(
        "OperatorGroup",
        json!({"metadata": {"name": "x", "annotations": {"olm.providedAPIs": "a"}}}),
        json!({"metadata": {"name": "x", "annotations": {}}}),
    );
    same(
        "RoleBinding",
        json!({"userNames": [], "groupNames": [], "subjects": [{"apiGroup": "", "name": "a"}]}),
        json!({"subjects": [{"name": "a", "apiGroup": "rbac.authorization.k8s.io"}]}),
    );
    let subject = |namespace: &str| json!({"subjects": [{"name": "a", "namespace": namespace}]});
    differ("ClusterRoleBinding", subject("a"), subject("b"));
    same(
        "ClusterRoleBinding",
        json!({"roleRef": {"kind": "ClusterRole", "name": "r"}}),
        json!({"roleRef": {"name": "r"}}),
    );
    same(
        "Service",
        json!({"spec": {"type": "ClusterIP", "clusterIP": "10.0.0.1"}}),
        json!({"spec": {"type": "ClusterIP"}}),
    );
    differ("Service", json!({"spec": {"clusterIP": "10.0.0.1"}}), json!({"spec": {}}));
}

#[test]
fn what_makes_the_original_fail_is_taken_as_absent() {
    let object = |kind: &str, metadata: Value, more: Value| {
        let mut body = json!({"apiVersion": "v1", "kind": kind, "metadata": metadata});
        if let (Value::Object(body), Value::Object(more)) = (&mut body, more) {
            body.extend(more);
        }
        body
    };
    let named = || json!({"name": "x"});
    for (broken, plain) in [
        (
            object("Secret", json!({"name": "x", "annotations": null, "labels": null}), json!({})),
            object("Secret", named(), json!({})),
        ),
        (
            object("Secret", named(), json!({"data": null, "stringData": {"a": "b"}})),
            object("Secret", named(), json!({"data": {"a": "Yg=="}})),
        ),
        (
            object("RoleBinding", named(), json!({"subjects": null, "roleRef": null})),
            object("RoleBinding", named(), json!({"roleRef": null})),
        ),
        (object("Role", named(), json!({"rules": null})), object("Role", named(), json!({}))),
        (object("Service", named(), json!({"spec": null})), object("Service", named(), json!({"spec": null}))),
    ] {
        assert_eq!(sha256sum(&broken), sha256sum(&plain));
    }
    for odd in [
        json!(null),
        json!([]),
        json!({}),
        json!({"metadata": null}),
        json!({"metadata": 1, "kind": 2}),
        json!({"kind": "Role", "rules": [null, 1, {"verbs": [1, "a"]}]}),
    ] {
        assert_eq!(sha256sum(&odd).len(), 64);
        assert_eq!(scheme().ownership(&odd, None), Ownership::Nobody);
        assert!(!has_valid_sha256sum(&odd) && !scheme().legacy_owned(&odd));
    }
    let hashed_but_nobodys = json!({"metadata": {"annotations": {"qontract.sha256sum": "x"}}});
    assert_eq!(scheme().ownership(&hashed_but_nobodys, Some("c")), Ownership::Nobody);
}

#[test]
fn the_original_disowns_at_a_new_major_version_and_we_do_not() {
    let live = |version: &str| {
        json!({"metadata": {"annotations": {"qontract.integration": "terraform-resources",
                                            "qontract.integration_version": version, "qontract.sha256sum": "x"}}})
    };
    assert!(scheme().legacy_owned(&live("1.9.3")));
    for version in ["2.0.0", "1.2", "latest"] {
        assert!(!scheme().legacy_owned(&live(version)));
        assert_eq!(scheme().ownership(&live(version), None), Ownership::Ours);
    }
    assert_eq!(scheme().ownership(&live("1.0.0"), Some("me")), Ownership::OtherCaller(None));
    let native = json!({"metadata": {"annotations": {"mooring.dev/integration": "other"}}});
    assert_eq!(scheme().ownership(&native, None), Ownership::Other("other".into()));
}

mod the_former_comparison {
    use super::*;

    fn pod(more: Value) -> Value {
        json!({"apiVersion": "v1", "kind": "Pod", "spec": more})
    }

    #[track_caller]
    fn check(live: Value, desired: Value, equal: bool) {
        let before = live.clone();
        assert_eq!(legacy_equal(&live, &desired), equal, "{live} {desired}");
        assert_eq!(live, before);
    }

    #[test]
    fn status_is_skipped_at_the_top_and_compared_below() {
        check(json!({"status": {"a": 1}, "x": 1}), json!({"x": 1}), true);
        check(json!({"status": {"a": 2}}), json!({"status": {"a": 1}}), true);
        check(json!({"spec": {"status": 2}}), json!({"spec": {"status": 1}}), false);
    }

    #[test]
    fn what_is_declared_decides() {
        check(pod(json!({"a": 1, "more": 2})), pod(json!({"a": 1})), true);
        check(pod(json!({})), pod(json!({"a": 1})), false);
        check(pod(json!({})), pod(json!({"a": ""})), false);
        check(pod(json!({})), pod(json!({"a": null})), true);
        check(pod(json!({"a": 1.0})), pod(json!({"a": 1})), false);
        check(pod(json!({"a": [1, 2]})), pod(json!({"a": [1]})), false);
        check(pod(json!({"a": [2, 1]})), pod(json!({"a": [1, 2]})), false);
    }

    #[test]
    fn some_fields_are_skipped_and_some_maps_are_exact() {
        check(pod(json!({"uid": "a", "fieldRef": 1})), pod(json!({"uid": "b", "fieldRef": 2})), true);
        check(
            pod(json!({"divisor": "1", "annotations": {"a": "b"}})),
            pod(json!({"divisor": "0", "annotations": null})),
            true,
        );
        check(json!({"data": {"a": "1", "b": "2"}}), json!({"data": {"a": "1"}}), false);
        check(json!({"data": {"a": "1", "service-ca.crt": "2"}}), json!({"data": {"a": "1"}}), true);
        check(pod(json!({"matchLabels": {"a": "1", "b": "2"}})), pod(json!({"matchLabels": {"a": "1"}})), false);
        check(json!({"kind": "Pod"}), json!({"kind": "Pod", "labels": {}}), true);
        let cluster = |labels: Value| json!({"kind": "ManagedCluster", "metadata": {"labels": labels}});
        let live = json!({"keep": "y", "clusterID": "x", "feature.open-cluster-management.io/a": "b"});
        check(cluster(live.clone()), cluster(json!({"keep": "y"})), true);
        check(cluster(json!({"keep": "y", "more": "x"})), cluster(json!({"keep": "y"})), false);
    }

    #[test]
    fn spellings_of_servers_are_equal() {
        check(pod(json!({"cpu": "2000m"})), pod(json!({"cpu": "2"})), true);
        check(pod(json!({"cpu": "20m"})), pod(json!({"cpu": 2})), false);
        check(pod(json!({"env": [{"name": "A"}]})), pod(json!({"env": [{"name": "A", "value": ""}]})), true);
        check(json!({"apiVersion": "extensions/v1beta1"}), json!({"apiVersion": "networking.k8s.io/v1"}), true);
        check(json!({"apiVersion": "networking.k8s.io/v1"}), json!({"apiVersion": "extensions/v1beta1"}), false);
        let secrets = |items: Value| json!({"imagePullSecrets": items});
        check(secrets(json!([{"name": "x-dockercfg-1"}, {"name": "a"}])), secrets(json!([{"name": "a"}])), true);
        check(json!({}), secrets(json!([])), true);
    }
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "\\PC*".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 40, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::btree_map(
                "[a-zé😀]{0,4}|labels|data|env|rules|subjects|metadata|annotations",
                inner,
                0..6
            )
            .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn no_object_makes_it_fail(body in any_json(), kind in "Secret|Role|RoleBinding|ClusterRoleBinding|Service|Route|ServiceAccount|X", live in any_json()) {
        let mut body = body;
        if let Value::Object(body) = &mut body {
            body.insert("kind".into(), kind.into());
        }
        prop_assert_eq!(sha256sum(&body), sha256sum(&body));
        prop_assert_eq!(legacy_equal(&live, &body), legacy_equal(&live, &body));
        prop_assert!(canonicalize(&body).get("status").is_none());
    }

    #[test]
    fn canonical_forms_are_their_own(body in any_json()) {
        let once = canonicalize(&body);
        prop_assert_eq!(canonicalize(&once), once);
    }

    #[test]
    fn the_order_entries_come_in_does_not_matter(body in any_json()) {
        // Parsed again from text that lists entries backwards.
        fn backwards(value: &Value) -> String {
            match value {
                Value::Object(map) => {
                    let entries: Vec<_> = map.iter().rev().map(|(key, value)| format!("{}:{}", Value::from(key.as_str()), backwards(value))).collect();
                    format!("{{{}}}", entries.join(","))
                }
                Value::Array(items) => format!("[{}]", items.iter().map(backwards).collect::<Vec<_>>().join(",")),
                other => other.to_string(),
            }
        }
        let again: Value = serde_json::from_str(&backwards(&body)).unwrap();
        prop_assert_eq!(sha256sum(&again), sha256sum(&body));
    }

    #[test]
    fn floats_read_back_as_they_were(value in any::<f64>().prop_filter("JSON has no others", |value| value.is_finite())) {
        let text = String::from_utf8(python::dumps(&Value::from(value))).unwrap();
        prop_assert_eq!(text.parse::<f64>().unwrap().to_bits(), value.to_bits());
    }
}
