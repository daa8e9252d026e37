//! The libraries of Kubernetes and of cel-go, function by function. Examples are those of their documentation.

use super::super::eval::Stop;
use super::super::program::Program;
use super::super::value::Val;
use super::run;

fn all_hold(rules: &[&str]) {
    for rule in rules {
        assert!(matches!(run(rule), Ok(Val::Bool(true))), "{rule}: {:?}", run(rule));
    }
}

fn fails(rule: &str, why: &str) {
    assert_eq!(run(rule).map(drop), Err(Stop::Error(why.to_owned())), "{rule}");
}

#[test]
fn times_and_durations_tell_their_parts() {
    all_hold(&[
        "duration('1h30m5s7ms').getHours() == 1 && duration('1h30m').getMinutes() == 90",
        "duration('90m').getSeconds() == 5400 && duration('1.5s').getMilliseconds() == 1500",
        "duration('-1500ms').getSeconds() == -1 && duration('-1500ms').getMilliseconds() == -1500",
        "timestamp('2024-03-01T13:45:59.123Z').getMonth() == 2 && timestamp('2024-03-01T00:00:00Z').getDayOfYear() == 60",
        "timestamp('2024-03-03T00:00:00Z').getDayOfWeek() == 0 && timestamp('2024-03-03T00:00:00Z').getDate() == 3",
        "timestamp('2024-03-03T00:00:00Z').getDayOfMonth() == 2 && timestamp('2024-03-03T01:02:03Z').getHours() == 1",
        "timestamp('2024-03-03T01:02:03Z').getMinutes() == 2 && timestamp('2024-03-03T01:02:03Z').getSeconds() == 3",
        "timestamp('2024-03-03T01:02:03.25Z').getMilliseconds() == 250",
        "timestamp('2024-07-01T23:30:00Z').getHours('Europe/Vienna') == 1 && timestamp('2024-07-01T23:30:00Z').getDate('Europe/Vienna') == 2",
        "timestamp('2024-07-01T00:10:00Z').getHours('-08:30') == 15 && timestamp('2024-07-01T00:10:00Z').getMinutes('-08:30') == 40",
        "timestamp('2024-07-01T00:10:00Z').getHours('02:00') == 2 && timestamp('2024-07-01T00:10:00Z').getFullYear('UTC') == 2024",
        "timestamp(0) == timestamp('1970-01-01T00:00:00Z') && string(duration('90s')) == '90s'",
    ]);
    fails("self.at.getHours('../Land') == 1", "time: invalid location name");
    fails("self.at.getHours('Nowhere/Land') == 1", "unknown time zone Nowhere/Land");
}

#[test]
fn addresses_and_networks_are_read_strictly() {
    all_hold(&[
        "ip('127.0.0.1').family() == 4 && ip('::1').family() == 6 && ip('0.0.0.0').isUnspecified() && ip('::').isUnspecified()",
        "ip('127.0.0.1').isLoopback() && !ip('192.168.0.1').isLoopback() && ip('::1').isLoopback()",
        "ip('224.0.0.1').isLinkLocalMulticast() && !ip('224.0.1.1').isLinkLocalMulticast()",
        "ip('ff02::1').isLinkLocalMulticast() && !ip('fd00::1').isLinkLocalMulticast()",
        "ip('169.254.169.254').isLinkLocalUnicast() && ip('fe80::1').isLinkLocalUnicast() && !ip('fd80::1').isLinkLocalUnicast()",
        "ip('192.168.0.1').isGlobalUnicast() && !ip('255.255.255.255').isGlobalUnicast() && !ip('ff00::1').isGlobalUnicast()",
        "isIP('::1') && !isIP('::ffff:1.2.3.4') && !isIP('01.2.3.4') && !isIP('fe80::1%eth0') && !isIP('1.2.3')",
        "ip.isCanonical('2001:db8::abcd') && !ip.isCanonical('2001:DB8::ABCD') && string(ip('::1')) == '::1'",
        "cidr('192.168.0.0/24').containsIP(ip('192.168.0.1')) && !cidr('192.168.0.0/24').containsIP('192.168.1.1')",
        "cidr('192.168.0.0/16').containsCIDR('192.168.10.0/24') && !cidr('192.168.1.0/24').containsCIDR(cidr('192.168.2.0/24'))",
        "!cidr('10.0.0.0/24').containsCIDR('10.0.0.0/8') && cidr('::1/128').ip().family() == 6",
        "cidr('192.168.0.1/24').masked() == cidr('192.168.0.0/24') && cidr('192.168.0.1/24') != cidr('192.168.0.0/24')",
        "cidr('192.168.0.0/16').prefixLength() == 16 && string(cidr('10.0.0.0/8')) == '10.0.0.0/8' && cidr('0.0.0.0/0').containsIP('9.9.9.9')",
        "isCIDR('::1/128') && !isCIDR('10.0.0.0/33') && !isCIDR('10.0.0.0/08') && !isCIDR('10.0.0.0') && isCIDR('10.0.0.1/8')",
        "['10.0.0.1'].all(ip, ip.startsWith('10.') && isIP(ip))",
    ]);
    fails(
        "ip('127.0.0.256').family() == 4",
        "IP Address \"127.0.0.256\" parse error during conversion from string: ParseAddr(\"127.0.0.256\"): IPv4 field has value >255",
    );
    fails("ip('::ffff:1.2.3.4').family() == 4", "IPv4-mapped IPv6 address \"::ffff:1.2.3.4\" is not allowed");
}

