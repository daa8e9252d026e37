//! From what the HTTP library reports to how far the request got. Looks at types along the cause chain, never at message text.

use std::error::Error as StdError;
use std::io;

use hyper_util::client::legacy;
use rustls::AlertDescription;

use crate::error::{DispatchError, DispatchKind};

/// Longest cause chain that is followed.
const MAX_DEPTH: usize = 16;

/// Classifies what our transport reports.
pub(super) fn transport_error(error: legacy::Error) -> DispatchError {
    let kind = kind_of(&Causes::of(&error), error.is_connect());
    DispatchError::new(kind).with_source(error)
}

/// Classifies what bindings report that do not send through us. The address is removed from it, as the error names the host itself.
pub(crate) fn dispatch_error(error: reqwest::Error) -> DispatchError {
    let mut causes = Causes::of(&error);
    causes.timed_out |= error.is_timeout();
    causes.closed |= error.is_body();
    let kind = match kind_of(&causes, error.is_connect()) {
        _ if error.is_timeout() && !error.is_connect() => DispatchKind::Timeout,
        kind => kind,
    };
    let host = error.url().and_then(|url| url.host_str()).unwrap_or_default().to_owned();
    DispatchError::new(kind).at(&host, "").with_source(error.without_url())
}

/// How far a request got that failed for these causes; `connecting` when it failed before it had a connection.
fn kind_of(causes: &Causes, connecting: bool) -> DispatchKind {
    // TLS 1.3 clients finish the handshake before they know whether the server accepts their certificate, so that refusal arrives on an
    // established connection. Any other TLS failure there may come after the request.
    if causes.tls && connecting || causes.certificate_refused {
        return DispatchKind::Tls;
    }
    if connecting {
        return if causes.timed_out { DispatchKind::ConnectTimeout } else { DispatchKind::Connect };
    }
    if causes.closed {
        return DispatchKind::Closed;
    }
    if causes.parse || causes.tls {
        return DispatchKind::Protocol;
    }
    // A failure of an established connection about which nothing else is known: the request may have arrived.
    DispatchKind::Closed
}

#[derive(Default)]
struct Causes {
    tls: bool,
    certificate_refused: bool,
    timed_out: bool,
    closed: bool,
    parse: bool,
}

impl Causes {
    fn of(error: &dyn StdError) -> Self {
        let mut found = Self::default();
        let mut next = error.source();
        for _ in 0..MAX_DEPTH {
            let Some(cause) = next else { break };
            found.note(cause);
            next = match cause.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
                Some(inner) => Some(inner),
                None => cause.source(),
            };
        }
        found
    }

    fn note(&mut self, cause: &(dyn StdError + 'static)) {
        if let Some(error) = cause.downcast_ref::<rustls::Error>() {
            self.tls = true;
            self.certificate_refused |=
                matches!(error, rustls::Error::AlertReceived(alert) if refuses_certificate(*alert));
        }
        if let Some(error) = cause.downcast_ref::<io::Error>() {
            self.timed_out |= error.kind() == io::ErrorKind::TimedOut;
            self.closed |= matches!(
                error.kind(),
                io::ErrorKind::ConnectionReset
                    | io::ErrorKind::ConnectionAborted
                    | io::ErrorKind::BrokenPipe
                    | io::ErrorKind::UnexpectedEof
            );
        }
        if let Some(error) = cause.downcast_ref::<hyper::Error>() {
            self.closed |= error.is_incomplete_message() || error.is_canceled() || error.is_closed();
            self.parse |= error.is_parse();
        }
    }
}

/// The alerts a server sends about the certificate of a client, or the lack of one. It has not read a request by then.
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
            | AlertDescription::HandshakeFailure
    )
}
