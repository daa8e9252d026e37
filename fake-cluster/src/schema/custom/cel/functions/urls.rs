//! Addresses of the web, read and written as Go's `net/url` does. Knows no schemes.

use std::collections::BTreeMap;
use std::net::Ipv6Addr;
use std::rc::Rc;

use super::super::eval::{Answer, Run, error};
use super::super::value::Val;
use crate::schema::text::quote;

/// A URL, in parts.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::schema::custom::cel) struct Url {
    scheme: String,
    user: String,
    host: String,
    /// As it was written.
    path: String,
    query: String,
    fragment: String,
}

/// `url(text)` and `isURL(text)`.
pub(super) fn of_text(name: &str, text: &str, rest: &[Val]) -> Option<Answer> {
    match (name, rest) {
        ("isURL", []) => Some(Ok(Val::Bool(wrong(text).is_none()))),
        ("url", []) => Some(
            read(text)
                .map(|url| Val::Url(Rc::new(url)))
                .map_err(|why| error(format!("URL parse error during conversion from string: {why}"))),
        ),
        _ => None,
    }
}

pub(super) fn call(run: &mut Run<'_>, name: &str, own: &Url, rest: &[Val]) -> Option<Answer> {
    if !rest.is_empty() {
        return None;
    }
    if let Err(stop) = run.spend((own.host.len() + own.path.len() + own.query.len()) / 10) {
        return Some(Err(stop));
    }
    Some(Ok(match name {
        "getScheme" => Val::text(own.scheme.as_str()),
        "getHost" => Val::text(own.host.as_str()),
        "getHostname" => Val::text(own.hostname()),
        "getPort" => Val::text(own.port()),
        "getEscapedPath" => Val::text(own.escaped_path()),
        "getQuery" => own.parameters(),
        _ => return None,
    }))
}

/// Why a text is no absolute URL and no absolute path, in Go's words.
pub(super) fn wrong(text: &str) -> Option<String> {
    parse(text, true).err().map(|why| format!("parse {}: {why}", quote(text)))
}

fn read(text: &str) -> Result<Url, String> {
    let about = |why: String| format!("parse {}: {why}", quote(text));
    parse(text, true).map_err(about)?;
    // The first look took the fragment for a part of what stands before it.
    let (text, fragment) = text.split_once('#').unwrap_or((text, ""));
    let url = parse(text, false).map_err(about)?;
    Ok(Url { fragment: fragment.to_owned(), ..url })
}

fn parse(text: &str, absolute: bool) -> Result<Url, String> {
    if text.bytes().any(|byte| byte < 0x20 || byte == 0x7f) {
        return Err("net/url: invalid control character in URL".to_owned());
    }
    if text.is_empty() && absolute {
        return Err("empty url".to_owned());
    }
    let (scheme, rest) = split_scheme(text)?;
    let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
    let mut url = Url {
        scheme: scheme.to_ascii_lowercase(),
        user: String::new(),
        host: String::new(),
        path: rest.to_owned(),
        query: query.to_owned(),
        fragment: String::new(),
    };
    if text == "*" {
        return Ok(url);
    }
    if !rest.starts_with('/') {
        if !scheme.is_empty() {
            // What has no root is not read any further, and is no path.
            url.path = String::new();
            return Ok(url);
        }
        if absolute {
            return Err("invalid URI for request".to_owned());
        }
        if rest.split('/').next().is_some_and(|first| first.contains(':')) {
            return Err("first path segment in URL cannot contain colon".to_owned());
        }
    }
    let has_host = !scheme.is_empty() || (!absolute && !rest.starts_with("///"));
    if let Some(rest) = rest.strip_prefix("//").filter(|_| has_host) {
        let (authority, path) = rest.find('/').map_or((rest, ""), |at| rest.split_at(at));
        let (user, host) = authority.rsplit_once('@').unwrap_or(("", authority));
        url.host = read_host(&url.scheme, host)?;
        if !user.chars().all(|char| char.is_ascii_alphanumeric() || "-._:~!$&'()*+,;=%@".contains(char)) {
            return Err("net/url: invalid userinfo".to_owned());
        }
        unescaped(user, false)?;
        url.user = user.to_owned();
        url.path = path.to_owned();
    }
    unescaped(&url.path, false)?;
    Ok(url)
}

fn split_scheme(text: &str) -> Result<(&str, &str), String> {
    for (at, char) in text.char_indices() {
        match char {
            'a'..='z' | 'A'..='Z' => {}
            '0'..='9' | '+' | '-' | '.' if at > 0 => {}
            ':' if at == 0 => return Err("missing protocol scheme".to_owned()),
            ':' => return Ok((text.get(..at).unwrap_or_default(), text.get(at + 1..).unwrap_or_default())),
            _ => break,
        }
    }
    Ok(("", text))
}

