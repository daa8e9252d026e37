//! For tests of applications and of providers and stores that others write.

pub mod crash;
pub mod memory_provider;
pub mod ocm_simulator;
#[cfg(feature = "postgres")]
pub mod postgres;
pub mod provider_suite;
pub mod records;
pub mod service_suite;
pub mod store_suite;
