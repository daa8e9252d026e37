//! Kubeconfigs in Secrets, by the clusters that they are for; knows nothing of how a cluster becomes one.

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use k8s_openapi::api::core::v1::Secret;
use kube::Client;
use kube::core::ApiResource;
use sha2::{Digest as _, Sha256};

use super::SourceError;
use super::document::{Document, Id};
use super::follow::{Follow, Seen};
use super::inventory::{Descriptions, Touched};
use crate::kubeconfig::{self, TrustPolicy};
use crate::spec::ClusterSpec;

/// How often everything is listed anew, whatever the watch says.
pub(super) const RELIST: Duration = Duration::from_secs(10 * 60);

/// What a kubeconfig came out as, so that equal bytes are read once.
pub(super) struct Held {
    digest: [u8; 32],
    described: Result<ClusterSpec, SourceError>,
}

impl Held {
    /// Reads the kubeconfig in a Secret, unless it is the one from before.
    pub(super) fn read(secret: &Document, key: &str, before: Option<Self>, policy: &TrustPolicy) -> Self {
        // Nothing under the key has the digest of nothing.
        let content = secret.secret(key).unwrap_or_default();
        let digest: [u8; 32] = Sha256::digest(&*content).into();
        match before {
            Some(before) if before.digest == digest => before,
            _ => Self { digest, described: describe(&secret.id(), key, &content, policy) },
        }
    }

    pub(super) fn described(&self) -> Result<ClusterSpec, SourceError> {
        self.described.clone()
    }
}

fn describe(secret: &Id, key: &str, content: &[u8], policy: &TrustPolicy) -> Result<ClusterSpec, SourceError> {
    if content.is_empty() {
        return Err(SourceError::MissingKey { secret: secret.to_string(), key: key.to_owned() });
    }
    let origin = format!("Secret {secret}");
    let config = kubeconfig::parse_as(&origin, content, policy, None)
        .map_err(|source| SourceError::Kubeconfig { origin: origin.clone(), source })?;
    Ok(config.current()?)
}

pub(super) fn follow_secrets(client: &Client, namespace: Option<&str>, selector: &str, relist: Duration) -> Follow {
    Follow::new(client, &ApiResource::erase::<Secret>(&()), namespace, Some(selector), relist)
}

/// The kubeconfig Secrets of clusters that are known by other objects. Of several for one cluster the first one by name counts.
pub(super) struct HeldSecrets<'a> {
    data_key: &'static str,
    policy: &'a TrustPolicy,
    // Which cluster a Secret is for, if for any.
    cluster_of: fn(&Document) -> Option<Id>,
    // What to call the Secret of a cluster that has none.
    missing: Box<dyn Fn(&Id) -> String + Send + Sync + 'a>,
    held: Option<HashMap<Id, BTreeMap<String, Held>>>,
    // Which cluster each Secret was for; labels change.
    clusters: HashMap<Id, Id>,
}

impl<'a> HeldSecrets<'a> {
    pub(super) fn new(
        data_key: &'static str,
        policy: &'a TrustPolicy,
        cluster_of: fn(&Document) -> Option<Id>,
        missing: impl Fn(&Id) -> String + Send + Sync + 'a,
    ) -> Self {
        Self { data_key, policy, cluster_of, missing: Box::new(missing), held: None, clusters: HashMap::new() }
    }

    /// Takes what was seen of Secrets; the clusters that this touches.
    pub(super) fn seen(&mut self, seen: Seen) -> Touched {
        match seen {
            Seen::Listed(secrets) => {
                let mut before = self.held.take().unwrap_or_default();
                self.held = Some(HashMap::new());
                self.clusters.clear();
                for secret in &secrets {
                    if let Some(cluster) = (self.cluster_of)(secret) {
                        let old = before.get_mut(&cluster).and_then(|held| held.remove(&secret.id().name));
                        self.hold(secret, cluster, old);
                    }
                }
                Touched::All
            }
            Seen::Applied(secret) => {
                let before = self.release(&secret.id());
                let (from, old) = before.map_or((None, None), |(cluster, held)| (Some(cluster), held));
                let to = (self.cluster_of)(&secret);
                if let Some(cluster) = &to {
                    self.hold(&secret, cluster.clone(), old.filter(|_| from.as_ref() == Some(cluster)));
                }
                Touched::These(from.into_iter().chain(to).collect())
            }
            Seen::Deleted(secret) => {
                Touched::These(self.release(&secret.id()).into_iter().map(|(cluster, _)| cluster).collect())
            }
            Seen::Failed(_) => Touched::These(Vec::new()),
        }
    }

    fn hold(&mut self, secret: &Document, cluster: Id, before: Option<Held>) {
        let new = Held::read(secret, self.data_key, before, self.policy);
        self.clusters.insert(secret.id(), cluster.clone());
        self.held.get_or_insert_default().entry(cluster).or_default().insert(secret.id().name, new);
    }

    /// Forgets a Secret; the cluster that it was for, and what it held.
    fn release(&mut self, secret: &Id) -> Option<(Id, Option<Held>)> {
        let cluster = self.clusters.remove(secret)?;
        let all = self.held.get_or_insert_default();
        let mut held = None;
        if let Some(of_cluster) = all.get_mut(&cluster) {
            held = of_cluster.remove(&secret.name);
            if of_cluster.is_empty() {
                all.remove(&cluster);
            }
        }
        Some((cluster, held))
    }
}

impl Descriptions for HeldSecrets<'_> {
    fn is_complete(&self) -> bool {
        self.held.is_some()
    }

    fn of(&self, cluster: &Id) -> Result<ClusterSpec, SourceError> {
        let held = self.held.as_ref().and_then(|held| held.get(cluster)?.values().next());
        held.map_or_else(|| Err(SourceError::NoSecret { secret: (self.missing)(cluster) }), Held::described)
    }
}
