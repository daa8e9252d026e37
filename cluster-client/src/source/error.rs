//! Why a source cannot tell what a cluster is; knows nothing of how sources look.

use std::path::PathBuf;
use std::sync::Arc;

use crate::key::{ClusterKey, EmptyKey};
use crate::kubeconfig::KubeconfigError;
use crate::spec::SpecError;

/// What a source could not read. None of it shows what Secrets and files hold.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum SourceError {
    /// A description cannot be used.
    #[error("the description of a cluster cannot be used")]
    Spec(#[from] SpecError),
    /// A kubeconfig cannot be read at all.
    #[error("{origin} holds no usable kubeconfig")]
    Kubeconfig {
        /// Which file, or which Secret and key.
        origin: String,
        /// Why.
        #[source]
        source: KubeconfigError,
    },
    /// A file cannot be read.
    #[error("{path:?} cannot be read")]
    File {
        /// Where.
        path: PathBuf,
        /// What the file system says.
        #[source]
        source: Arc<std::io::Error>,
    },
    /// A Secret that should be there is not.
    #[error("Secret {secret} does not exist, or has not the labels that it is found by")]
    NoSecret {
        /// Namespace and name, or what it is looked for by.
        secret: String,
    },
    /// A Secret has no such key, or nothing in it.
    #[error("Secret {secret} has nothing under the key {key:?}")]
    MissingKey {
        /// Namespace and name.
        secret: String,
        /// The key.
        key: String,
    },
    /// The API server sent something else than an object of that kind, or an object that lacks what every one has.
    #[error("{object} cannot be understood: {reason}")]
    Object {
        /// Kind, namespace and name.
        object: String,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// None of the ways to reach the cluster that an object names is configured here.
    #[error("{object} names no access provider that is configured; it names {named:?}")]
    NoAccessProvider {
        /// Kind, namespace and name.
        object: String,
        /// What it names.
        named: Vec<String>,
    },
    /// The configuration of access providers cannot be used.
    #[error("access configuration: {reason}")]
    AccessConfig {
        /// What is wrong with it.
        reason: String,
    },
    /// A cluster is described twice; the first description is used.
    #[error("{key} is described by {first} and by {second}")]
    Duplicate {
        /// Which cluster.
        key: ClusterKey,
        /// Where the description is that is used.
        first: String,
        /// Where the other one is.
        second: String,
    },
    /// Two sources bear the same name, so that their clusters could not be told apart.
    #[error("there is a source {name:?} already")]
    DuplicateSource {
        /// The name.
        name: String,
    },
    /// This process does not run in a cluster.
    #[error("{variable} is not set: this process runs in no cluster, or its Pod has no service links")]
    NotInCluster {
        /// The variable that is missing or wrong.
        variable: &'static str,
    },
    /// A cluster would have no name.
    #[error("a cluster has no name")]
    Key(#[from] EmptyKey),
}
