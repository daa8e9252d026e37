//! What conditions of webhooks may say, and what is made of them.
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::schema::custom::cel::{Broken, Condition};

fn variables() -> [(&'static str, Value); 4] {
    let object = json!({
        "kind": "ConfigMap", "metadata": {"name": "a", "labels": {"x": "y"}}, "data": {"n": "5", "list": "a,b"}, "size": 3,
        "share": 1.5,
    });
    let request = json!({
        "operation": "CREATE", "name": "a", "namespace": "n", "dryRun": false, "kind": {"group": "", "version": "v1", "kind": "ConfigMap"},
        "userInfo": {"username": "alice", "groups": ["devs"]}, "options": {"kind": "CreateOptions"},
    });
    [("object", object), ("oldObject", Value::Null), ("request", request), ("namespaceObject", Value::Null)]
}

fn invalid(text: &str) -> String {
    match Condition::read(text) {
        Err(Broken::Invalid(why)) => why,
        other => panic!("{text}: {other:?}"),
    }
}

#[test]
fn conditions_see_the_request_and_both_objects() {
    for text in [
        "object.kind == 'ConfigMap' && oldObject == null",
        "object.size == 3 && object.share > 1.0 && object.size < 4.5",
        "object.metadata.labels.exists(l, l == 'x')",
        "request.operation in ['CREATE', 'UPDATE'] && !request.dryRun",
        "request.kind.group == '' && request.userInfo.groups.exists(g, g == 'devs')",
        "!has(request.subResource) && !has(object.spec) && has(request.name)",
        "request.options.kind == 'CreateOptions'",
        "object.data.list.split(',').size() == 2",
        "int(object.data.n) == 5 ? true : false",
        "!object.?spec.?replicas.hasValue() && object.?size.orValue(0) == 3",
        "[1, 2].all(x, x > 0) && {'a': 1}.a == 1",
        "namespaceObject == null",
    ] {
        assert_eq!(Condition::read(text).unwrap().holds(&variables()), Ok(true), "{text}");
    }
}

#[test]
fn a_condition_that_has_no_answer_says_why() {
    for (text, why) in [
        ("object.spec.x == 1", "no such key: spec"),
        ("request.subResource == ''", "no such key: subResource"),
        ("object.data.n > 5", "no such overload"),
        ("!object.data", "no such overload"),
        ("1 / 0 == 1", "division by zero"),
    ] {
        let said = Condition::read(text).unwrap().holds(&variables());
        assert_eq!(said, Err(format!("expression '{text}' resulted in error: {why}")));
    }
    let endless = format!("{}true{}", "object.data.list.split(',').all(x, ".repeat(30), ")".repeat(30));
    let condition = Condition::read(&endless).unwrap();
    assert!(condition.holds(&variables()).unwrap_err().contains("cost limit"));
    // A type that would double at every step.
    let doubled = format!("[0]{}.size() == 1", ".map(x, {x: x})".repeat(40));
    assert!(Condition::read(&doubled).unwrap().holds(&variables()).is_ok());
}

#[test]
fn what_is_no_question_is_refused_when_it_is_written() {
    for (text, got) in [
        ("object.spec.x", "dyn"),
        ("1", "int"),
        ("'x'", "string"),
        ("object", "dyn"),
        ("request.operation", "string"),
        ("has(object.x) ? true : object.y", "dyn"),
        ("[1]", "list(int)"),
        ("{}", "map(dyn, dyn)"),
        ("request.options.dryRun", "dyn"),
        ("object.?x.orValue(true)", "dyn"),
        ("null", "null_type"),
        ("duration('1h')", "google.protobuf.Duration"),
        ("dyn(1)", "dyn"),
    ] {
        assert_eq!(invalid(text), format!("must evaluate to bool but got {got}"), "{text}");
    }
    for (text, why) in [
        ("foo == 1", "undeclared reference to 'foo'"),
        ("request.foo == 'x'", "undefined field 'foo'"),
        ("request.object.x == 1", "undefined field 'object'"),
        ("request.userInfo.foo == 'a'", "undefined field 'foo'"),
        ("request.name == 1", "found no matching overload for '_==_' applied to '(string, int)'"),
        ("object.x == 1 && 'a'", "expected type 'bool' but found 'string'"),
        ("has(object.x) ? true : 1", "found no matching overload for '_?_:_' applied to '(bool, bool, int)'"),
        ("!1", "found no matching overload for '!_' applied to '(int)'"),
        ("1 < 'a'", "found no matching overload for '_<_' applied to '(int, string)'"),
        ("nothing(1)", "undeclared reference to 'nothing'"),
        ("object.foo +", "Syntax error"),
        ("variables.x == 1", "undeclared reference to 'variables'"),
    ] {
        assert!(invalid(text).starts_with("compilation failed: ERROR: "), "{text}");
        assert!(invalid(text).contains(why), "{text}: {}", invalid(text));
    }
    let asked = Condition::read("authorizer.requestResource.check('get').allowed()");
    assert!(matches!(asked, Err(Broken::AsksAuthorizer)));
}

proptest! {
    #[test]
    fn nothing_makes_conditions_panic(text in "[a-z0-9.()\\[\\]{}'\"?:&|!<>=+*/ ,-]{0,60}") {
        if let Ok(condition) = Condition::read(&text) {
            drop(condition.holds(&variables()));
        }
    }
}
