use proptest::prelude::*;
use serde_json::json;

use super::*;

fn object(name: &str, value: Value) -> Value {
    json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name, "namespace": "n"}, "data": value})
}

#[test]
fn an_id_has_its_prefix_once() {
    assert_eq!(set_id("base").unwrap(), "ext-base");
    assert_eq!(set_id("ext-base").unwrap(), "ext-base");
    for wrong in ["", "a/b", "a b", "..%2f", &"x".repeat(300)] {
        assert!(set_id(wrong).is_err(), "{wrong}");
    }
}

#[test]
fn every_object_says_who_it_is_and_comes_once() {
    let one = object("a", json!({}));
    assert_eq!(objects(&[one.clone(), json!({"kind": "Namespace"})]).unwrap_err(), UnfitSet::Anonymous(1));
    assert!(matches!(objects(&[one.clone(), one.clone()]), Err(UnfitSet::Twice(_))));
    assert_eq!(objects(&[one, object("b", json!({}))]).unwrap().len(), 2);
}

/// W-27
#[test]
fn order_and_the_writing_of_numbers_make_no_difference() {
    let (a, b) = (object("a", json!({"x": 1, "y": [1.0]})), object("b", json!({"z": 2})));
    let stored = [object("b", json!({"z": 2.0})), object("a", json!({"y": [1], "x": 1}))];
    assert!(compare(&stored, &[a.clone(), b.clone()]).is_same);
    assert!(!compare(&stored, &[object("a", json!({"x": 1, "y": [2]})), b.clone()]).is_same);
    assert!(!compare(&stored, std::slice::from_ref(&a)).is_same);
    assert!(!compare(&[], &[a]).is_same);
}

#[test]
fn what_is_not_wanted_any_more_is_reported_and_nothing_is_claimed_of_it() {
    let comparison = compare(&[object("a", json!({})), object("old", json!({}))], &[object("a", json!({}))]);
    assert_eq!(comparison.objects.len(), 2);
    assert_eq!(comparison.objects[1].object.name, "old");
    assert_eq!(comparison.objects[1].action, ApplyAction::Accepted);
    assert!(!comparison.is_same);
}

#[test]
fn a_difference_is_shown_without_secrets() {
    let secret = |value: &str| {
        json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s", "annotations": {"a": value}},
            "stringData": {"k": value}, "type": value.len().to_string()})
    };
    let (stored, wanted) = ([secret("s3ntinel-1")], [secret("s3ntinel-22")]);
    let text = text(&stored, &wanted, &compare(&stored, &wanted).objects);
    assert!(!text.contains("s3ntinel"), "{text}");
    assert!(text.contains("-stringData.k: <masked>\n+stringData.k: <masked>\n"), "{text}");
    assert!(text.contains("-type: \"10\"\n+type: \"11\"\n"), "{text}");
}

#[test]
fn a_set_named_like_a_part_is_another_object() {
    let part = part_id(&set_id("base").unwrap(), 0);
    assert_eq!(part, "ext-base-0");
    assert_eq!(set_id("base-0").unwrap(), "ext-base-0-set");
    assert_eq!(set_id("base-0-set").unwrap(), "ext-base-0-set-set");
    assert_eq!(set_id("base-set").unwrap(), "ext-base-set");
    // As the originals call theirs.
    assert_eq!(set_id("ext-managedservice-cluster-mgr").unwrap(), "ext-managedservice-cluster-mgr");
}

proptest! {
    #[test]
    fn no_two_sets_and_no_part_of_them_have_one_name(
        one in "(ext-)?[a-z]{1,2}(-[0-9]{1,2}|-set|-s|-x1){0,4}",
        other in "(ext-)?[a-z]{1,2}(-[0-9]{1,2}|-set|-s|-x1){0,4}",
        n in 0_usize..64, m in 0_usize..64,
    ) {
        let (first, second) = (set_id(&one).unwrap(), set_id(&other).unwrap());
        let bare = |name: &str| name.strip_prefix(PREFIX).unwrap_or(name).to_owned();
        prop_assert_eq!(first == second, bare(&one) == bare(&other), "{} {}", one, other);
        prop_assert_ne!(&part_id(&first, n), &second);
        prop_assert_eq!(part_id(&first, n) == part_id(&second, m), first == second && n == m);
    }

    #[test]
    fn a_set_is_the_same_in_any_order(names in prop::collection::btree_set("[a-z]{1,5}", 0..8), turn in 0_usize..8) {
        let wanted: Vec<_> = names.iter().map(|name| object(name, json!({"n": name}))).collect();
        let mut stored = wanted.clone();
        let places = stored.len().max(1);
        stored.rotate_left(turn % places);
        prop_assert!(compare(&stored, &wanted).is_same);
        prop_assert_eq!(hash(&objects(&stored).unwrap()), hash(&objects(&wanted).unwrap()));
    }

    #[test]
    fn one_changed_value_is_one_changed_object(names in prop::collection::btree_set("[a-z]{1,5}", 1..8), at in 0_usize..8) {
        let wanted: Vec<_> = names.iter().map(|name| object(name, json!({"n": name}))).collect();
        let mut stored = wanted.clone();
        let at = at % stored.len();
        stored[at]["data"]["n"] = json!("another");
        let comparison = compare(&stored, &wanted);
        let changed = comparison.objects.iter().filter(|one| one.action != ApplyAction::Unchanged).count();
        prop_assert!(!comparison.is_same);
        prop_assert_eq!(changed, 1);
        prop_assert_ne!(hash(&objects(&stored).unwrap()), hash(&objects(&wanted).unwrap()));
    }

    #[test]
    fn parts_are_the_whole(count in 0_usize..30, into in 0_usize..40) {
        let all: Vec<_> = (0..count).map(|n| json!(n)).collect();
        let parts = parts(&all, into);
        prop_assert!(parts.len() <= into.max(1) && parts.iter().all(|part| !part.is_empty()));
        prop_assert_eq!(parts.concat(), all);
    }
}
