//! `metadata.managedFields`: who manages which paths, decoded and encoded. Knows nothing of schemas.
use std::cmp::Ordering;

use serde_json::{Map as Object, Value};

use crate::apply::fields;
use crate::apply::set::Set;
use crate::schema::text::quote;

/// How a manager wrote.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Operation {
    Apply,
    Update,
}

impl Operation {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Apply => "Apply",
            Self::Update => "Update",
        }
    }
}

/// One entry: a manager, how it wrote, and what it manages.
#[derive(Clone, Debug)]
pub(crate) struct Manager {
    pub(crate) name: String,
    pub(crate) operation: Operation,
    pub(crate) api_version: String,
    pub(crate) subresource: String,
    /// RFC 3339 in UTC, to the second.
    pub(crate) time: Option<String>,
    pub(crate) set: Set,
}

impl Manager {
    /// Whether this is the entry of that manager; appliers are the same in every version.
    pub(crate) fn is(&self, other: &Self) -> bool {
        self.name == other.name
            && self.operation == other.operation
            && self.subresource == other.subresource
            && (self.operation == Operation::Apply || self.api_version == other.api_version)
    }

    /// Conflict messages are sorted by the text the real server identifies managers by.
    pub(crate) fn identity(&self) -> String {
        let mut text = format!("{{\"manager\":{},\"operation\":\"{}\"", quote(&self.name), self.operation.as_str());
        if self.operation == Operation::Update {
            text.push_str(&format!(",\"apiVersion\":{}", quote(&self.api_version)));
        }
        if !self.subresource.is_empty() {
            text.push_str(&format!(",\"subresource\":{}", quote(&self.subresource)));
        }
        text.push('}');
        text
    }

    fn seconds(&self) -> &str {
        self.time.as_deref().unwrap_or("1970-01-01T00:00:00Z")
    }

    pub(crate) fn by_time(&self, other: &Self) -> Ordering {
        self.seconds().cmp(other.seconds())
    }
}

/// Reads `metadata.managedFields`.
///
/// # Errors
/// The real server's message for an entry that is not one.
pub(crate) fn decode(entries: Option<&Value>) -> Result<Vec<Manager>, String> {
    let mut managers: Vec<Manager> = Vec::new();
    let entries = entries.and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    for (index, entry) in entries.iter().enumerate() {
        let text = |key: &str| entry.get(key).and_then(Value::as_str).unwrap_or_default();
        let operation = match text("operation") {
            "Apply" => Operation::Apply,
            "Update" => Operation::Update,
            _ => return Err("operation must be `Apply` or `Update`".to_owned()),
        };
        if text("apiVersion").is_empty() {
            return Err("apiVersion must not be empty".to_owned());
        }
        match text("fieldsType") {
            "FieldsV1" => {}
            "" => return Err(format!("missing fieldsType in managed fields entry {index}")),
            other => return Err(format!("invalid fieldsType {} in managed fields entry {index}", quote(other))),
        }
        let set = match entry.get("fieldsV1") {
            Some(value) => fields::parse(value)
                .map_err(|message| format!("error decoding versioned set: error decoding set: {message}"))?,
            None => Set::new(),
        };
        let manager = Manager {
            name: text("manager").to_owned(),
            operation,
            api_version: text("apiVersion").to_owned(),
            subresource: text("subresource").to_owned(),
            time: entry.get("time").and_then(Value::as_str).map(str::to_owned),
            set,
        };
        match managers.iter_mut().find(|known| known.is(&manager)) {
            Some(known) => *known = manager,
            None => managers.push(manager),
        }
    }
    Ok(managers)
}

/// `metadata.managedFields`; `None` when nobody manages anything.
pub(crate) fn encode(mut managers: Vec<Manager>) -> Option<Value> {
    if managers.is_empty() {
        return None;
    }
    managers.sort_by(|a, b| {
        a.operation
            .cmp(&b.operation)
            .then_with(|| a.by_time(b))
            .then_with(|| a.name.cmp(&b.name))
            .then_with(|| a.api_version.cmp(&b.api_version))
            .then_with(|| a.subresource.cmp(&b.subresource))
    });
    Some(Value::Array(managers.into_iter().map(entry).collect()))
}

fn entry(manager: Manager) -> Value {
    let mut object = Object::new();
    let mut put = |key: &str, value: String| {
        if !value.is_empty() {
            object.insert(key.to_owned(), Value::String(value));
        }
    };
    put("manager", manager.name);
    put("operation", manager.operation.as_str().to_owned());
    put("apiVersion", manager.api_version);
    put("subresource", manager.subresource);
    put("time", manager.time.unwrap_or_default());
    put("fieldsType", "FieldsV1".to_owned());
    object.insert("fieldsV1".to_owned(), fields::to_value(&manager.set));
    Value::Object(object)
}

/// Whether a client asks to forget all managers: an empty list, or one empty entry.
pub(crate) fn is_reset(entries: Option<&Value>) -> bool {
    match entries.and_then(Value::as_array).map(Vec::as_slice) {
        Some([]) => true,
        Some([one]) => one.as_object().is_some_and(|entry| {
            entry.values().all(|value| value.is_null() || value.as_str().is_some_and(str::is_empty))
        }),
        _ => false,
    }
}
