use super::*;
use crate::issue::IssueClass;
use crate::observed::LiveBody;

fn live(name: &str) -> LiveObject {
    let value = serde_json::json!({
        "kind": "Secret", "metadata": { "name": name, "uid": "u", "resourceVersion": "7" }, "data": { "k": "sentinel-77aa" }
    });
    LiveObject::new(value, true).unwrap()
}

#[test]
fn initializing_twice_changes_nothing() {
    let inventory = ResourceInventory::new();
    assert!(!inventory.is_cluster_present("c"));
    inventory.initialize_resource_type("c", Some("ns"), "Secret", Some(&["a"])).unwrap();
    inventory.initialize_resource_type("c", Some("ns"), "Secret", None).unwrap();
    inventory.initialize_resource_type("c", Some("ns"), "v1/Secret", Some(&["b"])).unwrap();
    assert!(inventory.is_cluster_present("c"));
    let desired = inventory.desired();
    assert_eq!(desired.buckets.len(), 1);
    let bucket = desired.bucket(&BucketId::new("c", Some("ns"), GroupKind::core("Secret"))).unwrap();
    assert!(bucket.manages("a") && !bucket.manages("b"));
}

#[test]
fn what_is_no_kind_is_refused_and_noted() {
    let inventory = ResourceInventory::new();
    for kind in ["", ".", ".apps", "Kind."] {
        let error = inventory.initialize_resource_type("c", None, kind, None).unwrap_err();
        assert!(matches!(error, InventoryError::Kind { .. }), "{error}");
    }
    assert_eq!(inventory.issues().len(), 4);
    assert!(inventory.has_error_registered(Some("c")) && !inventory.has_error_registered(Some("d")));
}

#[test]
fn two_spellings_are_one_bucket_and_the_qualified_one_wins() {
    let full = BucketId::new("c", Some("ns"), GroupKind::new("apps", "Deployment"));
    for spellings in [["Deployment", "Deployment.apps"], ["Deployment.apps", "Deployment"]] {
        let inventory = ResourceInventory::new();
        inventory.initialize_resource_type("c", Some("ns"), spellings[0], Some(&["first"])).unwrap();
        inventory.initialize_resource_type("c", Some("ns"), spellings[1], Some(&["second"])).unwrap();
        let desired = inventory.desired();
        assert_eq!(desired.buckets.keys().collect::<Vec<_>>(), [&full], "{spellings:?}");
        assert!(desired.bucket(&full).unwrap().manages("first"), "{spellings:?}");
        assert!(inventory.get_desired_by_type("c", Some("ns"), "Deployment").is_some());
    }
}

#[test]
fn a_bare_kind_of_the_core_group_is_never_that_of_another_group() {
    let inventory = ResourceInventory::new();
    inventory.initialize_resource_type("c", Some("ns"), "Service", None).unwrap();
    inventory.initialize_resource_type("c", Some("ns"), "Service.serving.knative.dev", None).unwrap();
    assert_eq!(inventory.desired().buckets.len(), 2);
}

#[test]
fn places_do_not_share_spellings() {
    let inventory = ResourceInventory::new();
    inventory.initialize_resource_type("c", Some("a"), "Deployment", None).unwrap();
    inventory.initialize_resource_type("c", Some("b"), "Deployment.apps", None).unwrap();
    let desired = inventory.desired();
    let kinds: Vec<_> = desired.buckets.keys().map(ToString::to_string).collect();
    assert_eq!(kinds, ["[c/a] Deployment", "[c/b] Deployment.apps"]);
}

