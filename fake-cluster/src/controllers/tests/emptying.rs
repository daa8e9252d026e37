use super::*;

const NAMESPACES: Controllers = Controllers::none().with_namespaces(true);

fn namespace(api: &Api, name: &str) {
    create(api, json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}));
}

fn filled(api: &Api, finalizers: &[&str]) {
    namespace(api, "n");
    for (kind, name) in [("ConfigMap", "a"), ("Secret", "b"), ("ServiceAccount", "c")] {
        let mut object = json!({"apiVersion": "v1", "kind": kind, "metadata": {"name": name, "namespace": "n"}});
        if kind == "Secret" {
            object["metadata"]["finalizers"] = json!(finalizers);
        }
        create(api, object);
    }
}

fn condition(namespace: &Value, kind: &str) -> Value {
    let conditions = namespace["status"]["conditions"].as_array().cloned().unwrap_or_default();
    conditions.into_iter().find(|condition| condition["type"] == kind).unwrap_or_default()
}

#[test]
fn a_deleted_namespace_goes_with_its_content_and_nothing_else() {
    let api = api();
    filled(&api, &[]);
    create(&api, config_map("other", &[]));
    assert_eq!(settle(&api, NAMESPACES), 0);
    delete(&api, "/api/v1/namespaces/n", "Background");
    settle(&api, NAMESPACES);
    assert!(get(&api, "/api/v1/namespaces/n").is_none());
    assert_eq!(api.store().count("secrets", "n/"), 0);
    assert!(get(&api, &path("other")).is_some());
}

#[test]
fn what_holds_a_namespace_is_told_and_it_goes_when_let() {
    let api = api();
    filled(&api, &["example.com/hold", "example.com/also"]);
    delete(&api, "/api/v1/namespaces/n", "Background");
    settle(&api, NAMESPACES);
    let held = get(&api, "/api/v1/namespaces/n").unwrap();
    assert_eq!(held["status"]["phase"], "Terminating");
    let remaining = condition(&held, "NamespaceContentRemaining");
    assert_eq!(remaining["status"], "True");
    assert_eq!(remaining["reason"], "SomeResourcesRemain");
    assert_eq!(remaining["message"], "Some resources are remaining: secrets. has 1 resource instances");
    let finalizers = condition(&held, "NamespaceFinalizersRemaining");
    assert_eq!(
        finalizers["message"],
        "Some content in the namespace has finalizers remaining: example.com/also in 1 resource instances, example.com/hold in 1 resource instances"
    );
    assert_eq!(condition(&held, "NamespaceDeletionContentFailure")["status"], "False");
    assert_eq!(settle(&api, NAMESPACES), 0);
    let let_go = json!({"metadata": {"finalizers": null}});
    api.request(Method::PATCH, "/api/v1/namespaces/n/secrets/b", Some(&let_go)).unwrap();
    settle(&api, NAMESPACES);
    assert!(get(&api, "/api/v1/namespaces/n").is_none());
}

#[test]
fn a_namespace_with_finalizers_of_others_is_finalized_and_waits() {
    let api = api();
    let mut namespace = json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "n"}});
    namespace["metadata"]["finalizers"] = json!(["example.com/hold"]);
    create(&api, namespace);
    delete(&api, "/api/v1/namespaces/n", "Background");
    settle(&api, NAMESPACES);
    let waits = get(&api, "/api/v1/namespaces/n").unwrap();
    assert!(waits["spec"]["finalizers"].as_array().is_none_or(Vec::is_empty));
    let let_go = json!({"metadata": {"finalizers": null}});
    api.request(Method::PATCH, "/api/v1/namespaces/n", Some(&let_go)).unwrap();
    assert!(get(&api, "/api/v1/namespaces/n").is_none());
}

#[test]
fn owners_in_the_foreground_do_not_keep_a_namespace() {
    let api = api();
    namespace(&api, "n");
    let both = NAMESPACES.with_garbage_collection(true).with_service_accounts(true);
    let mut owner = config_map("owner", &[]);
    owner["metadata"]["namespace"] = json!("n");
    let owner = create(&api, owner);
    let mut dependent = config_map("dependent", &[owned_by(&owner, true)]);
    dependent["metadata"]["namespace"] = json!("n");
    create(&api, dependent);
    settle(&api, both);
    delete(&api, "/api/v1/namespaces/n/configmaps/owner", "Foreground");
    delete(&api, "/api/v1/namespaces/n", "Foreground");
    settle(&api, both);
    assert!(get(&api, "/api/v1/namespaces/n").is_none());
}

#[test]
fn claims_and_volumes_do_not_keep_a_namespace() {
    let api = api();
    let all = Controllers::all();
    namespace(&api, "n");
    create(
        &api,
        json!({
            "apiVersion": "apps/v1", "kind": "StatefulSet", "metadata": {"name": "w", "namespace": "n"},
            "spec": {
                "replicas": 2, "serviceName": "s", "selector": {"matchLabels": {"app": "a"}},
                "template": {
                    "metadata": {"labels": {"app": "a"}},
                    "spec": {"containers": [{"name": "main", "image": "registry.example/main:1"}]},
                },
                "volumeClaimTemplates": [{
                    "metadata": {"name": "data"},
                    "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}},
                }],
            },
        }),
    );
    settle(&api, all);
    let count = |path: &str| get(&api, path).unwrap()["items"].as_array().map_or(0, Vec::len);
    let claims = "/api/v1/namespaces/n/persistentvolumeclaims";
    assert_eq!((count(claims), count("/api/v1/persistentvolumes")), (2, 2));
    // A claim stays as long as its pod.
    delete(&api, &format!("{claims}/data-w-0"), "Background");
    settle(&api, all);
    assert!(get(&api, &format!("{claims}/data-w-0")).is_some());
    let volume = get(&api, "/api/v1/persistentvolumes").unwrap()["items"][0].clone();
    let path = format!("/api/v1/persistentvolumes/{}", volume["metadata"]["name"].as_str().unwrap());
    let held = json!({"metadata": {"finalizers": ["kubernetes.io/pv-protection"]}});
    api.request(Method::PATCH, &path, Some(&held)).unwrap();
    delete(&api, "/api/v1/namespaces/n", "Background");
    settle(&api, all);
    assert!(get(&api, "/api/v1/namespaces/n").is_none());
    assert_eq!(count("/api/v1/persistentvolumes"), 0);
}
