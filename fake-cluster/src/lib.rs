//! A Kubernetes API server inside the test process, over real HTTPS, with faults on demand.

pub mod server;
pub mod storage;
pub mod api;
pub mod schema;
pub mod apply;
pub mod faults;
pub mod fleet;
