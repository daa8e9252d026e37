//! What arrived, in the order of arrival.

use std::fmt;

use http::{HeaderMap, Method, StatusCode, Uri, header};
use serde_json::Value;

use super::faults::matches;
use super::tokens::TOKEN_PATH;

/// One request as it arrived. `Debug` shows no body and no query: both may hold what is secret.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct LoggedRequest {
    /// The method.
    pub method: Method,
    /// The path, without the query.
    pub path: String,
    /// The query as it was written, without the question mark.
    pub query: String,
    /// The body; null when there was none or it was not JSON. Of a form, only `grant_type` and `client_id`.
    pub body: Value,
    /// The `User-Agent`.
    pub user_agent: String,
    /// With which status it was answered; `None` when it was not, or not yet.
    pub answered: Option<StatusCode>,
}

#[derive(Default)]
pub(super) struct Log {
    requests: Vec<LoggedRequest>,
    /// How many were forgotten.
    forgotten: usize,
}

impl LoggedRequest {
    pub(super) fn new(method: &Method, uri: &Uri, headers: &HeaderMap, mut body: Value) -> Self {
        if let (Value::Object(form), TOKEN_PATH) = (&mut body, uri.path()) {
            form.retain(|name, _| ["grant_type", "client_id"].contains(&name.as_str()));
        }
        let agent = headers.get(header::USER_AGENT).and_then(|agent| agent.to_str().ok()).unwrap_or_default();
        Self {
            method: method.clone(),
            path: uri.path().to_owned(),
            query: uri.query().unwrap_or_default().to_owned(),
            body,
            user_agent: agent.to_owned(),
            answered: None,
        }
    }

    /// One parameter of the query, decoded.
    #[must_use]
    pub fn parameter(&self, name: &str) -> Option<String> {
        let mut pairs = url::form_urlencoded::parse(self.query.as_bytes());
        pairs.find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
    }

    /// Whether it has this method, and a path like this [pattern](super::Fault::on_path).
    #[must_use]
    pub fn is(&self, method: &Method, pattern: &str) -> bool {
        self.method == *method && matches(pattern, &self.path)
    }
}

impl fmt::Debug for LoggedRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} -> {:?}", self.method, self.path, self.answered.map(|status| status.as_u16()))
    }
}

impl Log {
    pub(super) fn begin(&mut self, request: LoggedRequest) -> usize {
        self.requests.push(request);
        self.forgotten + self.requests.len() - 1
    }

    pub(super) fn end(&mut self, entry: usize, answered: Option<StatusCode>) {
        let at = entry.checked_sub(self.forgotten);
        if let Some(request) = at.and_then(|at| self.requests.get_mut(at)) {
            request.answered = answered;
        }
    }

    pub(super) fn requests(&self) -> &[LoggedRequest] {
        &self.requests
    }

    pub(super) fn forget(&mut self) {
        self.forgotten += self.requests.len();
        self.requests.clear();
    }
}
