//! The caller's certificate, as ingress-nginx hands it over in a header.
//!
//! Knows nothing of requests: which certificate may be believed is decided by the layer.

use std::fmt;

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE, URL_SAFE_NO_PAD};
use http::HeaderValue;
use x509_parser::prelude::{FromDer, X509Certificate};

use crate::context::RelayedCertificate;

/// A certificate read from a header: the terminator verified it, this type only understood it.
#[derive(Clone)]
pub struct CallerCertificate {
    der: Vec<u8>,
    common_name: String,
    header: HeaderValue,
}

/// Why a certificate header was not understood. Never repeats the certificate.
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CertificateError {
    /// The header is absent or empty.
    #[error("no client certificate was presented")]
    NotPresented,
    /// A percent escape is broken, or the result is not text.
    #[error("the client certificate header is not form-encoded text")]
    Escaping,
    /// There is no complete PEM block.
    #[error("the client certificate header holds no PEM block")]
    Pem,
    /// The first PEM block is something else.
    #[error("the first PEM block of the client certificate header is not a certificate")]
    NotACertificate,
    /// The block is not an X.509 certificate.
    #[error("the client certificate is not valid X.509")]
    X509,
}

impl CallerCertificate {
    /// Reads a form-escaped PEM certificate: percent escapes and `+` for space, then the first
    /// PEM block. Text before it and further blocks are ignored, as the original does.
    ///
    /// # Errors
    ///
    /// [`CertificateError`], saying how far reading came.
    pub fn from_header(value: &HeaderValue) -> Result<Self, CertificateError> {
        if value.is_empty() {
            return Err(CertificateError::NotPresented);
        }
        let pem = unescape(value.as_bytes()).ok_or(CertificateError::Escaping)?;
        let der = first_block(&pem)?;
        let (rest, certificate) = X509Certificate::from_der(&der).map_err(|_| CertificateError::X509)?;
        if !rest.is_empty() {
            return Err(CertificateError::X509);
        }
        let common_name = match certificate.subject().iter_common_name().last() {
            Some(name) => name.as_str().map_err(|_| CertificateError::X509)?.to_owned(),
            None => String::new(),
        };
        let mut header = value.clone();
        header.set_sensitive(true);
        Ok(Self { der, common_name, header })
    }

    /// The subject's common name; of several the last one counts; empty when there is none.
    #[must_use]
    pub fn common_name(&self) -> &str {
        &self.common_name
    }

    /// The DER form.
    #[must_use]
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// SHA-256 of the DER form as RFC 8705 writes it (`x5t#S256`): base64url without padding.
    #[must_use]
    pub fn thumbprint(&self) -> String {
        URL_SAFE_NO_PAD.encode(digest(&SHA256, &self.der))
    }

    /// The same digest as the Go services write it in the claim `x5t@S256`: with padding.
    #[must_use]
    pub fn thumbprint_padded(&self) -> String {
        URL_SAFE.encode(digest(&SHA256, &self.der))
    }

    /// Whether a thumbprint from a token, in either form, names this certificate.
    #[must_use]
    pub fn matches_thumbprint(&self, thumbprint: &str) -> bool {
        let bare = thumbprint.strip_suffix('=').unwrap_or(thumbprint);
        bare == self.thumbprint()
    }

    /// The header value as it came, for relaying it to the identity service.
    #[must_use]
    pub fn relayed(&self) -> RelayedCertificate {
        RelayedCertificate::new(self.header.clone())
    }
}

impl fmt::Debug for CallerCertificate {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("CallerCertificate").field("common_name", &self.common_name).finish_non_exhaustive()
    }
}

/// Form decoding that refuses broken escapes, unlike the lenient WHATWG one.
fn unescape(text: &[u8]) -> Option<String> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text.iter().copied();
    while let Some(byte) = rest.next() {
        out.push(match byte {
            b'+' => b' ',
            b'%' => nibble(rest.next()?)? << 4 | nibble(rest.next()?)?,
            other => other,
        });
    }
    String::from_utf8(out).ok()
}

fn nibble(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok())
}

