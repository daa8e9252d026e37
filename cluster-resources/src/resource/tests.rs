use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::issue::{Issue, IssueClass, Reach};

mod canonical;
mod checks;

pub(super) fn resource(body: Value) -> Resource {
    Resource::new(body, Origin::default()).unwrap()
}

pub(super) fn config_map(metadata: Value) -> Value {
    json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata})
}

pub(super) fn deployment() -> Value {
    json!({
        "apiVersion": "apps/v1", "kind": "Deployment",
        "metadata": {"name": "app", "namespace": "shop", "creationTimestamp": null, "labels": {"app": "app"}},
        "spec": {
            "replicas": 2,
            "selector": {"matchLabels": {"app": "app"}},
            "template": {
                "metadata": {"creationTimestamp": null, "labels": {"app": "app"}},
                "spec": {"containers": [{"name": "app", "image": "example.com/app:1", "resources": {}}]},
            },
        },
        "status": {"replicas": null},
    })
}

fn pairs<const N: usize>(pairs: [(&str, &str); N]) -> Vec<(String, String)> {
    pairs.map(|(key, value)| (key.to_owned(), value.to_owned())).into()
}

#[test]
fn a_declaration_is_kept_as_it_was_declared() {
    let resource = Resource::new(deployment(), Origin::file("app.yaml")).unwrap();
    assert_eq!(*resource.body(), deployment());
    assert_eq!(resource.kind_and_group().to_string(), "Deployment.apps");
    assert_eq!((resource.name(), resource.namespace()), ("app", Some("shop")));
    let (stamps, labels) = (pairs([("mooring.dev/integration", "i")]), pairs([("part-of", "x")]));
    let sent = resource.to_apply(&stamps, &labels, Some("elsewhere"));
    assert_eq!(resource.hash().len(), 74);
    assert_eq!(*resource.body(), deployment());
    assert_eq!(
        sent["metadata"],
        json!({
            "name": "app", "namespace": "elsewhere",
            "labels": {"app": "app", "part-of": "x"},
            "annotations": {"mooring.dev/integration": "i"},
        })
    );
    assert_eq!(sent.get("status"), None);
    assert_eq!(sent["spec"]["template"]["metadata"], json!({"labels": {"app": "app"}}));
}

#[test]
fn what_belongs_to_the_server_is_never_sent() {
    let live = json!({
        "apiVersion": "v1", "kind": "ConfigMap", "data": {"k": "v"}, "status": {"x": 1},
        "metadata": {
            "name": "a", "namespace": "n", "uid": "u", "resourceVersion": "1", "generation": 4, "selfLink": "/",
            "creationTimestamp": "2026-01-01T00:00:00Z", "deletionTimestamp": "2026-01-01T00:00:00Z",
            "deletionGracePeriodSeconds": 0, "managedFields": [{"manager": "kubectl"}], "finalizers": ["example.com/keep"],
            "annotations": {
                "kubectl.kubernetes.io/last-applied-configuration": "{}", "mine": "stays",
                "mooring.dev/caller": "gone", "qontract.integration": "gone", "qontract.recycle": "true",
            },
        },
    });
    let declared = json!({
        "apiVersion": "v1", "kind": "ConfigMap", "data": {"k": "v"},
        "metadata": {"name": "a", "finalizers": ["example.com/keep"], "annotations": {"mine": "stays", "qontract.recycle": "true"}},
    });
    assert_eq!(resource(live.clone()).to_apply(&[], &[], None), declared);
    assert_eq!(resource(live).hash(), resource(declared).hash());
}

#[test]
fn string_data_is_sent_as_data_and_wins() {
    let secret = resource(json!({
        "apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s"},
        "data": {"a": "b2xk", "b": "Yg=="}, "stringData": {"a": "new", "empty": ""},
    }));
    let sent = secret.to_apply(&[], &[], None);
    assert_eq!(sent["data"], json!({"a": "bmV3", "b": "Yg==", "empty": ""}));
    assert_eq!(sent.get("stringData"), None);
    let only =
        resource(json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s"}, "stringData": {"a": "b"}}));
    assert_eq!(only.to_apply(&[], &[], None)["data"], json!({"a": "Yg=="}));
    let config = resource(
        json!({"apiVersion": "example.com/v1", "kind": "Secret", "metadata": {"name": "s"}, "stringData": {"a": "b"}}),
    );
    assert_eq!(config.to_apply(&[], &[], None)["stringData"], json!({"a": "b"}));
}

