//! Why a whole kubeconfig cannot be read; knows nothing of its contexts.

use std::sync::Arc;

/// A kubeconfig cannot be read at all.
///
/// None of its text is told: it may hold a key.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum KubeconfigError {
    /// It is larger than any kubeconfig should be.
    #[error("it has {bytes} bytes, more than {limit}")]
    TooLarge {
        /// How large.
        bytes: usize,
        /// How large it may be.
        limit: usize,
    },
    /// It is not UTF-8.
    #[error("it is not UTF-8 text")]
    NotText,
    /// It is no YAML, or more of it than is read (nesting, aliases, documents).
    #[error("it is no YAML, or refers to itself too often, at line {line}, column {column}")]
    Yaml {
        /// Line, from 1; 0 when unknown.
        line: u64,
        /// Column, from 1; 0 when unknown.
        column: u64,
    },
    /// It is YAML and something else.
    #[error("it is no kubeconfig: {reason}")]
    NotAKubeconfig {
        /// What is wrong with it.
        reason: &'static str,
    },
    /// The file cannot be read.
    #[error("the file cannot be read")]
    Io(#[source] Arc<std::io::Error>),
}
