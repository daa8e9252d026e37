//! Texts with places for values. A value is put into a text that was read already, and never read itself.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::cluster::Cluster;
use crate::provider::ObjectRef;

/// Why a template is none.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TemplateError {
    /// A file cannot be read.
    #[error("{path} cannot be read")]
    #[non_exhaustive]
    Unreadable {
        /// Which one.
        path: String,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// It is no YAML, or no resource.
    #[error("{place} holds something that is no resource: {why}")]
    #[non_exhaustive]
    Invalid {
        /// Where.
        place: String,
        /// What is wrong.
        why: String,
    },
    /// A place for a value that a cluster does not have.
    #[error("there is no value {name:?}; known are {known}")]
    #[non_exhaustive]
    Unknown {
        /// What was asked for.
        name: String,
        /// What there is.
        known: String,
    },
    /// A place that is not closed.
    #[error("{text:?} opens a place for a value and does not close it")]
    #[non_exhaustive]
    Open {
        /// The beginning of the text.
        text: String,
    },
}

/// What is put into templates: names and texts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Values(BTreeMap<String, String>);

// === impl Values ===

impl Values {
    /// Those of a cluster: `cluster.id`, `.name`, `.provider_id`, `.external_id`, `.dns`, `.region`, `.cloud_provider`, `.tenant_id`,
    /// `.provider_type` and `cluster.labels.<name>`. Those that are not known are not there.
    #[must_use]
    pub fn of(cluster: &Cluster) -> Self {
        let known = [
            ("id", Some(cluster.id.as_str())),
            ("name", Some(cluster.name.as_str())),
            ("provider_id", cluster.provider_cluster_id.as_ref().map(|id| id.as_str())),
            ("external_id", cluster.external_id.as_deref()),
            ("dns", cluster.cluster_dns.as_deref()),
            ("region", Some(cluster.region.as_str())),
            ("cloud_provider", Some(cluster.cloud_provider.as_str())),
            ("tenant_id", cluster.tenant_id.as_deref()),
            ("provider_type", Some(cluster.provider_type.as_str())),
        ];
        let mut values: BTreeMap<_, _> = known
            .into_iter()
            .filter_map(|(name, value)| Some((format!("cluster.{name}"), value?.to_owned())))
            .collect();
        let labels = cluster.labels.iter();
        values.extend(labels.map(|(name, value)| (format!("cluster.labels.{name}"), value.clone())));
        Self(values)
    }

    /// With one more.
    #[must_use]
    pub fn with(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.0.insert(name.into(), value.into());
        self
    }

    pub(super) fn digest_into(&self, hasher: &mut Sha256) {
        for (name, value) in &self.0 {
            hasher.update(name.len().to_le_bytes());
            hasher.update(name);
            hasher.update(value.len().to_le_bytes());
            hasher.update(value);
        }
    }

    fn get(&self, name: &str) -> Result<&str, TemplateError> {
        self.0.get(name).map(String::as_str).ok_or_else(|| TemplateError::Unknown {
            name: name.to_owned(),
            known: self.0.keys().map(String::as_str).collect::<Vec<_>>().join(", "),
        })
    }

    /// The text with values in their places.
    fn fill(&self, text: &str) -> Result<String, TemplateError> {
        let mut filled = String::with_capacity(text.len());
        let mut rest = text;
        while let Some((before, behind)) = rest.split_once("{{") {
            let Some((name, after)) = behind.split_once("}}") else {
                return Err(TemplateError::Open { text: text.chars().take(40).collect() });
            };
            filled.push_str(before);
            filled.push_str(self.get(name.trim())?);
            rest = after;
        }
        filled.push_str(rest);
        Ok(filled)
    }
}

/// The resource with values in all of its texts; keys are left as they are.
pub(super) fn filled(resource: &Value, values: &Values) -> Result<Value, TemplateError> {
    Ok(match resource {
        Value::String(text) => Value::String(values.fill(text)?),
        Value::Array(items) => items.iter().map(|item| filled(item, values)).collect::<Result<_, _>>()?,
        Value::Object(members) => members
            .iter()
            .map(|(key, value)| Ok((key.clone(), filled(value, values)?)))
            .collect::<Result<_, TemplateError>>()?,
        other => other.clone(),
    })
}

/// The resources in a text of YAML.
pub(super) fn documents(text: &str, place: &str) -> Result<Vec<Value>, TemplateError> {
    let invalid = |why: String| TemplateError::Invalid { place: place.to_owned(), why };
    let documents: Vec<Value> = serde_saphyr::from_multiple(text).map_err(|error| invalid(error.to_string()))?;
    let real: Vec<Value> = documents.into_iter().filter(|document| !document.is_null()).collect();
    for document in &real {
        if ObjectRef::of(document).is_none() {
            return Err(invalid("apiVersion, kind or metadata.name is missing".to_owned()));
        }
    }
    Ok(real)
}

/// The YAML files of a directory, by name.
pub(super) fn files(directory: &Path) -> Result<Vec<(String, String)>, TemplateError> {
    let unreadable = |path: &Path| {
        let path = path.display().to_string();
        move |source| TemplateError::Unreadable { path, source }
    };
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(directory).map_err(unreadable(directory))? {
        let path = entry.map_err(unreadable(directory))?.path();
        if path.extension().is_some_and(|extension| extension == "yaml" || extension == "yml") {
            paths.push(path);
        }
    }
    paths.sort();
    paths
        .into_iter()
        .map(|path| Ok((path.display().to_string(), std::fs::read_to_string(&path).map_err(unreadable(&path))?)))
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn values(value: &str) -> Values {
        Values::default().with("cluster.name", value)
    }

    #[test]
    fn a_value_stays_a_text_whatever_is_in_it() {
        let resource =
            documents("{apiVersion: v1, kind: A, metadata: {name: 'x-{{ cluster.name }}'}}", "here").unwrap();
        let hostile = "evil\"}\nkind: ClusterRoleBinding #{{cluster.name}}";
        let filled = filled(&resource[0], &values(hostile)).unwrap();
        assert_eq!(filled["metadata"]["name"], format!("x-{hostile}"));
        assert_eq!(filled["kind"], "A");
    }

    #[test]
    fn an_unknown_value_is_an_error_and_says_what_there_is() {
        let error = values("v").fill("{{cluster.nmae}}").unwrap_err();
        assert_eq!(error.to_string(), "there is no value \"cluster.nmae\"; known are cluster.name");
    }

    #[test]
    fn what_is_no_resource_is_refused_and_says_where() {
        for text in ["kind: A", "- 1", "a: [", "apiVersion: v1\nkind: A\nmetadata: {}"] {
            assert!(documents(text, "dir/x.yaml").unwrap_err().to_string().starts_with("dir/x.yaml"), "{text}");
        }
        assert_eq!(documents("---\n---\n", "empty").unwrap(), Vec::<Value>::new());
    }

    proptest! {
        #[test]
        fn filling_never_panics_and_leaves_plain_texts_alone(text in ".{0,40}", value in ".{0,20}") {
            let done = values(&value).fill(&text);
            if !text.contains("{{") {
                prop_assert_eq!(done.unwrap(), text);
            }
        }
    }
}
