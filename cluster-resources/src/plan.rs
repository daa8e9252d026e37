//! What has to happen for a fleet to be as declared: pure, deterministic, serialisable, without secrets.

pub mod model;

pub use model::*;
