//! Secrets made from plain values, and which keys they may have.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value};

use super::{InvalidResource, Resource, names};
use crate::id::Origin;

/// How long a key of a Secret may be, in bytes.
pub const SECRET_MAX_KEY_LENGTH: usize = 253;

/// Keys that a Secret cannot have.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no keys for a Secret: {0:?}; a key is at most {SECRET_MAX_KEY_LENGTH} letters, digits, '-', '_' and '.'")]
pub struct InvalidSecretKeys(Vec<String>);

impl InvalidSecretKeys {
    /// Every key that cannot be, as it was given.
    #[must_use]
    pub fn keys(&self) -> &[String] {
        &self.0
    }
}

/// Whether these can be keys of a Secret.
///
/// # Errors
/// [`InvalidSecretKeys`] with every one that cannot.
pub fn check_secret_keys<'a>(keys: impl IntoIterator<Item = &'a str>) -> Result<(), InvalidSecretKeys> {
    let wrong: Vec<String> = keys.into_iter().filter(|key| !names::data_key(key)).map(str::to_owned).collect();
    if wrong.is_empty() { Ok(()) } else { Err(InvalidSecretKeys(wrong)) }
}

/// An opaque Secret with these values, which are not encoded yet; what has no value has an empty one.
///
/// # Errors
/// [`InvalidResource`], as for [`Resource::new`].
pub fn build_secret<K: Into<String>, V: AsRef<[u8]>>(
    name: &str,
    data: impl IntoIterator<Item = (K, V)>,
    annotations: impl IntoIterator<Item = (String, String)>,
    origin: Origin,
) -> Result<Resource, InvalidResource> {
    let data: Map<String, Value> =
        data.into_iter().map(|(key, value)| (key.into(), STANDARD.encode(value).into())).collect();
    let annotations: Map<String, Value> = annotations.into_iter().map(|(name, value)| (name, value.into())).collect();
    let mut metadata = Map::from_iter([("name".to_owned(), name.into())]);
    if !annotations.is_empty() {
        metadata.insert("annotations".into(), Value::Object(annotations));
    }
    let body = Map::from_iter([
        ("apiVersion".to_owned(), "v1".into()),
        ("kind".to_owned(), "Secret".into()),
        ("type".to_owned(), "Opaque".into()),
        ("metadata".to_owned(), Value::Object(metadata)),
        ("data".to_owned(), Value::Object(data)),
    ]);
    Resource::new(Value::Object(body), origin)
}