#[test]
fn current_objects_are_kept_for_kinds_that_are_managed() {
    let inventory = ResourceInventory::new();
    let bucket = inventory.initialize_resource_type("c", Some("ns"), "Secret", None).unwrap();
    assert!(inventory.add_current(&bucket, "a", live("a")));
    assert!(inventory.add_current(&bucket, "a", live("a")), "the last one stays");
    assert!(!inventory.add_current(&BucketId::new("c", Some("ns"), GroupKind::core("Pod")), "a", live("a")));
    assert!(inventory.get_current("c", Some("ns"), "Secret", "a").is_some());
    assert!(inventory.get_current("c", Some("ns"), "Secret", "b").is_none());
    let observed = inventory.observed();
    assert_eq!(observed.bucket(&bucket).unwrap().completeness, Completeness::Partial);
    assert_eq!(observed.len(), 1);
    assert!(!format!("{observed:?} {inventory:?} {:?}", inventory.items()).contains("sentinel"));
    assert!(matches!(observed.get(&bucket.object("a")).unwrap().body, LiveBody::Full(_)));
}

#[test]
fn what_was_seen_and_is_not_managed_is_kept_and_declared_by_nobody() {
    let inventory = ResourceInventory::new();
    let managed = inventory.initialize_resource_type("c", Some("ns"), "Secret", None).unwrap();
    let remembered = BucketId::new("c", Some("ns"), GroupKind::core("ConfigMap"));
    let mut observed = Observed::default();
    observed.buckets.insert(managed.clone(), ObservedBucket::new(Completeness::Complete));
    observed.buckets.insert(remembered.clone(), ObservedBucket::new(Completeness::Complete));
    observed.issues.push(Issue::error(Reach::Kind(managed.clone()), IssueClass::Forbidden, "no"));
    inventory.record(observed);
    assert_eq!(inventory.desired().buckets.keys().collect::<Vec<_>>(), [&managed]);
    assert!(inventory.desired().issues.is_empty());
    assert_eq!(inventory.observed().buckets.len(), 2);
    assert!(inventory.has_error_registered(None) && inventory.has_error_registered(Some("c")));
    let managed: Vec<_> = inventory.into_iter().map(|item| item.managed).collect();
    assert_eq!(managed, [false, true]);
    inventory.initialize_resource_type("c", Some("ns"), "ConfigMap", Some(&["x"])).unwrap();
    assert!(!inventory.desired().bucket(&remembered).unwrap().manages("y"));
}

#[test]
fn what_was_seen_last_of_a_cluster_is_what_counts() {
    let inventory = ResourceInventory::new();
    let a = inventory.initialize_resource_type("a", Some("ns"), "Secret", None).unwrap();
    let seen = |issues: Vec<Issue>| {
        let mut observed = Observed::default();
        observed.buckets.insert(a.clone(), ObservedBucket::new(Completeness::Complete));
        observed.issues = issues;
        observed
    };
    let forbidden = Issue::error(Reach::Kind(a.clone()), IssueClass::Forbidden, "no");
    let of_b = Issue::error(Reach::Cluster("b".into()), IssueClass::Unreachable, "no");
    inventory.record(seen(vec![forbidden.clone(), of_b.clone()]));
    inventory.record(seen(vec![forbidden.clone()]));
    assert_eq!(inventory.observed().issues, [of_b.clone(), forbidden]);
    inventory.record(seen(Vec::new()));
    assert_eq!(inventory.observed().issues, [of_b]);
}

#[test]
fn an_error_concerns_its_cluster_and_one_of_the_run_concerns_all() {
    let inventory = ResourceInventory::new();
    inventory.register_error(Issue::warning(Reach::Run, IssueClass::Other, "only a warning"));
    assert!(!inventory.has_error_registered(None));
    let place = Reach::namespace("a", "ns");
    inventory.register_error(Issue::error(place, IssueClass::Other, "bad"));
    assert!(inventory.has_error_registered(None) && inventory.has_error_registered(Some("a")));
    assert!(!inventory.has_error_registered(Some("b")));
    inventory.register_error(Issue::error(Reach::Run, IssueClass::Other, "bad"));
    assert!(inventory.has_error_registered(Some("b")));
    assert_eq!(inventory.desired().issues.len(), 3);
}

mod declaring {
    //! By intent those of `test_openshift_resource.py` of `qontract-reconcile`.

    use serde_json::{Value, json};

    use super::*;
    use crate::id::Origin;

    fn deployment(name: &str) -> Value {
        json!({
            "apiVersion": "apps/v1", "kind": "Deployment", "metadata": { "name": name },
            "spec": { "selector": {}, "template": { "spec": { "containers": [] } } },
        })
    }

