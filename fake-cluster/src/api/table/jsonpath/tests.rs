use proptest::prelude::*;
use serde_json::json;

use super::*;

fn first(path: &str, object: &Value) -> Option<Value> {
    Path::parse(path).unwrap().first(object)
}

fn machine() -> Value {
    json!({
        "spec": {"size": 3, "ratio": 1.5, "tags": ["a", "b", "c"], "on": true, "a.b/c": "dotted"},
        "status": {"conditions": [
            {"type": "Ready", "status": "True", "weight": 2},
            {"type": "Synced", "status": "False", "weight": 5},
        ]},
    })
}

#[test]
fn paths_lead_where_the_real_server_finds_values() {
    let object = machine();
    for (path, found) in [
        (".spec.size", json!(3)),
        ("$.spec.size", json!(3)),
        (".spec['size']", json!(3)),
        (r".spec.a\.b/c", json!("dotted")),
        (r".spec['a\.b/c']", json!("dotted")),
        (".spec.tags[0]", json!("a")),
        (".spec.tags[-1]", json!("c")),
        (".spec.tags[1:3]", json!("b")),
        (".spec.tags[*]", json!("a")),
        (".spec.tags[2,0]", json!("c")),
        (".spec.tags", json!(["a", "b", "c"])),
        (r#".status.conditions[?(@.type=="Synced")].status"#, json!("False")),
        (r#".status.conditions[?(@.type == 'Ready')].status"#, json!("True")),
        (".status.conditions[?(@.weight>3)].type", json!("Synced")),
        (".status.conditions[?(@.weight!=2)].type", json!("Synced")),
        (".status.conditions[?(@.weight)].type", json!("Ready")),
        (".status..type", json!("Ready")),
    ] {
        assert_eq!(first(path, &object), Some(found), "{path}");
    }
}

#[test]
fn what_is_not_there_or_does_not_fit_is_nothing() {
    let object = machine();
    for path in [
        ".",
        ".spec.none",
        ".spec.size.deeper",
        ".spec.tags[9]",
        ".spec[0]",
        ".spec.tags[2:1]",
        ".spec.tags[1:1]",
        ".spec[?(@.a==1)]",
        r#".status.conditions[?(@.weight=="2")].type"#,
        ".status.conditions[?(@.weight==2.0)].type",
        ".status.conditions[?(@.none==1)].type",
    ] {
        assert_eq!(first(path, &object), None, "{path}");
    }
}

#[test]
fn broken_paths_are_unreadable() {
    for path in [".a[", ".a[x]", ".a[?(@.b==)]", ".a[?(@.b", ".a....b", "'open", ".a range", ".a[1:2:3:4]"] {
        assert_eq!(Path::parse(path), Err(Unreadable), "{path}");
    }
    let deep = "[?(".repeat(2000);
    assert_eq!(Path::parse(&deep), Err(Unreadable));
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused(text in ".{0,40}", path in r#"[.\[\]?()@='"a0:,*\\-]{0,24}"#) {
        for text in [text, path] {
            if let Ok(path) = Path::parse(&text) {
                drop(path.first(&json!({"a": [{"a": 1}, {"a": "x"}, 0, null], "0": true})));
            }
        }
    }
}
