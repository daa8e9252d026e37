//! Semantic versions (semver.org), as github.com/blang/semver reads and compares them. Knows no constraints.

use std::cmp::Ordering;
use std::rc::Rc;

use super::super::eval::{Answer, error};
use super::super::value::Val;
use crate::schema::text::quote;

/// A version; what follows `+` is read and not kept, as it is never compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::schema::custom::cel) struct Semver {
    numbers: [u64; 3],
    before: Vec<Part>,
}

/// A part of a pre-release: numbers come before texts.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    Number(u64),
    Text(String),
}

impl Ord for Semver {
    fn cmp(&self, other: &Self) -> Ordering {
        // A release comes after all that lead to it.
        let release = self.before.is_empty().cmp(&other.before.is_empty());
        self.numbers.cmp(&other.numbers).then(release).then_with(|| self.before.cmp(&other.before))
    }
}

impl PartialOrd for Semver {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// `semver(text)` and `isSemver(text)`, with the wish to normalize.
pub(super) fn of_text(name: &str, text: &str, rest: &[Val]) -> Option<Answer> {
    let read = match rest {
        [] => Semver::parse(text),
        [Val::Bool(normalize)] => {
            if *normalize {
                Semver::normalized(text)
            } else {
                Semver::parse(text)
            }
        }
        _ => return None,
    };
    match name {
        "semver" => Some(read.map(|version| Val::Semver(Rc::new(version))).map_err(error)),
        "isSemver" => Some(Ok(Val::Bool(read.is_ok()))),
        _ => None,
    }
}

pub(super) fn call(name: &str, own: &Semver, rest: &[Val]) -> Option<Answer> {
    let number = |at: usize| {
        let number = own.numbers.get(at).copied().unwrap_or_default();
        // As Go converts it.
        Some(Ok(Val::Int(number.cast_signed())))
    };
    match (name, rest) {
        ("major", []) => number(0),
        ("minor", []) => number(1),
        ("patch", []) => number(2),
        ("isGreaterThan", [Val::Semver(other)]) => Some(Ok(Val::Bool(own > &**other))),
        ("isLessThan", [Val::Semver(other)]) => Some(Ok(Val::Bool(own < &**other))),
        ("compareTo", [Val::Semver(other)]) => Some(Ok(Val::Int(own.cmp(other) as i64))),
        _ => None,
    }
}

impl Semver {
    fn parse(text: &str) -> Result<Self, String> {
        if text.is_empty() {
            return Err("Version string empty".to_owned());
        }
        let mut parts = text.splitn(3, '.');
        let (Some(major), Some(minor), Some(rest)) = (parts.next(), parts.next(), parts.next()) else {
            return Err("No Major.Minor.Patch elements found".to_owned());
        };
        let (major, minor) = (number("major", "Major", major)?, number("minor", "Minor", minor)?);
        let (rest, build) = rest.split_once('+').map_or((rest, None), |(rest, build)| (rest, Some(build)));
        let (patch, before) = rest.split_once('-').map_or((rest, None), |(patch, before)| (patch, Some(before)));
        let patch = number("patch", "Patch", patch)?;
        let before = before.map_or_else(|| Ok(Vec::new()), |before| before.split('.').map(part).collect())?;
        for part in build.into_iter().flat_map(|build| build.split('.')) {
            if part.is_empty() {
                return Err("Build meta data is empty".to_owned());
            }
            if !is_word(part) {
                return Err(format!("Invalid character(s) found in build meta data {}", quote(part)));
            }
        }
        Ok(Self { numbers: [major, minor, patch], before })
    }

    /// Without a leading `v` and leading zeros, and with what is missing.
    fn normalized(text: &str) -> Result<Self, String> {
        let text = text.strip_prefix('v').unwrap_or(text);
        let mut parts: Vec<String> = text.splitn(3, '.').map(shortened).collect();
        if parts.len() < 3 {
            if parts.last().is_some_and(|last| last.contains(['+', '-'])) {
                return Err("short version cannot contain PreRelease/Build meta data".to_owned());
            }
            parts.resize(3, "0".to_owned());
        }
        Self::parse(&parts.join("."))
    }
}

fn shortened(part: &str) -> String {
    if part.len() < 2 {
        return part.to_owned();
    }
    let rest = part.trim_start_matches('0');
    if rest.starts_with(|first: char| first.is_ascii_digit()) { rest.to_owned() } else { format!("0{rest}") }
}

fn number(name: &str, title: &str, text: &str) -> Result<u64, String> {
    if !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(format!("Invalid character(s) found in {name} number {}", quote(text)));
    }
    if text.len() > 1 && text.starts_with('0') {
        return Err(format!("{title} number must not contain leading zeroes {}", quote(text)));
    }
    parsed(text)
}

fn parsed(text: &str) -> Result<u64, String> {
    text.parse().map_err(|_| {
        let why = if text.is_empty() { "invalid syntax" } else { "value out of range" };
        format!("strconv.ParseUint: parsing {}: {why}", quote(text))
    })
}

fn part(text: &str) -> Result<Part, String> {
    if text.is_empty() {
        return Err("Prerelease is empty".to_owned());
    }
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        if text.len() > 1 && text.starts_with('0') {
            return Err(format!("Numeric PreRelease version must not contain leading zeroes {}", quote(text)));
        }
        return parsed(text).map(Part::Number);
    }
    if !is_word(text) {
        return Err(format!("Invalid character(s) found in prerelease {}", quote(text)));
    }
    Ok(Part::Text(text.to_owned()))
}

fn is_word(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}
