//! What can fail on the way to an API server, and whose fault it is; knows nothing of how paths are made.

use std::fmt;
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use super::Target;
use crate::error::ErrorClass;

type Cause = Arc<dyn std::error::Error + Send + Sync>;

/// What stands between us and API servers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum HopKind {
    /// A proxy that is spoken to in plain HTTP.
    HttpProxy,
    /// A proxy that is spoken to over TLS.
    HttpsProxy,
    /// A SOCKS5 proxy.
    Socks5Proxy,
    /// An SSH server.
    JumpHost,
}

impl HopKind {
    /// The word for metrics and logs.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::HttpProxy => "HTTP proxy",
            Self::HttpsProxy => "HTTPS proxy",
            Self::Socks5Proxy => "SOCKS5 proxy",
            Self::JumpHost => "jump host",
        }
    }
}

/// One proxy or jump host.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Hop {
    /// What it is.
    pub kind: HopKind,
    /// Where it is.
    pub at: Target,
}

impl Hop {
    /// A hop of this kind, there.
    #[must_use]
    pub const fn new(kind: HopKind, at: Target) -> Self {
        Self { kind, at }
    }
}

impl fmt::Display for Hop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.kind.as_str(), self.at)
    }
}

/// What failed on the way to an API server.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum PathError {
    /// The name has no address.
    #[error("{host} has no address")]
    Resolve {
        /// The name.
        host: String,
        /// What the resolver says.
        #[source]
        source: Arc<io::Error>,
    },
    /// The API server does not take the connection.
    #[error("no connection to {target}")]
    Connect {
        /// Host and port.
        target: Target,
        /// What the socket says.
        #[source]
        source: Arc<io::Error>,
    },
    /// It took too long.
    #[error("no connection to {target} within {after:?}")]
    Timeout {
        /// Host and port of what did not answer.
        target: Target,
        /// How long it was waited for.
        after: Duration,
    },
    /// A proxy or jump host cannot be used.
    #[error("{hop} cannot be used")]
    Hop {
        /// Which one.
        hop: Hop,
        /// What is wrong with it.
        #[source]
        source: HopError,
    },
    /// The proxy or jump host is well, and has no connection to the API server.
    #[error("{hop} has no connection to {target}")]
    Behind {
        /// The last hop.
        hop: Hop,
        /// Host and port of the API server.
        target: Target,
        /// What the hop says.
        #[source]
        source: BehindError,
    },
    /// The description of the way cannot be used.
    #[error("the way to the API server cannot be used")]
    Spec(#[from] PathSpecError),
    /// The [`Paths`](super::Paths) that the dialer came from were shut down.
    #[error("the paths to clusters are shut down")]
    Closed,
}

impl PathError {
    /// What kind of trouble it is: a hop before the API server, or the API server itself.
    #[must_use]
    pub const fn class(&self) -> ErrorClass {
        match self {
            Self::Resolve { .. } | Self::Connect { .. } | Self::Timeout { .. } | Self::Behind { .. } => {
                ErrorClass::Unreachable
            }
            Self::Hop { .. } | Self::Closed => ErrorClass::PathDown,
            Self::Spec(_) => ErrorClass::Input,
        }
    }

    /// The proxy or jump host that is to blame, if one is; the same value as in its [`PathIncident`](super::PathIncident).
    #[must_use]
    pub const fn hop(&self) -> Option<&Hop> {
        match self {
            Self::Hop { hop, .. } => Some(hop),
            _ => None,
        }
    }

    /// Reads an error of dialling a hop as that hop's own failure; errors of hops before it stay as they are.
    pub(super) fn at_hop(self, hop: &Hop) -> Self {
        let source = match self {
            Self::Resolve { source, .. } => HopError::Resolve(source),
            Self::Connect { source, .. } => HopError::Connect(source),
            Self::Timeout { after, .. } => HopError::Timeout { after },
            Self::Behind { source, .. } => HopError::Behind(source),
            other @ (Self::Hop { .. } | Self::Spec(_) | Self::Closed) => return other,
        };
        Self::Hop { hop: hop.clone(), source }
    }
}

