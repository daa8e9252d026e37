//! From what a source says about a credential to something that hands it out, and when to ask again. Does no I/O.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use tokio::sync::Semaphore;

use super::bearer::{Bearers, Refused};
use super::exec::{ExecOptions, ExecProvider};
use super::file::{CertificateFiles, TokenFile};
use super::{AuthError, Credential, CredentialProvider, Material};
use crate::spec::CredentialSpec;

/// When a provider is asked again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Renewal {
    /// Never: it would say the same.
    Never,
    /// So often, and when the credential is refused.
    Reread(Duration),
    /// Before the credential expires, when it is older than this, and when it is refused.
    Fetch {
        /// How old a credential becomes that says nothing about its expiry.
        max_age: Duration,
    },
}

/// Where the credential of a connection comes from.
#[derive(Debug, Clone)]
pub(crate) struct Origin {
    pub(crate) provider: Arc<dyn CredentialProvider>,
    pub(crate) renewal: Renewal,
}

/// What a program is told about the cluster.
#[derive(Debug, Clone, Default)]
pub(crate) struct ClusterInfo {
    pub(crate) server: String,
    pub(crate) tls_server_name: Option<String>,
    pub(crate) insecure_skip_tls_verify: bool,
    pub(crate) roots: Option<Arc<[u8]>>,
}

/// How often files are read again: a minute, ten seconds early, as client-go and kube do.
pub(crate) const REREAD: Duration = Duration::from_secs(50);
/// How old a credential becomes that says nothing about its expiry.
pub(crate) const MAX_AGE: Duration = Duration::from_secs(60 * 60);

impl Origin {
    /// Where this credential comes from. `turns` bounds how many programs run at a time.
    pub(crate) fn new(
        spec: &CredentialSpec,
        exec: &Arc<ExecOptions>,
        turns: &Arc<Semaphore>,
        cluster: impl FnOnce() -> ClusterInfo,
    ) -> Self {
        let fixed = |material| Self { provider: Arc::new(Fixed(material)), renewal: Renewal::Never };
        match spec {
            CredentialSpec::Anonymous => fixed(Material::Anonymous),
            CredentialSpec::Token(token) => fixed(Material::Token(token.clone())),
            CredentialSpec::Basic { username, password } => {
                fixed(Material::Basic { username: username.clone(), password: password.clone() })
            }
            CredentialSpec::Certificate { chain, key } => {
                fixed(Material::Certificate { chain: Arc::clone(chain), key: key.clone(), token: None })
            }
            CredentialSpec::TokenFile(path) => {
                Self { provider: Arc::new(TokenFile(path.clone())), renewal: Renewal::Reread(REREAD) }
            }
            CredentialSpec::CertificateFiles { chain, key } => Self {
                provider: Arc::new(CertificateFiles { chain: chain.clone(), key: key.clone() }),
                renewal: Renewal::Reread(REREAD),
            },
            CredentialSpec::Exec(spec) => {
                let provider: Arc<dyn CredentialProvider> = match exec.resolve(spec) {
                    Ok(Some(source)) => Arc::new(Bearers::new(source)),
                    Ok(None) if spec.in_process_only => {
                        Arc::new(Refused(AuthError::ExecNotRun { command: spec.command.clone() }))
                    }
                    Ok(None) => {
                        let info = if spec.provide_cluster_info { Some(cluster()) } else { None };
                        Arc::new(ExecProvider::new(Arc::clone(spec), info, Arc::clone(exec), Arc::clone(turns)))
                    }
                    Err(error) => Arc::new(Refused(AuthError::Provider(Arc::new(error)))),
                };
                Self { provider, renewal: Renewal::Fetch { max_age: MAX_AGE } }
            }
            CredentialSpec::Custom(provider) => {
                Self { provider: Arc::clone(provider), renewal: Renewal::Fetch { max_age: MAX_AGE } }
            }
        }
    }

    /// Asks for a credential, and no longer than this.
    pub(crate) async fn fetch(&self, within: Duration) -> Result<Credential, AuthError> {
        match tokio::time::timeout(within, self.provider.credential()).await {
            Ok(outcome) => outcome,
            Err(_elapsed) => Err(AuthError::Timeout { after: within }),
        }
    }
}

/// Always the same.
#[derive(Debug)]
struct Fixed(Material);

#[async_trait]
impl CredentialProvider for Fixed {
    async fn credential(&self) -> Result<Credential, AuthError> {
        Ok(Credential::new(self.0.clone()))
    }
}
