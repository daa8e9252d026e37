//! Signed principals on the way in: the signature, and the claims of senders that add them.
//!
//! Knows nothing of where the certificate comes from.

use std::time::Duration;

use core_client::jws::Verifier;
use jiff::{SignedDuration, Timestamp};
use moka::sync::Cache;
use rustls_pki_types::CertificateDer;

use super::certificate::CallerCertificate;
use super::refusal::Refusal;
use crate::principal::Principal;
use crate::principal::signed::ReceivedClaims;

/// What a signed principal must bring besides a good signature.
///
/// The Go services send bare principals, which anybody who holds the certificate can repeat for ever. Once every caller
/// is a sender of this family, ask for more. An expiry that is present counts under every policy.
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignaturePolicy {
    /// Asks for `iat` and `exp`, and refuses what was signed longer ago than this. Default: `None`, not asked for.
    pub max_age: Option<Duration>,
    /// Asks for `aud` and refuses what is meant for others. Default: `None`, not asked for.
    pub audience: Option<String>,
    /// Asks for `jti` and refuses to see one twice. Needs [`max_age`](Self::max_age), one minute if it is not set.
    /// Each instance of a service remembers for itself. Default: `false`.
    pub single_use: bool,
    /// Asks for `cnf` and refuses what was signed for another certificate. Default: `false`.
    pub bound: bool,
    /// How far the clocks of two services may be apart. Default: 30 s.
    pub leeway: Duration,
}

/// Verifies signed principals under one policy.
#[derive(Debug)]
pub(super) struct SignatureCheck {
    policy: SignaturePolicy,
    max_bytes: usize,
    seen: Option<Cache<(String, String), ()>>,
}

/// How many single-use principals are remembered.
const SEEN: u64 = 1 << 18;
const DEFAULT_MAX_AGE: Duration = Duration::from_secs(60);

// === impl SignaturePolicy ===

impl Default for SignaturePolicy {
    fn default() -> Self {
        Self { max_age: None, audience: None, single_use: false, bound: false, leeway: Duration::from_secs(30) }
    }
}

impl SignaturePolicy {
    /// Accepts what the Go services send.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets [`max_age`](Self::max_age).
    #[must_use]
    pub fn with_max_age(mut self, age: Duration) -> Self {
        self.max_age = Some(age);
        self
    }

    /// Sets [`audience`](Self::audience).
    #[must_use]
    pub fn with_audience(mut self, audience: impl Into<String>) -> Self {
        self.audience = Some(audience.into());
        self
    }

    /// Sets [`single_use`](Self::single_use).
    #[must_use]
    pub fn with_single_use(mut self) -> Self {
        self.single_use = true;
        self
    }

    /// Sets [`bound`](Self::bound).
    #[must_use]
    pub fn with_binding(mut self) -> Self {
        self.bound = true;
        self
    }

    /// Sets [`leeway`](Self::leeway).
    #[must_use]
    pub fn with_leeway(mut self, leeway: Duration) -> Self {
        self.leeway = leeway;
        self
    }
}

// === impl SignatureCheck ===

impl SignatureCheck {
    pub(super) fn new(mut policy: SignaturePolicy, max_bytes: usize) -> Self {
        let seen = policy.single_use.then(|| {
            let age = *policy.max_age.get_or_insert(DEFAULT_MAX_AGE);
            let remembered = age.saturating_add(policy.leeway.saturating_mul(2));
            Cache::builder().max_capacity(SEEN).time_to_live(remembered).build()
        });
        Self { policy, max_bytes, seen }
    }

    /// The principal in `compact`, if the key of `certificate` signed it and the policy is content.
    pub(super) fn principal(
        &self,
        compact: &str,
        certificate: &CallerCertificate,
        now: Timestamp,
    ) -> Result<Principal, Refusal> {
        let verifier = Verifier::from_certificate(&CertificateDer::from(certificate.der()))
            .map_err(|_| refuse("the key of the client certificate cannot verify a signed principal"))?
            .with_max_bytes(self.max_bytes);
        let payload = verifier
            .verify(compact)
            .map_err(|_| refuse("the principal is not signed with the key of the client certificate"))?;
        let principal = Principal::from_json(&payload).map_err(|_| refuse("the signed principal is not valid JSON"))?;
        let claims = ReceivedClaims::from_json(&payload).ok_or_else(|| refuse("the signed claims are not valid"))?;
        self.check(&claims, certificate, now)?;
        Ok(principal)
    }

