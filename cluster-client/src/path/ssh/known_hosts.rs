//! Whether a host's key is the one on record; a plain function of text. Knows nothing of sessions.

use std::str::FromStr as _;

use aws_lc_rs::hmac;
use russh::keys::ssh_key::known_hosts::{Entry, HostPatterns, Marker};
use russh::keys::{Algorithm, HashAlg, PublicKey};

/// The readable lines of a `known_hosts` file.
#[derive(Debug)]
pub(super) struct KnownHosts(Vec<Entry>);

/// What is on record about a key.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It is the host's.
    Known,
    /// Nothing is on record about the host.
    Unknown,
    /// Other keys are on record for the host.
    Changed(Vec<String>),
    /// It is not to be trusted any more.
    Revoked,
}

/// A text that cannot be used as known hosts.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum Unreadable {
    /// A key that must not be trusted would be.
    #[error("line {0} of the known hosts revokes a key and cannot be read")]
    Revocation(usize),
    /// Nobody would be known.
    #[error("the known hosts have no readable line")]
    Empty,
}

impl KnownHosts {
    pub(super) fn parse(text: &str) -> Result<Self, Unreadable> {
        let mut entries = Vec::new();
        for (number, line) in text.lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            // The parser wants single spaces.
            let line = line.split_whitespace().collect::<Vec<_>>().join(" ");
            match Entry::from_str(&line) {
                Ok(entry) => entries.push(entry),
                Err(_) if line.starts_with("@revoked") => return Err(Unreadable::Revocation(number + 1)),
                Err(_) => {}
            }
        }
        if entries.is_empty() { Err(Unreadable::Empty) } else { Ok(Self(entries)) }
    }

    /// What is on record about this key for the host of this name, as [`name`] writes it.
    pub(super) fn check(&self, name: &str, key: &PublicKey) -> Verdict {
        let mut others = Vec::new();
        let mut known = false;
        for entry in self.about(name) {
            let same = entry.public_key().key_data() == key.key_data();
            match entry.marker() {
                Some(Marker::Revoked) if same => return Verdict::Revoked,
                Some(_) => {}
                None if same => known = true,
                None => others.push(describe(entry.public_key())),
            }
        }
        match (known, others.is_empty()) {
            (true, _) => Verdict::Known,
            (false, true) => Verdict::Unknown,
            (false, false) => Verdict::Changed(others),
        }
    }

    /// The kinds of key on record for a host, so that it can be asked for one of these first.
    pub(super) fn algorithms(&self, name: &str) -> Vec<Algorithm> {
        let plain = self.about(name).filter(|entry| entry.marker().is_none());
        plain.map(|entry| entry.public_key().algorithm()).collect()
    }

    fn about(&self, name: &str) -> impl Iterator<Item = &Entry> {
        self.0.iter().filter(move |entry| matches(entry.host_patterns(), name))
    }
}

/// The name by which a host is known.
pub(super) fn name(host: &str, port: u16) -> String {
    let host = host.to_lowercase();
    if port == 22 { host } else { format!("[{host}]:{port}") }
}

/// Algorithm and fingerprint of a key, as people know them.
pub(super) fn describe(key: &PublicKey) -> String {
    format!("{} {}", key.algorithm(), key.fingerprint(HashAlg::Sha256))
}

fn matches(patterns: &HostPatterns, name: &str) -> bool {
    match patterns {
        HostPatterns::HashedName { salt, hash } => {
            let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, salt);
            hmac::verify(&key, name.as_bytes(), hash).is_ok()
        }
        HostPatterns::Patterns(patterns) => {
            // A negated pattern that matches wins over all others of its line.
            let (mut matched, mut negated) = (false, false);
            for pattern in patterns {
                match pattern.strip_prefix('!') {
                    Some(pattern) => negated |= glob(pattern, name),
                    None => matched |= glob(pattern, name),
                }
            }
            matched && !negated
        }
    }
}

/// Whether a name matches a pattern with `*` and `?`, without regard to case and without backtracking further than to the last `*`.
fn glob(pattern: &str, name: &str) -> bool {
    let pattern = pattern.to_lowercase().into_bytes();
    let name = name.as_bytes();
    let (mut at, mut in_name) = (0, 0);
    let mut star = None;
    while let Some(byte) = name.get(in_name) {
        match pattern.get(at) {
            Some(b'*') => {
                star = Some((at, in_name));
                at += 1;
            }
            Some(wanted) if *wanted == b'?' || wanted == byte => {
                at += 1;
                in_name += 1;
            }
            _ => match &mut star {
                Some((star_at, taken)) => {
                    *taken += 1;
                    (at, in_name) = (*star_at + 1, *taken);
                }
                None => return false,
            },
        }
    }
    pattern.get(at..).is_none_or(|rest| rest.iter().all(|byte| *byte == b'*'))
}

#[cfg(test)]
mod tests;
