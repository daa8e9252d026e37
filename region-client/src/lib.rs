//! Typed access to the region API on behalf of a user or a controller.

pub mod client;
pub mod ids;
pub mod references;