    fn from(file: &str, body: Value) -> Resource {
        Resource::new(body, Origin::file(file)).unwrap()
    }

    fn resource(name: &str) -> Resource {
        from("a.yaml", deployment(name))
    }

    fn managing(kind: &str, names: Option<&[&str]>) -> ResourceInventory {
        let inventory = ResourceInventory::new();
        inventory.initialize_resource_type("c", Some("ns"), kind, names).unwrap();
        inventory
    }

    #[test]
    fn a_declaration_is_kept_and_ordinary_unless_said_otherwise() {
        let inventory = managing("Deployment", Some(&["a", "b"]));
        inventory.add_desired("c", Some("ns"), "Deployment", resource("a"), false).unwrap();
        inventory.add_desired("c", Some("ns"), "Deployment.apps/v1", resource("b"), true).unwrap();
        assert!(!inventory.get_desired("c", Some("ns"), "Deployment", "a").unwrap().privileged);
        assert!(inventory.get_desired("c", Some("ns"), "Deployment", "b").unwrap().privileged);
        assert_eq!(inventory.get_desired_by_type("c", Some("ns"), "Deployment.apps").unwrap().objects.len(), 2);
        assert!(inventory.get_desired("c", Some("ns"), "Deployment", "d").is_none());
        assert!(inventory.issues().is_empty());
    }

    #[test]
    fn any_spelling_will_do_and_a_bare_one_becomes_what_is_declared() {
        for kind in ["Deployment", "Deployment.apps"] {
            let inventory = managing(kind, None);
            let id = inventory.add_desired_resource("c", Some("ns"), resource("a"), false).unwrap();
            assert_eq!(id.to_string(), "[c/ns] Deployment.apps a", "{kind}");
            assert_eq!(inventory.desired().objects().count(), 1);
        }
        let both = managing("Deployment", None);
        both.initialize_resource_type("c", Some("ns"), "Deployment.apps", None).unwrap();
        both.add_desired_resource("c", Some("ns"), resource("a"), false).unwrap();
        assert_eq!(both.desired().buckets.len(), 1);
    }

    #[test]
    fn nothing_that_has_no_place_is_lost_silently() {
        let inventory = managing("Deployment", Some(&["a"]));
        inventory.initialize_resource_type("c", Some("other"), "Secret", None).unwrap();
        let add = |cluster, namespace, name| inventory.add_desired_resource(cluster, namespace, resource(name), false);
        let unknown = |error: &InventoryError| matches!(error, InventoryError::UnknownCluster { .. });
        assert!(unknown(&add("nowhere", Some("ns"), "a").unwrap_err()));
        assert!(matches!(add("c", Some("none"), "a").unwrap_err(), InventoryError::UnknownNamespace { .. }));
        assert!(matches!(add("c", Some("other"), "a").unwrap_err(), InventoryError::NotInitialized { .. }));
        assert!(matches!(add("c", Some("ns"), "b").unwrap_err(), InventoryError::ResourceNotManaged { .. }));
        let reaches: Vec<_> = inventory.issues().iter().map(|issue| issue.reach.to_string()).collect();
        assert_eq!(reaches, ["[nowhere]", "[c/none]", "[c/other] Deployment.apps", "[c/ns] Deployment.apps b"]);
        assert!(inventory.has_error_registered(Some("nowhere")));
        assert!(inventory.issues().iter().all(|issue| issue.origin == Some(Origin::file("a.yaml"))));
        assert_eq!(inventory.desired().objects().count(), 0);
    }

    #[test]
    fn an_empty_list_of_names_refuses_everything() {
        let inventory = managing("Deployment", Some(&[]));
        let error = inventory.add_desired("c", Some("ns"), "Deployment", resource("a"), false).unwrap_err();
        assert!(matches!(error, InventoryError::ResourceNotManaged { .. }), "{error}");
    }