    fn check(&self, claims: &ReceivedClaims, certificate: &CallerCertificate, now: Timestamp) -> Result<(), Refusal> {
        let policy = &self.policy;
        let seconds = |time: Duration| SignedDuration::try_from(time).unwrap_or(SignedDuration::MAX).as_secs();
        let (now, leeway) = (now.as_second(), seconds(policy.leeway));
        if claims.exp.is_some_and(|expires| expires.saturating_add(leeway) <= now) {
            return Err(refuse("the signed principal has expired"));
        }
        if let Some(age) = policy.max_age {
            let (Some(issued), Some(_)) = (claims.iat, claims.exp) else {
                return Err(refuse("the signed principal does not say when it was signed and when it expires"));
            };
            if issued.saturating_add(seconds(age)).saturating_add(leeway) <= now {
                return Err(refuse("the signed principal is too old"));
            }
            if issued > now.saturating_add(leeway) {
                return Err(refuse("the signed principal is from the future"));
            }
        }
        if let Some(audience) = &policy.audience
            && !claims.aud.as_ref().is_some_and(|named| named.contains(audience))
        {
            return Err(refuse("the signed principal is not meant for this service"));
        }
        if policy.bound && !claims.thumbprint().is_some_and(|thumbprint| certificate.matches_thumbprint(thumbprint)) {
            return Err(refuse("the signed principal is not bound to the client certificate"));
        }
        if let Some(seen) = &self.seen {
            let nonce = claims.jti.clone().filter(|nonce| !nonce.is_empty());
            let nonce = nonce.ok_or_else(|| refuse("the signed principal has no identifier"))?;
            if !seen.entry((certificate.thumbprint(), nonce)).or_insert(()).is_fresh() {
                return Err(refuse("the signed principal was used before"));
            }
        }
        Ok(())
    }
}

