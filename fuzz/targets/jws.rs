//! Tokens, certificates and keys of a signature: the first byte chooses which one the rest is.
#![no_main]

use std::sync::LazyLock;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use core_client::jws::{Signer, Verifier};
use libfuzzer_sys::fuzz_target;
use rustls_pki_types::pem::PemObject as _;
use rustls_pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs1KeyDer, PrivatePkcs8KeyDer, PrivateSec1KeyDer};

/// The only token this certificate's key is known to have signed.
static TOKEN: &str = include_str!("../seeds/fixtures/token.txt");
static VERIFIER: LazyLock<Verifier> = LazyLock::new(|| {
    let certificate = CertificateDer::from_pem_slice(include_bytes!("../seeds/fixtures/certificate.pem"));
    Verifier::from_certificate(&certificate.expect("the fixture is PEM")).expect("the fixture is a certificate")
});

fuzz_target!(|data: &[u8]| {
    let Some((choice, rest)) = data.split_first() else { return };
    match choice {
        b'c' => drop(Verifier::from_certificate(&CertificateDer::from(rest))),
        b'1' => sign(PrivatePkcs1KeyDer::from(rest).into()),
        b'5' => sign(PrivateSec1KeyDer::from(rest).into()),
        b'8' => sign(PrivatePkcs8KeyDer::from(rest).into()),
        b'h' => verify(&format!("{}.e30.{}", URL_SAFE_NO_PAD.encode(rest), URL_SAFE_NO_PAD.encode([0; 256]))),
        _ => verify(&String::from_utf8_lossy(rest)),
    }
});

fn verify(token: &str) {
    if VERIFIER.verify(token).is_ok() {
        assert_eq!(token, TOKEN.trim_end(), "a token was forged");
    }
}

fn sign(key: PrivateKeyDer<'_>) {
    if let Ok(signer) = Signer::from_der(&key) {
        let token = signer.sign(b"payload").expect("a key that was accepted signs");
        assert_eq!(token.split('.').count(), 3);
    }
}
