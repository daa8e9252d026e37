//! Why there is no accepted credential. Holds no credential, and no output of a program that may hold one.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use crate::error::ErrorClass;

/// Why there is no accepted credential.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum AuthError {
    /// The API server refused it.
    #[error("the API server refuses the credential; renew it")]
    Rejected,
    /// The API server refused it so often that it is not asked for a while.
    #[error(
        "the API server keeps refusing the credential; it is asked again in {retry_in:?}, or when the credential changes"
    )]
    Suspended {
        /// How long nothing is sent.
        retry_in: Duration,
    },
    /// A file cannot be read.
    #[error("{what} {path:?} cannot be read")]
    File {
        /// Which one, such as `token file`.
        what: &'static str,
        /// Where.
        path: PathBuf,
        /// What the file system says.
        #[source]
        source: Arc<std::io::Error>,
    },
    /// A credential cannot be used.
    #[error("{what} cannot be used: {reason}")]
    Malformed {
        /// Which part, such as `client certificate`.
        what: &'static str,
        /// What is wrong with it, without the thing itself.
        reason: String,
    },
    /// A program cannot be started.
    #[error("{command:?} cannot be started{}", hint.as_ref().map(|hint| format!("; {hint}")).unwrap_or_default())]
    ExecStart {
        /// The program.
        command: String,
        /// What its description says about getting it.
        hint: Option<String>,
        /// What the system says.
        #[source]
        source: Arc<std::io::Error>,
    },
    /// No program may be run for this cluster, and nobody in this process does this one's work.
    #[error(
        "{command:?} is not run, and nothing in this process does its work; name a resolver with ExecOptions::with_resolver"
    )]
    ExecNotRun {
        /// The program.
        command: String,
    },
    /// A program failed. What it printed is not shown, as it may hold secrets: run it by hand.
    #[error("{command:?} failed{}; run it by hand to see why", code.map(|code| format!(" with status {code}")).unwrap_or_default())]
    ExecFailed {
        /// The program.
        command: String,
        /// Its exit status; absent when a signal ended it.
        code: Option<i32>,
    },
    /// What a program printed is no credential. It is not shown, as it may hold secrets.
    #[error("{command:?} printed no credential: {reason}")]
    ExecOutput {
        /// The program.
        command: String,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// No credential came in time; a program that took too long was killed.
    #[error("no credential within {after:?}")]
    Timeout {
        /// How long it was waited for.
        after: Duration,
    },
    /// What an application's provider says.
    #[error("the credential provider failed")]
    Provider(#[source] Arc<dyn std::error::Error + Send + Sync>),
    /// The connection is closed, and with it what kept the credential fresh.
    #[error("the connection is closed")]
    Closed,
}

impl AuthError {
    /// What kind of trouble it is.
    #[must_use]
    pub fn class(&self) -> ErrorClass {
        match self {
            Self::Rejected | Self::Suspended { .. } => ErrorClass::CredentialRejected,
            Self::File { .. }
            | Self::Malformed { .. }
            | Self::ExecStart { .. }
            | Self::ExecNotRun { .. }
            | Self::ExecFailed { .. }
            | Self::ExecOutput { .. }
            | Self::Timeout { .. }
            | Self::Provider(_)
            | Self::Closed => ErrorClass::CredentialUnavailable,
        }
    }
}
