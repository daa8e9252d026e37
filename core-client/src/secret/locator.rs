//! Which secret is meant, and which member of it. Knows nothing of where secrets are.

use serde::{Deserialize, Deserializer, Serialize};

/// Where a secret is, as inventories write it.
///
/// Source: the secret references of `qontract-reconcile` (`path`, `field`, `version`, `format`).
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SecretLocator {
    /// The path; what it means is up to the reader.
    pub path: String,
    /// The member that is meant; `token` when none is named.
    #[serde(default = "token", deserialize_with = "token_if_null")]
    pub field: String,
    /// The version, where the reader has versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<u32>,
    /// How the member is written, where the reader has formats.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub format: Option<String>,
}

fn token() -> String {
    "token".into()
}

fn token_if_null<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or_else(token))
}

impl SecretLocator {
    /// The member `token` of what is at this path.
    #[must_use]
    pub fn new(path: impl Into<String>) -> Self {
        Self { path: path.into(), field: token(), version: None, format: None }
    }

    /// Names another member.
    #[must_use]
    pub fn with_field(mut self, field: impl Into<String>) -> Self {
        self.field = field.into();
        self
    }
}
