//! One identity and one set of roots, with the connections made under them. Never changes: a rotation makes a new one.
//!
//! The client loads the current generation once an attempt. When a new one takes its place, the old one lives on in the requests that
//! hold it and dies with the last of them, and its idle connections with it.

use std::fmt;
use std::sync::Arc;

use super::connect::ConnectLimit;
use super::options::ClientOptions;
use super::transport::{Peer, Transport};
use crate::credentials::{CredentialError, Identity, Snapshot};
use crate::error::{ConstructionError, ConstructionKind, Error};
use crate::tls;

/// The user agent of every request.
pub const USER_AGENT: &str = concat!("mooring/", env!("CARGO_PKG_VERSION"));

/// A snapshot of credentials in use: what a request is sent with, and what signs it.
pub struct Generation {
    snapshot: Arc<Snapshot>,
    transport: Transport,
}

// === impl Generation ===

impl Generation {
    /// A pool of connections that present the identity of `snapshot` and trust its roots.
    pub(super) fn new(
        snapshot: Arc<Snapshot>,
        peer: &Peer,
        options: &ClientOptions,
        connects: &ConnectLimit,
    ) -> Result<Self, Error> {
        let config = tls::client_config(snapshot.bundle())?;
        let transport = Transport::new(config, peer.clone(), options, connects);
        Ok(Self { snapshot, transport })
    }

    /// Number of the snapshot; greater for later ones.
    #[must_use]
    pub fn number(&self) -> u64 {
        self.snapshot.generation()
    }

    /// The credentials of this generation. What signs a request on it comes from here.
    #[must_use]
    pub fn snapshot(&self) -> &Arc<Snapshot> {
        &self.snapshot
    }

    /// The client certificate of this generation, if there is one.
    #[must_use]
    pub fn identity(&self) -> Option<&Identity> {
        self.snapshot.identity()
    }

    pub(super) fn transport(&self) -> &Transport {
        &self.transport
    }

    /// Refuses when the client certificate is past its end.
    pub(super) fn ensure_valid_at(&self, now: jiff::Timestamp) -> Result<(), CredentialError> {
        self.identity().map_or(Ok(()), |identity| identity.ensure_valid_at(now))
    }
}

impl fmt::Debug for Generation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Generation")
            .field("number", &self.number())
            .field("identity", &self.identity())
            .finish_non_exhaustive()
    }
}

/// A client that can build requests and cannot send any: it trusts nobody and presents nothing.
///
/// Bindings hold one for their whole life. Were it the client of a generation, that generation could not die.
pub(super) fn drawing_board() -> Result<reqwest::Client, Error> {
    let config = rustls::ClientConfig::builder_with_provider(tls::provider())
        .with_protocol_versions(&[&rustls::version::TLS13])
        .map_err(|error| {
            ConstructionError::new(ConstructionKind::Client, "TLS 1.3 is not available").with_source(error)
        })?
        .with_root_certificates(rustls::RootCertStore::empty())
        .with_no_client_auth();
    reqwest::Client::builder()
        .tls_backend_preconfigured(config)
        .https_only(true)
        .http1_only()
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .build()
        .map_err(unusable)
}

fn unusable(error: reqwest::Error) -> Error {
    ConstructionError::new(ConstructionKind::Client, "no HTTP client can be made with these options")
        .with_source(error)
        .into()
}