/// What is wrong with a proxy or jump host.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum HopError {
    /// Its name has no address.
    #[error("its name has no address")]
    Resolve(#[source] Arc<io::Error>),
    /// It does not take the connection.
    #[error("it does not take connections")]
    Connect(#[source] Arc<io::Error>),
    /// The hop before it has no connection to it.
    #[error("it cannot be reached")]
    Behind(#[source] BehindError),
    /// It takes too long.
    #[error("no answer within {after:?}")]
    Timeout {
        /// How long it was waited for.
        after: Duration,
    },
    /// Its TLS handshake failed; an `https` proxy needs authorities of its own, the cluster's are not used.
    #[error("TLS handshake failed; check the proxy's own authorities")]
    Tls(#[source] Cause),
    /// It wants a name and a password, and none are configured.
    #[error("it wants a name and a password")]
    LoginRequired,
    /// It refuses the name or the password.
    #[error("it refuses the name or password of {user:?}")]
    LoginRefused {
        /// The name.
        user: String,
    },
    /// It is not willing to connect to this API server.
    #[error("it does not allow connections to {target}")]
    Forbidden {
        /// Host and port of the API server.
        target: Target,
    },
    /// It answers an error to `CONNECT`.
    #[error("it answers {status} to CONNECT")]
    Status {
        /// The status.
        status: u16,
    },
    /// It speaks something else.
    #[error("it does not speak {protocol}: {what}")]
    Protocol {
        /// Which protocol was expected.
        protocol: &'static str,
        /// What is wrong with the answer.
        what: &'static str,
    },
    /// The connection to it broke.
    #[error("the connection to it broke")]
    Broken(#[source] Cause),
    /// Nothing is on record about the jump host's key, so it could be anybody's.
    #[error("the host key {offered} of {host} is unknown; if it is the right one, add it to the known hosts")]
    HostKeyUnknown {
        /// The name it was looked up by, as in a `known_hosts` file.
        host: Box<str>,
        /// Algorithm and fingerprint of the key it has.
        offered: Box<str>,
    },
    /// Another key is on record for the jump host: it has a new one, or it is somebody else.
    #[error("the host key of {host} is {offered}, on record is {known}; do not use it before you know why")]
    HostKeyChanged {
        /// The name it was looked up by, as in a `known_hosts` file.
        host: Box<str>,
        /// Algorithm and fingerprint of the key it has.
        offered: Box<str>,
        /// Those on record.
        known: Box<str>,
    },
    /// The jump host's key is marked as revoked.
    #[error("the host key {offered} of {host} is revoked")]
    HostKeyRevoked {
        /// The name it was looked up by, as in a `known_hosts` file.
        host: Box<str>,
        /// Algorithm and fingerprint of the key it has.
        offered: Box<str>,
    },
    /// The file with the keys of jump hosts cannot be used.
    #[error("known hosts {path:?} cannot be used")]
    KnownHosts {
        /// Which file.
        path: Arc<Path>,
        /// What is wrong with it.
        #[source]
        source: Cause,
    },
    /// The jump host does not let us in.
    #[error("it refuses the key {key} of user {user:?}")]
    UserRefused {
        /// Name of the user.
        user: Box<str>,
        /// Algorithm and fingerprint of the key.
        key: Box<str>,
    },
    /// The jump host and we do not agree on how to speak SSH.
    #[error("SSH handshake failed")]
    Handshake(#[source] Cause),
    /// The session with the jump host ended while it was used.
    #[error("the session with it was lost")]
    Lost,
    /// All sessions carry as many streams as they may, or the jump host takes no more.
    #[error("all its sessions are full; {streams} streams are open")]
    Saturated {
        /// How many streams are open.
        streams: usize,
    },
}

impl HopError {
    /// Whether everybody who uses the hop is affected, as opposed to one API server that it does not serve.
    #[must_use]
    pub const fn is_outage(&self) -> bool {
        !matches!(self, Self::Forbidden { .. } | Self::Status { .. } | Self::Saturated { .. })
    }

    /// Whether trying again soon is in vain: somebody has to change something first.
    #[cfg(feature = "ssh")]
    pub(super) const fn is_lasting(&self) -> bool {
        matches!(
            self,
            Self::HostKeyUnknown { .. }
                | Self::HostKeyChanged { .. }
                | Self::HostKeyRevoked { .. }
                | Self::KnownHosts { .. }
                | Self::UserRefused { .. }
                | Self::Handshake(_)
        )
    }

    /// Whether a connection to the hop, with nothing said in it, shows that the trouble is over.
    pub(super) const fn is_found_by_reaching(&self) -> bool {
        matches!(self, Self::Resolve(_) | Self::Connect(_) | Self::Behind(_) | Self::Timeout { .. } | Self::Tls(_))
    }
}

/// Why a hop has no connection to the API server.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum BehindError {
    /// It answers an error of the 5xx class to `CONNECT`.
    #[error("it answers {status} to CONNECT")]
    Status {
        /// The status.
        status: u16,
    },
    /// The API server refuses the connection.
    #[error("connection refused")]
    Refused,
    /// There is no way to the API server from there, or its name has no address there.
    #[error("host unreachable")]
    Unreachable,
    /// It tried in vain and does not say why.
    #[error("connection failed")]
    Failed,
    /// It did not manage in time.
    #[error("no connection within {after:?}")]
    Timeout {
        /// How long it was waited for.
        after: Duration,
    },
}

/// A description of a way to API servers that cannot be used. Never repeats a secret.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum PathSpecError {
    /// The proxy's address is no URL with a host.
    #[error("the proxy's address is no URL with a host: {reason}")]
    ProxyUrl {
        /// What is wrong with it.
        reason: String,
    },
    /// There is no such kind of proxy.
    #[error("a {scheme:?} proxy is not supported; use http, https or socks5")]
    ProxyScheme {
        /// What was given.
        scheme: String,
    },
    /// The proxy's name or password cannot be sent.
    #[error("the proxy's name or password {reason}")]
    ProxyLogin {
        /// What is wrong with it.
        reason: &'static str,
    },
    /// The authorities of an `https` proxy cannot be used.
    #[error("the authorities of the proxy {proxy} cannot be used")]
    ProxyRoots {
        /// Host and port of the proxy.
        proxy: Target,
        /// What is wrong with them.
        #[source]
        source: Cause,
    },
    /// A way through SSH names no jump host.
    #[error("a way through SSH needs at least one jump host")]
    NoJumpHost,
    /// The description of a jump host cannot be used.
    #[error("jump host {jump_host}: {reason}")]
    JumpHost {
        /// Host and port.
        jump_host: Target,
        /// What is wrong with it.
        reason: String,
    },
    /// The private key for a jump host cannot be read: it is no key, or the passphrase is wrong or missing.
    #[error("the private key of {user:?} for jump host {jump_host} cannot be read; is its passphrase right?")]
    JumpHostKey {
        /// Host and port.
        jump_host: Target,
        /// Name of the user.
        user: String,
        /// What the decoder says; never what is in the key.
        #[source]
        source: Cause,
    },
}

#[cfg(test)]
mod tests {
    use super::{HopError, PathError};

    #[test]
    fn errors_are_small_enough_to_be_returned_by_value() {
        assert!(size_of::<HopError>() <= 56, "{}", size_of::<HopError>());
        assert!(size_of::<PathError>() <= 96, "{}", size_of::<PathError>());
    }
}
