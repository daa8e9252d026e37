use super::*;

fn hash(body: Value) -> Arc<str> {
    resource(body).hash().clone()
}

#[test]
fn a_hash_says_how_it_was_made() {
    let body = json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}, "data": {"k": "v"}});
    let canonical = r#"{"apiVersion":"v1","data":{"k":"v"},"kind":"ConfigMap","metadata":{"name":"a"}}"#;
    assert_eq!(String::from_utf8(resource(body.clone()).canonical()).unwrap(), canonical);
    // As sha256sum(1) says of that text.
    assert_eq!(*hash(body), *"v1:sha256:aae63a7522bc839f98cf9483cc04545219005f9630c34a551c8626d003a15496");
}

#[test]
fn what_the_original_is_blind_to_counts() {
    let rbac = |kind: &str, namespace: &str| {
        json!({
            "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "RoleBinding", "metadata": {"name": "rb"},
            "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": kind, "name": "r"},
            "subjects": [{"kind": "ServiceAccount", "name": "sa", "namespace": namespace}],
        })
    };
    assert_ne!(hash(rbac("Role", "a")), hash(rbac("ClusterRole", "a")));
    assert_ne!(hash(rbac("Role", "a")), hash(rbac("Role", "b")));
    let service = |spec: Value| json!({"apiVersion": "v1", "kind": "Service", "metadata": {"name": "s"}, "spec": spec});
    assert_ne!(
        hash(service(json!({"type": "ClusterIP", "clusterIP": "None"}))),
        hash(service(json!({"type": "ClusterIP"})))
    );
}

#[test]
fn what_is_sent_alike_hashes_alike() {
    let secret = |more: Value| {
        let mut body = json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s"}});
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        hash(body)
    };
    assert_eq!(secret(json!({"stringData": {"a": "b"}})), secret(json!({"data": {"a": "Yg=="}})));
    assert_eq!(
        secret(json!({"stringData": {"a": "b"}, "data": {"a": "eA=="}})),
        secret(json!({"data": {"a": "Yg=="}}))
    );
    assert_ne!(secret(json!({"stringData": {"a": "b"}})), secret(json!({"stringData": {"a": "c"}})));
    let plain = hash(config_map(json!({"name": "a"})));
    for metadata in [
        json!({"name": "a", "namespace": "x"}),
        json!({"name": "a", "labels": {}, "annotations": {}}),
        json!({"name": "a", "creationTimestamp": null, "resourceVersion": "7"}),
        json!({"name": "a", "annotations": {"mooring.dev/declared-hash": "x", "qontract.sha256sum": "y"}}),
    ] {
        assert_eq!(hash(config_map(metadata)), plain);
    }
    for metadata in
        [json!({"name": "b"}), json!({"name": "a", "labels": {"x": ""}}), json!({"name": "a", "finalizers": []})]
    {
        assert_ne!(hash(config_map(metadata)), plain);
    }
    let with =
        |spec: Value| hash(json!({"apiVersion": "x.io/v1", "kind": "X", "metadata": {"name": "a"}, "spec": spec}));
    assert_eq!(with(json!({"a": 1.0})), with(json!({"a": 1})));
    assert_ne!(with(json!({"a": {}})), with(json!({})));
    assert_ne!(with(json!({"a": 9_007_199_254_740_993_u64})), with(json!({"a": 9_007_199_254_740_992_u64})));
}

#[test]
fn keys_are_sorted_by_utf_16_code_units() {
    // Beyond the basic plane comes before its last part, unlike in UTF-8.
    let body = json!({"apiVersion": "x.io/v1", "kind": "X", "metadata": {"name": "a"},
                      "spec": {"\u{10000}": 1, "\u{e000}": 2, "\u{d7ff}": 3, "a": 4, "": 5}});
    let text = String::from_utf8(resource(body).canonical()).unwrap();
    assert!(text.contains("{\"\":5,\"a\":4,\"\u{d7ff}\":3,\"\u{10000}\":1,\"\u{e000}\":2}"), "{text}");
}

fn any_json() -> impl Strategy<Value = Value> {
    const SAFE: i64 = 1 << 53;
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (-SAFE..=SAFE).prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<f32>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 40, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::btree_map(any::<String>(), inner, 0..6)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn the_canonical_form_is_that_of_rfc_8785(value in any_json()) {
        let body = json!({"apiVersion": "x.io/v1", "kind": "X", "metadata": {"name": "a"}, "spec": value});
        let ours = Resource::with_nulls(body.clone(), Origin::default()).unwrap().canonical();
        prop_assert_eq!(String::from_utf8(ours).unwrap(), serde_json_canonicalizer::to_string(&body).unwrap());
    }

    #[test]
    fn what_is_hashed_is_what_is_sent(body in any_body()) {
        if let Ok(resource) = Resource::new(body, Origin::default()) {
            let sent = resource.to_apply(&[], &[], None);
            prop_assert_eq!(resource.canonical(), serde_json_canonicalizer::to_vec(&sent).unwrap());
        }
    }
}
