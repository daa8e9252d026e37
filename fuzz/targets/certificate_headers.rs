//! What an ingress puts into `Ssl-Client-Cert`, and what a caller may put into its place.
#![no_main]

use http::HeaderValue;
use identity_client::inbound::CallerCertificate;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Ok(value) = HeaderValue::from_bytes(data) else { return };
    if let Ok(certificate) = CallerCertificate::from_header(&value) {
        assert!(certificate.matches_thumbprint(&certificate.thumbprint()));
        assert!(certificate.matches_thumbprint(&certificate.thumbprint_padded()));
        assert!(!format!("{certificate:?}").contains("BEGIN"));
    }
});