/// The contents of the first PEM block, which has to be a certificate.
fn first_block(text: &str) -> Result<Vec<u8>, CertificateError> {
    let mut lines = text.lines().map(str::trim_end);
    let label = lines
        .find_map(|line| line.strip_prefix("-----BEGIN ").and_then(|line| line.strip_suffix("-----")))
        .ok_or(CertificateError::Pem)?;
    let end = format!("-----END {label}-----");
    let mut body = String::new();
    loop {
        match lines.next() {
            None => return Err(CertificateError::Pem),
            Some(line) if line == end => break,
            Some(line) => body.push_str(line.trim_start()),
        }
    }
    if label != "CERTIFICATE" {
        return Err(CertificateError::NotACertificate);
    }
    STANDARD.decode(body).map_err(|_| CertificateError::Pem)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde::Deserialize;

    use super::*;

    #[derive(Deserialize)]
    struct Vectors {
        client_certificate: Vector,
    }

    #[derive(Deserialize)]
    struct Vector {
        common_name: String,
        pem: String,
        escaped_form: String,
        escaped_nginx: String,
        thumbprint_original_padded: String,
        thumbprint_rfc8705: String,
    }

    fn vector() -> Vector {
        let vectors: Vectors = serde_json::from_str(include_str!("../../tests/data/vectors.json")).unwrap();
        vectors.client_certificate
    }

    fn read(text: &str) -> Result<CallerCertificate, CertificateError> {
        CallerCertificate::from_header(&HeaderValue::from_str(text).unwrap())
    }

    fn escape(text: &str) -> String {
        percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
    }

    #[test]
    fn both_ways_of_escaping_give_the_same_certificate() {
        let vector = vector();
        for escaped in [&vector.escaped_form, &vector.escaped_nginx] {
            let certificate = read(escaped).unwrap();
            assert_eq!(certificate.common_name(), vector.common_name);
            assert_eq!(unescape(escaped.as_bytes()).unwrap(), vector.pem);
        }
        assert_eq!(read(&vector.escaped_form).unwrap().der(), read(&vector.escaped_nginx).unwrap().der());
    }

    /// W-21
    #[test]
    fn both_thumbprint_forms_are_written_and_recognised() {
        let vector = vector();
        let certificate = read(&vector.escaped_nginx).unwrap();
        assert_eq!(certificate.thumbprint(), vector.thumbprint_rfc8705);
        assert_eq!(certificate.thumbprint_padded(), vector.thumbprint_original_padded);
        assert!(certificate.matches_thumbprint(&vector.thumbprint_rfc8705));
        assert!(certificate.matches_thumbprint(&vector.thumbprint_original_padded));
        assert!(!certificate.matches_thumbprint(""));
        assert!(!certificate.matches_thumbprint(&vector.thumbprint_rfc8705[1..]));
    }

    #[test]
    fn text_before_the_first_block_and_further_blocks_are_ignored() {
        let pem = vector().pem;
        let text = format!("subject=x\n{pem}-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----\n");
        assert_eq!(read(&escape(&text)).unwrap().common_name(), vector().common_name);
        assert!(read(&escape(&pem.replace('\n', "\r\n"))).is_ok());
    }

    #[test]
    fn everything_else_is_refused_and_says_where() {
        let pem = vector().pem;
        let other = pem.replace("CERTIFICATE", "PUBLIC KEY");
        let cut: String = pem.lines().take(5).collect::<Vec<_>>().join("\n");
        let not_x509 = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
        for (text, error) in [
            (String::new(), CertificateError::NotPresented),
            ("%zz".to_owned(), CertificateError::Escaping),
            ("abc%4".to_owned(), CertificateError::Escaping),
            ("%ff".to_owned(), CertificateError::Escaping),
            ("hello".to_owned(), CertificateError::Pem),
            (escape(&cut), CertificateError::Pem),
            (escape(&pem.replace("MIIC", "M*IC")), CertificateError::Pem),
            (escape(&other), CertificateError::NotACertificate),
            (escape(&format!("{other}{pem}")), CertificateError::NotACertificate),
            (escape(not_x509), CertificateError::X509),
        ] {
            assert_eq!(read(&text).unwrap_err(), error, "{text}");
        }
    }

    #[test]
    fn the_last_common_name_counts_and_none_is_empty() {
        for (names, expected) in [(vec!["first", "second"], "second"), (vec![], "")] {
            let mut params = rcgen::CertificateParams::default();
            params.distinguished_name = rcgen::DistinguishedName::new();
            for (index, name) in names.iter().enumerate() {
                // rcgen keeps one value per type, so the first is spelled as a custom one.
                let kind = if index + 1 == names.len() {
                    rcgen::DnType::CommonName
                } else {
                    rcgen::DnType::CustomDnType(vec![2, 5, 4, 3])
                };
                params.distinguished_name.push(kind, *name);
            }
            let key = rcgen::KeyPair::generate().unwrap();
            let pem = params.self_signed(&key).unwrap().pem();
            assert_eq!(read(&escape(&pem)).unwrap().common_name(), expected);
        }
    }

    /// W-20
    #[test]
    fn debug_output_names_the_caller_and_not_the_certificate() {
        let certificate = read(&vector().escaped_nginx).unwrap();
        let debug = format!("{certificate:?} {:?}", certificate.relayed());
        assert!(debug.contains("unikorn-example") && !debug.contains("MII"), "{debug}");
    }

    proptest! {
        #[test]
        fn reading_never_panics(bytes in prop::collection::vec(0x20_u8..0x7f, 0..512)) {
            CallerCertificate::from_header(&HeaderValue::from_bytes(&bytes).unwrap()).ok();
            let mut block = b"-----BEGIN%20CERTIFICATE-----%0A".to_vec();
            block.extend(&bytes);
            block.extend(b"%0A-----END%20CERTIFICATE-----");
            CallerCertificate::from_header(&HeaderValue::from_bytes(&block).unwrap()).ok();
        }
    }
}
