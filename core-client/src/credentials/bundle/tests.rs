use jiff::SignedDuration;
use testkit::pki::{self, Ca, KeyKind, Leaf, Pair};

use super::super::tests::{Log, assert_redacted, identity};
use super::*;
use crate::jws::Algorithm;
use crate::options::SecretRef;

fn origin() -> Origin {
    SecretRef::new("unikorn", "client-certificate").into()
}

fn refused(certificates: &str, key: &str) -> CredentialError {
    let error = Identity::parse(origin(), certificates.as_bytes(), key.as_bytes()).expect_err("it is bad");
    assert!(error.to_string().contains("Secret unikorn/client-certificate"), "{error}");
    assert!(error.is_format());
    error
}

fn pair(kind: KeyKind) -> Pair {
    Ca::new("root").issue(Leaf::client("unikorn-region").kind(kind))
}

#[test]
fn every_kind_and_encoding_of_key_is_taken_and_signs() {
    for (kind, algorithm) in [
        (KeyKind::Rsa2048, Algorithm::Ps512),
        (KeyKind::P256, Algorithm::Es256),
        (KeyKind::P384, Algorithm::Es384),
        (KeyKind::P521, Algorithm::Es512),
        (KeyKind::Ed25519, Algorithm::EdDsa),
    ] {
        let pair = pair(kind);
        let encodings = [Some(pair.key_pem()), pair.key().pkcs1_pem(), pair.key().sec1_pem()];
        for key in encodings.into_iter().flatten() {
            let identity = Identity::from_pem(pair.chain_pem().as_bytes(), key.as_bytes()).unwrap();
            assert_eq!(identity.signer().unwrap().algorithm(), algorithm);
        }
    }
}

#[test]
fn a_key_is_recognised_by_its_content_and_found_behind_other_blocks() {
    let pair = pair(KeyKind::P256);
    let mislabelled = pki::pem("EC PRIVATE KEY", &pair.key().pkcs8_der());
    let parameters = pki::pem("EC PARAMETERS", &[6, 8, 42, 134, 72, 206, 61, 3, 1, 7]);
    let behind = format!("# made by hand\n{parameters}{mislabelled}");
    Identity::from_pem(pair.chain_pem().as_bytes(), behind.as_bytes()).unwrap();
}

#[test]
fn a_certificate_tells_its_facts() {
    let from: Timestamp = "2030-01-02T03:04:05Z".parse().unwrap();
    let to: Timestamp = "2030-02-03T04:05:06Z".parse().unwrap();
    let pair = Ca::new("root").issue(Leaf::client("unikorn-region").serial(0x80ff).not_before(from).not_after(to));
    let identity = identity(&pair);
    assert_eq!(identity.common_name(), Some("unikorn-region"));
    assert_eq!(identity.serial(), "80ff");
    assert_eq!((identity.not_before(), identity.not_after()), (from, to));
    assert_eq!(identity.thumbprint_sha256(), &sha256(pair.cert_der()));
    assert_eq!(identity.origin(), &Origin::Memory);
}

#[test]
fn a_date_beyond_the_calendar_is_its_end() {
    // 9999-12-31T23:59:59Z, by which certificates say that they do not expire.
    assert_eq!(timestamp(253_402_300_799), Timestamp::MAX);
    assert_eq!(timestamp(i64::MIN), Timestamp::MIN);
}

#[test]
fn the_whole_chain_is_kept_leaf_first() {
    let pair = Ca::new("root").intermediate("issuing").issue(Leaf::client("unikorn-region"));
    assert_eq!(pair.chain().len(), 2);
    assert_eq!(identity(&pair).chain(), pair.chain());
}

#[test]
fn a_pair_that_does_not_match_is_refused_and_names_the_secret() {
    let (one, other) = (pair(KeyKind::P256), pair(KeyKind::P256));
    let error = refused(&one.chain_pem(), &other.key_pem());
    assert!(matches!(error, CredentialError::Mismatch { .. }));
    assert!(error.to_string().contains("tls.key") && error.to_string().contains("tls.crt"));
    let error = refused(&one.chain_pem(), &pair(KeyKind::Rsa2048).key_pem());
    assert!(matches!(error, CredentialError::Mismatch { .. }), "{error:?}");
}

