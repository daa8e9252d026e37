//! What an ingress does in front of a service: ends TLS and says in headers whose certificate it saw.
//!
//! It writes `Ssl-Client-Cert` and `Ssl-Client-Verify` the way ingress-nginx does and drops what the client sent under those names.
//! Like the shipped ingress annotations, it leaves every other header alone. Knows nothing of principals.

use axum::Router;
use axum::extract::Request;
use axum::middleware::{Next, from_fn};
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::HeaderValue;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::region::Peer;

/// What nginx leaves as it is in `$ssl_client_escaped_cert`.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Puts an ingress in front of a router that is served by a [`TlsServer`](crate::server::TlsServer).
pub fn ingress(router: Router) -> Router {
    router.layer(from_fn(terminate))
}

/// The value of `Ssl-Client-Cert` for a certificate.
#[must_use]
pub fn escaped_certificate(der: &[u8]) -> HeaderValue {
    let encoded = STANDARD.encode(der);
    let mut pem = String::from("-----BEGIN CERTIFICATE-----\n");
    for line in encoded.as_bytes().chunks(64) {
        pem.push_str(&String::from_utf8_lossy(line));
        pem.push('\n');
    }
    pem.push_str("-----END CERTIFICATE-----\n");
    let escaped = utf8_percent_encode(&pem, ESCAPED).to_string();
    HeaderValue::from_str(&escaped).unwrap_or_else(|_| HeaderValue::from_static(""))
}

async fn terminate(mut request: Request, next: Next) -> Response {
    let peer = request.extensions().get::<Peer>().cloned();
    let headers = request.headers_mut();
    headers.remove("ssl-client-cert");
    headers.remove("ssl-client-verify");
    if let Some(peer) = peer {
        headers.insert("ssl-client-cert", escaped_certificate(&peer.der));
        headers.insert("ssl-client-verify", HeaderValue::from_static("SUCCESS"));
    }
    next.run(request).await
}

#[cfg(test)]
mod tests {
    use super::escaped_certificate;

    #[test]
    fn the_header_is_percent_encoded_pem_in_one_line() {
        let value = escaped_certificate(&[0xfb; 100]);
        let text = value.to_str().unwrap();
        assert!(text.starts_with("-----BEGIN%20CERTIFICATE-----%0A"), "{text}");
        assert!(text.contains("%2B") && !text.contains('+'), "{text}");
    }
}
