//! Signing with a private key that was parsed once.
//! Knows nothing of where the key comes from or when it changes.

use std::fmt;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{self, EcdsaKeyPair, Ed25519KeyPair, RsaKeyPair};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rustls_pki_types::PrivateKeyDer;
use serde::Serialize;

use super::{Algorithm, JwsError};

/// Signs payloads with one private key.
///
/// The key is parsed when the signer is made. `Debug` shows the algorithm only.
pub struct Signer {
    key: Key,
    algorithm: Algorithm,
    /// The encoded protected header and the dot after it.
    prefix: String,
    random: SystemRandom,
}

enum Key {
    Rsa(RsaKeyPair),
    Ec(EcdsaKeyPair),
    Ed25519(Ed25519KeyPair),
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Signer").field("algorithm", &self.algorithm).finish_non_exhaustive()
    }
}

// === impl Signer ===

impl Signer {
    /// Takes a key as PKCS#8, PKCS#1 (RSA) or SEC1 (ECDSA).
    ///
    /// # Errors
    /// [`JwsError::PrivateKey`] when the key is damaged or of a kind outside the [module's table](super).
    pub fn from_der(key: &PrivateKeyDer<'_>) -> Result<Self, JwsError> {
        let (key, algorithm) = match key {
            PrivateKeyDer::Pkcs1(key) => RsaKeyPair::from_der(key.secret_pkcs1_der()).ok().map(rsa),
            PrivateKeyDer::Sec1(key) => ec(key.secret_sec1_der()),
            PrivateKeyDer::Pkcs8(key) => {
                let der = key.secret_pkcs8_der();
                RsaKeyPair::from_pkcs8(der).ok().map(rsa).or_else(|| ec(der)).or_else(|| ed25519(der))
            }
            _ => None,
        }
        .ok_or(JwsError::PrivateKey)?;
        let mut prefix = URL_SAFE_NO_PAD.encode(format!(r#"{{"alg":"{algorithm}"}}"#));
        prefix.push('.');
        Ok(Self { key, algorithm, prefix, random: SystemRandom::new() })
    }

    /// The algorithm of the key.
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// Whether one signature takes long enough (a millisecond or so, RSA) to belong on a blocking thread.
    pub fn is_slow(&self) -> bool {
        matches!(self.key, Key::Rsa(_))
    }

    /// Signs exactly these bytes and returns the compact form.
    ///
    /// ECDSA and PSS signatures are randomised: signing twice gives two tokens.
    ///
    /// # Errors
    /// [`JwsError::Sign`] when the cryptography library fails.
    pub fn sign(&self, payload: &[u8]) -> Result<String, JwsError> {
        let failed = |_| JwsError::Sign { algorithm: self.algorithm };
        let signature_bytes = match &self.key {
            Key::Rsa(pair) => pair.public_modulus_len(),
            // The longest is ES512.
            Key::Ec(_) | Key::Ed25519(_) => 132,
        };
        let capacity = self.prefix.len() + (payload.len() + signature_bytes) * 4 / 3 + 4;
        let mut token = String::with_capacity(capacity);
        token.push_str(&self.prefix);
        URL_SAFE_NO_PAD.encode_string(payload, &mut token);
        let signature = match &self.key {
            Key::Rsa(pair) => {
                let mut signature = vec![0; signature_bytes];
                pair.sign(&signature::RSA_PSS_SHA512, &self.random, token.as_bytes(), &mut signature)
                    .map_err(failed)?;
                signature
            }
            Key::Ec(pair) => pair.sign(&self.random, token.as_bytes()).map_err(failed)?.as_ref().to_vec(),
            Key::Ed25519(pair) => pair.try_sign(token.as_bytes()).map_err(failed)?.as_ref().to_vec(),
        };
        token.push('.');
        URL_SAFE_NO_PAD.encode_string(&signature, &mut token);
        Ok(token)
    }

    /// Writes a value as compact JSON and signs that. For exact bytes use [`sign`](Self::sign).
    ///
    /// # Errors
    /// [`JwsError::Payload`] when the value cannot be written as JSON; otherwise as [`sign`](Self::sign).
    pub fn sign_json<T: Serialize + ?Sized>(&self, payload: &T) -> Result<String, JwsError> {
        self.sign(&serde_json::to_vec(payload).map_err(JwsError::Payload)?)
    }
}

fn rsa(pair: RsaKeyPair) -> (Key, Algorithm) {
    (Key::Rsa(pair), Algorithm::Ps512)
}

fn ec(der: &[u8]) -> Option<(Key, Algorithm)> {
    [
        (&signature::ECDSA_P256_SHA256_FIXED_SIGNING, Algorithm::Es256),
        (&signature::ECDSA_P384_SHA384_FIXED_SIGNING, Algorithm::Es384),
        (&signature::ECDSA_P521_SHA512_FIXED_SIGNING, Algorithm::Es512),
    ]
    .into_iter()
    .find_map(|(curve, algorithm)| {
        // Reads both SEC1 and PKCS#8.
        let pair = EcdsaKeyPair::from_private_key_der(curve, der).ok()?;
        Some((Key::Ec(pair), algorithm))
    })
}

fn ed25519(der: &[u8]) -> Option<(Key, Algorithm)> {
    Ed25519KeyPair::from_pkcs8(der).ok().map(|pair| (Key::Ed25519(pair), Algorithm::EdDsa))
}
