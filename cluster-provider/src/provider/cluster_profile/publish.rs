//! Lists clusters of any provider as `ClusterProfile` objects, for whoever reads those. Knows nothing of what a profile says.

use std::collections::{BTreeMap, BTreeSet};

use kube::Client;
use serde_json::Value;

use super::desired::{
    Intent, MANAGER, PUBLISHED, PublisherOptions, intent, profile, profile_name, profile_status, with_held_access,
};
use super::profiles;
use crate::cluster::{Cluster, ClusterId, ProviderType};
use crate::provider::in_cluster::{Failing, Objects};
use crate::provider::{CallContext, ProviderError, ProviderErrorKind};

/// Writes a profile for every cluster that is ready, keeps it up to date, and takes it away when the cluster leaves. Cheap to clone; owns no
/// task: call it whenever a record changes, and [`sync`](Self::sync) now and then for what was missed.
///
/// Needs the verbs `get`, `list`, `create`, `patch` and `delete` on `clusterprofiles.multicluster.x-k8s.io`, and `patch` on its status.
#[derive(Clone)]
pub struct ClusterProfilePublisher {
    client: Client,
    options: PublisherOptions,
    provider: ProviderType,
}

/// What became of the profile of one record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Published {
    /// It is there and up to date.
    There,
    /// It was not there, and the cluster is not one to be published.
    NotThere,
    /// It was taken away.
    Withdrawn,
}

/// What became of the profiles of all records.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct Synced {
    /// What became of each.
    pub records: BTreeMap<ClusterId, Published>,
    /// Names of profiles that were taken away because no record belongs to them.
    pub withdrawn: Vec<String>,
    /// What failed, by the name of the profile. The others went on.
    pub failed: BTreeMap<String, ProviderError>,
}

// === impl ClusterProfilePublisher ===

impl ClusterProfilePublisher {
    /// Publishes in the cluster of `client`.
    #[must_use]
    pub fn new(client: Client, options: PublisherOptions) -> Self {
        Self { client, options, provider: ProviderType::CLUSTER_PROFILE }
    }

    /// Brings the profile of one record to where it should be; see [`intent`]. `connection` says where the cluster is reached; only its address
    /// and authority are published, and only under [`PublisherOptions::access_provider`]. Without it, a ready cluster is listed without an
    /// address, and one that is merely not ready at the moment keeps what was said of it.
    ///
    /// # Errors
    /// [`Conflict`](ProviderErrorKind::Conflict) when a profile of that name is somebody else's, or what the cluster answers.
    ///
    /// # Cancel safety
    /// Safe: each write stands for itself, and the next call goes on.
    pub async fn publish(
        &self,
        call: &CallContext,
        record: &Cluster,
        connection: Option<&cluster_client::ClusterSpec>,
    ) -> Result<Published, ProviderError> {
        let name = profile_name(&record.id);
        let objects = self.objects(call, "publish", &name);
        let held = self.held(&objects, &name).await?;
        match (intent(record), held) {
            (Intent::Withdraw, Some(held)) => {
                self.delete(&objects, &name, &held).await?;
                Ok(Published::Withdrawn)
            }
            (Intent::Withdraw | Intent::Refresh, None) => Ok(Published::NotThere),
            (intent, held) => {
                let namespace = Some(self.options.namespace.as_str());
                let manager = &self.options.field_manager;
                let object = profile(record, &self.options);
                objects.apply(&profiles(), namespace, &name, &object, manager, false).await?;
                let mut status = profile_status(record, connection, &self.options);
                if let (Intent::Refresh, None, Some(held)) = (intent, connection, &held) {
                    status = with_held_access(status, held, &self.options);
                }
                objects.apply_status(&profiles(), namespace, &name, &status, manager).await?;
                Ok(Published::There)
            }
        }
    }

    /// Takes the profile of a record away that is gone. Whether it was there.
    ///
    /// # Errors
    /// As [`publish`](Self::publish).
    ///
    /// # Cancel safety
    /// Safe.
    pub async fn withdraw(&self, call: &CallContext, id: &ClusterId) -> Result<bool, ProviderError> {
        let name = profile_name(id);
        let objects = self.objects(call, "withdraw", &name);
        match self.held(&objects, &name).await? {
            Some(held) => self.delete(&objects, &name, &held).await,
            None => Ok(false),
        }
    }

