//! Programs that print a credential (`client.authentication.k8s.io/v1` and `v1beta1`): run once for each credential, away from the
//! runtime's worker threads, with bounds on everything. Knows nothing of who needs the credential.
//!
//! Source: the `exec` credential plugins of client-go, KEP-541.

use std::fmt;
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use core_client::bearer::{BearerError, BearerSource, ExecResolver, ExecStanza};
use tokio::io::AsyncReadExt as _;
use tokio::process::{Child, Command};
use tokio::sync::Semaphore;

use self::output::parse;
use super::{AuthError, ClusterInfo, Credential, CredentialProvider};
use crate::spec::ExecSpec;

mod output;

/// How programs that print credentials are run.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ExecOptions {
    /// How long one may run before it and everything that it started are killed. Default: 30 s.
    pub timeout: Duration,
    /// How many run at a time, for all clusters together. Default: 8.
    pub max_concurrent: usize,
    /// Variables that are handed on from our own environment, by name; an asterisk at the end stands for any rest. Everything else is
    /// kept from the program. Default: what finds programs, homes, languages and time zones, and what the programs of the large clouds
    /// read.
    pub pass_env: Vec<String>,
    in_process: Option<InProcess>,
}

/// Who does the work of programs in this process.
#[derive(Debug, Clone)]
struct InProcess(Arc<dyn ExecResolver>);

impl PartialEq for InProcess {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Eq for InProcess {}

/// Longest output that is read, in bytes.
const MAX_OUTPUT: u64 = 1 << 20;

const PASS_ENV: &[&str] = &[
    "PATH",
    "HOME",
    "USER",
    "LOGNAME",
    "LANG",
    "LC_*",
    "TZ",
    "TMPDIR",
    "XDG_*",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "AWS_*",
    "AZURE_*",
    "CLOUDSDK_*",
    "GOOGLE_*",
    "KUBELOGIN_*",
];

impl Default for ExecOptions {
    fn default() -> Self {
        Self {
            timeout: Duration::from_secs(30),
            max_concurrent: 8,
            pass_env: PASS_ENV.iter().map(|&name| name.to_owned()).collect(),
            in_process: None,
        }
    }
}

impl ExecOptions {
    /// Sets [`timeout`](Self::timeout).
    #[must_use]
    pub fn with_timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Sets [`max_concurrent`](Self::max_concurrent); none means one.
    #[must_use]
    pub fn with_max_concurrent(mut self, programs: usize) -> Self {
        self.max_concurrent = programs.max(1);
        self
    }

    /// Sets [`pass_env`](Self::pass_env).
    #[must_use]
    pub fn with_pass_env<N: Into<String>>(mut self, names: impl IntoIterator<Item = N>) -> Self {
        self.pass_env = names.into_iter().map(Into::into).collect();
        self
    }

    /// Lets the work of those programs be done in this process that this one knows. They are not run then, for any cluster.
    #[must_use]
    pub fn with_resolver(mut self, resolver: Arc<dyn ExecResolver>) -> Self {
        self.in_process = Some(InProcess(resolver));
        self
    }

    /// Who does this program's work in this process; nothing when it is to be run.
    pub(super) fn resolve(&self, spec: &ExecSpec) -> Result<Option<Arc<dyn BearerSource>>, BearerError> {
        let Some(InProcess(resolver)) = &self.in_process else { return Ok(None) };
        resolver.resolve(&ExecStanza::new(&spec.command, &spec.args, &spec.env))
    }

    fn passes(&self, name: &str) -> bool {
        self.pass_env.iter().any(|pattern| match pattern.strip_suffix('*') {
            Some(start) => name.starts_with(start),
            None => name == pattern,
        })
    }
}

pub(super) struct ExecProvider {
    spec: Arc<ExecSpec>,
    info: String,
    options: Arc<ExecOptions>,
    turns: Arc<Semaphore>,
}

impl ExecProvider {
    pub(super) fn new(
        spec: Arc<ExecSpec>,
        cluster: Option<ClusterInfo>,
        options: Arc<ExecOptions>,
        turns: Arc<Semaphore>,
    ) -> Self {
        let info = output::request(&spec, cluster);
        Self { spec, info, options, turns }
    }

    fn command(&self) -> Command {
        let mut command = Command::new(&self.spec.command);
        command
            .args(&self.spec.args)
            .env_clear()
            .envs(std::env::vars_os().filter(|(name, _)| name.to_str().is_some_and(|name| self.options.passes(name))))
            .envs(self.spec.env.iter().map(|(name, value)| (name, value)))
            .env("KUBERNETES_EXEC_INFO", &self.info)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true);
        #[cfg(unix)]
        command.process_group(0);
        command
    }

    async fn run(&self) -> Result<Vec<u8>, AuthError> {
        let child = self.command().spawn().map_err(|source| AuthError::ExecStart {
            command: self.spec.command.clone(),
            hint: self.spec.install_hint.clone(),
            source: Arc::new(source),
        })?;
        let mut running = Running(child);
        let mut printed = Vec::new();
        if let Some(stdout) = running.0.stdout.take() {
            let read = stdout.take(MAX_OUTPUT + 1).read_to_end(&mut printed).await;
            if read.is_err() || printed.len() as u64 > MAX_OUTPUT {
                return Err(self.bad_output("it is longer than 1 MiB"));
            }
        }
        let status = running.0.wait().await.ok();
        if !status.is_some_and(|status| status.success()) {
            let code = status.and_then(|status| status.code());
            return Err(AuthError::ExecFailed { command: self.spec.command.clone(), code });
        }
        Ok(printed)
    }

    fn bad_output(&self, reason: &'static str) -> AuthError {
        AuthError::ExecOutput { command: self.spec.command.clone(), reason }
    }
}

#[async_trait]
impl CredentialProvider for ExecProvider {
    async fn credential(&self) -> Result<Credential, AuthError> {
        // The semaphore is never closed.
        let _turn = self.turns.acquire().await.map_err(|_| AuthError::Closed)?;
        let within = self.options.timeout;
        let printed = tokio::time::timeout(within, self.run())
            .await
            .map_err(|_elapsed| AuthError::Timeout { after: within })??;
        let printed = zeroize::Zeroizing::new(printed);
        parse(&printed, &self.spec.api_version).map_err(|reason| self.bad_output(reason))
    }
}

impl fmt::Debug for ExecProvider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.spec.fmt(f)
    }
}

/// A program that runs, with everything it started. Dropped before it ended by itself, all of it is killed.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        // As long as the child was not waited for its number belongs to nobody else.
        #[cfg(unix)]
        if let Some(group) = self.0.id().and_then(|id| i32::try_from(id).ok()).and_then(rustix::process::Pid::from_raw)
        {
            // It may have ended a moment ago; then there is nothing to kill.
            let _ended = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
        }
    }
}

#[cfg(test)]
mod tests;
