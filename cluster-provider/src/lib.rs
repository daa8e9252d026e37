//! The life of Kubernetes clusters through interchangeable providers: recorded, created, set up, watched and retired, none twice and none
//! forgotten.
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
//!
//! # Features
//!
//! - `metrics` (default): Prometheus families.
//! - `sqlite` (default), `postgres`: where records are kept, besides memory.
//! - `mock`: mocks of the traits, for tests of applications.
//! - `testing`: an OCM in the process, and suites that providers and stores of others can be held to.

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
