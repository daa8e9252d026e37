//! One answer, and the claims a scenario makes about it.

use anyhow::{Context as _, Result, bail, ensure};
use http::{header, response::Parts};
use serde_json::{Value, json};

/// The headers that transcripts compare.
const HEADERS: [&str; 3] = ["content-type", "retry-after", "warning"];

/// What a server answered.
#[derive(Clone, Debug)]
pub struct Reply {
    asked: String,
    status: u16,
    headers: Vec<(&'static str, String)>,
    text: String,
    body: Value,
}

impl Reply {
    pub(super) fn new(asked: String, parts: &Parts, bytes: &[u8]) -> Self {
        let header = |name: &'static str| {
            let values: Vec<&str> =
                parts.headers.get_all(name).iter().filter_map(|value| value.to_str().ok()).collect();
            (!values.is_empty()).then(|| (name, values.join(" | ")))
        };
        let json = parts
            .headers
            .get(header::CONTENT_TYPE)
            .is_some_and(|value| value.as_bytes().windows(4).any(|window| window == b"json"));
        let body = if json { serde_json::from_slice(bytes).ok() } else { None };
        Self {
            asked,
            status: parts.status.as_u16(),
            headers: HEADERS.into_iter().filter_map(header).collect(),
            text: String::from_utf8_lossy(bytes).into_owned(),
            body: body.unwrap_or(Value::Null),
        }
    }

    pub(super) fn recorded(&self) -> Value {
        let mut answer = json!({"status": self.status});
        for (name, value) in &self.headers {
            answer[*name] = value.as_str().into();
        }
        match &self.body {
            Value::Null => answer["text"] = self.text.as_str().into(),
            body => answer["body"] = body.clone(),
        }
        answer
    }

    /// The HTTP status.
    pub fn status(&self) -> u16 {
        self.status
    }

    /// A header that transcripts compare, if there was one.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| *known == name).map(|(_, value)| value.as_str())
    }

    /// The body as text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The body as JSON; null when it is none.
    pub fn body(&self) -> &Value {
        &self.body
    }

    /// The value at a JSON pointer; null when there is none.
    pub fn at(&self, pointer: &str) -> &Value {
        self.body.pointer(pointer).unwrap_or(&Value::Null)
    }

    /// The text at a JSON pointer.
    ///
    /// # Errors
    /// When there is no text there.
    pub fn text_at(&self, pointer: &str) -> Result<String> {
        let text = self.at(pointer).as_str().map(ToOwned::to_owned);
        text.with_context(|| format!("{}: no text at {pointer} of {}", self.asked, self.text))
    }

    /// The object's (or list's) resource version.
    ///
    /// # Errors
    /// When it has none.
    pub fn version(&self) -> Result<String> {
        self.text_at("/metadata/resourceVersion")
    }

    /// The object's uid.
    ///
    /// # Errors
    /// When it has none.
    pub fn uid(&self) -> Result<String> {
        self.text_at("/metadata/uid")
    }

    /// Claims a status.
    ///
    /// # Errors
    /// When it is another one.
    pub fn is(self, status: u16) -> Result<Self> {
        if self.status != status {
            bail!("{}: expected {status}, got {}: {}", self.asked, self.status, self.text);
        }
        Ok(self)
    }

    /// Claims a failure with this status and reason.
    ///
    /// # Errors
    /// When it is another answer.
    pub fn fails(self, status: u16, reason: &str) -> Result<Self> {
        let reply = self.is(status)?;
        reply.has("/kind", "Status")?.has("/reason", reason)
    }

    /// Claims a value at a JSON pointer.
    ///
    /// # Errors
    /// When another value or none is there.
    pub fn has(self, pointer: &str, value: impl Into<Value>) -> Result<Self> {
        let (expected, found) = (value.into(), self.at(pointer));
        ensure!(*found == expected, "{}: expected {expected} at {pointer}, got {found} in {}", self.asked, self.text);
        Ok(self)
    }

    /// Claims that nothing is at a JSON pointer.
    ///
    /// # Errors
    /// When something is.
    pub fn lacks(self, pointer: &str) -> Result<Self> {
        let found = self.body.pointer(pointer);
        ensure!(found.is_none(), "{}: expected nothing at {pointer}, got {found:?}", self.asked);
        Ok(self)
    }

    /// Claims that the text contains something.
    ///
    /// # Errors
    /// When it does not.
    pub fn says(self, part: &str) -> Result<Self> {
        ensure!(self.text.contains(part), "{}: expected {part:?} in {}", self.asked, self.text);
        Ok(self)
    }

    /// The names of a list's items.
    pub fn names(&self) -> Vec<String> {
        let name = |item: &Value| item["metadata"]["name"].as_str().unwrap_or_default().to_owned();
        self.at("/items").as_array().map(|items| items.iter().map(name).collect()).unwrap_or_default()
    }

    /// Claims the names of a list's items.
    ///
    /// # Errors
    /// When they are others, or in another order.
    pub fn lists(self, names: &[&str]) -> Result<Self> {
        let found = self.names();
        ensure!(found == names, "{}: expected the items {names:?}, got {found:?}", self.asked);
        Ok(self)
    }
}
