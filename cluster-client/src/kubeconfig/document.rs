//! From YAML to named entries, within bounds; knows nothing of what the entries mean.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::{Map, Value};

use super::error::KubeconfigError;
use crate::spec::SpecError;

/// The largest kubeconfig that is read, in bytes.
pub const MAX_BYTES: usize = 4 * 1024 * 1024;

const MAX_NODES: usize = 200_000;
const MAX_REPLAYED: usize = 20_000;
const MAX_ALIASES: usize = 1_000;
const MAX_DEPTH: usize = 40;

/// Where an entry stands.
#[derive(Debug)]
pub(super) struct Place {
    /// What to call it in errors.
    pub(super) label: String,
    /// What relative paths start from.
    pub(super) base_dir: Option<PathBuf>,
}

/// A cluster, user or context, not yet looked at.
#[derive(Clone)]
pub(super) struct Entry {
    pub(super) place: Arc<Place>,
    content: Content,
}

#[derive(Clone)]
enum Content {
    Fields(Map<String, Value>),
    // Absent or not a mapping.
    Nothing,
    // More than one entry bears the name.
    Duplicate,
}

/// All entries of one kind.
pub(super) type Entries = BTreeMap<String, Entry>;

/// A kubeconfig, not yet looked at.
#[derive(Clone, Default)]
pub(super) struct Document {
    pub(super) clusters: Entries,
    pub(super) users: Entries,
    pub(super) contexts: Entries,
    pub(super) current_context: Option<String>,
}

/// The fields of one entry, and what to call it in errors.
pub(super) struct Fields<'a> {
    what: &'static str,
    name: &'a str,
    fields: &'a Map<String, Value>,
}

impl Document {
    pub(super) fn parse(content: &[u8], label: &str, base_dir: Option<&Path>) -> Result<Self, KubeconfigError> {
        if content.len() > MAX_BYTES {
            return Err(KubeconfigError::TooLarge { bytes: content.len(), limit: MAX_BYTES });
        }
        let text = std::str::from_utf8(content).map_err(|_| KubeconfigError::NotText)?;
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        if text.trim().is_empty() {
            return Ok(Self::default());
        }
        let root = match read_yaml(text)? {
            Value::Object(root) => root,
            Value::Null => return Ok(Self::default()),
            _ => return Err(KubeconfigError::NotAKubeconfig { reason: "it is no mapping" }),
        };
        if root.get("kind").is_some_and(|kind| !kind.is_null() && kind != "Config" && kind != "") {
            return Err(KubeconfigError::NotAKubeconfig { reason: "its kind is not Config" });
        }
        let place = Arc::new(Place { label: label.to_owned(), base_dir: base_dir.map(Path::to_owned) });
        let current = root.get("current-context").and_then(Value::as_str).filter(|name| !name.is_empty());
        Ok(Self {
            clusters: entries(&root, "clusters", "cluster", &place)?,
            users: entries(&root, "users", "user", &place)?,
            contexts: entries(&root, "contexts", "context", &place)?,
            current_context: current.map(str::to_owned),
        })
    }

    /// Adds what this document does not have yet.
    pub(super) fn merge(&mut self, next: Self) {
        for (mine, theirs) in
            [(&mut self.clusters, next.clusters), (&mut self.users, next.users), (&mut self.contexts, next.contexts)]
        {
            for (name, entry) in theirs {
                mine.entry(name).or_insert(entry);
            }
        }
        self.current_context = self.current_context.take().or(next.current_context);
    }
}

/// Reads one YAML document. What the parser says of an error may quote the text, so only the place is taken over.
fn read_yaml(text: &str) -> Result<Value, KubeconfigError> {
    let options = serde_saphyr::options! {
        budget: serde_saphyr::budget! {
            max_events: MAX_NODES * 2,
            max_nodes: MAX_NODES,
            max_aliases: MAX_ALIASES,
            max_anchors: MAX_ALIASES,
            max_depth: MAX_DEPTH,
            flow_nesting_limit: MAX_DEPTH,
            max_recorded_anchor_events: MAX_REPLAYED,
            max_recorded_anchor_bytes: MAX_BYTES,
            max_total_scalar_bytes: MAX_BYTES,
        },
        alias_limits: serde_saphyr::alias_limits! {
            max_total_replayed_events: MAX_REPLAYED,
            max_replay_stack_depth: 8,
            max_alias_expansions_per_anchor: MAX_ALIASES,
        },
        with_snippet: false,
        leading_zero_numbers_as_strings: true,
        underscored_numbers_as_strings: true,
    };
    serde_saphyr::from_str_with_options(text, options).map_err(|error| {
        let place = error.location();
        KubeconfigError::Yaml {
            line: place.map_or(0, |place| place.line()),
            column: place.map_or(0, |place| place.column()),
        }
    })
}

