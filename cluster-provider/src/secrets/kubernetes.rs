//! Credentials as Secrets in one namespace of one Kubernetes cluster. Knows nothing of records.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use async_trait::async_trait;
use k8s_openapi::ByteString;
use k8s_openapi::api::core::v1::Secret;
use kube::api::{Api, DeleteParams, ObjectMeta, Patch, PatchParams, Preconditions};
use secrecy::ExposeSecret as _;
use sha2::{Digest as _, Sha256};

use super::{SecretData, SecretRef, SecretStore, SecretStoreError};

/// Who writes the fields.
const MANAGER: &str = "mooring/cluster-provider";
/// What all Secrets of this store have, and no other.
const LABEL: (&str, &str) = ("app.kubernetes.io/managed-by", "mooring-cluster-provider");
/// Where the key stands that the name was made from.
const KEY: &str = "cluster-provider.mooring.dev/reference";

/// Credentials as Secrets. Each has a name made from its key, a label that says whose it is, and the key in an annotation; what has not
/// both is another's, and is neither read nor touched.
#[derive(Clone)]
pub struct KubernetesSecrets {
    client: kube::Client,
    namespace: String,
    wait: Duration,
}

/// Why a Secret is not used.
#[derive(Debug, thiserror::Error)]
enum Unusable {
    #[error("Secret {namespace}/{name} is there and belongs to somebody else")]
    Foreign { namespace: String, name: String },
    #[error("member {0:?} of it is no text")]
    NoText(String),
    #[error("{0:?} cannot be the name of a member: letters, digits, '-', '_' and '.' can")]
    Name(String),
}

// === impl KubernetesSecrets ===

impl KubernetesSecrets {
    /// In this namespace, which has to be there. Needs `get`, `create`, `patch` and `delete` on Secrets in it.
    pub fn new(client: kube::Client, namespace: impl Into<String>) -> Self {
        Self { client, namespace: namespace.into(), wait: Duration::from_secs(10) }
    }

    /// How long one of the operations may take; 10 seconds unless said otherwise.
    #[must_use]
    pub fn timeout(mut self, wait: Duration) -> Self {
        self.wait = wait;
        self
    }

    /// The name of the Secret that is kept under this key.
    #[must_use]
    pub fn secret_name(reference: &SecretRef) -> String {
        let digest = Sha256::digest(reference.as_str());
        digest.iter().take(16).fold("cluster-credentials-".to_owned(), |name, byte| format!("{name}{byte:02x}"))
    }

    fn api(&self) -> Api<Secret> {
        Api::namespaced(self.client.clone(), &self.namespace)
    }

    async fn bounded<T>(
        &self,
        reference: &SecretRef,
        action: &'static str,
        work: impl Future<Output = Result<T, Box<dyn std::error::Error + Send + Sync>>>,
    ) -> Result<T, SecretStoreError> {
        let reference = reference.clone();
        match tokio::time::timeout(self.wait, work).await {
            Ok(done) => done.map_err(|source| SecretStoreError::Backend { reference, action, source }),
            Err(_) => Err(SecretStoreError::Timeout { reference, action, wait: self.wait }),
        }
    }

    /// The Secret under this key, when there is one.
    async fn own(&self, reference: &SecretRef) -> Result<Option<Secret>, Box<dyn std::error::Error + Send + Sync>> {
        let name = Self::secret_name(reference);
        let Some(secret) = self.api().get_opt(&name).await? else { return Ok(None) };
        let labelled =
            secret.metadata.labels.as_ref().and_then(|labels| labels.get(LABEL.0)).is_some_and(|it| it == LABEL.1);
        let key = secret.metadata.annotations.as_ref().and_then(|annotations| annotations.get(KEY));
        if labelled && key.is_some_and(|key| key == reference.as_str()) {
            return Ok(Some(secret));
        }
        Err(Unusable::Foreign { namespace: self.namespace.clone(), name }.into())
    }

    fn secret(&self, reference: &SecretRef, data: &SecretData) -> Result<Secret, Unusable> {
        let mut members = BTreeMap::new();
        for (name, value) in data.iter() {
            let fits = !name.is_empty() && name.chars().all(|one| one.is_ascii_alphanumeric() || "-_.".contains(one));
            if !fits {
                return Err(Unusable::Name(name.chars().take(64).collect()));
            }
            members.insert(name.to_owned(), ByteString(value.expose_secret().as_bytes().to_vec()));
        }
        Ok(Secret {
            metadata: ObjectMeta {
                name: Some(Self::secret_name(reference)),
                namespace: Some(self.namespace.clone()),
                labels: Some(BTreeMap::from([(LABEL.0.to_owned(), LABEL.1.to_owned())])),
                annotations: Some(BTreeMap::from([(KEY.to_owned(), reference.as_str().to_owned())])),
                ..ObjectMeta::default()
            },
            data: Some(members),
            type_: Some("Opaque".to_owned()),
            ..Secret::default()
        })
    }
}

#[async_trait]
impl SecretStore for KubernetesSecrets {
    async fn get(&self, reference: &SecretRef) -> Result<SecretData, SecretStoreError> {
        let read = self.bounded(reference, "read", async {
            let Some(secret) = self.own(reference).await? else { return Ok(None) };
            let mut data = SecretData::new();
            for (name, value) in secret.data.unwrap_or_default() {
                match String::from_utf8(value.0) {
                    Ok(text) => data = data.with(name, text),
                    // The bytes stand in the error of the conversion, so it goes no further.
                    Err(_) => return Err(Unusable::NoText(name).into()),
                }
            }
            Ok(Some(data))
        });
        read.await?.ok_or_else(|| SecretStoreError::NotFound(reference.clone()))
    }

    async fn put(&self, reference: &SecretRef, data: SecretData) -> Result<(), SecretStoreError> {
        self.bounded(reference, "written", async {
            let secret = self.secret(reference, &data)?;
            self.own(reference).await?;
            // Members that were applied before and are not any more go with this.
            let apply = PatchParams::apply(MANAGER).force();
            self.api().patch(&Self::secret_name(reference), &apply, &Patch::Apply(&secret)).await?;
            Ok(())
        })
        .await
    }

    async fn delete(&self, reference: &SecretRef) -> Result<(), SecretStoreError> {
        self.bounded(reference, "deleted", async {
            let Some(secret) = self.own(reference).await? else { return Ok(()) };
            // This one, and none that took its place.
            let this = Preconditions { uid: secret.metadata.uid, resource_version: None };
            let deleted =
                self.api().delete(&Self::secret_name(reference), &DeleteParams::default().preconditions(this)).await;
            match deleted {
                Err(kube::Error::Api(status)) if status.is_not_found() => Ok(()),
                other => Ok(other.map(drop)?),
            }
        })
        .await
    }
}

impl fmt::Debug for KubernetesSecrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KubernetesSecrets")
            .field("namespace", &self.namespace)
            .field("wait", &self.wait)
            .finish_non_exhaustive()
    }
}