#[test]
fn a_secret_is_built_from_plain_values() {
    let secret = build_secret(
        "s",
        [("empty_string", ""), ("some", "value")],
        pairs([("note", "x")]),
        Origin::file("vault/path"),
    )
    .unwrap();
    assert!(secret.is_secret());
    assert_eq!(secret.body()["type"], "Opaque");
    assert_eq!(secret.body()["data"], json!({"empty_string": "", "some": "dmFsdWU="}));
    assert_eq!(secret.annotation("note"), Some("x"));
    let error = build_secret("s", [("bad key", "value"), ("&", "v")], [], Origin::default()).unwrap_err();
    assert_eq!(error.problems().len(), 2);
}

#[test]
fn keys_of_secrets_are_checked() {
    let long = "k".repeat(SECRET_MAX_KEY_LENGTH + 1);
    for key in [" leading", " around ", "trailing ", "&invalid", "!invalid", "a b", "/etc/passwd", "", &long] {
        let error = check_secret_keys(["fine", key]).unwrap_err();
        assert_eq!(error.keys(), [key]);
    }
    assert_eq!(check_secret_keys([".", "0validkey", "no_spacing", "-", &long[1..]]), Ok(()));
}

#[test]
fn owners_are_told() {
    let owned = |controller: Value| {
        resource(config_map(json!({"name": "a", "ownerReferences": [
            {"apiVersion": "v1", "kind": "ConfigMap", "name": "b", "uid": "u", "controller": controller}]})))
    };
    assert!(owned(json!(true)).has_owner_reference() && owned(json!(true)).has_controller());
    assert!(owned(json!(false)).has_owner_reference() && !owned(json!(false)).has_controller());
    let free = resource(config_map(json!({"name": "a", "ownerReferences": []})));
    assert!(!free.has_owner_reference() && free.owner_references().is_empty());
}

#[test]
fn labels_and_annotations_are_read() {
    let it = resource(config_map(
        json!({"name": "a", "labels": {"x": "1", "y": "2"}, "annotations": {"example.com/z": "3"}}),
    ));
    assert_eq!(it.labels().collect::<Vec<_>>(), [("x", "1"), ("y", "2")]);
    assert_eq!(it.annotations().collect::<Vec<_>>(), [("example.com/z", "3")]);
    assert_eq!((it.label("y"), it.label("z"), it.annotation("example.com/z")), (Some("2"), None, Some("3")));
}

#[test]
fn a_generated_name_is_what_it_begins_with() {
    let body = json!({"apiVersion": "tekton.dev/v1", "kind": "PipelineRun", "metadata": {"generateName": "build-"}});
    let run = resource(body);
    assert!(run.is_generated());
    assert_eq!(run.name(), "build");
    assert_eq!(run.to_apply(&[], &[], None)["metadata"]["generateName"], "build-");
    let named = resource(config_map(json!({"name": "a", "generateName": "b-"})));
    assert!(!named.is_generated());
    assert_eq!(named.name(), "a");
}

#[test]
fn a_caller_comes_from_the_origin_or_is_given() {
    let mut origin = Origin::file("a.yaml");
    origin.caller = Some("team-a".into());
    let declared = Resource::new(config_map(json!({"name": "a"})), origin).unwrap();
    assert_eq!(declared.caller(), Some("team-a"));
    assert_eq!(declared.clone().with_caller("team-b").caller(), Some("team-b"));
    let moved = declared.with_origin(Origin::file("b.yaml"));
    assert_eq!((moved.caller(), moved.origin().file.as_deref()), (Some("team-a"), Some("b.yaml")));
}

#[test]
fn no_output_shows_what_a_secret_holds() {
    const SENTINEL: &str = "s3ntinel";
    let secret =
        |data: Value| json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s"}, "stringData": data});
    let fine = resource(secret(json!({"password": SENTINEL})));
    assert!(!format!("{fine:?}").contains(SENTINEL));
    let mut broken = secret(json!({"password": {"nested": SENTINEL}, "number": 1}));
    broken["data"] = json!({"k": format!("{SENTINEL}!"), "l": [SENTINEL]});
    broken["metadata"]["labels"] = json!({"l": format!("{SENTINEL} !")});
    broken["metadata"]["annotations"] = json!({"a": [SENTINEL]});
    broken["type"] = json!([SENTINEL]);
    let error = Resource::new(broken, Origin::file("s.yaml")).unwrap_err();
    assert_eq!(error.problems().len(), 7);
    let issues = Vec::<Issue>::from(error.clone());
    assert!(!format!("{error} {error:?} {issues:?}").contains(SENTINEL));
}

