//! One cluster that should be there, as it is written down.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::SourceError;
use crate::cluster::{ClusterStatus, DeletionPolicy, NewCluster, ProviderClusterId, ProviderType};

/// All clusters that should be there, each id once.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct DesiredClusters {
    /// In the order in which they are written.
    pub clusters: Vec<DesiredCluster>,
    /// What was written and means nothing: the path of each unknown key.
    pub warnings: Vec<String>,
    /// Parts of the source that could not be read. What they list is not known, so that nothing is taken away while there are any.
    pub unread: Vec<Arc<SourceError>>,
}

/// Where the life of a cluster may begin that is written down.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum InitialStatus {
    /// It is being built elsewhere.
    #[default]
    #[serde(rename = "cluster_provisioning")]
    Provisioning,
    /// It is there, and empty.
    #[serde(rename = "cluster_provisioned")]
    Provisioned,
    /// It is there, and set up.
    #[serde(rename = "ready")]
    Ready,
}

/// A cluster that should be there.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct DesiredCluster {
    /// The provider's name of it.
    pub cluster_id: ProviderClusterId,
    /// Its name: for the standalone provider, that of its kubeconfig context, and required.
    #[serde(default)]
    pub name: Option<String>,
    /// In which cloud.
    #[serde(default)]
    pub cloud_provider: String,
    /// Where in it.
    #[serde(default)]
    pub region: String,
    /// Whether it is spread over several zones.
    #[serde(default)]
    pub multi_az: bool,
    /// Whether workloads may be placed in it. Not when nothing is said.
    #[serde(default)]
    pub schedulable: bool,
    /// How many workloads it takes; unlimited below zero.
    #[serde(default = "unlimited", alias = "kafka_instance_limit", alias = "central_instance_limit")]
    pub instance_limit: i64,
    /// Where its life begins.
    #[serde(default)]
    pub status: InitialStatus,
    /// Which provider; `ocm` when nothing is said.
    #[serde(default = "ocm")]
    pub provider_type: ProviderType,
    /// The domain of its applications; required for the standalone provider.
    #[serde(default)]
    pub cluster_dns: Option<String>,
    /// Which classes of workloads it takes, with commas between; all when empty.
    #[serde(default, alias = "supported_instance_type")]
    pub workload_types: String,
    /// What to find it by.
    #[serde(default)]
    pub labels: BTreeMap<String, String>,
    /// What removing it from here takes away.
    #[serde(default)]
    pub deletion_policy: DeletionPolicy,
    /// How it is reached, and everything else in the provider's words.
    #[serde(default)]
    pub provider_spec: Value,
}

/// Something written that makes no sense.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidEntry {
    /// It is no list of clusters.
    #[error("at {path}")]
    #[non_exhaustive]
    Syntax {
        /// Where.
        path: String,
        /// What is wrong.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// Nothing at all, or anything but a list: what is left of a file that was cut off, or what a server says instead of an answer.
    #[error("there is no list `clusters`; one that is empty is `clusters: []`")]
    NoList,
    /// One id twice.
    #[error("cluster_id {0} is written twice")]
    Duplicate(ProviderClusterId),
    /// An id that another part of the source has.
    #[error("cluster_id {cluster_id} is written in {other} too")]
    #[non_exhaustive]
    Elsewhere {
        /// Which one.
        cluster_id: ProviderClusterId,
        /// Where else.
        other: String,
    },
    /// A standalone cluster without something that it needs.
    #[error("cluster {cluster_id} is standalone and has no {field}")]
    #[non_exhaustive]
    Missing {
        /// Which one.
        cluster_id: ProviderClusterId,
        /// What.
        field: &'static str,
    },
}

const fn unlimited() -> i64 {
    -1
}

const fn ocm() -> ProviderType {
    ProviderType::OCM
}

/// The file as it is written.
#[derive(Deserialize)]
struct Document {
    clusters: Option<Vec<Written>>,
    #[serde(flatten)]
    unknown: BTreeMap<String, Value>,
}

