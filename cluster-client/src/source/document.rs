//! An object as the API server sent it, decoded in a way that cannot fail; knows nothing of what it is for.
//!
//! What kube cannot decode it logs, whole, at `warn`. An answer that is almost a Secret would end up in the logs with what it holds. So the type
//! that kube decodes takes any JSON, and what is wrong with it is found out here.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use kube::Resource;
use kube::core::{ApiResource, DynamicResourceScope, ObjectMeta};
use serde::{Deserialize, Deserializer};
use serde_json::Value;
use zeroize::Zeroizing;

use crate::key::ClusterKey;

/// Namespace and name of an object.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Id {
    pub(super) namespace: String,
    pub(super) name: String,
}

impl Id {
    /// The key of a cluster that is called as an object is; `None` for an object without a name.
    pub(super) fn key(&self) -> Option<ClusterKey> {
        ClusterKey::namespaced(&self.namespace, &self.name).ok()
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.namespace, self.name)
    }
}

/// An answer that is an object of some kind.
#[derive(Clone)]
pub(super) struct Document {
    metadata: ObjectMeta,
    content: Value,
}

impl Document {
    pub(super) fn id(&self) -> Id {
        Id {
            namespace: self.metadata.namespace.clone().unwrap_or_default(),
            name: self.metadata.name.clone().unwrap_or_default(),
        }
    }

    pub(super) fn labels(&self) -> BTreeMap<String, String> {
        self.metadata.labels.clone().unwrap_or_default()
    }

    pub(super) fn label(&self, name: &str) -> Option<&str> {
        self.metadata.labels.as_ref()?.get(name).map(String::as_str)
    }

    /// The whole object but for its metadata.
    pub(super) fn content(&self) -> &Value {
        &self.content
    }

    /// A member of a Secret's `data`; `None` when there is none, it is empty, or it is no base64.
    pub(super) fn secret(&self, key: &str) -> Option<Zeroizing<Vec<u8>>> {
        let encoded = self.content.get("data")?.get(key)?.as_str()?;
        STANDARD.decode(encoded).ok().map(Zeroizing::new).filter(|value| !value.is_empty())
    }
}

impl<'de> Deserialize<'de> for Document {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut content = Value::deserialize(deserializer)?;
        let metadata = content.get_mut("metadata").map(Value::take).unwrap_or_default();
        Ok(Self { metadata: serde_json::from_value(metadata).unwrap_or_default(), content })
    }
}

impl fmt::Debug for Document {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Document").field(&self.id()).finish()
    }
}

impl Resource for Document {
    type DynamicType = ApiResource;
    type Scope = DynamicResourceScope;

    fn kind(of: &ApiResource) -> Cow<'_, str> {
        of.kind.as_str().into()
    }

    fn group(of: &ApiResource) -> Cow<'_, str> {
        of.group.as_str().into()
    }

    fn version(of: &ApiResource) -> Cow<'_, str> {
        of.version.as_str().into()
    }

    fn plural(of: &ApiResource) -> Cow<'_, str> {
        of.plural.as_str().into()
    }

    fn meta(&self) -> &ObjectMeta {
        &self.metadata
    }

    fn meta_mut(&mut self) -> &mut ObjectMeta {
        &mut self.metadata
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn any_answer_is_a_document() {
        for answer in [json!(null), json!(17), json!({"metadata": 17}), json!({"metadata": {"name": 1}, "data": []})] {
            let document: Document = serde_json::from_value(answer).unwrap();
            assert!(document.id().key().is_none());
            assert!(document.secret("kubeconfig").is_none());
        }
    }

    #[test]
    fn a_secret_is_decoded_and_not_shown() {
        let secret = json!({
            "metadata": {"namespace": "n", "name": "a"}, "data": {"a": "c2VjcmV0", "empty": "", "bad": "%"},
        });
        let document: Document = serde_json::from_value(secret).unwrap();
        assert_eq!(document.secret("a").as_deref().map(Vec::as_slice), Some(&b"secret"[..]));
        assert!(document.secret("empty").is_none() && document.secret("bad").is_none());
        assert_eq!(format!("{document:?}"), r#"Document(Id { namespace: "n", name: "a" })"#);
    }
}
