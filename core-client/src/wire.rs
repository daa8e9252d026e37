//! What the generated clients share: values a server may extend, and values that are never shown.
//!
//! Knows nothing of any particular API.

use std::fmt;
use std::str::FromStr;

use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A value that an enum of a generated client does not list.
///
/// A server may know values this build does not. Decoding keeps them, so that one new value does not make a whole list
/// undecodable and so that a resource can be read, changed and written back. There is no other way to make one: what a caller
/// writes is one of the listed values or something a server sent before.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Unrecognized(Box<str>);

/// A string that is a secret: not shown by `Debug`, wiped from memory when dropped, plain on the wire.
///
/// ```
/// let token = core_client::wire::SecretText::from("s3cret");
/// assert_eq!(format!("{token:?}"), "SecretText(..)");
/// assert_eq!(token.expose(), "s3cret");
/// ```
#[derive(Clone)]
pub struct SecretText(SecretString);

/// Decodes a string as one of the values `T` parses from, or as `other` if it parses from none.
///
/// For the generated clients.
///
/// # Errors
///
/// When there is no string to decode.
#[doc(hidden)]
pub fn decode_open<'de, T: FromStr, D: Deserializer<'de>>(
    deserializer: D,
    other: fn(Unrecognized) -> T,
) -> Result<T, D::Error> {
    let text = Unrecognized::deserialize(deserializer)?;
    Ok(text.as_str().parse().unwrap_or_else(|_| other(text)))
}

// === impl Unrecognized ===

impl Unrecognized {
    /// The value as the server wrote it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Unrecognized {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl<'de> Deserialize<'de> for Unrecognized {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Box::<str>::deserialize(deserializer).map(Self)
    }
}

impl Serialize for Unrecognized {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

// === impl SecretText ===

impl SecretText {
    /// The secret itself. Do not log it.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

impl From<String> for SecretText {
    fn from(text: String) -> Self {
        Self(text.into())
    }
}

impl From<&str> for SecretText {
    fn from(text: &str) -> Self {
        Self(text.into())
    }
}

impl From<SecretString> for SecretText {
    fn from(text: SecretString) -> Self {
        Self(text)
    }
}

impl From<SecretText> for SecretString {
    fn from(text: SecretText) -> Self {
        text.0
    }
}

impl fmt::Debug for SecretText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretText(..)")
    }
}

impl<'de> Deserialize<'de> for SecretText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self::from)
    }
}

impl Serialize for SecretText {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.expose())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq)]
    enum Light {
        Red,
        Other(Unrecognized),
    }

    impl FromStr for Light {
        type Err = ();

        fn from_str(text: &str) -> Result<Self, ()> {
            (text == "red").then_some(Self::Red).ok_or(())
        }
    }

    fn decode(json: &str) -> Result<Light, serde_json::Error> {
        decode_open(&mut serde_json::Deserializer::from_str(json), Light::Other)
    }

    #[test]
    fn a_listed_value_decodes_as_itself() {
        assert_eq!(decode("\"red\"").unwrap(), Light::Red);
    }

    #[test]
    fn an_unlisted_value_is_kept_and_written_back_as_it_came() {
        let Light::Other(value) = decode("\"mauve\\n\"").unwrap() else { panic!("listed") };
        assert_eq!(value.as_str(), "mauve\n");
        assert_eq!(serde_json::to_string(&value).unwrap(), "\"mauve\\n\"");
    }

    #[test]
    fn something_that_is_not_a_string_is_refused() {
        assert!(decode("7").is_err());
        assert!(decode("null").is_err());
    }

    #[test]
    fn a_secret_is_plain_on_the_wire_and_hidden_everywhere_else() {
        let secret: SecretText = serde_json::from_str("\"hunter2\"").unwrap();
        assert_eq!(serde_json::to_string(&secret).unwrap(), "\"hunter2\"");
        assert!(!format!("{secret:?} {:#?}", Some(&secret)).contains("hunter2"));
    }
}
