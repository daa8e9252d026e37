//! Certificates made at run time and in-process peers.
//!
//! - [`pki`]: authorities and the certificates they issue.
//! - [`server`]: TLS servers on port 0, with [`region`] and [`ingress`] as what they serve.
//! - [`proxy`]: proxies that connections go through.
//!
//! # Features
//!
//! - `ssh`: `sshd`, an SSH server.

pub mod ingress;
pub mod pki;
pub mod proxy;
pub mod region;
pub mod server;
#[cfg(feature = "ssh")]
pub mod sshd;
