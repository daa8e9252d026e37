//! The region client as its users see it, and as a server does.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has to stop")]

mod calls;
mod options;
mod peer;
mod references;
mod types;
