//! Names of the headers that carry trust between services.

use http::HeaderName;

/// Who the work is for: base64url of compact JSON, or a compact signature over it.
pub const X_PRINCIPAL: HeaderName = HeaderName::from_static("x-principal");
/// Exactly `true` when the caller acts as the principal; any other value means no.
pub const X_IMPERSONATE: HeaderName = HeaderName::from_static("x-impersonate");
/// The certificate of the original caller, relayed verbatim to the identity service.
pub const CLIENT_CERTIFICATE: HeaderName = HeaderName::from_static("unikorn-client-certificate");
/// The certificate of the direct caller, form-escaped PEM, written by ingress-nginx.
pub const SSL_CLIENT_CERT: HeaderName = HeaderName::from_static("ssl-client-cert");
/// Whether ingress-nginx verified that certificate; `SUCCESS` is the only good value.
pub const SSL_CLIENT_VERIFY: HeaderName = HeaderName::from_static("ssl-client-verify");
