use std::collections::HashMap;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{self, RsaKeyPair};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use proptest::prelude::*;
use rustls_pki_types::pem::PemObject as _;
use rustls_pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs1KeyDer, PrivateSec1KeyDer};
use serde_json::json;
use testkit::pki::{Ca, KeyKind, Leaf, Pair};

use super::*;

const KINDS: [(KeyKind, Algorithm); 5] = [
    (KeyKind::Rsa2048, Algorithm::Ps512),
    (KeyKind::P256, Algorithm::Es256),
    (KeyKind::P384, Algorithm::Es384),
    (KeyKind::P521, Algorithm::Es512),
    (KeyKind::Ed25519, Algorithm::EdDsa),
];

fn pair(kind: KeyKind) -> Pair {
    Ca::new("root").issue(Leaf::client("someone").kind(kind))
}

fn both(pair: &Pair) -> (Signer, Verifier) {
    (Signer::from_der(&pair.key_der()).unwrap(), Verifier::from_certificate(pair.cert_der()).unwrap())
}

fn segment(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// A token whose header is ours to choose, signed over that header by a P-256 key.
struct Forge {
    pair: aws_lc_rs::signature::EcdsaKeyPair,
    verifier: Verifier,
}

impl Forge {
    fn new() -> Self {
        let made = pair(KeyKind::P256);
        let der = made.key().pkcs8_der();
        Self {
            pair: aws_lc_rs::signature::EcdsaKeyPair::from_pkcs8(&signature::ECDSA_P256_SHA256_FIXED_SIGNING, &der)
                .unwrap(),
            verifier: Verifier::from_certificate(made.cert_der()).unwrap(),
        }
    }

    fn verify(&self, header: &str) -> Result<Vec<u8>, JwsError> {
        let signed = format!("{}.{}", segment(header), segment("payload"));
        let signature = self.pair.sign(&SystemRandom::new(), signed.as_bytes()).unwrap();
        self.verifier.verify(&format!("{signed}.{}", segment(signature)))
    }
}

#[test]
fn every_kind_of_key_signs_what_its_certificate_verifies() {
    for (kind, algorithm) in KINDS {
        let (signer, verifier) = both(&pair(kind));
        assert_eq!((signer.algorithm(), verifier.algorithm()), (algorithm, algorithm));
        assert_eq!(signer.is_slow(), algorithm == Algorithm::Ps512);
        let token = signer.sign(b"payload").unwrap();
        assert_eq!(verifier.verify(&token).unwrap(), b"payload");
        let header = URL_SAFE_NO_PAD.decode(token.split('.').next().unwrap()).unwrap();
        assert_eq!(header, format!(r#"{{"alg":"{algorithm}"}}"#).into_bytes());
    }
}

#[test]
fn rsa_header_segment_is_the_one_of_the_originals() {
    let (signer, _) = both(&pair(KeyKind::Rsa2048));
    assert!(signer.sign(b"{}").unwrap().starts_with("eyJhbGciOiJQUzUxMiJ9.e30."));
}

#[test]
fn older_key_encodings_sign_alike() {
    let rsa = pair(KeyKind::Rsa2048);
    let mut keys: Vec<(&Pair, PrivateKeyDer<'static>)> =
        vec![(&rsa, PrivatePkcs1KeyDer::from(rsa.key().pkcs1_der().unwrap()).into())];
    let curves = [KeyKind::P256, KeyKind::P384, KeyKind::P521].map(pair);
    keys.extend(curves.iter().map(|pair| (pair, PrivateSec1KeyDer::from(pair.key().sec1_der().unwrap()).into())));
    for (pair, key) in keys {
        let token = Signer::from_der(&key).unwrap().sign(b"payload").unwrap();
        assert_eq!(Verifier::from_certificate(pair.cert_der()).unwrap().verify(&token).unwrap(), b"payload");
    }
}

#[test]
fn json_is_signed_compact_and_in_order() {
    #[derive(serde::Serialize)]
    struct Payload {
        z: u8,
        a: &'static str,
    }
    let (signer, verifier) = both(&pair(KeyKind::Ed25519));
    let token = signer.sign_json(&Payload { z: 1, a: "b" }).unwrap();
    assert_eq!(verifier.verify(&token).unwrap(), br#"{"z":1,"a":"b"}"#);
    let unwritable = HashMap::from([((1, 2), 3)]);
    assert!(matches!(signer.sign_json(&unwritable), Err(JwsError::Payload(_))));
}

#[derive(serde::Deserialize)]
struct GoJose {
    certificate_pem: String,
    payload: String,
    compact: String,
}

fn go_jose() -> (GoJose, Verifier) {
    let vector: GoJose = serde_json::from_str(include_str!("../../tests/data/jws.json")).unwrap();
    let certificate = CertificateDer::from_pem_slice(vector.certificate_pem.as_bytes()).unwrap();
    let verifier = Verifier::from_certificate(&certificate).unwrap();
    (vector, verifier)
}

#[test]
fn token_made_by_go_jose_verifies() {
    let (vector, verifier) = go_jose();
    assert_eq!(verifier.verify(&vector.compact).unwrap(), vector.payload.into_bytes());
}

#[test]
fn altered_payload_and_other_certificate_are_refused() {
    let (vector, verifier) = go_jose();
    let parts: Vec<&str> = vector.compact.split('.').collect();
    let altered = format!("{}.{}.{}", parts[0], segment(vector.payload.replace("joe", "eve")), parts[2]);
    assert!(matches!(verifier.verify(&altered), Err(JwsError::Signature)));
    let (_, other) = both(&pair(KeyKind::Rsa2048));
    assert!(matches!(other.verify(&vector.compact), Err(JwsError::Signature)));
}

#[test]
fn other_rsa_algorithms_are_refused_even_when_well_signed() {
    let made = pair(KeyKind::Rsa2048);
    let (_, verifier) = both(&made);
    let key = RsaKeyPair::from_pkcs8(&made.key().pkcs8_der()).unwrap();
    let encodings: [(&str, &'static dyn signature::RsaEncoding); 4] = [
        ("PS256", &signature::RSA_PSS_SHA256),
        ("PS384", &signature::RSA_PSS_SHA384),
        ("RS256", &signature::RSA_PKCS1_SHA256),
        ("RS512", &signature::RSA_PKCS1_SHA512),
    ];
    for (name, encoding) in encodings {
        for claimed in [name, "PS512"] {
            let signed = format!("{}.{}", segment(json!({ "alg": claimed }).to_string()), segment("payload"));
            let mut bytes = vec![0; key.public_modulus_len()];
            key.sign(encoding, &SystemRandom::new(), signed.as_bytes(), &mut bytes).unwrap();
            let refused = verifier.verify(&format!("{signed}.{}", segment(bytes))).unwrap_err();
            match claimed {
                "PS512" => assert!(matches!(refused, JwsError::Signature), "{name}: {refused:?}"),
                _ => assert!(matches!(refused, JwsError::Algorithm { .. }), "{name}: {refused:?}"),
            }
        }
    }
}

#[test]
fn algorithm_is_fixed_by_the_certificate() {
    let forge = Forge::new();
    assert_eq!(forge.verify(r#"{"alg":"ES256"}"#).unwrap(), b"payload");
    for other in ["none", "HS256", "HS512", "RS512", "PS512", "ES384", "EdDSA", "es256", ""] {
        let refused = forge.verify(&json!({ "alg": other }).to_string()).unwrap_err();
        assert!(matches!(refused, JwsError::Algorithm { expected: Algorithm::Es256 }), "{other}");
    }
}

#[test]
fn header_members_that_carry_keys_or_extensions_are_refused() {
    let forge = Forge::new();
    for member in ["crit", "jku", "jwk", "x5c", "x5u"] {
        for value in [json!(null), json!([]), json!(["exp"]), json!({}), json!("x")] {
            let header = json!({ "alg": "ES256", member: value }).to_string();
            let refused = forge.verify(&header).unwrap_err();
            assert!(matches!(refused, JwsError::HeaderMember { member: named } if named == member), "{header}");
        }
    }
}

#[test]
fn other_header_members_are_ignored() {
    let header = r#" { "typ":"JWT", "alg":"ES256", "kid":{"a":[1]}, "x5t#S256":"q", "typ":null } "#;
    assert_eq!(Forge::new().verify(header).unwrap(), b"payload");
}

#[test]
fn header_that_is_not_an_object_with_one_algorithm_is_refused() {
    let forge = Forge::new();
    for header in [
        "",
        "null",
        "[]",
        r#"["ES256"]"#,
        r#""ES256""#,
        "{}",
        r#"{"alg":null}"#,
        r#"{"alg":1}"#,
        r#"{"ALG":"ES256"}"#,
        r#"{"alg":"ES256","alg":"ES256"}"#,
        r#"{"alg":"ES256"} x"#,
        r#"{"alg":"ES256""#,
    ] {
        assert!(matches!(forge.verify(header), Err(JwsError::Header)), "{header}");
    }
}

#[test]
fn shape_other_than_three_strict_segments_is_refused() {
    let (signer, verifier) = both(&pair(KeyKind::P256));
    let token = signer.sign(b"payload!").unwrap();
    verifier.verify(&token).unwrap();
    let parts: Vec<&str> = token.split('.').collect();
    for bad in [
        String::new(),
        ".".to_owned(),
        "..".to_owned(),
        parts[0].to_owned(),
        format!("{}.{}", parts[0], parts[1]),
        format!("{token}."),
        format!(".{token}"),
        format!("{token}.{}", parts[2]),
        format!("{}.{}.{}.{}", parts[0], parts[1], parts[1], parts[2]),
        format!("{}.{}=.{}", parts[0], parts[1], parts[2]),
        format!("{token}="),
        format!("{token}\n"),
        format!(" {token}"),
        token.replacen('_', "/", 1).replacen('-', "+", 1).replacen('e', "é", 1),
    ] {
        let refused = verifier.verify(&bad).unwrap_err();
        assert!(matches!(refused, JwsError::Malformed | JwsError::Header), "{bad}: {refused:?}");
    }
    let unsigned = format!("{}.{}.", parts[0], parts[1]);
    assert!(matches!(verifier.verify(&unsigned), Err(JwsError::Signature)));
}

#[test]
fn oversized_token_is_refused_unread() {
    let (signer, verifier) = both(&pair(KeyKind::Ed25519));
    let token = signer.sign(&vec![b'x'; DEFAULT_MAX_BYTES]).unwrap();
    let refused = verifier.verify(&token).unwrap_err();
    assert!(matches!(refused, JwsError::TooLong { bytes, limit: DEFAULT_MAX_BYTES } if bytes == token.len()));
    let roomy = verifier.with_max_bytes(token.len());
    assert_eq!(roomy.verify(&token).unwrap().len(), DEFAULT_MAX_BYTES);
}

#[test]
fn damaged_keys_and_certificates_are_refused() {
    let garbage: [PrivateKeyDer<'static>; 3] = [
        rustls_pki_types::PrivatePkcs8KeyDer::from(vec![0x30, 0x00]).into(),
        PrivatePkcs1KeyDer::from(b"not a key".to_vec()).into(),
        PrivateSec1KeyDer::from(Vec::new()).into(),
    ];
    for key in garbage {
        assert!(matches!(Signer::from_der(&key), Err(JwsError::PrivateKey)));
    }
    let mut der = pair(KeyKind::P256).cert_der().to_vec();
    assert!(matches!(Verifier::from_certificate(&vec![1, 2, 3].into()), Err(JwsError::Certificate(_))));
    der.push(0);
    assert!(matches!(Verifier::from_certificate(&der.into()), Err(JwsError::Certificate(_))));
}

#[test]
fn debug_and_errors_show_neither_key_nor_token() {
    let made = pair(KeyKind::P256);
    let (signer, verifier) = both(&made);
    assert_eq!(format!("{signer:?}"), "Signer { algorithm: Es256, .. }");
    assert_eq!(format!("{verifier:?}"), "Verifier { algorithm: Es256, max_bytes: 16384, .. }");
    let secret = segment(r#"{"alg":"SECRET","SECRET":"SECRET"}"#);
    let bad = [
        format!("{secret}.SECRET.SECRET"),
        "SECRET".to_owned(),
        format!("{}.SECRET.SECRET", segment(r#"{"SECRET":"SECRET"}"#)),
    ];
    for token in bad {
        let refused = verifier.verify(&token).unwrap_err();
        assert!(!format!("{refused} {refused:?}").contains("SECRET"), "{refused:?}");
    }
}

fn assert_shareable<T: Send + Sync + 'static>() {}

#[test]
fn signer_and_verifier_are_shared_between_threads() {
    assert_shareable::<Signer>();
    assert_shareable::<Verifier>();
}

#[test]
fn any_payload_comes_back_and_any_changed_character_is_noticed() {
    let kinds: Vec<(Signer, Verifier)> = KINDS.map(|(kind, _)| both(&pair(kind))).into_iter().collect();
    let strategy = (
        any::<prop::sample::Index>(),
        prop::collection::vec(any::<u8>(), 0..300),
        any::<prop::sample::Index>(),
        "[A-Za-z0-9_.=-]",
    );
    proptest!(|((kind, payload, at, other) in strategy)| {
        let (signer, verifier) = kind.get(&kinds);
        let token = signer.sign(&payload).unwrap();
        prop_assert_eq!(verifier.verify(&token).unwrap(), payload);
        let at = at.index(token.len());
        let changed = format!("{}{other}{}", &token[..at], &token[at + 1..]);
        prop_assert_eq!(verifier.verify(&changed).is_ok(), changed == token);
    });
}

#[test]
fn arbitrary_text_never_verifies() {
    let (_, verifier) = both(&pair(KeyKind::P256));
    proptest!(|(text in "\\PC{0,80}", header in "[ -~]{0,60}", rest in "[A-Za-z0-9_.-]{0,120}")| {
        prop_assert!(verifier.verify(&text).is_err());
        let shaped = format!("{}.{rest}", segment(header));
        prop_assert!(verifier.verify(&shaped).is_err());
    });
}
