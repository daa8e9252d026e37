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
