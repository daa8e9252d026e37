//! The life of Kubernetes clusters through interchangeable providers: recorded, created, set up, watched and retired, none twice and none
//! forgotten.
//!
//! ```no_run
//! use std::sync::Arc;
//! use std::time::Duration;
//!
//! use cluster_provider::cluster::{NewCluster, ProviderType};
//! use cluster_provider::factory::DefaultProviderFactory;
//! use cluster_provider::manager::{ClusterManager, ManagerOptions};
//! use cluster_provider::provider::{CallContext, Provider};
//! use cluster_provider::service::{ClusterService, DefaultClusterService};
//! use cluster_provider::store::memory::MemoryStore;
//!
//! # async fn doc(ocm: Arc<dyn Provider>) -> Result<(), Box<dyn std::error::Error>> {
//! let factory = DefaultProviderFactory::builder().register(ocm).default_type(ProviderType::OCM).build()?;
//! let service: Arc<dyn ClusterService> =
//!     Arc::new(DefaultClusterService::builder(Arc::new(factory), Arc::new(MemoryStore::new())).build());
//! // Knows the service and nothing else; steps of one cluster never wait for those of another.
//! let manager = ClusterManager::builder(Arc::clone(&service)).options(ManagerOptions::default()).start();
//!
//! let call = CallContext::within(Duration::from_secs(10));
//! let wanted = NewCluster::new(ProviderType::OCM, "aws", "eu-west-1").with_name("shop-eu");
//! let cluster = service.register(&call, wanted).await?;
//! println!("{} is {}", cluster.id, cluster.status);
//! manager.shutdown().await;
//! # Ok(()) }
//! ```
//!
//! # Where to start
//!
//! - [`service::ClusterService`]: everything that can be asked about clusters. It knows a [`factory::ProviderFactory`] and a
//!   [`store::ClusterStore`], and nothing of any provider.
//! - [`manager`]: brings every recorded cluster to where it should be. It knows the service, and nothing else.
//! - [`provider::Provider`]: what a provider of clusters does, with [`provider::ocm`], [`provider::standalone`],
//!   [`provider::cluster_api`] and [`provider::cluster_profile`].
//! - [`store`]: records in SQLite, PostgreSQL or memory, and leases.
//! - [`cluster`]: the record, and the states of a cluster's life.
//! - [`terraform`]: what clusters are filled with. [`secrets`]: where credentials are kept, as no record holds one.
//!
//! # What holds
//!
//! - A record with a token is written before a provider is asked, so that a process that dies anywhere neither orphans nor doubles a cluster.
//! - Above the service nobody can reach a provider or the store.
//! - Writes compare versions; what is written for a leader that was replaced is refused by the store.
//! - A pass over clusters that are as they should be writes nothing.
//! - Nothing is deleted that nobody asked to delete; lists of desired clusters delete within bounds, after a plan.
//! - Every call of a provider has a deadline, and no create is repeated whose outcome is not known.
//! - No credential is in a row, an error, a log or a metric.
//!
//! # Features
//!
//! - `metrics` (default): Prometheus families, in `metrics`.
//! - `sqlite` (default), `postgres`: where records are kept, besides memory.
//! - `mock`: mocks of the traits, for tests of applications.
//! - `testing`: the module `testing`, an OCM in the process, and suites that providers and stores of others can be held to.
#![cfg_attr(docsrs, feature(doc_cfg))]

pub mod cluster;
pub mod factory;
pub mod manager;
#[cfg(feature = "metrics")]
pub mod metrics;
#[cfg(not(feature = "metrics"))]
#[path = "metrics/absent.rs"]
pub(crate) mod metrics;
pub mod provider;
pub mod secrets;
pub mod service;
pub mod store;
pub mod terraform;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
