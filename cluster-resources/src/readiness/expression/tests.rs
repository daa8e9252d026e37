use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::readiness::any_json;

fn holds(expression: &str, object: &Value) -> bool {
    expression.parse::<Expression>().unwrap().holds(object)
}

#[test]
fn expressions_say_what_an_object_says() {
    let object = json!({
        "metadata": {"annotations": {"example.com/done": "yes"}},
        "status": {
            "phase": "Ready", "replicas": 3, "share": 0.5, "done": true, "nothing": null,
            "conditions": [{"type": "Ready", "status": "True"}, {"type": "A/B", "status": "False"}],
            "hosts": [{"name": "a"}, {"name": "b"}],
            "jobs": {"x": "Complete", "y": "Failed"},
        },
    });
    for (expression, expected) in [
        ("status.phase == \"Ready\" && status.replicas >= 1", true),
        ("status.phase == 'Ready'", true),
        ("status.phase == \"Ready\" && status.replicas > 3", false),
        ("status.replicas == 3.0", true),
        ("status.share < 1", true),
        ("status.phase != \"Ready\" || status.done", true),
        ("!status.done", false),
        ("!(status.phase == \"Lost\")", true),
        ("status.conditions[type=Ready].status == \"True\"", true),
        ("status.conditions[type=\"A/B\"].status == \"True\"", false),
        ("status.conditions[type=Absent].status != \"True\"", true),
        ("status.hosts[1].name == \"b\"", true),
        ("status.hosts[*].name == \"b\"", true),
        ("status.hosts[*].name == \"c\"", false),
        ("status.jobs[*] == \"Failed\"", true),
        ("metadata.annotations[\"example.com/done\"] == \"yes\"", true),
        ("exists(status.replicas)", true),
        ("exists(status.nothing)", false),
        ("exists(status.absent)", false),
        ("status.absent == null", true),
        ("status.absent > 0", false),
        ("status.phase in [\"Ready\", \"Done\"]", true),
        ("status.phase in []", false),
        ("\"a\" in [1, [2], true, null, \"a\"]", true),
        ("status.phase matches \"R*y\"", true),
        ("status.phase matches \"*x*\"", false),
        ("status.replicas matches \"3\"", false),
        ("status.replicas == \"3\"", false),
        ("status.phase >= \"Q\"", true),
        ("status.hosts > 1", false),
        ("true", true),
        ("1 < 2 && 2 < 3 && !false", true),
        ("false && true || true", true),
        ("false && (true || true)", false),
    ] {
        assert_eq!(holds(expression, &object), expected, "{expression}");
    }
}

#[test]
fn errors_say_where_and_what() {
    for (written, said) in [
        ("", "at character 1: expected a path or a value, found the end"),
        ("status.phase ==", "at character 16: expected a path or a value, found the end"),
        ("status. == 1", "at character 9: expected the name of a field, found `==`"),
        ("a == 1 b", "at character 8: expected an operator or the end, found `b`"),
        ("(a == 1", "at character 8: expected `)`, found the end"),
        ("a == \"open", "at character 6: expected a text that ends with its quote, found `\"open`"),
        ("a == 1.2.3", "at character 6: expected a number, found `1.2.3`"),
        ("a == 1e999", "at character 6: expected a number, found `1e999`"),
        ("é == ?", "at character 6: expected a path, a value or an operator, found `?`"),
        ("a[type]", "at character 7: expected `=`, found `]`"),
        ("a[-1]", "at character 3: expected an index, `*`, a text in quotes, or `name=value`, found `-1`"),
        ("a in [b]", "at character 7: expected a value, found `b`"),
        ("a in [1 2]", "at character 9: expected `,` or `]`, found `2`"),
        ("exists(1)", "at character 8: expected a path, found `1`"),
        ("a && && b", "at character 6: expected a path or a value, found `&&`"),
    ] {
        assert_eq!(written.parse::<Expression>().unwrap_err().to_string(), said, "{written}");
    }
    assert_eq!("a.b c".parse::<Path>().unwrap_err().position, 5);
    assert!("1".parse::<Path>().is_err());
}

#[test]
fn nesting_is_bounded() {
    let nested = |depth: usize| format!("{}a{}", "(".repeat(depth), ")".repeat(depth));
    assert!(nested(60).parse::<Expression>().is_ok());
    assert!(nested(100_000).parse::<Expression>().unwrap_err().to_string().contains("fewer levels"));
    assert!("!".repeat(100_000).parse::<Expression>().is_err());
    assert!(format!("a in {}", "[".repeat(100_000)).parse::<Expression>().is_err());
}

