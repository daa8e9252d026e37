//! The headers that carry trust, read from a request whose other headers nobody vouches for.
//!
//! Knows nothing of certificates and principals: it only makes sure that each header is there at most once and under its
//! own name.

use http::header::{AUTHORIZATION, CONNECTION};
use http::{HeaderMap, HeaderName, HeaderValue};

use super::refusal::Refusal;
use crate::headers::{CLIENT_CERTIFICATE, SSL_CLIENT_CERT, SSL_CLIENT_VERIFY, X_IMPERSONATE, X_PRINCIPAL};

/// How much a request may deviate from what the services and the ingress send.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum HeaderPolicy {
    /// A trust header that is doubled, empty, too long, spelled with `_` for `-`, or named by `Connection` is refused
    /// with 400. Nothing in the platform sends such headers.
    #[default]
    Strict,
    /// As the originals: the first of several counts, an empty one is absent, twins are not looked at. The length is
    /// limited all the same.
    Original,
}

/// The trust headers of one request; none of them is empty.
#[derive(Debug, Default)]
pub(super) struct TrustHeaders<'a> {
    pub(super) authorization: Option<&'a HeaderValue>,
    pub(super) certificate: Option<&'a HeaderValue>,
    pub(super) verify: Option<&'a HeaderValue>,
    pub(super) relayed: Option<&'a HeaderValue>,
    pub(super) principal: Option<&'a HeaderValue>,
    pub(super) impersonate: Option<&'a HeaderValue>,
}

/// Longest of every trust header but the principal, in bytes. Certificates with escapes stay below 8 KiB.
const MAX_BYTES: usize = 16 * 1024;

const NAMES: [HeaderName; 6] =
    [AUTHORIZATION, SSL_CLIENT_CERT, SSL_CLIENT_VERIFY, CLIENT_CERTIFICATE, X_PRINCIPAL, X_IMPERSONATE];

impl<'a> TrustHeaders<'a> {
    pub(super) fn read(
        headers: &'a HeaderMap,
        policy: HeaderPolicy,
        max_principal_bytes: usize,
    ) -> Result<Self, Refusal> {
        if policy == HeaderPolicy::Strict {
            refuse_twins(headers)?;
            refuse_connection_options(headers)?;
        }
        let reader = Reader { headers, policy };
        Ok(Self {
            // The originals treat an empty one as absent, and so do proxies that clear it.
            authorization: reader.one(&AUTHORIZATION, MAX_BYTES, HeaderPolicy::Original)?,
            certificate: reader.one(&SSL_CLIENT_CERT, MAX_BYTES, policy)?,
            verify: reader.one(&SSL_CLIENT_VERIFY, MAX_BYTES, policy)?,
            relayed: reader.one(&CLIENT_CERTIFICATE, MAX_BYTES, policy)?,
            principal: reader.one(&X_PRINCIPAL, max_principal_bytes, policy)?,
            impersonate: reader.one(&X_IMPERSONATE, MAX_BYTES, policy)?,
        })
    }

    /// Whether the caller asks to act as the principal: exactly `true`.
    pub(super) fn impersonates(&self) -> bool {
        self.impersonate.is_some_and(|value| value == "true")
    }
}

/// Takes the headers about certificates and principals out of a request, so that nothing behind the layer can mistake
/// them for something that was checked.
pub(super) fn strip(headers: &mut HeaderMap) {
    for name in [SSL_CLIENT_CERT, SSL_CLIENT_VERIFY, CLIENT_CERTIFICATE, X_PRINCIPAL, X_IMPERSONATE] {
        headers.remove(name);
    }
}

struct Reader<'a> {
    headers: &'a HeaderMap,
    policy: HeaderPolicy,
}

impl<'a> Reader<'a> {
    fn one(
        &self,
        name: &HeaderName,
        max_bytes: usize,
        when_empty: HeaderPolicy,
    ) -> Result<Option<&'a HeaderValue>, Refusal> {
        let mut values = self.headers.get_all(name).iter();
        let Some(value) = values.next() else { return Ok(None) };
        if self.policy == HeaderPolicy::Strict && values.next().is_some() {
            return Err(Refusal::invalid_request(format!("the header {name} was sent more than once")));
        }
        if value.len() > max_bytes {
            return Err(Refusal::invalid_request(format!("the header {name} is longer than {max_bytes} bytes")));
        }
        match (value.is_empty(), when_empty) {
            (false, _) => Ok(Some(value)),
            (true, HeaderPolicy::Original) => Ok(None),
            (true, HeaderPolicy::Strict) => {
                Err(Refusal::invalid_request(format!("the header {name} was sent without a value")))
            }
        }
    }
}

/// Some servers and gateways read `x_principal` as `x-principal`; a proxy that clears the one lets the other pass.
fn refuse_twins(headers: &HeaderMap) -> Result<(), Refusal> {
    for name in headers.keys().filter(|name| name.as_str().contains('_')) {
        let plain = name.as_str().replace('_', "-");
        if let Some(twin) = NAMES.iter().find(|known| known.as_str() == plain) {
            return Err(Refusal::invalid_request(format!("a header is spelled almost like {twin}")));
        }
    }
    Ok(())
}

