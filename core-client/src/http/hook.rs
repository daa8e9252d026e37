//! What is added to each attempt just before it is sent. Knows nothing of what anybody adds.

use std::fmt;
use std::sync::Arc;

use ::http::HeaderMap;
use futures::future::BoxFuture;

use super::Generation;
use crate::error::Error;

/// Adds headers to every attempt of a call, from the credentials that very attempt travels with.
///
/// Called once an attempt, with the generation whose connection the attempt uses: a signature made with its key is verified with its
/// certificate, also when credentials rotate between two attempts. An error ends the call before anything is sent.
pub trait RequestHook: fmt::Debug + Send + Sync {
    /// Writes into `headers` at once, or hands back a future that resolves to headers to be set.
    ///
    /// The future runs under the deadline of the call. Work that keeps a processor busy for longer than a request takes (RSA
    /// signatures) belongs there, on a blocking thread.
    fn apply<'a>(&'a self, generation: &'a Arc<Generation>, headers: &mut HeaderMap) -> Hooked<'a>;
}

/// What a [`RequestHook`] did.
#[must_use]
#[expect(clippy::exhaustive_enums, reason = "now or later is all there is")]
pub enum Hooked<'a> {
    /// Everything is written, or cannot be.
    Ready(Result<(), Error>),
    /// Headers to set follow; they replace those of the same name.
    Later(BoxFuture<'a, Result<HeaderMap, Error>>),
}

// === impl Hooked ===

impl Hooked<'_> {
    /// Everything is written.
    pub const DONE: Self = Self::Ready(Ok(()));
}

impl fmt::Debug for Hooked<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ready(result) => f.debug_tuple("Ready").field(result).finish(),
            Self::Later(_) => f.debug_tuple("Later").finish_non_exhaustive(),
        }
    }
}