fn read_host(scheme: &str, host: &str) -> Result<String, String> {
    let port_fits = |port: &str| {
        port.is_empty() || port.strip_prefix(':').is_some_and(|port| port.bytes().all(|byte| byte.is_ascii_digit()))
    };
    let bad_port = |port: &str| format!("invalid port {} after host", quote(port));
    match host.rfind('[') {
        Some(0) => {
            let Some(end) = host.rfind(']') else { return Err("missing ']' in host".to_owned()) };
            let (literal, port) = (host.get(1..end).unwrap_or_default(), host.get(end + 1..).unwrap_or_default());
            if !port_fits(port) {
                return Err(bad_port(port));
            }
            let literal = host_unescaped(literal)?;
            let address = literal.split_once('%').map_or(literal.as_str(), |(address, _)| address);
            if address.parse::<Ipv6Addr>().is_err() {
                return Err(format!("invalid host: ParseAddr({}): unable to parse IP", quote(&literal)));
            }
            return Ok(format!("[{literal}]{port}"));
        }
        Some(_) => return Err("invalid IP-literal".to_owned()),
        None => {}
    }
    // Old connection strings hold several hosts with ports; for the web there is one.
    let is_web = matches!(scheme, "http" | "https");
    let colon = if is_web { host.find(':') } else { host.rfind(':') };
    if let Some(port) = colon.and_then(|at| host.get(at..)).filter(|port| !port_fits(port)) {
        return Err(bad_port(port));
    }
    host_unescaped(host)
}

/// Of a host, only what is not ASCII may be escaped, and `%`.
fn host_unescaped(host: &str) -> Result<String, String> {
    let mut rest = host;
    while let Some(at) = rest.find('%') {
        let escape = rest.get(at..at + 3).unwrap_or_default();
        let is_ascii = u8::from_str_radix(escape.get(1..).unwrap_or_default(), 16).is_ok_and(|byte| byte.is_ascii());
        if is_ascii && escape != "%25" {
            return Err(format!("invalid URL escape {}", quote(escape)));
        }
        rest = rest.get(at + 1..).unwrap_or_default();
    }
    let bad = host
        .chars()
        .find(|char| char.is_ascii() && !char.is_ascii_alphanumeric() && !"-_.~!$&'()*+,;=:[]<>\"%".contains(*char));
    match bad {
        Some(bad) => Err(format!("invalid character {} in host name", quote(&bad.to_string()))),
        None => unescaped(host, false).map(|host| String::from_utf8_lossy(&host).into_owned()),
    }
}

/// Without its escapes, of which each must be whole; in a query, `+` stands for a space.
fn unescaped(text: &str, is_query: bool) -> Result<Vec<u8>, String> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    loop {
        rest = match rest {
            [] => return Ok(out),
            [b'%', high, low, tail @ ..] if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() => {
                out.push(hex(*high) << 4 | hex(*low));
                tail
            }
            [b'%', ..] => {
                let escape = String::from_utf8_lossy(rest.get(..3).unwrap_or(rest)).into_owned();
                return Err(format!("invalid URL escape {}", quote(&escape)));
            }
            [b'+', tail @ ..] if is_query => {
                out.push(b' ');
                tail
            }
            [byte, tail @ ..] => {
                out.push(*byte);
                tail
            }
        };
    }
}

fn hex(digit: u8) -> u8 {
    match digit {
        b'0'..=b'9' => digit - b'0',
        _ => (digit | 0x20) - b'a' + 10,
    }
}

impl Url {
    fn hostname(&self) -> &str {
        if let Some((literal, _)) = self.host.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
            return literal;
        }
        self.host.split_once(':').map_or(self.host.as_str(), |(name, _)| name)
    }

    fn port(&self) -> &str {
        let after = self.host.rfind(']').and_then(|at| self.host.get(at..)).unwrap_or(&self.host);
        let port = after.rsplit_once(':').map_or("", |(_, port)| port);
        if port.bytes().all(|byte| byte.is_ascii_digit()) { port } else { "" }
    }

    /// As it was written, if that is a way to write it.
    fn escaped_path(&self) -> String {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.~$&+,/:;=@".contains(&byte);
        if self.path == "*" || self.path.bytes().all(|byte| plain(byte) || b"!'()*[]%".contains(&byte)) {
            return self.path.clone();
        }
        let mut out = String::new();
        for byte in unescaped(&self.path, false).unwrap_or_default() {
            if plain(byte) { out.push(char::from(byte)) } else { out.push_str(&format!("%{byte:02X}")) }
        }
        out
    }

    /// What the query says, name by name.
    fn parameters(&self) -> Val {
        let mut found: BTreeMap<String, Vec<Val>> = BTreeMap::new();
        for pair in self.query.split('&').filter(|pair| !pair.is_empty() && !pair.contains(';')) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let read =
                |text: &str| unescaped(text, true).ok().map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
            // What cannot be read is not there.
            let Some((name, value)) = read(name).zip(read(value)) else { continue };
            found.entry(name).or_default().push(Val::text(value));
        }
        Val::Map(Rc::new(found.into_iter().map(|(name, values)| (Val::text(name), Val::list(values))).collect()))
    }
}
