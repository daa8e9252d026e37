//! An operator as the objects of the Operator Lifecycle Manager.
//!
//! Source: `operators.coreos.com`: `CatalogSource`, `OperatorGroup` and `Subscription`.

use serde_json::{Value, json};

/// An operator as the objects of the Operator Lifecycle Manager.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct OlmOperator {
    /// Its name, and that of its objects: a DNS label.
    pub id: String,
    /// In which namespace it is installed; made when it is not there, and then taken away with it.
    pub namespace: String,
    /// Image of a catalogue of its own; without one, `catalog` names one that is there.
    pub catalog_image: Option<String>,
    /// Secret in the namespace with which the image is pulled.
    pub pull_secret: Option<String>,
    /// Name and namespace of the catalogue, when it has none of its own. Default: `redhat-operators` in `openshift-marketplace`.
    pub catalog: (String, String),
    /// Its package.
    pub package: String,
    /// Which channel of it.
    pub channel: String,
    /// Which version to begin with; the newest of the channel when absent.
    pub starting_csv: Option<String>,
    /// The `config` of its Subscription; none when null.
    pub config: Value,
}

// === impl OlmOperator ===

impl OlmOperator {
    /// This channel of this package, in this namespace.
    pub fn new(
        id: impl Into<String>,
        namespace: impl Into<String>,
        package: impl Into<String>,
        channel: impl Into<String>,
    ) -> Self {
        Self {
            id: id.into(),
            namespace: namespace.into(),
            catalog_image: None,
            pull_secret: None,
            catalog: ("redhat-operators".to_owned(), "openshift-marketplace".to_owned()),
            package: package.into(),
            channel: channel.into(),
            starting_csv: None,
            config: Value::Null,
        }
    }

    /// From a catalogue of its own.
    #[must_use]
    pub fn from_image(mut self, image: impl Into<String>) -> Self {
        self.catalog_image = Some(image.into());
        self
    }

    /// From a catalogue that is there.
    #[must_use]
    pub fn from_catalog(mut self, name: impl Into<String>, namespace: impl Into<String>) -> Self {
        self.catalog = (name.into(), namespace.into());
        self
    }

    /// Pulls the image of its catalogue with this Secret.
    #[must_use]
    pub fn with_pull_secret(mut self, name: impl Into<String>) -> Self {
        self.pull_secret = Some(name.into());
        self
    }

    /// Begins with this version.
    #[must_use]
    pub fn starting_with(mut self, csv: impl Into<String>) -> Self {
        self.starting_csv = Some(csv.into());
        self
    }

    /// Sets the `config` of its Subscription.
    #[must_use]
    pub fn with_config(mut self, config: Value) -> Self {
        self.config = config;
        self
    }

    /// Its objects: namespace, catalogue (where it has one of its own), group (of all namespaces) and subscription.
    #[must_use]
    pub fn resources(&self) -> Vec<Value> {
        let meta = json!({"name": self.id, "namespace": self.namespace});
        let mut objects = vec![super::namespace(&self.namespace)];
        let (mut source, mut source_namespace) = (&self.catalog.0, &self.catalog.1);
        if let Some(image) = &self.catalog_image {
            let mut spec = json!({"sourceType": "grpc", "image": image});
            if let Some(secret) = &self.pull_secret {
                spec["secrets"] = json!([secret]);
            }
            objects.push(json!({
                "apiVersion": "operators.coreos.com/v1alpha1", "kind": "CatalogSource", "metadata": meta, "spec": spec,
            }));
            (source, source_namespace) = (&self.id, &self.namespace);
        }
        objects.push(json!({
            "apiVersion": "operators.coreos.com/v1", "kind": "OperatorGroup", "metadata": meta, "spec": {},
        }));
        let mut subscription = json!({
            "source": source, "sourceNamespace": source_namespace, "name": self.package, "channel": self.channel,
            "installPlanApproval": "Automatic",
        });
        if let Some(csv) = &self.starting_csv {
            subscription["startingCSV"] = json!(csv);
        }
        if !self.config.is_null() {
            subscription["config"] = self.config.clone();
        }
        objects.push(json!({
            "apiVersion": "operators.coreos.com/v1alpha1", "kind": "Subscription", "metadata": meta, "spec": subscription,
        }));
        objects
    }
}
