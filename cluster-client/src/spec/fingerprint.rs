//! A short mark by which logs tell descriptions apart without showing them; knows nothing of connections.

use std::fmt;

use sha2::{Digest as _, Sha256};

use super::{ClusterSpec, CredentialSpec, ServerTrust};
use crate::path::Route;

/// Eight bytes of a SHA-256, written in hexadecimal.
///
/// Equal fingerprints mean "most likely the same"; decisions are made by [`ClusterSpec::change_from`]. What people choose themselves and could
/// be guessed (passwords, arguments and variables of programs) is no part of it.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Fingerprint([u8; 8]);

impl Fingerprint {
    fn of(hash: Sha256) -> Self {
        let digest = hash.finalize();
        let mut short = [0; 8];
        for (to, from) in short.iter_mut().zip(digest) {
            *to = from;
        }
        Self(short)
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Fingerprint({self})")
    }
}

impl ClusterSpec {
    /// A mark of the whole description but for its labels.
    #[must_use]
    pub fn fingerprint(&self) -> Fingerprint {
        let mut hash = Sha256::new();
        part(&mut hash, self.server.url.as_str());
        part(&mut hash, self.server.tls_server_name.as_deref().unwrap_or_default());
        match &self.server.trust {
            ServerTrust::System => part(&mut hash, "system"),
            ServerTrust::Roots(pem) => part(&mut hash, pem),
            ServerTrust::RootsFile(path) => part(&mut hash, path.as_os_str().as_encoded_bytes()),
            ServerTrust::InsecureSkipVerify => part(&mut hash, "insecure"),
        }
        match &self.route {
            Route::HttpConnect(proxy) | Route::Socks5(proxy) => part(&mut hash, proxy.url.as_str()),
            other => part(&mut hash, format!("{other:?}")),
        }
        part(&mut hash, self.credential.fingerprint().0);
        if let Some(impersonation) = &self.impersonate {
            part(&mut hash, &impersonation.user);
            impersonation.groups.iter().for_each(|group| part(&mut hash, group));
            part(&mut hash, impersonation.uid.as_deref().unwrap_or_default());
        }
        part(&mut hash, &self.default_namespace);
        part(&mut hash, self.expected_uid.as_ref().map_or("", |uid| uid.as_str()));
        Fingerprint::of(hash)
    }
}

impl CredentialSpec {
    /// A mark of the credential: another one for another token or certificate.
    #[must_use]
    pub fn fingerprint(&self) -> Fingerprint {
        use secrecy::ExposeSecret as _;

        let mut hash = Sha256::new();
        match self {
            Self::Anonymous => part(&mut hash, "anonymous"),
            Self::Token(token) => {
                part(&mut hash, "token");
                part(&mut hash, token.expose_secret());
            }
            Self::TokenFile(path) => {
                part(&mut hash, "token file");
                part(&mut hash, path.as_os_str().as_encoded_bytes());
            }
            Self::Basic { username, .. } => {
                part(&mut hash, "basic");
                part(&mut hash, username);
            }
            // The key belongs to the leaf: another key, another chain.
            Self::Certificate { chain, .. } => {
                part(&mut hash, "certificate");
                part(&mut hash, chain);
            }
            Self::CertificateFiles { chain, key } => {
                part(&mut hash, "certificate files");
                part(&mut hash, chain.as_os_str().as_encoded_bytes());
                part(&mut hash, key.as_os_str().as_encoded_bytes());
            }
            Self::Exec(exec) => {
                part(&mut hash, "exec");
                part(&mut hash, &exec.command);
            }
            Self::Custom(provider) => {
                part(&mut hash, "custom");
                part(&mut hash, format!("{provider:?}"));
            }
        }
        Fingerprint::of(hash)
    }
}

/// The length goes in first, so that no two lists of parts give the same bytes.
fn part(hash: &mut Sha256, bytes: impl AsRef<[u8]>) {
    let bytes = bytes.as_ref();
    hash.update((bytes.len() as u64).to_le_bytes());
    hash.update(bytes);
}