    /// Brings the profiles of all records to where they should be, and takes those of ours away to which no record belongs. `records` has to be
    /// all of them. One that fails does not hold up the others.
    ///
    /// # Errors
    /// When the profiles cannot be listed. When there are profiles of ours and no record at all: that is more likely a mistake than the end of
    /// a fleet, and [`withdraw`](Self::withdraw) takes them away one by one.
    ///
    /// # Cancel safety
    /// Safe.
    pub async fn sync<'a>(
        &self,
        call: &CallContext,
        records: impl IntoIterator<Item = (&'a Cluster, Option<&'a cluster_client::ClusterSpec>)>,
    ) -> Result<Synced, ProviderError> {
        let objects = self.objects(call, "sync", "(all)");
        let there = self.ours(&objects).await?;
        let mut synced = Synced::default();
        let mut named = BTreeSet::new();
        for (record, connection) in records {
            let name = profile_name(&record.id);
            match self.publish(call, record, connection).await {
                Ok(became) => drop(synced.records.insert(record.id.clone(), became)),
                Err(error) => drop(synced.failed.insert(name.clone(), error)),
            }
            named.insert(name);
        }
        self.withdraw_others(&objects, &there, &named, &mut synced).await?;
        Ok(synced)
    }

    /// The second half of [`sync`](Self::sync): takes those profiles of ours away to which none of these records belongs, which have to be all
    /// of them. Says nothing of the records.
    ///
    /// # Errors
    /// As [`sync`](Self::sync).
    ///
    /// # Cancel safety
    /// Safe.
    pub async fn sweep(&self, call: &CallContext, records: &BTreeSet<ClusterId>) -> Result<Synced, ProviderError> {
        let objects = self.objects(call, "sweep", "(all)");
        let there = self.ours(&objects).await?;
        let mut swept = Synced::default();
        self.withdraw_others(&objects, &there, &records.iter().map(profile_name).collect(), &mut swept).await?;
        Ok(swept)
    }

    /// All profiles that are ours.
    async fn ours(&self, objects: &Objects<'_>) -> Result<Vec<Value>, ProviderError> {
        let selector = format!("{MANAGER}={},{PUBLISHED}=true", self.options.manager);
        objects.list(&profiles(), Some(&self.options.namespace), Some(&selector)).await
    }

    /// Takes those away that are called otherwise.
    async fn withdraw_others(
        &self,
        objects: &Objects<'_>,
        there: &[Value],
        named: &BTreeSet<String>,
        synced: &mut Synced,
    ) -> Result<(), ProviderError> {
        if named.is_empty() && !there.is_empty() {
            let why = format!("there are {} profiles of ours and no record; they are left alone", there.len());
            return Err(objects.failing.with(ProviderErrorKind::Invalid, why));
        }
        for profile in there {
            let name = profile["metadata"]["name"].as_str().unwrap_or_default();
            if name.is_empty() || named.contains(name) {
                continue;
            }
            match self.delete(objects, name, profile).await {
                Ok(true) => synced.withdrawn.push(name.to_owned()),
                // Somebody else did it.
                Ok(false) => {}
                Err(error) => drop(synced.failed.insert(name.to_owned(), error)),
            }
        }
        Ok(())
    }

    fn objects<'a>(&'a self, call: &'a CallContext, operation: &'static str, name: &'a str) -> Objects<'a> {
        let failing = Failing { provider: &self.provider, operation, cluster: name };
        Objects { call, failing, client: &self.client }
    }

    /// The profile of this name, which has to be ours.
    async fn held(&self, objects: &Objects<'_>, name: &str) -> Result<Option<Value>, ProviderError> {
        let held = objects.get(&profiles(), Some(&self.options.namespace), name).await?;
        let is_ours = |held: &Value| {
            let labels = &held["metadata"]["labels"];
            labels[PUBLISHED] == "true" && labels[MANAGER] == self.options.manager.as_str()
        };
        match held {
            Some(held) if !is_ours(&held) => {
                let why = "a profile of this name is somebody else's; choose another namespace";
                Err(objects.failing.with(ProviderErrorKind::Conflict, why))
            }
            held => Ok(held),
        }
    }

    async fn delete(&self, objects: &Objects<'_>, name: &str, held: &Value) -> Result<bool, ProviderError> {
        let uid = held["metadata"]["uid"].as_str();
        objects.delete(&profiles(), Some(&self.options.namespace), name, uid).await
    }
}

impl std::fmt::Debug for ClusterProfilePublisher {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ClusterProfilePublisher").field("options", &self.options).finish_non_exhaustive()
    }
}