#[test]
fn what_is_written_nests_no_deeper_than_what_was_read() {
    let mut deepest = "a".to_owned();
    for _ in 0..62 {
        deepest = format!("(a || b && !c && {deepest})");
    }
    for expression in
        [deepest.as_str(), "(a && b) || c", "a && (b || c)", "a && (b && c)", "a || (b || c)", "!(a && b)"]
    {
        let read: Expression = expression.parse().unwrap();
        assert_eq!(read.to_string().parse::<Expression>().unwrap(), read, "{expression}");
    }
    assert_eq!("(a && b) || c".parse::<Expression>().unwrap().to_string(), "a && b || c");
}

#[test]
fn patterns_match_as_a_shell_would() {
    for (text, pattern, expected) in [
        ("", "", true),
        ("a", "", false),
        ("", "*", true),
        ("abc", "a*c", true),
        ("ac", "a*c", true),
        ("a", "a*a", false),
        ("aba", "a*a", true),
        ("xxabxx", "*ab*", true),
        ("aXbXc", "a*b*c", true),
        ("acb", "a*b*c", false),
        ("aa", "a*a*a", false),
    ] {
        assert_eq!(compare::matches(text, pattern), expected, "{text} {pattern}");
    }
}

fn name() -> impl Strategy<Value = String> {
    "[a-zA-Z_][a-zA-Z0-9_-]{0,6}".prop_filter("not a word of the language", |name| {
        !["true", "false", "null", "in", "matches", "exists"].contains(&&**name)
    })
}

fn path() -> impl Strategy<Value = Path> {
    use path::Step;
    let step = prop_oneof![
        name().prop_map(Step::Member),
        ".{0,5}".prop_map(Step::Member),
        any::<u16>().prop_map(|index| Step::Index(index.into())),
        Just(Step::Each),
        (name(), ".{0,5}").prop_map(|(member, text)| Step::Where(member, text)),
    ];
    (name(), proptest::collection::vec(step, 0..4))
        .prop_map(|(first, rest)| Path(std::iter::once(Step::Member(first)).chain(rest).collect()))
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_filter("JSON has no others", |number| number.is_finite()).prop_map(Value::from),
        ".{0,6}".prop_map(Value::from),
    ];
    leaf.prop_recursive(2, 6, 3, |inner| proptest::collection::vec(inner, 0..3).prop_map(Value::from))
}

fn node() -> impl Strategy<Value = Node> {
    let operand = || prop_oneof![value().prop_map(Operand::Value), path().prop_map(Operand::Path)];
    let comparison = prop_oneof![
        Just(Comparison::Eq),
        Just(Comparison::Ne),
        Just(Comparison::Ge),
        Just(Comparison::Gt),
        Just(Comparison::Le),
        Just(Comparison::Lt),
        Just(Comparison::Matches),
        Just(Comparison::In),
    ];
    let leaf = prop_oneof![
        (operand(), comparison, operand()).prop_map(|(left, comparison, right)| Node::Compare(left, comparison, right)),
        path().prop_map(Node::Exists),
        operand().prop_map(Node::True),
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 2..4).prop_map(Node::Or),
            proptest::collection::vec(inner.clone(), 2..4).prop_map(Node::And),
            inner.prop_map(|node| Node::Not(Box::new(node))),
        ]
    })
}

proptest! {
    #[test]
    fn what_is_written_out_reads_as_the_same(node in node(), object in any_json()) {
        let expression = Expression(node);
        let again: Expression = expression.to_string().parse().map_err(|error| TestCaseError::fail(format!("{expression}: {error}")))?;
        prop_assert_eq!(&again, &expression);
        prop_assert_eq!(again.holds(&object), expression.holds(&object));
    }

    #[test]
    fn a_path_that_is_written_out_reads_as_the_same(path in path()) {
        prop_assert_eq!(path.to_string().parse::<Path>(), Ok(path));
    }

    #[test]
    fn any_text_is_an_expression_or_an_error_within_it(text in "\\PC{0,40}|[ a-c.\\[\\]()!&|=<>\"'0-9*,]{0,30}") {
        if let Err(error) = text.parse::<Expression>() {
            prop_assert!(error.position >= 1 && error.position <= text.chars().count() + 1, "{}", error);
        }
    }
}
