//! Connections to API servers: TLS that ends there, deadlines, few retries, and credentials and authorities that change beneath a client
//! that stays. Knows nothing of which clusters there are, and of how bytes get to them.
//!
//! A [`Connector`] makes a `kube::Client` over a stack of our own instead of kube's: nothing is read from proxy variables, no program is run
//! on a runtime thread, no POST is ever repeated, nothing waits without a deadline, and an identity that was replaced cannot come back in a
//! resumed TLS session. What a request is sent with is a *generation*: an identity, authorities, and the connections made under them. It is
//! never changed. A new token is a new header; a new client certificate or new authorities are a new generation.
//!
//! Errors of requests reach callers as `kube::Error::Service` around a [`ConnectError`](crate::error::ConnectError).

mod body;
mod connector;
mod control;
mod failure;
mod generation;
mod link;
mod options;
mod rate;
mod request;
mod retry;
mod roots;
mod stats;
#[cfg(test)]
mod tests;
mod tls;
mod wire;

pub use self::connector::Connector;
pub use self::options::TransportOptions;
pub use self::stats::ConnectionStats;
