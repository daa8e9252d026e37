//! Carries the acting principal across service hops.

pub mod principal;
pub mod stamp;

pub mod allocations;
pub mod client;
pub mod context;
pub mod delegation;
pub mod generated;
pub mod headers;
pub mod ids;
pub mod inbound;
pub mod references;
pub mod token;

mod memo;

pub use client::{Client, Options};
pub use context::RequestContext;
pub use core_client::error::Error;
pub use inbound::InboundLayer;
pub use principal::Principal;