#[derive(Deserialize)]
struct Written {
    #[serde(flatten)]
    cluster: DesiredCluster,
    #[serde(flatten)]
    rest: BTreeMap<String, Value>,
}

/// Every key that an entry may have.
const KEYS: [&str; 17] = [
    "cluster_id",
    "name",
    "cloud_provider",
    "region",
    "multi_az",
    "schedulable",
    "instance_limit",
    "kafka_instance_limit",
    "central_instance_limit",
    "status",
    "provider_type",
    "cluster_dns",
    "workload_types",
    "supported_instance_type",
    "labels",
    "deletion_policy",
    "provider_spec",
];

// === impl DesiredClusters ===

impl DesiredClusters {
    /// These.
    ///
    /// # Errors
    /// When one id is there twice, or a standalone cluster lacks its name or domain.
    pub fn new(clusters: Vec<DesiredCluster>) -> Result<Self, InvalidEntry> {
        let mut ids = BTreeSet::new();
        for cluster in &clusters {
            if !ids.insert((&cluster.provider_type, &cluster.cluster_id)) {
                return Err(InvalidEntry::Duplicate(cluster.cluster_id.clone()));
            }
            if cluster.provider_type == ProviderType::STANDALONE {
                let missing = [("name", &cluster.name), ("cluster_dns", &cluster.cluster_dns)];
                if let Some((field, _)) =
                    missing.into_iter().find(|(_, value)| value.as_deref().is_none_or(str::is_empty))
                {
                    return Err(InvalidEntry::Missing { cluster_id: cluster.cluster_id.clone(), field });
                }
            }
        }
        Ok(Self { clusters, warnings: Vec::new(), unread: Vec::new() })
    }

    /// Whether everything was read that there is.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.unread.is_empty()
    }

    /// Reads YAML with a list `clusters`. Unknown keys are warnings; an unknown status, an entry without id, or a document without the list is an
    /// error.
    ///
    /// # Errors
    /// When it is no such list, or says what cannot be.
    pub fn from_yaml(text: &str) -> Result<Self, InvalidEntry> {
        let syntax = |path: &str, source: Box<dyn std::error::Error + Send + Sync>| InvalidEntry::Syntax {
            path: path.to_owned(),
            source,
        };
        let whole: Value = serde_saphyr::from_str(text).map_err(|error| syntax("the document", error.into()))?;
        if whole.is_null() {
            return Err(InvalidEntry::NoList);
        }
        let document: Document = serde_path_to_error::deserialize(whole)
            .map_err(|error| syntax(&error.path().to_string(), error.into_inner().into()))?;
        let listed = document.clusters.ok_or(InvalidEntry::NoList)?;
        let mut warnings: Vec<String> = document.unknown.into_keys().collect();
        let mut clusters = Vec::with_capacity(listed.len());
        for (index, written) in listed.into_iter().enumerate() {
            let unknown = written.rest.into_keys().filter(|key| !KEYS.contains(&key.as_str()));
            warnings.extend(unknown.map(|key| format!("clusters[{index}].{key}")));
            clusters.push(written.cluster);
        }
        Ok(Self { warnings, ..Self::new(clusters)? })
    }

    /// The entry of a cluster.
    #[must_use]
    pub fn get(&self, provider: &ProviderType, id: &ProviderClusterId) -> Option<&DesiredCluster> {
        self.clusters.iter().find(|cluster| cluster.cluster_id == *id && cluster.provider_type == *provider)
    }
}

// === impl InitialStatus ===

impl From<InitialStatus> for ClusterStatus {
    fn from(status: InitialStatus) -> Self {
        match status {
            InitialStatus::Provisioning => Self::Provisioning,
            InitialStatus::Provisioned => Self::Provisioned,
            InitialStatus::Ready => Self::Ready,
        }
    }
}

// === impl DesiredCluster ===

impl DesiredCluster {
    /// Its classes of workloads.
    #[must_use]
    pub fn classes(&self) -> BTreeSet<String> {
        self.workload_types.split(',').map(str::trim).filter(|class| !class.is_empty()).map(str::to_owned).collect()
    }