/// `list: [{name: …, member: {…}}]`, by name. Entries without a name cannot be referred to and are left out.
fn entries(
    root: &Map<String, Value>,
    list: &'static str,
    member: &str,
    place: &Arc<Place>,
) -> Result<Entries, KubeconfigError> {
    let items = match root.get(list) {
        None | Some(Value::Null) => return Ok(Entries::new()),
        Some(Value::Array(items)) => items,
        Some(_) => return Err(KubeconfigError::NotAKubeconfig { reason: not_a_list(list) }),
    };
    let mut entries = Entries::new();
    for (index, item) in items.iter().enumerate() {
        let Some(name) = item.get("name").and_then(Value::as_str).filter(|name| !name.is_empty()) else {
            tracing::warn!(kubeconfig = %place.label, list, index, "an entry without a name is skipped");
            continue;
        };
        let content = match item.get(member) {
            Some(Value::Object(fields)) => Content::Fields(fields.clone()),
            _ => Content::Nothing,
        };
        entries
            .entry(name.to_owned())
            .and_modify(|earlier: &mut Entry| earlier.content = Content::Duplicate)
            .or_insert(Entry { place: Arc::clone(place), content });
    }
    Ok(entries)
}

fn not_a_list(list: &str) -> &'static str {
    match list {
        "clusters" => "clusters is no list",
        "users" => "users is no list",
        _ => "contexts is no list",
    }
}

impl Entry {
    /// The fields, when they can be told.
    pub(super) fn fields<'a>(&'a self, what: &'static str, name: &'a str) -> Result<Fields<'a>, SpecError> {
        match &self.content {
            Content::Fields(fields) => Ok(Fields { what, name, fields }),
            Content::Nothing => {
                Err(SpecError::Malformed { what: format!("{what} {name:?}"), reason: "it has no content" })
            }
            Content::Duplicate => Err(SpecError::Duplicate { what, name: name.to_owned() }),
        }
    }
}

impl<'a> Fields<'a> {
    pub(super) fn new(what: &'static str, name: &'a str, fields: &'a Map<String, Value>) -> Self {
        Self { what, name, fields }
    }

    pub(super) fn malformed(&self, field: &str, reason: &'static str) -> SpecError {
        SpecError::Malformed { what: format!("{field} of {} {:?}", self.what, self.name), reason }
    }

    pub(super) fn get(&self, field: &str) -> Option<&'a Value> {
        self.fields.get(field).filter(|value| !value.is_null())
    }

    /// Text; empty text counts as absent, as it does in Go.
    pub(super) fn text(&self, field: &str) -> Result<Option<&'a str>, SpecError> {
        match self.get(field) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.as_str()).filter(|text| !text.is_empty())),
            Some(_) => Err(self.malformed(field, "it is no text; put it in quotes")),
        }
    }

    /// A truth value; absent is false.
    pub(super) fn flag(&self, field: &str) -> Result<bool, SpecError> {
        match self.get(field) {
            None => Ok(false),
            Some(Value::Bool(flag)) => Ok(*flag),
            Some(_) => Err(self.malformed(field, "it is neither true nor false")),
        }
    }

    /// A list of texts; absent is empty.
    pub(super) fn texts(&self, field: &str) -> Result<Vec<String>, SpecError> {
        let wrong = || self.malformed(field, "it is no list of texts");
        match self.get(field) {
            None => Ok(Vec::new()),
            Some(Value::Array(items)) => {
                items.iter().map(|item| item.as_str().map(str::to_owned).ok_or_else(wrong)).collect()
            }
            Some(_) => Err(wrong()),
        }
    }

    /// A list of mappings; absent is empty.
    pub(super) fn mappings(&self, field: &str) -> Result<Vec<&'a Map<String, Value>>, SpecError> {
        let wrong = || self.malformed(field, "it is no list of mappings");
        match self.get(field) {
            None => Ok(Vec::new()),
            Some(Value::Array(items)) => items.iter().map(|item| item.as_object().ok_or_else(wrong)).collect(),
            Some(_) => Err(wrong()),
        }
    }

    /// A mapping within this one, called the same in errors.
    pub(super) fn inner(&self, field: &str) -> Result<Option<Self>, SpecError> {
        match self.get(field) {
            None => Ok(None),
            Some(Value::Object(fields)) => Ok(Some(Self { what: self.what, name: self.name, fields })),
            Some(_) => Err(self.malformed(field, "it is no mapping")),
        }
    }
}
