//! Resource sets as OCM keeps them: whose name is whose, what differs, and how a set is cut into parts. Pure; knows nothing of requests.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};

use crate::provider::{ApplyAction, ObjectOutcome, ObjectRef};

/// What the id of each set has to begin with at OCM.
const PREFIX: &str = "ext-";

/// What stands behind the id of a set that would look like that of a part.
const WHOLE: &str = "-set";

/// Longest name of a set, so that all that belongs before and behind it fits.
const LONGEST_ID: usize = 240;

/// A set that cannot be applied.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum UnfitSet {
    #[error("the name {0:?} of the set has to be letters, digits, '-', '_' and '.', at most 240 of them")]
    Name(String),
    #[error("object {0} of the set has no apiVersion, kind or metadata.name")]
    Anonymous(usize),
    #[error("the set holds {0} twice")]
    Twice(ObjectRef),
}

/// Objects by who they are.
pub(super) type Objects<'a> = BTreeMap<ObjectRef, &'a Value>;

/// A stored set against one that is wanted.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Comparison {
    /// Each wanted object in the order wanted, then those that are stored and not wanted.
    pub(super) objects: Vec<ObjectOutcome>,
    /// Whether nothing has to be written.
    pub(super) is_same: bool,
}

/// OCM's name of a set. With and without the prefix that every set has to have there, a name means the same set; other names never meet, neither
/// with each other nor with [parts](part_id).
pub(super) fn set_id(name: &str) -> Result<String, UnfitSet> {
    let fits = !name.is_empty()
        && name.len() <= LONGEST_ID
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'));
    if !fits {
        return Err(UnfitSet::Name(name.chars().take(64).collect()));
    }
    let id = if name.starts_with(PREFIX) { name.to_owned() } else { format!("{PREFIX}{name}") };
    // The name of a part ends in a number. A set whose name does has something behind it, and so has one whose name would become that.
    let stem = id.trim_end_matches(WHOLE);
    let number = stem.rsplit_once('-').map_or("", |(_, last)| last);
    let like_a_part = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    Ok(if like_a_part { id + WHOLE } else { id })
}

/// The name of a part of a set.
pub(super) fn part_id(id: &str, part: usize) -> String {
    format!("{id}-{part}")
}

/// The objects of a set, each once.
pub(super) fn objects(resources: &[Value]) -> Result<Objects<'_>, UnfitSet> {
    let mut objects = Objects::new();
    for (place, resource) in resources.iter().enumerate() {
        let object = ObjectRef::of(resource).ok_or(UnfitSet::Anonymous(place))?;
        if objects.insert(object.clone(), resource).is_some() {
            return Err(UnfitSet::Twice(object));
        }
    }
    Ok(objects)
}

/// What is different, whatever the order of objects and keys.
///
/// OCM takes a whole set and applies it later, so nothing is said to be created or configured: what differs is
/// [`Accepted`](ApplyAction::Accepted).
pub(super) fn compare(stored: &[Value], wanted: &[Value]) -> Comparison {
    let mut held: BTreeMap<Option<ObjectRef>, Vec<&Value>> = BTreeMap::new();
    for resource in stored {
        held.entry(ObjectRef::of(resource)).or_default().push(resource);
    }
    let mut found = Vec::with_capacity(wanted.len());
    for resource in wanted {
        let Some(object) = ObjectRef::of(resource) else { continue };
        // Two of one name are one too many, even when one of them is right.
        let outcome = match held.remove(&Some(object.clone())).as_deref() {
            Some([one]) if alike(one, resource) => ObjectOutcome::new(object, ApplyAction::Unchanged, ""),
            Some(_) => ObjectOutcome::new(object, ApplyAction::Accepted, "changed in the set"),
            None => ObjectOutcome::new(object, ApplyAction::Accepted, "added to the set"),
        };
        found.push(outcome);
    }
    let is_same = held.is_empty() && found.iter().all(|outcome| outcome.action == ApplyAction::Unchanged);
    let message = "taken out of the set; OCM does not say whether it is deleted in the cluster";
    let gone = held.into_keys().flatten().map(|object| ObjectOutcome::new(object, ApplyAction::Accepted, message));
    found.extend(gone);
    Comparison { objects: found, is_same }
}

