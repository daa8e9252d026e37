//! What the functions say that rules may call: one broken rule for each expression, whose message is its value.

use super::objects::{definition, widget, widget_schema};
use crate::session::Session;
use anyhow::Result;
use serde_json::{Value, json};

crate::scenarios!("libraries":
    parts_of_times_and_durations_are_told,
    addresses_and_networks_are_understood,
    urls_are_taken_apart,
    quantities_and_versions_are_compared,
    named_formats_say_what_is_wrong,
    lists_are_cut_sorted_and_flattened,
    macros_have_two_variables,
    texts_are_searched_and_printed,
    values_that_may_be_absent_are_chained,
    what_cannot_be_read_fails_the_rule,
    literals_that_cannot_be_read_are_refused,
);

/// Defines widgets with some texts, and rules that are never kept; the message of each is an expression.
async fn say(s: &Session<'_>, group: &str, texts: &[&str], expressions: &[&str]) -> Result<()> {
    let rules: Vec<Value> = expressions
        .iter()
        .map(|expression| json!({"rule": "self.text == 'never'", "messageExpression": format!("string({expression})")}))
        .collect();
    let path = define(s, group, rules).await?;
    for (index, text) in texts.iter().enumerate() {
        s.post(&path, widget(group, &format!("w{index}"), spec(text))).await?.is(422)?;
    }
    Ok(())
}

fn spec(text: &str) -> Value {
    json!({
        "text": text, "wait": "1h30m5.25s", "at": "2024-03-03T23:04:05Z", "list": ["b", "a", "c", "a"],
        "numbers": [3, 1, 2], "map": {"x": "1", "y": "2"}, "port": 80,
    })
}

async fn define(s: &Session<'_>, group: &str, rules: Vec<Value>) -> Result<String> {
    let mut schema = widget_schema(json!({
        "text": {"type": "string", "maxLength": 60},
        "wait": {"type": "string", "format": "duration", "maxLength": 20},
        "at": {"type": "string", "format": "date-time", "maxLength": 40},
        "list": {"type": "array", "maxItems": 5, "items": {"type": "string", "maxLength": 9}},
        "numbers": {"type": "array", "maxItems": 5, "items": {"type": "integer"}},
        "map": {"type": "object", "maxProperties": 5, "additionalProperties": {"type": "string", "maxLength": 9}},
        "port": {"x-kubernetes-int-or-string": true},
    }));
    schema["properties"]["spec"]["x-kubernetes-validations"] = rules.into();
    s.define(definition(group, schema)).await?;
    Ok(s.apis(&format!("{group}/v1"), "widgets"))
}

async fn parts_of_times_and_durations_are_told(s: &Session<'_>) -> Result<()> {
    let of_duration = [
        "self.wait.getHours()",
        "self.wait.getMinutes()",
        "self.wait.getSeconds()",
        "self.wait.getMilliseconds()",
        "duration('-1500ms').getSeconds()",
        "duration('-1500ms').getMilliseconds()",
        "duration('2h') + self.wait",
        "self.at - timestamp('2024-03-03T00:00:00Z')",
    ];
    say(s, "durations.libraries.example.com", &["x"], &of_duration).await?;
    let parts = [
        "getFullYear",
        "getMonth",
        "getDate",
        "getDayOfMonth",
        "getDayOfWeek",
        "getDayOfYear",
        "getHours",
        "getMinutes",
        "getSeconds",
        "getMilliseconds",
    ];
    let plain: Vec<String> = parts.iter().map(|part| format!("self.at.{part}()")).collect();
    let plain: Vec<&str> = plain.iter().map(String::as_str).chain(["timestamp(self.text).getMilliseconds()"]).collect();
    say(s, "times.libraries.example.com", &["2024-03-03T23:04:05.678Z"], &plain).await?;
    let there: Vec<String> = parts.iter().map(|part| format!("self.at.{part}(self.text)")).collect();
    let there: Vec<&str> = there.iter().map(String::as_str).collect();
    let zones = ["Europe/Vienna", "America/New_York", "-08:30", "05:45", "+02:00", "UTC", "", "Nowhere/Land", "1:x"];
    say(s, "zones.libraries.example.com", &zones, &there).await
}

