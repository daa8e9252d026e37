//! Whatever arrives is answered: patches, selectors, continue tokens and bodies that nobody would write.
use base64::Engine as _;
use proptest::prelude::*;
use proptest::sample::select;

use super::*;

const STRATEGIC: &str = "application/strategic-merge-patch+json";

/// JSON with the words that patches are made of.
fn documents() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<bool>().prop_map(Value::from),
        select(&["a", "main", "delete", "replace", "/spec/replicas", "add", "~1", "apps/v1", "Deployment"][..])
            .prop_map(Value::from),
        "\\PC{0,8}".prop_map(Value::from),
    ];
    let keys = select(
        &[
            "apiVersion",
            "kind",
            "metadata",
            "name",
            "labels",
            "finalizers",
            "managedFields",
            "ownerReferences",
            "uid",
            "spec",
            "replicas",
            "template",
            "containers",
            "$patch",
            "$retainKeys",
            "$setElementOrder/containers",
            "$deleteFromPrimitiveList/finalizers",
            "op",
            "path",
            "from",
            "value",
        ][..],
    );
    leaf.prop_recursive(6, 48, 5, move |inner| {
        prop_oneof![
            3 => prop::collection::vec((keys.clone(), inner.clone()), 0..5)
                .prop_map(|members| Value::Object(members.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())),
            1 => prop::collection::vec(inner, 0..4).prop_map(Value::from),
        ]
    })
}

#[test]
fn patches_that_copy_without_end_are_refused() {
    let fixture = Fixture::new();
    fixture.post(CONFIG_MAPS, &config_map("a", json!({"a": "b"}))).is(201);
    let path = format!("{CONFIG_MAPS}/a");
    let copy = |from: &str, path: &str| json!({"op": "copy", "from": from, "path": path});
    let add = |path: &str, value: Value| json!({"op": "add", "path": path, "value": value});
    let deep = [vec![add("/x", json!({}))], vec![copy("/x", "/x/b"); 2_000]].concat();
    let wide = (0..1_000).map(|at| copy("/x", &format!("/x/b{at}")));
    let wide = [vec![add("/x", json!({"text": "z".repeat(1_000)}))], wide.collect()].concat();
    for operations in [deep, wide] {
        fixture.patch(&path, JSON_PATCH, &operations.into()).fails(422, "Invalid");
    }
    fixture.get(&path).is(200);
}

fn bodies() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => documents().prop_map(|document| document.to_string()),
        1 => documents().prop_map(|document| Value::Array(vec![document]).to_string()),
        1 => "\\PC{0,40}",
        1 => (documents(), 0..200_usize).prop_map(|(document, end)| document.to_string().chars().take(end).collect()),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, ..ProptestConfig::default() })]

    #[test]
    fn every_patch_is_answered(body in bodies(), kind in select(&[MERGE, JSON_PATCH, STRATEGIC, APPLY][..])) {
        let fixture = Fixture::new();
        let path = "/apis/apps/v1/namespaces/default/deployments";
        fixture.post(path, &deployment("a", 1)).is(201);
        let manager = if kind == APPLY { "?fieldManager=m&force=true" } else { "" };
        for below in ["", "/status", "/scale"] {
            let told = fixture.ask(Method::PATCH, &format!("{path}/a{below}{manager}"), kind, body.clone());
            prop_assert!(told.code < 600 && told.body.is_object(), "{}", told.code);
            // Whatever came of it can be read.
            fixture.get(&format!("{path}/a")).is(200);
        }
    }

    #[test]
    fn every_selector_and_token_is_answered(
        label in "[ab=!,() in.~/-]{0,16}|\\PC{0,12}",
        field in "[metadata.nspc=!,\\\\]{0,24}|\\PC{0,12}",
        token in "\\PC{0,24}",
        start in "[/.a]{0,6}",
        rv in any::<i64>(),
    ) {
        let fixture = Fixture::new();
        fixture.post(CONFIG_MAPS, &config_map("a", json!({"a": "b"}))).is(201);
        let formed = base64::engine::general_purpose::URL_SAFE_NO_PAD
            .encode(json!({"v": "meta.k8s.io/v1", "rv": rv, "start": start}).to_string());
        for (key, value) in [("labelSelector", &label), ("fieldSelector", &field), ("continue", &token), ("continue", &formed)] {
            let query = form_urlencoded::Serializer::new(String::new()).append_pair(key, value).append_pair("limit", "1").finish();
            let told = fixture.get(&format!("{CONFIG_MAPS}?{query}"));
            prop_assert!(matches!(told.code, 200 | 400 | 410 | 504), "{} {}", told.code, told.body);
        }
    }
}