/// W-15
#[test]
fn bad_content_is_refused_without_showing_any_of_it() {
    let pair = pair(KeyKind::P256);
    let (good, key) = (pair.chain_pem(), pair.key_pem());
    let cut = &key[..key.len() - 40];
    let damaged = key.replacen("\nM", "\n*", 1);
    let encrypted = pki::pem("ENCRYPTED PRIVATE KEY", &pair.key().pkcs8_der());
    let legacy = key.replacen('\n', "\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,00\n\n", 1);
    let not_der = pki::pem("PRIVATE KEY", b"not DER at all");
    let half = pki::pem("PRIVATE KEY", &pair.key().pkcs8_der()[..40]);
    let not_x509 = pki::pem("CERTIFICATE", &pair.key().pkcs8_der());
    for (certificates, key, named, reason) in [
        ("", key.as_str(), "tls.crt", "no usable certificate"),
        ("garbage", &key, "tls.crt", "no usable certificate"),
        (&key, &good, "tls.crt", "no usable certificate (1 blocks skipped)"),
        (&not_x509, &key, "tls.crt", "line 1: the block is not an X.509 certificate"),
        (&good[..good.len() - 30], &key, "tls.crt", "no matching end line"),
        (&format!("{good}{}", good.replacen("\nM", "\n*", 1)), &key, "tls.crt", "not base64"),
        (&good, "", "tls.key", "no PRIVATE KEY block"),
        (&good, "garbage", "tls.key", "no PRIVATE KEY block"),
        (&good, &good, "tls.key", "no PRIVATE KEY block"),
        (&good, cut, "tls.key", "line 1: the block has no matching end line"),
        (&good, &damaged, "tls.key", "not base64"),
        (&good, &encrypted, "tls.key", "encrypted"),
        (&good, &legacy, "tls.key", "encrypted"),
        (&good, &not_der, "tls.key", "no known format"),
        (&good, &half, "tls.key", "not supported"),
    ] {
        let error = refused(certificates, key);
        let text = error.to_string();
        assert!(text.contains(named) && text.contains(reason), "{text}");
        assert_redacted(&format!("{error:?} {}", crate::error::ErrorChain::new(&error)), &pair);
    }
}

/// W-03
#[test]
fn an_expired_pair_loads_and_is_refused_at_use_naming_the_secret() {
    let pair = Ca::new("root").issue(Leaf::client("unikorn-region").expired());
    let identity = Identity::parse(origin(), pair.chain_pem().as_bytes(), pair.key_pem().as_bytes()).unwrap();
    assert!(identity.expired_at(Timestamp::now()));
    let error = identity.ensure_valid_at(Timestamp::now()).unwrap_err();
    assert!(error.is_expired());
    assert!(error.to_string().contains("Secret unikorn/client-certificate expired at"), "{error}");
    assert!(error.to_string().contains(&identity.not_after().to_string()), "{error}");
    // The last moment itself is still good.
    identity.ensure_valid_at(identity.not_after()).unwrap();
    assert!(identity.expired_at(identity.not_after() + SignedDuration::from_nanos(1)));
}

/// W-14
#[test]
fn bad_blocks_of_a_ca_bundle_are_skipped_with_a_warning_each() {
    let (log, _guard) = Log::capture();
    let (one, two) = (Ca::new("one"), Ca::new("two"));
    let pair = one.issue(Leaf::client("unikorn-region"));
    let bundle = [
        one.pem(),
        pki::pem("CERTIFICATE", b"not a certificate"),
        pair.key_pem(),
        one.pem().replacen("\nM", "\n*", 1),
        "a comment\n".to_owned(),
        two.pem(),
        "-----BEGIN CERTIFICATE-----\nMII".to_owned(),
    ]
    .concat();
    let trust = Trust::parse(origin(), TLS_CRT, bundle.as_bytes()).unwrap();
    assert!(format!("{trust:?}").contains("certificates: 2"), "{trust:?}");
    assert_eq!(log.count("skipped a block of a CA bundle"), 4, "{}", log.text());
    assert_eq!(log.count("WARN"), 4);
    assert!(log.text().contains("origin=Secret unikorn/client-certificate"), "{}", log.text());
    assert_redacted(&log.text(), &pair);
}

/// W-14
#[test]
fn a_ca_bundle_without_a_usable_certificate_is_refused() {
    let key = pair(KeyKind::P256).key_pem();
    for (bundle, skipped) in [("", 0), ("garbage", 0), (key.as_str(), 1)] {
        let error = Trust::parse(origin(), TLS_CRT, bundle.as_bytes()).unwrap_err();
        assert!(matches!(error, CredentialError::NoCertificate { skipped: found, .. } if found == skipped));
        let text = error.to_string();
        assert!(text.contains("tls.crt in Secret unikorn/client-certificate"), "{text}");
    }
}

#[test]
fn the_roots_of_the_platform_are_loaded_once_for_all_clones() {
    let trust = Trust::platform();
    let Ok(one) = trust.verifier() else {
        // A machine without roots says so instead of trusting nobody in silence.
        assert!(trust.verifier().unwrap_err().to_string().contains("the platform's trust store"));
        return;
    };
    assert!(Arc::ptr_eq(&one, &trust.clone().verifier().unwrap()));
    assert!(!Arc::ptr_eq(&one, &Trust::platform().verifier().unwrap()), "nothing is shared globally");
}