/// `Connection: x-principal` asks the next proxy to drop a header; no caller has a reason to.
fn refuse_connection_options(headers: &HeaderMap) -> Result<(), Refusal> {
    for value in headers.get_all(CONNECTION) {
        let options = value.to_str().unwrap_or_default().split(',').map(str::trim);
        for option in options {
            if let Some(named) = NAMES.iter().find(|known| known.as_str().eq_ignore_ascii_case(option)) {
                return Err(Refusal::invalid_request(format!("the Connection header names {named}")));
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn headers(entries: &[(&'static str, &str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in entries {
            headers.append(HeaderName::from_static(name), HeaderValue::from_str(value).unwrap());
        }
        headers
    }

    fn refusal(entries: &[(&'static str, &str)]) -> String {
        let headers = headers(entries);
        let refusal = TrustHeaders::read(&headers, HeaderPolicy::Strict, 1024).unwrap_err();
        assert_eq!(refusal.status(), 400);
        refusal.description().to_owned()
    }

    #[test]
    fn every_header_is_found_under_its_name() {
        let headers = headers(&[
            ("authorization", "a"),
            ("ssl-client-cert", "b"),
            ("ssl-client-verify", "c"),
            ("unikorn-client-certificate", "d"),
            ("x-principal", "e"),
            ("x-impersonate", "true"),
        ]);
        let trust = TrustHeaders::read(&headers, HeaderPolicy::Strict, 1024).unwrap();
        let found = [trust.authorization, trust.certificate, trust.verify, trust.relayed, trust.principal];
        assert_eq!(found.map(|value| value.unwrap().to_str().unwrap()), ["a", "b", "c", "d", "e"]);
        assert!(trust.impersonates());
    }

    #[test]
    fn only_the_exact_word_impersonates() {
        for word in ["TRUE", "1", "True", "true ", "yes"] {
            let headers = HeaderMap::from_iter([(X_IMPERSONATE, HeaderValue::from_static(word))]);
            let trust = TrustHeaders::read(&headers, HeaderPolicy::Strict, 1024).unwrap();
            assert!(!trust.impersonates(), "{word}");
        }
    }

    #[test]
    fn doubled_headers_are_refused() {
        for name in NAMES {
            let value = HeaderValue::from_static("a");
            let headers = HeaderMap::from_iter([(name.clone(), value.clone())]);
            let mut doubled = headers.clone();
            doubled.append(name.clone(), value);
            assert!(TrustHeaders::read(&headers, HeaderPolicy::Strict, 1024).is_ok());
            assert!(TrustHeaders::read(&doubled, HeaderPolicy::Strict, 1024).is_err(), "{name}");
        }
    }

    #[test]
    fn twins_are_refused() {
        assert!(refusal(&[("x_principal", "a")]).contains("x-principal"));
        assert!(refusal(&[("ssl_client_cert", "a")]).contains("ssl-client-cert"));
        assert!(refusal(&[("unikorn_client-certificate", "a")]).contains("unikorn-client-certificate"));
        assert!(TrustHeaders::read(&headers(&[("x_other", "a")]), HeaderPolicy::Strict, 1024).is_ok());
    }

    #[test]
    fn connection_options_that_name_a_trust_header_are_refused() {
        assert!(refusal(&[("connection", "keep-alive, X-Principal")]).contains("x-principal"));
        assert!(refusal(&[("connection", "close"), ("connection", "Ssl-Client-Verify")]).contains("ssl-client-verify"));
        assert!(TrustHeaders::read(&headers(&[("connection", "keep-alive")]), HeaderPolicy::Strict, 1024).is_ok());
    }

    #[test]
    fn empty_headers_are_refused_but_an_empty_authorization_is_absent() {
        assert!(refusal(&[("x-principal", "")]).contains("without a value"));
        let headers = headers(&[("authorization", "")]);
        assert!(TrustHeaders::read(&headers, HeaderPolicy::Strict, 1024).unwrap().authorization.is_none());
    }

    #[test]
    fn long_headers_are_refused_under_every_policy() {
        let headers = headers(&[("x-principal", &"a".repeat(1025))]);
        for policy in [HeaderPolicy::Strict, HeaderPolicy::Original] {
            assert!(TrustHeaders::read(&headers, policy, 1024).unwrap_err().description().contains("1024 bytes"));
        }
    }

    #[test]
    fn the_original_policy_takes_the_first_and_ignores_the_rest() {
        let headers =
            headers(&[("x-principal", "a"), ("x-principal", "b"), ("x-impersonate", ""), ("x_principal", "c")]);
        let trust = TrustHeaders::read(&headers, HeaderPolicy::Original, 1024).unwrap();
        assert_eq!(trust.principal.unwrap(), "a");
        assert!(!trust.impersonates());
    }

    #[test]
    fn stripping_leaves_other_headers_alone() {
        let mut headers =
            headers(&[("x-principal", "a"), ("ssl-client-cert", "b"), ("accept", "c"), ("authorization", "d")]);
        strip(&mut headers);
        assert_eq!(headers.len(), 2);
    }

    proptest! {
        #[test]
        fn refusals_do_not_echo_values(value in "[a-z]{24,40}") {
            let headers = HeaderMap::from_iter([
                (HeaderName::from_static("x_principal"), HeaderValue::from_str(&value).unwrap()),
            ]);
            let refusal = TrustHeaders::read(&headers, HeaderPolicy::Strict, 1024).unwrap_err();
            prop_assert!(!refusal.description().contains(&value));
        }
    }
}
