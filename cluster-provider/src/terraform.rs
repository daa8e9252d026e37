//! What clusters are filled with, put together from parts: resource sets with values of the cluster in them. Knows nothing of providers.
//!
//! ```
//! use cluster_provider::terraform::{Terraform, parts};
//!
//! let terraform = Terraform::builder()
//!     .set("ext-base", [parts::namespace("observability"), parts::namespace("apps")])
//!     .yaml("ext-dns", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: where, namespace: apps}\ndata: {domain: '{{cluster.dns}}'}")?
//!     .build();
//! # Ok::<(), cluster_provider::terraform::TemplateError>(())
//! ```
//!
//! Values stand in texts of the resources, between double braces, and are put in after the YAML was read: no value can become more than a text.
//!
//! Source: the resource set of `clusters_mgr.go` of kas-fleet-manager, in general form.

pub mod parts;
mod template;

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use async_trait::async_trait;
use secrecy::ExposeSecret as _;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

pub use self::template::{TemplateError, Values};
use crate::cluster::Cluster;
use crate::manager::{Blueprint, TerraformError, Terraformer};
use crate::provider::{Addon, MachinePoolRequest, ResourceSet};
use crate::secrets::{SecretRef, SecretStore};

/// A blueprint for all clusters, with the values of each.
#[derive(Clone)]
pub struct Terraform {
    sets: Vec<Set>,
    machine_pools: Vec<MachinePoolRequest>,
    addons: Vec<Addon>,
    needs_dns: bool,
    secrets: Option<Arc<dyn SecretStore>>,
    digest: [u8; 32],
}

/// Puts a blueprint together; see [`Terraform::builder`].
#[must_use]
pub struct TerraformBuilder(Terraform);

#[derive(Clone)]
struct Set {
    name: String,
    resources: Vec<Value>,
    secrets: Vec<SecretPart>,
}

/// A Secret whose content is kept elsewhere.
#[derive(Clone)]
struct SecretPart {
    namespace: String,
    name: String,
    kept: SecretRef,
}

// === impl TerraformBuilder ===

impl TerraformBuilder {
    /// One more set of these resources; sets are applied in the order in which they are named first.
    pub fn set(mut self, name: &str, resources: impl IntoIterator<Item = Value>) -> Self {
        self.of(name).resources.extend(resources);
        self
    }

    /// These documents of YAML belong to the set, too.
    ///
    /// # Errors
    /// When it is no YAML, or a document is no object with `apiVersion`, `kind` and `metadata.name`.
    pub fn yaml(self, name: &str, text: &str) -> Result<Self, TemplateError> {
        let documents = template::documents(text, name)?;
        Ok(self.set(name, documents))
    }

    /// All files of a directory that end in `.yaml` or `.yml` belong to the set, too, in the order of their names.
    ///
    /// # Errors
    /// When one cannot be read, or as for [`yaml`](Self::yaml).
    pub fn directory(mut self, name: &str, directory: impl AsRef<Path>) -> Result<Self, TemplateError> {
        for (path, text) in template::files(directory.as_ref())? {
            let documents = template::documents(&text, &path)?;
            self = self.set(name, documents);
        }
        Ok(self)
    }

    /// A Secret belongs to the set whose members are kept in the [store of secrets](Self::secret_store).
    pub fn secret(mut self, set: &str, namespace: impl Into<String>, name: impl Into<String>, kept: SecretRef) -> Self {
        self.of(set).secrets.push(SecretPart { namespace: namespace.into(), name: name.into(), kept });
        self
    }

    /// Where the content of Secrets is kept.
    pub fn secret_store(mut self, secrets: Arc<dyn SecretStore>) -> Self {
        self.0.secrets = Some(secrets);
        self
    }

    /// Every cluster has this machine pool.
    pub fn machine_pool(mut self, pool: MachinePoolRequest) -> Self {
        self.0.machine_pools.push(pool);
        self
    }

    /// Every cluster has this add-on.
    pub fn addon(mut self, addon: Addon) -> Self {
        self.0.addons.push(addon);
        self
    }

    /// The domain of its applications has to be known before a cluster is filled.
    pub fn needs_dns(mut self) -> Self {
        self.0.needs_dns = true;
        self
    }

    /// The blueprint.
    #[must_use]
    pub fn build(mut self) -> Terraform {
        let mut hasher = Sha256::new();
        let sets = self.0.sets.iter();
        let parts = sets.map(|set| {
            let secrets = set.secrets.iter().map(|part| format!("{}/{}={}", part.namespace, part.name, part.kept));
            serde_json::json!([set.name, set.resources, secrets.collect::<Vec<_>>()])
        });
        let whole =
            serde_json::json!([parts.collect::<Vec<_>>(), self.0.machine_pools, self.0.addons, self.0.needs_dns]);
        hasher.update(whole.to_string());
        self.0.digest = hasher.finalize().into();
        self.0
    }