    /// Whether it takes one more when it has so many.
    #[must_use]
    pub fn takes_more_than(&self, workloads: u64) -> bool {
        u64::try_from(self.instance_limit).map_or(true, |limit| workloads < limit)
    }

    /// The record that it becomes.
    #[must_use]
    pub fn record(&self) -> NewCluster {
        let mut new = NewCluster::new(self.provider_type.clone(), &*self.cloud_provider, &*self.region)
            .with_provider_cluster_id(self.cluster_id.clone())
            .with_provider_spec(self.provider_spec.clone());
        new.name.clone_from(&self.name);
        new.multi_az = self.multi_az;
        new.schedulable = self.schedulable;
        new.status = self.status.into();
        new.cluster_dns = self.cluster_dns.clone().filter(|dns| !dns.is_empty());
        new.workload_types = self.classes();
        new.labels.clone_from(&self.labels);
        new.deletion_policy = self.deletion_policy;
        new
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_said_is_as_in_the_originals() {
        let read = DesiredClusters::from_yaml("clusters:\n- cluster_id: abc\n").unwrap();
        let [cluster] = &read.clusters[..] else { panic!("{read:?}") };
        assert_eq!(cluster.provider_type, ProviderType::OCM);
        assert_eq!(cluster.status, InitialStatus::Provisioning);
        assert!(!cluster.schedulable && cluster.takes_more_than(u64::MAX) && cluster.classes().is_empty());
    }

    #[test]
    fn names_of_the_originals_are_understood() {
        let text =
            "clusters:\n- {cluster_id: a, kafka_instance_limit: 5, supported_instance_type: 'standard,developer'}\n";
        let read = DesiredClusters::from_yaml(text).unwrap();
        assert_eq!(read.warnings, Vec::<String>::new());
        assert!(read.clusters[0].takes_more_than(4) && !read.clusters[0].takes_more_than(5));
        assert_eq!(read.clusters[0].classes().into_iter().collect::<Vec<_>>(), ["developer", "standard"]);
    }

    #[test]
    fn an_id_is_written_once() {
        let text = "clusters:\n- cluster_id: a\n- cluster_id: a\n";
        assert!(matches!(DesiredClusters::from_yaml(text), Err(InvalidEntry::Duplicate(_))));
    }

    #[test]
    fn wrong_entries_are_refused_and_say_where() {
        for (text, place) in [
            ("clusters:\n- name: x\n", "clusters[0]"),
            ("clusters:\n- {cluster_id: a, status: cluster_accepted}\n", "clusters[0]"),
            ("clusters: 5\n", "clusters"),
        ] {
            let error = DesiredClusters::from_yaml(text).unwrap_err();
            assert!(error.to_string().contains(place), "{error} {text}");
        }
        assert!(DesiredClusters::from_yaml("clusters: [").is_err());
    }

    #[test]
    fn a_document_without_the_list_is_no_empty_list() {
        for text in ["", "# clusters:\n", "---\n", "null", "clusters:\n", "{}", "message: rate limit exceeded\n"] {
            assert!(matches!(DesiredClusters::from_yaml(text), Err(InvalidEntry::NoList)), "{text:?}");
        }
        for text in ["<html>busy</html>", "[]", "7", "- cluster_id: a\n"] {
            assert!(DesiredClusters::from_yaml(text).is_err(), "{text:?}");
        }
        assert!(DesiredClusters::from_yaml("clusters: []").unwrap().clusters.is_empty());
    }

    #[test]
    fn a_standalone_cluster_has_a_context_and_a_domain() {
        let text = "clusters:\n- {cluster_id: a, provider_type: standalone, name: ctx}\n";
        let error = DesiredClusters::from_yaml(text).unwrap_err();
        assert_eq!(error.to_string(), "cluster a is standalone and has no cluster_dns");
    }

    #[test]
    fn unknown_keys_are_told_and_do_no_harm() {
        let read = DesiredClusters::from_yaml("extra: 1\nclusters:\n- {cluster_id: a, regoin: x}\n").unwrap();
        assert_eq!(read.warnings, ["extra", "clusters[0].regoin"]);
    }
}