fn refuse(description: &'static str) -> Refusal {
    Refusal::invalid_request(description)
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    use core_client::jws::Signer;
    use http::HeaderValue;
    use serde::Deserialize;
    use testkit::pki::{Ca, Leaf, Pair};

    use super::*;
    use crate::principal::MAX_INBOUND_HEADER_BYTES;
    use crate::principal::signed::SignedClaims;

    const NOW: i64 = 1_800_000_000;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn certificate(pem: &str) -> CallerCertificate {
        let escaped = percent_encoding::utf8_percent_encode(pem, percent_encoding::NON_ALPHANUMERIC).to_string();
        CallerCertificate::from_header(&HeaderValue::from_str(&escaped).unwrap()).unwrap()
    }

    struct Sender {
        signer: Signer,
        certificate: CallerCertificate,
    }

    impl Sender {
        fn new(pair: &Pair) -> Self {
            Self { signer: Signer::from_der(&pair.key_der()).unwrap(), certificate: certificate(&pair.cert_pem()) }
        }

        fn p256() -> Self {
            Self::new(&Ca::new("ca").issue(Leaf::client("svc").p256()))
        }

        fn sign(&self, claims: &SignedClaims) -> String {
            self.signer.sign(claims.payload(&Principal::user("joe")).as_bytes()).unwrap()
        }

        fn thumbprint(&self) -> [u8; 32] {
            URL_SAFE_NO_PAD.decode(self.certificate.thumbprint()).unwrap().try_into().unwrap()
        }

        fn full(&self, nonce: &str) -> SignedClaims {
            SignedClaims {
                lifetime: Some((at(NOW), at(NOW + 60))),
                audience: Some("region".to_owned()),
                nonce: Some(nonce.to_owned()),
                thumbprint: Some(self.thumbprint()),
            }
        }
    }

    fn check(policy: SignaturePolicy) -> SignatureCheck {
        SignatureCheck::new(policy, MAX_INBOUND_HEADER_BYTES)
    }

    fn reason(outcome: Result<Principal, Refusal>) -> String {
        let refusal = outcome.unwrap_err();
        assert_eq!(refusal.status(), 400);
        refusal.description().to_owned()
    }

    #[derive(Deserialize)]
    struct Vectors {
        client_certificate: Certificate,
        signed_principal: Signed,
    }

    #[derive(Deserialize)]
    struct Certificate {
        escaped_nginx: String,
    }

    #[derive(Deserialize)]
    struct Signed {
        compact: String,
        payload: String,
    }

    #[test]
    fn a_principal_signed_by_the_original_is_accepted_and_no_other_certificate_fits() {
        let vectors: Vectors = serde_json::from_str(include_str!("../../tests/data/vectors.json")).unwrap();
        let escaped = HeaderValue::from_str(&vectors.client_certificate.escaped_nginx).unwrap();
        let signer = CallerCertificate::from_header(&escaped).unwrap();
        let compact = vectors.signed_principal.compact;
        let check = check(SignaturePolicy::new());
        let principal = check.principal(&compact, &signer, at(NOW)).unwrap();
        assert_eq!(principal.to_json(), vectors.signed_principal.payload);

        let other = certificate(&Ca::new("ca").issue(Leaf::client("unikorn-example").rsa()).cert_pem());
        assert!(reason(check.principal(&compact, &other, at(NOW))).contains("not signed"));
        let altered = compact.replace("eyJvcmdh", "eyJvcmdi");
        assert!(reason(check.principal(&altered, &signer, at(NOW))).contains("not signed"));
    }

    #[test]
    fn every_kind_of_key_is_accepted_and_bare_principals_are_enough_by_default() {
        let ca = Ca::new("ca");
        for leaf in
            [Leaf::client("a").rsa(), Leaf::client("a").p256(), Leaf::client("a").p384(), Leaf::client("a").ed25519()]
        {
            let sender = Sender::new(&ca.issue(leaf));
            let compact = sender.sign(&SignedClaims::default());
            let principal = check(SignaturePolicy::new()).principal(&compact, &sender.certificate, at(NOW)).unwrap();
            assert_eq!(principal, Principal::user("joe"));
        }
    }

    /// W-16
    #[test]
    fn an_expiry_that_is_present_counts_under_every_policy() {
        let sender = Sender::p256();
        let compact = sender.sign(&SignedClaims { lifetime: Some((at(NOW), at(NOW + 60))), ..SignedClaims::default() });
        let check = check(SignaturePolicy::new());
        assert!(check.principal(&compact, &sender.certificate, at(NOW + 89)).is_ok());
        assert!(reason(check.principal(&compact, &sender.certificate, at(NOW + 90))).contains("expired"));
    }

    /// W-16
    #[test]
    fn an_age_limit_needs_dates_and_refuses_old_and_future_ones() {
        let sender = Sender::p256();
        let check = check(SignaturePolicy::new().with_max_age(Duration::from_secs(30)).with_leeway(Duration::ZERO));
        let at_times = |from, to| SignedClaims { lifetime: Some((at(from), at(to))), ..SignedClaims::default() };
        let outcome = |claims: &SignedClaims| check.principal(&sender.sign(claims), &sender.certificate, at(NOW));
        assert!(reason(outcome(&SignedClaims::default())).contains("does not say when"));
        assert!(reason(outcome(&at_times(NOW - 30, NOW + 900))).contains("too old"));
        assert!(reason(outcome(&at_times(NOW + 1, NOW + 60))).contains("future"));
        assert!(outcome(&at_times(NOW - 29, NOW + 1)).is_ok());
    }

    /// W-16
    #[test]
    fn an_audience_is_asked_for_when_the_policy_names_one() {
        let sender = Sender::p256();
        let check = check(SignaturePolicy::new().with_audience("region"));
        let outcome = |claims: &SignedClaims| check.principal(&sender.sign(claims), &sender.certificate, at(NOW));
        assert!(outcome(&sender.full("n")).is_ok());
        let other = SignedClaims { audience: Some("storage".to_owned()), ..SignedClaims::default() };
        assert!(reason(outcome(&other)).contains("not meant for"));
        assert!(reason(outcome(&SignedClaims::default())).contains("not meant for"));
    }

    /// W-16
    #[test]
    fn a_single_use_principal_is_refused_the_second_time() {
        let sender = Sender::p256();
        let check = check(SignaturePolicy::new().with_single_use());
        let outcome = |compact: &str| check.principal(compact, &sender.certificate, at(NOW));
        let first = sender.sign(&sender.full("one"));
        assert!(outcome(&first).is_ok());
        assert!(reason(outcome(&first)).contains("used before"));
        assert!(outcome(&sender.sign(&sender.full("two"))).is_ok());
        let bare = SignedClaims { nonce: None, ..sender.full("") };
        assert!(reason(outcome(&sender.sign(&bare))).contains("no identifier"));
    }

    /// W-16
    #[test]
    fn a_bound_principal_is_refused_with_another_certificate_of_the_same_key() {
        let ca = Ca::new("ca");
        let pair = ca.issue(Leaf::client("svc").p256());
        let renewed = ca.issue(Leaf::client("svc").key(pair.key()));
        let sender = Sender::new(&pair);
        let check = check(SignaturePolicy::new().with_binding());
        let compact = sender.sign(&sender.full("n"));
        assert!(check.principal(&compact, &sender.certificate, at(NOW)).is_ok());
        let other = certificate(&renewed.cert_pem());
        assert!(reason(check.principal(&compact, &other, at(NOW))).contains("not bound"));
        let unbound = sender.sign(&SignedClaims::default());
        assert!(reason(check.principal(&unbound, &sender.certificate, at(NOW))).contains("not bound"));
    }

    #[test]
    fn a_signed_array_is_refused() {
        let sender = Sender::p256();
        let compact = sender.signer.sign(b"[]").unwrap();
        let outcome = check(SignaturePolicy::new()).principal(&compact, &sender.certificate, at(NOW));
        assert!(reason(outcome).contains("JSON"));
    }
}
