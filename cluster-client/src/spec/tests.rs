use std::path::PathBuf;
use std::sync::Arc;

use async_trait::async_trait;
use proptest::prelude::*;
use secrecy::SecretString;
use url::Url;

use super::*;
use crate::auth::{AuthError, Credential};
use crate::path::{Dial, Io, PathError, ProxySpec, Target};

const SENTINEL: &str = "s3nt1nel-that-must-not-show";

#[derive(Debug)]
struct Brought;

#[async_trait]
impl CredentialProvider for Brought {
    async fn credential(&self) -> Result<Credential, AuthError> {
        Err(AuthError::Rejected)
    }
}

#[async_trait]
impl Dial for Brought {
    async fn dial(&self, target: &Target) -> Result<Box<dyn Io>, PathError> {
        Err(PathError::Timeout { target: target.clone(), after: std::time::Duration::ZERO })
    }
}

fn url(text: &str) -> Url {
    text.parse().unwrap()
}

fn spec() -> ClusterSpec {
    ClusterSpec::new(url("https://a.example:6443"), ServerTrust::System, CredentialSpec::Anonymous)
}

fn proxy(at: &str, password: &str) -> ProxySpec {
    ProxySpec { url: url(at), login: Some(("me".into(), password.into())), roots: None }
}

/// Every way to describe the same part anew: two calls with the same number give equal parts that share no memory.
fn credential(n: u8) -> CredentialSpec {
    let secret = |text: &str| SecretString::from(text.to_owned());
    let bytes = |text: &str| Arc::<[u8]>::from(text.as_bytes());
    match n {
        0 => CredentialSpec::Anonymous,
        1 => CredentialSpec::Token(secret("a")),
        2 => CredentialSpec::Token(secret("b")),
        3 => CredentialSpec::TokenFile("/a".into()),
        4 => CredentialSpec::TokenFile("/b".into()),
        5 => CredentialSpec::Basic { username: "a".into(), password: secret("a") },
        6 => CredentialSpec::Basic { username: "a".into(), password: secret("b") },
        7 => CredentialSpec::Certificate { chain: bytes("a"), key: secret("a") },
        8 => CredentialSpec::Certificate { chain: bytes("a"), key: secret("b") },
        9 => CredentialSpec::Certificate { chain: bytes("b"), key: secret("b") },
        10 => CredentialSpec::CertificateFiles { chain: "/a".into(), key: "/k".into() },
        11 => CredentialSpec::CertificateFiles { chain: "/a".into(), key: "/l".into() },
        12 => CredentialSpec::Exec(Arc::new(ExecSpec::new("a").with_args(["x"]))),
        13 => CredentialSpec::Exec(Arc::new(ExecSpec::new("a").with_args(["y"]))),
        _ => CredentialSpec::Exec(Arc::new(ExecSpec::new("a").with_args(["x"]).with_env([("x", "y")]))),
    }
}

/// As [`credential`], for everything that makes another connection; 0 is none.
fn connection(n: u8, spec: ClusterSpec) -> ClusterSpec {
    let mut other = spec.clone();
    match n {
        0 => spec,
        1 => spec.with_tls_server_name("b.example"),
        2 => spec.with_route(Route::HttpConnect(proxy("http://p:3128", "a"))),
        3 => spec.with_route(Route::HttpConnect(proxy("http://p:3128", "b"))),
        4 => spec.with_route(Route::HttpConnect(proxy("http://q:3128", "a"))),
        5 => spec.with_route(Route::Socks5(proxy("http://p:3128", "a"))),
        6 => spec.with_impersonation(Impersonation::user("a")),
        7 => spec.with_impersonation(Impersonation::user("a").with_groups(["g"])),
        8 => spec.with_impersonation(Impersonation::user("a").with_uid("1")),
        9 => spec.with_default_namespace("n"),
        10 => spec.with_expected_uid(ClusterUid::new("1")),
        11 => {
            other.server.trust = ServerTrust::Roots(Arc::from(b"a".as_slice()));
            other
        }
        12 => {
            other.server.trust = ServerTrust::RootsFile(PathBuf::from("/a"));
            other
        }
        13 => {
            other.server.url = url("https://a.example:6443/clusters/a");
            other
        }
        _ => spec.with_route(Route::HttpConnect(ProxySpec {
            url: url("http://p:3128"),
            login: None,
            roots: Some(Arc::from(b"a".as_slice())),
        })),
    }
}

