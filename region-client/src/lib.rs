//! Typed access to the region API on behalf of a user or a controller.

pub mod client;
pub mod generated;
pub mod ids;
pub mod options;
pub mod references;

pub use options::Options;
