use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use proptest::prelude::*;
use russh::keys::key::safe_rng;
use russh::keys::{Algorithm, EcdsaCurve, PrivateKey, PublicKey};

use super::{KnownHosts, Unreadable, Verdict, glob, name};

fn key() -> PublicKey {
    PrivateKey::random(&mut safe_rng(), Algorithm::Ed25519).unwrap().public_key().clone()
}

fn line(hosts: &str, key: &PublicKey) -> String {
    format!("{hosts} {}\n", key.to_openssh().unwrap())
}

fn check(text: &str, host: &str, port: u16, key: &PublicKey) -> Verdict {
    KnownHosts::parse(text).unwrap().check(&name(host, port), key)
}

fn hashed(name: &str) -> String {
    let salt = [7_u8; 20];
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, &salt), name.as_bytes());
    format!("|1|{}|{}", STANDARD.encode(salt), STANDARD.encode(tag))
}

#[test]
fn an_unknown_host_and_a_changed_key_are_told_apart() {
    let (good, other) = (key(), key());
    let text = format!("# comment\n\n{}", line("bastion,10.0.0.1", &good));
    assert_eq!(check(&text, "bastion", 22, &good), Verdict::Known);
    assert_eq!(check(&text, "BASTION", 22, &good), Verdict::Known);
    assert_eq!(check(&text, "10.0.0.1", 22, &good), Verdict::Known);
    assert_eq!(check(&text, "elsewhere", 22, &good), Verdict::Unknown);
    assert!(matches!(check(&text, "bastion", 22, &other), Verdict::Changed(known) if known.len() == 1));
    assert_eq!(check(&text, "bastion", 2222, &good), Verdict::Unknown, "another port is another host");
}

#[test]
fn a_key_of_another_kind_than_on_record_is_a_changed_key() {
    let curve = Algorithm::Ecdsa { curve: EcdsaCurve::NistP256 };
    let other = PrivateKey::random(&mut safe_rng(), curve.clone()).unwrap();
    let text = line("bastion", &key());
    assert!(matches!(check(&text, "bastion", 22, other.public_key()), Verdict::Changed(_)));
    let hosts = KnownHosts::parse(&(text + &line("bastion", other.public_key()))).unwrap();
    assert_eq!(hosts.algorithms("bastion"), [Algorithm::Ed25519, curve]);
}

#[test]
fn ports_hashes_wildcards_and_negations_are_understood() {
    let good = key();
    assert_eq!(check(&line("[bastion]:2222", &good), "bastion", 2222, &good), Verdict::Known);
    assert_eq!(check(&line("[bastion]:2222", &good), "bastion", 22, &good), Verdict::Unknown);
    assert_eq!(check(&line(&hashed("bastion"), &good), "Bastion", 22, &good), Verdict::Known);
    assert_eq!(check(&line(&hashed("[bastion]:2222"), &good), "bastion", 2222, &good), Verdict::Known);
    assert_eq!(check(&line(&hashed("bastion"), &good), "other", 22, &good), Verdict::Unknown);
    let text = line("*.example.org,!bad.example.org,b?d", &good);
    assert_eq!(check(&text, "good.example.org", 22, &good), Verdict::Known);
    assert_eq!(check(&text, "bad.example.org", 22, &good), Verdict::Unknown);
    assert_eq!(check(&text, "bid", 22, &good), Verdict::Known);
    assert_eq!(check(&text, "bind", 22, &good), Verdict::Unknown);
}

#[test]
fn a_revoked_key_is_refused_wherever_it_stands() {
    let (good, revoked) = (key(), key());
    let text = line("bastion", &revoked) + &line("@revoked *", &revoked) + &line("bastion", &good);
    assert_eq!(check(&text, "bastion", 22, &revoked), Verdict::Revoked);
    assert_eq!(check(&text, "bastion", 22, &good), Verdict::Known);
    // A revoked key on record is not what a changed key is compared with.
    assert_eq!(check(&line("@revoked *", &revoked), "bastion", 22, &good), Verdict::Unknown);
}

#[test]
fn an_authority_is_no_host_key() {
    let good = key();
    assert_eq!(check(&line("@cert-authority *", &good), "bastion", 22, &good), Verdict::Unknown);
}

#[test]
fn unreadable_lines_are_passed_over_unless_they_revoke() {
    let good = key();
    let text = format!("nonsense\nbastion ssh-ed25519 AAAA\n{}", line("bastion\t", &good));
    assert_eq!(check(&text, "bastion", 22, &good), Verdict::Known);
    let text = format!("{}@revoked * ssh-ed25519 AAAA\n", line("bastion", &good));
    assert_eq!(KnownHosts::parse(&text).unwrap_err(), Unreadable::Revocation(2));
    assert_eq!(KnownHosts::parse("# nothing\n").unwrap_err(), Unreadable::Empty);
}

proptest! {
    #[test]
    fn no_text_makes_the_reader_panic(text in "[ -~\n]{0,200}", host in "[ -~]{0,20}") {
        if let Ok(hosts) = KnownHosts::parse(&text) {
            hosts.algorithms(&name(&host, 22));
        }
    }

    #[test]
    fn a_pattern_of_stars_matches_what_it_was_made_from(name in "[a-z.]{0,12}", at in 0_usize..12) {
        let at = at.min(name.len());
        let pattern = format!("{}*{}", &name[..at], &name[at..]);
        prop_assert!(glob(&pattern, &name));
        prop_assert!(glob(&name.to_uppercase(), &name));
        prop_assert!(!glob(&(name.clone() + "x"), &name));
        prop_assert!(glob("*", &name));
    }
}
