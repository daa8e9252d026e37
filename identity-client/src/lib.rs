//! Carries the acting principal across service hops.

pub mod principal;
pub mod context;
pub mod delegation;
pub mod inbound;
pub mod token;
pub mod client;
pub mod references;
pub mod allocations;
pub mod ids;
