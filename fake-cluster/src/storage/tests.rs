use serde_json::json;

use super::*;

fn object(name: &str, n: u32) -> Value {
    json!({"metadata": {"name": name}, "n": n})
}

fn names(range: &Range) -> Vec<&str> {
    range.objects.iter().map(|object| object.key()).collect()
}

#[test]
fn every_write_advances_the_one_revision() {
    let store = Store::new(16);
    let a = store.put("x", "ns/a", Expected::Absent, object("a", 1)).unwrap();
    let b = store.put("y", "ns/b", Expected::Absent, object("b", 1)).unwrap();
    assert!(b.revision() > a.revision());
    assert_eq!(store.revision(), b.revision());
    assert_eq!(b.value()["metadata"]["resourceVersion"], json!(b.revision().to_string()));
}

#[test]
fn a_write_from_an_old_revision_is_refused_and_shows_the_current_object() {
    let store = Store::new(16);
    let first = store.put("x", "a", Expected::Absent, object("a", 1)).unwrap();
    let second = store.put("x", "a", Expected::Revision(first.revision()), object("a", 2)).unwrap();
    let stale = store.put("x", "a", Expected::Revision(first.revision()), object("a", 3)).unwrap_err();
    assert_eq!(stale.current.unwrap().revision(), second.revision());
    assert!(store.put("x", "a", Expected::Absent, object("a", 4)).is_err());
    assert!(store.remove("x", "a", Expected::Revision(first.revision())).is_err());
}

#[test]
fn a_range_at_an_earlier_revision_is_the_snapshot_of_that_moment() {
    let store = Store::new(64);
    for name in ["a", "b", "c", "d"] {
        store.put("x", &format!("ns/{name}"), Expected::Absent, object(name, 1)).unwrap();
    }
    let page = store.range("x", Select { prefix: "ns/", limit: Some(2), ..Select::default() }).unwrap();
    assert_eq!((names(&page), page.remaining), (vec!["ns/a", "ns/b"], 2));
    let c = store.get("x", "ns/c").unwrap();
    store.put("x", "ns/c", Expected::Revision(c.revision()), object("c", 2)).unwrap();
    let d = store.get("x", "ns/d").unwrap();
    store.remove("x", "ns/d", Expected::Revision(d.revision())).unwrap();
    store.put("x", "ns/cc", Expected::Absent, object("cc", 1)).unwrap();
    let rest = Select { prefix: "ns/", start: Some("ns/b\0"), at: Some(page.revision), limit: None };
    let rest = store.range("x", rest).unwrap();
    assert_eq!(names(&rest), ["ns/c", "ns/d"]);
    assert_eq!(rest.objects[0].value()["n"], json!(1));
    assert_eq!(names(&store.range("x", Select::default()).unwrap()), ["ns/a", "ns/b", "ns/c", "ns/cc"]);
}

#[test]
fn forgotten_history_is_refused_for_snapshots_and_changes() {
    let store = Store::new(2);
    let first = store.put("x", "a", Expected::Absent, object("a", 1)).unwrap();
    for name in ["b", "c", "d"] {
        store.put("x", name, Expected::Absent, object(name, 1)).unwrap();
    }
    assert!(store.changes("x", first.revision(), 10).is_err());
    assert!(store.range("x", Select { at: Some(first.revision()), ..Select::default() }).is_err());
    let (changes, upto) = store.changes("x", store.revision() - 1, 10).unwrap();
    assert_eq!((changes.len(), upto), (1, store.revision()));
    store.compact();
    assert!(store.changes("x", store.revision() - 1, 10).is_err());
    assert!(store.changes("x", store.revision(), 10).unwrap().0.is_empty());
}

#[test]
fn changes_come_in_order_and_in_batches_that_name_how_far_they_reach() {
    let store = Store::new(64);
    let start = store.revision();
    for name in ["a", "b", "c"] {
        store.put("x", name, Expected::Absent, object(name, 1)).unwrap();
        store.put("other", name, Expected::Absent, object(name, 1)).unwrap();
    }
    let (batch, upto) = store.changes("x", start, 2).unwrap();
    assert_eq!(batch.iter().map(|c| c.object().key().to_owned()).collect::<Vec<_>>(), ["a", "b"]);
    let (batch, upto) = store.changes("x", upto, 2).unwrap();
    assert_eq!((batch.len(), upto), (1, store.revision()));
}

#[test]
fn a_removal_is_announced_with_its_own_revision() {
    let store = Store::new(64);
    let object = store.put("x", "a", Expected::Absent, object("a", 1)).unwrap();
    let signal = store.subscribe("x");
    let last = store.remove("x", "a", Expected::Revision(object.revision())).unwrap();
    assert_eq!(last.revision(), object.revision() + 1);
    assert_eq!(last.meta_str("resourceVersion"), last.revision().to_string());
    assert_eq!(*signal.borrow(), last.revision());
    assert!(store.get("x", "a").is_none());
}