    #[test]
    fn what_is_declared_twice_names_both_who_did() {
        let inventory = managing("Deployment", None);
        inventory.add_desired_resource("c", Some("ns"), resource("a"), false).unwrap();
        let again = from("b.yaml", deployment("a"));
        let error = inventory.add_desired_resource("c", Some("ns"), again, false).unwrap_err();
        assert_eq!(error.to_string(), "[c/ns] Deployment.apps a is declared twice: by a.yaml, and by b.yaml");
        let [issue] = &inventory.issues()[..] else { panic!() };
        assert_eq!(issue.class, IssueClass::Duplicate);
        assert!(issue.message.contains("a.yaml") && issue.message.contains("b.yaml"));
        let kept = inventory.get_desired("c", Some("ns"), "Deployment", "a").unwrap();
        assert_eq!(kept.resource.origin(), &Origin::file("a.yaml"));
    }

    #[test]
    fn spellings_that_turn_out_to_be_one_kind_give_up_no_declaration_silently() {
        // Two spellings of one kind that met before anybody knew the group: both hold the same name.
        let inventory = managing("Widget", None);
        for group in ["a.example.com", "b.example.com"] {
            inventory.initialize_resource_type("c", Some("other"), &format!("Widget.{group}"), None).unwrap();
        }
        inventory.initialize_resource_type("c", Some("other"), "Widget", None).unwrap();
        assert_eq!(inventory.desired().buckets.len(), 4, "two groups: the bare one is neither, yet");
        let body =
            |group: &str| json!({ "apiVersion": format!("{group}/v1"), "kind": "Widget", "metadata": { "name": "x" } });
        inventory.add_desired_resource("c", Some("other"), from("a.yaml", body("a.example.com")), false).unwrap();
        let error = inventory.add_desired("c", Some("other"), "Widget", from("b.yaml", body("a.example.com")), false);
        assert!(matches!(error.unwrap_err(), InventoryError::ResourceKeyExists { .. }));
        let b = from("b.yaml", body("b.example.com"));
        inventory.add_desired("c", Some("other"), "Widget", b, false).unwrap();
        let desired = inventory.desired();
        let held: Vec<_> = desired.objects().map(|(id, _)| id.to_string()).collect();
        assert_eq!(held, ["[c/other] Widget.a.example.com x", "[c/other] Widget.b.example.com x"]);
    }

    #[test]
    fn a_declaration_of_another_kind_or_namespace_is_refused() {
        let inventory = managing("StatefulSet.apps", None);
        let error = inventory.add_desired("c", Some("ns"), "StatefulSet.apps", resource("a"), false).unwrap_err();
        assert!(matches!(error, InventoryError::WrongKind { .. }), "{error}");
        let inventory = managing("Deployment", None);
        let mut body = deployment("a");
        body["metadata"]["namespace"] = "elsewhere".into();
        let error = inventory.add_desired_resource("c", Some("ns"), from("a.yaml", body), false).unwrap_err();
        assert!(matches!(error, InventoryError::WrongNamespace { .. }), "{error}");
        assert_eq!(inventory.issues()[1..].len(), 0);
    }

    #[test]
    fn what_a_namespace_declares_outside_of_namespaces_is_kept_in_the_cluster() {
        let inventory = managing("Deployment", None);
        inventory.initialize_resource_type("c", None, "ClusterRole", Some(&["a"])).unwrap();
        let role = json!({ "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRole", "metadata": { "name": "a" }, "rules": [] });
        let id = inventory.add_desired_resource("c", Some("ns"), from("a.yaml", role), true).unwrap();
        assert_eq!(id.to_string(), "[c] ClusterRole.rbac.authorization.k8s.io a");
    }

    #[test]
    fn many_tasks_may_add_at_once() {
        let inventory = managing("Deployment", None);
        std::thread::scope(|scope| {
            for thread in 0..8 {
                let inventory = &inventory;
                scope.spawn(move || {
                    for number in 0..50 {
                        let resource = resource(&format!("d-{thread}-{number}"));
                        inventory.add_desired_resource("c", Some("ns"), resource, false).unwrap();
                    }
                });
            }
        });
        assert_eq!(inventory.desired().objects().count(), 400);
    }
}