async fn addresses_and_networks_are_understood(s: &Session<'_>) -> Result<()> {
    let addresses =
        ["127.0.0.1", "::1", "fe80::1", "224.0.0.1", "ff02::1", "169.254.1.1", "255.255.255.255", "2001:DB8::0:1"];
    let of_ip = [
        "ip(self.text)",
        "ip(self.text).family()",
        "ip(self.text).isUnspecified()",
        "ip(self.text).isLoopback()",
        "ip(self.text).isLinkLocalMulticast()",
        "ip(self.text).isLinkLocalUnicast()",
        "ip(self.text).isGlobalUnicast()",
        "ip.isCanonical(self.text)",
        "cidr('127.0.0.0/8').containsIP(self.text)",
        "cidr('fe80::/10').containsIP(ip(self.text))",
    ];
    say(s, "addresses.libraries.example.com", &addresses, &of_ip).await?;
    let networks = ["10.0.0.0/8", "10.1.2.3/16", "::/0", "2001:db8::1/64", "192.168.0.0/32"];
    let of_cidr = [
        "cidr(self.text)",
        "cidr(self.text).ip()",
        "cidr(self.text).masked()",
        "cidr(self.text).prefixLength()",
        "cidr(self.text).containsIP('10.0.0.1')",
        "cidr('10.0.0.0/8').containsCIDR(self.text)",
        "cidr(self.text).containsCIDR(cidr('10.1.0.0/24'))",
        "cidr(self.text) == cidr(self.text).masked()",
    ];
    say(s, "networks.libraries.example.com", &networks, &of_cidr).await?;
    let texts =
        ["1.2.3", "01.2.3.4", "::ffff:1.2.3.4", "fe80::1%eth0", "10.0.0.0/33", "10.0.0.0/08", "::1/128", "x", ""];
    say(s, "texts.libraries.example.com", &texts, &["isIP(self.text)", "isCIDR(self.text)"]).await
}

async fn urls_are_taken_apart(s: &Session<'_>) -> Result<()> {
    let urls = [
        "https://user:pass@example.com:80/path?query=val#fragment",
        "HTTP://[::1]:8080/a b/c%2Fd?x=1&x=2&y",
        "/absolute-path?k=v+w",
        "mailto:somebody@example.com",
        "https://example.com",
    ];
    let parts = [
        "url(self.text).getScheme()",
        "url(self.text).getHost()",
        "url(self.text).getHostname()",
        "url(self.text).getPort()",
        "url(self.text).getEscapedPath()",
        "url(self.text).getQuery().size()",
        "'x' in url(self.text).getQuery()",
        "url(self.text).getQuery() == {'k': ['v w']}",
    ];
    say(s, "urls.libraries.example.com", &urls, &parts).await?;
    let texts =
        ["https://a:b:c/", "../relative", "", "::x", "http://[::1/", "/x", "a b", "http://a b/", "http://x/%zz"];
    say(s, "isurl.libraries.example.com", &texts, &["isURL(self.text)"]).await
}