#[test]
fn urls_are_taken_apart() {
    all_hold(&[
        "isURL('https://user:pass@example.com:80/path?query=val#fragment') && isURL('/absolute-path')",
        "!isURL('https://a:b:c/') && !isURL('../relative-path') && !isURL('') && !isURL('::x') && !isURL('https://[::1/')",
        "url('/path').getScheme() == '' && url('HTTPS://example.com/').getScheme() == 'https'",
        "url('https://example.com:80/').getHost() == 'example.com:80' && url('https://[::1]:80/').getHost() == '[::1]:80'",
        "url('https://example.com:80/').getHostname() == 'example.com' && url('https://[::1]:80/').getHostname() == '::1'",
        "url('https://example.com:80/').getPort() == '80' && url('https://example.com/').getPort() == ''",
        "url('https://example.com/path with spaces/').getEscapedPath() == '/path%20with%20spaces/'",
        "url('https://example.com').getEscapedPath() == '' && url('https://example.com/a%2Fb').getEscapedPath() == '/a%2Fb'",
        "url('https://example.com/path?k1=a&k2=b&k2=c').getQuery() == {'k1': ['a'], 'k2': ['b', 'c']}",
        "url('https://example.com/path?key with spaces=value+with').getQuery() == {'key with spaces': ['value with']}",
        "url('https://example.com/path?').getQuery() == {} && url('https://example.com/p?a=1#b').getQuery() == {'a': ['1']}",
    ]);
    fails(
        "url('x').getHost() == ''",
        "URL parse error during conversion from string: parse \"x\": invalid URI for request",
    );
}

#[test]
fn quantities_and_versions_are_reckoned_with() {
    all_hold(&[
        "quantity('50k').add(quantity('20k')) == quantity('70k') && quantity('50k').sub(20000) == quantity('30k')",
        "quantity('50k').add(20).sub(quantity('100k')).sub(-50000) == quantity('20') && quantity('-5').sign() == -1",
        "quantity('50k').asInteger() == 50000 && !quantity('99999999999999999999').isInteger()",
        "quantity('1500m').asApproximateFloat() == 1.5 && quantity('200M').compareTo(quantity('0.2G')) == 0",
        "semver('1.2.3').major() == 1 && semver('1.2.3').minor() == 2 && semver('1.2.3').patch() == 3",
        "semver('1.2.3').compareTo(semver('2.0.0')) == -1 && semver('1.2.3').isGreaterThan(semver('1.2.3-rc.1'))",
        "semver('1.0.0-alpha.2').isLessThan(semver('1.0.0-alpha.10')) && semver('1.0.0-1').isLessThan(semver('1.0.0-a'))",
        "isSemver('0.1.0-alpha.1+build.5') && !isSemver('v1.0') && isSemver('v1.0', true) && !isSemver('01.1.1')",
        "semver('01.01.01', true) == semver('1.1.1') && semver('1.0', true) == semver('1.0.0') && !isSemver('1.0-a', true)",
    ]);
    fails("semver('Three').major() == 1", "No Major.Minor.Patch elements found");
    fails("quantity('1500m').asInteger() == 1", "cannot convert value to integer");
}

#[test]
fn formats_say_what_is_wrong() {
    all_hold(&[
        "!format.dns1123Label().validate('my-label-name').hasValue() && format.dns1123Label().validate('no.dots').hasValue()",
        "!format.dns1123LabelPrefix().validate('my-label-').hasValue() && !format.qualifiedName().validate('a.b/c').hasValue()",
        "format.uri().validate('x').value() == ['parse \"x\": invalid URI for request'] && !format.uri().validate('/x').hasValue()",
        "format.uuid().validate('x').value() == ['does not match the UUID format'] && format.byte().validate('x').hasValue()",
        "!format.date().validate('2021-01-01').hasValue() && !format.datetime().validate('2021-01-01T00:00:00Z').hasValue()",
        "format.named('labelValue').value().validate('a b').hasValue() && !format.named('nonsense').hasValue()",
    ]);
}

