//! Live, correctly identified connections to a fleet of Kubernetes clusters: found, opened, checked, rotated in place and closed for you.

pub mod auth;
pub mod connect;
pub mod connection_store;
pub mod discovery;
pub mod error;
pub mod fake;
pub mod handle;
pub mod health;
pub mod key;
pub mod kubeconfig;
pub mod manager;
pub mod map;
#[cfg(feature = "metrics")]
pub mod metrics;
#[cfg(not(feature = "metrics"))]
#[path = "metrics/absent.rs"]
pub(crate) mod metrics;
pub mod namespaces;
pub mod options;
pub mod path;
pub mod provider;
pub mod registry;
pub mod revision;
pub mod runtime;
pub mod secret;
pub mod shard;
pub mod source;
pub mod spec;
pub mod status;
pub mod time;
pub mod transport;

pub use error::{ClientError, ConnectError, ErrorClass};
pub use fake::FakeClientProvider;
pub use handle::ClusterHandle;
pub use key::{ClusterKey, ObjectKey};
pub use manager::{ClientManager, ConnectedCluster, ConnectedObject, MatchBy, Refresh};
pub use options::RegistryOptions;
pub use provider::{
    ClientProvider, ClusterEvent, ClusterEventKind, ClusterEventStream, ClusterState, ClusterSummary, Deadline,
};
pub use registry::Registry;
pub use revision::{MicroTime, Revision, StatusRevision};
pub use shard::Sharding;
pub use spec::{ClusterSpec, ClusterUid};
pub use status::ConnectionStatus;
