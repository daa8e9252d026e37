//! Live, correctly identified connections to a fleet of Kubernetes clusters: found, opened, checked, rotated in place and closed for you.
//!
//! ```no_run
//! use std::sync::Arc;
//! use std::time::Duration;
//!
//! use cluster_client::path::{PathOptions, Paths};
//! use cluster_client::source::KubeconfigFiles;
//! use cluster_client::transport::{Connector, TransportOptions};
//! use cluster_client::{ClientError, ClientProvider as _, ClusterKey, Deadline, Registry};
//!
//! # async fn doc() -> Result<(), Box<dyn std::error::Error>> {
//! let connector = Connector::new(TransportOptions::default(), Paths::new(PathOptions::default()));
//! let registry = Registry::builder(Arc::new(connector))
//!     .source(Arc::new(KubeconfigFiles::new().with_file("/etc/fleet/kubeconfig")))
//!     .start();
//!
//! // Until every source has said what it found, and then for the first connection.
//! let patience = Deadline::within(Duration::from_secs(10));
//! registry.until_synced(patience).await;
//! match registry.get(&ClusterKey::new("prod-1")?, patience).await {
//!     Ok(cluster) => println!("{}", cluster.client().apiserver_version().await?.git_version),
//!     Err(ClientError::NotConnected { last: Some(error), .. }) => println!("{}: {error}", error.class().as_str()),
//!     Err(error) => println!("{error}"),
//! }
//! registry.shutdown().await;
//! # Ok(()) }
//! ```
//!
//! # Where to start
//!
//! - [`Registry`]: holds the connections. [`source`]s tell it which clusters there are, and it hands them out as [`ClusterHandle`]s, each of a
//!   [`Revision`]; [`ClientProvider`] is what others know of it.
//! - [`ClientManager`]: keeps a controller from using a client with what it remembers of another cluster.
//! - [`runtime`]: controllers that work in all clusters at once, and code that knows one cluster, run in each. [`Sharding`] spreads clusters
//!   over replicas.
//! - [`map::ClusterMap`]: clients for the clusters that an inventory lists, made when they are needed, with what [`secret`] reads.
//! - [`FakeClientProvider`]: for the tests of whoever uses a provider.
//!
//! Words for all of them: [`key`] and [`revision`] (which cluster, which instance of its connection), [`options`], [`status`] (what an object
//! that stands for a cluster shows of it), [`error`], [`time`] (of different granularity, compared).
//!
//! Beneath: [`connect`] (what a connection is asked for), [`connection_store`] (holds any kind of them), [`spec`] (what is said of a cluster) and [`kubeconfig`] (where that is read), [`transport`] with [`auth`] and [`path`] (how it is
//! reached, as whom, and which way), [`health`], [`discovery`] and [`namespaces`] (what is in it).
//!
//! # What holds
//!
//! - Reading never waits for connecting, and one bad cluster never delays another.
//! - Another credential is used by the next request of the same client; watches go on.
//! - Another cluster under a known name is noticed, and nobody gets its client with the old one's state.
//! - Whatever was started on a handle ends with it, and closing waits for that.
//! - Every wait has a deadline. Only reads are repeated. Nothing is taken from proxy variables, and a kubeconfig out of a Secret runs nothing
//!   and reads no file unless it may.
//! - TLS ends at the API server, whatever lies between. No secret in `Debug`, errors, logs or metrics.
//!
//! # Features
//!
//! - `metrics` (default): Prometheus families, in `metrics`.
//! - `ssh`: ways through SSH jump hosts.
//! - `clap`: command-line flags for the options.
//! - `mock`: mocks of the traits, for tests of applications.
#![cfg_attr(docsrs, feature(doc_cfg))]

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
