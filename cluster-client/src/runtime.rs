//! Controllers that work in many clusters at once; knows nothing of how clusters are found or connected.

mod backoff;
pub mod ownership;
pub mod queue;
mod request;

pub use backoff::Backoff;
pub use request::{ClusterName, Request};
