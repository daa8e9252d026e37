//! For tests of applications and of providers and stores that others write.

pub mod ocm_simulator;
pub mod provider_suite;
pub mod store_suite;
