//! An answer that arrived and cannot be understood. Knows where it stops making sense, and never repeats what it said.

mod path;

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;

use http::StatusCode;

use super::{Cause, RetryHint};

/// The answer could not be understood.
///
/// Carries status, reason, JSON path and position. Never the body: it may be a secret.
#[derive(Clone)]
pub struct DecodeError(Arc<Inner>);

#[derive(Clone)]
struct Inner {
    status: Option<StatusCode>,
    reason: DecodeReason,
    place: Option<Place>,
    body_bytes: Option<usize>,
    operation: String,
    host: String,
    source: Option<Cause>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Place {
    path: String,
    line: usize,
    column: usize,
}

/// Why an answer could not be understood.
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum DecodeReason {
    /// The connection ended in the middle of the body.
    Truncated,
    /// The deadline passed in the middle of the body.
    TimedOut,
    /// The body is larger than the client accepts.
    TooLarge,
    /// The body is not JSON.
    Syntax,
    /// The body is JSON of another shape than the API describes.
    Mismatch,
    /// A member that the API requires is missing.
    MissingMember(String),
    /// The API does not describe this status for this operation.
    UnexpectedStatus,
}

// === impl DecodeReason ===

impl DecodeReason {
    /// The word used as `error.type` in traces and metrics. A closed set.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Truncated => "truncated",
            Self::TimedOut => "timeout",
            Self::TooLarge => "too_large",
            Self::Syntax | Self::Mismatch | Self::MissingMember(_) => "decode",
            Self::UnexpectedStatus => "unexpected_status",
        }
    }
}

// === impl DecodeError ===

impl DecodeError {
    /// An answer that stopped making sense for this reason.
    #[must_use]
    pub fn new(status: Option<StatusCode>, reason: DecodeReason) -> Self {
        Self(Arc::new(Inner {
            status,
            reason,
            place: None,
            body_bytes: None,
            operation: String::new(),
            host: String::new(),
            source: None,
        }))
    }

    /// A body that `serde_json` refused. Takes position and kind from the error and the path from the body; keeps neither.
    #[must_use]
    pub fn json(status: Option<StatusCode>, body: &[u8], error: &serde_json::Error) -> Self {
        let place = Place {
            path: path::at(body, path::offset(body, error.line(), error.column())),
            line: error.line(),
            column: error.column(),
        };
        let mut inner = Self::new(status, reason_of(error)).into_inner();
        inner.place = Some(place);
        inner.body_bytes = Some(body.len());
        Self(Arc::new(inner))
    }

    /// Adds what was called and where.
    #[must_use]
    pub fn at(self, host: &str, operation: &str) -> Self {
        let mut inner = self.into_inner();
        host.clone_into(&mut inner.host);
        operation.clone_into(&mut inner.operation);
        Self(Arc::new(inner))
    }

    /// Adds the cause. It must not repeat the body.
    #[must_use]
    pub fn with_source(self, source: impl StdError + Send + Sync + 'static) -> Self {
        let mut inner = self.into_inner();
        inner.source = Some(Arc::new(source));
        Self(Arc::new(inner))
    }

    fn into_inner(self) -> Inner {
        Arc::unwrap_or_clone(self.0)
    }

    /// Status of the answer.
    #[must_use]
    pub fn status(&self) -> Option<StatusCode> {
        self.0.status
    }

    /// Why it could not be understood.
    #[must_use]
    pub fn reason(&self) -> &DecodeReason {
        &self.0.reason
    }

    /// Where in the JSON, such as `items[2].spec.prefix`; `$` is the whole body. `None` when the body is not the trouble.
    #[must_use]
    pub fn path(&self) -> Option<&str> {
        self.0.place.as_ref().map(|place| place.path.as_str())
    }

    /// Length of the body, when all of it had arrived.
    #[must_use]
    pub fn body_bytes(&self) -> Option<usize> {
        self.0.body_bytes
    }

    /// Operation that was called; empty when it is not known.
    #[must_use]
    pub fn operation(&self) -> &str {
        &self.0.operation
    }

    /// Host that was called; empty when it is not known.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.0.host
    }

    /// Whether a deadline of ours passed.
    #[must_use]
    pub fn is_timeout(&self) -> bool {
        self.0.reason == DecodeReason::TimedOut
    }

    /// What is known about repeating the call: a body that stopped half-way may be whole next time.
    #[must_use]
    pub fn retry_hint(&self) -> RetryHint {
        match self.0.reason {
            DecodeReason::Truncated | DecodeReason::TimedOut => RetryHint::IfIdempotent,
            DecodeReason::TooLarge
            | DecodeReason::Syntax
            | DecodeReason::Mismatch
            | DecodeReason::MissingMember(_)
            | DecodeReason::UnexpectedStatus => RetryHint::Never,
        }
    }
}

// The text of a `serde_json` error quotes the body, so only its kind and, of the one form that quotes our own schema and nothing
// else, the member's name are kept.
fn reason_of(error: &serde_json::Error) -> DecodeReason {
    match error.classify() {
        serde_json::error::Category::Data => {
            let text = error.to_string();
            let member = text
                .strip_prefix("missing field `")
                .and_then(|rest| rest.split_once('`'))
                .map(|(member, _)| member)
                .filter(|member| !member.is_empty() && member.len() <= 64);
            member.map_or(DecodeReason::Mismatch, |member| DecodeReason::MissingMember(member.to_owned()))
        }
        serde_json::error::Category::Io | serde_json::error::Category::Syntax | serde_json::error::Category::Eof => {
            DecodeReason::Syntax
        }
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0.reason {
            DecodeReason::Truncated => write!(f, "the body stopped before its end")?,
            DecodeReason::TimedOut => write!(f, "the deadline passed before the end of the body")?,
            DecodeReason::TooLarge => write!(f, "the body is larger than the client accepts")?,
            DecodeReason::Syntax => write!(f, "the body is not JSON")?,
            DecodeReason::Mismatch => write!(f, "the body does not have the expected shape")?,
            DecodeReason::MissingMember(member) => write!(f, "the body has no member {member:?}")?,
            DecodeReason::UnexpectedStatus => write!(f, "the status is not one the operation describes")?,
        }
        if let Some(Place { path, line, column }) = &self.0.place {
            write!(f, " at {path} (line {line} column {column})")?;
        }
        if let Some(status) = self.0.status {
            write!(f, ", status {}", status.as_u16())?;
        }
        super::service::write_place(f, &self.0.operation, &self.0.host)
    }
}

impl fmt::Debug for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DecodeError")
            .field("status", &self.0.status)
            .field("reason", &self.0.reason)
            .field("place", &self.0.place)
            .field("body_bytes", &self.0.body_bytes)
            .field("operation", &self.0.operation)
            .field("host", &self.0.host)
            .field("source", &self.0.source)
            .finish()
    }
}

impl StdError for DecodeError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source.as_deref().map(|source| source as _)
    }
}
