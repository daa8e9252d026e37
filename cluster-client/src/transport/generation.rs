//! One identity, one set of authorities, and the connections made under them. Never changed: a rotation makes another one.
//!
//! Requests take the newest. What is under way finishes on the old one: its idle connections close when the last request lets go of it, and
//! its watches are told to end and resume under the new one.

use std::fmt;
use std::sync::Arc;

use http::HeaderValue;
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioTimer;
use kube::client::Body;
use rustls::client::danger::ServerCertVerifier;
use tokio_util::sync::CancellationToken;

use super::options::TransportOptions;
use super::stats::Lane;
use super::tls::Identity;
use super::wire::{Tasks, Wires};
use crate::auth;

/// An HTTP client.
pub(super) type Pool = Client<Wires, Body>;

/// What requests are sent with: an identity, and connections under it.
pub(crate) struct Generation {
    pub(super) identity: Option<Identity>,
    pub(super) verifier: Option<Arc<dyn ServerCertVerifier>>,
    /// For requests and watches.
    pub(super) traffic: Pool,
    /// For probes, which must not wait for anybody.
    pub(super) probes: Pool,
    /// Cancelled when another one took its place.
    pub(super) retired: CancellationToken,
}

/// A credential ready for use. A new token changes the header and nothing else.
pub(crate) struct Shown {
    pub(super) authorization: Option<HeaderValue>,
    pub(super) generation: Arc<Generation>,
}

impl Generation {
    pub(super) fn new(
        identity: Option<Identity>,
        verifier: Option<Arc<dyn ServerCertVerifier>>,
        wires: &Wires,
        tasks: &Tasks,
        options: &TransportOptions,
    ) -> Self {
        let mut builder = Client::builder(tasks.clone());
        builder.pool_timer(TokioTimer::new()).pool_idle_timeout(options.pool_idle_timeout);
        let traffic = builder.pool_max_idle_per_host(options.pool_max_idle).build(wires.of(Lane::Traffic));
        let probes = builder.pool_max_idle_per_host(1).build(wires.of(Lane::Probes));
        Self { identity, verifier, traffic, probes, retired: CancellationToken::new() }
    }
}

impl auth::PreparedMaterial for Shown {
    fn superseded_by(&self, successor: &Self) {
        if !Arc::ptr_eq(&self.generation, &successor.generation) {
            self.generation.retired.cancel();
        }
    }

    fn validity(&self) -> Option<auth::Validity> {
        self.generation.identity.as_ref().map(|identity| identity.validity)
    }
}

impl fmt::Debug for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shown")
            .field("authorization", &self.authorization.is_some())
            .field("identity", &self.generation.identity)
            .finish()
    }
}
