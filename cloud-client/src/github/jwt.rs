//! The token an app signs for itself: a JSON Web Token, RS256, ten minutes at most. Knows nothing of what it opens.
//!
//! The family's own signatures are PS512 and better ([`core_client::jws`]); GitHub takes RS256 only.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeyPair;
use aws_lc_rs::signature::RSA_PKCS1_SHA256;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use rustls_pki_types::PrivateKeyDer;
use rustls_pki_types::pem::PemObject as _;

/// How long a token is good for, counted from now: GitHub refuses more than ten minutes by its own clock.
pub(super) const LIFETIME_SECONDS: i64 = 540;
/// By how much it is dated back, for clocks that differ.
const BACKDATED_SECONDS: i64 = 60;
/// `{"alg":"RS256","typ":"JWT"}`
const HEADER: &str = "eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9";

/// Why no token could be signed. Says nothing of the key.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum KeyError {
    /// Not PEM, or not a private key.
    #[error("it is not a private key in PEM")]
    NotPem,
    /// A key, but not RSA.
    #[error("it is not an RSA key of 2048 bits or more")]
    NotRsa,
    /// The cryptography library refused.
    #[error("it could not sign")]
    Sign,
}

/// Signs a token for the app `issuer`. Takes a millisecond or so.
pub(crate) fn sign(issuer: &str, pem: &str, now: Timestamp) -> Result<String, KeyError> {
    let key = PrivateKeyDer::from_pem_slice(pem.as_bytes()).map_err(|_| KeyError::NotPem)?;
    let key = match &key {
        PrivateKeyDer::Pkcs1(key) => KeyPair::from_der(key.secret_pkcs1_der()),
        PrivateKeyDer::Pkcs8(key) => KeyPair::from_pkcs8(key.secret_pkcs8_der()),
        _ => return Err(KeyError::NotRsa),
    }
    .map_err(|_| KeyError::NotRsa)?;
    let now = now.as_second();
    let claims = serde_json::json!({
        "iat": now.saturating_sub(BACKDATED_SECONDS),
        "exp": now.saturating_add(LIFETIME_SECONDS),
        "iss": issuer,
    });
    let mut token = format!("{HEADER}.{}", URL_SAFE_NO_PAD.encode(claims.to_string()));
    let mut signature = vec![0; key.public_modulus_len()];
    key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), token.as_bytes(), &mut signature).map_err(|_| KeyError::Sign)?;
    token.push('.');
    URL_SAFE_NO_PAD.encode_string(&signature, &mut token);
    Ok(token)
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::encoding::{AsDer as _, Pkcs8V1Der};
    use aws_lc_rs::rsa::KeySize;
    use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};
    use base64::engine::general_purpose::STANDARD;

    use super::*;

    fn pem(pair: &KeyPair) -> String {
        let der: Pkcs8V1Der<'_> = pair.as_der().unwrap();
        format!("-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n", STANDARD.encode(der.as_ref()))
    }

    #[test]
    fn the_signature_is_rs256_and_the_dates_leave_room_for_other_clocks() {
        let pair = KeyPair::generate(KeySize::Rsa2048).unwrap();
        let token = sign("1234", &pem(&pair), Timestamp::from_second(1_000_000).unwrap()).unwrap();
        let (signed, signature) = token.rsplit_once('.').unwrap();
        let (header, claims) = signed.split_once('.').unwrap();
        let decoded = |text: &str| -> serde_json::Value {
            serde_json::from_slice(&URL_SAFE_NO_PAD.decode(text).unwrap()).unwrap()
        };
        assert_eq!(decoded(header), serde_json::json!({"alg": "RS256", "typ": "JWT"}));
        assert_eq!(decoded(claims), serde_json::json!({"iat": 999_940, "exp": 1_000_540, "iss": "1234"}));
        UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, pair.public_key())
            .verify(signed.as_bytes(), &URL_SAFE_NO_PAD.decode(signature).unwrap())
            .unwrap();
    }

    #[test]
    fn what_is_no_rsa_key_is_refused_without_being_quoted() {
        let now = Timestamp::UNIX_EPOCH;
        let ec = rcgen::KeyPair::generate().unwrap().serialize_pem();
        assert!(matches!(sign("1", &ec, now), Err(KeyError::NotRsa)));
        let error = sign("1", "sentinel", now).unwrap_err();
        assert!(matches!(error, KeyError::NotPem));
        assert!(!format!("{error} {error:?}").contains("sentinel"));
    }
}
