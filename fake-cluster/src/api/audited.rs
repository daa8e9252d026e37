//! From a request and its answer to an entry of the audit log. Knows nothing of how the log is kept.

use std::time::Instant;

use http::header::USER_AGENT;
use http::request::Parts;
use serde_json::Value;

use super::access::User;
use super::request::{Target, Verb};
use super::status::Status;
use super::{Answer, Api, Call, Hearing, Query};
use crate::audit::{AuditEvent, ObjectReference};

/// What is found out about a request while it is answered.
#[derive(Debug, Default)]
pub(super) struct Note {
    pub(super) user: Option<User>,
    pub(super) impersonated: Option<User>,
    pub(super) allowed: bool,
}

impl Api {
    /// Answers with `answer` and keeps what is to be remembered, if anything is.
    pub(super) fn audited(
        &self,
        call: &Call,
        parts: &Parts,
        hearing: Option<&Hearing>,
        answer: impl FnOnce(&mut Note) -> Result<Answer, Status>,
    ) -> Result<Answer, Status> {
        let mut note = Note::default();
        if !self.audit.is_on() {
            return answer(&mut note);
        }
        let (received, begun) = match hearing {
            Some(hearing) => hearing.begun(|| self.now()),
            None => (self.now(), Instant::now()),
        };
        let answered = answer(&mut note);
        let (code, reason) = match &answered {
            Ok(Answer::Full(response)) => (response.status().as_u16(), String::new()),
            Ok(Answer::Watch(_)) => (200, String::new()),
            // It is put again, and remembered when it is answered.
            Ok(Answer::Ask(_)) => return answered,
            Err(status) => (status.code(), status.reason().to_owned()),
        };
        let verb = match (&call.target, call.verb) {
            (Target::Resource(_), verb) if verb != Verb::Other => verb.as_str().to_owned(),
            _ => parts.method.as_str().to_ascii_lowercase(),
        };
        self.audit.record(AuditEvent {
            user: note.user.unwrap_or_default(),
            impersonated: note.impersonated,
            verb,
            uri: parts.uri.path_and_query().map(ToString::to_string).unwrap_or_default(),
            object: reference(call, &answered),
            user_agent: parts
                .headers
                .get(USER_AGENT)
                .map(|agent| String::from_utf8_lossy(agent.as_bytes()).into_owned())
                .unwrap_or_default(),
            code,
            reason,
            allowed: note.allowed,
            dry_run: is_dry_run(&call.query),
            received,
            latency: begun.elapsed(),
        });
        answered
    }
}

fn is_dry_run(query: &Query) -> bool {
    query.all("dryRun").any(|value| value == "All")
}

fn reference(call: &Call, answered: &Result<Answer, Status>) -> Option<ObjectReference> {
    let Target::Resource(path) = &call.target else { return None };
    let mut reference = ObjectReference {
        api_group: path.group.clone(),
        api_version: path.version.clone(),
        resource: path.resource.clone(),
        subresource: path.subresource.clone(),
        namespace: path.namespace.clone(),
        name: path.name.clone(),
        ..ObjectReference::default()
    };
    let Ok(Answer::Full(response)) = answered else { return Some(reference) };
    if !call.verb.is_write() || call.verb == Verb::DeleteCollection {
        return Some(reference);
    }
    // Only metadata is looked at, and nothing else of the body is kept.
    let body: Value = serde_json::from_slice(response.body()).unwrap_or_default();
    let (metadata, details) = (&body["metadata"], &body["details"]);
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    if reference.name.is_empty() {
        reference.name = text(&metadata["name"]);
    }
    // Most deletes are answered with a status that names the object in its details.
    reference.uid = text(if metadata["uid"].is_string() { &metadata["uid"] } else { &details["uid"] });
    reference.resource_version = text(&metadata["resourceVersion"]);
    Some(reference)
}