#[test]
fn everything_that_is_wrong_is_told_with_its_place() {
    let origin = Origin::file("a.yaml");
    let body = json!({
        "apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "Wrong", "labels": null},
        "spec": {"template": {"spec": {"containers": [{"name": "UPPER"}, {"image": "x"}]}}},
    });
    let error = Resource::new(body, origin.clone()).unwrap_err();
    let paths: Vec<_> = error.problems().iter().map(|problem| problem.path.as_str()).collect();
    assert_eq!(
        paths,
        [
            "metadata.name",
            "spec.template.spec.containers[0].name",
            "spec.template.spec.containers[1].name",
            "metadata.labels"
        ]
    );
    assert_eq!((error.kind().unwrap().to_string().as_str(), error.name()), ("Deployment.apps", Some("Wrong")));
    let issues = error.issues(&Reach::Cluster("prod".into()));
    assert_eq!(issues.len(), 4);
    assert!(issues.iter().all(|issue| issue.class == IssueClass::Invalid && issue.origin.as_ref() == Some(&origin)));
    assert_eq!(
        issues[3].to_string(),
        "[prod] Deployment.apps Wrong is invalid: is null; write what is meant, or leave it out at metadata.labels (a.yaml)"
    );
}

/// Anything that parses, with names that mean something here more often than not.
pub(super) fn any_body() -> impl Strategy<Value = Value> {
    const KINDS: [&str; 12] = [
        "v1 Pod",
        "v1 Secret",
        "v1 ConfigMap",
        "v1 Service",
        "apps/v1 Deployment",
        "batch/v1 CronJob",
        "x.io/v1 Thing",
        "rbac.authorization.k8s.io/v1 Role",
        "rbac.authorization.k8s.io/v1 RoleBinding",
        "v1 List",
        "batch/v1 Job",
        "rbac.authorization.k8s.io/v1 ClusterRole",
    ];
    const KEYS: &str = "[a-zA-Z./é😀\u{e000}]{0,5}|metadata|spec|template|jobTemplate|containers|initContainers|env|ports|name|labels|\
                        annotations|data|stringData|rules|subjects|roleRef|verbs|kind|creationTimestamp|aggregationRule|volumes";
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i32>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "\\PC{0,8}".prop_map(Value::from),
        "[a-z]{0,3}".prop_map(Value::from),
    ];
    let map =
        |inner| prop::collection::btree_map(KEYS, inner, 0..5).prop_map(|map| Value::Object(map.into_iter().collect()));
    let value = leaf.prop_recursive(6, 60, 5, move |inner| {
        prop_oneof![prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from), map(inner)]
    });
    (prop::sample::select(&KINDS[..]), any::<bool>(), map(value.boxed())).prop_map(|(kind, named, mut body)| {
        if let (Value::Object(body), Some((version, kind))) = (&mut body, kind.split_once(' ')) {
            body.insert("apiVersion".into(), version.into());
            body.insert("kind".into(), kind.into());
            if named {
                body.insert("metadata".into(), json!({"name": "x"}));
            }
        }
        body
    })
}

proptest! {
    #[test]
    fn no_declaration_makes_it_fail(body in any_body(), kept in any::<bool>()) {
        let made = if kept { Resource::with_nulls(body.clone(), Origin::default()) } else { Resource::new(body.clone(), Origin::default()) };
        match made {
            Ok(resource) => {
                prop_assert_eq!(resource.body(), &body);
                let sent = resource.to_apply(&pairs([("mooring.dev/caller", "c")]), &[], Some("ns"));
                let again = Resource::with_nulls(sent, Origin::default()).unwrap();
                prop_assert_eq!(again.hash(), resource.hash());
                prop_assert_eq!(resource.body(), &body);
            }
            Err(invalid) => prop_assert!(!invalid.problems().is_empty()),
        }
    }
}
