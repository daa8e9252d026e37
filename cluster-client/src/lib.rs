//! Live, correctly identified connections to a fleet of Kubernetes clusters: found, opened, checked, rotated in place and closed for you.

pub mod auth;
pub mod connect;
pub mod discovery;
pub mod error;
pub mod handle;
pub mod key;
pub mod kubeconfig;
pub mod namespaces;
pub mod path;
pub mod provider;
pub mod revision;
pub mod runtime;
pub mod secret;
pub mod source;
pub mod spec;

pub use error::{ClientError, ConnectError, ErrorClass};
pub use handle::ClusterHandle;
pub use key::{ClusterKey, ObjectKey};
pub use provider::{
    ClientProvider, ClusterEvent, ClusterEventKind, ClusterEventStream, ClusterState, ClusterSummary, Deadline,
};
pub use revision::{MicroTime, Revision};
pub use spec::{ClusterSpec, ClusterUid};
