//! What rules say, and that nothing makes them hang or panic.
mod conditions;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::eval::Stop;
use super::parse::parse;
use super::program::Program;
use super::value::Val;
use super::{Rule, understood};
use crate::schema::custom::props::Props;

mod libraries;

fn schema() -> Props {
    Props::parse(&json!({"type": "object", "properties": {
        "size": {"type": "integer"},
        "share": {"type": "number"},
        "name": {"type": "string"},
        "wait": {"type": "string", "format": "duration"},
        "at": {"type": "string", "format": "date-time"},
        "list": {"type": "array", "items": {"type": "string"}},
        "set": {"type": "array", "x-kubernetes-list-type": "set", "items": {"type": "integer"}},
        "items": {"type": "array", "items": {"type": "object", "properties": {"key": {"type": "string"}}}},
        "map": {"type": "object", "additionalProperties": {"type": "string"}},
        "port": {"x-kubernetes-int-or-string": true},
        "if": {"type": "boolean"},
        "a-b": {"type": "string"},
    }}))
}

fn object() -> Value {
    json!({
        "size": 3, "share": 2, "name": "héllo", "wait": "1h30m", "at": "2001-02-03T04:05:06Z", "list": ["a", "b", "c"],
        "set": [1, 2], "items": [{"key": "x"}, {"key": "y"}], "map": {"k": "v"}, "port": "http", "if": true, "a-b": "dash",
    })
}

fn run(text: &str) -> Result<Val, Stop> {
    let own = Val::read(&object(), &schema(), true);
    Program::read(text).map_err(Stop::Error)?.run(vec![("self".to_owned(), own)], 100_000).0
}

#[test]
fn rules_say_what_they_say() {
    for rule in [
        "self.size == 3 && self.share == 2.0 && self.size < 4",
        "self.size == 3 ? true : self.absent",
        "!has(self.absent) && has(self.name)",
        "self.name.size() == 5 && size(self.name) == 5 && self.name.startsWith('h') && self.name.endsWith(\"lo\")",
        "self.name.matches('^h.*o$') && self.name.contains('ll')",
        "self.wait > duration('1h') && self.wait == duration('90m')",
        "self.at < timestamp('2002-01-01T00:00:00Z') && self.at.getFullYear() == 2001",
        "self.list.all(x, x in ['a', 'b', 'c', 'd']) && self.list.exists(x, x == 'b')",
        "self.list.exists_one(x, x == 'b') && self.list.map(x, x + x)[1] == 'bb' && self.list.filter(x, x != 'a').size() == 2",
        "self.list.map(x, x != 'a', x) == ['b', 'c'] && self.list.all(i, x, i < 3 && x != '')",
        "self.set == [2, 1] && self.set + [2, 5] == [5, 1, 2]",
        "self.items.map(i, i.key).join(',') == 'x,y' && self.map.k == 'v' && self.map['k'] == 'v' && 'k' in self.map",
        "type_is_text || self.port == 'http'",
        "self.__if__ && self.a__dash__b == 'dash'",
        "1 + 2 * 3 - 4 / 2 == 5 && -7 % 3 == -1 && 7u == uint(7) && 0x10 == 16 && 1.5e1 == 15.0",
        "'a,b'.split(',') == ['a', 'b'] && ' x '.trim() == 'x' && 'abc'.substring(1, 2) == 'b' && 'abc'.charAt(0) == 'a'",
        "'ABC'.lowerAscii() == 'abc' && 'abcb'.indexOf('b') == 1 && 'abcb'.lastIndexOf('b') == 3 && 'aa'.replace('a', 'b', 1) == 'ba'",
        "'abc 123'.find('[0-9]+') == '123' && 'a1b2'.findAll('[0-9]') == ['1', '2']",
        "[1, 2, 3].sum() == 6 && [1, 2, 3].max() == 3 && [3, 1].min() == 1 && [1, 2].isSorted() && [1, 2, 1].lastIndexOf(1) == 2",
        "quantity('1Gi').isGreaterThan(quantity('1M')) && isQuantity('5') && !isQuantity('x') && quantity('0').sign() == 0",
        "isIP('10.0.0.1') && !isIP('10.0.0.256') && isCIDR('10.0.0.0/8') && !isCIDR('10.0.0.0')",
        "sets.contains([1, 2], [2]) && sets.intersects([1], [1, 2]) && sets.equivalent([1, 1], [1])",
        "self.?absent.orValue('x') == 'x' && self.?name.hasValue() && optional.of(1).value() == 1 && self.map[?'q'].orValue('d') == 'd'",
        "string(5) == '5' && int('7') == 7 && double(2) == 2.0 && string(true) == 'true' && bool('true')",
        "r'\\d' == '\\\\d' && '\\x41\\u0042\\n' == 'AB\\n' && b'a' == bytes('a') && '''it's''' == \"it's\"",
        "false && self.absent || true // a comment",
        "{'a': 1}.a == 1 && {'a': [1]}['a'][0] == 1 && 1 in [1] && !(2 in [1])",
    ] {
        assert!(matches!(run(rule), Ok(Val::Bool(true))), "{rule}: {:?}", run(rule));
    }
}

