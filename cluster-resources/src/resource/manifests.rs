//! Manifests as they stand in files: YAML or JSON, several documents, lists unpacked. What is wrong with one document says nothing of
//! the others.

use std::collections::BTreeSet;
use std::fmt;

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use super::invalid::{InvalidResource, Problem};
use super::{Resource, check};
use crate::id::Origin;

/// A document of YAML may have so many nodes, keys included, after aliases are replaced by what they stand for.
const MAX_NODES: usize = 1_000_000;
/// Etcd takes no object beyond 1.5 MiB; lists may be longer.
const MAX_BYTES: usize = 64 * 1024 * 1024;
const MAX_ALIASES: usize = 1_000;
/// What aliases may add, in events of the parser.
const MAX_REPLAYED: usize = 100_000;
const MAX_DEPTH: usize = 100;

/// The objects that a text declares, in its order, each with the file and the number of its document (from 1) as its origin.
///
/// YAML is read as `kubectl` reads it: `yes`, `no`, `on` and `off` are booleans, `0644` is octal. A key that is there twice is refused,
/// and so are texts that grow beyond all measure when their aliases are replaced. Objects of `kind: List`, or of any kind that ends in
/// `List` and has items, are replaced by their items. Documents without content are left out.
#[must_use]
pub fn manifests(text: &str, file: &str) -> Vec<Result<Resource, InvalidResource>> {
    let mut found = Vec::new();
    let mut number = 0;
    for document in documents(text) {
        let values = match read(&document) {
            Ok(values) => values.into_iter().map(Ok).collect(),
            Err(problem) => vec![Err(problem)],
        };
        for value in values {
            if matches!(value, Ok(Value::Null)) {
                continue;
            }
            number += 1;
            let mut origin = Origin::file(file);
            origin.document = Some(number);
            match value {
                Ok(value) => unpack(value, &origin, &mut found),
                Err(problem) => found.push(Err(InvalidResource::new(&Value::Null, origin, vec![problem]))),
            }
        }
    }
    found
}

/// One document and the line it begins on, from 0.
struct Document<'a> {
    text: &'a str,
    first_line: usize,
}

/// YAML's own rule: a line that begins with `---` or `...` can be nothing but the border of a document.
fn documents(text: &str) -> Vec<Document<'_>> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut documents = Vec::new();
    let (mut begin, mut first_line, mut position) = (0, 0, 0);
    for (line_number, line) in text.split_inclusive('\n').enumerate() {
        let start = position;
        position += line.len();
        if is_marker(line, "---") && !only_directives(&text[begin..start]) {
            documents.push(Document { text: &text[begin..start], first_line });
            (begin, first_line) = (start, line_number);
        } else if is_marker(line, "...") {
            documents.push(Document { text: &text[begin..start], first_line });
            (begin, first_line) = (position, line_number + 1);
        }
    }
    documents.push(Document { text: &text[begin..], first_line });
    documents
}

fn is_marker(line: &str, marker: &str) -> bool {
    line.strip_prefix(marker).is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t', '\r', '\n']))
}

/// Nothing but directives, comments and blank lines: they belong to the document that follows.
fn only_directives(text: &str) -> bool {
    let mut lines = text.lines().map(str::trim_end).filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines.all(|line| line.starts_with('%'))
}

/// What a document holds: one value, or several of JSON one after the other.
fn read(document: &Document<'_>) -> Result<Vec<Value>, Problem> {
    let content = document.text.trim_start_matches("---").trim_start();
    let skipped = &document.text[..document.text.len() - content.len()];
    if content.starts_with('{')
        && let Ok(values) = serde_json::Deserializer::from_str(content).into_iter().collect::<Result<Vec<Value>, _>>()
    {
        for found in serde_json::Deserializer::from_str(content).into_iter::<Once>() {
            let line = |line| line + skipped.matches('\n').count();
            found.map_err(|error| at(document, line(error.line()), error.column(), "has a key that is there twice"))?;
        }
        return Ok(values);
    }
    if only_comments(document.text) {
        return Ok(Vec::new());
    }
    let options = serde_saphyr::options! {
        budget: serde_saphyr::budget! {
            max_events: MAX_NODES * 2,
            max_nodes: MAX_NODES,
            max_aliases: MAX_ALIASES,
            max_anchors: MAX_ALIASES,
            max_depth: MAX_DEPTH,
            flow_nesting_limit: MAX_DEPTH,
            max_recorded_anchor_events: MAX_NODES,
            max_recorded_anchor_bytes: MAX_BYTES,
            max_total_scalar_bytes: MAX_BYTES,
        },
        alias_limits: serde_saphyr::alias_limits! {
            max_total_replayed_events: MAX_REPLAYED,
            max_replay_stack_depth: 16,
            max_alias_expansions_per_anchor: MAX_ALIASES,
        },
        with_snippet: false,
        legacy_octal_numbers: true,
    };
    match serde_saphyr::from_str_with_options(document.text, options) {
        Ok(value) => Ok(vec![value]),
        Err(error) => {
            // What the parser says of an error may quote the text, so only its place is told.
            let place = error.location();
            let (line, column) = place.map_or((0, 0), |place| (place.line(), place.column()));
            let line = usize::try_from(line).unwrap_or(0);
            let column = usize::try_from(column).unwrap_or(0);
            let what = match error.without_snippet() {
                serde_saphyr::Error::DuplicateMappingKey { .. } => "has a key that is there twice",
                serde_saphyr::Error::Budget { .. } => "is too large or nested too deeply",
                _ => "is not well-formed YAML",
            };
            Err(at(document, line, column, what))
        }
    }
}

