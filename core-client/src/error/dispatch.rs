//! Failures between the two processes. Knows nothing of bodies.

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;

use super::{Cause, RetryHint};

/// No usable answer arrived.
#[derive(Clone)]
pub struct DispatchError(Arc<Inner>);

struct Inner {
    kind: DispatchKind,
    host: String,
    operation: String,
    source: Option<Cause>,
}

/// How far a request got.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DispatchKind {
    /// No connection: the name did not resolve, nobody listens, the network refuses.
    Connect,
    /// The connect deadline (TCP and TLS handshake together) passed.
    ConnectTimeout,
    /// The TLS handshake failed: one side does not accept the other's certificate or parameters.
    Tls,
    /// The deadline of the whole call passed, retries included.
    Timeout,
    /// The connection broke before the head of an answer was complete.
    Closed,
    /// What arrived is not an HTTP answer, or its head is larger than the client accepts.
    Protocol,
}

// === impl DispatchKind ===

impl DispatchKind {
    /// The word used as `error.type` in traces and metrics. A closed set.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Connect => "connect",
            Self::ConnectTimeout => "connect_timeout",
            Self::Tls => "tls",
            Self::Timeout => "timeout",
            Self::Closed => "closed",
            Self::Protocol => "protocol",
        }
    }

    /// Whether the service may have seen the request.
    #[must_use]
    pub fn may_have_been_sent(self) -> bool {
        match self {
            Self::Connect | Self::ConnectTimeout | Self::Tls => false,
            Self::Timeout | Self::Closed | Self::Protocol => true,
        }
    }

    /// Connect errors are safe for every method; a lost answer only for idempotent ones.
    #[must_use]
    pub fn retry_hint(self) -> RetryHint {
        match self {
            Self::Connect | Self::ConnectTimeout | Self::Tls => RetryHint::Safe,
            Self::Timeout | Self::Closed => RetryHint::IfIdempotent,
            Self::Protocol => RetryHint::Never,
        }
    }
}

// === impl DispatchError ===

impl DispatchError {
    /// A failure without a known peer; add it with [`at`](Self::at).
    #[must_use]
    pub fn new(kind: DispatchKind) -> Self {
        Self::build(kind, "", "", None)
    }

    /// Adds what was called and where.
    #[must_use]
    pub fn at(self, host: &str, operation: &str) -> Self {
        Self::build(self.0.kind, host, operation, self.0.source.clone())
    }

    /// Adds the cause.
    #[must_use]
    pub fn with_source(self, source: impl StdError + Send + Sync + 'static) -> Self {
        Self::build(self.0.kind, &self.0.host, &self.0.operation, Some(Arc::new(source)))
    }

    fn build(kind: DispatchKind, host: &str, operation: &str, source: Option<Cause>) -> Self {
        Self(Arc::new(Inner { kind, host: host.to_owned(), operation: operation.to_owned(), source }))
    }

    /// How far the request got.
    #[must_use]
    pub fn kind(&self) -> DispatchKind {
        self.0.kind
    }

    /// Host that was called; empty when it is not known.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.0.host
    }

    /// Operation that was called; empty when it is not known.
    #[must_use]
    pub fn operation(&self) -> &str {
        &self.0.operation
    }

    /// Whether the service may have seen the request.
    #[must_use]
    pub fn may_have_been_sent(&self) -> bool {
        self.0.kind.may_have_been_sent()
    }

    /// Whether a deadline of ours passed.
    #[must_use]
    pub fn is_timeout(&self) -> bool {
        match self.0.kind {
            DispatchKind::ConnectTimeout | DispatchKind::Timeout => true,
            DispatchKind::Connect | DispatchKind::Tls | DispatchKind::Closed | DispatchKind::Protocol => false,
        }
    }

    /// What is known about repeating the call.
    #[must_use]
    pub fn retry_hint(&self) -> RetryHint {
        self.0.kind.retry_hint()
    }
}

impl fmt::Display for DispatchError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0.kind {
            DispatchKind::Connect => "no connection",
            DispatchKind::ConnectTimeout => "connecting took longer than the connect timeout",
            DispatchKind::Tls => "the TLS handshake failed",
            DispatchKind::Timeout => "the call took longer than its deadline",
            DispatchKind::Closed => "the connection closed before an answer",
            DispatchKind::Protocol => "the answer is not HTTP this client accepts",
        })?;
        super::service::write_place(f, &self.0.operation, &self.0.host)
    }
}

impl fmt::Debug for DispatchError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DispatchError")
            .field("kind", &self.0.kind)
            .field("host", &self.0.host)
            .field("operation", &self.0.operation)
            .field("source", &self.0.source)
            .finish()
    }
}

impl StdError for DispatchError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source.as_deref().map(|source| source as _)
    }
}
