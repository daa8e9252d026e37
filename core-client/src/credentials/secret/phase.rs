//! What a watch of one Secret is at, as events come in; waits for nothing and reads no content.

use std::time::Duration;

use kube::runtime::watcher::Event;
use tokio::time::Instant;

use super::document::Document;

/// What a watch is at.
pub(super) enum Phase {
    /// The server owes a list until then; the Secret is in it or not.
    Listing { found: Option<Box<Document>>, until: Instant },
    /// No failure until then means that the watch stands.
    Proving { until: Instant },
    /// Silence is normal.
    Watching,
}

// === impl Phase ===

impl Phase {
    /// Until when something has to happen, or must not.
    pub(super) fn until(&self) -> Option<Instant> {
        match self {
            Self::Listing { until, .. } | Self::Proving { until } => Some(*until),
            Self::Watching => None,
        }
    }

    /// Takes an event, and gives the Secret, or its absence, when the event settles which it is.
    pub(super) fn advance(
        &mut self,
        event: Event<Document>,
        name: &str,
        limit: Duration,
    ) -> Option<Option<Box<Document>>> {
        // A server that does not know the field selector sends every Secret.
        let ours = |secret: &Document| secret.name() == Some(name);
        match event {
            Event::Init => {
                *self = Self::Listing { found: None, until: Instant::now() + limit };
                None
            }
            Event::InitApply(secret) => {
                if let Self::Listing { found, .. } = self
                    && ours(&secret)
                {
                    *found = Some(Box::new(secret));
                }
                None
            }
            Event::InitDone => {
                // The list is there; whether the watch behind it starts has yet to be seen.
                let next = Self::Proving { until: Instant::now() + limit };
                match std::mem::replace(self, next) {
                    Self::Listing { found, .. } => Some(found),
                    Self::Proving { .. } | Self::Watching => None,
                }
            }
            Event::Apply(secret) => {
                *self = Self::Watching;
                ours(&secret).then(|| Some(Box::new(secret)))
            }
            Event::Delete(secret) => {
                *self = Self::Watching;
                ours(&secret).then_some(None)
            }
        }
    }
}