#[test]
fn lists_are_cut_sorted_and_flattened() {
    all_hold(&[
        "[1, 2, 3, 4].slice(1, 3) == [2, 3] && [[1, 2], [3]].flatten() == [1, 2, 3] && [1, [2, [3]]].flatten(2) == [1, 2, 3]",
        "[3, 1, 2].sort() == [1, 2, 3] && ['b', 'a'].sort() == ['a', 'b'] && [1, 1, 2].distinct() == [1, 2]",
        "[1, 2].reverse() == [2, 1] && lists.range(3) == [0, 1, 2] && [3, 1].sortBy(x, -x) == [3, 1]",
        "self.items.sortBy(i, i.key).map(i, i.key) == ['x', 'y'] && [1, 2].first() == optional.of(1) && ![].last().hasValue()",
        "[optional.of(1), optional.none()].unwrapOpt() == [1] && optional.unwrap([optional.of(2)]) == [2]",
        "[1, ?optional.none(), ?optional.of(2)] == [1, 2] && {?'a': optional.none(), 'b': 1} == {'b': 1}",
        "optional.of(1).orValue(1 / 0) == 1 && optional.of(1).or(optional.of(1 / 0)).value() == 1",
    ]);
    fails("[1].slice(0, 2) == [1]", "cannot slice(0, 2), list is length 1");
    assert_eq!(run("lists.range(100000000).size() == 0").map(drop), Err(Stop::Spent));
}

#[test]
fn macros_take_two_variables() {
    all_hold(&[
        "['a', 'b'].all(i, v, (i == 0) == (v == 'a')) && {'a': 1}.exists(k, v, k == 'a' && v == 1)",
        "{'a': 1, 'b': 2}.existsOne(k, v, v == 2) && ['a', 'b'].transformList(i, v, string(i) + v) == ['0a', '1b']",
        "[1, 2, 3].transformList(i, v, v > 1, v * 2) == [4, 6] && {'a': 1, 'b': 2}.transformMap(k, v, v + 1) == {'a': 2, 'b': 3}",
        "{'a': 1, 'b': 2}.transformMap(k, v, v == 2, v) == {'b': 2} && ['x'].transformMapEntry(i, v, {v: i}) == {'x': 0}",
    ]);
    fails("['x', 'x'].transformMapEntry(i, v, {v: i}) == {}", "insert failed: key x already exists");
}

#[test]
fn texts_are_searched_and_printed() {
    all_hold(&[
        "'hello'.indexOf('l', 3) == 3 && 'hello'.lastIndexOf('l', 2) == 2 && 'hello'.indexOf('', 2) == 2 && 'abc'.lastIndexOf('') == 3",
        "'hello'.indexOf('x') == -1 && 'a,b,c'.split(',', 2) == ['a', 'b,c'] && 'abc'.split('') == ['a', 'b', 'c']",
        "strings.quote('a\"b\\n') == '\"a\\\\\"b\\\\n\"' && '%s is %d of %.2f%%'.format(['x', 3, 1234.5]) == 'x is 3 of 1,234.50%'",
        "'%x %X %b %o'.format([255, 'hi', 5, 8]) == 'ff 6869 101 10' && '%s'.format([[1, 'a', 1.5]]) == '[1, \"a\", 1.500000]'",
        "'%s %s'.format([{'b': 1, 'a': 2}, duration('5s')]) == '{\"a\":2, \"b\":1} 5s' && '%s'.format([null]) == 'null'",
        "'%.3e'.format([1234.5]) == '1.234×10⁰³' || '%.3e'.format([1234.5]) == '1.235×10⁰³'",
        "type(1) == int && type('a') == string && type(self.list) == list && type(self.port) == string && type(1) != type(1.0)",
        "'a1b22'.findAll('[0-9]+', 1) == ['1'] && 'a1b22'.findAll('[0-9]+', 0) == []",
    ]);
    fails("'abc'.substring(2, 1) == ''", "invalid substring range. start: 2, end: 1");
    fails("'%s %s'.format(['x']) == ''", "index 1 out of range");
}

#[test]
fn literals_that_cannot_be_read_are_refused_with_the_rule() {
    for (rule, why) in [
        ("self.name.matches('(')", "invalid matches argument"),
        ("self.name.find('[') == ''", "invalid find argument"),
        ("self.wait < duration('soon')", "invalid duration argument"),
        ("self.at < timestamp('soon')", "invalid timestamp argument"),
    ] {
        assert_eq!(Program::read(rule).err().as_deref(), Some(why), "{rule}");
    }
    // A pattern that is made of values is compiled when they are there.
    fails("self.name.matches('(' + self.name)", "error parsing regexp: (héllo");
}
