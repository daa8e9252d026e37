//! A Secret as the API server sent it, decoded in a way that cannot fail; knows nothing of what it is for.
//!
//! What kube cannot decode it logs, whole, at `warn`. An answer that is almost a Secret would end up in the logs with its key. So the
//! type that kube decodes takes any JSON, and what is wrong with it is found out here.

use std::borrow::Cow;
use std::fmt;

use k8s_openapi::api::core::v1::Secret;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use kube::Resource;
use serde::{Deserialize, Deserializer};
use serde_json::Value;

/// An answer that may be a Secret.
#[derive(Clone)]
pub(super) struct Document {
    metadata: ObjectMeta,
    content: Result<Box<Secret>, NotASecret>,
}

/// The API server's answer could not be decoded; its text may hold a key, so none of it is told.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("the answer is not a Secret")]
pub(super) struct NotASecret;

// === impl Document ===

impl Document {
    pub(super) fn name(&self) -> Option<&str> {
        self.metadata.name.as_deref()
    }

    pub(super) fn into_secret(self) -> Result<Box<Secret>, NotASecret> {
        self.content
    }
}

impl<'de> Deserialize<'de> for Document {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(deserializer)?;
        let metadata = ObjectMeta::deserialize(&value["metadata"]).unwrap_or_default();
        let content = serde_json::from_value(value).map(Box::new).map_err(|_| NotASecret);
        Ok(Self { metadata, content })
    }
}

impl fmt::Debug for Document {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Document").field("name", &self.metadata.name).finish_non_exhaustive()
    }
}

impl Resource for Document {
    type DynamicType = ();
    type Scope = <Secret as Resource>::Scope;

    fn kind((): &()) -> Cow<'_, str> {
        Secret::kind(&())
    }

    fn group((): &()) -> Cow<'_, str> {
        Secret::group(&())
    }

    fn version((): &()) -> Cow<'_, str> {
        Secret::version(&())
    }

    fn plural((): &()) -> Cow<'_, str> {
        Secret::plural(&())
    }

    fn meta(&self) -> &ObjectMeta {
        &self.metadata
    }

    fn meta_mut(&mut self) -> &mut ObjectMeta {
        &mut self.metadata
    }
}
