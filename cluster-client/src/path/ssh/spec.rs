//! What is said about jump hosts: addresses, users, keys. Knows nothing of sessions.

use std::path::PathBuf;
use std::str::FromStr as _;
use std::sync::Arc;
use std::time::Duration;

use russh::keys::ssh_key::Fingerprint;
use secrecy::{ExposeSecret as _, SecretString};
use sha2::{Digest as _, Sha256};

use super::known_hosts::KnownHosts;
use crate::path::proxy::secret_mark;
use crate::path::{PathSpecError, ProxySpec, Target};

/// A way through one or more jump hosts, each reached from the one before it (`ProxyJump`).
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SshRoute {
    /// The jump hosts, the nearest first; at least one. The last one connects to API servers and resolves their names.
    pub jumps: Vec<JumpHost>,
    /// A proxy that the last jump host reaches, such as one on its own `127.0.0.1`, and that connects to API servers in its place.
    pub then_connect: Option<ProxySpec>,
}

impl SshRoute {
    /// Through one jump host.
    #[must_use]
    pub fn new(jump: JumpHost) -> Self {
        Self { jumps: vec![jump], then_connect: None }
    }

    /// And from there through a further one.
    #[must_use]
    pub fn then(mut self, jump: JumpHost) -> Self {
        self.jumps.push(jump);
        self
    }

    /// And from the last one through a proxy.
    #[must_use]
    pub fn then_connect(mut self, proxy: ProxySpec) -> Self {
        self.then_connect = Some(proxy);
        self
    }
}

/// An SSH server that connects on to where we want to go.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct JumpHost {
    /// Host name or address, without brackets; the name under which its key is looked up.
    pub host: String,
    /// Port. Default: 22.
    pub port: u16,
    /// Whom to log in as.
    pub user: String,
    /// With which key.
    pub identity: SshIdentity,
    /// How the host is recognised.
    pub host_keys: HostKeys,
}

impl JumpHost {
    /// A jump host on port 22.
    #[must_use]
    pub fn new(host: impl Into<String>, user: impl Into<String>, identity: SshIdentity, host_keys: HostKeys) -> Self {
        Self { host: host.into(), port: 22, user: user.into(), identity, host_keys }
    }

    /// The same on another port.
    #[must_use]
    pub const fn with_port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    pub(in crate::path) fn target(&self) -> Target {
        Target::new(self.host.clone(), self.port)
    }

    /// Looks whether it can be used, as far as that costs nothing.
    pub(in crate::path) fn check(&self) -> Result<(), PathSpecError> {
        let wrong = |reason: String| PathSpecError::JumpHost { jump_host: self.target(), reason };
        if self.host.is_empty() || self.user.is_empty() {
            return Err(wrong("host and user must not be empty".into()));
        }
        match &self.host_keys.0 {
            Policy::KnownHosts(text) => KnownHosts::parse(text).map(drop).map_err(|error| wrong(error.to_string())),
            Policy::Fingerprints(list) if list.is_empty() => Err(wrong("the list of fingerprints is empty".into())),
            Policy::Fingerprints(list) => list.iter().try_for_each(|text| {
                let read = Fingerprint::from_str(text);
                read.map(drop).map_err(|_| wrong(format!("{text:?} is no fingerprint like SHA256:…")))
            }),
            Policy::KnownHostsFile(_) => Ok(()),
            #[cfg(any(test, feature = "mock"))]
            Policy::Any => Ok(()),
        }
    }

    /// What is the same for two descriptions that may share a session.
    pub(in crate::path) fn digest(&self, before: &[u8]) -> [u8; 32] {
        let mut hash = Sha256::new();
        let port = self.port.to_le_bytes();
        let key = secret_mark(&self.identity.key);
        let passphrase = self.identity.passphrase.as_ref().map(secret_mark).unwrap_or_default();
        let policy = format!("{:?}", self.host_keys.0);
        let parts = [before, self.host.as_bytes(), &port, self.user.as_bytes(), &key, &passphrase, policy.as_bytes()];
        for part in parts {
            hash.update((part.len() as u64).to_le_bytes());
            hash.update(part);
        }
        hash.finalize().into()
    }
}

/// The key that a user logs in with. It is kept in memory and never written anywhere.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct SshIdentity {
    /// The private key: OpenSSH's own format, or PEM (PKCS#8, PKCS#1, SEC1).
    pub key: SecretString,
    /// What the key is encrypted with, if it is.
    pub passphrase: Option<SecretString>,
}

