//! Certificates made at run time and in-process peers.

pub mod ingress;
pub mod pki;
pub mod proxy;
pub mod region;
pub mod server;
#[cfg(feature = "ssh")]
pub mod sshd;