fn at(document: &Document<'_>, line: usize, column: usize, what: &str) -> Problem {
    if line == 0 {
        return Problem::new("", format!("document {what}"));
    }
    Problem::new("", format!("document {what} at line {} column {column} of the file", document.first_line + line))
}

fn only_comments(text: &str) -> bool {
    text.lines().all(|line| {
        let line = line.strip_prefix("---").unwrap_or(line).trim();
        line.is_empty() || line.starts_with('#')
    })
}

/// The object itself, or the items of a list, and of lists in it.
fn unpack(value: Value, origin: &Origin, found: &mut Vec<Result<Resource, InvalidResource>>) {
    // From the last, so that the first is taken next.
    let mut waiting = vec![(String::new(), value)];
    while let Some((path, value)) = waiting.pop() {
        match items_of(value) {
            Ok(items) if path.len() < 200 => {
                let dot = if path.is_empty() { "" } else { "." };
                let items = items.into_iter().enumerate();
                let items: Vec<_> = items.map(|(index, item)| (format!("{path}{dot}items[{index}]"), item)).collect();
                waiting.extend(items.into_iter().rev());
            }
            Ok(_) => {
                let problems = vec![Problem::new(path, "is a list in too many lists")];
                found.push(Err(InvalidResource::new(&Value::Null, origin.clone(), problems)));
            }
            Err(value) => {
                let made = Resource::checked(value, origin.clone(), check::Nulls::Refused);
                found.push(made.map_err(|invalid| invalid.within(&path)));
            }
        }
    }
}

/// The items of a list. Those of `ConfigMapList` and its like may leave out what the list says already.
fn items_of(mut value: Value) -> Result<Vec<Value>, Value> {
    let kind = value.get("kind").and_then(Value::as_str).and_then(|kind| kind.strip_suffix("List")).map(str::to_owned);
    let (Some(kind), Some(Value::Array(_))) = (kind, value.get("items")) else { return Err(value) };
    let api_version = value.get("apiVersion").cloned();
    let Some(Value::Array(mut items)) = value.get_mut("items").map(Value::take) else { return Err(value) };
    if !kind.is_empty() {
        for item in items.iter_mut().filter_map(Value::as_object_mut) {
            complete(item, &kind, api_version.as_ref());
        }
    }
    Ok(items)
}

fn complete(item: &mut Map<String, Value>, kind: &str, api_version: Option<&Value>) {
    if !item.contains_key("kind") && !item.contains_key("apiVersion") {
        item.insert("kind".into(), kind.into());
        item.extend(api_version.map(|version| ("apiVersion".to_owned(), version.clone())));
    }
}

/// Any value in which no map has a key twice. JSON allows it and readers differ in what they make of it.
struct Once;

impl<'de> Deserialize<'de> for Once {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(OnceVisitor)
    }
}

struct OnceVisitor;

impl<'de> Visitor<'de> for OnceVisitor {
    type Value = Once;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value without doubled keys")
    }

    fn visit_bool<E>(self, _: bool) -> Result<Once, E> {
        Ok(Once)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Once, E> {
        Ok(Once)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Once, E> {
        Ok(Once)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Once, E> {
        Ok(Once)
    }

    fn visit_str<E>(self, _: &str) -> Result<Once, E> {
        Ok(Once)
    }

    fn visit_unit<E>(self) -> Result<Once, E> {
        Ok(Once)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Once, A::Error> {
        while items.next_element::<Once>()?.is_some() {}
        Ok(Once)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Once, A::Error> {
        let mut seen = BTreeSet::new();
        while let Some(key) = entries.next_key::<String>()? {
            if !seen.insert(key) {
                entries.next_value::<IgnoredAny>()?;
                return Err(serde::de::Error::custom("a key is there twice"));
            }
            entries.next_value::<Once>()?;
        }
        Ok(Once)
    }
}

#[cfg(test)]
mod tests;
