//! The identity API as callers of this crate see it, and as the service does.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has to stop")]

mod allocations;
mod peer;
mod references;
mod types;
