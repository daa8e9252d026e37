//! Kubeconfigs, read under a trust policy: one description or one error for each context. Knows nothing of connections.
//!
//! A kubeconfig is read entry by entry, so that a broken user or cluster costs only the contexts that use it. What is more than data (programs,
//! files, servers that nobody recognises) is done only as far as the [`TrustPolicy`] allows it.
//!
//! ```
//! use cluster_client::kubeconfig::{self, TrustPolicy};
//!
//! let text = r"
//! clusters: [{name: c, cluster: {server: 'https://c.example:6443'}}]
//! users: [{name: good, user: {token: secret}}, {name: bad, user: {exec: {command: aws}}}]
//! contexts: [{name: good, context: {cluster: c, user: good}}, {name: bad, context: {cluster: c, user: bad}}]
//! current-context: good
//! ";
//! let config = kubeconfig::parse(text, &TrustPolicy::for_secrets(), None)?;
//! assert_eq!(config.current()?.server.url.as_str(), "https://c.example:6443/");
//! assert_eq!(config.contexts().filter(|(_, spec)| spec.is_ok()).count(), 1);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

mod document;
mod error;
mod exec;
mod policy;
mod resolve;
#[cfg(test)]
mod tests;

use serde_json::{Map, Value};

pub use self::document::MAX_BYTES;
use self::document::{Document, Entries, Fields};
pub use self::error::KubeconfigError;
pub(crate) use self::exec::{CLUSTER_EXTENSION, VERSIONS as EXEC_VERSIONS};
pub(crate) use self::policy::chooses_code;
pub use self::policy::{ExecPolicy, ProxyPolicy, TrustPolicy};
use crate::spec::{ClusterSpec, CredentialSpec, SpecError};

/// A kubeconfig that was read; its contexts are looked at when they are asked for.
#[derive(Clone)]
pub struct Kubeconfig {
    label: String,
    policy: Arc<TrustPolicy>,
    document: Document,
}

/// Reads a kubeconfig. Relative paths in it start at `base_dir`; without one they are errors.
///
/// Empty text is a kubeconfig without contexts.
///
/// # Errors
/// [`KubeconfigError`] when it is no kubeconfig at all; what is wrong with one context is found when that is asked for.
pub fn parse(
    content: impl AsRef<[u8]>,
    policy: &TrustPolicy,
    base_dir: Option<&Path>,
) -> Result<Kubeconfig, KubeconfigError> {
    parse_as("kubeconfig", content.as_ref(), policy, base_dir)
}

/// As [`parse`], with what to call it in errors: a path, or the name of a Secret.
///
/// # Errors
/// As [`parse`].
pub fn parse_as(
    label: &str,
    content: &[u8],
    policy: &TrustPolicy,
    base_dir: Option<&Path>,
) -> Result<Kubeconfig, KubeconfigError> {
    let document = Document::parse(content, label, base_dir)?;
    Ok(Kubeconfig { label: label.to_owned(), policy: Arc::new(policy.clone()), document })
}

/// Describes a cluster from a `cluster` member that stands alone, such as the one in the status of a ClusterProfile.
pub(crate) fn lone_cluster(
    name: &str,
    cluster: &Map<String, Value>,
    policy: &TrustPolicy,
    credential: CredentialSpec,
) -> Result<ClusterSpec, SpecError> {
    resolve::lone_cluster(&Fields::new("cluster", name, cluster), policy, credential)
}

/// The content of an extension in such a member.
pub(crate) fn lone_extension(
    name: &str,
    cluster: &Map<String, Value>,
    extension: &str,
) -> Result<Option<Value>, SpecError> {
    exec::extension(&Fields::new("cluster", name, cluster), extension)
}

impl Kubeconfig {
    /// Name of the current context, if one is named.
    #[must_use]
    pub fn current_context(&self) -> Option<&str> {
        self.document.current_context.as_deref()
    }

    /// The cluster of the current context; of the only one, when there is no other and none is current.
    ///
    /// # Errors
    /// [`SpecError::Context`] with what is wrong with it; [`SpecError::Malformed`] when it cannot be told which one is meant.
    pub fn current(&self) -> Result<ClusterSpec, SpecError> {
        let mut names = self.context_names();
        match (self.current_context(), names.next(), names.next()) {
            (Some(current), ..) => self.context(current),
            (None, Some(only), None) => self.context(only),
            (None, ..) => Err(SpecError::Malformed {
                what: self.label.clone(),
                reason: "it has no current context; name one with current-context",
            }),
        }
    }

    /// Names of the contexts, in order.
    pub fn context_names(&self) -> impl Iterator<Item = &str> {
        self.document.contexts.keys().map(String::as_str)
    }

    /// Every context with its cluster, or with what is wrong with it. Files that it names are looked at now.
    pub fn contexts(&self) -> impl Iterator<Item = (&str, Result<ClusterSpec, SpecError>)> {
        self.context_names().map(|name| (name, self.context(name)))
    }

    /// The cluster of one context.
    ///
    /// # Errors
    /// [`SpecError::Context`] with what is wrong with it.
    pub fn context(&self, name: &str) -> Result<ClusterSpec, SpecError> {
        resolve::context(&self.document, &self.policy, name).map_err(|error| SpecError::Context {
            context: name.to_owned(),
            origin: self.label_of(name).to_owned(),
            source: Arc::new(error),
        })
    }

    /// What the file or Secret that a context stands in is called.
    pub(crate) fn label_of(&self, context: &str) -> &str {
        self.document.contexts.get(context).map_or(&self.label, |entry| &entry.place.label)
    }

    /// Adds what `next` has and this one has not, as `kubectl` does with several files in `KUBECONFIG`: the first to say something wins. The
    /// trust policy stays.
    #[must_use]
    pub fn merge(mut self, next: Self) -> Self {
        self.document.merge(next.document);
        self
    }

    /// The files it refers to, whether or not they are there; empty when the policy lets none be read.
    #[must_use]
    pub fn files(&self) -> Vec<PathBuf> {
        let named = |entries: &Entries, what: &'static str, fields: &[&str]| -> Vec<PathBuf> {
            let one = |(name, entry): (&String, &document::Entry)| {
                let found = entry.fields(what, name).ok()?;
                let paths = fields.iter().filter_map(|field| found.text(field).ok()?);
                Some(paths.filter_map(|path| resolve::absolute(what, path, &entry.place).ok()).collect::<Vec<_>>())
            };
            entries.iter().filter_map(one).flatten().collect()
        };
        if !self.policy.allow_files {
            return Vec::new();
        }
        let mut files = named(&self.document.clusters, "cluster", &["certificate-authority"]);
        files.extend(named(&self.document.users, "user", &["client-certificate", "client-key", "tokenFile"]));
        files.sort_unstable();
        files.dedup();
        files
    }
}

impl fmt::Debug for Kubeconfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Kubeconfig")
            .field("label", &self.label)
            .field("contexts", &self.document.contexts.keys())
            .field("current_context", &self.document.current_context)
            .finish_non_exhaustive()
    }
}
