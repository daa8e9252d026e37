//! Compact JSON Web Signatures over bytes.
//! Knows nothing of principals, headers or HTTP: what is signed is the caller's.
//!
//! A key decides its algorithm, on both sides: a [`Signer`] has exactly one, and a [`Verifier`] accepts exactly the one
//! of its certificate. The protected header a signer writes is `{"alg":"…"}` and nothing else.
//!
//! | key | algorithm | |
//! |---|---|---|
//! | RSA, 2048 to 8192 bits | `PS512` | what the Go services sign and verify |
//! | ECDSA P-256, P-384, P-521 | `ES256`, `ES384`, `ES512` | this family only |
//! | Ed25519 | `EdDSA` | this family only |
//!
//! ```
//! use core_client::jws::{Signer, Verifier};
//! # use testkit::pki::{Ca, Leaf};
//! # let pair = Ca::new("root").issue(Leaf::client("someone").p256());
//! # let (key, certificate) = (pair.key_der(), pair.cert_der());
//! let signer = Signer::from_der(&key)?;
//! let token = signer.sign(br#"{"actor":"joe@acme.com"}"#)?;
//! assert_eq!(Verifier::from_certificate(certificate)?.verify(&token)?, br#"{"actor":"joe@acme.com"}"#);
//! # Ok::<(), core_client::jws::JwsError>(())
//! ```

mod sign;
#[cfg(test)]
mod tests;
mod verify;

use std::fmt;

pub use sign::Signer;
pub use verify::{DEFAULT_MAX_BYTES, Verifier};

/// The signature algorithms of this module, by the names RFC 7518 and RFC 8037 give them.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Algorithm {
    /// RSASSA-PSS with SHA-512 and a salt of 64 octets.
    Ps512,
    /// ECDSA on P-256 with SHA-256.
    Es256,
    /// ECDSA on P-384 with SHA-384.
    Es384,
    /// ECDSA on P-521 with SHA-512.
    Es512,
    /// Ed25519.
    EdDsa,
}

/// Why a payload was not signed, or a signature not accepted.
///
/// No variant holds any part of a token: these errors may be logged.
#[non_exhaustive]
#[derive(Debug, thiserror::Error)]
pub enum JwsError {
    /// The private key is of a kind that cannot sign here, or damaged.
    #[error("the private key cannot sign; use RSA of 2048 to 8192 bits, ECDSA on P-256, P-384 or P-521, or Ed25519")]
    PrivateKey,
    /// The payload could not be written as JSON.
    #[error("could not write the payload as JSON")]
    Payload(#[source] serde_json::Error),
    /// The cryptography library refused to sign.
    #[error("could not sign with {algorithm}")]
    Sign {
        /// The algorithm of the key.
        algorithm: Algorithm,
    },
    /// The certificate to verify with is not a certificate.
    #[error("could not read the certificate to verify with")]
    Certificate(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The certificate holds a key of a kind that cannot verify here.
    #[error(
        "the certificate's key cannot verify; use RSA of 2048 to 8192 bits, ECDSA on P-256, P-384 or P-521, or Ed25519"
    )]
    PublicKey,
    /// The token is longer than the limit; nothing of it was decoded.
    #[error("the token has {bytes} bytes, more than the limit of {limit}")]
    TooLong {
        /// Length of the token.
        bytes: usize,
        /// The limit it exceeds.
        limit: usize,
    },
    /// The token is not three base64url segments without padding.
    #[error("the token is not three base64url segments")]
    Malformed,
    /// The protected header is not a JSON object with one `alg`.
    #[error("the token's protected header is not a JSON object with one algorithm")]
    Header,
    /// The protected header asks for something that is never done here.
    #[error("the token's protected header has {member:?}, which is not accepted")]
    HeaderMember {
        /// The member: `crit`, `jwk`, `jku`, `x5c` or `x5u`.
        member: &'static str,
    },
    /// The protected header names another algorithm than the key's.
    #[error("the token's algorithm is not {expected}, the one of the certificate's key")]
    Algorithm {
        /// The only algorithm acceptable.
        expected: Algorithm,
    },
    /// The signature was not made over this token by the certificate's key.
    #[error("the token's signature does not verify with the certificate's key")]
    Signature,
}

// === impl Algorithm ===

impl Algorithm {
    /// The name that stands in `alg`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ps512 => "PS512",
            Self::Es256 => "ES256",
            Self::Es384 => "ES384",
            Self::Es512 => "ES512",
            Self::EdDsa => "EdDSA",
        }
    }
}

impl fmt::Display for Algorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
