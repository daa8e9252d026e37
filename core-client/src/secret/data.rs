//! What is in a secret. Shows names of members and never their values.

use std::collections::{BTreeMap, btree_map};
use std::fmt;

use secrecy::{ExposeSecret as _, SecretString};

use super::SecretError;

/// Members of a secret by name, for example `client_id` and `client_secret`. Shows their names and never their values.
#[derive(Clone, Default)]
pub struct SecretData(BTreeMap<String, SecretString>);

impl SecretData {
    /// Without members.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// With one more member.
    #[must_use]
    pub fn with(mut self, member: impl Into<String>, value: impl Into<SecretString>) -> Self {
        self.0.insert(member.into(), value.into());
        self
    }

    /// The value of a member.
    #[must_use]
    pub fn get(&self, member: &str) -> Option<&SecretString> {
        self.0.get(member)
    }

    /// The names of the members, in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// All members, in the order of their names.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &SecretString)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value))
    }

    /// The value of a member that has to be there, without the white space around it, which editors leave. `path` is for the error.
    ///
    /// # Errors
    /// [`SecretError::NoMember`] when it is missing or there is nothing in it.
    pub fn expose_needed(&self, path: &str, member: &str) -> Result<&str, SecretError> {
        let value = self.get(member).map(|value| value.expose_secret().trim()).filter(|value| !value.is_empty());
        value.ok_or_else(|| SecretError::NoMember { path: path.to_owned(), member: member.to_owned() })
    }
}

impl<K: Into<String>> FromIterator<(K, SecretString)> for SecretData {
    fn from_iter<I: IntoIterator<Item = (K, SecretString)>>(members: I) -> Self {
        Self(members.into_iter().map(|(name, value)| (name.into(), value)).collect())
    }
}

impl IntoIterator for SecretData {
    type Item = (String, SecretString);
    type IntoIter = btree_map::IntoIter<String, SecretString>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl fmt::Debug for SecretData {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}