impl SshIdentity {
    /// A key that is not encrypted.
    #[must_use]
    pub const fn new(key: SecretString) -> Self {
        Self { key, passphrase: None }
    }

    /// The key is encrypted with this.
    #[must_use]
    pub fn with_passphrase(mut self, passphrase: SecretString) -> Self {
        self.passphrase = Some(passphrase);
        self
    }

    /// Reads the key. One with a passphrase takes a while: call this where it is allowed to block.
    pub(super) fn decode(&self) -> Result<russh::keys::PrivateKey, russh::keys::Error> {
        let passphrase = self.passphrase.as_ref().map(|secret| secret.expose_secret());
        russh::keys::decode_secret_key(self.key.expose_secret(), passphrase)
    }
}

impl PartialEq for SshIdentity {
    fn eq(&self, other: &Self) -> bool {
        let marks = |one: &Self| (secret_mark(&one.key), one.passphrase.as_ref().map(secret_mark));
        marks(self) == marks(other)
    }
}

impl Eq for SshIdentity {}

/// How a jump host is recognised. There is no way to accept whatever key it has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostKeys(pub(super) Policy);

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Policy {
    KnownHosts(Arc<str>),
    KnownHostsFile(PathBuf),
    Fingerprints(Vec<String>),
    #[cfg(any(test, feature = "mock"))]
    Any,
}

impl HostKeys {
    /// By the content of a `known_hosts` file.
    ///
    /// Hashed names, `[host]:port`, `*`, `?`, `!` and `@revoked` mean what they mean to OpenSSH, with three differences: a host on another
    /// port than 22 is known by `[host]:port` only, a key of another kind than those on record counts as changed and not as new, and
    /// `@cert-authority` lines are passed over, as host certificates are not supported. Lines that cannot be read are passed over too,
    /// unless they say `@revoked`.
    ///
    /// Source: sshd(8), SSH_KNOWN_HOSTS FILE FORMAT.
    #[must_use]
    pub fn known_hosts(text: impl Into<Arc<str>>) -> Self {
        Self(Policy::KnownHosts(text.into()))
    }

    /// By a `known_hosts` file, which is read again for each session. A file that is missing is an error, not an empty one.
    #[must_use]
    pub fn known_hosts_file(path: impl Into<PathBuf>) -> Self {
        Self(Policy::KnownHostsFile(path.into()))
    }

    /// By fingerprints as `ssh-keygen -l` prints them: `SHA256:…` or `SHA512:…`.
    ///
    /// A host with several keys offers the first of Ed25519, ECDSA and RSA that it has: name that one, or all of them.
    #[must_use]
    pub fn fingerprints(list: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self(Policy::Fingerprints(list.into_iter().map(Into::into).collect()))
    }

    /// Accepts **anybody**. For tests only, and only there when the feature `mock` is on.
    #[cfg(any(test, feature = "mock"))]
    #[must_use]
    pub const fn dangerously_accept_any_for_tests() -> Self {
        Self(Policy::Any)
    }
}

/// Limits of sessions with jump hosts. All have defaults.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct SshOptions {
    /// How many streams one session carries before another one is opened. Default: 10, OpenSSH's `MaxSessions`.
    pub streams_per_session: usize,
    /// How many sessions with one jump host there may be. Default: 32.
    pub sessions_per_jump_host: usize,
    /// How often a jump host that says nothing is asked for a sign of life. Default: 15 s.
    pub keepalive_interval: Duration,
    /// How many signs of life may be missing before a session counts as lost. Default: 3.
    pub keepalive_max: usize,
    /// How long a session without streams is kept. Default: 30 s.
    pub linger: Duration,
    /// How long a stream's reader may keep the other streams of its session waiting before the stream is broken. Default: 2 s.
    ///
    /// SSH as spoken by russh has no flow control of its own for each stream: bytes that nobody reads block the whole session.
    pub longest_stall: Duration,
    /// How many bytes a stream may be behind before it keeps the others waiting. Default: 1 MiB.
    pub backlog_bytes: usize,
}

impl Default for SshOptions {
    fn default() -> Self {
        Self {
            streams_per_session: 10,
            sessions_per_jump_host: 32,
            keepalive_interval: Duration::from_secs(15),
            keepalive_max: 3,
            linger: Duration::from_secs(30),
            longest_stall: Duration::from_secs(2),
            backlog_bytes: 1024 * 1024,
        }
    }
}
