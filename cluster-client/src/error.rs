//! What can go wrong with a connection, as values a caller can act on; knows nothing of transports' own error types.

use std::sync::Arc;
use std::time::Duration;

use crate::auth::AuthError;
use crate::key::EmptyKey;
use crate::path::{Hop, HopError, PathError};
use crate::revision::{MicroTime, Revision, StatusRevision};
use crate::spec::SpecError;

/// Why a client was not handed out.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum ClientError {
    /// The key has no name.
    #[error("cluster key cannot be empty")]
    EmptyKey,
    /// Nothing is known of this cluster.
    #[error("cluster client does not exist")]
    NotFound,
    /// The cluster is known and there is no connection to it now; it is tried again in the background.
    #[error("cluster is not connected since {since}")]
    NotConnected {
        /// Since when, or when the last attempt failed.
        since: MicroTime,
        /// How the last attempt ended; absent while the first one is under way.
        #[source]
        last: Option<Arc<ConnectError>>,
    },
    /// The connection is of another kind than the one asked for.
    #[error("incorrect cluster client type: got {have}, expected {want}")]
    WrongKind {
        /// What the connection is.
        have: &'static str,
        /// What was asked for.
        want: &'static str,
    },
    /// The caller holds state of another revision: it looks at an old object, or it has not called
    /// `ClientManager::refresh` since the revision changed.
    #[error("cluster revision is stale")]
    Stale {
        /// What the caller's object or the caller's state says; absent when it says nothing.
        held: Option<StatusRevision>,
        /// What the provider has.
        current: Revision,
    },
    /// The cluster belongs to another replica.
    #[error("cluster is not owned by this replica")]
    NotOwned,
    /// The cluster was removed while its handle was still held.
    #[error("cluster was removed")]
    Removed,
    /// The connection failed, and only the text of it is told, so that nobody comes to depend on the type of a transport's error.
    #[error("{0}")]
    Other(Arc<str>),
}

impl From<EmptyKey> for ClientError {
    fn from(EmptyKey: EmptyKey) -> Self {
        Self::EmptyKey
    }
}

/// What kind of trouble a failed connection is in; decides what is done about it and is a label of metrics.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorClass {
    /// What was said about the cluster cannot be used: wrong until somebody changes it.
    Input,
    /// The proxy or jump host on the way is down or refuses.
    PathDown,
    /// The API server cannot be reached, or does not answer in time.
    Unreachable,
    /// The API server could not be authenticated, or refused the handshake.
    Tls,
    /// The API server refused the credential.
    CredentialRejected,
    /// No credential could be had (exec plugin, token file).
    CredentialUnavailable,
    /// The credential is good, and not allowed to do what connecting needs.
    Forbidden,
    /// The API server answers, and says that it is not well.
    Unhealthy,
    /// The cluster that answers is another one than the one expected.
    Identity,
}

impl ErrorClass {
    /// Every class there is; labels of metrics are made from it.
    #[cfg(feature = "metrics")]
    pub(crate) const ALL: [Self; 9] = [
        Self::Input,
        Self::PathDown,
        Self::Unreachable,
        Self::Tls,
        Self::CredentialRejected,
        Self::CredentialUnavailable,
        Self::Forbidden,
        Self::Unhealthy,
        Self::Identity,
    ];

    /// The word for metrics and logs.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Input => "input",
            Self::PathDown => "path_down",
            Self::Unreachable => "unreachable",
            Self::Tls => "tls",
            Self::CredentialRejected => "credential_rejected",
            Self::CredentialUnavailable => "credential_unavailable",
            Self::Forbidden => "forbidden",
            Self::Unhealthy => "unhealthy",
            Self::Identity => "identity",
        }
    }
}