fn described((connect, credential_number, label): (u8, u8, u8)) -> ClusterSpec {
    connection(connect, spec().with_credential(credential(credential_number)).with_label("l", label.to_string()))
}

fn numbers() -> impl Strategy<Value = (u8, u8, u8)> {
    (0..15_u8, 0..15_u8, 0..3_u8)
}

proptest! {
    #[test]
    fn a_description_read_again_is_no_change(n in numbers()) {
        prop_assert_eq!(described(n).change_from(&described(n)), Change::None);
        prop_assert_eq!(described(n).fingerprint(), described(n).fingerprint());
    }

    #[test]
    fn the_greatest_difference_is_the_change(new in numbers(), old in numbers()) {
        let expected = if new.0 != old.0 {
            Change::Connection
        } else if new.1 != old.1 {
            Change::Credential
        } else if new.2 != old.2 {
            Change::Labels
        } else {
            Change::None
        };
        prop_assert_eq!(described(new).change_from(&described(old)), expected);
        prop_assert_eq!(described(old).change_from(&described(new)), expected, "in both directions");
    }
}

#[test]
fn what_the_application_brings_is_compared_by_instance() {
    let (one, two): (Arc<Brought>, Arc<Brought>) = (Arc::new(Brought), Arc::new(Brought));
    let with = |brought: &Arc<Brought>| spec().with_credential(CredentialSpec::Custom(Arc::clone(brought) as Arc<_>));
    assert_eq!(with(&one).change_from(&with(&one)), Change::None);
    assert_eq!(with(&one).change_from(&with(&two)), Change::Credential);
    let over = |brought: &Arc<Brought>| spec().with_route(Route::Custom(Arc::clone(brought) as Arc<_>));
    assert_eq!(over(&one).change_from(&over(&one)), Change::None);
    assert_eq!(over(&one).change_from(&over(&two)), Change::Connection);
}

#[test]
fn the_same_proxy_read_twice_is_no_change() {
    let with = || spec().with_route(Route::HttpConnect(proxy("http://p:3128", "a")));
    assert_eq!(with().change_from(&with()), Change::None);
}

#[test]
fn a_fingerprint_tells_tokens_apart_and_shows_none() {
    let token = |text: &str| spec().with_credential(CredentialSpec::Token(text.to_owned().into()));
    assert_ne!(token("a").fingerprint(), token("b").fingerprint());
    assert_eq!(token(SENTINEL).fingerprint().to_string().len(), 16);
    // A password could be guessed from a fingerprint of it.
    assert_eq!(credential(5).fingerprint(), credential(6).fingerprint());
}

#[test]
fn no_description_shows_a_secret() {
    let secret = || SecretString::from(SENTINEL.to_owned());
    for credential in [
        CredentialSpec::Token(secret()),
        CredentialSpec::Basic { username: "me".into(), password: secret() },
        CredentialSpec::Certificate { chain: Arc::from(b"chain".as_slice()), key: secret() },
        CredentialSpec::Exec(Arc::new(
            ExecSpec::new("aws")
                .with_args([SENTINEL])
                .with_env([("TOKEN", SENTINEL)])
                .with_cluster_info(Some(serde_json::json!({"secret": SENTINEL}))),
        )),
    ] {
        let spec = spec().with_route(Route::HttpConnect(proxy("http://p:3128", SENTINEL))).with_credential(credential);
        let shown = format!("{spec:?} {spec:#?} {:?}", spec.fingerprint());
        assert!(!shown.contains(SENTINEL), "{shown}");
    }
}
