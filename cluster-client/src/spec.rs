//! What a source says about a cluster, and how two such descriptions differ; knows nothing of sources or sockets.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use secrecy::SecretString;
use url::Url;

use crate::auth::CredentialProvider;
use crate::path::Route;

mod build;
mod change;
mod error;
mod fingerprint;
#[cfg(test)]
mod tests;

pub use self::error::SpecError;
pub use self::fingerprint::Fingerprint;

/// The UID of a cluster's `kube-system` namespace: the same for as long as the cluster lives, and no other cluster's.
///
/// Source: the usual practice of OpenTelemetry's `k8s.cluster.uid`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ClusterUid(Arc<str>);

impl ClusterUid {
    /// Takes a UID as the API server writes it.
    #[must_use]
    pub fn new(uid: &str) -> Self {
        Self(uid.into())
    }

    /// As text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for ClusterUid {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// Everything needed to connect to one cluster.
///
/// Read whole from a source, never changed in place; [`ClusterSpec::change_from`] says what a new one means for a live connection.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct ClusterSpec {
    /// Labels that filters look at.
    pub labels: BTreeMap<String, String>,
    /// Where the API server is and how it is recognised.
    pub server: ServerSpec,
    /// How bytes get there.
    pub route: Route,
    /// Who we are.
    pub credential: CredentialSpec,
    /// Whom to act as, if not as ourselves.
    pub impersonate: Option<Impersonation>,
    /// Namespace for calls that name none; `default`.
    pub default_namespace: String,
    /// Refuse to connect to any other cluster than this.
    pub expected_uid: Option<ClusterUid>,
}

/// Where the API server is and how it is recognised.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ServerSpec {
    /// Base URL, `https` unless a test says otherwise; a path in it is kept in front of every request's.
    pub url: Url,
    /// Name in the server's certificate when it is not the URL's host.
    pub tls_server_name: Option<String>,
    /// Who signs the server's certificate.
    pub trust: ServerTrust,
}

/// Who signs an API server's certificate.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ServerTrust {
    /// The authorities that this machine trusts.
    System,
    /// These authorities, PEM.
    Roots(Arc<[u8]>),
    /// The authorities in this file, PEM, read again while the connection lives.
    RootsFile(PathBuf),
    /// Anybody. Only for one cluster at a time and said in the log.
    InsecureSkipVerify,
}

/// Who we are to a cluster.
#[derive(Clone)]
#[non_exhaustive]
pub enum CredentialSpec {
    /// Nobody.
    Anonymous,
    /// A bearer token.
    Token(SecretString),
    /// A bearer token in a file that something else keeps fresh.
    TokenFile(PathBuf),
    /// A name and a password (HTTP Basic).
    Basic {
        /// Name.
        username: String,
        /// Password.
        password: SecretString,
    },
    /// A client certificate, PEM.
    Certificate {
        /// The chain, leaf first.
        chain: Arc<[u8]>,
        /// The key of the leaf.
        key: SecretString,
    },
    /// A client certificate in files that something else keeps fresh.
    CertificateFiles {
        /// The chain, leaf first.
        chain: PathBuf,
        /// The key of the leaf.
        key: PathBuf,
    },
    /// A program that prints an `ExecCredential`.
    Exec(Arc<ExecSpec>),
    /// Whatever the application hands out.
    Custom(Arc<dyn CredentialProvider>),
}

/// A program that prints a credential.
///
/// Source: the `exec` member of a kubeconfig, `client.authentication.k8s.io/v1`.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ExecSpec {
    /// The program: an absolute path, or a name looked for in `PATH`.
    pub command: String,
    /// Its arguments.
    pub args: Vec<String>,
    /// Variables added to its environment.
    pub env: Vec<(String, String)>,
    /// `client.authentication.k8s.io/v1` or `…/v1beta1`.
    pub api_version: String,
    /// Whether the program is told about the cluster (`KUBERNETES_EXEC_INFO`).
    pub provide_cluster_info: bool,
    /// `config` of the cluster in what the program is told, as JSON.
    pub cluster_config: Option<serde_json::Value>,
    /// What to tell a person whose machine has no such program.
    pub install_hint: Option<String>,
    /// Whether it is never run, and only a resolver does its work ([`ExecOptions::with_resolver`](crate::auth::ExecOptions::with_resolver)).
    pub in_process_only: bool,
}

impl std::fmt::Debug for ServerTrust {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::System => f.write_str("System"),
            Self::Roots(pem) => write!(f, "Roots({} bytes)", pem.len()),
            Self::RootsFile(path) => f.debug_tuple("RootsFile").field(path).finish(),
            Self::InsecureSkipVerify => f.write_str("InsecureSkipVerify"),
        }
    }
}

impl std::fmt::Debug for CredentialSpec {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Anonymous => f.write_str("Anonymous"),
            Self::Token(_) => f.write_str("Token"),
            Self::TokenFile(path) => f.debug_tuple("TokenFile").field(path).finish(),
            Self::Basic { .. } => f.write_str("Basic"),
            Self::Certificate { chain, .. } => write!(f, "Certificate({} bytes)", chain.len()),
            Self::CertificateFiles { chain, key } => {
                f.debug_struct("CertificateFiles").field("chain", chain).field("key", key).finish()
            }
            Self::Exec(exec) => exec.fmt(f),
            Self::Custom(provider) => f.debug_tuple("Custom").field(provider).finish(),
        }
    }
}

impl std::fmt::Debug for ExecSpec {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Arguments and variables may hold secrets.
        let env: Vec<_> = self.env.iter().map(|(name, _)| name).collect();
        f.debug_struct("ExecSpec")
            .field("command", &self.command)
            .field("args", &self.args.len())
            .field("env", &env)
            .field("api_version", &self.api_version)
            .finish_non_exhaustive()
    }
}

/// Whom to act as.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Impersonation {
    /// User name.
    pub user: String,
    /// Groups.
    pub groups: Vec<String>,
    /// UID, if one is given.
    pub uid: Option<String>,
}

/// What a new description means for a live connection. Each kind includes those before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Change {
    /// Nothing that matters to a connection.
    None,
    /// Only labels: filters look again.
    Labels,
    /// Only the credential: swapped in place under the same client.
    Credential,
    /// The address, the way, the trust or the identity we act as: a new client is made before the old one goes.
    Connection,
}