async fn quantities_and_versions_are_compared(s: &Session<'_>) -> Result<()> {
    let of_quantity = [
        "sign(quantity(self.text))",
        "quantity(self.text).isInteger()",
        "quantity(self.text).asApproximateFloat()",
        "quantity(self.text).add(quantity('1k')).compareTo(quantity('2k'))",
        "quantity(self.text).sub(500).isLessThan(quantity('1'))",
        "quantity(self.text).isGreaterThan(quantity('1Ki'))",
        "quantity(self.text) == quantity('1000')",
    ];
    say(s, "quantities.libraries.example.com", &["1k", "1500m", "-5", "2Gi", "0"], &of_quantity).await?;
    let of_version = [
        "semver(self.text).major()",
        "semver(self.text).minor()",
        "semver(self.text).patch()",
        "semver(self.text).compareTo(semver('1.2.3'))",
        "semver(self.text).isLessThan(semver('1.2.3-rc.10'))",
        "semver(self.text).isGreaterThan(semver('1.2.3-rc.2'))",
        "semver(self.text) == semver('1.2.3')",
    ];
    let versions = ["1.2.3", "1.2.3+build", "1.2.3-rc.2", "1.2.3-rc.10", "1.2.3-alpha", "10.0.0"];
    say(s, "versions.libraries.example.com", &versions, &of_version).await?;
    let texts = ["v1.0", "1.0", "01.01.01", "1.0.0-01", "1.0.0-a..b", "x", "", "1.0.0+a_b", "1Ki", "1K", "5"];
    let asked = ["isSemver(self.text)", "isSemver(self.text, true)", "isQuantity(self.text)"];
    say(s, "asked.libraries.example.com", &texts, &asked).await
}

async fn named_formats_say_what_is_wrong(s: &Session<'_>) -> Result<()> {
    let names = [
        "dns1123Label",
        "dns1123Subdomain",
        "dns1035Label",
        "qualifiedName",
        "dns1123LabelPrefix",
        "dns1123SubdomainPrefix",
        "dns1035LabelPrefix",
        "labelValue",
        "uri",
        "uuid",
        "byte",
        "date",
        "datetime",
    ];
    let asked: Vec<String> =
        names.iter().map(|name| format!("format.{name}().validate(self.text).orValue(['fine'])[0]")).collect();
    let mut asked: Vec<&str> = asked.iter().map(String::as_str).collect();
    asked.push("format.named(self.text).hasValue()");
    let texts = [
        "my-label",
        "My_Label",
        "a.b",
        "1-a-",
        "a.b/c",
        "/path",
        "123e4567-e89b-12d3-a456-426614174000",
        "aGVsbG8=",
        "2021-01-01",
        "2021-01-01T00:00:00Z",
        "uri",
        "http://a b/",
    ];
    say(s, "formats.libraries.example.com", &texts, &asked).await
}

async fn lists_are_cut_sorted_and_flattened(s: &Session<'_>) -> Result<()> {
    let asked = [
        "self.list.slice(1, 3) == ['a', 'c']",
        "self.list.sort() == ['a', 'a', 'b', 'c']",
        "self.list.distinct() == ['b', 'a', 'c']",
        "self.list.reverse() == ['a', 'c', 'a', 'b']",
        "self.numbers.sortBy(n, -n) == [3, 2, 1]",
        "[self.list, ['z']].flatten() == ['b', 'a', 'c', 'a', 'z']",
        "lists.range(3) == [0, 1, 2]",
        "self.list.first().orValue('none')",
        "self.list.last().orValue('none')",
        "self.numbers.isSorted()",
        "self.numbers.sum() + self.numbers.min() * self.numbers.max()",
        "self.list.indexOf('a') * 10 + self.list.lastIndexOf('a')",
        "sets.contains(self.list, ['a']) && sets.intersects(self.list, ['q', 'b']) && !sets.equivalent(self.list, ['a'])",
    ];
    say(s, "lists.libraries.example.com", &["x"], &asked).await
}

async fn macros_have_two_variables(s: &Session<'_>) -> Result<()> {
    let asked = [
        "self.list.all(i, v, i < 4 && v != '')",
        "self.list.exists(i, v, i == 0 && v == 'b')",
        "self.map.existsOne(k, v, v == '2')",
        "self.list.transformList(i, v, i * 2) == [0, 2, 4, 6]",
        "self.list.transformList(i, v, i > 1, v) == ['c', 'a']",
        "self.map.transformMap(k, v, v + k)['x']",
        "self.map.transformMap(k, v, k == 'y', v).size()",
        "self.map.transformMapEntry(k, v, {v: k})['2']",
    ];
    say(s, "macros.libraries.example.com", &["x"], &asked).await
}

