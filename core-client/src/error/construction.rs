//! Failures before anything was sent. Knows nothing of connections.

use std::borrow::Cow;
use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;

use super::Cause;

/// A request could not be built from what the caller gave.
///
/// Says what could not be built ([`kind`](Self::kind)) and names it; the reason is behind `source()`.
#[derive(Clone)]
pub struct ConstructionError {
    kind: ConstructionKind,
    what: Arc<str>,
    source: Option<Cause>,
}

/// Which part could not be built.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ConstructionKind {
    /// The client itself: options that contradict each other, TLS material that cannot be used.
    Client,
    /// The address.
    Url,
    /// A header.
    Header,
    /// The body.
    Body,
    /// A parameter of an operation.
    Parameter,
    /// The request context misses something the call needs, such as a principal.
    Context,
    /// A Kubernetes object misses something the call needs, such as its labels.
    Consistency,
    /// Signing: no key, a key of a type that cannot sign, or a failure while signing.
    Signing,
    /// A token for the call could not be had.
    Token,
}

// === impl ConstructionError ===

impl ConstructionError {
    /// `what` names the part and says what to do, in lower case and without the cause.
    pub fn new(kind: ConstructionKind, what: impl Into<Cow<'static, str>>) -> Self {
        Self { kind, what: Arc::from(what.into()), source: None }
    }

    /// Adds the cause.
    #[must_use]
    pub fn with_source(mut self, source: impl StdError + Send + Sync + 'static) -> Self {
        self.source = Some(Arc::new(source));
        self
    }

    /// Which part could not be built.
    #[must_use]
    pub fn kind(&self) -> ConstructionKind {
        self.kind
    }
}

impl fmt::Display for ConstructionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)
    }
}

impl fmt::Debug for ConstructionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ConstructionError")
            .field("kind", &self.kind)
            .field("what", &self.what)
            .field("source", &self.source)
            .finish()
    }
}

impl StdError for ConstructionError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}

/// A mistake in the calling program: reading the code fixes it, retrying does not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiMisuse(Cow<'static, str>);

// === impl ApiMisuse ===

impl ApiMisuse {
    /// Says what was done and what to do instead.
    pub fn new(what: impl Into<Cow<'static, str>>) -> Self {
        Self(what.into())
    }
}

impl fmt::Display for ApiMisuse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl StdError for ApiMisuse {}