    fn of(&mut self, name: &str) -> &mut Set {
        let sets = &mut self.0.sets;
        let at = sets.iter().position(|set| set.name == name).unwrap_or_else(|| {
            sets.push(Set { name: name.to_owned(), resources: Vec::new(), secrets: Vec::new() });
            sets.len() - 1
        });
        &mut sets[at]
    }
}

impl fmt::Debug for TerraformBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("TerraformBuilder").field(&self.0).finish()
    }
}

// === impl Terraform ===

impl Terraform {
    /// Begins with nothing.
    pub fn builder() -> TerraformBuilder {
        TerraformBuilder(Self {
            sets: Vec::new(),
            machine_pools: Vec::new(),
            addons: Vec::new(),
            needs_dns: false,
            secrets: None,
            digest: [0; 32],
        })
    }

    async fn fill(&self, set: &Set, values: &Values) -> Result<ResourceSet, Box<dyn std::error::Error + Send + Sync>> {
        let mut resources = Vec::with_capacity(set.resources.len() + set.secrets.len());
        for resource in &set.resources {
            resources.push(template::filled(resource, values)?);
        }
        for part in &set.secrets {
            let store = self.secrets.as_ref().ok_or("no store of secrets is configured")?;
            let data = store.get(&part.kept).await?;
            let members = data.iter().map(|(member, value)| (member.to_owned(), value.expose_secret().to_owned()));
            resources.push(parts::secret(&part.namespace, &part.name, members));
        }
        Ok(ResourceSet::new(&*set.name, resources))
    }
}

#[async_trait]
impl Terraformer for Terraform {
    /// Changes with the parts and with the values of the cluster; what is in Secrets is looked at whenever sets are applied again.
    fn revision(&self, cluster: &Cluster) -> Option<String> {
        let mut hasher = Sha256::new();
        hasher.update(self.digest);
        Values::of(cluster).digest_into(&mut hasher);
        Some(hasher.finalize().iter().take(16).map(|byte| format!("{byte:02x}")).collect())
    }

    async fn blueprint(&self, cluster: &Cluster) -> Result<Blueprint, TerraformError> {
        let values = Values::of(cluster);
        let mut blueprint = Blueprint::new();
        blueprint.machine_pools.clone_from(&self.machine_pools);
        blueprint.addons.clone_from(&self.addons);
        blueprint.needs_dns = self.needs_dns;
        for set in &self.sets {
            let set = self.fill(set, &values).await.map_err(|error| TerraformError::new(cluster, error))?;
            blueprint.sets.push(set);
        }
        Ok(blueprint)
    }
}

impl fmt::Debug for Terraform {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sets: Vec<_> = self.sets.iter().map(|set| (&set.name, set.resources.len() + set.secrets.len())).collect();
        f.debug_struct("Terraform").field("sets", &sets).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cluster::ClusterStatus;
    use crate::secrets::{MockSecretStore, SecretData};
    use crate::testing::records::cluster;

    #[tokio::test]
    async fn sets_keep_their_order_and_hold_the_clusters_values() {
        let terraform = Terraform::builder()
            .set("ext-base", [parts::namespace("apps")])
            .yaml(
                "ext-more",
                "{apiVersion: v1, kind: ConfigMap, metadata: {name: c}, data: {where: '{{cluster.region}}'}}",
            )
            .unwrap()
            .build();
        let blueprint = terraform.blueprint(&cluster(ClusterStatus::Provisioned)).await.unwrap();
        let names: Vec<_> = blueprint.sets.iter().map(|set| set.name.as_str()).collect();
        assert_eq!(names, ["ext-base", "ext-more"]);
        assert_eq!(blueprint.sets[1].resources[0]["data"]["where"], "us-east-1");
    }

    #[tokio::test]
    async fn a_secret_comes_from_the_store_and_is_shown_nowhere() {
        let mut store = MockSecretStore::new();
        store.expect_get().returning(|_| Ok(SecretData::new().with("password", "s3ntinel")));
        let terraform = Terraform::builder()
            .secret("ext-base", "apps", "login", SecretRef::new("vault/login"))
            .secret_store(Arc::new(store))
            .build();
        let blueprint = terraform.blueprint(&cluster(ClusterStatus::Provisioned)).await.unwrap();
        assert_eq!(blueprint.sets[0].resources[0]["stringData"]["password"], "s3ntinel");
        assert!(!format!("{terraform:?} {blueprint:?}").contains("s3ntinel"));
    }

    #[test]
    fn another_part_or_another_value_is_another_revision() {
        let one = Terraform::builder().set("s", [parts::namespace("a")]).build();
        let other = Terraform::builder().set("s", [parts::namespace("b")]).build();
        let mut cluster = cluster(ClusterStatus::Ready);
        assert_ne!(one.revision(&cluster), other.revision(&cluster));
        let before = one.revision(&cluster);
        assert_eq!(before, one.revision(&cluster));
        cluster.cluster_dns = Some("apps.example.com".to_owned());
        assert_ne!(before, one.revision(&cluster));
    }
}