#[test]
fn what_has_no_value_says_why() {
    for (rule, why) in [
        ("self.absent == 1", "no such key: absent"),
        ("self.list[7] == 'x'", "index out of bounds: 7"),
        ("1 / 0 == 1", "division by zero"),
        ("9223372036854775807 + 1 == 0", "integer overflow"),
        ("self.port + 1 == 2", "no such overload"),
        ("self.size", ""),
    ] {
        match run(rule) {
            Err(Stop::Error(said)) => assert_eq!(said, why, "{rule}"),
            other => assert!(why.is_empty(), "{rule}: {other:?}"),
        }
    }
}

#[test]
fn a_rule_that_would_hang_is_stopped() {
    let many = "[1,2,3,4,5,6,7,8,9,10]";
    let mut rule = "true".to_owned();
    for depth in 0..8 {
        rule = format!("{many}.all(x{depth}, {rule})");
    }
    assert_eq!(run(&rule).map(drop), Err(Stop::Spent));
    let doubled = format!("[0]{}", ".map(x, [x, x])".repeat(40));
    let maps = format!("[0]{}", ".map(x, {'a': x, 'b': x})".repeat(40));
    let items =
        format!("[0, 1, 2, 3, 4, 5, 6, 7, 8, 9]{}", ".map(x, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]).map(x, x)".repeat(2));
    for rule in [
        format!("{doubled} == {doubled}"),
        format!("{maps} != {maps}"),
        format!("{doubled} in [{doubled}]"),
        format!("[{doubled}].indexOf({doubled}) == 0"),
        format!("[{doubled}].lastIndexOf({doubled}) == 0"),
        format!("{{1: {doubled}}} == {{1: {doubled}}}"),
        format!("sets.contains([{doubled}], [{doubled}])"),
        format!("sets.intersects([{doubled}], [{doubled}])"),
        format!("sets.equivalent([{doubled}], [{doubled}])"),
        format!("optional.of({doubled}) == optional.of({doubled})"),
        format!("'%s'.format([{doubled}]) == ''"),
        format!("{doubled}.flatten(100).size() == 0"),
        format!("[{doubled}, {doubled}].distinct().size() == 0"),
        format!("[{doubled}].transformMapEntry(i, v, {{v: i}}) == {{{doubled}: 0}}"),
    ] {
        assert_eq!(run(&rule).map(drop), Err(Stop::Spent), "{rule}");
    }
    assert!(matches!(run(&format!("{items} == {items}")), Ok(Val::Bool(true))));
    assert!(parse(&"(".repeat(5000)).is_err());
    assert!(parse(&"[".repeat(5000)).is_err());
    assert!(parse(&"a.b(".repeat(5000)).is_err());
    assert!(parse(&format!("1{}", " + 1".repeat(100_000))).is_err());
    assert!(parse(&"!".repeat(10_000)).is_err());
    assert!(parse(&format!("a{}", ".a".repeat(100_000))).is_err());
}

#[test]
fn a_text_is_paid_for_before_it_is_made() {
    // Each time eleven times as long.
    let grown = |times: usize| format!("'0123456789'{}", ".replace('', '0123456789')".repeat(times));
    let (some, more) = (grown(3), grown(4));
    assert!(matches!(
        run(&format!("{more}.size() == 161050 && {some}.split('').size() == 14640")),
        Ok(Val::Bool(true))
    ));
    for rule in [
        format!("{more}.replace('', {more}) == ''"),
        format!("{more}.replace('', {more}, 100000) == ''"),
        format!("{some}.split('').join({more}) == ''"),
        format!("{more}.split('') == []"),
        format!("{more}.findAll('[0-9]') == []"),
        format!("{more}.matches({some})"),
    ] {
        assert_eq!(run(&rule).map(drop), Err(Stop::Spent), "{rule}");
    }
    // What is done with it again and again, though it was made once.
    let often = |what: &str| format!("[{more}].all(t, lists.range(1000).all(x, {what}))");
    for rule in [
        often("[t, t, t].isSorted()"),
        often("[t, t, t].max() != ''"),
        often("'%x'.format([t]) != ''"),
        often("string(bytes(t)) != ''"),
        often("bytes(t) == bytes(t)"),
        often(&format!("'{}' != ''", "x".repeat(20_000))),
    ] {
        assert_eq!(run(&rule).map(drop), Err(Stop::Spent), "{rule}");
    }
}

