//! That what is written looks as Go writes it, and is read again as what it was.
use proptest::prelude::*;
use serde_json::json;

use super::*;

#[test]
fn documents_look_as_those_of_go() {
    let value = json!({
        "kind": "ConfigMap", "apiVersion": "v1", "metadata": {"name": "a", "labels": {}, "finalizers": []},
        "data": {"text": "one\ntwo\n", "bare": "one\ntwo", "yes": "yes", "number": "5", "time": "2001-02-03T04:05:06Z",
                 "colon": "a: b", "dash": "- x", "empty": "", "space": " x", "quote": "it's", "tab": "a\tb", "hash": "a#b"},
        "list": [{"a": 1, "b": [1, 2.5]}, "x", [["y"]], null, true],
    });
    let wanted = r#"apiVersion: v1
data:
  bare: |-
    one
    two
  colon: 'a: b'
  dash: '- x'
  empty: ""
  hash: a#b
  number: "5"
  quote: it's
  space: ' x'
  tab: "a\tb"
  text: |
    one
    two
  time: "2001-02-03T04:05:06Z"
  "yes": "yes"
kind: ConfigMap
list:
- a: 1
  b:
  - 1
  - 2.5
- x
- - - "y"
- null
- true
metadata:
  finalizers: []
  labels: {}
  name: a
"#;
    assert_eq!(document(&value), wanted);
}

#[test]
fn long_lines_are_folded() {
    let text = "word ".repeat(30);
    let written = document(&json!({"a": text.trim()}));
    assert!(written.lines().count() > 1 && written.lines().skip(1).all(|line| line.starts_with("  word")), "{written}");
    assert_eq!(read(&written), json!({"a": text.trim()}));
}

#[test]
fn keys_are_in_natural_order() {
    let mut keys = ["b10", "b9", "a", "B", "1", "f:x", ".", "k:{}", "b"];
    keys.sort_by(|one, two| key_order(one, two));
    assert_eq!(keys, [".", "1", "B", "a", "b", "b9", "b10", "f:x", "k:{}"]);
}

fn read(text: &str) -> Value {
    serde_saphyr::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

fn values() -> impl Strategy<Value = Value> {
    let text = "[a-zA-Z0-9 :#'\"\\\\\n\t_.,?&*!|>%@`{}\\[\\]~-]{0,24}|[yYnN0-9:.-]{0,12}|\\PC{0,8}";
    let leaf = prop_oneof![text.prop_map(Value::from), any::<i32>().prop_map(Value::from), Just(Value::Null)];
    leaf.prop_recursive(3, 24, 4, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map("[a-z0-9 :'#.-]{0,8}", inner, 0..4)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn what_is_written_is_read_again(value in values()) {
        let value = json!({"value": value});
        prop_assert_eq!(read(&document(&value)), value);
    }
}