/// The same JSON, whatever the order of keys and however a whole number is written.
pub(super) fn alike(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Object(one), Value::Object(other)) => {
            one.len() == other.len()
                && one.iter().all(|(key, value)| other.get(key).is_some_and(|other| alike(value, other)))
        }
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| alike(one, other))
        }
        (Value::Number(one), Value::Number(other)) => {
            one == other || ((one.is_f64() || other.is_f64()) && one.as_f64() == other.as_f64())
        }
        _ => one == other,
    }
}

/// SHA-256 of the canonical content, in hexadecimal: objects in the order of who they are.
pub(super) fn hash(objects: &Objects<'_>) -> String {
    let mut digest = Sha256::new();
    for resource in objects.values() {
        // The maps of JSON are sorted, so this is one text for one value. Values can always be written.
        digest.update(serde_json::to_vec(resource).unwrap_or_default());
        digest.update(b"\n");
    }
    digest.finalize().iter().fold(String::with_capacity(64), |mut text, byte| {
        // Writing to a string does not fail.
        write!(text, "{byte:02x}").unwrap_or_default();
        text
    })
}

/// A set in so many parts, none of them empty, in order.
pub(super) fn parts(resources: &[Value], count: usize) -> Vec<&[Value]> {
    let size = resources.len().div_ceil(count.max(1)).max(1);
    resources.chunks(size).collect()
}

/// What would change, line by line, without the values of Secrets.
pub(super) fn text(stored: &[Value], wanted: &[Value], changed: &[ObjectOutcome]) -> String {
    let find = |all: &[Value], object: &ObjectRef| {
        all.iter().find(|value| ObjectRef::of(value).as_ref() == Some(object)).map(leaves).unwrap_or_default()
    };
    let mut text = String::new();
    for ObjectOutcome { object, .. } in changed {
        let (before, after) = (find(stored, object), find(wanted, object));
        let mut line = |sign: char, path: &str, leaf: &Leaf| {
            writeln!(text, "{sign}{path}: {}", leaf.shown()).unwrap_or_default();
        };
        line('@', "@", &Leaf::Plain(Value::String(object.to_string())));
        let paths: std::collections::BTreeSet<_> = before.keys().chain(after.keys()).collect();
        for path in paths {
            match (before.get(path), after.get(path)) {
                (Some(old), Some(new)) if old == new => {}
                (old, new) => {
                    old.iter().for_each(|old| line('-', path, old));
                    new.iter().for_each(|new| line('+', path, new));
                }
            }
        }
    }
    text
}

#[derive(Debug, PartialEq)]
enum Leaf {
    Plain(Value),
    Masked(Value),
}

impl Leaf {
    fn shown(&self) -> String {
        match self {
            Self::Plain(value) => value.to_string(),
            Self::Masked(_) => "<masked>".to_owned(),
        }
    }
}

/// Every value of an object that holds no others, by its path.
fn leaves(object: &Value) -> BTreeMap<String, Leaf> {
    let is_secret = object.get("kind").and_then(Value::as_str) == Some("Secret");
    let mut found = BTreeMap::new();
    walk(object, String::new(), is_secret, &mut found);
    found
}

fn walk(value: &Value, path: String, is_secret: bool, found: &mut BTreeMap<String, Leaf>) {
    let below = |key: &str| if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") };
    match value {
        Value::Object(map) if !map.is_empty() => {
            map.iter().for_each(|(key, value)| walk(value, below(key), is_secret, found));
        }
        Value::Array(items) if !items.is_empty() => {
            for (place, value) in items.iter().enumerate() {
                walk(value, format!("{path}[{place}]"), is_secret, found);
            }
        }
        leaf => {
            let root = path.split(['.', '[']).next().unwrap_or_default();
            // What `kubectl apply` wrote down holds the whole Secret.
            let masked =
                is_secret && (matches!(root, "data" | "stringData") || path.starts_with("metadata.annotations"));
            let leaf = if masked { Leaf::Masked(leaf.clone()) } else { Leaf::Plain(leaf.clone()) };
            found.insert(path, leaf);
        }
    }
}

/// The body that stores a set: under its id when it is new.
pub(super) fn body(id: Option<&str>, member: &str, resources: &[Value]) -> Value {
    let mut body = Map::new();
    if let Some(id) = id {
        body.insert("id".to_owned(), Value::String(id.to_owned()));
    }
    body.insert(member.to_owned(), Value::Array(resources.to_vec()));
    Value::Object(body)
}

#[cfg(test)]
mod tests;
