//! What a new description means for a live connection: plain comparison, no I/O.
//!
//! Secrets are compared by their SHA-256, so that the time it takes tells nothing about them.

use std::sync::Arc;

use secrecy::{ExposeSecret as _, SecretString};
use sha2::{Digest as _, Sha256};

use super::{Change, ClusterSpec, CredentialSpec};

impl ClusterSpec {
    /// What has to be done to a connection that was made from `old` so that it is one made from this description.
    ///
    /// The greatest change wins: with [`Change::Credential`] the labels may be others, too. Files are compared by their paths, as whoever
    /// uses them reads them again; what the application brings ([`CredentialSpec::Custom`], [`Route::Custom`](crate::path::Route::Custom)) is the same when it is the
    /// same instance.
    ///
    /// Source: the kinds of change of cluster connections in Cluster API's open work on token refresh (PR 13956). The Go providers compare
    /// whole `rest.Config` values, which are never equal when they hold a proxy function; here a proxy is data and equal to itself.
    #[must_use]
    pub fn change_from(&self, old: &Self) -> Change {
        let same_connection = self.server == old.server
            && self.route == old.route
            && self.impersonate == old.impersonate
            && self.default_namespace == old.default_namespace
            && self.expected_uid == old.expected_uid;
        if !same_connection {
            Change::Connection
        } else if !same_credential(&self.credential, &old.credential) {
            Change::Credential
        } else if self.labels != old.labels {
            Change::Labels
        } else {
            Change::None
        }
    }
}

fn same_credential(new: &CredentialSpec, old: &CredentialSpec) -> bool {
    use CredentialSpec::{Anonymous, Basic, Certificate, CertificateFiles, Custom, Exec, Token, TokenFile};

    match (new, old) {
        (Anonymous, Anonymous) => true,
        (Token(new), Token(old)) => same_secret(new, old),
        (TokenFile(new), TokenFile(old)) => new == old,
        (Basic { username: new, password: new_password }, Basic { username: old, password: old_password }) => {
            new == old && same_secret(new_password, old_password)
        }
        (Certificate { chain: new, key: new_key }, Certificate { chain: old, key: old_key }) => {
            new == old && same_secret(new_key, old_key)
        }
        (CertificateFiles { chain: new, key: new_key }, CertificateFiles { chain: old, key: old_key }) => {
            new == old && new_key == old_key
        }
        (Exec(new), Exec(old)) => new == old,
        (Custom(new), Custom(old)) => Arc::ptr_eq(new, old),
        (
            Anonymous
            | Token(_)
            | TokenFile(_)
            | Basic { .. }
            | Certificate { .. }
            | CertificateFiles { .. }
            | Exec(_)
            | Custom(_),
            _,
        ) => false,
    }
}

fn same_secret(new: &SecretString, old: &SecretString) -> bool {
    Sha256::digest(new.expose_secret()) == Sha256::digest(old.expose_secret())
}
