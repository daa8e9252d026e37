//! A Kubernetes API server inside the test process, over real HTTPS, with faults on demand.

pub mod api;
pub mod apply;
pub mod faults;
pub mod fleet;
pub mod schema;
pub mod server;
pub mod storage;