async fn texts_are_searched_and_printed(s: &Session<'_>) -> Result<()> {
    let asked = [
        "self.text.indexOf('l', 3)",
        "self.text.lastIndexOf('l', 2)",
        "self.text.split('l', 2)[0]",
        "self.text.replace('l', 'L', 1)",
        "self.text.find('[a-z]+')",
        "self.text.findAll('[a-z]', 3).size()",
        "self.text.matches('^h')",
        "self.text.substring(1, 3)",
        "self.text.charAt(0)",
        "strings.quote(self.text + '\"\\n')",
        "'%s is %d and %.2f%%'.format([self.text, 3, 1234567.5])",
        "'%x %X %b %o'.format([255, self.text, 5, 8])",
        "'%s %s'.format([self.list, self.map])",
        "'%s %s %s'.format([self.wait, self.at, 1.5])",
        "'%e'.format([1234.5])",
        "type(self.port) == int",
        "type(self.text) == string",
    ];
    say(s, "printed.libraries.example.com", &["hello", "x"], &asked).await
}

async fn values_that_may_be_absent_are_chained(s: &Session<'_>) -> Result<()> {
    let asked = [
        "self.?text.orValue('none')",
        "self.map[?'q'].or(self.map[?'x']).orValue('none')",
        "self.map[?'q'].optMap(v, v == '1').orValue(false)",
        "self.map[?'x'].optMap(v, v == '1').orValue(false)",
        "self.map[?'x'].optFlatMap(v, self.map[?'y']).orValue('none')",
        "[?self.map[?'q'], ?self.map[?'x'], 'z'] == ['1', 'z']",
        "{?'a': self.map[?'q'], 'b': 'c'}.size()",
        "optional.ofNonZeroValue(self.text).hasValue()",
        "optional.unwrap([self.map[?'q'], self.map[?'x']]) == ['1']",
        "[self.map[?'q'], self.map[?'x']].unwrapOpt() == ['1']",
    ];
    say(s, "absent.libraries.example.com", &["x", ""], &asked).await
}

async fn what_cannot_be_read_fails_the_rule(s: &Session<'_>) -> Result<()> {
    let group = "unreadable.libraries.example.com";
    let rules = [
        "ip(self.text).family() == 4",
        "cidr(self.text).prefixLength() == 8",
        "url(self.text).getHost() == ''",
        "quantity(self.text).isInteger()",
        "semver(self.text).major() == 1",
        "self.at.getHours(self.text) == 1",
        "self.text.substring(5) == ''",
        "self.list.slice(1, 9) == []",
        "self.list.transformMapEntry(i, v, {v: i}) == {'a': 1}",
        "optional.none().value() == self.text",
    ];
    let path = define(s, group, rules.iter().map(|rule| json!({"rule": rule})).collect()).await?;
    for (index, text) in ["300.1.1.1", "x", "10.0.0.0/33", "1.2", "1.2.3.4.5", "10..0.1"].into_iter().enumerate() {
        s.post(&path, widget(group, &format!("w{index}"), spec(text))).await?.is(422)?;
    }
    Ok(())
}

async fn literals_that_cannot_be_read_are_refused(s: &Session<'_>) -> Result<()> {
    let group = "literals.libraries.example.com";
    for rule in [
        "self.text.matches('(')",
        "self.text.find('[') == ''",
        "self.wait < duration('soon')",
        "self.at < timestamp('soon')",
        "format.nonsense().validate(self.text).hasValue()",
        "self.text.all(1)",
        "strings.nonsense(self.text)",
    ] {
        let mut schema = widget_schema(json!({
            "text": {"type": "string", "maxLength": 9},
            "wait": {"type": "string", "format": "duration"},
            "at": {"type": "string", "format": "date-time"},
        }));
        schema["properties"]["spec"]["x-kubernetes-validations"] = json!([{"rule": rule}]);
        s.post("/apis/apiextensions.k8s.io/v1/customresourcedefinitions", definition(group, schema))
            .only_at(&["/reason"])
            .await?
            .is(422)?;
    }
    Ok(())
}