/// Why a connection to a cluster could not be made or kept.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConnectError {
    /// What a source said about the cluster cannot be used.
    #[error("the description of the cluster cannot be used")]
    Spec(#[from] SpecError),
    /// A source knows of the cluster and cannot describe it.
    #[error("the source cannot describe the cluster")]
    Source(#[from] crate::source::SourceError),
    /// The way to the API server failed.
    #[error("no way to {server}")]
    Path {
        /// Host and port of the API server.
        server: String,
        /// What failed on the way.
        #[source]
        source: PathError,
    },
    /// The TLS handshake with the API server failed; check its CA and name, and the client certificate.
    #[error("TLS handshake with {server} failed")]
    Tls {
        /// Host and port of the API server.
        server: String,
        /// What TLS says.
        #[source]
        source: Arc<dyn std::error::Error + Send + Sync>,
    },
    /// No credential could be had, or it was refused.
    #[error("no accepted credential for {server}")]
    Auth {
        /// Host and port of the API server.
        server: String,
        /// What failed.
        #[source]
        source: AuthError,
    },
    /// The API server answers an error to what connecting needs.
    #[error("{server} answers {status} to GET {path}")]
    Status {
        /// Host and port of the API server.
        server: String,
        /// What was asked for.
        path: &'static str,
        /// The status.
        status: u16,
    },
    /// The answer did not come in time.
    #[error("{server} did not answer within {after:?}")]
    Timeout {
        /// Host and port of the API server.
        server: String,
        /// How long it was waited for.
        after: Duration,
    },
    /// The connection broke, or the answer was no HTTP.
    #[error("exchange with {server} failed")]
    Exchange {
        /// Host and port of the API server.
        server: String,
        /// What HTTP or the socket says.
        #[source]
        source: Arc<dyn std::error::Error + Send + Sync>,
    },
    /// `/livez` says that the API server is not alive.
    #[error("cluster did not pass liveness check")]
    NotLive {
        /// Host and port of the API server.
        server: String,
        /// The status.
        status: u16,
    },
    /// `/readyz` says that the API server is not ready.
    #[error("cluster not ready")]
    NotReady {
        /// Host and port of the API server.
        server: String,
        /// The status.
        status: u16,
    },
    /// So many requests are under way that this one had no turn in time.
    #[error("no turn for a request to {server} within {after:?}")]
    Busy {
        /// Host and port of the API server.
        server: String,
        /// How long it was waited for.
        after: Duration,
    },
    /// The connection was closed, as its cluster was removed or replaced.
    #[error("the connection to {server} is closed")]
    Closed {
        /// Host and port of the API server.
        server: String,
    },
    /// Another cluster answers than the one that is expected under this key.
    #[error("{server} is the cluster {found}, expected {expected}; check the address, or remove the expectation")]
    Identity {
        /// Host and port of the API server.
        server: String,
        /// UID of the `kube-system` namespace that was found.
        found: String,
        /// UID that was expected.
        expected: String,
    },
}

impl ConnectError {
    /// What kind of trouble it is.
    #[must_use]
    pub fn class(&self) -> ErrorClass {
        match self {
            Self::Spec(_) | Self::Source(_) => ErrorClass::Input,
            Self::Path { source, .. } => source.class(),
            Self::Tls { .. } => ErrorClass::Tls,
            Self::Auth { source, .. } => source.class(),
            Self::Status { status: 401, .. } => ErrorClass::CredentialRejected,
            Self::Status { status: 403, .. } => ErrorClass::Forbidden,
            Self::Status { .. } | Self::NotLive { .. } | Self::NotReady { .. } => ErrorClass::Unhealthy,
            Self::Timeout { .. } | Self::Exchange { .. } | Self::Busy { .. } | Self::Closed { .. } => {
                ErrorClass::Unreachable
            }
            Self::Identity { .. } => ErrorClass::Identity,
        }
    }

    /// The proxy or jump host that is to blame, if one is.
    #[must_use]
    pub const fn hop(&self) -> Option<&Hop> {
        match self {
            Self::Path { source, .. } => source.hop(),
            _ => None,
        }
    }

    /// The hop that is down for everybody who has the same way, and what is wrong with it.
    pub(crate) fn outage(&self) -> Option<(&Hop, &HopError)> {
        match self {
            Self::Path { source: PathError::Hop { hop, source }, .. } if source.is_outage() => Some((hop, source)),
            _ => None,
        }
    }
}
