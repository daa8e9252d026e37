//! From what an HTTP client reports to an error somebody can act on. Looks at types along the chain of causes, never at text.

use std::error::Error as StdError;
use std::io;
use std::sync::Arc;

use hyper_util::client::legacy;
use rustls::AlertDescription;

use super::wire::NoWire;
use crate::auth::AuthError;
use crate::error::ConnectError;

/// Longest chain that is followed.
const MAX_DEPTH: usize = 16;

/// What kept a request from being answered.
#[derive(Debug)]
pub(super) struct Failure {
    pub(super) error: ConnectError,
    /// Whether sending it again is harmless for what changes nothing: there was no connection, or it closed without an answer.
    pub(super) repeatable: bool,
}

impl Failure {
    /// `identity`: whether a client certificate was shown.
    pub(super) fn of(server: &str, identity: bool, error: legacy::Error) -> Self {
        let server = server.to_owned();
        let mut repeatable = error.is_connect();
        for cause in causes(&error) {
            if let Some(none) = cause.downcast_ref::<NoWire>() {
                let (error, repeatable) = match none.clone() {
                    NoWire::Path(source) => (ConnectError::Path { server, source }, true),
                    NoWire::Timeout(after) => (ConnectError::Timeout { server, after }, true),
                    NoWire::Tls(source) if identity && certificate_refused(&*source) => {
                        (ConnectError::Auth { server, source: AuthError::Rejected }, false)
                    }
                    NoWire::Tls(source) => {
                        // A server that hangs up in the middle of a handshake is restarting; one that is not trusted stays so.
                        let repeatable = !causes(&*source).any(|cause| cause.is::<rustls::Error>());
                        (ConnectError::Tls { server, source }, repeatable)
                    }
                };
                return Self { error, repeatable };
            }
            if let Some(hyper) = cause.downcast_ref::<hyper::Error>() {
                repeatable |= hyper.is_incomplete_message() || hyper.is_canceled() || hyper.is_closed();
            }
            if let Some(io) = cause.downcast_ref::<io::Error>() {
                repeatable |= hung_up(io.kind());
            }
        }
        // With TLS 1.3 a client learns that its certificate is refused when it reads the answer.
        if identity && certificate_refused(&error) {
            return Self { error: ConnectError::Auth { server, source: AuthError::Rejected }, repeatable: false };
        }
        Self { error: ConnectError::Exchange { server, source: Arc::new(error) }, repeatable }
    }
}

/// Whether the other side closed the connection.
fn hung_up(kind: io::ErrorKind) -> bool {
    use io::ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset, UnexpectedEof};

    matches!(kind, ConnectionReset | ConnectionAborted | BrokenPipe | UnexpectedEof)
}

/// An error and everything it came from, also what hides inside an I/O error.
fn causes<'a>(error: &'a (dyn StdError + 'static)) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    std::iter::successors(Some(error), |error| below(*error)).take(MAX_DEPTH)
}

fn below<'a>(error: &'a (dyn StdError + 'static)) -> Option<&'a (dyn StdError + 'static)> {
    match error.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
        Some(inner) => Some(inner),
        None => error.source(),
    }
}

fn certificate_refused(error: &(dyn StdError + 'static)) -> bool {
    causes(error).any(|cause| {
        matches!(cause.downcast_ref::<rustls::Error>(), Some(rustls::Error::AlertReceived(alert)) if refuses_certificate(*alert))
    })
}

/// The alerts of a server about the certificate of a client, or the lack of one.
fn refuses_certificate(alert: AlertDescription) -> bool {
    matches!(
        alert,
        AlertDescription::BadCertificate
            | AlertDescription::UnsupportedCertificate
            | AlertDescription::CertificateRevoked
            | AlertDescription::CertificateExpired
            | AlertDescription::CertificateUnknown
            | AlertDescription::CertificateRequired
            | AlertDescription::UnknownCA
            | AlertDescription::AccessDenied
    )
}
