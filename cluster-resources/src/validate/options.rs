//! How strictly references are looked at, and who makes what is referred to.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::references::Referent;
use crate::id::{GroupKind, ObjectId};
use crate::issue::Severity;
use crate::readiness::Path;

/// Who is known to make Secrets and ConfigMaps.
const PRODUCERS: &str = include_str!("producers.json");

/// How strictly references are looked at. Start from the default and change what you need.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct ValidateOptions {
    /// How bad it is when something is missing; an error by default. Of a pull secret it is a warning at most.
    pub severity: Severity,
    /// How bad it is when it cannot be told; a warning by default.
    pub unclear: Severity,
    /// Kinds whose objects make others. By default: Services with an OpenShift serving certificate, Certificates of cert-manager,
    /// ExternalSecrets, SealedSecrets and VaultStaticSecrets.
    pub producers: Vec<Producer>,
    /// What else is going to be there, as the application knows.
    pub external: Option<Arc<dyn ExternalProducer>>,
    /// What platforms publish in every namespace, by kind and name: the ServiceAccount `default`, and the ConfigMaps
    /// `kube-root-ca.crt` and `openshift-service-ca.crt` by default.
    pub assumed: BTreeSet<(Referent, Arc<str>)>,
}

impl Default for ValidateOptions {
    fn default() -> Self {
        let assumed = [
            (Referent::ServiceAccount, "default"),
            (Referent::ConfigMap, "kube-root-ca.crt"),
            (Referent::ConfigMap, "openshift-service-ca.crt"),
        ];
        Self {
            severity: Severity::Error,
            unclear: Severity::Warning,
            // A test reads them strictly.
            producers: serde_json::from_str(PRODUCERS).unwrap_or_default(),
            external: None,
            assumed: assumed.into_iter().map(|(kind, name)| (kind, name.into())).collect(),
        }
    }
}

impl ValidateOptions {
    /// The same, with this severity for what is missing.
    #[must_use]
    pub fn with_severity(mut self, severity: Severity) -> Self {
        self.severity = severity;
        self
    }

    /// The same, with one more kind whose objects make others.
    #[must_use]
    pub fn with_producer(mut self, producer: Producer) -> Self {
        self.producers.push(producer);
        self
    }

    /// The same, with what the application knows of.
    #[must_use]
    pub fn with_external(mut self, external: impl ExternalProducer + 'static) -> Self {
        self.external = Some(Arc::new(external));
        self
    }

    /// Whether it need not be looked for.
    pub(super) fn is_assumed(&self, kind: Referent, id: &ObjectId) -> bool {
        self.assumed.contains(&(kind, id.name.clone()))
            || self.external.as_ref().is_some_and(|external| external.produces(id))
    }
}

/// Knows of objects that others bring about: an operator outside of what is declared, say.
pub trait ExternalProducer: fmt::Debug + Send + Sync {
    /// Whether this object is going to be there, with any key. Must not block.
    fn produces(&self, id: &ObjectId) -> bool;
}

/// A kind whose objects make another one in their namespace, with keys that are not known before.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[non_exhaustive]
pub struct Producer {
    /// Objects of this kind, whatever the version.
    pub kind: GroupKind,
    /// Make one of these.
    pub makes: Referent,
    /// By the name that stands there.
    pub name: Path,
    /// And by their own name when nothing stands there; false by default.
    #[serde(default)]
    pub own_name: bool,
}

impl Producer {
    /// Objects of a kind make one whose name stands at a path.
    #[must_use]
    pub fn new(kind: GroupKind, makes: Referent, name: Path) -> Self {
        Self { kind, makes, name, own_name: false }
    }
}
