//! What a cluster is known by: here, at its provider, and between the two before the provider has answered.

use std::fmt;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

/// An identifier that cannot be one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what} {value:?} is not usable: {why}")]
#[non_exhaustive]
pub struct InvalidId {
    /// What it should have been.
    pub what: &'static str,
    /// What it was.
    pub value: String,
    /// What is wrong with it.
    pub why: &'static str,
}

/// Our own name of a cluster: never empty, never used again.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ClusterId(String);

/// The provider's name of a cluster: never empty.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ProviderClusterId(String);

/// What makes creating repeatable: written into the record before the provider is asked, and given to the provider with the request. A
/// cluster that carries it was asked for by that record.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CreateToken(String);

/// What the names of all clusters of an application begin with: one to six characters, a lower-case letter first, then letters and digits.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct NamePrefix(String);

/// A name made from the identity of a record: the same for the same record, at most 15 characters, good as a DNS label.
///
/// `<prefix>-` and as many characters of the lower-case base 32 of a SHA-256 of the id as there is room for, at least 40 bits of it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct DeterministicName(String);

/// Longest name that may also serve as the domain prefix of a cluster.
const LONGEST_NAME: usize = 15;

/// Longer than any identifier that a provider hands out.
const LONGEST_ID: usize = 512;

fn checked(what: &'static str, value: String) -> Result<String, InvalidId> {
    let why = if value.is_empty() {
        "it is empty"
    } else if value.len() > LONGEST_ID {
        "it is longer than 512 bytes"
    } else if value.chars().any(char::is_control) {
        "it holds control characters"
    } else {
        return Ok(value);
    };
    Err(InvalidId { what, value: value.chars().take(64).collect(), why })
}

macro_rules! identifier {
    ($name:ident, $what:literal) => {
        impl $name {
            /// Takes any text that is not empty, not longer than 512 bytes and free of control characters.
            ///
            /// # Errors
            /// When it is not.
            pub fn new(value: impl Into<String>) -> Result<Self, InvalidId> {
                checked($what, value.into()).map(Self)
            }

            /// The text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.0)
            }
        }

        impl TryFrom<String> for $name {
            type Error = InvalidId;

            fn try_from(value: String) -> Result<Self, InvalidId> {
                Self::new(value)
            }
        }

        impl From<$name> for String {
            fn from(value: $name) -> Self {
                value.0
            }
        }
    };
}

identifier!(ClusterId, "cluster id");
identifier!(ProviderClusterId, "provider's cluster id");
identifier!(CreateToken, "create token");

// === impl ClusterId ===

impl ClusterId {
    /// A new one: a UUID of version 7, so that ids sort by the time they were made (RFC 9562).
    #[must_use]
    pub fn generate() -> Self {
        Self(Uuid::now_v7().to_string())
    }
}

// === impl CreateToken ===

impl CreateToken {
    /// A new one: a random UUID.
    #[must_use]
    pub fn generate() -> Self {
        Self(Uuid::new_v4().to_string())
    }
}

// === impl NamePrefix ===

impl NamePrefix {
    /// Takes one to six characters.
    ///
    /// # Errors
    /// When it is longer, empty, or holds anything but lower-case letters and digits, a letter first.
    pub fn new(value: impl Into<String>) -> Result<Self, InvalidId> {
        let value = value.into();
        let fits = (1..=6).contains(&value.len())
            && value.starts_with(|first: char| first.is_ascii_lowercase())
            && value.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
        if fits {
            Ok(Self(value))
        } else {
            let why = "it has to be one to six lower-case letters and digits, a letter first";
            Err(InvalidId { what: "name prefix", value: value.chars().take(64).collect(), why })
        }
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Default for NamePrefix {
    /// `mk`, as in the originals.
    fn default() -> Self {
        Self("mk".to_owned())
    }
}

impl TryFrom<String> for NamePrefix {
    type Error = InvalidId;

    fn try_from(value: String) -> Result<Self, InvalidId> {
        Self::new(value)
    }
}

impl From<NamePrefix> for String {
    fn from(value: NamePrefix) -> Self {
        value.0
    }
}

// === impl DeterministicName ===

impl DeterministicName {
    /// The name of the record with this id.
    #[must_use]
    pub fn of(prefix: &NamePrefix, id: &ClusterId) -> Self {
        const ALPHABET: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";
        let digest = Sha256::digest(id.as_str());
        let mut name = format!("{}-", prefix.as_str());
        let (mut bits, mut held) = (0_u32, 0_u32);
        for byte in digest {
            bits = (bits << 8) | u32::from(byte);
            held += 8;
            while held >= 5 && name.len() < LONGEST_NAME {
                held -= 5;
                let index = (bits >> held) & 31;
                name.push(char::from(ALPHABET[index as usize]));
            }
            bits &= (1 << held.min(31)) - 1;
            if name.len() >= LONGEST_NAME {
                break;
            }
        }
        Self(name)
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for DeterministicName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl From<DeterministicName> for String {
    fn from(value: DeterministicName) -> Self {
        value.0
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn names_made_within_one_second_differ() {
        let prefix = NamePrefix::default();
        let names: HashSet<String> =
            (0..10_000).map(|_| DeterministicName::of(&prefix, &ClusterId::generate()).into()).collect();
        assert_eq!(names.len(), 10_000);
    }

    #[test]
    fn a_record_has_one_name_and_it_fits() {
        let id = ClusterId::new("0190b6e0-0000-7000-8000-000000000000").unwrap();
        let name = DeterministicName::of(&NamePrefix::new("edge1").unwrap(), &id);
        assert_eq!(name, DeterministicName::of(&NamePrefix::new("edge1").unwrap(), &id));
        assert_eq!(name.as_str().len(), LONGEST_NAME);
        assert!(name.as_str().starts_with("edge1-"));
        assert!(name.as_str().bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-'));
    }

    #[test]
    fn nothing_is_known_by_an_empty_name() {
        assert!(ClusterId::new("").is_err());
        assert!(ProviderClusterId::new("").is_err());
        assert!(serde_json::from_str::<ProviderClusterId>("\"\"").is_err());
    }

    #[test]
    fn a_prefix_leaves_room_for_the_rest() {
        for wrong in ["", "toolong", "9a", "A", "a_b", "ä"] {
            assert!(NamePrefix::new(wrong).is_err(), "{wrong}");
        }
    }
}
