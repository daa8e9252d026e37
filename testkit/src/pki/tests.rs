use rustls_pki_types::pem::PemObject as _;
use rustls_pki_types::{PrivatePkcs1KeyDer, PrivateSec1KeyDer};
use x509_parser::prelude::{FromDer as _, X509Certificate};

use super::*;

const SMALL: [KeyKind; 5] = [KeyKind::Rsa2048, KeyKind::P256, KeyKind::P384, KeyKind::P521, KeyKind::Ed25519];

#[test]
fn every_kind_of_key_makes_a_pair_rustls_accepts() {
    let provider = rustls::crypto::aws_lc_rs::default_provider();
    let ca = Ca::new("root");
    for kind in SMALL {
        let pair = ca.issue(Leaf::client("someone").kind(kind));
        let certified = rustls::sign::CertifiedKey::from_der(pair.chain().to_vec(), pair.key_der(), &provider).unwrap();
        certified.keys_match().unwrap();
    }
}

#[test]
fn older_key_encodings_hold_the_same_key() {
    let provider = rustls::crypto::aws_lc_rs::default_provider();
    let ca = Ca::new("root");
    for kind in SMALL {
        let pair = ca.issue(Leaf::client("someone").kind(kind));
        let older: Option<PrivateKeyDer<'static>> = match kind {
            KeyKind::Rsa2048 => {
                let pem = pair.key().pkcs1_pem().unwrap();
                Some(PrivatePkcs1KeyDer::from_pem_slice(pem.as_bytes()).unwrap().into())
            }
            KeyKind::P256 | KeyKind::P384 | KeyKind::P521 => {
                let pem = pair.key().sec1_pem().unwrap();
                Some(PrivateSec1KeyDer::from_pem_slice(pem.as_bytes()).unwrap().into())
            }
            _ => None,
        };
        let Some(older) = older else {
            assert!(pair.key().pkcs1_pem().is_none() && pair.key().sec1_pem().is_none());
            continue;
        };
        let certified = rustls::sign::CertifiedKey::from_der(pair.chain().to_vec(), older, &provider).unwrap();
        certified.keys_match().unwrap();
    }
}

#[test]
fn leaf_carries_what_it_was_asked_for() {
    let from = "2030-01-02T03:04:05Z".parse::<Timestamp>().unwrap();
    let to = "2030-02-03T04:05:06Z".parse::<Timestamp>().unwrap();
    let pair = Ca::new("root").issue(Leaf::client("unikorn-region").serial(0x80ff).not_before(from).not_after(to));
    let (_, read) = X509Certificate::from_der(pair.cert_der()).unwrap();
    let name = read.subject().iter_common_name().next().unwrap().as_str().unwrap();
    assert_eq!(name, "unikorn-region");
    assert_eq!(read.serial.to_bytes_be(), [0x80, 0xff]);
    assert_eq!(pair.serial_hex(), "80ff");
    assert_eq!(read.validity().not_before.timestamp(), from.as_second());
    assert_eq!(read.validity().not_after.timestamp(), to.as_second());
}

#[test]
fn intermediate_stands_in_the_chain_and_leads_to_the_root() {
    let root = Ca::new("root");
    let below = root.intermediate("below");
    let pair = below.issue(Leaf::client("someone"));
    assert_eq!(pair.chain().len(), 2);
    assert_eq!(pair.chain()[1], *below.der());
    let mut roots = rustls::RootCertStore::empty();
    roots.add(root.der().clone()).unwrap();
    let provider = std::sync::Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let verifier = rustls::server::WebPkiClientVerifier::builder_with_provider(std::sync::Arc::new(roots), provider)
        .build()
        .unwrap();
    let now = rustls_pki_types::UnixTime::now();
    verifier.verify_client_cert(pair.cert_der(), &pair.chain()[1..], now).unwrap();
    verifier.verify_client_cert(pair.cert_der(), &[], now).unwrap_err();
}

#[test]
fn expired_leaf_is_past_its_end() {
    let pair = Ca::new("root").issue(Leaf::server().expired());
    assert!(pair.not_before() < pair.not_after() && pair.not_after() < Timestamp::now());
}

#[test]
fn debug_of_a_pair_hides_the_key() {
    let pair = Ca::new("root").issue(Leaf::client("someone"));
    let shown = format!("{pair:?}");
    let key = pair.key_pem();
    let middle = key.lines().nth(1).unwrap();
    assert!(!shown.contains(middle) && shown.contains("PrivateKey"));
}
