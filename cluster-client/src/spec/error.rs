//! Why a description cannot be used; knows nothing of where it was found.

use std::path::PathBuf;
use std::sync::Arc;

/// What a source said about a cluster cannot be used.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum SpecError {
    /// The address of the API server is missing or no URL.
    #[error("server {server:?} is no https URL: {reason}")]
    Server {
        /// What was given, without name and password.
        server: String,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// A certificate, key or bundle cannot be read.
    #[error("{what}: {reason}")]
    Material {
        /// Which one, such as `client-certificate-data`.
        what: &'static str,
        /// What is wrong with it.
        reason: String,
    },
    /// A file cannot be read.
    #[error("{what} {path:?} cannot be read")]
    File {
        /// Which one, such as `certificate-authority`.
        what: &'static str,
        /// Where.
        path: PathBuf,
        /// What the file system says.
        #[source]
        source: Arc<std::io::Error>,
    },
    /// The trust policy refuses something in the description.
    #[error("{what} is refused by policy; {allow}")]
    Refused {
        /// What, such as `exec "aws"`.
        what: String,
        /// How to allow it.
        allow: &'static str,
    },
    /// Something that the description refers to is not there.
    #[error("{what} {name:?} is not defined")]
    Missing {
        /// What, such as `user`.
        what: &'static str,
        /// The name that was referred to.
        name: String,
    },
    /// Several things bear the same name: which one is meant cannot be told.
    #[error("{what} {name:?} is defined more than once")]
    Duplicate {
        /// What, such as `user`.
        what: &'static str,
        /// The name.
        name: String,
    },
    /// Something in the description has not the form it must have.
    #[error("{what}: {reason}")]
    Malformed {
        /// What, such as `token of user "admin"`.
        what: String,
        /// What is wrong with it; never its content.
        reason: &'static str,
    },
    /// A context of a kubeconfig cannot be used.
    #[error("context {context:?} of {origin} cannot be used")]
    Context {
        /// Name of the context.
        context: String,
        /// Which file or Secret.
        origin: String,
        /// Why.
        #[source]
        source: Arc<SpecError>,
    },
    /// The proxy on the way cannot be used.
    #[error("proxy-url cannot be used")]
    Proxy(#[source] crate::path::PathSpecError),
    /// Something this family does not do.
    #[error("{what} is not supported; {instead}")]
    Unsupported {
        /// What.
        what: String,
        /// What to do instead.
        instead: &'static str,
    },
}

impl SpecError {
    /// What is wrong, without the context it was found in.
    #[must_use]
    pub fn root(&self) -> &Self {
        match self {
            Self::Context { source, .. } => source.root(),
            other => other,
        }
    }
}
