//! What is in a secret. Shows names of members and never their values.

use std::collections::BTreeMap;
use std::fmt;

use secrecy::{ExposeSecret as _, SecretString};

use super::SecretError;

/// Members of a secret. Shows their names and never their values.
#[derive(Clone, Default)]
pub struct SecretData(BTreeMap<String, SecretString>);

impl SecretData {
    /// The value of a member.
    #[must_use]
    pub fn get(&self, member: &str) -> Option<&SecretString> {
        self.0.get(member)
    }

    /// The names of the members.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// The value of a member that has to be there, without the white space around it, which editors leave. `path` is for the error.
    pub(crate) fn expose_needed(&self, path: &str, member: &str) -> Result<&str, SecretError> {
        let value = self.get(member).map(|value| value.expose_secret().trim()).filter(|value| !value.is_empty());
        value.ok_or_else(|| SecretError::NoMember { path: path.to_owned(), member: member.to_owned() })
    }
}

impl<K: Into<String>> FromIterator<(K, SecretString)> for SecretData {
    fn from_iter<I: IntoIterator<Item = (K, SecretString)>>(members: I) -> Self {
        Self(members.into_iter().map(|(name, value)| (name.into(), value)).collect())
    }
}

impl fmt::Debug for SecretData {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}
