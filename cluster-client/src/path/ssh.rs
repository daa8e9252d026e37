//! Streams through SSH jump hosts: a `direct-tcpip` channel for each, without a local port and without a file. Knows nothing of what is sent.

mod jump;
mod known_hosts;
mod pump;
mod session;
mod spec;

pub(super) use jump::{Common, Jump};
pub use spec::{HostKeys, JumpHost, SshIdentity, SshOptions, SshRoute};