#[test]
fn what_is_looked_through_is_paid_for() {
    let left = |rule: &str| Program::read(rule).unwrap().run(Vec::new(), 10_000_000).1;
    let names = "lists.range(2000).transformMapEntry(i, v, {string(v): v})";
    let (made, looked) =
        (format!("{names} != {{}}"), format!("[{names}].all(m, lists.range(500).all(x, !has(m.absent)))"));
    assert!(left(&made) - left(&looked) > 50_000);
    let inner = |body: &str| format!("[lists.range(10000)].all(l, lists.range(500).all(x, {body}))");
    assert!(left(&inner("true")) - left(&inner("l.exists(y, true)")) > 1_000_000);
    let query = (0..2000).map(|name| format!("&n{name}=1")).collect::<String>();
    let asked = |body: &str| format!("[url('http://a/?{query}')].all(u, lists.range(100).all(x, {body}))");
    assert!(left(&asked("true")) - left(&asked("u.getQuery() != {}")) > 100_000);
}

#[test]
fn what_is_no_number_has_no_place_in_an_order() {
    let many = "lists.range(100).map(i, i % 3 == 0 ? double('NaN') : double(100 - i))";
    for rule in [format!("{many}.sort() == []"), format!("{many}.sortBy(d, d) == []")] {
        assert_eq!(run(&rule).map(drop), Err(Stop::Error("list elements must be comparable".into())));
    }
}

#[test]
fn a_pattern_made_of_values_is_no_larger_than_a_rule_needs() {
    assert!(matches!(run("'a-1'.matches('^[a-z0-9]([-a-z0-9]*[a-z0-9])?' + '$')"), Ok(Val::Bool(true))));
    assert!(matches!(run(r"'ab'.matches(r'^\w{1,63}' + '$')"), Ok(Val::Bool(true))));
    assert!(
        matches!(run(r"'a'.matches(r'\p{L}{900}' + '$')"), Err(Stop::Error(why)) if why.starts_with("error parsing regexp"))
    );
}

#[test]
fn a_pattern_is_compiled_once() {
    let many =
        |pattern: &str| format!("[1, 2, 3, 4, 5].map(x, [1, 2, 3, 4, 5].map(y, 'a'.matches({pattern}))).size() == 5");
    let left = |rule: &str| {
        let (answer, left) = Program::read(rule).unwrap().run(Vec::new(), 100_000);
        assert!(matches!(answer, Ok(Val::Bool(true))), "{rule}");
        left
    };
    assert!(left(&many("'[a-z]+'")) > 90_000);
    assert!(left(&many("'[a-z]+' + string(x) + string(y)")) < 80_000);
}

#[test]
fn the_least_number_has_no_opposite() {
    assert_eq!(run("-(-9223372036854775808) == 0").map(drop), Err(Stop::Error("integer overflow".into())));
    assert!(matches!(run("-9223372036854775808 < 0"), Ok(Val::Bool(true))));
}

#[test]
fn sets_and_maps_are_the_same_in_any_order() {
    for rule in [
        "self.set == [2, 1] && self.set == [1, 2] && self.set != [1, 3] && self.set != [1, 2, 3]",
        "{'a': 1, 'b': [2]} == {'b': [2], 'a': 1} && {'a': 1} != {'a': 2} && {'a': 1} != {'b': 1}",
        "[1, 2] != [2, 1] && [1, 2] == [1.0, 2u]",
        "{1: 'a', 2: 'b'}[2] == 'b' && 2 in {1: 'a', 2: 'b'} && !(3 in {1: 'a'})",
    ] {
        assert!(matches!(run(rule), Ok(Val::Bool(true))), "{rule}: {:?}", run(rule));
    }
}

#[test]
fn what_is_not_understood_is_refused_with_its_definition() {
    let schema = schema();
    let refused = |text: &str| understood(Program::read(text).unwrap().expr(), &schema, true).unwrap_err();
    assert!(refused("self.absent == 1").contains("undefined field 'absent'"));
    assert!(refused("self.items.all(i, i.absent == 1)").contains("undefined field 'absent'"));
    assert!(refused("other == 1").contains("undeclared reference to 'other'"));
    assert!(refused("self.name.nonsense()").contains("does not know the function 'nonsense'"));
    for fine in ["self.items.all(i, i.key != '')", "self == oldSelf", "self.metadata.name != ''", "self.map.x == ''"] {
        assert!(understood(Program::read(fine).unwrap().expr(), &schema, true).is_ok(), "{fine}");
    }
    assert!(Rule::parse(&json!({"rule": "self.size >= oldSelf.size"})).uses_old);
}

proptest! {
    #[test]
    fn every_text_is_read_or_refused(text in "[a-z0-9 .,:?!&|<>=+*/%()\\[\\]{}'\"\\\\_-]{0,40}|\\PC{0,20}") {
        if let Ok(program) = Program::read(&text) {
            let own = Val::read(&object(), &schema(), true);
            let _answer = program.run(vec![("self".to_owned(), own)], 10_000);
        }
    }
}
